//! Writing objects: trees that were worked out elsewhere, and commits.

use git2::{ObjectType, Odb};

use crate::model::commit::{CommitId, TreeId};
use crate::model::error::{Error, Result};
use crate::model::forecast::Mode;
use crate::ports::process::{Finished, failed};

use super::Git;
use super::objects::{Objects, cannot_read, oid, raw_id};

/// The parts of a commit that a pick keeps, byte for byte.
#[derive(Debug, Clone)]
pub struct Origin {
    /// What stands behind `author `: name, address, seconds and offset.
    author: Vec<u8>,
    /// The encoding of the message, where the commit names one.
    encoding: Option<Vec<u8>>,
    /// The message.
    pub message: Vec<u8>,
}

/// What stands in the commits that are made here.
const HEADERS: [&[u8]; 7] =
    [b"tree ", b"parent ", b"author ", b"committer ", b"encoding ", b"gpgsig ", b"gpgsig-sha256 "];

/// Returns the encoding that a commit names, unless it is the one that all others have (`git-commit`, "i18n.commitEncoding").
fn named(encoding: Option<&[u8]>) -> Option<&[u8]> {
    encoding.filter(|encoding| !encoding.eq_ignore_ascii_case(b"UTF-8"))
}

/// Whether commits are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignCommits {
    /// With the key that the user's git is configured with.
    Sign,
    /// Not at all.
    Leave,
}

/// The committer, as git's own configuration and environment tell.
#[derive(Debug, Clone)]
pub struct Committer(String);

impl Committer {
    /// Returns `Name <address>`, as it stands in a `Signed-off-by` trailer.
    pub fn signer(&self) -> &str {
        self.0.rfind('>').map_or(self.0.as_str(), |end| &self.0[..=end])
    }
}

/// A commit to make.
#[derive(Debug, Clone, Copy)]
pub struct NewCommit<'a> {
    /// Its tree.
    pub tree: TreeId,
    /// Its only parent.
    pub parent: CommitId,
    /// The commit whose author and encoding it gets.
    pub origin: &'a Origin,
    /// Its whole message.
    pub message: &'a [u8],
}

impl Git {
    /// Reads what a pick keeps of a commit.
    ///
    /// # Errors
    /// When the commit is missing or has no author.
    pub fn origin(&self, id: CommitId) -> Result<Origin> {
        let name = oid(id.as_bytes());
        let commit = self.repository().find_commit(name).map_err(|error| cannot_read(name, &error))?;
        let header = |key: &[u8]| {
            let mut lines = commit.raw_header_bytes().split(|byte| *byte == b'\n');
            lines.find_map(|line| line.strip_prefix(key)).map(<[u8]>::to_vec)
        };
        let author = header(b"author ").ok_or_else(|| Error::unfinished(format!("commit '{id}' has no author")))?;
        let message = commit.message_raw_bytes().to_vec();
        Ok(Origin { author, encoding: header(b"encoding "), message })
    }

    /// Reads a commit as git stores it, byte for byte.
    ///
    /// # Errors
    /// When it is missing.
    pub fn stored_commit(&self, id: CommitId) -> Result<Vec<u8>> {
        let name = oid(id.as_bytes());
        let store = self.odb()?;
        let object = store.read(name).map_err(|error| cannot_read(name, &error))?;
        Ok(object.data().to_vec())
    }

    /// Returns who commits, and when, as the user's git tells.
    ///
    /// # Errors
    /// When git knows no name or address.
    pub fn committer(&self) -> Result<Committer> {
        let finished = self.program().run(["var", "GIT_COMMITTER_IDENT"])?;
        if !finished.success() {
            return Err(failed("git var GIT_COMMITTER_IDENT", &finished)
                .hint("tell git who you are: git config --global user.name … and user.email …"));
        }
        Ok(Committer(String::from_utf8_lossy(&finished.stdout).trim_end().to_owned()))
    }

    /// Says whether `commit.gpgSign` asks for signed commits.
    ///
    /// # Errors
    /// When its value is no truth value.
    pub fn signs_by_default(&self) -> Result<SignCommits> {
        let finished = self.program().run(["config", "--type=bool", "--get", "commit.gpgSign"])?;
        match (finished.code, finished.stdout.trim_ascii()) {
            (Some(0), b"true") => Ok(SignCommits::Sign),
            (Some(0 | 1), _) => Ok(SignCommits::Leave),
            (_, _) => Err(failed("git config commit.gpgSign", &finished)),
        }
    }

    /// Makes a commit that no ref names yet.
    ///
    /// The author of the origin is kept byte for byte, also where `git commit` would tidy it.
    ///
    /// # Errors
    /// When it cannot be written or signed.
    pub fn make_commit(&self, new: &NewCommit<'_>, committer: &Committer, sign: SignCommits) -> Result<CommitId> {
        match sign {
            SignCommits::Leave => {
                let text = commit_text(new, committer);
                let id = self.odb()?.write(ObjectType::Commit, &text);
                id.map(|id| CommitId::from_bytes(raw_id(id))).map_err(cannot_write)
            }
            SignCommits::Sign => self.make_signed(new, committer),
        }
    }

    /// Says whether a commit is what [`Self::make_commit`] would make, but for the committer.
    ///
    /// # Errors
    /// When an object that exists cannot be read.
    pub fn is_such_commit(&self, id: CommitId, new: &NewCommit<'_>, sign: SignCommits) -> Result<bool> {
        let Ok(found) = self.repository().find_commit(oid(id.as_bytes())) else { return Ok(false) };
        let headers: Vec<&[u8]> = found.raw_header_bytes().split(|byte| *byte == b'\n').collect();
        let signed = headers.iter().any(|line| line.starts_with(b"gpgsig "));
        // What goes on in the next line begins with white space there. A reader may go by what git itself passes over.
        let is_known = |line: &&[u8]| {
            line.is_empty() || line.starts_with(b" ") || HEADERS.iter().any(|known| line.starts_with(known))
        };
        let parts = super::from_git2(&found);
        let origin = self.origin(id)?;
        let same_place = parts.tree == new.tree && parts.parents == [new.parent];
        let same_words = origin.author == new.origin.author
            && origin.message == new.message
            && named(origin.encoding.as_deref()) == named(new.origin.encoding.as_deref());
        let as_made = headers.iter().all(is_known) && signed == matches!(sign, SignCommits::Sign);
        Ok(same_place && same_words && as_made)
    }

    fn make_signed(&self, new: &NewCommit<'_>, committer: &Committer) -> Result<CommitId> {
        let cannot = |finished: &Finished| {
            failed("git commit-tree -S", finished)
                .hint("see that 'git commit -S' works here, or leave the picks unsigned with '--no-sign'")
        };
        let odd = || {
            Error::undecided(format!(
                "git cannot sign a commit of the author '{}' without changing the name",
                String::from_utf8_lossy(&new.origin.author).escape_debug()
            ))
            .hint("leave the picks unsigned with '--no-sign'")
        };
        let (name, email, date) = author_parts(&new.origin.author).ok_or_else(odd)?;
        let encoding = new.origin.encoding.as_deref().map_or("UTF-8".into(), String::from_utf8_lossy);
        let mut command = self.program().command();
        command.arg("-c").arg(format!("i18n.commitEncoding={encoding}")).args(["commit-tree", "-S", "-F", "-", "-p"]);
        command.arg(new.parent.to_string()).arg(new.tree.to_string());
        command.env("GIT_AUTHOR_NAME", name).env("GIT_AUTHOR_EMAIL", email).env("GIT_AUTHOR_DATE", format!("@{date}"));
        command.env("GIT_COMMITTER_DATE", format!("@{}", committer.date()));
        let finished = crate::ports::process::finish(command, Some(new.message.to_vec()))?;
        if !finished.success() {
            return Err(cannot(&finished));
        }
        let said = String::from_utf8_lossy(&finished.stdout).trim().to_owned();
        let id: CommitId = said.parse().map_err(|_| cannot(&finished))?;
        // A signature covers the author, so what git tidied cannot be put right afterwards.
        if self.origin(id)?.author == new.origin.author { Ok(id) } else { Err(odd()) }
    }

    /// Copies a tree, and everything in it that the repository lacks, from a place where it was worked out.
    ///
    /// # Errors
    /// When an object cannot be read there or written here.
    pub fn adopt_tree(&self, from: &mut Objects, tree: TreeId) -> Result<()> {
        from.write_made()?;
        let place = git2::Repository::open(from.repository().path())
            .map_err(|error| Error::unfinished("cannot open the temporary object directory").because(error))?;
        let source = odb_of(&place)?;
        self.adopt(from, &source, &self.odb()?, tree)
    }

    /// What a tree holds is written before the tree, so that a tree that exists is whole, whenever this is killed.
    fn adopt(&self, from: &mut Objects, source: &Odb<'_>, target: &Odb<'_>, tree: TreeId) -> Result<()> {
        // The tree without entries is known to git everywhere, written or not; trees that name it are not made.
        if target.exists(oid(tree.as_bytes())) {
            return Ok(());
        }
        for named in from.tree(tree)?.entries() {
            match named.entry.mode {
                Mode::TREE => self.adopt(from, source, target, TreeId::from_bytes(named.entry.id))?,
                mode if mode.is_submodule() => {}
                _ => copy(source, target, &named.entry.id)?,
            }
        }
        if tree == super::empty_tree() {
            return target.write(ObjectType::Tree, b"").map(drop).map_err(cannot_write);
        }
        copy(source, target, tree.as_bytes())
    }

    fn odb(&self) -> Result<Odb<'_>> {
        odb_of(self.repository())
    }
}

impl Committer {
    fn date(&self) -> &str {
        self.0.rfind('>').map_or("", |end| self.0[end + 1..].trim_start())
    }
}

pub(super) fn odb_of(repository: &git2::Repository) -> Result<Odb<'_>> {
    repository.odb().map_err(|error| Error::unfinished("cannot open the object database").because(error))
}

/// Objects that neither side has belong to a partial clone, which knows where to get them.
fn copy(source: &Odb<'_>, target: &Odb<'_>, id: &[u8; 20]) -> Result<()> {
    let name = oid(id);
    if target.exists(name) || !source.exists(name) {
        return Ok(());
    }
    let object = source.read(name).map_err(|error| cannot_read(name, &error))?;
    target.write(object.kind(), object.data()).map(drop).map_err(cannot_write)
}

fn cannot_write(error: git2::Error) -> Error {
    Error::unfinished("cannot write an object into the repository")
        .because(error)
        .hint("is the disk full or read-only?")
}

fn commit_text(new: &NewCommit<'_>, committer: &Committer) -> Vec<u8> {
    let mut text = format!("tree {}\nparent {}\nauthor ", new.tree, new.parent).into_bytes();
    text.extend_from_slice(&new.origin.author);
    text.extend_from_slice(format!("\ncommitter {}\n", committer.0).as_bytes());
    if let Some(encoding) = &new.origin.encoding {
        text.extend_from_slice(&[b"encoding ", encoding.as_slice(), b"\n"].concat());
    }
    text.push(b'\n');
    text.extend_from_slice(new.message);
    text
}

/// Splits `Name <address> seconds offset`.
fn author_parts(author: &[u8]) -> Option<(String, String, String)> {
    let text = std::str::from_utf8(author).ok()?;
    let (person, date) = text.rsplit_once("> ")?;
    let (name, email) = person.split_once(" <")?;
    Some((name.to_owned(), email.to_owned(), date.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_author_is_split_at_the_address() {
        let parts = author_parts("Ann Ü. Author <ann@example.com> 1767603600 +0530".as_bytes());
        let expected = ("Ann Ü. Author", "ann@example.com", "1767603600 +0530");
        assert_eq!(parts, Some((expected.0.to_owned(), expected.1.to_owned(), expected.2.to_owned())));
        assert_eq!(author_parts(b"nobody"), None);
    }

    #[test]
    fn a_signer_is_the_committer_without_the_moment() {
        let committer = Committer("Mia <mia@example.com> 1767603600 +0000".to_owned());
        assert_eq!((committer.signer(), committer.date()), ("Mia <mia@example.com>", "1767603600 +0000"));
    }
}
