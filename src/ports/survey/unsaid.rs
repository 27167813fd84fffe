//! What a line takes back of what came to it, and says nothing of it.

use std::collections::{HashMap, HashSet};

use crate::model::commit::{BlobId, Commit, CommitId};
use crate::model::config::Config;
use crate::model::error::Result;
use crate::model::forecast::Entry;
use crate::model::line_sum::LineSum;
use crate::model::notes::reverts::{Claim, claims_without_words};
use crate::ports::git::{Change, Git, Objects, Outlined, changes, cut_off, empty_tree};

use super::undone::Undone;
use super::walk::Walk;

/// Finds the commits that undo exactly what an earlier one of them or of the carriers changed of the product, whatever they say. `own` are
/// those that may, the oldest first. Trees show which of them change the same paths, and patches are read only of those.
///
/// # Errors
/// When an object is missing or git fails.
pub(super) fn unsaid(
    walk: &Walk<'_>,
    config: &Config,
    own: &[CommitId],
    carriers: &HashSet<CommitId>,
) -> Result<Vec<Claim>> {
    if carriers.is_empty() || own.is_empty() {
        return Ok(Vec::new());
    }
    // What a commit changes whose parent is cut off is not known.
    let ends = if walk.git.is_shallow() { cut_off(walk.git) } else { HashSet::new() };
    let read = |ids: &mut dyn Iterator<Item = CommitId>| ids.map(|id| walk.git.commit(id)).collect::<Result<Vec<_>>>();
    // What came to the line as it is was there before everything that is its own.
    let is_own: HashSet<CommitId> = own.iter().copied().collect();
    let mut commits = read(
        &mut walk.with(|_| true).filter(|id| !ends.contains(id) && carriers.contains(id) && !is_own.contains(id)),
    )?;
    let own: Vec<CommitId> = own.iter().copied().filter(|id| !ends.contains(id)).collect();
    let own_carriers = read(&mut own.iter().copied().filter(|id| carriers.contains(id)))?;
    let mut objects = walk.git.objects()?;
    let mut of_product = |commit: &Commit| -> Result<Vec<Vec<u8>>> {
        Ok(config.product_of(&paths(walk.git, &mut objects, commit)?, Vec::as_slice))
    };
    let lists = commits.iter().chain(&own_carriers).map(&mut of_product).collect::<Result<Vec<_>>>()?;
    let stretch: Vec<&Outlined> = own.iter().filter_map(|id| walk.outlined(*id)).collect();
    let alike = walk.git.changing_all_of(lists, &stretch)?;
    commits.extend(read(&mut alike.into_iter())?);
    let changing = commits.iter().map(|commit| Ok((commit.id, of_product(commit)?)));
    let mut claims = claims_without_words(changing.collect::<Result<Vec<_>>>()?);
    without_other_lines(walk.git, config, &commits, &mut claims)?;
    let undone = Undone::of_product(walk.git, config, &commits, &claims)?;
    for claim in &mut claims {
        // What a fix itself tried and undid again is not taken back.
        let is_own = |of: &CommitId| carriers.contains(of) && carriers.contains(&claim.by);
        claim.of.retain(|of| !is_own(of) && undone.is_whole(claim.by, &[*of]));
    }
    claims.retain(|claim| !claim.of.is_empty());
    Ok(claims)
}

/// Takes out of claims what cannot be undone, so that no patch of it is read: who undoes a change of files takes as many lines of each away
/// as that added, and the same ones.
fn without_other_lines(git: &Git, config: &Config, commits: &[Commit], claims: &mut Vec<Claim>) -> Result<()> {
    let mut objects = git.objects()?;
    let claimed: HashSet<CommitId> =
        claims.iter().flat_map(|claim| claim.of.iter().copied().chain([claim.by])).collect();
    let mut turns: HashMap<CommitId, Turns> = HashMap::new();
    for commit in commits.iter().filter(|commit| claimed.contains(&commit.id)) {
        turns.extend(turns_of(git, config, &mut objects, commit)?.map(|turns| (commit.id, turns)));
    }
    for Claim { by, of } in claims.iter_mut() {
        let may_be = |of: &CommitId| match (turns.get(by), turns.get(of)) {
            (Some(by), Some(of)) => by.back == of.there,
            // Of what comes, goes or is renamed, the patch alone tells.
            (None, _) | (_, None) => true,
        };
        of.retain(may_be);
    }
    claims.retain(|claim| !claim.of.is_empty());
    Ok(())
}

/// By how much a commit changes the sums of the lines of files of the product, one after the other, and what changes them back.
struct Turns {
    there: Vec<LineSum>,
    back: Vec<LineSum>,
}

/// Returns these of a commit; `None`: it does more than to change files, or a clone lacks one of them.
fn turns_of(git: &Git, config: &Config, objects: &mut Objects, commit: &Commit) -> Result<Option<Turns>> {
    let (mut there, mut back) = (Vec::new(), Vec::new());
    for change in config.product_of(&changed(git, objects, commit)?, |change| &change.path) {
        let sum = |entry: Option<Entry>| {
            let entry = entry.filter(|entry| entry.mode.is_file())?;
            objects.blob(BlobId::from_bytes(entry.id)).ok().map(|text| LineSum::of(&text))
        };
        let (Some(old), Some(new)) = (sum(change.old), sum(change.new)) else { return Ok(None) };
        there.push(new.less(old));
        back.push(old.less(new));
    }
    Ok(Some(Turns { there, back }))
}

/// Finds among the commits with such bits those that take back without a word what some of them changed.
///
/// # Errors
/// When an object is missing or git fails.
pub(super) fn unsaid_among(
    walk: &Walk<'_>,
    config: &Config,
    origins: &[Commit],
    is_meant: impl Fn(u64) -> bool,
) -> Result<Vec<Claim>> {
    let wanted: HashSet<CommitId> =
        origins.iter().map(|origin| origin.id).filter(|id| is_meant(walk.bits(*id))).collect();
    let later: Vec<CommitId> = walk.with(&is_meant).skip_while(|id| !wanted.contains(id)).collect();
    unsaid(walk, config, &later, &wanted)
}

/// Returns the paths in which a commit differs from its first parent.
fn paths(git: &Git, objects: &mut Objects, commit: &Commit) -> Result<Vec<Vec<u8>>> {
    Ok(changed(git, objects, commit)?.into_iter().map(|change| change.path).collect())
}

fn changed(git: &Git, objects: &mut Objects, commit: &Commit) -> Result<Vec<Change>> {
    let before = commit.parents.first().map_or_else(|| Ok(empty_tree()), |parent| git.tree_of(*parent))?;
    changes(objects, before, commit.tree)
}
