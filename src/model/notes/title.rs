//! What an entry is called, without the numbers that stand behind it.

use crate::model::trailer::plain_subject;

/// Words and marks that join numbers: `and (#6) (#7)`, `(#6, #7)`.
const JOINTS: [&str; 4] = ["and", "&", "+", ","];

/// What stands between titles that are told together.
pub const BETWEEN: &str = "; ";

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

/// As [`plain`], also without what names parts of the project in front: paths, types and scopes. Never empty unless the title is.
pub fn without_parts(title: &str) -> &str {
    let mut rest = plain(title);
    while let Some(behind) = without_part(rest) {
        rest = plain(behind);
    }
    rest
}

/// Removes `server/auth: `, `server, auth: `, `fix(auth): ` or `[auth] ` in front; `None`: there is none, or nothing behind it.
fn without_part(title: &str) -> Option<&str> {
    let (mark, behind) = match title.strip_prefix('[') {
        Some(inside) => inside.split_once(']')?,
        None => title.split_once(": ")?,
    };
    let is_word = |word: &str| !word.trim().is_empty() && !word.trim().contains(char::is_whitespace);
    let behind = behind.trim_start_matches([':', ' ']);
    (mark.split(',').all(is_word) && behind.contains(char::is_alphanumeric)).then_some(behind)
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

/// What stands beside a text anyway: the numbers of its pull requests behind it, the identifiers of its advisories before it.
#[derive(Debug, Clone, Copy)]
pub struct Beside<'a> {
    /// Numbers of pull requests.
    pub numbers: &'a [u64],
    /// Identifiers of advisories, in any case.
    pub advisories: &'a [String],
}

impl Beside<'_> {
    /// Returns a text without what stands beside it: brackets that hold nothing else, and identifiers that it begins with, or one of several
    /// titles in it does. The text as it is where nothing would be left.
    pub fn taken_from(self, text: &str) -> String {
        let plain = self.without_brackets(text);
        let said: Vec<&str> = plain.split(BETWEEN).map(|title| self.without_beginning(title)).collect();
        let said = said.join(BETWEEN);
        if said.contains(char::is_alphanumeric) { said } else { text.to_owned() }
    }

    fn without_brackets(self, text: &str) -> String {
        let mut said = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once('(') {
            match behind.split_once(')').filter(|(inside, _)| self.are_all(inside)) {
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
        said.trim().to_owned()
    }

    /// `[CVE-2026-1234] Check it` and `CVE-2026-1234: check it`.
    fn without_beginning(self, text: &str) -> &str {
        let in_brackets = || text.strip_prefix('[')?.split_once(']').filter(|(inside, _)| self.are_all(inside));
        let before_colon = || text.split_once(": ").filter(|(start, _)| self.are_all(start));
        in_brackets().or_else(before_colon).map_or(text, |(_, after)| after.trim_start_matches([':', ' ']))
    }

    fn are_all(self, inside: &str) -> bool {
        let words = inside.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty());
        let mut words = words.filter(|word| !JOINTS.contains(word)).peekable();
        words.peek().is_some() && words.all(|word| self.is(word))
    }

    fn is(self, word: &str) -> bool {
        let number = word.strip_prefix('#').and_then(|number| number.parse().ok());
        number.is_some_and(|number| self.numbers.contains(&number))
            || self.advisories.iter().any(|advisory| advisory.eq_ignore_ascii_case(word))
    }
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
    fn what_stands_beside_a_text_goes_and_all_else_stays() {
        let advisories = ["CVE-2026-1234".to_owned(), "GHSA-2222-3333-4444".to_owned()];
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
            ("Check it (CVE-2026-1234)", &[], "Check it"),
            ("Check it (CVE-2026-1234, GHSA-2222-3333-4444) (#6)", &[6], "Check it"),
            ("Check it (cve-2026-1234 and #6)", &[6], "Check it"),
            ("Check it (CVE-2026-1234, CVE-2026-9999)", &[], "Check it (CVE-2026-1234, CVE-2026-9999)"),
            ("[CVE-2026-1234] Check it", &[], "Check it"),
            ("[CVE-2026-1234]: Check it", &[], "Check it"),
            ("CVE-2026-1234: check it", &[], "check it"),
            ("CVE-2026-9999: check it", &[], "CVE-2026-9999: check it"),
            ("Fix CVE-2026-1234: check it", &[], "Fix CVE-2026-1234: check it"),
            ("api: check it", &[], "api: check it"),
            ("CVE-2026-1234", &[], "CVE-2026-1234"),
            ("Fix a; CVE-2026-1234: check b; [CVE-2026-1234] c", &[], "Fix a; check b; c"),
            ("Fix a; CVE-2026-9999: check b", &[], "Fix a; CVE-2026-9999: check b"),
            ("(CVE-2026-1234)", &[], "(CVE-2026-1234)"),
        ] {
            let beside = Beside { numbers: own, advisories: &advisories };
            assert_eq!(beside.taken_from(text), expected, "{text:?}");
        }
    }
}
