//! The arguments of `patch-advisory export` and `patch-advisory render`, and how their result is shown.

use std::path::PathBuf;

use clap::Args;

use crate::cli::out::Present;
use crate::cli::table::{Cell, Fit, Table};
use crate::cli::terminal::{Page, Tone, escape};
use crate::model::advisory::export::outcome::{ExportRequest, Exported, FileState, Formats, Hand, Secrets, Signature};
use crate::model::advisory::id::AdvisoryId;
use crate::model::error::{Error, Result};
use crate::model::markdown;
use crate::ports::git::Git;
use crate::ports::render::Templates;

/// What `patch-advisory export` is asked.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The format: `osv`, `csaf`, `cve`, `openvex`, `ghsa`, or `all` of them
    #[arg(value_name = "FORMAT")]
    pub formats: Formats,

    /// Of which advisories, and where to.
    #[command(flatten)]
    pub place: OutputArgs,

    /// Sign CSAF documents with the OpenPGP key that git signs with
    #[arg(long)]
    pub sign: bool,
}

impl ExportArgs {
    /// Returns what is asked.
    ///
    /// # Errors
    /// When no folder is given, and the repository has no worktree.
    pub fn request(&self, git: &Git) -> Result<ExportRequest> {
        self.place.request(git, if self.sign { Signature::Made } else { Signature::Missing })
    }
}

/// What `patch-advisory render` is asked.
#[derive(Debug, Args)]
pub struct RenderArgs {
    /// Of which advisories, and where to.
    #[command(flatten)]
    pub place: OutputArgs,
}

impl RenderArgs {
    /// Returns what is asked.
    ///
    /// # Errors
    /// As [`ExportArgs::request`].
    pub fn request(&self, git: &Git) -> Result<ExportRequest> {
        self.place.request(git, Signature::Missing)
    }
}

/// Of which advisories something is written, and where to.
#[derive(Debug, Args)]
pub struct OutputArgs {
    /// Take these; without any, `export` takes all, and `render` all that are public
    #[arg(value_name = "ADVISORY")]
    pub advisories: Vec<AdvisoryId>,

    /// Write below this folder; by default below 'published' at the root of the worktree
    #[arg(long, value_name = "FOLDER")]
    pub output: Option<PathBuf>,

    /// Write what is not public yet into a worktree, too, for nobody else gets to see it before its date
    #[arg(long)]
    pub private: bool,
}

impl OutputArgs {
    fn request(&self, git: &Git, signature: Signature) -> Result<ExportRequest> {
        let usual = || git.worktree().map(|root| root.join("published"));
        let output = self.output.clone().or_else(usual).ok_or_else(|| {
            Error::usage("this repository has no worktree").hint("say where documents are written to: --output FOLDER")
        })?;
        let secrets = if self.private { Secrets::Written } else { Secrets::LeftOut };
        Ok(ExportRequest { secrets, advisories: self.advisories.clone(), output, signature, hand: Hand::Writes })
    }
}

fn heading(exported: &Exported) -> String {
    let count = |state| exported.files.iter().filter(|file| file.state == state).count();
    let removed = match count(FileState::Removed) {
        0 => String::new(),
        some => format!("{some} removed, "),
    };
    let (written, already) = (count(FileState::Written), count(FileState::Already));
    format!("{written} written, {already} already, {removed}below {}", exported.output)
}

fn secret(exported: &Exported) -> Option<String> {
    let ids: Vec<String> = exported.secret.iter().map(ToString::to_string).collect();
    (!ids.is_empty()).then(|| format!("not public yet, keep the files private: {}", ids.join(", ")))
}

fn left_out(exported: &Exported) -> Option<String> {
    let count = match exported.left_out {
        0 => return None,
        1 => "1 advisory was left out, which is not public yet".to_owned(),
        more => format!("{more} advisories were left out, which are not public yet"),
    };
    Some(format!("{count}: name a folder outside of the worktree with --output, or say --private"))
}

/// Returns what is missing for documents, or is not as it should be in them.
fn lacking(exported: &Exported) -> impl Iterator<Item = String> {
    exported.lacking.iter().chain(&exported.unrevised).map(|one| format!("{}: {}", one.what, one.hint))
}

impl Present for Exported {
    fn text(&self, page: &Page) -> String {
        let mut text = format!("{}\n", escape(&heading(self)));
        let mut table = Table::new([("state", Fit::Keeps), ("file", Fit::Shrinks)]);
        for file in &self.files {
            let tone = match file.state {
                FileState::Written | FileState::Already => Tone::Plain,
                FileState::Removed => Tone::Warn,
            };
            table.row([Cell::new(file.state.as_str()).tone(tone), Cell::new(&file.path)]);
        }
        if !self.files.is_empty() {
            text.push_str(&format!("\n{}", table.render(page)));
        }
        for said in lacking(self).chain(left_out(self)).chain(secret(self)) {
            text.push_str(&format!("{}\n", escape(&said)));
        }
        text
    }

    fn markdown(&self, _: &Templates) -> Result<String> {
        let row = |file: &crate::model::advisory::export::outcome::ExportedFile| {
            vec![file.state.as_str().to_owned(), markdown::code_cell(&file.path)]
        };
        let rows: Vec<Vec<String>> = self.files.iter().map(row).collect();
        let mut text =
            format!("**{}**\n\n{}", markdown::escape(&heading(self)), markdown::table(&["state", "file"], &rows));
        for said in lacking(self).chain(left_out(self)).chain(secret(self)) {
            text.push_str(&format!("\n{}\n", markdown::escape(&said)));
        }
        Ok(text)
    }

    fn complaints(&self) -> Vec<String> {
        lacking(self).chain(left_out(self)).collect()
    }
}
