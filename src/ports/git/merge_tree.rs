//! Git's own merge engine: `git merge-tree --write-tree --stdin -z` (`git-merge-tree(1)`).
//!
//! One process answers many requests. It is fed all of them and read to its end, because git does not flush an answer
//! before the next one pushes it out.

use std::collections::BTreeSet;

use crate::model::commit::TreeId;
use crate::model::error::{Error, Result};
use crate::model::fetch::MISSING_OBJECT;
use crate::model::forecast::Conflict;
use crate::ports::process::{Finished, GitProgram, finish};

use super::quarantine::Quarantine;

/// A merge to make; each side is the name of a commit or (since git 2.45) of a tree.
#[derive(Debug, Clone)]
pub struct Request {
    /// The tree that both sides started from.
    pub base: String,
    /// The line.
    pub ours: String,
    /// The fix.
    pub theirs: String,
}

/// What `git merge-tree` answers for one merge.
#[derive(Debug, Clone)]
pub struct Merged {
    /// Whether it merged without conflict.
    pub clean: bool,
    /// The resulting tree, conflict markers and all.
    pub tree: TreeId,
    /// The conflicting paths, sorted, bytes that are not UTF-8 replaced.
    pub files: Vec<String>,
    /// Each conflict with its kind, as git names it; hunks are not counted.
    pub conflicts: Vec<Conflict>,
}

/// Makes the merges one after the other in one process; the results are written into the quarantine.
///
/// Attributes such as merge drivers are read from `attributes`, a tree.
///
/// # Errors
/// When git cannot be started, or ends before it has answered everything, for example because an object is missing.
pub fn merge_all(
    git: &GitProgram,
    quarantine: &Quarantine,
    attributes: TreeId,
    requests: &[Request],
) -> Result<Vec<Merged>> {
    let mut command = git.command();
    quarantine.direct(&mut command);
    // What is thrown away at once is not worth compressing.
    command.arg(format!("--attr-source={attributes}")).args(["-c", "core.looseCompression=0"]).args([
        "merge-tree",
        "--write-tree",
        "--stdin",
        "-z",
    ]);
    let input: String = requests.iter().map(|r| format!("{} -- {} {}\n", r.base, r.ours, r.theirs)).collect();
    let finished = finish(command, Some(input.into_bytes()))?;
    let mut fields = Fields(&finished.stdout);
    let mut answers = Vec::with_capacity(requests.len());
    for request in requests {
        match fields.answer() {
            Some(merged) => answers.push(merged),
            None => return Err(no_answer(request, &finished)),
        }
    }
    Ok(answers)
}

fn no_answer(request: &Request, finished: &Finished) -> Error {
    let Request { base, ours, theirs } = request;
    let error = Error::unfinished(format!("git could not merge '{theirs}' into '{ours}' over '{base}'"));
    let said = finished.stderr.trim();
    if said.is_empty() {
        return error.because("git stopped in the middle of its answer");
    }
    error.because(said.to_owned()).hint(MISSING_OBJECT)
}

/// The output, a sequence of fields that each end in a zero byte.
struct Fields<'o>(&'o [u8]);

impl<'o> Fields<'o> {
    fn next(&mut self) -> Option<&'o [u8]> {
        let end = self.0.iter().position(|byte| *byte == 0)?;
        let field = &self.0[..end];
        self.0 = &self.0[end + 1..];
        Some(field)
    }

    fn answer(&mut self) -> Option<Merged> {
        let clean = match self.next()? {
            b"1" => true,
            b"0" => false,
            _ => return None,
        };
        let tree = text(self.next()?).parse().ok()?;
        let files = if clean { BTreeSet::new() } else { self.conflicted_files()? };
        let conflicts = self.messages()?;
        Some(Merged { clean, tree, files: files.into_iter().collect(), conflicts })
    }

    fn conflicted_files(&mut self) -> Option<BTreeSet<String>> {
        let mut files = BTreeSet::new();
        loop {
            let entry = self.next()?;
            if entry.is_empty() {
                return Some(files);
            }
            let tab = entry.iter().position(|byte| *byte == b'\t')?;
            files.insert(text(&entry[tab + 1..]));
        }
    }

    fn messages(&mut self) -> Option<Vec<Conflict>> {
        let mut conflicts = Vec::new();
        loop {
            let count = self.next()?;
            if count.is_empty() {
                return Some(conflicts);
            }
            let count: usize = text(count).parse().ok()?;
            let paths = (0..count).map(|_| self.next()).collect::<Option<Vec<_>>>()?;
            let kind = text(self.next()?);
            self.next()?;
            // Git writes one of the kinds without the space (`merge-ort.c`, `type_short_descriptions`).
            let kind = kind.strip_prefix("CONFLICT").map(str::trim_start);
            let kind = kind.and_then(|kind| kind.strip_prefix('(')?.strip_suffix(')'));
            if let (Some(kind), Some(path)) = (kind, paths.first()) {
                conflicts.push(Conflict { path: text(path), kind: kind.to_owned(), hunks: None });
            }
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
