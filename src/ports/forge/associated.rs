//! The pull requests that brought commits, asked for many commits at once.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::model::arrange::{Arrange as _, InOrder as _};
use crate::model::commit::CommitId;
use crate::model::known::Known;
use crate::model::pull::{CheckRules, PullRequest};

use super::graph::{Graph, GraphError};
use super::graph_pull::{associated, associated_query};
use super::part::Part;
use super::{Failure, Forge};

/// So many commits are asked for in one request.
pub const COMMITS_A_REQUEST: usize = 25;

impl Forge {
    /// Returns the pull requests that brought each commit, in one request for every [`COMMITS_A_REQUEST`] commits.
    ///
    /// A commit that GitHub answers nothing for is unknown, with what it says, and so is a part that the token may not see. Their files
    /// are not asked for, nor the parts that are not named.
    ///
    /// # Errors
    /// When the forge refuses or fails altogether.
    pub fn of_commits(
        &self,
        commits: &[CommitId],
        parts: &[Part],
    ) -> Result<BTreeMap<CommitId, Known<Vec<PullRequest>>>, Failure> {
        let (owner, name) = self.repository.parts();
        let nothing = CheckRules::default();
        let own = if parts.contains(&Part::Checks) { self.check_rules()? } else { &nothing };
        let mut found = BTreeMap::new();
        let mut wanted = commits.to_vec();
        wanted.arrange();
        wanted.dedup();
        for batch in wanted.chunks(COMMITS_A_REQUEST) {
            let commits = if batch.len() == 1 { "1 commit".to_owned() } else { format!("{} commits", batch.len()) };
            let asked = format!("read the pull requests of {commits} of '{}'", self.repository);
            let both = [("owner".to_owned(), json!(owner)), ("name".to_owned(), json!(name))];
            let mut variables: Map<String, Value> = both.into_iter().in_order();
            let named = batch.iter().enumerate().map(|(at, commit)| (format!("c{at}"), json!(commit.to_string())));
            variables.extend(named);
            let graph = self.graphql(&asked, &associated_query(batch.len(), parts), &Value::Object(variables))?;
            let repository = graph.data.get("repository").filter(|repository| repository.is_object());
            let Some(repository) = repository else {
                let error = graph.errors.first().map(|error| error.failure(&asked));
                return Err(error.unwrap_or_else(|| self.wire.unreadable(&asked, "there is no 'repository'")));
            };
            for (at, commit) in batch.iter().enumerate() {
                found.insert(*commit, self.one(own, (&asked, &graph), repository, &format!("c{at}")));
            }
        }
        Ok(found)
    }

    /// Reads what is said about the commit of this key. An error within a part of a pull request leaves that part unknown, and any other
    /// one all of it, for what is missing could be what a rule needs. The workflow of a check may be left out.
    fn one(
        &self,
        own: &CheckRules,
        (asked, graph): (&str, &Graph),
        repository: &Value,
        key: &str,
    ) -> Known<Vec<PullRequest>> {
        let failed = |failure: Failure| Known::Unknown(failure.missing());
        let mut refused = Vec::new();
        let is_about = |error: &&GraphError| error.alias().is_none_or(|alias| alias == key) && !error.is_of_workflow();
        for error in graph.errors.iter().filter(is_about) {
            let Some((at, part)) = error.part() else { return failed(error.failure(asked)) };
            let failure = error.failure(&format!("{asked}: {}", part.words()));
            refused.push((at, part, failure.missing()));
        }
        let Some(object) = repository.get(key) else {
            return failed(self.wire.unreadable(asked, "a commit is missing in the answer"));
        };
        let pulls = associated(object, own, &refused);
        pulls.unwrap_or_else(|why| failed(self.wire.unreadable(asked, &why)))
    }
}
