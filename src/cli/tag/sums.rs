//! How lists of sums are shown.

use crate::cli::out::Present;
use crate::cli::table::{Cell, Fit, Table};
use crate::cli::terminal::{Page, Tone, escape};
use crate::model::error::Result;
use crate::model::markdown;
use crate::model::sums::Sum;
use crate::model::sums_report::{CheckedFile, FileOutcome, SumsVerification, SumsWritten};
use crate::ports::render::Templates;

use super::findings;

impl Present for SumsWritten {
    fn text(&self, page: &Page) -> String {
        let mut table = Table::new([("file", Fit::Keeps), ("sha256", Fit::Keeps)]);
        for sum in &self.files {
            table.row([Cell::new(&sum.name), Cell::new(sum.sha256.as_str())]);
        }
        format!("{}\n{}\n", table.render(page), escape(&written(self)))
    }

    fn markdown(&self, _: &Templates) -> Result<String> {
        let row = |sum: &Sum| vec![markdown::escape(&sum.name), sum.sha256.to_string()];
        let table = markdown::table(&["file", "sha256"], &self.files.iter().map(row).collect::<Vec<_>>());
        Ok(format!("{table}\n{}\n", markdown::escape(&written(self))))
    }
}

fn written(made: &SumsWritten) -> String {
    let verb = if made.written { "wrote" } else { "would write" };
    match (&made.signature, &made.signed_by) {
        (Some(signature), Some(by)) => {
            format!("{verb} {} and {signature}, signed by {}", made.list, findings::signer(by))
        }
        (Some(signature), None) => format!("{verb} {} and {signature}", made.list),
        (None, _) => format!("{verb} {}, not signed", made.list),
    }
}

impl Present for SumsVerification {
    fn text(&self, page: &Page) -> String {
        let mut table = Table::new([("file", Fit::Keeps), ("outcome", Fit::Keeps)]);
        for file in &self.files {
            let tone = if file.outcome == FileOutcome::Same { Tone::Good } else { Tone::Bad };
            table.row([Cell::new(&file.name), Cell::new(file.outcome.as_str()).tone(tone)]);
        }
        let mut text = format!("{}\n\n{}", escape(&heading(self)), table.render(page));
        if !self.findings.is_empty() {
            text.push_str(&format!("\n{}", findings::text(&self.findings, page)));
        }
        text.extend(extra(self).iter().map(|said| format!("\n{}\n", escape(said))));
        text
    }

    fn markdown(&self, _: &Templates) -> Result<String> {
        let row = |file: &CheckedFile| vec![markdown::escape(&file.name), file.outcome.as_str().to_owned()];
        let table = markdown::table(&["file", "outcome"], &self.files.iter().map(row).collect::<Vec<_>>());
        let mut text = format!("{}\n\n{table}", markdown::escape(&heading(self)));
        if !self.findings.is_empty() {
            text.push_str(&format!("\n{}", findings::as_markdown(&self.findings)));
        }
        text.extend(extra(self).iter().map(|said| format!("\n{}\n", markdown::escape(said))));
        Ok(text)
    }

    fn complaints(&self) -> Vec<String> {
        let broken = self.files.iter().filter(|file| file.outcome != FileOutcome::Same);
        let broken = broken.map(|file| format!("{}: '{}' is {}", self.list, file.name, file.outcome.as_str()));
        broken.chain(findings::complaints(&self.list, &self.findings)).collect()
    }
}

fn heading(found: &SumsVerification) -> String {
    let signer = findings::heading_signer(found.signed_by.as_ref(), found.answer);
    format!("{} {}{signer}", found.list, findings::word(found.answer))
}

fn extra(found: &SumsVerification) -> Option<String> {
    (!found.extra.is_empty()).then(|| format!("not in the list: {}", found.extra.join(", ")))
}
