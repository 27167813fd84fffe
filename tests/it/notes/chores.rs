//! What users are not told of, and what they are told of though it looks like that.

use serde_json::Value;

use super::{json as ask, titles};
use crate::support::Repo;

const LINE: &str =
    "[project]\nname = \"Godel\"\nmain = \"main\"\n\n[[line]]\nname = \"2.0\"\nbranch = \"release/2.0\"\n";
const OWN: &str =
    "\n[[version]]\npath = \"package.json\"\n\n[[pick.path]]\npath = \"package-lock.json\"\nregenerate = \"true\"\n";

/// A line with its first release.
fn line(config: &str) -> Repo {
    let repo = Repo::new();
    repo.write_config(config);
    repo.land_fix("Begin", [("package.json", "{\"version\": \"2.0.0\"}\n"), ("list.c", "1\n")]);
    repo.cut_line("2.0");
    repo.tag_release("v2.0.0", "2.0");
    repo
}

fn write(repo: &Repo, path: &str, text: &str) {
    std::fs::write(repo.path().join(path), text).expect("because the folder is ours");
}

/// The subjects of what was left out, and why.
fn left_out(found: &Value) -> Vec<(String, String)> {
    let text = |one: &Value, name: &str| one[name].as_str().unwrap_or_default().to_owned();
    let all = found["left-out"].as_array().into_iter().flatten();
    all.map(|one| (text(one, "subject"), text(one, "why"))).collect()
}

#[test]
fn a_security_fix_is_told_whatever_it_touches_and_is_called() {
    let repo = line(&format!("{LINE}{OWN}"));
    let fixes = [
        ("Bump lodash to fix CVE-2026-11111 (#5)", "package-lock.json"),
        ("Pin minimist (#6)\n\nRelease-note: A long name is refused (CVE-2026-22222).", "package.json"),
        ("Release 2.0.1\n\nFixes: CVE-2026-33333", "package.json"),
        ("Pin the parser (#8)", "package.json"),
    ];
    for (at, (message, path)) in fixes.iter().enumerate() {
        let fix = repo.land_fix(message, [(*path, format!("{{\"at\": {at}}}\n").as_str())]);
        repo.pick("2.0", fix);
    }
    // What the origin says counts for a pick that lost it.
    let fix = repo.land_fix("Pin it\n\nFixes: CVE-2026-44444", [("package.json", "{\"pinned\": 1}\n")]);
    let message = format!("Pin it on 2.0\n\n(cherry picked from commit {fix})");
    repo.land_on_line("2.0", &message, [("package.json", "{\"pinned\": 1}\n")]);
    let found = ask(&repo, &["--target", "2.0.1"]);
    let told = titles(&found);
    assert_eq!(left_out(&found), [("Pin the parser (#8)".to_owned(), "own-files".to_owned())]);
    for title in ["Bump lodash to fix CVE-2026-11111", "Pin minimist", "Release 2.0.1", "Pin it"] {
        assert!(told.contains(&title), "{title}: {told:?}");
    }
    // Words can be written later.
    repo.land_fix("Say what it is", [(".patch/notes/8.md", "Long names are refused.\n")]);
    assert_eq!(left_out(&ask(&repo, &["--target", "2.0.1"])), []);
}

#[test]
fn who_fixes_something_in_the_commit_of_a_release_tells_it() {
    let repo = line(LINE);
    repo.land_on_line("2.0", "Release 2.0.1", [("package.json", "{}\n"), ("CHANGELOG.md", "2.0.1\n")]);
    repo.land_on_line("2.0", "chore: release v2.0.1", [("package.json", "{ }\n"), ("list.c", "checked\n")]);
    let found = ask(&repo, &["--target", "2.0.1"]);
    assert_eq!(left_out(&found), [("Release 2.0.1".to_owned(), "release".to_owned())]);
    assert_eq!(titles(&found), ["chore: release v2.0.1"]);
}

#[test]
fn what_a_merge_changed_itself_is_told_when_main_has_it_too() {
    let repo = line(LINE);
    repo.git(["checkout", "-q", "-b", "topic", "release/2.0"]);
    write(&repo, "list.c", "1, checked\n");
    repo.git(["commit", "-q", "-a", "-m", "Fix the list"]);
    repo.git(["checkout", "-q", "release/2.0"]);
    repo.git(["merge", "-q", "--no-ff", "--no-commit", "topic"]);
    write(&repo, "package.json", "{\"guarded\": true}\n");
    let says = "Merge pull request #61 from x/topic\n\nFix CVE-2026-1234 and guard it";
    repo.git(["commit", "-q", "-a", "-m", says]);
    repo.git(["checkout", "-q", "main"]);
    repo.tag_release("v2.0.1", "2.0");
    let told = |repo: &Repo| {
        let found = ask(repo, &["--target", "2.0.1"]);
        let mut told: Vec<String> = titles(&found).into_iter().map(str::to_owned).collect();
        told.sort();
        told
    };
    assert_eq!(told(&repo), ["Fix CVE-2026-1234 and guard it", "Fix the list"]);
    repo.land_fix("Something else", [("more.c", "1\n")]);
    repo.git(["merge", "-q", "--no-ff", "-m", "Take 2.0.1", "v2.0.1"]);
    assert_eq!(told(&repo), ["Fix CVE-2026-1234 and guard it", "Fix the list"]);
    // A merge that only brings something is told by what it brings.
    repo.git(["checkout", "-q", "-b", "other", "release/2.0"]);
    write(&repo, "list.c", "1, checked twice\n");
    repo.git(["commit", "-q", "-a", "-m", "Fix it again"]);
    repo.land_on_line("2.0", "Fix the rest", [("rest.c", "1\n")]);
    repo.git(["checkout", "-q", "release/2.0"]);
    repo.git(["merge", "-q", "--no-ff", "-m", "Bring it", "other"]);
    repo.git(["checkout", "-q", "main"]);
    repo.tag_release("v2.0.2", "2.0");
    repo.git(["merge", "-q", "--no-ff", "-m", "Take 2.0.2", "v2.0.2"]);
    let found = ask(&repo, &["--target", "2.0.2"]);
    assert_eq!(titles(&found).len(), 2, "{:?}", titles(&found));
    assert_eq!(left_out(&found), [("Bring it".to_owned(), "merge".to_owned())]);
}

#[test]
fn upkeep_is_left_out_where_title_and_files_agree() {
    let repo = line(LINE);
    let upkeep = [
        ("Bump version", "package.json"),
        ("Start 2.0.2 development", "package.json"),
        ("release: v2.0.1 🎉", "package.json"),
        ("Update changelog", "CHANGELOG.md"),
        ("Prepare release notes for v2.0.1", "releases/v2.0.1.toml"),
        ("Post-release version bump", "package.json"),
        ("Collect news fragments", "NEWS.rst"),
        ("[pre-commit.ci] pre-commit autoupdate", ".pre-commit-config.yaml"),
    ];
    for (title, path) in upkeep {
        repo.land_on_line("2.0", title, [(path, title)]);
    }
    repo.land_on_line("2.0", "Bump the version", [("list.c", "checked\n")]);
    repo.land_on_line("2.0", "Update changelog\n\nFixes: CVE-2026-4242", [("CHANGELOG.md", "more\n")]);
    let found = ask(&repo, &["--target", "2.0.1"]);
    assert_eq!(left_out(&found).len(), upkeep.len(), "{:?}", titles(&found));
    assert_eq!(left_out(&found).last().map(|(_, why)| why.clone()), Some("hooks".to_owned()));
    let mut told = titles(&found);
    told.sort_unstable();
    assert_eq!(told, ["Bump the version", "Update changelog"]);
}

#[test]
fn a_fix_of_a_manifest_is_told_and_a_version_is_not() {
    let repo = line(&format!("{LINE}{OWN}"));
    let changes = [
        ("fix: do not crash: require ws 8.0.1 (#12)", true),
        ("Fix the entry point (#13)", true),
        ("Require ws 8.0.2 (#14)\n\nFixes #11", true),
        ("Require ws 8.0.3 (#15)", false),
        ("fix: bump version to 2.0.1", false),
        ("chore(release): 2.0.1\n\nCloses #10", false),
    ];
    for (at, (message, _)) in changes.iter().enumerate() {
        let fix = repo.land_fix(message, [("package.json", format!("{{\"at\": {at}}}\n").as_str())]);
        repo.pick("2.0", fix);
    }
    let found = ask(&repo, &["--target", "2.0.1"]);
    let left: Vec<String> = left_out(&found).into_iter().map(|(subject, _)| subject).collect();
    let is_told = |(message, told): &(&str, bool)| (message.lines().next().unwrap_or_default().to_owned(), *told);
    for (subject, told) in changes.iter().map(is_told) {
        assert_eq!(left.contains(&subject), !told, "{subject}: {found:#}");
    }
    assert_eq!(titles(&found).len(), 3, "{found:#}");
}

#[test]
fn hooks_that_change_code_themselves_are_upkeep() {
    let repo = line(LINE);
    let title = "[pre-commit.ci] pre-commit autoupdate";
    let renewed = [(".pre-commit-config.yaml", "rev: 2\n"), ("list.c", "1 \n")];
    repo.pick("2.0", repo.land_fix(&format!("{title} (#12)"), renewed));
    let secure = [(".pre-commit-config.yaml", "rev: 3\n"), ("list.c", "checked\n")];
    repo.pick("2.0", repo.land_fix(&format!("{title} (#13)\n\nFixes: CVE-2026-1234"), secure));
    let closing = [(".pre-commit-config.yaml", "rev: 4\n"), ("list.c", "checked twice\n")];
    repo.pick("2.0", repo.land_fix(&format!("{title} (#14)\n\nFixes #10"), closing));
    let found = ask(&repo, &["--target", "2.0.1"]);
    let sections: Vec<(&Value, &Value)> =
        found["entries"].as_array().into_iter().flatten().map(|one| (&one["pull-request"], &one["section"])).collect();
    let internal = sections.iter().filter(|(_, section)| *section == "internal").collect::<Vec<_>>();
    assert_eq!((sections.len(), internal), (3, vec![&(&Value::from(12), &Value::from("internal"))]), "{found:#}");
}

#[test]
fn who_resolves_the_conflicts_of_a_pick_beside_it_makes_no_entry() {
    let marks = "<<<<<<< HEAD\n1\n=======\n1, kept\n>>>>>>> 0123456\n";
    // The files that the second commit changes, its title, and how many entries there are.
    for (title, files, told) in [
        ("Resolve conflict", [("list.c", "1, kept\n"), ("more.c", "more\n")].as_slice(), 1),
        ("chore: fix merge conflicts in list.c", [("list.c", "1, kept\n")].as_slice(), 1),
        ("Resolve conflicts", [("other.c", "2\n"), ("list.c", "1, kept\n")].as_slice(), 1),
        ("Resolve conflict", [("list.c", "1, kept\n"), ("package.json", "{}\n")].as_slice(), 2),
        ("Resolve conflict of two lists", [("list.c", "1, kept\n")].as_slice(), 2),
    ] {
        let repo = line(LINE);
        let fix = repo.land_fix("Keep the list (#12)", [("list.c", "1, kept\n"), ("more.c", "1\n")]);
        repo.land_on_line("2.0", "Begin another", [("other.c", &*marks.replace("1, kept", "2"))]);
        repo.git(["tag", "-f", "v2.0.0", "release/2.0"]);
        let picked = format!("Keep the list (#12)\n\n(cherry picked from commit {fix})\n");
        let own = [("list.c", marks), ("more.c", "1\n")];
        let commits = [(picked.as_str(), own.as_slice()), (title, files)];
        repo.git(["checkout", "-q", "-b", "bot", "release/2.0"]);
        for (message, files) in commits {
            files.iter().for_each(|(path, text)| write(&repo, path, text));
            repo.git(["add", "-A"]);
            repo.git(["commit", "-q", "-m", message]);
        }
        repo.git(["checkout", "-q", "release/2.0"]);
        repo.git(["merge", "-q", "--no-ff", "-m", "Merge pull request #20 from bot/pr-12", "bot"]);
        repo.git(["checkout", "-q", "main"]);
        let found = ask(&repo, &["--target", "2.0.1"]);
        assert_eq!(titles(&found).len(), told, "{title} {files:?}: {found:#}");
        let kept = super::entry(&found, "Keep the list");
        assert_eq!(kept["picks"].as_array().map(Vec::len), Some(3 - told), "{title}: {found:#}");
    }
    // By itself it is told.
    let repo = line(LINE);
    let fix = repo.land_fix("Keep the list (#12)", [("list.c", "1, kept\n")]);
    repo.pick("2.0", fix);
    repo.land_on_line("2.0", "Resolve conflict", [("list.c", "2, kept\n")]);
    assert_eq!(titles(&ask(&repo, &["--target", "2.0.1"])).len(), 2);
}

#[test]
fn what_renovate_marks_as_security_is_told_so() {
    let repo = line(&format!("{LINE}{OWN}"));
    let titles = [
        "chore(deps): update dependency lodash to v4.17.21 [security] (#109)",
        "fix(deps): update dependency minimist to v1.2.6 [security] (#110)",
        "Update dependency test-utils to v7.0.1 [SECURITY] (#111)",
    ];
    for (at, title) in titles.iter().enumerate() {
        let path = if at == 0 { "package-lock.json" } else { "package.json" };
        repo.pick("2.0", repo.land_fix(title, [(path, format!("{{\"at\": {at}}}\n").as_str())]));
    }
    let found = ask(&repo, &["--target", "2.0.1"]);
    assert_eq!(left_out(&found), [], "{found:#}");
    let told: Vec<(&Value, &Value)> =
        found["entries"].as_array().into_iter().flatten().map(|one| (&one["section"], &one["title"])).collect();
    let expected = titles.map(|title| Value::from(title.split(" [").next().unwrap_or_default()));
    let security = Value::from("security");
    assert_eq!(told, expected.iter().map(|title| (&security, title)).collect::<Vec<_>>(), "{found:#}");
}

#[test]
fn what_only_developers_work_with_is_not_told_to_users() {
    let repo = line(LINE);
    for (title, path, section) in [
        ("Run the workflow on ARM too (#105)", ".github/workflows/ci.yml", "internal"),
        ("Ignore build output (#106)", ".gitignore", "internal"),
        ("Ignore more (#107)\n\nCloses #100", ".gitignore", "fixes"),
        ("Fix CVE-2026-4242 in a workflow (#108)", ".github/workflows/ci.yml", "security"),
        ("Keep the list (#109)", "list.c", "fixes"),
    ] {
        repo.pick("2.0", repo.land_fix(title, [(path, title)]));
        let found = ask(&repo, &["--target", "2.0.1"]);
        let start = title.split(" (#").next().unwrap_or_default();
        assert_eq!(super::entry(&found, start)["section"], section, "{title}: {found:#}");
    }
}
