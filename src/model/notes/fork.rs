//! Merges of the private forks in which advisories are mended.

use crate::model::change::MERGE_OF_FORK;
use crate::model::commit::first_line;
use crate::model::eligibility::advisory::advisories;
use crate::model::trailer::plain_subject;

/// What GitHub called the merge of the fork of an advisory, before its identifier; now it is [`MERGE_OF_FORK`].
const MERGE: &str = "Merge pull request from ";

/// Says whether a message is that of the merge of the private fork of an advisory, whether or not it names that: what it merges is a
/// security fix.
pub fn is_of_fork(message: &str) -> bool {
    plain_subject(first_line(message)) == MERGE_OF_FORK || advisory_of_fork(message).is_some()
}

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
            assert_eq!(is_of_fork(message), expected.is_some(), "{message:?}");
        }
    }

    #[test]
    fn the_merge_of_a_private_fork_need_not_name_its_advisory() {
        for message in ["Merge commit from fork\n\nCheck the list", "[2.0] Merge commit from fork (#7)"] {
            assert!(is_of_fork(message) && advisory_of_fork(message).is_none(), "{message:?}");
        }
        for message in ["Merge commit from fork of Ann", "Revert \"Merge commit from fork\"", "Merge commit 'fork'"] {
            assert!(!is_of_fork(message), "{message:?}");
        }
    }
}
