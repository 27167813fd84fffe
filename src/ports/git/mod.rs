//! Git: objects are read with libgit2, and the `git` program does what the user's configuration must govern.

mod added;
mod alike;
mod answers;
mod applied;
mod attributes;
mod blame;
mod blobs;
mod bundle;
mod cache;
mod changes;
mod config;
mod forecaster;
mod glanced;
mod head;
mod here;
mod history;
mod hunks;
mod landed;
mod left;
mod mailmap;
mod merge_tree;
mod objects;
mod outgoing;
mod outline;
mod patch_id;
mod patches;
mod preflight;
mod quarantine;
mod refs;
mod remote;
mod renames;
mod same_paths;
mod shelf;
mod special;
mod stages;
mod tags;
mod texts;
mod touched;
mod version;
mod worker;
mod worktree;
mod worktrees;
mod write;

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use git2::{ErrorClass, ErrorCode, Repository};

use crate::model::commit::{Commit, CommitId, Signature, TreeId};
use crate::model::decision::Person;
use crate::model::error::{Error, Result};
use crate::model::name::NotAName;
use crate::model::patch::FilePatch;
use crate::ports::process::GitProgram;

pub use added::{AddedFile, Block, Content, added_files, whole_file};
pub use applied::Applied;
pub use blame::{Blamed, Question, blame, cut_off};
pub use bundle::BundleHeader;
pub use changes::{Change, changes};
pub use config::GitConfig;
pub use forecaster::{Forecaster, Pick, Treeish};
pub use glanced::{AllGlanced, Glanced};
pub use here::Moving;
pub use history::{History, Tag, first_tags, first_tags_among};
pub use hunks::{ChangedFile, Hunk, LineRange, changed_files};
pub use landed::landed_since;
pub use left::FirstParents;
pub use mailmap::Mailmap;
pub use objects::{Objects, Tree, empty_tree};
pub use outgoing::LedTo;
pub use outline::{Compared, Outlined};
pub use preflight::PushWith;
pub use remote::RemoteRef;
pub use special::special_paths;
pub use stages::{Stage, StagedFile};
pub use tags::{NewTag, SignTag, TagList};
pub use touched::{TouchedFile, touched};
pub use version::{GitVersion, MINIMUM};
pub use worker::Worker;
pub use worktree::TemporaryWorktree;
pub use worktrees::Worktrees;
pub use write::{Committer, NewCommit, Origin, SignCommits};

/// A repository.
pub struct Git {
    repository: Repository,
    program: GitProgram,
    version: OnceLock<GitVersion>,
    /// The patches of a few commits, once they were made.
    made_patches: RefCell<HashMap<CommitId, Vec<FilePatch>>>,
    writers: shelf::Writers,
}

impl Git {
    /// Opens the repository that holds `path`.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub fn open(path: &Path) -> Result<Self> {
        // Git itself does not hash every object it reads; `git fsck` is the tool for that.
        git2::opts::strict_hash_verification(false);
        let repository = Repository::discover(path).map_err(|error| cannot_open(path, &error))?;
        let directory = worktree_of(&repository).unwrap_or_else(|| repository.path());
        let program = GitProgram::new(repository.path(), directory);
        Ok(Self {
            repository,
            program,
            version: OnceLock::new(),
            made_patches: RefCell::default(),
            writers: shelf::Writers::default(),
        })
    }

    /// Returns the directory with the user's checked-out files, if the repository has one.
    pub fn worktree(&self) -> Option<&Path> {
        worktree_of(&self.repository)
    }

    /// Returns libgit2's view of the repository.
    pub fn repository(&self) -> &Repository {
        &self.repository
    }

    /// Returns the `git` program, run in the repository.
    pub fn program(&self) -> &GitProgram {
        &self.program
    }

    /// Returns the version of the `git` program, asked once.
    ///
    /// # Errors
    /// When git cannot be started or is too old.
    pub fn version(&self) -> Result<GitVersion> {
        if let Some(version) = self.version.get() {
            return Ok(*version);
        }
        let version = GitVersion::of(&self.program)?;
        Ok(*self.version.get_or_init(|| version))
    }

    /// Returns the directory that is shared by all worktrees of the repository.
    pub fn common_directory(&self) -> PathBuf {
        self.repository.commondir().to_owned()
    }

    /// Returns the directory that belongs to this worktree alone; that of the whole repository in its first one.
    pub fn directory(&self) -> PathBuf {
        self.repository.path().to_owned()
    }

    /// Returns the repository's own object directory.
    pub fn objects_directory(&self) -> PathBuf {
        let path = self.repository.commondir().join("objects");
        crate::ports::platform::canonical(&path).unwrap_or(path)
    }

    /// Opens the repository once more, for another thread.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn reopen(&self) -> Result<Repository> {
        reopen(self.repository.path())
    }

    /// Resolves a revision to a commit, as `git rev-parse REV^{commit}` does.
    ///
    /// # Errors
    /// When the revision is unknown, ambiguous, or no commit.
    pub fn resolve(&self, revision: &str) -> Result<CommitId> {
        if let Ok(id) = revision.parse::<CommitId>()
            && self.repository.find_commit(objects::oid(id.as_bytes())).is_ok()
        {
            return Ok(id);
        }
        let object = self.repository.revparse_single(revision).map_err(|error| self.unknown(revision, &error))?;
        let commit = object.peel_to_commit().map_err(|error| {
            Error::usage(format!("'{}' is not a commit", revision.escape_debug()))
                .because(error.message().to_owned())
                .hint("name a commit, a branch or a tag; 'git cat-file -t' says what else it is")
        })?;
        Ok(CommitId::from_bytes(objects::raw_id(commit.id())))
    }

    fn unknown(&self, revision: &str, error: &git2::Error) -> Error {
        let shown = revision.escape_debug();
        if error.code() == ErrorCode::Ambiguous {
            return Error::usage(format!("revision '{shown}' is ambiguous")).hint("give more digits");
        }
        let base = Error::usage(format!("unknown revision '{shown}'"));
        if self.is_shallow() || self.follows_some_branches() {
            let why =
                if self.is_shallow() { "this clone is shallow" } else { "this clone does not follow all branches" };
            base.hint(format!("{why} and may lack it: run {}", self.fetch_from().branches()))
        } else {
            base.hint("fetch it first, or check its spelling with 'git rev-parse'")
        }
    }

    /// Says whether history was cut off when the repository was cloned.
    pub fn is_shallow(&self) -> bool {
        self.repository.is_shallow()
    }

    /// Reads a file of the commit that `HEAD` is at; `None` when there is none at that path, or no commit yet.
    ///
    /// # Errors
    /// When the commit or the file cannot be read, or the path is that of something else.
    pub fn file_at_head(&self, path: &str) -> Result<Option<Vec<u8>>> {
        let head = match self.repository.head().and_then(|head| head.peel_to_commit()) {
            Ok(head) => CommitId::from_bytes(objects::raw_id(head.id())),
            Err(error) if error.code() == ErrorCode::UnbornBranch => return Ok(None),
            Err(error) => {
                return Err(Error::undecided("cannot read the commit that HEAD is at")
                    .because(error.message().to_owned())
                    .hint("see what HEAD says: git log -1 HEAD"));
            }
        };
        self.file_of(head, path)
    }

    /// Reads a commit.
    ///
    /// # Errors
    /// When it is missing or malformed.
    pub fn commit(&self, id: CommitId) -> Result<Commit> {
        let oid = objects::oid(id.as_bytes());
        let commit = self.repository.find_commit(oid).map_err(|error| objects::cannot_read(oid, &error))?;
        Ok(from_git2(&commit))
    }
}

impl Git {
    /// Returns the identity that commits are made with, as `Name <mail>` (`git-var(1)`, `GIT_COMMITTER_IDENT`).
    ///
    /// # Errors
    /// When git has none.
    pub fn identity(&self) -> Result<String> {
        let ident = self.program.text(&["var", "GIT_COMMITTER_IDENT"]).map_err(|error| {
            Error::usage("git does not know who you are")
                .because(error)
                .hint("git config user.name 'Your Name' and user.email")
        })?;
        let end = ident.rfind('>').map_or(ident.len(), |at| at + 1);
        Ok(ident[..end].to_owned())
    }

    /// Returns who records something: the person that was named, else the one that git is configured with.
    ///
    /// # Errors
    /// When nobody was named, and git knows nobody or somebody who cannot be written down.
    pub fn person(&self, named: Option<Person>) -> Result<Person> {
        let Some(named) = named else {
            let own = self.identity()?.parse();
            return own.map_err(|error: NotAName| Error::usage("git's identity cannot be recorded").because(error));
        };
        Ok(named)
    }

    /// Returns the tree of a commit.
    ///
    /// # Errors
    /// When the commit is missing or malformed.
    pub fn tree_of(&self, id: CommitId) -> Result<TreeId> {
        tree_of(&self.repository, id)
    }
}

fn reopen(path: &Path) -> Result<Repository> {
    Repository::open(path).map_err(|error| cannot_open(path, &error))
}

/// Opens a repository once more for one of several threads that read many objects at the same time.
///
/// Of a pack that two name alike, libgit2 has one between them, with one lock (`git_mwindow_get_pack` in its `mwindow.c`), and threads wait
/// for each other most of the time. So each names the folder of objects in its own way. Where that cannot be, they wait.
fn reopen_apart(path: &Path, share: usize) -> Result<Repository> {
    let repository = reopen(path)?;
    let folder = repository.commondir().join("objects");
    let name = folder.to_str().filter(|_| share > 0).map(|folder| format!("{folder}{}", "/.".repeat(share)));
    if let Some(name) = name {
        let own = || -> std::result::Result<(), git2::Error> {
            let objects = git2::Odb::new()?;
            objects.add_disk_alternate(&name)?;
            repository.set_odb(&objects)
        };
        drop(own());
    }
    Ok(repository)
}

fn tree_of(repository: &Repository, id: CommitId) -> Result<TreeId> {
    let oid = objects::oid(id.as_bytes());
    let commit = repository.find_commit(oid).map_err(|error| objects::cannot_read(oid, &error))?;
    Ok(TreeId::from_bytes(objects::raw_id(commit.tree_id())))
}

/// A git directory without a `config` file (a mirror) looks to libgit2 as if its parent were a worktree.
fn worktree_of(repository: &Repository) -> Option<&Path> {
    let configured = repository.config().is_ok_and(|config| config.get_entry("core.worktree").is_ok());
    repository.workdir().filter(|path| configured || path.join(".git").exists())
}

/// Converts a commit of libgit2.
pub(crate) fn from_git2(commit: &git2::Commit<'_>) -> Commit {
    Commit {
        id: CommitId::from_bytes(objects::raw_id(commit.id())),
        tree: TreeId::from_bytes(objects::raw_id(commit.tree_id())),
        parents: commit.parent_ids().map(|id| CommitId::from_bytes(objects::raw_id(id))).collect(),
        author: signature(&commit.author()),
        committer: signature(&commit.committer()),
        message: String::from_utf8_lossy(commit.message_bytes()).into_owned(),
    }
}

fn signature(signature: &git2::Signature<'_>) -> Signature {
    Signature {
        name: String::from_utf8_lossy(signature.name_bytes()).into_owned(),
        email: String::from_utf8_lossy(signature.email_bytes()).into_owned(),
        seconds: signature.when().seconds(),
        offset: signature.when().offset_minutes(),
    }
}

fn cannot_open(path: &Path, error: &git2::Error) -> Error {
    let shown = path.display();
    if error.code() == ErrorCode::Owner {
        return Error::unfinished(format!("the repository at '{shown}' belongs to another user"))
            .hint(format!("if you trust it: git config --global --add safe.directory '{shown}'"));
    }
    if error.code() == ErrorCode::NotFound {
        return Error::usage(format!("no git repository at '{shown}'"))
            .hint("run this inside a clone, or name one with --repo");
    }
    let base =
        Error::unfinished(format!("cannot open the repository at '{shown}'")).because(error.message().to_owned());
    if error.class() == ErrorClass::Repository {
        return base.hint("repositories with SHA-256 object names or extensions unknown to libgit2 are not supported");
    }
    base
}
