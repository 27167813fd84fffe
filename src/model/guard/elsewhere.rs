//! What of a text is about another flaw: an entry that names one of a public list of flaws, and that entry only.

use std::ops::Range;

use crate::model::arrange::Arrange as _;

use super::clauses::{explained, is_of_change, names, speaks_of_ours};
use super::encoded::is_encoded;
use super::entries::{begins_item, entries};
use super::names::Text;
use super::place::Place;
use super::pointing::{Pointing, pointing};
use super::records::records;

/// What of a text names another flaw or belongs to what does, as ranges of its bytes in their order.
#[derive(Default)]
pub(super) struct Elsewhere {
    /// Its entries.
    near: Vec<Range<usize>>,
    /// The parts that the flaw explains.
    explained: Vec<Range<usize>>,
    /// What points back at these from behind them, and whether a sentence begins there.
    pointing: Vec<(Range<usize>, bool)>,
}

/// A text, or a piece of one, as it is looked at.
pub(super) struct Read<'t> {
    pub(super) text: Text<'t>,
    /// The entries that name another flaw.
    pub(super) near: Vec<Text<'t>>,
    /// What stands between the parts that another flaw explains; `None`: there are no such parts.
    pub(super) rest: Option<Vec<Text<'t>>>,
    /// What points back at a flaw that another one explains.
    pub(super) pointing: Vec<Pointing>,
}

impl Elsewhere {
    /// Finds them. A document of another advisory is about the flaw of that one as a whole.
    pub(super) fn of(place: Place, text: &str) -> Self {
        let whole = || std::iter::once(0..text.len()).collect();
        match place {
            Place::Document => Self { explained: whole(), ..Self::default() },
            _ if !may_name(text) => Self::default(),
            // Nothing but signs stands between the words of a name, whatever they speak of.
            _ if place.is_name() && !names(text).is_empty() => {
                Self { near: whole(), explained: names(text), ..Self::default() }
            }
            _ => Self::in_entries(place, text),
        }
    }

    /// Reads a piece of the text, which begins at a byte of it.
    pub(super) fn read<'t>(&self, piece: &'t str, from: usize) -> Read<'t> {
        let within = |at: usize| at.clamp(from, from + piece.len()) - from;
        let here = |parts: &[Range<usize>]| {
            let here = parts.iter().filter(|part| part.start < from + piece.len() && from < part.end);
            here.map(|part| within(part.start)..within(part.end)).collect::<Vec<_>>()
        };
        let texts = |parts: Vec<Range<usize>>| {
            let parts = parts.into_iter().map(|part| &piece[part]).filter(|part| !part.trim().is_empty());
            parts.map(Text::of).collect::<Vec<_>>()
        };
        let explained = here(&self.explained);
        let ends = [0].into_iter().chain(explained.iter().map(|part| part.end));
        let rest = ends.zip(explained.iter().map(|part| part.start).chain([piece.len()]));
        let rest = rest.map(|(from, to)| from..to).collect();
        let is_any = !explained.is_empty();
        let pointing = self.pointing.iter().filter_map(|(at, is_begun)| {
            let at = here(std::slice::from_ref(at)).pop()?;
            Pointing::of(&piece[at], *is_begun)
        });
        let (near, rest) = (texts(here(&self.near)), is_any.then(|| texts(rest)));
        Read { text: Text::of(piece), near, rest, pointing: pointing.collect() }
    }
}

/// Says whether it is worth it to look for the name of an entry of a list.
fn may_name(text: &str) -> bool {
    let small = text.to_ascii_lowercase();
    !text.is_ascii() || is_encoded(text) || small.contains("cve") || small.contains("ghsa")
}

/// Says whether a text names an entry of a list.
pub(super) fn is_named(text: &str) -> bool {
    may_name(text) && Text::of(text).names_a_list()
}

/// Headings of the usual text of an advisory, which go on with the flaw that it is about.
const PARTS: &[&str] = &[
    "credits",
    "description",
    "details",
    "for more information",
    "impact",
    "mitigation",
    "overview",
    "patches",
    "poc",
    "proof of concept",
    "references",
    "severity",
    "summary",
    "workarounds",
];

/// A paragraph ends where any heading begins.
const BELOW_HEADINGS: usize = 7;

impl Elsewhere {
    /// An entry explains what belongs to it, too: what stands deeper than it, and the section of a heading or of the first paragraph. What
    /// says there that something is changed has to name the flaw itself.
    fn in_entries(place: Place, text: &str) -> Self {
        let mut own = Self::default();
        let entries = entries(text);
        let (mut above, mut section) = (None, None);
        for (number, entry) in entries.iter().enumerate() {
            let said = &text[entry.at.clone()];
            if entry.heading.is_some_and(|own| section.is_some_and(|level| own <= level)) && !is_part(said) {
                section = None;
            }
            if is_named(said) {
                own.near.push(entry.at.clone());
                let clauses = explained(said);
                let named = clauses.iter().map(|clause| entry.at.start + clause.start..entry.at.start + clause.end);
                own.explained.extend(named);
                // Where it is written in a way that only the whole entry shows.
                own.explained.extend(names(said).is_empty().then(|| entry.at.clone()));
                above = Some(entry.indent);
                // Of code, a heading is a comment.
                let level = entry.heading.or((number == 0 && !begins_item(said)).then_some(BELOW_HEADINGS));
                section = section
                    .or(level
                        .filter(|_| place != Place::Line && said.trim_end_matches([' ', '\t', '>']).ends_with("\n\n")));
            } else if above.is_some_and(|above| entry.indent > above) || (section.is_some() && !begins_item(said)) {
                own.near.push(entry.at.clone());
                let is_more = (!is_of_change(said) && !speaks_of_ours(said)) || is_part(said);
                own.explained.extend(is_more.then(|| entry.at.clone()));
            } else {
                above = None;
            }
        }
        own.pointing = pointing(text, &entries, &own.explained, is_named);
        let records = records(text);
        own.near.extend(records.iter().cloned());
        own.explained.extend(records);
        own.explained = joined(own.explained);
        own
    }
}

/// Brings ranges in their order, and makes one of those that overlap.
fn joined(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.arrange_by_key(|range| range.start);
    let mut joined: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            Some(_) | None => joined.push(range),
        }
    }
    joined
}

/// Says whether a heading is one of the usual text of an advisory.
fn is_part(heading: &str) -> bool {
    let title = heading.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    PARTS.contains(&title.as_str())
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
            ("One\nMend CVE-2021-23337\nThree\n", &["One\n", "Three\n"]),
            ("CVE-2021-23337 in lodash\nwhich is an XSS\n", &[]),
            ("## CVE-2021-23337\n\nAn XSS.\n\n### Patches\n\nIt\n\n## Fixes\n\nThat", &["## Fixes\n\nThat"]),
            ("## CVE-2021-23337\n\nAn XSS.\n\nFix it\n", &["Fix it\n"]),
            ("{\n  \"a\": \"CVE-2021-23337\",\n  \"b\": 1\n", &["{\n", "  \"b\": 1\n"]),
            ("<p>CVE-2021-23337</p>\n<blockquote>\nXSS\n</blockquote>\nElse", &["Else"]),
        ] {
            let read = Elsewhere::of(Place::Text, text).read(text, 0);
            let found: Vec<&str> = read.rest.expect(text).iter().map(|text| text.raw).collect();
            assert_eq!(found, rest, "{text}");
        }
        let name = "fix-cve-2021-23337-and-xss";
        let read = Elsewhere::of(Place::Branch, name).read(name, 0);
        assert_eq!(read.rest.map(|rest| rest.iter().map(|text| text.raw).collect()), Some(vec!["fix-", "-and-xss"]));
        assert!(Elsewhere::of(Place::Text, "- Fix it").read("- Fix it", 0).rest.is_none());
        assert!(Elsewhere::of(Place::Document, "Fix it").read("Fix it", 0).rest.is_some_and(|rest| rest.is_empty()));
    }
}
