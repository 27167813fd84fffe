//! The message of a pick: the origin's, with the origin named where `git interpret-trailers` expects trailers.
//!
//! `git cherry-pick -x` adds its line last, below the sign-offs, where checks of sign-offs no longer find them. Here it
//! stands above them. A message without sign-offs becomes the very one that git makes.

use crate::model::commit::CommitId;

const SIGN_OFF: &[u8] = b"Signed-off-by: ";
const ORIGIN: &[u8] = b"(cherry picked from commit ";

/// Returns the message of a pick of `origin`, whose own message is given; `signer` (`Name <address>`) signs it off.
///
/// White space at line ends and empty lines in a row go, as `git cherry-pick -x` removes them. Texts in any encoding that
/// extends ASCII pass through.
pub fn picked(message: &[u8], origin: CommitId, signer: Option<&[u8]>) -> Vec<u8> {
    let mut lines: Vec<Vec<u8>> = stripped(message).into_iter().map(<[u8]>::to_vec).collect();
    let origin_line = [ORIGIN, origin.to_string().as_bytes(), b")"].concat();
    match trailer_block(&lines) {
        Some(start) => {
            let at = above_sign_offs(&lines, start);
            lines.insert(at, origin_line);
        }
        None => {
            lines.push(Vec::new());
            lines.push(origin_line);
        }
    }
    if let Some(signer) = signer {
        let sign_off = [SIGN_OFF, signer].concat();
        if lines.last() != Some(&sign_off) {
            lines.push(sign_off);
        }
    }
    let mut text = Vec::new();
    for line in stripped(&lines.join(&b'\n')) {
        text.extend_from_slice(line);
        text.push(b'\n');
    }
    text
}

/// Says whether a message names `origin` as what it was picked from.
pub fn names_origin(message: &str, origin: CommitId) -> bool {
    let line = format!("(cherry picked from commit {origin})");
    message.lines().any(|found| found.trim() == line)
}

/// Where the line of the origin goes in a trailer block: above the sign-offs, yet below the origins that stand there already.
fn above_sign_offs(lines: &[Vec<u8>], start: usize) -> usize {
    let after_origins =
        lines[start..].iter().rposition(|line| line.starts_with(ORIGIN)).map_or(start, |at| start + at + 1);
    let sign_off = lines[after_origins..].iter().position(|line| line.starts_with(SIGN_OFF));
    sign_off.map_or(lines.len(), |at| after_origins + at)
}

/// Does what `strbuf_stripspace` of git does: no white space at line ends, no empty lines at both ends or in a row.
fn stripped(message: &[u8]) -> Vec<&[u8]> {
    let mut lines: Vec<&[u8]> = Vec::new();
    for line in message.split(|byte| *byte == b'\n') {
        let end = line.iter().rposition(|byte| !is_space(*byte)).map_or(0, |at| at + 1);
        if end > 0 || lines.last().is_some_and(|line| !line.is_empty()) {
            lines.push(&line[..end]);
        }
    }
    while lines.last().is_some_and(|line| line.is_empty()) {
        lines.pop();
    }
    lines
}

/// Returns where the trailer block at the end of a message begins, by the rules of `find_trailer_block_start` in git's
/// `trailer.c`: the last paragraph, not the first one, in which all lines are trailers, or a quarter of them when one is of
/// git's own making. Trailers that the user's configuration defines do not count as such.
fn trailer_block(lines: &[Vec<u8>]) -> Option<usize> {
    let lines = &lines[..lines.len() - ignored_at_end(lines)];
    let title = lines.iter().position(|line| line.is_empty() && !is_comment(line)).unwrap_or(lines.len());
    let mut count = Count::default();
    let mut seen_text = false;
    for (at, line) in lines.iter().enumerate().skip(title).rev() {
        if is_comment(line) {
            count.close_continuations();
        } else if line.is_empty() {
            if seen_text {
                count.close_continuations();
                return count.is_block().then_some(at + 1);
            }
        } else {
            seen_text = true;
            count.take(line);
        }
    }
    None
}

/// How many lines of a paragraph, read from its end, are trailers.
#[derive(Default)]
struct Count {
    trailers: usize,
    others: usize,
    maybe_continuations: usize,
    of_git: bool,
}

impl Count {
    fn take(&mut self, line: &[u8]) {
        if line.starts_with(SIGN_OFF) || line.starts_with(ORIGIN) {
            self.trailers += 1;
            self.maybe_continuations = 0;
            self.of_git = true;
        } else if is_space(line[0]) {
            self.maybe_continuations += 1;
        } else if has_separator(line) {
            self.trailers += 1;
            self.maybe_continuations = 0;
        } else {
            self.others += 1;
            self.close_continuations();
        }
    }

    fn close_continuations(&mut self) {
        self.others += std::mem::take(&mut self.maybe_continuations);
    }

    fn is_block(&self) -> bool {
        (self.of_git && self.trailers * 3 >= self.others) || (self.trailers > 0 && self.others == 0)
    }
}

/// Counts the lines at the end that are no part of the message to git (`ignored_log_message_bytes`): comments, and the
/// list of conflicts that its old versions left.
fn ignored_at_end(lines: &[Vec<u8>]) -> usize {
    let mut start = None;
    let mut in_conflicts = false;
    for (at, line) in lines.iter().enumerate() {
        if is_comment(line) || line.is_empty() {
            start = start.or(Some(at));
        } else if line == b"Conflicts:" {
            in_conflicts = true;
            start = start.or(Some(at));
        } else if !(in_conflicts && line.starts_with(b"\t")) {
            start = None;
            in_conflicts = false;
        }
    }
    start.map_or(0, |at| lines.len() - at)
}

/// A trailer is a token of letters, digits and hyphens, perhaps white space, and a colon (`find_separator`).
fn has_separator(line: &[u8]) -> bool {
    let token = line.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-').count();
    let rest = line[token..].iter().find(|byte| !matches!(byte, b' ' | b'\t'));
    token > 0 && rest == Some(&b':')
}

fn is_comment(line: &[u8]) -> bool {
    line.starts_with(b"#")
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "1111111111111111111111111111111111111111";

    fn made(message: &str, signer: Option<&str>) -> String {
        let origin = HEX.parse().expect("a commit");
        let text = picked(message.as_bytes(), origin, signer.map(str::as_bytes));
        String::from_utf8(text).expect("text stays text").replace(&format!("(cherry picked from commit {HEX})"), "@")
    }

    #[test]
    fn the_origin_stands_above_the_sign_offs_and_inside_the_trailers() {
        let table = [
            ("Fix\n", "Fix\n\n@\n"),
            ("Fix", "Fix\n\n@\n"),
            ("", "@\n"),
            ("Fix\n\nBody.\n", "Fix\n\nBody.\n\n@\n"),
            ("Fix\n\nBody.\n\nRefs: #1\n", "Fix\n\nBody.\n\nRefs: #1\n@\n"),
            ("Fix\n\nSigned-off-by: A <a@b>\n", "Fix\n\n@\nSigned-off-by: A <a@b>\n"),
            ("Fix\n\nRefs: 1\nSigned-off-by: A <a@b>\n", "Fix\n\nRefs: 1\n@\nSigned-off-by: A <a@b>\n"),
            (
                "Fix\n\nSigned-off-by: A <a@b>\nReviewed-by: R <r@b>\nSigned-off-by: B <b@b>\n",
                "Fix\n\n@\nSigned-off-by: A <a@b>\nReviewed-by: R <r@b>\nSigned-off-by: B <b@b>\n",
            ),
            (
                "Fix\n\nSigned-off-by: A <a@b>\n(cherry picked from commit 22)\nSigned-off-by: B <b@b>\n",
                "Fix\n\nSigned-off-by: A <a@b>\n(cherry picked from commit 22)\n@\nSigned-off-by: B <b@b>\n",
            ),
            ("Fix\n\n(cherry picked from commit 22)\n", "Fix\n\n(cherry picked from commit 22)\n@\n"),
            ("Refs: 1\n", "Refs: 1\n\n@\n"),
            ("Fix\n\nRefs: 1\nand prose\n", "Fix\n\nRefs: 1\nand prose\n\n@\n"),
            ("Fix\n\nprose\nSigned-off-by: A <a@b>\n", "Fix\n\nprose\n@\nSigned-off-by: A <a@b>\n"),
            ("Fix\n\nRefs: 1\n  goes on\n", "Fix\n\nRefs: 1\n  goes on\n@\n"),
            ("\n\nFix  \n\n\n\nBody\t\n\n\n", "Fix\n\nBody\n\n@\n"),
        ];
        for (message, expected) in table {
            assert_eq!(made(message, None), expected, "{message:?}");
        }
    }

    #[test]
    fn a_pick_is_signed_off_once_and_last() {
        let me = Some("M <m@b>");
        assert_eq!(made("Fix\n", me), "Fix\n\n@\nSigned-off-by: M <m@b>\n");
        assert_eq!(made("Fix\n\nSigned-off-by: M <m@b>\n", me), "Fix\n\n@\nSigned-off-by: M <m@b>\n");
        assert_eq!(
            made("Fix\n\nSigned-off-by: M <m@b>\nSigned-off-by: A <a@b>\n", me),
            "Fix\n\n@\nSigned-off-by: M <m@b>\nSigned-off-by: A <a@b>\nSigned-off-by: M <m@b>\n"
        );
    }

    #[test]
    fn bytes_that_are_no_utf8_pass_through() {
        let origin = HEX.parse().expect("a commit");
        let text = picked(b"Fix caf\xe9\n", origin, None);
        assert!(text.starts_with(b"Fix caf\xe9\n\n("), "{text:?}");
    }

    #[test]
    fn the_origin_is_found_again() {
        let origin: CommitId = HEX.parse().expect("a commit");
        assert!(names_origin(&format!("Fix\n\n(cherry picked from commit {HEX})\n"), origin));
        assert!(!names_origin(&format!("Fix {HEX}\n"), origin));
    }
}
