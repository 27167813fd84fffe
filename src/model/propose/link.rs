//! The address at which a person opens a pull request whose fields are filled in ("Using query parameters to create a pull request" in
//! GitHub's documentation).

use crate::model::branch::BranchName;
use crate::model::config::RepositoryName;
use crate::model::percent::{encode, encode_path};

use super::ProposalHead;

/// The longest address that is made. GitHub answers "414 URI Too Long" to longer ones, from about 8 KiB on.
pub const MOST_LINK_BYTES: usize = 8000;

/// Returns the address. A body that would make it too long is left out, for the same text is written by the next run.
pub fn link(
    server: &str,
    repository: &RepositoryName,
    base: &BranchName,
    head: &ProposalHead,
    title: &str,
    body: &str,
) -> String {
    let own = head.repository.as_str().eq_ignore_ascii_case(repository.as_str());
    let from = if own { String::new() } else { format!("{}:", head.repository.parts().0) };
    let (base, branch) = (encode_path(base.as_str()), encode_path(head.branch.as_str()));
    let bare = format!("{server}/{repository}/compare/{base}...{from}{branch}?quick_pull=1&title={}", encode(title));
    let whole = format!("{bare}&body={}", encode(body));
    if whole.len() <= MOST_LINK_BYTES { whole } else { bare }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::commit::CommitId;

    fn made(repository: &str, body: &str) -> String {
        let head = ProposalHead {
            repository: repository.parse().expect("a repository"),
            branch: "backstitch/2.0".parse().expect("a branch"),
            before: None,
            commit: CommitId::from_bytes([1; 20]),
        };
        let own = "acme/widget".parse().expect("a repository");
        link("https://github.com", &own, &"release/2.0#1".parse().expect("a branch"), &head, "[2.0] 1 & more", body)
    }

    #[test]
    fn every_text_stays_in_its_field() {
        assert_eq!(
            made("acme/widget", "a&title=b\n#"),
            "https://github.com/acme/widget/compare/release/2.0%231...backstitch/2.0?quick_pull=1\
             &title=%5B2.0%5D%201%20%26%20more&body=a%26title%3Db%0A%23"
        );
        assert!(made("con/widget", "").contains("...con:backstitch/2.0?"));
    }

    #[test]
    fn an_address_is_never_too_long() {
        let long = made("acme/widget", &"ü".repeat(2000));
        assert!(long.len() <= MOST_LINK_BYTES && !long.contains("&body="), "{long}");
    }
}
