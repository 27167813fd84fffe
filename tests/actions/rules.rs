//! The rules for actions and workflows, on samples and on this repository.

use std::path::Path;

use crate::policy::{Tree, newer_than_3_2};

/// The repository of the samples.
const OWN: &str = "acme/widget";
/// This repository, as its examples for users name it.
const THIS: &str = "backstitch/backstitch";

const ACTION: &str = "\
name: Pick
inputs:
  line: { required: true }
  dry-run: { default: 'false' }
outputs:
  count: { value: '${{ steps.run.outputs.count }}' }
runs:
  using: composite
  steps:
    - id: run
      if: inputs.line != ''
      shell: bash
      env:
        LINE: ${{ inputs.line }}
        DRY_RUN: ${{ inputs.dry-run }}
      run: patch-pick plan --line \"$LINE\" && echo count=1 >>\"$GITHUB_OUTPUT\"
";

const CALLEE: &str = "\
on:
  workflow_call:
    inputs:
      line: { type: string, required: true }
    secrets:
      key: { required: true }
    outputs:
      digest: { value: '${{ jobs.plan.outputs.digest }}' }
permissions: {}
concurrency:
  group: patch-prepare-${{ inputs.line }}
  queue: max
  cancel-in-progress: false
jobs:
  plan:
    permissions:
      contents: read # to look at the branches
      # to find the release pull request
      pull-requests: read
    runs-on: ubuntu-24.04
    outputs:
      digest: ${{ steps.pick.outputs.count }}
    steps:
      - uses: actions/checkout@0123456789012345678901234567890123456789 # v7.0.1
        with: { persist-credentials: false }
      - id: pick
        uses: $/actions/pick
        with: { line: '${{ inputs.line }}' }
      - uses: actions/upload-artifact@0123456789012345678901234567890123456789 # v7.0.0
        with: { name: plan, path: plan.json, overwrite: true }
";

const CALLER: &str = "\
on: pull_request_target
permissions: {}
jobs:
  call:
    uses: ./.github/workflows/prepare.yml
    # to prepare the release
    permissions: { contents: read, pull-requests: write }
    with: { line: '2.0' }
    secrets: { key: '${{ secrets.KEY }}' }
  after:
    needs: call
    if: needs.call.outputs.digest != '' && github.ref_name == 'x'
    permissions: {}
    runs-on: ubuntu-24.04
    steps:
      - name: One
        uses: actions/checkout@0123456789012345678901234567890123456789 # v7.0.1
        with:
          persist-credentials: false
          ref: refs/heads/main
      - id: one
        env: { DIGEST: '${{ needs.call.outputs.digest }}' }
        run: echo \"$DIGEST\"
";

fn findings(action: &str, callee: &str, caller: &str) -> Vec<String> {
    let mut tree = Tree::new(OWN);
    tree.add("actions/pick/action.yml", action);
    tree.add(".github/workflows/prepare.yml", callee);
    tree.add("examples/workflows/user.yml", caller);
    tree.findings()
}

/// Which of the three samples a row changes.
#[derive(Clone, Copy, Debug)]
enum In {
    Action,
    Callee,
    Caller,
}

#[test]
fn good_samples_have_no_findings() {
    assert_eq!(findings(ACTION, CALLEE, CALLER), Vec::<String>::new());
    let abroad = CALLER
        .replace("./.github", "acme/widget/.github")
        .replace("prepare.yml", "prepare.yml@0123456789012345678901234567890123456789 # v1.0.0");
    assert_eq!(findings(ACTION, CALLEE, &abroad), Vec::<String>::new());
}

/// The pin in the sample that is called.
const PIN: &str = "@0123456789012345678901234567890123456789 # v7.0.1";

/// What is changed in which sample to what, and a part of what is found then.
const BROKEN: &[(In, &str, &str, &str)] = &[
    (In::Callee, PIN, "@v7 # v7.0.1", "prepare.yml:24: 'actions/checkout@v7' is not pinned to a full commit id"),
    (In::Callee, PIN, "@0123456 # v7.0.1", "is not pinned"),
    (
        In::Caller,
        " # v7.0.1",
        "",
        "user.yml:17: 'actions/checkout@0123456789012345678901234567890123456789' has no comment with its version",
    ),
    (In::Caller, " # v7.0.1", " # v7", "has no comment with its version"),
    (In::Callee, "permissions: {}\n", "", "prepare.yml:1: the workflow lacks 'permissions: {}'"),
    (In::Callee, "permissions: {}\n", "permissions: { contents: read }\n", "the workflow lacks 'permissions: {}'"),
    (In::Callee, "permissions: {}\n", "permissions: read-all\n", "the workflow lacks 'permissions: {}'"),
    (In::Caller, "    permissions: {}\n    runs-on", "    runs-on", "user.yml:10: job 'after' lacks 'permissions'"),
    (
        In::Callee,
        " # to look at the branches",
        "",
        "prepare.yml:17: no comment says for what job 'plan' has 'contents'",
    ),
    (
        In::Callee,
        "      # to find the release pull request\n",
        "",
        "no comment says for what job 'plan' has 'pull-requests'",
    ),
    (
        In::Caller,
        "    permissions: {}\n    runs-on",
        "    permissions: write-all\n    runs-on",
        "has its permissions in one word",
    ),
    (
        In::Callee,
        "contents: read #",
        "contents: write #",
        "user.yml:4: job 'call' gives 'contents: read', but job 'plan' of './.github/workflows/prepare.yml' wants 'write'",
    ),
    (
        In::Caller,
        "contents: read, ",
        "",
        "job 'call' gives 'contents: none', but job 'plan' of './.github/workflows/prepare.yml' wants 'read'",
    ),
    (
        In::Action,
        "\\\"$LINE\\\"",
        "${{ inputs.line }}",
        "action.yml:16: an expression in 'run' becomes code: pass it by 'env'",
    ),
    (In::Caller, "\\\"$DIGEST\\\"", "${{ github.sha }}", "an expression in 'run' becomes code"),
    (In::Action, "\\\"$LINE\\\"", "\\\"${LINE,,}\\\"", "action.yml:16: bash 3.2 of macOS does not know ',,}'"),
    (In::Action, "&& echo", "|& cat && echo", "bash 3.2 of macOS does not know '|&'"),
    (In::Action, "      shell: bash\n", "", "action.yml:10: a script of an action needs a 'shell'"),
    (In::Callee, "{ persist-credentials: false }", "{ fetch-depth: 0 }", "leaves the token to every later step"),
    (In::Callee, "{ persist-credentials: false }", "{ persist-credentials: '${{ inputs.line }}' }", "leaves the token"),
    (In::Callee, ", overwrite: true", "", "prepare.yml:29: an upload without 'overwrite: true' fails"),
    (In::Callee, "overwrite: true", "overwrite: false", "an upload without 'overwrite: true' fails"),
    (
        In::Caller,
        "refs/heads/main",
        "${{ github.event.pull_request.head.sha }}",
        "user.yml:17: what a stranger wrote is checked out",
    ),
    (
        In::Caller,
        "refs/heads/main",
        "refs/pull/${{ github.event.number }}/merge",
        "what a stranger wrote is checked out",
    ),
    (In::Caller, "refs/heads/main", "${{ github.head_ref }}", "what a stranger wrote is checked out"),
    (
        In::Callee,
        "steps.pick.outputs.count",
        "steps.pick.outputs.counts",
        "prepare.yml:22: '$/actions/pick' has no output 'counts'",
    ),
    (In::Callee, "steps.pick.outputs", "steps.picks.outputs", "there is no step 'picks'"),
    (In::Action, "steps.run.outputs", "steps.ran.outputs", "action.yml:6: there is no step 'ran'"),
    (
        In::Caller,
        "if: needs.call.outputs.digest",
        "if: needs.call.outputs.digests",
        "user.yml:12: job 'call' has no output 'digests'",
    ),
    (In::Caller, "'${{ needs.call.", "'${{ needs.calls.", "job 'after' refers to 'calls', which it does not need"),
    (
        In::Callee,
        "jobs.plan.outputs.digest",
        "jobs.plan.outputs.digests",
        "prepare.yml:8: job 'plan' has no output 'digests'",
    ),
    (In::Callee, "jobs.plan.outputs.digest", "jobs.plans.outputs.digest", "there is no job 'plans'"),
    (In::Action, "LINE: ${{ inputs.line }}", "LINE: ${{ inputs.lines }}", "action.yml:14: there is no input 'lines'"),
    (In::Action, "if: inputs.line ", "if: inputs.lines ", "action.yml:11: there is no input 'lines'"),
    (In::Callee, "-${{ inputs.line }}", "-${{ inputs.branch }}", "there is no input 'branch'"),
    (
        In::Callee,
        "{ line: '${{ inputs.line }}' }",
        "{ line: x, lime: y }",
        "prepare.yml:27: '$/actions/pick': Invalid input, lime is not defined",
    ),
    (
        In::Callee,
        "{ line: '${{ inputs.line }}' }",
        "{ dry-run: true }",
        "'$/actions/pick': input line is required, but not provided",
    ),
    (
        In::Caller,
        "{ line: '2.0' }",
        "{ version: '2.0' }",
        "user.yml:5: './.github/workflows/prepare.yml': Invalid input, version is not defined",
    ),
    (In::Caller, "{ key: ", "{ token: ", "Invalid secret, token is not defined"),
    (In::Callee, "$/actions/pick", "$/actions/pack", "there is no action '$/actions/pack'"),
    (
        In::Caller,
        "prepare.yml",
        "prepared.yml",
        "user.yml:5: there is no workflow './.github/workflows/prepared.yml' to call",
    ),
    (In::Callee, "patch-prepare-${{ inputs.line }}", "${{ inputs.line }}", "does not begin with a name of its own"),
    (
        In::Callee,
        "patch-prepare-${{ inputs.line }}",
        "patch-${{ github.workflow }}",
        "has the name of whatever workflow calls",
    ),
    (In::Callee, "  queue: max\n", "", "prepare.yml:11: without 'queue: max' the group drops all waiting runs but one"),
    (In::Callee, "  cancel-in-progress: false\n", "", "does not say 'cancel-in-progress: false'"),
    (In::Callee, "cancel-in-progress: false", "cancel-in-progress: true", "does not say 'cancel-in-progress: false'"),
    (In::Action, "using: composite", "using: docker", "actions/pick/action.yml: only composite actions are played"),
    (In::Caller, "!= '' &&", "!= \\\"\\\" &&", "unexpected symbol"),
];

#[test]
fn each_broken_rule_is_found() {
    for (place, from, to, expected) in BROKEN.iter().chain(MISPLACED) {
        let (from, to) = (from.replace("\\\"", "\""), to.replace("\\\"", "\""));
        let change = |text: &str, on: bool| if on { text.replacen(&from, &to, 1) } else { text.to_owned() };
        let at = [matches!(place, In::Action), matches!(place, In::Callee), matches!(place, In::Caller)];
        let (action, callee, caller) = (change(ACTION, at[0]), change(CALLEE, at[1]), change(CALLER, at[2]));
        assert!([action.as_str(), &callee, &caller] != [ACTION, CALLEE, CALLER], "{from} is not in {place:?}");
        let found = findings(&action, &callee, &caller);
        assert!(found.iter().any(|one| one.contains(expected)), "{place:?} {from} -> {to}\n{found:#?}");
    }
}

/// More of the same, about what expressions see at their place.
const MISPLACED: &[(In, &str, &str, &str)] = &[
    (
        In::Caller,
        "github.ref_name == 'x'",
        "steps.one.outcome == 'x'",
        "user.yml:12: 'steps' is not known at 'jobs.after.if'",
    ),
    (In::Caller, "&& github.ref_name == 'x'", "&& secrets.KEY", "'secrets' is not known at 'jobs.after.if'"),
    (
        In::Caller,
        "{ line: '2.0' }",
        "{ line: '${{ env.LINE }}' }",
        "user.yml:8: 'env' is not known at 'jobs.call.with.line'",
    ),
    (
        In::Caller,
        "DIGEST: '${{ needs.call.outputs.digest }}'",
        "DIGEST: '${{ always() }}'",
        "'always()' is known in conditions only, not at 'jobs.after.steps.1.env.DIGEST'",
    ),
    (In::Caller, "name: One", "if: secrets.KEY", "'secrets' is not known at 'jobs.after.steps.0.if'"),
    (
        In::Action,
        "LINE: ${{ inputs.line }}",
        "LINE: ${{ secrets.LINE }}",
        "action.yml:14: 'secrets' is not known at 'runs.steps.0.env.LINE'",
    ),
    (In::Action, "default: 'false'", "default: '${{ env.DRY }}'", "'env' is not known at 'inputs.dry-run.default'"),
    (In::Action, "name: Pick", "name: Pick ${{ github.ref }}", "action.yml:1: 'github' is not known at 'name'"),
    (
        In::Callee,
        "patch-prepare-${{ inputs.line }}",
        "patch-prepare-${{ matrix.line }}",
        "'matrix' is not known at 'concurrency.group'",
    ),
    (
        In::Callee,
        "'${{ jobs.plan.outputs.digest }}'",
        "'${{ needs.plan.outputs.digest }}'",
        "'needs' is not known at 'on.workflow_call.outputs.digest.value'",
    ),
];

#[test]
fn a_stranger_is_not_checked_out_by_a_workflow_that_an_exposed_one_calls() {
    let head = CALLEE.replace(
        "{ persist-credentials: false }",
        "{ persist-credentials: false, ref: '${{ github.event.pull_request.head.sha }}' }",
    );
    assert_eq!(findings(ACTION, &head, CALLER).len(), 1, "{:?}", findings(ACTION, &head, CALLER));
    assert_eq!(findings(ACTION, &head, &CALLER.replace("pull_request_target", "pull_request")), Vec::<String>::new());
}

#[test]
fn a_dot_in_an_action_is_that_of_the_caller() {
    let nested = "runs:\n  using: composite\n  steps:\n    - uses: ./actions/pick\n      with: { line: x }\n";
    let mut tree = Tree::new(OWN);
    tree.add("actions/pick/action.yml", ACTION);
    tree.add("action.yml", nested);
    assert_eq!(
        tree.findings(),
        ["action.yml:4: './actions/pick' would be looked for in the workspace of the caller: say '$/'"]
    );
    tree.add("action.yml", &nested.replace("./", "$/"));
    assert_eq!(tree.findings(), Vec::<String>::new());
}

#[test]
fn every_action_and_workflow_of_this_repository_keeps_the_rules() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let tree = Tree::read(THIS, root);
    let there = [".github/workflows", "actions", "examples/workflows"].iter().any(|folder| root.join(folder).is_dir());
    assert!(tree.len() > 0 || !there, "the rules look in the wrong place");
    let found = tree.findings();
    assert!(found.is_empty(), "\n  {}", found.join("\n  "));
}

#[test]
fn files_are_found_in_all_their_places() {
    let file = |path: &'static str| (path, "on: push\njobs: {}\n");
    let fixture = crate::fixture::Fixture::new(&[
        ("action.yml", ACTION),
        ("actions/pick/action.yml", ACTION),
        ("actions/README.md", ""),
        file(".github/workflows/a.yml"),
        file(".github/workflows/b.yaml"),
        file("examples/workflows/c.yml"),
        ("examples/workflows/README.md", ""),
        file("other/d.yml"),
    ]);
    let tree = Tree::read(OWN, fixture.root());
    assert_eq!((tree.len(), tree.findings().len()), (5, 3), "{:?}", tree.findings());
}

/// The scripts that actions are made of run where macOS has no other bash, too.
#[test]
fn scripts_beside_actions_need_no_newer_bash_than_that_of_macos() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("actions");
    let mut read = 0;
    for entry in std::fs::read_dir(&folder).expect("because it is there") {
        let path = entry.expect("because it can be listed").path();
        if path.extension().is_some_and(|end| end == "sh") {
            let text = std::fs::read_to_string(&path).expect("because it is text");
            let found: Vec<_> = newer_than_3_2(&text).map(|(at, word)| (at + 1, word)).collect();
            assert!(found.is_empty(), "{}: {found:?}", path.display());
            read += 1;
        }
    }
    assert!(read > 0, "the rule looks in the wrong place");
    let known: Vec<_> = newer_than_3_2("# mapfile\ndeclare -A sums\nread -r line |& cat\n").collect();
    assert_eq!(known, [(1, "declare -A"), (2, "|&")]);
}
