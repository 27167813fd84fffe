//! Replaces the bytes of spots, reads the file again, and proves that nothing else changed.

use std::ops::Range;

use super::proof::Proof;
use super::source::Source;
use super::syntax::Syntax;
use super::tape::{Seen, Tokens, What};
use super::{Change, FileSpots, Holds, Reading, Spot};
use crate::model::error::{Error, Result};
use crate::model::line_diff::{Edit, unified};

/// One replacement: these bytes become this text.
struct Splice {
    range: Range<usize>,
    text: String,
}

/// A file with every spot changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewritten {
    /// The whole new text.
    pub text: String,
    /// What changed, in the form that `git apply` takes.
    pub diff: String,
}

/// Changes every spot of a file.
///
/// The proof: the file is read again, and everything the reader saw before it sees now, in the same order, moved by what the
/// new texts are longer, with the same value; only the values that hold a spot differ, by exactly the new text.
///
/// # Errors
/// A spot does not hold the version it must, an image is pinned by a digest that was not given, or the proof fails.
pub fn rewrite(file: &FileSpots, change: &Change) -> Result<Rewritten> {
    let before = Source::new(&file.path, &file.bytes)?;
    let splices: Vec<Splice> = file
        .spots
        .iter()
        .map(|spot| Ok(Splice { range: spot.range.clone(), text: new_text(&before, spot, change)? }))
        .collect::<Result<_>>()?;
    let written = spliced(before.text, 0, &splices);
    let after = Source { path: &file.path, text: &written };
    let moves = Moves::of(&splices);
    for Reading { syntax, tokens } in &file.readings {
        prove(&before, tokens, syntax, &after, &moves)?;
    }
    let edits: Vec<Edit> =
        splices.iter().map(|splice| Edit { old: splice.range.clone(), new: splice.text.len() }).collect();
    let diff = unified(&file.path, before.text, &written, &edits);
    Ok(Rewritten { text: written, diff })
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
        Holds::Numbers if spot.value == change.from.release().to_string() => Ok(change.to.release().to_string()),
        Holds::Numbers => Err(source
            .obstacle(spot.range.start, format!("'{}' is '{}', not '{}'", spot.name, spot.value, change.from.release()))
            .hint(format!("write '{}' there", change.from.release()))),
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

fn prove(before: &Source<'_>, old: &Tokens, syntax: &Syntax, after: &Source<'_>, moves: &Moves<'_>) -> Result<()> {
    if !moves.keep_the_rest(before.text, after.text) {
        return Err(unproven(before, 0));
    }
    let agrees = |old: &Seen<'_>, new: &Seen<'_>| moves.prove(old, new);
    match syntax.differs(after, Proof::new(old, before.text, &agrees)) {
        Ok(None) => Ok(()),
        Ok(Some(offset)) => Err(unproven(before, offset)),
        Err(broken) => Err(unproven(before, 0).because(broken)),
    }
}

/// Where things stand after the splices.
struct Moves<'s> {
    splices: &'s [Splice],
    /// How many bytes the first splices take, and how many they write, for each number of them.
    sums: Vec<(usize, usize)>,
}

impl<'s> Moves<'s> {
    fn of(splices: &'s [Splice]) -> Self {
        let mut sums = vec![(0, 0)];
        let (mut gone, mut come) = (0, 0);
        for splice in splices {
            gone += splice.range.len();
            come += splice.text.len();
            sums.push((gone, come));
        }
        Self { splices, sums }
    }

    /// Says whether the bytes between the splices are the same, each where it must stand now.
    fn keep_the_rest(&self, before: &str, after: &str) -> bool {
        let ends = self.splices.iter().map(|splice| splice.range.start).chain([before.len()]);
        let starts = [0].into_iter().chain(self.splices.iter().map(|splice| splice.range.end));
        starts.zip(ends).enumerate().all(|(splices, (start, end))| {
            let now = self.shift(start, splices)..self.shift(end, splices);
            after.as_bytes().get(now) == before.as_bytes().get(start..end)
        })
    }

    fn shift(&self, offset: usize, splices: usize) -> usize {
        offset + self.sums[splices].1 - self.sums[splices].0
    }

    /// Says whether a token is what it was, where it must stand now. The bytes between the splices are known to be the same.
    fn prove(&self, old: &Seen<'_>, new: &Seen<'_>) -> bool {
        let all = self.splices.len();
        // Most of a lock file stands behind the last splice.
        let behind = self.splices.last().is_none_or(|last| last.range.end < old.range.start);
        let (start, end) = match behind {
            true => (all, all),
            false => (
                self.splices.partition_point(|s| s.range.end <= old.range.start && s.range.start < old.range.start),
                self.splices.partition_point(|splice| splice.range.end <= old.range.end),
            ),
        };
        old.what == new.what
            && old.end == new.end
            && new.range == (self.shift(old.range.start, start)..self.shift(old.range.end, end))
            && self.proves_value(old, new, start..end)
    }

    fn proves_value(&self, old: &Seen<'_>, new: &Seen<'_>, inside: Range<usize>) -> bool {
        let holds_text = match old.what {
            What::Document | What::Map | What::List => false,
            What::Key | What::Text | What::Plain | What::Block | What::Alias => true,
        };
        match inside.is_empty() || !holds_text {
            true => (old.is_bytes && new.is_bytes) || old.value == new.value,
            // A spot is only taken where the bytes are the value, so the same splices apply to both.
            false => old.is_bytes && new.value == spliced(old.value, old.range.start, &self.splices[inside]),
        }
    }
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
        let seen = Syntax::Json.read(&before).expect("it is JSON").into_tokens();
        let table = [
            ("{\"v\": \"2.0.10\", \"w\": [1, \"x\"]}", true),
            ("{\"v\": \"2.0.11\", \"w\": [1, \"x\"]}", false),
            ("{\"v\": \"2.0.10\", \"w\": [2, \"x\"]}", false),
            ("{\"v\": \"2.0.10\", \"w\": [1, \"y\"]}", false),
            ("{\"v\": \"2.0.10\", \"u\": [1, \"x\"]}", false),
            ("{\"v\": \"2.0.10\", \"w\": [1,\"x\"] }", false),
            ("{\"v\": \"2.0.10\", \"w\": [1, \"x\", 1]}", false),
            ("{\"v\": \"2.0.10\", \"w\": [1, \"x\"", false),
            ("{\"v\": \"2.0.10\", \"w\": [1, [\"x\"]]}", false),
            ("{\"v\": \"2.0.10\", \"w\": [1]}", false),
        ];
        for (text, proven) in table {
            let after = Source { path: &path, text };
            let proof = prove(&before, &seen, &Syntax::Json, &after, &Moves::of(&splices));
            assert_eq!(proof.is_ok(), proven, "{text}");
        }
    }
}
