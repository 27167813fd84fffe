//! Where the notes of a release begin: behind the release of the same line that comes before it.

use semver::Version;

use crate::model::arrange::Arrange as _;
use crate::model::commit::CommitId;
use crate::model::line::Line;
use crate::model::tag::TagName;
use crate::model::tag_verify::Containment;

/// A release that has a tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Released {
    /// The tag.
    pub tag: TagName,
    /// Its version.
    pub version: Version,
    /// The commit that it leads to.
    pub commit: CommitId,
}

/// The release before another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Before {
    /// The release; `None`: no lower one of the line is in the history of the target.
    pub release: Option<Released>,
    /// The tags of higher releases, still below the target, that are not in its history, the highest first. A branch that was
    /// made anew leaves such tags.
    pub orphaned: Vec<TagName>,
}

/// Finds the release before a target: the highest of the same line below it that is in its history. Pre-releases count only where
/// the target is one. Neither the moment of a tag nor how near its commit is plays a part: the lines of a project are released
/// in any order.
///
/// `within` says whether a commit is in the history of the target; it is asked from the highest version down, and no more often
/// than needed.
///
/// # Errors
/// The tag for which that cannot be told, because history is missing.
pub fn before<'t>(
    target: &Version,
    line: &Line,
    tags: &'t [Released],
    within: impl Fn(CommitId) -> Containment,
) -> Result<Before, &'t Released> {
    let mut candidates: Vec<&Released> = lower(target, line, tags).filter(|release| counts(target, release)).collect();
    candidates.arrange_by(|a, b| b.version.cmp_precedence(&a.version).then_with(|| a.tag.cmp(&b.tag)));
    let mut orphaned = Vec::new();
    for candidate in candidates {
        match within(candidate.commit) {
            Containment::Inside => return Ok(Before { release: Some(candidate.clone()), orphaned }),
            Containment::Outside => orphaned.push(candidate.tag.clone()),
            Containment::Unknown => return Err(candidate),
        }
    }
    Ok(Before { release: None, orphaned })
}

/// Says that no release comes before a target, where [`before`] found none.
pub fn none_before(target: &Version, line: &Line, tags: &[Released]) -> String {
    let candidates = lower(target, line, tags).filter(|release| !counts(target, release));
    let newest = candidates.max_by(|a, b| a.version.cmp_precedence(&b.version));
    let line = &line.name;
    match newest {
        None => format!("no lower release of line '{line}' is in the history of {target}"),
        Some(Released { tag, .. }) => format!(
            "no lower stable release of line '{line}' is in the history of {target}, and a pre-release such as '{tag}' does not count for it"
        ),
    }
}

/// Returns the releases of a line below a target.
fn lower<'r, 't>(
    target: &'r Version,
    line: &'r Line,
    tags: &'t [Released],
) -> impl Iterator<Item = &'t Released> + use<'r, 't> {
    let is_lower =
        move |release: &&Released| line.contains(&release.version) && release.version.cmp_precedence(target).is_lt();
    tags.iter().filter(is_lower)
}

/// Says whether a target can come after a release: pre-releases come only before others.
fn counts(target: &Version, release: &Released) -> bool {
    release.version.pre.is_empty() || !target.pre.is_empty()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::line::LineStatus;

    fn line(name: &str) -> Line {
        Line {
            name: name.parse().expect("a line name"),
            branch: "release/x".parse().expect("a branch"),
            status: LineStatus::Maintained,
            until: None,
        }
    }

    fn version(text: &str) -> Version {
        Version::parse(text).expect("a version")
    }

    /// Tags by their versions; one behind a `!` is not in the history of the target, one behind a `?` may be.
    fn tags(words: &str) -> Vec<(Released, Containment)> {
        let one = |(at, word): (usize, &str)| {
            let (within, text) = match (word.strip_prefix('!'), word.strip_prefix('?')) {
                (Some(text), _) => (Containment::Outside, text),
                (_, Some(text)) => (Containment::Unknown, text),
                (None, None) => (Containment::Inside, word),
            };
            let commit = CommitId::from_bytes([at as u8; 20]);
            let tag = format!("v{text}").parse().expect("a tag");
            (Released { tag, version: version(text), commit }, within)
        };
        words.split_whitespace().enumerate().map(one).collect()
    }

    /// The version of the release before, behind it the orphaned tags; or the tag that leaves it open.
    fn found(target: &str, name: &str, tags: &[(Released, Containment)]) -> String {
        let releases: Vec<Released> = tags.iter().map(|(release, _)| release.clone()).collect();
        let within = |commit| {
            let known = tags.iter().find(|(release, _)| release.commit == commit);
            known.map_or(Containment::Outside, |(_, within)| *within)
        };
        match before(&version(target), &line(name), &releases, within) {
            Ok(Before { release, orphaned }) => {
                let release = release.map_or("none".to_owned(), |release| release.version.to_string());
                let orphaned: Vec<&str> = orphaned.iter().map(TagName::as_str).collect();
                if orphaned.is_empty() { release } else { format!("{release} without {}", orphaned.join(" ")) }
            }
            Err(open) => format!("open: {}", open.tag),
        }
    }

    #[test]
    fn the_highest_lower_release_of_the_line_in_the_history_counts() {
        let table = [
            // The first patch of a line, and one among many.
            ("2.0.1", "2.0", "2.0.0", "2.0.0"),
            ("2.0.10", "2.0", "2.0.0 2.0.9 2.0.2", "2.0.9"),
            // Other lines are released in between, before and after.
            ("2.0.2", "2.0", "2.0.0 2.0.1 !2.1.0 1.9.9 !3.0.0", "2.0.1"),
            ("1.9.1", "1.9", "1.9.0 !2.0.0 !2.1.0", "1.9.0"),
            // A line of a whole major version.
            ("2.3.1", "2", "2.3.0 2.2.9 1.9.9 !3.0.0", "2.3.0"),
            // What is above the target, and the target itself.
            ("2.0.1", "2.0", "2.0.0 2.0.1 2.0.2 2.0.3", "2.0.0"),
            // Pre-releases.
            ("2.0.1", "2.0", "2.0.0 2.0.1-rc.1 2.0.1-rc.2", "2.0.0"),
            ("2.0.1-rc.2", "2.0", "2.0.0 2.0.1-rc.1 2.0.1-rc.10", "2.0.1-rc.1"),
            ("2.0.1-rc.1", "2.0", "2.0.0 2.0.0-rc.9", "2.0.0"),
            ("2.0.2", "2.0", "2.0.0 2.0.1-rc.1", "2.0.0"),
            ("2.0.1", "2.0", "2.0.0-rc.1", "none"),
            // Tags that a branch made anew has left behind.
            ("2.0.3", "2.0", "2.0.0 2.0.1 !2.0.2", "2.0.1 without v2.0.2"),
            ("2.0.4", "2.0", "2.0.1 !2.0.2 !2.0.3", "2.0.1 without v2.0.3 v2.0.2"),
            ("2.0.1", "2.0", "!2.0.0", "none without v2.0.0"),
            // A history that is not all here.
            ("2.0.3", "2.0", "2.0.1 ?2.0.2", "open: v2.0.2"),
            ("2.0.3", "2.0", "?2.0.1 2.0.2", "2.0.2"),
            // Nothing below it.
            ("2.0.0", "2.0", "2.0.0 1.9.9", "none"),
            ("2.0.1", "2.0", "", "none"),
            // A line whose name tells no version has none.
            ("2.0.1", "lts", "2.0.0", "none"),
        ];
        for (target, line, words, expected) in table {
            assert_eq!(found(target, line, &tags(words)), expected, "{target} after {words}");
        }
    }

    proptest! {
        #[test]
        fn the_order_of_tags_does_not_matter(mut numbers in prop::collection::vec(0_u8..20, 0..12), seed in any::<u64>()) {
            numbers.sort_unstable();
            numbers.dedup();
            let words: Vec<String> = numbers.iter().map(|n| format!("{}2.0.{n}", if n % 3 == 0 { "!" } else { "" })).collect();
            let sorted = tags(&words.join(" "));
            let mut turned = sorted.clone();
            if !turned.is_empty() {
                let by = (seed % turned.len() as u64) as usize;
                turned.rotate_left(by);
            }
            let expected = numbers.iter().filter(|n| **n < 15 && *n % 3 != 0).max();
            let answer = found("2.0.15", "2.0", &turned);
            prop_assert_eq!(&answer, &found("2.0.15", "2.0", &sorted));
            let release = answer.split(' ').next().unwrap_or_default().to_owned();
            prop_assert_eq!(release, expected.map_or("none".to_owned(), |n| format!("2.0.{n}")));
        }
    }
}
