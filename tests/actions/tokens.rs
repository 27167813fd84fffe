//! Real binaries in steps, with tokens that may do exactly what their job may, against the stand-in for GitHub.

use crate::executor::{Access, Outcome, Permissions, Run};
use crate::fixture::{Fixture, MAIN};
use crate::own::binaries;
use crate::support::Repo;
use crate::support::github::Github;
use crate::support::github::state::{ALL_PERMISSIONS, Account};

const CONFIG: &str = "[project]\nmain = \"main\"\nrepository = \"acme/widget\"\n\n[[line]]\nname = \"2.0\"\nbranch = \"release/2.0\"\n\n\
    [eligibility.require]\nreviews = 0\nchecks = false\nrisk-assessment = false\n\n[eligibility.rules]\npriority = \"off\"\n";

const ACTION: &str = "
inputs: { commit: { required: true }, token: { default: '${{ github.token }}' } }
outputs: { verdict: { value: '${{ steps.check.outcome }}' } }
runs:
  using: composite
  steps:
    - id: check
      shell: bash
      env: { COMMIT: '${{ inputs.commit }}', GITHUB_TOKEN: '${{ inputs.token }}' }
      run: patch-check commit \"$COMMIT\" --check-run --quiet --now \"$NOW\"
";

/// Gives the stand-in a token that may do what a job may, as GitHub does before the job begins.
pub fn mint(github: &Github, job: &str, may: &Permissions) -> String {
    let allowed = |one: &&str| {
        let (name, access) = one.split_once('=').expect("because that is the form");
        let wanted = if access == "write" { Access::Write } else { Access::Read };
        name == "metadata" || may.get(&name.replace('_', "-")) >= wanted
    };
    let may = ALL_PERMISSIONS.into_iter().filter(allowed).collect();
    let token: &'static str = format!("ghs_SecretOf{job}").leak();
    github.state().tokens.insert(token, Account { login: "github-actions[bot]".to_owned(), may });
    token.to_owned()
}

/// Shows a job as a check run on a commit, as GitHub does for the events of a pull request on its newest commit.
pub fn show(github: &Github, commit: &str, name: &str, end: Option<(u64, Outcome)>) -> u64 {
    let mut state = github.state();
    match end {
        None => {
            state.check(commit, name, "in_progress", None);
            state.runs.last().map_or(0, |run| run.id)
        }
        Some((id, outcome)) => {
            let run = state.runs.iter_mut().find(|run| run.id == id).expect("because it began");
            (run.status, run.conclusion) = ("completed".to_owned(), Some(outcome.to_string()));
            id
        }
    }
}

fn judge(permissions: &str) -> (Run, Github) {
    let repo = Repo::new();
    repo.write_config(CONFIG);
    repo.land_fix("Add the list", [("src/list.c", "one\ntwo\n"), ("tests/list.c", "test\n")]);
    repo.cut_line("2.0");
    let changes = [("src/list.c", "one, kept\ntwo\n"), ("tests/list.c", "test\nkept\n")];
    let fix = repo.land_fix("fix: keep the list\n\nKind: crash", changes).to_string();
    let github = Github::start();
    {
        let mut state = github.state();
        let pull = state.open(12);
        (pull.closed, pull.merge, pull.brought) = (true, Some(fix.clone()), vec![fix.clone()]);
    }
    let text = format!(
        "on: push\npermissions: {{}}\njobs:\n  gate:\n    permissions: {permissions}\n    runs-on: x\n    steps:\n      - {{ id: it, uses: $/actions/check, with: {{ commit: {fix} }} }}\n"
    );
    let fixture = Fixture::new(&[(MAIN, &text), ("actions/check/action.yml", ACTION)]);
    let programs = binaries();
    let runner = fixture.runner().programs(programs).workspace(&repo.path()).mint(|job, may| mint(&github, job, may));
    let runner =
        runner.machine("NOW", &repo.now()).machine("GIT_CONFIG_NOSYSTEM", "1").github("api_url", &github.url());
    let run = runner.run_workflow(MAIN).unwrap_or_else(|trouble| panic!("it does not start: {trouble}"));
    drop(runner);
    (run, github)
}

#[test]
fn a_token_may_do_what_its_job_may_and_nothing_else() {
    let (run, github) = judge("{ contents: read, pull-requests: read, checks: write }");
    let step = run.ended(Outcome::Success).job("gate").step("it");
    assert_eq!(step.outputs["verdict"], "success");
    assert!(github.state().runs.iter().any(|run| run.name == "patch-check"), "{run}");
    assert_eq!(run.summaries().len(), 1, "{run}");
    let (run, github) = judge("{ contents: read, pull-requests: read, checks: read }");
    let check = run.ended(Outcome::Failure).job("gate").step("it").step("check");
    assert!(check.stderr.contains("Resource not accessible by integration"), "{run}");
    assert!(github.state().runs.is_empty() && !check.stderr.contains("ghs_SecretOfgate"), "{run}");
}
