//! What of a text is about another flaw: an entry that names one of a public list of flaws, and that entry only.

use std::ops::Range;

use super::encoded::is_encoded;
use super::entries::{Entry, entries};
use super::names::Text;
use super::place::Place;

/// The parts of a text that another flaw explains, as ranges of its bytes in their order.
pub(super) struct Elsewhere(Vec<Range<usize>>);

/// A text, or a piece of one, as it is looked at.
pub(super) struct Read<'t> {
    pub(super) text: Text<'t>,
    /// What stands between the parts that another flaw explains; `None`: there are no such parts.
    pub(super) rest: Option<Vec<Text<'t>>>,
}

impl Elsewhere {
    /// Finds them. A document of another advisory is about the flaw of that one as a whole.
    pub(super) fn of(place: Place, text: &str) -> Self {
        match place {
            Place::Document => Self(std::iter::once(0..text.len()).collect()),
            _ if may_name(text) => Self(explained(text)),
            _ => Self(Vec::new()),
        }
    }

    /// Reads a piece of the text, which begins at a byte of it.
    pub(super) fn read<'t>(&self, piece: &'t str, from: usize) -> Read<'t> {
        let within = |at: usize| at.clamp(from, from + piece.len()) - from;
        let here = self.0.iter().filter(|part| part.start < from + piece.len() && from < part.end);
        let (mut rest, mut done, mut is_any) = (Vec::new(), 0, false);
        for part in here {
            rest.push(done..within(part.start));
            (done, is_any) = (within(part.end), true);
        }
        rest.push(done..piece.len());
        let texts = rest.into_iter().filter(|part| is_any && !piece[part.clone()].trim().is_empty());
        let texts: Vec<Text<'t>> = texts.map(|part| Text::of(&piece[part])).collect();
        Read { text: Text::of(piece), rest: is_any.then_some(texts) }
    }
}

/// Says whether it is worth it to look for the name of an entry of a list.
fn may_name(text: &str) -> bool {
    let small = text.to_ascii_lowercase();
    !text.is_ascii() || is_encoded(text) || small.contains("cve") || small.contains("ghsa")
}

/// An entry explains what belongs to it, too: what is indented more than it.
fn explained(text: &str) -> Vec<Range<usize>> {
    let (mut parts, mut above) = (Vec::new(), None);
    for Entry { at, indent } in entries(text) {
        if above.is_some_and(|above| indent > above) {
            parts.push(at);
            continue;
        }
        let own = &text[at.clone()];
        let is_named = |text: &str| may_name(text) && Text::of(text).names_a_list();
        above = is_named(own).then_some(indent);
        if above.is_some() {
            let clauses = clauses(own);
            let named = clauses.into_iter().filter(|clause| is_named(&own[clause.clone()]));
            let named: Vec<_> = named.map(|clause| at.start + clause.start..at.start + clause.end).collect();
            // Where it is written in a way that only the whole entry shows.
            parts.extend(if named.is_empty() { vec![at] } else { named });
        }
    }
    parts
}

/// Takes an entry apart where it goes over from the name of a flaw to something else, or the other way round: "and" next to the name,
/// and a sentence or a part of one that begins with "also".
fn clauses(entry: &str) -> Vec<Range<usize>> {
    let small = entry.to_ascii_lowercase();
    let runs = runs(&small);
    let run = |at: usize| runs.get(at).map_or("", |run| &small[run.clone()]);
    let gap = |at: usize| &small[runs[at - 1].end..runs[at].start];
    let is_link = |at: usize| matches!(run(at), "and" | "plus" | "also");
    let mut cuts = vec![0];
    for at in 0..runs.len() {
        let length = match run(at) {
            "cve" => 3,
            "ghsa" => 4,
            "also" if at > 0 && gap(at).contains(['.', ',', ';', ':', '!', '?', '(']) => {
                cuts.push(runs[at].start);
                continue;
            }
            _ => continue,
        };
        if at > 0 && is_link(at - 1) {
            cuts.push(runs[at - 1].start);
        }
        let behind = at + length;
        if behind < runs.len() && (is_link(behind) || matches!(gap(behind), " & " | " + ")) {
            cuts.push(runs[behind - 1].end);
        }
    }
    cuts.push(entry.len());
    cuts.windows(2).filter(|cut| cut[0] < cut[1]).map(|cut| cut[0]..cut[1]).collect()
}

fn runs(text: &str) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (at, c) in text.char_indices().filter(|(_, c)| c.is_alphanumeric()) {
        match runs.last_mut() {
            Some(last) if last.end == at => last.end = at + c.len_utf8(),
            Some(_) | None => runs.push(at..at + c.len_utf8()),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_another_flaw_explains_its_own_entry() {
        for (text, rest) in [
            ("- Update lodash (CVE-2021-23337)\n- Fix it\n", &["- Fix it\n"][..]),
            (
                "- Fix it\n- Update lodash,\n  which has CVE-2021-\n  23337, an XSS\n- That\n",
                &["- Fix it\n", "- That\n"],
            ),
            ("- lodash: CVE-2021-23337\n  - an XSS\n\n  of pages\n- That\n", &["- That\n"]),
            ("- Security\n  - CVE-2021-23337\n  - That\n", &["- Security\n", "  - That\n"]),
            ("One\n\nMend CVE-2021-23337,\nan XSS\n\nTwo\n", &["One\n\n", "Two\n"]),
            ("| 1 | GHSA-35jh-r3h4-6jhm | XSS |\n| 2 | that |", &["| 2 | that |"]),
            ("# it has an XSS,\n# see CVE-2021-23337\nthat", &["that"]),
            ("/* it has an\n * XSS, see\n * CVE-2021-23337 */\n", &[]),
            ("Fix CVE-2021-23337 and XSS in comments", &[" and XSS in comments"]),
            ("Fix XSS, CVE-2021-23337 and CVE-2021-23338, two of lodash", &[]),
            ("Fix XSS in comments and CVE-2021-23337", &["Fix XSS in comments "]),
            ("Fix CVE-2021-23337 in lodash. Also fix it", &["Also fix it"]),
            ("CVE-2021-23337 in lodash, which also is an XSS", &[]),
            ("fix-cve-2021-23337-and-xss", &["-and-xss"]),
        ] {
            let read = Elsewhere::of(Place::Text, text).read(text, 0);
            let found: Vec<&str> = read.rest.expect(text).iter().map(|text| text.raw).collect();
            assert_eq!(found, rest, "{text}");
        }
        assert!(Elsewhere::of(Place::Text, "- Fix it").read("- Fix it", 0).rest.is_none());
        assert!(Elsewhere::of(Place::Document, "Fix it").read("Fix it", 0).rest.is_some_and(|rest| rest.is_empty()));
    }
}
