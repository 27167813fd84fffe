//! A supported line that has no fix yet: it holds the advisory back until people decide to tell of it without one.

use serde_json::{Value, json};

use super::story::{Story, text};

const DECIDED: &str =
    "[[unfixed]]\nline = \"LINE\"\nreason = \"it leaked\"\nby = \"Mia <mia@example.com>\"\non = 2026-01-05\n\n";

/// An advisory of lines that lost their fixes. Returns where these were.
fn without(story: &Story, lines: &[&str]) -> Vec<String> {
    let repo = &story.repo;
    let lose = |line: &&str| {
        let fixed = repo.git(["rev-parse", &format!("release/{line}"), &format!("v{line}.1")]);
        repo.git(["tag", "-d", &format!("v{line}.1")]);
        repo.git(["branch", "-q", "-f", &format!("release/{line}"), &format!("v{line}.0")]);
        fixed
    };
    let lost = lines.iter().map(lose).collect();
    let _written = story.bin(&["affected", "GSA-2026-001", "--write"]).run().success();
    lost
}

fn decide(story: &Story, line: &str) {
    story.change("[embargo]\n", &format!("{}[embargo]\n", DECIDED.replace("LINE", line)));
}

fn document(story: &Story, path: &str) -> Value {
    serde_json::from_str(&text(story.output().join(path))).expect("JSON")
}

#[test]
fn a_line_without_a_fix_is_told_once_that_is_decided_and_a_revision_brings_the_fix() {
    let story = Story::new();
    // Where nothing was said, GitHub may tell an empty text.
    story.github.state().advisories.tells_empty = true;
    let lost = without(&story, &["1.9"]);
    let refused = story.publish(&[]).run().code(3).stderr;
    assert!(
        refused.contains("line 1.9 is maintained and has the flaw") && refused.contains("[[unfixed]]"),
        "{refused}"
    );
    decide(&story, "1.9");
    let check = story.bin(&["check"]).run().success().stdout;
    assert!(check.contains("line 1.9 is told without a fix: it leaked (Mia <mia@example.com>, 2026-01-05)"), "{check}");
    let found = story.publish(&["--format", "json"]).run().success().json();
    assert_eq!(found["tags"].as_array().map(Vec::len), Some(1));

    let csaf = document(&story, "csaf/white/2026/gsa-2026-001.json");
    let remedies = csaf["vulnerabilities"][0]["remediations"].as_array().expect("a list").clone();
    let told = |category: &str| remedies.iter().find(|one| one["category"] == category).cloned().unwrap_or_default();
    assert_eq!(told("none_available")["details"], "There is no fix for line 1.9 yet.", "{remedies:#?}");
    let vex = document(&story, "openvex/GSA-2026-001.openvex.json");
    let statements = vex["statements"].as_array().expect("a list");
    let open = |one: &&Value| one["action_statement"] == "There is no fix for line 1.9 yet.";
    assert_eq!(statements.iter().find(open).map(|one| &one["status"]), Some(&json!("affected")), "{vex:#}");
    let osv = document(&story, &format!("osv/{}.json", found["ghsa"].as_str().expect("a text")));
    assert_eq!(osv["affected"][0]["versions"], json!(["1.9.0", "2.0.0"]));
    assert!(text(story.output().join("GSA-2026-001.md")).contains("2.0.1; no fix for 1.9"));

    let (branch, tag) = lost[0].trim().split_once('\n').expect("two");
    story.repo.git(["branch", "-q", "-f", "release/1.9", branch]);
    story.repo.git(["update-ref", "refs/tags/v1.9.1", tag]);
    story.repo.tick(3600);
    let _written = story.bin(&["affected", "GSA-2026-001", "--write"]).run().success();
    let _revised = story.bin(&["revise", "GSA-2026-001", "--summary", "Line 1.9 has a fix"]).run().success();
    let _published = story.publish(&[]).run().success();
    assert!(story.remote("refs/tags/v1.9.1").is_some());
    assert!(text(story.output().join("GSA-2026-001.md")).contains("**Fixed Version:** 2.0.1, 1.9.1\n"));
}

#[test]
fn an_advisory_of_which_no_line_has_a_fix_is_told_without_releases() {
    let story = Story::new();
    let _lost = without(&story, &["2.0", "1.9"]);
    decide(&story, "2.0");
    let refused = story.publish(&[]).run().code(3).stderr;
    assert!(refused.contains("line 1.9 is maintained and has the flaw"), "each line is decided: {refused}");
    decide(&story, "1.9");
    let found = story.publish(&["--format", "json"]).run().success().json();
    let stages: Vec<&Value> = found["parts"].as_array().expect("a list").iter().map(|part| &part["stage"]).collect();
    assert_eq!(stages, ["left-out", "left-out", "public", "public", "public"], "{found:#}");
    assert_eq!((story.pushed(), story.github.state().releases.all.len()), (Vec::new(), 2));
    assert!(text(story.output().join("GSA-2026-001.md")).contains("**Fixed Version:** None; no fix for 2.0, 1.9\n"));
}
