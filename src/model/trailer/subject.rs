//! What the first line of a message says, and what is left of it without the marks of a line.

use crate::model::line::Series;
use crate::model::trailer::body::backport_of;
use crate::model::trailer::{CommitPrefix, Found, PullRequest, Relation, list, scan, takes};

/// Reads the subject. `body` is the rest of the message, where a merge keeps the title of its pull request.
pub fn read<'m>(subject: &str, body: impl Iterator<Item = &'m str>, found: &mut Found) {
    let merged = scan::strip_any(subject, &["Merge pull request ", "Merge PR ", "Auto merge of "]);
    let Some((own, rest)) = merged.and_then(scan::pull_request) else {
        merge_of_main(subject, found);
        numbered(subject, found);
        picked(subject, found);
        takes::read_title(subject, found);
        return;
    };
    found.add(Relation::OwnPullRequest(own), subject);
    if let Some(head) = scan::strip_word(rest, " from ") {
        let branch = head.split_once('/').map_or(head, |(_, branch)| branch);
        branch_origins(branch).into_iter().for_each(|origin| found.add(origin, subject));
        branch_reverts(branch)
            .into_iter()
            .for_each(|request| found.add(Relation::RevertsPullRequest(request), subject));
    }
    let title = body.map(str::trim).find(|line| !line.is_empty()).unwrap_or("");
    let (plain, numbers) = without_numbers(title);
    let kept: fn(PullRequest) -> Relation =
        if without_line(plain).is_some() { Relation::OriginPullRequest } else { Relation::KeptPullRequest };
    numbers.into_iter().for_each(|number| found.add(kept(number), title));
    picked(title, found);
    takes::read_title(title, found);
}

/// `[2.0] Merge pull request #12 from …`: the pick of a merge, behind the mark of the line that it was picked onto.
fn merge_of_main(subject: &str, found: &mut Found) {
    let behind = without_line(subject).and_then(|title| scan::strip_any(title, &["Merge pull request ", "Merge PR "]));
    if let Some((origin, _)) = behind.and_then(scan::pull_request) {
        found.add(Relation::OriginPullRequest(origin), subject);
    }
}

/// `[2.0] Backport #12: title`, `[backport #12] title`, `2.0: backport #12` and `backport 2.0: #12 title`: what is said within and behind
/// the marks of a line.
fn picked(subject: &str, found: &mut Found) {
    let mut rest = subject;
    while let Some((mark, behind)) = split_mark(rest) {
        let mut said = Found::default();
        backport_of(mark, &mut said);
        let number = scan::behind_act(rest).and_then(scan::number_of_title).map(PullRequest::here);
        said.add_origins(number.into_iter().collect(), subject);
        if is_act(mark) && !rest.starts_with('[') {
            let named = leading_numbers(behind).map(|(origins, _)| origins);
            said.add_origins(named.unwrap_or_default(), subject);
        }
        said.markers.into_iter().for_each(|marker| found.add(marker.relation, subject));
        rest = behind;
    }
    let mut said = Found::default();
    if rest != subject {
        backport_of(rest, &mut said);
    }
    said.markers.into_iter().for_each(|marker| found.add(marker.relation, subject));
}

/// Splits off one mark of a line in front: in brackets, or before a colon.
fn split_mark(subject: &str) -> Option<(&str, &str)> {
    if let Some(inside) = subject.strip_prefix('[') {
        let (mark, rest) = inside.split_once(']')?;
        return is_line_mark(mark).then(|| (mark, rest.trim_start().trim_start_matches(':').trim_start()));
    }
    let (mark, rest) = subject.split_once(": ")?;
    // Most titles speak of no pick at all, and the words of a mark take longest to tell.
    let is_one = (is_act(mark) || (is_act(rest) && !mark.contains(char::is_whitespace))) && is_line_mark(mark);
    is_one.then(|| (mark, rest.trim_start()))
}

/// Says whether words begin with the act of picking.
fn is_act(words: &str) -> bool {
    scan::act(words).is_some()
}

/// `title (#12)`: the last number is the own one, those before it come from the origin. Of several in one bracket, none is the own one.
fn numbered(subject: &str, found: &mut Found) {
    let (plain, mut numbers) = without_numbers(subject);
    let last = subject.trim().strip_suffix(')').and_then(|head| head.rsplit_once('('));
    let is_alone = last.and_then(|(_, inside)| only_numbers(inside)).is_some_and(|inside| inside.len() == 1);
    let own = numbers.pop_if(|_| is_alone);
    let kept: fn(PullRequest) -> Relation =
        if without_line(plain).is_some() { Relation::OriginPullRequest } else { Relation::KeptPullRequest };
    numbers.into_iter().for_each(|number| found.add(kept(number), subject));
    own.into_iter().for_each(|own| found.add(Relation::OwnPullRequest(own), subject));
}

/// Returns the pull request that the branch of GitHub's button "Revert" takes back: `revert-12-BRANCH` ("Reverting a pull request" of
/// its documentation).
fn branch_reverts(branch: &str) -> Option<PullRequest> {
    let (number, rest) = scan::number(scan::strip_word(branch, "revert-")?)?;
    rest.strip_prefix('-').filter(|name| !name.is_empty()).map(|_| PullRequest::here(number))
}

/// Returns the origins in the name of a branch that a tool made for a pick, such as `cherry-pick-12-to-release-3.5` (prow),
/// `backport-12-to-2.0` (backport-action), `backport/2.x/pr-12` (backport), `mergify/bp/2.0/pr-12`,
/// `auto-backport-of-pr-12-on-2.0` (meeseeks), `automated-cherry-pick-of-#12-#13-upstream-release-1.20` (Kubernetes) or
/// `patchback/backports/8.2.x/<commit>/pr-12`.
pub fn branch_origins(branch: &str) -> Vec<Relation> {
    let here = |number| Relation::OriginPullRequest(PullRequest::here(number));
    if let Some(rest) = scan::strip_word(branch, "automated-cherry-pick-of-") {
        let parts = rest.split('-').map_while(|part| part.strip_prefix('#'));
        return parts.filter_map(scan::number).map(|(number, _)| here(number)).collect();
    }
    let numbered =
        scan::strip_any(branch, &["cherry-pick-", "backport-", "auto-backport-of-pr-"]).and_then(scan::number);
    if let Some((number, rest)) = numbered
        && scan::strip_any(rest, &["-to-", "-on-"]).is_some()
    {
        return vec![here(number)];
    }
    if scan::strip_any(branch, &["backport/", "mergify/", "patchback/backports/"]).is_none() {
        return Vec::new();
    }
    let named = branch.split('/').filter(|part| part.len() == 40).filter_map(|part| part.parse::<CommitPrefix>().ok());
    let last = branch.rsplit('/').next().and_then(|part| part.strip_prefix("pr-")).and_then(scan::number);
    named.map(Relation::OriginCommit).chain(last.map(|(number, _)| here(number))).collect()
}

/// Returns the subject without what marks a line or a pull request: `[2.0]`, `[Backport 2.0]`, `[2.0 backport]` and
/// `Backport 2.0:` in front, `(#12)`, `(GH-12)` and `(backport #12)` behind.
///
/// What is left is the same for a fix and its picks in most projects. It is never empty unless the subject is.
pub fn plain_subject(subject: &str) -> &str {
    let mut plain = subject.trim();
    loop {
        let (without, _) = without_numbers(plain);
        let origin = without_origin(without);
        let line = without_line(origin.unwrap_or(without));
        let next = line.or(origin).unwrap_or(without);
        if next.is_empty() || next == plain {
            return plain;
        }
        plain = next;
        // Of numbers, all were taken away at once.
        if line.or(origin).is_none() {
            return plain;
        }
    }
}

/// Says whether a subject has no title, but only says what is picked, and onto what: `Backport #12 to 2.0`, `Backport fixes to 2.0`.
pub fn is_only_a_mark(subject: &str) -> bool {
    let plain = plain_subject(subject);
    is_line_mark(plain) || list::introduces(plain)
}

/// Splits off the numbers in brackets at the end, in the order of the text.
pub fn without_numbers(subject: &str) -> (&str, Vec<PullRequest>) {
    let mut plain = subject.trim();
    let mut numbers = Vec::new();
    while let Some(head) = plain.strip_suffix(')') {
        let Some((before, inside)) = head.rsplit_once('(') else { break };
        let Some(inside) = only_numbers(inside) else { break };
        numbers.splice(0..0, inside);
        plain = before.trim_end();
    }
    (plain, numbers)
}

/// Reads `#12` and `#12, #13`; `None`: something else stands there, too.
fn only_numbers(inside: &str) -> Option<Vec<PullRequest>> {
    scan::pull_request(inside)?;
    let (numbers, rest) = scan::pull_requests(inside);
    rest.is_empty().then_some(numbers)
}

/// Removes `(backport #12)` at the end, as Mergify writes it, and `(cherry-pick #12)`; `None` when there is none.
fn without_origin(subject: &str) -> Option<&str> {
    let (before, inside) = subject.strip_suffix(')')?.rsplit_once('(')?;
    let (numbers, rest) = scan::pull_requests(scan::strip_any(inside, &scan::NAMING_ACTS)?);
    (!numbers.is_empty() && rest.is_empty()).then(|| before.trim_end())
}

/// Removes one mark of a line in front; `None` when there is none.
fn without_line(subject: &str) -> Option<&str> {
    if let Some((mark, rest)) = split_mark(subject) {
        return Some(if is_act(mark) && !subject.starts_with('[') { without_leading_numbers(rest) } else { rest });
    }
    if subject.starts_with('[') || !is_act(subject) {
        return None;
    }
    // meeseeks: `Backport PR #12 on branch 2.0.x (title)`.
    let in_brackets = subject.strip_suffix(')').and_then(|subject| subject.split_once('('));
    match in_brackets.filter(|(mark, _)| is_line_mark(mark) && !is_line_mark(subject)) {
        Some((_, rest)) => Some(rest.trim()),
        None => without_act(subject),
    }
}

/// Removes the numbers of pull requests in front of a title.
fn without_leading_numbers(title: &str) -> &str {
    let behind = leading_numbers(title).map(|(_, title)| title);
    behind.filter(|title| title.contains(char::is_alphanumeric)).unwrap_or(title)
}

/// Reads the numbers of pull requests in front of a title, as in `#12 title`; `gh-12: title` is of an issue.
fn leading_numbers(title: &str) -> Option<(Vec<PullRequest>, &str)> {
    if scan::strip_any(title, &["GH-", "http://", "https://"]).is_some() {
        return None;
    }
    let (numbers, behind) = scan::meant_pull_requests(title);
    let is_apart = behind.is_empty() || behind.starts_with([' ', ':']);
    (is_apart && !numbers.is_empty()).then(|| (numbers, behind.trim_start_matches([' ', ':'])))
}

/// Removes `Backport` and `Backport #12` where the title stands directly behind: behind a number, or as `part: what`.
fn without_act(subject: &str) -> Option<&str> {
    let rest = scan::behind_act(subject)?;
    let numbered = scan::strip_any(rest, &scan::PULL_REQUEST).unwrap_or(rest);
    let is_address = scan::strip_any(numbered, &["http://", "https://"]).is_some();
    let (numbers, behind) = scan::meant_pull_requests(rest);
    if !numbers.is_empty() && !is_address {
        let title = behind.strip_prefix([' ', ':'])?.trim_start();
        let goes_on = scan::strip_any(title, &["to ", "on ", "onto ", "for ", "and ", "into ", "from ", "("]).is_some();
        return Some(title).filter(|title| !goes_on && title.contains(char::is_alphanumeric));
    }
    let (part, _) = scan::strip_word(subject, "backport ")?.split_once(": ")?;
    (!part.is_empty() && !part.contains(char::is_whitespace)).then_some(rest)
}

/// Words that tell of picking, or of a line.
const ACTS: &str = "backport backports backported backporting stable cherry-pick cherry-picks cherry-picked forward-port \
    forward-ports forward-ported forwardport beta lts";
/// Words that stand beside those, and beside numbers.
const BESIDE: &str = "automated manual cherry pick picks picked forward port pr prs pull request requests of from to on onto for branch -> \
    and as well also together with plus & + /";

/// Says whether words name nothing but a line and the act of picking onto it.
fn is_line_mark(words: &str) -> bool {
    let mut telling = false;
    let all = words.split_whitespace().map(|word| word.trim_matches([',', ';', '(', ')']));
    for word in all.filter(|word| !word.is_empty()) {
        let Some(tells) = mark(word) else { return false };
        telling |= tells;
    }
    telling
}

/// Says of a word of the mark of a line whether it tells that there is one; `None`: it is none of such a mark.
pub fn mark(word: &str) -> Option<bool> {
    let is = |list: &str| list.split_whitespace().any(|known| word.eq_ignore_ascii_case(known));
    if is(ACTS) || Series::in_name(word).is_some() || word.starts_with('#') || is_request(word) {
        return Some(true);
    }
    (is(BESIDE) || is_release(word)).then_some(false)
}

/// Says whether a word is a pull request: `pull/12`, `PR#12` or its address.
fn is_request(word: &str) -> bool {
    let is_address = || scan::pull_request(word).is_some_and(|(_, rest)| rest.is_empty());
    scan::strip_any(word, &["pull/", "PR#"]).is_some()
        || scan::strip_any(word, &["http://", "https://"]).is_some() && is_address()
}

/// Says whether a word is the version of one release: it tells of a line only beside other words.
fn is_release(word: &str) -> bool {
    let parts: Vec<&str> = word.strip_prefix(['v', 'V']).unwrap_or(word).split('.').collect();
    parts.len() == 3 && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}
