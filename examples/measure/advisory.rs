//! How long advisories take: one on a repository of 1,000 tags and 50,000 commits, and the documents of 1,000.

mod sources;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};
use tempfile::TempDir;

use crate::lines::{self, LINES, PATCHES};
use crate::programs::{Peak, Took, built, load, median, peak, time};
use crate::speed::millis;
use crate::synthetic::git;
use crate::{AdvisoryArgs, say};

/// The moment that counts as now.
const NOW: &str = "2027-02-02T09:00:00Z";
/// The commit of main that brings the flaw, and the one that repairs it. Three lines leave main before the first, and 15 before the second.
const BROUGHT: usize = 6500;
const REPAIRED: usize = 30_500;
/// How many advisories documents are made of, and how many of those are secret.
const ADVISORIES: usize = 1000;
const SECRET: usize = 10;
/// How many files an advisory has: OSV, CVE, OpenVEX and GHSA, and two documents of CSAF with two sums each.
const FILES: usize = 10;

/// Measures and prints medians.
pub fn run(asked: &AdvisoryArgs) -> Result<()> {
    let program = built("patch-advisory", asked.program.as_deref())?;
    let rounds = asked.rounds.max(1);
    let history = history(&program)?;
    let bench = Bench { program: &program, repo: history.path(), rounds };
    bench.one()?;
    let many = many()?;
    Bench { program: &program, repo: many.path(), rounds }.documents()?;
    if asked.keep {
        say(format!("the repositories are '{}' and '{}'", history.keep().display(), many.keep().display()));
    }
    Ok(())
}

/// Makes the repository with one advisory, and has the answer written into it.
fn history(program: &Path) -> Result<TempDir> {
    let repo = lines::make(&[BROUGHT, REPAIRED])?;
    let listed = git(&repo, &["rev-list", "--reverse", "main"], None)?;
    let ids: Vec<&str> = listed.lines().collect();
    let config = std::fs::read_to_string(repo.path().join("patch.toml"))?;
    std::fs::write(repo.path().join("patch.toml"), config + sources::SETTINGS)?;
    std::fs::create_dir(repo.path().join("advisories"))?;
    let source = sources::unjudged(ids[BROUGHT], ids[REPAIRED]);
    std::fs::write(repo.path().join("advisories").join("GSA-2027-001.md"), source)?;
    let bench = Bench { program, repo: repo.path(), rounds: 1 };
    let written = bench.ask(&["affected", "GSA-2027-001", "--write"]).output()?;
    ensure!(written.status.success(), "'affected' failed: {}", String::from_utf8_lossy(&written.stderr));
    right(&bench)?;
    Ok(repo)
}

/// Requires that the answer is the right one, as the way in which the repository was made tells it.
fn right(bench: &Bench<'_>) -> Result<()> {
    let output = bench.ask(&["--format", "json", "affected", "GSA-2027-001"]).output()?;
    let report: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let mut found: Vec<&str> = Vec::new();
    for line in report["lines"].as_array().into_iter().flatten() {
        found.extend(line["affected"].as_array().into_iter().flatten().filter_map(serde_json::Value::as_str));
        ensure!(
            line["unknown"].as_array().is_none_or(Vec::is_empty),
            "line {} is not known: {}",
            line["name"],
            line["reason"]
        );
    }
    let versions = (0..LINES).flat_map(|line| (0..=PATCHES).map(move |patch| (line, patch)));
    let has = versions.filter(|(line, patch)| (BROUGHT..REPAIRED).contains(&lines::newest_of(*line, *patch)));
    let mut expected: Vec<String> = has.map(|(line, patch)| format!("1.{line}.{patch}")).collect();
    found.sort_unstable();
    expected.sort_unstable();
    ensure!(found == expected, "{} versions are said to be affected, and {} are", found.len(), expected.len());
    say(format!("advisory: 50,000 commits, 1,000 tags, {LINES} lines, of which {} versions are affected", found.len()));
    Ok(())
}

/// Makes the repository with many advisories.
fn many() -> Result<TempDir> {
    let repo = tempfile::tempdir()?;
    git(&repo, &["init", "--quiet", "--initial-branch=main", "."], None)?;
    let config =
        format!("[project]\nname = \"Godel\"\nmain = \"main\"\nrepository = \"godel/godel\"\n{}", sources::SETTINGS);
    std::fs::write(repo.path().join("patch.toml"), config)?;
    let folder = repo.path().join("advisories");
    std::fs::create_dir(&folder)?;
    for number in 1..=ADVISORIES {
        let state = if number > ADVISORIES - SECRET { "embargoed" } else { "public" };
        std::fs::write(folder.join(format!("GSA-2026-{number:03}.md")), sources::judged(number, state))?;
    }
    let person = ["-c", "user.name=Mia", "-c", "user.email=mia@godel.example"];
    git(&repo, &["add", "patch.toml"], None)?;
    git(&repo, &[&person[..], &["commit", "--quiet", "-m", "Begin"]].concat(), None)?;
    Ok(repo)
}

struct Bench<'b> {
    program: &'b Path,
    repo: &'b Path,
    rounds: usize,
}

impl Bench<'_> {
    fn ask(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.program);
        command.args(["--quiet", "--repo"]).arg(self.repo).args(["--now", NOW]).args(arguments);
        command
    }

    /// Measures what is worked out of one advisory: in a clone of which nothing is kept, and where an earlier run looked at its commits.
    fn one(&self) -> Result<()> {
        let asked: [&[&str]; 2] = [&["affected", "GSA-2027-001"], &["matrix", "GSA-2027-001"]];
        // The first run of each reads what the next ones find in memory.
        asked.iter().try_for_each(|asked| time(self.ask(asked)).map(drop))?;
        let mut rounds = Vec::new();
        for _ in 0..self.rounds {
            forget(&self.repo.join(".git").join("backstitch"))?;
            rounds.push([time(self.ask(asked[0]))?, time(self.ask(asked[0]))?, time(self.ask(asked[1]))?]);
        }
        say(format!("  medians of {} rounds in turns, load {}", self.rounds, load()));
        let of = |at: usize| rounds.iter().map(|round| round[at]).collect::<Vec<Took>>();
        let with_matrix = |at: usize| {
            let sum =
                |round: &[Took; 3]| Took { wall: round[at].wall + round[2].wall, cpu: round[at].cpu + round[2].cpu };
            rounds.iter().map(sum).collect::<Vec<Took>>()
        };
        tell("affected, once more", &of(1), peak(self.ask(asked[0]))?);
        tell("matrix", &of(2), peak(self.ask(asked[1]))?);
        tell("both, once more", &with_matrix(1), None);
        forget(&self.repo.join(".git").join("backstitch"))?;
        tell("affected, the first time", &of(0), peak(self.ask(asked[0]))?);
        tell("both, the first time", &with_matrix(0), None);
        Ok(())
    }

    /// Measures the documents of all advisories, where nobody else looks and in the worktree, made anew and left as they are.
    fn documents(&self) -> Result<()> {
        let outside = tempfile::tempdir()?;
        say(format!(
            "documents: {ADVISORIES} advisories, {SECRET} of them secret, in all formats; medians of {} rounds in turns, load {}",
            self.rounds,
            load()
        ));
        let places = [
            ("outside", outside.path(), ADVISORIES),
            // What is secret is left out where others may get to see it.
            ("in the worktree", self.repo, ADVISORIES - SECRET),
        ];
        for (place, above, told) in places {
            let export = |round: usize| {
                let output = above.join(format!("made-{round}")).display().to_string();
                time(self.ask(&["export", "all", "--output", &output]))
            };
            let (mut new, mut again) = (Vec::new(), Vec::new());
            // Each round has a folder of its own: to make ten thousand files takes ext4 many times as long where as many were removed within the
            // last minutes (`recently_deleted` in its `ialloc.c`).
            for round in 0..self.rounds {
                new.push(export(round)?);
                again.push(export(round)?);
            }
            let output = above.join("made-0").display().to_string();
            tell(&format!("export all, {place}"), &new, peak(self.ask(&["export", "all", "--output", &output]))?);
            tell(&format!("once more, {place}"), &again, None);
            let files = files(&above.join("made-0"))?;
            ensure!(files == told * FILES, "{files} files were written of {told} advisories");
            say(format!("  {files} files"));
        }
        Ok(())
    }
}

fn forget(folder: &Path) -> Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn files(folder: &Path) -> Result<usize> {
    let (mut open, mut count): (Vec<PathBuf>, usize) = (vec![folder.to_owned()], 0);
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(next)? {
            let entry = entry?;
            match entry.file_type()?.is_dir() {
                true => open.push(entry.path()),
                false => count += 1,
            }
        }
    }
    Ok(count)
}

fn tell(what: &str, times: &[Took], most: Option<Peak>) {
    let memory = most.map(|Peak { own, with_children }| {
        format!("; peak memory {} MiB, with the git processes {} MiB", own / 1024, with_children / 1024)
    });
    say(format!("  {what}: {}{}", millis(median(times)), memory.unwrap_or_default()));
}
