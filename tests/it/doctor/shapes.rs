//! The forms of a diagnosis, and what is handed on to a workflow.

use super::{asking, healthy};
use crate::support::Bin;
use crate::support::github::Github;
use crate::support::github::state::{Ruleset, TOKEN};

#[test]
fn text_and_markdown_tell_what_fails_and_how_to_mend_it() {
    let (repo, github) = (healthy(), Github::start());
    github.state().settings.rulesets.push(Ruleset::new(
        "<b>no\u{1b}[2J::error::tags",
        "tag",
        &["~ALL"],
        vec![serde_json::json!({ "type": "creation" })],
    ));
    let shown = |format: &str| {
        let bin = Bin::doctor().at(&repo).args(["check", "--now", &repo.now(), "--format", format]);
        let bin = bin.env("GITHUB_TOKEN", TOKEN).env("GITHUB_API_URL", &github.url());
        bin.env("GITHUB_REPOSITORY", "acme/widget").run().code(1).stdout
    };
    let text = shown("text");
    assert!(text.starts_with("1 thing will fail, "), "{text}");
    for part in ["tag-rules", "what fails:", "to mend it:", "lets nobody make 'v2.0.1'"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains('\u{1b}'), "{text}");
    let markdown = shown("markdown");
    assert!(markdown.starts_with("**1 thing will fail, "), "{markdown}");
    assert!(markdown.contains("| rule | found | about | detail |") && !markdown.contains("<b>"), "{markdown}");
}

#[test]
fn a_workflow_gets_annotations_a_summary_and_an_output() {
    let (repo, github) = (healthy(), Github::start());
    let file = |name: &str| repo.home().join(name).display().to_string();
    let bin = asking(&repo, &github, "ghs_unknown", &[]).env("GITHUB_ACTIONS", "true");
    let output = bin.env("GITHUB_OUTPUT", &file("out")).env("GITHUB_STEP_SUMMARY", &file("summary")).run().code(1);
    assert!(output.stderr.contains("::error::token: "), "{}", output.stderr);
    let read = |name: &str| std::fs::read_to_string(file(name)).expect("because it was written");
    assert!(read("out").contains("result<<") && read("out").contains("patch-doctor/check@1"));
    assert!(read("summary").contains("**1 thing will fail"), "{}", read("summary"));
}
