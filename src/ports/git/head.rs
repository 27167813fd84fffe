//! The head branches of pull requests on a remote: looked at, and moved only from where they were seen.

use std::collections::{HashMap, HashSet};

use crate::model::branch::BranchName;
use crate::model::commit::{Commit, CommitId};
use crate::model::error::{Error, Result};
use crate::model::propose::{PushRefusal, push_kind_and_hint};
use crate::ports::process::failed;

use super::Git;
use super::remote::refused_refs;

impl Git {
    /// Returns the address that a push to a remote goes to, as the configuration has it, before `insteadOf` is looked at: there it names the
    /// repository. What is no remote is its own address.
    pub fn configured_url(&self, remote: &str) -> Option<String> {
        let config = self.repository().config().ok()?;
        let url = |key: &str| config.get_string(&format!("remote.{remote}.{key}")).ok();
        url("pushurl").or_else(|| url("url")).or_else(|| remote.contains(['/', ':']).then(|| remote.to_owned()))
    }

    /// Returns the names of all remotes.
    pub fn remote_names(&self) -> Vec<String> {
        let names = self.repository().remotes().ok();
        names.iter().flatten().filter_map(|name| name.ok().flatten().map(str::to_owned)).collect()
    }

    /// Returns where these branches of a remote are; those that it lacks are left out.
    ///
    /// # Errors
    /// When the remote cannot be reached, or refuses.
    pub fn remote_branches(&self, remote: &str, branches: &[BranchName]) -> Result<HashMap<BranchName, CommitId>> {
        let names: Vec<String> = branches.iter().map(BranchName::full).collect();
        let found = self.remote_refs(remote, &names)?;
        let of = |branch: &BranchName| {
            let found = found.iter().find(|found| found.name == branch.full())?;
            Some((branch.clone(), CommitId::from_bytes(*found.object.as_bytes())))
        };
        Ok(branches.iter().filter_map(of).collect())
    }

    /// Says for people that a local branch has what that of its remote lacks; the local one counts then.
    pub fn ahead(&self, branch: &BranchName) -> Option<String> {
        let (local, remote) = (self.local_branch_commit(branch)?, self.remote_branch_commit(branch)?);
        (local != remote && self.is_ancestor(remote, local)).then(|| {
            format!(
                "branch '{branch}' is at {} here, with commits that were not pushed yet, and they count: to look: git log --oneline {}..{}",
                local.short(),
                remote.short(),
                local.short()
            )
        })
    }

    /// Sees to it that a commit that a branch of a remote was seen at is here. No ref is written.
    ///
    /// # Errors
    /// When it cannot be fetched, or the branch is elsewhere by now.
    pub fn bring(&self, remote: &str, branch: &BranchName, commit: CommitId) -> Result<()> {
        if self.has_commit(commit) {
            return Ok(());
        }
        self.bring_ref(remote, &branch.full())?;
        if self.has_commit(commit) {
            return Ok(());
        }
        Err(Error::unfinished(format!("'{branch}' on '{}' moved at this moment", remote.escape_debug()))
            .hint("run the same command again"))
    }

    /// Brings the commits of a pull request of a remote, from a fork too (`refs/pull/N/head`: "Checking out pull requests locally" in
    /// GitHub's documentation). No ref is written, and nothing of them is checked out or run.
    ///
    /// # Errors
    /// When they cannot be fetched.
    pub fn bring_pull(&self, remote: &str, number: u64) -> Result<()> {
        self.bring_ref(remote, &format!("refs/pull/{number}/head"))
    }

    fn bring_ref(&self, remote: &str, name: &str) -> Result<()> {
        let fetch =
            ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--refmap=", "--"];
        let finished = self.program().run_remote([&fetch[..], &[remote, name]].concat())?;
        if finished.success() { Ok(()) } else { Err(failed("git fetch", &finished)) }
    }

    /// Returns the commits from `hidden` to `tip` that are neither among `known` nor do what one of `known` does (`git-patch-id(1)`,
    /// with the same message), oldest first.
    ///
    /// # Errors
    /// When history is missing or git fails.
    pub fn unlike(&self, hidden: &[CommitId], tip: CommitId, known: &HashSet<CommitId>) -> Result<Vec<CommitId>> {
        let all = self.commits_between(hidden, tip, None)?;
        let strange: Vec<&Commit> = all.iter().filter(|commit| !known.contains(&commit.id)).collect();
        if strange.is_empty() {
            return Ok(Vec::new());
        }
        // What an earlier run made may be gone from here.
        let ours: Vec<Commit> = known.iter().filter_map(|id| self.commit(*id).ok()).collect();
        let patches = self.patch_ids(&strange.iter().copied().chain(&ours).collect::<Vec<_>>())?;
        let does = |commit: &Commit| patches.get(&commit.id).map(|patch| (*patch, commit.message.clone()));
        let done: HashSet<_> = ours.iter().filter_map(does).collect();
        let is_ours = |commit: &Commit| does(commit).is_some_and(|does| done.contains(&does)) && !commit.is_merge();
        Ok(strange.into_iter().filter(|commit| !is_ours(commit)).map(|commit| commit.id).collect())
    }

    /// Moves a branch of a remote to `new`, or creates it; refused when it is not at `old` at that moment (`git-push(1)`,
    /// `--force-with-lease=<refname>:<expect>`).
    ///
    /// # Errors
    /// When the remote refuses or cannot be reached; it is then as it was.
    pub fn push_head(&self, remote: &str, branch: &BranchName, old: Option<CommitId>, new: CommitId) -> Result<()> {
        let expected = old.map(|old| old.to_string()).unwrap_or_default();
        let (lease, spec) =
            (format!("--force-with-lease={}:{expected}", branch.full()), format!("{new}:{}", branch.full()));
        let finished = self.program().run_remote([
            "push",
            "--porcelain",
            "--no-follow-tags",
            "--recurse-submodules=no",
            &lease,
            "--",
            remote,
            &spec,
        ])?;
        if finished.success() {
            return Ok(());
        }
        let heard = finished.stderr.lines().map(|line| line.trim().to_owned());
        let said: Vec<String> = refused_refs(&finished).into_iter().chain(heard).collect();
        let said = said.join("; ");
        let (kind, hint) = push_kind_and_hint(PushRefusal::of(&said));
        let message = format!("'{branch}' was not pushed to '{}'", remote.escape_debug());
        Err(Error::new(kind, message).because(said).hint(hint))
    }
}
