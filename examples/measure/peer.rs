//! Git's own answers: forecasts by `git merge-tree`, patch ids by `git patch-id`.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use backstitch::model::commit::{CommitId, TreeId};
use backstitch::model::forecast::Outcome;
use backstitch::ports::git::{Git, empty_tree};
use backstitch::ports::process::finish;

/// A fix and the commit it is picked onto.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pair {
    pub fix: CommitId,
    pub onto: CommitId,
}

/// What git answers for a pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub outcome: Outcome,
    pub tree: TreeId,
    /// The paths that conflict.
    pub files: BTreeSet<String>,
}

/// A repository that borrows all objects of another one and keeps its own to itself.
pub struct Scratch {
    directory: tempfile::TempDir,
}

impl Scratch {
    /// Makes one.
    pub fn beside(git: &Git) -> Result<Self> {
        let directory = tempfile::tempdir()?;
        let mut init = Command::new("git");
        init.args(["init", "--quiet", "--bare", "--initial-branch=none"]).arg(directory.path());
        ensure!(init.status()?.success(), "'git init' failed");
        let info = directory.path().join("objects").join("info");
        std::fs::create_dir_all(&info)?;
        std::fs::write(info.join("alternates"), format!("{}\n", git.objects_directory().display()))?;
        Ok(Self { directory })
    }

    /// Returns where it is.
    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Returns a git command that runs in it.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        command.env("GIT_DIR", self.path()).env("GIT_NO_LAZY_FETCH", "1").args(arguments).stdin(Stdio::null());
        command
    }

    /// Returns the one process that is compared with: it takes `questions` on its standard input.
    pub fn merge_tree(&self) -> Command {
        self.command(&["merge-tree", "--write-tree", "--stdin", "--no-messages"])
    }
}

/// Writes pairs as `git merge-tree --stdin` takes them.
pub fn questions(git: &Git, pairs: &[Pair]) -> Result<String> {
    let mut text = String::new();
    for pair in pairs {
        let parent = git.commit(pair.fix)?.parents.first().copied();
        let base = parent.map_or_else(|| empty_tree().to_string(), |parent| parent.to_string());
        text.push_str(&format!("{base} -- {} {}\n", pair.onto, pair.fix));
    }
    Ok(text)
}

/// Asks git for all pairs with one process.
pub fn answers(git: &Git, pairs: &[Pair]) -> Result<Vec<Answer>> {
    let scratch = Scratch::beside(git)?;
    let finished = finish(scratch.merge_tree(), Some(questions(git, pairs)?.into_bytes()))?;
    ensure!(finished.success(), "'git merge-tree' failed: {}", finished.stderr.trim());
    let mut answers: Vec<Answer> = Vec::new();
    let mut words = finished.stdout.split(|byte| *byte == 0).filter(|word| !word.is_empty());
    while let Some(word) = words.next() {
        match word {
            b"0" | b"1" => {
                let tree: TreeId = String::from_utf8_lossy(words.next().context("a tree is missing")?).parse()?;
                let pair = pairs.get(answers.len()).context("git answered more than it was asked")?;
                let outcome = match word {
                    b"0" => Outcome::Conflict,
                    _ if git.tree_of(pair.onto)? == tree => Outcome::Empty,
                    _ => Outcome::Clean,
                };
                answers.push(Answer { outcome, tree, files: BTreeSet::new() });
            }
            stage => {
                let text = String::from_utf8_lossy(stage);
                let (_, path) = text.split_once('\t').context("git's answer is in an unknown form")?;
                let answer = answers.last_mut().context("git's answer begins with a conflict")?;
                answer.files.insert(path.to_owned());
            }
        }
    }
    ensure!(answers.len() == pairs.len(), "git answered {} of {} questions", answers.len(), pairs.len());
    Ok(answers)
}

/// How one commit is shown to `git patch-id`.
#[derive(Debug, Clone, Copy)]
pub enum Shown {
    /// As `git diff-tree -p` and `git cherry` compare trees; merges relative to their first parent.
    Plain,
    /// As `git show` does, renames found.
    WithRenames,
}

/// Returns the stable patch id that git computes for one commit; `None` if it changes nothing.
pub fn patch_id(git: &Git, commit: CommitId, shown: Shown) -> Result<Option<String>> {
    let renames = match shown {
        Shown::Plain => "--no-renames",
        Shown::WithRenames => "--find-renames",
    };
    let name = commit.to_string();
    let show = ["show", "--format=%H", "--first-parent", "-m", "-p", "--no-ext-diff", "--no-textconv", renames, &name];
    let diff = git.program().run(show)?;
    let sum = git.program().run_with_input(["patch-id", "--stable"], diff.stdout)?;
    if !sum.success() {
        bail!("'git patch-id' failed: {}", sum.stderr.trim());
    }
    Ok(String::from_utf8_lossy(&sum.stdout).split_whitespace().next().map(str::to_owned))
}
