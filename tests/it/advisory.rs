//! `patch-advisory`: sources are begun once, checked and scored.

mod affected;
mod at_once;
mod content;
mod fix_like;
mod generated;
mod kit;
mod lines_only;
mod matrix;
mod odd_tags;
mod read_again;
mod tag_names;
mod told;
mod undone;

use serde_json::Value;

use crate::support::{Bin, Repo};

/// A repository with the section of advisories, and nothing else.
pub fn story() -> Repo {
    let repo = Repo::new();
    repo.write_config("[project]\nmain = \"main\"\n\n[advisory]\nprefix = \"GSA\"\n");
    repo
}

/// `patch-advisory` on the first of December 2026.
pub fn advisory(repo: &Repo) -> Bin {
    Bin::advisory().at(repo).args(["--now", "2026-12-01T00:00:00Z"])
}

/// `patch-advisory` at a moment that has come, wherever the tests run.
fn recording(repo: &Repo) -> Bin {
    Bin::advisory().at(repo).args(["--now", "2026-01-05T09:00:00Z"])
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("because it is JSON")
}

fn begin(repo: &Repo, more: &[&str]) -> Value {
    json(&advisory(repo).args(["--format", "json", "new", "A flaw"]).args(more).run().success().stdout)
}

#[test]
fn identifiers_follow_those_of_the_worktree_and_of_all_branches() {
    let repo = story();
    assert_eq!(begin(&repo, &[])["path"], "advisories/GSA-2026-001.md");
    assert_eq!(begin(&repo, &[])["id"], "GSA-2026-002");
    repo.git(["switch", "-q", "-c", "private"]);
    std::fs::write(repo.path().join("advisories/GSA-2026-007.md"), "not even one").expect("it is written");
    repo.git(["add", "advisories/GSA-2026-007.md"]);
    repo.git(["commit", "-q", "-m", "Prepare"]);
    repo.git(["switch", "-q", "main"]);
    assert_eq!(begin(&repo, &[])["id"], "GSA-2026-008");
    let next_year = Bin::advisory().at(&repo).args(["--now", "2027-01-01T00:00:00Z", "new", "A flaw"]).run().success();
    assert_eq!(next_year.stdout, "wrote advisories/GSA-2027-001.md\n");
    for link in [true, false] {
        std::fs::rename(repo.path().join("advisories"), repo.home().join(format!("kept-{link}"))).expect("it is moved");
        let place = repo.path().join("advisories");
        match link {
            true => std::os::unix::fs::symlink("nowhere", &place).expect("it is made"),
            false => std::fs::write(&place, "no folder").expect("it is written"),
        }
        let refused = advisory(&repo).args(["new", "A flaw"]).run().code(2).stderr;
        assert!(
            refused.contains("advisories' is no folder") && refused.contains("'folder' in [advisory]"),
            "{refused}"
        );
        std::fs::remove_file(&place).expect("it is removed");
        std::fs::create_dir(&place).expect("it is made");
    }
    let missing = Bin::advisory().at(&Repo::new()).args(["new", "A flaw"]).run();
    assert_eq!((missing.exit, missing.stderr.contains("[advisory]")), (2, true), "{}", missing.stderr);
}

#[test]
fn an_identifier_of_another_worktree_is_taken() {
    let repo = story();
    let other = repo.home().join("other").display().to_string();
    repo.git(["worktree", "add", "-q", "--detach", &other]);
    assert_eq!(begin(&repo, &["--repo", &other])["id"], "GSA-2026-001");
    assert_eq!(begin(&repo, &[])["id"], "GSA-2026-002");
}

#[test]
fn two_clones_never_take_the_same_identifier() {
    let repo = story();
    let up = repo.home().join("up.git");
    let up = up.to_str().expect("because the folder has a plain name");
    repo.git(["init", "-q", "--bare", up]);
    let first = begin(&repo, &["--reserve", up]);
    assert_eq!(first["reserved"], "refs/backstitch/advisories/GSA-2026-001");
    std::fs::remove_file(repo.path().join("advisories/GSA-2026-001.md")).expect("it is removed");
    assert_eq!(begin(&repo, &["--reserve", up])["id"], "GSA-2026-002", "the remote remembers");
    let bin = || advisory(&repo).args(["--format", "json", "new", "A flaw", "--reserve", up]);
    let bins: Vec<Bin> = (0..4).map(|_| bin()).collect();
    let runs: Vec<_> = bins.into_iter().map(|bin| std::thread::spawn(|| bin.run().success().stdout)).collect();
    let said = runs.into_iter().map(|run| json(&run.join().expect("it ends")));
    let mut taken: Vec<String> = said.map(|said| said["id"].as_str().expect("a text").to_owned()).collect();
    taken.sort();
    assert_eq!(taken, ["GSA-2026-003", "GSA-2026-004", "GSA-2026-005", "GSA-2026-006"]);
    let lost = advisory(&repo).args(["new", "A flaw", "--reserve", "/nowhere"]).run();
    assert_eq!(lost.exit, 4, "{}", lost.stderr);
}

#[test]
fn what_is_wrong_with_a_source_is_told_with_its_place() {
    let repo = story();
    begin(&repo, &[]);
    let unfinished = advisory(&repo).args(["--format", "json", "check"]).run();
    let document = json(&unfinished.stdout);
    assert_eq!((unfinished.exit, document["answer"].as_str()), (3, Some("undecided")), "{document}");
    let path = repo.path().join("advisories/GSA-2026-001.md");
    let fix = repo.commit_id("main").to_string();
    let good = include_str!("../../src/model/advisory/example.md").replace(&"2".repeat(40), &fix);
    std::fs::write(&path, &good).expect("it is written");
    repo.git(["branch", "-q", "fix-parser"]);
    let checked = advisory(&repo).args(["check", "GSA-2026-001"]).run();
    assert_eq!((checked.exit, checked.stdout.as_str()), (0, "1 advisory, nothing is wrong\n"));
    std::fs::write(&path, good.replacen("title =", "titel =", 1)).expect("it is written");
    let broken = advisory(&repo).args(["check"]).run();
    assert_eq!(broken.exit, 2);
    assert!(broken.stderr.contains("'advisories/GSA-2026-001.md' is no advisory"), "{}", broken.stderr);
    assert!(broken.stderr.contains("line 3, column 1: unknown key 'titel'"), "{}", broken.stderr);
    let unknown = advisory(&repo).args(["check", "GSA-2026-009"]).run();
    assert_eq!(unknown.exit, 2);
    // One that is broken does not stand in the way of others.
    let second = begin(&repo, &[]);
    assert_eq!(second["id"], "GSA-2026-002");
    drop(advisory(&repo).args(["checklist", "GSA-2026-002"]).run().code(3));
    std::fs::write(&path, good.replacen("state = \"embargoed\"", "state = \"public\"", 1)).expect("it is written");
    let unpublished = advisory(&repo).args(["check"]).run().code(2);
    assert!(unpublished.stderr.contains("line 4, column 9: missing key 'published'"), "{}", unpublished.stderr);
    assert!(unpublished.stderr.contains("patch-advisory check") && !unpublished.stderr.contains("docs/"));
    std::fs::write(&path, b"+++\nid = \"\xc3\x28\"\n").expect("it is written");
    let bytes = advisory(&repo).args(["check"]).run().code(2);
    assert!(bytes.stderr.contains("line 2, column 7: no UTF-8"), "{}", bytes.stderr);
}

#[test]
fn vectors_are_scored_one_by_one_and_from_standard_input() {
    let four = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N";
    let run =
        Bin::advisory().args(["--format", "json", "score", four, "-"]).stdin("AV:N/AC:L/Au:N/C:P/I:P/A:P\n\n").run();
    let scores = json(&run.success().stdout)["scores"].clone();
    assert_eq!((scores[0]["score"].as_f64(), scores[0]["severity"].as_str()), (Some(9.3), Some("critical")));
    assert_eq!((scores[1]["score"].as_f64(), scores[1]["version"].as_str()), (Some(7.5), Some("2.0")));
    let half = Bin::advisory().args(["score", "CVSS:3.1/AV:N"]).run();
    assert_eq!((half.exit, half.stderr.contains("give every base metric")), (2, true), "{}", half.stderr);
}

/// The story with one advisory that has everything, in a state, with more keys in front.
fn with_advisory(state: &str, more: &str) -> Repo {
    let repo = story();
    let text = include_str!("../../src/model/advisory/example.md");
    let text = text.replacen("state = \"embargoed\"", &format!("state = \"{state}\"\n{more}"), 1);
    std::fs::create_dir(repo.path().join("advisories")).expect("it is made");
    std::fs::write(repo.path().join("advisories/GSA-2026-001.md"), text).expect("it is written");
    repo
}

fn source(repo: &Repo) -> String {
    std::fs::read_to_string(repo.path().join("advisories/GSA-2026-001.md")).expect("it is there")
}

#[test]
fn a_person_answers_for_what_the_source_does_not_show() {
    let repo = with_advisory("embargoed", "");
    let open = advisory(&repo).args(["checklist", "GSA-2026-001"]).run().code(3);
    assert!(
        open.stdout.contains("fix-reviewed") && open.stdout.contains("only a person can say so"),
        "{}",
        open.stdout
    );
    let done = |item: &str| recording(&repo).args(["done", "GSA-2026-001", item, "--by", "Mia <mia@godel.example>"]);
    let before = source(&repo);
    assert!(done("fix-reviewed").args(["--dry-run"]).run().success().stdout.contains("would be changed"));
    assert_eq!(source(&repo), before);
    assert!(done("fix-reviewed").run().success().stdout.contains(": changed: "));
    assert!(done("fix-reviewed").run().success().stdout.contains("already so"));
    assert!(done("mitigations-documented").run().success().stdout.contains(": changed: "));
    assert_eq!(done("severity-calculated").run().exit, 2, "what is worked out cannot be stated");
    assert_eq!(source(&repo).matches("[[done]]").count(), 2);
    let list = advisory(&repo).args(["--format", "markdown", "checklist", "GSA-2026-001"]).run().success().stdout;
    assert!(list.contains("- [x] fix-reviewed (stated)"), "{list}");
    assert_eq!(list.matches("- [x] ").count(), 6, "{list}");
}

#[test]
fn what_is_published_is_revised_and_withdrawn_with_its_history() {
    let repo = with_advisory("embargoed", "");
    let revise =
        |repo: &Repo| recording(repo).args(["revise", "GSA-2026-001", "--summary", "Line 1.9 has a fix"]).run();
    let withdraw = |repo: &Repo| recording(repo).args(["withdraw", "GSA-2026-001", "--reason", "No flaw"]).run();
    assert_eq!((revise(&repo).exit, withdraw(&repo).exit), (1, 1), "nothing secret is revised or withdrawn");
    let repo = with_advisory("public", "published = 2026-01-02T00:00:00Z");
    assert!(revise(&repo).success().stdout.contains("revision 1"));
    let once = source(&repo);
    assert!(once.contains("state = \"revised\"") && once.contains("modified = 2026-01-05T09:00:00Z"), "{once}");
    assert!(revise(&repo).success().stdout.contains("already so"));
    assert_eq!(source(&repo), once);
    assert!(withdraw(&repo).success().stdout.contains(": changed: "));
    let twice = source(&repo);
    assert!(twice.contains("withdrawn = 2026-01-05T09:00:00Z") && twice.contains("Withdrawn: No flaw"), "{twice}");
    assert!(withdraw(&repo).success().stdout.contains("already so"));
    let other = recording(&repo).args(["withdraw", "GSA-2026-001", "--reason", "A mistake"]).run().code(1);
    assert!(other.stderr.contains("for another reason: Withdrawn: No flaw"), "{}", other.stderr);
    assert_eq!((source(&repo), revise(&repo).exit), (twice, 1));
    let safe = recording(&repo).args(["withdraw", "GSA-2026-001", "--reason", "No flaw", "--no-flaw"]).run().code(1);
    assert!(safe.stderr.contains("was withdrawn without '--no-flaw'"), "{}", safe.stderr);
    let broken = with_advisory("public", "published = 2026-01-02T00:00:00Z");
    let before = source(&broken);
    let two = recording(&broken).args(["revise", "GSA-2026-001", "--summary", "two\nlines"]).run();
    assert_eq!((two.exit, source(&broken)), (2, before.clone()), "{}", two.stderr);
    assert!(two.stderr.contains("'summary' must be one line of text"), "{}", two.stderr);
    assert!(!two.stderr.contains("column"), "nobody can look into a text that was not written: {}", two.stderr);
    for change in [["revise", "--summary"], ["withdraw", "--reason"]] {
        let early = Bin::advisory().at(&broken).args(["--now", "2999-01-01T00:00:00Z", change[0], "GSA-2026-001"]);
        let early = early.args([change[1], "No flaw"]).run();
        assert_eq!((early.exit, source(&broken)), (2, before.clone()), "{}", early.stderr);
        assert!(early.stderr.contains("has not come yet"), "{}", early.stderr);
    }
}

#[test]
fn what_a_title_or_an_address_cannot_have_is_named_with_its_place() {
    let refused = |title: &str, more: &str| {
        let repo = with_advisory("embargoed", more);
        let text = source(&repo).replacen("Out-of-bounds read in the upload parser", title, 1);
        std::fs::write(repo.path().join("advisories/GSA-2026-001.md"), text).expect("it is written");
        advisory(&repo).args(["check"]).run().code(2).stderr
    };
    for (title, says) in [
        ("Read of\u{200b} too much", "'Read of\\u{200b} too much' is not a title: take out the character"),
        (" Read of too much", "take out the space at its beginning or end"),
        ("", "write one line of at most 120 characters"),
    ] {
        let said = refused(title, "");
        assert!(said.contains(says) && said.contains("line 3"), "{title}: {said}");
    }
    let repo = with_advisory("embargoed", "");
    let own = "https://github.com/godel/godel/commit/2222222222222222222222222222222222222222";
    let text = source(&repo).replacen(own, &format!("https://godel.example/{}", "a".repeat(2048)), 1);
    std::fs::write(repo.path().join("advisories/GSA-2026-001.md"), text).expect("it is written");
    let said = advisory(&repo).args(["check"]).run().code(2).stderr;
    assert!(said.contains("write at most 2048 characters") && said.contains("line 29"), "{said}");
    assert!(said.len() < 600, "{said}");
}
