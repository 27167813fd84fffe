//! `patch-pick verify`: where every commit of a line comes from, and how far it is its origin.

use backstitch::model::commit::CommitId;
use serde_json::Value;

use crate::support::{Bin, Change, Output, Repo};

const LIST: &str = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\nm\nn\no\np\n";

/// The list with lines replaced.
fn list(edits: &[(&str, &str)]) -> String {
    let replaced = |line: &str| edits.iter().find(|(old, _)| *old == line).map_or(line, |(_, new)| new).to_owned();
    LIST.lines().map(|line| replaced(line) + "\n").collect()
}

/// A list on main and on 2.0.
fn story() -> Repo {
    let repo = Repo::new();
    repo.land_fix("Add the list", [("list", LIST)]);
    repo.cut_line("2.0");
    repo
}

fn verify(repo: &Repo, arguments: &[&str]) -> Output {
    let all = ["verify", "--line", "2.0", "--format", "json"].iter().chain(arguments).copied();
    Bin::pick().at(repo).args(all).run()
}

fn found(document: &Value, commit: CommitId) -> &Value {
    let commits = document["lines"][0]["commits"].as_array().expect("because every line has commits");
    commits.iter().find(|found| found["commit"] == commit.to_string()).expect("because the line has the commit")
}

fn verdict(repo: &Repo, commit: CommitId) -> String {
    let document = verify(repo, &[]).json();
    found(&document, commit)["verdict"].as_str().expect("because every commit has one").to_owned()
}

/// What `git range-diff` says of two commits with the same message and one file: nothing, only the context, or the lines.
fn by_range_diff(repo: &Repo, origin: CommitId, pick: CommitId) -> &'static str {
    let range = |id: CommitId| format!("{id}^..{id}");
    let said = repo.git(["range-diff", "--no-color", "--creation-factor=999", &range(origin), &range(pick)]);
    let mut lines = said.lines();
    let first = lines.next().expect("because both ranges have a commit");
    if first.contains(" = ") {
        return "same";
    }
    assert!(first.contains(" ! "), "{said}");
    let is_change = |line: &str| line.starts_with(['-', '+']) && line[1..].starts_with(['-', '+']);
    if lines.filter_map(|line| line.get(4..)).any(is_change) { "changed" } else { "context" }
}

#[test]
fn verdicts_are_those_of_range_diff() {
    // The line differs from main around the fix, which changes 'd' and 'm'.
    type Edits = Vec<(&'static str, &'static str)>;
    let table: [(&str, Edits, Edits); 5] = [
        ("same", vec![], vec![("d", "D"), ("m", "M")]),
        ("context", vec![("e", "E")], vec![("d", "D"), ("m", "M"), ("e", "E")]),
        ("changed", vec![], vec![("d", "D")]),
        ("changed", vec![], vec![("d", "D"), ("m", "MM")]),
        ("changed", vec![("e", "E")], vec![("d", "D"), ("m", "M")]),
    ];
    for (expected, drift, picked) in table {
        let repo = story();
        let fix = repo.land_fix("Fix the list", [("list", list(&[("d", "D"), ("m", "M")]).as_str())]);
        repo.land_on_line("2.0", "Drift\n\nLine-only: it is another product", [("list", list(&drift).as_str())]);
        let pick = repo.land_on_line("2.0", "Fix the list", [("list", list(&picked).as_str())]);
        assert_eq!(by_range_diff(&repo, fix, pick), expected, "{drift:?} {picked:?}");
        // Without the trailer it is only probable, so the pick is made once more with it.
        let message = format!("Fix the list\n\n(cherry picked from commit {fix})");
        repo.git(["checkout", "-q", "release/2.0"]);
        repo.git(["commit", "-q", "--amend", "-m", &message]);
        repo.git(["checkout", "-q", "main"]);
        assert_eq!(verdict(&repo, repo.commit_id("release/2.0")), expected, "{drift:?} {picked:?}");
    }
}

#[test]
fn a_line_of_faithful_picks_verifies() {
    let repo = story();
    let fix = repo.land_fix("Fix d", [("list", list(&[("d", "D")]).as_str())]);
    let other = repo.land_fix("Fix m", [("list", list(&[("d", "D"), ("m", "M")]).as_str())]);
    let pick = repo.pick("2.0", fix);
    let like = repo.pick_without_trailer("2.0", other);
    let document = verify(&repo, &["--strict"]).success().json();
    assert_eq!(document["schema"], "patch-pick/verify@1");
    assert_eq!(document["answer"], "yes");
    assert_eq!(document["lines"][0]["counts"]["same"], 2);
    assert_eq!(found(&document, pick)["origins"][0]["commit"], fix.to_string());
    assert_eq!(found(&document, pick)["origins"][0]["evidence"][0]["key"], "trailer");
    assert_eq!(found(&document, like)["origins"][0]["commit"], other.to_string());
}

#[test]
fn a_changed_pick_is_listed_and_fails_only_a_strict_run() {
    let repo = story();
    let fix = repo.land_fix("Fix d", [("list", list(&[("d", "D\u{1b}[31m")]).as_str())]);
    let message = format!("Fix d\n\n(cherry picked from commit {fix})");
    let pick = repo.land_on_line("2.0", &message, [("list", list(&[("d", "dd")]).as_str())]);
    let document = verify(&repo, &[]).success().json();
    let difference = &found(&document, pick)["differences"][0];
    assert_eq!((&difference["only-in-origin"], &difference["only-in-pick"]), (&1.into(), &1.into()));
    assert!(difference.get("lines").is_none());
    assert_eq!(verify(&repo, &["--strict"]).code(1).json()["answer"], "no");
    let shown = found(&verify(&repo, &["--show"]).json(), pick)["differences"][0]["lines"].clone();
    assert_eq!(shown[1]["text"], "dd");
    for format in ["text", "markdown"] {
        let output = Bin::pick().at(&repo).args(["verify", "--show", "--format", format]).run().success();
        assert!(output.stdout.contains("++dd") && !output.stdout.contains('\u{1b}'), "{}", output.stdout);
    }
}

#[test]
fn what_nothing_explains_is_a_no_and_what_is_probable_is_undecided() {
    let repo = story();
    let fix = repo.land_fix("Make the list safe", [("list", list(&[("d", "D")]).as_str())]);
    let alike = repo.land_on_line("2.0", "Make the list safe", [("list", list(&[("d", "dd")]).as_str())]);
    let document = verify(&repo, &[]).code(3).json();
    assert_eq!(document["answer"], "undecided");
    assert_eq!(found(&document, alike)["verdict"], "unexplained");
    assert_eq!(found(&document, alike)["origins"][0]["commit"], fix.to_string());
    let stranger = repo.land_on_line("2.0", "Something else", [("other", "1\n")]);
    let document = verify(&repo, &[]).code(1).json();
    assert!(found(&document, stranger).get("origins").is_none());
    let newer = verify(&repo, &["--since", &alike.to_string()]).code(1).json();
    assert_eq!((&newer["lines"][0]["older"], &newer["lines"][0]["counts"]["unexplained"]), (&1.into(), &1.into()));
    let _told = verify(&repo, &["--since", &stranger.to_string()]).success();
    let _told = verify(&repo, &["--since", "no-such-revision"]).code(2);
}

#[test]
fn an_origin_has_to_be_on_main_unless_something_else_explains_the_pick() {
    let repo = story();
    let missing = "0123456789abcdef0123456789abcdef01234567";
    let message = format!("Fix\n\n(cherry picked from commit {missing})");
    let lost = repo.land_on_line("2.0", &message, [("x", "1\n")]);
    let document = verify(&repo, &[]).code(1).json();
    assert_eq!(found(&document, lost)["verdict"], "unresolved");
    assert!(found(&document, lost)["reasons"][0].to_string().contains(missing));
    // The trailer names the head of a pull request, which was squashed on main: the patch tells the origin.
    let repo = story();
    let fix = repo.squash_merge(7, "Fix m", "", [("list", list(&[("m", "M")]).as_str())]);
    let pick = repo.land_on_line("2.0", &message, [("list", list(&[("m", "M")]).as_str())]);
    let document = verify(&repo, &[]).success().json();
    assert_eq!(found(&document, pick)["verdict"], "same");
    assert_eq!(found(&document, pick)["origins"][0]["commit"], fix.to_string());
}

#[test]
fn a_squashed_pick_is_compared_with_all_its_origins() {
    let repo = story();
    let first = repo.land_fix("Fix d", [("list", list(&[("d", "D")]).as_str())]);
    let second = repo.land_fix("Fix d again", [("list", list(&[("d", "DD"), ("m", "M")]).as_str())]);
    let message = format!("Fix d\n\n(cherry picked from commit {first})\n(cherry picked from commit {second})");
    let pick = repo.land_on_line("2.0", &message, [("list", list(&[("d", "DD"), ("m", "M")]).as_str())]);
    let document = verify(&repo, &[]).success().json();
    assert_eq!(found(&document, pick)["verdict"], "context");
    assert_eq!(found(&document, pick)["origins"].as_array().map(Vec::len), Some(2));
    let repo_with_half = story();
    let first = repo_with_half.land_fix("Fix d", [("list", list(&[("d", "D")]).as_str())]);
    let second = repo_with_half.land_fix("Fix m", [("list", list(&[("d", "D"), ("m", "M")]).as_str())]);
    let message = format!("Fix d\n\n(cherry picked from commit {first})\n(cherry picked from commit {second})");
    let half = repo_with_half.land_on_line("2.0", &message, [("list", list(&[("d", "D")]).as_str())]);
    assert_eq!(verdict(&repo_with_half, half), "changed");
}

#[test]
fn the_trailers_of_a_pick_of_a_pick_are_one_origin() {
    let repo = story();
    let fix = repo.land_fix("Fix d", [("list", list(&[("d", "D")]).as_str())]);
    repo.git(["branch", "release/2.1", "release/2.0"]);
    let newer = repo.pick("2.1", fix);
    let pick = repo.pick("2.0", newer);
    let document = verify(&repo, &[]).success().json();
    assert_eq!(found(&document, pick)["verdict"], "same");
    assert_eq!(found(&document, pick)["origins"].as_array().map(Vec::len), Some(1));
}

#[test]
fn what_belongs_to_the_line_alone_says_so() {
    let repo = Repo::new();
    repo.land_fix("Add", [("list", LIST), ("VERSION", "2.0.0\n"), ("package-lock.json", "{}\n")]);
    repo.write_config(
        "[project]\nmain = \"main\"\n[[line]]\nname = \"2.0\"\nbranch = \"release/2.0\"\n[[version]]\npath = \"VERSION\"\npattern = \"{version}\"\n[[pick.path]]\npath = \"package-lock.json\"\npolicy = \"keep-line\"\n",
    );
    repo.cut_line("2.0");
    let fix = repo.land_fix("Fix d", [("list", list(&[("d", "D")]).as_str())]);
    let release = repo.land_on_line("2.0", "Release 2.0.1", [("VERSION", "2.0.1\n"), ("package-lock.json", "{1}\n")]);
    let marked = repo.land_on_line("2.0", "Drop x\n\nLine-only: main has no x", [("x", "1\n")]);
    let pick = repo.pick("2.0", fix);
    repo.git(["checkout", "-q", "release/2.0"]);
    repo.git(["revert", "--no-edit", "HEAD"]);
    let revert = repo.commit_id("HEAD");
    repo.git(["checkout", "-q", "main"]);
    let document = verify(&repo, &["--strict"]).success().json();
    for commit in [release, marked, revert] {
        assert_eq!(found(&document, commit)["verdict"], "line-only");
    }
    assert!(found(&document, revert)["reasons"][0].to_string().contains(&pick.to_string()[..10]));
    // What also touches something else is no release commit, and what takes more back than it says is no revert.
    let more = repo.land_on_line("2.0", "Release 2.0.2", [("VERSION", "2.0.2\n"), ("list", "")]);
    let message = format!("Revert \"Release 2.0.2\"\n\nThis reverts commit {more}.");
    let half = repo.land_on_line("2.0", &message, [("VERSION", "2.0.1\n"), ("x", "2\n")]);
    assert_eq!([verdict(&repo, more), verdict(&repo, half)], ["unexplained", "unexplained"]);
}

#[test]
fn merges_that_bring_nothing_of_their_own_are_counted_and_others_are_looked_at() {
    let repo = story();
    let fix = repo.land_fix("Fix d", [("list", list(&[("d", "D")]).as_str())]);
    let merge = |name: &str, amended: Option<&str>| {
        repo.git(["checkout", "-q", "-b", name, "release/2.0"]);
        repo.git(["cherry-pick", "-x", "--allow-empty", "--keep-redundant-commits", &fix.to_string()]);
        repo.git(["checkout", "-q", "release/2.0"]);
        repo.git(["merge", "-q", "--no-ff", "-m", &format!("Merge {name}"), name]);
        if let Some(content) = amended {
            std::fs::write(repo.path().join("list"), content).expect("because the file is in the work tree");
            repo.git(["commit", "-q", "--amend", "-a", "--no-edit"]);
        }
        repo.git(["checkout", "-q", "main"]);
        repo.commit_id("release/2.0")
    };
    merge("plain", None);
    let document = verify(&repo, &["--strict"]).success().json();
    let line = &document["lines"][0];
    assert_eq!((&line["plain-merges"], &line["counts"]["same"]), (&1.into(), &1.into()));
    let evil = merge("evil", Some("nothing is left\n"));
    let document = verify(&repo, &[]).code(1).json();
    assert_eq!(found(&document, evil)["verdict"], "unexplained");
    assert!(found(&document, evil)["reasons"][0].to_string().contains("merging its parents"));
}

#[test]
fn nothing_is_written_and_unusual_files_are_compared() {
    let repo = Repo::new();
    repo.land_fix(
        "Add",
        [Change::write("tab\tname", "1\n"), Change::write("bytes", vec![0, 1]), Change::write("run.sh", "")],
    );
    repo.cut_line("2.0");
    let changes = || {
        [
            Change::rename("tab\tname", "dir/plain"),
            Change::write("bytes", vec![0, 2]),
            Change::MakeExecutable("run.sh".to_owned()),
        ]
    };
    let fix = repo.land_fix("Move things", changes());
    let pick = repo.pick("2.0", fix);
    let before = repo.git(["for-each-ref"]) + &repo.git(["count-objects", "-v"]);
    assert_eq!(verdict(&repo, pick), "same");
    assert_eq!(repo.git(["for-each-ref"]) + &repo.git(["count-objects", "-v"]), before);
}
