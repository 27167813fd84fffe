//! The help texts in the pages are what the binaries say.
//!
//! `UPDATE_DOCS=1 cargo test --test it guards` writes them.

use std::collections::{BTreeMap, BTreeSet};

use super::{page_lock, read, require_none, root, sources, updating};
use crate::support::Bin;

/// A binary whose page holds its help.
struct Documented {
    name: &'static str,
    bin: fn() -> Bin,
}

/// Every binary.
fn binaries() -> Vec<Documented> {
    vec![
        Documented { name: "patch-bump", bin: Bin::bump },
        Documented { name: "patch-check", bin: Bin::check },
        Documented { name: "patch-advisory", bin: Bin::advisory },
        Documented { name: "patch-doctor", bin: Bin::doctor },
        Documented { name: "patch-notes", bin: Bin::notes },
        Documented { name: "patch-pick", bin: Bin::pick },
        Documented { name: "patch-tag", bin: Bin::tag },
    ]
}

/// The help of a command and of all commands below it, by the words to type.
fn help_texts(Documented { name, bin }: &Documented) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    let mut waiting = vec![Vec::<String>::new()];
    while let Some(words) = waiting.pop() {
        let help = bin().args(words.iter().map(String::as_str).chain(["--help"])).run().success().stdout;
        waiting.extend(subcommands(&help).into_iter().map(|word| [words.clone(), vec![word]].concat()));
        texts.insert([&[(*name).to_owned()], words.as_slice()].concat().join(" "), tidy(&help));
    }
    texts
}

/// The subcommands that a help text lists, without `help` itself.
fn subcommands(help: &str) -> Vec<String> {
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    // A description that goes on in a second line is set in further than a command.
    let names = listed.filter(|line| !line.starts_with("   ")).filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

/// Without spaces at line ends, which editors take away.
fn tidy(help: &str) -> String {
    help.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

fn opening(command: &str) -> String {
    format!("<!-- help: {command} -->\n")
}

const CLOSING: &str = "<!-- /help -->\n";

/// The help blocks of a page, by command.
pub(super) fn blocks(page: &str) -> Result<BTreeMap<String, String>, String> {
    let mut found = BTreeMap::new();
    for part in page.split("<!-- help: ").skip(1) {
        let (command, rest) = part.split_once(" -->\n").ok_or_else(|| format!("bad marker: {part:.40}"))?;
        let (block, _) = rest.split_once(CLOSING).ok_or_else(|| format!("'{command}' has no closing marker"))?;
        if found.insert(command.to_owned(), block.to_owned()).is_some() {
            return Err(format!("'{command}' stands twice"));
        }
    }
    Ok(found)
}

fn as_block(help: &str) -> String {
    format!("```text\n{help}```\n")
}

/// What is wrong with the help blocks of a page.
fn wrong_help(page: &str, texts: &BTreeMap<String, String>) -> Vec<String> {
    let blocks = match blocks(page) {
        Ok(blocks) => blocks,
        Err(error) => return vec![error],
    };
    let commands: BTreeSet<&String> = blocks.keys().chain(texts.keys()).collect();
    let judge = |command: &String| match (blocks.get(command), texts.get(command)) {
        (Some(block), Some(text)) if *block == as_block(text) => None,
        (Some(_), Some(_)) => Some(format!("the help of '{command}' has changed")),
        (Some(_), None) => Some(format!("there is no command '{command}'")),
        (None, _) => Some(format!("the help of '{command}' is missing")),
    };
    commands.into_iter().filter_map(judge).collect()
}

/// The page with its help blocks as they should be; blocks of unknown commands go, missing ones are put at the end.
fn with_help(page: &str, texts: &BTreeMap<String, String>) -> Result<String, String> {
    let (mut page, old) = (page.to_owned(), blocks(page)?);
    for (command, block) in &old {
        let new = texts.get(command).map_or_else(String::new, |text| opening(command) + &as_block(text) + CLOSING);
        page = page.replace(&(opening(command) + block + CLOSING), &new);
    }
    for (command, text) in texts.iter().filter(|(command, _)| !old.contains_key(*command)) {
        page = page.trim_end().to_owned() + "\n\n" + &opening(command) + &as_block(text) + CLOSING;
    }
    Ok(page)
}

#[test]
fn pages_hold_the_help_of_their_binary() {
    for binary in binaries() {
        let name = binary.name;
        let path = root().join(format!("docs/{name}.md"));
        let _lock = page_lock();
        let (page, texts) = (read(&path), help_texts(&binary));
        if updating() {
            let page = with_help(&page, &texts).unwrap_or_else(|error| panic!("'docs/{name}.md': {error}"));
            std::fs::write(&path, page).unwrap_or_else(|error| panic!("cannot write '{}': {error}", path.display()));
        } else {
            require_none(
                &wrong_help(&page, &texts),
                &format!("'docs/{name}.md': run 'UPDATE_DOCS=1 cargo test --test it guards'"),
            );
        }
    }
}

#[test]
fn pages_link_every_schema_of_their_binary() {
    let mut wrong = Vec::new();
    let mut schemas = 0;
    for Documented { name, .. } in binaries() {
        let page = read(&root().join(format!("docs/{name}.md")));
        for (path, _) in sources(&[&format!("docs/schemas/{name}")], &["json"]) {
            schemas += 1;
            let link = path.strip_prefix("docs/").expect("because it is below 'docs'");
            wrong.extend((!page.contains(&format!("]({link})"))).then(|| format!("'docs/{name}.md' lacks '{link}'")));
        }
    }
    assert!(schemas > 30, "there are only {schemas} schemas");
    require_none(&wrong, "the page of a binary links the schema of every document that it writes");
}

#[test]
fn every_binary_is_asked_for_its_help() {
    let pages = sources(&["docs"], &["md"]).into_iter().map(|(path, _)| path);
    let binaries: BTreeSet<String> = binaries().iter().map(|binary| format!("docs/{}.md", binary.name)).collect();
    assert_eq!(pages.filter(|path| path.starts_with("docs/patch-")).collect::<BTreeSet<_>>(), binaries);
}

#[test]
fn wrong_help_is_seen_and_written_anew() {
    let texts = |list: &[(&str, &str)]| list.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let wanted: BTreeMap<String, String> = texts(&[("patch-tag", "Sign\n"), ("patch-tag set", "Set\n")]);
    let empty = "# Page\n\ntext\n";
    assert_eq!(wrong_help(empty, &wanted).len(), 2);
    let page = with_help(empty, &wanted).expect("because the page is sound");
    assert_eq!(wrong_help(&page, &wanted), Vec::<String>::new());
    assert!(page.starts_with(empty.trim_end()));
    assert_eq!(with_help(&page, &wanted).as_deref(), Ok(page.as_str()));

    let changed = texts(&[("patch-tag", "Sign it\n"), ("patch-tag set", "Set\n")]);
    assert_eq!(wrong_help(&page, &changed), ["the help of 'patch-tag' has changed"]);
    let fewer = texts(&[("patch-tag", "Sign\n")]);
    assert_eq!(wrong_help(&page, &fewer), ["there is no command 'patch-tag set'"]);
    let renewed = with_help(&page, &fewer).expect("because the page is sound");
    assert_eq!(wrong_help(&renewed, &fewer), Vec::<String>::new());
    assert_eq!(wrong_help("<!-- help: patch-tag -->\nopen", &wanted), ["'patch-tag' has no closing marker"]);
    assert_eq!(wrong_help(&(page.clone() + &page), &wanted), ["'patch-tag' stands twice"]);
}

#[test]
fn subcommands_are_read_from_the_help() {
    let help = "Usage: x\n\nCommands:\n  status  Shows\n          more\n  plan    Plans\n  help    Print\n\nOptions:\n  -h  Help\n";
    assert_eq!(subcommands(help), ["status", "plan"]);
    assert_eq!(subcommands("Usage: x\n\nOptions:\n  -h  Help\n"), Vec::<String>::new());
}
