//! Security advisories of the repository as GitHub keeps them: drafts that only maintainers see, and what becomes of them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::http::Response;
use super::openapi::{Operation, component};
use super::rest::{Listing, missing, refusal, user};
use super::state::{REPOSITORY, State};

/// What it knows of them.
#[derive(Default)]
pub struct Advisories {
    /// In the order in which they were made.
    pub all: Vec<Advisory>,
    /// Every publication, in its order.
    pub published: Vec<String>,
    /// People whom it cannot thank, for they have no account.
    pub unknown_people: Vec<&'static str>,
    /// Lists leave these out so many times more.
    pub lag: BTreeMap<String, usize>,
    /// The moment at which it publishes.
    pub publishes_at: String,
    /// It does not keep how bad they are.
    pub forgets_severity: bool,
    /// It tells an empty text where nothing was said of the first version without the flaw.
    pub tells_empty: bool,
}

/// An advisory: what was sent last, and what it was made of that.
#[derive(Clone, Debug, PartialEq)]
pub struct Advisory {
    pub ghsa: String,
    pub state: &'static str,
    pub by: String,
    /// Its place in the order of time.
    pub number: u64,
    /// The body of the request, as it counts now.
    pub said: Value,
}

impl State {
    /// Adds a draft with this text.
    pub fn advisory(&mut self, by: &str, description: &str) -> String {
        let said = json!({ "summary": "A flaw", "description": description, "vulnerabilities": [] });
        self.add_advisory(by, said)
    }

    fn add_advisory(&mut self, by: &str, said: Value) -> String {
        let number = self.next_id();
        let signs: Vec<char> = "23456789cfghjmpqrvwx".chars().collect();
        let group: String =
            (0..4).map(|at| signs[usize::try_from(number >> (at * 4)).unwrap_or(0) % signs.len()]).collect();
        let ghsa = format!("GHSA-{group}-{group}-{group}");
        self.advisories.all.push(Advisory { ghsa: ghsa.clone(), state: "draft", by: by.to_owned(), number, said });
        ghsa
    }
}

/// Says which permission an operation needs, if it is one of these.
pub fn needs(operation: &Operation) -> Option<&'static str> {
    match operation.name() {
        ("get", path) if path.starts_with("/security-advisories") => Some("repository_advisories=read"),
        (_, path) if path.starts_with("/security-advisories") => Some("repository_advisories=write"),
        _ => None,
    }
}

/// Says whether a request only asks whether its token may make advisories: it lacks all that one must have, and GitHub answers those who
/// may with 422.
pub fn is_question(operation: &Operation, body: &[u8]) -> bool {
    operation.name() == ("post", "/security-advisories") && body == b"{}"
}

/// Answers one of these operations.
pub(super) fn answer(
    state: &mut State,
    login: &str,
    operation: &Operation,
    listing: &Listing<'_>,
    body: &Value,
) -> Response {
    let ghsa = operation.arguments.get("ghsa_id").cloned().unwrap_or_default();
    let at = state.advisories.all.iter().position(|advisory| advisory.ghsa == ghsa);
    match operation.name() {
        ("get", "/security-advisories") => list(state, listing),
        ("post", "/security-advisories") => create(state, login, body),
        ("get", _) => at.map_or_else(missing, |at| told(state, 200, &state.advisories.all[at])),
        ("patch", _) => at.map_or_else(missing, |at| change(state, at, body)),
        (method, path) => panic!("the stand-in does not know {method} {path}"),
    }
}

/// Lists by cursors, the newest first, as GitHub does.
fn list(state: &mut State, listing: &Listing<'_>) -> Response {
    let lag = &mut state.advisories.lag;
    let mut shown = Vec::new();
    for advisory in &state.advisories.all {
        match lag.get_mut(&advisory.ghsa) {
            Some(left) if *left > 0 => *left -= 1,
            Some(_) | None => shown.push(advisory.clone()),
        }
    }
    shown.reverse();
    let bodies: Vec<Value> = shown.iter().map(|advisory| advisory_body(state, advisory)).collect();
    listing.page_after(&bodies)
}

fn create(state: &mut State, login: &str, body: &Value) -> Response {
    if body["summary"].as_str().is_none_or(str::is_empty) {
        return invalid("summary", "missing_field");
    }
    if let Some(refused) = wrong(body) {
        return refused;
    }
    let ghsa = state.add_advisory(login, body.clone());
    let made = state.advisories.all.iter().find(|advisory| advisory.ghsa == ghsa);
    told(state, 201, made.expect("because it was just made"))
}

fn change(state: &mut State, at: usize, body: &Value) -> Response {
    if let Some(refused) = wrong(body) {
        return refused;
    }
    let advisory = &mut state.advisories.all[at];
    for (key, value) in body.as_object().into_iter().flatten().filter(|(key, _)| *key != "state") {
        advisory.said[key] = value.clone();
    }
    match (advisory.state, body["state"].as_str()) {
        ("draft", Some("published")) => {
            advisory.state = "published";
            let ghsa = advisory.ghsa.clone();
            state.advisories.published.push(ghsa);
        }
        ("draft", Some("closed")) => advisory.state = "closed",
        (now, Some(wanted)) if now != wanted => return invalid("state", "invalid"),
        (_, Some(_) | None) => {}
    }
    told(state, 200, &state.advisories.all[at])
}

/// "You must choose between setting this field or `cvss_vector_string`" (GitHub's documentation of `severity`).
fn wrong(body: &Value) -> Option<Response> {
    let both = !body["severity"].is_null() && !body["cvss_vector_string"].is_null();
    both.then(|| invalid("severity", "invalid"))
}

fn invalid(field: &str, code: &str) -> Response {
    let error = json!({ "resource": "RepositoryAdvisory", "field": field, "code": code });
    let body = json!({ "message": "Validation Failed", "documentation_url": "https://docs.github.com/rest",
        "errors": [error] });
    Response::json(422, &body)
}

fn told(state: &State, status: u16, advisory: &Advisory) -> Response {
    if state.settings.archived {
        return refusal(403, "Repository was archived so is read-only.");
    }
    Response::json(status, &advisory_body(state, advisory))
}

fn advisory_body(state: &State, advisory: &Advisory) -> Value {
    let said = &advisory.said;
    let list = |key: &str| said[key].as_array().cloned().unwrap_or_default();
    let mut entries = list("vulnerabilities");
    for entry in &mut entries {
        for key in ["vulnerable_version_range", "patched_versions"] {
            let said = entry[key].take();
            entry[key] = if said.is_null() && state.advisories.tells_empty { json!("") } else { said };
        }
        entry["package"]["name"] = entry["package"]["name"].take();
        entry["vulnerable_functions"] = json!([]);
    }
    let unknown = |credit: &Value| state.advisories.unknown_people.iter().any(|login| credit["login"] == *login);
    let credits: Vec<Value> = list("credits").into_iter().filter(|credit| !unknown(credit)).collect();
    let vector = if state.advisories.forgets_severity { &Value::Null } else { &said["cvss_vector_string"] };
    let is_four = vector.as_str().is_some_and(|vector| vector.starts_with("CVSS:4"));
    let score =
        |is: bool| if is && !vector.is_null() { json!({ "vector_string": vector, "score": 9.3 }) } else { Value::Null };
    let address = format!("https://github.com/{REPOSITORY}/security/advisories/{}", advisory.ghsa);
    component(
        "repository-advisory",
        json!({
            "ghsa_id": advisory.ghsa, "cve_id": said["cve_id"], "html_url": address,
            "summary": said["summary"], "description": said["description"],
            "severity": if vector.is_null() { said["severity"].clone() } else { json!("critical") },
            "author": user(&advisory.by), "state": advisory.state,
            "identifiers": [{ "type": "GHSA", "value": advisory.ghsa }],
            "created_at": format!("2026-02-03T{:02}:{:02}:{:02}Z", advisory.number / 3600 % 24, advisory.number / 60 % 60, advisory.number % 60),
            "published_at": (advisory.state == "published").then_some(&state.advisories.publishes_at),
            "vulnerabilities": entries, "cvss": score(!is_four),
            "cvss_severities": { "cvss_v3": score(!is_four), "cvss_v4": score(is_four) },
            "cwe_ids": list("cwe_ids"), "credits": credits,
        }),
    )
}
