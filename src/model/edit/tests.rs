//! A corpus of awkward files. In each, `«…»` stands around what must change and around nothing else: the file before is the
//! text without the marks, the file after has the new version in them.

mod configured;
mod json;
mod jvm;
mod members;
mod npm;
mod packages;
mod properties;
mod python;
mod yaml;

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error as _;
use std::rc::Rc;

use super::{Change, Files, Survey, rewrite, survey};
use crate::model::config::{Config, VersionFile};
use crate::model::error::{Error, Result};
use crate::model::path::RepoPath;

/// A tree in memory.
struct Tree(BTreeMap<RepoPath, Vec<u8>>);

impl Tree {
    fn of(files: &[(&str, &str)]) -> Self {
        let file = |(path, text): &(&str, &str)| (path.parse().expect("a path"), unmarked(text).into_bytes());
        Self(files.iter().map(file).collect())
    }
}

impl Files for Tree {
    fn read(&self, path: &RepoPath) -> Result<Option<Rc<Vec<u8>>>> {
        Ok(self.0.get(path).map(|bytes| Rc::new(bytes.clone())))
    }

    fn paths(&self) -> Result<Vec<RepoPath>> {
        Ok(self.0.keys().cloned().collect())
    }
}

fn unmarked(text: &str) -> String {
    text.replace(['«', '»'], "")
}

/// Returns the text with every mark replaced, so `«2.0.0»` by the new version.
fn changed(text: &str, from: &str, to: &str) -> String {
    text.replace(&format!("«{from}»"), to)
}

fn configured(patch_toml: &str) -> Vec<VersionFile> {
    Config::parse(patch_toml).unwrap_or_else(|broken| panic!("{broken}\n{patch_toml}")).versions
}

fn look(patch_toml: &str, files: &[(&str, &str)]) -> Result<Survey> {
    survey(&configured(patch_toml), &Tree::of(files))
}

/// Moves every version, and returns the files that changed.
fn bump(patch_toml: &str, files: &[(&str, &str)], change: &Change) -> Result<BTreeMap<String, String>> {
    let mut written = BTreeMap::new();
    for file in look(patch_toml, files)?.files {
        written.insert(file.path.to_string(), rewrite(&file, change)?.text);
    }
    Ok(written)
}

fn change(from: &str, to: &str) -> Change {
    Change { from: from.parse().expect("a version"), to: to.parse().expect("a version"), digests: BTreeMap::new() }
}

/// Checks that exactly the marked places change, from 2.0.0 to a release and to a pre-release.
fn moves(patch_toml: &str, files: &[(&str, &str)]) {
    let found = look(patch_toml, files).unwrap_or_else(|error| panic!("{}\n{files:?}", told(&error)));
    let version = found.version().unwrap_or_else(|error| panic!("{}\n{files:?}", told(&error)));
    assert_eq!(version.to_string(), "2.0.0");
    for to in ["2.0.1", "2.0.1-rc.1"] {
        let written = bump(patch_toml, files, &change("2.0.0", to)).unwrap_or_else(|error| panic!("{}", told(&error)));
        for (path, text) in files {
            let expected = changed(text, "2.0.0", to);
            let found = written.get(*path).cloned().unwrap_or_else(|| unmarked(text));
            assert_eq!(found, expected, "{path}");
        }
        let marked: BTreeSet<&str> =
            files.iter().filter(|(_, text)| text.contains('«')).map(|(path, _)| *path).collect();
        assert_eq!(written.keys().map(String::as_str).collect::<BTreeSet<_>>(), marked);
    }
}

/// Checks that one file, named in `patch.toml` by its path, changes where it is marked.
fn file_moves(path: &str, rest: &str, text: &str) {
    moves(&format!("[[version]]\npath = '{path}'\n{rest}"), &[(path, text)]);
}

fn told(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    text
}

/// Returns why a file is not edited.
fn refused(patch_toml: &str, files: &[(&str, &str)]) -> String {
    let outcome = look(patch_toml, files).and_then(|found| found.version());
    match outcome.and_then(|_| bump(patch_toml, files, &change("2.0.0", "2.0.1"))) {
        Ok(written) => panic!("{written:?}"),
        Err(error) => told(&error),
    }
}

fn file_refused(path: &str, rest: &str, text: &str) -> String {
    refused(&format!("[[version]]\npath = '{path}'\n{rest}"), &[(path, text)])
}

fn notes(patch_toml: &str, files: &[(&str, &str)]) -> Vec<String> {
    let found = look(patch_toml, files).unwrap_or_else(|error| panic!("{}", told(&error)));
    let line = |place: Option<crate::model::config::Place>| place.map(|place| place.line).unwrap_or(0);
    found.notes.iter().map(|note| format!("{}:{}: {}", note.path, line(note.place), note.text)).collect()
}
