//! What the repository is set to: who may do what there, and the rules for its branches and tags.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::environments::{self, Environment};
use super::http::Response;
use super::openapi::{Operation, component, lay_over};
use super::rest::{Listing, missing, refusal, user};
use super::state::{REPOSITORY, State};

/// What the repository is set to.
pub struct Settings {
    pub default_branch: &'static str,
    pub private: bool,
    pub archived: bool,
    /// What `permissions` says of whoever asks; `None`: it is left out.
    pub role: Option<&'static str>,
    pub wants_sign_off: bool,
    /// What workflows may do: their default, and whether they may open pull requests.
    pub workflows: (&'static str, bool),
    pub rulesets: Vec<Ruleset>,
    /// The older protection of branches.
    pub protected: BTreeMap<&'static str, Protection>,
    pub environments: Vec<Environment>,
    /// The scopes of tokens that have any, as they are listed in each answer.
    pub scopes: BTreeMap<&'static str, &'static str>,
}

/// A set of rules.
pub struct Ruleset {
    pub id: u64,
    pub name: &'static str,
    /// `branch` or `tag`.
    pub target: &'static str,
    pub enforcement: &'static str,
    pub include: Vec<&'static str>,
    pub exclude: Vec<&'static str>,
    /// Each with its `type`, and its `parameters` if it has any.
    pub rules: Vec<Value>,
    /// What whoever asks may do about it; `None`: that is left out.
    pub bypass: Option<&'static str>,
}

/// The older protection of a branch, as administrators are told of it.
pub struct Protection {
    pub checks: Vec<&'static str>,
    pub body: Value,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            default_branch: "main",
            private: false,
            archived: false,
            role: Some("write"),
            wants_sign_off: false,
            workflows: ("read", true),
            rulesets: Vec::new(),
            protected: BTreeMap::new(),
            environments: Vec::new(),
            scopes: BTreeMap::new(),
        }
    }
}

impl Ruleset {
    /// A set of rules that counts and that nobody passes over.
    pub fn new(name: &'static str, target: &'static str, include: &[&'static str], rules: Vec<Value>) -> Self {
        let (include, id) = (include.to_vec(), 40 + name.len() as u64);
        Self { id, name, target, enforcement: "active", include, exclude: Vec::new(), rules, bypass: Some("never") }
    }

    /// Says whether it is about a branch. Stories write whole names here.
    fn is_about(&self, branch: &str) -> bool {
        let name = format!("refs/heads/{branch}");
        self.target == "branch" && self.include.iter().any(|include| *include == "~ALL" || *include == name)
    }

    fn body(&self) -> Value {
        json!({ "id": self.id, "name": self.name, "target": self.target, "source_type": "Repository",
            "source": REPOSITORY, "enforcement": self.enforcement })
    }
}

/// Answers a request about the settings.
pub fn answer(state: &State, operation: &Operation, listing: &Listing<'_>) -> Response {
    let settings = &state.settings;
    let argument = |name: &str| operation.arguments.get(name).cloned().unwrap_or_default();
    match operation.name() {
        ("get", "") => repository(settings),
        ("get", "/pulls") => listing.page(&[], Value::Array),
        ("get", "/actions/permissions/workflow") => {
            let (default, may) = settings.workflows;
            let body = json!({ "default_workflow_permissions": default, "can_approve_pull_request_reviews": may });
            Response::json(200, &body)
        }
        ("get", "/immutable-releases") if state.releases.immutable => {
            Response::json(200, &json!({ "enabled": true, "enforced_by_owner": false }))
        }
        ("get", "/immutable-releases") => missing(),
        ("get", "/rules/branches/{branch}") => branch_rules(settings, listing, &argument("branch")),
        ("get", "/rulesets") => {
            let target = listing.request.parameter("targets").unwrap_or_default();
            let wanted = settings.rulesets.iter().filter(|set| target.is_empty() || target == set.target);
            listing.page(&wanted.map(Ruleset::body).collect::<Vec<_>>(), Value::Array)
        }
        ("get", "/rulesets/{ruleset_id}") => {
            let id = argument("ruleset_id").parse().unwrap_or(0);
            settings.rulesets.iter().find(|set| set.id == id).map_or_else(missing, ruleset)
        }
        ("get", "/branches/{branch}") => branch(settings, &argument("branch")),
        ("get", "/branches/{branch}/protection") => match settings.protected.get(argument("branch").as_str()) {
            Some(protection) => Response::json(200, &component("branch-protection", protection.body.clone())),
            None => refusal(404, "Branch not protected"),
        },
        ("get", path) if path.starts_with("/environments") => environments::answer(settings, operation, listing),
        (method, path) => panic!("the stand-in does not know {method} {path}"),
    }
}

fn repository(settings: &Settings) -> Response {
    let (owner, name) = REPOSITORY.split_once('/').expect("because it has a slash");
    let mut body = component(
        "full-repository",
        json!({ "name": name, "full_name": REPOSITORY, "owner": user(owner), "private": settings.private,
            "default_branch": settings.default_branch, "archived": settings.archived,
            "web_commit_signoff_required": settings.wants_sign_off }),
    );
    if let Some(role) = settings.role {
        let (admin, push) = (role == "admin", role != "read");
        body["permissions"] = json!({ "admin": admin, "maintain": admin, "push": push, "triage": push, "pull": true });
    }
    Response::json(200, &body)
}

fn branch_rules(settings: &Settings, listing: &Listing<'_>, branch: &str) -> Response {
    let sets = settings.rulesets.iter().filter(|set| set.enforcement == "active" && set.is_about(branch));
    let rule = |set: &Ruleset, rule: &Value| {
        let mut body = rule.clone();
        let place = json!({ "ruleset_source_type": "Repository", "ruleset_source": REPOSITORY, "ruleset_id": set.id });
        lay_over(&mut body, place);
        body
    };
    let rules = sets.flat_map(|set| set.rules.iter().map(move |one| rule(set, one)));
    listing.page(&rules.collect::<Vec<_>>(), Value::Array)
}

fn ruleset(set: &Ruleset) -> Response {
    let mut body = set.body();
    body["conditions"] = json!({ "ref_name": { "include": set.include, "exclude": set.exclude } });
    body["rules"] = json!(set.rules);
    if let Some(bypass) = set.bypass {
        body["current_user_can_bypass"] = json!(bypass);
    }
    Response::json(200, &body)
}

fn branch(settings: &Settings, name: &str) -> Response {
    let protection = settings.protected.get(name);
    let ruled = settings.rulesets.iter().any(|set| set.is_about(name));
    let checks = protection.map(|protection| protection.checks.clone()).unwrap_or_default();
    let body = component(
        "branch-with-protection",
        json!({ "name": name, "protected": protection.is_some() || ruled,
            "protection": { "enabled": protection.is_some(), "required_status_checks": { "contexts": checks, "checks": [] } } }),
    );
    Response::json(200, &body)
}
