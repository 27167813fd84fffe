//! What a reader sees of a text in Markdown, with HTML in it: its paragraphs, points, headings and cells.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::model::guard::encoded::decoded;
use crate::model::html::Tag as HtmlTag;

/// Returns the blocks of a text, without those below a heading about known issues. Addresses and code count for nothing.
pub(super) fn blocks(text: &str) -> Vec<String> {
    let (mut page, mut html) = (Page::default(), String::new());
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => page.begin_heading(level),
            Event::End(TagEnd::Heading(level)) => page.end_heading(level),
            Event::Start(Tag::CodeBlock(_)) => page.is_code = true,
            Event::End(TagEnd::CodeBlock) => page.is_code = false,
            Event::Start(Tag::Paragraph | Tag::Item | Tag::TableCell) => page.begin(),
            Event::Text(text) | Event::Code(text) => page.say(&text),
            Event::SoftBreak | Event::HardBreak => page.say(" "),
            // A tag or a comment may go over several lines.
            Event::Html(line) => html.push_str(&line),
            Event::End(TagEnd::HtmlBlock) => page.say_html(&std::mem::take(&mut html)),
            Event::InlineHtml(tag) => page.say_html(&tag),
            _ => {}
        }
    }
    let bare = |word: &str| if word.contains("://") { String::new() } else { word.to_owned() };
    page.blocks.iter().map(|block| block.split_whitespace().map(bare).collect::<Vec<_>>().join(" ")).collect()
}

#[derive(Default)]
struct Page {
    blocks: Vec<String>,
    /// The heading that is read.
    heading: Option<HeadingLevel>,
    /// That of the known issues.
    known: Option<HeadingLevel>,
    is_code: bool,
}

impl Page {
    fn begin(&mut self) {
        self.blocks.push(String::new());
    }

    fn begin_heading(&mut self, level: HeadingLevel) {
        self.heading = Some(level);
        self.known = self.known.filter(|about| level > *about);
        self.begin();
    }

    fn end_heading(&mut self, level: HeadingLevel) {
        let title = self.blocks.last().map(|title| title.to_lowercase()).unwrap_or_default();
        self.known = self.known.or(title.contains("known issue").then_some(level));
        self.heading = None;
        self.begin();
    }

    fn say(&mut self, text: &str) {
        if (self.known.is_some() || self.is_code) && self.heading.is_none() {
            return;
        }
        match self.blocks.last_mut() {
            Some(block) => block.push_str(text),
            None => self.blocks.push(text.to_owned()),
        }
    }

    /// Says what stands between the tags of HTML.
    fn say_html(&mut self, html: &str) {
        let mut rest = html;
        while let Some((before, behind)) = rest.split_once('<') {
            self.say(&decoded(before));
            rest = match (behind.strip_prefix("!--"), HtmlTag::behind(behind)) {
                (Some(comment), _) => comment.split_once("-->").map_or("", |(_, behind)| behind),
                (None, Some((tag, behind))) => {
                    self.pass(tag);
                    behind
                }
                (None, None) => {
                    self.say("<");
                    behind
                }
            };
        }
        self.say(&decoded(rest));
    }

    fn pass(&mut self, tag: HtmlTag<'_>) {
        let number = tag.name.strip_prefix(['h', 'H']).and_then(|level| level.parse::<usize>().ok());
        match number.and_then(|level| HeadingLevel::try_from(level).ok()) {
            Some(level) if tag.is_end => self.end_heading(level),
            Some(level) => self.begin_heading(level),
            None if tag.is_within() => {}
            None => self.begin(),
        }
    }
}
