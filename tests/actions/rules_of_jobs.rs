//! The rules about what jobs hold and hand on, on samples.

use crate::policy::Tree;

fn findings(jobs: &str) -> Vec<String> {
    let mut tree = Tree::new("acme/widget");
    tree.add(
        "actions/pick/action.yml",
        "name: Pick\ninputs:\n  exec: { default: '' }\n  token: { default: '' }\nruns:\n  using: composite\n  steps: []\n",
    );
    tree.add(
        "actions/notes/action.yml",
        "name: Notes\ninputs:\n  command: { default: '' }\nruns:\n  using: composite\n  steps: []\n",
    );
    tree.add(
        ".github/workflows/callee.yml",
        "on:\n  workflow_call:\n    secrets:\n      key: { required: false }\npermissions: {}\njobs: {}\n",
    );
    let head = "on:\n  workflow_call:\n    inputs:\n      build: { type: string }\npermissions: {}\njobs:\n";
    tree.add(".github/workflows/it.yml", &format!("{head}{jobs}"));
    tree.findings()
}

const BUILD: &str = "
  build:
    permissions:
      contents: read # what is built
    runs-on: ubuntu-24.04
    outputs:
      tree: ${{ steps.tree.outputs.tree }}
    steps:
      - run: bash -euo pipefail -c \"$BUILD\"
        env:
          BUILD: ${{ inputs.build }}
      - uses: $/actions/pick
        with:
          exec: ${{ inputs.build }}
          token: ''
      - id: tree
        run: |
          echo \"tree=$(git rev-parse HEAD)\" >>\"$GITHUB_OUTPUT\"
";

#[test]
fn a_job_with_a_command_of_the_caller_has_nothing_to_lose() {
    assert_eq!(findings(BUILD), Vec::<String>::new());
    for (from, to, said) in [
        ("contents: read", "contents: write", "runs a command of its caller, and may write 'contents'"),
        ("${{ inputs.build }}\n      - uses", "${{ secrets.key }}\n      - uses", "and has a secret"),
        ("          token: ''\n", "", "hands its token to a command of its caller"),
        ("token: ''", "token: ${{ github.token }}", "hands its token to a command of its caller"),
    ] {
        let found = findings(&BUILD.replacen(from, to, 1));
        assert!(found.len() == 1 && found[0].contains(said), "{said}: {found:?}");
    }
}

#[test]
fn an_output_of_a_script_is_one_that_it_writes() {
    let found = findings(&BUILD.replace("steps.tree.outputs.tree", "steps.tree.outputs.commit"));
    assert!(found.len() == 1 && found[0].contains("the script of step 'tree' writes no output 'commit'"), "{found:?}");
    let block = BUILD.replace("echo \"tree=$(git rev-parse HEAD)\"", "{ echo 'tree<<end'; git log; echo end; }");
    assert_eq!(findings(&block), Vec::<String>::new());
}

#[test]
fn secrets_are_given_by_their_names() {
    let call = "  call:\n    permissions: {}\n    uses: $/.github/workflows/callee.yml\n";
    assert_eq!(findings(call), Vec::<String>::new());
    assert_eq!(findings(&format!("{call}    secrets: {{ key: '${{{{ secrets.KEY }}}}' }}\n")), Vec::<String>::new());
    let found = findings(&format!("{call}    secrets: inherit\n"));
    assert!(found.len() == 1 && found[0].contains("is given every secret: name those that it takes"), "{found:?}");
}

#[test]
fn the_token_of_an_app_may_do_what_its_job_needs() {
    let job = "
  push:
    permissions: {}
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/create-github-app-token@0123456789012345678901234567890123456789 # v3.1.1
        with:
          client-id: x
          permission-contents: write
";
    assert_eq!(findings(job), Vec::<String>::new());
    for (from, to, said) in [
        ("          permission-contents: write\n", "", "is made without naming what it may do"),
        ("client-id: x", "owner: acme", "goes further than this job with 'owner'"),
        ("client-id: x", "skip-token-revoke: true", "goes further than this job with 'skip-token-revoke'"),
    ] {
        let found = findings(&job.replace(from, to));
        assert!(found.len() == 1 && found[0].contains(said), "{said}: {found:?}");
    }
}

#[test]
fn a_job_that_publishes_may_read_what_the_notes_tell_of() {
    let job = "
  publish:
    permissions:
      contents: write # the release
      pull-requests: read # what the notes say
      issues: read # what they close
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/create-github-app-token@0123456789012345678901234567890123456789 # v3.1.1
        with:
          client-id: x
          permission-contents: write
          permission-pull-requests: read
          permission-issues: read
      - uses: $/actions/notes
        with:
          command: publish
";
    assert_eq!(findings(job), Vec::<String>::new());
    assert_eq!(
        findings(&job.replace("      issues: read # what they close\n", "").replace("publish\n", "render\n")),
        Vec::<String>::new()
    );
    for (from, said) in [
        ("      issues: read # what they close\n", "job 'publish' publishes, and lacks 'issues: read'"),
        (
            "      pull-requests: read # what the notes say\n",
            "job 'publish' publishes, and lacks 'pull-requests: read'",
        ),
        ("          permission-issues: read\n", "the token of an app that publishes lacks 'permission-issues: read'"),
    ] {
        let found = findings(&job.replace(from, ""));
        assert!(found.len() == 1 && found[0].contains(said), "{said}: {found:?}");
    }
}
