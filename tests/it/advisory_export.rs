//! `patch-advisory export` and `render`: documents are written once, whole, and with what belongs beside them.

use serde_json::Value;

use crate::advisory::advisory;
use crate::support::Repo;
use crate::support::signing::GpgHome;

const SOURCE: &str = include_str!("../../src/model/advisory/example.md");

const SETTINGS: &str = "[project]\nmain = \"main\"\nname = \"godel\"\nrepository = \"godel/godel\"\n\n[advisory]\nprefix = \"GSA\"\n\
                        namespace = \"https://godel.example\"\naddress = \"https://godel.example/security\"\n\
                        cve-organization = \"f972b356-145d-4b2e-9a5c-b114d0982a3b\"\n";

/// A repository with one advisory that is public and one that is not.
fn story(settings: &str) -> Repo {
    let repo = Repo::new();
    repo.write_config(settings);
    let folder = repo.path().join("advisories");
    std::fs::create_dir_all(&folder).expect("a folder");
    let public = SOURCE.replacen(
        "state = \"embargoed\" # until the date below",
        "state = \"public\"\npublished = 2026-11-02T10:00:00Z",
        1,
    );
    let public = public.replacen("until = 2026-12-10T14:00:00Z", "until = 2026-11-02T10:00:00Z", 1);
    std::fs::write(folder.join("GSA-2026-001.md"), public).expect("it is written");
    let secret = SOURCE
        .replacen("GSA-2026-001", "GSA-2026-002", 1)
        .replacen("CVE-2026-1234", "CVE-2026-1235", 1)
        .replacen("GHSA-2345-6789-cfgh", "GHSA-2345-6789-cfgj", 1)
        .replacen("RUSTSEC-2026-0001", "RUSTSEC-2026-0002", 1)
        .replacen("Out-of-bounds read in the upload parser", "Session tokens outlive the password", 1)
        .replacen("words = [\"upload parser\"]\nbranches = [\"fix-parser\"]", "", 1)
        .replace(&"1".repeat(40), &"5".repeat(40))
        .replace(&"2".repeat(40), &"6".repeat(40))
        .replace(&"3".repeat(40), &"7".repeat(40));
    std::fs::write(folder.join("GSA-2026-002.md"), secret).expect("it is written");
    repo
}

fn exported(repo: &Repo, arguments: &[&str]) -> (i32, Value) {
    let run = advisory(repo).args(["--format", "json"]).args(arguments).run();
    let document = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.stderr));
    (run.exit, document)
}

fn states(document: &Value) -> Vec<(&str, &str)> {
    let files = document["files"].as_array().into_iter().flatten();
    files.map(|file| (file["path"].as_str().expect("a text"), file["state"].as_str().expect("a text"))).collect()
}

#[test]
fn documents_are_written_once_and_a_changed_source_changes_them() {
    let repo = story(SETTINGS);
    let (exit, first) = exported(&repo, &["export", "all", "GSA-2026-001"]);
    let written = states(&first);
    assert_eq!((exit, written.len()), (0, 10), "{first}");
    assert!(written.iter().all(|(_, state)| *state == "written"), "{first}");
    assert_eq!(first["secret"], Value::Null);
    let (_, again) = exported(&repo, &["export", "all", "GSA-2026-001"]);
    assert!(states(&again).iter().all(|(_, state)| *state == "already"), "{again}");
    let source = repo.path().join("advisories/GSA-2026-001.md");
    let text = std::fs::read_to_string(&source).expect("a source");
    std::fs::write(&source, text.replacen("one byte too many", "two bytes too many", 1)).expect("it is written");
    let (_, changed) = exported(&repo, &["export", "osv", "GSA-2026-001"]);
    assert_eq!(states(&changed), [("osv/GHSA-2345-6789-cfgh.json", "written")]);
    // What is not public yet stays out of the worktree, unless somebody says so.
    let (exit, public) = exported(&repo, &["export", "ghsa"]);
    assert_eq!((exit, &public["left-out"], &public["secret"]), (0, &1.into(), &Value::Null));
    assert!(!repo.path().join("published/ghsa/GSA-2026-002.json").exists());
    let (exit, named) = exported(&repo, &["export", "ghsa", "GSA-2026-002"]);
    assert_eq!((exit, &named["left-out"], states(&named).len()), (3, &1.into(), 0));
    let private = repo.home().join("private").display().to_string();
    for more in [&["--private"][..], &["--output", &private]] {
        let (exit, secret) = exported(&repo, &[&["export", "ghsa"][..], more].concat());
        assert_eq!((exit, &secret["secret"][0], &secret["left-out"]), (0, &"GSA-2026-002".into(), &Value::Null));
    }
}

#[test]
fn a_document_that_tells_of_another_advisory_is_not_written_where_others_see_it() {
    let repo = story(SETTINGS);
    let source = repo.path().join("advisories/GSA-2026-001.md");
    let text = std::fs::read_to_string(&source).expect("a source");
    std::fs::write(&source, text.replacen("Go to 2.0.2.", "Go to 2.0.2. See also GSA-2026-002.", 1))
        .expect("it is written");
    for verb in [&["export", "osv"][..], &["render"]] {
        let refused = advisory(&repo).args(verb).run().code(1);
        assert!(refused.stderr.contains("was not written"), "{}", refused.stderr);
        assert!(!refused.stderr.contains("GSA-2026-002"), "{}", refused.stderr);
    }
    assert!(!repo.path().join("published/osv").exists());
}

#[test]
fn of_many_advisories_everything_is_written_up_to_the_one_that_is_refused() {
    let repo = story(SETTINGS);
    let folder = repo.path().join("advisories");
    let public = std::fs::read_to_string(folder.join("GSA-2026-001.md")).expect("a source");
    for number in 10..50 {
        let own = public
            .replacen("ghsa = \"GHSA-2345-6789-cfgh\"\n", "", 1)
            .replacen("GSA-2026-001", &format!("GSA-2026-0{number}"), 1)
            .replacen("CVE-2026-1234", &format!("CVE-2026-20{number}"), 1);
        std::fs::write(folder.join(format!("GSA-2026-0{number}.md")), own).expect("it is written");
    }
    let (_, all) = exported(&repo, &["export", "osv"]);
    let of = |number: u32| format!("osv/x_GSA-2026-0{number}.json");
    let paths = |numbers: std::ops::Range<u32>| {
        std::iter::once("osv/GHSA-2345-6789-cfgh.json".to_owned()).chain(numbers.map(of)).collect::<Vec<_>>()
    };
    assert_eq!(states(&all).into_iter().map(|(path, _)| path.to_owned()).collect::<Vec<_>>(), paths(10..50));
    let leak = folder.join("GSA-2026-030.md");
    let told = std::fs::read_to_string(&leak).expect("a source");
    std::fs::write(&leak, told.replacen("Go to 2.0.2.", "Go to 2.0.2. See also GSA-2026-002.", 1))
        .expect("it is written");
    std::fs::remove_dir_all(repo.path().join("published")).expect("it is removed");
    let refused = advisory(&repo).args(["export", "osv"]).run().code(1);
    assert!(refused.stderr.contains(&format!("'{}' was not written", of(30))), "{}", refused.stderr);
    let there = std::fs::read_dir(repo.path().join("published/osv")).expect("a folder");
    let mut there: Vec<String> =
        there.map(|file| format!("osv/{}", file.expect("a file").file_name().to_str().expect("a name"))).collect();
    there.sort();
    assert_eq!(there, paths(10..30));
}

#[test]
fn sums_stand_beside_csaf() {
    let repo = story(SETTINGS);
    let (exit, _) = exported(&repo, &["export", "csaf", "--output", "out", "--repo", ".", "--private"]);
    assert_eq!(exit, 0);
    let folder = repo.path().join("out/csaf/white/2026");
    let sum = |name: &str| std::fs::read_to_string(folder.join(name)).expect(name);
    let (short, long) = (sum("gsa-2026-001.json.sha256"), sum("gsa-2026-001.json.sha512"));
    assert!(short.ends_with("  gsa-2026-001.json\n") && short.find(' ') == Some(64), "{short}");
    assert!(long.ends_with("  gsa-2026-001.json\n") && long.find(' ') == Some(128), "{long}");
    assert!(repo.path().join("out/csaf/amber/2026/gsa-2026-002-vex.json").is_file());
}

#[test]
fn what_is_missing_is_asked_for_by_its_key() {
    let repo = story("[project]\nmain = \"main\"\nname = \"godel\"\n\n[advisory]\nprefix = \"GSA\"\n");
    let (exit, all) = exported(&repo, &["export", "all", "GSA-2026-001"]);
    let lacking = all["lacking"].as_array().expect("a list");
    assert_eq!((exit, lacking.len(), &all["answer"]), (3, 3, &"undecided".into()), "{all}");
    let alone = advisory(&repo).args(["export", "csaf", "GSA-2026-001"]).run();
    assert_eq!((alone.exit, alone.stderr.contains("set 'namespace' in [advisory]")), (2, true), "{}", alone.stderr);
    let unknown = advisory(&repo).args(["export", "xml"]).run();
    assert_eq!((unknown.exit, unknown.stderr.contains("write osv, csaf")), (2, true), "{}", unknown.stderr);
    let none = advisory(&repo).args(["export", "osv", "GSA-2026-009"]).run();
    assert_eq!((none.exit, none.stderr.contains("there is no advisory 'GSA-2026-009'")), (2, true), "{}", none.stderr);
}

#[test]
fn pages_have_the_form_of_the_house_and_lists_no_trace_of_secrets() {
    let repo = story(SETTINGS);
    let (exit, rendered) = exported(&repo, &["render"]);
    let paths: Vec<&str> = states(&rendered).iter().map(|(path, _)| *path).collect();
    assert_eq!((exit, paths), (0, vec!["GSA-2026-001.md", "index.md", "feed.atom"]), "{rendered}");
    let file = |name: &str| std::fs::read_to_string(repo.path().join("published").join(name)).expect(name);
    let page = file("GSA-2026-001.md");
    let beginning = "# Security Advisory: GSA-2026-001\n\n**Severity:** Critical (CVSS 9.3)\n\n\
                     **Affected Versions:** 2.0.0 to 2.0.1, 1.9.0 to 1.9.1\n\n**Fixed Version:** 2.0.2; no fix for 1.9\n\n\
                     **CVE ID:** CVE-2026-1234\n\n## Summary\n\nThe server reads one byte too many.\n\n## Impact\n";
    assert!(page.starts_with(beginning), "{page}");
    for name in ["index.md", "feed.atom"] {
        assert!(file(name).contains("GSA-2026-001") && !file(name).contains("GSA-2026-002"), "{}", file(name));
    }
}

#[test]
fn a_signature_is_made_on_request_and_never_outlives_its_document() {
    let (repo, home) = (story(SETTINGS), GpgHome::new());
    let key = home.key("mia@x", "", "never");
    repo.git(["config", "user.signingkey", &key]);
    let path = "csaf/white/2026/gsa-2026-001.json.asc";
    let asked = |more: &[&str]| {
        let run = advisory(&repo).args(["--format", "json", "export", "csaf", "GSA-2026-001"]).args(more);
        let document: Value =
            serde_json::from_str(&run.env("GNUPGHOME", home.path()).run().success().stdout).expect("JSON");
        states(&document).into_iter().find(|(own, _)| *own == path).map(|(_, state)| state.to_owned())
    };
    assert_eq!(asked(&[]), None);
    assert_eq!(asked(&["--sign"]).as_deref(), Some("written"));
    assert_eq!(asked(&["--sign"]).as_deref(), Some("already"));
    let signature = repo.path().join("published").join(path);
    let document = signature.with_extension("");
    let file = |path: &std::path::Path| path.to_str().expect("because the folder has a plain name").to_owned();
    home.gpg(&["--verify", &file(&signature), &file(&document)], "");
    let source = repo.path().join("advisories/GSA-2026-001.md");
    let text = std::fs::read_to_string(&source).expect("a source");
    std::fs::write(&source, text.replacen("one byte", "two bytes", 1)).expect("it is written");
    assert_eq!(asked(&[]).as_deref(), Some("removed"));
    assert!(!signature.exists());
}

/// Others, such as a server of web pages, read what is public.
#[test]
#[cfg(unix)]
fn files_are_as_open_as_any_other_that_a_program_makes() {
    use std::os::unix::fs::PermissionsExt as _;

    let repo = story(SETTINGS);
    drop(advisory(&repo).args(["export", "all", "GSA-2026-001"]).run().success());
    drop(advisory(&repo).args(["render"]).run().success());
    let begun = advisory(&repo).args(["new", "Another flaw"]).run().success();
    assert!(begun.stdout.contains("GSA-2026-003.md"), "{}", begun.stdout);
    std::fs::write(repo.path().join("plain"), "by the system's own rule").expect("it is written");
    let mode = |path: &str| std::fs::metadata(repo.path().join(path)).expect(path).permissions().mode() & 0o777;
    let osv = "published/osv/GHSA-2345-6789-cfgh.json";
    let sum = "published/csaf/white/2026/gsa-2026-001.json.sha256";
    for path in ["published/index.md", osv, sum, "advisories/GSA-2026-003.md"] {
        assert_eq!(mode(path), mode("plain"), "{path}");
    }
}

#[test]
fn a_run_that_is_cut_off_leaves_no_sums_of_another_document() {
    let repo = story(SETTINGS);
    drop(advisory(&repo).args(["export", "csaf", "GSA-2026-001"]).run().success());
    let folder = repo.path().join("published/csaf/white/2026");
    let sums = ["gsa-2026-001.json.sha256", "gsa-2026-001.json.sha512"].map(|name| folder.join(name));
    let before = std::fs::read(folder.join("gsa-2026-001.json")).expect("a document");
    let source = repo.path().join("advisories/GSA-2026-001.md");
    let text = std::fs::read_to_string(&source).expect("a source");
    std::fs::write(&source, text.replacen("one byte", "two bytes", 1)).expect("it is written");
    drop(advisory(&repo).args(["export", "csaf", "GSA-2026-001"]).with_little_room().run().code(4));
    assert_eq!(std::fs::read(folder.join("gsa-2026-001.json")).expect("a document"), before);
    assert!(sums.iter().all(|sum| !sum.exists()));
    drop(advisory(&repo).args(["export", "csaf", "GSA-2026-001"]).run().success());
    assert!(sums.iter().all(|sum| sum.is_file()));
}
