//! Whether a line has the bug that a fix repairs.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::commit::CommitId;

/// The answer for one fix and one line, with its evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "answer", deny_unknown_fields, rename_all = "kebab-case")]
pub enum Affected {
    /// The line has a commit that brought the bug.
    Affected {
        /// That commit, and how it is known.
        because: Introduced,
    },
    /// The line has none of the commits that brought the bug, and not the lines that the fix repairs either. Never
    /// concluded from silence.
    NotAffected {
        /// What the line lacks.
        because: Lacks,
    },
    /// Nothing shows it either way.
    Unknown {
        /// What stands in the way.
        why: WhyUnknown,
    },
}

impl Affected {
    /// Returns yes or no with the reason in a sentence, or nothing where it is unknown.
    pub fn verdict(&self) -> Option<(bool, String)> {
        match self {
            Self::Affected { because } => {
                Some((true, format!("the line has {}, {}", because.by.short(), because.shown.phrase())))
            }
            Self::NotAffected { because } => {
                let names: Vec<String> = because.introduced_by.iter().map(CommitId::short).collect();
                Some((
                    false,
                    format!("the line lacks {}, {}, and the code itself", names.join(", "), because.shown.phrase()),
                ))
            }
            Self::Unknown { .. } => None,
        }
    }
}

impl Shown {
    /// Returns what a commit that is known in this way did.
    pub const fn phrase(self) -> &'static str {
        match self {
            Self::Stated => "which it says it repairs",
            Self::RemovedLines => "which wrote the lines that it changes",
            Self::Context => "which wrote the lines around what it adds",
        }
    }
}

/// A commit that brought the bug.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Introduced {
    /// The commit on main. The line has it, or a pick of it.
    pub by: CommitId,
    /// How it is known.
    pub shown: Shown,
}

/// How it is known which commits brought a bug, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Shown {
    /// The message of the fix says so in a `Fixes:` trailer.
    Stated,
    /// They last touched the lines that the fix removes or replaces.
    RemovedLines,
    /// They last touched the lines around those that the fix adds.
    Context,
}

/// What a line lacks that has not the bug.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Lacks {
    /// All commits that brought the bug, sorted; the line has none of them.
    pub introduced_by: Vec<CommitId>,
    /// How it is known.
    pub shown: Shown,
    /// The files that the line has not, or in which it has none of the lines that the fix repairs, sorted. Bytes that are
    /// not UTF-8 are replaced.
    pub files: Vec<String>,
}

/// Why nothing is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "reason", deny_unknown_fields, rename_all = "kebab-case")]
pub enum WhyUnknown {
    /// The fix changes tests, documentation or automation only.
    Incidental,
    /// The fix only adds files.
    NewFilesOnly,
    /// The fix changes no lines that history could tell about: binary files, modes, submodules.
    NoLines,
    /// The line has none of the commits that brought the bug, but lines that the fix repairs.
    LinesPresent {
        /// The files in which they are, sorted.
        files: Vec<String>,
    },
    /// The line has none of the commits that brought the bug, but what one of them replaced: the bug may be older.
    Rewritten {
        /// That commit.
        by: CommitId,
    },
    /// History ends before the commits that brought the bug: the clone is shallow.
    HistoryCutOff,
}

impl fmt::Display for WhyUnknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Incidental => "it changes tests, documentation or automation only",
            Self::NewFilesOnly => "it only adds files",
            Self::NoLines => "it changes no lines that history could tell about",
            Self::LinesPresent { files: _ } => {
                "the line lacks the commits that brought the bug, but has lines that the fix repairs"
            }
            Self::Rewritten { by: _ } => {
                "the line lacks the commits that brought the bug, but has what one of them replaced"
            }
            Self::HistoryCutOff => "the clone is shallow and lacks the history that would tell",
        })
    }
}

const FOLDERS: &[&str] = &[
    "test",
    "tests",
    "testing",
    "testdata",
    "test-data",
    "__tests__",
    "spec",
    "specs",
    "e2e",
    "fixtures",
    "doc",
    "docs",
    "documentation",
    "changelog",
    "changelogs",
    "changes",
    "news",
    "release-notes",
    "rl-next",
    ".github",
    ".gitlab",
    ".circleci",
    ".buildkite",
    ".ci",
    "ci",
];

const NAMES: &[&str] = &[
    "changelog",
    "changes",
    "news",
    "history",
    "readme",
    "contributing",
    "authors",
    "license",
    "notice",
    "copying",
    "codeowners",
    "jenkinsfile",
    ".travis.yml",
    ".gitlab-ci.yml",
    ".appveyor.yml",
    "appveyor.yml",
    "azure-pipelines.yml",
    ".gitignore",
    ".mailmap",
    ".editorconfig",
    "conftest.py",
];

const PROSE: &[&str] = &["md", "rst", "adoc", "asciidoc", "texi", "mdx"];

/// Says whether a path, given as git stores it, is about tests, documentation or automation, so that no bug of the product
/// can be in it.
pub fn is_incidental(path: &[u8]) -> bool {
    let path = String::from_utf8_lossy(path).to_ascii_lowercase();
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", &path));
    if folders.split('/').any(|folder| FOLDERS.contains(&folder)) {
        return true;
    }
    let (stem, extension) = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).unwrap_or((name, ""));
    NAMES.contains(&name)
        || NAMES.contains(&stem) && matches!(extension, "txt" | "md" | "rst" | "")
        || PROSE.contains(&extension)
        || is_test(stem)
}

/// Says whether the name of a file without its extension is that of a test: `test_x`, `x_test`, `x.spec`.
fn is_test(stem: &str) -> bool {
    let ends = ["_test", "-test", ".test", "_tests", "-tests", ".spec", "_spec"];
    stem == "test" || stem == "tests" || stem.starts_with("test_") || ends.iter().any(|end| stem.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_documentation_and_automation_are_incidental() {
        for path in [
            "tests/functional/store.sh",
            "src/libstore/tests/path.cc",
            "pkg/server_test.go",
            "web/app.spec.ts",
            "test_parser.py",
            "doc/manual/source/index.md",
            "docs/conf.py",
            "README.md",
            "CHANGELOG",
            "CHANGES.txt",
            "lib/notes.rst",
            ".github/workflows/ci.yml",
            ".gitlab-ci.yml",
            "Docs/Guide.html",
        ] {
            assert!(is_incidental(path.as_bytes()), "{path}");
        }
        for path in [
            "src/main.rs",
            "src/contest.c",
            "src/testing.rs",
            "src/latest/mod.rs",
            "news.py",
            "changes.rs",
            "package.json",
            "requirements.txt",
            ".env",
            "src/doc.rs",
            "src/\u{e4}.c",
            "",
        ] {
            assert!(!is_incidental(path.as_bytes()), "{path}");
        }
        assert!(!is_incidental(b"src/\xff.c"));
    }
}
