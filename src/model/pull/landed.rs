//! Which commits came to the base with a pull request.

use crate::model::change::{own_pull_request, title};
use crate::model::commit::{Commit, CommitId};
use crate::model::error::{Error, Result};
use crate::model::known::Known;

use super::{PullCommit, PullRequest};

/// Returns the commits that came to the base with a merged pull request, the oldest first: its merge, its squashed commit, or each
/// of its commits where it was merged by a rebase. A rebase keeps their messages and leaves merges out ("About merge methods on
/// GitHub").
///
/// `last` is the commit that the forge names ([`Merge::commit`](super::Merge::commit)), `read` reads a parent, and `by_name` is the
/// command that takes the commits by their names, for the hint.
///
/// # Errors
/// When it cannot be told, or a parent cannot be read.
pub fn landed(
    pull: &PullRequest,
    last: Commit,
    by_name: &str,
    read: &mut dyn FnMut(CommitId) -> Result<Commit>,
) -> Result<Vec<CommitId>> {
    let (id, number) = (last.id, pull.number);
    let open = |why: &str| {
        Error::undecided(format!("it cannot be told which commits came to main with pull request {number}: {why}"))
            .hint(format!("name them: {by_name} REV… with {} as the last", id.short()))
    };
    let told = match &pull.commits {
        _ if last.is_merge() => return Ok(vec![id]),
        Known::Known(told) => told,
        // The usual titles of a squashed commit.
        Known::Unknown(_) if title(&last) == pull.title || own_pull_request(&last.message) == Some(number) => {
            return Ok(vec![id]);
        }
        Known::Unknown(why) => return Err(open(&why.to_string())),
    };
    let own: Vec<&PullCommit> = told.iter().filter(|told| told.parents < 2).collect();
    // The message of none, or that of the oldest: one commit came, whichever way it did.
    let at = own.iter().rposition(|told| same(&last, told)).unwrap_or_default();
    let whole = at + 1 == own.len();
    let (mut found, mut next) = (vec![id], last.parents.first().copied());
    for told in own.iter().take(at).rev() {
        let commit = next.map(&mut *read).transpose()?;
        let Some(commit) = commit.filter(|commit| !commit.is_merge() && same(commit, told)) else {
            // A squashed commit may have the message of any of them.
            if !whole && found.len() == 1 {
                return Ok(found);
            }
            return Err(open("it was merged by a rebase, and not all of its messages are there"));
        };
        found.push(commit.id);
        next = commit.parents.first().copied();
    }
    if at > 0 && !whole {
        return Err(open("it was merged by a rebase, and its last commit is not the one that the forge names"));
    }
    found.reverse();
    Ok(found)
}

/// Says whether a commit has the message that one of the pull request had.
fn same(commit: &Commit, told: &PullCommit) -> bool {
    commit.message.trim_end() == told.message.trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::commit::{Signature, TreeId};
    use crate::model::known::Missing;
    use crate::model::pull::{Base, Head, Merge, PullState, Readiness};

    fn id(number: u8) -> CommitId {
        CommitId::from_bytes([number; 20])
    }

    /// A commit whose parents are those before it; a merge has one more.
    fn commit(number: u8, message: &str) -> Commit {
        let someone = Signature { name: "A".into(), email: "a@b".into(), seconds: 0, offset: 0 };
        let parents = if message.starts_with("Merge") { vec![id(number - 1), id(99)] } else { vec![id(number - 1)] };
        let tree = TreeId::from_bytes([0; 20]);
        Commit { id: id(number), tree, parents, author: someone.clone(), committer: someone, message: message.into() }
    }

    fn pull(commits: Known<Vec<PullCommit>>) -> PullRequest {
        let missing = || Missing::NotAsked;
        PullRequest {
            number: 7,
            title: "Do it".to_owned(),
            body: String::new(),
            author: None,
            base: Base {
                branch: "main".parse().expect("a branch"),
                commit: id(1),
                repository: "a/b".parse().expect("one"),
            },
            head: Head { branch: "topic".to_owned(), commit: id(50), repository: None },
            readiness: Readiness::Ready,
            state: PullState::Merged(Merge { commit: None, at: None }),
            labels: Vec::new(),
            milestone: None,
            size: Known::Unknown(missing()),
            reviews: Known::Unknown(missing()),
            files: Known::Unknown(missing()),
            checks: Known::Unknown(missing()),
            issues: Known::Unknown(missing()),
            commits,
        }
    }

    /// What landed of a pull request with some commits, when main has others: the numbers on main, which begins at 11.
    fn found(told: Known<&[&str]>, main: &[&str]) -> std::result::Result<Vec<u8>, String> {
        let one = |(number, message): (u8, &&str)| PullCommit {
            id: id(number),
            message: (*message).to_owned(),
            parents: if message.starts_with("Merge") { 2 } else { 1 },
        };
        let pull = pull(told.map(|told| (31..).zip(told).map(one).collect()));
        let commits: Vec<Commit> = (11..).zip(main).map(|(number, message)| commit(number, message)).collect();
        let last = commits.last().cloned().expect("because main has some");
        let mut read = |id| commits.iter().find(|commit| commit.id == id).cloned().ok_or_else(|| Error::usage("no"));
        let landed = landed(&pull, last, "pick", &mut read).map_err(|error| error.to_string())?;
        Ok(landed.iter().map(|id| id.as_bytes()[0]).collect())
    }

    #[test]
    fn a_rebase_brings_each_commit_and_a_squash_one() {
        type Row<'r> = (&'r str, &'r [&'r str], &'r [&'r str], &'r [u8]);
        let table: [Row<'_>; 9] = [
            (
                "a rebase",
                &["One", "Two\n\nWhy\n", "Three"],
                &["Old", "One\n", "Two\n\nWhy\n", "Three\n"],
                &[12, 13, 14],
            ),
            ("a rebase of one", &["One"], &["Old", "One"], &[12]),
            ("a rebase leaves merges out", &["One", "Merge main", "Two"], &["Old", "One", "Two"], &[12, 13]),
            ("one that ends in a merge", &["One", "Two", "Merge main"], &["Old", "One", "Two"], &[12, 13]),
            ("the same message twice", &["Go on", "Go on"], &["Go on", "Go on", "Go on"], &[12, 13]),
            ("a squash", &["One", "Two"], &["Old", "Do it (#7)\n\n* One\n\n* Two"], &[12]),
            ("a squash with the first's message", &["One", "Two", "Three"], &["Old", "One"], &[12]),
            ("a squash with the message of another", &["One", "Two", "Three"], &["Old", "Two"], &[12]),
            ("a merge", &["One", "Two"], &["Old", "Merge pull request #7 from x/y"], &[12]),
        ];
        for (why, told, main, expected) in table {
            assert_eq!(found(Known::Known(told), main).as_deref(), Ok(expected), "{why}");
        }
        for title in ["Do it", "Do all of it (#7)"] {
            assert_eq!(found(Known::Unknown(Missing::NotAsked), &["Old", title]), Ok(vec![12]), "{title}");
        }
    }

    #[test]
    fn what_cannot_be_told_is_open() {
        type Row<'r> = (&'r str, Known<&'r [&'r str]>, &'r [&'r str]);
        let table: [Row<'_>; 4] = [
            ("one is missing", Known::Known(&["One", "Two", "Three"]), &["Old", "Two", "Three"]),
            ("the last is another", Known::Known(&["One", "Two", "Three"]), &["One", "Two"]),
            ("a merge is among them", Known::Known(&["One", "Two"]), &["One", "Merge main", "Two"]),
            ("its commits are not known", Known::Unknown(Missing::NotAsked), &["Old", "Two"]),
        ];
        for (why, told, main) in table {
            let error = found(told, main).expect_err(why);
            assert!(error.starts_with("it cannot be told which commits came to main with pull request 7: "), "{error}");
        }
    }
}
