//! Which dependencies a change raises across a major version, told from the manifests before and after.
//!
//! What cannot be compared is told as well: nobody knows then.

use std::collections::{BTreeMap, BTreeSet};

use super::requirement::{Step, step};
use crate::model::arrange::InOrder as _;

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

/// What a change of manifests comes to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Compared {
    /// What is raised.
    pub raised: Vec<Raised>,
    /// What cannot be compared, one phrase each that names the manifest. May quote strangers.
    pub unsure: Vec<String>,
}

/// Says whether a file is a manifest of dependencies.
pub fn is_manifest(path: &str) -> bool {
    reader(path).is_some() || is_unread(path)
}

type Wants = BTreeMap<String, String>;
type Reader = fn(&str) -> Option<Wants>;

fn reader(path: &str) -> Option<Reader> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    match name {
        "package.json" => Some(|text| {
            let keys = ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"];
            json(text, &[&keys[..], &["overrides", "resolutions"]].concat())
        }),
        "composer.json" => Some(|text| json(text, &["require", "require-dev"])),
        "Cargo.toml" => Some(cargo),
        "pyproject.toml" => Some(pyproject),
        "go.mod" => Some(|text| Some(go(text))),
        _ => {
            let [txt, source] = [".txt", ".in"].map(|end| name.ends_with(end));
            let named = name.starts_with("requirements") || name.starts_with("constraints");
            let inside = folder == "requirements" || folder.ends_with("/requirements");
            ((txt || source) && (named || inside)).then_some(|text| Some(requirements(text.lines())))
        }
    }
}

/// Says whether a file is a manifest of a form that is not read.
fn is_unread(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let names = [
        "Gemfile",
        "pom.xml",
        "build.gradle",
        "build.gradle.kts",
        "libs.versions.toml",
        "build.sbt",
        "Pipfile",
        "setup.py",
        "setup.cfg",
        "environment.yml",
        "mix.exs",
        "pubspec.yaml",
        "Package.swift",
        "Podfile",
        "packages.config",
        "Directory.Packages.props",
        "conanfile.txt",
        "conanfile.py",
        "vcpkg.json",
        "pnpm-workspace.yaml",
        "deno.json",
    ];
    let ends = [".gemspec", ".csproj", ".fsproj", ".vbproj", ".podspec"];
    names.contains(&name) || ends.iter().any(|end| name.ends_with(end))
}

/// Compares a manifest before and after a change. What is new or gone is not raised.
pub fn compared(path: &str, old: &str, new: &str) -> Compared {
    let mut found = Compared::default();
    let Some(read) = reader(path) else {
        // Where a version changes, so does a line with a number in it.
        let numbered = |text: &str| -> BTreeSet<String> {
            let lines = text.lines().map(str::trim).filter(|line| line.contains(|c: char| c.is_ascii_digit()));
            lines.map(str::to_owned).in_order()
        };
        if numbered(old) != numbered(new) {
            found.unsure.push(format!("'{path}' is in a form that is not read"));
        }
        return found;
    };
    let (Some(old), Some(new)) = (read(old), read(new)) else {
        found.unsure.push(format!("'{path}' cannot be read"));
        return found;
    };
    for (name, to) in new {
        let Some(from) = old.get(&name).filter(|from| **from != to) else { continue };
        match step(from, &to) {
            Step::Within => {}
            Step::Raised => {
                found.raised.push(Raised { path: path.to_owned(), name, from: from.clone(), to });
            }
            Step::Unsure => found.unsure.push(format!("{path}: {name} from '{from}' to '{to}' cannot be compared")),
        }
    }
    found
}

/// Adds what is wanted. What is wanted twice, under different conditions, may be either.
fn add(wants: &mut Wants, name: String, wanted: &str) {
    let known = wants.entry(name).or_default();
    let gap = if known.is_empty() { "" } else { " || " };
    known.push_str(gap);
    known.push_str(wanted);
}

fn json(text: &str, keys: &[&str]) -> Option<Wants> {
    let document: serde_json::Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()?;
    let mut wants = Wants::new();
    for key in keys {
        for (name, wanted) in document.get(key).and_then(|map| map.as_object()).into_iter().flatten() {
            let wanted = wanted.as_str().map_or_else(|| wanted.to_string(), str::to_owned);
            wants.insert(format!("{key}: {name}"), wanted);
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

/// Returns the version that an entry wants, or what of a repository it takes. One by path, or of the workspace, wants nothing.
fn wanted_of(entry: &toml_edit::Item) -> String {
    let key = |key: &str| entry.as_table_like().and_then(|table| table.get(key)).and_then(|value| value.as_str());
    let version = entry.as_str().or_else(|| key("version")).unwrap_or_default();
    let source =
        ["git", "branch", "tag", "rev", "url"].iter().filter_map(|name| Some(format!("{name}={}", key(name)?)));
    std::iter::once(version.to_owned()).chain(source).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn cargo_tables(table: &dyn toml_edit::TableLike, at: &str, wants: &mut Wants) {
    for (key, item) in table.iter() {
        let Some(inner) = item.as_table_like() else { continue };
        let here = format!("{at}{key}");
        if matches!(key, "dependencies" | "dev-dependencies" | "build-dependencies") {
            for (name, wanted) in inner.iter() {
                wants.insert(format!("{here}: {name}"), wanted_of(wanted));
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
        for (name, wanted) in requirements(list.iter().filter_map(|value| value.as_str())) {
            add(&mut wants, name, &wanted);
        }
    }
    let poetry = document.get("tool").and_then(|tool| tool.get("poetry"));
    let table = |item: Option<&toml_edit::Item>, at: &str, wants: &mut Wants| {
        for (name, wanted) in item.and_then(|map| map.as_table_like()).into_iter().flat_map(|map| map.iter()) {
            wants.insert(format!("{at}{name}"), wanted_of(wanted));
        }
    };
    table(poetry.and_then(|poetry| poetry.get("dependencies")), "", &mut wants);
    table(poetry.and_then(|poetry| poetry.get("dev-dependencies")), "dev: ", &mut wants);
    let groups = poetry.and_then(|poetry| poetry.get("group")).and_then(|groups| groups.as_table_like());
    for (name, group) in groups.into_iter().flat_map(|groups| groups.iter()) {
        table(group.get("dependencies"), &format!("{name}: "), &mut wants);
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
            add(&mut wants, name.to_ascii_lowercase().replace(['_', '.'], "-"), wanted);
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

    fn told(path: &str, old: &str, new: &str) -> Vec<String> {
        let Compared { raised, unsure } = compared(path, old, new);
        let raised = raised.into_iter().map(|raised| format!("{} {} -> {}", raised.name, raised.from, raised.to));
        raised.chain(unsure).collect()
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
                "[project]\ndependencies = [\"Foo_Bar[x]>=1.2; python_version < '4'\"]\n[dependency-groups]\ndev = [\"pytest~=7.0\"]\n[tool.poetry.dependencies]\nz = \"^1\"\n[tool.poetry.group.dev.dependencies]\nz = \"^1\"\n",
                "[project]\ndependencies = [\"foo-bar[x]>=2.0\"]\n[dependency-groups]\ndev = [\"pytest~=8.0\"]\n[tool.poetry.dependencies]\nz = {version = \"^2\"}\n[tool.poetry.group.dev.dependencies]\nz = \"^3\"\n",
                &["dev: z ^1 -> ^3", "foo-bar >=1.2 -> >=2.0", "pytest ~=7.0 -> ~=8.0", "z ^1 -> ^2"],
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
            assert_eq!(told(path, old, new), *expected, "{path}");
        }
        assert!(is_manifest("a/Cargo.toml") && !is_manifest("a/cargo.rs"));
        assert!(
            is_manifest("requirements/base.txt") && !is_manifest("docs/requirements.md") && !is_manifest("a/base.txt")
        );
    }

    #[test]
    fn what_cannot_be_compared_is_told() {
        let table: &[(&str, &str, &str, &[&str])] = &[
            ("package.json", "{", "{}", &["'package.json' cannot be read"]),
            (
                "package.json",
                r#"{"dependencies":{"a":"^1","b":"npm:x@^1"}}"#,
                r#"{"dependencies":{"a":"*","b":"npm:x@^1"}}"#,
                &["package.json: dependencies: a from '^1' to '*' cannot be compared"],
            ),
            (
                "Cargo.toml",
                "[dependencies]\na = { git = \"x\", rev = \"1\" }\nb = { path = \"b\" }\n",
                "[dependencies]\na = { git = \"x\", rev = \"2\" }\nb = { path = \"c\" }\n",
                &["Cargo.toml: dependencies: a from 'git=x rev=1' to 'git=x rev=2' cannot be compared"],
            ),
            ("Gemfile", "gem 'a', '~> 5.0'\n", "gem 'a', '~> 7.0'\n", &["'Gemfile' is in a form that is not read"]),
            ("Gemfile", "gem 'a', '~> 5.0'\n", "# why\ngem 'a', '~> 5.0'\ngem 'b'\n", &[]),
            (
                "app/pom.xml",
                "<version>1.0</version>",
                "<version>2.0</version>",
                &["'app/pom.xml' is in a form that is not read"],
            ),
        ];
        for (path, old, new, expected) in table {
            assert_eq!(told(path, old, new), *expected, "{path}");
        }
    }
}
