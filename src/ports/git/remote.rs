//! Remotes: what they have, and handing refs over. The `git` program does both, so that the user's own transport,
//! credentials and hooks count.

use crate::model::apply::shell_word;
use crate::model::arrange::Arrange as _;
use crate::model::commit::ObjectId;
use crate::model::error::{Error, Result};
use crate::model::fetch::{FetchFrom, USUAL_REMOTE};
use crate::model::propose::{PushRefusal, push_kind_and_hint};
use crate::model::tag_request::AskRemote;
use crate::ports::process::{Finished, failed};

use super::Git;

/// A ref of a remote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteRef {
    /// Its full name.
    pub name: String,
    /// The object it points to; of a tag the tag object.
    pub object: ObjectId,
}

impl Git {
    /// Says whether the repository has a remote of this name.
    pub fn has_remote(&self, remote: &str) -> bool {
        self.repository().find_remote(remote).is_ok()
    }

    /// Returns the remote to ask, if one is to be asked.
    pub fn remote_to_ask<'r>(&self, asked: &'r AskRemote) -> Option<&'r str> {
        match asked {
            AskRemote::Named(remote) => Some(remote),
            AskRemote::Usual => self.has_remote("origin").then_some("origin"),
            AskRemote::Offline => None,
        }
    }

    /// Says whether the repository has any remote.
    pub fn has_remotes(&self) -> bool {
        self.repository().remotes().is_ok_and(|names| !names.is_empty())
    }

    /// Says where this clone gets from what it lacks: from `origin` where there is one, else from the first of its remotes.
    pub fn fetch_from(&self) -> FetchFrom {
        let mut names = self.remote_names();
        names.arrange_by_key(|name| (name != USUAL_REMOTE, name.clone()));
        self.fetch_from_remote(names.first().map_or(USUAL_REMOTE, String::as_str))
    }

    /// The same of a remote that is named, whether it is there or not.
    pub fn fetch_from_remote(&self, name: &str) -> FetchFrom {
        FetchFrom {
            remote: name.to_owned(),
            has_remote: self.has_remote(name),
            has_refspec: !self.refspecs(name).is_empty(),
            is_shallow: self.is_shallow(),
        }
    }

    /// Returns what a fetch from a remote brings, as its setting says it (`git-config(1)`, `remote.<name>.fetch`).
    fn refspecs(&self, remote: &str) -> Vec<String> {
        let specs = self.repository().find_remote(remote).and_then(|remote| remote.fetch_refspecs());
        let specs = specs.iter().flat_map(|specs| specs.iter().filter_map(|spec| spec.ok().flatten()));
        specs.map(str::to_owned).collect()
    }

    /// Says whether the remotes of this clone may have branches that no fetch brings: branches are followed by name, as after
    /// `git clone --single-branch`.
    pub fn follows_some_branches(&self) -> bool {
        let specs: Vec<String> = self.remote_names().iter().flat_map(|remote| self.refspecs(remote)).collect();
        !specs.is_empty() && specs.iter().all(|spec| !spec.contains('*'))
    }

    /// Returns what a push to a remote goes to: its name, or the URL that is configured for pushes only
    /// (`git-config(1)`, `remote.<name>.pushurl`).
    ///
    /// # Errors
    /// When there are several: a push to them is several pushes, and one may be refused when another is done.
    pub fn push_target(&self, remote: &str) -> Result<String> {
        if !self.has_remote(remote) {
            return Ok(remote.to_owned());
        }
        let urls = |arguments: &[&str]| -> Result<Vec<String>> {
            let said = self.program().text(&[&["remote", "get-url"], arguments, &["--", remote]].concat())?;
            Ok(said.lines().map(str::to_owned).collect())
        };
        match <[String; 1]>::try_from(urls(&["--push", "--all"])?) {
            Ok([url]) if urls(&[])?.first() == Some(&url) => Ok(remote.to_owned()),
            Ok([url]) => Ok(url),
            Err(several) => {
                let remote = remote.escape_debug();
                let names = several.iter().map(|url| url.escape_debug().to_string()).collect::<Vec<_>>().join("', '");
                Err(Error::usage(format!(
                    "a push to '{remote}' goes to several places, and would not be all or nothing"
                ))
                .because(format!("'{names}'"))
                .hint("push to one after the other: --remote URL"))
            }
        }
    }

    /// Asks a remote for these refs, by their full names; those that it has are returned.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub fn remote_refs(&self, remote: &str, names: &[String]) -> Result<Vec<RemoteRef>> {
        // Git matches the end of a name, so that other refs may come, too.
        Ok(self.remote_refs_like(remote, names)?.into_iter().filter(|found| names.contains(&found.name)).collect())
    }

    /// Asks a remote for the refs that match one of these patterns, or whose names end with one (`git-ls-remote(1)`, `<patterns>`).
    ///
    /// # Errors
    /// When it cannot be reached.
    pub fn remote_refs_like(&self, remote: &str, patterns: &[String]) -> Result<Vec<RemoteRef>> {
        let mut arguments = vec!["ls-remote", "--refs", "--", remote];
        arguments.extend(patterns.iter().map(String::as_str));
        let finished = self.program().run_remote(arguments)?;
        if !finished.success() {
            return Err(self.cannot_ask(remote, &finished));
        }
        let text = String::from_utf8_lossy(&finished.stdout).into_owned();
        let one = |line: &str| {
            let (object, name) = line.split_once('\t')?;
            Some(RemoteRef { name: name.to_owned(), object: object.parse().ok()? })
        };
        Ok(text.lines().filter_map(one).collect())
    }

    /// Returns the names of the tags of a remote that match a pattern, without `refs/tags/`.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub fn remote_tags(&self, remote: &str, pattern: &str) -> Result<Vec<String>> {
        let found = self.remote_refs_like(remote, &[format!("refs/tags/{pattern}")])?;
        Ok(found.iter().filter_map(|found| found.name.strip_prefix("refs/tags/").map(str::to_owned)).collect())
    }

    /// Pushes exactly these refs, each to the same name, all or none of them, and never with force.
    ///
    /// # Errors
    /// When the remote refuses one or cannot be reached.
    pub fn push(&self, remote: &str, names: &[String]) -> Result<()> {
        let specs: Vec<String> = names.iter().map(|name| format!("{name}:{name}")).collect();
        let mut arguments =
            vec!["push", "--atomic", "--porcelain", "--no-follow-tags", "--recurse-submodules=no", "--", remote];
        arguments.extend(specs.iter().map(String::as_str));
        let finished = self.program().run_remote(arguments)?;
        if finished.success() {
            return Ok(());
        }
        let said = [refused_refs(&finished).join("; "), finished.stderr.trim().to_owned()].join("; ");
        Err(Error::unfinished(format!("nothing was pushed to '{}'", remote.escape_debug()))
            .because(said.trim_matches([';', ' ']).to_owned()))
    }

    /// Says whether objects were left out when the repository was cloned (`git-config(1)`, `remote.<name>.promisor`).
    pub fn is_partial(&self) -> bool {
        let config = self.repository().config();
        let promisors = config.as_ref().ok().and_then(|config| config.entries(Some("^remote\\..*\\.promisor$")).ok());
        promisors.is_some_and(|mut entries| entries.next().is_some_and(|entry| entry.is_ok()))
    }

    /// Says whether an object of the history of any ref is not here. It stops at the first one; where none is missing, it looks at all
    /// of them, which takes a while in a large repository.
    ///
    /// # Errors
    /// When git cannot be started.
    pub fn lacks_objects(&self) -> Result<bool> {
        Ok(!self.program().run(["rev-list", "--objects", "--all", "--quiet"])?.success())
    }

    fn cannot_ask(&self, remote: &str, finished: &Finished) -> Error {
        let told = Error::unfinished(format!("cannot ask '{}'", remote.escape_debug()));
        let is_name = !self.has_remote(remote) && !remote.contains(['/', ':']);
        let unknown = PushRefusal::of(&finished.stderr) == PushRefusal::Unknown;
        told.because(failed("git ls-remote", finished)).hint(match is_name {
            _ if unknown => push_kind_and_hint(PushRefusal::Unknown).1.to_owned(),
            true => "there is no remote of this name; see which there are: git remote -v".to_owned(),
            false => format!("see what git says: git ls-remote {}", shell_word(remote)),
        })
    }
}

/// Returns the lines about refs that a push did not move (`git-push(1)`, "OUTPUT", with `--porcelain`).
pub(super) fn refused_refs(finished: &Finished) -> Vec<String> {
    let said = String::from_utf8_lossy(&finished.stdout);
    said.lines().filter(|line| line.starts_with('!')).map(|line| line.trim().to_owned()).collect()
}
