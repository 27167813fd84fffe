//! Records that a project keeps of entries of a public list of flaws: an object of JSON, a table of TOML or an element of XML that has one
//! entry as a value of its own, and a line that begins with one, with the comments on it.

use std::ops::Range;

use super::clauses::names;

/// No record goes on for more bytes before or behind the name in it.
const LONGEST: usize = 2000;

/// Returns the records of a text.
pub(super) fn records(text: &str) -> Vec<Range<usize>> {
    let is_of_one = |record: &Range<usize>| names(&text[record.clone()]).len() == 1;
    let record = |name: Range<usize>| {
        let found = object(text, &name).or_else(|| table(text, &name)).or_else(|| element(text, &name));
        found.or_else(|| commented(text, &name))
    };
    names(text).into_iter().filter_map(record).filter(is_of_one).collect()
}

/// Says whether a name stands in quotes of its own.
fn is_quoted(text: &str, name: &Range<usize>) -> bool {
    let (before, behind) = (&text[..name.start], &text[name.end..]);
    ['"', '\''].iter().any(|quote| before.ends_with(*quote) && behind.starts_with(*quote))
}

/// Returns where a bracket is open in front of a place, and where it is closed behind it.
fn enclosing(text: &str, at: &Range<usize>, open: char, close: char) -> Option<Range<usize>> {
    let mut depth = 0_usize;
    let mut is_end = |c: char, opens: char, closes: char| match c {
        c if c == opens && depth == 0 => true,
        c => {
            depth = if c == closes { depth + 1 } else { depth - usize::from(c == opens) };
            false
        }
    };
    let before = text[..at.start].char_indices().rev().take(LONGEST);
    let from = before.into_iter().find(|(_, c)| is_end(*c, open, close))?.0;
    let mut behind = text[at.end..].char_indices().take(LONGEST);
    let to = behind.find(|(_, c)| is_end(*c, close, open))?.0;
    Some(from..at.end + to + close.len_utf8())
}

/// Of a list, its entries are all of it.
fn object(text: &str, name: &Range<usize>) -> Option<Range<usize>> {
    let object = enclosing(text, name, '{', '}').filter(|_| is_quoted(text, name))?;
    let list = enclosing(text, name, '[', ']').filter(|list| list.start > object.start);
    let says_nothing = |part: &str| !part.contains(char::is_alphanumeric);
    let is_of_names =
        |list: &Range<usize>| says_nothing(&text[list.start..name.start]) && says_nothing(&text[name.end..list.end]);
    list.as_ref().is_none_or(is_of_names).then_some(object)
}

fn table(text: &str, name: &Range<usize>) -> Option<Range<usize>> {
    let from = text[..name.start].rfind("\n\n").map_or(0, |at| at + 2);
    let to = text[name.end..].find("\n\n").map_or(text.len(), |at| name.end + at);
    let key = text[from..name.start].rsplit('\n').next().unwrap_or_default();
    let is_table = text[from..].starts_with('[') && key.trim_end_matches(['"', '\'']).ends_with("= ");
    (is_table && is_quoted(text, name)).then_some(from..to)
}

/// The name is all of an element, and that the only one of its sort within the element.
fn element(text: &str, name: &Range<usize>) -> Option<Range<usize>> {
    let own = text[..name.start].strip_suffix('>').and_then(|before| before.rfind('<'))?;
    let tag = &text[own..name.start];
    text[name.end..].strip_prefix("</")?.strip_prefix(&tag[1..])?;
    let mut depth = 0_usize;
    let begun = text[..own].rmatch_indices('<').take(LONGEST).map(|(at, _)| at).find(|at| {
        let whole = text[at + 1..].split('>').next().unwrap_or_default();
        match whole {
            _ if whole.starts_with(['!', '?']) || whole.ends_with('/') => false,
            _ if whole.starts_with('/') => {
                depth += 1;
                false
            }
            _ if depth > 0 => {
                depth -= 1;
                false
            }
            _ => true,
        }
    })?;
    let around = text[begun + 1..].split(|c: char| c == '>' || c.is_whitespace()).next()?;
    let end = format!("</{around}>");
    let to = name.end + text[name.end..].find(&end)? + end.len();
    (text[begun..to].matches(tag).count() == 1).then_some(begun..to)
}

/// A comment stands behind the name, or in the lines above it.
fn commented(text: &str, name: &Range<usize>) -> Option<Range<usize>> {
    let mut from = text[..name.start].rfind('\n').map_or(0, |at| at + 1);
    let to = text[name.end..].find('\n').map_or(text.len(), |at| name.end + at);
    let (before, behind) = (&text[from..name.start], text[name.end..to].trim());
    if !before.chars().all(|c| matches!(c, ' ' | '-' | '"' | '\'')) || !(behind.is_empty() || behind.contains("# ")) {
        return None;
    }
    while let Some(above) = text[..from].strip_suffix('\n') {
        let begun = above.rfind('\n').map_or(0, |at| at + 1);
        if !above[begun..].trim_start().starts_with("# ") {
            break;
        }
        from = begun;
    }
    Some(from..to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_has_one_entry_of_a_list() {
        for text in [
            "{\"cve\": \"CVE-2016-20018\", \"title\": \"SQL injection\"}",
            "{\n  \"title\": \"SQL injection\",\n  \"cves\": [\"CVE-2016-20018\"]\n}",
            "[[Ignored]]\nid = \"CVE-2016-20018\"\nreason = \"SQL injection\"",
            "<suppress>\n<notes>SQL injection</notes>\n<cve>CVE-2016-20018</cve>\n</suppress>",
            "# SQL injection\nCVE-2016-20018",
            "- CVE-2016-20018  # SQL injection",
        ] {
            assert_eq!(records(text), Vec::from_iter(std::iter::once(0..text.len())), "{text}");
        }
        for text in [
            "{\"fixes\": [\"CVE-2016-20018\", \"SQL injection\"]}",
            "{\"fixes\": \"CVE-2016-20018 in knex\", \"more\": \"SQL injection\"}",
            "{\"a\": \"CVE-2016-20018\", \"b\": \"CVE-2016-20019\"}",
            "[security]\nfixes = [\"CVE-2016-20018\", \"SQL injection\"]",
            "<ul><li>CVE-2016-20018</li><li>SQL injection</li></ul>",
            "CVE-2016-20018 and SQL injection",
            "}CVE-2016-20018{",
            "<>CVE-2016-20018</",
        ] {
            assert!(records(text).is_empty(), "{text}");
        }
    }
}
