//! What the rules look at in repositories as people make them.

use super::{OFFLINE, check, found, story};
use crate::support::{Bin, Repo};

#[test]
fn what_is_under_embargo_is_found_in_names_of_people_and_old_paths() {
    let (repo, _) = story();
    let list = repo.home().join("embargoed");
    std::fs::write(&list, "CVE-2031-7777\n").expect("because the folder is ours");
    let said = |repo: &Repo| {
        let arguments = ["commit", "main", "--line", "2.1", "--embargoed", list.to_str().expect("a plain name")];
        found(&check(repo, &[&arguments[..], &["--format", "json"]].concat()).run().json(), "embargo")
    };
    repo.land_fix("fix: test it\n\nKind: crash", [("tests/cve_2031_7777.c", "a\nb\nc\nd\n")]);
    assert_eq!(said(&repo), "failed");
    repo.git(["mv", "tests/cve_2031_7777.c", "tests/parse.c"]);
    repo.git(["commit", "-qm", "fix: name it\n\nKind: crash"]);
    assert_eq!(said(&repo), "failed");
    repo.git([
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        "fix: nothing",
        "--author",
        "CVE\u{2011}2031\u{2011}7777 <a@b.example>",
    ]);
    std::fs::write(repo.path().join("src/list.c"), "z\n").expect("because the folder is ours");
    repo.git(["commit", "-qam", "fix: z", "--author", "CVE\u{2011}2031\u{2011}7777 <a@b.example>"]);
    assert_eq!(said(&repo), "failed");
    repo.land_fix("fix: wrap it\n\nThis is about CVE-2031-\n7777", [("src/list.c", "w\n")]);
    assert_eq!(said(&repo), "failed");
    repo.land_fix("fix: another\n\nThis is about CVE-2031-77771", [("src/list.c", "v\n")]);
    assert_eq!(said(&repo), "undecided", "what its pull request says is not known");
}

#[test]
fn a_rename_is_looked_at_from_both_ends_and_what_has_no_lines_is_not_small() {
    let (repo, _) = story();
    repo.land_fix("Build it", [(".github/workflows/ci.yml", "a\nb\nc\nd\n"), ("tests/gone.c", "x\n")]);
    let judge = |repo: &Repo| check(repo, &["commit", "main", "--line", "2.1", "--format", "json"]).run().json();
    repo.git(["mv", ".github/workflows/ci.yml", "src/ci.yml"]);
    repo.git(["commit", "-qm", "fix: move it\n\nKind: crash"]);
    let moved = judge(&repo);
    assert_eq!((found(&moved, "paths"), found(&moved, "tests")), ("failed".into(), "failed".into()));
    repo.git(["rm", "-q", "tests/gone.c"]);
    repo.git(["commit", "-qm", "fix: drop the test\n\nKind: crash"]);
    assert_eq!(found(&judge(&repo), "tests"), "failed");
    for (file, content) in [("src/big.py", format!("\0{}", "x\n".repeat(5000))), ("tests/small.bin", "a\0b".to_owned())]
    {
        std::fs::write(repo.path().join(file), content).expect("because the folder is ours");
        repo.git(["add", "."]);
        repo.git(["commit", "-qm", "fix: bring it\n\nKind: crash"]);
        let expected = if file.starts_with("src") { "undecided" } else { "passed" };
        assert_eq!(found(&judge(&repo), "size"), expected, "{file}");
    }
}

#[test]
fn a_file_that_moves_to_where_a_program_writes_still_counts() {
    let (repo, _) = story();
    let long =
        |front: &str| (0..900).map(|n| format!("{} {n}\n", if n < 400 { front } else { "same" })).collect::<String>();
    repo.land_fix("Mark it", [(".gitattributes", "*.gen linguist-generated\n"), ("src/a.c", long("old").as_str())]);
    repo.git(["mv", "src/a.c", "src/a.gen"]);
    std::fs::write(repo.path().join("src/a.gen"), long("new")).expect("because the folder is ours");
    repo.git(["commit", "-qam", "fix: move it\n\nKind: crash"]);
    let report = check(&repo, &["commit", "main", "--line", "2.1", "--format", "json"]).run().json();
    assert_eq!(found(&report, "size"), "failed", "{report}");
}

#[test]
fn a_manifest_that_cannot_be_compared_is_undecided_and_named() {
    let (repo, _) = story();
    repo.land_fix(
        "Depend on it",
        [("package.json", "{\"dependencies\":{\"a\":\"^1.0.0\"}}"), ("Gemfile", "gem 'a', '1'\n")],
    );
    for (file, content, expected) in [
        ("package.json", "{\"dependencies\":{\"a\":\"*\"}}", "undecided"),
        ("Gemfile", "gem 'a', '2'\n", "undecided"),
        ("package.json", "{\"dependencies\":{\"a\":\"*\",\"b\":\"1\"}}", "passed"),
        ("package.json", "{\"dependencies\":{\"a\":\"*\",\"b\":\"2\"}}", "failed"),
    ] {
        repo.land_fix("fix: raise it\n\nKind: crash", [(file, content)]);
        let output = check(&repo, &["commit", "main", "--line", "2.1", "--format", "json"]).run();
        assert_eq!(found(&output.json(), "dependencies"), expected, "{}", output.stdout);
        assert!(expected == "passed" || output.stdout.contains(file), "{}", output.stdout);
    }
}

#[test]
fn a_date_that_its_author_chose_does_not_bake_a_fix() {
    let (repo, _) = story();
    repo.write_config(
        &OFFLINE
            .replace("reviews = 0", "reviews = 0\nbaked-days = 7")
            .replace("[[line]]\nname = \"2.1\"\nbranch = \"release/2.1\"\n\n", ""),
    );
    std::fs::write(repo.path().join("src/list.c"), "one, kept\ntwo, too\n").expect("because the folder is ours");
    let old = "2001-01-01T00:00:00Z";
    let mut commit = repo.git_command();
    let made = commit.env("GIT_COMMITTER_DATE", old).args(["commit", "-qam", "fix: keep it\n\nKind: crash"]).status();
    assert!(made.expect("because git is installed").success());
    let judge = || check(&repo, &["commit", "main", "--line", "2.0", "--format", "json"]).run().json();
    assert_eq!(found(&judge(), "baked"), "failed");
    let later = ["commit", "main", "--line", "2.0", "--format", "json", "--now", "2099-01-01T00:00:00Z"];
    let output = Bin::check().at(&repo).args(later).run();
    assert_eq!(found(&output.json(), "baked"), "passed", "{}", output.stdout);
}

#[test]
fn a_refusal_is_an_error_of_the_job_and_what_is_open_a_warning() {
    let (repo, fix) = story();
    let run = check(&repo, &["commit", &fix.to_string(), "--line", "2.0"]).env("GITHUB_ACTIONS", "true").run().code(1);
    assert!(
        run.stderr.lines().any(|line| line.starts_with("::error::") && line.contains("newer-lines failed")),
        "{}",
        run.stderr
    );
    repo.land_fix("Say more", [("src/other.c", "three\n"), ("tests/other.c", "three\n")]);
    let run = check(&repo, &["commit", "main", "--line", "2.1"]).env("GITHUB_ACTIONS", "true").run().code(3);
    assert!(
        run.stderr.lines().any(|line| line.starts_with("::warning::") && line.contains("kind undecided")),
        "{}",
        run.stderr
    );
    assert!(!run.stderr.contains("::error::"), "{}", run.stderr);
}

#[test]
fn what_cannot_be_read_or_written_is_told_with_what_to_do() {
    let (repo, fix) = story();
    let id = fix.to_string();
    repo.land_fix("Waive it", [(".patch/waivers.toml", "[[waiver]]\nfix = 1\n")]);
    let broken = check(&repo, &["commit", &id]).run().code(2);
    assert!(broken.stderr.contains("hint:"), "{}", broken.stderr);
    repo.land_fix("Waive nothing", [(".patch/waivers.toml", "")]);
    let long = repo.home().join("long");
    let file = std::fs::File::create(&long).expect("because the folder is ours");
    file.set_len(26 << 20).expect("because a hole takes no room");
    let long = long.to_str().expect("a plain name");
    let cases: &[(&[&str], i32)] = &[
        (&["commit", "main^{tree}"], 2),
        (&["event", "no-such-file"], 2),
        (&["event", long], 2),
        (&["commit", &id, "--embargoed", "no-such-file"], 2),
        (&["commit", &id, "--sarif", "no/such/folder/file"], 4),
    ];
    for (arguments, code) in cases {
        let output = check(&repo, arguments).run().code(*code);
        assert!(output.stderr.contains("hint:"), "{arguments:?}: {}", output.stderr);
    }
}
