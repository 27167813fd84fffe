//! Which commits are one entry, and what it says.

use serde_json::{Value, json};

use super::{entry, json as ask, markdown};
use crate::support::Repo;

pub(super) const LINE: &str =
    "[project]\nname = \"Godel\"\nmain = \"main\"\n\n[[line]]\nname = \"2.0\"\nbranch = \"release/2.0\"\n";

/// A line with one release, and two files to fix.
pub(super) fn line() -> Repo {
    let repo = Repo::new();
    repo.write_config(LINE);
    repo.land_fix("Begin", [("list", "1\n2\n3\n"), ("map", "1\n2\n3\n")]);
    repo.cut_line("2.0");
    repo.tag_release("v2.0.0", "2.0");
    repo
}

/// Merges a branch `into` a branch: its commits, each a message, an author, a file and what it holds then.
pub(super) fn merge(repo: &Repo, into: &str, message: &str, commits: &[(&str, &str, &str, &str)]) -> String {
    repo.git(["checkout", "-q", "-b", "topic", into]);
    for (message, author, file, content) in commits {
        std::fs::write(repo.path().join(file), content).expect("because the folder is ours");
        repo.git(["add", "-A"]);
        repo.git(["commit", "-q", "--author", &format!("{author} <{author}@example.com>"), "-m", message]);
    }
    repo.git(["checkout", "-q", into]);
    repo.git(["merge", "-q", "--no-ff", "-m", message, "topic"]);
    repo.git(["branch", "-q", "-D", "topic"]);
    repo.git(["checkout", "-q", "main"]);
    repo.commit_id(into).to_string()
}

fn printed(repo: &Repo) -> String {
    markdown(repo, &["--target", "2.0.1"])
}

pub(super) fn authors(entry: &Value) -> Vec<&str> {
    let all = entry["authors"].as_array().expect("because authors are a list");
    all.iter().filter_map(|person| person["name"].as_str()).collect()
}

#[test]
fn a_merge_that_only_says_what_it_was_picked_from_is_called_as_what_it_brought() {
    let repo = line();
    let message = "Merge pull request #70 from x/port\n\nForward port of #66";
    let fix = merge(&repo, "main", message, &[("Check names of hosts", "Bo", "list", "3\n2\n1\n")]);
    repo.pick("2.0", fix.parse().expect("because it is a name"));
    assert!(printed(&repo).contains("- Check names of hosts (#70)\n"), "{}", printed(&repo));
}

#[test]
fn a_changed_pick_of_a_merge_is_traced_to_what_that_merged() {
    for (title, number) in [("Sort the list", 11), ("list: sort it", 12)] {
        let repo = line();
        let subject = format!("Merge pull request #{number} from x/topic");
        let commits = [("Change it", "Bo", "list", "3\n2\n1\n"), ("Change the map, too", "Cy", "map", "3\n2\n1\n")];
        let fix = merge(&repo, "main", &format!("{subject}\n\n{title}"), &commits);
        let told = if number == 11 { String::new() } else { format!("{title}\n") };
        let own = if number == 11 { subject } else { format!("[2.0] {subject} (#20)") };
        let message = format!("{own}\n\n{told}(cherry picked from commit {fix})\n\n[ann: adapted to 2.0]\n");
        repo.land_on_line("2.0", &message, [("list", "3\n2\n1\n0\n"), ("more", "0\n")]);
        let found = ask(&repo, &["--target", "2.0.1"]);
        let one = entry(&found, title);
        assert_eq!((&one["origin"]["from"], &one["pull-request"]), (&json!("main"), &json!(number)), "{found:#}");
        assert_eq!(authors(one), ["Bo", "Cy"]);
        assert!(printed(&repo).contains(&format!("- {title} (#{number})\n")));
    }
}

#[test]
fn a_merge_that_another_one_brought_to_main_has_the_authors_of_what_it_merged() {
    let repo = line();
    repo.git(["branch", "features", "main"]);
    let message = "Merge pull request #70 from x/topic\n\nSort the list";
    let fix = merge(&repo, "features", message, &[("Sort the list", "Bo", "list", "3\n2\n1\n")]);
    repo.land_fix("Add more", [("more", "0\n")]);
    repo.git(["merge", "-q", "--no-ff", "-m", "Merge features", "features"]);
    repo.pick("2.0", fix.parse().expect("because it is a name"));
    let found = ask(&repo, &["--target", "2.0.1"]);
    let one = entry(&found, "Sort the list");
    assert_eq!((authors(one), &one["pull-request"]), (vec!["Bo"], &json!(70)), "{found:#}");
}

const BOT: &str = "pre-commit-ci[bot] <66853113+pre-commit-ci[bot]@users.noreply.github.com>";

#[test]
fn a_program_wrote_only_what_no_person_wrote() {
    let repo = line();
    for (title, author, rest) in [
        ("Sort the list", "Bo <bo@example.com>", format!("\n\nCo-authored-by: {BOT}")),
        ("Sort the map", BOT, "\n\nCo-authored-by: Cy <cy@example.com>".to_owned()),
        ("Bump the parser", BOT, String::new()),
    ] {
        let fix = repo.commit_with(&format!("{title}{rest}\n"), author, [(title, "fixed\n")]);
        repo.pick("2.0", fix);
    }
    let found = ask(&repo, &["--target", "2.0.1"]);
    assert_eq!(authors(entry(&found, "Sort the list")), ["Bo"]);
    assert_eq!(authors(entry(&found, "Sort the map")), ["Cy"]);
    assert_eq!(authors(entry(&found, "Bump the parser")), ["pre-commit-ci[bot]"]);
    let text = printed(&repo);
    assert!(text.contains("- Bo\n- Cy\n") && !text.contains("pre-commit"), "{text}");
}

#[test]
fn a_line_that_says_where_a_pick_is_from_is_no_title() {
    let repo = line();
    let message = "Merge pull request #14 from x/topic\n\n(cherry picked from commit 0123456789abcdef)\n";
    repo.land_on_line("2.0", message, [("list", "0\n")]);
    let text = printed(&repo);
    assert!(text.contains("Merge pull request") && !text.contains("cherry picked"), "{text}");
}

#[test]
fn a_changed_pick_of_several_commits_is_their_pick() {
    let repo = line();
    let list = repo.commit_with("Sort the list", "Bo <bo@example.com>", [("list", "3\n2\n1\n")]);
    let map = repo.commit_with("Sort the map", "Cy <cy@example.com>", [("map", "3\n2\n1\n")]);
    let message = |list, map| {
        format!("Sort all\n\n(cherry picked from commit {list})\n\n- also\n(cherry picked from commit {map})\n")
    };
    repo.land_on_line("2.0", &message(list, map), [("list", "3\n2\n1\n0\n"), ("map", "2\n1\n")]);
    let found = ask(&repo, &["--target", "2.0.1"]);
    let one = entry(&found, "Sort all");
    assert_eq!((&one["origin"]["from"], authors(one)), (&json!("main"), vec!["Bo", "Cy"]), "{found:#}");
    // What has nothing in common with them is not.
    let repo = line();
    let list = repo.commit_with("Sort the list", "Bo <bo@example.com>", [("list", "3\n2\n1\n")]);
    let map = repo.commit_with("Sort the map", "Cy <cy@example.com>", [("map", "3\n2\n1\n")]);
    repo.land_on_line("2.0", &message(list, map), [("other", "other\n")]);
    let found = ask(&repo, &["--target", "2.0.1"]);
    assert_eq!(entry(&found, "Sort all")["origin"]["from"], "claimed");
}

#[test]
fn every_commit_of_an_entry_has_its_words() {
    let repo = line();
    let none = ("Tidy the list\n\nRelease-note: NONE", "Bo", "list", "1\n");
    let lost = ("Keep uploads\n\nRelease-note: Uploads are no longer lost.", "Bo", "map", "1\n");
    merge(&repo, "main", "Merge pull request #12 from x/topic\n\nKeep uploads", &[none, lost]);
    let one = ("One\n\nRelease-note: The first thing works", "Bo", "one", "1\n");
    let two = ("Two\n\nRelease-note: The second thing works.", "Bo", "two", "1\n");
    merge(&repo, "main", "Merge pull request #13 from x/topic\n\nTwo things", &[one, two]);
    let quiet = ("Quiet\n\nRelease-note: NONE", "Bo", "quiet", "1\n");
    let still = ("Still\n\nRelease-note: NONE", "Bo", "still", "1\n");
    merge(&repo, "main", "Merge pull request #14 from x/topic\n\nNothing to see", &[quiet, still]);
    let all = repo.git(["rev-list", "--reverse", "--no-merges", "v2.0.0..main"]);
    for fix in all.lines() {
        repo.pick("2.0", repo.commit_id(fix));
    }
    let text = printed(&repo);
    assert!(text.contains("- Uploads are no longer lost. (#12)\n"), "{text}");
    assert!(text.contains("- The first thing works. The second thing works. (#13)\n"), "{text}");
    assert!(!text.contains("#14"), "{text}");
}

#[test]
fn a_squash_of_picks_has_the_words_of_each() {
    let repo = line();
    let list = repo.squash_merge(21, "Sort the list", "Release-note: Words of A.", [("list", "3\n2\n1\n")]);
    let body = "Fixes: CVE-2026-1234\nRelease-note: Words of B.";
    let map = repo.squash_merge(22, "Sort the map", body, [("map", "3\n2\n1\n")]);
    let message = format!("Sort\n\n(cherry picked from commit {list})\n(cherry picked from commit {map})\n");
    repo.land_on_line("2.0", &message, [("list", "3\n2\n1\n"), ("map", "3\n2\n1\n")]);
    let text = printed(&repo);
    assert!(text.contains("- [CVE-2026-1234] Words of A. Words of B. (#21, #22)\n"), "{text}");
}

#[test]
fn one_number_in_two_titles_is_two_fixes() {
    let repo = line();
    let leak = repo.squash_merge(1234, "Fix memory leak in parser", "", [("list", "3\n2\n1\n")]);
    let null = repo.squash_merge(1234, "Reject null input", "Fixes: CVE-2026-5555", [("map", "3\n2\n1\n")]);
    let again = repo.squash_merge(1234, "Reject null input", "", [("more", "0\n")]);
    for fix in [leak, null, again] {
        repo.pick("2.0", fix);
    }
    let text = printed(&repo);
    assert!(text.contains("- Fix memory leak in parser (#1234)\n"), "{text}");
    assert!(text.contains("- [CVE-2026-5555] Reject null input (#1234)\n"), "{text}");
    assert_eq!(text.matches("#1234").count(), 2, "{text}");
}

#[test]
fn a_part_of_a_pull_request_is_called_as_what_was_picked() {
    let repo = line();
    let commits = ["one", "two", "three"].map(|name| (name, "Bo", name, "1\n"));
    let [one, two, three] = commits;
    let test = ("Add a test", "Bo", "test", "1\n");
    merge(&repo, "main", "Merge pull request #31 from x/topic\n\nOne, two and all", &[one, test, two, three]);
    let all = repo.git(["rev-list", "--reverse", "--no-merges", "v2.0.0..main"]);
    let mut all = all.lines().collect::<Vec<_>>();
    let last = all.pop().expect("because there are some");
    for fix in all {
        repo.pick("2.0", repo.commit_id(fix));
    }
    let text = printed(&repo);
    assert!(text.contains("- one; two (#31)\n") && !text.contains("all"), "{text}");
    repo.pick("2.0", repo.commit_id(last));
    let text = printed(&repo);
    assert!(text.contains("- One, two and all (#31)\n"), "{text}");
    // A pull request for the line says what it brings.
    let repo = line();
    merge(&repo, "main", "Merge pull request #31 from x/topic\n\nOne, two and all", &[one, test, two, three]);
    repo.git(["checkout", "-q", "-b", "backport", "release/2.0"]);
    repo.git(["cherry-pick", "-x", "main^2~3", "main^2~1"]);
    repo.git(["checkout", "-q", "release/2.0"]);
    let message = "Merge pull request #32 from x/backport\n\n[2.0] One and two (backport #31)";
    repo.git(["merge", "-q", "--no-ff", "-m", message, "backport"]);
    repo.git(["checkout", "-q", "main"]);
    let text = printed(&repo);
    assert!(text.contains("- One and two (#31)\n"), "{text}");
}

#[test]
fn the_number_of_a_pull_request_for_the_line_stays_when_main_has_none() {
    let repo = line();
    let list = ("Keep the list", "Bo", "list", "kept\n");
    merge(&repo, "release/2.0", "Merge pull request #61 from x/topic\n\nKeep the list", &[list]);
    let map = repo.land_fix("Keep the map", [("map", "kept\n")]);
    repo.git(["checkout", "-q", "-b", "backport", "release/2.0"]);
    repo.git(["cherry-pick", "-x", &map.to_string()]);
    repo.git(["checkout", "-q", "release/2.0"]);
    repo.git(["merge", "-q", "--no-ff", "-m", "Merge pull request #62 from x/backport", "backport"]);
    repo.git(["checkout", "-q", "main"]);
    repo.tag_release("v2.0.1", "2.0");
    let before = printed(&repo);
    assert!(before.contains("- Keep the list (#61)\n") && before.contains("- Keep the map (#62)\n"), "{before}");
    // The line is merged up.
    repo.git([
        "merge",
        "-q",
        "--no-ff",
        "-X",
        "ours",
        "-m",
        "Merge pull request #70 from x/release/2.0",
        "release/2.0",
    ]);
    assert_eq!(printed(&repo), before);
    let found = ask(&repo, &["--target", "2.0.1"]);
    let own = json!([{ "number": 61, "base": "line" }]);
    assert_eq!(entry(&found, "Keep the list")["own-pull-requests"], own, "{found:#}");
}

#[test]
fn what_a_line_got_by_a_merge_of_main_keeps_the_number_of_main() {
    let repo = line();
    merge(&repo, "main", "Merge pull request #5 from x/topic\n\nKeep it", &[("Keep the list", "Bo", "list", "kept\n")]);
    repo.git(["checkout", "-q", "release/2.0"]);
    repo.git(["merge", "-q", "--no-ff", "-m", "Merge branch 'main' into release/2.0", "main"]);
    repo.git(["checkout", "-q", "main"]);
    let text = printed(&repo);
    assert!(text.contains("(#5)\n"), "{text}");
}

#[test]
fn a_pick_of_a_merge_behind_the_mark_of_a_line_is_traced_by_its_number() {
    let repo = line();
    let subject = "Merge pull request #11 from x/topic";
    merge(&repo, "main", &format!("{subject}\n\nSort the list"), &[("Change it", "Bo", "list", "3\n2\n1\n")]);
    repo.land_on_line("2.0", &format!("[2.0] {subject}\n"), [("list", "3\n2\n1\n0\n"), ("more", "0\n")]);
    let found = ask(&repo, &["--target", "2.0.1"]);
    let one = entry(&found, "Sort the list");
    assert_eq!((&one["pull-request"], authors(one)), (&json!(11), vec!["Bo"]), "{found:#}");
    // A mark of the pick is none of the title.
    for (title, number) in [("Backport server: keep the map", 12), ("Backport #13 server: keep the map", 13)] {
        let repo = line();
        repo.land_on_line("2.0", &format!("{title} (#{number})"), [("map", "kept\n")]);
        assert_eq!(ask(&repo, &["--target", "2.0.1"])["entries"][0]["title"], "server: keep the map");
    }
}
