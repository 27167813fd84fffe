//! Imports point down: bins -> cli, steps; cli -> model, ports; steps -> model, ports; ports -> model; model -> nothing of ours.

use super::{Source, require_none, sources};

/// A layer, the layers it may import besides itself, and the foreign paths that must not appear in it.
struct Layer {
    folder: &'static str,
    may_import: &'static [&'static str],
    foreign: &'static [&'static str],
}

const LAYERS: &[Layer] = &[
    Layer {
        folder: "bins/",
        may_import: &["cli", "steps"],
        foreign: &["git2::", "octocrab::", "tokio::", "std::process::Command"],
    },
    Layer { folder: "src/cli/", may_import: &["cli", "model", "ports"], foreign: &["git2::", "octocrab::", "tokio::"] },
    Layer {
        folder: "src/steps/",
        may_import: &["model", "ports"],
        foreign: &["git2::", "octocrab::", "tokio::", "clap::"],
    },
    Layer { folder: "src/ports/", may_import: &["ports", "model"], foreign: &["clap::"] },
    Layer {
        folder: "src/model/",
        may_import: &["model"],
        foreign: &[
            "git2::",
            "octocrab::",
            "tokio::",
            "clap::",
            "std::fs",
            "std::env",
            "std::net",
            "std::process",
            "Utc::now",
            "Local::now",
            "SystemTime::now",
            "Instant::now",
        ],
    },
];

/// What is wrong with the imports of one file.
fn broken_imports((path, text): &Source) -> Vec<String> {
    let Some(layer) = LAYERS.iter().find(|layer| path.starts_with(layer.folder)) else { return Vec::new() };
    let own_step = path.strip_prefix("src/steps/").map(|rest| rest.split(['/', '.']).next().unwrap_or_default());
    let code = without_comments(text);
    let allowed = |target: &Target| match (own_step, target.layer.as_str()) {
        (Some(own), "steps") => own == "mod" || target.item == own,
        (_, layer_name) => layer.may_import.contains(&layer_name),
    };
    let mut wrong: Vec<String> = targets(&code)
        .into_iter()
        .filter(|target| !allowed(target))
        .map(|target| format!("'{path}' imports '{}::{}'", target.layer, target.item))
        .collect();
    let foreign = layer.foreign.iter().filter(|foreign| code.contains(**foreign));
    wrong.extend(foreign.map(|foreign| format!("'{path}' uses '{foreign}'")));
    // A path that climbs could leave its layer unseen.
    wrong.extend(code.contains("super::super").then(|| format!("'{path}' climbs with 'super::super': say 'crate::'")));
    wrong
}

/// A path into this package: its first two parts.
#[derive(Debug, PartialEq)]
struct Target {
    layer: String,
    item: String,
}

/// Every path that begins with `crate::` or `backstitch::`, with groups in braces opened.
fn targets(code: &str) -> Vec<Target> {
    let mut found = Vec::new();
    for root in ["crate::", "backstitch::"] {
        let starts = code.match_indices(root).filter(|(at, _)| {
            !code[..*at].ends_with(|before: char| before.is_alphanumeric() || before == '_' || before == ':')
        });
        for (at, _) in starts {
            for (layer, rest) in members(&code[at + root.len()..]) {
                let items = rest.strip_prefix("::").map_or_else(|| vec![(String::new(), "")], members);
                found.extend(items.into_iter().map(|(item, _)| Target { layer: layer.clone(), item }));
            }
        }
    }
    found
}

/// The names that a path goes on with, each with the text after it: one, or those of a group in braces.
fn members(text: &str) -> Vec<(String, &str)> {
    let Some(group) = text.strip_prefix('{') else {
        let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
        return vec![(text[..end].to_owned(), &text[end..])];
    };
    let (mut depth, mut start, mut found) = (0, 0, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                let member = group[start..at].trim();
                found.extend((!member.is_empty()).then(|| members(member)).into_iter().flatten());
                start = at + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    found
}

fn without_comments(text: &str) -> String {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.map(|line| line.split(" //").next().unwrap_or(line).to_owned() + "\n").collect()
}

#[test]
fn imports_point_down() {
    let files = sources(&["src", "bins"], &["rs"]);
    assert!(files.len() > 5, "the guard looks in the wrong place");
    let wrong: Vec<_> = files.iter().flat_map(broken_imports).collect();
    require_none(&wrong, "imports point down, and steps never import each other");
}

#[test]
fn a_broken_import_is_seen() {
    let broken = |path: &str, text: &str| !broken_imports(&(path.to_owned(), text.to_owned())).is_empty();
    for (path, text) in [
        ("src/model/plan.rs", "use crate::ports::git::Git;"),
        ("src/model/plan.rs", "let now = chrono::Utc::now();"),
        ("src/ports/git/mod.rs", "fn f() { crate::steps::pick::run() }"),
        ("src/steps/pick/mod.rs", "use crate::{model::commit, cli::Format};"),
        ("src/steps/pick/mod.rs", "use crate::{\n    model::commit,\n    steps::{pick, check::Verdict},\n};"),
        ("src/steps/pick.rs", "use crate::steps::check;"),
        ("src/steps/pick/plan.rs", "use super::super::check;"),
        ("src/cli/mod.rs", "use crate::steps::pick;"),
        ("bins/patch-pick.rs", "use backstitch::{cli, ports::git};"),
    ] {
        assert!(broken(path, text), "{path}: {text}");
    }
    for (path, text) in [
        ("src/model/plan.rs", "use crate::model::commit::CommitId; // crate::ports"),
        ("src/model/plan.rs", "/// See [`crate::ports::git`].\nuse super::commit;"),
        ("src/steps/pick/plan.rs", "use crate::steps::pick::status;\nuse crate::{model::plan, ports::{git, files}};"),
        ("src/steps/mod.rs", "pub mod pick;"),
        ("bins/patch-pick.rs", "use backstitch::cli;\nfn main() { backstitch::steps::pick::run() }"),
    ] {
        assert!(!broken(path, text), "{path}: {text}");
    }
}
