//! The lines of a survey, and which of their commits are picks.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::model::apply::Failure;
use crate::model::change::Change;
use crate::model::commit::{Commit, CommitId};
use crate::model::error::{Error, Kind, Result};
use crate::model::line::{Line, LineName};
use crate::model::presence::{Certainty, Origins, all_keys};
use crate::model::undecided::UndecidedLine;
use crate::ports::git::{FirstParents, Git, Tag, first_tags};
use crate::ports::settings::Settings;

use super::{LineSurvey, stated_origins, taken_back};

/// Looks at the lines that were asked for, and tells those apart that cannot be compared with main.
pub(super) fn lines_at(
    git: &Git,
    settings: &Settings,
    asked: &[LineName],
    main_tip: CommitId,
) -> Result<(Vec<LineSurvey>, Vec<UndecidedLine>)> {
    let (mut found, mut undecided) = (Vec::new(), Vec::new());
    let asked = settings.lines(asked)?;
    let tags = git.tags_named(|name| asked.iter().any(|line| settings.is_release(name, line)))?;
    let mut main = FirstParents::of(git, main_tip)?;
    for line in &asked {
        match line_at(git, settings, line, &mut main, &tags) {
            Ok(line) => found.push(line),
            Err(error) if error.kind() == Kind::Undecided && asked.len() > 1 => {
                undecided.push(UndecidedLine { line: line.name.clone(), failure: Failure::from(&error) });
            }
            Err(error) => return Err(error),
        }
    }
    if found.is_empty() {
        let sentences: Vec<String> = undecided.iter().map(UndecidedLine::sentence).collect();
        return Err(Error::undecided("none of the lines can be compared with main").because(sentences.join("; ")));
    }
    Ok((found, undecided))
}

fn line_at(
    git: &Git,
    settings: &Settings,
    line: &Line,
    main: &mut FirstParents<'_>,
    tags: &[Tag],
) -> Result<LineSurvey> {
    let branch = settings.branch_of(git, line)?;
    let tip = git.branch_commit(&branch)?;
    let only = git.commits_between(&[main.tip()], tip, None)?;
    let Left { branch_point, behind, of_main } = left(git, main, tip, only).map_err(|error| {
        Error::undecided(format!("line '{}' ('{branch}') cannot be compared with main ('{}')", line.name, settings.main))
            .because(error)
            .hint("in a shallow clone run 'git fetch --unshallow'; otherwise see that 'branch' and 'main' in patch.toml belong together")
    })?;
    let tags = settings.release_tags(tags, line);
    let named: Vec<(&str, CommitId)> = tags.iter().map(|tag| (tag.name.as_str(), tag.commit)).collect();
    let releases = first_tags(&behind, &named).into_iter().map(|(id, name)| (id, name.to_owned())).collect();
    let own: Vec<Commit> = behind.into_iter().filter(|commit| !of_main.contains(&commit.id)).collect();
    let taken_back = taken_back(&own);
    Ok(LineSurvey {
        line: line.clone(),
        branch,
        tip,
        branch_point,
        stated: stated_origins(git, own.iter().filter(|commit| !taken_back.contains_key(&commit.id))),
        own,
        matches: Vec::new(),
        ancestors: HashSet::new(),
        releases,
        first_release: tags.first().map(|tag| tag.name.clone()),
        taken_back,
    })
}

/// Where a line left main.
struct Left {
    branch_point: CommitId,
    /// Its commits behind that.
    behind: Vec<Commit>,
    /// What main has of these, other than by merging the line.
    of_main: HashSet<CommitId>,
}

/// Returns where a line left main, given its commits that main lacks: what main got by merging the line is still the line's own.
fn left(git: &Git, main: &mut FirstParents<'_>, tip: CommitId, only: Vec<Commit>) -> Result<Left> {
    let shared = git.branch_point(main.tip(), tip, &only)?;
    if main.contains(shared)? {
        return Ok(Left { branch_point: shared, behind: only, of_main: HashSet::new() });
    }
    let branch_point = git.left_at(main.tip(), tip)?;
    let behind = git.commits_between(&[branch_point], tip, None)?;
    Ok(Left { branch_point, behind, of_main: git.main_beside(main.tip(), branch_point, tip)? })
}

/// Returns the commits of main that the line's own commits stand on.
pub(super) fn ancestors(commits: &[Commit], line: &LineSurvey) -> HashSet<CommitId> {
    let parents: HashMap<CommitId, &Vec<CommitId>> =
        commits.iter().map(|commit| (commit.id, &commit.parents)).collect();
    let mut open: Vec<CommitId> = line.own.iter().flat_map(|commit| commit.parents.iter().copied()).collect();
    open.push(line.tip);
    open.push(line.branch_point);
    let mut found = HashSet::new();
    while let Some(id) = open.pop() {
        if let Some(above) = parents.get(&id)
            && found.insert(id)
        {
            open.extend(above.iter());
        }
    }
    found
}

/// Recognises the picks of all lines: first by what they say, then, for what is left, by what they change. `origins` makes them of commits of
/// main. What main got by merging a line is no origin of what that line has.
pub(super) fn match_all(
    git: &Git,
    origins: impl Fn(&[Commit]) -> Origins,
    (commits, changes): (&[Commit], &[Change]),
    lines: &mut [LineSurvey],
) -> Result<()> {
    let keys = all_keys();
    let of_main = origins(commits);
    let besides: Vec<Option<Origins>> =
        lines.iter().map(|line| Some(origins(&beside(commits, changes, line)?))).collect();
    let of_line = |at: usize| besides[at].as_ref().unwrap_or(&of_main);
    let mut open: BTreeMap<CommitId, &Commit> = BTreeMap::new();
    let mut matched = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let found = of_line(at).matches(&line.own, &HashMap::new(), &keys);
        let sure: HashSet<CommitId> =
            found.iter().filter(|found| found.certainty == Certainty::Yes).map(|found| found.pick).collect();
        let left = line.own.iter().filter(|commit| !commit.is_merge() && !sure.contains(&commit.id));
        open.extend(left.map(|commit| (commit.id, commit)));
        matched.push(found);
    }
    let everywhere = |commit: &&Commit| lines.iter().all(|line| line.ancestors.contains(&commit.id));
    let wanting: Vec<&Commit> = commits.iter().filter(|commit| !everywhere(commit)).collect();
    let open: Vec<&Commit> = open.into_values().collect();
    let patch_ids = git.patch_ids(&git.changing_alike(&open, &wanting)?)?;
    for (at, (line, found)) in lines.iter_mut().zip(matched).enumerate() {
        let known = line.own.iter().any(|commit| patch_ids.contains_key(&commit.id));
        line.matches = if known { of_line(at).matches(&line.own, &patch_ids, &keys) } else { found };
    }
    Ok(())
}

/// Returns main without what came there by merging a line; `None`: nothing did.
fn beside(commits: &[Commit], changes: &[Change], line: &LineSurvey) -> Option<Vec<Commit>> {
    let own: HashSet<CommitId> = line.own.iter().map(|commit| commit.id).collect();
    let merges: HashSet<CommitId> = changes
        .iter()
        .filter(|change| change.members.iter().any(|id| own.contains(id)))
        .map(|change| change.id)
        .collect();
    let is_beside = |commit: &&Commit| !own.contains(&commit.id) && !merges.contains(&commit.id);
    let beside: Vec<Commit> = commits.iter().filter(is_beside).cloned().collect();
    (beside.len() < commits.len()).then_some(beside)
}
