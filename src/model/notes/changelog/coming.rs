//! A section that stands in a changelog for a release to come, such as `## [2.0.1] - Unreleased` or `2.0.1 (unreleased)`.

use semver::Version;

use super::headings::{Heading, headings};
use super::{day, end, is_unreleased, put};

/// What stands for the day.
const UNRELEASED: &str = "unreleased";

/// What filling it comes to.
pub(super) enum Fill {
    /// The new text.
    Done(String),
    /// Its heading waits for a day, and there is none.
    Dayless,
    /// The section is no such one.
    IsThere,
}

/// Puts the day and the entries of a section into the one that waits for them, which is a heading of the text.
pub(super) fn fill(text: &str, (found, own): (&[Heading], usize), version: &Version, section: &str) -> Fill {
    let heading = &found[own];
    let next =
        found[own + 1..].iter().find(|other| other.level <= heading.level).map_or_else(|| end(text), |next| next.at);
    let next = next.max(heading.at);
    let waits = is_unreleased(heading);
    let has_parts = found.get(own + 1).is_some_and(|other| other.at < next);
    if !waits && (entries(section).is_empty() || has_parts || !is_bare(&text[heading.at..next], version)) {
        return Fill::IsThere;
    }
    let (_, filled) = put(text, next, entries(section));
    let word = text[heading.at..].to_ascii_lowercase().find(UNRELEASED).map(|from| heading.at + from);
    match (word.filter(|_| waits), day(section)) {
        (Some(_), None) => Fill::Dayless,
        (Some(from), Some(day)) => {
            Fill::Done(format!("{}{day}{}", &filled[..from], &filled[from + UNRELEASED.len()..]))
        }
        (None, _) => Fill::Done(filled),
    }
}

/// Says whether a section has nothing but its heading.
fn is_bare(section: &str, version: &Version) -> bool {
    let short = format!("{}.{}", version.major, version.minor);
    let is_heading = |line: &str| {
        let is_underline = !line.is_empty() && line.trim_matches(['=', '-']).is_empty();
        is_underline || line.starts_with("<a ") || line.contains(&short)
    };
    let mut lines = section.lines().map(str::trim);
    let below = lines.by_ref().skip_while(|line| is_heading(line));
    below.into_iter().all(str::is_empty)
}

/// Returns a section without its heading.
fn entries(section: &str) -> &str {
    let section = section.trim();
    let from = headings(section).first().map_or(0, |heading| heading.at);
    let mut rest = &section[from..];
    for is_first in [true, false] {
        let (line, behind) = rest.split_once('\n').unwrap_or((rest, ""));
        let is_underline = !line.trim().is_empty() && line.trim().trim_matches(['=', '-']).is_empty();
        if is_first || is_underline {
            rest = behind;
        }
    }
    rest.trim()
}
