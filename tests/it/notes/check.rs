//! What is wrong with notes.

use super::{notes, story};
use crate::support::{Output, Repo};

fn check(repo: &Repo, arguments: &[&str]) -> Output {
    notes(repo, &[&["check", "--target", "2.0.1", "--format", "json"], arguments].concat()).run()
}

/// The rules that do not hold, each with what was found.
fn broken(output: &Output) -> Vec<String> {
    let found = output.json()["findings"].as_array().cloned().unwrap_or_default();
    let broken = found.iter().filter(|finding| finding["found"] != "passed");
    broken.map(|finding| format!("{} {}", finding["rule"], finding["found"]).replace('"', "")).collect()
}

/// The rules that do not hold for 2.0.1.
pub(super) fn broken_of(repo: &Repo) -> Vec<String> {
    broken(&check(repo, &[]))
}

#[test]
fn notes_that_are_right_pass() {
    let output = check(&story(), &[]).code(0);
    assert_eq!((broken(&output), &output.json()["answer"]), (Vec::new(), &"yes".into()));
}

#[test]
fn a_commit_without_an_origin_fails() {
    let repo = story();
    repo.land_on_line("2.0", "Paint the door", [("door.c", "red\n")]);
    repo.git(["tag", "-f", "v2.0.1", "release/2.0"]);
    let output = check(&repo, &[]).code(1);
    assert_eq!(broken(&output), ["origin failed"]);
    assert_eq!(output.json()["findings"][0]["commit"], repo.commit_id("v2.0.1").to_string());
    // Something weak speaks for one.
    repo.git(["checkout", "-q", "release/2.0"]);
    repo.git(["commit", "-q", "--amend", "-m", "Paint the door in red"]);
    repo.git(["tag", "-f", "v2.0.1"]);
    repo.git(["checkout", "-q", "main"]);
    repo.land_fix("Paint the door in red", [("gate.c", "red\n")]);
    let output = check(&repo, &[]).code(3);
    assert_eq!(broken(&output), ["origin undecided"]);
}

#[test]
fn a_security_fix_needs_words() {
    let repo = story();
    let fix = repo.commit_with("Check the tree (#15)\n\nKind: security\n", super::ANN, [("guard.c", "checked\n")]);
    repo.pick("2.1", fix);
    let ask = |code| notes(&repo, &["check", "--line", "2.1", "--format", "json"]).run().code(code);
    // Its pull request may have some, and nobody was asked for that.
    assert_eq!(broken(&ask(3)), ["words undecided"]);
    repo.land_fix("Say it", [(format!(".patch/notes/{fix}.md").as_str(), "The tree is checked.\n")]);
    assert_eq!(broken(&ask(0)), Vec::<String>::new());
    let bare =
        repo.commit_with("Check the set\n\nKind: security\nRelease-note: NONE\n", super::ANN, [("set.c", "1\n")]);
    repo.pick("2.1", bare);
    assert_eq!(broken(&ask(1)), ["words failed"]);
}

#[test]
fn what_is_under_embargo_is_refused_and_never_printed() {
    let repo = story();
    let docs =
        repo.commit_with("docs: name the flaw (#16)\n\nFixes: CVE-2026-4242\n", super::ANN, [("flaw.md", "x\n")]);
    repo.pick("2.0", docs);
    repo.git(["tag", "-f", "v2.0.1", "release/2.0"]);
    let rendered = notes(&repo, &["render", "--target", "2.0.1"]).run().success();
    assert!(rendered.stderr.contains("cannot be told: it is said to be about CVE-2026-4242"), "{}", rendered.stderr);
    let list = repo.home().join("embargoed");
    std::fs::write(&list, "CVE-2026-4242\n").expect("because the folder is ours");
    let name = list.display().to_string();
    for format in ["json", "text", "markdown"] {
        let output =
            notes(&repo, &["check", "--target", "2.0.1", "--embargoed", &name, "--format", format]).run().code(1);
        assert!(output.stdout.contains("under embargo"), "{}", output.stdout);
        assert!(!output.stdout.contains("4242") && !output.stderr.contains("4242"), "{}", output.stdout);
    }
    std::fs::write(&list, "CVE-2026-1111\n").expect("because the folder is ours");
    // Nothing tells whether it is a security fix.
    assert_eq!(broken(&check(&repo, &["--embargoed", &name]).code(3)), ["advisories undecided"]);
    std::fs::write(&list, "# none\n").expect("because the folder is ours");
    let _empty = check(&repo, &["--embargoed", &name]).code(2);
}

#[test]
fn a_body_that_is_too_long_is_refused() {
    let repo = story();
    let with = |characters: usize| {
        let bin = notes(&repo, &["check", "--target", "2.0.1", "--format", "json", "--body", "-"]);
        bin.stdin("ä".repeat(characters)).run()
    };
    assert_eq!(broken(&with(125_000).code(0)), Vec::<String>::new());
    assert_eq!(broken(&with(125_001).code(1)), ["length failed"]);
}

#[test]
fn findings_are_shown_to_people_and_to_a_workflow() {
    let repo = story();
    repo.land_on_line("2.0", "Paint the door", [("door.c", "red\n")]);
    let output = notes(&repo, &["check", "--line", "2.0"]).run().code(1);
    assert!(output.stdout.contains("to mend 'origin': see what it is like"), "{}", output.stdout);
    let window = repo.land_on_line("2.0", "Paint the window", [("window.c", "red\n")]);
    let wall = repo.land_on_line("2.0", "Paint the wall", [("wall.c", "red\n")]);
    let output = notes(&repo, &["check", "--line", "2.0"]).run().code(1);
    for commit in [&window, &wall] {
        assert!(output.stdout.contains(&commit.to_string()[..10]), "each stands in the table: {}", output.stdout);
    }
    let hints: Vec<&str> = output.stdout.lines().filter(|line| line.starts_with("to mend 'origin'")).collect();
    let [hint] = hints.as_slice() else { panic!("not one hint for all: {hints:?}") };
    assert!(hint.starts_with("to mend 'origin' (and 2 other picks in the same way): see what it is like"), "{hint}");
    let markdown = notes(&repo, &["check", "--line", "2.0", "--format", "markdown"]).run().code(1).stdout;
    assert!(markdown.starts_with("**Notes of 2.0.2**\n\n| rule | found | pick | why |"), "{markdown}");
    let none = notes(&repo, &["check", "--line", "2.0", "--format", "html"]).run().code(2);
    assert!(none.stderr.contains("only notes themselves have this form"), "{}", none.stderr);
}

#[test]
fn a_title_that_names_an_advisory_is_of_a_security_fix_that_nothing_hides() {
    let repo = story();
    for (at, title) in [
        "[2.0.x] Fixed CVE-2026-1001 -- Prevented a loop",
        "overflow (ghsa-2C4F-5gh6-7jm8) (#21)",
        "fix(security): bad pointer",
        "[Security] Fix overflow",
        "fix: the list\n\nCVE-2026-1002",
    ]
    .into_iter()
    .enumerate()
    {
        let split = if title.contains('\n') { "\n" } else { "\n\n" };
        let message = format!("{title}{split}Release-note: NONE\n");
        let fix = repo.commit_with(&message, super::ANN, [(format!("f{at}.c").as_str(), "safe\n")]);
        repo.pick("2.0", fix);
    }
    let test = repo.commit_with("Add test for CVE-2026-1003\n\nRelease-note: NONE\n", super::ANN, [("t.c", "x\n")]);
    repo.pick("2.0", test);
    repo.git(["tag", "-f", "v2.0.1", "release/2.0"]);
    let found = super::json(&repo, &["--target", "2.0.1"]);
    let shown = |title: &str| {
        let entry = super::entry(&found, title);
        let ids = entry["advisories"].as_array().cloned().unwrap_or_default();
        let ids: Vec<&str> = ids.iter().filter_map(|id| id.as_str()).collect();
        format!("{} {}", entry["section"].as_str().unwrap_or_default(), ids.join(" "))
    };
    assert_eq!(shown("Fixed CVE-2026-1001"), "security CVE-2026-1001");
    assert_eq!(shown("overflow"), "security GHSA-2c4f-5gh6-7jm8");
    assert_eq!(shown("fix(security)"), "security ");
    assert_eq!(shown("[Security]"), "security ");
    assert_eq!(shown("fix: the list"), "security CVE-2026-1002");
    assert_eq!(shown("Add test"), "fixes ");
    assert!(broken(&check(&repo, &[])).contains(&"advisories undecided".to_owned()));
}

#[test]
fn a_fix_with_a_wrong_trailer_is_an_entry_of_its_own() {
    let repo = story();
    let typo = repo.commit_with("docs: typo (#23)\n", super::ANN, [("readme.md", "the\n")]);
    repo.pick("2.0", typo);
    let message = format!("fix: heap overflow\n\nFixes: CVE-2026-1111\n(cherry picked from commit {typo})\n");
    repo.land_on_line("2.0", &message, [("heap.c", "checked\n")]);
    let words = "Release-note: The heap does not overflow.\n";
    // The same change under another title is no other change.
    let map = repo.commit_with("Read the map once (#24)\n", super::ANN, [("map.c", "map, once\n")]);
    let message = format!("Make the map fast again\n\n{words}(cherry picked from commit {map})\n");
    repo.land_on_line("2.0", &message, [("map.c", "map, once\n")]);
    repo.git(["tag", "-f", "v2.0.1", "release/2.0"]);
    let found = super::json(&repo, &["--target", "2.0.1"]);
    let fix = super::entry(&found, "fix: heap overflow");
    assert_eq!((&fix["section"], &fix["advisories"][0]), (&"security".into(), &"CVE-2026-1111".into()));
    assert_eq!((&fix["origin"]["from"], &fix["origin"]["commits"][0]), (&"claimed".into(), &typo.to_string().into()));
    assert_eq!(fix["pull-request"], serde_json::Value::Null);
    assert_eq!(super::entry(&found, "docs: typo")["section"], "documentation");
    assert_eq!(super::entry(&found, "Read the map once")["origin"]["from"], "main");
    assert_eq!(broken(&check(&repo, &[])), ["origin undecided", "words failed"]);
}
