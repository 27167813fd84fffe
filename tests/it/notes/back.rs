//! Lines that were merged into main: to bring their picks back there, or because fixes begin on them.

use serde_json::{Value, json};

use super::check::broken_of;
use super::grouping::{authors, line, merge};
use super::{entry, json as ask, markdown, titles};
use crate::support::Repo;

const LIST: (&str, &str) = ("list", "1\n2, checked\n3\n");
const MAP: (&str, &str) = ("map", "1\n2, checked\n3\n");

/// Ways in which a line comes to main.
pub const WAYS: [&str; 3] = ["merged", "ours", "by a branch"];

pub fn bring_back(repo: &Repo, how: &str) {
    repo.tick(60);
    let with = |more: &[&str]| {
        let merge = ["merge", "-q", "--no-ff", "-m", "Merge 2.0 into main"];
        repo.git(merge.iter().chain(more));
    };
    match how {
        "merged" => with(&["-X", "ours", "release/2.0"]),
        "ours" => with(&["-s", "ours", "release/2.0"]),
        _ => {
            // Who has conflicts to resolve does so before the merge.
            repo.git(["checkout", "-q", "-b", "back", "release/2.0"]);
            with(&["-X", "theirs", "main"]);
            repo.git(["checkout", "-q", "main"]);
            with(&["back"]);
        }
    }
    repo.tick(60);
    repo.land_fix("Go on", [("next", "begun\n")]);
}

fn told(repo: &Repo) -> (Value, Value, Vec<String>) {
    let found = ask(repo, &["--target", "2.0.1"]);
    (found["entries"].clone(), found["warnings"].clone(), broken_of(repo))
}

/// Requires that the notes of a line say the same after it came to main.
#[track_caller]
fn stays(what: &str, story: impl Fn(&Repo)) -> Value {
    let mut entries = Value::Null;
    for how in WAYS {
        let repo = line();
        story(&repo);
        let before = told(&repo);
        bring_back(&repo, how);
        assert_eq!(told(&repo), before, "{what}, {how}");
        entries = before.0;
    }
    entries
}

#[test]
fn a_squash_of_picks_is_told_as_before_its_line_came_to_main() {
    for message in [
        "Backport of #11 and #12 (#81)",
        "Several fixes (#81)\n\nPicked: {0}, {1}",
        "Backport fixes (#81)\n\n- #11\n- #12\n",
    ] {
        let entries = stays(message, |repo| {
            let list = repo.squash_merge(11, "CVE-2026-1111: check the list", "", [LIST]);
            let map = repo.squash_merge(12, "CVE-2026-1111: check the map", "", [MAP]);
            let said = message.replace("{0}", &list.to_string()).replace("{1}", &map.to_string());
            repo.land_on_line("2.0", &said, [LIST, MAP]);
        });
        assert_eq!(entries[0]["pull-requests"], json!([11, 12]), "{message}");
        assert_eq!(authors(&entries[0]), ["Con Contributor"], "{message}");
        assert_eq!(entries[0]["advisories"], json!(["CVE-2026-1111"]), "{message}");
    }
}

#[test]
fn picks_without_a_name_are_told_as_before_their_line_came_to_main() {
    let entries = stays("as git makes it", |repo| {
        repo.pick_without_trailer("2.0", repo.squash_merge(11, "Check the list", "", [LIST]));
    });
    assert_eq!(entries[0]["pull-request"], 11);
    let entries = stays("adapted", |repo| {
        repo.squash_merge(11, "Check all", "", [("map", "one, checked\ntwo, checked\nall, checked\nto read\n")]);
        repo.land_on_line("2.0", "Look at maps", [("map", "one, checked\ntwo, checked\nall, checked\nto keep\n")]);
    });
    assert_eq!(entries[0]["pull-request"], 11);
    let entries = stays("of the line alone", |repo| {
        repo.land_on_line("2.0", "Keep the map (#82)\n\nLine-only: main has no map\n", [("map", "kept\n")]);
    });
    assert_eq!((&entries[0]["origin"]["from"], entries[0].get("pull-request")), (&json!("line"), None));
}

#[test]
fn what_a_pick_lacks_is_looked_for_among_all_picks_of_a_line_that_came_to_main() {
    let repo = line();
    let list = repo.squash_merge(11, "CVE-2026-1111: check the list", "", [LIST]);
    repo.pick("2.0", repo.squash_merge(12, "CVE-2026-1111: check the map", "", [MAP]));
    repo.tag_release("v2.0.1", "2.0");
    repo.land_on_line("2.0", &format!("Check lists (#81)\n\n(cherry picked from commit {list})\n"), [LIST]);
    let ask = || ask(&repo, &["--target", "2.0.2"]);
    let before = ask();
    assert_eq!(before["entries"][0]["advisories"], json!(["CVE-2026-1111"]), "{before:#}");
    bring_back(&repo, "merged");
    assert_eq!(ask()["entries"], before["entries"]);
}

#[test]
fn a_fix_that_begins_on_a_line_is_told_once_with_its_own_number() {
    for how in WAYS {
        let repo = line();
        repo.squash_merge(11, "Check the set", "", [("set", "checked\n")]);
        repo.land_on_line("2.0", "Check the list (#301)", [LIST]);
        let message = "Merge pull request #302 from x/map\n\nCheck the map";
        merge(&repo, "release/2.0", message, &[("Check the map", "Bo", "map", MAP.1)]);
        bring_back(&repo, how);
        repo.merge_pull_request(12, "Check the tree", |pull| {
            pull.commit("Check the tree", [("tree", "checked\n")]);
        });
        let found = ask(&repo, &["--target", "2.0.1"]);
        assert_eq!(titles(&found), ["Check the list", "Check the map"], "{how}");
        let one = entry(&found, "Check the list");
        assert_eq!((&one["origin"]["from"], &one["pull-request"]), (&json!("main"), &json!(301)), "{how}: {one:#}");
        let one = entry(&found, "Check the map");
        assert_eq!(authors(one), ["Bo"], "{how}");
        assert_eq!(one["own-pull-requests"][0]["number"], 302, "{how}: {one:#}");
        assert_eq!(broken_of(&repo), Vec::<String>::new(), "{how}");
    }
}

/// Two lines, of which the newer one has a fix that main has as well.
fn two_lines() -> Repo {
    let repo = line();
    let lines = ["2.1", "2.0"].map(|name| format!("[[line]]\nname = \"{name}\"\nbranch = \"release/{name}\"\n"));
    repo.write_config(&format!("[project]\nname = \"Godel\"\nmain = \"main\"\n\n{}", lines.join("\n")));
    repo.cut_line("2.1");
    repo.tag_release("v2.1.0", "2.1");
    repo
}

fn merge_into_main(repo: &Repo, line: &str) {
    repo.tick(60);
    repo.git(["merge", "-q", "--no-ff", "-X", "ours", "-m", &format!("Merge {line}"), &format!("release/{line}")]);
}

#[test]
fn another_line_has_its_picks_also_when_it_came_to_main() {
    for adapted in [false, true] {
        let repo = two_lines();
        let fix = repo.squash_merge(11, "Check the list", "", [LIST]);
        match adapted {
            false => _ = repo.pick("2.1", fix),
            true => {
                _ = repo.land_on_line("2.1", &format!("Look at lists\n\n(cherry picked from commit {fix})\n"), [LIST]);
            }
        }
        repo.tag_release("v2.1.1", "2.1");
        repo.pick("2.0", fix);
        let also = || entry(&ask(&repo, &["--target", "2.0.1"]), "Check the list")["also-in"].clone();
        let before = also();
        assert_eq!(before[0]["version"], "2.1.1");
        merge_into_main(&repo, "2.1");
        assert_eq!(also(), before, "{adapted}");
    }
}

#[test]
fn a_pick_of_a_pick_is_known_on_both_lines_by_that_alone() {
    let repo = two_lines();
    repo.squash_merge(11, "Check all", "", [("map", "one, checked\ntwo, checked\nall, checked\nto read\n")]);
    let adapted = [("map", "one, checked\ntwo, checked\nall, checked\nto keep\n")];
    let picked = repo.land_on_line("2.1", "Look at maps", adapted);
    repo.tag_release("v2.1.1", "2.1");
    repo.pick("2.0", picked);
    repo.tag_release("v2.0.1", "2.0");
    for (version, other) in [("2.1.1", "2.0.1"), ("2.0.1", "2.1.1")] {
        let found = ask(&repo, &["--target", version]);
        let one = entry(&found, "Check all");
        assert_eq!((&one["pull-request"], &one["also-in"][0]["version"]), (&json!(11), &json!(other)), "{found:#}");
    }
}

#[test]
fn picks_without_a_name_are_known_on_every_line() {
    let repo = two_lines();
    let fix = repo.commit_with("Check the list", "Con Contributor <con@example.com>", [LIST]);
    for name in ["2.1", "2.0"] {
        repo.pick_without_trailer(name, fix);
        repo.tag_release(&format!("v{name}.1"), name);
    }
    let also = |version: &str| entry(&ask(&repo, &["--target", version]), "Check the list")["also-in"].clone();
    assert_eq!((&also("2.0.1")[0]["version"], &also("2.1.1")[0]["version"]), (&json!("2.1.1"), &json!("2.0.1")));
}

#[test]
fn a_pick_of_a_pick_has_the_origin_of_that_also_when_its_line_came_to_main() {
    for title in ["Check the list", "Check the list (#81)"] {
        let repo = two_lines();
        let fix = repo.squash_merge(11, "Check the list", "", [LIST]);
        let picked = repo.land_on_line("2.1", &format!("{title}\n\n(cherry picked from commit {fix})\n"), [LIST]);
        // Who wrote it anew kept the last name alone.
        let again = format!("Check the list\n\n(cherry picked from commit {picked})\n");
        repo.land_on_line("2.0", &again, [LIST]);
        let told = || {
            let found = ask(&repo, &["--target", "2.0.1"]);
            let one = entry(&found, "Check the list");
            (one["pull-request"].clone(), one["origin"]["commits"].clone(), one["authors"].clone())
        };
        merge_into_main(&repo, "2.1");
        let (number, origin, authors) = told();
        assert_eq!((number, origin), (json!(11), json!([fix.to_string()])), "{title}");
        assert_eq!(authors[0]["name"], "Con Contributor", "{title}");
    }
}

#[test]
fn a_fix_of_the_newer_line_is_its_own_origin_whoever_picked_it_for_an_older_one() {
    for with_trailer in [true, false] {
        let repo = two_lines();
        let fix = repo.land_on_line("2.1", "Check the list (#301)", [LIST]);
        merge_into_main(&repo, "2.1");
        repo.tag_release("v2.1.1", "2.1");
        repo.tick(60);
        match with_trailer {
            true => _ = repo.pick("2.0", fix),
            false => _ = repo.pick_without_trailer("2.0", fix),
        }
        let told = || {
            ["2.1.1", "2.0.1"].map(|version| {
                let found = ask(&repo, &["--target", version]);
                let one = entry(&found, "Check the list");
                assert_eq!((titles(&found).len(), &one["origin"]["from"]), (1, &json!("main")), "{version}: {found:#}");
                assert_eq!(one["origin"]["commits"], json!([fix.to_string()]), "{version}, {with_trailer}");
                let text = markdown(&repo, &["--target", version]);
                assert!(text.contains("- Check the list (#301)"), "{version}, {with_trailer}: {text}");
            })
        };
        told();
        // It is merged upwards, too.
        merge_into_main(&repo, "2.0");
        told();
    }
}
