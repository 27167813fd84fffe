//! What documents and checks say beyond which versions are affected: why others are not, and that an advisory must be about something.

use std::path::PathBuf;

use serde_json::Value;

use super::advisory;
use super::affected::{Story, configure, line, ran, source, story};
use super::matrix::{MORE, matrix, publisher, update};
use crate::support::{Bin, Repo};

/// Exports a format, and returns the document at a path.
pub fn exported(repo: &Repo, format: &str, path: &str) -> Value {
    let place = repo.home().join("out");
    drop(advisory(repo).args(["export", format, "--output", &place.to_string_lossy()]).run().success());
    let text = std::fs::read_to_string(place.join(path)).expect("it is written");
    serde_json::from_str(&text).expect("because it is JSON")
}

#[test]
fn what_was_cut_behind_the_fix_is_fixed_and_not_without_the_flaw() {
    let Story { repo, bug, fix } = story();
    configure(&repo, &[("1.0", "maintained"), ("2.1", "maintained"), ("2.2", "current")]);
    publisher(&repo);
    repo.cut_line("2.2");
    repo.tag_release("v2.2.0", "2.2");
    source(&repo, &[&bug.to_string()], &[&fix.to_string()], MORE);
    update(&repo);
    let vex = exported(&repo, "openvex", "openvex/GSA-2026-001.openvex.json");
    let statements = vex["statements"].as_array().expect("statements");
    let of = |purl: &str| {
        let is_about = |one: &&Value| one["products"].as_array().into_iter().flatten().any(|p| p["@id"] == purl);
        statements.iter().find(is_about).unwrap_or_else(|| panic!("nothing of {purl}: {vex:#}"))
    };
    assert_eq!(of("pkg:npm/%40godel/api@2.2.0")["status"], "fixed", "{vex:#}");
    assert_eq!(of("pkg:npm/%40godel/api@1.0.0")["status"], "not_affected", "{vex:#}");
    let csaf = exported(&repo, "csaf", "csaf/amber/2026/gsa-2026-001-vex.json");
    let groups = &csaf["vulnerabilities"][0]["product_status"];
    let has = |group: &str, id: &str| groups[group].as_array().into_iter().flatten().any(|one| one == id);
    assert!(has("fixed", "pkg:npm/%40godel/api@2.2.0"), "{groups:#}");
    assert!(has("known_not_affected", "pkg:npm/%40godel/api@1.0.0"), "{groups:#}");
    drop(matrix(&repo).success());
}

#[test]
fn an_advisory_by_which_nothing_is_affected_is_refused() {
    let Story { repo, bug, fix } = story();
    publisher(&repo);
    let (bug, fix) = (bug.to_string(), fix.to_string());
    // The name of one commit, short in one place.
    source(&repo, &[&fix[..9]], &[&fix], MORE);
    let same = ran(&repo, &[]).code(2);
    assert!(same.stderr.contains("stands in 'introduced' as well"), "{}", same.stderr);
    // Both are swapped.
    source(&repo, &[&fix], &[&bug], MORE);
    let said = advisory(&repo).args(["affected", "GSA-2026-001", "--write"]).run().success();
    assert!(said.stdout.contains("no version is affected"), "{}", said.stdout);
    let checked = advisory(&repo).args(["check", "GSA-2026-001"]).run().code(1);
    assert!(checked.stdout.contains("no version is affected"), "{}", checked.stdout);
    let list = advisory(&repo).args(["checklist", "GSA-2026-001"]).run().code(3);
    assert!(list.stdout.contains("no version is affected"), "{}", list.stdout);
    let all = advisory(&repo).args(["export", "osv", "--output", "../out"]).run().code(2);
    assert!(all.stderr.contains("no version is affected"), "{}", all.stderr);
    assert!(matrix(&repo).code(2).stderr.contains("no version is affected"));
}

#[test]
fn a_line_whose_support_ended_gets_no_fix_any_more() {
    let repo = Repo::new();
    configure(&repo, &[("2.0", "maintained")]);
    let config = repo.path().join("patch.toml");
    let text = std::fs::read_to_string(&config).expect("because it is there");
    repo.write_config(&text.replace("status = \"maintained\"", "until = 2026-06-30"));
    let flaw = repo.land_fix("Bring it", [("code", "a\n")]).to_string();
    repo.cut_line("2.0");
    repo.tag_release("v2.0.0", "2.0");
    let fix = repo.land_fix("Repair it", [("code", "b\n")]).to_string();
    source(&repo, &[&flaw], &[&fix], "");
    for (now, support) in [("2026-06-30T23:00:00Z", "maintained"), ("2026-07-01T00:00:00Z", "end-of-life")] {
        let run =
            Bin::advisory().at(&repo).args(["--now", now, "--format", "json", "affected", "GSA-2026-001", "--write"]);
        assert_eq!(line(&run.run().success().json(), "2.0")["support"], support, "{now}");
    }
    let told = Bin::advisory().at(&repo).args(["--now", "2026-07-01T00:00:00Z", "check"]).run().stdout;
    assert!(!told.contains("released"), "nothing holds it back: {told}");
}

/// The story with an advisory that is public, and where its source is.
fn published() -> (Repo, PathBuf) {
    let Story { repo, bug, fix } = story();
    publisher(&repo);
    source(&repo, &[&bug.to_string()], &[&fix.to_string()], MORE);
    update(&repo);
    let place = repo.path().join("advisories/GSA-2026-001.md");
    let text = std::fs::read_to_string(&place).expect("a source");
    let public = text.replacen("state = \"draft\"", "state = \"public\"\npublished = 2026-01-02T00:00:00Z", 1);
    std::fs::write(&place, public).expect("it is written");
    (repo, place)
}

#[test]
fn a_duplicate_makes_no_version_safe_when_it_is_withdrawn() {
    let (repo, place) = published();
    let text = std::fs::read_to_string(&place).expect("a source");
    let withdrawn = |more: &[&str]| {
        std::fs::write(&place, &text).expect("it is written");
        let asked =
            ["--now", "2026-01-05T09:00:00Z", "withdraw", "GSA-2026-001", "--reason", "Duplicate of GSA-2026-002"];
        let _done = Bin::advisory().at(&repo).args(asked).args(more).run().success();
        let _ = std::fs::remove_dir_all(repo.home().join("out"));
        let vex = exported(&repo, "openvex", "openvex/GSA-2026-001.openvex.json");
        let statements = vex["statements"].as_array().expect("statements").clone();
        let statuses: Vec<String> =
            statements.iter().map(|one| one["status"].as_str().unwrap_or("").to_owned()).collect();
        let csaf = exported(&repo, "csaf", "csaf/white/2026/gsa-2026-001-vex.json");
        let groups = csaf["vulnerabilities"][0]["product_status"].clone();
        (statuses, groups, matrix(&repo).success().json()["documents"].to_string())
    };
    let (statuses, groups, compared) = withdrawn(&[]);
    assert!(statuses.iter().any(|one| one == "affected"), "{statuses:?}");
    assert!(groups["known_affected"].is_array(), "{groups:#}");
    assert!(compared.contains("csaf-vex") && compared.contains("openvex"), "{compared}");
    let (statuses, groups, compared) = withdrawn(&["--no-flaw"]);
    assert!(statuses.iter().all(|one| one == "not_affected"), "{statuses:?}");
    assert!(groups["known_affected"].is_null(), "{groups:#}");
    assert!(!compared.contains("csaf"), "{compared}");
}

#[test]
fn what_was_withdrawn_is_not_asked_of_releases_that_came_later() {
    let (repo, place) = published();
    let check = || Bin::advisory().at(&repo).args(["--now", "2026-02-05T09:00:00Z", "check"]).run();
    repo.land_on_line("2.1", "Go on", [("more", "x\n")]);
    repo.tag_release("v2.1.9", "2.1");
    let missing = check().code(3).stdout;
    assert!(missing.contains("no line names 2.1.9"), "{missing}");
    drop(matrix(&repo).code(1));
    let asked = ["--now", "2026-01-05T09:00:00Z", "withdraw", "GSA-2026-001", "--reason", "A duplicate"];
    drop(Bin::advisory().at(&repo).args(asked).run().success());
    let withdrawn = std::fs::read_to_string(&place).expect("a source");
    let checked = check().success().stdout;
    assert!(!checked.contains("missing"), "{checked}");
    let rows = matrix(&repo).success().json()["rows"].to_string();
    assert!(rows.contains("2.1.0") && !rows.contains("2.1.9"), "{rows}");
    let refused = advisory(&repo).args(["affected", "GSA-2026-001", "--write"]).run().code(1).stderr;
    assert!(refused.contains("is withdrawn, and what it says of its lines stays as it is"), "{refused}");
    drop(advisory(&repo).args(["affected", "GSA-2026-001"]).run().success());
    assert_eq!(std::fs::read_to_string(&place).expect("a source"), withdrawn);
}
