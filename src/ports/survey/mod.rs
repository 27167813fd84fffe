//! What main and the lines hold: the changes of main, each line's own commits, and which of those are picks.

pub mod affected;
mod again;
mod behind;
mod brought_back;
mod carriers;
pub mod chain;
pub mod code;
pub mod copies;
pub mod elsewhere;
pub mod flaw;
pub mod lacking;
mod near;
pub mod parts;
pub mod proven;
mod recognise;
pub mod remade;
mod requests;
pub mod reverted;
mod sought;
mod standing;
pub mod stretch;
pub mod table;
pub mod undone;
mod unsaid;
mod walk;

use std::cell::RefCell;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::DateTime;

use crate::model::apply::Failure;
use crate::model::branch::BranchName;
use crate::model::change::{Change, changes};
use crate::model::commit::{Commit, CommitId};
use crate::model::error::{Error, Kind, Result};
use crate::model::follow_up::Fates;
use crate::model::line::{Line, LineName};
use crate::model::presence::{Certainty, Match, Origins, all_keys};
use crate::model::request::Since;
use crate::model::status::LookBack;
use crate::model::trailer::markers;
use crate::model::undecided::UndecidedLine;
use crate::ports::git::{Git, History, Tag, first_tags};
use crate::ports::settings::Settings;

const SECONDS_A_DAY: i64 = 24 * 60 * 60;

/// Main and the lines.
pub struct Survey {
    /// Main's branch.
    pub main: BranchName,
    /// Main's newest commit.
    pub main_tip: CommitId,
    /// How far back it was looked, for people.
    pub look_back: LookBack,
    /// The commits of main that were looked at, parents before children.
    pub commits: Vec<Commit>,
    /// The same, grouped, oldest first.
    pub changes: Vec<Change>,
    /// What became of them on main.
    pub fates: Fates,
    /// The lines that were asked about, the newest first.
    pub lines: Vec<LineSurvey>,
    /// Lines that were asked about and cannot be compared with main.
    pub undecided: Vec<UndecidedLine>,
    /// What a person should know of the branches that were looked at, one sentence each.
    pub notes: Vec<String>,
    /// The newest commit of main whose history all lines share.
    shared: CommitId,
    /// Whether all of main since `shared` was looked at.
    complete: bool,
}

/// What is known of main, for questions about where commits come from.
#[derive(Clone, Copy)]
pub struct Seen<'s> {
    /// Its newest commit.
    pub tip: CommitId,
    /// The commits that were looked at.
    pub commits: &'s [Commit],
    /// The changes that they belong to.
    pub changes: &'s [Change],
}

impl Survey {
    /// Returns what is known of main.
    pub fn seen(&self) -> Seen<'_> {
        Seen { tip: self.main_tip, commits: &self.commits, changes: &self.changes }
    }
}

/// One line.
pub struct LineSurvey {
    /// The line.
    pub line: Line,
    /// Its branch.
    pub branch: BranchName,
    /// Its newest commit.
    pub tip: CommitId,
    /// The newest commit it shares with main.
    pub branch_point: CommitId,
    /// Its commits that main lacks, parents before children.
    pub own: Vec<Commit>,
    /// Which of them are picks of commits of main.
    pub matches: Vec<Match>,
    /// The commits of main that are in its history.
    pub ancestors: HashSet<CommitId>,
    /// The first release that has each of its own commits.
    pub releases: HashMap<CommitId, String>,
    /// The lowest release of the line, which has all that the line had when it left main.
    pub first_release: Option<String>,
    /// What took its own commits back, where that stands.
    pub taken_back: HashMap<CommitId, CommitId>,
    /// The commits that its own commits name as their origin.
    pub stated: HashSet<CommitId>,
}

impl LineSurvey {
    /// Says whether the line has a pick of a commit that stands. What is only probable does not count.
    pub fn picked(&self, commit: CommitId) -> bool {
        let stands = |found: &Match| {
            found.origin == commit && found.certainty == Certainty::Yes && !self.taken_back.contains_key(&found.pick)
        };
        self.matches.iter().any(stands) || self.stated.contains(&commit)
    }
}

/// Answers whether lines have commits, looking into older history only when it is asked for.
pub struct Having<'s> {
    git: &'s Git,
    survey: &'s Survey,
    looked_at: HashSet<CommitId>,
    older: RefCell<HashMap<CommitId, History<'s>>>,
}

impl<'s> Having<'s> {
    /// Answers for the lines of a survey.
    pub fn new(git: &'s Git, survey: &'s Survey) -> Self {
        let looked_at = survey.commits.iter().map(|commit| commit.id).collect();
        Self { git, survey, looked_at, older: RefCell::default() }
    }

    /// Says whether a line has a commit of main: in its history, or as a pick that stands. What is only probable does not
    /// count.
    ///
    /// # Errors
    /// When history is missing.
    pub fn has(&self, line: &LineSurvey, commit: CommitId) -> Result<bool> {
        if line.ancestors.contains(&commit) || line.picked(commit) || line.own.iter().any(|own| own.id == commit) {
            return Ok(true);
        }
        if self.looked_at.contains(&commit) {
            return Ok(false);
        }
        if self.in_history(self.survey.shared, commit)? {
            return Ok(true);
        }
        // What is neither in the history that all lines share nor among what was looked at may still be in that of one
        // line; main has it then, too.
        Ok(!self.survey.complete
            && self.in_history(self.survey.main_tip, commit)?
            && self.in_history(line.branch_point, commit)?)
    }

    fn in_history(&self, tip: CommitId, commit: CommitId) -> Result<bool> {
        let mut older = self.older.borrow_mut();
        match older.entry(tip) {
            Entry::Occupied(mut known) => known.get_mut().contains(commit),
            Entry::Vacant(new) => new.insert(History::of(self.git, tip)?).contains(commit),
        }
    }
}

/// Surveys main and the given lines. A line that cannot be compared with main is told beside the others.
///
/// # Errors
/// When main or a line has no branch, no line can be compared with main, history is missing, or git fails.
pub fn survey(git: &Git, settings: &Settings, lines: &[LineName], since: &Since) -> Result<Survey> {
    let main_tip = git.branch_commit(&settings.main)?;
    let main_commit = git.commit(main_tip)?;
    let (mut found, undecided) = lines_at(git, settings, lines, main_tip)?;
    let branches = std::iter::once(&settings.main).chain(found.iter().map(|line| &line.branch));
    let notes = branches.filter_map(|branch| git.diverged(branch)).collect();
    let (hidden, not_before, look_back) = bound(git, since, &main_commit, &found)?;
    let commits = git.commits_between(&hidden, main_tip, not_before)?;
    let changes = changes(&commits, main_tip);
    let requests = requests_of_members(&changes);
    let origins = Origins::new(&commits, &requests).of(settings.config.project.repository.as_ref());
    for line in &mut found {
        line.ancestors = ancestors(&commits, line);
    }
    match_all(git, &origins, &commits, &mut found)?;
    let fates = Fates::new(&commits);
    let mut shared = found.last().map_or(main_tip, |line| line.branch_point);
    for line in &found {
        if line.branch_point != shared {
            shared = git.merge_base(shared, line.branch_point)?;
        }
    }
    let complete = *since == Since::BranchPoints && hidden == [shared];
    Ok(Survey {
        main: settings.main.clone(),
        main_tip,
        look_back,
        commits,
        changes,
        fates,
        lines: found,
        undecided,
        notes,
        shared,
        complete,
    })
}

/// Looks at the lines that were asked for, and tells those apart that cannot be compared with main.
fn lines_at(
    git: &Git,
    settings: &Settings,
    asked: &[LineName],
    main_tip: CommitId,
) -> Result<(Vec<LineSurvey>, Vec<UndecidedLine>)> {
    let (mut found, mut undecided) = (Vec::new(), Vec::new());
    let asked = settings.lines(asked)?;
    let tags = git.tags_named(|name| asked.iter().any(|line| settings.is_release(name, line)))?;
    for line in &asked {
        match line_at(git, settings, line, main_tip, &tags) {
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

fn line_at(git: &Git, settings: &Settings, line: &Line, main_tip: CommitId, tags: &[Tag]) -> Result<LineSurvey> {
    let branch = settings.branch_of(git, line)?;
    let tip = git.branch_commit(&branch)?;
    let own = git.commits_between(&[main_tip], tip, None)?;
    let branch_point = git.branch_point(main_tip, tip, &own).map_err(|error| {
        Error::undecided(format!("line '{}' ('{branch}') cannot be compared with main ('{}')", line.name, settings.main))
            .because(error)
            .hint("in a shallow clone run 'git fetch --unshallow'; otherwise see that 'branch' and 'main' in patch.toml belong together")
    })?;
    let tags = settings.release_tags(tags, line);
    let named: Vec<(&str, CommitId)> = tags.iter().map(|tag| (tag.name.as_str(), tag.commit)).collect();
    let releases = first_tags(&own, &named).into_iter().map(|(id, name)| (id, name.to_owned())).collect();
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

/// Returns what took the line's own commits back, where that stands. A merge takes what it brought with it.
fn taken_back(own: &[Commit]) -> HashMap<CommitId, CommitId> {
    let fates = Fates::new(own);
    let parents: HashMap<CommitId, &[CommitId]> =
        own.iter().map(|commit| (commit.id, commit.parents.as_slice())).collect();
    let reach = |from: &[CommitId]| {
        let mut open = from.to_vec();
        let mut found = HashSet::new();
        while let Some(id) = open.pop() {
            if let Some(above) = parents.get(&id)
                && found.insert(id)
            {
                open.extend_from_slice(above);
            }
        }
        found
    };
    let mut taken = HashMap::new();
    for commit in own {
        let Some(revert) = fates.fate(commit.id).reverted_by else { continue };
        taken.insert(commit.id, revert);
        if let [first, others @ ..] = commit.parents.as_slice()
            && !others.is_empty()
        {
            let before = reach(&[*first]);
            taken.extend(reach(others).into_iter().filter(|id| !before.contains(id)).map(|id| (id, revert)));
        }
    }
    taken
}

fn stated_origins<'c>(git: &Git, own: impl Iterator<Item = &'c Commit>) -> HashSet<CommitId> {
    let stated = own.flat_map(|commit| markers(&commit.message)).filter_map(|marker| marker.relation.origin_commit());
    stated.filter_map(|prefix| prefix.full().or_else(|| git.expand(prefix.as_str()))).collect()
}

/// Returns what bounds the walk over main: commits whose history is left out, and a moment.
fn bound(
    git: &Git,
    since: &Since,
    main: &Commit,
    lines: &[LineSurvey],
) -> Result<(Vec<CommitId>, Option<i64>, LookBack)> {
    let mut points = Vec::new();
    for line in lines {
        points.push(git.commit(line.branch_point)?);
    }
    let oldest = points.iter().min_by_key(|commit| commit.committer.seconds).map(|commit| commit.id);
    let hidden: Vec<CommitId> = oldest.into_iter().collect();
    let from = |seconds: i64| DateTime::from_timestamp(seconds, 0).map(|moment| moment.to_rfc3339());
    Ok(match since {
        Since::Days(days) => {
            let seconds = main.committer.seconds - i64::from(*days) * SECONDS_A_DAY;
            let because = format!("{days} days before the newest commit of main; --since changes it");
            (hidden, Some(seconds), LookBack { because, from: from(seconds) })
        }
        Since::Moment(moment) => {
            let seconds = moment.timestamp();
            (hidden, Some(seconds), LookBack { because: "--since".to_owned(), from: from(seconds) })
        }
        Since::Revision(revision) => {
            let commit = git.resolve(revision)?;
            let because = format!("what is not in {}", commit.short());
            (vec![commit], None, LookBack { because, from: None })
        }
        Since::BranchPoints => {
            (hidden, None, LookBack { because: "where the oldest of these lines left main".to_owned(), from: None })
        }
    })
}

/// Returns the pull request of each commit that came to main with one.
pub fn requests_of_members(changes: &[Change]) -> HashMap<CommitId, u64> {
    let members = |change: &Change| change.pull_request.map(|number| (change.members.clone(), number));
    changes.iter().filter_map(members).flat_map(|(ids, number)| ids.into_iter().map(move |id| (id, number))).collect()
}

/// Returns the commits of main that the line's own commits stand on.
fn ancestors(commits: &[Commit], line: &LineSurvey) -> HashSet<CommitId> {
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

/// Recognises the picks of all lines: first by what they say, then, for what is left, by what they change.
fn match_all(git: &Git, origins: &Origins, commits: &[Commit], lines: &mut [LineSurvey]) -> Result<()> {
    let keys = all_keys();
    let mut open: BTreeMap<CommitId, &Commit> = BTreeMap::new();
    let mut matched = Vec::new();
    for line in lines.iter() {
        let found = origins.matches(&line.own, &HashMap::new(), &keys);
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
    for (line, found) in lines.iter_mut().zip(matched) {
        let known = line.own.iter().any(|commit| patch_ids.contains_key(&commit.id));
        line.matches = if known { origins.matches(&line.own, &patch_ids, &keys) } else { found };
    }
    Ok(())
}
