//! The headings of a Markdown text, as [CommonMark 0.31](https://spec.commonmark.org/0.31.2/) has them at the left margin: with
//! number signs (ATX) and underlined (Setext), outside of comments, fenced code and raw HTML. A line in bold that names a version alone
//! is one, too: some write them so.

use std::ops::Range;

use semver::Version;

use super::named;
use super::product::{self, Names};

/// A heading of level 1 to 3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Heading {
    /// The byte at which it begins, or the anchors (`<a name="…"></a>`) on lines of their own above it.
    pub(super) at: usize,
    /// Its level, from 1.
    pub(super) level: usize,
    /// Its text, as Markdown.
    pub(super) text: String,
    /// The version that it names.
    pub(super) version: Option<Version>,
    /// The words that name the product beside it, in small letters.
    pub(super) product: Vec<String>,
}

/// What a text is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Outline {
    /// Its headings, in their order.
    pub(super) headings: Vec<Heading>,
    /// What readers unfold: from the line with `<details>` to the start of that with `</details>`, or to the end where none has it.
    pub(super) folds: Vec<Range<usize>>,
    /// Whether the text ends in a comment, in code or in raw HTML that is not closed, in which what comes behind would stand, too.
    pub(super) is_open: bool,
}

/// Reads a text. Versions of products other than that of these names are no versions.
pub(super) fn outline(text: &str, names: &Names) -> Outline {
    let mut reader = Reader { hidden: front_matter(text), ..Reader::default() };
    let mut found: Vec<Heading> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        // The first line of front matter is its mark, which would end it.
        let is_mark = at == 0 && reader.hidden.is_some();
        found.extend(if is_mark { None } else { reader.read(line, at) });
        at += line.len();
    }
    product::keep_own(&mut found, names);
    let groups: Vec<bool> = found.iter().enumerate().map(|(at, heading)| is_group(heading, &found[at + 1..])).collect();
    for (heading, _) in found.iter_mut().zip(groups).filter(|(_, is_group)| *is_group) {
        heading.version = None;
    }
    reader.folds.extend(reader.unfolded.iter().map(|from| *from..text.len()));
    Outline { headings: found, folds: reader.folds, is_open: reader.hidden.is_some() }
}

/// Says whether a heading stands above those of the versions of a line: `# 2.1` above `## 2.1.0`.
fn is_group(heading: &Heading, behind: &[Heading]) -> bool {
    let Some(version) = &heading.version else { return false };
    let below = behind.iter().take_while(|other| other.level > heading.level);
    let mut inside = below.filter_map(|other| other.version.as_ref());
    inside.any(|other| (other.major, other.minor, 0) == (version.major, version.minor, version.patch))
        && !heading.text.contains(&version.to_string())
}

/// The level of a line in bold.
const BOLD: usize = 3;

/// Something in which no line is a heading.
#[derive(Debug)]
enum Hidden {
    /// Code between fences: the mark, how often it stands in the first one, and how far that is indented.
    Fence(char, usize, usize),
    /// Raw HTML, up to the line that holds this.
    Until(&'static str),
    /// What tools read at the start of a page, up to a line of `---`.
    FrontMatter,
}

/// Raw HTML that may hold empty lines, with what ends it (section 4.6 of CommonMark, kinds 1 and 2).
const RAW: [(&str, &str); 5] = [
    ("<!--", "-->"),
    ("<pre", "</pre>"),
    ("<script", "</script>"),
    ("<style", "</style>"),
    ("<textarea", "</textarea>"),
];

impl Hidden {
    fn begun_by(plain: &str, indent: usize) -> Option<Self> {
        for mark in ['`', '~'] {
            let length = plain.chars().take_while(|c| *c == mark).count();
            if length >= 3 && (mark == '~' || !plain[length..].contains('`')) {
                return Some(Self::Fence(mark, length, indent));
            }
        }
        let lower = plain.to_ascii_lowercase();
        let begins = |start: &str| {
            lower
                .strip_prefix(start)
                .is_some_and(|rest| start == "<!--" || rest.is_empty() || rest.starts_with(['>', ' ', '\t']))
        };
        RAW.into_iter().find(|(start, _)| begins(start)).map(|(_, end)| Self::Until(end))
    }

    fn is_ended_by(&self, plain: &str, indent: usize) -> bool {
        match self {
            Self::Fence(mark, length, begun) => {
                plain.len() >= *length && plain.chars().all(|c| c == *mark) && indent <= begun + 3
            }
            Self::Until(end) => plain.to_ascii_lowercase().contains(end),
            Self::FrontMatter => plain == "---",
        }
    }
}

/// Tells front matter from a line across the page by the name of a field on the second line, and by its end.
fn front_matter(text: &str) -> Option<Hidden> {
    let mut lines = text.lines();
    let begins = lines.next()?.trim_end() == "---" && lines.next()?.contains(':');
    (begins && lines.any(|line| line.trim_end() == "---")).then_some(Hidden::FrontMatter)
}

/// What the lines in front are, up to an empty one or a heading.
#[derive(Debug, Default)]
enum Before {
    #[default]
    Nothing,
    /// A paragraph, which an underline would make a heading: where it begins, and its text.
    Paragraph(usize, String),
    /// Something else that goes on, such as a point of a list.
    Other,
}

#[derive(Debug, Default)]
struct Reader {
    hidden: Option<Hidden>,
    before: Before,
    anchor: Option<usize>,
    folds: Vec<Range<usize>>,
    /// Where those begin that are not closed yet.
    unfolded: Vec<usize>,
}

impl Reader {
    fn read(&mut self, line: &str, at: usize) -> Option<Heading> {
        let indent = line.len() - line.trim_start_matches(' ').len();
        let plain = line.trim();
        if let Some(hidden) = &self.hidden {
            if hidden.is_ended_by(plain, indent) {
                self.hidden = None;
            }
            return None;
        }
        if plain.is_empty() {
            self.before = Before::Nothing;
            return None;
        }
        if indent > 3 || line[indent..].starts_with('\t') {
            if let Before::Paragraph(_, said) = &mut self.before {
                said.push(' ');
                said.push_str(plain);
            }
            return None;
        }
        if let Some(hidden) = Hidden::begun_by(plain, indent) {
            let is_open = matches!(hidden, Hidden::Fence(..)) || !hidden.is_ended_by(plain, indent);
            self.hidden = is_open.then_some(hidden);
            (self.before, self.anchor) = (Before::Nothing, None);
            return None;
        }
        self.fold(&plain.to_ascii_lowercase(), at);
        if is_anchor(plain) {
            self.anchor.get_or_insert(at);
            self.before = Before::Nothing;
            return None;
        }
        self.visible(plain, at)
    }

    /// Sees whether something to unfold begins or ends on a line, which is in small letters.
    fn fold(&mut self, plain: &str, at: usize) {
        if plain.strip_prefix("<details").is_some_and(|rest| rest.is_empty() || rest.starts_with(['>', ' ', '\t'])) {
            self.unfolded.push(at);
        }
        for _ in plain.matches("</details") {
            self.folds.extend(self.unfolded.pop().map(|from| from..at));
        }
    }

    fn visible(&mut self, plain: &str, at: usize) -> Option<Heading> {
        if let Some((level, words)) = atx(plain) {
            self.before = Before::Nothing;
            let at = self.anchor.take().unwrap_or(at);
            return (level <= 3).then(|| heading(at, level, words));
        }
        if let (Before::Nothing, Some(found)) = (&self.before, bold(plain, at)) {
            return Some(Heading { at: self.anchor.take().unwrap_or(at), ..found });
        }
        match (std::mem::take(&mut self.before), underline(plain)) {
            (Before::Paragraph(at, words), Some(level)) => return Some(heading(at, level, &words)),
            (Before::Paragraph(at, words), None) if !goes_on_otherwise(plain) => {
                self.before = Before::Paragraph(at, format!("{words} {plain}"));
            }
            (Before::Nothing, _) if !goes_on_otherwise(plain) => {
                self.before = Before::Paragraph(self.anchor.take().unwrap_or(at), plain.to_owned());
            }
            _ if is_across(plain) => {}
            _ => self.before = Before::Other,
        }
        self.anchor = None;
        None
    }
}

fn heading(at: usize, level: usize, text: &str) -> Heading {
    let (version, product) = named::version(text, level).map(|named| (named.version, named.product)).unzip();
    Heading { at, level, text: text.to_owned(), version, product: product.unwrap_or_default() }
}

/// Reads `## Words ##`.
fn atx(plain: &str) -> Option<(usize, &str)> {
    let words = plain.trim_start_matches('#');
    let level = plain.len() - words.len();
    if !(1..=6).contains(&level) || !(words.is_empty() || words.starts_with([' ', '\t'])) {
        return None;
    }
    let open = words.trim_end_matches('#');
    let words = if open.is_empty() || open.ends_with([' ', '\t']) { open } else { words };
    Some((level, words.trim()))
}

/// Reads `**2.1.0**`, a day behind it, and `**Unreleased**`.
fn bold(plain: &str, at: usize) -> Option<Heading> {
    let (text, behind) = ["**", "__"].into_iter().find_map(|mark| plain.strip_prefix(mark)?.split_once(mark))?;
    let found = heading(at, BOLD, text);
    let is_coming = text.trim_matches(['[', ']']).eq_ignore_ascii_case("unreleased");
    let is_alone = !behind.chars().any(char::is_alphabetic);
    (is_alone && (found.version.is_some() || is_coming)).then(|| heading(at, BOLD, plain))
}

fn underline(plain: &str) -> Option<usize> {
    [('=', 1), ('-', 2)].into_iter().find_map(|(mark, level)| plain.chars().all(|c| c == mark).then_some(level))
}

/// Says whether a line is an anchor alone: `<a name="2.0.1"></a>`.
fn is_anchor(plain: &str) -> bool {
    let inside = plain.strip_prefix("<a ").and_then(|rest| rest.strip_suffix("</a>"));
    inside.is_some_and(|inside| inside.ends_with('>') && inside.matches(['<', '>']).count() == 1)
}

/// Says whether a line is a line across the page.
fn is_across(plain: &str) -> bool {
    let of = |mark: char| plain.chars().all(|c| c == mark || c == ' ' || c == '\t') && plain.matches(mark).count() >= 3;
    ['*', '-', '_'].into_iter().any(of)
}

/// Says whether a line begins a list, a quotation, a table or HTML, or is a line across the page.
fn goes_on_otherwise(plain: &str) -> bool {
    let number = plain.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_numbered = number.len() < plain.len() && [". ", ") "].iter().any(|mark| number.starts_with(mark));
    let is_point = plain.starts_with(['*', '-', '+']) && plain[1..].starts_with([' ', '\t']);
    let is_html = plain.starts_with('<') && plain.ends_with('>');
    is_numbered || is_point || is_html || is_across(plain) || plain.starts_with(['>', '|'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_those_that_are_seen() {
        let table: &[(&str, &[&str])] = &[
            ("# 1.0.0\n## 1.0.1 ##\n### 1.0.2\n#### 1.0.3\n", &["0 1 1.0.0", "8 2 1.0.1", "20 3 1.0.2"]),
            ("   ## 1.0.0\n    ## 1.0.1\n\t## 1.0.2\n##1.0.3\n", &["0 2 1.0.0"]),
            ("2.1.0 / 2026-02-02\n====\n\n  * a\n\n2.0.0\n---", &["0 1 2.1.0", "32 2 2.0.0"]),
            ("unreleased\n==\n\na\n2.0.0\n==\n", &["0 1 -", "15 1 2.0.0"]),
            // An underline behind something else is none.
            ("- 2.0.0\n---\n\n> 2.0.1\n===\n\n2.0.2\n\n===\n\n* a\n2.0.3\n---\n2.0.4\n", &[]),
            // Not seen at all.
            ("<!--\n## 1.0.0\n\n## 1.0.1\n-->\n## 1.0.2\n", &["28 2 1.0.2"]),
            ("<!-- a --> b\n## 1.0.0\n<!-- ## 1.0.1\n## 1.0.2", &["13 2 1.0.0"]),
            ("Write `<!--` so.\n## 1.0.0\n", &["17 2 1.0.0"]),
            ("```md\n## 1.0.0\n~~~\n``\n## 1.0.1\n````\n## 1.0.2\n", &["36 2 1.0.2"]),
            ("~~~~\n~~~\n## 1.0.0\n```\n~~~~\n## 1.0.1\n", &["27 2 1.0.1"]),
            ("```a```\n## 1.0.0\n", &["8 2 1.0.0"]),
            ("<pre>\n## 1.0.0\n\n</PRE>\n<prefix>\n\n## 1.0.1\n", &["33 2 1.0.1"]),
            ("---\nversion: 1.0.0\n---\n## 1.0.1\n", &["23 2 1.0.1"]),
            ("---\n\n1.0.0\n---\n", &["5 2 1.0.0"]),
            // An anchor belongs to the heading below it.
            ("a\n\n<a name=\"1.0.0\"></a>\n## 1.0.0\n", &["3 2 1.0.0"]),
            ("<a name=\"x\"></a>\n\na\n\n## 1.0.0\n", &["21 2 1.0.0"]),
            ("<a id='x'></a>\n1.0.0\n=====\n", &["0 1 1.0.0"]),
            // In bold, and alone.
            ("**2.1.0**\n\n- a\n\n**v2.0.0** (2026-01-01)\n\n**Not 1.0.0**\n", &["0 3 2.1.0", "16 3 2.0.0"]),
            ("__[2.1.0]__\n\na\n**2.0.0**\n\n**1.9.0** is old\n\n- **1.8.0**\n**1.7.0**\n", &["0 3 2.1.0"]),
            ("**Unreleased**\n\n**Unreleased work** goes on\n", &["0 3 -"]),
            // A line above its versions, and a version.
            ("# 2.1\n\n## 2.1.1\n\n# 2.0\n\na\n", &["0 1 -", "7 2 2.1.1", "17 1 2.0.0"]),
            ("# 2.1.0\n\n## 2.1.1\n", &["0 1 2.1.0", "9 2 2.1.1"]),
            ("## 2.0.0\r\n\r\n2.1.0\r\n=====\r\n", &["0 2 2.0.0", "12 1 2.1.0"]),
        ];
        for (text, expected) in table {
            let named =
                |heading: &Heading| heading.version.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
            let found: Vec<String> = outline(text, &Names::new())
                .headings
                .iter()
                .map(|found| format!("{} {} {}", found.at, found.level, named(found)))
                .collect();
            assert_eq!(found, *expected, "{text}");
        }
    }
}
