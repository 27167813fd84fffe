//! The arguments of `patch-bump`, and how its results are shown.

mod show;

use std::collections::BTreeMap;

use clap::{Args, Parser, Subcommand};

use crate::cli::args::{CommonArgs, ask_remote, mode};
use crate::cli::tag::now;
use crate::model::arrange::InOrder as _;
use crate::model::bump::{BumpRequest, Keep, Wanted};
use crate::model::image::{ImageDigest, ImageName};
use crate::model::line::LineName;
use crate::model::version::{Phase, ReleaseVersion};

/// Move every version in the tree to the next patch or pre-release, and nothing else
#[derive(Debug, Parser)]
#[command(name = "patch-bump", version, max_term_width = 100)]
pub struct BumpArgs {
    /// The verb.
    #[command(subcommand)]
    pub command: BumpCommand,
    /// The arguments every binary takes.
    #[command(flatten)]
    pub common: CommonArgs,
}

/// The verbs of `patch-bump`.
#[derive(Debug, Subcommand)]
pub enum BumpCommand {
    /// Show every place where the version stands
    Show,
    /// Say whether all places hold the same version
    Check,
    /// Write this version
    Set {
        /// The version, such as 2.0.1 or 2.0.1-rc.1
        version: ReleaseVersion,
        /// How it is written.
        #[command(flatten)]
        how: HowArgs,
    },
    /// Write the next free patch release
    Next {
        /// How it is written.
        #[command(flatten)]
        how: HowArgs,
    },
    /// Write the next pre-release of a phase: 2.0.1-rc.1, then 2.0.1-rc.2
    Pre {
        /// The phase; it never goes back
        #[arg(value_parser = clap::builder::PossibleValuesParser::new(Phase::ALL.map(Phase::as_str)))]
        phase: String,
        /// How it is written.
        #[command(flatten)]
        how: HowArgs,
    },
    /// Write the release that the pre-release announced
    Release {
        /// How it is written.
        #[command(flatten)]
        how: HowArgs,
    },
}

/// How a version is written.
#[derive(Debug, Args)]
pub struct HowArgs {
    /// Require a version of this line; without it, of whichever line holds the version
    #[arg(long)]
    pub line: Option<LineName>,

    /// Pin an image that is pinned by digest to this one; may be repeated
    #[arg(long, value_name = "IMAGE=DIGEST", value_parser = digest)]
    pub digest: Vec<(ImageName, ImageDigest)>,

    /// Ask this remote which versions are tagged; without it, `origin`, if there is one
    #[arg(long, value_name = "NAME")]
    pub remote: Option<String>,

    /// Ask no remote
    #[arg(long, conflicts_with = "remote")]
    pub offline: bool,

    /// Commit the changed files, and nothing else
    #[arg(long)]
    pub commit: bool,

    /// Write nothing, and show the change as a diff
    #[arg(long)]
    pub dry_run: bool,
}

impl HowArgs {
    /// Returns what is asked.
    pub fn request(self, wanted: Wanted, common: &CommonArgs) -> BumpRequest {
        BumpRequest {
            wanted,
            line: self.line,
            digests: self.digest.into_iter().in_order::<BTreeMap<_, _>>(),
            remote: ask_remote(self.remote, self.offline),
            keep: if self.commit { Keep::Committed } else { Keep::InWorktree },
            mode: mode(self.dry_run),
            now: now(common),
        }
    }
}

impl BumpCommand {
    /// Returns which version is wanted and how it is written, for the verbs that write one.
    pub fn wanted(self) -> Option<(Wanted, HowArgs)> {
        match self {
            Self::Show | Self::Check => None,
            Self::Set { version, how } => Some((Wanted::Exactly(version), how)),
            Self::Next { how } => Some((Wanted::Next, how)),
            Self::Pre { phase, how } => {
                let phase = Phase::ALL.into_iter().find(|known| known.as_str() == phase);
                Some((Wanted::Pre(phase.expect("because clap took none but these")), how))
            }
            Self::Release { how } => Some((Wanted::Release, how)),
        }
    }
}

fn digest(text: &str) -> Result<(ImageName, ImageDigest), String> {
    let (image, digest) = text.split_once('=').ok_or("write it as IMAGE=sha256:…")?;
    let image = image.parse().map_err(|error: crate::model::name::NotAName| error.to_string())?;
    Ok((image, digest.parse().map_err(|error: crate::model::name::NotAName| error.to_string())?))
}
