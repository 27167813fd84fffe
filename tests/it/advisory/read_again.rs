//! A fix that was made again on a line in other words: known by what its commit says, which answers nothing and asks a person.

use serde_json::json;

use super::affected::{Story, configure, evidence, found, line, piece, source, story, text, told};
use crate::support::{Change, Repo};

const CVE: &str = "cve = \"CVE-2026-12345\"\nghsa = \"GHSA-cfgh-jmpq-rvwx\"\n";

/// Like the story of `affected`, with a fix that has a title of some words and the number of a pull request.
fn titled() -> Story {
    let Story { repo, bug, .. } = story();
    let fix = repo.squash_merge(
        12,
        "lib/parser: check nested bounds",
        "",
        [("parser", text(&[(10, "safer"), (30, "end")]).as_str())],
    );
    Story { repo, bug, fix }
}

fn land(repo: &Repo, message: &str, path: &str) -> backstitch::model::commit::CommitId {
    let made = repo.land_on_line("2.0", message, [Change::write(path, "made in another way\n")]);
    repo.tag_release("v2.0.1", "2.0");
    made
}

#[test]
fn what_reads_as_if_it_made_a_fix_again_is_not_called_missing() {
    for (message, path) in [
        ("parser: Check nested bounds", "own/reader"),
        ("[2.0] fix(parser): check nested bounds (#31)", "own/reader"),
        ("Check otherwise (#12) (#31)", "own/reader"),
        ("Check otherwise\n\nFixes: CVE-2026-12345\n", "own/reader"),
        ("Fix the reader for cve-2026-12345", "own/reader"),
        ("Check otherwise (GHSA-cfgh-jmpq-rvwx)", "own/reader"),
        ("GSA-2026-001: check otherwise", "own/reader"),
        ("Check otherwise\n\nWhat is about CVE-2026-12345 stands here.\n", "own/parser"),
    ] {
        let Story { repo, bug, fix } = titled();
        let again = land(&repo, message, path);
        source(&repo, &[&bug.to_string()], &[&fix.to_string()], CVE);
        let document = found(&repo);
        assert_eq!(told(&document, "2.0"), "not-evaluated | 2.0.0-rc.1 2.0.0 |  | -", "{message}");
        let own = line(&document, "2.0");
        assert_eq!(own["unknown"], json!(["2.0.1"]), "{message}: {own:#}");
        assert!(evidence(&document, "2.0").contains(&piece("fixed", again, "fix-like")), "{message}: {own:#}");
        let why = own["reason"].as_str().expect("a reason");
        assert!(why.contains(&again.to_string()) && why.contains("[[stated]]"), "{message}: {why}");
        assert_eq!(told(&document, "2.1"), "affected | 2.1.0 |  | -", "{message}");
    }
}

#[test]
fn a_mere_mention_leaves_a_line_affected() {
    for (message, path) in [
        ("Release 2.0.1\n\nFixes: CVE-2026-12345\n", "version.txt"),
        ("Release 2.0.1 with the fix of CVE-2026-12345", "package.json"),
        ("docs: tell of nested bounds (CVE-2026-12345)", "docs/security.md"),
        ("parser: check nested bounds", "tests/nested"),
        ("Log the reader\n\nSee CVE-2026-12345 for what it may show.\n", "own/log"),
        ("Revert \"Check the reader\"\n\nIt was to address CVE-2026-12345.\n", "own/reader"),
        ("Revert \"lib/parser: check nested bounds (#12)\" (#31)", "own/reader"),
        ("parser: check the nested bounds", "own/reader"),
        ("Check otherwise, see #12 (#31)", "own/reader"),
        ("Fix CVE-2026-123456", "own/reader"),
    ] {
        let Story { repo, bug, fix } = titled();
        land(&repo, message, path);
        source(&repo, &[&bug.to_string()], &[&fix.to_string()], CVE);
        let document = found(&repo);
        assert_eq!(told(&document, "2.0"), "affected | 2.0.0-rc.1 2.0.0 2.0.1 |  | -", "{message}: {document:#}");
    }
}

#[test]
fn what_people_say_of_such_a_commit_counts() {
    let Story { repo, bug, fix } = titled();
    let again = land(&repo, "parser: check nested bounds", "own/reader");
    let stated = |key: &str| {
        let stated =
            format!("[[stated]]\nline = \"2.0\"\n{key} = [\"{again}\"]\nreason = \"I looked\"\nby = \"Mia\"\n");
        source(&repo, &[&bug.to_string()], &[&fix.to_string()], &stated);
        told(&found(&repo), "2.0")
    };
    assert_eq!(stated("fixed-by"), "fixed | 2.0.0-rc.1 2.0.0 | 2.0.1 | 2.0.1");
    assert_eq!(stated("unrelated"), "affected | 2.0.0-rc.1 2.0.0 2.0.1 |  | -");
}

#[test]
fn what_stands_before_the_flaw_or_behind_the_fix_repairs_nothing() {
    let repo = Repo::new();
    configure(&repo, &[("2.0", "current")]);
    repo.land_fix("Write the parser", [("parser", text(&[]).as_str())]);
    repo.cut_line("2.0");
    repo.land_on_line("2.0", "parser: check nested bounds", [("own/reader", "checked\n")]);
    let bug = repo.land_fix("Read faster in the parser", [("parser", text(&[(10, "fast")]).as_str())]);
    let fix = repo.land_fix("lib: check nested bounds", [("parser", text(&[(10, "safe")]).as_str())]);
    repo.pick("2.0", bug);
    repo.tag_release("v2.0.0", "2.0");
    source(&repo, &[&bug.to_string()], &[&fix.to_string()], "");
    assert_eq!(told(&found(&repo), "2.0"), "affected | 2.0.0 |  | -");
    let pick = repo.pick("2.0", fix);
    repo.tag_release("v2.0.1", "2.0");
    repo.land_on_line("2.0", "reader: check nested bounds", [("own/reader", "checked again\n")]);
    repo.tag_release("v2.0.2", "2.0");
    let document = found(&repo);
    assert_eq!(told(&document, "2.0"), "fixed | 2.0.0 | 2.0.1 2.0.2 | 2.0.1");
    assert_eq!(evidence(&document, "2.0").len(), 2, "{document:#} {pick}");
}
