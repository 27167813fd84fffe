//! Mail addresses, by which people are known offline.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::name::{NotAName, is_unprintable, text_type};

/// The mail address of a person, compared without regard to case.
#[derive(Debug, Clone, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Mail(String);

text_type!(Mail);

impl PartialEq for Mail {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl FromStr for Mail {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = |c: char| !c.is_whitespace() && !is_unprintable(c) && !matches!(c, '<' | '>' | ',');
        match text.split_once('@') {
            Some((name, host)) if !name.is_empty() && !host.is_empty() && text.chars().all(plain) => {
                Ok(Self(text.to_owned()))
            }
            Some(_) | None => Err(NotAName::new("a mail address", text, "write it as 'name@host'")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_does_not_matter_and_odd_ones_are_refused() {
        let mail = |text: &str| text.parse::<Mail>();
        assert_eq!(mail("Mia@Example.com"), mail("mia@example.com"));
        for bad in ["", "mia", "@x", "mia@", "a b@x", "<a@x>", "a@x\u{1b}"] {
            assert!(mail(bad).is_err(), "{bad:?}");
        }
    }
}
