//! Commits that make a release and change nothing for its users.

use semver::Version;

use crate::model::eligibility::paths::is_documentation;

/// The beginnings of the names of files that tell of releases.
const CHANGELOGS: &[&str] = &["changelog", "changes", "history", "news", "release-notes", "release_notes", "releases"];

/// The folders of pieces of a changelog, which a release gathers.
const FRAGMENTS: &[&str] =
    &["changelog", "changelog.d", "changelogs", "changes", "changes.d", "newsfragments", ".changeset"];

/// The names of files that hold the version of a product, or those of its parts.
const MANIFESTS: &[&str] = &[
    "__about__.py",
    "__init__.py",
    "build.gradle",
    "build.gradle.kts",
    "cargo.lock",
    "cargo.toml",
    "chart.yaml",
    "cmakelists.txt",
    "composer.json",
    "configure.ac",
    "galaxy.yml",
    "go.mod",
    "go.sum",
    "gradle.properties",
    "lerna.json",
    "manifest.json",
    "meson.build",
    "mix.exs",
    "package-lock.json",
    "package.json",
    "pom.xml",
    "pubspec.yaml",
    "pyproject.toml",
    "setup.cfg",
    "setup.py",
];

/// The words of titles such as `chore(release): prepare release of v2.0.1 [skip ci]`.
const WORDS: &[&str] = &[
    "build",
    "bump",
    "bumped",
    "bumping",
    "changelog",
    "chore",
    "ci",
    "cut",
    "cutting",
    "final",
    "finalize",
    "for",
    "from",
    "in",
    "mark",
    "new",
    "next",
    "notes",
    "of",
    "patch",
    "pkg",
    "prepare",
    "preparing",
    "release",
    "released",
    "releasing",
    "set",
    "skip",
    "tag",
    "the",
    "to",
    "up",
    "update",
    "updating",
    "version",
    "versions",
];

/// Returns the versions that a title names, such as `2.0.1` in `Release v2.0.1.`.
pub fn versions_in(title: &str) -> Vec<Version> {
    words(title).filter_map(version).collect()
}

/// Says whether a title is about making a release and about nothing else: it names versions, all of which `own` knows, and the
/// words around them are those of such titles. The name of the project may be among them.
pub fn makes_release(title: &str, project: Option<&str>, own: impl Fn(&Version) -> bool) -> bool {
    let project: Vec<String> = project.map(words).into_iter().flatten().map(str::to_lowercase).collect();
    let mut named = 0;
    for word in words(title) {
        if let Some(version) = version(word) {
            if !own(&version) {
                return false;
            }
            named += 1;
            continue;
        }
        let word = word.to_lowercase();
        if !WORDS.contains(&word.as_str()) && !project.contains(&word) {
            return false;
        }
    }
    named > 0
}

/// Says whether a file, by its path, is one that the making of a release writes: a version, a changelog, or what is written about it.
pub fn is_of_release(path: &str) -> bool {
    holds_version(path) || is_changelog(path) || is_documentation(path)
}

/// Says whether a file, by its path, may hold the version of a product.
fn holds_version(path: &str) -> bool {
    let name = name_of(path);
    let names_it = name.split(|c: char| !c.is_alphanumeric()).any(|part| matches!(part, "version" | "versions"));
    names_it || MANIFESTS.contains(&name.as_str()) || name.ends_with(".gemspec")
}

/// Says whether a file, by its path, tells of releases.
fn is_changelog(path: &str) -> bool {
    let name = name_of(path);
    let stem = name.split('.').next().unwrap_or_default();
    let is_text = matches!(name.rsplit_once('.'), None | Some((_, "md" | "rst" | "txt" | "adoc")));
    let folder = path.rsplit('/').nth(1).unwrap_or_default().to_lowercase();
    (is_text && CHANGELOGS.contains(&stem)) || FRAGMENTS.contains(&folder.as_str())
}

fn name_of(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).to_lowercase()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let gap =
        |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | ':' | ',' | '\'' | '"' | '`' | '/' | '!');
    text.split(gap).map(|word| word.trim_end_matches('.')).filter(|word| !word.is_empty())
}

fn version(word: &str) -> Option<Version> {
    Version::parse(word.strip_prefix(['v', 'V']).unwrap_or(word)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_of_a_release_is_told_from_a_fix() {
        let own = |version: &Version| (version.major, version.minor) == (2, 0);
        for title in [
            "2.0.1",
            "v2.0.1",
            "Release 2.0.1",
            "chore(release): 2.0.1 [skip ci]",
            "chore: bump version to 2.0.1-rc.1",
            "Bump version from 2.0.0 to 2.0.1.",
            "Prepare release of Godel v2.0.1",
            "Update changelog for 2.0.1",
            "version: bump up to 2.0.1",
        ] {
            assert!(makes_release(title, Some("Godel"), own), "{title}");
        }
        for title in [
            "Release the lock",
            "Prepare the release",
            "Bump serde to 2.0.1",
            "Bump version to 1.9.9",
            "Fix the crash of 2.0.0",
            "chore: update the list",
            "",
        ] {
            assert!(!makes_release(title, Some("Godel"), own), "{title}");
        }
        assert!(!makes_release("Release Godel 2.0.1", None, own));
    }

    #[test]
    fn the_files_of_a_release_are_told_from_code() {
        for path in
            ["package.json", "api/version/version.go", ".version", "CHANGELOG.md", "changelog/12.bugfix", "NEWS"]
        {
            assert!(is_of_release(path), "{path}");
        }
        for path in ["src/list.c", "src/history.c", "package.c", "lib/changes.rs", "conversion.c", ""] {
            assert!(!is_of_release(path), "{path}");
        }
    }

    #[test]
    fn versions_are_found_in_titles() {
        let found: Vec<String> =
            versions_in("Bump 'v2.0.0' to 2.0.1-rc.1 (1.2)").iter().map(ToString::to_string).collect();
        assert_eq!(found, ["2.0.0", "2.0.1-rc.1"]);
    }
}
