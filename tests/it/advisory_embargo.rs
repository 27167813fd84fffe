//! `patch-advisory embargo`: set, shown, lifted and recorded.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use crate::support::embargo::{BEFORE, embargo, put, source as text_of};
use crate::support::{Bin, Repo};

fn story() -> Repo {
    let repo = Repo::new();
    repo.write_config("[project]\nname = \"Godel\"\nmain = \"main\"\n");
    embargo(&repo, &"4".repeat(40));
    repo
}

fn run(repo: &Repo, args: &[&str], code: i32) -> Value {
    let bin = Bin::advisory().at(repo).args(["embargo"]).args(args).args(["--now", BEFORE, "--format", "json"]);
    let output = bin.run().code(code);
    if code == 0 { output.json()["advisories"][0].clone() } else { Value::String(output.stderr) }
}

fn source(repo: &Repo) -> String {
    std::fs::read_to_string(repo.path().join("advisories/GSA-2026-011.md")).expect("it is there")
}

#[test]
fn the_date_moves_and_distributors_do_not_wait_too_long() {
    let repo = story();
    let standing = run(&repo, &["status"], 0);
    assert_eq!((standing["secret"].as_bool(), standing["until"].as_str()), (Some(true), Some("2026-02-10T14:00:00Z")));
    let before = source(&repo);
    let set = ["set", "GSA-2026-011", "--until", "2026-02-15T14:00:00Z", "--notified", "2026-02-02T00:00:00Z"];
    assert_eq!(run(&repo, &[&set[..], &["--dry-run"]].concat(), 0)["outcome"], "would-change");
    assert_eq!(source(&repo), before);
    assert_eq!(run(&repo, &set, 0)["outcome"], "changed");
    assert_eq!(run(&repo, &set, 0)["outcome"], "already");
    let late = run(&repo, &["set", "GSA-2026-011", "--until", "2026-02-20T14:00:00Z"], 1);
    assert!(late.as_str().is_some_and(|said| said.contains("at most 14 days")), "{late}");
    let kept = source(&repo);
    let earlier = run(&repo, &["set", "GSA-2026-011", "--until", "2026-02-14T14:00:00Z"], 1);
    assert!(earlier.as_str().is_some_and(|said| said.contains("embargo lift GSA-2026-011 --reason")), "{earlier}");
    assert_eq!(source(&repo), kept, "an embargo ends early only with a reason");
    let past = run(&repo, &["set", "GSA-2026-011", "--until", "2026-01-20T14:00:00Z"], 1);
    assert!(past.as_str().is_some_and(|said| said.contains("not in the future")), "{past}");
}

#[expect(clippy::disallowed_methods, reason = "what is recorded is compared with the clock of the machine")]
fn machine() -> DateTime<Utc> {
    Utc::now()
}

#[test]
fn lifting_it_early_needs_a_reason_and_is_recorded() {
    let repo = story();
    put(&repo, &text_of(&"4".repeat(40)).replace("2026-02-10T14:00:00Z", "2999-01-01T00:00:00Z"));
    let _missing = Bin::advisory().at(&repo).args(["embargo", "lift", "GSA-2026-011"]).run().code(2);
    let before = machine() - TimeDelta::seconds(1);
    let lift = ["lift", "GSA-2026-011", "--reason", "a third party told of it", "--by", "Mia <mia@example.com>"];
    let lifted = run(&repo, &lift, 0);
    assert_eq!((lifted["secret"].as_bool(), lifted["outcome"].as_str()), (Some(false), Some("changed")));
    assert_eq!(lifted["lifted"]["by"], "Mia <mia@example.com>");
    let at: DateTime<Utc> = lifted["lifted"]["at"].as_str().expect("a text").parse().expect("a moment");
    assert!(before <= at && at <= machine(), "{at} is when it was lifted, whatever '--now' says");
    let text = source(&repo);
    assert_eq!(run(&repo, &lift, 0)["outcome"], "already");
    assert_eq!(source(&repo), text);
    let bin = Bin::advisory().at(&repo).args(["guard", "--text", "-"]).stdin("CVE-2026-1234");
    let _told = bin.run().success();
    let again = run(&repo, &["set", "GSA-2026-011", "--until", "2999-02-15T14:00:00Z"], 1);
    assert!(again.as_str().is_some_and(|said| said.contains("was lifted")), "{again}");
    // A moment to come that somebody wrote lifts nothing, and 'lift' does.
    put(&repo, &text.replace(&format!("at = {}", at.format("%Y-%m-%dT%H:%M:%SZ")), "at = 2998-06-01T00:00:00Z"));
    assert_eq!(run(&repo, &["status"], 0)["secret"], true);
    let lifted = run(&repo, &lift, 0);
    assert_eq!((lifted["secret"].as_bool(), lifted["outcome"].as_str()), (Some(false), Some("changed")));
}

#[test]
fn a_moment_to_come_ends_no_embargo() {
    let repo = story();
    put(&repo, &text_of(&"4".repeat(40)).replace("2026-02-10T14:00:00Z", "2999-01-01T00:00:00Z"));
    let later = ["--now", "2999-01-02T00:00:00Z"];
    let told = Bin::advisory().at(&repo).args(["guard", "--text", "-"]).args(later).stdin("CVE-2026-1234").run();
    assert!(told.code(1).stdout.contains("1 advisory is secret"));
    let status = Bin::advisory().at(&repo).args(["embargo", "status", "--format", "json"]).args(later).run();
    assert_eq!(status.success().json()["advisories"][0]["secret"], true);
    let earlier = Bin::advisory().at(&repo).args(["guard", "--text", "-", "--now", BEFORE]).stdin("CVE-2026-1234");
    let _refused = earlier.run().code(1);
}

#[test]
fn what_is_secret_is_written_into_no_worktree_of_another_repository() {
    let repo = story();
    let site = repo.home().join("site");
    repo.git(["init", "-q", &site.display().to_string()]);
    let output = site.join("security").display().to_string();
    for verb in [&["export", "osv"][..], &["render"]] {
        let written = Bin::advisory().at(&repo).args(verb).args(["GSA-2026-011", "--output", &output, "--now", BEFORE]);
        let _left_out = written.run();
        let found = repo.git(["-C", &site.display().to_string(), "status", "--short", "--untracked-files=all"]);
        assert!(!found.contains("2026-011"), "{verb:?}: {found}");
    }
    let kit = Bin::advisory().at(&repo).args(["kit", "GSA-2026-011", "--tag", "v2.0.1", "--output", &output]);
    let refused = kit.args(["--now", BEFORE]).run().code(2);
    assert!(refused.stderr.contains("is in a worktree"), "{}", refused.stderr);
}

#[test]
fn what_was_made_public_by_hand_before_its_date_is_told() {
    let repo = story();
    let text = text_of(&"4".repeat(40));
    put(&repo, &text.replace("state = \"embargoed\"", "state = \"public\"\npublished = 2026-01-01T00:00:00Z"));
    let check = |now: &str| Bin::advisory().at(&repo).args(["check", "--now", now]).run();
    let told = check(BEFORE).code(1);
    assert!(told.stdout.contains("its embargo would hold until 2026-02-10T14:00:00Z"), "{}", told.stdout);
    assert!(!check("2026-02-10T14:00:00Z").stdout.contains("would hold"));
    // It is as secret as before, everywhere.
    assert_eq!(run(&repo, &["status"], 0)["secret"], true);
    let guard = Bin::advisory().at(&repo).args(["guard", "--text", "-", "--now", BEFORE]).stdin("CVE-2026-1234");
    assert!(guard.run().code(1).stdout.contains("1 advisory is secret"));
    let output = repo.home().join("out").display().to_string();
    let made = |verb: &[&str]| {
        let bin = Bin::advisory().at(&repo).args(verb).args(["--output", &output, "--now", BEFORE, "--format", "json"]);
        bin.run().json()
    };
    assert_eq!(made(&["export", "osv", "GSA-2026-011"])["secret"], serde_json::json!(["GSA-2026-011"]));
    let _rendered = made(&["render"]);
    let index = std::fs::read_to_string(repo.home().join("out/index.md")).expect("it is there");
    assert!(!index.contains("GSA-2026-011"), "{index}");
    assert!(!repo.home().join("out/GSA-2026-011.md").exists(), "it is no page of those that are public");
    let published = "state = \"public\"\npublished = 2026-01-01T00:00:00Z";
    let text = text.replace("state = \"embargoed\"", published);
    put(&repo, &text.replace("2026-02-10T14:00:00Z", "2999-01-01T00:00:00Z"));
    let lift = ["lift", "GSA-2026-011", "--reason", "told by mistake", "--by", "Mia <mia@example.com>"];
    assert_eq!(run(&repo, &lift, 0)["secret"], false, "who published it can say so");
}

#[test]
fn the_checklist_takes_no_holder_of_a_place_for_a_text() {
    let repo = story();
    let text = text_of(&"4".repeat(40));
    let point = |mitigation: &str, on: &str| {
        let done = format!("[[done]]\nitem = \"fix-reviewed\"\nby = \"Mia\"\non = {on}\n\n[embargo]");
        let mitigated = text.replace("## Mitigation\n\nText.", &format!("## Mitigation\n\n{mitigation}"));
        put(&repo, &mitigated.replace("[embargo]", &done));
        let list = Bin::advisory().at(&repo).args(["checklist", "GSA-2026-011", "--format", "json", "--now", BEFORE]);
        let points = list.run().json()["points"].clone();
        let progress = |item: &str| {
            let found = points.as_array().expect("points").iter().find(|point| point["item"] == item).cloned();
            found.expect("the item")["progress"].as_str().unwrap_or_default().to_owned()
        };
        (progress("mitigations-documented"), progress("fix-reviewed"))
    };
    assert_eq!(point("Turn it off.", "2026-02-01"), ("shown".to_owned(), "stated".to_owned()));
    for mitigation in ["TODO", "-", "There is no mitigation."] {
        assert_eq!(point(mitigation, "2026-02-05"), ("open".to_owned(), "open".to_owned()), "{mitigation}");
    }
}
