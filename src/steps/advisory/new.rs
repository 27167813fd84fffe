//! Begins an advisory: the next free identifier, given once even to two people at a time.
//!
//! Within one clone the file itself decides, which the system makes for one of them only. Between clones a ref of a remote does: it is
//! pushed as one that must not exist, and holds who took the identifier and when, so that no two are alike.

use std::collections::BTreeSet;
use std::io::Write;

use chrono::Datelike;

use crate::model::advisory::Title;
use crate::model::advisory::body::SECTIONS;
use crate::model::advisory::checklist::TO_BE_WRITTEN;
use crate::model::advisory::id::AdvisoryId;
use crate::model::advisory::outcome::{Created, NEW_SCHEMA, NewRequest, Outcome};
use crate::model::config::AdvisorySettings;
use crate::model::error::{Error, Result};
use crate::model::request::Mode;
use crate::ports::files;
use crate::ports::git::Git;
use crate::ports::process::failed;
use crate::ports::trouble::cannot_write;

/// Where a remote keeps which identifiers were given.
const RESERVED: &str = "refs/backstitch/advisories/";

/// So many identifiers are tried before something else must be wrong.
const TRIES: usize = 100;

/// Writes a source with the next free identifier.
///
/// # Errors
/// When none is free, the file cannot be written, or the remote cannot be asked.
pub fn create(git: &Git, settings: &AdvisorySettings, request: &NewRequest) -> Result<Created> {
    let year = request.now.year();
    let first = AdvisoryId::first(settings.prefix.clone(), year).ok_or_else(|| {
        Error::usage(format!("the year {year} has not four digits")).hint("give another moment: --now")
    })?;
    let place = super::folder_of(git, settings)?;
    crate::ports::folder::require_place(&place).map_err(|broken| {
        broken.hint("put a folder there, or name another one: 'folder' in [advisory] of 'patch.toml'")
    })?;
    let mut taken = taken(git, settings)?;
    if let Some(remote) = &request.reserve {
        let names = git.remote_refs_like(remote, &[format!("{RESERVED}*")])?;
        taken.extend(names.iter().filter_map(|found| found.name.strip_prefix(RESERVED)?.parse().ok()));
    }
    let same_year = |id: &&AdvisoryId| id.year() == first.year() && id.prefix() == first.prefix();
    let none = || Error::unfinished("no identifier of this year is free");
    let mut id = match taken.iter().rfind(same_year) {
        Some(last) => last.next().ok_or_else(none)?,
        None => first,
    };
    if request.mode == Mode::DryRun {
        return Ok(created(settings, id, Outcome::Planned, None));
    }
    for _ in 0..TRIES {
        let reserved = match &request.reserve {
            Some(remote) => match reserve(git, remote, &id, request)? {
                Some(reserved) => Some(reserved),
                None => {
                    id = id.next().ok_or_else(none)?;
                    continue;
                }
            },
            None => None,
        };
        if write(git, settings, &id, &request.title)? {
            return Ok(created(settings, id, Outcome::Done, reserved));
        }
        id = id.next().ok_or_else(none)?;
    }
    Err(none())
}

fn created(settings: &AdvisorySettings, id: AdvisoryId, outcome: Outcome, reserved: Option<String>) -> Created {
    let path = format!("{}/{}", settings.folder, id.file_name());
    Created { schema: NEW_SCHEMA.to_owned(), id, path, outcome, reserved }
}

/// Returns the identifiers of all worktrees of the clone and of all branches, of remotes as well.
fn taken(git: &Git, settings: &AdvisorySettings) -> Result<BTreeSet<AdvisoryId>> {
    let of_name = |name: &str| name.strip_suffix(".md").and_then(|name| name.parse().ok());
    let mut taken = BTreeSet::new();
    let places = git.all_worktrees().here.into_iter().map(|root| root.join(settings.folder.as_str()));
    for place in places.filter(|place| place.is_dir()) {
        // One that cannot be parsed has its identifier nevertheless, so that names count and contents do not.
        taken.extend(crate::ports::folder::files_below(&place)?.iter().filter_map(|name| of_name(name)));
    }
    taken.extend(git.names_in_branches(settings.folder.as_str())?.iter().filter_map(|name| of_name(name)));
    Ok(taken)
}

/// Takes an identifier at a remote; `None`: somebody else has it.
fn reserve(git: &Git, remote: &str, id: &AdvisoryId, request: &NewRequest) -> Result<Option<String>> {
    let name = format!("{RESERVED}{id}");
    let mark = format!("{id}\n{}\n{}\n{:032x}\n", git.identity()?, request.now, request.unforeseeable);
    let made = git.program().run_with_input(["hash-object", "-w", "--stdin"], mark.into_bytes())?;
    if !made.success() {
        return Err(failed("git hash-object", &made));
    }
    let object = String::from_utf8_lossy(&made.stdout).trim().to_owned();
    let lease = format!("--force-with-lease={name}:");
    let pushed =
        git.program().run_remote(["push", "--no-verify", &lease, "--", remote, &format!("{object}:{name}")])?;
    if pushed.success() {
        return Ok(Some(name));
    }
    let there = git.remote_refs(remote, std::slice::from_ref(&name))?;
    if there.is_empty() {
        return Err(failed("git push", &pushed).hint("see that you may push to this remote, or leave --reserve out"));
    }
    Ok(None)
}

/// Writes the source, unless there is one already.
fn write(git: &Git, settings: &AdvisorySettings, id: &AdvisoryId, title: &Title) -> Result<bool> {
    let place = super::folder_of(git, settings)?;
    let path = place.join(id.file_name());
    let shown = format!("{}/{}", settings.folder, id.file_name());
    let text = beginning(id, title);
    let cannot = |error| cannot_write(&shown, &path, error);
    std::fs::create_dir_all(&place).map_err(cannot)?;
    let _alone = super::alone(git, &place)?;
    let mut beside = files::beside(&place).map_err(cannot)?;
    beside.write_all(text.as_bytes()).map_err(cannot)?;
    beside.as_file().sync_all().map_err(cannot)?;
    match beside.persist_noclobber(&path) {
        Ok(_) => Ok(true),
        Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(cannot(error.error)),
    }
}

/// Returns the text of a new source, which the parser takes.
fn beginning(id: &AdvisoryId, title: &Title) -> String {
    let title = toml_edit::Value::from(title.as_str());
    format!(
        "+++\nid = \"{id}\"\ntitle = {title}\nstate = \"draft\"\n# severity = [\"CVSS:4.0/…\"]\n\
         # fixed = [\"…\"]\nintroduced = []\n+++\n\n{}",
        SECTIONS.map(|name| format!("## {name}\n\n{TO_BE_WRITTEN}\n")).join("\n")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_source_is_an_advisory() {
        let id: AdvisoryId = "GSA-2026-001".parse().expect("an identifier");
        for title in ["Plain", "\"quoted\" \\ and ünïcode", "+++"] {
            let title: Title = title.parse().expect("a title");
            let advisory = crate::model::advisory::Advisory::parse(&beginning(&id, &title)).expect("an advisory");
            assert_eq!((advisory.id, advisory.title), (id.clone(), title));
        }
    }
}
