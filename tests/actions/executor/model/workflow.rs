//! Workflows ("Workflow syntax for GitHub Actions" of GitHub's documentation).

use super::{Fields, Nodes, Step, Uses, nodes, one_or_more};
use crate::executor::permissions::Permissions;
use crate::executor::yaml::{Document, Node, What};
use crate::executor::{Result, Trouble};

/// A workflow.
#[derive(Clone, Debug)]
pub struct Workflow {
    pub name: Option<String>,
    /// The events that start it.
    pub events: Vec<String>,
    /// For some of them, the kinds of activity that count.
    event_types: Vec<(String, Vec<String>)>,
    /// What a caller gives, if it can be called.
    pub call_inputs: Vec<CallInput>,
    pub call_secrets: Vec<Secret>,
    pub call_outputs: Nodes,
    /// What a person gives who starts it by hand.
    pub dispatch_inputs: Vec<CallInput>,
    pub permissions: Option<Permissions>,
    pub env: Nodes,
    pub defaults: Defaults,
    pub concurrency: Option<Concurrency>,
    pub jobs: Vec<Job>,
}

/// An input of a workflow.
#[derive(Clone, Debug)]
pub struct CallInput {
    pub name: String,
    pub kind: Kind,
    pub required: bool,
    pub default: Option<Node>,
}

/// The kinds of inputs of workflows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Bool,
    Number,
    /// One of these.
    Choice(Vec<String>),
}

/// A secret that a called workflow takes.
#[derive(Clone, Debug)]
pub struct Secret {
    pub name: String,
    pub required: bool,
}

/// What steps get that do not say otherwise.
#[derive(Clone, Debug, Default)]
pub struct Defaults {
    pub shell: Option<Node>,
    pub folder: Option<Node>,
}

/// Which runs wait for one another.
#[derive(Clone, Debug)]
pub struct Concurrency {
    pub line: usize,
    pub group: Node,
    pub cancel_in_progress: Option<Node>,
    pub queue: Option<String>,
}

/// A job.
#[derive(Clone, Debug)]
pub struct Job {
    pub id: String,
    pub name: Option<Node>,
    pub line: usize,
    pub needs: Vec<String>,
    pub condition: Option<Node>,
    pub permissions: Option<Permissions>,
    /// Where the permissions stand.
    pub permissions_line: Option<usize>,
    pub matrix: Option<Node>,
    pub fail_fast: Option<Node>,
    pub concurrency: Option<Concurrency>,
    pub work: Work,
}

/// What a job does.
#[derive(Clone, Debug)]
pub enum Work {
    /// Runs steps.
    Steps {
        environment: Option<Node>,
        env: Nodes,
        defaults: Defaults,
        outputs: Nodes,
        timeout: Option<Node>,
        continue_on_error: Option<Node>,
        steps: Vec<Step>,
    },
    /// Calls a workflow; `secrets` is `None` for `inherit`.
    Call { uses: Uses, with: Nodes, secrets: Option<Nodes> },
}

const WORKFLOW: [&str; 8] = ["name", "run-name", "on", "permissions", "env", "defaults", "concurrency", "jobs"];
const JOB: [&str; 7] = ["name", "needs", "if", "permissions", "strategy", "concurrency", "runs-on"];
const STEPS: [&str; 7] = ["environment", "env", "defaults", "outputs", "timeout-minutes", "continue-on-error", "steps"];
const CALL: [&str; 3] = ["uses", "with", "secrets"];

impl Workflow {
    /// Reads a workflow.
    pub fn read(document: &Document) -> Result<Self> {
        Self::of(&document.root).map_err(|trouble| trouble.of(&document.path))
    }

    fn of(root: &Node) -> Result<Self> {
        let fields = Fields::read(root, "the workflow", &WORKFLOW)?;
        let on = fields.require("on")?;
        let events = match &on.what {
            What::Map(entries) => entries.iter().map(|entry| entry.key.clone()).collect(),
            _ => one_or_more(on)?,
        };
        let call = on
            .get("workflow_call")
            .map(|node| Fields::read(node, "'workflow_call'", &["inputs", "secrets", "outputs"]));
        let call = call.transpose()?;
        let part = |key: &str| call.as_ref().map_or(Ok(Vec::new()), |call| call.nodes(key));
        let outputs = part("outputs")?.into_iter().map(|(name, node)| {
            let fields = Fields::read(&node, &format!("output '{name}'"), &["description", "value"])?;
            Ok((name, fields.require("value")?.clone()))
        });
        let secrets = part("secrets")?.into_iter().map(|(name, node)| {
            let fields = Fields::read(&node, &format!("secret '{name}'"), &["description", "required"])?;
            Ok(Secret { required: fields.flag("required")?, name })
        });
        let inputs =
            |nodes: Nodes| nodes.into_iter().map(|(name, node)| CallInput::read(name, &node)).collect::<Result<_>>();
        let dispatch = on.get("workflow_dispatch").and_then(|node| node.get("inputs")).map_or(Ok(Vec::new()), nodes)?;
        let typed = events.iter().filter_map(|event: &String| Some((event.clone(), on.get(event)?.get("types")?)));
        let event_types = typed.map(|(event, types)| Ok((event, one_or_more(types)?))).collect::<Result<_>>()?;
        Ok(Self {
            name: fields.text("name")?,
            events,
            event_types,
            call_inputs: inputs(part("inputs")?)?,
            call_secrets: secrets.collect::<Result<_>>()?,
            call_outputs: outputs.collect::<Result<_>>()?,
            dispatch_inputs: inputs(dispatch)?,
            permissions: fields.get("permissions").map(Permissions::read).transpose()?,
            env: fields.nodes("env")?,
            defaults: Defaults::read(fields.get("defaults"))?,
            concurrency: fields.get("concurrency").map(Concurrency::read).transpose()?,
            jobs: fields
                .require("jobs")?
                .entries()?
                .iter()
                .map(|entry| Job::read(&entry.key, entry.line, &entry.value))
                .collect::<Result<_>>()?,
        })
    }

    /// Whether an event starts it, given the kind of activity in its payload. Filters of branches and paths are not looked at.
    pub fn runs_on(&self, event: &str, action: Option<&str>) -> bool {
        let types = self.event_types.iter().find(|(name, _)| name == event).map(|(_, types)| types.clone());
        // "Events that trigger workflows": those of pull requests have a choice of their own.
        let usual = ["pull_request", "pull_request_target"].contains(&event);
        let usual = usual.then(|| ["opened", "synchronize", "reopened"].map(str::to_owned).to_vec());
        let counts = match (types.or(usual), action) {
            (Some(types), Some(action)) => types.iter().any(|one| one == action),
            _ => true,
        };
        counts && self.events.iter().any(|name| name == event)
    }

    /// Whether another workflow can call it.
    pub fn is_callable(&self) -> bool {
        self.events.iter().any(|event| event == "workflow_call")
    }
}

impl CallInput {
    fn read(name: String, node: &Node) -> Result<Self> {
        let known = ["description", "required", "default", "type", "options", "deprecationMessage"];
        let fields = Fields::read(node, &format!("input '{name}'"), &known)?;
        let kind = match fields.text("type")?.as_deref() {
            None | Some("string" | "environment") => Kind::Text,
            Some("boolean") => Kind::Bool,
            Some("number") => Kind::Number,
            Some("choice") => Kind::Choice(one_or_more(fields.require("options")?)?),
            Some(other) => {
                return Err(Trouble::new(format!("line {}: input '{name}' has the unknown type '{other}'", node.line)));
            }
        };
        Ok(Self { kind, required: fields.flag("required")?, default: fields.owned("default"), name })
    }
}

impl Defaults {
    fn read(node: Option<&Node>) -> Result<Self> {
        let Some(node) = node else { return Ok(Self::default()) };
        let defaults = Fields::read(node, "'defaults'", &["run"])?;
        let run = Fields::read(defaults.require("run")?, "'defaults.run'", &["shell", "working-directory"])?;
        Ok(Self { shell: run.owned("shell"), folder: run.owned("working-directory") })
    }
}

impl Concurrency {
    fn read(node: &Node) -> Result<Self> {
        if let What::Text(_) = node.what {
            return Ok(Self { line: node.line, group: node.clone(), cancel_in_progress: None, queue: None });
        }
        let fields = Fields::read(node, "'concurrency'", &["group", "cancel-in-progress", "queue"])?;
        let queue = fields.text("queue")?;
        if queue.as_deref().is_some_and(|queue| !["single", "max"].contains(&queue)) {
            return Err(Trouble::new(format!("line {}: 'queue' is 'single' or 'max'", node.line)));
        }
        let cancel_in_progress = fields.owned("cancel-in-progress");
        Ok(Self { line: node.line, group: fields.require("group")?.clone(), cancel_in_progress, queue })
    }
}

impl Job {
    fn read(id: &str, line: usize, node: &Node) -> Result<Self> {
        let calls = node.get("uses").is_some();
        let what = format!("job '{id}'");
        let fields = Fields::read(node, &what, &[&JOB[..], if calls { &CALL[..] } else { &STEPS[..] }].concat())?;
        let strategy = fields
            .get("strategy")
            .map(|node| Fields::read(node, "'strategy'", &["matrix", "fail-fast", "max-parallel"]));
        let strategy = strategy.transpose()?;
        let permissions = fields.get("permissions");
        Ok(Self {
            id: id.to_owned(),
            name: fields.owned("name"),
            line,
            needs: fields.get("needs").map_or(Ok(Vec::new()), one_or_more)?,
            condition: fields.owned("if"),
            permissions: permissions.map(Permissions::read).transpose()?,
            permissions_line: node.entries()?.iter().find(|entry| entry.key == "permissions").map(|entry| entry.line),
            matrix: strategy.as_ref().and_then(|strategy| strategy.owned("matrix")),
            fail_fast: strategy.as_ref().and_then(|strategy| strategy.owned("fail-fast")),
            concurrency: fields.get("concurrency").map(Concurrency::read).transpose()?,
            work: if calls { Work::call(&fields)? } else { Work::steps(&fields)? },
        })
    }
}

impl Work {
    fn call(fields: &Fields<'_>) -> Result<Self> {
        let uses = Uses::parse(fields.require("uses")?.text()?).map_err(|trouble| trouble.of(&fields.what))?;
        let secrets = match fields.get("secrets").map(|node| (&node.what, node)) {
            None => Some(Nodes::new()),
            Some((What::Text(text), _)) if text == "inherit" => None,
            Some((_, node)) => Some(nodes(node)?),
        };
        Ok(Self::Call { uses, with: fields.nodes("with")?, secrets })
    }

    fn steps(fields: &Fields<'_>) -> Result<Self> {
        fields.require("runs-on")?;
        Ok(Self::Steps {
            environment: fields.owned("environment"),
            env: fields.nodes("env")?,
            defaults: Defaults::read(fields.get("defaults"))?,
            outputs: fields.nodes("outputs")?,
            timeout: fields.owned("timeout-minutes"),
            continue_on_error: fields.owned("continue-on-error"),
            steps: fields.require("steps")?.items()?.iter().map(Step::read).collect::<Result<_>>()?,
        })
    }
}
