//! Whether lines have a release without the flaw, and whether that can be told.

use chrono::{DateTime, Utc};

use super::{Add, Rule, Weight};
use crate::model::advisory::Advisory;
use crate::model::advisory::export::cve::without_order;
use crate::model::advisory::lines::{LineFinding, LineVerdict, StatedVerdict};
use crate::model::line::LineName;

/// Says which lines that get fixes have no release without the flaw.
pub(super) fn released(advisory: &Advisory, now: DateTime<Utc>, add: &mut Add<'_>) {
    let has_ended = |line: &LineFinding| line.until.is_some_and(|until| until < now.date_naive());
    let let_alone = |line: &LineName| {
        advisory.stated.iter().any(|one| one.line == *line && one.verdict == Some(StatedVerdict::NotEvaluated))
    };
    let unfixed = |line: &LineFinding| advisory.unfixed.iter().find(|one| one.line == line.name);
    for line in advisory.lines.iter().filter(|line| line.support.gets_security_fixes()) {
        match line.verdict {
            LineVerdict::Fixed if line.fixed_in.is_some() => {}
            LineVerdict::Affected | LineVerdict::Fixed | LineVerdict::NotEvaluated if has_ended(line) => {
                let detail = format!(
                    "line {} is {}, and that ended: patch-advisory affected {} --write",
                    line.name, line.support, advisory.id
                );
                add(Rule::Lines, Weight::Missing, detail);
            }
            LineVerdict::Affected | LineVerdict::Fixed if unfixed(line).is_some() => {
                let told =
                    unfixed(line).map(|one| format!("{} ({}, {})", one.reason, one.by, one.on)).unwrap_or_default();
                add(Rule::Released, Weight::Note, format!("line {} is told without a fix: {told}", line.name));
            }
            LineVerdict::Affected => {
                let detail = format!(
                    "line {} is {} and has the flaw: repair it, or decide in [[unfixed]] to tell of it without a fix",
                    line.name, line.support
                );
                add(Rule::Released, Weight::Missing, detail);
            }
            LineVerdict::Fixed => {
                let detail = format!(
                    "line {} has the fix, and no release of it: tag one, or decide in [[unfixed]] to tell of it without",
                    line.name
                );
                add(Rule::Released, Weight::Missing, detail);
            }
            LineVerdict::NotEvaluated if let_alone(&line.name) => {
                let told = format!("line {} is {} and was not evaluated, as [[stated]] says", line.name, line.support);
                add(Rule::Released, Weight::Note, told);
            }
            LineVerdict::NotEvaluated => {
                let detail = format!(
                    "line {} is {} and was not evaluated: say in [[stated]] what holds",
                    line.name, line.support
                );
                add(Rule::Released, Weight::Missing, detail);
            }
            LineVerdict::NotAffected => {}
        }
    }
}

/// Says which decisions to tell of a line without a fix decide nothing.
pub(super) fn superfluous(advisory: &Advisory, add: &mut Add<'_>) {
    for line in advisory.lines.iter().filter(|line| advisory.unfixed.iter().any(|one| one.line == line.name)) {
        let why = match line.verdict {
            LineVerdict::NotAffected => "is not affected".to_owned(),
            LineVerdict::Fixed if line.fixed_in.is_some() => "is repaired".to_owned(),
            LineVerdict::Affected | LineVerdict::Fixed | LineVerdict::NotEvaluated => {
                match line.support.gets_security_fixes() {
                    true => continue,
                    false => format!("is {}", line.support),
                }
            }
        };
        let detail = format!("[[unfixed]] decides nothing of line {}, which {why}: take it out", line.name);
        add(Rule::Released, Weight::Note, detail);
    }
}

/// Says that there is no container for the CVE list, where that follows from the names of releases.
pub(super) fn told_by_cve(advisory: &Advisory, add: &mut Add<'_>) {
    if let Some(why) = without_order(advisory) {
        add(Rule::Cve, Weight::Note, format!("no container of the CVE list tells which versions have the flaw: {why}"));
    }
}
