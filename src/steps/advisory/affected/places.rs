//! The lines that an advisory speaks of: those of `patch.toml`, and those that releases show besides.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use semver::Version;

use crate::model::advisory::lines::Support;
use crate::model::advisory::odd::counted;
use crate::model::advisory::package::Package;
use crate::model::arrange::Arrange as _;
use crate::model::commit::CommitId;
use crate::model::error::{Error, Result};
use crate::model::line::{Line, LineName, Series};
use crate::model::name::is_unprintable;
use crate::model::version::loose::{read, series};
use crate::ports::git::Git;
use crate::ports::settings::Settings;

/// Versions, each with its commit where that is here.
type Versions = Vec<(Version, Option<CommitId>)>;

/// A line, and where it is.
pub struct Place {
    /// Its name.
    pub name: LineName,
    /// Whether somebody still repairs it.
    pub support: Support,
    /// Until when.
    pub until: Option<NaiveDate>,
    /// Its releases and pre-releases, sorted, each with its commit where that is here.
    pub versions: Versions,
    /// Its releases whose names are no versions, in the order in which people count, each with its commit where that is here.
    pub odd: Vec<(String, Option<CommitId>)>,
    /// Its newest state: its branch, else its highest release.
    pub tip: Option<CommitId>,
}

impl Place {
    /// Returns the commits of its releases, those whose names are no versions first, then that of its newest state, as far as they are here.
    pub fn commits(&self) -> impl Iterator<Item = CommitId> {
        let odd = self.odd.iter().filter_map(|(_, commit)| *commit);
        odd.chain(self.versions.iter().filter_map(|(_, commit)| *commit)).chain(self.tip)
    }
}

/// Returns all lines, the newest first. A version that two lines hold belongs to the narrower one.
///
/// # Errors
/// When tags cannot be listed.
pub fn places(git: &Git, settings: &Settings, packages: &[Package]) -> Result<Vec<Place>> {
    let mut lines: Vec<&Line> = settings.config.lines.iter().collect();
    lines.arrange_by(|a, b| a.newest_first(b));
    let mut of_lines: Vec<Releases> = lines.iter().map(|_| Releases::default()).collect();
    let mut others: BTreeMap<(u64, u64), Releases> = BTreeMap::new();
    let Releases { versions, odd } = Releases::of(git, settings, packages)?;
    let own = |version: &Version| lines.iter().position(|line| line.contains(version));
    for (version, commit) in versions {
        match own(&version) {
            Some(at) => of_lines[at].versions.push((version, commit)),
            None => others.entry((version.major, version.minor)).or_default().versions.push((version, commit)),
        }
    }
    for (name, commit) in odd {
        let Some((major, minor)) = series(&name) else { continue };
        match own(&Version::new(major, minor, 0)) {
            Some(at) => of_lines[at].odd.push((name, commit)),
            None => others.entry((major, minor)).or_default().odd.push((name, commit)),
        }
    }
    let mut found = Vec::new();
    for (line, own) in lines.into_iter().zip(of_lines) {
        let branch = settings.branch_of(git, line).ok().and_then(|branch| git.branch_commit(&branch).ok());
        let (name, support) = (line.name.clone(), line.status.into());
        found.push(own.at(name, support, line.until, branch));
    }
    for ((major, minor), own) in others {
        let series = Series { major, minor: Some(minor) };
        let name: LineName =
            series.to_string().parse().map_err(|error| Error::usage("a release shows no line").because(error))?;
        found.push(own.at(name, Support::Unlisted, None, None));
    }
    found.arrange_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

/// The releases of a repository, or of one line.
#[derive(Default)]
pub struct Releases {
    /// Those whose names are versions, sorted.
    pub versions: Versions,
    /// Those whose names are none, in the order in which people count.
    pub odd: Vec<(String, Option<CommitId>)>,
}

impl Releases {
    /// Reads the tags that follow the pattern. Where two of them name one version, that of the plain name has it. What the ecosystem of
    /// a package may order otherwise is taken for no version.
    ///
    /// # Errors
    /// When tags cannot be listed.
    pub fn of(git: &Git, settings: &Settings, packages: &[Package]) -> Result<Self> {
        let name_of = |tag: &str| settings.tag.name_in(tag).filter(|name| is_release(name)).map(str::to_owned);
        let commits: HashMap<String, CommitId> =
            git.tags_named(|tag| name_of(tag).is_some())?.into_iter().map(|tag| (tag.name, tag.commit)).collect();
        let mut named: Vec<(String, Option<CommitId>)> = Vec::new();
        for tag in git.tag_names()? {
            named.extend(name_of(tag.as_str()).map(|name| (name, commits.get(tag.as_str()).copied())));
        }
        // The plain names come first.
        named.arrange_by_key(|(name, _)| (name.parse::<Version>().is_err(), counted(name)));
        let (mut versions, mut odd) = (BTreeMap::new(), Vec::new());
        for (name, commit) in named {
            let is_placed = |version: &Version| packages.iter().all(|package| package.ecosystem.orders(version));
            match read(&name).filter(is_placed) {
                Some(version) if !versions.contains_key(&version) => drop(versions.insert(version, commit)),
                Some(version) if versions.get(&version) == Some(&commit) => {}
                Some(_) | None => odd.push((name, commit)),
            }
        }
        Ok(Self { versions: versions.into_iter().collect(), odd })
    }

    /// Takes them for those of one line.
    fn at(self, name: LineName, support: Support, until: Option<NaiveDate>, branch: Option<CommitId>) -> Place {
        let highest = self.versions.iter().rev().find_map(|(_, commit)| *commit);
        let tip = branch.or(highest).or_else(|| self.odd.iter().rev().find_map(|(_, commit)| *commit));
        Place { name, support, until, versions: self.versions, odd: self.odd, tip }
    }
}

/// Says whether a name is one of a release: it begins with two numbers, and people can see all of it.
fn is_release(name: &str) -> bool {
    series(name).is_some() && !name.chars().any(is_unprintable)
}

/// Returns the tags with a number, a dot and a number in their names that are no releases by their form.
pub fn odd_tags(git: &Git, settings: &Settings) -> Result<Vec<String>> {
    let looks_so = |name: &str| {
        let bytes = name.as_bytes();
        bytes.windows(3).any(|three| three[0].is_ascii_digit() && three[1] == b'.' && three[2].is_ascii_digit())
    };
    let is_odd = |name: &&str| looks_so(name) && settings.tag.name_in(name).is_none_or(|name| !is_release(name));
    let names = git.tag_names()?;
    Ok(names.iter().map(|tag| tag.as_str()).filter(is_odd).map(str::to_owned).collect())
}
