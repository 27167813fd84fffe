//! Signs that are written in another way than as themselves, and that a reader of the page sees as themselves.

use std::borrow::Cow;

/// How what is encoded begins.
const BEGINNINGS: &[&str] = &["%", "&#", "&shy;", "\\u", "<wbr"];
/// No number of a character has more digits.
const MOST_DIGITS: usize = 8;

/// Says whether something in a text may be encoded.
pub(super) fn is_encoded(text: &str) -> bool {
    text.contains(['%', '&', '\\', '<']) && BEGINNINGS.iter().any(|beginning| text.contains(beginning))
}

/// Decodes `%2D` and its like (RFC 3986, section 2.1) for ASCII that can be printed, numbers of characters in HTML (HTML Living Standard,
/// 13.5) and in JSON and its like (RFC 8259, section 7), and leaves out the places where a browser may break a line; the rest stays as
/// it is.
pub(super) fn decoded(text: &str) -> Cow<'_, str> {
    if !is_encoded(text) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['%', '&', '\\', '<']) {
        let (before, here) = rest.split_at(at);
        out.push_str(before);
        let (sign, length) = sign(here).unwrap_or((here.chars().next(), 1));
        out.extend(sign);
        rest = &here[length..];
    }
    out.push_str(rest);
    out.into()
}

/// Reads the sign that a text begins with, and how many bytes it takes; `None` within: a place that nobody sees.
fn sign(here: &str) -> Option<(Option<char>, usize)> {
    let number = |digits: &str, radix: u32| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
    match here.as_bytes()[0] {
        b'%' => {
            let byte = u8::from_str_radix(here.get(1..3)?, 16).ok()?;
            (b' '..=b'~').contains(&byte).then_some((Some(char::from(byte)), 3))
        }
        b'\\' => Some((Some(number(here.strip_prefix("\\u")?.get(..4)?, 16)?), 6)),
        b'<' => {
            let end = here.bytes().take(MOST_DIGITS).position(|byte| byte == b'>')?;
            let tag = here[1..end].trim_end_matches('/').trim_end();
            tag.eq_ignore_ascii_case("wbr").then_some((None, end + 1))
        }
        _ => {
            let end = here.bytes().take(MOST_DIGITS + 4).position(|byte| byte == b';')?;
            let name = &here[1..end];
            if name == "shy" {
                return Some((None, end + 1));
            }
            let digits = name.strip_prefix('#')?;
            let sign = match digits.strip_prefix(['x', 'X']) {
                Some(digits) => number(digits, 16),
                None => number(digits, 10),
            };
            Some((Some(sign?), end + 1))
        }
    }
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
            "<b>",
            "a < b",
            "%",
            "&#99999999;",
            "é%é&é<é\\é",
        ] {
            assert_eq!(decoded(text), text, "{text}");
        }
    }
}
