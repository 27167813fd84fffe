//! The rules that the repository itself answers.

use super::{Answer, Case, count};
use crate::model::arrange::Arrange as _;
use crate::model::config::Admission;
use crate::model::decision::Answer as Decided;
use crate::model::eligibility::breaks::breaks;
use crate::model::eligibility::classify::{Piece, Weight};
use crate::model::eligibility::facts::{Applies, Content, NewerState, OnMain, Touched};
use crate::model::eligibility::labels::is_named;
use crate::model::eligibility::paths::chosen;
use crate::model::kind::FixKind;
use crate::model::known::{Known, Missing};
use crate::model::line::LineStatus;
use crate::model::status::State;

impl Case<'_> {
    pub(super) fn kind(&self) -> Answer {
        let shown = |evidence: &[Piece]| -> Vec<String> {
            evidence.iter().map(|piece| format!("{}: {}", piece.kind, piece.says)).collect()
        };
        let pieces = shown(&self.classified.pieces);
        if let Some(contradiction) = &self.classified.contradiction {
            return Answer::Undecided(format!("the evidence contradicts itself: {contradiction}"), pieces);
        }
        if !self.classified.open.is_empty() && !pieces_are_recorded(&self.classified.pieces) {
            let reason = "it is not known who gave a label that tells a kind";
            return Answer::Undecided(reason.to_owned(), self.classified.open.clone());
        }
        let Some(kind) = self.classified.kind else {
            let reason = match pieces.is_empty() {
                true => "nothing tells what kind of a fix it is",
                false => "only hints suggest a kind, and those do not count",
            };
            return Answer::Undecided(reason.to_owned(), pieces);
        };
        let accepted = self.facts.decision.as_ref().filter(|decision| decision.answer == Decided::Accept);
        match (self.policy.eligibility.admission(kind), accepted) {
            (Admission::Always, _) => Answer::Passed(format!("it is a fix of kind '{kind}'"), pieces),
            (Admission::CaseByCase, Some(decision)) => {
                Answer::Passed(format!("'{kind}' is decided case by case, and {} accepted it", decision.by), pieces)
            }
            (Admission::CaseByCase, None) => {
                Answer::Undecided(format!("'{kind}' is decided case by case, and nobody has decided"), pieces)
            }
            (Admission::Never, _) => {
                Answer::Failed(format!("'{kind}' never goes into a patch release: next minor release"), pieces)
            }
        }
    }

    pub(super) fn decision(&self) -> Answer {
        match &self.facts.decision {
            None => Answer::NotAsked,
            Some(decision) => match decision.answer {
                Decided::Accept => Answer::passed(format!("{} accepted it: {}", decision.by, decision.reason)),
                Decided::Decline => Answer::failed(format!("{} declined it: {}", decision.by, decision.reason)),
            },
        }
    }

    pub(super) fn on_main(&self) -> Answer {
        match self.facts.main.value() {
            Some(OnMain::Stands) => Answer::passed("main has it"),
            Some(OnMain::TakenBack(revert)) => Answer::failed(format!("main took it back in {}", revert.short())),
            Some(OnMain::NotYet) => Answer::Undecided("it is not merged to main yet".to_owned(), Vec::new()),
            None => missing("whether main has it", self.facts.main.missing()),
        }
    }

    pub(super) fn line_support(&self) -> Answer {
        let line = &self.facts.line;
        if let Some(until) = line.until.filter(|until| self.policy.now.date_naive() > *until) {
            return Answer::failed(format!("the support of line {} ended with {until}", line.name));
        }
        match line.status {
            LineStatus::EndOfLife => Answer::failed(format!("line {} is at the end of its life", line.name)),
            LineStatus::Current | LineStatus::Maintained => Answer::passed(format!("line {} is supported", line.name)),
            LineStatus::SecurityOnly if self.facts.is_of_line_only() => {
                Answer::passed(format!("line {} is supported, and this is no fix", line.name))
            }
            LineStatus::SecurityOnly => {
                let taken = &self.policy.eligibility.security_only;
                let words: Vec<&str> = taken.iter().map(|kind| kind.as_str()).collect();
                let takes = format!("line {} takes {} only", line.name, words.join(" and "));
                match self.classified.kind {
                    Some(kind) if taken.contains(&kind) => Answer::passed(format!("{takes}, which it is")),
                    Some(kind) => Answer::failed(format!("{takes}, and it is of kind '{kind}'")),
                    None => Answer::Undecided(format!("{takes}, and its kind is not told"), Vec::new()),
                }
            }
        }
    }

    pub(super) fn newer_lines(&self) -> Answer {
        let Some(newer) = self.facts.newer.value() else {
            return missing("where it stands on newer lines", self.facts.newer.missing());
        };
        if newer.is_empty() {
            return Answer::NotAsked;
        }
        let shown = |wanted: fn(State) -> bool| -> Vec<String> {
            let sure = newer.iter().filter_map(|line| match &line.state {
                NewerState::Sure(state) => Some((&line.line, *state)),
                NewerState::Probably(_) | NewerState::NotKnown(_) => None,
            });
            sure.filter(|(_, state)| wanted(*state))
                .map(|(line, state)| format!("{line}: {}", state.as_str()))
                .collect()
        };
        let open = newer.iter().filter_map(|line| match &line.state {
            NewerState::Sure(_) => None,
            NewerState::Probably(state) => Some(format!("{}: probably {}", line.line, state.as_str())),
            NewerState::NotKnown(why) => Some(format!("{}: {why}", line.line)),
        });
        let open: Vec<String> = open.collect();
        let lacking = shown(|state| matches!(state, State::Needed | State::Unknown | State::RevertedOnMain));
        let declined = shown(|state| state == State::Declined);
        if !lacking.is_empty() {
            return Answer::Failed("a newer line lacks it: who upgrades would get the bug back".to_owned(), lacking);
        }
        if !declined.is_empty() {
            return Answer::Failed("it was declined for a newer line".to_owned(), declined);
        }
        if !open.is_empty() {
            return Answer::Undecided("it is not sure that every newer line has it".to_owned(), open);
        }
        Answer::Passed("every newer line has it, or does not need it".to_owned(), shown(|_| true))
    }

    pub(super) fn breaking(&self) -> Answer {
        let (mut said, mut suspected) = (Vec::new(), Vec::new());
        let mut read = |text: &str, place: &str| {
            let found = breaks(text);
            said.extend(found.stated.into_iter().map(|line| format!("'{line}'{place}")));
            suspected.extend(found.suspected.into_iter().map(|line| format!("'{line}'{place}")));
        };
        self.facts.known_messages().iter().for_each(|message| read(&message.text, ""));
        if let Some(pull) = self.facts.pull.value().and_then(Option::as_ref) {
            read(&pull.title, "");
            read(&pull.body, " in the description");
            let labels = &self.policy.eligibility.breaking_labels;
            let breaking =
                pull.labels.iter().filter(|own| labels.iter().any(|name| is_named(&own.name, name.as_str())));
            said.extend(breaking.map(|own| format!("label '{}'", own.name)));
        }
        let unique = |all: Vec<String>| -> Vec<String> {
            all.iter().enumerate().filter(|(at, one)| !all[..*at].contains(one)).map(|(_, one)| one.clone()).collect()
        };
        let labels = &self.policy.eligibility.breaking_labels;
        match (said.is_empty(), suspected.is_empty(), &self.facts.messages, &self.facts.pull) {
            (false, ..) => Answer::Failed("it says itself that it breaks something".to_owned(), first(unique(said))),
            (true, false, ..) => {
                Answer::Undecided("it may say that it breaks something".to_owned(), first(unique(suspected)))
            }
            (true, true, Known::Unknown(why), _) => {
                Answer::unknown("whether a message says that it breaks something", why)
            }
            (true, true, Known::Known(_), Known::Unknown(why)) if !labels.is_empty() => {
                Answer::unknown("whether a label says that it breaks something", why)
            }
            (true, true, Known::Known(_), _) => Answer::passed("nothing says that it breaks something"),
        }
    }

    pub(super) fn tests(&self) -> Answer {
        let Some(changed) = self.facts.changed.value() else {
            return missing("what it changes", self.facts.changed.missing());
        };
        let sets = &self.policy.eligibility.paths;
        // A test that is gone, or only has another name, covers nothing new.
        let covers = |file: &&Touched| match file.content {
            Content::Text => file.added + file.removed > 0,
            Content::Binary => true,
            Content::Gone => false,
        };
        let tests = changed.iter().filter(|file| chosen(&sets.tests, &file.path)).filter(covers);
        let tests: Vec<String> = tests.map(|file| file.path.clone()).collect();
        match tests.is_empty() {
            false => Answer::Passed(
                format!("it changes {}", count(tests.len() as u64, "file of tests", "files of tests")),
                first(tests),
            ),
            true if self.classified.kind == Some(FixKind::Documentation) => {
                Answer::passed("it changes documentation, which has no tests")
            }
            true => Answer::failed("it adds or changes no file of tests"),
        }
    }

    pub(super) fn applies_clean(&self) -> Answer {
        if self.facts.picks.is_some() {
            return Answer::NotAsked;
        }
        match self.facts.applies.value() {
            Some(Applies::Clean) => Answer::passed("it applies"),
            _ if self.facts.changed.value().is_some_and(Vec::is_empty) => Answer::failed("it changes nothing"),
            Some(Applies::Empty) => Answer::passed("the line has all of it already"),
            Some(Applies::Conflict(files)) => Answer::Failed(
                format!("it conflicts in {}", count(files.len() as u64, "file", "files")),
                first(files.clone()),
            ),
            None => missing("whether it applies", self.facts.applies.missing()),
        }
    }

    pub(super) fn size(&self) -> Answer {
        let most = u64::from(self.policy.eligibility.require.max_changed_lines.get());
        let Some(changed) = self.facts.changed.value() else { return self.size_in_all(most) };
        let sets = &self.policy.eligibility.paths;
        let mut counted: Vec<&Touched> =
            changed.iter().filter(|file| !file.marked && !file.stays_in(&sets.generated)).collect();
        let lines: u64 = counted.iter().map(|file| file.added + file.removed).sum();
        let mut reason = format!("it changes {} of {most}", count(lines, "line", "lines"));
        let left_out = (changed.len() - counted.len()) as u64;
        if left_out > 0 {
            let what = count(left_out, "generated or vendored file", "generated or vendored files");
            reason.push_str(&format!(", {what} not counted"));
        }
        if lines > most {
            counted.arrange_by_key(|file| std::cmp::Reverse(file.added + file.removed));
            let largest = counted.iter().map(|file| format!("{}: {}", file.path, file.added + file.removed)).collect();
            return Answer::Failed(reason, first(largest));
        }
        // What tests read does not ship, and often has no lines.
        let ships = |file: &&&Touched| file.content == Content::Binary && !file.stays_in(&sets.tests);
        let binary: Vec<String> = counted.iter().filter(ships).map(|file| file.path.clone()).collect();
        match binary.is_empty() {
            true => Answer::passed(reason),
            false => Answer::Undecided(format!("{reason}, and what has no lines cannot be counted"), first(binary)),
        }
    }

    /// Judges the size by how many lines change in all files together: what is generated would make it smaller, and never larger.
    fn size_in_all(&self, most: u64) -> Answer {
        let pull = self.facts.pull.value().and_then(Option::as_ref);
        let lines = pull.and_then(|pull| pull.size.value()).map(|size| size.additions.saturating_add(size.deletions));
        match lines {
            Some(lines) if lines <= most => {
                Answer::passed(format!("it changes {} of {most}, all files counted", count(lines, "line", "lines")))
            }
            Some(_) | None => missing("what it changes", self.facts.changed.missing()),
        }
    }

    pub(super) fn paths(&self) -> Answer {
        let Some(changed) = self.facts.changed.value() else {
            return missing("what it changes", self.facts.changed.missing());
        };
        let forbidden = &self.policy.eligibility.paths.forbidden;
        let found: Vec<String> = changed
            .iter()
            .filter(|file| file.meets(forbidden))
            .map(|file| match &file.was {
                Some(was) => format!("{was} -> {}", file.path),
                None => file.path.clone(),
            })
            .collect();
        match found.is_empty() {
            true => Answer::passed("it changes nothing that needs an approval"),
            false => Answer::Failed(
                format!(
                    "it changes {}",
                    count(found.len() as u64, "file that needs an approval", "files that need an approval")
                ),
                first(found),
            ),
        }
    }

    pub(super) fn dependencies(&self) -> Answer {
        let Some(raised) = self.facts.raised.value() else {
            return missing("which dependencies it raises", self.facts.raised.missing());
        };
        let told = |one: &crate::model::eligibility::dependencies::Raised| {
            format!("{}: {} from '{}' to '{}'", one.path, one.name, one.from, one.to)
        };
        match raised.is_empty() {
            true => Answer::passed("it raises no dependency across a major version"),
            false => Answer::Failed(
                format!(
                    "it raises {} across a major version",
                    count(raised.len() as u64, "dependency", "dependencies")
                ),
                raised.iter().map(told).collect(),
            ),
        }
    }

    pub(super) fn baked(&self) -> Answer {
        let Some(days) = self.policy.eligibility.require.baked_days else { return Answer::NotAsked };
        match self.facts.out_since.value() {
            Some(Some(since)) => {
                let out = (self.policy.now - *since).num_days().max(0);
                let reason = format!("it has been out for {} of {days}", count(out.unsigned_abs(), "day", "days"));
                if out >= i64::from(days.get()) { Answer::passed(reason) } else { Answer::failed(reason) }
            }
            Some(None) => Answer::failed("no newer line has it yet"),
            None => missing("since when it is out", self.facts.out_since.missing()),
        }
    }

    pub(super) fn embargo(&self) -> Answer {
        let facts = self.facts;
        let unseen = facts.messages.missing().or(facts.changed.missing()).or(facts.pull.missing());
        match (self.facts.embargo.listed, self.facts.embargo.leaks.is_empty()) {
            (false, _) => Answer::NotAsked,
            (true, true) if unseen.is_some() => missing("everything that becomes public", unseen),
            (true, true) => Answer::passed("nothing names what is under embargo"),
            (true, false) => {
                Answer::Failed("an identifier under embargo is named".to_owned(), self.facts.embargo.leaks.clone())
            }
        }
    }
}

/// Says whether a maintainer recorded the kind, which was decided in knowledge of the rest.
fn pieces_are_recorded(pieces: &[Piece]) -> bool {
    pieces.first().is_some_and(|piece| piece.weight == Weight::Recorded)
}

pub(super) fn missing(what: &str, why: Option<&Missing>) -> Answer {
    Answer::unknown(what, why.unwrap_or(&Missing::NotAsked))
}

/// Keeps the first of many, and says how many more there are.
pub(super) fn first(mut all: Vec<String>) -> Vec<String> {
    const SHOWN: usize = 10;
    if all.len() > SHOWN {
        let more = all.len() - SHOWN;
        all.truncate(SHOWN);
        all.push(format!("and {more} more"));
    }
    all
}
