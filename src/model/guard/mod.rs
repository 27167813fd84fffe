//! The guard: whether what is about to become public tells of an advisory that is still secret.
//!
//! It looks for what an advisory is called, for the branches and commits of its fix, for what its title says, and for words that tell of
//! a flaw next to those. It has no answer that quotes any of that: logs of continuous integration are public too. A leak is named by
//! the place where it stands, the sort of sign, and the number of the advisory among those that are secret, in the order of their
//! identifiers.

mod flaw;
mod names;
mod title;
mod words;

use chrono::{DateTime, Utc};

use crate::model::advisory::Advisory;
use crate::model::embargo::WITHHELD;

use names::{BranchSign, CommitSign, Identifiers, Text, WordsSign};
use title::{TitleSigns, Told};
use words::words;

pub use title::Usual;

pub mod place;
pub mod pushed;
pub mod result;

pub use place::{Place, Surface};
pub use pushed::PushedRef;
pub use result::{GUARD_SCHEMA, Guarded, Leak, Sign, Skipped, Why};

#[cfg(test)]
mod tests;

/// What to look for. It cannot be printed.
#[derive(Clone)]
pub struct Guard {
    secrets: Vec<Secret>,
    watched: usize,
}

#[derive(Clone)]
struct Secret {
    identifiers: Identifiers,
    branches: Vec<BranchSign>,
    words: Vec<WordsSign>,
    commits: Vec<CommitSign>,
    title: TitleSigns,
}

impl std::fmt::Debug for Guard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Guard(…)")
    }
}

impl Guard {
    /// Takes what to look for from the advisories that are secret at a moment, in the order of their identifiers. `usual`: words that
    /// say little in this project.
    pub fn of(advisories: &[Advisory], usual: &Usual, now: DateTime<Utc>) -> Self {
        let mut secret: Vec<&Advisory> = advisories.iter().filter(|advisory| advisory.is_secret_at(now)).collect();
        secret.sort_by(|a, b| a.id.cmp(&b.id));
        secret.dedup_by(|a, b| a == b);
        let secrets = secret.into_iter().map(|advisory| Secret::of(advisory, usual)).collect();
        Self { secrets, watched: advisories.len() }
    }

    /// Returns how many advisories are secret.
    pub fn secrets(&self) -> usize {
        self.secrets.len()
    }

    /// Returns how many advisories were read.
    pub fn advisories(&self) -> usize {
        self.watched
    }

    /// Returns what a text that becomes public gives away, at most one leak for each advisory: the surest sign.
    pub fn look(&self, surface: &Surface) -> Vec<Leak> {
        if self.secrets.is_empty() {
            return Vec::new();
        }
        let text = Text::of(&surface.text);
        let signs = self.secrets.iter().map(|secret| secret.sign(surface.place, &text)).enumerate();
        let leaks = signs.filter_map(|(at, sign)| Some((at, sign?)));
        leaks.map(|(at, sign)| self.leak(surface, at, sign)).collect()
    }

    /// The same for many texts, in their order.
    pub fn look_at(&self, surfaces: &[Surface]) -> Vec<Leak> {
        surfaces.iter().flat_map(|surface| self.look(surface)).collect()
    }

    /// Returns a text, or in its place that it is withheld, where it gives something away.
    pub fn withheld(&self, place: Place, text: &str) -> String {
        match self.tells(place, text) {
            true => WITHHELD.to_owned(),
            false => text.to_owned(),
        }
    }

    fn tells(&self, place: Place, text: &str) -> bool {
        let text = Text::of(text);
        self.secrets.iter().any(|secret| secret.sign(place, &text).is_some())
    }

    fn leak(&self, surface: &Surface, at: usize, sign: Sign) -> Leak {
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        // The name of a place may tell as much as what stands there.
        let place_of_name = if surface.place == Place::Line { Place::Path } else { surface.place };
        Leak {
            place: surface.place,
            at: surface.at.as_deref().map(|name| self.withheld(place_of_name, name)),
            line: surface
                .first_line
                .map(|first| first.saturating_add(number(self.line_within(&surface.text, surface.place)))),
            sign,
            advisory: number(at + 1),
            of: number(self.secrets.len()),
        }
    }

    /// Returns which line of a text gives something away, counted from zero: alone, else with the next one; the first, where only
    /// more of them do.
    fn line_within(&self, text: &str, place: Place) -> usize {
        let lines: Vec<&str> = text.lines().collect();
        let alone = lines.iter().position(|line| self.tells(place, line));
        alone.or_else(|| lines.windows(2).position(|pair| self.tells(place, &pair.join("\n")))).unwrap_or(0)
    }
}

impl Secret {
    fn of(advisory: &Advisory, usual: &Usual) -> Self {
        let terms = advisory.embargo.iter();
        let branches = terms.clone().flat_map(|terms| &terms.branches).map(|name| BranchSign::of(name)).collect();
        let words = terms.flat_map(|terms| &terms.words).filter_map(|phrase| WordsSign::of(phrase)).collect();
        let cwes: Vec<String> = advisory.cwes.iter().map(|cwe| cwe.id()).collect();
        Self {
            identifiers: Identifiers::of(advisory),
            branches,
            words,
            commits: CommitSign::all_of(advisory),
            title: TitleSigns::of(advisory.title.as_str(), &cwes, usual),
        }
    }

    fn sign(&self, place: Place, text: &Text<'_>) -> Option<Sign> {
        if place == Place::Commit {
            return self.commits.iter().any(|commit| commit.repairs_as(text.raw)).then_some(Sign::Fix);
        }
        if self.identifiers.named_in(text) {
            return Some(Sign::Identifier);
        }
        if self.commits.iter().any(|commit| commit.is_in(text)) {
            return Some(Sign::Commit);
        }
        let has_branch = match place.is_name() {
            true => self.branches.iter().any(|branch| branch.is_in_name(text)),
            false => self.branches.iter().any(|branch| branch.is_in_text(text)),
        };
        if has_branch {
            return Some(Sign::Branch);
        }
        if self.words.iter().any(|words| words.is_in(text)) {
            return Some(Sign::Words);
        }
        self.told(place, text).map(|told| match told {
            Told::Title => Sign::Title,
            Told::Flaw => Sign::Flaw,
        })
    }

    fn told(&self, place: Place, text: &Text<'_>) -> Option<Told> {
        let elsewhere = text.names_a_list();
        let lines: Vec<&str> = text.raw.lines().collect();
        if place != Place::Line || lines.len() < 2 {
            return self.title.told_in(&text.words, elsewhere);
        }
        // Lines of code have words of many things close together; a sentence stands on one of them, or was wrapped once.
        lines.windows(2).find_map(|pair| self.title.told_in(&words(&pair.join("\n")), elsewhere))
    }
}
