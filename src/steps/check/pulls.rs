//! Pull requests: to main, and to a line.

use std::collections::HashMap;
use std::path::Path;

use crate::model::change::Change;
use crate::model::commit::{Commit, CommitId};
use crate::model::decision::{Answer, Decision};
use crate::model::eligibility::dependencies::Raised;
use crate::model::eligibility::facts::{EmbargoFacts, Facts, Message, NewerLine, OnMain, Origin, PickedFrom, Touched};
use crate::model::error::{Error, Result};
use crate::model::event::{Action, Event};
use crate::model::known::{Known, Missing};
use crate::model::line::Line;
use crate::model::presence::{Certainty, Origins, all_keys};
use crate::model::pull::{PullRequest, PullState};
use crate::model::request::{Depth, Since};
use crate::model::status::{Row, State};
use crate::model::trailer::markers;
use crate::ports::files::read_bytes_or_stdin;
use crate::ports::survey::Survey;
use crate::ports::survey::table::rows_of;

use super::absent::{self, Told};
use super::facts::{changed, embargo, line_facts, message};
use super::fixes::{Named, not_merged, of_pull, surveyed, verdict};
use super::{Judged, Run};

/// Judges the pull request of a number, as the forge knows it now.
pub(super) fn by_number(run: &Run<'_>, number: u64) -> Result<Judged> {
    let Some(forge) = run.forge else {
        return Err(Error::undecided(format!("pull request {number} is on GitHub, which was not asked"))
            .hint("set GITHUB_TOKEN, and 'repository' in [project] of patch.toml or GITHUB_REPOSITORY"));
    };
    let pull = forge.pull_request(number).map_err(|failure| failure.into_error())?;
    judged(run, pull)
}

/// Judges the pull request that a payload is about. Where the forge can be asked, it says how things stand now: the labels in
/// a payload are those of the moment at which it was sent.
pub(super) fn of_event(run: &Run<'_>, file: &Path) -> Result<Judged> {
    let payload = read_bytes_or_stdin(file)?;
    let event = Event::parse(&payload).map_err(|broken| {
        let hint = broken.hint();
        Error::usage(format!("'{}' cannot be judged", file.display())).because(broken).hint(hint)
    })?;
    let mut notes = Vec::new();
    if let Action::Edited { old_base: Some(old) } = &event.action {
        notes.push(format!("its base was '{}' before: what was said about that line does not count here", old.branch));
    }
    let pull = match run.forge {
        Some(forge) => forge.pull_request(event.pull_request.number).map_err(|failure| failure.into_error())?,
        None => event.pull_request,
    };
    let mut found = judged(run, pull)?;
    found.notes.splice(0..0, notes);
    Ok(found)
}

fn judged(run: &Run<'_>, pull: PullRequest) -> Result<Judged> {
    let settings = &run.protected.settings;
    let nothing = |note: String| Ok(Judged { notes: vec![note], ..Judged::default() });
    let number = pull.number;
    if pull.state == PullState::Closed {
        return nothing(format!("pull request {number} was closed and not merged: there is nothing to judge"));
    }
    if pull.base.branch == settings.main {
        return to_main(run, pull);
    }
    for line in &settings.config.lines {
        if settings.branch_of(run.git, line).is_ok_and(|branch| branch == pull.base.branch) {
            return to_line(run, pull, line);
        }
    }
    nothing(format!(
        "pull request {number} goes to '{}', which is neither main nor a line: there is nothing to judge",
        pull.base.branch
    ))
}

fn to_main(run: &Run<'_>, pull: PullRequest) -> Result<Judged> {
    match &pull.state {
        PullState::Merged(merge) => {
            let id = merge.commit.ok_or_else(|| {
                Error::undecided(format!("the commit that merged pull request {} is not told", pull.number))
                    .hint("name the commit: patch-check commit REV")
            })?;
            match run.git.commit(id) {
                Ok(_) => of_pull(run, id, pull),
                Err(_) => absent::to_main(run, id, &pull),
            }
        }
        PullState::Open | PullState::Closed => match run.git.commit(pull.head.commit) {
            Ok(commit) => {
                let verdicts = not_merged(run, &commit, Known::Known(Some(pull)))?;
                Ok(Judged { verdicts, ..Judged::default() })
            }
            Err(_) => absent::to_main(run, pull.head.commit, &pull),
        },
    }
}

/// What a pull request brings to a line.
struct Brought {
    messages: Known<Vec<Message>>,
    picks: Known<Vec<PickedFrom>>,
    changed: Known<Vec<Touched>>,
    raised: Known<Vec<Raised>>,
}

/// Judges a pull request to a line: its commits are picks, and what they were picked from is what is judged.
fn to_line(run: &Run<'_>, pull: PullRequest, line: &Line) -> Result<Judged> {
    let survey = surveyed(run, &[line], &Since::BranchPoints)?;
    let mut notes = survey.notes.clone();
    let brought = match run.git.commit(pull.head.commit) {
        Ok(head) => brought(run, &survey, line, &pull, &head)?,
        Err(_) => {
            notes.push(absent::missing(run, &pull).to_string());
            told(run, &survey, &pull)?
        }
    };
    let picks = brought.picks.value().into_iter().flatten();
    let origins: Vec<CommitId> = picks.filter_map(|pick| main_commit(&pick.origin)).collect();
    let holds = |change: &&Change| origins.iter().any(|id| change.id == *id || change.members.contains(id));
    let changes: Vec<&Change> = survey.changes.iter().filter(holds).collect();
    let rows = rows_of(run.git, &survey, &changes, Depth::Stated, &run.protected.decisions, &|_| ())?;
    let named = Named { id: pull.head.commit, title: pull.title.clone(), pull_request: None, commits: origins };
    let context = Context { run, survey: &survey, line, changes: &changes, rows: &rows };
    let verdict = verdict(run, &named, line, &context.facts(pull, brought));
    Ok(Judged { verdicts: vec![verdict], notes })
}

/// Takes what is told of a pull request whose commits are not here. A commit is a pick where its message names one that main has;
/// what else it may be only its patch could show.
fn told(run: &Run<'_>, survey: &Survey, pull: &PullRequest) -> Result<Brought> {
    let Told { messages, changed, raised } = Told::of(run, pull)?;
    let pick = |message: &Message| match stated(run, survey, &message.text) {
        Some(origin @ Origin::Main(_)) => {
            Some(PickedFrom { commit: message.commit, subject: message.title().to_owned(), origin })
        }
        Some(Origin::Elsewhere(_) | Origin::Probably(_) | Origin::Nowhere) | None => None,
    };
    let picks = match &messages {
        Known::Known(messages) => {
            let picks = messages.iter().map(pick).collect::<Option<Vec<_>>>();
            picks.map_or_else(|| Known::Unknown(absent::missing(run, pull)), Known::Known)
        }
        Known::Unknown(why) => Known::Unknown(why.clone()),
    };
    Ok(Brought { messages, picks, changed, raised })
}

fn main_commit(origin: &Origin) -> Option<CommitId> {
    match origin {
        Origin::Main(id) | Origin::Probably(id) => Some(*id),
        Origin::Elsewhere(_) | Origin::Nowhere => None,
    }
}

fn tip_of(survey: &Survey, line: &Line) -> Result<CommitId> {
    let found = survey.lines.iter().find(|known| known.line.name == line.name);
    found
        .map(|known| known.tip)
        .ok_or_else(|| Error::undecided(format!("line '{}' cannot be compared with main", line.name)))
}

/// Finds what a pull request changes, and what its commits were picked from.
fn brought(run: &Run<'_>, survey: &Survey, line: &Line, pull: &PullRequest, head: &Commit) -> Result<Brought> {
    let tip = tip_of(survey, line)?;
    let base = run.git.merge_base(pull.base.commit, head.id).or_else(|_| run.git.merge_base(tip, head.id))?;
    let (changed, raised) = changed(run, run.git.tree_of(base)?, head.tree)?;
    let commits: Vec<Commit> = run
        .git
        .commits_between(&[tip, survey.main_tip], head.id, None)?
        .into_iter()
        .filter(|commit| !commit.is_merge())
        .collect();
    let requests = survey
        .changes
        .iter()
        .flat_map(|change| change.members.iter().filter_map(|member| Some((*member, change.pull_request?))));
    let known = Origins::new(&survey.commits, &requests.collect());
    let main: Vec<&Commit> = survey.commits.iter().collect();
    let patch_ids = run.git.patch_ids(&run.git.changing_alike(&commits.iter().collect::<Vec<_>>(), &main)?)?;
    let matches = known.matches(&commits, &patch_ids, &all_keys());
    let picks = commits.iter().map(|commit| {
        let own = || matches.iter().filter(|found| found.pick == commit.id);
        let sure = own().find(|found| found.certainty == Certainty::Yes);
        let origin = match (sure, own().next(), stated(run, survey, &commit.message)) {
            (Some(found), ..) => Origin::Main(found.origin),
            (None, _, Some(stated)) => stated,
            (None, Some(found), None) => Origin::Probably(found.origin),
            (None, None, None) => Origin::Nowhere,
        };
        PickedFrom { commit: commit.id, subject: commit.subject().to_owned(), origin }
    });
    let picks: Vec<PickedFrom> = picks.collect();
    let of_main: HashMap<CommitId, &Commit> = survey.commits.iter().map(|commit| (commit.id, commit)).collect();
    let origins = picks.iter().filter_map(|pick| of_main.get(&main_commit(&pick.origin)?).copied());
    let messages = commits.iter().chain(origins).map(message).collect();
    Ok(Brought { messages: Known::Known(messages), picks: Known::Known(picks), changed: Known::Known(changed), raised })
}

/// Returns what a message names as its origin, and whether main has it.
fn stated(run: &Run<'_>, survey: &Survey, message: &str) -> Option<Origin> {
    let named: Vec<_> = markers(message).into_iter().filter_map(|marker| marker.relation.origin_commit()).collect();
    let full = |prefix: &crate::model::trailer::CommitPrefix| prefix.full().or_else(|| run.git.expand(prefix.as_str()));
    let on_main = named.iter().filter_map(full).find(|id| run.git.is_ancestor(*id, survey.main_tip));
    on_main.map(Origin::Main).or_else(|| named.first().map(|prefix| Origin::Elsewhere(prefix.to_string())))
}

/// A pull request to a line, and the changes of main that it brings there.
struct Context<'c> {
    run: &'c Run<'c>,
    survey: &'c Survey,
    line: &'c Line,
    changes: &'c [&'c Change],
    rows: &'c [Row],
}

impl Context<'_> {
    fn facts(&self, pull: PullRequest, brought: Brought) -> Facts {
        let Brought { messages, picks, changed, raised } = brought;
        let mut facts = Facts {
            line: line_facts(self.line),
            messages,
            main: self.on_main(&picks),
            state: Known::Unknown(Missing::NotAsked),
            newer: if_known(&picks, || self.newer()),
            out_since: if_known(&picks, || self.out_since()),
            changed,
            applies: Known::Unknown(Missing::NotAsked),
            raised,
            pull: Known::Known(Some(pull)),
            decision: self.decision(),
            picks: Some(picks),
            embargo: EmbargoFacts::default(),
        };
        facts.embargo = embargo(self.run, &facts);
        facts
    }

    fn on_main(&self, picks: &Known<Vec<PickedFrom>>) -> Known<OnMain> {
        let taken_back = self.changes.iter().find_map(|change| self.survey.fates.fate(change.id).reverted_by);
        if let Some(revert) = taken_back {
            return Known::Known(OnMain::TakenBack(revert));
        }
        match picks {
            Known::Unknown(why) => Known::Unknown(why.clone()),
            Known::Known(picks) if picks.iter().all(|pick| matches!(pick.origin, Origin::Main(_))) => {
                Known::Known(OnMain::Stands)
            }
            Known::Known(_) => Known::Unknown(Missing::Failed("not every commit is a pick of one on main".to_owned())),
        }
    }

    /// Returns for each newer line where what the pull request brings stands worst.
    fn newer(&self) -> Vec<NewerLine> {
        let mut newer: Vec<NewerLine> = Vec::new();
        for row in self.rows {
            for line in super::facts::newer(self.run, row, self.line) {
                match newer.iter_mut().find(|known| known.line == line.line) {
                    Some(known) if is_there(known.state) => known.state = line.state,
                    Some(_) => {}
                    None => newer.push(line),
                }
            }
        }
        newer
    }

    fn out_since(&self) -> Option<chrono::DateTime<chrono::Utc>> {
        let of_main: HashMap<CommitId, &Commit> =
            self.survey.commits.iter().map(|commit| (commit.id, commit)).collect();
        let each = self.changes.iter().zip(self.rows).map(|(change, row)| {
            let newer = super::facts::newer(self.run, row, self.line);
            super::facts::out_since(self.survey, &of_main, change, row, &newer)
        });
        // What came out last decides; what is not out yet does, too.
        each.collect::<Option<Vec<_>>>().and_then(|all| all.into_iter().max())
    }

    /// Returns the decision about what it brings: a no before a yes.
    fn decision(&self) -> Option<Decision> {
        let about = |change: &&Change| self.run.protected.decisions.about(change, &self.line.name).cloned();
        let all: Vec<Decision> = self.changes.iter().filter_map(about).collect();
        all.iter().find(|one| one.answer == Answer::Decline).or_else(|| all.first()).cloned()
    }
}

/// Works something out from the picks, where they are known.
fn if_known<T>(picks: &Known<Vec<PickedFrom>>, work: impl FnOnce() -> T) -> Known<T> {
    picks.missing().map_or_else(|| Known::Known(work()), |why| Known::Unknown(why.clone()))
}

fn is_there(state: State) -> bool {
    match state {
        State::OnLine | State::Released | State::NotAffected => true,
        State::Needed | State::Declined | State::RevertedOnMain | State::Unknown => false,
    }
}
