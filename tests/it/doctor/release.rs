//! The release that is asked about: whether the line can have its version, and whether a draft keeps it from being published.

use backstitch::model::publish::NotesText;

use super::{asking, doctor, found, give, healthy, said};
use crate::support::Repo;
use crate::support::github::Github;
use crate::support::github::state::TOKEN;

/// What is found about a version of line 2.0, with what is so.
fn version(repo: &Repo, version: &str, more: &[&str]) -> (String, String) {
    let only = ["--unsigned", "--line", "2.0", "--release", version, "--only", "release-version"];
    let document = doctor(repo, &[&only, more].concat()).run().json();
    (found(&document, "release-version").concat(), said(&document, "release-version", "detail"))
}

#[track_caller]
fn require(repo: &Repo, table: &[(&str, &str, &str)]) {
    for (asked, verdict, words) in table {
        let (finding, detail) = version(repo, asked, &["--offline"]);
        assert_eq!(finding, format!("{verdict} 2.0"), "{asked}: {detail}");
        assert!(detail.contains(words), "{asked}: {detail}");
    }
}

#[test]
fn a_version_in_tags_that_the_line_cannot_have_is_told() {
    let repo = healthy();
    repo.land_on_line("2.0", "Fix it", [("list", "two\n")]);
    repo.tag_release("v2.0.5", "2.0");
    repo.land_on_line("2.0", "Fix it again", [("list", "three\n")]);
    let table = [
        ("2.0.6", "passed", "the line can have 2.0.6"),
        ("2.0.3", "failed", "'2.0.3' comes before '2.0.5', which is tagged; the next free patch release is '2.0.6'"),
        ("2.1.0", "failed", "'2.1.0' is not a version of line '2.0'"),
        // What an earlier run has tagged is finished.
        ("2.0.5", "passed", "'v2.0.5' is there already"),
        ("2.0.0", "passed", "'v2.0.0' is there already"),
    ];
    require(&repo, &table);
    repo.git(["tag", "v2.0.9", "main"]);
    require(&repo, &[("2.0.9", "failed", "'2.0.9' is tagged already")]);
    repo.git(["push", "-q", "origin", "v2.0.9"]);
    repo.git(["tag", "-d", "v2.0.9"]);
    require(&repo, &[("2.0.8", "passed", "")]);
    assert_eq!(version(&repo, "2.0.8", &[]).0, "failed 2.0", "the remote has a later one");
}

/// A repository whose versions are in a file, with the release 2.0.1.
fn with_a_version_file() -> Repo {
    let repo = healthy();
    let own = std::fs::read_to_string(repo.path().join("patch.toml")).expect("because it is there");
    let own = own.replace("versions = \"tags\"\n", "");
    repo.write_config(&format!("{own}[[version]]\npath = \"VERSION\"\npattern = \"{{version}}\"\n"));
    repo.land_on_line("2.0", "Say the version", [("VERSION", "2.0.1\n")]);
    repo.tag_release("v2.0.1", "2.0");
    repo
}

#[test]
fn a_version_in_files_that_the_line_cannot_have_is_told() {
    let repo = with_a_version_file();
    let table = [
        ("2.0.2", "passed", ""),
        ("2.0.2-rc.1", "passed", ""),
        ("2.0.1", "passed", "'v2.0.1' is there already"),
        ("2.0.7", "failed", "'2.0.7' leaves a patch number out: the next free patch release is '2.0.2'"),
        ("2.0.0-rc.9", "failed", "'2.0.0-rc.9' comes before '2.0.1'"),
        ("3.0.0", "failed", "'3.0.0' is not a version of line '2.0'"),
    ];
    require(&repo, &table);
    // A pull request has brought the version.
    repo.land_on_line("2.0", "Move the version", [("VERSION", "2.0.2\n")]);
    require(&repo, &[("2.0.2", "passed", ""), ("2.0.3", "undecided", "the files hold 2.0.2, which was never tagged")]);
}

#[test]
fn what_making_the_tag_would_refuse_is_told_before_anything_is_validated() {
    let repo = healthy();
    repo.land_on_line("2.0", "Fix it", [("list", "two\n")]);
    repo.tag_release("v2.0.1", "2.0");
    let table = [
        ("2.0.2", "failed", "the newest commit of the line is released as 'v2.0.1' already"),
        ("2.0.2-rc.1", "failed", "is released as 'v2.0.1' already"),
        ("2.0.1", "passed", "'v2.0.1' is there already"),
    ];
    require(&repo, &table);
    // Before a release, the same commit may be one of it.
    repo.land_on_line("2.0", "Fix it again", [("list", "three\n")]);
    repo.tag_release("v2.0.2-rc.1", "2.0");
    require(&repo, &[("2.0.2", "passed", "")]);
    // Without a signature, where one is asked for.
    let signed = ["--offline", "--line", "2.0", "--release", "2.0.1", "--only", "release-version"];
    let document = doctor(&repo, &signed).run().code(1).json();
    let detail = said(&document, "release-version", "detail");
    assert!(detail.contains("tag 'v2.0.1' does not verify: signed"), "{detail}");
    let mend = said(&document, "release-version", "mend");
    assert!(mend.contains("take the next version") && mend.contains("patch-tag verify v2.0.1"), "{mend}");
    // The remote has another one.
    repo.git(["push", "-q", "origin", "v2.0.1"]);
    repo.git(["tag", "-f", "-a", "-m", "another", "v2.0.1", "v2.0.1^{}"]);
    assert_eq!(version(&repo, "2.0.1", &["--offline"]).0, "passed 2.0");
    let (found, detail) = version(&repo, "2.0.1", &[]);
    assert_eq!(found, "failed 2.0", "{detail}");
    assert!(detail.contains("on the remote"), "{detail}");
}

#[test]
fn a_version_in_files_makes_a_commit_of_its_own() {
    let repo = with_a_version_file();
    require(&repo, &[("2.0.2", "passed", "the line can have 2.0.2")]);
}

#[test]
fn what_the_notes_of_a_release_begin_behind_is_told() {
    let repo = healthy();
    let ask = |line: &str, version: &str| {
        let only = ["--offline", "--unsigned", "--line", line, "--release", version, "--only", "release-notes"];
        let document = doctor(&repo, &only).run().json();
        let words = ["detail", "mend"].map(|key| said(&document, "release-notes", key)).join("; ");
        (found(&document, "release-notes").concat(), words)
    };
    let (finding, words) = ask("2.0", "2.0.1");
    assert_eq!(finding, "passed 2.0");
    assert!(words.contains("begin behind 'v2.0.0'"), "{words}");
    let own = std::fs::read_to_string(repo.path().join("patch.toml")).expect("because it is there");
    repo.write_config(&format!("{own}[[line]]\nname = \"2.1\"\nbranch = \"release/2.1\"\n"));
    repo.git(["branch", "release/2.1", "main"]);
    let (finding, words) = ask("2.1", "2.1.0");
    assert_eq!(finding, "failed 2.1");
    assert!(
        words.contains("no lower release of line '2.1'") && words.contains("the input 'notes-from' of patch-publish"),
        "{words}"
    );
    // A version of another line is a mistake of its own.
    let (finding, words) = ask("2.1", "2.0.1");
    assert!(finding == "undecided" && !words.contains("notes-from"), "{finding}: {words}");
    repo.tag_release("v2.1.0-rc.1", "2.1");
    let (finding, words) = ask("2.1", "2.1.0");
    assert_eq!(finding, "failed 2.1");
    assert!(words.contains("a pre-release such as 'v2.1.0-rc.1' does not count for it"), "{words}");
    // The next one comes after it, whoever made it.
    repo.tag_release("v2.1.0", "2.1");
    repo.land_on_line("2.1", "Fix it", [("list", "two\n")]);
    assert_eq!(ask("2.1", "2.1.1").0, "passed 2.1");
}

#[test]
fn a_release_that_is_out_needs_nobody_to_say_where_its_notes_begin() {
    let (repo, github) = (healthy(), Github::start());
    let own = std::fs::read_to_string(repo.path().join("patch.toml")).expect("because it is there");
    repo.write_config(&format!("{own}[[line]]\nname = \"2.1\"\nbranch = \"release/2.1\"\n"));
    repo.git(["branch", "release/2.1", "main"]);
    repo.tag_release("v2.1.0", "2.1");
    let ask = || {
        let only = ["--unsigned", "--line", "2.1", "--release", "2.1.0", "--only", "release-notes"];
        found(&asking(&repo, &github, TOKEN, &only).run().json(), "release-notes").concat()
    };
    assert_eq!(ask(), "failed 2.1");
    github.state().draft("v2.1.0", "mia");
    assert_eq!(ask(), "failed 2.1", "a draft is to get its notes");
    github.state().release("v2.1.0");
    assert_eq!(ask(), "failed 2.1", "somebody else wrote its notes, and 'publish' takes none of theirs");
    let own = NotesText::new("Some notes").expect("notes").as_str().to_owned();
    github.state().releases.all.last_mut().expect("it is there").body = own;
    assert_eq!(ask(), "passed 2.1");
}

#[test]
fn a_clone_without_tags_is_to_get_them_before_it_is_told_where_notes_begin() {
    let repo = healthy();
    let ask = || {
        let only = ["--unsigned", "--line", "2.0", "--release", "2.0.1", "--only", "release-notes", "--offline"];
        let document = doctor(&repo, &only).run().json();
        (found(&document, "release-notes").concat(), said(&document, "release-notes", "mend"))
    };
    repo.git(["tag", "-d", "v2.0.0"]);
    let (finding, mend) = ask();
    assert_eq!(finding, "undecided 2.0", "{mend}");
    assert!(mend.contains("git fetch --tags") && !mend.contains("notes-from"), "{mend}");
    repo.git(["fetch", "-q", "--tags", "origin"]);
    assert_eq!(ask().0, "passed 2.0");
}

#[test]
fn a_release_is_of_one_line_and_has_to_be_named() {
    let repo = healthy();
    let own = std::fs::read_to_string(repo.path().join("patch.toml")).expect("because it is there");
    repo.write_config(&format!("{own}[[line]]\nname = \"1.9\"\nbranch = \"release/1.9\"\n"));
    let both = ["--offline", "--unsigned", "--line", "2.0", "--line", "1.9", "--release", "2.0.1"];
    let said = doctor(&repo, &both).run().code(2).stderr;
    assert!(said.contains("a release is of one line, and '1.9' is named besides for 2.0.1"), "{said}");
    for rule in ["release-version", "release-notes", "release-draft"] {
        let said = doctor(&repo, &["--only", rule]).run().code(2).stderr;
        assert!(said.contains("is about a release, and none is named"), "{said}");
    }
}

#[test]
fn nothing_that_is_looked_at_is_no_yes() {
    let repo = healthy();
    let nothing = ["--offline", "--only", "push", "--skip", "push"];
    let bin = doctor(&repo, &nothing).env("GITHUB_ACTIONS", "true");
    let output = bin.run().code(3);
    assert_eq!(output.json()["answer"], "undecided");
    assert!(output.stderr.contains("nothing was looked at: every rule"), "{}", output.stderr);
}

#[test]
fn a_draft_that_publish_would_stop_at_is_told_before_the_tag_is_there() {
    let (repo, github) = (healthy(), Github::start());
    let ask = |token: &str, more: &[&str]| {
        let only = ["--unsigned", "--line", "2.0", "--release", "2.0.1", "--only", "release-draft"];
        asking(&repo, &github, token, &[&only, more].concat()).run().json()
    };
    assert_eq!(found(&ask(TOKEN, &[]), "release-draft"), ["passed"]);
    github.state().draft("v2.0.7", "zoe");
    assert_eq!(found(&ask(TOKEN, &[]), "release-draft"), ["passed"], "that of another release");
    github.state().draft("v2.0.1", "zoe");
    let foreign = ask(TOKEN, &[]);
    assert_eq!(found(&foreign, "release-draft"), ["failed"], "{foreign:#}");
    assert_eq!(said(&foreign, "release-draft", "detail"), "'zoe' has made a draft for 'v2.0.1'");
    assert!(said(&foreign, "release-draft", "mend").contains("'adopt-drafts: true'"), "{foreign:#}");
    let draft = |change: &dyn Fn(&mut crate::support::github::state::Release)| {
        change(github.state().releases.all.last_mut().expect("because it was made"));
    };
    draft(&|draft| draft.by = "backstitch[bot]".to_owned());
    assert_eq!(found(&ask(TOKEN, &[]), "release-draft"), ["failed"], "something else wrote it");
    draft(&|draft| draft.body = "What is new\n\n<!-- published by patch-notes -->\n".to_owned());
    assert_eq!(found(&ask(TOKEN, &[]), "release-draft"), ["passed"], "an earlier run made it");
    draft(&|draft| draft.body = String::new());
    draft(&|draft| draft.draft = false);
    assert_eq!(found(&ask(TOKEN, &[]), "release-draft"), ["passed"], "it is published");
    // Who may not write is shown none.
    github.state().releases.all.clear();
    give(&github, "ghs_reads", "reader[bot]", &["contents=read", "metadata=read"]);
    let blind = ask("ghs_reads", &[]);
    assert_eq!(found(&blind, "release-draft"), ["undecided"], "{blind:#}");
}
