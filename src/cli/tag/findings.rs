//! How findings are shown.

use crate::cli::table::{Cell, Fit, Table};
use crate::cli::terminal::{Page, Tone, escape};
use crate::model::markdown;
use crate::model::tag_verify::{Finding, SignedBy, Verdict};
use crate::model::verify::Answer;

/// Returns a table of findings, and below it what can be done.
pub fn text(findings: &[Finding], page: &Page) -> String {
    let mut table = Table::new([("rule", Fit::Keeps), ("verdict", Fit::Keeps), ("detail", Fit::Shrinks)]);
    for finding in findings {
        let tone = match finding.verdict {
            Verdict::Passed => Tone::Good,
            Verdict::Failed => Tone::Bad,
            Verdict::Undecided => Tone::Warn,
        };
        let verdict = Cell::new(finding.verdict.as_str()).tone(tone);
        table.row([Cell::new(finding.rule.as_str()), verdict, Cell::new(&finding.detail)]);
    }
    let mut text = table.render(page);
    let hints: Vec<String> = hints(findings).map(|hint| format!("{}\n", escape(&hint))).collect();
    if !hints.is_empty() {
        text.push('\n');
        text.extend(hints);
    }
    text
}

/// Returns the same for an issue or a summary.
pub fn as_markdown(findings: &[Finding]) -> String {
    let row = |finding: &Finding| {
        vec![finding.rule.as_str().to_owned(), finding.verdict.as_str().to_owned(), markdown::escape(&finding.detail)]
    };
    let mut text = markdown::table(&["rule", "verdict", "detail"], &findings.iter().map(row).collect::<Vec<_>>());
    let hints: Vec<String> = hints(findings).map(|hint| format!("- {}\n", markdown::escape(&hint))).collect();
    if !hints.is_empty() {
        text.push('\n');
        text.extend(hints);
    }
    text
}

fn hints(findings: &[Finding]) -> impl Iterator<Item = String> {
    let open = findings.iter().filter(|finding| finding.verdict != Verdict::Passed);
    open.filter_map(|finding| finding.hint.as_ref().map(|hint| format!("{}: {hint}", finding.rule.as_str())))
}

/// Returns what a person has to look at, one sentence for each broken or open rule.
pub fn complaints(subject: &str, findings: &[Finding]) -> Vec<String> {
    let open = findings.iter().filter(|finding| finding.verdict != Verdict::Passed);
    open.map(|finding| format!("{subject}: {} {}: {}", finding.rule.as_str(), finding.verdict.as_str(), finding.detail))
        .collect()
}

/// Says what findings come to.
pub fn word(answer: Answer) -> &'static str {
    match answer {
        Answer::Yes => "verifies",
        Answer::No => "does not verify",
        Answer::Undecided => "cannot be verified yet",
    }
}

/// Says who signed, in a heading. Where the signature does not verify, that is only what it says.
pub fn heading_signer(signed_by: Option<&SignedBy>, answer: Answer) -> String {
    let claim = match answer {
        Answer::Yes => ", signed by",
        Answer::No | Answer::Undecided => "; its signature names",
    };
    signed_by.map_or_else(String::new, |by| format!("{claim} {}", signer(by)))
}

/// Says who signed.
pub fn signer(signed_by: &SignedBy) -> String {
    let known = [signed_by.name.as_deref(), signed_by.key.as_deref()];
    let known: Vec<&str> = known.into_iter().flatten().collect();
    format!(
        "{} ({})",
        if known.is_empty() { "somebody".to_owned() } else { known.join(", ") },
        signed_by.format.as_str()
    )
}
