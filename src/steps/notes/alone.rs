//! What picks leave alone of a change that they bring, while the release has it as main had it before.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::model::commit::{BlobId, Commit, CommitId, TreeId};
use crate::model::error::Result;
use crate::model::forecast::Entry;
use crate::model::notes::left::{Place, leaves_alone, leaves_places, times};
use crate::model::patch::common::{ChangedLine, telling_lines};
use crate::model::patch::{FilePatch, Mark};
use crate::model::path::ending;
use crate::ports::git::{Git, Objects, changes, empty_tree};
use crate::ports::settings::Settings;
use crate::ports::survey::chain::base_of;

use super::beside::{counts, counts_there};
use super::there::bare;
use super::trace::Landed;

/// A line of so many files is not searched for code that main has under another name.
const MANY_FILES: usize = 5_000;
/// A file that is larger than this, in bytes, is not code.
const LARGE: u64 = 4 << 20;

/// The lines of a file, each without what ends it.
type Lines = Vec<Vec<u8>>;

/// The files in which lines stand; `None`: in several.
type Holders = HashMap<Vec<u8>, Option<Rc<[u8]>>>;

/// Returns a file of the product that picks leave alone, while a change of main needs it: one that the release has, without what was changed there,
/// and none of whose lines stand elsewhere instead; or one of which they leave a place alone, where the release has what stood on main before.
///
/// # Errors
/// When an object is missing.
pub(super) fn left_alone(
    git: &Git,
    settings: &Settings,
    release: CommitId,
    landed: &Landed,
    picks: &[Commit],
) -> Result<Option<String>> {
    let patched = landed.patched(git)?;
    let of = |commits: &[Commit]| -> Result<Vec<FilePatch>> {
        let all = git.patches(&commits.iter().collect::<Vec<_>>())?.into_values().flatten();
        Ok(all.filter(|file| counts_there(settings, file)).collect())
    };
    let (origin, own) = (of(&patched)?, of(picks)?);
    let (files, places) = (leaves_alone(&origin, &own), leaves_places(&origin, &own));
    let [Some(first), Some(last), Some(pick)] = [patched.first(), patched.last(), picks.first()] else {
        return Ok(None);
    };
    if files.is_empty() && places.is_empty() {
        return Ok(None);
    }
    let mut trees = Trees {
        settings,
        objects: git.objects()?,
        before: base_of(git, first)?.tree,
        main: last.tree,
        line: base_of(git, pick)?.tree,
        release: git.tree_of(release)?,
        holders: HashMap::new(),
    };
    for file in files {
        if trees.has_not(file)? {
            return Ok(Some(String::from_utf8_lossy(file.path()).into_owned()));
        }
    }
    for place in places {
        if trees.have_still(&place)? {
            return Ok(Some(String::from_utf8_lossy(place.file.path()).into_owned()));
        }
    }
    Ok(None)
}

/// What is compared.
struct Trees<'s> {
    settings: &'s Settings,
    objects: Objects,
    /// Main in front of the change.
    before: TreeId,
    /// Main behind it.
    main: TreeId,
    /// The line in front of the picks.
    line: TreeId,
    release: TreeId,
    /// Files of the product that the release has, by their endings.
    holders: HashMap<Vec<u8>, Holders>,
}

impl Trees<'_> {
    /// Says whether the release has a file without what a patch changes there.
    fn has_not(&mut self, file: &FilePatch) -> Result<bool> {
        let Some(path) = file.old.as_deref() else { return Ok(false) };
        let Some(there) = self.lines_at(self.release, path)? else { return Ok(false) };
        let there: HashSet<&[u8]> = there.iter().map(Vec::as_slice).collect();
        let is_as_wanted = |(mark, text): &ChangedLine<'_>| there.contains(bare(text)) == (*mark == Mark::Added);
        Ok(!telling_lines(std::slice::from_ref(file)).iter().all(is_as_wanted))
    }

    /// Says whether the release has a place as it was: among the lines around it; or, whatever these are, by what the change removes there. That
    /// stands there oftener than the change left it on main then, while the line had no more of it than main and no less than now, so that none is
    /// of the line alone or of the picks.
    fn have_still(&mut self, place: &Place<'_>) -> Result<bool> {
        let Some(old) = place.file.old.as_deref() else { return Ok(false) };
        let new = place.file.path();
        let bare_of = |lines: &[&[u8]]| -> Lines { lines.iter().map(|line| bare(line).to_vec()).collect() };
        let (before, removed) = (bare_of(&place.before), bare_of(&place.removed));
        let mut path = None;
        for known in [old, new] {
            if path.is_none() && self.objects.at(self.release, known)?.is_some() {
                path = Some(Rc::from(known));
            }
        }
        let is_called_so = path.is_some();
        let Some(path) = path.map_or_else(|| self.only_one_with(&removed, old), |path| Ok(Some(path)))? else {
            return Ok(false);
        };
        let Some(there) = self.lines_at(self.release, &path)? else { return Ok(false) };
        if is_called_so && times(&there, &before) > 0 {
            return Ok(true);
        }
        let stands = times(&there, &removed);
        if stands == 0 {
            return Ok(false);
        }
        let had = self.times_at(self.before, old, &removed)?;
        let left = self.times_at(self.main, new, &removed)?;
        let expected = if is_called_so { left } else { left.max(self.times_at(self.main, &path, &removed)?) };
        let stood = self.times_at(self.line, &path, &removed)?;
        Ok(had > left && stands > expected && (stands..=had).contains(&stood))
    }

    /// Returns the file of the product in the release, with the ending of another, that alone has one of some lines: what several have does not tell which of
    /// them it is that main calls otherwise.
    fn only_one_with(&mut self, lines: &[Vec<u8>], like: &[u8]) -> Result<Option<Rc<[u8]>>> {
        let end = ending(like).unwrap_or_default();
        if !lines.is_empty() && !self.holders.contains_key(end) {
            let read = self.read_holders(end)?;
            self.holders.insert(end.to_vec(), read);
        }
        let known = self.holders.get(end);
        Ok(known.and_then(|known| lines.iter().find_map(|line| known.get(line).cloned().flatten())))
    }

    fn read_holders(&mut self, end: &[u8]) -> Result<Holders> {
        let mut all = changes(&mut self.objects, empty_tree(), self.release)?;
        all.retain(|file| ending(&file.path).unwrap_or_default() == end && counts(self.settings, &file.path));
        let mut found = Holders::new();
        if all.len() > MANY_FILES {
            return Ok(found);
        }
        for file in all {
            let Some(entry) = file.new.filter(|entry| entry.mode.is_file()) else { continue };
            // A partial clone may lack what it takes to be sure.
            if self.objects.size(BlobId::from_bytes(entry.id)).is_err() {
                return Ok(Holders::new());
            }
            let path: Rc<[u8]> = Rc::from(file.path);
            for line in self.lines_of(entry)?.unwrap_or_default() {
                let holder = found.entry(line).or_insert_with(|| Some(path.clone()));
                *holder = holder.take().filter(|known| *known == path);
            }
        }
        Ok(found)
    }

    fn times_at(&mut self, tree: TreeId, path: &[u8], lines: &[Vec<u8>]) -> Result<usize> {
        Ok(self.lines_at(tree, path)?.map_or(0, |there| times(&there, lines)))
    }

    fn lines_at(&mut self, tree: TreeId, path: &[u8]) -> Result<Option<Lines>> {
        let entry = self.objects.at(tree, path)?;
        entry.map_or(Ok(None), |entry| self.lines_of(entry))
    }

    /// Returns the lines of a file; none of what is no file, or too large.
    fn lines_of(&self, entry: Entry) -> Result<Option<Lines>> {
        let id = BlobId::from_bytes(entry.id);
        if !entry.mode.is_file() || self.objects.size(id)? > LARGE {
            return Ok(None);
        }
        let content = self.objects.blob(id)?;
        Ok(Some(content.split(|byte| *byte == b'\n').map(|line| bare(line).to_vec()).collect()))
    }
}
