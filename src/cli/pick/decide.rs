//! How a recorded decision is shown.

use crate::cli::out::Present;
use crate::cli::terminal::{Page, escape};
use crate::model::decision::{DECISIONS_PATH, Decided, Outcome};
use crate::model::error::Result;
use crate::model::markdown;
use crate::ports::render::Templates;

impl Present for Decided {
    fn text(&self, _: &Page) -> String {
        escape(&sentence(self)).into_owned()
    }

    fn markdown(&self, _: &Templates) -> Result<String> {
        Ok(markdown::escape(&sentence(self)))
    }
}

fn sentence(decided: &Decided) -> String {
    let decision = &decided.decision;
    let what = format!(
        "{} {} on {} by {}: {}",
        decision.answer.as_str(),
        decision.fix.short(),
        decision.line,
        decision.by,
        decision.reason
    );
    match decided.outcome {
        Outcome::Recorded => format!(
            "recorded in {DECISIONS_PATH}: {what}; commit the file and land it on main, where notes and checks read it"
        ),
        Outcome::WouldRecord => format!("would be recorded in {DECISIONS_PATH}: {what}"),
        Outcome::Already => format!("already decided: {what}"),
    }
}
