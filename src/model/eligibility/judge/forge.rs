//! The rules that need what only the forge knows: labels, issues, reviews, checks.

use super::{Answer, Case, count, listed};
use crate::model::eligibility::conventional::trailers;
use crate::model::eligibility::prose::spoken;
use crate::model::known::Known;
use crate::model::pull::{Checks, Opinion, PullRequest, Review};

/// The longest description that is searched for a heading.
const MOST_LINES: usize = 20_000;

impl Case<'_> {
    /// A trailer of the message does not count: it is its author who writes that, and labels are for those who triage.
    pub(super) fn priority(&self) -> Answer {
        let wanted = &self.policy.eligibility.require.priority;
        let names = || listed(&wanted.iter().map(|name| format!("'{name}'")).collect::<Vec<_>>());
        let is_wanted = |label: &str| wanted.iter().any(|name| name.as_str().to_lowercase() == label.to_lowercase());
        let pull = match &self.facts.pull {
            Known::Known(Some(pull)) => pull,
            Known::Known(None) => {
                return Answer::failed(format!("it has no pull request, and so no label: {} is needed", names()));
            }
            Known::Unknown(why) => return Answer::unknown("its priority", why),
        };
        if let Some(label) = pull.labels.iter().find(|label| is_wanted(&label.name)) {
            return Answer::passed(format!("it has the label '{}'", label.name));
        }
        let issues = match &pull.issues {
            Known::Known(issues) => issues,
            Known::Unknown(why) => return Answer::unknown("which issues it solves", why),
        };
        let urgent = issues.iter().find_map(|issue| {
            let label = issue.labels.iter().find(|label| is_wanted(label))?;
            Some(format!("issue #{} has the label '{label}'", issue.number))
        });
        match urgent {
            Some(reason) => Answer::passed(reason),
            None => {
                let seen = issues.iter().map(|issue| format!("#{}: {}", issue.number, listed(&issue.labels))).collect();
                Answer::Failed(format!("neither it nor an issue that it solves has a label of {}", names()), seen)
            }
        }
    }

    pub(super) fn reviews(&self) -> Answer {
        let wanted = self.policy.eligibility.require.reviews;
        let pull = match &self.facts.pull {
            Known::Known(Some(pull)) => pull,
            Known::Known(None) => return Answer::failed("it has no pull request, so nobody reviewed it there"),
            Known::Unknown(why) => return Answer::unknown("who reviewed it", why),
        };
        let reviews = match &pull.reviews {
            Known::Known(reviews) => reviews,
            Known::Unknown(why) => return Answer::unknown("who reviewed it", why),
        };
        let by_author = |review: &&Review| review.author.is_some() && review.author == pull.author;
        let named =
            |review: &Review| review.author.as_ref().map_or("a deleted account".to_owned(), ToString::to_string);
        let of = |opinion: Opinion| -> Vec<String> {
            let those = reviews.iter().filter(|review| review.opinion == opinion && !by_author(review));
            those.map(named).collect()
        };
        let (approvals, against) = (of(Opinion::Approved), of(Opinion::ChangesRequested));
        if !against.is_empty() {
            return Answer::Failed("somebody asks for changes".to_owned(), against);
        }
        // Several reviews by deleted accounts may be of one person, so they count once.
        let known = approvals.iter().filter(|name| *name != "a deleted account").count();
        let approved = known + usize::from(known < approvals.len());
        let reason = format!("{} of {wanted} approved it", count(approved as u64, "person", "people"));
        match approved >= wanted as usize {
            true => Answer::Passed(reason, approvals),
            false => Answer::Failed(reason, approvals),
        }
    }

    pub(super) fn checks(&self) -> Answer {
        let pull = match &self.facts.pull {
            Known::Known(Some(pull)) => pull,
            Known::Known(None) => {
                return Answer::Undecided("it has no pull request whose checks could be seen".to_owned(), Vec::new());
            }
            Known::Unknown(why) => return Answer::unknown("what its checks came to", why),
        };
        match &pull.checks {
            Known::Unknown(why) => Answer::unknown("what its checks came to", why),
            Known::Known(Checks::Green) => Answer::passed("its checks are green"),
            Known::Known(Checks::Red(names)) => Answer::Failed("a check failed".to_owned(), names.clone()),
            Known::Known(Checks::Pending(names)) => Answer::Undecided("a check is not done".to_owned(), names.clone()),
            Known::Known(Checks::None) => Answer::Undecided("it has no checks".to_owned(), Vec::new()),
        }
    }

    pub(super) fn risk_assessment(&self) -> Answer {
        if let Some(value) =
            self.facts.messages.iter().find_map(|message| trailers(&message.text, "Risk").first().copied())
        {
            return Answer::passed(format!("trailer 'Risk: {value}'"));
        }
        match &self.facts.pull {
            Known::Known(Some(pull)) if has_section(pull) => {
                Answer::passed("the description has a section about the risk")
            }
            Known::Known(_) => Answer::failed("nobody wrote down what may go wrong"),
            Known::Unknown(why) => Answer::unknown("whether somebody wrote down what may go wrong", why),
        }
    }
}

/// Says whether a description has a heading with the word "risk" and something below it that is not the form's own comment.
fn has_section(pull: &PullRequest) -> bool {
    let mut inside = false;
    for line in spoken(&pull.body).lines().take(MOST_LINES).map(str::trim) {
        if line.contains("<!--") {
            // Nothing closes it, so that all below it is hidden.
            return false;
        } else if let Some(heading) = line.strip_prefix('#') {
            let words = heading.trim_start_matches('#').to_lowercase();
            inside = words.split(|c: char| !c.is_alphanumeric()).any(|word| matches!(word, "risk" | "risks"));
        } else if inside
            && !matches!(line.to_lowercase().trim_end_matches('.'), "" | "-" | "n/a" | "tbd" | "todo" | "none given")
        {
            return true;
        }
    }
    false
}
