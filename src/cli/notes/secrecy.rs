//! Whether notes tell of what is under embargo, and what is said of them then.

use crate::cli::env::Env;
use crate::model::error::{Error, Result};
use crate::model::guard::{Place, Surface};
use crate::model::notes::Notes;
use crate::ports::guard::Watch;
use crate::ports::render::Templates;

use super::{NotesFormat, view};

/// Returns what to tell of notes that others may get to see.
///
/// # Errors
/// When they would tell of what is under embargo, or a template of the user is broken.
pub(super) fn for_others(
    notes: &[Notes],
    watch: &Watch<'_>,
    format: NotesFormat,
    templates: &Templates,
    env: &Env,
) -> Result<Vec<String>> {
    if !watch.is_idle() {
        let mut surfaces = Vec::new();
        for notes in notes {
            surfaces.extend(written(notes, format, templates)?.map(|text| surface(notes, text).from_line(1)));
            // Where an entry comes from tells in every form, whatever words the form has for it.
            surfaces.extend(facts(notes)?);
            // A workflow is handed the whole document, whatever the form.
            if env.actions.is_some() || matches!(format, NotesFormat::Text | NotesFormat::Json) {
                surfaces.extend(notes.warnings.iter().map(|warning| surface(notes, warning.clone())));
            }
        }
        watch.require_texts("no notes were written", surfaces).map_err(|refused| {
            refused.hint(
                "wait for the date; or keep them to yourself: name a folder outside of the worktree with --output, or say --private. \
                 'patch-notes check' says where they tell",
            )
        })?;
    }
    let warnings = notes.iter().flat_map(|notes| &notes.warnings);
    Ok(warnings.filter(|warning| !watch.tells(Place::Text, warning)).cloned().collect())
}

/// Returns what to tell of notes that nobody else gets to see before the embargo ends.
pub(super) fn private(notes: &[Notes], watch: &Result<Watch<'_>>) -> Vec<String> {
    let warnings = notes.iter().flat_map(|notes| notes.warnings.clone());
    warnings.chain(notes.iter().filter_map(|notes| secret(notes, watch))).collect()
}

fn secret(notes: &Notes, watch: &Result<Watch<'_>>) -> Option<String> {
    let version = &notes.version;
    let watch = match watch {
        Ok(watch) => watch,
        Err(error) => {
            return Some(format!("nobody can tell whether the notes of {version} name what is under embargo: {error}"));
        }
    };
    let facts = || facts(notes).into_iter().flatten().map(|fact| fact.text).chain(notes.warnings.iter().cloned());
    let tells = facts().any(|fact| watch.tells(Place::Notes, &fact));
    tells.then(|| {
        format!(
            "the notes of {version} tell of an advisory that is under embargo: publish them only when it has ended; \
             'patch-notes check' says where"
        )
    })
}

fn surface(notes: &Notes, text: String) -> Surface {
    Surface::new(Place::Notes, text).at(notes.tag.as_str())
}

/// Returns the text of a form that a template makes, which may say more than the facts.
fn written(notes: &Notes, format: NotesFormat, templates: &Templates) -> Result<Option<String>> {
    match format {
        NotesFormat::Text | NotesFormat::Json => Ok(None),
        NotesFormat::Markdown => view::markdown(notes, templates).map(Some),
        NotesFormat::Html => view::page(notes, templates).map(Some),
        NotesFormat::Changelog => view::changelog(notes, templates).map(Some),
    }
}

/// Returns what notes say in whatever form, and where their entries come from.
///
/// # Errors
/// When they cannot be written as JSON.
pub(super) fn facts(notes: &Notes) -> Result<Vec<Surface>> {
    let texts = notes.texts().map_err(|error| Error::unfinished("cannot write the notes as JSON").because(error))?;
    Ok(texts.into_iter().map(|text| surface(notes, text)).collect())
}
