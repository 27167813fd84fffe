//! Gathers what the rules need about one change and one line.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use crate::model::change::Change;
use crate::model::commit::{BlobId, Commit, CommitId, TreeId};
use crate::model::eligibility::dependencies::{Compared, Raised, compared, is_manifest};
use crate::model::eligibility::facts::{
    Applies, Content, EmbargoFacts, Facts, LineFacts, Message, NewerLine, NewerState, OnMain, Touched,
};
use crate::model::eligibility::{Rule, Severity};
use crate::model::error::Result;
use crate::model::forecast::Outcome;
use crate::model::known::{Known, Missing};
use crate::model::line::{Line, LineName, LineStatus};
use crate::model::presence::Certainty;
use crate::model::pull::{PullRequest, PullState};
use crate::model::status::{Cell, Row, State};
use crate::ports::git::{Applied, Objects, Pick, TouchedFile, Treeish};
use crate::ports::survey::Survey;
use crate::ports::survey::chain::{base_of, pick_onto, tip};

use super::Run;

/// What a change touches, which is the same for every line.
pub(super) struct Deep {
    changed: Vec<Touched>,
    raised: Known<Vec<Raised>>,
}

/// Finds out what many changes touch.
pub(super) fn deep(run: &Run<'_>, survey: &Survey, changes: &[&Change]) -> Result<Vec<Deep>> {
    let mut pairs = Vec::with_capacity(changes.len());
    for change in changes {
        let commit = run.git.commit(change.id)?;
        pairs.push((base_of(run.git, &commit)?.tree, commit.tree));
    }
    let mut manifests = Manifests::new(run)?;
    let mut found = Vec::with_capacity(changes.len());
    for files in run.git.all_touched(&pairs)? {
        let raised = manifests.raised(&files)?;
        found.push(Deep { changed: touched(files), raised });
    }
    mark(run, survey.main_tip, found.iter_mut().flat_map(|deep| &mut deep.changed).collect())?;
    Ok(found)
}

fn touched(files: Vec<TouchedFile>) -> Vec<Touched> {
    let one = |file: TouchedFile| Touched {
        content: match (file.new, file.binary) {
            (None, _) => Content::Gone,
            (Some(_), true) => Content::Binary,
            (Some(_), false) => Content::Text,
        },
        path: file.path,
        was: file.was,
        added: file.added,
        removed: file.removed,
        marked: false,
    };
    files.into_iter().map(one).collect()
}

/// Asks the attributes of main which files a program made. Nobody is asked where the attributes say nothing of that kind.
pub(super) fn mark(run: &Run<'_>, main: CommitId, mut files: Vec<&mut Touched>) -> Result<()> {
    let says = run.git.file_of(main, ".gitattributes")?.is_some_and(|text| holds(&text, b"linguist-"));
    if !says {
        return Ok(());
    }
    let tree = run.git.tree_of(main)?;
    let paths: Vec<String> = files.iter().flat_map(|file| file.paths()).map(str::to_owned).collect();
    let mut marked = run.git.marked(tree, &paths.iter().map(String::as_str).collect::<Vec<_>>())?.into_iter();
    for file in &mut files {
        // What was not marked under its old name was somebody's own work.
        let of_file: Vec<bool> = marked.by_ref().take(file.paths().count()).collect();
        file.marked = of_file.iter().all(|marked| *marked);
    }
    Ok(())
}

fn holds(text: &[u8], wanted: &[u8]) -> bool {
    text.windows(wanted.len()).any(|window| window == wanted)
}

/// Reads manifests before and after a change.
struct Manifests {
    objects: Objects,
}

impl Manifests {
    fn new(run: &Run<'_>) -> Result<Self> {
        Ok(Self { objects: run.git.objects()? })
    }

    /// Returns what is raised for sure; where nothing is, what cannot be compared leaves it unknown.
    fn raised(&mut self, files: &[TouchedFile]) -> Result<Known<Vec<Raised>>> {
        let mut all = Compared::default();
        for file in files.iter().filter(|file| is_manifest(&file.path)) {
            let (Some(old), Some(new)) = (file.old, file.new) else { continue };
            let [old, new] = [self.text(old)?, self.text(new)?];
            let Compared { raised, unsure } = compared(&file.path, &old, &new);
            all.raised.extend(raised);
            all.unsure.extend(unsure);
        }
        Ok(match all.unsure.is_empty() || !all.raised.is_empty() {
            true => Known::Known(all.raised),
            false => Known::Unknown(Missing::Failed(all.unsure.join("; "))),
        })
    }

    fn text(&self, blob: BlobId) -> Result<String> {
        self.objects.blob(blob).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// Works out what picking changes onto lines would give, each a change and the newest commit of a line.
pub(super) fn forecasts(run: &Run<'_>, asked: &[(CommitId, CommitId)]) -> Result<Vec<Applies>> {
    let pick = |(fix, onto): &(CommitId, CommitId)| pick_onto(run.git, &run.git.commit(*fix)?, tip(run.git, *onto)?);
    let picks = asked.iter().map(pick).collect::<Result<Vec<Pick>>>()?;
    Ok(run.git.applied(&picks)?.into_iter().map(applies).collect())
}

/// Works out what the whole of a branch, from where it left main, would give on each of some lines.
pub(super) fn forecasts_of_branch(
    run: &Run<'_>,
    base: Treeish,
    head: &Commit,
    lines: &[&Line],
) -> Result<Vec<Applies>> {
    let theirs = Treeish { tree: head.tree, commit: Some(head.id) };
    let pick = |line: &&Line| {
        let branch = run.protected.settings.branch_of(run.git, line)?;
        Ok(Pick { base, ours: tip(run.git, run.git.branch_commit(&branch)?)?, theirs })
    };
    let picks = lines.iter().map(pick).collect::<Result<Vec<Pick>>>()?;
    Ok(run.git.applied(&picks)?.into_iter().map(applies).collect())
}

fn applies(applied: Applied) -> Applies {
    match applied.outcome {
        Outcome::Clean => Applies::Clean,
        Outcome::Empty => Applies::Empty,
        Outcome::Conflict => Applies::Conflict(applied.files),
    }
}

impl Deep {
    /// Puts together what is known of a change that main has.
    pub(super) fn facts(
        &self,
        run: &Run<'_>,
        survey: &Survey,
        commits: &HashMap<CommitId, &Commit>,
        (change, row): (&Change, &Row),
        line: &Line,
        pull: Known<Option<PullRequest>>,
    ) -> Facts {
        let members = std::iter::once(&change.id).chain(change.members.iter().filter(|id| **id != change.id));
        let messages = members.filter_map(|id| commits.get(id)).map(|commit| message(commit)).collect();
        let cell = row.cells.iter().find(|cell| cell.line == line.name);
        let reverted = survey.fates.fate(change.id).reverted_by;
        let newer = newer(run, survey, row, line);
        let out_since = out_since(run, survey, (change, row), &newer, pull.value().and_then(Option::as_ref));
        let mut facts = Facts {
            line: line_facts(line),
            messages: Known::Known(messages),
            main: Known::Known(reverted.map_or(OnMain::Stands, OnMain::TakenBack)),
            state: cell.map_or(Known::Unknown(Missing::NotAsked), |cell| Known::Known(cell.state)),
            newer: Known::Known(newer),
            out_since: Known::Known(out_since),
            changed: Known::Known(self.changed.clone()),
            applies: not_looked_at(cell),
            raised: self.raised.clone(),
            pull,
            decision: run.protected.decisions.about(change, &line.name).cloned(),
            picks: None,
            embargo: EmbargoFacts::default(),
        };
        facts.embargo = embargo(run, &facts);
        facts
    }

    /// Finds out what a branch that is not on main touches, from where it left main.
    pub(super) fn of_branch(run: &Run<'_>, base: TreeId, head: &Commit) -> Result<Self> {
        let (changed, raised) = changed(run, base, head.tree)?;
        Ok(Self { changed, raised })
    }

    /// Puts together what is known of a branch that is not on main.
    pub(super) fn facts_of_branch(
        &self,
        run: &Run<'_>,
        (head, messages): (&Commit, &[Message]),
        line: &Line,
        pull: Known<Option<PullRequest>>,
        applies: Applies,
    ) -> Facts {
        let members = messages.iter().map(|message| message.commit).collect();
        let change = Change { id: head.id, members, pull_request: None, title: String::new() };
        let not_yet = || Missing::Failed("it is not merged to main yet".to_owned());
        let mut facts = Facts {
            line: line_facts(line),
            messages: Known::Known(messages.to_vec()),
            main: Known::Known(OnMain::NotYet),
            state: Known::Unknown(not_yet()),
            newer: Known::Unknown(not_yet()),
            out_since: Known::Known(None),
            changed: Known::Known(self.changed.clone()),
            applies: Known::Known(applies),
            raised: self.raised.clone(),
            pull,
            decision: run.protected.decisions.about(&change, &line.name).cloned(),
            picks: None,
            embargo: EmbargoFacts::default(),
        };
        facts.embargo = embargo(run, &facts);
        facts
    }
}

/// Returns what is known of a pick before anybody worked it out: where the line has the change, nothing is left to pick.
fn not_looked_at(cell: Option<&Cell>) -> Known<Applies> {
    let sure = |cell: &&Cell| cell.certainty != Some(Certainty::Probably);
    match cell.filter(sure).map(|cell| cell.state) {
        Some(State::OnLine | State::Released) => Known::Known(Applies::Empty),
        Some(State::Needed | State::NotAffected | State::Declined | State::RevertedOnMain | State::Unknown) | None => {
            Known::Unknown(Missing::Failed("it was not worked out, for the fix is refused already".to_owned()))
        }
    }
}

pub(super) fn line_facts(line: &Line) -> LineFacts {
    LineFacts { name: line.name.clone(), status: line.status, until: line.until }
}

pub(super) fn message(commit: &Commit) -> Message {
    let people =
        [&commit.author, &commit.committer].map(|person| format!("{} <{}>", person.name, person.email)).join("\n");
    Message { commit: commit.id, text: commit.message.clone(), people }
}

/// Returns where a change stands on the supported lines that are newer.
pub(super) fn newer(run: &Run<'_>, survey: &Survey, row: &Row, line: &Line) -> Vec<NewerLine> {
    let counts = |name: &LineName| {
        let known = run.protected.settings.config.lines.iter().find(|known| known.name == *name);
        // A line with security fixes only is behind by intent.
        *name < line.name
            && known.is_some_and(|known| matches!(known.status, LineStatus::Current | LineStatus::Maintained))
    };
    let compared = row.cells.iter().filter(|cell| counts(&cell.line)).map(|cell| {
        let is_probable = cell.certainty == Some(Certainty::Probably);
        let state = match cell.state {
            State::OnLine | State::Released if is_probable => NewerState::Probably(cell.state),
            state => NewerState::Sure(state),
        };
        NewerLine { line: cell.line.clone(), state }
    });
    let others = survey.undecided.iter().filter(|other| counts(&other.line));
    let others = others.map(|other| NewerLine {
        line: other.line.clone(),
        state: NewerState::NotKnown("it cannot be compared with main".to_owned()),
    });
    compared.chain(others).collect()
}

/// Returns since when a change is on the newer line that has had it longest, or on main where there is no newer line. The forge
/// knows when it merged; of a commit nobody knows more than what it stands on.
pub(super) fn out_since(
    run: &Run<'_>,
    survey: &Survey,
    (change, row): (&Change, &Row),
    newer: &[NewerLine],
    pull: Option<&PullRequest>,
) -> Option<DateTime<Utc>> {
    if run.policy().eligibility.severity(Rule::Baked) == Severity::Off {
        // Nobody asks, and dates are looked for through the history.
        return None;
    }
    let moment = |id: CommitId| run.moments.of(run.git, id).and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    let merged = pull.and_then(|pull| match &pull.state {
        PullState::Merged(merge) => merge.at,
        PullState::Open | PullState::Closed => None,
    });
    let landed = merged.or_else(|| moment(change.id));
    if newer.is_empty() {
        return landed;
    }
    let is_newer = |cell: &&Cell| newer.iter().any(|line| line.line == cell.line);
    let has = |cell: &&Cell| cell.certainty == Some(Certainty::Yes);
    let picked = row.cells.iter().filter(is_newer).filter(has).filter_map(|cell| {
        let line = survey.lines.iter().find(|line| line.line.name == cell.line)?;
        let picks = cell.picks.iter().filter_map(|pick| line.own.iter().find(|own| own.id == *pick));
        picks.map(|own| moment(own.id)).max().unwrap_or(landed)
    });
    picked.min()
}

/// Looks for identifiers under embargo in everything that becomes public with a fix.
pub(super) fn embargo(run: &Run<'_>, facts: &Facts) -> EmbargoFacts {
    let Some(list) = &run.request.embargoed else { return EmbargoFacts::default() };
    let mut texts: Vec<(String, &str)> = Vec::new();
    for message in facts.known_messages() {
        texts.push((format!("the message of {}", message.commit.short()), &message.text));
        texts.push((format!("the names of the people of {}", message.commit.short()), &message.people));
    }
    if let Some(Some(pull)) = facts.pull.value() {
        texts.push(("the title of the pull request".to_owned(), &pull.title));
        texts.push(("the description of the pull request".to_owned(), &pull.body));
        texts.push(("the name of the branch of the pull request".to_owned(), &pull.head.branch));
        texts.extend(pull.labels.iter().map(|label| ("a label".to_owned(), label.name.as_str())));
        texts.extend(pull.milestone.iter().map(|name| ("the milestone of the pull request".to_owned(), name.as_str())));
        let author = pull.author.iter().map(|login| ("the author of the pull request".to_owned(), login.as_str()));
        texts.extend(author);
    }
    let paths = facts.changed.value().into_iter().flatten().flat_map(Touched::paths);
    texts.extend(paths.map(|path| ("the path of a file".to_owned(), path)));
    let named = texts.iter().filter(|(_, text)| list.is_named_in(text));
    let mut leaks: Vec<String> = named.map(|(place, _)| place.clone()).collect();
    leaks.dedup();
    EmbargoFacts { listed: true, leaks }
}

/// Returns what a tree changes in another one, as the rules see it.
pub(super) fn changed(run: &Run<'_>, old: TreeId, new: TreeId) -> Result<(Vec<Touched>, Known<Vec<Raised>>)> {
    let files = run.git.touched(old, new)?;
    let raised = Manifests::new(run)?.raised(&files)?;
    let mut changed = touched(files);
    mark(run, run.git.branch_commit(&run.protected.settings.main)?, changed.iter_mut().collect())?;
    Ok((changed, raised))
}
