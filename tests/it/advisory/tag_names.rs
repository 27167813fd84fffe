//! Releases that are spelled as ecosystems do: in their order, in documents as their tags have them, and never two as one.

use serde_json::{Value, json};

use super::advisory;
use super::affected::{Story, found, line, ran, source, story, told};
use super::matrix::{MORE, matrix, publisher, update};
use super::told::exported;
use crate::support::Repo;

/// What stands in a source besides, with one package, and behind it more.
fn of_package(ecosystem: &str, name: &str, more: &str) -> String {
    let start = MORE.find("[[package]]").expect("it has packages");
    let end = MORE.find("[[reference]]").expect("it has a reference");
    let package = format!("[[package]]\necosystem = \"{ecosystem}\"\nname = \"{name}\"\n\n{more}");
    format!("{}{package}{}", &MORE[..start], &MORE[end..])
}

/// Says that documents leave a release of line 2.0 out, or what holds for all of the line.
fn stated(what: &str) -> String {
    format!("[[stated]]\nline = \"2.0\"\n{what}\nreason = \"It was never told of\"\nby = \"Ada <ada@example.org>\"\n\n")
}

/// Tags releases of the commit of v2.0.0, which has the flaw.
fn tag_flawed(repo: &Repo, names: &[&str]) {
    for name in names {
        repo.git(["tag", &format!("v{name}"), "v2.0.0^{}"]);
    }
}

fn repaired() -> (Repo, String, String) {
    let Story { repo, bug, fix } = story();
    publisher(&repo);
    repo.pick("2.0", fix);
    repo.tag_release("v2.0.1", "2.0");
    (repo, bug.to_string(), fix.to_string())
}

#[test]
fn usual_names_of_releases_have_a_place_and_their_own_spelling() {
    let (repo, bug, fix) = repaired();
    for (ecosystem, name, purl, tags) in [
        (
            "Maven",
            "org.godel:api",
            "pkg:maven/org.godel/api@",
            &["2.0.1-M1", "2.0.1-RC1", "2.0.1-SNAPSHOT", "2.0.0-SP1", "2.0.0.1"][..],
        ),
        ("Packagist", "godel/api", "pkg:composer/godel/api@", &["2.0.1-RC1", "2.0.1-beta2"]),
        ("NuGet", "Godel", "pkg:nuget/Godel@", &["2.0.1-preview1", "2.0.1-RC.1.24452.1", "2.0.0.1"]),
        ("RubyGems", "godel", "pkg:gem/godel@", &["2.0.1.pre1", "2.0.1.rc1", "2.0.0.1"]),
    ] {
        tag_flawed(&repo, tags);
        source(&repo, &[&bug], &[&fix], &of_package(ecosystem, name, ""));
        let document = found(&repo);
        let all = told(&document, "2.0");
        assert!(all.starts_with("fixed | ") && all.ends_with(" | 2.0.1 | 2.0.1"), "{ecosystem}: {all}");
        update(&repo);
        drop(matrix(&repo).success());
        let vex = exported(&repo, "openvex", "openvex/GSA-2026-001.openvex.json").to_string();
        let osv = exported(&repo, "osv", "osv/x_GSA-2026-001.json");
        let listed = osv["affected"][0]["versions"].as_array().expect("versions");
        for tag in tags {
            assert!(vex.contains(&format!("\"{purl}{tag}\"")), "{ecosystem} {tag}: {vex}");
            assert!(listed.contains(&json!(tag)), "{ecosystem} {tag}: {osv:#}");
        }
        let checked = advisory(&repo).args(["check", "GSA-2026-001"]).run();
        assert!(!checked.stdout.contains("no line names"), "{ecosystem}: {}", checked.stdout);
        tags.iter().for_each(|tag| drop(repo.git(["tag", "-d", &format!("v{tag}")])));
    }
}

/// What stands right behind a release stands before it by Semantic Versioning, or is no version there: a record that named that order would
/// call releases with the flaw safe.
#[test]
fn a_container_names_the_order_that_its_bounds_follow() {
    let (repo, bug, fix) = repaired();
    repo.pick("2.1", fix.parse().expect("a commit"));
    for (ecosystem, name, kind, flawed, fixed) in [
        (
            "Packagist",
            "godel/api",
            "composer",
            &["2.1.0-alpha1", "2.1.0-beta9", "2.1.0-beta10", "2.1.0-RC1"][..],
            "2.1.0-p1",
        ),
        ("NuGet", "Godel", "nuget", &["2.1.0-beta.9", "2.1.0-Beta.10"], "2.1.0.1"),
        ("Maven", "org.godel:api", "maven", &["2.1.0-M1", "2.1.0-RC1"], "2.1.0-SP1"),
        ("PyPI", "godel", "python", &["2.1.0b9", "2.1.0b10"], "2.1.0.post1"),
        ("RubyGems", "godel", "gem", &["2.1.0.beta9", "2.1.0.rc1"], "2.1.0.1"),
    ] {
        for tag in flawed {
            repo.git(["tag", &format!("v{tag}"), "v2.1.0^{}"]);
        }
        repo.git(["tag", &format!("v{fixed}"), "release/2.1"]);
        source(&repo, &[&bug], &[&fix], &of_package(ecosystem, name, ""));
        update(&repo);
        let found = matrix(&repo).success().json();
        assert!(found["documents"].as_array().expect("a list").contains(&json!("cve")), "{ecosystem}: {found}");
        let cve = exported(&repo, "cve", "cve/CVE-2026-1234.json");
        let entry = json!({ "version": flawed[0], "lessThan": fixed, "versionType": kind, "status": "affected" });
        assert!(cve["affected"][0]["versions"].as_array().expect("a list").contains(&entry), "{ecosystem}: {cve:#}");
        let checked = advisory(&repo).args(["check", "GSA-2026-001"]).run().stdout;
        assert!(!checked.contains("no container of the CVE list"), "{ecosystem}: {checked}");
        let not_taken = checked.contains(&format!("'v{fixed}' repairs it first, and `publish` and `kit` do not take"));
        assert!(not_taken && !checked.contains("'v2.0.1' repairs it first"), "{ecosystem}: {checked}");
        flawed.iter().chain([&fixed]).for_each(|tag| drop(repo.git(["tag", "-d", &format!("v{tag}")])));
    }
    // Without a package, the order is that of Semantic Versioning.
    repo.git(["tag", "v2.1.0.post1", "release/2.1"]);
    let start = MORE.find("[[package]]").expect("it has packages");
    let end = MORE.find("[[reference]]").expect("it has a reference");
    source(&repo, &[&bug], &[&fix], &format!("{}{}", &MORE[..start], &MORE[end..]));
    update(&repo);
    let checked = advisory(&repo).args(["check", "GSA-2026-001"]).run().stdout;
    assert!(checked.contains("no container of the CVE list tells which versions have the flaw: '2.1.0'"), "{checked}");
}

#[test]
fn two_releases_that_are_one_version_are_not_told_as_one() {
    let (repo, bug, fix) = repaired();
    tag_flawed(&repo, &["2.0.1.rc1"]);
    repo.tag_release("v2.0.1.rc.1", "2.0");
    source(&repo, &[&bug], &[&fix], &of_package("RubyGems", "godel", ""));
    let document = found(&repo);
    assert_eq!(told(&document, "2.0"), "not-evaluated | 2.0.0-rc.1 2.0.0 | 2.0.1 | 2.0.1");
    let reason = line(&document, "2.0")["reason"].as_str().expect("a reason").to_owned();
    assert!(reason.contains("'2.0.1.rc1'") && reason.contains("'2.0.1.rc.1'"), "{reason}");
    update(&repo);
    drop(matrix(&repo).code(2));
    let place = repo.home().join("refused");
    let refused = advisory(&repo).args(["export", "all", "--output", &place.to_string_lossy()]).run();
    let checked = advisory(&repo).args(["check", "GSA-2026-001"]).run().code(1);
    for text in [&refused.stdout, &checked.stdout] {
        assert!(text.contains("'2.0.1.rc1'") && text.contains("'2.0.1.rc.1'"), "{text}");
    }
    assert_eq!((refused.exit, place.exists()), (3, false), "{}", refused.stdout);
    source(&repo, &[&bug], &[&fix], &of_package("RubyGems", "godel", &stated("left-out = [\"2.0.1.rc.1\"]")));
    assert!(told(&found(&repo), "2.0").starts_with("fixed | 2.0.0-rc.1 2.0.0 2.0.1-rc.1 | 2.0.1 |"));
    update(&repo);
    drop(matrix(&repo).success());
    let checked = advisory(&repo).args(["check", "GSA-2026-001"]).run();
    assert!(!checked.stdout.contains("rc1") && !checked.stdout.contains("no line names"), "{}", checked.stdout);
}

#[test]
fn what_a_person_leaves_out_stands_in_no_document_and_bars_nothing() {
    let (repo, bug, fix) = repaired();
    tag_flawed(&repo, &["2.0.1-x1", "2.0.0-jre"]);
    let with = |what: &str| {
        let more = if what.is_empty() { String::new() } else { stated(what) };
        source(&repo, &[&bug], &[&fix], &of_package("Maven", "org.godel:api", &more));
    };
    with("");
    assert!(told(&found(&repo), "2.0").starts_with("not-evaluated | "));
    with("left-out = [\"2.0.1-x1\"]");
    assert!(told(&found(&repo), "2.0").starts_with("fixed | "), "what is left has lower numbers than the fix");
    update(&repo);
    assert_eq!(matrix(&repo).code(1).json()["untold"], json!([{ "name": "2.0.0-jre", "line": "2.0", "git": "flaw" }]));
    with("left-out = [\"2.0.1-x1\", \"2.0.0-jre\"]");
    update(&repo);
    drop(matrix(&repo).success());
    let osv = exported(&repo, "osv", "osv/x_GSA-2026-001.json");
    let listed = osv["affected"][0]["versions"].to_string();
    assert!(!listed.contains("2.0.1-x1") && !listed.contains("2.0.0-jre"), "{osv:#}");
    let lines = osv["database_specific"]["lines"].as_array().expect("lines");
    let line = lines.iter().find(|line| line["name"] == "2.0").expect("the line");
    assert_eq!(line["not_evaluated"], json!(["2.0.0-jre", "2.0.1-x1"]), "{osv:#}");
    let cve: Value = exported(&repo, "cve", "cve/CVE-2026-1234.json");
    assert!(!cve.to_string().contains("2.0.1-x1"), "{cve:#}");
    with("verdict = \"not-evaluated\"");
    update(&repo);
    drop(matrix(&repo).success());
    // What has a place stays.
    with("left-out = [\"2.0.0\"]");
    let refused = ran(&repo, &[]).code(2).stderr;
    assert!(refused.contains("leaves out '2.0.0'"), "{refused}");
}
