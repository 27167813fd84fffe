//! How a new tag is shown.

use crate::cli::out::Present;
use crate::cli::terminal::{Page, escape};
use crate::model::error::Result;
use crate::model::markdown;
use crate::model::tag_create::{CreateOutcome, TagCreated};
use crate::ports::render::Templates;

use super::findings;

impl Present for TagCreated {
    fn text(&self, _: &Page) -> String {
        let mut text: String = sentences(self).iter().map(|said| format!("{}\n", escape(said))).collect();
        if self.outcome == CreateOutcome::WouldCreate {
            let message: String = self.message.lines().map(|line| format!("  {}\n", escape(line))).collect();
            text.push_str(&format!("message:\n{message}"));
        }
        text
    }

    fn markdown(&self, _: &Templates) -> Result<String> {
        let mut text: String = sentences(self).iter().map(|said| format!("- {}\n", markdown::escape(said))).collect();
        text.push_str(&format!("\n{}", markdown::code_block(self.message.trim_end())));
        Ok(text)
    }
}

fn sentences(made: &TagCreated) -> Vec<String> {
    let TagCreated { tag, line, branch, commit, .. } = made;
    let mut said = vec![format!("{tag} {} at {} ('{branch}', line {line})", made.outcome.as_str(), commit.short())];
    said.extend(made.previous.as_ref().map(|previous| format!("previous: {previous}")));
    match (&made.signed_by, made.outcome) {
        (Some(by), _) => said.push(format!("signed by {}", findings::signer(by))),
        (None, CreateOutcome::WouldCreate) => {}
        (None, CreateOutcome::Created | CreateOutcome::Already) => said.push("not signed".to_owned()),
    }
    match made.outcome {
        CreateOutcome::Created => said.push(format!("to publish it: patch-tag push {tag}")),
        CreateOutcome::Already | CreateOutcome::WouldCreate => {}
    }
    said
}
