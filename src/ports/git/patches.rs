//! The patches of many commits, read from `git diff-tree`, of which each core has its own where they are many.

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::process::Stdio;

use crate::model::commit::{Commit, CommitId};
use crate::model::error::{Error, Result};
use crate::model::fetch::MISSING_OBJECT;
use crate::model::patch::{FilePatch, Mark, PatchLine};
use crate::ports::process::{GitProgram, cannot_start};

use super::Git;
use super::forecaster::in_parallel;
use super::outline::Compared;
use super::patch_id::against_first_parents;

/// The form of the patches does not depend on the user's configuration, apart from attributes of paths.
const ARGUMENTS: [&str; 16] = [
    "-c",
    "core.quotePath=true",
    "-c",
    "diff.suppressBlankEmpty=false",
    "diff-tree",
    "--stdin",
    "--root",
    "-p",
    "--full-index",
    "--find-renames",
    "-l400",
    "--unified=3",
    "--no-ext-diff",
    "--no-textconv",
    "--submodule=short",
    "--no-color",
];

/// The patches of as many commits are kept in memory when they were asked for together, and of as many in all.
const FEW: usize = 256;
const MOST_MADE: usize = 512;

/// Fewer commits than this are compared faster than one more process starts.
const WORTH_A_PROCESS: usize = 16;

impl Git {
    /// Returns the patch of each commit relative to its first parent. A commit that changes nothing has an empty one.
    ///
    /// # Errors
    /// When git fails, for example because an object is missing.
    pub fn patches(&self, commits: &[&impl Compared]) -> Result<HashMap<CommitId, Vec<FilePatch>>> {
        if commits.len() > FEW {
            return self.patches_with(&[], commits);
        }
        // The same few are asked for again and again, and each question is a process.
        let mut made = self.made_patches.borrow_mut();
        let open: Vec<_> = commits.iter().copied().filter(|commit| !made.contains_key(&commit.id())).collect();
        if !open.is_empty() {
            let new = self.patches_with(&[], &open)?;
            if made.len() + new.len() > MOST_MADE {
                made.retain(|id, _| commits.iter().any(|commit| commit.id() == *id));
            }
            made.extend(new);
        }
        Ok(commits.iter().filter_map(|commit| Some((commit.id(), made.get(&commit.id())?.clone()))).collect())
    }

    /// Has patches ready that [`Self::patches`] will be asked for few at a time, as many as are kept. What cannot be read is left to those
    /// questions.
    pub fn have_patches_ready(&self, commits: &[&Commit]) {
        let mut made = self.made_patches.borrow_mut();
        let mut once = HashSet::new();
        let open = commits.iter().copied().filter(|commit| !made.contains_key(&commit.id) && once.insert(commit.id));
        let open: Vec<&Commit> = open.take(MOST_MADE.saturating_sub(made.len())).collect();
        if let Ok(new) = self.patches_with(&[], &open) {
            made.extend(new);
        }
    }

    /// Returns for each commit the patch that takes it back, as git makes it: from the commit to its first parent.
    ///
    /// # Errors
    /// As [`Self::patches`].
    pub fn inverse_patches(&self, commits: &[&impl Compared]) -> Result<HashMap<CommitId, Vec<FilePatch>>> {
        self.patches_with(&["-R"], commits)
    }

    fn patches_with(&self, more: &[&str], commits: &[&impl Compared]) -> Result<HashMap<CommitId, Vec<FilePatch>>> {
        let program = self.program();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let shares = (commits.len() / WORTH_A_PROCESS).clamp(1, cores);
        let shares: Vec<_> = commits.chunks(commits.len().div_ceil(shares).max(1)).collect();
        let found = in_parallel(shares.len(), |share| compared(program, more, shares[share]))?;
        Ok(found.into_iter().flatten().collect())
    }
}

/// Has one process compare some commits with their first parents.
fn compared(
    program: &GitProgram,
    more: &[&str],
    commits: &[&impl Compared],
) -> Result<HashMap<CommitId, Vec<FilePatch>>> {
    let mut found: HashMap<CommitId, Vec<FilePatch>> = commits.iter().map(|commit| (commit.id(), Vec::new())).collect();
    let mut command = program.command();
    command.args(ARGUMENTS).args(more).args(["--src-prefix=a/", "--dst-prefix=b/", "--inter-hunk-context=0"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut differ = command.spawn().map_err(|error| cannot_start("git", error))?;
    let pipes = differ.stdin.take().zip(differ.stdout.take()).zip(differ.stderr.take());
    let ((mut stdin, stdout), mut stderr) = pipes.expect("because all three were asked to be pipes");
    let asked = against_first_parents(commits);
    // A differ that stops reading early says why with its exit code.
    let feeder = std::thread::spawn(move || drop(stdin.write_all(asked.as_bytes())));
    let listener = std::thread::spawn(move || {
        let mut said = String::new();
        drop(stderr.read_to_string(&mut said));
        said
    });
    let read = read(BufReader::with_capacity(1 << 16, stdout), &mut found);
    let ended = differ.wait().map_err(|error| Error::unfinished("cannot wait for git").because(error))?;
    drop(feeder.join());
    let said = listener.join().unwrap_or_default();
    read.map_err(|error| Error::unfinished("cannot read what 'git diff-tree' prints").because(error))?;
    if !ended.success() {
        return Err(Error::undecided("'git diff-tree' could not compare commits")
            .because(said.trim().to_owned())
            .hint(MISSING_OBJECT));
    }
    Ok(found)
}

/// Reads what `git diff-tree --stdin -p` prints into the patches of the commits it names.
fn read(mut from: impl BufRead, into: &mut HashMap<CommitId, Vec<FilePatch>>) -> std::io::Result<()> {
    let mut reader = Reader::default();
    let mut line = Vec::new();
    let mut commit = None;
    loop {
        line.clear();
        if from.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        if reader.in_hunk(&line) {
            continue;
        }
        let text = line.strip_suffix(b"\n").unwrap_or(&line);
        if let Some(id) = std::str::from_utf8(text).ok().and_then(|text| text.parse::<CommitId>().ok()) {
            finish(commit.replace(id), &mut reader, into);
        } else {
            reader.header(text);
        }
    }
    finish(commit, &mut reader, into);
    Ok(())
}

fn finish(commit: Option<CommitId>, reader: &mut Reader, into: &mut HashMap<CommitId, Vec<FilePatch>>) {
    let files = std::mem::take(reader).files;
    if let Some(known) = commit.and_then(|commit| into.get_mut(&commit)) {
        *known = files;
    }
}

/// The files of one commit so far, and how many lines the hunk still has on either side.
#[derive(Default)]
struct Reader {
    files: Vec<FilePatch>,
    index: Option<(String, String)>,
    before: usize,
    then: usize,
}

impl Reader {
    /// Takes a line of a hunk; `false` when it is none.
    fn in_hunk(&mut self, line: &[u8]) -> bool {
        let Some(hunk) = self.files.last_mut().and_then(|file| file.hunks.last_mut()) else { return false };
        if line.starts_with(b"\\") {
            // What stands before it has no line end in the file.
            if let Some(last) = hunk.last_mut() {
                last.text.pop();
            }
            return true;
        }
        if self.before == 0 && self.then == 0 {
            return false;
        }
        let mark = match line[0] {
            b'-' => Mark::Removed,
            b'+' => Mark::Added,
            _ => Mark::Context,
        };
        self.before -= usize::from(mark != Mark::Added && self.before > 0);
        self.then -= usize::from(mark != Mark::Removed && self.then > 0);
        hunk.push(PatchLine { mark, text: line[1..].to_vec() });
        true
    }

    fn header(&mut self, line: &[u8]) {
        if let Some(names) = line.strip_prefix(b"diff --git ") {
            // Both names are the same but for their prefix, unless a rename says otherwise further down.
            let path = unquoted(&names[..names.len() / 2]).get(2..).map(<[u8]>::to_vec);
            self.files.push(FilePatch { old: path.clone(), new: path, ..FilePatch::default() });
            self.index = None;
            return;
        }
        let Some(file) = self.files.last_mut() else { return };
        let text = |prefix: &str| line.strip_prefix(prefix.as_bytes());
        let word = |prefix: &str| text(prefix).map(|rest| String::from_utf8_lossy(rest).into_owned());
        if let Some(ranges) = text("@@ -") {
            let mut counts = ranges.split(|b| *b == b' ').take(2).map(lines_in);
            self.before = counts.next().unwrap_or(0);
            self.then = counts.next().unwrap_or(0);
            file.hunks.push(Vec::new());
        } else if let Some(mode) = word("old mode ") {
            file.old_mode = Some(mode);
        } else if let Some(mode) = word("new mode ") {
            file.new_mode = Some(mode);
        } else if let Some(mode) = word("new file mode ") {
            file.old = None;
            file.new_mode = Some(mode);
        } else if let Some(mode) = word("deleted file mode ") {
            file.new = None;
            file.old_mode = Some(mode);
        } else if let Some(path) = text("rename from ") {
            file.old = Some(unquoted(path));
        } else if let Some(path) = text("rename to ") {
            file.new = Some(unquoted(path));
        } else if let Some(names) = word("index ") {
            let names = names.split(' ').next().and_then(|names| names.split_once(".."));
            self.index = names.map(|(before, then)| (before.to_owned(), then.to_owned()));
        } else if line.starts_with(b"Binary files ") {
            file.opaque = self.index.clone();
        }
    }
}

/// Reads the number of lines in `12,3` or `+12,3`; without a comma it is one.
fn lines_in(range: &[u8]) -> usize {
    let text = String::from_utf8_lossy(range);
    text.split_once(',').map_or(1, |(_, count)| count.parse().unwrap_or(0))
}

/// Takes away the quotation marks and escapes that git puts around names with unusual bytes.
fn unquoted(name: &[u8]) -> Vec<u8> {
    let Some(inside) = name.strip_prefix(b"\"").and_then(|name| name.strip_suffix(b"\"")) else { return name.to_vec() };
    let mut bytes = Vec::with_capacity(inside.len());
    let mut rest = inside;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'\\' {
            bytes.push(*first);
            continue;
        }
        let Some((escape, after)) = rest.split_first() else { break };
        rest = after;
        bytes.push(match escape {
            b'a' => 7,
            b'b' => 8,
            b't' => b'\t',
            b'n' => b'\n',
            b'v' => 11,
            b'f' => 12,
            b'r' => b'\r',
            b'0'..=b'3' if rest.len() >= 2 => {
                let digits = [*escape, rest[0], rest[1]];
                rest = &rest[2..];
                digits.iter().fold(0, |byte: u8, digit| byte << 3 | (digit & 7))
            }
            other => *other,
        });
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::git::same_paths::tests::history;

    #[test]
    fn what_is_ready_is_what_git_tells() {
        let folder = tempfile::tempdir().expect("a directory");
        let root = folder.path().canonicalize().expect("it exists");
        let git = history(&root, &[&[("x", "1")], &[("x", "2"), ("y", "1")]]);
        let tip = git.resolve("main").expect("a branch");
        let all = git.commits_between(&[], tip, None).expect("all of it");
        let asked: Vec<&Commit> = all.iter().collect();
        let told = Git::open(&root).and_then(|git| git.patches(&asked)).expect("nothing is missing");
        git.have_patches_ready(&[asked.clone(), asked.clone()].concat());
        assert_eq!(*git.made_patches.borrow(), told);
        assert_eq!((git.patches(&asked).expect("nothing is missing"), told.len()), (told, 2));
    }

    #[test]
    fn what_each_core_compares_is_what_one_process_does() {
        let folder = tempfile::tempdir().expect("a directory");
        let root = folder.path().canonicalize().expect("it exists");
        let texts: Vec<String> = (0..2 * WORTH_A_PROCESS + 1).map(|number| format!("{number}\n")).collect();
        let files: Vec<[(&str, &str); 1]> = texts.iter().map(|text| [("x", text.as_str())]).collect();
        let git = history(&root, &files.iter().map(<[_; 1]>::as_slice).collect::<Vec<_>>());
        let tip = git.resolve("main").expect("a branch");
        let all = git.commits_between(&[], tip, None).expect("all of it");
        let asked: Vec<&Commit> = all.iter().collect();
        let told = git.inverse_patches(&asked).expect("nothing is missing");
        assert_eq!(told, compared(git.program(), &["-R"], &asked).expect("nothing is missing"));
        assert!(told.len() == texts.len() && told.values().all(|patch| patch.len() == 1));
        assert!(git.inverse_patches(&[] as &[&Commit]).expect("nothing is missing").is_empty());
    }

    fn parsed(text: &str) -> Vec<FilePatch> {
        let id = CommitId::from_bytes([1; 20]);
        let mut into = HashMap::from([(id, Vec::new())]);
        read(format!("{id}\n{text}").as_bytes(), &mut into).expect("text can be read");
        into.remove(&id).expect("it was there before")
    }

    #[test]
    fn lines_that_look_like_headers_stay_lines() {
        let trap = "0123456789abcdef0123456789abcdef01234567";
        let text = format!(
            "diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@ f\n--- a/y\n+{trap}\n diff --git a/z b/z\n@@ -9 +9 @@\n-a\n\\ No newline at end of file\n+a\n{trap}\n"
        );
        let files = parsed(&text);
        assert_eq!(files.len(), 1);
        let said: Vec<Vec<(Mark, &str)>> = files[0]
            .hunks
            .iter()
            .map(|hunk| hunk.iter().map(|l| (l.mark, std::str::from_utf8(&l.text).expect("ASCII"))).collect())
            .collect();
        let added = format!("{trap}\n");
        let first =
            [(Mark::Removed, "-- a/y\n"), (Mark::Added, added.as_str()), (Mark::Context, "diff --git a/z b/z\n")];
        assert_eq!(said, [first.to_vec(), vec![(Mark::Removed, "a"), (Mark::Added, "a\n")]]);
    }

    #[test]
    fn what_happens_to_a_file_is_read_from_the_headers() {
        let paths = |file: &FilePatch| {
            let text = |path: &Option<Vec<u8>>| path.as_ref().map(|path| String::from_utf8_lossy(path).into_owned());
            (text(&file.old), text(&file.new))
        };
        let some = |text: &str| Some(text.to_owned());
        let files = parsed(
            "diff --git a/a b c b/a b c\nnew file mode 100755\nindex 0..e\ndiff --git \"a/\\303\\274\\t\" \"b/\\303\\274\\t\"\ndeleted file mode 100644\nindex e..0\ndiff --git a/f b/dir/f\nsimilarity index 100%\nrename from f\nrename to dir/f\ndiff --git a/p b/p\nindex 1..2 100644\nBinary files a/p and b/p differ\ndiff --git a/m b/m\nold mode 100644\nnew mode 100755\n",
        );
        let expected = [
            (None, some("a b c")),
            (some("ü\t"), None),
            (some("f"), some("dir/f")),
            (some("p"), some("p")),
            (some("m"), some("m")),
        ];
        assert_eq!(files.iter().map(paths).collect::<Vec<_>>(), expected);
        assert_eq!(files[3].opaque, Some(("1".to_owned(), "2".to_owned())));
        assert_eq!((files[0].new_mode.clone(), files[4].new_mode.clone()), (some("100755"), some("100755")));
    }
}
