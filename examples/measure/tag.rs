//! How long a proof of a tag takes, next to `git verify-tag` in the same run.

use std::process::Command;

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::programs::{built, load, median, time};
use crate::speed::{millis, ratio};
use crate::synthetic::git;
use crate::{RoundsArgs, say};

/// Measures and prints medians and the ratio.
pub fn run(asked: &RoundsArgs) -> Result<()> {
    let program = built("patch-tag", asked.program.as_deref())?;
    let repo = make()?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..asked.rounds.max(1) {
        let mut verify_tag = Command::new("git");
        verify_tag.arg("-C").arg(repo.path()).args(["verify-tag", "v2.0.1"]);
        theirs.push(time(verify_tag)?);
        let mut verify = Command::new(&program);
        verify.args(["--quiet", "--repo"]).arg(repo.path()).args(["verify", "v2.0.1"]);
        ours.push(time(verify)?);
    }
    let (ours, theirs) = (median(&ours), median(&theirs));
    say(format!("tag: one SSH signature, medians of {} rounds in turns, load {}", asked.rounds, load()));
    say(format!("  git verify-tag {}, patch-tag verify {}", millis(theirs), millis(ours)));
    say(format!("  patch-tag takes {} of git's time", ratio(ours, theirs)));
    Ok(())
}

/// Makes a repository with the line 2.0 and the signed tag `v2.0.1` on it.
fn make() -> Result<TempDir> {
    let directory = tempfile::tempdir()?;
    let key = directory.path().join("key");
    let mut keygen = Command::new("ssh-keygen");
    keygen.args(["-q", "-t", "ed25519", "-N", "", "-C", "mia", "-f"]).arg(&key);
    anyhow::ensure!(keygen.status().context("ssh-keygen cannot be run")?.success(), "'ssh-keygen' failed");
    let public = std::fs::read_to_string(key.with_extension("pub"))?;
    std::fs::write(directory.path().join("allowed_signers"), format!("mia@example.com {public}"))?;
    let config = "[project]\nname = \"Godel\"\nmain = \"main\"\n\n[[line]]\nname = \"2.0\"\nbranch = \"release/2.0\"\n\n\
                  [signing]\nformat = \"ssh\"\nallowed-signers = \"allowed_signers\"\n";
    std::fs::write(directory.path().join("patch.toml"), config)?;
    let (list, key) = (directory.path().join("allowed_signers"), key.display().to_string());
    let list = list.display().to_string();
    let steps: &[&[&str]] = &[
        &["init", "--quiet", "--initial-branch=main"],
        &["config", "user.name", "Mia"],
        &["config", "user.email", "mia@example.com"],
        &["config", "gpg.format", "ssh"],
        &["config", "user.signingKey", &key],
        &["config", "gpg.ssh.allowedSignersFile", &list],
        &["add", "allowed_signers", "patch.toml"],
        &["commit", "--quiet", "-m", "Begin"],
        &["branch", "release/2.0"],
        &["tag", "v2.0.0", "-m", "Version 2.0.0"],
        &["checkout", "--quiet", "release/2.0"],
        &["commit", "--quiet", "--allow-empty", "-m", "Fix the list"],
        &["tag", "--sign", "v2.0.1", "-m", "Version 2.0.1"],
    ];
    for step in steps {
        git(&directory, step, None)?;
    }
    Ok(directory)
}
