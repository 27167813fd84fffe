//! Patches as lines, and what two of them have in common: is a pick its origin, moved to another place in the file, or is
//! it another change?

use std::collections::{BTreeMap, HashMap};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::arrange::Arrange as _;

pub mod back;
pub mod carry;
pub mod common;
#[cfg(test)]
pub mod sample;
#[cfg(test)]
mod tests;

/// What a patch does with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// It stays; it is there to find the place.
    Context,
    /// It goes.
    Removed,
    /// It comes.
    Added,
}

/// One line of a patch.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PatchLine {
    /// What happens to it.
    pub mark: Mark,
    /// The line with its line end; without one, the file ends without one.
    pub text: Vec<u8>,
}

/// What a patch does to one file. Line numbers are left out: they say where, not what.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FilePatch {
    /// Where the file was; `None` for a new file.
    pub old: Option<Vec<u8>>,
    /// Where the file is then; `None` for a deleted one.
    pub new: Option<Vec<u8>>,
    /// Git's mode before, such as `100644`, where it changes or the file goes.
    pub old_mode: Option<String>,
    /// Git's mode then, where it changes or the file is new.
    pub new_mode: Option<String>,
    /// For content that is not shown as lines: git's names of the content before and then.
    pub opaque: Option<(String, String)>,
    /// The changed places in their order.
    pub hunks: Vec<Vec<PatchLine>>,
}

impl FilePatch {
    /// Returns the path that people know the file by: where it is, or was.
    pub fn path(&self) -> &[u8] {
        self.new.as_deref().or(self.old.as_deref()).unwrap_or_default()
    }

    /// Returns every path that the patch touches.
    pub fn paths(&self) -> impl Iterator<Item = &[u8]> {
        self.old.as_deref().into_iter().chain(self.new.as_deref())
    }

    /// Returns the patch that takes this one back.
    pub fn inverse(&self) -> Self {
        let turned = |line: &PatchLine| PatchLine { mark: line.mark.inverse(), text: line.text.clone() };
        let hunk = |hunk: &Vec<PatchLine>| {
            let mut lines: Vec<PatchLine> = hunk.iter().map(turned).collect();
            // In each place the removed lines stand before the added ones.
            for place in lines.split_mut(|line| line.mark == Mark::Context) {
                place.sort_by_key(|line| line.mark);
            }
            lines
        };
        Self {
            old: self.new.clone(),
            new: self.old.clone(),
            old_mode: self.new_mode.clone(),
            new_mode: self.old_mode.clone(),
            opaque: self.opaque.clone().map(|(before, then)| (then, before)),
            hunks: self.hunks.iter().map(hunk).collect(),
        }
    }

    fn changed(&self, mark: Mark) -> impl Iterator<Item = &PatchLine> {
        self.hunks.iter().flatten().filter(move |line| line.mark == mark)
    }
}

/// How a pick compares with its origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Likeness {
    /// The same patch, apart from line numbers.
    Same,
    /// The same lines are removed and added; what stands around them, or where the file is, differs.
    Context,
    /// Other lines are removed or added.
    Changed,
}

/// Which of two patches a line is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// Only the origin has it.
    Origin,
    /// Only the pick has it.
    Pick,
}

/// A line that one of two patches removes or adds and the other does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct LineDifference {
    /// Which patch has it.
    pub side: Side,
    /// What that patch does with it.
    pub mark: Mark,
    /// The line without its end, bytes that are not UTF-8 replaced: text from a stranger.
    pub text: String,
}

/// In what the two patches of a file differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Differing {
    /// In removed or added lines.
    Lines,
    /// In the order of the same lines.
    Order,
    /// In the mode, or in whether the file comes, stays or goes.
    Mode,
    /// In content that is not shown as lines.
    Content,
    /// The pick leaves the file alone.
    OnlyInOrigin,
    /// The origin leaves the file alone.
    OnlyInPick,
}

impl Differing {
    /// Returns the words for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lines => "other lines",
            Self::Order => "the same lines in another order",
            Self::Mode => "another mode",
            Self::Content => "other content",
            Self::OnlyInOrigin => "only in the origin",
            Self::OnlyInPick => "only in the pick",
        }
    }
}

/// A file that a pick changes in another way than its origin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct FileDifference {
    /// The path in the pick, or in the origin where the pick leaves the file alone. Text from a stranger.
    pub path: String,
    /// In what the patches differ.
    pub differing: Differing,
    /// How many removed or added lines only the origin has.
    pub only_in_origin: usize,
    /// How many removed or added lines only the pick has.
    pub only_in_pick: usize,
    /// Those lines, the origin's before the pick's, where they were asked for; cut off where there are many.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<LineDifference>,
}

/// The result of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What it amounts to.
    pub likeness: Likeness,
    /// The files that are changed in another way, by path; none unless it is [`Likeness::Changed`].
    pub files: Vec<FileDifference>,
}

impl Difference {
    /// Returns how many lines and files differ, to find the nearest of several origins.
    pub fn size(&self) -> (Likeness, usize) {
        let lines = |file: &FileDifference| 1 + file.only_in_origin + file.only_in_pick;
        (self.likeness, self.files.iter().map(lines).sum())
    }
}

/// Compares a pick with its origin, or with the patches of several origins one after the other.
///
/// Where one file is patched several times, only the sets of removed and added lines are compared, and what one patch adds
/// and another takes away again counts for nothing.
pub fn compare(origin: &[FilePatch], pick: &[FilePatch]) -> Difference {
    let mut likeness = Likeness::Same;
    let mut files = Vec::new();
    for (origin, pick) in paired(origin, pick) {
        let found = match (origin.as_slice(), pick.as_slice()) {
            (&[origin], &[pick]) => one(origin, pick),
            (all, []) => Found::Differs(all_lines(all, Side::Origin)),
            ([], all) => Found::Differs(all_lines(all, Side::Pick)),
            (origin, pick) => composed(origin, pick),
        };
        match found {
            Found::Alike(alike) => likeness = likeness.max(alike),
            Found::Differs(file) => {
                likeness = Likeness::Changed;
                files.push(file);
            }
        }
    }
    files.arrange_by(|a, b| a.path.cmp(&b.path));
    Difference { likeness, files }
}

enum Found {
    Alike(Likeness),
    Differs(FileDifference),
}

type Pair<'p> = (Vec<&'p FilePatch>, Vec<&'p FilePatch>);

/// Puts the patches of the same file together: by path, and for what is left, because the file stands elsewhere on the
/// line, by equal changes or else by a file name that only one on each side has.
fn paired<'p>(origin: &'p [FilePatch], pick: &'p [FilePatch]) -> Vec<Pair<'p>> {
    let mut by_path: BTreeMap<&[u8], Pair<'p>> = BTreeMap::new();
    origin.iter().for_each(|file| by_path.entry(file.path()).or_default().0.push(file));
    pick.iter().for_each(|file| by_path.entry(file.path()).or_default().1.push(file));
    let (mut pairs, open): (Vec<_>, Vec<_>) =
        by_path.into_values().partition(|(origin, pick)| !origin.is_empty() && !pick.is_empty());
    let (lost, mut found): (Vec<_>, Vec<_>) = open.into_iter().partition(|(_, pick)| pick.is_empty());
    let mut left = Vec::new();
    for (origin, _) in lost {
        match found.iter().position(|(_, pick)| moved(&origin, pick)) {
            Some(at) => pairs.push((origin, found.swap_remove(at).1)),
            None => left.push(origin),
        }
    }
    for origin in &mut left {
        let named = |pick: &&Pair<'p>| file_name(&pick.1) == file_name(origin);
        if found.iter().filter(named).count() == 1
            && let Some(at) = found.iter().position(|pick| named(&pick))
        {
            pairs.push((std::mem::take(origin), found.swap_remove(at).1));
        }
    }
    pairs.extend(left.into_iter().filter(|origin| !origin.is_empty()).map(|origin| (origin, Vec::new())));
    pairs.extend(found);
    pairs
}

fn file_name<'p>(files: &[&'p FilePatch]) -> Option<&'p [u8]> {
    files.first().and_then(|file| file.path().rsplit(|b| *b == b'/').next())
}

fn moved(origin: &[&FilePatch], pick: &[&FilePatch]) -> bool {
    match (origin, pick) {
        (&[origin], &[pick]) => {
            !origin.hunks.is_empty() && same_lines(origin, pick) && origin.new.is_some() == pick.new.is_some()
        }
        _ => false,
    }
}

fn same_lines(origin: &FilePatch, pick: &FilePatch) -> bool {
    [Mark::Removed, Mark::Added].into_iter().all(|mark| origin.changed(mark).eq(pick.changed(mark)))
}

/// Compares the only patches of a file.
fn one(origin: &FilePatch, pick: &FilePatch) -> Found {
    if origin == pick {
        return Found::Alike(Likeness::Same);
    }
    let differs = |differing| Found::Differs(FileDifference { differing, ..lines_of(&[origin], &[pick]) });
    if origin.new.is_none() && pick.new.is_none() {
        // Both delete the file, whatever was in it.
        return Found::Alike(Likeness::Context);
    }
    let comes_or_goes = |file: &FilePatch| (file.old.is_some(), file.new.is_some());
    if origin.new_mode != pick.new_mode || comes_or_goes(origin) != comes_or_goes(pick) {
        return differs(Differing::Mode);
    }
    if origin.opaque.is_some() || pick.opaque.is_some() {
        // The line's content before may differ; what it is then has to be the same.
        let then = |file: &FilePatch| file.opaque.as_ref().map(|(_, then)| then.clone());
        return if then(origin) == then(pick) { Found::Alike(Likeness::Context) } else { differs(Differing::Content) };
    }
    if same_lines(origin, pick) {
        return Found::Alike(Likeness::Context);
    }
    let difference = lines_of(&[origin], &[pick]);
    if difference.lines.is_empty() { differs(Differing::Order) } else { Found::Differs(difference) }
}

/// Compares several patches of a file as sets of lines.
fn composed(origin: &[&FilePatch], pick: &[&FilePatch]) -> Found {
    let difference = lines_of(origin, pick);
    let gone = |files: &[&FilePatch]| files.last().is_some_and(|file| file.new.is_none());
    let opaque =
        |files: &[&FilePatch]| files.last().and_then(|file| file.opaque.as_ref().map(|(_, then)| then.clone()));
    if gone(origin) && gone(pick) {
        Found::Alike(Likeness::Context)
    } else if opaque(origin) != opaque(pick) {
        Found::Differs(FileDifference { differing: Differing::Content, ..difference })
    } else if difference.lines.is_empty() {
        Found::Alike(Likeness::Context)
    } else {
        Found::Differs(difference)
    }
}

type Counts<'p> = HashMap<(Mark, &'p [u8]), usize>;

/// Counts how often each line is removed and added.
fn counts<'p>(files: &[&'p FilePatch]) -> Counts<'p> {
    let mut counts = Counts::new();
    for mark in [Mark::Removed, Mark::Added] {
        for line in files.iter().flat_map(|file| file.changed(mark)) {
            *counts.entry((mark, line.text.as_slice())).or_default() += 1;
        }
    }
    counts
}

/// Takes away what is added in one place and removed in another.
fn cancel(counts: &mut Counts<'_>) {
    let added: Vec<&[u8]> = counts.keys().filter(|(mark, _)| *mark == Mark::Added).map(|(_, text)| *text).collect();
    for text in added {
        let count = |mark| counts.get(&(mark, text)).copied().unwrap_or(0);
        let both = count(Mark::Added).min(count(Mark::Removed));
        for mark in [Mark::Added, Mark::Removed] {
            counts.entry((mark, text)).and_modify(|count| *count -= both);
        }
    }
}

/// Returns the lines that one side has more often than the other, in the order in which they stand there.
fn lines_of(origin: &[&FilePatch], pick: &[&FilePatch]) -> FileDifference {
    let (mut more, mut less) = (counts(origin), counts(pick));
    if more != less && (origin.len() > 1 || pick.len() > 1) {
        cancel(&mut more);
        cancel(&mut less);
    }
    for (key, count) in &mut more {
        if let Some(other) = less.get_mut(key) {
            let both = (*count).min(*other);
            *count -= both;
            *other -= both;
        }
    }
    let mut lines = left_over(origin, &mut more, Side::Origin);
    let only_in_origin = lines.len();
    lines.extend(left_over(pick, &mut less, Side::Pick));
    let path = pick.first().or(origin.first()).map(|file| lossy(file.path())).unwrap_or_default();
    FileDifference {
        path,
        differing: Differing::Lines,
        only_in_origin,
        only_in_pick: lines.len() - only_in_origin,
        lines,
    }
}

fn left_over<'p>(files: &[&'p FilePatch], counts: &mut Counts<'p>, side: Side) -> Vec<LineDifference> {
    let mut lines = Vec::new();
    for line in files.iter().flat_map(|file| file.hunks.iter().flatten()) {
        if let Some(count) = counts.get_mut(&(line.mark, line.text.as_slice())).filter(|count| **count > 0) {
            *count -= 1;
            let text = line.text.strip_suffix(b"\n").unwrap_or(&line.text);
            lines.push(LineDifference { side, mark: line.mark, text: lossy(text) });
        }
    }
    lines
}

fn all_lines(files: &[&FilePatch], side: Side) -> FileDifference {
    match side {
        Side::Origin => FileDifference { differing: Differing::OnlyInOrigin, ..lines_of(files, &[]) },
        Side::Pick => FileDifference { differing: Differing::OnlyInPick, ..lines_of(&[], files) },
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
