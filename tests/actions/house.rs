//! The workflows of this repository for itself, whole, as far as bash goes: with the real scripts and binaries, and stand-ins for
//! compilers and for actions of others.

mod archive;
mod release;

use std::path::PathBuf;

use serde_json::Value;

use crate::chain::{Project, started};
use crate::executor::{Outcome, Runner};
use crate::own::{binaries, root};
use crate::support::signing::{SshKey, script};
use crate::support::{Change, Repo};

/// What of this repository its own workflows use.
const FILES: [&str; 12] = [
    ".ci/archive",
    ".ci/manifest",
    ".ci/run",
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "action.yml",
    "actions/command.sh",
    "actions/run.sh",
    "actions/setup.sh",
    "dist-manifest.json",
    "examples/sample-repository.sh",
];

/// The checks that '.ci/run' calls by their files. They have tests of their own, or are some.
fn checks() -> Vec<String> {
    let text = std::fs::read_to_string(root().join(".ci/run")).expect("because it is there");
    let words = text.split_whitespace().map(|word| word.trim_start_matches("./"));
    let is_check = |word: &&str| word.starts_with(".ci/") && word.ends_with("-oracle") || word.ends_with("release.sh");
    let mut found: Vec<String> = words.filter(is_check).map(str::to_owned).collect();
    found.dedup();
    assert!(found.len() >= 5, "{found:?}");
    found
}

/// Where it stands who may sign releases.
const SIGNERS: &str = ".patch/allowed_signers";

fn text(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// This repository in small, with a line that has a release and a fix after it, and a key that may sign.
fn house() -> Project {
    house_where(true)
}

/// The same, whether or not a key may sign.
fn house_where(signs: bool) -> Project {
    let repo = Repo::new();
    let key = SshKey::new(&repo, "bot", "");
    repo.write_config(&text("patch.toml").replace("backstitch/backstitch", "acme/widget"));
    let signer = if signs { key.line("bot@example.com", "") } else { String::new() };
    let signers = format!("{}{signer}", text(SIGNERS));
    repo.land_fix("Say who may sign", [(SIGNERS, signers.as_str())]);
    let read = |path: &str| std::fs::read(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut files: Vec<Change> = FILES.iter().map(|path| Change::write(path, read(path))).collect();
    let checks = checks();
    files.extend(checks.iter().map(|path| Change::write(path, "#!/bin/sh\nexit 0\n")));
    let all = FILES.into_iter().chain(checks.iter().map(String::as_str));
    let runs = all.filter(|path| path.ends_with(".sh") || path.starts_with(".ci/"));
    files.extend(runs.map(|path| Change::MakeExecutable(path.to_owned())));
    files.push(Change::write(".gitignore", "/target\n/dist\n"));
    repo.land_fix("Add everything", files);
    repo.cut_line("0.1");
    repo.tag_release("v0.1.0", "0.1");
    let fix = repo.land_fix("fix: keep the list\n\nKind: crash", [("list", "kept\n")]);
    repo.pick("0.1", fix);
    Project::of(repo, key)
}

/// A runner with the stand-ins, and the file in which they say how they were called.
fn runner(project: &Project) -> (Runner<'_>, PathBuf) {
    let repo = &project.repo;
    let calls = repo.home().join("calls");
    std::fs::create_dir_all(repo.home().join("programs")).expect("because the folder is ours");
    script(repo, "programs/cargo", include_str!("house/cargo.sh"));
    for name in ["rustup", "musl-gcc", "shellcheck", "npm", "node", "python3", "strace"] {
        script(repo, &format!("programs/{name}"), "#!/bin/sh\nexit 0\n");
    }
    // What macOS adds to an archive is left out there.
    let tar = "#!/bin/sh\n[ -z \"$COPYFILE_DISABLE\" ] || echo \"tar without copies: $*\" >>\"$CALLS\"\ncommand -p tar \"$@\"\n";
    script(repo, "programs/tar", tar);
    let runner = project.bare_runner().programs(&repo.home().join("programs"));
    let runner = runner.machine("BINARIES", &binaries().display().to_string());
    (runner.machine("CALLS", &calls.display().to_string()), calls)
}

#[test]
fn a_push_is_tested_on_every_system_and_a_failed_check_fails_it() {
    let project = house();
    let (fine, calls) = runner(&project);
    let run = started(&fine.machine("CI", "true"), ".github/workflows/ci.yml");
    run.ended(Outcome::Success);
    assert_eq!(run.jobs.iter().map(|job| job.id.as_str()).collect::<Vec<_>>(), ["all", "tests", "tests", "windows"]);
    let all = run.job("all").steps.last().expect("because it runs all checks").stdout.clone();
    assert!(all.lines().last().is_some_and(|last| last.ends_with(" passed, 0 failed")), "{all}");
    let called = std::fs::read_to_string(&calls).expect("because cargo was called");
    for call in ["cargo test", "cargo clippy --all-targets --locked -- -D warnings", "cargo test --locked --lib"] {
        assert!(called.lines().any(|line| line == call), "'{call}' is missing in {called}");
    }
    let (broken, _) = runner(&project);
    let run = started(&broken.machine("BREAKS", "clippy"), ".github/workflows/ci.yml");
    run.ended(Outcome::Failure);
    let all = run.job("all").steps.last().expect("because it runs all checks").stdout.clone();
    assert!(all.contains("failed: clippy") && all.trim_end().ends_with(" passed, 1 failed"), "{all}");
}

#[test]
fn the_actions_try_themselves_on_every_system() {
    let project = house();
    let (runner, _) = runner(&project);
    let run = started(&runner, ".github/workflows/self-test.yml");
    run.ended(Outcome::Success);
    assert_eq!(run.jobs.len(), 5, "{run}");
    for job in &run.jobs {
        assert_eq!(job.step("status").outputs["exit-code"], "0", "{run}");
        assert_ne!(job.step("refused").outputs["exit-code"], "0", "{run}");
    }
}

/// What is installed for the checks is the same files each time: a version alone lets a registry give others, and what they need, too.
#[test]
fn what_checks_install_is_pinned_by_sums() {
    let scripts = std::fs::read_dir(root().join(".ci")).expect("because it is there").map_while(Result::ok);
    let mut installs = 0;
    for script in scripts.filter(|entry| entry.path().is_file()) {
        let text = std::fs::read_to_string(script.path()).expect("because it is text");
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            assert!(!line.contains("npm install"), "{}: {line}", script.path().display());
            if line.contains("/pip\" install") || line.contains("pip install") {
                installs += 1;
                assert!(line.contains("--require-hashes -r .ci/python/"), "{}: {line}", script.path().display());
            }
            installs += usize::from(line.contains("npm ci"));
        }
    }
    assert!(installs >= 6, "{installs}");
    for place in [".ci/npm/actions", ".ci/npm/advisory", ".ci/npm/sarif", ".ci/github"] {
        let lock = std::fs::read_to_string(root().join(place).join("package-lock.json")).expect("because it is there");
        let lock: Value = serde_json::from_str(&lock).expect("because it is JSON");
        let packages = lock["packages"].as_object().expect("because it has packages");
        let loose = packages.iter().find(|(name, package)| !name.is_empty() && package["integrity"].as_str().is_none());
        assert!(loose.is_none(), "{place}: {loose:?}");
    }
}
