//! Tags: read as the bytes they are, and made whole: a ref appears only for an object that is there and was looked at.

use std::path::Path;

use git2::{ErrorCode, ObjectType};

use crate::model::apply::shell_word;
use crate::model::arrange::Arrange as _;
use crate::model::branch::BranchName;
use crate::model::commit::{CommitId, ObjectId};
use crate::model::config::SigningFormat;
use crate::model::error::{Error, Result};
use crate::model::tag::TagName;
use crate::model::tag_object::{ObjectKind, TagObject};
use crate::model::tag_verify::{Containment, Found, Tagged};
use crate::ports::process::{failed, finish};
use crate::ports::signing::{KeySession, explain};

use super::Git;
use super::config::GitConfig;
use super::history::{Tag, cannot_list};
use super::objects::{cannot_read, oid, raw_id};
use super::quarantine::Quarantine;

/// How a tag is made.
#[derive(Clone, Copy)]
pub enum SignTag<'a> {
    /// Signed in this form, with the key of the session, or else with the one that git is configured with.
    Sign(SigningFormat, Option<&'a KeySession>),
    /// Annotated only.
    Leave,
}

/// A tag to make.
pub struct NewTag<'a> {
    /// Its name.
    pub name: &'a TagName,
    /// The commit.
    pub commit: CommitId,
    /// Its whole message.
    pub message: &'a str,
    /// When it says that it was made, in seconds since 1970-01-01 UTC; by git's clock if absent.
    pub at: Option<i64>,
    /// Whether it is signed.
    pub sign: SignTag<'a>,
}

/// The names of tags, each with an object that leads to what it is of.
pub struct TagList(Vec<(String, git2::Oid)>);

impl TagList {
    /// Returns the tags whose names are wanted and that lead to a commit of the repository that was listed.
    pub fn named(&self, git: &Git, wanted: impl Fn(&str) -> bool) -> Vec<Tag> {
        let tag = |(name, object): &(String, git2::Oid)| {
            let commit = git.repository().find_object(*object, None).ok()?.peel_to_commit().ok()?;
            Some(Tag { name: name.clone(), commit: CommitId::from_bytes(raw_id(commit.id())) })
        };
        self.0.iter().filter(|(name, _)| wanted(name)).filter_map(tag).collect()
    }
}

/// What of the user's configuration governs how a tag is made.
const GOVERNING: [&str; 6] = ["user.", "gpg.", "tag.", "committer.", "author.", "i18n."];

impl Git {
    /// Returns the names of all tags. One that git would not take today is left out.
    ///
    /// # Errors
    /// When they cannot be listed.
    pub fn tag_names(&self) -> Result<Vec<TagName>> {
        let cannot = |error: git2::Error| {
            Error::unfinished("cannot list the tags")
                .because(error)
                .hint("see what git says: git for-each-ref refs/tags")
        };
        // `git_tag_list` of libgit2 ends without an error at a ref that leads nowhere, and so hides those behind it.
        let mut refs = self.repository().references_glob("refs/tags/*").map_err(cannot)?;
        let mut names = Vec::new();
        for name in refs.names() {
            names.extend(name.map_err(cannot)?.strip_prefix("refs/tags/").and_then(|name| name.parse().ok()));
        }
        Ok(names)
    }

    /// Lists the tags, for several questions about them.
    ///
    /// # Errors
    /// When they cannot be listed.
    pub fn tag_list(&self) -> Result<TagList> {
        let references =
            self.repository().references_glob("refs/tags/*").map_err(|error| cannot_list("tags", &error))?;
        let mut all = Vec::new();
        for reference in references {
            let reference = reference.map_err(|error| cannot_list("tags", &error))?;
            let Some(name) = reference.name().ok().and_then(|name| name.strip_prefix("refs/tags/")) else { continue };
            // Packed refs say where an annotated tag leads to. What points to another ref has no object of its own.
            let object = reference.target_peel().or_else(|| reference.target());
            let object = object.or_else(|| reference.peel_to_commit().ok().map(|commit| commit.id()));
            all.extend(object.map(|object| (name.to_owned(), object)));
        }
        Ok(TagList(all))
    }

    /// Returns the object that the ref of a tag points to, or `None` when there is no such tag.
    ///
    /// # Errors
    /// When the ref cannot be read.
    pub fn tag_ref(&self, tag: &TagName) -> Result<Option<ObjectId>> {
        match self.repository().refname_to_id(&tag.full()) {
            Ok(id) => Ok(Some(ObjectId::from_bytes(raw_id(id)))),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => {
                let name = shell_word(&tag.full());
                Err(Error::unfinished(format!("cannot read 'refs/tags/{tag}'"))
                    .because(error)
                    .hint(format!("see what git says: git show-ref --verify {name}; git fsck")))
            }
        }
    }

    /// Reads what the ref of a tag points to.
    ///
    /// # Errors
    /// When the object cannot be read.
    pub fn tag_found(&self, object: ObjectId) -> Result<Found> {
        let name = oid(object.as_bytes());
        let read = || self.repository().odb()?.read(name).map(|object| (object.kind(), object.data().to_vec()));
        let (kind, bytes) = read().map_err(|error| cannot_read(name, &error))?;
        Ok(match kind_of(kind) {
            ObjectKind::Tag => TagObject::parse(bytes).map_or_else(Found::Malformed, Found::Tag),
            kind @ (ObjectKind::Commit | ObjectKind::Tree | ObjectKind::Blob) => Found::Lightweight(kind),
        })
    }

    /// Returns what an object is that a tag points to.
    pub fn tagged(&self, object: ObjectId) -> Tagged {
        let name = oid(object.as_bytes());
        if let Ok(commit) = self.repository().find_commit(name) {
            return Tagged::Commit(CommitId::from_bytes(*object.as_bytes()), commit.committer().when().seconds());
        }
        let found = self.repository().find_object(name, None).ok().and_then(|object| object.kind());
        found.map_or(Tagged::Missing, |kind| Tagged::Other(kind_of(kind)))
    }

    /// Returns the commit that a tag leads to, if it leads to one that is here.
    pub fn tag_commit(&self, tag: &TagName) -> Option<CommitId> {
        let commit = self.repository().find_reference(&tag.full()).ok()?.peel_to_commit().ok()?;
        Some(CommitId::from_bytes(raw_id(commit.id())))
    }

    /// Says whether a commit is in the history of another one, or is that one.
    pub fn containment(&self, older: CommitId, newer: CommitId) -> Containment {
        if self.is_ancestor(older, newer) {
            Containment::Inside
        } else if self.is_shallow() {
            Containment::Unknown
        } else {
            Containment::Outside
        }
    }

    /// Returns where a branch is that others protect: as the remote had it when it was last fetched, or, where no remote
    /// has it, the local one; with the name of the ref.
    pub fn protected_tip(&self, branch: &BranchName) -> Option<(String, CommitId)> {
        let remotes = self.repository().remotes().ok()?;
        let mut names: Vec<&str> = remotes.iter().filter_map(|name| name.ok().flatten()).collect();
        names.arrange_by_key(|name| (*name != "origin", *name));
        let refs = names.into_iter().map(|remote| format!("refs/remotes/{remote}/{branch}"));
        refs.chain([branch.full()]).find_map(|name| {
            let commit = self.repository().find_reference(&name).ok()?.peel_to_commit().ok()?;
            Some((name, CommitId::from_bytes(raw_id(commit.id()))))
        })
    }

    /// Reads a file of a commit; `None` when there is none at that path.
    ///
    /// # Errors
    /// When the commit cannot be read, or the path is that of something else.
    pub fn file_of(&self, commit: CommitId, path: &str) -> Result<Option<Vec<u8>>> {
        let name = oid(commit.as_bytes());
        let tree = self.repository().find_commit(name).and_then(|commit| commit.tree());
        let tree = tree.map_err(|error| cannot_read(name, &error))?;
        let Ok(entry) = tree.get_path(Path::new(path)) else { return Ok(None) };
        let object = entry.to_object(self.repository()).map_err(|error| cannot_read(entry.id(), &error))?;
        // The content of a link is a path, which may lead out of what is protected.
        if entry.filemode() == 0o120_000 {
            return Err(Error::usage(format!("'{path}' of '{}' is a link", commit.short())).hint("put the file there"));
        }
        object
            .as_blob()
            .map(|blob| Some(blob.content().to_vec()))
            .ok_or_else(|| Error::usage(format!("'{path}' of '{}' is not a file", commit.short())))
    }

    /// Makes a tag object as `git tag` does, with the user's own configuration, programs and keys, and returns its content.
    /// Nothing of it is in the repository yet.
    ///
    /// # Errors
    /// When it cannot be made or signed; what is wrong with the key is told where it can be found out.
    pub fn make_tag(&self, new: &NewTag<'_>, config: &GitConfig) -> Result<TagObject> {
        let place = Quarantine::new(&self.objects_directory())?;
        let mut command = self.program().command();
        command.env("GIT_DIR", place.git_directory());
        let mut given: Vec<(String, String)> =
            config.below(&GOVERNING).map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        let sign = match new.sign {
            SignTag::Leave => "--no-sign",
            SignTag::Sign(format, session) => {
                given.push(("gpg.format".to_owned(), format.as_str().to_owned()));
                if let Some(session) = session {
                    given.push(("user.signingkey".to_owned(), session.signing_key().to_owned()));
                    session.apply(&mut command);
                }
                "--sign"
            }
        };
        for (at, (key, value)) in given.iter().enumerate() {
            command.env(format!("GIT_CONFIG_KEY_{at}"), key).env(format!("GIT_CONFIG_VALUE_{at}"), value);
        }
        command.env("GIT_CONFIG_COUNT", given.len().to_string());
        if let Some(at) = new.at {
            command.env("GIT_COMMITTER_DATE", format!("@{at} +0000"));
        }
        command.args(["tag", "--annotate", sign, "--cleanup=verbatim", "--file=-", new.name.as_str()]);
        command.arg(new.commit.to_string());
        let mut finished = finish(command, Some(new.message.as_bytes().to_vec()))?;
        if !finished.success() {
            // Git says where it left the message, which goes with the place.
            finished.stderr = without_mention(&finished.stderr, &place.git_directory().join("TAG_EDITMSG"));
            let error = failed("git tag", &finished);
            if !self.program().run(["var", "GIT_COMMITTER_IDENT"])?.success() {
                return Err(Error::usage("git does not know who makes the tag")
                    .because(error)
                    .hint("git config user.name NAME && git config user.email ADDRESS"));
            }
            return Err(match new.sign {
                SignTag::Sign(format, session) => explain(error, format, session, config),
                SignTag::Leave => error.hint("see that 'git tag -a' works here"),
            });
        }
        let made = place.open()?;
        let cannot = |error: git2::Error| Error::unfinished("cannot read the new tag").because(error);
        let id = made.refname_to_id(&new.name.full()).map_err(cannot)?;
        let bytes = made.odb().and_then(|odb| odb.read(id).map(|object| object.data().to_vec())).map_err(cannot)?;
        TagObject::parse(bytes).map_err(|error| Error::unfinished("git made another tag than asked for").because(error))
    }

    /// Returns the name that a tag object has, whether it is in the repository or not.
    ///
    /// # Errors
    /// When it cannot be computed.
    pub fn tag_object_id(&self, tag: &TagObject) -> Result<ObjectId> {
        let id = git2::Oid::hash_object(ObjectType::Tag, tag.bytes());
        id.map(|id| ObjectId::from_bytes(raw_id(id)))
            .map_err(|error| Error::unfinished("cannot name the new tag").because(error))
    }

    /// Writes a tag object into the repository, and then its ref, which must not exist at that moment.
    ///
    /// # Errors
    /// When the ref exists by now, a hook refuses it, or something cannot be written; there is then no ref.
    pub fn create_tag(&self, name: &TagName, tag: &TagObject) -> Result<ObjectId> {
        let odb = self.repository().odb();
        let written = odb.and_then(|odb| odb.write(ObjectType::Tag, tag.bytes()));
        let id = written.map_err(|error| {
            Error::unfinished("cannot write the tag into the repository").because(error).hint(format!(
                "see that there is room and that it can be written: df -h {0}; ls -ld {0}",
                shell_word(&self.objects_directory().to_string_lossy())
            ))
        })?;
        let order = format!("create {} {id}\n", name.full());
        // A symbolic ref of this name that leads nowhere would otherwise let git write another ref.
        let arguments = ["update-ref", "--no-deref", "--stdin"];
        let finished = self.program().run_with_input(arguments, order.into_bytes())?;
        if finished.success() {
            return Ok(ObjectId::from_bytes(raw_id(id)));
        }
        if self.tag_ref(name)?.is_some() {
            return Err(Error::no(format!("the repository moved: tag '{name}' was made at this moment"))
                .because(finished.stderr.trim().to_owned())
                .hint("run the same command again"));
        }
        Err(self.not_updated(&name.full(), &finished))
    }
}

/// Leaves out the lines that name a path.
fn without_mention(text: &str, path: &Path) -> String {
    let path = path.to_string_lossy();
    text.lines().filter(|line| !line.contains(&*path)).collect::<Vec<_>>().join("\n")
}

fn kind_of(kind: ObjectType) -> ObjectKind {
    match kind {
        ObjectType::Commit => ObjectKind::Commit,
        ObjectType::Tree => ObjectKind::Tree,
        ObjectType::Tag => ObjectKind::Tag,
        ObjectType::Blob | ObjectType::Any => ObjectKind::Blob,
    }
}
