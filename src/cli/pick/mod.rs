//! The arguments of `patch-pick`, and how its results are shown.

mod forecast;

use clap::{Args, Parser, Subcommand};

use crate::cli::args::CommonArgs;
use crate::model::line::LineName;

/// Which fixes each release line misses, what picking them would do, and doing it
#[derive(Debug, Parser)]
#[command(name = "patch-pick", version, max_term_width = 100)]
pub struct PickArgs {
    /// The verb.
    #[command(subcommand)]
    pub command: PickCommand,
    /// The arguments every binary takes.
    #[command(flatten)]
    pub common: CommonArgs,
}

/// The verbs of `patch-pick`.
#[derive(Debug, Subcommand)]
pub enum PickCommand {
    /// Say what picking a fix would do, in memory: clean, conflict or empty, exactly as git would
    Forecast(ForecastArgs),
}

/// What `patch-pick forecast` is asked.
#[derive(Debug, Args)]
pub struct ForecastArgs {
    /// The fix: a commit; a merge is taken as what it changed relative to its first parent
    #[arg(required_unless_present = "stdin", conflicts_with = "stdin")]
    pub fix: Option<String>,

    /// Put it onto this line; may be repeated; without it and --onto, onto every supported line
    #[arg(long, conflicts_with = "stdin")]
    pub line: Vec<LineName>,

    /// Put it onto this revision; may be repeated
    #[arg(long, value_name = "REV", conflicts_with = "stdin")]
    pub onto: Vec<String>,

    /// Read `FIX ONTO` pairs from standard input, one a line, and write one JSON object a line, in the same order.
    /// Answers are written when 4096 pairs are read or the input ends
    #[arg(long)]
    pub stdin: bool,
}
