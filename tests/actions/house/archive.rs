//! `.ci/archive`: how large what is released may be.

use std::process::Output;

use crate::own::{binaries, root};
use crate::support::signing::script;
use crate::support::{Repo, command, run_with_input};

const TARGET: &str = "x86_64-unknown-linux-musl";

/// Packs binaries of which some have so many bytes more than the stand-ins.
fn run(large: &[&str], bytes: u32) -> (Repo, Output) {
    let repo = Repo::new();
    for folder in ["programs", "house/.ci"] {
        std::fs::create_dir_all(repo.home().join(folder)).expect("because the folder is ours");
    }
    script(&repo, "programs/cargo", include_str!("cargo.sh"));
    for name in ["rustup", "musl-gcc"] {
        script(&repo, &format!("programs/{name}"), "exit 0");
    }
    for path in [".ci/archive", "Cargo.toml"] {
        std::fs::copy(root().join(path), repo.home().join("house").join(path)).expect("because it can be read");
    }
    let mut bash = command("bash", &repo.home());
    bash.args(["-c", "PATH=$HOME/programs:$PATH && exec house/.ci/archive 1.0.0 \"$1\"", "bash", TARGET]);
    bash.current_dir(repo.home()).env("CALLS", repo.home().join("calls")).env("BINARIES", binaries());
    bash.env("LARGE", large.join(" ")).env("BYTES", bytes.to_string());
    let output = run_with_input(&mut bash, Vec::new());
    (repo, output)
}

/// The same, and returns whether it succeeded, whether there is an archive then, and what was said of errors.
fn packed(large: &[&str], bytes: u32) -> (bool, bool, String) {
    let (repo, output) = run(large, bytes);
    let archive = repo.home().join(format!("house/dist/backstitch-1.0.0-{TARGET}.tar.gz"));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.success(), archive.exists(), said)
}

#[test]
fn a_binary_of_more_than_10_mb_is_not_packed() {
    let (fine, archive, said) = packed(&["patch-notes"], 9_999_000);
    assert_eq!((fine, archive, said.as_str()), (true, true, ""));
    // All that are too large are told at once.
    let (fine, archive, said) = packed(&["patch-advisory", "patch-pick"], 10_000_000);
    assert_eq!((fine, archive), (false, false), "{said}");
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 2, "{said}");
    for (line, name) in lines.iter().zip(["patch-advisory", "patch-pick"]) {
        let start = format!("error: '{name}' has 10000");
        assert!(line.starts_with(&start) && line.contains(" bytes, more than 10000000;"), "{line}");
    }
}

#[test]
fn what_has_a_level_of_its_own_is_stripped_too() {
    let (repo, output) = run(&[], 0);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let calls = std::fs::read_to_string(repo.home().join("calls")).expect("because cargo was called");
    let builds: Vec<&str> = calls.lines().filter(|call| call.starts_with("cargo build ")).collect();
    assert_eq!(builds.len(), 3, "{calls}");
    for build in builds {
        let own = |what: &str| build.contains(&format!("--config profile.dist.package.backstitch.{what}="));
        assert_eq!(own("opt-level"), own("strip"), "{build}");
    }
}

#[test]
fn what_is_built_for_the_least_size_and_nothing_else_keeps_frames_in_a_register() {
    let (repo, output) = run(&[], 0);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let calls = std::fs::read_to_string(repo.home().join("calls.flags")).expect("because cargo was called");
    let builds: Vec<&str> = calls.lines().filter(|call| call.starts_with("build ")).collect();
    assert!(builds.iter().all(|build| build.contains("pack-relative-relocs")), "{calls}");
    for build in &builds {
        let is_least = build.contains("backstitch.opt-level=\"z\"");
        assert_eq!(build.contains("\u{1f}force-frame-pointers=yes"), is_least, "{build}");
    }
    assert_eq!(builds.iter().filter(|build| build.contains("opt-level=\"z\"")).count(), 1, "{calls}");
}

#[test]
fn an_archive_of_more_than_40_mb_is_not_kept() {
    let large = ["patch-advisory", "patch-check", "patch-doctor", "patch-notes", "patch-pick"];
    let (fine, archive, said) = packed(&large, 8_500_000);
    assert_eq!((fine, archive), (false, false), "{said}");
    let start = format!("error: 'backstitch-1.0.0-{TARGET}.tar.gz' has 42");
    assert!(said.starts_with(&start) && said.contains(" bytes, more than 40000000;"), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
}
