//! Signs that are written in another way than as themselves, and that a reader of the page sees as themselves.

use std::borrow::Cow;

use crate::model::html::is_look;

/// How what is encoded begins. A name of HTML ends with its semicolon.
const BEGINNINGS: &[&str] = &["%", "&#", "\\u", "\\x", "<", "=2D", "=\n", "=\r\n", "=E2=80="];
/// Signs with which something encoded begins.
const SIGNS: [char; 5] = ['%', '&', '\\', '<', '='];
/// No number of a character has more digits.
const MOST_DIGITS: usize = 8;
/// What was encoded may have been encoded again.
const MOST_ROUNDS: usize = 3;
/// Names of signs that stand between words (HTML Living Standard, 13.5); `None`: a place that nobody sees.
const NAMES: &[(&str, Option<char>)] = &[
    ("&shy;", None),
    ("&zwj;", None),
    ("&zwnj;", None),
    ("&nbsp;", Some(' ')),
    ("&ensp;", Some(' ')),
    ("&emsp;", Some(' ')),
    ("&thinsp;", Some(' ')),
    ("&ndash;", Some('-')),
    ("&mdash;", Some('-')),
    ("&dash;", Some('-')),
    ("&hyphen;", Some('-')),
    ("&minus;", Some('-')),
    ("&lowbar;", Some('_')),
    ("&amp;", Some('&')),
];
/// No tag that only changes how a text looks is longer.
const LONGEST_TAG: usize = 12;

/// Says whether something in a text may be encoded.
pub(super) fn is_encoded(text: &str) -> bool {
    // A search for any of several signs goes through a text letter by letter, and this one has to be fast.
    text.bytes().any(|byte| SIGNS.contains(&char::from(byte)))
        && (BEGINNINGS.iter().any(|beginning| text.contains(beginning))
            || text.contains('&') && NAMES.iter().any(|(name, _)| text.contains(name)))
}

/// Decodes `%2D` and its like (RFC 3986, section 2.1) for ASCII that can be printed and what is no ASCII, numbers of characters and names of
/// signs in HTML (HTML Living Standard, 13.5), numbers in JSON and its like (RFC 8259, section 7), a hyphen and the end of a line in mail (RFC
/// 2045, section 6.7), and leaves out tags that only change how a text looks; the rest stays as it is.
pub(in crate::model) fn decoded(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    for _ in 0..MOST_ROUNDS {
        if !is_encoded(&text) {
            break;
        }
        let once = decoded_once(&text);
        if once == text {
            break;
        }
        text = once.into();
    }
    text
}

fn decoded_once(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(SIGNS) {
        let (before, here) = rest.split_at(at);
        out.push_str(before);
        let (sign, length) = sign(here).unwrap_or((here.chars().next(), 1));
        out.extend(sign);
        rest = &here[length..];
    }
    out.push_str(rest);
    out
}

/// Reads the sign that a text begins with, and how many bytes it takes; `None` within: a place that nobody sees.
fn sign(here: &str) -> Option<(Option<char>, usize)> {
    match here.as_bytes()[0] {
        b'%' => in_bytes(here, '%'),
        b'=' if here.starts_with("=2D") => Some((Some('-'), 3)),
        b'=' if here.starts_with("=\n") => Some((None, 2)),
        b'=' if here.starts_with("=\r\n") => Some((None, 3)),
        b'=' => in_bytes(here, '=').filter(|(sign, _)| sign.is_some_and(|c| !c.is_ascii())),
        b'\\' => in_code(here),
        b'<' => {
            let end = here.bytes().take(LONGEST_TAG).position(|byte| byte == b'>')?;
            let tag = here[1..end].trim_start_matches('/').trim_end_matches('/').trim_end();
            is_look(tag).then_some((None, end + 1))
        }
        _ => {
            if let Some((name, sign)) = NAMES.iter().find(|(name, _)| here.starts_with(name)) {
                return Some((*sign, name.len()));
            }
            let end = here.bytes().take(MOST_DIGITS + 4).position(|byte| byte == b';')?;
            let digits = here[1..end].strip_prefix('#')?;
            let sign = match digits.strip_prefix(['x', 'X']) {
                Some(digits) => number(digits, 16),
                None => number(digits, 10),
            };
            Some((Some(sign?), end + 1))
        }
    }
}

fn number(digits: &str, radix: u32) -> Option<char> {
    u32::from_str_radix(digits, radix).ok().and_then(char::from_u32)
}

/// Reads `\u002d`, `\u{2d}` and `\x2d`.
fn in_code(here: &str) -> Option<(Option<char>, usize)> {
    if let Some(digits) = here.strip_prefix("\\x") {
        return Some((Some(number(digits.get(..2)?, 16).filter(char::is_ascii_graphic)?), 4));
    }
    let digits = here.strip_prefix("\\u")?;
    match digits.strip_prefix('{') {
        None => Some((Some(number(digits.get(..4)?, 16)?), 6)),
        Some(digits) => {
            let end = digits.bytes().take(MOST_DIGITS + 1).position(|byte| byte == b'}')?;
            Some((Some(number(&digits[..end], 16)?), end + 4))
        }
    }
}

/// Reads a character of which every byte is written as two digits behind a mark: one of ASCII that can be printed, or all bytes of another
/// one in UTF-8.
fn in_bytes(here: &str, mark: char) -> Option<(Option<char>, usize)> {
    let byte = |at: usize| {
        let digits = here.get(at * 3..at * 3 + 3)?.strip_prefix(mark)?;
        u8::from_str_radix(digits, 16).ok()
    };
    let first = byte(0)?;
    let length = match first {
        b' '..=b'~' => 1,
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return None,
    };
    let bytes: Vec<u8> = (0..length).map(byte).collect::<Option<_>>()?;
    let sign = std::str::from_utf8(&bytes).ok()?.chars().next();
    Some((Some(sign?), length * 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_as_it_is_shown() {
        for (text, shown) in [
            ("CVE%2D2026%2d1", "CVE-2026-1"),
            ("CVE&#45;2026&#x2011;1", "CVE-2026\u{2011}1"),
            ("CVE\\u002d2026-1", "CVE-2026-1"),
            ("CVE-2<wbr>02<WBR />6&shy;-1", "CVE-2026-1"),
            ("CVE&ndash;<b>2026</b>&hyphen;<STRONG>1</strong>", "CVE-2026-1"),
            ("CVE%E2%80%912026%252D1", "CVE\u{2011}2026-1"),
            ("CVE=2D2026=E2=80=911=\n2", "CVE-2026\u{2011}12"),
            ("CVE\\x2d2026\\u{2d}1", "CVE-2026-1"),
            ("CVE&amp;#45;2026", "CVE-2026"),
        ] {
            assert_eq!(decoded(text), shown, "{text}");
        }
        for text in [
            "100% of %zz",
            "a & b",
            "&#;",
            "&#xzz;",
            "\\user",
            "\\u12",
            "<x>",
            "a < b",
            "%",
            "&#99999999;",
            "Vec<u8> Option<T> a=20 x=2d",
            "%E2%80 %ff \\x0 \\u{2d \\u{110000}",
            "é%é&é<é\\é",
        ] {
            assert_eq!(decoded(text), text, "{text}");
        }
    }
}
