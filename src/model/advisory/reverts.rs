//! What took back a commit that matters to a flaw, by what messages say.

use std::collections::{HashMap, HashSet};

use super::contain::{Holdings, TakenBack};
use crate::model::commit::{Commit, CommitId};
use crate::model::presence::sieve::may_take_back;
use crate::model::trailer::{CommitPrefix, Marker, Relation, is_of_a_part, markers, plain_subject};

/// A commit, with all that stand for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copies {
    /// The commit itself and every pick of it.
    pub all: Vec<CommitId>,
    /// The numbers of the pull requests that brought it.
    pub requests: HashSet<u64>,
}

/// A commit that says that it takes something back.
#[derive(Debug, Clone)]
pub struct Revert {
    /// The commit.
    pub id: CommitId,
    subject: String,
    stated: Vec<Marker>,
}

impl Revert {
    /// Returns the commits that it names, as far as they are among some, which are sorted.
    pub fn named(&self, names: &[CommitId]) -> Vec<CommitId> {
        let name = |marker: &Marker| {
            let Relation::Reverts(name) = &marker.relation else { return None };
            name.only_among(names)
        };
        self.stated.iter().filter_map(name).collect()
    }

    /// Returns the titles of what it takes back, as far as it tells them, without the marks of lines and numbers.
    pub fn titles(&self) -> impl Iterator<Item = &str> {
        self.stated.iter().filter_map(|marker| {
            let Relation::RevertsSubject(subject) = &marker.relation else { return None };
            Some(plain_subject(subject))
        })
    }
}

/// The commits of a graph, as far as it takes to tell which of them reverts mean.
pub struct Meant<'m> {
    /// The names of all, sorted.
    pub names: Vec<CommitId>,
    /// Those that have more than one parent, each with the first of them.
    pub merges: HashMap<CommitId, CommitId>,
    /// What those are called that have one of [`Revert::titles`] which a copy has too, without the marks of lines and numbers; others may
    /// be among them.
    pub titles: HashMap<CommitId, String>,
    /// Which of the copies and of the reverts each has.
    pub holdings: &'m Holdings<'m>,
}

/// Returns the commits that say that they take something back. What takes only a part back leaves the rest, and counts for nothing.
pub fn reverts<'c>(commits: impl IntoIterator<Item = &'c Commit>) -> Vec<Revert> {
    let one = |commit: &Commit| {
        if !may_take_back(commit.message.as_bytes()) {
            return None;
        }
        let stated: Vec<Marker> =
            markers(&commit.message).into_iter().filter(|one| one.relation.takes_back()).collect();
        let is_one = !stated.is_empty() && !is_of_a_part(commit.subject());
        is_one.then(|| Revert { id: commit.id, subject: plain_subject(commit.subject()).to_owned(), stated })
    };
    commits.into_iter().filter_map(one).collect()
}

/// Says what reverts took back of some commits and their picks, and of one another, each with the words that say so. A revert that names
/// a commit takes back what stands for it in the history of the revert, and one that names a merge takes back what the merge brought.
///
/// [`Meant::holdings`] must have been asked about all copies and all reverts.
pub fn taken_back(reverts: &[Revert], copies: &[Copies], meant: &Meant<'_>) -> Vec<(TakenBack, String)> {
    let known = Known { reverts, copies, meant };
    let mut found: Vec<(TakenBack, String)> = Vec::new();
    for revert in reverts {
        for (target, words) in known.targets(revert) {
            let one = TakenBack { commit: target, by: revert.id };
            let is_new = found.iter().rev().all(|(earlier, _)| *earlier != one);
            if is_new && target != revert.id && meant.holdings.holds(revert.id, target) {
                found.push((one, words));
            }
        }
    }
    found
}

struct Known<'k> {
    reverts: &'k [Revert],
    copies: &'k [Copies],
    meant: &'k Meant<'k>,
}

impl Known<'_> {
    /// Returns what a revert takes back: by the commits it names, else by pull request, else by subject.
    fn targets(&self, revert: &Revert) -> Vec<(CommitId, String)> {
        let mut by = [Vec::new(), Vec::new(), Vec::new()];
        for marker in &revert.stated {
            let (at, found) = match &marker.relation {
                Relation::Reverts(name) => (0, self.by_name(name)),
                Relation::RevertsPullRequest(request) => {
                    let of_it = self.copies.iter().filter(|one| one.requests.contains(&request.number));
                    (1, of_it.flat_map(|one| one.all.iter().copied()).collect())
                }
                Relation::RevertsSubject(subject) => (2, self.by_subject(subject)),
                Relation::Reapplies(subject) => (2, self.last_revert_of(revert, subject).into_iter().collect()),
                Relation::OriginCommit(_)
                | Relation::OriginPullRequest(_)
                | Relation::OwnPullRequest(_)
                | Relation::KeptPullRequest(_)
                | Relation::Fixes(_)
                | Relation::Requires { commit: _, on: _ }
                | Relation::StableFrom(_) => continue,
            };
            by[at].extend(found.into_iter().map(|target| (target, marker.text.clone())));
        }
        by.into_iter().find(|found| !found.is_empty()).unwrap_or_default()
    }

    fn by_name(&self, name: &CommitPrefix) -> Vec<CommitId> {
        let Some(id) = name.only_among(&self.meant.names) else { return Vec::new() };
        if let Some(copies) = self.copies.iter().find(|one| one.all.contains(&id)) {
            return copies.all.clone();
        }
        if self.reverts.iter().any(|one| one.id == id) {
            return vec![id];
        }
        self.meant.merges.get(&id).map(|first| self.brought_by(id, *first)).unwrap_or_default()
    }

    /// Returns the copies, and the reverts, that a merge brought to its first parent.
    fn brought_by(&self, merge: CommitId, first: CommitId) -> Vec<CommitId> {
        let holdings = self.meant.holdings;
        holdings.held_by(merge).into_iter().filter(|id| !holdings.holds(first, *id)).collect()
    }

    /// A subject that commits have which do not stand for the same one tells nothing.
    fn by_subject(&self, subject: &str) -> Vec<CommitId> {
        let plain = plain_subject(subject);
        let fits = |id: &CommitId| self.meant.titles.get(id).is_some_and(|title| title == plain);
        let mut fitting = self.copies.iter().filter(|one| one.all.iter().any(fits));
        let (Some(only), None) = (fitting.next(), fitting.next()) else { return Vec::new() };
        let is_shared = self.meant.titles.keys().any(|id| fits(id) && !only.all.contains(id));
        if is_shared { Vec::new() } else { only.all.clone() }
    }

    /// The revert that is taken back is the last one: earlier ones have been brought back already.
    fn last_revert_of(&self, by: &Revert, subject: &str) -> Option<CommitId> {
        let wanted = format!("Revert \"{subject}\"");
        let earlier = |one: &&Revert| {
            one.id != by.id && one.subject == plain_subject(&wanted) && self.meant.holdings.holds(by.id, one.id)
        };
        let place = |one: &Revert| self.meant.holdings.graph().place(one.id);
        self.reverts.iter().filter(earlier).max_by_key(|one| place(one)).map(|one| one.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::advisory::contain::Graph;
    use crate::model::commit::{Signature, TreeId};

    fn id(number: u8) -> CommitId {
        CommitId::from_bytes([number; 20])
    }

    fn commit(number: u8, parents: &[u8], message: &str) -> Commit {
        let who = || Signature { name: "M".to_owned(), email: "m@example.com".to_owned(), seconds: 0, offset: 0 };
        Commit {
            id: id(number),
            tree: TreeId::from_bytes([0; 20]),
            parents: parents.iter().map(|parent| id(*parent)).collect(),
            author: who(),
            committer: who(),
            message: message.to_owned(),
        }
    }

    /// Main is 1, 2 (the fix), 9; a line has 3, a pick of 2, on 1.
    fn pairs(more: &[Commit]) -> Vec<(u8, u8)> {
        let mut all = vec![
            commit(1, &[], "Start"),
            commit(2, &[1], "Read no further (#12)"),
            commit(9, &[2], "Change something else"),
            commit(
                3,
                &[1],
                "Read no further (#12)\n\n(cherry picked from commit 0202020202020202020202020202020202020202)",
            ),
        ];
        all.extend(more.iter().cloned());
        let graph = Graph::new(all.iter().map(|one| (one.id, one.parents.clone())));
        let copies = [Copies { all: vec![id(2), id(3)], requests: HashSet::from([12]) }];
        let reverts = reverts(&all);
        let wanted = copies[0].all.iter().copied().chain(reverts.iter().map(|one| one.id));
        let holdings = graph.holdings(wanted);
        let mut names: Vec<CommitId> = all.iter().map(|one| one.id).collect();
        names.sort_unstable();
        let merges = all.iter().filter(|one| one.is_merge()).map(|one| (one.id, one.parents[0])).collect();
        let titles = all.iter().map(|one| (one.id, plain_subject(one.subject()).to_owned())).collect();
        let found = taken_back(&reverts, &copies, &Meant { names, merges, titles, holdings: &holdings });
        let number = |id: CommitId| id.as_bytes()[0];
        let mut pairs: Vec<(u8, u8)> = found.iter().map(|(one, _)| (number(one.by), number(one.commit))).collect();
        pairs.sort_unstable();
        pairs
    }

    #[test]
    fn a_revert_takes_back_what_stands_for_the_commit_in_its_own_history() {
        let names = "Revert \"Read no further\"\n\nThis reverts commit 0202020202020202020202020202020202020202.";
        assert_eq!(pairs(&[commit(4, &[9], names)]), [(4, 2)]);
        assert_eq!(pairs(&[commit(4, &[3], names)]), [(4, 3)]);
        assert_eq!(pairs(&[commit(4, &[1], names)]), []);
        assert_eq!(pairs(&[commit(4, &[3], "Revert \"Read no further\"")]), [(4, 3)]);
        assert_eq!(pairs(&[commit(4, &[9], "Revert \"Read no further (#12)\" (#14)\n\nReverts #12")]), [(4, 2)]);
        assert_eq!(
            pairs(&[commit(
                4,
                &[9],
                "Partially revert \"Read no further\"\n\nThis reverts commit 0202020202020202020202020202020202020202."
            )]),
            []
        );
        assert_eq!(pairs(&[commit(4, &[9], "Revert \"Change nothing\"")]), []);
    }

    #[test]
    fn what_is_brought_back_counts_again() {
        let revert = commit(
            4,
            &[9],
            "Revert \"Read no further\"\n\nThis reverts commit 0202020202020202020202020202020202020202.",
        );
        let again = commit(
            5,
            &[4],
            "Reapply \"Read no further\"\n\nThis reverts commit 0404040404040404040404040404040404040404.",
        );
        assert_eq!(pairs(&[revert.clone(), again]), [(4, 2), (5, 4)]);
        assert_eq!(pairs(&[revert.clone(), commit(5, &[4], "Reapply \"Read no further\"")]), [(4, 2), (5, 4)]);
        assert_eq!(pairs(&[revert, commit(5, &[9], "Reapply \"Read no further\"")]), [(4, 2)]);
    }

    #[test]
    fn a_merge_that_is_taken_back_takes_along_what_it_brought() {
        let merge = commit(6, &[1, 3], "Merge pull request #77 from bot/pick\n\nRead no further");
        let revert = commit(
            7,
            &[6],
            "Revert \"Merge pull request #77\"\n\nThis reverts commit 0606060606060606060606060606060606060606, reversing\nchanges made to 0101010101010101010101010101010101010101.",
        );
        assert_eq!(pairs(&[merge, revert]), [(7, 3)]);
    }

    #[test]
    fn a_subject_of_two_changes_tells_nothing() {
        let other = commit(8, &[9], "Read no further (#15)");
        assert_eq!(pairs(&[other, commit(4, &[8], "Revert \"Read no further\"")]), []);
    }
}
