//! The parts of a pull request that are asked for only where they are needed: the token may need a permission of its own for each.

use serde_json::Value;

use super::graph::GraphError;
use super::graph_pull::ISSUES;

/// The field that tells which pull requests brought a commit.
const LIST: &str = "associatedPullRequests";
/// What the fields of a question need, as it stands below `permissions:` in a workflow: the inner ones before those that they are in.
const NEEDS: [(&str, &str); 4] = [
    ("statusCheckRollup", "checks: read, statuses: read"),
    ("closingIssuesReferences", "issues: read"),
    (LIST, "pull-requests: read"),
    ("pullRequest", "pull-requests: read"),
];

/// A part of a pull request that is asked for only where it is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What its reviewers said.
    Reviews,
    /// What the checks of its newest commit came to.
    Checks,
    /// The issues that it closes.
    Issues,
}

impl Part {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Reviews, Self::Checks, Self::Issues];

    /// Returns the field of `PullRequest` that tells it.
    const fn field(self) -> &'static str {
        match self {
            Self::Reviews => "latestOpinionatedReviews",
            Self::Checks => "commits",
            Self::Issues => "closingIssuesReferences",
        }
    }

    /// Returns the question for it.
    pub(super) const fn question(self) -> &'static str {
        match self {
            Self::Reviews => {
                "latestOpinionatedReviews(first: 50) { totalCount nodes { state authorAssociation \
                 authorCanPushToRepository author { __typename login } commit { oid } } } "
            }
            Self::Checks => {
                "commits(last: 1) { nodes { commit { statusCheckRollup { contexts(first: 100) { totalCount nodes { \
                 __typename ... on CheckRun { databaseId name status conclusion checkSuite { app { slug } \
                 workflowRun { event runNumber workflow { databaseId } } } } ... on StatusContext { context state } } } } } } } "
            }
            Self::Issues => "closingIssuesReferences(first: 10) { ...Issues } ",
        }
    }

    /// Returns the fragments that the question for it names.
    pub(super) const fn fragments(self) -> &'static str {
        match self {
            Self::Reviews | Self::Checks => "",
            Self::Issues => ISSUES,
        }
    }

    /// Returns what it is called, behind what was asked.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Reviews => "their reviews",
            Self::Checks => "their checks",
            Self::Issues => "the issues that they close",
        }
    }
}

impl GraphError {
    /// Returns which part of which of the pull requests of a commit it is about; `None`: about more than one part of one.
    pub(super) fn part(&self) -> Option<(usize, Part)> {
        let [_, _, Value::String(list), Value::String(nodes), at, Value::String(field), ..] = self.path.as_slice()
        else {
            return None;
        };
        let at = at.as_u64().and_then(|at| usize::try_from(at).ok())?;
        let part = Part::ALL.into_iter().find(|part| part.field() == field);
        part.map(|part| (at, part)).filter(|_| list == LIST && nodes == "nodes")
    }

    /// Whether it is about the run of a workflow that a check is a job of: a token needs `actions: read` for that, and a check counts without it.
    pub(super) fn is_of_workflow(&self) -> bool {
        self.part().is_some_and(|(_, part)| part == Part::Checks)
            && self.path.last().is_some_and(|step| step == "workflowRun")
    }

    /// Returns the permission that it lacks, as far as its place tells.
    pub(super) fn needs(&self) -> Option<String> {
        let found = NEEDS.iter().find(|(field, _)| self.path.iter().any(|step| step == field));
        found.map(|(_, needs)| (*needs).to_owned())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_error_is_about_the_part_that_its_path_names() {
        let list =
            |rest: &[Value]| [&[json!("repository"), json!("c3"), json!("associatedPullRequests")], rest].concat();
        let node = |rest: Value| list(&[&[json!("nodes")], rest.as_array().expect("a list").as_slice()].concat());
        let table = [
            (node(json!([1, "closingIssuesReferences", "nodes", 0])), Some((1, Part::Issues)), "issues: read"),
            (
                node(json!([0, "commits", "nodes", 0, "commit", "statusCheckRollup"])),
                Some((0, Part::Checks)),
                "checks: read, statuses: read",
            ),
            (node(json!([0, "latestOpinionatedReviews"])), Some((0, Part::Reviews)), "pull-requests: read"),
            (node(json!([0, "title"])), None, "pull-requests: read"),
            (node(json!(["0", "commits"])), None, "pull-requests: read"),
            (list(&[]), None, "pull-requests: read"),
            (vec![json!("repository"), json!("c3")], None, ""),
            (Vec::new(), None, ""),
        ];
        for (path, part, needs) in table {
            let error = json!({ "type": "FORBIDDEN", "path": path });
            let error: GraphError = serde_json::from_value(error).expect("an error");
            assert_eq!((error.part(), error.needs().unwrap_or_default().as_str()), (part, needs), "{path:?}");
        }
    }
}
