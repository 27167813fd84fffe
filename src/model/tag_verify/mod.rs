//! What verifying a tag finds: one finding for each rule, and what they come to.

mod files;
mod place;
mod require;
mod signature;
#[cfg(test)]
mod tests;

use chrono::DateTime;
use schemars::JsonSchema;
use semver::Version;
use serde::{Deserialize, Serialize};

use crate::model::allowed_signers::AllowedSigner;
use crate::model::branch::BranchName;
use crate::model::commit::{CommitId, ObjectId};
use crate::model::config::SigningFormat;
use crate::model::fetch::FetchFrom;
use crate::model::gpg_status::GpgReport;
use crate::model::line::LineName;
use crate::model::ssh_signature::SshKey;
use crate::model::tag::TagName;
use crate::model::tag_object::{Malformed, ObjectKind, TagObject};
use crate::model::verify::Answer;

pub use files::{FileFacts, Held, Known};
pub use place::judge;
pub use require::require;
pub use signature::{Lists, judge_policy, judge_signature};

/// What stands in `schema`.
pub const VERIFY_SCHEMA: &str = "patch-tag/verify@1";

/// A rule that a tag keeps or breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// It is a tag object, not a bare ref, and of git's form.
    Annotated,
    /// The name in the tag object is the name of the ref.
    Name,
    /// It points to a commit.
    Object,
    /// The commit is the one that was asked for.
    Commit,
    /// The remote has the same tag.
    Remote,
    /// It is signed.
    Signed,
    /// There is one signature, and it is the end of the tag object.
    End,
    /// The signature fits what it signs.
    Signature,
    /// The signature was made for this purpose.
    Purpose,
    /// The signer may sign this.
    Signer,
    /// The key was not revoked.
    Revocation,
    /// The key was valid when the tag says that it was made.
    KeyThen,
    /// The key is valid now.
    KeyNow,
    /// The tag says a moment that can be.
    Date,
    /// The name has the project's form.
    Form,
    /// The files of the commit hold the version that the name tells.
    Version,
    /// The commit is on the branch of the version's line.
    Line,
    /// The tagged commits of the line follow one another as their versions do.
    Order,
}

impl Rule {
    /// Returns the word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Annotated => "annotated",
            Self::Name => "name",
            Self::Object => "object",
            Self::Commit => "commit",
            Self::Remote => "remote",
            Self::Signed => "signed",
            Self::End => "end",
            Self::Signature => "signature",
            Self::Purpose => "purpose",
            Self::Signer => "signer",
            Self::Revocation => "revocation",
            Self::KeyThen => "key-then",
            Self::KeyNow => "key-now",
            Self::Date => "date",
            Self::Form => "form",
            Self::Version => "version",
            Self::Line => "line",
            Self::Order => "order",
        }
    }
}

/// What was found about one rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It is kept.
    Passed,
    /// It is broken.
    Failed,
    /// It cannot be told.
    Undecided,
}

impl Verdict {
    /// Returns the word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Undecided => "undecided",
        }
    }
}

/// One rule, what was found, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// Whether it is kept.
    pub verdict: Verdict,
    /// Why, as a phrase. May quote strangers.
    pub detail: String,
    /// What can be done about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl Finding {
    pub(crate) fn passed(rule: Rule, detail: impl Into<String>) -> Self {
        Self { rule, verdict: Verdict::Passed, detail: detail.into(), hint: None }
    }

    pub(crate) fn failed(rule: Rule, detail: impl Into<String>) -> Self {
        Self { rule, verdict: Verdict::Failed, detail: detail.into(), hint: None }
    }

    pub(crate) fn undecided(rule: Rule, detail: impl Into<String>) -> Self {
        Self { rule, verdict: Verdict::Undecided, detail: detail.into(), hint: None }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Decides what findings come to: one broken rule is a no, one that cannot be told leaves it open.
pub fn answer(findings: &[Finding]) -> Answer {
    let any = |verdict| findings.iter().any(|finding| finding.verdict == verdict);
    if any(Verdict::Failed) {
        Answer::No
    } else if any(Verdict::Undecided) {
        Answer::Undecided
    } else {
        Answer::Yes
    }
}

/// Who signed, as far as the signature tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct SignedBy {
    /// The kind of signature.
    pub format: SigningFormat,
    /// The fingerprint of the key, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// By what the policy or the keyring knows the signer. Text from a stranger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// What `patch-tag verify` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct TagVerification {
    /// Always `patch-tag/verify@1`.
    pub schema: String,
    /// The tag.
    pub tag: TagName,
    /// What its ref points to.
    pub object: ObjectId,
    /// The commit it leads to, if it leads to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<CommitId>,
    /// The version it names, where its name has the project's form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The line of that version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<LineName>,
    /// Who signed it. Says nothing about whether they may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_by: Option<SignedBy>,
    /// Where the policy was read from.
    pub policy: String,
    /// What the findings come to.
    pub answer: Answer,
    /// One finding for each rule that could be asked about.
    pub findings: Vec<Finding>,
    /// What does not count and a person should know. May quote strangers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// What the ref of a tag points to.
#[derive(Debug, Clone)]
pub enum Found {
    /// Something that is no tag object.
    Lightweight(ObjectKind),
    /// A tag object that git would not write.
    Malformed(Malformed),
    /// A tag object.
    Tag(TagObject),
}

/// What the object is that a tag object points to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tagged {
    /// A commit, with its committer date in seconds since 1970-01-01 UTC.
    Commit(CommitId, i64),
    /// Something else.
    Other(ObjectKind),
    /// It is not in this repository.
    Missing,
}

/// Whether a commit is in a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Containment {
    /// It is.
    Inside,
    /// It is not.
    Outside,
    /// The history is not all here.
    Unknown,
}

/// The branch that a version is released from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BranchFacts {
    /// It is here; and whether the commit is on it.
    Here(BranchName, Containment),
    /// It was for this release only, and is not here: such branches may be deleted afterwards.
    Gone(BranchName),
    /// It stands for the life of the line, and is not here.
    Missing(BranchName),
}

impl BranchFacts {
    /// Its name.
    pub fn name(&self) -> &BranchName {
        match self {
            Self::Here(name, _) | Self::Gone(name) | Self::Missing(name) => name,
        }
    }
}

/// The line that the version of a tag belongs to.
#[derive(Debug, Clone)]
pub struct LineFacts {
    /// Its name.
    pub name: LineName,
    /// Its branch.
    pub branch: BranchFacts,
    /// The tag of the next lower version, and whether its commit is in the history of this one.
    pub previous: Option<(TagName, Containment)>,
    /// The tag of the next higher version, and whether its commit has this one in its history.
    pub next: Option<(TagName, Containment)>,
}

/// What a remote has under the name of a tag.
#[derive(Debug, Clone)]
pub struct RemoteFacts {
    /// The name of the remote.
    pub remote: String,
    /// The object, if there is one.
    pub object: Option<ObjectId>,
}

/// All that is asked about a tag.
#[derive(Debug)]
pub struct TagFacts {
    /// Its name.
    pub tag: TagName,
    /// The object of the ref.
    pub object: ObjectId,
    /// What that is.
    pub found: Found,
    /// What it points to.
    pub tagged: Tagged,
    /// What is known about the signature. `None`: there is none.
    pub signature: Option<SignatureFacts>,
    /// The version that the name tells.
    pub version: Option<Version>,
    /// What the files of the commit say about that version.
    pub files: Option<FileFacts>,
    /// The line of that version, if there is one.
    pub line: Option<LineFacts>,
    /// The form that names have.
    pub form: String,
    /// What a remote has, if one was asked.
    pub remote: Option<RemoteFacts>,
    /// The commit that it should be, if that was said.
    pub expected: Option<CommitId>,
    /// Where this clone gets from what it lacks.
    pub fetch: FetchFrom,
}

impl TagFacts {
    /// Returns what does not count and a person should know.
    pub fn notes(&self) -> Vec<String> {
        self.files
            .as_ref()
            .zip(self.version.as_ref())
            .and_then(|(files, version)| files.note(version))
            .into_iter()
            .collect()
    }
}

/// What is known about a signature.
#[derive(Debug, Clone)]
pub enum SignatureFacts {
    /// Made by an OpenSSH key.
    Ssh(SshFacts),
    /// Made by an OpenPGP key or a certificate.
    Gpg(GpgFacts),
    /// It has the armor of a kind, and nothing in it that could be read.
    Unreadable(SigningFormat),
}

/// Whether a signature fits what it signs, as far as a program told by its exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Soundness {
    /// It fits, and the key was not revoked.
    Sound,
    /// It fits, and the key was revoked.
    Revoked,
    /// It does not fit.
    Broken,
    /// It was made for something else, so it was not asked whether it fits.
    NotAsked,
}

/// What is known about a signature of an OpenSSH key.
#[derive(Debug, Clone)]
pub struct SshFacts {
    /// The key.
    pub key: SshKey,
    /// What it was made for.
    pub namespace: String,
    /// Whether it fits.
    pub soundness: Soundness,
    /// Where the list of allowed signers is, and its entries for this key, or for the authority of this
    /// certificate. `None`: there is no list.
    pub allowed: Option<(String, Vec<AllowedSigner>)>,
}

/// What is known about a signature that gpg or gpgsm checked.
#[derive(Debug, Clone)]
pub struct GpgFacts {
    /// The kind of signature.
    pub format: SigningFormat,
    /// Which program, by git's configuration.
    pub program: String,
    /// What it said.
    pub report: GpgReport,
    /// Where the keys came from.
    pub keys: Keys,
}

/// The keys that OpenPGP signatures are checked with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keys {
    /// Those of the user's keyring.
    Keyring,
    /// Those of this file of the policy, and no others.
    Pinned(String),
}

/// Writes a moment for people.
pub(crate) fn moment(seconds: i64) -> String {
    DateTime::from_timestamp(seconds, 0)
        .map_or_else(|| format!("{seconds} seconds after 1970"), |at| at.format("%Y-%m-%dT%H:%M:%SZ").to_string())
}
