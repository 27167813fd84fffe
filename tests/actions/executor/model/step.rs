//! Steps of jobs and of composite actions, and what `uses:` names.

use std::fmt;

use super::{Fields, Nodes};
use crate::executor::yaml::Node;
use crate::executor::{Result, Trouble};

/// A step.
#[derive(Clone, Debug)]
pub struct Step {
    pub line: usize,
    pub id: Option<String>,
    pub name: Option<Node>,
    pub condition: Option<Node>,
    pub env: Nodes,
    pub continue_on_error: Option<Node>,
    pub timeout: Option<Node>,
    pub body: Body,
}

/// What a step does.
#[derive(Clone, Debug)]
pub enum Body {
    /// A script for a shell.
    Run { script: Node, shell: Option<Node>, folder: Option<Node> },
    /// An action.
    Uses { uses: Uses, with: Nodes },
}

/// What `uses:` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Uses {
    /// `$/path`: in the repository and at the commit of the file that says so.
    Itself(String),
    /// `./path`: for a step in the workspace, for a called workflow in the repository of its caller.
    Here(String),
    /// `owner/name/path@ref`.
    Other { repository: String, path: String, reference: String },
}

impl Uses {
    /// Reads the value of `uses:`.
    pub fn parse(text: &str) -> Result<Self> {
        let wrong = |why: &str| Trouble::new(format!("'uses: {text}' {why}"));
        if let Some(path) = text.strip_prefix("$/") {
            // The runner refuses the bare form, although GitHub's language service takes it.
            return if path.is_empty() { Err(wrong("names no folder")) } else { Ok(Self::Itself(path.to_owned())) };
        }
        if let Some(path) = text.strip_prefix("./") {
            return Ok(Self::Here(path.to_owned()));
        }
        let (name, reference) = text.split_once('@').ok_or_else(|| wrong("names no version"))?;
        let mut parts = name.splitn(3, '/');
        match (parts.next(), parts.next(), parts.next()) {
            (Some(owner), Some(repository), path) if !owner.contains(':') && !reference.is_empty() => Ok(Self::Other {
                repository: format!("{owner}/{repository}"),
                path: path.unwrap_or_default().to_owned(),
                reference: reference.to_owned(),
            }),
            _ => Err(wrong("is not played")),
        }
    }
}

impl fmt::Display for Uses {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Itself(path) => write!(formatter, "$/{path}"),
            Self::Here(path) => write!(formatter, "./{path}"),
            Self::Other { repository, path, reference } if path.is_empty() => {
                write!(formatter, "{repository}@{reference}")
            }
            Self::Other { repository, path, reference } => write!(formatter, "{repository}/{path}@{reference}"),
        }
    }
}

const KNOWN: [&str; 10] =
    ["id", "name", "if", "env", "continue-on-error", "timeout-minutes", "run", "shell", "working-directory", "uses"];

impl Step {
    /// Reads a step.
    pub fn read(node: &Node) -> Result<Self> {
        let what = format!("the step of line {}", node.line);
        let fields = Fields::read(node, &what, &[&KNOWN[..], &["with"]].concat())?;
        let body = match (fields.owned("run"), fields.get("uses")) {
            (Some(script), None) if fields.get("with").is_none() => {
                Body::Run { script, shell: fields.owned("shell"), folder: fields.owned("working-directory") }
            }
            (None, Some(uses)) if fields.get("shell").is_none() && fields.get("working-directory").is_none() => {
                let uses = Uses::parse(uses.text()?).map_err(|trouble| trouble.of(&what))?;
                Body::Uses { uses, with: fields.nodes("with")? }
            }
            _ => return Err(Trouble::new(format!("{what} has either 'run' with 'shell', or 'uses' with 'with'"))),
        };
        Ok(Self {
            line: node.line,
            id: fields.text("id")?,
            name: fields.owned("name"),
            condition: fields.owned("if"),
            env: fields.nodes("env")?,
            continue_on_error: fields.owned("continue-on-error"),
            timeout: fields.owned("timeout-minutes"),
            body,
        })
    }
}
