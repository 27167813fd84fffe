//! The rules, each of which is about one thing that makes later steps fail.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Job;

/// A rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// Git is new enough.
    GitVersion,
    /// The clone has all of its history.
    History,
    /// The clone has all objects of its history.
    Objects,
    /// Git knows who commits.
    Identity,
    /// `patch.toml` is right.
    Configuration,
    /// Main has the same `patch.toml`.
    ConfigurationOfMain,
    /// There is a remote, and it answers.
    Remote,
    /// The remote is the repository that GitHub is asked about.
    RemoteRepository,
    /// The tags have the form of the project's.
    TagForm,
    /// The branch of a line is here and there, and in step.
    LineBranch,
    /// The branch of a line has a `patch.toml` that knows the line.
    LineConfiguration,
    /// The newest release of a line is in the history of its branch, and known here.
    LineTag,
    /// The releases of a line follow one another, and none is outside its branch.
    TagOrder,
    /// The files of a line hold no version below its newest release.
    LineVersion,
    /// The line can have the version that is to be released.
    ReleaseVersion,
    /// It is known what the notes of the release begin behind.
    ReleaseNotes,
    /// A tag can be signed.
    SigningKey,
    /// What is signed counts by the policy.
    SigningPolicy,
    /// Commits carry the sign-off that the project asks for.
    SignOff,
    /// There is a token, and GitHub knows it.
    Token,
    /// The token may read.
    Read,
    /// The token may write check runs.
    Checks,
    /// Pushes are let in.
    Push,
    /// The token may open pull requests.
    PullRequests,
    /// The token may publish releases.
    Releases,
    /// Nobody else has made a draft of the release.
    ReleaseDraft,
    /// Workflows may open pull requests.
    ActionsMayOpen,
    /// Workflows start on what is opened and pushed.
    CiStarts,
    /// A push changes no workflow files.
    WorkflowFiles,
    /// The default branch of the forge is main.
    DefaultBranch,
    /// The rules for the branch of a line let it be pushed to.
    BranchRules,
    /// The rules for the branches that picks wait on let them be made and brought up to date.
    HeadRules,
    /// The rules for tags let one be made.
    TagRules,
    /// Commits are signed where that is required.
    CommitSignatures,
    /// What releases that never change mean is known.
    ImmutableReleases,
    /// The environment is there, and takes the runs of the workflow.
    Environment,
    /// Somebody has to approve what runs in the environment.
    Approval,
}

impl Rule {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 37] = [
        Self::GitVersion,
        Self::History,
        Self::Objects,
        Self::Identity,
        Self::Configuration,
        Self::ConfigurationOfMain,
        Self::Remote,
        Self::RemoteRepository,
        Self::TagForm,
        Self::LineBranch,
        Self::LineConfiguration,
        Self::LineTag,
        Self::TagOrder,
        Self::LineVersion,
        Self::ReleaseVersion,
        Self::ReleaseNotes,
        Self::SigningKey,
        Self::SigningPolicy,
        Self::SignOff,
        Self::Token,
        Self::Read,
        Self::Checks,
        Self::Push,
        Self::PullRequests,
        Self::Releases,
        Self::ReleaseDraft,
        Self::ActionsMayOpen,
        Self::CiStarts,
        Self::WorkflowFiles,
        Self::DefaultBranch,
        Self::BranchRules,
        Self::HeadRules,
        Self::TagRules,
        Self::CommitSignatures,
        Self::ImmutableReleases,
        Self::Environment,
        Self::Approval,
    ];

    /// Returns the word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GitVersion => "git-version",
            Self::History => "history",
            Self::Objects => "objects",
            Self::Identity => "identity",
            Self::Configuration => "configuration",
            Self::ConfigurationOfMain => "configuration-of-main",
            Self::Remote => "remote",
            Self::RemoteRepository => "remote-repository",
            Self::TagForm => "tag-form",
            Self::LineBranch => "line-branch",
            Self::LineConfiguration => "line-configuration",
            Self::LineTag => "line-tag",
            Self::TagOrder => "tag-order",
            Self::LineVersion => "line-version",
            Self::ReleaseVersion => "release-version",
            Self::ReleaseNotes => "release-notes",
            Self::SigningKey => "signing-key",
            Self::SigningPolicy => "signing-policy",
            Self::SignOff => "sign-off",
            Self::Token => "token",
            Self::Read => "read",
            Self::Checks => "checks",
            Self::Push => "push",
            Self::PullRequests => "pull-requests",
            Self::Releases => "releases",
            Self::ReleaseDraft => "release-draft",
            Self::ActionsMayOpen => "actions-may-open",
            Self::CiStarts => "ci-starts",
            Self::WorkflowFiles => "workflow-files",
            Self::DefaultBranch => "default-branch",
            Self::BranchRules => "branch-rules",
            Self::HeadRules => "head-rules",
            Self::TagRules => "tag-rules",
            Self::CommitSignatures => "commit-signatures",
            Self::ImmutableReleases => "immutable-releases",
            Self::Environment => "environment",
            Self::Approval => "approval",
        }
    }

    /// Returns the jobs that it is about. Empty: it is about every run.
    pub const fn jobs(self) -> &'static [Job] {
        match self {
            Self::GitVersion
            | Self::History
            | Self::Objects
            | Self::Configuration
            | Self::ConfigurationOfMain
            | Self::Remote
            | Self::TagForm
            | Self::Token
            | Self::DefaultBranch
            | Self::Environment
            | Self::Approval => &[],
            Self::Read => &[Job::Read, Job::Releases],
            Self::Checks => &[Job::Checks],
            Self::Identity
            | Self::LineBranch
            | Self::LineConfiguration
            | Self::LineTag
            | Self::TagOrder
            | Self::LineVersion
            | Self::ReleaseVersion
            | Self::SigningKey
            | Self::SigningPolicy
            | Self::Push
            | Self::BranchRules
            | Self::TagRules => &[Job::Push],
            Self::SignOff | Self::CiStarts | Self::WorkflowFiles | Self::CommitSignatures => {
                &[Job::Push, Job::PullRequests]
            }
            Self::PullRequests | Self::ActionsMayOpen | Self::HeadRules => &[Job::PullRequests],
            Self::RemoteRepository => &[Job::Push, Job::Releases],
            Self::Releases | Self::ReleaseNotes | Self::ReleaseDraft | Self::ImmutableReleases => &[Job::Releases],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_the_one_of_the_documents_and_in_order() {
        for pair in Rule::ALL.windows(2) {
            assert!(pair[0] < pair[1], "{pair:?}");
        }
        for rule in Rule::ALL {
            assert_eq!(serde_json::to_value(rule).expect("it is a word"), rule.as_str());
        }
    }
}
