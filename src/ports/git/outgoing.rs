//! What a push takes along.

use crate::model::commit::{BlobId, CommitId, ObjectId};
use crate::model::error::{Error, Result};

use super::Git;
use super::blame::cut_off;
use super::objects::{cannot_read, oid, raw_id};

/// What a ref leads to, apart from commits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LedTo {
    /// A tag.
    Tag {
        /// The name that it gives itself.
        name: String,
        /// Who tagged, with the address.
        tagger: String,
        /// What it says, its signature included.
        message: String,
    },
    /// A file that no commit leads to.
    File {
        /// Its path in a tree. `None`: the tag is of the file itself.
        path: Option<String>,
        /// What it holds.
        id: BlobId,
    },
}

/// Returns the host and the path of an address, whatever the protocol, so that a repository that is read by HTTPS and written by SSH is
/// one; of a folder, the folder.
fn place_of(url: &str) -> String {
    let rest = url.split_once("://").map(|(_, rest)| rest);
    let is_scp = |url: &str| url.split_once(':').is_some_and(|(host, _)| host.len() > 1 && !host.contains('/'));
    let Some(rest) = rest.or_else(|| is_scp(url).then_some(url)) else { return url.to_owned() };
    let (host, path) = rest.split_once(['/', ':']).unwrap_or((rest, ""));
    let host = host.rsplit('@').next().unwrap_or(host).to_ascii_lowercase();
    format!("{host}/{}", path.trim_matches('/').trim_end_matches(".git"))
}

impl Git {
    /// Returns what an object leads to before a commit: tags, one behind the other, and the files of a tree or a file that a tag is of.
    ///
    /// # Errors
    /// When an object is missing.
    pub fn led_to(&self, object: ObjectId) -> Result<Vec<LedTo>> {
        let repository = self.repository();
        let cannot = |error: git2::Error| cannot_read(oid(object.as_bytes()), &error);
        let mut found = Vec::new();
        let mut next = repository.find_object(oid(object.as_bytes()), None).map_err(cannot)?;
        while let Some(tag) = next.as_tag() {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let tagger = tag.tagger().map(|who| format!("{} <{}>", text(who.name_bytes()), text(who.email_bytes())));
            let message = text(tag.message_bytes().unwrap_or_default());
            found.push(LedTo::Tag { name: text(tag.name_bytes()), tagger: tagger.unwrap_or_default(), message });
            let target = tag.target().map_err(cannot)?;
            next = target;
        }
        if let Some(tree) = next.as_tree() {
            let mut files = Vec::new();
            let walked = tree.walk(git2::TreeWalkMode::PreOrder, |folder, entry| {
                if entry.kind() == Some(git2::ObjectType::Blob) {
                    let name = String::from_utf8_lossy(entry.name_bytes()).into_owned();
                    files.push((format!("{folder}{name}"), BlobId::from_bytes(raw_id(entry.id()))));
                }
                git2::TreeWalkResult::Ok
            });
            walked.map_err(cannot)?;
            found.extend(files.into_iter().map(|(path, id)| LedTo::File { path: Some(path), id }));
        }
        if next.as_blob().is_some() {
            found.push(LedTo::File { path: None, id: BlobId::from_bytes(raw_id(next.id())) });
        }
        Ok(found)
    }

    /// Returns the tags that a merge keeps in its header, whole: `git merge` of a signed tag leaves it there (`gitformat-signature(5)`).
    ///
    /// # Errors
    /// When the commit is missing.
    pub fn merged_tags(&self, commit: CommitId) -> Result<Vec<String>> {
        let name = oid(commit.as_bytes());
        let found = self.repository().find_commit(name).map_err(|error| cannot_read(name, &error))?;
        let header = String::from_utf8_lossy(found.raw_header_bytes()).into_owned();
        let mut tags: Vec<String> = Vec::new();
        let mut is_inside = false;
        for line in header.lines() {
            match (line.strip_prefix(' '), line.strip_prefix("mergetag ")) {
                (Some(more), _) if is_inside => {
                    let tag = tags.last_mut().expect("because one has begun");
                    tag.push('\n');
                    tag.push_str(more);
                }
                (_, Some(first)) => {
                    is_inside = true;
                    tags.push(first.to_owned());
                }
                (_, None) => is_inside = false,
            }
        }
        Ok(tags)
    }

    /// Returns the commit that an object is or, as a tag, leads to; `None` where it is another thing, or not here.
    pub fn peeled(&self, object: ObjectId) -> Option<CommitId> {
        let object = self.repository().find_object(oid(object.as_bytes()), None).ok()?;
        Some(CommitId::from_bytes(raw_id(object.peel_to_commit().ok()?.id())))
    }

    /// Returns where the branches of a remote were when it was last asked, if a push goes to the place that was asked: one that is
    /// fetched from a private fork and pushed to the public repository tells nothing of what is public. `url`: where the push goes, as
    /// git tells its hook. Of an address there is nothing known.
    pub fn remote_tips(&self, remote: &str, url: Option<&str>) -> Vec<CommitId> {
        if !self.has_remote(remote) || !self.is_asked_where_it_pushes(remote, url) {
            return Vec::new();
        }
        let own = format!("refs/remotes/{remote}/");
        // The branches of a remote 'origin/private' lie below those of 'origin'.
        let others = self.remote_names().into_iter().map(|other| format!("refs/remotes/{other}/"));
        let others: Vec<String> = others.filter(|other| *other != own && other.starts_with(&own)).collect();
        let Ok(refs) = self.repository().references_glob(&format!("{own}*")) else {
            return Vec::new();
        };
        let commit = |found: git2::Reference<'_>| {
            let is_of_another = others.iter().any(|other| found.name_bytes().starts_with(other.as_bytes()));
            (!is_of_another).then(|| found.peel_to_commit().ok().map(|commit| raw_id(commit.id()))).flatten()
        };
        refs.filter_map(|found| commit(found.ok()?)).map(CommitId::from_bytes).collect()
    }

    /// Says whether a remote is fetched from where every push to it goes, or the one push to `url`.
    fn is_asked_where_it_pushes(&self, remote: &str, url: Option<&str>) -> bool {
        let urls = |more: &[&str]| -> Vec<String> {
            let said = self.program().text(&[&["remote", "get-url"], more, &["--", remote]].concat());
            said.unwrap_or_default().lines().map(place_of).collect()
        };
        let Some(asked) = urls(&[]).into_iter().next() else { return false };
        let pushed = match url {
            Some(url) => vec![place_of(url)],
            None => urls(&["--push", "--all"]),
        };
        !pushed.is_empty() && pushed.iter().all(|place| *place == asked)
    }

    /// Returns the commits that `tips` have and `hidden` lack, the newest first.
    ///
    /// # Errors
    /// When history is missing.
    pub fn outgoing(&self, hidden: &[CommitId], tips: &[CommitId]) -> Result<Vec<CommitId>> {
        let walk = || -> std::result::Result<Vec<CommitId>, git2::Error> {
            let mut walk = self.repository().revwalk()?;
            tips.iter().try_for_each(|id| walk.push(oid(id.as_bytes())))?;
            hidden.iter().try_for_each(|id| walk.hide(oid(id.as_bytes())))?;
            walk.map(|id| id.map(|id| CommitId::from_bytes(raw_id(id)))).collect()
        };
        walk().map_err(|error| {
            Error::undecided("it cannot be told which commits become public")
                .because(error.message().to_owned())
                .hint("in a shallow clone run 'git fetch --unshallow'")
        })
    }

    /// The same, where nothing that `tips` have and `hidden` lack may be missing.
    ///
    /// # Errors
    /// As [`Self::outgoing`]; also when a shallow history ends on the way, and what is behind it is not known to be part of `hidden`.
    pub fn all_outgoing(&self, hidden: &[CommitId], tips: &[CommitId]) -> Result<Vec<CommitId>> {
        let found = self.outgoing(hidden, tips)?;
        if !self.is_shallow() {
            return Ok(found);
        }
        let ends = cut_off(self);
        let is_covered = |parent: &CommitId| hidden.iter().any(|base| self.is_ancestor(*parent, *base));
        for end in found.iter().filter(|id| ends.contains(id)) {
            if !self.recorded_parents(*end)?.iter().all(is_covered) {
                return Err(Error::undecided(
                    "the history that would become public is cut off, so that it cannot be told what is in it",
                )
                .hint("this clone is shallow: git fetch --unshallow; in a workflow, check out with 'fetch-depth: 0'"));
            }
        }
        Ok(found)
    }

    /// Returns the parents of a commit as it names them itself, whether a shallow history ends at it or not.
    fn recorded_parents(&self, commit: CommitId) -> Result<Vec<CommitId>> {
        let stored = self.stored_commit(commit)?;
        let header = stored.split(|byte| *byte == b'\n').take_while(|line| !line.is_empty());
        let parents = header.filter_map(|line| std::str::from_utf8(line.strip_prefix(b"parent ")?).ok()?.parse().ok());
        Ok(parents.collect())
    }

    /// Returns the subjects of the newest commits of `HEAD`, at most so many; none where its history cannot be read.
    pub fn newest_subjects(&self, most: usize) -> Vec<String> {
        let walk = || -> std::result::Result<Vec<String>, git2::Error> {
            let mut walk = self.repository().revwalk()?;
            walk.push_head()?;
            let subject = |commit: git2::Commit<'_>| {
                String::from_utf8_lossy(commit.summary_bytes().unwrap_or_default()).into_owned()
            };
            walk.take(most).map(|id| self.repository().find_commit(id?).map(subject)).collect()
        };
        walk().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_is_one_place_by_every_protocol() {
        for url in [
            "https://github.com/a/b",
            "https://x@GitHub.com/a/b.git",
            "git@github.com:a/b.git",
            "ssh://git@github.com/a/b/",
        ] {
            assert_eq!(place_of(url), "github.com/a/b", "{url}");
        }
        for (url, place) in [("../a.git", "../a.git"), ("/x/a", "/x/a"), ("C:/x", "C:/x"), ("git@h:a", "h/a")] {
            assert_eq!(place_of(url), place);
        }
        assert_ne!(place_of("git@github.com:a/private.git"), place_of("https://github.com/a/b"));
    }
}
