//! Pull requests: to main, and to a line.

use std::collections::HashMap;
use std::path::Path;

use crate::model::change::Change;
use crate::model::commit::{Commit, CommitId};
use crate::model::decision::{Answer, Decision};
use crate::model::eligibility::facts::{EmbargoFacts, Facts, NewerLine, OnMain, Origin, PickedFrom, Touched};
use crate::model::error::{Error, Result};
use crate::model::event::{Action, Event, MOST_PAYLOAD_BYTES};
use crate::model::known::{Known, Missing};
use crate::model::line::Line;
use crate::model::presence::{Certainty, Origins, all_keys};
use crate::model::pull::{PullRequest, PullState};
use crate::model::request::{Depth, Since};
use crate::model::status::{Row, State};
use crate::model::trailer::markers;
use crate::ports::files::read_first_or_stdin;
use crate::ports::survey::Survey;
use crate::ports::survey::table::rows_of;

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
    const HINT: &str =
        "give the file that GITHUB_EVENT_PATH names, in a workflow on pull_request or pull_request_target";
    // One byte more tells that there is more.
    let payload = read_first_or_stdin(file, MOST_PAYLOAD_BYTES + 1).map_err(|error| error.hint(HINT))?;
    let event = Event::parse(&payload)
        .map_err(|broken| Error::usage(format!("'{}' cannot be judged", file.display())).because(broken).hint(HINT))?;
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
    let number = pull.number;
    let missing = |what: &str, id: CommitId, hint: String| {
        Error::undecided(format!("{what} of pull request {number}, '{}', is not in this clone", id.short())).hint(hint)
    };
    match &pull.state {
        PullState::Merged(merge) => {
            let id = merge.commit.ok_or_else(|| {
                Error::undecided(format!("the commit that merged pull request {number} is not told"))
                    .hint("name the commit: patch-check commit REV")
            })?;
            let known = run.git.commit(id).is_ok();
            if !known {
                let hint = format!("fetch main: git fetch origin {}", run.protected.settings.main);
                return Err(missing("the merge", id, hint));
            }
            of_pull(run, id, pull)
        }
        PullState::Open | PullState::Closed => match run.git.commit(pull.head.commit) {
            Ok(commit) => {
                let verdicts = not_merged(run, &commit, Known::Known(Some(pull)))?;
                Ok(Judged { verdicts, ..Judged::default() })
            }
            Err(_) => {
                let hint = format!("fetch it, which runs nothing of it: git fetch origin pull/{number}/head");
                Err(missing("the newest commit", pull.head.commit, hint))
            }
        },
    }
}

/// What a pull request brings to a line.
struct Brought {
    commits: Vec<Commit>,
    picks: Vec<PickedFrom>,
}

/// Judges a pull request to a line: its commits are picks, and what they were picked from is what is judged.
fn to_line(run: &Run<'_>, pull: PullRequest, line: &Line) -> Result<Judged> {
    let head = run.git.commit(pull.head.commit).map_err(|error| {
        let number = pull.number;
        let message = format!("the newest commit of pull request {number} is not in this clone");
        let hint = format!("fetch it, which runs nothing of it: git fetch origin pull/{number}/head");
        Error::undecided(message).because(error).hint(hint)
    })?;
    let survey = surveyed(run, &[line], &Since::BranchPoints)?;
    let brought = brought(run, &survey, line, head.id)?;
    let origins: Vec<CommitId> = brought.picks.iter().filter_map(|pick| main_commit(&pick.origin)).collect();
    let holds = |change: &&Change| origins.iter().any(|id| change.id == *id || change.members.contains(id));
    let changes: Vec<&Change> = survey.changes.iter().filter(holds).collect();
    let rows = rows_of(run.git, &survey, &changes, Depth::Stated, &run.protected.decisions, &|_| ())?;
    let base = run
        .git
        .merge_base(pull.base.commit, head.id)
        .or_else(|_| run.git.merge_base(tip_of(&survey, line)?, head.id))?;
    let (touched, raised) = changed(run, run.git.tree_of(base)?, head.tree)?;
    let context = Context { run, survey: &survey, line, changes: &changes, rows: &rows };
    let facts = context.facts(pull, brought, touched, raised);
    let named = Named {
        id: head.id,
        title: facts.pull.value().and_then(Option::as_ref).map(|pull| pull.title.clone()).unwrap_or_default(),
        pull_request: None,
        commits: origins,
    };
    let verdict = verdict(run, &named, line, &facts);
    Ok(Judged { verdicts: vec![verdict], notes: survey.notes.clone() })
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

/// Finds what the commits of a pull request were picked from.
fn brought(run: &Run<'_>, survey: &Survey, line: &Line, head: CommitId) -> Result<Brought> {
    let hidden = [tip_of(survey, line)?, survey.main_tip];
    let commits: Vec<Commit> =
        run.git.commits_between(&hidden, head, None)?.into_iter().filter(|commit| !commit.is_merge()).collect();
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
        let origin = match (sure, own().next(), stated(run, survey, commit)) {
            (Some(found), ..) => Origin::Main(found.origin),
            (None, _, Some(stated)) => stated,
            (None, Some(found), None) => Origin::Probably(found.origin),
            (None, None, None) => Origin::Nowhere,
        };
        PickedFrom { commit: commit.id, subject: commit.subject().to_owned(), origin }
    });
    let picks = picks.collect();
    Ok(Brought { commits, picks })
}

/// Returns what a message names as its origin, and whether main has it.
fn stated(run: &Run<'_>, survey: &Survey, commit: &Commit) -> Option<Origin> {
    let named: Vec<_> =
        markers(&commit.message).into_iter().filter_map(|marker| marker.relation.origin_commit()).collect();
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
    fn facts(
        &self,
        pull: PullRequest,
        brought: Brought,
        touched: Vec<Touched>,
        raised: Known<Vec<crate::model::eligibility::dependencies::Raised>>,
    ) -> Facts {
        let of_main: HashMap<CommitId, &Commit> =
            self.survey.commits.iter().map(|commit| (commit.id, commit)).collect();
        let origins = brought.picks.iter().filter_map(|pick| main_commit(&pick.origin));
        let origins = origins.filter_map(|id| of_main.get(&id).copied());
        let messages = brought.commits.iter().chain(origins).map(message).collect();
        let mut facts = Facts {
            line: line_facts(self.line),
            messages,
            main: self.on_main(&brought.picks),
            state: Known::Unknown(Missing::NotAsked),
            newer: self.newer(),
            out_since: self.out_since(),
            changed: Known::Known(touched),
            applies: Known::Unknown(Missing::NotAsked),
            raised,
            pull: Known::Known(Some(pull)),
            decision: self.decision(),
            picks: Some(Known::Known(brought.picks)),
            embargo: EmbargoFacts::default(),
        };
        facts.embargo = embargo(self.run, &facts);
        facts
    }

    fn on_main(&self, picks: &[PickedFrom]) -> Known<OnMain> {
        let taken_back = self.changes.iter().find_map(|change| self.survey.fates.fate(change.id).reverted_by);
        if let Some(revert) = taken_back {
            return Known::Known(OnMain::TakenBack(revert));
        }
        match picks.iter().all(|pick| matches!(pick.origin, Origin::Main(_))) {
            true => Known::Known(OnMain::Stands),
            false => Known::Unknown(Missing::Failed("not every commit is a pick of one on main".to_owned())),
        }
    }

    /// Returns for each newer line where what the pull request brings stands worst.
    fn newer(&self) -> Known<Vec<NewerLine>> {
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
        Known::Known(newer)
    }

    fn out_since(&self) -> Known<Option<chrono::DateTime<chrono::Utc>>> {
        let each = self.changes.iter().zip(self.rows).map(|(change, row)| {
            let newer = super::facts::newer(self.run, row, self.line);
            super::facts::out_since(self.run, self.survey, (change, row), &newer, None)
        });
        // What came out last decides; what is not out yet does, too.
        Known::Known(each.collect::<Option<Vec<_>>>().and_then(|all| all.into_iter().max()))
    }

    /// Returns the decision about what it brings: a no before a yes.
    fn decision(&self) -> Option<Decision> {
        let about = |change: &&Change| self.run.protected.decisions.about(change, &self.line.name).cloned();
        let all: Vec<Decision> = self.changes.iter().filter_map(about).collect();
        all.iter().find(|one| one.answer == Answer::Decline).or_else(|| all.first()).cloned()
    }
}

fn is_there(state: State) -> bool {
    match state {
        State::OnLine | State::Released | State::NotAffected => true,
        State::Needed | State::Declined | State::RevertedOnMain | State::Unknown => false,
    }
}
