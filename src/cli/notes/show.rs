//! How notes are shown to a person at a terminal, and put into a changelog.

use std::path::{Path, PathBuf};

use crate::cli::out::Present;
use crate::cli::terminal::{Page, escape};
use crate::model::commit::CommitId;
use crate::model::error::{Error, Result};
use crate::model::notes::changelog::{Inserted, insert};
use crate::model::notes::people::{Contributor, names};
use crate::model::notes::{Entry, Notes, Section, State, Traced, WhyLeftOut};
use crate::ports::files;
use crate::ports::git::Git;
use crate::ports::render::Templates;

use super::view;

/// The changelog where none is named, from the root of the worktree.
const CHANGELOG: &str = "CHANGELOG.md";

impl Present for Notes {
    fn text(&self, _: &Page) -> String {
        let mut said = vec![head(self)];
        for section in Section::SHOWN.into_iter().chain([Section::Internal]) {
            let entries: Vec<&Entry> = self.of_section(section).collect();
            if !entries.is_empty() {
                said.push(String::new());
                said.push(match section {
                    Section::Internal => "not in the notes, for nothing changes for users:".to_owned(),
                    Section::Security | Section::Fixes | Section::Performance | Section::Documentation => {
                        format!("{}:", view::heading(section))
                    }
                });
                entries.into_iter().for_each(|entry| said.extend(told(entry)));
            }
        }
        if !self.taken_back.is_empty() || !self.left_out.is_empty() {
            said.push(String::new());
        }
        let pair = |pair: &crate::model::notes::reverts::TakenBack| {
            format!("taken back: {} by {}", pair.commit.short(), pair.by.short())
        };
        said.extend(self.taken_back.iter().map(pair));
        let left = |one: &crate::model::notes::LeftOut| {
            format!("left out: {} {} ({})", one.commit.short(), one.subject, why(one.why))
        };
        said.extend(self.left_out.iter().map(left));
        said.iter().map(|line| format!("{}\n", escape(line))).collect()
    }

    fn markdown(&self, templates: &Templates) -> Result<String> {
        view::markdown(self, templates)
    }
}

fn head(notes: &Notes) -> String {
    let state = match notes.state {
        State::Tagged => "",
        State::NotTagged => ", which has no tag yet,",
    };
    let shown = notes.entries.iter().filter(|entry| entry.section != Section::Internal).count();
    let count = if shown == 1 { "1 entry".to_owned() } else { format!("{shown} entries") };
    let project = if notes.project.is_empty() { String::new() } else { format!("{} ", notes.project) };
    format!(
        "{project}{}{state} at {} ('{}', line {}), after {}: {count}",
        notes.version,
        notes.commit.short(),
        notes.branch,
        notes.line,
        notes.previous.name
    )
}

fn told(entry: &Entry) -> Vec<String> {
    let advisories = match entry.advisories.as_slice() {
        [] => String::new(),
        ids => format!("[{}] ", ids.join(", ")),
    };
    let numbers: Vec<String> = entry.numbers().iter().map(|number| format!("#{number}")).collect();
    let number = if numbers.is_empty() { String::new() } else { format!(" ({})", numbers.join(", ")) };
    let doubt = entry.doubt().map(|doubt| format!(" \u{2014} {doubt}")).unwrap_or_default();
    let mut said = vec![format!("  {advisories}{}{number}{doubt}", entry.said())];
    let commits = |ids: &[CommitId]| ids.iter().map(CommitId::short).collect::<Vec<_>>().join(", ");
    let from = match &entry.origin {
        Traced::Main { commits: origins, claimed } if claimed.is_empty() => format!("from {}", commits(origins)),
        Traced::Main { commits: origins, claimed } => {
            format!("from {}; it is not sure that it brings {}", commits(origins), commits(claimed))
        }
        Traced::Probably { commits: origins, .. } => format!("probably from {}", commits(origins)),
        Traced::Claimed { commits: origins } => format!("said to be from {}, but something else", commits(origins)),
        Traced::Line { .. } => "of the line alone".to_owned(),
        Traced::Nowhere { .. } => "of unknown origin".to_owned(),
    };
    let kind = entry.kind.map_or("kind unknown", |kind| kind.as_str());
    let names = |people: &[Contributor]| names(people).join(", ");
    said.push(format!("    {} {from}; {kind}; by {}", commits(&entry.picks), names(&entry.authors)));
    if !entry.reviewers.is_empty() {
        said.push(format!("    reviewed by {}", names(&entry.reviewers)));
    }
    if !entry.issues.is_empty() {
        let issues: Vec<String> = entry.issues.iter().map(ToString::to_string).collect();
        said.push(format!("    closes {}", issues.join(", ")));
    }
    for other in &entry.also_in {
        said.push(match &other.version {
            Some(version) => format!("    also fixed in {version}"),
            None => format!("    also on {}, not released yet", other.line),
        });
    }
    said.extend(entry.not_needed.iter().map(|other| format!("    not needed on {}: {}", other.line, other.because)));
    said
}

const fn why(why: WhyLeftOut) -> &'static str {
    match why {
        WhyLeftOut::OwnFiles => "it touches only what patch.toml gives to each line",
        WhyLeftOut::Release => "it makes the release",
        WhyLeftOut::Hooks => "it brings only the hooks of developers up to date",
        WhyLeftOut::Merge => "it merges what is told of itself",
        WhyLeftOut::Empty => "it changes nothing",
        WhyLeftOut::SaysNone => "its note says that there is nothing to say",
        WhyLeftOut::TakesBack => "it takes back a part of what is told without that part",
    }
}

/// Puts a section into a changelog, unless it has that already, and says what was done.
///
/// # Errors
/// When the release has no date yet, the file cannot be read or written, the section has no heading to find it by, or the changelog has
/// another section about the version.
pub(super) fn put_in(notes: &Notes, section: &str, git: &Git, file: Option<&Path>) -> Result<String> {
    if notes.date.is_none() {
        return Err(Error::usage(format!(
            "the day on which {} is released is not known: it has no tag yet",
            notes.version
        ))
        .hint("give it with '--now', such as --now 2027-03-31T12:00:00Z"));
    }
    let path = match (file, git.worktree()) {
        (Some(file), _) => file.to_owned(),
        (None, Some(worktree)) => worktree.join(CHANGELOG),
        (None, None) => {
            return Err(
                Error::usage("this repository has no worktree with a changelog").hint("name a file with '--file'")
            );
        }
    };
    let shown = shown(&path, git);
    let old = if path.exists() { files::read_text_or_stdin(&path)? } else { String::new() };
    let version = semver::Version::parse(&notes.version).map_err(|error| {
        Error::usage(format!("'{}' is not a version", notes.version))
            .because(error)
            .hint("give another one with '--target'")
    })?;
    write_in(&path, &shown, &version, insert(&old, &notes.project, &version, section))
}

fn write_in(path: &Path, shown: &str, version: &semver::Version, inserted: Inserted) -> Result<String> {
    match inserted {
        Inserted::New(new) => {
            files::write_whole(path, new.as_bytes())?;
            Ok(format!("'{shown}' has a section about {version} now"))
        }
        Inserted::Unordered(new, line) => {
            files::write_whole(path, new.as_bytes())?;
            Ok(format!(
                "'{shown}' has a section about {version} now, at the end, from line {line}: \
                 none of its headings names a version or 'Unreleased', as '## 2.0.0' does, to tell where it belongs"
            ))
        }
        Inserted::Filled(new) => {
            files::write_whole(path, new.as_bytes())?;
            Ok(format!(
                "the section about {version} in '{shown}', which was to come, has the entries now, behind what stood there: \
                 look whether some say the same"
            ))
        }
        Inserted::Dayless => Err(Error::no(format!(
            "'{shown}' has a heading for {version} that says 'Unreleased', and the template of the changelog writes no day into its heading"
        ))
        .hint("write the day there yourself and remove 'Unreleased', or let the template write '{{ date }}' into its heading")),
        Inserted::Already => Ok(format!("'{shown}' has a section about {version} already, and stays as it is")),
        Inserted::Differs(line) => Err(Error::no(format!(
            "'{shown}' has a section about {version} already, from line {line}, and it is not what would be written; it stays as it is"
        ))
        .hint("to renew it, remove that section and run this again; to keep it, leave '--write' out")),
        Inserted::Headless => Err(Error::usage(format!(
            "the template of the changelog writes no heading '## {version}'"
        ))
        .hint("write one, as 'patch-notes template --format changelog' does, so that a section is put in only once")),
        Inserted::Hidden => Err(Error::usage(format!(
            "a section about {version} in '{shown}' would stand in a comment or a block of code that is not closed"
        ))
        .hint("close it, with '-->' or with a line like the one that begins the block, and run this again")),
    }
}

fn shown(path: &Path, git: &Git) -> String {
    let below = git.worktree().and_then(|worktree| path.strip_prefix(worktree).ok());
    below.map_or_else(|| path.to_owned(), PathBuf::from).display().to_string()
}
