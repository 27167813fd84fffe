//! What a pick would do, and which answers can be proven from tree entries alone.
//!
//! A pick of a fix onto a line is a three-way merge: base is the fix's first parent, ours the line, theirs the fix
//! (`git-cherry-pick(1)`). Git's own engine for it is `merge-ort`; [`provable`] answers without it where its answer
//! follows from the entries of the three trees.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::commit::{CommitId, ObjectId, TreeId};
use super::line::LineName;
use super::special::Special;

/// The verdict of a forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The pick applies and changes the line.
    Clean,
    /// A person has to resolve something.
    Conflict,
    /// The pick applies and changes nothing: the line has the content already.
    Empty,
}

/// One way in which a file conflicts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Conflict {
    /// The path, with bytes that are not UTF-8 replaced.
    pub path: String,
    /// Git's name of the conflict, such as `contents` or `modify/delete`.
    pub kind: String,
    /// How many conflicting hunks the file holds; absent where the conflict is not about lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hunks: Option<u32>,
}

/// The result of a pick worked out in memory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Forecast {
    /// The verdict.
    pub outcome: Outcome,
    /// The resulting tree. In a conflict it is the tree that `git merge-tree` gives, conflict markers and all.
    pub tree: TreeId,
    /// The paths that conflict, sorted; empty unless the outcome is a conflict.
    pub files: Vec<String>,
    /// What conflicts there and how.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<Conflict>,
}

/// A line of `patch-pick forecast --stdin`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ForecastLine {
    /// The fix.
    pub fix: CommitId,
    /// The commit it is picked onto.
    pub onto: CommitId,
    /// What would come of it.
    #[serde(flatten)]
    pub forecast: Forecast,
}

/// The value of the `schema` field of a forecast.
pub const FORECAST_SCHEMA: &str = "patch-pick/forecast@1";

/// What `patch-pick forecast` says of one fix.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ForecastReport {
    /// Always `patch-pick/forecast@1`.
    pub schema: String,
    /// The fix.
    pub fix: CommitId,
    /// The first line of its message: text from a stranger.
    pub subject: String,
    /// The submodules and Git LFS pointers that the fix touches, by path.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub special: Vec<Special>,
    /// One forecast for each line or revision that was asked about, in that order.
    pub forecasts: Vec<ForecastEntry>,
}

/// The forecast for one line or revision.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ForecastEntry {
    /// The line, if a line was asked about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<LineName>,
    /// The commit the fix would be picked onto.
    pub onto: CommitId,
    /// What would come of it.
    #[serde(flatten)]
    pub forecast: Forecast,
}

impl Outcome {
    /// Returns the word for it, as in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Conflict => "conflict",
            Self::Empty => "empty",
        }
    }
}

/// The mode of a tree entry, as git stores it (`100644`, `120000`, …, in octal).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Mode(pub u32);

impl Mode {
    /// A directory.
    pub const TREE: Self = Self(0o040_000);
    /// A regular file that is not executable.
    pub const FILE: Self = Self(0o100_644);

    /// Says whether the entry is a regular file, executable or not.
    pub fn is_file(self) -> bool {
        self.0 & 0o170_000 == 0o100_000
    }

    /// Says whether the entry is a directory.
    pub fn is_tree(self) -> bool {
        self == Self::TREE
    }

    /// Says whether the entry is a submodule.
    pub fn is_submodule(self) -> bool {
        self.0 == 0o160_000
    }

    /// Says whether the entry is a symbolic link.
    pub fn is_symlink(self) -> bool {
        self.0 == 0o120_000
    }
}

/// What a tree holds at a path: a mode and the twenty bytes of an object name.
#[derive(Debug, Clone, Copy, Eq)]
pub struct Entry {
    /// The mode.
    pub mode: Mode,
    /// The object.
    pub id: [u8; 20],
}

/// Names are compared as [`ObjectId`] does it.
impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.mode == other.mode && ObjectId::from_bytes(self.id) == ObjectId::from_bytes(other.id)
    }
}

/// What the line holds at a path that a fix touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnLine {
    /// Nothing, and no directory above the path is a file.
    Absent {
        /// Every directory above the path that the base has is still a directory on the line, so that no renamed
        /// directory can carry the path elsewhere.
        directories_stand: bool,
    },
    /// An entry, which may be a directory.
    Present(Entry),
    /// A directory above the path is something else than a directory.
    Blocked,
}

/// A path that a fix touches, with what each of the three trees holds there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touched {
    /// Before the fix.
    pub base: Option<Entry>,
    /// On the line.
    pub ours: OnLine,
    /// After the fix.
    pub theirs: Option<Entry>,
    /// For a path that the fix deletes: every directory above it is still there after the fix.
    pub directories_kept: bool,
}

/// What happens to one touched path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// The line's entry stays.
    Keep,
    /// The fix's entry is taken; `None` deletes the path.
    Take(Option<Entry>),
    /// All three are regular files of one mode with different content: the texts decide.
    MergeTexts {
        /// The content before the fix.
        base: [u8; 20],
        /// The content on the line.
        ours: [u8; 20],
        /// The content after the fix, with the mode of all three.
        theirs: Entry,
    },
    /// The line changed the file that the fix deletes: what the line has stays, and a person has to decide.
    KeepChanged,
    /// The line lacks the path: whether it deleted or renamed the file decides.
    FollowRename {
        /// What was there before the fix.
        base: Entry,
        /// What is there after the fix; `None` where it deletes the path.
        theirs: Option<Entry>,
    },
}

/// Resolves every touched path where git's answer follows from the tree entries, or returns `None`.
///
/// The rules are those of `merge-ort` (git's `Documentation/technical`, `merge-ort.c`) with rename detection on:
///
/// - A path that all three trees hold is neither source nor target of a rename, so only its three entries matter.
/// - A path that the fix adds stays where it is unless the line renamed a directory above it; a directory that still
///   stands was not renamed. The line must not hold the path.
/// - A path that the fix deletes and the line left unchanged is deleted. If the fix adds paths too it may be renamed,
///   which changes nothing for an unchanged path, unless a whole directory vanished and the line's additions follow it.
/// - A path that the fix deletes and the line changed is a conflict, and keeps what the line has, unless the fix adds paths.
/// - A path that the fix changes and the line lacks was deleted or renamed there. Only files that a fix changes are
///   looked for under other names, as long as its additions stay where they are and it renames nothing itself.
/// - Everything that involves submodules, symbolic links or a change of type is left to git.
pub fn provable(touched: &[Touched]) -> Option<Vec<Resolution>> {
    let adds = touched.iter().any(|path| path.base.is_none());
    let deletes = touched.iter().any(|path| path.theirs.is_none());
    let resolutions: Vec<Resolution> = touched.iter().map(|path| resolve(path, adds)).collect::<Option<_>>()?;
    let follows = |resolution: &Resolution| matches!(resolution, Resolution::FollowRename { .. });
    // A rename of the fix's own could meet one of the line's.
    let may_meet = adds && deletes && resolutions.iter().any(follows);
    (!may_meet).then_some(resolutions)
}

fn resolve(path: &Touched, fix_adds: bool) -> Option<Resolution> {
    if [path.base, path.theirs].into_iter().flatten().any(|entry| !entry.mode.is_file()) {
        return None;
    }
    match (path.base, path.ours, path.theirs) {
        (Some(base), OnLine::Present(ours), Some(theirs)) => {
            if ours == base {
                Some(Resolution::Take(Some(theirs)))
            } else if ours == theirs {
                Some(Resolution::Keep)
            } else if ours.mode == base.mode && theirs.mode == base.mode {
                Some(Resolution::MergeTexts { base: base.id, ours: ours.id, theirs })
            } else {
                None
            }
        }
        (None, OnLine::Absent { directories_stand: true }, Some(theirs)) => {
            // With deletions in the fix the addition may be a rename; its source is then unchanged on the line,
            // or its own rule below has refused.
            Some(Resolution::Take(Some(theirs)))
        }
        (Some(base), OnLine::Present(ours), None) if ours == base => {
            (!fix_adds || path.directories_kept).then_some(Resolution::Take(None))
        }
        // Without additions of the fix, there is nothing that it may have renamed the file to.
        (Some(_), OnLine::Present(ours), None) if ours.mode.is_file() && !fix_adds => Some(Resolution::KeepChanged),
        (Some(base), OnLine::Absent { .. }, theirs) => Some(Resolution::FollowRename { base, theirs }),
        (Some(_) | None, OnLine::Absent { .. } | OnLine::Present(_) | OnLine::Blocked, Some(_) | None) => None,
    }
}
