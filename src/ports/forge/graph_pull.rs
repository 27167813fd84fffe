//! Pull requests as GitHub's GraphQL API describes them: the questions, and the answers brought into our own form.
//!
//! The form of the questions follows the objects `PullRequest`, `Commit` and `Issue` of GitHub's reference. Lists are asked for
//! in one piece, and count as unknown where GitHub has more.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;

use crate::model::commit::CommitId;
use crate::model::known::{Known, Missing};
use crate::model::login::Login;
use crate::model::pull::rest::{MOST_BODY_BYTES, MOST_NAME_BYTES, NotAPull, bounded, commit, named};
use crate::model::pull::{
    Association, Base, CheckRules, CheckState, Checks, GivenReview, Head, Issue, IssueState, Label, Merge, NamedCheck,
    PullRequest, PullState, Readiness, Size, WorkflowRun, latest_opinions,
};

use super::part::Part;
use super::pull_request::attribute;
use super::rest::{Labeled, opinion};

/// What is asked of an issue.
pub(super) const ISSUES: &str = "fragment Issues on IssueConnection { totalCount nodes { number title state \
    repository { nameWithOwner } milestone { title } labels(first: 50) { totalCount nodes { name } } } }";

/// What is asked of every pull request. The parts that were asked for follow.
const PULL: &str = "fragment Pull on PullRequest { number title body state isDraft mergedAt mergeCommit { oid } \
    author { __typename login } baseRefName baseRefOid baseRepository { nameWithOwner } \
    headRefName headRefOid headRepository { nameWithOwner } milestone { title } additions deletions changedFiles \
    labels(first: 100) { nodes { name } } \
    timelineItems(itemTypes: [LABELED_EVENT], last: 100) { nodes { ... on LabeledEvent { \
    label { name } actor { __typename login } } } } \
    ";

/// The most pull requests of one commit that are asked for. GitHub counts one point for a hundred lists that a question could
/// reach ("Rate limits and node limits for the GraphQL API"): for 25 commits these are 25 of pull requests, 125 times six of
/// what belongs to one, and 1,250 of labels of issues, which is less than a point a commit.
const MOST_PULLS: u64 = 5;

/// Asks for the pull requests of so many commits, with these parts: `$owner`, `$name`, and `$c0`, `$c1` and so on, which are also the
/// keys of the answer.
pub(super) fn associated_query(commits: usize, parts: &[Part]) -> String {
    let variables: String = (0..commits).map(|at| format!(", $c{at}: GitObjectID!")).collect();
    let fields: String = (0..commits).map(|at| format!("c{at}: object(oid: $c{at}) {{ ...Associated }} ")).collect();
    let questions: String = parts.iter().map(|part| part.question()).collect();
    let fragments: String = parts.iter().map(|part| part.fragments()).collect();
    format!(
        "query($owner: String!, $name: String!{variables}) {{ repository(owner: $owner, name: $name) {{ {fields}}} }} \
         fragment Associated on Commit {{ associatedPullRequests(first: {MOST_PULLS}) {{ totalCount nodes {{ ...Pull }} }} }} \
         {PULL}{questions}}} {fragments}"
    )
}

/// Reads the pull requests of one commit. `refused` are the parts that GitHub did not tell, with the place of their pull request.
pub(super) fn associated(
    object: &Value,
    own: &CheckRules,
    refused: &[(usize, Part, Missing)],
) -> Result<Known<Vec<PullRequest>>, String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Raw {
        associated_pull_requests: Option<List<RawPull>>,
    }
    if object.is_null() {
        return Ok(Known::Unknown(Missing::NoSuchCommit));
    }
    let raw = Raw::deserialize(object).map_err(|error| error.to_string())?;
    let list = raw.associated_pull_requests.ok_or("there is no 'associatedPullRequests'")?;
    let pulls = match list.complete() {
        Known::Known(pulls) => pulls,
        Known::Unknown(missing) => return Ok(Known::Unknown(missing)),
    };
    let read = |(at, pull): (usize, RawPull)| {
        let mut pull = pull.read(own)?;
        for (_, part, missing) in refused.iter().filter(|(of, ..)| *of == at) {
            leave_open(&mut pull, *part, missing);
        }
        Ok(pull)
    };
    let pulls: Result<_, NotAPull> = pulls.into_iter().enumerate().map(read).collect();
    pulls.map(Known::Known).map_err(|error| error.to_string())
}

/// Takes a part of a pull request for unknown.
fn leave_open(pull: &mut PullRequest, part: Part, missing: &Missing) {
    match part {
        Part::Reviews => pull.reviews = Known::Unknown(missing.clone()),
        Part::Checks => pull.checks = Known::Unknown(missing.clone()),
        Part::Issues => pull.issues = Known::Unknown(missing.clone()),
    }
}

/// A list, as GitHub pages it. An item that the token may not see is null.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct List<T> {
    total_count: Option<u64>,
    #[serde(default = "Vec::new")]
    pub(super) nodes: Vec<Option<T>>,
}

impl<T> List<T> {
    /// Returns the items if these are all.
    pub(super) fn complete(self) -> Known<Vec<T>> {
        let items: Vec<T> = self.nodes.into_iter().flatten().collect();
        let (got, of) = (items.len() as u64, self.total_count);
        match of {
            Some(of) if of > got => Known::Unknown(Missing::Incomplete { got, of }),
            Some(_) | None => Known::Known(items),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawPull {
    number: u64,
    title: String,
    body: Option<String>,
    state: String,
    is_draft: bool,
    merged_at: Option<DateTime<Utc>>,
    merge_commit: Option<RawObject>,
    author: Option<RawActor>,
    base_ref_name: String,
    base_ref_oid: String,
    base_repository: Option<RawRepository>,
    head_ref_name: String,
    head_ref_oid: String,
    head_repository: Option<RawRepository>,
    milestone: Option<RawTitle>,
    additions: u64,
    deletions: u64,
    changed_files: u64,
    labels: Option<List<RawName>>,
    timeline_items: List<RawLabeled>,
    latest_opinionated_reviews: Option<List<RawReview>>,
    commits: Option<List<RawPullCommit>>,
    closing_issues_references: Option<List<RawIssue>>,
}

#[derive(Deserialize)]
struct RawObject {
    oid: String,
}

#[derive(Deserialize)]
pub(super) struct RawActor {
    #[serde(rename = "__typename")]
    kind: String,
    login: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawRepository {
    name_with_owner: String,
}

#[derive(Deserialize)]
struct RawTitle {
    title: String,
}

#[derive(Deserialize)]
struct RawName {
    name: String,
}

#[derive(Deserialize)]
struct RawLabeled {
    label: RawName,
    actor: Option<RawActor>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawReview {
    state: String,
    author_association: String,
    author_can_push_to_repository: bool,
    author: Option<RawActor>,
    commit: Option<RawObject>,
}

#[derive(Deserialize)]
struct RawPullCommit {
    commit: RawHeadCommit,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawHeadCommit {
    status_check_rollup: Option<RawRollup>,
}

#[derive(Deserialize)]
struct RawRollup {
    contexts: List<RawContext>,
}

#[derive(Deserialize)]
#[serde(tag = "__typename")]
enum RawContext {
    #[serde(rename_all = "camelCase")]
    CheckRun {
        name: String,
        status: String,
        conclusion: Option<String>,
        database_id: Option<u64>,
        check_suite: Option<RawSuite>,
    },
    StatusContext {
        context: String,
        state: String,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawSuite {
    app: Option<RawApp>,
    workflow_run: Option<RawWorkflowRun>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawWorkflowRun {
    event: String,
    run_number: u64,
    workflow: RawWorkflow,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawWorkflow {
    database_id: Option<u64>,
}

#[derive(Deserialize)]
struct RawApp {
    slug: String,
}

#[derive(Deserialize)]
pub(super) struct RawIssue {
    number: u64,
    title: String,
    state: String,
    repository: RawRepository,
    milestone: Option<RawTitle>,
    labels: Option<List<RawName>>,
}

/// Reads an account. The REST API writes the names of apps with `[bot]`, this one without.
pub(super) fn login(actor: Option<RawActor>) -> Result<Option<Login>, NotAPull> {
    let Some(actor) = actor.filter(|actor| actor.login != "ghost") else { return Ok(None) };
    let bot = if actor.kind == "Bot" { "[bot]" } else { "" };
    named("login", &format!("{}{bot}", actor.login)).map(Some)
}

impl RawPull {
    fn read(self, own: &CheckRules) -> Result<PullRequest, NotAPull> {
        let raw = self;
        let size = Size { files: raw.changed_files, additions: raw.additions, deletions: raw.deletions };
        let merge_commit = raw.merge_commit.map(|object| commit("mergeCommit.oid", &object.oid)).transpose()?;
        let repository = raw.base_repository.map(|repository| repository.name_with_owner).unwrap_or_default();
        let head_repository = raw.head_repository.map(|head| named("headRepository", &head.name_with_owner));
        Ok(PullRequest {
            number: raw.number,
            title: bounded("title", raw.title, MOST_NAME_BYTES)?,
            body: bounded("body", raw.body.unwrap_or_default(), MOST_BODY_BYTES)?,
            author: login(raw.author)?,
            base: Base {
                branch: named("baseRefName", &raw.base_ref_name)?,
                commit: commit("baseRefOid", &raw.base_ref_oid)?,
                repository: named("baseRepository", &repository)?,
            },
            head: Head {
                branch: bounded("headRefName", raw.head_ref_name, MOST_NAME_BYTES)?,
                commit: commit("headRefOid", &raw.head_ref_oid)?,
                repository: head_repository.transpose()?,
            },
            readiness: if raw.is_draft { Readiness::Draft } else { Readiness::Ready },
            state: state(&raw.state, raw.merged_at, merge_commit)?,
            labels: labels(raw.labels, raw.timeline_items)?,
            milestone: raw.milestone.map(|m| bounded("milestone", m.title, MOST_NAME_BYTES)).transpose()?,
            size: Known::Known(size),
            reviews: reviews(raw.latest_opinionated_reviews)?,
            files: Known::Unknown(Missing::NotAsked),
            checks: checks(raw.commits)?.map(|checks| Checks::of(checks, own)),
            issues: raw.closing_issues_references.map_or(Ok(Known::Unknown(Missing::NotAsked)), issues)?,
            commits: Known::Unknown(Missing::NotAsked),
        })
    }
}

fn state(word: &str, at: Option<DateTime<Utc>>, commit: Option<CommitId>) -> Result<PullState, NotAPull> {
    match word {
        "OPEN" => Ok(PullState::Open),
        "CLOSED" => Ok(PullState::Closed),
        "MERGED" => Ok(PullState::Merged(Merge { commit, at })),
        _ => Err(NotAPull::Value { field: "state", what: "'OPEN', 'CLOSED' or 'MERGED'" }),
    }
}

fn labels(raw: Option<List<RawName>>, events: List<RawLabeled>) -> Result<Vec<Label>, NotAPull> {
    let unknown = || Known::Unknown(Missing::NotRecorded);
    let label =
        |raw: RawName| Ok(Label { name: bounded("labels.name", raw.name, MOST_NAME_BYTES)?, applied_by: unknown() });
    let raw = raw.map(|list| list.nodes).unwrap_or_default();
    let mut labels: Vec<Label> = raw.into_iter().flatten().map(label).collect::<Result<_, NotAPull>>()?;
    let event = |raw: RawLabeled| Ok(Labeled { label: raw.label.name, by: login(raw.actor)? });
    let events = events.nodes.into_iter().flatten().map(event).collect::<Result<_, NotAPull>>()?;
    attribute(&mut labels, Known::Known(events));
    Ok(labels)
}

fn reviews(raw: Option<List<RawReview>>) -> Result<Known<Vec<crate::model::pull::Review>>, NotAPull> {
    let Some(raw) = raw else { return Ok(Known::Unknown(Missing::NotAsked)) };
    let given = |raw: RawReview| {
        Ok(GivenReview {
            author: login(raw.author)?,
            opinion: opinion(&raw.state),
            association: Association::of(&raw.author_association),
            may_write: Known::Known(raw.author_can_push_to_repository),
            commit: raw.commit.and_then(|object| object.oid.parse().ok()),
        })
    };
    Ok(match raw.complete() {
        Known::Known(reviews) => {
            let reviews = reviews.into_iter().map(given).collect::<Result<Vec<_>, NotAPull>>()?;
            Known::Known(latest_opinions(reviews))
        }
        Known::Unknown(missing) => Known::Unknown(missing),
    })
}

fn workflow_run(raw: RawWorkflowRun) -> Result<Option<WorkflowRun>, NotAPull> {
    let Some(workflow) = raw.workflow.database_id else { return Ok(None) };
    let event = bounded("event", raw.event, MOST_NAME_BYTES)?;
    Ok(Some(WorkflowRun { workflow, event, number: raw.run_number }))
}

fn checks(commits: Option<List<RawPullCommit>>) -> Result<Known<Vec<NamedCheck>>, NotAPull> {
    let Some(commits) = commits else { return Ok(Known::Unknown(Missing::NotAsked)) };
    let rollup = commits.nodes.into_iter().flatten().next().and_then(|head| head.commit.status_check_rollup);
    let Some(rollup) = rollup else { return Ok(Known::Known(Vec::new())) };
    let check = |raw: RawContext| {
        let name = |name: String| bounded("context", name, MOST_NAME_BYTES);
        Ok(match raw {
            RawContext::CheckRun { name: given, status, conclusion, database_id, check_suite } => {
                let (app, workflow) = check_suite.map_or((None, None), |suite| (suite.app, suite.workflow_run));
                NamedCheck {
                    name: name(given)?,
                    app: app.map(|app| app.slug),
                    run: database_id,
                    workflow: workflow.map(workflow_run).transpose()?.flatten(),
                    state: CheckState::of_run(&status, conclusion.as_deref()),
                }
            }
            RawContext::StatusContext { context, state } => {
                NamedCheck::of_status(name(context)?, CheckState::of_status(&state))
            }
        })
    };
    Ok(match rollup.contexts.complete() {
        Known::Known(contexts) => Known::Known(contexts.into_iter().map(check).collect::<Result<_, NotAPull>>()?),
        Known::Unknown(missing) => Known::Unknown(missing),
    })
}

pub(super) fn issues(raw: List<RawIssue>) -> Result<Known<Vec<Issue>>, NotAPull> {
    let mut found = Vec::new();
    let raw = match raw.complete() {
        Known::Known(raw) => raw,
        Known::Unknown(missing) => return Ok(Known::Unknown(missing)),
    };
    for issue in raw {
        let labels = match issue.labels.map(List::complete) {
            Some(Known::Known(labels)) => labels,
            Some(Known::Unknown(missing)) => return Ok(Known::Unknown(missing)),
            None => Vec::new(),
        };
        let name = |raw: RawName| bounded("labels.name", raw.name, MOST_NAME_BYTES);
        found.push(Issue {
            number: issue.number,
            repository: named("repository", &issue.repository.name_with_owner)?,
            title: bounded("title", issue.title, MOST_NAME_BYTES)?,
            state: if issue.state == "OPEN" { IssueState::Open } else { IssueState::Closed },
            labels: labels.into_iter().map(name).collect::<Result<_, _>>()?,
            milestone: issue.milestone.map(|m| bounded("milestone", m.title, MOST_NAME_BYTES)).transpose()?,
        });
    }
    Ok(Known::Known(found))
}
