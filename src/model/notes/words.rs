//! The words that a fix has for its users.
//!
//! A file below [`FOLDER`] of main counts most, for it can be changed after the fix has landed and is reviewed like the rest; then a
//! `Release-note:` trailer; then a block of the description of the pull request, which its author may change at any time:
//!
//! ````text
//! ```release-note
//! Uploads no longer stop at a lost connection.
//! ```
//! ````
//!
//! The block is that of Kubernetes (`contributors/guide/release-notes.md` of kubernetes/community), where `NONE` says that there is
//! nothing to say.

mod addresses;
mod fences;
mod shares;

use std::collections::HashSet;

use pulldown_cmark::{Event, Options, Parser, Tag};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::commit::CommitId;
use crate::model::eligibility::prose::spoken;
use crate::model::trailer::CommitPrefix;

use addresses::Addresses;
use fences::{Piece, open_comment, pieces, shown};

pub use shares::{Quiet, Share, Shares};

/// Where files with words are, below the root of main.
pub const FOLDER: &str = ".patch/notes";

/// So many digits has the whole name of a commit.
const FULL_NAME: usize = 40;

/// Where words come from, what counts most first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WordsFrom {
    /// A file of main.
    File,
    /// A trailer of the commit.
    Trailer,
    /// The description of the pull request.
    PullRequest,
}

/// The words of a fix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Words {
    /// The text on one line: text from a stranger.
    pub text: String,
    /// Where it comes from; of several places, the one that counts least.
    pub from: WordsFrom,
    /// Of several changes, those of main for which nothing has words: their titles stand in the text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<CommitId>,
}

impl Words {
    /// Takes a text as it stands somewhere; `None`: it has neither letters nor digits.
    pub fn new(text: &str, from: WordsFrom) -> Option<Self> {
        let text = folded(text);
        text.contains(char::is_alphanumeric).then_some(Self { text, from, without: Vec::new() })
    }

    /// Takes several texts, each a value of its own: one behind the other, each a sentence, the same one once. That there is nothing to say
    /// does not count beside words.
    pub fn of_each<T: AsRef<str>>(texts: impl IntoIterator<Item = T>, from: WordsFrom) -> Option<Self> {
        let mut known = HashSet::new();
        let words = texts.into_iter().filter_map(|text| Self::new(text.as_ref(), from));
        let mut said: Vec<Self> = words.filter(|words| known.insert(words.text.clone())).collect();
        if said.iter().any(|words| !words.say_none()) {
            said.retain(|words| !words.say_none());
        }
        match said.as_slice() {
            [] | [_] => said.pop(),
            [first, ..] if first.say_none() => Some(first.clone()),
            several => {
                let sentences: Vec<String> = several.iter().map(|words| sentence(&words.text)).collect();
                Some(Self { text: sentences.join(" "), from, without: Vec::new() })
            }
        }
    }

    /// Says whether the words are that there is nothing to say: `NONE` and nothing else.
    pub fn say_none(&self) -> bool {
        let plain = self.text.trim_matches(|c: char| !c.is_alphanumeric() && c != '/').to_lowercase();
        matches!(plain.as_str(), "none" | "n/a")
    }
}

/// Returns the short names of commits by which files of [`FOLDER`] are called. What has no letter is a number.
pub fn short_names<'n>(files: impl IntoIterator<Item = &'n str>) -> Vec<CommitPrefix> {
    let stems = files.into_iter().filter_map(|name| name.strip_suffix(".md"));
    let is_short = |stem: &&str| stem.len() < FULL_NAME && stem.contains(|c: char| c.is_ascii_lowercase());
    stems.filter(is_short).filter_map(|stem| stem.parse().ok()).collect()
}

/// Returns the paths at which a fix may have a file with its words: by the commits of main that it is, also by the short names of these that
/// are there, and by its pull requests.
pub fn files_of(commits: &[CommitId], short: &[CommitPrefix], pull_requests: &[u64]) -> Vec<String> {
    let of_commit = |id: &CommitId| {
        let like = short.iter().filter(|short| short.matches(*id)).map(ToString::to_string);
        std::iter::once(id.to_string()).chain(like).collect::<Vec<_>>()
    };
    let named = commits.iter().flat_map(of_commit).chain(pull_requests.iter().map(ToString::to_string));
    named.map(|name| format!("{FOLDER}/{name}.md")).collect()
}

/// Returns the words of the trailers of a fix: those of its picks, which may say it otherwise for a line. Where the messages of what was
/// picked have more of them, those count as well. That there is nothing to say counts only where every commit says so.
pub fn of_messages<'m>(
    picks: impl IntoIterator<Item = &'m str>,
    sources: impl IntoIterator<Item = &'m str>,
) -> Option<Words> {
    let told = |messages: Vec<Vec<String>>| {
        let each_has_some = messages.iter().all(|values| !values.is_empty());
        (messages.into_iter().flatten().collect::<Vec<String>>(), each_has_some)
    };
    let (mut said, picks_have_some) = told(picks.into_iter().map(values).collect());
    let (more, sources_have_some) = told(sources.into_iter().map(values).collect());
    if more.len() > said.len() {
        said.extend(more);
    }
    let words = Words::of_each(said, WordsFrom::Trailer)?;
    (!words.say_none() || picks_have_some || sources_have_some).then_some(words)
}

/// Returns the words of the trailers of picks of several changes, where they are more than was copied from `sources`: who writes words
/// for the line speaks of all that it gets.
pub fn of_line<'m>(
    picks: impl IntoIterator<Item = &'m str>,
    sources: impl IntoIterator<Item = &'m str>,
) -> Option<Words> {
    let known: HashSet<String> = sources.into_iter().flat_map(values).map(|value| folded(&value)).collect();
    let own: Vec<String> = picks.into_iter().flat_map(values).collect();
    let is_own = own.iter().any(|value| !known.contains(&folded(value)));
    is_own.then(|| Words::of_each(own, WordsFrom::Trailer)).flatten()
}

/// Returns the values of the `Release-note:` trailers of a message. A line that begins with white space goes on with the one before,
/// as in every trailer; several trailers are values of their own (`git-interpret-trailers(1)`).
fn values(message: &str) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    let mut is_open = false;
    let body = spoken(message.split_once('\n').map_or("", |(_, body)| body));
    for line in outside_of_code(&body) {
        match line.split_once(':') {
            Some((key, value)) if key.eq_ignore_ascii_case("release-note") => {
                told.push(value.to_owned());
                is_open = true;
            }
            _ if is_open && line.starts_with([' ', '\t']) && !line.trim().is_empty() => {
                told.last_mut().into_iter().for_each(|value| value.push_str(line));
            }
            Some(_) | None => is_open = false,
        }
    }
    told.retain(|value| value.contains(char::is_alphanumeric));
    told
}

/// Returns the lines of a text that stand in no block of code between fences.
fn outside_of_code(text: &str) -> Vec<&str> {
    let line = |piece| match piece {
        Piece::Line(_, line) => Some(line),
        Piece::Words(_) | Piece::Block => None,
    };
    pieces(text).into_iter().filter_map(line).collect()
}

/// Returns the words of a file of a fix: those of its blocks as in a description, else all of its items.
pub fn of_file(text: &str) -> Option<Words> {
    of_blocks(text, WordsFrom::File).or_else(|| Words::of_each(items(&shown(text)), WordsFrom::File))
}

/// Returns the words of the blocks of a description. One that nothing closes is none.
pub fn of_description(description: &str) -> Option<Words> {
    of_blocks(description, WordsFrom::PullRequest)
}

fn of_blocks(text: &str, from: WordsFrom) -> Option<Words> {
    let words = |piece| match piece {
        Piece::Words(lines) => Some(lines.join(" ")),
        Piece::Line(..) | Piece::Block => None,
    };
    Words::of_each(pieces(&shown(text)).into_iter().filter_map(words), from)
}

/// Returns the items of a file: its paragraphs and the points of its lists, each on one line. Headings are left out.
fn items(text: &str) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    let mut is_open = false;
    for line in text.lines().map(str::trim) {
        let point = line.strip_prefix("- ").or_else(|| line.strip_prefix("* "));
        if line.is_empty() || line.starts_with('#') {
            is_open = false;
        } else if let (None, true, Some(last)) = (point, is_open, items.last_mut()) {
            last.push(' ');
            last.push_str(line);
        } else {
            items.push(point.unwrap_or(line).trim().to_owned());
            is_open = true;
        }
    }
    items
}

/// Returns the points of a file about a release, each as Markdown of its own: its paragraphs, and the points of its lists without numbers.
/// Code, a list with numbers and a quotation belong to the one before, and so does the address of a link that stands elsewhere, as
/// `[1]: https://…`. Headings, rules and comments are left out.
pub fn points(text: &str) -> Vec<String> {
    let mut text = text.replace("\r\n", "\n");
    if let Some(at) = open_comment(&text) {
        text.truncate(at);
    }
    let parser = Parser::new_ext(&text, Options::empty());
    let addresses = Addresses::of(&parser, &text);
    let mut found: Vec<String> = Vec::new();
    let (mut depth, mut is_open) = (0_usize, false);
    let mut apart = false;
    for (event, range) in parser.into_offset_iter() {
        let line = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
        let whole = || text[line..range.end].trim_end();
        match (&event, depth) {
            (Event::Start(Tag::Paragraph), 0) => {
                found.push(whole().to_owned());
                is_open = true;
            }
            (Event::Start(Tag::HtmlBlock), 0) => {
                found.extend((!spoken(whole()).trim().is_empty()).then(|| whole().to_owned()));
            }
            (Event::Start(Tag::List(None)), 0) => apart = true,
            (Event::Start(Tag::Item), 1) if apart => {
                found.push(without_mark(whole()));
                is_open = true;
            }
            (Event::Start(Tag::CodeBlock(_) | Tag::List(Some(_)) | Tag::BlockQuote(_)), 0) => {
                apart = false;
                match found.last_mut().filter(|_| is_open) {
                    Some(last) => last.push_str(&format!("\n\n{}", whole())),
                    None => found.push(whole().to_owned()),
                }
                is_open = true;
            }
            (Event::Start(Tag::Heading { .. }) | Event::Rule, 0) => is_open = false,
            _ => {}
        }
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            _ => {}
        }
    }
    found.retain(|point| !point.is_empty());
    found.iter_mut().for_each(|point| addresses.add_to(point));
    found
}

/// Returns a point of a list without its mark, and without the white space that the mark moves its lines by.
fn without_mark(point: &str) -> String {
    let behind = point.trim_start().trim_start_matches(['-', '*', '+']);
    let gap = behind.len() - behind.trim_start_matches(' ').len();
    let text = if gap > 4 { &behind[1..] } else { behind.trim_start_matches(' ') };
    let width = point.len() - text.len();
    let line = |line: &str| {
        let blank = line.len() - line.trim_start_matches(' ').len();
        line[blank.min(width)..].to_owned()
    };
    let mut lines = text.split('\n');
    let first = lines.next().map(str::to_owned);
    first.into_iter().chain(lines.map(line)).collect::<Vec<_>>().join("\n")
}

/// Ends a text with a full stop, unless a mark ends it.
fn sentence(text: &str) -> String {
    let plain = text.trim_end_matches([')', '"', '\'', '*', '_', '`']);
    let is_ended = plain.ends_with(['.', '!', '?', ':', ';', '\u{2026}', '\u{3002}']);
    if is_ended { text.to_owned() } else { format!("{text}.") }
}

/// Puts a text on one line.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
