//! The action of `patch-check`: answers, refusals, and what strangers write; and how users name an action.

use serde_json::Value;

use super::{binaries, root, step};
use crate::executor::Outcome;
use crate::executor::model::Action;
use crate::executor::yaml::Document;
use crate::fixture::{Fixture, MAIN};
use crate::support::Repo;

const CONFIG: &str = "[project]\nmain = \"main\"\n\n[[line]]\nname = \"2.0\"\nbranch = \"release/2.0\"\n\n\
    [eligibility]\nbreaking-labels = []\n\n[eligibility.require]\nreviews = 0\nchecks = false\nrisk-assessment = false\n\n[eligibility.rules]\npriority = \"off\"\n";

/// A line that lacks one fix, whose message is given.
fn story(message: &str) -> (Repo, String) {
    let repo = Repo::new();
    repo.write_config(CONFIG);
    repo.land_fix("Add the list", [("src/list.c", "one\ntwo\n"), ("tests/list.c", "test\n")]);
    repo.cut_line("2.0");
    let fix = repo.land_fix(message, [("src/list.c", "one, kept\ntwo\n"), ("tests/list.c", "test\nkept\n")]);
    (repo, fix.to_string())
}

#[test]
fn an_action_hands_on_the_answer_of_its_binary() {
    let (repo, fix) = story("fix: keep the list\n\nKind: crash");
    let judge = |args: &str| {
        step(&repo, "actions/check", &[("command", "commit"), ("args", args), ("offline", "true"), ("line", "2.0")])
    };
    let step = judge(&fix);
    assert_eq!((step.outcome, step.outputs["exit-code"].as_str()), (Outcome::Success, "0"), "{step}");
    let result: Value = serde_json::from_str(&step.outputs["result"]).expect("because it is JSON");
    assert_eq!(result["verdicts"][0]["fix"], fix.as_str());
    assert_eq!(step.all().iter().filter(|step| !step.summary.is_empty()).count(), 1, "{step}");
    let step = judge("no-such-commit");
    assert_eq!((step.outcome, step.outputs["exit-code"].as_str()), (Outcome::Failure, "2"), "{step}");
    assert_eq!(step.messages("error").len(), 1, "{step}");
}

#[test]
fn a_refusal_can_be_allowed() {
    let (repo, fix) = story("refactor: move the list\n\nKind: refactor");
    let inputs = [("command", "commit"), ("args", fix.as_str()), ("offline", "true")];
    let found = step(&repo, "actions/check", &inputs);
    assert_eq!((found.outcome, found.outputs["exit-code"].as_str()), (Outcome::Failure, "1"), "{found}");
    let found = step(&repo, "actions/check", &[&inputs[..], &[("allow-exit-codes", "1 3")]].concat());
    assert_eq!((found.outcome, found.outputs["exit-code"].as_str()), (Outcome::Success, "1"), "{found}");
}

#[test]
fn what_strangers_write_is_not_run_and_writes_no_output() {
    let evil = "fix: $(touch pwned) `touch pwned` ${{ github.token }} ::set-output name=evil::1\n\nKind: crash\n\n\
        ::set-output name=evil::1\n##[set-output name=evil]1\n::add-mask::fix\n::stop-commands::x\nEOF\nevil=1\nevil<<EOF\n1\nEOF\n\u{202e}desrever";
    let (repo, fix) = story(evil);
    for inputs in [
        vec![("command", "commit"), ("args", fix.as_str()), ("offline", "true"), ("verbose", "true")],
        vec![("command", "commit"), ("args", evil), ("offline", "true")],
        vec![("command", "$(touch pwned)"), ("args", fix.as_str())],
        vec![("command", "commit"), ("line", "2.0\n--config=/etc/passwd"), ("args", fix.as_str())],
    ] {
        let step = step(&repo, "actions/check", &inputs);
        assert!(!repo.path().join("pwned").exists(), "{step}");
        let declared = Action::read(&Document::read(&root(), "actions/check/action.yml").expect("because it is there"));
        let declared = declared.expect("because it is a composite").outputs;
        let inner = step.steps.iter().flat_map(|step| step.outputs.keys());
        for output in step.outputs.keys().chain(inner) {
            assert!(declared.iter().any(|(name, _)| name == output), "'{output}' is not declared\n{step}");
        }
        let commands = step.all().into_iter().flat_map(|step| &step.commands).map(|command| command.name.clone());
        let odd: Vec<_> = commands
            .filter(|name| !["error", "warning", "notice", "group", "endgroup"].contains(&name.as_str()))
            .collect();
        assert_eq!(odd, Vec::<String>::new(), "{step}");
    }
}

#[test]
fn an_action_is_found_as_users_name_it_and_stays_on_the_path() {
    let (repo, fix) = story("fix: keep the list\n\nKind: crash");
    let text = format!(
        "on: push
permissions: {{}}
jobs:
  it:
    runs-on: x
    steps:
      - uses: acme/backstitch@{pin}
        with: {{ bin-dir: '{programs}' }}
      - id: pick
        uses: acme/backstitch/actions/pick@{pin}
        with: {{ bin-dir: '{programs}', command: status, now: '{now}' }}
      - run: patch-check commit {fix} --offline --quiet --line 2.0 --now {now}
",
        pin = "0".repeat(40),
        programs = binaries().display(),
        now = repo.now()
    );
    let fixture = Fixture::new(&[(MAIN, &text)]);
    let runner = fixture
        .runner()
        .repository("acme/backstitch", &root())
        .workspace(&repo.path())
        .machine("GIT_CONFIG_NOSYSTEM", "1");
    let run = runner.run_workflow(MAIN).expect("because it starts");
    let pick = run.job("it").step("pick");
    assert!(pick.outputs["result"].contains("2.0"), "{run}");
    run.ended(Outcome::Success);
    assert!(run.all_steps().iter().all(|step| step.complaints.is_empty()), "{run}");
}
