//! What was found out about the lines.

use semver::Version;

use super::Why;
use crate::model::apply::shell_word;
use crate::model::branch::BranchName;
use crate::model::commit::CommitId;
use crate::model::fetch::FetchFrom;
use crate::model::line::{LineName, TagPattern};
use crate::model::tag::TagName;
use crate::model::version::Refusal;

/// About a line.
#[derive(Debug, Clone)]
pub struct LineFacts {
    /// Its name.
    pub name: LineName,
    /// Its branch, or why there is none.
    pub branch: Result<BranchFacts, Why>,
    /// What the `patch.toml` of its branch says of it. `None` where there is no branch, or that file is not gone by.
    pub config: Option<LineConfig>,
    /// Its releases.
    pub tags: LineTags,
    /// What its files say. `None` where there is no branch.
    pub version: Option<HeldVersion>,
    /// Its workflow files. `None` where there is no branch.
    pub workflows: Option<WorkflowFiles>,
    /// About the release that was asked about, if one was.
    pub release: Option<ReleaseFacts>,
}

/// About a release that is to be made.
#[derive(Debug, Clone)]
pub struct ReleaseFacts {
    /// Its version.
    pub version: Version,
    /// Its tag, where that is there already and the branch holds its commit.
    pub tag: Option<TagName>,
    /// Why the line cannot have it, by the rules of `patch-bump` and `patch-tag`; `None`: it can.
    pub refusal: Option<Refusal>,
    /// Why its tag is not as good as made, where that is there already; `None`: it is, or there is none.
    pub unsound: Option<Unsound>,
    /// The release that the newest commit of the branch is already. `None`: it is none, or one before a release.
    pub released_as: Option<TagName>,
    /// The version that the files hold and that has no tag, where the release leaves it out.
    pub left_out: Option<Version>,
    /// Where its notes begin. `None`: the branch is not here.
    pub begins: Option<Beginning>,
}

/// Where the notes of a release begin, as `patch-notes` decides it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Beginning {
    /// The highest lower release of the line in its history.
    Behind(TagName),
    /// There is none, as this says.
    Nowhere(String),
    /// Whether this one is in its history cannot be told.
    Untold(TagName),
}

/// Why a tag that is there already is not what a release goes on from.
#[derive(Debug, Clone)]
pub enum Unsound {
    /// It does not verify, or the remote has another one.
    No(Why),
    /// Whether it verifies cannot be told here.
    Untold(Why),
}

impl LineFacts {
    /// Says why the release that was asked about leaves the branch as the remote has it, so that its tag alone is pushed. `None`: it
    /// does not, or none was asked about.
    pub fn commits_nothing(&self) -> Option<String> {
        // What only this clone has goes along with the tag.
        let has_all = |branch: &BranchFacts| matches!(branch.step, Step::Same | Step::Behind | Step::OnlyThere);
        if self.branch.as_ref().is_ok_and(has_all) { self.needs_no_move() } else { None }
    }

    /// Returns the version that the release which was asked about writes into the files, if it does.
    pub fn moves_to(&self) -> Option<&Version> {
        let release = self.release.as_ref().filter(|_| self.needs_no_move().is_none());
        release.map(|release| &release.version)
    }

    /// Says why the release that was asked about makes no commit. `None`: it does, or none was asked about.
    pub fn needs_no_move(&self) -> Option<String> {
        let ReleaseFacts { version, tag, .. } = self.release.as_ref()?;
        if let Some(tag) = tag {
            return Some(format!("'{tag}' is there already, and the branch holds its commit"));
        }
        let HeldVersion { said, held } = self.version.as_ref()?;
        match (said, held) {
            (VersionsSaid::InTags, _) => Some("versions are in tags only".to_owned()),
            (VersionsSaid::Named | VersionsSaid::Nothing, Ok(Some(held))) if held == version => {
                Some(format!("the files hold {version} already"))
            }
            (VersionsSaid::Named | VersionsSaid::Nothing, _) => None,
        }
    }
}

/// What the `patch.toml` of the branch of a line says of the line.
#[derive(Debug, Clone)]
pub enum LineConfig {
    /// It knows the line, or leaves it to the names of branches which lines there are.
    Knows,
    /// It has other lines, or another branch for this one.
    Lacks,
    /// It gives tags another form than main's does.
    OtherTags {
        /// The form that it gives them.
        here: TagPattern,
        /// The form of main's.
        main: TagPattern,
    },
    /// It knows the line, and not these others, which main's has.
    LacksOthers(Vec<LineName>),
    /// There is none.
    Absent,
    /// It cannot be read.
    Broken(Why),
}

/// About the branch of a line.
#[derive(Debug, Clone)]
pub struct BranchFacts {
    /// Its name.
    pub name: BranchName,
    /// How the one here compares with that of the remote.
    pub step: Step,
    /// The worktree that has it checked out, if one has: a fetch does not move it then.
    pub worktree: Option<String>,
    /// A merge among the commits that only this clone has, where the remote has the branch.
    pub unpushed_merge: Option<CommitId>,
}

/// How a branch here compares with that of the remote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// They are the same.
    Same,
    /// The one here lacks commits.
    Behind,
    /// The one here has more.
    Ahead,
    /// Each has what the other lacks.
    Apart,
    /// The remote has one, and here is none.
    OnlyThere,
    /// The remote has none.
    OnlyHere,
    /// The remote has commits that were not fetched.
    Unfetched,
    /// The remote was not asked.
    NotCompared,
    /// There is none here, the remote was not asked, and the clone may lack branches that the remote has.
    Unseen,
}

/// About the releases of a line.
#[derive(Debug, Clone, Default)]
pub struct LineTags {
    /// The highest one here.
    pub highest: Option<HighestTag>,
    /// The highest one of the remote, where it was asked and has one above all here.
    pub above: Option<TagName>,
    /// Pairs of neighbours of which the later one does not descend from the earlier one.
    pub unordered: Vec<(TagName, TagName)>,
    /// Whether history is missing that would tell more of the order.
    pub is_cut: bool,
    /// Those that the branch does not hold, without the highest.
    pub outside: Vec<TagName>,
    /// Whether all of the line's tags can be seen here.
    pub sight: Sight,
}

/// Whether all tags of a line can be seen here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Sight {
    /// All are here, as far as anything tells.
    #[default]
    Whole,
    /// The remote has these, and they are not here.
    Lacking(Vec<TagName>),
    /// The remote did not tell, and this clone may lack some.
    Narrow(Narrow),
}

/// Why a clone may lack tags that its remote has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Narrow {
    /// Its history is cut off, and tags behind the cut were not fetched.
    Shallow,
    /// It was told to fetch no tags (`git clone --no-tags`).
    NoTags,
    /// It fetches some branches only, and with them only the tags on them (`git clone --single-branch`).
    SomeBranches,
    /// No tag of a release is here at all.
    Unasked,
}

impl Narrow {
    /// Returns what is so, as part of a sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Shallow => "the clone is shallow",
            Self::NoTags => "the clone fetches no tags ('remote.<name>.tagOpt')",
            Self::SomeBranches => "the clone fetches some branches only, and the tags on them",
            Self::Unasked => "the remote was not asked",
        }
    }

    /// Returns how to get the rest.
    pub fn mend(self, fetch: &FetchFrom) -> String {
        match self {
            Self::Shallow => format!("{}; in a workflow give actions/checkout 'fetch-depth: 0'", fetch.tags()),
            Self::NoTags => {
                let setting = shell_word(&format!("remote.{}.tagOpt", fetch.remote));
                format!("git config --unset {setting}; {}", fetch.tags())
            }
            Self::SomeBranches => fetch.branches(),
            Self::Unasked => format!("{}; or ask the remote: without --offline", fetch.tags()),
        }
    }
}

/// Whether the tags have the form that the project's tags have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TagForm {
    /// The form, such as `v{version}`.
    pub form: String,
    /// How many tags have it, here and on the remote.
    pub matching: usize,
    /// Some of the tags that have another form: names from strangers.
    pub others: Vec<String>,
    /// Whether one of them holds something like a version.
    pub look_like_releases: bool,
}

/// The tag of the highest version of a line.
#[derive(Debug, Clone)]
pub struct HighestTag {
    /// Its name.
    pub tag: TagName,
    /// Its version.
    pub version: Version,
    /// Whether the branch holds its commit. `None`: that cannot be told, or there is no branch.
    pub on_branch: Option<bool>,
}

/// What the files of a line say.
#[derive(Debug, Clone)]
pub struct HeldVersion {
    /// What `patch.toml` says of them.
    pub said: VersionsSaid,
    /// What they hold; `None`: no version.
    pub held: Result<Option<Version>, Why>,
}

/// What `patch.toml` says of the files with the version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VersionsSaid {
    /// `[[version]]` names them.
    Named,
    /// There are none, for versions are in tags only.
    InTags,
    /// Nothing, so that they are told by their names.
    Nothing,
}

/// The workflow files of a line that are other ones than those of the default branch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkflowFiles {
    /// How many there are.
    pub number: usize,
    /// Those that differ from the default branch or that it lacks. Paths from strangers.
    pub differing: Vec<String>,
    /// Those among them that no branch of main and the lines on the remote has as they are. `None`: there is no remote whose
    /// branches are known here.
    pub new: Option<Vec<String>>,
}

impl TagForm {
    /// Says whether the name of a tag holds something like a version: two numbers with a dot or an underscore between them, as in
    /// `release-2.0.1` and `REL_15_2`.
    pub fn looks_like_a_release(name: &str) -> bool {
        let bytes = name.as_bytes();
        bytes
            .windows(3)
            .any(|three| three[0].is_ascii_digit() && matches!(three[1], b'.' | b'_') && three[2].is_ascii_digit())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_that_looks_like_a_release_is_told_from_others() {
        for name in ["release-2.0.1", "REL_15_2", "2.0", "v1.0.0-rc.1", "widget/3.1"] {
            assert!(TagForm::looks_like_a_release(name), "{name}");
        }
        for name in ["nightly", "nightly-2026-11-29", "v2", "2", "", "a.b", "1.x"] {
            assert!(!TagForm::looks_like_a_release(name), "{name}");
        }
    }
}
