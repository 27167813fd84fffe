//! Git itself as the judge of a pick.

use std::collections::BTreeSet;
use std::path::PathBuf;

use backstitch::model::commit::{CommitId, TreeId};
use serde_json::Value;

use super::Repo;

/// How a pick ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// It applies and changes something.
    Clean,
    /// A person has to look at some paths.
    Conflict,
    /// It applies and changes nothing.
    Empty,
}

/// What picking one commit onto another gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// How it ends.
    pub outcome: Outcome,
    /// The resulting tree, unless there is a conflict: the text between conflict markers is a matter of labels.
    pub tree: Option<TreeId>,
    /// The conflicting paths. Where two things want one path, git moves one to `path~label`; the labels
    /// differ between a pick in a work tree and one in memory, and are cut off here.
    pub files: BTreeSet<String>,
}

/// How one commit is picked onto another.
#[derive(Debug, Clone, Copy)]
pub struct Pair {
    /// The commit that is picked.
    pub fix: CommitId,
    /// Where to.
    pub onto: CommitId,
    /// What the fix is compared with: its first parent, or a commit with an empty tree for a root commit.
    pub base: CommitId,
    /// How many parents the fix has.
    pub parents: usize,
}

impl Answer {
    fn new(outcome: Outcome, tree: TreeId, files: impl IntoIterator<Item = String>) -> Self {
        let tree = (outcome != Outcome::Conflict).then_some(tree);
        let unlabelled = |file: String| file.split('~').next().unwrap_or_default().to_owned();
        Self { outcome, tree, files: files.into_iter().map(unlabelled).collect() }
    }

    /// Reads a line of `patch-pick forecast --stdin`, and requires that it answers this pair.
    #[track_caller]
    pub fn from_json(line: &Value, pair: &Pair) -> Self {
        let text = |field: &str| line[field].as_str().unwrap_or_else(|| panic!("no text in '{field}': {line}"));
        assert_eq!((text("fix"), text("onto")), (pair.fix.to_string().as_str(), pair.onto.to_string().as_str()));
        let outcome = match text("outcome") {
            "clean" => Outcome::Clean,
            "conflict" => Outcome::Conflict,
            "empty" => Outcome::Empty,
            other => panic!("unknown outcome '{other}'"),
        };
        let files = line["files"].as_array().unwrap_or_else(|| panic!("no list in 'files': {line}"));
        let files = files.iter().map(|file| file.as_str().expect("because a path is a text").to_owned());
        Self::new(outcome, text("tree").parse().expect("because a tree has a full name"), files)
    }
}

/// The tree of each commit, in order.
fn trees(repo: &Repo, commits: impl Iterator<Item = CommitId>) -> Vec<TreeId> {
    let asked: String = commits.map(|commit| format!("{commit}^{{tree}}\n")).collect();
    let mut command = repo.git_command();
    command.args(["cat-file", "--batch-check=%(objectname)"]);
    let output = super::run_with_input(&mut command, asked.into_bytes());
    let said = String::from_utf8(output.stdout).expect("because names are ASCII");
    said.lines().map(|name| name.parse().unwrap_or_else(|error| panic!("{error}"))).collect()
}

/// Asks one `git merge-tree` process about all pairs. It knows nothing of attributes that only a tree holds.
pub fn git_merge_tree(repo: &Repo, pairs: &[Pair]) -> Vec<Answer> {
    let asked: String = pairs.iter().map(|pair| format!("{} -- {} {}\n", pair.base, pair.onto, pair.fix)).collect();
    let mut command = repo.git_command();
    command.args(["merge-tree", "--write-tree", "--stdin", "--name-only", "--no-messages"]);
    let output = super::run_with_input(&mut command, asked.into_bytes());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).expect("because generated paths are UTF-8");
    let mut fields = said.split('\0');
    let before = trees(repo, pairs.iter().map(|pair| pair.onto));
    let answers = before.into_iter().map(|before| {
        let clean = fields.next() == Some("1");
        let tree = fields.next().and_then(|name| name.parse().ok()).expect("because each answer has a tree");
        let files = fields.by_ref().take_while(|file| !file.is_empty()).map(str::to_owned);
        let files: Vec<String> = files.collect();
        Answer::new(outcome(clean, tree, before), tree, files)
    });
    answers.collect()
}

/// Picks every pair with `git cherry-pick` in worktrees that are thrown away, two at a time.
pub fn git_cherry_pick(repo: &Repo, pairs: &[Pair]) -> Vec<Answer> {
    let before = trees(repo, pairs.iter().map(|pair| pair.onto));
    let work: Vec<_> = pairs.iter().zip(before).collect();
    std::thread::scope(|scope| {
        let halves = work.chunks(work.len().div_ceil(2).max(1)).enumerate().map(|(number, half)| {
            let tree = WorkTree::new(repo, &format!("oracle-{number}"));
            scope.spawn(move || half.iter().map(|(pair, before)| tree.pick(pair, *before)).collect::<Vec<_>>())
        });
        let halves: Vec<_> = halves.collect();
        halves.into_iter().flat_map(|half| half.join().expect("because the oracle answers every pair")).collect()
    })
}

fn outcome(clean: bool, tree: TreeId, before: TreeId) -> Outcome {
    match (clean, tree == before) {
        (false, _) => Outcome::Conflict,
        (true, false) => Outcome::Clean,
        (true, true) => Outcome::Empty,
    }
}

/// A linked worktree to pick in.
struct WorkTree {
    path: PathBuf,
    home: PathBuf,
}

impl WorkTree {
    fn new(repo: &Repo, name: &str) -> Self {
        let path = repo.home().join(name);
        repo.git(["worktree", "add", "-q", "--detach", "--no-checkout", &path.to_string_lossy(), "main"]);
        Self { path, home: repo.home() }
    }

    fn pick(&self, pair: &Pair, before: TreeId) -> Answer {
        let (fix, onto) = (pair.fix.to_string(), pair.onto.to_string());
        self.must(&["read-tree", "--reset", "-u", &onto]);
        let by_first_parent: &[&str] = if pair.parents > 1 { &["-m", "1"] } else { &[] };
        let output = self.git(&[&["cherry-pick", "--no-commit"], by_first_parent, &[&fix]].concat());
        if output.status.success() {
            let tree = self.must(&["write-tree"]).trim_end().parse().expect("because a tree has a full name");
            return Answer::new(outcome(true, tree, before), tree, []);
        }
        let unmerged = self.must(&["ls-files", "--unmerged", "-z"]);
        let files = unmerged.split_terminator('\0').map(|row| row.split_once('\t').expect("because of the tab").1);
        let files: Vec<String> = files.map(str::to_owned).collect();
        assert!(!files.is_empty(), "{pair:?} failed without a conflict: {output:?}");
        // Where two things wanted one path, something may lie beside it that the next reading of a tree would spare.
        self.must(&["read-tree", "--reset", "-u", &onto]);
        self.must(&["clean", "-ffdxq"]);
        Answer::new(Outcome::Conflict, before, files)
    }

    fn must(&self, args: &[&str]) -> String {
        let output = self.git(args);
        assert!(output.status.success(), "git {args:?}: {output:?}");
        String::from_utf8(output.stdout).expect("because generated paths are UTF-8")
    }

    fn git(&self, args: &[&str]) -> std::process::Output {
        let mut command = super::command("git", &self.home);
        command.current_dir(&self.path).args(["-c", "user.name=Mia", "-c", "user.email=mia@example.com"]).args(args);
        command.output().expect("because git is installed")
    }
}
