//! Pull requests whose commits are not in this clone: what the forge or the payload of an event tells is judged, and what only the
//! commits themselves could show is unknown, which leaves the rules that need it undecided.

use crate::model::commit::CommitId;
use crate::model::eligibility::dependencies::{Raised, is_manifest};
use crate::model::eligibility::facts::{Content, EmbargoFacts, Facts, Message, OnMain, Touched};
use crate::model::error::Result;
use crate::model::known::{Known, Missing};
use crate::model::line::Line;
use crate::model::pull::{ChangedFile, FileStatus, PullRequest, PullState};

use super::facts::{embargo, line_facts, mark};
use super::fixes::{Named, asked_lines, verdict};
use super::{Judged, Run};

/// What is told of commits that are not here.
pub(super) struct Told {
    /// Their messages, the oldest first; those of merges are left out.
    pub(super) messages: Known<Vec<Message>>,
    pub(super) changed: Known<Vec<Touched>>,
    pub(super) raised: Known<Vec<Raised>>,
}

/// Says that the commits of a pull request are not here, and with which command they come.
pub(super) fn missing(run: &Run<'_>, pull: &PullRequest) -> Missing {
    let number = pull.number;
    Missing::Failed(match pull.state {
        PullState::Merged(_) => {
            let fetch = run.git.fetch_from().branch(&run.protected.settings.main);
            format!("the merge of pull request {number} is not in this clone; fetch it: {fetch}")
        }
        PullState::Open | PullState::Closed => format!(
            "the commits of pull request {number} are not in this clone; fetch them, which runs nothing of them: {}",
            run.git.fetch_from().pull(number)
        ),
    })
}

impl Told {
    /// Takes what a pull request tells of its commits.
    ///
    /// # Errors
    /// When git fails.
    pub(super) fn of(run: &Run<'_>, pull: &PullRequest) -> Result<Self> {
        let own = |commits: &Vec<crate::model::pull::PullCommit>| {
            let own = commits.iter().filter(|commit| commit.parents < 2);
            own.map(|commit| Message { commit: commit.id, text: commit.message.clone(), people: String::new() })
                .collect()
        };
        let messages = told(&pull.commits, own);
        let compared = |file: &&ChangedFile| !matches!(file.status, FileStatus::Added | FileStatus::Removed);
        let raised = match &pull.files {
            Known::Known(files) if files.iter().filter(compared).any(|file| is_manifest(&file.path)) => {
                Known::Unknown(missing(run, pull))
            }
            Known::Known(_) => Known::Known(Vec::new()),
            Known::Unknown(why) => Known::Unknown(why.clone()),
        };
        let mut changed = told(&pull.files, |files| files.iter().map(touched).collect::<Vec<_>>());
        if let Known::Known(files) = &mut changed {
            let main = run.git.branch_commit(&run.protected.settings.main)?;
            mark(run, main, files.iter_mut().collect())?;
        }
        Ok(Self { messages, changed, raised })
    }
}

fn told<T, U>(from: &Known<T>, read: impl FnOnce(&T) -> U) -> Known<U> {
    match from {
        Known::Known(value) => Known::Known(read(value)),
        Known::Unknown(why) => Known::Unknown(why.clone()),
    }
}

fn touched(file: &ChangedFile) -> Touched {
    let content = match (file.status, file.additions.saturating_add(file.deletions)) {
        (FileStatus::Removed, _) => Content::Gone,
        // GitHub counts no lines of a file that has none, and nothing else tells it from one whose mode changed.
        (FileStatus::Added | FileStatus::Modified, 0) => Content::Binary,
        (FileStatus::Added | FileStatus::Modified | FileStatus::Renamed | FileStatus::Copied, _) => Content::Text,
    };
    Touched {
        path: file.path.clone(),
        was: file.previous.clone().filter(|_| file.status == FileStatus::Renamed),
        added: file.additions,
        removed: file.deletions,
        content,
        marked: false,
    }
}

/// Judges a pull request to main.
pub(super) fn to_main(run: &Run<'_>, id: CommitId, pull: &PullRequest) -> Result<Judged> {
    let Told { messages, changed, raised } = Told::of(run, pull)?;
    let why = missing(run, pull);
    let not_yet = Missing::Failed("it is not merged to main yet".to_owned());
    let (main, elsewhere, out_since) = match pull.state {
        PullState::Merged(_) => (Known::Unknown(why.clone()), why.clone(), Known::Unknown(why.clone())),
        PullState::Open | PullState::Closed => (Known::Known(OnMain::NotYet), not_yet, Known::Known(None)),
    };
    let named = Named { id, title: pull.title.clone(), pull_request: Some(pull.number), commits: vec![id] };
    let mut judged = Judged { notes: vec![why.to_string()], ..Judged::default() };
    for line in asked_lines(run)? {
        let mut facts = Facts {
            line: line_facts(line),
            messages: messages.clone(),
            main: main.clone(),
            state: Known::Unknown(elsewhere.clone()),
            newer: Known::Unknown(elsewhere.clone()),
            out_since: out_since.clone(),
            changed: changed.clone(),
            applies: Known::Unknown(why.clone()),
            raised: raised.clone(),
            pull: Known::Known(Some(pull.clone())),
            decision: run.protected.decisions.latest(id, &line.name).cloned(),
            picks: None,
            embargo: EmbargoFacts::default(),
        };
        facts.embargo = embargo(run, &facts);
        judged.verdicts.push(verdict(run, &named, line, &facts));
    }
    Ok(judged)
}

/// Judges a pull request to a line. A trailer that names a commit of main shows no origin without the patch that it stands under.
pub(super) fn to_line(run: &Run<'_>, pull: &PullRequest, line: &Line) -> Result<Judged> {
    let Told { messages, changed, raised } = Told::of(run, pull)?;
    let why = missing(run, pull);
    let id = pull.head.commit;
    let named = Named { id, title: pull.title.clone(), pull_request: Some(pull.number), commits: vec![id] };
    let mut facts = Facts {
        line: line_facts(line),
        messages,
        main: Known::Unknown(why.clone()),
        state: Known::Unknown(why.clone()),
        newer: Known::Unknown(why.clone()),
        out_since: Known::Unknown(why.clone()),
        changed,
        applies: Known::Unknown(why.clone()),
        raised,
        pull: Known::Known(Some(pull.clone())),
        decision: None,
        picks: Some(Known::Unknown(why.clone())),
        embargo: EmbargoFacts::default(),
    };
    facts.embargo = embargo(run, &facts);
    let verdict = verdict(run, &named, line, &facts);
    Ok(Judged { verdicts: vec![verdict], notes: vec![why.to_string()], ..Judged::default() })
}
