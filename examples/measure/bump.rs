//! How long an edit of versions takes, next to `npm version` in the same run.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::programs::{Peak, built, load, median, peak, time};
use crate::speed::millis;
use crate::synthetic::git;
use crate::{RoundsArgs, say};

/// How large the lock file is at least, in bytes.
const LOCK: usize = 1_300_000;

/// Measures and prints medians and the ratio.
pub fn run(asked: &RoundsArgs) -> Result<()> {
    let program = built("patch-bump", asked.program.as_deref())?;
    let repo = make()?;
    let size = std::fs::metadata(repo.path().join("package-lock.json"))?.len();
    let bump = || {
        let mut command = Command::new(&program);
        command.args(["--quiet", "--repo"]).arg(repo.path()).args(["set", "2.0.1"]);
        command
    };
    let npm = || {
        let mut command = Command::new("npm");
        // As users type it, apart from the commit, which `patch-bump set` does not make either.
        command.args(["version", "2.0.1", "--no-git-tag-version"]).current_dir(repo.path());
        command
    };
    let has_npm = Command::new("npm").arg("--version").output().is_ok_and(|output| output.status.success());
    let (mut ours, mut theirs, mut most) = (Vec::new(), Vec::new(), None::<Peak>);
    for _ in 0..asked.rounds.max(1) {
        if has_npm {
            theirs.push(time(npm())?);
            bumped(repo.path())?;
        }
        ours.push(time(bump())?);
        bumped(repo.path())?;
        most = peak(bump())?.into_iter().chain(most).max_by_key(|peak| peak.own);
        bumped(repo.path())?;
    }
    let (ours, theirs) = (median(&ours), median(&theirs));
    say(format!("bump: a lock file of {size} bytes, medians of {} rounds in turns, load {}", asked.rounds, load()));
    say(format!("  patch-bump set {}", millis(ours)));
    match most {
        Some(Peak { own, .. }) => say(format!("  peak memory {} MiB", own / 1024)),
        None => say("  peak memory: this system does not tell"),
    }
    match has_npm {
        true => {
            let times = theirs.wall.as_secs_f64() / ours.wall.as_secs_f64().max(0.001);
            say(format!("  npm version {}: {times:.0} times as long", millis(theirs)));
        }
        false => say("  npm is not installed, so there is nothing to compare with"),
    }
    Ok(())
}

/// Makes a package with a lock file of version 3, in which other packages have the version of the package too.
fn make() -> Result<TempDir> {
    let directory = tempfile::tempdir()?;
    let own = "\"name\": \"godel\",\n  \"version\": \"2.0.0\"";
    let mut lock = format!(
        "{{\n  {own},\n  \"lockfileVersion\": 3,\n  \"requires\": true,\n  \"packages\": {{\n    \"\": {{\n      \
         \"name\": \"godel\",\n      \"version\": \"2.0.0\"\n    }}"
    );
    let mut number = 0;
    while lock.len() < LOCK {
        let version = format!("{}.{}.0", number % 3, number % 7);
        write!(
            lock,
            ",\n    \"node_modules/package-{number}\": {{\n      \"version\": \"{version}\",\n      \"resolved\": \
             \"https://packages.example/package-{number}/-/package-{number}-{version}.tgz\",\n      \"integrity\": \
             \"sha512-{:086}==\",\n      \"license\": \"MIT\",\n      \"engines\": {{\n        \"node\": \">=18\"\n      }},\n      \
             \"dependencies\": {{\n        \"package-{}\": \"^{version}\"\n      }}\n    }}",
            number * 7919,
            number + 1,
        )?;
        number += 1;
    }
    lock.push_str("\n  }\n}\n");
    std::fs::write(directory.path().join("package.json"), format!("{{\n  {own}\n}}\n"))?;
    std::fs::write(directory.path().join("package-lock.json"), lock)?;
    for arguments in
        [&["init", "--quiet", "--initial-branch=main"][..], &["add", "."], &["commit", "--quiet", "-m", "Begin"]]
    {
        git(&directory, arguments, None)?;
    }
    Ok(directory)
}

/// Makes sure that the version was changed, and takes it back.
fn bumped(repo: &Path) -> Result<()> {
    for name in ["package.json", "package-lock.json"] {
        let text = std::fs::read_to_string(repo.join(name)).with_context(|| name.to_owned())?;
        let own: serde_json::Value = serde_json::from_str(&text)?;
        ensure!(own["version"] == "2.0.1", "'{name}' has not got the new version");
    }
    let status = Command::new("git").arg("-C").arg(repo).args(["checkout", "--quiet", "--", "."]).status()?;
    ensure!(status.success(), "'git checkout' failed");
    Ok(())
}
