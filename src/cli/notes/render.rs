//! The arguments of `patch-notes render`, and how the notes of one release or of several are written.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::args::CommonArgs;
use crate::cli::env::Env;
use crate::cli::format::Format;
use crate::cli::json::indented;
use crate::cli::out::{self, Present};
use crate::cli::terminal::Page;
use crate::model::error::{Error, Result};
use crate::model::line::LineName;
use crate::model::notes::request::{AskedBy, NotesRequest};
use crate::model::notes::{Notes, SeveralNotes};
use crate::ports::files;
use crate::ports::git::Git;
use crate::ports::guard::Watch;
use crate::ports::private::is_within_a_worktree;
use crate::ports::render::Templates;

use super::{HowArgs, NotesFormat, secrecy, show, view};

/// What is written.
#[derive(Debug, Args)]
pub struct RenderArgs {
    /// The version or its tag, such as 2.0.1; without it, the next version of the line, or the newest one where nothing came after it. Give it again for each further release
    #[arg(long, value_name = "VERSION")]
    pub target: Vec<String>,

    /// The line; without it, that of the version. Give it again for the next version of each further line
    #[arg(long)]
    pub line: Vec<LineName>,

    /// How the notes are made.
    #[command(flatten)]
    pub how: HowArgs,

    /// Write the notes into this folder, those of each release into a file named like its tag, such as `v2.0.1.md`; what is
    /// there and differs is an error
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,

    /// Put the section into the changelog; needs `--format changelog`
    #[arg(long)]
    pub write: bool,

    /// The changelog; without it, `CHANGELOG.md` at the root of the worktree
    #[arg(long, value_name = "FILE", requires = "write")]
    pub file: Option<PathBuf>,

    /// Write what tells of what is under embargo, too, for nobody else gets to see it before its date
    #[arg(long)]
    pub private: bool,
}

/// Who may get to see what is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// Nobody but who asked for it.
    Private,
    /// Others, too.
    Others,
}

impl RenderArgs {
    /// Returns which notes are asked for, one request a release.
    ///
    /// # Errors
    /// When what belongs to one release was given for several, or the list of sums cannot be read.
    pub fn requests(&self, common: &CommonArgs<NotesFormat>) -> Result<Vec<NotesRequest>> {
        let one = |target: Option<&String>, line: Option<&LineName>| {
            self.how.request((target, line), AskedBy::Render, common)
        };
        match (self.target.as_slice(), self.line.as_slice()) {
            ([] | [_], [] | [_]) => Ok(vec![one(self.target.first(), self.line.first())?]),
            _ if self.how.belongs_to_one() => {
                Err(Error::usage("'--commit', '--from' and '--sums' belong to one release, and several were asked for")
                    .hint("run it once for that release, and once for the others"))
            }
            (targets, []) => targets.iter().map(|target| one(Some(target), None)).collect(),
            ([], lines) => lines.iter().map(|line| one(None, Some(line))).collect(),
            (_, _) => Err(Error::usage("of several releases, either the versions or the lines can be given")
                .hint("leave '--line' out: each version tells its line")),
        }
    }

    /// Writes the notes in the form that was asked for.
    ///
    /// # Errors
    /// When a template of the user is broken, the form is none for several releases, something cannot be written, or others may get to
    /// see what is under embargo.
    pub fn show(
        &self,
        mut notes: Vec<Notes>,
        (git, watch): (&Git, Result<Watch<'_>>),
        common: &CommonArgs<NotesFormat>,
        env: &Env,
    ) -> anyhow::Result<()> {
        if self.write && common.format != NotesFormat::Changelog {
            return Err(Error::usage("only a section of a changelog can be put into a file")
                .hint("add '--format changelog', or name a folder with '--output'")
                .into());
        }
        let reach = self.reach(git, env);
        let is_free = reach == Reach::Others || watch.as_ref().is_ok_and(Watch::is_idle);
        let warnings = match reach {
            Reach::Private => secrecy::private(&notes, &watch),
            Reach::Others => secrecy::for_others(&notes, &watch?, common.format, &Templates::of(git.worktree()), env)?,
        };
        warnings.iter().for_each(|warning| common.note(env, warning));
        // What stays with who asked for it is not handed on either: the summary of a step is as public as its workflow.
        let handed = match is_free {
            true => env.clone(),
            false => Env { actions: None, ..env.clone() },
        };
        match (notes.pop(), notes.is_empty()) {
            (Some(only), true) => self.show_as_one(&only, std::slice::from_ref(&only), (git, &handed), common, env),
            (Some(last), false) => {
                notes.push(last);
                let several = SeveralNotes::of(notes);
                self.show_as_one(&several, &several.releases, (git, &handed), common, env)
            }
            (None, _) => Ok(()),
        }
    }

    /// Returns who may get to see what is written. A workflow shows what its steps hand on, and a worktree is soon committed.
    fn reach(&self, git: &Git, env: &Env) -> Reach {
        let is_outside = |place: &PathBuf| !is_within_a_worktree(git, place);
        let into_changelog = !self.write || self.file.as_ref().is_some_and(is_outside);
        let into_folder = self.output.as_ref().is_some_and(is_outside);
        match self.private || (env.actions.is_none() && into_folder && into_changelog) {
            true => Reach::Private,
            false => Reach::Others,
        }
    }

    /// Shows notes, of which `whole` is the one document.
    fn show_as_one<P: Present>(
        &self,
        whole: &P,
        each: &[Notes],
        (git, handed): (&Git, &Env),
        common: &CommonArgs<NotesFormat>,
        env: &Env,
    ) -> anyhow::Result<()> {
        let templates = Templates::of(git.worktree());
        let page = common.page(env);
        let of_each = |folder: &PathBuf| {
            let drafts = each.iter().map(|notes| Draft::of(folder, notes, common.format, &page, &templates));
            drafts.collect::<Result<Vec<Draft>>>()
        };
        let drafts = self.output.as_ref().map(of_each).transpose()?;
        // All are looked at before anything is written.
        drafts.iter().flatten().try_for_each(Draft::require_free)?;
        if self.write {
            for notes in each {
                let section = view::changelog(notes, &templates)?;
                common.note(env, &show::put_in(notes, &section, git, self.file.as_deref())?);
            }
        }
        if let Some(drafts) = drafts {
            let names: String = drafts.iter().map(Draft::put).collect::<Result<Vec<String>>>()?.concat();
            out::write_list(&crate::cli::terminal::escape_lines(&names), env)?;
            return out::hand_on(whole, &templates, handed);
        }
        let format = match (common.format, each) {
            (NotesFormat::Text, _) => Format::Text,
            (NotesFormat::Json, _) => Format::Json,
            (NotesFormat::Markdown, _) => Format::Markdown,
            (NotesFormat::Html, [only]) => {
                out::write_list(&view::page(only, &templates)?, env)?;
                return out::hand_on(whole, &templates, handed);
            }
            (NotesFormat::Html, _) => {
                return Err(Error::usage("each release has a page of its own, and several were asked for")
                    .hint("name a folder for them with '--output'")
                    .into());
            }
            (NotesFormat::Changelog, _) => {
                let sections = each.iter().map(|notes| view::changelog(notes, &templates));
                out::write_list(&sections.collect::<Result<Vec<String>>>()?.join("\n"), env)?;
                return out::hand_on(whole, &templates, handed);
            }
        };
        out::write(whole, format, &page, &templates, env)?;
        out::hand_on(whole, &templates, handed)
    }
}

/// The notes of a release, and the file that they go into.
struct Draft {
    path: PathBuf,
    text: String,
}

impl Draft {
    fn of(folder: &Path, notes: &Notes, format: NotesFormat, page: &Page, templates: &Templates) -> Result<Self> {
        let (ending, text) = match format {
            NotesFormat::Text => ("txt", notes.text(page)),
            NotesFormat::Json => ("json", json(notes)?),
            NotesFormat::Markdown => ("md", view::markdown(notes, templates)?),
            NotesFormat::Html => ("html", view::page(notes, templates)?),
            // `TAG.md` is what `publish --notes` takes for the body of a release.
            NotesFormat::Changelog => ("changelog.md", view::changelog(notes, templates)?),
        };
        Ok(Self { path: folder.join(format!("{}.{ending}", notes.tag)), text })
    }

    /// Requires that the file is not there, or holds the same: somebody may have edited it.
    fn require_free(&self) -> Result<()> {
        if !self.path.exists() || files::read_text_or_stdin(&self.path)? == self.text {
            return Ok(());
        }
        let shown = self.path.display();
        Err(Error::no(format!("'{shown}' is there already, and is not what would be written; nothing was written"))
            .hint("keep what was edited, remove the file and run this again; or name another folder with '--output'"))
    }

    /// Writes the file, and returns its path, ended by a line end.
    fn put(&self) -> Result<String> {
        files::write_whole_in(&self.path, self.text.as_bytes())?;
        Ok(format!("{}\n", self.path.display()))
    }
}

fn json(notes: &Notes) -> Result<String> {
    let text = serde_json::to_string(notes);
    text.map(|text| indented(&text) + "\n")
        .map_err(|error| Error::unfinished("cannot write the notes as JSON").because(error))
}
