//! What headings within the section of a release say: `### Fixed`, or `## Breaking` beside `## Unreleased`.

/// The kinds of changes of "Keep a Changelog" 1.1.0, and what tools and people write in their place.
const PARTS: &[&str] = &[
    "added",
    "breaking",
    "breaking change",
    "breaking changes",
    "bug fix",
    "bug fixes",
    "bugfix",
    "bugfixes",
    "bugs",
    "build",
    "changed",
    "changes",
    "chores",
    "ci",
    "code refactoring",
    "dependencies",
    "deprecated",
    "deprecations",
    "docs",
    "documentation",
    "enhancements",
    "features",
    "fixed",
    "fixes",
    "improved",
    "improvements",
    "internal",
    "known issues",
    "migration",
    "misc",
    "miscellaneous",
    "miscellaneous chores",
    "new features",
    "other changes",
    "performance",
    "performance improvements",
    "refactoring",
    "removals",
    "removed",
    "reverts",
    "security",
    "security fixes",
    "styles",
    "tests",
    "upgrade notes",
];

/// Says whether a heading is of a part of a release, whatever its level. A picture, marks and a colon around it are no words.
pub(super) fn is_part(heading: &str) -> bool {
    let words = heading.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    PARTS.contains(&words.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_told_by_its_name_alone() {
        for part in ["Added", "**Breaking Changes**", "\u{26a0} BREAKING CHANGES", "Bug Fixes:"] {
            assert!(is_part(part), "{part}");
        }
        for other in ["Thanks", "Fixed in 2.0", "Unreleased", "About", ""] {
            assert!(!is_part(other), "{other}");
        }
    }
}
