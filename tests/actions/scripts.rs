//! Steps that run scripts: their shells, their variables, and what they tell the runner.

use std::time::Duration;

use crate::executor::files::pairs;
use crate::executor::{Outcome, Runner};
use crate::fixture::{Fixture, MAIN, run, run_steps};

#[test]
fn a_shell_that_is_not_named_lets_a_pipe_fail() {
    let run = run_steps(
        "
      - id: unnamed
        run: 'false | true; echo went on'
      - id: named
        shell: bash
        run: 'false | true; echo went on'
      - id: posix
        if: always()
        shell: sh
        run: 'false; echo went on'
      - id: own
        if: always()
        shell: /usr/bin/env -u CI bash -eu {0}
        run: echo \"ci=${CI-none}\"
      - id: snake
        if: always()
        shell: python
        run: print(6 * 7)
      - id: missing
        if: always()
        shell: fish
        run: echo
",
        Outcome::Failure,
    );
    let job = run.job("it");
    let said = |id: &str| (job.step(id).outcome, job.step(id).stdout.as_str());
    assert_eq!(said("unnamed"), (Outcome::Success, "went on\n"));
    assert_eq!(said("named"), (Outcome::Failure, ""));
    assert_eq!(said("posix"), (Outcome::Failure, ""));
    assert_eq!(said("own"), (Outcome::Success, "ci=none\n"));
    assert_eq!(said("snake"), (Outcome::Success, "42\n"));
    assert!(job.step("missing").complaints[0].starts_with("Invalid shell option."), "{run}");
}

#[test]
fn files_speak_for_a_step() {
    let run = run_steps(
        r#"
      - id: say
        run: |
          mkdir tools && printf '#!/bin/sh\necho tool\n' >tools/own-tool && chmod +x tools/own-tool
          echo "$PWD/tools" >>"$GITHUB_PATH"
          { echo 'one=1'; printf 'many<<end mark\na=b\n\nc<<d\nend mark\n'; echo 'last=x=y<<z'; } >>"$GITHUB_OUTPUT"
          printf 'COLOUR=blue\nPOEM<<E\nroses\nE\nGITHUB_SHA=faked\nCI=no\nNODE_OPTIONS=--x\n' >>"$GITHUB_ENV"
          echo '## Done' >>"$GITHUB_STEP_SUMMARY"
          echo 'kept=yes' >>"$GITHUB_STATE"
          if own-tool; then exit 1; fi
      - id: hear
        env:
          COLOUR: ${{ env.COLOUR }}-step
        run: |
          own-tool
          echo "$COLOUR|$POEM|$GITHUB_SHA|$CI|${NODE_OPTIONS-none}|${{ steps.say.outputs.one }}"
          test ! -s "$GITHUB_OUTPUT"
"#,
        Outcome::Success,
    );
    let say = run.job("it").step("say");
    let outputs: Vec<_> = say.outputs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(outputs, [("last", "x=y<<z"), ("many", "a=b\n\nc<<d"), ("one", "1")]);
    assert_eq!((say.state["kept"].as_str(), run.summaries()), ("yes", vec!["## Done\n"]));
    assert_eq!(say.complaints.len(), 1, "{run}");
    let zeros = "0".repeat(40);
    assert_eq!(run.job("it").step("hear").stdout, format!("tool\nblue-step|roses|{zeros}|no|none|1\n"));
}

/// A text, the pairs in it, and the fault that ends it.
type Row<'r> = (&'r str, &'r [(&'r str, &'r str)], Option<&'r str>);

#[test]
fn pairs_are_read_as_the_runner_reads_them() {
    let rows: [Row<'_>; 12] = [
        ("a=1\n\nb=\n", &[("a", "1"), ("b", "")], None),
        ("a=1", &[("a", "1")], None),
        ("a<<E\nE\n", &[("a", "")], None),
        ("a<<E\n\nE\n", &[("a", "")], None),
        ("a<<E\nx\nE", &[("a", "x")], None),
        ("a<<E\nx\n E\nE \nE\nb=2", &[("a", "x\n E\nE "), ("b", "2")], None),
        // A delimiter that others can guess lets them write outputs.
        (
            "log<<EOF\nfix: x\nEOF\nversion=9.9.9\nzz<<EOF\nmore\nEOF\n",
            &[("log", "fix: x"), ("version", "9.9.9"), ("zz", "more")],
            None,
        ),
        // A carriage return ends no line here.
        ("a=1\r\nb<<E\r\nx\r\nE\r\n", &[("a", "1\r"), ("b", "x\r")], None),
        ("a=1\nnothing\nb=2", &[("a", "1")], Some("Invalid format 'nothing'")),
        ("a<<E\nx\n", &[], Some("Invalid value. Matching delimiter not found 'E'")),
        ("a<<\n", &[], Some("Invalid format 'a<<'. Name must not be empty and delimiter must not be empty")),
        ("=1", &[], Some("Invalid format '=1'. Name must not be empty")),
    ];
    for (text, expected, fault) in rows {
        let (found, trouble) = pairs(text);
        let found: Vec<_> = found.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(
            (found.as_slice(), trouble.map(|trouble| trouble.to_string()).as_deref()),
            (expected, fault),
            "{text:?}"
        );
    }
}

#[test]
fn a_broken_file_and_a_summary_too_long_are_told_apart() {
    let run = run_steps(
        r#"
      - id: long
        run: head -c 1100000 /dev/zero | tr '\0' 'x' >>"$GITHUB_STEP_SUMMARY"
      - id: broken
        run: printf 'good=1\nnonsense\n' >>"$GITHUB_OUTPUT"
"#,
        Outcome::Failure,
    );
    let (long, broken) = (run.job("it").step("long"), run.job("it").step("broken"));
    assert_eq!((long.outcome, long.summary.as_str(), long.complaints.len()), (Outcome::Success, "", 1));
    assert_eq!((broken.outcome, broken.outputs["good"].as_str()), (Outcome::Failure, "1"));
    assert!(broken.complaints[0].contains("Unable to process file command 'output' successfully"), "{run}");
}

#[test]
fn commands_in_the_output_are_heard() {
    let run = run_steps(
        r#"
      - id: say
        run: |
          echo '::error file=a%2Cb.txt,line=3,title=It%3A broke::100%25 of%0Ait'
          echo '  ::warning::careful' >&2
          echo 'text ::notice::not at the front'
          echo 'text ##[notice title=old]anywhere'
          printf 'hidden\r::debug::after a carriage return\n'
          echo '::nonsense::is text'
          echo '::set-output name=old::value'
          echo '::stop-commands::pause-7'
          echo '::set-output name=no::value'
          echo '::pause-7::'
          echo '::add-mask::s3cret'
          echo 'it is s3cret'
      - id: disabled
        if: always()
        run: echo '::set-env name=A::b'
"#,
        Outcome::Failure,
    );
    let say = run.job("it").step("say");
    assert_eq!(say.messages("error"), ["100% of\nit"]);
    let error = &say.commands[0].properties;
    assert_eq!((error["file"].as_str(), error["title"].as_str()), ("a,b.txt", "It: broke"));
    assert_eq!((say.messages("warning"), say.messages("notice")), (vec!["careful"], vec!["anywhere"]));
    assert_eq!(say.messages("debug"), ["after a carriage return"]);
    assert_eq!(say.outputs.keys().collect::<Vec<_>>(), ["old"]);
    assert!(
        say.log.contains("it is ***") && say.stdout.contains("it is s3cret") && !say.log.contains("s3cret"),
        "{run}"
    );
    assert!(say.log.contains("::nonsense::is text") && say.log.contains("::set-output name=no::value"), "{run}");
    assert_eq!(run.job("it").step("disabled").outcome, Outcome::Failure);
}

#[test]
fn status_decides_what_runs() {
    let run = run_steps(
        "
      - id: forgiven
        continue-on-error: ${{ 1 == 1 }}
        run: exit 3
      - id: after
        run: echo ${{ steps.forgiven.outcome }} ${{ steps.forgiven.conclusion }} ${{ job.status }}
      - id: not-yet
        if: failure()
        run: echo no
      - id: fails
        run: exit 1
      - id: next
        run: echo no
      - id: clean
        if: always()
        run: echo ${{ steps.next.outcome }}/${{ steps.next.conclusion }} ${{ job.status }}
      - id: mend
        if: failure() && steps.fails.outcome == 'failure'
        run: echo mended
      - id: wrong
        if: always() && secrets.X
        run: echo no
",
        Outcome::Failure,
    );
    let job = run.job("it");
    assert_eq!(job.step("after").stdout, "failure success success\n");
    assert_eq!(job.step("clean").stdout, "skipped/skipped failure\n");
    let outcomes: Vec<_> = job.steps.iter().map(|step| step.outcome).collect();
    let expected = ["failure", "success", "skipped", "failure", "skipped", "success", "success", "failure"];
    assert_eq!(outcomes.iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
    assert_eq!(job.step("forgiven").complaints, ["Process completed with exit code 3."]);
    assert_eq!(job.step("wrong").complaints, ["Unrecognized named-value: 'secrets'"]);
}

#[test]
fn variables_come_from_the_workflow_and_from_nowhere_else() {
    let workflow = r#"
name: Names
on: push
env: { A: workflow, B: workflow, C: workflow, NUMBER: 1.50, YES: true }
defaults: { run: { shell: bash, working-directory: sub } }
jobs:
  it:
    runs-on: ubuntu-latest
    env: { B: "job ${{ vars.PLACE }}", C: job }
    steps:
      - run: mkdir sub
        working-directory: .
      - id: all
        env: { C: "step-${{ env.C }}", CI: mine }
        if: env.C == 'step-job'
        run: |
          echo "$A|$B|$C|$NUMBER|$YES|$CI|${PWD##*/}|${HOME:+home}|${SECRET-unset}|${GITHUB_TOKEN-unset}"
          echo "$GITHUB_ACTIONS|$GITHUB_WORKFLOW|$GITHUB_JOB|$GITHUB_REF_NAME|$RUNNER_OS|$GITHUB_API_URL|$GITHUB_REPOSITORY_OWNER"
          cat "$GITHUB_EVENT_PATH"
      - id: env
        run: env | cut -d= -f1 | sort | grep -vE '^(GITHUB|RUNNER)_' | tr '\n' ' '
"#;
    let fixture = Fixture::new(&[(MAIN, workflow)]);
    let run = fixture.runner().variable("PLACE", "here").secret("SECRET", "x").github("api_url", "http://127.0.0.1:1");
    let run = run.event("push", &serde_json::json!({"after": "$(id)"})).run_workflow(MAIN).expect("because it starts");
    let job = run.ended(Outcome::Success).job("it");
    let expected = "workflow|job here|step-job|1.5|true|mine|sub|home|unset|unset\n\
        true|Names|it|main|Linux|http://127.0.0.1:1|acme\n{\"after\":\"$(id)\"}";
    assert_eq!(job.step("all").stdout, expected);
    assert_eq!(job.step("env").stdout, "A B C CI HOME LANG NUMBER PATH PWD SHLVL YES _ ");
}

#[test]
fn text_in_a_script_is_run_and_text_in_a_variable_is_not() {
    let steps = r#"
      - id: bad
        run: echo "${{ github.event.title }}"
      - id: good
        env: { TITLE: "${{ github.event.title }}" }
        run: echo "$TITLE"
"#;
    let workflow = format!("on: push\njobs:\n  it:\n    runs-on: x\n    steps:{steps}");
    let fixture = Fixture::new(&[(MAIN, &workflow)]);
    let runner = fixture.runner().event("push", &serde_json::json!({"title": "$(echo injected)`echo too`"}));
    let run = runner.run_workflow(MAIN).expect("because it starts");
    assert_eq!(run.job("it").step("bad").stdout, "injectedtoo\n");
    assert_eq!(run.job("it").step("good").stdout, "$(echo injected)`echo too`\n");
}

#[test]
fn time_runs_out_for_steps_and_for_jobs() {
    let slow = |step: &str, job: &str| {
        let steps = format!(
            "      - id: slow\n        {step}\n        run: sleep 60 & wait\n      - id: next\n        run: echo no\n      - id: clean\n        if: always()\n        run: echo ${{{{ job.status }}}}\n"
        );
        let text = format!("on: push\njobs:\n  it:\n    runs-on: x\n    {job}\n    steps:\n{steps}");
        let fixture = Fixture::new(&[(MAIN, &text)]);
        let runner: Runner<'_> = fixture.runner().minute(Duration::from_secs(2));
        runner.run_workflow(MAIN).expect("because it starts")
    };
    let run = slow("timeout-minutes: 1", "name: x");
    let ends = |id: &str| run.job("it").step(id).outcome;
    assert_eq!(
        (run.outcome, ends("slow"), ends("next"), ends("clean")),
        (Outcome::Failure, Outcome::Failure, Outcome::Skipped, Outcome::Success)
    );
    let run = slow("timeout-minutes: 9", "timeout-minutes: 1");
    let ends = |id: &str| run.job("it").step(id).outcome;
    assert_eq!(
        (run.outcome, ends("slow"), ends("next"), ends("clean")),
        (Outcome::Cancelled, Outcome::Cancelled, Outcome::Skipped, Outcome::Success)
    );
    assert_eq!(run.job("it").step("clean").stdout, "cancelled\n");
    assert!(run.all_steps().iter().all(|step| step.took < Duration::from_secs(50)), "{run}");
}

#[test]
fn what_is_not_played_is_refused_by_name() {
    let job = "on: push\njobs:\n  it:\n    runs-on: x\n    steps: [{ run: 'true' }]\n";
    let refused = |text: &str| crate::fixture::refused(&[(MAIN, text)]);
    for (text, expected) in [
        (job.replace("runs-on: x", "runs-on: x\n    container: debian"), "a key that is not played: 'container'"),
        (job.replace("{ run: 'true' }", "{ run: 'true', background: true }"), "a key that is not played: 'background'"),
        (job.replace("{ run: 'true' }", "{ uses: docker://debian }"), "names no version"),
        (job.replace("{ run: 'true' }", "{ uses: $/ }"), "names no folder"),
        (job.replace("{ run: 'true' }", "{ name: nothing }"), "has either 'run' with 'shell', or 'uses' with 'with'"),
        (job.replace("runs-on: x", "name: x"), "job 'it' lacks 'runs-on'"),
        (job.replace("runs-on: x", "runs-on: x\n    runs-on: y"), "'runs-on' is already defined"),
        (
            job.replace("runs-on: x", "runs-on: x\n    permissions: { workflows: write }"),
            "unknown permission 'workflows'",
        ),
        (
            job.replace("runs-on: x", "runs-on: x\n    permissions: { id-token: read }"),
            "unexpected value of the permission 'id-token'",
        ),
        (job.replace("runs-on: x", "runs-on: x\n    needs: [other]"), "depends on unknown job 'other'"),
        (job.replace("on: push", "on: release"), "does not run on 'push'"),
        (
            job.replace("[{ run: 'true' }]", "[{ id: a, run: 'true' }, { id: A, run: 'true' }]"),
            "may not be used more than once",
        ),
    ] {
        let trouble = refused(&text);
        assert!(trouble.contains(expected), "{text}\n{trouble}");
    }
    assert_eq!(run(job, Outcome::Success).jobs.len(), 1);
}
