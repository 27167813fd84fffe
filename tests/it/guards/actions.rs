//! The action of each binary has every flag as an input, and is written from the binary's own arguments.
//!
//! `UPDATE_DOCS=1 cargo test --test it guards` writes the actions, and the tables of `docs/actions.md`.

use std::collections::{BTreeMap, BTreeSet};

use backstitch::cli::{advisory, bump, check, doctor, notes, pick, tag};
use clap::{ArgAction, Command, CommandFactory};
use serde_json::Value;

use super::{page_lock, read, require_none, root, sources, updating};

/// A binary that has an action.
struct Binary {
    name: &'static str,
    command: fn() -> Command,
    /// Outputs besides the single values of its documents.
    more: &'static [(&'static str, &'static str)],
}

const BINARIES: &[Binary] = &[
    Binary { name: "advisory", command: advisory::AdvisoryArgs::command, more: &[] },
    Binary { name: "bump", command: bump::BumpArgs::command, more: &[] },
    Binary { name: "check", command: check::CheckArgs::command, more: check::OUTPUTS },
    Binary { name: "doctor", command: doctor::DoctorArgs::command, more: &[] },
    Binary { name: "notes", command: notes::NotesArgs::command, more: notes::publish::OUTPUTS },
    Binary { name: "pick", command: pick::PickArgs::command, more: &[] },
    Binary { name: "tag", command: tag::TagArgs::command, more: &[] },
];

/// Inputs of every action that are no flags.
const COMMON: [(&str, &str, &str); 5] = [
    ("save", "Write what the verb prints into this file, too.", ""),
    ("bin-dir", "A folder that holds the binaries already, for runners without the network.", ""),
    (
        "build",
        "'true' builds the binaries from the source beside the action, which needs Rust and takes minutes.",
        "false",
    ),
    ("allow-exit-codes", "Exit codes besides 0 with which the step does not fail, such as '1 3'.", ""),
    ("token", "The token for GitHub. It may do what the job's 'permissions' say.", "${{ github.token }}"),
];

/// Documents that are no result of a verb: a line of a stream, and a file that people write.
const STREAMED: [&str; 2] = ["forecast-line", "resolution"];

/// Flags that make no sense in a workflow.
const LEFT_OUT: [&str; 4] = ["help", "version", "color", "quiet"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Switch,
    Value,
    List,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Switch => "switch",
            Self::Value => "value",
            Self::List => "list",
        }
    }
}

/// A flag with what it says, each text with the verbs that say so.
struct Flag {
    kind: Kind,
    helps: Vec<(String, Vec<String>)>,
}

/// What an action has, in the order of names.
struct Action {
    name: &'static str,
    about: String,
    verbs: Vec<String>,
    flags: BTreeMap<String, Flag>,
    positional: Vec<String>,
    outputs: BTreeMap<String, String>,
}

impl Action {
    fn of(binary: &Binary, wrong: &mut Vec<String>) -> Self {
        let mut command = (binary.command)();
        command.build();
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        let mut action = Self {
            name: binary.name,
            about,
            verbs: Vec::new(),
            flags: BTreeMap::new(),
            positional: Vec::new(),
            outputs: outputs(binary),
        };
        for verb in command.get_subcommands().filter(|verb| verb.get_name() != "help") {
            action.verbs.push(verb.get_name().to_owned());
            action.add(verb, wrong);
        }
        action
    }

    fn add(&mut self, verb: &Command, wrong: &mut Vec<String>) {
        for argument in verb.get_arguments() {
            let help = argument.get_help().map(|help| help.to_string().replace('\n', " ")).unwrap_or_default();
            let Some(name) = argument.get_long() else {
                self.positional.push(format!("{} ({help})", verb.get_name()));
                continue;
            };
            if LEFT_OUT.contains(&name) {
                continue;
            }
            let kind = match argument.get_action() {
                ArgAction::SetTrue => Kind::Switch,
                ArgAction::Append => Kind::List,
                _ => Kind::Value,
            };
            let flag = self.flags.entry(name.to_owned()).or_insert_with(|| Flag { kind, helps: Vec::new() });
            // One value is a list of one.
            flag.kind = match (flag.kind, kind) {
                (old, new) if old == new => old,
                (Kind::List, Kind::Value) | (Kind::Value, Kind::List) => Kind::List,
                _ => {
                    wrong.push(format!("'--{name}' of patch-{} is of several kinds", self.name));
                    kind
                }
            };
            let verb = verb.get_name().to_owned();
            match flag.helps.iter_mut().find(|(there, _)| *there == help) {
                Some((_, verbs)) => verbs.push(verb),
                None => flag.helps.push((help, vec![verb])),
            }
        }
        let taken = COMMON.iter().map(|(name, ..)| *name).chain(["command", "args"]);
        wrong.extend(
            taken.filter(|name| self.flags.contains_key(*name)).map(|name| format!("'--{name}' is an input already")),
        );
    }

    /// What stands beside a flag: its help, and the verbs that have it where not all do.
    fn told(&self, flag: &Flag) -> String {
        let one = |(help, verbs): &(String, Vec<String>)| {
            if verbs.len() == self.verbs.len() { help.clone() } else { format!("{help} ({})", verbs.join(", ")) }
        };
        let lines = if flag.kind == Kind::List { "; one a line" } else { "" };
        flag.helps.iter().map(one).collect::<Vec<_>>().join("; ") + lines
    }

    /// The inputs with what they say and their defaults.
    fn inputs(&self) -> Vec<(String, String, String)> {
        let mut inputs = vec![
            ("command".to_owned(), format!("The verb: {}", self.verbs.join(", ")), String::new()),
            (
                "args".to_owned(),
                format!("What the verb is about, one a line: {}", self.positional.join("; ")),
                String::new(),
            ),
        ];
        inputs.extend(self.flags.iter().map(|(name, flag)| (name.clone(), self.told(flag), String::new())));
        let common =
            COMMON.iter().map(|(name, told, usual)| ((*name).to_owned(), (*told).to_owned(), (*usual).to_owned()));
        inputs.extend(common);
        inputs
    }

    fn yaml(&self) -> String {
        let mut lines = vec![
            "# Written from the arguments of the binary by 'UPDATE_DOCS=1 cargo test --test it guards'.".to_owned(),
            format!("name: patch-{}", self.name),
            format!("description: {}", quoted(&self.about)),
            "inputs:".to_owned(),
        ];
        for (name, told, usual) in self.inputs() {
            lines.push(format!("  {name}:"));
            lines.push(format!("    description: {}", quoted(&told)));
            lines.push(format!("    required: {}", name == "command"));
            if name != "command" {
                let usual = if usual.starts_with("${{") { usual } else { quoted(&usual) };
                lines.push(format!("    default: {usual}"));
            }
        }
        lines.push("outputs:".to_owned());
        for (name, told) in &self.outputs {
            lines.push(format!("  {name}:"));
            lines.push(format!("    description: {}", quoted(told)));
            lines.push(format!("    value: ${{{{ steps.run.outputs.{name} }}}}"));
        }
        lines.extend([
            "runs:".to_owned(),
            "  using: composite".to_owned(),
            "  steps:".to_owned(),
            "    - id: run".to_owned(),
            "      shell: bash".to_owned(),
            format!("      run: '\"$GITHUB_ACTION_PATH/../run.sh\" patch-{}'", self.name),
            "      env:".to_owned(),
            "        FLAGS: |-".to_owned(),
        ]);
        lines.extend(self.flags.iter().map(|(name, flag)| format!("          {} {name}", flag.kind.as_str())));
        lines.push("        GITHUB_TOKEN: ${{ inputs.token }}".to_owned());
        if self.name == "check" {
            // The job must not wait for itself. Older servers do not tell its number.
            lines.push("        JOB_CHECK_RUN_ID: ${{ job.check_run_id }}".to_owned());
        }
        for (name, ..) in self.inputs().iter().filter(|(name, ..)| name != "token") {
            let variable = name.to_uppercase().replace('-', "_");
            lines.push(format!("        INPUT_{variable}: ${{{{ inputs.{name} }}}}"));
        }
        lines.join("\n") + "\n"
    }

    /// The part of the page about it.
    fn page(&self) -> String {
        let cell = |text: &str| text.replace('|', "\\|").replace('<', "\\<").replace('\n', " ");
        let mut text = format!("### `actions/{}`\n\n{}.\n\n| input | meaning |\n|---|---|\n", self.name, self.about);
        for (name, told, _) in self.inputs() {
            text += &format!("| `{name}` | {} |\n", cell(&told));
        }
        text += "\n| output | meaning |\n|---|---|\n";
        for (name, told) in &self.outputs {
            text += &format!("| `{name}` | {} |\n", cell(told));
        }
        text
    }
}

/// A text as YAML writes it between double quotes, which is as JSON does.
fn quoted(text: &str) -> String {
    Value::String(text.to_owned()).to_string()
}

/// The single values at the top of the documents of a binary, by their schemas, and what is added to them.
fn outputs(binary: &Binary) -> BTreeMap<String, String> {
    let mut found = BTreeMap::from([
        ("result".to_owned(), "The result as JSON, in the form of the verb's schema.".to_owned()),
        ("exit-code".to_owned(), "The exit code of the binary.".to_owned()),
    ]);
    found.extend(binary.more.iter().map(|(name, told)| ((*name).to_owned(), (*told).to_owned())));
    for (path, text) in sources(&[&format!("docs/schemas/patch-{}", binary.name)], &["json"]) {
        let schema: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("'{path}': {error}"));
        let file = path.rsplit('/').next().unwrap_or_default();
        let verb = file.split('@').next().unwrap_or_default().to_owned();
        if STREAMED.contains(&verb.as_str()) {
            continue;
        }
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            if name != "schema" && is_single(&schema, property) {
                let told = property["description"].as_str().unwrap_or_default();
                found.entry(name.clone()).or_insert_with(|| format!("{told} ({verb})"));
            }
        }
    }
    found
}

/// Says whether a property is a text, a number or a boolean.
fn is_single(schema: &Value, property: &Value) -> bool {
    if let Some(name) = property["$ref"].as_str().and_then(|name| name.strip_prefix("#/$defs/")) {
        return is_single(schema, &schema["$defs"][name]);
    }
    if let Some(any) = property["anyOf"].as_array().or(property["oneOf"].as_array()) {
        return any.iter().all(|one| one["type"] == "null" || one.get("const").is_some() || is_single(schema, one));
    }
    let is = |kind: &Value| ["string", "integer", "number", "boolean", "null"].iter().any(|single| kind == single);
    match &property["type"] {
        Value::Array(kinds) => kinds.iter().all(is),
        kind => is(kind),
    }
}

#[test]
fn every_flag_is_an_input_of_its_action() {
    let mut wrong = Vec::new();
    let mut page = String::new();
    for binary in BINARIES {
        let action = Action::of(binary, &mut wrong);
        let path = root().join(format!("actions/{}/action.yml", binary.name));
        let yaml = action.yaml();
        if updating() {
            std::fs::create_dir_all(path.parent().expect("because it has a folder")).expect("because it can be made");
            std::fs::write(&path, &yaml).unwrap_or_else(|error| panic!("cannot write '{}': {error}", path.display()));
        } else if std::fs::read_to_string(&path).ok().as_ref() != Some(&yaml) {
            wrong.push(format!("'actions/{}/action.yml' has changed", binary.name));
        }
        page += &format!("\n{}", action.page());
    }
    let path = root().join("docs/actions.md");
    let _lock = page_lock();
    let old = read(&path);
    let (before, rest) = old.split_once("<!-- actions -->\n").expect("because the page has the mark");
    let (_, after) = rest.split_once("<!-- /actions -->").expect("because the mark has an end");
    let new = format!("{before}<!-- actions -->\n{page}\n<!-- /actions -->{after}");
    if updating() {
        std::fs::write(&path, new).unwrap_or_else(|error| panic!("cannot write '{}': {error}", path.display()));
    } else if old != new {
        wrong.push("the tables of 'docs/actions.md' have changed".to_owned());
    }
    require_none(&wrong, "run 'UPDATE_DOCS=1 cargo test --test it guards'");
}

#[test]
fn every_binary_has_an_action() {
    let manifest = read(&root().join("Cargo.toml"));
    let named = manifest.lines().filter_map(|line| line.strip_prefix("name = \"patch-")?.strip_suffix('"'));
    let with: BTreeSet<&str> = BINARIES.iter().map(|binary| binary.name).collect();
    assert_eq!(named.collect::<BTreeSet<_>>(), with);
}
