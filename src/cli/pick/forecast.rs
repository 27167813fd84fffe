//! How forecasts are shown.

use crate::cli::exit::Exit;
use crate::cli::out::Present;
use crate::cli::table::{Cell, Fit, Table};
use crate::cli::terminal::{Page, Tone, escape};
use crate::model::error::Result;
use crate::model::forecast::{Forecast, ForecastEntry, ForecastReport, Outcome};
use crate::model::markdown;
use crate::ports::render::Templates;

use super::special::phrases;

impl Present for ForecastReport {
    fn text(&self, page: &Page) -> String {
        let mut table =
            Table::new([("line", Fit::Keeps), ("onto", Fit::Keeps), ("outcome", Fit::Keeps), ("detail", Fit::Shrinks)]);
        for entry in &self.forecasts {
            let line = entry.line.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
            let outcome = Cell::new(entry.forecast.outcome.as_str()).tone(tone(entry.forecast.outcome));
            table.row([Cell::new(line), Cell::new(entry.onto.short()), outcome, Cell::new(detail(&entry.forecast))]);
        }
        let mut text = format!("{} {}\n\n{}", self.fix.short(), escape(&self.subject), table.render(page));
        for said in special_notes(self) {
            let said: Vec<_> = said.iter().map(|said| escape(said)).collect();
            text.push_str(&format!("\n{}\n", said.join("\n  ")));
        }
        text
    }

    fn markdown(&self, _: &Templates) -> Result<String> {
        let rows: Vec<Vec<String>> = self
            .forecasts
            .iter()
            .map(|entry| {
                let line = entry.line.as_ref().map_or_else(|| "-".to_owned(), |line| markdown::escape(line.as_str()));
                let outcome = entry.forecast.outcome.as_str().to_owned();
                vec![
                    line,
                    markdown::code_cell(&entry.onto.short()),
                    outcome,
                    markdown::escape(&detail(&entry.forecast)),
                ]
            })
            .collect();
        let table = markdown::table(&["line", "onto", "outcome", "detail"], &rows);
        let notes: String =
            special_notes(self).map(|said| format!("- {}\n", markdown::escape(&said.join("; ")))).collect();
        let gap = if notes.is_empty() { "" } else { "\n" };
        let (fix, subject) = (markdown::code(&self.fix.short()), markdown::escape(&self.subject));
        Ok(format!("{fix} {subject}\n\n{table}{gap}{notes}"))
    }

    fn complaints(&self) -> Vec<String> {
        let conflicts = self.forecasts.iter().filter(|entry| entry.forecast.outcome == Outcome::Conflict);
        let of_entry = |entry: &ForecastEntry| {
            let onto = entry.line.as_ref().map_or_else(|| entry.onto.short(), ToString::to_string);
            format!("{} conflicts on {onto}: {}; see 'patch-pick plan'", self.fix.short(), detail(&entry.forecast))
        };
        conflicts.map(of_entry).collect()
    }
}

impl ForecastReport {
    /// Returns the exit code: the answer is no if a person would have to resolve something.
    pub fn exit(&self) -> Exit {
        let conflict = self.forecasts.iter().any(|entry| entry.forecast.outcome == Outcome::Conflict);
        if conflict { Exit::No } else { Exit::Yes }
    }
}

/// Says for each submodule and Git LFS pointer what the fix does to it and where it conflicts.
fn special_notes(report: &ForecastReport) -> impl Iterator<Item = Vec<String>> {
    report.special.iter().map(|special| {
        let conflicts = report.forecasts.iter().filter(|entry| special.is_among(paths(&entry.forecast)));
        let names = conflicts.map(|entry| entry.line.as_ref().map_or_else(|| entry.onto.short(), ToString::to_string));
        phrases(special, &names.collect::<Vec<_>>())
    })
}

/// Returns the paths in conflict.
pub fn paths(forecast: &Forecast) -> impl Iterator<Item = &str> {
    forecast.files.iter().map(String::as_str)
}

/// The colour an outcome is shown in.
pub fn tone(outcome: Outcome) -> Tone {
    match outcome {
        Outcome::Clean => Tone::Good,
        Outcome::Conflict => Tone::Bad,
        Outcome::Empty => Tone::Dim,
    }
}

/// Says in one phrase what a person should know beyond the outcome.
pub fn detail(forecast: &Forecast) -> String {
    match forecast.outcome {
        Outcome::Clean => "applies as it is".to_owned(),
        Outcome::Empty => "the line has the content already".to_owned(),
        Outcome::Conflict => {
            let files: Vec<String> = forecast
                .files
                .iter()
                .map(|path| {
                    let kinds = forecast.conflicts.iter().filter(|conflict| conflict.path == *path);
                    let kinds: Vec<String> = kinds
                        .map(|conflict| match conflict.hunks {
                            Some(1) => format!("{}, 1 hunk", conflict.kind),
                            Some(hunks) => format!("{}, {hunks} hunks", conflict.kind),
                            None => conflict.kind.clone(),
                        })
                        .collect();
                    if kinds.is_empty() { path.clone() } else { format!("{path} ({})", kinds.join("; ")) }
                })
                .collect();
            files.join(", ")
        }
    }
}
