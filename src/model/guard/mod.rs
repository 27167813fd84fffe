//! The guard: whether what is about to become public tells of an advisory that is still secret.
//!
//! It looks for what an advisory is called, for the branches and commits of its fix and what these are called, for what its title says, and
//! for words that tell of a flaw, alone or next to those. It has no answer that quotes any of that: logs of continuous integration are
//! public too. A leak is named by the place where it stands, the sort of sign, and the number of the advisory among those that are secret,
//! in the order of their identifiers.

mod clauses;
mod elsewhere;
pub(in crate::model) mod encoded;
mod entries;
mod fix;
mod flaw;
mod letters;
mod names;
mod own;
mod pointing;
mod records;
mod scan;
mod title;
mod words;

use chrono::{DateTime, Utc};

use crate::model::advisory::Advisory;
use crate::model::arrange::Arrange as _;
use crate::model::embargo::WITHHELD;

use elsewhere::{Elsewhere, Read, is_named};
use entries::{begins_item, begins_item_of_file, passages};
use names::{BranchSign, CommitSign, Identifiers, Text, WordsSign};
use own::Tellable;
use scan::{Made, Part, Scanner};
use title::{FixTitles, Scope, TitleSigns, Told};
use words::words;

pub use fix::Fix;
pub use title::Usual;

pub mod place;
pub mod pushed;
pub mod result;

pub use place::{Place, Surface};
pub use pushed::PushedRef;
pub use result::{GUARD_SCHEMA, Guarded, Leak, Sign, Skipped, Why};

#[cfg(test)]
mod tests;

/// A longer text is looked at in pieces, where something in it may tell.
const LONG: usize = 16 * 1024;
/// A name or a sentence in a file may be wrapped over so many lines.
const WRAPPED_LINES: usize = 2;
/// Words on so many lines, one on each, can stand close together.
const CLOSE_LINES: usize = 14;

/// What to look for. It cannot be printed.
#[derive(Clone)]
pub struct Guard {
    secrets: Vec<Secret>,
    /// Those that may be told, and have a flaw that came with that of a secret one.
    tellable: Vec<Tellable>,
    scanner: Scanner,
    watched: usize,
}

/// Says whether the title of an advisory names no more than a sort of flaws, or is in a script in which the guard finds it only as it stands.
pub fn is_bare(advisory: &Advisory) -> bool {
    Secret::title(advisory, &Usual::default()).is_bare()
}

/// Says whether neither the title of an advisory nor its weaknesses tell the guard what the flaw is usually called.
pub fn is_of_no_sort(advisory: &Advisory) -> bool {
    Secret::title(advisory, &Usual::default()).is_of_no_sort()
}

#[derive(Clone)]
struct Secret {
    identifiers: Identifiers,
    branches: Vec<BranchSign>,
    words: Vec<WordsSign>,
    commits: Vec<CommitSign>,
    called: FixTitles,
    title: TitleSigns,
    /// The commits that its source names as the fix.
    named: Vec<String>,
}

/// The name of a commit that repairs a secret flaw.
pub struct FixName<'a> {
    /// Its digits, all or the first ones.
    pub digits: &'a str,
    /// Whether the source names it, rather than the evidence.
    pub is_named: bool,
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
        Self::knowing(advisories, usual, &|_| Vec::new(), now)
    }

    /// The same, where it is known what commits are called: `titles` returns what a commit says of itself, by the digits of its name.
    pub fn knowing(
        advisories: &[Advisory],
        usual: &Usual,
        titles: &dyn Fn(&str) -> Vec<String>,
        now: DateTime<Utc>,
    ) -> Self {
        let mut secret: Vec<&Advisory> = advisories.iter().filter(|advisory| advisory.is_secret_at(now)).collect();
        secret.arrange_by(|a, b| a.id.cmp(&b.id));
        secret.dedup_by(|a, b| a == b);
        let secrets: Vec<Secret> = secret.iter().map(|advisory| Secret::of(advisory, usual, titles)).collect();
        let scanner = Scanner::of(secret.iter().zip(&secrets).map(|(advisory, secret)| secret.made(advisory)));
        let told = advisories.iter().filter(|advisory| !advisory.is_secret_at(now)).map(Tellable::of);
        let tellable = told.filter(|told| secrets.iter().any(|secret| told.shares(&secret.commits))).collect();
        Self { secrets, tellable, scanner, watched: advisories.len() }
    }

    /// Returns how many advisories are secret.
    pub fn secrets(&self) -> usize {
        self.secrets.len()
    }

    /// Returns the names of the commits that repair each of the secret flaws.
    pub fn fixes(&self) -> Vec<Vec<FixName<'_>>> {
        self.secrets.iter().map(Secret::fixes).collect()
    }

    /// Returns the leak that a commit is, which repairs one of the secret flaws.
    pub fn fix_leak(&self, place: Place, at: &str, secret: usize) -> Leak {
        self.leak(&Surface::new(place, "").at(at), secret, Sign::Fix)
    }

    /// Returns how many advisories were read.
    pub fn advisories(&self) -> usize {
        self.watched
    }

    /// Returns what a text that becomes public gives away, at most one leak for each advisory: the surest sign.
    pub fn look(&self, surface: &Surface) -> Vec<Leak> {
        let Some(title) = surface.below.as_deref().filter(|title| is_named(title)) else {
            return self.look_alone(surface);
        };
        // A title that names an entry of a list explains what stands below it, which may point back at that.
        let with = |text: String| Surface { text, below: None, ..surface.clone() };
        let of_title = self.look_alone(&with(title.to_owned()));
        let has = |leaks: &[Leak], leak: &Leak| {
            leaks.iter().any(|one| (one.advisory, one.sign) == (leak.advisory, leak.sign))
        };
        let mut leaks = self.look_alone(&with(format!("{title}\n\n{}", surface.text)));
        leaks.retain(|leak| !has(&of_title, leak) || has(&self.look_alone(&with(surface.text.clone())), leak));
        let above = u32::try_from(title.lines().count() + 1).unwrap_or(u32::MAX);
        for leak in &mut leaks {
            leak.line = leak.line.map(|line| line.saturating_sub(above)).max(surface.first_line);
        }
        leaks
    }

    fn look_alone(&self, surface: &Surface) -> Vec<Leak> {
        if self.secrets.is_empty() {
            return Vec::new();
        }
        // Of a document it is known before anything is read in it.
        let is_document = surface.place == Place::Document;
        let reach = if surface.place == Place::Line { WRAPPED_LINES } else { CLOSE_LINES };
        if surface.text.len() <= LONG {
            let may_tell = self.scanner.has_all(&surface.text, is_document)
                && !self.scanner.pieces(&surface.text, reach).is_empty();
            return if may_tell { self.look_whole(surface) } else { Vec::new() };
        }
        let pieces = self.scanner.pieces(&surface.text, reach);
        let telling: Vec<usize> =
            (0..pieces.len()).filter(|of| self.scanner.has_all(pieces[*of].text, is_document)).collect();
        if telling.is_empty() {
            return Vec::new();
        }
        let elsewhere = Elsewhere::of(surface.place, &surface.text);
        let own = self.own(surface);
        let mut best: Vec<Option<(Sign, usize)>> = vec![None; self.secrets.len()];
        for of in telling {
            let read = elsewhere.read(pieces[of].text, pieces[of].from);
            for (known, secret) in best.iter_mut().zip(&self.secrets) {
                let sign = secret.sign(surface.place, &read, own).map(|sign| (sign, of));
                *known = [*known, sign].into_iter().flatten().min();
            }
        }
        let mut leaks = Vec::new();
        for (at, (sign, of)) in best.into_iter().enumerate().filter_map(|(at, one)| Some((at, one?))) {
            let line = u32::try_from(pieces[of].line).unwrap_or(u32::MAX);
            let first_line = surface.first_line.map(|first| first.saturating_add(line));
            let part = Surface { text: pieces[of].text.to_owned(), first_line, ..surface.clone() };
            leaks.push(self.leak(&part, at, sign));
        }
        leaks
    }

    fn look_whole(&self, surface: &Surface) -> Vec<Leak> {
        let (read, own) = (Elsewhere::of(surface.place, &surface.text).read(&surface.text, 0), self.own(surface));
        let signs = self.secrets.iter().map(|secret| secret.sign(surface.place, &read, own)).enumerate();
        let leaks = signs.filter_map(|(at, sign)| Some((at, sign?)));
        leaks.map(|(at, sign)| self.leak(surface, at, sign)).collect()
    }

    /// Returns the commits of the advisory whose own file a text stands in, if it may be told.
    fn own(&self, surface: &Surface) -> &[CommitSign] {
        let file = surface.at.as_deref().unwrap_or_default();
        self.tellable.iter().map(|told| told.in_file(file)).find(|own| !own.is_empty()).unwrap_or_default()
    }

    /// The same for many texts, in their order.
    pub fn look_at(&self, surfaces: &[Surface]) -> Vec<Leak> {
        surfaces.iter().flat_map(|surface| self.look(surface)).collect()
    }

    /// Returns a text, or in its place that it is withheld, where it gives something away.
    pub fn withheld(&self, place: Place, text: &str) -> String {
        match self.tells(place, text, &[]) {
            true => WITHHELD.to_owned(),
            false => text.to_owned(),
        }
    }

    fn tells(&self, place: Place, text: &str, own: &[CommitSign]) -> bool {
        let read = Elsewhere::of(place, text).read(text, 0);
        self.secrets.iter().any(|secret| secret.sign(place, &read, own).is_some())
    }

    fn leak(&self, surface: &Surface, at: usize, sign: Sign) -> Leak {
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        // The name of a place may tell as much as what stands there.
        let place_of_name = if surface.place == Place::Line { Place::Path } else { surface.place };
        Leak {
            place: surface.place,
            at: surface.at.as_deref().map(|name| self.withheld(place_of_name, name)),
            line: surface.first_line.map(|first| first.saturating_add(number(self.line_within(surface)))),
            sign,
            advisory: number(at + 1),
            of: number(self.secrets.len()),
        }
    }

    /// Returns which line of a text gives something away, counted from zero: alone, else with the next one; the first, where only
    /// more of them do.
    fn line_within(&self, surface: &Surface) -> usize {
        let lines: Vec<&str> = surface.text.lines().collect();
        let own = self.own(surface);
        let tells = |text: &str| self.tells(surface.place, text, own);
        let alone = lines.iter().position(|line| tells(line));
        alone.or_else(|| lines.windows(2).position(|pair| tells(&pair.join("\n")))).unwrap_or(0)
    }
}

impl Secret {
    fn of(advisory: &Advisory, usual: &Usual, titles: &dyn Fn(&str) -> Vec<String>) -> Self {
        let commits = CommitSign::all_of(advisory);
        let terms = advisory.embargo.iter();
        let branches = terms.clone().flat_map(|terms| &terms.branches).map(|name| BranchSign::of(name)).collect();
        let words = terms.flat_map(|terms| &terms.words).filter_map(|phrase| WordsSign::of(phrase)).collect();
        Self {
            identifiers: Identifiers::of(advisory),
            branches,
            words,
            called: FixTitles::of(commits.iter().filter_map(CommitSign::repairing).flat_map(titles), usual),
            commits,
            title: Self::title(advisory, usual),
            named: advisory
                .fixed
                .iter()
                .map(ToString::to_string)
                .chain(advisory.stated.iter().flat_map(|stated| &stated.fixed_by).map(ToString::to_string))
                .collect(),
        }
    }

    fn title(advisory: &Advisory, usual: &Usual) -> TitleSigns {
        let cwes: Vec<String> = advisory.cwes.iter().map(|cwe| cwe.id()).collect();
        let packages: Vec<&str> = advisory.packages.iter().map(|package| package.name.as_str()).collect();
        TitleSigns::of(advisory.title.as_str(), &cwes, &packages, usual)
    }

    fn fixes(&self) -> Vec<FixName<'_>> {
        let digits = self.commits.iter().filter_map(CommitSign::repairing);
        digits.map(|digits| FixName { digits, is_named: self.named.iter().any(|named| named == digits) }).collect()
    }

    /// Returns what every sign of it is made of.
    fn made(&self, advisory: &Advisory) -> Made {
        let mut made = Made { letters: self.identifiers.letters().collect(), ..Made::default() };
        for id in advisory.ids() {
            made.sign(id.split(|c: char| !c.is_alphanumeric()));
        }
        // Of an identifier, what is needed stands in its letters, or in a list.
        made.needed.clear();
        made.needed.extend(self.identifiers.listed());
        self.branches.iter().for_each(|branch| made.sign(branch.parts().iter().map(String::as_str)));
        self.words.iter().for_each(|words| made.sign(words.parts().iter().map(String::as_str)));
        self.commits.iter().for_each(|commit| made.sign([commit.beginning()]));
        self.called.made(&mut made);
        self.title.made(&mut made);
        // Nothing else tells of a title without a word that says where the flaw is.
        made.needed.extend(self.title.subject().map(|stem| vec![stem.to_owned()]));
        made.parts.extend(self.title.subject().map(|stem| (stem.to_owned(), Part::Half)));
        made.parts.extend(self.title.telling().map(|stem| (stem.to_owned(), Part::Beside)));
        made.parts.extend(pointing::signs().map(|word| (word.to_owned(), Part::Beside)));
        made
    }

    /// `own`: the commits of the advisory that may be told and whose file the text stands in, which may say what brought the flaw of that one.
    fn sign(&self, place: Place, read: &Read<'_>, own: &[CommitSign]) -> Option<Sign> {
        let text = &read.text;
        if place == Place::Commit {
            return self.commits.iter().any(|commit| commit.repairs_as(text.raw)).then_some(Sign::Fix);
        }
        if self.identifiers.named_in(text) {
            return Some(Sign::Identifier);
        }
        if self.commits.iter().any(|commit| commit.is_in(text) && !commit.is_brought_by(own)) {
            return Some(Sign::Commit);
        }
        if self.called.is_in(place, text) {
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
        self.told(place, read).map(|told| match told {
            Told::Title => Sign::Title,
            Told::Flaw => Sign::Flaw,
        })
    }

    fn told(&self, place: Place, read: &Read<'_>) -> Option<Told> {
        // An item of a list in a file is a sentence of a changelog.
        let scope = |text: &str| match place {
            Place::Line | Place::Path if !begins_item(text.trim_start()) => Scope::Code,
            _ => Scope::Prose,
        };
        let Some(rest) = &read.rest else { return self.told_of(place, &read.text, &scope) };
        let whole = self.told_of(place, &read.text, &|_| Scope::Elsewhere);
        let near = read.near.iter().map(|text| self.told_of(place, text, &|_| Scope::Near));
        let rest = rest.iter().map(|text| self.told_of(place, text, &scope));
        let pointed = read.pointing.iter().map(|pointing| self.title.pointed_at(pointing));
        rest.chain(near).chain(pointed).chain([whole]).flatten().min_by_key(|told| *told as u8)
    }

    /// `scope`: what some lines are.
    fn told_of(&self, place: Place, text: &Text<'_>, scope: &dyn Fn(&str) -> Scope) -> Option<Told> {
        if self.title.is_repeated_in(place, text, scope(text.raw)) {
            return Some(Told::Title);
        }
        let whole = || self.title.told_in(&text.words, scope(text.raw));
        let told = |part: &str| self.title.told_in(&words(part), scope(part));
        let in_passages =
            || passages(text.raw).into_iter().filter_map(|at| told(&text.raw[at])).min_by_key(|told| *told as u8);
        let lines: Vec<&str> = text.raw.lines().collect();
        match place {
            // A subject and the paths beside it are one thing.
            Place::Touched => whole(),
            _ if lines.len() < 2 => whole(),
            // Lines of code have words of many things close together; a sentence stands on one of them, or was wrapped once.
            Place::Line => (0..lines.len()).find_map(|at| match lines.get(at + 1) {
                Some(next) if !begins_item_of_file(next) => told(&lines[at..at + 2].join("\n")),
                Some(_) | None => told(lines[at]),
            }),
            // Documents are many and long, and nearly all tell nothing in the whole of them.
            Place::Document => whole().and_then(|_| in_passages()),
            _ => in_passages(),
        }
    }
}
