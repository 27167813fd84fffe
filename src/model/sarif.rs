//! Verdicts in the form that code scanning reads: SARIF 2.1.0
//! (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html>).

use serde_json::{Value, json};

use super::eligibility::verdict::{Finding, Found, Report, Verdict};
use super::eligibility::{Rule, Severity};

/// The file that results point to which are about no file in particular.
const POLICY_FILE: &str = "patch.toml";

/// Returns a log with one run: every rule, and a result for each finding that is broken or undecided.
pub fn log(report: &Report, version: &str) -> Value {
    let rules: Vec<Value> = Rule::ALL.iter().map(|rule| described(*rule)).collect();
    let results: Vec<Value> = report
        .verdicts
        .iter()
        .flat_map(|verdict| verdict.findings.iter().filter_map(|finding| result(verdict, finding)))
        .collect();
    json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "patch-check", "version": version, "rules": rules } },
            "results": results,
        }],
    })
}

fn described(rule: Rule) -> Value {
    json!({
        "id": rule.as_str(),
        "shortDescription": { "text": rule.about() },
        "help": { "text": rule.mend() },
        "defaultConfiguration": { "level": level(rule.usual_severity(), Found::Failed) },
    })
}

fn result(verdict: &Verdict, finding: &Finding) -> Option<Value> {
    if matches!(finding.found, Found::Passed) {
        return None;
    }
    let text = format!("{} on {}: {}", verdict.fix.short(), verdict.line, finding.reason);
    let suppressions = match finding.found {
        Found::Waived => json!([{ "kind": "external", "justification": finding.reason }]),
        Found::Passed | Found::Undecided | Found::Failed => json!([]),
    };
    Some(json!({
        "ruleId": finding.rule.as_str(),
        "ruleIndex": finding.rule as usize,
        "level": level(finding.severity, finding.found),
        "message": { "text": text },
        "locations": [{ "physicalLocation": { "artifactLocation": { "uri": POLICY_FILE } } }],
        // The same finding about the same fix is the same alert from run to run (section 3.27.17).
        "partialFingerprints": { "fixLineRule/v1": format!("{}/{}/{}", verdict.fix, verdict.line, finding.rule) },
        "suppressions": suppressions,
    }))
}

fn level(severity: Severity, found: Found) -> &'static str {
    match (severity, found) {
        (Severity::Refuse, Found::Failed) => "error",
        (Severity::Refuse | Severity::Warn, Found::Failed | Found::Undecided) => "warning",
        (Severity::Refuse | Severity::Warn, Found::Passed | Found::Waived) => "note",
        (Severity::Off, _) => "none",
    }
}
