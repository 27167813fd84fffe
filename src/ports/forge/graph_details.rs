//! What only GitHub's GraphQL API tells of one pull request: the issues that it closes, whether its reviewers may write to the
//! repository, and the messages of its commits.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;

use crate::model::known::{Known, Missing};
use crate::model::login::Login;
use crate::model::pull::rest::{NotAPull, commit};
use crate::model::pull::{Issue, PullCommit};

use super::Failure;
use super::graph::Graph;
use super::graph_pull::{ISSUES, List, RawActor, RawIssue, issues, login};

/// Where the pull request stands in an answer.
const PULL: &str = "/repository/pullRequest";
const COMMITS: &str = "commits(first: 100) { totalCount nodes { commit { oid message parents { totalCount } } } }";

/// Asks for what only this API tells of a pull request: `$owner`, `$name`, `$number`.
pub(super) fn details_query() -> String {
    let fields = format!(
        "closingIssuesReferences(first: 100) {{ ...Issues }} \
         latestOpinionatedReviews(first: 100) {{ nodes {{ author {{ __typename login }} authorCanPushToRepository }} }} {COMMITS}"
    );
    of_pull(&fields) + " " + ISSUES
}

/// Asks for the commits of a pull request alone: `$owner`, `$name`, `$number`.
pub(super) fn commits_query() -> String {
    of_pull(COMMITS)
}

fn of_pull(fields: &str) -> String {
    format!(
        "query($owner: String!, $name: String!, $number: Int!) {{ repository(owner: $owner, name: $name) {{ \
         pullRequest(number: $number) {{ {fields} }} }} }}"
    )
}

/// What only this API tells of a pull request.
pub(super) struct Details {
    /// The issues that it closes.
    pub(super) issues: Known<Vec<Issue>>,
    /// Its commits.
    pub(super) commits: Known<Vec<PullCommit>>,
    /// Who reviewed it, and whether they may write to the repository.
    pub(super) reviewers: HashMap<Login, bool>,
}

/// The parts of a pull request that the token may not see, and why, by the name of their field.
pub(super) type Refused = HashMap<String, Missing>;

/// Returns the parts that were refused.
///
/// # Errors
/// When all of the pull request was refused, or something failed.
pub(super) fn refused(graph: &Graph, asked: &str) -> Result<Refused, Failure> {
    let is_there = graph.data.pointer(PULL).is_some_and(Value::is_object);
    let mut refused = Refused::new();
    for error in &graph.errors {
        let failure = error.failure(asked);
        match error.path.as_slice() {
            [_, _, Value::String(part), ..] if is_there && failure.is_denial() => {
                refused.insert(part.clone(), failure.missing());
            }
            _ => return Err(failure),
        }
    }
    Ok(refused)
}

/// Reads what only this API tells of a pull request.
pub(super) fn details(data: &Value, refused: &Refused) -> Result<Details, String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Raw {
        closing_issues_references: Option<List<RawIssue>>,
        latest_opinionated_reviews: Option<List<RawReviewer>>,
        commits: List<RawBrought>,
    }
    let raw: Raw = pull_of(data)?;
    let told = |error: NotAPull| error.to_string();
    let mut reviewers = HashMap::new();
    for reviewer in raw.latest_opinionated_reviews.into_iter().flat_map(|list| list.nodes).flatten() {
        if let Some(login) = login(reviewer.author).map_err(told)? {
            reviewers.insert(login, reviewer.author_can_push_to_repository);
        }
    }
    let issues = match (refused.get("closingIssuesReferences"), raw.closing_issues_references) {
        (Some(missing), _) => Known::Unknown(missing.clone()),
        (None, Some(raw)) => issues(raw).map_err(told)?,
        (None, None) => Known::Unknown(Missing::NotAsked),
    };
    Ok(Details { issues, commits: brought(raw.commits, refused)?, reviewers })
}

/// Reads the commits of a pull request.
pub(super) fn commits(data: &Value, refused: &Refused) -> Result<Known<Vec<PullCommit>>, String> {
    #[derive(Deserialize)]
    struct Raw {
        commits: List<RawBrought>,
    }
    brought(pull_of::<Raw>(data)?.commits, refused)
}

fn pull_of<'d, T: Deserialize<'d>>(data: &'d Value) -> Result<T, String> {
    let raw = data.pointer(PULL).ok_or("there is no 'pullRequest'")?;
    T::deserialize(raw).map_err(|error| error.to_string())
}

fn brought(commits: List<RawBrought>, refused: &Refused) -> Result<Known<Vec<PullCommit>>, String> {
    if let Some(missing) = refused.get("commits") {
        return Ok(Known::Unknown(missing.clone()));
    }
    Ok(match commits.complete() {
        Known::Known(commits) => {
            let read = commits.into_iter().map(RawBrought::read).collect::<Result<_, _>>();
            Known::Known(read.map_err(|error| error.to_string())?)
        }
        Known::Unknown(missing) => Known::Unknown(missing),
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawReviewer {
    author: Option<RawActor>,
    author_can_push_to_repository: bool,
}

#[derive(Deserialize)]
struct RawBrought {
    commit: RawCommit,
}

#[derive(Deserialize)]
struct RawCommit {
    oid: String,
    message: String,
    parents: RawCount,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawCount {
    total_count: u64,
}

impl RawBrought {
    fn read(self) -> Result<PullCommit, NotAPull> {
        let RawCommit { oid, message, parents } = self.commit;
        Ok(PullCommit { id: commit("commits.commit.oid", &oid)?, message, parents: parents.total_count })
    }
}
