//! Random changes of a whole tree: everything people do to files.

use super::random::Random;
use crate::support::stream::{Entry, Tree};

/// Where changes of one pair like to meet, so that both sides touch the same things often.
pub struct Focus {
    /// A file.
    pub file: String,
    /// A line of it.
    pub line: usize,
    /// A folder.
    pub folder: String,
}

/// What one change works on.
pub struct Scene<'a> {
    tree: &'a mut Tree,
    focus: &'a Focus,
    random: &'a mut Random,
    /// The file to change; it stands in the tree.
    file: String,
}

/// A kind of change. Where it makes no sense, nothing changes.
pub struct Kind {
    /// Its name in reports.
    pub name: &'static str,
    /// How often it comes up, relative to the others.
    pub weight: usize,
    change: fn(&mut Scene<'_>),
}

const fn kind(name: &'static str, weight: usize, change: fn(&mut Scene<'_>)) -> Kind {
    Kind { name, weight, change }
}

/// Every kind.
pub const KINDS: &[Kind] = &[
    kind("edit", 3, |s| s.edit_lines(|lines, random| edit(lines, None, random))),
    kind("edit-near", 4, |s| {
        let line = s.focus.line;
        s.edit_lines(|lines, random| edit(lines, Some(line), random));
    }),
    kind("append", 1, |s| s.edit_lines(|lines, random| lines.push(new_line(random)))),
    kind("repeat-block", 1, |s| s.edit_lines(repeat_block)),
    kind("move-block", 1, |s| s.edit_lines(move_block)),
    kind("rewrite", 1, |s| {
        s.edit_lines(|lines, random| lines.iter_mut().for_each(|line| *line = new_line(random)));
    }),
    kind("drop-final-newline", 1, |s| {
        change_bytes(s.tree, &s.file, |bytes| {
            bytes.pop_if(|last| *last == b'\n');
        });
    }),
    kind("carriage-returns", 1, |s| change_bytes(s.tree, &s.file, toggle_carriage_returns)),
    kind("clear", 1, |s| change_bytes(s.tree, &s.file, Vec::clear)),
    kind("bytes", 1, |s| {
        let (at, byte) = (s.random.below(8), s.random.below(256) as u8);
        change_bytes(s.tree, "logo.bin", |bytes| bytes[at] = byte);
    }),
    kind("mode", 1, |s| toggle_mode(s.tree, &s.file)),
    kind("attributes", 1, attributes),
    kind("relink", 1, |s| {
        let target = *s.random.one_of(&["src", "docs/a.md", "nowhere"]);
        put(s.tree, "latest", Entry::Link(target.to_owned()));
    }),
    kind("to-link", 1, |s| {
        let target = *s.random.one_of(&["src", "README.md"]);
        put(s.tree, &s.file, Entry::Link(target.to_owned()));
    }),
    kind("to-submodule", 1, |s| put(s.tree, &s.file, Entry::Submodule(1 + s.random.below(3) as u8))),
    kind("move-submodule", 1, |s| put(s.tree, "vendor/dep", Entry::Submodule(1 + s.random.below(3) as u8))),
    kind("add", 2, |s| add(s, "")),
    kind("add-deep", 1, |s| add(s, "deep/")),
    kind("copy", 1, |s| {
        let copy = s.tree[&s.file].clone();
        let path = format!("{}/{}", s.random.one_of(&FOLDERS[1..]), base_name(&s.file));
        put(s.tree, &path, copy);
    }),
    kind("delete", 1, |s| drop(s.tree.remove(&s.file))),
    kind("delete-folder", 1, |s| s.tree.retain(|path, _| !inside(path, &s.focus.folder))),
    kind("rename", 2, rename_in_folder),
    kind("rename-and-edit", 1, |s| {
        s.edit_lines(|lines, random| edit(lines, None, random));
        rename_in_folder(s);
    }),
    kind("change-folder", 1, |s| match *s.random.one_of(FOLDERS) {
        "" => rename(s.tree, &s.file, base_name(&s.file)),
        folder => rename(s.tree, &s.file, &format!("{folder}/{}", base_name(&s.file))),
    }),
    kind("rename-folder", 2, |s| {
        let (from, to) = (&s.focus.folder, *s.random.one_of(&["moved", "src/moved", "lib", "fresh"]));
        let paths: Vec<_> = s.tree.keys().filter(|path| inside(path, from)).cloned().collect();
        paths.iter().for_each(|path| rename(s.tree, path, &format!("{to}{}", &path[from.len()..])));
    }),
    kind("exchange", 1, |s| {
        let other = s.random.one_of(&s.tree.keys().cloned().collect::<Vec<_>>()).clone();
        let (one, two) = (s.tree[&s.file].clone(), s.tree[&other].clone());
        s.tree.insert(s.file.clone(), two);
        s.tree.insert(other, one);
    }),
    kind("file-to-folder", 1, |s| {
        let entry = s.tree[&s.file].clone();
        s.tree.remove(&s.file);
        put(s.tree, &format!("{}/{}", s.file, s.random.one_of(&["inner.c", "mod.c"])), entry);
    }),
    kind("folder-to-file", 1, |s| put(s.tree, &s.focus.folder, Entry::File(b"was a folder\n".to_vec()))),
];

const FOLDERS: &[&str] = &["", "src", "src/net", "lib", "docs", "moved", "src/moved"];

/// Chooses a kind by weight.
pub fn choose(random: &mut Random) -> &'static Kind {
    let mut left = random.below(KINDS.iter().map(|kind| kind.weight).sum());
    let chosen = KINDS.iter().find(|kind| {
        let here = left < kind.weight;
        left = left.saturating_sub(kind.weight);
        here
    });
    chosen.expect("because the number is below the sum of the weights")
}

/// The kind with this name.
pub fn named(name: &str) -> &'static Kind {
    KINDS.iter().find(|kind| kind.name == name).unwrap_or_else(|| panic!("no kind of change is called '{name}'"))
}

/// Applies a change of this kind.
pub fn apply(kind: &Kind, tree: &mut Tree, focus: &Focus, random: &mut Random) {
    let files: Vec<_> = tree.keys().cloned().collect();
    if files.is_empty() {
        return;
    }
    let focused = random.percent(70) && tree.contains_key(&focus.file);
    let file = if focused { focus.file.clone() } else { random.one_of(&files).clone() };
    (kind.change)(&mut Scene { tree, focus, random, file });
}

impl Scene<'_> {
    /// Changes the lines of the file, if it is text.
    fn edit_lines(&mut self, change: impl FnOnce(&mut Vec<String>, &mut Random)) {
        let Some(bytes) = content(self.tree, &self.file) else { return };
        let Ok(text) = std::str::from_utf8(bytes) else { return };
        let mut lines: Vec<String> = text.split_terminator('\n').map(str::to_owned).collect();
        let ends_with_newline = text.ends_with('\n');
        change(&mut lines, self.random);
        *bytes = join(&lines);
        if !ends_with_newline {
            bytes.pop();
        }
    }
}

fn attributes(s: &mut Scene<'_>) {
    let path = *s.random.one_of(&[".gitattributes", ".gitattributes", "src/.gitattributes"]);
    let rule = *s.random.one_of(&["merge=union", "-merge", "merge=ours", "binary", "merge=binary", "merge"]);
    let pattern = *s.random.one_of(&["*.c", "*", "src/*", "*.md"]);
    put(s.tree, path, Entry::File(format!("{pattern} {rule}\n").into_bytes()));
}

fn add(s: &mut Scene<'_>, deep: &str) {
    let path = format!("{}/{deep}new{}.c", s.focus.folder, s.random.below(2));
    let lines: Vec<_> = (0..s.random.below(6)).map(|_| new_line(s.random)).collect();
    put(s.tree, &path, Entry::File(join(&lines)));
}

fn rename_in_folder(s: &mut Scene<'_>) {
    let folder = s.file.strip_suffix(base_name(&s.file)).unwrap_or_default();
    let path = format!("{folder}{}", s.random.one_of(&["renamed.c", "other.c"]));
    rename(s.tree, &s.file, &path);
}

fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn inside(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// Puts an entry at a path; what stands in its way goes.
fn put(tree: &mut Tree, path: &str, entry: Entry) {
    tree.retain(|other, _| !inside(other, path) && !inside(path, other));
    tree.insert(path.to_owned(), entry);
}

fn rename(tree: &mut Tree, from: &str, to: &str) {
    if let Some(entry) = tree.remove(from) {
        put(tree, to, entry);
    }
}

fn content<'a>(tree: &'a mut Tree, path: &str) -> Option<&'a mut Vec<u8>> {
    match tree.get_mut(path)? {
        Entry::File(content) | Entry::Executable(content) => Some(content),
        Entry::Link(_) | Entry::Submodule(_) => None,
    }
}

fn change_bytes(tree: &mut Tree, path: &str, change: impl FnOnce(&mut Vec<u8>)) {
    if let Some(bytes) = content(tree, path).filter(|bytes| bytes.len() > 8) {
        change(bytes);
    }
}

fn join(lines: &[String]) -> Vec<u8> {
    lines.iter().flat_map(|line| [line.as_bytes(), b"\n"].concat()).collect()
}

fn new_line(random: &mut Random) -> String {
    if random.percent(40) { "}".to_owned() } else { format!("    call_{}();", random.below(1000)) }
}

fn edit(lines: &mut Vec<String>, near: Option<usize>, random: &mut Random) {
    let place = match near {
        Some(line) => line + random.below(5),
        None => random.below(lines.len() + 1),
    };
    let place = place.min(lines.len());
    match random.below(4) {
        0 => lines.insert(place, new_line(random)),
        1 if place < lines.len() => drop(lines.remove(place)),
        2 if place < lines.len() => lines.insert(place, lines[place].clone()),
        _ if place < lines.len() => lines[place] = new_line(random),
        _ => lines.push(new_line(random)),
    }
}

fn repeat_block(lines: &mut Vec<String>, random: &mut Random) {
    let block = lines[block(lines, random)].to_vec();
    insert_block(lines, block, random);
}

fn move_block(lines: &mut Vec<String>, random: &mut Random) {
    let block = lines.drain(block(lines, random)).collect();
    insert_block(lines, block, random);
}

fn block(lines: &[String], random: &mut Random) -> std::ops::Range<usize> {
    let start = random.below(lines.len() + 1);
    start..(start + 1 + random.below(5)).min(lines.len())
}

fn insert_block(lines: &mut Vec<String>, block: Vec<String>, random: &mut Random) {
    let place = random.below(lines.len() + 1);
    lines.splice(place..place, block);
}

fn toggle_carriage_returns(bytes: &mut Vec<u8>) {
    let had_some = bytes.contains(&b'\r');
    bytes.retain(|byte| *byte != b'\r');
    if !had_some {
        *bytes = bytes.iter().flat_map(|byte| if *byte == b'\n' { vec![b'\r', b'\n'] } else { vec![*byte] }).collect();
    }
}

fn toggle_mode(tree: &mut Tree, path: &str) {
    let Some(entry) = tree.get_mut(path) else { return };
    match entry {
        Entry::File(content) => *entry = Entry::Executable(std::mem::take(content)),
        Entry::Executable(content) => *entry = Entry::File(std::mem::take(content)),
        Entry::Link(_) | Entry::Submodule(_) => {}
    }
}
