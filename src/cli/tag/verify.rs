//! How the verification of a tag is shown.

use crate::cli::out::Present;
use crate::cli::terminal::{Page, escape};
use crate::model::error::Result;
use crate::model::markdown;
use crate::model::tag_verify::TagVerification;
use crate::ports::render::Templates;

use super::findings;

impl Present for TagVerification {
    fn text(&self, page: &Page) -> String {
        let findings = findings::text(&self.findings, page);
        let mut text = format!("{}\n{}\n\n{findings}", escape(&heading(self)), escape(&policy(self)));
        text.extend(self.notes.iter().map(|note| format!("\nnote: {}\n", escape(note))));
        text
    }

    fn markdown(&self, _: &Templates) -> Result<String> {
        let findings = findings::as_markdown(&self.findings);
        let mut text =
            format!("{}\n{}\n\n{findings}", markdown::escape(&heading(self)), markdown::escape(&policy(self)));
        text.extend(self.notes.iter().map(|note| format!("\nNote: {}\n", markdown::escape(note))));
        Ok(text)
    }

    fn complaints(&self) -> Vec<String> {
        findings::complaints(&format!("tag '{}'", self.tag), &self.findings)
    }
}

fn heading(found: &TagVerification) -> String {
    let at = found.commit.map_or_else(String::new, |commit| format!(" at {}", commit.short()));
    let signer = findings::heading_signer(found.signed_by.as_ref(), found.answer);
    format!("{}{at} {}{signer}", found.tag, findings::word(found.answer))
}

fn policy(found: &TagVerification) -> String {
    format!("policy: {}", found.policy)
}
