//! What a file is, as its path tells: a test, made by a program, somebody else's code, documentation.

use std::sync::LazyLock;

use crate::model::path::PathGlob;

/// Patterns for files of tests.
pub const TESTS: &[&str] = &[
    "**/test/**",
    "**/tests/**",
    "**/*-test/**",
    "**/*-tests/**",
    "**/*_test/**",
    "**/*_tests/**",
    "**/unittest/**",
    "**/unittests/**",
    "**/testsuite/**",
    "**/__tests__/**",
    "**/testing/**",
    "**/testdata/**",
    "**/spec/**",
    "**/e2e/**",
    "**/cypress/**",
    "tests.*",
    "*_test.*",
    "*_tests.*",
    "*-test.*",
    "test_*",
    "*.test.*",
    "*.spec.*",
    "*_spec.*",
    "*Test.java",
    "*Tests.cs",
];

/// Patterns for files that a program made, lock files among them, and for code of others.
pub const GENERATED: &[&str] = &[
    "*.lock",
    "package-lock.json",
    "npm-shrinkwrap.json",
    "pnpm-lock.yaml",
    "bun.lockb",
    "go.sum",
    "go.work.sum",
    "Package.resolved",
    "gradle.lockfile",
    "**/vendor/**",
    "**/third_party/**",
    "**/node_modules/**",
    "**/dist/**",
    "**/generated/**",
    "**/__snapshots__/**",
    "*.min.js",
    "*.min.css",
    "*.pb.go",
    "*_pb2.py",
    "*.snap",
    "*.map",
];

/// Patterns for files that only change with an approval: what runs in CI, changes a database, or is an interface.
pub const FORBIDDEN: &[&str] = &[
    "/.github/workflows/**",
    "/.github/actions/**",
    "/.gitlab-ci.yml",
    "/.circleci/**",
    "/Jenkinsfile",
    "**/migrations/**",
    "**/migrate/**",
    "*.proto",
    "openapi.*",
    "swagger.*",
    "*.graphql",
];

/// Patterns for documentation.
const DOCUMENTATION: &[&str] = &["/doc/**", "/docs/**", "*.md", "*.rst", "*.adoc", "/LICENSE*", "/AUTHORS*"];

/// Patterns for what goes along with a product and is no part of it: examples, measurements, pieces of a changelog, translations, and what
/// tests read.
const ALONGSIDE: &[&str] = &[
    "**/example/**",
    "**/examples/**",
    "**/bench/**",
    "**/benches/**",
    "**/benchmark/**",
    "**/benchmarks/**",
    "**/fixtures/**",
    "**/.changeset/**",
    "**/changelog.d/**",
    "**/newsfragments/**",
    "*.po",
    "*.pot",
];

/// Patterns for what only those work with who develop a product: what runs in CI, and what git and editors ignore or write.
const DEVELOPMENT: &[&str] = &[
    "/.github/**",
    "/.gitlab/**",
    "/.gitlab-ci.yml",
    "/.circleci/**",
    "/.travis.yml",
    "/appveyor.yml",
    "/Jenkinsfile",
    "/.pre-commit-config.yaml",
    "/.mailmap",
    "/.git-blame-ignore-revs",
    ".gitignore",
    ".editorconfig",
];

/// Returns a set of patterns of this page.
pub fn globs(patterns: &[&str]) -> Vec<PathGlob> {
    patterns.iter().map(|pattern| pattern.parse().expect("because the tests parse them all")).collect()
}

/// Says whether a path is documentation.
pub fn is_documentation(path: &str) -> bool {
    static PATTERNS: LazyLock<Vec<PathGlob>> = LazyLock::new(|| globs(DOCUMENTATION));
    PATTERNS.iter().any(|pattern| pattern.matches(path.as_bytes()))
}

/// Says whether a path goes along with a product and is no part of it: documentation, an example, a piece of a changelog, a translation.
pub fn is_alongside(path: &str) -> bool {
    static PATTERNS: LazyLock<Vec<PathGlob>> = LazyLock::new(|| globs(ALONGSIDE));
    is_documentation(path) || chosen(&PATTERNS, path)
}

/// Says whether a path is of what only those work with who develop a product.
pub fn is_of_development(path: &str) -> bool {
    static PATTERNS: LazyLock<Vec<PathGlob>> = LazyLock::new(|| globs(DEVELOPMENT));
    chosen(&PATTERNS, path)
}

/// Says whether one of the patterns chooses a path.
pub fn chosen(patterns: &[PathGlob], path: &str) -> bool {
    patterns.iter().any(|pattern| pattern.matches(path.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_what_their_names_say() {
        let [tests, generated, forbidden] = [TESTS, GENERATED, FORBIDDEN].map(globs);
        let table = [
            ("src/test/java/A.java", (true, false, false, false)),
            ("tests/it/main.rs", (true, false, false, false)),
            ("pkg/a_test.go", (true, false, false, false)),
            ("testing/test_mark.py", (true, false, false, false)),
            ("src/a.rs", (false, false, false, false)),
            ("src/latest/a.rs", (false, false, false, false)),
            ("core-tests/a.rs", (true, false, false, false)),
            ("src/libutil-tests/a.cc", (true, false, false, false)),
            ("src/unittests/a.cc", (true, false, false, false)),
            ("testsuite/a.exp", (true, false, false, false)),
            ("cypress/a.js", (true, false, false, false)),
            ("src/mod/tests.py", (true, false, false, false)),
            ("src/list_tests.cc", (true, false, false, false)),
            ("src/contests/a.py", (false, false, false, false)),
            ("src/contests.py", (false, false, false, false)),
            ("src/test.c", (false, false, false, false)),
            ("Cargo.lock", (false, true, false, false)),
            ("web/package-lock.json", (false, true, false, false)),
            ("tools/go.work.sum", (false, true, false, false)),
            ("vendor/x/y.go", (false, true, false, false)),
            ("src/vendors.rs", (false, false, false, false)),
            (".github/workflows/ci.yml", (false, false, true, false)),
            ("db/migrations/0001.sql", (false, false, true, false)),
            ("api/v1/x.proto", (false, false, true, false)),
            ("docs/a.html", (false, false, false, true)),
            ("README.md", (false, false, false, true)),
            ("src/docs/a.rs", (false, false, false, false)),
        ];
        for (path, expected) in table {
            let found =
                (chosen(&tests, path), chosen(&generated, path), chosen(&forbidden, path), is_documentation(path));
            assert_eq!(found, expected, "{path}");
        }
    }

    #[test]
    fn what_is_no_part_of_a_product_is_told_by_its_path() {
        for path in [
            "docs/a.html",
            "examples/a.js",
            "core/benches/a.rs",
            "fixtures/a.json",
            "newsfragments/101.bugfix",
            ".changeset/x.json",
            "po/de.po",
        ] {
            assert!(is_alongside(path), "{path}");
        }
        for path in ["src/a.rs", "Makefile", "src/example.rs", "src/bench.rs", "locale/de.json"] {
            assert!(!is_alongside(path), "{path}");
        }
        for path in [".github/workflows/ci.yml", ".github/dependabot.yml", ".gitignore", "web/.gitignore", ".mailmap"] {
            assert!(is_of_development(path), "{path}");
        }
        for path in ["action.yml", "web/.github/a.yml", ".gitattributes", "src/a.rs", "Makefile"] {
            assert!(!is_of_development(path), "{path}");
        }
    }
}
