//! What somebody looked at when they looked at a commit.

use sha2::{Digest as _, Sha256};

use crate::model::commit::Commit;
use crate::model::forecast::Entry;
use crate::model::sums::Sha256Sum;

/// What a commit changes at one path: what was there before, and what is there now.
#[derive(Debug, Clone, Copy)]
pub struct Looked<'l> {
    /// The path.
    pub path: &'l [u8],
    /// What its first parent has there.
    pub old: Option<Entry>,
    /// What it has there itself.
    pub new: Option<Entry>,
}

/// Returns the SHA-256 of a commit's message, its author's name and address, and what it changes against its first parent, sorted by
/// path, with the parents of a merge. Moments, the committer and the rest of the tree are left out: they are others where the same pick is made again.
///
/// Each part stands behind its length, so that no two commits have the same text.
pub fn digest<'l>(commit: &Commit, changes: impl IntoIterator<Item = Looked<'l>>) -> Sha256Sum {
    let mut digest = Sha256::new();
    let mut add = |part: &[u8]| {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    };
    add(commit.message.as_bytes());
    add(commit.author.name.as_bytes());
    add(commit.author.email.as_bytes());
    // A merge is what it joins, whatever it changes against its first parent.
    for parent in commit.parents.iter().filter(|_| commit.parents.len() > 1) {
        add(parent.as_bytes());
    }
    for Looked { path, old, new } in changes {
        add(path);
        for entry in [old, new] {
            // Git has no entry without a mode.
            add(&entry.map_or(0, |entry| entry.mode.0).to_be_bytes());
            add(&entry.map_or([0; 20], |entry| entry.id));
        }
    }
    Sha256Sum::finish(digest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::commit::{CommitId, Signature, TreeId};
    use crate::model::forecast::Mode;

    fn commit() -> Commit {
        let by =
            |seconds| Signature { name: "Mia".to_owned(), email: "mia@example.com".to_owned(), seconds, offset: 0 };
        Commit {
            id: CommitId::from_bytes([1; 20]),
            tree: TreeId::from_bytes([2; 20]),
            parents: vec![CommitId::from_bytes([3; 20])],
            author: by(1),
            committer: by(2),
            message: "Stop it\n".to_owned(),
        }
    }

    fn entry(mode: Mode, id: u8) -> Option<Entry> {
        Some(Entry { mode, id: [id; 20] })
    }

    const LINK: Mode = Mode(0o120_000);

    #[test]
    fn whatever_a_person_sees_changes_the_digest() {
        let file = |path: &'static [u8], old, new| Looked { path, old, new };
        let seen =
            || vec![file(b"a", entry(Mode::FILE, 1), entry(Mode::FILE, 2)), file(b"b", None, entry(Mode::FILE, 3))];
        let of = |change: &dyn Fn(&mut Commit)| {
            let mut commit = commit();
            change(&mut commit);
            digest(&commit, seen())
        };
        let with = |at: usize, other: Looked<'static>| {
            let mut seen = seen();
            seen[at] = other;
            digest(&commit(), seen)
        };
        let mut all = vec![
            of(&|_| {}),
            of(&|commit| commit.message.push('x')),
            of(&|commit| commit.author.name.push('x')),
            of(&|commit| commit.author.email.push('x')),
            // What moves from one part to the next is another commit.
            of(&|commit| (commit.author.name, commit.author.email) = ("Miam".to_owned(), "ia@example.com".to_owned())),
            with(0, file(b"c", entry(Mode::FILE, 1), entry(Mode::FILE, 2))),
            with(0, file(b"a", entry(Mode::FILE, 9), entry(Mode::FILE, 2))),
            with(0, file(b"a", entry(Mode::FILE, 1), entry(Mode::FILE, 9))),
            with(0, file(b"a", entry(LINK, 1), entry(Mode::FILE, 2))),
            with(0, file(b"a", entry(Mode::FILE, 1), entry(LINK, 2))),
            with(0, file(b"a", entry(Mode::FILE, 1), None)),
            with(1, file(b"b", entry(Mode::FILE, 3), None)),
            of(&|commit| commit.parents.push(CommitId::from_bytes([8; 20]))),
            of(&|commit| commit.parents.push(CommitId::from_bytes([9; 20]))),
            digest(&commit(), seen().into_iter().take(1)),
            digest(&commit(), []),
        ];
        let number = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), number);
    }

    #[test]
    fn the_same_pick_made_again_has_the_same_digest() {
        let again = |change: &dyn Fn(&mut Commit)| {
            let mut commit = commit();
            change(&mut commit);
            digest(&commit, [])
        };
        let once = again(&|_| {});
        for other in [
            again(&|commit| commit.id = CommitId::from_bytes([9; 20])),
            again(&|commit| commit.tree = TreeId::from_bytes([9; 20])),
            again(&|commit| commit.parents = vec![CommitId::from_bytes([9; 20])]),
            again(&|commit| commit.committer.seconds += 1),
            again(&|commit| commit.committer.name.push('x')),
            again(&|commit| commit.author.seconds += 1),
        ] {
            assert_eq!(other, once);
        }
    }
}
