//! The rules that need what only the forge knows: priority, checks, the description.

use super::history::first;
use super::{Answer, Case, listed};
use crate::model::eligibility::conventional::trailers;
use crate::model::eligibility::given::{Given, given};
use crate::model::eligibility::prose::spoken;
use crate::model::known::Known;
use crate::model::pull::{Checks, PullRequest};

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
        let mut open = Vec::new();
        for Given { name, issue, giver } in given(pull, &self.policy.eligibility.labels) {
            let whose = issue.map_or_else(|| "it".to_owned(), |number| format!("issue #{number}"));
            match (is_wanted(name), giver.counts()) {
                (true, true) => return Answer::passed(format!("{whose} has the label '{name}'")),
                (true, false) if giver.is_open() => open.push(format!("{whose} has the label '{name}'")),
                (true | false, _) => {}
            }
        }
        if !open.is_empty() {
            return Answer::Undecided("it is not known who gave the label that tells its priority".to_owned(), open);
        }
        let issues = match &pull.issues {
            Known::Known(issues) => issues,
            Known::Unknown(why) => return Answer::unknown("which issues it solves", why),
        };
        if let Known::Unknown(why) = &self.facts.messages {
            return Answer::unknown("whether a message tells its priority", why);
        }
        let seen = issues.iter().map(|issue| format!("#{}: {}", issue.number, listed(&issue.labels))).collect();
        Answer::Failed(format!("neither it nor an issue that it solves has a label of {}", names()), seen)
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
            Known::Known(Checks::Lacking(lacking)) => {
                let absent = lacking.absent.iter().map(|name| format!("no check of this commit has the name '{name}'"));
                let idle = lacking.idle.iter().map(|name| format!("'{name}' had nothing to do"));
                let there = format!("its checks are {}", listed(&first(lacking.there.clone())));
                let reason = "all checks are done, and a required one has not succeeded".to_owned();
                Answer::Undecided(reason, absent.chain(idle).chain([there]).collect())
            }
            Known::Known(Checks::None) => {
                Answer::Undecided("no check has run that had anything to do".to_owned(), Vec::new())
            }
        }
    }

    pub(super) fn risk_assessment(&self) -> Answer {
        if let Some(value) =
            self.facts.known_messages().iter().find_map(|message| trailers(&message.text, "Risk").first().copied())
        {
            return Answer::passed(format!("trailer 'Risk: {value}'"));
        }
        let what = "whether somebody wrote down what may go wrong";
        match (&self.facts.pull, &self.facts.messages) {
            (Known::Known(Some(pull)), _) if has_section(pull) => {
                Answer::passed("the description has a section about the risk")
            }
            (Known::Known(_), Known::Unknown(why)) => Answer::unknown(what, why),
            (Known::Known(_), Known::Known(_)) => Answer::failed("nobody wrote down what may go wrong"),
            (Known::Unknown(why), _) => Answer::unknown(what, why),
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
