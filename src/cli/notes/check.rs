//! How what was found about notes is shown.

use crate::cli::out::Present;
use crate::cli::table::{Cell, Fit, Table};
use crate::cli::terminal::{Page, Tone, escape};
use crate::model::error::Result;
use crate::model::markdown;
use crate::model::notes::check::{Found, NotesCheck, NotesFinding};
use crate::ports::render::Templates;

impl Present for NotesCheck {
    fn text(&self, page: &Page) -> String {
        let mut table =
            Table::new([("rule", Fit::Keeps), ("found", Fit::Keeps), ("pick", Fit::Keeps), ("why", Fit::Shrinks)]);
        for finding in &self.findings {
            let tone = match finding.found {
                Found::Passed => Tone::Good,
                Found::Undecided => Tone::Warn,
                Found::Failed => Tone::Bad,
            };
            let found = Cell::new(finding.found.as_str()).tone(tone);
            table.row([Cell::new(finding.rule.as_str()), found, Cell::new(pick(finding)), Cell::new(&finding.reason)]);
        }
        let mut text = table.render(page);
        for finding in &self.findings {
            if let Some(hint) = &finding.hint {
                text.push_str(&format!("to mend '{}': {}\n", finding.rule, escape(hint)));
            }
        }
        text
    }

    fn markdown(&self, _: &Templates) -> Result<String> {
        let row = |finding: &NotesFinding| {
            let commit = finding.commit.map(|commit| markdown::code_cell(&commit.short())).unwrap_or_default();
            vec![finding.rule.to_string(), finding.found.as_str().to_owned(), commit, markdown::escape(&finding.reason)]
        };
        let rows: Vec<Vec<String>> = self.findings.iter().map(row).collect();
        Ok(format!(
            "**Notes of {}**\n\n{}",
            markdown::escape_within(&self.version),
            markdown::table(&["rule", "found", "pick", "why"], &rows)
        ))
    }

    fn complaints(&self) -> Vec<String> {
        self.open().map(NotesFinding::sentence).collect()
    }
}

fn pick(finding: &NotesFinding) -> String {
    finding.commit.map(|commit| commit.short()).unwrap_or_default()
}
