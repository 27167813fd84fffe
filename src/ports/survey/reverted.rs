//! What took back the commits that a flaw is known by: found by what messages say and by what commits undo, and judged by the latter.

use std::collections::{HashMap, HashSet};

use crate::model::advisory::contain::{Holdings, TakenBack};
use crate::model::advisory::lines::Known;
use crate::model::advisory::reverts::{Copies, Meant, Revert, taken_back};
use crate::model::arrange::Arrange as _;
use crate::model::commit::CommitId;
use crate::model::error::Result;
use crate::model::patch::FilePatch;
use crate::model::patch::carry::{holds, is_same, repeats};
use crate::model::presence::Certainty;
use crate::model::presence::sieve::Sieve;
use crate::model::trailer::plain_subject;
use crate::ports::git::{Git, Glanced};

use super::brought_back::{Change, Wanted, brought_back};
use super::proven::paths;

/// That a commit took another one back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// What took what back.
    pub back: TakenBack,
    /// How sure that is.
    pub certainty: Certainty,
    /// How it is known.
    pub known: Known,
    /// The words that say so: text from a stranger.
    pub words: String,
}

/// What is looked through.
pub struct History<'h> {
    /// The repository.
    pub git: &'h Git,
    /// Its commits, parents before children.
    pub commits: &'h [Glanced],
    /// Which of the copies and reverts each commit has.
    pub holdings: &'h Holdings<'h>,
}

type Patches = HashMap<CommitId, Vec<FilePatch>>;

/// Says whether a patch changes all of some files. Lines need no comparison where it does not.
fn changes_all(patch: &[FilePatch], files: &[Vec<u8>]) -> bool {
    files.iter().all(|path| patch.iter().any(|file| file.paths().any(|own| own == path.as_slice())))
}

impl History<'_> {
    /// Finds what took the copies of commits back, and what took those takings back in turn. `said` are the commits that say so; copies
    /// of `fixes` are looked for without a word, too, as what undoes them leaves the flaw.
    ///
    /// # Errors
    /// When an object is missing or git fails.
    pub fn taken(&self, said: &[Revert], copies: &[Copies], fixes: &HashSet<CommitId>) -> Result<Vec<Taken>> {
        let mut all = if said.is_empty() { Vec::new() } else { self.said(said, copies)? };
        let takers = all.iter().map(|one| one.back.by);
        let targets: Vec<CommitId> = fixes.iter().copied().chain(takers).filter(|id| self.at(*id).is_some()).collect();
        for one in self.undone(targets)? {
            match all.iter_mut().find(|known| known.back == one.back) {
                Some(known) => known.certainty = known.certainty.max(one.certainty),
                None => all.push(one),
            }
        }
        let kept = self.dropped_by_merges(fixes)?;
        all.extend(kept.into_iter().filter(|one| !all.iter().any(|known| known.back == one.back)).collect::<Vec<_>>());
        Ok(all)
    }

    fn patches(&self, ids: impl Iterator<Item = CommitId>) -> Result<Patches> {
        self.git.patches(&self.these(ids))
    }

    fn inverse_patches(&self, ids: impl Iterator<Item = CommitId>) -> Result<Patches> {
        self.git.inverse_patches(&self.these(ids))
    }

    fn these(&self, ids: impl Iterator<Item = CommitId>) -> Vec<&Glanced> {
        let ids: HashSet<CommitId> = ids.collect();
        ids.iter().filter_map(|id| self.at(*id)).collect()
    }

    /// Returns a commit, where it is among those that are looked through.
    fn at(&self, id: CommitId) -> Option<&Glanced> {
        self.commits.get(self.holdings.graph().place(id)?)
    }

    /// Finds what says that it takes something back.
    fn said(&self, said: &[Revert], copies: &[Copies]) -> Result<Vec<Taken>> {
        let mut names: Vec<CommitId> = self.commits.iter().map(Glanced::id).collect();
        names.sort_unstable();
        let merge = |one: &Glanced| Some((one.id(), *one.parents().first().filter(|_| one.is_merge())?));
        let merges = self.commits.iter().filter_map(merge).collect();
        let titles = self.titles(said, copies)?;
        let meant = Meant { names, merges, titles, holdings: self.holdings };
        let pairs = taken_back(said, copies, &meant);
        if pairs.is_empty() { Ok(Vec::new()) } else { self.judged(said, pairs, &meant.names) }
    }

    /// Returns what the commits are called that have the title of a copy which a revert means by it.
    fn titles(&self, said: &[Revert], copies: &[Copies]) -> Result<HashMap<CommitId, String>> {
        let title = |id: CommitId| self.git.commit(id).map(|commit| plain_subject(commit.subject()).to_owned());
        let own = copies.iter().flat_map(|one| &one.all).filter(|id| self.at(**id).is_some());
        let own: HashSet<String> = own.map(|id| title(*id)).collect::<Result<_>>()?;
        let sieve = Sieve::for_titles(said.iter().flat_map(Revert::titles).filter(|title| own.contains(*title)));
        let sieve = sieve.for_gists();
        let may_be_meant = |one: &&Glanced| sieve.lets_through(one.id(), one.written, &one.gist);
        self.commits.iter().filter(may_be_meant).map(|one| Ok((one.id(), title(one.id())?))).collect()
    }

    /// Words alone do not take anything back: what is said is sure where the commit undoes what it names. `sorted` has all names.
    fn judged(&self, said: &[Revert], pairs: Vec<(TakenBack, String)>, sorted: &[CommitId]) -> Result<Vec<Taken>> {
        let counts = |one: &&Revert| pairs.iter().any(|(back, _)| back.by == one.id);
        let names: HashMap<CommitId, Vec<CommitId>> =
            said.iter().filter(counts).map(|one| (one.id, one.named(sorted))).collect();
        let named = names.values().flatten().copied();
        let patches = self.patches(pairs.iter().map(|(one, _)| one.commit).chain(named))?;
        let undoing = self.inverse_patches(pairs.iter().map(|(one, _)| one.by))?;
        let patch = |of: &Patches, id: CommitId| of.get(&id).cloned().unwrap_or_default();
        let taken = pairs.into_iter().map(|(back, words)| {
            let undone = patch(&undoing, back.by);
            let whole = |id: &CommitId| is_same(&patch(&patches, *id), &undone);
            let is_sure = whole(&back.commit)
                || holds(&undone, &patch(&patches, back.commit))
                || names.get(&back.by).is_some_and(|names| names.iter().any(whole));
            let certainty = if is_sure { Certainty::Yes } else { Certainty::Probably };
            Taken { back, certainty, known: Known::Reverts, words }
        });
        Ok(taken.collect())
    }

    /// Finds the commits that undo exactly what others did to files of the product, those that undo it together with something else, which
    /// leaves a question, and what undoes those.
    fn undone(&self, targets: Vec<CommitId>) -> Result<Vec<Taken>> {
        let mut patches = self.patches(targets.iter().copied())?;
        let mut files: Vec<Vec<u8>> =
            targets.iter().filter_map(|id| patches.get(id)).flat_map(|one| paths(one)).collect();
        files.arrange();
        files.dedup();
        // What undoes one of them, or what undid one, has that in its history.
        let behind = self.holdings.graph().holdings(targets.iter().copied());
        let may_undo = |one: &&Glanced| !one.is_merge() && behind.holds_any(one.id());
        let stretch: Vec<&Glanced> = self.commits.iter().filter(may_undo).collect();
        let touching = self.git.changing_any_of(&files, &stretch)?;
        let wanted = Wanted { targets: &targets, patches: &patches, behind: &behind, files: &files };
        let back = brought_back(self.git, &wanted, &self.changes(&touching)?)?;
        let place = |path: Vec<u8>| files.binary_search(&path).ok();
        let mut lists: Vec<Vec<usize>> = targets
            .iter()
            .filter_map(|id| patches.get(id))
            .map(|patch| paths(patch).into_iter().filter_map(place).collect())
            .collect();
        lists.extend(back.iter().map(|(_, file)| vec![*file]));
        lists.retain(|list| !list.is_empty());
        let covers = |changed: &[usize]| lists.iter().any(|list| list.iter().all(|at| changed.contains(at)));
        let alike: Vec<CommitId> = touching.iter().filter(|(_, changed)| covers(changed)).map(|(id, _)| *id).collect();
        let undoing = self.inverse_patches(alike.iter().copied())?;
        let taken = |back, certainty| Taken { back, certainty, known: Known::Inverse, words: String::new() };
        let mut found: Vec<Taken> = back.iter().map(|(back, _)| taken(*back, Certainty::Probably)).collect();
        let mut open: Vec<CommitId> = targets.iter().copied().chain(back.iter().map(|(back, _)| back.by)).collect();
        let mut seen = HashSet::new();
        while let Some(target) = open.pop() {
            if !patches.contains_key(&target) {
                patches.extend(self.patches(open.iter().copied().chain([target]))?);
            }
            let Some(patch) = patches.get(&target).filter(|_| seen.insert(target)) else { continue };
            let own = paths(patch);
            for by in alike.iter().copied().filter(|by| *by != target) {
                let back = TakenBack { commit: target, by };
                let repeats = |undone: &Vec<FilePatch>| changes_all(undone, &own) && repeats(patch, undone);
                if undoing.get(&by).is_some_and(repeats) && self.is_behind(by, target) {
                    found.push(taken(back, Certainty::Yes));
                    open.push(by);
                }
            }
        }
        Ok(found)
    }

    /// Takes the trees before and behind commits that change files.
    fn changes<'c>(&self, touching: &'c [(CommitId, Vec<usize>)]) -> Result<Vec<Change<'c>>> {
        let tree = |id: CommitId| self.at(id).map_or_else(|| self.git.tree_of(id), |one| Ok(one.outlined.tree));
        let change = |(by, files): &'c (CommitId, Vec<usize>)| {
            let Some(parent) = self.at(*by).and_then(|one| one.parents().first().copied()) else { return Ok(None) };
            Ok(Some(Change { by: *by, trees: (tree(parent)?, tree(*by)?), files }))
        };
        touching.iter().filter_map(|one| change(one).transpose()).collect()
    }

    /// Says whether a commit has another one in its history.
    fn is_behind(&self, commit: CommitId, earlier: CommitId) -> bool {
        let graph = self.holdings.graph();
        let (Some(from), Some(wanted)) = (graph.place(commit), graph.place(earlier)) else { return false };
        let (mut open, mut seen) = (vec![from], HashSet::new());
        while let Some(at) = open.pop() {
            if at == wanted {
                return true;
            }
            // Parents stand before their children.
            open.extend(graph.parents(at).iter().copied().filter(|parent| *parent >= wanted && seen.insert(*parent)));
        }
        false
    }

    /// Finds the merges that kept the files of the side without a fix, as the strategy `ours` does.
    fn dropped_by_merges(&self, fixes: &HashSet<CommitId>) -> Result<Vec<Taken>> {
        if !self.commits.iter().any(Glanced::is_merge) {
            return Ok(Vec::new());
        }
        let patches = self.patches(fixes.iter().copied())?;
        let mut objects = self.git.objects()?;
        let mut found = Vec::new();
        for merge in self.commits.iter().filter(|one| one.is_merge()) {
            for (fix, patch) in &patches {
                let (with, without): (Vec<CommitId>, Vec<CommitId>) =
                    merge.parents().iter().copied().partition(|parent| self.holdings.holds(*parent, *fix));
                let (Some(with), Some(without)) = (with.first(), without.first()) else { continue };
                let mut at = |id: CommitId, path: &[u8]| objects.at(self.git.tree_of(id)?, path);
                let (mut kept, mut differs) = (true, false);
                for path in paths(patch) {
                    let own = at(merge.id(), &path)?;
                    kept = kept && own == at(*without, &path)?;
                    differs = differs || own != at(*with, &path)?;
                }
                if kept && differs {
                    let back = TakenBack { commit: *fix, by: merge.id() };
                    let words = String::new();
                    found.push(Taken { back, certainty: Certainty::Probably, known: Known::Inverse, words });
                }
            }
        }
        Ok(found)
    }
}
