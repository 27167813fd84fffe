//! Lines that `patch.toml` names before their branches are cut.

use serde_json::Value;

use super::events::{judged as judged_event, payload};
use super::{OFFLINE, check, found, judged, story};
use crate::support::Repo;

const UNCUT: [&str; 2] = ["release/3.0", "v{version}-release"];

/// The story, with a line that has no branch, and a pick onto line 2.1.
fn with_uncut(branch: &str) -> (Repo, String) {
    let (repo, fix) = story();
    let line = format!("[[line]]\nname = \"3.0\"\nbranch = \"{branch}\"\n\n[[line]]\nname = \"2.1\"");
    repo.write_config(&OFFLINE.replacen("[[line]]\nname = \"2.1\"", &line, 1));
    repo.git(["checkout", "-q", "-b", "keep", "release/2.1"]);
    repo.git(["cherry-pick", "-x", &fix.to_string()]);
    repo.git(["checkout", "-q", "main"]);
    (repo, fix.to_string())
}

fn lines(report: &Value) -> Vec<&str> {
    let verdicts = report["verdicts"].as_array().expect("verdicts");
    verdicts.iter().map(|verdict| verdict["line"].as_str().expect("a line")).collect()
}

#[track_caller]
fn tells(report: &Value, branch: &str) {
    let note = report["notes"][0].as_str().unwrap_or_default();
    assert!(note.contains(&format!("line 3.0 is left out, for it has no branch '{branch}' yet")), "{report}");
}

#[test]
fn a_line_that_has_no_branch_yet_is_asked_about_by_name_only() {
    for branch in UNCUT {
        let (repo, fix) = with_uncut(branch);
        let to_line = judged_event(&repo, &payload(&repo, "release/2.1", "keep", "opened"), 0);
        // It is the newest one that there is, and so nothing is asked of newer ones.
        assert_eq!((lines(&to_line), found(&to_line, "newer-lines")), (vec!["2.1"], "absent".to_owned()), "{branch}");
        tells(&to_line, branch);
        repo.git(["checkout", "-q", "-b", "work"]);
        repo.land_fix("fix: keep the map\n\nKind: crash", [("src/map.c", "map\n"), ("tests/map.c", "map\n")]);
        repo.git(["checkout", "-q", "main"]);
        let to_main = judged_event(&repo, &payload(&repo, "main", "work", "opened"), 3);
        assert_eq!(lines(&to_main), ["2.1", "2.0"], "{branch}");
        tells(&to_main, branch);
        let landed = judged(&repo, &["commit", &fix], 1);
        assert_eq!(
            (lines(&landed), found(&landed, "newer-lines")),
            (vec!["2.1", "2.0"], "absent".to_owned()),
            "{branch}"
        );
        tells(&landed, branch);
        let by_name = check(&repo, &["commit", &fix, "--line", "3.0"]).run().code(2);
        assert!(by_name.stderr.contains("no branch"), "{branch}: {}", by_name.stderr);
        let both = check(&repo, &["commit", &fix, "--line", "3.0", "--line", "2.1"]).run().code(2);
        assert!(both.stderr.contains("no branch"), "{branch}: {}", both.stderr);
    }
}

#[test]
fn where_no_line_has_a_branch_that_is_said() {
    let (repo, fix) = with_uncut(UNCUT[0]);
    for line in ["2.0", "2.1"] {
        repo.git(["branch", "-q", "-D", &format!("release/{line}")]);
    }
    let none = check(&repo, &["commit", &fix]).run().code(2);
    assert!(none.stderr.contains("there is no branch 'release/3.0'"), "{}", none.stderr);
}

#[test]
fn a_line_that_has_releases_is_not_uncut() {
    let (repo, fix) = with_uncut(UNCUT[0]);
    repo.git(["tag", "v3.0.0", "main"]);
    let gone = check(&repo, &["commit", &fix]).run().code(2);
    assert!(gone.stderr.contains("there is no branch 'release/3.0'"), "{}", gone.stderr);
}

#[test]
fn a_clone_that_may_lack_branches_takes_no_line_for_uncut() {
    let (repo, fix) = with_uncut(UNCUT[0]);
    let up = repo.home().join("up.git").display().to_string();
    repo.git(["clone", "-q", "--bare", ".", &up]);
    repo.git(["remote", "add", "-t", "main", "-t", "release/2.1", "origin", &up]);
    repo.git(["fetch", "-q", "origin"]);
    repo.git(["remote", "set-head", "origin", "main"]);
    let unsure = check(&repo, &["commit", &fix, "--line", "2.1"]).run().code(2);
    assert!(unsure.stderr.contains("there is no branch 'release/3.0'"), "{}", unsure.stderr);
}
