//! The Common Security Advisory Framework 2.0 (OASIS Standard, 18 November 2022): a security advisory and a VEX document.

mod tree;
mod vulnerability;

use serde_json::{Value, json};

use super::history::history;
use super::{Publication, after_withdrawal, missing, moment, require_lines, verify};
use crate::model::advisory::state::State;
use crate::model::advisory::{Advisory, Credit, CreditKind};
use crate::model::error::Result;

use tree::Tree;

/// A profile of CSAF (CSAF 2.0, section 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Profile {
    /// A security advisory, 4.4.
    SecurityAdvisory,
    /// A VEX document, 4.5.
    Vex,
}

impl Profile {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::SecurityAdvisory, Self::Vex];

    const fn category(self) -> &'static str {
        match self {
            Self::SecurityAdvisory => "csaf_security_advisory",
            Self::Vex => "csaf_vex",
        }
    }
}

/// Returns the name of the file of a document, which follows from its identifier (CSAF 2.0, 5.1).
pub fn csaf_file_name(tracking_id: &str) -> String {
    let mut name = String::with_capacity(tracking_id.len() + 5);
    let mut is_gap = false;
    for c in tracking_id.chars().map(|c| c.to_ascii_lowercase()) {
        match c {
            'a'..='z' | '0'..='9' | '+' | '-' => {
                name.push(c);
                is_gap = false;
            }
            _ if !is_gap => {
                name.push('_');
                is_gap = true;
            }
            _ => {}
        }
    }
    name + ".json"
}

/// Returns where a document is below the folder of published files: in a folder of its year (CSAF 2.0, 7.1.11), and what is not public
/// in one of its own (7.1.4).
pub fn csaf_path(advisory: &Advisory, profile: Profile) -> String {
    path_below(tlp(advisory), advisory, profile)
}

/// Returns where a document is for as long as nothing of it is public.
pub(super) fn secret_path(advisory: &Advisory, profile: Profile) -> String {
    path_below(SECRET, advisory, profile)
}

fn path_below(label: &str, advisory: &Advisory, profile: Profile) -> String {
    let (label, name) = (label.to_ascii_lowercase(), csaf_file_name(&tracking_id(advisory, profile)));
    format!("csaf/{label}/{}/{name}", advisory.id.year())
}

/// Returns the identifier of a document. Two of a publisher never share one (CSAF 2.0, 3.2.1.12.4).
pub(super) fn tracking_id(advisory: &Advisory, profile: Profile) -> String {
    match profile {
        Profile::SecurityAdvisory => advisory.id.to_string(),
        Profile::Vex => format!("{}-VEX", advisory.id),
    }
}

/// Makes a document of an advisory.
///
/// # Errors
/// When `patch.toml` does not say what the web address of the publisher is, or the advisory does not say which versions have the flaw.
pub fn csaf(advisory: &Advisory, publication: &Publication, profile: Profile) -> Result<Value> {
    require_lines(advisory)?;
    let tree = Tree::of(advisory, publication);
    if tree.lines.iter().all(vulnerability::is_empty) {
        return Err(missing(advisory, "CSAF", "it names no version: a [[line]] must have 'affected' or 'unaffected'"));
    }
    // An advisory that says of nothing whether it has the flaw says nothing (CSAF 2.0, 4.4).
    if profile == Profile::SecurityAdvisory && !tree.lines.iter().any(vulnerability::is_conclusive) {
        return Err(missing(
            advisory,
            "CSAF",
            "no version is known to have the flaw or not: look at one line at least",
        ));
    }
    let vulnerability = vulnerability::vulnerability(advisory, &tree, profile);
    let csaf = json!({
        "document": document(advisory, publication, profile)?,
        "product_tree": tree.value,
        "vulnerabilities": [vulnerability],
    });
    verify::csaf(advisory, &csaf)?;
    Ok(csaf)
}

fn document(advisory: &Advisory, publication: &Publication, profile: Profile) -> Result<Value> {
    let namespace = publication.settings.namespace.as_ref();
    let namespace = namespace.ok_or_else(|| {
        missing(advisory, "CSAF", "set 'namespace' in [advisory] of 'patch.toml' to the web address of the publisher")
    })?;
    let mut publisher = json!({ "category": "vendor", "name": publication.publisher(), "namespace": namespace });
    if let Some(contact) = &publication.settings.contact {
        publisher["contact_details"] = contact.as_str().into();
    }
    let mut document = json!({
        "category": profile.category(),
        "csaf_version": "2.0",
        "distribution": { "tlp": { "label": tlp(advisory) } },
        "lang": "en",
        "publisher": publisher,
        "title": advisory.title,
        "tracking": tracking(advisory, publication, profile),
    });
    if let Some(main) = advisory.severity.main().filter(|_| !advisory.tells_of_no_flaw()) {
        document["aggregate_severity"] = json!({ "text": main.band().title() });
    }
    let references = references(advisory, publication, profile);
    let credits: Vec<Value> = advisory.credits.iter().map(acknowledgment).collect();
    for (key, list) in [("notes", notes(advisory)), ("references", references), ("acknowledgments", credits)] {
        if !list.is_empty() {
            document[key] = list.into();
        }
    }
    Ok(document)
}

/// The label of what is not public.
const SECRET: &str = "AMBER";

/// Returns the label of the Traffic Light Protocol (CSAF 2.0, 3.2.1.5.2, which has version 1 of it).
fn tlp(advisory: &Advisory) -> &'static str {
    match advisory.state {
        State::Draft | State::Embargoed | State::Ready => SECRET,
        State::Public | State::Revised | State::Withdrawn => "WHITE",
    }
}

fn tracking(advisory: &Advisory, publication: &Publication, profile: Profile) -> Value {
    let history = history(advisory, publication);
    let (first, last) = (history.first(), history.last());
    let date = |entry: Option<&super::history::Entry>| entry.map(|entry| moment(entry.date));
    let revisions = history.iter().map(
        |entry| json!({ "date": moment(entry.date), "number": entry.number.to_string(), "summary": entry.summary }),
    );
    json!({
        "current_release_date": date(last),
        "id": tracking_id(advisory, profile),
        "initial_release_date": date(first),
        "revision_history": revisions.collect::<Vec<_>>(),
        "status": if advisory.state.is_public() { "final" } else { "draft" },
        "version": last.map(|entry| entry.number.to_string()),
    })
}

fn notes(advisory: &Advisory) -> Vec<Value> {
    let withdrawn = advisory.withdrawn.map(|at| {
        let text = format!("This advisory was withdrawn on {}{}", at.format("%Y-%m-%d"), after_withdrawal(advisory));
        json!({ "category": "general", "title": "Withdrawn", "text": text })
    });
    withdrawn.into_iter().collect()
}

fn references(advisory: &Advisory, publication: &Publication, profile: Profile) -> Vec<Value> {
    let own = publication.address_of(&csaf_path(advisory, profile));
    let own = own.map(|url| json!({ "category": "self", "summary": "This document", "url": url }));
    let page = publication.address_of(&super::page::page_path(advisory));
    let page = page.map(|url| json!({ "category": "self", "summary": "This advisory as a page", "url": url }));
    let given = advisory.references.iter().map(|one| {
        let summary = one.kind.as_str();
        let summary = format!("{}{}", summary[..1].to_ascii_uppercase(), &summary[1..]);
        json!({ "category": "external", "summary": summary, "url": one.url })
    });
    own.into_iter().chain(page).chain(given).collect()
}

fn acknowledgment(credit: &Credit) -> Value {
    let summary = match credit.kind {
        CreditKind::Analyst => "Analysis",
        CreditKind::Finder => "Finding",
        CreditKind::Reporter => "Reporting",
        CreditKind::Coordinator => "Coordination",
        CreditKind::RemediationDeveloper => "Development of the fix",
        CreditKind::RemediationReviewer => "Review of the fix",
        CreditKind::RemediationVerifier => "Verification of the fix",
        CreditKind::Tool => "Finding by a program",
        CreditKind::Sponsor => "Sponsoring",
        CreditKind::Other => "Other help",
    };
    match credit.contact.is_empty() {
        true => json!({ "names": [credit.name], "summary": summary }),
        false => json!({ "names": [credit.name], "summary": summary, "urls": credit.contact }),
    }
}
