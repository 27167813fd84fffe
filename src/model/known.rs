//! Values that a source may not tell: known, or not known for a reason. What is not known is never taken for "none".

use std::fmt;

/// A value, or why it is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known<T> {
    /// The source told it.
    Known(T),
    /// It did not.
    Unknown(Missing),
}

/// Why a value is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// The payload of an event does not carry it.
    NotInPayload,
    /// The question that was asked does not cover it.
    NotAsked,
    /// The source listed fewer than there are.
    Incomplete {
        /// How many it listed.
        got: u64,
        /// How many there are.
        of: u64,
    },
    /// The account that it names was deleted.
    Deleted,
    /// No event tells it, though one should.
    NotRecorded,
    /// The forge answers that it does not have the commit.
    NoSuchCommit,
    /// The source was asked and refused or failed. The sentence may quote a stranger, and holds no control characters.
    Failed(String),
}

impl<T> Known<T> {
    /// Returns the value where it is known.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown(_) => None,
        }
    }

    /// Returns why the value is not known, where it is not.
    pub fn missing(&self) -> Option<&Missing> {
        match self {
            Self::Known(_) => None,
            Self::Unknown(missing) => Some(missing),
        }
    }

    /// Changes the value where it is known.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Known<U> {
        match self {
            Self::Known(value) => Known::Known(change(value)),
            Self::Unknown(missing) => Known::Unknown(missing),
        }
    }
}

impl fmt::Display for Missing {
    /// Writes one sentence without a full stop.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotInPayload => f.write_str("the payload of an event does not tell it"),
            Self::NotAsked => f.write_str("it was not asked for"),
            Self::Incomplete { got, of } => write!(f, "only {got} of {of} are listed"),
            Self::Deleted => f.write_str("the account was deleted"),
            Self::NotRecorded => f.write_str("no event records it"),
            Self::NoSuchCommit => f.write_str("the forge does not have the commit"),
            Self::Failed(sentence) => f.write_str(sentence),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_value_keeps_its_reason() {
        let unknown: Known<u64> = Known::Unknown(Missing::Incomplete { got: 3000, of: 3001 });
        let after = unknown.map(|number| number + 1);
        assert_eq!(after.value(), None);
        assert_eq!(after.missing().map(ToString::to_string).as_deref(), Some("only 3000 of 3001 are listed"));
        assert_eq!(Known::Known(1).map(|number| number + 1).value(), Some(&2));
    }
}
