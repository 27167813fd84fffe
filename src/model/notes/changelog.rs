//! A changelog with a section for each release, the newest first ("Keep a Changelog", 1.1.0, and what is like it).

mod coming;
mod headings;
mod named;

use semver::Version;

use headings::{Heading, headings};

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
    /// The changelog has a section about the version already.
    Already,
    /// The section has no heading of the form `## 2.0.1`, so that it would not be found again.
    Headless,
    /// The section would stand in a comment or in code that is not closed, so that nobody would see it.
    Hidden,
}

/// The start of a changelog that has nothing yet.
const START: &str = "# Changelog\n";

/// The byte order mark, which is no part of the first line.
const MARK: char = '\u{feff}';

/// Puts the section of a version into a changelog, behind what is not released yet.
///
/// Where no heading names a higher version than one above it, the file is in the order of versions, and the section comes before the
/// first lower version, else behind the last, before the definitions of links. Any other file is in the order of days, and the section
/// comes before the first one of the same day or an earlier one, or of an unknown day, so that today's stands above all others.
///
/// A section that stands there for a release to come, with `Unreleased` in its heading or with nothing below it, gets the day and the
/// entries, behind what it has.
///
/// The lines of the file end as its first one does, and a byte order mark stays. What stands in comments and in blocks of code is no
/// heading.
pub fn insert(text: &str, version: &Version, section: &str) -> Inserted {
    let is_its = |heading: &Heading| heading.version.as_ref() == Some(version);
    if !headings(section.trim()).iter().any(is_its) {
        return Inserted::Headless;
    }
    let (mark, text) = text.strip_prefix(MARK).map_or(("", text), |rest| (&text[..MARK.len_utf8()], rest));
    let found = headings(text);
    if let Some(own) = found.iter().position(is_its) {
        return match coming::fill(text, (&found, own), version, section) {
            coming::Fill::Done(new) => Inserted::Filled(format!("{mark}{new}")),
            coming::Fill::Dayless => Inserted::Dayless,
            coming::Fill::IsThere => Inserted::Already,
        };
    }
    let text = if text.trim().is_empty() { START } else { text };
    let (before, new) = put(text, place(text, &found, version, day(section)), section);
    if !headings(&new).iter().any(is_its) {
        return Inserted::Hidden;
    }
    if is_unordered(&found) {
        return Inserted::Unordered(format!("{mark}{new}"), before.lines().count() + 1);
    }
    Inserted::New(format!("{mark}{new}"))
}

/// Returns where the section goes.
fn place(text: &str, found: &[Heading], version: &Version, day: Option<&str>) -> usize {
    let releases: Vec<(&Heading, &Version)> =
        found.iter().filter_map(|heading| Some((heading, heading.version.as_ref()?))).collect();
    let is_by_version = releases.is_sorted_by(|(_, above), (_, below)| above.cmp_precedence(below).is_ge());
    let is_behind = |(heading, other): &&(&Heading, &Version)| match is_by_version {
        true => other.cmp_precedence(version).is_lt(),
        false => self::day(&heading.text).zip(day).is_none_or(|(other, own)| other <= own),
    };
    match releases.iter().find(is_behind) {
        Some((heading, _)) => heading.at,
        None if releases.is_empty() => behind_the_unreleased(text, found),
        None => behind_the_last(text, found),
    }
}

/// Returns the first day that a text names in its first line, as `2026-02-02`.
fn day(text: &str) -> Option<&str> {
    let line = text.trim_start().lines().next()?;
    let parts = line.split(|c: char| !c.is_ascii_digit() && c != '-');
    let form = |part: &&str| part.split('-').map(str::len).eq([4, 2, 2]);
    parts.into_iter().find(form)
}

/// Returns where the section about what is not released yet ends, or else the text.
fn behind_the_unreleased(text: &str, found: &[Heading]) -> usize {
    let own = found.iter().position(is_unreleased);
    let next = own.and_then(|own| found[own + 1..].iter().find(|heading| heading.level <= found[own].level));
    next.map_or_else(|| end(text), |next| next.at)
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
fn behind_the_last(text: &str, found: &[Heading]) -> usize {
    let is_of_version = |heading: &&Heading| heading.version.is_some();
    let highest = found.iter().filter(is_of_version).map(|heading| heading.level).min();
    let last = found.iter().rposition(|heading| heading.version.is_some());
    let next = highest.zip(last).and_then(|(highest, last)| {
        found[last + 1..].iter().find(|heading| heading.level <= highest.min(2)).map(|heading| heading.at)
    });
    next.unwrap_or_else(|| end(text))
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
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn after(text: &str, version: &str) -> String {
        let section = format!("## [{version}] - 2026-02-02\n\n### Fixed\n\n- It works\n");
        match insert(text, &Version::parse(version).expect("a version"), &section) {
            Inserted::New(new) => new.replace(section.trim(), "@"),
            Inserted::Unordered(new, line) => format!("{line}: {}", new.replace(section.trim(), "@")),
            other => format!("{other:?}"),
        }
    }

    #[track_caller]
    fn require(table: &[(&str, &str, &str)]) {
        for (text, version, expected) in table {
            assert_eq!(after(text, version), *expected, "{version} into {text:?}");
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
            ("<!--\n## 1.0.0\n-->\n\n## 0.9.0\n", "2.0.1", "<!--\n## 1.0.0\n-->\n\n@\n\n## 0.9.0\n"),
            ("## Upgrading from 1.0.0\n\n## 0.9.0\n", "2.0.1", "## Upgrading from 1.0.0\n\n@\n\n## 0.9.0\n"),
            // What stands behind the last version stays there.
            (
                "# C\n\n## 2.1.0\n\n### Fixed\n\n## Thanks\n",
                "2.0.1",
                "# C\n\n## 2.1.0\n\n### Fixed\n\n@\n\n## Thanks\n",
            ),
        ];
        require(&table);
    }

    #[test]
    fn headings_of_every_form_tell_the_place() {
        let table = [
            (
                "unreleased\n=====\n\n2.0.0 / 2026\n=====\n\n * a\n",
                "2.0.1",
                "unreleased\n=====\n\n@\n\n2.0.0 / 2026\n=====\n\n * a\n",
            ),
            ("# C\n\n### 2.0.0 (x)\n\n### Bug Fixes\n", "2.0.1", "# C\n\n@\n\n### 2.0.0 (x)\n\n### Bug Fixes\n"),
            ("# C\n\n### 2.1.0 (x)\n\n### Bug Fixes\n", "2.0.1", "# C\n\n### 2.1.0 (x)\n\n### Bug Fixes\n\n@\n"),
            ("## Godel 2.1.0\n\n## Release 2.0.0\n", "2.0.1", "## Godel 2.1.0\n\n@\n\n## Release 2.0.0\n"),
            ("## 2.1\n\n### zlib 1.2.11\n\n## 2.0\n", "2.0.1", "## 2.1\n\n### zlib 1.2.11\n\n@\n\n## 2.0\n"),
            (
                "<a name=\"2.0.0\"></a>\n## [2.0.0](https://x)\n",
                "2.0.1",
                "@\n\n<a name=\"2.0.0\"></a>\n## [2.0.0](https://x)\n",
            ),
        ];
        require(&table);
    }

    #[test]
    fn a_section_has_its_place_without_a_lower_version_or_the_order_of_versions() {
        let table = [
            // No heading tells where.
            ("# C\n\n## [Unreleased]\n\n### Added\n", "2.0.1", "# C\n\n## [Unreleased]\n\n### Added\n\n@\n"),
            (
                "# C\n\n## Unreleased\n\n- n\n\n### Added\n\n## Thanks\n\n[Unreleased]: https://x\n",
                "2.0.1",
                "# C\n\n## Unreleased\n\n- n\n\n### Added\n\n@\n\n## Thanks\n\n[Unreleased]: https://x\n",
            ),
            (
                "# C\n\n## About\n\n## Unreleased\n\n[Unreleased]: https://x\n",
                "2.0.1",
                "# C\n\n## About\n\n## Unreleased\n\n@\n\n[Unreleased]: https://x\n",
            ),
            // On main, several lines in the order of versions.
            ("## 3.0.0\n## 2.1.0\n## 2.0.0\n## 1.9.0\n", "2.0.1", "## 3.0.0\n## 2.1.0\n\n@\n\n## 2.0.0\n## 1.9.0\n"),
            // In the order of days.
            (
                "## Unreleased\n## 1.9.5\n## 2.1.0\n## 2.0.0\n",
                "2.0.1",
                "## Unreleased\n\n@\n\n## 1.9.5\n## 2.1.0\n## 2.0.0\n",
            ),
            ("## 1.9.5\n## 2.1.0\n", "1.9.4", "@\n\n## 1.9.5\n## 2.1.0\n"),
            (
                "## 1.9.5 (2026-03-01)\n\n## 2.1.0 (2026-02-02)\n\n## 1.9.4\n",
                "2.0.1",
                "## 1.9.5 (2026-03-01)\n\n@\n\n## 2.1.0 (2026-02-02)\n\n## 1.9.4\n",
            ),
            (
                "## 1.9.5 - 2026-03-01\n\n## 2.1.0 - 2026-02-03\n\n## Thanks\n",
                "2.0.1",
                "## 1.9.5 - 2026-03-01\n\n## 2.1.0 - 2026-02-03\n\n@\n\n## Thanks\n",
            ),
            ("# C\n\n## January\n\n- a\n", "2.0.1", "7: # C\n\n## January\n\n- a\n\n@\n"),
            ("# C\n\n<!-- more\n", "2.0.1", "Hidden"),
            ("```\n## 2.0.1\n", "2.0.1", "Hidden"),
        ];
        require(&table);
    }

    #[test]
    fn a_section_is_put_in_once() {
        for text in [
            "## [2.0.1] - x\n",
            "## v2.0.1\n",
            "# 2.0.1 (x)\n",
            "## [2.0.1](https://x) x\n",
            "2.0.1 / 2026\n=====\n",
            "2.0.1\n-----\n",
            "### 2.0.1 (x)\n",
            "## Release 2.0.1\n",
            "## Godel 2.0.1\n",
            "## <a name=\"2.0.1\"></a>[2.0.1](https://x)\n",
            "\u{feff}## 2.0.1\n",
        ] {
            assert_eq!(after(&format!("{text}\n- a\n"), "2.0.1"), "Already", "{text}");
        }
        let version = Version::new(2, 0, 1);
        assert_eq!(insert("", &version, "Godel 2.0.1\n"), Inserted::Headless);
    }

    #[test]
    fn a_section_to_come_gets_the_day_and_the_entries() {
        let ours = "### Fixed\n\n- It works";
        let table = [
            (
                "# C\n\n2.0.1 (unreleased)\n------------------\n\n- pending\n\n2.0.0 (2026-01-01)\n------------------\n\n- first\n",
                "# C\n\n2.0.1 (2026-02-02)\n------------------\n\n- pending\n\n@\n\n2.0.0 (2026-01-01)\n------------------\n\n- first\n",
            ),
            (
                "# C\n\n## [Unreleased]\n\n## [2.0.1] - Unreleased\n\n### Added\n\n- y\n\n## 2.0.0\n",
                "# C\n\n## [Unreleased]\n\n## [2.0.1] - 2026-02-02\n\n### Added\n\n- y\n\n@\n\n## 2.0.0\n",
            ),
            ("## 2.0.1 - UNRELEASED\n\n[2.0.1]: https://x\n", "## 2.0.1 - 2026-02-02\n\n@\n\n[2.0.1]: https://x\n"),
            ("# C\n\n## 2.0.1\n\n## 2.0.0\n", "# C\n\n## 2.0.1\n\n@\n\n## 2.0.0\n"),
            ("2.0.1\n=====\n\n", "2.0.1\n=====\n\n@\n"),
        ];
        let section = format!("## [2.0.1] - 2026-02-02\n\n{ours}\n");
        let version = Version::new(2, 0, 1);
        for (text, expected) in table {
            let Inserted::Filled(new) = insert(text, &version, &section) else { panic!("{text:?}") };
            assert_eq!(new.replace(ours, "@"), expected, "{text:?}");
            assert_eq!(insert(&new, &version, &section), Inserted::Already, "{new:?}");
        }
        assert_eq!(insert("## 2.0.1 (unreleased)\n", &version, "## 2.0.1\n\n- a\n"), Inserted::Dayless);
        assert_eq!(insert("## 2.0.1\n\n- a\n", &version, &section), Inserted::Already);
        assert_eq!(insert("## 2.0.1\n\n### Fixed\n\n- a\n", &version, &section), Inserted::Already);
    }

    #[test]
    fn line_ends_stay() {
        let Inserted::New(new) = insert("# C\r\n\r\n## 2.0.0\r\n", &Version::new(2, 0, 1), "## 2.0.1\n\n- a\n") else {
            panic!("it is not there yet");
        };
        assert_eq!(new, "# C\r\n\r\n## 2.0.1\r\n\r\n- a\r\n\r\n## 2.0.0\r\n");
    }

    #[test]
    fn a_byte_order_mark_stays_first() {
        assert_eq!(
            after("\u{feff}## 2.0.0\r\n", "2.0.1").replace('\r', ""),
            "\u{feff}## [2.0.1] - 2026-02-02\n\n### Fixed\n\n- It works\n\n## 2.0.0\n"
        );
        assert_eq!(after("\u{feff}", "2.0.1"), "\u{feff}# Changelog\n\n@\n");
    }

    proptest! {
        #[test]
        fn in_any_order_the_changelog_is_the_same(numbers in prop::collection::hash_set((1_u64..4, 0_u64..3, 0_u64..9), 1..12)) {
            let write = |order: &[(u64, u64, u64)]| order.iter().fold("## Unreleased\n\n- n\n".to_owned(), |text, number| put_into(&text, number));
            let mut sorted: Vec<(u64, u64, u64)> = numbers.iter().copied().collect();
            let any = write(&sorted);
            sorted.sort_unstable();
            prop_assert_eq!(any, write(&sorted));
        }

        #[test]
        fn whatever_the_order_of_a_changelog_each_release_stands_there_once(
            old in prop::collection::vec((1_u64..4, 0_u64..3, 0_u64..4), 0..8),
            new in prop::collection::hash_set((1_u64..4, 0_u64..3, 4_u64..9), 1..8),
        ) {
            let heading = |(a, b, c): &(u64, u64, u64)| format!("## {a}.{b}.{c} (2026-0{a}-1{c})\n\n- old\n");
            let start: String = old.iter().map(heading).collect();
            let text = new.iter().fold(start.clone(), |text, number| put_into(&text, number));
            for (a, b, c) in &new {
                let version = Version::new(*a, *b, *c);
                let own = format!("## {version} - 2026-02-0{c}\n");
                prop_assert_eq!(text.matches(&own).count(), 1, "{}", text);
                prop_assert_eq!(insert(&text, &version, &own), Inserted::Already);
            }
            // What was there stays, in its order.
            let lines = |text: &str| text.lines().filter(|line| line.contains(" (")).map(str::to_owned).collect::<Vec<_>>();
            prop_assert_eq!(lines(&text), lines(&start));
        }
    }

    fn put_into(text: &str, (a, b, c): &(u64, u64, u64)) -> String {
        let version = Version::new(*a, *b, *c);
        match insert(text, &version, &format!("## {version} - 2026-02-0{c}\n\n- {c}\n")) {
            Inserted::New(new) => new,
            other => panic!("{other:?}"),
        }
    }
}
