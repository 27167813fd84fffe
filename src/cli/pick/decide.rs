//! How a recorded decision is shown.

use crate::cli::markdown;
use crate::cli::out::Present;
use crate::cli::terminal::{Page, escape};
use crate::model::decision::{DECISIONS_PATH, Decided, Outcome};

impl Present for Decided {
    fn text(&self, _: &Page) -> String {
        escape(&sentence(self)).into_owned()
    }

    fn markdown(&self) -> String {
        markdown::escape(&sentence(self))
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
        Outcome::Recorded => format!("recorded in {DECISIONS_PATH}: {what}; commit the file to share it"),
        Outcome::WouldRecord => format!("would be recorded in {DECISIONS_PATH}: {what}"),
        Outcome::Already => format!("already decided: {what}"),
    }
}
