//! The members of a workspace: the folders that its patterns choose, as far as git tracks a manifest in them.

use super::source::Source;
use super::survey::Gather;
use crate::model::arrange::Arrange as _;
use crate::model::error::Result;
use crate::model::path::{PathGlob, RepoPath};

/// Returns the folder of a file: empty at the root, else with a slash at its end.
pub(super) fn folder(path: &RepoPath) -> &str {
    path.as_str().rfind('/').map(|at| &path.as_str()[..=at]).unwrap_or("")
}

/// Returns a file beside another. `None`: the name leads out of the repository.
pub(super) fn beside(path: &RepoPath, name: &str) -> Option<RepoPath> {
    let mut parts: Vec<&str> = folder(path).split('/').filter(|part| !part.is_empty()).collect();
    for part in name.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    parts.join("/").parse().ok()
}

/// Returns the files of a name in the folders above that of a file, the nearest first.
pub(super) fn above(path: &RepoPath, name: &str) -> Vec<RepoPath> {
    let mut found = Vec::new();
    let mut up = "../".to_owned();
    while let Some(file) = beside(path, &format!("{up}{name}")) {
        found.push(file);
        up.push_str("../");
    }
    found
}

/// Returns the manifests of the members, in the order of their paths, without the root's own.
///
/// # Errors
/// A pattern is of a form that is not known, so it cannot be told which folders it chooses.
pub(super) fn members(
    gather: &Gather<'_>,
    source: &Source<'_>,
    patterns: &[(usize, &str)],
    manifest: &str,
) -> Result<Vec<RepoPath>> {
    let mut chosen: Vec<RepoPath> = Vec::new();
    for (offset, pattern) in patterns {
        let (leaves_out, plain) = match pattern.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, *pattern),
        };
        let plain = plain.trim_start_matches("./").trim_matches('/');
        let glob: Option<PathGlob> = match plain {
            "" | "." => format!("/{}{manifest}", folder(source.path)).parse().ok(),
            plain if plain.contains(['{', '}', '[', ']', '?', '(', ')']) => None,
            plain => format!("/{}{plain}/{manifest}", folder(source.path)).parse().ok(),
        };
        let glob = glob.ok_or_else(|| {
            let message =
                format!("it cannot be told which folders '{pattern}' chooses; write it with '*' and '**' only");
            source.obstacle(*offset, message)
        })?;
        let in_modules = |path: &RepoPath| path.as_str().split('/').any(|part| part == "node_modules");
        let matching = |path: &&RepoPath| glob.matches(path.as_str().as_bytes()) && !in_modules(path);
        match leaves_out {
            true => chosen.retain(|path| !glob.matches(path.as_str().as_bytes())),
            false => chosen.extend(gather.paths()?.iter().filter(matching).cloned()),
        }
    }
    chosen.arrange();
    chosen.dedup();
    chosen.retain(|path| path != source.path);
    Ok(chosen)
}
