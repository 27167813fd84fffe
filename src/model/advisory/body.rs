//! The body of an advisory: exactly five sections of Markdown.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The sections, in their order.
pub const SECTIONS: [&str; 5] = ["Summary", "Impact", "Mitigation", "Patch", "Credits"];

/// The text of each section as Markdown (CommonMark 0.31), without its heading and the space around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Body {
    /// What is wrong.
    pub summary: String,
    /// What follows from it, and for whom.
    pub impact: String,
    /// What helps until the fix is there.
    pub mitigation: String,
    /// Where the fix is and how to get it.
    pub patch: String,
    /// Who found and repaired it.
    pub credits: String,
}

/// What is wrong with a body, and the byte where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenBody {
    /// The byte, counted from the start of the body.
    pub at: usize,
    /// What is wrong.
    pub message: String,
}

impl Body {
    /// Parses Markdown.
    ///
    /// # Errors
    /// When it has a character that steers a terminal or turns the direction of text; when a section is missing, empty, twice, out of order or of another name, when something stands before the first one, or a heading
    /// of the first level is used.
    pub fn parse(text: &str) -> Result<Self, BrokenBody> {
        let broken = |at: usize, message: String| BrokenBody { at, message };
        refuse_steering(text)?;
        let mut found: Vec<(Range<usize>, &str)> = Vec::new();
        for (heading, level, title) in headings(text) {
            let wanted = SECTIONS.get(found.len()).copied();
            match (level, wanted) {
                (HeadingLevel::H1, _) => {
                    let message = "the title stands in the front matter: begin headings with '##' or more".to_owned();
                    return Err(broken(heading.start, message));
                }
                (HeadingLevel::H2, Some(wanted)) if title == wanted => found.push((heading, wanted)),
                (HeadingLevel::H2, Some(wanted)) => {
                    let message = format!("here '## {wanted}' must stand; the sections are {}", SECTIONS.join(", "));
                    return Err(broken(heading.start, message));
                }
                (HeadingLevel::H2, None) => {
                    let message =
                        format!("there is no section behind 'Credits'; the sections are {}", SECTIONS.join(", "));
                    return Err(broken(heading.start, message));
                }
                (HeadingLevel::H3 | HeadingLevel::H4 | HeadingLevel::H5 | HeadingLevel::H6, _) => {}
            }
        }
        if let Some(missing) = SECTIONS.get(found.len()) {
            return Err(broken(text.len(), format!("the section '## {missing}' is missing")));
        }
        let first = found.first().map_or(0, |(heading, _)| heading.start);
        if !text[..first].trim().is_empty() {
            let at = text.len() - text.trim_start().len();
            return Err(broken(at, "nothing may stand before '## Summary'".to_owned()));
        }
        let end_of = |at: usize| found.get(at + 1).map_or(text.len(), |(next, _)| next.start);
        let mut sections = Vec::new();
        for (at, (heading, name)) in found.iter().enumerate() {
            let section = text[heading.end..end_of(at)].trim();
            if section.is_empty() {
                return Err(broken(
                    heading.start,
                    format!("the section '## {name}' is empty: write 'None.' where there is none"),
                ));
            }
            sections.push(section.to_owned());
        }
        let [summary, impact, mitigation, patch, credits] =
            <[String; 5]>::try_from(sections).expect("because each of the five was found");
        Ok(Self { summary, impact, mitigation, patch, credits })
    }

    /// Returns the sections with their names, in their order.
    pub fn sections(&self) -> [(&'static str, &str); 5] {
        let [summary, impact, mitigation, patch, credits] = SECTIONS;
        [
            (summary, &self.summary),
            (impact, &self.impact),
            (mitigation, &self.mitigation),
            (patch, &self.patch),
            (credits, &self.credits),
        ]
    }

    /// Returns it as Markdown, in the form that [`Body::parse`] reads.
    pub fn markdown(&self) -> String {
        let section = |(name, text): (&str, &str)| format!("## {name}\n\n{text}\n");
        self.sections().map(section).join("\n")
    }
}

fn refuse_steering(text: &str) -> Result<(), BrokenBody> {
    let found = text.char_indices().find(|(at, c)| steers(*c, &text[at + c.len_utf8()..]));
    let Some((at, c)) = found else { return Ok(()) };
    let message = format!("the character U+{:04X} is not seen, and changes what is: take it out", u32::from(c));
    Err(BrokenBody { at, message })
}

/// Says whether a character before `rest` steers a terminal, or turns text around, which documents would hand on.
fn steers(c: char, rest: &str) -> bool {
    match c {
        '\n' | '\t' => false,
        '\r' => !rest.starts_with('\n'),
        _ => c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'),
    }
}

/// Returns the headings that stand at the top of the document, not in a list or a quotation, with the bytes that they take.
fn headings(text: &str) -> Vec<(Range<usize>, HeadingLevel, String)> {
    let mut found = Vec::new();
    let mut depth = 0_usize;
    let mut open: Option<(Range<usize>, HeadingLevel, String)> = None;
    for (event, range) in Parser::new_ext(text, Options::empty()).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) if depth == 0 => open = Some((range, level, String::new())),
            Event::End(TagEnd::Heading(_)) if depth == 0 => found.extend(open.take()),
            Event::Start(_) if open.is_none() => depth += 1,
            Event::End(_) if open.is_none() => depth = depth.saturating_sub(1),
            Event::Text(part) | Event::Code(part) => {
                if let Some((_, _, title)) = &mut open {
                    title.push_str(&part);
                }
            }
            _ => {}
        }
    }
    found
}

/// Returns Markdown as plain text for formats that have no other: without marks, paragraphs parted by an empty line, list items each on a
/// line with `- `, links as `text (address)`.
pub fn plain(markdown: &str) -> String {
    let mut out = String::new();
    let mut links: Vec<(String, usize)> = Vec::new();
    for event in Parser::new_ext(markdown, Options::empty()) {
        match event {
            Event::Text(text) | Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                out.push_str(&text);
            }
            Event::SoftBreak => out.push(' '),
            Event::HardBreak => out.push('\n'),
            Event::Start(Tag::Item) => {
                part(&mut out, "\n");
                out.push_str("- ");
            }
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                links.push((dest_url.to_string(), out.len()));
            }
            Event::End(TagEnd::Link | TagEnd::Image) => {
                if let Some((address, from)) = links.pop()
                    && !address.is_empty()
                    && out.get(from..) != Some(address.as_str())
                {
                    out.push_str(&format!(" ({address})"));
                }
            }
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::CodeBlock | TagEnd::List(_)) => {
                part(&mut out, "\n\n");
            }
            Event::Rule => part(&mut out, "\n\n"),
            _ => {}
        }
    }
    out.trim().to_owned()
}

/// Ends a text with so many line ends, if it has begun.
fn part(out: &mut String, ends: &str) {
    let kept = out.trim_end_matches('\n').len();
    out.truncate(kept);
    if !out.is_empty() {
        out.push_str(ends);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "## Summary\n\nA.\n\n## Impact\nB\n\n### More\n\n```\n## Impact\n```\n\n## Mitigation\n\nNone.\n\n\
                        ## Patch\n\n> ## Quoted\n\n## Credits\n\n- C\n";

    #[test]
    fn a_body_has_exactly_five_sections() {
        let body = Body::parse(GOOD).expect("a body");
        assert_eq!(body.summary, "A.");
        assert_eq!(body.impact, "B\n\n### More\n\n```\n## Impact\n```");
        assert_eq!(body.patch, "> ## Quoted");
        assert_eq!(Body::parse(&body.markdown()), Ok(body));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for (from, to, at, says) in [
            ("## Summary\n", "text\n\n## Summary\n", "text", "nothing may stand before"),
            ("## Impact\nB", "## Impacts\nB", "## Impacts", "here '## Impact' must stand"),
            ("\nA.\n", "", "## Summary", "is empty"),
            ("- C\n", "- C\n\n## More\n", "## More", "no section behind"),
            ("A.\n", "A.\n\n# Title\n", "# Title", "the title stands in the front matter"),
            ("## Credits\n\n- C\n", "", "", "'## Credits' is missing"),
            ("A.\n", "A \u{1b}[31m.\n", "\u{1b}", "the character U+001B is not seen"),
            ("A.\n", "A \u{202e}.\n", "\u{202e}", "the character U+202E is not seen"),
            ("A.\n", "A.\rB\n", "\r", "the character U+000D is not seen"),
        ] {
            let text = GOOD.replacen(from, to, 1);
            let broken = Body::parse(&text).expect_err(to);
            assert!(broken.message.contains(says), "{}", broken.message);
            assert!(
                text[broken.at..].starts_with(at) && (at.is_empty() == (broken.at == text.len())),
                "{to}: {}",
                broken.at
            );
        }
    }

    #[test]
    fn markdown_becomes_plain_text() {
        for (markdown, expected) in [
            ("A *b* `c`\nd\n\ne", "A b c d\n\ne"),
            ("- a\n- b\n  - c\n\nd", "- a\n- b\n- c\n\nd"),
            (
                "see [here](https://a.example/x) and <https://b.example>",
                "see here (https://a.example/x) and https://b.example",
            ),
            ("```\ncode\n```\nx", "code\n\nx"),
            ("<b>x</b>", "x"),
            ("", ""),
        ] {
            assert_eq!(plain(markdown), expected);
        }
    }
}
