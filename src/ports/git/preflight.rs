//! What git can tell before anything is written: whether a push is let in, which tags a branch lacks, how commits are signed off.

use git2::ObjectType;

use crate::model::branch::BranchName;
use crate::model::commit::CommitId;
use crate::model::doctor::facts::{Narrow, Way};
use crate::model::error::{Error, Result};
use crate::model::tag::TagPattern;
use crate::ports::login;
use crate::ports::process::{failed, finish};

use super::Git;
use super::objects::{oid, raw_id};
use super::remote::refused_refs;

/// Where workflows are.
const WORKFLOWS: &str = ".github/workflows";

/// The branch that a push which is never made would make.
const PROBE: &str = "refs/heads/patch-doctor-asks";

/// What a push that is never made is tried with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PushWith {
    /// As the binaries push: logged in, where there is a login.
    Login,
    /// With what git has itself.
    Own,
}

impl Git {
    /// Returns how pushes to a remote go.
    ///
    /// # Errors
    /// When there is no such remote.
    pub fn push_way(&self, remote: &str) -> Result<Way> {
        self.program().text(&["remote", "get-url", "--push", "--", remote]).map(|address| way_of(&address))
    }

    /// Says whether the binaries push to a remote as the workflow's token, and not with what git has itself.
    ///
    /// # Errors
    /// When there is no such remote.
    pub fn is_logged_in(&self, remote: &str) -> Result<bool> {
        self.program()
            .text(&["remote", "get-url", "--push", "--", remote])
            .map(|address| login::reaches(address.trim()))
    }

    /// Says whether git has a header of its own for a remote that is reached by HTTP, as `actions/checkout` keeps one.
    ///
    /// # Errors
    /// When there is no such remote, or its settings cannot be read.
    pub fn keeps_header(&self, remote: &str) -> Result<bool> {
        let address = self.program().text(&["remote", "get-url", "--push", "--", remote])?;
        let address = without_passwords(address.trim());
        let finished = self.program().run(["config", "--get-urlmatch", "http.extraheader", &address])?;
        match finished.code {
            Some(0 | 1) => Ok(!finished.stdout.trim_ascii().is_empty()),
            Some(_) | None => Err(failed("git config --get-urlmatch", &finished)),
        }
    }

    /// Says whether a remote would let a push of a commit in: git makes all of it but the last step (`git-push(1)`, `--dry-run`).
    /// No hook is run, and nobody is asked for a password.
    ///
    /// # Errors
    /// When it would not, with what git says; passwords in addresses are left out.
    pub fn would_push(&self, remote: &str, commit: CommitId, with: PushWith) -> Result<()> {
        let mut command = match with {
            PushWith::Login => self.program().remote_command()?,
            PushWith::Own => self.program().command(),
        };
        command.env("SSH_ASKPASS", "false").env("SSH_ASKPASS_REQUIRE", "force").env("GIT_ASKPASS", "false");
        command.args(["push", "--dry-run", "--no-verify", "--porcelain", "--no-follow-tags"]);
        command.args(["--recurse-submodules=no", "--", remote, &format!("{commit}:{PROBE}")]);
        let mut finished = finish(command, None)?;
        // A refusal of this one ref comes from a remote that has let the push itself in.
        if finished.success() || !refused_refs(&finished).is_empty() {
            return Ok(());
        }
        finished.stderr = without_passwords(&finished.stderr.lines().collect::<Vec<_>>().join("; "));
        Err(Error::unfinished(format!("'{}' lets no push in", remote.escape_debug()))
            .because(failed("git push --dry-run", &finished)))
    }

    /// Returns the names of the tags of the project's form whose commits a commit does not reach.
    ///
    /// # Errors
    /// When git fails.
    pub fn tags_outside(&self, tip: CommitId, pattern: &TagPattern) -> Result<Vec<String>> {
        let not_merged = format!("--no-merged={tip}");
        let text =
            self.program().text(&["for-each-ref", &not_merged, "--format=%(refname:strip=2)", &pattern.refs()])?;
        Ok(text.lines().map(str::to_owned).collect())
    }

    /// Counts the commits with a sign-off among the newest ones of a commit, without merges: how many, of how many.
    ///
    /// # Errors
    /// When git fails.
    pub fn sign_offs(&self, tip: CommitId, most: usize) -> Result<(usize, usize)> {
        let (most, tip) = (format!("--max-count={most}"), tip.to_string());
        let format = "--format=%x01%(trailers:key=Signed-off-by,valueonly)";
        let text = self.program().text(&["log", &most, "--no-merges", format, &tip, "--"])?;
        let commits: Vec<&str> = text.split('\u{1}').skip(1).collect();
        Ok((commits.iter().filter(|values| !values.trim().is_empty()).count(), commits.len()))
    }

    /// Says why this clone may lack tags that a remote has, by how it was cloned; `None`: nothing shows that it may.
    pub fn narrow(&self, remote: &str) -> Option<Narrow> {
        if self.is_shallow() {
            return Some(Narrow::Shallow);
        }
        let config = self.repository().config().ok()?;
        if config.get_string(&format!("remote.{remote}.tagopt")).is_ok_and(|option| option == "--no-tags") {
            return Some(Narrow::NoTags);
        }
        let remote = self.repository().find_remote(remote).ok()?;
        let specs = remote.fetch_refspecs().ok()?;
        let specs: Vec<&str> = specs.iter().flatten().flatten().collect();
        let all = |spec: &&str| spec.trim_start_matches('+').starts_with("refs/heads/*:");
        // `git clone --bare` takes all that there is, and says of no branch that it is fetched.
        (!specs.is_empty() && !specs.iter().any(all)).then_some(Narrow::SomeBranches)
    }

    /// Returns the workflow files of a commit: their paths and the names of their contents.
    pub fn workflow_files(&self, commit: CommitId) -> Vec<(String, [u8; 20])> {
        let read = || -> std::result::Result<Vec<(String, [u8; 20])>, git2::Error> {
            let tree = self.repository().find_commit(oid(commit.as_bytes()))?.tree()?;
            let folder =
                tree.get_path(std::path::Path::new(WORKFLOWS))?.to_object(self.repository())?.peel_to_tree()?;
            let files = folder.iter().filter(|entry| entry.kind() == Some(ObjectType::Blob));
            let named = |entry: git2::TreeEntry<'_>| {
                let path = format!("{WORKFLOWS}/{}", String::from_utf8_lossy(entry.name_bytes()));
                (path, raw_id(entry.id()))
            };
            Ok(files.map(named).collect())
        };
        // A commit without the folder has none.
        read().unwrap_or_default()
    }

    /// Returns where a branch of a remote was when it was last fetched.
    pub fn remembered(&self, remote: &str, branch: &BranchName) -> Option<CommitId> {
        let found = self.repository().find_reference(&format!("refs/remotes/{remote}/{branch}")).ok()?;
        found.peel_to_commit().ok().map(|commit| CommitId::from_bytes(raw_id(commit.id())))
    }

    /// Says whether a commit is here.
    pub fn has_commit(&self, commit: CommitId) -> bool {
        self.repository().find_commit(oid(commit.as_bytes())).is_ok()
    }
}

/// Tells how an address is reached, by the forms of `git-clone(1)`, "GIT URLS".
fn way_of(address: &str) -> Way {
    match address.split_once("://") {
        Some(("ssh" | "git+ssh" | "ssh+git", _)) => Way::Ssh,
        Some(("http" | "https", _)) => Way::Http,
        Some(_) => Way::Other,
        // The short form of SSH has a colon before the first slash.
        None => match address.split_once(':') {
            Some((host, _)) if !host.contains('/') && !crate::ports::platform::is_drive(host) => Way::Ssh,
            Some(_) | None => Way::Other,
        },
    }
}

/// Takes what stands before the host of addresses out of a text.
fn without_passwords(text: &str) -> String {
    let mut parts = text.split("://");
    let mut safe = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| c == '/' || c.is_whitespace() || c == '\'').unwrap_or(part.len());
        let host = part[..end].rfind('@').map_or(0, |at| at + 1);
        safe.push_str("://");
        safe.push_str(&part[host..]);
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_tell_how_they_are_reached() {
        for (address, expected) in [
            ("https://github.com/acme/widget", Way::Http),
            ("http://127.0.0.1:1/x", Way::Http),
            ("ssh://git@github.com/acme/widget", Way::Ssh),
            ("git@github.com:acme/widget.git", Way::Ssh),
            ("github:acme/widget", Way::Ssh),
            ("/srv/git/widget.git", Way::Other),
            ("./a:b", Way::Other),
            ("file:///srv/widget", Way::Other),
            ("git://host/widget", Way::Other),
        ] {
            assert_eq!(way_of(address), expected, "{address}");
        }
    }

    #[test]
    fn passwords_in_addresses_are_left_out() {
        assert_eq!(
            without_passwords("fatal: 'https://x:ghp_secret@host/a@b' and http://t@h: no"),
            "fatal: 'https://host/a@b' and http://h: no"
        );
        assert_eq!(without_passwords("plain a@b"), "plain a@b");
    }
}
