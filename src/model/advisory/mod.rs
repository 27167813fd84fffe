//! A security advisory: one source from which every format is made.
//!
//! The source is a file of Markdown with TOML in front of it, between two lines of `+++`; [`Advisory::parse`] reads it and [`edit`] changes
//! it. What stands in [`Advisory::lines`] was worked out from git and is kept in the source, so that people can review it and every
//! format can be made without a look at history.

pub mod affected;
pub mod again;
pub mod body;
pub mod called;
pub mod check;
pub mod checklist;
pub mod contain;
pub mod edit;
pub mod export;
pub mod id;
pub mod kit;
pub mod lines;
pub mod matrix;
pub mod odd;
mod order;
pub mod outcome;
pub mod package;
pub mod publish;
pub mod range;
mod read;
pub mod reverts;
pub mod runs;
pub mod severity;
pub mod spelling;
pub mod state;
pub mod terms;
pub mod upgrade;

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::line::LineName;
use crate::model::name::{NotAName, is_unprintable, text_type};

use body::Body;
use id::{AdvisoryId, Alias, CveId, Cwe, GhsaId};
use lines::{CommitName, Introduced, LineFinding, Stated, are_all_free};
use package::Package;
use range::CommitRange;
use severity::Severity;
use state::{EmbargoTerms, State};

pub use read::FENCE;

#[cfg(test)]
mod tests;

/// An advisory, as its source has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advisory {
    /// Its own identifier.
    pub id: AdvisoryId,
    /// What is wrong, in one line.
    pub title: Title,
    /// Where it stands.
    pub state: State,
    /// Its identifier in the CVE list.
    pub cve: Option<CveId>,
    /// Its identifier in GitHub's database.
    pub ghsa: Option<GhsaId>,
    /// What third lists call the same flaw.
    pub aliases: Vec<Alias>,
    /// How bad it is.
    pub severity: Severity,
    /// Which weaknesses it comes from.
    pub cwes: Vec<Cwe>,
    /// The packages that have it. Empty: the project publishes none.
    pub packages: Vec<Package>,
    /// Since when it is there, on main.
    pub introduced: Introduced,
    /// The commits of main that repair it: all of them are needed.
    pub fixed: Vec<CommitName>,
    /// When it was first published.
    pub published: Option<DateTime<Utc>>,
    /// When it was changed last, after it was published.
    pub modified: Option<DateTime<Utc>>,
    /// When it was withdrawn.
    pub withdrawn: Option<DateTime<Utc>>,
    /// Whether it was withdrawn because there is no flaw. Of every other withdrawal no version is safe: another advisory may tell of it.
    pub no_flaw: bool,
    /// What is under embargo, and until when.
    pub embargo: Option<EmbargoTerms>,
    /// Who found and repaired it.
    pub credits: Vec<Credit>,
    /// Where more is told.
    pub references: Vec<Reference>,
    /// What changed since it was published, the oldest first, numbered from one.
    pub revisions: Vec<Revision>,
    /// What people say of lines where history cannot tell.
    pub stated: Vec<Stated>,
    /// Lines that people decided to tell of before they have a release with the fix.
    pub unfixed: Vec<Unfixed>,
    /// What people say they have done, for the checklist.
    pub done: Vec<Done>,
    /// What holds for each line, the newest first. Empty: it was not worked out yet.
    pub lines: Vec<LineFinding>,
    /// The commits between which the flaw is there. `None`: it was not worked out, or no range tells it.
    pub range: Option<CommitRange>,
    /// The text.
    pub body: Body,
}

impl Advisory {
    /// Returns all its identifiers, its own first.
    pub fn ids(&self) -> Vec<String> {
        let own = [self.id.to_string()].into_iter();
        let cve = self.cve.iter().map(ToString::to_string);
        let ghsa = self.ghsa.iter().map(ToString::to_string);
        own.chain(cve).chain(ghsa).chain(self.aliases.iter().map(ToString::to_string)).collect()
    }

    /// Says whether its lines were worked out, and no version of any of them has the flaw or may have it. One that was withdrawn may be so.
    pub fn affects_nothing(&self) -> bool {
        self.state != State::Withdrawn && !self.lines.is_empty() && are_all_free(&self.lines)
    }

    /// Says whether nothing that it said of versions holds any more.
    pub fn tells_of_no_flaw(&self) -> bool {
        self.state == State::Withdrawn && self.no_flaw
    }

    /// Says whether the flaw is told to have come on lines only: people name what brought it there, and no commit of main brought or
    /// repairs it.
    pub fn is_of_lines_only(&self) -> bool {
        let is_brought = |stated: &Stated| !stated.introduced_by.is_empty();
        self.introduced == Introduced::Unknown && self.fixed.is_empty() && self.stated.iter().any(is_brought)
    }

    /// Says whether nothing of it may be public at a moment: its embargo holds, whatever its state says, for a word in the source ends none;
    /// or it is not published, and no date is set yet.
    pub fn is_secret_at(&self, now: DateTime<Utc>) -> bool {
        match &self.embargo {
            Some(terms) => terms.holds_at(now),
            None => !self.state.is_public(),
        }
    }

    /// Returns it as it counts at a moment: one that says before its date that it is public is under embargo all the same.
    #[must_use]
    pub fn as_of(self, now: DateTime<Utc>) -> Self {
        match self.state.is_public() && self.is_secret_at(now) {
            true => Self { state: State::Embargoed, published: None, withdrawn: None, ..self },
            false => self,
        }
    }
}

/// What is wrong, in one line of at most 120 characters (OSV schema 1.7, `summary`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Title(String);

text_type!(Title);

impl FromStr for Title {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let seen = |c: char| if is_unprintable(c) { c.escape_unicode().to_string() } else { c.to_string() };
        let broken = match text {
            _ if text.chars().any(is_unprintable) => {
                "take out the character that nobody sees, which is written as '\\u{…}' here"
            }
            _ if text.trim() != text => "take out the space at its beginning or end",
            _ if text.is_empty() || text.chars().count() > 120 => "write one line of at most 120 characters",
            _ => return Ok(Self(text.to_owned())),
        };
        Err(NotAName::new("a title", &text.chars().map(seen).collect::<String>(), broken))
    }
}

/// So many characters an address on the web has at most (CVE record format 5.1.1, `uriType`).
const LONGEST_ADDRESS: usize = 2048;

/// An address on the web.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WebAddress(String);

text_type!(WebAddress);

impl FromStr for WebAddress {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() > LONGEST_ADDRESS {
            let begun = format!("{}…", text.chars().take(60).collect::<String>());
            return Err(NotAName::new("an address on the web", &begun, "write at most 2048 characters"));
        }
        let is_web = text.starts_with("https://") || text.starts_with("http://");
        let has_host = text.parse::<http::Uri>().is_ok_and(|uri| uri.host().is_some_and(|host| !host.is_empty()));
        let plain = text.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\"'`{}|\\^".contains(&byte));
        match is_web && has_host && plain {
            true => Ok(Self(text.to_owned())),
            false => {
                Err(NotAName::new("an address on the web", text, "write it whole, from 'https://' on, percent-encoded"))
            }
        }
    }
}

/// Implements a closed set of words: `as_str`, `ALL`, display.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name {
            $($(#[$of])* $variant,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Returns the word for it.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

words! {
    /// What somebody did (GitHub's REST API of repository advisories, `credits[].type`; OSV has the same in capitals).
    CreditKind {
        /// Worked out what it means.
        Analyst = "analyst",
        /// Found it.
        Finder = "finder",
        /// Told the project of it.
        Reporter = "reporter",
        /// Brought the parties together.
        Coordinator = "coordinator",
        /// Wrote the fix.
        RemediationDeveloper = "remediation-developer",
        /// Reviewed the fix.
        RemediationReviewer = "remediation-reviewer",
        /// Tested the fix.
        RemediationVerifier = "remediation-verifier",
        /// Is a program that found it.
        Tool = "tool",
        /// Paid for the work.
        Sponsor = "sponsor",
        /// Did something else.
        Other = "other",
    }
}

words! {
    /// What a reference leads to (OSV schema 1.7, `references[].type`).
    ReferenceKind {
        /// A published advisory.
        Advisory = "advisory",
        /// An article.
        Article = "article",
        /// A way to find out whether one is affected.
        Detection = "detection",
        /// A discussion.
        Discussion = "discussion",
        /// A report of the flaw.
        Report = "report",
        /// The fix.
        Fix = "fix",
        /// What brought the flaw.
        Introduced = "introduced",
        /// The home of the package.
        Package = "package",
        /// A proof of the flaw.
        Evidence = "evidence",
        /// Anything else.
        Web = "web",
    }
}

words! {
    /// An item of the checklist that a person may have to answer for.
    Item {
        /// The CVE identifier is registered.
        CveRegistered = "cve-registered",
        /// The fix was reviewed by the security team.
        FixReviewed = "fix-reviewed",
        /// The advisory is drafted.
        AdvisoryDrafted = "advisory-drafted",
        /// The affected versions are documented.
        VersionsDocumented = "versions-documented",
        /// Mitigations are documented.
        MitigationsDocumented = "mitigations-documented",
        /// The severity is calculated.
        SeverityCalculated = "severity-calculated",
    }
}

/// Somebody who is thanked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credit {
    /// The name.
    pub name: String,
    /// What they did.
    pub kind: CreditKind,
    /// Their login on GitHub.
    pub github: Option<String>,
    /// Where they can be reached.
    pub contact: Vec<WebAddress>,
}

/// Where more is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// What it leads to.
    pub kind: ReferenceKind,
    /// The address.
    pub url: WebAddress,
}

/// A change after publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// Its number, from one on without gaps.
    pub number: u32,
    /// When.
    pub date: DateTime<Utc>,
    /// What changed, in one line.
    pub summary: String,
}

/// That a person has done something of the checklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// What.
    pub item: Item,
    /// Who.
    pub by: String,
    /// When.
    pub on: NaiveDate,
}

/// That a line is told of before it has a release with the fix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfixed {
    /// The line.
    pub line: LineName,
    /// Why nobody waits for the fix.
    pub reason: String,
    /// Who decided it.
    pub by: String,
    /// When.
    pub on: NaiveDate,
}
