//! Where else a fix is.

use backstitch::model::commit::CommitId;
use serde_json::{Value, json};

use super::{entry, json as ask, titles};
use crate::support::Repo;

const LINES: &str = "[project]\nname = \"Godel\"\nmain = \"main\"\n\n[[line]]\nname = \"3.0\"\nbranch = \"release/3.0\"\n\n\
    [[line]]\nname = \"2.1\"\nbranch = \"release/2.1\"\n\n[[line]]\nname = \"2.0\"\nbranch = \"release/2.0\"\n\n\
    [[line]]\nname = \"1.9\"\nbranch = \"release/1.9\"\nstatus = \"end-of-life\"\n\n\
    [[line]]\nname = \"1.8\"\nbranch = \"release/1.8\"\n";

/// Lines 1.8, 1.9, 2.0 and 2.1, with a fix that is on 2.0 and after which 3.0 was cut.
fn story() -> (Repo, String) {
    let repo = Repo::new();
    repo.write_config(LINES);
    repo.land_fix("Add the list", [("list.c", "list\n")]);
    for line in ["1.8", "1.9", "2.0", "2.1"] {
        repo.cut_line(line);
        repo.tag_release(&format!("v{line}.0"), line);
    }
    let fix = repo.squash_merge(7, "Keep the list", "", [("list.c", "list, kept\n")]);
    repo.pick("2.0", fix);
    repo.cut_line("3.0");
    (repo, fix.to_string())
}

fn also(repo: &Repo) -> Value {
    let found = ask(repo, &["--target", "2.0.1"]);
    entry(&found, "Keep the list")["also-in"].clone()
}

#[test]
fn a_line_that_was_cut_later_has_it_from_its_first_release_on() {
    let (repo, _) = story();
    assert_eq!(also(&repo), json!([{ "line": "3.0" }]));
    repo.tag_release("v3.0.0-rc.1", "3.0");
    assert_eq!(also(&repo), json!([{ "line": "3.0" }]));
    repo.tag_release("v3.0.0", "3.0");
    repo.tag_release("v3.0.1", "3.0");
    assert_eq!(also(&repo), json!([{ "line": "3.0", "version": "3.0.0", "tag": "v3.0.0" }]));
}

#[test]
fn a_pick_counts_from_the_first_release_that_has_it() {
    let (repo, fix) = story();
    let commit = fix.parse().expect("a commit");
    // Known by author, date and title alone; a line at the end of its life is not told of.
    repo.pick_without_trailer("2.1", commit);
    repo.pick("1.9", commit);
    assert_eq!(also(&repo), json!([{ "line": "3.0" }, { "line": "2.1" }]));
    repo.tag_release("v2.1.1", "2.1");
    repo.land_on_line("2.1", "More", [("more.c", "1\n")]);
    repo.tag_release("v2.1.2", "2.1");
    assert_eq!(also(&repo)[1], json!({ "line": "2.1", "version": "2.1.1", "tag": "v2.1.1" }));
}

#[test]
fn a_pick_that_was_taken_back_does_not_count() {
    let (repo, fix) = story();
    let pick = repo.pick("2.1", fix.parse().expect("a commit"));
    assert_eq!(also(&repo).as_array().map(Vec::len), Some(2));
    repo.git(["checkout", "-q", "release/2.1"]);
    repo.git(["revert", "--no-edit", &pick.to_string()]);
    repo.git(["checkout", "-q", "main"]);
    assert_eq!(also(&repo), json!([{ "line": "3.0" }]));
}

#[test]
fn what_came_with_main_behind_the_first_release_counts_from_then_on() {
    let (repo, _) = story();
    repo.git(["checkout", "-q", "release/2.1"]);
    repo.git(["merge", "-q", "--no-ff", "-m", "Take main", "main"]);
    repo.git(["checkout", "-q", "main"]);
    repo.tag_release("v2.1.1", "2.1");
    assert_eq!(also(&repo)[1], json!({ "line": "2.1", "version": "2.1.1", "tag": "v2.1.1" }));
}

#[test]
fn a_pull_request_is_there_when_all_of_it_is() {
    let (repo, _) = story();
    let merge = repo.merge_pull_request(8, "Keep two things", |pull| {
        pull.commit("Keep the first", [("first.c", "1\n")]);
        pull.commit("Keep the second", [("second.c", "2\n")]);
    });
    let members = ["^2~1", "^2"].map(|member| repo.commit_id(&format!("{merge}{member}")));
    for member in members {
        repo.pick("2.0", member);
    }
    repo.pick("2.1", members[0]);
    let told = |repo: &Repo| {
        let found = ask(repo, &["--target", "2.0.1"]);
        assert_eq!(titles(&found).len(), 2);
        entry(&found, "Keep two things").get("also-in").cloned()
    };
    assert_eq!(told(&repo), None);
    repo.pick("2.1", members[1]);
    assert_eq!(told(&repo), Some(json!([{ "line": "2.1" }])));
    // As one commit.
    repo.pick("1.8", merge);
    assert_eq!(told(&repo), Some(json!([{ "line": "2.1" }, { "line": "1.8" }])));
}

#[test]
fn a_pull_request_is_there_also_without_its_tests() {
    let (repo, _) = story();
    let merge = repo.merge_pull_request(8, "Keep two things", |pull| {
        pull.commit("Show what is lost", [("tests/first_test.c", "1\n")]);
        pull.commit("Keep the first", [("first.c", "1\n")]);
        pull.commit("Keep the second", [("second.c", "2\n")]);
    });
    let members = ["^2~2", "^2~1", "^2"].map(|member| repo.commit_id(&format!("{merge}{member}")));
    for member in members {
        repo.pick("2.0", member);
    }
    let told = |repo: &Repo| entry(&ask(repo, &["--target", "2.0.1"]), "Keep two things").get("also-in").cloned();
    repo.pick("1.8", members[0]);
    repo.pick("2.1", members[1]);
    assert_eq!(told(&repo), None, "the tests alone are not it, and neither is a part of the product");
    repo.pick("2.1", members[2]);
    assert_eq!(told(&repo), Some(json!([{ "line": "2.1" }])));
}

#[test]
fn the_fix_of_an_advisory_is_there_without_its_tests_where_the_release_there_says_so() {
    let (repo, _) = story();
    let of = |merge: CommitId| ["^2~1", "^2"].map(|member| repo.commit_id(&format!("{merge}{member}")));
    // The title of the commit names the advisory, so that what picks it alone says that it fixes it.
    let named = of(repo.merge_pull_request(8, "CVE-2026-1001: keep the first", |pull| {
        pull.commit("CVE-2026-1001: keep the first", [("first.c", "1\n")]);
        pull.commit("Show what is lost", [("tests/first_test.c", "1\n")]);
    }));
    let merged = of(repo.merge_pull_request(9, "CVE-2026-1002: keep the second", |pull| {
        pull.commit("Keep the second", [("second.c", "1\n")]);
        pull.commit("Second half of it", [("spec/validator.c", "1\n")]);
    }));
    for member in named.iter().chain(&merged) {
        repo.pick("2.0", *member);
    }
    repo.pick("2.1", named[0]);
    repo.pick("2.1", merged[0]);
    let found = ask(&repo, &["--target", "2.0.1"]);
    let told = |id: &str| {
        let entries = found["entries"].as_array().expect("entries");
        let entry = entries.iter().find(|entry| entry["advisories"] == json!([id]));
        entry.unwrap_or_else(|| panic!("nothing fixes {id}: {found:#}")).get("also-in").cloned()
    };
    assert_eq!(told("CVE-2026-1001"), Some(json!([{ "line": "2.1" }])));
    assert_eq!(told("CVE-2026-1002"), None);
}

/// What is said of lines that do not need the fix.
fn not_needed(repo: &Repo) -> Option<Value> {
    entry(&ask(repo, &["--target", "2.0.1"]), "Keep the list").get("not-needed").cloned()
}

#[test]
fn a_line_without_the_code_does_not_need_it_unless_the_file_only_moved() {
    let (repo, _) = story();
    assert_eq!(not_needed(&repo), None);
    repo.git(["checkout", "-q", "release/1.8"]);
    repo.git(["rm", "-q", "list.c"]);
    repo.git(["commit", "-q", "-m", "Do without"]);
    repo.git(["checkout", "-q", "main"]);
    assert_eq!(not_needed(&repo), Some(json!([{ "line": "1.8", "because": "code absent" }])));
    repo.land_on_line("1.8", "Have another one", [("src/list.c", "something else\n")]);
    assert_eq!(not_needed(&repo), None);
}

#[test]
fn code_under_another_name_is_not_absent() {
    let (repo, _) = story();
    repo.git(["checkout", "-q", "release/1.8"]);
    repo.git(["mv", "list.c", "seq.c"]);
    repo.git(["commit", "-q", "-m", "Call it otherwise"]);
    repo.git(["checkout", "-q", "main"]);
    assert_eq!(not_needed(&repo), None);
    repo.land_on_line("1.8", "Write it anew", [("seq.c", "something else\n")]);
    assert_eq!(not_needed(&repo), Some(json!([{ "line": "1.8", "because": "code absent" }])));
}

#[test]
fn code_that_main_calls_otherwise_is_not_absent() {
    let repo = Repo::new();
    repo.write_config(LINES);
    let before = "one\ntwo\nthree\nfour\nfive\nsix\nseven\n";
    repo.land_fix("Add the list", [("src/list.c", before)]);
    repo.cut_line("2.1");
    repo.tag_release("v2.1.0", "2.1");
    repo.git(["mv", "src/list.c", "lib.c"]);
    repo.git(["commit", "-q", "-m", "Call it otherwise"]);
    repo.cut_line("2.0");
    repo.tag_release("v2.0.0", "2.0");
    let fix = repo.squash_merge(7, "Keep the list", "", [("lib.c", before.replace("four", "four, kept").as_str())]);
    repo.pick("2.0", fix);
    assert_eq!(not_needed(&repo), None);
}

#[test]
fn code_that_main_wrote_anew_is_not_absent() {
    let not_needed_with = |title: &str| {
        let repo = Repo::new();
        repo.write_config(LINES);
        repo.land_fix("Add the list", [("list.c", "find(env, exportGraph)\nadd(it)\n")]);
        repo.cut_line("2.1");
        repo.tag_release("v2.1.0", "2.1");
        repo.git(["rm", "-q", "list.c"]);
        repo.git(["commit", "-q", "-m", "Write it anew"]);
        repo.land_fix("Have options", [("options.c", "all = lookup(source)\ninsert(all)\n")]);
        repo.cut_line("2.0");
        repo.tag_release("v2.0.0", "2.0");
        let fix = repo.squash_merge(7, title, "", [("options.c", "all = lookup(source)\ninsert(flat(all))\n")]);
        repo.pick("2.0", fix);
        entry(&ask(&repo, &["--target", "2.0.1"]), title).get("not-needed").cloned()
    };
    assert_eq!(not_needed_with("exportGraph: keep the list"), None);
    assert!(not_needed_with("Keep the list").is_some());
}

#[test]
fn code_is_looked_for_file_by_file() {
    let repo = Repo::new();
    repo.write_config(LINES);
    let lines = |word: &str| (1..=40).map(|at| format!("{word} {at}\n")).collect::<String>();
    let (before, jobs) = (lines("line"), lines("job"));
    repo.land_fix("Add the list", [("src/list.c", before.as_str())]);
    repo.cut_line("2.1");
    repo.tag_release("v2.1.0", "2.1");
    repo.git(["mv", "src/list.c", "lib.c"]);
    repo.git(["commit", "-q", "-m", "Call it otherwise"]);
    repo.land_fix("Run jobs", [("jobs.c", jobs.as_str())]);
    repo.cut_line("2.0");
    repo.tag_release("v2.0.0", "2.0");
    let checked = before.replace("line 30\n", "line 30, kept\n");
    let more =
        ["job 5\n", "job 20\n", "job 35\n"].iter().fold(jobs, |text, job| text.replace(job, &format!("new {job}")));
    let fix = repo.squash_merge(7, "Keep the list", "", [("lib.c", checked.as_str()), ("jobs.c", more.as_str())]);
    repo.pick("2.0", fix);
    assert_eq!(not_needed(&repo), None);
}

#[test]
fn what_changes_nothing_for_users_stands_in_no_section() {
    let (repo, _) = story();
    let chore = repo.squash_merge(9, "chore: sort the list of files", "", [("files.c", "sorted\n")]);
    repo.pick("2.0", chore);
    let found = ask(&repo, &["--target", "2.0.1"]);
    assert_eq!(entry(&found, "chore: sort")["section"], "internal");
    assert!(!super::markdown(&repo, &["--target", "2.0.1"]).contains("chore"));
    repo.land_fix("Say what it is for", [(".patch/notes/9.md", "The list is sorted.\n")]);
    assert!(super::markdown(&repo, &["--target", "2.0.1"]).contains("- The list is sorted. (#9)\n"));
}

#[test]
fn a_merge_without_a_title_is_called_as_what_it_brought() {
    let (repo, _) = story();
    let merge = repo.merge_pull_request(10, "", |pull| {
        pull.commit("Keep the tail", [("tail.c", "1\n")]);
    });
    repo.pick("2.0", merge);
    let found = ask(&repo, &["--target", "2.0.1"]);
    assert_eq!(titles(&found), ["Keep the list", "Keep the tail"]);
}

/// Files with their text.
type Files = &'static [(&'static str, &'static str)];

/// What is said of other lines, and the warnings.
fn told(repo: &Repo) -> (Value, Vec<String>) {
    let found = ask(repo, &["--target", "2.0.1"]);
    let warnings = found["warnings"].as_array().into_iter().flatten();
    let warnings = warnings.filter_map(|one| one.as_str().map(str::to_owned)).collect();
    (entry(&found, "Keep two").get("also-in").cloned().unwrap_or(Value::Null), warnings)
}

#[test]
fn who_only_names_a_fix_does_not_bring_it() {
    let repo = Repo::new();
    repo.write_config(LINES);
    repo.land_fix("Add the list", [("a.c", "one\n"), ("b.c", "two\n"), ("NEWS.md", "\n")]);
    for line in ["2.1", "2.0"] {
        repo.cut_line(line);
        repo.tag_release(&format!("v{line}.0"), line);
    }
    let whole = [("a.c", "one, kept\n"), ("b.c", "two, kept\n"), ("NEWS.md", "Kept.\n")];
    let fix = repo.squash_merge(7, "Keep two", "", whole);
    repo.pick("2.0", fix);
    let names = format!("\n\n(cherry picked from commit {fix})");
    let carriers: [(&str, Files, &str); 6] = [
        ("Tell of it (#99)", &[("README.md", "told\n")], "something else"),
        ("Keep two (#7)", &[], "nothing"),
        ("Keep two (#7)", &[("b.c", "two, kept\n")], "a part"),
        ("Keep two (#7)", &[("a.c", "one, kept\n"), ("b.c", "two, kept\n")], ""),
        ("Keep two (#7)", &[("a.c", "one, kept here\n"), ("b.c", "two, kept here\n")], ""),
        ("Keep all", &[("a.c", "one, kept\n"), ("b.c", "two, kept\n"), ("c.c", "more\n")], ""),
    ];
    let begin = repo.commit_id("release/2.1").to_string();
    for (subject, changes, missing) in carriers {
        let message = format!("{subject}{names}");
        repo.git(["checkout", "-q", "release/2.1"]);
        repo.git(["reset", "-q", "--hard", &begin]);
        for (path, text) in changes {
            std::fs::write(repo.path().join(path), text).expect("because the folder is ours");
        }
        repo.git(["add", "-A"]);
        repo.git(["commit", "-q", "--allow-empty", "-m", &message]);
        repo.git(["checkout", "-q", "main"]);
        let (also, warnings) = told(&repo);
        if missing.is_empty() {
            assert_eq!((also, warnings), (json!([{ "line": "2.1" }]), vec![]), "{subject} {changes:?}");
        } else {
            assert_eq!(also, Value::Null, "{subject} {changes:?}");
            assert!(warnings.len() == 1 && warnings[0].contains(missing), "{warnings:?}");
        }
    }
}

#[test]
fn a_line_whose_branch_is_not_here_is_told_of() {
    let (repo, fix) = story();
    repo.pick("2.1", fix.parse().expect("a commit"));
    repo.tag_release("v2.1.1", "2.1");
    let whole = repo.path();
    let name = whole.to_str().expect("because its name is text").to_owned();
    let warned = |lost: &str| {
        repo.git(["branch", "-q", "-D", lost]);
        let found = ask(&repo, &["--target", "2.0.1"]);
        found["warnings"].as_array().cloned().unwrap_or_default()
    };
    // Line 1.9 is at the end of its life.
    assert_eq!(warned("release/1.9"), Vec::<Value>::new());
    repo.git(["remote", "add", "origin", &name]);
    let found = warned("release/2.1");
    let text = found.first().and_then(Value::as_str).unwrap_or_default();
    let get = "git fetch origin release/2.1:refs/remotes/origin/release/2.1";
    assert!(found.len() == 1 && text.contains("line 2.1") && text.contains(get), "{found:?}");
}
