//! How the results of `patch-advisory` are shown.

use serde::Serialize;

use crate::cli::out::Present;
use crate::cli::table::{Cell, Fit, Table};
use crate::cli::terminal::{Page, Tone, escape};
use crate::model::advisory::check::{Checked, Finding, Rule, Weight};
use crate::model::advisory::id::AdvisoryId;
use crate::model::advisory::outcome::{Created, Outcome, Scored, Scores};
use crate::model::error::Result;
use crate::model::markdown;
use crate::ports::render::{Template, Templates};

const fn verb(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Done | Outcome::Already => "wrote",
        Outcome::Planned => "would write",
    }
}

impl Present for Created {
    fn text(&self, _: &Page) -> String {
        let mut text = format!("{} {}\n", verb(self.outcome), escape(&self.path));
        if let Some(reserved) = &self.reserved {
            text.push_str(&format!("the remote keeps '{}' for it\n", escape(reserved)));
        }
        text
    }

    fn markdown(&self, _: &Templates) -> Result<String> {
        Ok(format!("{} {}\n", verb(self.outcome), markdown::code(&self.path)))
    }
}

impl Present for Scores {
    fn text(&self, page: &Page) -> String {
        let columns = [("score", Fit::Keeps), ("severity", Fit::Keeps), ("vector", Fit::Keeps)];
        let mut table = Table::new(columns);
        for Scored { vector, score, severity, .. } in &self.scores {
            table.row([Cell::new(format!("{score:.1}")), Cell::new(severity.title()), Cell::new(vector.as_str())]);
        }
        table.render(page)
    }

    fn markdown(&self, _: &Templates) -> Result<String> {
        let row = |one: &Scored| format!("| {:.1} | {} | `{}` |\n", one.score, one.severity.title(), one.vector);
        let rows: String = self.scores.iter().map(row).collect();
        Ok(format!("| score | severity | vector |\n|---|---|---|\n{rows}"))
    }
}

fn heading(checked: &Checked) -> String {
    let count = |weight| checked.findings.iter().filter(|finding| finding.weight == weight).count();
    let advisories = match checked.advisories.len() {
        1 => "1 advisory".to_owned(),
        number => format!("{number} advisories"),
    };
    let told =
        [(count(Weight::Failed), "wrong"), (count(Weight::Missing), "missing"), (count(Weight::Note), "to look at")];
    let parts: Vec<String> =
        told.into_iter().filter(|(number, _)| *number > 0).map(|(number, word)| format!("{number} {word}")).collect();
    if parts.is_empty() {
        format!("{advisories}, nothing is wrong")
    } else {
        format!("{advisories}: {}", parts.join(", "))
    }
}

fn sentences(checked: &Checked, weight: Weight) -> Vec<String> {
    let of = checked.findings.iter().filter(|finding| finding.weight == weight);
    of.map(|finding| format!("{}: {}", finding.advisory, finding.detail)).collect()
}

/// Returns the word of a value that is written as one.
fn word<T: Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

impl Present for Checked {
    fn text(&self, page: &Page) -> String {
        let mut text = format!("{}\n", heading(self));
        if self.findings.is_empty() {
            return text;
        }
        let columns =
            [("advisory", Fit::Keeps), ("about", Fit::Keeps), ("found", Fit::Keeps), ("detail", Fit::Shrinks)];
        let mut table = Table::new(columns);
        for Finding { advisory, rule, weight, detail } in &self.findings {
            let tone = match weight {
                Weight::Failed => Tone::Bad,
                Weight::Missing => Tone::Warn,
                Weight::Note => Tone::Plain,
            };
            let found = Cell::new(word(weight)).tone(tone);
            table.row([Cell::new(advisory.to_string()), Cell::new(word(rule)), found, Cell::new(detail)]);
        }
        text.push_str(&format!("\n{}", table.render(page)));
        text
    }

    fn markdown(&self, templates: &Templates) -> Result<String> {
        #[derive(Serialize)]
        struct View<'c> {
            heading: String,
            findings: Vec<Row<'c>>,
        }
        #[derive(Serialize)]
        struct Row<'c> {
            advisory: &'c AdvisoryId,
            rule: Rule,
            weight: Weight,
            detail: &'c str,
        }
        let findings = self.findings.iter().map(|finding| Row {
            advisory: &finding.advisory,
            rule: finding.rule,
            weight: finding.weight,
            detail: &finding.detail,
        });
        templates.render(Template::AdvisoryCheck, &View { heading: heading(self), findings: findings.collect() })
    }

    fn complaints(&self) -> Vec<String> {
        sentences(self, Weight::Missing)
    }

    fn refusals(&self) -> Vec<String> {
        sentences(self, Weight::Failed)
    }
}
