//! Which advisories a release leaves open, though something of it says that it fixes them.

use std::collections::{HashMap, HashSet};

use crate::model::arrange::Arrange as _;
use crate::model::change::own_pull_request;
use crate::model::commit::{Commit, CommitId};
use crate::model::decision::{Answer, Reason};
use crate::model::eligibility::advisory::{Form, advisories, fixed, fixed_in_words};
use crate::model::error::Result;
use crate::model::kind::FixKind;
use crate::model::notes::claim::alike;
use crate::model::notes::words::{Shares, WordsFrom};
use crate::model::patch::{FilePatch, Likeness, compare};
use crate::model::path::file_name;
use crate::ports::git::Objects;
use crate::ports::survey::lacking::{Lacking, OfMain};

use super::absent::{Absence, Care, Repair, repaired};
use super::alone::left_alone;
use super::beside::counts;
use super::called::closes_a_way;
use super::chores::{Path, paths_of, touched};
use super::entries::Said;
use super::group::Group;
use super::place::Place;
use super::project;
use super::there::{Later, Wanted, lacks, taken_by, title_and_body};

/// What is for the same advisory lands at most so long before its fix.
const BEFORE_SECONDS: i64 = 90 * 24 * 60 * 60;

impl Said<'_> {
    /// Leaves open what the release of a place lacks something of: of the advisories that name groups as their fix, or that more commits of main
    /// are for, and of the groups themselves. `commits` are those of the release, parents before children. Returns what a person should know.
    ///
    /// # Errors
    /// When history or an object is missing, or a file of main cannot be read.
    pub(super) fn doubt(&self, place: &Place<'_>, commits: &[Commit], groups: &mut [Group]) -> Result<Vec<String>> {
        let origins = origins(groups);
        self.have_patches_ready(groups)?;
        let here = self.fixes_here(place, groups)?;
        let more = groups.iter().map(|group| self.more(place, group, groups)).collect::<Result<Vec<_>>>()?;
        let mut warnings = Vec::new();
        for (group, more) in groups.iter_mut().zip(more) {
            let names = group.whole_names();
            let texts = group.picks.iter().chain(group.sources()).map(|one| one.message.as_str());
            let mut named: Vec<String> = texts.flat_map(advisories).map(|one| one.id).collect();
            let unfixed = self.sources.unfixed(&names, &place.line.name, &here);
            let mut open = unfixed.public;
            // What is not public is told only where a text names it.
            open.extend(unfixed.kept_back.into_iter().filter(|id| named.contains(id)));
            if !open.is_empty() {
                let why = "needs more than the release has, or does not concern its line";
                warnings.push(format!("an advisory that names {} as its fix {why}: it stays open", group.short()));
            }
            // The message of a pick that brings a part says the same as its origin.
            let is_part = group.sure().next().is_none() && !group.landed.is_empty();
            if is_part && !named.is_empty() {
                let of: Vec<String> = group.origin.commits().iter().map(CommitId::short).collect();
                let why = || format!("it brings less than three of four lines of {}", of.join(" and "));
                group.in_part.extend((!of.is_empty()).then(why));
                open.extend(named.iter().cloned());
            }
            named.extend(self.sources.of(&names).public);
            if !named.is_empty() && lacks(self.git, self.settings, place.commit, &Wanted::of(group))? {
                let why = "the release lacks lines that it adds, or has again what it removes";
                warnings.push(format!("{}: {why}: what it fixes stays open", group.short()));
                group.in_part.push(format!("{} lacks lines of it", place.version));
                open.extend(named);
            } else {
                warnings.extend(self.doubt_more(place, group, &more)?);
                warnings.extend(self.doubt_files(place, group, &named)?);
                let later = if named.is_empty() { Vec::new() } else { behind(group, commits, &origins) };
                if let Some(by) = taken_by(self.git, self.settings, place.commit, &group.left(), &later)? {
                    let (by, of) = (by.short(), group.short());
                    warnings.push(format!(
                        "{by} takes something of {of} away: what that fixes stays open, unless a file with words says that it is fixed"
                    ));
                    group.in_part.push(format!("{by} took something of it away again"));
                    group.doubted.extend(named);
                }
            }
            group.open = open;
        }
        Ok(warnings)
    }

    /// Has the patches of groups read by one process, which would be one for each question.
    fn have_patches_ready(&self, groups: &[Group]) -> Result<()> {
        let mut compared = Vec::new();
        for group in groups {
            compared.extend(group.picks.iter().cloned());
            for landed in group.sure() {
                compared.extend(landed.patched(self.git)?);
            }
        }
        self.git.have_patches_ready(&compared.iter().collect::<Vec<_>>());
        Ok(())
    }

    /// Finds what else of main is for the advisories that a group fixes, or repairs it where it is a security fix, and is not in the release. `groups`
    /// are all of it.
    fn more(&self, place: &Place<'_>, group: &Group, groups: &[Group]) -> Result<Vec<Lacking>> {
        let mut ids = self.fixed_alone(place, group);
        let oldest = group.sources().map(|source| source.committer.seconds).min();
        let Some(oldest) = oldest.filter(|_| !ids.is_empty() || self.may_close_a_way_alone(place, group)) else {
            return Ok(Vec::new());
        };
        let mut fixes = group.names();
        ids.arrange();
        ids.dedup();
        fixes.arrange();
        let known = groups.iter().flat_map(|group| [group.names(), group.unnamed.clone()].concat()).collect();
        let asked = (ids, fixes, oldest - BEFORE_SECONDS);
        let mut read = self.of_main.borrow_mut();
        if !read.contains_key(&asked) {
            let of_main = OfMain::read(self.git, self.settings, (&asked.0, &asked.1), asked.2)?;
            read.insert(asked.clone(), of_main);
        }
        let found = read[&asked].lacking(self.git, self.settings, place.commit, &known)?;
        if found.is_empty() {
            return Ok(found);
        }
        let (mut absence, mut objects) = (Absence::new(self.git, &self.settings.config)?, self.git.objects()?);
        let mut needed = Vec::new();
        for one in found {
            let paths = repaired(touched(self.git, &mut objects, &one.commit)?, &self.settings.config);
            // What goes on with a fix alone speaks of the same things as that, so that words tell nothing of it.
            let care = if one.ids.is_empty() { Care::FollowUp } else { Care::Flaw };
            let repair = Repair { commits: &[&one.commit], paths: &paths, care };
            let is_known = self.is_brought_elsewhere(&mut objects, &one, &paths, groups)?;
            if is_known || !absence.is_sure(place.commit, &repair)? {
                needed.push(one);
            }
        }
        Ok(needed)
    }

    /// Says whether a fix that a commit of main goes on with was brought to a file that it does not change on main, while both change one there:
    /// so the line has under another name what is repaired.
    fn is_brought_elsewhere(
        &self,
        objects: &mut Objects,
        one: &Lacking,
        paths: &[Path],
        groups: &[Group],
    ) -> Result<bool> {
        for group in groups.iter().filter(|group| group.names().iter().any(|name| one.repairs.contains(name))) {
            let mut of_main = HashSet::new();
            for source in group.sources() {
                of_main.extend(paths_of(self.git, objects, source)?);
            }
            let is_elsewhere = |path: &Path| !of_main.contains(&path.bytes) && counts(self.settings, &path.bytes);
            if paths.iter().any(|path| of_main.contains(&path.bytes)) && group.paths.iter().any(is_elsewhere) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Returns why somebody decided that a commit of main, or the merge that brought it, does not belong on the line of a place.
    fn declined(&self, place: &Place<'_>, one: &Lacking) -> Option<&Reason> {
        let all = [Some(one.commit.id), one.merge].into_iter().flatten();
        let latest =
            all.filter_map(|id| self.decisions.latest(id, &place.line.name)).max_by_key(|decision| decision.at);
        latest.filter(|decision| decision.answer == Answer::Decline).map(|decision| &decision.reason)
    }

    /// Returns the identifiers that a pick of main says it fixes, where no advisory of the repository tells what it takes.
    fn fixed_alone(&self, place: &Place<'_>, group: &Group) -> Vec<String> {
        if group.sure().next().is_none() {
            return Vec::new();
        }
        let names = group.whole_names();
        let all = group.sources().chain(group.speaking()).chain(group.whole_merges());
        let mut ids: Vec<String> = all
            .flat_map(|commit| {
                let (title, body) = title_and_body(commit);
                let stated = advisories(&commit.message).into_iter().filter(|named| named.form == Form::Stated);
                stated.map(|named| named.id).chain(fixed(&title, &body)).collect::<Vec<_>>()
            })
            .collect();
        if let Some(pull) = group.pull.value().and_then(Option::as_ref) {
            ids.extend(fixed(&pull.title, &pull.body));
        }
        ids.retain(|id| !self.sources.tell_what_fixes(id, &names, &place.line.name));
        ids
    }

    /// Says whether a pick of main looks like a security fix, where no advisory of the repository tells what it takes.
    fn may_close_a_way_alone(&self, place: &Place<'_>, group: &Group) -> bool {
        let of_sources = self.sources.of(&group.whole_names());
        if group.sure().next().is_none() || !(of_sources.public.is_empty() && of_sources.kept_back.is_empty()) {
            return false;
        }
        group.sure().any(closes_a_way) || self.kind(place, group).kind == Some(FixKind::Security)
    }

    /// Leaves open what a group fixes and `more` is for as well, or goes on with. Returns what a person should know, where no file with words
    /// settles it.
    fn doubt_more(&self, place: &Place<'_>, group: &mut Group, more: &[Lacking]) -> Result<Vec<String>> {
        let mut warnings = Vec::new();
        if more.is_empty() {
            return Ok(warnings);
        }
        let own = self.fixed_alone(place, group);
        let words = self.words(group, group.pull.value().and_then(Option::as_ref), &mut Vec::new())?;
        let settled = fixed_by_files(&words, &project(self.settings));
        let names = group.names();
        for one in more {
            let mut ids: Vec<String> = one.ids.iter().filter(|id| own.contains(id)).cloned().collect();
            let is_repair = ids.is_empty() && one.repairs.iter().any(|fix| names.contains(fix));
            if (ids.is_empty() && !is_repair) || self.is_again(one, group)? {
                continue;
            }
            if is_repair {
                ids.clone_from(&own);
            }
            let is_settled =
                if ids.is_empty() { words.are_reviewed() } else { ids.iter().all(|id| settled.contains(id)) };
            if !is_settled {
                warnings.extend(self.tell_of_more(place, group, one, is_repair)?);
            }
            group.doubted.extend(ids);
        }
        Ok(warnings)
    }

    /// Tells in part a group that a commit of main is missing for. Whoever declined that for the line may do without it, or wait with it: that is
    /// told with the reason, and only words say what is fixed. Returns what a person should know.
    fn tell_of_more(
        &self,
        place: &Place<'_>,
        group: &mut Group,
        one: &Lacking,
        is_repair: bool,
    ) -> Result<Option<String>> {
        let what = if is_repair { "follow-up" } else { "other part" };
        let number = self.number_of(one)?.map(|number| format!(" (#{number})")).unwrap_or_default();
        let short = one.commit.id.short();
        let is_not_there = format!("its {what} {short}{number} is not on {}", place.line.name);
        if let Some(reason) = self.declined(place, one) {
            group.in_part.push(format!("{is_not_there}: {reason}"));
            return Ok(None);
        }
        group.in_part.push(is_not_there);
        group.lacking.push(one.commit.id);
        let does = if is_repair { "repairs" } else { "is for an advisory that" };
        let too = if is_repair { "" } else { " fixes, too" };
        Ok(Some(format!(
            "{short} of main {does} {}{too}, and the release does not have it: that stays open, unless a file with words says that it is fixed",
            group.short()
        )))
    }

    /// Returns the pull request by which a commit came to main, as far as messages tell.
    fn number_of(&self, one: &Lacking) -> Result<Option<u64>> {
        let merge = one.merge.map(|id| self.git.commit(id)).transpose()?;
        let all = [Some(&one.commit), merge.as_ref()].into_iter().flatten();
        Ok(all.filter_map(|commit| own_pull_request(&commit.message)).next())
    }

    /// Tells in part what leaves a file alone that a change which it brings needs, and leaves open what it names. Returns what a person should
    /// know.
    fn doubt_files(&self, place: &Place<'_>, group: &mut Group, named: &[String]) -> Result<Option<String>> {
        if !group.outdated.is_empty() {
            return Ok(None);
        }
        let is_one = group.sure().nth(1).is_none();
        let (mut ids, mut files): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        for landed in group.sure().filter(|landed| !landed.accepted) {
            let Some(file) = left_alone(self.git, self.settings, place.commit, landed, &group.picks)? else { continue };
            files.extend((!files.contains(&file)).then_some(file));
            let of_it = || landed.commits.iter().flat_map(|commit| advisories(&commit.message)).map(|one| one.id);
            if is_one { ids.extend(named.iter().cloned()) } else { ids.extend(of_it()) }
        }
        let pull = group.pull.value().and_then(Option::as_ref);
        if files.is_empty() || ids.is_empty() && self.words(group, pull, &mut Vec::new())?.are_reviewed() {
            return Ok(None);
        }
        let files: Vec<String> = files.iter().map(|file| format!("`{file}`")).collect();
        group.in_part.push(format!("what it changes in {} on main is not in {}", files.join(" and "), place.version));
        let so = if ids.is_empty() { "it is told as in part" } else { "what that fixes stays open" };
        group.doubted.extend(ids);
        Ok(Some(format!(
            "{} leaves a file of the product alone that its origin changes and its line has, or a place of one: {so}, unless a file with words \
             says that it is fixed",
            group.short()
        )))
    }

    /// Says whether a commit of main is the same change as one that a group brings, once more.
    fn is_again(&self, one: &Lacking, group: &Group) -> Result<bool> {
        let sources: Vec<&Commit> = group.sources().collect();
        let all: Vec<&Commit> = sources.iter().copied().chain([&one.commit]).collect();
        let patches = self.git.patches(&all)?;
        let of = |commit: &Commit| patches.get(&commit.id).map(Vec::as_slice).unwrap_or_default();
        let is_of_product = |file: &FilePatch| self.settings.config.is_of_product(file.path());
        // A flaw may be mended by the same lines in several files.
        let names = |commit: &Commit| -> HashSet<Vec<u8>> {
            of(commit).iter().filter(|file| is_of_product(file)).map(|file| file_name(file.path()).to_vec()).collect()
        };
        let is_same = |source: &&Commit| {
            let (own, other) = (of(source), of(&one.commit));
            names(source) == names(&one.commit)
                && (compare(own, other).likeness != Likeness::Changed || alike(own, other, is_of_product).is_some())
        };
        Ok(sources.iter().any(is_same))
    }
}

/// Returns the identifiers that words say to be fixed which others reviewed.
pub(super) fn fixed_by_files(words: &Shares, project: &str) -> Vec<String> {
    let of_files = words.written().filter(|words| words.from == WordsFrom::File);
    of_files.flat_map(|words| fixed_in_words(&words.text, project).fixed).collect()
}

/// Returns the commits that groups hold, each with those of main that it brings something of: of what belongs to the line alone, none.
fn origins(groups: &[Group]) -> HashMap<CommitId, Vec<CommitId>> {
    let mut found: HashMap<CommitId, Vec<CommitId>> = HashMap::new();
    let (of_line, picked): (Vec<&Group>, Vec<&Group>) = groups.iter().partition(|group| group.is_of_line());
    for group in picked {
        let sources = group.sources().map(|source| source.id);
        let of_it: Vec<CommitId> =
            group.origin.commits().iter().chain(&group.unnamed).copied().chain(sources).collect();
        found.extend(group.picks.iter().map(|pick| (pick.id, of_it.clone())));
    }
    // Of one commit, a point may be the line's own.
    found.extend(of_line.into_iter().flat_map(|group| &group.picks).map(|pick| (pick.id, Vec::new())));
    found
}

/// Returns those of the commits of a release, parents before children, that come behind the first pick of a group and are none of it.
fn behind<'c>(group: &Group, commits: &'c [Commit], origins: &HashMap<CommitId, Vec<CommitId>>) -> Vec<Later<'c>> {
    let is_own = |one: &Commit| group.picks.iter().any(|pick| pick.id == one.id);
    let behind = commits.iter().skip_while(|one| !is_own(one)).filter(|one| !is_own(one));
    behind.filter_map(|commit| Some(Later { commit, origins: origins.get(&commit.id)?.clone() })).collect()
}
