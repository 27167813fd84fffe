//! The examples in the pages are what the binaries print.
//!
//! A block that begins with "```console" holds commands after `$ `, each with what it prints. The commands of a page are
//! run one after the other in a fresh copy of the repository that `examples/sample-repository.sh` makes.
//! `UPDATE_DOCS=1 cargo test --test it guards` writes what they print.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use tempfile::TempDir;

use super::{page_lock, read, require_none, root, sources, updating};
use crate::support;

/// A piece of a page.
#[derive(Debug, PartialEq)]
enum Part {
    /// What stays as it is, markers of blocks among it.
    Text(String),
    /// A command and what it prints, without empty lines at the end.
    Example { command: String, output: String },
}

/// Takes a page apart.
fn parts(page: &str) -> Vec<Part> {
    let mut parts = vec![Part::Text(String::new())];
    let mut in_block = false;
    for line in page.lines() {
        let is_marker = if in_block { line == "```" } else { line == "```console" };
        in_block ^= is_marker;
        let command = line.strip_prefix("$ ").filter(|_| in_block);
        match (command, parts.last_mut()) {
            (Some(command), _) => parts.push(Part::Example { command: command.to_owned(), output: String::new() }),
            (None, Some(Part::Example { output, .. })) if !is_marker => output.extend([line, "\n"]),
            (None, Some(Part::Text(text))) => text.extend([line, "\n"]),
            (None, _) => parts.push(Part::Text(format!("{line}\n"))),
        }
    }
    for part in &mut parts {
        if let Part::Example { output, .. } = part {
            *output = output.trim_end().to_owned();
        }
    }
    parts
}

/// Puts a page together again.
fn page_of(parts: &[Part]) -> String {
    let mut page = String::new();
    for (at, part) in parts.iter().enumerate() {
        match part {
            Part::Text(text) => page.push_str(text),
            Part::Example { command, output } => {
                let gap = if matches!(parts.get(at + 1), Some(Part::Example { .. })) { "\n" } else { "" };
                let end = if output.is_empty() { "" } else { "\n" };
                page.push_str(&format!("$ {command}\n{output}{end}{gap}"));
            }
        }
    }
    page
}

/// A copy of the sample repository that a page's commands are run in.
struct Session {
    home: TempDir,
}

impl Session {
    fn start() -> Self {
        let home = folder();
        let godel = home.path().join("godel");
        run(support::command("cp", home.path()).arg("-R").arg(sample()).arg(&godel));
        Self { home }
    }

    fn run(&self, command: &str) -> String {
        let home = self.home.path().canonicalize().expect("because the folder was just made");
        let mut shell = support::command("sh", &home);
        let programs = Path::new(env!("CARGO_BIN_EXE_patch-pick")).parent().expect("because a program is in a folder");
        shell.current_dir(home.join("godel")).env("PROGRAMS", programs);
        shell.env("GIT_AUTHOR_DATE", "2026-02-02T09:00:00Z").env("GIT_COMMITTER_DATE", "2026-02-02T09:00:00Z");
        shell.args(["-c", &format!("exec 2>&1\nPATH=$PROGRAMS:$PATH\n{command}")]);
        let output = support::run_with_input(&mut shell, Vec::new());
        let said = String::from_utf8(output.stdout).expect("because our output is UTF-8");
        let said = said.replace(home.to_str().expect("because the folder has a plain name"), "/home/mia");
        let said = without_fingerprints(&said);
        let mut said: String = said.lines().map(|line| line.trim_end().to_owned() + "\n").collect();
        if !output.status.success() {
            said.push_str(&format!("# exit code {}\n", output.status.code().unwrap_or(-1)));
        }
        said.trim_end().to_owned()
    }
}

/// The keys of examples are made anew in each run, so what stands for them in the pages is `SHA256:…`.
fn without_fingerprints(said: &str) -> String {
    let mut parts = said.split("SHA256:");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || "+/".contains(c));
        plain.push_str("SHA256:");
        plain.push_str(if rest.len() < part.len() { "…" } else { "" });
        plain.push_str(rest);
    }
    plain
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("because tests can write to the temporary folder")
}

fn run(command: &mut std::process::Command) {
    let output = support::run_with_input(command, Vec::new());
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// The sample repository, made once.
fn sample() -> PathBuf {
    static SAMPLE: OnceLock<TempDir> = OnceLock::new();
    let made = SAMPLE.get_or_init(|| {
        let place = folder();
        let script = root().join("examples/sample-repository.sh");
        run(support::command("bash", place.path()).arg(script).arg(place.path().join("godel")));
        place
    });
    made.path().join("godel")
}

/// Every page that may hold examples, by its path from the root.
fn pages() -> Vec<String> {
    let docs = sources(&["docs"], &["md"]).into_iter().map(|(path, _)| path);
    docs.chain(["README.md".to_owned()]).collect()
}

#[test]
fn examples_print_what_the_pages_say() {
    let mut wrong = Vec::new();
    for path in pages() {
        let _lock = page_lock();
        let mut parts = parts(&read(&root().join(&path)));
        let session = OnceLock::new();
        for part in &mut parts {
            let Part::Example { command, output } = part else { continue };
            let printed = session.get_or_init(Session::start).run(command);
            if *output != printed && !updating() {
                wrong.push(format!("'{path}': '{command}' prints\n{printed}\n"));
            }
            *output = printed;
        }
        if updating() && session.get().is_some() {
            std::fs::write(root().join(&path), page_of(&parts))
                .unwrap_or_else(|error| panic!("cannot write '{path}': {error}"));
        }
    }
    require_none(&wrong, "run 'UPDATE_DOCS=1 cargo test --test it guards'");
}

#[test]
fn every_verb_has_an_example() {
    let mut missing = Vec::new();
    for name in
        ["patch-advisory", "patch-bump", "patch-check", "patch-doctor", "patch-notes", "patch-pick", "patch-tag"]
    {
        let page = read(&root().join(format!("docs/{name}.md")));
        let opening = format!("<!-- help: {name} ");
        let verbs = page.split(&opening).skip(1).filter_map(|rest| rest.split(' ').next());
        let verbs = verbs.filter(|verb| !verb.starts_with("--"));
        let examples = parts(&page);
        let shown = |verb: &str| {
            let begins = format!("{name} {verb} ");
            examples
                .iter()
                .any(|part| matches!(part, Part::Example { command, .. } if format!("{command} ").contains(&begins)))
        };
        missing.extend(verbs.filter(|verb| !shown(verb)).map(|verb| format!("'{name} {verb}'")));
    }
    require_none(&missing, "every verb has an example in the page of its binary");
}

#[test]
fn a_page_is_taken_apart_and_put_together() {
    let page = "# A\n\n```sh\n$ no\n```\n\n```console\n$ a | b\none\n\ntwo\n\n$ c\n$ d\n```\nend\n";
    let example =
        |command: &str, output: &str| Part::Example { command: command.to_owned(), output: output.to_owned() };
    let text = |text: &str| Part::Text(text.to_owned());
    let expected = [
        text("# A\n\n```sh\n$ no\n```\n\n```console\n"),
        example("a | b", "one\n\ntwo"),
        example("c", ""),
        example("d", ""),
        text("```\nend\n"),
    ];
    assert_eq!(parts(page), expected);
    assert_eq!(page_of(&parts(page)), page.replace("$ c\n$ d", "$ c\n\n$ d"));
}

#[test]
fn a_fingerprint_is_left_out() {
    assert_eq!(without_fingerprints("a SHA256:ab+/9, SHA256: x SHA256SUMS"), "a SHA256:…, SHA256: x SHA256SUMS");
}

#[test]
fn a_command_is_run_in_the_sample_and_its_exit_code_told() {
    let session = Session::start();
    assert_eq!(session.run("git log -1 --format=%s main"), "Do not print NaN for an empty report (#108)");
    assert_eq!(session.run("pwd; false"), "/home/mia/godel\n# exit code 1");
    assert!(session.run("patch-pick status --line 9.9").ends_with("# exit code 2"));
}
