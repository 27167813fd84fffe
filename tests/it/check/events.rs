//! Pull requests, from the payload of an event alone.

use serde_json::{Value, json};

use super::{check, found, story};
use crate::support::Repo;

/// A payload as GitHub sends it, for a head that is in the clone.
pub(super) fn payload(repo: &Repo, base: &str, head: &str, action: &str) -> Value {
    let side = |branch: &str, commit: String| {
        json!({
            "label": format!("godel:{branch}"), "ref": branch, "sha": commit,
            "user": { "login": "godel", "id": 1, "type": "Organization" },
            "repo": { "id": 7, "name": "godel", "full_name": "godel/godel", "fork": false, "default_branch": "main" },
        })
    };
    json!({
        "action": action, "number": 12,
        "pull_request": {
            "id": 1001, "number": 12, "state": "open", "locked": false, "title": "Keep the list",
            "user": { "login": "con", "id": 2, "type": "User" }, "body": "## Risk\nlow",
            "labels": [{ "name": "kind/crash" }, { "name": "P1" }], "milestone": null, "draft": false,
            "head": side("keep", repo.commit_id(head).to_string()), "base": side(base, repo.commit_id(base).to_string()),
            "author_association": "CONTRIBUTOR", "merged": false, "merged_at": null, "merge_commit_sha": null,
            "mergeable": null, "commits": 1, "additions": 4, "deletions": 1, "changed_files": 2,
        },
        "repository": { "id": 7, "name": "godel", "full_name": "godel/godel", "private": false },
        "sender": { "login": "con", "id": 2, "type": "User" },
    })
}

pub(super) fn judged(repo: &Repo, payload: &Value, code: i32) -> Value {
    let output = check(repo, &["event", "-", "--format", "json"]).stdin(payload.to_string()).run();
    assert_eq!(output.exit, code, "{}\n{}", output.stdout, output.stderr);
    output.json()
}

#[test]
fn each_commit_of_a_pull_request_to_a_line_is_a_pick_from_main() {
    let (repo, fix) = story();
    repo.pick("2.1", fix);
    repo.git(["checkout", "-q", "-b", "keep", "release/2.0"]);
    repo.git(["cherry-pick", "-x", &fix.to_string()]);
    let good = judged(&repo, &payload(&repo, "release/2.0", "keep", "opened"), 0);
    assert_eq!((found(&good, "origin"), found(&good, "newer-lines")), ("passed".into(), "passed".into()));
    assert_eq!(
        (good["verdicts"][0]["line"].as_str(), good["verdicts"][0]["kind"].as_str()),
        (Some("2.0"), Some("crash"))
    );
    std::fs::write(repo.path().join("src/list.c"), "mine\n").expect("because the folder is ours");
    repo.git(["commit", "-qam", "fix: only here"]);
    let mixed = judged(&repo, &payload(&repo, "release/2.0", "keep", "synchronize"), 1);
    assert_eq!(found(&json!({ "verdicts": [mixed["verdicts"][1]] }), "origin"), "failed");
    repo.git(["checkout", "-q", "-B", "keep", "release/2.0"]);
    repo.git(["cherry-pick", &fix.to_string()]);
    repo.git([
        "commit",
        "-q",
        "--amend",
        "-m",
        "Another subject\n\n(cherry picked from commit 1111111111111111111111111111111111111111)",
    ]);
    let forged = judged(&repo, &payload(&repo, "release/2.0", "keep", "synchronize"), 0);
    assert_eq!(found(&forged, "origin"), "passed", "the same patch is a pick, whatever the message names");
    std::fs::write(repo.path().join("src/list.c"), "other\n").expect("because the folder is ours");
    repo.git(["commit", "-qa", "--amend", "--no-edit", "--date=2001-01-01T00:00:00Z"]);
    let forged = judged(&repo, &payload(&repo, "release/2.0", "keep", "synchronize"), 1);
    assert_eq!(found(&forged, "origin"), "failed");
}

#[test]
fn a_pick_that_main_took_back_is_refused() {
    let (repo, fix) = story();
    repo.pick("2.1", fix);
    repo.git(["checkout", "-q", "-b", "keep", "release/2.0"]);
    repo.git(["cherry-pick", "-x", &fix.to_string()]);
    repo.git(["checkout", "-q", "main"]);
    repo.revert(fix);
    assert_eq!(found(&judged(&repo, &payload(&repo, "release/2.0", "keep", "opened"), 1), "on-main"), "failed");
}

#[test]
fn what_is_marked_as_generated_on_main_does_not_count_on_a_pull_request_either() {
    let (repo, _) = story();
    repo.land_fix("Mark what a program makes", [(".gitattributes", "*.gen linguist-generated\n")]);
    repo.git(["checkout", "-q", "-b", "keep", "main"]);
    std::fs::write(repo.path().join("a.gen"), "x\n".repeat(9000)).expect("because the folder is ours");
    repo.git(["add", "."]);
    repo.git(["commit", "-qm", "fix: make it anew"]);
    let report = check(&repo, &["event", "-", "--format", "json"])
        .stdin(payload(&repo, "main", "keep", "opened").to_string())
        .run()
        .json();
    assert_eq!(found(&report, "size"), "passed", "{report}");
}

#[test]
fn a_pull_request_to_main_is_undecided_until_it_is_merged() {
    let (repo, _) = story();
    repo.git(["checkout", "-q", "-b", "keep", "main"]);
    for path in ["src/map.c", "tests/map.c"] {
        std::fs::write(repo.path().join(path), "map\n").expect("because the folder is ours");
    }
    repo.git(["add", "."]);
    repo.git(["commit", "-qm", "fix: keep it"]);
    let report = judged(&repo, &payload(&repo, "main", "keep", "opened"), 3);
    assert_eq!(report["verdicts"].as_array().map(Vec::len), Some(2), "one a line");
    assert_eq!(
        (found(&report, "on-main"), found(&report, "kind"), found(&report, "size")),
        ("undecided".into(), "passed".into(), "passed".into())
    );
    repo.git(["checkout", "-q", "main"]);
    repo.git(["merge", "-q", "--no-ff", "keep", "-m", "Merge pull request #12 from con/keep"]);
    let mut merged = payload(&repo, "main", "keep", "closed");
    merged["pull_request"]["state"] = json!("closed");
    merged["pull_request"]["merged"] = json!(true);
    merged["pull_request"]["merged_at"] = json!("2026-01-05T10:00:00Z");
    merged["pull_request"]["merge_commit_sha"] = json!(repo.commit_id("main").to_string());
    let report = judged(&repo, &merged, 1);
    assert_eq!(
        (found(&report, "on-main"), report["verdicts"][0]["pull-request"].as_u64()),
        ("passed".into(), Some(12))
    );
    assert_eq!(report["verdicts"][1]["outcome"], "refused", "2.1 lacks it");
}

#[test]
fn what_there_is_nothing_to_say_about_is_said() {
    let (repo, _) = story();
    repo.git(["branch", "other"]);
    let elsewhere = judged(&repo, &payload(&repo, "other", "main", "opened"), 0);
    assert!(elsewhere["notes"][0].as_str().is_some_and(|note| note.contains("neither main nor a line")), "{elsewhere}");
    let mut closed = payload(&repo, "main", "main", "closed");
    closed["pull_request"]["state"] = json!("closed");
    assert!(judged(&repo, &closed, 0)["notes"][0].as_str().is_some_and(|note| note.contains("not merged")));
    let mut retargeted = payload(&repo, "other", "main", "edited");
    retargeted["changes"] =
        json!({ "base": { "ref": { "from": "release/2.0" }, "sha": { "from": repo.commit_id("main").to_string() } } });
    assert!(
        judged(&repo, &retargeted, 0)["notes"][0].as_str().is_some_and(|note| note.contains("'release/2.0' before"))
    );
}

#[test]
fn a_run_whose_branch_is_not_told_brings_nothing_to_judge() {
    let (repo, fix) = story();
    let side = json!({ "full_name": "con/godel" });
    for (branch, repository) in [(json!("keep"), json!(null)), (json!(null), side)] {
        let run = json!({ "head_sha": fix.to_string(), "head_branch": branch, "head_repository": repository });
        let report = judged(&repo, &json!({ "action": "completed", "workflow": {}, "workflow_run": run }), 0);
        let note = report["notes"][0].as_str().unwrap_or_default();
        assert!(note.contains("nothing is judged") && note.contains(&fix.short()), "{report}");
        assert!(report.get("head").is_none() && report["verdicts"] == json!([]), "{report}");
    }
}

#[test]
fn a_hostile_payload_stays_text() {
    let (repo, fix) = story();
    repo.git(["checkout", "-q", "-b", "keep", "release/2.0"]);
    repo.git(["cherry-pick", "-x", &fix.to_string()]);
    let mut hostile = payload(&repo, "release/2.0", "keep", "opened");
    hostile["pull_request"]["title"] = json!("x\n::error::y <img src=x> ##[group] ${{ github.token }} \u{1b}]0;x\u{7}");
    hostile["pull_request"]["head"]["ref"] = json!("$(touch pwned)");
    let output = check(&repo, &["event", "-"]).env("GITHUB_ACTIONS", "true").stdin(hostile.to_string()).run();
    let said = format!("{}{}", output.stdout, output.stderr);
    assert!(
        !said.contains('\u{1b}') && !said.lines().any(|line| line.trim_start().starts_with("::error::y")),
        "{said}"
    );
    assert!(!said.contains("##["), "{said}");
    assert!(!repo.path().join("pwned").exists());
}
