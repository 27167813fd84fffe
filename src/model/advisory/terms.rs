//! The embargo of an advisory: what it says, and how it is set and lifted.

use chrono::{DateTime, Duration, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Advisory;
use super::id::AdvisoryId;
use super::state::{Lifted, State};
use crate::model::decision::{Person, Reason};
use crate::model::request::Mode;

/// What stands in `schema`.
pub const EMBARGO_SCHEMA: &str = "patch-advisory/embargo@1";

/// So long may distributors be asked to keep an embargo (policy of the linux-distros list: at most 14 days).
pub const LONGEST_NOTICE: Duration = Duration::days(14);

/// What is asked of embargoes.
#[derive(Debug)]
pub enum EmbargoTask {
    /// To show them.
    Status(Vec<AdvisoryId>),
    /// To change one.
    Change(EmbargoRequest),
}

/// What is asked of an embargo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmbargoRequest {
    /// The advisory.
    pub advisory: AdvisoryId,
    /// What is changed.
    pub change: EmbargoChange,
    /// Whether anything is written.
    pub mode: Mode,
    /// The moment that counts as now. An embargo is lifted by the clock alone.
    pub now: DateTime<Utc>,
}

/// What is changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EmbargoChange {
    /// Its date, and when distributors were told.
    Set {
        /// Nothing may be public before this moment.
        until: DateTime<Utc>,
        /// When distributors were told, where that changes.
        notified: Option<DateTime<Utc>>,
    },
    /// It ends now, before its date.
    Lift {
        /// Why.
        reason: Reason,
        /// Who lifts it; without it, the identity that git is configured with.
        by: Option<Person>,
    },
}

/// Why an embargo cannot be changed so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAllowed {
    /// What is public stays public.
    #[error("it is {0}: what was public never becomes secret again")]
    Public(State),
    /// What repairs it began to become public, as this says.
    #[error("what was public never becomes secret again, and {0}")]
    Told(String),
    /// It was lifted, and what was told cannot be taken back.
    #[error("its embargo was lifted")]
    Lifted,
    /// There is none.
    #[error("it has no embargo")]
    None,
    /// Its date is over.
    #[error("its embargo is over")]
    Over,
    /// It would be over at once.
    #[error("the date is not in the future")]
    Past,
    /// It would end before the date that everybody was told, of which nobody would hear why.
    #[error("it would end before its date")]
    Earlier,
    /// Distributors would have to wait too long, or hear of it too late.
    #[error("distributors may be told at most 14 days before the date, and not after it")]
    Notice,
}

impl Advisory {
    /// Requires that an embargo may be set until a moment, and returns the state that the advisory then has.
    ///
    /// # Errors
    /// When it may not.
    pub fn may_be_kept(
        &self,
        until: DateTime<Utc>,
        notified: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<State, NotAllowed> {
        let terms = self.embargo.as_ref();
        match () {
            () if self.state.is_public() => return Err(NotAllowed::Public(self.state)),
            () if terms.is_some_and(|terms| terms.lifted.is_some()) => return Err(NotAllowed::Lifted),
            () if until <= now => return Err(NotAllowed::Past),
            () if terms.is_some_and(|terms| terms.holds_at(now) && until < terms.until) => {
                return Err(NotAllowed::Earlier);
            }
            () => {}
        }
        let notified = notified.or(terms.and_then(|terms| terms.notified));
        if notified.is_some_and(|notified| until < notified || until - notified > LONGEST_NOTICE) {
            return Err(NotAllowed::Notice);
        }
        // One that is ready stays so: only its date moves.
        Ok(if self.state == State::Draft { State::Embargoed } else { self.state })
    }

    /// Requires that there is an embargo that can be lifted before its date. One whose source says too early that it is public can.
    ///
    /// # Errors
    /// When there is none, or it is over.
    pub fn may_be_told(&self, now: DateTime<Utc>) -> Result<(), NotAllowed> {
        let terms = self.embargo.as_ref().ok_or(NotAllowed::None)?;
        match () {
            // A moment to come that somebody wrote is replaced by the one at which it is lifted.
            () if terms.lifted.as_ref().is_some_and(|lifted| lifted.at <= now) => Err(NotAllowed::Lifted),
            () if !terms.holds_at(now) => Err(NotAllowed::Over),
            () => Ok(()),
        }
    }
}

/// What became of an embargo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EmbargoOutcome {
    /// Nothing was asked of it.
    Shown,
    /// It was changed.
    Changed,
    /// It would be changed.
    WouldChange,
    /// It was so already.
    Already,
}

/// The embargo of one advisory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EmbargoStanding {
    /// The advisory.
    pub advisory: AdvisoryId,
    /// Where it stands.
    pub state: State,
    /// Whether nothing of it may be public.
    pub secret: bool,
    /// Until when; absent where no date was set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
    /// When distributors were told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notified: Option<DateTime<Utc>>,
    /// That it was lifted before its date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifted: Option<Lifted>,
    /// What became of it.
    pub outcome: EmbargoOutcome,
}

impl EmbargoStanding {
    /// Tells how an advisory stands at a moment.
    pub fn of(advisory: &Advisory, outcome: EmbargoOutcome, now: DateTime<Utc>) -> Self {
        let terms = advisory.embargo.as_ref();
        Self {
            advisory: advisory.id.clone(),
            state: advisory.state,
            secret: advisory.is_secret_at(now),
            until: terms.map(|terms| terms.until),
            notified: terms.and_then(|terms| terms.notified),
            lifted: terms.and_then(|terms| terms.lifted.clone()),
            outcome,
        }
    }
}

/// The embargoes of advisories.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Embargoes {
    /// `patch-advisory/embargo@1`.
    pub schema: String,
    /// One for each advisory, in the order of their identifiers.
    pub advisories: Vec<EmbargoStanding>,
}

impl Embargoes {
    /// Puts them together.
    pub fn new(advisories: Vec<EmbargoStanding>) -> Self {
        Self { schema: EMBARGO_SCHEMA.to_owned(), advisories }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a moment")
    }

    fn example() -> Advisory {
        Advisory::parse(include_str!("example.md")).expect("an advisory")
    }

    #[test]
    fn distributors_are_told_at_most_fourteen_days_before() {
        let (now, until) = (at("2026-12-01T00:00:00Z"), at("2026-12-20T14:00:00Z"));
        let set = |notified: &str| example().may_be_kept(until, Some(at(notified)), now);
        assert_eq!(set("2026-12-06T14:00:00Z"), Ok(State::Embargoed));
        assert_eq!(set("2026-12-06T13:59:59Z"), Err(NotAllowed::Notice));
        assert_eq!(set("2026-12-20T14:00:01Z"), Err(NotAllowed::Notice));
        assert_eq!(example().may_be_kept(now, None, now), Err(NotAllowed::Past));
        assert_eq!(example().may_be_kept(at("2026-12-10T13:59:59Z"), None, now), Err(NotAllowed::Earlier));
        assert_eq!(example().may_be_kept(at("2026-12-10T14:00:00Z"), None, now), Ok(State::Embargoed));
        let mut told = example();
        told.embargo.as_mut().expect("an embargo").notified = Some(at("2026-12-01T00:00:00Z"));
        assert_eq!(told.may_be_kept(until, None, now), Err(NotAllowed::Notice), "a date that moves takes longer");
    }

    #[test]
    fn what_was_told_is_never_secret_again() {
        let (now, until) = (at("2026-12-01T00:00:00Z"), at("2026-12-20T14:00:00Z"));
        let mut advisory = example();
        for (state, expected) in [
            (State::Draft, Ok(State::Embargoed)),
            (State::Embargoed, Ok(State::Embargoed)),
            (State::Ready, Ok(State::Ready)),
            (State::Public, Err(NotAllowed::Public(State::Public))),
        ] {
            advisory.state = state;
            assert_eq!(advisory.may_be_kept(until, None, now), expected);
        }
        assert_eq!(advisory.may_be_told(now), Ok(()), "what is public too early can be owned up to");
        advisory.state = State::Embargoed;
        assert_eq!(advisory.may_be_told(now), Ok(()));
        assert_eq!(advisory.may_be_told(at("2026-12-10T14:00:00Z")), Err(NotAllowed::Over));
        let terms = advisory.embargo.as_mut().expect("an embargo");
        terms.lifted = Some(Lifted { at: now, by: "A <a@b.example>".to_owned(), reason: "told elsewhere".to_owned() });
        assert_eq!(advisory.may_be_told(now), Err(NotAllowed::Lifted));
        assert_eq!(advisory.may_be_told(at("2026-11-30T00:00:00Z")), Ok(()), "it is not lifted yet");
        assert_eq!(advisory.may_be_kept(until, None, now), Err(NotAllowed::Lifted));
    }
}
