//! The arguments of `patch-advisory matrix`, and how what it found is shown.

use clap::Args;

use crate::cli::out::Present;
use crate::cli::table::{Cell, Fit, Table};
use crate::cli::terminal::{Page, Tone, escape};
use crate::model::advisory::affected::Which;
use crate::model::advisory::matrix::{Matrix, MatrixRow, Said};
use crate::model::advisory::odd::Untold;
use crate::model::error::Result;
use crate::model::markdown;
use crate::ports::render::Templates;

/// What `patch-advisory matrix` is asked.
#[derive(Debug, Args)]
pub struct MatrixArgs {
    /// The advisory: its identifier, or the path of its source
    #[arg(value_name = "ID|FILE")]
    pub advisory: Which,
}

fn heading(matrix: &Matrix) -> String {
    let wrong = matrix.rows.iter().filter(|row| !row.disagree.is_empty()).count();
    match wrong {
        0 if !matrix.untold.is_empty() => {
            format!(
                "{}: no document tells of {} releases whose names have no certain place among versions",
                matrix.id,
                matrix.untold.len()
            )
        }
        0 => format!("{}: all documents say the same as git of {} versions", matrix.id, matrix.rows.len()),
        _ => {
            format!("{}: documents say something else than git of {wrong} of {} versions", matrix.id, matrix.rows.len())
        }
    }
}

/// Returns what a version is called: with its package, where there are several.
fn called(matrix: &Matrix, row: &MatrixRow) -> String {
    let several = matrix.rows.iter().any(|other| other.package != row.package);
    match row.package.as_ref().filter(|_| several) {
        Some(package) => format!("{} {} {}", package.ecosystem, package.name, row.version),
        None => row.version.to_string(),
    }
}

fn untold(one: &Untold) -> String {
    let Untold { name, line, git } = one;
    let git = Said::from(*git);
    format!(
        "{name} (line {line}): git says '{git}', and its name has no certain place among versions, so that no document can say where it stands: 'left-out' in [[stated]] leaves it out of all"
    )
}

fn sentence(matrix: &Matrix, row: &MatrixRow) -> String {
    let said = matrix.documents.iter().zip(&row.said).filter(|(name, _)| row.disagree.contains(name));
    let told: Vec<String> = said.map(|(name, said)| format!("{name} says '{said}'")).collect();
    format!("{}: git says '{}', {}", called(matrix, row), row.git, told.join(", "))
}

impl Present for Matrix {
    fn text(&self, page: &Page) -> String {
        let columns = ["version", "line", "git"].into_iter().chain(self.documents.iter().map(String::as_str));
        let mut table = Table::new(columns.map(|name| (name, Fit::Keeps)));
        for row in &self.rows {
            let front = [called(self, row), row.line.to_string(), row.git.to_string()].map(Cell::new);
            let said = self.documents.iter().zip(&row.said).map(|(name, said)| {
                let tone = if row.disagree.contains(name) { Tone::Bad } else { Tone::Plain };
                Cell::new(said.as_str()).tone(tone)
            });
            table.row(front.into_iter().chain(said));
        }
        let mut text = format!("{}\n\n{}", escape(&heading(self)), table.render(page));
        for one in &self.untold {
            text.push_str(&format!("{}\n", escape(&untold(one))));
        }
        for left in &self.left_out {
            text.push_str(&format!("no {}: {}\n", escape(&left.name), escape(&left.reason)));
        }
        text
    }

    fn markdown(&self, _: &Templates) -> Result<String> {
        let head: Vec<&str> =
            ["version", "line", "git"].into_iter().chain(self.documents.iter().map(String::as_str)).collect();
        let row = |row: &MatrixRow| {
            let front = [called(self, row), row.line.to_string(), row.git.to_string()];
            let said = row.said.iter().map(ToString::to_string);
            front.into_iter().chain(said).map(|text| markdown::escape(&text)).collect()
        };
        let rows: Vec<Vec<String>> = self.rows.iter().map(row).collect();
        let mut text = format!("**{}**\n\n{}", markdown::escape_within(&heading(self)), markdown::table(&head, &rows));
        for one in &self.untold {
            text.push_str(&format!("\n{}\n", markdown::escape_within(&untold(one))));
        }
        for left in &self.left_out {
            text.push_str(&format!(
                "\nNo {}: {}\n",
                markdown::escape_within(&left.name),
                markdown::escape_within(&left.reason)
            ));
        }
        Ok(text)
    }

    fn complaints(&self) -> Vec<String> {
        self.left_out.iter().map(|left| format!("there is no {} to compare: {}", left.name, left.reason)).collect()
    }

    fn refusals(&self) -> Vec<String> {
        let rows = self.rows.iter().filter(|row| !row.disagree.is_empty()).map(|row| sentence(self, row));
        rows.chain(self.untold.iter().map(untold)).collect()
    }
}
