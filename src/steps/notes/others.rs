//! Where else the changes of a release are, and which lines do not need them.

mod doubts;

use std::cell::RefCell;
use std::collections::HashMap;

use crate::model::arrange::Arrange as _;
use crate::model::branch::BranchSpec;
use crate::model::change::title;
use crate::model::commit::{Commit, CommitId};
use crate::model::decision::{Answer, Decisions};
use crate::model::error::Result;
use crate::model::line::{Line, LineName, LineStatus};
use crate::model::notes::brings::Shortfall;
use crate::model::notes::claim::reads_as;
use crate::model::notes::{AlsoIn, Entry, NotNeeded, Section, Traced};
use crate::model::trailer::markers;
use crate::ports::git::{Git, Objects};
use crate::ports::settings::Settings;
use crate::ports::survey::elsewhere::{Elsewhere, Has, elsewhere};

use super::absent::{Absence, Care, Repair, repaired};
use super::chores::{Path, paths_of, touched};
use super::group::Group;
use super::place::Place;
use super::trace::Landed;
use super::wholes::Wholes;

/// The other lines that are supported, and what they have.
pub(super) struct Others<'s> {
    git: &'s Git,
    settings: &'s Settings,
    decisions: &'s Decisions,
    lines: Vec<Elsewhere>,
    /// The lines that have releases and whose branches are not here, with what a person should know of each.
    missing: Vec<(LineName, String)>,
    objects: Objects,
    absence: Absence<'s>,
    wholes: Wholes<'s>,
    /// Why lines may not have a fix of advisories, once that was asked: each release that has it asks the same.
    doubts: RefCell<HashMap<Doubted, Option<&'static str>>>,
}

/// The place of a line, its release, the advisories, and what the fix is.
type Doubted = (usize, Option<String>, Vec<String>, Vec<CommitId>);

/// Whether a line has all of a group.
pub(super) enum Released {
    /// From the release with that tag on; `None`: from the next one.
    Since(Option<String>),
    /// From then on, but for commits that change nothing of the product.
    WithoutTests(Option<String>),
    /// That commit takes some of it back.
    Unsure(CommitId),
    /// That commit names it as its origin, and brings something else in its place.
    Claimed(CommitId, Shortfall),
    /// It lacks some of it.
    Lacks,
}

impl<'s> Others<'s> {
    /// Looks for the changes of groups, each of the release at a place, on the lines that are others for one of them: once for
    /// all releases, since they are read together in one walk.
    ///
    /// # Errors
    /// When history is missing, or git fails.
    pub(super) fn of<'g>(
        git: &'s Git,
        settings: &'s Settings,
        (decisions, wholes): (&'s Decisions, Wholes<'s>),
        places: &[&Place<'_>],
        groups: impl Iterator<Item = &'g Group>,
    ) -> Result<Self> {
        let is_other = |line: &&Line| {
            let for_one = places.iter().any(|place| place.line.name != line.name);
            for_one && line.status != LineStatus::EndOfLife
        };
        let lines: Vec<&Line> = settings.config.lines.iter().filter(is_other).collect();
        let (mut origins, mut requests) = (HashMap::<CommitId, Commit>::new(), HashMap::new());
        let mut all_kin: Vec<CommitId> = Vec::new();
        for group in groups {
            for adapted in adapted(git, group)? {
                origins.insert(adapted.id, adapted);
            }
            // The forge tells the number of one pull request only.
            let told = group.number().filter(|_| group.landed.len() == 1);
            for landed in group.sure() {
                for id in landed.ids() {
                    origins.insert(id, git.commit(id)?);
                    // What brings it again has a number of its own, and names that itself.
                    let number = told.or(landed.change.pull_request).filter(|_| landed.again != Some(id));
                    requests.extend(number.map(|number| (id, number)));
                }
            }
            all_kin.extend(kin(git, group));
        }
        let mut origins: Vec<Commit> = origins.into_values().collect();
        origins.arrange_by_key(|commit| (commit.committer.seconds, commit.id));
        all_kin.retain(|id| origins.iter().all(|origin| origin.id != *id));
        all_kin.arrange();
        all_kin.dedup();
        let kin = all_kin.into_iter().map(|id| git.commit(id)).collect::<Result<Vec<Commit>>>()?;
        let found = elsewhere(git, settings, &lines, (&origins, &kin), &requests)?;
        let missing = if origins.is_empty() { Vec::new() } else { missing(git, settings, &lines, &found)? };
        let (objects, absence) = (git.objects()?, Absence::new(git, &settings.config)?);
        let doubts = RefCell::default();
        Ok(Self { git, settings, decisions, lines: found, missing, objects, absence, wholes, doubts })
    }

    /// Returns what a person should know of the notes of the release at a place: which other lines could not be looked into.
    pub(super) fn missing_for(&self, place: &Place<'_>) -> Vec<String> {
        let of_others = self.missing.iter().filter(|(line, _)| *line != place.line.name);
        of_others.map(|(_, warning)| warning.clone()).collect()
    }

    /// Says in an entry of the release at a place where else its change is, and which lines do not need it. Returns what a person should
    /// know: where that cannot be told.
    ///
    /// # Errors
    /// When an object is missing.
    pub(super) fn tell(&mut self, place: &Place<'_>, entry: &mut Entry, group: &Group) -> Result<Vec<String>> {
        let mut warnings = Vec::new();
        if group.sure().next().is_none() {
            self.tell_of_adapted(place, entry, group)?;
            return Ok(warnings);
        }
        let mut paths: Option<Vec<Path>> = None;
        for at in 0..self.lines.len() {
            let line = self.lines[at].line.name.clone();
            if line == place.line.name {
                continue;
            }
            if let Some(warning) = self.place(at, entry, group)? {
                warnings.extend(warning);
                continue;
            }
            let decided = |landed: &Landed| {
                let latest = self.decisions.about(&landed.change, &line)?;
                (latest.answer == Answer::Decline).then(|| latest.reason.to_string())
            };
            let because = match group.sure().find_map(decided) {
                Some(reason) => Some(reason),
                None => {
                    if paths.is_none() {
                        paths = Some(self.repaired(group)?);
                    }
                    let commits: Vec<&Commit> = group.sources().collect();
                    let (paths, care) = (paths.as_deref().unwrap_or_default(), care(entry));
                    let repair = Repair { commits: &commits, paths, care };
                    let absent = self.absence.is_sure(self.lines[at].tip, &repair)?;
                    absent.then(|| "code absent".to_owned())
                }
            };
            match (because, care(entry)) {
                (Some(because), _) => entry.not_needed.push(NotNeeded { line, because }),
                (None, Care::Flaw) => entry.not_evaluated.push(line),
                (None, Care::Usual | Care::FollowUp) => {}
            }
        }
        Ok(warnings)
    }

    /// Says in an entry since which release a line has it. Returns what a person should know, if anything; `None`: the line lacks it.
    fn place(&mut self, at: usize, entry: &mut Entry, group: &Group) -> Result<Option<Option<String>>> {
        let released = self.release(at, group)?;
        let line = &self.lines[at].line.name;
        Ok(match released {
            Released::Unsure(by) => Some(Some(format!(
                "whether line {line} has {} cannot be told: {} there says that it takes it back, and does so in part",
                group.short(),
                by.short()
            ))),
            Released::Claimed(by, shortfall) => Some(Some(format!(
                "{} is not told to be on line {line}: {} there names it, and brings {}",
                group.short(),
                by.short(),
                shortfall.as_str()
            ))),
            // A file that looks like a test or a document can be what makes a fix work.
            Released::WithoutTests(tag) if !self.tells_of_fix(at, tag.as_deref(), entry, group)? => None,
            Released::Since(tag) | Released::WithoutTests(tag) => {
                if let Some(why) = self.doubt(at, tag.as_deref(), entry, group)? {
                    return Ok(Some(Some(format!("{} is not told to be on line {line}: {why}", group.short()))));
                }
                entry.also_in.push(self.also_in(at, tag));
                Some(None)
            }
            Released::Lacks => None,
        })
    }

    fn also_in(&self, at: usize, tag: Option<String>) -> AlsoIn {
        let version = tag.as_deref().and_then(|tag| self.settings.tag.version_of(tag));
        let tag = tag.and_then(|tag| tag.parse().ok());
        AlsoIn { line: self.lines[at].line.name.clone(), version: version.map(|version| version.to_string()), tag }
    }

    /// Says in an entry of what was only adapted which other lines have all of its origins themselves: that is no pick which could bring
    /// something else.
    fn tell_of_adapted(&self, place: &Place<'_>, entry: &mut Entry, group: &Group) -> Result<()> {
        let origins = adapted(self.git, group)?;
        let others = self.lines.iter().enumerate().filter(|(_, other)| other.line.name != place.line.name);
        for (at, Elsewhere { has, carriers, .. }) in others.filter(|_| !origins.is_empty()) {
            let since = |origin: &Commit| match has.get(&origin.id) {
                Some(Has::Since(tag)) if carriers.get(&origin.id)?.contains(&origin.id) => Some(tag.clone()),
                Some(Has::Since(_) | Has::Unsure(_) | Has::TakenBack | Has::Claimed(..)) | None => None,
            };
            let all: Option<Vec<Option<String>>> = origins.iter().map(since).collect();
            entry.also_in.extend(all.map(|tags| self.also_in(at, self.last(tags))));
        }
        Ok(())
    }

    /// Returns the last of some releases: a change is released when all of it is.
    fn last(&self, tags: Vec<Option<String>>) -> Option<String> {
        let all: Option<Vec<String>> = tags.into_iter().collect();
        let version = |tag: &String| self.settings.tag.version_of(tag);
        all.and_then(|all| all.into_iter().max_by(|a, b| version(a).cmp(&version(b))))
    }

    /// Says since which release a line has all of a group: all of the product, where that is some of it.
    fn release(&mut self, at: usize, group: &Group) -> Result<Released> {
        let mut tags = Vec::new();
        let mut is_less = false;
        for landed in group.sure() {
            let has = &self.lines[at].has;
            let found = match (of_change(has, landed), landed.again.and_then(|again| has.get(&again))) {
                (Ok(found), _) => Ok(found),
                (Err(_), Some(Has::Since(tag))) => Ok(vec![tag.clone()]),
                (Err(Released::Lacks), _) => match self.without_tests(landed)? {
                    Some(less) => {
                        is_less = true;
                        of_change(&self.lines[at].has, &less)
                    }
                    None => Err(Released::Lacks),
                },
                (Err(why), _) => Err(why),
            };
            match found {
                Ok(found) => tags.extend(found),
                Err(why) => match self.by_kin(at, group) {
                    Some(found) => tags.extend(found),
                    None => return Ok(why),
                },
            }
        }
        let last = self.last(tags);
        Ok(if is_less { Released::WithoutTests(last) } else { Released::Since(last) })
    }

    /// Says of the fix of a flaw whether the release of a line tells itself that it has it. Of what is none, nobody asks.
    fn tells_of_fix(&self, at: usize, tag: Option<&str>, entry: &Entry, group: &Group) -> Result<bool> {
        match care(entry) {
            Care::Flaw => self.wholes.tells_of_all((&self.lines[at].line, tag), &entry.advisories, group),
            Care::Usual | Care::FollowUp => Ok(true),
        }
    }

    /// Returns a change without those of its commits that change nothing of the product, such as tests that a line has no use for; `None`: each does,
    /// or none.
    fn without_tests(&mut self, landed: &Landed) -> Result<Option<Landed>> {
        let mut commits = Vec::new();
        for commit in &landed.commits {
            let paths = paths_of(self.git, &mut self.objects, commit)?;
            commits.extend(paths.iter().any(|path| self.settings.config.is_of_product(path)).then(|| commit.clone()));
        }
        let is_less = !commits.is_empty() && commits.len() < landed.commits.len();
        Ok(is_less.then(|| Landed { commits, ..landed.clone() }))
    }

    /// Returns from which releases on a line has each pick of a group: as it is, picked further, or as what it was itself picked from.
    fn by_kin(&self, at: usize, group: &Group) -> Option<Vec<Option<String>>> {
        let since = |id: &CommitId| match self.lines[at].has.get(id) {
            Some(Has::Since(tag)) => Some(tag.clone()),
            Some(Has::Unsure(_) | Has::TakenBack | Has::Claimed(..)) | None => None,
        };
        let mut tags = Vec::new();
        for pick in &group.picks {
            let named = named_by(self.git, pick);
            let of_named = || named.iter().map(since).collect::<Option<Vec<_>>>().filter(|tags| !tags.is_empty());
            tags.extend(since(&pick.id).map(|tag| vec![tag]).or_else(of_named)?);
        }
        Some(tags)
    }

    /// Returns the files of the product that a change repairs: those that were there before it.
    fn repaired(&mut self, group: &Group) -> Result<Vec<Path>> {
        let mut all = Vec::new();
        for commit in group.sources() {
            all.extend(touched(self.git, &mut self.objects, commit)?);
        }
        Ok(repaired(all, &self.settings.config))
    }
}

/// Returns the picks of a group that do not name what they bring of main, and what they name instead: who picks one of those further names
/// it alone.
fn kin(git: &Git, group: &Group) -> Vec<CommitId> {
    let mut found = Vec::new();
    for pick in &group.picks {
        let named = named_by(git, pick);
        if group.sure().next().is_some() && !named.iter().any(|id| group.landed.iter().any(|landed| landed.has(*id))) {
            found.push(pick.id);
            found.extend(named);
        }
    }
    found
}

/// Returns the commits that a pick names as its origin, on whatever branch they are.
fn named_by(git: &Git, pick: &Commit) -> Vec<CommitId> {
    let names = markers(&pick.message).into_iter().filter_map(|marker| marker.relation.origin_commit());
    names.filter_map(|name| git.named(&name)).collect()
}

/// Returns the commits of main that a group is called as, though it brings too little of each to be a pick: whoever solves a conflict may have to
/// write a fix anew. Those of which it brings nothing have to have its title.
fn adapted(git: &Git, group: &Group) -> Result<Vec<Commit>> {
    let read = |ids: &[CommitId]| ids.iter().map(|id| git.commit(*id)).collect::<Result<Vec<Commit>>>();
    let is_called_so = |origin: &Commit| {
        group.picks.iter().any(|pick| reads_as(&title(pick), [title(origin).as_str(), origin.subject()]))
    };
    match &group.origin {
        Traced::Main { commits, claimed: _ } if group.sure().next().is_none() => read(commits),
        Traced::Claimed { commits } => {
            let origins = read(commits)?;
            Ok(if origins.iter().all(is_called_so) { origins } else { Vec::new() })
        }
        Traced::Main { .. } | Traced::Probably { .. } | Traced::Line { .. } | Traced::Nowhere { .. } => Ok(Vec::new()),
    }
}

fn care(entry: &Entry) -> Care {
    let names_a_flaw = !(entry.advisories.is_empty() && entry.open_advisories.is_empty());
    if names_a_flaw || entry.section == Section::Security { Care::Flaw } else { Care::Usual }
}

/// Returns from which releases on a line has each commit of a change, or why it does not have it.
pub(super) fn of_change(
    has: &HashMap<CommitId, Has>,
    landed: &Landed,
) -> std::result::Result<Vec<Option<String>>, Released> {
    let parts: Vec<Option<&Has>> = landed.commits.iter().map(|commit| has.get(&commit.id)).collect();
    let is_claimed = |has: &&Has| matches!(has, Has::Claimed(..));
    let whole = has.get(&landed.change.id).filter(|whole| !is_claimed(whole));
    let needed = match whole {
        // A part that was taken back by itself is missing from the whole.
        Some(_) => parts
            .into_iter()
            .filter(|part| !matches!(part, None | Some(Has::Since(_) | Has::Claimed(..))))
            .chain([whole])
            .collect(),
        None => parts,
    };
    let one = |part: Option<&Has>| match part {
        Some(Has::Since(tag)) => Ok(tag.clone()),
        Some(Has::Unsure(by)) => Err(Released::Unsure(*by)),
        Some(Has::Claimed(by, shortfall)) => Err(Released::Claimed(*by, *shortfall)),
        Some(Has::TakenBack) | None => Err(Released::Lacks),
    };
    needed.into_iter().map(one).collect()
}

/// Returns those of the lines that have releases and that were not found, with what a person should know of each.
fn missing(git: &Git, settings: &Settings, lines: &[&Line], found: &[Elsewhere]) -> Result<Vec<(LineName, String)>> {
    let left = lines.iter().filter(|line| found.iter().all(|known| known.line.name != line.name));
    let left: Vec<&&Line> = left.collect();
    if left.is_empty() {
        return Ok(Vec::new());
    }
    let tags = git.tag_names()?;
    // A line without a release has nothing to tell of yet.
    let released = left.into_iter().filter(|line| tags.iter().any(|tag| settings.is_release(tag.as_str(), line)));
    let told = |line: &&Line| {
        let (what, get) = match &line.branch {
            BranchSpec::Standing(branch) => (format!("'{branch}'"), git.fetch_from().branch(branch)),
            BranchSpec::PerRelease(pattern) => (format!("of the form '{pattern}'"), git.fetch_from().branches()),
        };
        let get = if git.has_remotes() { format!("; get it: {get}") } else { String::new() };
        let warning =
            format!("whether line {} has the fixes cannot be told: its branch {what} is not here{get}", line.name);
        (line.name.clone(), warning)
    };
    Ok(released.map(told).collect())
}
