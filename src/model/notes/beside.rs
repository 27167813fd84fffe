//! What a pick brings beside its origins: who squashes picks may squash a fix of the line with them.
//!
//! Users are told of a pick by what its origins are called. What none of them changes would be lost, unless a point of the list that a forge
//! makes of what was squashed tells of it.

use std::collections::HashSet;

use crate::model::patch::{FilePatch, Mark, PatchLine};
use crate::model::path::file_name;
use crate::model::trailer::{markers, point_of_list};

use super::chore::resolves_conflicts;
use super::title::plain;

/// How much a pick changes that none of its origins does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Beside {
    /// Nothing.
    Nothing,
    /// Places in files of its origins: as much as who adapts them may have to change.
    Places,
    /// A file that they leave alone, or more than a quarter of its lines in places of their own.
    Much,
}

/// Says how much a pick changes that none of its origins does, of those files that `counts` tells. A place is of an origin where a quarter
/// of its lines is, and a file where three of four are.
pub fn beside(origins: &[FilePatch], pick: &[FilePatch], counts: impl Fn(&[u8]) -> bool) -> Beside {
    let changed = origins.iter().flat_map(|file| file.hunks.iter().flatten()).filter(|one| tells(one));
    let known: HashSet<(Mark, &[u8])> = changed.map(line).collect();
    let names: HashSet<&[u8]> = origins.iter().flat_map(FilePatch::paths).map(file_name).collect();
    let (mut own, mut all) = (0_usize, 0_usize);
    for file in pick.iter().filter(|file| counts(file.path())) {
        let lines = |place: &[PatchLine]| {
            let telling: Vec<_> = place.iter().filter(|one| tells(one)).map(line).collect();
            (telling.iter().filter(|line| known.contains(*line)).count(), telling.len())
        };
        let (theirs, of_file) = lines(&file.hunks.concat());
        let is_theirs = file.paths().any(|path| names.contains(file_name(path)));
        if !is_theirs && (theirs * 4 < of_file * 3 || file.opaque.is_some()) {
            return Beside::Much;
        }
        all += of_file;
        let places = file.hunks.iter().flat_map(|hunk| hunk.split(|line| line.mark == Mark::Context)).map(lines);
        own += places.filter(|(theirs, all)| theirs * 4 < *all).map(|(_, all)| all).sum::<usize>();
    }
    match own {
        0 => Beside::Nothing,
        own if own * 4 > all => Beside::Much,
        _ => Beside::Places,
    }
}

/// Returns what a line changes, without the space around it.
fn line(line: &PatchLine) -> (Mark, &[u8]) {
    (line.mark, line.text.trim_ascii())
}

/// Says whether a line is removed or added, and has words.
fn tells(line: &PatchLine) -> bool {
    line.mark != Mark::Context && line.text.iter().any(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii())
}

/// A message of a squash, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Apart {
    /// What is left of it.
    pub rest: String,
    /// The points that tell of no origin, each with what stands below it.
    pub own: Vec<String>,
}

/// Takes those points out of the message of a squash that tell of none of its origins, as `is_of_origin` says of the first line of each.
/// `None`: there are none, or the list is none of what was squashed, for no point of it is of an origin. What a point takes back, and who
/// resolves conflicts, or works on lint, style or tests, belongs to the others. What stands behind the last point is about all of them.
pub fn apart(message: &str, is_of_origin: impl Fn(&str) -> bool) -> Option<Apart> {
    let lines: Vec<&str> = message.lines().collect();
    let point = |at: usize| Some(lines[at]).filter(|line| !line.starts_with([' ', '\t'])).and_then(point_of_list);
    let starts: Vec<usize> = (1..lines.len()).filter(|at| point(*at).is_some()).collect();
    let is_named = |at: &usize| point(*at).is_some_and(&is_of_origin);
    if !starts.iter().any(is_named) {
        return None;
    }
    let (mut own, mut taken) = (Vec::new(), HashSet::new());
    for (place, at) in starts.iter().enumerate().filter(|(_, at)| !is_named(at)) {
        let mut title = point(*at).unwrap_or_default().trim().to_owned();
        let takes_back = markers(&title).iter().any(|marker| marker.relation.takes_back());
        let is_of_work = resolves_conflicts(plain(&title)) || is_upkeep(plain(&title));
        if takes_back || title.starts_with("Merge ") || title.starts_with("[ ]") || is_of_work {
            continue;
        }
        let end = starts.get(place + 1).copied().unwrap_or_else(|| end_of_paragraph(&lines, *at));
        let goes_on = |line: &&&str| line.starts_with([' ', '\t']) && !line.trim().is_empty();
        let wrapped: Vec<&str> = lines[at + 1..end].iter().take_while(goes_on).map(|line| line.trim()).collect();
        wrapped.iter().for_each(|line| title.push_str(&format!(" {line}")));
        let below = lines[at + 1 + wrapped.len()..end].join("\n");
        own.push(format!("{title}\n\n{}", below.trim()).trim_end().to_owned());
        taken.extend(*at..end);
    }
    let rest = lines.iter().enumerate().filter(|(at, _)| !taken.contains(at)).map(|(_, line)| *line);
    let rest = rest.collect::<Vec<_>>().join("\n");
    (!own.is_empty()).then_some(Apart { rest, own })
}

/// Says whether a title is about lint, style or tests and about nothing else: `fix lint`, `test: the list`, `tests for lists`. `Fix the test of
/// names` may be of a flaw in the product.
fn is_upkeep(title: &str) -> bool {
    let title = title.to_lowercase();
    let is_topic = |word: &str| matches!(word, "lint" | "lints" | "linter" | "style" | "test" | "tests");
    if title.split_once(':').is_some_and(|(kind, _)| is_topic(kind)) {
        return true;
    }
    let words: Vec<&str> = title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let is_verb = |word: &&&str| matches!(**word, "a" | "add" | "adds" | "fix" | "more" | "the" | "update");
    let behind = &words[words.iter().take_while(is_verb).count()..];
    match behind {
        ["test" | "tests", "for", ..] => true,
        [topic] => is_topic(topic),
        _ => false,
    }
}

fn end_of_paragraph(lines: &[&str], at: usize) -> usize {
    lines.iter().skip(at).position(|line| line.trim().is_empty()).map_or(lines.len(), |behind| at + behind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::patch::sample::marked;

    /// A patch of one hunk, each line behind its mark.
    fn patch(path: &str, lines: &str) -> FilePatch {
        marked(path, &[lines])
    }

    #[test]
    fn what_no_origin_changes_is_told_from_what_was_adapted() {
        let origin = patch("src/a.c", "-one\n+one, checked\n x\n-two\n+two, checked\n");
        for (pick, expected) in [
            (vec![origin.clone()], Beside::Nothing),
            (vec![patch("lib/a.c", "-one\n+one, checked\n")], Beside::Nothing),
            (vec![patch("src/a.c", "-1\n+one, checked\n x\n-two\n+two, so\n+}\n")], Beside::Nothing),
            (vec![origin.clone(), patch("docs/a.md", "+told\n")], Beside::Nothing),
            (vec![patch("src/b.c", "  x\n-one\n+  one, checked\n+two, checked\n")], Beside::Nothing),
            (vec![patch("src/a.c", "-one\n+one, checked\n x\n-two\n+two, checked\n y\n+three\n")], Beside::Places),
            (vec![patch("src/a.c", "-one\n+one, checked\n x\n+three\n y\n+four\n")], Beside::Much),
            (vec![origin.clone(), patch("src/b.c", "+three\n")], Beside::Much),
            (vec![origin.clone(), FilePatch { opaque: Some(Default::default()), ..patch("b.bin", "") }], Beside::Much),
        ] {
            let found = beside(std::slice::from_ref(&origin), &pick, |path| !path.ends_with(b".md"));
            assert_eq!(found, expected, "{pick:?}");
        }
    }

    #[test]
    fn points_that_tell_of_no_origin_are_taken_out() {
        let is_of_origin = |point: &str| point.contains("#113") || point.contains("#114");
        let own = |message: &str| apart(message, is_of_origin).map(|apart| apart.own).unwrap_or_default();
        for (message, expected) in [
            ("x\n\n* One (#113)\n\n* tls: compare\n\nWhy.\n\n* Two (#114)", &["tls: compare\n\nWhy."][..]),
            ("x\n\n- #113\n- tls: compare\n  names\n\nSigned-off-by: Ann", &["tls: compare names"]),
            ("x\n\n* One (#113)\n* a\n* b (#210)", &["a", "b (#210)"]),
            // What speaks of the whole, of its list, or of nothing that is there.
            ("x (#113)\n\n* a\n* b", &[]),
            ("x\n\n* One (#113)\n  * a\n\n* Resolve conflicts\n\n* Revert \"a\"\n\n* Merge branch 'b'", &[]),
            ("x\n\n- [x] #113\n- [ ] c", &[]),
            ("x\n\n* One (#113)\n* Fix lint\n* add a test\n* tests for lists\n* style: tabs", &[]),
            (
                "x\n\n* One (#113)\n* Fix style of links\n* Fix the test of names",
                &["Fix style of links", "Fix the test of names"],
            ),
            ("x", &[]),
        ] {
            assert_eq!(own(message), expected, "{message:?}");
        }
        let message = "x\n\n* One (#113)\n\n* tls: compare\n\n---------\n\nCo-authored-by: Bo <b@c>";
        let rest = apart(message, is_of_origin).map(|apart| apart.rest);
        assert_eq!(rest.as_deref(), Some("x\n\n* One (#113)\n\n\n---------\n\nCo-authored-by: Bo <b@c>"));
    }
}
