//! Paths whose content git keeps elsewhere: submodules and Git LFS pointers. A pick moves only a name, and whether what is
//! named is there is for a person to see.

use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::commit::CommitId;
use crate::model::forecast::Entry;
use crate::model::name::{NotAName, text_type};

/// A blob of this many bytes or more is no pointer (`docs/spec.md` of Git LFS, "The Pointer").
pub const POINTER_LIMIT: usize = 1024;

/// What a fix does to a path whose content git keeps elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "sort", deny_unknown_fields, rename_all = "kebab-case")]
pub enum Special {
    /// A submodule, named by the commit that it is at.
    Submodule {
        /// The path, with bytes that are not UTF-8 replaced.
        path: String,
        /// The commit before the fix; absent where the path was no submodule.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<CommitId>,
        /// The commit after the fix; absent where the path is no submodule any more.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<CommitId>,
    },
    /// A pointer of Git LFS, named by the object that it points to.
    LfsPointer {
        /// The path, with bytes that are not UTF-8 replaced.
        path: String,
        /// The object before the fix; absent where the path was no pointer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<LfsOid>,
        /// The object after the fix; absent where the path is no pointer any more.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<LfsOid>,
    },
}

impl Special {
    /// Returns the path.
    pub fn path(&self) -> &str {
        match self {
            Self::Submodule { path, before: _, after: _ } | Self::LfsPointer { path, before: _, after: _ } => path,
        }
    }

    /// Says whether the path is among those in conflict. Where two things want one path, git moves one of them to
    /// `path~side`.
    pub fn is_among<'f>(&self, files: impl IntoIterator<Item = &'f str>) -> bool {
        let path = self.path();
        let is_here = |file: &str| file.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('~'));
        files.into_iter().any(is_here)
    }
}

/// The name of an object that Git LFS keeps: `sha256:` and 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LfsOid(String);

text_type!(LfsOid);

impl LfsOid {
    /// Returns the method and the first ten digits, for people.
    pub fn short(&self) -> &str {
        &self.0[..METHOD.len() + 10]
    }
}

const METHOD: &str = "sha256:";

impl FromStr for LfsOid {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        match text.strip_prefix(METHOD) {
            Some(digits) if digits.len() == 64 && digits.bytes().all(is_digit) => Ok(Self(text.to_owned())),
            Some(_) | None => {
                let rule = "it must be 'sha256:' and 64 lower-case hexadecimal digits";
                Err(NotAName::new("the name of a Git LFS object", text, rule))
            }
        }
    }
}

/// What stands at a path before or after a fix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A submodule at this commit.
    Submodule(CommitId),
    /// A pointer to this object.
    LfsPointer(LfsOid),
    /// Content of its own, or nothing.
    Own,
}

impl Content {
    /// Tells what an entry is, from the bytes of its blob if that is a regular file below [`POINTER_LIMIT`].
    pub fn of(entry: Entry, small: Option<&[u8]>) -> Self {
        if entry.mode.is_submodule() {
            return Self::Submodule(CommitId::from_bytes(entry.id));
        }
        small.and_then(pointed_to).map_or(Self::Own, Self::LfsPointer)
    }
}

/// Returns what is special about a path that a fix touches. A path that turns from one sort into another has two entries.
pub fn special(path: &[u8], before: Content, after: Content) -> Vec<Special> {
    let path = || String::from_utf8_lossy(path).into_owned();
    let (mut commits, mut objects) = ((None, None), (None, None));
    match before {
        Content::Submodule(commit) => commits.0 = Some(commit),
        Content::LfsPointer(oid) => objects.0 = Some(oid),
        Content::Own => {}
    }
    match after {
        Content::Submodule(commit) => commits.1 = Some(commit),
        Content::LfsPointer(oid) => objects.1 = Some(oid),
        Content::Own => {}
    }
    let mut found = Vec::new();
    if commits != (None, None) {
        found.push(Special::Submodule { path: path(), before: commits.0, after: commits.1 });
    }
    if objects != (None, None) {
        found.push(Special::LfsPointer { path: path(), before: objects.0, after: objects.1 });
    }
    found
}

/// Reads a pointer and returns the object it points to; `None` where the text is none.
///
/// The form is that of `docs/spec.md` of Git LFS, "The Pointer": lines of a key, a space and a value, `version` first and
/// the other keys in ascending order, `oid` and `size` among them.
fn pointed_to(blob: &[u8]) -> Option<LfsOid> {
    if blob.len() >= POINTER_LIMIT {
        return None;
    }
    let rest = std::str::from_utf8(blob).ok()?.strip_prefix("version https://git-lfs.github.com/spec/v1\n")?;
    let lines = rest.strip_suffix('\n')?.split('\n').map(|line| line.split_once(' '));
    let pairs: Vec<(&str, &str)> = lines.collect::<Option<_>>()?;
    let is_key = |key: &str| key.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-'));
    if !pairs.iter().all(|(key, _)| is_key(key)) || !pairs.is_sorted_by(|(a, _), (b, _)| a < b) {
        return None;
    }
    let value = |wanted: &str| pairs.iter().find(|(key, _)| *key == wanted).map(|(_, value)| *value);
    value("size")?.parse::<u64>().ok()?;
    value("oid")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::forecast::Mode;

    const VERSION: &str = "version https://git-lfs.github.com/spec/v1\n";

    fn oid(digit: char) -> String {
        format!("sha256:{}", digit.to_string().repeat(64))
    }

    fn at(mode: u32) -> Entry {
        Entry { mode: Mode(mode), id: [7; 20] }
    }

    #[test]
    fn only_a_whole_pointer_is_one() {
        let oid = oid('a');
        let good = format!("{VERSION}oid {oid}\nsize 12345\n");
        let extended = format!("{VERSION}ext-0-foo {oid}\noid {oid}\nsize 0\n");
        for text in [good.clone(), extended] {
            assert_eq!(pointed_to(text.as_bytes()).as_ref().map(LfsOid::as_str), Some(oid.as_str()), "{text}");
        }
        let short = &oid[..70];
        for text in [
            String::new(),
            VERSION.to_owned(),
            good.replace("spec/v1", "spec/v2"),
            good.trim_end().to_owned(),
            good.replace("size", "Size"),
            good.replace("12345", "-1"),
            good.replace(&oid, short),
            good.replace(&oid, &oid.to_uppercase()),
            format!("{VERSION}size 1\noid {oid}\n"),
            format!("{VERSION}oid {oid}\noid {oid}\nsize 1\n"),
            format!("{VERSION}<<<<<<< ours\noid {oid}\n=======\noid {oid}\n>>>>>>> theirs\nsize 1\n"),
            format!("{good}\n"),
            format!("{VERSION}oid {oid}\nsize 1\nx-{} y\n", "y".repeat(POINTER_LIMIT)),
        ] {
            assert_eq!(pointed_to(text.as_bytes()), None, "{text:?}");
        }
    }

    #[test]
    fn the_mode_tells_a_submodule() {
        let pointer = format!("{VERSION}oid {}\nsize 1\n", oid('b'));
        let submodule = Content::Submodule(CommitId::from_bytes([7; 20]));
        assert_eq!(Content::of(at(0o160_000), None), submodule);
        assert_eq!(
            Content::of(at(0o100_755), Some(pointer.as_bytes())),
            Content::LfsPointer(oid('b').parse().expect("an object"))
        );
        assert_eq!(Content::of(at(0o100_644), Some(b"text\n")), Content::Own);
        assert_eq!(Content::of(at(0o100_644), None), Content::Own);
    }

    #[test]
    fn what_was_and_what_comes_is_told_of_each_sort() {
        let commit = CommitId::from_bytes([7; 20]);
        let object: LfsOid = oid('c').parse().expect("an object");
        let path = || "a".to_owned();
        let submodule = |before, after| Special::Submodule { path: path(), before, after };
        let pointer = |before, after| Special::LfsPointer { path: path(), before, after };
        let (sub, lfs) = (Content::Submodule(commit), Content::LfsPointer(object.clone()));
        for (before, after, expected) in [
            (Content::Own, Content::Own, vec![]),
            (sub.clone(), sub.clone(), vec![submodule(Some(commit), Some(commit))]),
            (Content::Own, lfs.clone(), vec![pointer(None, Some(object.clone()))]),
            (lfs.clone(), Content::Own, vec![pointer(Some(object.clone()), None)]),
            (sub, lfs, vec![submodule(Some(commit), None), pointer(None, Some(object))]),
        ] {
            assert_eq!(special(b"a", before, after), expected);
        }
    }
}
