//! Measures Backstitch on a repository, against git and against what its maintainers did.
//!
//! ```text
//! cargo build --release --bins
//! cargo run --release --example measure -- accuracy REPO [--main BRANCH] [--lines GLOB]
//! cargo run --release --example measure -- speed [REPO] [--lines GLOB] [--pairs FILE]
//! cargo run --release --example measure -- release REPO LINE FROM_TAG TO_TAG
//! cargo run --release --example measure -- bump
//! cargo run --release --example measure -- action [--archive FILE]
//! cargo run --release --example measure -- tag
//! cargo run --release --example measure -- check REPO LINE
//! cargo run --release --example measure -- notes [--git-cliff PROGRAM]
//! cargo run --release --example measure -- notes-accuracy REPO --published pytest|etcd [--line LINE]
//! cargo run --release --example measure -- advisory
//! cargo run --release --example measure -- gate REPO LINE FROM_TAG TO_TAG [--config FILE]
//! ```
//!
//! `accuracy` takes the picks that say with a `-x` trailer where they are from as the truth, and asks for presence,
//! forecasts and patch ids. `speed` compares times and memory with git's in the same run; without REPO it makes a
//! repository. `release` takes a line back to one of its releases, makes the next one with `patch-pick`, and compares.
//! `bump`, `tag`, `notes` and `advisory` make what they need. `action` runs the action of this repository on an archive. `notes-accuracy` compares the
//! notes of past patch releases with those that the project published. `gate` judges what landed before a past release and compares with what was picked.
//!
//! A repository that is named is only read, apart from the cache of patch ids that `patch-pick` keeps in it.

mod accuracy;
mod action;
mod advisory;
mod bump;
mod check;
mod forecasts;
mod gate;
mod lines;
mod notes;
mod notes_accuracy;
mod patch_ids;
mod peer;
mod presence;
mod programs;
mod published;
mod release;
mod speed;
mod synthetic;
mod tag;
mod truth;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(about = "Measures Backstitch on a repository, against git and against what its maintainers did")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Presence, forecasts and patch ids against what `-x` trailers and git say
    Accuracy(AccuracyArgs),
    /// Times and memory against git's
    Speed(SpeedArgs),
    /// Time that an action takes until its binary can start, without the download
    Action(ActionArgs),
    /// Time and memory of an edit of versions against `npm version`
    Bump(RoundsArgs),
    /// Times of verdicts
    Check(CheckArgs),
    /// What the gate would have said before a past release, against what its maintainers picked
    Gate(GateArgs),
    /// Times and memory of notes against `git-cliff`
    Notes(NotesSpeedArgs),
    /// The notes of past patch releases against what was published about them
    NotesAccuracy(NotesAccuracyArgs),
    /// Times and memory of advisories
    Advisory(AdvisoryArgs),
    /// Time of a proof of a tag against `git verify-tag`
    Tag(RoundsArgs),
    /// One past release made again and compared with the maintainers'
    Release(ReleaseArgs),
}

#[derive(Debug, Args)]
struct AccuracyArgs {
    /// The repository
    repo: PathBuf,
    /// The branch where changes land first; without it, as `patch-pick` finds it
    #[arg(long)]
    main: Option<String>,
    /// Only lines whose branch matches, such as '*-maintenance'; without it, all lines that `patch-pick` finds
    #[arg(long)]
    lines: Option<String>,
    /// Forecast so many of main's newest commits onto every supported line as well
    #[arg(long, default_value_t = 300)]
    recent: usize,
    /// Compare the patch ids of so many commits
    #[arg(long, default_value_t = 500)]
    sample: usize,
    /// Show at most so many of each kind of difference
    #[arg(long, default_value_t = 20)]
    show: usize,
}

#[derive(Debug, Args)]
struct SpeedArgs {
    /// The repository; without it, one is made
    repo: Option<PathBuf>,
    /// Only lines whose branch matches
    #[arg(long)]
    lines: Option<String>,
    /// Forecast the pairs of this file, `FIX ONTO` a line; without it, those of all picks that are found
    #[arg(long)]
    pairs: Option<PathBuf>,
    /// Measure everything so many times and take the median
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Ask for the status of so many single lines, the newest first
    #[arg(long, default_value_t = 3)]
    single: usize,
    /// The program to measure; without it, the one built beside this one
    #[arg(long)]
    patch_pick: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct ActionArgs {
    /// The archive; without it, the binaries that were built beside this program are packed
    #[arg(long)]
    archive: Option<PathBuf>,
    /// Measure so many times and take the median
    #[arg(long, default_value_t = 20)]
    rounds: usize,
}

#[derive(Debug, Args)]
struct RoundsArgs {
    /// Measure so many times and take the median
    #[arg(long, default_value_t = 20)]
    rounds: usize,
    /// The program to measure; without it, the one built beside this one
    #[arg(long)]
    program: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct CheckArgs {
    /// The repository
    repo: PathBuf,
    /// The line
    line: String,
    /// So many of main's newest commits are the range
    #[arg(long, default_value_t = 5000)]
    commits: usize,
    /// Measure so many times and take the median
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// The program to measure; without it, the one built beside this one
    #[arg(long)]
    program: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct GateArgs {
    /// The repository
    repo: PathBuf,
    /// The line
    line: String,
    /// The release to start from
    from: String,
    /// The release that was made
    to: String,
    /// The policy, as a patch.toml; without it, the default policy
    #[arg(long)]
    config: Option<PathBuf>,
    /// The program to measure; without it, the one built beside this one
    #[arg(long)]
    program: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct NotesSpeedArgs {
    /// Measure so many times and take the median
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// The program to measure; without it, the one built beside this one
    #[arg(long)]
    program: Option<PathBuf>,
    /// The program to compare with; without it, the `git-cliff` of the path, if there is one
    #[arg(long)]
    git_cliff: Option<PathBuf>,
    /// Run `git-cliff` so many times a line; it takes minutes
    #[arg(long, default_value_t = 1)]
    git_cliff_rounds: usize,
    /// Keep the repository that is made, and name it at the end
    #[arg(long)]
    keep: bool,
}

#[derive(Debug, Args)]
struct AdvisoryArgs {
    /// Measure so many times and take the median
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// The program to measure; without it, the one built beside this one
    #[arg(long)]
    program: Option<PathBuf>,
    /// Keep the repositories that are made, and name them at the end
    #[arg(long)]
    keep: bool,
}

#[derive(Debug, Args)]
struct NotesAccuracyArgs {
    /// The repository
    repo: PathBuf,
    /// Whose form the published notes have
    #[arg(long)]
    published: published::Project,
    /// Only the releases of these lines; without it, those of all
    #[arg(long)]
    line: Vec<backstitch::model::line::LineName>,
    /// The program to judge; without it, the one built beside this one
    #[arg(long)]
    program: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct ReleaseArgs {
    /// The repository
    repo: PathBuf,
    /// The line
    line: String,
    /// The release to start from
    from: String,
    /// The release to make
    to: String,
    /// The program to measure; without it, the one built beside this one
    #[arg(long)]
    patch_pick: Option<PathBuf>,
}

fn main() -> ExitCode {
    let done = match Arguments::parse().task {
        Task::Accuracy(asked) => accuracy::run(&asked),
        Task::Speed(asked) => speed::run(&asked),
        Task::Action(asked) => action::run(&asked),
        Task::Bump(asked) => bump::run(&asked),
        Task::Advisory(asked) => advisory::run(&asked),
        Task::Tag(asked) => tag::run(&asked),
        Task::Check(asked) => check::run(&asked),
        Task::Gate(asked) => gate::run(&asked),
        Task::Notes(asked) => notes::run(&asked),
        Task::NotesAccuracy(asked) => notes_accuracy::run(&asked),
        Task::Release(asked) => release::run(&asked),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error);
            ExitCode::from(4)
        }
    }
}

#[expect(clippy::print_stdout, reason = "a program for people at a terminal; this is where it prints")]
fn say(text: impl AsRef<str>) {
    println!("{}", backstitch::cli::terminal::escape(text.as_ref()));
}

#[expect(clippy::print_stderr, reason = "a program for people at a terminal; this is where it complains")]
fn complain(error: &anyhow::Error) {
    eprintln!("error: {}", backstitch::cli::terminal::escape(&format!("{error:#}")));
}

/// Returns how many of all, with the share in per cent.
fn share(some: usize, all: usize) -> String {
    if all == 0 {
        return format!("{some} of 0");
    }
    // A share that is not whole never shows as 100 %.
    let per_mille = some * 100_000 / all;
    format!("{some} of {all} ({}.{:03} %)", per_mille / 1000, per_mille % 1000)
}
