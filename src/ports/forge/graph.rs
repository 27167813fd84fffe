//! Asking GitHub's GraphQL API.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Forge;
use super::failure::{Failure, Trouble};
use super::wire::{Method, Request};

/// An answer, which may lack what an error names.
#[derive(Debug, Deserialize)]
pub(super) struct Graph {
    #[serde(default)]
    pub(super) data: Value,
    #[serde(default)]
    pub(super) errors: Vec<GraphError>,
}

/// What could not be told.
#[derive(Debug, Deserialize)]
pub(super) struct GraphError {
    /// GitHub's word for its kind.
    #[serde(rename = "type", default)]
    kind: String,
    /// Where in the answer it is missing.
    #[serde(default)]
    pub(super) path: Vec<Value>,
    #[serde(default)]
    message: String,
}

impl GraphError {
    /// Returns it as a failure of what was asked.
    pub(super) fn failure(&self, asked: &str) -> Failure {
        let trouble = match self.kind.as_str() {
            "NOT_FOUND" => Trouble::Missing,
            "FORBIDDEN" | "INSUFFICIENT_SCOPES" => Trouble::Denied { needs: self.needs() },
            // What breaks inside GitHub comes without a word for its kind.
            "" => Trouble::Unavailable,
            _ => Trouble::Invalid,
        };
        Failure::new(trouble, asked, &self.message)
    }

    /// Returns the key under the repository that it is about.
    pub(super) fn alias(&self) -> Option<&str> {
        match self.path.as_slice() {
            [Value::String(root), Value::String(alias), ..] if root == "repository" => Some(alias),
            _ => None,
        }
    }
}

impl Forge {
    /// Asks a question that changes nothing, or makes a change that is nothing new the second time.
    ///
    /// # Errors
    /// When there is no answer at all. What is missing in part is left to the caller.
    pub(super) fn graphql(&self, asked: &str, query: &str, variables: &Value) -> Result<Graph, Failure> {
        let request = Request {
            method: Method::Ask(json!({ "query": query, "variables": variables })),
            path: self.wire.address.graphql().to_owned(),
            asked: asked.to_owned(),
        };
        let answer = self.wire.send(&request)?;
        let mut graph: Graph =
            serde_json::from_slice(&answer.body).map_err(|error| self.wire.unreadable(asked, &error.to_string()))?;
        for error in &mut graph.errors {
            error.message = self.wire.hide(&error.message);
        }
        match graph.errors.first() {
            Some(error) if graph.data.is_null() => Err(error.failure(asked)),
            None if graph.data.is_null() => Err(self.wire.unreadable(asked, "there is no 'data'")),
            Some(_) | None => Ok(graph),
        }
    }
}
