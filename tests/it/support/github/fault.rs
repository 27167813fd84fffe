//! What can go wrong between a request and its answer.

use serde_json::{Value, json};

use super::http::Response;

/// Whether the request is carried out although its answer is a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    Before,
    After,
}

/// What comes instead of the answer.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Another answer: a status, headers, and a body.
    Answer(u16, Vec<(&'static str, String)>, Value),
    /// The answer, of which the body ends in the middle.
    CutOff,
    /// Nothing.
    Silence,
}

impl Fault {
    /// A refusal with a message.
    pub fn refuse(status: u16, message: &str) -> Self {
        Self::Answer(
            status,
            Vec::new(),
            json!({ "message": message, "documentation_url": "https://docs.github.com/rest" }),
        )
    }

    /// Adds a header to an answer.
    #[must_use]
    pub fn with(self, name: &'static str, value: impl ToString) -> Self {
        match self {
            Self::Answer(status, mut headers, body) => {
                headers.push((name, value.to_string()));
                Self::Answer(status, headers, body)
            }
            Self::CutOff | Self::Silence => self,
        }
    }

    /// Returns what to send; `None` for nothing.
    pub(super) fn response(&self) -> Option<Response> {
        match self {
            Self::Answer(status, headers, body) => {
                let response = Response::json(*status, body);
                Some(headers.iter().fold(response, |response, (name, value)| response.with(name, value)))
            }
            Self::CutOff => Some(Response::json(200, &json!({ "message": "this answer is cut off in its middle" }))),
            Self::Silence => None,
        }
    }
}

/// The faults that wait for their requests.
#[derive(Default)]
pub struct Faults(Vec<(&'static str, &'static str, When, Fault)>);

impl Faults {
    pub fn add(&mut self, method: &'static str, path: &'static str, when: When, fault: Fault) {
        self.0.push((method, path, when, fault));
    }

    pub fn take(&mut self, method: &str, line: &str) -> Option<(When, Fault)> {
        let at = self.0.iter().position(|(wanted, path, ..)| *wanted == method && line.contains(path))?;
        let (_, _, when, fault) = self.0.remove(at);
        Some((when, fault))
    }

    pub fn waiting(&self) -> Vec<String> {
        self.0.iter().map(|(method, path, when, fault)| format!("{method} {path} {when:?} {fault:?}")).collect()
    }
}
