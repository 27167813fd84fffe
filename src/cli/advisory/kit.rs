//! `patch-advisory kit`: its arguments, and how what it prepared is shown.

use std::path::PathBuf;

use clap::Args;

use crate::cli::args::CommonArgs;
use crate::cli::out::Present;
use crate::cli::tag::{PolicyArgs, now, sealing};
use crate::cli::terminal::{Page, escape};
use crate::model::advisory::id::AdvisoryId;
use crate::model::advisory::kit::{Kit, KitRequest};
use crate::model::error::Result;
use crate::model::markdown;
use crate::model::tag::TagName;
use crate::ports::render::Templates;

/// What `patch-advisory kit` is asked.
#[derive(Debug, Args)]
pub struct KitArgs {
    /// The advisory
    pub advisory: AdvisoryId,

    /// Send this tag; may be given again. Without it, those of the first releases that repair the flaw
    #[arg(long)]
    pub tag: Vec<TagName>,

    /// Leave out what this remote has, for everybody has that already
    #[arg(long, value_name = "REMOTE", default_value = "origin")]
    pub remote: String,

    /// Write the folder with the kit into this one, which must not become public
    #[arg(long, value_name = "DIR")]
    pub output: PathBuf,

    /// Take tags without a signature, too
    #[arg(long)]
    pub unsigned: bool,

    /// Whose signatures count.
    #[command(flatten)]
    pub policy: PolicyArgs,
}

impl KitArgs {
    /// Returns what is asked.
    pub fn request(&self, common: &CommonArgs) -> KitRequest {
        KitRequest {
            id: self.advisory.clone(),
            tags: self.tag.clone(),
            remote: self.remote.clone(),
            output: self.output.clone(),
            sealing: sealing(self.unsigned),
            policy: self.policy.source(common),
            now: now(common),
        }
    }
}

fn lines(kit: &Kit) -> Vec<String> {
    let word = |file: &str| if kit.has_written(file) { "wrote" } else { "already there:" };
    let tags: Vec<&str> = kit.tags.iter().map(|tagged| tagged.tag.as_str()).collect();
    vec![
        format!("{}, under embargo until {}", kit.advisory, kit.until.format("%Y-%m-%d %H:%M UTC")),
        format!("{} {} with {} (SHA-256 {})", word(&kit.bundle), kit.bundle, tags.join(", "), kit.sha256),
        format!("{} {}: read it, and send it encrypted", word(&kit.mail), kit.mail),
    ]
}

impl Present for Kit {
    fn text(&self, _: &Page) -> String {
        lines(self).iter().map(|line| format!("{}\n", escape(line))).collect()
    }

    fn markdown(&self, _: &Templates) -> Result<String> {
        Ok(lines(self).iter().map(|line| format!("- {}\n", markdown::escape(line))).collect())
    }
}
