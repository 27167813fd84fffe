//! Commits of a release that take one another back.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::commit::{Commit, CommitId};
use crate::model::follow_up::Fates;

/// A commit and the one that took it back. Neither of them changes anything for users.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct TakenBack {
    /// The commit.
    pub commit: CommitId,
    /// What took it back.
    pub by: CommitId,
}

/// Returns the pairs among the commits of a release, parents before children, of which one takes the other back. `origins` says
/// which commit of main a commit was picked from: the pick of a revert keeps the name of what was reverted on main.
///
/// A commit that was brought back counts; its revert and what brought it back are then the pair.
pub fn taken_back(commits: &[Commit], origins: &HashMap<CommitId, CommitId>) -> Vec<TakenBack> {
    let on_main = |commit: &Commit| origins.get(&commit.id).copied().unwrap_or(commit.id);
    let of_main: Vec<Commit> = commits.iter().map(|commit| Commit { id: on_main(commit), ..commit.clone() }).collect();
    let by_main: HashMap<CommitId, CommitId> = commits.iter().map(|commit| (on_main(commit), commit.id)).collect();
    let (own, main) = (Fates::new(commits), Fates::new(&of_main));
    let by = |commit: &Commit| {
        let told = own.fate(commit.id).reverted_by;
        told.or_else(|| main.fate(on_main(commit)).reverted_by.and_then(|by| by_main.get(&by).copied()))
    };
    commits.iter().filter_map(|commit| Some(TakenBack { commit: commit.id, by: by(commit)? })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::commit::{Signature, TreeId};

    fn id(number: u8) -> CommitId {
        CommitId::from_bytes([number; 20])
    }

    fn pairs(messages: &[&str], origins: &[(u8, u8)]) -> Vec<(u8, u8)> {
        let someone = Signature { name: "A".into(), email: "a@b".into(), seconds: 0, offset: 0 };
        let commit = |(at, message): (usize, &&str)| Commit {
            id: id(at as u8 + 1),
            tree: TreeId::from_bytes([0; 20]),
            parents: Vec::new(),
            author: someone.clone(),
            committer: someone.clone(),
            message: (*message).to_owned(),
        };
        let commits: Vec<Commit> = messages.iter().enumerate().map(commit).collect();
        let origins = origins.iter().map(|(pick, origin)| (id(*pick), id(*origin))).collect();
        let number = |id: CommitId| id.as_bytes()[0];
        taken_back(&commits, &origins).into_iter().map(|pair| (number(pair.commit), number(pair.by))).collect()
    }

    #[test]
    fn what_takes_one_another_back_is_a_pair() {
        let revert = |number: u8| format!("Revert \"x\"\n\nThis reverts commit {}.\n", id(number));
        let (own, of_main, second) = (revert(1), revert(0xa1), revert(2));
        assert_eq!(pairs(&["Fix the map", "Fix the list"], &[]), []);
        assert_eq!(pairs(&["Fix the map", &own], &[]), [(1, 2)]);
        // By the subject alone, as when the revert was picked and its origin is not known.
        assert_eq!(pairs(&["Fix the map (#1)", "Revert \"Fix the map (#1)\" (#2)"], &[]), [(1, 2)]);
        // The picks of a fix and of its revert.
        assert_eq!(pairs(&["Fix the map", &of_main], &[(1, 0xa1), (2, 0xa2)]), [(1, 2)]);
        assert_eq!(pairs(&["Fix the map", &of_main], &[]), []);
        // Brought back: the fix counts.
        assert_eq!(pairs(&["Fix the map", &own, &second], &[]), [(2, 3)]);
        // A revert of what an earlier release has is a change.
        assert_eq!(pairs(&["Fix the map", &revert(0x77)], &[]), []);
        // Taking a part back leaves the rest.
        assert_eq!(pairs(&["Fix the map", &own.replace("Revert", "Partially revert")], &[]), []);
    }
}
