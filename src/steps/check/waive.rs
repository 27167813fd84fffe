//! `patch-check waive`: what somebody waives for one fix is written down.

use crate::model::check_request::WaiveRequest;
use crate::model::commit::{Commit, CommitId};
use crate::model::decision::{Outcome, moment};
use crate::model::eligibility::Rule;
use crate::model::eligibility::looked::{Looked, digest};
use crate::model::eligibility::waiver::{Standing, WAIVE_SCHEMA, WAIVERS_PATH, Waived, Waiver, record};
use crate::model::error::{Error, Result};
use crate::model::request::Mode;
use crate::model::sums::Sha256Sum;
use crate::ports::decisions::RecordFile;
use crate::ports::git::{Change, Git};
use crate::ports::protected::Protected;
use crate::ports::survey::chain::changed_by;

/// Writes a waiver into the file in the worktree. It counts once main has it.
///
/// # Errors
/// When the fix or the line is unknown, who waives it may not, its last day is over, there is no worktree, or the file is
/// malformed or cannot be written.
pub fn run(git: &Git, protected: &Protected, request: WaiveRequest) -> Result<Waived> {
    let WaiveRequest { fix, line, rule, pick, reason, by, until, at, mode } = request;
    if let Some(line) = &line {
        protected.settings.lines(std::slice::from_ref(line))?;
    }
    if rule == Rule::Embargo {
        return Err(Error::no("what is under embargo is never waived").hint(rule.mend()));
    }
    let by = git.person(by)?;
    let fix = if rule == Rule::Origin { of_pull(git, &fix)? } else { git.resolve(&fix)? };
    let (pick, change) = found(git, protected, (fix, rule), pick.as_deref())?.unzip();
    let waiver = Waiver { fix, line, rule, pick, change, reason, by, until };
    match waiver.standing(&protected.settings.config.eligibility.waivers, at) {
        Standing::InForce => {}
        Standing::Expired => {
            return Err(Error::usage(format!("'{until}' is over")).hint("give a later day with --until"));
        }
        Standing::NotAllowed => {
            return Err(Error::no(format!("'{}' may not waive '{rule}'", waiver.by))
                .hint(format!("those who may stand in [[eligibility.waivers]] of {}", protected.source)));
        }
    }
    let file = RecordFile::of(git, WAIVERS_PATH)?;
    let old = file.read()?;
    let outcome = match (record(&old, &waiver)?, mode) {
        (None, _) => Outcome::Already,
        (Some(_), Mode::DryRun) => Outcome::WouldRecord,
        (Some(new), Mode::Write) => {
            file.replace(&old, &new)?;
            Outcome::Recorded
        }
    };
    Ok(Waived { schema: WAIVE_SCHEMA, outcome, waiver, at: moment(at) })
}

/// What a waiver of `origin` is about: a commit, and what it says and changes.
type LookedAt = (CommitId, Sha256Sum);

/// Finds the commit that was looked at. Where a fix comes from is waived for what one commit holds, so a fix that main has is not enough.
fn found(
    git: &Git,
    protected: &Protected,
    (fix, rule): (CommitId, Rule),
    pick: Option<&str>,
) -> Result<Option<LookedAt>> {
    let is_of_main = |commit| git.is_ancestor(commit, protected.commit);
    let pick = match (rule, pick) {
        (Rule::Origin, Some(pick)) => of_pull(git, pick)?,
        (Rule::Origin, None) if is_of_main(fix) => {
            return Err(Error::usage("a waiver of 'origin' names the commit that was looked at").hint(
                "give the commit of the pull request that picks the fix with --pick; what is pushed later is not covered",
            ));
        }
        (Rule::Origin, None) => fix,
        (_, Some(_)) => {
            return Err(Error::usage(format!("'{rule}' is not about single picks"))
                .hint("leave --pick out: it is for the rule 'origin'"));
        }
        (_, None) => return Ok(None),
    };
    if is_of_main(pick) {
        return Err(Error::usage(format!("main has {}: it is no pick of a pull request to a line", pick.short()))
            .hint("give the commit of the pull request that was looked at with --pick"));
    }
    if fix != pick && !is_of_main(fix) {
        return Err(Error::usage(format!("{} is neither the pick nor a fix that main has", fix.short()))
            .hint(format!("name the pick itself: patch-check waive {} --rule origin", pick.short())));
    }
    Ok(Some((pick, looked_at(git, &git.commit(pick)?)?)))
}

/// Finds a commit of a pull request, which that of a fork brings into no clone by itself.
fn of_pull(git: &Git, revision: &str) -> Result<CommitId> {
    git.resolve(revision).map_err(|error| {
        let fetch = "the commits of pull request N come with: git fetch origin pull/N/head";
        let hint = error.hint_text().map_or_else(|| fetch.to_owned(), |hint| format!("{hint}; {fetch}"));
        error.hint(hint)
    })
}

/// Returns the digest of what a commit says and changes.
///
/// # Errors
/// When what it is compared with is missing, or a tree cannot be read.
pub(super) fn looked_at(git: &Git, commit: &Commit) -> Result<Sha256Sum> {
    let changes = changed_by(git, &mut git.objects()?, commit)?;
    Ok(digest(commit, changes.iter().map(|Change { path, old, new }| Looked { path, old: *old, new: *new })))
}
