//! What has landed where: on main, on a newer line, as a whole, or nowhere that can be looked at.

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
fn a_change_of_nothing_is_no_fix() {
    let (repo, _) = story();
    repo.git(["commit", "-q", "--allow-empty", "-m", "fix: nothing\n\nKind: crash"]);
    let report = judged(&repo, &["commit", "main", "--line", "2.1"], 1);
    assert_eq!(found(&report, "applies-clean"), "failed");
}
