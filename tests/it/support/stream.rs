//! Hundreds of commits at once: whole trees, written through one `git fast-import`.

use std::collections::BTreeMap;

use backstitch::model::commit::CommitId;

use super::Repo;

/// What stands at one path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// An ordinary file.
    File(Vec<u8>),
    /// An executable file.
    Executable(Vec<u8>),
    /// A link to this target.
    Link(String),
    /// A submodule at the commit whose name repeats this byte.
    Submodule(u8),
}

/// A whole tree by path. No path is a folder of another.
pub type Tree = BTreeMap<String, Entry>;

/// A commit of a [`Stream`] that git has not named yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark(usize);

/// Commits on their way into a repository.
#[derive(Default)]
pub struct Stream {
    text: Vec<u8>,
    commits: usize,
}

impl Stream {
    /// Adds a commit with exactly this tree. No parents make a root commit.
    pub fn commit(&mut self, parents: &[Mark], tree: &Tree) -> Mark {
        self.commits += 1;
        let (mark, seconds) = (Mark(self.commits), 1_767_603_600 + self.commits);
        // The branch is reset first, for a commit without `from` would go on where the branch stands.
        self.line(&format!("reset refs/heads/stream\ncommit refs/heads/stream\nmark :{}", mark.0));
        self.line(&format!("committer Mia Maintainer <mia@example.com> {seconds} +0000"));
        self.data(format!("Commit {}\n", mark.0).as_bytes());
        for (index, parent) in parents.iter().enumerate() {
            let role = if index == 0 { "from" } else { "merge" };
            self.line(&format!("{role} :{}", parent.0));
        }
        self.line("deleteall");
        tree.iter().for_each(|(path, entry)| self.entry(path, entry));
        mark
    }

    /// Writes all commits into the repository, and returns their names in the order of their marks.
    pub fn write_to(self, repo: &Repo) -> Commits {
        let marks = repo.home().join("marks");
        let mut command = repo.git_command();
        command.args(["fast-import", "--quiet", "--force"]).arg(format!("--export-marks={}", marks.display()));
        let output = super::run_with_input(&mut command, self.text);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut names = BTreeMap::new();
        for row in std::fs::read_to_string(marks).expect("because git wrote it").lines() {
            let (mark, name) = row[1..].split_once(' ').expect("because a row is ':mark name'");
            let mark: usize = mark.parse().expect("because a mark is a number");
            names.insert(mark, name.parse().expect("because a name is full"));
        }
        Commits(names)
    }

    fn entry(&mut self, path: &str, entry: &Entry) {
        let (mode, content) = match entry {
            Entry::File(content) => ("100644", content.as_slice()),
            Entry::Executable(content) => ("100755", content.as_slice()),
            Entry::Link(target) => ("120000", target.as_bytes()),
            Entry::Submodule(byte) => {
                return self.line(&format!("M 160000 {} {path}", format!("{byte:02x}").repeat(20)));
            }
        };
        self.line(&format!("M {mode} inline {path}"));
        self.data(content);
    }

    fn line(&mut self, line: &str) {
        self.text.extend(line.as_bytes());
        self.text.push(b'\n');
    }

    fn data(&mut self, content: &[u8]) {
        self.line(&format!("data {}", content.len()));
        self.text.extend(content);
        self.text.push(b'\n');
    }
}

/// The names git gave to the commits of a [`Stream`].
pub struct Commits(BTreeMap<usize, CommitId>);

impl std::ops::Index<Mark> for Commits {
    type Output = CommitId;

    fn index(&self, mark: Mark) -> &CommitId {
        &self.0[&mark.0]
    }
}
