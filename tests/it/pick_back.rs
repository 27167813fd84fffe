//! `patch-pick` on a line that was merged into main: what main got by that is still the line's own.

use serde_json::{Value, json};

use crate::notes::back::{WAYS, bring_back};
use crate::support::{Bin, Repo};

const LIST: &str = "a\nb\nc\nd\ne\nf\ng\nh\n";

/// A line with a pick that says where it comes from, one that does not, one that was adapted and names nothing, one that was taken back, and a
/// commit of its own; and a fix that it lacks.
fn story() -> Repo {
    let repo = Repo::new();
    repo.land_fix("Add the list", [("list", LIST), ("map", "map\n"), ("set", "set\n"), ("tree", "tree\n")]);
    repo.cut_line("2.0");
    repo.tag_release("v2.0.0", "2.0");
    let list = repo.land_fix("Check the list", [("list", LIST.replace('b', "b, checked").as_str())]);
    let map = repo.land_fix("Check the map", [("map", "map, checked\n")]);
    repo.squash_merge(12, "Check the set", "", [("set", "set, checked\n")]);
    let tree = repo.land_fix("Check the tree", [("tree", "tree, checked\n")]);
    repo.land_fix(
        "Check the end of the list",
        [("list", LIST.replace('b', "b, checked").replace('h', "h, checked").as_str())],
    );
    repo.pick("2.0", list);
    repo.pick_without_trailer("2.0", map);
    repo.tag_release("v2.0.1", "2.0");
    repo.land_on_line("2.0", "Look at sets (#12)", [("set", "set, checked\n")]);
    let picked = repo.pick("2.0", tree);
    repo.land_on_line("2.0", &format!("Revert it\n\nThis reverts commit {picked}.\n"), [("tree", "tree\n")]);
    repo.land_on_line("2.0", "Keep the build going\n\nLine-only: main builds otherwise\n", [("build", "old\n")]);
    repo
}

/// Merges a branch that began at a tag of the line to main, or to the line.
fn merge_hotfix(repo: &Repo, to: &str, number: u64) {
    repo.git(["checkout", "-q", to]);
    repo.tick(60);
    let message = format!("Merge pull request #{number} from o/hotfix\n\nCheck the list");
    repo.git(["merge", "-q", "--no-ff", "-m", &message, "hotfix"]);
    repo.git(["checkout", "-q", "main"]);
}

#[test]
fn a_fix_of_a_branch_that_main_and_the_line_merged_is_on_both() {
    for (order, is_back) in
        [(["main", "release/2.0"], false), (["release/2.0", "main"], false), (["main", "release/2.0"], true)]
    {
        let repo = Repo::new();
        repo.land_fix("Add the list", [("list", LIST)]);
        repo.cut_line("2.0");
        repo.tag_release("v2.0.0", "2.0");
        repo.git(["checkout", "-q", "-b", "hotfix", "v2.0.0"]);
        repo.git(["checkout", "-q", "main"]);
        repo.land_fix("Go on", [("next", "1\n")]);
        repo.git(["checkout", "-q", "hotfix"]);
        repo.land_fix("Check the list", [("list", LIST.replace('b', "b, checked").as_str())]);
        repo.git(["checkout", "-q", "main"]);
        for (at, to) in order.into_iter().enumerate() {
            merge_hotfix(&repo, to, 20 + at as u64);
        }
        repo.squash_merge(22, "Go on later", "", [("next", "2\n")]);
        repo.tag_release("v2.0.1", "2.0");
        if is_back {
            bring_back(&repo, "ours");
        }
        let found = Bin::pick().at(&repo).args(["verify", "--line", "2.0", "--format", "json"]).run().code(0).json();
        assert_eq!(found["lines"][0]["commits"].as_array().map(Vec::len), Some(0), "{order:?}, {is_back}: {found:#}");
        let status = ask(&repo, &["status", "--all"]);
        let number = json!(if order[0] == "main" { 20 } else { 21 });
        let rows = status["rows"].as_array().expect("rows");
        let row = rows.iter().find(|row| row["pull-request"] == number);
        assert_eq!(row.expect("the hotfix")["cells"][0]["release"], "v2.0.1", "{order:?}, {is_back}: {status:#}");
    }
}

fn ask(repo: &Repo, arguments: &[&str]) -> Value {
    let all = arguments.iter().copied().chain(["--line", "2.0", "--format", "json"]);
    Bin::pick().at(repo).args(all).run().json()
}

/// What is said of the line, without where main is.
fn told(repo: &Repo) -> [Value; 5] {
    let status = ask(repo, &["status", "--since", "branch-points"]);
    let verification = ask(repo, &["verify"]);
    let since = ask(repo, &["verify", "--since", "v2.0.1"]);
    let of_line = |document: &Value| document["lines"].clone();
    [status["rows"].clone(), of_line(&status), of_line(&verification), verification["answer"].clone(), of_line(&since)]
}

#[test]
fn a_line_is_told_as_before_it_came_to_main() {
    for how in WAYS {
        let repo = story();
        let before = told(&repo);
        assert_eq!(before[0].as_array().map(Vec::len), Some(4), "{:#}", before[0]);
        assert_eq!(
            (&before[1][0]["own-commits"], before[2][0]["commits"].as_array().map(Vec::len)),
            (&json!(6), Some(6))
        );
        bring_back(&repo, how);
        let after = told(&repo);
        for (before, after) in before.iter().zip(&after) {
            assert_eq!(after, before, "{how}");
        }
    }
}
