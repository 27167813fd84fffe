//! A fix that was made again on a line, and fixes of lines that people name: known by the files, and by what people say.

use backstitch::model::commit::CommitId;
use serde_json::json;

use super::affected::{Story, evidence, found, line, piece, source, story, text, told};
use crate::support::{Change, Repo};

const WIDE: [(usize, &str); 4] =
    [(3, "checked start"), (10, "safe within bounds"), (30, "end"), (33, "checked finish")];

/// A fix of three lines, and the same in another file of line 2.0, with one line in other words.
fn made_again() -> (Repo, CommitId, CommitId, CommitId) {
    let Story { repo, bug, .. } = story();
    let fix = repo.land_fix("Check the bounds everywhere", [("parser", text(&WIDE).as_str())]);
    let mut own = WIDE;
    own[1].1 = "safe in another way";
    let again = repo.land_on_line(
        "2.0",
        "Mend the overrun",
        [Change::delete("parser"), Change::write("lib/reader", text(&own).as_str())],
    );
    repo.tag_release("v2.0.1", "2.0");
    repo.land_on_line("2.0", "Say something", [("said", "x\n")]);
    repo.tag_release("v2.0.2", "2.0");
    (repo, bug, fix, again)
}

#[test]
fn a_fix_that_was_made_again_is_not_called_missing() {
    let (repo, bug, fix, again) = made_again();
    let (bug, fix_name) = (bug.to_string(), fix.to_string());
    source(&repo, &[&bug], &[&fix_name], "");
    let document = found(&repo);
    assert_eq!(told(&document, "2.0"), "not-evaluated | 2.0.0-rc.1 2.0.0 |  | -");
    let own = line(&document, "2.0");
    assert_eq!(own["unknown"], json!(["2.0.1", "2.0.2"]), "{own:#}");
    assert!(evidence(&document, "2.0").contains(&piece("fixed", again, "fix-like")), "{own:#}");
    let why = own["reason"].as_str().expect("a reason");
    assert!(why.contains("lib/reader") && why.contains("[[stated]]"), "{why}");
    assert_eq!(told(&document, "1.1"), "affected | 1.1.0 1.1.1 |  | -");
    assert_eq!(told(&document, "2.1"), "affected | 2.1.0 |  | -");
    let stated = |key: &str| {
        let stated =
            format!("[[stated]]\nline = \"2.0\"\n{key} = [\"{again}\"]\nreason = \"I looked\"\nby = \"Mia\"\n");
        source(&repo, &[&bug], &[&fix_name], &stated);
        told(&found(&repo), "2.0")
    };
    assert_eq!(stated("fixed-by"), "fixed | 2.0.0-rc.1 2.0.0 | 2.0.1 2.0.2 | 2.0.1");
    assert_eq!(stated("unrelated"), "affected | 2.0.0-rc.1 2.0.0 2.0.1 2.0.2 |  | -");
}

#[test]
fn picks_of_what_people_say_repairs_a_line_repair_too() {
    let Story { repo, bug, fix } = story();
    let again = repo.land_on_line("2.0", "Mend the overrun", [("parser", text(&[(10, "held by a fence")]).as_str())]);
    repo.tag_release("v2.0.1", "2.0");
    repo.pick_without_trailer("2.1", again);
    repo.tag_release("v2.1.1", "2.1");
    let stated = format!("[[stated]]\nline = \"2.0\"\nfixed-by = [\"{again}\"]\nreason = \"I looked\"\nby = \"Mia\"\n");
    source(&repo, &[&bug.to_string()], &[&fix.to_string()], &stated);
    let document = found(&repo);
    assert_eq!(told(&document, "2.1"), "fixed | 2.1.0 | 2.1.1 | 2.1.1", "{document:#}");
}

#[test]
fn a_merge_that_people_name_may_have_been_picked_commit_by_commit() {
    let Story { repo, bug, fix } = story();
    repo.git(["checkout", "-q", "-b", "mend", "release/2.0"]);
    let (one, two) = (text(&[(3, "held start"), (10, "fast")]), text(&[(3, "held start"), (10, "held by a fence")]));
    for (title, content) in [("Hold the start", &one), ("Hold the middle", &two)] {
        std::fs::write(repo.path().join("parser"), content).expect("it is written");
        repo.tick(60);
        repo.git(["commit", "-q", "-a", "-m", title]);
    }
    repo.git(["checkout", "-q", "release/2.0"]);
    repo.git(["merge", "-q", "--no-ff", "-m", "Merge the mend", "mend"]);
    let merge = repo.commit_id("HEAD");
    repo.tag_release("v2.0.1", "2.0");
    repo.pick_without_trailer("2.1", repo.commit_id("mend~1"));
    repo.tag_release("v2.1.1", "2.1");
    repo.pick_without_trailer("2.1", repo.commit_id("mend"));
    repo.tag_release("v2.1.2", "2.1");
    let stated = format!("[[stated]]\nline = \"2.0\"\nfixed-by = [\"{merge}\"]\nreason = \"I looked\"\nby = \"Mia\"\n");
    source(&repo, &[&bug.to_string()], &[&fix.to_string()], &stated);
    let document = found(&repo);
    assert_eq!(told(&document, "2.0"), "fixed | 2.0.0-rc.1 2.0.0 | 2.0.1 | 2.0.1");
    assert_eq!(told(&document, "2.1"), "fixed | 2.1.0 2.1.1 | 2.1.2 | 2.1.2", "{document:#}");
}
