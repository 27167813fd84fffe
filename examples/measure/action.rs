//! How long an action takes until its binary can start: to verify the archive, to unpack it, to set PATH. The download is left out:
//! a copy of a file stands in for it.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use backstitch::model::sums::Sha256Sum;
use tempfile::TempDir;

use crate::programs::{Took, built, load, median, time};
use crate::speed::millis;
use crate::{ActionArgs, say};

/// What the runner and the manifest call this machine.
fn machine() -> Result<(&'static str, &'static str, &'static str)> {
    Ok(match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => ("Linux", "X64", "x86_64-unknown-linux-musl"),
        ("linux", "aarch64") => ("Linux", "ARM64", "aarch64-unknown-linux-musl"),
        ("macos", "x86_64") => ("macOS", "X64", "x86_64-apple-darwin"),
        ("macos", "aarch64") => ("macOS", "ARM64", "aarch64-apple-darwin"),
        (os, arch) => bail!("the actions have no archive for {os} on {arch}"),
    })
}

/// Measures and prints medians.
pub fn run(asked: &ActionArgs) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let archive = match &asked.archive {
        Some(named) => named.canonicalize().with_context(|| format!("'{}'", named.display()))?,
        None => pack(folder.path())?,
    };
    prepare(folder.path(), &archive)?;
    let (mut first, mut again) = (Vec::new(), Vec::new());
    for _ in 0..asked.rounds.max(1) {
        let temp = TempDir::new_in(folder.path())?;
        first.push(step(folder.path(), temp.path())?);
        again.push(step(folder.path(), temp.path())?);
    }
    let (bytes, first, again) = (std::fs::metadata(&archive)?.len(), median(&first), median(&again));
    say(format!("action: an archive of {bytes} bytes, medians of {} rounds, load {}", asked.rounds, load()));
    say(format!("  verified, unpacked, on PATH: {}", millis(first)));
    say(format!("  a later step of the job: {}", millis(again)));
    Ok(())
}

/// Packs the binaries that were built beside this program.
fn pack(folder: &Path) -> Result<PathBuf> {
    let pick = built("patch-pick", None)?;
    let from = pick.parent().context("the binary is in no folder")?;
    let entries = std::fs::read_dir(from)?.collect::<std::io::Result<Vec<_>>>()?;
    let names = entries.iter().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let names: Vec<String> = names.filter(|name| name.starts_with("patch-") && !name.contains('.')).collect();
    let archive = folder.join("archive.tar.gz");
    let status = Command::new("tar").arg("-czf").arg(&archive).arg("-C").arg(from).args(&names).status()?;
    ensure!(status.success(), "'tar' ended with {status}");
    Ok(archive)
}

/// Lays out the action, with a manifest that has the sum of the archive, and the stand-in for the download.
fn prepare(folder: &Path, archive: &Path) -> Result<()> {
    let (.., target) = machine()?;
    std::fs::create_dir_all(folder.join("actions"))?;
    std::fs::create_dir_all(folder.join("programs"))?;
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("actions");
    for name in ["command.sh", "setup.sh"] {
        std::fs::copy(source.join(name), folder.join("actions").join(name))?;
    }
    let sum = Sha256Sum::of(&std::fs::read(archive)?);
    let entry = format!("    \"{target}\": {{\"file\": \"archive.tar.gz\", \"sha256\": \"{sum}\"}}");
    let manifest = format!(
        "{{\n  \"version\": \"1.0.0\",\n  \"repository\": \"acme/backstitch\",\n  \"tag\": \"v1.0.0\",\n  \"targets\": {{\n{entry}\n  }}\n}}\n"
    );
    std::fs::write(folder.join("dist-manifest.json"), manifest)?;
    let curl = folder.join("programs/curl");
    let text = "#!/bin/sh\nwhile [ \"$1\" != --output ]; do shift; done\nexec cp \"$ARCHIVE\" \"$2\"\n";
    std::fs::write(&curl, text)?;
    std::fs::set_permissions(&curl, std::fs::Permissions::from_mode(0o755))?;
    std::fs::write(folder.join("archive"), archive.display().to_string())?;
    Ok(())
}

/// Runs the action as a step whose temporary folder this is, and requires that the binaries are on PATH then.
fn step(folder: &Path, temp: &Path) -> Result<Took> {
    let (os, arch, _) = machine()?;
    let path_file = temp.join("path");
    std::fs::write(&path_file, "")?;
    let mut bash = Command::new("bash");
    bash.arg(folder.join("actions/command.sh")).env("RUNNER_OS", os).env("RUNNER_ARCH", arch);
    bash.env("RUNNER_TEMP", temp).env("GITHUB_PATH", &path_file);
    bash.env("ARCHIVE", std::fs::read_to_string(folder.join("archive"))?).env_remove("INPUT_RUN");
    #[expect(clippy::disallowed_methods, reason = "the stand-in comes before the programs of this machine")]
    let path = std::env::var("PATH")?;
    bash.env("PATH", format!("{}:{path}", folder.join("programs").display()));
    let took = time(bash)?;
    let binaries = std::fs::read_to_string(&path_file)?;
    ensure!(Path::new(binaries.trim()).join("patch-pick").is_file(), "the action put no binaries on PATH");
    Ok(took)
}
