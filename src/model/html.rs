//! HTML: strangers' text in it stays text, and tags in theirs are read.

use crate::model::markdown::{Span, spans};
use crate::model::name::is_unprintable;

/// Elements that only change how a text looks (HTML Living Standard, 4.5; those that it calls obsolete, 16.2), and the place where a line may
/// break.
const LOOKS: [&str; 19] = [
    "wbr", "b", "i", "u", "s", "em", "strong", "code", "tt", "kbd", "samp", "var", "sub", "sup", "small", "mark",
    "span", "ins", "del",
];
/// The other elements within a sentence (as above).
const WITHIN: [&str; 7] = ["a", "abbr", "big", "cite", "font", "img", "q"];

/// A tag in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tag<'t> {
    /// What its element is called, as it is written; nothing where it has none, such as `<!DOCTYPE html>`.
    pub name: &'t str,
    /// Whether it ends the element.
    pub is_end: bool,
    /// Whether a `>` ends it. One without takes all that is left of the text.
    pub is_closed: bool,
}

impl<'t> Tag<'t> {
    /// Reads the tag of which this stands behind the `<`, and returns it with what stands behind it; `None`: the `<` begins none (HTML Living
    /// Standard, 13.2.5.6). A comment is read as one without a name that the first `>` ends.
    pub fn behind(sign: &'t str) -> Option<(Self, &'t str)> {
        if !sign.starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c)) {
            return None;
        }
        let (inside, rest) = sign.split_once('>').map_or((sign, None), |(inside, rest)| (inside, Some(rest)));
        let name = inside.trim_start_matches('/');
        let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
        let tag = Self { name: &name[..end], is_end: inside.starts_with('/'), is_closed: rest.is_some() };
        Some((tag, rest.unwrap_or_default()))
    }

    /// Says whether it only changes how a text looks.
    pub fn is_look(self) -> bool {
        is_look(self.name)
    }

    /// Says whether it stands within a sentence; a text begins anew with every other one.
    pub fn is_within(self) -> bool {
        self.is_look() || WITHIN.iter().any(|name| self.name.eq_ignore_ascii_case(name))
    }

    /// Says whether it is of an element, in whatever case its name is written.
    pub fn is_of(self, element: &str) -> bool {
        self.name.eq_ignore_ascii_case(element)
    }
}

/// Says whether an element of this name only changes how a text looks.
pub fn is_look(name: &str) -> bool {
    LOOKS.iter().any(|look| name.eq_ignore_ascii_case(look))
}

/// Makes a text plain in an element or in a quoted attribute (HTML, section 13.1.2.3 and 13.1.2.4).
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\n' | '\t' => safe.push(c),
            c if is_unprintable(c) => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}

/// As [`escape`], and what stands between backticks becomes code, as people mean it in titles.
pub fn inline(text: &str) -> String {
    let piece = |span: &Span<'_>| match span {
        Span::Text(text) => escape(text),
        Span::Code(text) => format!("<code>{}</code>", escape(text)),
    };
    spans(text).iter().map(piece).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_stranger_writes_stays_text() {
        for (text, expected) in [
            ("plain (#12)", "plain (#12)"),
            ("<script>alert('x')</script>", "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"),
            ("\" onload=\"x", "&quot; onload=&quot;x"),
            ("&lt;", "&amp;lt;"),
            ("a\u{1b}\u{202e}b", "a\u{fffd}\u{fffd}b"),
        ] {
            assert_eq!(escape(text), expected, "{text:?}");
        }
        assert_eq!(inline("use `<b>` & <i>"), "use <code>&lt;b&gt;</code> &amp; &lt;i&gt;");
        assert_eq!(inline("`"), "`");
    }

    #[test]
    fn a_tag_is_read_as_a_browser_does() {
        let tag = |name, is_end, is_closed| Tag { name, is_end, is_closed };
        for (sign, expected) in [
            ("b>x", Some((tag("b", false, true), "x"))),
            ("/H2 >x", Some((tag("H2", true, true), "x"))),
            ("a href=\"y\">x</a>", Some((tag("a", false, true), "x</a>"))),
            ("br/>", Some((tag("br", false, true), ""))),
            ("p class", Some((tag("p", false, false), ""))),
            ("!DOCTYPE html>x", Some((tag("", false, true), "x"))),
            ("?xml?>x", Some((tag("", false, true), "x"))),
            (" 2>x", None),
            ("3>x", None),
            ("", None),
        ] {
            assert_eq!(Tag::behind(sign), expected, "{sign}");
        }
        for (name, is_look, is_within) in
            [("WBR", true, true), ("Em", true, true), ("A", false, true), ("img", false, true), ("p", false, false)]
        {
            let tag = tag(name, false, true);
            assert_eq!((tag.is_look(), tag.is_within(), tag.is_of("P")), (is_look, is_within, name == "p"), "{name}");
        }
    }
}
