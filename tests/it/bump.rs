//! `patch-bump`: every version in the tree moves, nothing else does, and only to what may follow.

use std::fs;

use crate::support::{Bin, Repo};

const LOCK: &str = r#"{
  "name": "godel",
  "version": "2.0.0",
  "lockfileVersion": 3,
  "packages": {
    "": { "name": "godel", "version": "2.0.0", "dependencies": { "left": "2.0.0" } },
    "node_modules/left": { "version": "2.0.0", "integrity": "sha512-2.0.0" }
  }
}
"#;

/// A project with a manifest of Windows line ends, a lock file, a chart and a text, all at 2.0.0.
fn story() -> Repo {
    let repo = Repo::new();
    repo.write_config(
        "[[line]]\nname = \"2.0\"\nbranch = \"release/2.0\"\n\n[[version]]\npath = \"package.json\"\n\n\
         [[version]]\npath = \"Chart.yaml\"\nfields = [\"appVersion\"]\n\n\
         [[version]]\npath = \"version.ts\"\npattern = 'VERSION = \"{version}\"'\n",
    );
    let manifest = "{\r\n\t\"name\": \"godel\", \"version\" : \"2.0.0\",\r\n\t\"dependencies\": {\"left\": \"2.0.0\"}}";
    let chart = "version: 0.3.0\nappVersion: '2.0.0' # 2.0.0\n";
    let text = "// since 2.0.0\nexport const VERSION = \"2.0.0\";\n";
    repo.land_fix(
        "Add all",
        [("package.json", manifest), ("package-lock.json", LOCK), ("Chart.yaml", chart), ("version.ts", text)],
    );
    repo.cut_line("2.0");
    repo.tag_release("v2.0.0", "2.0");
    repo
}

fn bump(repo: &Repo, arguments: &[&str]) -> Bin {
    Bin::bump().at(repo).args(arguments.iter().copied().chain(["--quiet"]))
}

fn read(repo: &Repo, path: &str) -> String {
    fs::read_to_string(repo.path().join(path)).expect("because it is there")
}

#[test]
fn the_bytes_of_the_version_change_and_no_others() {
    let repo = story();
    let paths = ["package.json", "package-lock.json", "Chart.yaml", "version.ts"];
    let before = paths.map(|path| read(&repo, path));
    let report = bump(&repo, &["next", "--format", "json"]).run().success().json();
    assert_eq!((report["outcome"].as_str(), report["to"].as_str()), (Some("changed"), Some("2.0.1")), "{report}");
    let expected = [
        before[0].replace("\"version\" : \"2.0.0\"", "\"version\" : \"2.0.1\""),
        before[1].replacen("\"version\": \"2.0.0\"", "\"version\": \"2.0.1\"", 2),
        before[2].replace("'2.0.0'", "'2.0.1'"),
        before[3].replace("\"2.0.0\"", "\"2.0.1\""),
    ];
    assert_eq!(paths.map(|path| read(&repo, path)), expected);
    assert_eq!(repo.git(["status", "--porcelain"]).lines().count(), 4);
    let again = bump(&repo, &["set", "2.0.1", "--format", "json"]).run().success().json();
    assert_eq!(again["outcome"], "already");
    assert_eq!(bump(&repo, &["check"]).run().success().stdout.lines().last(), Some("2.0.1 in 5 places"));
}

#[test]
fn a_run_that_was_cut_short_goes_on_and_skips_no_version() {
    let repo = story();
    let hook = repo.path().join(".git/hooks/pre-commit");
    fs::create_dir_all(hook.parent().expect("because it is in a folder")).expect("because the folder is ours");
    fs::write(&hook, "#!/bin/sh\nexit 1\n").expect("because the folder is ours");
    fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("because it is ours");
    let stopped = bump(&repo, &["next", "--commit"]).run().code(4);
    assert!(stopped.stderr.contains("the same command does that"), "{}", stopped.stderr);
    fs::remove_file(&hook).expect("because it is ours");
    let template = repo.path().join(".patch/templates/bump/message.txt.j2");
    fs::create_dir_all(template.parent().expect("because it is in a folder")).expect("because the folder is ours");
    fs::write(&template, "{{ nope }}").expect("because the folder is ours");
    let _broken = bump(&repo, &["next", "--commit"]).run().code(2);
    fs::remove_file(&template).expect("because it is ours");
    let report = bump(&repo, &["next", "--commit", "--format", "json"]).run().success().json();
    assert_eq!((report["to"].as_str(), report["commit"].is_string()), (Some("2.0.1"), true), "{report}");
    let further = bump(&repo, &["next", "--format", "json"]).run().success().json();
    assert_eq!(further["to"], "2.0.2", "the commit has 2.0.1 now");
    let again = bump(&repo, &["next", "--format", "json"]).run().success().json();
    assert_eq!((again["outcome"].as_str(), again["to"].as_str()), (Some("already"), Some("2.0.2")));
}

#[test]
fn a_dry_run_shows_the_change_and_makes_none() {
    let repo = story();
    let output = bump(&repo, &["pre", "rc", "--dry-run", "--offline"]).run().success();
    assert_eq!(output.stderr, "", "--quiet leaves notes out");
    let shown = output.stdout;
    assert!(shown.contains("-export const VERSION = \"2.0.0\";\n+export const VERSION = \"2.0.1-rc.1\";"), "{shown}");
    assert_eq!(repo.git(["status", "--porcelain"]), "");
    assert!(!repo.path().join(".git/backstitch").exists());
}

#[test]
fn the_commit_holds_the_versions_and_nothing_that_was_staged_beside_them() {
    let repo = story();
    fs::write(repo.path().join("mine"), "mine\n").expect("because it can be written");
    repo.git(["add", "mine"]);
    let report = bump(&repo, &["next", "--commit", "--format", "json"]).run().success().json();
    assert_eq!(report["commit"].as_str(), Some(repo.git(["rev-parse", "HEAD"]).as_str()));
    assert_eq!(repo.git(["log", "-1", "--format=%B"]).trim(), "chore: bump version to 2.0.1");
    assert_eq!(repo.git(["show", "--format=", "--name-only"]).lines().count(), 4);
    assert_eq!(repo.git(["status", "--porcelain"]), "A  mine");
    // A kill between the files and the commit leaves the commit to the next run.
    repo.git(["reset", "-q", "--soft", "HEAD~1"]);
    let again = bump(&repo, &["set", "2.0.1", "--commit", "--format", "json"]).run().success().json();
    assert_eq!(again["outcome"], "already");
    assert_eq!(repo.git(["show", "--format=", "--name-only"]).lines().count(), 4);
}

#[test]
fn the_commit_of_one_moment_is_the_same_commit_everywhere() {
    let repo = story();
    let made = |name: &str, moment: &[&str]| {
        let clone = repo.home().join(name).display().to_string();
        repo.git([
            "clone",
            "-q",
            "-b",
            "release/2.0",
            "-c",
            "user.name=mia",
            "-c",
            "user.email=mia@example.com",
            ".",
            &clone,
        ]);
        // The machine has a time zone and dates of its own.
        let run = bump(&repo, &["next", "--commit", "--repo", &clone]).args(moment).env("TZ", name);
        let _made = run.env("GIT_AUTHOR_DATE", &repo.now()).env("GIT_COMMITTER_DATE", &repo.now()).run().success();
        repo.tick(3600);
        repo.git(["-C", &clone, "log", "-1", "--format=%H %ad %cd", "--date=raw"])
    };
    let moment = ["--now", "2027-03-31T14:00:00+02:00"];
    let first = made("UTC", &moment);
    assert!(first.ends_with(" 1806494400 +0000 1806494400 +0000"), "{first}");
    assert_eq!(made("EST5", &moment), first);
    assert_ne!(made("JST-9", &[]), first, "without a moment git's own counts");
}

#[test]
fn the_commit_tells_of_the_committed_version_before() {
    let repo = story();
    let template = repo.path().join(".patch/templates/bump/message.txt.j2");
    fs::create_dir_all(template.parent().expect("because it is in a folder")).expect("because the folder is ours");
    fs::write(&template, "bump {{ previous }} -> {{ version }}\n").expect("because the folder is ours");
    let subject = || repo.git(["log", "-1", "--format=%s"]);
    let _written = bump(&repo, &["next"]).run().success();
    let _committed = bump(&repo, &["next", "--commit"]).run().success();
    assert_eq!(subject(), "bump 2.0.0 -> 2.0.1");
    let _written = bump(&repo, &["pre", "rc"]).run().success();
    let _committed = bump(&repo, &["release", "--commit"]).run().success();
    assert_eq!(subject(), "bump 2.0.1 -> 2.0.2");
    let _committed = bump(&repo, &["set", "2.0.3", "--commit"]).run().success();
    assert_eq!(subject(), "bump 2.0.2 -> 2.0.3");
}

#[test]
fn a_commit_takes_no_other_edits() {
    let repo = story();
    let write = |path: &str, text: &str| fs::write(repo.path().join(path), text).expect("because it can be written");
    let head = repo.git(["rev-parse", "HEAD"]);
    let refused = |arguments: &[&str], said: &str| {
        let before = (read(&repo, "package.json"), read(&repo, "version.ts"));
        let stderr = bump(&repo, arguments).run().code(1).stderr;
        assert!(stderr.contains(said), "{arguments:?}: {stderr}");
        assert_eq!((read(&repo, "package.json"), read(&repo, "version.ts")), before);
        assert_eq!(repo.git(["rev-parse", "HEAD"]), head);
    };
    let said = "'package.json' has other edits that are not committed";
    let edited = read(&repo, "package.json").replace("\"name\"", "\"secret\": 1, \"name\"");
    write("package.json", &edited);
    refused(&["next", "--commit"], said);
    refused(&["next", "--commit", "--dry-run"], said);
    repo.git(["add", "package.json"]);
    refused(&["next", "--commit"], said);
    // What is staged alone would be lost from the index.
    let clean = repo.git(["show", "HEAD:package.json"]);
    write("package.json", &clean);
    refused(&["set", "2.0.1", "--commit"], said);
    repo.git(["reset", "-q", "--hard"]);
    // An earlier run may have written the version before the edit was made.
    let _written = bump(&repo, &["next"]).run().success();
    let bumped = read(&repo, "package.json");
    write("package.json", &bumped.replace("\"name\"", "\"secret\": 1, \"name\""));
    refused(&["next", "--commit"], said);
    refused(&["set", "2.0.1", "--commit"], said);
    write("package.json", &bumped);
    repo.git(["rm", "-q", "--cached", "version.ts"]);
    refused(&["next", "--commit"], "'version.ts' is not tracked by git");
    repo.git(["reset", "-q"]);
    let report = bump(&repo, &["next", "--commit", "--format", "json"]).run().success().json();
    assert_eq!((report["outcome"].as_str(), report["commit"].is_string()), (Some("already"), true), "{report}");
    assert_eq!(repo.git(["status", "--porcelain"]), "");
    let again = bump(&repo, &["set", "2.0.1", "--commit", "--format", "json"]).run().success().json();
    assert_eq!((again["outcome"].as_str(), again["commit"].is_string()), (Some("already"), false), "{again}");
}

#[test]
fn line_ends_that_git_stores_otherwise_are_no_edit() {
    let repo = story();
    repo.git(["config", "core.autocrlf", "true"]);
    let text = read(&repo, "version.ts").replace('\n', "\r\n");
    fs::write(repo.path().join("version.ts"), text).expect("because it can be written");
    let _written = bump(&repo, &["next"]).run().success();
    let report = bump(&repo, &["next", "--commit", "--format", "json"]).run().success().json();
    assert!(report["commit"].is_string(), "{report}");
    assert_eq!(repo.git(["show", "HEAD:version.ts"]).matches('\r').count(), 0);
}

#[test]
fn only_what_may_follow_is_written() {
    let repo = story();
    let remote = repo.home().join("remote.git");
    let remote = remote.to_str().expect("because the path is UTF-8");
    repo.git(["init", "-q", "--bare", remote]);
    repo.git(["remote", "add", "origin", remote]);
    repo.git(["push", "-q", "origin", "v2.0.0:refs/tags/v2.0.1"]);
    let refused = |arguments: &[&str], said: &str| {
        let stderr = bump(&repo, arguments).run().code(1).stderr;
        assert!(stderr.contains(said), "{arguments:?}: {stderr}");
        assert_eq!(repo.git(["status", "--porcelain"]), "");
    };
    refused(&["set", "2.1.0"], "not a patch release");
    refused(&["set", "3.0.0"], "not a patch release");
    refused(&["set", "1.9.9"], "comes before '2.0.0'");
    refused(&["set", "2.0.1"], "is tagged already; the next free patch release is '2.0.2'");
    refused(&["set", "2.0.4"], "leaves a patch number out");
    refused(&["set", "2.1.0", "--line", "2.0"], "not a version of line '2.0'");
    refused(&["release"], "is a release already");
    let none = format!("godel/api=sha256:{}", "0".repeat(64));
    let unused = bump(&repo, &["next", "--offline", "--digest", &none]).run().code(2).stderr;
    assert!(unused.contains("no image 'godel/api' is pinned by a digest"), "{unused}");
    repo.land_fix(
        "Go on to the next line",
        [
            ("package.json", "{\"version\": \"4.0.0\"}"),
            (
                "package-lock.json",
                LOCK.replace("\"2.0.0\",\n  \"lock", "\"4.0.0\",\n  \"lock")
                    .replace("\"version\": \"2.0.0\", \"dep", "\"version\": \"4.0.0\", \"dep")
                    .as_str(),
            ),
            ("Chart.yaml", "appVersion: 4.0.0\n"),
            ("version.ts", "VERSION = \"4.0.0\""),
        ],
    );
    refused(&["next"], "'4.0.1' is a version of no line; the lines are: 2.0");
    repo.git(["reset", "-q", "--hard", "HEAD~1"]);
    let _bad = bump(&repo, &["set", "2.0.1+build"]).run().code(2);
    let report = bump(&repo, &["next", "--format", "json"]).run().success().json();
    assert_eq!((report["to"].as_str(), report["line"].as_str()), (Some("2.0.2"), Some("2.0")));
    let offline = Bin::bump().at(&repo).args(["set", "2.0.2", "--offline"]).run().success();
    assert!(offline.stderr.contains("no remote was asked"), "{}", offline.stderr);
    repo.git(["remote", "set-url", "origin", "../nowhere"]);
    let unreachable = bump(&repo, &["next"]).run().code(4);
    assert!(unreachable.stderr.contains("--offline"), "{}", unreachable.stderr);
}

#[test]
fn places_that_disagree_are_named() {
    let repo = story();
    fs::write(repo.path().join("version.ts"), "VERSION = \"2.0.9\"\n").expect("because it can be written");
    let checked = bump(&repo, &["check"]).run().code(1).stdout;
    assert!(checked.contains("version.ts") && checked.contains("2.0.9"), "{checked}");
    let _shown = bump(&repo, &["show"]).run().success();
    let refused = bump(&repo, &["next"]).run().code(3).stderr;
    assert!(refused.contains("'version.ts', line 1"), "{refused}");
}

#[test]
fn what_cannot_be_edited_exactly_is_refused_with_its_line() {
    let repo = story();
    fs::write(repo.path().join("Chart.yaml"), "base: &v '2.0.0'\nappVersion: *v\n").expect("because it can be written");
    let refused = bump(&repo, &["next"]).run().code(1).stderr;
    assert!(refused.contains("Chart.yaml") && refused.contains("line 2"), "{refused}");
    assert!(read(&repo, "package.json").contains("2.0.0"), "nothing was written");
}

/// A journal such as a run leaves that was killed after it had replaced `package.json` by 2.0.1, and nothing else.
fn cut_short(repo: &Repo) {
    let journal = repo.path().join(".git/backstitch/bump");
    fs::create_dir_all(&journal).expect("because the folder is ours");
    let manifest = read(repo, "package.json");
    let moved = manifest.replace("\"version\" : \"2.0.0\"", "\"version\" : \"2.0.1\"");
    let text = read(repo, "version.ts");
    let files = [("package.json", &manifest, &moved), ("version.ts", &text, &text.replace("\"2.0.0\"", "\"2.0.1\""))];
    let mut entries = Vec::new();
    for (at, (path, old, new)) in files.iter().enumerate() {
        entries.push(
            serde_json::json!({"path": path, "old": {"bytes": old.len(), "crc32": crc32fast::hash(old.as_bytes())}}),
        );
        fs::write(journal.join(at.to_string()), new).expect("because the folder is ours");
    }
    let entries = serde_json::json!({"files": entries}).to_string();
    fs::write(journal.join("journal.json"), entries).expect("because the folder is ours");
    fs::write(repo.path().join("package.json"), &moved).expect("because it can be written");
}

#[test]
fn a_run_that_was_cut_short_is_told_before_it_is_finished() {
    let repo = story();
    cut_short(&repo);
    let told = "note: a run that changes 'package.json', 'version.ts' is at work or was cut short";
    for (verb, code) in [("show", 0), ("check", 1)] {
        let looked = Bin::bump().at(&repo).args([verb]).run().code(code);
        assert!(looked.stderr.contains(told), "{verb}: {}", looked.stderr);
        assert!(
            looked.stdout.contains("undecided: a run has not finished 'package.json', 'version.ts'"),
            "{}",
            looked.stdout
        );
    }
    let dry = Bin::bump().at(&repo).args(["next", "--dry-run", "--offline"]).run().code(3);
    assert!(dry.stderr.contains(told), "{}", dry.stderr);
    // All places agree as long as the first file is not replaced; that is no answer.
    repo.git(["checkout", "-q", "--", "package.json"]);
    let agreed = bump(&repo, &["check", "--format", "json"]).run().code(3).json();
    assert_eq!((agreed["version"].as_str(), agreed["unfinished"][1].as_str()), (Some("2.0.0"), Some("version.ts")));
    assert!(repo.path().join(".git/backstitch/bump/journal.json").exists(), "looking changes nothing");
    let _dry = bump(&repo, &["next", "--dry-run", "--offline"]).run().success();
    let finished = Bin::bump().at(&repo).args(["set", "2.0.1", "--offline"]).run();
    assert!(finished.stderr.contains("they were finished first"), "{}", finished.stderr);
    let _agree = bump(&repo, &["check"]).run().code(1);
    assert!(read(&repo, "version.ts").contains("2.0.1"));
}

#[test]
fn a_full_disk_leaves_all_as_it_was_and_says_what_to_do() {
    let repo = story();
    let full = bump(&repo, &["next", "--offline"]).without_room().run().code(4);
    assert!(full.stderr.contains("cannot write") && full.stderr.contains("hint: raise the limit"), "{}", full.stderr);
    assert_eq!(repo.git(["status", "--porcelain"]), "");
    let _looked = bump(&repo, &["check"]).without_room().run().success();
    let _then = bump(&repo, &["next", "--offline"]).run().success();
}

#[test]
fn a_project_may_have_its_versions_in_tags_only() {
    let repo = Repo::new();
    let config = "[project]\nversions = \"tags\"\n\n[[line]]\nname = \"2.0\"\nbranch = \"release/2.0\"\n";
    repo.write_config(config);
    // A manifest that is never published.
    repo.land_fix("Add all", [("package.json", "{\"version\": \"0.0.0\"}\n")]);
    repo.cut_line("2.0");
    repo.tag_release("v2.0.0", "2.0");
    let before = repo.git(["rev-parse", "HEAD"]);
    let set = bump(&repo, &["set", "2.0.1", "--line", "2.0", "--commit", "--format", "json"]).run().success().json();
    assert_eq!((&set["outcome"], &set["files"]), (&"in-tags".into(), &serde_json::json!([])));
    assert_eq!((repo.git(["rev-parse", "HEAD"]), repo.git(["status", "--porcelain"])), (before, String::new()));
    assert!(bump(&repo, &["set", "2.0.1"]).run().success().stdout.contains("versions are in tags only"));
    assert!(bump(&repo, &["check"]).run().success().stdout.contains("versions are in tags only"));
    let next = bump(&repo, &["next", "--line", "2.0"]).run().code(1).stderr;
    assert!(next.contains("no file holds one to count from") && next.contains("patch-tag create --line 2.0"), "{next}");
    let outside = bump(&repo, &["set", "2.1.0", "--line", "2.0"]).run().code(1).stderr;
    assert!(outside.contains("'2.1.0' is not a version of line '2.0'"), "{outside}");
    let _tagged = bump(&repo, &["set", "2.0.0", "--line", "2.0"]).run().success();
    repo.git(["tag", "v2.0.5", "main"]);
    let below = bump(&repo, &["set", "2.0.3", "--line", "2.0", "--dry-run"]).run().code(1).stderr;
    assert!(below.contains("'2.0.3' comes before '2.0.5', which is tagged"), "{below}");
    repo.git(["tag", "-d", "v2.0.5"]);
    // The tag is not compared with a file that somebody may take for one with the version.
    repo.land_on_line("2.0", "Fix it", [("fix", "1\n")]);
    let made = Bin::tag().at(&repo).args(["create", "2.0.1", "--unsigned"]).run().success();
    assert!(!made.stderr.contains("compared"), "{}", made.stderr);
    // Without the word of the project nothing is left out.
    repo.write_config(&config.replace("versions = \"tags\"\n", ""));
    repo.land_fix("Remove it", [crate::support::Change::delete("package.json")]);
    let _told = bump(&repo, &["set", "2.0.2"]).run().code(3);
    repo.write_config(&format!("{config}\n[[version]]\npath = \"package.json\"\n"));
    let both = bump(&repo, &["show"]).run().code(2).stderr;
    assert!(both.contains("'versions' in [project] says that no file holds a version"), "{both}");
}

#[test]
fn the_commit_is_signed_off_where_picks_are() {
    let repo = story();
    let last = || repo.git(["log", "-1", "--format=%(trailers:key=Signed-off-by,valueonly)"]);
    let _committed = bump(&repo, &["next", "--commit"]).run().success();
    assert_eq!(last().trim(), "");
    let own = fs::read_to_string(repo.path().join("patch.toml")).expect("because it is there");
    repo.write_config(&format!("{own}\n[pick]\nsignoff = true\n"));
    let _committed = bump(&repo, &["next", "--commit"]).run().success();
    let who = repo.git(["var", "GIT_COMMITTER_IDENT"]);
    assert_eq!(last().trim(), &who[..=who.find('>').expect("because an address stands there")]);
    assert!(repo.git(["log", "-1", "--format=%s"]).contains("bump version to 2.0."));
}
