//! Branches, tags and the history between them.

use std::collections::{HashMap, HashSet};

use git2::{BranchType, Sort};

use crate::model::arrange::Arrange as _;
use crate::model::branch::BranchName;
use crate::model::change::Node;
use crate::model::commit::{Commit, CommitId};
use crate::model::detect::BranchTip;
use crate::model::error::{Error, Result};
use crate::model::fetch::MISSING_OBJECT;
use crate::model::trailer::CommitPrefix;

use super::blame::cut_off;
use super::cache::{Facts, keep, kept};
use super::objects::{cannot_read, oid, raw_id};
use super::{Git, from_git2};

/// A tag and the commit it leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// The name without `refs/tags/`.
    pub name: String,
    /// The commit.
    pub commit: CommitId,
}

impl Git {
    /// Returns every branch once, local ones before those of remotes, with the moment of its newest commit.
    ///
    /// # Errors
    /// When the branches cannot be listed.
    pub fn branch_tips(&self) -> Result<Vec<BranchTip>> {
        let branches = self.repository().branches(None).map_err(|error| cannot_list("branches", &error))?;
        let mut tips = Vec::new();
        let mut seen = HashSet::new();
        for branch in branches {
            let (branch, kind) = branch.map_err(|error| cannot_list("branches", &error))?;
            // A name that is not UTF-8 cannot be a line's, and a branch of which nothing can be read is none to offer.
            let Ok(Some(name)) = branch.name() else { continue };
            let name = match kind {
                BranchType::Local => name,
                BranchType::Remote => name.split_once('/').map_or(name, |(_, short)| short),
            };
            let Ok(commit) = branch.get().peel_to_commit() else { continue };
            if name != "HEAD" && seen.insert(name.to_owned()) {
                tips.push(BranchTip { name: name.to_owned(), seconds: commit.time().seconds() });
            }
        }
        Ok(tips)
    }

    /// Returns the branches of this clone and where they are; one of which nothing can be read is left out.
    ///
    /// # Errors
    /// When the branches cannot be listed.
    pub fn local_tips(&self) -> Result<Vec<(String, CommitId)>> {
        let cannot = |error: git2::Error| cannot_list("branches", &error);
        let mut tips = Vec::new();
        for branch in self.repository().branches(Some(BranchType::Local)).map_err(cannot)? {
            let (branch, _) = branch.map_err(cannot)?;
            let Ok(commit) = branch.get().peel_to_commit() else { continue };
            let name = branch.name_bytes().map(String::from_utf8_lossy).unwrap_or_default().into_owned();
            tips.push((name, CommitId::from_bytes(raw_id(commit.id()))));
        }
        Ok(tips)
    }

    /// Returns what the remote calls its default branch, or, in a repository without remotes, what `HEAD` points to.
    pub fn default_branch(&self) -> Option<String> {
        let target = |name: &str| {
            let reference = self.repository().find_reference(name).ok()?;
            reference.symbolic_target().ok().flatten().map(str::to_owned)
        };
        if let Some(head) = target("refs/remotes/origin/HEAD") {
            return head.strip_prefix("refs/remotes/origin/").map(str::to_owned);
        }
        let head = target("HEAD").filter(|_| self.worktree().is_none())?;
        head.strip_prefix("refs/heads/").map(str::to_owned)
    }

    /// Returns the tags that lead to a commit.
    ///
    /// # Errors
    /// When they cannot be listed.
    pub fn tags(&self) -> Result<Vec<Tag>> {
        self.tags_named(|_| true)
    }

    /// As [`Self::tags`], of those whose names are wanted: only theirs are followed to their commits.
    ///
    /// # Errors
    /// When they cannot be listed.
    pub fn tags_named(&self, wanted: impl Fn(&str) -> bool) -> Result<Vec<Tag>> {
        Ok(self.tag_list()?.named(self, wanted))
    }

    /// Returns where a branch is: the local one, or that of the remote where the local one is missing or only behind.
    ///
    /// # Errors
    /// When neither exists.
    pub fn branch_commit(&self, branch: &BranchName) -> Result<CommitId> {
        let remote = self.remote_branch_commit(branch);
        let Some(local) = self.local_branch_commit(branch) else {
            return remote.ok_or_else(|| {
                Error::usage(format!("there is no branch '{branch}', neither here nor on a remote"))
                    .hint(format!("correct its name in patch.toml, or fetch it: {}", self.fetch_from().branch(branch)))
            });
        };
        Ok(remote.filter(|remote| self.is_ancestor(local, *remote)).unwrap_or(local))
    }

    /// Says for people that a local branch and that of its remote went different ways; the local one counts then.
    pub fn diverged(&self, branch: &BranchName) -> Option<String> {
        let (local, remote) = (self.local_branch_commit(branch)?, self.remote_branch_commit(branch)?);
        let related = self.is_ancestor(local, remote) || self.is_ancestor(remote, local);
        (!related).then(|| {
            format!(
                "branch '{branch}' is at {} here and at {} on the remote, and neither has the other: the one here counts; to look: git log --oneline --left-right {}...{}",
                local.short(),
                remote.short(),
                local.short(),
                remote.short()
            )
        })
    }

    /// Returns the commit of a local branch, if there is one.
    pub fn local_branch_commit(&self, branch: &BranchName) -> Option<CommitId> {
        self.reference_commit(&branch.full())
    }

    pub(super) fn remote_branch_commit(&self, branch: &BranchName) -> Option<CommitId> {
        let remotes = self.repository().remotes().ok()?;
        let mut names: Vec<&str> = remotes.iter().filter_map(|name| name.ok().flatten()).collect();
        names.arrange_by_key(|name| (*name != "origin", *name));
        names.into_iter().find_map(|remote| self.reference_commit(&format!("refs/remotes/{remote}/{branch}")))
    }

    fn reference_commit(&self, name: &str) -> Option<CommitId> {
        let commit = self.repository().find_reference(name).ok()?.peel_to_commit().ok()?;
        Some(CommitId::from_bytes(raw_id(commit.id())))
    }

    /// Says whether `older` is `newer` or one of its ancestors. What cannot be read is none.
    pub fn is_ancestor(&self, older: CommitId, newer: CommitId) -> bool {
        older == newer
            || self.repository().graph_descendant_of(oid(newer.as_bytes()), oid(older.as_bytes())).unwrap_or(false)
    }

    /// Returns the best common ancestor of two commits.
    ///
    /// # Errors
    /// When they have none; in a shallow clone the error says how to deepen it.
    pub fn merge_base(&self, a: CommitId, b: CommitId) -> Result<CommitId> {
        let base = self.repository().merge_base(oid(a.as_bytes()), oid(b.as_bytes()));
        base.map(|id| CommitId::from_bytes(raw_id(id))).map_err(|error| {
            let base = Error::undecided(format!("'{}' and '{}' have no common history", a.short(), b.short()));
            if self.is_shallow() {
                base.hint("this clone is shallow: run 'git fetch --unshallow', or clone with a larger --depth")
            } else if error.code() == git2::ErrorCode::NotFound {
                base.hint("the line's branch does not descend from main; check 'main' and 'branch' in patch.toml")
            } else {
                base.because(error.message().to_owned())
            }
        })
    }

    /// Returns the newest commit that a branch shares with main, given the commits that only the branch has.
    ///
    /// # Errors
    /// As [`Self::merge_base`].
    pub fn branch_point(&self, main: CommitId, tip: CommitId, own: &[Commit]) -> Result<CommitId> {
        let only: HashSet<CommitId> = own.iter().map(|commit| commit.id).collect();
        let parents: HashSet<CommitId> = own.iter().flat_map(|commit| commit.parents.iter().copied()).collect();
        let mut shared = parents.difference(&only);
        match (shared.next(), shared.next()) {
            // All that both have is behind the one commit that the branch stands on.
            (Some(point), None) if own.iter().all(|commit| !commit.parents.is_empty()) => Ok(*point),
            (None, _) if own.is_empty() => Ok(tip),
            _ => self.merge_base(main, tip),
        }
    }

    /// Returns the commits reachable from `tip` and from none of `hidden`, parents before children, without those whose
    /// committer date is before `not_before`, in seconds since 1970-01-01 UTC.
    ///
    /// # Errors
    /// When history is missing, or a shallow clone cuts it off.
    pub fn commits_between(&self, hidden: &[CommitId], tip: CommitId, not_before: Option<i64>) -> Result<Vec<Commit>> {
        let ids = self.walked(hidden, tip)?;
        let ends = if self.is_shallow() { cut_off(self) } else { HashSet::new() };
        let mut commits = Vec::with_capacity(ids.len());
        for id in ids {
            let commit = self.repository().find_commit(id).map_err(|error| cannot_read(id, &error))?;
            if not_before.is_none_or(|moment| commit.time().seconds() >= moment) {
                if ends.contains(&CommitId::from_bytes(raw_id(id))) {
                    return Err(ends_at(tip, id));
                }
                commits.push(from_git2(&commit));
            }
        }
        Ok(commits)
    }

    pub(super) fn walked(&self, hidden: &[CommitId], tip: CommitId) -> Result<Vec<git2::Oid>> {
        let walk = || -> std::result::Result<Vec<git2::Oid>, git2::Error> {
            let mut walk = self.repository().revwalk()?;
            walk.set_sorting(Sort::TOPOLOGICAL | Sort::TIME | Sort::REVERSE)?;
            walk.push(oid(tip.as_bytes()))?;
            hidden.iter().try_for_each(|id| walk.hide(oid(id.as_bytes())))?;
            walk.collect()
        };
        walk().map_err(|error| cannot_walk(tip, &error))
    }

    /// Returns the commit of this repository that a name means, whole or shortened.
    pub fn named(&self, name: &CommitPrefix) -> Option<CommitId> {
        name.full().filter(|id| self.commit(*id).is_ok()).or_else(|| self.expand(name.as_str()))
    }

    /// Finds the commit that begins with the given digits, if there is exactly one in this repository.
    pub fn expand(&self, digits: &str) -> Option<CommitId> {
        let prefix = self.repository().find_commit_by_prefix(digits).ok()?;
        Some(CommitId::from_bytes(raw_id(prefix.id())))
    }
}

/// A commit and its ancestors, read from the newest on only as far as questions ask.
pub struct History<'g> {
    git: &'g Git,
    tip: CommitId,
    walk: git2::Revwalk<'g>,
    seen: HashSet<CommitId>,
    reached: i64,
    asked: HashMap<CommitId, bool>,
}

/// An answer that took more commits than this is kept for the next run.
const WORTH_KEEPING: usize = 1000;

/// So many commits are walked between two looks at the date.
const STRIDE: usize = 64;

/// Committer dates may be wrong; so far behind a commit's date it is still looked for. Git itself trusts dates more: it goes
/// on for five commits (`SLOP` in its `revision.c`).
const SLACK_SECONDS: i64 = 60 * 24 * 60 * 60;

impl<'g> History<'g> {
    /// The history of a commit.
    ///
    /// # Errors
    /// When the commit is missing.
    pub fn of(git: &'g Git, tip: CommitId) -> Result<Self> {
        let start = || {
            let mut walk = git.repository().revwalk()?;
            // Without an order libgit2 goes from the newest on as it is asked; with one it reads all history first.
            walk.push(oid(tip.as_bytes()))?;
            Ok(walk)
        };
        let walk = start().map_err(|error| cannot_walk(tip, &error))?;
        Ok(Self { git, tip, walk, seen: HashSet::new(), reached: i64::MAX, asked: HashMap::new() })
    }

    /// Says whether a commit is part of the history.
    ///
    /// # Errors
    /// When history is missing.
    pub fn contains(&mut self, id: CommitId) -> Result<bool> {
        if self.seen.contains(&id) {
            return Ok(true);
        }
        if let Some(known) = self.asked.get(&id) {
            return Ok(*known);
        }
        // What is not in this repository cannot be part of its history.
        let Ok(commit) = self.git.repository().find_commit(oid(id.as_bytes())) else { return Ok(false) };
        let known = kept(self.git, Facts::Descendants);
        let by_kept = known.iter().filter(|(older, _)| older == id.as_bytes()).map(|(_, newer)| *newer);
        let mut found = false;
        for newer in by_kept {
            // That one commit has the other stays true; it is newer, so it is found sooner.
            found = found || self.walk_to(CommitId::from_bytes(newer))?;
        }
        if !found {
            found = self.walk_until(id, commit.time().seconds())?;
            let far = self.seen.len() > WORTH_KEEPING;
            if found && far {
                let new = (*id.as_bytes(), *self.tip.as_bytes());
                keep(self.git, Facts::Descendants, std::iter::once(new).chain(known));
            }
        }
        self.asked.insert(id, found);
        Ok(found)
    }

    fn walk_to(&mut self, id: CommitId) -> Result<bool> {
        if self.seen.contains(&id) {
            return Ok(true);
        }
        match self.git.repository().find_commit(oid(id.as_bytes())) {
            Ok(commit) => self.walk_until(id, commit.time().seconds()),
            Err(_) => Ok(false),
        }
    }

    fn walk_until(&mut self, id: CommitId, seconds: i64) -> Result<bool> {
        let floor = seconds - SLACK_SECONDS;
        while self.reached >= floor {
            let mut last = None;
            for next in self.walk.by_ref().take(STRIDE) {
                let next = next.map_err(|error| cannot_walk(self.tip, &error))?;
                self.seen.insert(CommitId::from_bytes(raw_id(next)));
                last = Some(next);
            }
            if self.seen.contains(&id) {
                return Ok(true);
            }
            let Some(last) = last else { return Ok(false) };
            let last = self.git.repository().find_commit(last).map_err(|error| cannot_read(last, &error))?;
            self.reached = last.time().seconds();
        }
        Ok(false)
    }
}

/// Makes the error for history that a shallow clone cuts off.
pub(super) fn ends_at(tip: CommitId, end: git2::Oid) -> Error {
    Error::undecided(format!("the history of '{}' is cut off at '{end}'", tip.short()))
        .hint("this clone is shallow: run 'git fetch --unshallow', or look at less with --since")
}

pub(super) fn cannot_walk(tip: CommitId, error: &git2::Error) -> Error {
    Error::undecided(format!("cannot walk the history of '{}'", tip.short()))
        .because(error.message().to_owned())
        .hint(MISSING_OBJECT)
}

pub(super) fn cannot_list(what: &str, error: &git2::Error) -> Error {
    Error::unfinished(format!("cannot list the {what}")).because(error.message().to_owned())
}

/// Says for each commit which tags it is in first: the lowest of the given order that contains it.
///
/// `commits` is a stretch of history with parents before children; `tags` goes from the lowest version to the highest.
pub fn first_tags<'t>(commits: &[Commit], tags: &[(&'t str, CommitId)]) -> HashMap<CommitId, &'t str> {
    first_tags_among(commits.iter().map(|commit| (commit.id, commit.parents.as_slice())), tags)
}

/// As [`first_tags`], for commits of which no more than the parents is known, in any order.
pub fn first_tags_among<'c, 't>(
    commits: impl Iterator<Item = Node<'c>>,
    tags: &[(&'t str, CommitId)],
) -> HashMap<CommitId, &'t str> {
    let parents: HashMap<CommitId, &[CommitId]> = commits.collect();
    let mut first = HashMap::new();
    for (name, tagged) in tags {
        let mut open = vec![*tagged];
        while let Some(id) = open.pop() {
            if let Some(above) = parents.get(&id)
                && !first.contains_key(&id)
            {
                first.insert(id, *name);
                open.extend_from_slice(above);
            }
        }
    }
    first
}
