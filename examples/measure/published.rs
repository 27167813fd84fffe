//! What two projects published about their past releases, read from the forms that they use.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use backstitch::model::commit::CommitId;
use backstitch::ports::git::Git;
use clap::ValueEnum;
use semver::Version;

/// A project whose published notes can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Project {
    /// `doc/en/changelog.rst` and `doc/en/announce/` of the tag; a fix brings a file `changelog/NUMBER.KIND.rst` along.
    Pytest,
    /// `CHANGELOG/CHANGELOG-MAJOR.MINOR.md` of main, which links the pull requests that were merged into the line.
    Etcd,
}

/// One entry that was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The heading above it.
    pub heading: String,
    /// All of its text.
    pub text: String,
    /// The numbers by which it names itself: of issues and pull requests.
    pub numbers: BTreeSet<u64>,
    /// The CVE and GHSA identifiers in it.
    pub advisories: BTreeSet<String>,
}

/// A release between two commits.
pub struct Range<'r> {
    pub git: &'r Git,
    pub version: &'r Version,
    pub from: CommitId,
    pub to: CommitId,
}

impl Range<'_> {
    /// Runs `git log` over it and returns its lines.
    pub fn log(&self, arguments: &[&str], paths: &[&str]) -> Result<Vec<String>> {
        let range = format!("{}..{}", self.from, self.to);
        let all = [&["log"], arguments, &[&range, "--"], paths].concat();
        Ok(self.git.program().text(&all)?.lines().map(str::to_owned).collect())
    }
}

impl Project {
    /// Returns what was published about a release; `None`: no section is about it.
    pub fn entries(self, range: &Range<'_>) -> Result<Option<Vec<Published>>> {
        let (version, file, bullet) = match self {
            Self::Pytest => (range.version.to_string(), format!("{}:doc/en/changelog.rst", range.to), "- `#"),
            Self::Etcd => {
                let Version { major, minor, .. } = range.version;
                (format!("v{}", range.version), format!("main:CHANGELOG/CHANGELOG-{major}.{minor}.md"), "- ")
            }
        };
        let Ok(text) = range.git.program().text(&["show", &file]) else { return Ok(None) };
        Ok(self.section(&text, &version).map(|lines| self.read(&lines, bullet)))
    }

    fn section<'t>(self, text: &'t str, version: &str) -> Option<Vec<&'t str>> {
        let is_title = |line: &str| match self {
            Self::Pytest => line.starts_with("pytest ") && line.ends_with(')'),
            Self::Etcd => line.starts_with("## "),
        };
        let names = |line: &str| {
            let mut words = line.split(|c: char| c.is_whitespace() || matches!(c, '[' | ']'));
            words.any(|word| word == version)
        };
        let mut lines = text.lines().skip_while(|line| !is_title(line) || !names(line));
        lines.next()?;
        Some(lines.take_while(|line| !is_title(line)).collect())
    }

    fn read(self, lines: &[&str], bullet: &str) -> Vec<Published> {
        let mut found: Vec<Published> = Vec::new();
        let mut heading = String::new();
        let mut goes_on = false;
        for (at, line) in lines.iter().enumerate() {
            let under = lines.get(at + 1).copied().unwrap_or_default();
            let is_heading = match self {
                Self::Pytest => under.len() > 2 && under.bytes().all(|byte| byte == b'-'),
                Self::Etcd => line.starts_with("###"),
            };
            if is_heading {
                heading = line.trim_start_matches(['#', ' ']).to_owned();
                goes_on = false;
            } else if line.starts_with(bullet) {
                let empty = Published {
                    heading: heading.clone(),
                    text: String::new(),
                    numbers: BTreeSet::new(),
                    advisories: BTreeSet::new(),
                };
                found.push(empty);
                goes_on = true;
            }
            if let Some(entry) = found.last_mut().filter(|_| goes_on) {
                entry.text.push_str(line.trim());
                entry.text.push(' ');
            }
        }
        for entry in &mut found {
            entry.numbers = self.numbers(&entry.text);
            entry.advisories = advisories(&entry.text);
        }
        found
    }

    fn numbers(self, text: &str) -> BTreeSet<u64> {
        let behind = |text: &str, mark: &str| -> Vec<u64> {
            let rest = text.split(mark).skip(1);
            rest.filter_map(|rest| rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()).collect()
        };
        match self {
            Self::Pytest => behind(text.split("`_:").next().unwrap_or_default(), "`#").into_iter().collect(),
            Self::Etcd => ["etcd-io/etcd/pull/", "etcd-io/etcd/issues/", "(#", "[#", "PR/"]
                .iter()
                .flat_map(|mark| behind(text, mark))
                .collect(),
        }
    }

    /// Returns the commits of a release that belong to a number, as the project itself ties them to it.
    pub fn commits(self, range: &Range<'_>) -> Result<BTreeMap<u64, BTreeSet<CommitId>>> {
        match self {
            Self::Pytest => by_fragment(range),
            Self::Etcd => by_merge(range),
        }
    }

    /// Returns whom the announcement of a release thanks; `None`: the project has none.
    pub fn thanked(self, range: &Range<'_>) -> Option<BTreeSet<String>> {
        let name = format!("{}:doc/en/announce/release-{}.rst", range.to, range.version);
        let text = match self {
            Self::Pytest => range.git.program().text(&["show", &name]).ok()?,
            Self::Etcd => return None,
        };
        Some(text.lines().filter_map(|line| line.strip_prefix("* ")).map(|name| name.trim().to_owned()).collect())
    }
}

/// A commit that adds or changes `changelog/12.bugfix.rst` belongs to number 12.
fn by_fragment(range: &Range<'_>) -> Result<BTreeMap<u64, BTreeSet<CommitId>>> {
    let mut found: BTreeMap<u64, BTreeSet<CommitId>> = BTreeMap::new();
    let mut commit: Option<CommitId> = None;
    for line in range
        .log(&["--no-merges", "--no-renames", "--diff-filter=AM", "--name-only", "--format==%H"], &["changelog"])?
    {
        if let Some(id) = line.strip_prefix('=') {
            commit = Some(id.parse().context("git's name of a commit")?);
        } else if let (Some(commit), Some(number)) = (commit, line.strip_prefix("changelog/").and_then(first_number)) {
            found.entry(number).or_default().insert(commit);
        }
    }
    Ok(found)
}

/// What `Merge pull request #12` merged belongs to number 12, and so does a commit that ends in `(#12)`.
fn by_merge(range: &Range<'_>) -> Result<BTreeMap<u64, BTreeSet<CommitId>>> {
    let mut found: BTreeMap<u64, BTreeSet<CommitId>> = BTreeMap::new();
    for line in range.log(&["--format=%H %P=%s"], &[])? {
        let Some((ids, subject)) = line.split_once('=') else { continue };
        let ids: Vec<CommitId> = ids.split_whitespace().map(str::parse).collect::<std::result::Result<_, _>>()?;
        let merged = subject.strip_prefix("Merge pull request #").and_then(first_number);
        match (ids.as_slice(), merged) {
            ([merge, first, ..], Some(number)) => {
                let brought = range.git.commits_between(&[*first], *merge, None)?;
                let ids = brought.iter().filter(|commit| !commit.is_merge()).map(|commit| commit.id);
                found.entry(number).or_default().extend(ids);
            }
            ([commit, _], None) => {
                let numbers = subject.split("(#").skip(1).filter_map(first_number);
                numbers.for_each(|number| {
                    found.entry(number).or_default().insert(*commit);
                });
            }
            _ => {}
        }
    }
    Ok(found)
}

fn first_number(text: &str) -> Option<u64> {
    text.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

fn advisories(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    words.filter(|word| word.starts_with("CVE-") || word.starts_with("GHSA-")).map(str::to_owned).collect()
}
