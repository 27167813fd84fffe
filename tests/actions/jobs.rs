//! Jobs: their needs, conditions, outputs, matrices, environments and tokens.

use std::cell::RefCell;

use crate::executor::expression::Value;
use crate::executor::matrix::expand;
use crate::executor::{Access, Outcome, Permissions, Run};
use crate::fixture::{Fixture, MAIN, run};

fn outcomes(run: &Run) -> Vec<String> {
    run.jobs.iter().map(|job| format!("{} {}", job.id, job.outcome)).collect()
}

#[test]
fn jobs_wait_for_their_needs_and_are_skipped_with_them() {
    let run = run(
        "
on: [push, workflow_dispatch]
jobs:
  last: { needs: [fails, works], if: always(), runs-on: x, steps: [{ id: say, run: 'echo ${{ needs.fails.result }} ${{ needs.works.outputs.a }}' }] }
  fails: { runs-on: x, steps: [{ run: exit 1 }] }
  works: { runs-on: x, outputs: { a: '${{ steps.a.outputs.a }}' }, steps: [{ id: a, run: 'echo a=b >>\"$GITHUB_OUTPUT\"' }] }
  skipped: { needs: fails, runs-on: x, steps: [{ run: echo no }] }
  further: { needs: skipped, runs-on: x, steps: [{ run: echo no }] }
  mend: { needs: works, if: failure(), runs-on: x, steps: [{ run: echo no }] }
  repair: { needs: further, if: failure() && github.ref_name == 'main', runs-on: x, steps: [{ run: echo yes }] }
  off: { if: github.event_name == 'release', runs-on: x, steps: [{ run: echo no }] }
  after-off: { needs: off, runs-on: x, steps: [{ run: echo no }] }
  forgiven: { continue-on-error: true, runs-on: x, steps: [{ run: exit 1 }] }
  glad: { needs: forgiven, runs-on: x, steps: [{ id: say, run: 'echo ${{ needs.forgiven.result }}' }] }
",
        Outcome::Failure,
    );
    let expected = [
        "fails failure",
        "works success",
        "last success",
        "skipped skipped",
        "further skipped",
        "mend skipped",
        "repair success",
        "off skipped",
        "after-off skipped",
        "forgiven failure",
        "glad success",
    ];
    assert_eq!(outcomes(&run), expected, "{run}");
    assert_eq!(run.job("last").step("say").stdout, "failure b\n");
    assert_eq!(run.job("glad").step("say").stdout, "success\n");
}

#[test]
fn a_job_that_only_was_forgiven_fails_no_run_and_outputs_are_read_after_a_failure() {
    let run = run(
        "
on: push
jobs:
  it:
    continue-on-error: true
    runs-on: x
    outputs: { a: '${{ steps.a.outputs.a }}', b: '${{ steps.never.outputs.b }}' }
    steps: [{ id: a, run: 'echo a=1 >>\"$GITHUB_OUTPUT\"; exit 1' }]
",
        Outcome::Success,
    );
    assert_eq!((run.job("it").outputs["a"].as_str(), run.job("it").outputs["b"].as_str()), ("1", ""));
}

#[test]
fn an_output_with_a_secret_in_it_does_not_leave_its_job() {
    let text = "
on: push
jobs:
  a:
    runs-on: x
    outputs: { open: '${{ steps.a.outputs.open }}', closed: '${{ steps.a.outputs.closed }}' }
    steps:
      - id: a
        env: { KEY: '${{ secrets.KEY }}', TOKEN: '${{ github.token }}' }
        run: |
          echo \"$KEY $TOKEN\"
          printf 'open=x\\nclosed=%s\\n' \"$KEY\" >>\"$GITHUB_OUTPUT\"
          echo \"the key is $KEY\" >>\"$GITHUB_STEP_SUMMARY\"
  b: { needs: a, runs-on: x, steps: [{ id: say, env: { ALL: '${{ toJSON(needs.a.outputs) }}' }, run: 'echo $ALL' }] }
";
    let fixture = Fixture::new(&[(MAIN, text)]);
    let run = fixture
        .runner()
        .secret("A_PART", "hunter")
        .secret("KEY", "hunter2")
        .run_workflow(MAIN)
        .expect("because it starts");
    let job = run.ended(Outcome::Success).job("a");
    assert_eq!(job.outputs.keys().collect::<Vec<_>>(), ["open"]);
    assert_eq!(job.complaints, ["Skip output 'closed' since it may contain secret."]);
    assert_eq!((job.step("a").log.as_str(), run.summaries()), ("*** ***\n", vec!["the key is ***\n"]));
    assert_eq!(job.step("a").stdout, "hunter2 ghs_token_of_a\n");
    assert!(run.job("b").step("say").stdout.contains(r#"{ "open": "x" }"#), "{run}");
}

/// Expands a matrix in JSON, and spells the combinations in one line each.
fn combinations(matrix: &str) -> Vec<String> {
    let value = Value::from_json(matrix).expect("because it is JSON");
    let all = expand(&value).unwrap_or_else(|trouble| panic!("{matrix}: {trouble}"));
    all.iter().map(|one| one.to_json().replace(['\n', ' ', '"', '{', '}'], "")).collect()
}

#[test]
fn matrices_are_expanded_as_documented() {
    assert_eq!(combinations(r#"{"os": ["a", "b"], "v": [1, 2]}"#), ["os:a,v:1", "os:a,v:2", "os:b,v:1", "os:b,v:2"]);
    assert_eq!(
        combinations(r#"{"os": ["a", "b"], "v": [1, 2], "exclude": [{"os": "a", "v": 1}, {"os": "b"}]}"#),
        ["os:a,v:2"]
    );
    // The example of GitHub's documentation.
    let fruit = r#"{"fruit": ["apple", "pear"], "animal": ["cat", "dog"], "include": [{"color": "green"},
        {"color": "pink", "animal": "cat"}, {"fruit": "apple", "shape": "circle"}, {"fruit": "banana"},
        {"fruit": "banana", "animal": "cat"}]}"#;
    let expected = [
        "fruit:apple,animal:cat,color:pink,shape:circle",
        "fruit:apple,animal:dog,color:green,shape:circle",
        "fruit:pear,animal:cat,color:pink",
        "fruit:pear,animal:dog,color:green",
        "fruit:banana",
        "fruit:banana,animal:cat",
    ];
    // Where a pair is set again its place changes, so that the order within a combination is left out.
    let sorted = |line: &str| {
        let mut pairs: Vec<_> = line.split(',').collect();
        pairs.sort_unstable();
        pairs.join(",")
    };
    let found: Vec<_> = combinations(fruit).iter().map(|line| sorted(line)).collect();
    assert_eq!(found, expected.map(sorted));
    assert_eq!(combinations(r#"{"include": [{"a": 1}, {"b": 2}]}"#), ["a:1", "b:2"]);
    for (matrix, expected) in [
        (r#"{"os": []}"#, "Matrix vector 'os' does not contain any values"),
        (r#"{"os": "a"}"#, "no sequence"),
        (r#"{"os": ["a"], "exclude": [{"os": "a"}]}"#, "no combination"),
        ("[]", "no mapping"),
    ] {
        let trouble = expand(&Value::from_json(matrix).expect("because it is JSON")).expect_err(matrix).to_string();
        assert!(trouble.contains(expected), "{trouble}");
    }
}

fn matrix_run(strategy: &str) -> Run {
    let text = format!(
        "
on: push
jobs:
  lines: {{ runs-on: x, outputs: {{ all: '${{{{ steps.l.outputs.all }}}}' }}, steps: [{{ id: l, run: 'echo all=[\\\"2.0\\\",\\\"2.1\\\",\\\"3.0\\\"] >>\"$GITHUB_OUTPUT\"' }}] }}
  it:
    needs: lines
    strategy: {strategy}
    runs-on: x
    outputs: {{ last: '${{{{ matrix.line }}}}' }}
    steps: [{{ id: say, run: 'echo ${{{{ matrix.line }}}} ${{{{ strategy.job-index }}}}/${{{{ strategy.job-total }}}}; test ${{{{ matrix.line }}}} != 2.0' }}]
  after: {{ needs: it, if: always(), runs-on: x, steps: [{{ id: say, run: 'echo ${{{{ needs.it.result }}}} ${{{{ needs.it.outputs.last }}}}' }}] }}
"
    );
    run(&text, Outcome::Failure)
}

#[test]
fn a_matrix_from_a_job_runs_on_or_stops_at_a_failure() {
    let run = matrix_run("{ fail-fast: false, matrix: { line: '${{ fromJSON(needs.lines.outputs.all) }}' } }");
    let said: Vec<_> =
        run.jobs.iter().filter(|job| job.id == "it").map(|job| job.step("say").stdout.as_str()).collect();
    assert_eq!(said, ["2.0 0/3\n", "2.1 1/3\n", "3.0 2/3\n"]);
    let failed = run.jobs.iter().find(|job| job.outcome == Outcome::Failure).and_then(|job| job.matrix.clone());
    assert_eq!(failed.map(|matrix| matrix.get("line").map(Value::spelled)), Some(Some("2.0".to_owned())));
    assert_eq!(run.job("after").step("say").stdout, "failure 3.0\n");
    let run = matrix_run("{ matrix: { line: '${{ fromJSON(needs.lines.outputs.all) }}' } }");
    assert_eq!(outcomes(&run)[1..], ["it failure", "it cancelled", "it cancelled", "after success"]);
    let run = matrix_run("{ matrix: '${{ fromJSON(needs.lines.outputs.none) }}' }");
    assert!(run.job("it").complaints[0].contains("Error parsing fromJson"), "{run}");
}

#[test]
fn each_job_gets_a_token_of_its_own_permissions() {
    let text = "
on: push
permissions: { contents: read, checks: none }
concurrency: { group: 'all-${{ github.ref_name }}', cancel-in-progress: false, queue: max }
jobs:
  usual: { runs-on: x, steps: [{ run: 'true' }] }
  own:
    permissions: { contents: write, id-token: write }
    environment: { name: release, url: 'https://x.example/${{ steps.a.outputs.v }}' }
    concurrency: 'own-${{ github.sha }}'
    runs-on: x
    steps:
      - id: a
        env: { T: '${{ github.token }}', S: '${{ secrets.GITHUB_TOKEN }}', DEPLOY: '${{ secrets.DEPLOY }}' }
        run: echo \"$T $S $DEPLOY\"; echo v=1 >>\"$GITHUB_OUTPUT\"
  none: { permissions: {}, runs-on: x, steps: [{ id: a, run: 'echo [${{ secrets.DEPLOY }}]' }] }
  all: { permissions: read-all, runs-on: x, steps: [{ run: 'true' }] }
";
    let fixture = Fixture::new(&[(MAIN, text)]);
    let minted = RefCell::new(Vec::new());
    let runner =
        fixture.runner().environment_secret("release", "DEPLOY", "key").github("sha", "abc").mint(|job, may| {
            minted.borrow_mut().push((
                job.to_owned(),
                may.iter().map(|(name, access)| format!("{name}={access}")).collect::<Vec<_>>(),
            ));
            format!("token-{job}")
        });
    let run = runner.run_workflow(MAIN).expect("because it starts");
    run.ended(Outcome::Success);
    let minted = minted.borrow();
    assert_eq!(minted[0], ("usual".to_owned(), vec!["contents=read".to_owned()]));
    assert_eq!(minted[1], ("own".to_owned(), vec!["contents=write".to_owned(), "id-token=write".to_owned()]));
    assert_eq!(minted[2], ("none".to_owned(), Vec::new()));
    assert!(
        minted[3].1.contains(&"attestations=read".to_owned()) && !minted[3].1.iter().any(|may| may.ends_with("write"))
    );
    let own = run.job("own");
    assert_eq!((own.permissions.get("contents"), own.permissions.get("issues")), (Access::Write, Access::None));
    assert_eq!(own.step("a").stdout, "token-own token-own key\n");
    assert_eq!(run.job("none").step("a").stdout, "[]\n");
    assert_eq!(own.environment, Some(("release".to_owned(), "https://x.example/1".to_owned())));
    let group = |group: &Option<crate::executor::Group>| {
        group.as_ref().map(|group| (group.name.clone(), group.cancel_in_progress, group.keeps_all))
    };
    assert_eq!(group(&run.concurrency), Some(("all-main".to_owned(), false, true)));
    assert_eq!(group(&own.concurrency), Some(("own-abc".to_owned(), false, false)));
}

#[test]
fn what_the_repository_gives_counts_where_nothing_is_said() {
    let text = "on: push\njobs:\n  it: { runs-on: x, steps: [{ run: 'true' }] }\n";
    let fixture = Fixture::new(&[(MAIN, text)]);
    let run = fixture.runner().run_workflow(MAIN).expect("because it starts");
    assert_eq!(run.job("it").permissions, Permissions::restricted());
    let run =
        fixture.runner().default_permissions(Permissions::default()).run_workflow(MAIN).expect("because it starts");
    assert_eq!(run.job("it").permissions.get("contents"), Access::None);
}

#[test]
fn an_event_starts_what_asks_for_its_kind() {
    let starts = |on: &str, event: &str, action: &str| {
        let text = format!("on: {on}\njobs:\n  it: {{ runs-on: x, steps: [{{ run: 'true' }}] }}\n");
        let fixture = Fixture::new(&[(MAIN, &text)]);
        fixture.runner().event(event, &serde_json::json!({ "action": action })).run_workflow(MAIN).is_ok()
    };
    for (on, event, action, expected) in [
        ("pull_request", "pull_request", "opened", true),
        ("[push, pull_request]", "pull_request", "labeled", false),
        ("{ pull_request_target: {}, push: {} }", "pull_request_target", "closed", false),
        ("{ pull_request: { types: [labeled, closed] } }", "pull_request", "labeled", true),
        ("{ pull_request: { types: [labeled, closed] } }", "pull_request", "opened", false),
        ("{ issue_comment: { types: created } }", "issue_comment", "deleted", false),
        ("issue_comment", "issue_comment", "deleted", true),
        ("issue_comment", "issues", "opened", false),
    ] {
        assert_eq!(starts(on, event, action), expected, "{on}: {event} {action}");
    }
}

#[test]
fn a_person_gives_inputs_and_other_events_give_none() {
    let text = "
on:
  push:
  workflow_dispatch:
    inputs:
      line: { required: true, type: string }
      dry: { type: boolean, default: true }
      many: { type: number }
      kind: { type: choice, options: [patch, pre] }
jobs:
  it: { runs-on: x, steps: [{ id: say, run: 'echo \"${{ toJSON(inputs) }}\" ${{ inputs.dry && 1 || 2 }}' }] }
";
    let fixture = Fixture::new(&[(MAIN, text)]);
    let runner = || fixture.runner().event("workflow_dispatch", &serde_json::json!({}));
    let run = runner().input("line", "2.0").input("dry", "false").run_workflow(MAIN).expect("because it starts");
    let said = run.job("it").step("say").stdout.replace("\n", "").replace("  ", " ");
    assert_eq!(said, "{ line: 2.0, dry: false, many: 0, kind: patch} 2");
    let run = fixture.runner().run_workflow(MAIN).expect("because a push asks for no inputs");
    assert_eq!(run.job("it").step("say").stdout, "{} 2\n");
    for (runner, expected) in [
        (runner(), "Required input 'line' not provided"),
        (runner().input("line", "x").input("other", "y"), "Unexpected input 'other'"),
        (runner().input("line", "x").input("kind", "y"), "Unexpected value \"y\" of input 'kind'"),
    ] {
        assert_eq!(runner.run_workflow(MAIN).expect_err("because it is wrong").to_string(), expected);
    }
}
