//! Who looked at a pick that brings less or more than it names, and said so on main.

use backstitch::model::commit::CommitId;
use serde_json::{Value, json};

use super::check::broken_of;
use super::grouping::line;
use super::json as ask;
use crate::support::{Bin, Repo};

const ID: &str = "CVE-2026-11111";

/// A line with a pick of half of a security fix: the repository, the fix and the pick.
fn half() -> (Repo, CommitId, CommitId) {
    let repo = line();
    let base = "read_1(text)\nread_2(text)\nread_3(text)\nread_4(text)\n";
    repo.pick("2.0", repo.squash_merge(70, "Add the readers", "", [("src/a.py", base)]));
    let title = format!("{ID}: clean what is read");
    let fix = repo.squash_merge(73, &title, "", [("src/a.py", base.replace("(text)", "(clean(text))").as_str())]);
    let part = base.replace("1(text)", "1(clean(text))").replace("2(text)", "2(clean(text))");
    let message = format!("{title} (#73)\n\n(cherry picked from commit {fix})");
    let pick = repo.land_on_line("2.0", &message, [("src/a.py", part.as_str())]);
    repo.tick(60);
    (repo, fix, pick)
}

fn first(repo: &Repo) -> Value {
    ask(repo, &["--target", "2.0.1"])["entries"][0].clone()
}

#[track_caller]
fn is_open(repo: &Repo, why: &str) {
    let entry = first(repo);
    let says = entry["in-part"][0].as_str().is_some_and(|why| why.starts_with("it brings less than three of four"));
    assert!(says && entry["open-advisories"] == json!([ID]), "{why}: {entry:#}");
    assert!(broken_of(repo).contains(&"origin undecided".to_owned()), "{why}");
}

#[track_caller]
fn is_settled(repo: &Repo, why: &str) -> Value {
    let entry = first(repo);
    let left = [&entry["in-part"], &entry["open-advisories"], &entry["origin"]["claimed"], &entry["unnamed"]];
    assert!(left.iter().all(|left| left.is_null()), "{why}: {entry:#}");
    let broken = broken_of(repo);
    assert!(broken.iter().all(|rule| rule.starts_with("words")), "{why}: {broken:?}");
    entry
}

pub fn decide(repo: &Repo, about: CommitId, answer: &str) {
    decide_for(repo, "2.0", about, answer);
}

pub fn decide_for(repo: &Repo, line: &str, about: CommitId, answer: &str) {
    let (about, now) = (about.to_string(), repo.now());
    let decide = ["decide", &about, "--line", line, answer, "--reason", "looked at", "--now", &now];
    let _decided = Bin::pick().at(repo).args(decide).run().success();
    repo.git(["add", "-A"]);
    repo.git(["commit", "-q", "-m", "Decide"]);
    repo.tick(60);
}

#[test]
fn words_that_name_what_a_part_fixes_settle_it() {
    for way in ["pick", "origin", "number"] {
        let (repo, fix, pick) = half();
        is_open(&repo, way);
        let name = match way {
            "pick" => pick.to_string(),
            "origin" => fix.to_string(),
            _ => "73".to_owned(),
        };
        let file = format!(".patch/notes/{name}.md");
        repo.land_fix("Say it", [(file.as_str(), "Text is cleaned.\n")]);
        is_open(&repo, "it does not say what is fixed");
        let words = format!("Text is cleaned before it is read, which fixes {ID}.");
        repo.land_fix("Say what", [(file.as_str(), words.as_str())]);
        let entry = is_settled(&repo, way);
        assert_eq!((&entry["advisories"], &entry["words"]["text"]), (&json!([ID]), &json!(words)), "{way}");
    }
}

#[test]
fn a_decision_about_a_part_settles_it_and_one_before_it_came_does_not() {
    for is_pick in [true, false] {
        let (repo, fix, pick) = half();
        decide(&repo, if is_pick { pick } else { fix }, "--decline");
        is_open(&repo, "declined");
        decide(&repo, if is_pick { pick } else { fix }, "--accept");
        assert_eq!(is_settled(&repo, "accepted")["advisories"], json!([ID]));
    }
    // That the line shall have a fix says nothing of a pick that comes later.
    let repo = line();
    let (all, part) = ("1, kept\n2, kept\n3, kept\n", "1, kept\n2\n3\n");
    let fix = repo.squash_merge(73, &format!("{ID}: keep the list"), "", [("list", all)]);
    decide(&repo, fix, "--accept");
    let message = format!("{ID}: keep the list (#73)\n\n(cherry picked from commit {fix})");
    repo.land_on_line("2.0", &message, [("list", part)]);
    is_open(&repo, "decided before");
}

#[test]
fn one_of_several_that_was_declined_is_not_of_the_pick() {
    let repo = line();
    let list = ("list", "1\n2, kept\n3\n");
    repo.squash_merge(73, "Stop the leak", "", [list]);
    let map = repo.squash_merge(74, "Check the map", "", [("map", "1, checked\n2, checked\n3, checked\n")]);
    let message = "Backport fixes\n\nBackport of #73 and #74\n";
    let pick = repo.land_on_line("2.0", message, [list, ("map", "1, checked\n2\n3\n")]);
    repo.tick(60);
    assert_eq!(first(&repo)["origin"]["claimed"], json!([map.to_string()]));
    decide(&repo, map, "--decline");
    let entry = is_settled(&repo, "declined");
    assert_eq!((&entry["title"], &entry["pull-request"]), (&json!("Stop the leak"), &json!(73)));
    decide(&repo, map, "--accept");
    assert_eq!(is_settled(&repo, "accepted")["pull-requests"], json!([73, 74]));
    decide(&repo, pick, "--accept");
    assert_eq!(is_settled(&repo, "accepted as a whole")["pull-requests"], json!([73, 74]));
}

#[test]
fn who_looked_at_a_pick_settles_what_it_brings_and_does_not_name() {
    for with_words in [true, false] {
        let repo = line();
        let leak = repo.squash_merge(73, "Stop the leak", "", [("list", "1, kept\n2, kept\n3\n")]);
        repo.squash_merge(74, "Check the map", "", [("map", "1\n2\n3, checked\n")]);
        let both = [("list", "1, kept\n2, kept\n3\n"), ("map", "1\n2\n3, checked\n")];
        let pick = repo.land_on_line("2.0", "Check the map (backport #74)\n", both);
        repo.tick(60);
        assert_eq!(first(&repo)["unnamed"], json!([leak.to_string()]));
        if with_words {
            repo.land_fix("Say it", [(format!(".patch/notes/{pick}.md").as_str(), "Maps and lists are kept.\n")]);
            assert_eq!(is_settled(&repo, "words")["words"]["text"], "Maps and lists are kept.");
        } else {
            decide(&repo, pick, "--accept");
            is_settled(&repo, "a decision");
        }
    }
}

#[test]
fn a_decision_about_a_pick_settles_a_place_that_it_leaves_alone() {
    let repo = line();
    let list = ("list", "1, first\n2, second\n3, third\n");
    let title = format!("{ID}: check both (#73)");
    let fix = repo.squash_merge(73, &format!("{ID}: check both"), "", [list, ("map", "1\n2, checked\n3\n")]);
    let pick = repo.land_on_line("2.0", &format!("{title}\n\n(cherry picked from commit {fix})"), [list]);
    repo.tick(60);
    let entry = first(&repo);
    assert_eq!(entry["in-part"], json!(["what it changes in `map` on main is not in 2.0.1"]), "{entry:#}");
    decide(&repo, pick, "--accept");
    assert_eq!(is_settled(&repo, "accepted")["advisories"], json!([ID]));
}
