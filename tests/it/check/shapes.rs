//! The events that a workflow may be started by: each is judged, or refused with what is expected.

use serde_json::{Value, json};

use super::events::{judged, payload};
use super::{check, story};
use crate::support::Repo;

/// A repository in which the branch `keep` has a pick for the line 2.0 that nothing speaks against.
fn picked() -> Repo {
    let (repo, fix) = story();
    repo.pick("2.1", fix);
    repo.git(["checkout", "-q", "-b", "keep", "release/2.0"]);
    repo.git(["cherry-pick", "-x", &fix.to_string()]);
    repo
}

#[test]
fn each_event_of_a_pull_request_is_judged() {
    type Change = fn(&mut Value);
    let repo = picked();
    let label = |event: &mut Value| event["label"] = json!({ "name": "P1" });
    let table: [(&str, &str, Change); 16] = [
        ("opened", "opened", |_| ()),
        ("reopened", "reopened", |_| ()),
        ("synchronize", "synchronize", |event| event["before"] = json!("1".repeat(40))),
        ("labeled", "labeled", label),
        ("unlabeled", "unlabeled", label),
        ("edited title", "edited", |event| event["changes"] = json!({ "title": { "from": "Old" } })),
        ("ready", "ready_for_review", |_| ()),
        ("draft again", "converted_to_draft", |event| event["pull_request"]["draft"] = json!(true)),
        ("opened as a draft", "opened", |event| event["pull_request"]["draft"] = json!(true)),
        ("an action that is not known", "auto_merge_enabled", |_| ()),
        ("a fork", "opened", |event| event["pull_request"]["head"]["repo"]["full_name"] = json!("con/godel")),
        ("a fork that is gone", "synchronize", |event| event["pull_request"]["head"]["repo"] = json!(null)),
        ("an author who is gone", "opened", |event| event["pull_request"]["user"] = json!(null)),
        ("more files than are listed", "opened", |event| event["pull_request"]["changed_files"] = json!(4000)),
        ("a review", "submitted", |event| {
            event["review"] = json!({ "state": "approved", "user": { "login": "ann" } });
            let map = event.as_object_mut().expect("an object");
            map.remove("number");
            let pull = event["pull_request"].as_object_mut().expect("an object");
            for field in ["merged", "additions", "deletions", "changed_files", "commits"] {
                pull.remove(field);
            }
        }),
        ("of pull_request_target", "opened", |event| event["organization"] = json!({ "login": "godel" })),
    ];
    for (why, action, change) in table {
        let mut event = payload(&repo, "release/2.0", "keep", action);
        change(&mut event);
        let report = judged(&repo, &event, 0);
        let verdict = &report["verdicts"][0];
        assert_eq!((verdict["line"].as_str(), verdict["outcome"].as_str()), (Some("2.0"), Some("eligible")), "{why}");
    }
}

#[test]
fn another_base_is_judged_for_its_own_line() {
    let repo = picked();
    repo.git(["commit", "-q", "--amend", "--no-edit", "--date=2001-01-01T00:00:00Z"]);
    let mut event = payload(&repo, "release/2.1", "keep", "edited");
    event["changes"] = json!({ "base": { "ref": { "from": "release/2.0" }, "sha": { "from": "1".repeat(40) } } });
    let output = check(&repo, &["event", "-", "--format", "json"]).stdin(event.to_string()).run();
    let report = output.json();
    assert_eq!(report["verdicts"][0]["line"], "2.1", "{report}");
    assert!(report["notes"][0].as_str().is_some_and(|note| note.contains("'release/2.0' before")), "{report}");
}

#[test]
fn what_was_closed_is_judged_only_if_it_was_merged() {
    let repo = picked();
    let mut event = payload(&repo, "release/2.0", "keep", "closed");
    event["pull_request"]["state"] = json!("closed");
    let closed = judged(&repo, &event, 0);
    assert_eq!(closed["verdicts"].as_array().map(Vec::len), Some(0), "{closed}");
    event["pull_request"]["merged"] = json!(true);
    event["pull_request"]["merged_at"] = json!("2026-01-05T10:00:00Z");
    event["pull_request"]["merge_commit_sha"] = json!(repo.commit_id("keep").to_string());
    assert_eq!(judged(&repo, &event, 0)["verdicts"][0]["outcome"], "eligible");
}

#[test]
fn every_other_event_is_refused_with_what_is_expected() {
    let repo = picked();
    let repository = json!({ "full_name": "godel/godel" });
    let (before, after) = ("1".repeat(40), "2".repeat(40));
    let table = [
        (json!({ "ref": "refs/heads/main", "before": before, "after": after, "pusher": {} }), "patch-check range 1111"),
        (json!({ "action": "checks_requested", "merge_group": { "head_sha": after } }), "merge queue"),
        (
            json!({ "workflow": ".github/workflows/w.yml", "ref": "refs/heads/main", "inputs": { "pr": "12" } }),
            "patch-check pr N",
        ),
        (
            json!({ "action": "created", "issue": { "number": 12, "pull_request": {} }, "comment": {} }),
            "patch-check pr 12",
        ),
        (json!({ "action": "opened", "issue": { "number": 12 } }), "its pull request"),
        (json!({ "schedule": "0 4 * * *" }), "patch-check pr N"),
        (json!({ "action": "published", "release": {} }), "GITHUB_EVENT_PATH"),
        (json!({ "zen": "Keep it logically awesome." }), "pull_request_target"),
    ];
    for (mut event, expected) in table {
        event["repository"] = repository.clone();
        let output = check(&repo, &["event", "-"]).stdin(event.to_string()).run().code(2);
        assert!(output.stderr.contains(expected), "{expected}: {}", output.stderr);
        assert!(output.stdout.is_empty(), "{}", output.stdout);
    }
}
