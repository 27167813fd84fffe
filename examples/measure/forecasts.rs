//! Forecasts against git's own answers: verdict, tree and conflicting paths.

use std::collections::{BTreeSet, HashMap, HashSet};

use anyhow::Result;
use backstitch::model::commit::{Commit, CommitId};
use backstitch::model::forecast::Outcome;
use backstitch::ports::git::{Forecaster, Git, Treeish};
use backstitch::ports::survey::Survey;
use backstitch::ports::survey::chain::pick_onto;

use crate::peer::{Answer, Pair, answers};
use crate::truth::{Truth, World};
use crate::{say, share};

/// Returns the pairs of the picks that name one origin: the fix, and what the line was at.
pub fn of_trailers(truths: &[Truth]) -> Vec<Pair> {
    let one = |truth: &Truth| match truth.origins[..] {
        [fix] => Some(Pair { fix, onto: truth.onto }),
        _ => None,
    };
    truths.iter().filter_map(one).collect()
}

/// Returns pairs of picks that say nothing: the same author, author date and subject, or a merged branch named after
/// the pull request and the line.
pub fn of_likeness(survey: &Survey, known: &HashSet<Pair>) -> Vec<Pair> {
    let mut by_author: HashMap<(&str, i64, &str), CommitId> = HashMap::new();
    for commit in survey.commits.iter().filter(|commit| !commit.is_merge()) {
        by_author.insert((&commit.author.email, commit.author.seconds, commit.subject()), commit.id);
    }
    let by_number: HashMap<u64, CommitId> =
        survey.changes.iter().filter_map(|change| Some((change.pull_request?, change.id))).collect();
    let origin = |commit: &Commit| match commit.is_merge() {
        true => by_number.get(&picked_number(&commit.message)?).copied(),
        false => by_author.get(&(&*commit.author.email, commit.author.seconds, commit.subject())).copied(),
    };
    let mut pairs = Vec::new();
    for commit in survey.lines.iter().flat_map(|line| &line.own) {
        if let (Some(fix), Some(onto)) = (origin(commit), commit.parents.first().copied()) {
            pairs.push(Pair { fix, onto });
        }
    }
    let mut seen = known.clone();
    pairs.retain(|pair| seen.insert(*pair));
    pairs
}

/// Reads `cherry-pick-N-of…` or `cherry-pick-N-to-…`, the branch that a merge names.
fn picked_number(message: &str) -> Option<u64> {
    let rest = message.split_once("cherry-pick-")?.1;
    let end = rest.find(|digit: char| !digit.is_ascii_digit())?;
    rest[end..].starts_with('-').then(|| rest[..end].parse().ok())?
}

/// Returns the newest commits of main, each onto the tip of every supported line.
pub fn of_recent(world: &World, survey: &Survey, recent: usize) -> Result<Vec<Pair>> {
    let mut tips = Vec::new();
    for line in world.settings.lines(&[])?.into_iter().filter(|line| world.lines.contains(&line.name)) {
        tips.push(world.git.branch_commit(&world.settings.branch_of(&world.git, line)?)?);
    }
    let newest = &survey.commits[survey.commits.len().saturating_sub(recent)..];
    let onto_all = |fix: &Commit| tips.iter().map(|onto| Pair { fix: fix.id, onto: *onto }).collect::<Vec<_>>();
    Ok(newest.iter().flat_map(onto_all).collect())
}

/// Works out pairs as `patch-pick` does.
pub fn ours(git: &Git, pairs: &[Pair]) -> Result<Vec<Answer>> {
    let mut picks = Vec::new();
    for pair in pairs {
        let onto = Treeish { tree: git.tree_of(pair.onto)?, commit: Some(pair.onto) };
        picks.push(pick_onto(git, &git.commit(pair.fix)?, onto)?);
    }
    let found = Forecaster::new(git)?.all(&picks)?;
    let answer = |forecast: backstitch::model::forecast::Forecast| Answer {
        outcome: forecast.outcome,
        tree: forecast.tree,
        files: forecast.files.into_iter().collect::<BTreeSet<String>>(),
    };
    Ok(found.into_iter().map(answer).collect())
}

/// Compares our answers with git's.
pub fn compare(git: &Git, what: &str, pairs: &[Pair], show: usize) -> Result<()> {
    let (ours, theirs) = (ours(git, pairs)?, answers(git, pairs)?);
    let count = |outcome| theirs.iter().filter(|answer| answer.outcome == outcome).count();
    let (clean, conflict, empty) = (count(Outcome::Clean), count(Outcome::Conflict), count(Outcome::Empty));
    say(format!("forecasts, {what}: {} pairs, {clean} clean, {conflict} conflict, {empty} empty", pairs.len()));
    let differs = |part: fn(&Answer, &Answer) -> bool| ours.iter().zip(&theirs).filter(|(a, b)| part(a, b)).count();
    say(format!("  verdict or tree differs: {}", differs(|a, b| a.outcome != b.outcome || a.tree != b.tree)));
    say(format!("  conflicting paths differ: {}", differs(|a, b| a.files != b.files)));
    let different = pairs.iter().zip(ours.iter().zip(&theirs)).filter(|(_, (a, b))| a != b);
    for (pair, (our, their)) in different.take(show) {
        say(format!("  differs: {} onto {}", pair.fix, pair.onto));
        for (who, answer) in [("we", our), ("git", their)] {
            say(format!("    {who}: {} {} {:?}", answer.outcome.as_str(), answer.tree, answer.files));
        }
    }
    Ok(())
}

/// Says how often the maintainers' pick has the very tree that the forecast gives.
pub fn against_maintainers(git: &Git, truths: &[Truth]) -> Result<()> {
    let single: Vec<&Truth> = truths.iter().filter(|truth| truth.origins.len() == 1).collect();
    let pairs: Vec<Pair> = single.iter().map(|t| Pair { fix: t.origins[0], onto: t.onto }).collect();
    let mut same = 0;
    for (truth, answer) in single.iter().zip(ours(git, &pairs)?) {
        if git.tree_of(truth.pick)? == answer.tree {
            same += 1;
        }
    }
    say(format!("  the maintainers' pick has that very tree: {}", share(same, single.len())));
    Ok(())
}
