//! Commits that make a release and change nothing for its users.

use semver::Version;

use crate::model::eligibility::paths::is_documentation;
use crate::model::trailer::plain_subject;

/// The beginnings of the names of files that tell of releases.
const CHANGELOGS: &[&str] = &["changelog", "changes", "history", "news", "release-notes", "release_notes", "releases"];

/// The folders of pieces of a changelog, which a release gathers, and of files each of which tells of a release.
const FRAGMENTS: &[&str] = &[
    ".changeset",
    "changelog",
    "changelog.d",
    "changelogs",
    "changes",
    "changes.d",
    "newsfragments",
    "release-notes",
    "release_notes",
    "releasenotes",
    "releases",
];

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
    "add",
    "adding",
    "after",
    "and",
    "back",
    "begin",
    "build",
    "bump",
    "bumped",
    "bumping",
    "changelog",
    "changes",
    "chore",
    "ci",
    "collect",
    "collecting",
    "cut",
    "cutting",
    "cycle",
    "dev",
    "development",
    "entries",
    "entry",
    "final",
    "finalize",
    "for",
    "fragment",
    "fragments",
    "from",
    "in",
    "iteration",
    "mark",
    "maven-release-plugin",
    "new",
    "news",
    "next",
    "notes",
    "number",
    "of",
    "open",
    "patch",
    "pkg",
    "post",
    "prepare",
    "preparing",
    "rc",
    "release",
    "released",
    "releasing",
    "set",
    "skip",
    "snapshot",
    "start",
    "tag",
    "the",
    "to",
    "up",
    "update",
    "updating",
    "version",
    "versions",
];

/// The words that say what such a title is about.
const TOPICS: &[&str] =
    &["changelog", "changes", "dev", "development", "news", "notes", "release", "version", "versions"];

/// The file with the hooks of developers ("Adding pre-commit plugins to your project" of pre-commit.com).
pub const HOOKS: &str = ".pre-commit-config.yaml";

/// The verbs of titles such as `Resolve conflicts`.
const RESOLVING: &[&str] =
    &["resolve", "resolves", "resolved", "resolving", "fix", "fixes", "fixed", "fixing", "solve", "solves", "solved"];

/// What makes of a conflict one of git.
const MERGING: &[&str] = &["merge", "cherry-pick", "cherrypick", "rebase", "backport", "git"];

/// Returns the versions that a title names, such as `2.0.1` in `Release v2.0.1.`.
pub fn versions_in(title: &str) -> Vec<Version> {
    words(title).filter_map(version).collect()
}

/// Says whether a title is about making a release and about nothing else: it names versions, all of which `own` knows, and the
/// words around them are those of such titles. The name of the project may be among them.
pub fn makes_release(title: &str, project: Option<&str>, own: impl Fn(&Version) -> bool) -> bool {
    let is_version = |word: &str| version(word).map(|version| own(&version));
    speaks_of_releases(title, project, is_version) && words(title).any(|word| version(word).is_some())
}

/// Says whether a title begins with a verb of fixing, behind the type that some projects put in front: `Fix the crash`, `deps: fixes it`.
pub fn begins_as_fix(title: &str) -> bool {
    let title = plain_subject(title);
    let is_verb = |text: &str| {
        let word = text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        ["fix", "fixes", "fixed"].iter().any(|verb| word.eq_ignore_ascii_case(verb))
    };
    is_verb(title) || title.split_once(": ").is_some_and(|(_, behind)| is_verb(behind))
}

/// Says whether a commit, by its title and the paths that it changes, keeps versions or changelogs and nothing else, as "Bump version" does
/// that changes `package.json`. The title need not name a version; the files have to agree.
pub fn keeps_versions(title: &str, project: Option<&str>, paths: &[&str], own: impl Fn(&Version) -> bool) -> bool {
    let is_version = |word: &str| version(word).map(|version| own(&version)).or_else(|| is_like_version(word));
    let is_topic = |word: &str| TOPICS.contains(&word.to_lowercase().as_str());
    paths.iter().all(|path| holds_version(path) || is_changelog(path))
        && speaks_of_releases(title, project, is_version)
        && words(title).any(is_topic)
}

/// Says whether a commit, by its title and the paths that it changes, brings only the hooks of developers up to date.
pub fn keeps_hooks(title: &str, paths: &[&str]) -> bool {
    title.to_lowercase().contains("pre-commit") && paths.iter().all(|path| name_of(path) == HOOKS)
}

/// Says whether a title is that under which pre-commit.ci brings the hooks of developers up to date, with what these then change
/// themselves.
pub fn renews_hooks(title: &str) -> bool {
    let title = title.to_lowercase();
    let title = title.strip_prefix("[pre-commit.ci]").unwrap_or(&title);
    title.trim() == "pre-commit autoupdate"
}

/// Says whether a title is that of a commit that only resolves conflicts: `Resolve conflicts`, `fix: merge conflict in the map`. `Fix conflict
/// of two options` may be of a flaw.
pub fn resolves_conflicts(title: &str) -> bool {
    let title = title.to_lowercase();
    let behind =
        title.split_once(": ").filter(|(kind, _)| !kind.contains(' ')).map_or(title.as_str(), |(_, rest)| rest);
    let mut words = words(behind).peekable();
    if words.next_if(|word| RESOLVING.contains(word)).is_none() {
        return false;
    }
    let mut is_of_git = false;
    while let Some(word) = words.next_if(|word| MERGING.contains(word) || matches!(*word, "the" | "all" | "remaining"))
    {
        is_of_git |= MERGING.contains(&word);
    }
    match (words.next(), words.next()) {
        (Some("conflict" | "conflicts"), None | Some("marker" | "markers")) => true,
        (Some("conflict" | "conflicts"), Some("in" | "with" | "from" | "after" | "of" | "on")) => is_of_git,
        (_, _) => false,
    }
}

/// Says whether a title has no other words than those of releases. `is_version` tells of a word whether it is a version that may be there.
fn speaks_of_releases(title: &str, project: Option<&str>, is_version: impl Fn(&str) -> Option<bool>) -> bool {
    let project: Vec<String> = project.map(words).into_iter().flatten().map(str::to_lowercase).collect();
    words(title).all(|word| {
        is_version(word).unwrap_or_else(|| {
            let word = word.to_lowercase();
            let is_known = |word: &str| WORDS.contains(&word) || project.iter().any(|known| known == word);
            is_known(&word) || word.split('-').all(is_known)
        })
    })
}

/// Says of a word such as `2.1` or `8.3.3.dev0` that it is a version; `None`: it is none.
fn is_like_version(word: &str) -> Option<bool> {
    let word = word.strip_prefix(['v', 'V']).unwrap_or(word);
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+');
    (word.starts_with(|c: char| c.is_ascii_digit()) && word.contains('.') && word.chars().all(is_part)).then_some(true)
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
pub fn is_changelog(path: &str) -> bool {
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
    text.split(gap).map(|word| word.trim_end_matches('.')).filter(|word| word.contains(char::is_alphanumeric))
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
            "Prepare release notes for v2.0.1",
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
    fn titles_of_upkeep_count_where_the_files_agree() {
        let own = |version: &Version| (version.major, version.minor) == (2, 0);
        let keeps = |title: &str, path: &str| keeps_versions(title, Some("Godel"), &[path], own);
        for title in [
            "Bump version",
            "Bump version for the next development cycle",
            "release: v2.0.1 🎉",
            "Version 2.0.1.dev0",
            "[maven-release-plugin] prepare for next development iteration",
            "Back to development: 2.0.2",
            "Post release version bump",
            "Post-release version bump",
            "Collect news fragments",
            "Update changelog",
            "Changelog and version for v2.0.1",
        ] {
            assert!(keeps(title, "package.json") && keeps(title, "CHANGELOG.md"), "{title}");
            assert!(!keeps(title, "src/list.c") && !keeps(title, "README.md"), "{title}");
        }
        for title in [
            "Bump serde",
            "Add the list",
            "Bump version of serde",
            "Bump version of sub-release",
            "Update changelog for 1.9.9",
            "Bump",
            "",
        ] {
            assert!(!keeps(title, "package.json"), "{title}");
        }
        let hooks = "[pre-commit.ci] pre-commit autoupdate";
        assert!(keeps_hooks(hooks, &[".pre-commit-config.yaml"]));
        assert!(!keeps_hooks(hooks, &[".pre-commit-config.yaml", "a.py"]));
        assert!(!keeps_hooks("Check types", &[".pre-commit-config.yaml"]));
    }

    #[test]
    fn commits_that_only_resolve_conflicts_are_told_by_their_titles() {
        for title in [
            "Resolve conflict",
            "resolve conflicts",
            "Fix merge conflict",
            "Fix the merge conflicts in template",
            "chore: resolve all cherry-pick conflicts with 2.0",
            "Fixed conflict markers",
        ] {
            assert!(resolves_conflicts(title), "{title}");
        }
        for title in [
            "Fix conflict of two options",
            "Resolve conflict in option parsing",
            "Resolve the list",
            "Merge conflict",
            "Reject merge conflicts",
            "Fix merge",
            "",
        ] {
            assert!(!resolves_conflicts(title), "{title}");
        }
    }

    #[test]
    fn what_renews_hooks_is_told_by_its_title() {
        assert!(renews_hooks("[pre-commit.ci] pre-commit autoupdate") && renews_hooks("pre-commit autoupdate"));
        assert!(!renews_hooks("Fix pre-commit autoupdate") && !renews_hooks(""));
    }

    #[test]
    fn a_title_begins_as_a_fix() {
        for title in ["Fix the crash", "[2.0] fixes it (#3)", "fix: x", "fix(deps)!: x", "deps: Fixed the crash", "Fix"]
        {
            assert!(begins_as_fix(title), "{title}");
        }
        for title in ["Fixture", "Bump version", "Do not fix it", "prefix: x", ""] {
            assert!(!begins_as_fix(title), "{title}");
        }
    }

    #[test]
    fn the_files_of_a_release_are_told_from_code() {
        for path in [
            "package.json",
            "api/version/version.go",
            ".version",
            "CHANGELOG.md",
            "releases/v2.0.1.toml",
            "changelog/12.bugfix",
            "NEWS",
        ] {
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
