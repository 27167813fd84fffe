//! The three versions of each file in conflict, as git would put them into the index.

use crate::model::commit::TreeId;
use crate::model::error::Result;
use crate::model::forecast::{Entry, Mode};
use crate::ports::process::{failed, finish};

use super::Git;
use super::forecaster::{Pick, Treeish};

/// Which version of a file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Before the fix.
    Base,
    /// On the line.
    Ours,
    /// After the fix.
    Theirs,
}

/// One version of a file in conflict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StagedFile {
    /// The path, bytes that are not UTF-8 replaced.
    pub path: String,
    /// Which version.
    pub stage: Stage,
    /// Its mode and object.
    pub entry: Entry,
}

impl Git {
    /// Merges once more, in the repository itself, and returns the versions of every file in conflict.
    ///
    /// All three trees must be in the repository. Objects that the merge makes are written there; no ref names them.
    ///
    /// # Errors
    /// When git cannot merge.
    pub fn stages(&self, pick: &Pick) -> Result<Vec<StagedFile>> {
        let [base, ours, theirs] = [pick.base, pick.ours, pick.theirs].map(|side| self.name_of(side));
        let mut command = self.program().command();
        command.arg(format!("--attr-source={}", pick.ours.tree));
        command.args(["merge-tree", "--write-tree", "-z", "--no-messages"]);
        command.arg(format!("--merge-base={}", base?)).args([ours?, theirs?]);
        let finished = finish(command, None)?;
        match finished.code {
            Some(0 | 1) => Ok(staged(&finished.stdout)),
            Some(_) | None => Err(failed("git merge-tree", &finished)),
        }
    }

    /// Git before 2.45 merges commits only.
    fn name_of(&self, side: Treeish) -> Result<String> {
        match side.commit {
            Some(commit) => Ok(commit.to_string()),
            None if self.version()?.merges_plain_trees() => Ok(side.tree.to_string()),
            None => self.commit_of_nothing_but(side.tree),
        }
    }

    fn commit_of_nothing_but(&self, tree: TreeId) -> Result<String> {
        self.objects()?.commit_for(tree).map(|commit| commit.to_string())
    }
}

fn staged(output: &[u8]) -> Vec<StagedFile> {
    let fields = output.split(|byte| *byte == 0).skip(1).take_while(|field| !field.is_empty());
    fields.filter_map(one).collect()
}

/// Reads `<mode> <object> <stage>\t<path>` (`git-merge-tree(1)`, "Conflicted file info").
fn one(field: &[u8]) -> Option<StagedFile> {
    let text = String::from_utf8_lossy(field);
    let (facts, path) = text.split_once('\t')?;
    let mut facts = facts.split(' ');
    let mode = Mode(u32::from_str_radix(facts.next()?, 8).ok()?);
    let id = *facts.next()?.parse::<TreeId>().ok()?.as_bytes();
    let stage = match facts.next()? {
        "1" => Stage::Base,
        "2" => Stage::Ours,
        "3" => Stage::Theirs,
        _ => return None,
    };
    Some(StagedFile { path: path.to_owned(), stage, entry: Entry { mode, id } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_versions_are_read() {
        let id = "1".repeat(40);
        let output = format!("{id}\0100644 {id} 1\ta b\0100755 {id} 3\ta b\0\0rest\0");
        let read: Vec<_> =
            staged(output.as_bytes()).into_iter().map(|file| (file.path, file.stage, file.entry.mode)).collect();
        let path = || "a b".to_owned();
        assert_eq!(read, [(path(), Stage::Base, Mode(0o100_644)), (path(), Stage::Theirs, Mode(0o100_755))]);
    }
}
