//! What `check` finds about the notes of releases that are to be published.

use crate::model::error::{Error, Kind, Result};
use crate::model::notes::Notes;
use crate::model::notes::check::{Body, Embargoes, NotesCheck, NotesFinding, NotesRule, PullsAsked, check};
use crate::model::publish::{Publication, PublishRecord};
use crate::model::tag::TagName;
use crate::model::verify::Answer;
use crate::ports::forge::Forge;

/// What is open about the notes of releases. Of notes of one's own, it is only what they say of advisories: who writes them looked at the rest.
#[derive(Default)]
pub(super) struct Checked(Vec<(TagName, NotesCheck)>);

impl Checked {
    /// Asks of notes, each with the body that is made of it, what `check` asks. What is under embargo is asked for of all that is published
    /// elsewhere.
    pub(super) fn of<'n>(notes: impl Iterator<Item = (&'n Notes, &'n String)>) -> Self {
        Self::judged(notes.map(|(notes, body)| (notes, Body::Made(body))))
    }

    fn judged<'n>(notes: impl Iterator<Item = (&'n Notes, Body<'n>)>) -> Self {
        let embargoes = Embargoes { list: None, guarded: None };
        let judged = notes.map(|(notes, body)| (notes.tag.clone(), check(notes, body, embargoes, PullsAsked::Asked)));
        Self(judged.filter(|(_, found)| found.answer != Answer::Yes).collect())
    }

    /// Asks of notes of one's own only what they say of advisories. That nothing is known to fix one is told, and stops nothing: a compiler that
    /// is newer may, and no commit tells of it.
    pub(super) fn of_own<'n>(notes: impl Iterator<Item = (&'n Notes, &'n String)>) -> Self {
        let own = Self::judged(notes.map(|(notes, body)| (notes, Body::Own(body))));
        let all = own.0.into_iter().map(|(tag, found)| (tag, found.of_body()));
        Self(all.filter(|(_, found)| found.answer != Answer::Yes).collect())
    }

    /// Says of each release how much is open that does not stand in the way of publishing it. Whether something does is not known yet.
    pub(super) fn besides(&self) -> impl Iterator<Item = String> {
        let of_body = self.0.iter().flat_map(|(tag, found)| {
            let told = found.open().filter(|one| one.rule == NotesRule::Origin && one.commit.is_none());
            told.map(move |one| format!("{tag}: {}", one.reason))
        });
        let of_entries = self.0.iter().filter_map(|(tag, found)| {
            let is_besides =
                |one: &&NotesFinding| !NotesRule::OF_PUBLISHING.contains(&one.rule) && one.commit.is_some();
            let besides = found.open().filter(is_besides).count();
            let findings = if besides == 1 { "finding that stops" } else { "findings that stop" };
            (besides > 0).then(|| {
                format!("the notes of {tag} have {besides} {findings} nothing: patch-notes check --target {tag}")
            })
        });
        of_body.chain(of_entries)
    }

    /// Leaves out of what was found what gives something away.
    pub(super) fn withhold(&mut self, leaks: impl Fn(&str) -> bool) {
        for (_, found) in &mut self.0 {
            *found = found.clone().without(&leaks);
        }
    }

    /// Requires of what is not public yet that nothing is open without which nothing is published: what is out is finished. Of all releases
    /// everything is told at once.
    ///
    /// # Errors
    /// When something is open, as `check` has it: a no where something does not hold, else undecided. Also when the forge refuses or fails.
    pub(super) fn require(self, forge: &Forge, publication: &Publication, record: &PublishRecord) -> Result<()> {
        let mut open: Vec<(TagName, NotesCheck)> =
            self.0.into_iter().map(|(tag, found)| (tag, found.about(&NotesRule::OF_PUBLISHING))).collect();
        open.retain(|(_, found)| found.answer != Answer::Yes);
        if open.is_empty() {
            return Ok(());
        }
        let mut looked = record.clone();
        let _steps = forge.plan_releases(publication, &mut looked)?;
        let public = looked.public();
        open.retain(|(tag, _)| !public.contains(tag));
        let Some((first, _)) = open.first() else { return Ok(()) };
        let kind = match open.iter().any(|(_, found)| found.answer == Answer::No) {
            true => Kind::No,
            false => Kind::Undecided,
        };
        let tags: Vec<String> = open.iter().map(|(tag, _)| format!("'{tag}'")).collect();
        let hint = format!(
            "settle each of these on main, or name no such advisory in notes of your own, and run the same command again; the same is asked by: patch-notes check --target {first}"
        );
        let found =
            open.iter().flat_map(|(tag, found)| found.open().map(move |one| format!("{tag}: {}", one.sentence())));
        // One cause a finding, so that each is told on a line of its own.
        let causes = found.collect::<Vec<_>>().into_iter().rev().fold(None, |later: Option<Error>, sentence| {
            let error = Error::new(kind, sentence);
            Some(match later {
                Some(later) => error.because(later),
                None => error,
            })
        });
        // An earlier run may have published some of them.
        let nothing = if public.is_empty() { "nothing" } else { "nothing more" };
        let error =
            Error::new(kind, format!("{nothing} was published: the notes of {} are not ready", tags.join(" and ")));
        Err(causes.into_iter().fold(error, Error::because).hint(hint))
    }
}
