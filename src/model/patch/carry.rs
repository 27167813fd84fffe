//! Whether a commit has what another one changed: in its own patch, or in what it left.
//!
//! Words and likeness show what a commit may stand for. Only what it changed, and the files as it left them, show that it does.

use std::collections::HashMap;

use super::{FilePatch, Likeness, Mark, compare};
use crate::model::affected::is_incidental;
use crate::model::path::file_name;

/// A file of interest, on both sides of a question.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sides {
    /// What it was before the origin changed it. `None`: there was none.
    pub before: Option<Vec<u8>>,
    /// What it is after the other commit. `None`: there is none.
    pub after: Option<Vec<u8>>,
}

/// Leaves out tests, documentation and automation, where a patch has anything else.
pub fn product(patch: &[FilePatch]) -> Vec<FilePatch> {
    let own: Vec<FilePatch> = patch.iter().filter(|file| !is_incidental(file.path())).cloned().collect();
    if own.is_empty() { patch.to_vec() } else { own }
}

/// Says whether a line tells what it is about: a bracket or an empty line could stand anywhere.
pub fn is_telling(line: &[u8]) -> bool {
    line.iter().filter(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii()).count() >= 4
}

/// Says whether two patches change the product in the same way, apart from where in a file, or in which folder.
pub fn is_same(origin: &[FilePatch], other: &[FilePatch]) -> bool {
    let origin = product(origin);
    !origin.is_empty() && compare(&origin, &product(other)).likeness <= Likeness::Context
}

/// Says whether a patch does, to each file of the product that another one changes, the same as that one. It may change more files.
pub fn repeats(part: &[FilePatch], whole: &[FilePatch]) -> bool {
    let part = product(part);
    let is_of_it = |file: &&FilePatch| file.paths().any(|path| part.iter().any(|own| own.paths().any(|p| p == path)));
    let own: Vec<FilePatch> = whole.iter().filter(is_of_it).cloned().collect();
    !part.is_empty() && compare(&part, &own).likeness <= Likeness::Context
}

/// Says whether a patch holds another one: all lines that one removes and adds in the product, in their order. It may change more.
pub fn holds(whole: &[FilePatch], part: &[FilePatch]) -> bool {
    let part = product(part);
    let is_telling_at_all = part.iter().any(|file| {
        file.opaque.is_some()
            || file.new.is_none()
            || file.hunks.iter().flatten().any(|line| is_changed(line) && is_telling(&line.text))
    });
    is_telling_at_all && part.iter().all(|file| counterpart(file, whole).is_some_and(|other| file_holds(other, file)))
}

fn is_changed(line: &super::PatchLine) -> bool {
    line.mark != Mark::Context
}

/// Finds the patch of the same file: by its path, else by a file name that only one has.
fn counterpart<'p>(file: &FilePatch, among: &'p [FilePatch]) -> Option<&'p FilePatch> {
    let same = among
        .iter()
        .find(|other| other.path() == file.path() || other.paths().any(|path| Some(path) == file.old.as_deref()));
    same.or_else(|| {
        let mut named = among.iter().filter(|other| file_name(other.path()) == file_name(file.path()));
        named.next().filter(|_| named.next().is_none())
    })
}

fn file_holds(whole: &FilePatch, part: &FilePatch) -> bool {
    if part.new.is_none() {
        return whole.new.is_none();
    }
    if let Some((_, then)) = &part.opaque {
        return whole.opaque.as_ref().is_some_and(|(_, other)| other == then);
    }
    changes_mode_alike(part, whole)
        && [Mark::Removed, Mark::Added].into_iter().all(|mark| {
            let lines = |file: &FilePatch| file.changed(mark).map(|line| line.text.clone()).collect::<Vec<_>>();
            is_subsequence(&lines(part), lines(whole).iter())
        })
}

/// A mode that changes must change in the same way; what is new may have another one.
fn changes_mode_alike(part: &FilePatch, whole: &FilePatch) -> bool {
    part.old.is_none() || part.new_mode.is_none() || part.new_mode == whole.new_mode
}

fn is_subsequence<'l>(part: &[Vec<u8>], mut whole: impl Iterator<Item = &'l Vec<u8>>) -> bool {
    part.iter().all(|line| whole.any(|other| other == line))
}

/// Says whether a commit with another patch than its origin has the whole change nevertheless: every line of the product that the
/// origin adds stands in what the commit left, in the same order, and was added by it or is one that only this change could have
/// brought, or is empty and stands beside one; every line that the origin removes was removed by it, or is not there and was replaced.
/// `sides` has the files that the origin changes, by the path they have behind it.
pub fn carries(origin: &[FilePatch], copy: &[FilePatch], sides: &HashMap<Vec<u8>, Sides>) -> bool {
    let origin = product(origin);
    let one = |file: &FilePatch| {
        let Some(sides) = sides.get(file.path()) else { return false };
        file_carries(file, counterpart(file, copy), sides)
    };
    !origin.is_empty() && origin.iter().all(one)
}

fn file_carries(file: &FilePatch, copy: Option<&FilePatch>, sides: &Sides) -> bool {
    if file.new.is_none() {
        return sides.after.is_none();
    }
    if let Some((_, then)) = &file.opaque {
        return copy.and_then(|copy| copy.opaque.as_ref()).is_some_and(|(_, other)| other == then);
    }
    let Some(after) = &sides.after else { return false };
    let modes =
        file.old.is_none() || file.new_mode.is_none() || copy.is_some_and(|copy| copy.new_mode == file.new_mode);
    let after: Vec<Vec<u8>> = lines_of(after);
    let before = sides.before.as_deref().map(lines_of).unwrap_or_default();
    let added: Vec<Vec<u8>> = file.changed(Mark::Added).map(|line| bare(&line.text)).collect();
    if !modes || !is_subsequence(&added, after.iter()) {
        return false;
    }
    let mut own: HashMap<(Mark, Vec<u8>), usize> = HashMap::new();
    for line in copy.into_iter().flat_map(|copy| copy.hunks.iter().flatten()) {
        *own.entry((line.mark, bare(&line.text))).or_default() += 1;
    }
    let mut takes = |mark: Mark, line: &[u8]| match own.get_mut(&(mark, line.to_vec())) {
        Some(left) if *left > 0 => {
            *left -= 1;
            true
        }
        Some(_) | None => false,
    };
    file.hunks.iter().all(|hunk| {
        let replaces = hunk.iter().any(|line| line.mark == Mark::Added && is_telling(&line.text));
        hunk.iter().all(|line| {
            let text = bare(&line.text);
            match line.mark {
                Mark::Context => true,
                // An empty line beside the change may have been there already.
                Mark::Added => {
                    takes(Mark::Added, &text)
                        || is_telling(&text) && !before.contains(&text)
                        || replaces && text.trim_ascii().is_empty()
                }
                Mark::Removed => {
                    takes(Mark::Removed, &text) || replaces && (!is_telling(&text) || !after.contains(&text))
                }
            }
        })
    })
}

fn bare(line: &[u8]) -> Vec<u8> {
    line.strip_suffix(b"\n").unwrap_or(line).to_vec()
}

fn lines_of(text: &[u8]) -> Vec<Vec<u8>> {
    text.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::patch::sample::marked;

    fn patch(path: &str, hunks: &[&[&str]]) -> FilePatch {
        let hunks: Vec<String> = hunks.iter().map(|hunk| hunk.join("\n")).collect();
        marked(path, &hunks.iter().map(String::as_str).collect::<Vec<_>>())
    }

    fn sides(before: &str, after: &str) -> HashMap<Vec<u8>, Sides> {
        let text = |text: &str| Some(text.as_bytes().to_vec());
        HashMap::from([(b"src/a".to_vec(), Sides { before: text(before), after: text(after) })])
    }

    #[test]
    fn a_copy_carries_all_of_its_origin_or_none() {
        let fix = [patch("src/a", &[&["-read(all)", "+read(checked)", " done"], &[" more", "+return error"]])];
        let before = "read(all)\nreturn error\ndone\nmore\n";
        let whole = [patch("src/a", &[&["-read(old)", "+read(checked)"], &["+return error"]])];
        for (what, copy, after, expected) in [
            ("other context, another old line", &whole[..], "read(checked)\ndone\nmore\nreturn error\n", true),
            (
                "half of it",
                &[patch("src/a", &[&["-read(all)", "+read(checked)"]])][..],
                "read(checked)\ndone\nreturn error\n",
                false,
            ),
            ("nothing", &[][..], "read(all)\nreturn error\n", false),
            ("nothing, and a line that was there before", &[][..], "read(checked)\nreturn error\n", false),
            (
                "another order",
                &[patch("src/a", &[&["+return error", "+read(checked)", "-read(all)"]])][..],
                "return error\nread(checked)\n",
                false,
            ),
            ("another file", &[patch("src/b", &[&["+read(checked)", "+return error"]])][..], "read(all)\n", false),
        ] {
            assert_eq!(carries(&fix, copy, &sides(before, after)), expected, "{what}");
        }
        assert!(!carries(&fix, &whole, &HashMap::new()));
        let distinctive = [patch("src/a", &[&["-read(all)", "+read(checked)"]])];
        assert!(carries(&distinctive, &[], &sides("read(all)\n", "read(checked)\n")), "it was there already");
        let spaced = [patch("src/a", &[&["-read(all)", "+read(checked)", "+", " done"]])];
        let whole = [patch("src/a", &[&["-read(old)", "+read(checked)", " ", " done"]])];
        let before = "read(all)\ndone\n";
        assert!(
            carries(&spaced, &whole, &sides(before, "read(checked)\n\ndone\n")),
            "its empty line was there already"
        );
        assert!(!carries(&spaced, &whole, &sides(before, "read(checked)\ndone")), "it has no empty line");
        assert!(
            !carries(&[patch("src/a", &[&["+"]])], &[], &sides(before, "\nother\n")),
            "an empty line shows nothing"
        );
        let removal = [patch("src/a", &[&["-debug(secret)"]])];
        assert!(
            !carries(&removal, &[], &sides("debug(secret)\n", "other\n")),
            "what is only removed may stand in other words"
        );
    }

    #[test]
    fn a_patch_holds_what_it_does_among_other_things() {
        let part = [patch("src/a", &[&["-read(all)", "+read(checked)"]]), patch("tests/a", &[&["+test it"]])];
        let squash = [patch("src/a", &[&["+before", "-read(all)", "+read(checked)"]]), patch("src/b", &[&["+more"]])];
        assert!(holds(&squash, &part));
        assert!(!holds(&part, &squash));
        assert!(!holds(&[patch("src/a", &[&["+read(checked)"]])], &part), "the old line stays");
        assert!(!holds(&squash, &[patch("src/a", &[&["+}"]])]), "a bracket tells nothing");
        assert!(!repeats(&part, &squash), "the file has more");
        assert!(repeats(&part, &[part[0].clone(), squash[1].clone()]));
        assert!(is_same(&part, &part[..1]));
    }
}
