//! The arguments of `patch-advisory affected`, and how what it found is shown.

use clap::Args;

use super::Answered;
use crate::cli::args::CommonArgs;
use crate::cli::out::Present;
use crate::cli::table::{Cell, Fit, Table};
use crate::cli::terminal::{Page, Tone, escape};
use crate::model::advisory::affected::{AffectedReport, AffectedRequest, SourceIs, Which, Written};
use crate::model::advisory::check::NOTHING_AFFECTED;
use crate::model::advisory::lines::{LineFinding, LineVerdict, Role, are_all_free};
use crate::model::error::Result;
use crate::model::markdown;
use crate::model::verify::Answer;
use crate::ports::render::Templates;

/// So many tags that were not judged are named; the document has all.
const MOST_ODD: usize = 5;

/// What `patch-advisory affected` is asked.
#[derive(Debug, Args)]
pub struct AffectedArgs {
    /// The advisory: its identifier, or the path of its source
    #[arg(value_name = "ID|FILE")]
    pub advisory: Which,

    /// Write what was found into the source, short names of commits made full
    #[arg(long)]
    pub write: bool,
}

impl AffectedArgs {
    /// Returns what is asked.
    pub fn request(&self, common: &CommonArgs) -> AffectedRequest {
        let source = if self.write { SourceIs::Written } else { SourceIs::Left };
        AffectedRequest { advisory: self.advisory.clone(), source, today: common.moment().date_naive() }
    }
}

impl Present for AffectedReport {
    fn text(&self, page: &Page) -> String {
        let mut table = Table::new([
            ("line", Fit::Keeps),
            ("support", Fit::Keeps),
            ("verdict", Fit::Keeps),
            ("affected", Fit::Shrinks),
            ("fixed in", Fit::Keeps),
            ("evidence", Fit::Shrinks),
        ]);
        for line in &self.lines {
            let tone = match line.verdict {
                LineVerdict::Fixed | LineVerdict::NotAffected => Tone::Good,
                LineVerdict::Affected => Tone::Bad,
                LineVerdict::NotEvaluated => Tone::Warn,
            };
            table.row([
                Cell::new(line.name.as_str()),
                Cell::new(line.support.as_str()),
                Cell::new(line.verdict.as_str()).tone(tone),
                Cell::new(self.stretches(line).join(", ")),
                Cell::new(fixed_in(line)),
                Cell::new(evidence(line)),
            ]);
        }
        let mut text = format!("{}\n\n{}", self.id, table.render(page));
        for (line, reason) in self.lines.iter().filter_map(|line| Some((line, line.reason.as_ref()?))) {
            text.push_str(&format!("line {}: {}\n", escape(line.name.as_str()), escape(reason)));
        }
        for told in odd(self).into_iter().chain(nothing(self)) {
            text.push_str(&format!("{}\n", escape(&told)));
        }
        match self.source {
            None => {}
            Some(Written::Written) => text.push_str(&format!("wrote {}\n", escape(&self.path))),
            Some(Written::Already) => text.push_str(&format!("already in {}\n", escape(&self.path))),
        }
        text
    }

    fn markdown(&self, _: &Templates) -> Result<String> {
        let row = |line: &LineFinding| {
            let texts = [
                line.name.to_string(),
                line.support.to_string(),
                line.verdict.to_string(),
                self.stretches(line).join(", "),
                fixed_in(line),
                evidence(line),
                line.reason.clone().unwrap_or_default(),
            ];
            texts.iter().map(|text| markdown::escape(text)).collect()
        };
        let rows: Vec<Vec<String>> = self.lines.iter().map(row).collect();
        let head = ["line", "support", "verdict", "affected", "fixed in", "evidence", "why"];
        Ok(format!("**{}**\n\n{}", self.id, markdown::table(&head, &rows)))
    }

    fn complaints(&self) -> Vec<String> {
        let open = self.lines.iter().filter(|line| line.verdict == LineVerdict::NotEvaluated);
        let told = |line: &LineFinding| {
            format!("line {} is not evaluated: {}", line.name, line.reason.as_deref().unwrap_or("nobody has looked"))
        };
        open.map(told).chain(odd(self)).chain(nothing(self)).collect()
    }
}

impl Answered for AffectedReport {
    /// Undecided, where nobody knows of a line whether it has the flaw.
    fn answer(&self) -> Answer {
        match self.lines.iter().any(|line| line.verdict == LineVerdict::NotEvaluated) {
            true => Answer::Undecided,
            false => Answer::Yes,
        }
    }
}

/// Tells that no line is affected.
fn nothing(report: &AffectedReport) -> Option<String> {
    are_all_free(&report.lines).then(|| NOTHING_AFFECTED.to_owned())
}

/// Tells of tags that were not judged.
fn odd(report: &AffectedReport) -> Option<String> {
    let names = report.odd_tags.iter().take(MOST_ODD).cloned().collect::<Vec<_>>().join(", ");
    let more = match report.odd_tags.len().saturating_sub(MOST_ODD) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let told = || format!("not judged, for their names have another form than 'tag' in patch.toml: {names}{more}");
    (!report.odd_tags.is_empty()).then(told)
}

fn fixed_in(line: &LineFinding) -> String {
    line.fixed_in.as_ref().map(ToString::to_string).unwrap_or_default()
}

/// Tells the evidence in short: `introduced 0123456789 (ancestor)`.
fn evidence(line: &LineFinding) -> String {
    // A commit may stand for several, as for a fix and for what landed it again.
    let mut told: Vec<String> = Vec::new();
    for piece in line.evidence.iter().map(|piece| match piece.role {
        Role::Introduced | Role::Fixed => format!("{} {} ({})", piece.role, piece.commit.short(), piece.known),
        Role::TookBack => format!("{} took back {}", piece.commit.short(), piece.origin.short()),
    }) {
        if !told.contains(&piece) {
            told.push(piece);
        }
    }
    told.join(", ")
}
