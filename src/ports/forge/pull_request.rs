//! One pull request, with everything that the forge knows of it.

use std::cell::Cell;
use std::collections::HashMap;

use serde_json::Value;

use crate::model::known::{Known, Missing};
use crate::model::login::Login;
use crate::model::pull::{
    ChangedFile, CheckRules, Checks, JobCheck, Label, PullRequest, Review, complete_files, latest_opinions,
};

use super::graph_details::{self, Details, Refused};
use super::rest::{self, Labeled};
use super::{Failure, Forge};

impl Forge {
    /// Returns a pull request with its reviews, files, checks, issues, and who gave it its labels.
    ///
    /// What the token may not see is unknown, and so is a list of files that GitHub cut.
    ///
    /// # Errors
    /// When there is no such pull request, or the forge refuses or fails.
    pub fn pull_request(&self, number: u64) -> Result<PullRequest, Failure> {
        let asked = format!("read pull request {number} of '{}'", self.repository);
        let body = self.get(&asked, &format!("/pulls/{number}"))?;
        let mut pull = rest::pull_request(&body).map_err(|why| self.wire.unreadable(&asked, &why))?;
        pull.files = self.files(&pull)?;
        let reviews = self.list(&asked, "the reviews", &format!("/pulls/{number}/reviews?per_page=100"), rest::reviews);
        let mut reviews = known(reviews)?.map(latest_opinions);
        pull.checks = known(self.checks(&asked, &pull.head.commit.to_string()))?;
        let events = format!("/issues/{number}/events?per_page=100");
        let labeled = known(self.list(&asked, "the events", &events, rest::labeled))?;
        attribute(&mut pull.labels, labeled);
        match known(self.details(&asked, number))? {
            Known::Known(details) => {
                pull.issues = details.issues;
                pull.commits = details.commits;
                if let Known::Known(reviews) = &mut reviews {
                    reviews.iter_mut().for_each(|review| review.may_write = may_write(review, &details.reviewers));
                }
            }
            Known::Unknown(missing) => {
                pull.issues = Known::Unknown(missing.clone());
                pull.commits = Known::Unknown(missing);
            }
        }
        pull.reviews = reviews;
        Ok(pull)
    }

    /// Returns a pull request with its commits, and of the rest what one request tells.
    ///
    /// # Errors
    /// As [`pull_request`](Self::pull_request).
    pub fn brought(&self, number: u64) -> Result<PullRequest, Failure> {
        let asked = format!("read pull request {number} of '{}'", self.repository);
        let body = self.get(&asked, &format!("/pulls/{number}"))?;
        let mut pull = rest::pull_request(&body).map_err(|why| self.wire.unreadable(&asked, &why))?;
        let asked = format!("{asked}: its commits");
        let told = known(self.of_number(&asked, &graph_details::commits_query(), number, graph_details::commits))?;
        pull.commits = match told {
            Known::Known(commits) => commits,
            Known::Unknown(missing) => Known::Unknown(missing),
        };
        Ok(pull)
    }

    fn files(&self, pull: &PullRequest) -> Result<Known<Vec<ChangedFile>>, Failure> {
        let Known::Known(size) = pull.size else { return Ok(Known::Unknown(Missing::NotAsked)) };
        let asked = format!("read pull request {} of '{}'", pull.number, self.repository);
        let path = format!("/pulls/{}/files?per_page=100", pull.number);
        let files = known(self.list(&asked, "the files", &path, rest::files))?;
        Ok(match files {
            Known::Known(files) => complete_files(files, size.files),
            Known::Unknown(missing) => Known::Unknown(missing),
        })
    }

    fn checks(&self, asked: &str, commit: &str) -> Result<Checks, Failure> {
        let runs = format!("/commits/{commit}/check-runs?filter=latest&per_page=100");
        let total = Cell::new(0);
        let read = |body: &[u8]| {
            total.set(rest::total(body)?);
            rest::checks(body)
        };
        let mut all = self.list(asked, "the check runs", &runs, read)?;
        if all.len() < total.get() {
            let why = format!("the list has {} of {} check runs", all.len(), total.get());
            return Err(self.wire.unreadable(asked, &why));
        }
        let statuses = format!("/commits/{commit}/status?per_page=100");
        all.extend(self.list(asked, "the commit statuses", &statuses, rest::statuses)?);
        Ok(Checks::of(all, self.check_rules()?))
    }

    /// Returns which checks of a commit count. The name of the job that asks is that of its check run; where the
    /// token may not see that, the job counts as any other.
    pub(super) fn check_rules(&self) -> Result<&CheckRules, Failure> {
        if let Some(own) = self.check_rules.get() {
            return Ok(own);
        }
        let job = match self.checks_asked.job {
            Some(id) => known(self.job_check(id))?.value().cloned(),
            None => None,
        };
        Ok(self.check_rules.get_or_init(|| CheckRules {
            ignored: self.checks_asked.ignored.clone(),
            job,
            required: self.checks_asked.required.clone(),
        }))
    }

    fn job_check(&self, id: u64) -> Result<JobCheck, Failure> {
        let asked = format!("read the check run {id} of the job in '{}'", self.repository);
        let body = self.get(&asked, &format!("/check-runs/{id}"))?;
        let run = rest::run(&body).map_err(|why| self.wire.unreadable(&asked, &why))?;
        Ok(JobCheck { name: run.name, app: run.app })
    }

    fn details(&self, asked: &str, number: u64) -> Result<Details, Failure> {
        let asked = format!("{asked}: its issues, reviewers and commits");
        self.of_number(&asked, &graph_details::details_query(), number, graph_details::details)
    }

    /// Asks the GraphQL API about one pull request. What of it the token may not see is handed on with why.
    fn of_number<T>(
        &self,
        asked: &str,
        query: &str,
        number: u64,
        read: impl Fn(&Value, &Refused) -> Result<T, String>,
    ) -> Result<T, Failure> {
        let (owner, name) = self.repository.parts();
        let variables = serde_json::json!({ "owner": owner, "name": name, "number": number });
        let graph = self.graphql(asked, query, &variables)?;
        let refused = graph_details::refused(&graph, asked)?;
        read(&graph.data, &refused).map_err(|why| self.wire.unreadable(asked, &why))
    }

    /// Reads all pages of a list of the repository.
    pub(super) fn list<T>(
        &self,
        asked: &str,
        what: &str,
        below: &str,
        read: impl Fn(&[u8]) -> Result<Vec<T>, String>,
    ) -> Result<Vec<T>, Failure> {
        self.wire.pages(&format!("{asked}: {what}"), self.path(below), read)
    }
}

/// Returns whether who gave a review may write to the repository.
fn may_write(review: &Review, reviewers: &HashMap<Login, bool>) -> Known<bool> {
    match &review.author {
        Some(author) => reviewers.get(author).map_or(Known::Unknown(Missing::NotRecorded), |may| Known::Known(*may)),
        None => Known::Unknown(Missing::Deleted),
    }
}

/// Takes what the token may not see for unknown. Other failures stay failures.
fn known<T>(result: Result<T, Failure>) -> Result<Known<T>, Failure> {
    match result {
        Ok(value) => Ok(Known::Known(value)),
        Err(failure) if failure.is_denial() => Ok(Known::Unknown(failure.missing())),
        Err(failure) => Err(failure),
    }
}

/// Says of each label who gave it, the last time.
pub(super) fn attribute(labels: &mut [Label], events: Known<Vec<Labeled>>) {
    let events = match events {
        Known::Known(events) => events,
        Known::Unknown(missing) => {
            for label in labels {
                label.applied_by = Known::Unknown(missing.clone());
            }
            return;
        }
    };
    let last: HashMap<String, _> = events.into_iter().map(|event| (event.label.to_lowercase(), event.by)).collect();
    for label in labels {
        label.applied_by = match last.get(&label.name.to_lowercase()) {
            Some(Some(login)) => Known::Known(login.clone()),
            Some(None) => Known::Unknown(Missing::Deleted),
            None => Known::Unknown(Missing::NotRecorded),
        };
    }
}
