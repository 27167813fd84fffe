//! The one comment on a pull request.

use serde_json::json;

use crate::model::check_run::Marker;

use super::rest::{self, Comment};
use super::wire::{Method, Request, Sent};
use super::{Failure, Forge, Written};

impl Forge {
    /// Sees to it that a pull request has one comment of ours with this mark, and that it says this. It is updated where it is
    /// there, and left alone where it says the same.
    ///
    /// Only comments of the account that the token belongs to count, for anybody can write the mark.
    ///
    /// # Errors
    /// When the forge refuses or fails.
    pub fn put_comment(&self, number: u64, marker: &Marker, body: &str) -> Result<Written, Failure> {
        let asked = format!("write a comment on pull request {number} of '{}'", self.repository);
        let text = marker.comment(body);
        if let Some(comment) = self.own_comment(&asked, number, marker)? {
            return self.update_comment(&asked, &comment, &text);
        }
        let request = Request {
            method: Method::Post(json!({ "body": text })),
            path: self.path(&format!("/issues/{number}/comments")),
            asked: asked.clone(),
        };
        match self.wire.send_unless(&request, &|| self.own_comment(&asked, number, marker))? {
            Sent::Answer(_) => Ok(Written::Created),
            // It is ours, but perhaps that of another run that wrote at the same time.
            Sent::Found(comment) => self.update_comment(&asked, &comment, &text).map(|_| Written::Created),
        }
    }

    fn update_comment(&self, asked: &str, comment: &Comment, text: &str) -> Result<Written, Failure> {
        let plain = |text: &str| text.replace("\r\n", "\n").trim_end().to_owned();
        if plain(&comment.body) == plain(text) {
            return Ok(Written::Already);
        }
        let request = Request {
            method: Method::Patch(json!({ "body": text })),
            path: self.path(&format!("/issues/comments/{}", comment.id)),
            asked: asked.to_owned(),
        };
        self.wire.send(&request)?;
        Ok(Written::Updated)
    }

    /// Finds our comment with this mark, the oldest if there are several.
    fn own_comment(&self, asked: &str, number: u64, marker: &Marker) -> Result<Option<Comment>, Failure> {
        let own = self.own_login()?;
        let path = format!("/issues/{number}/comments?per_page=100");
        let comments = self.list(asked, "the comments", &path, rest::comments)?;
        Ok(comments.into_iter().find(|comment| marker.is_on(&comment.body) && comment.is_by(own)))
    }
}
