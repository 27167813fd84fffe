//! `patch-advisory guard`: what would tell of a secret is refused, and the refusal tells nothing.

use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, Instant};

use crate::support::embargo::{AFTER, BEFORE, embargo, public, put, require_silent, source};
use crate::support::{Bin, Output, Repo};

const FIX: &str = "4be07f1c2a9d8365e0f14b7c93d5a86210fe7b3d";

fn story() -> Repo {
    let repo = public();
    embargo(&repo, FIX);
    repo
}

fn guard(repo: &Repo, args: &[&str]) -> Bin {
    Bin::advisory().at(repo).args(["guard"]).args(args).args(["--now", BEFORE])
}

/// What the hook would be told of a push of `HEAD`.
fn pushed(repo: &Repo, name: &str) -> String {
    format!("HEAD {} {name} {}\n", repo.commit_id("HEAD"), "0".repeat(40))
}

fn push(repo: &Repo, name: &str) -> Output {
    guard(repo, &["--push", "origin", "--format", "json"]).stdin(pushed(repo, name)).run()
}

/// The places and signs of what was found.
fn leaks(output: &Output) -> Vec<String> {
    let document = output.json();
    let all = document["leaks"].as_array().expect("because there are leaks");
    let word = |leak: &serde_json::Value, field: &str| leak[field].as_str().unwrap_or_default().to_owned();
    all.iter().map(|leak| format!("{} {}", word(leak, "place"), word(leak, "sign"))).collect()
}

#[test]
fn a_text_is_refused_before_the_date_and_passes_after_it() {
    let repo = story();
    let text = |now: &str, text: &str| {
        let bin = Bin::advisory().at(&repo).args(["guard", "--text", "-", "--as", "title", "--now", now]);
        bin.stdin(text).run()
    };
    let refused = text(BEFORE, "Stop reading out of bounds in the upload parser").code(1);
    assert!(refused.stdout.contains("1 advisory is secret, and 1 place tells"), "{}", refused.stdout);
    require_silent(&refused, FIX);
    let _passed = text(AFTER, "Stop reading out of bounds in the upload parser").success();
    let fine = text(BEFORE, "Show the progress of an upload").success();
    assert_eq!(fine.stdout, "1 advisory is secret, and nothing tells of it\n");
}

#[test]
fn what_the_project_and_its_packages_are_called_tells_nothing() {
    let repo = story();
    let text = source(FIX).replace("Out-of-bounds read in the upload parser", "Godel reads past the end of an upload");
    put(&repo, &text);
    let title = |text: &str| guard(&repo, &["--text", "-", "--as", "title"]).stdin(text).run();
    let _innocent = title("Security advisories of Godel").success();
    let _innocent = title("An attacker can crash Godel").success();
    let _told = title("Do not read past the end of uploads").code(1);
    let package = "[[package]]\necosystem = \"npm\"\nname = \"@godel/uploads\"\n\n[embargo]";
    put(&repo, &text.replace("end of an upload", "end of an upload of thumbnails").replace("[embargo]", package));
    let _innocent = title("Security advisories of uploads").success();
    let _told = title("Do not read past the end of thumbnails").code(1);
}

#[test]
fn what_a_page_shows_as_an_identifier_is_one() {
    let repo = story();
    for told in ["see CVE&#8209;2026&#8209;1234", "see CVE\\u002d2026\\u002d1234", "see CVE-2026-12<wbr>34"] {
        let refused = guard(&repo, &["--text", "-"]).stdin(told).run();
        assert_eq!(refused.exit, 1, "{told}");
    }
}

#[test]
fn forms_of_a_word_are_one_word() {
    let repo = story();
    let text = source(FIX).replace("Out-of-bounds read in the upload parser", "Heap overflow in the array relay");
    put(&repo, &text.replace("multipart boundary", "token replay"));
    for told in [
        "Fix heap overflow in relays",
        "Fix overflow in arrays of relays",
        "Refuse replayed tokens",
        "No replays of tokens",
        "security advisory 2026-011",
    ] {
        assert_eq!(guard(&repo, &["--text", "-", "--as", "title"]).stdin(told).run().exit, 1, "{told}");
    }
}

#[test]
fn a_push_is_looked_through_from_the_name_of_the_branch_to_the_last_line() {
    let repo = story();
    assert_eq!(leaks(&push(&repo, "refs/heads/main").success()), Vec::<String>::new());
    assert_eq!(leaks(&push(&repo, "refs/heads/fix-cve-2026-1234").code(1)), ["branch identifier"]);
    repo.git(["switch", "-q", "-c", "topic"]);
    let body = "Tidy up\n\nIt was found by a fuzzer.\n\nCVE: CVE-2026-1234";
    repo.commit_with(
        body,
        "Ada <ada@example.com>",
        [("tests/upload_oob_read.rs", "// nothing\n"), ("notes.md", "one\n\nsee\nCVE-2026-\n1234\n")],
    );
    let found = push(&repo, "refs/heads/topic").code(1);
    assert_eq!(leaks(&found), ["trailer identifier", "touched flaw", "line identifier", "path flaw"]);
    let line = found.json()["leaks"].as_array().expect("leaks").iter().find(|leak| leak["place"] == "line").cloned();
    let line = line.expect("because a line tells");
    assert_eq!((line["at"].as_str(), line["line"].as_u64()), (Some("notes.md"), Some(4)));
    require_silent(&found, FIX);
}

#[test]
fn the_fix_itself_and_what_only_a_private_remote_has_are_no_news_to_nobody() {
    let repo = story();
    let private = repo.home().join("private.git");
    let private = private.to_str().expect("because the folder has a plain name");
    repo.git(["init", "-q", "--bare", private]);
    repo.git(["remote", "add", "private", private]);
    let fix = repo.land_fix("Tidy up", [("list", "one, tidied\n")]).to_string();
    repo.git(["push", "-q", "private", "main"]);
    put(&repo, &source(&fix));
    let found = push(&repo, "refs/heads/main").code(1);
    assert_eq!(leaks(&found), ["commit fix"]);
    require_silent(&found, &fix);
    // What the public remote has is public.
    repo.git(["push", "-q", "origin", "main"]);
    let _passed = push(&repo, "refs/heads/main").success();
}

#[test]
fn git_runs_it_as_a_hook_before_a_push() {
    let repo = story();
    let hook = repo.path().join(".git/hooks/pre-push");
    std::fs::create_dir_all(hook.parent().expect("a folder")).expect("it is made");
    let program = env!("CARGO_BIN_EXE_patch-advisory");
    std::fs::write(&hook, format!("#!/bin/sh\nexec '{program}' guard --now {BEFORE} --push \"$1\"\n"))
        .expect("it is written");
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).expect("it is ours");
    repo.git(["push", "-q", "origin", "main:refs/heads/other"]);
    let said = repo.git_fails(["push", "-q", "origin", "main:refs/heads/fix-upload-oob"]);
    assert!(!said.contains("upload-oob") || said.contains("failed to push"), "{said}");
    assert!(!repo.git(["ls-remote", "origin"]).contains("fix-upload-oob"));
}

#[test]
fn a_range_and_an_event_are_looked_at() {
    let repo = story();
    repo.land_fix("Guard the upload parser (security)", [("list", "two\n")]);
    let range = guard(&repo, &["--range", "origin/main..main", "--format", "json"]).run().code(1);
    assert_eq!(leaks(&range), ["subject flaw"]);
    require_silent(&range, FIX);
    let _wrong = guard(&repo, &["--range", "origin/main"]).run().code(2);
    let none = guard(&repo, &["--event"]).run().code(2);
    assert!(none.stderr.contains("GITHUB_EVENT_PATH"), "{}", none.stderr);
}

#[test]
fn a_message_is_read_with_its_subject_where_that_names_a_public_flaw() {
    let repo = story();
    repo.land_fix(
        "Update libpng (CVE-2015-8126)\n\nAn out-of-bounds read in the palette of images.",
        [("list", "two\n")],
    );
    let innocent = guard(&repo, &["--range", "main~1..main", "--format", "json"]).run();
    // The fix itself is not here, so that a push is left open.
    assert_eq!((innocent.exit, leaks(&innocent)), (3, Vec::new()), "{}", innocent.stdout);
    repo.land_fix("Update libpng (CVE-2015-8126)\n\nThe upload parser had the same flaw.", [("list", "three\n")]);
    let told = guard(&repo, &["--range", "main~1..main", "--format", "json"]).run().code(1);
    assert!(leaks(&told).iter().all(|leak| leak.starts_with("body ")), "{}", told.stdout);
    require_silent(&told, FIX);
}

#[test]
fn nothing_goes_unguarded_in_silence() {
    let repo = story();
    put(&repo, "+++\nid = \"GSA-2026-011\"\ntitle = \"Out-of-bounds read in the upload parser\"\n");
    let broken = guard(&repo, &["--text", "-"]).stdin("anything").run().code(2);
    assert!(broken.stderr.contains("nothing can be guarded"), "{}", broken.stderr);
    require_silent(&broken, FIX);
    let none = guard(&Repo::new(), &["--text", "-"]).stdin("anything").run().code(2);
    assert!(none.stderr.contains("--advisories DIR"), "{}", none.stderr);
    let elsewhere = Repo::new();
    embargo_elsewhere(&elsewhere);
    let private = elsewhere.home().join("private").display().to_string();
    let named = guard(&elsewhere, &["--text", "-", "--advisories", &private]).stdin("CVE-2026-1234").run().code(1);
    require_silent(&named, FIX);
    let missing = guard(&elsewhere, &["--text", "-", "--advisories", "nowhere"]).stdin("CVE-2026-1234").run().code(2);
    assert!(missing.stderr.contains("no folder 'nowhere'"), "{}", missing.stderr);
}

fn embargo_elsewhere(repo: &Repo) {
    let folder = repo.home().join("private");
    std::fs::create_dir_all(&folder).expect("it is made");
    let source = include_str!("../../src/model/guard/corpus/memory.md");
    std::fs::write(folder.join("GSA-2026-011.md"), source).expect("it is written");
    std::fs::write(folder.join("index.md"), "# Advisories\n").expect("it is written");
}

#[test]
fn nothing_goes_unguarded_where_advisories_are_elsewhere_in_the_clone_or_nowhere() {
    let repo = story();
    let other = repo.home().join("other");
    let other = other.to_str().expect("because the folder has a plain name");
    repo.git(["worktree", "add", "-q", "-b", "other", other]);
    std::fs::copy(repo.path().join("patch.toml"), repo.home().join("other/patch.toml")).expect("it is copied");
    let leak = "Stop reading out of bounds in the upload parser";
    let in_other = |text: &str| guard(&repo, &["--repo", other, "--text", "-", "--as", "title"]).stdin(text).run();
    let refused = in_other(leak).code(1);
    require_silent(&refused, FIX);
    let folder = repo.path().join("advisories");
    std::fs::create_dir(folder.join("2026")).expect("it is made");
    for file in std::fs::read_dir(&folder).expect("it is read").map_while(Result::ok).filter(|one| one.path().is_file())
    {
        std::fs::rename(file.path(), folder.join("2026").join("one.MD")).expect("it is moved");
    }
    assert_eq!(in_other(leak).exit, 1, "folders below count too");
    std::fs::rename(&folder, repo.home().join("hidden")).expect("it is moved");
    let nowhere = in_other(leak).code(3);
    assert_eq!(nowhere.stdout, "there is no advisory here, so that nothing can be guarded\n");
}

/// A repository whose secret fix is on a branch that nobody has yet.
fn story_with_fix() -> (Repo, String) {
    let repo = Repo::new();
    repo.write_config("[project]\nname = \"Godel\"\nmain = \"main\"\n");
    let list: String = (0..20).map(|number| format!("entry number {number}\n")).collect();
    repo.land_fix("Add the list", [("list", list.as_str())]);
    let up = repo.home().join("up.git");
    let up = up.to_str().expect("because the folder has a plain name");
    repo.git(["init", "-q", "--bare", up]);
    repo.git(["remote", "add", "origin", up]);
    repo.git(["push", "-q", "origin", "main"]);
    repo.git(["switch", "-q", "-c", "private"]);
    let fixed = list.replace("number 3\n", "number three\n").replace("number 9\n", "number nine\n");
    let fix = repo.land_fix("Tidy the entries", [("list", fixed.as_str()), ("tests/list", "tried\n")]).to_string();
    repo.git(["switch", "-q", "-c", "topic", "main"]);
    embargo(&repo, &fix);
    (repo, fix)
}

#[test]
fn a_copy_of_the_fix_is_known_by_what_it_changes() {
    type Make = fn(&Repo, &str);
    let cases: [(&str, &[&str], Make); 5] = [
        ("rebased", &["commit fix"], |repo, fix| {
            repo.land_fix("Say something first", [("other", "x\n")]);
            repo.git(["cherry-pick", fix]);
            repo.git(["commit", "-q", "--amend", "--reset-author", "-m", "Go on"]);
        }),
        ("squashed with more", &["commit fix"], |repo, fix| {
            repo.git(["cherry-pick", "--no-commit", fix]);
            std::fs::write(repo.path().join("other"), "more\n").expect("it is written");
            repo.git(["rm", "-q", "--cached", "tests/list"]);
            repo.git(["add", "other", "list"]);
            repo.git(["commit", "-q", "-m", "Do several things"]);
        }),
        ("retyped, nearly", &["commit fix"], |repo, _| {
            let text = std::fs::read_to_string(repo.path().join("list")).expect("a list");
            let text = text.replace("number 3\n", "number three\n").replace("number 9\n", "the ninth\n");
            repo.land_fix("Write anew", [("list", text.as_str())]);
        }),
        ("only alike", &["commit fix"], |repo, fix| {
            repo.git(["cherry-pick", "--no-commit", fix]);
            repo.git(["rm", "-q", "-f", "tests/list"]);
            repo.git(["checkout", "-q", "HEAD", "--", "list"]);
            std::fs::write(repo.path().join("other"), "more\n").expect("it is written");
            repo.git(["add", "other"]);
            repo.git(["commit", "-q", "-C", fix]);
        }),
        ("another change of the same file", &[], |repo, _| {
            let text = std::fs::read_to_string(repo.path().join("list")).expect("a list");
            repo.land_fix("Add one", [("list", format!("{text}entry number 20\n").as_str())]);
        }),
    ];
    for (what, expected, make) in cases {
        let (repo, fix) = story_with_fix();
        make(&repo, &fix);
        let found = push(&repo, "refs/heads/topic");
        let found = if expected.is_empty() { found.success() } else { found.code(1) };
        assert_eq!(leaks(&found), expected, "{what}");
        require_silent(&found, &fix);
    }
}

#[test]
fn a_fix_that_is_not_here_leaves_open_what_a_push_tells() {
    let repo = story();
    repo.land_fix("Show the progress", [("list", "two\n")]);
    let open = push(&repo, "refs/heads/main").code(3);
    assert_eq!(open.json()["skipped"][0]["why"], "no-fix", "{}", open.stdout);
    require_silent(&open, FIX);
}

#[test]
fn tags_of_tags_and_of_files_people_and_other_encodings_are_looked_into() {
    let (repo, fix) = story_with_fix();
    let tagged =
        |name: &str| format!("{name} {} refs/tags/{name} {}\n", repo.git(["rev-parse", name]).trim(), "0".repeat(40));
    let pushed = |name: &str| guard(&repo, &["--push", "origin", "--format", "json"]).stdin(tagged(name)).run();
    repo.git(["tag", "-a", "-m", "CVE-2026-1234", "inner", "main"]);
    repo.git(["tag", "-a", "-m", "Nothing", "outer", "inner"]);
    assert_eq!(leaks(&pushed("outer").code(1)), ["tag-message identifier"]);
    std::fs::write(repo.home().join("note"), "see CVE-2026-1234\n").expect("it is written");
    let blob = repo.git(["hash-object", "-w", &repo.home().join("note").display().to_string()]);
    repo.git(["tag", "of-a-file", blob.trim()]);
    assert_eq!(leaks(&pushed("of-a-file").code(1)), ["line identifier"]);
    repo.git(["update-index", "--add", "--cacheinfo", &format!("100644,{},folder/note", blob.trim())]);
    let tree = repo.git(["write-tree"]);
    repo.git(["reset", "-q"]);
    repo.git(["tag", "of-a-tree", tree.trim()]);
    assert_eq!(leaks(&pushed("of-a-tree").code(1)), ["line identifier"]);
    let utf16: Vec<u8> = "it is CVE-2026-1234\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut large = "nothing to see here\n".repeat(300_000);
    large.push_str("but CVE-2026-1234\n");
    let data = [&[0_u8, 1, 2][..], b"PK\x03\x04 CVE-2026-1234 \x00\x01", &[0, 0]].concat();
    for (what, bytes) in [("utf-16", utf16), ("large", large.into_bytes()), ("data", data)] {
        std::fs::write(repo.path().join("file"), bytes).expect("it is written");
        repo.git(["add", "file"]);
        repo.git(["commit", "-q", "-m", "Add a file"]);
        assert_eq!(leaks(&push(&repo, "refs/heads/topic").code(1)), ["line identifier"], "{what}");
        repo.git(["reset", "-q", "--hard", "HEAD~1"]);
        embargo_again(&repo, &fix);
    }
    repo.commit_with("Add it", "CVE-2026-1234 <finder@example.com>", [("other", "x\n")]);
    assert_eq!(leaks(&push(&repo, "refs/heads/topic").code(1)), ["person identifier"]);
}

#[test]
fn a_text_full_of_words_of_a_title_is_gone_through_once() {
    let repo = story();
    for line in ["upload the parser\n", "upload the parser, "] {
        let begun = Instant::now();
        let free = guard(&repo, &["--text", "-"]).stdin(line.repeat(30_000)).run().success();
        assert!(free.stdout.contains("nothing tells of it"), "{}", free.stdout);
        // It takes a second or two without optimisation. A look at every place for each took more than a minute.
        assert!(begun.elapsed() < Duration::from_secs(45), "{line:?}: {:?}", begun.elapsed());
    }
}

/// `reset` takes back what of the configuration is tracked.
fn embargo_again(repo: &Repo, fix: &str) {
    embargo(repo, fix);
}
