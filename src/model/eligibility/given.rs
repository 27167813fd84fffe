//! Who gave a label, and whether it counts.

use crate::model::config::LabelRight;
use crate::model::known::{Known, Missing};
use crate::model::login::Login;
use crate::model::pull::PullRequest;

/// Whether a label counts, by who gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Giver<'l> {
    /// The project leaves it to the forge who gives it, where it takes the right to triage.
    Anybody,
    /// Who gave it may.
    Allowed(&'l Login),
    /// Who gave it may not.
    NotAllowed(&'l Login),
    /// It is not known who did.
    Unknown(&'l Missing),
}

impl Giver<'_> {
    /// Says whether the label counts for what it says.
    pub fn counts(self) -> bool {
        match self {
            Self::Anybody | Self::Allowed(_) => true,
            Self::NotAllowed(_) | Self::Unknown(_) => false,
        }
    }

    /// Says whether the label would count if it were known who gave it.
    pub fn is_open(self) -> bool {
        match self {
            Self::Unknown(_) => true,
            Self::Anybody | Self::Allowed(_) | Self::NotAllowed(_) => false,
        }
    }
}

/// A label of a pull request or of an issue that it solves, with who gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Given<'l> {
    /// The label: text from a stranger.
    pub name: &'l str,
    /// The issue that has it; `None`: the pull request itself.
    pub issue: Option<u64>,
    /// Whether it counts.
    pub giver: Giver<'l>,
}

/// What is said of the labels of issues, whose events nobody asks for.
static NOT_ASKED: Missing = Missing::NotAsked;

/// Returns all labels that speak for a pull request: its own, and those of the issues that it solves as far as these are known.
pub fn given<'l>(pull: &'l PullRequest, rights: &'l [LabelRight]) -> impl Iterator<Item = Given<'l>> {
    let own = pull.labels.iter().map(move |label| {
        let by = match &label.applied_by {
            Known::Known(login) => Ok(login),
            Known::Unknown(missing) => Err(missing),
        };
        Given { name: &label.name, issue: None, giver: giver(rights, &label.name, by) }
    });
    let issues = pull.issues.value().into_iter().flatten();
    let of_issues = issues.flat_map(move |issue| {
        issue.labels.iter().map(move |name| Given {
            name,
            issue: Some(issue.number),
            giver: giver(rights, name, Err(&NOT_ASKED)),
        })
    });
    own.chain(of_issues)
}

fn giver<'l>(rights: &[LabelRight], name: &str, by: Result<&'l Login, &'l Missing>) -> Giver<'l> {
    let mut covering = rights.iter().filter(|right| right.covers(name)).peekable();
    if covering.peek().is_none() {
        return Giver::Anybody;
    }
    match by {
        Ok(login) if covering.any(|right| right.by.contains(login)) => Giver::Allowed(login),
        Ok(login) => Giver::NotAllowed(login),
        Err(missing) => Giver::Unknown(missing),
    }
}
