//! What belongs to the line alone, and who says so.

use serde_json::json;

use super::check::broken_of;
use super::grouping::line;
use super::{entry, json as ask, notes, titles};
use crate::support::{Bin, Repo};

/// A line with one commit that nothing explains.
fn unexplained() -> (Repo, String) {
    let repo = line();
    let commit = repo.land_on_line("2.0", "Close the door (#12)", [("door", "closed\n")]).to_string();
    (repo, commit)
}

#[test]
fn a_decision_settles_that_a_commit_belongs_to_the_line() {
    let (repo, commit) = unexplained();
    let found = notes(&repo, &["check", "--target", "2.0.1", "--format", "json"]).run().code(1).json();
    let hint = found["findings"][0]["hint"].as_str().unwrap_or_default();
    // The hint is a command that settles it.
    let (_, command) = hint.split_once("patch-pick ").unwrap_or_default();
    let words: Vec<&str> =
        command.split_whitespace().map(|word| if word == "TEXT" { "main has no door" } else { word }).collect();
    assert_eq!(words[1], commit, "{hint}");
    let decide = |more: &[&str]| {
        let said = Bin::pick().at(&repo).args([&words[..], more].concat()).run().success().stdout;
        assert!(said.starts_with("recorded in "), "{said}");
    };
    decide(&[]);
    assert_eq!(broken_of(&repo), ["origin failed"], "it is not on main yet");
    repo.git(["add", "-A"]);
    repo.git(["commit", "-q", "-m", "Decide"]);
    assert_eq!(broken_of(&repo), Vec::<String>::new());
    let told = ask(&repo, &["--target", "2.0.1"]);
    let one = entry(&told, "Close the door");
    assert_eq!((&one["origin"]["from"], one["kind"].is_null()), (&json!("line"), true), "{told:#}");
    assert!(one["origin"]["reasons"][0].as_str().is_some_and(|why| why.ends_with(" for the line: main has no door")));
    repo.tick(60);
    decide(&["--kind", "crash"]);
    repo.git(["commit", "-q", "-a", "-m", "Decide what it is"]);
    assert_eq!(entry(&ask(&repo, &["--target", "2.0.1"]), "Close the door")["kind"], "crash");
}

#[test]
fn a_declined_commit_is_still_unexplained() {
    let (repo, commit) = unexplained();
    let decline = ["decide", &commit, "--line", "2.0", "--decline", "--reason", "no"];
    let said = Bin::pick().at(&repo).args(decline).run().success().stdout;
    assert!(said.starts_with("recorded in "), "{said}");
    // What has another author or another moment is no weak sign of an origin.
    repo.tick(60);
    repo.git(["add", "-A"]);
    repo.git(["commit", "-q", "-m", "Decide"]);
    assert_eq!(broken_of(&repo), ["origin failed"]);
}

#[test]
fn words_for_a_commit_of_the_line_settle_it() {
    let (repo, commit) = unexplained();
    repo.land_fix("Name it", [(".patch/notes/12.md", "The door shuts.\n")]);
    assert_eq!(broken_of(&repo), ["origin failed"], "a number may be that of a change of main");
    let file = format!(".patch/notes/{commit}.md");
    repo.land_fix("Say it", [(file.as_str(), "The door is closed.\n")]);
    assert_eq!(broken_of(&repo), Vec::<String>::new());
    repo.land_fix("Say nothing", [(file.as_str(), "NONE\n")]);
    assert_eq!(broken_of(&repo), Vec::<String>::new());
    assert_eq!(titles(&ask(&repo, &["--target", "2.0.1"])), Vec::<&str>::new());
}

#[test]
fn a_file_with_words_may_have_the_short_name_of_the_commit() {
    let (repo, commit) = unexplained();
    let file = format!(".patch/notes/{}.md", &commit[..10]);
    repo.land_fix("Say it", [(file.as_str(), "The door is closed.\n")]);
    assert_eq!(broken_of(&repo), Vec::<String>::new());
    let told = ask(&repo, &["--target", "2.0.1"]);
    assert_eq!(entry(&told, "Close the door")["words"]["text"], "The door is closed.");
}

#[test]
fn what_names_another_change_can_be_settled_too() {
    let repo = line();
    let fix = repo.squash_merge(43, "Keep the set", "", [("set", "kept\n")]);
    let message = format!("Keep what is there (#44)\n\n(cherry picked from commit {fix})\n");
    let commit = repo.land_on_line("2.0", &message, [("there", "put aside\n")]);
    assert_eq!(broken_of(&repo), ["origin undecided"]);
    repo.land_fix("Say it", [(format!(".patch/notes/{commit}.md").as_str(), "It stays.\n")]);
    assert_eq!(broken_of(&repo), Vec::<String>::new());
}

#[test]
fn a_renewal_of_a_dependency_belongs_to_the_line() {
    let repo = line();
    let manifest = |version: &str| format!("{{\n  \"dependencies\": {{\n    \"qs\": \"{version}\"\n  }}\n}}\n");
    repo.land_on_line(
        "2.0",
        "Require qs\n\nLine-only: main has none\n",
        [("package.json", manifest("6.0.0").as_str())],
    );
    repo.land_on_line("2.0", "Bump qs from 6.0.0 to 6.0.5 (#413)", [("package.json", manifest("6.0.5").as_str())]);
    assert_eq!(broken_of(&repo), Vec::<String>::new());
    let told = ask(&repo, &["--target", "2.0.1"]);
    assert_eq!(entry(&told, "Bump qs")["origin"]["from"], "line");
    let more = [("package.json", manifest("6.0.6")), ("code.js", "require('qs').extra = 6.0;\n".to_owned())];
    repo.land_on_line(
        "2.0",
        "Bump qs from 6.0.5 to 6.0.6 (#414)",
        more.each_ref().map(|(path, text)| (*path, text.as_str())),
    );
    assert_eq!(broken_of(&repo), ["origin failed"]);
}
