//! The words of a sentence, with what the marks between them say.

use super::identifier;

/// What of marks between words begins another clause.
const BETWEEN: &[char] = &[',', ';', ':', '(', ')', '[', ']', '–', '—', '"', '“', '”', '`', '.', '!', '?'];

/// A word of a sentence.
pub(super) struct Token {
    /// It, in small letters.
    pub(super) word: String,
    /// What it is, where it is the identifier of an advisory.
    pub(super) identifier: Option<String>,
    /// Whether a mark stands between it and the word before.
    pub(super) begins: bool,
    /// Whether it names a change or an issue: `#12`, `GH-12`, an address of one, a commit.
    pub(super) refers: bool,
    /// Whether it stands in quotation marks, or in code.
    pub(super) is_quoted: bool,
}

impl Token {
    /// Says whether it is one of some words.
    pub(super) fn is(&self, one_of: &[&str]) -> bool {
        self.identifier.is_none() && one_of.contains(&self.word.as_str())
    }
}

/// Splits a sentence into words. A link counts as the identifier that it ends with.
pub(super) fn tokens(sentence: &str) -> Vec<Token> {
    let mut found: Vec<Token> = Vec::new();
    let (mut begins, mut open) = (false, None);
    for word in sentence.split_whitespace() {
        if matches!(word, "-" | "--" | "---" | "->") {
            begins = true;
            continue;
        }
        let plain = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '#');
        let refers = is_reference(plain);
        let is_link = word.contains("://");
        let mut rest = word;
        while let Some(from) = rest.find(|c: char| !is_gap(c)) {
            let (gap, behind) = rest.split_at(from);
            begins |= gap.contains(BETWEEN);
            open = quotation(open, gap);
            let end = if is_link { behind.trim_end_matches(|c: char| !c.is_alphanumeric()).len() } else { 0 };
            let end = if end > 0 { end } else { behind.find(is_gap).unwrap_or(behind.len()) };
            let (text, more) = behind.split_at(end);
            let text = if is_link { text.rsplit('/').next().unwrap_or(text) } else { text }.trim_matches('-');
            rest = more;
            if text.is_empty() {
                continue;
            }
            let (word, identifier) = (text.to_lowercase(), identifier(text));
            found.push(Token { word, identifier, begins, refers, is_quoted: open.is_some() });
            begins = false;
        }
        begins |= rest.contains(BETWEEN);
        open = quotation(open, rest);
    }
    found
}

fn is_gap(c: char) -> bool {
    !c.is_alphanumeric() && !matches!(c, '-' | '\'' | '’')
}

/// Returns the mark that is open behind some marks.
fn quotation(open: Option<char>, marks: &str) -> Option<char> {
    marks.chars().fold(open, |open, mark| match (open, mark) {
        (None, '"' | '`') => Some(mark),
        (None, '“') => Some('”'),
        (Some(end), mark) if end == mark => None,
        (open, _) => open,
    })
}

/// Says whether a word names a change or an issue. Letters of a commit's name alone may be a word.
fn is_reference(word: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let numbered = || word.rsplit_once(['#', '!']).is_some_and(|(_, number)| is_number(number));
    let of_forge = || word.get(..3).is_some_and(|front| front.eq_ignore_ascii_case("gh-")) && is_number(&word[3..]);
    let is_address = || ["/pull/", "/issues/", "/commit/", "/merge_requests/"].iter().any(|part| word.contains(part));
    let is_commit = || {
        let is_hex = word.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        (7..=40).contains(&word.len()) && is_hex && word.bytes().any(|byte| byte.is_ascii_digit())
    };
    numbered() || of_forge() || is_address() || is_commit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_know_what_stands_around_them() {
        let told = |text: &str, says: fn(&Token) -> bool| {
            tokens(text).into_iter().filter(says).map(|token| token.word).collect::<Vec<_>>()
        };
        let begins = |token: &Token| token.begins;
        assert_eq!(told("Names, which are long (as here) - or not: cut", begins), ["which", "as", "or", "cut"]);
        let refers = |token: &Token| token.refers;
        assert_eq!(told("See #12, GH-13 or a/b#14", refers), ["12", "gh-13", "a", "b", "14"]);
        assert_eq!(told("abcdef1 faded 1234567 2026 deadbeef", refers), ["abcdef1", "1234567"]);
        assert_eq!(told("https://example.org/a/b/pull/12.", refers), ["12"]);
        let quoted = |token: &Token| token.is_quoted;
        assert_eq!(
            told("He said \"it is so\" and `ran it` in “a b” c", quoted),
            ["it", "is", "so", "ran", "it", "a", "b"]
        );
        let ids: Vec<_> = tokens("CVE-2026-1234/CVE-2026-1235").into_iter().filter_map(|one| one.identifier).collect();
        assert_eq!(ids, ["CVE-2026-1234", "CVE-2026-1235"]);
    }
}
