//! The files by which a step speaks to the runner: `GITHUB_OUTPUT`, `GITHUB_ENV`, `GITHUB_STATE`, `GITHUB_PATH` and
//! `GITHUB_STEP_SUMMARY`. Read as the runner reads them (`FileCommandManager.cs` of actions/runner): on Linux a line ends with LF
//! only, and what came before a fault counts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{Result, Trouble};

/// The most that a summary may have, in bytes.
const MOST_SUMMARY: usize = 1024 * 1024;

/// The fresh files of one step.
pub struct Files(PathBuf);

/// What a step said by its files.
#[derive(Default)]
pub struct Said {
    pub outputs: Vec<(String, String)>,
    pub env: Vec<(String, String)>,
    pub state: Vec<(String, String)>,
    pub path: Vec<String>,
    pub summary: String,
    /// What the runner reports as errors; all but the last kind fail the step.
    pub faults: Vec<Trouble>,
    /// Errors that fail nothing.
    pub complaints: Vec<Trouble>,
}

const NAMES: [&str; 5] = ["GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_STATE", "GITHUB_PATH", "GITHUB_STEP_SUMMARY"];

impl Files {
    /// Makes them, empty, in a folder of their own.
    pub fn create(folder: &Path) -> std::io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        NAMES.iter().try_for_each(|name| std::fs::write(folder.join(name), ""))?;
        Ok(Self(folder.to_owned()))
    }

    /// The variables that name them.
    pub fn variables(&self) -> BTreeMap<String, String> {
        NAMES.iter().map(|name| ((*name).to_owned(), self.0.join(name).display().to_string())).collect()
    }

    /// Reads them. One that a step deleted says nothing.
    pub fn read(&self) -> Said {
        let text = |name: &str| {
            let bytes = std::fs::read(self.0.join(name)).unwrap_or_default();
            String::from_utf8_lossy(&bytes).into_owned()
        };
        let mut said = Said::default();
        let mut pairs = |name: &str, command: &str| {
            let (pairs, fault) = pairs(&text(name));
            let wrong = |fault: Trouble| fault.of(&format!("Unable to process file command '{command}' successfully"));
            said.faults.extend(fault.map(wrong));
            pairs
        };
        let (outputs, env, state) =
            (pairs("GITHUB_OUTPUT", "output"), pairs("GITHUB_ENV", "env"), pairs("GITHUB_STATE", "state"));
        (said.outputs, said.state) = (outputs, state);
        for (name, value) in env {
            if name.eq_ignore_ascii_case("NODE_OPTIONS") {
                said.complaints
                    .push(Trouble::new(format!("Can't store {name} output parameter using '$GITHUB_ENV' command.")));
            } else {
                said.env.push((name, value));
            }
        }
        said.path =
            text("GITHUB_PATH").split(['\n', '\r']).filter(|line| !line.is_empty()).map(str::to_owned).collect();
        said.summary = text("GITHUB_STEP_SUMMARY");
        if said.summary.len() > MOST_SUMMARY {
            let size = said.summary.len() / 1024;
            said.complaints.push(Trouble::new(format!(
                "$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k, got {size}k"
            )));
            said.summary.clear();
        }
        said
    }
}

/// Reads `name=value` and `name<<delimiter` pairs, up to the first fault.
pub fn pairs(text: &str) -> (Vec<(String, String)>, Option<Trouble>) {
    let mut found = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let line = next_line(&mut rest);
        if line.is_empty() {
            continue;
        }
        match pair(line, &mut rest) {
            Ok(pair) => found.push(pair),
            Err(fault) => return (found, Some(fault)),
        }
    }
    (found, None)
}

fn next_line<'t>(rest: &mut &'t str) -> &'t str {
    let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
    *rest = after;
    line
}

/// The pair that begins with a line, with as much of the rest as it takes.
fn pair(line: &str, rest: &mut &str) -> Result<(String, String)> {
    let (equals, heredoc) = (line.find('='), line.find("<<"));
    match (equals, heredoc) {
        (equals, Some(at)) if equals.is_none_or(|equals| at < equals) => {
            let (name, delimiter) = (&line[..at], &line[at + 2..]);
            if name.is_empty() || delimiter.is_empty() {
                return Err(Trouble::new(format!(
                    "Invalid format '{line}'. Name must not be empty and delimiter must not be empty"
                )));
            }
            let mut lines = Vec::new();
            while !rest.is_empty() {
                match next_line(rest) {
                    line if line == delimiter => return Ok((name.to_owned(), lines.join("\n"))),
                    line => lines.push(line),
                }
            }
            Err(Trouble::new(format!("Invalid value. Matching delimiter not found '{delimiter}'")))
        }
        (Some(0), _) => Err(Trouble::new(format!("Invalid format '{line}'. Name must not be empty"))),
        (Some(at), _) => Ok((line[..at].to_owned(), line[at + 1..].to_owned())),
        (None, _) => Err(Trouble::new(format!("Invalid format '{line}'"))),
    }
}
