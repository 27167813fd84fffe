//! Whether a pick brings what the commit that it names as its origin changed.
//!
//! A trailer can name a wrong commit, and a message may only speak of a pull request. What was picked under other words and changes other
//! lines is told to users in its own words: those of another fix would say something that is not so, and hide what is.

use crate::model::patch::common::{lines, telling_lines};
use crate::model::patch::{FilePatch, Likeness, Mark, compare};
use crate::model::trailer::{REVERT, is_revert};

use super::title::{plain, without_parts};

/// Titles with fewer characters say too little to know a change by.
const SHORTEST: usize = 10;

/// A title as far as it matters for the comparison: without numbers and marks of lines, also within what a revert quotes, and without
/// case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TitleKey {
    /// How many reverts it is of what is left.
    reverts: usize,
    plain: String,
}

impl TitleKey {
    /// Brings a title into its comparable form.
    pub fn of(title: &str) -> Self {
        let (mut rest, mut reverts) = (plain(title), 0);
        while let Some(quoted) = rest.strip_prefix(REVERT).and_then(|quoted| quoted.strip_suffix('"')) {
            (rest, reverts) = (plain(quoted), reverts + 1);
        }
        Self { reverts, plain: rest.to_lowercase() }
    }

    /// As [`Self::of`], also without what names a part of the project in front: `server/auth: `, `fix(auth): `, `[auth] `.
    pub fn without_parts(title: &str) -> Self {
        let (mut rest, mut reverts) = (without_parts(title), 0);
        while let Some(quoted) = rest.strip_prefix(REVERT).and_then(|quoted| quoted.strip_suffix('"')) {
            (rest, reverts) = (without_parts(quoted), reverts + 1);
        }
        Self { reverts, plain: rest.to_lowercase() }
    }

    /// Returns its last word, as [`last_word`].
    pub fn ending(&self) -> String {
        last_word(&self.plain)
    }

    /// Says whether it has words enough to know a change by.
    pub fn tells(&self) -> bool {
        self.plain.chars().count() >= SHORTEST && self.plain.contains(char::is_whitespace)
    }

    /// Returns that of the revert of what has this title.
    pub fn reverted(self) -> Self {
        Self { reverts: self.reverts + 1, ..self }
    }
}

/// Returns the last word of a title, in small letters, that is none of what [`TitleKey`] takes from the end: numbers of pull requests, and
/// the words around them. So a title has the same as its key, unless it has no other word.
pub fn last_word(title: &str) -> String {
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let is_number = |word: &str| word.contains('#') || word.contains("/pull/") || bare(word).starts_with("gh-");
    let is_joint = |word: &String| matches!(word.as_str(), "" | "and" | "backport");
    let words = title.rsplit(char::is_whitespace).filter(|word| !is_number(word));
    words.map(bare).find(|word| !is_joint(word)).unwrap_or_default()
}

/// Says whether a title is one of those that its origin is known by, numbers and marks of lines aside.
pub fn has_title_of<'t>(title: &str, origins: impl IntoIterator<Item = &'t str>) -> bool {
    let own = TitleKey::of(title);
    origins.into_iter().any(|origin| TitleKey::of(origin) == own)
}

/// Says whether a title is that of a revert, and none of those of its origin is: that takes a fix back, and is no pick of it.
pub fn takes_back_what_has_title<'t>(title: &str, origins: impl IntoIterator<Item = &'t str>) -> bool {
    is_revert(title) && !origins.into_iter().any(is_revert)
}

/// Says how much of its origin a pick brings that names it under another title. `product` has those files of the origin that matter to
/// users; `is_squashed` says that it stands for several commits of one change.
///
/// Three of four of the lines are the change, as for [`shortfall`](super::brings::shortfall): so much has who adapted it. Less is a part of
/// it where nothing else is there.
pub fn brought_under_another_title(
    origin: &[FilePatch],
    product: &[FilePatch],
    pick: &[FilePatch],
    is_squashed: bool,
) -> Brought {
    let mut wanted = telling_lines(product);
    if is_squashed {
        // What a later commit takes away again cannot be there.
        let all = lines(origin);
        wanted.retain(|(mark, text)| !all.contains(&(inverse(*mark), *text)));
    }
    let here = wanted.intersection(&lines(pick)).count();
    if compare(origin, pick).likeness != Likeness::Changed || (here > 0 && here * 4 >= wanted.len() * 3) {
        return Brought::Most;
    }
    // What puts several commits together may bring more than these.
    match is_part(origin, pick) || (is_squashed && have_changes_in_common(origin, pick)) {
        true => Brought::Some,
        false => Brought::Nothing,
    }
}

/// Says how much of its origin a pick brings that is called as it, or only says what is picked. Whoever changes a line as the origin does, in
/// a file of it, adapted it; where no file is the same, that takes a quarter of the lines. `product` is as for
/// [`brought_under_another_title`].
pub fn brought_under_its_title(
    origin: &[FilePatch],
    product: &[FilePatch],
    pick: &[FilePatch],
    has_a_file: bool,
) -> Brought {
    let inverse: Vec<FilePatch> = origin.iter().map(FilePatch::inverse).collect();
    if compare(origin, pick).likeness != Likeness::Changed {
        return Brought::Most;
    }
    if compare(&inverse, pick).likeness != Likeness::Changed {
        return Brought::Nothing;
    }
    let wanted = telling_lines(product);
    let here = wanted.intersection(&lines(pick)).count();
    let is_adapted = match wanted.is_empty() {
        true => have_changes_in_common(origin, pick),
        false => here > 0 && (has_a_file || here * 4 >= wanted.len()),
    };
    match (is_adapted, has_a_file) {
        (true, _) => Brought::Most,
        (false, true) => Brought::Some,
        (false, false) => Brought::Nothing,
    }
}

/// How much of a change that it names a pick brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Brought {
    /// As much as makes it a pick of that change.
    Most,
    /// Less.
    Some,
    /// Nothing that speaks for it.
    Nothing,
}

/// Says how much of one of several origins a pick brings; `others` has the patches of the others, of which the pick has the lines that they
/// share.
pub fn brought(origin: &[FilePatch], others: &[FilePatch], pick: &[FilePatch]) -> Brought {
    let all = [origin, others].concat();
    if compare(&all, pick).likeness != Likeness::Changed || compare(origin, pick).likeness != Likeness::Changed {
        return Brought::Most;
    }
    let (here, of_others) = (lines(pick), lines(others));
    // What another one of them takes away again cannot be there.
    let mut wanted = telling_lines(origin);
    wanted.retain(|(mark, text)| !of_others.contains(&(inverse(*mark), *text)));
    let has_own = wanted.iter().any(|line| !of_others.contains(line));
    let is_own_here = wanted.intersection(&here).any(|line| !of_others.contains(line));
    if !have_changes_in_common(origin, pick) || (has_own && !is_own_here) {
        return Brought::Nothing;
    }
    match wanted.intersection(&here).count() * 4 >= wanted.len() * 3 || is_part(&all, pick) {
        true => Brought::Most,
        false => Brought::Some,
    }
}

/// Says whether a pick brings three of four of the lines of a commit, not counted what its origins change as well. One line alone is no sign.
pub fn brings_most_beside(commit: &[FilePatch], origins: &[FilePatch], pick: &[FilePatch]) -> bool {
    let (here, known) = (lines(pick), lines(origins));
    let mut wanted = telling_lines(commit);
    wanted.retain(|line| !known.contains(line));
    wanted.len() > 1 && wanted.intersection(&here).count() * 4 >= wanted.len() * 3
}

const fn inverse(mark: Mark) -> Mark {
    match mark {
        Mark::Context => Mark::Context,
        Mark::Removed => Mark::Added,
        Mark::Added => Mark::Removed,
    }
}

fn is_part(origin: &[FilePatch], pick: &[FilePatch]) -> bool {
    // What has no lines can be compared by its content alone.
    let has_lines = pick.iter().all(|file| file.opaque.is_none());
    let own = lines(pick);
    has_lines && !own.is_empty() && own.is_subset(&lines(origin))
}

/// Says whether two patches have a changed line in common, or change content that is not shown as lines, or the mode, of one file. A line
/// without words counts only where one of them has no others.
pub fn have_changes_in_common(one: &[FilePatch], other: &[FilePatch]) -> bool {
    let has_more = |file: &FilePatch| file.opaque.is_some() || file.old_mode != file.new_mode || file.hunks.is_empty();
    let same_file = |file: &FilePatch| {
        let paths: Vec<&[u8]> = file.paths().collect();
        let of_both = |other: &&FilePatch| other.paths().any(|path| paths.contains(&path));
        other.iter().filter(of_both).any(|other| has_more(file) && has_more(other))
    };
    let (telling, others) = (telling_lines(one), telling_lines(other));
    let has_lines = match telling.is_empty() || others.is_empty() {
        true => !lines(one).is_disjoint(&lines(other)),
        false => !telling.is_disjoint(&others),
    };
    has_lines || one.iter().any(same_file)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::patch::PatchLine;
    use crate::model::trailer::plain_subject;

    fn patch(path: &str, lines: &[&str]) -> Vec<FilePatch> {
        let line = |text: &&str| PatchLine { mark: Mark::Added, text: text.as_bytes().to_vec() };
        let path = Some(path.as_bytes().to_vec());
        let hunks = vec![lines.iter().map(line).collect()];
        vec![FilePatch { old: path.clone(), new: path, hunks, ..FilePatch::default() }]
    }

    #[test]
    fn three_of_four_lines_are_the_fix_under_any_title() {
        let origin = patch("a.c", &["one", "two", "}", "three", "four"]);
        for (pick, expected) in [
            (&["one", "two", "}", "three", "four"][..], Brought::Most),
            (&["one", "two", "}", "three", "four", "more"], Brought::Most),
            (&["one", "two", "three", "other"], Brought::Most),
            (&["one", "two", "three"], Brought::Most),
            (&["two", "}"], Brought::Some),
            (&["one", "two", "}", "other"], Brought::Nothing),
            (&["else"], Brought::Nothing),
            (&[], Brought::Nothing),
        ] {
            let found = brought_under_another_title(&origin, &origin, &patch("b.c", pick), false);
            assert_eq!(found, expected, "{pick:?}");
        }
        // The tests of a fix are not the fix, and may be other ones.
        let all = [origin.clone(), patch("tests/a.c", &["five", "six", "seven", "eight"])].concat();
        for (pick, expected) in [
            (patch("tests/a.c", &["five", "six", "seven", "eight"]), Brought::Some),
            ([origin.clone(), patch("tests/a.c", &["other"])].concat(), Brought::Most),
        ] {
            assert_eq!(brought_under_another_title(&all, &origin, &pick, false), expected, "{pick:?}");
        }
        // Who squashed a half of several commits has something else besides.
        let pick = patch("a.c", &["one", "two", "other"]);
        assert_eq!(brought_under_another_title(&origin, &origin, &pick, true), Brought::Some);
    }

    #[test]
    fn who_is_called_as_a_fix_has_a_line_of_it_in_its_file() {
        let fix = patch("a.c", &["one", "two", "three", "four", "}"]);
        let back: Vec<FilePatch> = fix.iter().map(FilePatch::inverse).collect();
        for (pick, in_its_file, elsewhere) in [
            (patch("a.c", &["one", "2", "3", "4"]), Brought::Most, Brought::Most),
            (patch("a.c", &["one", "2", "3", "4", "}"]), Brought::Most, Brought::Most),
            (patch("a.c", &["2", "}"]), Brought::Some, Brought::Nothing),
            (patch("a.c", &["else"]), Brought::Some, Brought::Nothing),
            (back, Brought::Nothing, Brought::Nothing),
        ] {
            let found = [true, false].map(|has_a_file| brought_under_its_title(&fix, &fix, &pick, has_a_file));
            assert_eq!(found, [in_its_file, elsewhere], "{pick:?}");
        }
        let long = patch("a.c", &["1", "2", "3", "4", "5"]);
        assert_eq!(brought_under_its_title(&long, &long, &patch("b.c", &["1"]), false), Brought::Nothing);
    }

    #[test]
    fn what_a_pick_of_several_brings_is_told_of_each() {
        let (one, two) = (patch("a.c", &["one", "two"]), patch("b.c", &["three", "four"]));
        for (pick, expected) in [
            ([one.clone(), two.clone()].concat(), [Brought::Most; 2]),
            ([one.clone(), patch("b.c", &["four, here"])].concat(), [Brought::Most, Brought::Nothing]),
            ([one.clone(), patch("b.c", &["three", "4"])].concat(), [Brought::Most, Brought::Some]),
            ([patch("a.c", &["one"]), patch("b.c", &["four"])].concat(), [Brought::Most; 2]),
            (patch("c.c", &["else"]), [Brought::Nothing; 2]),
        ] {
            assert_eq!([brought(&one, &two, &pick), brought(&two, &one, &pick)], expected, "{pick:?}");
        }
        // Lines that both have speak for neither.
        let (one, two) = (patch("a.c", &["one", "return", "}"]), patch("b.c", &["two", "return", "}"]));
        assert_eq!([brought(&one, &two, &two), brought(&two, &one, &two)], [Brought::Nothing, Brought::Most]);
        // The second takes away what the first adds.
        let one = patch("a.c", &["one", "two"]);
        let line = |mark, text: &str| PatchLine { mark, text: text.as_bytes().to_vec() };
        let hunk = vec![line(Mark::Removed, "one"), line(Mark::Added, "1")];
        let next = vec![FilePatch { hunks: vec![hunk], ..one[0].clone() }];
        let pick = patch("a.c", &["1", "two", "own"]);
        assert_eq!([brought(&one, &next, &pick), brought(&next, &one, &pick)], [Brought::Most; 2]);
    }

    #[test]
    fn numbers_and_marks_of_lines_make_no_other_title() {
        assert!(has_title_of("[2.0] Fix the list (#3) (#4)", ["x", "fix the list (#3)"]));
        assert!(has_title_of("Fix the list (backport #3) (#4)", ["Fix the list (#3)"]));
        assert!(has_title_of("Revert \"Fix it (backport #3)\" (#4)", ["revert \"x\"", "Revert \"Fix it (#3)\""]));
        assert!(!has_title_of("Revert \"Fix it\"", ["Fix it", "Revert \"Revert \"Fix it\"\""]));
        assert!(!has_title_of("Fix the list", ["Fix the lists"]));
    }

    #[test]
    fn the_part_of_the_project_in_front_makes_no_other_title() {
        let key = TitleKey::without_parts;
        let one = key("server/auth: check the nested ones");
        for other in [
            "auth: Check the nested ones (#12)",
            "[2.0] server, auth: check the nested ones",
            "fix(auth)!: check the nested ones",
            "[auth] check the nested ones (backport #3) (#4)",
            "fix: auth: check the nested ones",
            "check the nested ones",
        ] {
            assert_eq!(key(other), one, "{other}");
        }
        for other in [
            "auth: check the nested one",
            "what I did: check the nested ones",
            "Revert \"auth: check the nested ones\"",
            "auth: ",
        ] {
            assert_ne!(key(other), one, "{other}");
        }
        assert_eq!(key("Revert \"auth: check the nested ones\""), one.clone().reverted());
        assert_eq!(key("auth: Revert \"check the nested ones\" (#5)"), one.clone().reverted());
        assert!(one.tells() && !key("auth: fix it").tells() && !key("auth: reauthenticate").tells());
    }

    proptest! {
        #[test]
        fn a_title_ends_as_its_key_does(
            front in prop::sample::subsequence(vec!["[2.0] ", "[auth] ", "fix(auth): ", "api, lib: ", "Revert \"", "Backport #3: "], 0..4),
            middle in prop::sample::select(vec!["check it", "Check this and", "f() and C++", "x", "", "check #6"]),
            end in prop::collection::vec(
                prop::sample::select(vec![" (#6)", " (#6, #7)", " and (#6)", " (backport #3)", "\"", " (GH-5)", ",", " (see #6)", " \u{c4}."]),
                0..4,
            ),
        ) {
            let title = format!("{}{middle}{}", front.concat(), end.concat());
            let key = TitleKey::without_parts(&title);
            prop_assume!(!key.ending().is_empty());
            prop_assert_eq!(last_word(plain_subject(&title)), key.ending(), "{}", title);
        }
    }

    #[test]
    fn a_revert_is_a_pick_of_reverts_only() {
        let takes = |title, origin| takes_back_what_has_title(title, [origin]);
        assert!(takes("Revert \"Fix the list (backport #3)\" (#4)", "Fix the list"));
        assert!(!takes("[2.0] Revert \"Fix the list\"", "Revert \"Fix the list\" (#5)"));
        assert!(!takes("Revert \"Revert \"Fix the list\"\"", "Fix the list"));
        assert!(!takes("Fix the list", "Fix the list"));
    }

    #[test]
    fn one_line_beside_the_origins_is_no_sign() {
        let (origin, other) = (patch("a.c", &["one", "two"]), patch("b.c", &["two", "three", "four", "}"]));
        for (pick, expected) in [
            (&["one", "two", "three", "four"][..], true),
            (&["one", "two", "three"], false),
            (&["one", "two", "}"], false),
        ] {
            assert_eq!(brings_most_beside(&other, &origin, &patch("b.c", pick)), expected, "{pick:?}");
        }
        assert!(!brings_most_beside(&patch("b.c", &["two", "three"]), &origin, &patch("b.c", &["two", "three"])));
    }

    #[test]
    fn what_changes_other_lines_has_nothing_in_common() {
        let fix = patch("a.c", &["one", "two"]);
        let image = |path: &str| {
            vec![FilePatch {
                opaque: Some(("1".to_owned(), "2".to_owned())),
                hunks: Vec::new(),
                ..patch(path, &[]).remove(0)
            }]
        };
        let table = [
            (fix.clone(), patch("b.c", &["two"]), true),
            (fix.clone(), patch("a.c", &["three"]), false),
            (fix, Vec::new(), false),
            (patch("a.c", &["one", "}"]), patch("a.c", &["two", "}"]), false),
            (patch("a.c", &["one", "}"]), patch("a.c", &["}"]), true),
            (image("a.png"), image("a.png"), true),
            (image("a.png"), image("b.png"), false),
        ];
        for (one, other, expected) in table {
            assert_eq!(have_changes_in_common(&one, &other), expected, "{one:?} {other:?}");
            assert_eq!(have_changes_in_common(&other, &one), expected, "{other:?} {one:?}");
        }
    }
}
