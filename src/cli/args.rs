//! The arguments every binary takes.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::{Args, ValueEnum};

use crate::cli::advisories::AdvisoriesArgs;
use crate::cli::env::Env;
use crate::cli::exit::Exit;
use crate::cli::format::{ColorChoice, Format};
use crate::cli::out::{self, Present};
use crate::cli::progress::Progress;
use crate::cli::report;
use crate::cli::terminal::Page;
use crate::model::config::Config;
use crate::model::error::Kind;
use crate::model::request::Mode;
use crate::model::tag_request::AskRemote;
use crate::ports::git::Git;
use crate::ports::guard::Watch;
use crate::ports::render::Templates;
use crate::ports::settings::{self, Settings};

/// The arguments every binary takes.
///
/// `F` are the forms that the results of a binary have.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct CommonArgs<F = Format>
where
    F: ValueEnum + Default + Clone + Send + Sync + 'static,
{
    /// Work on the repository in this directory
    #[arg(long, global = true, value_name = "DIR", default_value = ".", help_heading = "Common options")]
    pub repo: PathBuf,

    /// Read this configuration instead of `patch.toml` at the root of the repository
    #[arg(long, global = true, value_name = "FILE", help_heading = "Common options")]
    pub config: Option<PathBuf>,

    /// Write the result in this form
    #[arg(long, global = true, value_enum, default_value_t, help_heading = "Common options")]
    pub format: F,

    /// Write in colour
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN", help_heading = "Common options")]
    pub color: ColorChoice,

    /// Take this moment as now, for a run that can be repeated, such as 2027-03-31T12:00:00Z
    #[arg(long, global = true, value_name = "RFC3339", value_parser = moment, help_heading = "Common options")]
    pub now: Option<DateTime<Utc>>,

    /// Write nothing but the result and errors
    #[arg(long, short, global = true, help_heading = "Common options")]
    pub quiet: bool,
}

impl<F> CommonArgs<F>
where
    F: ValueEnum + Default + Clone + Send + Sync + 'static,
{
    /// Returns the moment that counts as now: the one of `--now`, else the clock's.
    #[expect(clippy::disallowed_methods, reason = "what counts as now is read here, and handed on")]
    pub fn moment(&self) -> DateTime<Utc> {
        self.now.unwrap_or_else(Utc::now)
    }

    /// Opens the repository.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub fn open(&self) -> crate::model::error::Result<&'static Git> {
        // Giving its caches back would take longer than many an answer; the end of the process does it at once.
        Git::open(&self.repo).map(|git| &*Box::leak(Box::new(git)))
    }

    /// Opens the repository, where there is one: for verbs that work without.
    ///
    /// # Errors
    /// When there is one that cannot be read.
    pub fn open_if_any(&self) -> crate::model::error::Result<Option<&'static Git>> {
        match self.open() {
            Ok(git) => Ok(Some(git)),
            Err(missing) if missing.kind() == Kind::Usage => Ok(None),
            Err(broken) => Err(broken),
        }
    }

    /// Reads the configuration, and tells people what was found out instead of read.
    ///
    /// # Errors
    /// When it is wrong, or main or the lines cannot be told.
    pub fn settings(&self, git: &Git, env: &Env) -> crate::model::error::Result<Settings> {
        let settings = settings::load(git, self.config.as_deref())?;
        settings.notes.iter().for_each(|note| self.note(env, note));
        Ok(settings)
    }

    /// Watches over what becomes public.
    ///
    /// # Errors
    /// When a folder or an advisory cannot be read.
    pub fn watch(
        &self,
        git: &'static Git,
        config: &Config,
        more: &AdvisoriesArgs,
    ) -> crate::model::error::Result<Watch<'static>> {
        Watch::open(Some(git), config, &more.advisories, self.moment())
    }

    /// Tells people something on standard error that is no failure, unless they asked for quiet.
    pub fn note(&self, env: &Env, text: &str) {
        if !self.quiet {
            report::note(env, text);
        }
    }

    /// Returns what standard output looks like for text.
    pub fn page(&self, env: &Env) -> Page {
        Page::of(env, self.color)
    }

    /// Returns the templates that count: those of the worktree, where there is one.
    ///
    /// # Errors
    /// When there is a repository that cannot be read.
    pub fn templates(&self) -> crate::model::error::Result<Templates> {
        Ok(self.open_if_any()?.map_or_else(Templates::embedded, |git| Templates::of(git.worktree())))
    }

    /// Writes a result to standard output in a form, and hands it on to the workflow, if there is one.
    ///
    /// # Errors
    /// As [`out::write()`] and [`out::hand_on()`].
    pub fn show_as<P: Present>(&self, result: &P, format: Format, env: &Env) -> anyhow::Result<()> {
        let is_needed = format == Format::Markdown || env.actions.is_some();
        let templates = if is_needed { self.templates()? } else { Templates::embedded() };
        out::write(result, format, &self.page(env), &templates, env)?;
        out::hand_on(result, &templates, env)
    }

    /// Returns what shows progress once it is called with how many steps there are in all, one step a call.
    pub fn progress_of(&self, env: &Env, label: &'static str) -> impl Fn(usize) {
        let progress = std::cell::OnceCell::new();
        let (common, env) = (self.clone(), env.clone());
        move |total| progress.get_or_init(|| common.progress(&env, label, total)).advance()
    }

    /// Starts to show progress on standard error, unless `--quiet` asks for none or nobody watches.
    pub fn progress(&self, env: &Env, label: &'static str, total: usize) -> Progress {
        if self.quiet { Progress::silent() } else { Progress::start(env, label, total) }
    }
}

impl CommonArgs {
    /// Writes a result to standard output in the form that was asked for, and hands it on to the workflow, if there is one.
    ///
    /// # Errors
    /// As [`Self::show_as()`].
    pub fn show<P: Present>(&self, result: &P, env: &Env) -> anyhow::Result<()> {
        self.show_as(result, self.format, env)
    }

    /// Writes what was done.
    ///
    /// # Errors
    /// As [`Self::show_as()`].
    pub fn done<P: Present>(&self, result: &P, env: &Env) -> anyhow::Result<Exit> {
        self.end(result, |_| Exit::Yes, env)
    }

    /// Writes a result, and returns the exit code that it comes to.
    ///
    /// # Errors
    /// As [`Self::show_as()`].
    pub fn end<P: Present>(&self, result: &P, exit: fn(&P) -> Exit, env: &Env) -> anyhow::Result<Exit> {
        self.show(result, env).map(|()| exit(result))
    }
}

/// Returns which remote is asked, from the flags `--remote` and `--offline`, which exclude each other.
pub fn ask_remote(remote: Option<String>, offline: bool) -> AskRemote {
    match (remote, offline) {
        (Some(remote), _) => AskRemote::Named(remote),
        (None, true) => AskRemote::Offline,
        (None, false) => AskRemote::Usual,
    }
}

/// Returns whether anything is written, from the flag `--dry-run`.
pub fn mode(dry_run: bool) -> Mode {
    if dry_run { Mode::DryRun } else { Mode::Write }
}

fn moment(text: &str) -> Result<DateTime<Utc>, String> {
    DateTime::parse_from_rfc3339(text)
        .map(|moment| moment.with_timezone(&Utc))
        .map_err(|broken| format!("{broken}; write it as 2027-03-31T12:00:00Z"))
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::*;

    #[derive(Debug, Parser)]
    struct Probe {
        #[command(flatten)]
        common: CommonArgs,
    }

    #[test]
    fn clap_accepts_the_definition() {
        Probe::command().debug_assert();
    }

    #[test]
    fn the_defaults_are_the_documented_ones() {
        let common = Probe::try_parse_from(["probe"]).expect("no arguments are needed").common;
        let expected = CommonArgs {
            repo: ".".into(),
            config: None,
            format: Format::Text,
            color: ColorChoice::Auto,
            now: None,
            quiet: false,
        };
        assert_eq!(common, expected);
    }

    #[test]
    fn now_is_a_moment_in_any_offset() {
        let parse = |text: &str| Probe::try_parse_from(["probe", "--now", text]).map(|probe| probe.common.moment());
        let noon = DateTime::from_timestamp(1_806_494_400, 0).expect("a moment");
        assert_eq!(parse("2027-03-31T12:00:00Z").ok(), Some(noon));
        assert_eq!(parse("2027-03-31T14:00:00+02:00").ok(), Some(noon));
        assert!(parse("2027-03-31").is_err());
        assert!(parse("yesterday").is_err());
    }
}
