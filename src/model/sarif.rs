//! Verdicts in the form that code scanning reads: SARIF 2.1.0
//! (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html>), with what GitHub asks for besides ("SARIF support for
//! code scanning" in its documentation): a location with a line, and a fingerprint that stays from run to run.

use std::fmt::Write as _;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::config::Config;
use super::eligibility::policy::explain;
use super::eligibility::verdict::{Finding, Found, Report, Verdict};
use super::eligibility::{Rule, Severity};
use super::name::is_unprintable;
use crate::model::percent::encode_path;

/// The file that results point to which are about no file in particular.
const POLICY_FILE: &str = "patch.toml";

/// Returns a log with one run: every rule, and a result for each finding that did not pass. `policy` is what `patch.toml` says, where
/// the policy came from there: results about no file then point to the line that their rule goes by.
pub fn log(report: &Report, policy: Option<&Config>, version: &str) -> Value {
    let lines = Rule::ALL.map(|rule| policy.and_then(|config| policy_line(rule, config)).unwrap_or(1));
    let rules: Vec<Value> = Rule::ALL.iter().map(|rule| described(*rule)).collect();
    let results: Vec<Value> = report
        .verdicts
        .iter()
        .flat_map(|verdict| verdict.findings.iter().filter_map(|finding| result(verdict, finding, &lines)))
        .collect();
    json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "patch-check", "semanticVersion": version, "rules": rules } },
            "results": results,
        }],
    })
}

/// Returns the line that says how severe a rule is, or else the first that it goes by.
fn policy_line(rule: Rule, config: &Config) -> Option<usize> {
    let own = config.eligibility.place_of(&format!("eligibility.rules.{rule}")).map(|place| place.line);
    own.or_else(|| explain(rule, config, POLICY_FILE).settings.iter().find_map(|setting| setting.line))
}

fn described(rule: Rule) -> Value {
    let (about, mend) = (rule.about(), rule.mend());
    json!({
        "id": rule.as_str(),
        "shortDescription": { "text": text(about) },
        "fullDescription": { "text": text(about) },
        "help": {
            "text": text(&format!("To mend what breaks it: {mend}.")),
            "markdown": format!("{about}\n\nTo mend what breaks it: {mend}.\n\n`patch-check explain {rule}` says what it goes by here."),
        },
        "defaultConfiguration": { "level": level(rule.usual_severity(), Found::Failed) },
    })
}

fn result(verdict: &Verdict, finding: &Finding, lines: &[usize]) -> Option<Value> {
    if matches!(finding.found, Found::Passed) {
        return None;
    }
    let evidence = match finding.evidence.as_slice() {
        [] => String::new(),
        evidence => format!(" ({})", evidence.join("; ")),
    };
    let said = format!("{} on {}: {}{evidence}", verdict.fix.short(), verdict.line, finding.reason);
    let suppressions = match finding.found {
        Found::Waived => json!([{ "kind": "external", "justification": finding.reason }]),
        Found::Passed | Found::Undecided | Found::Failed => json!([]),
    };
    // A relative reference (section 3.4.3; RFC 3986, section 4.2): nothing of a stranger's path can be taken for a scheme, a host or a query.
    let at = |path: &str, line: usize| json!({ "physicalLocation": { "artifactLocation": { "uri": encode_path(path) }, "region": { "startLine": line } } });
    let locations: Vec<Value> = match finding.files.as_slice() {
        [] => vec![at(POLICY_FILE, lines[finding.rule as usize])],
        files => files.iter().map(|file| at(file, 1)).collect(),
    };
    let print = fingerprint(verdict, finding.rule);
    Some(json!({
        "ruleId": finding.rule.as_str(),
        "ruleIndex": finding.rule as usize,
        "level": level(finding.severity, finding.found),
        "message": { "text": text(&said) },
        "locations": locations,
        "partialFingerprints": { "primaryLocationLineHash": format!("{print}:1"), "changeLineRule/v1": print },
        "suppressions": suppressions,
    }))
}

/// Names what makes a finding the same from run to run (section 3.27.17): the pull request, whose commits change, or else the
/// fix; the line; and the rule. What was found and where may change meanwhile.
fn fingerprint(verdict: &Verdict, rule: Rule) -> String {
    let change = verdict.pull_request.map_or_else(|| verdict.fix.to_string(), |number| format!("#{number}"));
    let digest = Sha256::digest(format!("{change}\n{}\n{rule}", verdict.line));
    digest.iter().take(16).fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("because a String takes all that is written");
        hex
    })
}

/// Makes a text plain in a message: no placeholder (section 3.11.5), no link (section 3.11.6), nothing that steers a terminal.
fn text(said: &str) -> String {
    let mut plain = String::with_capacity(said.len());
    for c in said.chars() {
        match c {
            '{' | '}' => plain.extend([c, c]),
            '[' | ']' | '\\' => plain.extend(['\\', c]),
            c if is_unprintable(c) => plain.push('\u{fffd}'),
            c => plain.push(c),
        }
    }
    plain
}

fn level(severity: Severity, found: Found) -> &'static str {
    match (severity, found) {
        (Severity::Refuse, Found::Failed) => "error",
        (Severity::Refuse | Severity::Warn, Found::Failed | Found::Undecided) => "warning",
        (Severity::Refuse | Severity::Warn, Found::Passed | Found::Waived) => "note",
        (Severity::Off, _) => "none",
    }
}

#[cfg(test)]
mod tests;
