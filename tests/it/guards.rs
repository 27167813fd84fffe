//! The rules of the house, as tests. Each rule is a pure function that is also tried on a sample that breaks it.

mod actions;
mod docs;
mod examples;
mod flags;
mod imports;
mod layout;
mod pins;
mod schemas;
mod workflows;

use std::path::{Path, PathBuf};

/// The root of the package.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A file of the package: its path from the root, with `/`, and its text.
type Source = (String, String);

/// Every text file below these folders of the package with one of these extensions, in the order of paths.
fn sources(folders: &[&str], extensions: &[&str]) -> Vec<Source> {
    let mut found = Vec::new();
    for folder in folders {
        collect(&root().join(folder), &mut found);
    }
    found.retain(|path| extensions.iter().any(|wanted| path.extension().is_some_and(|have| have == *wanted)));
    found.sort();
    found.into_iter().map(|path| (relative(&path), read(&path))).collect()
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.unwrap_or_else(|error| panic!("cannot list '{}': {error}", folder.display())).path();
        if path.is_dir() { collect(&path, found) } else { found.push(path) }
    }
}

fn relative(path: &Path) -> String {
    let path = path.strip_prefix(root()).expect("because only files of the package are listed");
    path.to_str().expect("because our file names are ASCII").to_owned()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("cannot read '{}': {error}", path.display()))
}

/// Fails with everything that is wrong, one a line.
#[track_caller]
fn require_none(wrong: &[String], rule: &str) {
    assert!(wrong.is_empty(), "{rule}\n  {}\n", wrong.join("\n  "));
}

/// Held while a page is read and perhaps written, for two tests keep parts of the same page.
fn page_lock() -> std::sync::MutexGuard<'static, ()> {
    static PAGES: std::sync::Mutex<()> = std::sync::Mutex::new(());
    PAGES.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Whether the caller wants generated parts of the documentation written instead of compared.
fn updating() -> bool {
    #[expect(clippy::disallowed_methods, reason = "a test asks its own environment")]
    let asked = std::env::var_os("UPDATE_DOCS");
    asked.is_some_and(|value| value == "1")
}
