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
        for (finding, hint, others) in hints(&self.findings) {
            let alike = match others {
                0 => String::new(),
                1 => " (and another pick in the same way)".to_owned(),
                _ => format!(" (and {others} other picks in the same way)"),
            };
            text.push_str(&format!("to mend '{}'{alike}: {}\n", finding.rule, escape(hint)));
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

/// Returns what to do, each with the first finding that says it, and with how many others say it of another commit: a line whose history names no
/// origins would be told the same thing for every commit.
fn hints(findings: &[NotesFinding]) -> Vec<(&NotesFinding, &str, usize)> {
    let mut told: Vec<(&NotesFinding, &str, usize)> = Vec::new();
    let alike = |finding: &NotesFinding, hint: &str| {
        let Some(commit) = finding.commit else { return hint.to_owned() };
        hint.replace(&commit.to_string(), "PICK").replace(&commit.short(), "PICK")
    };
    for finding in findings {
        let Some(hint) = finding.hint.as_deref() else { continue };
        let same = told
            .iter_mut()
            .find(|(first, said, _)| first.rule == finding.rule && alike(first, said) == alike(finding, hint));
        match same {
            Some((_, _, others)) => *others += 1,
            None => told.push((finding, hint, 0)),
        }
    }
    told
}
