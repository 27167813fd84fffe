//! The names of accounts on the forge.

use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::name::{NotAName, text_type};

/// The longest name that is taken: GitHub's have 39 characters, those of enterprises a suffix, and those of apps `[bot]`.
const MOST_BYTES: usize = 128;

/// The name of an account on GitHub, such as `octocat` or `dependabot[bot]`.
///
/// Two that differ in the case of their letters are the same account.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Login(String);

text_type!(Login);

impl Login {
    /// Says whether it is the account of an app.
    pub fn is_bot(&self) -> bool {
        self.0.ends_with("[bot]")
    }
}

impl PartialEq for Login {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for Login {}

impl Hash for Login {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.to_ascii_lowercase().hash(state);
    }
}

impl FromStr for Login {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = |rule| Err(NotAName::new("the name of an account", text, rule));
        let name = text.strip_suffix("[bot]").unwrap_or(text);
        if name.is_empty() {
            return refuse("it is empty");
        }
        if text.len() > MOST_BYTES {
            return refuse("it is too long");
        }
        if !name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')) {
            return refuse("it holds a character other than letters, digits, '-', '_' and '.'");
        }
        Ok(Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_does_not_matter() {
        let login = |text: &str| text.parse::<Login>().expect("a login");
        assert_eq!(login("Octocat"), login("octoCAT"));
        assert_ne!(login("dependabot"), login("dependabot[bot]"));
        assert!(login("dependabot[bot]").is_bot() && !login("mona_acme").is_bot());
        let set: std::collections::HashSet<Login> = ["Ann", "ann", "bob"].into_iter().map(login).collect();
        assert_eq!(set.len(), 2);
    }

    #[test]
    fn what_cannot_be_an_account_is_refused() {
        for bad in ["", "[bot]", "a b", "a/b", "a\u{1b}", "a[bot]x", "ünï", &"a".repeat(129)] {
            assert!(bad.parse::<Login>().is_err(), "{bad:?}");
        }
    }
}
