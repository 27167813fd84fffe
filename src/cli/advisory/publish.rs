//! The arguments of `patch-advisory publish`, and how what it did is shown.

use std::path::PathBuf;

use clap::Args;

use crate::cli::advisories::AdvisoriesArgs;
use crate::cli::args::{CommonArgs, mode};
use crate::cli::env::Env;
use crate::cli::exit::Exit;
use crate::cli::forge;
use crate::cli::notes::publish::body_of_release;
use crate::cli::out::Present;
use crate::cli::release::ReleaseArgs;
use crate::cli::table::{Cell, Fit, Table};
use crate::cli::tag::{PolicyArgs, now, sealing};
use crate::cli::terminal::{Page, Tone, escape};
use crate::model::advisory::export::outcome::{FileState, Lacking, Signature};
use crate::model::advisory::id::AdvisoryId;
use crate::model::advisory::publish::{
    Disclosed, Disclosure, DisclosurePlan, DisclosureRequest, OnForge, PartRecord, PartStage, PlannedStep, told,
};
use crate::model::error::{Error, Result};
use crate::model::markdown;
use crate::model::notes::Notes;
use crate::model::tag::TagName;
use crate::ports::forge::{ChecksAsked, Forge};
use crate::ports::git::Git;
use crate::ports::render::Templates;
use crate::ports::settings::Settings;

/// What `patch-advisory publish` is asked.
#[derive(Debug, Args)]
pub struct PublishArgs {
    /// The advisory
    pub advisory: AdvisoryId,

    /// Publish the release of this tag; may be given again. Without it, the first releases that repair the flaw
    #[arg(long)]
    pub tag: Vec<TagName>,

    /// Push branches and tags to this remote
    #[arg(long, value_name = "REMOTE", default_value = "origin")]
    pub remote: String,

    /// Write documents and the notice below this folder; by default below 'published' at the root of the worktree
    #[arg(long, value_name = "FOLDER")]
    pub output: Option<PathBuf>,

    /// What the releases are made of.
    #[command(flatten)]
    pub release: ReleaseArgs,

    /// Make no advisory on GitHub, for somebody makes it by hand
    #[arg(long)]
    pub without_forge_advisory: bool,

    /// What is kept back.
    #[command(flatten)]
    pub guarded: AdvisoriesArgs,

    /// Sign CSAF documents with the OpenPGP key that git signs with
    #[arg(long)]
    pub sign: bool,

    /// Publish tags and lists of sums without a signature, too
    #[arg(long)]
    pub unsigned: bool,

    /// Whose signatures count.
    #[command(flatten)]
    pub policy: PolicyArgs,

    /// Show what would be done and do nothing
    #[arg(long)]
    pub dry_run: bool,
}

impl PublishArgs {
    /// Returns what is asked.
    ///
    /// # Errors
    /// When no folder is given, and the repository has no worktree.
    pub fn request(&self, git: &Git, common: &CommonArgs) -> Result<DisclosureRequest> {
        let usual = || git.worktree().map(|root| root.join("published"));
        let output = self.output.clone().or_else(usual).ok_or_else(|| {
            Error::usage("this repository has no worktree").hint("say where documents are written to: --output FOLDER")
        })?;
        Ok(DisclosureRequest {
            id: self.advisory.clone(),
            tags: self.tag.clone(),
            remote: self.remote.clone(),
            output,
            assets: self.release.assets.clone(),
            notes: self.release.notes.clone(),
            record: self.release.record.clone(),
            badge: self.release.badge(),
            adopt: self.release.adopt(),
            advisories: self.guarded.advisories.clone(),
            on_forge: if self.without_forge_advisory { OnForge::LeftOut } else { OnForge::Made },
            signature: if self.sign { Signature::Made } else { Signature::Missing },
            sealing: sealing(self.unsigned),
            policy: self.policy.source(common),
            now: now(common),
            mode: mode(self.dry_run),
        })
    }

    /// Opens the forge, which this verb cannot do without.
    ///
    /// # Errors
    /// When there is no token, or it or the address is wrong.
    pub fn forge(&self, settings: &Settings, env: &Env) -> Result<Forge> {
        forge::opened(&settings.config.project, ChecksAsked::default(), env, forge::NAMELESS)?.ok_or_else(|| {
            Error::usage("there is no token to publish with").hint(
                "set GITHUB_TOKEN to a fine-grained personal access token with 'Repository security advisories: write' and \
                 'Contents: write', or to the token of an app that has both",
            )
        })
    }

    /// Returns what makes the body of a release.
    pub fn body<'g>(&self, git: &'g Git) -> impl Fn(&Notes) -> Result<String> + 'g {
        body_of_release(git)
    }

    /// Shows what was done, or what would be; where it stopped half way, how far it came.
    ///
    /// # Errors
    /// When the result cannot be written, and why it stopped half way.
    pub fn show(&self, found: Disclosed, common: &CommonArgs, env: &Env) -> anyhow::Result<Exit> {
        match found {
            Disclosed::Plan(plan) => common.done(&plan, env),
            Disclosed::Record(record) => common.done(record.as_ref(), env),
            Disclosed::Stopped(record, error) => {
                common.show(record.as_ref(), env)?;
                Err(error.into())
            }
        }
    }
}

fn left_out(lacking: &[Lacking]) -> Vec<String> {
    lacking.iter().map(|one| format!("left out: {}: {}", one.what, one.hint)).collect()
}

/// Returns the lines of a plan: each step, and whether others than maintainers see it.
fn lines(plan: &DisclosurePlan) -> Vec<String> {
    let line = |step: &PlannedStep| {
        let seen = if step.public { " (public)" } else { "" };
        format!("would {}{seen}", step.words)
    };
    let removed = plan.removed.iter().map(|path| format!("would remove '{path}', for it is of an earlier state"));
    plan.steps.iter().map(line).chain(removed).chain(left_out(&plan.left_out)).chain([told(&plan.parts)]).collect()
}

impl Present for DisclosurePlan {
    fn text(&self, _: &Page) -> String {
        lines(self).iter().map(|line| format!("{}\n", escape(line))).collect()
    }

    fn markdown(&self, _: &Templates) -> Result<String> {
        Ok(lines(self).iter().map(|line| format!("- {}\n", markdown::escape(line))).collect())
    }

    fn complaints(&self) -> Vec<String> {
        left_out(&self.left_out)
    }
}

const HEADINGS: [&str; 3] = ["part", "stage", "names"];

fn row(part: &PartRecord) -> [String; 3] {
    let plain = PartRecord { stage: PartStage::Public, names: Vec::new(), ..part.clone() };
    let stage = match part.stage {
        PartStage::Waiting => "waiting",
        PartStage::Prepared => "draft",
        PartStage::Public => "public",
        PartStage::LeftOut => "left out",
        PartStage::Unclear => "not known",
    };
    [plain.to_string(), stage.to_owned(), part.names.join(", ")]
}

/// Returns what is said besides the table.
fn said(record: &Disclosure) -> Vec<String> {
    let count = |state| record.files.iter().filter(|file| file.state == state).count();
    let files = format!("files: {} written, {} already", count(FileState::Written), count(FileState::Already));
    let removed = record.files.iter().filter(|file| file.state == FileState::Removed);
    let removed = removed.map(|file| format!("removed, for it is of an earlier state: {}", file.path));
    let page = record.page.iter().map(|page| format!("page: {page}"));
    let by_hand = record.by_hand.iter().map(|one| format!("left to you: {one}"));
    page.chain([files]).chain(removed).chain(kept(record)).chain(left_out(&record.left_out)).chain(by_hand).collect()
}

/// Says that words on the page are others, and stay.
fn kept(record: &Disclosure) -> Option<String> {
    let page = record.page.as_deref().unwrap_or_default();
    let words = Some(record.kept_words.join(", and ")).filter(|words| !words.is_empty())?;
    Some(format!("the advisory was published already, and {words} now; edit it on its page if that is wrong: {page}"))
}

impl Present for Disclosure {
    fn text(&self, page: &Page) -> String {
        let mut table = Table::new(HEADINGS.map(|heading| (heading, Fit::Keeps)));
        for part in &self.parts {
            let [name, stage, names] = row(part);
            let tone = match part.stage {
                PartStage::Public => Tone::Good,
                PartStage::Waiting | PartStage::Prepared | PartStage::Unclear => Tone::Warn,
                PartStage::LeftOut => Tone::Dim,
            };
            table.row([name.into(), Cell::new(stage).tone(tone), names.into()]);
        }
        let said: String = said(self).iter().map(|line| format!("{}\n", escape(line))).collect();
        format!("{}\n\n{}\n{said}", escape(&self.advisory.to_string()), table.render(page))
    }

    fn markdown(&self, _: &Templates) -> Result<String> {
        let cells = |part: &PartRecord| row(part).iter().map(|cell| markdown::escape(cell)).collect();
        let rows: Vec<Vec<String>> = self.parts.iter().map(cells).collect();
        let said: String = said(self).iter().map(|line| format!("- {}\n", markdown::escape(line))).collect();
        let id = markdown::escape(&self.advisory.to_string());
        Ok(format!("**{id}**\n\n{}\n{said}", markdown::table(&HEADINGS, &rows)))
    }

    fn complaints(&self) -> Vec<String> {
        kept(self).into_iter().chain(left_out(&self.left_out)).collect()
    }
}
