//! The lines that an advisory speaks of: those of `patch.toml`, and those that releases show besides.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use semver::Version;

use crate::model::advisory::lines::{Stated, Support};
use crate::model::advisory::odd::{OddRelease, counted};
use crate::model::advisory::package::Package;
use crate::model::advisory::spelling::{is_own, read_for};
use crate::model::arrange::Arrange as _;
use crate::model::commit::CommitId;
use crate::model::error::{Error, Result};
use crate::model::line::{Line, LineName, Series};
use crate::model::name::is_unprintable;
use crate::model::version::loose::series;
use crate::ports::git::Git;
use crate::ports::settings::Settings;

/// Versions, each with its commit where that is here.
type Versions = Vec<(Version, Option<CommitId>)>;
/// Releases whose names are no versions, each with its commit where that is here.
type Odd = Vec<(OddRelease, Option<CommitId>)>;

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
    pub odd: Odd,
    /// Those of `versions` that documents spell by the names of their tags.
    pub names: Vec<OddRelease>,
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
pub fn places(git: &Git, settings: &Settings, packages: &[Package], stated: &[Stated]) -> Result<Vec<Place>> {
    let mut lines: Vec<&Line> = settings.config.lines.iter().collect();
    lines.arrange_by(|a, b| a.newest_first(b));
    let mut of_lines: Vec<Releases> = lines.iter().map(|_| Releases::default()).collect();
    let mut others: BTreeMap<(u64, u64), Releases> = BTreeMap::new();
    let left_out: Vec<&str> = stated.iter().flat_map(|one| &one.left_out).map(String::as_str).collect();
    let Releases { versions, odd, names, .. } = TagNames::of(git, settings)?.placed(packages, &left_out);
    let own = |version: &Version| lines.iter().position(|line| line.contains(version));
    for (version, commit) in versions {
        match own(&version) {
            Some(at) => of_lines[at].versions.push((version, commit)),
            None => others.entry((version.major, version.minor)).or_default().versions.push((version, commit)),
        }
    }
    for tag in names {
        let Some(version) = &tag.version else { continue };
        match own(version) {
            Some(at) => of_lines[at].names.push(tag),
            None => others.entry((version.major, version.minor)).or_default().names.push(tag),
        }
    }
    for (tag, commit) in odd {
        let Some((major, minor)) = series(&tag.name) else { continue };
        match own(&Version::new(major, minor, 0)) {
            Some(at) => of_lines[at].odd.push((tag, commit)),
            None => others.entry((major, minor)).or_default().odd.push((tag, commit)),
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
    pub odd: Odd,
    /// Those of `versions` that documents spell by the names of their tags.
    names: Vec<OddRelease>,
    /// What stands in the tags of `versions` in place of `{version}`.
    called: BTreeMap<Version, String>,
}

/// The names of all releases, the plain ones first, each with its commit where that is here.
pub struct TagNames(Vec<(String, Option<CommitId>)>);

impl TagNames {
    /// Reads the tags that follow the pattern.
    ///
    /// # Errors
    /// When tags cannot be listed.
    pub fn of(git: &Git, settings: &Settings) -> Result<Self> {
        let name_of = |tag: &str| settings.tag.name_in(tag).filter(|name| is_release(name)).map(str::to_owned);
        let commits: HashMap<String, CommitId> =
            git.tags_named(|tag| name_of(tag).is_some())?.into_iter().map(|tag| (tag.name, tag.commit)).collect();
        let mut named: Vec<(String, Option<CommitId>)> = Vec::new();
        for tag in git.tag_names()? {
            named.extend(name_of(tag.as_str()).map(|name| (name, commits.get(tag.as_str()).copied())));
        }
        named.arrange_by_key(|(name, _)| (name.parse::<Version>().is_err(), counted(name)));
        Ok(Self(named))
    }

    /// Puts them in the order of versions, as the ecosystems of packages have it. Of two names of one version and one commit, the plain
    /// one counts; of two commits, none of them is the version, but for the one that is left where a person left out the others.
    pub fn placed(&self, packages: &[Package], left_out: &[&str]) -> Releases {
        let mut found = Releases::default();
        let is_left_out = |name: &str| left_out.contains(&name);
        let mut of_version: BTreeMap<Version, Vec<(&str, Option<CommitId>)>> = BTreeMap::new();
        for (name, commit) in &self.0 {
            match read_for(packages, name) {
                Some(version) => of_version.entry(version).or_default().push((name, *commit)),
                None => {
                    let left_out = is_left_out(name);
                    found.odd.push((OddRelease { left_out, ..OddRelease::named(name) }, *commit));
                }
            }
        }
        for (version, mut all) in of_version {
            if all.iter().any(|(_, other)| *other != all[0].1) {
                let left_out = |name: &str| OddRelease { left_out: true, ..OddRelease::named(name) };
                found
                    .odd
                    .extend(all.extract_if(.., |(name, _)| is_left_out(name)).map(|(name, own)| (left_out(name), own)));
            }
            let Some((first, commit)) = all.first().copied() else { continue };
            match all.iter().find(|(_, other)| *other != commit) {
                Some((second, _)) => found.odd.extend(all.iter().map(|(name, commit)| {
                    let same_as = Some(if *name == first { *second } else { first }.to_owned());
                    (OddRelease { same_as, ..OddRelease::named(*name) }, *commit)
                })),
                None => {
                    if is_own(packages, &version, first) {
                        found.names.push(OddRelease { version: Some(version.clone()), ..OddRelease::named(first) });
                    }
                    found.called.insert(version.clone(), first.to_owned());
                    found.versions.push((version, commit));
                }
            }
        }
        found.odd.arrange_by_key(|(tag, _)| counted(&tag.name));
        found
    }
}

impl Releases {
    /// Returns what stands in the tag of a version in place of `{version}`.
    pub fn called(&self, version: &Version) -> Option<String> {
        self.called.get(version).cloned()
    }

    /// Takes them for those of one line.
    fn at(self, name: LineName, support: Support, until: Option<NaiveDate>, branch: Option<CommitId>) -> Place {
        let highest = self.versions.iter().rev().find_map(|(_, commit)| *commit);
        let tip = branch.or(highest).or_else(|| self.odd.iter().rev().find_map(|(_, commit)| *commit));
        Place { name, support, until, versions: self.versions, odd: self.odd, names: self.names, tip }
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
