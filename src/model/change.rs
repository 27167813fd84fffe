//! Changes: what landed on main as one, a commit or a merged pull request.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::commit::{Commit, CommitId, first_line};
use super::trailer::{markers, plain_subject};

/// What GitHub calls the merge of the private fork of an advisory, since it no longer names that ("Collaborating in a temporary private fork to
/// resolve a repository security vulnerability" of its documentation).
pub const MERGE_OF_FORK: &str = "Merge commit from fork";

/// What landed on main as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The commit on main's first-parent chain.
    pub id: CommitId,
    /// The commits it brought that are no merges, oldest first; the commit itself when it is none.
    pub members: Vec<CommitId>,
    /// The number of the pull request, where the message names it.
    pub pull_request: Option<u64>,
    /// What it is called: for a merge that says no more than that it is one, the title of its pull request. Text from
    /// a stranger.
    pub title: String,
}

/// Groups a stretch of main into changes, oldest first.
///
/// `commits` holds parents before children and ends in main's newest commit, `tip`. A commit belongs to the first
/// change on the first-parent chain that it can be reached from.
pub fn changes(commits: &[Commit], tip: CommitId) -> Vec<Change> {
    let nodes: Vec<Node<'_>> = commits.iter().map(|commit| (commit.id, commit.parents.as_slice())).collect();
    groups(&nodes, tip)
        .into_iter()
        .map(|Group { at, members }| Change::of(&commits[at], members.into_iter().map(|at| commits[at].id).collect()))
        .collect()
}

impl Change {
    /// The change that a commit on main's first-parent chain stands for, with the commits that it brought.
    pub fn of(commit: &Commit, members: Vec<CommitId>) -> Self {
        Self { id: commit.id, members, pull_request: own_pull_request(&commit.message), title: title(commit) }
    }
}

/// A commit and its parents.
pub type Node<'n> = (CommitId, &'n [CommitId]);

/// The commits of one change, by their places in a stretch of main.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The one on main's first-parent chain.
    pub at: usize,
    /// Those it brought that are no merges, in the order of the stretch.
    pub members: Vec<usize>,
}

/// Where commits stand in a stretch.
type Places = HashMap<CommitId, usize, RandomState>;

/// As [`changes`], for commits of which no more than the parents is known.
pub fn groups(stretch: &[Node<'_>], tip: CommitId) -> Vec<Group> {
    let places: Places = stretch.iter().enumerate().map(|(at, (id, _))| (*id, at)).collect();
    let mut chain = Vec::new();
    let mut next = places.get(&tip);
    while let Some(at) = next {
        chain.push(*at);
        next = stretch[*at].1.first().and_then(|parent| places.get(parent));
    }
    chain.reverse();
    let mut taken = vec![false; stretch.len()];
    chain.into_iter().map(|at| group(stretch, &places, &mut taken, at)).collect()
}

fn group(stretch: &[Node<'_>], places: &Places, taken: &mut [bool], at: usize) -> Group {
    let mut members = Vec::new();
    let mut open = vec![at];
    while let Some(at) = open.pop() {
        if std::mem::replace(&mut taken[at], true) {
            continue;
        }
        let parents = stretch[at].1;
        if parents.len() < 2 {
            members.push(at);
        }
        open.extend(parents.iter().filter_map(|parent| places.get(parent)));
    }
    members.sort_unstable();
    Group { at, members }
}

/// Returns the number of the pull request that landed a commit, where its message names one.
pub fn own_pull_request(message: &str) -> Option<u64> {
    markers(message).into_iter().find_map(|marker| marker.relation.own_pull_request()).map(|request| request.number)
}

/// Returns what a commit is called: where it says no more than that it merges a pull request or a private fork, the title of that.
pub fn title(commit: &Commit) -> String {
    titled(&commit.message)
}

/// As [`title`], told from the message.
pub fn titled(message: &str) -> String {
    let subject = first_line(message);
    let forms = ["Merge pull request #", "Merge pull request from "];
    let plain = plain_subject(subject);
    if plain == MERGE_OF_FORK || forms.iter().any(|form| plain.starts_with(form)) {
        // A pick of a merge keeps the words without being one. GitHub puts the title of the pull request into the first line of the body, or
        // into a list where it squashes several commits.
        let body = message.trim_start_matches('\n').lines().skip(1);
        let first = body.map(str::trim).find(|line| !line.is_empty());
        if let Some(title) = first.filter(|line| !is_trailer(line)) {
            return title.strip_prefix("* ").unwrap_or(title).to_owned();
        }
    }
    subject.to_owned()
}

/// Says whether a line says where a change was picked from, or who had a part in it.
fn is_trailer(line: &str) -> bool {
    let lower = line.to_lowercase();
    let forms = ["(cherry picked from ", "(cherry-picked from ", "(backported from ", "(backport "];
    let key = lower.split_once(": ").map_or("", |(key, _)| key);
    let is_key = !key.contains(char::is_whitespace)
        && (key.ends_with("-by") || ["change-id", "release-note", "line-only", "pr-url"].contains(&key));
    is_key || forms.iter().any(|form| lower.starts_with(form))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::commit::{Signature, TreeId};

    fn commit(number: u8, parents: &[u8], message: &str) -> Commit {
        let id = |number| CommitId::from_bytes([number; 20]);
        let someone = Signature { name: "A".into(), email: "a@b".into(), seconds: 0, offset: 0 };
        Commit {
            id: id(number),
            tree: TreeId::from_bytes([0; 20]),
            parents: parents.iter().map(|parent| id(*parent)).collect(),
            author: someone.clone(),
            committer: someone,
            message: message.to_owned(),
        }
    }

    #[test]
    fn a_merge_is_called_as_what_it_merges() {
        let merge = "Merge pull request #8 from x/y";
        let table = [
            ("\n\nFix the list (#7)", "Fix the list (#7)"),
            (" (#9)\n\nlist: fix it", "list: fix it"),
            ("\n\nReviewed-by the owners: fix it", "Reviewed-by the owners: fix it"),
            ("\n\n(cherry picked from commit 0123456789abcdef)\n\n[ann: adapted]", "Merge pull request #8 from x/y"),
            ("\n\nSigned-off-by: Ann <ann@x.example>", "Merge pull request #8 from x/y"),
            ("", "Merge pull request #8 from x/y"),
        ];
        for (rest, expected) in table {
            assert_eq!(titled(&format!("{merge}{rest}")), expected, "{rest:?}");
        }
        assert_eq!(titled(&format!("[2.0] {merge}\n\nFix the list")), "Fix the list");
        for (message, expected) in [
            ("Merge pull request from GHSA-2345-6789-cfgh\n\nFix it", "Fix it"),
            ("Merge commit from fork\n\nFix it", "Fix it"),
            ("[2.0] Merge commit from fork (#9)\n\n* Fix it\n\n* Test it", "Fix it"),
            ("Merge commit from fork (#9)", "Merge commit from fork (#9)"),
            ("Merge commit from fork of Ann\n\nFix it", "Merge commit from fork of Ann"),
        ] {
            assert_eq!(titled(message), expected, "{message:?}");
        }
    }

    #[test]
    fn a_merged_pull_request_is_one_change() {
        // 1 - 2 ------- 5 - 6      main
        //      \- 3 - 4 -/         a pull request
        let commits = [
            commit(1, &[], "Start"),
            commit(2, &[1], "Fix the map (#7)"),
            commit(3, &[2], "One half"),
            commit(4, &[3], "Other half"),
            commit(5, &[2, 4], "Merge pull request #8 from x/y\n\nFix the list\n"),
            commit(6, &[5], "After"),
        ];
        let found = changes(&commits, commits[5].id);
        let said: Vec<_> =
            found.iter().map(|c| (c.id.as_bytes()[0], c.members.len(), c.pull_request, c.title.as_str())).collect();
        assert_eq!(
            said,
            [
                (1, 1, None, "Start"),
                (2, 1, Some(7), "Fix the map (#7)"),
                (5, 2, Some(8), "Fix the list"),
                (6, 1, None, "After")
            ]
        );
    }
}
