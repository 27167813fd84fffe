//! Whether a release has what its picks brought: something may have taken it away again without a word.

use std::collections::{HashMap, HashSet};

use crate::model::change::title;
use crate::model::commit::{BlobId, Commit, CommitId};
use crate::model::eligibility::advisory::{denied, in_parts, remarked};
use crate::model::error::Result;
use crate::model::notes::unmade::takes_something_of;
use crate::model::patch::common::{ChangedLine, telling_lines};
use crate::model::patch::{FilePatch, Mark};
use crate::ports::git::Git;
use crate::ports::settings::Settings;
use crate::ports::survey::chain::changed_by;

use super::group::Group;
use super::trace::Landed;

/// The lines of files, by their paths.
type Contents = HashMap<Vec<u8>, HashSet<Vec<u8>>>;

/// What is looked for in a release.
pub(super) struct Wanted<'w> {
    /// The commits of the line that brought it.
    pub(super) picks: Vec<&'w Commit>,
    /// The changes of main that they bring.
    pub(super) landed: Vec<&'w Landed>,
    /// Whether something of it is known to be gone.
    pub(super) is_rest: bool,
}

impl<'w> Wanted<'w> {
    /// What a group brought.
    pub(super) fn of(group: &'w Group) -> Self {
        Self {
            picks: group.picks.iter().collect(),
            landed: group.sure().collect(),
            is_rest: !group.outdated.is_empty(),
        }
    }
}

/// Says whether a release lacks what commits brought: for one of the changes, it has less than three of four of the lines that
/// the picks add to the product, and lacks a file of them or has more than one of four of those that they remove, if any. Where they add none,
/// the latter alone says so. Lines without words do not count.
///
/// # Errors
/// When an object is missing.
pub(super) fn lacks(git: &Git, settings: &Settings, release: CommitId, wanted: &Wanted<'_>) -> Result<bool> {
    if is_as_left(git, release, &wanted.picks)? {
        return Ok(false);
    }
    let patches_of = |commits: &[&Commit]| of_product(git, settings, commits);
    let own = patches_of(&wanted.picks)?;
    let of_all = telling_lines(&own);
    let (files, is_without_a_file) = contents(git, release, &own)?;
    let lacks = |counts: &dyn Fn(&ChangedLine<'_>) -> bool| {
        let share = |mark: Mark| {
            let (mut here, mut all) = (0_usize, 0_usize);
            for file in &own {
                let Some(lines) = files.get(file.path()) else { continue };
                let changed = telling_lines(std::slice::from_ref(file));
                // What one of them takes away again, or only moves, is not looked for.
                let is_back =
                    |text: &[u8]| [Mark::Added, Mark::Removed].iter().all(|mark| of_all.contains(&(*mark, text)));
                for (_, text) in changed.iter().filter(|line| line.0 == mark && counts(line) && !is_back(line.1)) {
                    all += 1;
                    here += usize::from(lines.contains(bare(text)));
                }
            }
            (here, all)
        };
        match (share(Mark::Added), share(Mark::Removed)) {
            ((_, 0), (back, removed)) => back * 4 > removed,
            // Who only goes on with it, as from a version to the next one, brings nothing back that it removed.
            ((here, added), (back, removed)) => {
                here * 4 < added * 3 && (removed == 0 || back * 4 > removed || is_without_a_file)
            }
        }
    };
    // Where something is known to be gone, what is left is asked for alone.
    let is_whole = !wanted.is_rest;
    if is_whole && lacks(&|_| true) {
        return Ok(true);
    }
    if is_whole && wanted.landed.len() < 2 {
        return Ok(false);
    }
    for landed in &wanted.landed {
        let patches = patches_of(&landed.commits.iter().collect::<Vec<_>>())?;
        let of_it = telling_lines(&patches);
        if lacks(&|line| of_it.contains(line)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Says whether a release has all files as picks left them, which needs no comparison of lines.
///
/// # Errors
/// When an object is missing.
pub(super) fn is_as_left(git: &Git, release: CommitId, picks: &[&Commit]) -> Result<bool> {
    let mut objects = git.objects()?;
    let tree = git.tree_of(release)?;
    for pick in picks {
        for change in changed_by(git, &mut objects, pick)? {
            if objects.at(tree, &change.path)? != change.new {
                return Ok(false);
            }
        }
    }
    Ok(!picks.is_empty())
}

/// A commit of a release behind some picks.
pub(super) struct Later<'c> {
    pub(super) commit: &'c Commit,
    /// The commits of main that it brings something of; none where it belongs to the line alone.
    pub(super) origins: Vec<CommitId>,
}

/// Returns the first of later commits that takes something away of what picks bring to the product of a release, and that main does not.
///
/// # Errors
/// When an object is missing.
pub(super) fn taken_by(
    git: &Git,
    settings: &Settings,
    release: CommitId,
    picks: &[&Commit],
    later: &[Later<'_>],
) -> Result<Option<CommitId>> {
    if later.is_empty() {
        return Ok(None);
    }
    let fix = of_product(git, settings, picks)?;
    let (files, _) = contents(git, release, &fix)?;
    let is_gone =
        |file: &FilePatch, text: &[u8]| files.get(file.path()).is_none_or(|lines| !lines.contains(bare(text)));
    let mut objects = git.objects()?;
    for Later { commit, origins } in later {
        // Trees tell most of them apart without a patch.
        let changed = changed_by(git, &mut objects, commit)?;
        if !changed.iter().any(|change| fix.iter().any(|file| file.path() == change.path)) {
            continue;
        }
        let origins = origins.iter().map(|id| git.commit(*id)).collect::<Result<Vec<Commit>>>()?;
        let of_main = of_product(git, settings, &origins.iter().collect::<Vec<_>>())?;
        if takes_something_of(&fix, &of_product(git, settings, &[commit])?, &of_main, is_gone) {
            return Ok(Some(commit.id));
        }
    }
    Ok(None)
}

/// Says whether messages of picks take from their origins that these fix one of some advisories.
pub(super) fn deny(picks: &[&Commit], origins: &[&Commit], ids: &[String]) -> bool {
    let texts = |commits: &[&Commit]| commits.iter().map(|one| title_and_body(one)).collect::<Vec<_>>();
    let (own, of_main) = (texts(picks), texts(origins));
    denied(&own).iter().chain(&remarked(&own, &of_main)).any(|id| ids.contains(id))
}

/// Returns the two parts of what a commit says.
pub(super) fn title_and_body(commit: &Commit) -> (String, String) {
    let (_, body) = in_parts(commit.message.trim_start_matches('\n'));
    (title(commit), body.to_owned())
}

/// Returns what commits change of the product.
fn of_product(git: &Git, settings: &Settings, commits: &[&Commit]) -> Result<Vec<FilePatch>> {
    let all = git.patches(commits)?.into_values().flatten();
    Ok(all.filter(|file| settings.config.is_of_product(file.path())).collect())
}

/// Returns the lines of files as a release has them, each without what ends it, and whether it lacks one that was left by a patch.
fn contents(git: &Git, release: CommitId, patches: &[FilePatch]) -> Result<(Contents, bool)> {
    let mut objects = git.objects()?;
    let tree = git.tree_of(release)?;
    let mut files = Contents::new();
    let mut is_without_a_file = false;
    for file in patches {
        let entry = objects.at(tree, file.path())?;
        is_without_a_file |= entry.is_none() && file.new.is_some();
        // A link or a module has no lines of its own.
        if entry.is_some_and(|entry| !entry.mode.is_file()) {
            continue;
        }
        let content = entry.map(|entry| objects.blob(BlobId::from_bytes(entry.id))).transpose()?.unwrap_or_default();
        let lines = content.split(|byte| *byte == b'\n').map(|line| bare(line).to_vec()).collect();
        files.insert(file.path().to_vec(), lines);
    }
    Ok((files, is_without_a_file))
}

/// Returns a line without what ends it.
pub(super) fn bare(line: &[u8]) -> &[u8] {
    line.trim_ascii_end()
}
