//! Markdown for GitHub: strangers' text in it stays text.

pub mod blocks;
mod shorthand;

use crate::model::name::is_unprintable;

/// What stands for a break that nobody sees.
const BREAK: &str = "\u{200b}";

/// Makes a text plain in a sentence or a cell of Markdown: no markup, no HTML, no mention of a person, on one line.
///
/// References such as `#12` stay links, because they point into the repository the text comes from. Addresses do not: GitHub makes
/// links of what has `://` or begins with `www.` (GitHub Flavored Markdown Spec, "Autolinks (extension)").
pub fn escape(text: &str) -> String {
    guarded(escape_within(text))
}

/// As [`escape`], and what stands between backticks becomes code, as people mean it in titles.
pub fn inline(text: &str) -> String {
    let piece = |span: &Span<'_>| match span {
        Span::Text(text) => escape_within(text),
        Span::Code(text) => code(text),
    };
    guarded(spans(text).iter().map(piece).collect())
}

/// As [`escape`], for what is published on GitHub in the name of a project: what a stranger wrote mentions nobody, is no reference to
/// an issue or a commit, is no link and no picture. What is read stays the same, also in the source.
pub fn quiet(text: &str) -> String {
    guarded(quiet_within(text))
}

/// As [`quiet`], for what stands behind other text of its line.
pub fn quiet_within(text: &str) -> String {
    let breaks = shorthand::breaks(text);
    let begins = std::iter::once(0).chain(breaks.iter().copied());
    let ends = breaks.iter().copied().chain([text.len()]);
    let pieces = begins.zip(ends).map(|(begin, end)| escape_within(&text[begin..end]));
    pieces.collect::<Vec<_>>().join(BREAK)
}

/// As [`quiet`], and what stands between backticks becomes code, in which GitHub looks for nothing.
pub fn quiet_inline(text: &str) -> String {
    let piece = |span: &Span<'_>| match span {
        Span::Text(text) => quiet_within(text),
        Span::Code(text) => code(text),
    };
    guarded(spans(text).iter().map(piece).collect())
}

/// A piece of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span<'t> {
    /// It is meant as it stands.
    Text(&'t str),
    /// It stood between backticks.
    Code(&'t str),
}

/// Splits a text at its backticks (CommonMark 0.31.2, section 6.1): code ends at as many as it begins with. Those without a partner
/// stay text.
pub fn spans(text: &str) -> Vec<Span<'_>> {
    let mut found = Vec::new();
    let (mut rest, mut looked) = (text, 0);
    while let Some(at) = rest[looked..].find('`').map(|at| at + looked) {
        let ticks = rest[at..].len() - rest[at..].trim_start_matches('`').len();
        let inside = &rest[at + ticks..];
        match closing(inside, ticks) {
            Some(end) => {
                found.extend((at > 0).then(|| Span::Text(&rest[..at])));
                found.push(Span::Code(&inside[..end]));
                (rest, looked) = (&inside[end + ticks..], 0);
            }
            None => looked = at + ticks,
        }
    }
    found.extend((!rest.is_empty()).then_some(Span::Text(rest)));
    found
}

/// Finds the next run of exactly so many backticks, with something before it.
fn closing(text: &str, ticks: usize) -> Option<usize> {
    let mut looked = 0;
    while let Some(at) = text[looked..].find('`').map(|at| at + looked) {
        let run = text[at..].len() - text[at..].trim_start_matches('`').len();
        if run == ticks && at > 0 {
            return Some(at);
        }
        looked = at + run;
    }
    None
}

/// As [`escape`], for what stands behind other text of its line: the guard against headings and lists would show as a gap there.
pub fn escape_within(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 8);
    for (at, c) in text.char_indices() {
        let link = |front: &str| text[at..].starts_with(front);
        let www =
            || at.checked_sub(3).and_then(|from| text.get(from..at)).is_some_and(|w| w.eq_ignore_ascii_case("www"));
        match c {
            ':' if link("://") => safe.push_str("&#58;"),
            '.' if www() => safe.push_str("&#46;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '|' | '~' | '!' | '$' => safe.extend(['\\', c]),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '@' => safe.extend(["@", BREAK]),
            '\n' | '\r' | '\t' => safe.push(' '),
            c if is_unprintable(c) => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}

fn guarded(safe: String) -> String {
    // At the start of a line these would open a heading, a list or a quotation.
    match safe.trim_start().starts_with(['#', '-', '+', '=']) || starts_a_list(safe.trim_start()) {
        true => format!("&#8203;{}", safe.trim_start()),
        false => safe,
    }
}

fn starts_a_list(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.len() < text.len() && rest.starts_with(['.', ')'])
}

/// Sets a text as code on one line, with as many backticks around it as it needs.
pub fn code(text: &str) -> String {
    let text: String = text.chars().map(|c| if is_unprintable(c) { '\u{fffd}' } else { c }).collect();
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if text.is_empty() || text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Sets a text as code in a cell of a table, where a bar would end the cell.
pub fn code_cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

/// Sets several lines as a block of code, with a fence that no line of it can close.
pub fn code_block(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat((longest + 1).max(3));
    format!("{fence}\n{}\n{fence}\n", text.trim_end_matches('\n'))
}

/// Writes a table. Headings and cells must be escaped already, so that they can hold links and code.
pub fn table(headings: &[&str], rows: &[Vec<String>]) -> String {
    let mut text = format!("| {} |\n|{}\n", headings.join(" | "), "---|".repeat(headings.len()));
    for row in rows {
        text.push_str(&format!("| {} |\n", row.join(" | ")));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_stranger_writes_stays_text() {
        for (text, expected) in [
            ("plain (#12)", "plain (#12)"),
            ("a|b", "a\\|b"),
            ("[x](javascript:1)", "\\[x\\](javascript:1)"),
            ("<img src=x>", "&lt;img src=x&gt;"),
            ("thanks @owner", "thanks @\u{200b}owner"),
            ("a\r\nb", "a  b"),
            ("*b* _i_ `c` &amp;", "\\*b\\* \\_i\\_ \\`c\\` &amp;amp;"),
            ("# heading", "&#8203;# heading"),
            ("  - item", "&#8203;- item"),
            ("1. item", "&#8203;1. item"),
            ("2.0 is out", "&#8203;2.0 is out"),
            ("see https://x.example/a", "see https&#58;//x.example/a"),
            ("see WWW.x.example: it", "see WWW&#46;x.example: it"),
            ("a\u{1b}\u{202e}b", "a\u{fffd}\u{fffd}b"),
        ] {
            assert_eq!(escape(text), expected, "{text:?}");
        }
    }

    #[test]
    fn code_in_a_title_is_code_and_nothing_else_is() {
        for (text, expected) in [
            ("plain", "plain"),
            ("use `a_b` here", "use `a_b` here"),
            ("`a`", "`a`"),
            ("``a`b`` c", "``a`b`` c"),
            ("a ` b", "a \\` b"),
            ("a `b`` c", "a \\`b\\`\\` c"),
            ("``", "\\`\\`"),
            ("`a` #12 *x*", "`a` #12 \\*x\\*"),
            ("`<b>` <i>", "`<b>` &lt;i&gt;"),
            ("# `a`", "&#8203;# `a`"),
            ("`a\nb`", "`a\u{fffd}b`"),
        ] {
            assert_eq!(inline(text), expected, "{text:?}");
        }
    }

    #[test]
    fn code_is_fenced_with_more_ticks_than_it_holds() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`a"), "`` `a ``");
        assert_eq!(code(""), "`  `");
        assert_eq!(code_cell("a|b"), "`a\\|b`");
        assert_eq!(code_block("x\n```\n"), "````\nx\n```\n````\n");
    }

    #[test]
    fn a_table_has_one_line_a_row() {
        let rows = vec![vec!["a".to_owned(), "b".to_owned()]];
        assert_eq!(table(&["x", "y"], &rows), "| x | y |\n|---|---|\n| a | b |\n");
    }
}
