//! The arguments of `patch-advisory`, and how its results are shown.

pub mod affected;
mod change;
mod embargo;
mod export;
mod guard;
mod kit;
pub mod matrix;
pub mod publish;
mod show;

use std::io::Read as _;

use clap::{Args, Parser, Subcommand};

pub use change::ChangeCommand;
pub use export::{ExportArgs, OutputArgs, RenderArgs};
pub use kit::KitArgs;

use crate::cli::actions;
use crate::cli::args::{CommonArgs, mode};
use crate::cli::env::Env;
use crate::cli::exit::Exit;
use crate::cli::out::Present;
use crate::model::advisory::Title;
use crate::model::advisory::check::Checked;
use crate::model::advisory::checklist::Checklist;
use crate::model::advisory::export::outcome::Exported;
use crate::model::advisory::id::AdvisoryId;
use crate::model::advisory::matrix::Matrix;
use crate::model::advisory::outcome::{NewRequest, Scores};
use crate::model::advisory::severity::Vector;
use crate::model::error::{Error, Result};
use crate::model::guard::Guarded;
use crate::model::verify::Answer;

use affected::AffectedArgs;
pub use embargo::EmbargoArgs;
pub use guard::GuardArgs;
use matrix::MatrixArgs;
use publish::PublishArgs;

/// Keep one source of each security advisory, make every format of it, and say nothing too early
#[derive(Debug, Parser)]
#[command(name = "patch-advisory", version, max_term_width = 100)]
pub struct AdvisoryArgs {
    /// The verb.
    #[command(subcommand)]
    pub command: AdvisoryCommand,
    /// The arguments every binary takes.
    #[command(flatten)]
    pub common: CommonArgs,
}

/// The verbs of `patch-advisory`.
#[derive(Debug, Subcommand)]
pub enum AdvisoryCommand {
    /// Those that need a repository with sources.
    #[command(flatten)]
    OfSources(SourceCommand),
    /// Say whether something that is about to become public tells of an advisory that is secret
    Guard(GuardArgs),
    /// Score CVSS vectors
    Score(ScoreArgs),
}

/// The verbs that need a repository with sources.
#[derive(Debug, Subcommand)]
pub enum SourceCommand {
    /// Begin an advisory with the next free identifier
    New(NewArgs),
    /// Say what is wrong with advisories, or missing from them
    Check(CheckArgs),
    /// Say what must be so before an advisory is published, and how far it is
    Checklist(ChecklistArgs),
    /// Prepare what distributors are told before an advisory is public: a bundle of the signed tags, and a mail
    Kit(KitArgs),
    /// Work out which releases of which lines have the flaw, and which have the fix
    Affected(AffectedArgs),
    /// Those that change a source.
    #[command(flatten)]
    Change(ChangeCommand),
    /// Write the documents of advisories: OSV, CSAF, CVE, OpenVEX and GitHub's
    Export(ExportArgs),
    /// Write the pages of advisories, the page that lists them, and their feed
    Render(RenderArgs),
    /// Say whether every document says of every version what git says
    Matrix(MatrixArgs),
    /// Show, set or lift embargoes
    Embargo(EmbargoArgs),
    /// Make an advisory public with the releases that repair it: tags, releases, GitHub's advisory, documents, notice
    Publish(PublishArgs),
}

/// A result that is an answer, from which the exit code follows.
pub trait Answered: Present {
    /// Returns it.
    fn answer(&self) -> Answer;
}

macro_rules! answered {
    ($($name:ty),+) => {
        $(impl Answered for $name {
            fn answer(&self) -> Answer {
                self.answer
            }
        })+
    };
}

answered!(Checked, Checklist, Exported, Guarded, Matrix);

impl CommonArgs {
    /// Writes an answer, and returns the exit code that it comes to.
    ///
    /// # Errors
    /// As [`Self::show_as()`].
    pub fn answer<P: Answered>(&self, result: &P, env: &Env) -> anyhow::Result<Exit> {
        self.end(result, |result| result.answer().into(), env)
    }
}

/// What `patch-advisory new` is asked.
#[derive(Debug, Args)]
pub struct NewArgs {
    /// What is wrong, in one line
    pub title: Title,

    /// Take the identifier at this remote too, so that no other clone gives it again; the remote learns the identifier, who takes it
    /// and when, and the hook `pre-push` is not asked
    #[arg(long, value_name = "REMOTE")]
    pub reserve: Option<String>,

    /// Say which identifier it would have, and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

impl NewArgs {
    /// Returns what is asked.
    pub fn request(&self, common: &CommonArgs) -> NewRequest {
        NewRequest {
            title: self.title.clone(),
            reserve: self.reserve.clone(),
            now: common.moment(),
            unforeseeable: actions::unforeseeable(),
            mode: mode(self.dry_run),
        }
    }
}

/// What `patch-advisory check` is asked.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Look at these; without any, at all
    #[arg(value_name = "ADVISORY")]
    pub advisories: Vec<AdvisoryId>,
}

/// What `patch-advisory checklist` is asked.
#[derive(Debug, Args)]
pub struct ChecklistArgs {
    /// The advisory
    pub advisory: AdvisoryId,
}

/// What `patch-advisory score` is asked.
#[derive(Debug, Args)]
pub struct ScoreArgs {
    /// The vectors, of CVSS 2.0, 3.0, 3.1 or 4.0; `-`: one a line from standard input
    #[arg(value_name = "VECTOR", required = true)]
    pub vectors: Vec<String>,
}

impl ScoreArgs {
    /// Scores the vectors.
    ///
    /// # Errors
    /// When one is none, or standard input cannot be read.
    pub fn scores(&self) -> Result<Scores> {
        let mut texts: Vec<String> = Vec::new();
        for vector in &self.vectors {
            if vector == "-" {
                let mut all = String::new();
                std::io::stdin().read_to_string(&mut all).map_err(|error| {
                    Error::unfinished("cannot read standard input").because(error).hint("give one vector a line")
                })?;
                texts.extend(all.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned));
            } else {
                texts.push(vector.clone());
            }
        }
        let parse = |text: &String| {
            text.parse::<Vector>().map_err(|broken| {
                let hint = "see the calculators of FIRST for complete vectors";
                Error::usage("cannot score a vector").because(broken).hint(hint)
            })
        };
        Ok(Scores::of(&texts.iter().map(parse).collect::<Result<Vec<_>>>()?))
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn clap_accepts_the_definition() {
        AdvisoryArgs::command().debug_assert();
    }
}
