//! What the bytes of a commit object tell without being taken apart.

use super::commit::{CommitId, TreeId};

/// A commit as git stores it, for questions that most commits answer with no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline<'o> {
    /// Its tree.
    pub tree: TreeId,
    /// Its parents, first parent first.
    pub parents: Vec<CommitId>,
    /// When its author wrote the change, in seconds since 1970-01-01 UTC.
    pub written: i64,
    /// When the commit was made, in seconds since 1970-01-01 UTC.
    pub committed: i64,
    /// Its message, as it is stored.
    pub message: &'o [u8],
}

impl<'o> Outline<'o> {
    /// Reads the form that git itself writes (`write_commit_tree` in its `commit.c`). `None`: the object has another one, and only a
    /// reader that is lenient tells what is in it.
    pub fn read(object: &'o [u8]) -> Option<Self> {
        let (tree, mut rest) = header(object, b"tree ")?;
        let tree = TreeId::from_bytes(name(tree)?);
        let mut parents = Vec::new();
        while let Some((parent, behind)) = header(rest, b"parent ") {
            parents.push(CommitId::from_bytes(name(parent)?));
            rest = behind;
        }
        let (author, rest) = header(rest, b"author ")?;
        let (committer, _) = header(rest, b"committer ")?;
        let written = moment(author)?;
        let committed = moment(committer)?;
        // A message that holds a NUL ends there for some readers.
        let message = &rest[memchr::memmem::find(rest, b"\n\n")? + 2..];
        memchr::memchr(0, object).is_none().then_some(Self { tree, parents, written, committed, message })
    }
}

fn header<'o>(object: &'o [u8], key: &[u8]) -> Option<(&'o [u8], &'o [u8])> {
    let rest = object.strip_prefix(key)?;
    let end = memchr::memchr(b'\n', rest)?;
    Some((&rest[..end], &rest[end + 1..]))
}

fn name(digits: &[u8]) -> Option<[u8; 20]> {
    let digit = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let mut bytes = [0; 20];
    if digits.len() != 40 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

/// Reads the seconds of `Name <mail> 1700000000 +0100`.
fn moment(person: &[u8]) -> Option<i64> {
    let end = memchr::memrchr(b'>', person)?;
    let mut words = person[end + 1..].strip_prefix(b" ")?.split(|byte| *byte == b' ');
    let (seconds, zone) = (words.next()?, words.next()?);
    let plain = |digits: &[u8]| !digits.is_empty() && digits.len() < 18 && digits.iter().all(u8::is_ascii_digit);
    let (sign, hours) = zone.split_first()?;
    let known = matches!(sign, b'+' | b'-') && hours.len() == 4 && plain(hours) && words.next().is_none();
    if !known || !plain(seconds) || seconds.len() > 1 && seconds[0] == b'0' {
        return None;
    }
    std::str::from_utf8(seconds).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: &str = "0123456789abcdef0123456789abcdef01234567";

    fn object(author: &str, message: &str) -> String {
        let parent = "89abcdef0123456789abcdef0123456789abcdef";
        let more = "gpgsig -----BEGIN\n \n abc\n -----END\nencoding x";
        format!("tree {TREE}\nparent {parent}\nauthor {author}\ncommitter C <c@d> 5 +0000\n{more}\n\n{message}")
    }

    #[test]
    fn what_git_writes_is_read() {
        let text = object("A <a@b> 1700000000 -0130", "\nTitle\n\nBody\n");
        let read = Outline::read(text.as_bytes()).expect("the form of git");
        assert_eq!((read.tree.to_string().as_str(), read.parents.len()), (TREE, 1));
        assert_eq!((read.written, read.committed), (1_700_000_000, 5));
        assert_eq!(read.message, b"\nTitle\n\nBody\n");
    }

    #[test]
    fn what_git_does_not_write_is_left_to_others() {
        let odd = [
            "A <a@b>",
            "A <a@b> 1 +00",
            "A <a@b> 01 +0000",
            "A <a@b> -1 +0000",
            "A <a@b>  1 +0000",
            "A <a@b> 1 +0000 x",
            "A <a@b> 1",
            "A a@b 1 +0000",
            "A <a@b> 999999999999999999999 +0000",
        ];
        for author in odd {
            assert_eq!(Outline::read(object(author, "x").as_bytes()), None, "{author}");
        }
        assert_eq!(Outline::read(object("A <a@b> 1 +0000", "x\0y").as_bytes()), None);
        let whole = object("A <a@b> 1 +0000", "x");
        assert_eq!(Outline::read(&whole.as_bytes()[1..]), None);
        assert_eq!(Outline::read(&whole.as_bytes()[..whole.len() - 3]), None);
    }
}
