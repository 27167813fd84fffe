//! Reads XML with the place of everything in it. An element is a key; its content is a text or a map of its children.

use roxmltree::{Document, Node};

use super::source::Source;
use super::tape::{Tape, What};
use crate::model::error::Result;

pub(super) fn read<'s>(source: &Source<'s>, mut tape: Tape<'s>) -> Result<Tape<'s>> {
    if let Some(at) = too_deep(source.body()) {
        return Err(source.obstacle(at + source.start(), "it is not XML that can be read: it is nested too deeply"));
    }
    // The parser refuses a document type, and with it every entity a file could define.
    let document = Document::parse(source.body()).map_err(|broken| {
        let place = broken.pos();
        let lines = source.body().split_inclusive('\n').take(place.row.saturating_sub(1) as usize);
        let line_start = lines.map(str::len).sum::<usize>() + source.start();
        source.obstacle(line_start, format!("it is not XML that can be read: {broken}"))
    })?;
    let opened = tape.open(What::Map, source.start());
    element(source, &mut tape, document.root_element());
    tape.close(opened, source.text.len());
    Ok(tape)
}

/// How deep elements may be nested, so that a hostile file cannot exhaust the stack.
const DEPTH: usize = 1000;

/// Returns where elements are nested deeper than any project file needs. What looks like a tag in a comment counts, too: the
/// limit is far above what that comes to.
fn too_deep(text: &str) -> Option<usize> {
    let mut depth: usize = 0;
    for (at, _) in text.match_indices('<') {
        let tag = &text[at + 1..];
        if tag.starts_with('/') {
            depth = depth.saturating_sub(1);
        } else if tag.starts_with(|c: char| c.is_alphabetic() || c == '_') {
            let end = tag.find(['<', '>']).unwrap_or(tag.len());
            depth += usize::from(!tag[..end].ends_with('/'));
        }
        if depth > DEPTH {
            return Some(at);
        }
    }
    None
}

fn element<'s>(source: &Source<'s>, tape: &mut Tape<'s>, node: Node<'_, 's>) {
    let range = node.range();
    let (start, end) = (range.start + source.start(), range.end + source.start());
    let name = node.tag_name().name();
    tape.leaf(What::Key, start..start + 1, name);
    let mut children = node.children();
    match (children.next(), children.next()) {
        (Some(text), None) if text.is_text() => self::text(source, tape, text),
        (None, _) => tape.leaf(What::Block, start..end, ""),
        (Some(_), _) if !node.children().any(|child| child.is_element()) => {
            let value: String = node.children().filter_map(|child| child.text()).collect();
            tape.leaf(What::Block, start..end, &value);
        }
        (Some(_), _) => {
            let opened = tape.open(What::Map, start);
            node.children().filter(Node::is_element).for_each(|child| element(source, tape, child));
            tape.close(opened, end);
        }
    }
}

/// Adds the one text of an element, without the white space around it, which the readers of project files cut off.
fn text<'s>(source: &Source<'s>, tape: &mut Tape<'s>, node: Node<'_, 's>) {
    let range = node.range();
    let raw = &source.body()[range.clone()];
    let trimmed = raw.trim();
    let start = source.start() + range.start + (raw.len() - raw.trim_start().len());
    let value = node.text().unwrap_or_default().trim();
    tape.leaf(What::Text, start..start + trimmed.len(), value);
}
