//! Reviews, brought down to what each reviewer thinks now.

use crate::model::commit::CommitId;
use crate::model::known::Known;
use crate::model::login::Login;

/// What a reviewer thinks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opinion {
    /// The change may be merged.
    Approved,
    /// It may not.
    ChangesRequested,
    /// Somebody took the opinion out of force.
    Dismissed,
}

/// How a person stands to the repository (`AuthorAssociation` in GitHub's API).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Association {
    /// Owns the repository.
    Owner,
    /// Is a member of the organization that owns it.
    Member,
    /// Was invited to work on it.
    Collaborator,
    /// Has a commit in it.
    Contributor,
    /// Has none, or the word for it is not known: the least trust.
    None,
}

impl Association {
    /// Reads the word that GitHub uses.
    pub fn of(word: &str) -> Self {
        match word {
            "OWNER" => Self::Owner,
            "MEMBER" => Self::Member,
            "COLLABORATOR" => Self::Collaborator,
            "CONTRIBUTOR" => Self::Contributor,
            _ => Self::None,
        }
    }
}

/// The last opinion of a reviewer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Who; `None` when the account was deleted, so that two of those may be one person.
    pub author: Option<Login>,
    /// What they think.
    pub opinion: Opinion,
    /// How they stand to the repository.
    pub association: Association,
    /// Whether they may write to the repository.
    pub may_write: Known<bool>,
    /// The commit that they looked at, where it is still known.
    pub commit: Option<CommitId>,
}

/// A review as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenReview {
    /// Who.
    pub author: Option<Login>,
    /// What they think; `None` for a comment, and for a review that is not handed in yet.
    pub opinion: Option<Opinion>,
    /// How they stand to the repository.
    pub association: Association,
    /// Whether they may write to the repository.
    pub may_write: Known<bool>,
    /// The commit that they looked at.
    pub commit: Option<CommitId>,
}

/// Keeps the last opinion of each reviewer, given all reviews from the oldest to the newest.
///
/// A comment changes no opinion. A dismissed one stays the last of its reviewer: an older approval does not come back into
/// force. Those whose accounts were deleted cannot be told apart, and all of their reviews are kept.
pub fn latest_opinions(given: impl IntoIterator<Item = GivenReview>) -> Vec<Review> {
    let mut latest: Vec<Review> = Vec::new();
    for review in given {
        let Some(opinion) = review.opinion else { continue };
        if let Some(author) = &review.author {
            latest.retain(|earlier| earlier.author.as_ref() != Some(author));
        }
        let GivenReview { author, association, may_write, commit, .. } = review;
        latest.push(Review { author, opinion, association, may_write, commit });
    }
    latest
}
