//! The page about the workflows for users says what each of them takes and gives, read from the workflows themselves.
//!
//! `UPDATE_DOCS=1 cargo test --test it guards` writes the tables of `docs/workflows.md`.

use super::{page_lock, read, require_none, root, updating};

/// The workflows that users call.
const WORKFLOWS: [&str; 5] = ["patch-command", "patch-gate", "patch-prepare", "patch-publish", "patch-status"];

/// The names below a heading of `workflow_call`, each with its description and, if it is required, a word that says so.
fn listed(text: &str, heading: &str) -> Vec<(String, String)> {
    let begin = format!("    {heading}:");
    let block = text.lines().skip_while(|line| *line != begin).skip(1).take_while(|line| line.starts_with("      "));
    let mut found: Vec<(String, String)> = Vec::new();
    for line in block {
        if let Some(name) = line.strip_prefix("      ").filter(|name| !name.starts_with(' ')) {
            found.push((name.trim_end_matches(':').to_owned(), String::new()));
        } else if let (Some(told), Some(last)) = (line.strip_prefix("        description: "), found.last_mut()) {
            told.clone_into(&mut last.1);
        } else if let (Some("true"), Some(last)) = (line.strip_prefix("        required: "), found.last_mut()) {
            last.1 += " Required.";
        }
    }
    found
}

/// The permissions that a caller has to give: what each job asks for, with why.
fn permissions(text: &str) -> Vec<String> {
    let jobs = text.lines().skip_while(|line| *line != "jobs:");
    let mut found: Vec<String> = Vec::new();
    for line in jobs.filter_map(|line| line.strip_prefix("      ")) {
        let Some((right, why)) = line.split_once(" # ") else { continue };
        if (right.ends_with(": read") || right.ends_with(": write")) && !found.iter().any(|known| known.contains(right))
        {
            found.push(format!("`{right}` for {why}"));
        }
    }
    // Who may write may read.
    let writes: Vec<String> = found.iter().filter(|one| one.contains(": write`")).cloned().collect();
    let name = |one: &str| one.split(':').next().unwrap_or_default().to_owned();
    found.retain(|one| one.contains(": write`") || !writes.iter().any(|write| name(write) == name(one)));
    found
}

#[test]
fn the_job_of_the_gate_has_the_name_by_which_the_gate_knows_it() {
    let text = read(&root().join(".github/workflows/patch-gate.yml"));
    let named: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("    name: ")).collect();
    assert_eq!(named, [backstitch::model::pull::GATE_JOB]);
    let text = read(&root().join("examples/workflows/reviewed.yml"));
    assert!(text.contains(&format!("\n    name: {} #", backstitch::model::pull::REVIEW_JOB)), "{text}");
}

fn part(workflow: &str) -> String {
    let text = read(&root().join(format!(".github/workflows/{workflow}.yml")));
    let about: Vec<&str> = text.lines().map_while(|line| line.strip_prefix('#')).map(str::trim).collect();
    let mut page = format!("## `{workflow}.yml`\n\n{}\n\n", about.join("\n"));
    page += &format!("Permissions that the caller gives: {}.\n", permissions(&text).join(", "));
    for (heading, noun) in [("inputs", "input"), ("secrets", "secret"), ("outputs", "output")] {
        let rows = listed(&text, heading);
        if !rows.is_empty() {
            page += &format!("\n| {noun} | meaning |\n|---|---|\n");
        }
        for (name, told) in rows {
            page += &format!("| `{name}` | {} |\n", told.replace('|', "\\|"));
        }
    }
    page
}

#[test]
fn the_page_says_what_the_workflows_take_and_give() {
    let path = root().join("docs/workflows.md");
    let _lock = page_lock();
    let old = read(&path);
    let (before, rest) = old.split_once("<!-- workflows -->\n").expect("because the page has the mark");
    let (_, after) = rest.split_once("<!-- /workflows -->").expect("because the mark has an end");
    let parts: Vec<String> = WORKFLOWS.iter().map(|workflow| part(workflow)).collect();
    let new = format!("{before}<!-- workflows -->\n\n{}\n<!-- /workflows -->{after}", parts.join("\n"));
    if updating() {
        std::fs::write(&path, new).unwrap_or_else(|error| panic!("cannot write '{}': {error}", path.display()));
    } else if old != new {
        require_none(
            &["the tables of 'docs/workflows.md' have changed".to_owned()],
            "run 'UPDATE_DOCS=1 cargo test --test it guards'",
        );
    }
}

#[test]
fn what_stands_in_a_workflow_is_read() {
    let text = "on:\n  workflow_call:\n    inputs:\n      line:\n        description: The line.\n        type: string\n        required: true\n      since:\n        description: Since.\n    outputs:\n      x:\n        description: X.\npermissions: {}\njobs:\n  a:\n    permissions:\n      contents: read # one\n  b:\n    permissions:\n      contents: write # two\n      issues: read # three\n";
    let pair = |name: &str, told: &str| (name.to_owned(), told.to_owned());
    assert_eq!(listed(text, "inputs"), [pair("line", "The line. Required."), pair("since", "Since.")]);
    assert_eq!(listed(text, "outputs"), [pair("x", "X.")]);
    assert_eq!(permissions(text), ["`contents: write` for two", "`issues: read` for three"]);
}
