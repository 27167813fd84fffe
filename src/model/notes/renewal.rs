//! Renewals of dependencies: a line gets its own, from people and from programs, and main need not have the same.

use std::sync::LazyLock;

use super::chore::{is_changelog, is_of_release};
use super::title::without_parts;
use crate::model::arrange::Arrange as _;
use crate::model::eligibility::dependencies::is_manifest;
use crate::model::eligibility::paths::{GENERATED, chosen, globs, is_documentation};
use crate::model::patch::{FilePatch, Mark};
use crate::model::path::{PathGlob, file_name};

/// What the title of a renewal begins with.
const VERBS: [&str; 6] = ["bump", "bumps", "update", "updates", "upgrade", "upgrades"];

/// The endings of files that hold settings, and no code.
const SETTINGS: [&str; 9] = ["cfg", "ini", "json", "mod", "properties", "toml", "txt", "yaml", "yml"];

/// Says whether a commit is called a renewal of a dependency, as `Bump qs from 6.0.0 to 6.0.5` is, and changes nothing else: versions in
/// files that are no code, and what programs and people write about them.
pub fn renews(title: &str, files: &[FilePatch]) -> bool {
    is_called_so(title) && !files.is_empty() && files.iter().all(is_of_renewal)
}

/// Says whether a title begins as that of a renewal and names what may be a version.
pub fn is_called_so(title: &str) -> bool {
    let title = without_parts(title);
    let verb = title.split_whitespace().next().unwrap_or_default();
    VERBS.iter().any(|known| verb.eq_ignore_ascii_case(known)) && title.contains(|c: char| c.is_ascii_digit())
}

/// Says whether what a patch changes in a file belongs to the making of a release: by its path, as [`is_of_release`] does. Of code, as
/// `__init__.py` and `api_version.py` are, that is so only where nothing but versions change.
pub fn is_change_of_release(file: &FilePatch) -> bool {
    let path = String::from_utf8_lossy(file.path());
    is_of_release(&path) && changes_no_code(file)
}

/// Says whether a patch changes a file that is no code, or nothing but versions in it.
pub fn changes_no_code(file: &FilePatch) -> bool {
    let path = String::from_utf8_lossy(file.path());
    is_changelog(&path) || is_documentation(&path) || holds_settings(&path) || {
        let (removed, added) = changed(file);
        is_same(&removed, &added)
    }
}

fn is_of_renewal(file: &FilePatch) -> bool {
    static LOCKS: LazyLock<Vec<PathGlob>> = LazyLock::new(|| globs(GENERATED));
    let path = String::from_utf8_lossy(file.path());
    if chosen(&LOCKS, &path) || is_documentation(&path) {
        return true;
    }
    let stays = file.old == file.new && file.old_mode.is_none() && file.new_mode.is_none() && file.opaque.is_none();
    let (removed, added) = changed(file);
    // What is required by what is required comes and goes, too.
    let each_has_one = || removed.iter().chain(&added).all(|line| line.is_empty() || forms(line).1);
    stays && holds_settings(&path) && (is_same(&removed, &added) || (is_manifest(&path) && each_has_one()))
}

/// Says whether a file, by its path, holds settings and no code: a manifest, what begins with a dot or has no ending, as `.go-version` and
/// `Dockerfile`, or a form of data.
fn holds_settings(path: &str) -> bool {
    let name = String::from_utf8_lossy(file_name(path.as_bytes())).into_owned();
    let is_hidden = path.split('/').any(|part| part.starts_with('.'));
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    is_manifest(path) || is_hidden || ending.is_none_or(|ending| SETTINGS.contains(&ending.as_str()))
}

/// Returns the lines that a patch removes, and those that it adds, without the space around them.
fn changed(file: &FilePatch) -> (Vec<String>, Vec<String>) {
    let lines = |mark| {
        let lines = file.hunks.iter().flatten().filter(|line| line.mark == mark);
        lines.map(|line| String::from_utf8_lossy(&line.text).trim().to_owned()).collect()
    };
    (lines(Mark::Removed), lines(Mark::Added))
}

/// Says whether lines differ only by the versions in them.
fn is_same(removed: &[String], added: &[String]) -> bool {
    let without_versions = |lines: &[String]| {
        let mut lines: Vec<String> = lines.iter().map(|line| forms(line).0).collect();
        lines.arrange();
        lines
    };
    without_versions(removed) == without_versions(added)
}

/// Returns a line with a mark in the place of each version, and whether it has one.
fn forms(line: &str) -> (String, bool) {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+' | '_');
    let mut has_one = false;
    let mut word = |text: &str| {
        if !is_version(text) {
            return text.to_owned();
        }
        has_one = true;
        "\u{0}".to_owned()
    };
    let (mut form, mut rest) = (String::new(), line);
    while let Some(at) = rest.find(is_part) {
        let end = rest[at..].find(|c: char| !is_part(c)).map_or(rest.len(), |length| at + length);
        form.push_str(&rest[..at]);
        form.push_str(&word(&rest[at..end]));
        rest = &rest[end..];
    }
    form.push_str(rest);
    (form, has_one)
}

/// Says whether a word may be a version or the sum of one: `1.24`, `v4`, `go1.24.9-alpine`, `3f2b64e`.
fn is_version(word: &str) -> bool {
    let is_digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    let bytes = word.as_bytes();
    let is_dotted = (0..bytes.len()).any(|at| {
        bytes[at] == b'.' && is_digit(at.checked_sub(1).and_then(|at| bytes.get(at))) && is_digit(bytes.get(at + 1))
    });
    let is_major = || word.strip_prefix('v').is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
    let is_sum = || word.len() >= 7 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_dotted || ((is_major() || is_sum()) && word.contains(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::patch::PatchLine;

    fn file(path: &str, removed: &[&str], added: &[&str]) -> FilePatch {
        let line = |mark| move |text: &&str| PatchLine { mark, text: format!("{text}\n").into_bytes() };
        let lines = removed.iter().map(line(Mark::Removed)).chain(added.iter().map(line(Mark::Added)));
        let path = Some(path.as_bytes().to_vec());
        FilePatch { old: path.clone(), new: path, hunks: vec![lines.collect()], ..FilePatch::default() }
    }

    #[test]
    fn titles_of_renewals_are_told() {
        for title in [
            "Bump qs from 6.0.0 to 6.0.5 (#413)",
            "[2.0] build(deps): bump qs from 6.0.0 to 6.0.5",
            "Update dependency ws to v7.0.1 [SECURITY] (#111)",
            "dependency: Bump example.org/net@ v0.51.0 fixes GO-2026-4559",
            "Upgrade Go to 1.24",
        ] {
            assert!(is_called_so(title), "{title}");
        }
        for title in ["Fix the list of 2.0", "Bump the lists", "Bumper 2", "Revert \"Bump qs from 6.0.0 to 6.0.5\"", ""]
        {
            assert!(!is_called_so(title), "{title}");
        }
    }

    #[test]
    fn a_renewal_changes_versions_and_nothing_else() {
        let title = "Bump it to 1.24.9";
        for (path, removed, added) in [
            ("package.json", &["\"qs\": \"^6.0.0\","][..], &["\"qs\": \"^6.0.5\","][..]),
            (".go-version", &["1.24.8"], &["1.24.9"]),
            ("Dockerfile", &["FROM x:1.2@sha256:3f2b64e"], &["FROM x:1.2@sha256:20bc6c0"]),
            (".github/workflows/ci.yml", &["- uses: a/b@v4"], &["- uses: a/b@v5"]),
            ("go.mod", &["go 1.24", "\tx.org/a v1.0.0"], &["go 1.24.9", "", "\tx.org/b v1.1.0 // indirect"]),
            ("go.sum", &["x.org/a v1.0.0 h1:abc="], &[]),
            ("docs/guide.md", &["Go 1.24 is needed"], &["Go 1.24.9 is what you need"]),
        ] {
            assert!(renews(title, &[file(path, removed, added)]), "{path}");
            assert!(!renews("Keep it at 1.24.9", &[file(path, removed, added)]), "{path}");
        }
        for (path, removed, added) in [
            ("src/list.c", &["limit = 1.24.8"][..], &["limit = 1.24.9"][..]),
            ("package.json", &["\"test\": \"run\""], &["\"test\": \"walk\""]),
            (".github/workflows/ci.yml", &["- uses: a/b@v4"], &["- uses: c/d@v4"]),
            (".github/workflows/ci.yml", &[], &["- run: curl x.org/1.2"]),
            ("limits.json", &["100"], &["200"]),
        ] {
            assert!(
                !renews(title, &[file(".go-version", &["1.24.8"], &["1.24.9"]), file(path, removed, added)]),
                "{path}"
            );
        }
        let new = FilePatch { old: None, ..file("more.json", &[], &["1.2"]) };
        assert!(!renews(title, &[new]) && !renews(title, &[]));
    }

    #[test]
    fn code_is_of_a_release_where_its_versions_change_alone() {
        for (path, removed, added, expected) in [
            ("src/a/__init__.py", "__version__ = \"1.2.0\"", "__version__ = \"1.2.1\"", true),
            ("src/a/__init__.py", "read(text)", "read(clean(text))", false),
            ("src/api_version.py", "read(text)", "read(clean(text))", false),
            ("Cargo.toml", "all = true", "all = false", true),
            ("VERSION", "1.2.0", "1.2.1-rc", true),
            ("CHANGES.md", "", "Names are checked.", true),
            ("src/a.py", "V = \"1.2.0\"", "V = \"1.2.1\"", false),
        ] {
            assert_eq!(is_change_of_release(&file(path, &[removed], &[added])), expected, "{path} {added}");
        }
    }
}
