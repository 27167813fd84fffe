//! What takes something back, and what only says so.

use serde_json::{Value, json as value};

use super::{json, titles};
use crate::support::Repo;

const CONFIG: &str =
    "[project]\nname = \"Godel\"\nmain = \"main\"\n\n[[line]]\nname = \"2.0\"\nbranch = \"release/2.0\"\n";
pub(super) const MAP: &str = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
pub(super) const FIXED: &str = "1\n2, fixed\n3\n4\n5\n6\n7\n8, fixed\n9\n";

pub(super) fn line() -> Repo {
    let repo = Repo::new();
    repo.write_config(CONFIG);
    repo.land_fix("Begin", [("map", MAP), ("set", MAP)]);
    repo.cut_line("2.0");
    repo.tag_release("v2.0.0", "2.0");
    repo
}

/// Does something with the line checked out.
fn on_line(repo: &Repo, act: impl FnOnce()) {
    repo.git(["checkout", "-q", "release/2.0"]);
    act();
    repo.git(["checkout", "-q", "main"]);
}

fn rendered(repo: &Repo) -> Value {
    json(repo, &["--target", "2.0.1", "--own-line-only"])
}

pub(super) fn warnings(notes: &Value) -> Vec<&str> {
    notes["warnings"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

pub(super) fn short(commit: &impl ToString) -> String {
    commit.to_string()[..10].to_owned()
}

#[test]
fn what_says_that_it_takes_a_fix_back_and_does_not_leaves_both() {
    let keeps_all = (FIXED, "Check the set, too", [("set", "checked\n")].as_slice());
    let keeps_most = (FIXED, "Revert most of the fix", [("map", "1\n2, fixed\n3\n4\n5\n6\n7\n8\n9\n")].as_slice());
    let takes_more = (FIXED, "Revert \"Fix the map (#1)\"", [("map", MAP), ("set", "less\n")].as_slice());
    // Git's patch ids would not tell these apart.
    let other_spaces =
        ("1\n2\n3\n4\n5\n6\n7\n8\n  9\n", "Revert the fix", [("map", "1\n2\n3\n4\n5\n6\n7\n8\n 9\n")].as_slice());
    let other_bytes = ("\0fixed", "Revert the fix", [("map", "\0other")].as_slice());
    for (fixed, subject, changes) in [keeps_all, keeps_most, takes_more, other_spaces, other_bytes] {
        let repo = line();
        let fix = repo.land_fix("Fix the map (#1)\n\nFixes: CVE-2026-0007\n", [("map", fixed)]);
        let pick = repo.pick("2.0", fix);
        let says = format!("{subject}\n\nThis reverts commit {pick}.\n");
        let by = repo.land_on_line("2.0", &says, changes.iter().copied());
        let found = rendered(&repo);
        let mut told = titles(&found);
        told.sort_unstable();
        assert_eq!((told.len(), told.contains(&"Fix the map")), (2, true), "{subject}: {found:#}");
        assert_eq!(found["taken-back"], value!([]), "{subject}");
        let warned = warnings(&found);
        let names_both = |text: &&str| text.contains(&short(&pick)) && text.contains(&short(&by));
        assert!(warned.iter().any(names_both), "{subject}: {warned:?}");
    }
}

#[test]
fn a_fix_that_lands_anew_is_told_once() {
    for (again, title) in [("1\n2, better\n3\n4\n5\n6\n7\n8\n9\n", "Fix the map better"), (FIXED, "Fix the map")] {
        let repo = line();
        let fix = repo.land_fix("Fix the map (#1)", [("map", FIXED)]);
        let back = repo.revert(fix);
        let says = format!("Fix the map better (#3)\n\nThis reverts commit {back}.\n");
        let anew = repo.land_fix(&says, [("map", again)]);
        for one in [fix, back, anew] {
            repo.pick("2.0", one);
        }
        let found = rendered(&repo);
        assert_eq!((titles(&found), warnings(&found)), (vec![title], vec![]), "{found:#}");
        assert_eq!(found["taken-back"].as_array().map(Vec::len), Some(1));
    }
    // The same one, picked again.
    let repo = line();
    let fix = repo.land_fix("Fix the map (#1)", [("map", FIXED)]);
    let first = repo.pick("2.0", fix);
    on_line(&repo, || drop(repo.git(["revert", "--no-edit", &first.to_string()])));
    let second = repo.pick("2.0", fix);
    let found = rendered(&repo);
    assert_eq!(titles(&found), ["Fix the map"]);
    assert_eq!(found["taken-back"][0]["commit"], first.to_string());
    assert_ne!(first, second);
}

/// Merges what is made on a branch of its own into the line.
pub(super) fn merged(repo: &Repo, name: &str, message: &str, build: impl FnOnce()) -> String {
    repo.git(["checkout", "-q", "-b", name, "release/2.0"]);
    build();
    repo.git(["checkout", "-q", "release/2.0"]);
    repo.git(["merge", "-q", "--no-ff", "-m", message, name]);
    let merge = repo.commit_id("HEAD").to_string();
    repo.git(["checkout", "-q", "main"]);
    merge
}

/// The commits that were taken back, and those that took them back.
fn taken_back(notes: &Value) -> Vec<(&str, &str)> {
    let pair = |pair: &'_ Value| (pair["commit"].as_str().map(str::len), pair["by"].as_str().map(str::len));
    let pairs = notes["taken-back"].as_array().expect("because it is a list");
    assert!(pairs.iter().all(|one| pair(one) == (Some(40), Some(40))));
    pairs.iter().filter_map(|one| Some((one["commit"].as_str()?, one["by"].as_str()?))).collect()
}

#[test]
fn a_merge_that_was_taken_back_takes_along_what_it_brought() {
    let repo = line();
    let map = repo.land_fix("Fix the map (#1)", [("map", FIXED)]);
    let more = repo.land_fix("Fix the map more (#2)", [("map", "other\n")]);
    let set = repo.land_fix("Fix the set (#3)", [("set", FIXED)]);
    let merge = merged(&repo, "b/1", "Merge pull request #20 from bot/map", || {
        [map, more].into_iter().for_each(|fix| drop(repo.git(["cherry-pick", "-x", &fix.to_string()])));
    });
    merged(&repo, "b/2", "Merge pull request #21 from bot/set", || {
        repo.git(["cherry-pick", "-x", &set.to_string()]);
    });
    on_line(&repo, || drop(repo.git(["revert", "--no-edit", "-m", "1", &merge])));
    let found = rendered(&repo);
    assert_eq!((titles(&found), warnings(&found)), (vec!["Fix the set"], vec![]), "{found:#}");
    let by = repo.commit_id("release/2.0").to_string();
    let brought = [format!("{merge}^2~1"), format!("{merge}^2"), merge].map(|name| repo.commit_id(&name).to_string());
    let expected: Vec<(&str, &str)> = brought.iter().map(|one| (one.as_str(), by.as_str())).collect();
    assert_eq!(taken_back(&found), expected);
    // Taken back in turn, all of it counts again.
    on_line(&repo, || drop(repo.git(["revert", "--no-edit", "HEAD"])));
    let found = rendered(&repo);
    let mut told = titles(&found);
    told.sort_unstable();
    assert_eq!(told, ["Fix the map", "Fix the map more", "Fix the set"]);
}

#[test]
fn a_revert_that_a_merge_brings_goes_with_what_it_took_back() {
    for (inside, outside) in [(true, true), (false, true), (true, false)] {
        let repo = line();
        let fix = repo.land_fix("Fix the map (#1)", [("map", FIXED)]);
        let pick = repo.pick("2.0", fix);
        let says = format!("This reverts commit {pick}.");
        let subject =
            |says_so: bool| if says_so { format!("Undo the map\n\n{says}") } else { "Undo the map".to_owned() };
        merged(&repo, "b/1", &format!("Merge it\n\n{}", if outside { says.as_str() } else { "" }), || {
            repo.git(["revert", "--no-commit", &pick.to_string()]);
            repo.git(["commit", "-q", "-m", &subject(inside)]);
        });
        let found = rendered(&repo);
        assert_eq!((titles(&found), warnings(&found)), (vec![], vec![]), "{inside} {outside}: {found:#}");
        let revert = repo.commit_id("release/2.0^2").to_string();
        assert!(taken_back(&found).contains(&(pick.to_string().as_str(), revert.as_str())), "{found:#}");
    }
}

/// Picks, reverts, or whatever git is told, with another message.
fn amended(repo: &Repo, arguments: &[&str], message: &str) -> String {
    repo.git(arguments);
    repo.git(["commit", "-q", "--amend", "-m", message]);
    repo.commit_id("HEAD").to_string()
}

/// What the release after the fix says, and what is said in it of line 2.0 by line 1.9, which has the fix alone.
fn told_of_revert(repo: &Repo) -> (usize, usize, Vec<String>, Value) {
    let found = json(repo, &["--target", "2.0.1", "--own-line-only"]);
    let other = json(repo, &["--target", "1.9.1"]);
    let also = other["entries"][0].get("also-in").cloned().unwrap_or(Value::Null);
    let warned = warnings(&found).into_iter().map(str::to_owned).collect();
    (titles(&found).len(), found["taken-back"].as_array().map_or(0, Vec::len), warned, also)
}

fn lines() -> Repo {
    let repo = Repo::new();
    repo.write_config(&format!("{CONFIG}\n[[line]]\nname = \"1.9\"\nbranch = \"release/1.9\"\n"));
    repo.land_fix("Begin", [("map", MAP), ("set", MAP)]);
    for line in ["1.9", "2.0"] {
        repo.cut_line(line);
        repo.tag_release(&format!("v{line}.0"), line);
    }
    repo
}

#[test]
fn a_revert_may_call_a_pick_by_what_it_was_on_main() {
    let mergify = ("Stop the leak (backport #73) (#79)", "Revert \"Stop the leak\" (backport #90) (#91)");
    let kept = ("Stop the leak (#73) (#79)", "Revert \"Stop the leak (#73)\" (#90) (#91)");
    let own = ("Stop the leak (backport #73) (#79)", "Revert \"Stop the leak (backport #73)\" (#91)");
    let numbers = ("Stop the leak (backport #73) (#79)", "Undo it (#91)\n\nReverts godel/godel#73");
    for (pick, revert) in [mergify, kept, own, numbers] {
        let repo = lines();
        let fix = repo.squash_merge(73, "Stop the leak", "", [("map", FIXED)]);
        repo.pick("1.9", fix);
        repo.git(["checkout", "-q", "release/2.0"]);
        amended(&repo, &["cherry-pick", &fix.to_string()], pick);
        amended(&repo, &["revert", "--no-edit", "HEAD"], revert);
        repo.git(["checkout", "-q", "main"]);
        assert_eq!(told_of_revert(&repo), (0, 1, vec![], Value::Null), "{pick} / {revert}");
    }
}

#[test]
fn a_revert_may_call_what_a_merge_brought_as_its_pull_request() {
    for title_only in [true, false] {
        let repo = lines();
        let merge = repo.merge_pull_request(73, "Stop the leaks", |pull| {
            pull.commit("Stop one leak", [("map", FIXED)]);
            pull.commit("Stop another leak", [("set", FIXED)]);
        });
        let members = ["^2~1", "^2"].map(|member| repo.commit_id(&format!("{merge}{member}")).to_string());
        for member in &members {
            repo.pick("1.9", member.parse().expect("a commit"));
        }
        let brought = merged(&repo, "b/1", "Merge pull request #79 from bot/leaks\n\nStop the leaks", || {
            members.iter().for_each(|member| drop(repo.git(["cherry-pick", "-x", member])));
        });
        let branch = "Merge pull request #80 from mia/revert-79-leaks\n\nUndo it";
        let says = if title_only { "Revert \"Stop the leaks\"" } else { "Undo it" };
        let back = || drop(amended(&repo, &["revert", "--no-edit", "-m", "1", &brought], says));
        match title_only {
            true => on_line(&repo, back),
            false => drop(merged(&repo, "b/2", branch, back)),
        }
        let (told, pairs, warned, also) = told_of_revert(&repo);
        assert_eq!((told, warned, also), (0, vec![], Value::Null), "{title_only}");
        assert!(pairs >= 3, "{title_only}: {pairs}");
    }
}

#[test]
fn a_revert_is_one_in_whatever_words() {
    for says in [
        "revert: Stop the leak (#90)",
        "Revert PR #73 (#90)",
        "Revert #73: it breaks Windows (#90)",
        "Back out \"Stop the leak\"",
        "Restore the map (#90)\n\nBacks out commit {}.",
        "Restore the map (#90)",
    ] {
        let repo = lines();
        let fix = repo.squash_merge(73, "Stop the leak", "", [("map", FIXED)]);
        repo.pick("1.9", fix);
        repo.pick("2.0", fix);
        repo.revert(fix);
        repo.git(["commit", "-q", "--amend", "-m", &says.replace("{}", &fix.to_string())]);
        repo.pick("2.0", repo.commit_id("main"));
        assert_eq!(told_of_revert(&repo), (0, 1, vec![], Value::Null), "{says}");
    }
    // The line's own.
    for says in ["Undo #73", "Roll back #73", "Restore the map\n\nThis reverts {}", "Go back to the old map"] {
        let repo = lines();
        let fix = repo.squash_merge(73, "Stop the leak", "", [("map", FIXED)]);
        repo.pick("1.9", fix);
        let pick = repo.pick("2.0", fix);
        on_line(&repo, || {
            amended(&repo, &["revert", "--no-edit", "HEAD"], &says.replace("{}", &short(&pick)));
        });
        assert_eq!(told_of_revert(&repo), (0, 1, vec![], Value::Null), "{says}");
    }
}

#[test]
fn a_fix_that_came_back_without_a_word_is_there() {
    let repo = lines();
    let fix = repo.squash_merge(73, "Stop the leak", "", [("map", FIXED)]);
    repo.pick("1.9", fix);
    repo.pick("2.0", fix);
    repo.tag_release("v2.0.1", "2.0");
    on_line(&repo, || drop(amended(&repo, &["revert", "--no-edit", "HEAD"], "Go back to the old map")));
    repo.tag_release("v2.0.2", "2.0");
    let also = |repo: &Repo| json(repo, &["--target", "1.9.1"])["entries"][0].get("also-in").cloned();
    assert_eq!(also(&repo), None);
    repo.pick("2.0", fix);
    repo.tag_release("v2.0.3", "2.0");
    let found = also(&repo);
    assert_eq!(found.as_ref().map(|found| &found[0]["tag"]), Some(&value!("v2.0.3")), "{found:?}");
}

#[test]
fn what_a_release_takes_back_and_brings_again_is_told_of_none() {
    let repo = line();
    let fix = repo.land_fix("Fix the map (#1)\n\nFixes: CVE-2026-0007\n", [("map", FIXED)]);
    repo.pick("2.0", fix);
    repo.tag_release("v2.0.1", "2.0");
    on_line(&repo, || drop(repo.git(["revert", "--no-edit", "HEAD"])));
    let back = repo.commit_id("release/2.0").to_string();
    let again = repo.pick("2.0", fix).to_string();
    let found = json(&repo, &["--target", "2.0.2", "--own-line-only"]);
    assert_eq!((titles(&found), warnings(&found)), (vec![], vec![]), "{found:#}");
    assert_eq!(taken_back(&found), [(back.as_str(), again.as_str())]);
}

/// What the commits of a pull request change: other files, or one file twice.
const OF_TWO: [[(&str, &str); 2]; 2] = [[("map", FIXED), ("set", FIXED)], [("map", "1\n2, fixed\n"), ("map", FIXED)]];

/// A pull request of two commits, each picked onto both lines.
fn picked_one_by_one(changes: [(&str, &str); 2]) -> (Repo, String, [String; 2]) {
    let repo = lines();
    let merge = repo.merge_pull_request(73, "Stop the leaks", |pull| {
        pull.commit("Stop one leak\n\nFixes: CVE-2026-0007\n", [changes[0]]);
        pull.commit("Stop another leak", [changes[1]]);
    });
    let members = ["^2~1", "^2"].map(|member| repo.commit_id(&format!("{merge}{member}")));
    for member in members {
        repo.pick("1.9", member);
    }
    let picks = members.map(|member| repo.pick("2.0", member).to_string());
    (repo, merge.to_string(), picks)
}

#[test]
fn one_commit_may_take_back_several() {
    for changes in OF_TWO {
        // The revert of the merge on main.
        let (repo, merge, _) = picked_one_by_one(changes);
        let back = repo.revert(merge.parse().expect("a commit"));
        repo.pick("2.0", back);
        assert_eq!(told_of_revert(&repo), (0, 2, vec![], Value::Null), "{changes:?}");
        // The line's own, of both.
        let (repo, _, [one, two]) = picked_one_by_one(changes);
        let says = format!("Undo it\n\nThis reverts commit {two}.\nThis reverts commit {one}.\n");
        repo.land_on_line("2.0", &says, [("map", MAP), ("set", MAP)]);
        assert_eq!(told_of_revert(&repo), (0, 2, vec![], Value::Null), "{changes:?}");
    }
}

#[test]
fn what_takes_several_back_not_exactly_is_told_to_name_each() {
    let (repo, _, [one, two]) = picked_one_by_one(OF_TWO[0]);
    let says = format!("Undo it\n\nThis reverts commit {two}.\nThis reverts commit {one}.\n");
    let by = repo.land_on_line("2.0", &says, [("map", MAP), ("set", "less\n")]);
    let found = rendered(&repo);
    let warned = warnings(&found);
    let names_all = |text: &&str| [short(&by), short(&one), short(&two)].iter().all(|name| text.contains(name));
    let (all, others): (Vec<&str>, Vec<&str>) = warned.iter().copied().partition(names_all);
    assert!(all.len() == 1 && others.iter().all(|text| text.contains("stays open")), "{warned:?}");
}
