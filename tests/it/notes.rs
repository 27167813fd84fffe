//! `patch-notes`: what the notes of a release say, and where that comes from.

mod absent;
mod accepted;
mod advisories;
mod again;
mod aside;
pub mod back;
mod beside;
mod changelog;
mod check;
mod chores;
mod claims;
mod embargo;
mod forge;
mod forward;
mod grouping;
mod in_part;
mod lacking;
mod moved;
mod named;
mod near;
mod numbers;
mod openly;
mod others;
mod page;
mod parts;
pub mod publish;
mod range;
mod reverts;
mod said;
mod settled;
mod several;
mod shape;
mod squash;
mod standing;
mod there;
mod wholes;
mod words;

use serde_json::Value;

use crate::support::{Bin, Repo};

const CONFIG: &str = "[project]\nname = \"Godel\"\nmain = \"main\"\n\n[[line]]\nname = \"2.1\"\nbranch = \"release/2.1\"\n\n\
    [[line]]\nname = \"2.0\"\nbranch = \"release/2.0\"\n\n[[line]]\nname = \"1.9\"\nbranch = \"release/1.9\"\n\n\
    [[version]]\npath = \"VERSION\"\npattern = \"{version}\"\n";

const ANN: &str = "Ann <ann@old.example>";

/// Three lines. 2.0.1 has a security fix that 2.1.1 has, too, and a merged pull request of two commits whose file 1.9 lacks;
/// a fix that was taken back; a fix without a trailer; one of the line alone; and the commit that made the release.
pub fn story() -> Repo {
    let repo = Repo::new();
    repo.write_config(CONFIG);
    repo.land_fix("Add the list", [("list.c", "one\ntwo\n"), ("VERSION", "1.9.0\n"), ("map.c", "map\n")]);
    repo.land_fix("Know people", [(".mailmap", "Ann Author <ann@new.example> <ann@old.example>\n")]);
    repo.cut_line("1.9");
    repo.tag_release("v1.9.0", "1.9");
    repo.land_fix("Add the tree", [("tree.c", "root\n")]);
    repo.cut_line("2.0");
    repo.tag_release("v2.0.0", "2.0");
    repo.land_fix("Add the set", [("set.c", "set\n")]);
    repo.cut_line("2.1");
    repo.tag_release("v2.1.0", "2.1");
    let safe = repo.commit_with(
        "Refuse long names in the `list` (#11)\n\nFixes #10.\nFixes: CVE-2026-4242\nKind: security\nRelease-note: A long name\n  \
         no longer overflows the `list`.\nCo-authored-by: Bo <bo@example.com>\nReviewed-by: Rae <rae@example.com>\n",
        ANN,
        [("list.c", "one, checked\ntwo\n")],
    );
    repo.pick("2.1", safe);
    repo.tag_release("v2.1.1", "2.1");
    repo.pick("2.0", safe);
    let merge = repo.merge_pull_request(12, "Do not lose leaves", |pull| {
        pull.commit("Keep the leaves", [("tree.c", "root\nleaf\n")]);
        pull.commit("Keep the roots", [("tree.c", "root, kept\nleaf\n")]);
    });
    for member in ["^2~1", "^2"] {
        repo.pick("2.0", repo.commit_id(&format!("{merge}{member}")));
    }
    let wrong = repo.squash_merge(13, "Make the map faster", "", [("map.c", "map, faster\n")]);
    repo.pick("2.0", wrong);
    let back = repo.revert(wrong);
    repo.pick("2.0", back);
    let quiet = repo.squash_merge(14, "perf: walk the list once", "", [("walk.c", "walk\n")]);
    repo.pick_without_trailer("2.0", quiet);
    repo.land_on_line("2.0", "Close the door of 2.0\n\nLine-only: 2.1 has no door\n", [("door.c", "closed\n")]);
    repo.land_on_line("2.0", "chore: bump version to 2.0.1", [("VERSION", "2.0.1\n")]);
    repo.tag_release("v2.0.1", "2.0");
    repo
}

fn notes(repo: &Repo, arguments: &[&str]) -> Bin {
    Bin::notes().at(repo).args(arguments)
}

fn json(repo: &Repo, arguments: &[&str]) -> Value {
    notes(repo, &[&["render", "--format", "json"], arguments].concat()).run().success().json()
}

fn markdown(repo: &Repo, arguments: &[&str]) -> String {
    notes(repo, &[&["render", "--format", "markdown", "--quiet"], arguments].concat()).run().success().stdout
}

/// The entry whose title begins with these words.
#[track_caller]
fn entry<'n>(notes: &'n Value, title: &str) -> &'n Value {
    let entries = notes["entries"].as_array().expect("because entries are a list");
    let begins = |entry: &&Value| entry["title"].as_str().is_some_and(|found| found.starts_with(title));
    entries.iter().find(begins).unwrap_or_else(|| panic!("no '{title}' in {notes:#}"))
}

/// The titles of all entries, in their order.
fn titles(notes: &Value) -> Vec<&str> {
    let entries = notes["entries"].as_array().expect("because entries are a list");
    entries.iter().filter_map(|entry| entry["title"].as_str()).collect()
}

#[test]
fn notes_have_their_sections_and_nothing_else() {
    let repo = story();
    let date = repo.git(["log", "-1", "--format=%cs", "release/2.0"]);
    insta::assert_snapshot!(markdown(&repo, &["--target", "2.0.1"]).replace(&date, "DATE"), @r"
    # Godel v2.0.1 Release Notes

    **Release Date:** DATE

    **Previous Version:** v2.0.0

    ## Security Fixes

    - [CVE-2026-4242] A long name no longer overflows the `list`. (#11); also fixed in 2.1.1

    ## Bug Fixes

    - Do not lose leaves (#12); not needed on 1.9: code absent
    - Close the door of 2.0

    ## Performance

    - perf: walk the list once (#14)

    ## Known Issues

    None

    ## Upgrade Notes

    None

    ## Contributors

    - Ann Author
    - Bo
    - Con Contributor
    - Mia Maintainer
    ");
}

#[test]
fn an_entry_tells_where_it_comes_from() {
    let repo = story();
    let found = json(&repo, &["--target", "v2.0.1"]);
    let security = entry(&found, "Refuse long names");
    assert_eq!(security["title"], "Refuse long names in the `list`");
    assert_eq!(security["section"], "security");
    assert_eq!(security["origin"]["commits"][0], repo.git(["log", "-1", "--format=%H", "--grep=Refuse long", "main"]));
    assert_eq!(security["picks"][0], repo.git(["log", "-1", "--format=%H", "--grep=Refuse long", "release/2.0"]));
    assert_eq!(security["pull-request"], 11);
    // The author of the origin, by the name that the project knows, and not who picked it.
    assert_eq!(security["authors"][0]["name"], "Ann Author");
    assert_eq!(security["authors"][0]["mail"], "ann@new.example");
    assert_eq!(security["authors"][1]["name"], "Bo");
    assert_eq!(security["reviewers"][0]["name"], "Rae");
    assert_eq!(security["issues"], serde_json::json!([{ "number": 10 }]));
    assert_eq!(security["advisories"], serde_json::json!(["CVE-2026-4242"]));
    assert_eq!(security["words"]["text"], "A long name no longer overflows the `list`.");
    assert_eq!(security["also-in"], serde_json::json!([{ "line": "2.1", "version": "2.1.1", "tag": "v2.1.1" }]));
    let merged = entry(&found, "Do not lose leaves");
    assert_eq!((&merged["pull-request"], merged["picks"].as_array().map(Vec::len)), (&12.into(), Some(2)));
    assert_eq!(merged["not-needed"], serde_json::json!([{ "line": "1.9", "because": "code absent" }]));
    let quiet = entry(&found, "perf: walk");
    assert_eq!((&quiet["section"], &quiet["pull-request"]), (&"performance".into(), &14.into()));
    let own = entry(&found, "Close the door");
    assert_eq!(own["origin"]["from"], "line");
    assert_eq!(own.get("pull-request"), None);
}

#[test]
fn what_takes_one_another_back_and_what_makes_the_release_is_left_out() {
    let repo = story();
    let found = json(&repo, &["--target", "2.0.1"]);
    assert!(!titles(&found).iter().any(|title| title.contains("map") || title.contains("bump")), "{found:#}");
    let one = |grep: &str| repo.git(["log", "-1", "--format=%H", &format!("--grep={grep}"), "release/2.0"]);
    let pair = serde_json::json!([{ "commit": one("^Make the map faster"), "by": one("^Revert") }]);
    assert_eq!(found["taken-back"], pair);
    assert_eq!(found["left-out"][0]["commit"], one("bump version"));
    assert_eq!(found["left-out"][0]["why"], "own-files");
    assert_eq!(found["left-out"].as_array().map(Vec::len), Some(1), "{found:#}");
}

#[test]
fn a_contributor_of_several_addresses_is_named_once_and_has_each_address_in_json() {
    let repo = story();
    let addresses =
        ["Zoe Writer <zoe@work.example>", "zoe writer <zoe@home.example>", "zw <7+zw@users.noreply.github.com>"];
    for (at, author) in addresses.into_iter().enumerate() {
        let message = format!("Fix {at}\n\nCo-authored-by: Zoe Writer <zw@users.noreply.github.com>\n");
        let fix = repo.commit_with(&message, author, [(format!("{at}.c").as_str(), "fixed\n")]);
        repo.pick("2.0", fix);
    }
    let ask = ["--target", "2.0.2"];
    let told = markdown(&repo, &ask);
    assert!(told.ends_with("## Contributors\n\n- Zoe Writer\n"), "{told}");
    let page = notes(&repo, &["render", "--target", "2.0.2", "--format", "html"]).run().success().stdout;
    assert_eq!(page.matches("<li>Zoe Writer</li>").count(), 1, "{page}");
    assert_eq!(page.to_lowercase().matches("<li>z").count(), 1, "{page}");
    let text = notes(&repo, &["render", "--target", "2.0.2"]).run().success().stdout;
    assert_eq!(text.matches("by Zoe Writer\n").count(), 2, "{text}");
    assert_eq!(json(&repo, &ask)["contributors"].as_array().map(Vec::len), Some(4));
}

#[test]
fn the_same_repository_gives_the_same_bytes() {
    let repo = story();
    for format in ["json", "markdown", "html", "text"] {
        let run = || notes(&repo, &["render", "--target", "2.0.1", "--format", format]).run().success().stdout;
        let first = run();
        // Neither the branch in the worktree nor what an earlier run kept changes anything, and nor does --now where there is a tag.
        repo.git(["checkout", "-q", "--detach", "v2.0.0"]);
        std::fs::remove_dir_all(repo.path().join(".git/backstitch")).ok();
        std::fs::write(repo.path().join("patch.toml"), CONFIG).expect("because the folder is ours");
        assert_eq!(run(), first, "{format}");
        let later = ["render", "--target", "2.0.1", "--format", format, "--now", "2030-01-01T00:00:00Z"];
        assert_eq!(notes(&repo, &later).run().success().stdout, first, "{format}");
        repo.git(["checkout", "-q", "--force", "main"]);
    }
}

#[test]
fn the_other_lines_can_be_left_alone() {
    let repo = story();
    let found = json(&repo, &["--target", "2.0.1", "--own-line-only"]);
    assert!(!found.to_string().contains("also-in") && !found.to_string().contains("not-needed"), "{found:#}");
}

#[test]
fn a_maintainers_no_says_why_a_line_does_not_need_a_fix() {
    let repo = story();
    let fix = repo.git(["log", "-1", "--format=%H", "--grep=Refuse long", "main"]);
    let decide = ["decide", &fix, "--line", "1.9", "--decline", "--reason", "names are short there"];
    let _decided = Bin::pick().at(&repo).args(decide).run().success();
    repo.git(["add", "--all"]);
    repo.git(["commit", "-q", "-m", "Decide"]);
    let found = json(&repo, &["--target", "2.0.1"]);
    let told = &entry(&found, "Refuse long names")["not-needed"];
    assert_eq!(*told, serde_json::json!([{ "line": "1.9", "because": "names are short there" }]));
}

#[test]
fn words_are_those_of_main_then_of_a_trailer() {
    let repo = story();
    let fix = repo.git(["log", "-1", "--format=%H", "--grep=Refuse long", "main"]);
    repo.land_fix("Say it better", [(format!(".patch/notes/{fix}.md").as_str(), "# Note\n\nNames of\nany length.\n")]);
    repo.land_fix("Say it of the pull request", [(".patch/notes/12.md", "Leaves stay.\n")]);
    repo.land_fix("Nothing of that", [(".patch/notes/14.md", "NONE\n")]);
    let found = json(&repo, &["--target", "2.0.1"]);
    let security = &entry(&found, "Refuse long names")["words"];
    assert_eq!(*security, serde_json::json!({ "text": "Names of any length.", "from": "file" }));
    assert_eq!(entry(&found, "Do not lose")["words"]["text"], "Leaves stay.");
    assert!(!titles(&found).iter().any(|title| title.starts_with("perf")), "{found:#}");
    let none = found["left-out"].as_array().into_iter().flatten().filter(|one| one["why"] == "says-none").count();
    assert_eq!(none, 1, "{found:#}");
}

#[test]
fn a_page_of_main_tells_known_issues_and_upgrade_notes() {
    let repo = story();
    repo.land_fix(
        "Say what is known",
        [
            (".patch/notes/2.0.1/known-issues.md", "- `sort` is slow\n- so is find\n"),
            (".patch/notes/2.0.1/upgrade.md", "Stop it first.\n"),
            (".patch/notes/2.0.2/upgrade.md", "Not this.\n"),
        ],
    );
    let told = markdown(&repo, &["--target", "2.0.1"]);
    assert!(
        told.contains(
            "## Known Issues\n\n- `sort` is slow\n- so is find\n\n## Upgrade Notes\n\n- Stop it first.\n\n##"
        ),
        "{told}"
    );
}

#[test]
fn code_and_links_of_upgrade_notes_stay_and_nothing_runs() {
    let repo = story();
    let page = "Run:\n\n```sh\ngodel migrate --all\ngodel check\n```\n\n1. Read the [guide](https://godel.example/a).\n2. Stop.\n\n\
        <!-- hidden --> \n\n- [x](javascript:alert) <b onload=\"x\">y</b>\n";
    repo.land_fix("Say what is known", [(".patch/notes/2.0.1/upgrade.md", page)]);
    let told = markdown(&repo, &["--target", "2.0.1"]);
    let expected = "- Run:\n\n  ```sh\n  godel migrate --all\n  godel check\n  ```\n\n  \
        1. Read the [guide](https://godel.example/a).\n  2. Stop.\n- x &lt;b onload=\"x\"&gt;y&lt;/b&gt;\n";
    assert!(told.contains(expected) && !told.contains("hidden"), "{told}");
    let told = notes(&repo, &["render", "--target", "2.0.1", "--format", "html"]).run().success().stdout;
    let expected = "<li>Run:<pre><code>godel migrate --all\ngodel check\n</code></pre><ol><li>Read the \
        <a href=\"https://godel.example/a\">guide</a>.</li><li>Stop.</li></ol></li>";
    assert!(told.contains(expected) && !told.contains("<b ") && !told.contains("javascript"), "{told}");
}

#[test]
fn a_pick_of_two_changes_has_both_numbers() {
    let repo = story();
    let one = repo.squash_merge(31, "fix: b", "", [("b.c", "b\n")]);
    let two = repo.squash_merge(32, "fix: c", "", [("c.c", "c\n")]);
    let message = format!("fix: b and c\n\n(cherry picked from commit {one})\n(cherry picked from commit {two})\n");
    repo.land_on_line("2.0", &message, [("b.c", "b\n"), ("c.c", "c\n")]);
    repo.git(["tag", "-f", "v2.0.1", "release/2.0"]);
    let found = json(&repo, &["--target", "2.0.1"]);
    let both = entry(&found, "fix: b and c");
    assert_eq!((&both["pull-request"], &both["pull-requests"]), (&31.into(), &serde_json::json!([31, 32])));
    for format in ["markdown", "changelog", "html", "text"] {
        let shown = notes(&repo, &["render", "--target", "2.0.1", "--format", format]).run().success().stdout;
        assert!(shown.contains("fix: b and c (#31, #32)"), "{shown}");
    }
}

#[test]
fn a_number_stands_in_an_entry_once() {
    let repo = story();
    let titles = [
        ("fix: keep (#41) the order", "fix: keep the order (#41)"),
        ("fix: keep the rest and (#6)", "fix: keep the rest (#42)"),
        ("fix: keep (#7) all of it", "fix: keep (#\u{200b}7) all of it (#43)"),
    ];
    for (number, (title, _)) in (41..).zip(titles) {
        repo.pick("2.1", repo.squash_merge(number, title, "", [(format!("{number}.c").as_str(), "fixed\n")]));
    }
    for format in ["markdown", "changelog", "html", "text"] {
        let shown = notes(&repo, &["render", "--target", "2.1.2", "--format", format]).run().success().stdout;
        for (_, expected) in titles {
            let expected =
                if matches!(format, "html" | "text") { expected.replace('\u{200b}', "") } else { expected.to_owned() };
            assert!(shown.contains(&expected), "{format}, {expected:?}: {shown}");
        }
    }
}

#[test]
fn a_file_of_words_that_cannot_be_read_is_an_error_and_an_empty_one_hides_nothing() {
    let repo = story();
    for (text, shown) in [
        ("\u{feff}", "Do not lose leaves"),
        ("\u{feff}# Leaves\n", "Do not lose leaves"),
        ("\u{feff}No leaf is lost.\n", "No leaf is lost."),
    ] {
        repo.land_fix("Say it", [(".patch/notes/12.md", text)]);
        let output = notes(&repo, &["render", "--target", "2.0.1", "--format", "markdown"]).run().success();
        assert!(output.stdout.contains(&format!("- {shown} (#12)")), "{}", output.stdout);
        assert_eq!(
            output.stderr.contains("'.patch/notes/12.md' of main has no words"),
            !shown.starts_with("No "),
            "{text:?}"
        );
    }
    std::fs::write(repo.path().join(".patch/notes/12.md"), b"\xff\xfeN\0o\0").expect("because the folder is ours");
    repo.git(["add", "."]);
    repo.git(["commit", "-q", "-m", "Say it in UTF-16"]);
    let output = notes(&repo, &["render", "--target", "2.0.1"]).run().code(2);
    assert!(
        output.stderr.contains("'.patch/notes/12.md' of ") && output.stderr.contains("is not UTF-8"),
        "{}",
        output.stderr
    );
}
