//! Why the forge did not do what it was asked.

use std::fmt;

use chrono::{DateTime, SecondsFormat, Utc};

use crate::model::error::{Error, Kind};
use crate::model::known::Missing;
use crate::model::name::is_unprintable;

/// The most characters of what the forge says that are kept.
const MOST_SAID: usize = 400;

/// Something that the forge did not do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Why.
    pub trouble: Trouble,
    /// What was asked, after "cannot".
    pub(super) asked: String,
    /// What the forge or the network said, without control characters and no longer than a few lines.
    pub(super) said: String,
}

/// Why the forge did not do it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// It does not know the token.
    Unauthorized,
    /// The token may not.
    Denied {
        /// The permissions that would do, as `x-accepted-github-permissions` names them.
        needs: Option<String>,
    },
    /// The organization wants the token to be authorized for single sign-on.
    SingleSignOn {
        /// Where that is done.
        at: Option<String>,
    },
    /// The organization does not take requests from this address of the network.
    Address,
    /// There is no such thing, or the token may not see it.
    Missing,
    /// The repository has another name now.
    Moved,
    /// It does not take the request as it is.
    Invalid,
    /// Too much was asked.
    Limited {
        /// When it may be asked again.
        until: DateTime<Utc>,
    },
    /// It cannot be reached or does not work.
    Unavailable,
    /// It said something that its documentation does not describe.
    Unreadable,
}

impl Failure {
    /// Makes one. What was said may come from a stranger.
    pub(super) fn new(trouble: Trouble, asked: &str, said: &str) -> Self {
        Self { trouble, asked: asked.to_owned(), said: clean(said) }
    }

    /// Says whether asking for less, or with another token, could have worked, so that what was asked for counts as unknown.
    pub fn is_denial(&self) -> bool {
        match self.trouble {
            Trouble::Denied { .. } | Trouble::SingleSignOn { .. } | Trouble::Address | Trouble::Missing => true,
            Trouble::Unauthorized
            | Trouble::Moved
            | Trouble::Invalid
            | Trouble::Limited { .. }
            | Trouble::Unavailable
            | Trouble::Unreadable => false,
        }
    }

    /// Says whether there is no such thing.
    pub fn is_missing(&self) -> bool {
        self.trouble == Trouble::Missing
    }

    /// Says whether the forge does not take the request as it is, so that another one might be taken.
    pub fn is_invalid(&self) -> bool {
        self.trouble == Trouble::Invalid
    }

    /// Returns all of it as one sentence without a full stop.
    pub fn sentence(&self) -> String {
        if self.said.is_empty() { self.to_string() } else { format!("{self}: {}", self.said) }
    }

    /// Returns what it leaves unknown, with the permission that would tell it where that is known.
    pub fn missing(&self) -> Missing {
        let is_told = matches!(self.trouble, Trouble::Denied { needs: Some(_) });
        Missing::Failed(if is_told { format!("{}; {}", self.sentence(), self.hint()) } else { self.sentence() })
    }

    /// Returns the error that ends the run, with what to do next.
    pub fn into_error(self) -> Error {
        let error = Error::new(self.kind(), self.to_string()).hint(self.hint());
        if self.said.is_empty() { error } else { error.because(self.said) }
    }

    fn kind(&self) -> Kind {
        match self.trouble {
            Trouble::Unauthorized | Trouble::Missing | Trouble::Moved => Kind::Usage,
            Trouble::Denied { .. } | Trouble::SingleSignOn { .. } | Trouble::Address => Kind::Undecided,
            Trouble::Invalid | Trouble::Limited { .. } | Trouble::Unavailable | Trouble::Unreadable => Kind::Unfinished,
        }
    }

    /// Returns what to do next.
    pub fn hint(&self) -> String {
        match &self.trouble {
            Trouble::Unauthorized => {
                "see that GITHUB_TOKEN holds a token of this server that has not expired".to_owned()
            }
            Trouble::Denied { needs: Some(needs) } => {
                format!("give the token '{needs}', in a workflow under 'permissions:'")
            }
            Trouble::Denied { needs: None } => {
                "give the token more permissions; that of a workflow on a pull request of a fork can only read"
                    .to_owned()
            }
            Trouble::SingleSignOn { at: Some(at) } => format!("authorize the token for single sign-on at {at}"),
            Trouble::SingleSignOn { at: None } => "authorize the token for single sign-on".to_owned(),
            Trouble::Address => "run where the organization's list of allowed addresses lets you in".to_owned(),
            Trouble::Missing => {
                "see that the name and number are right, and that the token may read the repository".to_owned()
            }
            Trouble::Moved => "write the name that the repository has now".to_owned(),
            Trouble::Invalid => "see what GitHub says above".to_owned(),
            Trouble::Limited { until } => {
                format!("run the same command again after {}", until.to_rfc3339_opts(SecondsFormat::Secs, true))
            }
            Trouble::Unavailable => "run the same command again later; see also githubstatus.com".to_owned(),
            Trouble::Unreadable => "see that GITHUB_API_URL is the address of an API of GitHub".to_owned(),
        }
    }
}

/// Takes what would steer a terminal out of a text, and cuts it.
fn clean(text: &str) -> String {
    let mut clean: String = text.chars().take(MOST_SAID).map(|c| if is_unprintable(c) { ' ' } else { c }).collect();
    if text.chars().nth(MOST_SAID).is_some() {
        clean.push('…');
    }
    clean.trim().to_owned()
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {}", self.asked)
    }
}

impl std::error::Error for Failure {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_cannot_steer_a_terminal() {
        let failure = Failure::new(Trouble::Missing, "read 'x'", "a\u{1b}[2J\r\nb\u{202e}c");
        assert_eq!(failure.sentence(), "cannot read 'x': a [2J  b c");
        let long = Failure::new(Trouble::Missing, "read 'x'", &"y".repeat(10_000));
        assert!(long.sentence().chars().count() < 500);
    }
}
