//! Finds every place where the version of the product stands.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::asked::{Asked, Rules};
use super::source::Source;
use super::syntax::Syntax;
use super::tape::{Node, Tape};
use super::{FileSpots, Files, Note, RawSpot, Reading, Spot, chart, detect};
use crate::model::arrange::Arrange as _;
use crate::model::config::{Place, VersionFile, VersionSpot};
use crate::model::error::{Error, Result};
use crate::model::path::RepoPath;
use crate::model::version::ReleaseVersion;

/// Every place where the version of the product stands, and what was seen and left.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Survey {
    /// The files with their spots, ordered by path.
    pub files: Vec<FileSpots>,
    /// What was left as it is, and why.
    pub notes: Vec<Note>,
    /// The ranges that packages of the product ask of one another.
    pub asked: Vec<Asked>,
}

impl Survey {
    /// Returns all that a person should know where this version stands, or comes to stand: what was left, and the ranges that
    /// do not hold it.
    pub fn notes_at(&self, version: &ReleaseVersion) -> impl Iterator<Item = Note> {
        self.notes.iter().cloned().chain(self.asked.iter().filter_map(|asked| asked.note(version)))
    }

    /// Returns the version that stands in every place.
    ///
    /// # Errors
    /// There is no place, a place holds no version of a release line, or two places disagree.
    pub fn version(&self) -> Result<ReleaseVersion> {
        let places = || self.files.iter().flat_map(|file| file.spots.iter().map(move |spot| (file, spot)));
        let mut versions = places().filter_map(|(file, spot)| Some((file, spot, spot.version()?)));
        let Some((first_file, first, version)) = versions.next() else { return Err(self.none()) };
        let differs =
            |spot: &Spot| matches!(spot.holds, super::Holds::Version(_)) && spot.version().as_ref() != Some(&version);
        match places().find(|(_, spot)| differs(spot)) {
            None => Ok(version),
            Some((file, spot)) => Err(Error::undecided(format!(
                "'{}', line {}: {} is '{}', but '{}', line {}: {} is '{version}'",
                file.path, spot.place.line, spot.name, spot.value, first_file.path, first.place.line, first.name
            ))
            .hint("make the files agree, or name in [[version]] of patch.toml only the places that hold the version")),
        }
    }
}

impl Survey {
    /// Says why there is no version.
    fn none(&self) -> Error {
        let places = || self.files.iter().flat_map(|file| file.spots.iter().map(move |spot| (file, spot)));
        if let Some((file, spot)) = places().find(|(_, spot)| matches!(spot.holds, super::Holds::Version(_))) {
            return Error::undecided(format!(
                "no version of a release line was found: '{}', line {}: {} is '{}'",
                file.path, spot.place.line, spot.name, spot.value
            ))
            .hint("write MAJOR.MINOR.PATCH there, or name other places in [[version]] of patch.toml");
        }
        let error = Error::undecided("no version of a release line was found in the files")
            .hint("name the files in [[version]] of patch.toml, see docs/configuration.md");
        let seen: Vec<String> = self.notes.iter().map(ToString::to_string).collect();
        if seen.is_empty() { error } else { error.because(seen.join("; ")) }
    }
}

/// Finds every place where the version of the product stands: in the configured files, in the lock files beside them and in the
/// members of their workspaces. Without a configured file, the well-known ones at the root are looked for, and noted.
///
/// # Errors
/// A configured file or place is not there, or a file cannot be read or edited exactly.
pub fn survey(configured: &[VersionFile], files: &dyn Files) -> Result<Survey> {
    let mut gather = Gather::of(files);
    let detected;
    let configured = match configured.is_empty() {
        false => configured,
        true => {
            detected = detect::well_known(&mut gather)?;
            &detected
        }
    };
    let by_format = configured.iter().filter(|file| file.spot == VersionSpot::ByFormat);
    gather.named = by_format.map(|file| file.path.clone()).collect();
    // A chart has two versions, and which of them is the product's is only told by the other files.
    let (charts, others): (Vec<&VersionFile>, Vec<&VersionFile>) =
        configured.iter().partition(|file| chart::is_chart(file));
    for file in others {
        detect::gather(&mut gather, file)?;
    }
    gather.product = gather.first_version()?;
    for file in charts {
        detect::gather(&mut gather, file)?;
    }
    gather.finish()
}

/// What has been found so far.
pub(super) struct Gather<'f> {
    files: &'f dyn Files,
    paths: OnceCell<Vec<RepoPath>>,
    found: Vec<Found>,
    notes: Vec<Note>,
    asked: Vec<Asked>,
    /// The files that are configured by their path alone.
    named: Vec<RepoPath>,
    /// The version of the product, once other files than charts have told it.
    pub(super) product: Option<ReleaseVersion>,
}

struct Found {
    path: RepoPath,
    reading: Reading,
    spots: Vec<RawSpot>,
}

impl<'f> Gather<'f> {
    fn of(files: &'f dyn Files) -> Self {
        let (found, notes, asked, named) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { files, paths: OnceCell::new(), found, notes, asked, named, product: None }
    }

    /// Says whether a file is configured by its path alone, so that all versions of the product in it move.
    pub(super) fn names(&self, path: &RepoPath) -> bool {
        self.named.contains(path)
    }

    pub(super) fn read(&self, path: &RepoPath) -> Result<Option<Rc<Vec<u8>>>> {
        self.files.read(path)
    }

    /// Reads a file that must be there, since something names it.
    pub(super) fn require(&self, path: &RepoPath) -> Result<Rc<Vec<u8>>> {
        self.read(path)?.ok_or_else(|| {
            Error::usage(format!("there is no file '{path}'")).hint("correct 'path' in [[version]] of patch.toml")
        })
    }

    pub(super) fn paths(&self) -> Result<&[RepoPath]> {
        if self.paths.get().is_none() {
            let paths = self.files.paths()?;
            return Ok(self.paths.get_or_init(|| paths));
        }
        Ok(self.paths.get().map(Vec::as_slice).unwrap_or_default())
    }

    /// Adds the spots of a file, and what was seen of it, which the proof of an edit begins with.
    pub(super) fn add(&mut self, path: &RepoPath, syntax: Syntax, tape: Tape<'_>, spots: Vec<RawSpot>) {
        if !spots.is_empty() {
            let reading = Reading { syntax, tokens: tape.into_tokens() };
            self.found.push(Found { path: path.clone(), reading, spots });
        }
    }

    /// Notes something that was left.
    pub(super) fn note(&mut self, source: &Source<'_>, offset: usize, text: impl Into<String>) {
        let place = Some(Place::at(source.text, offset));
        self.notes.push(Note { path: source.path.clone(), place, text: text.into() });
    }

    /// Keeps a range that one package of the product asks of another.
    pub(super) fn ask(&mut self, source: &Source<'_>, rules: Rules, node: Node<'_>, name: &str) {
        self.asked.push(Asked {
            path: source.path.clone(),
            place: Place::at(source.text, node.range().start),
            name: name.to_owned(),
            range: node.value().to_owned(),
            rules,
        });
    }

    /// Notes something about a file as a whole.
    pub(super) fn note_file(&mut self, path: &RepoPath, text: impl Into<String>) {
        self.notes.push(Note { path: path.clone(), place: None, text: text.into() });
    }

    fn first_version(&self) -> Result<Option<ReleaseVersion>> {
        let Some(found) = self.found.first() else { return Ok(None) };
        let bytes = self.require(&found.path)?;
        let source = Source::new(&found.path, &bytes)?;
        let spots = placed(&source, in_order(&source, found.spots.clone())?);
        Ok(spots.iter().find_map(Spot::version))
    }

    fn file(&self, path: RepoPath, found: Vec<Found>) -> Result<FileSpots> {
        let bytes = self.require(&path)?;
        let source = Source::new(&path, &bytes)?;
        let mut raw = Vec::new();
        let mut readings: Vec<Reading> = Vec::new();
        for Found { reading, spots, .. } in found {
            raw.extend(spots);
            if !readings.iter().any(|known| known.syntax == reading.syntax) {
                readings.push(reading);
            }
        }
        let spots = placed(&source, in_order(&source, raw)?);
        Ok(FileSpots { path, spots, bytes, readings })
    }

    fn finish(mut self) -> Result<Survey> {
        let mut by_path: BTreeMap<RepoPath, Vec<Found>> = BTreeMap::new();
        for found in std::mem::take(&mut self.found) {
            by_path.entry(found.path.clone()).or_default().push(found);
        }
        let files = by_path.into_iter().map(|(path, found)| self.file(path, found)).collect::<Result<_>>()?;
        // Two files that are named may lead to the same one.
        Ok(Survey { files, notes: once(self.notes), asked: once(self.asked) })
    }
}

/// Leaves out what was there before, in its order.
fn once<T: PartialEq>(all: Vec<T>) -> Vec<T> {
    let mut kept: Vec<T> = Vec::new();
    for one in all {
        if !kept.contains(&one) {
            kept.push(one);
        }
    }
    kept
}

/// Orders the spots of one file, each of them once.
///
/// # Errors
/// Two different ones overlap.
fn in_order(source: &Source<'_>, mut raw: Vec<RawSpot>) -> Result<Vec<RawSpot>> {
    raw.arrange_by_key(|spot| (spot.range.start, spot.range.end));
    raw.dedup_by(|later, first| later.range == first.range && later.holds == first.holds);
    match raw.windows(2).find(|pair| pair[1].range.start < pair[0].range.end) {
        Some(pair) => {
            let message = format!("'{}' and '{}' are the same place", pair[0].name, pair[1].name);
            Err(source.obstacle(pair[1].range.start, message))
        }
        None => Ok(raw),
    }
}

/// Works out the places of spots in order, going over the text once.
fn placed(source: &Source<'_>, raw: Vec<RawSpot>) -> Vec<Spot> {
    let (mut at, mut line, mut line_start) = (0, 1, 0);
    raw.into_iter()
        .map(|RawSpot { range, name, holds }| {
            let between = &source.text[at..range.start];
            line += between.matches('\n').count();
            line_start = between.rfind('\n').map(|found| at + found + 1).unwrap_or(line_start);
            at = range.start;
            let column = source.text[line_start..at].chars().count() + 1;
            Spot { value: source.text[range.clone()].to_owned(), place: Place { line, column }, range, name, holds }
        })
        .collect()
}
