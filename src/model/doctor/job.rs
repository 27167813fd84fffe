//! The jobs of the toolkit that need something of the forge.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A job that needs something of the forge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Job {
    /// Asking for pull requests, labels, reviews and checks.
    Read,
    /// Writing a check run.
    Checks,
    /// Pushing branches and tags.
    Push,
    /// Opening pull requests.
    PullRequests,
    /// Publishing releases.
    Releases,
}

/// What a job reads of the forge, each with a permission of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readable {
    /// Pull requests, with their labels and reviews.
    Pulls,
    /// The issues that they close.
    Issues,
    /// The check runs of their commits.
    Checks,
    /// The commit statuses of those.
    Statuses,
}

impl Readable {
    /// Returns what it is called.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Pulls => "pull requests",
            Self::Issues => "issues",
            Self::Checks => "checks",
            Self::Statuses => "commit statuses",
        }
    }

    /// Returns what of the toolkit cannot do without it.
    pub const fn done_by(self) -> &'static str {
        match self {
            Self::Pulls | Self::Issues => {
                "'patch-notes publish', which refuses where it cannot read what a pull request says and closes, and 'patch-check' with a token"
            }
            Self::Checks | Self::Statuses => {
                "'patch-check', which cannot tell then what the checks of a pull request came to"
            }
        }
    }

    /// Returns the permission that it needs, as it stands below `permissions:` in a workflow.
    pub const fn in_workflow(self) -> &'static str {
        match self {
            Self::Pulls => "pull-requests: read",
            Self::Issues => "issues: read",
            Self::Checks => "checks: read",
            Self::Statuses => "statuses: read",
        }
    }

    /// Returns the permission that it needs, as the settings of a fine-grained token and of an app name it.
    pub const fn in_settings(self) -> &'static str {
        match self {
            Self::Pulls => "'Pull requests': read",
            Self::Issues => "'Issues': read",
            Self::Checks => "'Checks': read",
            Self::Statuses => "'Commit statuses': read",
        }
    }
}

impl Job {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Read, Self::Checks, Self::Push, Self::PullRequests, Self::Releases];

    /// Returns the word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Checks => "checks",
            Self::Push => "push",
            Self::PullRequests => "pull-requests",
            Self::Releases => "releases",
        }
    }

    /// Returns what it reads of pull requests.
    pub const fn reads(self) -> &'static [Readable] {
        match self {
            Self::Read => &[Readable::Pulls, Readable::Issues, Readable::Checks, Readable::Statuses],
            // What the notes tell of.
            Self::Releases => &[Readable::Pulls, Readable::Issues],
            // Who may write them may read them, too.
            Self::PullRequests | Self::Checks | Self::Push => &[],
        }
    }

    /// Returns what of the toolkit does it.
    pub const fn done_by(self) -> &'static str {
        match self {
            Self::Read => "'patch-check pr' and 'patch-notes render' with a token",
            Self::Checks => "'patch-check' that writes a check run",
            Self::Push => "'patch-tag push', and every 'git push' of picks",
            Self::PullRequests => "opening a pull request with picks",
            Self::Releases => "publishing a release",
        }
    }

    /// Returns the permission that it needs, as it stands below `permissions:` in a workflow ("Workflow syntax",
    /// `jobs.<job_id>.permissions`, in GitHub's documentation).
    pub const fn in_workflow(self) -> &'static str {
        match self {
            Self::Read => "contents: read, pull-requests: read, issues: read, checks: read, statuses: read",
            Self::Checks => "checks: write",
            Self::Push | Self::Releases => "contents: write",
            Self::PullRequests => "pull-requests: write",
        }
    }

    /// Returns the permission that it needs, as the settings of a fine-grained token and of an app name it.
    pub const fn in_settings(self) -> &'static str {
        match self {
            Self::Read => "'Contents', 'Pull requests', 'Issues', 'Checks' and 'Commit statuses': read",
            Self::Checks => "'Checks': read and write",
            Self::Push | Self::Releases => "'Contents': read and write",
            Self::PullRequests => "'Pull requests': read and write",
        }
    }
}
