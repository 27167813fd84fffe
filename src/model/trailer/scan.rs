//! The words that statements are made of.

use crate::model::trailer::{CommitPrefix, PullRequest};

/// Removes a prefix in ASCII, whatever its case.
pub fn strip_word<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let first = |text: &str| text.bytes().next().map(|byte| byte.to_ascii_lowercase());
    // Most lines begin with another letter, and there are many prefixes.
    if first(text) != first(prefix) && !prefix.is_empty() {
        return None;
    }
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

/// Removes the first of several prefixes that fits.
pub fn strip_any<'t>(text: &'t str, prefixes: &[&str]) -> Option<&'t str> {
    prefixes.iter().find_map(|prefix| strip_word(text, prefix))
}

/// What stands in a bracket directly before the pull request that was picked: `(backport #12)`.
pub const NAMING_ACTS: [&str; 5] = ["backport ", "cherry-pick ", "cherry pick ", "forward-port ", "forward port "];

/// Removes the act of picking from the start of a text, in whatever form: `Backport of `, `This backports `, `Manual cherry-pick of `,
/// `Backporting `, `Automated cherry pick of `, `Forward port of `.
pub fn behind_act(text: &str) -> Option<&str> {
    let rest = strip_any(act(text)?, &["ed ", "ing ", "s ", " "])?;
    Some(strip_any(rest, &["of ", "from "]).unwrap_or(rest))
}

/// Removes the word for picking from the start of a text, without its ending.
pub fn act(text: &str) -> Option<&str> {
    let text = strip_word(text, "this ").unwrap_or(text);
    let text = strip_any(text, &["is a ", "is an "]).unwrap_or(text);
    let text = strip_any(text, &["automated ", "manual "]).unwrap_or(text);
    // A port alone may be one of the network.
    let of_request = |rest: &&str| strip_any(rest, &[" of #", " of PR ", " of http", " #", "ed from #"]).is_some();
    strip_any(text, &["backport", "cherry-pick", "cherry pick", "forward-port", "forward port", "forwardport"])
        .or_else(|| strip_word(text, "port").filter(of_request))
}

/// Reads the number in front of a title, `123: title`, which needs no other mark there. A smaller one may be that of a line.
pub fn number_of_title(text: &str) -> Option<u64> {
    let (number, rest) = number(text)?;
    (number >= 100 && rest.starts_with(": ")).then_some(number)
}

/// Reads a commit's name at the start of a text, and returns what is behind it.
pub fn commit(text: &str) -> Option<(CommitPrefix, &str)> {
    let end = text.find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    Some((digits.parse().ok()?, rest))
}

/// Reads all names of commits up to the first word that is none, `and` left out.
pub fn commits(mut text: &str) -> Vec<CommitPrefix> {
    let mut found = Vec::new();
    loop {
        text = text.trim_start_matches([' ', ',']);
        text = text.strip_prefix("and ").unwrap_or(text).trim_start();
        let Some((name, rest)) = commit(text) else { return found };
        found.push(name);
        text = rest;
    }
}

/// Reads `#12`, `GH-12`, `pull/12`, `owner/name#12` or the address of a pull request at the start of a text.
pub fn pull_request(text: &str) -> Option<(PullRequest, &str)> {
    if let Some(rest) = text.strip_prefix('#').or_else(|| strip_any(text, &["GH-", "pull/"])) {
        let (number, rest) = number(rest)?;
        return Some((PullRequest::here(number), rest));
    }
    if let Some(address) = strip_any(text, &["https://", "http://"]) {
        return in_address(address);
    }
    let (repository, rest) = text.split_once('#')?;
    let repository = Some(repository.parse().ok()?);
    let (number, rest) = number(rest)?;
    Some((PullRequest { repository, number }, rest))
}

/// As [`pull_request`], also `PR#12` and `owner#12`, which is of a fork of the same repository: for where a pull request has to stand.
pub fn meant_pull_request(text: &str) -> Option<(PullRequest, &str)> {
    pull_request(text).or_else(|| {
        let (owner, rest) = text.split_once('#')?;
        let is_owner = !owner.is_empty() && owner.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        let is_other = ["issue", "issues", "bug", "bugs", "ticket"].iter().any(|word| owner.eq_ignore_ascii_case(word));
        let (number, rest) = number(rest).filter(|_| is_owner && !is_other)?;
        Some((PullRequest::here(number), rest))
    })
}

/// Reads all pull requests up to the first word that is none, and returns what is behind them: `#6, #7`, `#6 (and #7)`, `PRs 6 and 7`.
pub fn pull_requests(text: &str) -> (Vec<PullRequest>, &str) {
    all(text, pull_request)
}

/// As [`pull_requests`], for where pull requests have to stand.
pub fn meant_pull_requests(text: &str) -> (Vec<PullRequest>, &str) {
    all(text, meant_pull_request)
}

/// What pull requests are called in front of their numbers, which need no other mark then.
pub const PULL_REQUEST: [&str; 4] = ["PRs ", "PR ", "pull requests ", "pull request "];

fn all<'t>(mut text: &'t str, read: impl Fn(&'t str) -> Option<(PullRequest, &'t str)>) -> (Vec<PullRequest>, &'t str) {
    let (mut found, mut is_named) = (Vec::new(), false);
    loop {
        let (joined, is_bracket) = behind_joints(text);
        let named = strip_any(joined, &PULL_REQUEST);
        is_named |= named.is_some();
        let next = named.unwrap_or(joined);
        let Some((pull_request, rest)) = read(next).or_else(|| bare(next).filter(|_| is_named)) else {
            return (found, text);
        };
        found.push(pull_request);
        text = if is_bracket { rest.strip_prefix(')').unwrap_or(rest) } else { rest };
    }
}

/// Reads a number without a mark; a version is none.
fn bare(text: &str) -> Option<(PullRequest, &str)> {
    let (number, rest) = number(text)?;
    let goes_on = rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-'));
    let is_version = rest.strip_prefix('.').is_some_and(|rest| rest.starts_with(char::is_alphanumeric));
    (!goes_on && !is_version).then(|| (PullRequest::here(number), rest))
}

/// Removes what joins two pull requests, and says whether it opens a bracket. One without a word in it holds something else: in
/// `Backport #6 (#30)`, the own number.
fn behind_joints(text: &str) -> (&str, bool) {
    let words = ["and ", "as well as ", "together with ", "plus ", "also "];
    let (mut rest, mut is_bracket) = (text, false);
    loop {
        rest = rest.trim_start_matches([' ', ',', ';', '&', '+', '/']);
        let opened = rest.strip_prefix('(');
        let Some(behind) = strip_any(opened.unwrap_or(rest), &words) else { return (rest, is_bracket) };
        is_bracket |= opened.is_some();
        rest = behind;
    }
}

/// Reads a number at the start of a text; zero is none.
pub fn number(text: &str) -> Option<(u64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let number = digits.parse().ok().filter(|number| *number > 0)?;
    Some((number, rest))
}

/// Reads `host/owner/name/pull/12` and what is behind it.
fn in_address(address: &str) -> Option<(PullRequest, &str)> {
    let (before, behind) = address.split_once("/pull/")?;
    let (_, path) = before.split_once('/')?;
    let (number, rest) = number(behind)?;
    Some((PullRequest { repository: Some(path.parse().ok()?), number }, rest))
}
