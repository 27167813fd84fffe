//! What CI installs by itself is the same in every run. Actions and packages of JavaScript have rules and lock files of their own.

use super::{read, relative, require_none, root};

/// The commands of a script that install a program of Rust in whichever version is the newest.
fn unpinned(script: &str) -> Vec<String> {
    let installs = script.lines().filter_map(|line| Some(line.split_once("cargo install ")?.1.trim_end()));
    let pinned = |arguments: &&str| ["@", "--version", "--path"].iter().any(|pin| arguments.contains(pin));
    installs.filter(|arguments| !pinned(arguments)).map(str::to_owned).collect()
}

#[test]
fn what_ci_installs_has_a_version() {
    let folders = [".ci", ".github/workflows"].map(|folder| root().join(folder));
    let entries = folders.iter().flat_map(|folder| std::fs::read_dir(folder).expect("because it is there"));
    let files = entries.map(|entry| entry.expect("because it is read").path()).filter(|path| path.is_file());
    let wrong = files.flat_map(|path| {
        let found = unpinned(&read(&path));
        found.into_iter().map(move |arguments| format!("{}: cargo install {arguments}", relative(&path)))
    });
    require_none(&wrong.collect::<Vec<_>>(), "what CI installs has a version");
}

#[test]
fn a_program_without_a_version_is_found() {
    let found = |script: &str| unpinned(script).len();
    assert_eq!(found("x || cargo install --quiet --locked cargo-deny\ncargo install \"x@1.0\"\n"), 1);
    assert_eq!(found("cargo install --version 1.0 x; cargo install --path .\n"), 0);
}
