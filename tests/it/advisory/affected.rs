//! Which releases have a flaw: on every line, by what is in their history.

use backstitch::model::commit::CommitId;
use serde_json::Value;

use super::advisory;
use crate::support::{Output, Repo};

const PATH: &str = "advisories/GSA-2026-001.md";

/// The lines of `patch.toml`, each with its status, and the section of advisories.
pub fn configure(repo: &Repo, lines: &[(&str, &str)]) {
    let mut text = "[project]\nmain = \"main\"\n\n[advisory]\nprefix = \"GSA\"\n".to_owned();
    for (name, status) in lines {
        text.push_str(&format!("\n[[line]]\nname = \"{name}\"\nbranch = \"release/{name}\"\nstatus = \"{status}\"\n"));
    }
    repo.write_config(&text);
}

/// Writes the source, outside of history; without commits that repair it where there are none.
pub fn source(repo: &Repo, introduced: &[&str], fixed: &[&str], more: &str) {
    let list = |all: &[&str]| all.iter().map(|one| format!("\"{one}\"")).collect::<Vec<_>>().join(", ");
    let fixes = if fixed.is_empty() { String::new() } else { format!("fixed = [{}]\n", list(fixed)) };
    let text = format!(
        "+++\nid = \"GSA-2026-001\"\ntitle = \"A flaw\"\nstate = \"draft\"\nintroduced = [{}]\n{fixes}{more}+++\n\n\
         ## Summary\n\nA.\n\n## Impact\n\nB.\n\n## Mitigation\n\nNone.\n\n## Patch\n\nC.\n\n## Credits\n\nD.\n",
        list(introduced)
    );
    std::fs::create_dir_all(repo.path().join("advisories")).expect("it is made");
    std::fs::write(repo.path().join(PATH), text).expect("it is written");
}

pub fn ran(repo: &Repo, more: &[&str]) -> Output {
    advisory(repo).args(["--format", "json", "affected", "GSA-2026-001"]).args(more).run()
}

pub fn found(repo: &Repo) -> Value {
    let run = ran(repo, &[]);
    let document = run.json();
    let is_open = document["lines"].as_array().into_iter().flatten().any(|line| line["verdict"] == "not-evaluated");
    assert_eq!(run.exit, if is_open { 3 } else { 0 }, "{}", run.stderr);
    document
}

pub fn line(document: &Value, name: &str) -> Value {
    let lines = document["lines"].as_array().expect("because it has lines");
    lines.iter().find(|line| line["name"] == name).unwrap_or_else(|| panic!("no line {name}: {document}")).clone()
}

/// What holds for a line, in one text: verdict, affected, unaffected, fixed in.
pub fn told(document: &Value, name: &str) -> String {
    let line = line(document, name);
    let list = |key: &str| {
        let all = line[key].as_array().into_iter().flatten();
        all.map(|version| version.as_str().expect("a text")).collect::<Vec<_>>().join(" ")
    };
    let text = |key: &str| line[key].as_str().unwrap_or("-").to_owned();
    format!("{} | {} | {} | {}", text("verdict"), list("affected"), list("unaffected"), text("fixed-in"))
}

/// What the evidence of a line is, each piece as `role commit known`.
pub fn evidence(document: &Value, name: &str) -> Vec<(String, String, String)> {
    let line = line(document, name);
    let text = |piece: &Value, key: &str| piece[key].as_str().expect("a text").to_owned();
    let pieces = line["evidence"].as_array().into_iter().flatten();
    pieces.map(|piece| (text(piece, "role"), text(piece, "commit"), text(piece, "known"))).collect()
}

pub fn piece(role: &str, commit: CommitId, known: &str) -> (String, String, String) {
    (role.to_owned(), commit.to_string(), known.to_owned())
}

pub fn text(replaced: &[(usize, &str)]) -> String {
    let of = |number: usize| match replaced.iter().find(|(at, _)| *at == number) {
        Some((_, text)) => format!("{text}\n"),
        None => format!("line number {number}\n"),
    };
    (1..=40).map(of).collect()
}

/// Four lines: 1.0 left main before the bug, 1.1 has it and nobody repairs it, 2.0 and 2.1 are repaired.
pub struct Story {
    pub repo: Repo,
    pub bug: CommitId,
    pub fix: CommitId,
}

pub fn story() -> Story {
    let repo = Repo::new();
    configure(&repo, &[("1.0", "security-only"), ("1.1", "end-of-life"), ("2.0", "maintained"), ("2.1", "current")]);
    repo.land_fix("Write the parser", [("parser", text(&[]).as_str())]);
    repo.cut_line("1.0");
    repo.tag_release("v1.0.0", "1.0");
    let bug = repo.land_fix("Read faster in the parser", [("parser", text(&[(10, "fast")]).as_str())]);
    repo.cut_line("1.1");
    repo.tag_release("v1.1.0", "1.1");
    repo.land_on_line("1.1", "Say something", [("said", "x\n")]);
    repo.tag_release("v1.1.1", "1.1");
    repo.cut_line("2.0");
    repo.tag_release("v2.0.0-rc.1", "2.0");
    repo.tag_release("v2.0.0", "2.0");
    repo.land_fix("Change the end of it", [("parser", text(&[(10, "fast"), (30, "end")]).as_str())]);
    repo.cut_line("2.1");
    repo.tag_release("v2.1.0", "2.1");
    let fix = repo.land_fix("Check the bounds", [("parser", text(&[(10, "safe"), (30, "end")]).as_str())]);
    Story { repo, bug, fix }
}

#[test]
fn every_line_is_judged_by_the_picks_that_it_has() {
    let Story { repo, bug, fix } = story();
    let with = repo.pick("2.0", fix);
    repo.tag_release("v2.0.1-rc.1", "2.0");
    repo.tag_release("v2.0.1", "2.0");
    let without = repo.pick_without_trailer("2.1", fix);
    repo.tag_release("v2.1.1", "2.1");
    source(&repo, &[&bug.to_string()[..9]], &[&fix.to_string()[..10]], "");
    let document = found(&repo);
    assert_eq!(told(&document, "1.0"), "not-affected |  | 1.0.0 | -");
    assert_eq!(told(&document, "1.1"), "affected | 1.1.0 1.1.1 |  | -");
    assert_eq!(told(&document, "2.0"), "fixed | 2.0.0-rc.1 2.0.0 | 2.0.1-rc.1 2.0.1 | 2.0.1");
    assert_eq!(told(&document, "2.1"), "fixed | 2.1.0 | 2.1.1 | 2.1.1");
    assert_eq!(line(&document, "1.1")["support"], "end-of-life");
    assert_eq!(evidence(&document, "2.0"), [piece("introduced", bug, "ancestor"), piece("fixed", with, "trailer")]);
    assert_eq!(evidence(&document, "1.0"), []);
    let by_patch = evidence(&document, "2.1");
    assert_eq!((by_patch[1].0.as_str(), by_patch[1].1.clone()), ("fixed", without.to_string()));
    let names: Vec<&str> =
        document["lines"].as_array().expect("lines").iter().filter_map(|l| l["name"].as_str()).collect();
    assert_eq!(names, ["2.1", "2.0", "1.1", "1.0"]);
    assert_eq!(
        (document["introduced"][0].clone(), document["fixed"][0].clone()),
        (bug.to_string().into(), fix.to_string().into())
    );
}

#[test]
fn a_pick_is_known_by_its_patch_alone_and_a_pick_of_a_pick_too() {
    let Story { repo, bug, fix } = story();
    repo.git(["checkout", "-q", "release/2.0"]);
    repo.git(["cherry-pick", &fix.to_string()]);
    repo.tick(60);
    repo.git(["commit", "-q", "--amend", "--reset-author", "-m", "Look where it ends"]);
    let by_patch = repo.commit_id("HEAD");
    repo.git(["checkout", "-q", "main"]);
    repo.tag_release("v2.0.1", "2.0");
    let again = repo.pick("1.1", by_patch);
    repo.tag_release("v1.1.2", "1.1");
    source(&repo, &[&bug.to_string()], &[&fix.to_string()], "");
    let document = found(&repo);
    assert_eq!(told(&document, "2.0"), "fixed | 2.0.0-rc.1 2.0.0 | 2.0.1 | 2.0.1");
    assert_eq!(told(&document, "1.1"), "fixed | 1.1.0 1.1.1 | 1.1.2 | 1.1.2");
    assert_eq!(evidence(&document, "2.0")[1], piece("fixed", by_patch, "patch-id"));
    assert_eq!(evidence(&document, "1.1")[1].1, again.to_string());
}

#[test]
fn a_bug_that_was_picked_too_is_found_where_it_went() {
    let Story { repo, bug, fix } = story();
    let brought = repo.pick("1.0", bug);
    repo.tag_release("v1.0.1", "1.0");
    let repaired = repo.pick("1.0", fix);
    repo.tag_release("v1.0.2", "1.0");
    source(&repo, &[&bug.to_string()], &[&fix.to_string()], "");
    let document = found(&repo);
    assert_eq!(told(&document, "1.0"), "fixed | 1.0.1 | 1.0.0 1.0.2 | 1.0.2");
    assert_eq!(
        evidence(&document, "1.0"),
        [piece("introduced", brought, "trailer"), piece("fixed", repaired, "trailer")]
    );
}

#[test]
fn a_fix_that_was_taken_back_repairs_nothing_until_it_is_brought_back() {
    let Story { repo, bug, fix } = story();
    let pick = repo.pick("2.0", fix);
    repo.tag_release("v2.0.1", "2.0");
    let on_line = |words: &[&str]| {
        repo.git(["checkout", "-q", "release/2.0"]);
        repo.tick(60);
        repo.git(words);
        repo.git(["checkout", "-q", "main"]);
        repo.commit_id("release/2.0")
    };
    let revert = on_line(&["revert", "--no-edit", &pick.to_string()]);
    repo.tag_release("v2.0.2", "2.0");
    source(&repo, &[&bug.to_string()], &[&fix.to_string()], "");
    let document = found(&repo);
    assert_eq!(told(&document, "2.0"), "affected | 2.0.0-rc.1 2.0.0 2.0.2 | 2.0.1 | -");
    assert!(evidence(&document, "2.0").contains(&piece("took-back", revert, "reverts")));
    on_line(&["revert", "--no-edit", &revert.to_string()]);
    repo.tag_release("v2.0.3", "2.0");
    assert_eq!(told(&found(&repo), "2.0"), "fixed | 2.0.0-rc.1 2.0.0 2.0.2 | 2.0.1 2.0.3 | 2.0.3");
}

#[test]
fn what_people_say_counts_where_history_cannot_tell() {
    let Story { repo, bug, fix } = story();
    let other = repo.land_on_line("1.1", "Check it in another way", [("parser", text(&[(10, "checked")]).as_str())]);
    repo.tag_release("v1.1.2", "1.1");
    let stated = format!(
        "\n[[stated]]\nline = \"1.1\"\nfixed-by = [\"{other}\"]\nreason = \"written anew\"\nby = \"Mia\"\n\n\
         [[stated]]\nline = \"2.1\"\nverdict = \"not-affected\"\nreason = \"built without the parser\"\nby = \"Mia\"\n\n\
         [[stated]]\nline = \"2.0\"\nverdict = \"not-evaluated\"\nreason = \"nobody has the time\"\nby = \"Ann\"\n"
    );
    source(&repo, &[&bug.to_string()], &[&fix.to_string()], &stated);
    let document = found(&repo);
    assert_eq!(told(&document, "1.1"), "fixed | 1.1.0 1.1.1 | 1.1.2 | 1.1.2");
    assert!(evidence(&document, "1.1").contains(&piece("fixed", other, "stated")));
    assert_eq!(line(&document, "1.1")["reason"], "written anew (Mia)");
    assert_eq!(told(&document, "2.1"), "not-affected |  | 2.1.0 | -");
    assert_eq!(told(&document, "2.0"), "not-evaluated |  |  | -");
    assert_eq!(line(&document, "2.0")["unknown"], serde_json::json!(["2.0.0-rc.1", "2.0.0"]));
    for (from, to, says) in [
        ("line = \"1.1\"", "line = \"7.7\"", "line '7.7'"),
        (&*other.to_string(), "1111111111111111111111111111111111111111", "is not here"),
        (&*other.to_string(), &*fix.to_string(), "is not on it"),
    ] {
        source(&repo, &[&bug.to_string()], &[&fix.to_string()], &stated.replacen(from, to, 1));
        let wrong = ran(&repo, &[]).code(2);
        assert!(wrong.stderr.contains(says), "{says}: {}", wrong.stderr);
    }
}

#[test]
fn releases_of_no_line_are_lines_of_their_own() {
    let Story { repo, bug, fix } = story();
    repo.git(["tag", "v0.9.0", &format!("{bug}~1")]);
    repo.git(["tag", "v0.9.1", &bug.to_string()]);
    repo.git(["tag", "nightly", "main"]);
    source(&repo, &[&bug.to_string()], &[&fix.to_string()], "");
    let document = found(&repo);
    assert_eq!(told(&document, "0.9"), "affected | 0.9.1 | 0.9.0 | -");
    assert_eq!(line(&document, "0.9")["support"], "unlisted");
}

#[test]
fn a_likeness_alone_leaves_a_line_open() {
    let Story { repo, bug, fix } = story();
    repo.land_on_line("2.0", "Check the bounds", [("other", "not the same at all\n")]);
    repo.tag_release("v2.0.1", "2.0");
    source(&repo, &[&bug.to_string()], &[&fix.to_string()], "");
    let document = found(&repo);
    assert_eq!(told(&document, "2.0"), "not-evaluated | 2.0.0-rc.1 2.0.0 |  | -");
    assert_eq!(line(&document, "2.0")["unknown"], serde_json::json!(["2.0.1"]));
    let reason = line(&document, "2.0")["reason"].as_str().expect("a reason").to_owned();
    assert!(reason.contains("looks like a pick of"), "{reason}");
}

#[test]
fn the_source_is_written_once_and_says_the_same_the_second_time() {
    let Story { repo, bug, fix } = story();
    repo.pick("2.0", fix);
    repo.tag_release("v2.0.1", "2.0");
    source(
        &repo,
        &[&bug.to_string()[..8]],
        &[&fix.to_string()[..8]],
        "\n[[credit]] # by hand\nname = \"Ada\"\nkind = \"finder\"\n",
    );
    let read = || std::fs::read_to_string(repo.path().join(PATH)).expect("a source");
    let before = read();
    assert_eq!(found(&repo)["source"], Value::Null);
    assert_eq!(read(), before);
    assert_eq!(ran(&repo, &["--write"]).success().json()["source"], "written");
    let written = read();
    assert!(written.contains(&format!("introduced = [\"{bug}\"]")), "{written}");
    assert!(written.contains("[[credit]] # by hand") && written.contains("fixed-in = \"2.0.1\""), "{written}");
    assert_eq!(ran(&repo, &["--write"]).success().json()["source"], "already");
    assert_eq!(read(), written);
    repo.git(["tag", "v2.1.7", "release/2.1"]);
    let by_path = advisory(&repo).args(["affected", PATH, "--write"]).run().success();
    assert!(by_path.stdout.contains("wrote advisories/GSA-2026-001.md"), "{}", by_path.stdout);
    assert!(by_path.stdout.contains("2.1.0 to 2.1.7"), "{}", by_path.stdout);
}

#[test]
fn what_is_missing_or_wrong_is_told() {
    let Story { repo, bug, fix } = story();
    let pick = repo.pick("2.0", fix);
    source(&repo, &[&bug.to_string()], &[&pick.to_string()], "");
    let stray = ran(&repo, &[]).code(2);
    assert!(stray.stderr.contains(&pick.to_string()) && stray.stderr.contains("not on main"), "{}", stray.stderr);
    assert!(stray.stderr.contains("'branches' of [embargo]"), "a fix may be on a private branch yet: {}", stray.stderr);
    source(&repo, &["1234567"], &[], "");
    assert!(ran(&repo, &[]).code(2).stderr.contains("'1234567'"));
    source(&repo, &[], &[&fix.to_string()], "");
    let open = ran(&repo, &[]).code(3);
    assert!(open.stderr.contains(&bug.to_string()), "{}", open.stderr);
    source(&repo, &["0"], &[&fix.to_string()], "");
    let document = found(&repo);
    assert_eq!(told(&document, "1.0"), "affected | 1.0.0 |  | -");
    assert_eq!(document["introduced"], serde_json::json!(["0"]));
    source(&repo, &[&bug.to_string()], &[], "");
    assert_eq!(told(&found(&repo), "2.1"), "affected | 2.1.0 |  | -");
}

#[test]
fn all_parts_of_a_fix_are_needed() {
    let Story { repo, bug, fix } = story();
    let second = repo.land_fix("Check the end as well", [("end", "checked\n")]);
    repo.pick("2.0", fix);
    repo.tag_release("v2.0.1", "2.0");
    repo.pick("2.0", second);
    repo.tag_release("v2.0.2", "2.0");
    source(&repo, &[&bug.to_string()], &[&fix.to_string(), &second.to_string()], "");
    assert_eq!(told(&found(&repo), "2.0"), "fixed | 2.0.0-rc.1 2.0.0 2.0.1 | 2.0.2 | 2.0.2");
}

#[test]
fn a_line_that_left_main_behind_the_fix_is_not_affected() {
    let Story { repo, bug, fix } = story();
    configure(&repo, &[("2.1", "maintained"), ("2.2", "current"), ("3.0", "maintained")]);
    repo.cut_line("2.2");
    repo.tag_release("v2.2.0", "2.2");
    source(&repo, &[&bug.to_string()], &[&fix.to_string()], "");
    let document = found(&repo);
    assert_eq!(told(&document, "2.2"), "not-affected |  | 2.2.0 | -");
    assert_eq!(told(&document, "3.0"), "not-evaluated |  |  | -");
    assert_eq!(line(&document, "2.0")["support"], "unlisted");
}

#[test]
fn a_shallow_clone_says_that_it_cannot_tell() {
    let Story { repo, bug, fix } = story();
    repo.pick("2.0", fix);
    repo.tag_release("v2.0.1", "2.0");
    let place = repo.home().join("shallow");
    let from = format!("file://{}", repo.path().display());
    repo.git(["clone", "-q", "--depth", "1", "--no-single-branch", &from, &place.to_string_lossy()]);
    source(&repo, &[&bug.to_string()], &[&fix.to_string()], "");
    let file = repo.path().join(PATH);
    let run =
        advisory(&repo).args(["--repo", &place.to_string_lossy(), "affected", &file.to_string_lossy()]).run().code(3);
    assert!(run.stderr.contains("git fetch --unshallow"), "{}", run.stderr);
}

#[test]
fn a_clone_without_tags_tells_of_no_release() {
    let repo = Repo::new();
    configure(&repo, &[("1.0", "current")]);
    let bug = repo.land_fix("Add the list", [("list", "one\n")]);
    repo.cut_line("1.0");
    let fix = repo.land_fix("Fix the list", [("list", "one, fixed\n")]);
    source(&repo, &[&bug.to_string()], &[&fix.to_string()], "");
    let said = ran(&repo, &["--write"]).code(3);
    assert!(
        said.stderr.contains("there is no tag of a release") && said.stderr.contains("git fetch --tags"),
        "{}",
        said.stderr
    );
    repo.tag_release("v1.0.0", "1.0");
    assert_eq!(line(&found(&repo), "1.0")["verdict"], "affected");
}
