//! How submodules and Git LFS pointers are told of, and what a person has to see to.

use crate::model::apply::{ConflictNote, shell_word};
use crate::model::branch::BranchName;
use crate::model::commit::CommitId;
use crate::model::special::{LfsOid, Special};

/// Says what a fix does to a path and what to see to, in phrases. `conflicts` names where the path is in conflict.
pub fn phrases(special: &Special, conflicts: &[String]) -> Vec<String> {
    let mut said = vec![what(special)];
    said.extend(to_see_to(special));
    if !conflicts.is_empty() {
        let choose = match special {
            Special::Submodule { .. } => "choose one commit",
            Special::LfsPointer { .. } => WHOLE,
        };
        said.push(format!("in conflict on {}: {choose}: git checkout --ours or --theirs", conflicts.join(", ")));
    }
    said
}

/// Says what to do with each submodule and pointer of a conflict that `apply` stopped at.
pub fn in_conflict(conflict: &ConflictNote, branch: &BranchName) -> Vec<String> {
    let show = |revision: &str, path: &str| format!("git show {}", shell_word(&format!("{revision}:{path}")));
    let of_path = |special: &Special| {
        let choose = match special {
            Special::Submodule { .. } => "write the name of one commit into its file".to_owned(),
            Special::LfsPointer { path, .. } => format!(
                "{WHOLE}: {} has that of the fix, {} that of the line",
                show(&conflict.fix.to_string(), path),
                show(branch.as_str(), path)
            ),
        };
        [what(special)]
            .into_iter()
            .chain([format!("  {choose}")])
            .chain(to_see_to(special).map(|see| format!("  {see}")))
    };
    conflict.special.iter().flat_map(of_path).collect()
}

const WHOLE: &str = "choose one pointer whole and merge nothing, because conflict markers break a pointer";

fn what(special: &Special) -> String {
    let (sort, change) = match special {
        Special::Submodule { path: _, before, after } => {
            ("submodule", change(before.as_ref().map(CommitId::short), after.as_ref().map(CommitId::short)))
        }
        Special::LfsPointer { path: _, before, after } => {
            ("Git LFS pointer", change(before.as_ref().map(LfsOid::short), after.as_ref().map(LfsOid::short)))
        }
    };
    format!("{} is a {sort}, {change}", special.path())
}

fn change<T: std::fmt::Display>(before: Option<T>, after: Option<T>) -> String {
    match (before, after) {
        (Some(before), Some(after)) => format!("from {before} to {after}"),
        (None, Some(after)) => format!("new, at {after}"),
        (Some(before), None) => format!("removed, last at {before}"),
        (None, None) => "unchanged".to_owned(),
    }
}

fn to_see_to(special: &Special) -> Option<String> {
    match special {
        Special::Submodule { path, before: _, after: Some(after) } => Some(format!(
            "see that the line's submodule has {}: git submodule update --init {}",
            after.short(),
            shell_word(path)
        )),
        Special::LfsPointer { path: _, before: _, after: Some(_) } => {
            Some("see that the object was pushed: git lfs fetch".to_owned())
        }
        Special::Submodule { .. } | Special::LfsPointer { .. } => None,
    }
}
