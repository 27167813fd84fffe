//! Workflow commands: the lines of a step's output that the runner takes for itself (`ActionCommand.cs` and `ActionCommandManager.cs`
//! of actions/runner). Both its forms count, `::name key=value::message` and the older `##[name key=value]message`, the second
//! anywhere in a line.

use std::collections::BTreeMap;

/// A command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// In lower case.
    pub name: String,
    pub properties: BTreeMap<String, String>,
    pub message: String,
}

/// The commands that the runner knows.
const KNOWN: [&str; 15] = [
    "add-mask",
    "add-matcher",
    "add-path",
    "debug",
    "echo",
    "endgroup",
    "error",
    "group",
    "notice",
    "remove-matcher",
    "save-state",
    "set-env",
    "set-output",
    "stop-commands",
    "warning",
];

/// A line of output: a command, or text.
#[derive(Debug)]
pub enum Line {
    Command(Command),
    Text(String),
}

/// Cuts output into its lines. A carriage return ends a line too, as it does for the runner.
pub fn lines(output: &str) -> Vec<Line> {
    let mut stopped: Option<String> = None;
    let mut found = Vec::new();
    for line in output.replace("\r\n", "\n").split(['\n', '\r']) {
        let command = newer(line, stopped.as_deref()).or_else(|| older(line, stopped.as_deref()));
        match (command, &stopped) {
            (Some(command), Some(token)) if command.name.eq_ignore_ascii_case(token) => stopped = None,
            (Some(command), None) => {
                if command.name == "stop-commands" {
                    stopped = Some(command.message.clone());
                }
                found.push(Line::Command(command));
            }
            _ => found.push(Line::Text(line.to_owned())),
        }
    }
    if matches!(found.last(), Some(Line::Text(last)) if last.is_empty()) {
        found.pop();
    }
    found
}

fn is_known(name: &str, token: Option<&str>) -> bool {
    KNOWN.contains(&name) || token.is_some_and(|token| token.eq_ignore_ascii_case(name))
}

fn newer(line: &str, token: Option<&str>) -> Option<Command> {
    let (head, message) = line.trim_start().strip_prefix("::")?.split_once("::")?;
    let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
    let unescape =
        |text: &str| replace(text, &[("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")]);
    let name = name.to_ascii_lowercase();
    is_known(&name, token).then(|| Command {
        name,
        properties: pairs(properties, ',', unescape),
        message: replace(message, &[("%0D", "\r"), ("%0A", "\n"), ("%25", "%")]),
    })
}

fn older(line: &str, token: Option<&str>) -> Option<Command> {
    let (head, message) = line.split_once("##[")?.1.split_once(']')?;
    let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
    let unescape =
        |text: &str| replace(text, &[("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%25", "%")]);
    let name = name.to_ascii_lowercase();
    is_known(&name, token).then(|| Command {
        name,
        properties: pairs(properties, ';', unescape),
        message: unescape(message),
    })
}

fn pairs(text: &str, separator: char, unescape: impl Fn(&str) -> String) -> BTreeMap<String, String> {
    let pairs = text.split(separator).filter_map(|pair| pair.trim().split_once('='));
    pairs.map(|(key, value)| (key.to_owned(), unescape(value))).collect()
}

fn replace(text: &str, all: &[(&str, &str)]) -> String {
    all.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}
