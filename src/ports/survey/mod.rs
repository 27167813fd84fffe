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
mod lines;
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
use std::collections::{HashMap, HashSet};

use chrono::DateTime;

use crate::model::branch::BranchName;
use crate::model::change::{Change, changes};
use crate::model::commit::{Commit, CommitId};
use crate::model::error::Result;
use crate::model::follow_up::Fates;
use crate::model::line::{Line, LineName};
use crate::model::presence::{Certainty, Match, Origins};
use crate::model::request::Since;
use crate::model::status::LookBack;
use crate::model::trailer::markers;
use crate::model::undecided::UndecidedLine;
use crate::ports::git::{Git, History};
use crate::ports::settings::Settings;

use lines::{ancestors, lines_at, match_all};

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
    /// Where it left main: the newest commit that it shares with main, but for what main got by merging it.
    pub branch_point: CommitId,
    /// Its commits that main lacks or got by merging it, parents before children.
    pub own: Vec<Commit>,
    /// Which of them are picks of commits of main.
    pub matches: Vec<Match>,
    /// The commits of main that are in its history.
    pub ancestors: HashSet<CommitId>,
    /// The first release that has each of its commits since it left main.
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
    let repository = settings.config.project.repository.as_ref();
    let origins = |commits: &[Commit]| Origins::new(commits, &requests).of(repository);
    for line in &mut found {
        line.ancestors = ancestors(&commits, line);
    }
    match_all(git, origins, (&commits, &changes), &mut found)?;
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
