//! A changelog with a section for each release, the newest version first ("Keep a Changelog", 1.1.0, and what is like it).

use semver::Version;

/// What putting a section into a changelog comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inserted {
    /// The new text.
    New(String),
    /// The changelog has a section about the version already.
    Already,
    /// The section has no heading of the form `## 2.0.1`, so that it would not be found again.
    Headless,
}

/// The start of a changelog that has nothing yet.
const START: &str = "# Changelog\n";

/// Puts the section of a version into a changelog, before that of the next lower version, and so behind all that stands above it,
/// such as what is not released yet. Where there is no lower version, it comes last, before the definitions of links.
///
/// The lines of the file end as its first one does. What stands in blocks of code is no heading.
pub fn insert(text: &str, version: &Version, section: &str) -> Inserted {
    if !headings(section).iter().any(|heading| heading.version == *version) {
        return Inserted::Headless;
    }
    let found = headings(text);
    if found.iter().any(|heading| heading.version == *version) {
        return Inserted::Already;
    }
    let text = if text.trim().is_empty() { START } else { text };
    let lower = found.iter().find(|heading| heading.version.cmp_precedence(version).is_lt());
    let at = lower.map_or_else(|| end(text), |heading| heading.at);
    let ending =
        if text.lines().next().is_some_and(|line| text[line.len()..].starts_with("\r\n")) { "\r\n" } else { "\n" };
    let section: Vec<&str> = section.trim().lines().collect();
    let (before, after) = text.split_at(at);
    let mut new = before.trim_end().to_owned();
    if !new.is_empty() {
        new.push_str(&ending.repeat(2));
    }
    new.push_str(&section.join(ending));
    new.push_str(ending);
    if !after.trim().is_empty() {
        new.push_str(ending);
        new.push_str(after.trim_start_matches(['\r', '\n']));
    }
    Inserted::New(new)
}

/// The heading of a release.
struct Heading {
    at: usize,
    version: Version,
}

/// Finds the headings of releases: `## [2.0.1] - 2026-02-02`, `## v2.0.1 (2026-02-02)`, `# 2.0.1`.
fn headings(text: &str) -> Vec<Heading> {
    let mut found = Vec::new();
    let mut fence: Option<&str> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let plain = line.trim();
        match fence {
            Some(open) if plain.starts_with(open) => fence = None,
            Some(_) => {}
            None => {
                fence = ["```", "~~~"].into_iter().find(|mark| plain.starts_with(mark));
                found.extend(version_of(line).map(|version| Heading { at, version }));
            }
        }
        at += line.len();
    }
    found
}

fn version_of(line: &str) -> Option<Version> {
    let rest = line.strip_prefix("## ").or_else(|| line.strip_prefix("# "))?.trim_start();
    let rest = rest.strip_prefix('[').unwrap_or(rest);
    let rest = rest.strip_prefix(['v', 'V']).unwrap_or(rest);
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '-' | '+')).unwrap_or(rest.len());
    Version::parse(&rest[..end]).ok()
}

/// Returns where the text ends, without the definitions of links and the empty lines behind it.
fn end(text: &str) -> usize {
    let mut at = text.len();
    for line in text.split_inclusive('\n').rev() {
        let plain = line.trim();
        let is_definition = plain.starts_with('[') && plain.contains("]: ");
        if !plain.is_empty() && !is_definition {
            break;
        }
        at -= line.len();
    }
    at
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn put(text: &str, version: &str) -> String {
        let section = format!("## [{version}] - 2026-02-02\n\n### Fixed\n\n- It works\n");
        match insert(text, &Version::parse(version).expect("a version"), &section) {
            Inserted::New(new) => new.replace(section.trim(), "@"),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn a_section_stands_before_the_next_lower_version() {
        let table = [
            ("", "2.0.1", "# Changelog\n\n@\n"),
            ("# Changelog\n", "2.0.1", "# Changelog\n\n@\n"),
            ("# C\n\n## [2.0.0] - x\n\n- a\n", "2.0.1", "# C\n\n@\n\n## [2.0.0] - x\n\n- a\n"),
            (
                "# C\n\n## [Unreleased]\n\n- n\n\n## 2.0.0\n",
                "2.0.1",
                "# C\n\n## [Unreleased]\n\n- n\n\n@\n\n## 2.0.0\n",
            ),
            // On main, the sections of newer lines stay above.
            ("## v2.1.0\n- b\n## v2.0.0\n- a", "2.0.1", "## v2.1.0\n- b\n\n@\n\n## v2.0.0\n- a"),
            ("## 2.1.0 (x)\n\n## 2.0.9\n", "2.0.10", "## 2.1.0 (x)\n\n@\n\n## 2.0.9\n"),
            ("## 2.0.1-rc.1\n", "2.0.1", "@\n\n## 2.0.1-rc.1\n"),
            // No lower version is there.
            (
                "# C\n\n## 2.1.0\n\n- b\n\n[2.1.0]: https://x\n",
                "1.9.1",
                "# C\n\n## 2.1.0\n\n- b\n\n@\n\n[2.1.0]: https://x\n",
            ),
            ("# C\n\n## 2.1.0", "1.9.1", "# C\n\n## 2.1.0\n\n@\n"),
            // What is no heading of a release.
            ("```\n## 1.0.0\n```\n\n## 0.9.0\n", "2.0.1", "```\n## 1.0.0\n```\n\n@\n\n## 0.9.0\n"),
            ("### 1.0.0\n\nfor 1.0.0\n", "2.0.1", "### 1.0.0\n\nfor 1.0.0\n\n@\n"),
        ];
        for (text, version, expected) in table {
            assert_eq!(put(text, version), expected, "{version} into {text:?}");
        }
    }

    #[test]
    fn a_section_is_put_in_once() {
        for text in ["## [2.0.1] - x\n", "## v2.0.1\n", "# 2.0.1 (x)\n", "## [2.0.1](https://x) x\n"] {
            assert_eq!(put(text, "2.0.1"), "Already", "{text}");
        }
        let version = Version::new(2, 0, 1);
        assert_eq!(insert("", &version, "### 2.0.1\n"), Inserted::Headless);
    }

    #[test]
    fn line_ends_stay() {
        let Inserted::New(new) = insert("# C\r\n\r\n## 2.0.0\r\n", &Version::new(2, 0, 1), "## 2.0.1\n\n- a\n") else {
            panic!("it is not there yet");
        };
        assert_eq!(new, "# C\r\n\r\n## 2.0.1\r\n\r\n- a\r\n\r\n## 2.0.0\r\n");
    }

    proptest! {
        #[test]
        fn in_any_order_the_changelog_is_the_same(numbers in prop::collection::hash_set(0_u64..30, 1..8)) {
            let write = |order: &[u64]| {
                order.iter().fold(String::new(), |text, number| {
                    let version = Version::new(2, 0, *number);
                    match insert(&text, &version, &format!("## {version}\n\n- {number}\n")) {
                        Inserted::New(new) => new,
                        other => panic!("{other:?}"),
                    }
                })
            };
            let mut sorted: Vec<u64> = numbers.iter().copied().collect();
            let any = write(&sorted);
            sorted.sort_unstable();
            prop_assert_eq!(any, write(&sorted));
        }
    }
}
