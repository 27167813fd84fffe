//! What history tells about a fix and a line: prerequisites, the commits that brought a bug, recorded decisions.

use backstitch::model::affected::{Affected, Introduced, Lacks, Shown, WhyUnknown};
use backstitch::model::commit::CommitId;
use backstitch::model::decision::{Answer, Outcome};
use backstitch::model::path::PathPolicies;
use backstitch::model::prerequisite::{Because, Budget, Cost, Prerequisites, Proof};
use backstitch::model::request::{DecideRequest, Mode};
use backstitch::ports::decisions::decisions_at;
use backstitch::ports::git::{Blamed, Forecaster, Git, LineRange, Objects, Question, Treeish, blame};
use backstitch::ports::settings;
use backstitch::ports::survey::affected::{affected, suspects};
use backstitch::steps::pick::decide;
use backstitch::steps::pick::prerequisites::{Request, prerequisites};

use crate::support::{Change, Repo};

fn open(repo: &Repo) -> Git {
    Git::open(&repo.path()).expect("because the repository exists")
}

/// Numbered lines, some of them replaced.
fn lines(replaced: &[(usize, &str)]) -> String {
    let line = |number: usize| match replaced.iter().find(|(at, _)| *at == number) {
        Some((_, text)) => format!("{text}\n"),
        None => format!("line number {number}\n"),
    };
    (1..=30).map(line).collect()
}

fn search(repo: &Repo, fix: CommitId, budget: Budget) -> Prerequisites {
    let git = open(repo);
    let fix = git.commit(fix).expect("because the fix exists");
    let line = git.commit(repo.commit_id("release/2.0")).expect("because the line exists");
    let onto = Treeish { tree: line.tree, commit: Some(line.id) };
    let forecaster = Forecaster::new(&git).expect("because git is new enough");
    let mut worker = forecaster.worker().expect("because the repository opens");
    let series = backstitch::model::line::Series::in_name("2.0");
    let request = Request { fix: &fix, onto, line: line.id, series, budget };
    prerequisites(&mut worker, &git, &PathPolicies::default(), &request, &mut |_| Ok(false))
        .expect("because all is there")
}

fn proven(picks: &[CommitId], files: usize, lines: u64) -> Proof {
    Proof::Proven { picks: picks.to_vec(), cost: Cost { commits: picks.len(), files, lines } }
}

#[test]
fn a_chain_of_prerequisites_is_found_and_nothing_beside_it() {
    let repo = Repo::new();
    repo.land_fix("Write", [("a", lines(&[]).as_str())]);
    repo.cut_line("2.0");
    let first = repo.land_fix("First", [("a", lines(&[(10, "one")]).as_str())]);
    let second = repo.land_fix("Second", [("a", lines(&[(10, "two")]).as_str())]);
    repo.land_fix("Far", [("a", lines(&[(10, "two"), (25, "far")]).as_str())]);
    let fix = repo.land_fix("Fix", [("a", lines(&[(10, "three"), (25, "far")]).as_str())]);
    let found = search(&repo, fix, Budget::default());
    let candidates: Vec<_> = found.candidates.iter().map(|one| (one.commit, one.because.clone())).collect();
    assert_eq!(candidates, [(second, Because::Touched { path: "a".to_owned(), lines: 1 })]);
    assert_eq!(found.proof, proven(&[first, second], 1, 4));
    let tight = search(&repo, fix, Budget { max_count: 1, max_depth: 8 });
    assert_eq!(tight.proof, Proof::OverBudget { needed: 2 });
    let shallow = search(&repo, fix, Budget { max_count: 12, max_depth: 1 });
    assert_eq!(shallow.proof, Proof::OverBudget { needed: 2 });
}

#[test]
fn a_neighbour_that_is_not_needed_is_left_out() {
    let repo = Repo::new();
    repo.land_fix("Write", [("a", lines(&[]).as_str())]);
    repo.cut_line("2.0");
    repo.land_fix("Neighbour", [("a", lines(&[(13, "near")]).as_str())]);
    let needed = repo.land_fix("Needed", [("a", lines(&[(10, "one"), (13, "near")]).as_str())]);
    let fix = repo.land_fix("Fix", [("a", lines(&[(10, "two"), (13, "near")]).as_str())]);
    let found = search(&repo, fix, Budget::default());
    assert_eq!(found.candidates.len(), 2);
    assert_eq!(found.proof, proven(&[needed], 1, 2));
}

#[test]
fn what_only_the_line_changed_is_a_dead_end() {
    let repo = Repo::new();
    repo.land_fix("Write", [("a", lines(&[]).as_str())]);
    repo.cut_line("2.0");
    repo.land_on_line("2.0", "Differ", [("a", lines(&[(10, "different")]).as_str())]);
    let fix = repo.land_fix("Fix", [("a", lines(&[(10, "fixed")]).as_str())]);
    let found = search(&repo, fix, Budget::default());
    assert_eq!(found.candidates, []);
    assert_eq!(found.proof, Proof::DeadEnd { at: fix, files: vec!["a".to_owned()] });
}

#[test]
fn what_a_message_asks_for_is_needed_even_where_the_fix_applies() {
    let repo = Repo::new();
    repo.land_fix("Write", [("a", lines(&[]).as_str())]);
    repo.cut_line("2.0");
    let helper = repo.land_fix("Add a helper", [("helper", "help\n")]);
    let other = repo.land_fix("Add another", [("other", "help\n")]);
    let message = format!(
        "Fix\n\nRequires: {helper}\nCc: <stable@example.com> # 1.9.x: {other}: only there\nRequires: abcdef0123\n"
    );
    let fix = repo.commit_with(&message, "Ann <ann@example.com>", [("a", lines(&[(3, "x")]).as_str())]);
    let found = search(&repo, fix, Budget::default());
    assert_eq!(found.proof, proven(&[helper], 1, 1));
    assert_eq!(found.candidates[0].because, Because::Stated { text: format!("Requires: {helper}") });
}

#[test]
fn blame_takes_any_path_and_ignores_white_space() {
    let repo = Repo::new();
    let path = "ä\t\"[x].txt";
    let first = repo.land_fix("Write", [(path, "one\ntwo\nthree\n")]);
    let second = repo.land_fix("Change", [(path, "one\n2\nthree\n")]);
    let third = repo.land_fix("Indent", [(path, "one\n2\n  three\n")]);
    let whole = [LineRange { start: 1, count: 3 }];
    let blamed = blame(&open(&repo), Question { at: third, path: path.as_bytes(), ranges: &whole }).expect("an answer");
    let one = |start| LineRange { start, count: 1 };
    let mut expected = [(first, vec![one(1), one(3)]), (second, vec![one(2)])].map(|(commit, there)| Blamed {
        commit,
        path: path.into(),
        there,
    });
    expected.sort_by_key(|one| one.commit);
    assert_eq!(blamed, expected);
}

fn judge(repo: &Repo, fix: CommitId, on_line: &[CommitId]) -> Affected {
    let git = open(repo);
    let fix = git.commit(fix).expect("because the fix exists");
    let line = git.commit(repo.commit_id("release/2.0")).expect("because the line exists");
    let suspects = suspects(&git, &fix).expect("because all is there");
    let mut objects = Objects::new(git.reopen().expect("because the repository opens"));
    affected(&mut objects, &suspects, line.tree, &mut |commit| Ok(on_line.contains(&commit))).expect("an answer")
}

#[test]
fn a_line_with_the_commit_that_brought_the_bug_is_affected() {
    let repo = Repo::new();
    let write = repo.land_fix("Write", [("src/a.c", lines(&[]).as_str())]);
    repo.cut_line("2.0");
    let removed = repo.land_fix("Fix", [("src/a.c", lines(&[(10, "repaired")]).as_str())]);
    let added = repo.land_fix("Add", [("src/a.c", lines(&[(10, "repaired"), (20, "line number 20\nmore")]).as_str())]);
    let because = |shown| Affected::Affected { because: Introduced { by: write, shown } };
    assert_eq!(judge(&repo, removed, &[write]), because(Shown::RemovedLines));
    assert_eq!(judge(&repo, added, &[write]), because(Shown::Context));
}

#[test]
fn a_line_without_the_bug_lacks_its_commit_and_its_lines() {
    let repo = Repo::new();
    repo.land_fix("Write", [("src/a.c", lines(&[]).as_str())]);
    repo.cut_line("2.0");
    let broken = lines(&[(10, "line number 10\nbroken feature")]);
    let bug = repo.land_fix("Add a feature", [("src/a.c", broken.as_str())]);
    let fixed = (10, "line number 10\nworking feature");
    let fix = repo.land_fix("Fix", [("src/a.c", lines(&[fixed]).as_str())]);
    let files = vec!["src/a.c".to_owned()];
    let because = Lacks { introduced_by: vec![bug], shown: Shown::RemovedLines, files };
    assert_eq!(judge(&repo, fix, &[]), Affected::NotAffected { because });
    // What was there before the bug is there still, so the bug may be older.
    let rewritten = repo.land_fix("Rewrite", [("src/a.c", lines(&[fixed, (20, "rewritten")]).as_str())]);
    let again = repo.land_fix("Again", [("src/a.c", lines(&[fixed, (20, "right")]).as_str())]);
    assert_eq!(judge(&repo, again, &[]), Affected::Unknown { why: WhyUnknown::Rewritten { by: rewritten } });
    // The line got the feature in some other way, and in another place.
    repo.land_on_line("2.0", "Same", [("lib/a.c", lines(&[(4, "  broken feature")]).as_str())]);
    let files = vec!["lib/a.c".to_owned()];
    assert_eq!(judge(&repo, fix, &[]), Affected::Unknown { why: WhyUnknown::LinesPresent { files } });
}

#[test]
fn a_stated_cause_goes_before_blame() {
    let repo = Repo::new();
    let write = repo.land_fix("Write", [("src/a.c", lines(&[]).as_str())]);
    repo.cut_line("2.0");
    let cause = repo.land_fix("Cause", [("src/b.c", "other\n")]);
    let message = format!("Fix\n\nFixes: {} (\"Cause\")", cause.short());
    let fix = repo.commit_with(&message, "Ann <ann@example.com>", [("src/a.c", lines(&[(10, "x")]).as_str())]);
    let because = Introduced { by: cause, shown: Shown::Stated };
    assert_eq!(judge(&repo, fix, &[write, cause]), Affected::Affected { because });
    // The repaired line is on the line, so the statement alone does not clear it.
    let files = vec!["src/a.c".to_owned()];
    assert_eq!(judge(&repo, fix, &[write]), Affected::Unknown { why: WhyUnknown::LinesPresent { files } });
}

#[test]
fn a_fix_that_tells_nothing_leaves_it_unknown() {
    let repo = Repo::new();
    repo.land_fix("Write", [("src/a.c", "one\n"), ("tests/a.sh", "true\n")]);
    repo.cut_line("2.0");
    let test = repo.land_fix("Test", [("tests/a.sh", "false\n")]);
    let new = repo.land_fix("New", [("src/b.c", "two\n")]);
    let mode = repo.land_fix("Mode", [Change::MakeExecutable("src/a.c".to_owned())]);
    let submodule = repo.land_fix("Module", [Change::Submodule("lib".to_owned(), test)]);
    let moved = repo.land_fix("Move", [Change::Submodule("lib".to_owned(), new)]);
    for (fix, why) in [
        (test, WhyUnknown::Incidental),
        (new, WhyUnknown::NewFilesOnly),
        (mode, WhyUnknown::NoLines),
        (submodule, WhyUnknown::NewFilesOnly),
        (moved, WhyUnknown::NoLines),
    ] {
        assert_eq!(judge(&repo, fix, &[]), Affected::Unknown { why });
    }
}

fn decline(repo: &Repo, fix: CommitId, mode: Mode) -> DecideRequest {
    DecideRequest {
        fix: fix.to_string(),
        line: "2.0".parse().expect("a line name"),
        answer: Answer::Decline,
        kind: None,
        reason: "too risky".parse().expect("a reason"),
        by: Some("Mia <mia@example.com>".parse().expect("a person")),
        at: repo.now().parse().expect("a moment"),
        mode,
    }
}

#[test]
fn a_decision_is_written_once_and_read_from_where_it_is_committed() {
    let repo = Repo::new();
    let fix = repo.land_fix("Fix", [("a", "a\n")]);
    repo.cut_line("2.0");
    let git = open(&repo);
    let settings = settings::load(&git, None).expect("because there is a line");
    let outcome = |mode| {
        let request = decline(&repo, fix, mode);
        decide::run(&git, &settings, request).expect("because the worktree can be written").outcome
    };
    assert_eq!(outcome(Mode::DryRun), Outcome::WouldRecord);
    assert!(!repo.path().join(".patch").exists());
    assert_eq!([outcome(Mode::Write), outcome(Mode::Write)], [Outcome::Recorded, Outcome::Already]);
    assert_eq!(std::fs::read_dir(repo.path().join(".patch")).expect("a folder").count(), 1);
    let text = std::fs::read_to_string(repo.path().join(".patch/decisions.toml")).expect("the file");
    let landed = repo.land_fix("Decide", [(".patch/decisions.toml", text.as_str())]);
    let read = decisions_at(&git, landed).expect("a file of decisions");
    let line = "2.0".parse().expect("a line name");
    assert_eq!(read.latest(fix, &line).map(|one| one.answer), Some(Answer::Decline));
    assert_eq!(decisions_at(&git, fix).expect("no file").all(), []);
}

#[test]
fn a_bare_repository_keeps_no_decisions() {
    let repo = Repo::new();
    let fix = repo.land_fix("Fix", [("a", "a\n")]);
    repo.cut_line("2.0");
    let bare = repo.home().join("bare.git");
    repo.git(["clone", "-q", "--bare", ".", &bare.to_string_lossy()]);
    let git = Git::open(&bare).expect("because it was cloned");
    let settings = settings::load(&git, None).expect("because there is a line");
    let error = decide::run(&git, &settings, decline(&repo, fix, Mode::Write)).expect_err("there is no worktree");
    assert_eq!(error.to_string(), "this repository has no worktree to keep '.patch/decisions.toml' in");
}
