//! How the notes of several releases are shown together: one after the other.

use crate::cli::out::Present;
use crate::cli::terminal::Page;
use crate::model::error::Result;
use crate::model::notes::SeveralNotes;
use crate::ports::render::Templates;

impl Present for SeveralNotes {
    fn text(&self, page: &Page) -> String {
        self.releases.iter().map(|notes| notes.text(page)).collect::<Vec<_>>().join("\n")
    }

    fn markdown(&self, templates: &Templates) -> Result<String> {
        let each = self.releases.iter().map(|notes| notes.markdown(templates));
        Ok(each.collect::<Result<Vec<_>>>()?.join("\n"))
    }
}
