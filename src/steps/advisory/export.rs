//! Writes the documents of advisories: each beside its place and renamed there, and only where something changed.

mod ready;

use std::path::Path;

use crate::model::advisory::Advisory;
use crate::model::advisory::export::feed::{FEED_PATH, feed};
use crate::model::advisory::export::former::{Former, When, formers};
use crate::model::advisory::export::index::{INDEX_PATH, index};
use crate::model::advisory::export::outcome::{
    ExportRequest, Exported, ExportedFile, FileState, Formats, Hand, Lacking, Secrets, Signature,
};
use crate::model::advisory::export::page::{page, page_path};
use crate::model::advisory::export::{Format, Publication};
use crate::model::advisory::id::AdvisoryId;
use crate::model::config::{Config, SigningFormat};
use crate::model::error::{Error, Kind, Result};
use crate::model::path::RepoPath;
use crate::ports::clock::reached;
use crate::ports::folder::{self, holds_below, read_below};
use crate::ports::git::{Git, GitConfig};
use crate::ports::guard::Watch;
use crate::ports::private::is_within_a_worktree;
use crate::ports::render::{Template, Templates};
use crate::ports::signing::sign;
use crate::ports::threads::in_order;

use super::publish::told_last;
use ready::{Bundle, Ready, made};

/// Git's namespace of SSH signatures, which OpenPGP has no use for.
const NAMESPACE: &str = "file";

/// Writes documents of advisories in one format or all of them. With all of them, those for which something is missing are told and left
/// out.
///
/// # Errors
/// When a source is wrong, an advisory is not there, the one format lacks something, or a file cannot be written or signed.
pub fn export(
    git: &Git,
    config: &Config,
    publication: &Publication,
    formats: Formats,
    request: &ExportRequest,
) -> Result<Exported> {
    let all = chosen(git, publication, &request.advisories)?;
    let Shown { all, left_out } = Shown::of(git, request, all);
    let watch = watch(git, config, publication, request)?;
    let texts = watch.as_ref().map(Watch::over_texts);
    let mut writer = Writer::new(git, request)?;
    // Making documents takes as long as writing them.
    match formats {
        Formats::One(format) => {
            let make = |advisory: &Advisory| made(advisory, publication, &[format], texts);
            in_order(&all, make, |made| made.into_iter().try_for_each(|bundles| writer.bundles(bundles?)))?;
        }
        Formats::All => {
            let make = |advisory: &Advisory| made(advisory, publication, &Format::ALL, texts);
            in_order(&all, make, |made| {
                let mut each = made.into_iter();
                each.try_for_each(|bundles| writer.asked(bundles)?.map_or(Ok(()), |bundles| writer.bundles(bundles)))
            })?;
        }
    }
    for advisory in &all {
        writer.without_formers(advisory, formats)?;
    }
    let made = writer.end(&all, publication).with_unrevised(unrevised(git, &all)?);
    Ok(made.without(left_out, left_out > 0 && !request.advisories.is_empty()))
}

/// Returns the documents of an advisory in a folder that others take the place of.
///
/// # Errors
/// When one cannot be read.
pub fn formers_below(output: &Path, advisory: &Advisory, formats: Formats, when: When) -> Result<Vec<Former>> {
    let formats = match formats {
        Formats::All => Format::ALL.to_vec(),
        Formats::One(format) => vec![format],
    };
    let mut found = Vec::new();
    for former in formats.into_iter().flat_map(|format| formers(advisory, format, when)) {
        if former.is_in(&read_below(output, &below(&former.path)?)?.unwrap_or_default()) {
            found.push(former);
        }
    }
    Ok(found)
}

/// Reads a path below the folder of published files.
fn below(path: &str) -> Result<RepoPath> {
    path.parse().map_err(|broken| {
        Error::usage(format!("'{path}' is no name for a file")).because(broken).hint("give the advisory another name")
    })
}

/// What is written, without what is not public where others may get to see it.
struct Shown {
    all: Vec<Advisory>,
    left_out: usize,
}

impl Shown {
    fn of(git: &Git, request: &ExportRequest, all: Vec<Advisory>) -> Self {
        let before = all.len();
        let all: Vec<Advisory> = match is_for_others(git, request) {
            true => all.into_iter().filter(|advisory| advisory.state.is_public()).collect(),
            false => all,
        };
        let left_out = before - all.len();
        Self { all, left_out }
    }
}

/// Says whether others may get to see the folder: it is in a worktree, and nobody said that it stays private.
fn is_for_others(git: &Git, request: &ExportRequest) -> bool {
    request.secrets == Secrets::LeftOut && is_within_a_worktree(git, &request.output)
}

/// Returns what looks through everything that others may get to see. `None`: nobody else does.
fn watch<'g>(
    git: &'g Git,
    config: &Config,
    publication: &Publication,
    request: &ExportRequest,
) -> Result<Option<Watch<'g>>> {
    is_for_others(git, request).then(|| Watch::open(Some(git), config, &[], publication.now)).transpose()
}

/// Writes pages of advisories, the page that lists all that are public, and their feed. Without identifiers it writes the pages of those
/// that are public.
///
/// # Errors
/// When a source or a template is wrong, an advisory is not there, or a file cannot be written.
pub fn render(git: &Git, config: &Config, publication: &Publication, request: &ExportRequest) -> Result<Exported> {
    let all = chosen(git, publication, &[])?;
    let shown: Vec<Advisory> = match request.advisories.is_empty() {
        true => all.iter().filter(|advisory| advisory.state.is_public()).cloned().collect(),
        false => chosen(git, publication, &request.advisories)?,
    };
    let Shown { all: shown, left_out } = Shown::of(git, request, shown);
    let templates = Templates::of(git.worktree());
    let ended = |text: String| format!("{}\n", text.trim_end());
    let watch = watch(git, config, publication, request)?;
    let ready = |path: String, text: String| Ready::of(path, text, watch.as_ref().map(Watch::over_texts));
    let mut writer = Writer::new(git, request)?;
    for advisory in &shown {
        if let Some(page) = writer.asked(page(advisory))? {
            let text = templates.render(Template::AdvisoryPage, &page)?;
            writer.write(ready(page_path(advisory), ended(text)))?;
        }
    }
    let list = templates.render(Template::AdvisoryIndex, &index(&all, publication))?;
    writer.write(ready(INDEX_PATH.to_owned(), ended(list)))?;
    if let Some(feed) = writer.asked(feed(&all, publication))? {
        writer.write(ready(FEED_PATH.to_owned(), feed))?;
    }
    Ok(writer.end(&shown, publication).with_unrevised(unrevised(git, &shown)?).without(left_out, left_out > 0))
}

/// Returns the advisories that `publish` would not tell before they are revised, as far as it was kept what it told.
fn unrevised(git: &Git, all: &[Advisory]) -> Result<Vec<Lacking>> {
    let mut found = Vec::new();
    for advisory in all.iter().filter(|advisory| advisory.state.is_public()) {
        let told = told_last(git, &advisory.id)?;
        found.extend(told.and_then(|told| told.lacks_revision(advisory)).map(|otherwise| Lacking {
            what: format!(
                "'{}' {}, and its documents have the number and the date of then",
                advisory.id,
                otherwise.told()
            ),
            hint: format!("patch-advisory revise {} --summary SUMMARY, then the same command again", advisory.id),
        }));
    }
    Ok(found)
}

/// Returns the advisories of these identifiers, as they count now; without any, all.
fn chosen(git: &Git, publication: &Publication, wanted: &[AdvisoryId]) -> Result<Vec<Advisory>> {
    let settings = &publication.settings;
    let now = reached(publication.now);
    let all: Vec<Advisory> = super::all(git, settings)?.into_iter().map(|source| source.advisory.as_of(now)).collect();
    if let Some(missing) = wanted.iter().find(|id| all.iter().all(|advisory| advisory.id != **id)) {
        return Err(super::there_is_none(settings, missing));
    }
    let is_wanted = |advisory: &Advisory| wanted.is_empty() || wanted.contains(&advisory.id);
    Ok(all.into_iter().filter(is_wanted).collect())
}

/// What writes files, and remembers what it did.
struct Writer<'r> {
    request: &'r ExportRequest,
    /// How git signs, where signatures are asked for.
    signing: Option<GitConfig>,
    files: Vec<ExportedFile>,
    lacking: Vec<Lacking>,
}

impl<'r> Writer<'r> {
    fn new(git: &Git, request: &'r ExportRequest) -> Result<Self> {
        let signing = match request.signature {
            Signature::Made => Some(GitConfig::read(Some(git), Path::new("."))?),
            Signature::Missing => None,
        };
        Ok(Self { request, signing, files: Vec::new(), lacking: Vec::new() })
    }

    /// Keeps what is missing for later. Other errors end the run.
    fn asked<T>(&mut self, made: Result<T>) -> Result<Option<T>> {
        match made {
            Ok(made) => Ok(Some(made)),
            Err(error) if error.kind() == Kind::Usage => {
                let cause = std::error::Error::source(&error).map(|cause| format!("{cause}: ")).unwrap_or_default();
                let hint = format!("{cause}{}", error.hint_text().unwrap_or_default());
                self.lacking.push(Lacking { what: error.to_string(), hint });
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    fn bundles(&mut self, bundles: Vec<Bundle>) -> Result<()> {
        bundles.into_iter().try_for_each(|Bundle { document, sums }| match sums {
            Some(sums) => self.with_sums(document, sums),
            None => self.write(document),
        })
    }

    /// Writes a document with its sums and its signature (CSAF 2.0, 7.1.18 to 7.1.20). Those of another document go first, and the new ones come
    /// last: wherever a run is cut off, nothing stands beside a document that is not of it, and the next run writes what is missing.
    fn with_sums(&mut self, document: Ready, sums: [Ready; 2]) -> Result<()> {
        let Ready { path, text, allowed } = document;
        allowed?;
        let (bytes, signed) = (text.as_bytes(), format!("{path}.asc"));
        let is_same = self.holds(&path, bytes)?;
        let is_signed = self.signing.is_some();
        if !is_same {
            for old in sums.iter().map(|sum| &sum.path).chain(is_signed.then_some(&signed)) {
                self.remove(&self.request.output.join(old))?;
            }
        }
        if !is_signed {
            self.signature(&signed, bytes, is_same)?;
        }
        self.put(path, bytes, is_same)?;
        sums.into_iter().try_for_each(|sum| self.write(sum))?;
        if is_signed { self.signature(&signed, bytes, is_same) } else { Ok(()) }
    }

    fn signature(&mut self, path: &str, bytes: &[u8], is_same: bool) -> Result<()> {
        let place = self.request.output.join(path);
        let is_there = place.symlink_metadata().is_ok();
        let state = match &self.signing {
            _ if is_there && is_same => FileState::Already,
            Some(config) => {
                if self.request.hand == Hand::Writes {
                    let made = sign(config, SigningFormat::Openpgp, None, bytes, NAMESPACE)?;
                    folder::write_lightly(&place, &made)?;
                }
                FileState::Written
            }
            None if is_there => {
                self.remove(&place)?;
                FileState::Removed
            }
            None => return Ok(()),
        };
        self.files.push(ExportedFile { path: path.to_owned(), state });
        Ok(())
    }

    fn write(&mut self, Ready { path, text, allowed }: Ready) -> Result<()> {
        allowed?;
        let is_same = self.holds(&path, text.as_bytes())?;
        self.put(path, text.as_bytes(), is_same)
    }

    fn put(&mut self, path: String, bytes: &[u8], is_same: bool) -> Result<()> {
        let state = match is_same {
            true => FileState::Already,
            false => {
                if self.request.hand == Hand::Writes {
                    folder::write_lightly(&self.request.output.join(&path), bytes)?;
                }
                FileState::Written
            }
        };
        self.files.push(ExportedFile { path, state });
        Ok(())
    }

    fn remove(&self, place: &Path) -> Result<()> {
        match self.request.hand {
            Hand::Writes => folder::remove(place),
            Hand::Looks => Ok(()),
        }
    }

    fn holds(&self, path: &str, bytes: &[u8]) -> Result<bool> {
        holds_below(&self.request.output, &below(path)?, bytes)
    }

    /// Takes away what a document that is there took the place of.
    fn without_formers(&mut self, advisory: &Advisory, formats: Formats) -> Result<()> {
        let output = &self.request.output;
        for former in formers_below(output, advisory, formats, When::Now)? {
            if !output.join(&former.now).is_file() {
                continue;
            }
            for path in former.files() {
                let place = output.join(&path);
                if place.symlink_metadata().is_ok() {
                    self.remove(&place)?;
                    self.files.push(ExportedFile { path, state: FileState::Removed });
                }
            }
        }
        Ok(())
    }

    fn end(self, advisories: &[Advisory], publication: &Publication) -> Exported {
        let secret = advisories
            .iter()
            .filter(|advisory| !advisory.state.is_public() || advisory.is_secret_at(reached(publication.now)));
        let secret = secret.map(|advisory| advisory.id.clone()).collect();
        Exported::of(self.request.output.display().to_string(), self.files, self.lacking, secret)
    }
}
