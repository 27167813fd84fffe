//! What an entry is called, without the numbers that stand behind it.

use crate::model::trailer::plain_subject;

/// Words and marks that join numbers: `and (#6) (#7)`, `(#6, #7)`.
const JOINTS: [&str; 4] = ["and", "&", "+", ","];

/// Returns a title without marks of lines, the numbers at its end, in brackets of their own or in one, and the words that join them.
/// Never empty unless the title is.
pub fn plain(title: &str) -> &str {
    let mut plain = title.trim();
    loop {
        let mut next = plain_subject(plain);
        next = without_group(next).unwrap_or(next);
        if next.is_empty() || next == plain {
            return plain;
        }
        while let Some(shorter) = without_joint(next).filter(|shorter| !shorter.is_empty()) {
            next = shorter;
        }
        plain = next;
    }
}

fn without_joint(text: &str) -> Option<&str> {
    JOINTS.iter().find_map(|joint| {
        let rest = text.strip_suffix(joint)?;
        let is_apart = *joint == "," || rest.ends_with(char::is_whitespace);
        is_apart.then(|| rest.trim_end())
    })
}

/// Removes a bracket at the end in which only numbers stand.
fn without_group(text: &str) -> Option<&str> {
    let (before, inside) = text.strip_suffix(')')?.rsplit_once('(')?;
    numbers(inside).map(|_| before.trim_end())
}

/// Reads the numbers of a bracket; `None`: something else stands there, too.
fn numbers(inside: &str) -> Option<Vec<u64>> {
    let words = inside.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty());
    let words = words.filter(|word| !JOINTS.contains(word) && !word.eq_ignore_ascii_case("backport"));
    let found: Option<Vec<u64>> = words.map(|word| word.strip_prefix('#')?.parse().ok()).collect();
    found.filter(|found| !found.is_empty())
}

/// Returns a text without the brackets that hold only these numbers, which stand behind it anyway.
pub fn without_numbers(text: &str, own: &[u64]) -> String {
    let mut said = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('(') {
        let inside = behind.trim_start_matches(|c: char| c.is_ascii_digit() || "#,&+and ".contains(c));
        let (inside, after) = (&behind[..behind.len() - inside.len()], inside);
        let bracket = after.strip_prefix(')').and_then(|after| Some((numbers(inside)?, after)));
        match bracket.filter(|(numbers, _)| numbers.iter().all(|number| own.contains(number))) {
            Some((_, after)) => {
                said.push_str(before.trim_end());
                rest = after;
            }
            None => {
                said.push_str(before);
                said.push('(');
                rest = behind;
            }
        }
    }
    said.push_str(rest);
    let said = said.trim();
    if said.contains(char::is_alphanumeric) { said.to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_at_the_end_go_with_what_joins_them() {
        for (title, expected) in [
            ("Fix it", "Fix it"),
            ("Fix it (#6)", "Fix it"),
            ("Fix it (#6) (#7)", "Fix it"),
            ("Fix it and (#6) (#7)", "Fix it"),
            ("Fix it (#6) and (#7)", "Fix it"),
            ("Fix it (#6), (#7)", "Fix it"),
            ("Fix it (#6, #7)", "Fix it"),
            ("Fix it (backport #6) (#7)", "Fix it"),
            ("Fix the backport (#6)", "Fix the backport"),
            ("Fix the (backport)", "Fix the (backport)"),
            ("[2.0] Fix it (#6 and #7) (#8)", "Fix it"),
            ("Fix it (see #6) (#7)", "Fix it (see #6)"),
            ("Fix (#6) of it (#7)", "Fix (#6) of it"),
            ("Fix sand (#7)", "Fix sand"),
            ("Fix this and", "Fix this and"),
            ("Fix C++ (#7)", "Fix C++"),
            ("Fix it ()", "Fix it ()"),
            ("(#6, #7)", "(#6, #7)"),
            ("and (#7)", "and"),
            ("", ""),
        ] {
            assert_eq!(plain(title), expected, "{title:?}");
        }
    }

    #[test]
    fn own_numbers_within_go_and_others_stay() {
        for (text, own, expected) in [
            ("Fix (#6) of it", &[6][..], "Fix of it"),
            ("Fix (#6, #7) of it.", &[7, 6], "Fix of it."),
            ("It works (#6).", &[6], "It works."),
            ("Fix (#6) of it", &[7], "Fix (#6) of it"),
            ("Fix (#6, #7) of it", &[6], "Fix (#6, #7) of it"),
            ("Fix #6 (a (#6) b", &[6], "Fix #6 (a b"),
            ("(#6)", &[6], "(#6)"),
            ("a (#6 and #7) b", &[6, 7], "a b"),
            ("a (#6 b) (#6", &[6], "a (#6 b) (#6"),
            ("f() and (", &[6], "f() and ("),
        ] {
            assert_eq!(without_numbers(text, own), expected, "{text:?}");
        }
    }
}
