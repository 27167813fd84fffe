//! `patch-pick` at its edge: what it is asked, what it prints, and the exit code.

use backstitch::model::commit::CommitId;

use crate::support::{Bin, Repo};

/// Two lines, a fix that both take, and a fix that conflicts on 2.0 alone.
struct Story {
    repo: Repo,
    easy: CommitId,
    hard: CommitId,
}

fn story() -> Story {
    let repo = Repo::new();
    repo.land_fix("Add the list", [("list.c", "one\ntwo\nthree\n"), ("map.c", "map\n")]);
    repo.cut_line("2.0");
    repo.land_fix("Rename two", [("list.c", "one\nzwei\nthree\n")]);
    repo.cut_line("2.1");
    let easy = repo.land_fix("Fix the map", [("map.c", "map, fixed\n")]);
    let hard = repo.land_fix("Fix two", [("list.c", "one\nzwei, fixed\nthree\n")]);
    Story { repo, easy, hard }
}

impl Story {
    fn forecast(&self) -> Bin {
        Bin::pick().at(&self.repo).args(["forecast"])
    }
}

#[test]
fn pairs_on_standard_input_are_answered_in_their_order() {
    let story = story();
    let (easy, hard) = (story.easy, story.hard);
    let pairs = [(hard, "release/2.0"), (easy, "release/2.0"), (hard, "main"), (hard, "release/2.1")];
    let asked: String = pairs.iter().map(|(fix, onto)| format!("{fix} {onto}\n")).collect();
    let output = story.forecast().args(["--stdin"]).stdin(asked).run().success();
    let lines = output.json_lines();
    let said: Vec<_> = lines.iter().map(|line| (line["outcome"].as_str(), line["files"].to_string())).collect();
    let expected = [("conflict", "[\"list.c\"]"), ("clean", "[]"), ("empty", "[]"), ("clean", "[]")];
    assert_eq!(said, expected.map(|(outcome, files)| (Some(outcome), files.to_owned())));
    for (line, (fix, onto)) in lines.iter().zip(pairs) {
        assert_eq!(line["fix"], fix.to_string());
        assert_eq!(line["onto"], story.repo.commit_id(onto).to_string());
    }
    assert_eq!(lines[2]["tree"], story.repo.git(["rev-parse", "main^{tree}"]));
}

#[test]
fn forecast_changes_nothing() {
    let story = story();
    let state = || {
        let refs = story.repo.git(["for-each-ref"]);
        (refs, story.repo.git(["status", "--porcelain"]), story.repo.git(["worktree", "list", "--porcelain"]))
    };
    let before = state();
    let run = story.forecast().args(["--stdin"]).stdin(format!("{} release/2.0\n", story.hard)).run();
    assert!(!run.success().stdout.is_empty());
    assert_eq!(state(), before);
}

#[test]
fn an_unknown_revision_is_named() {
    let story = story();
    let asked = format!("{} release/2.0\nnothing release/2.0\n", story.easy);
    let output = story.forecast().args(["--stdin"]).stdin(asked).run().code(2);
    assert!(output.stderr.contains("error: ") && output.stderr.contains("'nothing'"), "{}", output.stderr);
}

#[test]
fn a_line_that_is_no_pair_is_named() {
    let story = story();
    let output = story.forecast().args(["--stdin"]).stdin("main\n").run().code(2);
    assert!(output.stderr.contains("'main'"), "{}", output.stderr);
}

#[test]
fn nothing_asked_is_nothing_answered() {
    assert_eq!(story().forecast().args(["--stdin"]).stdin("").run().success().stdout, "");
}

#[test]
fn the_repository_may_be_named() {
    let story = story();
    let path = story.repo.path().display().to_string();
    let asked = format!("{} release/2.0\n", story.easy);
    let output = Bin::pick().args(["forecast", "--stdin", "--repo", &path]).stdin(asked).run().success();
    assert_eq!(output.json()["outcome"], "clean");
}

#[test]
fn a_place_without_a_repository_is_an_error_and_no_crash() {
    let output = Bin::pick().args(["forecast", "--stdin"]).stdin("a b\n").run();
    assert!([2, 4].contains(&output.exit), "{output:?}");
    assert!(output.stderr.contains("error: "), "{}", output.stderr);
}

#[test]
fn the_exit_code_says_whether_there_is_a_conflict() {
    let story = story();
    let (easy, hard) = (story.easy.to_string(), story.hard.to_string());
    let clean = story.forecast().args([&easy, "--line", "2.0", "--line", "2.1"]).run().success();
    assert!(clean.stdout.contains("2.0") && clean.stdout.contains("2.1"), "{}", clean.stdout);
    let conflict = story.forecast().args([&hard, "--line", "2.0", "--line", "2.1"]).run().code(1);
    assert!(conflict.stdout.contains("list.c"), "{}", conflict.stdout);
    let empty = story.forecast().args([&hard, "--onto", "main"]).run().success();
    assert!(empty.stdout.contains("empty"), "{}", empty.stdout);
    let _told = story.forecast().args([&hard, "--line", "9.9"]).run().code(2);
}

#[test]
fn strangers_cannot_steer_the_terminal() {
    let repo = Repo::new();
    repo.land_fix("Add", [("a", "1\n")]);
    repo.cut_line("2.0");
    let fix = repo.land_fix("Fix \u{1b}[31mred\u{1b}[0m", [("b\u{1b}[2J", "1\n"), ("a", "2\n")]);
    repo.land_on_line("2.0", "Otherwise", [("b\u{1b}[2J", "2\n")]);
    for format in ["text", "markdown", "json"] {
        let arguments = ["forecast", &fix.to_string(), "--line", "2.0", "--format", format];
        let output = Bin::pick().at(&repo).args(arguments).run().code(1);
        assert!(!output.stdout.contains('\u{1b}') && !output.stderr.contains('\u{1b}'), "{format}: {output:?}");
    }
}

#[test]
fn a_workflow_gets_the_summary_the_result_and_the_reason() {
    let story = story();
    let file = |name: &str| story.repo.home().join(name).to_string_lossy().into_owned();
    let (output, summary) = (file("output"), file("summary"));
    let run = story
        .forecast()
        .args(["--line", "2.0", &story.hard.to_string()])
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_OUTPUT", &output)
        .env("GITHUB_STEP_SUMMARY", &summary)
        .run()
        .code(1);
    assert!(run.stderr.contains("::warning::") && run.stderr.contains("list.c"), "{}", run.stderr);
    let summary = std::fs::read_to_string(summary).expect("a summary");
    assert!(summary.contains("2.0 | `") && summary.contains("| conflict |"), "{summary}");
    let output = std::fs::read_to_string(output).expect("outputs");
    let blocks: Vec<&str> = output.lines().collect();
    let blocks: Vec<(&str, &str, &str)> = blocks.chunks(3).map(|block| (block[0], block[1], block[2])).collect();
    let block = |name: &str| {
        let named = |(head, ..): &&(&str, &str, &str)| head.starts_with(&format!("{name}<<"));
        *blocks.iter().find(named).unwrap_or_else(|| panic!("there is no output '{name}': {output}"))
    };
    // The single values of the document are outputs of their own.
    assert_eq!(block("fix").1, story.hard.to_string());
    let (head, json, end) = block("result");
    let delimiter = head.strip_prefix("result<<").expect("a delimiter");
    let value: serde_json::Value = serde_json::from_str(json).expect("JSON");
    assert_eq!(value["forecasts"][0]["outcome"], "conflict");
    assert_eq!(end, delimiter);
}
