//! A flag that an error, a hint or a help text names is one that its reader can give.

use std::collections::{BTreeMap, BTreeSet};

use super::{require_none, sources};

/// The flags of each command, by the words to type, such as `patch-notes render`.
type Flags = BTreeMap<String, BTreeSet<String>>;

/// Files of which each part is reached by these verbs of `patch-notes` alone. The first that fits counts.
const REACHED_BY: [(&str, &[&str]); 9] = [
    ("src/cli/notes/publish.rs", &["publish"]),
    ("src/steps/notes/publish/", &["publish"]),
    ("src/model/publish/", &["publish"]),
    ("src/ports/forge/publish.rs", &["publish"]),
    ("src/ports/forge/releases.rs", &["publish"]),
    ("src/cli/notes/render.rs", &["render"]),
    ("src/cli/notes/check.rs", &["check"]),
    // The version and the line are given where a release is published.
    ("src/steps/notes/place.rs", &["render", "check"]),
    ("src/steps/notes/", &["render", "check", "publish"]),
];

/// Programs of others, whose flags are not ours.
const OTHERS: [&str; 12] =
    ["cargo", "clone", "curl", "diff", "gh", "git", "gpg", "gpgconf", "gpgsm", "npm", "pnpm", "yarn"];

/// What a flag in a sentence is given to.
#[derive(Debug, Clone, PartialEq, Eq)]
enum GivenTo {
    /// To the command that prints the sentence.
    Own,
    /// To this one of ours.
    Ours(String),
    /// To a program of others.
    Other,
}

/// The flags that a sentence names, with what they are given to: the command in front of them, up to a mark or a quote behind it.
fn named(text: &str, flags: &Flags) -> Vec<(GivenTo, String)> {
    let mut found = Vec::new();
    let mut to = GivenTo::Own;
    for word in text.split_whitespace() {
        let plain = word.trim_start_matches(['\'', '"', '`', '(']);
        let plain = plain.trim_end_matches(['\'', '"', '`', ')', ',', ';', ':', '.']);
        if let Some(rest) = plain.strip_prefix("--") {
            let name: String = rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '-').collect();
            found.extend(name.starts_with(|c: char| c != '-').then(|| (to.clone(), format!("--{name}"))));
        } else if OTHERS.contains(&plain) {
            to = GivenTo::Other;
        } else if flags.contains_key(plain) {
            to = GivenTo::Ours(plain.to_owned());
        } else if let GivenTo::Ours(command) = &to
            && flags.contains_key(&format!("{command} {plain}"))
        {
            to = GivenTo::Ours(format!("{command} {plain}"));
        }
        if word.ends_with(['\'', '`', ')', ',', ';', ':']) {
            to = GivenTo::Own;
        }
    }
    found
}

/// The texts between quotes in a source, without those of its tests and of comments.
fn literals(source: &str) -> Vec<String> {
    let source = source.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    let code = lines.collect::<Vec<_>>().join("\n").replace("'\"'", "").replace("b'\"'", "");
    let mut found = Vec::new();
    let mut rest = code.as_str();
    while let Some(at) = rest.find('"') {
        let mut text = String::new();
        let mut chars = rest[at + 1..].char_indices();
        let mut end = rest.len();
        while let Some((index, c)) = chars.next() {
            match c {
                '"' => {
                    end = at + 1 + index + 1;
                    break;
                }
                '\\' => text.extend(chars.next().map(|(_, c)| if c == '\n' { ' ' } else { c })),
                c => text.push(c),
            }
        }
        found.push(text);
        rest = &rest[end..];
    }
    found
}

/// The commands that print what a file says.
fn printed_by<'f>(path: &str, flags: &'f Flags) -> (Vec<&'f str>, bool) {
    if let Some((_, verbs)) = REACHED_BY.iter().find(|(front, _)| path.starts_with(front)) {
        let of_notes = |command: &&String| verbs.iter().any(|verb| **command == format!("patch-notes {verb}"));
        return (flags.keys().filter(of_notes).map(String::as_str).collect(), true);
    }
    let verb = ["src/cli/", "src/steps/", "src/model/"].iter().find_map(|front| path.strip_prefix(front));
    let binary = verb.and_then(|rest| rest.split(['/', '.']).next()).map(|verb| format!("patch-{verb}"));
    let own = binary.filter(|binary| flags.contains_key(binary));
    let is_its = |command: &&String| own.as_ref().is_none_or(|own| command.split(' ').next() == Some(own));
    (flags.keys().filter(is_its).map(String::as_str).collect(), false)
}

fn is_of_tests(path: &str) -> bool {
    path.contains("/tests/") || path.ends_with("/tests.rs")
}

/// The flags that a file names and that cannot be given.
fn wrong_flags((path, text): &(String, String), flags: &Flags) -> Vec<String> {
    let (commands, each) = printed_by(path, flags);
    let has = |command: &str, flag: &str| flags.get(command).is_some_and(|flags| flags.contains(flag));
    let wrong = |to: &GivenTo, flag: &str| match to {
        GivenTo::Other => false,
        // The binary alone stands for its verbs.
        GivenTo::Ours(command) => !flags
            .keys()
            .any(|known| (known == command || known.split(' ').next() == Some(command)) && has(known, flag)),
        GivenTo::Own if each => !commands.iter().all(|command| has(command, flag)),
        GivenTo::Own => !commands.iter().any(|command| has(command, flag)),
    };
    // What has no space is an argument that a program is given, and no sentence.
    let sentences = literals(text).into_iter().filter(|text| text.contains(' '));
    let named = sentences.flat_map(|text| named(&text, flags));
    named.filter(|(to, flag)| wrong(to, flag)).map(|(to, flag)| format!("'{path}' names '{flag}' of {to:?}")).collect()
}

/// The flags of every command, from the pages, which another guard keeps as the binaries say.
fn flags_of_all() -> (Flags, BTreeMap<String, String>) {
    let pages = sources(&["docs"], &["md"]).into_iter().filter(|(path, _)| path.starts_with("docs/patch-"));
    let helps: BTreeMap<String, String> = pages
        .flat_map(|(path, page)| super::docs::blocks(&page).unwrap_or_else(|error| panic!("'{path}': {error}")))
        .collect();
    let flags = helps.iter().map(|(command, help)| (command.clone(), defined(help))).collect();
    (flags, helps)
}

/// The flags that a help text explains.
fn defined(help: &str) -> BTreeSet<String> {
    let lines = help.lines().map(str::trim_start).filter(|line| line.starts_with('-'));
    let words = lines.flat_map(|line| line.split([' ', ',']).take(3));
    words.filter(|word| word.starts_with("--")).map(str::to_owned).collect()
}

#[test]
fn sentences_name_flags_that_can_be_given() {
    let (flags, _) = flags_of_all();
    let sources = sources(&["src"], &["rs"]);
    let ours = sources.iter().filter(|(path, _)| !is_of_tests(path));
    let wrong: Vec<String> = ours.flat_map(|source| wrong_flags(source, &flags)).collect();
    require_none(
        &wrong,
        "a flag that an error or a hint names is one of the command that prints it; or name the command",
    );
}

#[test]
fn help_texts_name_flags_that_can_be_given() {
    let (flags, helps) = flags_of_all();
    let mut wrong = Vec::new();
    for (command, help) in &helps {
        for (to, flag) in named(help, &flags) {
            let of = match &to {
                GivenTo::Other => continue,
                GivenTo::Own => command,
                GivenTo::Ours(other) => other,
            };
            wrong.extend(
                (!flags[of].contains(&flag)).then(|| format!("the help of '{command}' names '{flag}' of '{of}'")),
            );
        }
    }
    require_none(&wrong, "a flag that a help text names is one of its command");
}

/// What a help text says of a flag, without where lines are broken. `None`: it has no such flag.
fn told_of(help: &str, flag: &str) -> Option<String> {
    let heading = |line: &&str| line.trim_start().starts_with('-') && line.split([' ', ',']).any(|word| word == flag);
    let told = help.lines().skip_while(|line| !heading(line)).collect::<Vec<_>>();
    let (heading, text) = told.split_first()?;
    let text = text.iter().take_while(|line| !line.is_empty());
    Some(std::iter::once(heading).chain(text).map(|line| line.trim()).collect::<Vec<_>>().join(" "))
}

#[test]
fn every_verb_that_keeps_back_what_is_secret_takes_the_same_folders() {
    const GUARDING: [&str; 12] = [
        "patch-advisory guard",
        "patch-advisory publish",
        "patch-check commit",
        "patch-check event",
        "patch-check pr",
        "patch-check range",
        "patch-notes check",
        "patch-notes publish",
        "patch-notes render",
        "patch-pick propose",
        "patch-pick status",
        "patch-tag push",
    ];
    let (_, helps) = flags_of_all();
    let with: BTreeMap<&str, String> =
        helps.iter().filter_map(|(command, help)| Some((command.as_str(), told_of(help, "--advisories")?))).collect();
    assert_eq!(with.keys().copied().collect::<Vec<_>>(), GUARDING);
    assert_eq!(with.values().collect::<BTreeSet<_>>().len(), 1, "{with:#?}");
}

#[test]
fn both_verbs_that_publish_releases_say_the_same_of_a_flag() {
    let (_, helps) = flags_of_all();
    for flag in ["--assets", "--notes", "--record", "--keep-latest", "--adopt-drafts", "--unsigned", "--dry-run"] {
        let told = ["patch-notes publish", "patch-advisory publish"].map(|command| told_of(&helps[command], flag));
        assert!(told[0].is_some() && told[0] == told[1], "{flag}: {told:#?}");
    }
}

#[test]
fn a_flag_that_cannot_be_given_is_seen() {
    let set = |list: &[&str]| list.iter().map(|flag| (*flag).to_owned()).collect();
    let flags: Flags = [
        ("patch-notes", set(&["--quiet"])),
        ("patch-notes publish", set(&["--quiet", "--notes"])),
        ("patch-notes render", set(&["--quiet", "--offline", "--from"])),
        ("patch-tag", set(&["--line"])),
    ]
    .map(|(command, flags)| (command.to_owned(), flags))
    .into();
    let wrong = |path: &str, text: &str| wrong_flags(&(path.to_owned(), text.to_owned()), &flags).len();
    let publish = "src/steps/notes/publish/mod.rs";
    for (path, text, expected) in [
        (publish, r#"hint("give it with '--notes'")"#, 0),
        (publish, r#"hint("ask nothing: --offline")"#, 1),
        (publish, r#"hint("write 'patch-notes render --offline', or give --notes")"#, 0),
        (publish, r#"hint("write 'patch-notes render', or give --offline")"#, 1),
        (publish, r#"hint("patch-notes render --notes FILE")"#, 1),
        (publish, r#"hint("'patch-notes --from' tells it, and so does 'patch-notes --line'")"#, 1),
        (publish, r#"hint("run 'git fetch --unshallow'")"#, 0),
        (publish, "// say --offline here\nlet x = \"a \\\n   --offline\";\n", 1),
        (publish, "#[cfg(test)]\nlet x = \"a --offline\";\n", 0),
        (publish, r#"args(["--offline"]); let quote = '"'; hint("x --notes")"#, 0),
        ("src/cli/notes/mod.rs", r#"hint("give --offline")"#, 0),
        ("src/cli/notes/mod.rs", r#"hint("give --line")"#, 1),
        ("src/ports/git/mod.rs", r#"hint("give --line")"#, 0),
        ("src/ports/git/mod.rs", r#"hint("give --lines")"#, 1),
    ] {
        assert_eq!(wrong(path, text), expected, "{path}: {text}");
    }
    let help = "Options:\n      --notes <PATH>\n          As --quiet does\n\n  -q, --quiet\n          Less\n";
    assert_eq!(defined(help), set(&["--notes", "--quiet"]));
}
