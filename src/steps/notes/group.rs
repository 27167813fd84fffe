//! Puts those commits of a release together that are one entry: the picks of one change of main.

use std::collections::HashSet;

use crate::model::change::titled;
use crate::model::commit::{Commit, CommitId};
use crate::model::eligibility::advisory::advisories;
use crate::model::known::{Known, Missing};
use crate::model::notes::claim::{Brought, has_title_of};
use crate::model::notes::{OwnRequest, Traced};
use crate::model::pull::PullRequest;

use super::beside::OwnPart;
use super::chores::Path;
use super::numbers::Arrival;
use super::pulls::Pulls;
use super::reverts::Standing;
use super::trace::{Landed, Pick};

/// The commits of one entry.
pub(super) struct Group {
    /// Those of the line, oldest first.
    pub(super) picks: Vec<Commit>,
    /// The paths that they change.
    pub(super) paths: Vec<Path>,
    pub(super) origin: Traced,
    /// The changes of main that they bring, or name among others that they bring.
    pub(super) landed: Vec<Landed>,
    /// Where it brings none with a number for sure, the pull requests by which they came to the line.
    pub(super) own: Vec<OwnRequest>,
    /// The merges that brought them, to the line and to main.
    pub(super) merges: Vec<Commit>,
    /// How the first of them came to the line.
    pub(super) arrival: Option<Arrival>,
    /// The commits of main that they bring most of, beside those that they name.
    pub(super) unnamed: Vec<CommitId>,
    /// Those of its picks that bring something besides of which nothing tells.
    pub(super) untold: Vec<CommitId>,
    /// The titles of what they bring besides and is told apart.
    pub(super) apart: Vec<String>,
    /// The pull request, as the forge tells it.
    pub(super) pull: Known<Option<PullRequest>>,
    /// Of several changes, the descriptions of their pull requests, as far as the forge tells them.
    pub(super) descriptions: Vec<(CommitId, String)>,
    /// The changes of main that the picks brought and that were taken back.
    pub(super) lost: Vec<Landed>,
    /// The identifiers of advisories that the release does not fix, whatever texts say.
    pub(super) open: Vec<String>,
    /// Those of which something may be missing, or that a point of a squash alone names: open, unless somebody looked at it.
    pub(super) doubted: Vec<String>,
    /// The commits of main that are for one of those as well, and that the release does not have.
    pub(super) lacking: Vec<CommitId>,
    /// Why users may not have all of it, in few words each.
    pub(super) in_part: Vec<String>,
    /// Those of the picks of which something was taken back: their messages speak of that, too.
    pub(super) outdated: Vec<CommitId>,
}

impl Group {
    /// Returns the number of the pull request: as the forge tells it, else as messages do.
    pub(super) fn number(&self) -> Option<u64> {
        let told = self.pull.value().and_then(Option::as_ref).map(|pull| pull.number);
        told.or_else(|| self.told().find_map(|landed| landed.change.pull_request))
    }

    /// Returns the numbers of all pull requests that it brings, that of [`Self::number`] first.
    pub(super) fn numbers(&self) -> Vec<u64> {
        let mut numbers: Vec<u64> = self.number().into_iter().collect();
        for number in self.told().skip(1).filter_map(|landed| landed.change.pull_request) {
            if !numbers.contains(&number) {
                numbers.push(number);
            }
        }
        numbers
    }

    /// Returns every number by which it is known: those of [`Self::numbers`], else by which it came to the line. What it is not sure to bring
    /// gives it none.
    pub(super) fn known_numbers(&self) -> Vec<u64> {
        let doubtful: Vec<u64> = self.doubtful().filter_map(|landed| landed.change.pull_request).collect();
        let numbers: Vec<u64> = self.numbers().into_iter().filter(|number| !doubtful.contains(number)).collect();
        if numbers.is_empty() { self.own.iter().map(|own| own.number).collect() } else { numbers }
    }

    /// Returns the changes of main that it brings for sure.
    pub(super) fn sure(&self) -> impl Iterator<Item = &Landed> {
        self.landed.iter().filter(|landed| landed.brought == Brought::Most)
    }

    /// Says whether it belongs to the line alone, as far as can be told.
    pub(super) fn is_of_line(&self) -> bool {
        match self.origin {
            Traced::Line { .. } | Traced::Nowhere { .. } | Traced::Claimed { .. } => true,
            Traced::Main { .. } | Traced::Probably { .. } => false,
        }
    }

    /// Returns those that it names among others, and of which it brings too little to be sure.
    fn doubtful(&self) -> impl Iterator<Item = &Landed> {
        self.landed.iter().filter(|landed| landed.brought != Brought::Most)
    }

    /// Returns those that it brings anything of.
    pub(super) fn told(&self) -> impl Iterator<Item = &Landed> {
        self.landed.iter().filter(|landed| landed.brought != Brought::Nothing)
    }

    /// Returns the commits of main that were picked for sure.
    pub(super) fn sources(&self) -> impl Iterator<Item = &Commit> {
        self.sure().flat_map(|landed| &landed.commits)
    }

    /// Returns the commits whose changes the release has to have: the picks, or those of main of which nothing was taken back.
    pub(super) fn left(&self) -> Vec<&Commit> {
        if self.outdated.is_empty() { self.picks.iter().collect() } else { self.sources().collect() }
    }

    /// Returns the picks whose messages speak of nothing that was taken back.
    pub(super) fn speaking(&self) -> impl Iterator<Item = &Commit> {
        self.picks.iter().filter(|pick| !self.outdated.contains(&pick.id))
    }

    /// Returns the commits that its authors wrote: of main, else of the line.
    pub(super) fn written(&self) -> Vec<&Commit> {
        let of_main: Vec<&Commit> = self.told().flat_map(|landed| &landed.commits).collect();
        if of_main.is_empty() { self.picks.iter().collect() } else { of_main }
    }

    /// Returns every text that says something about it alone.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        let pull = self.pull.value().and_then(Option::as_ref);
        let told = self.sources().chain(self.speaking()).map(|commit| commit.message.as_str());
        told.chain(pull.into_iter().flat_map(|pull| [pull.title.as_str(), pull.body.as_str()]))
    }

    /// Returns the merges that brought it and speak of nothing else than what it is sure to bring.
    pub(super) fn sure_merges(&self) -> impl Iterator<Item = &Commit> {
        self.merges.iter().filter(|merge| self.is_sure(merge))
    }

    /// Says whether it brings only a part of what a merge of main brought.
    pub(super) fn is_part_of(&self, merge: CommitId) -> bool {
        self.sure().any(|landed| landed.is_part() && landed.change.id == merge)
    }

    /// Returns the merges of main of which it brings everything.
    pub(super) fn whole_merges(&self) -> impl Iterator<Item = &Commit> {
        let is_whole = |merge: &&Commit| self.sure().any(|landed| landed.change.id == merge.id && !landed.is_part());
        self.merges.iter().filter(is_whole)
    }

    /// Returns the commits of main that it brings for sure, and the merges of which it brings everything; else those of the line.
    pub(super) fn whole_names(&self) -> Vec<CommitId> {
        let picks = self.picks.iter().map(|pick| pick.id);
        self.names().into_iter().filter(|id| !self.is_part_of(*id)).chain(picks).collect()
    }

    /// Returns what is said of that which it is not sure to bring, or does not bring any more.
    pub(super) fn doubtful_texts(&self) -> impl Iterator<Item = &str> {
        let merges = self.merges.iter().filter(|merge| !self.is_sure(merge));
        self.doubtful_commits().chain(merges).map(|commit| commit.message.as_str())
    }

    /// Returns the commits that it is not sure to bring, or of which something was taken back.
    pub(super) fn doubtful_commits(&self) -> impl Iterator<Item = &Commit> {
        let outdated = self.picks.iter().filter(|pick| self.outdated.contains(&pick.id));
        self.doubtful().flat_map(|landed| &landed.commits).chain(outdated)
    }

    /// Returns what main says of that which was taken back.
    pub(super) fn lost_texts(&self) -> impl Iterator<Item = &str> {
        self.lost.iter().flat_map(|landed| &landed.commits).map(|commit| commit.message.as_str())
    }

    fn is_sure(&self, merge: &Commit) -> bool {
        let is_of = |landed: &Landed| landed.change.id == merge.id;
        // What brought a pick to the line speaks of all that the pick brought.
        !self.doubtful().any(is_of) && (self.outdated.is_empty() || self.sure().any(is_of))
    }

    /// Returns every name by which it is known for sure: on main, else on the line.
    pub(super) fn names(&self) -> Vec<CommitId> {
        let claimed: &[CommitId] = if let Traced::Main { commits: _, claimed } = &self.origin { claimed } else { &[] };
        let mut names: Vec<CommitId> =
            self.origin.commits().iter().copied().filter(|id| !claimed.contains(id)).collect();
        let more = self
            .sure()
            .flat_map(|landed| std::iter::once(landed.change.id).chain(landed.commits.iter().map(|commit| commit.id)));
        for id in more {
            if !names.contains(&id) {
                names.push(id);
            }
        }
        if names.is_empty() {
            names.extend(self.picks.iter().map(|commit| commit.id));
        }
        names
    }

    /// Names its first commit, for people: a title may hold what nobody may read yet.
    pub(super) fn short(&self) -> String {
        self.picks.first().map(|commit| commit.id.short()).unwrap_or_default()
    }
}

/// Groups picks that stand, in their order. Those of `told_by_number` have words by the number of their pull request alone.
pub(super) fn groups(picks: Vec<Standing>, pulls: &Pulls<'_>, told_by_number: &HashSet<CommitId>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for Standing { pick, paths, lost, resolves } in picks {
        let Pick { commit, origin, landed, own, merges, arrival, unnamed, own_part } = pick;
        let home = groups.iter_mut().find(|group| group.picks.iter().any(|pick| Some(pick.id) == resolves));
        if let Some(group) = home {
            group.picks.push(commit);
            continue;
        }
        let pull = match landed.as_slice() {
            [one] => pulls.pull(one),
            _ => Known::Unknown(Missing::NotAsked),
        };
        let descriptions = if landed.len() > 1 { pulls.descriptions(&landed) } else { Vec::new() };
        let (own, outdated) = (own.into_iter().collect(), lost.iter().map(|_| commit.id).collect());
        let (untold, apart, doubted) = match own_part {
            OwnPart::Nothing => (Vec::new(), Vec::new(), Vec::new()),
            OwnPart::Points(points) => (Vec::new(), points.own.iter().map(|point| titled(point)).collect(), Vec::new()),
            OwnPart::Untold => (vec![commit.id], Vec::new(), Vec::new()),
            // A point may name what was left out of the pick.
            OwnPart::Point => (Vec::new(), Vec::new(), named_in(&commit)),
        };
        let (picks, lost) = (vec![commit], lost.unwrap_or_default());
        let (open, lacking, in_part) = (Vec::new(), Vec::new(), Vec::new());
        let new = Group {
            picks,
            paths,
            origin,
            landed,
            own,
            merges,
            arrival,
            unnamed,
            untold,
            apart,
            pull,
            descriptions,
            lost,
            open,
            doubted,
            lacking,
            in_part,
            outdated,
        };
        match groups.iter_mut().find(|known| is_same(known, &new, told_by_number)) {
            Some(known) => add(known, new),
            None => groups.push(new),
        }
    }
    groups
}

fn named_in(commit: &Commit) -> Vec<String> {
    advisories(&commit.message).into_iter().map(|named| named.id).collect()
}

/// Says whether both are picks of one change: of one merge, or of one pull request whose commits landed one by one, as the forge tells, or as
/// words by its number are about both. Titles may name one number for several fixes, of which only the first would be told.
fn is_same(known: &Group, new: &Group, told_by_number: &HashSet<CommitId>) -> bool {
    match (known.landed.as_slice(), new.landed.as_slice()) {
        ([known_change], [new_change]) => {
            let told = |group: &Group| group.pull.value().and_then(Option::as_ref).map(|pull| pull.number);
            let has_number = new.number().is_some() && known.number() == new.number();
            let has_words = |group: &Group| group.picks.iter().any(|pick| told_by_number.contains(&pick.id));
            let is_told = told(new).is_some() && told(known) == told(new) || has_words(known) && has_words(new);
            known_change.change.id == new_change.change.id
                || (has_number && (is_told || has_title_of(&new.title(), [known.title().as_str()])))
        }
        _ => false,
    }
}

fn add(known: &mut Group, new: Group) {
    known.picks.extend(new.picks);
    known.paths.extend(new.paths);
    known.unnamed.extend(new.unnamed);
    known.untold.extend(new.untold);
    known.apart.extend(new.apart);
    known.lost.extend(new.lost);
    known.outdated.extend(new.outdated);
    for own in new.own {
        if !known.own.contains(&own) {
            known.own.push(own);
        }
    }
    for merge in new.merges {
        if !known.merges.iter().any(|one| one.id == merge.id) {
            known.merges.push(merge);
        }
    }
    if let (Traced::Main { commits, claimed: _ }, Traced::Main { commits: more, claimed: _ }) =
        (&mut known.origin, new.origin)
    {
        for commit in more {
            if !commits.contains(&commit) {
                commits.push(commit);
            }
        }
    }
    for (known, new) in known.landed.iter_mut().zip(new.landed) {
        known.whole |= new.whole;
        for commit in new.commits {
            if !known.commits.iter().any(|one| one.id == commit.id) {
                known.commits.push(commit);
            }
        }
    }
}
