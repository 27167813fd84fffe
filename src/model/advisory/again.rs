//! Commits that read as if they made a fix again, in other words or in other places: by their titles, or by what they name.
//!
//! A line that differs too much from main gets a fix that is written for it. Such a commit shares no line with that of main, so that only
//! its message tells what it is. A message proves nothing: what reads so leaves a question for a person, and answers none.

use std::collections::BTreeSet;

use crate::model::affected::is_incidental;
use crate::model::change::{MERGE_OF_FORK, own_pull_request, titled};
use crate::model::commit::{Commit, CommitId};
use crate::model::eligibility::advisory::{Form, advisories, fixed};
use crate::model::notes::chore::is_of_release;
use crate::model::notes::claim::TitleKey;
use crate::model::patch::FilePatch;
use crate::model::patch::carry::product;
use crate::model::path::file_name;
use crate::model::presence::sieve::Wording;
use crate::model::trailer::{Marker, markers};

/// A fix of main, as far as messages can speak of it.
#[derive(Debug, Clone)]
pub struct SpokenOf {
    /// The commit that the advisory names.
    pub fix: CommitId,
    /// What it is called, and what the commits are called that it brought, as far as that tells something.
    pub titles: Vec<TitleKey>,
    /// The pull requests that brought it, or its parts.
    pub requests: Vec<u64>,
}

impl SpokenOf {
    /// Takes what the parts of a fix say, of which it is one; `requests` are those that brought the parts.
    pub fn of(fix: CommitId, parts: &[Commit], requests: impl IntoIterator<Item = u64>) -> Self {
        let titles = parts.iter().map(|part| TitleKey::without_parts(&titled(&part.message)));
        let own = parts.iter().filter_map(|part| own_pull_request(&part.message));
        Self { fix, titles: titles.filter(is_a_title).collect(), requests: own.chain(requests).collect() }
    }
}

/// The title of a merge that says no more than that it is one is that of many.
fn is_a_title(key: &TitleKey) -> bool {
    key.tells() && *key != TitleKey::without_parts(MERGE_OF_FORK)
}

/// What a commit says as if it were a fix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saying {
    /// The fix.
    pub fix: CommitId,
    /// The words: text from a stranger.
    pub words: String,
    form: Form,
}

/// The fixes of an advisory, and what it is called.
#[derive(Debug, Clone)]
pub struct Sayings<'s> {
    fixes: Vec<SpokenOf>,
    ids: &'s [String],
}

impl<'s> Sayings<'s> {
    /// Takes the fixes of an advisory with its identifiers.
    pub const fn new(fixes: Vec<SpokenOf>, ids: &'s [String]) -> Self {
        Self { fixes, ids }
    }

    /// Returns what a message must hold that says anything of this.
    pub fn wording(&self) -> Wording {
        let titles = self.fixes.iter().flat_map(|fix| &fix.titles);
        let requests = self.fixes.iter().flat_map(|fix| fix.requests.iter().copied());
        Wording::of(titles, requests, self.ids.iter().map(String::as_str))
    }

    /// Returns what a commit says of each of the fixes, its strongest words. What takes something back says nothing but by its title: a fix
    /// may itself be a revert.
    pub fn of(&self, commit: &Commit) -> Vec<Saying> {
        let title = titled(&commit.message);
        let key = TitleKey::without_parts(&title);
        let stated = markers(&commit.message);
        let takes_back = stated.iter().any(|marker| marker.relation.takes_back());
        let named = if takes_back { None } else { self.named(commit, &title) };
        let one = |fix: &SpokenOf| {
            let says = |words: &str, form| Saying { fix: fix.fix, words: words.to_owned(), form };
            if fix.titles.contains(&key) {
                return Some(says(&title, Form::Stated));
            }
            let request = stated.iter().find(|marker| !takes_back && is_of(marker, &fix.requests));
            let request = request.map(|marker| says(&marker.text, Form::Stated));
            request.or_else(|| named.map(|(id, form)| says(id, form)))
        };
        self.fixes.iter().filter_map(one).collect()
    }

    /// Returns an identifier of the advisory that a commit names, one that it says it fixes before others.
    fn named(&self, commit: &Commit, title: &str) -> Option<(&str, Form)> {
        let body = commit.message.split_once('\n').map_or("", |(_, body)| body);
        let (fixed, named) = (fixed(title, body), advisories(&commit.message));
        let form_of = |id: &String| {
            let is = |other: &String| other.eq_ignore_ascii_case(id);
            let has = |text: &str| {
                let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '-');
                words.any(|word| word.trim_matches('-').eq_ignore_ascii_case(id))
            };
            // In a title it is there for a reason, whatever the words around it.
            if has(title) || fixed.iter().any(is) {
                return Some(Form::Stated);
            }
            let of_others = || has(body).then_some(Form::Mentioned);
            named.iter().find(|one| is(&one.id)).map(|one| one.form).or_else(of_others)
        };
        let all: Vec<(&str, Form)> = self.ids.iter().filter_map(|id| Some((id.as_str(), form_of(id)?))).collect();
        all.iter().find(|(_, form)| *form == Form::Stated).or_else(|| all.first()).copied()
    }
}

impl Saying {
    /// Says whether a commit with such a patch may do what it says: it changes code, and not only what the making of a release writes, or a
    /// file of the name of one that the fix changes. One that only mentions an advisory has to do the latter.
    pub fn may_be_so(&self, fix: &[FilePatch], patch: &[FilePatch]) -> bool {
        let fix = product(fix);
        let files: BTreeSet<&[u8]> = fix.iter().flat_map(FilePatch::paths).map(file_name).collect();
        patch.iter().flat_map(FilePatch::paths).any(|path| {
            let is_code = || !is_incidental(path) && !is_of_release(&String::from_utf8_lossy(path));
            files.contains(file_name(path)) || (self.form == Form::Stated && is_code())
        })
    }
}

/// Says whether a marker says that one of some pull requests landed the commit, or what it was made from.
fn is_of(marker: &Marker, requests: &[u64]) -> bool {
    marker.relation.landed_by().is_some_and(|request| requests.contains(&request.number))
}
