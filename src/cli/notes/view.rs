//! What the templates of notes are given, and what they give.

use serde::Serialize;

use crate::model::arrange::Arrange as _;
use crate::model::commit::CommitId;
use crate::model::error::Result;
use crate::model::notes::people::names;
use crate::model::notes::{Entry, Notes, Section};
use crate::model::sums::Sums;
use crate::ports::render::{Template, Templates};

/// What stands for the day of a release that has none yet.
const NO_DATE: &str = "Unreleased";

#[derive(Serialize)]
struct View<'n> {
    project: &'n str,
    version: &'n str,
    tag: &'n str,
    line: &'n str,
    date: String,
    /// Empty where that is no release.
    previous: &'n str,
    sections: Vec<SectionView<'n>>,
    known_issues: &'n [String],
    upgrade_notes: &'n [String],
    contributors: Vec<&'n str>,
    /// In the form of coreutils; empty where there are none.
    checksums: String,
}

#[derive(Serialize)]
struct SectionView<'n> {
    /// `security`, `fixes`, `performance` or `documentation`.
    name: Section,
    heading: &'static str,
    /// What "Keep a Changelog" calls such changes.
    change: &'static str,
    entries: Vec<EntryView<'n>>,
}

#[derive(Serialize)]
struct EntryView<'n> {
    /// The words for users, else the title.
    text: String,
    title: &'n str,
    kind: Option<&'static str>,
    advisories: &'n [String],
    /// Why users should not take it for fixed as it is called, if they should not.
    doubt: Option<String>,
    pull_request: Option<u64>,
    /// All of them.
    pull_requests: Vec<u64>,
    /// The first digits of the commit of main.
    origin: Option<String>,
    issues: Vec<String>,
    authors: Vec<&'n str>,
    reviewers: Vec<&'n str>,
    /// The first releases of other lines that have it.
    also_in: Vec<&'n str>,
    not_needed: Vec<NotNeededView<'n>>,
}

#[derive(Serialize)]
struct NotNeededView<'n> {
    line: &'n str,
    because: &'n str,
}

fn view(notes: &Notes) -> View<'_> {
    let section = |name: Section| SectionView {
        name,
        heading: heading(name),
        change: change(name),
        entries: notes.of_section(name).map(entry).collect(),
    };
    View {
        project: &notes.project,
        version: &notes.version,
        tag: notes.tag.as_str(),
        line: notes.line.as_str(),
        date: notes.date.map_or_else(|| NO_DATE.to_owned(), |date| date.to_string()),
        previous: notes.previous.version.as_ref().map_or("", |_| notes.previous.name.as_str()),
        sections: Section::SHOWN.map(section).into(),
        known_issues: &notes.known_issues,
        upgrade_notes: &notes.upgrade_notes,
        contributors: contributors(notes),
        checksums: Sums::new(notes.checksums.clone()).map(|sums| sums.to_string()).unwrap_or_default(),
    }
}

/// Returns who is thanked, sorted by name.
fn contributors(notes: &Notes) -> Vec<&str> {
    let mut names = names(&notes.contributors);
    names.arrange_by_key(|name| name.to_lowercase());
    names
}

fn entry(entry: &Entry) -> EntryView<'_> {
    EntryView {
        text: entry.said(),
        title: &entry.title,
        kind: entry.kind.map(|kind| kind.as_str()),
        advisories: &entry.advisories,
        doubt: entry.doubt(),
        pull_request: entry.pull_request,
        pull_requests: entry.numbers(),
        origin: entry.origin.commits().first().map(CommitId::short),
        issues: entry.issues.iter().map(ToString::to_string).collect(),
        authors: names(&entry.authors),
        reviewers: names(&entry.reviewers),
        also_in: entry.also_in.iter().filter_map(|other| other.version.as_deref()).collect(),
        not_needed: entry
            .not_needed
            .iter()
            .map(|other| NotNeededView { line: other.line.as_str(), because: &other.because })
            .collect(),
    }
}

/// Returns what a section is called.
pub(super) const fn heading(section: Section) -> &'static str {
    match section {
        Section::Security => "Security Fixes",
        Section::Fixes => "Bug Fixes",
        Section::Performance => "Performance",
        Section::Documentation => "Documentation",
        Section::Internal => "Internal",
    }
}

const fn change(section: Section) -> &'static str {
    match section {
        Section::Security => "Security",
        Section::Fixes => "Fixed",
        Section::Performance => "Performance",
        Section::Documentation => "Documentation",
        Section::Internal => "Changed",
    }
}

/// Returns the body of a release.
///
/// # Errors
/// When a template of the user cannot be read or rendered.
pub(super) fn markdown(notes: &Notes, templates: &Templates) -> Result<String> {
    templates.render(Template::NotesMarkdown, &view(notes)).map(ended)
}

/// Returns a page that needs nothing else.
///
/// # Errors
/// As [`markdown`].
pub(super) fn page(notes: &Notes, templates: &Templates) -> Result<String> {
    templates.render_html(Template::NotesPage, &view(notes)).map(ended)
}

/// Returns the section of a changelog.
///
/// # Errors
/// As [`markdown`].
pub(super) fn changelog(notes: &Notes, templates: &Templates) -> Result<String> {
    templates.render(Template::NotesChangelog, &view(notes)).map(ended)
}

/// Ends a text with one line end.
fn ended(text: String) -> String {
    text.trim_end().to_owned() + "\n"
}
