//! A section that stands in a changelog about the version already: one for a release to come, such as `## [2.0.1] - Unreleased` or
//! `2.0.1 (unreleased)`, or a whole one.

use semver::Version;

use super::headings::{Outline, outline};
use super::product::Names;
use super::{day, end, is_unreleased, put, section_end};

/// What stands for the day.
const UNRELEASED: &str = "unreleased";

/// What filling it comes to.
pub(super) enum Fill {
    /// The new text.
    Done(String),
    /// Its heading waits for a day, and there is none.
    Dayless,
    /// It ends in something that is not closed, so that nobody would see the entries.
    Hidden,
    /// It is whole, and has the entries.
    IsThere,
    /// It is whole, and has other entries.
    Differs,
}

/// Puts the day and the entries of a section into the one that waits for them, which is a heading of the text.
pub(super) fn fill(text: &str, (outline, own): (&Outline, usize), version: &Version, section: &str) -> Fill {
    let heading = &outline.headings[own];
    let next = section_end(text, outline, own).max(heading.at);
    if super::outline(&text[..next], &Names::new()).is_open {
        return Fill::Hidden;
    }
    let waits = is_unreleased(heading);
    let has_parts = outline.headings.get(own + 1).is_some_and(|other| other.at < next);
    if !waits && (entries(section).is_empty() || has_parts || !is_bare(&text[heading.at..next], version)) {
        return if has_entries(&text[heading.at..next], section) { Fill::IsThere } else { Fill::Differs };
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

/// Says whether a section has the entries of another one and nothing else, or has them behind what stood there while it was to come.
fn has_entries(whole: &str, section: &str) -> bool {
    let plain = |text: &str| entries(text).lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    let (there, wanted) = (plain(&whole[..end(whole)]), plain(section));
    let front = there.strip_suffix(&wanted);
    wanted.is_empty() || front.is_some_and(|front| front.is_empty() || front.ends_with("\n\n"))
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
    let outline = outline(section, &Names::new());
    let mut rest = &section[outline.headings.first().map_or(0, |heading| heading.at)..];
    // Lines of anchors stand above the heading, and belong to it.
    while let Some((_, behind)) = rest.split_once('\n').filter(|(line, _)| line.starts_with("<a ")) {
        rest = behind;
    }
    for is_first in [true, false] {
        let (line, behind) = rest.split_once('\n').unwrap_or((rest, ""));
        let is_underline = !line.trim().is_empty() && line.trim().trim_matches(['=', '-']).is_empty();
        if is_first || is_underline {
            rest = behind;
        }
    }
    rest.trim()
}
