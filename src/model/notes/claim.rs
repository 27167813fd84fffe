//! Whether a pick brings what the commit that it names as its origin changed.
//!
//! A trailer can name a wrong commit, and a message may only speak of a pull request. What was picked under other words and changes other
//! lines is told to users in its own words: those of another fix would say something that is not so, and hide what is.

use crate::model::patch::common::{lines, telling_lines};
use crate::model::patch::{FilePatch, Likeness, Mark, compare};
use crate::model::trailer::{REVERT, is_revert};

use super::title::plain;

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

    /// Returns that of the revert of what has this title.
    pub fn reverted(self) -> Self {
        Self { reverts: self.reverts + 1, ..self }
    }
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

/// Says whether a pick changes something else than its origin: other lines, and neither only a part of the same nor most of them.
pub fn changes_something_else(origin: &[FilePatch], pick: &[FilePatch]) -> bool {
    compare(origin, pick).likeness == Likeness::Changed && !is_part(origin, pick) && !has_most(origin, pick)
}

/// Says whether a pick changes three of four of the lines that its origin changes, as one does that was adapted: less is not the fix for
/// [`shortfall`](super::brings::shortfall), either. Lines without words tell nothing.
fn has_most(origin: &[FilePatch], pick: &[FilePatch]) -> bool {
    let wanted = telling_lines(origin);
    let here = wanted.intersection(&lines(pick)).count();
    here > 0 && here * 4 >= wanted.len() * 3
}

/// How much of one of several changes that it names a pick brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Brought {
    /// As much as makes it a pick of that change alone: three of four of its lines, or no other ones than those of all that it names.
    Most,
    /// Less.
    Some,
    /// Not a line of it.
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

/// Says whether a pick that is called as its origin, and changes none of its files, brings nothing of it: less than a quarter of its lines.
/// Where files were moved, a pick that was adapted has more.
pub fn has_nothing_of(origin: &[FilePatch], pick: &[FilePatch]) -> bool {
    let wanted = telling_lines(origin);
    let here = wanted.intersection(&lines(pick)).count();
    compare(origin, pick).likeness == Likeness::Changed && (here == 0 || here * 4 < wanted.len())
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
    use super::*;
    use crate::model::patch::PatchLine;

    fn patch(path: &str, lines: &[&str]) -> Vec<FilePatch> {
        let line = |text: &&str| PatchLine { mark: Mark::Added, text: text.as_bytes().to_vec() };
        let path = Some(path.as_bytes().to_vec());
        let hunks = vec![lines.iter().map(line).collect()];
        vec![FilePatch { old: path.clone(), new: path, hunks, ..FilePatch::default() }]
    }

    #[test]
    fn a_part_of_a_fix_is_the_fix() {
        let origin = patch("a.c", &["one", "two"]);
        let table = [
            (patch("a.c", &["one", "two"]), false),
            (patch("a.c", &["two"]), false),
            (patch("a.c", &["one", "three"]), true),
            (patch("b.c", &["three"]), true),
            (Vec::new(), true),
            // All of it, and more.
            (patch("a.c", &["one", "two", "three"]), false),
        ];
        for (pick, expected) in table {
            assert_eq!(changes_something_else(&origin, &pick), expected, "{pick:?}");
        }
    }

    #[test]
    fn most_of_a_fix_among_other_lines_is_the_fix() {
        let origin = patch("a.c", &["one", "two", "}", "three", "four"]);
        for (pick, expected) in [
            (&["one", "two", "three", "other"][..], false),
            (&["one", "two", "}", "other"], true),
            (&["}", "other"], true),
        ] {
            assert_eq!(changes_something_else(&origin, &patch("b.c", pick)), expected, "{pick:?}");
        }
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
    fn who_moved_a_fix_and_adapted_it_has_some_of_its_lines() {
        let fix = patch("a.c", &["one", "two", "three", "four", "}"]);
        let table = [(&["one", "2", "3", "4"][..], false), (&["2", "}"], true), (&["else"], true)];
        for (pick, expected) in table {
            assert_eq!(has_nothing_of(&fix, &patch("b.c", pick)), expected, "{pick:?}");
        }
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
