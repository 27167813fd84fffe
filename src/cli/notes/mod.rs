//! The arguments of `patch-notes`, and how its results are shown.

mod check;
pub mod publish;
mod render;
mod secrecy;
mod several;
mod show;
mod view;

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::cli::advisories::AdvisoriesArgs;
use crate::cli::args::CommonArgs;
use crate::cli::env::Env;
use crate::cli::format::Format;
use crate::cli::{embargo, forge, out};
use crate::model::error::{Error, Result};
use crate::model::guard::{Place, Surface};
use crate::model::line::LineName;
use crate::model::notes::Notes;
use crate::model::notes::check::{Body, Embargoes, NotesCheck, NotesRule, PullsAsked, check};
use crate::model::notes::request::{AskedBy, NotesRequest, OtherLines, Unread};
use crate::model::sums::{Sum, Sums};
use crate::ports::files;
use crate::ports::forge::{ChecksAsked, Forge};
use crate::ports::guard::Watch;
use crate::ports::render::Template;
use crate::ports::settings::Settings;

pub use render::RenderArgs;

use publish::PublishArgs;

/// Write the notes of a release, each entry traced to its origin, and publish it
#[derive(Debug, Parser)]
#[command(name = "patch-notes", version, max_term_width = 100)]
pub struct NotesArgs {
    /// The verb.
    #[command(subcommand)]
    pub command: NotesCommand,
    /// The arguments every binary takes.
    #[command(flatten)]
    pub common: CommonArgs<NotesFormat>,
}

/// The verbs of `patch-notes`.
#[derive(Debug, Subcommand)]
pub enum NotesCommand {
    /// Write the notes of a release, or of several
    Render(RenderArgs),
    /// Say what is wrong with the notes of a release
    Check(CheckArgs),
    /// Publish releases on GitHub with their notes and files: each once, whole, and with the badge "Latest" where it belongs
    Publish(PublishArgs),
    /// Print a template that counts where you have none of your own
    Template,
}

/// The form of a result on standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum NotesFormat {
    /// For a person at a terminal: with the commits behind each entry.
    #[default]
    Text,
    /// For a program: one document with a `schema` field.
    Json,
    /// What is published: the body of a release.
    Markdown,
    /// One page that needs nothing else.
    Html,
    /// The section of a changelog.
    Changelog,
}

impl NotesFormat {
    /// Returns the form of what is no notes itself.
    ///
    /// # Errors
    /// When it is one that only notes have.
    fn of_report(self) -> Result<Format> {
        match self {
            Self::Text => Ok(Format::Text),
            Self::Json => Ok(Format::Json),
            Self::Markdown => Ok(Format::Markdown),
            Self::Html | Self::Changelog => {
                Err(Error::usage("only notes themselves have this form")
                    .hint("take '--format text', 'json' or 'markdown'"))
            }
        }
    }
}

/// Which notes of one release.
#[derive(Debug, Args)]
pub struct WhichArgs {
    /// The version or its tag, such as 2.0.1; without it, the next version of the line, or the newest one where nothing came after it
    #[arg(long, value_name = "VERSION")]
    pub target: Option<String>,

    /// The line; without it, that of the version
    #[arg(long)]
    pub line: Option<LineName>,

    /// How they are made.
    #[command(flatten)]
    pub how: HowArgs,
}

/// How notes are made.
#[derive(Debug, Args)]
pub struct HowArgs {
    /// What is released, where there is no tag yet; without it, where the line's branch is. A tag of another commit is an error
    #[arg(long, value_name = "REV")]
    pub commit: Option<String>,

    /// Begin behind this tag or revision instead of behind the release before
    #[arg(long, value_name = "REV")]
    pub from: Option<String>,

    /// Say nothing about where else a fix is
    #[arg(long)]
    pub own_line_only: bool,

    /// Add the sums of this list, in the form of `SHA256SUMS`
    #[arg(long, value_name = "FILE")]
    pub sums: Option<PathBuf>,

    /// What is kept back.
    #[command(flatten)]
    pub guarded: AdvisoriesArgs,

    /// Ask GitHub nothing, though a token is there
    #[arg(long)]
    pub offline: bool,
}

/// What is judged.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Which notes.
    #[command(flatten)]
    pub which: WhichArgs,

    /// Refuse what names an identifier of this file, one a line; they are never printed
    #[arg(long, value_name = "FILE")]
    pub embargoed: Option<PathBuf>,

    /// Judge this text in place of the Markdown that the template gives; `-`: standard input
    #[arg(long, value_name = "FILE")]
    pub body: Option<PathBuf>,

    /// Ask nothing but this rule; may be given again
    #[arg(long, value_name = "RULE", value_parser = rule())]
    pub only: Vec<NotesRule>,
}

fn rule() -> impl TypedValueParser<Value = NotesRule> {
    let words = PossibleValuesParser::new(NotesRule::ALL.map(NotesRule::as_str));
    words.map(|word| {
        NotesRule::ALL.into_iter().find(|rule| rule.as_str() == word).expect("because clap takes no other word")
    })
}

impl WhichArgs {
    /// Returns which notes are asked for.
    ///
    /// # Errors
    /// When the list of sums cannot be read.
    pub fn request(&self, common: &CommonArgs<NotesFormat>) -> Result<NotesRequest> {
        self.how.request((self.target.as_ref(), self.line.as_ref()), AskedBy::Check, common)
    }
}

impl HowArgs {
    fn request(
        &self,
        (target, line): (Option<&String>, Option<&LineName>),
        asked_by: AskedBy,
        common: &CommonArgs<NotesFormat>,
    ) -> Result<NotesRequest> {
        Ok(NotesRequest {
            target: target.cloned(),
            line: line.cloned(),
            commit: self.commit.clone(),
            from: self.from.clone(),
            now: common.now,
            others: if self.own_line_only { OtherLines::LeftAlone } else { OtherLines::LookedAt },
            checksums: self.checksums()?,
            unread: Unread::Told,
            asked_by,
        })
    }

    /// Says whether something was given that only one release can have.
    fn belongs_to_one(&self) -> bool {
        self.commit.is_some() || self.from.is_some() || self.sums.is_some()
    }

    fn checksums(&self) -> Result<Vec<Sum>> {
        let Some(file) = &self.sums else { return Ok(Vec::new()) };
        let sums: Sums = files::read_text_or_stdin(file)?.parse().map_err(|broken| {
            Error::usage(format!("'{}' is no list of sums", file.display()))
                .because(broken)
                .hint("make one with 'patch-tag sums'")
        })?;
        Ok(sums.files().to_vec())
    }

    /// Opens the forge, if there is a token for it.
    ///
    /// # Errors
    /// When the token or the address is wrong, or it cannot be told which repository to ask about.
    pub fn forge(&self, settings: &Settings, env: &Env) -> Result<Option<Forge>> {
        if self.offline { Ok(None) } else { forge::open(&settings.config.project, ChecksAsked::default(), env) }
    }
}

impl CheckArgs {
    /// Judges notes and shows what was found.
    ///
    /// # Errors
    /// When a file cannot be read, a template of the user is broken, or the result cannot be written.
    pub fn judge(
        &self,
        notes: &Notes,
        (watch, forge): (&Watch<'_>, Option<&Forge>),
        common: &CommonArgs<NotesFormat>,
        env: &Env,
    ) -> anyhow::Result<NotesCheck> {
        let format = common.format.of_report()?;
        let body = match &self.body {
            Some(file) => files::read_text_or_stdin(file)?,
            None => view::markdown(notes, &common.templates()?)?,
        };
        let list = self.embargoed.as_deref().map(embargo::read).transpose()?;
        // A warning may quote what is under embargo.
        let leaks =
            |text: &str| list.as_ref().is_some_and(|list| list.is_named_in(text)) || watch.tells(Place::Text, text);
        notes.warnings.iter().filter(|warning| !leaks(warning)).for_each(|warning| common.note(env, warning));
        let asked = if forge.is_some() { PullsAsked::Asked } else { PullsAsked::NotAsked };
        let told = Surface::new(Place::Notes, body.as_str()).from_line(1);
        // Words of one's own say what they say; those that are made tell by where each entry comes from, too.
        let facts = if self.body.is_some() { Vec::new() } else { secrecy::facts(notes)? };
        let guarded = watch.texts([told].into_iter().chain(facts));
        let embargoes = Embargoes { list: list.as_ref(), guarded: Some(&guarded) };
        let own = if self.body.is_some() { Body::Own(&body) } else { Body::Made(&body) };
        let found = check(notes, own, embargoes, asked).about(&self.only).without(leaks);
        common.show_as(&found, format, env)?;
        Ok(found)
    }
}

impl CommonArgs<NotesFormat> {
    /// Prints the template of a form.
    ///
    /// # Errors
    /// When the form has none, or it cannot be written.
    pub fn print_template(&self, env: &Env) -> anyhow::Result<()> {
        let template = match self.format {
            NotesFormat::Text | NotesFormat::Markdown => Template::NotesMarkdown,
            NotesFormat::Html => Template::NotesPage,
            NotesFormat::Changelog => Template::NotesChangelog,
            NotesFormat::Json => {
                return Err(Error::usage("JSON is made without a template")
                    .hint("take '--format markdown', 'html' or 'changelog'")
                    .into());
            }
        };
        out::write_list(template.embedded(), env)
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn clap_accepts_the_definition() {
        NotesArgs::command().debug_assert();
    }
}
