//! `patch-check`: what may go into a patch release, by what git knows and by what events tell.

mod absent;
mod again;
mod events;
mod forge;
mod landed;
mod policies;
mod rules;
mod shapes;
mod to_line;
mod uncut;

use backstitch::model::commit::CommitId;
use serde_json::Value;

use crate::support::{Bin, Repo};

/// Asks for nothing that only GitHub knows.
const OFFLINE: &str = "[project]\nname = \"Godel\"\nmain = \"main\"\n\n[[line]]\nname = \"2.1\"\nbranch = \"release/2.1\"\n\n\
    [[line]]\nname = \"2.0\"\nbranch = \"release/2.0\"\n\n[eligibility]\nbreaking-labels = []\n\n[eligibility.require]\nreviews = 0\nchecks = false\n\
    risk-assessment = false\n\n[eligibility.rules]\npriority = \"off\"\n\n[[eligibility.waivers]]\nby = [\"mia@example.com\"]\n";

/// Two lines behind main. Returns a fix that both need, with a test and a trailer that tells its kind.
fn story() -> (Repo, CommitId) {
    let repo = Repo::new();
    repo.write_config(OFFLINE);
    repo.land_fix("Add the list", [("src/list.c", "one\ntwo\n"), ("tests/list.c", "test\n")]);
    repo.cut_line("2.0");
    repo.cut_line("2.1");
    let fix = repo.land_fix(
        "fix: keep the list\n\nKind: crash",
        [("src/list.c", "one, kept\ntwo\n"), ("tests/list.c", "test\nkept\n")],
    );
    (repo, fix)
}

fn check(repo: &Repo, arguments: &[&str]) -> Bin {
    let now = repo.now();
    Bin::check().at(repo).args(arguments.iter().copied().chain(["--quiet", "--now", &now]))
}

fn judged(repo: &Repo, arguments: &[&str], code: i32) -> Value {
    check(repo, &[arguments, &["--format", "json"]].concat()).run().code(code).json()
}

/// Returns what was found about a rule in the first verdict.
fn found(report: &Value, rule: &str) -> String {
    let findings = report["verdicts"][0]["findings"].as_array().expect("because there is a verdict");
    let finding = findings.iter().find(|finding| finding["rule"] == rule);
    finding.map_or("absent", |finding| finding["found"].as_str().expect("a word")).to_owned()
}

#[test]
fn a_fix_is_eligible_once_the_newer_line_has_it() {
    let (repo, fix) = story();
    let fix_text = fix.to_string();
    let before = judged(&repo, &["commit", &fix_text, "--line", "2.0"], 1);
    assert_eq!(found(&before, "newer-lines"), "failed");
    assert_eq!((found(&before, "kind"), found(&before, "applies-clean")), ("passed".into(), "passed".into()));
    repo.pick("2.1", fix);
    let after = judged(&repo, &["commit", &fix_text, "--line", "2.0"], 0);
    assert_eq!(
        (after["verdicts"][0]["outcome"].as_str(), found(&after, "newer-lines")),
        (Some("eligible"), "passed".into())
    );
    let both = judged(&repo, &["commit", &fix_text], 0);
    let states: Vec<_> =
        both["verdicts"].as_array().expect("verdicts").iter().map(|one| one["state"].as_str()).collect();
    assert_eq!(states, [Some("on-line"), Some("unknown")]);
}

#[test]
fn what_only_github_knows_is_undecided_without_it() {
    let (repo, fix) = story();
    repo.write_config("[[line]]\nname = \"2.0\"\nbranch = \"release/2.0\"\n");
    let report = judged(&repo, &["commit", &fix.to_string()], 3);
    for rule in ["priority", "reviews", "checks", "risk-assessment"] {
        assert_eq!(found(&report, rule), "undecided", "{rule}");
    }
    let said = check(&repo, &["commit", &fix.to_string()]).run().code(3).stdout;
    assert!(said.contains("GITHUB_TOKEN"), "{said}");
}

#[test]
fn rules_see_what_the_fix_changes() {
    let (repo, _) = story();
    let lock = "x\n".repeat(9000);
    let manifest = |version: &str| format!("{{\"dependencies\": {{\"left\": \"{version}\"}}}}\n");
    repo.land_fix("chore: add", [("package.json", manifest("^1.2.0").as_str()), ("a.gen", "1\n")]);
    type Row<'r> = (&'r str, &'r [(&'r str, String)], &'r str, &'r str);
    let table: &[Row<'_>] = &[
        ("a lock file does not count", &[("package-lock.json", lock.clone())], "size", "passed"),
        ("code does", &[("src/big.c", lock.clone())], "size", "failed"),
        ("a workflow needs an approval", &[(".github/workflows/ci.yml", "on: push\n".into())], "paths", "failed"),
        ("no test", &[("src/list.c", "three\n".into())], "tests", "failed"),
        ("a major step", &[("package.json", manifest("^2.0.0"))], "dependencies", "failed"),
        ("no manifest any more", &[("package.json", "{".into())], "dependencies", "undecided"),
        (
            "marked as generated",
            &[(".gitattributes", "*.gen linguist-generated\n".into()), ("a.gen", lock)],
            "size",
            "passed",
        ),
    ];
    for (why, files, rule, expected) in table {
        let fix = repo.land_fix(&format!("fix: {why}"), files.iter().map(|(path, text)| (*path, text.as_str())));
        let report = check(&repo, &["commit", &fix.to_string(), "--line", "2.0", "--format", "json"]).run().json();
        assert_eq!(found(&report, rule), *expected, "{why}: {report}");
    }
}

#[test]
fn what_main_took_back_or_never_had_is_not_eligible() {
    let (repo, fix) = story();
    repo.pick("2.1", fix);
    repo.revert(fix);
    assert_eq!(found(&judged(&repo, &["commit", &fix.to_string(), "--line", "2.0"], 1), "on-main"), "failed");
    let own = repo.land_on_line("2.0", "Kind: crash", [("src/list.c", "only here\n")]);
    let report = check(&repo, &["commit", &own.to_string(), "--line", "2.0", "--format", "json"]).run().json();
    assert_eq!(found(&report, "on-main"), "undecided");
}

#[test]
fn the_worktree_cannot_change_the_policy() {
    let (repo, fix) = story();
    let report = || judged(&repo, &["commit", &fix.to_string(), "--line", "2.0"], 1);
    let before = report();
    let up = repo.home().join("up.git");
    repo.git(["clone", "-q", "--bare", ".", up.to_str().expect("a plain name")]);
    repo.git(["remote", "add", "origin", up.to_str().expect("a plain name")]);
    repo.git(["fetch", "-q", "origin"]);
    let lax = OFFLINE.replace("[eligibility.rules]", "[eligibility.rules]\nnewer-lines = \"off\"");
    std::fs::write(repo.path().join("patch.toml"), lax).expect("because the folder is ours");
    std::fs::create_dir_all(repo.path().join(".patch")).expect("because the folder is ours");
    let waiver = format!(
        "[[waiver]]\nfix = \"{fix}\"\nrule = \"newer-lines\"\nreason = \"x\"\nby = \"Mia <mia@example.com>\"\nuntil = 2099-01-01\n"
    );
    std::fs::write(repo.path().join(".patch/waivers.toml"), waiver).expect("because the folder is ours");
    let after = report();
    assert_eq!(after["verdicts"], before["verdicts"]);
    // Nor does a commit on the local main that the remote has not.
    repo.git(["add", "."]);
    repo.git(["commit", "-q", "-m", "Be lax"]);
    assert_eq!(report()["verdicts"][0]["findings"], before["verdicts"][0]["findings"]);
}

#[test]
fn a_waiver_counts_once_main_has_it() {
    let (repo, fix) = story();
    let id = fix.to_string();
    let waive = |by: &str| {
        let base = ["waive", &id, "--rule", "newer-lines", "--line", "2.0", "--reason", "2.1 is out today"];
        check(&repo, &[&base[..], &["--until", "2030-01-01", "--by", by]].concat())
    };
    let refused = waive("Eve <eve@example.com>").run().code(1).stderr;
    assert!(refused.contains("may not waive 'newer-lines'"), "{refused}");
    let _ = waive("Mia <mia@example.com>").run().success();
    assert_eq!(found(&judged(&repo, &["commit", &id, "--line", "2.0"], 1), "newer-lines"), "failed");
    repo.git(["add", ".patch"]);
    repo.git(["commit", "-q", "-m", "Waive it"]);
    let report = judged(&repo, &["commit", &id, "--line", "2.0"], 0);
    assert_eq!((found(&report, "newer-lines"), found(&report, "waivers")), ("waived".into(), "passed".into()));
    assert!(waive("Mia <mia@example.com>").run().success().stdout.starts_with("already waived"));
}

#[test]
fn a_decision_may_tell_the_kind() {
    let (repo, fix) = story();
    let id = fix.to_string();
    let decide = ["decide", &id, "--line", "2.1", "--accept", "--kind", "performance", "--reason", "it is slow"];
    let _ = Bin::pick().at(&repo).args(decide).run().success();
    repo.git(["add", ".patch"]);
    repo.git(["commit", "-q", "-m", "Decide"]);
    let report = judged(&repo, &["commit", &id, "--line", "2.1"], 0);
    assert_eq!(report["verdicts"][0]["kind"], "performance");
    assert_eq!(found(&report, "decision"), "passed");
}

#[test]
fn a_range_lists_what_patch_pick_plans() {
    let (repo, fix) = story();
    repo.land_fix("feat: add a map", [("src/map.c", "map\n")]);
    let range = ["range", "release/2.1..main", "--line", "2.1"];
    let report = judged(&repo, &range, 1);
    let outcomes: Vec<_> =
        report["verdicts"].as_array().expect("verdicts").iter().map(|one| one["outcome"].as_str()).collect();
    assert_eq!(outcomes, [Some("refused"), Some("eligible")], "the newest first");
    let list = check(&repo, &[&range[..], &["--list"]].concat()).run().code(1).stdout;
    assert_eq!(list, format!("{fix} fix: keep the list\n"));
    let plan = Bin::pick().at(&repo).args(["plan", "--line", "2.1", "--eligible", "-", "--format", "json"]).stdin(list);
    let plan = plan.run().success().json();
    assert_eq!(plan["lines"][0]["picks"][0]["fix"], fix.to_string(), "{plan}");
    for bad in ["main", "..main", "a...b"] {
        let _ = check(&repo, &["range", bad]).run().code(2);
    }
}

#[test]
fn what_is_under_embargo_is_found_and_never_printed() {
    let (repo, _) = story();
    let leak =
        repo.land_fix("fix: close cve-2031-7777\n\nKind: security", [("src/list.c", "x\n"), ("tests/list.c", "y\n")]);
    let list = repo.home().join("embargoed");
    std::fs::write(&list, "# ours\nCVE-2031-7777\n").expect("because the folder is ours");
    let id = leak.to_string();
    let arguments = ["commit", &id, "--line", "2.1", "--embargoed", list.to_str().expect("a plain name")];
    let sarif = repo.home().join("out.sarif");
    let summary = repo.home().join("summary");
    for format in ["json", "text", "markdown"] {
        let told = ["--format", format, "--sarif", sarif.to_str().expect("a plain name")];
        let run = check(&repo, &[&arguments[..], &told].concat()).env("GITHUB_ACTIONS", "true");
        let output = run.env("GITHUB_STEP_SUMMARY", summary.to_str().expect("a plain name")).run().code(1);
        if format == "json" {
            assert_eq!(found(&output.json(), "embargo"), "failed");
        }
        let files = [&sarif, &summary].map(|file| std::fs::read_to_string(file).expect("because it was written"));
        for said in [&output.stdout, &output.stderr, &files[0], &files[1]] {
            assert!(!said.contains("7777") && !said.contains("close cve"), "{said}");
        }
        assert!(output.stdout.contains("withheld"), "{}", output.stdout);
    }
    let listed = check(&repo, &[&arguments[..], &["--list"]].concat()).run();
    assert!(!listed.stdout.contains("7777"), "{}", listed.stdout);
    for (text, part) in [("\n", "names no identifier"), ("CVE-2031-7777\na1\n", "line 2")] {
        std::fs::write(&list, text).expect("because the folder is ours");
        let refused = check(&repo, &arguments).run().code(2);
        assert!(refused.stderr.contains(part) && refused.stderr.contains("hint:"), "{}", refused.stderr);
    }
}

#[test]
fn sarif_has_a_result_for_every_obstacle() {
    let (repo, fix) = story();
    let file = repo.home().join("out.sarif");
    let _ =
        check(&repo, &["commit", &fix.to_string(), "--line", "2.0", "--sarif", file.to_str().expect("a plain name")])
            .run()
            .code(1);
    let log: Value = serde_json::from_slice(&std::fs::read(file).expect("because it was written")).expect("JSON");
    let run = &log["runs"][0];
    assert_eq!(log["version"], "2.1.0");
    let results = run["results"].as_array().expect("results");
    assert_eq!(results.len(), 1, "{log}");
    let index = results[0]["ruleIndex"].as_u64().expect("an index") as usize;
    assert_eq!(run["tool"]["driver"]["rules"][index]["id"], results[0]["ruleId"]);
    assert_eq!((results[0]["ruleId"].as_str(), results[0]["level"].as_str()), (Some("newer-lines"), Some("error")));
}

#[test]
fn sarif_points_to_the_files_that_a_rule_is_about() {
    let (repo, _) = story();
    let manifest = |version: &str| format!("{{\"dependencies\": {{\"left\": \"{version}\"}}}}\n");
    repo.land_fix("chore: add", [("web/package.json", manifest("^1.2.0").as_str()), ("src/list.c", "three\n")]);
    let fix = repo.land_fix(
        "fix: touch much",
        [
            (".github/workflows/c i.yml", "on: push\n"),
            ("web/package.json", manifest("^2.0.0").as_str()),
            ("src/list.c", "four\n"),
        ],
    );
    let file = repo.home().join("out.sarif");
    let name = file.to_str().expect("a plain name");
    let _ = check(&repo, &["commit", &fix.to_string(), "--line", "2.1", "--sarif", name]).run().code(1);
    let log: Value = serde_json::from_slice(&std::fs::read(file).expect("because it was written")).expect("JSON");
    let of = |rule: &str| {
        let results = log["runs"][0]["results"].as_array().expect("results");
        let result = results.iter().find(|result| result["ruleId"] == rule).expect("a result");
        let place = &result["locations"][0]["physicalLocation"];
        (place["artifactLocation"]["uri"].as_str().expect("an address"), place["region"]["startLine"].as_u64())
    };
    assert_eq!(of("paths"), (".github/workflows/c%20i.yml", Some(1)));
    assert_eq!(of("dependencies"), ("web/package.json", Some(1)));
    assert_eq!(of("tests"), (".github/workflows/c%20i.yml", Some(1)));
    assert_eq!(of("applies-clean"), ("src/list.c", Some(1)));
    assert_eq!(of("kind"), ("patch.toml", Some(1)));
}

#[test]
fn hostile_titles_stay_text() {
    let (repo, _) = story();
    let fix = repo.land_fix("fix: \u{1b}[2J ::error::x | <b> ##[group] `$(id)` \u{202e}", [("src/list.c", "z\n")]);
    let output = check(&repo, &["commit", &fix.to_string(), "--line", "2.1"]);
    let output = output.env("GITHUB_ACTIONS", "true").run();
    assert!(!output.stdout.contains('\u{1b}') && !output.stdout.contains('\u{202e}'), "{}", output.stdout);
    assert!(!output.stdout.lines().any(|line| line.starts_with("::error")) && !output.stdout.contains("##["));
    let markdown = check(&repo, &["commit", &fix.to_string(), "--line", "2.1", "--format", "markdown"]).run().stdout;
    assert!(!markdown.contains("<b>"), "{markdown}");
}

#[test]
fn explain_and_policy_say_what_is_in_force() {
    let (repo, _) = story();
    let policy = check(&repo, &["policy", "--format", "json"]).run().success().json();
    let setting = |key: &str| {
        let all = policy["settings"].as_array().expect("settings").iter();
        all.clone().find(|setting| setting["key"] == key).cloned().unwrap_or_default()
    };
    assert_eq!(
        (
            setting("eligibility.require.reviews")["value"].as_str(),
            setting("eligibility.require.reviews")["line"].is_u64()
        ),
        (Some("0"), true)
    );
    assert_eq!(
        (setting("eligibility.crash")["value"].as_str(), setting("eligibility.crash")["line"].is_null()),
        (Some("always"), true)
    );
    let explained = check(&repo, &["explain", "priority"]).run().success().stdout;
    assert!(explained.starts_with("priority (off)\n"), "{explained}");
    let _ = check(&repo, &["explain", "nonsense"]).run().code(2);
}

#[test]
fn what_a_pick_comes_to_is_kept_until_the_line_moves() {
    let (repo, fix) = story();
    let asked = ["commit", &fix.to_string(), "--line", "2.0"];
    let first = judged(&repo, &asked, 1);
    assert_eq!(found(&first, "applies-clean"), "passed");
    assert_eq!(judged(&repo, &asked, 1), first);
    let kept = repo.path().join(".git/backstitch/applied.json");
    let text = std::fs::read_to_string(&kept).expect("because the first run kept its answer");
    let turned = text.replace("\"clean\",\"files\":[]", "\"conflict\",\"files\":[\"kept\"]");
    assert_ne!(turned, text);
    std::fs::write(&kept, &turned).expect("a file that can be written");
    assert_eq!(found(&judged(&repo, &asked, 1), "applies-clean"), "failed", "a kept answer is taken");
    // Where the user configured how texts merge, what is kept tells nothing, and nothing is kept.
    let _ = repo.git(["config", "merge.conflictStyle", "diff3"]);
    assert_eq!(found(&judged(&repo, &asked, 1), "applies-clean"), "passed");
    assert_eq!(std::fs::read_to_string(&kept).expect("it is still there"), turned);
    let _ = repo.git(["config", "--unset", "merge.conflictStyle"]);
    assert_eq!(found(&judged(&repo, &asked, 1), "applies-clean"), "failed");
    let _ = repo.land_on_line("2.0", "Move on", [("src/other.c", "other\n")]);
    assert_eq!(found(&judged(&repo, &asked, 1), "applies-clean"), "passed", "of another line it tells nothing");
    std::fs::write(&kept, "{").expect("a file that can be written");
    assert_eq!(found(&judged(&repo, &asked, 1), "applies-clean"), "passed", "a broken file is none");
}
