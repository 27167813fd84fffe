//! A changelog with a section for each release, the newest first ("Keep a Changelog", 1.1.0, and what is like it) or the oldest.

mod coming;
mod headings;
mod named;
mod order;
mod parts;
mod product;

use semver::Version;

use headings::{Heading, Outline, outline};
use order::{Order, order};
use parts::is_part;
use product::Names;

/// What putting a section into a changelog comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inserted {
    /// The new text.
    New(String),
    /// The new text, with the section behind all others, at this line (from 1): the changelog has headings, and none names a
    /// version, so that nothing tells its place.
    Unordered(String, usize),
    /// The new text, in which what stood there for a section to come is one now: it has the day and the entries.
    Filled(String),
    /// The changelog has a heading for a section to come, and the section has no day to put there.
    Dayless,
    /// The changelog has this section about the version already.
    Already,
    /// The changelog has a section about the version already, at this line (from 1), with other entries.
    Differs(usize),
    /// The section has no heading of the form `## 2.0.1`, so that it would not be found again.
    Headless,
    /// The section would stand in a comment or in code that is not closed, so that nobody would see it.
    Hidden,
}

/// The start of a changelog that has nothing yet.
const START: &str = "# Changelog\n";

/// The byte order mark, which is no part of the first line.
const MARK: char = '\u{feff}';

/// Puts the section of a version of a product into a changelog, behind what is not released yet.
///
/// Where no heading names a higher version than one above it, the file is in the order of versions, and the section comes before the
/// first lower version, else behind the last, before the definitions of links. Where the oldest release stands first, it is the other way
/// round. Any other file is in the order of days, and the section comes before the first one of the same day or an earlier one, or of an
/// unknown day, so that today's stands above all others. It never comes between what folds a section away (`<details>`) and that section.
///
/// A section that stands there for a release to come, with `Unreleased` in its heading or with nothing below it, gets the day and the
/// entries, behind what it has.
///
/// The lines of the file end as its first one does, and a byte order mark stays. What stands in comments and in blocks of code is no
/// heading, and one that names another product is none of a version, where there are headings that name ours or none.
pub fn insert(text: &str, product: &str, version: &Version, section: &str) -> Inserted {
    let is_its = |heading: &Heading| heading.version.as_ref() == Some(version);
    let Some(own) = outline(section.trim(), &Names::new()).headings.into_iter().find(is_its) else {
        return Inserted::Headless;
    };
    let names = vec![product::words(product), own.product];
    let (mark, text) = text.strip_prefix(MARK).map_or(("", text), |rest| (&text[..MARK.len_utf8()], rest));
    let found = outline(text, &names);
    if let Some(own) = found.headings.iter().position(is_its) {
        return match coming::fill(text, (&found, own), version, section) {
            coming::Fill::Done(new) => Inserted::Filled(format!("{mark}{new}")),
            coming::Fill::Dayless => Inserted::Dayless,
            coming::Fill::Hidden => Inserted::Hidden,
            coming::Fill::IsThere => Inserted::Already,
            coming::Fill::Differs => Inserted::Differs(text[..found.headings[own].at].lines().count() + 1),
        };
    }
    let text = if text.trim().is_empty() { START } else { text };
    let (before, new) = put(text, place(text, &found, version, day(section)), section);
    if !outline(&new, &names).headings.iter().any(is_its) {
        return Inserted::Hidden;
    }
    if is_unordered(&found.headings) {
        return Inserted::Unordered(format!("{mark}{new}"), before.lines().count() + 1);
    }
    Inserted::New(format!("{mark}{new}"))
}

/// Returns where the section goes.
fn place(text: &str, found: &Outline, version: &Version, day: Option<&str>) -> usize {
    let mut releases =
        found.headings.iter().filter_map(|heading| Some((heading, heading.version.as_ref()?))).peekable();
    if releases.peek().is_none() {
        return behind_the_unreleased(text, found);
    }
    let order = order(&found.headings);
    let is_behind = |(heading, other): &(&Heading, &Version)| match order {
        Order::NewestFirst => other.cmp_precedence(version).is_lt(),
        Order::OldestFirst => other.cmp_precedence(version).is_gt(),
        Order::ByDay => self::day(&heading.text).zip(day).is_none_or(|(other, own)| other <= own),
    };
    releases.find(is_behind).map_or_else(|| behind_the_last(text, found), |(heading, _)| in_front(found, heading))
}

/// Returns where something comes in front of a heading: where it is the first release of what is folded away, in front of that, too.
fn in_front(found: &Outline, heading: &Heading) -> usize {
    let is_first = |from: usize| {
        let between = |other: &&Heading| (from..heading.at).contains(&other.at);
        found.headings.iter().filter(between).all(|other| other.version.is_none())
    };
    let folds = found.folds.iter().filter(|fold| fold.contains(&heading.at) && is_first(fold.start));
    folds.map(|fold| fold.start).min().unwrap_or(heading.at)
}

/// Returns where the section of a heading ends: at the next heading that is none of its parts, or where what folds it away ends, or at
/// the end of the text.
fn section_end(text: &str, found: &Outline, own: usize) -> usize {
    let heading = &found.headings[own];
    let ends = |other: &&Heading| {
        other.version.is_some()
            || other.level < heading.level
            || (other.level == heading.level && !is_part(&other.text))
    };
    let next = found.headings[own + 1..].iter().find(ends);
    let next = next.map_or_else(|| end(text), |next| in_front(found, next));
    let own = found.folds.iter().filter(|fold| fold.contains(&heading.at)).map(|fold| fold.end).min();
    own.map_or(next, |own| own.min(next))
}

/// Returns the first day that a text names in its first line, as `2026-02-02`.
fn day(text: &str) -> Option<&str> {
    let line = text.trim_start().lines().next()?;
    let parts = line.split(|c: char| !c.is_ascii_digit() && c != '-');
    let form = |part: &&str| part.split('-').map(str::len).eq([4, 2, 2]);
    parts.into_iter().find(form)
}

/// Returns where the section about what is not released yet ends, or else the text.
fn behind_the_unreleased(text: &str, found: &Outline) -> usize {
    let own = found.headings.iter().position(is_unreleased);
    own.map_or_else(|| end(text), |own| section_end(text, found, own))
}

fn is_unreleased(heading: &Heading) -> bool {
    heading.text.to_ascii_lowercase().contains("unreleased")
}

/// Returns what stands in front of the section, and the whole.
fn put(text: &str, at: usize, section: &str) -> (String, String) {
    let ending =
        if text.lines().next().is_some_and(|line| text[line.len()..].starts_with("\r\n")) { "\r\n" } else { "\n" };
    let section: Vec<&str> = section.trim().lines().collect();
    let (before, after) = text.split_at(at);
    let mut before = before.trim_end().to_owned();
    if !before.is_empty() {
        before.push_str(&ending.repeat(2));
    }
    let mut new = format!("{before}{}{ending}", section.join(ending));
    if !after.trim().is_empty() {
        new.push_str(ending);
        new.push_str(after.trim_start_matches(['\r', '\n']));
    }
    (before, new)
}

/// Returns where the section of the last version ends: at the next heading of no version that is as high as the highest of a
/// version, or at the end.
///
/// Tools that write `### 2.0.1` for a patch write `### Bug Fixes` below it, so that such a heading ends nothing.
fn behind_the_last(text: &str, found: &Outline) -> usize {
    let headings = &found.headings;
    let is_of_version = |heading: &&Heading| heading.version.is_some();
    let highest = headings.iter().filter(is_of_version).map(|heading| heading.level).min();
    let last = headings.iter().rposition(|heading| heading.version.is_some());
    let next = highest.zip(last).and_then(|(highest, last)| {
        let ends = |heading: &&Heading| heading.level <= highest.min(2) && !is_part(&heading.text);
        headings[last + 1..].iter().find(ends)
    });
    next.map_or_else(|| end(text), |next| in_front(found, next))
}

/// Says whether there are headings besides the title, and none tells where a release goes.
fn is_unordered(found: &[Heading]) -> bool {
    let rest = if found.first().is_some_and(|first| first.level == 1) { &found[1..] } else { found };
    !rest.is_empty() && found.iter().all(|heading| heading.version.is_none() && !is_unreleased(heading))
}

/// Returns where the text ends, without the definitions of links and the empty lines behind it.
fn end(text: &str) -> usize {
    let mut at = text.len();
    for line in text.split_inclusive('\n').rev() {
        let plain = line.trim();
        let is_definition = plain.starts_with('[') && plain.contains("]:");
        if !plain.is_empty() && !is_definition {
            break;
        }
        at -= line.len();
    }
    at
}

#[cfg(test)]
mod tests;
