//! What `patch-pick apply` did, line by line.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::branch::BranchName;
use crate::model::commit::CommitId;
use crate::model::error::{Error, Kind};
use crate::model::line::LineName;
use crate::model::path::ShellCommand;
use crate::model::plan::Plan;
use crate::model::resolution::Offer;
use crate::model::special::Special;

/// The value of the `schema` field of [`ApplyReport`].
pub const APPLY_SCHEMA: &str = "patch-pick/apply@1";
/// The value of the `schema` field of [`AbortReport`].
pub const ABORT_SCHEMA: &str = "patch-pick/abort@1";

/// What is asked of `patch-pick apply`.
#[derive(Debug, Clone)]
pub struct ApplyRequest {
    /// The plan.
    pub plan: Plan,
    /// The file it was read from; `None` for standard input.
    pub plan_file: Option<PathBuf>,
    /// The lines of the plan to apply. Empty: all, or when resolutions are given those that they are for.
    pub lines: Vec<LineName>,
    /// Whether anything is changed.
    pub mode: RunMode,
    /// Whether it begins or goes on.
    pub course: Course,
    /// A command that must succeed after each pick.
    pub exec: Option<ShellCommand>,
    /// Whether the commits are signed.
    pub signing: Signing,
    /// What is moved.
    pub target: Target,
    /// What the user typed besides, such as `--repo DIR`, to be repeated in the command that goes on.
    pub repeat: Vec<String>,
    /// The present moment.
    pub now: DateTime<Utc>,
}

/// Whether applying a plan begins or goes on behind a conflict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Course {
    /// It begins.
    Start,
    /// It goes on with these directories of resolutions; with none, those that the conflicts left in the repository.
    Continue(Vec<PathBuf>),
}

/// Whether picks are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signing {
    /// As `commit.gpgSign` says.
    AsConfigured,
    /// They are.
    Always,
    /// They are not.
    Never,
}

/// What a line's picks move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The branch alone, which must not be checked out.
    Branch,
    /// The branch that is checked out here, with index and worktree.
    Here,
}

/// Whether anything is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RunMode {
    /// The plan is carried out.
    Apply,
    /// Everything is worked out and nothing is written; commands are not run.
    DryRun,
}

/// The result of applying a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ApplyReport {
    /// Always `patch-pick/apply@1`.
    pub schema: String,
    /// The digest of the plan.
    pub plan: String,
    /// Whether anything was changed.
    pub mode: RunMode,
    /// Every line of the plan, in its order.
    pub lines: Vec<LineResult>,
}

/// What came of one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct LineResult {
    /// The line.
    pub line: LineName,
    /// Its local branch.
    pub branch: BranchName,
    /// How it ended.
    pub outcome: LineOutcome,
    /// What the branch was at; absent when there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<CommitId>,
    /// What the branch is at now; absent when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<CommitId>,
    /// Every pick of the plan, in its order.
    pub picks: Vec<PickResult>,
    /// What a person has to resolve.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conflict: Option<ConflictNote>,
    /// Why the line failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}

/// How a line ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LineOutcome {
    /// The branch holds every pick of the plan now.
    Applied,
    /// The branch held every pick already.
    Already,
    /// A person has to resolve a pick; the branch is as it was.
    Conflict,
    /// Something is wrong; the branch holds only what `after` tells.
    Failed,
    /// It was not asked for.
    Skipped,
}

/// What came of one pick.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct PickResult {
    /// The fix.
    pub fix: CommitId,
    /// The commit that it became, whether or not the branch holds it yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<CommitId>,
    /// How it ended.
    pub outcome: PickOutcome,
}

/// How a pick ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PickOutcome {
    /// It is a commit now.
    Picked,
    /// It changes nothing on the line and was left out.
    Empty,
    /// The branch held it already.
    Already,
    /// A person has to resolve it.
    Conflict,
    /// It stopped the line: its command failed, or it gave something else than planned.
    Failed,
    /// The line ended before it.
    NotReached,
}

/// A conflict that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ConflictNote {
    /// The fix.
    pub fix: CommitId,
    /// The directory with the files to edit and `resolution.json`; absent in a dry run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub directory: Option<String>,
    /// The conflicting files.
    pub files: Vec<ConflictFile>,
    /// Which of them are submodules and Git LFS pointers that the fix touches.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub special: Vec<Special>,
    /// How the same files were resolved on other lines, to be looked at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offered: Vec<Offer>,
    /// The command that goes on once the files are edited.
    #[serde(rename = "continue", default, skip_serializing_if = "Option::is_none")]
    pub go_on: Option<String>,
    /// The command that gives up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub abort: Option<String>,
}

/// A file in conflict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ConflictFile {
    /// Its path: text from a stranger.
    pub path: String,
    /// How it conflicts, as git names it, such as `contents` or `modify/delete`.
    pub kinds: Vec<String>,
}

/// Why a line failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Failure {
    /// What kind of failure it is.
    pub kind: FailureKind,
    /// What happened.
    pub message: String,
    /// What caused it, the nearest cause first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<String>,
    /// What to do next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// The kind of a failure. It decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// The answer is no: the repository moved, a command failed, a resolution is not finished.
    Refused,
    /// The request or the configuration is wrong.
    Usage,
    /// A person or more data is needed.
    Undecided,
    /// Git or the disk failed; running again continues.
    Unfinished,
}

impl Failure {
    /// Returns one sentence for people without a full stop, with the next command where there is one. May quote strangers.
    pub fn sentence(&self) -> String {
        let causes = self.causes.iter().map(|cause| format!(": {cause}")).collect::<String>();
        let hint = self.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
        format!("{}{causes}{hint}", self.message)
    }
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        let first = std::error::Error::source(error);
        let causes = std::iter::successors(first, |cause| cause.source()).map(ToString::to_string).collect();
        let kind = match error.kind() {
            Kind::No => FailureKind::Refused,
            Kind::Usage => FailureKind::Usage,
            Kind::Undecided => FailureKind::Undecided,
            Kind::Unfinished => FailureKind::Unfinished,
        };
        Self { kind, message: error.to_string(), causes, hint: error.hint_text().map(str::to_owned) }
    }
}

impl From<FailureKind> for Kind {
    fn from(kind: FailureKind) -> Self {
        match kind {
            FailureKind::Refused => Self::No,
            FailureKind::Usage => Self::Usage,
            FailureKind::Undecided => Self::Undecided,
            FailureKind::Unfinished => Self::Unfinished,
        }
    }
}

impl LineResult {
    /// Returns what the exit code follows from; `None` when the line is well.
    pub fn trouble(&self) -> Option<Kind> {
        match self.outcome {
            LineOutcome::Applied | LineOutcome::Already | LineOutcome::Skipped => None,
            LineOutcome::Conflict => Some(Kind::No),
            LineOutcome::Failed => Some(self.failure.as_ref().map_or(Kind::No, |failure| failure.kind.into())),
        }
    }
}

/// The result of giving up conflicts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct AbortReport {
    /// Always `patch-pick/abort@1`.
    pub schema: String,
    /// Whether anything was changed.
    pub mode: RunMode,
    /// The states that were removed. Empty when there was none.
    pub removed: Vec<Removed>,
}

/// The removed state of one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Removed {
    /// The first twelve digits of the plan's digest.
    pub plan: String,
    /// The line, as its directory is called.
    pub line: String,
    /// The directory.
    pub directory: String,
}

/// Writes a word so that a shell reads it as it is.
pub fn shell_word(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+=,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_reads_a_word_as_it_is() {
        assert_eq!(shell_word("a/b-1.json"), "a/b-1.json");
        assert_eq!(shell_word("it's $HOME"), "'it'\\''s $HOME'");
        assert_eq!(shell_word(""), "''");
    }

    #[test]
    fn a_failure_keeps_the_causes_and_the_hint() {
        let error = Error::unfinished("cannot write 'a'").because("the disk is full").hint("make room");
        let failure = Failure::from(&error);
        assert_eq!((failure.kind, failure.causes), (FailureKind::Unfinished, vec!["the disk is full".to_owned()]));
        assert_eq!(failure.hint.as_deref(), Some("make room"));
    }
}
