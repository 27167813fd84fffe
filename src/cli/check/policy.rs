//! How the policy and a rule of it are shown.

use crate::cli::out::Present;
use crate::cli::table::{Cell, Fit, Table};
use crate::cli::terminal::{Page, escape};
use crate::model::eligibility::policy::{Explained, PolicyReport, Setting};
use crate::model::error::Result;
use crate::model::markdown;
use crate::ports::render::Templates;

fn source(setting: &Setting) -> String {
    setting.line.map_or_else(|| "default".to_owned(), |line| format!("line {line}"))
}

fn table(settings: &[Setting], page: &Page) -> String {
    let mut table = Table::new([("key", Fit::Keeps), ("from", Fit::Keeps), ("value", Fit::Shrinks)]);
    for setting in settings {
        table.row([Cell::new(&setting.key), Cell::new(source(setting)), Cell::new(&setting.value)]);
    }
    table.render(page)
}

fn markdown_table(settings: &[Setting]) -> String {
    let row =
        |setting: &Setting| vec![markdown::code_cell(&setting.key), markdown::escape(&setting.value), source(setting)];
    markdown::table(&["key", "value", "from"], &settings.iter().map(row).collect::<Vec<_>>())
}

impl Present for PolicyReport {
    fn text(&self, page: &Page) -> String {
        format!("{}\npolicy: {}\n", table(&self.settings, page), escape(&self.policy))
    }

    fn markdown(&self, _: &Templates) -> Result<String> {
        Ok(format!("{}\n- policy: {}\n", markdown_table(&self.settings), markdown::escape(&self.policy)))
    }
}

impl Present for Explained {
    fn text(&self, page: &Page) -> String {
        let mut text = format!("{} ({})\n\n{}\n", self.rule, self.severity.as_str(), self.about);
        text.push_str(&format!("to mend what breaks it: {}\n", self.mend));
        if !self.settings.is_empty() {
            text.push_str(&format!("\n{}", table(&self.settings, page)));
        }
        text
    }

    fn markdown(&self, _: &Templates) -> Result<String> {
        let mut text =
            format!("**{}** ({})\n\n{}\n\n", self.rule, self.severity.as_str(), markdown::escape(&self.about));
        text.push_str(&format!("- to mend what breaks it: {}\n", markdown::escape(&self.mend)));
        if !self.settings.is_empty() {
            text.push_str(&format!("\n{}", markdown_table(&self.settings)));
        }
        Ok(text)
    }
}
