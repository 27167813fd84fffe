//! What a commit message says about other commits and pull requests, each statement with the words that make it.
//!
//! The forms are those of git itself and of the tools and projects that move fixes between lines. Everything here is what
//! a stranger wrote: a name may belong to no commit, and a statement may be wrong.

mod body;
mod list;
mod scan;
mod subject;
mod takes;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use crate::model::commit::CommitId;
use crate::model::config::RepositoryName;
use crate::model::line::Series;
use crate::model::name::NotAName;

pub use list::point as point_of_list;
pub use subject::{branch_origins, is_only_a_mark, plain_subject};
pub use takes::{REVERT, is_revert};

/// The first 7 to 40 hexadecimal digits of a commit's name, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommitPrefix(String);

/// Says whether a subject says that only a part of something is taken back.
pub fn is_of_a_part(subject: &str) -> bool {
    subject.to_ascii_lowercase().contains("partial")
}

impl CommitPrefix {
    /// Returns the digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Says whether a commit's name begins with the digits.
    pub fn matches(&self, id: CommitId) -> bool {
        let digits = id.as_bytes().iter().flat_map(|byte| [byte >> 4, byte & 0xF]);
        self.0.chars().zip(digits).all(|(own, digit)| own.to_digit(16) == Some(u32::from(digit)))
    }

    /// Returns the first seven digits as a number.
    pub fn beginning(&self) -> Option<u32> {
        u32::from_str_radix(self.0.get(..7)?, 16).ok()
    }

    /// Finds the only one of sorted names that begins with the digits.
    pub fn only_among(&self, sorted: &[CommitId]) -> Option<CommitId> {
        let from = sorted.partition_point(|id| id.to_string().as_str() < self.as_str());
        let mut fitting = sorted[from..].iter().take_while(|id| self.matches(**id));
        fitting.next().copied().filter(|_| fitting.next().is_none())
    }

    /// Returns the commit's whole name, where all digits are there.
    pub fn full(&self) -> Option<CommitId> {
        self.0.parse().ok()
    }
}

impl fmt::Display for CommitPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for CommitPrefix {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = (7..=40).contains(&text.len()) && text.bytes().all(|digit| digit.is_ascii_hexdigit());
        if !fits {
            return Err(NotAName::new("the name of a commit", text, "it takes 7 to 40 hexadecimal digits"));
        }
        Ok(Self(text.to_ascii_lowercase()))
    }
}

/// A pull request, as a message names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PullRequest {
    /// The repository, where the message names one; else the one the commit is in.
    pub repository: Option<RepositoryName>,
    /// Its number, unique within the repository among pull requests and issues.
    pub number: u64,
}

impl PullRequest {
    /// A pull request of the repository that the commit is in.
    pub const fn here(number: u64) -> Self {
        Self { repository: None, number }
    }
}

/// What a message says about one other commit or pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Relation {
    /// This was picked from that commit, or from a pull request whose head it was.
    OriginCommit(CommitPrefix),
    /// This was picked from that pull request.
    OriginPullRequest(PullRequest),
    /// That pull request landed this very commit. A pick that keeps the whole subject of its origin keeps its number too:
    /// the same number on main and on a line is the same pull request.
    OwnPullRequest(PullRequest),
    /// The number stands in the subject before the own one, or ends the subject of a commit that was squashed in. It is
    /// that of the origin where the subjects are the same as well; a follow-up may quote it too.
    KeptPullRequest(PullRequest),
    /// This repairs that commit.
    Fixes(CommitPrefix),
    /// This needs that commit first: on every line, or on the one that is named.
    Requires {
        /// What is needed.
        commit: CommitPrefix,
        /// The line it is needed on.
        on: Option<Series>,
    },
    /// This belongs on every line from that one on.
    StableFrom(Series),
    /// This takes that commit back.
    Reverts(CommitPrefix),
    /// This takes that pull request back.
    RevertsPullRequest(PullRequest),
    /// This takes back the commit with that subject.
    RevertsSubject(String),
    /// This brings back what a revert of the commit with that subject had taken.
    Reapplies(String),
}

impl Relation {
    /// Returns the commit that this was picked from.
    pub fn origin_commit(self) -> Option<CommitPrefix> {
        if let Self::OriginCommit(prefix) = self { Some(prefix) } else { None }
    }

    /// Returns the commit that this repairs.
    pub fn repaired(self) -> Option<CommitPrefix> {
        if let Self::Fixes(prefix) = self { Some(prefix) } else { None }
    }

    /// Returns the commit that this takes back.
    pub fn reverted(self) -> Option<CommitPrefix> {
        if let Self::Reverts(prefix) = self { Some(prefix) } else { None }
    }

    /// Returns the pull request that landed this commit, or its origin, or may have done so.
    pub const fn landed_by(&self) -> Option<&PullRequest> {
        match self {
            Self::OriginPullRequest(request) | Self::OwnPullRequest(request) | Self::KeptPullRequest(request) => {
                Some(request)
            }
            Self::OriginCommit(_)
            | Self::Fixes(_)
            | Self::Requires { commit: _, on: _ }
            | Self::StableFrom(_)
            | Self::Reverts(_)
            | Self::RevertsPullRequest(_)
            | Self::RevertsSubject(_)
            | Self::Reapplies(_) => None,
        }
    }

    /// Says whether this takes something back, or brings back what was taken.
    pub const fn takes_back(&self) -> bool {
        match self {
            Self::Reverts(_) | Self::RevertsPullRequest(_) | Self::RevertsSubject(_) | Self::Reapplies(_) => true,
            Self::OriginCommit(_)
            | Self::OriginPullRequest(_)
            | Self::OwnPullRequest(_)
            | Self::KeptPullRequest(_)
            | Self::Fixes(_)
            | Self::Requires { commit: _, on: _ }
            | Self::StableFrom(_) => false,
        }
    }

    /// Returns the pull request that landed this very commit.
    pub fn own_pull_request(self) -> Option<PullRequest> {
        if let Self::OwnPullRequest(request) = self { Some(request) } else { None }
    }
}

/// A relation and the words that state it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker {
    /// What is stated.
    pub relation: Relation,
    /// The words as they stand in the message: text from a stranger.
    pub text: String,
}

impl Marker {
    /// Returns the pull request that a commit of this title comes from: as it says, or as the subject of a commit that was squashed into it
    /// ends.
    pub fn origin_request(&self, title: &str) -> Option<&PullRequest> {
        match &self.relation {
            Relation::OriginPullRequest(request) => Some(request),
            Relation::KeptPullRequest(request) if self.text != title.trim() => Some(request),
            _ => None,
        }
    }
}

/// Returns what a commit message states, in the order of the text, each relation once.
pub fn markers(message: &str) -> Vec<Marker> {
    let mut lines = message.trim_start_matches('\n').lines();
    let title = lines.next().unwrap_or("").trim();
    let mut found = Found::default();
    subject::read(title, lines.clone(), &mut found);
    body::read(title, &mut found);
    // Indented text is an example or a quotation, unless it belongs to the list that a squash makes of messages.
    let listed = |line: &str| line.starts_with("* ") || line == "Squashed commit of the following:";
    let squashed = message.lines().any(listed);
    let spoken = |line: &&str| !line.starts_with('>') && (squashed || !line.starts_with([' ', '\t']));
    list::read(title, lines.clone().filter(spoken), &mut found);
    lines.filter(spoken).for_each(|line| body::read(line, &mut found));
    found.finish()
}

/// The markers found so far.
#[derive(Debug, Default)]
struct Found {
    markers: Vec<Marker>,
    pr_url: Option<Marker>,
    backport_pr_url: bool,
}

impl Found {
    fn add(&mut self, relation: Relation, text: &str) {
        if !self.markers.iter().any(|marker| marker.relation == relation) {
            self.markers.push(Marker { relation, text: text.trim().to_owned() });
        }
    }

    fn add_origins(&mut self, requests: Vec<PullRequest>, text: &str) {
        requests.into_iter().for_each(|request| self.add(Relation::OriginPullRequest(request), text));
    }

    /// Decides what `PR-URL` means: Node.js writes it when a change lands, and adds `Backport-PR-URL` for the pull request
    /// of the pick (`doc/contributing/backporting-to-release-lines.md` there).
    fn finish(mut self) -> Vec<Marker> {
        if let Some(Marker { relation, text }) = self.pr_url.take() {
            let relation = match relation {
                Relation::OwnPullRequest(landed) if self.backport_pr_url => Relation::OriginPullRequest(landed),
                other => other,
            };
            self.add(relation, &text);
        }
        self.markers
    }
}
