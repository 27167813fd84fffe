//! Whether a fix is on a line already, and by what evidence.

pub mod sieve;

use std::collections::{BTreeMap, HashMap, HashSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::change::{own_pull_request, title};
use super::commit::{Commit, CommitId, PatchId};
use super::config::RepositoryName;
use super::trailer::{PullRequest, Relation, markers, plain_subject};
use crate::model::arrange::Arrange as _;

/// A way to recognise a pick, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Key {
    /// The fix is part of the line's own history.
    Ancestor,
    /// The pick names the commit it was picked from.
    Trailer,
    /// The pick names the pull request it was picked from, or kept its number.
    PullRequest,
    /// Both change the same lines in the same way (`git patch-id --stable`).
    PatchId,
    /// Both have the same author and author date.
    AuthorDate,
    /// Both have the same subject, apart from line prefixes and pull request numbers.
    Subject,
}

/// How sure it is that a pick is that of a fix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// One weak key speaks for it.
    Probably,
    /// A strong key does, or both weak ones together.
    Yes,
}

/// One piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// What was recognised.
    pub key: Key,
    /// The words or value it rests on. May be text from a stranger.
    pub detail: String,
}

/// A commit on a line recognised as the pick of a commit on main.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The commit on the line.
    pub pick: CommitId,
    /// The commit on main.
    pub origin: CommitId,
    /// How sure it is.
    pub certainty: Certainty,
    /// Everything that speaks for it, the strongest first.
    pub evidence: Vec<Evidence>,
}

/// A commit as far as it matters for recognising picks.
#[derive(Debug, Clone)]
struct Traits {
    id: CommitId,
    merge: bool,
    /// A merge that only brought main or a line into a branch, which nobody picks.
    internal: bool,
    author: (String, i64),
    subject: String,
}

/// The commits of main that picks are looked for.
pub struct Origins {
    commits: Vec<Traits>,
    by_id: Vec<CommitId>,
    by_request: HashMap<u64, Vec<usize>>,
    by_author: HashMap<(String, i64), Vec<usize>>,
    by_subject: HashMap<String, Vec<usize>>,
    /// The repository that numbers without one are of.
    repository: Option<RepositoryName>,
}

/// Subjects with fewer characters say too little to recognise anything by.
const SHORTEST_SUBJECT: usize = 10;

impl Origins {
    /// Takes a stretch of main, and for commits that a merge brought the number of its pull request.
    pub fn new(commits: &[Commit], requests: &HashMap<CommitId, u64>) -> Self {
        let mut origins = Self {
            commits: commits.iter().map(traits).collect(),
            by_id: commits.iter().map(|commit| commit.id).collect(),
            by_request: HashMap::new(),
            by_author: HashMap::new(),
            by_subject: HashMap::new(),
            repository: None,
        };
        origins.by_id.sort_unstable();
        for (at, commit) in commits.iter().enumerate() {
            let own = own_pull_request(&commit.message);
            for number in own.iter().chain(requests.get(&commit.id).filter(|number| own != Some(**number))) {
                origins.by_request.entry(*number).or_default().push(at);
            }
            let traits = &origins.commits[at];
            if !traits.merge {
                origins.by_author.entry(traits.author.clone()).or_default().push(at);
                if traits.subject.chars().count() >= SHORTEST_SUBJECT {
                    origins.by_subject.entry(traits.subject.clone()).or_default().push(at);
                }
            }
        }
        origins
    }

    /// Says which repository they are of, so that the pull requests of others are told apart. One of that name which somebody else has is a
    /// fork, or where the repository was before.
    #[must_use]
    pub fn of(self, repository: Option<&RepositoryName>) -> Self {
        Self { repository: repository.cloned(), ..self }
    }

    /// Says which commits are changes of main themselves: a merge among them brought one, whatever it is called.
    #[must_use]
    pub fn landed(mut self, changes: impl IntoIterator<Item = CommitId>) -> Self {
        let changes: HashSet<CommitId> = changes.into_iter().collect();
        for traits in &mut self.commits {
            traits.internal &= !changes.contains(&traits.id);
        }
        self
    }

    fn are_of(&self, request: &PullRequest) -> bool {
        let name = |repository: &RepositoryName| repository.as_str().rsplit('/').next().map(str::to_lowercase);
        let own = self.repository.as_ref().and_then(name);
        own.is_none() || request.repository.as_ref().is_none_or(|named| name(named) == own)
    }

    /// Recognises the picks among a line's own commits. `patch_ids` may hold any commits of either side.
    ///
    /// Where `keys` does not hold a key, that key is not used.
    pub fn matches(&self, line: &[Commit], patch_ids: &HashMap<CommitId, PatchId>, keys: &HashSet<Key>) -> Vec<Match> {
        let mut by_patch: HashMap<PatchId, Vec<CommitId>> = HashMap::new();
        for origin in self.commits.iter().filter(|origin| keys.contains(&Key::PatchId) && !origin.internal) {
            if let Some(patch) = patch_ids.get(&origin.id) {
                by_patch.entry(*patch).or_default().push(origin.id);
            }
        }
        let mut found = Vec::new();
        for commit in line {
            let mut evidence: BTreeMap<CommitId, Vec<Evidence>> = BTreeMap::new();
            let mut add = |origin, key, detail: String| {
                if keys.contains(&key) {
                    let known = evidence.entry(origin).or_default();
                    if known.iter().all(|piece| piece.key != key) {
                        known.push(Evidence { key, detail });
                    }
                }
            };
            self.by_statement(commit, &mut add);
            for origin in patch_ids.get(&commit.id).and_then(|patch| by_patch.get(patch)).into_iter().flatten() {
                add(*origin, Key::PatchId, patch_ids[&commit.id].to_string());
            }
            self.by_likeness(commit, &mut add);
            found.extend(judge(commit.id, evidence));
        }
        found
    }

    fn by_statement(&self, commit: &Commit, add: &mut impl FnMut(CommitId, Key, String)) {
        let own_title = title(commit);
        let subject = plain_subject(&own_title);
        for marker in markers(&commit.message) {
            match &marker.relation {
                Relation::OriginCommit(prefix) => {
                    if let Some(origin) = prefix.only_among(&self.by_id) {
                        add(origin, Key::Trailer, marker.text);
                    }
                }
                Relation::OriginPullRequest(request) if self.are_of(request) => {
                    for origin in self.of_request(request.number, commit, subject) {
                        add(origin, Key::PullRequest, marker.text.clone());
                    }
                }
                // A number that stayed in the subject names the origin only where the subject stayed too: that of the commit, or of one that
                // was squashed into it.
                Relation::OwnPullRequest(request) | Relation::KeptPullRequest(request) if self.are_of(request) => {
                    for at in self.by_request.get(&request.number).into_iter().flatten() {
                        let origin = &self.commits[*at];
                        if origin.subject == subject || origin.subject == plain_subject(&marker.text) {
                            add(origin.id, Key::PullRequest, marker.text.clone());
                        }
                    }
                }
                Relation::OriginPullRequest(_)
                | Relation::OwnPullRequest(_)
                | Relation::KeptPullRequest(_)
                | Relation::Fixes(_)
                | Relation::Requires { .. }
                | Relation::StableFrom(_)
                | Relation::Reverts(_)
                | Relation::RevertsPullRequest(_)
                | Relation::RevertsSubject(_)
                | Relation::Reapplies(_) => {}
            }
        }
    }

    /// Returns which commits of a pull request a pick that names it stands for: the one it resembles, else all of it.
    fn of_request(&self, number: u64, pick: &Commit, subject: &str) -> Vec<CommitId> {
        let Some(places) = self.by_request.get(&number) else { return Vec::new() };
        let all = || places.iter().map(|at| &self.commits[*at]);
        let author = author(pick);
        let alike = |origin: &Traits| !origin.merge && (origin.subject == subject || origin.author == author);
        let one: Vec<CommitId> = all().filter(|origin| alike(origin)).map(|origin| origin.id).collect();
        if pick.is_merge() || one.is_empty() { all().map(|origin| origin.id).collect() } else { one }
    }

    fn by_likeness(&self, commit: &Commit, add: &mut impl FnMut(CommitId, Key, String)) {
        if commit.is_merge() {
            return;
        }
        let author = author(commit);
        let takes_back = |subject: &str| subject.starts_with("Revert ");
        for at in self.by_author.get(&author).into_iter().flatten() {
            // What takes something back is not a pick of it, however quickly it was done.
            if takes_back(&self.commits[*at].subject) != takes_back(commit.subject()) {
                continue;
            }
            add(self.commits[*at].id, Key::AuthorDate, format!("{} at {}", author.0, author.1));
        }
        let subject = plain_subject(commit.subject());
        for at in self.by_subject.get(subject).into_iter().flatten() {
            add(self.commits[*at].id, Key::Subject, subject.to_owned());
        }
    }
}

/// Decides what the evidence about one commit of a line amounts to.
fn judge(pick: CommitId, evidence: BTreeMap<CommitId, Vec<Evidence>>) -> Vec<Match> {
    let has = |pieces: &[Evidence], key| pieces.iter().any(|piece| piece.key == key);
    let strong =
        |pieces: &[Evidence]| [Key::Trailer, Key::PullRequest, Key::PatchId].into_iter().any(|key| has(pieces, key));
    let alike = |pieces: &[Evidence]| has(pieces, Key::AuthorDate) && has(pieces, Key::Subject);
    let settled = evidence.values().any(|pieces| strong(pieces));
    // Main may hold the same work twice; likeness then does not tell which of them was picked.
    let twins = evidence.values().filter(|pieces| alike(pieces)).count();
    let weak = evidence.values().filter(|pieces| !strong(pieces) && !alike(pieces)).count();
    let mut matches = Vec::new();
    for (origin, mut pieces) in evidence {
        pieces.arrange_by_key(|piece| piece.key);
        let certainty = if strong(&pieces) {
            Some(Certainty::Yes)
        } else if settled {
            None
        } else if alike(&pieces) {
            Some(if twins == 1 { Certainty::Yes } else { Certainty::Probably })
        } else {
            // A likeness to several commits, or beside a better one, tells nothing.
            (twins == 0 && weak == 1).then_some(Certainty::Probably)
        };
        if let Some(certainty) = certainty {
            matches.push(Match { pick, origin, certainty, evidence: pieces });
        }
    }
    matches
}

fn traits(commit: &Commit) -> Traits {
    Traits {
        id: commit.id,
        merge: commit.is_merge(),
        internal: commit.is_merge() && own_pull_request(&commit.message).is_none(),
        author: author(commit),
        subject: plain_subject(&title(commit)).to_owned(),
    }
}

fn author(commit: &Commit) -> (String, i64) {
    (commit.author.email.to_lowercase(), commit.author.seconds)
}

/// Returns all keys.
pub fn all_keys() -> HashSet<Key> {
    [Key::Ancestor, Key::Trailer, Key::PullRequest, Key::PatchId, Key::AuthorDate, Key::Subject].into()
}
