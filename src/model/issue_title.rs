//! The title of an issue that is kept up to date.

use std::str::FromStr;

use super::name::{NotAName, is_unprintable, text_type};

/// The most characters that GitHub takes in a title.
const MOST_CHARS: usize = 256;

/// The title of an issue: one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueTitle(String);

text_type!(IssueTitle);

impl FromStr for IssueTitle {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = |rule| Err(NotAName::new("the title of an issue", text, rule));
        // GitHub takes spaces at its ends away, and would give another title back.
        if text.is_empty() || text.trim() != text {
            return refuse("it is empty, or begins or ends with a space");
        }
        if text.chars().count() > MOST_CHARS {
            return refuse("it has at most 256 characters");
        }
        if text.chars().any(is_unprintable) {
            return refuse("it holds a control character");
        }
        Ok(Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_one_line_that_comes_back_as_it_is() {
        assert!("Fixes \u{d7} lines".parse::<IssueTitle>().is_ok());
        for bad in ["", " x", "x ", "a\nb", "a\u{1b}b", &"x".repeat(257)] {
            assert!(bad.parse::<IssueTitle>().is_err(), "{bad:?}");
        }
    }
}
