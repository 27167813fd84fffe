//! A fix that was undone together with something else: no commit says so, and none is the exact inverse.

use backstitch::model::commit::CommitId;
use serde_json::json;

use super::affected::{Story, evidence, found, line, piece, source, story, text, told};
use crate::support::{Change, Repo};

/// What a commit behind a pick writes, and whether that leaves it open whether the fix is there.
type Case = (&'static str, &'static [(usize, &'static str)], bool);

/// Picks a fix onto line 2.0 and releases it, then lands such a commit and releases that.
fn behind_a_pick(repo: &Repo, fix: CommitId, changes: impl IntoIterator<Item = Change>) -> CommitId {
    repo.pick("2.0", fix);
    repo.tag_release("v2.0.1", "2.0");
    let by = repo.land_on_line("2.0", "Tidy the parser", changes);
    repo.tag_release("v2.0.2", "2.0");
    by
}

fn require(repo: &Repo, (bug, fix): (CommitId, CommitId), by: CommitId, is_open: bool, what: &str) {
    source(repo, &[&bug.to_string()], &[&fix.to_string()], "");
    let document = found(repo);
    if is_open {
        assert_eq!(told(&document, "2.0"), "not-evaluated | 2.0.0-rc.1 2.0.0 | 2.0.1 | -", "{what}");
        let own = line(&document, "2.0");
        assert_eq!(own["unknown"], json!(["2.0.2"]), "{what}");
        assert!(evidence(&document, "2.0").contains(&piece("took-back", by, "unproven")), "{what}: {own:#}");
        let why = own["reason"].as_str().expect("a reason");
        assert!(why.contains(&by.to_string()) && why.contains("[[stated]]"), "{what}: {why}");
    } else {
        assert_eq!(told(&document, "2.0"), "fixed | 2.0.0-rc.1 2.0.0 | 2.0.1 2.0.2 | 2.0.1", "{what}: {document:#}");
    }
}

#[test]
fn a_fix_that_goes_with_another_edit_is_not_called_there() {
    let cases: [Case; 8] = [
        ("with an edit elsewhere", &[(10, "fast"), (20, "tidy")], true),
        ("with an edit beside it", &[(9, "tidy"), (10, "fast"), (11, "tidy too")], true),
        ("the fix in other words", &[(10, "safe in another way"), (20, "tidy")], false),
        ("an edit elsewhere", &[(10, "safe"), (20, "tidy")], false),
        ("an edit beside it", &[(9, "tidy"), (10, "safe")], false),
        ("the old line elsewhere", &[(10, "safe"), (20, "fast")], false),
        ("neither line", &[(10, "rewritten"), (20, "tidy")], false),
        ("both lines moved", &[(10, "tidy"), (20, "safe"), (30, "fast")], false),
    ];
    for (what, content, is_open) in cases {
        let Story { repo, bug, fix } = story();
        let by = behind_a_pick(&repo, fix, [Change::write("parser", text(content).as_str())]);
        require(&repo, (bug, fix), by, is_open, what);
    }
}

#[test]
fn a_fix_that_only_adds_is_gone_where_its_place_is_as_before() {
    const CHECK: &str = "line number 3\ncheck the bounds here";
    let with = |more: &[(usize, &str)]| Change::write("parser", text(&[more, &[(10, "fast")]].concat()).as_str());
    let elsewhere = || Change::write("own/check", "\tcheck the bounds here\n");
    let cases: [(&str, Vec<Change>, bool); 5] = [
        ("it goes", vec![with(&[(20, "tidy")])], true),
        ("it stays", vec![with(&[(3, CHECK), (20, "tidy")])], false),
        ("it moves within the file", vec![with(&[(20, "tidy\ncheck the bounds here")])], false),
        ("it moves into another file", vec![with(&[(20, "tidy")]), elsewhere()], false),
        ("its place changes", vec![with(&[(2, "tidy"), (3, "tidy"), (4, "tidy")])], false),
    ];
    for (what, changes, is_open) in cases {
        let Story { repo, bug, .. } = story();
        let fix =
            repo.land_fix("Check before it", [Change::write("parser", text(&[(3, CHECK), (10, "safe"), (30, "end")]))]);
        let by = behind_a_pick(&repo, fix, changes);
        require(&repo, (bug, fix), by, is_open, what);
    }
}

#[test]
fn one_file_of_a_fix_is_enough_and_what_undoes_that_brings_it_back() {
    let Story { repo, bug, .. } = story();
    let safe = text(&[(3, "checked"), (10, "safe"), (30, "end")]);
    let fix = repo.land_fix("Check everywhere", [("parser", safe.as_str()), ("reader", "read all of it\n")]);
    let by = behind_a_pick(&repo, fix, [Change::write("parser", text(&[(10, "fast"), (20, "tidy")]))]);
    require(&repo, (bug, fix), by, true, "one of two files");
    repo.git(["checkout", "-q", "release/2.0"]);
    repo.tick(60);
    repo.git(["revert", "--no-edit", &by.to_string()]);
    repo.tick(60);
    repo.git(["commit", "-q", "--amend", "-m", "Tidy in another way"]);
    repo.git(["checkout", "-q", "main"]);
    repo.tag_release("v2.0.3", "2.0");
    let document = found(&repo);
    assert_eq!(line(&document, "2.0")["unaffected"], json!(["2.0.1", "2.0.3"]), "{document:#}");
    let stated = format!("[[stated]]\nline = \"2.0\"\nunrelated = [\"{by}\"]\nreason = \"I looked\"\nby = \"Mia\"\n");
    source(&repo, &[&bug.to_string()], &[&fix.to_string()], &stated);
    let document = found(&repo);
    assert_eq!(told(&document, "2.0"), "fixed | 2.0.0-rc.1 2.0.0 | 2.0.1 2.0.2 2.0.3 | 2.0.1");
}

#[test]
fn what_main_undoes_is_open_on_the_lines_that_leave_it_behind() {
    let Story { repo, bug, fix } = story();
    let by = repo.land_fix("Tidy the parser", [("parser", text(&[(10, "fast"), (20, "tidy"), (30, "end")]).as_str())]);
    repo.git(["tag", "v3.0.0", &fix.to_string()]);
    repo.git(["tag", "v3.0.1", &by.to_string()]);
    source(&repo, &[&bug.to_string()], &[&fix.to_string()], "");
    let document = found(&repo);
    let own = line(&document, "3.0");
    assert_eq!((&own["unaffected"], &own["unknown"]), (&json!(["3.0.0"]), &json!(["3.0.1"])), "{own:#}");
}
