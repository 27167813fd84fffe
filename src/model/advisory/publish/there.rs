//! What is there: on the remote, on the forge, and in the worktree.

use chrono::{DateTime, Utc};

use super::content::Content;
use super::record::Part;
use crate::model::advisory::id::GhsaId;
use crate::model::publish::Owner;
use crate::model::tag::TagName;

/// Where an advisory on the forge stands (`state` of `repository-advisory` in GitHub's description of its API).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ForgeStage {
    /// All can read it.
    Published,
    /// Those who maintain the repository can read it.
    Draft,
    /// A stranger reported it in private, and nobody took it.
    Triage,
    /// It was given up.
    Closed,
    /// It was published, and taken back.
    Withdrawn,
}

impl ForgeStage {
    /// Returns the word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Draft => "draft",
            Self::Triage => "triage",
            Self::Closed => "closed",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Reads GitHub's word for it. `None`: it is not known.
    pub fn of(word: &str) -> Option<Self> {
        let all = [Self::Published, Self::Draft, Self::Triage, Self::Closed, Self::Withdrawn];
        all.into_iter().find(|stage| stage.as_str() == word)
    }
}

/// An advisory on the forge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForgeAdvisory {
    /// Its identifier.
    pub ghsa: GhsaId,
    /// Where it stands.
    pub stage: ForgeStage,
    /// Who made it.
    pub owner: Owner,
    /// When it was made.
    pub created: Option<DateTime<Utc>>,
    /// When it was published.
    pub published: Option<DateTime<Utc>>,
    /// The address of its page.
    pub page: String,
    /// What it says. May come from a stranger.
    pub content: Content,
}

/// Whether a part is as it is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// It is not.
    Waiting,
    /// It is.
    There,
}

/// Whether what is known of the forge's advisories was read from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// They were read as a whole.
    Read,
    /// Something was changed, or time passed, since.
    Told,
}

/// What was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Whether the releases are there with all that belongs to them, as drafts or published.
    pub drafts: Progress,
    /// Whether the remote has the branches and tags.
    pub pushed: Progress,
    /// The tags that the remote has, where it lacks some.
    pub public_tags: Vec<TagName>,
    /// Whether the releases are published.
    pub released: Progress,
    /// Those that are, where not all are.
    pub public_releases: Vec<TagName>,
    /// The advisories on the forge.
    pub advisories: Vec<ForgeAdvisory>,
    /// Whether those were read after the last change.
    pub freshness: Freshness,
    /// How often this run has set what an advisory on the forge says.
    pub updates: u32,
    /// Whether the source says that the advisory is public.
    pub source: Progress,
    /// Whether this run has seen to the documents.
    pub documents: Progress,
    /// Whether this run has seen to the notice.
    pub notice: Progress,
    /// Of what it is not known whether a step took effect that failed.
    pub unclear: Option<Part>,
}

impl Seen {
    /// Takes over what an answer told of an advisory.
    pub fn told(&mut self, told: ForgeAdvisory) {
        self.freshness = Freshness::Told;
        match self.advisories.iter_mut().find(|there| there.ghsa == told.ghsa) {
            Some(there) => *there = told,
            None => self.advisories.push(told),
        }
    }
}
