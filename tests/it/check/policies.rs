//! Paths that a policy of `[[pick.path]]` decides: it says what a pick has there, and lets nothing else in.

use serde_json::Value;

use super::events::{judged, payload};
use super::found;
use crate::support::{Bin, Output, Repo};
use backstitch::model::commit::CommitId;

const MADE: &str = "gen/x.js";
const LINE: &str = "line\nsame\nsame\nsame\nend\n";

/// A fix that touches a path with a policy, as a branch that picks it has it after it was changed in some way.
fn picked(policy: &str, change: &dyn Fn(&Repo)) -> (Repo, CommitId) {
    let repo = Repo::new();
    repo.write_config(&format!("{}\n[[pick.path]]\npath = \"gen/*.js\"\n{policy}\n", super::OFFLINE));
    repo.land_fix("Add the list", [("src/list.c", "one\n"), (MADE, LINE), ("tests/list.c", "test\n")]);
    repo.cut_line("2.0");
    repo.cut_line("2.1");
    let fixed = format!("{LINE}fixed\n");
    let files = [("src/list.c", "one, kept\n"), (MADE, &fixed), ("tests/list.c", "test\nkept\n")];
    let fix = repo.land_fix("fix: keep the list\n\nKind: crash", files);
    repo.pick("2.1", fix);
    repo.git(["checkout", "-q", "-b", "keep", "release/2.0"]);
    repo.git(["cherry-pick", "-x", &fix.to_string()]);
    change(&repo);
    repo.git(["add", "-A", "src", "gen"]);
    repo.git(["commit", "-q", "--amend", "--no-edit"]);
    (repo, fix)
}

fn write(repo: &Repo, path: &str, text: &str) {
    std::fs::write(repo.path().join(path), text).expect("because the folder is ours");
}

fn report(repo: &Repo, code: i32) -> Value {
    judged(repo, &payload(repo, "release/2.0", "keep", "opened"), code)
}

#[test]
fn a_path_with_a_policy_has_what_the_policy_says_or_a_person_looks() {
    type Row<'r> = (&'r str, &'r dyn Fn(&Repo), &'r str, &'r str);
    let own = |repo: &Repo| write(repo, MADE, LINE);
    let as_main = |_: &Repo| {};
    let evil = |repo: &Repo| write(repo, MADE, "evil\n");
    let gone = |repo: &Repo| std::fs::remove_file(repo.path().join(MADE)).expect("because it is there");
    let runs = |repo: &Repo| {
        own(repo);
        repo.git(["add", MADE]);
        repo.git(["update-index", "--chmod=+x", MADE]);
        repo.git(["checkout-index", "-f", MADE]);
    };
    let table: [Row<'_>; 5] = [
        ("what the line has", &own, "passed", "passed"),
        ("what git makes of the fix", &as_main, "undecided", "passed"),
        ("something else", &evil, "undecided", "undecided"),
        ("nothing", &gone, "undecided", "undecided"),
        ("what the line has, to be run", &runs, "undecided", "undecided"),
    ];
    for (what, change, kept, anew) in table {
        for (policy, expected, says) in [
            ("policy = \"keep-line\"", kept, "gen/x.js in another way"),
            ("regenerate = \"true\"", anew, "whether 'regenerate' made gen/x.js"),
            (
                "policy = \"three-way\"",
                if what == "what git makes of the fix" { "passed" } else { "undecided" },
                "another way",
            ),
        ] {
            let (repo, _) = picked(policy, change);
            let told = report(&repo, if expected == "passed" { 0 } else { 3 });
            assert_eq!(found(&told, "origin"), expected, "{what}, {policy}: {told}");
            assert_eq!(told.to_string().contains(says), expected == "undecided", "{what}, {policy}: {told}");
        }
    }
}

#[test]
fn what_was_made_anew_is_let_in_by_a_waiver_and_named_beside_what_was_altered() {
    let (repo, fix) = picked("regenerate = \"true\"", &|repo| write(repo, MADE, "made anew\n"));
    write(&repo, "src/list.c", "backdoor\n");
    repo.git(["commit", "-qa", "--amend", "--no-edit"]);
    let both = report(&repo, 3).to_string();
    assert!(both.contains("changes src/list.c, gen/x.js in another way"), "{both}");
    repo.git(["checkout", "-q", "keep", "--"]);
    write(&repo, "src/list.c", "one, kept\n");
    repo.git(["commit", "-qa", "--amend", "--no-edit"]);
    repo.git(["checkout", "-q", "main"]);
    let refused = waive(&repo, fix, &[]).code(2).stderr;
    assert!(refused.contains("names the commit that was looked at"), "{refused}");
    let pick = repo.commit_id("keep").to_string();
    let told = report(&repo, 3).to_string();
    let how = format!("patch-check waive {} --rule origin --pick {pick}", fix.short());
    assert!(told.contains(&how), "{told}");
    let _recorded = waive(&repo, fix, &["--pick", "keep"]).success();
    let text = std::fs::read_to_string(repo.path().join(".patch/waivers.toml")).expect("because it was written");
    repo.land_fix("Waive", [(".patch/waivers.toml", text.as_str())]);
    let waived = report(&repo, 0);
    assert_eq!(found(&waived, "origin"), "waived");
    assert!(!waived.to_string().contains("patch-check waive"), "{waived}");
}

/// Waives the origin of a fix, until a day that does not come.
fn waive(repo: &Repo, fix: CommitId, more: &[&str]) -> Output {
    let base = ["--rule", "origin", "--reason", "made anew, and it is the same", "--until", "2099-01-01"];
    let by = ["--by", "Mia <mia@example.com>"];
    Bin::check().at(repo).args(["waive", &fix.to_string()]).args(base).args(by).args(more.iter().copied()).run()
}

#[test]
fn a_waiver_of_what_was_made_anew_covers_no_later_content_under_the_name_of_the_fix() {
    let (repo, fix) = picked("regenerate = \"true\"", &|repo| write(repo, MADE, "made anew\n"));
    repo.git(["checkout", "-q", "main"]);
    let by_fix = format!(
        "[[waiver]]\nfix = \"{fix}\"\nrule = \"origin\"\nreason = \"made anew, and it is the same\"\n\
        by = \"Mia <mia@example.com>\"\nuntil = 2099-01-01\n"
    );
    repo.land_fix("Waive it by its fix", [(".patch/waivers.toml", by_fix.as_str())]);
    let told = report(&repo, 3);
    assert_eq!((found(&told, "origin"), found(&told, "waivers")), ("undecided".into(), "failed".into()), "{told}");
    assert!(told.to_string().contains(&format!("--pick {}", repo.commit_id("keep"))), "{told}");
    let bound = by_fix.replace("reason =", &format!("pick = \"{}\"\nreason =", repo.commit_id("keep")));
    repo.land_fix("Waive what was looked at", [(".patch/waivers.toml", bound.as_str())]);
    assert_eq!(found(&report(&repo, 0), "origin"), "waived");
    for (path, text) in [(MADE, "evil\n"), ("src/list.c", "backdoor\n")] {
        repo.git(["checkout", "-q", "keep"]);
        write(&repo, path, text);
        repo.git(["commit", "-qa", "--amend", "--no-edit"]);
        repo.git(["checkout", "-q", "main"]);
        assert_eq!(found(&report(&repo, 3), "origin"), "undecided", "{path}");
    }
}

/// Commits the waivers of the worktree to main.
fn land_waivers(repo: &Repo) {
    let text = std::fs::read_to_string(repo.path().join(".patch/waivers.toml")).expect("because it was written");
    repo.land_fix("Waive", [(".patch/waivers.toml", text.as_str())]);
}

#[test]
fn a_waiver_covers_the_same_pick_made_again_and_nothing_else() {
    let (repo, fix) = picked("regenerate = \"true\"", &|repo| write(repo, MADE, "made anew\n"));
    repo.git(["checkout", "-q", "main"]);
    let first = repo.commit_id("keep");
    let _recorded = waive(&repo, fix, &["--pick", "keep"]).success();
    land_waivers(&repo);
    let again = |text: &str, author: &[&str]| {
        repo.git(["checkout", "-q", "-B", "keep", "release/2.0"]);
        repo.git(["cherry-pick", "-x", &fix.to_string()]);
        write(&repo, MADE, text);
        repo.git([&["commit", "-qa", "--amend", "--no-edit"], author].concat());
        repo.git(["checkout", "-q", "main"]);
    };
    // The line goes on meanwhile, and the commit that was looked at is gone.
    repo.git(["checkout", "-q", "release/2.0"]);
    write(&repo, "README", "more\n");
    repo.git(["add", "README"]);
    repo.git(["commit", "-qm", "Say more"]);
    again("made anew\n", &[]);
    assert_ne!(repo.commit_id("keep"), first);
    repo.git(["reflog", "expire", "--expire=now", "--all"]);
    repo.git(["gc", "-q", "--prune=now"]);
    assert_eq!(found(&report(&repo, 0), "origin"), "waived");
    again("evil\n", &[]);
    assert_eq!(found(&report(&repo, 3), "origin"), "undecided");
    again("made anew\n", &["--author", "Eve <eve@example.com>"]);
    assert_eq!(found(&report(&repo, 3), "origin"), "undecided");
}

#[test]
fn a_waiver_goes_by_the_pick_whichever_of_the_two_it_names() {
    let (repo, fix) = picked("regenerate = \"true\"", &|repo| write(repo, MADE, "made anew\n"));
    repo.git(["checkout", "-q", "main"]);
    let refused = |fix: CommitId, pick: &str, says: &str| {
        let told = waive(&repo, fix, &["--pick", pick]).code(2).stderr;
        assert!(told.contains(says), "{told}");
    };
    refused(fix, &fix.to_string(), "it is no pick of a pull request to a line");
    refused(repo.commit_id("release/2.1"), "keep", "neither the pick nor a fix that main has");
    refused(fix, &"12".repeat(20), "git fetch origin pull/N/head");
    let pick = repo.commit_id("keep");
    let _recorded = waive(&repo, pick, &[]).success();
    land_waivers(&repo);
    assert_eq!(found(&report(&repo, 0), "origin"), "waived");
    // Where nothing is open, one that names nothing that was looked at is of no use.
    let text = format!(
        "[[waiver]]\nfix = \"{fix}\"\nrule = \"origin\"\nreason = \"made anew\"\nby = \"Mia <mia@example.com>\"\n\
        until = 2099-01-01\n\n{}",
        std::fs::read_to_string(repo.path().join(".patch/waivers.toml")).expect("because it was landed")
    );
    repo.land_fix("Waive it by its fix, too", [(".patch/waivers.toml", text.as_str())]);
    let told = report(&repo, 0);
    assert_eq!((found(&told, "origin"), found(&told, "waivers")), ("waived".into(), "failed".into()), "{told}");
    assert!(told.to_string().contains("nothing is left to look at: remove it"), "{told}");
}
