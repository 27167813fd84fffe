//! Everything under the same noun in each folder, nothing forgotten, nothing too long.

use std::collections::BTreeSet;

use backstitch::ports::render::Template;
use toml_edit::{DocumentMut, Item};

use super::{Source, read, require_none, root, sources};

/// Files end before this many lines.
const TOO_MANY_LINES: usize = 400;
/// Binaries hold arguments and one call, in at most this many lines.
const MOST_LINES_OF_A_BINARY: usize = 60;

/// What is wrong with the binaries of a manifest, given the paths of the package's files.
fn wrong_binaries(manifest: &str, files: &BTreeSet<String>) -> Vec<String> {
    let manifest: DocumentMut = manifest.parse().expect("because cargo reads it too");
    let stanzas = manifest["bin"].as_array_of_tables().expect("because there are binaries");
    let mut wrong = Vec::new();
    let mut verbs = BTreeSet::new();
    for stanza in stanzas {
        let text = |key: &str| stanza.get(key).and_then(Item::as_str).unwrap_or_default();
        let Some(verb) = text("name").strip_prefix("patch-") else {
            wrong.push(format!("binary '{}' is not called 'patch-<verb>'", text("name")));
            continue;
        };
        verbs.insert(verb.to_owned());
        for key in ["test", "doc"] {
            let off = stanza.get(key).and_then(Item::as_bool) == Some(false);
            wrong.extend((!off).then(|| format!("binary 'patch-{verb}' lacks '{key} = false'")));
        }
        if text("path") != format!("bins/patch-{verb}.rs") {
            wrong.push(format!("binary 'patch-{verb}' stands at '{}'", text("path")));
        }
        wrong
            .extend(missing_parts(verb, files).into_iter().map(|part| format!("binary 'patch-{verb}' lacks '{part}'")));
    }
    let orphans =
        files.iter().filter_map(|path| Some((path, verb_of(path)?))).filter(|(_, verb)| !verbs.contains(*verb));
    wrong.extend(orphans.map(|(path, _)| format!("'{path}' belongs to no binary")));
    wrong
}

/// The parts of a binary that no file stands for.
fn missing_parts(verb: &str, files: &BTreeSet<String>) -> Vec<String> {
    let any = |prefixes: &[String]| files.iter().any(|path| prefixes.iter().any(|prefix| path.starts_with(prefix)));
    let parts = [
        (format!("bins/patch-{verb}.rs"), vec![format!("bins/patch-{verb}.rs")]),
        (format!("src/steps/{verb}"), vec![format!("src/steps/{verb}/"), format!("src/steps/{verb}.rs")]),
        (format!("docs/patch-{verb}.md"), vec![format!("docs/patch-{verb}.md")]),
        (format!("templates/{verb}/"), vec![format!("templates/{verb}/")]),
        (
            format!("tests/it/{verb}"),
            vec![format!("tests/it/{verb}.rs"), format!("tests/it/{verb}_"), format!("tests/it/{verb}/mod.rs")],
        ),
    ];
    parts.into_iter().filter(|(_, prefixes)| !any(prefixes)).map(|(part, _)| part).collect()
}

/// The verb a file of a binary or of a step belongs to.
fn verb_of(path: &str) -> Option<&str> {
    if let Some(rest) = path.strip_prefix("src/steps/") {
        return rest.split(['/', '.']).next().filter(|name| *name != "mod");
    }
    let page = path.strip_prefix("docs/patch-").and_then(|rest| rest.strip_suffix(".md"));
    page.or_else(|| path.strip_prefix("bins/patch-").and_then(|rest| rest.strip_suffix(".rs")))
}

/// Test files that no `mod` line reaches.
fn forgotten_tests(files: &[Source]) -> Vec<String> {
    let declared = |folder: &str, name: &str| {
        let parents = [format!("{folder}/mod.rs"), format!("{folder}.rs"), format!("{folder}/main.rs")];
        files.iter().filter(|(path, _)| parents.contains(path)).any(|(_, text)| {
            text.lines().any(|line| line == format!("mod {name};") || line == format!("pub mod {name};"))
        })
    };
    let reached = |path: &str| {
        let module = path.strip_suffix(".rs").unwrap_or(path);
        let module = module.strip_suffix("/mod").unwrap_or(module);
        module.rsplit_once('/').is_some_and(|(folder, name)| declared(folder, name))
    };
    let modules = files.iter().map(|(path, _)| path).filter(|path| !path.ends_with("/main.rs"));
    modules.filter(|path| !reached(path)).map(|path| format!("no 'mod' line reaches '{path}'")).collect()
}

/// What is wrong with the size, the name and the notes of one file.
fn wrong_habits((path, text): &Source) -> Vec<String> {
    let mut wrong = Vec::new();
    let lines = text.lines().count();
    let is_binary = path.starts_with("bins/");
    if lines >= TOO_MANY_LINES || (is_binary && lines > MOST_LINES_OF_A_BINARY) {
        wrong.push(format!("'{path}' has {lines} lines"));
    }
    if path.ends_with("/utils.rs") || path.ends_with("/utils/mod.rs") {
        wrong.push(format!("'{path}' has a name that says nothing"));
    }
    // Spelled in two parts, for this file is read as well.
    let note = concat!("TO", "DO");
    for (index, line) in text.lines().enumerate() {
        let Some((_, after)) = line.split_once(note) else { continue };
        let said = after.trim_start_matches(|c: char| !c.is_alphanumeric());
        if said.split_whitespace().count() < 2 {
            wrong.push(format!("'{path}:{}' holds a '{note}' without a text", index + 1));
        }
    }
    wrong
}

#[test]
fn every_binary_has_its_parts() {
    let folders = ["bins", "src/steps", "docs", "templates", "tests/it"];
    let extensions = ["rs", "md", "j2", "jinja", "html", "txt", "json", "yml", "yaml"];
    let files = sources(&folders, &extensions).into_iter().map(|(path, _)| path).collect();
    let wrong = wrong_binaries(&read(&root().join("Cargo.toml")), &files);
    require_none(&wrong, "every binary has its step, page, templates and test module, and no part is left over");
}

#[test]
fn a_binary_without_its_parts_is_seen() {
    let manifest = "[[bin]]\nname = \"patch-tag\"\npath = \"bins/patch-tag.rs\"\ntest = false\ndoc = false\n";
    let parts = [
        "bins/patch-tag.rs",
        "src/steps/tag/mod.rs",
        "docs/patch-tag.md",
        "templates/tag/a.j2",
        "tests/it/tag_sign.rs",
    ];
    let all: BTreeSet<String> = parts.map(str::to_owned).into();
    assert_eq!(wrong_binaries(manifest, &all), Vec::<String>::new());
    for part in parts {
        let mut files = all.clone();
        files.remove(part);
        assert_eq!(wrong_binaries(manifest, &files).len(), 1, "without {part}");
    }
    for orphan in ["src/steps/bump/mod.rs", "bins/patch-bump.rs", "docs/patch-bump.md"] {
        let mut files = all.clone();
        files.insert(orphan.to_owned());
        assert_eq!(wrong_binaries(manifest, &files).len(), 1, "with {orphan}");
    }
    for broken in [manifest.replace("doc = false\n", ""), manifest.replace("bins/", "src/bin/")] {
        assert_eq!(wrong_binaries(&broken, &all).len(), 1, "{broken}");
    }
}

#[test]
fn every_template_is_known_by_its_path() {
    let known: BTreeSet<String> = Template::ALL.map(|template| format!("templates/{}", template.path())).into();
    let stored = sources(&["templates"], &["j2"]).into_iter().map(|(path, _)| path).collect();
    assert_eq!(known, stored);
}

#[test]
fn every_test_file_is_reached() {
    require_none(&forgotten_tests(&sources(&["tests"], &["rs"])), "a test that is not compiled cannot fail");
}

#[test]
fn a_forgotten_test_file_is_seen() {
    let source = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    let main = source("tests/it/main.rs", "mod pick;\nmod support;\n// mod old;\n");
    let reached = [source("tests/it/pick.rs", "mod plan;\n"), source("tests/it/support/mod.rs", "pub mod bin;\n")];
    let deeper = [source("tests/it/pick/plan.rs", ""), source("tests/it/support/bin.rs", "")];
    let good = [vec![main], reached.to_vec(), deeper.to_vec()].concat();
    assert_eq!(forgotten_tests(&good), Vec::<String>::new());
    for path in ["tests/it/old.rs", "tests/it/pick/apply.rs", "tests/it/support/repo.rs"] {
        assert_eq!(forgotten_tests(&[good.clone(), vec![source(path, "")]].concat()).len(), 1, "{path}");
    }
}

#[test]
fn files_are_short_and_say_what_they_mean() {
    let files = sources(&["src", "bins", "tests", "benches", "examples", ".ci"], &["rs", "sh"]);
    let wrong: Vec<_> = files.iter().flat_map(wrong_habits).collect();
    require_none(&wrong, "files are short, well named, and hold no empty notes");
}

#[test]
fn a_bad_habit_is_seen() {
    let count = |path: &str, text: String| wrong_habits(&(path.to_owned(), text)).len();
    let note = concat!("TO", "DO");
    assert_eq!(count("src/model/plan.rs", "x\n".repeat(399)), 0);
    assert_eq!(count("src/model/plan.rs", "x\n".repeat(400)), 1);
    assert_eq!(count("bins/patch-pick.rs", "x\n".repeat(60)), 0);
    assert_eq!(count("bins/patch-pick.rs", "x\n".repeat(61)), 1);
    assert_eq!(count("src/model/utils.rs", String::new()), 1);
    assert_eq!(count("src/lib.rs", format!("// {note}\n// {note}: soon\n")), 2);
    assert_eq!(count("src/lib.rs", format!("// {note}: read the tag's own date\n")), 0);
}
