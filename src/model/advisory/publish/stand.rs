//! Where the advisory on the forge stands, and what cannot go on without a person.

use super::content::{Difference, Wanted, is_marked};
use super::there::{ForgeAdvisory, ForgeStage, Seen};
use crate::model::advisory::id::GhsaId;
use crate::model::arrange::Arrange as _;
use crate::model::error::Error;
use crate::model::publish::Owner;

/// Why it cannot go on without a person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Stop {
    /// The source names an advisory that the forge does not have.
    #[error("there is no advisory '{0}' in the repository, or the token may not see it")]
    Missing(GhsaId),
    /// It cannot become public from where it stands.
    #[error("the advisory '{ghsa}' on GitHub is {}", stage.as_str())]
    Stage {
        /// Which.
        ghsa: GhsaId,
        /// Where it stands.
        stage: ForgeStage,
    },
    /// Somebody else began it.
    #[error("'{}' has made the draft '{ghsa}' for this advisory", author.escape_debug())]
    Anothers {
        /// Which.
        ghsa: GhsaId,
        /// Their login. May come from a stranger.
        author: String,
    },
    /// There are two, and both are public.
    #[error("'{0}' and '{1}' are both published for this advisory")]
    Twice(GhsaId, GhsaId),
    /// The forge does not keep what it was told.
    #[error("the advisory '{ghsa}' on GitHub does not become what is wanted")]
    NotKept {
        /// Which.
        ghsa: GhsaId,
        /// In what it still differs.
        differences: Vec<Difference>,
    },
}

impl Stop {
    /// Returns the error that ends the run, with what to do next.
    pub fn into_error(self) -> Error {
        let text = self.to_string();
        match self {
            Self::Missing(_) => Error::undecided(text)
                .hint("correct 'ghsa' in the source, or take it out; or use a token that may read security advisories"),
            Self::Stage { stage: ForgeStage::Triage, .. } => {
                Error::undecided(text).hint("accept the report on its page, and run the same command again")
            }
            Self::Stage { .. } => {
                Error::no(text).hint("open it again on its page, or take 'ghsa' out of the source to make another one")
            }
            Self::Anothers { ghsa, .. } => Error::undecided(text)
                .hint(format!("take it over with ghsa = \"{ghsa}\" in the source, or close it on its page")),
            Self::Twice(ghsa, _) => {
                Error::undecided(text).hint(format!("say which one counts with ghsa = \"{ghsa}\" in the source"))
            }
            Self::NotKept { differences, .. } => {
                let told: Vec<String> = differences.iter().map(ToString::to_string).collect();
                Error::unfinished(text).because(told.join("; ")).hint("look at it on its page, and correct the source")
            }
        }
    }
}

/// Where the advisory on the forge stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing<'s> {
    /// There is none.
    Absent,
    /// There is one more that this tool began for the same advisory.
    Surplus(&'s ForgeAdvisory),
    /// There is a draft that says something else.
    OtherDraft(&'s ForgeAdvisory),
    /// There is a draft that says what is wanted.
    Draft(&'s ForgeAdvisory),
    /// It is published, and is wrong about facts.
    OtherPublished(&'s ForgeAdvisory),
    /// It is published as wanted. It may differ in words.
    Published(&'s ForgeAdvisory),
}

/// Finds out where the advisory on the forge stands: the one that the source names, or else the oldest that this tool began.
///
/// # Errors
/// When a person has to look.
pub fn stand<'s>(wanted: &Wanted, seen: &'s Seen) -> Result<Standing<'s>, Stop> {
    let counts = |there: &&ForgeAdvisory| {
        matches!(there.stage, ForgeStage::Draft | ForgeStage::Published)
            && is_marked(&there.content.description, &wanted.id)
    };
    let mut marked: Vec<&ForgeAdvisory> = seen.advisories.iter().filter(counts).collect();
    // What is public stays; else the oldest, so that two runs at the same time keep the same one.
    marked.arrange_by_key(|there| (there.stage, there.created, &there.ghsa));
    let named = wanted.named.as_ref();
    let found = |ghsa: &GhsaId| {
        seen.advisories.iter().find(|there| there.ghsa == *ghsa).ok_or_else(|| Stop::Missing(ghsa.clone()))
    };
    let Some(there) = named.map(found).transpose()?.or_else(|| marked.first().copied()) else {
        return Ok(Standing::Absent);
    };
    marked.retain(|other| other.ghsa != there.ghsa);
    if let Some(other) = marked.iter().find(|other| other.stage == ForgeStage::Published) {
        return Err(Stop::Twice(there.ghsa.clone(), other.ghsa.clone()));
    }
    match (there.stage, &there.owner) {
        (ForgeStage::Draft, Owner::Another(author)) if named.is_none() => {
            return Err(Stop::Anothers { ghsa: there.ghsa.clone(), author: author.clone() });
        }
        (ForgeStage::Draft | ForgeStage::Published, _) => {}
        (stage @ (ForgeStage::Triage | ForgeStage::Closed | ForgeStage::Withdrawn), _) => {
            return Err(Stop::Stage { ghsa: there.ghsa.clone(), stage });
        }
    }
    if let Some(surplus) = marked.into_iter().find(|other| other.owner == Owner::Ours) {
        return Ok(Standing::Surplus(surplus));
    }
    said(wanted, seen, there)
}

/// Compares what it says with what is wanted.
fn said<'s>(wanted: &Wanted, seen: &Seen, there: &'s ForgeAdvisory) -> Result<Standing<'s>, Stop> {
    let mut differences = wanted.content.differences(&there.content);
    let is_draft = there.stage == ForgeStage::Draft;
    // Of those who are thanked, the forge leaves out whom it does not know.
    differences.retain(|difference| match (is_draft, seen.updates) {
        (true, 0) => true,
        (true, _) => *difference != Difference::Credits,
        (false, _) => !difference.is_in_words(),
    });
    Ok(match (differences.is_empty(), is_draft, seen.updates) {
        (true, true, _) => Standing::Draft(there),
        (true, false, _) => Standing::Published(there),
        (false, true, 0) => Standing::OtherDraft(there),
        (false, false, 0) => Standing::OtherPublished(there),
        (false, _, _) => return Err(Stop::NotKept { ghsa: there.ghsa.clone(), differences }),
    })
}
