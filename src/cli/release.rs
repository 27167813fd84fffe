//! The arguments of every verb that publishes releases.

use std::path::PathBuf;

use clap::Args;

use crate::model::publish::{Adopt, Badge};

/// What releases are made of, and what becomes of what is there.
#[derive(Debug, Args)]
pub struct ReleaseArgs {
    /// Send the files of the folder of the name of the tag in this one: SHA256SUMS, its signature, and what it names. Where there
    /// is only one tag and no such folder, the files of this one
    #[arg(long, value_name = "DIR")]
    pub assets: Option<PathBuf>,

    /// Take the notes from this file; of several releases, from `TAG.md` in this folder. Without it, they are made as
    /// `patch-notes render` does
    #[arg(long, value_name = "PATH")]
    pub notes: Option<PathBuf>,

    /// Keep the record of the run in this file; without it, below the git directory
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,

    /// Leave the badge "Latest" where it is, for it belongs to another product of the repository
    #[arg(long)]
    pub keep_latest: bool,

    /// Take over drafts of releases that somebody else made; what they wrote is replaced
    #[arg(long)]
    pub adopt_drafts: bool,
}

impl ReleaseArgs {
    /// Returns who has the badge "Latest".
    pub fn badge(&self) -> Badge {
        if self.keep_latest { Badge::Keep } else { Badge::Highest }
    }

    /// Returns whose drafts are taken over.
    pub fn adopt(&self) -> Adopt {
        if self.adopt_drafts { Adopt::Any } else { Adopt::Own }
    }
}
