//! HTML: strangers' text in it stays text.

use crate::model::markdown::{Span, spans};
use crate::model::name::is_unprintable;

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
}
