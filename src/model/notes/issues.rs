//! The issues that a fix closes, as its messages say ("Linking a pull request to an issue" in GitHub's documentation).

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::config::RepositoryName;

/// The verbs that close an issue.
const VERBS: &[&str] = &["close", "closes", "closed", "fix", "fixes", "fixed", "resolve", "resolves", "resolved"];

/// An issue.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ClosedIssue {
    /// Its repository, where that is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<RepositoryName>,
    /// Its number.
    pub number: u64,
}

impl fmt::Display for ClosedIssue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.repository {
            Some(repository) => write!(f, "{repository}#{}", self.number),
            None => write!(f, "#{}", self.number),
        }
    }
}

/// What stands in front of a word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Verb,
    /// An issue that is closed, or what goes on with a list of them.
    Issue,
    Other,
}

/// Returns the issues that a text says it closes, each once, in the order of the text. A quoted line says nothing, and a bracket ends what
/// stands in front of it: in `Fixes #1 (#2)` and `Log fix (#2)`, the last number is that of the pull request. Only a verb alone goes on into it.
pub fn closed_issues(text: &str) -> Vec<ClosedIssue> {
    let mut found = Vec::new();
    for line in text.lines().filter(|line| !line.trim_start().starts_with('>')) {
        let mut before = Before::Other;
        let mut words = 0;
        for part in line.split(['(', ')']) {
            if before == Before::Issue || words > 1 {
                before = Before::Other;
            }
            words = part.split_whitespace().count();
            for word in part.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';')) {
                before = read(word, before, &mut found);
            }
        }
    }
    found
}

/// Adds what a word closes, and returns what it is for the next one.
fn read(word: &str, before: Before, found: &mut Vec<ClosedIssue>) -> Before {
    let plain = word.trim_end_matches([':', '.']);
    match issue(plain).filter(|_| before != Before::Other) {
        Some(issue) => {
            if !found.contains(&issue) {
                found.push(issue);
            }
            Before::Issue
        }
        // A list goes on: "Fixes #1, #2 and #3".
        None if word.is_empty() || plain.eq_ignore_ascii_case("and") => before,
        None if VERBS.iter().any(|verb| verb.eq_ignore_ascii_case(plain)) => Before::Verb,
        None => Before::Other,
    }
}

/// Reads `#12`, `GH-12`, `owner/name#12` or the address of an issue.
fn issue(word: &str) -> Option<ClosedIssue> {
    let number = |digits: &str| digits.parse().ok().filter(|number: &u64| *number > 0);
    if let Some(digits) = word.strip_prefix('#').or_else(|| word.strip_prefix("GH-")) {
        return Some(ClosedIssue { repository: None, number: number(digits)? });
    }
    let (repository, digits) = match word.strip_prefix("https://").and_then(|address| address.split_once('/')) {
        Some((_, path)) => path.split_once("/issues/")?,
        None => word.split_once('#')?,
    };
    Some(ClosedIssue { repository: Some(repository.parse().ok()?), number: number(digits)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn issues_are_named_behind_a_verb() {
        let table = [
            ("Fixes #12", "#12"),
            ("fixes: #12.", "#12"),
            ("This closes #1, #2 and #3; see #4", "#1 #2 #3"),
            ("Resolves acme/widget#7 (fixes GH-8)", "acme/widget#7 #8"),
            ("Closed https://github.com/acme/widget/issues/9", "acme/widget#9"),
            ("Fixes #12\nFixes #12", "#12"),
            ("Fix the map (#12)", ""),
            ("Fix #12", "#12"),
            ("Fix encoding (fixes #88) (#307) (#407)", "#88"),
            ("Fix encoding, fixes #88 (#307)", "#88"),
            ("[2.0] Fix encoding (closes #88, #89) (#407)", "#88 #89"),
            ("Fixes #88 (#407)", "#88"),
            ("Fixes (#88)", "#88"),
            ("[2.0] Log overflow fix (#220)", ""),
            ("Fixes: (#88, #89), see (#90)", "#88 #89"),
            ("> Fixes #12", ""),
            ("Fixes: 0123456789ab (\"x\")", ""),
            ("Fixes #0, fixes #x, fixes a#1", ""),
            ("#12", ""),
        ];
        for (text, expected) in table {
            let found: Vec<String> = closed_issues(text).iter().map(ToString::to_string).collect();
            assert_eq!(found.join(" "), expected, "{text}");
        }
    }
}
