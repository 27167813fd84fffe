//! Makes an entry of what is known of a group of commits.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::model::change::{own_pull_request, title};
use crate::model::commit::{Commit, CommitId};
use crate::model::decision::Decisions;
use crate::model::eligibility::advisory::{
    Form, InWords, Named, advisories, denied, fixed, fixed_by_this, fixed_in_words, left_open, remarked,
    said_to_be_fixed, without_mark,
};
use crate::model::eligibility::paths::is_of_development;
use crate::model::error::{Error, Result};
use crate::model::kind::FixKind;
use crate::model::known::{Known, Missing};
use crate::model::notes::chore::{HOOKS, begins_as_fix, renews_hooks};
use crate::model::notes::fork::{advisory_of_fork, is_of_fork};
use crate::model::notes::issues::{ClosedIssue, closed_issues};
use crate::model::notes::people::people;
use crate::model::notes::told::{Fixed, Told};
use crate::model::notes::words::{FOLDER, Quiet, Shares, points};
use crate::model::notes::{Entry, LeftOut, OwnRequest, RequestBase, Section, Traced, WhyLeftOut};
use crate::model::pull::PullRequest;
use crate::model::trailer::{CommitPrefix, markers};
use crate::ports::decisions::decisions_at;
use crate::ports::git::{Git, Mailmap};
use crate::ports::settings::Settings;
use crate::ports::survey::lacking::OfMain;

use super::advisories::{Sources, main_commit};
use super::chores::{Path, touched};
use super::doubt::fixed_by_files;
use super::group::Group;
use super::kinds::names_one;
use super::place::Place;
use super::project;
use super::there::title_and_body;
use super::trace::Landed;
use super::words::short_names_at;

/// The identifiers, the fixes and the moment.
type AskedOfMain = (Vec<String>, Vec<CommitId>, i64);

/// What main says about releases and fixes, as others protect it.
pub(super) struct Said<'s> {
    pub(super) git: &'s Git,
    pub(super) settings: &'s Settings,
    main: CommitId,
    pub(super) decisions: Decisions,
    /// The short names of commits by which files with words are called.
    pub(super) short: Vec<CommitPrefix>,
    people: Mailmap,
    pub(super) sources: Sources,
    /// What main has for some advisories and fixes, back to a moment: releases of several lines ask for the same.
    pub(super) of_main: RefCell<HashMap<AskedOfMain, OfMain>>,
}

/// What a group comes to.
pub(super) enum Made {
    /// An entry, and what a person should know of it.
    Entry(Box<Entry>, Vec<String>),
    /// Nothing that users are told.
    LeftOut(Vec<LeftOut>),
}

impl<'s> Said<'s> {
    /// Reads it.
    ///
    /// # Errors
    /// When main is not here, or a file of it is wrong.
    pub(super) fn read(git: &'s Git, settings: &'s Settings) -> Result<Self> {
        let main = main_commit(git, settings)?;
        let sources = Sources::at(git, settings, main)?;
        let (decisions, short) = (decisions_at(git, main)?, short_names_at(git, main)?);
        let people = git.mailmap_of(main)?;
        Ok(Self { git, settings, main, decisions, short, people, sources, of_main: RefCell::default() })
    }

    /// Returns the items of a file about one release, such as `known-issues`.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn about(&self, place: &Place<'_>, name: &str) -> Result<Vec<String>> {
        let text = self.file(&format!("{FOLDER}/{}/{name}.md", place.version))?;
        Ok(text.map(|text| points(&text)).unwrap_or_default())
    }

    /// Returns the text of a file of main; `None`: it is not there.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn file(&self, path: &str) -> Result<Option<String>> {
        let Some(bytes) = self.git.file_of(self.main, path)? else { return Ok(None) };
        let text = String::from_utf8(bytes).map_err(|error| {
            let error = Error::usage(format!("'{path}' of {} is not UTF-8", self.main.short())).because(error);
            error.hint("save it as UTF-8 and land it on main")
        })?;
        // Some editors put a mark of the byte order in front, which is no word.
        Ok(Some(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)))
    }

    /// Makes an entry.
    ///
    /// # Errors
    /// When a file of main cannot be read.
    pub(super) fn entry(&self, place: &Place<'_>, group: &Group) -> Result<Made> {
        let pull = group.pull.value().and_then(Option::as_ref);
        let mut warnings = Vec::new();
        let shares = self.words(group, pull, &mut warnings)?;
        let told = self.told(place, group, (pull, &shares), &mut warnings);
        // That a way to attack is closed is never kept from users.
        let quiet = if told.may_be_security() { Quiet::Told } else { Quiet::KeptOut };
        if shares.say_none() && quiet == Quiet::KeptOut {
            let left_out = |commit: &Commit| LeftOut {
                commit: commit.id,
                subject: commit.subject().to_owned(),
                why: WhyLeftOut::SaysNone,
            };
            return Ok(Made::LeftOut(group.picks.iter().map(left_out).collect()));
        }
        let (words, words_settle) = (shares.together(quiet), shares.are_reviewed());
        let issues = issues(group, pull);
        let kind = told.kind.or_else(|| (issues.is_empty() && is_upkeep(group, &told)).then_some(FixKind::Refactor));
        let people = people(group.written(), |person| self.people.known(person));
        let entry = Entry {
            section: Section::of(kind, words.as_ref()),
            kind,
            title: called(group, kind),
            words,
            picks: group.picks.iter().map(|commit| commit.id).collect(),
            origin: group.origin.clone(),
            unnamed: group.unnamed.clone(),
            untold: group.untold.clone(),
            in_part: match words_settle && told.open.is_empty() {
                true => Vec::new(),
                false => group.in_part.clone(),
            },
            security: self.security(place, group),
            pull_request: group.number(),
            pull_requests: Some(group.numbers()).filter(|all| all.len() > 1).unwrap_or_default(),
            own_pull_requests: group.own.clone(),
            account: pull.and_then(|pull| pull.author.as_ref()).map(ToString::to_string),
            authors: people.authors,
            reviewers: people.reviewers,
            issues,
            advisories: told.advisories,
            lacking: match told.open.is_empty() && kind != Some(FixKind::Security) {
                true => Vec::new(),
                false => group.lacking.clone(),
            },
            open_advisories: told.open,
            also_in: Vec::new(),
            not_needed: Vec::new(),
            not_evaluated: Vec::new(),
        };
        warnings.extend(without_words(&entry, group));
        Ok(Made::Entry(Box::new(entry), warnings))
    }

    /// Says whether a commit that looks as if it concerned nobody has words for users, or may close a way to attack: by itself, or by the
    /// commits that it names as its origin.
    ///
    /// # Errors
    /// When a file of main cannot be read.
    pub(super) fn concerns_users(&self, place: &Place<'_>, commit: &Commit, paths: &[Path]) -> Result<bool> {
        let group = self.alone(commit, paths);
        // Whoever is told of the commit is told of these, too.
        let mut warnings = Vec::new();
        let words = self.words(&group, None, &mut warnings)?;
        let told = self.told(place, &group, (None, &words), &mut warnings);
        let names = !self.fixed(&group, None, &words).said.is_empty();
        Ok(names || told.may_be_security() || words.together(Quiet::KeptOut).is_some())
    }

    /// Says whether a commit, or one that it names as its origin, is a fix: by what says its kind, by its title, or since it closes an issue.
    ///
    /// # Errors
    /// When a file of main cannot be read.
    pub(super) fn is_fix(&self, place: &Place<'_>, commit: &Commit, paths: &[Path]) -> Result<bool> {
        let group = self.alone(commit, paths);
        let mut warnings = Vec::new();
        let words = self.words(&group, None, &mut warnings)?;
        let told = self.told(place, &group, (None, &words), &mut warnings);
        let says_so = |commit: &Commit| begins_as_fix(&title(commit)) || !closed_issues(&commit.message).is_empty();
        Ok(told.kind.is_some_and(FixKind::corrects) || group.picks.iter().any(says_so))
    }

    /// Makes a group of a commit and those that it names as its origin.
    fn alone(&self, commit: &Commit, paths: &[Path]) -> Group {
        let named = markers(&commit.message).into_iter().filter_map(|marker| marker.relation.origin_commit()?.full());
        let mut picks = vec![commit.clone()];
        // What is not here tells nothing.
        picks.extend(named.filter_map(|id| self.git.commit(id).ok()));
        let number = |commit: &Commit| own_pull_request(&commit.message);
        let own = picks.iter().filter_map(number).map(|number| OwnRequest { number, base: RequestBase::Line });
        Group {
            own: own.collect(),
            picks,
            paths: paths.to_vec(),
            origin: Traced::Nowhere { reasons: Vec::new() },
            landed: Vec::new(),
            merges: Vec::new(),
            arrival: None,
            unnamed: Vec::new(),
            untold: Vec::new(),
            apart: Vec::new(),
            pull: Known::Unknown(Missing::NotAsked),
            descriptions: Vec::new(),
            lost: Vec::new(),
            open: Vec::new(),
            doubted: Vec::new(),
            lacking: Vec::new(),
            in_part: Vec::new(),
            outdated: Vec::new(),
        }
    }

    /// Makes a group of a commit that brings a change of main and nothing besides.
    ///
    /// # Errors
    /// When an object is missing.
    pub(super) fn of_one(&self, pick: &Commit, landed: &Landed) -> Result<Group> {
        let paths = touched(self.git, &mut self.git.objects()?, pick)?;
        let origin = Traced::main(landed.commits.iter().map(|commit| commit.id).collect());
        let (picks, landed) = (vec![pick.clone()], vec![landed.clone()]);
        Ok(Group { picks, landed, origin, own: Vec::new(), ..self.alone(pick, &paths) })
    }

    fn told(
        &self,
        place: &Place<'_>,
        group: &Group,
        (pull, words): (Option<&PullRequest>, &Shares),
        warnings: &mut Vec<String>,
    ) -> Told {
        let found = self.kind(place, group);
        let in_words = words.written().map(|words| words.text.as_str());
        let of_merges = group.sure_merges().map(|merge| merge.message.as_str());
        let mut named: Vec<_> = group.texts().chain(of_merges).chain(in_words).flat_map(advisories).collect();
        // What it may not bring fixes nothing for sure, whatever that says of itself.
        let of_lost: Vec<String> = group.lost_texts().flat_map(advisories).map(|named| named.id).collect();
        let of_doubtful = group.doubtful_texts().flat_map(advisories).filter(|named| !of_lost.contains(&named.id));
        named.extend(of_doubtful.map(|named| Named { form: Form::Mentioned, ..named }));
        named.extend(group.open.iter().chain(&group.doubted).map(|id| Named { id: id.clone(), form: Form::Mentioned }));
        let titles = group.sources().chain(group.speaking()).map(|one| one.subject().to_owned());
        let titles: Vec<String> = titles.chain(group.whole_merges().map(title)).collect();
        let fixed = self.fixed(group, pull, words);
        let titles = titles.iter().map(String::as_str).chain(pull.map(|pull| pull.title.as_str()));
        let told = Told::of(&found, titles, &named, &fixed);
        warnings.extend(found.contradiction.map(|why| format!("the kind of {} cannot be told: {why}", group.short())));
        told
    }

    /// Returns which advisories the texts of a change, its words and the advisories of main say that it fixes.
    fn fixed(&self, group: &Group, pull: Option<&PullRequest>, words: &Shares) -> Fixed {
        let by_sources = self.sources.of(&group.whole_names());
        let mut all: Vec<(String, String)> = group.sources().chain(group.speaking()).map(title_and_body).collect();
        all.extend(group.whole_merges().map(title_and_body));
        all.extend(pull.map(|pull| (pull.title.clone(), pull.body.clone())));
        let mut said: Vec<String> = all.iter().flat_map(|(title, body)| fixed(title, body)).collect();
        let stated = all.iter().flat_map(|(title, body)| said_to_be_fixed(title, body)).collect();
        said.extend(by_sources.kept_back);
        let mut told = by_sources.public;
        let told_of = group
            .sure_merges()
            .filter(|merge| !group.is_part_of(merge.id))
            .chain(group.sources())
            .chain(group.speaking());
        told.extend(told_of.filter_map(|commit| advisory_of_fork(&commit.message)));
        told.extend(all.iter().flat_map(|(title, body)| fixed_by_this(title, body)));
        let project = project(self.settings);
        let in_words: Vec<InWords> = words.written().map(|words| fixed_in_words(&words.text, &project)).collect();
        let mut denied = denied(&group.speaking().map(title_and_body).collect::<Vec<_>>());
        let of_sources: Vec<(String, String)> = group.sources().map(title_and_body).collect();
        if !of_sources.is_empty() {
            denied.extend(remarked(&group.speaking().map(title_and_body).collect::<Vec<_>>(), &of_sources));
        }
        denied.extend(all.iter().flat_map(|(title, body)| left_open(title, body)));
        denied.retain(|id| !in_words.iter().any(|words| words.fixed.contains(id)));
        let reviewed = fixed_by_files(words, &project);
        denied.extend(group.doubted.iter().filter(|id| !reviewed.contains(id)).cloned());
        denied.extend(group.open.iter().cloned());
        for words in in_words {
            told.extend(words.fixed);
            denied.extend(words.open);
        }
        // Of a part of what such a merge brought nothing else tells that it closes a way to attack.
        let by_fork = group.sure_merges().chain(group.sources()).chain(group.speaking());
        let by_fork = by_fork.map(|commit| commit.message.as_str()).any(is_of_fork);
        Fixed { said, stated, told, denied, by_fork, is_reviewed: words.are_reviewed() }
    }
}

/// Returns what a group is called, without the mark that is the name of its section.
fn called(group: &Group, kind: Option<FixKind>) -> String {
    let title = group.title();
    if kind == Some(FixKind::Security) { without_mark(&title).to_owned() } else { title }
}

/// Says which changes of a security fix name an advisory and have no words, where others of it have some.
fn without_words(entry: &Entry, group: &Group) -> Option<String> {
    let without = entry.words.as_ref().map(|words| words.without.as_slice())?;
    let untold = group
        .sure()
        .filter(|landed| without.contains(&landed.change.id) && names_one(landed))
        .map(|landed| landed.change.id.short());
    let untold: Vec<String> = untold.collect();
    let is_security = entry.section == Section::Security && !untold.is_empty();
    is_security.then(|| {
        format!(
            "the security fix {} has words for other changes than {}, which stands beside them by its title; write some into '{FOLDER}/COMMIT.md' of main",
            group.short(),
            untold.join(" and ")
        )
    })
}

/// Says whether a change of which nothing else tells what it is only brings the hooks of developers up to date, or touches nothing but what
/// these work with.
fn is_upkeep(group: &Group, told: &Told) -> bool {
    let has_hooks = group.paths.iter().any(|path| path.bytes == HOOKS.as_bytes());
    let is_theirs = |path: &Path| is_of_development(&String::from_utf8_lossy(&path.bytes));
    let is_of_theirs = !group.paths.is_empty() && group.paths.iter().all(is_theirs);
    let is_upkeep = is_of_theirs || has_hooks && renews_hooks(&group.title());
    is_upkeep && !told.may_be_security() && told.advisories.is_empty()
}

fn issues(group: &Group, pull: Option<&PullRequest>) -> Vec<ClosedIssue> {
    let mut found: Vec<ClosedIssue> = group.texts().flat_map(closed_issues).collect();
    if let Some(pull) = pull {
        let linked = pull.issues.value().into_iter().flatten().map(|issue| ClosedIssue {
            repository: Some(issue.repository.clone()).filter(|other| *other != pull.base.repository),
            number: issue.number,
        });
        found.extend(linked);
    }
    let own: Vec<ClosedIssue> =
        group.known_numbers().into_iter().map(|number| ClosedIssue { repository: None, number }).collect();
    let mut once = Vec::new();
    for issue in found {
        if !own.contains(&issue) && !once.contains(&issue) {
            once.push(issue);
        }
    }
    once
}
