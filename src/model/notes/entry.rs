//! One change of a release.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::issues::ClosedIssue;
use super::people::Contributor;
use super::title::Beside;
use super::words::{Words, WordsFrom};
use crate::model::commit::CommitId;
use crate::model::eligibility::advisory::{advisories, left_in_words};
use crate::model::kind::FixKind;
use crate::model::line::LineName;
use crate::model::tag::TagName;

/// Where an entry stands in the notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Section {
    /// What closes a way to attack.
    Security,
    /// What works again, and every other change that users may notice.
    Fixes,
    /// What is faster or smaller.
    Performance,
    /// What is written about the product.
    Documentation,
    /// Nowhere: what changes nothing for users.
    Internal,
}

impl Section {
    /// Those that users see, in their order.
    pub const SHOWN: [Self; 4] = [Self::Security, Self::Fixes, Self::Performance, Self::Documentation];

    /// Returns where a change stands. One whose kind nothing tells may concern users, and so does every one with words for them.
    pub fn of(kind: Option<FixKind>, words: Option<&Words>) -> Self {
        match kind {
            Some(FixKind::Security) => Self::Security,
            Some(FixKind::Performance) => Self::Performance,
            Some(FixKind::Documentation) => Self::Documentation,
            Some(FixKind::Refactor) if words.is_none() => Self::Internal,
            Some(
                FixKind::DataLoss
                | FixKind::Crash
                | FixKind::Regression
                | FixKind::Bug
                | FixKind::Feature
                | FixKind::Refactor,
            )
            | None => Self::Fixes,
        }
    }
}

/// Where a change comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "from", rename_all = "kebab-case")]
pub enum Traced {
    /// From these commits of main.
    Main {
        /// The commits, in the order of the picks.
        commits: Vec<CommitId>,
        /// Of several that a pick names, those of which it brings less than three of four lines. They are not told to be fixed, and are
        /// among the commits only where it brings anything of them.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        claimed: Vec<CommitId>,
    },
    /// Perhaps from these commits of main: only weak signs speak for it.
    Probably {
        /// The commits.
        commits: Vec<CommitId>,
        /// What is found, one sentence without a full stop each. May quote strangers.
        reasons: Vec<String>,
    },
    /// From elsewhere than these commits of main, which it names, by themselves or by their pull request: it changes something else.
    Claimed {
        /// The commits.
        commits: Vec<CommitId>,
    },
    /// From the line itself, and something says so.
    Line {
        /// What says so. May quote a stranger.
        reasons: Vec<String>,
    },
    /// From nowhere that can be found.
    Nowhere {
        /// Why, one sentence without a full stop each. May quote strangers.
        reasons: Vec<String>,
    },
}

impl Traced {
    /// From these commits of main, and all of them for sure.
    pub const fn main(commits: Vec<CommitId>) -> Self {
        Self::Main { commits, claimed: Vec::new() }
    }

    /// Returns the commits of main that it comes from for sure.
    pub fn commits(&self) -> &[CommitId] {
        match self {
            Self::Main { commits, claimed: _ } => commits,
            Self::Probably { .. } | Self::Claimed { .. } | Self::Line { .. } | Self::Nowhere { .. } => &[],
        }
    }
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Entry {
    /// Where it stands.
    pub section: Section,
    /// What it is; absent where nothing tells it, or several things contradict one another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<FixKind>,
    /// What its origin is called, without numbers and marks of lines: text from a stranger.
    pub title: String,
    /// The words that it has for users.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Words>,
    /// The commits of the line, oldest first.
    pub picks: Vec<CommitId>,
    /// Where it comes from.
    pub origin: Traced,
    /// The commits of main that its picks bring most of, beside the origin, and do not name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unnamed: Vec<CommitId>,
    /// Those of its picks that change something of the product which none of its origins does, and of which nothing tells.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub untold: Vec<CommitId>,
    /// Why the release may not have all of it, in few words each and as text: what users are told with it. May name files, as strangers call
    /// them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub in_part: Vec<String>,
    /// Of several changes, the commits of main that name an advisory, or are security fixes: words for users, and decisions, are about these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub security: Vec<CommitId>,
    /// The pull request that brought it to main; of several, the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pull_request: Option<u64>,
    /// All of them, where a pick brings several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pull_requests: Vec<u64>,
    /// Those that its commits came by, where no origin on main is sure, or none has a pull request that is known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub own_pull_requests: Vec<OwnRequest>,
    /// Who opened that pull request, where GitHub was asked: an account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Who wrote it, first the author of the origin.
    pub authors: Vec<Contributor>,
    /// Who reviewed it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reviewers: Vec<Contributor>,
    /// The issues that it closes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub issues: Vec<ClosedIssue>,
    /// The identifiers of advisories that it is the fix of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub advisories: Vec<String>,
    /// The identifiers of advisories that its texts name, and nobody said whether it fixes them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open_advisories: Vec<String>,
    /// The commits of main that are for one of its open advisories as well, and that the release does not have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lacking: Vec<CommitId>,
    /// Other lines that have it, the newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also_in: Vec<AlsoIn>,
    /// Other lines that do not need it, the newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_needed: Vec<NotNeeded>,
    /// Of a security fix, the other lines that lack it while nothing tells that they do not need it, the newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_evaluated: Vec<LineName>,
}

impl Entry {
    /// Returns the numbers of all pull requests that it came by: to main, else to the line.
    pub fn numbers(&self) -> Vec<u64> {
        match (self.pull_requests.as_slice(), self.pull_request) {
            ([], Some(number)) => vec![number],
            ([], None) => self.own_pull_requests.iter().map(|own| own.number).collect(),
            (all, _) => all.to_vec(),
        }
    }

    /// Returns what users read of it: its own words, else its title, without what stands beside it anyway: the numbers of its pull
    /// requests and the identifiers of its advisories.
    pub fn said(&self) -> String {
        let text = self.words.as_ref().map_or(self.title.as_str(), |words| words.text.as_str());
        Beside { numbers: &self.numbers(), advisories: &self.advisories }.taken_from(text)
    }

    /// Returns what stands behind that, where users could take for fixed what may not be: that the release has it in part, or that an
    /// advisory which the text names is open.
    pub fn doubt(&self) -> Option<String> {
        if !self.in_part.is_empty() {
            return Some(format!("in part: {}", self.in_part.join("; ")));
        }
        let mut named: Vec<String> = advisories(&self.said()).into_iter().map(|named| named.id).collect();
        let left = self.words.as_ref().map(|words| left_in_words(&words.text)).unwrap_or_default();
        named.retain(|id| self.open_advisories.contains(id) && !left.contains(id));
        (!named.is_empty()).then(|| format!("whether it fixes {} is not established", named.join(" and ")))
    }
}

impl Entry {
    /// Says whether its words for users claim nothing of the advisories that are open, so that it can be published: of each they say openly
    /// that it is not fixed, or in part only, or they do not name it and are a file of main, which others review.
    pub fn says_what_is_left(&self) -> bool {
        let Some(words) = &self.words else { return false };
        let left = left_in_words(&words.text);
        let named: Vec<String> = advisories(&words.text).into_iter().map(|named| named.id).collect();
        let is_kept_out = |id: &String| words.from == WordsFrom::File && !named.contains(id);
        let is_told = |id: &String| left.contains(id) || is_kept_out(id);
        !self.open_advisories.is_empty() && words.without.is_empty() && self.open_advisories.iter().all(is_told)
    }
}

/// The branch that a pull request was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RequestBase {
    /// Main: a change of main has that number, too.
    Main,
    /// The line, as far as can be told: no change of main that was looked at has it.
    Line,
}

/// A pull request that a commit of a line names, or the merge that brought it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct OwnRequest {
    /// Its number.
    pub number: u64,
    /// The branch that it was for.
    pub base: RequestBase,
}

/// Another line that has the change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct AlsoIn {
    /// The line.
    pub line: LineName,
    /// Its release from which on it has it; absent where its newest one has it not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The tag of that release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<TagName>,
}

/// Another line that does not need the change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct NotNeeded {
    /// The line.
    pub line: LineName,
    /// Why. May quote a maintainer.
    pub because: String,
}

/// Why a commit is not told to users.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WhyLeftOut {
    /// It touches only files that `patch.toml` gives to each line.
    OwnFiles,
    /// It makes the release: a version, a changelog.
    Release,
    /// It brings only the hooks of developers up to date.
    Hooks,
    /// It merges what is told of itself.
    Merge,
    /// It changes nothing.
    Empty,
    /// Its words for users are that there is nothing to say.
    SaysNone,
    /// It takes a part of a commit back, which is told without that.
    TakesBack,
}

/// A commit that is not told to users.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct LeftOut {
    /// The commit.
    pub commit: CommitId,
    /// The first line of its message: text from a stranger.
    pub subject: String,
    /// Why.
    pub why: WhyLeftOut,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::notes::words::WordsFrom;

    #[test]
    fn every_kind_has_its_section() {
        let words = Words::new("It works.", WordsFrom::Trailer);
        for kind in FixKind::ALL.map(Some).into_iter().chain([None]) {
            let expected = match kind {
                Some(FixKind::Security) => [Section::Security; 2],
                Some(FixKind::Performance) => [Section::Performance; 2],
                Some(FixKind::Documentation) => [Section::Documentation; 2],
                Some(FixKind::Refactor) => [Section::Internal, Section::Fixes],
                _ => [Section::Fixes; 2],
            };
            assert_eq!([Section::of(kind, None), Section::of(kind, words.as_ref())], expected, "{kind:?}");
        }
    }
}
