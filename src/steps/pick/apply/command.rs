//! The user's own commands, run in a temporary worktree.

use std::path::Path;

use crate::model::arrange::Arrange as _;
use crate::model::commit::{BlobId, CommitId, TreeId};
use crate::model::error::{Error, Result};
use crate::model::forecast::{Entry, Mode};
use crate::model::path::{PathPolicy, RepoPath, ShellCommand};
use crate::model::plan::{PolicyName, PolicyPath};
use crate::ports::git::{Git, NewCommit, Origin, SignCommits};
use crate::ports::platform;
use crate::ports::process::failed;
use crate::ports::shell;

use super::Session;

/// What becomes of the picks before one whose command fails.
const KEPT: &str =
    "the branch holds the picks before it; once it is put right, plan again or run the same command again";

/// A path whose content the user's command makes anew.
pub type Regenerated = (RepoPath, Option<Entry>);

/// Runs the command of `--exec` on a pick.
///
/// # Errors
/// When it fails.
pub fn check(git: &Git, command: &ShellCommand, fix: CommitId, commit: CommitId) -> Result<()> {
    let worktree = git.temporary_worktree(commit)?;
    shell::run(command, worktree.path()).map_err(|error| {
        Error::new(error.kind(), format!("the pick of '{fix}' did not pass")).because(error).hint(KEPT)
    })
}

/// Makes the paths anew that the policy `regenerate` decides, by the commands of `patch.toml`.
///
/// # Errors
/// When a command fails or leaves no plain file.
pub fn regenerate(
    session: &Session<'_>,
    by_policy: &[PolicyPath],
    (parent, tree): (CommitId, TreeId),
    origin: &Origin,
) -> Result<Vec<Regenerated>> {
    let mut made = Vec::new();
    let wanted = by_policy.iter().filter(|decided| decided.policy == PolicyName::Regenerate);
    for path in wanted.map(|decided| &decided.path) {
        let PathPolicy::Regenerate(command) = session.config.pick.paths.policy_of(path.as_bytes()) else { continue };
        let path: RepoPath = path.parse().map_err(|error| Error::usage("a path cannot be made anew").because(error))?;
        let draft = NewCommit { tree, parent, origin, message: b"draft\n" };
        let draft = session.git.make_commit(&draft, &session.committer, SignCommits::Leave)?;
        let worktree = session.git.temporary_worktree(draft)?;
        shell::run(command, worktree.path()).map_err(|error| {
            Error::new(error.kind(), format!("'{path}' cannot be made anew")).because(error).hint(KEPT)
        })?;
        made.push((path.clone(), stored(&worktree.program(), worktree.path(), &path)?));
    }
    made.arrange_by(|(a, _), (b, _)| a.cmp(b));
    Ok(made)
}

/// Stores a file as `git add` would, with the filters that attributes ask for.
fn stored(git: &crate::ports::process::GitProgram, root: &Path, path: &RepoPath) -> Result<Option<Entry>> {
    let file = root.join(path.as_str());
    let Ok(found) = file.symlink_metadata() else { return Ok(None) };
    if !found.is_file() || platform::canonical(&file).is_ok_and(|real| real != file) {
        return Err(Error::no(format!("'{path}' is not a plain file after its command ran")));
    }
    let finished = git.run(["hash-object", "-w", "--", path.as_str()])?;
    if !finished.success() {
        return Err(failed("git hash-object", &finished));
    }
    let said = String::from_utf8_lossy(&finished.stdout).trim().to_owned();
    let id: BlobId = said.parse().map_err(|_| failed("git hash-object", &finished))?;
    let is_executable = platform::is_executable(&found).map_or_else(|| was_executable(git, path), Ok)?;
    let mode = if is_executable { Mode(0o100_755) } else { Mode(0o100_644) };
    Ok(Some(Entry { mode, id: *id.as_bytes() }))
}

/// Says whether the index has the file as one that can be run, which is what git goes by where the system does not know it.
fn was_executable(git: &crate::ports::process::GitProgram, path: &RepoPath) -> Result<bool> {
    Ok(git.text(&["ls-files", "--stage", "--", &format!(":(literal){path}")])?.starts_with("100755 "))
}
