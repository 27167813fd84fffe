use proptest::prelude::*;

use super::*;

fn after(text: &str, version: &str) -> String {
    let section = format!("## [{version}] - 2026-02-02\n\n### Fixed\n\n- It works\n");
    match insert(text, "Godel", &Version::parse(version).expect("a version"), &section) {
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
        ("# C\n\n## [Unreleased]\n\n- n\n\n## 2.0.0\n", "2.0.1", "# C\n\n## [Unreleased]\n\n- n\n\n@\n\n## 2.0.0\n"),
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
        ("# C\n\n## 2.1.0\n\n### Fixed\n\n## Thanks\n", "2.0.1", "# C\n\n## 2.1.0\n\n### Fixed\n\n@\n\n## Thanks\n"),
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
        ("**2.1.0**\n\n- x\n\n**2.0.0**\n\n- y\n", "2.0.1", "**2.1.0**\n\n- x\n\n@\n\n**2.0.0**\n\n- y\n"),
        (
            "**Unreleased**\n\n- x\n\n**2.0.0** (2026-01-01)\n",
            "2.0.1",
            "**Unreleased**\n\n- x\n\n@\n\n**2.0.0** (2026-01-01)\n",
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
        assert_eq!(after(&format!("{text}\n### Fixed\n\n- It works\n"), "2.0.1"), "Already", "{text}");
    }
    let version = Version::new(2, 0, 1);
    assert_eq!(insert("", "Godel", &version, "Godel 2.0.1\n"), Inserted::Headless);
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
        let Inserted::Filled(new) = insert(text, "Godel", &version, &section) else { panic!("{text:?}") };
        assert_eq!(new.replace(ours, "@"), expected, "{text:?}");
        assert_eq!(insert(&new, "Godel", &version, &section), Inserted::Already, "{new:?}");
    }
    assert_eq!(insert("## 2.0.1 (unreleased)\n", "Godel", &version, "## 2.0.1\n\n- a\n"), Inserted::Dayless);
}

#[test]
fn a_section_with_other_entries_is_told() {
    let table = [
        ("## 2.0.1\n\n### Fixed\n\n- It works\n", "Already"),
        ("## 2.0.1\r\n\r\n### Fixed\r\n\r\n- It works\r\n\r\n[2.0.1]: https://x\r\n", "Already"),
        ("<a name=\"x\"></a>\n## 2.0.1\n\n### Fixed\n\n- It works\n\n### 2.0.0 (x)\n\n- a\n", "Already"),
        ("## 2.0.1\n\n- was pending\n\n### Fixed\n\n- It works\n", "Already"),
        ("# C\n\n## 2.0.1\n\n- a\n", "Differs(3)"),
        ("## 2.0.1\n\n### Fixed\n\n- It works\n- It works again\n", "Differs(1)"),
        ("## 2.0.1\n\n### Fixed\n\n- Is gone\n- It works\n", "Differs(1)"),
        ("## 2.0.1\n\n### Fixed\n\n- a\n\n## 2.0.0\n\n### Fixed\n\n- It works\n", "Differs(1)"),
        // It ends in a comment that is not closed.
        ("# C\n\n## 2.0.1\n\n<!-- write here\n", "Hidden"),
        ("# C\n\n## 2.0.1 (unreleased)\n\n- a\n\n```\ncode\n", "Hidden"),
        ("# C\n\n## 2.0.1\n\n<!--\n### Fixed\n\n- It works\n", "Hidden"),
    ];
    for (text, expected) in table {
        assert_eq!(after(text, "2.0.1"), expected, "{text:?}");
    }
}

#[test]
fn a_heading_of_another_product_is_none_of_ours() {
    let table = [
        ("## 2.1.0\n\n## othertool 2.0.1\n\n## 2.0.0\n", "2.0.1", "## 2.1.0\n\n## othertool 2.0.1\n\n@\n\n## 2.0.0\n"),
        ("## Godel 2.0.0\n\n## Godel Server 2.0.1\n", "2.0.1", "@\n\n## Godel 2.0.0\n\n## Godel Server 2.0.1\n"),
        (
            "## Apache Godel 2.1.0\n\n## other 2.0.1\n\n## 2.0.0\n",
            "2.0.1",
            "## Apache Godel 2.1.0\n\n## other 2.0.1\n\n@\n\n## 2.0.0\n",
        ),
        // Where no heading names the project, they all call it by another name.
        ("## Gdl 2.1.0\n\n## Gdl 2.0.0\n", "2.0.1", "## Gdl 2.1.0\n\n@\n\n## Gdl 2.0.0\n"),
    ];
    require(&table);
    let own = "## Acme 2.0.1\n\n- a\n";
    let version = Version::new(2, 0, 1);
    let Inserted::New(new) = insert("## 2.0.0\n", "Godel", &version, own) else { panic!("its heading is ours") };
    assert_eq!(insert(&new, "Godel", &version, own), Inserted::Already);
}

#[test]
fn parts_beside_a_section_belong_to_it() {
    let table = [
        (
            "# C\n\n## Unreleased\n\n- n\n\n## Breaking\n\n- b\n\n## Thanks\n",
            "2.0.1",
            "# C\n\n## Unreleased\n\n- n\n\n## Breaking\n\n- b\n\n@\n\n## Thanks\n",
        ),
        ("# C\n\n## 2.1.0\n\n## Bug Fixes\n\n- b\n", "2.0.1", "# C\n\n## 2.1.0\n\n## Bug Fixes\n\n- b\n\n@\n"),
    ];
    require(&table);
    let text = "## 2.0.1 (unreleased)\n\n## Breaking\n\n- b\n\n## 2.0.0\n";
    let filled = insert(text, "Godel", &Version::new(2, 0, 1), "## 2.0.1 - 2026-02-02\n\n- a\n");
    assert_eq!(filled, Inserted::Filled("## 2.0.1 (2026-02-02)\n\n## Breaking\n\n- b\n\n- a\n\n## 2.0.0\n".to_owned()));
}

#[test]
fn what_is_folded_away_stays_whole() {
    let table = [
        (
            "## 2.1.0\n\n<details>\n<summary>Older</summary>\n\n## 2.0.0\n\n## 1.9.0\n\n</details>\n",
            "2.0.1",
            "## 2.1.0\n\n@\n\n<details>\n<summary>Older</summary>\n\n## 2.0.0\n\n## 1.9.0\n\n</details>\n",
        ),
        (
            "<details>\n\n## 2.0.0\n\n## 1.9.0\n\n</details>\n",
            "1.9.1",
            "<details>\n\n## 2.0.0\n\n@\n\n## 1.9.0\n\n</details>\n",
        ),
        (
            "<DETAILS open>\n\n## 2.1.0\n\n</DETAILS>\n\n<details>\n\n## 2.0.0\n\n</details>\n",
            "2.0.1",
            "<DETAILS open>\n\n## 2.1.0\n\n</DETAILS>\n\n@\n\n<details>\n\n## 2.0.0\n\n</details>\n",
        ),
        ("<details>\n\n## 2.1.0\n\n</details>\n", "2.0.1", "<details>\n\n## 2.1.0\n\n</details>\n\n@\n"),
    ];
    require(&table);
    let ours = "### Fixed\n\n- It works";
    let section = format!("## 2.0.1 - 2026-02-02\n\n{ours}\n");
    let version = Version::new(2, 0, 1);
    let table = [
        (
            "<details>\n\n## 2.0.1 - Unreleased\n\n- a\n\n</details>\n\n<details>\n\n## 2.0.0\n\n</details>\n",
            "<details>\n\n## 2.0.1 - 2026-02-02\n\n- a\n\n@\n\n</details>\n\n<details>\n\n## 2.0.0\n\n</details>\n",
        ),
        (
            "## 2.0.1 - Unreleased\n\n<details>\n\n## 2.0.0\n\n</details>\n",
            "## 2.0.1 - 2026-02-02\n\n@\n\n<details>\n\n## 2.0.0\n\n</details>\n",
        ),
    ];
    for (text, expected) in table {
        let Inserted::Filled(new) = insert(text, "Godel", &version, &section) else { panic!("{text:?}") };
        assert_eq!(new.replace(ours, "@"), expected, "{text:?}");
        assert_eq!(insert(&new, "Godel", &version, &section), Inserted::Already, "{new:?}");
    }
}

#[test]
fn where_the_oldest_release_is_first_the_newest_goes_last() {
    let table = [
        ("# C\n\n## 1.0.0\n\n- a\n\n## 2.0.0\n\n- b\n", "2.0.1", "# C\n\n## 1.0.0\n\n- a\n\n## 2.0.0\n\n- b\n\n@\n"),
        ("## 2.0.0\n\n## 2.1.0\n\n[2.1.0]: https://x\n", "2.0.1", "## 2.0.0\n\n@\n\n## 2.1.0\n\n[2.1.0]: https://x\n"),
        (
            "## 1.9.8 - 2026-01-01\n\n## 2.0.3 - 2026-01-02\n",
            "2.0.4",
            "## 1.9.8 - 2026-01-01\n\n## 2.0.3 - 2026-01-02\n\n@\n",
        ),
        (
            "## 1.9.8\n\n## 1.9.9\n\n## Unreleased\n\n- n\n",
            "2.0.1",
            "## 1.9.8\n\n## 1.9.9\n\n@\n\n## Unreleased\n\n- n\n",
        ),
        ("# C\n\n## 2.0.0\n\n## Unreleased\n", "2.0.1", "# C\n\n## 2.0.0\n\n@\n\n## Unreleased\n"),
        // These may as well be in the order of days, the newest first.
        ("## 1.9.5\n\n## 2.1.3\n", "2.1.4", "@\n\n## 1.9.5\n\n## 2.1.3\n"),
    ];
    require(&table);
}

#[test]
fn line_ends_stay() {
    let Inserted::New(new) = insert("# C\r\n\r\n## 2.0.0\r\n", "Godel", &Version::new(2, 0, 1), "## 2.0.1\n\n- a\n")
    else {
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
            prop_assert_eq!(insert(&text, "Godel", &version, &own), Inserted::Already);
        }
        // What was there stays, in its order.
        let lines = |text: &str| text.lines().filter(|line| line.contains(" (")).map(str::to_owned).collect::<Vec<_>>();
        prop_assert_eq!(lines(&text), lines(&start));
    }
}

fn put_into(text: &str, (a, b, c): &(u64, u64, u64)) -> String {
    let version = Version::new(*a, *b, *c);
    match insert(text, "Godel", &version, &format!("## {version} - 2026-02-0{c}\n\n- {c}\n")) {
        Inserted::New(new) => new,
        other => panic!("{other:?}"),
    }
}
