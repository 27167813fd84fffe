//! `patch-check`: may this fix go into a patch release of this line?

mod absent;
mod again;
pub mod explain;
mod facts;
mod fixes;
mod moments;
mod origin;
mod pulls;
pub mod say;
mod to_line;
pub mod waive;

use std::cell::OnceCell;

use crate::model::check_request::{CheckRequest, Judge};
use crate::model::check_run::Before;
use crate::model::commit::CommitId;
use crate::model::eligibility::judge::Policy;
use crate::model::eligibility::verdict::{After, Report, VERDICT_SCHEMA, Verdict};
use crate::model::error::{Kind, Result};
use crate::model::line::{Line, LineStatus};
use crate::model::tag::TagName;
use crate::ports::forge::{Failure, Forge};
use crate::ports::git::Git;
use crate::ports::protected::Protected;
use crate::ports::settings::lacking;

/// Everything that a run works with.
struct Run<'r> {
    git: &'r Git,
    protected: &'r Protected,
    /// Who is asked for pull requests; `None`: nobody.
    forge: Option<&'r Forge>,
    request: &'r CheckRequest,
    moments: moments::Moments,
    /// The tags, read when the first question about them comes.
    tags: OnceCell<Vec<TagName>>,
    /// Called once for each fix that was looked at, with how many there are.
    advance: &'r dyn Fn(usize),
}

/// What was judged, and what a person should know.
#[derive(Default)]
struct Judged {
    verdicts: Vec<Verdict>,
    notes: Vec<String>,
    /// The newest commit of the pull request that was judged, where it is open.
    head: Option<CommitId>,
    /// What it is judged after, where that is no work on the pull request itself.
    after: Option<After>,
    /// What was judged again besides, one for each newest commit.
    again: Vec<Judged>,
    /// What stood on the newest commit of the pull request before it was judged, where that is said by a check run.
    before: Option<Before>,
}

/// Judges what was asked about.
///
/// # Errors
/// When a revision, a line or the payload is unknown or wrong, history is missing, or git or the forge fails.
pub fn run(
    git: &Git,
    protected: &Protected,
    forge: Option<&Forge>,
    request: &CheckRequest,
    advance: &dyn Fn(usize),
) -> Result<Report> {
    let run = Run::new(git, protected, forge, request, advance);
    let judged = match &request.judge {
        Judge::Fixes(revisions) => fixes::by_revision(&run, revisions)?,
        Judge::Range { from, to } => fixes::between(&run, from, to)?,
        Judge::Pull(number) => pulls::by_number(&run, *number)?,
        Judge::Event { file, label } => pulls::of_event(&run, file, label.as_ref())?,
    };
    run.told(judged)
}

/// Judges an open pull request once more, as after a merge: another run said something about it while it was judged.
///
/// # Errors
/// As [`run`].
pub fn once_more(
    git: &Git,
    protected: &Protected,
    forge: &Forge,
    request: &CheckRequest,
    before: &Before,
) -> Result<Report> {
    let run = Run::new(git, protected, Some(forge), request, &|_| ());
    let label = match &request.judge {
        Judge::Event { label, .. } => label.as_ref(),
        Judge::Fixes(_) | Judge::Range { .. } | Judge::Pull(_) => None,
    };
    run.told(again::one_again(&run, forge, (before.pull, before.commit), label)?)
}

/// Takes what the forge answers, where anything else ends the run.
fn answer<T>(found: std::result::Result<T, Failure>) -> Result<T> {
    found.map_err(Failure::into_error)
}

impl<'r> Run<'r> {
    fn new(
        git: &'r Git,
        protected: &'r Protected,
        forge: Option<&'r Forge>,
        request: &'r CheckRequest,
        advance: &'r dyn Fn(usize),
    ) -> Self {
        let (moments, tags) = (moments::Moments::default(), OnceCell::new());
        Self { git, protected, forge, request, moments, tags, advance }
    }

    /// Returns the newest commit of main that counts: where there is a remote, what was not pushed yet has not landed.
    fn main(&self) -> Result<CommitId> {
        let main = &self.protected.settings.main;
        self.git.protected_tip(main).map_or_else(|| self.git.branch_commit(main), |(_, commit)| Ok(commit))
    }

    /// Puts together what is said, without what is under embargo.
    fn told(&self, judged: Judged) -> Result<Report> {
        let report = self.report(judged, &self.of_lines()?);
        Ok(match &self.request.embargoed {
            Some(embargo) => embargo.withheld(report),
            None => report,
        })
    }

    /// Puts together what is said about what was judged, with what a person should know of its lines.
    fn report(&self, judged: Judged, of_lines: &[String]) -> Report {
        let mut notes = judged.notes;
        notes.extend(of_lines.iter().filter(|_| !judged.verdicts.is_empty()).cloned());
        Report {
            schema: VERDICT_SCHEMA.to_owned(),
            policy: self.protected.source.clone(),
            after: judged.after,
            head: judged.head,
            verdicts: judged.verdicts,
            notes,
            before: judged.before,
            again: judged.again.into_iter().map(|judged| self.report(judged, of_lines)).collect(),
        }
    }

    /// Says whether a line has its branch. One that is still to be cut from main will have what main has, and so it asks nothing of a fix.
    /// Where the clone may lack branches nobody knows, and then it counts as one that has; so does one that has releases, whose branch was
    /// deleted or has another name.
    ///
    /// # Errors
    /// When the tags cannot be read: then nobody knows whether it has releases.
    fn is_cut(&self, line: &Line) -> Result<bool> {
        let branch = self.protected.settings.branch_of(self.git, line);
        let found = branch.and_then(|branch| self.git.branch_commit(&branch));
        if !matches!(found, Err(error) if error.kind() == Kind::Usage) || lacking(self.git).is_some() {
            return Ok(true);
        }
        let is_of_line = |tag: &TagName| {
            self.protected.settings.tag.version_of(tag.as_str()).is_some_and(|version| line.contains(&version))
        };
        Ok(self.tags()?.iter().any(is_of_line))
    }

    fn tags(&self) -> Result<&[TagName]> {
        if let Some(tags) = self.tags.get() {
            return Ok(tags);
        }
        let tags = self.git.tag_names()?;
        Ok(self.tags.get_or_init(|| tags))
    }

    /// Says of supported lines what a person should know: that one which nobody named is left out, for it has no branch, and that what
    /// was not pushed counts.
    fn of_lines(&self) -> Result<Vec<String>> {
        let mut notes = Vec::new();
        for line in self.protected.settings.config.lines.iter().filter(|line| line.status != LineStatus::EndOfLife) {
            if !self.request.lines.contains(&line.name) && !self.is_cut(line)? {
                notes.push(format!(
                    "line {} is left out, for it has no branch '{}' yet; where it has one by another name, say that in patch.toml",
                    line.name, line.branch
                ));
            } else if let Ok(branch) = self.protected.settings.branch_of(self.git, line) {
                notes.extend(self.git.ahead(&branch));
            }
        }
        Ok(notes)
    }

    fn policy(&self) -> Policy<'r> {
        let config = &self.protected.settings.config;
        Policy {
            eligibility: &config.eligibility,
            classify: &config.classify,
            waivers: &self.protected.waivers,
            now: self.request.now,
        }
    }
}
