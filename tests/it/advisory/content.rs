//! What commits change decides whether they repair a flaw or take a repair back; what they say and look like does not.

use backstitch::model::commit::CommitId;
use serde_json::json;

use super::advisory;
use super::affected::told;
use super::affected::{Story, configure, evidence, found, line, piece, source, story, text};
use crate::support::{Change, Repo};

/// Commits to line 2.0 with a message and the author, date and title of another commit.
fn commit_like(repo: &Repo, like: CommitId, message: &str, files: &[(&str, &str)]) -> CommitId {
    repo.git(["checkout", "-q", "release/2.0"]);
    for (path, content) in files {
        std::fs::write(repo.path().join(path), content).expect("it is written");
    }
    repo.git(["add", "-A"]);
    repo.tick(60);
    let date = repo.git(["show", "-s", "--format=%aI", &like.to_string()]);
    repo.git(["commit", "-q", "--allow-empty", "--date", date.trim(), "-m", message]);
    let id = repo.commit_id("HEAD");
    repo.git(["checkout", "-q", "main"]);
    id
}

fn origin_of(fix: CommitId) -> String {
    format!("Check the bounds\n\n(cherry picked from commit {fix})")
}

/// A fix of two places in one file, and of a test.
fn wide_story() -> (Repo, CommitId, CommitId) {
    let Story { repo, bug, .. } = story();
    let fix = repo.land_fix(
        "Check the bounds everywhere",
        [
            ("parser", text(&[(3, "checked start"), (10, "safe"), (30, "end"), (33, "checked finish")]).as_str()),
            ("tests/parser", "try it\n"),
        ],
    );
    (repo, bug, fix)
}

#[test]
fn a_pick_without_the_whole_change_repairs_nothing_for_sure() {
    let half = text(&[(3, "checked start"), (10, "fast")]);
    let other = text(&[(10, "another way")]);
    for (what, files) in [
        ("nothing", &[][..]),
        ("half of it", &[("parser", half.as_str())][..]),
        ("another change", &[("parser", other.as_str())][..]),
        ("another file", &[("other", "not the same at all\n")][..]),
    ] {
        for is_said in [true, false] {
            let (repo, bug, fix) = wide_story();
            let message = if is_said { origin_of(fix) } else { "Check the bounds everywhere".to_owned() };
            let by = commit_like(&repo, fix, &message, files);
            repo.tag_release("v2.0.1", "2.0");
            source(&repo, &[&bug.to_string()], &[&fix.to_string()], "");
            let document = found(&repo);
            assert_eq!(told(&document, "2.0"), "not-evaluated | 2.0.0-rc.1 2.0.0 |  | -", "{what}, said: {is_said}");
            let own = line(&document, "2.0");
            assert_eq!(own["unknown"], json!(["2.0.1"]), "{what}");
            assert!(own["reason"].as_str().is_some_and(|why| why.contains("does not show it")), "{own}");
            assert!(evidence(&document, "2.0").contains(&piece("fixed", by, "unproven")), "{own}");
        }
    }
}

#[test]
fn a_pick_that_had_to_be_adapted_repairs_where_all_lines_of_the_fix_are_there() {
    let (repo, bug, fix) = wide_story();
    let adapted = text(&[
        (3, "checked start"),
        (10, "safe"),
        (20, "what only this line needs"),
        (33, "checked finish"),
        (30, "end"),
    ]);
    let by = commit_like(&repo, fix, &origin_of(fix), &[("parser", &adapted)]);
    repo.tag_release("v2.0.1", "2.0");
    source(&repo, &[&bug.to_string()], &[&fix.to_string()], "");
    let document = found(&repo);
    assert_eq!(told(&document, "2.0"), "fixed | 2.0.0-rc.1 2.0.0 | 2.0.1 | 2.0.1");
    assert!(evidence(&document, "2.0").contains(&piece("fixed", by, "trailer")));
}

#[test]
fn a_commit_that_holds_the_fix_or_the_bug_among_other_things_is_found() {
    let Story { repo, bug, fix } = story();
    let squash =
        repo.land_on_line("2.0", "Catch up", [("parser", text(&[(10, "safe"), (20, "more")]).as_str()), ("x", "y\n")]);
    repo.tag_release("v2.0.1", "2.0");
    let brought = repo.land_on_line("1.0", "Catch up too", [("parser", text(&[(10, "fast"), (20, "more")]).as_str())]);
    repo.tag_release("v1.0.1", "1.0");
    source(&repo, &[&bug.to_string()], &[&fix.to_string()], "");
    let document = found(&repo);
    assert_eq!(told(&document, "2.0"), "fixed | 2.0.0-rc.1 2.0.0 | 2.0.1 | 2.0.1");
    assert!(evidence(&document, "2.0").contains(&piece("fixed", squash, "lines")));
    assert_eq!(told(&document, "1.0"), "affected | 1.0.1 | 1.0.0 | -");
    assert!(evidence(&document, "1.0").contains(&piece("introduced", brought, "lines")));
}

#[test]
fn a_person_can_say_that_what_looks_like_the_fix_is_none() {
    let (repo, bug, fix) = wide_story();
    let by = commit_like(&repo, fix, &origin_of(fix), &[]);
    repo.tag_release("v2.0.1", "2.0");
    let stated =
        format!("\n[[stated]]\nline = \"2.0\"\nunrelated = [\"{by}\"]\nreason = \"the pick is empty\"\nby = \"Mia\"\n");
    source(&repo, &[&bug.to_string()], &[&fix.to_string()], &stated);
    assert_eq!(told(&found(&repo), "2.0"), "affected | 2.0.0-rc.1 2.0.0 2.0.1 |  | -");
}

#[test]
fn a_fix_that_is_undone_without_a_word_repairs_nothing_from_there_on() {
    for message in ["Back out the check", "Tidy up"] {
        let Story { repo, bug, fix } = story();
        repo.pick("2.0", fix);
        repo.tag_release("v2.0.1", "2.0");
        let fast = text(&[(10, "fast")]);
        let undone = repo.land_on_line("2.0", message, [("parser", fast.as_str()), ("other", "x\n")]);
        repo.tag_release("v2.0.2", "2.0");
        source(&repo, &[&bug.to_string()], &[&fix.to_string()], "");
        let document = found(&repo);
        assert_eq!(told(&document, "2.0"), "affected | 2.0.0-rc.1 2.0.0 2.0.2 | 2.0.1 | -", "{message}");
        assert!(evidence(&document, "2.0").contains(&piece("took-back", undone, "inverse")), "{message}");
        repo.land_on_line("2.0", "Once more", [("parser", text(&[(10, "safe")]).as_str())]);
        repo.tag_release("v2.0.3", "2.0");
        assert_eq!(told(&found(&repo), "2.0"), "fixed | 2.0.0-rc.1 2.0.0 2.0.2 | 2.0.1 2.0.3 | 2.0.3", "{message}");
    }
}

#[test]
fn what_only_says_that_it_reverts_leaves_it_open() {
    let Story { repo, bug, fix } = story();
    let pick = repo.pick("2.0", fix);
    repo.tag_release("v2.0.1", "2.0");
    let words = format!("Revert \"Check the bounds\"\n\nThis reverts commit {pick}.");
    repo.land_on_line("2.0", &words, [("other", "x\n")]);
    repo.tag_release("v2.0.2", "2.0");
    source(&repo, &[&bug.to_string()], &[&fix.to_string()], "");
    let document = found(&repo);
    assert_eq!(told(&document, "2.0"), "not-evaluated | 2.0.0-rc.1 2.0.0 | 2.0.1 | -");
    assert_eq!(line(&document, "2.0")["unknown"], json!(["2.0.2"]));
    assert!(line(&document, "2.0")["reason"].as_str().is_some_and(|why| why.contains("may take back")));
}

#[test]
fn a_merge_that_keeps_the_files_without_the_fix_leaves_it_open() {
    let Story { repo, bug, fix } = story();
    repo.git(["checkout", "-q", "release/2.0"]);
    repo.tick(60);
    repo.git(["merge", "-q", "-s", "ours", "-m", "Take main along", "main"]);
    repo.git(["checkout", "-q", "main"]);
    repo.tag_release("v2.0.1", "2.0");
    source(&repo, &[&bug.to_string()], &[&fix.to_string()], "");
    let document = found(&repo);
    assert_eq!(line(&document, "2.0")["unknown"], json!(["2.0.1"]), "{document:#}");
}

#[test]
fn a_version_that_has_the_code_of_the_flaw_is_not_called_free_of_it() {
    let Story { repo, bug, fix } = story();
    source(&repo, &[&bug.to_string()], &[&fix.to_string()], "");
    let document = found(&repo);
    assert_eq!(
        (told(&document, "1.0"), line(&document, "1.0")["lacks-code"].clone()),
        ("not-affected |  | 1.0.0 | -".to_owned(), json!(true))
    );
    repo.land_on_line("1.0", "Bring a second parser", [("more/parser", text(&[(10, "fast"), (11, "other")]).as_str())]);
    repo.tag_release("v1.0.1", "1.0");
    let document = found(&repo);
    let own = line(&document, "1.0");
    assert_eq!((own["verdict"].clone(), own["unknown"].clone()), (json!("not-evaluated"), json!(["1.0.1"])), "{own}");
    assert!(own["reason"].as_str().is_some_and(|why| why.contains("has lines that are the flaw")), "{own}");
}

#[test]
fn the_code_of_the_flaw_is_looked_for_in_files_of_any_name() {
    let flaw = "another reader\nfast\nand its end\n";
    for (path, content, verdict, lacks_code) in [
        ("lib/reader", flaw, "not-evaluated", json!(null)),
        ("lib/parser.txt", flaw, "not-evaluated", json!(null)),
        ("lib/legacy.h", flaw, "not-evaluated", json!(null)),
        ("lib/reader", "nothing of it\n", "not-affected", json!(true)),
    ] {
        let Story { repo, bug, fix } = story();
        repo.land_on_line("1.0", "Move it", [Change::delete("parser"), Change::write(path, content)]);
        repo.tag_release("v1.0.1", "1.0");
        source(&repo, &[&bug.to_string()], &[&fix.to_string()], "");
        let own = line(&found(&repo), "1.0");
        assert_eq!((own["verdict"].clone(), own["lacks-code"].clone()), (json!(verdict), lacks_code), "{path}: {own}");
    }
}

#[test]
fn lines_that_stood_elsewhere_before_do_not_show_that_the_code_is_absent() {
    let repo = Repo::new();
    configure(&repo, &[("1.0", "maintained")]);
    repo.land_fix("Write the parser", [("parser", text(&[]).as_str()), ("other", "fast\n")]);
    repo.cut_line("1.0");
    repo.tag_release("v1.0.0", "1.0");
    let bug = repo.land_fix("Read faster", [("parser", text(&[(10, "fast")]).as_str()), ("rest", "all about it\n")]);
    let fix = repo.land_fix("Check the bounds", [("parser", text(&[(10, "safe")]).as_str())]);
    source(&repo, &[&bug.to_string()], &[&fix.to_string()], "");
    let own = line(&found(&repo), "1.0");
    assert_eq!((own["verdict"].clone(), own["lacks-code"].clone()), (json!("not-affected"), json!(null)), "{own}");
}

/// The files of such a release are not read.
#[test]
fn a_release_much_older_than_the_flaw_is_not_said_to_lack_its_code() {
    for (days, lacks_code) in [(59, json!(true)), (61, json!(null))] {
        let repo = Repo::new();
        configure(&repo, &[("1.0", "maintained")]);
        repo.land_fix("Write the parser", [("parser", text(&[]).as_str())]);
        repo.cut_line("1.0");
        repo.tag_release("v1.0.0", "1.0");
        repo.tick(days * 86_400);
        let bug = repo.land_fix("Read faster", [("parser", text(&[(10, "fast")]).as_str())]);
        let fix = repo.land_fix("Check the bounds", [("parser", text(&[(10, "safe")]).as_str())]);
        source(&repo, &[&bug.to_string()], &[&fix.to_string()], "");
        let own = line(&found(&repo), "1.0");
        assert_eq!((own["verdict"].clone(), own["lacks-code"].clone()), (json!("not-affected"), lacks_code), "{own}");
    }
}

#[test]
fn a_merge_that_was_picked_commit_by_commit_repairs() {
    let Story { repo, bug, .. } = story();
    let mut members = Vec::new();
    let merge = repo.merge_pull_request(7, "Check everything", |request| {
        members.push(
            request
                .commit("Check the start", [("parser", text(&[(3, "checked"), (10, "safe"), (30, "end")]).as_str())]),
        );
        members.push(request.commit("Check the rest", [("rest", "checked too\n")]));
    });
    repo.pick("2.0", members[0]);
    repo.tag_release("v2.0.1", "2.0");
    repo.pick("2.0", members[1]);
    repo.tag_release("v2.0.2", "2.0");
    source(&repo, &[&bug.to_string()], &[&merge.to_string()], "");
    assert_eq!(told(&found(&repo), "2.0"), "fixed | 2.0.0-rc.1 2.0.0 2.0.1 | 2.0.2 | 2.0.2");
    assert_eq!(told(&found(&repo), "2.1"), "affected | 2.1.0 |  | -");
}

/// The reason names commits as `[[stated]]` takes them, and says no more of them than is known.
#[test]
fn what_has_the_patch_of_a_doubtful_pick_says_nothing_itself() {
    let Story { repo, bug, fix } = story();
    let other = text(&[(10, "another way")]);
    let said = repo.land_on_line("1.1", &origin_of(fix), [("parser", other.as_str())]);
    repo.tag_release("v1.1.2", "1.1");
    let like_it = repo.land_on_line("2.0", "Mend the overrun", [("parser", other.as_str())]);
    repo.tag_release("v2.0.1", "2.0");
    source(&repo, &[&bug.to_string()], &[&fix.to_string()], "");
    let document = found(&repo);
    let why = |name: &str| line(&document, name)["reason"].as_str().expect("a reason").to_owned();
    assert!(why("1.1").contains(&format!("{said} says that it is a pick of ")), "{}", why("1.1"));
    assert!(why("2.0").contains(&format!("{like_it} may stand for ")), "{}", why("2.0"));
}

#[test]
fn tags_of_another_form_and_releases_that_came_since_are_told() {
    let Story { repo, bug, fix } = story();
    repo.git(["tag", "api/v2.0", "release/2.0"]);
    for number in 1..=6 {
        repo.git(["tag", &format!("lib/v2.0.{number}"), "release/2.0"]);
    }
    repo.git(["tag", "nightly", "main"]);
    source(&repo, &[&bug.to_string()], &[&fix.to_string()], "");
    let document =
        advisory(&repo).args(["--format", "json", "affected", "GSA-2026-001", "--write"]).run().success().json();
    assert_eq!(
        (document["odd-tags"][0].clone(), document["odd-tags"].as_array().map(Vec::len)),
        (json!("api/v2.0"), Some(7))
    );
    let shown = advisory(&repo).args(["affected", "GSA-2026-001"]).run().success().stdout;
    assert!(shown.contains("lib/v2.0.4 and 2 more") && !shown.contains("lib/v2.0.5"), "{shown}");
    let check = || advisory(&repo).args(["check", "GSA-2026-001"]).run().code(3).stdout;
    assert!(!check().contains("no line names"), "{}", check());
    repo.git(["tag", "v2.0.7", "release/2.0"]);
    assert!(check().contains("no line names 2.0.7"), "{}", check());
    source(&repo, &[&bug.to_string()], &["7".repeat(40).as_str()], "");
    assert!(check().contains("is not here"), "{}", check());
}
