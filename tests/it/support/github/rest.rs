//! The REST API. Bodies are the least that the description allows, with what the state knows laid over it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::http::{Request, Response};
use super::openapi::{Operation, component};
use super::state::{Comment, Pull, REPOSITORY, REPOSITORY_ID, Run, State, sha};
use super::{advisories, proposals, releases, settings};

/// A refusal in GitHub's form.
pub fn refusal(status: u16, message: &str) -> Response {
    let body = json!({ "message": message, "documentation_url": "https://docs.github.com/rest", "status": status.to_string() });
    Response::json(status, &body)
}

/// Answers a request for an operation of the description.
pub fn answer(
    state: &mut State,
    (login, may): &(String, BTreeSet<&'static str>),
    operation: &Operation,
    request: &Request,
    base: &str,
) -> Response {
    let part = |name: &str| operation.arguments.get(name).map_or("", String::as_str);
    if format!("{}/{}", part("owner"), part("repo")) != REPOSITORY {
        return refusal(404, "Not Found");
    }
    let of_proposals = proposals::needs(operation);
    let of_advisories = advisories::needs(operation);
    let needs = of_proposals.or(of_advisories).unwrap_or_else(|| needs(operation));
    if !allows(may, needs) {
        return refusal(403, "Resource not accessible by integration").with("x-accepted-github-permissions", needs);
    }
    let listing = Listing { operation, request, base, most: state.most_per_page };
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    match (of_proposals, of_advisories) {
        (Some(_), _) => proposals::answer(state, login, operation, &listing, &body),
        (None, Some(_)) => advisories::answer(state, login, operation, &listing, &body),
        (None, None) => carry_out(state, login, operation, &listing, &body),
    }
}

/// Answers a request of somebody who may.
fn carry_out(state: &mut State, login: &str, operation: &Operation, listing: &Listing<'_>, body: &Value) -> Response {
    let argument = |name: &str| operation.arguments.get(name).cloned().unwrap_or_default();
    let number = |name: &str| argument(name).parse::<u64>().unwrap_or(0);
    match operation.name() {
        ("get", "/pulls/{pull_number}") => state
            .pulls
            .get(&number("pull_number"))
            .map_or_else(missing, |pull| Response::json(200, &pull_body(pull, "pull-request"))),
        ("get", "/pulls/{pull_number}/files") => pull_list(state, listing, number("pull_number"), files),
        ("get", "/pulls/{pull_number}/reviews") => pull_list(state, listing, number("pull_number"), reviews),
        ("get", "/issues/{issue_number}/events") => pull_list(state, listing, number("issue_number"), events),
        ("get", "/commits/{ref}/check-runs") => check_runs(state, listing, &argument("ref")),
        ("get", "/commits/{ref}/status") => status(state, listing, &argument("ref")),
        ("get", "/collaborators/{username}/permission") => permission(state, operation, &argument("username")),
        ("post", "/check-runs") => create_run(state, login, body),
        ("get", "/check-runs/{check_run_id}") => with_run(state, number("check_run_id"), |_| {}),
        // GitHub lets nobody change what a job came to.
        ("patch", "/check-runs/{check_run_id}") if state.is_of_job(number("check_run_id")) => {
            refusal(403, "Check run status and conclusions can only be updated internally by GitHub Actions")
        }
        ("patch", "/check-runs/{check_run_id}") => with_run(state, number("check_run_id"), |run| update_run(run, body)),
        ("get", "/check-runs/{check_run_id}/annotations") => {
            let run = state.runs.iter().find(|run| run.id == number("check_run_id"));
            run.map_or_else(missing, |run| listing.page(&run.annotations, Value::Array))
        }
        ("get", "/issues/{issue_number}/comments") => {
            let on = number("issue_number");
            let comments: Vec<Value> = state.comments.iter().filter(|c| c.on == on).map(comment_body).collect();
            listing.page(&comments, Value::Array)
        }
        ("post", "/issues/{issue_number}/comments") => {
            let text = body["body"].as_str().unwrap_or_default();
            let body = too_long(text).unwrap_or_else(|| {
                state.comment(number("issue_number"), login, text);
                Response::json(201, &comment_body(state.comments.last().expect("because it was just added")))
            });
            if state.pulls.contains_key(&number("issue_number")) { body } else { missing() }
        }
        ("delete", "/issues/comments/{comment_id}") => delete_comment(state, login, number("comment_id")),
        ("patch", "/issues/comments/{comment_id}") => update_comment(state, login, number("comment_id"), body),
        (_, path) if path.starts_with("/releases") || path.starts_with("/git/matching-refs/") => {
            releases::answer(state, login, operation, listing, body)
        }
        _ => settings::answer(state, operation, listing),
    }
}

/// Whether a token may do it. "Create an issue comment" takes either permission, and the comments here are all on pull requests.
fn allows(may: &BTreeSet<&'static str>, needs: &str) -> bool {
    may.contains(needs) || (needs == "issues=write" && may.contains("pull_requests=write"))
}

/// The permission that an operation needs.
fn needs(operation: &Operation) -> &'static str {
    match operation.name() {
        (_, "/actions/permissions/workflow" | "/immutable-releases" | "/branches/{branch}/protection") => {
            "administration=read"
        }
        (_, path) if path.is_empty() || path.contains("/collaborators/") || path.contains("/rule") => "metadata=read",
        (_, path) if path.starts_with("/environments") => "actions=read",
        (_, "/branches/{branch}") => "contents=read",
        ("get", path) if path.contains("/releases") || path.contains("/git/") => "contents=read",
        (_, path) if path.contains("/releases") => "contents=write",
        ("get", path) if path.contains("check-runs") => "checks=read",
        (_, path) if path.contains("check-runs") => "checks=write",
        (_, path) if path.ends_with("/status") => "statuses=read",
        ("get", path) if path.contains("/issues/") => "issues=read",
        (_, path) if path.contains("/issues/") => "issues=write",
        _ => "pull_requests=read",
    }
}

pub(super) fn missing() -> Response {
    refusal(404, "Not Found")
}

fn too_long(text: &str) -> Option<Response> {
    let long = text.chars().count() > 65_536;
    long.then(|| {
        let error = json!({ "message": "Validation Failed", "documentation_url": "https://docs.github.com/rest",
            "errors": [{ "resource": "IssueComment", "field": "data", "code": "unprocessable", "message": "Body is too long" }] });
        Response::json(422, &error)
    })
}

/// A request for one page of a list.
pub(super) struct Listing<'a> {
    operation: &'a Operation,
    pub(super) request: &'a Request,
    pub(super) base: &'a str,
    most: usize,
}

impl Listing<'_> {
    /// Answers with the page that was asked for. The next one is named by the number of the repository, as GitHub does.
    pub(super) fn page(&self, items: &[Value], wrap: impl FnOnce(Vec<Value>) -> Value) -> Response {
        let number =
            |name: &str, usual: usize| self.request.parameter(name).and_then(|n| n.parse().ok()).unwrap_or(usual);
        let (page, size) = (number("page", 1), number("per_page", 30).min(self.most).max(1));
        let start = items.len().min((page - 1) * size);
        let end = items.len().min(start + size);
        let response = Response::json(200, &wrap(items[start..end].to_vec()));
        if end == items.len() {
            return response;
        }
        let (_, path) = self.operation.name();
        let path = self
            .operation
            .arguments
            .iter()
            .fold(path.to_owned(), |path, (name, value)| path.replace(&format!("{{{name}}}"), value));
        let mut pairs: Vec<String> =
            self.request.query.split('&').filter(|pair| !pair.starts_with("page=")).map(str::to_owned).collect();
        pairs.push(format!("page={}", page + 1));
        let address = format!("{}/repositories/{REPOSITORY_ID}{path}?{}", self.base, pairs.join("&"));
        response.with("link", format!("<{address}>; rel=\"next\", <{address}>; rel=\"last\""))
    }
}

impl Listing<'_> {
    /// Answers with the page of a list that goes by cursors. A cursor here is the number of items before.
    pub(super) fn page_after(&self, items: &[Value]) -> Response {
        let number = |name: &str| self.request.parameter(name).and_then(|n| n.parse::<usize>().ok());
        let size = number("per_page").unwrap_or(30).min(self.most).max(1);
        let start = items.len().min(number("after").unwrap_or(0));
        let end = items.len().min(start + size);
        let response = Response::json(200, &Value::Array(items[start..end].to_vec()));
        if end == items.len() {
            return response;
        }
        let place = format!("{}/repositories/{REPOSITORY_ID}/security-advisories", self.base);
        let address = format!("{place}?per_page={size}&after={end}");
        response.with("link", format!("<{address}>; rel=\"next\""))
    }
}

pub(super) fn user(login: &str) -> Value {
    component("simple-user", json!({ "login": login }))
}

pub(super) fn repository(full_name: &str) -> Value {
    let (owner, name) = full_name.split_once('/').expect("because names in tests have a slash");
    component("repository", json!({ "full_name": full_name, "name": name, "owner": user(owner) }))
}

pub(super) fn pull_body(pull: &Pull, schema: &str) -> Value {
    let side = |branch: &str, commit: &str, name: Option<&str>| json!({ "label": branch, "ref": branch, "sha": commit, "repo": name.map(repository), "user": user("acme") });
    let labels: Vec<Value> = pull.labels.iter().map(|name| label(name)).collect();
    let merged = pull.merge.is_some();
    component(
        schema,
        json!({
            "number": pull.number, "title": pull.title, "body": pull.body, "user": pull.author.map_or_else(|| user("ghost"), user),
            "state": if pull.closed || merged { "closed" } else { "open" }, "draft": pull.draft, "merged": merged,
            "merged_at": merged.then_some("2026-02-03T04:05:06Z"), "labels": labels,
            "merge_commit_sha": pull.merge.clone().unwrap_or_else(|| sha(0xabc)),
            "base": side(pull.base, &sha(0xba5e), Some(REPOSITORY)),
            "head": side(&pull.head, &pull.head_commit, pull.head_repository),
            "changed_files": pull.says_files.unwrap_or(pull.files.len() as u64), "additions": 3, "deletions": 1,
        }),
    )
}

fn label(name: &str) -> Value {
    json!({ "id": 1, "node_id": "x", "url": "https://example.com", "name": name, "description": "", "color": "ff0000",
        "default": false })
}

fn pull_list(state: &State, listing: &Listing<'_>, number: u64, items: fn(&Pull) -> Vec<Value>) -> Response {
    state.pulls.get(&number).map_or_else(missing, |pull| listing.page(&items(pull), Value::Array))
}

fn files(pull: &Pull) -> Vec<Value> {
    // GitHub's list ends there, whatever the pull request says.
    let listed = pull.files.iter().take(3000);
    let file = |file: &super::state::File| {
        let mut body =
            json!({ "filename": file.path, "status": file.status, "additions": 3, "deletions": 1, "changes": 4 });
        if let Some(previous) = file.previous {
            body["previous_filename"] = json!(previous);
        }
        component("diff-entry", body)
    };
    listed.map(file).collect()
}

fn reviews(pull: &Pull) -> Vec<Value> {
    let review = |review: &super::state::Review| {
        component(
            "pull-request-review",
            json!({
                "user": user(review.by), "state": review.state, "author_association": review.association,
                "commit_id": review.commit.as_ref().unwrap_or(&pull.head_commit), "submitted_at": "2026-01-05T09:00:00Z",
            }),
        )
    };
    pull.reviews.iter().map(review).collect()
}

fn events(pull: &Pull) -> Vec<Value> {
    let event = |(name, by): &(String, Option<&str>)| {
        component(
            "labeled-issue-event",
            json!({
                "event": "labeled", "actor": user(by.unwrap_or("ghost")), "label": { "name": name, "color": "ff0000" },
            }),
        )
    };
    pull.labeled.iter().map(event).collect()
}

fn run_body(run: &Run) -> Value {
    component(
        "check-run",
        json!({
            "id": run.id, "name": run.name, "head_sha": run.commit, "status": run.status, "conclusion": run.conclusion,
            "external_id": run.external_id,
            "app": component("integration", json!({ "slug": run.app, "permissions": {} })),
            "output": { "title": run.title, "summary": run.summary, "annotations_count": run.annotations.len() },
            "check_suite": { "id": 1 }, "pull_requests": [],
        }),
    )
}

/// Of the check runs of one name and app only the newest counts, unless all are asked for.
fn check_runs(state: &State, listing: &Listing<'_>, commit: &str) -> Response {
    let name = listing.request.parameter("check_name");
    let all = listing.request.parameter("filter").is_some_and(|filter| filter == "all");
    let mut found: Vec<&Run> = Vec::new();
    for run in
        state.runs.iter().filter(|run| run.commit == commit && name.as_ref().is_none_or(|name| *name == run.name))
    {
        found.retain(|older| all || (&older.name, &older.app) != (&run.name, &run.app));
        found.push(run);
    }
    let bodies: Vec<Value> = found.into_iter().map(run_body).collect();
    let total = bodies.len();
    listing.page(&bodies, |page| json!({ "total_count": total, "check_runs": page }))
}

fn status(state: &State, listing: &Listing<'_>, commit: &str) -> Response {
    let of_commit = state.statuses.iter().filter(|(of, ..)| of == commit);
    let body = |(_, context, state): &(String, String, String)| {
        component("simple-commit-status", json!({ "context": context, "state": state }))
    };
    let bodies: Vec<Value> = of_commit.map(body).collect();
    let total = bodies.len();
    // GitHub says so where there are none, too.
    let all = json!({ "state": "pending", "sha": commit, "total_count": total });
    listing.page(&bodies, |page| {
        let mut body = component("combined-commit-status", all);
        body["statuses"] = Value::Array(page);
        body
    })
}

fn permission(state: &State, operation: &Operation, login: &str) -> Response {
    let Some((permission, role)) = state.permissions.get(login) else {
        return refusal(404, &format!("{login} is not a user"));
    };
    let mut body = operation.example(200);
    body["permission"] = json!(permission);
    body["role_name"] = json!(role);
    Response::json(200, &body)
}

fn create_run(state: &mut State, login: &str, body: &Value) -> Response {
    let Some(app) = login.strip_suffix("[bot]") else {
        return refusal(403, "You must authenticate via a GitHub App.");
    };
    let id = state.next_id();
    let text = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
    let mut run = Run {
        id,
        commit: text("head_sha"),
        name: text("name"),
        app: app.to_owned(),
        workflow: None,
        status: "queued".to_owned(),
        conclusion: None,
        title: None,
        summary: None,
        annotations: Vec::new(),
        external_id: None,
    };
    update_run(&mut run, body);
    let answer = Response::json(201, &run_body(&run));
    state.runs.push(run);
    answer
}

/// Annotations are added, all else takes the place of what was there.
fn update_run(run: &mut Run, body: &Value) {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    run.status = text(&body["status"]).unwrap_or_else(|| run.status.clone());
    run.conclusion = text(&body["conclusion"]).or_else(|| run.conclusion.clone());
    run.title = text(&body["output"]["title"]).or_else(|| run.title.clone());
    run.external_id = text(&body["external_id"]).or_else(|| run.external_id.clone());
    run.summary = text(&body["output"]["summary"]).or_else(|| run.summary.clone());
    let annotations = body["output"]["annotations"].as_array().cloned().unwrap_or_default();
    assert!(annotations.len() <= 50, "GitHub takes 50 annotations at once");
    run.annotations.extend(annotations.into_iter().map(|annotation| component("check-annotation", annotation)));
}

fn with_run(state: &mut State, id: u64, change: impl FnOnce(&mut Run)) -> Response {
    let Some(run) = state.runs.iter_mut().find(|run| run.id == id) else { return missing() };
    change(run);
    Response::json(200, &run_body(run))
}

fn comment_body(comment: &Comment) -> Value {
    component("issue-comment", json!({ "id": comment.id, "body": comment.body, "user": user(&comment.by) }))
}

fn update_comment(state: &mut State, login: &str, id: u64, body: &Value) -> Response {
    let Some(comment) = state.comments.iter_mut().find(|comment| comment.id == id) else { return missing() };
    if comment.by != login {
        return refusal(403, "You cannot edit this comment.");
    }
    let text = body["body"].as_str().unwrap_or_default();
    too_long(text).unwrap_or_else(|| {
        text.clone_into(&mut comment.body);
        Response::json(200, &comment_body(comment))
    })
}

fn delete_comment(state: &mut State, login: &str, id: u64) -> Response {
    let Some(at) = state.comments.iter().position(|comment| comment.id == id) else { return missing() };
    if state.comments[at].by != login {
        return refusal(403, "Must have admin rights to Repository.");
    }
    state.comments.remove(at);
    Response { status: 204, headers: Vec::new(), body: Vec::new() }
}
