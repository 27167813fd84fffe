//! Running programs to measure them: time, and the most memory they had.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use backstitch::ports::git::Git;

/// Says what a measurement was made with and under which load.
pub fn conditions(git: &Git) -> Result<String> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let version = git.program().text(&["--version"])?;
    Ok(format!("{version}, {cores} cores, load {}", load()))
}

/// Returns the load averages of the machine over one, five and fifteen minutes, where the system tells them.
pub fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let words: Vec<&str> = text.split_whitespace().take(3).collect();
    if words.is_empty() { "unknown".to_owned() } else { words.join(" ") }
}

/// Returns the program that was named, or the one of this name that was built beside this one.
pub fn built(name: &str, named: Option<&Path>) -> Result<PathBuf> {
    if let Some(named) = named {
        return named.canonicalize().with_context(|| format!("'{}'", named.display()));
    }
    let own = std::env::current_exe()?;
    let built = own.ancestors().nth(2).context("this program is in no build directory")?.join(name);
    ensure!(built.exists(), "there is no '{}': run 'cargo build --release --bins' first", built.display());
    Ok(built)
}

/// How long a program took: by the clock, and on all cores together.
#[derive(Debug, Clone, Copy, Default)]
pub struct Took {
    pub wall: Duration,
    /// Of the program and of those it waited for; says more than the clock on a machine that others use too. Counted in
    /// hundredths of a second, and zero where the system does not tell.
    pub cpu: Duration,
}

/// Runs a program to its end. What it prints is dropped.
pub fn time(mut command: Command) -> Result<Took> {
    let (start, before) = (Instant::now(), cpu_of_children());
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    let took = Took { wall: start.elapsed(), cpu: cpu_of_children().saturating_sub(before) };
    // An answer of no or undecided is an answer.
    ensure!(matches!(status.code(), Some(0 | 1 | 3)), "{command:?} ended with {status}");
    Ok(took)
}

/// Returns the time on all cores of the programs that this one ran and that ended (`proc(5)`: `cutime`, `cstime`).
fn cpu_of_children() -> Duration {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let behind_name = text.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: u64 =
        behind_name.split_whitespace().skip(13).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

/// Gives a program a file as its standard input.
pub fn reading(mut command: Command, file: &Path) -> Result<Command> {
    command.stdin(Stdio::from(File::open(file)?));
    Ok(command)
}

/// Returns the middle ones, of each clock by itself.
pub fn median(times: &[Took]) -> Took {
    let middle = |of: fn(&Took) -> Duration| {
        let mut all: Vec<Duration> = times.iter().map(of).collect();
        all.sort_unstable();
        all.get(all.len() / 2).copied().unwrap_or_default()
    };
    Took { wall: middle(|took| took.wall), cpu: middle(|took| took.cpu) }
}

/// The most memory that a program had, in KiB.
#[derive(Debug, Clone, Copy, Default)]
pub struct Peak {
    /// The program alone.
    pub own: u64,
    /// The program with those that it started, as far as they ran at the same moment.
    pub with_children: u64,
}

/// Runs a program to its end and watches its memory; `None` where the system does not tell it.
pub fn peak(mut command: Command) -> Result<Option<Peak>> {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let mut peak = Peak::default();
    while child.try_wait()?.is_none() {
        let own = high_water(child.id());
        peak.own = peak.own.max(own);
        let sum = own + children(child.id()).into_iter().map(high_water).sum::<u64>();
        peak.with_children = peak.with_children.max(sum);
        std::thread::sleep(Duration::from_millis(3));
    }
    Ok((peak.own > 0).then_some(peak))
}

fn high_water(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// Returns the processes that any thread of a process started and that still run.
fn children(process: u32) -> Vec<u32> {
    let Ok(threads) = std::fs::read_dir(format!("/proc/{process}/task")) else { return Vec::new() };
    let lists = threads.flatten().filter_map(|thread| std::fs::read_to_string(thread.path().join("children")).ok());
    lists.flat_map(|list| list.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<u32>>()).collect()
}
