//! How a diagnosis is shown.

use serde::Serialize;

use crate::cli::out::Present;
use crate::cli::table::{Cell, Fit, Table};
use crate::cli::terminal::{Page, Tone, escape};
use crate::model::doctor::{Diagnosis, Finding, Found, Rule};
use crate::model::error::Result;
use crate::ports::render::{Template, Templates};

fn tone(found: Found) -> Tone {
    match found {
        Found::Passed => Tone::Good,
        Found::Undecided => Tone::Warn,
        Found::Failed => Tone::Bad,
    }
}

fn heading(diagnosis: &Diagnosis) -> String {
    let counts = diagnosis.counts;
    let things = |number: usize| if number == 1 { "1 thing".to_owned() } else { format!("{number} things") };
    if is_empty(diagnosis) {
        return "nothing was looked at".to_owned();
    }
    let mut said = vec![match counts.failed {
        0 => "nothing is known to fail".to_owned(),
        number => format!("{} will fail", things(number)),
    }];
    said.extend((counts.undecided > 0).then(|| format!("{} cannot be told", things(counts.undecided))));
    said.push(format!("{} passed", counts.passed));
    said.join(", ")
}

fn notes(diagnosis: &Diagnosis) -> Vec<String> {
    let named = |what: &str, rules: &[Rule]| {
        let words: Vec<&str> = rules.iter().map(|rule| rule.as_str()).collect();
        (!words.is_empty()).then(|| format!("{what}: {}", words.join(", ")))
    };
    let only = named("nothing was looked at but", &diagnosis.only);
    only.into_iter().chain(named("left out", &diagnosis.skipped)).collect()
}

/// Says whether each rule that was named is left out.
fn is_empty(diagnosis: &Diagnosis) -> bool {
    diagnosis.findings.is_empty() && !diagnosis.only.is_empty()
}

fn open(diagnosis: &Diagnosis) -> impl Iterator<Item = &Finding> {
    let of = |found| diagnosis.findings.iter().filter(move |finding| finding.found == found);
    of(Found::Failed).chain(of(Found::Undecided))
}

/// Says in one sentence what a finding comes to, with what to do next.
fn sentence(finding: &Finding) -> String {
    let mut said = format!("{}: {}", finding.subject(), finding.detail);
    if let Some(would_fail) = &finding.would_fail {
        let word = if finding.found == Found::Failed { "what fails" } else { "what may fail" };
        said.push_str(&format!("; {word}: {would_fail}"));
    }
    if let Some(mend) = &finding.mend {
        said.push_str(&format!("; to mend it: {mend}"));
    }
    said
}

impl Present for Diagnosis {
    fn text(&self, page: &Page) -> String {
        let mut text = format!("{}\n", heading(self));
        text.extend(notes(self).iter().map(|note| format!("{}\n", escape(note))));
        let columns = [("rule", Fit::Keeps), ("found", Fit::Keeps), ("about", Fit::Shrinks), ("detail", Fit::Shrinks)];
        let mut table = Table::new(columns);
        for finding in &self.findings {
            let found = Cell::new(finding.found.as_str()).tone(tone(finding.found));
            let about = finding.about.as_deref().unwrap_or_default();
            table.row([Cell::new(finding.rule.as_str()), found, Cell::new(about), Cell::new(&finding.detail)]);
        }
        text.push_str(&format!("\n{}", table.render(page)));
        for finding in open(self) {
            let subject = format!("{}: {}", finding.subject(), finding.found.as_str());
            text.push_str(&format!("\n{}\n", page.paint.paint(tone(finding.found), &escape(&subject))));
            text.push_str(&format!("  what is so:     {}\n", escape(&finding.detail)));
            if let Some(would_fail) = &finding.would_fail {
                let label = if finding.found == Found::Failed { "what fails:    " } else { "what may fail: " };
                text.push_str(&format!("  {label} {}\n", escape(would_fail)));
            }
            if let Some(mend) = &finding.mend {
                text.push_str(&format!("  to mend it:     {}\n", escape(mend)));
            }
        }
        text
    }

    fn markdown(&self, templates: &Templates) -> Result<String> {
        templates.render(Template::DoctorDiagnosis, &View::of(self))
    }

    fn complaints(&self) -> Vec<String> {
        let nothing = || "nothing was looked at: every rule that '--only' names is left out by '--skip'".to_owned();
        let open = self.findings.iter().filter(|finding| finding.found == Found::Undecided);
        open.map(sentence).chain(is_empty(self).then(nothing)).collect()
    }

    fn refusals(&self) -> Vec<String> {
        self.findings.iter().filter(|finding| finding.found == Found::Failed).map(sentence).collect()
    }
}

/// What the template is given.
#[derive(Serialize)]
struct View<'d> {
    heading: String,
    notes: Vec<String>,
    findings: Vec<Row<'d>>,
    open: Vec<Row<'d>>,
}

#[derive(Serialize)]
struct Row<'d> {
    rule: &'d str,
    found: &'d str,
    about: Option<&'d str>,
    detail: &'d str,
    would_fail: Option<&'d str>,
    mend: Option<&'d str>,
}

impl<'d> View<'d> {
    fn of(diagnosis: &'d Diagnosis) -> Self {
        let row = |finding: &'d Finding| Row {
            rule: finding.rule.as_str(),
            found: finding.found.as_str(),
            about: finding.about.as_deref(),
            detail: &finding.detail,
            would_fail: finding.would_fail.as_deref(),
            mend: finding.mend.as_deref(),
        };
        Self {
            heading: heading(diagnosis),
            notes: notes(diagnosis),
            findings: diagnosis.findings.iter().map(row).collect(),
            open: open(diagnosis).map(row).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::doctor::request::Choice;

    /// A finding that quotes a stranger.
    fn hostile() -> Diagnosis {
        let text = "ruleset '\u{1b}[2J<b>|x'\n::error::y";
        let finding = Finding {
            rule: Rule::TagRules,
            found: Found::Failed,
            about: Some(text.to_owned()),
            detail: text.to_owned(),
            would_fail: Some(text.to_owned()),
            mend: Some(text.to_owned()),
        };
        Diagnosis::new(vec![finding], Choice::new(&[], &[], &[]))
    }

    #[test]
    fn what_strangers_wrote_steers_nothing() {
        let text = hostile().text(&Page::UNBOUNDED);
        assert!(!text.contains('\u{1b}') && !text.lines().any(|line| line.trim().starts_with("::")), "{text}");
        let markdown = hostile().markdown(&Templates::embedded()).expect("it renders");
        assert!(!markdown.contains("<b>") && !markdown.lines().any(|line| line.starts_with("::")), "{markdown}");
    }

    #[test]
    fn the_heading_counts() {
        assert_eq!(heading(&hostile()), "1 thing will fail, 0 passed");
        let pushes = vec![Finding::passed(Rule::Push, "x")];
        let well = Diagnosis::new(pushes, Choice::new(&[], &[Rule::Push, Rule::CiStarts], &[Rule::CiStarts]));
        assert_eq!(heading(&well), "nothing is known to fail, 1 passed");
        assert_eq!(notes(&well), ["nothing was looked at but: push, ci-starts", "left out: ci-starts"]);
    }
}
