//! How versions, and their change, are shown.

use crate::cli::exit::Exit;
use crate::cli::out::Present;
use crate::cli::table::{Cell, Fit, Table};
use crate::cli::terminal::{Page, escape};
use crate::model::bump::{BumpOutcome, Bumped, Versions};
use crate::model::error::Result;
use crate::model::markdown;
use crate::ports::render::Templates;

impl Versions {
    /// Returns the exit code of a check: no where the places disagree, undecided where there is no version, and where all agree
    /// only because a run has changed none or all of its files yet.
    pub fn exit(&self) -> Exit {
        if self.in_tags {
            return Exit::Yes;
        }
        match (&self.version, self.places.is_empty()) {
            (Some(_), _) if !self.unfinished.is_empty() => Exit::Undecided,
            (Some(_), _) => Exit::Yes,
            (None, false) => Exit::No,
            (None, true) => Exit::Undecided,
        }
    }

    fn sentences(&self) -> Vec<String> {
        let mut said = vec![match (&self.version, &self.disagreement) {
            _ if self.in_tags => "patch.toml says that versions are in tags only".to_owned(),
            (Some(version), _) => format!("{version} in {}", count(self.places.len(), "place")),
            (None, Some(why)) => format!("no one version: {why}"),
            (None, None) => "no version".to_owned(),
        }];
        if !self.unfinished.is_empty() {
            let files: Vec<String> = self.unfinished.iter().map(|path| format!("'{path}'")).collect();
            said.push(format!("undecided: a run has not finished {}", files.join(", ")));
        }
        said.extend(self.notes.iter().map(|note| format!("note: {note}")));
        said
    }
}

impl Present for Versions {
    fn text(&self, page: &Page) -> String {
        let mut text = String::new();
        if !self.places.is_empty() {
            let columns = [("place", Fit::Keeps), ("value", Fit::Keeps), ("what", Fit::Shrinks)];
            let mut table = Table::new(columns);
            for place in &self.places {
                let at = format!("{}:{}", place.path, place.line);
                table.row([Cell::new(at), Cell::new(&place.value), Cell::new(&place.name)]);
            }
            text.push_str(&format!("{}\n", table.render(page)));
        }
        self.sentences().iter().for_each(|said| text.push_str(&format!("{}\n", escape(said))));
        text
    }

    fn markdown(&self, _: &Templates) -> Result<String> {
        let row = |place: &crate::model::bump::VersionPlace| {
            let at = format!("{}:{}", place.path, place.line);
            vec![markdown::code_cell(&at), markdown::code_cell(&place.value), markdown::escape(&place.name)]
        };
        let rows: Vec<Vec<String>> = self.places.iter().map(row).collect();
        let said = self.sentences().iter().map(|said| format!("- {}\n", markdown::escape(said))).collect::<String>();
        Ok(format!("{}\n{said}", markdown::table(&["place", "value", "what"], &rows)))
    }

    fn complaints(&self) -> Vec<String> {
        self.disagreement.iter().cloned().collect()
    }
}

impl Present for Bumped {
    fn text(&self, _: &Page) -> String {
        let mut text = String::new();
        if self.outcome == BumpOutcome::WouldChange {
            self.files.iter().for_each(|file| text.push_str(&shown_diff(&file.diff)));
            text.push('\n');
        }
        sentences(self).iter().for_each(|said| text.push_str(&format!("{}\n", escape(said))));
        text
    }

    fn markdown(&self, _: &Templates) -> Result<String> {
        let mut text: String = sentences(self).iter().map(|said| format!("- {}\n", markdown::escape(said))).collect();
        let diffs: String = self.files.iter().map(|file| file.diff.as_str()).collect();
        if !diffs.is_empty() {
            text.push_str(&format!("\n{}", markdown::code_block(diffs.trim_end())));
        }
        Ok(text)
    }
}

/// A diff quotes files, so each line is escaped by itself.
fn shown_diff(diff: &str) -> String {
    diff.lines().map(|line| format!("{}\n", escape(line.trim_end_matches('\r')))).collect()
}

fn sentences(bumped: &Bumped) -> Vec<String> {
    let Bumped { outcome, from, to, files, .. } = bumped;
    let places = count(files.iter().map(|file| file.places).sum(), "place");
    let mut said = vec![match outcome {
        BumpOutcome::InTags => format!("{to} stands in no file: patch.toml says that versions are in tags only"),
        BumpOutcome::Already => format!("{to} stands there already, in {places} of {}", count(files.len(), "file")),
        BumpOutcome::Changed | BumpOutcome::WouldChange => {
            format!("{} {from} to {to} in {places} of {}", outcome.as_str(), count(files.len(), "file"))
        }
    }];
    if *outcome == BumpOutcome::Changed {
        said.extend(files.iter().map(|file| format!("  {}: {}", file.path, count(file.places, "place"))));
    }
    said.extend(bumped.commit.map(|commit| format!("committed as {}", commit.short())));
    said.extend(bumped.notes.iter().map(|note| format!("note: {note}")));
    said
}

fn count(number: usize, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}
