//! Writes the tree as Markdown, and as HTML.

use crate::model::name::is_unprintable;
use crate::model::{html, markdown};

use super::{Block, Inline, address, parse};

/// Writes Markdown as Markdown of which everything is known, for what follows `- `. References such as `#12` stay links; nobody is
/// mentioned.
pub fn to_markdown(text: &str) -> String {
    indented(&of_blocks(&parse(text), "\n\n"), "  ")
}

/// Writes Markdown as HTML, for what stands in a point of a list.
pub fn to_html(text: &str) -> String {
    html_of_point(&parse(text))
}

fn of_blocks(blocks: &[Block], gap: &str) -> String {
    let written: Vec<String> = blocks.iter().map(of_block).filter(|text| !text.is_empty()).collect();
    written.join(gap)
}

fn of_block(block: &Block) -> String {
    match block {
        Block::Paragraph(words) => {
            let text: String = words.iter().map(|word| of_word(word, true)).collect();
            markdown::guarded(text.trim().to_owned())
        }
        Block::Code(name, lines) => fenced(name, lines),
        Block::List(first, points) => {
            let number = |at: usize| first.map(|first| first.saturating_add(u64::try_from(at).unwrap_or(u64::MAX)));
            let point = |(at, blocks): (usize, &Vec<Block>)| {
                let mark = number(at).map_or_else(|| "- ".to_owned(), |number| format!("{number}. "));
                let gap = if is_tight(blocks) { "\n" } else { "\n\n" };
                format!("{mark}{}", indented(&of_blocks(blocks, gap), &" ".repeat(mark.len())))
            };
            points.iter().enumerate().map(point).collect::<Vec<_>>().join("\n")
        }
        Block::Quotation(blocks) => {
            let text = of_blocks(blocks, "\n\n");
            text.split('\n').map(|line| format!("> {line}").trim_end().to_owned()).collect::<Vec<_>>().join("\n")
        }
    }
}

fn is_tight(blocks: &[Block]) -> bool {
    matches!(blocks, [] | [_] | [Block::Paragraph(_), Block::List(None | Some(1), _)])
}

/// Sets lines as code and keeps each, also the empty ones at the end.
fn fenced(name: &str, lines: &str) -> String {
    let is_shown = |c: char| matches!(c, '\n' | '\t') || !is_unprintable(c);
    let shown: String = lines.chars().map(|c| if is_shown(c) { c } else { '\u{fffd}' }).collect();
    let longest = shown.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat((longest + 1).max(3));
    let ended = if shown.is_empty() || shown.ends_with('\n') { "" } else { "\n" };
    let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+' | '.'));
    format!("{fence}{}\n{shown}{ended}{fence}", if is_name { name } else { "" })
}

/// Moves all lines but the first one and empty ones to the right.
fn indented(text: &str, by: &str) -> String {
    let put = |(at, line): (usize, &str)| match at == 0 || line.is_empty() {
        true => line.to_owned(),
        false => format!("{by}{line}"),
    };
    text.split('\n').enumerate().map(put).collect::<Vec<_>>().join("\n")
}

fn of_word(word: &Inline, may_link: bool) -> String {
    let all = |words: &[Inline], may_link: bool| words.iter().map(|word| of_word(word, may_link)).collect::<String>();
    match word {
        Inline::Text(text) if may_link => {
            let piece = |piece: Piece<'_>| match piece {
                Piece::Text(text) => markdown::escape_within(text),
                Piece::Address(to) => format!("<{to}>"),
            };
            pieces(text).into_iter().map(piece).collect()
        }
        Inline::Text(text) => markdown::escape_within(text),
        Inline::Code(code) => markdown::code(code),
        Inline::Emphasis(words) => format!("*{}*", all(words, may_link)),
        Inline::Strong(words) => format!("**{}**", all(words, may_link)),
        Inline::Link(to, words) => format!("[{}]({to})", all(words, false)),
        Inline::Break => "\\\n".to_owned(),
    }
}

fn html_of_block(block: &Block) -> String {
    match block {
        Block::Paragraph(words) => format!("<p>{}</p>", html_of_words(words)),
        Block::Code(_, lines) => format!("<pre><code>{}</code></pre>", html::escape(lines)),
        Block::List(first, points) => {
            let points: String = points.iter().map(|point| format!("<li>{}</li>", html_of_point(point))).collect();
            match first {
                Some(1) => format!("<ol>{points}</ol>"),
                Some(first) => format!("<ol start=\"{first}\">{points}</ol>"),
                None => format!("<ul>{points}</ul>"),
            }
        }
        Block::Quotation(blocks) => {
            format!("<blockquote>{}</blockquote>", blocks.iter().map(html_of_block).collect::<String>())
        }
    }
}

/// One paragraph alone in a point needs no element.
fn html_of_point(blocks: &[Block]) -> String {
    let is_only = blocks.iter().filter(|block| matches!(block, Block::Paragraph(_))).count() == 1;
    let of = |block: &Block| match block {
        Block::Paragraph(words) if is_only => html_of_words(words),
        Block::Paragraph(_) | Block::Code(..) | Block::List(..) | Block::Quotation(_) => html_of_block(block),
    };
    blocks.iter().map(of).collect()
}

fn html_of_words(words: &[Inline]) -> String {
    words.iter().map(|word| html_of_word(word, true)).collect()
}

fn html_of_word(word: &Inline, may_link: bool) -> String {
    let all = |words: &[Inline], may_link| words.iter().map(|word| html_of_word(word, may_link)).collect::<String>();
    let link = |to: &str, said: &str| format!("<a href=\"{}\">{said}</a>", html::escape(to));
    match word {
        Inline::Text(text) if may_link => {
            let piece = |piece: Piece<'_>| match piece {
                Piece::Text(text) => html::escape(text),
                Piece::Address(to) => link(&to, &html::escape(&to)),
            };
            pieces(text).into_iter().map(piece).collect()
        }
        Inline::Text(text) => html::escape(text),
        Inline::Code(code) => format!("<code>{}</code>", html::escape(code)),
        Inline::Emphasis(words) => format!("<em>{}</em>", all(words, may_link)),
        Inline::Strong(words) => format!("<strong>{}</strong>", all(words, may_link)),
        Inline::Link(to, words) => link(to, &all(words, false)),
        Inline::Break => "<br>".to_owned(),
    }
}

/// A piece of a text.
enum Piece<'t> {
    Text(&'t str),
    Address(String),
}

/// Splits a text at the addresses in it, which end before the marks of the sentence that they stand in.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    for word in text.split_inclusive(char::is_whitespace) {
        let begin = ["https://", "http://"].iter().filter_map(|front| word.find(front)).min();
        let part = begin.map(|begin| {
            let is_other = |c: char| !c.is_ascii_graphic() || "<>\"'`\\()[]{}|^*".contains(c);
            let end = word[begin..].find(is_other).map_or(word.len(), |end| begin + end);
            (begin, begin + word[begin..end].trim_end_matches(['.', ',', ';', ':', '!', '?']).len())
        });
        match part.and_then(|(begin, end)| Some((begin, end, address(&word[begin..end])?))) {
            Some((begin, end, to)) => {
                found.extend([Piece::Text(&word[..begin]), Piece::Address(to), Piece::Text(&word[end..])]);
            }
            None => found.push(Piece::Text(word)),
        }
    }
    found
}
