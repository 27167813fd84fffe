use super::*;

fn line(text: &str) -> PatchLine {
    let mark = match text.as_bytes()[0] {
        b'-' => Mark::Removed,
        b'+' => Mark::Added,
        _ => Mark::Context,
    };
    PatchLine { mark, text: format!("{}\n", &text[1..]).into_bytes() }
}

/// A file with one hunk a text, its lines parted by `|`.
fn file(path: &str, hunks: &[&str]) -> FilePatch {
    let path = Some(path.as_bytes().to_vec());
    let hunks = hunks.iter().map(|hunk| hunk.split('|').map(line).collect()).collect();
    FilePatch { old: path.clone(), new: path, hunks, ..FilePatch::default() }
}

fn told(difference: &Difference) -> Vec<(&str, Differing, usize, usize)> {
    let files = difference.files.iter();
    files.map(|file| (file.path.as_str(), file.differing, file.only_in_origin, file.only_in_pick)).collect()
}

#[test]
fn lines_decide_between_same_context_and_change() {
    let origin = || vec![file("a", &[" x|-1|+2| y", " u|+3"])];
    type Row = (&'static str, Vec<FilePatch>, Likeness, Vec<(usize, usize)>);
    let table: [Row; 8] = [
        ("equal", origin(), Likeness::Same, vec![]),
        ("other context", vec![file("a", &[" X|-1|+2", " u|+3"])], Likeness::Context, vec![]),
        ("hunks joined", vec![file("a", &[" x|-1|+2| y| u|+3"])], Likeness::Context, vec![]),
        ("a hunk dropped", vec![file("a", &[" x|-1|+2| y"])], Likeness::Changed, vec![(1, 0)]),
        ("a line edited", vec![file("a", &[" x|-1|+two| y", " u|+3"])], Likeness::Changed, vec![(1, 1)]),
        ("other white space", vec![file("a", &[" x|-1|+ 2| y", " u|+3"])], Likeness::Changed, vec![(1, 1)]),
        ("another order", vec![file("a", &[" u|+3", " x|-1|+2| y"])], Likeness::Changed, vec![(0, 0)]),
        ("elsewhere", vec![file("dir/b", &[" x|-1|+2| y", " u|+3"])], Likeness::Context, vec![]),
    ];
    for (why, pick, likeness, counts) in table {
        let found = compare(&origin(), &pick);
        let said: Vec<_> = found.files.iter().map(|file| (file.only_in_origin, file.only_in_pick)).collect();
        assert_eq!((found.likeness, said), (likeness, counts), "{why}");
    }
}

#[test]
fn files_on_one_side_only_are_named() {
    let origin = [file("a", &["+1"]), file("gone", &["+2|+3"])];
    let found = compare(&origin, &[file("a", &["+1"]), file("more", &["+4"])]);
    assert_eq!(told(&found), [("gone", Differing::OnlyInOrigin, 2, 0), ("more", Differing::OnlyInPick, 0, 1)]);
    assert_eq!(compare(&origin, &[]).files.len(), 2);
    assert_eq!(compare(&[], &[]).likeness, Likeness::Same);
}

#[test]
fn a_file_that_stands_elsewhere_is_found_by_its_name() {
    let found = compare(&[file("src/a.c", &["-1|+2"])], &[file("lib/a.c", &["-1|+3"])]);
    assert_eq!(told(&found), [("lib/a.c", Differing::Lines, 1, 1)]);
}

#[test]
fn modes_and_deletions_count() {
    let executable = FilePatch { new_mode: Some("100755".into()), ..file("a", &["+1"]) };
    assert_eq!(told(&compare(&[file("a", &["+1"])], &[executable])), [("a", Differing::Mode, 0, 0)]);
    let gone = |content| FilePatch { new: None, old_mode: Some("100644".into()), ..file("a", &[content]) };
    assert_eq!(compare(&[gone("-1")], &[gone("-2")]).likeness, Likeness::Context);
    assert_eq!(compare(&[gone("-1")], &[file("a", &["-1"])]).likeness, Likeness::Changed);
}

#[test]
fn opaque_content_has_to_be_the_same_then() {
    let opaque = |before: &str, then: &str| FilePatch { opaque: Some((before.into(), then.into())), ..file("a", &[]) };
    assert_eq!(compare(&[opaque("1", "2")], &[opaque("1", "2")]).likeness, Likeness::Same);
    assert_eq!(compare(&[opaque("1", "2")], &[opaque("0", "2")]).likeness, Likeness::Context);
    assert_eq!(told(&compare(&[opaque("1", "2")], &[opaque("1", "3")])), [("a", Differing::Content, 0, 0)]);
}

#[test]
fn several_origins_are_compared_as_what_is_left_of_them() {
    let origins = [file("a", &["+1|+2"]), file("a", &["-2|+3"])];
    assert_eq!(compare(&origins, &[file("a", &["+1|+3"])]).likeness, Likeness::Context);
    let found = compare(&origins, &[file("a", &["+1|+2"])]);
    assert_eq!(told(&found), [("a", Differing::Lines, 1, 1)]);
    let lines: Vec<_> = found.files[0].lines.iter().map(|line| (line.side, line.mark, line.text.as_str())).collect();
    assert_eq!(lines, [(Side::Origin, Mark::Added, "3"), (Side::Pick, Mark::Added, "2")]);
    let apart = [file("a", &["+1"]), file("b", &["+2"])];
    assert_eq!(compare(&apart, &apart).likeness, Likeness::Same);
}

#[test]
fn the_inverse_takes_a_patch_back() {
    let patch = file("a", &[" x|-1|-2|+3| y", "+4"]);
    let back = file("a", &[" x|-3|+1|+2| y", "-4"]);
    assert_eq!(patch.inverse(), back);
    assert_eq!(back.inverse(), patch);
}
