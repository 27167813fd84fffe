//! Whether a line has the bug: who brought it, and whether the line has them or what they wrote.

use std::collections::BTreeSet;

use crate::model::affected::{Affected, Introduced, Lacks, Shown, WhyUnknown, is_incidental};
use crate::model::arrange::InOrder as _;
use crate::model::commit::{BlobId, Commit, CommitId, TreeId};
use crate::model::error::Result;
use crate::model::path::file_name;
use crate::model::trailer::markers;
use crate::ports::git::{Blamed, ChangedFile, Git, Hunk, LineRange, Objects, Question, blame, changed_files, cut_off};

/// Unchanged lines on each side of an addition that tell whose code it repairs.
const CONTEXT: u32 = 3;

/// The lines of a file that a fix repairs, and where to look for them.
struct Repaired {
    /// What the file was called, last before the fix and in the commits that wrote the lines.
    paths: BTreeSet<Vec<u8>>,
    /// The lines, without white space at either end.
    lines: BTreeSet<Vec<u8>>,
    /// What the lines replaced when they were written, by the commit that did it.
    replaced: Vec<(CommitId, BTreeSet<Vec<u8>>)>,
}

/// What the fix itself tells about the commits that brought the bug.
pub struct Suspects {
    /// The commits, sorted, or why none is known.
    found: std::result::Result<Vec<CommitId>, WhyUnknown>,
    shown: Shown,
    repaired: Vec<Repaired>,
}

impl Suspects {
    /// Returns the commits, sorted. Empty: none is known.
    pub fn commits(&self) -> &[CommitId] {
        self.found.as_deref().unwrap_or_default()
    }
}

/// Finds out which commits brought the bug. The answer holds for every line.
///
/// # Errors
/// When an object is missing or git fails.
pub fn suspects(git: &Git, fix: &Commit) -> Result<Suspects> {
    let stated = markers(&fix.message).into_iter().filter_map(|marker| marker.relation.repaired());
    let named = stated.map(|name| git.resolve(name.as_str()).ok().filter(|commit| *commit != fix.id));
    // A single name that leads nowhere makes the statement incomplete, so that nothing can be ruled out by it.
    let named: Option<BTreeSet<CommitId>> = named.collect();
    let blamed = blamed(git, fix)?;
    Ok(match named {
        Some(stated) if !stated.is_empty() => {
            Suspects { found: Ok(stated.into_iter().collect()), shown: Shown::Stated, repaired: blamed.repaired }
        }
        Some(_) | None => blamed,
    })
}

/// Says whether a line has the bug. `on_line` says whether the line has a commit, itself or as a pick; `tree` is the line's.
///
/// # Errors
/// When an object is missing.
pub fn affected(
    objects: &mut Objects,
    suspects: &Suspects,
    tree: TreeId,
    on_line: &mut dyn FnMut(CommitId) -> Result<bool>,
) -> Result<Affected> {
    let introduced_by = match &suspects.found {
        Ok(found) => found.clone(),
        Err(why) => return Ok(Affected::Unknown { why: why.clone() }),
    };
    let shown = suspects.shown;
    for by in &introduced_by {
        if on_line(*by)? {
            return Ok(Affected::Affected { because: Introduced { by: *by, shown } });
        }
    }
    let mut present = BTreeSet::new();
    let mut files = BTreeSet::new();
    for repaired in &suspects.repaired {
        for path in places(objects, tree, &repaired.paths)? {
            let found = has_line(objects, tree, &path, &repaired.lines)?;
            let list = if found { &mut present } else { &mut files };
            list.insert(String::from_utf8_lossy(&path).into_owned());
            for (by, lines) in repaired.replaced.iter().filter(|(_, lines)| !lines.is_empty()) {
                if has_line(objects, tree, &path, lines)? {
                    return Ok(Affected::Unknown { why: WhyUnknown::Rewritten { by: *by } });
                }
            }
        }
    }
    if !present.is_empty() {
        return Ok(Affected::Unknown { why: WhyUnknown::LinesPresent { files: present.into_iter().collect() } });
    }
    if files.is_empty() {
        return Ok(Affected::Unknown { why: WhyUnknown::NoLines });
    }
    let files = files.into_iter().collect();
    Ok(Affected::NotAffected { because: Lacks { introduced_by, shown, files } })
}

/// Adds the files of the line that have one of the names in another folder: the file may have been moved since.
fn places(objects: &mut Objects, tree: TreeId, paths: &BTreeSet<Vec<u8>>) -> Result<BTreeSet<Vec<u8>>> {
    let name_of = |path: &[u8]| file_name(path).to_vec();
    let names: BTreeSet<Vec<u8>> = paths.iter().map(|path| name_of(path)).in_order();
    let mut found = paths.clone();
    let mut folders = vec![(Vec::new(), tree)];
    while let Some((folder, tree)) = folders.pop() {
        for named in objects.tree(tree)?.entries() {
            let path = [&folder[..], named.name].concat();
            if named.entry.mode.is_tree() {
                folders.push(([&path[..], b"/"].concat(), TreeId::from_bytes(named.entry.id)));
            } else if names.contains(named.name) {
                found.insert(path);
            }
        }
    }
    Ok(found)
}

/// Says whether the file has one of the lines. What tells nothing is as good as having one: an entry that is no file, and
/// lines that could stand anywhere.
fn has_line(objects: &mut Objects, tree: TreeId, path: &[u8], lines: &BTreeSet<Vec<u8>>) -> Result<bool> {
    let Some(entry) = objects.at(tree, path)? else { return Ok(false) };
    if !entry.mode.is_file() || lines.is_empty() {
        return Ok(true);
    }
    let text = objects.blob(BlobId::from_bytes(entry.id))?;
    Ok(text.split(|byte| *byte == b'\n').any(|line| lines.contains(line.trim_ascii())))
}

fn blamed(git: &Git, fix: &Commit) -> Result<Suspects> {
    let mut shown = Shown::RemovedLines;
    let none = |why| Suspects { found: Err(why), shown: Shown::RemovedLines, repaired: Vec::new() };
    let mut files = product_files(git, fix, 0)?;
    if files.is_empty() {
        return Ok(none(WhyUnknown::Incidental));
    }
    if files.iter().all(|file| file.old.is_none()) {
        return Ok(none(WhyUnknown::NewFilesOnly));
    }
    if files.iter().all(|file| file.before().is_empty()) {
        shown = Shown::Context;
        files = product_files(git, fix, CONTEXT)?;
    }
    let Some(parent) = fix.parents.first() else { return Ok(none(WhyUnknown::NewFilesOnly)) };
    let mut found: BTreeSet<CommitId> = BTreeSet::new();
    let mut repaired = Vec::new();
    for file in files.iter().filter(|file| !file.before().is_empty()) {
        let Some(path) = &file.old else { continue };
        let mut paths = BTreeSet::from([path.clone()]);
        let ranges = file.before();
        let mut replaced = Vec::new();
        for blamed in blame(git, Question { at: *parent, path, ranges: &ranges })? {
            replaced.push((blamed.commit, replaced_by(git, &blamed)?));
            found.insert(blamed.commit);
            paths.insert(blamed.path);
        }
        repaired.push(Repaired { paths, lines: lines_of(git, *parent, path, &ranges)?, replaced });
    }
    let ends = cut_off(git);
    let found = if found.is_empty() {
        Err(WhyUnknown::NoLines)
    } else if found.iter().any(|commit| ends.contains(commit)) {
        Err(WhyUnknown::HistoryCutOff)
    } else {
        Ok(found.into_iter().collect())
    };
    Ok(Suspects { found, shown, repaired })
}

fn product_files(git: &Git, fix: &Commit, context: u32) -> Result<Vec<ChangedFile>> {
    let mut files = changed_files(git, fix, context)?;
    files.retain(|file| file.old.as_ref().or(file.new.as_ref()).is_some_and(|path| !is_incidental(path)));
    Ok(files)
}

/// Returns the lines that a commit replaced when it wrote the ones it is blamed for.
fn replaced_by(git: &Git, blamed: &Blamed) -> Result<BTreeSet<Vec<u8>>> {
    let commit = git.commit(blamed.commit)?;
    let Some(parent) = commit.parents.first() else { return Ok(BTreeSet::new()) };
    let mut lines = BTreeSet::new();
    for file in changed_files(git, &commit, 0)?.iter().filter(|file| file.new.as_ref() == Some(&blamed.path)) {
        let Some(old) = &file.old else { continue };
        let wrote = |hunk: &&Hunk| hunk.new.is_some_and(|new| blamed.there.iter().any(|there| there.meets(new)));
        let ranges: Vec<LineRange> = file.hunks.iter().filter(wrote).filter_map(|hunk| hunk.old).collect();
        lines.extend(lines_of(git, *parent, old, &ranges)?);
    }
    Ok(lines)
}

/// Returns lines of a file without those that could stand anywhere, such as a lone bracket.
fn lines_of(git: &Git, at: CommitId, path: &[u8], ranges: &[LineRange]) -> Result<BTreeSet<Vec<u8>>> {
    let mut objects = git.objects()?;
    let Some(entry) = objects.at(git.commit(at)?.tree, path)? else { return Ok(BTreeSet::new()) };
    let text = objects.blob(BlobId::from_bytes(entry.id))?;
    let numbered: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
    let chosen = ranges.iter().flat_map(|range| {
        let from = (range.start.saturating_sub(1) as usize).min(numbered.len());
        numbered[from..].iter().take(range.count as usize).map(|line| line.trim_ascii())
    });
    let telling =
        |line: &&[u8]| line.iter().filter(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii()).count() >= 4;
    Ok(chosen.filter(telling).map(<[u8]>::to_vec).in_order())
}
