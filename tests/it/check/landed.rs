//! What has landed where: on main, on a newer line, as a whole, or nowhere that can be looked at.

use super::events::payload;
use super::{check, found, judged, story};

#[test]
fn a_change_is_judged_with_all_that_was_merged_with_it() {
    let (repo, _) = story();
    let merge = repo.merge_pull_request(7, "Keep the map", |pull| {
        pull.commit("feat!: break the map\n\nKind: crash", [("src/map.c", "1\n"), ("tests/map.c", "1\n")]);
        pull.commit("fix: keep the map\n\nKind: crash", [("src/map.c", "2\n")]);
    });
    let member = repo.commit_id(&format!("{merge}^2"));
    let older = repo.commit_id(&format!("{merge}^2^"));
    for arguments in [
        vec!["commit".to_owned(), merge.to_string()],
        vec!["commit".to_owned(), member.to_string()],
        vec!["range".to_owned(), format!("{older}..main")],
    ] {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).chain(["--line", "2.1"]).collect();
        let report = judged(&repo, &arguments, 1);
        let of = report["verdicts"].as_array().expect("verdicts").iter().find(|one| one["fix"] == merge.to_string());
        assert_eq!(found(&serde_json::json!({ "verdicts": [of] }), "breaking"), "failed", "{arguments:?}: {report}");
    }
}

#[test]
fn what_is_only_probable_on_a_newer_line_is_undecided() {
    let (repo, fix) = story();
    repo.land_on_line("2.1", "fix: keep the list", [("src/list.c", "something else\n")]);
    let report = judged(&repo, &["commit", &fix.to_string(), "--line", "2.0"], 3);
    assert_eq!(found(&report, "newer-lines"), "undecided", "{report}");
    repo.land_on_line("2.0", "fix: keep the list", [("src/list.c", "something else\n")]);
    let report = judged(&repo, &["commit", &fix.to_string(), "--line", "2.0"], 1);
    assert_eq!(found(&report, "applies-clean"), "failed", "{report}");
}

#[test]
fn a_line_that_cannot_be_compared_leaves_its_question_open() {
    let (repo, fix) = story();
    repo.git(["checkout", "-q", "--orphan", "strange"]);
    repo.git(["commit", "-qm", "Begin elsewhere"]);
    repo.git(["branch", "-f", "release/2.1", "strange"]);
    repo.git(["checkout", "-q", "main"]);
    let older = judged(&repo, &["commit", &fix.to_string(), "--line", "2.0"], 3);
    assert_eq!(found(&older, "newer-lines"), "undecided");
    let both = judged(&repo, &["commit", &fix.to_string()], 3);
    assert_eq!(
        (both["verdicts"][0]["line"].as_str(), found(&both, "applies-clean")),
        (Some("2.1"), "undecided".into())
    );
}

#[test]
fn what_was_not_pushed_has_not_landed() {
    let (repo, _) = story();
    let up = repo.home().join("up.git");
    repo.git(["clone", "-q", "--bare", ".", up.to_str().expect("a plain name")]);
    repo.git(["remote", "add", "origin", up.to_str().expect("a plain name")]);
    repo.git(["fetch", "-q", "origin"]);
    let own = repo.land_fix("fix: only here\n\nKind: crash", [("src/here.c", "1\n"), ("tests/here.c", "1\n")]);
    let report = judged(&repo, &["commit", &own.to_string(), "--line", "2.1"], 3);
    assert_eq!(found(&report, "on-main"), "undecided");
    let range = check(&repo, &["range", "main~1..main"]).run().code(2);
    assert!(range.stderr.contains("pushed"), "{}", range.stderr);
}

#[test]
fn a_line_counts_with_what_was_not_pushed_and_that_is_told() {
    let (repo, fix) = story();
    let up = repo.home().join("up.git");
    repo.git(["clone", "-q", "--bare", ".", up.to_str().expect("a plain name")]);
    repo.git(["remote", "add", "origin", up.to_str().expect("a plain name")]);
    repo.git(["fetch", "-q", "origin"]);
    let judge = |code| judged(&repo, &["commit", &fix.to_string(), "--line", "2.0"], code);
    assert!(!judge(1).to_string().contains("not pushed"));
    repo.pick("2.1", fix);
    let report = judge(0);
    assert!(report["notes"].to_string().contains("branch 'release/2.1' is at"), "{report}");
    repo.git(["push", "-q", "origin", "release/2.1"]);
    repo.git(["fetch", "-q", "origin"]);
    assert!(!judge(0).to_string().contains("not pushed"));
}

#[test]
fn a_change_of_nothing_is_no_fix() {
    let (repo, _) = story();
    repo.git(["commit", "-q", "--allow-empty", "-m", "fix: nothing\n\nKind: crash"]);
    let report = judged(&repo, &["commit", "main", "--line", "2.1"], 1);
    assert_eq!(found(&report, "applies-clean"), "failed");
}

#[test]
fn a_branch_that_only_is_called_main_does_not_make_the_policy() {
    let (repo, fix) = story();
    let up = repo.home().join("up.git");
    repo.git(["branch", "master", "main"]);
    repo.git(["clone", "-q", "--bare", ".", up.to_str().expect("a plain name")]);
    repo.git(["remote", "add", "origin", up.to_str().expect("a plain name")]);
    repo.git(["fetch", "-q", "origin"]);
    let asked = ["commit", &fix.to_string(), "--line", "2.0"];
    let open = check(&repo, &asked).run().code(3);
    assert!(open.stderr.contains("git remote set-head origin --auto"), "{}", open.stderr);
    let event = repo.home().join("event.json");
    std::fs::write(&event, "{\"repository\": {\"default_branch\": \"master\"}}").expect("because the folder is ours");
    let told = check(&repo, &asked).env("GITHUB_EVENT_PATH", event.to_str().expect("a plain name")).run().code(1);
    assert!(told.stdout.contains("'refs/remotes/origin/master'"), "{}", told.stdout);
    repo.git(["remote", "set-head", "origin", "main"]);
    assert!(check(&repo, &asked).run().code(1).stdout.contains("'refs/remotes/origin/main'"));
}

#[test]
fn what_came_with_a_rebase_is_not_judged_by_its_last_commit() {
    let (repo, _) = story();
    repo.land_fix("feat!: take it away", [("src/map.c", "1\n")]);
    let last = repo.land_fix("fix: g\n\nKind: crash", [("src/map.c", "2\n"), ("tests/map.c", "2\n")]);
    let mut event = payload(&repo, "main", "main", "closed");
    event["pull_request"]["state"] = "closed".into();
    event["pull_request"]["merged"] = true.into();
    event["pull_request"]["merged_at"] = "2026-01-05T10:00:00Z".into();
    event["pull_request"]["merge_commit_sha"] = last.to_string().into();
    let open = check(&repo, &["event", "-"]).stdin(event.to_string()).run().code(3);
    assert!(open.stderr.contains("which commits came to main with pull request 12"), "{}", open.stderr);
    event["pull_request"]["title"] = "fix: g".into();
    let squashed = check(&repo, &["event", "-", "--format", "json"]).stdin(event.to_string()).run().json();
    assert_eq!(squashed["verdicts"][0]["fix"], last.to_string());
}

#[test]
fn a_range_the_wrong_way_round_is_told() {
    let (repo, _) = story();
    let wrong = check(&repo, &["range", "main..main~1"]).run().code(2);
    assert!(wrong.stderr.contains("write the older revision first"), "{}", wrong.stderr);
    let _nothing_new = check(&repo, &["range", "main..main"]).run().code(0);
}
