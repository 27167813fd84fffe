//! `patch-prepare.yml` and `patch-status.yml`: from what a line needs to a pull request, and to the issue with the table.

use super::traps::Traps;
use super::{Project, started};
use crate::executor::{Access, Outcome, Run, Runner};

const PREPARE: &str = ".github/workflows/patch-prepare.yml";
const STATUS: &str = ".github/workflows/patch-status.yml";

fn prepare<'p>(project: &'p Project, line: &str, fixes: &str, exec: &str) -> Runner<'p> {
    project.runner().input("line", line).input("fixes", fixes).input("exec", exec)
}

/// Requires one open pull request to line 2.0 whose branch holds the fix.
fn require_proposed(project: &Project, run: &Run) {
    run.ended(Outcome::Success);
    let state = project.github.state();
    let [pull] = state.proposals.open()[..] else { panic!("{:#?}", state.proposals.pulls) };
    assert_eq!((pull.base.as_str(), pull.head.as_str(), pull.draft), ("release/2.0", "backstitch/2.0", false));
    assert!(pull.body.contains("keep the list") && pull.body.contains("approve"), "{}", pull.body);
    assert_eq!(project.there(&["show", "backstitch/2.0:list"]), "one, kept");
    assert_eq!(project.there(&["rev-list", "--count", "release/2.0..backstitch/2.0"]), "1");
}

#[test]
fn what_a_line_needs_becomes_a_pull_request_and_stays_one() {
    let project = Project::new();
    let before = project.there(&["rev-parse", "release/2.0", "release/1.9", "main"]);
    let run = started(&prepare(&project, "2.0", "main", "grep -q kept list"), PREPARE);
    require_proposed(&project, &run);
    assert_eq!(project.there(&["rev-parse", "release/2.0", "release/1.9", "main"]), before);
    assert_eq!(run.job("plan").permissions.get("contents"), Access::Read);
    assert!(run.outputs["digest"].len() == 64, "{:?}", run.outputs);
    // Another night: the picks are made anew, and what waits for reviews and checks stays.
    let head = project.there(&["rev-parse", "backstitch/2.0"]);
    let again = started(&prepare(&project, "2.0", "main", ""), PREPARE);
    require_proposed(&project, &again);
    assert_eq!(project.there(&["rev-parse", "backstitch/2.0"]), head);
    assert!(again.outputs["result"].contains("\"outcome\":\"already\""), "{}", again.outputs["result"]);
}

#[test]
fn a_conflict_is_said_and_fails_the_run() {
    let project = Project::new();
    let repo = &project.repo;
    repo.land_on_line("2.0", "Another list", [("list", "two\n")]);
    repo.git(["push", "-q", &project.bare().display().to_string(), "release/2.0"]);
    let run = started(&prepare(&project, "2.0", "main", ""), PREPARE);
    run.ended(Outcome::Failure);
    let told: Vec<String> =
        run.all_steps().iter().flat_map(|step| step.messages("warning")).map(str::to_owned).collect();
    let fix = project.repo.git(["rev-parse", "main"]);
    let next = format!(
        "in any clone: git fetch origin; patch-pick plan --line 2.0 --output plan.json {fix}; patch-pick apply"
    );
    let said = |text: &&str| text.contains("conflicts, a person has to resolve it; ") && text.contains(&next);
    for job in ["apply", "propose"] {
        let told = run.job(job).steps.iter().flat_map(|step| step.messages("warning"));
        assert_eq!(told.filter(said).count(), 1, "{job}\n{run}");
    }
    // Where the picks were made nobody gets any more.
    for text in told.iter().map(String::as_str).chain(run.summaries()) {
        assert!(!text.contains("/plan/plan.json") && !text.contains(".git/backstitch"), "{text}");
    }
    let proposed = run.job("propose").all_steps().iter().map(|step| step.summary.as_str()).collect::<String>();
    assert!(proposed.contains("\npatch-pick propose applied.json   # with GITHUB_TOKEN"), "{proposed}");
}

#[test]
fn what_was_picked_before_a_conflict_waits_in_a_draft() {
    let project = Project::new();
    let repo = &project.repo;
    repo.land_fix("fix: keep the set\n\nKind: crash", [("set", "kept\n"), ("tests/set", "test\n")]);
    repo.land_on_line("2.0", "Another set", [("set", "two\n")]);
    repo.git(["push", "-q", &project.bare().display().to_string(), "main", "release/2.0"]);
    let run = started(&prepare(&project, "2.0", "main~1\nmain", ""), PREPARE);
    run.ended(Outcome::Failure);
    let state = project.github.state();
    let [pull] = state.proposals.open()[..] else { panic!("{:#?}\n{run}", state.proposals.pulls) };
    assert_eq!((pull.head.as_str(), pull.draft), ("backstitch/2.0", true));
    let commands = format!(
        "\npatch-pick plan --line 2.0 --output plan.json {}\n",
        repo.git(["rev-parse", "main~1", "main"]).replace('\n', " ")
    );
    assert!(
        pull.body.contains("In any clone:\n\n```\ngit fetch origin\n") && pull.body.contains(&commands),
        "{}",
        pull.body
    );
    assert_eq!(project.there(&["show", "backstitch/2.0:list"]), "one, kept");
}

#[test]
fn a_command_that_fails_leaves_no_pull_request_and_sees_no_token() {
    let project = Project::new();
    let look = "if env | grep -q 'ghs[_]'; then echo a token is seen; else echo none is seen; fi; exit 7";
    let run = started(&prepare(&project, "2.0", "main", look), PREPARE);
    run.ended(Outcome::Failure);
    assert!(project.github.state().proposals.pulls.is_empty());
    let said: String = run.all_steps().iter().map(|step| step.log.clone() + "\n").collect();
    let has = |wanted: &str| said.lines().any(|line| line.trim() == wanted);
    assert!(has("none is seen") && !has("a token is seen"), "{run}");
}

#[test]
fn a_plan_that_is_not_the_one_that_was_made_is_refused() {
    let project = Project::new();
    let other = |call: &mut crate::executor::Call<'_>| {
        let outputs = crate::executor::players::download_artifact(call)?;
        let plan = call.workspace.join(call.input("path", "")).join("plan.json");
        let text = std::fs::read_to_string(&plan).expect("because it was uploaded");
        let at = text.find("\"digest\": \"").expect("because it has a digest") + 11;
        std::fs::write(&plan, format!("{}0000{}", &text[..at], &text[at + 4..])).expect("because the folder is ours");
        Ok(outputs)
    };
    let runner = prepare(&project, "2.0", "main", "").player("actions/download-artifact", other);
    let run = started(&runner, PREPARE);
    run.ended(Outcome::Failure);
    assert!(project.github.state().proposals.pulls.is_empty());
    let told: Vec<&str> = run.job("apply").steps.iter().flat_map(|step| step.messages("error")).collect();
    assert_eq!(told, ["the plan is not the one that the job 'plan' made; run the whole workflow again"]);
}

#[test]
fn picks_that_are_not_those_that_were_made_are_refused() {
    let project = Project::new();
    let other = |call: &mut crate::executor::Call<'_>| {
        let outputs = crate::executor::players::download_artifact(call)?;
        let report = call.workspace.join(call.input("path", "")).join("applied.json");
        if let Ok(text) = std::fs::read_to_string(&report) {
            std::fs::write(report, text + " ").expect("because the folder is ours");
        }
        Ok(outputs)
    };
    let before = project.there(&["for-each-ref"]);
    let run = started(&prepare(&project, "2.0", "main", "").player("actions/download-artifact", other), PREPARE);
    run.ended(Outcome::Failure);
    let told: Vec<&str> = run.job("propose").steps.iter().flat_map(|step| step.messages("error")).collect();
    assert_eq!(told, ["the picks are not those that the job 'apply' made; run the whole workflow again"]);
    assert_eq!(project.there(&["for-each-ref"]), before);
}

/// Whatever a command does to the machine that makes the picks, its own sums and reports included.
#[test]
fn picks_that_a_command_put_in_the_place_of_those_of_the_plan_are_refused() {
    let project = Project::new();
    let place = project.repo.home().join("swap").display().to_string();
    let swap = "unset BASH_ENV
if [ -n \"${PICKS-}\" ] && [ \"$GITHUB_JOB\" = apply ] && [ ! -e \"$PICKS/../swapped\" ]; then
  : >\"$PICKS/../swapped\"
  pick=$(sed -n 's/^ *\"commit\": \"\\([0-9a-f]*\\)\".*/\\1/p' \"$PICKS/applied.json\" | head -1)
  blob=$(echo evil | git hash-object -w --stdin)
  tree=$(git ls-tree \"$pick\" | sed \"s/[0-9a-f]\\{40\\}\\tlist\\$/$blob\\tlist/\" | git mktree)
  made=$(git cat-file commit \"$pick\" | sed \"s/^tree .*/tree $tree/\" | git hash-object -t commit -w --stdin)
  sed -i.was \"s/$pick/$made/g\" \"$PICKS/applied.json\" && rm \"$PICKS/applied.json.was\"
  git update-ref refs/heads/release/2.0 \"$made\"
fi
";
    std::fs::write(&place, swap).expect("because the folder is ours");
    let before = project.there(&["for-each-ref"]);
    let run =
        started(&prepare(&project, "2.0", "main", &format!("echo 'BASH_ENV={place}' >>\"$GITHUB_ENV\"")), PREPARE);
    assert_eq!(run.ended(Outcome::Failure).job("apply").outcome, Outcome::Success, "{run}");
    let told: Vec<&str> = run.job("propose").steps.iter().flat_map(|step| step.messages("error")).collect();
    assert!(told.len() == 1 && told[0].contains("is not what the plan says: it has other content"), "{told:?}\n{run}");
    assert_eq!(project.there(&["for-each-ref"]), before);
    assert!(project.github.state().proposals.pulls.is_empty());
}

#[test]
fn what_a_command_leaves_behind_reaches_no_token_that_writes() {
    let project = Project::new();
    let traps = Traps::lay(&project);
    let run = started(&prepare(&project, "2.0", "main", &traps.command()), PREPARE);
    require_proposed(&project, &run);
    traps.require_only_in("apply");
    let may = |job: &str| run.job(job).permissions.get("contents");
    assert_eq!((may("plan"), may("apply"), may("propose")), (Access::Read, Access::Read, Access::Write));
}

#[test]
fn what_would_fail_is_found_before_anything_is_planned() {
    let project = Project::new();
    let before = project.there(&["for-each-ref"]);
    project.github.state().settings.archived = true;
    let run = started(&prepare(&project, "2.0", "main", ""), PREPARE);
    run.ended(Outcome::Failure);
    let told: Vec<&str> = run.all_steps().iter().flat_map(|step| step.messages("error")).collect();
    assert!(
        told.iter().any(|text| text.starts_with("push (token): ") && text.contains("is archived")),
        "{told:?}\n{run}"
    );
    assert_eq!((run.job("doctor").outcome, run.job("plan").outcome), (Outcome::Failure, Outcome::Skipped));
    assert_eq!(run.job("propose").outcome, Outcome::Skipped);
    assert_eq!(project.there(&["for-each-ref"]), before);
}

/// A name of a line may hold what the name of an artifact may not.
#[test]
fn a_line_may_have_a_slash_in_its_name() {
    let project = Project::new();
    let own = std::fs::read_to_string(project.repo.path().join("patch.toml")).expect("because it is there");
    project.repo.write_config(&own.replace("name = \"2.0\"", "name = \"2.0/lts\""));
    project.repo.git(["push", "-q", &project.bare().display().to_string(), "main"]);
    let fix = project.repo.git(["rev-parse", "main~1"]);
    let run = started(&prepare(&project, "2.0/lts", &fix, ""), PREPARE);
    run.ended(Outcome::Success);
    let state = project.github.state();
    let [pull] = state.proposals.open()[..] else { panic!("{:#?}", state.proposals.pulls) };
    assert_eq!((pull.base.as_str(), pull.head.as_str()), ("release/2.0", "backstitch/2.0/lts"));
}

#[test]
fn what_a_line_does_not_need_any_more_is_taken_out_and_closed() {
    let project = Project::new();
    started(&prepare(&project, "2.0", "main", ""), PREPARE).ended(Outcome::Success);
    // A maintainer declines it, as the pull request says.
    let fix = project.repo.git(["rev-parse", "main"]);
    let decide = ["decide", &fix, "--line", "2.0", "--decline", "--reason", "not here"];
    let _decided = crate::support::Bin::pick().at(&project.repo).args(decide).run().success();
    project.repo.git(["add", ".patch"]);
    project.repo.git(["commit", "-q", "-m", "Decline it"]);
    project.repo.git(["push", "-q", &project.bare().display().to_string(), "main"]);
    let run = started(&prepare(&project, "2.0", "", ""), PREPARE);
    run.ended(Outcome::Success);
    let state = project.github.state();
    let [pull] = state.proposals.pulls.as_slice() else { panic!("{:#?}", state.proposals.pulls) };
    assert!(pull.closed && pull.body.contains("Nothing of this is needed any more"), "{}\n{run}", pull.body);
}

#[test]
fn one_issue_has_the_table() {
    let project = Project::new();
    let status = || started(&project.runner().input("title", "Fixes and lines"), STATUS);
    status().ended(Outcome::Success);
    let issues = |project: &Project| {
        let state = project.github.state();
        state.proposals.issues.iter().map(|issue| (issue.title.clone(), issue.body.clone())).collect::<Vec<_>>()
    };
    let first = issues(&project);
    let [(title, body)] = first.as_slice() else { panic!("{first:?}") };
    assert_eq!(title, "Fixes and lines");
    assert!(body.contains("keep the map"), "{body}");
    status().ended(Outcome::Success);
    assert_eq!(issues(&project), first);
}
