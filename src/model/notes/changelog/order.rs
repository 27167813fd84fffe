//! The order in which releases stand in a changelog.

use semver::Version;

use super::headings::Heading;
use super::{day, is_unreleased};

/// The order of the releases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// No version stands above a higher one.
    NewestFirst,
    /// No version stands above a lower one, and that is no order of days from the newest to the oldest.
    OldestFirst,
    /// Any other: by days, the newest first.
    ByDay,
}

/// Tells the order of the releases among headings.
pub(super) fn order(found: &[Heading]) -> Order {
    let releases: Vec<(&Heading, &Version)> =
        found.iter().filter_map(|heading| Some((heading, heading.version.as_ref()?))).collect();
    let is_sorted = |by: fn(std::cmp::Ordering) -> bool| {
        releases.is_sorted_by(|(_, above), (_, below)| by(above.cmp_precedence(below)))
    };
    let is_rising = is_sorted(std::cmp::Ordering::is_le);
    if is_rising && (is_coming_last(found) || is_later_below(&releases)) {
        return Order::OldestFirst;
    }
    if is_sorted(std::cmp::Ordering::is_ge) { Order::NewestFirst } else { Order::ByDay }
}

/// Says whether what is not released yet stands behind all releases.
fn is_coming_last(found: &[Heading]) -> bool {
    let coming: Vec<usize> =
        (0..found.len()).filter(|at| found[*at].version.is_none() && is_unreleased(&found[*at])).collect();
    let last = found.iter().rposition(|heading| heading.version.is_some());
    coming.first().zip(last).is_some_and(|(coming, last)| *coming > last)
}

/// Says whether of releases in rising order the lower ones came later: by their days; where none are told, because a line has its releases
/// in the order of versions, and its first one before those of higher lines.
fn is_later_below(releases: &[(&Heading, &Version)]) -> bool {
    let pairs = || releases.windows(2).map(|pair| (pair[0], pair[1]));
    let days = || pairs().filter_map(|((above, _), (below, _))| day(&above.text).zip(day(&below.text)));
    if days().next().is_some() {
        return days().all(|(above, below)| above <= below) && days().any(|(above, below)| above < below);
    }
    pairs().any(|((_, above), (_, below))| {
        let is_of_line = (above.major, above.minor) == (below.major, below.minor);
        above.cmp_precedence(below).is_lt() && (is_of_line || above.patch == 0)
    })
}
