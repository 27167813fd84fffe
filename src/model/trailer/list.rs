//! What a message lists as picked: `This backports:` with a point for each pull request below, or `Picked: …` with the names.

use crate::model::trailer::subject::{mark, plain_subject, without_numbers};
use crate::model::trailer::{CommitPrefix, Found, PullRequest, Relation, scan};

/// The words for picking that stand for it only where a list follows.
const PICKING: [&str; 4] = ["pick", "picked", "picking", "picks"];

/// The words that stand beside those, and those for how many there are.
const FILLING: &str = "a all bug bugfixes changes commit commits contains few fixes following in includes is more of other security \
    several some the these this two three four five six seven eight nine ten";

/// Says whether words only tell that something is picked, and onto what: `Backport fixes to 2.0`, `This PR backports the following commits`.
pub fn introduces(words: &str) -> bool {
    let is_in = |list: &[&str], word: &str| list.iter().any(|known| word.eq_ignore_ascii_case(known));
    // All words for picking have one of these in them, most titles have none, and the words of a list take longest to tell.
    let has = |part: &[u8]| words.as_bytes().windows(part.len()).any(|found| found.eq_ignore_ascii_case(part));
    if !has(b"pick") && !has(b"port") {
        return false;
    }
    let filling: Vec<&str> = FILLING.split(' ').collect();
    let mut is_act = false;
    for word in words.split_whitespace().map(|word| word.trim_matches([',', ';', '(', ')'])) {
        let is_known = mark(word).is_some() || is_in(&PICKING, word);
        let is_count = || (1..3).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit());
        if !is_known && !is_in(&filling, word) && !is_count() {
            return false;
        }
        is_act |= is_known && (scan::act(word).is_some() || is_in(&PICKING, word));
    }
    is_act
}

/// Reads the lines below a title.
pub fn read<'m>(title: &str, lines: impl Iterator<Item = &'m str>, found: &mut Found) {
    let mut is_open = introduces(plain_subject(title));
    for line in lines.map(str::trim).filter(|line| !line.is_empty()) {
        match point(line) {
            Some(point) if is_open => listed(point, line, found),
            Some(_) => {}
            None => is_open = opens(line, found),
        }
    }
}

/// Says whether a line introduces a list, and reads what it names itself: `Picked: 1234567, 89abcde`.
fn opens(line: &str, found: &mut Found) -> bool {
    let text = line.trim_start_matches(['#', '*', ' ']).trim_end_matches('*');
    let (words, names) = match text.split_once(':') {
        Some((words, names)) => (words.trim_end_matches('*'), names.trim()),
        None if line.starts_with('#') => (text, ""),
        None => return false,
    };
    if !introduces(words) {
        return false;
    }
    add(requests(names), commits(names), line, found);
    names.is_empty()
}

/// Reads a point of a list: names, or a title with its number at the end. A box that is not ticked is for later.
fn listed(point: &str, line: &str, found: &mut Found) {
    if point.starts_with("[ ]") {
        return;
    }
    let point = scan::strip_word(point, "[x]").unwrap_or(point).trim_start_matches([' ', '[', '`']);
    let (mut requests, commits) = (requests(point), commits(point));
    if requests.is_empty() && commits.is_empty() {
        requests = titled(point).1;
    }
    add(requests, commits, line, found);
}

/// Takes in what is named as an origin. The pull request for the line may be named, too.
fn add(requests: Vec<PullRequest>, commits: Vec<CommitPrefix>, line: &str, found: &mut Found) {
    let is_own = |request: &PullRequest| {
        found.markers.iter().any(|marker| marker.relation == Relation::OwnPullRequest(request.clone()))
    };
    let others: Vec<PullRequest> = requests.into_iter().filter(|request| !is_own(request)).collect();
    found.add_origins(others, line);
    commits.into_iter().for_each(|name| found.add(Relation::OriginCommit(name), line));
}

fn requests(text: &str) -> Vec<PullRequest> {
    scan::meant_pull_requests(text).0
}

/// Reads names of commits at the start of a text. A word such as "defaced" is none.
fn commits(text: &str) -> Vec<CommitPrefix> {
    let mut names = scan::commits(text);
    names.retain(|name| name.as_str().contains(|c: char| c.is_ascii_digit()));
    names
}

/// What thanks a person behind a title.
const PEOPLE: [&str; 5] = ["by ", "from @", "thanks", "thank you", "@"];

/// Reads a title of a list with its numbers at the end, and leaves out the person behind it: `title (#12)`, `title (#12) by @jon`,
/// `title (#12), thanks Lou`, `title by @jon in #12`. The title keeps the numbers that stand before the person.
pub fn titled(point: &str) -> (&str, Vec<PullRequest>) {
    let own = without_numbers(point).1;
    if !own.is_empty() {
        return (point, own);
    }
    let named = point.rsplit_once(" in ").and_then(|(front, name)| {
        let (request, rest) = scan::pull_request(name)?;
        let (title, people) = front.rsplit_once(" by @")?;
        let is_more = |word: &str| matches!(word, "and" | "&") || word.starts_with('@');
        let is_end = rest.trim_end_matches(['.', '/']).is_empty() && people.split(' ').skip(1).all(is_more);
        is_end.then(|| (title, vec![request]))
    });
    let thanked = || {
        point.rmatch_indices(')').find_map(|(at, _)| {
            let (title, behind) = point.split_at(at + 1);
            let behind = behind.trim_start_matches([' ', ',', ';', '-', '–', '—', '(', '[']);
            let numbers = without_numbers(title).1;
            (!numbers.is_empty() && scan::strip_any(behind, &PEOPLE).is_some()).then_some((title, numbers))
        })
    };
    named.or_else(thanked).unwrap_or((point, Vec::new()))
}

/// Returns what a line says as a point of a list, behind `- `, `* `, `+ ` or `1. `; `None`: it is none.
pub fn point(line: &str) -> Option<&str> {
    let behind_number = || scan::number(line).and_then(|(_, rest)| scan::strip_any(rest, &[". ", ") "]));
    scan::strip_any(line, &["- ", "* ", "+ "]).or_else(behind_number).map(str::trim_start)
}
