//! Picks that were made twice: the same in all but the moment.

use crate::model::commit::CommitId;

/// A pick, with all that its commit says but the moment at which it was made, which no two runs have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadePick {
    /// Its commit.
    pub id: CommitId,
    parents: Vec<Vec<u8>>,
    rest: Vec<u8>,
}

impl MadePick {
    /// Reads a commit as git stores it (`gitformat-signature(5)` and `git-commit-tree(1)`): headers, of which one goes on in lines that
    /// begin with a blank, an empty line, and the message. A signature covers the moment, so only that there is one counts.
    pub fn read(id: CommitId, stored: &[u8]) -> Self {
        let end = stored.windows(2).position(|pair| pair == b"\n\n").unwrap_or(stored.len());
        let (header, message) = stored.split_at(end);
        let (mut parents, mut rest) = (Vec::new(), Vec::new());
        let mut is_signature = false;
        for line in header.split(|byte| *byte == b'\n') {
            if line.starts_with(b" ") && is_signature {
                continue;
            }
            is_signature = line.starts_with(b"gpgsig ") || line.starts_with(b"gpgsig-sha256 ");
            let counts = match line {
                _ if is_signature => b"gpgsig".as_slice(),
                _ if line.starts_with(b"committer ") => {
                    &line[..line.iter().rposition(|byte| *byte == b'>').map_or(line.len(), |at| at + 1)]
                }
                line => line,
            };
            match counts.strip_prefix(b"parent ") {
                Some(parent) => parents.push(parent.to_vec()),
                None => rest.extend([counts, b"\n"].concat()),
            }
        }
        rest.extend(message);
        Self { id, parents, rest }
    }

    fn stands_on(&self, parent: CommitId) -> bool {
        self.parents == [parent.to_string().into_bytes()]
    }
}

/// Says whether two series on the same commit, the oldest pick first, are the same but for the moments: each pick on the one before it.
pub fn is_same_series(base: CommitId, some: &[MadePick], others: &[MadePick]) -> bool {
    let mut on = (base, base);
    let mut is_next = |one: &MadePick, other: &MadePick| {
        let same = one.rest == other.rest && one.stands_on(on.0) && other.stands_on(on.1);
        on = (one.id, other.id);
        same
    };
    some.len() == others.len() && some.iter().zip(others).all(|(one, other)| is_next(one, other))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(byte: u8) -> CommitId {
        CommitId::from_bytes([byte; 20])
    }

    const PLAIN: &str = "author A <a@x> 1 +0000\ncommitter M <m@x> 2 +0000\n\nFix it\n";

    /// A commit of one tree with what follows its parents.
    fn made(own: u8, parents: &[u8], text: &str) -> MadePick {
        let parents: String = parents.iter().map(|parent| format!("parent {}\n", id(*parent))).collect();
        MadePick::read(id(own), format!("tree {}\n{parents}{text}", id(99)).as_bytes())
    }

    #[test]
    fn all_counts_but_the_moment_of_a_pick() {
        let signed = |signature: &str| PLAIN.replace("\n\n", &format!("\ngpgsig {signature}\n more\n\n"));
        for (one, other, same) in [
            (PLAIN.to_owned(), PLAIN.to_owned(), true),
            (PLAIN.to_owned(), PLAIN.replace("2 +0000", "3 +0200"), true),
            (signed("one"), signed("other"), true),
            (PLAIN.to_owned(), signed("one"), false),
            (PLAIN.to_owned(), PLAIN.replace("1 +0000", "2 +0000"), false),
            (PLAIN.to_owned(), PLAIN.replace("M <m@x>", "N <m@x>"), false),
            (PLAIN.to_owned(), PLAIN.replace("Fix it", "Fix it\n\ncommitter M <m@x> 2 +0000"), false),
            (PLAIN.to_owned(), PLAIN.replace("\n\n", "\nencoding latin1\n\n"), false),
        ] {
            let found = is_same_series(id(1), &[made(2, &[1], &one)], &[made(3, &[1], &other)]);
            assert_eq!(found, same, "{one}\n{other}");
        }
    }

    #[test]
    fn a_series_is_one_behind_the_other_on_the_same_commit() {
        let series = |first: u8, parents: [&[u8]; 2]| {
            vec![made(first, parents[0], PLAIN), made(first + 1, parents[1], &PLAIN.replace("Fix it", "Fix more"))]
        };
        let ours = series(10, [&[1], &[10]]);
        for (theirs, same) in [
            (series(20, [&[1], &[20]]), true),
            (series(20, [&[2], &[20]]), false),
            (series(20, [&[1], &[1]]), false),
            (series(20, [&[1], &[20, 1]]), false),
            (series(20, [&[1], &[20]])[..1].to_vec(), false),
            (series(20, [&[1], &[20]]).into_iter().rev().collect(), false),
        ] {
            assert_eq!(is_same_series(id(1), &ours, &theirs), same, "{theirs:?}");
        }
    }
}
