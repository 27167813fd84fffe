use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::model::known::Missing;
use crate::model::pull::{Merge, Readiness};

const HEAD: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const BASE: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
const MERGE: &str = "cccccccccccccccccccccccccccccccccccccccc";

/// The payload of a pull request of the same repository, as its action begins.
fn payload(action: &str) -> Value {
    let side = |branch: &str, sha: &str| {
        json!({
            "label": format!("acme:{branch}"), "ref": branch, "sha": sha,
            "user": { "login": "acme", "id": 1, "type": "Organization" },
            "repo": { "id": 7, "name": "widget", "full_name": "acme/widget", "fork": false, "default_branch": "main" },
        })
    };
    json!({
        "action": action,
        "number": 12,
        "pull_request": {
            "id": 1001, "number": 12, "state": "open", "locked": false, "title": "Do not crash on empty input",
            "user": { "login": "con", "id": 2, "type": "User" }, "body": "Fixes #3", "labels": [], "milestone": null,
            "draft": false, "head": side("fix-12", HEAD), "base": side("release/2.0", BASE),
            "author_association": "CONTRIBUTOR", "merged": false, "merged_at": null, "merge_commit_sha": MERGE,
            "mergeable": null, "commits": 1, "additions": 4, "deletions": 1, "changed_files": 2,
        },
        "repository": { "id": 7, "name": "widget", "full_name": "acme/widget", "private": false },
        "sender": { "login": "con", "id": 2, "type": "User" },
    })
}

/// The payload with a field changed.
fn with(mut payload: Value, pointer: &str, value: Value) -> Value {
    let (parent, key) = pointer.rsplit_once('/').expect("because a pointer begins with a slash");
    payload.pointer_mut(parent).expect("because the payload has the parent")[key] = value;
    payload
}

/// The payload without a field.
fn without(mut payload: Value, pointer: &str) -> Value {
    let (parent, key) = pointer.rsplit_once('/').expect("because a pointer begins with a slash");
    let parent = payload.pointer_mut(parent).and_then(Value::as_object_mut);
    parent.expect("because the payload has the parent").remove(key);
    payload
}

fn parse(payload: &Value) -> Result<Event, NotAnEvent> {
    Event::parse(payload.to_string().as_bytes())
}

fn read(payload: &Value) -> Event {
    parse(payload).unwrap_or_else(|error| panic!("{}: {payload}", told(&error)))
}

/// The message of an error and of its causes.
fn told(error: &dyn std::error::Error) -> String {
    let cause = error.source().map(|cause| format!(": {}", told(cause))).unwrap_or_default();
    format!("{error}{cause}")
}

#[test]
fn each_action_is_known() {
    let closed = with(payload("closed"), "/pull_request/state", json!("closed"));
    let merged = with(closed.clone(), "/pull_request/merged", json!(true));
    let merged = with(merged, "/pull_request/merged_at", json!("2026-02-03T04:05:06Z"));
    let label = json!({ "id": 1, "name": "kind/crash", "color": "ff0000" });
    let labeled = |action| with(payload(action), "/label", label.clone());
    let retargeted = json!({ "base": { "ref": { "from": "main" }, "sha": { "from": MERGE } } });
    let old_base = OldBase { branch: "main".parse().expect("a branch"), commit: MERGE.parse().ok() };
    let cases = [
        (payload("opened"), Action::Opened),
        (payload("reopened"), Action::Reopened),
        (with(payload("synchronize"), "/before", json!(BASE)), Action::Synchronize),
        (with(payload("edited"), "/changes", json!({ "title": { "from": "Old" } })), Action::Edited { old_base: None }),
        (with(payload("edited"), "/changes", retargeted), Action::Edited { old_base: Some(old_base) }),
        (labeled("labeled"), Action::Labeled("kind/crash".to_owned())),
        (labeled("unlabeled"), Action::Unlabeled("kind/crash".to_owned())),
        (payload("ready_for_review"), Action::ReadyForReview),
        (payload("converted_to_draft"), Action::ConvertedToDraft),
        (closed, Action::Closed),
        (merged, Action::Merged),
        (payload("auto_merge_enabled"), Action::Other("auto_merge_enabled".to_owned())),
    ];
    for (payload, action) in cases {
        assert_eq!(read(&payload).action, action);
    }
}

#[test]
fn what_a_payload_tells_is_read_and_the_rest_is_unknown() {
    let Event { pull_request: pull, sender, repository, .. } = read(&payload("opened"));
    assert_eq!((pull.number, pull.title.as_str(), pull.body.as_str()), (12, "Do not crash on empty input", "Fixes #3"));
    assert_eq!((pull.author, sender), ("con".parse().ok(), "con".parse().ok()));
    assert_eq!((pull.base.branch.as_str(), pull.base.commit.to_string().as_str()), ("release/2.0", BASE));
    assert_eq!((pull.head.branch.as_str(), pull.head.commit.to_string().as_str()), ("fix-12", HEAD));
    assert_eq!((repository.as_str(), pull.base.repository.as_str()), ("acme/widget", "acme/widget"));
    assert_eq!((pull.state, pull.readiness), (PullState::Open, Readiness::Ready));
    assert_eq!(pull.size.value().map(|size| (size.files, size.additions, size.deletions)), Some((2, 4, 1)));
    let missing = Some(&Missing::NotInPayload);
    assert_eq!([pull.reviews.missing(), pull.issues.missing()], [missing; 2]);
    assert_eq!([pull.files.missing(), pull.checks.missing()], [missing; 2]);
}

#[test]
fn a_payload_comes_in_many_shapes() {
    let pull = |pointer: &str, value| read(&with(payload("opened"), pointer, value)).pull_request;
    assert_eq!(pull("/pull_request/body", json!(null)).body, "");
    assert_eq!(pull("/pull_request/user", json!(null)).author, None);
    assert_eq!(pull("/pull_request/user/login", json!("ghost")).author, None);
    assert_eq!(pull("/pull_request/user/login", json!("dependabot[bot]")).author, "dependabot[bot]".parse().ok());
    assert_eq!(pull("/pull_request/draft", json!(true)).readiness, Readiness::Draft);
    assert_eq!(pull("/pull_request/milestone", json!({ "title": "2.0.1" })).milestone.as_deref(), Some("2.0.1"));
    let many = pull("/pull_request/changed_files", json!(4321));
    assert_eq!((many.size.value().map(|size| size.files), many.files.value()), (Some(4321), None));
    let fork = pull("/pull_request/head/repo/full_name", json!("con/widget"));
    assert!(fork.is_from_fork() && !pull("/pull_request/head/repo/full_name", json!("ACME/Widget")).is_from_fork());
    let deleted = pull("/pull_request/head/repo", json!(null));
    assert!(deleted.is_from_fork() && deleted.head.repository.is_none());
    let hostile = "\u{1b}[2J\u{202e}$(id) `id` ${{ github.token }}\r\n::set-output name=x::y";
    assert_eq!(pull("/pull_request/title", json!(hostile)).title, hostile);
    assert_eq!(pull("/pull_request/head/ref", json!(hostile)).head.branch, hostile);
    assert_eq!(pull("/pull_request/title", json!("Überlauf 🐛 日本語")).title, "Überlauf 🐛 日本語");
    assert_eq!(read(&with(payload("opened"), "/sender", json!(null))).sender, None);
    assert_eq!(read(&with(payload("opened"), "/sender/type", json!(3))).sender, "con".parse().ok());
}

#[test]
fn an_event_of_a_review_tells_less() {
    let mut review = with(payload("submitted"), "/review", json!({ "state": "approved", "user": { "login": "ann" } }));
    for field in ["merged", "additions", "deletions", "changed_files", "commits", "mergeable"] {
        review = without(review, &format!("/pull_request/{field}"));
    }
    let review = without(review, "/number");
    let event = read(&review);
    assert_eq!(event.action, Action::Other("submitted".to_owned()));
    // Here it is the review that was edited.
    assert_eq!(read(&with(review, "/action", json!("edited"))).action, Action::Other("edited".to_owned()));
    assert_eq!(event.pull_request.size.missing(), Some(&Missing::NotInPayload));
}

#[test]
fn only_a_merged_pull_request_has_a_merge() {
    let merged = with(payload("closed"), "/pull_request/merged_at", json!("2026-02-03T04:05:06Z"));
    let at = "2026-02-03T04:05:06Z".parse().ok();
    let expected = PullState::Merged(Merge { commit: MERGE.parse().ok(), at });
    assert_eq!(read(&merged).pull_request.state, expected);
    let closed = with(payload("closed"), "/pull_request/state", json!("closed"));
    assert_eq!(read(&closed).pull_request.state, PullState::Closed);
}

#[test]
fn the_sender_put_the_new_label_there() {
    let labels = json!([{ "name": "P1" }, { "name": "kind/crash" }]);
    let labeled = with(payload("labeled"), "/pull_request/labels", labels);
    let labeled = with(labeled, "/label", json!({ "name": "kind/crash" }));
    let pull = read(&with(labeled, "/sender/login", json!("mia"))).pull_request;
    assert_eq!(pull.label("kind/CRASH").and_then(|label| label.applied_by.value()), "mia".parse().ok().as_ref());
    assert_eq!(pull.label("p1").and_then(|label| label.applied_by.missing()), Some(&Missing::NotInPayload));
    assert_eq!(pull.label("P"), None);
}

#[test]
fn what_is_no_event_of_a_pull_request_is_refused_by_name() {
    let opened = || payload("opened");
    let too_many: Vec<Value> = (0..101).map(|number| json!({ "name": format!("l{number}") })).collect();
    let push = json!({ "ref": "refs/heads/main", "repository": { "full_name": "acme/widget" }, "commits": [] });
    let comment = json!({
        "action": "created", "issue": { "number": 12, "pull_request": {} }, "repository": { "full_name": "acme/widget" },
    });
    let cases = [
        (push, "no 'pull_request'"),
        (comment, "no 'pull_request'"),
        (json!({}), "no 'pull_request'"),
        (json!([]), "cannot be read"),
        (json!(null), "cannot be read"),
        (with(opened(), "/number", json!("x".repeat(5000))), "cannot be read: invalid type"),
        (without(opened(), "/action"), "no 'action'"),
        (without(opened(), "/repository"), "no 'repository'"),
        (payload("labeled"), "no 'label'"),
        (with(opened(), "/number", json!(13)), "'number' and 'pull_request.number' differ"),
        (with(opened(), "/repository/full_name", json!("evil/widget")), "'repository.full_name' and"),
        (with(opened(), "/repository/full_name", json!("../x/y")), "'repository.full_name' cannot be read"),
        (with(opened(), "/pull_request/number", json!(-1)), "cannot be read"),
        (with(opened(), "/pull_request/base/repo", json!(null)), "'pull_request.base.repo.full_name' is not"),
        (with(opened(), "/pull_request/base/sha", json!("main")), "'pull_request.base.sha' is not"),
        (with(opened(), "/pull_request/base/ref", json!("--upload-pack=x")), "'pull_request.base.ref' cannot"),
        (with(opened(), "/pull_request/state", json!("locked")), "'pull_request.state' is not"),
        (with(opened(), "/pull_request/title", json!("x".repeat(1025))), "'pull_request.title' is longer"),
        (with(opened(), "/pull_request/body", json!("x".repeat(262_145))), "'pull_request.body' is longer"),
        (with(opened(), "/pull_request/labels", json!(too_many)), "'pull_request.labels' is longer than 100"),
        (with(opened(), "/sender/login", json!("a b")), "'sender.login' cannot be read"),
        (with(opened(), "/pull_request/merged_at", json!("soon")), "'pull_request.merged_at' is not a moment"),
    ];
    for (payload, expected) in cases {
        let error = parse(&payload).err().map(|error| told(&error)).unwrap_or_default();
        assert!(error.contains(expected), "{expected}: {error}");
        assert!(error.len() < 2_000, "an error must not carry the payload");
    }
    assert!(matches!(Event::parse(&vec![b' '; MOST_PAYLOAD_BYTES + 1]), Err(NotAnEvent::TooLong)));
    assert!(matches!(Event::parse(b"\xff\xfe{}"), Err(NotAnEvent::Json(_))));
    assert!(matches!(Event::parse("[".repeat(100_000).as_bytes()), Err(NotAnEvent::Json(_))));
}

#[test]
fn an_event_of_something_else_is_told_with_what_to_do_instead() {
    let zeros = "0".repeat(40);
    let of = |branch: Value, repository: Value| json!({ "workflow": {}, "workflow_run": { "head_sha": HEAD, "head_branch": branch, "head_repository": repository } });
    let run = |repository: &str| of(json!("$(id)"), json!({ "full_name": repository }));
    let push =
        |before: &str, after: &str| json!({ "ref": "refs/heads/main", "before": before, "after": after, "pusher": {} });
    let cases = [
        (push(BASE, HEAD), "a push", format!("patch-check range {BASE}..{HEAD}")),
        (push(&zeros, HEAD), "a push", format!("patch-check commit {HEAD}")),
        (push(BASE, &zeros), "a push", "deleted".to_owned()),
        (push("--output=x", "$(id)"), "a push", "deleted".to_owned()),
        (json!({ "action": "checks_requested", "merge_group": {} }), "a merge queue", "'merge_group'".to_owned()),
        (
            json!({ "action": "created", "issue": { "number": 12, "pull_request": {} }, "comment": {} }),
            "the conversation of a pull request",
            "patch-check pr 12".to_owned(),
        ),
        (json!({ "action": "opened", "issue": { "number": 12 } }), "an issue", "by its pull request".to_owned()),
        (json!({ "workflow": "w.yml", "inputs": null }), "the start of a workflow", "patch-check pr N".to_owned()),
        (json!({ "workflow_run": {} }), "the start of a workflow", "patch-check pr N".to_owned()),
        (run("con/widget"), "a run of a workflow", "which pull requests the run was for".to_owned()),
        (run("con"), "the start of a workflow", "patch-check pr N".to_owned()),
        (of(json!("keep"), json!(null)), "a run of a workflow", "patch-check pr N".to_owned()),
        (of(json!(null), json!({ "full_name": "con/widget" })), "a run of a workflow", "patch-check pr N".to_owned()),
        (json!({ "client_payload": {} }), "the start of a workflow", "patch-check pr N".to_owned()),
        (json!({ "schedule": "0 4 * * *" }), "the start of a workflow", "patch-check pr N".to_owned()),
        (json!({ "zen": "x", "hook": {} }), "something else", "pull_request_target".to_owned()),
    ];
    for (payload, what, instead) in cases {
        let error = parse(&payload).expect_err("it is not about a pull request");
        assert!(told(&error).contains(what), "{}", told(&error));
        assert!(error.hint().contains(&instead), "{instead}: {}", error.hint());
    }
}

/// Every place in a document, as pointers.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(map) => map.iter().map(|(key, child)| (key.clone(), child)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(at, child)| (at.to_string(), child)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    for (key, child) in children {
        let place = format!("{at}/{key}");
        places(child, &place, found);
        found.push(place);
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        "\\PC{0,40}".prop_map(Into::into),
        Just(json!("x".repeat(3000))),
        Just(json!([{ "name": "a" }])),
        Just(json!({ "from": "main", "login": "a", "full_name": "a/b", "ref": "b", "sha": HEAD })),
    ]
}

proptest! {
    #[test]
    fn no_change_of_a_payload_makes_it_panic(
        action in prop_oneof![Just("opened"), Just("labeled"), Just("edited"), Just("closed")],
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any_value(), any::<bool>()), 1..4),
    ) {
        let mut changed = with(payload(action), "/label", json!({ "name": "x" }));
        changed = with(changed, "/changes", json!({ "base": { "ref": { "from": "a" }, "sha": { "from": BASE } } }));
        for (at, value, remove) in changes {
            let mut found = Vec::new();
            places(&changed, "", &mut found);
            let Some(place) = (!found.is_empty()).then(|| at.get(&found)) else { break };
            if let Some(slot) = changed.pointer_mut(place) { *slot = if remove { json!(null) } else { value } }
        }
        if let Ok(event) = parse(&changed) {
            prop_assert!(event.pull_request.title.len() <= MOST_NAME_BYTES);
            prop_assert!(event.repository.as_str().contains('/'));
        }
    }

    #[test]
    fn no_bytes_make_it_panic(cut in 0usize..1500, flip in 0usize..1500, byte in any::<u8>()) {
        let mut bytes = payload("opened").to_string().into_bytes();
        let length = bytes.len();
        bytes[flip % length] = byte;
        drop(Event::parse(&bytes));
        drop(Event::parse(&bytes[..cut.min(length)]));
    }
}
