//! What an entry is called.

use crate::model::change::{MERGE_OF_FORK, title};
use crate::model::eligibility::advisory::{fixed, is_marked};
use crate::model::notes::claim::{Brought, reads_as};
use crate::model::notes::fork::is_of_fork;
use crate::model::notes::title::{BETWEEN, plain};
use crate::model::trailer::{Marker, Relation, is_only_a_mark, markers};

use super::group::Group;
use super::numbers::Arrival;
use super::there::title_and_body;
use super::trace::Landed;

impl Group {
    /// Returns what it is called: as its pull request, or its origin; what was squashed from several changes as itself, and a part of a
    /// pull request as what was picked of it.
    pub(super) fn title(&self) -> String {
        let title = match (self.pull.value().and_then(Option::as_ref), self.landed.as_slice()) {
            (_, all @ [_, _, ..]) if !self.lost.is_empty() => {
                all.iter().map(|landed| plain(&title_of(landed)).to_owned()).collect::<Vec<_>>().join(BETWEEN)
            }
            (_, [landed]) if landed.is_part() => {
                self.told_on_line().unwrap_or_else(|| joined(landed.commits.iter().map(title)))
            }
            (_, [landed]) if landed.brought != Brought::Most => self.own_title().unwrap_or_else(|| title_of(landed)),
            (_, [_]) if self.is_squash_of_more() || !self.untold.is_empty() => {
                self.picks.first().map(title).unwrap_or_default()
            }
            (Some(pull), [landed]) if says_nothing(&pull.title) => title_of(landed),
            (Some(pull), _) => pull.title.clone(),
            (None, [landed]) => title_of(landed),
            (None, _) => self.own_title().unwrap_or_else(|| joined(self.in_order().map(title_of))),
        };
        plain(&title).to_owned()
    }

    /// Returns the title of its first pick where that tells of all that it brings: not where it says nothing, or is that of one of several
    /// changes, or of what is told apart.
    fn own_title(&self) -> Option<String> {
        let own = self.picks.first().map(title).unwrap_or_default();
        let of_one: Vec<String> = self.told().map(title_of).chain(self.apart.iter().cloned()).collect();
        let is_of_one = || of_one.len() > 1 && reads_as(&own, of_one.iter().map(String::as_str));
        (self.told().next().is_none() || !says_nothing(&own) && !is_of_one()).then_some(own)
    }

    /// Returns what it brings anything of, first what closes a way to attack: the identifiers of advisories stand before its title.
    fn in_order(&self) -> impl Iterator<Item = &Landed> {
        let (first, others): (Vec<&Landed>, Vec<&Landed>) = self.told().partition(|landed| closes_a_way(landed));
        first.into_iter().chain(others)
    }

    /// Says whether its pick has a title of its own, and names what it brings only among the subjects of what was squashed into it.
    fn is_squash_of_more(&self) -> bool {
        let ([pick], true) = (self.picks.as_slice(), self.apart.is_empty()) else { return false };
        let own = title(pick);
        let said = markers(&pick.message);
        let named = |marker: &Marker| marker.origin_request(&own).is_some();
        let is_kept = |marker: &Marker| matches!(marker.relation, Relation::KeptPullRequest(_));
        let names_origin =
            |marker: &Marker| matches!(marker.relation, Relation::OriginCommit(_)) || named(marker) && !is_kept(marker);
        let is_called_so = || self.landed.iter().any(|landed| reads_as(&own, [title_of(landed).as_str()]));
        said.iter().any(named) && !said.iter().any(names_origin) && !says_nothing(&own) && !is_called_so()
    }

    /// Returns the title of the pull request for the line that brought all of it and nothing else.
    fn told_on_line(&self) -> Option<String> {
        let Arrival { merge, members } = self.arrival.as_ref()?;
        let has_all = members.len() == self.picks.len() && self.picks.iter().all(|pick| members.contains(&pick.id));
        let is_all = has_all && self.outdated.is_empty();
        Some(title(merge)).filter(|title| is_all && !title.starts_with("Merge ") && !is_only_a_mark(title))
    }
}

/// Says whether a commit of a change says that it fixes an advisory, or is marked as a security fix.
pub(super) fn closes_a_way(landed: &Landed) -> bool {
    landed.commits.iter().any(|commit| {
        let (title, body) = title_and_body(commit);
        !fixed(&title, &body).is_empty() || is_marked(&title) || is_of_fork(&commit.message)
    })
}

/// Says whether a title only tells what is picked, or merged.
fn says_nothing(title: &str) -> bool {
    is_only_a_mark(title) || title.starts_with("Merge ")
}

/// Returns what a change of main is called: a part of it, as what was picked.
pub(super) fn title_of(landed: &Landed) -> String {
    match landed.commits.as_slice() {
        [one] if !landed.whole => title(one),
        all if landed.is_part() => joined(all.iter().map(title)),
        // A private fork may gather several fixes.
        all if plain(&landed.change.title) == MERGE_OF_FORK => joined(all.iter().map(title)),
        // A merge that says no more than that it is one, or what it was picked from, is called as what it brought: as the fix, not as its
        // test.
        all @ [first, ..] if says_nothing(&landed.change.title) => {
            title(all.iter().find(|commit| !is_of_tests(&title(commit))).unwrap_or(first))
        }
        _ => landed.change.title.clone(),
    }
}

/// Joins titles, each once; those of tests only where there are no others.
fn joined<T: AsRef<str>>(all: impl Iterator<Item = T>) -> String {
    let mut titles: Vec<String> = Vec::new();
    for title in all.map(|title| plain(title.as_ref()).to_owned()) {
        if !titles.contains(&title) {
            titles.push(title);
        }
    }
    if titles.iter().any(|title| !is_of_tests(title)) {
        titles.retain(|title| !is_of_tests(title));
    }
    titles.join(BETWEEN)
}

/// Says whether a title speaks of tests.
fn is_of_tests(title: &str) -> bool {
    let mut words = title.split(|c: char| !c.is_alphanumeric());
    words.any(|word| ["test", "tests", "testing"].iter().any(|known| word.eq_ignore_ascii_case(known)))
}
