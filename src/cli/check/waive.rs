//! How a recorded waiver is shown.

use crate::cli::out::Present;
use crate::cli::terminal::{Page, escape};
use crate::model::decision::Outcome;
use crate::model::eligibility::waiver::{WAIVERS_PATH, Waived};
use crate::model::error::Result;
use crate::model::markdown;
use crate::ports::render::Templates;

impl Present for Waived {
    fn text(&self, _: &Page) -> String {
        escape(&sentence(self)).into_owned()
    }

    fn markdown(&self, _: &Templates) -> Result<String> {
        Ok(markdown::escape(&sentence(self)))
    }
}

fn sentence(waived: &Waived) -> String {
    let waiver = &waived.waiver;
    let on = waiver.line.as_ref().map_or_else(|| "every line".to_owned(), ToString::to_string);
    let pick = waiver.pick.map(|pick| format!(" as {} picks it,", pick.short())).unwrap_or_default();
    let what = format!(
        "'{}' for {}{pick} on {on} by {} until {}: {}",
        waiver.rule,
        waiver.fix.short(),
        waiver.by,
        waiver.until,
        waiver.reason
    );
    match waived.outcome {
        Outcome::Recorded => format!("waived in {WAIVERS_PATH}: {what}; it counts once main has the file"),
        Outcome::WouldRecord => format!("would be waived in {WAIVERS_PATH}: {what}"),
        Outcome::Already => format!("already waived: {what}"),
    }
}
