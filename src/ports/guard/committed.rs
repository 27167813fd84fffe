//! Advisories that are committed: on a line, or where only a part of the files is checked out, no worktree has them.

use std::collections::HashSet;

use crate::model::advisory::Advisory;
use crate::model::advisory::called::Called;
use crate::model::branch::BranchSpec;
use crate::model::commit::{BlobId, CommitId, TreeId};
use crate::model::config::Config;
use crate::model::error::{Error, Result};
use crate::model::forecast::Entry;
use crate::model::path::RepoPath;
use crate::ports::git::{Git, Objects};

use super::places::not_fetched;
use super::sources::{Named, Sources, not_plain};

/// Reads the advisories of commits.
pub(super) struct Committed<'g> {
    git: &'g Git,
    objects: Objects,
    folders: &'g [(RepoPath, Named)],
    main: Vec<CommitId>,
    others: Vec<CommitId>,
    /// Folders and files that were read.
    done: HashSet<[u8; 20]>,
    /// The folder that is no folder there, but a link or another repository.
    elsewhere: Option<RepoPath>,
}

/// What a folder of a commit holds.
#[derive(Default)]
struct Held {
    texts: Vec<(Called, Vec<u8>)>,
    objects: Vec<[u8; 20]>,
    /// Whether it has a link or another repository in it, too.
    has_others: bool,
}

impl<'g> Committed<'g> {
    /// Looks for the branches. `main`: where main is, here and as remotes had it.
    ///
    /// # Errors
    /// When branches cannot be listed.
    pub(super) fn new(
        git: &'g Git,
        config: &Config,
        folders: &'g [(RepoPath, Named)],
        main: &[CommitId],
    ) -> Result<Self> {
        let is_older = |one: &CommitId| main.iter().any(|other| other != one && git.is_ancestor(*one, *other));
        let newest = main.iter().copied().filter(|one| !is_older(one)).collect();
        // What a line has of advisories is as old as the line.
        let is_line = |name: &str| {
            config.lines.iter().any(|line| match &line.branch {
                BranchSpec::Standing(branch) => branch.as_str() == name,
                BranchSpec::PerRelease(_) => false,
            })
        };
        let head = git.resolve("HEAD").ok();
        let local = git.local_tips()?.into_iter().filter(|(name, _)| !is_line(name)).map(|(_, tip)| tip);
        let others = head.into_iter().chain(local).filter(|tip| !main.contains(tip)).collect();
        let objects = git.objects()?;
        Ok(Self { git, objects, folders, main: newest, others, done: HashSet::new(), elsewhere: None })
    }

    /// Returns the commits to read, those whose word counts more first.
    pub(super) fn stages(&self) -> [Vec<CommitId>; 2] {
        [self.main.clone(), self.others.clone()]
    }

    /// Reads the sources of a commit, but those of a branch that is merged: main has them, or took them back.
    ///
    /// # Errors
    /// When an object is not here, or a source is no advisory.
    pub(super) fn read(&mut self, tip: CommitId, sources: &mut Sources) -> Result<Vec<Advisory>> {
        let mut found = Vec::new();
        for (folder, named) in self.folders {
            let shown = format!("{folder}' of {}", tip.short());
            let held =
                self.held(tip, folder, *named).map_err(|error| not_fetched(self.git, &format!("'{shown}"), error))?;
            let is_merged = || self.main.iter().any(|main| tip != *main && self.git.is_ancestor(tip, *main));
            if (held.has_others || !held.texts.is_empty()) && !is_merged() {
                if held.has_others && *named == Named::Yes {
                    return Err(not_plain(&shown));
                }
                self.done.extend(held.objects);
                found.extend(sources.of(held.texts, &shown, *named)?);
            }
        }
        Ok(found)
    }

    /// Returns the texts of the files of a folder, but of what was read before.
    fn held(&mut self, tip: CommitId, folder: &RepoPath, named: Named) -> Result<Held> {
        let mut held = Held::default();
        let entry = self.objects.at(self.git.tree_of(tip)?, folder.as_str().as_bytes())?;
        let Some(entry) = entry else { return Ok(held) };
        if !entry.mode.is_tree() {
            if named == Named::Yes {
                self.elsewhere = Some(folder.clone());
            }
            return Ok(held);
        }
        let mut waiting: Vec<(String, Entry)> = vec![(String::new(), entry)];
        while let Some((above, entry)) = waiting.pop() {
            if self.done.contains(&entry.id) {
                continue;
            }
            held.objects.push(entry.id);
            for file in self.objects.tree(TreeId::from_bytes(entry.id))?.entries() {
                let path = format!("{above}{}", String::from_utf8_lossy(file.name));
                if file.entry.mode.is_tree() {
                    waiting.push((format!("{path}/"), file.entry));
                } else if !file.entry.mode.is_file() {
                    held.has_others = true;
                } else if !self.done.contains(&file.entry.id) {
                    held.objects.push(file.entry.id);
                    held.texts.push((Called::of(&path), self.objects.blob(BlobId::from_bytes(file.entry.id))?));
                }
            }
        }
        Ok(held)
    }

    /// Says why there may be advisories that nobody found, where none was.
    pub(super) fn doubt(&self) -> Option<Error> {
        match &self.elsewhere {
            _ if self.main.is_empty() => Some(
                Error::undecided("main is not here, which may have advisories, so that nothing can be guarded")
                    .hint("fetch it: git fetch origin; or name the folder of the advisories: --advisories DIR"),
            ),
            Some(folder) => Some(
                Error::undecided(format!("'{folder}' is kept elsewhere, and not here, so that nothing can be guarded"))
                    .hint("git submodule update --init; or name the folder of the advisories: --advisories DIR"),
            ),
            None => None,
        }
    }
}
