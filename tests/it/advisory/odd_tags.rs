//! Releases whose names are no semantic versions: read where their order is known, and never passed over where it is not.

use serde_json::{Value, json};

use super::advisory;
use super::affected::{Story, found, line, source, story, told};
use super::matrix::{MORE, matrix, publisher, update};
use super::told::exported;

fn tags(document: &Value, name: &str) -> Value {
    line(document, name)["tags"].clone()
}

#[test]
fn a_release_whose_name_is_no_version_is_judged_and_told_everywhere() {
    let Story { repo, bug, fix } = story();
    publisher(&repo);
    repo.git(["tag", "v1.0.0.1", "v1.0.0"]);
    repo.git(["tag", "v1.2.0.1", &bug.to_string()]);
    repo.git(["tag", "v2.1-final", "release/2.1"]);
    // Nobody could write such a name, and the source takes none.
    repo.git(["tag", "v2.1.0\u{200b}x", "release/2.1"]);
    repo.pick("2.1", fix);
    repo.tag_release("v2.1.1", "2.1");
    source(&repo, &[&bug.to_string()], &[&fix.to_string()], MORE);
    let document = found(&repo);
    assert_eq!(told(&document, "1.2"), "affected |  |  | -");
    assert_eq!(tags(&document, "1.2"), json!([{ "name": "1.2.0.1", "has": "flaw" }]));
    assert_eq!(document["odd-tags"], json!(["v2.1.0\u{200b}x"]));
    assert_eq!(told(&document, "1.0"), "not-affected |  | 1.0.0 | -");
    assert_eq!(tags(&document, "1.0"), json!([{ "name": "1.0.0.1", "has": "no-flaw" }]));
    assert_eq!(told(&document, "2.1"), "not-evaluated | 2.1.0 | 2.1.1 | 2.1.1");
    assert_eq!(tags(&document, "2.1"), json!([{ "name": "2.1-final", "has": "flaw" }]));
    let before = advisory(&repo).args(["check", "GSA-2026-001"]).run();
    assert!(!before.stdout.contains("2.1-final"), "{}", before.stdout);
    update(&repo);
    let untold = matrix(&repo).code(1).json()["untold"].clone();
    let expected = [("2.1-final", "2.1"), ("1.2.0.1", "1.2")]
        .map(|(name, line)| json!({ "name": name, "line": line, "git": "flaw" }));
    assert_eq!(untold, json!(expected));
    let osv = exported(&repo, "osv", "osv/x_GSA-2026-001.json");
    let listed = osv["affected"][0]["versions"].as_array().expect("versions");
    assert!(listed.contains(&json!("2.1-final")) && listed.contains(&json!("1.2.0.1")), "{osv:#}");
    let cve = exported(&repo, "cve", "cve/CVE-2026-1234.json");
    assert_eq!(cve["affected"][0]["defaultStatus"], "unknown", "{cve:#}");
    let place = repo.home().join("pages");
    drop(advisory(&repo).args(["render", "GSA-2026-001", "--output", &place.to_string_lossy()]).run().success());
    let page = std::fs::read_to_string(place.join("GSA-2026-001.md")).expect("a page");
    assert!(page.contains("2.1-final") && page.contains("1.2.0.1"), "{page}");
    repo.git(["tag", "v2.1-final.2", "release/2.1"]);
    let checked = advisory(&repo).args(["check", "GSA-2026-001"]).run();
    assert!(checked.stdout.contains("no line names 2.1-final.2"), "{}", checked.stdout);
}

#[test]
fn two_numbers_and_the_pre_releases_of_python_are_versions() {
    let Story { repo, bug, fix } = story();
    let python = MORE.replace("[[package]]\necosystem = \"npm\"\nname = \"@godel/api\"\n\n", "");
    publisher(&repo);
    repo.git(["tag", "v1.2", &bug.to_string()]);
    for name in ["v2.1.1.dev1", "v2.1.1a1", "v2.1.1b2"] {
        repo.git(["tag", name, "release/2.1"]);
    }
    repo.pick("2.1", fix);
    for name in ["v2.1.1rc1", "v2.1.1", "v2.1.1.post1"] {
        repo.tag_release(name, "2.1");
    }
    source(&repo, &[&bug.to_string()], &[&fix.to_string()], &python);
    let document = found(&repo);
    assert_eq!(told(&document, "1.2"), "affected | 1.2.0 |  | -");
    assert_eq!(
        told(&document, "2.1"),
        "fixed | 2.1.0 2.1.1-0.dev.1 2.1.1-alpha.1 2.1.1-beta.2 | 2.1.1-rc.1 2.1.1 2.1.1+post.1 | 2.1.1"
    );
    update(&repo);
    drop(matrix(&repo).success());
    let osv = exported(&repo, "osv", "osv/x_GSA-2026-001.json");
    let listed = osv["affected"][0]["versions"].as_array().expect("versions");
    assert!(listed.contains(&json!("2.1.1.dev1")) && listed.contains(&json!("2.1.1a1")), "{osv:#}");
}

#[test]
fn what_an_ecosystem_orders_otherwise_stands_in_no_range() {
    let Story { repo, bug, fix } = story();
    publisher(&repo);
    // For Maven it stands behind 2.1.0, and 2.1.0 would not be in a range that begins with it.
    repo.git(["tag", "v2.1.0-preview.1", "v2.1.0"]);
    repo.pick("2.1", fix);
    repo.tag_release("v2.1.1", "2.1");
    let package =
        MORE.replace("ecosystem = \"PyPI\"\nname = \"godel\"", "ecosystem = \"Maven\"\nname = \"org.godel:api\"");
    source(&repo, &[&bug.to_string()], &[&fix.to_string()], &package);
    let document = found(&repo);
    assert_eq!(told(&document, "2.1"), "fixed | 2.1.0 | 2.1.1 | 2.1.1");
    assert_eq!(tags(&document, "2.1"), json!([{ "name": "2.1.0-preview.1", "has": "flaw" }]));
    update(&repo);
    let checked = advisory(&repo).args(["check", "GSA-2026-001"]).run();
    assert!(!checked.stdout.contains("no line names 2.1.0-preview.1"), "{}", checked.stdout);
    let untold = matrix(&repo).code(1).json()["untold"].clone();
    assert_eq!(untold, json!([{ "name": "2.1.0-preview.1", "line": "2.1", "git": "flaw" }]));
    let ghsa = exported(&repo, "ghsa", "ghsa/GSA-2026-001.json");
    assert!(ghsa.to_string().contains(">= 2.1.0, < 2.1.1"), "{ghsa:#}");
}
