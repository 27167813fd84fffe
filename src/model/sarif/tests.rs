use serde_json::Value;

use super::*;
use crate::model::eligibility::verdict::{Outcome, VERDICT_SCHEMA};

const POLICY: &str =
    "[eligibility]\nbug = 'always'\n[eligibility.require]\nreviews = 2\n[eligibility.rules]\nsize = 'warn'\n";

fn finding(rule: Rule, found: Found, files: &[&str]) -> Finding {
    Finding {
        rule,
        severity: rule.usual_severity(),
        found,
        reason: "it is so".to_owned(),
        evidence: Vec::new(),
        files: files.iter().map(|file| (*file).to_owned()).collect(),
        mend: None,
    }
}

fn verdict(fix: char, pull_request: Option<u64>, line: &str, findings: Vec<Finding>) -> Verdict {
    Verdict {
        fix: fix.to_string().repeat(40).parse().expect("a commit"),
        pull_request,
        title: "Stop it".to_owned(),
        line: line.parse().expect("a line"),
        outcome: Outcome::Refused,
        state: None,
        kind: None,
        kind_evidence: Vec::new(),
        findings,
    }
}

fn logged(verdicts: Vec<Verdict>) -> Value {
    let config = Config::parse(POLICY).expect("a configuration");
    let report = Report {
        schema: VERDICT_SCHEMA.to_owned(),
        policy: "patch.toml".to_owned(),
        after: None,
        head: None,
        verdicts,
        notes: Vec::new(),
        again: Vec::new(),
        before: None,
    };
    log(&report, Some(&config), "1.2.3")
}

fn results(log: &Value) -> &[Value] {
    log["runs"][0]["results"].as_array().expect("results")
}

/// Where each result points to, as `path:line`.
fn places(log: &Value) -> Vec<Vec<String>> {
    let place = |at: &Value| {
        let at = &at["physicalLocation"];
        format!("{}:{}", at["artifactLocation"]["uri"].as_str().expect("an address"), at["region"]["startLine"])
    };
    let of = |result: &Value| result["locations"].as_array().expect("locations").iter().map(place).collect();
    results(log).iter().map(of).collect()
}

#[test]
fn a_result_points_to_the_files_it_is_about_or_to_the_line_of_the_policy() {
    let table: &[(Finding, &[&str])] = &[
        (finding(Rule::Paths, Found::Failed, &["a/b.proto", "c.proto"]), &["a/b.proto:1", "c.proto:1"]),
        (finding(Rule::Tests, Found::Failed, &["src/a b#c?d.rs"]), &["src/a%20b%23c%3Fd.rs:1"]),
        (finding(Rule::Paths, Found::Failed, &["javascript:x//\u{1b}ü"]), &["javascript%3Ax//%1B%C3%BC:1"]),
        (finding(Rule::Size, Found::Undecided, &[]), &["patch.toml:6"]),
        (finding(Rule::Kind, Found::Failed, &[]), &["patch.toml:2"]),
        (finding(Rule::Reviews, Found::Failed, &[]), &["patch.toml:4"]),
        (finding(Rule::OnMain, Found::Failed, &[]), &["patch.toml:1"]),
    ];
    let findings = table.iter().map(|(finding, _)| finding.clone()).collect();
    let expected: Vec<&[&str]> = table.iter().map(|(_, places)| *places).collect();
    assert_eq!(places(&logged(vec![verdict('a', None, "2.0", findings)])), expected);
}

#[test]
fn a_finding_is_the_same_from_run_to_run_and_no_two_are() {
    let prints = |verdict: Verdict| -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let print = |result: &Value| {
            let prints = &result["partialFingerprints"];
            (text(&prints["changeLineRule/v1"]), text(&prints["primaryLocationLineHash"]))
        };
        results(&logged(vec![verdict])).iter().map(print).collect()
    };
    let one = || finding(Rule::Size, Found::Failed, &["a"]);
    let first = prints(verdict('a', Some(12), "2.0", vec![one()]));
    let other_words = Finding { reason: "it is otherwise".to_owned(), files: vec!["b".to_owned()], ..one() };
    assert_eq!(first, prints(verdict('b', Some(12), "2.0", vec![other_words])), "a push to the pull request");
    let others = [
        prints(verdict('a', Some(13), "2.0", vec![one()])),
        prints(verdict('a', Some(12), "2.1", vec![one()])),
        prints(verdict('a', None, "2.0", vec![one()])),
        prints(verdict('b', None, "2.0", vec![one()])),
        prints(verdict('a', Some(12), "2.0", vec![finding(Rule::Paths, Found::Failed, &["a"])])),
    ];
    let mut all: Vec<_> = others.into_iter().flatten().chain(first).collect();
    let count = all.len();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), count);
}

#[test]
fn a_message_holds_no_link_no_placeholder_and_no_control_character() {
    let hostile = Finding {
        reason: "[click](https://example.com) {0} \u{1b}[2J".to_owned(),
        evidence: vec!["\\[x](1)".to_owned()],
        ..finding(Rule::Kind, Found::Failed, &[])
    };
    let log = logged(vec![verdict('a', None, "2.0", vec![hostile])]);
    let said = "aaaaaaaaaa on 2.0: \\[click\\](https://example.com) {{0}} \u{fffd}\\[2J (\\\\\\[x\\](1))";
    assert_eq!(results(&log)[0]["message"]["text"], said);
}

/// Requires of an object that it has these fields, and no others than those that the specification knows.
fn fields(object: &Value, required: &[&str], optional: &[&str]) {
    let map = object.as_object().unwrap_or_else(|| panic!("not an object: {object}"));
    for name in required {
        assert!(map.contains_key(*name), "'{name}' is missing in {object}");
    }
    for name in map.keys() {
        assert!(required.contains(&name.as_str()) || optional.contains(&name.as_str()), "'{name}' in {object}");
    }
}

/// What the specification asks of each object that is written: the sections that define them list what is required, and GitHub's
/// documentation what it needs besides.
#[test]
fn the_log_has_the_form_that_the_specification_asks_for() {
    let found = [Found::Passed, Found::Waived, Found::Undecided, Found::Failed];
    let findings: Vec<Finding> =
        Rule::ALL.iter().flat_map(|rule| found.map(|found| finding(*rule, found, &["a"]))).collect();
    let passed = findings.iter().filter(|finding| finding.found == Found::Passed).count();
    let log = logged(vec![verdict('a', Some(12), "2.0", findings.clone())]);
    // 3.13 sarifLog, 3.14 run, 3.18 tool, 3.19 toolComponent
    fields(&log, &["version", "runs"], &["$schema"]);
    fields(&log["runs"][0], &["tool", "results"], &[]);
    let driver = &log["runs"][0]["tool"]["driver"];
    fields(driver, &["name", "semanticVersion", "rules"], &[]);
    let levels = ["none", "note", "warning", "error"];
    let rules = driver["rules"].as_array().expect("rules");
    // 3.49 reportingDescriptor
    for rule in rules {
        fields(rule, &["id", "shortDescription", "fullDescription", "help", "defaultConfiguration"], &[]);
        assert!(levels.contains(&rule["defaultConfiguration"]["level"].as_str().expect("a level")));
        fields(&rule["help"], &["text"], &["markdown"]);
    }
    assert_eq!(results(&log).len(), findings.len() - passed);
    // 3.27 result, 3.28 location, 3.29 physicalLocation, 3.30 region, 3.35 suppression
    for result in results(&log) {
        let all = ["ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints", "suppressions"];
        fields(result, &all, &[]);
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("a small one");
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(levels.contains(&result["level"].as_str().expect("a level")));
        fields(&result["message"], &["text"], &["markdown"]);
        for at in result["locations"].as_array().expect("locations") {
            fields(&at["physicalLocation"], &["artifactLocation", "region"], &[]);
            assert!(at["physicalLocation"]["region"]["startLine"].as_u64().is_some_and(|line| line >= 1));
        }
        for suppression in result["suppressions"].as_array().expect("suppressions") {
            fields(suppression, &["kind"], &["justification"]);
            assert!(["inSource", "external"].contains(&suppression["kind"].as_str().expect("a kind")));
        }
    }
}
