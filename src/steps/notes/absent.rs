//! Whether a line lacks the code that a fix repairs.

use std::collections::{HashMap, HashSet};

use crate::model::commit::{BlobId, Commit, CommitId, TreeId};
use crate::model::config::Config;
use crate::model::eligibility::paths::{chosen, is_alongside};
use crate::model::error::Result;
use crate::model::notes::absent::forms::{Forms, forms_found, forms_in, may_be};
use crate::model::notes::absent::spoken::{Words, has_one, words_meant};
use crate::model::notes::absent::{Lines, Telling, kin, lines_found, may_have, names_meant};
use crate::model::notes::chore::is_changelog;
use crate::model::patch::FilePatch;
use crate::model::path::{ending, file_name};
use crate::model::rename::{Likeness, Spans, sizes_allow};
use crate::ports::git::{Git, Objects, changes, empty_tree};
use crate::ports::survey::chain::base_of;

use super::chores::Path;

/// Where a line differs in more files from main than this, it is not told whether it lacks code.
const MANY_FILES: usize = 5_000;
/// A file that is larger than this, in bytes, is not code.
const LARGE: u64 = 4 << 20;

/// What was read of lines.
pub(super) struct Absence<'s> {
    git: &'s Git,
    config: &'s Config,
    objects: Objects,
    /// The names of the files of each line, without their folders, and in the form of [`kin`].
    names: HashMap<CommitId, HashSet<Vec<u8>>>,
    /// What files have.
    files: HashMap<BlobId, Telling>,
    /// The forms of their code, of those in which nothing else was found.
    forms: HashMap<BlobId, Forms>,
}

/// What a change repairs.
pub(super) struct Repair<'r> {
    /// The commits of main that it is.
    pub(super) commits: &'r [&'r Commit],
    /// The files of the product among those that it changes.
    pub(super) paths: &'r [Path],
    pub(super) care: Care,
}

/// How much users lose where it is told that a line lacks code which it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Care {
    /// They wait for a fix.
    Usual,
    /// They miss what goes on with a fix that they have: so it decides whether a file was renamed and written anew where it is repaired.
    FollowUp,
    /// They believe that nobody can attack them, so that the words decide which the repair is about.
    Flaw,
}

impl<'s> Absence<'s> {
    /// Begins with nothing read.
    ///
    /// # Errors
    /// When the repository cannot be opened anew.
    pub(super) fn new(git: &'s Git, config: &'s Config) -> Result<Self> {
        let objects = git.objects()?;
        Ok(Self { git, config, objects, names: HashMap::new(), files: HashMap::new(), forms: HashMap::new() })
    }

    /// Says whether the newest commit of a line lacks for sure what a change repairs: none of the files is there, neither at its place nor,
    /// by its name, whatever the near language that its ending tells, anywhere else; and no file that differs from those of main has the lines around the repair, or a name that it is about,
    /// or, in the same language, code that is like it under other names. Of a flaw, none of those that users get has a word of the repair either;
    /// of a follow-up, none of them is like one of the files as a whole.
    ///
    /// # Errors
    /// When an object is missing, or git fails.
    pub(super) fn is_sure(&mut self, tip: CommitId, repair: &Repair<'_>) -> Result<bool> {
        Ok(!repair.paths.is_empty() && !self.has_a_name(tip, repair.paths)? && !self.may_have_code(tip, repair)?)
    }

    fn has_a_name(&mut self, tip: CommitId, paths: &[Path]) -> Result<bool> {
        let tree = self.git.tree_of(tip)?;
        for path in paths {
            if self.objects.at(tree, &path.bytes)?.is_some() {
                return Ok(true);
            }
        }
        if !self.names.contains_key(&tip) {
            let all = changes(&mut self.objects, empty_tree(), tree)?;
            self.names.insert(tip, all.iter().map(|change| kin(file_name(&change.path))).collect());
        }
        let names = &self.names[&tip];
        Ok(paths.iter().any(|path| names.contains(&kin(file_name(&path.bytes)))))
    }

    fn may_have_code(&mut self, tip: CommitId, repair: &Repair<'_>) -> Result<bool> {
        let [first, ..] = repair.commits else { return Ok(true) };
        let patches: Vec<FilePatch> = self.git.patches(repair.commits)?.into_values().flatten().collect();
        let is_repaired = |path: &[u8]| repair.paths.iter().any(|repaired| repaired.bytes == path);
        let titles = || repair.commits.iter().map(|commit| commit.subject());
        let (wanted, meant) = (lines_found(&patches, is_repaired), names_meant(titles(), &patches, is_repaired));
        // What has no lines can be told by its name alone, and a name can change.
        if wanted.is_empty() || wanted.iter().any(Lines::is_empty) {
            return Ok(true);
        }
        let main = base_of(self.git, first)?.tree;
        let other = changes(&mut self.objects, main, self.git.tree_of(tip)?)?;
        let files: Vec<(&[u8], BlobId)> = other
            .iter()
            .filter_map(|change| Some((change.path.as_slice(), change.new.filter(|entry| entry.mode.is_file())?)))
            .map(|(path, entry)| (path, BlobId::from_bytes(entry.id)))
            .collect();
        if files.len() > MANY_FILES {
            return Ok(true);
        }
        for (_, id) in &files {
            let id = *id;
            if !self.files.contains_key(&id) {
                // A partial clone may lack what it takes to be sure.
                let Ok(size) = self.objects.size(id) else { return Ok(true) };
                let telling = if size > LARGE { Telling::default() } else { Telling::of(&self.objects.blob(id)?) };
                self.files.insert(id, telling);
            }
            if may_have(&self.files[&id], &wanted, &meant) {
                return Ok(true);
            }
        }
        let may_have_words = match repair.care {
            Care::Usual => false,
            Care::FollowUp => self.may_be_renamed(&files, main, repair.paths)?,
            Care::Flaw => self.may_have_words(&files, &words_meant(titles(), &patches, is_repaired))?,
        };
        Ok(may_have_words || self.may_have_forms(&files, &forms_found(&patches, is_repaired), repair)?)
    }

    /// Says whether one of some files that users get has one of some words. What is about none can be anywhere.
    fn may_have_words(&mut self, files: &[(&[u8], BlobId)], wanted: &Words) -> Result<bool> {
        for (path, id) in files {
            let name = String::from_utf8_lossy(path);
            let is_read = is_of_users(self.config, &name) && !is_changelog(&name);
            if is_read && (self.objects.size(*id)? > LARGE || has_one(&self.objects.blob(*id)?, wanted)) {
                return Ok(true);
            }
        }
        Ok(wanted.is_empty())
    }

    /// Says whether one of some files may be one of those at some paths of a tree, renamed.
    fn may_be_renamed(&mut self, files: &[(&[u8], BlobId)], before: TreeId, paths: &[Path]) -> Result<bool> {
        for path in paths {
            let Some(entry) = self.objects.at(before, &path.bytes)?.filter(|entry| entry.mode.is_file()) else {
                return Ok(true);
            };
            let id = BlobId::from_bytes(entry.id);
            let (size, spans) = (self.objects.size(id)?, Spans::of(&self.objects.blob(id)?));
            for (_, other) in files {
                if sizes_allow(size, self.objects.size(*other)?)
                    && !Likeness::of(&spans, &Spans::of(&self.objects.blob(*other)?)).is_none()
                {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Says whether one of some files, in the language of what is repaired, has code of the wanted forms.
    fn may_have_forms(&mut self, files: &[(&[u8], BlobId)], wanted: &[Forms], repair: &Repair<'_>) -> Result<bool> {
        let is_alike = |path: &[u8]| repair.paths.iter().any(|repaired| ending(&repaired.bytes) == ending(path));
        for (_, id) in files.iter().filter(|(path, _)| !wanted.is_empty() && is_alike(path)) {
            if !self.forms.contains_key(id) {
                let Ok(size) = self.objects.size(*id) else { return Ok(true) };
                let forms = if size > LARGE { Forms::default() } else { forms_in(&self.objects.blob(*id)?) };
                self.forms.insert(*id, forms);
            }
            if may_be(&self.forms[id], wanted) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Returns the files of the product among paths that a change touches; none where it adds one.
pub(super) fn repaired(mut paths: Vec<Path>, config: &Config) -> Vec<Path> {
    paths.retain(|path| is_of_users(config, &String::from_utf8_lossy(&path.bytes)));
    // What a change adds can be missing anywhere; only what it repairs tells something.
    if paths.iter().all(|path| path.was_there) { paths } else { Vec::new() }
}

/// Says whether a file, by its path, is neither a test nor goes along with the product.
fn is_of_users(config: &Config, path: &str) -> bool {
    !is_alongside(path) && !chosen(&config.eligibility.paths.tests, path)
}
