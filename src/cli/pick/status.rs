//! How the fix × line table is shown.

use serde::Serialize;

use crate::cli::exit::Exit;
use crate::cli::out::Present;
use crate::cli::table::{Cell as Shown, Fit, Table};
use crate::cli::terminal::{Page, Tone, escape};
use crate::model::error::Result;
use crate::model::forecast::Outcome;
use crate::model::presence::Certainty;
use crate::model::status::{Cell, Row, State, Status};
use crate::model::undecided::UndecidedLine;
use crate::ports::render::{Template, Templates};

impl Present for Status {
    fn text(&self, page: &Page) -> String {
        let names: Vec<String> = self.lines.iter().map(|line| line.line.to_string()).collect();
        let columns = [("fix", Fit::Keeps), ("pr", Fit::Keeps), ("title", Fit::Shrinks)].into_iter();
        let mut table = Table::new(columns.chain(names.iter().map(|name| (name.as_str(), Fit::Keeps))));
        for row in &self.rows {
            let request = row.pull_request.map(|number| format!("#{number}")).unwrap_or_default();
            let start = [Shown::new(row.change.short()), Shown::new(request), Shown::new(&row.title)];
            table.row(start.into_iter().chain(row.cells.iter().map(|cell| Shown::new(word(cell)).tone(tone(cell)))));
        }
        let mut text = format!("{}\n\n", escape(&self.heading()));
        if !self.rows.is_empty() {
            text.push_str(&table.render(page));
            text.push('\n');
        }
        for line in self.summary() {
            text.push_str(&format!("{}\n", escape(&line)));
        }
        text
    }

    fn markdown(&self, templates: &Templates) -> Result<String> {
        templates.render(Template::PickStatus, &View::of(self))
    }

    fn complaints(&self) -> Vec<String> {
        self.undecided.iter().map(UndecidedLine::sentence).chain(self.notes.iter().cloned()).collect()
    }
}

/// What the template of a status is given. The names of the fields are those that `docs/patch-pick.md` documents.
#[derive(Serialize)]
struct View<'s> {
    heading: String,
    lines: Vec<&'s str>,
    rows: Vec<RowView<'s>>,
    summary: Vec<String>,
    document: &'s Status,
}

#[derive(Serialize)]
struct RowView<'s> {
    change: String,
    pull_request: Option<u64>,
    title: &'s str,
    author: &'s str,
    landed: &'s str,
    cells: Vec<String>,
}

impl<'s> View<'s> {
    fn of(status: &'s Status) -> Self {
        let row = |row: &'s Row| RowView {
            change: row.change.short(),
            pull_request: row.pull_request,
            title: &row.title,
            author: &row.author,
            landed: &row.landed,
            cells: row.cells.iter().map(word).collect(),
        };
        Self {
            heading: status.heading(),
            lines: status.lines.iter().map(|line| line.line.as_str()).collect(),
            rows: status.rows.iter().map(row).collect(),
            summary: status.summary(),
            document: status,
        }
    }
}

impl Status {
    /// Returns the exit code: undecided if a line could not be looked at.
    pub fn exit(&self) -> Exit {
        if self.undecided.is_empty() { Exit::Yes } else { Exit::Undecided }
    }

    fn heading(&self) -> String {
        let from = self.look_back.from.as_deref().map(|from| format!(" to {}", &from[..10.min(from.len())]));
        format!(
            "{} at {}, looked back{} ({})",
            self.main,
            self.main_tip.short(),
            from.unwrap_or_default(),
            self.look_back.because
        )
    }

    /// Returns the sentences below the table: what is needed on each line and why, and what is not shown.
    fn summary(&self) -> Vec<String> {
        let mut said = Vec::new();
        for (at, line) in self.lines.iter().enumerate() {
            let needed: Vec<&Row> = self.rows.iter().filter(|row| row.cells[at].state == State::Needed).collect();
            if needed.is_empty() {
                said.push(format!("{}: nothing is known to be needed", line.line));
                continue;
            }
            let conflict = |row: &&&Row| {
                row.cells[at].forecast.as_ref().is_some_and(|forecast| forecast.outcome == Outcome::Conflict)
            };
            let conflicts = needed.iter().filter(conflict).count();
            let conflicting = match conflicts {
                0 => String::new(),
                some => format!(", {some} of them with conflicts"),
            };
            said.push(format!(
                "{}: {}{conflicting}",
                line.line,
                count(needed.len(), "change is needed", "changes are needed")
            ));
            for row in needed {
                for reason in &row.cells[at].reasons {
                    said.push(format!("  {}: {reason}", row.change.short()));
                }
            }
        }
        said.extend(self.undecided.iter().map(UndecidedLine::sentence));
        said.extend(self.notes.iter().map(|note| format!("note: {note}")));
        if self.hidden > 0 {
            said.push(format!(
                "not shown: {} that no line picked and none is known to need; --all shows them, --affected asks who wrote the lines they repair",
                count(self.hidden, "change", "changes")
            ));
        }
        said
    }
}

fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

fn word(cell: &Cell) -> String {
    let word = match (cell.state, &cell.release, &cell.forecast) {
        (State::Released, Some(release), _) => format!("in {release}"),
        (State::Needed, _, Some(forecast)) => format!("needed, {}", forecast.outcome.as_str()),
        (
            State::OnLine
            | State::Released
            | State::Needed
            | State::NotAffected
            | State::Declined
            | State::RevertedOnMain
            | State::Unknown,
            _,
            _,
        ) => cell.state.as_str().to_owned(),
    };
    if cell.certainty == Some(Certainty::Probably) { format!("probably {word}") } else { word }
}

fn tone(cell: &Cell) -> Tone {
    match cell.state {
        State::OnLine | State::Released => Tone::Good,
        State::Needed => Tone::Warn,
        State::NotAffected | State::Declined | State::RevertedOnMain | State::Unknown => Tone::Dim,
    }
}
