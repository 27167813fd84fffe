//! The secret that says to the forge who is asking.

use std::fmt;

use crate::model::doctor::token::TokenKind;
use crate::model::error::{Error, Result};

/// A token. Nothing of it is ever printed.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// Takes a token as it stands in a variable.
    ///
    /// # Errors
    /// When it is empty or holds what cannot be sent, such as the line end of a file that it was read from.
    pub fn new(text: &str) -> Result<Self> {
        let text = text.trim();
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::usage("the token for GitHub is empty, or holds a space or a control character")
                .hint("set GITHUB_TOKEN to the token alone"));
        }
        Ok(Self(text.to_owned()))
    }

    /// Returns its kind, as its first letters tell.
    pub fn kind(&self) -> TokenKind {
        TokenKind::of(&self.0)
    }

    pub(in crate::ports) fn expose(&self) -> &str {
        &self.0
    }

    /// Takes the token out of a text, should somebody have sent it back.
    pub(super) fn hide_in(&self, text: &str) -> String {
        text.replace(&self.0, "***")
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(***)")
    }
}
