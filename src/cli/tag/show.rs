//! How the place of a tag is shown.

use crate::cli::out::Present;
use crate::cli::terminal::{Page, escape};
use crate::model::error::Result;
use crate::model::markdown;
use crate::model::tag_show::TagShown;
use crate::ports::render::Templates;

impl Present for TagShown {
    fn text(&self, _: &Page) -> String {
        format!("{}\n", escape(&sentence(self)))
    }

    fn markdown(&self, _: &Templates) -> Result<String> {
        Ok(format!("{}\n", markdown::escape(&sentence(self))))
    }
}

fn sentence(shown: &TagShown) -> String {
    let TagShown { tag, line, branch, .. } = shown;
    let place = shown.commit.map_or_else(|| "is not there".to_owned(), |commit| format!("is at {}", commit.short()));
    format!("{tag} {place} ('{branch}', line {line})")
}
