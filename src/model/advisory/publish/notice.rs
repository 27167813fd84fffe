//! What people are told once an advisory is public: plain text with its subject on top, for a mail or a page of news.

use crate::model::advisory::body::plain;
use crate::model::advisory::lines::LineFinding;
use crate::model::advisory::upgrade::told;
use crate::model::advisory::{Advisory, WebAddress};
use crate::model::percent::encode;
use crate::model::tag::TagName;

/// Where the notice of an advisory is below the output folder. That of a revision is another mail.
pub fn notice_path(advisory: &Advisory) -> String {
    match advisory.revisions.last() {
        None => format!("notices/{}.txt", advisory.id),
        Some(last) => format!("notices/{}-revision-{}.txt", advisory.id, last.number),
    }
}

/// A release with its page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleasePage {
    /// Its tag.
    pub tag: TagName,
    /// The address of its page.
    pub page: String,
}

impl ReleasePage {
    /// Works out where the page of a release is in a repository of this address ("Linking to releases" in GitHub's documentation).
    pub fn of(repository: &WebAddress, tag: &TagName) -> Self {
        let page = format!("{repository}/releases/tag/{}", encode(tag.as_str()));
        Self { tag: tag.clone(), page }
    }
}

/// What a notice tells besides the advisory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice<'a> {
    /// The name of the project.
    pub project: &'a str,
    /// Who answers questions.
    pub contact: Option<&'a str>,
    /// The releases.
    pub releases: &'a [ReleasePage],
    /// The page of the advisory on the forge.
    pub page: Option<&'a str>,
    /// Where published documents are.
    pub documents: Vec<String>,
}

/// Writes the notice of an advisory. It depends on nothing but what is given, so that the same publication gives the same bytes.
pub fn notice(advisory: &Advisory, told: &Notice<'_>) -> String {
    let names = advisory.ids().join(", ");
    let revised = advisory.revisions.last().map(|last| format!(", revision {}", last.number)).unwrap_or_default();
    let mut text = format!("Subject: [SECURITY] {}: {} ({}{revised})\n\n", told.project, advisory.title, advisory.id);
    text.push_str(&format!("Advisory: {names}\nSeverity: {}\n", advisory.severity.headline()));
    for vector in advisory.severity.vectors() {
        text.push_str(&format!("          {vector}\n"));
    }
    if let Some(published) = advisory.published {
        text.push_str(&format!("Published: {}\n", published.format("%Y-%m-%d %H:%M UTC")));
    }
    for revision in &advisory.revisions {
        text.push_str(&format!("Revised: {}: {}\n", revision.date.format("%Y-%m-%d %H:%M UTC"), revision.summary));
    }
    text.push_str("\nVersions:\n");
    for line in &advisory.lines {
        text.push_str(&format!("  {}: {}\n", line.name, said(advisory, line)));
    }
    // What the forge calls an address goes into mails, so it has to be one.
    let address = |page: &str| page.parse::<WebAddress>().ok();
    let releases = told.releases.iter().filter_map(|one| Some(format!("{}: {}", one.tag, address(&one.page)?)));
    let own = told.page.and_then(address).map(|page| format!("advisory: {page}"));
    let places: Vec<String> = releases.chain(own).chain(told.documents.iter().cloned()).collect();
    if !places.is_empty() {
        text.push_str("\nWhere:\n");
        places.iter().for_each(|place| text.push_str(&format!("  {place}\n")));
    }
    for (name, section) in advisory.body.sections() {
        text.push_str(&format!("\n{name}\n\n{}\n", plain(section)));
    }
    if let Some(contact) = told.contact {
        text.push_str(&format!("\nQuestions go to {contact}.\n"));
    }
    text
}

fn said(advisory: &Advisory, line: &LineFinding) -> String {
    let versions: Vec<String> = line.affected.iter().map(|version| advisory.spelled(version)).collect();
    let affected = if versions.is_empty() { String::new() } else { format!("affected {}; ", versions.join(", ")) };
    format!("{affected}{}", told(advisory, line))
}
