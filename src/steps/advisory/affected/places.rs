//! The lines that an advisory speaks of: those of `patch.toml`, and those that releases show besides.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use semver::Version;

use crate::model::advisory::lines::Support;
use crate::model::commit::CommitId;
use crate::model::error::{Error, Result};
use crate::model::line::{Line, LineName, Series};
use crate::ports::git::Git;
use crate::ports::settings::Settings;

/// Versions, each with its commit where that is here.
type Releases = Vec<(Version, Option<CommitId>)>;

/// A line, and where it is.
pub struct Place {
    /// Its name.
    pub name: LineName,
    /// Whether somebody still repairs it.
    pub support: Support,
    /// Until when.
    pub until: Option<NaiveDate>,
    /// Its releases and pre-releases, sorted, each with its commit where that is here.
    pub versions: Releases,
    /// Its newest state: its branch, else its highest release.
    pub tip: Option<CommitId>,
}

impl Place {
    /// Returns the commits of its versions, then that of its newest state, as far as they are here.
    pub fn commits(&self) -> impl Iterator<Item = CommitId> {
        self.versions.iter().filter_map(|(_, commit)| *commit).chain(self.tip)
    }
}

/// Returns all lines, the newest first. A version that two lines hold belongs to the narrower one.
///
/// # Errors
/// When tags cannot be listed.
pub fn places(git: &Git, settings: &Settings) -> Result<Vec<Place>> {
    let mut lines: Vec<&Line> = settings.config.lines.iter().collect();
    lines.sort_by(|a, b| a.newest_first(b));
    let mut of_lines: Vec<Releases> = vec![Vec::new(); lines.len()];
    let mut others: BTreeMap<(u64, u64), Releases> = BTreeMap::new();
    for (version, commit) in releases(git, settings)? {
        let own = lines.iter().position(|line| line.contains(&version));
        match own {
            Some(at) => of_lines[at].push((version, commit)),
            None => others.entry((version.major, version.minor)).or_default().push((version, commit)),
        }
    }
    let mut found = Vec::new();
    for (line, versions) in lines.into_iter().zip(of_lines) {
        let branch = settings.branch_of(git, line).ok().and_then(|branch| git.branch_commit(&branch).ok());
        found.push(Place {
            name: line.name.clone(),
            support: line.status.into(),
            until: line.until,
            tip: branch.or_else(|| newest(&versions)),
            versions,
        });
    }
    for ((major, minor), versions) in others {
        let series = Series { major, minor: Some(minor) };
        let name: LineName =
            series.to_string().parse().map_err(|error| Error::usage("a release shows no line").because(error))?;
        found.push(Place { name, support: Support::Unlisted, until: None, tip: newest(&versions), versions });
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

/// Returns all releases and pre-releases, sorted, each with its commit where that is here.
fn releases(git: &Git, settings: &Settings) -> Result<Releases> {
    let is_release = |name: &str| settings.tag.version_of(name).is_some();
    let commits: HashMap<String, CommitId> =
        git.tags_named(is_release)?.into_iter().map(|tag| (tag.name, tag.commit)).collect();
    let release = |name: &str| Some((settings.tag.version_of(name)?, commits.get(name).copied()));
    let mut all: Releases = git.tag_names()?.iter().filter_map(|name| release(name.as_str())).collect();
    all.sort();
    Ok(all)
}

fn newest(versions: &[(Version, Option<CommitId>)]) -> Option<CommitId> {
    versions.iter().rev().find_map(|(_, commit)| *commit)
}

/// Returns the tags with a number, a dot and a number in their names that are no releases by their form.
pub fn odd_tags(git: &Git, settings: &Settings) -> Result<Vec<String>> {
    let looks_so = |name: &str| {
        let bytes = name.as_bytes();
        bytes.windows(3).any(|three| three[0].is_ascii_digit() && three[1] == b'.' && three[2].is_ascii_digit())
    };
    let is_odd = |name: &&str| looks_so(name) && settings.tag.version_of(name).is_none();
    let names = git.tag_names()?;
    Ok(names.iter().map(|tag| tag.as_str()).filter(is_odd).map(str::to_owned).collect())
}
