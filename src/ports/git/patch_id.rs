//! Git's own patch ids (`git-patch-id(1)`, `--stable`), computed once and kept: each is a function of its commit alone.

use std::collections::HashMap;
use std::process::Stdio;

use crate::model::commit::{CommitId, PatchId};
use crate::model::error::{Error, Result};
use crate::model::fetch::MISSING_OBJECT;
use crate::ports::process::{cannot_start, failed, finish};

use super::Git;
use super::cache::{Facts, keep, kept};
use super::outline::Compared;

impl Git {
    /// Returns the stable patch ids of commits, merges taken relative to their first parent.
    ///
    /// A commit that changes nothing has none.
    ///
    /// # Errors
    /// When git fails, for example because an object is missing.
    pub fn patch_ids<C: Compared>(&self, commits: &[&C]) -> Result<HashMap<CommitId, PatchId>> {
        if commits.is_empty() {
            return Ok(HashMap::new());
        }
        let mut kept = self.kept_patch_ids();
        let missing: Vec<&C> = commits.iter().filter(|commit| !kept.contains_key(&commit.id())).copied().collect();
        let computed = self.compute_patch_ids(&missing)?;
        if !computed.is_empty() {
            kept.extend(&computed);
            self.keep_patch_ids(&kept, &computed);
        }
        Ok(commits.iter().filter_map(|commit| Some((commit.id(), *kept.get(&commit.id())?))).collect())
    }

    fn compute_patch_ids(&self, commits: &[&impl Compared]) -> Result<HashMap<CommitId, PatchId>> {
        if commits.is_empty() {
            return Ok(HashMap::new());
        }
        let mut differ = self.program().command();
        differ.args(["diff-tree", "--stdin", "--root", "-p", "--no-ext-diff", "--no-textconv", "--no-renames"]);
        let mut differ = differ
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| cannot_start("git", error))?;
        let (stdin, stdout) = differ.stdin.take().zip(differ.stdout.take()).expect("both were asked to be pipes");
        let asked = against_first_parents(commits);
        let feeder = std::thread::spawn(move || {
            use std::io::Write as _;
            // A differ that stops reading early says why with its exit code.
            let mut stdin = stdin;
            drop(stdin.write_all(asked.as_bytes()));
        });
        let mut summer = self.program().command();
        summer.args(["patch-id", "--stable"]).stdin(stdout);
        let summed = finish(summer, None)?;
        drop(feeder.join());
        let differ =
            differ.wait_with_output().map_err(|error| Error::unfinished("cannot wait for git").because(error))?;
        if !differ.status.success() {
            let said = String::from_utf8_lossy(&differ.stderr).trim().to_owned();
            return Err(Error::undecided("'git diff-tree' could not compare commits")
                .because(said)
                .hint(MISSING_OBJECT));
        }
        if !summed.success() {
            return Err(failed("git patch-id", &summed));
        }
        let text = String::from_utf8_lossy(&summed.stdout);
        let pair = |line: &str| {
            let (patch, commit) = line.split_once(' ')?;
            Some((commit.parse().ok()?, patch.parse().ok()?))
        };
        Ok(text.lines().filter_map(pair).collect())
    }

    fn kept_patch_ids(&self) -> HashMap<CommitId, PatchId> {
        let pair = |(commit, patch)| (CommitId::from_bytes(commit), PatchId::from_bytes(patch));
        kept(self, Facts::PatchIds).into_iter().map(pair).collect()
    }

    fn keep_patch_ids(&self, all: &HashMap<CommitId, PatchId>, newest: &HashMap<CommitId, PatchId>) {
        let older = all.iter().filter(|(commit, _)| !newest.contains_key(commit));
        keep(
            self,
            Facts::PatchIds,
            newest.iter().chain(older).map(|(commit, patch)| (*commit.as_bytes(), *patch.as_bytes())),
        );
    }
}

/// Returns what `git diff-tree --stdin` is told to compare each commit with its first parent (`git-diff-tree(1)`, `--stdin`).
pub(super) fn against_first_parents<C: Compared>(commits: &[&C]) -> String {
    let ask = |commit: &&C| match commit.parent() {
        Some(parent) => format!("{} {parent}\n", commit.id()),
        None => format!("{}\n", commit.id()),
    };
    commits.iter().map(ask).collect()
}
