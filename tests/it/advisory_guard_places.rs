//! What is guarded does not hang on which worktree, and which configuration, a run happens in.

use crate::support::embargo::{BEFORE, embargo, put, require_silent, source};
use crate::support::signing::{ssh_story, tag};
use crate::support::{Bin, Output, Repo};

const PROJECT: &str = "[project]\nname = \"Godel\"\nmain = \"main\"\n";
const LEAK: &str = "Stop reading out of bounds in the upload parser";
const FIX: &str = "4be07f1c2a9d8365e0f14b7c93d5a86210fe7b3d";

/// A repository whose line was cut before `section` came to main, with the line checked out.
fn on_a_line(section: &str) -> Repo {
    let repo = Repo::new();
    repo.write_config(PROJECT);
    repo.cut_line("2.0");
    repo.write_config(&format!("{PROJECT}\n{section}"));
    repo.git(["checkout", "-q", "release/2.0"]);
    repo
}

fn look(repo: &Repo) -> Output {
    let bin = Bin::advisory().at(repo).args(["guard", "--text", "-", "--as", "title", "--now", BEFORE]);
    bin.stdin(LEAK).run()
}

/// Moves the sources that are there into another folder of the worktree.
fn move_to(repo: &Repo, folder: &str) {
    let from = repo.path().join("advisories");
    std::fs::rename(from, repo.path().join(folder)).expect("it is moved");
}

#[test]
fn a_line_whose_configuration_is_older_than_advisories_is_guarded() {
    let repo = on_a_line("[advisory]\nprefix = \"GSA\"\nfolder = \"security\"\n");
    embargo(&repo, FIX);
    repo.git(["checkout", "-q", "--", "patch.toml"]);
    move_to(&repo, "security");
    require_silent(&look(&repo).code(1), FIX);
    let worktree = on_a_line("");
    embargo(&worktree, FIX);
    worktree.git(["checkout", "-q", "--", "patch.toml"]);
    require_silent(&look(&worktree).code(1), FIX);
}

#[test]
fn the_configuration_of_a_main_by_any_usual_name_counts() {
    for main in ["main", "master", "trunk", "develop"] {
        let project = "[project]\nname = \"Godel\"\n";
        let repo = Repo::new();
        repo.write_config(project);
        repo.cut_line("2.0");
        repo.write_config(&format!("{project}\n[advisory]\nprefix = \"GSA\"\nfolder = \"security\"\n"));
        repo.git(["checkout", "-q", "release/2.0"]);
        repo.git(["branch", "-q", "-M", "main", main]);
        embargo(&repo, FIX);
        repo.git(["checkout", "-q", "--", "patch.toml"]);
        move_to(&repo, "security");
        require_silent(&look(&repo).code(1), FIX);
    }
}

#[test]
fn what_another_worktree_is_configured_with_counts() {
    let repo = on_a_line("");
    let other = repo.home().join("other");
    repo.git(["worktree", "add", "-q", "-b", "other", &other.display().to_string()]);
    embargo(&repo, FIX);
    repo.git(["checkout", "-q", "--", "patch.toml"]);
    move_to(&repo, "kept");
    let none = look(&repo).code(2);
    assert!(none.stderr.contains("nothing tells where advisories are"), "{}", none.stderr);
    let section = "[advisory]\nprefix = \"GSA\"\nfolder = \"kept\"\n";
    std::fs::write(other.join("patch.toml"), format!("{PROJECT}{section}")).expect("it is written");
    require_silent(&look(&repo).code(1), FIX);
    std::fs::write(other.join("patch.toml"), "[advisory").expect("it is written");
    let broken = look(&repo).code(2);
    assert!(broken.stderr.contains("does not tell where advisories are"), "{}", broken.stderr);
}

#[test]
fn pages_in_a_folder_that_nothing_names_are_no_advisories() {
    let repo = on_a_line("");
    put(&repo, "# Our advisories\n\nThere are none.\n");
    let none = look(&repo).code(2);
    assert!(none.stderr.contains("nothing tells where advisories are"), "{}", none.stderr);
}

#[test]
fn a_tag_of_such_a_line_is_not_pushed() {
    let (repo, _) = ssh_story();
    let up = repo.home().join("up.git").display().to_string();
    repo.git(["init", "-q", "--bare", &up]);
    repo.git(["remote", "add", "origin", &up]);
    repo.git(["push", "-q", "origin", "main"]);
    let _made = tag(&repo, &["create", "2.0.1"]).run().success();
    let fix = repo.git(["rev-parse", "release/2.0"]);
    embargo(&repo, &fix);
    repo.git(["checkout", "-q", "--", "patch.toml"]);
    let refused = Bin::tag().at(&repo).args(["push", "v2.0.1", "--now", BEFORE]).run().code(1);
    assert!(refused.stderr.contains("nothing was pushed: it would tell"), "{}", refused.stderr);
    require_silent(&refused, &fix);
}

#[test]
fn what_cannot_be_read_is_not_called_by_its_name() {
    let repo = on_a_line("");
    embargo(&repo, FIX);
    let link = repo.path().join("advisories/CVE-2026-1234.md");
    std::os::unix::fs::symlink("/gone", link).expect("it is made");
    let refused = look(&repo).code(2);
    assert!(refused.stderr.contains("nothing can be guarded"), "{}", refused.stderr);
    require_silent(&refused, FIX);
}

#[test]
fn what_brought_a_second_flaw_may_stand_in_the_files_of_the_advisory_that_may_be_told() {
    let repo = Repo::new();
    repo.write_config(PROJECT);
    let bug = repo.land_fix("Write the parser", [("parser", "one\n")]).to_string();
    let (first, second) = (repo.land_fix("Do this", [("this", "1\n")]), repo.land_fix("Do that", [("that", "1\n")]));
    repo.git(["init", "-q", "--bare", "../up.git"]);
    repo.git(["remote", "add", "origin", "../up.git"]);
    repo.git(["push", "-q", "origin", "main"]);
    embargo(&repo, FIX);
    let secret = source(&second.to_string()).replace("7d1c9a40b2e85f63d7704c9e1ab53f28c60d94e1", &bug);
    put(&repo, &secret);
    let told = format!(
        "+++\nid = \"GSA-2026-012\"\ntitle = \"Slow comparison of footers\"\nstate = \"public\"\npublished = 2026-01-02T00:00:00Z\n\
         introduced = [\"{bug}\"]\nfixed = [\"{first}\"]\n\n[[line]]\nname = \"2.0\"\nsupport = \"current\"\nverdict = \"fixed\"\n\
         affected = [\"2.0.0\"]\nunaffected = [\"2.0.1\"]\nfixed-in = \"2.0.1\"\n\n[commits]\nintroduced = [\"{bug}\"]\nfixed = [\"{first}\"]\n\
         +++\n\n## Summary\n\nA.\n\n## Impact\n\nIntroduced in {bug}.\n\n## Mitigation\n\nB.\n\n## Patch\n\nC.\n\n## Credits\n\nD.\n"
    );
    let write = |path: &str, text: &str| std::fs::write(repo.path().join(path), text).expect("it is written");
    write("advisories/GSA-2026-012.md", &told);
    let run = |args: &[&str]| Bin::advisory().at(&repo).args(args).args(["--now", BEFORE]);
    let config = std::fs::read_to_string(repo.path().join("patch.toml")).expect("a configuration");
    write("patch.toml", &config.replace(PROJECT, &format!("{PROJECT}repository = \"godel/godel\"\n")));
    let exported = run(&["export", "osv", "--output", "docs", "GSA-2026-012"]).run().success();
    assert!(exported.stdout.contains("1 written"), "{}", exported.stdout);
    let text = std::fs::read_to_string(repo.path().join("docs/osv/x_GSA-2026-012.json")).expect("a document");
    assert!(text.contains(&format!("\"introduced\": \"{bug}\"")), "{text}");

    let push = |files: &[&str], message: &str| {
        repo.git(["checkout", "-q", "--detach", "origin/main"]);
        repo.git([&["add", "-f"], files].concat());
        repo.git(["commit", "-q", "-m", message]);
        let line = format!("HEAD {} refs/heads/topic {}\n", repo.commit_id("HEAD"), "0".repeat(40));
        let seen = run(&["guard", "--push", "origin"]).stdin(line).run();
        repo.git(["reset", "-q", "--soft", "HEAD^"]);
        repo.git(["reset", "-q"]);
        seen.exit
    };
    let own = ["advisories/GSA-2026-012.md", "docs/osv/x_GSA-2026-012.json"];
    assert_eq!(push(&own, "Publish an advisory"), 0);
    assert_eq!(push(&own, &format!("Publish an advisory\n\nIt was introduced in {bug}.")), 1, "a message is prose");
    write("notes.md", &format!("Fixes: {bug}\n"));
    assert_eq!(push(&["notes.md"], "Take notes"), 1, "so is any other file");
    let body =
        run(&["guard", "--text", "-", "--as", "pull-body"]).stdin(format!("The bug was introduced by {}", &bug[..9]));
    require_silent(&body.run().code(1), &second.to_string());
    write("advisories/GSA-2026-012.md", &told.replace("Introduced in", &format!("Not by {second}. Introduced in")));
    assert_eq!(push(&own[..1], "Publish an advisory"), 1, "what repairs the secret one stands nowhere");
}
