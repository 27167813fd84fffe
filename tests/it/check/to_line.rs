//! Pull requests to a line: what they bring is held against what main has, change by change.

use serde_json::Value;

use super::events::{judged, payload};
use super::{check, found, story};
use crate::support::Repo;
use backstitch::model::commit::CommitId;

/// A line that a pull request goes to, whose newer line has the fix.
fn picked() -> (Repo, CommitId) {
    let (repo, fix) = story();
    repo.pick("2.1", fix);
    repo.git(["checkout", "-q", "-b", "keep", "release/2.0"]);
    repo.git(["cherry-pick", "-x", &fix.to_string()]);
    (repo, fix)
}

/// Writes a file of the pull request and commits it with a message.
fn commit(repo: &Repo, path: &str, text: &str, message: &str) {
    let place = repo.path().join(path);
    std::fs::create_dir_all(place.parent().expect("a folder")).expect("because the folder is ours");
    std::fs::write(place, text).expect("because the folder is ours");
    repo.git(["add", "."]);
    repo.git(["commit", "-qm", message]);
}

fn opened(repo: &Repo) -> Value {
    payload(repo, "release/2.0", "keep", "opened")
}

/// Returns what was found about a rule for one fix.
fn found_of(report: &Value, fix: CommitId, rule: &str) -> String {
    let verdicts = report["verdicts"].as_array().expect("verdicts");
    let of = verdicts.iter().find(|one| one["fix"] == fix.to_string()).unwrap_or_else(|| panic!("{report}"));
    let finding = of["findings"].as_array().and_then(|all| all.iter().find(|finding| finding["rule"] == rule).cloned());
    finding.map_or("absent".to_owned(), |finding| finding["found"].as_str().unwrap_or_default().to_owned())
}

#[test]
fn a_trailer_does_not_make_other_content_a_pick() {
    let (repo, fix) = picked();
    let trailer = format!("fix: keep the list\n\nKind: crash\n\n(cherry picked from commit {fix})");
    repo.git(["checkout", "-q", "-B", "keep", "release/2.0"]);
    commit(&repo, "src/evil.sh", "rm -rf /\n", &trailer);
    let evil = judged(&repo, &opened(&repo), 1);
    assert_eq!(found_of(&evil, fix, "origin"), "undecided", "{evil}");
    // The pick, and something besides that did not conflict.
    repo.git(["checkout", "-q", "-B", "keep", "release/2.0"]);
    repo.git(["cherry-pick", "-x", &fix.to_string()]);
    std::fs::write(repo.path().join("src/evil.sh"), "rm -rf /\n").expect("because the folder is ours");
    repo.git(["add", "."]);
    repo.git(["commit", "-q", "--amend", "--no-edit"]);
    let added = judged(&repo, &opened(&repo), 3);
    assert!(added.to_string().contains("src/evil.sh in another way"), "{added}");
}

#[test]
fn a_conflict_that_was_resolved_leaves_a_pick_one() {
    let (repo, fix) = story();
    repo.pick("2.1", fix);
    repo.land_on_line("2.0", "Line-only: it is older", [("src/list.c", "uno\ntwo\n")]);
    repo.git(["checkout", "-q", "-b", "keep", "release/2.0"]);
    repo.git_fails(["cherry-pick", "-x", &fix.to_string()]);
    std::fs::write(repo.path().join("src/list.c"), "uno, kept\ntwo\n").expect("because the folder is ours");
    repo.git(["add", "."]);
    repo.git(["-c", "core.editor=true", "cherry-pick", "--continue"]);
    let resolved = judged(&repo, &opened(&repo), 0);
    assert_eq!(found_of(&resolved, fix, "origin"), "passed");
    assert!(resolved.to_string().contains("resolved by hand in src/list.c"), "{resolved}");
}

#[test]
fn a_merge_of_main_is_no_pick() {
    let (repo, _) = picked();
    repo.git(["checkout", "-q", "main"]);
    repo.land_fix("feat: add a map", [("src/map.c", "map\n")]);
    repo.git(["checkout", "-q", "keep"]);
    repo.git(["merge", "-q", "-m", "Merge main", "main"]);
    let merged = judged(&repo, &opened(&repo), 1);
    assert!(merged.to_string().contains("merges main"), "{merged}");
}

#[test]
fn what_a_merge_adds_by_itself_has_no_origin() {
    let (repo, _) = picked();
    repo.git(["checkout", "-q", "-b", "side", "release/2.0"]);
    commit(&repo, "src/side.c", "side\n", "fix: side");
    repo.git(["checkout", "-q", "keep"]);
    repo.git(["merge", "-q", "--no-commit", "--no-ff", "side"]);
    std::fs::write(repo.path().join("src/evil.sh"), "rm -rf /\n").expect("because the folder is ours");
    repo.git(["add", "."]);
    repo.git(["commit", "-qm", "Merge side"]);
    let merge = repo.commit_id("keep");
    let report = judged(&repo, &opened(&repo), 1);
    assert_eq!(found_of(&report, merge, "origin"), "undecided", "{report}");
    repo.git(["checkout", "-q", "-B", "keep", "release/2.0"]);
    commit(&repo, "src/late.c", "late\n", "fix: late\n\nLine-only: it is late");
    repo.git(["checkout", "-q", "-B", "older", "keep~1"]);
    repo.git(["merge", "-q", "-s", "ours", "-m", "Merge the line", "keep"]);
    repo.git(["branch", "-f", "release/2.0", "keep"]);
    repo.git(["checkout", "-q", "-B", "keep", "older"]);
    let drops = judged(&repo, &opened(&repo), 1);
    assert_eq!(found_of(&drops, repo.commit_id("keep"), "origin"), "undecided", "what the line has is dropped");
}

#[test]
fn each_change_that_is_brought_is_judged_by_itself() {
    let (repo, fix) = picked();
    repo.git(["checkout", "-q", "main"]);
    let wording = repo.land_fix("fix: say it better\n\nKind: bug", [("src/say.c", "say\n"), ("tests/say.c", "say\n")]);
    repo.pick("2.1", wording);
    repo.git(["checkout", "-q", "keep"]);
    repo.git(["cherry-pick", "-x", &wording.to_string()]);
    let mut both = opened(&repo);
    both["pull_request"]["labels"] = serde_json::json!([]);
    let both = judged(&repo, &both, 1);
    assert_eq!((found_of(&both, fix, "kind"), found_of(&both, wording, "kind")), ("passed".into(), "failed".into()));
}

#[test]
fn a_waiver_for_one_fix_says_nothing_of_another() {
    let (repo, fix) = story();
    let flow = ".github/workflows/ci.yml";
    let other = repo.land_fix("fix: run it\n\nKind: crash", [(flow, "on: push\n"), ("tests/flow.c", "x\n")]);
    let waived =
        repo.land_fix("fix: run it well\n\nKind: crash", [(".github/workflows/x.yml", "x\n"), ("tests/x.c", "x\n")]);
    repo.land_fix(
        "Waive",
        [(
            ".patch/waivers.toml",
            format!(
                "[[waiver]]\nfix = \"{waived}\"\nrule = \"paths\"\nreason = \"x\"\nby = \"Mia <mia@example.com>\"\nuntil = 2099-01-01\n"
            )
            .as_str(),
        )],
    );
    for picked in [fix, other, waived] {
        repo.pick("2.1", picked);
    }
    repo.git(["checkout", "-q", "-b", "keep", "release/2.0"]);
    for picked in [other, waived] {
        repo.git(["cherry-pick", "-x", &picked.to_string()]);
    }
    let report = judged(&repo, &opened(&repo), 1);
    assert_eq!(
        (found_of(&report, other, "paths"), found_of(&report, waived, "paths")),
        ("failed".into(), "waived".into()),
        "{report}"
    );
}

/// Returns what the gate says of a pull request without labels, with the code that it exits with.
fn unlabelled(repo: &Repo, code: i32) -> Value {
    let mut event = opened(repo);
    event["pull_request"]["labels"] = serde_json::json!([]);
    judged(repo, &event, code)
}

#[test]
fn a_revert_of_what_main_has_is_decided_by_a_person() {
    let (repo, fix) = picked();
    let pick = repo.commit_id("keep");
    repo.git(["checkout", "-q", "release/2.0"]);
    repo.git(["merge", "-q", "--ff-only", "keep"]);
    repo.git(["checkout", "-q", "keep"]);
    repo.git(["revert", "--no-edit", &pick.to_string()]);
    let revert = repo.commit_id("keep");
    assert_eq!(found_of(&unlabelled(&repo, 3), revert, "origin"), "undecided");
    let decline = ["--decline", &fix.to_string(), "--line", "2.0", "--reason", "it breaks the map"];
    repo.git(["checkout", "-q", "main"]);
    let _decided = crate::support::Bin::pick().at(&repo).args(["decide"]).args(decline).run().success();
    repo.git(["add", "."]);
    repo.git(["commit", "-qm", "Decline it"]);
    let report = unlabelled(&repo, 0);
    assert_eq!(
        (found_of(&report, revert, "origin"), found_of(&report, revert, "kind"), found_of(&report, revert, "size")),
        ("passed".into(), "absent".into(), "passed".into())
    );
}

#[test]
fn a_revert_in_another_place_is_none_and_one_that_main_made_too_is() {
    let repo = Repo::new();
    repo.write_config(super::OFFLINE);
    let text = |read: &str, admin: &str| format!("read\n{read}run\n{}admin\n{admin}run\n", "same\n".repeat(10));
    repo.land_fix("Add", [("src/a.c", text("", "guard\n").as_str())]);
    repo.cut_line("2.0");
    repo.cut_line("2.1");
    let fix = repo.land_fix("fix: guard it\n\nKind: crash", [("src/a.c", text("guard\n", "guard\n").as_str())]);
    repo.pick("2.1", fix);
    let pick = repo.pick("2.0", fix);
    repo.revert(fix);
    repo.git(["checkout", "-q", "-b", "keep", "release/2.0"]);
    let message = format!("Revert \"fix: guard it\"\n\nThis reverts commit {pick}.");
    commit(&repo, "src/a.c", &text("guard\n", ""), &message);
    let forged = unlabelled(&repo, 3);
    assert_eq!(found_of(&forged, repo.commit_id("keep"), "origin"), "undecided", "{forged}");
    repo.git(["checkout", "-q", "-B", "keep", "release/2.0"]);
    repo.git(["revert", "--no-edit", &pick.to_string()]);
    let honest = unlabelled(&repo, 0);
    assert_eq!(found_of(&honest, repo.commit_id("keep"), "origin"), "passed", "{honest}");
    // Main has it again.
    repo.git(["checkout", "-q", "main"]);
    repo.git(["cherry-pick", &fix.to_string()]);
    let again = unlabelled(&repo, 3);
    assert_eq!(found_of(&again, repo.commit_id("keep"), "origin"), "undecided", "{again}");
    // What only the line has is taken back by nobody else.
    let own = repo.land_on_line("2.0", "Line-only: only 2.0 needs it", [("src/own.c", "own\n")]);
    repo.git(["checkout", "-q", "-B", "keep", "release/2.0"]);
    repo.git(["revert", "--no-edit", &own.to_string()]);
    let taken = unlabelled(&repo, 3);
    assert_eq!(found_of(&taken, repo.commit_id("keep"), "origin"), "undecided", "{taken}");
}

#[test]
fn a_move_of_the_version_is_one_only_if_nothing_else_changes() {
    let (repo, _) = story();
    let package =
        |version: &str, more: &str| format!("{{\n  \"name\": \"a\",{more}\n  \"version\": \"{version}\"\n}}\n");
    repo.land_on_line("2.0", "Line-only: begin", [("package.json", package("2.0.0", "").as_str())]);
    repo.git(["checkout", "-q", "-b", "keep", "release/2.0"]);
    commit(&repo, "package.json", &package("2.0.1", ""), "chore: bump version to 2.0.1");
    let report = unlabelled(&repo, 0);
    assert!(report.to_string().contains("moves the version from 2.0.0 to 2.0.1"), "{report}");
    for (version, more) in
        [("2.0.2", "\n  \"scripts\": { \"postinstall\": \"x\" },"), ("3.0.0", ""), ("2.0.0", ""), ("2.0.3", "")]
    {
        commit(&repo, "package.json", &package(version, more), "chore: bump version");
        assert_eq!(found_of(&unlabelled(&repo, 1), repo.commit_id("keep"), "origin"), "failed", "{version}");
        repo.git(["reset", "-q", "--hard", "keep~1"]);
    }
    commit(&repo, "src/list.c", "mine\n", "Mine\n\nLine-only: because");
    let says = judged(&repo, &opened(&repo), 3);
    assert_eq!(found_of(&says, repo.commit_id("keep"), "origin"), "undecided", "saying so is not enough");
}

#[test]
fn a_pick_that_stands_elsewhere_or_changes_what_did_not_conflict_is_not_the_pick() {
    let repo = Repo::new();
    repo.write_config(super::OFFLINE);
    let text = |first: &str, last: &str| format!("{first}\n{}{last}\n", "same\n".repeat(20));
    repo.land_fix("Add", [("src/a.c", text("one", "end").as_str()), ("tests/a.c", "1\n")]);
    repo.cut_line("2.0");
    repo.cut_line("2.1");
    let fix =
        repo.land_fix("fix: one\n\nKind: crash", [("src/a.c", text("uno", "end").as_str()), ("tests/b.c", "new\n")]);
    repo.pick("2.1", fix);
    repo.land_on_line("2.0", "Line-only: older", [("src/a.c", text("eins", "end").as_str())]);
    for (last, found) in [("end", "passed"), ("backdoor()", "undecided")] {
        repo.git(["checkout", "-q", "-B", "keep", "release/2.0"]);
        repo.git_fails(["cherry-pick", "-x", &fix.to_string()]);
        std::fs::write(repo.path().join("src/a.c"), text("eins, uno", last)).expect("because the folder is ours");
        repo.git(["add", "."]);
        repo.git(["-c", "core.editor=true", "cherry-pick", "--continue"]);
        let report = judged(&repo, &opened(&repo), if found == "passed" { 0 } else { 3 });
        assert_eq!(found_of(&report, fix, "origin"), found, "{report}");
    }
    repo.git(["mv", "tests/b.c", "Makefile"]);
    std::fs::write(repo.path().join("src/a.c"), text("eins, uno", "end")).expect("because the folder is ours");
    repo.git(["commit", "-qa", "--amend", "--no-edit"]);
    let moved = unlabelled(&repo, 1);
    assert_eq!(found_of(&moved, fix, "origin"), "undecided", "{moved}");
}

#[test]
fn a_branch_that_may_be_a_line_is_not_passed_over() {
    let (repo, _) = story();
    let output = |base: &str| {
        let mut event = payload(&repo, "release/2.0", "main", "opened");
        event["pull_request"]["base"]["ref"] = base.into();
        check(&repo, &["event", "-"]).stdin(event.to_string()).run()
    };
    let unknown = output("release/1.9");
    assert_eq!(unknown.exit, 3, "{}", unknown.stderr);
    assert!(unknown.stderr.contains("git fetch origin release/1.9"), "{}", unknown.stderr);
    repo.git(["branch", "rel/2.0.1", "release/2.0"]);
    repo.git(["branch", "rel/2.0.2", "release/2.0"]);
    repo.write_config("[[line]]\nname = \"2.0\"\nbranch = \"rel/{version}\"\n");
    let earlier = output("rel/2.0.1");
    assert_eq!(earlier.exit, 3, "{}", earlier.stderr);
    assert!(earlier.stderr.contains("'rel/2.0.2'"), "{}", earlier.stderr);
    assert_eq!(found(&judged(&repo, &payload(&repo, "rel/2.0.2", "main", "opened"), 1), "origin"), "failed");
}
