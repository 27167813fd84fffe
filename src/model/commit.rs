//! Names of git objects, and what a commit says.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A text that is not a full object name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a full object name: 40 lower-case hexadecimal digits")]
pub struct NotAnObjectName(pub String);

macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Serialize, Deserialize)]
        #[serde(into = "String", try_from = "String")]
        pub struct $name([u8; 20]);

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                numbers(&self.0) == numbers(&other.0)
            }
        }

        impl Eq for $name {}

        /// As the bytes, and the digits, are ordered.
        impl Ord for $name {
            fn cmp(&self, other: &Self) -> Ordering {
                numbers(&self.0).cmp(&numbers(&other.0))
            }
        }

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }

        /// What begins alike for eight bytes of a sum is the same in all likelihood, so that more of it would only take longer.
        impl Hash for $name {
            fn hash<H: Hasher>(&self, state: &mut H) {
                let [a, b, c, d, e, f, g, h, ..] = self.0;
                state.write_u64(u64::from_ne_bytes([a, b, c, d, e, f, g, h]));
            }
        }

        impl $name {
            /// Makes one from the twenty raw bytes git stores.
            pub const fn from_bytes(bytes: [u8; 20]) -> Self {
                Self(bytes)
            }

            /// Returns the twenty raw bytes git stores.
            pub const fn as_bytes(&self) -> &[u8; 20] {
                &self.0
            }

            /// Returns the first ten digits, for people.
            pub fn short(&self) -> String {
                self.to_string()[..10].to_owned()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnObjectName;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                parse_hex(text).map(Self).ok_or_else(|| NotAnObjectName(text.to_owned()))
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotAnObjectName;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "pattern": "^[0-9a-f]{40}$" })
            }
        }
    };
}

id_type!(
    /// The name of a commit.
    CommitId
);
id_type!(
    /// The name of a tree.
    TreeId
);
id_type!(
    /// The name of a blob.
    BlobId
);
id_type!(
    /// The name of an object of any kind.
    ObjectId
);
id_type!(
    /// The result of `git patch-id --stable` for one commit.
    PatchId
);

/// Returns the bytes as numbers, which are compared at once: `memcmp` of musl goes from byte to byte.
fn numbers(bytes: &[u8; 20]) -> (u64, u64, u32) {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, rest @ ..] = *bytes;
    (
        u64::from_be_bytes([a, b, c, d, e, f, g, h]),
        u64::from_be_bytes([i, j, k, l, m, n, o, p]),
        u32::from_be_bytes(rest),
    )
}

fn parse_hex(text: &str) -> Option<[u8; 20]> {
    let digits = text.as_bytes();
    if digits.len() != 40 {
        return None;
    }
    let mut bytes = [0; 20];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = hex_digit(pair[0])? << 4 | hex_digit(pair[1])?;
    }
    Some(bytes)
}

fn hex_digit(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

/// A person and a moment, as a commit records them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Signature {
    /// The name, decoded leniently: names come from strangers.
    pub name: String,
    /// The address between the angle brackets.
    pub email: String,
    /// Seconds since 1970-01-01 UTC.
    pub seconds: i64,
    /// Minutes east of UTC.
    pub offset: i32,
}

/// What a commit says about itself.
#[derive(Debug, Clone)]
pub struct Commit {
    /// Its name.
    pub id: CommitId,
    /// Its tree.
    pub tree: TreeId,
    /// Its parents, first parent first.
    pub parents: Vec<CommitId>,
    /// Who wrote the change, and when.
    pub author: Signature,
    /// Who made this commit, and when.
    pub committer: Signature,
    /// The whole message, decoded leniently.
    pub message: String,
}

impl Commit {
    /// Returns the first line of the message.
    pub fn subject(&self) -> &str {
        first_line(&self.message)
    }

    /// Says whether the commit has more than one parent.
    pub fn is_merge(&self) -> bool {
        self.parents.len() > 1
    }
}

/// Returns the first line of a message, without space around it.
pub fn first_line(message: &str) -> &str {
    message.trim_start_matches('\n').lines().next().unwrap_or("").trim()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn names_are_ordered_as_their_bytes_are(own: [u8; 20], other: [u8; 20], same in 0..=20_usize) {
            let mut other = other;
            other[..same].copy_from_slice(&own[..same]);
            let (one, two) = (CommitId::from_bytes(own), CommitId::from_bytes(other));
            prop_assert_eq!(one.cmp(&two), own.cmp(&other));
            prop_assert_eq!(one == two, own == other);
        }
    }

    #[test]
    fn only_forty_lower_case_digits_make_an_id() {
        let full = "0123456789abcdef0123456789abcdef01234567";
        assert_eq!(full.parse::<CommitId>().map(|id| id.to_string()), Ok(full.to_owned()));
        for bad in ["", "0123", &full.to_uppercase(), &format!("{full}0"), &full.replace('0', "g")] {
            assert!(bad.parse::<CommitId>().is_err(), "{bad}");
        }
    }
}
