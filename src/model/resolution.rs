//! How a person resolves a conflict: data that another person or a CI job can go on with.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::commit::{BlobId, CommitId, TreeId};
use crate::model::error::{Error, Result};
use crate::model::forecast::Mode;
use crate::model::line::LineName;
use crate::model::path::RepoPath;

/// The value of the `schema` field of [`Resolution`].
pub const RESOLUTION_SCHEMA: &str = "patch-pick/resolution@1";
/// The value of the `schema` field of [`LineState`].
pub const STATE_SCHEMA: &str = "patch-pick/state@1";

/// The `resolution.json` of a conflict; the files to edit are beside it in `files/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Resolution {
    /// Always `patch-pick/resolution@1`.
    pub schema: String,
    /// The fix whose pick conflicts.
    pub fix: CommitId,
    /// The line it is picked onto.
    pub line: LineName,
    /// The tree of the line that the pick goes onto; the resolution holds for no other.
    pub parent: TreeId,
    /// The conflicting files.
    pub files: Vec<ConflictedFile>,
    /// For the person to fill in: conflicting files that shall not exist.
    #[serde(default)]
    pub deleted: Vec<RepoPath>,
    /// For the person to fill in: conflicting files that are right exactly as the conflict left them.
    #[serde(default)]
    pub kept: Vec<RepoPath>,
    /// For the person to fill in: files in `files/` that are part of the resolution without being in conflict.
    #[serde(default)]
    pub also: Vec<RepoPath>,
    /// How the same files were resolved on other lines; their contents are beside this in `offered/`.
    #[serde(default)]
    pub offered: Vec<Offer>,
}

/// One conflicting file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ConflictedFile {
    /// Its path.
    pub path: RepoPath,
    /// How it conflicts, as git names it.
    pub kinds: Vec<String>,
    /// The mode it gets. The content of a link is its target, that of a submodule its commit.
    pub mode: FileMode,
    /// The content before the fix.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<BlobId>,
    /// The content on the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ours: Option<BlobId>,
    /// The content after the fix.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theirs: Option<BlobId>,
}

/// A resolution of the same conflict on another line: same path, same content before and after the fix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Offer {
    /// The path.
    pub path: RepoPath,
    /// The line on which it was resolved.
    pub from_line: LineName,
    /// Where the content stands, relative to the directory of the resolution; absent where the file was deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

/// What is remembered of a line that waits for a resolution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LineState {
    /// Always `patch-pick/state@1`.
    pub schema: String,
    /// The digest of the plan.
    pub plan: String,
    /// The line.
    pub line: LineName,
    /// The picks before the conflict, none of them on the branch yet. A pick that changes nothing is not among them.
    pub made: Vec<Made>,
    /// The fix that conflicts.
    pub fix: CommitId,
}

/// A pick that was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Made {
    /// The fix.
    pub fix: CommitId,
    /// The commit that it became.
    pub commit: CommitId,
}

/// The modes that a file of a resolution can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum FileMode {
    /// An ordinary file.
    #[serde(rename = "100644")]
    Ordinary,
    /// A file that can be run.
    #[serde(rename = "100755")]
    Executable,
    /// A symbolic link.
    #[serde(rename = "120000")]
    Symlink,
    /// A submodule.
    #[serde(rename = "160000")]
    Submodule,
}

impl FileMode {
    /// Returns the mode as trees store it.
    pub fn mode(self) -> Mode {
        match self {
            Self::Ordinary => Mode(0o100_644),
            Self::Executable => Mode(0o100_755),
            Self::Symlink => Mode(0o120_000),
            Self::Submodule => Mode(0o160_000),
        }
    }

    /// Returns the mode of an entry that is no directory.
    pub fn of(mode: Mode) -> Self {
        if mode.is_submodule() {
            Self::Submodule
        } else if mode.is_symlink() {
            Self::Symlink
        } else if mode.0 & 0o111 != 0 {
            Self::Executable
        } else {
            Self::Ordinary
        }
    }
}

impl Resolution {
    /// Reads a `resolution.json` and checks that no path is listed twice or unknown.
    ///
    /// # Errors
    /// When the text is no resolution of this version or contradicts itself.
    pub fn parse(text: &str) -> Result<Self> {
        let read: Self =
            serde_json::from_str(text).map_err(|error| Error::usage("the resolution cannot be read").because(error))?;
        if read.schema != RESOLUTION_SCHEMA {
            return Err(Error::usage(format!("'{}' is not '{RESOLUTION_SCHEMA}'", read.schema.escape_debug())));
        }
        for path in read.deleted.iter().chain(&read.kept) {
            if !read.files.iter().any(|file| file.path == *path) {
                return Err(Error::usage(format!("'{path}' is not among the conflicting files")));
            }
        }
        if let Some(path) = read.deleted.iter().find(|path| read.kept.contains(path)) {
            return Err(Error::usage(format!("'{path}' is both deleted and kept")));
        }
        if let Some(path) = read.also.iter().find(|path| read.files.iter().any(|file| file.path == **path)) {
            return Err(Error::usage(format!("'{path}' is in conflict and needs not stand in 'also'")));
        }
        Ok(read)
    }
}

/// A line of a conflict marker that was left in a resolved file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeftMarker {
    /// The number of the line, from 1.
    pub line: usize,
    /// The character it is made of.
    pub marker: char,
}

impl fmt::Display for LeftMarker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)
    }
}

/// How many characters a marker has where no attribute says otherwise.
const USUAL_MARKER: usize = 7;

/// Returns how long the conflict markers in a file are, judged by the first that opens a conflict.
pub fn marker_size(conflicted: &[u8]) -> usize {
    let opens = |line: &[u8]| {
        let run = line.iter().take_while(|byte| **byte == b'<').count();
        (run > 0 && line.get(run) == Some(&b' ')).then_some(run)
    };
    conflicted.split(|byte| *byte == b'\n').find_map(opens).unwrap_or(USUAL_MARKER)
}

/// Returns the first conflict marker in a resolved text.
///
/// A line that looks like one, such as the underline of a heading, passes where one of the `sides` of the merge has the
/// same line at least as often.
pub fn left_marker(resolved: &[u8], size: usize, sides: &[&[u8]]) -> Option<LeftMarker> {
    let lines = |text: &[u8]| text.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>();
    let times = |text: &[Vec<u8>], line: &[u8]| text.iter().filter(|other| *other == line).count();
    let (resolved, sides) = (lines(resolved), sides.iter().map(|side| lines(side)).collect::<Vec<_>>());
    resolved.iter().enumerate().find_map(|(at, line)| {
        let marker = marker_of(line, size)?;
        let innocent = sides.iter().map(|side| times(side, line)).max().unwrap_or(0);
        (times(&resolved, line) > innocent).then_some(LeftMarker { line: at + 1, marker })
    })
}

fn marker_of(line: &[u8], size: usize) -> Option<char> {
    let first = *line.first()?;
    let run = line.iter().take_while(|byte| **byte == first).count();
    let rest = &line[run.min(size)..];
    let ends = matches!(rest.first(), None | Some(b' ' | b'\r'));
    (run == size && ends && matches!(first, b'<' | b'|' | b'=' | b'>')).then_some(char::from(first))
}

/// The name of a directory for a line: the name itself, with every character that a file system could mind replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineDirectory(String);

impl LineDirectory {
    /// Returns the directory's name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&LineName> for LineDirectory {
    fn from(line: &LineName) -> Self {
        let mut name = String::new();
        for (at, byte) in line.as_str().bytes().enumerate() {
            let plain = byte.is_ascii_alphanumeric() || b"-_".contains(&byte) || (byte == b'.' && at > 0);
            if plain { name.push(char::from(byte)) } else { name.push_str(&format!("%{byte:02X}")) }
        }
        Self(name)
    }
}

/// Makes a path of a file in conflict into one that can be written down and given back.
///
/// # Errors
/// When it cannot stand in JSON or as a file below a directory.
pub fn writable_path(path: &str) -> Result<RepoPath> {
    if path.contains(char::REPLACEMENT_CHARACTER) {
        return Err(Error::undecided(format!(
            "the conflict in '{}' cannot be written out: its name is not UTF-8",
            path.escape_debug()
        ))
        .hint("pick this fix by hand: git cherry-pick -x, on a branch of the line"));
    }
    RepoPath::from_str(path).map_err(|error| {
        Error::undecided(format!("the conflict in '{}' cannot be written out as a file", path.escape_debug()))
            .because(error)
            .hint("resolve it on the branch with 'git cherry-pick -x' and plan again")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_are_found_by_their_size() {
        let conflicted = b"a\n<<<<<<<<< ours\nb\n=========\nc\n>>>>>>>>> theirs\n";
        assert_eq!(marker_size(conflicted), 9);
        assert_eq!(marker_size(b"a\n<<<<<<<\n"), 7);
        assert_eq!(left_marker(conflicted, 9, &[]), Some(LeftMarker { line: 2, marker: '<' }));
        assert_eq!(left_marker(conflicted, 7, &[]), None);
        for (text, line) in [
            ("a\n=======\nb\n", Some(2)),
            ("a\n=======\r\nb\n", Some(2)),
            ("||||||| base\n", Some(1)),
            ("a\nb\n>>>>>>> x", Some(3)),
            ("========\n<<<<<<<<\n", None),
            ("=======x\n", None),
            ("a ======= b\n", None),
        ] {
            assert_eq!(left_marker(text.as_bytes(), 7, &[]).map(|left| left.line), line, "{text:?}");
        }
    }

    #[test]
    fn an_underline_that_a_side_has_is_no_marker() {
        let resolved = b"Heading\n=======\ntext\n";
        assert_eq!(left_marker(resolved, 7, &[b"Heading\n=======\n"]), None);
        let twice = b"Heading\n=======\ntext\n=======\n";
        assert_eq!(left_marker(twice, 7, &[b"Heading\n=======\n"]).map(|left| left.line), Some(2));
    }

    #[test]
    fn a_resolution_must_not_contradict_itself() {
        let text = |rest: &str| {
            let (commit, tree) = ("1".repeat(40), "2".repeat(40));
            let file = r#"{"path":"a","kinds":["contents"],"mode":"100644"}"#;
            format!(
                r#"{{"schema":"{RESOLUTION_SCHEMA}","fix":"{commit}","line":"2.0","parent":"{tree}","files":[{file}]{rest}}}"#
            )
        };
        assert!(Resolution::parse(&text("")).is_ok());
        assert!(Resolution::parse(&text(r#","deleted":["a"]"#)).is_ok());
        for bad in [
            r#","deleted":["b"]"#,
            r#","kept":["b"]"#,
            r#","also":["a"]"#,
            r#","deleted":["a"],"kept":["a"]"#,
            r#","also":["../x"]"#,
            r#","also":["/etc/passwd"]"#,
            r#","also":["x/.git/config"]"#,
            r#","unknown":1"#,
        ] {
            assert!(Resolution::parse(&text(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_line_name_cannot_leave_its_directory() {
        let name = |text: &str| LineDirectory::from(&text.parse::<LineName>().expect("a line")).0;
        assert_eq!(name("2.0"), "2.0");
        assert_eq!(name("../x"), "%2E.%2Fx");
        assert_eq!(name(".."), "%2E.");
        assert_eq!(name("a%b"), "a%25b");
    }
}
