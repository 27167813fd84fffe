//! The commands that bring what a clone lacks.
//!
//! `git fetch origin main` leaves a branch that the clone does not follow in `FETCH_HEAD` alone: after `git clone --single-branch`, and so
//! after `--depth`, only one branch is followed (`git-clone(1)`). So each command says where the branch goes.

use crate::model::apply::shell_word;
use crate::model::branch::BranchName;

/// The remote that people fetch from where there are several, and where none is known.
pub const USUAL_REMOTE: &str = "origin";

/// The depth that brings all of the history and, other than `--unshallow`, does so again where it is whole by now ("infinite depth" in
/// `shallow(5)` of git's technical documentation): people paste several of these commands, one after the other.
const WHOLE: &str = "--depth=2147483647";

/// The command that brings the objects that a partial clone left out.
const REFETCH: &str = "git fetch --refetch --no-filter";

/// What to do where git says of no object in particular that it is not there.
pub const MISSING_OBJECT: &str = "if an object is missing: in a shallow clone run 'git fetch --unshallow', in a partial clone 'git fetch --refetch --no-filter'";

/// What to do in a partial clone where it lacks an object.
pub const REFETCH_FIRST: &str = "git fetch --refetch --no-filter; then run the same command again";

/// Where a clone gets from what it lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchFrom {
    /// The name of the remote; where the clone has none, the one that it should get.
    pub remote: String,
    /// Whether the clone has a remote. A command for one that has none gives it one first.
    pub has_remote: bool,
    /// Whether the remote has a setting that says which branches come with a fetch. After `git clone --bare` it has none.
    pub has_refspec: bool,
    /// Whether the history of the clone is cut off.
    pub is_shallow: bool,
}

impl FetchFrom {
    /// Returns the command that brings a branch with its history to where branches of the remote are looked for.
    pub fn branch(&self, branch: &BranchName) -> String {
        let refs = format!("{branch}:refs/remotes/{}/{branch}", self.remote);
        self.fetch(&[&shell_word(&self.remote), &shell_word(&refs)])
    }

    /// Returns the command that brings all tags, and the history that is cut off.
    pub fn tags(&self) -> String {
        self.fetch(&["--tags", &shell_word(&self.remote)])
    }

    /// Returns the command that brings all branches, from now on with every fetch, and all tags.
    pub fn branches(&self) -> String {
        match (self.has_remote, self.has_refspec) {
            (true, true) => format!("git remote set-branches {} '*' && {}", shell_word(&self.remote), self.tags()),
            // Git refuses to set the branches of a remote that has none set.
            (true, false) => {
                let setting = shell_word(&format!("remote.{}.fetch", self.remote));
                let refs = shell_word(&format!("+refs/heads/*:refs/remotes/{}/*", self.remote));
                format!("git config {setting} {refs} && {}", self.tags())
            }
            // A new remote is one of all branches.
            (false, _) => self.tags(),
        }
    }

    /// Returns the command that brings the objects that a partial clone left out, those of all tags with them.
    pub fn objects(&self) -> String {
        self.with_remote(&[REFETCH, "--tags", &shell_word(&self.remote)].join(" "))
    }

    /// Returns the command that brings the commits of a pull request, and runs nothing of them.
    pub fn pull(&self, number: u64) -> String {
        self.with_remote(&format!("git fetch {} pull/{number}/head", shell_word(&self.remote)))
    }

    fn fetch(&self, what: &[&str]) -> String {
        let complete: &[&str] = if self.is_shallow { &[WHOLE] } else { &[] };
        self.with_remote(&[&["git", "fetch"], complete, what].concat().join(" "))
    }

    fn with_remote(&self, command: &str) -> String {
        match self.has_remote {
            true => command.to_owned(),
            false => {
                format!("git remote add {} URL && {command} (this clone has no remote)", shell_word(&self.remote))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_goes_where_it_is_looked_for() {
        let branch: BranchName = "release/2.0".parse().expect("a branch");
        let odd: BranchName = "it's".parse().expect("a branch");
        let from = |remote: &str, is_shallow| {
            let remote = remote.to_owned();
            FetchFrom { remote, has_remote: true, has_refspec: true, is_shallow }
        };
        let none = FetchFrom { has_remote: false, has_refspec: false, ..from(USUAL_REMOTE, false) };
        let bare = FetchFrom { has_refspec: false, ..from("origin", true) };
        let table = [
            (from("origin", false).branch(&branch), "git fetch origin release/2.0:refs/remotes/origin/release/2.0"),
            (
                from("there", true).branch(&branch),
                "git fetch --depth=2147483647 there release/2.0:refs/remotes/there/release/2.0",
            ),
            (from("origin", false).branch(&odd), "git fetch origin 'it'\\''s:refs/remotes/origin/it'\\''s'"),
            (from("origin", false).tags(), "git fetch --tags origin"),
            (from("origin", true).tags(), "git fetch --depth=2147483647 --tags origin"),
            (from("origin", false).branches(), "git remote set-branches origin '*' && git fetch --tags origin"),
            (
                bare.branches(),
                "git config remote.origin.fetch '+refs/heads/*:refs/remotes/origin/*' && git fetch --depth=2147483647 --tags origin",
            ),
            (from("origin", false).objects(), "git fetch --refetch --no-filter --tags origin"),
            (from("there", false).pull(7), "git fetch there pull/7/head"),
            (
                none.branch(&branch),
                "git remote add origin URL && git fetch origin release/2.0:refs/remotes/origin/release/2.0 (this clone has no remote)",
            ),
            (none.branches(), "git remote add origin URL && git fetch --tags origin (this clone has no remote)"),
            (none.pull(7), "git remote add origin URL && git fetch origin pull/7/head (this clone has no remote)"),
        ];
        for (found, expected) in table {
            assert_eq!(found, expected);
        }
    }
}
