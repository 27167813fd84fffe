//! Advisories that more commits of main are for than a release has.

use backstitch::model::commit::CommitId;
use serde_json::{Value, json};

use super::grouping::{line, merge};
use super::{json as ask, notes};
use crate::support::{Bin, Repo};

const ID: &str = "CVE-2026-11111";
const LIST: (&str, &str) = ("list", "1\n2, checked\n3\n");
const MAP: (&str, &str) = ("map", "1\n2, checked\n3\n");

/// The identifiers that are fixed and those that are open, of all entries, and what is warned of.
fn told(repo: &Repo, version: &str) -> (Vec<Value>, Vec<Value>, Vec<Value>) {
    let found = ask(repo, &["--target", version]);
    let entries = found["entries"].as_array().cloned().unwrap_or_default();
    let of =
        |name: &str| entries.iter().flat_map(|entry| entry[name].as_array().cloned().unwrap_or_default()).collect();
    (of("advisories"), of("open-advisories"), found["warnings"].as_array().cloned().unwrap_or_default())
}

#[track_caller]
fn is_fixed(repo: &Repo, version: &str, why: &str) {
    let (fixed, open, warnings) = told(repo, version);
    assert!(!fixed.is_empty() && fixed.iter().all(|id| id == ID), "{why}: {fixed:?} {warnings:?}");
    assert_eq!((open, warnings), (vec![], vec![]), "{why}");
}

/// Main has a fix of the list, which the line picked.
fn picked() -> Repo {
    let repo = line();
    let fix = repo.squash_merge(73, &format!("{ID}: check the list"), "", [LIST]);
    repo.pick("2.0", fix);
    repo
}

#[test]
fn an_advisory_of_two_commits_is_open_where_one_of_them_is_not_there() {
    for (title, body) in [
        (format!("{ID}: check the map"), ""),
        (format!("Fix {ID} (2/2)"), ""),
        ("Check the map".to_owned(), "Fixes: CVE-2026-11111"),
        ("Check the map".to_owned(), "Names were cut. This fixes CVE 2026-11111."),
    ] {
        let repo = picked();
        let other = repo.squash_merge(74, &title, body, [MAP]);
        let (fixed, open, warnings) = told(&repo, "2.0.1");
        assert_eq!((fixed, open), (vec![], vec![json!(ID)]), "{title}");
        let named = format!("{} of main is for an advisory", other.short());
        assert!(warnings.len() == 1 && warnings[0].as_str().is_some_and(|said| said.contains(&named)), "{warnings:?}");
        let _ = notes(&repo, &["check", "--target", "2.0.1"]).run().code(3);
        // Words that others review settle it, and so does the other one, whenever it comes.
        repo.land_fix("Say so", [(".patch/notes/73.md", format!("{ID} is fixed: lists are checked.\n").as_str())]);
        is_fixed(&repo, "2.0.1", &title);
        repo.git(["rm", "-q", ".patch/notes/73.md"]);
        repo.git(["commit", "-q", "-m", "Say nothing"]);
        repo.tag_release("v2.0.1", "2.0");
        repo.pick("2.0", other);
        assert_eq!(told(&repo, "2.0.1").1, [json!(ID)], "{title}");
        let (fixed, open, warnings) = told(&repo, "2.0.2");
        // Who says to do only a part leaves it open by that.
        let is_part = title.contains("2/2");
        assert_eq!(
            (fixed.len(), open.len(), warnings.len()),
            (usize::from(!is_part), usize::from(is_part), 0),
            "{title}"
        );
    }
}

#[test]
fn an_advisory_is_open_where_what_goes_on_with_its_fix_is_not_there() {
    for (title, body) in [
        (format!("Complete the fix of {ID}"), ""),
        (format!("Follow-up to {ID}: check the map"), ""),
        (format!("Really fix {ID} (#74)"), ""),
        ("Check the map".to_owned(), "The fix of CVE-2026-11111 was incomplete."),
    ] {
        let repo = picked();
        repo.squash_merge(74, &title, body, [MAP]);
        let (fixed, open, warnings) = told(&repo, "2.0.1");
        assert_eq!((fixed, open, warnings.len()), (vec![], vec![json!(ID)], 1), "{title}");
    }
}

#[test]
fn what_landed_long_before_the_fix_is_another_matter() {
    for (days, is_open) in [(80, true), (100, false)] {
        let repo = line();
        repo.squash_merge(72, &format!("{ID}: check the map"), "", [MAP]);
        repo.tick(days * 24 * 60 * 60);
        repo.pick("2.0", repo.squash_merge(73, &format!("{ID}: check the list"), "", [LIST]));
        assert_eq!(told(&repo, "2.0.1").1.len(), usize::from(is_open), "{days}");
    }
}

#[test]
fn what_a_trailer_of_the_fix_says_settles_nothing() {
    let repo = line();
    let body = format!("Release-note: Lists are checked ({ID}).");
    repo.pick("2.0", repo.squash_merge(73, &format!("{ID}: check the list"), &body, [LIST]));
    repo.squash_merge(74, &format!("{ID}: check the map"), "", [MAP]);
    let (fixed, open, _) = told(&repo, "2.0.1");
    assert_eq!((fixed, open), (vec![], vec![json!(ID)]));
}

#[test]
fn what_main_has_besides_and_fixes_nothing_alarms_nobody() {
    for (message, file) in [
        (format!("Add a test for {ID}"), ("more", "a\nb\n")),
        (format!("{ID}: check more"), ("tests/list", "a\nb\n")),
        (format!("{ID}: tell of it"), ("docs/list.md", "a\nb\n")),
        (format!("Tell of {ID}"), ("CHANGES", "a\nb\n")),
        (format!("Release 2.1.0\n\n- Fixes {ID}"), ("version", "2.1.0\n")),
        (format!("Check the map\n\nUnlike {ID}, it needs no account."), MAP),
        (format!("map: explain the check of {ID}"), MAP),
        (format!("map: harden after {ID}"), MAP),
        (format!("Fix regression from the {ID} fix"), MAP),
        (format!("Avoid a crash\n\nSimilar to {ID}, but it cannot be bypassed."), MAP),
    ] {
        let repo = picked();
        repo.land_fix(&message, [file]);
        is_fixed(&repo, "2.0.1", &message);
    }
    // What was taken back, what takes it back, and what brings it again.
    let repo = picked();
    let other = repo.squash_merge(74, &format!("{ID}: check the map"), "", [MAP]);
    let back = repo.revert(other);
    is_fixed(&repo, "2.0.1", "reverted");
    repo.revert(back);
    assert_eq!(told(&repo, "2.0.1").1, [json!(ID)]);
    let repo = picked();
    repo.revert(repo.commit_id("main"));
    is_fixed(&repo, "2.0.1", "taken back on main");
    // The same once more.
    repo.squash_merge(75, &format!("{ID}: check the list again"), "", [LIST]);
    is_fixed(&repo, "2.0.1", "landed again");
}

#[test]
fn what_came_with_the_fix_or_before_the_line_left_main_alarms_nobody() {
    let checked = format!("{ID}: check the list");
    let list = (checked.as_str(), "Bo", LIST.0, LIST.1);
    let title = format!("Merge pull request #73 from x/topic\n\n{ID}: check all");
    let map = format!("{ID}: check the map");
    let two = [list, (map.as_str(), "Bo", MAP.0, MAP.1)];
    for (commits, what) in
        [(&two[..1], &["main^2"][..]), (&two[..], &["main^2~1", "main^2"]), (&two[..], &["-m", "1", "main"])]
    {
        let repo = line();
        merge(&repo, "main", &title, commits);
        repo.git(["checkout", "-q", "release/2.0"]);
        repo.git(["cherry-pick", "-x"].iter().chain(what).copied());
        repo.git(["checkout", "-q", "main"]);
        is_fixed(&repo, "2.0.1", &format!("{what:?}"));
    }
    let repo = Repo::new();
    repo.write_config(super::grouping::LINE);
    repo.land_fix("Begin", [("list", "1\n2\n3\n"), ("map", "1\n2\n3\n")]);
    repo.squash_merge(72, &format!("{ID}: check the map"), "", [MAP]);
    repo.cut_line("2.0");
    repo.tag_release("v2.0.0", "2.0");
    repo.pick("2.0", repo.squash_merge(73, &format!("{ID}: check the list"), "", [LIST]));
    is_fixed(&repo, "2.0.1", "before the line");
}

#[test]
fn a_part_of_a_pull_request_leaves_open_what_another_part_is_for() {
    let (list, map) = (format!("{ID}: check the list"), format!("{ID}: check the map"));
    let two = |file: &str| {
        let repo = line();
        let commits = [(list.as_str(), "Bo", LIST.0, LIST.1), (map.as_str(), "Bo", file, MAP.1)];
        merge(&repo, "main", "Merge pull request #73 from x/topic\n\nCheck all", &commits);
        repo.pick("2.0", repo.commit_id("main^2~1"));
        repo
    };
    let numbered = |pick: &dyn Fn(&Repo, CommitId)| {
        let repo = line();
        let fix = repo.squash_merge(73, &list, "", [LIST]);
        repo.squash_merge(73, &map, "", [MAP]);
        pick(&repo, fix);
        repo
    };
    let named = |repo: &Repo, fix| _ = repo.pick("2.0", fix);
    let unnamed = |repo: &Repo, fix| _ = repo.pick_without_trailer("2.0", fix);
    for (repo, other, how) in [
        (two(MAP.0), "main^2", "merged"),
        (numbered(&named), "main", "of one number"),
        (numbered(&unnamed), "main", "of one number, unnamed"),
    ] {
        let (fixed, open, warnings) = told(&repo, "2.0.1");
        assert_eq!((fixed, open), (vec![], vec![json!(ID)]), "{how}");
        let said = format!("{} of main is for an advisory", repo.commit_id(other).short());
        assert!(warnings.len() == 1 && warnings[0].as_str().is_some_and(|one| one.contains(&said)), "{warnings:?}");
        repo.pick("2.0", repo.commit_id(other));
        is_fixed(&repo, "2.0.1", how);
    }
    is_fixed(&two("test_map"), "2.0.1", "a test");
}

/// The line picked one fix of a list; main has another one of a file that the line never had.
fn with_a_file_of_main() -> (Repo, CommitId) {
    let repo = line();
    let set = "def unite(left, right):\n    merged = left.union(right)\n    return merged\n";
    repo.land_fix("Add sets", [("src/set.py", set)]);
    repo.pick("2.0", repo.squash_merge(73, &format!("{ID}: check the list"), "", [LIST]));
    let checked = set.replace("merged =", "ensure_small(left)\n    merged =");
    let other = repo.squash_merge(74, &format!("{ID}: check the set"), "", [("src/set.py", checked.as_str())]);
    (repo, other)
}

#[test]
fn what_repairs_code_that_the_line_does_not_have_alarms_nobody() {
    let (repo, _) = with_a_file_of_main();
    is_fixed(&repo, "2.0.1", "no such file");
    // It may stand elsewhere there.
    let moved = repo.git(["show", "main~2:src/set.py"]);
    repo.land_on_line("2.0", "Move sets\n\nLine-only: for 2.0\n", [("lib/sets.py", moved.as_str())]);
    assert_eq!(told(&repo, "2.0.1").1, [json!(ID)]);
}

#[test]
fn a_decision_that_it_does_not_come_to_the_line_asks_for_words() {
    let repo = picked();
    let fix = repo.commit_id("main");
    let other = repo.squash_merge(74, &format!("{ID}: check the map"), "", [MAP]);
    let output = notes(&repo, &["check", "--target", "2.0.1", "--format", "json"]).run();
    let found = output.code(3).json()["findings"].as_array().cloned().unwrap_or_default();
    let is_of_main = |one: &&Value| one["reason"].as_str().is_some_and(|said| said.contains(" of main is for "));
    let open: Vec<&Value> = found.iter().filter(is_of_main).collect();
    assert!(open.len() == 1 && open[0]["found"] == "undecided", "{found:?}");
    let names = |part: &str, text: &str| open[0][part].as_str().is_some_and(|said| said.contains(text));
    assert!(names("reason", &format!("{} of main is for an advisory", other.short())), "{open:?}");
    let next = format!("patch-pick decide {other} --line 2.0 --decline --reason TEXT");
    assert!(names("hint", &next) && names("hint", &format!("'.patch/notes/{fix}.md'")), "{open:?}");
    let name = other.to_string();
    // Who declines it may wait with it: nothing is left to pick, and words say what is fixed.
    for (answer, is_settled) in [("--decline", true), ("--accept", false)] {
        let decide = ["decide", &name, "--line", "2.0", answer, "--reason", "so"];
        let _ = Bin::pick().at(&repo).args(decide).run().success();
        repo.git(["add", "-A"]);
        repo.git(["commit", "-q", "-m", "Decide"]);
        let (fixed, open, warnings) = told(&repo, "2.0.1");
        assert_eq!((fixed, open), (vec![], vec![json!(ID)]), "{answer}");
        assert_eq!(warnings.is_empty(), is_settled, "{answer}");
        let lacking = ask(&repo, &["--target", "2.0.1"])["entries"][0]["lacking"].clone();
        assert_eq!(lacking.is_null(), is_settled, "{answer}");
    }
}

#[test]
fn picks_of_another_line_that_main_got_back_alarm_nobody() {
    for is_back in [false, true] {
        let repo = Repo::new();
        let more = "\n[[line]]\nname = \"1.9\"\nbranch = \"release/1.9\"\n";
        repo.write_config(&format!("{}{more}", super::grouping::LINE));
        repo.land_fix("Begin", [("list", "1\n2\n3\n"), ("map", "1\n2\n3\n")]);
        for name in ["1.9", "2.0"] {
            repo.cut_line(name);
            repo.tag_release(&format!("v{name}.0"), name);
        }
        let fix = repo.squash_merge(73, &format!("{ID}: check the list"), "", [LIST]);
        let message = format!("{ID}: check the list on 1.9 (#80)\n\n(cherry picked from commit {fix})");
        repo.land_on_line("1.9", &message, [("list", "1\n2, checked\n3\n4\n"), ("map", "1\n2\n3\n4\n")]);
        repo.pick("2.0", fix);
        if is_back {
            repo.git(["revert", "--no-edit", &fix.to_string()]);
        }
        repo.git(["merge", "-q", "--no-ff", "-s", "ours", "-m", "Merge 1.9 into main", "release/1.9"]);
        let (fixed, open, warnings) = told(&repo, "2.0.1");
        let expected = if is_back { (vec![], vec![json!(ID)]) } else { (vec![json!(ID)], vec![]) };
        assert_eq!((fixed, open), expected, "{is_back}: {warnings:?}");
    }
}

#[test]
fn what_the_line_has_in_another_way_alarms_nobody() {
    // By an earlier release: named, called so and adapted, unnamed, and first on the line.
    for how in ["trailer", "title", "lines", "forward"] {
        let repo = line();
        let title = format!("{ID}: check the map");
        let adapted = "1\n2, checked\n2, more\n3\n";
        match how {
            "forward" => {
                let own = repo.land_on_line("2.0", &format!("{title} (#80)"), [MAP]);
                repo.land_fix(&format!("Check maps ({ID})\n\n(cherry picked from commit {own})"), [("map", adapted)]);
            }
            _ => {
                let other = repo.squash_merge(74, &title, "", [MAP]);
                match how {
                    "trailer" => _ = repo.pick("2.0", other),
                    "title" => _ = repo.land_on_line("2.0", &title, [("map", adapted)]),
                    _ => _ = repo.land_on_line("2.0", "Do not read behind the map", [MAP]),
                }
            }
        }
        repo.tag_release("v2.0.1", "2.0");
        repo.pick("2.0", repo.squash_merge(73, &format!("{ID}: check the list"), "", [LIST]));
        is_fixed(&repo, "2.0.2", how);
    }
    // What was picked and taken back is not there.
    let repo = line();
    let other = repo.squash_merge(74, &format!("{ID}: check the map"), "", [MAP]);
    repo.pick("2.0", other);
    repo.git(["checkout", "-q", "release/2.0"]);
    repo.git(["revert", "--no-edit", "HEAD"]);
    repo.git(["checkout", "-q", "main"]);
    repo.tag_release("v2.0.1", "2.0");
    repo.pick("2.0", repo.squash_merge(73, &format!("{ID}: check the list"), "", [LIST]));
    assert_eq!(told(&repo, "2.0.2").1, [json!(ID)]);
}

#[test]
fn what_belongs_to_the_line_alone_needs_nothing_of_main() {
    let repo = line();
    repo.squash_merge(74, &format!("{ID}: check the map"), "", [MAP]);
    repo.land_on_line("2.0", &format!("{ID}: check all on 2.0\n\nLine-only: main differs\n"), [("all", "checked\n")]);
    is_fixed(&repo, "2.0.1", "of the line");
}

/// Lands an advisory that needs these commits.
fn tell_of(repo: &Repo, fixes: &[CommitId]) {
    let sections =
        ["Summary", "Impact", "Mitigation", "Patch", "Credits"].map(|name| format!("\n## {name}\n\nText.\n"));
    let fixes: Vec<String> = fixes.iter().map(|fix| format!("\"{fix}\"")).collect();
    let source = format!(
        "+++\nid = \"GSA-2026-001\"\ncve = \"{ID}\"\ntitle = \"Lists are not checked\"\nstate = \"public\"\n\
         published = 2026-01-01T00:00:00Z\nintroduced = [\"0\"]\nfixed = [{}]\n+++\n{}",
        fixes.join(", "),
        sections.concat()
    );
    repo.land_fix("Tell of it", [("advisories/GSA-2026-001.md", source.as_str())]);
}

#[test]
fn an_advisory_of_the_repository_tells_what_it_takes() {
    let repo = picked();
    let fix = repo.commit_id("main");
    repo.squash_merge(74, &format!("{ID}: check the map"), "", [MAP]);
    tell_of(&repo, &[fix]);
    is_fixed(&repo, "2.0.1", "an advisory");
}

#[test]
fn an_advisory_of_two_commits_is_fixed_by_the_release_that_gets_the_second() {
    for (merged, is_lost) in [(false, false), (true, false), (false, true)] {
        let repo = line();
        let map = match merged {
            false => repo.squash_merge(73, "Check the map", "", [MAP]),
            true => repo.merge_pull_request(73, "Check the map", |pull| {
                pull.commit("Check it", [MAP]);
                pull.commit("Check it well", [("map", "1\n2, checked\n3, checked\n")]);
            }),
        };
        let list = repo.squash_merge(74, "Check the list", "", [LIST]);
        tell_of(&repo, &[map, list]);
        let picked = repo.pick("2.0", map);
        repo.tag_release("v2.0.1", "2.0");
        assert_eq!(told(&repo, "2.0.1").1, [json!(ID)]);
        if is_lost {
            repo.git(["checkout", "-q", "release/2.0"]);
            repo.git(["revert", "--no-edit", &picked.to_string()]);
            repo.git(["checkout", "-q", "main"]);
        }
        repo.pick("2.0", list);
        let (fixed, open, _) = told(&repo, "2.0.2");
        let expected = if is_lost { (vec![], vec![json!(ID)]) } else { (vec![json!(ID)], vec![]) };
        assert_eq!((fixed, open), expected, "merged: {merged}, lost: {is_lost}");
        // It stays so when the line goes on.
        repo.tag_release("v2.0.2", "2.0");
        repo.pick("2.0", repo.squash_merge(75, "Go on", "", [("next", "begun\n")]));
        assert_eq!(told(&repo, "2.0.2").1.is_empty(), !is_lost);
    }
}
