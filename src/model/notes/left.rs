//! What a pick leaves alone of the change that it brings: files, and places of files.
//!
//! A fix that is called picked and lacks one of its places leaves the flaw open there. Who adapts a fix writes its lines otherwise, or elsewhere,
//! so that only what still is as it was before the fix was left alone; whoever asks compares these lines with the release.

use std::collections::HashSet;

use crate::model::patch::common::{ChangedLine, counts, telling_lines};
use crate::model::patch::{FilePatch, Mark, PatchLine};
use crate::model::path::file_name;

/// So many lines that stay tell a place from others, on each side of it.
const AROUND: usize = 3;

/// What lines of comments begin with. Without the space behind them, the same marks are those of preprocessors and of what tools read.
const COMMENTS: [&str; 7] = ["# ", "// ", "/// ", "//! ", "/* ", "/** ", "* "];

/// A place that a patch changes.
pub struct Place<'p> {
    /// The file.
    pub file: &'p FilePatch,
    /// The lines that stood there before, with some of those around it.
    pub before: Vec<&'p [u8]>,
    /// Those of these that the patch removes, where one of them is code; none where the pick changes what stands directly beside them, which
    /// whoever adapted it has looked at.
    pub removed: Vec<&'p [u8]>,
}

/// Counts how often lines stand one behind the other in a text.
pub fn times(text: &[Vec<u8>], lines: &[Vec<u8>]) -> usize {
    if lines.is_empty() { 0 } else { text.windows(lines.len()).filter(|there| *there == lines).count() }
}

/// Returns the files of an origin that a pick leaves alone, and of which it lacks a line. A file of the pick that has the name of one and
/// some of its lines is that file, moved; one that the origin changes itself stands for no other.
pub fn leaves_alone<'o>(origin: &'o [FilePatch], pick: &[FilePatch]) -> Vec<&'o FilePatch> {
    let of_origin: HashSet<&[u8]> = origin.iter().flat_map(FilePatch::paths).collect();
    let (wanted, here) = (counts(origin), counts(pick));
    let is_lacking = |line: &ChangedLine<'_>| here.get(line) < wanted.get(line);
    let stands_for = |file: &FilePatch, other: &FilePatch| {
        let one_of = |path: &[u8]| file.paths().any(|known| known == path);
        let is_called_so = |path: &[u8]| file.paths().any(|known| file_name(known) == file_name(path));
        let is_moved = || {
            let (wanted, lines) = (telling_lines(std::slice::from_ref(file)), std::slice::from_ref(other));
            !wanted.is_disjoint(&telling_lines(lines))
        };
        other.paths().any(one_of)
            || !other.paths().any(|path| of_origin.contains(path)) && other.paths().any(is_called_so) && is_moved()
    };
    let is_left = |file: &&FilePatch| {
        !pick.iter().any(|other| stands_for(file, other))
            && telling_lines(&[(*file).clone()]).iter().any(is_lacking)
            && file.hunks.iter().flat_map(|hunk| places(hunk)).any(|place| place.tells())
    };
    origin.iter().filter(is_left).collect()
}

/// Returns the places of an origin that a pick does not bring: it changes each of their lines less often than the origin does. A place that
/// only gets more lines tells something where the pick puts the same ones elsewhere: else, who adapts it may have written others.
pub fn leaves_places<'o>(origin: &'o [FilePatch], pick: &[FilePatch]) -> Vec<Place<'o>> {
    let (wanted, here) = (counts(origin), counts(pick));
    let own: Vec<Run<'_>> = pick.iter().flat_map(|file| file.hunks.iter().flat_map(|hunk| places(hunk))).collect();
    let mut left = Vec::new();
    for file in origin {
        for place in file.hunks.iter().flat_map(|hunk| places(hunk)).filter(Run::tells) {
            let mut lines =
                place.changed.iter().filter(|line| tells(line)).map(|line| (line.mark, line.text.as_slice()));
            let is_lacking = |line: ChangedLine<'_>| here.get(&line) < wanted.get(&line);
            let is_known = |line: ChangedLine<'_>| line.0 == Mark::Removed || here.contains_key(&line);
            let removes = lines.clone().any(|line| line.0 == Mark::Removed);
            if lines.clone().all(is_lacking) && (removes || lines.all(is_known)) {
                let mut removed = place.removed();
                if own.iter().any(|run| run.is_beside(&removed)) {
                    removed.clear();
                }
                left.push(Place { file, before: place.before(), removed });
            }
        }
    }
    left
}

/// Lines of a patch that change one behind the other, with those around them.
struct Run<'p> {
    front: &'p [PatchLine],
    changed: &'p [PatchLine],
    behind: &'p [PatchLine],
}

impl<'p> Run<'p> {
    /// Says whether it changes more than white space behind and within lines, and comments.
    fn tells(&self) -> bool {
        let of = |mark| -> Vec<Vec<u8>> {
            let code = self.changed.iter().filter(|line| line.mark == mark && tells(line) && !is_comment(line));
            code.map(|line| without_gaps(&line.text)).collect()
        };
        of(Mark::Removed) != of(Mark::Added)
    }

    fn removed(&self) -> Vec<&'p [u8]> {
        let removed = self.changed.iter().filter(|line| line.mark == Mark::Removed);
        let is_code = removed.clone().any(|line| tells(line) && !is_comment(line));
        if is_code { removed.map(|line| line.text.as_slice()).collect() } else { Vec::new() }
    }

    /// Says whether lines that stay stand directly beside those that it changes.
    fn is_beside(&self, lines: &[&[u8]]) -> bool {
        let are = |around: &[PatchLine]| around.iter().map(|line| line.text.as_slice()).eq(lines.iter().copied());
        let from = self.front.len().checked_sub(lines.len());
        from.is_some_and(|from| are(&self.front[from..])) || self.behind.get(..lines.len()).is_some_and(are)
    }

    fn before(&self) -> Vec<&'p [u8]> {
        let removed = self.changed.iter().filter(|line| line.mark == Mark::Removed);
        self.front.iter().chain(removed).chain(self.behind).map(|line| line.text.as_slice()).collect()
    }
}

fn places(hunk: &[PatchLine]) -> Vec<Run<'_>> {
    let runs: Vec<&[PatchLine]> =
        hunk.chunk_by(|one, next| (one.mark == Mark::Context) == (next.mark == Mark::Context)).collect();
    let is_context = |run: &&&[PatchLine]| run.first().is_some_and(|line| line.mark == Mark::Context);
    let around = |at: Option<usize>| at.and_then(|at| runs.get(at)).copied().unwrap_or_default();
    let changed = runs.iter().enumerate().filter(|(_, run)| !is_context(run));
    changed
        .map(|(at, changed)| {
            let (front, behind) = (around(at.checked_sub(1)), around(Some(at + 1)));
            let from = front.len().saturating_sub(AROUND);
            Run { front: &front[from..], changed, behind: &behind[..behind.len().min(AROUND)] }
        })
        .collect()
}

/// Says whether a line has words.
fn tells(line: &PatchLine) -> bool {
    line.text.iter().any(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii())
}

fn is_comment(line: &PatchLine) -> bool {
    let text = line.text.trim_ascii_start();
    COMMENTS.iter().any(|mark| text.starts_with(mark.as_bytes()))
}

/// Returns a line without white space, but for that in front, which means something in some languages.
fn without_gaps(text: &[u8]) -> Vec<u8> {
    let front = text.len() - text.trim_ascii_start().len();
    let rest = text[front..].iter().copied().filter(|byte| !byte.is_ascii_whitespace());
    text[..front].iter().copied().chain(rest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::patch::sample::{added, marked};

    fn files<'o>(origin: &'o [FilePatch], pick: &[FilePatch]) -> Vec<&'o [u8]> {
        leaves_alone(origin, pick).into_iter().map(FilePatch::path).collect()
    }

    fn before(origin: &[FilePatch], pick: &[FilePatch]) -> Vec<String> {
        let places = leaves_places(origin, pick);
        places.iter().map(|place| String::from_utf8_lossy(&place.before.concat()).into_owned()).collect()
    }

    #[test]
    fn a_file_that_a_pick_leaves_alone_is_missed_unless_its_lines_stand_elsewhere() {
        let fix = [added("tls.c", &["one"]), added("cli.c", &["two", "}", "three"])];
        assert_eq!(files(&fix, &[added("tls.c", &["one", "own"])]), [b"cli.c"]);
        assert_eq!(files(&fix, &[added("tls.c", &["one"]), added("lib/cli.c", &["2"])]), [b"cli.c"]);
        assert!(files(&fix, &[added("tls.c", &["one"]), added("lib/cli.c", &["two", "3"])]).is_empty());
        assert!(files(&fix, &[added("tls.c", &["one", "two", "three"])]).is_empty());
    }

    #[test]
    fn a_file_of_the_origin_stands_for_no_other_one_of_its_name() {
        let fix = [added("http/mod.rs", &["check(text)", "one"]), added("tls/mod.rs", &["check(text)"])];
        assert_eq!(files(&fix, &[added("http/mod.rs", &["check(text)", "one"])]), [b"tls/mod.rs"]);
    }

    #[test]
    fn a_place_that_a_pick_leaves_alone_is_told_with_what_stood_there() {
        let fix = [marked("a.c", &[" x\n-one\n+one, checked\n y", " z\n-two\n+two, checked", " v\n+three"])];
        assert_eq!(before(&fix, &[marked("a.c", &["-one\n+one, checked\n+own"])]), ["z\ntwo\n"]);
        assert!(before(&fix, &[marked("a.c", &["-one\n+one, so\n-two\n+two, so"])]).is_empty());
    }

    #[test]
    fn a_place_among_several_with_the_same_lines_is_missed() {
        let hunks = [" a\n-send\n+send checked\n b", " c\n-send\n+send checked\n d\n-send\n+send checked\n e"];
        let fix = [marked("a.c", &hunks)];
        let all = ["a\nsend\nb\n", "c\nsend\nd\n", "d\nsend\ne\n"];
        assert_eq!(before(&fix, &[marked("a.c", &["-send\n+send checked\n-send\n+send checked"])]), all);
        assert!(before(&fix, &[marked("b.c", &hunks)]).is_empty());
        let fix = [marked("a.c", &[" a\n+check", " b\n+check"])];
        assert_eq!(before(&fix, &[marked("a.c", &["+check"])]), ["a\n", "b\n"]);
        assert!(before(&fix, &[marked("a.c", &["+check it"])]).is_empty());
    }

    #[test]
    fn what_a_place_removes_is_told_where_it_is_code_that_the_pick_passes_by() {
        let fix = [marked(
            "a.go",
            &[" type B {\n Read()\n-Batch()\n }", " g(\n-# of it\n-send(a)\n+ask(a)\n )", " h\n+more"],
        )];
        let removed = |pick: &str| -> Vec<String> {
            let pick = [marked("a.go", &[pick])];
            let places = leaves_places(&fix, &pick);
            places.iter().map(|place| String::from_utf8_lossy(&place.removed.concat()).into_owned()).collect()
        };
        assert_eq!(removed(" type B {\n+own\n x\n Batch()\n }"), ["Batch()\n", "# of it\nsend(a)\n"]);
        assert_eq!(removed(" type B {\n Batch()\n+Read()\n }"), ["", "# of it\nsend(a)\n"]);
        assert_eq!(removed(" g(\n+own\n # of it\n send(a)\n )"), ["Batch()\n", ""]);
    }

    #[test]
    fn white_space_and_comments_are_no_part_of_a_fix() {
        let core = "-read\n+read checked";
        for (more, expected) in [
            ("-two  \n+two", false),
            ("-f(a,b)\n+f(a, b)", false),
            ("-    # teh text\n+    # the text", false),
            ("-// old\n-// text\n+// new", false),
            ("-    return\n+return", true),
            ("-#if A\n+#if B", true),
            ("-!is\n+is", true),
        ] {
            let fix = [marked("a.c", &[core, more]), marked("b.c", &[more])];
            let pick = [marked("a.c", &[core])];
            assert_eq!(
                (before(&fix, &pick).len(), files(&fix, &pick).len()),
                if expected { (2, 1) } else { (0, 0) },
                "{more}"
            );
        }
    }
}
