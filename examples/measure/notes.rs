//! How long notes take on a repository of 50,000 commits, next to `git-cliff` in the same run.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::lines::{self, LINES};
use crate::programs::{Peak, Took, built, load, median, peak, time};
use crate::speed::millis;
use crate::synthetic::git;
use crate::{NotesSpeedArgs, say};

/// The moment of a release that has no tag yet.
const NOW: &str = "2027-02-02T09:00:00Z";

/// Measures and prints medians and ratios.
pub fn run(asked: &NotesSpeedArgs) -> Result<()> {
    let program = built("patch-notes", asked.program.as_deref())?;
    let repo = lines::make(&[])?;
    let (rounds, cliff_rounds) = (asked.rounds.max(1), asked.git_cliff_rounds.max(1));
    let bench = Bench { program: &program, cliff: cliff(asked)?, repo: &repo, rounds, cliff_rounds };
    say(format!("notes: 50,000 commits, 1,000 tags, {LINES} lines; medians of {} rounds in turns", bench.rounds));
    match &bench.cliff {
        Some(cliff) => say(format!("  compared with {}", version(cliff)?)),
        None => say("  git-cliff is not installed, so there is nothing to compare with; name it with --git-cliff"),
    }
    bench.all()?;
    for line in [LINES - 1, 0] {
        bench.named(&format!("1.{line}.48"), "a release")?;
        bench.named(&format!("1.{line}.49"), "a release with a pick that names nothing")?;
    }
    bench.next(LINES - 1)?;
    bench.next(0)?;
    if asked.keep {
        say(format!("the repository is '{}'", repo.keep().display()));
    }
    Ok(())
}

/// Returns `git-cliff`, if it is installed; one that was named must be there.
fn cliff(asked: &NotesSpeedArgs) -> Result<Option<PathBuf>> {
    if let Some(named) = &asked.git_cliff {
        return Ok(Some(named.canonicalize().with_context(|| format!("'{}'", named.display()))?));
    }
    let found = PathBuf::from("git-cliff");
    Ok(version(&found).is_ok().then_some(found))
}

fn version(cliff: &Path) -> Result<String> {
    let output = Command::new(cliff).arg("--version").output().with_context(|| format!("'{}'", cliff.display()))?;
    ensure!(output.status.success(), "'{}' does not tell its version", cliff.display());
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

struct Bench<'b> {
    program: &'b Path,
    cliff: Option<PathBuf>,
    repo: &'b TempDir,
    rounds: usize,
    cliff_rounds: usize,
}

impl Bench<'_> {
    fn render(&self, which: &[&str]) -> Command {
        let mut command = Command::new(self.program);
        command.args(["--quiet", "--repo"]).arg(self.repo.path()).args(["--format", "markdown", "--now", NOW]);
        command.args(["render", "--offline"]).args(which);
        command
    }

    /// Forgets what earlier runs kept, so that each run is the first one.
    fn forget(&self) -> Result<()> {
        match std::fs::remove_dir_all(self.repo.path().join(".git").join("backstitch")) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Measures the notes of what a line has that no release has yet: what `git-cliff --unreleased` tells of as well.
    fn next(&self, line: usize) -> Result<()> {
        let branch = format!("refs/heads/{}", lines::branch(line));
        git(self.repo, &["symbolic-ref", "HEAD", &branch], None)?;
        let name = format!("1.{line}");
        let which = ["--line", &name];
        let (mut ours, mut theirs, mut most) = (Vec::new(), Vec::new(), None);
        for round in 0..self.rounds {
            // It takes minutes, so its rounds are fewer.
            if let Some(cliff) = self.cliff.as_ref().filter(|_| round < self.cliff_rounds) {
                let mut command = Command::new(cliff);
                // Without the tags of other branches, which end its range elsewhere.
                command.current_dir(self.repo.path()).args(["--use-branch-tags", "--unreleased"]);
                theirs.push(time(command)?);
            }
            self.once(&which, &mut ours, &mut most)?;
        }
        let (ours, theirs) = (median(&ours), median(&theirs));
        say(format!("line 1.{line}, the next release: load {}", load()));
        tell(ours, most);
        if self.cliff.is_some() {
            let times = theirs.wall.as_secs_f64() / ours.wall.as_secs_f64().max(0.001);
            let took = millis(theirs);
            let rounds = self.cliff_rounds.min(self.rounds);
            say(format!("  git-cliff {took}, rounds: {rounds}: {times:.0} times as long"));
        }
        Ok(())
    }

    fn named(&self, version: &str, what: &str) -> Result<()> {
        let (mut ours, mut most) = (Vec::new(), None);
        for _ in 0..self.rounds {
            self.once(&["--target", version], &mut ours, &mut most)?;
        }
        say(format!("{version}, {what}: load {}", load()));
        tell(median(&ours), most);
        Ok(())
    }

    /// Measures the notes of the next release of every line, in one run.
    fn all(&self) -> Result<()> {
        let written = tempfile::tempdir()?;
        let output = written.path().display().to_string();
        let names: Vec<String> = (0..LINES).map(|line| format!("1.{line}")).collect();
        let mut which = vec!["--output", &output];
        which.extend(names.iter().flat_map(|name| ["--line", name]));
        let (mut ours, mut most) = (Vec::new(), None);
        for _ in 0..self.rounds {
            self.once(&which, &mut ours, &mut most)?;
        }
        let count = std::fs::read_dir(written.path())?.count();
        ensure!(count == LINES, "{count} notes were written");
        say(format!("the next release of each of {LINES} lines, in one run: load {}", load()));
        tell(median(&ours), most);
        Ok(())
    }

    fn once(&self, which: &[&str], times: &mut Vec<Took>, most: &mut Option<Peak>) -> Result<()> {
        self.forget()?;
        times.push(time(self.render(which))?);
        self.forget()?;
        *most = peak(self.render(which))?.into_iter().chain(*most).max_by_key(|peak| peak.own);
        Ok(())
    }
}

fn tell(took: Took, most: Option<Peak>) {
    say(format!("  patch-notes render {}", millis(took)));
    match most {
        Some(Peak { own, with_children }) => {
            say(format!("  peak memory {} MiB, with the git processes {} MiB", own / 1024, with_children / 1024));
        }
        None => say("  peak memory: this system does not tell"),
    }
}
