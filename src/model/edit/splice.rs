//! Replaces the bytes of spots, reads the file again, and proves that nothing else changed.

use std::ops::Range;

use super::source::Source;
use super::syntax::Syntax;
use super::tape::{Token, What};
use super::{Change, FileSpots, Holds, Spot};
use crate::model::error::{Error, Result};

/// One replacement: these bytes become this text.
struct Splice {
    range: Range<usize>,
    text: String,
}

/// Returns the bytes of a file with every spot changed.
///
/// The proof: the file is read again, and everything the reader saw before it sees now, in the same order, moved by what the
/// new texts are longer, with the same value; only the values that hold a spot differ, by exactly the new text.
///
/// # Errors
/// A spot does not hold the version it must, an image is pinned by a digest that was not given, or the proof fails.
pub fn rewrite(file: &FileSpots, bytes: &[u8], change: &Change) -> Result<Vec<u8>> {
    let before = Source::new(&file.path, bytes)?;
    let splices: Vec<Splice> = file
        .spots
        .iter()
        .map(|spot| Ok(Splice { range: spot.range.clone(), text: new_text(&before, spot, change)? }))
        .collect::<Result<_>>()?;
    let written = spliced(before.text, 0, &splices);
    let after = Source { path: &file.path, text: &written };
    for syntax in &file.readings {
        prove(syntax, &before, &after, &splices)?;
    }
    Ok(written.into_bytes())
}

fn new_text(source: &Source<'_>, spot: &Spot, change: &Change) -> Result<String> {
    if source.text.get(spot.range.clone()) != Some(spot.value.as_str()) {
        return Err(source.lacks(format!("'{}' is not where it was when the file was looked at", spot.name)));
    }
    match &spot.holds {
        Holds::Version(spelling) if spelling.parse(&spot.value).as_ref() == Some(&change.from) => {
            Ok(spelling.render(&change.to))
        }
        Holds::Version(_) => {
            let message = format!("'{}' is '{}', not '{}'", spot.name, spot.value, change.from);
            Err(source
                .obstacle(spot.range.start, message)
                .hint(format!("write '{}' there, or name in patch.toml the places that hold the version", change.from)))
        }
        Holds::ImageDigest(image) => match change.digests.get(image) {
            Some(digest) => Ok(digest.to_string()),
            None => {
                let message = format!("'{image}' is pinned by a digest, which wins over its tag");
                let hint = format!("give the digest of '{image}:{}', or remove the one that stands there", change.to);
                Err(source.obstacle(spot.range.start, message).hint(hint))
            }
        },
        Holds::LockDigest(lock) => Ok(lock.with(&change.to.to_string())),
    }
}

/// Applies splices to a part of the text that begins at an offset of the file.
fn spliced(text: &str, start: usize, splices: &[Splice]) -> String {
    let mut written = String::with_capacity(text.len() + 16 * splices.len());
    let mut at = 0;
    for Splice { range, text: new } in splices {
        written.push_str(&text[at..range.start - start]);
        written.push_str(new);
        at = range.end - start;
    }
    written.push_str(&text[at..]);
    written
}

fn prove(syntax: &Syntax, before: &Source<'_>, after: &Source<'_>, splices: &[Splice]) -> Result<()> {
    let old = syntax.read(before)?;
    let new = syntax.read(after).map_err(|broken| unproven(before, 0).because(broken))?;
    if old.tokens.len() != new.tokens.len() {
        return Err(unproven(before, 0));
    }
    let same = |(old, new): &(&Token<'_>, &Token<'_>)| {
        old.what == new.what
            && old.end == new.end
            && new.range == moved(&old.range, splices)
            && same_value(old, new, splices)
    };
    match old.tokens.iter().zip(&new.tokens).find(|pair| !same(pair)) {
        Some((old, _)) => Err(unproven(before, old.range.start)),
        None => Ok(()),
    }
}

fn same_value(old: &Token<'_>, new: &Token<'_>, splices: &[Splice]) -> bool {
    let holds_text = match old.what {
        What::Document | What::Map | What::List => false,
        What::Key | What::Text | What::Plain | What::Block | What::Alias => true,
    };
    let first = splices.partition_point(|splice| splice.range.end <= old.range.start);
    let inside = splices[first..].partition_point(|splice| splice.range.end <= old.range.end);
    let inside = &splices[first..first + inside];
    match inside.is_empty() || !holds_text {
        true => old.value == new.value,
        // A spot is only taken where the bytes are the value, so the same splices apply to both.
        false => old.value.len() == old.range.len() && new.value == spliced(&old.value, old.range.start, inside),
    }
}

/// Returns where a range stands after the splices.
fn moved(range: &Range<usize>, splices: &[Splice]) -> Range<usize> {
    let shift = |offset: usize, ends: bool| {
        let before = |splice: &&Splice| match ends {
            true => splice.range.end <= offset,
            false => splice.range.end <= offset && splice.range.start < offset,
        };
        let (gone, come) = splices
            .iter()
            .take_while(|splice| splice.range.start <= offset)
            .filter(before)
            .fold((0, 0), |(gone, come), splice| (gone + splice.range.len(), come + splice.text.len()));
        offset + come - gone
    };
    shift(range.start, false)..shift(range.end, true)
}

fn unproven(source: &Source<'_>, offset: usize) -> Error {
    source
        .obstacle(offset, "after the edit, something other than the version would read differently")
        .hint("this is a bug of patch-bump or an odd file: nothing was written; please report it")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proof_fails_on_any_other_change() {
        let path = "a.json".parse().expect("a path");
        let before = Source { path: &path, text: "{\"v\": \"2.0.0\", \"w\": [1, \"x\"]}" };
        let splices = [Splice { range: 7..12, text: "2.0.10".to_owned() }];
        let table = [
            ("{\"v\": \"2.0.10\", \"w\": [1, \"x\"]}", true),
            ("{\"v\": \"2.0.11\", \"w\": [1, \"x\"]}", false),
            ("{\"v\": \"2.0.10\", \"w\": [2, \"x\"]}", false),
            ("{\"v\": \"2.0.10\", \"w\": [1, \"y\"]}", false),
            ("{\"v\": \"2.0.10\", \"u\": [1, \"x\"]}", false),
            ("{\"v\": \"2.0.10\", \"w\": [1,\"x\"] }", false),
            ("{\"v\": \"2.0.10\", \"w\": [1, \"x\", 1]}", false),
            ("{\"v\": \"2.0.10\", \"w\": [1, \"x\"", false),
        ];
        for (text, proven) in table {
            let after = Source { path: &path, text };
            assert_eq!(prove(&Syntax::Json, &before, &after, &splices).is_ok(), proven, "{text}");
        }
    }
}
