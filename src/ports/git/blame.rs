//! Which commits last touched given lines: `git blame --incremental` (`git-blame(1)`).

use std::collections::{BTreeMap, HashSet};

use crate::model::commit::CommitId;
use crate::model::error::{Error, Result};
use crate::model::fetch::MISSING_OBJECT;
use crate::ports::git::Git;
use crate::ports::git::hunks::LineRange;
use crate::ports::platform;
use crate::ports::process::failed;

/// A question: who last touched these lines of the file as it is in that commit?
#[derive(Debug, Clone, Copy)]
pub struct Question<'q> {
    /// The commit whose version of the file is meant.
    pub at: CommitId,
    /// The path there, byte for byte.
    pub path: &'q [u8],
    /// The lines. None at all is answered with nothing.
    pub ranges: &'q [LineRange],
}

/// A commit that last touched some of the lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blamed {
    /// The commit.
    pub commit: CommitId,
    /// What the file was called in that commit.
    pub path: Vec<u8>,
    /// The lines, numbered as in that commit.
    pub there: Vec<LineRange>,
}

impl Blamed {
    /// Returns how many lines there are.
    pub fn lines(&self) -> u32 {
        self.there.iter().map(|range| range.count).sum()
    }
}

/// The commits at which a shallow clone ends. Blame lays every older line at their door.
pub fn cut_off(git: &Git) -> HashSet<CommitId> {
    let listed = std::fs::read_to_string(git.common_directory().join("shallow")).unwrap_or_default();
    listed.lines().filter_map(|line| line.trim().parse().ok()).collect()
}

/// Returns the commits that last touched the lines, white space ignored, ordered by name.
///
/// # Errors
/// When git fails, for example because an object is missing.
pub fn blame(git: &Git, question: Question<'_>) -> Result<Vec<Blamed>> {
    if question.ranges.is_empty() {
        return Ok(Vec::new());
    }
    let mut command = git.program().command();
    command.args(["--literal-pathspecs", "blame", "--incremental", "--root", "-w"]);
    for range in question.ranges {
        command.arg(format!("-L{},+{}", range.start, range.count));
    }
    command.arg(question.at.to_string()).arg("--").arg(platform::path_of(question.path));
    let finished = crate::ports::process::finish(command, None)?;
    if !finished.success() {
        return Err(failed("git blame", &finished).hint(MISSING_OBJECT));
    }
    parse(&finished.stdout).ok_or_else(|| Error::unfinished("'git blame' printed what it is not known to print"))
}

/// Reads entries of `<commit> <line there> <line here> <count>`, headers, and `filename <path>` at the end.
fn parse(output: &[u8]) -> Option<Vec<Blamed>> {
    let mut found: BTreeMap<(CommitId, Vec<u8>), Vec<LineRange>> = BTreeMap::new();
    let mut open: Option<(CommitId, LineRange)> = None;
    for line in output.split(|byte| *byte == b'\n') {
        if let Some(name) = line.strip_prefix(b"filename ") {
            let (commit, range) = open.take()?;
            found.entry((commit, unquoted(name)?)).or_default().push(range);
        } else if open.is_none() && !line.is_empty() {
            let mut words = std::str::from_utf8(line).ok()?.split(' ');
            let commit = words.next()?.parse().ok()?;
            let start = words.next()?.parse().ok()?;
            open = Some((commit, LineRange { start, count: words.nth(1)?.parse().ok()? }));
        }
    }
    let blamed = found.into_iter().map(|((commit, path), there)| Blamed { commit, path, there });
    open.is_none().then(|| blamed.collect())
}

/// Undoes the quoting of unusual paths (`git-config(1)`, `core.quotePath`).
fn unquoted(name: &[u8]) -> Option<Vec<u8>> {
    let Some(inside) = name.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")) else {
        return Some(name.to_vec());
    };
    let mut bytes = inside.iter().copied();
    let mut path = Vec::with_capacity(inside.len());
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            path.push(byte);
            continue;
        }
        path.push(match bytes.next()? {
            b'a' => 7,
            b'b' => 8,
            b't' => b'\t',
            b'n' => b'\n',
            b'v' => 11,
            b'f' => 12,
            b'r' => b'\r',
            first @ b'0'..=b'3' => {
                let digits = [first, bytes.next()?, bytes.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 8).ok()?
            }
            other => other,
        });
    }
    Some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "1111111111111111111111111111111111111111";
    const TWO: &str = "2222222222222222222222222222222222222222";

    #[test]
    fn entries_of_one_commit_are_added_up() {
        let output = format!(
            "{ONE} 4 4 2\nauthor A\nsummary {TWO} 1 1 1\nfilename a.c\n{TWO} 1 1 1\nboundary\nfilename \"\\303\\244\\t\\\".c\"\n{ONE} 9 9 3\nfilename a.c\n"
        );
        let blamed = parse(output.as_bytes()).expect("a known form");
        let shown: Vec<_> = blamed.iter().map(|b| (b.commit.to_string(), b.lines(), b.path.clone())).collect();
        assert_eq!(shown, [(ONE.to_owned(), 5, b"a.c".to_vec()), (TWO.to_owned(), 1, "ä\t\".c".as_bytes().to_vec())]);
        assert_eq!(blamed[0].there, [LineRange { start: 4, count: 2 }, LineRange { start: 9, count: 3 }]);
    }

    #[test]
    fn a_cut_off_answer_is_none() {
        for output in [format!("{ONE} 4 4 2\nauthor A\n"), format!("{ONE} 4\n"), "filename a\n".to_owned()] {
            assert_eq!(parse(output.as_bytes()), None, "{output}");
        }
    }
}
