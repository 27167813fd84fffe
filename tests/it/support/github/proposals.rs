//! Pull requests and issues that our client writes. Head branches are looked up in bare repositories, which tests push to.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};

use super::http::{Request, Response};
use super::openapi::{Operation, component};
use super::rest::{Listing, missing, pull_body, refusal, repository, user};
use super::state::{Pull, REPOSITORY, State};

/// What it knows of them.
#[derive(Default)]
pub struct Proposals {
    pub pulls: Vec<Proposed>,
    pub issues: Vec<WrittenIssue>,
    /// The bare repository of each name, such as `acme/widget`.
    pub repositories: HashMap<String, PathBuf>,
    /// Whether the settings keep workflows from opening pull requests.
    pub forbidden: bool,
    /// Whether the plan has no drafts.
    pub no_drafts: bool,
    /// Who can be asked for nothing.
    pub strangers: BTreeSet<String>,
}

/// A pull request that was opened by the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposed {
    pub number: u64,
    pub title: String,
    pub body: String,
    pub base: String,
    pub owner: String,
    pub head: String,
    pub by: String,
    pub draft: bool,
    pub closed: bool,
    pub labels: Vec<String>,
    pub reviewers: Vec<String>,
    pub assignees: Vec<String>,
}

/// An issue that was written by the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenIssue {
    pub number: u64,
    pub title: String,
    pub body: String,
    pub by: String,
    pub closed: bool,
}

impl Proposals {
    /// Returns the commit of a branch of somebody's repository.
    fn tip(&self, owner: &str, branch: &str) -> Option<String> {
        let name = format!("{owner}/{}", REPOSITORY.split_once('/').expect("because it has two parts").1);
        self.object(&name, &format!("refs/heads/{branch}"))
    }

    /// Returns what a ref of a repository names.
    pub(super) fn object(&self, repository: &str, name: &str) -> Option<String> {
        self.git(repository, &["rev-parse", "--verify", "--quiet", name])
    }

    /// Returns all refs of a repository, with the objects that they name.
    pub(super) fn refs(&self, repository: &str) -> Vec<(String, String)> {
        let all = self.git(repository, &["for-each-ref", "--format=%(refname) %(objectname)"]).unwrap_or_default();
        let one = |line: &str| line.split_once(' ').map(|(name, object)| (name.to_owned(), object.to_owned()));
        all.lines().filter_map(one).collect()
    }

    fn git(&self, name: &str, arguments: &[&str]) -> Option<String> {
        let mut command = Command::new("git");
        command.arg("--git-dir").arg(self.repositories.get(name)?).args(arguments);
        let output = command.output().expect("because git is installed");
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    pub fn open(&self) -> Vec<&Proposed> {
        self.pulls.iter().filter(|pull| !pull.closed).collect()
    }
}

/// Says which permission an operation needs, if it is one of these.
pub fn needs(operation: &Operation) -> Option<&'static str> {
    Some(match operation.name() {
        ("get", "/pulls") => "pull_requests=read",
        ("post", "/pulls" | "/pulls/{pull_number}/requested_reviewers") | ("patch", "/pulls/{pull_number}") => {
            "pull_requests=write"
        }
        ("get", "/issues") => "issues=read",
        ("post", "/issues" | "/issues/{issue_number}/labels" | "/issues/{issue_number}/assignees")
        | ("patch", "/issues/{issue_number}") => "issues=write",
        _ => return None,
    })
}

/// Answers one of these operations.
pub(super) fn answer(
    state: &mut State,
    login: &str,
    operation: &Operation,
    listing: &Listing<'_>,
    body: &Value,
) -> Response {
    let number = |name: &str| operation.arguments.get(name).and_then(|number| number.parse::<u64>().ok()).unwrap_or(0);
    match operation.name() {
        ("get", "/pulls") => list(state, listing),
        ("post", "/pulls") => open(state, login, body),
        ("patch", "/pulls/{pull_number}") => with_pull(state, number("pull_number"), 200, |pull| {
            body["title"].as_str().inspect(|title| (*title).clone_into(&mut pull.title));
            body["body"].as_str().inspect(|body| (*body).clone_into(&mut pull.body));
            pull.closed |= body["state"] == "closed";
        }),
        ("post", "/pulls/{pull_number}/requested_reviewers") => {
            let people = words(&body["reviewers"]);
            let by =
                state.proposals.pulls.iter().find(|pull| pull.number == number("pull_number")).map(|p| p.by.clone());
            if people.iter().any(|one| state.proposals.strangers.contains(one) || Some(one) == by.as_ref()) {
                return refusal(422, "Reviews may only be requested from collaborators.");
            }
            with_pull(state, number("pull_number"), 201, |pull| add(&mut pull.reviewers, people))
        }
        _ => answer_issue(state, login, operation, listing, body),
    }
}

/// Answers one that is about issues, or about a pull request as one.
fn answer_issue(
    state: &mut State,
    login: &str,
    operation: &Operation,
    listing: &Listing<'_>,
    body: &Value,
) -> Response {
    let number = |name: &str| operation.arguments.get(name).and_then(|number| number.parse::<u64>().ok()).unwrap_or(0);
    match operation.name() {
        ("post", "/issues/{issue_number}/labels") => {
            let labels = words(&body["labels"]);
            let Some(pull) = state.proposals.pulls.iter_mut().find(|pull| pull.number == number("issue_number")) else {
                return missing();
            };
            add(&mut pull.labels, labels);
            Response::json(200, &pull.labels.iter().map(|name| label(name)).collect())
        }
        ("post", "/issues/{issue_number}/assignees") => {
            let people = words(&body["assignees"]);
            let strangers = state.proposals.strangers.clone();
            let Some(pull) = state.proposals.pulls.iter_mut().find(|pull| pull.number == number("issue_number")) else {
                return missing();
            };
            add(&mut pull.assignees, people.into_iter().filter(|one| !strangers.contains(one)).collect());
            let issue = json!({ "number": pull.number, "title": pull.title });
            Response::json(201, &component("issue", issue))
        }
        ("get", "/issues") => issues(state, listing),
        ("post", "/issues") => {
            let (number, text) = (state.next_id(), |key: &str| body[key].as_str().unwrap_or_default().to_owned());
            let issue =
                WrittenIssue { number, title: text("title"), body: text("body"), by: login.into(), closed: false };
            let answer = Response::json(201, &issue_body(&issue));
            state.proposals.issues.push(issue);
            answer
        }
        ("patch", "/issues/{issue_number}") => {
            let number = number("issue_number");
            let Some(issue) = state.proposals.issues.iter_mut().find(|issue| issue.number == number) else {
                return missing();
            };
            body["title"].as_str().inspect(|title| (*title).clone_into(&mut issue.title));
            body["body"].as_str().inspect(|body| (*body).clone_into(&mut issue.body));
            issue.closed |= body["state"] == "closed";
            Response::json(200, &issue_body(issue))
        }
        (method, path) => panic!("the stand-in does not know {method} {path}"),
    }
}

/// Makes a pull request a draft or ready, as a mutation of GraphQL does, and says which it is.
pub fn set_draft(state: &mut State, id: &str, draft: bool) -> Option<Value> {
    let pull = state.proposals.pulls.iter_mut().find(|pull| node(pull) == id)?;
    pull.draft = draft;
    Some(json!({ "pullRequest": { "isDraft": draft } }))
}

fn node(pull: &Proposed) -> String {
    format!("PR_{}", pull.number)
}

fn words(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(|word| word.as_str().map(str::to_owned)).collect()
}

fn add(to: &mut Vec<String>, more: Vec<String>) {
    more.into_iter().for_each(|one| {
        if !to.contains(&one) {
            to.push(one);
        }
    });
}

fn label(name: &str) -> Value {
    component("label", json!({ "name": name }))
}

fn body(proposals: &Proposals, pull: &Proposed, schema: &str) -> Value {
    let tip = |owner: &str, branch: &str| proposals.tip(owner, branch).unwrap_or_else(|| "0".repeat(40));
    let (own, name) = REPOSITORY.split_once('/').expect("because it has two parts");
    let side = |owner: &str, branch: &str| {
        json!({ "label": format!("{owner}:{branch}"), "ref": branch, "sha": tip(owner, branch), "user": user(owner),
            "repo": repository(&format!("{owner}/{name}")) })
    };
    let labels: Vec<Value> = pull
        .labels
        .iter()
        .map(|name| {
            json!({ "id": 1, "node_id": "x", "url": "https://example.com", "name": name, "description": "", "color": "ff0000",
                "default": false })
        })
        .collect();
    component(
        schema,
        json!({
            "number": pull.number, "node_id": node(pull), "title": pull.title, "body": pull.body, "draft": pull.draft,
            "html_url": format!("https://github.com/{REPOSITORY}/pull/{}", pull.number), "user": user(&pull.by),
            "state": if pull.closed { "closed" } else { "open" }, "labels": labels,
            "base": side(own, &pull.base), "head": side(&pull.owner, &pull.head),
        }),
    )
}

fn list(state: &State, listing: &Listing<'_>) -> Response {
    let request = listing.request;
    let wanted = |pull: &&Proposed| {
        let open = request.parameter("state").unwrap_or_else(|| "open".to_owned());
        (open == "all" || (open == "closed") == pull.closed)
            && request.parameter("base").is_none_or(|base| base == pull.base)
            && request.parameter("head").is_none_or(|head| head == format!("{}:{}", pull.owner, pull.head))
    };
    let found = state.proposals.pulls.iter().rev().filter(wanted);
    let mut bodies: Vec<Value> = found.map(|pull| body(&state.proposals, pull, "pull-request-simple")).collect();
    bodies.extend(others(state, request));
    listing.page(&bodies, Value::Array)
}

/// The open pull requests of others that come from the branch that is asked for.
fn others(state: &State, request: &Request) -> Vec<Value> {
    let (head, base) = (request.parameter("head"), request.parameter("base"));
    let wanted = |pull: &&Pull| {
        let owner = pull.head_repository.and_then(|name| name.split('/').next()).unwrap_or_default();
        let is_open = !pull.closed && pull.merge.is_none();
        is_open
            && base.as_ref().is_none_or(|base| base == pull.base)
            && head.as_ref().is_none_or(|head| *head == format!("{owner}:{}", pull.head))
    };
    state.pulls.values().filter(wanted).map(|pull| pull_body(pull, "pull-request-simple")).collect()
}

fn open(state: &mut State, login: &str, asked: &Value) -> Response {
    let proposals = &state.proposals;
    if proposals.forbidden {
        return refusal(403, "GitHub Actions is not permitted to create or approve pull requests.");
    }
    let text = |key: &str| asked[key].as_str().unwrap_or_default().to_owned();
    let (own, _) = REPOSITORY.split_once('/').expect("because it has two parts");
    let (owner, head) = match text("head").split_once(':') {
        Some((owner, head)) => (owner.to_owned(), head.to_owned()),
        None => (own.to_owned(), text("head")),
    };
    let (base, draft) = (text("base"), asked["draft"] == true);
    let twin = proposals.open().iter().any(|pull| (&pull.owner, &pull.head, &pull.base) == (&owner, &head, &base));
    let invalid = |message: &str| {
        let error = json!({ "message": "Validation Failed", "documentation_url": "https://docs.github.com/rest",
            "errors": [{ "resource": "PullRequest", "code": "custom", "message": message }] });
        Response::json(422, &error)
    };
    match (proposals.tip(&owner, &head), proposals.tip(own, &base)) {
        _ if twin => return invalid(&format!("A pull request already exists for {owner}:{head}.")),
        _ if draft && proposals.no_drafts => {
            return invalid("Draft pull requests are not supported in this repository.");
        }
        (Some(tip), Some(base)) if tip == base => return invalid("No commits between them"),
        (Some(_), Some(_)) => {}
        _ => return invalid("head or base is invalid"),
    }
    let body_text = text("body");
    assert!(body_text.chars().count() <= 65_536, "the body is too long");
    let number = state.next_id();
    let pull = Proposed {
        number,
        title: text("title"),
        body: body_text,
        base,
        owner,
        head,
        by: login.to_owned(),
        draft,
        closed: false,
        labels: Vec::new(),
        reviewers: Vec::new(),
        assignees: Vec::new(),
    };
    let answer = Response::json(201, &body(&state.proposals, &pull, "pull-request"));
    state.proposals.pulls.push(pull);
    answer
}

fn with_pull(state: &mut State, number: u64, status: u16, change: impl FnOnce(&mut Proposed)) -> Response {
    let Some(pull) = state.proposals.pulls.iter_mut().find(|pull| pull.number == number) else { return missing() };
    change(pull);
    let pull = pull.clone();
    let schema = if status == 201 { "pull-request-simple" } else { "pull-request" };
    Response::json(status, &body(&state.proposals, &pull, schema))
}

fn issues(state: &State, listing: &Listing<'_>) -> Response {
    let creator = listing.request.parameter("creator");
    let found = state
        .proposals
        .issues
        .iter()
        .filter(|issue| !issue.closed && creator.as_ref().is_none_or(|creator| *creator == issue.by));
    let bodies: Vec<Value> = found.map(issue_body).collect();
    listing.page(&bodies, Value::Array)
}

fn issue_body(issue: &WrittenIssue) -> Value {
    let state = if issue.closed { "closed" } else { "open" };
    let values = json!({ "number": issue.number, "title": issue.title, "body": issue.body, "state": state, "user": user(&issue.by) });
    let mut body = component("issue", values);
    // Only pull requests that are listed among issues have it.
    body.as_object_mut().expect("because it is an object").remove("pull_request");
    body
}
