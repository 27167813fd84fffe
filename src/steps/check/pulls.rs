//! Pull requests: to main, and to a line.

use std::collections::BTreeSet;
use std::path::Path;

use crate::model::arrange::InOrder as _;
use crate::model::branch::BranchSpec;
use crate::model::check_request::{CHECK_NAME, Say};
use crate::model::check_run::Said;
use crate::model::commit::CommitId;
use crate::model::config::{LabelName, RepositoryName};
use crate::model::eligibility::verdict::After;
use crate::model::error::{Error, Result};
use crate::model::event::{Action, Event, MOST_PAYLOAD_BYTES, NotAnEvent, Other, RunSource, WorkflowRun};
use crate::model::known::Known;
use crate::model::pull::{PullRequest, PullState};
use crate::ports::files::read_first_or_stdin;
use crate::ports::forge::Forge;

use super::absent;
use super::again::after_merge;
use super::fixes::{not_merged, of_pull};
use super::to_line::to_line;
use super::{Judged, Run, answer};

/// Judges the pull request of a number, as the forge knows it now.
pub(super) fn by_number(run: &Run<'_>, number: u64) -> Result<Judged> {
    let Some(forge) = run.forge else {
        return Err(Error::undecided(format!("pull request {number} is on GitHub, which was not asked"))
            .hint("set GITHUB_TOKEN, and 'repository' in [project] of patch.toml or GITHUB_REPOSITORY"));
    };
    with_others(run, answer(forge.pull_request(number))?, None)
}

/// Asks for a pull request that something else names; `None`: it is not there, as where its repository was deleted, and that is no reason
/// to keep anything from the others.
pub(super) fn known(forge: &Forge, number: u64) -> Result<Option<PullRequest>> {
    match forge.pull_request(number) {
        Err(failure) if failure.is_missing() => Ok(None),
        found => answer(found).map(Some),
    }
}

/// Says of a pull request that it is not there.
pub(super) fn is_gone(number: u64) -> String {
    format!("pull request {number} is not judged: it is not there any more, or the token may not read it")
}

/// Judges the pull request that a payload is about. Where the forge can be asked, it says how things stand now: the labels in
/// a payload are those of the moment at which it was sent.
pub(super) fn of_event(run: &Run<'_>, file: &Path, label: Option<&LabelName>) -> Result<Judged> {
    const HINT: &str =
        "give the file that GITHUB_EVENT_PATH names, in a workflow on pull_request or pull_request_target";
    // One byte more tells that there is more.
    let payload = read_first_or_stdin(file, MOST_PAYLOAD_BYTES + 1).map_err(|error| error.hint(HINT))?;
    let event = match (Event::parse(&payload), run.forge) {
        (Ok(event), _) => event,
        (Err(NotAnEvent::OtherEvent(Other::Run(gone @ WorkflowRun { source: None, .. }))), _) => {
            return Ok(of_gone(gone));
        }
        (Err(NotAnEvent::OtherEvent(Other::Run(WorkflowRun { commit, source: Some(from) }))), Some(forge)) => {
            return of_run(run, forge, commit, &from, label);
        }
        (Err(broken), _) => {
            let hint = broken.hint();
            return Err(Error::usage(format!("'{}' cannot be judged", file.display())).because(broken).hint(hint));
        }
    };
    let mut notes = Vec::new();
    if let Action::Edited { old_base: Some(old) } = &event.action {
        notes.push(format!("its base was '{}' before: what was said about that line does not count here", old.branch));
    }
    let pull = match run.forge {
        Some(forge) => answer(forge.pull_request(event.pull_request.number))?,
        None => event.pull_request,
    };
    let after = matches!(pull.state, PullState::Merged(_)).then_some(After::Merge);
    let mut found = match run.forge.filter(|_| event.action == Action::Merged && run.request.say.is_asked()) {
        Some(forge) => after_merge(run, forge, pull, label)?,
        None => with_others(run, pull, label)?,
    };
    found.after = after;
    if let (Some(After::Merge), Some(number), Say { check_run: true, comment: false }) =
        (after, found.verdicts.first().and_then(|verdict| verdict.pull_request), run.request.say)
    {
        notes.push(format!(
            "the verdict about pull request {number} stands in this result alone: what was merged gets no check any more, and '--comment' \
             says it in a comment"
        ));
    }
    found.notes.splice(0..0, notes);
    Ok(found)
}

/// Judges a pull request, and where a check run says what comes of it, the other open ones with the same newest commit, too: there is one
/// check run on it, which would say of all of them what the last one came to, also of one that was closed since.
pub(super) fn with_others(run: &Run<'_>, pull: PullRequest, label: Option<&LabelName>) -> Result<Judged> {
    let (own, from) = (pull.number, pull.head.clone());
    let closed = (pull.state == PullState::Closed).then_some(from.commit);
    let mut all = judged(run, pull)?;
    let (Some(commit), Some(forge)) = (all.head.or(closed), run.forge) else { return Ok(all) };
    if run.request.say.check_run {
        let branch = from.repository.as_ref().map(|repository| (repository, from.branch.as_str()));
        let numbers = with_newest(run, forge, branch, commit)?;
        for number in numbers.into_iter().filter(|number| *number != own) {
            add(run, forge, number, commit, label, &mut all)?;
        }
    }
    Ok(shared(run, all))
}

/// Returns what is said about a commit by the check run, where it is said so.
pub(super) fn said(run: &Run<'_>, forge: &Forge, commit: CommitId) -> Result<Option<Said>> {
    match run.request.say.check_run {
        true => answer(forge.said_by_check(commit, CHECK_NAME)),
        false => Ok(None),
    }
}

/// Judges the open pull requests that a run of a workflow was for, so that it counts what that came to. They have one newest commit,
/// and so one check run. Where nothing is judged, nothing is said: it may be what nobody asks about.
fn of_run(
    run: &Run<'_>,
    forge: &Forge,
    commit: CommitId,
    from: &RunSource,
    label: Option<&LabelName>,
) -> Result<Judged> {
    let numbers = with_newest(run, forge, Some((&from.repository, &from.branch)), commit)?;
    let mut all = Judged { after: Some(After::Run), ..Judged::default() };
    if numbers.is_empty() {
        let id = commit.short();
        all.notes.push(format!("the run was for {id}, which is the newest commit of no open pull request"));
    }
    for number in numbers {
        add(run, forge, number, commit, label, &mut all)?;
    }
    Ok(shared(run, all))
}

/// Returns the numbers of pull requests that may be open with this newest commit: those from a branch, and those that the check run on it
/// speaks of already, which may be from others. One that was never judged has nothing in that check run to lose.
fn with_newest(
    run: &Run<'_>,
    forge: &Forge,
    branch: Option<(&RepositoryName, &str)>,
    commit: CommitId,
) -> Result<BTreeSet<u64>> {
    let from_branch = match branch {
        Some((from, branch)) => answer(forge.open_pulls(from, branch, commit))?,
        None => Vec::new(),
    };
    let told = said(run, forge, commit)?.map(|said| said.pulls).unwrap_or_default();
    Ok(from_branch.into_iter().chain(told).in_order())
}

/// Says of pull requests that have one check run that they do: it may be red where the verdict about one of them is not.
fn shared(run: &Run<'_>, mut all: Judged) -> Judged {
    let numbers: BTreeSet<u64> = all.verdicts.iter().filter_map(|verdict| verdict.pull_request).in_order();
    if let (Some(commit), true, true) = (all.head, numbers.len() > 1, run.request.say.check_run) {
        let names: Vec<String> = numbers.iter().map(u64::to_string).collect();
        all.notes.push(format!(
            "the newest commit of pull requests {} is {}: its one check run says the worst of what is found about them",
            names.join(", "),
            commit.short()
        ));
    }
    all
}

/// Says what to do about a run for a branch that is told no more, as where a fork was deleted.
fn of_gone(run: WorkflowRun) -> Judged {
    let id = run.commit.short();
    let note = format!("nothing is judged: the run was for {id}; {}", Other::Run(run).instead());
    Judged { notes: vec![note], after: Some(After::Run), ..Judged::default() }
}

/// Adds what is found about an open pull request with this newest commit, or why it is not judged.
fn add(
    run: &Run<'_>,
    forge: &Forge,
    number: u64,
    commit: CommitId,
    label: Option<&LabelName>,
    all: &mut Judged,
) -> Result<()> {
    let Some(pull) = known(forge, number)? else {
        all.notes.push(is_gone(number));
        return Ok(());
    };
    let went_on = match &pull.state {
        PullState::Open => format!("pull request {number} has another newest commit by now"),
        PullState::Closed | PullState::Merged(_) => format!("pull request {number} is open no more"),
    };
    let passed_over = (open_head(&pull) != Some(commit)).then_some(went_on).or_else(|| lacks(run, &pull, label));
    if let Some(note) = passed_over {
        all.notes.push(note);
        return Ok(());
    }
    let one = judged(run, pull)?;
    all.head = all.head.or(one.head.filter(|_| !one.verdicts.is_empty()));
    all.verdicts.extend(one.verdicts);
    all.notes.extend(one.notes);
    Ok(())
}

/// Returns why a pull request is not judged: it goes to main and has not the label that those have that are.
pub(super) fn lacks(run: &Run<'_>, pull: &PullRequest, label: Option<&LabelName>) -> Option<String> {
    let wanted = label.filter(|_| pull.base.branch == run.protected.settings.main)?;
    let is_it = |name: &str| name.to_lowercase() == wanted.as_str().to_lowercase();
    let lacks = !pull.labels.iter().any(|label| is_it(&label.name));
    lacks.then(|| format!("pull request {} has no label '{wanted}': it is not judged", pull.number))
}

/// Returns the newest commit of a pull request that is open.
pub(super) fn open_head(pull: &PullRequest) -> Option<CommitId> {
    (pull.state == PullState::Open).then_some(pull.head.commit)
}

fn judged(run: &Run<'_>, pull: PullRequest) -> Result<Judged> {
    let head = open_head(&pull);
    Ok(Judged { head, ..by_base(run, pull)? })
}

fn by_base(run: &Run<'_>, pull: PullRequest) -> Result<Judged> {
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
    not_of_a_line(run, &pull)?;
    nothing(format!(
        "pull request {number} goes to '{}', which is neither main nor a line: there is nothing to judge",
        pull.base.branch
    ))
}

/// Makes sure that the branch that a pull request goes to belongs to no line: one that is not in the clone may, and an earlier
/// release's branch does.
fn not_of_a_line(run: &Run<'_>, pull: &PullRequest) -> Result<()> {
    let (settings, base) = (&run.protected.settings, &pull.base.branch);
    for line in &settings.config.lines {
        let BranchSpec::PerRelease(pattern) = &line.branch else { continue };
        if pattern.version_of(base).is_some_and(|version| line.contains(&version))
            && let Ok(current) = settings.branch_of(run.git, line)
        {
            return Err(Error::undecided(format!(
                "pull request {} goes to '{base}', which is a branch of line {}, but not the one it is at now",
                pull.number, line.name
            ))
            .hint(format!("change its base to '{current}', or fetch '{base}' if that is newer")));
        }
    }
    match run.git.branch_commit(base) {
        Ok(_) => Ok(()),
        Err(error) => Err(Error::undecided(format!(
            "it cannot be told whether '{base}', where pull request {} goes, is a line",
            pull.number
        ))
        .because(error)
        .hint(format!("fetch it: {}", run.git.fetch_from().branch(base)))),
    }
}

fn to_main(run: &Run<'_>, pull: PullRequest) -> Result<Judged> {
    match &pull.state {
        PullState::Merged(merge) => {
            let id = merge.commit.ok_or_else(|| {
                Error::undecided(format!("the commit that merged pull request {} is not told", pull.number))
                    .hint("name the commit: patch-check commit REV")
            })?;
            match run.git.commit(id) {
                Ok(_) if run.git.is_ancestor(id, run.main()?) => of_pull(run, id, pull),
                Ok(_) | Err(_) => absent::to_main(run, id, &pull),
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
