//! Whether what a patch took away came back to a file: its places are as they were before it, and what it brought is gone.
//!
//! That the lines of a fix are gone shows nothing: people write code anew. That those which it replaced are back in their places does.

use std::collections::HashSet;

use super::carry::is_telling;
use super::{FilePatch, Mark, PatchLine};

/// The places of a patch in one file, as they were and as they are behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places(Vec<Place>);

/// A place that a patch changes.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    /// How it was, with what stands around it.
    whole: Vec<u8>,
    /// The lines that go, with what stands between them, where they tell something.
    gone: Option<Vec<u8>>,
    /// The lines that come, with what stands between them; where they tell nothing, with what stands around them.
    come: Vec<u8>,
}

/// How often each text of each place stands in a file.
pub type Counts = Vec<[usize; 3]>;

impl Places {
    /// Takes the places at which a patch changes lines that tell something. `None`: there is none, the content is not shown as lines, the
    /// file comes or goes, or nothing tells one of the places from others as it was.
    pub fn of(file: &FilePatch) -> Option<Self> {
        let tells =
            |hunk: &&Vec<PatchLine>| hunk.iter().any(|line| line.mark != Mark::Context && is_telling(&line.text));
        let places: Option<Vec<Place>> = file.hunks.iter().filter(tells).map(|hunk| Place::of(hunk)).collect();
        let stays = file.opaque.is_none() && file.old.is_some() && file.new.is_some();
        places.filter(|places| stays && !places.is_empty()).map(Self)
    }

    /// Counts the texts of the places in a file.
    pub fn counts(&self, text: &[u8]) -> Counts {
        let text = if text.ends_with(b"\n") { text.to_vec() } else { [text, b"\n"].concat() };
        let count = |wanted: &[u8]| {
            let starts_line = |at: &usize| *at == 0 || text.get(at - 1) == Some(&b'\n');
            memchr::memmem::find_iter(&text, wanted).filter(starts_line).count()
        };
        let of = |place: &Place| [count(&place.whole), place.gone.as_deref().map_or(0, count), count(&place.come)];
        self.0.iter().map(of).collect()
    }
}

/// Says of the same places in two versions of a file whether the second one has them all as they were before the patch, and the first one
/// has not.
pub fn are_back(before: &Counts, after: &Counts) -> bool {
    let is_back = |([whole, gone, come], [whole_then, gone_then, come_then]): (&[usize; 3], &[usize; 3])| {
        let is_less = come_then < come;
        // What stands around may have been edited at once; the lines have then to take each other's place.
        whole_then > whole && (is_less || *come_then == 0) || gone_then > gone && is_less
    };
    !after.is_empty() && before.len() == after.len() && before.iter().zip(after).all(is_back)
}

/// Says whether a patch brings most of the lines that another one adds to a file, wherever: they were moved, and did not go.
pub fn moves(file: &FilePatch, other: &[FilePatch]) -> bool {
    let added = |file: &FilePatch| -> HashSet<Vec<u8>> {
        let lines = file.changed(Mark::Added).filter(|line| is_telling(&line.text));
        lines.map(|line| line.text.trim_ascii().to_vec()).collect()
    };
    let (own, theirs) = (added(file), other.iter().flat_map(added).collect::<HashSet<_>>());
    !own.is_empty() && own.intersection(&theirs).count() * 2 >= own.len()
}

impl Place {
    fn of(hunk: &[PatchLine]) -> Option<Self> {
        let (whole, gone) = side(hunk, Mark::Removed);
        let (all, come) = side(hunk, Mark::Added);
        whole.split(|byte| *byte == b'\n').any(is_telling).then(|| Self { whole, gone, come: come.unwrap_or(all) })
    }
}

/// Returns the lines of one side of a hunk, each ended: with those around, and, where a line that only this side has tells something, from
/// the first to the last of these.
fn side(hunk: &[PatchLine], own: Mark) -> (Vec<u8>, Option<Vec<u8>>) {
    let lines: Vec<&PatchLine> = hunk.iter().filter(|line| line.mark == own || line.mark == Mark::Context).collect();
    let text = |lines: &[&PatchLine]| -> Vec<u8> {
        let ended = |line: &&PatchLine| [line.text.strip_suffix(b"\n").unwrap_or(&line.text), b"\n"].concat();
        lines.iter().flat_map(ended).collect()
    };
    let is_own = |line: &&PatchLine| line.mark == own;
    let tells = lines.iter().any(|line| is_own(line) && is_telling(&line.text));
    let inner = lines.iter().position(is_own).zip(lines.iter().rposition(is_own));
    (text(&lines), inner.filter(|_| tells).and_then(|(first, last)| lines.get(first..=last)).map(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::patch::sample::marked;

    fn patch(lines: &[&str]) -> FilePatch {
        marked("a", &[&lines.join("\n")])
    }

    #[test]
    fn what_a_patch_replaced_is_back_where_it_stands_in_its_place_again() {
        let replaces = patch(&[" start", "-read(all)", "+read(checked)", " done"]);
        let adds = patch(&[" start", "+check(all)", " done"]);
        let removes = patch(&[" start", "-trust(all)", " done"]);
        for (what, patch, before, after, expected) in [
            ("as it was", &replaces, "start\nread(checked)\ndone\n", "start\nread(all)\ndone\n", true),
            ("with an edit beside it", &replaces, "start\nread(checked)\ndone\n", "begin\nread(all)\nend", true),
            ("both lines", &replaces, "start\nread(checked)\ndone\n", "start\nread(checked)\nread(all)\n", false),
            ("neither line", &replaces, "start\nread(checked)\ndone\n", "start\ndone\n", false),
            ("it was there before", &replaces, "start\nread(all)\ndone\n", "start\nread(all)\ndone\nx\n", false),
            ("within a line", &replaces, "start\nread(checked)\ndone\n", "start\n_read(all)\ndone\n", false),
            ("after another edit", &replaces, "start\nread(ok)\ndone\n", "start\nread(all)\ndone\n", true),
            ("elsewhere after another edit", &replaces, "start\nread(ok)\ndone\n", "read(all)\ndone\n", false),
            ("what it added is gone", &adds, "start\ncheck(all)\ndone\n", "start\ndone\n", true),
            ("its place too", &adds, "start\ncheck(all)\ndone\n", "start\nother\ndone\n", false),
            ("what it added moved", &adds, "start\ncheck(all)\ndone\n", "check(all)\nstart\ndone\ncheck(all)\n", false),
            ("what it removed is back", &removes, "start\ndone\n", "start\ntrust(all)\ndone\n", true),
            ("what it removed is elsewhere", &removes, "start\ndone\n", "start\ndone\ntrust(all)\n", false),
        ] {
            let places = Places::of(patch).expect("places that tell something");
            let counts = |text: &str| places.counts(text.as_bytes());
            assert_eq!(are_back(&counts(before), &counts(after)), expected, "{what}");
        }
        assert_eq!(Places::of(&FilePatch::default()), None);
        let new = FilePatch { old: None, ..patch(&["+check(all)"]) };
        for patch in [patch(&[" start", "+}"]), patch(&[" {", "+check(all)", " }"]), new] {
            assert_eq!(Places::of(&patch), None, "{patch:?}");
        }
    }
}
