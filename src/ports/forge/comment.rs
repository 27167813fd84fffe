//! The one comment on a pull request.

use serde_json::json;

use crate::model::arrange::Arrange as _;
use crate::model::check_run::Marker;

use super::failure::Trouble;
use super::rest::{self, Comment};
use super::wire::{Method, Request, Sent};
use super::{Failure, Forge, Written};

impl Forge {
    /// Sees to it that a pull request has one comment of ours with this mark, and that it says this. It is updated where it is
    /// there, and left alone where it says the same.
    ///
    /// Only comments of the account that the token belongs to count, for anybody can write the mark. Two runs at the same time
    /// may both find none and write one; the older one stays, and the other is deleted.
    ///
    /// # Errors
    /// When the forge refuses or fails.
    pub fn put_comment(&self, number: u64, marker: &Marker, body: &str) -> Result<Written, Failure> {
        let asked = format!("write a comment on pull request {number} of '{}'", self.repository);
        let text = marker.comment(body);
        let mut written = Written::Already;
        let mut comments = self.own_comments(&asked, number, marker)?;
        if comments.is_empty() {
            let created = self.create_comment(&asked, number, marker, &text)?;
            comments = self.own_comments(&asked, number, marker)?;
            // A list may be some moments old.
            let lacking = created.into_iter().filter(|created| comments.iter().all(|comment| comment.id != created.id));
            comments.extend(lacking.collect::<Vec<_>>());
            written = Written::Created;
        }
        let Some((first, others)) = comments.split_first() else {
            return Err(self.wire.unreadable(&asked, "the comment was written and is not there"));
        };
        let plain = |text: &str| text.replace("\r\n", "\n").trim_end().to_owned();
        let says = plain(&first.body) == plain(&text);
        if !says {
            self.change_comment(&asked, first, Method::Patch(json!({ "body": text })))?;
        }
        if written == Written::Already && !(says && others.is_empty()) {
            written = Written::Updated;
        }
        for other in others {
            match self.change_comment(&asked, other, Method::Delete) {
                Err(failure) if failure.trouble == Trouble::Missing => {}
                result => result?,
            }
        }
        Ok(written)
    }

    /// Writes a comment, and returns what there is then: it, or those that a look found when no answer came.
    fn create_comment(&self, asked: &str, number: u64, marker: &Marker, text: &str) -> Result<Vec<Comment>, Failure> {
        let method = Method::Post(json!({ "body": text }));
        let path = self.path(&format!("/issues/{number}/comments"));
        let look = || Ok(Some(self.own_comments(asked, number, marker)?).filter(|found| !found.is_empty()));
        match self.wire.send_unless(&Request { method, path, asked: asked.to_owned() }, &look)? {
            Sent::Found(comments) => Ok(comments),
            Sent::Answer(answer) => {
                let comment = rest::comment(&answer.body).map_err(|why| self.wire.unreadable(asked, &why))?;
                Ok(vec![comment])
            }
        }
    }

    fn change_comment(&self, asked: &str, comment: &Comment, method: Method) -> Result<(), Failure> {
        let path = self.path(&format!("/issues/comments/{}", comment.id));
        self.wire.send(&Request { method, path, asked: asked.to_owned() }).map(drop)
    }

    /// Finds our comments with this mark, the oldest first.
    fn own_comments(&self, asked: &str, number: u64, marker: &Marker) -> Result<Vec<Comment>, Failure> {
        let own = self.own_login()?;
        let path = format!("/issues/{number}/comments?per_page=100");
        let mut comments = self.list(asked, "the comments", &path, rest::comments)?;
        comments.retain(|comment| marker.is_on(&comment.body) && comment.is_by(own));
        comments.arrange_by_key(|comment| comment.id);
        Ok(comments)
    }
}
