//! One thread's work on forecasts: what the trees prove, then the texts in one merge, then whole merges by git.

use crate::model::arrange::Arrange as _;
use crate::model::commit::{BlobId, TreeId};
use crate::model::error::{Error, Result};
use crate::model::forecast::{Conflict, Entry, Forecast, OnLine, Outcome, Resolution, Touched, provable};
use crate::model::textmerge::merge_apart;

use super::attributes::MergeAttributes;
use super::changes::{Change, changes};
use super::forecaster::{Basis, Forecaster, Pick, Treeish};
use super::merge_tree::{Merged, Request, merge_all};
use super::objects::{Objects, empty_tree};
use super::renames::Gone;
use super::texts::{Text, count_hunks, merge_in_one};

/// One thread's means to work out picks.
pub struct Worker<'f> {
    forecaster: &'f Forecaster,
    objects: Objects,
    attributes: MergeAttributes,
}

/// How far a pick could be worked out without git.
pub(super) enum Proof {
    /// To the end.
    Done(Forecast),
    /// All paths are settled but for the content of some files.
    Texts(Partial),
    /// Not at all.
    Open,
}

/// A pick whose tree entries are settled, and the texts that are left to merge.
#[derive(Default)]
pub(super) struct Partial {
    settled: Vec<(Vec<u8>, Option<Entry>)>,
    conflicts: Vec<Conflict>,
    texts: Vec<OpenText>,
}

/// A text that is left to merge, the path it has on the line, and the one it has in the fix where that is another.
struct OpenText {
    path: Vec<u8>,
    old_path: Option<Vec<u8>>,
    text: Text,
}

impl Partial {
    fn settle(&mut self, path: Vec<u8>, entry: Option<Entry>) -> bool {
        self.settled.push((path, entry));
        true
    }

    /// Leaves what the fix makes of a file that the line deleted to a person (`merge-ort.c`, `process_entry`).
    fn leave(&mut self, path: Vec<u8>, entry: Entry) -> bool {
        self.conflict(&path, MODIFY_DELETE) && self.settle(path, Some(entry))
    }

    fn conflict(&mut self, path: &[u8], kind: &str) -> bool {
        let path = String::from_utf8_lossy(path).into_owned();
        self.conflicts.push(Conflict { path, kind: kind.to_owned(), hunks: None });
        true
    }
}

/// Git's name for a file that one side changed and the other deleted.
const MODIFY_DELETE: &str = "modify/delete";

/// A path, what it holds after the merge of its texts, and its conflicts.
type Decided<'p> = (&'p [u8], (Entry, Vec<Conflict>));

impl<'f> Worker<'f> {
    pub(super) fn new(forecaster: &'f Forecaster, repository: git2::Repository) -> Self {
        Self { forecaster, objects: Objects::new(repository), attributes: MergeAttributes::default() }
    }

    /// Returns the objects, the results of earlier forecasts among them.
    pub fn objects(&mut self) -> &mut Objects {
        &mut self.objects
    }

    /// Works out one pick. Its result can be what the next pick is put onto.
    ///
    /// # Errors
    /// When an object is missing or git fails.
    pub fn forecast(&mut self, pick: &Pick) -> Result<Forecast> {
        let answers = match self.prove(pick)? {
            Proof::Done(forecast) => return Ok(forecast),
            Proof::Texts(partial) => {
                self.objects.write_made()?;
                self.merge_texts(&[(pick, &partial)])?
            }
            Proof::Open => {
                // The engine reads trees from disk, so what this chain of picks made in memory has to be there.
                self.objects.write_made()?;
                let asked = self.ask_git(std::slice::from_ref(pick))?;
                asked.into_iter().map(|(forecast, _)| forecast).collect()
            }
        };
        answers.into_iter().next().ok_or_else(|| Error::unfinished("git gave no answer to a merge"))
    }

    pub(super) fn prove(&mut self, pick: &Pick) -> Result<Proof> {
        let touched = changes(&mut self.objects, pick.base.tree, pick.theirs.tree)?;
        let mut facts = Vec::with_capacity(touched.len());
        for change in &touched {
            facts.push(self.facts(pick, change)?);
        }
        let Some(resolutions) = provable(&facts) else { return Ok(Proof::Open) };
        let Some(mut fates) = self.fates(pick, &touched, &resolutions)?.map(Vec::into_iter) else {
            return Ok(Proof::Open);
        };
        let mut partial = Partial::default();
        for (change, resolution) in touched.into_iter().zip(resolutions) {
            let path = change.path;
            let settled = match resolution {
                Resolution::Keep => true,
                Resolution::KeepChanged => partial.conflict(&path, MODIFY_DELETE),
                Resolution::Take(entry) => partial.settle(path, entry),
                Resolution::MergeTexts { base, ours, theirs } => {
                    let at = std::iter::once(path.as_slice());
                    let special = self.forecaster.texts_outside
                        || self.attributes.concern(&mut self.objects, pick.ours.tree, at)?;
                    !special && self.merge_text(&mut partial, (path, None), Text { base, ours, theirs })?
                }
                Resolution::FollowRename { base, theirs } => match (fates.next(), theirs) {
                    (Some(Gone::Deleted), None) => true,
                    (Some(Gone::Deleted), Some(theirs)) => partial.leave(path, theirs),
                    (Some(Gone::Renamed { path: new, entry }), Some(theirs)) => {
                        self.merge_renamed(&mut partial, (new, path), [base, entry, theirs])?
                    }
                    (Some(Gone::Renamed { .. }), None) | (None, _) => false,
                },
            };
            if !settled {
                return Ok(Proof::Open);
            }
        }
        if partial.texts.is_empty() {
            self.finish(pick, &partial, Vec::new()).map(Proof::Done)
        } else {
            Ok(Proof::Texts(partial))
        }
    }

    /// Returns what became of the files that the line lacks, in their order; `None` where git has to find out.
    fn fates(&mut self, pick: &Pick, touched: &[Change], resolutions: &[Resolution]) -> Result<Option<Vec<Gone>>> {
        let gone = |(change, resolution): (&'_ Change, &Resolution)| match resolution {
            Resolution::FollowRename { base, .. } => Some((change.path.clone(), *base)),
            Resolution::Keep | Resolution::KeepChanged | Resolution::Take(_) | Resolution::MergeTexts { .. } => None,
        };
        let gone: Vec<(Vec<u8>, Entry)> = touched.iter().zip(resolutions).filter_map(gone).collect();
        if gone.is_empty() {
            return Ok(Some(Vec::new()));
        }
        let line = pick.ours.tree;
        // Attributes of a renamed file may be set under either name.
        if self.forecaster.renames_outside
            || self.forecaster.texts_outside
            || self.attributes.anywhere(&mut self.objects, line)?
        {
            return Ok(None);
        }
        self.forecaster.renames.of(&mut self.objects, (pick.base.tree, line), &gone)
    }

    /// Settles a file of the fix that the line renamed; `false` where git has to.
    fn merge_renamed(
        &mut self,
        partial: &mut Partial,
        (path, old_path): (Vec<u8>, Vec<u8>),
        [base, ours, theirs]: [Entry; 3],
    ) -> Result<bool> {
        if [ours.mode, theirs.mode] != [base.mode; 2] {
            return Ok(false);
        }
        if ours.id == base.id {
            return Ok(partial.settle(path, Some(theirs)));
        }
        if ours.id == theirs.id {
            return Ok(true);
        }
        self.merge_text(partial, (path, Some(old_path)), Text { base: base.id, ours: ours.id, theirs })
    }

    /// Merges a text where the result is certain, and leaves it to git's merge of texts where it is not.
    fn merge_text(&mut self, partial: &mut Partial, at: (Vec<u8>, Option<Vec<u8>>), text: Text) -> Result<bool> {
        let (path, old_path) = at;
        if let Some(id) = self.merge_apart(&text)? {
            return Ok(partial.settle(path, Some(Entry { mode: text.theirs.mode, id })));
        }
        partial.texts.push(OpenText { path, old_path, text });
        Ok(true)
    }

    fn merge_apart(&mut self, text: &Text) -> Result<Option<[u8; 20]>> {
        let [base, ours, theirs] =
            [text.base, text.ours, text.theirs.id].map(|id| self.objects.blob(BlobId::from_bytes(id)));
        let Some(merged) = merge_apart(&base?, &ours?, &theirs?) else { return Ok(None) };
        self.objects.make_blob(merged).map(|id| Some(*id.as_bytes()))
    }

    /// Merges the texts that are left of several picks in one go.
    pub(super) fn merge_texts(&mut self, partials: &[(&Pick, &Partial)]) -> Result<Vec<Forecast>> {
        let texts: Vec<Text> =
            partials.iter().flat_map(|(_, partial)| partial.texts.iter().map(|open| open.text)).collect();
        let forecaster = self.forecaster;
        let names = |objects: &mut Objects, tree| forecaster.name(objects, Treeish { tree, commit: None });
        let merge = |request: Request| {
            let all = merge_all(&forecaster.program, &forecaster.quarantine, empty_tree(), &[request])?;
            all.into_iter().next().ok_or_else(|| Error::unfinished("git gave no answer to a merge"))
        };
        let mut merged = merge_in_one(&mut self.objects, &texts, names, merge)?.into_iter();
        let mut forecasts = Vec::with_capacity(partials.len());
        for (pick, partial) in partials {
            let request = self.request(pick)?;
            let mut decided = Vec::with_capacity(partial.texts.len());
            for open in &partial.texts {
                let text = merged.next().ok_or_else(|| Error::unfinished("git left out a text"))?;
                let names = open.old_path.as_deref().map(|old| (open.path.as_slice(), old));
                decided.push((open.path.as_slice(), text.labelled(&mut self.objects, &request, names)?));
            }
            forecasts.push(self.finish(pick, partial, decided)?);
        }
        Ok(forecasts)
    }

    fn finish(&mut self, pick: &Pick, partial: &Partial, texts: Vec<Decided<'_>>) -> Result<Forecast> {
        let mut edits: Vec<(&[u8], Option<Entry>)> =
            partial.settled.iter().map(|(path, entry)| (path.as_slice(), *entry)).collect();
        let mut conflicts = partial.conflicts.clone();
        for (path, (entry, found)) in texts {
            edits.push((path, Some(entry)));
            conflicts
                .extend(found.into_iter().map(|c| Conflict { path: String::from_utf8_lossy(path).into_owned(), ..c }));
        }
        edits.arrange_by_key(|(path, _)| *path);
        let tree = self.objects.edit(pick.ours.tree, &edits)?;
        if conflicts.is_empty() {
            return Ok(clean(tree, pick.ours.tree));
        }
        conflicts.arrange_by(|a, b| a.path.cmp(&b.path));
        let files = conflicts.iter().map(|conflict| conflict.path.clone()).collect();
        Ok(Forecast { outcome: Outcome::Conflict, tree, files, conflicts })
    }

    fn facts(&mut self, pick: &Pick, change: &Change) -> Result<Touched> {
        let ours = match self.objects.at(pick.ours.tree, &change.path)? {
            Some(entry) => OnLine::Present(entry),
            None => self.absence(pick, &change.path)?,
        };
        let directories_kept = match (change.new, change.path.iter().rposition(|byte| *byte == b'/')) {
            (None, Some(slash)) => {
                self.objects.at(pick.theirs.tree, &change.path[..slash])?.is_some_and(|entry| entry.mode.is_tree())
            }
            (None, None) | (Some(_), _) => true,
        };
        Ok(Touched { base: change.old, ours, theirs: change.new, directories_kept })
    }

    fn absence(&mut self, pick: &Pick, path: &[u8]) -> Result<OnLine> {
        let mut directories_stand = true;
        for slash in path.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(at, _)| at) {
            let directory = &path[..slash];
            match self.objects.at(pick.ours.tree, directory)? {
                Some(entry) if !entry.mode.is_tree() => return Ok(OnLine::Blocked),
                Some(_) => {}
                None => {
                    let in_base = self.objects.at(pick.base.tree, directory)?;
                    directories_stand &= in_base.is_none();
                }
            }
        }
        Ok(OnLine::Absent { directories_stand })
    }

    pub(super) fn ask_git(&mut self, picks: &[Pick]) -> Result<Vec<(Forecast, Basis)>> {
        if picks.is_empty() {
            return Ok(Vec::new());
        }
        let requests = picks.iter().map(|pick| self.request(pick)).collect::<Result<Vec<_>>>()?;
        let answers = self.merge_all(empty_tree(), &requests)?;
        let mut forecasts = Vec::with_capacity(picks.len());
        for ((pick, request), merged) in picks.iter().zip(requests).zip(answers) {
            let (merged, basis) = if self.merging_is_special(pick, &merged)? {
                let again = self.merge_all(pick.ours.tree, &[request])?;
                (again.into_iter().next().unwrap_or(merged), Basis::Drivers)
            } else {
                (merged, Basis::Trees)
            };
            forecasts.push((self.read(pick, merged), basis));
        }
        Ok(forecasts)
    }

    fn read(&mut self, pick: &Pick, merged: Merged) -> Forecast {
        if merged.clean {
            return clean(merged.tree, pick.ours.tree);
        }
        let conflicts = self.count_hunks(&merged);
        Forecast { outcome: Outcome::Conflict, tree: merged.tree, files: merged.files, conflicts }
    }

    fn merge_all(&self, attributes: TreeId, requests: &[Request]) -> Result<Vec<Merged>> {
        merge_all(&self.forecaster.program, &self.forecaster.quarantine, attributes, requests)
    }

    /// Says whether an attribute of the line may concern a path that this merge looked into.
    ///
    /// A path of the fix that the line lacks may have been merged under another name, without a trace in the result;
    /// then the attributes of the whole line count.
    fn merging_is_special(&mut self, pick: &Pick, merged: &Merged) -> Result<bool> {
        let line = pick.ours.tree;
        if self.forecaster.renormalizes {
            return Ok(true);
        }
        let touched = changes(&mut self.objects, pick.base.tree, pick.theirs.tree)?;
        for change in &touched {
            if change.old.is_some() && self.objects.at(line, &change.path)?.is_none() {
                return self.attributes.anywhere(&mut self.objects, line);
            }
        }
        let changed = changes(&mut self.objects, line, merged.tree)?;
        let paths = touched.iter().chain(&changed).map(|change| change.path.as_slice());
        let paths = paths.chain(merged.files.iter().map(String::as_bytes));
        self.attributes.concern(&mut self.objects, line, paths)
    }

    fn request(&mut self, pick: &Pick) -> Result<Request> {
        let objects = &mut self.objects;
        let [base, ours, theirs] = [pick.base, pick.ours, pick.theirs].map(|side| self.forecaster.name(objects, side));
        Ok(Request { base: base?, ours: ours?, theirs: theirs? })
    }

    fn count_hunks(&mut self, merged: &Merged) -> Vec<Conflict> {
        let mut conflicts = merged.conflicts.clone();
        for conflict in &mut conflicts {
            let entry = self.objects.at(merged.tree, conflict.path.as_bytes()).ok().flatten();
            let text =
                entry.filter(|e| e.mode.is_file()).and_then(|e| self.objects.blob(BlobId::from_bytes(e.id)).ok());
            conflict.hunks = text.and_then(|text| count_hunks(&text));
        }
        conflicts
    }
}

fn clean(tree: TreeId, line: TreeId) -> Forecast {
    let outcome = if tree == line { Outcome::Empty } else { Outcome::Clean };
    Forecast { outcome, tree, files: Vec::new(), conflicts: Vec::new() }
}
