//! What a group is: told from all that says so, or from each of the changes that it brings.

use crate::model::change::Change;
use crate::model::commit::{Commit, CommitId};
use crate::model::eligibility::advisory::advisories;
use crate::model::eligibility::classify::{Classified, Weight, classify};
use crate::model::eligibility::facts::{Content, EmbargoFacts, Facts, LineFacts, Message, Touched};
use crate::model::kind::FixKind;
use crate::model::known::{Known, Missing};

use super::called::closes_a_way;
use super::chores::Path;
use super::entries::Said;
use super::group::Group;
use super::place::Place;
use super::trace::Landed;

impl Said<'_> {
    /// Tells the kind of a group. Where several changes come as one and are of several kinds, it is the most urgent of them, unless
    /// nothing tells the kind of one: that may be more than a matter of speed, or of what is written.
    pub(super) fn kind(&self, place: &Place<'_>, group: &Group) -> Classified {
        let found = self.classified(&self.facts(place, group));
        let is_stated = || found.pieces.first().is_some_and(|piece| piece.weight >= Weight::Stated);
        if group.sure().nth(1).is_none() || found.kind.is_some() && is_stated() {
            return found;
        }
        let each: Option<Vec<FixKind>> = group.sure().map(|landed| self.kind_of_one(place, group, landed)).collect();
        match (found.kind, each.and_then(|kinds| kinds.into_iter().min())) {
            (None, Some(kind)) => Classified { kind: Some(kind), contradiction: None, ..found },
            // What is not known may be as bad as a bug.
            (Some(kind), None) if kind > FixKind::Regression && kind != FixKind::Bug => {
                Classified { kind: None, ..found }
            }
            (_, _) => found,
        }
    }

    /// Tells the kind of one of several changes of a group.
    fn kind_of_one(&self, place: &Place<'_>, group: &Group, landed: &Landed) -> Option<FixKind> {
        let messages = landed.commits.iter().map(message).collect();
        let decision = self.decisions.about(&landed.change, &place.line.name).cloned();
        self.classified(&Facts { messages: Known::Known(messages), decision, ..self.facts(place, group) }).kind
    }

    fn classified(&self, facts: &Facts) -> Classified {
        let config = &self.settings.config;
        classify(facts, &config.classify, &config.eligibility)
    }

    /// Returns of several changes of main those that name an advisory, or are security fixes.
    pub(super) fn security(&self, place: &Place<'_>, group: &Group) -> Vec<CommitId> {
        if group.sure().nth(1).is_none() {
            return Vec::new();
        }
        let is_one = |landed: &&Landed| {
            let is_security = self.kind_of_one(place, group, landed) == Some(FixKind::Security);
            is_security || closes_a_way(landed) || names_one(landed)
        };
        let name = |landed: &Landed| {
            let named = group.origin.commits().iter().copied().find(|id| landed.has(*id));
            named.unwrap_or(landed.change.id)
        };
        group.sure().filter(is_one).map(name).collect()
    }

    /// Returns what the kind is told from. What else the rules of a gate look at was not asked for.
    fn facts(&self, place: &Place<'_>, group: &Group) -> Facts {
        let touched = |path: &Path| Touched {
            path: String::from_utf8_lossy(&path.bytes).into_owned(),
            was: None,
            added: 0,
            removed: 0,
            content: Content::Text,
            marked: false,
        };
        let about = |change: &Change| self.decisions.about(change, &place.line.name);
        // What belongs to the line alone is decided by its own name.
        let own = |pick: &Commit| self.decisions.latest(pick.id, &place.line.name).filter(|_| group.is_of_line());
        let decision = group.sure().find_map(|landed| about(&landed.change));
        Facts {
            line: LineFacts { name: place.line.name.clone(), status: place.line.status, until: place.line.until },
            messages: Known::Known(group.sources().chain(group.speaking()).map(message).collect()),
            main: Known::Unknown(Missing::NotAsked),
            state: Known::Unknown(Missing::NotAsked),
            newer: Known::Unknown(Missing::NotAsked),
            out_since: Known::Unknown(Missing::NotAsked),
            changed: Known::Known(group.paths.iter().map(touched).collect()),
            applies: Known::Unknown(Missing::NotAsked),
            raised: Known::Unknown(Missing::NotAsked),
            pull: group.pull.clone(),
            decision: decision.or_else(|| group.picks.iter().find_map(own)).cloned(),
            picks: None,
            embargo: EmbargoFacts::default(),
        }
    }
}

/// Says whether a change of main names an advisory.
pub(super) fn names_one(landed: &Landed) -> bool {
    landed.commits.iter().any(|commit| !advisories(&commit.message).is_empty())
}

fn message(commit: &Commit) -> Message {
    Message { commit: commit.id, text: commit.message.clone(), people: String::new() }
}
