//! How pushed refs are shown.

use crate::cli::out::Present;
use crate::cli::table::{Cell, Fit, Table};
use crate::cli::terminal::{Page, Tone};
use crate::model::error::Result;
use crate::model::markdown;
use crate::model::tag_push::{PushOutcome, PushedRef, TagsPushed};
use crate::ports::render::Templates;

const HEADINGS: [&str; 3] = ["ref", "outcome", "detail"];

impl Present for TagsPushed {
    fn text(&self, page: &Page) -> String {
        let mut table = Table::new(HEADINGS.map(|heading| (heading, Fit::Keeps)));
        for found in &self.refs {
            let [name, outcome, detail] = row(found);
            let tone = match found.outcome {
                PushOutcome::Pushed => Tone::Good,
                PushOutcome::Already => Tone::Dim,
                PushOutcome::WouldPush => Tone::Warn,
            };
            table.row([name.into(), Cell::new(outcome).tone(tone), detail.into()]);
        }
        table.render(page)
    }

    fn markdown(&self, _: &Templates) -> Result<String> {
        let escaped = |found| row(found).iter().map(|cell| markdown::escape(cell)).collect();
        Ok(markdown::table(&HEADINGS, &self.refs.iter().map(escaped).collect::<Vec<Vec<String>>>()))
    }
}

fn row(found: &PushedRef) -> [String; 3] {
    let detail = match (found.before, found.outcome) {
        (_, PushOutcome::Already) => String::new(),
        (None, PushOutcome::Pushed | PushOutcome::WouldPush) => "new".to_owned(),
        (Some(before), PushOutcome::Pushed | PushOutcome::WouldPush) => {
            format!("from {} to {}", before.short(), found.object.short())
        }
    };
    [found.name.clone(), found.outcome.as_str().to_owned(), detail]
}
