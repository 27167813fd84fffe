//! Workflows that call workflows.

use crate::executor::{Outcome, Run};
use crate::fixture::{Fixture, MAIN, refused};

const CALLED: &str = ".github/workflows/called.yml";

const CALLEE: &str = "
on:
  workflow_call:
    inputs:
      line: { required: true, type: string }
      dry: { type: boolean, default: true }
    secrets:
      KEY: { required: true }
      other: {}
    outputs:
      digest: { value: '${{ jobs.plan.outputs.digest }}' }
      result: { value: '${{ jobs.plan.result }}' }
env: { FROM: called }
permissions: {}
jobs:
  plan:
    permissions: { contents: read }
    runs-on: x
    outputs: { digest: '${{ steps.say.outputs.digest }}' }
    steps:
      - id: say
        env: { KEY: '${{ secrets.KEY }}' }
        run: |
          echo \"${{ inputs.line }}|${{ inputs.dry && 'dry' || 'wet' }}|$KEY|${{ secrets.HIDDEN }}|$FROM|${CALLER-unset}|$GITHUB_WORKFLOW\"
          echo digest=d-${{ inputs.line }} >>\"$GITHUB_OUTPUT\"
";

fn caller(job: &str) -> String {
    format!(
        "name: Caller\non: push\nenv: {{ CALLER: x }}\npermissions: {{}}\njobs:\n  call:\n    {}\n  after:\n    needs: call\n    runs-on: x\n    steps: [{{ id: say, run: 'echo ${{{{ needs.call.outputs.digest }}}} ${{{{ needs.call.result }}}}' }}]\n",
        job.replace('\n', "\n    ")
    )
}

fn start(caller: &str, callee: &str) -> crate::executor::Result<Run> {
    let fixture = Fixture::new(&[(MAIN, caller), (CALLED, callee)]);
    fixture.runner().secret("KEY", "hunter2").secret("HIDDEN", "deep").run_workflow(MAIN)
}

const CALL: &str = "uses: ./.github/workflows/called.yml\npermissions: { contents: read }\nwith: { line: '${{ github.ref_name }}', dry: false }\nsecrets: { KEY: '${{ secrets.KEY }}' }";

#[test]
fn inputs_secrets_and_outputs_cross_the_call() {
    for call in [CALL.to_owned(), CALL.replace("uses: ./", "uses: $/")] {
        let run = start(&caller(&call), CALLEE).expect("because it starts");
        run.ended(Outcome::Success);
        assert_eq!(run.job("call/plan").step("say").stdout, "main|wet|hunter2||called|unset|Caller\n");
        assert_eq!(run.job("call").outputs["result"], "success");
        assert_eq!(run.job("after").step("say").stdout, "d-main success\n");
    }
    let inherit =
        CALL.replace("secrets: { KEY: '${{ secrets.KEY }}' }", "secrets: inherit").replace(", dry: false", "");
    let run = start(&caller(&inherit), CALLEE).expect("because it starts");
    assert_eq!(run.job("call/plan").step("say").stdout, "main|dry|hunter2|deep|called|unset|Caller\n");
}

#[test]
fn a_call_that_does_not_fit_is_not_started() {
    for (call, expected) in [
        (CALL.replace("line:", "lines:"), "Invalid input, lines is not defined in the referenced workflow."),
        (
            CALL.replace("line: '${{ github.ref_name }}', ", ""),
            "input line is required, but not provided while calling.",
        ),
        (CALL.replace("{ KEY:", "{ TOKEN:"), "Invalid secret, TOKEN is not defined in the referenced workflow."),
        (
            CALL.replace("{ KEY: '${{ secrets.KEY }}' }", "{}"),
            "secret KEY is required, but not provided while calling.",
        ),
        (CALL.replace("called.yml", "missing.yml"), "cannot read '.github/workflows/missing.yml'"),
        (
            CALL.replace("./.github/workflows/called.yml", "./other/called.yml"),
            "it is not directly in '.github/workflows'",
        ),
        (CALL.replace("./.github/workflows/called.yml", "./.github/workflows/main.yml"), "has no 'on: workflow_call'"),
        (
            CALL.replace("contents: read", "issues: write"),
            "The nested job 'plan' is requesting 'contents: read', but is only allowed 'contents: none'.",
        ),
    ] {
        let trouble = start(&caller(&call), CALLEE).expect_err(expected).to_string();
        assert!(trouble.contains(expected), "{trouble}");
    }
    let wrong = start(&caller(&CALL.replace("dry: false", "dry: 'false'")), CALLEE).expect("because it starts");
    assert_eq!(wrong.job("call").complaints, ["Unexpected value \"false\" of input 'dry'"]);
}

#[test]
fn a_called_job_may_not_more_than_its_caller() {
    let skipped = CALLEE.replace("permissions: { contents: read }", "if: false\n    permissions: { contents: write }");
    let trouble = start(&caller(CALL), &skipped).expect_err("because it asks for more").to_string();
    let expected = "Error calling workflow '.github/workflows/called.yml'. The nested job 'plan' is requesting 'contents: write', but is only allowed 'contents: read'.";
    assert_eq!(trouble, expected);
    // Without permissions of its own it has what the job that calls it has.
    let silent = CALLEE.replace("permissions: {}\n", "").replace("    permissions: { contents: read }\n", "");
    let run = start(&caller(CALL), &silent).expect("because it starts");
    assert_eq!(run.job("call/plan").permissions, run.job("call").permissions);
    assert_eq!(run.job("call/plan").permissions.iter().count(), 1);
}

#[test]
fn a_call_that_fails_fails_its_job_and_skips_those_that_need_it() {
    let run = start(&caller(CALL), &CALLEE.replace("echo digest=", "exit 1; echo digest=")).expect("because it starts");
    let outcome = |id: &str| run.job(id).outcome;
    assert_eq!(
        (outcome("call/plan"), outcome("call"), outcome("after")),
        (Outcome::Failure, Outcome::Failure, Outcome::Skipped)
    );
    run.ended(Outcome::Failure);
}

#[test]
fn calls_go_over_a_matrix_and_through_levels() {
    let middle = "
on: { workflow_call: { inputs: { line: { type: string } }, outputs: { digest: { value: '${{ jobs.deep.outputs.digest }}' } }, secrets: { KEY: {} } } }
jobs:
  deep: { uses: ./.github/workflows/called.yml, with: { line: 'm${{ inputs.line }}' }, secrets: inherit }
";
    let call = "strategy: { matrix: { line: [1, 2] } }\nuses: $/.github/workflows/middle.yml\npermissions: { contents: read }\nwith: { line: '${{ matrix.line }}' }\nsecrets: inherit";
    let caller = caller(call);
    let fixture = Fixture::new(&[(MAIN, &caller), (CALLED, CALLEE), (".github/workflows/middle.yml", middle)]);
    let run = fixture.runner().secret("KEY", "k").run_workflow(MAIN).expect("because it starts");
    run.ended(Outcome::Success);
    let said: Vec<_> =
        run.jobs.iter().filter(|job| job.id == "call/deep/plan").map(|job| job.outputs["digest"].as_str()).collect();
    assert_eq!((said, run.job("after").step("say").stdout.as_str()), (vec!["d-m1", "d-m2"], "d-m2 success\n"));
}

#[test]
fn a_circle_of_calls_ends() {
    let circle = "on: { push: {}, workflow_call: {} }\njobs:\n  again: { uses: ./.github/workflows/main.yml }\n";
    assert!(refused(&[(MAIN, circle)]).contains("is called at level 11"));
}

#[test]
fn a_workflow_that_is_called_only_runs_with_the_inputs_of_a_test() {
    let fixture = Fixture::new(&[(CALLED, CALLEE)]);
    let run = fixture.runner().input("line", "2.0").input("dry", "true").secret("KEY", "k").run_workflow(CALLED);
    let run = run.expect("because it starts");
    assert_eq!((run.outcome, run.outputs["digest"].as_str()), (Outcome::Success, "d-2.0"));
}

#[test]
fn a_workflow_of_another_repository_is_at_home_there() {
    let other = Fixture::new(&[
        (
            CALLED,
            "on: { workflow_call: {} }\njobs:\n  it: { runs-on: x, steps: [{ id: it, uses: $/act }] }\n  more: { uses: ./.github/workflows/more.yml }\n",
        ),
        (
            ".github/workflows/more.yml",
            "on: { workflow_call: {} }\njobs:\n  it: { runs-on: x, steps: [{ run: 'true' }] }\n",
        ),
        ("act/action.yml", "runs: { using: composite, steps: [{ id: say, run: echo theirs, shell: bash }] }"),
    ]);
    let call =
        format!("on: push\njobs:\n  call: {{ uses: them/other/.github/workflows/called.yml@{} }}\n", "1".repeat(40));
    let fixture = Fixture::new(&[(MAIN, &call)]);
    let run = fixture.runner().repository("them/other", other.root()).run_workflow(MAIN).expect("because it starts");
    assert_eq!(run.ended(Outcome::Success).job("call/it").step("it").step("say").stdout, "theirs\n");
    assert_eq!(run.job("call/more/it").outcome, Outcome::Success);
    assert!(
        fixture
            .runner()
            .run_workflow(MAIN)
            .expect_err("because it is not here")
            .to_string()
            .contains("'them/other' is not on this machine")
    );
}

/// actions/runner#3206: what the called workflow declares as its environment does not matter there.
#[test]
fn secrets_of_an_environment_come_to_workflows_of_the_same_repository_alone() {
    let callee = "on: workflow_call\npermissions: {}\njobs:\n  it:\n    runs-on: x\n    environment: release\n    steps: [{ id: say, run: 'echo \"${{ secrets.DEPLOY }}.\"' }]\n";
    let other = Fixture::new(&[(CALLED, callee)]);
    let caller = |uses: &str| {
        format!("on: push\npermissions: {{}}\njobs:\n  call: {{ uses: {uses}, permissions: {{}}, secrets: inherit }}\n")
    };
    for (uses, expected) in [
        ("./.github/workflows/called.yml", "hunter2.\n"),
        ("other/tools/.github/workflows/called.yml@0123456789012345678901234567890123456789", ".\n"),
    ] {
        let fixture = Fixture::new(&[(MAIN, &caller(uses)), (CALLED, callee)]);
        let runner = fixture.runner().environment_secret("release", "DEPLOY", "hunter2");
        let run = runner.repository("other/tools", other.root()).run_workflow(MAIN).expect("because it starts");
        assert_eq!(run.ended(Outcome::Success).job("call/it").step("say").stdout, expected, "{uses}");
    }
}
