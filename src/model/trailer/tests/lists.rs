use super::{FULL, shown};
use crate::model::trailer::{is_only_a_mark, markers};

#[test]
fn a_list_below_words_of_picking_names_origins() {
    for words in [
        "This backports:",
        "Backports:",
        "**Backported PRs:**",
        "## Backports",
        "This PR backports the following commits to 2.0:",
        "Cherry-picks for 2.0.1:",
        "Picked:",
    ] {
        for list in
            ["- #12\n- #13", "* #12: Fix it\n\n* #13 more", "1. #12\n2. PR #13", "- [x] #12\n- [#13](https://x)"]
        {
            assert_eq!(
                shown(&format!("Fixes (#9)\n\n{words}\n\n{list}\n")),
                ["own #9", "origin #12", "origin #13"],
                "{words} {list}"
            );
        }
    }
    let below = |list: &str| shown(&format!("Fixes (#9)\n\nBackports:\n{list}\n"));
    assert_eq!(below("- Fix it (#12)"), ["own #9", "origin #12", "kept #12"]);
    assert_eq!(below(&format!("- `{FULL}` Fix it")), ["own #9".to_owned(), format!("origin {FULL}")]);
    assert_eq!(below("- [ ] #12\n- defaced\n- see #13\n- #9"), ["own #9"]);
    assert_eq!(below("- #12\n\nThen:\n- #13"), ["own #9", "origin #12"]);
    for words in ["Not backported:", "Backports to do:", "See:", "Needed on 2.0:", "Backports", "Fix the backport:"] {
        assert_eq!(shown(&format!("Fixes (#9)\n\n{words}\n- #12\n")), ["own #9"], "{words}");
    }
}

#[test]
fn origins_stand_behind_words_of_picking() {
    let behind = |line: &str| shown(&format!("Fixes\n\n{line}\n"));
    assert_eq!(behind(&format!("Picked: {FULL}, 89abcde")), [format!("origin {FULL}"), "origin 89abcde".to_owned()]);
    assert_eq!(behind("Backports: #12 and #13"), ["origin #12", "origin #13"]);
    for line in ["Backport: 2.0", "Picked: by hand", "Picked-by: #12", "Picked: defaced", "Backport to: 2.0, 1.9"] {
        assert_eq!(behind(line), Vec::<String>::new(), "{line}");
    }
}

#[test]
fn a_title_that_only_says_that_fixes_are_picked_introduces_them() {
    for title in [
        "Backports for 2.0.1",
        "[2.0] Backport security fixes",
        "Pick fixes for 2.0.1",
        "Backport the following fixes to 2.0",
        "Backport of three fixes",
        "Backport of 3 more fixes to 2.0",
        "Cherry-picks of the following two commits",
    ] {
        assert!(is_only_a_mark(title), "{title}");
        let message = format!("{title} (#9)\n\n* #12\n* Fix it (#13)\n");
        assert_eq!(shown(&message), ["own #9", "origin #12", "origin #13", "kept #13"], "{title}");
    }
    for title in [
        "Fixes #12",
        "Security fixes",
        "Changes for 2.0: fixes",
        "Backport fix of the list",
        "Pick the list",
        "Three fixes of lists",
    ] {
        assert!(!is_only_a_mark(title), "{title}");
        assert_eq!(shown(&format!("{title} (#9)\n\n* #12\n")), ["own #9"], "{title}");
    }
}

#[test]
fn a_point_names_its_number_before_or_behind_a_person() {
    for (point, title) in [
        ("Fix it (#12)", "Fix it (#12)"),
        ("Fix it (#12) by @jon", "Fix it (#12)"),
        ("Fix it (#12) @jon", "Fix it (#12)"),
        ("Fix it (#12) (@jon)", "Fix it (#12)"),
        ("Fix it (#12) by Jon Doe", "Fix it (#12)"),
        ("Fix it (#12), thanks Lou", "Fix it (#12)"),
        ("Fix it (#12) - Thanks to @lou!", "Fix it (#12)"),
        ("Fix it (#12) (thanks @lou)", "Fix it (#12)"),
        ("Fix it by @jon in #12", "Fix it"),
        ("Fix it by @jon and @lou in #12", "Fix it"),
        ("Fix it by @dependabot[bot] in https://github.com/o/r/pull/12", "Fix it"),
    ] {
        let found = markers(&format!("Several fixes\n\n* {point}"));
        let told: Vec<_> =
            found.iter().map(|one| (one.relation.landed_by().map(|pull| pull.number), &*one.text)).collect();
        assert_eq!(told, [(Some(12), title)], "{point}");
    }
    for point in
        ["Fix it in #12", "Fix it (#12) and more", "Fix it by @jon", "Fix it (@jon)", "Fix it by @jon, see #12"]
    {
        assert_eq!(shown(&format!("Several fixes\n\n* {point}")), Vec::<String>::new(), "{point}");
    }
}
