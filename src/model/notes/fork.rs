//! Merges of the private forks in which advisories are mended.

use crate::model::commit::first_line;
use crate::model::eligibility::advisory::advisories;
use crate::model::trailer::plain_subject;

/// What GitHub calls the merge of the fork of an advisory, before its identifier ("Collaborating in a temporary private fork to resolve a
/// repository security vulnerability" of its documentation).
const MERGE: &str = "Merge pull request from ";

/// Returns the advisory whose private fork a merge brings: what it merges is the fix of that.
pub fn advisory_of_fork(message: &str) -> Option<String> {
    let rest = plain_subject(first_line(message)).strip_prefix(MERGE)?;
    let (name, _) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    advisories(name).into_iter().map(|named| named.id).find(|id| id.starts_with("GHSA-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_merge_of_a_private_fork_names_its_advisory_first() {
        let table = [
            ("Merge pull request from GHSA-2345-6789-cfgh\n\nCheck the list", Some("GHSA-2345-6789-cfgh")),
            ("[2.0] Merge pull request from GHSA-2345-6789-CFGH (#7)", Some("GHSA-2345-6789-cfgh")),
            ("Merge pull request from ann/fix GHSA-2345-6789-cfgh", None),
            ("Merge pull request from CVE-2026-4242", None),
            ("Merge pull request #7 from ann/GHSA-2345-6789-cfgh", None),
            ("Revert \"Merge pull request from GHSA-2345-6789-cfgh\"", None),
            ("", None),
        ];
        for (message, expected) in table {
            assert_eq!(advisory_of_fork(message).as_deref(), expected, "{message:?}");
        }
    }
}
