//! By which pull request a change came, where its origin is not sure.

use serde_json::{Value, json};

use super::grouping::line;
use super::{entry, json as ask, markdown};
use crate::support::Repo;

/// What JSON says of the entry with a title.
fn told(repo: &Repo, title: &str) -> (Value, Value, Value) {
    let found = ask(repo, &["--target", "2.0.1"]);
    let one = entry(&found, title);
    let of = |name: &str| one.get(name).cloned().unwrap_or(Value::Null);
    (one["origin"]["from"].clone(), of("pull-request"), of("own-pull-requests"))
}

fn printed(repo: &Repo) -> String {
    markdown(repo, &["--target", "2.0.1"])
}

#[test]
fn a_commit_without_an_origin_keeps_its_number() {
    let repo = line();
    repo.land_on_line("2.0", "Keep the list (#123)\n\nLine-only: main has no list\n", [("list", "kept\n")]);
    repo.land_on_line("2.0", "Keep the map (#124)", [("map", "kept\n")]);
    let own = |number: u64| json!([{ "number": number, "base": "line" }]);
    assert_eq!(told(&repo, "Keep the list"), (json!("line"), Value::Null, own(123)));
    assert_eq!(told(&repo, "Keep the map"), (json!("nowhere"), Value::Null, own(124)));
    let text = printed(&repo);
    assert!(text.contains("- Keep the list (#123)\n") && text.contains("- Keep the map (#124)\n"), "{text}");
    // Words for it are found by that number, too.
    repo.land_fix("Say what it is", [(".patch/notes/124.md", "The map stays.\n")]);
    assert!(printed(&repo).contains("- The map stays. (#124)\n"));
}

#[test]
fn a_commit_that_a_merge_brought_has_the_number_of_the_merge() {
    let repo = line();
    for (number, name) in [(31, "list"), (32, "map")] {
        repo.git(["checkout", "-q", "-b", name, "release/2.0"]);
        std::fs::write(repo.path().join(name), "kept\n").expect("because the folder is ours");
        repo.git(["commit", "-q", "-a", "-m", &format!("Keep the {name}")]);
        repo.git(["checkout", "-q", "release/2.0"]);
        let subject = format!("Merge pull request #{number} from mia/{name}");
        repo.git(["merge", "-q", "--no-ff", "-m", &subject, name]);
        repo.git(["checkout", "-q", "main"]);
    }
    for (number, title) in [(31, "Keep the list"), (32, "Keep the map")] {
        let own = json!([{ "number": number, "base": "line" }]);
        assert_eq!(told(&repo, title), (json!("nowhere"), Value::Null, own));
        assert!(printed(&repo).contains(&format!("- {title} (#{number})\n")));
    }
}

#[test]
fn a_number_that_main_has_is_that_of_main() {
    let repo = line();
    let fix = repo.squash_merge(41, "Keep the map", "", [("map", "kept\n")]);
    repo.land_on_line(
        "2.0",
        &format!("Sort the list (#42)\n\n(cherry picked from commit {fix})\n"),
        [("list", "3\n2\n1\n")],
    );
    let other = repo.squash_merge(43, "Keep the set", "", [("set", "kept\n")]);
    repo.land_on_line(
        "2.0",
        &format!("Keep what is there (#43)\n\n(cherry picked from commit {other})\n"),
        [("there", "put aside\n")],
    );
    let own = |number: u64, base: &str| json!([{ "number": number, "base": base }]);
    assert_eq!(told(&repo, "Sort the list"), (json!("claimed"), Value::Null, own(42, "line")));
    assert_eq!(told(&repo, "Keep what is there"), (json!("claimed"), Value::Null, own(43, "main")));
    assert!(printed(&repo).contains("- Sort the list (#42)\n"));
}
