//! The lines: their branches, their tags and their versions.

use super::{doctor, found, healthy, publish, requires, said};
use crate::support::signing::run;
use crate::support::{Bin, Change, Output, Repo};

#[test]
fn a_line_in_order_passes() {
    let repo = healthy();
    let document = doctor(&repo, &[]).run().json();
    for rule in ["line-branch", "line-tag", "tag-order", "line-version"] {
        assert_eq!(found(&document, rule), ["passed 2.0"], "{document:#}");
    }
}

#[test]
fn a_branch_out_of_step_is_told() {
    let repo = healthy();
    let branch = |expected: &str| {
        let document = doctor(&repo, &[]).run().json();
        assert_eq!(found(&document, "line-branch"), [expected], "{document:#}");
        said(&document, "line-branch", "mend")
    };
    let tip = repo.commit_id("release/2.0");
    let fix = repo.land_on_line("2.0", "Another fix", [("other", "x\n")]);
    branch("passed 2.0");
    publish(&repo);
    repo.git(["branch", "-f", "release/2.0", &tip.to_string()]);
    assert_eq!(branch("undecided 2.0"), "git fetch origin release/2.0:release/2.0");
    // A fetch moves no branch that is checked out.
    repo.git(["worktree", "add", "-q", "../beside", "release/2.0"]);
    let mend = branch("undecided 2.0");
    assert!(mend.starts_with("git -C ") && mend.ends_with("/beside pull --ff-only origin release/2.0"), "{mend}");
    let command = repo.home().join("mend");
    std::fs::write(&command, &mend).expect("because the folder is ours");
    run("sh", &repo.path(), &[], &[command.to_str().expect("because the folder has a plain name")], "");
    branch("passed 2.0");
    repo.git(["worktree", "remove", "../beside"]);
    repo.git(["branch", "-f", "release/2.0", &tip.to_string()]);
    repo.land_on_line("2.0", "A fix of somebody else", [("third", "x\n")]);
    branch("failed 2.0");
    repo.git(["branch", "-D", "release/2.0"]);
    branch("passed 2.0");
    repo.git(["update-ref", "-d", "refs/remotes/origin/release/2.0"]);
    // The branch is nowhere here, though the remote has it.
    branch("failed 2.0");
    repo.git(["branch", "release/2.0", &fix.to_string()]);
    repo.git(["push", "-q", "origin", ":release/2.0"]);
    branch("undecided 2.0");
}

#[test]
fn a_tag_of_the_remote_above_all_here_is_told() {
    let repo = healthy();
    repo.tag_release("v2.0.7", "2.0");
    publish(&repo);
    repo.git(["tag", "-d", "v2.0.7"]);
    let document = doctor(&repo, &[]).run().code(1).json();
    assert_eq!(found(&document, "line-tag"), ["failed 2.0"]);
    assert!(said(&document, "line-tag", "detail").contains("v2.0.7"));
    requires(&repo, "line-tag", &["passed 2.0"]);
}

#[test]
fn a_newest_tag_outside_its_branch_is_told() {
    let repo = healthy();
    repo.git(["tag", "v2.0.1", "main"]);
    let document = requires(&repo, "line-tag", &["failed 2.0"]);
    assert!(said(&document, "line-tag", "would-fail").contains("patch-tag create"), "{document:#}");
}

#[test]
fn tags_out_of_order_and_outside_are_told() {
    let repo = healthy();
    let older = repo.commit_id("release/2.0~1");
    repo.tag_release("v2.0.1", "2.0");
    requires(&repo, "tag-order", &["passed 2.0"]);
    repo.git(["tag", "v2.0.2", &older.to_string()]);
    let document = requires(&repo, "tag-order", &["undecided 2.0"]);
    assert!(said(&document, "tag-order", "detail").contains("'v2.0.2' does not descend from 'v2.0.1'"), "{document:#}");

    let repo = healthy();
    repo.land_on_line("2.0", "Fix it", [("list", "two\n")]);
    repo.git(["tag", "v2.0.1", "main"]);
    repo.tag_release("v2.0.2", "2.0");
    requires(&repo, "tag-order", &["undecided 2.0"]);
}

#[test]
fn files_below_the_newest_tag_are_told() {
    let repo = healthy();
    requires(&repo, "line-version", &["passed 2.0"]);
    let own = std::fs::read_to_string(repo.path().join("patch.toml")).expect("because it is there");
    let own = own.replacen("versions = \"tags\"\n", "", 1);
    repo.write_config(&own);
    let document = requires(&repo, "line-version", &["failed 2.0"]);
    assert!(said(&document, "line-version", "mend").contains("versions = \"tags\""), "{document:#}");
    let manifest = |version: &str| [Change::write("package.json", format!("{{\n  \"version\": \"{version}\"\n}}\n"))];
    repo.land_on_line("2.0", "Say the version", manifest("2.0.1"));
    repo.tag_release("v2.0.1", "2.0");
    requires(&repo, "line-version", &["passed 2.0"]);
    repo.tag_release("v2.0.2", "2.0");
    requires(&repo, "line-version", &["undecided 2.0"]);
    repo.write_config(&format!("{own}\n[[version]]\npath = \"package.json\"\n"));
    let document = requires(&repo, "line-version", &["failed 2.0"]);
    assert!(said(&document, "line-version", "mend").contains("patch-bump next"), "{document:#}");
    repo.land_on_line("2.0", "Go on", manifest("2.0.3"));
    requires(&repo, "line-version", &["passed 2.0"]);
    repo.land_on_line("2.0", "Break it", [("package.json", "{}\n")]);
    requires(&repo, "line-version", &["failed 2.0"]);
}

/// What is found about a clone of the remote of a story that was made like this.
fn of_clone(repo: &Repo, how: &[&str], arguments: &[&str]) -> serde_json::Value {
    let place = repo.home().join(format!("clone-{}", how.concat().replace('/', "-")));
    let (address, folder) = (format!("file://{}", repo.home().join("up.git").display()), place.display().to_string());
    if !place.exists() {
        repo.git([&["clone", "-q"], how, &[&address, &folder]].concat());
    }
    let now = repo.now();
    let all = [&["check", "--repo", &folder, "--unsigned", "--format", "json", "--now", &now], arguments].concat();
    Bin::doctor().at(repo).args(all).run().json()
}

#[test]
fn what_a_clone_without_tags_cannot_show_is_not_passed() {
    let repo = healthy();
    repo.land_on_line("2.0", "Fix it", [("list", "two\n")]);
    repo.tag_release("v2.0.1", "2.0");
    publish(&repo);
    let both =
        |document: &serde_json::Value| [found(document, "line-tag").concat(), found(document, "tag-order").concat()];
    for (how, mend) in [
        (&["--no-tags"][..], "remote.origin.tagOpt"),
        (&["--depth", "1", "--branch", "release/2.0"], "git fetch --depth=2147483647 --tags"),
        (&["--single-branch", "--branch", "release/2.0"], "set-branches origin '*'"),
    ] {
        let offline = of_clone(&repo, how, &["--offline"]);
        assert_eq!(both(&offline), ["undecided 2.0", "undecided 2.0"], "{how:?} {offline:#}");
        assert!(said(&offline, "line-tag", "mend").contains(mend), "{how:?} {offline:#}");
    }
    // The remote is asked, and has what is not here.
    let online = of_clone(&repo, &["--no-tags"], &[]);
    assert_eq!(both(&online), ["failed 2.0", "undecided 2.0"], "{online:#}");
    assert!(said(&online, "tag-order", "detail").contains("'v2.0.1'"), "{online:#}");
    // A clone that has all of it passes, whether the remote is asked or not.
    for arguments in [&["--offline"][..], &[]] {
        assert_eq!(both(&of_clone(&repo, &[], arguments)), ["passed 2.0", "passed 2.0"], "{arguments:?}");
    }
}

#[test]
fn tags_of_another_form_are_told() {
    let repo = healthy();
    requires(&repo, "tag-form", &["passed"]);
    let own = std::fs::read_to_string(repo.path().join("patch.toml")).expect("because it is there");
    let other = own.replacen("[project]\n", "[project]\ntag = \"release-{version}\"\n", 1);
    assert_ne!(own, other);
    repo.write_config(&other);
    let document = requires(&repo, "tag-form", &["failed"]);
    assert!(said(&document, "tag-form", "detail").contains("release-{version}"), "{document:#}");
    assert!(said(&document, "tag-form", "mend").contains("'tag' in [project]"), "{document:#}");
}

#[test]
fn a_main_that_is_no_branch_fails() {
    let repo = healthy();
    let own = std::fs::read_to_string(repo.path().join("patch.toml")).expect("because it is there");
    std::fs::write(repo.path().join("patch.toml"), own.replacen("main = \"main\"", "main = \"trunk\"", 1))
        .expect("because the folder is ours");
    let document = requires(&repo, "configuration", &["failed"]);
    assert!(said(&document, "configuration", "detail").contains("'trunk'"), "{document:#}");
    let asked = doctor(&repo, &[]).run().code(1).json();
    assert!(said(&asked, "configuration", "detail").contains("neither here nor on the remote"), "{asked:#}");
    assert!(said(&asked, "configuration", "mend").contains("'main' in [project]"), "{asked:#}");
    repo.git(["push", "-q", "origin", "main:refs/heads/trunk"]);
    repo.git(["update-ref", "-d", "refs/remotes/origin/trunk"]);
    let there = doctor(&repo, &[]).run().code(1).json();
    assert!(said(&there, "configuration", "detail").contains("only the remote has"), "{there:#}");
}

#[test]
fn the_remote_that_was_asked_is_the_one_to_mend() {
    let repo = healthy();
    repo.git(["remote", "rename", "origin", "upstream"]);
    let mend = || {
        let document = doctor(&repo, &["--remote", "upstream"]).run().json();
        said(&document, "line-branch", "mend")
    };
    let tip = repo.commit_id("release/2.0");
    repo.land_on_line("2.0", "There", [("other", "x\n")]);
    repo.git(["push", "-q", "upstream", "release/2.0"]);
    repo.git(["branch", "-f", "release/2.0", &tip.to_string()]);
    repo.land_on_line("2.0", "Here", [("third", "x\n")]);
    assert!(mend().contains("release/2.0...upstream/release/2.0"), "{}", mend());
    repo.git(["push", "-q", "upstream", ":release/2.0"]);
    assert_eq!(mend(), "git push upstream release/2.0");
}

/// What `patch-doctor` says where the branch of line 2.0 has this `patch.toml`.
fn with_config(repo: &Repo, text: Option<&str>) -> Output {
    repo.git(["checkout", "-q", "release/2.0"]);
    let file = repo.path().join("patch.toml");
    match text {
        Some(text) => std::fs::write(&file, text).expect("because the folder is ours"),
        None => drop(std::fs::remove_file(&file)),
    }
    repo.git(["add", "--all"]);
    repo.git(["commit", "-q", "--allow-empty", "-m", "Another patch.toml"]);
    repo.git(["checkout", "-q", "main"]);
    configured(repo)
}

fn configured(repo: &Repo) -> Output {
    doctor(repo, &["--offline", "--unsigned", "--line", "2.0", "--only", "line-configuration"]).run()
}

/// What is run on the branch of a line, such as 'patch-publish', goes by the configuration that is there.
#[test]
fn the_configuration_of_the_branch_has_to_know_the_line() {
    let repo = healthy();
    let own = std::fs::read_to_string(repo.path().join("patch.toml")).expect("because it is there");
    let said_of = |text: Option<&str>, words: &str| {
        let document = with_config(&repo, text).code(3).json();
        assert_eq!(found(&document, "line-configuration"), ["undecided 2.0"], "{document:#}");
        assert!(said(&document, "line-configuration", "detail").contains(words), "{document:#}");
        assert!(said(&document, "line-configuration", "would-fail").contains("'patch-publish'"), "{document:#}");
        let mend = "git switch release/2.0, and then git restore --source main -- patch.toml";
        assert!(said(&document, "line-configuration", "mend").contains(mend), "{document:#}");
    };
    said_of(None, "'release/2.0' has no patch.toml");
    said_of(Some("[project]\nmain = 1\n"), "the patch.toml of 'release/2.0' is of no use: ");
    let others = own.replace("release/2.0", "release/2.0-old");
    assert_ne!(others, own);
    said_of(Some(&others), "does not have the line with this branch");
    for well in [own.as_str(), "[project]\nmain = \"main\"\n"] {
        let document = with_config(&repo, Some(well)).success().json();
        assert_eq!(found(&document, "line-configuration"), ["passed 2.0"], "{well}");
    }
    // Another file is gone by everywhere.
    let file = repo.home().join("own.toml");
    std::fs::write(&file, &own).expect("because the folder is ours");
    let named = ["--offline", "--unsigned", "--config", file.to_str().expect("a plain name")];
    assert!(found(&doctor(&repo, &named).run().json(), "line-configuration").is_empty());
}

#[test]
fn a_line_that_is_asked_for_twice_is_looked_at_once() {
    let repo = healthy();
    let document = doctor(&repo, &["--offline", "--unsigned", "--line", "2.0", "--line", "2.0"]).run().success().json();
    assert_eq!(found(&document, "line-branch"), ["passed 2.0"], "{document:#}");
}

#[test]
fn the_configuration_of_the_branch_has_to_say_of_tags_and_lines_what_main_says() {
    let repo = healthy();
    let own = std::fs::read_to_string(repo.path().join("patch.toml")).expect("because it is there");
    let more = format!("{own}\n[[line]]\nname = \"1.9\"\nbranch = \"release/1.9\"\n");
    let ended = more.replace("name = \"1.9\"", "name = \"1.9\"\nstatus = \"end-of-life\"");
    for (main, expected) in [(&ended, "passed 2.0"), (&more, "undecided 2.0")] {
        repo.write_config(main);
        publish(&repo);
        let document = with_config(&repo, Some(&own)).json();
        assert_eq!(found(&document, "line-configuration"), [expected], "{document:#}");
    }
    let document = configured(&repo).code(3).json();
    assert!(said(&document, "line-configuration", "detail").ends_with("these lines of main's: '1.9'"), "{document:#}");
    assert!(said(&document, "line-configuration", "would-fail").contains("also fixed"), "{document:#}");
    assert_eq!(found(&with_config(&repo, Some(&more)).success().json(), "line-configuration"), ["passed 2.0"]);
    let tagged = more.replacen("[project]\n", "[project]\ntag = \"rel-{version}\"\n", 1);
    let document = with_config(&repo, Some(&tagged)).code(1).json();
    assert_eq!(found(&document, "line-configuration"), ["failed 2.0"], "{document:#}");
    let forms = "gives tags the form 'rel-{version}', and that of 'main' 'v{version}'";
    assert!(said(&document, "line-configuration", "detail").contains(forms), "{document:#}");
    // So it is where the branch of the line is checked out, as in 'patch-publish'.
    repo.git(["checkout", "-q", "release/2.0"]);
    assert_eq!(found(&configured(&repo).code(1).json(), "line-configuration"), ["failed 2.0"]);
}
