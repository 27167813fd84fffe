//! The environments of the repository, and what they ask before a job begins.

use serde_json::{Value, json};

use super::http::Response;
use super::openapi::{Operation, component};
use super::rest::{Listing, missing, user};
use super::settings::Settings;

/// An environment.
pub struct Environment {
    pub name: &'static str,
    pub reviewers: Vec<&'static str>,
    /// Whether who started a run may not approve it.
    pub prevents_self_review: bool,
    /// Whether administrators may pass over what it asks; `None`: that is left out.
    pub spares_administrators: Option<bool>,
    /// Minutes.
    pub wait: u64,
    pub takes: Takes,
    /// The apps that decide, and whether each does.
    pub apps: Vec<(&'static str, bool)>,
    /// Rules of types that no description has.
    pub others: Vec<&'static str>,
}

/// The runs that it takes.
pub enum Takes {
    All,
    Protected,
    /// Each with `branch` or `tag` as its type, and a pattern.
    Named(Vec<(&'static str, &'static str)>),
}

impl Environment {
    /// One that asks a person, and takes every run.
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            reviewers: vec!["mia"],
            prevents_self_review: false,
            spares_administrators: Some(true),
            wait: 0,
            takes: Takes::All,
            apps: Vec::new(),
            others: Vec::new(),
        }
    }

    fn body(&self) -> Value {
        let rule = |id: u64, kind: &str| json!({ "id": id, "node_id": "x", "type": kind });
        let mut rules: Vec<Value> = self.others.iter().map(|kind| rule(1, kind)).collect();
        if self.wait > 0 {
            let mut wait = rule(2, "wait_timer");
            wait["wait_timer"] = json!(self.wait);
            rules.push(wait);
        }
        if !self.reviewers.is_empty() {
            let mut reviewers = rule(3, "required_reviewers");
            reviewers["prevent_self_review"] = json!(self.prevents_self_review);
            let one = |name: &&str| json!({ "type": "User", "reviewer": user(name) });
            reviewers["reviewers"] = self.reviewers.iter().map(one).collect();
            rules.push(reviewers);
        }
        let policy = match self.takes {
            Takes::All => Value::Null,
            Takes::Protected => json!({ "protected_branches": true, "custom_branch_policies": false }),
            Takes::Named(_) => json!({ "protected_branches": false, "custom_branch_policies": true }),
        };
        if !policy.is_null() {
            rules.push(rule(4, "branch_policy"));
        }
        let mut body = component("environment", json!({ "name": self.name, "protection_rules": rules }));
        body["deployment_branch_policy"] = policy;
        if let Some(spares) = self.spares_administrators {
            body["can_admins_bypass"] = json!(spares);
        }
        body
    }
}

/// Answers a request about environments.
pub fn answer(settings: &Settings, operation: &Operation, listing: &Listing<'_>) -> Response {
    let all = &settings.environments;
    let (_, path) = operation.name();
    if path == "/environments" {
        let (bodies, total) = (all.iter().map(Environment::body).collect::<Vec<_>>(), all.len());
        return listing.page(&bodies, |page| json!({ "total_count": total, "environments": page }));
    }
    let name = operation.arguments.get("environment_name").map_or("", String::as_str);
    // "Environment names are not case sensitive" ("Managing environments for deployment").
    let Some(found) = all.iter().find(|environment| environment.name.eq_ignore_ascii_case(name)) else {
        return missing();
    };
    match path.rsplit('/').next() {
        Some("deployment-branch-policies") => {
            let Takes::Named(names) = &found.takes else { return missing() };
            let one = |(of, name): &(&str, &str)| json!({ "id": 5, "node_id": "x", "name": name, "type": of });
            let (bodies, total) = (names.iter().map(one).collect::<Vec<_>>(), names.len());
            listing.page(&bodies, |page| json!({ "total_count": total, "branch_policies": page }))
        }
        Some("deployment_protection_rules") => {
            let app =
                |slug: &str| json!({ "id": 6, "slug": slug, "integration_url": "https://example.com", "node_id": "x" });
            let one = |(slug, enabled): &(&str, bool)| json!({ "id": 7, "node_id": "x", "enabled": enabled, "app": app(slug) });
            let rules: Vec<Value> = found.apps.iter().map(one).collect();
            let body = json!({ "total_count": rules.len(), "custom_deployment_protection_rules": rules });
            Response::json(200, &body)
        }
        Some(_) | None => Response::json(200, &found.body()),
    }
}
