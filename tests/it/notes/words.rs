//! Words of an entry that several changes come to.

use serde_json::json;

use super::grouping::line;
use super::{entry, json as ask, markdown};
use crate::support::Repo;

/// A pick of two changes, each with what its message says below the title; and what the pick says above its trailers.
fn squash([list, map]: [&str; 2], own: &str) -> Repo {
    let repo = line();
    let list = repo.squash_merge(21, "Sort the list", list, [("list", "3\n2\n1\n")]);
    let map = repo.squash_merge(22, "Sort the map", map, [("map", "3\n2\n1\n")]);
    let message =
        format!("Sort both\n\n{own}\n\n(cherry picked from commit {list})\n(cherry picked from commit {map})\n");
    repo.land_on_line("2.0", &message, [("list", "3\n2\n1\n"), ("map", "3\n2\n1\n")]);
    repo
}

/// What the changes say, what the pick says, the files of words, and what is printed.
type Case<'t> = ([&'t str; 2], &'t str, &'t [(&'t str, &'t str)], &'t str);

#[test]
fn words_of_one_of_several_changes_leave_the_others_their_titles() {
    const CVE: &str = "Fixes: CVE-2026-1234";
    const WORDS: &str = "Release-note: Lists are sorted";
    const NONE: &str = "Release-note: NONE";
    let table: [Case<'_>; 11] = [
        (["", CVE], "", &[("21", "Lists are sorted.")], "[CVE-2026-1234] Lists are sorted. Sort the map."),
        ([CVE, ""], "", &[("22", "Maps are sorted.")], "[CVE-2026-1234] Sort the list. Maps are sorted."),
        ([WORDS, CVE], "", &[], "[CVE-2026-1234] Lists are sorted. Sort the map."),
        // As who merges a squash copies it.
        ([WORDS, CVE], WORDS, &[], "[CVE-2026-1234] Lists are sorted. Sort the map."),
        ([WORDS, CVE], "", &[("22", "Maps are sorted.")], "[CVE-2026-1234] Lists are sorted. Maps are sorted."),
        (["", ""], "", &[("21", "Lists are sorted."), ("22", "Maps, too.")], "Lists are sorted. Maps, too."),
        // Who writes words for the line speaks of all that it gets.
        ([WORDS, ""], "Release-note: All is sorted.", &[], "All is sorted."),
        (["", ""], "Release-note: All is sorted.", &[("21", "Lists are sorted.")], "Lists are sorted. All is sorted."),
        (["", ""], "", &[("21", "NONE")], "Sort both"),
        ([WORDS, NONE], "", &[], "Lists are sorted"),
        ([WORDS, &format!("{CVE}\n{NONE}")], "", &[], "[CVE-2026-1234] Lists are sorted. Sort the map."),
    ];
    for (said, own, files, printed) in table {
        let repo = squash(said, own);
        for (name, text) in files {
            repo.land_fix("Say it", [(format!(".patch/notes/{name}.md").as_str(), *text)]);
        }
        let text = markdown(&repo, &["--target", "2.0.1"]);
        assert!(text.contains(&format!("- {printed} (#21, #22)\n")), "{said:?} {own} {files:?}: {text}");
    }
}

#[test]
fn words_by_a_number_are_told_once_for_all_that_has_it() {
    let repo = line();
    let commits =
        ["list", "map"].map(|name| repo.squash_merge(21, &format!("Sort the {name}"), "", [(name, "3\n2\n")]));
    for commit in commits {
        repo.pick("2.0", commit);
    }
    let text = || markdown(&repo, &["--target", "2.0.1"]);
    assert!(text().contains("- Sort the list (#21)\n- Sort the map (#21)\n"), "{}", text());
    repo.land_fix("Say it", [(".patch/notes/21.md", "All is sorted.\n")]);
    assert_eq!(text().matches("All is sorted. (#21)\n").count(), 1, "{}", text());
    // Words of its own are of one alone.
    repo.land_fix("Say more", [(format!(".patch/notes/{}.md", commits[1]).as_str(), "Maps, too.\n")]);
    assert!(text().contains("- All is sorted. (#21)\n- Maps, too. (#21)\n"), "{}", text());
}

#[test]
fn what_is_told_by_its_title_beside_words_is_named() {
    let repo = squash(["", "See CVE-2026-1234."], "");
    repo.land_fix("Say it", [(".patch/notes/21.md", "Lists are sorted, and CVE-2026-5555 is no more.\n")]);
    let found = ask(&repo, &["--target", "2.0.1"]);
    let told = entry(&found, "Sort both");
    let map = repo.git(["log", "-1", "--format=%H", "--grep=Sort the map", "main"]);
    let text = "Lists are sorted, and CVE-2026-5555 is no more. Sort the map.";
    assert_eq!(told["words"], json!({ "text": text, "from": "file", "without": [map] }), "{found:#}");
    let warned = found["warnings"][0].as_str().unwrap_or_default();
    assert!(warned.contains(&map[..10]) && warned.contains("its title"), "{found:#}");
    // The file says nothing of what the other change names.
    assert_eq!(told["advisories"], json!(["CVE-2026-5555"]));
    assert_eq!(told["open-advisories"], json!(["CVE-2026-1234"]));
}

#[test]
fn nothing_to_say_of_all_changes_keeps_the_entry_out() {
    let repo = squash(["Release-note: NONE", ""], "");
    repo.land_fix("Say it", [(".patch/notes/22.md", "NONE\n")]);
    let found = ask(&repo, &["--target", "2.0.1"]);
    assert_eq!((&found["entries"], &found["left-out"][0]["why"]), (&json!([]), &json!("says-none")), "{found:#}");
}

#[test]
fn all_blocks_of_a_file_count_and_nothing_behind_a_comment_that_is_left_open() {
    let repo = line();
    repo.pick("2.0", repo.squash_merge(7, "Sort the list", "", [("list", "3\n2\n1\n")]));
    for (text, printed) in [
        ("```release-note\nLists are sorted\n```\n\n~~~release-note\nAnd kept\n~~~\n", "Lists are sorted. And kept."),
        ("Lists are sorted.\n\n<!-- Say more\n\nTell nobody.\n", "Lists are sorted."),
    ] {
        repo.land_fix("Say it", [(".patch/notes/7.md", text)]);
        let told = markdown(&repo, &["--target", "2.0.1"]);
        assert!(told.contains(&format!("- {printed} (#7)\n")), "{told}");
    }
}
