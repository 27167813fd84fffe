//! Presence against what `-x` trailers say.

use std::collections::{HashMap, HashSet};

use anyhow::Result;
use backstitch::model::change::Change;
use backstitch::model::commit::{Commit, CommitId};
use backstitch::model::presence::{Certainty, Key, Match, Origins, all_keys};
use backstitch::ports::git::Git;
use backstitch::ports::survey::{LineSurvey, Survey};

use crate::truth::Truth;
use crate::{say, share};

/// Judges presence, once with all keys and once as if no pick had a trailer.
pub fn judge(git: &Git, survey: &Survey, truths: &[Truth], show: usize) -> Result<()> {
    let pairs: usize = truths.iter().map(|truth| truth.origins.len()).sum();
    say(format!("presence: {} picks name {pairs} origins on main", truths.len()));
    let judge = Judge { git, survey, truths, show, change_of: change_of(&survey.changes) };
    let all = survey.lines.iter().map(|line| line.matches.clone()).collect();
    judge.tell("all keys", all)?;
    let keys: HashSet<Key> = all_keys().into_iter().filter(|key| *key != Key::Trailer).collect();
    judge.tell("trailers hidden", matches(git, survey, &keys)?)
}

/// Returns, for commits of main, the change that they landed with.
fn change_of(changes: &[Change]) -> HashMap<CommitId, CommitId> {
    let members = |change: &Change| change.members.iter().chain([&change.id]).copied().collect::<Vec<_>>();
    changes.iter().flat_map(|change| members(change).into_iter().map(|id| (id, change.id))).collect()
}

/// Recognises picks as the survey does, with some keys only.
fn matches(git: &Git, survey: &Survey, keys: &HashSet<Key>) -> Result<Vec<Vec<Match>>> {
    let numbered = |change: &Change| Some((change.members.clone(), change.pull_request?));
    let requests: HashMap<CommitId, u64> = survey
        .changes
        .iter()
        .filter_map(numbered)
        .flat_map(|(ids, number)| ids.into_iter().map(move |id| (id, number)))
        .collect();
    let origins = Origins::new(&survey.commits, &requests);
    survey.lines.iter().map(|line| of_line(git, survey, &origins, line, keys)).collect()
}

fn of_line(
    git: &Git,
    survey: &Survey,
    origins: &Origins,
    line: &LineSurvey,
    keys: &HashSet<Key>,
) -> Result<Vec<Match>> {
    let found = origins.matches(&line.own, &HashMap::new(), keys);
    let sure: Vec<&Match> = found.iter().filter(|found| found.certainty == Certainty::Yes).collect();
    let picked: HashSet<CommitId> = sure.iter().map(|found| found.pick).collect();
    let origin: HashSet<CommitId> = sure.iter().map(|found| found.origin).collect();
    let open = |commit: &&Commit| !commit.is_merge() && !picked.contains(&commit.id);
    let wanting = |commit: &&Commit| !origin.contains(&commit.id) && !line.ancestors.contains(&commit.id);
    let open: Vec<&Commit> = line.own.iter().filter(open).collect();
    let wanting: Vec<&Commit> = survey.commits.iter().filter(wanting).collect();
    let alike = git.changing_alike(&open, &wanting)?;
    Ok(origins.matches(&line.own, &git.patch_ids(&alike)?, keys))
}

struct Judge<'m> {
    git: &'m Git,
    survey: &'m Survey,
    truths: &'m [Truth],
    show: usize,
    change_of: HashMap<CommitId, CommitId>,
}

/// How an answer stands to the truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    /// It names what the trailer names.
    Right,
    /// It names another part of the same merged pull request, or the whole of it.
    SameChange,
    /// It names another commit of main with the same patch.
    SamePatch,
    /// It names a commit of main that has author, author date and subject with the named one in common: main holds two
    /// versions of the same work.
    SameWork,
    /// It names something else.
    Other,
}

impl Judge<'_> {
    fn tell(&self, what: &str, found: Vec<Vec<Match>>) -> Result<()> {
        say(format!("  {what}:"));
        self.tell_recall(&found);
        self.tell_precision(&found)
    }

    fn tell_recall(&self, found: &[Vec<Match>]) {
        let sure = |found: &&Match| found.certainty == Certainty::Yes;
        let yes: Vec<HashSet<CommitId>> =
            found.iter().map(|line| line.iter().filter(sure).map(|found| found.origin).collect()).collect();
        let likely: Vec<HashSet<CommitId>> =
            found.iter().map(|line| line.iter().map(|found| found.origin).collect()).collect();
        let changes: Vec<HashSet<CommitId>> =
            yes.iter().map(|ids| ids.iter().filter_map(|id| self.change_of.get(id)).copied().collect()).collect();
        let (mut all, mut in_history, mut certain, mut change, mut probably) = (0, 0, 0, 0, 0);
        let mut missed = Vec::new();
        for (truth, origin) in self.truths.iter().flat_map(|t| t.origins.iter().map(move |origin| (t, *origin))) {
            all += 1;
            let at = truth.line;
            let landed_with = self.change_of.get(&origin);
            if yes[at].contains(&origin) {
                certain += 1;
            } else if landed_with.is_none() || self.survey.lines[at].ancestors.contains(&origin) {
                in_history += 1;
            } else if landed_with.is_some_and(|id| changes[at].contains(id)) {
                change += 1;
            } else if likely[at].contains(&origin) {
                probably += 1;
            } else {
                missed.push((truth, origin));
            }
        }
        say(format!("    'yes' for the origin that a trailer names: {}", share(certain, all)));
        say(format!("    in the line's history anyhow: {in_history}; another part of its pull request: {change}"));
        say(format!("    only 'probably': {probably}; not found: {}", missed.len()));
        for (truth, origin) in missed.iter().take(self.show) {
            say(format!("      not found: {}", self.pair(truth.pick, *origin)));
        }
    }

    fn tell_precision(&self, found: &[Vec<Match>]) -> Result<()> {
        let named: HashMap<CommitId, &Truth> = self.truths.iter().map(|truth| (truth.pick, truth)).collect();
        let mut counts: HashMap<(Certainty, u8), usize> = HashMap::new();
        let (mut wrong, mut unjudged, mut bare, mut seen) = (Vec::new(), 0, Vec::new(), HashSet::new());
        for found in found.iter().flatten().filter(|found| seen.insert((found.pick, found.origin))) {
            let Some(truth) = named.get(&found.pick) else {
                unjudged += usize::from(found.certainty == Certainty::Yes);
                bare.extend(found.evidence.iter().all(|piece| piece.key == Key::PatchId).then_some(found));
                continue;
            };
            let standing = self.standing(truth, found.origin)?;
            *counts.entry((found.certainty, standing as u8)).or_default() += 1;
            if found.certainty == Certainty::Yes && standing > Standing::SameChange {
                wrong.push((found, truth, standing));
            }
        }
        for (certainty, word) in [(Certainty::Yes, "yes"), (Certainty::Probably, "probably")] {
            let of = |standing: Standing| counts.get(&(certainty, standing as u8)).copied().unwrap_or(0);
            let (right, change) = (of(Standing::Right), of(Standing::SameChange));
            let (twin, work, other) = (of(Standing::SamePatch), of(Standing::SameWork), of(Standing::Other));
            say(format!(
                "    '{word}' answers about these picks: {right} right, {change} same pull request, {twin} same patch landed twice, {work} another version of the same work on main, {other} other"
            ));
        }
        say(format!(
            "    'yes' answers about picks without a trailer, which nothing judges: {unjudged}, {} of them by the patch alone",
            bare.len()
        ));
        for found in bare.iter().take(self.show) {
            say(format!("      by the patch alone: {}", self.pair(found.pick, found.origin)));
        }
        wrong.sort_by_key(|(_, _, standing)| std::cmp::Reverse(*standing));
        for (found, truth, standing) in wrong.iter().take(self.show) {
            let pick = self.pair(found.pick, found.origin);
            say(format!("      {standing:?}: {pick}; the trailer names {}", truth.origins[0]));
            for piece in &found.evidence {
                say(format!("        {:?}: {}", piece.key, piece.detail));
            }
        }
        Ok(())
    }

    fn standing(&self, truth: &Truth, origin: CommitId) -> Result<Standing> {
        if truth.origins.contains(&origin) {
            return Ok(Standing::Right);
        }
        let change = |id: &CommitId| self.change_of.get(id).copied();
        if truth.origins.iter().filter_map(change).any(|named| Some(named) == change(&origin)) {
            return Ok(Standing::SameChange);
        }
        let all: Vec<Commit> = truth
            .origins
            .iter()
            .chain([&origin])
            .map(|id| self.git.commit(*id))
            .collect::<std::result::Result<_, _>>()?;
        let ids = self.git.patch_ids(&all.iter().collect::<Vec<_>>())?;
        let twin = ids.get(&origin).is_some_and(|own| truth.origins.iter().any(|named| ids.get(named) == Some(own)));
        let (named, own) = all.split_at(truth.origins.len());
        let work = |one: &Commit| (one.author.email.clone(), one.author.seconds, one.subject().to_owned());
        let same_work = named.iter().any(|named| own.iter().any(|own| work(own) == work(named)));
        Ok(match (twin, same_work) {
            (true, _) => Standing::SamePatch,
            (false, true) => Standing::SameWork,
            (false, false) => Standing::Other,
        })
    }

    fn pair(&self, pick: CommitId, origin: CommitId) -> String {
        let subject = |id| self.git.commit(id).map(|commit| commit.subject().to_owned()).unwrap_or_default();
        format!("{} '{}' as a pick of {} '{}'", pick.short(), subject(pick), origin.short(), subject(origin))
    }
}
