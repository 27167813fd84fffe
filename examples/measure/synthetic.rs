//! A repository made for measuring: always the same, a main of some thousand commits and lines with picks.

use std::process::Command;

use anyhow::{Context, Result, ensure};
use backstitch::ports::process::finish;
use tempfile::TempDir;

const COMMITS: usize = 4000;
const FOLDERS: usize = 40;
const FILES: usize = 400;
const LINES_A_FILE: usize = 250;
/// The lines, and how many commits of main each of them has when it leaves.
const CUTS: [(&str, usize); 4] = [("1.0", 1000), ("1.1", 1800), ("1.2", 2600), ("1.3", 3400)];
/// One in so many commits of main is picked onto the lines.
const PICKED: usize = 12;
const EPOCH: usize = 1_700_000_000;

/// Makes it in a temporary directory.
pub fn make() -> Result<TempDir> {
    let directory = tempfile::tempdir()?;
    git(&directory, &["init", "--quiet", "--bare", "--initial-branch=main", "."], None)?;
    let mut chance = Chance(0x5EED);
    let edits: Vec<Edit> = (0..COMMITS).map(|_| Edit::any(&mut chance)).collect();
    git(&directory, &["fast-import", "--quiet"], Some(main(&edits)))?;
    let listed = git(&directory, &["rev-list", "--reverse", "main"], None)?;
    let ids: Vec<&str> = listed.lines().collect();
    ensure!(ids.len() == COMMITS, "main has {} commits", ids.len());
    git(&directory, &["fast-import", "--quiet"], Some(lines(&edits, &ids)))?;
    git(&directory, &["repack", "-adq"], None)?;
    Ok(directory)
}

/// Runs git in a directory and returns what it prints.
pub fn git(directory: &TempDir, arguments: &[&str], input: Option<Vec<u8>>) -> Result<String> {
    let mut command = Command::new("git");
    command.current_dir(directory.path()).args(arguments).stdin(std::process::Stdio::null());
    let finished = finish(command, input)?;
    ensure!(finished.success(), "'git {}' failed: {}", arguments.first().unwrap_or(&""), finished.stderr.trim());
    String::from_utf8(finished.stdout).context("git's output is no text")
}

/// A generator of the same numbers in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

/// What a commit of main changes: one line in each of a few files.
struct Edit(Vec<(usize, usize)>);

impl Edit {
    fn any(chance: &mut Chance) -> Self {
        let files = 1 + chance.below(4);
        Self((0..files).map(|_| (chance.below(FILES), chance.below(LINES_A_FILE))).collect())
    }
}

/// The files of a branch.
#[derive(Clone)]
struct Files(Vec<Vec<String>>);

impl Files {
    fn first() -> Self {
        let file = |file| (0..LINES_A_FILE).map(|line| format!("file {file}, line {line}, as it was first")).collect();
        Self((0..FILES).map(file).collect())
    }

    fn change(&mut self, number: usize, edit: &Edit) {
        for (file, line) in &edit.0 {
            self.0[*file][*line] = format!("file {file}, line {line}, as commit {number} left it");
        }
    }

    fn write(&self, file: usize, stream: &mut Vec<u8>) {
        let text = self.0[file].join("\n") + "\n";
        let head = format!("M 100644 inline folder-{}/file-{file}.txt\ndata {}\n", file % FOLDERS, text.len());
        stream.extend_from_slice(head.as_bytes());
        stream.extend_from_slice(text.as_bytes());
        stream.push(b'\n');
    }
}

fn commit(stream: &mut Vec<u8>, branch: &str, written: usize, made: usize, message: &str) {
    let person = |name: &str, at: usize| format!("{name} <{name}@example.org> {} +0000", EPOCH + at * 600);
    let (author, committer) = (person("author", written), person("committer", made));
    let head = format!("commit refs/heads/{branch}\nauthor {author}\ncommitter {committer}\n");
    stream.extend_from_slice(head.as_bytes());
    stream.extend_from_slice(format!("data {}\n{message}\n", message.len()).as_bytes());
}

fn main(edits: &[Edit]) -> Vec<u8> {
    let mut stream = Vec::new();
    let mut files = Files::first();
    for (number, edit) in edits.iter().enumerate() {
        commit(&mut stream, "main", number, number, &format!("Change number {number}\n"));
        if number == 0 {
            (0..FILES).for_each(|file| files.write(file, &mut stream));
            continue;
        }
        files.change(number, edit);
        edit.0.iter().for_each(|(file, _)| files.write(*file, &mut stream));
    }
    stream
}

fn lines(edits: &[Edit], ids: &[&str]) -> Vec<u8> {
    let mut stream = Vec::new();
    for (line, cut) in CUTS {
        let mut files = Files::first();
        edits.iter().enumerate().take(cut + 1).skip(1).for_each(|(number, edit)| files.change(number, edit));
        let branch = format!("release/{line}");
        stream.extend_from_slice(format!("reset refs/heads/{branch}\nfrom {}\n\n", ids[cut]).as_bytes());
        for number in (cut + 1..edits.len()).filter(|number| number % PICKED == 0) {
            files.change(number, &edits[number]);
            // Every third pick says nothing of where it is from.
            let trailer = match number % (3 * PICKED) {
                0 => String::new(),
                _ => format!("\n(cherry picked from commit {})\n", ids[number]),
            };
            let message = format!("Change number {number}\n{trailer}");
            commit(&mut stream, &branch, number, number + 1, &message);
            edits[number].0.iter().for_each(|(file, _)| files.write(*file, &mut stream));
        }
    }
    stream
}
