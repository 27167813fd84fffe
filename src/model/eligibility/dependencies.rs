//! Which dependencies a change raises across a major version, told from the manifests before and after.
//!
//! A major version is what semantic versioning lets break: the first number that is not zero, so `0.3` to `0.4` counts too.

use std::collections::BTreeMap;

use crate::model::path::RepoPath;

/// A dependency that is raised across a major version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raised {
    /// The manifest.
    pub path: String,
    /// What is depended on: text from a stranger.
    pub name: String,
    /// What was asked for before: text from a stranger.
    pub from: String,
    /// What is asked for now: text from a stranger.
    pub to: String,
}

/// Says whether a file is a manifest that is read here.
pub fn is_manifest(path: &str) -> bool {
    reader(path).is_some()
}

type Wants = BTreeMap<String, String>;
type Reader = fn(&str) -> Option<Wants>;

fn reader(path: &str) -> Option<Reader> {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name {
        "package.json" => {
            Some(|text| json(text, &["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"]))
        }
        "composer.json" => Some(|text| json(text, &["require", "require-dev"])),
        "Cargo.toml" => Some(cargo),
        "pyproject.toml" => Some(pyproject),
        "go.mod" => Some(|text| Some(go(text))),
        _ if name.starts_with("requirements") && name.ends_with(".txt") => {
            Some(|text| Some(requirements(text.lines())))
        }
        _ => None,
    }
}

/// Returns the dependencies that a change of one manifest raises. What is new or gone is none of them. `None`: one of the
/// texts cannot be read.
pub fn raised(path: &RepoPath, old: &str, new: &str) -> Option<Vec<Raised>> {
    let read = reader(path.as_str())?;
    let (old, new) = (read(old)?, read(new)?);
    let mut found = Vec::new();
    for (name, to) in new {
        let Some(from) = old.get(&name).filter(|from| **from != to) else { continue };
        if major(from).zip(major(&to)).is_some_and(|(from, to)| to > from) {
            found.push(Raised { path: path.as_str().to_owned(), name, from: from.clone(), to });
        }
    }
    Some(found)
}

/// Returns what of the first version in a requirement may not change: `^1.2` is 1, `>=0.3,<0.5` is 0.3.
fn major(requirement: &str) -> Option<(u64, u64, u64)> {
    let start = requirement.find(|c: char| c.is_ascii_digit())?;
    // A path, an address or a commit is no version.
    if requirement[..start].contains(|c: char| c.is_ascii_alphabetic() && c != 'v') || requirement.contains("://") {
        return None;
    }
    let digits = requirement[start..].split(|c: char| !c.is_ascii_digit() && c != '.').next()?;
    let mut numbers = digits.split('.').map(|number| number.parse::<u64>().ok());
    let [first, second, third] = [0; 3].map(|_| numbers.next().flatten());
    Some(match (first?, second.unwrap_or(0)) {
        (0, 0) => (0, 0, third.unwrap_or(0)),
        (0, minor) => (0, minor, 0),
        (major, _) => (major, 0, 0),
    })
}

fn json(text: &str, keys: &[&str]) -> Option<Wants> {
    let document: serde_json::Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()?;
    let mut wants = Wants::new();
    for key in keys {
        for (name, wanted) in document.get(key).and_then(|map| map.as_object()).into_iter().flatten() {
            wants.insert(format!("{key}: {name}"), wanted.as_str().unwrap_or_default().to_owned());
        }
    }
    Some(wants)
}

fn cargo(text: &str) -> Option<Wants> {
    let document = toml_edit::Document::parse(text).ok()?;
    let mut wants = Wants::new();
    cargo_tables(document.as_table(), "", &mut wants);
    Some(wants)
}

fn cargo_tables(table: &dyn toml_edit::TableLike, at: &str, wants: &mut Wants) {
    for (key, item) in table.iter() {
        let Some(inner) = item.as_table_like() else { continue };
        let here = format!("{at}{key}");
        if matches!(key, "dependencies" | "dev-dependencies" | "build-dependencies") {
            for (name, wanted) in inner.iter() {
                let version = wanted.as_str().or_else(|| wanted.as_table_like()?.get("version")?.as_str());
                wants.insert(format!("{here}: {name}"), version.unwrap_or_default().to_owned());
            }
        } else if matches!(key, "workspace" | "target") || at.starts_with("target") {
            cargo_tables(inner, &format!("{here}."), wants);
        }
    }
}

fn pyproject(text: &str) -> Option<Wants> {
    let document = toml_edit::Document::parse(text).ok()?;
    let mut wants = Wants::new();
    let project = document.get("project");
    let mut lists = vec![project.and_then(|project| project.get("dependencies"))];
    let groups = [project.and_then(|project| project.get("optional-dependencies")), document.get("dependency-groups")];
    let groups = groups.into_iter().flatten().filter_map(|groups| groups.as_table_like());
    lists.extend(groups.flat_map(|groups| groups.iter().map(|(_, list)| Some(list))));
    for list in lists.into_iter().flatten().filter_map(|list| list.as_array()) {
        wants.extend(requirements(list.iter().filter_map(|value| value.as_str())));
    }
    let poetry = document.get("tool").and_then(|tool| tool.get("poetry")).and_then(|poetry| poetry.get("dependencies"));
    for (name, wanted) in poetry.and_then(|map| map.as_table_like()).into_iter().flat_map(|map| map.iter()) {
        let version = wanted.as_str().or_else(|| wanted.as_table_like()?.get("version")?.as_str());
        wants.insert(name.to_owned(), version.unwrap_or_default().to_owned());
    }
    Some(wants)
}

/// Reads requirements as PEP 508 has them, as far as the name and the versions.
fn requirements<'l>(lines: impl Iterator<Item = &'l str>) -> Wants {
    let mut wants = Wants::new();
    for line in lines.map(str::trim).filter(|line| !line.starts_with(['#', '-'])) {
        let line = line.split([';', '#']).next().unwrap_or_default();
        let end =
            line.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | '.')).unwrap_or(line.len());
        let (name, wanted) = line.split_at(end);
        let wanted = wanted.rsplit_once(']').map_or(wanted, |(_, wanted)| wanted).trim();
        if !name.is_empty() {
            wants.insert(name.to_ascii_lowercase().replace(['_', '.'], "-"), wanted.to_owned());
        }
    }
    wants
}

/// Reads the `require` statements of a `go.mod` (Go Modules Reference). The major version of a module from 2 on is part of its
/// path, so that the path without it is the name.
fn go(text: &str) -> Wants {
    let mut wants = Wants::new();
    let mut inside = false;
    for line in text.lines().map(|line| line.split("//").next().unwrap_or_default().trim()) {
        let statement = match line.strip_prefix("require ") {
            Some(rest) if rest.trim() == "(" => {
                inside = true;
                continue;
            }
            Some(rest) => rest,
            None if line == ")" => {
                inside = false;
                continue;
            }
            None if inside => line,
            None => continue,
        };
        if let Some((path, version)) = statement.trim().split_once(' ') {
            let (name, suffix) = path.rsplit_once('/').unwrap_or((path, ""));
            let is_major =
                suffix.strip_prefix('v').is_some_and(|n| !n.is_empty() && n.chars().all(|c| c.is_ascii_digit()));
            wants.insert(if is_major { name } else { path }.to_owned(), version.trim().to_owned());
        }
    }
    wants
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(path: &str, old: &str, new: &str) -> Option<Vec<String>> {
        let found = raised(&path.parse().expect("a path"), old, new)?;
        Some(found.into_iter().map(|raised| format!("{} {} -> {}", raised.name, raised.from, raised.to)).collect())
    }

    #[test]
    fn only_a_step_over_a_major_version_is_told() {
        let steps = [
            ("^1.2.3", "^2.0.0", true),
            ("1.2.3", "1.9.0", false),
            ("~0.3.1", "~0.4.0", true),
            ("0.3.1", "0.3.9", false),
            ("0.0.3", "0.0.4", true),
            ("0.9", "1.0", true),
            ("2.0.0", "1.0.0", false),
            (">=1.0,<3", ">=2.0,<3", true),
            ("v1.2.3", "v2.0.0", true),
            ("latest", "2.0.0", false),
            ("workspace:1.0.0", "workspace:2.0.0", false),
            ("git+https://x.example/a#v1", "git+https://x.example/a#v2", false),
        ];
        for (from, to, told_so) in steps {
            let manifest = |wanted: &str| format!("{{\"dependencies\": {{\"a\": \"{wanted}\"}}}}");
            let found = told("web/package.json", &manifest(from), &manifest(to)).expect("JSON");
            assert_eq!(!found.is_empty(), told_so, "{from} -> {to}");
        }
    }

    #[test]
    fn every_manifest_is_read() {
        let table: &[(&str, &str, &str, &[&str])] = &[
            (
                "Cargo.toml",
                "[dependencies]\na = \"1\"\nb = { version = \"0.3\", features = [] }\n[target.'cfg(unix)'.dependencies]\nc = \"1\"\n[workspace.dependencies]\nd = \"1\"\n",
                "[dependencies]\na = \"2\"\nb = { version = \"0.4\" }\n[target.'cfg(unix)'.dependencies]\nc = \"2\"\n[workspace.dependencies]\nd = \"3\"\n",
                &[
                    "dependencies: a 1 -> 2",
                    "dependencies: b 0.3 -> 0.4",
                    "target.cfg(unix).dependencies: c 1 -> 2",
                    "workspace.dependencies: d 1 -> 3",
                ],
            ),
            (
                "pyproject.toml",
                "[project]\ndependencies = [\"Foo_Bar[x]>=1.2; python_version < '4'\"]\n[dependency-groups]\ndev = [\"pytest~=7.0\"]\n[tool.poetry.dependencies]\nz = \"^1\"\n",
                "[project]\ndependencies = [\"foo-bar[x]>=2.0\"]\n[dependency-groups]\ndev = [\"pytest~=8.0\"]\n[tool.poetry.dependencies]\nz = {version = \"^2\"}\n",
                &["foo-bar >=1.2 -> >=2.0", "pytest ~=7.0 -> ~=8.0", "z ^1 -> ^2"],
            ),
            ("requirements-dev.txt", "# x\n-r a.txt\nfoo==1.0 # why\n", "foo==2.0\n", &["foo ==1.0 -> ==2.0"]),
            (
                "go.mod",
                "module x\nrequire a.example/b v1.0.0\nrequire (\n\tc.example/d/v2 v2.1.0 // indirect\n\te.example/f v0.1.0\n)\n",
                "module x\nrequire a.example/b v1.9.0\nrequire (\n\tc.example/d/v3 v3.0.0\n\te.example/f v0.2.0\n)\n",
                &["c.example/d v2.1.0 -> v3.0.0", "e.example/f v0.1.0 -> v0.2.0"],
            ),
            (
                "composer.json",
                r#"{"require":{"a/b":"^1.0"}}"#,
                r#"{"require":{"a/b":"^2.0","c/d":"1"}}"#,
                &["require: a/b ^1.0 -> ^2.0"],
            ),
        ];
        for (path, old, new, expected) in table {
            assert_eq!(
                told(path, old, new).as_deref(),
                Some(expected.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>().as_slice()),
                "{path}"
            );
        }
        assert_eq!(told("package.json", "{", "{}"), None);
        assert!(is_manifest("a/Cargo.toml") && !is_manifest("a/cargo.rs"));
    }
}
