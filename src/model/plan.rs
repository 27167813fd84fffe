//! A plan: exactly which picks go onto which lines, in which order, and what each must give.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::branch::BranchName;
use super::commit::{CommitId, TreeId};
use super::error::{Error, Result};
use super::forecast::{Forecast, Outcome};
use super::line::LineName;
use super::prerequisite::Prerequisites;
use super::special::Special;
use super::sums::Sha256Sum;
use super::undecided::UndecidedLine;

/// The value of the `schema` field of a plan.
pub const PLAN_SCHEMA: &str = "patch-pick/plan@1";

/// What `patch-pick plan` writes and `patch-pick apply` carries out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Plan {
    /// Always `patch-pick/plan@1`.
    pub schema: String,
    /// SHA-256, in 64 lower-case hexadecimal digits, of the canonical JSON of everything else in the plan.
    pub digest: String,
    /// The branch that fixes come from, and the commit it was at.
    pub main: BranchAt,
    /// Whether each pick gets a `Signed-off-by` trailer of the committer.
    pub signoff: bool,
    /// What happens on each line; a line appears once.
    pub lines: Vec<LinePlan>,
    /// Lines that could not be compared with main.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub undecided: Vec<UndecidedLine>,
}

/// A branch at a commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct BranchAt {
    /// The branch.
    pub branch: BranchName,
    /// The commit.
    pub commit: CommitId,
}

/// What happens on one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LinePlan {
    /// The line.
    pub line: LineName,
    /// The local branch that is advanced or created.
    pub branch: BranchName,
    /// What the local branch must still be at; absent when the plan creates the branch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<CommitId>,
    /// The commit that the first pick goes onto.
    pub onto: CommitId,
    /// The picks, in the order they are made.
    pub picks: Vec<PlannedPick>,
    /// What was considered and is not picked, with the reason.
    pub left_out: Vec<LeftOut>,
}

/// One pick.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PlannedPick {
    /// The fix: a commit of main. A merge is picked as what it changed relative to its first parent.
    pub fix: CommitId,
    /// The first line of its message, as it stands there: text from a stranger.
    pub subject: String,
    /// Why it is in the plan.
    pub role: Role,
    /// For a prerequisite or follow-up, the fix it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub belongs_to: Option<CommitId>,
    /// What the pick must give when it is put onto the picks before it, path policies applied; absent behind a
    /// conflict, where it depends on how a person resolves that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forecast: Option<Forecast>,
    /// What the search for commits that it needs first came to, where it conflicts without or its message asks for some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prerequisites: Option<Prerequisites>,
    /// Paths that a policy of `patch.toml` decided instead of the merge.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by_policy: Vec<PolicyPath>,
    /// The submodules and Git LFS pointers that the pick touches, by path, without those that a policy decided.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub special: Vec<Special>,
}

/// Why a pick is in a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// It was asked for.
    Asked,
    /// A fix that was asked for needs it first.
    Prerequisite,
    /// It repairs a fix that was asked for.
    FollowUp,
}

/// A path that a policy decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PolicyPath {
    /// The path.
    pub path: String,
    /// What was decided.
    pub policy: PolicyName,
}

/// The name of a path policy that is not a three-way merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PolicyName {
    /// The line's content stays.
    KeepLine,
    /// The line's content stays until the command of `patch.toml` makes it anew. The command itself is never read
    /// from a plan.
    Regenerate,
}

/// A fix that is not picked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LeftOut {
    /// The fix.
    pub fix: CommitId,
    /// The first line of its message.
    pub subject: String,
    /// Why.
    pub reason: String,
}

impl PlannedPick {
    /// Returns the tree that it must give, unless a person decides it.
    pub fn tree(&self) -> Option<TreeId> {
        let known = |forecast: &&Forecast| forecast.outcome != Outcome::Conflict;
        self.forecast.as_ref().filter(known).map(|forecast| forecast.tree)
    }

    /// Says whether this must come of it.
    pub fn is(&self, outcome: Outcome) -> bool {
        self.forecast.as_ref().is_some_and(|forecast| forecast.outcome == outcome)
    }
}

impl Plan {
    /// Makes a plan and its digest.
    pub fn new(main: BranchAt, signoff: Signoff, lines: Vec<LinePlan>, undecided: Vec<UndecidedLine>) -> Self {
        let signoff = matches!(signoff, Signoff::Add);
        let (schema, digest) = (PLAN_SCHEMA.to_owned(), String::new());
        let mut plan = Self { schema, digest, main, signoff, lines, undecided };
        plan.digest = plan.compute_digest();
        plan
    }

    /// Reads a plan and checks its schema and digest.
    ///
    /// # Errors
    /// When the text is no plan of this version, or was changed after it was made.
    pub fn parse(text: &str) -> Result<Self> {
        let plan: Self =
            serde_json::from_str(text).map_err(|error| Error::usage("the plan cannot be read").because(error))?;
        if plan.schema != PLAN_SCHEMA {
            return Err(Error::usage(format!("'{}' is not '{PLAN_SCHEMA}'", plan.schema.escape_debug()))
                .hint("make the plan anew with this version: patch-pick plan"));
        }
        if plan.digest != plan.compute_digest() {
            return Err(Error::usage("the plan does not match its digest: it was changed after it was made")
                .hint("make the plan anew: patch-pick plan"));
        }
        Ok(plan)
    }

    fn compute_digest(&self) -> String {
        let mut value = serde_json::to_value(self).expect("a plan holds nothing that JSON cannot");
        if let Some(fields) = value.as_object_mut() {
            fields.remove("digest");
        }
        // Without the `preserve_order` feature serde_json sorts keys, which makes this form canonical.
        let canonical = value.to_string();
        Sha256Sum::of(canonical).to_string()
    }
}

/// Whether picks are signed off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signoff {
    /// Each pick gets the committer's `Signed-off-by`.
    Add,
    /// Messages are left without.
    Leave,
}
