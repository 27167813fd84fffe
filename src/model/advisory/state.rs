//! Where an advisory stands, and what is under embargo.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::name::NotAName;

/// The state of an advisory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It is being written. Nothing of it is public.
    Draft,
    /// There is a date before which nothing of it may be public.
    Embargoed,
    /// Everything is prepared; it waits for its date, or for a person.
    Ready,
    /// It is published.
    Public,
    /// It is published, and was changed since.
    Revised,
    /// It was published, and was taken back.
    Withdrawn,
}

impl State {
    /// All of them, in their order.
    pub const ALL: [Self; 6] =
        [Self::Draft, Self::Embargoed, Self::Ready, Self::Public, Self::Revised, Self::Withdrawn];

    /// Returns the word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Embargoed => "embargoed",
            Self::Ready => "ready",
            Self::Public => "public",
            Self::Revised => "revised",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Says whether it was published.
    pub const fn is_public(self) -> bool {
        match self {
            Self::Draft | Self::Embargoed | Self::Ready => false,
            Self::Public | Self::Revised | Self::Withdrawn => true,
        }
    }

    /// Says whether it may become another one. What was public never becomes secret again.
    pub const fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Draft, Self::Embargoed | Self::Ready)
                | (Self::Embargoed, Self::Ready)
                | (Self::Ready, Self::Embargoed | Self::Public)
                | (Self::Public | Self::Revised, Self::Revised | Self::Withdrawn)
        )
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for State {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or_else(|| {
            NotAName::new("a state", text, "write draft, embargoed, ready, public, revised or withdrawn")
        })
    }
}

/// What is under embargo, and until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EmbargoTerms {
    /// Nothing may be public before this moment.
    pub until: DateTime<Utc>,
    /// When distributors were told. At most 14 days before `until`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notified: Option<DateTime<Utc>>,
    /// Words besides those of the title that would tell of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
    /// Branches on which the fix was made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub branches: Vec<String>,
    /// That it was lifted before its date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifted: Option<Lifted>,
}

/// That an embargo was lifted before its date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Lifted {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
    /// Why.
    pub reason: String,
}

impl EmbargoTerms {
    /// Says whether nothing may be public yet at a moment.
    pub fn holds_at(&self, now: DateTime<Utc>) -> bool {
        now < self.until && self.lifted.as_ref().is_none_or(|lifted| now < lifted.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_public_never_becomes_secret_again() {
        for from in State::ALL {
            for to in State::ALL {
                assert!(!(from.is_public() && !to.is_public() && from.may_become(to)), "{from} -> {to}");
            }
            assert_eq!(from.as_str().parse(), Ok(from));
        }
        assert!(State::Draft.may_become(State::Embargoed) && State::Embargoed.may_become(State::Ready));
        assert!(State::Ready.may_become(State::Public) && !State::Embargoed.may_become(State::Public));
        assert!(!State::Withdrawn.may_become(State::Revised));
    }

    #[test]
    fn an_embargo_holds_until_its_date_or_until_it_is_lifted() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("a moment");
        let mut terms = EmbargoTerms {
            until: at("2026-12-10T14:00:00Z"),
            notified: None,
            words: Vec::new(),
            branches: Vec::new(),
            lifted: None,
        };
        assert!(terms.holds_at(at("2026-12-10T13:59:59Z")));
        assert!(!terms.holds_at(at("2026-12-10T14:00:00Z")));
        let reason = "a third party told of it".to_owned();
        terms.lifted = Some(Lifted { at: at("2026-12-08T09:00:00Z"), by: "A".to_owned(), reason });
        assert!(terms.holds_at(at("2026-12-08T08:59:59Z")));
        assert!(!terms.holds_at(at("2026-12-08T09:00:00Z")));
    }
}
