//! What a pull request of ours takes over from the pull requests that brought its fixes to main.

use crate::model::line::LineName;
use crate::model::login::Login;
use crate::model::pull::{Opinion, PullRequest};

/// So many people are asked for a review of one pull request at most: GitHub takes 15.
pub const MOST_REVIEWERS: usize = 15;
/// So many people are assignees of one pull request at most ("Add assignees to an issue" in GitHub's documentation).
pub const MOST_ASSIGNEES: usize = 10;

/// What is taken over.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Carried {
    /// Labels: texts from strangers.
    pub labels: Vec<String>,
    /// Who approved the origins, then who wrote them.
    pub reviewers: Vec<Login>,
    /// Who wrote the origins.
    pub assignees: Vec<Login>,
}

impl Carried {
    /// Says whether there is nothing to take over.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.reviewers.is_empty() && self.assignees.is_empty()
    }
}

/// Returns what is taken over from these origins, each once. A label that names one of these lines says where the origin goes to and
/// says nothing of a pick; apps and the account of the token are no people to ask.
pub fn carried<'p>(origins: impl IntoIterator<Item = &'p PullRequest>, lines: &[LineName], own: &Login) -> Carried {
    let mut found = Carried::default();
    let mut authors = Vec::new();
    let asked = |login: &Login| !login.is_bot() && login != own;
    for origin in origins {
        for label in &origin.labels {
            let is_there = || found.labels.iter().any(|there| there.to_lowercase() == label.name.to_lowercase());
            if !lines.iter().any(|line| names_line(&label.name, line)) && !is_there() {
                found.labels.push(label.name.clone());
            }
        }
        let approving = origin.reviews.value().into_iter().flatten();
        let approving = approving.filter(|review| review.opinion == Opinion::Approved);
        add(&mut found.reviewers, approving.filter_map(|review| review.author.clone()).filter(&asked));
        add(&mut authors, origin.author.clone().into_iter().filter(&asked));
    }
    add(&mut found.reviewers, authors.iter().cloned());
    found.reviewers.truncate(MOST_REVIEWERS);
    authors.truncate(MOST_ASSIGNEES);
    Carried { assignees: authors, ..found }
}

fn add(people: &mut Vec<Login>, more: impl Iterator<Item = Login>) {
    for person in more {
        if !people.contains(&person) {
            people.push(person);
        }
    }
}

/// Says whether a label names a line: `2.0`, `v2.0`, `backport 2.0` or `release/2.0`, and not `12.0` or `2.0.1`.
fn names_line(label: &str, line: &LineName) -> bool {
    let (label, line) = (label.to_lowercase(), line.as_str().to_lowercase());
    let part = |c: char| c.is_alphanumeric() || c == '.';
    label.match_indices(&line).any(|(at, _)| {
        let (before, after) = (label[..at].chars().next_back(), label[at + line.len()..].chars().next());
        let version = line.starts_with(|c: char| c.is_ascii_digit());
        let begins = before.is_none_or(|c| !part(c) || (version && c == 'v'));
        begins && after.is_none_or(|c| !part(c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_that_names_a_line_is_seen() {
        let names = |label: &str, line: &str| names_line(label, &line.parse().expect("a line"));
        for label in ["2.0", "v2.0", "backport 2.0", "release/2.0", "Backport-to-V2.0", "needs 1.9 and 2.0"] {
            assert!(names(label, "2.0"), "{label}");
        }
        for label in ["12.0", "2.0.1", "2.01", "x2.0", "kind/bug", ""] {
            assert!(!names(label, "2.0"), "{label}");
        }
        assert!(names("for: Stable", "stable") && !names("unstable", "stable"));
    }
}
