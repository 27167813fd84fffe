//! Markdown that the maintainers of a project wrote and reviewed: what of it is shown, and nothing else.
//!
//! It is read as CommonMark into a tree of what is known to be harmless, and written anew from that: paragraphs, lists, quotations, code,
//! emphasis and links to `http` and `https`. HTML becomes text, but for comments, which nobody is meant to see. A picture becomes the
//! text in its place, for it would be fetched from elsewhere.

mod print;

use std::iter::Peekable;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd, TextMergeStream};

use crate::model::eligibility::prose::spoken;

pub use print::{to_html, to_markdown};

/// A part of a text that stands by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Block {
    Paragraph(Vec<Inline>),
    /// The word behind the fence, and the lines.
    Code(String, String),
    /// The number of the first point, where they have numbers.
    List(Option<u64>, Vec<Vec<Block>>),
    Quotation(Vec<Block>),
}

/// A part of a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Inline {
    Text(String),
    Code(String),
    Emphasis(Vec<Inline>),
    Strong(Vec<Inline>),
    /// Where it leads, which is an `http` or `https` address of visible ASCII, and what it says.
    Link(String, Vec<Inline>),
    Break,
}

fn parse(text: &str) -> Vec<Block> {
    let mut events = TextMergeStream::new(Parser::new_ext(text, Options::empty())).peekable();
    let mut found = Vec::new();
    while events.peek().is_some() {
        found.extend(blocks(&mut events));
    }
    found
}

/// Reads up to the end of what holds the blocks.
fn blocks<'t>(events: &mut Peekable<impl Iterator<Item = Event<'t>>>) -> Vec<Block> {
    let mut found = Vec::new();
    while let Some(event) = events.next_if(is_of_blocks) {
        match event {
            Event::End(_) => return found,
            Event::Start(Tag::Paragraph | Tag::Heading { .. }) => found.push(Block::Paragraph(inlines(events))),
            Event::Start(Tag::CodeBlock(kind)) => {
                let name = match &kind {
                    CodeBlockKind::Fenced(name) => name.split_whitespace().next().unwrap_or_default(),
                    CodeBlockKind::Indented => "",
                };
                found.push(Block::Code(name.to_owned(), plain(events)));
            }
            Event::Start(Tag::List(first)) => found.push(Block::List(first, points(events))),
            Event::Start(Tag::BlockQuote(_)) => found.push(Block::Quotation(blocks(events))),
            Event::Start(Tag::HtmlBlock) => {
                let shown = spoken(&plain(events));
                let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
                found.extend((!shown.is_empty()).then(|| Block::Paragraph(vec![Inline::Text(shown)])));
            }
            _ => {}
        }
    }
    // What stands in a point of a tight list has no paragraph around it.
    if events.peek().is_some() {
        let loose = inlines_before_blocks(events);
        found.push(Block::Paragraph(loose));
        found.extend(blocks(events));
    }
    found
}

fn is_of_blocks(event: &Event<'_>) -> bool {
    match event {
        Event::Start(tag) => !matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Link { .. } | Tag::Image { .. }),
        Event::End(_) | Event::Rule => true,
        _ => false,
    }
}

fn points<'t>(events: &mut Peekable<impl Iterator<Item = Event<'t>>>) -> Vec<Vec<Block>> {
    let mut found = Vec::new();
    while let Some(Event::Start(_)) = events.next() {
        found.push(blocks(events));
    }
    found
}

/// Returns the plain text up to the end of what holds it.
fn plain<'t>(events: &mut impl Iterator<Item = Event<'t>>) -> String {
    let mut text = String::new();
    for event in events {
        match event {
            Event::Text(more) | Event::Html(more) | Event::InlineHtml(more) | Event::Code(more) => text.push_str(&more),
            Event::End(TagEnd::CodeBlock | TagEnd::HtmlBlock | TagEnd::Image) => break,
            _ => {}
        }
    }
    text
}

/// Reads up to the end of what holds the words.
fn inlines<'t>(events: &mut Peekable<impl Iterator<Item = Event<'t>>>) -> Vec<Inline> {
    let found = inlines_before_blocks(events);
    let _end = events.next();
    found
}

fn inlines_before_blocks<'t>(events: &mut Peekable<impl Iterator<Item = Event<'t>>>) -> Vec<Inline> {
    let mut found = Vec::new();
    while let Some(event) = events.next_if(|event| !is_of_blocks(event)) {
        match event {
            Event::Text(text) => found.push(Inline::Text(text.into_string())),
            Event::Code(code) => found.push(Inline::Code(code.into_string())),
            Event::SoftBreak => found.push(Inline::Text(" ".to_owned())),
            Event::HardBreak => found.push(Inline::Break),
            Event::Start(Tag::Emphasis) => found.push(Inline::Emphasis(inlines(events))),
            Event::Start(Tag::Strong) => found.push(Inline::Strong(inlines(events))),
            Event::Start(Tag::Link { dest_url, .. }) => {
                let said = inlines(events);
                match address(&dest_url) {
                    Some(to) => found.push(Inline::Link(to, said)),
                    None => found.extend(said),
                }
            }
            Event::Start(Tag::Image { .. }) => found.push(Inline::Text(plain(events))),
            Event::InlineHtml(html) if html.starts_with("<!--") => {}
            Event::InlineHtml(html) | Event::Html(html) => found.push(Inline::Text(html.into_string())),
            _ => {}
        }
    }
    found
}

/// Takes an address that may be a link. What could end it in Markdown or HTML is written as a code of the address.
fn address(text: &str) -> Option<String> {
    let scheme = text.split_once("://")?.0.to_ascii_lowercase();
    let is_web = matches!(scheme.as_str(), "http" | "https") && text.len() > scheme.len() + "://".len();
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"<>\"'`\\()[]{}|^*".contains(&byte);
    let part = |byte: u8| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    is_web.then(|| text.bytes().map(part).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_kept_and_the_rest_is_text() {
        let table = [
            ("Run `a b` *now*.", "Run `a b` *now*.", "Run <code>a b</code> <em>now</em>."),
            (
                "[guide](https://x.example/a_b) and http://x.example/c.",
                "[guide](https://x.example/a_b) and <http://x.example/c>.",
                "<a href=\"https://x.example/a_b\">guide</a> and <a href=\"http://x.example/c\">http://x.example/c</a>.",
            ),
            ("[x](javascript:alert%281%29)", "x", "x"),
            (
                "[x](https://x.example/\"onload=)",
                "[x](https://x.example/%22onload=)",
                "<a href=\"https://x.example/%22onload=\">x</a>",
            ),
            ("![x](https://x.example/p.png)", "x", "x"),
            ("a <b>c</b><!-- d -->", "a &lt;b&gt;c&lt;/b&gt;", "a &lt;b&gt;c&lt;/b&gt;"),
            ("<!-- d -->", "", ""),
            ("<script>x</script>", "&lt;script&gt;x&lt;/script&gt;", "&lt;script&gt;x&lt;/script&gt;"),
            ("see #12 and @bob", "see #12 and @\u{200b}bob", "see #12 and @bob"),
            (
                "3. a\n4. b\n   - c",
                "3. a\n  4. b\n     - c",
                "<ol start=\"3\"><li>a</li><li>b<ul><li>c</li></ul></li></ol>",
            ),
            (
                "Run:\n\n~~~sh\na --b\n```\n\n~~~",
                "Run:\n\n  ````sh\n  a --b\n  ```\n\n  ````",
                "Run:<pre><code>a --b\n```\n\n</code></pre>",
            ),
            ("    a\n    b", "```\n  a\n  b\n  ```", "<pre><code>a\nb</code></pre>"),
            ("> a", "> a", "<blockquote><p>a</p></blockquote>"),
            ("a\\\nb", "a\\\n  b", "a<br>b"),
            ("\\# a", "&#8203;# a", "# a"),
        ];
        for (text, markdown, html) in table {
            assert_eq!(to_markdown(text), markdown, "{text:?}");
            assert_eq!(to_html(text), html, "{text:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_that_runs_comes_through(text in "[a-z<>\\[\\]()!`*\n \"'&:/#-]{0,60}") {
            let text = format!("{text}<script>[x](javascript:y)");
            let live = |event: Event<'_>| matches!(event, Event::Html(_) | Event::InlineHtml(_))
                || matches!(event, Event::Start(Tag::Image { .. }))
                || matches!(&event, Event::Start(Tag::Link { dest_url, .. }) if !dest_url.starts_with("http"));
            let markdown = to_markdown(&text);
            proptest::prop_assert!(!Parser::new(&markdown).any(live), "{markdown:?}");
            proptest::prop_assert!(!to_html(&text).contains("<script"));
        }
    }
}
