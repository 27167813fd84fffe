//! The commit of a bump: it holds the bump and nothing else, and says from which committed version it leads.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::model::arrange::InOrder as _;
use crate::model::bump::{BumpRequest, Bumped, Keep};
use crate::model::commit::CommitId;
use crate::model::config::VersionFile;
use crate::model::edit::{Change, Survey, rewrite, survey};
use crate::model::error::{Error, Result};
use crate::model::path::RepoPath;
use crate::model::request::Mode;
use crate::model::version::ReleaseVersion;
use crate::ports::git::Git;
use crate::ports::process::{failed, finish};
use crate::ports::render::{Template, Templates};
use crate::ports::settings::Settings;
use crate::ports::tree::CommitFiles;

/// The version in the commit that is checked out, and where it stands there.
pub(super) struct Committed {
    pub(super) version: ReleaseVersion,
    found: Survey,
}

impl Committed {
    /// Looks into the commit that is checked out. `None`: there is none yet, or no one version stands in it.
    ///
    /// # Errors
    /// The commit cannot be read.
    pub(super) fn of(git: &Git, versions: &[VersionFile]) -> Result<Option<Self>> {
        let Ok(head) = git.resolve("HEAD") else { return Ok(None) };
        let Ok(found) = survey(versions, &CommitFiles::of(git, head)?) else { return Ok(None) };
        Ok(found.version().ok().map(|version| Self { version, found }))
    }
}

/// A file as the commit is to hold it.
pub(super) type Content<'f> = (&'f RepoPath, &'f [u8]);

/// Says whether a commit of these contents would change anything.
///
/// # Errors
/// It would change something besides the version: a file has other edits that are not committed.
pub(super) fn changes(
    git: &Git,
    committed: Option<&Committed>,
    contents: &[Content<'_>],
    request: &BumpRequest,
    to: &ReleaseVersion,
) -> Result<bool> {
    if git.resolve("HEAD").is_err() {
        return Err(Error::no("there is no commit yet, so one of the versions alone cannot be made")
            .hint("commit the files first: git commit"));
    }
    let paths: Vec<&RepoPath> = contents.iter().map(|(path, _)| *path).collect();
    if let Some(path) = listed(git, &["ls-files", "--others", "-z"], &paths)?.first() {
        return Err(Error::no(format!("'{path}' is not tracked by git, so there is nothing to commit in it"))
            .hint("add it and commit it first, or leave --commit out"));
    }
    let differing =
        |sides: &[&str]| listed(git, &[&["diff", "--name-only", "--no-relative", "-z"], sides].concat(), &paths);
    let (edited, staged, unstaged) = (differing(&["HEAD"])?, differing(&["--cached", "HEAD"])?, differing(&[])?);
    for (path, new) in contents {
        // What is staged and not in the worktree would get lost.
        let in_part = staged.contains(*path) && unstaged.contains(*path);
        if in_part || (edited.contains(*path) && !is_bump_alone(git, committed, (path, new), request, to)?) {
            return Err(Error::no(format!(
                "'{path}' has other edits that are not committed, and the commit is to hold the version alone"
            ))
            .hint("commit or stash them first (git stash), then run the same command"));
        }
    }
    Ok(!edited.is_empty())
}

/// Returns those of the files that a command of git lists.
fn listed(git: &Git, command: &[&str], paths: &[&RepoPath]) -> Result<BTreeSet<RepoPath>> {
    let mut arguments = vec!["--literal-pathspecs"];
    arguments.extend(command);
    arguments.push("--");
    arguments.extend(paths.iter().map(|path| path.as_str()));
    let finished = git.program().run(arguments)?;
    if !finished.success() {
        let name = command.first().map_or_else(|| "git".to_owned(), |verb| format!("git {verb}"));
        return Err(failed(&name, &finished).hint("see 'git status'"));
    }
    let path = |path: &[u8]| std::str::from_utf8(path).ok()?.parse().ok();
    Ok(finished.stdout.split(|byte| *byte == 0).filter_map(path).in_order())
}

/// Says whether a file comes of the one that is committed by a change of its version alone.
fn is_bump_alone(
    git: &Git,
    committed: Option<&Committed>,
    (path, new): Content<'_>,
    request: &BumpRequest,
    to: &ReleaseVersion,
) -> Result<bool> {
    let file = committed
        .and_then(|committed| Some((committed, committed.found.files.iter().find(|file| file.path == *path)?)));
    let Some((committed, file)) = file else { return Ok(false) };
    let change = Change { from: committed.version.clone(), to: to.clone(), digests: request.digests.clone() };
    let expected = rewrite(file, &change)?.text;
    if expected.as_bytes() == new {
        return Ok(true);
    }
    // Git may store other line ends than the worktree has.
    let stored = |how: &str, bytes: &[u8]| -> Result<Vec<u8>> {
        let hashed = git.program().run_with_input(["hash-object", "--stdin", how], bytes.to_owned())?;
        if hashed.success() { Ok(hashed.stdout) } else { Err(failed("git hash-object", &hashed)) }
    };
    Ok(stored(&format!("--path={path}"), new)? == stored("--no-filters", expected.as_bytes())?)
}

#[derive(Serialize)]
struct View<'b> {
    version: String,
    previous: String,
    line: Option<&'b str>,
}

/// Renders the message of the commit.
pub(super) fn message(git: &Git, from: &ReleaseVersion, to: &ReleaseVersion, line: Option<&str>) -> Result<String> {
    let view = View { version: to.to_string(), previous: from.to_string(), line };
    Templates::of(git.worktree()).render_text(Template::BumpMessage, &view)
}

/// Commits the changed files and nothing else, with the user's own hooks and signature. The version before is the committed
/// one: that of the worktree may be one that was never committed, or the new one already. Where picks are signed off, this is, too.
/// A moment that the user gave is its date, for author and committer: from the same commit, the same commit is made then.
pub(super) fn commit(
    git: &Git,
    settings: &Settings,
    request: &BumpRequest,
    bumped: &Bumped,
    committed: Option<&Committed>,
) -> Result<Option<CommitId>> {
    if request.keep == Keep::InWorktree || request.mode == Mode::DryRun {
        return Ok(None);
    }
    let line = bumped.line.as_ref().map(|line| line.as_str());
    let previous = committed.map_or(&bumped.from, |committed| &committed.version);
    let message = message(git, previous, &bumped.to, line)?;
    let mut command = git.program().command();
    command.args(["--literal-pathspecs", "commit", "--quiet", "--only", "-F", "-"]);
    command.args(settings.config.pick.signoff.then_some("--signoff"));
    command.arg("--").args(bumped.files.iter().map(|file| file.path.as_str()));
    if let Some(at) = request.now.given() {
        let date = format!("@{at} +0000");
        command.env("GIT_AUTHOR_DATE", &date).env("GIT_COMMITTER_DATE", &date);
    }
    let finished = finish(command, Some(message.into_bytes()))?;
    if !finished.success() {
        return Err(failed("git commit", &finished)
            .hint("the files hold the new version; once git can commit, the same command does that"));
    }
    git.resolve("HEAD").map(Some)
}
