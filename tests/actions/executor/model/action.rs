//! Composite actions ("Metadata syntax reference" of GitHub's documentation).

use super::{Fields, Nodes, Step};
use crate::executor::yaml::{Document, Node};
use crate::executor::{Result, Trouble};

/// A composite action.
#[derive(Clone, Debug)]
pub struct Action {
    pub inputs: Vec<Input>,
    /// Names with the values that they get at the end.
    pub outputs: Nodes,
    pub steps: Vec<Step>,
}

/// An input of an action.
#[derive(Clone, Debug)]
pub struct Input {
    pub name: String,
    pub required: bool,
    pub default: Option<Node>,
    pub deprecation: Option<String>,
}

impl Action {
    /// Reads an action, which must be a composite.
    pub fn read(document: &Document) -> Result<Self> {
        Self::of(&document.root).map_err(|trouble| trouble.of(&document.path))
    }

    fn of(root: &Node) -> Result<Self> {
        let fields = Fields::read(
            root,
            "the action",
            &["name", "author", "description", "branding", "inputs", "outputs", "runs"],
        )?;
        let runs = Fields::read(fields.require("runs")?, "'runs'", &["using", "steps"])?;
        if runs.text("using")?.as_deref() != Some("composite") {
            return Err(Trouble::new("only composite actions are played"));
        }
        let steps = runs.require("steps")?.items()?.iter().map(Step::read).collect::<Result<Vec<_>>>()?;
        if let Some(step) = steps.iter().find(|step| step.timeout.is_some()) {
            return Err(Trouble::new(format!("line {}: Unexpected value 'timeout-minutes'", step.line)));
        }
        let mut outputs = Nodes::new();
        for (name, node) in fields.nodes("outputs")? {
            let output = Fields::read(&node, &format!("output '{name}'"), &["description", "value"])?;
            outputs.push((name, output.require("value")?.clone()));
        }
        let inputs = fields.nodes("inputs")?.into_iter().map(|(name, node)| Input::read(name, &node));
        Ok(Self { inputs: inputs.collect::<Result<_>>()?, outputs, steps })
    }
}

impl Input {
    fn read(name: String, node: &Node) -> Result<Self> {
        let known = ["description", "required", "default", "deprecationMessage"];
        let fields = Fields::read(node, &format!("input '{name}'"), &known)?;
        let (default, deprecation) = (fields.owned("default"), fields.text("deprecationMessage")?);
        Ok(Self { required: fields.flag("required")?, default, deprecation, name })
    }
}
