//! Blocks between fences, as Markdown has them ("Fenced code blocks" of CommonMark), and comments.

use crate::model::eligibility::prose::spoken;

/// What marks the block that has words for users.
const WORDS: &str = "release-note";

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece<'t> {
    /// A line between blocks, and where it begins.
    Line(usize, &'t str),
    /// The lines of a block that has words for users, without the space around them.
    Words(Vec<&'t str>),
    /// Another block.
    Block,
}

/// Splits a text into lines and blocks. A fence that nothing closes begins none, and neither does one that such a block follows before it
/// is closed.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut begin = 0;
    let lines: Vec<(usize, &str)> = text
        .split_inclusive('\n')
        .map(|line| {
            let at = begin;
            begin += line.len();
            (at, line.trim_end_matches(['\n', '\r']))
        })
        .collect();
    let mut found = Vec::new();
    let mut rest = lines.as_slice();
    while let [(at, line), behind @ ..] = rest {
        rest = behind;
        let Some(fence) = Fence::of(line) else {
            found.push(Piece::Line(*at, line));
            continue;
        };
        let end = behind.iter().position(|(_, line)| fence.is_closed_by(line));
        let other = behind.iter().position(|(_, line)| !fence.has_words() && fence.is_cut_by(line));
        match end.filter(|end| other.is_none_or(|other| *end < other)).and_then(|end| behind.split_at_checked(end)) {
            Some((inside, closing)) => {
                rest = closing.get(1..).unwrap_or_default();
                let told = || Piece::Words(inside.iter().map(|(_, line)| line.trim()).collect());
                found.push(if fence.has_words() { told() } else { Piece::Block });
            }
            None => found.push(Piece::Line(*at, line)),
        }
    }
    found
}

/// What begins a block.
struct Fence<'t> {
    mark: char,
    length: usize,
    info: &'t str,
}

impl<'t> Fence<'t> {
    fn of(line: &'t str) -> Option<Self> {
        let line = line.trim();
        let mark = line.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
        let info = line.trim_start_matches(mark);
        let length = line.len() - info.len();
        // Code within a line is between backticks, too.
        let is_fence = length >= 3 && !(mark == '`' && info.contains('`'));
        is_fence.then_some(Self { mark, length, info: info.trim() })
    }

    fn has_words(&self) -> bool {
        self.info.eq_ignore_ascii_case(WORDS)
    }

    fn is_closed_by(&self, line: &str) -> bool {
        Fence::of(line).is_some_and(|other| self.is_reached_by(&other) && other.info.is_empty())
    }

    fn is_cut_by(&self, line: &str) -> bool {
        Fence::of(line).is_some_and(|other| self.is_reached_by(&other) && other.has_words())
    }

    fn is_reached_by(&self, other: &Fence<'_>) -> bool {
        other.mark == self.mark && other.length >= self.length
    }
}

/// Returns what a file or a description shows: without comments, and without what stands behind one that begins a line and that nothing
/// closes, for GitHub shows nothing of it ("HTML blocks" of CommonMark).
pub fn shown(text: &str) -> String {
    let mut said = spoken(text);
    if let Some(at) = open_comment(&said) {
        said.truncate(at);
    }
    said
}

/// Returns where a comment begins that nothing closes.
pub fn open_comment(text: &str) -> Option<usize> {
    pieces(text).into_iter().find_map(|piece| match piece {
        Piece::Line(at, line) => {
            let mark = line.trim_start_matches(' ');
            // What is moved further is code, or goes on with the line before.
            let begins = line.len() - mark.len() <= 3 && mark.starts_with("<!--");
            (begins && text.get(at..).is_some_and(|rest| !rest.contains("-->"))).then_some(at)
        }
        Piece::Words(_) | Piece::Block => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_told_from_lines() {
        let words = |lines: &[&'static str]| Piece::Words(lines.to_vec());
        for (text, expected) in [
            ("a\n```release-note\nb\n```\nc", vec![Piece::Line(0, "a"), words(&["b"]), Piece::Line(24, "c")]),
            ("~~~ Release-Note\nb\n```\n~~~~\n", vec![words(&["b", "```"])]),
            ("```\n~~~release-note\nb\n~~~\n```\n", vec![Piece::Block]),
            ("````\n```release-note\nb\n```\n````\n", vec![Piece::Block]),
            ("```\n```release-note\nb\n```\n", vec![Piece::Line(0, "```"), words(&["b"])]),
            ("```a` b\n```", vec![Piece::Line(0, "```a` b"), Piece::Line(8, "```")]),
            ("", vec![]),
        ] {
            assert_eq!(pieces(text), expected, "{text:?}");
        }
    }

    #[test]
    fn nothing_is_shown_behind_a_comment_that_stays_open() {
        for (text, expected) in [
            ("a\n<!-- b\n\nc", "a\n"),
            ("a\n   <!-- b", "a\n"),
            ("a\n    <!-- b", "a\n    <!-- b"),
            ("a <!-- b\nc", "a <!-- b\nc"),
            ("```\n<!-- a\n```\nb", "```\n<!-- a\n```\nb"),
            ("<!-- a -->\nb\n<!-- c", "\nb\n"),
        ] {
            assert_eq!(shown(text), expected, "{text:?}");
        }
    }
}
