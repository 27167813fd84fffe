//! Where the words are that changes have for users.

use std::collections::HashSet;

use crate::model::commit::{Commit, CommitId, TreeId};
use crate::model::error::Result;
use crate::model::notes::title::plain;
use crate::model::notes::words::{
    FOLDER, Share, Shares, Words, files_of, of_description, of_file, of_line, of_messages, short_names,
};
use crate::model::pull::PullRequest;
use crate::model::trailer::CommitPrefix;
use crate::ports::git::Git;

use super::called::title_of;
use super::entries::Said;
use super::group::Group;
use super::reverts::Standing;
use super::trace::Landed;

impl Said<'_> {
    /// Returns the words of a group: of files of main, else of trailers, the picks' before the origins', else of the pull requests. Of
    /// several changes each has its own.
    ///
    /// # Errors
    /// When a file of main cannot be read.
    pub(super) fn words(
        &self,
        group: &Group,
        pull: Option<&PullRequest>,
        warnings: &mut Vec<String>,
    ) -> Result<Shares> {
        let picks = || group.speaking().map(|commit| commit.message.as_str());
        let sources = || group.sources().map(|commit| commit.message.as_str());
        // Who looked at a pick may have written of it by its own name.
        if group.sure().any(|landed| landed.accepted) {
            let own: Vec<CommitId> = group.picks.iter().map(|pick| pick.id).collect();
            if let Some(words) = self.of_files(&own, &[], warnings)? {
                return Ok(Shares::Whole(Some(words)));
            }
        }
        if group.sure().nth(1).is_none() {
            if let Some(words) = self.of_files(&group.names(), &group.known_numbers(), warnings)? {
                return Ok(Shares::Whole(Some(words)));
            }
            let told = of_messages(picks(), sources());
            return Ok(Shares::Whole(told.or_else(|| pull.and_then(|pull| of_description(&pull.body)))));
        }
        let of_line = of_line(picks(), sources());
        let mut shares = Vec::new();
        for landed in group.sure() {
            let of_file = self.of_files(&names(landed), landed.change.pull_request.as_slice(), warnings)?;
            let messages = landed.commits.iter().map(|commit| commit.message.as_str());
            let described = || {
                let own = group.descriptions.iter().find(|(change, _)| *change == landed.change.id);
                own.and_then(|(_, text)| of_description(text))
            };
            let words = of_file.or_else(|| of_line.clone()).or_else(|| of_messages([], messages)).or_else(described);
            shares.push(Share { title: plain(&title_of(landed)).to_owned(), commit: landed.change.id, words });
        }
        Ok(Shares::Each(shares))
    }

    /// Returns which of some picks have words by the number of their pull request on main alone: what other picks bring of that is told with
    /// them.
    ///
    /// # Errors
    /// When a file of main cannot be read.
    pub(super) fn told_by_number(&self, picks: &[Standing]) -> Result<HashSet<CommitId>> {
        let mut told = HashSet::new();
        let number = |one: &Standing| match one.pick.landed.as_slice() {
            [landed] => landed.change.pull_request,
            _ => None,
        };
        for one in picks.iter().filter(|one| number(one).is_some()) {
            let is_shared = || picks.iter().filter(|other| number(other) == number(one)).nth(1).is_some();
            let Some(landed) = one.pick.landed.first().filter(|_| is_shared()) else { continue };
            let mut unread = Vec::new();
            let by_name = self.of_files(&names(landed), &[], &mut unread)?;
            if by_name.is_none() && self.of_files(&[], landed.change.pull_request.as_slice(), &mut unread)?.is_some() {
                told.insert(one.pick.commit.id);
            }
        }
        Ok(told)
    }

    /// Returns the words of the first file that has some.
    fn of_files(&self, names: &[CommitId], numbers: &[u64], warnings: &mut Vec<String>) -> Result<Option<Words>> {
        for path in files_of(names, &self.short, numbers) {
            let Some(text) = self.file(&path)? else { continue };
            match of_file(&text) {
                Some(words) => return Ok(Some(words)),
                None => warnings.push(format!("'{path}' of main has no words; what else has some for the fix counts")),
            }
        }
        Ok(None)
    }
}

/// Returns the short names of commits by which files with words of a commit of main are called.
///
/// # Errors
/// When an object is missing.
pub(super) fn short_names_at(git: &Git, main: CommitId) -> Result<Vec<CommitPrefix>> {
    let mut objects = git.objects()?;
    let folder = objects.at(git.tree_of(main)?, FOLDER.as_bytes())?.filter(|place| place.mode.is_tree());
    let Some(folder) = folder else { return Ok(Vec::new()) };
    let tree = objects.tree(TreeId::from_bytes(folder.id))?;
    Ok(short_names(tree.entries().filter_map(|file| std::str::from_utf8(file.name).ok())))
}

/// Returns the commits of main by which a change is known: what was picked of it, and the whole.
pub(super) fn names(landed: &Landed) -> Vec<CommitId> {
    let mut names: Vec<CommitId> = landed.commits.iter().map(|commit: &Commit| commit.id).collect();
    if !names.contains(&landed.change.id) {
        names.push(landed.change.id);
    }
    names
}
