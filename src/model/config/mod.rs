//! `patch.toml`: parsed into types that hold only what is right, or refused with the line and the column.

mod advisory;
mod classify;
mod error;
mod lines;
mod policy;
pub(in crate::model) mod read;
mod release;
mod require;
mod signing;

use std::num::NonZeroU32;

pub use advisory::{AdvisorySettings, OrganizationId, advisory_folder, default_folder};
pub use classify::{ClassifyRule, Evidence, LabelName, TitleType};
pub use error::{ConfigError, Place};
pub use policy::{Admission, Eligibility, LabelRight, PathSets, WaiverRight, admission_word};
pub use release::{
    Cadence, DocumentSelector, Ordinal, Proves, Rollout, Schedule, Suite, SuiteName, VersionFile, VersionSpot,
};
pub use require::{Require, Reviewers};
pub use signing::{SignerName, Signing, SigningFormat, TagRule};

use crate::model::eligibility::paths::{chosen, is_alongside};
use crate::model::line::{BranchName, Line, TagPattern};
use crate::model::name::{NotAName, text_type};
use crate::model::path::{PathGlob, PathPolicies, PathPolicy, ShellCommand};
use read::{Section, Word};

/// Everything a `patch.toml` says, with the default of every key it leaves out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Config {
    /// What the project is called and where it is.
    pub project: Project,
    /// The release lines, the newest first.
    pub lines: Vec<Line>,
    /// Which kinds of fixes may go into a patch release.
    pub eligibility: Eligibility,
    /// How the kind of a fix is told.
    pub classify: Vec<ClassifyRule>,
    /// Where versions stand in the tree.
    pub versions: Vec<VersionFile>,
    /// How tags are signed. `None`: as the user's git is configured.
    pub signing: Option<Signing>,
    /// The validation suites, in the order of the file.
    pub validate: Vec<Suite>,
    /// When patch releases are due.
    pub schedule: Option<Schedule>,
    /// Where releases are deployed.
    pub rollout: Option<Rollout>,
    /// How fixes are looked for and picked.
    pub pick: Pick,
    /// Where security advisories are and who publishes them. `None`: there are none.
    pub advisory: Option<AdvisorySettings>,
}

/// What the project is called and where it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Project {
    /// The name for people.
    pub name: Option<String>,
    /// The branch where all changes land first. `None`: it is detected.
    pub main: Option<BranchName>,
    /// How release tags are named. `None`: it is detected, and `v{version}` where there is no tag.
    pub tag: Option<TagPattern>,
    /// The repository on GitHub.
    pub repository: Option<RepositoryName>,
    /// Where the version of a release stands.
    pub versions: VersionsIn,
}

/// Where the version of a release stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum VersionsIn {
    /// In files: those of `[[version]]`, or the well-known ones.
    #[default]
    Files,
    /// In the names of tags only. No file is looked into, whatever it is called.
    Tags,
}

impl Word for VersionsIn {
    const ALL: &'static [Self] = &[Self::Files, Self::Tags];

    fn word(self) -> &'static str {
        match self {
            Self::Files => "files",
            Self::Tags => "tags",
        }
    }
}

/// A repository on GitHub, as `owner/name`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RepositoryName(String);

text_type!(RepositoryName);

impl RepositoryName {
    /// Returns its owner, and its name without the owner.
    pub fn parts(&self) -> (&str, &str) {
        self.0.split_once('/').expect("because a repository is written with one slash")
    }

    /// Says whether another name is that of the same repository: GitHub does not tell letters by their case.
    pub fn is_same(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl std::str::FromStr for RepositoryName {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = |part: &str| {
            !part.is_empty()
                && !matches!(part, "." | "..")
                && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        };
        match text.split_once('/') {
            Some((owner, name)) if plain(owner) && plain(name) => Ok(Self(text.to_owned())),
            Some(_) | None => Err(NotAName::new("a repository", text, "write it as 'owner/name'")),
        }
    }
}

/// How fixes are looked for and picked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pick {
    /// How many days before the newest commit of main `status` and `plan` look at.
    pub look_back_days: NonZeroU32,
    /// Whether picks and bumps get a `Signed-off-by` trailer of the committer.
    pub signoff: bool,
    /// What a pick does with particular paths.
    pub paths: PathPolicies,
}

impl Default for Pick {
    fn default() -> Self {
        let look_back_days = NonZeroU32::new(180).expect("because 180 is not zero");
        Self { look_back_days, signoff: false, paths: PathPolicies::default() }
    }
}

const ROOT: &[&str] = &[
    "project",
    "line",
    "eligibility",
    "classify",
    "version",
    "signing",
    "validate",
    "schedule",
    "rollout",
    "pick",
    "advisory",
];
const PROJECT: &[&str] = &["name", "main", "tag", "repository", "versions"];
const PICK: &[&str] = &["look-back", "signoff", "path"];
const PICK_PATH: &[&str] = &["path", "policy", "regenerate"];

impl Config {
    /// Says whether a path is of the product: neither a test nor what goes along with it, as documentation and examples do, and nothing that
    /// each line has for itself.
    pub fn is_of_product(&self, path: &[u8]) -> bool {
        let name = String::from_utf8_lossy(path);
        let is_own = match self.pick.paths.policy_of(path) {
            PathPolicy::KeepLine | PathPolicy::Regenerate(_) => true,
            PathPolicy::ThreeWay => false,
        };
        !is_own && !is_alongside(&name) && !chosen(&self.eligibility.paths.tests, &name)
    }

    /// Returns those of some files that are of the product, or all where none is; `path` tells the path of one.
    pub fn product_of<F: Clone>(&self, files: &[F], path: impl Fn(&F) -> &[u8]) -> Vec<F> {
        let product: Vec<F> = files.iter().filter(|file| self.is_of_product(path(file))).cloned().collect();
        if product.is_empty() { files.to_vec() } else { product }
    }

    /// Parses the text of a `patch.toml`.
    ///
    /// # Errors
    /// The first thing that is wrong, in the order of the sections in the reference.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let document = toml_edit::Document::parse(text)
            .map_err(|broken| ConfigError::at(text, broken.span(), one_line(broken.message())))?;
        let root = Section::root(text, document.as_table(), ROOT)?;
        let project = project(&root)?;
        let lines = lines::read(&root, project.main.as_ref())?;
        Ok(Self {
            project,
            lines,
            eligibility: policy::eligibility(&root)?,
            classify: classify::classify(&root)?,
            versions: release::versions(&root)?,
            signing: signing::signing(&root)?,
            validate: release::validate(&root)?,
            schedule: release::schedule(&root)?,
            rollout: release::rollout(&root)?,
            pick: pick(&root)?,
            advisory: advisory::advisory(&root)?,
        })
    }
}

fn one_line(message: &str) -> String {
    message.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("; ")
}

fn project(root: &Section<'_>) -> Result<Project, ConfigError> {
    let Some(section) = root.section("project", "[project]", PROJECT)? else { return Ok(Project::default()) };
    let name = section.text("name")?;
    if name.is_some_and(|name| name.trim().is_empty() || name.chars().any(char::is_control)) {
        return Err(section.error_at("name", "'name' in [project] must be one line of text"));
    }
    let versions = section.word("versions")?.unwrap_or_default();
    if versions == VersionsIn::Tags && root.has("version") {
        let message = "'versions' in [project] says that no file holds a version, and [[version]] names files";
        return Err(section.error_at("versions", message));
    }
    Ok(Project {
        versions,
        name: name.map(str::to_owned),
        main: section.parsed("main")?,
        tag: section.parsed("tag")?,
        repository: section.parsed("repository")?,
    })
}

fn pick(root: &Section<'_>) -> Result<Pick, ConfigError> {
    let Some(section) = root.section("pick", "[pick]", PICK)? else { return Ok(Pick::default()) };
    let default = Pick::default();
    let mut rules: Vec<(PathGlob, PathPolicy)> = Vec::new();
    for rule in section.sections("path", "[[pick.path]]", PICK_PATH)? {
        let glob: PathGlob = rule.require("path", rule.parsed("path")?)?;
        if rules.iter().any(|(earlier, _)| *earlier == glob) {
            return Err(rule.error_at("path", format!("'{glob}' has an earlier policy, which wins")));
        }
        rules.push((glob, path_policy(&rule)?));
    }
    Ok(Pick {
        look_back_days: section.count("look-back")?.unwrap_or(default.look_back_days),
        signoff: section.flag("signoff")?.unwrap_or(default.signoff),
        paths: PathPolicies::new(rules),
    })
}

fn path_policy(rule: &Section<'_>) -> Result<PathPolicy, ConfigError> {
    let regenerate: Option<ShellCommand> = rule.parsed("regenerate")?;
    match (rule.word::<PolicyWord>("policy")?, regenerate) {
        (Some(PolicyWord::KeepLine), None) => Ok(PathPolicy::KeepLine),
        (Some(PolicyWord::ThreeWay), None) => Ok(PathPolicy::ThreeWay),
        (None, Some(command)) => Ok(PathPolicy::Regenerate(command)),
        (Some(_), Some(_)) => {
            Err(rule.error_at("regenerate", "'policy' and 'regenerate' in [[pick.path]] exclude each other"))
        }
        (None, None) => Err(rule.error("missing key 'policy' or 'regenerate' in [[pick.path]]")),
    }
}

#[derive(Clone, Copy)]
enum PolicyWord {
    KeepLine,
    ThreeWay,
}

impl Word for PolicyWord {
    const ALL: &'static [Self] = &[Self::KeepLine, Self::ThreeWay];

    fn word(self) -> &'static str {
        match self {
            Self::KeepLine => "keep-line",
            Self::ThreeWay => "three-way",
        }
    }
}

/// Returns every section with its keys, for the test that the reference names them all.
#[cfg(test)]
fn sections() -> Vec<(&'static str, &'static [&'static str])> {
    let own = [("project", PROJECT), ("pick", PICK), ("pick.path", PICK_PATH), ("line", lines::LINE)];
    own.into_iter()
        .chain(policy::SECTIONS.iter().copied())
        .chain(release::SECTIONS.iter().copied())
        .chain(advisory::SECTIONS.iter().copied())
        .collect()
}

#[cfg(test)]
mod tests;
