//! What came to main together: by one merge, or by one pull request.

use std::collections::HashMap;

use crate::model::change::{Change, own_pull_request, title};
use crate::model::commit::{Commit, CommitId};
use crate::model::error::Result;
use crate::model::presence::Certainty;
use crate::model::trailer::{markers, plain_subject};
use crate::model::verify::{Claim, Origin, Way, ways};

use super::Main;

/// What came with more commits is taken as they are.
const MOST_MEMBERS: usize = 64;

/// The changes of main, by what belongs to them.
pub(super) struct Landed<'s> {
    by_commit: HashMap<CommitId, &'s Change>,
    by_request: HashMap<u64, Vec<CommitId>>,
}

impl<'s> Landed<'s> {
    pub(super) fn new(changes: &'s [Change]) -> Self {
        let (mut by_commit, mut by_request) = (HashMap::new(), HashMap::<u64, Vec<CommitId>>::new());
        for change in changes {
            by_commit.extend(change.members.iter().chain([&change.id]).map(|id| (*id, change)));
            if let Some(number) = change.pull_request {
                by_request.entry(number).or_default().push(change.id);
            }
        }
        Self { by_commit, by_request }
    }

    /// Returns the commits that a merge brought; none for any other commit.
    pub(super) fn brought_by(&self, merge: CommitId) -> &'s [CommitId] {
        let change = self.by_commit.get(&merge).filter(|change| change.id == merge);
        change.map(|change| change.members.as_slice()).unwrap_or_default()
    }

    /// Returns the merge that brought a commit and others.
    fn merge_of(&self, commit: CommitId) -> Option<CommitId> {
        let change = self.by_commit.get(&commit).filter(|change| change.id != commit)?;
        (2..=MOST_MEMBERS).contains(&change.members.len()).then_some(change.id)
    }

    fn is_of_request(&self, commit: &Commit, number: u64) -> bool {
        let change = self.by_commit.get(&commit.id);
        change.is_some_and(|change| change.pull_request == Some(number))
            || own_pull_request(&commit.message) == Some(number)
    }
}

impl Main<'_> {
    /// Tells what the pull requests are that a pick names, and as what whole it can be a pick of what it was recognised as a part of.
    ///
    /// # Errors
    /// When an object is missing.
    pub(super) fn complete(&self, claim: &mut Claim<'_>) -> Result<()> {
        let sure = claim.recognised.iter().filter(|origin| origin.certainty == Certainty::Yes);
        let sure: Vec<(Origin, Commit)> =
            sure.map(|origin| Ok((origin.clone(), self.commit(origin.commit)?))).collect::<Result<_>>()?;
        let stated = claim.stated.iter().map(|origin| self.commit(origin.commit)).collect::<Result<Vec<Commit>>>()?;
        let mut requests: Vec<(u64, Vec<Way>)> = Vec::new();
        for (number, text) in numbers(claim.commit) {
            let is_it = |commit: &Commit| self.landed.is_of_request(commit, number);
            let (of_it, others): (Vec<_>, Vec<_>) = sure.iter().partition(|(_, commit)| is_it(commit));
            let quotes = |commit: &Commit| quotes(claim.commit, &text, commit, number);
            let mut all_others = others.into_iter().map(|(_, commit)| commit).chain(&stated);
            if of_it.is_empty() || stated.iter().any(is_it) || all_others.any(quotes) {
                continue;
            }
            let of_it: Vec<Origin> = of_it.into_iter().map(|(origin, _)| origin.clone()).collect();
            let wholes = self.wholes(&of_it, Some(number))?;
            requests.push((number, ways(of_it, wholes)));
        }
        if stated.is_empty() {
            let sure: Vec<Origin> = sure.into_iter().map(|(origin, _)| origin).collect();
            let number = requests.first().map(|(number, _)| *number);
            claim.wholes = self.wholes(&sure, number)?;
        }
        if requests.len() + stated.len() > 1 {
            claim.requests = requests.into_iter().map(|(_, ways)| ways).collect();
        }
        Ok(())
    }

    /// Returns as what whole origins may have been picked: the merges that brought them, and all that landed under a number.
    fn wholes(&self, origins: &[Origin], number: Option<u64>) -> Result<Vec<Way>> {
        let mut wholes: Vec<Way> = Vec::new();
        let landed = number.and_then(|number| self.landed.by_request.get(&number)).cloned().unwrap_or_default();
        for origin in origins {
            let merge = self.landed.merge_of(origin.commit).map(|merge| vec![merge]);
            let together = Some(landed.clone()).filter(|all| (2..=MOST_MEMBERS).contains(&all.len()));
            for ids in merge.into_iter().chain(together) {
                let is_known = |way: &Way| way.iter().map(|one| one.commit).eq(ids.iter().copied());
                let is_there = matches!(ids.as_slice(), [one] if origins.iter().any(|origin| origin.commit == *one));
                if !is_there && !wholes.iter().any(is_known) {
                    let whole = ids.iter().map(|id| self.origin(*id, Certainty::Yes, origin.evidence.clone()));
                    wholes.push(whole.collect::<Result<Way>>()?);
                }
            }
        }
        Ok(wholes)
    }
}

/// Returns the pull requests that a commit names as its origin, also by the subjects of what was squashed into it, each with the words that
/// do so.
fn numbers(commit: &Commit) -> Vec<(u64, String)> {
    let own = title(commit);
    let mut found: Vec<(u64, String)> = Vec::new();
    for marker in markers(&commit.message) {
        if let Some(request) = marker.origin_request(&own)
            && found.iter().all(|(number, _)| *number != request.number)
        {
            found.push((request.number, marker.text));
        }
    }
    found
}

/// Says whether a pick has a number only because the message of an origin, which it keeps, has it: in the subject, as that of an issue or of
/// an earlier change, or in that of a commit that was squashed into the origin.
fn quotes(pick: &Commit, text: &str, origin: &Commit, number: u64) -> bool {
    let own = title(pick);
    let is_title = text == own.trim();
    if is_title && plain_subject(&own) != plain_subject(&title(origin)) {
        return false;
    }
    markers(&origin.message).iter().any(|marker| {
        let is_it = marker.relation.landed_by().is_some_and(|request| request.number == number);
        is_it && (is_title || marker.text == text) && own_pull_request(&origin.message) != Some(number)
    })
}
