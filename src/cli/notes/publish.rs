//! The arguments of `patch-notes publish`, and how its results are shown.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use serde_json::Value;

use crate::cli::advisories::AdvisoriesArgs;
use crate::cli::args::{CommonArgs, mode};
use crate::cli::env::Env;
use crate::cli::notes::NotesFormat;
use crate::cli::out::{Present, single_values};
use crate::cli::release::ReleaseArgs;
use crate::cli::table::{Cell, Fit, Table};
use crate::cli::tag::{PolicyArgs, now, sealing};
use crate::cli::terminal::{Page, Tone, escape};
use crate::cli::{embargo, forge};
use crate::model::error::Result;
use crate::model::markdown;
use crate::model::notes::Notes;
use crate::model::publish::{
    AssetOutcome, Channels, Goal, PlannedStep, PublishPlan, PublishRecord, PublishRequest, Published, ReleaseOutcome,
    ReleaseRecord, ReleaseStage,
};
use crate::model::tag::TagName;
use crate::ports::forge::Forge;
use crate::ports::git::Git;
use crate::ports::render::Templates;
use crate::ports::settings::Settings;

use super::view;

/// What the token of a workflow needs for it: the releases, and what the notes tell of.
const PERMISSIONS: &str = "contents: write, pull-requests: read, issues: read";

/// What is published.
#[derive(Debug, Args)]
pub struct PublishArgs {
    /// The tags; they are on GitHub already, as `patch-tag push` leaves them
    #[arg(required = true)]
    pub tag: Vec<TagName>,

    /// What the releases are made of.
    #[command(flatten)]
    pub release: ReleaseArgs,

    /// Begin the notes of the one release behind this tag or revision instead of behind the release before
    #[arg(long, value_name = "REV", conflicts_with = "notes")]
    pub notes_from: Option<String>,

    /// Refuse what names an identifier of this file, one a line; they are never printed
    #[arg(long, value_name = "FILE")]
    pub embargoed: Option<PathBuf>,

    /// What is kept back.
    #[command(flatten)]
    pub guarded: AdvisoriesArgs,

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
    /// When the list of what is under embargo cannot be read.
    pub fn request(&self, common: &CommonArgs<NotesFormat>) -> Result<PublishRequest> {
        Ok(PublishRequest {
            tags: self.tag.clone(),
            assets: self.release.assets.clone(),
            notes: self.release.notes.clone(),
            notes_from: self.notes_from.clone(),
            record: self.release.record.clone(),
            adopt: self.release.adopt(),
            badge: self.release.badge(),
            sealing: sealing(self.unsigned),
            policy: self.policy.source(common),
            embargoed: self.embargoed.as_deref().map(embargo::read).transpose()?,
            advisories: self.guarded.advisories.clone(),
            goal: Goal::Published,
            now: now(common),
            mode: mode(self.dry_run),
        })
    }

    /// Opens the forge, which this verb cannot do without.
    ///
    /// # Errors
    /// When there is no token, or it or the address is wrong.
    pub fn forge(&self, settings: &Settings, env: &Env) -> Result<Forge> {
        forge::require(&settings.config.project, "publish", PERMISSIONS, env)
    }

    /// Returns what makes the body of a release.
    pub fn body<'g>(&self, git: &'g Git) -> impl Fn(&Notes) -> Result<String> + 'g {
        body_of_release(git)
    }

    /// Shows what was done, or what would be.
    ///
    /// # Errors
    /// When the form is none of this verb, or the result cannot be written.
    pub fn show(&self, found: &Published, common: &CommonArgs<NotesFormat>, env: &Env) -> anyhow::Result<()> {
        let format = common.format.of_report()?;
        match found {
            Published::Plan(plan) => common.show_as(plan, format, env),
            Published::Record { record, this_run } => common.show_as(&Run { record, this_run }, format, env),
        }
    }
}

/// Returns what makes the body of a release, with the templates of a repository.
pub fn body_of_release(git: &Git) -> impl Fn(&Notes) -> Result<String> + '_ {
    let templates = Templates::of(git.worktree());
    move |notes| view::markdown(notes, &templates)
}

/// The outputs of a step that publishes, besides the single values of the record. They are about its newest release.
pub const OUTPUTS: &[(&str, &str)] = &[
    ("tag", "The tag of the release; of several, of the newest (publish), or of what the notes are about (render)"),
    ("page", "The address of its page (publish)"),
    ("make-latest", "Whether it took the badge, where this run published it: true or false (publish)"),
    ("latest", "The tag of the release that has the badge now (publish)"),
    ("npm-dist-tag", "The dist-tag to publish it under on npm (publish)"),
    ("image-tags", "The tags of its image, one a line (publish)"),
    ("moving-tag", "The tag that moves to it, such as v2, if one does (publish)"),
];

impl Present for PublishPlan {
    fn text(&self, _: &Page) -> String {
        self.lines().iter().map(|line| format!("{}\n", escape(line))).collect()
    }

    fn markdown(&self, _: &Templates) -> Result<String> {
        Ok(self.lines().iter().map(|line| format!("- {}\n", markdown::escape(line))).collect())
    }
}

impl PublishPlan {
    fn lines(&self) -> Vec<String> {
        let line = |step: &PlannedStep| match step.make_latest {
            Some(latest) => format!("would {} (make_latest: {latest})", step.words),
            None => format!("would {}", step.words),
        };
        match self.steps.as_slice() {
            [] => vec![format!("'{}' has everything as it is wanted", self.repository)],
            steps => steps.iter().map(line).collect(),
        }
    }
}

const HEADINGS: [&str; 5] = ["release", "outcome", "files", "npm", "page"];

/// What a run did, and the record of it, which is the document.
#[derive(Serialize)]
struct Run<'r> {
    #[serde(flatten)]
    record: &'r PublishRecord,
    #[serde(skip)]
    this_run: &'r PublishRecord,
}

impl Run<'_> {
    /// Returns what is said below the table.
    fn below(&self) -> Vec<String> {
        let idle = self.this_run.did_nothing().then(|| "nothing was left to do".to_owned());
        idle.into_iter().chain([latest(self.record)]).chain(self.complaints()).collect()
    }
}

impl Present for Run<'_> {
    fn text(&self, page: &Page) -> String {
        let mut table = Table::new(HEADINGS.map(|heading| (heading, Fit::Keeps)));
        for release in &self.this_run.releases {
            let [tag, outcome, files, npm, address] = row(release);
            let tone = match release.outcome {
                Some(ReleaseOutcome::Published) => Tone::Good,
                Some(ReleaseOutcome::Already) => Tone::Dim,
                None => Tone::Warn,
            };
            table.row([tag.into(), Cell::new(outcome).tone(tone), files.into(), npm.into(), address.into()]);
        }
        let below: String = self.below().iter().map(|line| format!("{}\n", escape(line))).collect();
        format!("{}\n{below}", table.render(page))
    }

    fn markdown(&self, _: &Templates) -> Result<String> {
        let rows: Vec<Vec<String>> = self
            .this_run
            .releases
            .iter()
            .map(|release| row(release).iter().map(|cell| markdown::escape(cell)).collect())
            .collect();
        let below: Vec<String> = self.below().iter().map(|line| format!("{}\n", markdown::escape(line))).collect();
        Ok(format!("{}\n{}", markdown::table(&HEADINGS, &rows), below.join("\n")))
    }

    fn outputs(&self, document: &Value) -> Vec<(String, String)> {
        let mut outputs = single_values(document);
        let mut add = |name: &str, value: Option<String>| outputs.extend(value.map(|value| (name.to_owned(), value)));
        let newest = self.record.releases.last();
        let channels = newest.and_then(|newest| newest.channels.as_ref());
        add("tag", newest.map(|newest| newest.tag.to_string()));
        add("page", newest.and_then(|newest| newest.page.clone()));
        add("make-latest", newest.and_then(|newest| newest.make_latest).map(|latest| latest.to_string()));
        add("latest", self.record.badge.holder.as_ref().map(ToString::to_string));
        add("npm-dist-tag", channels.map(|channels| channels.npm_dist_tag.clone()));
        add("image-tags", channels.map(|channels| channels.image_tags.join("\n")));
        add("moving-tag", channels.and_then(|channels| channels.moving_tag.clone()));
        outputs
    }

    fn complaints(&self) -> Vec<String> {
        let sentence = |release: &ReleaseRecord| {
            let words = release.kept_words.join(", and ");
            let page = release.page.as_deref().unwrap_or_default();
            format!(
                "'{}' was published already, and {words} now; edit it on its page if that is wrong: {page}",
                release.tag
            )
        };
        self.record.releases.iter().filter(|release| !release.kept_words.is_empty()).map(sentence).collect()
    }
}

fn row(release: &ReleaseRecord) -> [String; 5] {
    let outcome = match (release.outcome, release.stage) {
        (Some(ReleaseOutcome::Published), _) => "published",
        (Some(ReleaseOutcome::Already), _) => "already",
        (None, ReleaseStage::Draft) => "draft",
        (None, ReleaseStage::Verified | ReleaseStage::Published) => "not begun",
    };
    let sent = release.assets.iter().filter(|asset| asset.outcome == Some(AssetOutcome::Uploaded)).count();
    let files = match release.assets.len() {
        0 => "none".to_owned(),
        all if sent == all => format!("{all} sent"),
        all if sent == 0 => format!("{all}, there"),
        all => format!("{all}, {sent} sent"),
    };
    let npm = release.channels.as_ref().map_or("", |Channels { npm_dist_tag, .. }| npm_dist_tag.as_str());
    [release.tag.to_string(), outcome.to_owned(), files, npm.to_owned(), release.page.clone().unwrap_or_default()]
}

fn latest(record: &PublishRecord) -> String {
    match &record.badge.holder {
        Some(tag) => format!("latest: {tag}"),
        None => "latest: none".to_owned(),
    }
}
