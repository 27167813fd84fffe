//! What the guard found, in words that give nothing away.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::verify::Answer;

use super::Place;

/// What stands in `schema`.
pub const GUARD_SCHEMA: &str = "patch-advisory/guard@1";

/// What gave an advisory away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Sign {
    /// One of its identifiers.
    Identifier,
    /// The fix itself: in a public repository it is public (policy of the linux-distros list).
    Fix,
    /// The name of a commit that repairs the flaw, or what it is called, or the name of one that brought it.
    Commit,
    /// A branch on which the fix was made.
    Branch,
    /// Words that the advisory lists.
    Words,
    /// What its title says.
    Title,
    /// That there is a flaw, by the name of its very sort, or next to words of its title.
    Flaw,
}

impl Sign {
    /// Returns what it is, for a person.
    pub const fn told(self) -> &'static str {
        match self {
            Self::Identifier => "one of its identifiers",
            Self::Fix => "the commit repairs it",
            Self::Commit => "a commit that belongs to it",
            Self::Branch => "a branch of its fix",
            Self::Words => "words that it lists",
            Self::Title => "words of its title",
            Self::Flaw => "its sort of flaws is named, or a flaw next to words of its title",
        }
    }
}

/// That a text gives away an advisory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Leak {
    /// What the text is.
    pub place: Place,
    /// Where it is, where that gives nothing away itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// The line of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// What gives it away.
    pub sign: Sign,
    /// Which advisory: its number among those that are secret, from one on, in the order of their identifiers.
    pub advisory: u32,
    /// How many advisories are secret.
    pub of: u32,
}

/// What was not looked into.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Skipped {
    /// Where it is, where that gives nothing away itself.
    pub at: String,
    /// Why.
    pub why: Why,
}

/// Why something was not looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// It is no text. Its path was looked at.
    Binary,
    /// It is longer than what is read. Its path was looked at.
    TooLarge,
    /// The commit that repairs a secret flaw, or the branch that it is on, is not here, or that branch has nothing that main and the lines
    /// lack, so that copies of the fix are not known.
    NoFix,
    /// It is in another repository.
    Elsewhere,
}

impl Why {
    /// Says whether nothing can be said for sure because of it.
    pub const fn leaves_open(self) -> bool {
        match self {
            Self::TooLarge | Self::NoFix => true,
            Self::Binary | Self::Elsewhere => false,
        }
    }

    /// Returns it for a person.
    pub const fn told(self) -> &'static str {
        match self {
            Self::Binary => "it is no text; what can be read in it was looked at",
            Self::TooLarge => "it is too large",
            Self::NoFix => {
                "a commit that repairs a secret flaw, or the branch that it is on, is not here, or that branch has no commit of its own, so that \
                 copies of the fix are not known; fetch it, or name the commits in 'fixed'"
            }
            Self::Elsewhere => "it is in another repository",
        }
    }
}

/// What the guard says of what is about to become public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Guarded {
    /// `patch-advisory/guard@1`.
    pub schema: String,
    /// Yes: nothing gives anything away. No: something does.
    pub answer: Answer,
    /// How many advisories were read.
    pub advisories: u32,
    /// How many of them are secret.
    pub secret: u32,
    /// How many commits were looked at.
    pub commits: u32,
    /// How many texts were looked at.
    pub texts: u32,
    /// What gives something away.
    pub leaks: Vec<Leak>,
    /// What was not looked into.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<Skipped>,
}

impl Leak {
    /// Says it in one sentence.
    pub fn sentence(&self) -> String {
        let at = match (&self.at, self.line) {
            (Some(at), Some(line)) => format!(" '{at}', line {line}:"),
            (Some(at), None) => format!(" '{at}':"),
            (None, _) => ":".to_owned(),
        };
        format!(
            "{}{at} {} (advisory {} of {} that are secret)",
            self.place.told(),
            self.sign.told(),
            self.advisory,
            self.of
        )
    }
}
