use super::*;

#[test]
fn trailers_are_folded() {
    let table = [
        ("Fix\n\nRelease-note: It works.\n", Some("It works.")),
        ("Fix\n\nRelease-note: It works\n  again,\n\tand well.\nKind: bug\n", Some("It works again, and well.")),
        ("Fix\n\nRELEASE-NOTE: one\nReviewed-by: A <a@b>\nRelease-note: two\n", Some("one. two.")),
        ("Fix\n\nRelease-note: One\n goes on\nRelease-note: Two!\nRelease-note: `c`\n", Some("One goes on. Two! `c`.")),
        ("Fix\n\nRelease-note: (One.)\nRelease-note: (two)\n", Some("(One.) (two).")),
        ("Fix\n\nRelease-note: One\nRelease-note: One\n", Some("One")),
        ("Fix\n\nRelease-note: NONE\nRelease-note: One\nRelease-note:\n", Some("One")),
        ("Fix\n\nRelease-note: NONE\nRelease-note: none\n", Some("NONE")),
        ("Fix\n\nRelease-note:\n  It works.\n", Some("It works.")),
        ("Fix\n\nRelease-note: a\n\n  example\n", Some("a")),
        ("Fix\n\nRelease-note: a\nno trailer\n  example\n", Some("a")),
        ("Release-note: a", None),
        ("Fix\n\nRelease-note:\n", None),
        ("Fix\n\n> Release-note: quoted\n", None),
        ("Fix\n\n<!--\nRelease-note: hidden\n-->\n", None),
        ("Fix\n\n```\nRelease-note: code\n```\n\nRelease-note: a\n", Some("a")),
        ("Fix\n\n~~~ text\nRelease-note: code\n~~~\n", None),
        ("Fix ``` and <!--\n\n```\nRelease-note: a\n", Some("a")),
    ];
    for (message, expected) in table {
        let found = of_messages([message], []);
        assert_eq!(found.as_ref().map(|words| words.text.as_str()), expected, "{message:?}");
        assert!(found.is_none_or(|words| words.from == WordsFrom::Trailer));
    }
}

#[test]
fn what_several_commits_say_is_joined() {
    let (one, two, none, silent) =
        ("Fix\n\nRelease-note: One", "Fix\n\nRelease-note: Two.", "Fix\n\nRelease-note: NONE", "Fix\n\nx");
    let both = "Fix\n\nRelease-note: 1\nRelease-note: 2";
    let table: [(&[&str], &[&str], Option<&str>); 13] = [
        (&[one, two], &[one, two], Some("One. Two.")),
        (&[none, one], &[none, one], Some("One")),
        (&[none, none], &[none, none], Some("NONE")),
        (&[none, silent], &[none, silent], None),
        (&[silent], &[none], Some("NONE")),
        (&[silent], &[one, two], Some("One. Two.")),
        (&[one], &[one, two], Some("One. Two.")),
        (&[two], &[one], Some("Two.")),
        (&[none], &[one], Some("NONE")),
        (&[both], &[one, two], Some("1. 2.")),
        (&[silent, two], &[one, two], Some("Two. One.")),
        (&[one], &[], Some("One")),
        (&[silent], &[], None),
    ];
    for (picks, sources, expected) in table {
        let found = of_messages(picks.iter().copied(), sources.iter().copied());
        assert_eq!(found.as_ref().map(|words| words.text.as_str()), expected, "{picks:?} {sources:?}");
    }
}

#[test]
fn a_block_of_a_description_is_read() {
    let table = [
        ("Text\r\n\r\n```release-note\r\nIt works\r\nagain.\r\n```\r\nMore", Some("It works again.")),
        ("``` release-note\na\n```", Some("a")),
        ("````Release-Note\na ``` b\n````", Some("a ``` b")),
        ("```release-note\na\n```\n```release-note\nb\n```", Some("a. b.")),
        ("```release-note\nNONE\n```\n\ntext\n\n~~~ release-note\na\nb\n~~~", Some("a b")),
        ("~~~release-note\na\n~~~", Some("a")),
        ("```release-note\na\n```\n```release-note\nopen", Some("a")),
        ("````text\n```release-note\nexample\n```\n````\n```release-note\na\n```", Some("a")),
        ("```release-note\na <!-- b\n```", Some("a <!-- b")),
        ("```release-note\na\n```\n\n<!-- open\n\n```release-note\nb\n```", Some("a")),
        ("<!--\n```release-note\nexample\n```\n-->\n```release-note\na\n```", Some("a")),
        ("```release-note\nopen", None),
        ("```release-notes\na\n```", None),
        ("```release-note\n\n```", None),
        ("", None),
    ];
    for (body, expected) in table {
        assert_eq!(of_description(body).map(|words| words.text).as_deref(), expected, "{body:?}");
    }
}

#[test]
fn there_may_be_nothing_to_say() {
    let none = |text: &str| Words::new(text, WordsFrom::Trailer).is_some_and(|words| words.say_none());
    for text in ["NONE", "None.", "`none`", "N/A"] {
        assert!(none(text), "{text}");
    }
    for text in ["", "-", "\u{feff}", "***"] {
        assert_eq!(Words::new(text, WordsFrom::File), None, "{text:?}");
    }
    for text in ["None of the uploads stops any more", "No crash", "Nothing is lost"] {
        assert!(!none(text), "{text}");
    }
}

#[test]
fn a_file_has_words_without_what_only_its_source_shows() {
    for (text, words) in [
        ("Lists are kept.\n\n<!-- one\nsentence -->\n", Some("Lists are kept.")),
        ("<!-- write here -->\n", None),
        ("Lists are kept.\n\n<!-- open\n\nTell nobody.\n", Some("Lists are kept.")),
        ("<!-- open\n\nTell nobody.\n", None),
        ("Lists <!-- are kept.\n", Some("Lists <!-- are kept.")),
        (
            "```release-note\nLists are kept\n```\n\n~~~release-note\nand sorted\n~~~\n",
            Some("Lists are kept. and sorted."),
        ),
        ("# A fix\n\n```release-note\nLists are kept.\n```\n", Some("Lists are kept.")),
        ("- Lists are kept\n- and sorted\n", Some("Lists are kept. and sorted.")),
    ] {
        assert_eq!(of_file(text).map(|words| words.text).as_deref(), words, "{text}");
    }
}

#[test]
fn paragraphs_and_points_are_items() {
    let text = "# Known issues\n\n- one\n  goes on\n* two\n\nA paragraph\nof two lines.\n\nAnother.\n";
    assert_eq!(items(text), ["one goes on", "two", "A paragraph of two lines.", "Another."]);
    assert_eq!(items("\n# None\n"), Vec::<String>::new());
}

#[test]
fn points_of_a_file_keep_what_belongs_to_them() {
    let text = "# Upgrade\n\nRun:\n\n```sh\ngodel migrate\n\ngodel check\n```\n\n<!-- hidden -->\n\n- one\n  - nested\n\n      code\n+ two\n  goes on\n\n1. first\n2. second\n\n---\n\n> quoted\n";
    assert_eq!(
        points(text),
        [
            "Run:\n\n```sh\ngodel migrate\n\ngodel check\n```",
            "one\n- nested\n\n    code",
            "two\ngoes on\n\n1. first\n2. second",
            "> quoted",
        ]
    );
    assert_eq!(points("# None\n<!-- a\nb -->\n"), Vec::<String>::new());
    assert_eq!(points("- a\r\n- b\r\n"), ["a", "b"]);
    assert_eq!(points("- a\n\n<!-- open\n\n- b\n"), ["a"]);
    assert_eq!(points("-\n- b"), ["b"]);
}

#[test]
fn a_file_is_named_by_commit_or_pull_request() {
    let id = CommitId::from_bytes([0xab; 20]);
    assert_eq!(files_of(&[id], &[], &[12]), [format!(".patch/notes/{id}.md"), ".patch/notes/12.md".to_owned()]);
    let full = format!("{id}.md");
    let short = short_names(["abababa.md", "ABABABA.md", "ab.md", "1234567.md", "2.0.1", "cdcdcdc.md", full.as_str()]);
    assert_eq!(files_of(&[id], &short, &[]), [format!(".patch/notes/{id}.md"), ".patch/notes/abababa.md".to_owned()]);
}
