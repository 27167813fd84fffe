//! The forge, which is GitHub: what it knows about pull requests, and what is said there.
//!
//! Everything is asked through `octocrab` in a runtime of its own, so that callers see functions that return when they are
//! done. Answers are read into small types of our own, which hold the fields that matter and refuse what is too long.

mod advisory;
mod advisory_body;
mod answer;
mod associated;
mod check_run;
mod clock;
mod comment;
mod environment;
mod failure;
mod graph;
mod graph_details;
mod graph_pull;
mod issue;
mod open;
mod parcel;
mod part;
mod preflight;
mod preflight_body;
mod proposal;
mod publish;
mod pull_request;
mod release_body;
mod releases;
mod rest;
mod retry;
mod signatures;
mod token;
mod wire;

use std::cell::OnceCell;
use std::time::Duration;

use crate::model::api_address::ApiAddress;
use crate::model::config::RepositoryName;
use crate::model::error::Error;
use crate::model::login::Login;
use crate::model::percent::encode;
use crate::model::permission::Permission;
use crate::model::pull::CheckRules;

use wire::{Method, Request, Wire};

pub use associated::COMMITS_A_REQUEST;
pub use clock::{Clock, MachineClock};
pub use failure::{Failure, Trouble};
pub use part::Part;
pub use preflight::{Reach, told};
pub use proposal::{NewProposal, Proposal, ProposalStage};
pub use publish::Keep;
pub use token::Token;
pub use wire::RateLimit;

/// What requests need.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the API is.
    pub address: ApiAddress,
    /// The repository that is asked about.
    pub repository: RepositoryName,
    /// Who asks.
    pub token: Token,
    /// How long to wait for one answer.
    pub timeout: Duration,
    /// How long to wait in all before requests that were refused or failed are sent again.
    pub patience: Duration,
    /// Which checks of a commit count.
    pub check_rules: ChecksAsked,
}

/// Which checks of a commit count, before the forge was asked anything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChecksAsked {
    /// The names of those that do not.
    pub ignored: Vec<String>,
    /// The number of the check run of the job that asks.
    pub job: Option<u64>,
    /// The names of those that must have succeeded.
    pub required: Vec<String>,
}

/// One repository on the forge.
pub struct Forge {
    wire: Wire,
    repository: RepositoryName,
    checks_asked: ChecksAsked,
    check_rules: OnceCell<CheckRules>,
    login: OnceCell<Login>,
}

/// What a write came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// It is new.
    Created,
    /// It was there, and is another now.
    Updated,
    /// It was there as it is.
    Already,
}

impl Forge {
    /// Prepares requests. None is sent.
    ///
    /// # Errors
    /// When the certificates of the system cannot be read.
    pub fn open(settings: Settings, clock: Box<dyn Clock>) -> Result<Self, Error> {
        let Settings { address, repository, token, timeout, patience, check_rules } = settings;
        let wire = Wire::open(address, token, clock, timeout, patience)?;
        let checks_asked = check_rules;
        Ok(Self { wire, repository, checks_asked, check_rules: OnceCell::new(), login: OnceCell::new() })
    }

    /// Returns the repository.
    pub fn repository(&self) -> &RepositoryName {
        &self.repository
    }

    /// Returns how many requests were sent, with those that were sent again.
    pub fn requests(&self) -> u64 {
        self.wire.requests()
    }

    /// Returns how much may still be asked, as the last answer said.
    pub fn rate_limit(&self) -> Option<RateLimit> {
        self.wire.limit()
    }

    /// Returns what an account may do in the repository.
    ///
    /// A role that the organization made up counts as the one it was made from ("Get repository permissions for a user" in
    /// GitHub's documentation).
    ///
    /// # Errors
    /// When there is no such account, or the forge refuses or fails.
    pub fn permission(&self, login: &Login) -> Result<Permission, Failure> {
        let asked = format!("read what '{login}' may do in '{}'", self.repository);
        let answer = self.get(&asked, &format!("/collaborators/{}/permission", encode(login.as_str())))?;
        rest::permission(&answer).map_err(|why| self.wire.unreadable(&asked, &why))
    }

    /// Returns the account that the token belongs to; that of an app ends in `[bot]`.
    ///
    /// # Errors
    /// When the forge refuses or fails.
    pub fn own_login(&self) -> Result<&Login, Failure> {
        if let Some(login) = self.login.get() {
            return Ok(login);
        }
        let asked = "read whose the token is";
        let graph = self.graphql(asked, "query { viewer { login } }", &serde_json::json!({}))?;
        let login = graph.data.pointer("/viewer/login").and_then(serde_json::Value::as_str);
        let login = login.and_then(|login| login.parse().ok());
        let login = login.ok_or_else(|| self.wire.unreadable(asked, "there is no 'viewer.login'"))?;
        Ok(self.login.get_or_init(|| login))
    }

    /// Returns the path of something in the repository.
    fn path(&self, below: &str) -> String {
        format!("{}/repos/{}{below}", self.wire.address.rest(), self.repository)
    }

    fn get(&self, asked: &str, below: &str) -> Result<Vec<u8>, Failure> {
        let request = Request { method: Method::Get, path: self.path(below), asked: asked.to_owned() };
        Ok(self.wire.send(&request)?.body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_never_shown() {
        let token = Token::new("ghs_secret\n").expect("a token");
        assert_eq!(format!("{token:?}"), "Token(***)");
        assert_eq!(token.hide_in("Bearer ghs_secret!"), "Bearer ***!");
        for bad in ["", " ", "a b", "a\u{0}b", "ü"] {
            assert!(Token::new(bad).is_err(), "{bad:?}");
        }
    }
}
