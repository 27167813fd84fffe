//! Pull requests that are opened, changed and filled in.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::model::branch::BranchName;
use crate::model::commit::CommitId;
use crate::model::config::RepositoryName;
use crate::model::login::Login;
use crate::model::percent::encode;
use crate::model::pull::Readiness;
use crate::model::pull::rest::{MOST_BODY_BYTES, MOST_NAME_BYTES, RawLabel, RawRepository, bounded};

use super::failure::Trouble;
use super::wire::{Method, Request, Sent};
use super::{Failure, Forge, rest};

/// The longest address of a page and the longest name of a node that are taken.
const MOST_ADDRESS_BYTES: usize = 2048;

/// A pull request as far as it matters to who proposes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Its number.
    pub number: u64,
    /// Its page.
    pub url: String,
    /// The name that GraphQL has for it.
    node: String,
    /// Whether it is open.
    pub stage: ProposalStage,
    /// Whether it is ready to be reviewed.
    pub readiness: Readiness,
    /// Its title.
    pub title: String,
    /// Its body.
    pub body: String,
    /// The commit that its head is at, or was when it was closed.
    pub head: CommitId,
    /// Its labels: texts from strangers.
    pub labels: Vec<String>,
}

/// Whether a pull request is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProposalStage {
    /// It is.
    Open,
    /// It was merged, or closed without.
    Closed,
}

/// A pull request to open.
#[derive(Debug, Clone)]
pub struct NewProposal<'n> {
    /// The branch it goes to.
    pub base: &'n BranchName,
    /// The repository it comes from: that of its base, or a fork.
    pub from: &'n RepositoryName,
    /// The branch it comes from.
    pub head: &'n BranchName,
    /// Its title.
    pub title: &'n str,
    /// Its body.
    pub body: &'n str,
    /// Whether it is ready to be reviewed.
    pub readiness: Readiness,
}

#[derive(Deserialize)]
struct Raw {
    number: u64,
    html_url: String,
    node_id: String,
    state: String,
    draft: Option<bool>,
    title: String,
    body: Option<String>,
    head: RawSide,
    base: RawSide,
    #[serde(default)]
    labels: Vec<RawLabel>,
}

#[derive(Deserialize)]
struct RawSide {
    #[serde(rename = "ref")]
    branch: String,
    sha: String,
    /// `None` when it was deleted.
    repo: Option<RawRepository>,
}

impl RawSide {
    fn is(&self, repository: &RepositoryName, branch: &BranchName) -> bool {
        let found = self.repo.as_ref().and_then(|repo| repo.name("repo.full_name").ok());
        let same = |found: RepositoryName| found.as_str().eq_ignore_ascii_case(repository.as_str());
        found.is_some_and(same) && self.branch == branch.as_str()
    }
}

impl Raw {
    fn read(self) -> Result<Proposal, String> {
        let text = |field, text, most| bounded(field, text, most).map_err(|error| error.to_string());
        let labels = self.labels.into_iter().map(|label| label.name("labels.name").map_err(|error| error.to_string()));
        Ok(Proposal {
            number: self.number,
            url: text("html_url", self.html_url, MOST_ADDRESS_BYTES)?,
            node: text("node_id", self.node_id, MOST_ADDRESS_BYTES)?,
            stage: if self.state == "open" { ProposalStage::Open } else { ProposalStage::Closed },
            readiness: if self.draft == Some(true) { Readiness::Draft } else { Readiness::Ready },
            title: text("title", self.title, MOST_NAME_BYTES)?,
            body: text("body", self.body.unwrap_or_default(), MOST_BODY_BYTES)?,
            head: self.head.sha.parse().map_err(|_| "'head.sha' is no commit".to_owned())?,
            labels: labels.collect::<Result<_, String>>()?,
        })
    }
}

impl Forge {
    /// Returns the pull requests from a branch of a repository to another branch of this one, open or not, the newest first.
    ///
    /// # Errors
    /// When the forge refuses or fails.
    pub fn proposals(
        &self,
        from: &RepositoryName,
        head: &BranchName,
        base: &BranchName,
    ) -> Result<Vec<Proposal>, Failure> {
        let asked = format!("read the pull requests from '{head}' to '{base}' of '{}'", self.repository);
        let (owner, _) = from.parts();
        let path = format!(
            "/pulls?state=all&head={}&base={}&sort=created&direction=desc&per_page=100",
            encode(&format!("{owner}:{head}")),
            encode(base.as_str())
        );
        // GitHub passes over a filter that it cannot read, and one owner may have several forks.
        let ours = |raw: &Raw| raw.head.is(from, head) && raw.base.is(&self.repository, base);
        self.list(&asked, "the list", &path, |body| {
            rest::json::<Vec<Raw>>(body)?.into_iter().filter(ours).map(Raw::read).collect()
        })
    }

    /// Returns the numbers of the open pull requests from a branch whose newest commit is this one.
    ///
    /// # Errors
    /// When the forge refuses or fails.
    pub fn open_pulls(&self, from: &RepositoryName, branch: &str, newest: CommitId) -> Result<Vec<u64>, Failure> {
        let asked = format!("read the pull requests of commit {} of '{}'", newest.short(), self.repository);
        let (owner, _) = from.parts();
        let path = format!("/pulls?state=open&head={}&per_page=100", encode(&format!("{owner}:{branch}")));
        // GitHub passes over a filter that it cannot read.
        let is_it = |raw: &Raw| raw.head.sha == newest.to_string();
        self.list(&asked, "the list", &path, |body| {
            Ok(rest::json::<Vec<Raw>>(body)?.into_iter().filter(is_it).map(|raw| raw.number).collect())
        })
    }

    fn open_one(&self, new: &NewProposal<'_>) -> Result<Option<Proposal>, Failure> {
        let all = self.proposals(new.from, new.head, new.base)?;
        Ok(all.into_iter().find(|proposal| proposal.stage == ProposalStage::Open))
    }

    /// Opens a pull request. There is never a second open one of the same two branches: GitHub takes none, and where no answer came,
    /// the one that is there then is it.
    ///
    /// # Errors
    /// When the forge refuses or fails.
    pub fn propose(&self, new: &NewProposal<'_>) -> Result<Proposal, Failure> {
        let asked = format!("open a pull request from '{}' to '{}' in '{}'", new.head, new.base, self.repository);
        let mut body = json!({
            "title": new.title, "body": new.body, "head": new.head.as_str(), "base": new.base.as_str(),
            "draft": new.readiness == Readiness::Draft,
        });
        if !new.from.as_str().eq_ignore_ascii_case(self.repository.as_str()) {
            // The name is wanted where both repositories have one owner, and does no harm elsewhere.
            let (owner, name) = new.from.parts();
            body["head"] = json!(format!("{owner}:{}", new.head));
            body["head_repo"] = json!(name);
        }
        let request = Request { method: Method::Post(body), path: self.path("/pulls"), asked: asked.clone() };
        match self.wire.send_unless(&request, &|| self.open_one(new)) {
            Ok(Sent::Found(proposal)) => Ok(proposal),
            Ok(Sent::Answer(answer)) => {
                let read = rest::json::<Raw>(&answer.body).and_then(Raw::read);
                read.map_err(|why| self.wire.unreadable(&asked, &why))
            }
            // Another run was faster.
            Err(refused) if refused.trouble == Trouble::Invalid => self.open_one(new)?.ok_or(refused),
            Err(failure) => Err(failure),
        }
    }

    /// Gives a pull request another title and body.
    ///
    /// # Errors
    /// When the forge refuses or fails.
    pub fn rewrite_proposal(&self, number: u64, title: &str, body: &str) -> Result<(), Failure> {
        let asked = format!("change pull request {number} of '{}'", self.repository);
        let request = Request {
            method: Method::Patch(json!({ "title": title, "body": body })),
            path: self.path(&format!("/pulls/{number}")),
            asked,
        };
        self.wire.send(&request).map(drop)
    }

    /// Closes a pull request.
    ///
    /// # Errors
    /// When the forge refuses or fails.
    pub fn close_proposal(&self, number: u64) -> Result<(), Failure> {
        let request = Request {
            method: Method::Patch(json!({ "state": "closed" })),
            path: self.path(&format!("/pulls/{number}")),
            asked: format!("close pull request {number} of '{}'", self.repository),
        };
        self.wire.send(&request).map(drop)
    }

    /// Makes a pull request a draft, or ready to be reviewed. Only GraphQL can.
    ///
    /// # Errors
    /// When the forge refuses or fails.
    pub fn set_readiness(&self, proposal: &Proposal, readiness: Readiness) -> Result<(), Failure> {
        let (field, words) = match readiness {
            Readiness::Draft => ("convertPullRequestToDraft", "a draft"),
            Readiness::Ready => ("markPullRequestReadyForReview", "ready"),
        };
        let asked = format!("make pull request {} of '{}' {words}", proposal.number, self.repository);
        let question = format!(
            "mutation($id: ID!) {{ {field}(input: {{ pullRequestId: $id }}) {{ pullRequest {{ isDraft }} }} }}"
        );
        let graph = self.graphql(&asked, &question, &json!({ "id": proposal.node }))?;
        match graph.errors.first() {
            Some(error) => Err(error.failure(&asked)),
            None => Ok(()),
        }
    }

    /// Gives a pull request labels. Those that it has stay.
    ///
    /// # Errors
    /// When the forge refuses or fails.
    pub fn add_labels(&self, number: u64, labels: &[String]) -> Result<(), Failure> {
        self.add(number, "labels to", &format!("/issues/{number}/labels"), &json!({ "labels": labels }))
    }

    /// Asks people to review a pull request.
    ///
    /// # Errors
    /// When the forge refuses or fails; it refuses all where one cannot be asked.
    pub fn request_reviews(&self, number: u64, people: &[Login]) -> Result<(), Failure> {
        let people: Vec<&str> = people.iter().map(Login::as_str).collect();
        let path = format!("/pulls/{number}/requested_reviewers");
        self.add(number, "reviewers to", &path, &json!({ "reviewers": people }))
    }

    /// Makes people assignees of a pull request. GitHub passes over those who cannot be.
    ///
    /// # Errors
    /// When the forge refuses or fails.
    pub fn add_assignees(&self, number: u64, people: &[Login]) -> Result<(), Failure> {
        let people: Vec<&str> = people.iter().map(Login::as_str).collect();
        self.add(number, "assignees to", &format!("/issues/{number}/assignees"), &json!({ "assignees": people }))
    }

    /// Adds something; a second time changes nothing.
    fn add(&self, number: u64, what: &str, below: &str, body: &Value) -> Result<(), Failure> {
        let asked = format!("add {what} pull request {number} of '{}'", self.repository);
        let request = Request { method: Method::Post(body.clone()), path: self.path(below), asked };
        self.wire.send(&request).map(drop)
    }
}
