//! Whether the commits of a line that name a fix bring it.
//!
//! A trailer can name a fix whose change somebody left out, for example while solving a conflict. Users who read that a release has the fix
//! rely on it.

use std::collections::HashSet;

use crate::model::patch::FilePatch;
use crate::model::patch::common::{ChangedLine, has_most, trimmed_counts};
use crate::model::path::file_name;

use super::claim::is_blank;

/// What a commit that names a fix brings in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shortfall {
    /// No change at all.
    Nothing,
    /// Another change.
    SomethingElse,
    /// A part of it: of the lines that it removes and adds, less than three of four.
    Part,
}

impl Shortfall {
    /// Returns the words for it, behind "it brings".
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::SomethingElse => "something else",
            Self::Part => "only a part of it",
        }
    }
}

/// Says what is missing where commits name a fix: `None` where they bring it. `counts` tells which files of the fix have to be there;
/// `is_called_so` whether one of the commits has its title: who changed one of its lines under the same title adapted it.
pub fn shortfall(
    fix: &[FilePatch],
    brought: &[FilePatch],
    counts: impl Fn(&FilePatch) -> bool,
    is_called_so: bool,
) -> Option<Shortfall> {
    if brought.is_empty() {
        return (!fix.is_empty()).then_some(Shortfall::Nothing);
    }
    let counted: Vec<&FilePatch> = fix.iter().filter(|file| counts(file)).collect();
    let often = trimmed_counts(counted);
    let wanted: HashSet<ChangedLine<'_>> = often.keys().copied().collect();
    // What has no lines can be compared by its place alone.
    if wanted.is_empty() {
        return None;
    }
    let found = trimmed_counts(brought);
    if has_most(&wanted, &often, &found) {
        return None;
    }
    let is_here = wanted.iter().any(|line| found.contains_key(line));
    let all = trimmed_counts(fix);
    let is_own = found.keys().any(|line| !all.contains_key(line));
    match is_own {
        true if is_here && is_blank(brought) && !is_blank(fix) => Some(Shortfall::Part),
        false if is_here => Some(Shortfall::Part),
        true if is_called_so && is_here && have_a_name_in_common(fix, brought) => None,
        false | true => Some(Shortfall::SomethingElse),
    }
}

fn have_a_name_in_common(fix: &[FilePatch], brought: &[FilePatch]) -> bool {
    let names: HashSet<&[u8]> = fix.iter().map(|file| file_name(file.path())).collect();
    brought.iter().any(|file| names.contains(file_name(file.path())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::patch::sample::added as patch;

    #[test]
    fn a_fix_is_there_when_its_lines_are() {
        use Shortfall::{Nothing, Part, SomethingElse};
        let fix = [patch("a.c", &["one", "two"]), patch("b.c", &["three", "four"]), patch("NEWS", &["told"])];
        let table = [
            (fix.to_vec(), false, None),
            // Its lines under another name, among others, without what does not count.
            (vec![patch("z.c", &["  one", "two", "three", "four", "more"])], false, None),
            (vec![patch("a.c", &["one", "two"])], true, Some(Part)),
            (vec![patch("a.c", &["one", "two"]), patch("b.c", &["three"])], false, None),
            (vec![patch("a.c", &["one", "another"])], true, None),
            (vec![patch("a.c", &["one", "another"])], false, Some(SomethingElse)),
            (vec![patch("a.c", &["one", "two", "another"]), patch("b.c", &["three"])], false, None),
            (vec![patch("a.c", &["another"])], true, Some(SomethingElse)),
            (vec![patch("README", &["another"])], true, Some(SomethingElse)),
            (vec![patch("NEWS", &["told"])], true, Some(SomethingElse)),
            (vec![], true, Some(Nothing)),
        ];
        let counts = |file: &FilePatch| file.path() != b"NEWS";
        for (brought, is_called_so, expected) in table {
            assert_eq!(shortfall(&fix, &brought, counts, is_called_so), expected, "{brought:?}");
        }
        assert_eq!(shortfall(&[], &[], counts, true), None);
        // The same line in two files is wanted twice.
        let fix = [patch("a.c", &["check"]), patch("b.c", &["check"])];
        assert_eq!(shortfall(&fix, &[patch("a.c", &["check"])], counts, true), Some(Part));
        assert_eq!(shortfall(&fix, &[patch("a.c", &["check"])], |file| file.path() == b"a.c", true), None);
        assert_eq!(shortfall(&fix, &[patch("a.c", &["check", "check"])], counts, true), None);
    }
}
