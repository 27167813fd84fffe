//! Whether somebody who resolved a conflict left alone what did not conflict.

/// Says whether a text has conflicts in the form of `git merge-file`, and how the parts between them begin and end.
///
/// The form is that of git-merge(1), "HOW CONFLICTS ARE PRESENTED": a block from a line of `<` to a line of `>`, at least seven
/// of them.
fn between(marked: &[u8]) -> Option<Vec<Vec<&[u8]>>> {
    let mut parts: Vec<Vec<&[u8]>> = vec![Vec::new()];
    let mut inside = 0;
    for line in marked.split_inclusive(|byte| *byte == b'\n') {
        let run = |mark: u8| line.iter().take_while(|byte| **byte == mark).count();
        match inside {
            0 if run(b'<') >= 7 && line.get(run(b'<')) == Some(&b' ') => {
                inside = run(b'<');
                parts.push(Vec::new());
            }
            0 => parts.last_mut()?.push(line),
            size if run(b'>') == size => inside = 0,
            _ => {}
        }
    }
    (parts.len() > 1 && inside == 0).then_some(parts)
}

/// Says whether a text is one with conflicts in which nothing but these was replaced. `None`: there was no conflict in it.
pub fn keeps_the_rest(marked: &[u8], resolved: &[u8]) -> Option<bool> {
    let parts = between(marked)?;
    let lines: Vec<&[u8]> = resolved.split_inclusive(|byte| *byte == b'\n').collect();
    let (first, others) = parts.split_first()?;
    let (last, middle) = others.split_last()?;
    let front = lines.starts_with(first);
    let Some(end) = lines.len().checked_sub(last.len()).filter(|end| front && *end >= first.len()) else {
        return Some(false);
    };
    let mut rest = &lines[first.len()..end];
    for part in middle.iter().filter(|part| !part.is_empty()) {
        match rest.windows(part.len()).position(|window| window == part.as_slice()) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return Some(false),
        }
    }
    Some(lines[end..] == last[..])
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARKED: &str =
        "a\n<<<<<<< ours\nb\n=======\nc\n>>>>>>> theirs\nd\n<<<<<<< ours\n=======\ne\n>>>>>>> theirs\nf\n";

    #[test]
    fn only_what_conflicted_may_differ() {
        let table = [
            ("a\nb\nd\nf\n", Some(true)),
            ("a\nc\nd\ne\nf\n", Some(true)),
            ("a\nb and c\nmore\nd\nf\n", Some(true)),
            ("a\nd\nf\n", Some(true)),
            ("a\nb\nd\nf\ng\n", Some(false)),
            ("x\na\nb\nd\nf\n", Some(false)),
            ("a\nb\nf\n", Some(false)),
            ("a\nb\nD\nf\n", Some(false)),
            ("", Some(false)),
            (MARKED, Some(true)),
        ];
        for (text, keeps) in table {
            assert_eq!(keeps_the_rest(MARKED.as_bytes(), text.as_bytes()), keeps, "{text}");
        }
        assert_eq!(keeps_the_rest(b"a\nb\n", b"a\nb\n"), None);
        assert_eq!(keeps_the_rest(b"<<<<<<< ours\n", b""), None, "a block without an end is a text like any other");
    }
}
