//! Actions and workflows as data. Keys that the executor does not play are refused, so that nothing is silently left out.

mod action;
mod step;
mod workflow;

pub use action::Action;
pub use step::{Body, Step, Uses};
pub use workflow::{CallInput, Concurrency, Job, Kind, Work, Workflow};

use super::yaml::{Entry, Node, What};
use super::{Result, Trouble};

/// Names with pieces of YAML that are yet to be evaluated.
pub type Nodes = Vec<(String, Node)>;

/// A map of which all keys are known.
struct Fields<'n> {
    node: &'n Node,
    what: String,
}

impl<'n> Fields<'n> {
    /// Requires a map without keys other than these.
    fn read(node: &'n Node, what: &str, known: &[&str]) -> Result<Self> {
        let unknown = node.entries()?.iter().find(|entry| !known.contains(&entry.key.as_str()));
        match unknown {
            None => Ok(Self { node, what: what.to_owned() }),
            Some(Entry { key, line, .. }) => {
                Err(Trouble::new(format!("line {line}: {what} has a key that is not played: '{key}'")))
            }
        }
    }

    fn get(&self, key: &str) -> Option<&'n Node> {
        self.node.get(key)
    }

    fn owned(&self, key: &str) -> Option<Node> {
        self.get(key).cloned()
    }

    fn require(&self, key: &str) -> Result<&'n Node> {
        let missing = || Trouble::new(format!("line {}: {} lacks '{key}'", self.node.line, self.what));
        self.get(key).ok_or_else(missing)
    }

    fn text(&self, key: &str) -> Result<Option<String>> {
        self.get(key).map(|node| Ok(node.text()?.to_owned())).transpose()
    }

    fn flag(&self, key: &str) -> Result<bool> {
        match self.get(key).map(|node| (&node.what, node.line)) {
            None => Ok(false),
            Some((What::Bool(value), _)) => Ok(*value),
            Some((_, line)) => Err(Trouble::new(format!("line {line}: '{key}' is true or false"))),
        }
    }

    fn nodes(&self, key: &str) -> Result<Nodes> {
        self.get(key).map_or(Ok(Vec::new()), nodes)
    }
}

fn nodes(node: &Node) -> Result<Nodes> {
    Ok(node.entries()?.iter().map(|entry| (entry.key.clone(), entry.value.clone())).collect())
}

/// One text, or a list of them.
fn one_or_more(node: &Node) -> Result<Vec<String>> {
    match &node.what {
        What::Text(text) => Ok(vec![text.clone()]),
        _ => node.items()?.iter().map(|item| Ok(item.text()?.to_owned())).collect(),
    }
}
