//! The notes of past patch releases, against what the project published about them.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use backstitch::model::commit::CommitId;
use backstitch::model::notes::{Entry, Notes, Section};
use backstitch::ports::process::finish;
use semver::Version;

use crate::programs::{built, conditions};
use crate::published::{Published, Range};
use crate::truth::{World, history_of, trailers};
use crate::{NotesAccuracyArgs, say};

/// Compares release by release and prints what differs, and the sums.
pub fn run(asked: &NotesAccuracyArgs) -> Result<()> {
    let world = World::open(&asked.repo, None, None)?;
    let program = built("patch-notes", asked.program.as_deref())?;
    let main = history_of(&world.git, world.git.branch_commit(&world.settings.main)?)?;
    say(conditions(&world.git)?);
    let (renamed, alike) = (renamed(&world)?, alike(&world)?);
    let mut judge = Judge { asked, world: &world, program, main, renamed, alike, sums: BTreeMap::new() };
    let tags = world.git.tags()?;
    for line in &world.settings.config.lines {
        if !asked.line.is_empty() && !asked.line.contains(&line.name) {
            continue;
        }
        for tag in world.settings.release_tags(&tags, line) {
            let Some(version) = world.settings.tag.version_of(&tag.name) else { continue };
            if version.patch > 0 && version.pre.is_empty() && version.build.is_empty() {
                judge.release(&version, tag.commit)?;
            }
        }
    }
    judge.sums.iter().for_each(|(what, count)| say(format!("{count:6} {what}")));
    Ok(())
}

struct Judge<'j> {
    asked: &'j NotesAccuracyArgs,
    world: &'j World,
    program: PathBuf,
    /// The commits of main.
    main: HashSet<CommitId>,
    /// The names that main's `.mailmap` gives to addresses.
    renamed: HashMap<String, String>,
    /// For each name under which somebody wrote something, all names with one of its addresses.
    alike: HashMap<String, BTreeSet<String>>,
    sums: BTreeMap<String, usize>,
}

/// Where the notes of a release have something.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    /// As an entry that users see.
    Shown(usize),
    /// As an entry that changes nothing for users.
    Internal(usize),
    /// Among what is left out.
    LeftOut(String),
    /// Among what takes one another back.
    TakenBack,
}

impl Judge<'_> {
    fn count(&mut self, what: impl Into<String>, by: usize) {
        *self.sums.entry(what.into()).or_default() += by;
    }

    fn release(&mut self, version: &Version, to: CommitId) -> Result<()> {
        let notes = match self.notes(version)? {
            Ok(notes) => notes,
            Err(said) => {
                self.count("releases without notes", 1);
                say(format!("{version}: no notes: {said}"));
                return Ok(());
            }
        };
        let range = Range { git: &self.world.git, version, from: notes.previous.commit, to };
        let Some(published) = self.asked.published.entries(&range)? else {
            self.count("releases of which nothing was published", 1);
            say(format!("{version}: nothing was published"));
            return Ok(());
        };
        self.count("releases", 1);
        let commits = self.asked.published.commits(&range)?;
        let mut used = BTreeSet::new();
        let mut found = 0;
        for entry in &published {
            let places = places(&notes, entry, &commits);
            found += usize::from(self.entry(version, &range, &notes, entry, &places)?);
            used.extend(places.iter().filter_map(|place| match place {
                Place::Shown(at) | Place::Internal(at) => Some(*at),
                Place::LeftOut(_) | Place::TakenBack => None,
            }));
        }
        let shown = notes.entries.iter().enumerate().filter(|(_, entry)| entry.section != Section::Internal);
        let extra = shown.clone().filter(|(at, _)| !used.contains(at)).count();
        self.count("ours that users see", shown.count());
        self.count("… that were not published", extra);
        self.authors(version, &notes)?;
        self.thanked(version, &range, &notes)?;
        let after = &notes.previous.name;
        say(format!(
            "{version} after {after}: {found} of {} published entries found, {extra} more in ours",
            published.len()
        ));
        Ok(())
    }

    fn notes(&self, version: &Version) -> Result<std::result::Result<Notes, String>> {
        let mut command = Command::new(&self.program);
        command.args(["--quiet", "--format", "json", "--repo"]).arg(&self.asked.repo).env("GIT_NO_LAZY_FETCH", "1");
        command.args(["render", "--offline", "--own-line-only", "--target", &version.to_string()]);
        let finished = finish(command, None)?;
        if !finished.success() {
            return Ok(Err(finished.stderr.trim().to_owned()));
        }
        Ok(Ok(serde_json::from_slice(&finished.stdout).context("the answer of patch-notes")?))
    }

    /// Judges one published entry, and says whether users see it.
    fn entry(
        &mut self,
        version: &Version,
        range: &Range<'_>,
        notes: &Notes,
        entry: &Published,
        places: &[Place],
    ) -> Result<bool> {
        let heading = &entry.heading;
        let ours: Vec<&Entry> = places
            .iter()
            .filter_map(|place| match place {
                Place::Shown(at) => notes.entries.get(*at),
                Place::Internal(_) | Place::LeftOut(_) | Place::TakenBack => None,
            })
            .collect();
        self.count("published entries", 1);
        self.count(format!("published under '{heading}'"), 1);
        for id in &entry.advisories {
            self.count("CVE and GHSA identifiers published", 1);
            let names = |entry: &Entry| entry.advisories.iter().any(|known| known.eq_ignore_ascii_case(id));
            let known = notes.entries.iter().any(|entry| entry.section != Section::Internal && names(entry));
            if known {
                self.count("… found", 1);
                continue;
            }
            let named = !range.log(&["--format=%h", "--regexp-ignore-case", "--grep", id], &[])?.is_empty();
            let why = if named { "a message of the release names it" } else { "no message of the release names it" };
            self.count(format!("… not found: {why}"), 1);
            say(format!("  {version}: {id} not found, {why}"));
        }
        if !ours.is_empty() {
            self.count("… seen by users", 1);
            self.count(format!("… seen, of '{heading}'"), 1);
            return Ok(true);
        }
        let why = match places.first() {
            Some(Place::Internal(at)) => format!("internal: {}", notes.entries[*at].title),
            Some(Place::LeftOut(why)) => format!("left out: {why}"),
            Some(Place::TakenBack) => "taken back".to_owned(),
            Some(Place::Shown(_)) | None if entry.numbers.is_empty() => "it names no number".to_owned(),
            Some(Place::Shown(_)) | None => self.elsewhere(entry)?,
        };
        let short = why.split(':').next().unwrap_or_default().to_owned();
        self.count(format!("… not seen: {short}"), 1);
        let text: String = entry.text.chars().take(160).collect();
        say(format!("  {version}: not seen, {why}; published under '{heading}': {text}"));
        Ok(false)
    }

    /// Says where git has what belongs to the numbers of an entry, if not in the release.
    fn elsewhere(&self, entry: &Published) -> Result<String> {
        for number in &entry.numbers {
            let wanted = format!("(#{number}[^0-9]|#{number}$|/{number}[^0-9])");
            let all = ["log", "--all", "--max-count=1", "--extended-regexp", "--grep", &wanted, "--format=%h %s"];
            if let Some(line) = self.world.git.program().text(&all)?.lines().next() {
                let id: Vec<&str> = line.split_whitespace().take(1).collect();
                let tags = self.world.git.program().text(&["tag", "--contains", id[0], "--sort=creatordate"])?;
                let first = tags.lines().next().unwrap_or("no release");
                return Ok(format!("not in this release: {line}, first in {first}"));
            }
        }
        Ok("nowhere in git: no message has its number".to_owned())
    }

    /// Compares the authors of each entry with those that git tells of its origin: of what its picks name, else of what the entry
    /// says that they are from, else of the picks.
    fn authors(&mut self, version: &Version, notes: &Notes) -> Result<()> {
        for entry in &notes.entries {
            let mut named: Vec<CommitId> = Vec::new();
            for pick in &entry.picks {
                let message = self.world.git.commit(*pick)?.message;
                named.extend(trailers(&message).into_iter().filter(|id| self.main.contains(id)));
            }
            let (what, of) = match (named.is_empty(), entry.origin.commits()) {
                (false, _) => ("entries whose picks name their origin", named),
                (true, []) => ("entries of the line alone", entry.picks.clone()),
                (true, origins) => ("entries whose picks name none", origins.to_vec()),
            };
            let (ours, expected) = (names_of(entry), self.people(&of)?);
            self.count(what, 1);
            if ours == expected {
                self.count(format!("… right authors, of {what}"), 1);
            } else {
                self.count(format!("… other authors, of {what}"), 1);
                let shown = |people: &BTreeSet<String>| people.iter().cloned().collect::<Vec<_>>().join(", ");
                let pick = entry.picks.first().map(CommitId::short).unwrap_or_default();
                let (ours, expected) = (shown(&ours), shown(&expected));
                say(format!("  {version}: authors of {pick}: ours {ours}; git's {expected}; {}", entry.title));
            }
        }
        Ok(())
    }

    /// Returns the authors and co-authors of commits as git tells them; of a merge, those of what it brought.
    fn people(&self, commits: &[CommitId]) -> Result<BTreeSet<String>> {
        let mut people = BTreeSet::new();
        for id in commits {
            let parents = self.world.git.commit(*id)?.parents;
            let range = match parents.as_slice() {
                [first, _, ..] => vec!["--no-merges".to_owned(), format!("{first}..{id}")],
                _ => vec!["--max-count=1".to_owned(), id.to_string()],
            };
            let range: Vec<&str> = range.iter().map(String::as_str).collect();
            let format = "--format=%an <%ae>%n%(trailers:key=Co-authored-by,valueonly)";
            let told = self.world.git.program().text(&[&["log", format], range.as_slice()].concat())?;
            people.extend(told.lines().filter_map(|line| self.known(line)));
        }
        Ok(people)
    }

    /// Brings `Name <mail>` to the name that main's `.mailmap` gives; `None`: no name, or a program's.
    fn known(&self, person: &str) -> Option<String> {
        let (name, mail) = person.split_once('<')?;
        let mail = mail.trim_end().trim_end_matches('>').to_lowercase();
        let name = self.renamed.get(&mail).map_or_else(|| name.trim().to_lowercase(), Clone::clone);
        (!name.is_empty() && !name.ends_with("[bot]")).then_some(name)
    }

    /// Compares our contributors with those that the announcement thanks.
    fn thanked(&mut self, version: &Version, range: &Range<'_>, notes: &Notes) -> Result<()> {
        let Some(thanked) = self.asked.published.thanked(range) else { return Ok(()) };
        let ours: HashSet<String> = notes.contributors.iter().map(|person| person.name.to_lowercase()).collect();
        self.count("people thanked", thanked.len());
        let mut known: HashSet<String> = thanked.iter().map(|name| name.to_lowercase()).collect();
        let all: Vec<String> = known.iter().filter_map(|name| self.alike.get(name)).flatten().cloned().collect();
        known.extend(all);
        self.count("people in ours who were not thanked", ours.difference(&known).count());
        for name in ours.difference(&known) {
            say(format!("  {version}: in ours and not thanked: {name}"));
        }
        for name in &thanked {
            let names = self.alike.get(&name.to_lowercase()).into_iter().flatten();
            if ours.contains(&name.to_lowercase()) || names.clone().any(|name| ours.contains(name)) {
                self.count("… in ours", 1);
                continue;
            }
            let why = whereabouts(name, range, notes)?;
            self.count(format!("… not in ours: {why}"), 1);
            say(format!("  {version}: thanked and not in ours: {name}, {why}"));
        }
        Ok(())
    }
}

/// Says what somebody who is not among our contributors did in a release.
fn whereabouts(name: &str, range: &Range<'_>, notes: &Notes) -> Result<String> {
    let told: HashMap<CommitId, usize> =
        notes.entries.iter().enumerate().flat_map(|(at, entry)| entry.picks.iter().map(move |id| (*id, at))).collect();
    let mut whys = BTreeSet::new();
    let lines = range.log(&["--format=%H %P=%aN%n%(trailers:key=Co-authored-by,valueonly,separator=%x2C)"], &[])?;
    for pair in lines.chunks(2) {
        let Some((ids, author)) = pair.first().and_then(|line| line.split_once('=')) else { continue };
        let with = pair.get(1).is_some_and(|others| others.contains(name));
        if author != name && !with {
            continue;
        }
        let ids: Vec<CommitId> = ids.split_whitespace().map(str::parse).collect::<std::result::Result<_, _>>()?;
        let Some(id) = ids.first() else { continue };
        whys.insert(match (told.get(id), ids.len() > 2) {
            (Some(_), _) => "author of a pick whose origin has another one",
            (None, true) => "author of a merge",
            (None, false) if notes.taken_back.iter().any(|pair| pair.commit == *id || pair.by == *id) => {
                "author of what was taken back"
            }
            (None, false) => "author of what is left out",
        });
    }
    Ok(match whys.is_empty() {
        true => "wrote nothing of it under this name".to_owned(),
        false => whys.into_iter().collect::<Vec<_>>().join(", "),
    })
}

fn names_of(entry: &Entry) -> BTreeSet<String> {
    entry.authors.iter().filter(|person| !person.is_bot()).map(|person| person.name.to_lowercase()).collect()
}

/// Reads the `Name <mail>` and `Name <mail> <other mail>` lines of main's `.mailmap`. The library's reader is judged by it.
fn renamed(world: &World) -> Result<HashMap<String, String>> {
    let name = format!("{}:.mailmap", world.git.branch_commit(&world.settings.main)?);
    let text = world.git.program().text(&["show", &name]).unwrap_or_default();
    let mut renamed = HashMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let Some((name, rest)) = line.split_once('<') else { continue };
        let mail = rest.rsplit('<').next().unwrap_or_default().trim_end().trim_end_matches('>');
        renamed.insert(mail.to_lowercase(), name.trim().to_lowercase());
    }
    Ok(renamed)
}

/// Says which names belong to one person: those with one address in common, in any commit.
fn alike(world: &World) -> Result<HashMap<String, BTreeSet<String>>> {
    let format = "--format=%an <%ae>%n%aN <%aE>%n%(trailers:key=Co-authored-by,valueonly)";
    let text = world.git.program().text(&["log", "--all", format])?;
    let mut by_mail: HashMap<String, BTreeSet<String>> = HashMap::new();
    for (name, mail) in text.lines().filter_map(|line| line.split_once('<')) {
        by_mail.entry(mail.to_lowercase()).or_default().insert(name.trim().to_lowercase());
    }
    let mut alike: HashMap<String, BTreeSet<String>> = HashMap::new();
    for names in by_mail.values() {
        for name in names {
            alike.entry(name.clone()).or_default().extend(names.iter().cloned());
        }
    }
    // Names that have a third one in common are one person's as well.
    let once = alike.clone();
    for names in alike.values_mut() {
        let more: Vec<String> = names.iter().filter_map(|name| once.get(name)).flatten().cloned().collect();
        names.extend(more);
    }
    Ok(alike)
}

/// Returns where the notes have what belongs to a published entry.
fn places(notes: &Notes, entry: &Published, commits: &BTreeMap<u64, BTreeSet<CommitId>>) -> Vec<Place> {
    let of: BTreeSet<CommitId> =
        entry.numbers.iter().filter_map(|number| commits.get(number)).flatten().copied().collect();
    let mut found = Vec::new();
    for (at, ours) in notes.entries.iter().enumerate() {
        let by_number = ours.pull_request.is_some_and(|number| entry.numbers.contains(&number))
            || ours.issues.iter().any(|issue| issue.repository.is_none() && entry.numbers.contains(&issue.number));
        if by_number || ours.picks.iter().any(|pick| of.contains(pick)) {
            found.push(match ours.section {
                Section::Internal => Place::Internal(at),
                _ => Place::Shown(at),
            });
        }
    }
    let left = notes.left_out.iter().filter(|one| of.contains(&one.commit));
    found.extend(left.map(|one| Place::LeftOut(format!("{:?}: {}", one.why, one.subject))));
    if notes.taken_back.iter().any(|pair| of.contains(&pair.commit) || of.contains(&pair.by)) {
        found.push(Place::TakenBack);
    }
    found
}
