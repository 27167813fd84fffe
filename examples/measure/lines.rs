//! A repository made for measuring notes and advisories: always the same, 50,000 commits and 1,000 tags over 20 lines.

use std::path::Path;

use anyhow::{Result, ensure};
use tempfile::TempDir;

use crate::synthetic::git;

/// The commits of main behind the first one; 500 more are on each line.
const COMMITS: usize = 40_000;
/// The lines, `1.0` to `1.19`.
pub const LINES: usize = 20;
/// Where main is when the first line leaves it, and by how much it has gone on when the next one does.
const FIRST_CUT: usize = 1000;
const STEP: usize = 2000;
/// The patch releases of a line, each with its tag, behind the first release.
pub const PATCHES: usize = 49;
/// The picks of a patch release.
const PICKS: usize = 9;
const FOLDERS: usize = 40;
const FILES: usize = 400;
const LINES_A_FILE: usize = 40;
const EPOCH: usize = 1_500_000_000;
/// The seconds between two commits of main; that makes nine years of it.
const PACE: usize = 7200;

/// Returns the name of the branch of a line.
pub fn branch(line: usize) -> String {
    format!("release/1.{line}")
}

/// Returns the commit of main that a line left it at.
const fn cut(line: usize) -> usize {
    FIRST_CUT + line * STEP
}

/// Returns the newest commit of main that a patch release of a line has, or its first release: itself, or a pick of it.
pub const fn newest_of(line: usize, patch: usize) -> usize {
    cut(line) + (COMMITS - 1 - cut(line)) * patch / (PATCHES + 1)
}

/// Makes it in a temporary directory, with a worktree that holds `patch.toml` and nothing else.
///
/// The picks of what no release has yet, and of most releases, say with a trailer where they are from. One pick of the newest
/// release of each line says nothing of it. Each line picks the commits of main that are `wanted` and that it left before, each in
/// the place of one near it.
pub fn make(wanted: &[usize]) -> Result<TempDir> {
    let directory = tempfile::tempdir()?;
    git(&directory, &["init", "--quiet", "--initial-branch=main", "."], None)?;
    git(&directory, &["fast-import", "--quiet"], Some(main()))?;
    let listed = git(&directory, &["rev-list", "--reverse", "main"], None)?;
    let ids: Vec<&str> = listed.lines().collect();
    ensure!(ids.len() == COMMITS, "main has {} commits", ids.len());
    let mut state = State::first();
    let mut at = 0;
    for line in 0..LINES {
        (at + 1..=cut(line)).for_each(|number| state.change(number));
        at = cut(line);
        let written = Line { line, ids: &ids, wanted }.written(state.clone());
        git(&directory, &["fast-import", "--quiet"], Some(written))?;
    }
    git(&directory, &["repack", "-adq"], None)?;
    git(&directory, &["pack-refs", "--all"], None)?;
    let counted = git(&directory, &["rev-list", "--count", "--all"], None)?;
    let tags = git(&directory, &["tag", "--list"], None)?.lines().count();
    ensure!(counted.trim() == "50000" && tags == 1000, "{} commits and {tags} tags were made", counted.trim());
    configure(directory.path())?;
    Ok(directory)
}

fn configure(worktree: &Path) -> Result<()> {
    let lines =
        (0..LINES).rev().map(|line| format!("\n[[line]]\nname = \"1.{line}\"\nbranch = \"{}\"\n", branch(line)));
    let head = "[project]\nname = \"Godel\"\nmain = \"main\"\ntag = \"v{version}\"\n".to_owned();
    std::fs::write(worktree.join("patch.toml"), head + &lines.collect::<String>())?;
    Ok(())
}

/// Mixes a number well enough that what follows from it looks like chance.
fn mixed(number: usize, of: usize, limit: usize) -> usize {
    let mut value = (number * 16 + of) as u64;
    value = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((value ^ (value >> 31)) >> 1) as usize % limit
}

/// The files of a branch: for each of their lines, the commit that changed it last.
#[derive(Clone)]
struct State(Vec<[usize; LINES_A_FILE]>);

impl State {
    fn first() -> Self {
        Self(vec![[0; LINES_A_FILE]; FILES])
    }

    /// Returns the files that a commit of main changes.
    fn touched(number: usize) -> Vec<usize> {
        let mut files: Vec<usize> = (0..=mixed(number, 0, 3)).map(|of| mixed(number, 1 + of, FILES)).collect();
        files.sort_unstable();
        files.dedup();
        files
    }

    fn change(&mut self, number: usize) {
        for file in Self::touched(number) {
            self.0[file][mixed(number, 5, LINES_A_FILE)] = number;
        }
    }

    fn write(&self, file: usize, stream: &mut Vec<u8>) {
        let lines = self.0[file].iter().enumerate();
        let text: String = lines.map(|(line, number)| format!("line {line} of file {file}, by {number}\n")).collect();
        let head = format!("M 100644 inline folder-{}/file-{file}.txt\ndata {}\n", file % FOLDERS, text.len());
        stream.extend_from_slice(head.as_bytes());
        stream.extend_from_slice(text.as_bytes());
        stream.push(b'\n');
    }
}

/// When a commit of main was made.
const fn moment(number: usize) -> usize {
    EPOCH + number * PACE
}

fn author(number: usize) -> String {
    let who = mixed(number, 6, 60);
    format!("Author {who} <author-{who}@example.org>")
}

/// Returns the message of a commit of main.
fn message(number: usize) -> String {
    let kind = ["fix", "fix", "fix", "fix", "perf", "docs", "feat", "chore"][mixed(number, 7, 8)];
    let (file, other) = (State::touched(number)[0], mixed(number, 8, FILES));
    let mut text = format!(
        "{kind}(folder-{}): keep file {file} in step with file {other} (#{})\n\nFile {file} was left as it was when file {other} \
         changed, so that a reader\nfound the one of change {} and the other of this one.\n",
        file % FOLDERS,
        10_000 + number,
        number.saturating_sub(1),
    );
    let mut trailers = String::new();
    if number + 1 == COMMITS {
        trailers.push_str("Fixes: CVE-2027-10001\n");
    }
    if mixed(number, 9, 3) == 0 {
        trailers.push_str(&format!("Fixes: #{}\nReviewed-by: {}\n", 1 + mixed(number, 10, 9999), author(number + 7)));
    }
    if mixed(number, 11, 10) == 0 {
        trailers.push_str(&format!("Co-authored-by: {}\n", author(number + 13)));
    }
    if !trailers.is_empty() {
        text.push('\n');
        text.push_str(&trailers);
    }
    text
}

struct Made<'m> {
    branch: &'m str,
    author: &'m str,
    written: usize,
    committed: usize,
    message: &'m str,
}

fn commit(stream: &mut Vec<u8>, made: &Made<'_>) {
    let Made { branch, author, written, committed, message } = made;
    let text = format!(
        "commit refs/heads/{branch}\nauthor {author} {written} +0000\ncommitter Maintainer <maintainer@example.org> {committed} \
         +0000\ndata {}\n{message}\n",
        message.len()
    );
    stream.extend_from_slice(text.as_bytes());
}

fn main() -> Vec<u8> {
    let mut stream = Vec::new();
    let mut state = State::first();
    for number in 0..COMMITS {
        let (author, message, at) = (author(number), message(number), moment(number));
        let made = Made { branch: "main", author: &author, written: at, committed: at, message: &message };
        commit(&mut stream, &made);
        if number == 0 {
            (0..FILES).for_each(|file| state.write(file, &mut stream));
            continue;
        }
        state.change(number);
        State::touched(number).into_iter().for_each(|file| state.write(file, &mut stream));
    }
    stream
}

/// A line that leaves main.
struct Line<'l> {
    line: usize,
    /// The commits of main.
    ids: &'l [&'l str],
    /// Those that every line picks.
    wanted: &'l [usize],
}

impl Line<'_> {
    /// Writes its first release, its patch releases, and the picks of one more that is not made yet.
    fn written(&self, mut state: State) -> Vec<u8> {
        let cut = cut(self.line);
        let mut stream = format!("reset refs/heads/{}\nfrom {}\n\n", branch(self.line), self.ids[cut]).into_bytes();
        self.release(0, moment(cut) + 1800, &mut stream);
        for patch in 1..=PATCHES + 1 {
            let (from, to) = (newest_of(self.line, patch - 1), newest_of(self.line, patch));
            let usual = |pick: usize| from + (to - from) * pick / PICKS;
            for pick in 1..=PICKS {
                let wanted = self.wanted.iter().find(|one| (usual(pick - 1) + 1..=usual(pick)).contains(one));
                let number = wanted.copied().unwrap_or(usual(pick));
                let at = moment(to) + pick * 60;
                self.pick(number, at, patch == PATCHES && pick == 5, &mut stream);
                state.change(number);
                State::touched(number).into_iter().for_each(|file| state.write(file, &mut stream));
            }
            if patch <= PATCHES {
                self.release(patch, moment(to) + 1800, &mut stream);
            }
        }
        stream
    }

    /// Picks a commit of main; one that names nothing has another title and another date, as one that was made anew.
    fn pick(&self, number: usize, at: usize, names_nothing: bool, stream: &mut Vec<u8>) {
        let (branch, author) = (branch(self.line), author(number));
        let (written, message) = match names_nothing {
            true => (at, format!("Bring the change of file {} to this line\n", State::touched(number)[0])),
            false => {
                let trailer = format!("(cherry picked from commit {})\n", self.ids[number]);
                (moment(number), format!("{}\n{trailer}", message(number)))
            }
        };
        let made = Made { branch: &branch, author: &author, written, committed: at, message: &message };
        commit(stream, &made);
    }

    fn release(&self, patch: usize, at: usize, stream: &mut Vec<u8>) {
        let (branch, version) = (branch(self.line), format!("1.{}.{patch}", self.line));
        let author = "Maintainer <maintainer@example.org>";
        let message = format!("Release v{version}\n");
        commit(stream, &Made { branch: &branch, author, written: at, committed: at, message: &message });
        let (text, title) = (format!("{version}\n"), format!("Version {version}\n"));
        let rest = format!(
            "M 100644 inline VERSION\ndata {}\n{text}\ntag v{version}\nfrom refs/heads/{branch}\ntagger {author} {at} +0000\ndata \
             {}\n{title}\n",
            text.len(),
            title.len(),
        );
        stream.extend_from_slice(rest.as_bytes());
    }
}
