//! Composite actions: inputs, defaults, conditions, nesting, and where `uses:` looks.

use crate::executor::{Outcome, Run};
use crate::fixture::{Fixture, MAIN};

const OUTER: &str = "
name: Outer
inputs:
  who: { description: whom to greet, required: true }
  mood: { default: 'mild ${{ github.ref_name }}' }
  flag: { default: false }
  old: { deprecationMessage: use mood }
outputs:
  greeting: { value: '${{ steps.inner.outputs.text }}!' }
  none: { value: '${{ steps.skipped.outputs.text }}' }
runs:
  using: composite
  steps:
    - id: inner
      uses: $/actions/inner
      with: { name: '${{ inputs.who }} (${{ inputs.mood }})' }
    - id: skipped
      if: inputs.flag == 'true'
      shell: bash
      run: echo text=never >>\"$GITHUB_OUTPUT\"
    - id: path
      shell: bash
      env: { WHO: '${{ inputs.who }}' }
      run: |
        cat \"$GITHUB_ACTION_PATH/note\" '${{ github.action_path }}/note'
        echo \"$WHO|$STEP|$JOB|${INPUT_WHO-unset}|${PWD##*/}\"
        echo SET=by-composite >>\"$GITHUB_ENV\"
";

const INNER: &str = "
inputs: { name: { required: true } }
outputs: { text: { value: '${{ steps.say.outputs.text }}' } }
runs:
  using: composite
  steps:
    - id: say
      shell: bash
      env: { NAME: '${{ inputs.name }}' }
      run: echo \"text=hello $NAME\" >>\"$GITHUB_OUTPUT\"
";

fn run(steps: &str, more: &[(&str, &str)]) -> Run {
    let workflow = format!("on: push\njobs:\n  it:\n    runs-on: x\n    env: {{ JOB: job }}\n    steps:\n{steps}");
    let base =
        [(MAIN, workflow.as_str()), ("action.yml", OUTER), ("note", "root\n"), ("actions/outer/action.yml", OUTER)];
    let files = [&base[..], &[("actions/outer/note", "a note\n"), ("actions/inner/action.yml", INNER)], more].concat();
    let run = Fixture::new(&files).runner().run_workflow(MAIN);
    run.unwrap_or_else(|trouble| panic!("it does not start: {trouble}"))
}

#[test]
fn inputs_defaults_conditions_and_outputs_pass_through_levels() {
    let run = run(
        "      - id: outer
        uses: $/actions/outer
        env: { STEP: step }
        with: { who: Ann }
      - id: after
        run: echo \"${{ steps.outer.outputs.greeting }}|${{ steps.outer.outputs.none }}|$SET|${STEP-unset}|${GITHUB_ACTION_PATH-unset}\"
",
        &[],
    );
    let job = run.ended(Outcome::Success).job("it");
    let outer = job.step("outer");
    assert_eq!(job.step("after").stdout, "hello Ann (mild main)!||by-composite|unset|unset\n");
    assert_eq!(outer.step("skipped").outcome, Outcome::Skipped);
    assert!(outer.step("path").stdout.starts_with("a note\na note\nAnn|step|job|unset|workspace-"), "{run}");
    assert_eq!(outer.step("inner").step("say").outputs["text"], "hello Ann (mild main)");
    assert!(run.all_steps().iter().all(|step| step.complaints.is_empty()), "{run}");
}

#[test]
fn undeclared_missing_and_deprecated_inputs_are_said() {
    let run =
        run("      - id: outer\n        uses: $/actions/outer\n        with: { whom: Ann, flag: true, old: x }\n", &[]);
    let outer = run.ended(Outcome::Success).job("it").step("outer");
    assert_eq!(
        outer.complaints,
        [
            "Input 'old' has been deprecated with message: use mood",
            "Unexpected input(s) 'whom', valid inputs are ['who', 'mood', 'flag', 'old']",
            "Input required and not supplied: who",
        ]
    );
    assert_eq!((outer.outputs["greeting"].as_str(), outer.outputs["none"].as_str()), ("hello  (mild main)!", "never"));
}

#[test]
fn a_dot_is_the_workspace_and_a_dollar_the_repository() {
    let trouble = run("      - id: here\n        uses: ./actions/inner\n        with: { name: x }\n", &[]);
    let here = trouble.ended(Outcome::Failure).job("it").step("here");
    assert!(
        here.complaints[0].contains("Did you forget to run actions/checkout before running your local action?"),
        "{trouble}"
    );
    // What the job wrote into its workspace is another action than that of the repository.
    let run = run(
        "      - run: |
          mkdir -p actions/inner
          printf 'inputs: {name: {}}\\noutputs: {text: {value: decoy}}\\nruns: {using: composite, steps: [{run: echo x, shell: bash}]}\\n' >actions/inner/action.yml
      - id: here
        uses: ./actions/inner
      - id: itself
        uses: $/actions/inner
        with: { name: x }
      - id: nested
        uses: $/actions/outer
        with: { who: x }
",
        &[],
    );
    let output = |id: &str, name: &str| run.job("it").step(id).outputs[name].clone();
    assert_eq!((output("here", "text"), output("itself", "text")), ("decoy".into(), "hello x".into()));
    assert_eq!(output("nested", "greeting"), "hello x (mild main)!");
}

#[test]
fn another_repository_has_its_own_files() {
    let other = Fixture::new(&[
        ("act/action.yml", OUTER),
        ("act/note", "theirs\n"),
        (
            "actions/inner/action.yml",
            &INNER.replace("hello $NAME", "bonjour $NAME from $GITHUB_ACTION_REPOSITORY@${GITHUB_ACTION_REF:0:3}"),
        ),
    ]);
    let pin = "0".repeat(40);
    let workflow = format!(
        "on: push\njobs:\n  it:\n    runs-on: x\n    steps:\n      - id: it\n        uses: them/other/act@{pin}\n        with: {{ who: Ann }}\n"
    );
    let fixture = Fixture::new(&[(MAIN, &workflow), ("actions/inner/action.yml", INNER)]);
    let run = fixture.runner().repository("them/other", other.root()).run_workflow(MAIN).expect("because it starts");
    assert_eq!(
        run.ended(Outcome::Success).job("it").step("it").outputs["greeting"],
        "bonjour Ann (mild main) from them/other@000!"
    );
    let run = fixture.runner().run_workflow(MAIN).expect("because it starts");
    let step = run.ended(Outcome::Failure).job("it").step("it");
    assert!(step.complaints[0].starts_with(&format!("nobody plays 'them/other/act@{pin}'")), "{run}");
}

#[test]
fn a_failure_within_is_one_of_the_step_and_status_is_that_of_the_action() {
    let action = "
outputs: { code: { value: '${{ steps.first.outcome }}-${{ steps.last.outputs.x }}' } }
runs:
  using: composite
  steps:
    - { id: first, shell: bash, run: exit 1 }
    - { id: skipped, shell: bash, run: echo no }
    - { id: last, if: always(), shell: bash, run: 'echo x=y >>\"$GITHUB_OUTPUT\"' }
    - { id: secret, if: always(), shell: bash, run: 'echo ${{ secrets.X }}' }
";
    let run = run(
        "      - { id: fails, uses: $/actions/fails, continue-on-error: true }
      - run: exit 1
      - { id: again, if: failure(), uses: $/actions/inner, with: { name: x } }
",
        &[("actions/fails/action.yml", action)],
    );
    let job = run.ended(Outcome::Failure).job("it");
    let fails = job.step("fails");
    assert_eq!(
        (fails.outcome, fails.conclusion, fails.outputs["code"].as_str()),
        (Outcome::Failure, Outcome::Success, "failure-y")
    );
    assert_eq!(fails.step("skipped").outcome, Outcome::Skipped);
    assert_eq!(fails.step("secret").complaints, ["line 9: Unrecognized named-value: 'secrets'"]);
    // The steps of an action that runs after a failure meet none of their own.
    assert_eq!(job.step("again").step("say").outcome, Outcome::Success);
}

#[test]
fn an_action_without_a_shell_or_of_another_kind_is_refused() {
    let shellless = "runs: {using: composite, steps: [{run: echo x}]}";
    let script = "runs: {using: node24, main: index.js}";
    let timed = "runs: {using: composite, steps: [{run: echo x, shell: bash, timeout-minutes: 1}]}";
    let timeout = (timed, "Unexpected value 'timeout-minutes'");
    for (action, expected) in
        [(shellless, "Required property is missing: shell"), (script, "a key that is not played: 'main'"), timeout]
    {
        let run = run("      - { id: it, uses: $/actions/odd }\n", &[("actions/odd/action.yml", action)]);
        let complaints = &run.ended(Outcome::Failure).job("it").step("it").complaints;
        assert!(complaints[0].contains(expected), "{run}");
    }
}

#[test]
fn an_action_runs_alone() {
    let fixture = Fixture::new(&[("actions/inner/action.yml", INNER)]);
    let step = fixture.runner().run_action("actions/inner", &[("name", "$(id)")]).expect("because it starts");
    assert_eq!((step.outcome, step.outputs["text"].as_str()), (Outcome::Success, "hello $(id)"));
    let marked = fixture.root().join("workspace");
    std::fs::create_dir(&marked).expect("because it is fresh");
    let look = "runs: {using: composite, steps: [{id: look, run: pwd, shell: bash}]}";
    let looking = Fixture::new(&[("action.yml", look)]);
    let step = looking.runner().workspace(&marked).run_action("", &[]).expect("because it starts");
    assert_eq!(step.step("look").stdout.trim_end(), marked.display().to_string());
}
