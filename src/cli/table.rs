//! Plain aligned tables that fit the page.

use crate::cli::terminal::{Page, Tone, escape, shorten, width};

/// The narrowest a column that shrinks becomes, so that something can still be read in it.
const NARROWEST: usize = 12;
const GAP: usize = 2;

/// How a column gives way when the page is too narrow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// It keeps its width: names and numbers that are copied.
    Keeps,
    /// It is cut with `…`: prose.
    Shrinks,
}

/// One cell. Its text is escaped when the cell is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    text: String,
    tone: Tone,
}

impl Cell {
    /// Makes a cell of any text, also a stranger's.
    pub fn new(text: impl AsRef<str>) -> Self {
        Self { text: escape(text.as_ref()).into_owned(), tone: Tone::Plain }
    }

    /// Gives it a tone.
    #[must_use]
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }
}

impl<T: AsRef<str>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self::new(text)
    }
}

/// A table of text with one heading a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    columns: Vec<(String, Fit)>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// Makes an empty table of columns with these headings.
    pub fn new<'h>(columns: impl IntoIterator<Item = (&'h str, Fit)>) -> Self {
        let columns = columns.into_iter().map(|(heading, fit)| (escape(heading).into_owned(), fit)).collect();
        Self { columns, rows: Vec::new() }
    }

    /// Adds a row. Cells that are missing at its end are empty, and cells past the last column are dropped.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        let mut row: Vec<Cell> = cells.into_iter().take(self.columns.len()).collect();
        row.resize_with(self.columns.len(), || Cell::new(""));
        self.rows.push(row);
    }

    /// Says whether no row was added.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Writes the table for a page, every line ended, with no space at the end of a line.
    pub fn render(&self, page: &Page) -> String {
        let widths = self.widths(page.width);
        let headings = self.columns.iter().map(|(heading, _)| Cell::new(heading).tone(Tone::Strong)).collect();
        let mut text = String::new();
        for row in std::iter::once(&headings).chain(&self.rows) {
            text.push_str(&line(row, &widths, page));
        }
        text
    }

    fn widths(&self, page: Option<usize>) -> Vec<usize> {
        let widest = |at: usize| {
            let cells = self.rows.iter().map(|row| width(&row[at].text)).max().unwrap_or(0);
            cells.max(width(&self.columns[at].0))
        };
        let mut widths: Vec<usize> = (0..self.columns.len()).map(widest).collect();
        let Some(page) = page else { return widths };
        let mut too_much = (widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1)).saturating_sub(page);
        while too_much > 0 {
            let shrinks = |at: &usize| self.columns[*at].1 == Fit::Shrinks && widths[*at] > NARROWEST;
            let Some(at) = (0..widths.len()).filter(shrinks).max_by_key(|at| widths[*at]) else { break };
            widths[at] -= 1;
            too_much -= 1;
        }
        widths
    }
}

fn line(row: &[Cell], widths: &[usize], page: &Page) -> String {
    let mut text = String::new();
    let mut owed = 0;
    for (cell, columns) in row.iter().zip(widths) {
        let shown = shorten(&cell.text, *columns);
        if !shown.is_empty() {
            text.extend(std::iter::repeat_n(' ', owed));
            text.push_str(&page.paint.paint(cell.tone, &shown));
            owed = 0;
        }
        owed += columns.saturating_sub(width(&shown)) + GAP;
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::terminal::Paint;

    fn sample() -> Table {
        let mut table = Table::new([("fix", Fit::Keeps), ("subject", Fit::Shrinks), ("2.0", Fit::Keeps)]);
        table.row([Cell::new("1234567890"), "Keep the connection open after a timeout".into(), "needed".into()]);
        table.row([Cell::new("abc"), "日本".into()]);
        table
    }

    #[test]
    fn without_an_end_nothing_is_cut() {
        insta::assert_snapshot!(sample().render(&Page::UNBOUNDED), @r"
        fix         subject                                   2.0
        1234567890  Keep the connection open after a timeout  needed
        abc         日本
        ");
    }

    #[test]
    fn on_a_narrow_page_prose_gives_way() {
        let page = Page { width: Some(40), paint: Paint::Plain };
        let text = sample().render(&page);
        insta::assert_snapshot!(text, @r"
        fix         subject               2.0
        1234567890  Keep the connection…  needed
        abc         日本
        ");
        assert!(text.lines().all(|line| width(line) <= 40));
    }

    #[test]
    fn names_are_never_cut() {
        let page = Page { width: Some(10), paint: Paint::Plain };
        assert!(sample().render(&page).contains("1234567890  Keep the co…  needed"));
    }

    #[test]
    fn a_cell_cannot_steer_the_terminal_and_colours_do_not_count() {
        let mut table = Table::new([("a", Fit::Keeps), ("b", Fit::Keeps)]);
        table.row([Cell::new("\u{1b}[2J").tone(Tone::Bad), "x".into()]);
        let page = Page { width: None, paint: Paint::Colours };
        assert_eq!(
            table.render(&page),
            "\u{1b}[1ma\u{1b}[0m          \u{1b}[1mb\u{1b}[0m\n\u{1b}[31m\\u{1b}[2J\u{1b}[0m  x\n"
        );
    }
}
