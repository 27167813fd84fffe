//! Paths inside the user's repository, the patterns that choose among them, and what a pick does with them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::model::name::{NotAName, text_type};

/// Returns the name of a file, without where it is; `path` is as git writes it, with `/`.
pub fn file_name(path: &[u8]) -> &[u8] {
    path.rsplit(|byte| *byte == b'/').next().unwrap_or(path)
}

/// Returns how the name of a file ends, with the dot, which tells its language; `None` where it has no dot behind its first byte.
pub fn ending(path: &[u8]) -> Option<&[u8]> {
    let name = file_name(path);
    let dot = name.iter().rposition(|byte| *byte == b'.').filter(|dot| *dot > 0)?;
    name.get(dot..)
}

/// The path of one file in the repository: relative to its root, with `/`, never leaving it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RepoPath(String);

text_type!(RepoPath);

impl FromStr for RepoPath {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = |rule| Err(NotAName::new("a path in the repository", text, rule));
        if text.is_empty() {
            return refuse("it is empty");
        }
        if text.starts_with('/') {
            return refuse("it must be relative to the root of the repository");
        }
        if text.contains('\\') || text.chars().any(char::is_control) {
            return refuse("it holds a backslash or a control character");
        }
        if text.split('/').any(|part| matches!(part, "" | "." | "..")) {
            return refuse("a part of it is empty, '.' or '..'");
        }
        // On Windows, `C:` in the midst of a path leads to a drive.
        let is_drive = |part: &str| part.as_bytes().get(1) == Some(&b':');
        if cfg!(windows) && text.split('/').any(is_drive) {
            return refuse("a part of it begins like a drive");
        }
        if text.split('/').any(|part| part.eq_ignore_ascii_case(".git")) {
            return refuse("it points into '.git'");
        }
        Ok(Self(text.to_owned()))
    }
}

/// A command line of the user's own configuration, to be run by a shell as it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ShellCommand(String);

text_type!(ShellCommand);

impl FromStr for ShellCommand {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.trim().is_empty() {
            return Err(NotAName::new("a shell command", text, "it is empty"));
        }
        if text.contains('\0') {
            return Err(NotAName::new("a shell command", text, "it holds a NUL character"));
        }
        Ok(Self(text.to_owned()))
    }
}

/// A pattern that chooses files: `*` stands for anything within one component, `**` for any number of components.
///
/// A pattern without a slash matches the file name at any depth, as in `.gitignore`; a leading slash binds it to the root.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PathGlob {
    text: String,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Part {
    AnyDepth,
    Component(Vec<u8>),
}

impl PathGlob {
    /// Says whether the pattern chooses a path, given as git stores it.
    pub fn matches(&self, path: &[u8]) -> bool {
        let named = |glob: &[u8], component: &[u8]| wildcard(glob, component, |&b| b == b'*', |a, b| a == b);
        // Most patterns are of this form, and need no list of all folders.
        if let [Part::AnyDepth, Part::Component(glob)] = self.parts.as_slice() {
            return named(glob, path.rsplit(|&b| b == b'/').next().unwrap_or(path));
        }
        let components: Vec<&[u8]> = path.split(|&b| b == b'/').collect();
        wildcard(
            &self.parts,
            &components,
            |part| matches!(part, Part::AnyDepth),
            |part, component| match part {
                Part::AnyDepth => true,
                Part::Component(glob) => named(glob, component),
            },
        )
    }
}

/// Matches a sequence against a pattern whose stars stand for any number of items. Only the last star is ever moved, which
/// keeps the time to the product of both lengths.
pub(crate) fn wildcard<P, T>(
    pattern: &[P],
    text: &[T],
    is_star: impl Fn(&P) -> bool,
    same: impl Fn(&P, &T) -> bool,
) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        if p < pattern.len() && is_star(&pattern[p]) {
            star = Some((p, t));
            p += 1;
        } else if p < pattern.len() && same(&pattern[p], &text[t]) {
            p += 1;
            t += 1;
        } else if let Some((at, taken)) = star {
            star = Some((at, taken + 1));
            p = at + 1;
            t = taken + 1;
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(is_star)
}

impl FromStr for PathGlob {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = |rule| Err(NotAName::new("a path pattern", text, rule));
        let rooted = text.strip_prefix('/').unwrap_or(text);
        if rooted.is_empty() {
            return refuse("it is empty");
        }
        if rooted.ends_with('/') {
            return refuse("it names a folder; end it with '/**' for the files in it");
        }
        if text.contains('\\') || text.chars().any(char::is_control) {
            return refuse("it holds a backslash or a control character");
        }
        if rooted.split('/').any(|part| matches!(part, "" | "." | "..")) {
            return refuse("a part of it is empty, '.' or '..'");
        }
        if rooted.split('/').any(|part| part != "**" && part.contains("**")) {
            return refuse("'**' must stand alone between slashes");
        }
        Ok(Self { text: text.to_owned(), parts: parts_of(text) })
    }
}

fn parts_of(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    if !text.contains('/') {
        parts.push(Part::AnyDepth);
    }
    for part in text.strip_prefix('/').unwrap_or(text).split('/') {
        parts.push(if part == "**" { Part::AnyDepth } else { Part::Component(part.as_bytes().to_vec()) });
    }
    // A pattern always ends at a file, so that 'docs/**' chooses what is in the folder and not a file named 'docs'.
    if parts.last() == Some(&Part::AnyDepth) {
        parts.push(Part::Component(b"*".to_vec()));
    }
    parts
}

impl fmt::Display for PathGlob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

/// What a pick does with a path that the fix touches.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PathPolicy {
    /// Merges the fix's change, as git does.
    ThreeWay,
    /// Leaves the line's content as it is.
    KeepLine,
    /// Leaves the line's content, then runs this command to make it anew.
    Regenerate(ShellCommand),
}

/// The policies of a repository, in the order of its file: the first pattern that matches wins.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PathPolicies {
    rules: Vec<(PathGlob, PathPolicy)>,
}

impl PathPolicies {
    /// Makes a set of policies from rules in order.
    pub fn new(rules: Vec<(PathGlob, PathPolicy)>) -> Self {
        Self { rules }
    }

    /// Returns the policy of a path, given as git stores it. Paths that no pattern chooses are merged three-way.
    pub fn policy_of(&self, path: &[u8]) -> &PathPolicy {
        let rule = self.rules.iter().find(|(glob, _)| glob.matches(path));
        rule.map(|(_, policy)| policy).unwrap_or(&PathPolicy::ThreeWay)
    }

    /// Returns the rules in order.
    pub fn rules(&self) -> &[(PathGlob, PathPolicy)] {
        &self.rules
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_chooses_paths_as_gitignore_does() {
        let table: &[(&str, &[&str], &[&str])] = &[
            ("CHANGELOG.md", &["CHANGELOG.md", "a/b/CHANGELOG.md"], &["CHANGELOG.mdx", "CHANGELOG.md/x"]),
            ("/CHANGELOG.md", &["CHANGELOG.md"], &["a/CHANGELOG.md"]),
            ("*.lock", &["a.lock", "x/b.lock", ".lock"], &["a.lock/b", "lock"]),
            ("docs/*.md", &["docs/a.md"], &["docs/a/b.md", "x/docs/a.md"]),
            ("docs/**", &["docs/a", "docs/a/b"], &["docs", "xdocs/a"]),
            ("**/gen/*", &["gen/a", "x/y/gen/a"], &["gen", "gen/a/b"]),
            ("a/**/b", &["a/b", "a/x/b", "a/x/y/b"], &["a/bc", "x/a/b"]),
            ("**", &["a", "a/b"], &[]),
            ("*a*b", &["xaxb", "ab", "aabb"], &["ba", "abx"]),
            ("app/[id].ts", &["app/[id].ts"], &["app/i.ts"]),
        ];
        for (pattern, chosen, passed) in table {
            let glob: PathGlob = pattern.parse().expect("a pattern");
            chosen.iter().for_each(|path| assert!(glob.matches(path.as_bytes()), "{pattern} {path}"));
            passed.iter().for_each(|path| assert!(!glob.matches(path.as_bytes()), "{pattern} {path}"));
        }
    }

    #[test]
    fn many_stars_take_no_exponential_time() {
        let glob: PathGlob = format!("**/{}b/**/x", "*a".repeat(60)).parse().expect("a pattern");
        assert!(!glob.matches("a".repeat(4000).as_bytes()));
    }

    #[test]
    fn a_bad_pattern_or_path_is_refused() {
        for bad in ["", "/", "a/", "a//b", "../a", "a**", "a\\b", "./a"] {
            assert!(bad.parse::<PathGlob>().is_err(), "{bad:?}");
        }
        for bad in ["", "/a", "a/../b", "a/", ".git/config", "a\\b", "a\nb", "x/.GIT/y"] {
            assert!(bad.parse::<RepoPath>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn the_first_matching_policy_wins() {
        let command = |text: &str| PathPolicy::Regenerate(text.parse().expect("a command"));
        let policies = PathPolicies::new(vec![
            ("web/package-lock.json".parse().expect("a pattern"), command("cd web && npm install")),
            ("package-lock.json".parse().expect("a pattern"), PathPolicy::KeepLine),
        ]);
        assert_eq!(policies.policy_of(b"web/package-lock.json"), &command("cd web && npm install"));
        assert_eq!(policies.policy_of(b"api/package-lock.json"), &PathPolicy::KeepLine);
        assert_eq!(policies.policy_of(b"src/\xff.rs"), &PathPolicy::ThreeWay);
    }
}
