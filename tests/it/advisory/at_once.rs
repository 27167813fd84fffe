//! Sources that several runs change at once, and what is left of runs that were killed.

use super::{advisory, recording, source, with_advisory};
use crate::support::embargo::{BEFORE, embargo, public, require_silent};
use crate::support::{Bin, Output, Repo};

/// Starts several runs, and returns how each ended once all have.
fn at_once(bins: Vec<Bin>) -> Vec<Output> {
    let runs: Vec<_> = bins.into_iter().map(|bin| std::thread::spawn(|| bin.run())).collect();
    runs.into_iter().map(|run| run.join().expect("it ends")).collect()
}

#[test]
fn whatever_says_that_it_changed_the_source_is_in_it() {
    let repo = with_advisory("public", "published = 2026-01-02T00:00:00Z");
    let mut changed = Vec::new();
    for round in 10..30 {
        let told: Vec<String> = (0..4).map(|of| format!("Told by {of} in round {round}")).collect();
        let revise = |summary: &String| recording(&repo).args(["revise", "GSA-2026-001", "--summary", summary]);
        let person = format!("{} <mia@godel.example>", told[3]);
        let done = recording(&repo).args(["done", "GSA-2026-001", "fix-reviewed", "--by", &person]);
        let ended = at_once(told[..3].iter().map(revise).chain([done]).collect());
        let before = changed.len();
        for (summary, ended) in told.iter().zip(ended) {
            match ended.exit {
                0 => changed.push(summary.clone()),
                _ => {
                    let refused = ended.code(4).stderr;
                    assert!(refused.contains("was changed at this moment"), "{refused}");
                    assert!(refused.contains("run the same command again"), "{refused}");
                }
            }
        }
        assert!(changed.len() > before, "one of them is the first");
    }
    let there = source(&repo);
    let lost: Vec<&String> = changed.iter().filter(|summary| !there.contains(*summary)).collect();
    assert!(lost.is_empty(), "{lost:?} of {changed:?} is not in {there}");
    assert_eq!(there.matches("Told by").count(), changed.len(), "{there}");
}

/// Leaves what a run leaves that is killed while it writes a source, beside what another verb may write there.
fn leave(repo: &Repo, text: &str) {
    for (name, text) in [("abc", text), ("Empty1", ""), ("0123456789abcdef", "version = 1\n")] {
        let path = repo.path().join(format!("advisories/.backstitch-{name}"));
        std::fs::write(path, text).expect("it is written");
    }
}

/// The names of the files in the folder.
fn names(repo: &Repo) -> Vec<String> {
    let entries = std::fs::read_dir(repo.path().join("advisories")).expect("it is there");
    let name = |entry: std::io::Result<std::fs::DirEntry>| entry.expect("it is there").file_name();
    let mut names: Vec<String> = entries.map(|entry| name(entry).to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn what_a_killed_run_left_disturbs_nobody_and_goes_with_the_next_change() {
    let repo = with_advisory("embargoed", "");
    let checked = || advisory(&repo).args(["check"]).run();
    let whole = source(&repo);
    let done = vec!["done", "GSA-2026-001", "fix-reviewed", "--by", "Mia <mia@godel.example>"];
    for change in [done, vec!["new", "Another flaw"]] {
        let before = checked();
        leave(&repo, &whole[..whole.len() / 2]);
        let after = checked();
        assert_eq!((after.exit, &after.stdout, &after.stderr), (before.exit, &before.stdout, &before.stderr));
        let _standing = advisory(&repo).args(["embargo", "status"]).run().success();
        let dry = recording(&repo).args(&change).args(["--dry-run"]).run().success();
        assert!(names(&repo).contains(&".backstitch-abc".to_owned()), "{}", dry.stdout);
        let said = recording(&repo).args(&change).run().success();
        let left: Vec<String> = names(&repo).into_iter().filter(|name| name.starts_with('.')).collect();
        assert_eq!(left, [".backstitch-0123456789abcdef"], "{}", said.stdout);
    }
}

#[test]
fn what_a_killed_run_left_is_guarded_as_soon_as_it_is_committed() {
    let repo = public();
    let fix = "4be07f1c2a9d8365e0f14b7c93d5a86210fe7b3d";
    embargo(&repo, fix);
    let whole = std::fs::read_to_string(repo.path().join("advisories/GSA-2026-011.md")).expect("it is there");
    leave(&repo, &whole[..whole.len() / 2]);
    let guard = |args: &[&str]| Bin::advisory().at(&repo).args(["guard"]).args(args).args(["--now", BEFORE]);
    let text = |text: &str| guard(&["--text", "-", "--as", "title"]).stdin(text).run();
    let _fine = text("Show the progress of an upload").success();
    let _told = text("Stop reading out of bounds in the upload parser").code(1);
    repo.git(["add", "advisories/.backstitch-abc"]);
    repo.git(["commit", "-q", "-m", "Add all"]);
    let push = format!("HEAD {} refs/heads/topic {}\n", repo.commit_id("HEAD"), "0".repeat(40));
    let refused = guard(&["--push", "origin"]).stdin(push).run();
    let refused = refused.code(2);
    assert!(refused.stderr.contains("begins as an advisory does and is not called as one"), "{}", refused.stderr);
    require_silent(&refused, fix);
}
