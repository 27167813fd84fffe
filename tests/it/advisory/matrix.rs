//! Whether every document says of every version what git says.

use serde_json::{Value, json};

use super::advisory;
use super::affected::{Story, source, story};
use crate::support::{Output, Repo};

/// Adds who publishes to `patch.toml`, outside of history.
pub fn publisher(repo: &Repo) {
    let path = repo.path().join("patch.toml");
    let text = std::fs::read_to_string(&path).expect("a configuration").replace(
        "prefix = \"GSA\"\n",
        "prefix = \"GSA\"\nnamespace = \"https://godel.example\"\naddress = \"https://godel.example/security\"\n\
         cve-organization = \"11111111-2222-4333-8444-555555555555\"\n",
    );
    let text = text.replace("[project]\n", "[project]\nname = \"Godel\"\nrepository = \"godel/godel\"\n");
    std::fs::write(path, text).expect("it is written");
}

pub fn matrix(repo: &Repo) -> Output {
    advisory(repo).args(["--format", "json", "matrix", "GSA-2026-001"]).run()
}

pub fn update(repo: &Repo) {
    let done = advisory(repo).args(["affected", "GSA-2026-001", "--write"]).run();
    assert!([0, 3].contains(&done.exit) && done.stdout.contains("wrote"), "{}", done.stderr);
}

/// What of the documents differs from git, each as `version document`.
fn differing(document: &Value) -> Vec<String> {
    let rows = document["rows"].as_array().expect("because it has rows");
    let of = |row: &Value| {
        let version = row["version"].as_str().expect("a version").to_owned();
        let names = row["disagree"].as_array().cloned().unwrap_or_default();
        names.into_iter().map(move |name| format!("{version} {}", name.as_str().expect("a name"))).collect::<Vec<_>>()
    };
    rows.iter().flat_map(of).collect()
}

pub const MORE: &str = "cve = \"CVE-2026-1234\"\nseverity = [\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\"]\n\n\
    [[package]]\necosystem = \"PyPI\"\nname = \"godel\"\n\n[[package]]\necosystem = \"npm\"\nname = \"@godel/api\"\n\n\
    [[reference]]\nkind = \"web\"\nurl = \"https://godel.example/\"\n";

#[test]
fn all_documents_of_an_advisory_say_the_same_as_git() {
    let Story { repo, bug, fix } = story();
    publisher(&repo);
    repo.pick("2.0", fix);
    repo.tag_release("v2.0.1-rc.1", "2.0");
    repo.tag_release("v2.0.1", "2.0");
    repo.git(["tag", "v0.9.0", &bug.to_string()]);
    source(&repo, &[&bug.to_string()], &[&fix.to_string()], MORE);
    update(&repo);
    let document = matrix(&repo).success().json();
    assert_eq!(
        document["documents"],
        json!(["osv", "csaf", "csaf-vex", "cve", "openvex", "ghsa", "osv-git"]),
        "{document}"
    );
    assert_eq!((document["answer"].clone(), differing(&document).len()), (json!("yes"), 0), "{document}");
    assert_eq!(document["rows"].as_array().map(Vec::len), Some(2 * 9), "{document}");
}

#[test]
fn a_source_that_is_behind_history_disagrees() {
    let Story { repo, bug, fix } = story();
    publisher(&repo);
    source(&repo, &[&bug.to_string()], &[&fix.to_string()], MORE);
    update(&repo);
    assert_eq!(differing(&matrix(&repo).success().json()).len(), 0);
    repo.pick("2.1", fix);
    repo.tag_release("v2.1.1", "2.1");
    let behind = matrix(&repo).code(1);
    let document = behind.json();
    let wrong = differing(&document);
    assert!(wrong.contains(&"2.1.1 osv".to_owned()) && wrong.contains(&"2.1.1 csaf".to_owned()), "{wrong:?}");
    assert!(wrong.iter().all(|one| one.starts_with("2.1.1 ")), "{wrong:?}");
    update(&repo);
    assert_eq!(differing(&matrix(&repo).success().json()).len(), 0);
}

#[test]
fn what_cannot_be_made_is_told_and_the_rest_compared() {
    let Story { repo, bug, fix } = story();
    source(&repo, &[&bug.to_string()], &[&fix.to_string()], "");
    let none = matrix(&repo).code(2);
    assert!(none.stderr.contains("no document can be made") || none.stderr.contains("called"), "{}", none.stderr);
    publisher(&repo);
    let bare = matrix(&repo).code(2).stderr;
    assert_eq!(bare.matches("patch-advisory affected GSA-2026-001 --write`").count(), 1, "{bare}");
    update(&repo);
    let document = matrix(&repo).success().json();
    let left: Vec<&str> =
        document["left-out"].as_array().expect("a list").iter().filter_map(|one| one["name"].as_str()).collect();
    assert_eq!(left, ["cve"], "{document}");
}

#[test]
fn without_a_version_nothing_agrees() {
    let repo = Repo::new();
    repo.write_config("[project]\nmain = \"main\"\n\n[advisory]\nprefix = \"GSA\"\n");
    publisher(&repo);
    let bug = repo.land_fix("Write the parser", [("parser", "fast\n")]);
    let fix = repo.land_fix("Check the bounds", [("parser", "safe\n")]);
    let line =
        "\n[[line]]\nname = \"2.0\"\nsupport = \"current\"\nverdict = \"affected\"\naffected = []\nunaffected = []\n";
    source(&repo, &[&bug.to_string()], &[&fix.to_string()], &format!("{MORE}{line}"));
    let none = matrix(&repo).code(3);
    assert!(none.stderr.contains("there is no tag of a release") && none.stdout.is_empty(), "{}", none.stderr);
}

#[test]
fn a_fix_of_several_commits_ends_the_range_of_commits_where_all_are_there() {
    let Story { repo, bug, fix } = story();
    publisher(&repo);
    let second = repo.land_fix("Check the end as well", [("end", "checked\n")]);
    let first_pick = repo.pick("2.0", fix);
    repo.tag_release("v2.0.1", "2.0");
    let second_pick = repo.pick("2.0", second);
    repo.tag_release("v2.0.2", "2.0");
    source(&repo, &[&bug.to_string()], &[&fix.to_string(), &second.to_string()], MORE);
    update(&repo);
    assert_eq!(differing(&matrix(&repo).success().json()), Vec::<String>::new());
    let path = repo.path().join("advisories/GSA-2026-001.md");
    let text = std::fs::read_to_string(&path).expect("a source");
    let commits = &text[text.find("[commits]").expect("a range")..];
    assert!(commits.contains(&second_pick.to_string()) && commits.contains(&second.to_string()), "{commits}");
    assert!(!commits.contains(&first_pick.to_string()) && !commits.contains(&fix.to_string()), "{commits}");
    // A range that ends at half of the fix calls a version sound that has the other half of the flaw.
    let at = text.find("[commits]").expect("a range");
    let spoiled = format!("{}{}", &text[..at], commits.replace(&second_pick.to_string(), &first_pick.to_string()));
    std::fs::write(&path, spoiled).expect("it is written");
    let wrong = differing(&matrix(&repo).code(1).json());
    assert_eq!(wrong, ["2.0.1 osv-git", "2.0.1 osv-git"]);
    std::fs::write(&path, text.replace(&second_pick.to_string(), &"7".repeat(40))).expect("it is written");
    assert!(matrix(&repo).code(3).stderr.contains("[commits]"));
}

#[test]
fn what_was_worked_out_is_kept_for_as_long_as_it_holds() {
    let Story { repo, bug, fix } = story();
    publisher(&repo);
    source(&repo, &[&bug.to_string()], &[&fix.to_string()], MORE);
    update(&repo);
    let kept = repo.path().join(".git/backstitch/affected.json");
    let text = std::fs::read_to_string(&kept).expect("an answer");
    let told = matrix(&repo).success().stdout;
    // What is kept is what is told, and a file of another form is none.
    let of_new = "\"affected\":[\"2.1.0\"]";
    assert!(text.contains(of_new), "{text}");
    std::fs::write(&kept, text.replace(of_new, "\"affected\":[]")).expect("it is written");
    assert_ne!(matrix(&repo).stdout, told);
    for spoiled in [String::new(), text.replace("\"form\":1", "\"form\":0"), "[]".to_owned()] {
        std::fs::write(&kept, &spoiled).expect("it is written");
        assert_eq!(matrix(&repo).success().stdout, told, "{spoiled}");
    }
    // `affected` looks for itself.
    std::fs::write(&kept, text.replace(of_new, "\"affected\":[]")).expect("it is written");
    let own = advisory(&repo).args(["affected", "GSA-2026-001"]).run();
    assert!(own.stdout.contains("2.1.0"), "{}", own.stdout);
    assert_eq!(matrix(&repo).success().stdout, told);
    let path = repo.path().join("advisories/GSA-2026-001.md");
    let source = std::fs::read_to_string(&path).expect("a source");
    let other = source.replace(&format!("introduced = [\"{bug}\"]"), "introduced = [\"0\"]");
    assert_ne!(other, source);
    let before = repo.git(["rev-parse", "v2.0.0^{commit}"]);
    repo.git(["tag", "-f", "v2.0.0", "main"]);
    assert_ne!(matrix(&repo).stdout, told);
    repo.git(["tag", "-f", "v2.0.0", &before]);
    assert_eq!(matrix(&repo).success().stdout, told);
    std::fs::write(&path, other).expect("it is written");
    assert_ne!(matrix(&repo).stdout, told);
}
