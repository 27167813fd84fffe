//! Whether a later commit takes something of a fix away: a call of what it adds, or the whole of it by a comment around it.
//!
//! One line of many can be all that makes a fix work. Who changes a line goes on with it; who only removes it, or makes a comment of it,
//! takes it away.

use std::collections::HashSet;

use crate::model::patch::common::telling_lines;
use crate::model::patch::{FilePatch, Mark, PatchLine};

/// Says whether a later patch takes something of a fix away: a line that the fix adds, with nothing in its place or as a comment, so that
/// `is_gone` says of it that its file has it no more; a change of a line back; or it adds one line directly before lines of the
/// fix and a word or a mark directly behind them, as who makes a comment of them does. What `of_main`, from where the later patch was picked,
/// does to these files as well goes on with the fix.
pub fn takes_something_of(
    fix: &[FilePatch],
    later: &[FilePatch],
    of_main: &[FilePatch],
    is_gone: impl Fn(&FilePatch, &[u8]) -> bool,
) -> bool {
    fix.iter().any(|file| {
        let lines = telling_lines(std::slice::from_ref(file));
        let of = |mark: Mark, other: Mark| -> HashSet<&[u8]> {
            let texts = lines.iter().filter(|line| line.0 == mark && !lines.contains(&(other, line.1)));
            texts.map(|(_, text)| text.trim_ascii_end()).collect()
        };
        let (added, removed) = (of(Mark::Added, Mark::Removed), of(Mark::Removed, Mark::Added));
        // Around what the fix puts into a block, the margin is another one; what it only moves into one is no line of before.
        let kept: HashSet<&[u8]> = added.iter().map(|text| text.trim_ascii()).collect();
        let before: HashSet<&[u8]> =
            removed.iter().map(|text| text.trim_ascii()).filter(|text| !kept.contains(text)).collect();
        let is_there = |other: &&FilePatch| other.old.as_deref() == Some(file.path());
        let of_file = later.iter().filter(is_there).flat_map(|file| file.hunks.iter());
        let by_main = of_main.iter().filter(is_there).flat_map(|file| file.hunks.iter());
        let by_main: Vec<Place<'_>> = by_main.flat_map(|hunk| places(hunk)).collect();
        let places: Vec<Place<'_>> = of_file.flat_map(|hunk| places(hunk)).collect();
        let is_of_main = |text: &[u8]| by_main.iter().any(|place| place.removed.contains(&text));
        // What only moves, with or without a remark behind it, is still there.
        let moves = |text: &[u8]| {
            let mut all = places.iter().flat_map(|place| &place.added).map(|other| other.trim_ascii());
            all.any(|other| other.starts_with(text) || (!bare(other).is_empty() && text.starts_with(other)))
        };
        let is_taken = |place: &Place<'_>| {
            let of_fix = place.removed.iter().filter(|text| added.contains(*text) && !is_of_main(text));
            let mut gone = of_fix.filter(|text| is_gone(file, text) && !moves(text.trim_ascii())).peekable();
            let is_back = place.added.iter().any(|text| before.contains(text.trim_ascii()));
            gone.peek().is_some() && (place.added.is_empty() || is_back)
                || gone.any(|text| place.added.iter().any(|other| is_commented(text, other)))
        };
        let is_of_fix = |text: Option<&[u8]>| text.is_some_and(|text| added.contains(text));
        let is_inserted = |place: &&Place<'_>| place.removed.is_empty() && place.line().is_some();
        let is_new = |place: &&Place<'_>| by_main.iter().all(|other| other.line() != place.line());
        // What opens a comment or a condition is one line, and what closes it is a word or a mark.
        let mut inserted = places.iter().filter(is_inserted).filter(is_new);
        let is_opened = inserted.any(|place| is_of_fix(place.behind));
        let is_closing = |place: &Place<'_>| place.line().is_some_and(|line| !bare(line).contains(&b' '));
        places.iter().any(is_taken) || is_opened && inserted.any(|place| is_of_fix(place.before) && is_closing(place))
    })
}

/// A place that a patch changes.
struct Place<'p> {
    /// The line before it.
    before: Option<&'p [u8]>,
    /// The line behind it.
    behind: Option<&'p [u8]>,
    removed: Vec<&'p [u8]>,
    added: Vec<&'p [u8]>,
}

impl<'p> Place<'p> {
    /// Returns the only line that is added.
    fn line(&self) -> Option<&'p [u8]> {
        let [line] = self.added.as_slice() else { return None };
        Some(line.trim_ascii()).filter(|line| !line.is_empty())
    }
}

fn places(hunk: &[PatchLine]) -> Vec<Place<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    for run in hunk.chunk_by(|one, next| (one.mark == Mark::Context) == (next.mark == Mark::Context)) {
        let end = at + run.len();
        if run.iter().any(|line| line.mark != Mark::Context) {
            let of = |mark| run.iter().filter(move |line| line.mark == mark).map(text).collect::<Vec<_>>();
            found.push(Place {
                before: at.checked_sub(1).and_then(|before| hunk.get(before)).map(text),
                behind: hunk.get(end).map(text),
                removed: of(Mark::Removed),
                added: of(Mark::Added),
            });
        }
        at = end;
    }
    found
}

fn text(line: &PatchLine) -> &[u8] {
    line.text.trim_ascii_end()
}

/// Says whether a line is another one with marks around it, as those of a comment are.
fn is_commented(line: &[u8], other: &[u8]) -> bool {
    let (line, other) = (line.trim_ascii(), other.trim_ascii());
    line != other && bare(line) == bare(other) && other.len() > line.len()
}

/// Returns a line without what is no word around it.
pub(super) fn bare(line: &[u8]) -> &[u8] {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || !byte.is_ascii();
    let from = line.iter().position(is_word).unwrap_or(line.len());
    let to = line.iter().rposition(is_word).map_or(from, |at| at + 1);
    &line[from..to]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::patch::sample::marked;

    const FIX: &str = "-read(it);\n+if (!checked(it))\n+    return;\n+read(it);\n+done(it);\n";

    fn patch(lines: &str) -> Vec<FilePatch> {
        vec![marked("a.c", &[lines])]
    }

    #[test]
    fn who_removes_a_line_of_a_fix_takes_it_away_and_who_changes_it_does_not() {
        for (later, expected) in [
            ("-if (!checked(it))\n-    return;\n", true),
            (" read(it);\n-done(it);\n", true),
            ("-done(it);\n+// done(it);\n", true),
            ("-done(it);\n+/* done(it); */\n", true),
            ("+#if 0\n if (!checked(it))\n     return;\n read(it);\n done(it);\n+#endif\n", true),
            ("-done(it);\n+done_well(it);\n", false),
            ("-done(it);\n+  done(it);\n", false),
            ("-done(it);\n other(it);\n+done(it); // later\n", false),
            (" done(it);\n+more(it);\n", false),
            ("+more(it);\n if (!checked(it))\n", false),
            ("-other(it);\n+read(it);\n", false),
            ("+other(it);\n if (!checked(it))\n     return;\n+more(it, too);\n read(it);\n", false),
            ("+\n if (!checked(it))\n     return;\n read(it);\n+\n", false),
        ] {
            assert_eq!(takes_something_of(&patch(FIX), &patch(later), &[], |_, _| true), expected, "{later}");
        }
        // A line that the file still has was not taken away.
        assert!(!takes_something_of(&patch(FIX), &patch(" read(it);\n-done(it);\n"), &[], |_, _| false));
        // What was changed is changed back.
        let fix = patch("-copy(it);\n+copy_checked(it);\n");
        assert!(takes_something_of(&fix, &patch("-copy_checked(it);\n+copy(it);\n"), &[], |_, _| true));
    }

    #[test]
    fn a_line_is_changed_back_whatever_its_margin_is() {
        let fix = "-    use(it);\n+    if valid(it) {\n+        use_checked(it);\n+    }\n";
        for (later, expected) in [
            ("-        use_checked(it);\n+        use(it);\n", true),
            ("-        use_checked(it);\n+        use_checked(it, now);\n", false),
        ] {
            assert_eq!(takes_something_of(&patch(fix), &patch(later), &[], |_, _| true), expected, "{later}");
        }
        // What the fix only moves into a block is as it was before, too.
        let fix = "-    use(it);\n+    if valid(it) {\n+        use(it);\n+    }\n";
        let later = "-    if valid(it) {\n-        use(it);\n+    if (valid(it)) {\n+      use(it);\n";
        assert!(!takes_something_of(&patch(fix), &patch(later), &[], |_, _| true));
    }

    #[test]
    fn what_main_did_to_the_file_as_well_goes_on_with_a_fix() {
        let opened = "+#if 0\n if (!checked(it))\n     return;\n read(it);\n done(it);\n+#endif\n";
        for (later, of_main, expected) in [
            (" read(it);\n-done(it);\n", "-done(it);\n", false),
            ("-if (!checked(it))\n-    return;\n", "-    return;\n", true),
            (" read(it);\n-done(it);\n", "-more(it);\n", true),
            (opened, "+#if 0\n more(it);\n+#endif\n", false),
            (opened, "+more(it);\n", true),
        ] {
            let found = takes_something_of(&patch(FIX), &patch(later), &patch(of_main), |_, _| true);
            assert_eq!(found, expected, "{later}, {of_main}");
        }
        // Another file says nothing of this one.
        let elsewhere = [marked("b.c", &["-done(it);\n"])];
        assert!(takes_something_of(&patch(FIX), &patch(" read(it);\n-done(it);\n"), &elsewhere, |_, _| true));
    }
}
