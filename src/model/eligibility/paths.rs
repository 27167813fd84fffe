//! What a file is, as its path tells: a test, made by a program, somebody else's code, documentation.

use std::sync::LazyLock;

use crate::model::path::PathGlob;

/// Patterns for files of tests.
pub const TESTS: &[&str] = &[
    "**/test/**",
    "**/tests/**",
    "**/__tests__/**",
    "**/testing/**",
    "**/testdata/**",
    "**/spec/**",
    "**/e2e/**",
    "*_test.*",
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

/// Returns a set of patterns of this page.
pub fn globs(patterns: &[&str]) -> Vec<PathGlob> {
    patterns.iter().map(|pattern| pattern.parse().expect("because the tests parse them all")).collect()
}

/// Says whether a path is documentation.
pub fn is_documentation(path: &str) -> bool {
    static PATTERNS: LazyLock<Vec<PathGlob>> = LazyLock::new(|| globs(DOCUMENTATION));
    PATTERNS.iter().any(|pattern| pattern.matches(path.as_bytes()))
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
            ("Cargo.lock", (false, true, false, false)),
            ("web/package-lock.json", (false, true, false, false)),
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
}
