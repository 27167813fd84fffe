//! What GitHub makes links, mentions and pictures of, and where a break keeps it text.
//!
//! GitHub looks for these in the text that Markdown gives, so that neither a backslash nor an entity hides them: `@name` and `:name:`
//! ("Basic writing and formatting syntax" in its documentation), `#26`, `GH-26`, `name/repository#26`, names of commits of 7 to 40
//! digits, also behind `@`, and addresses ("Autolinked references and URLs"). A space without width inside of them does, and what
//! is read stays the same. In code nothing of this is looked for.

/// So many digits of the name of a commit are none yet.
const TOO_FEW_DIGITS: usize = 6;
/// The longest name of a commit.
const MOST_DIGITS: usize = 40;

/// Returns the bytes before which a break is needed, in their order. The mark `@` has one in every text.
pub(super) fn breaks(text: &str) -> Vec<usize> {
    let mut found = Vec::new();
    for (at, c) in text.char_indices() {
        let behind = &text[at + c.len_utf8()..];
        let is_one = match c {
            '#' => begins_with_digit(behind),
            '-' => begins_with_digit(behind) && is_behind_gh(&text[..at]),
            ':' => behind.starts_with("//") || is_named(behind),
            _ => false,
        };
        found.extend(is_one.then_some(at + 1));
        found.extend((c == '.' && ends_with(&text[..at], "www")).then_some(at));
        if c.is_ascii_hexdigit() && !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric()) {
            found.extend(inside_a_commit(&text[at..]).map(|inside| at + inside));
        }
    }
    found
}

fn begins_with_digit(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

fn ends_with(text: &str, end: &str) -> bool {
    text.len()
        .checked_sub(end.len())
        .and_then(|from| text.get(from..))
        .is_some_and(|last| last.eq_ignore_ascii_case(end))
}

fn is_behind_gh(text: &str) -> bool {
    ends_with(text, "gh") && !text[..text.len() - 2].ends_with(|c: char| c.is_ascii_alphanumeric())
}

/// Says whether the name of a picture and a colon come first.
fn is_named(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | '-'));
    rest.len() < text.len() && rest.starts_with(':')
}

/// Returns where the name of a commit at the start is broken, so that no part of it is one.
fn inside_a_commit(text: &str) -> impl Iterator<Item = usize> {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_hexdigit());
    let digits = text.len() - rest.len();
    let is_one =
        digits > TOO_FEW_DIGITS && digits <= MOST_DIGITS && !rest.starts_with(|c: char| c.is_ascii_alphanumeric());
    (TOO_FEW_DIGITS..if is_one { digits } else { 0 }).step_by(TOO_FEW_DIGITS)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag};

    use crate::model::markdown::{Span, quiet, quiet_inline, quiet_within, spans};
    use crate::model::name::is_unprintable;

    /// What Markdown reads: text, and between `None` what is none, such as code.
    fn read(before: &str, rendered: &str) -> Vec<(bool, String)> {
        let mut options = Options::all();
        // GitHub has none of these.
        let foreign = [Options::ENABLE_SMART_PUNCTUATION, Options::ENABLE_DEFINITION_LIST, Options::ENABLE_SUPERSCRIPT];
        for plain in foreign {
            options.remove(plain);
        }
        let mut found: Vec<(bool, String)> = Vec::new();
        let source = format!("- {before}{rendered}\n");
        for event in Parser::new_ext(&source, options) {
            match event {
                Event::Text(text) => match found.last_mut() {
                    Some((true, last)) => last.push_str(&text),
                    _ => found.push((true, text.into_string())),
                },
                Event::Code(text) => found.push((false, text.into_string())),
                Event::Start(Tag::List(None) | Tag::Item) | Event::End(_) => {}
                other => panic!("{other:?} in {source:?}"),
            }
        }
        found
    }

    /// What GitHub would find in a text.
    fn shorthand_of(text: &str) -> Option<&'static str> {
        let text = text.to_ascii_lowercase();
        let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        for at in &ends {
            let rest = &text[*at..];
            let next = |front: &str| rest.strip_prefix(front).and_then(|rest| rest.chars().next());
            if next("@").is_some_and(|c| c.is_ascii_alphanumeric()) {
                return Some("a mention");
            }
            if next("#").is_some_and(|c| c.is_ascii_digit()) {
                return Some("a number");
            }
            if next("gh-").is_some_and(|c| c.is_ascii_digit())
                && !text[..*at].ends_with(|c: char| c.is_ascii_alphanumeric())
            {
                return Some("a number behind GH");
            }
            if rest.starts_with("://") || rest.starts_with("www.") {
                return Some("an address");
            }
            let name = rest.strip_prefix(':').and_then(|rest| rest.split_once(':')).map_or("", |(name, _)| name);
            if !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_+-".contains(c)) {
                return Some("a picture");
            }
        }
        let is_commit = |word: &str| (7..=40).contains(&word.len()) && word.chars().all(|c| c.is_ascii_hexdigit());
        text.split(|c: char| !c.is_ascii_alphanumeric()).any(is_commit).then_some("a commit")
    }

    /// A text as it should be read, without spaces.
    fn meant(text: &str) -> String {
        let read = |c: char| if is_unprintable(c) && !matches!(c, '\n' | '\r' | '\t') { '\u{fffd}' } else { c };
        text.chars().map(read).filter(|c| !c.is_whitespace()).collect()
    }

    fn seen(parts: &[(bool, String)]) -> String {
        let all: String = parts.iter().map(|(_, text)| text.as_str()).collect();
        all.chars().filter(|c| !c.is_whitespace() && *c != '\u{200b}').collect()
    }

    #[test]
    fn what_github_would_make_more_of_is_broken() {
        for (text, expected) in [
            ("see #999", "see #|999"),
            ("C# 12, a#b, #", "C# 12, a#b, #"),
            ("like org/repo#5", "like org/repo#|5"),
            ("GH-12, gh-12, high-12", "GH-|12, gh-|12, high-12"),
            (":smile: and :+1:", ":|smile: and :|+1:"),
            (":a:b:", ":|a:|b:"),
            ("std::vec at 12:30", "std::vec at 12:30"),
            ("thanks @name", "thanks @|name"),
            ("a@b.example", "a@|b.example"),
            ("name@a5c3785", "name@|a5c378|5"),
            ("since a5c3785ed8", "since a5c378|5ed8"),
            ("a5c3785ed8d6a35868bc169f07e40e889087fd2e", "a5c378|5ed8d6|a35868|bc169f|07e40e|889087|fd2e"),
            ("a5c378 and a5c3785x and abcdef", "a5c378 and a5c3785x and abcdef"),
            ("see https://x.example/a", "see https:|//x.example/a"),
            ("see WWW.x.example", "see WWW|.x.example"),
            ("plain (2.0.1), 50% & more", "plain (2.0.1), 50% &amp; more"),
        ] {
            assert_eq!(quiet(text).replace('\u{200b}', "|"), expected, "{text:?}");
            assert_eq!(shorthand_of(&quiet(text)), None, "{text:?}");
        }
        // In code nothing is looked for, and what is there can be copied.
        assert_eq!(quiet_inline("`@a #1` @a"), "`@a #1` @\u{200b}a");
        assert_eq!(quiet("#1"), "&#8203;#\u{200b}1");
        assert_eq!(quiet_within("#1"), "#\u{200b}1");
    }

    #[test]
    fn what_is_looked_for_is_found_where_nothing_hides_it() {
        for text in ["@a", "#1", "GH-1", ":a:", "a://b", "www.a", "a5c3785", "a/b#5"] {
            assert!(shorthand_of(text).is_some(), "{text}");
            assert!(shorthand_of(&seen(&read("", text))).is_some(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_is_what_was_written_and_nothing_more(
            text in "([@#:&\\\\<>*_`~|!$\\[\\]().\\-+ ]|GH-|www|://|[0-9a-f]{1,9}|smile|&amp;|\\PC){0,24}",
        ) {
            let expected: String = spans(&text).iter().map(|(Span::Text(text) | Span::Code(text))| meant(text)).collect();
            for before in ["", "word "] {
                let parts = read(before, &quiet_inline(&text));
                prop_assert_eq!(seen(&parts), before.trim().to_owned() + &expected);
                for (is_text, part) in parts {
                    prop_assert!(!is_text || shorthand_of(&part).is_none(), "{:?} in {:?}", shorthand_of(&part), part);
                }
            }
        }
    }
}
