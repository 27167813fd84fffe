//! How verdicts are shown.

use serde::Serialize;
use serde_json::Value;

use crate::cli::exit::Exit;
use crate::cli::out::{Present, single_values};
use crate::cli::table::{Cell, Fit, Table};
use crate::cli::terminal::{Page, Tone, escape};
use crate::model::check_request::Say;
use crate::model::eligibility::Severity;
use crate::model::eligibility::verdict::{Finding, Found, Outcome, Report, Verdict};
use crate::model::error::Result;
use crate::ports::render::{Template, Templates};

/// The outputs of a step that judges, besides the single values of the report.
pub const OUTPUTS: &[(&str, &str)] =
    &[("outcome", "What all verdicts come to: eligible, undecided or refused (commit, range, pr, event)")];

/// Up to so many verdicts are shown with all their findings.
const IN_FULL: usize = 3;

impl From<Outcome> for Exit {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Eligible => Self::Yes,
            Outcome::Refused => Self::No,
            Outcome::Undecided => Self::Undecided,
        }
    }
}

impl Report {
    /// Returns how the run ends. After a merge or a run of another workflow it is what was said that tells the verdict where it belongs, and
    /// the job that judges is that of somebody else: often it stands at main's newest commit, which did nothing wrong.
    pub fn exit(&self, say: Say) -> Exit {
        if self.after.is_some() && say.is_asked() { Exit::Yes } else { self.outcome().into() }
    }

    /// Returns the reports about what was judged again, each with a heading.
    fn again(&self) -> impl Iterator<Item = (String, &Self)> {
        let heading = |report: &Self| {
            report.head.map_or_else(String::new, |head| format!(", with newest commit {}", head.short()))
        };
        self.again.iter().map(move |report| (format!("judged again{}", heading(report)), report))
    }

    /// Returns the fixes that are eligible on every line that was asked about, one a line, with their titles.
    pub fn list(&self) -> String {
        let mut fixes: Vec<&Verdict> = Vec::new();
        for verdict in &self.verdicts {
            if !fixes.iter().any(|known| known.fix == verdict.fix) {
                fixes.push(verdict);
            }
        }
        let eligible = |fix: &&&Verdict| {
            self.verdicts.iter().filter(|one| one.fix == fix.fix).all(|one| one.outcome == Outcome::Eligible)
        };
        fixes.iter().filter(eligible).map(|fix| format!("{} {}\n", fix.fix, escape(&fix.title))).collect()
    }

    fn heading(&self) -> String {
        let count = |outcome: Outcome| self.verdicts.iter().filter(|verdict| verdict.outcome == outcome).count();
        match self.verdicts.as_slice() {
            [] => "nothing to judge".to_owned(),
            [one] => format!("{} on {}: {}", one.fix.short(), one.line, one.outcome.as_str()),
            _ => format!(
                "{} eligible, {} undecided, {} refused",
                count(Outcome::Eligible),
                count(Outcome::Undecided),
                count(Outcome::Refused)
            ),
        }
    }

    fn summary(&self) -> Vec<String> {
        let mut said = vec![format!("policy: {}", self.policy)];
        said.extend(self.notes.iter().map(|note| format!("note: {note}")));
        said
    }
}

fn tone(outcome: Outcome) -> Tone {
    match outcome {
        Outcome::Eligible => Tone::Good,
        Outcome::Undecided => Tone::Warn,
        Outcome::Refused => Tone::Bad,
    }
}

fn kind(verdict: &Verdict) -> &'static str {
    verdict.kind.map_or("", |kind| kind.as_str())
}

/// Names the rules that stand in the way, and what is only a warning behind them.
fn rules(verdict: &Verdict) -> String {
    let named: Vec<String> = verdict
        .obstacles()
        .map(|finding| match finding.found {
            Found::Undecided => format!("{}?", finding.rule),
            Found::Passed | Found::Waived | Found::Failed => finding.rule.to_string(),
        })
        .collect();
    named.join(", ")
}

fn found(finding: &Finding) -> String {
    match (finding.severity, finding.found) {
        (Severity::Warn, Found::Failed | Found::Undecided) => format!("{} (warning)", finding.found.as_str()),
        (Severity::Refuse | Severity::Warn | Severity::Off, found) => found.as_str().to_owned(),
    }
}

fn in_full(verdict: &Verdict, page: &Page, text: &mut String) {
    let named = |number: &u64| !verdict.title.contains(&format!("#{number}"));
    let pull = verdict.pull_request.filter(named).map(|number| format!(" (#{number})")).unwrap_or_default();
    let head = format!("{}{pull} {}", verdict.fix.short(), verdict.title);
    text.push_str(&format!("{}\n", escape(&head)));
    let said = format!("on {}: {}", verdict.line, verdict.outcome.as_str());
    text.push_str(&format!("{}\n", page.paint.paint(tone(verdict.outcome), &said)));
    let mut table = Table::new([("rule", Fit::Keeps), ("found", Fit::Keeps), ("why", Fit::Shrinks)]);
    for finding in &verdict.findings {
        let tone = match finding.found {
            Found::Passed | Found::Waived => Tone::Good,
            Found::Undecided => Tone::Warn,
            Found::Failed => Tone::Bad,
        };
        let state = Cell::new(found(finding)).tone(tone);
        table.row([Cell::new(finding.rule.as_str()), state, Cell::new(&finding.reason)]);
    }
    text.push_str(&table.render(page));
    for finding in
        verdict.findings.iter().filter(|finding| !finding.evidence.is_empty() && finding.found != Found::Passed)
    {
        text.push_str(&format!("{}: {}\n", finding.rule, escape(&finding.evidence.join("; "))));
    }
    for finding in verdict.obstacles() {
        if let Some(mend) = &finding.mend {
            text.push_str(&format!("to mend '{}': {}\n", finding.rule, escape(mend)));
        }
    }
    text.push('\n');
}

#[derive(Serialize)]
struct View {
    heading: String,
    rows: Vec<RowView>,
    summary: Vec<String>,
}

#[derive(Serialize)]
struct RowView {
    fix: String,
    pull_request: Option<u64>,
    title: String,
    line: String,
    outcome: &'static str,
    kind: &'static str,
    findings: Vec<FindingView>,
}

#[derive(Serialize)]
struct FindingView {
    rule: &'static str,
    found: String,
    reason: String,
    mend: Option<String>,
}

impl Present for Report {
    fn text(&self, page: &Page) -> String {
        let mut text = String::new();
        if self.verdicts.len() <= IN_FULL {
            self.verdicts.iter().for_each(|verdict| in_full(verdict, page, &mut text));
        } else {
            let columns = [
                ("fix", Fit::Keeps),
                ("title", Fit::Shrinks),
                ("line", Fit::Keeps),
                ("verdict", Fit::Keeps),
                ("kind", Fit::Keeps),
                ("rules", Fit::Shrinks),
            ];
            let mut table = Table::new(columns);
            for verdict in &self.verdicts {
                table.row([
                    Cell::new(verdict.fix.short()),
                    Cell::new(&verdict.title),
                    Cell::new(verdict.line.as_str()),
                    Cell::new(verdict.outcome.as_str()).tone(tone(verdict.outcome)),
                    Cell::new(kind(verdict)),
                    Cell::new(rules(verdict)),
                ]);
            }
            text.push_str(&format!("{}\n{}\n", table.render(page), self.heading()));
        }
        if self.verdicts.is_empty() {
            text.push_str(&format!("{}\n", self.heading()));
        }
        self.summary().iter().for_each(|said| text.push_str(&format!("{}\n", escape(said))));
        for (heading, report) in self.again() {
            text.push_str(&format!("\n{heading}\n\n{}", report.text(page)));
        }
        text
    }

    fn markdown(&self, _: &Templates) -> Result<String> {
        let finding = |finding: &Finding| FindingView {
            rule: finding.rule.as_str(),
            found: found(finding),
            reason: finding.reason.clone(),
            mend: finding.mend.clone().filter(|_| finding.severity == Severity::Refuse),
        };
        let in_full = self.verdicts.len() <= IN_FULL;
        let row = |verdict: &Verdict| RowView {
            fix: verdict.fix.short(),
            pull_request: verdict.pull_request,
            title: verdict.title.clone(),
            line: verdict.line.to_string(),
            outcome: verdict.outcome.as_str(),
            kind: kind(verdict),
            findings: match in_full {
                true => verdict.findings.iter().map(finding).collect(),
                false => verdict.obstacles().map(finding).collect(),
            },
        };
        let view =
            View { heading: self.heading(), rows: self.verdicts.iter().map(row).collect(), summary: self.summary() };
        // The worktree may be that of the pull request, whose templates must not speak for the gate.
        let templates = Templates::embedded();
        let mut text = templates.render(Template::CheckReport, &view)?;
        for (heading, report) in self.again() {
            text.push_str(&format!("\n{heading}:\n\n{}", report.markdown(&templates)?));
        }
        Ok(text)
    }

    fn outputs(&self, document: &Value) -> Vec<(String, String)> {
        let mut outputs = single_values(document);
        outputs.push(("outcome".to_owned(), self.outcome().as_str().to_owned()));
        outputs
    }

    fn complaints(&self) -> Vec<String> {
        let mut all = sentences(self, Found::Undecided);
        if self.after.is_some() {
            all.extend(sentences(self, Found::Failed));
        }
        all
    }

    fn refusals(&self) -> Vec<String> {
        // They are no errors of the job that judges then.
        if self.after.is_some() { Vec::new() } else { sentences(self, Found::Failed) }
    }
}

/// Returns a sentence for each obstacle of one kind, with how to mend it.
fn sentences(report: &Report, found: Found) -> Vec<String> {
    let of = |verdict: &Verdict| -> Vec<String> {
        let about = format!("{} on {}", verdict.fix.short(), verdict.line);
        let sentence = |finding: &Finding| {
            let mend = finding.mend.as_ref().map(|mend| format!("; to mend it: {mend}")).unwrap_or_default();
            format!("{about}: {} {}: {}{mend}", finding.rule, finding.found.as_str(), finding.reason)
        };
        verdict.obstacles().filter(|finding| finding.found == found).map(sentence).collect()
    };
    report.verdicts.iter().flat_map(of).collect()
}
