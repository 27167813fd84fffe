//! The one issue that is kept up to date.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::model::arrange::Arrange as _;
use crate::model::check_run::Marker;
use crate::model::login::Login;
use crate::model::percent::encode;
use crate::model::pull::rest::{MOST_BODY_BYTES, MOST_NAME_BYTES, RawUser, bounded};

use super::wire::{Method, Request, Sent};
use super::{Failure, Forge, Written, rest};

#[derive(Debug, Deserialize)]
struct Issue {
    number: u64,
    title: String,
    body: Option<String>,
    user: Option<RawUser>,
    pull_request: Option<Value>,
}

impl Issue {
    fn read(self) -> Result<Self, String> {
        let told = |error: crate::model::pull::rest::NotAPull| error.to_string();
        Ok(Self {
            title: bounded("title", self.title, MOST_NAME_BYTES).map_err(told)?,
            body: self.body.map(|body| bounded("body", body, MOST_BODY_BYTES)).transpose().map_err(told)?,
            ..self
        })
    }

    fn is_by(&self, login: &Login) -> bool {
        RawUser::login(self.user.as_ref(), "user.login").is_ok_and(|user| user.as_ref() == Some(login))
    }

    fn text(&self) -> &str {
        self.body.as_deref().unwrap_or_default()
    }
}

impl Forge {
    /// Sees to it that there is one open issue of ours with this mark, and that it says this. It is updated where it is there, and left
    /// alone where it says the same. Returns its number.
    ///
    /// Only issues of the account that the token belongs to count, for anybody can write the mark. Two runs at the same time may both
    /// find none and write one; the oldest stays, and the others are closed.
    ///
    /// # Errors
    /// When the forge refuses or fails.
    pub fn put_issue(&self, marker: &Marker, title: &str, body: &str) -> Result<(u64, Written), Failure> {
        let asked = format!("write an issue of '{}'", self.repository);
        let text = marker.comment(body);
        let mut issues = self.own_issues(&asked, marker)?;
        let mut written = Written::Already;
        if issues.is_empty() {
            let created = self.create_issue(&asked, marker, title, &text)?;
            issues.extend(created);
            written = Written::Created;
        }
        let Some((first, others)) = issues.split_first() else {
            return Err(self.wire.unreadable(&asked, "the issue was written and is not there"));
        };
        let plain = |text: &str| text.replace("\r\n", "\n").trim_end().to_owned();
        if plain(first.text()) != plain(&text) || first.title != title {
            self.change_issue(&asked, first.number, json!({ "title": title, "body": text }))?;
            written = Written::Updated;
        }
        for other in others {
            self.change_issue(&asked, other.number, json!({ "state": "closed", "state_reason": "not_planned" }))?;
            written = Written::Updated;
        }
        Ok((first.number, written))
    }

    /// Writes an issue, and returns what there is then: it, or those that a look found when no answer came.
    fn create_issue(&self, asked: &str, marker: &Marker, title: &str, text: &str) -> Result<Vec<Issue>, Failure> {
        let method = Method::Post(json!({ "title": title, "body": text }));
        let look = || Ok(Some(self.own_issues(asked, marker)?).filter(|found| !found.is_empty()));
        match self.wire.send_unless(&Request { method, path: self.path("/issues"), asked: asked.to_owned() }, &look)? {
            Sent::Found(issues) => Ok(issues),
            Sent::Answer(answer) => {
                let issue = rest::json::<Issue>(&answer.body)
                    .and_then(Issue::read)
                    .map_err(|why| self.wire.unreadable(asked, &why))?;
                Ok(vec![issue])
            }
        }
    }

    fn change_issue(&self, asked: &str, number: u64, change: Value) -> Result<(), Failure> {
        let path = self.path(&format!("/issues/{number}"));
        self.wire.send(&Request { method: Method::Patch(change), path, asked: asked.to_owned() }).map(drop)
    }

    /// Finds our open issues with this mark, the oldest first. GitHub lists pull requests among issues.
    fn own_issues(&self, asked: &str, marker: &Marker) -> Result<Vec<Issue>, Failure> {
        let own = self.own_login()?;
        let path = format!("/issues?state=open&creator={}&per_page=100", encode(own.as_str()));
        let read = |body: &[u8]| rest::json::<Vec<Issue>>(body)?.into_iter().map(Issue::read).collect();
        let mut issues = self.list(asked, "the issues", &path, read)?;
        issues.retain(|issue| issue.pull_request.is_none() && marker.is_on(issue.text()) && issue.is_by(own));
        issues.arrange_by_key(|issue| issue.number);
        Ok(issues)
    }
}
