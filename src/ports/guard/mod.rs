//! The guard over what becomes public: the advisories of the worktree, and all that a push, a release or a comment would tell.

mod branches;
mod committed;
mod copies;
mod places;
mod push;
mod sources;

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use crate::model::advisory::Advisory;
use crate::model::change::title;
use crate::model::commit::CommitId;
use crate::model::config::Config;
use crate::model::eligibility::conventional::trailers;
use crate::model::error::{Error, Result};
use crate::model::guard::{GUARD_SCHEMA, Guard, Guarded, Leak, Place, PushedRef, Sign, Skipped, Surface, Usual, Why};
use crate::model::verify::Answer;

use super::clock::reached;
use super::git::Git;
use branches::Fix;
pub use branches::bare_branches;
use places::Found;
use sources::{Named, Sources};

/// So many subjects show which words a project uses all the time.
const SUBJECTS: usize = 1000;

/// Watches over what becomes public.
pub struct Watch<'g> {
    git: Option<&'g Git>,
    guard: Guard,
    is_told: bool,
    fixes: Vec<Fix>,
}

impl<'g> Watch<'g> {
    /// Reads the advisories of all worktrees of the repository, tracked or not, and of its branches, where the `patch.toml` of this run,
    /// of a worktree or of main has `[advisory]`, or the usual folder has some; and those of more folders.
    ///
    /// # Errors
    /// When a folder or a configuration cannot be read, a source is no advisory, a folder of `more` has none, or there may be some that
    /// are not here: what cannot be read cannot be guarded.
    pub fn open(git: Option<&'g Git>, config: &Config, more: &[PathBuf], now: DateTime<Utc>) -> Result<Self> {
        Self::over(git, config, (more, &[]), now)
    }

    /// The same, also over advisories that have landed, of which the worktrees may know nothing: those of a line do not. What a
    /// worktree says of one is newer, and counts.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_with(
        git: &'g Git,
        config: &Config,
        (more, landed): (&[PathBuf], &[Advisory]),
        now: DateTime<Utc>,
    ) -> Result<Self> {
        Self::over(Some(git), config, (more, landed), now)
    }

    fn over(
        git: Option<&'g Git>,
        config: &Config,
        (more, landed): (&[PathBuf], &[Advisory]),
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let now = reached(now);
        let found = git.map(|git| places::read(git, config)).transpose()?;
        let Found { mut advisories, is_told, doubt } = found.unwrap_or_default();
        let unknown = landed.iter().filter(|one| !advisories.iter().any(|known: &Advisory| known.id == one.id));
        let unknown: Vec<Advisory> = unknown.cloned().collect();
        advisories.extend(unknown);
        for folder in more {
            advisories.extend(named(folder)?);
        }
        if let Some(doubt) = doubt.filter(|_| is_told && advisories.is_empty()) {
            return Err(doubt);
        }
        let mut fixes = Vec::new();
        if let Some(git) = git {
            for advisory in advisories.iter_mut().filter(|advisory| advisory.is_secret_at(now)) {
                fixes.push(branches::with_fixes(git, config, advisory)?);
            }
        }
        let is_told = is_told || !more.is_empty() || !landed.is_empty();
        Ok(Self { is_told, fixes, ..Self::of(git, config, &advisories, now) })
    }

    fn of(git: Option<&'g Git>, config: &Config, advisories: &[Advisory], now: DateTime<Utc>) -> Self {
        let secret = advisories.iter().any(|advisory| advisory.is_secret_at(now));
        let usual = match git.filter(|_| secret) {
            Some(git) => Usual::of(git.newest_subjects(SUBJECTS).iter().map(String::as_str)),
            None => Usual::default(),
        };
        // What users are told of a fix is its title, or the words of its trailer (`model::notes::words`).
        let titles = |digits: &str| {
            let commit = git.and_then(|git| git.commit(copies::here(git, digits)?).ok());
            let words = |message: &str| trailers(message, "release-note").into_iter().map(str::to_owned).collect();
            commit.map_or_else(Vec::new, |one| [vec![title(&one)], words(&one.message)].concat())
        };
        let repository = config.project.repository.as_ref().map(|repository| repository.parts().1);
        let usual = usual.called(config.project.name.as_deref().into_iter().chain(repository));
        Self { git, guard: Guard::knowing(advisories, &usual, &titles, now), is_told: true, fixes: Vec::new() }
    }

    /// Says whether anything tells where advisories are.
    pub fn is_told(&self) -> bool {
        self.is_told
    }

    /// Says whether nothing is secret.
    pub fn is_idle(&self) -> bool {
        self.guard.secrets() == 0
    }

    /// Says whether a text gives something away.
    pub fn tells(&self, place: Place, text: &str) -> bool {
        !self.guard.look(&Surface::new(place, text)).is_empty()
    }

    /// Looks at texts.
    pub fn texts(&self, surfaces: impl IntoIterator<Item = Surface>) -> Guarded {
        self.over_texts().look(surfaces)
    }

    /// Looks at all that a push of some refs would make public. Commits that the remote has, as far as this clone knows, are public
    /// already; those of other remotes are not, for one of them may be a private fork.
    ///
    /// `url` is where this push goes, if that is known, and `public` are commits that are known to be public.
    ///
    /// # Errors
    /// When an object is missing, or there is no repository.
    pub fn push(
        &self,
        (remote, url): (&str, Option<&str>),
        refs: &[PushedRef],
        public: &[CommitId],
    ) -> Result<Guarded> {
        let mut seen = Seen::new(&self.guard);
        if !self.is_idle() {
            push::refs(self.repository()?, (remote, url), (refs, public), &mut seen)?;
        }
        Ok(self.end(seen))
    }

    /// Looks at the commits that one revision has and another one lacks.
    ///
    /// # Errors
    /// When a revision is unknown, or an object is missing.
    pub fn range(&self, from: &str, to: &str) -> Result<Guarded> {
        let mut seen = Seen::new(&self.guard);
        let git = self.repository()?;
        let (from, to) = (git.resolve(from)?, git.resolve(to)?);
        if !self.is_idle() {
            push::commits(git, &[from], &[to], &mut seen)?;
        }
        Ok(self.end(seen))
    }

    /// Ends a look at history. Where there was any, and a fix is not here, copies of it are not known.
    fn end(&self, mut seen: Seen<'_>) -> Guarded {
        if seen.commits > 0 && self.fixes.contains(&Fix::Lost) {
            seen.cannot_compare();
        }
        seen.end()
    }

    /// Requires that a push tells nothing.
    ///
    /// # Errors
    /// When it would, with each place; also as [`Self::push`].
    pub fn require_push(&self, remote: &str, refs: &[PushedRef], public: &[CommitId]) -> Result<()> {
        require("nothing was pushed", &self.push((remote, None), refs, public)?)
    }

    /// Requires that texts tell nothing. `undone`: what was not done, where they do.
    ///
    /// # Errors
    /// When they would, with each place.
    pub fn require_texts(&self, undone: &str, surfaces: impl IntoIterator<Item = Surface>) -> Result<()> {
        self.over_texts().require(undone, surfaces)
    }

    /// Returns what looks at texts alone, as every thread may do at the same time.
    pub fn over_texts(&self) -> TextWatch<'_> {
        TextWatch(&self.guard)
    }

    fn repository(&self) -> Result<&'g Git> {
        self.git.ok_or_else(|| Error::usage("there is no git repository here").hint("name one with --repo"))
    }
}

/// A watch that looks at texts alone.
#[derive(Clone, Copy)]
pub struct TextWatch<'w>(&'w Guard);

impl TextWatch<'_> {
    /// As [`Watch::require_texts`].
    ///
    /// # Errors
    /// When a text tells something, with each place.
    pub fn require(self, undone: &str, surfaces: impl IntoIterator<Item = Surface>) -> Result<()> {
        require(undone, &self.look(surfaces))
    }

    fn look(self, surfaces: impl IntoIterator<Item = Surface>) -> Guarded {
        let mut seen = Seen::new(self.0);
        surfaces.into_iter().for_each(|surface| seen.take(&surface));
        seen.end()
    }
}

/// What was looked at, and found.
struct Seen<'a> {
    guard: &'a Guard,
    texts: u32,
    commits: u32,
    leaks: Vec<Leak>,
    skipped: Vec<Skipped>,
}

impl<'a> Seen<'a> {
    fn new(guard: &'a Guard) -> Self {
        Self { guard, texts: 0, commits: 0, leaks: Vec::new(), skipped: Vec::new() }
    }

    fn take(&mut self, surface: &Surface) {
        self.add(self.guard.look(surface));
    }

    /// Adds what one text tells.
    fn add(&mut self, leaks: Vec<Leak>) {
        self.texts = self.texts.saturating_add(1);
        for leak in leaks {
            // That a subject tells with the files of its commit is no news where it tells alone.
            let told =
                |known: &Leak| known.at == leak.at && known.advisory == leak.advisory && known.place == Place::Subject;
            if leak.place != Place::Touched || !self.leaks.iter().any(told) {
                self.leaks.push(leak);
            }
        }
    }

    /// The same of a text of which others may read a part already: words tell in what is left without that part, which `new` returns.
    /// Names of what is secret tell wherever they stand.
    fn take_new(&mut self, surface: &Surface, new: impl FnOnce() -> String) {
        let is_of_words = |leak: &Leak| matches!(leak.sign, Sign::Title | Sign::Flaw);
        let mut leaks = self.guard.look(surface);
        if leaks.iter().any(is_of_words) {
            let left = self.guard.look(&Surface { text: new(), ..surface.clone() });
            leaks = leaks
                .into_iter()
                .filter_map(|leak| match is_of_words(&leak) {
                    true => left.iter().find(|other| other.advisory == leak.advisory).cloned(),
                    false => Some(leak),
                })
                .collect();
        }
        self.add(leaks);
    }

    /// Takes that a commit repairs a secret flaw, unless that is known of it.
    fn repairs(&mut self, place: Place, at: &str, secret: usize) {
        let leak = self.guard.fix_leak(place, at, secret);
        if !self.leaks.contains(&leak) {
            self.leaks.push(leak);
        }
    }

    fn cannot_compare(&mut self) {
        let skipped = Skipped { at: "a fix".to_owned(), why: Why::NoFix };
        if !self.skipped.contains(&skipped) {
            self.skipped.push(skipped);
        }
    }

    fn skip(&mut self, path: &str, why: Why) {
        let skipped = Skipped { at: self.guard.withheld(Place::Path, path), why };
        if !self.skipped.contains(&skipped) {
            self.skipped.push(skipped);
        }
    }

    fn end(self) -> Guarded {
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Guarded {
            schema: GUARD_SCHEMA.to_owned(),
            answer: match (self.leaks.is_empty(), self.guard.advisories()) {
                (false, _) => Answer::No,
                // Where no advisory is at all, nothing tells whether there is a secret.
                (true, 0) => Answer::Undecided,
                (true, _) if self.skipped.iter().any(|one| one.why.leaves_open()) => Answer::Undecided,
                (true, _) => Answer::Yes,
            },
            advisories: number(self.guard.advisories()),
            secret: number(self.guard.secrets()),
            commits: self.commits,
            texts: self.texts,
            leaks: self.leaks,
            skipped: self.skipped,
        }
    }
}

/// Reads the advisories of a folder that a person names.
fn named(folder: &Path) -> Result<Vec<Advisory>> {
    const HINT: &str = "name the folder of the advisories: --advisories DIR";
    let shown = folder.display();
    if !folder.is_dir() {
        return Err(Error::usage(format!("there is no folder '{shown}', so that nothing can be guarded")).hint(HINT));
    }
    let found = Sources::default().in_folder(folder, &format!("{shown}'"), Named::Yes)?;
    match found.is_empty() {
        true => {
            Err(Error::undecided(format!("there is no advisory in '{shown}', so that nothing can be guarded"))
                .hint(HINT))
        }
        false => Ok(found),
    }
}

/// Says no where something tells. That there is no advisory at all says yes here: a project may have none yet, and where that cannot be
/// told, nothing was opened.
fn require(undone: &str, guarded: &Guarded) -> Result<()> {
    let Some((first, more)) = guarded.leaks.split_first() else { return require_whole(undone, guarded) };
    let because = match more.len() {
        0 => first.sentence(),
        more => format!("{}; and {more} more", first.sentence()),
    };
    Err(Error::no(format!("{undone}: it would tell of what is under embargo")).because(because).hint(
        "wait for the date, take out what tells, or lift the embargo: patch-advisory embargo lift; \
         patch-advisory guard shows every place",
    ))
}

/// Requires that everything was looked into.
fn require_whole(undone: &str, guarded: &Guarded) -> Result<()> {
    let Some(open) = guarded.skipped.iter().find(|one| one.why.leaves_open()) else { return Ok(()) };
    Err(Error::undecided(format!("{undone}: it cannot be told whether it tells of what is under embargo"))
        .because(format!("'{}': {}", open.at, open.why.told()))
        .hint("fetch the fix, or leave out what cannot be looked into: patch-advisory guard shows every place"))
}
