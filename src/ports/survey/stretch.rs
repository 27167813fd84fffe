//! Main and one stretch of a line: what a release of the line has and the one before has not.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::model::arrange::InOrder as _;
use crate::model::branch::BranchName;
use crate::model::change::{Change, Group, Node, groups, own_pull_request};
use crate::model::commit::{Commit, CommitId, PatchId};
use crate::model::error::Result;
use crate::model::line::Line;
use crate::model::presence::sieve::Sieve;
use crate::model::presence::{Certainty, Match, Origins, all_keys};
use crate::ports::git::{Git, Outlined};
use crate::ports::settings::Settings;

use super::near::near;
use super::{LineSurvey, Seen, requests_of_members, stated_origins, taken_back};

/// A stretch of a line.
pub struct Stretch<'s> {
    /// The line.
    pub line: &'s Line,
    /// Its branch.
    pub branch: &'s BranchName,
    /// The commit that is left out, with its history.
    pub from: CommitId,
    /// The newest commit.
    pub to: CommitId,
}

/// Main and a stretch, as far as some commits are concerned.
pub struct StretchSurvey {
    /// Main's newest commit.
    pub main_tip: CommitId,
    /// The commits of main since the stretch left it that those commits may be picks of, parents before children.
    pub commits: Vec<Commit>,
    /// The changes that they belong to, whole, oldest first.
    pub changes: Vec<Change>,
    /// The stretch as if it were a line of its own. Matches are told of the commits that were asked about.
    pub line: LineSurvey,
    /// Of those that nothing tells the origin of for sure, the commit of main that they bring but for a few lines.
    pub near: HashMap<CommitId, CommitId>,
    /// The stretch's own commits that main has by a merge of the line. They may be picks of what else main has.
    pub back: HashSet<CommitId>,
}

impl StretchSurvey {
    /// Returns what is known of main.
    pub fn seen(&self) -> Seen<'_> {
        Seen { tip: self.main_tip, commits: &self.commits, changes: &self.changes }
    }
}

/// Surveys main, from where the stretch left it, and the stretch as if it were a line of its own, for what it takes to tell where some
/// commits of it come from. What main has as well is not among its own commits, unless it came there only by merging the line.
///
/// The answers are those of a look at all of main; most of its commits are read no further than it takes to see that they cannot be
/// the origin of one that is asked about.
///
/// # Errors
/// When main has no branch, has nothing in common with the stretch, history is missing, or git fails.
pub fn stretch(git: &Git, settings: &Settings, asked: &Stretch<'_>, about: &[Commit]) -> Result<StretchSurvey> {
    let main_tip = git.branch_commit(&settings.main)?;
    let (own, back) = own(git, asked, main_tip, about)?;
    let back = Back::of(git, asked, main_tip, back)?;
    let branch_point = git.merge_base(main_tip, asked.to)?;
    let ids: HashSet<CommitId> = about.iter().map(|commit| commit.id).collect();
    let picks: Vec<Commit> = own.iter().filter(|commit| ids.contains(&commit.id)).cloned().collect();
    let sieve = Sieve::for_origins_of(&picks);
    let outlined = git.outlined_between(&[branch_point], main_tip, |id, outline| {
        ids.contains(&id) || sieve.lets_through(id, outline)
    })?;
    let mut main = Main::new(git, &outlined, main_tip);
    main.keep_brought(&sieve)?;
    let (mut commits, mut changes) = main.read()?;
    let found = matches(settings, (&commits, &changes), &picks, &HashMap::new(), &back);
    let (open, mut like) = alike(git, &picks, &found, &outlined)?;
    like.retain(|commit| !back.merges.contains(&commit.id));
    let alike = git.changing_alike(&open, &like.iter().collect::<Vec<_>>())?;
    let patch_ids = git.patch_ids(&alike)?;
    let near = near(git, settings, (&open, &like), &patch_ids, |id| main.is_landed(id))?;
    let found = if patch_ids.is_empty() && near.is_empty() {
        found
    } else {
        main.keep(alike.iter().map(|commit| commit.id).chain(near.values().copied()));
        (commits, changes) = main.read()?;
        matches(settings, (&commits, &changes), &picks, &patch_ids, &back)
    };
    let taken_back = taken_back(&own);
    let line = LineSurvey {
        line: asked.line.clone(),
        branch: asked.branch.clone(),
        tip: asked.to,
        branch_point,
        stated: stated_origins(git, own.iter().filter(|commit| !taken_back.contains_key(&commit.id))),
        own,
        matches: found,
        ancestors: HashSet::new(),
        releases: HashMap::new(),
        first_release: None,
        taken_back,
    };
    Ok(StretchSurvey { main_tip, commits, changes, line, near, back: back.commits })
}

/// Returns the stretch's own commits, and those of them that main has by a merge of the line. Where main does not have one that is asked
/// about, no such merge needs to be looked for.
fn own(git: &Git, asked: &Stretch<'_>, main: CommitId, about: &[Commit]) -> Result<(Vec<Commit>, HashSet<CommitId>)> {
    let only = git.commits_between(&[asked.from, main], asked.to, None)?;
    let ids: HashSet<CommitId> = only.iter().map(|commit| commit.id).collect();
    if about.iter().all(|commit| ids.contains(&commit.id)) {
        return Ok((only, HashSet::new()));
    }
    let own = git.commits_beside(main, Some(asked.from), asked.to)?;
    let back = own.iter().map(|commit| commit.id).filter(|id| !ids.contains(id)).collect();
    Ok((own, back))
}

fn matches(
    settings: &Settings,
    (commits, changes): (&[Commit], &[Change]),
    picks: &[Commit],
    patch_ids: &HashMap<CommitId, PatchId>,
    back: &Back,
) -> Vec<Match> {
    let origins = Origins::new(commits, &requests_of_members(changes))
        .of(settings.config.project.repository.as_ref())
        .landed(changes.iter().map(|change| change.id));
    let mut found = origins.matches(picks, patch_ids, &all_keys());
    found.retain(|one| back.may_be_origin(one));
    found
}

/// What came to main by merging the line.
#[derive(Default)]
struct Back {
    commits: HashSet<CommitId>,
    /// The merges that brought it.
    merges: HashSet<CommitId>,
    /// Of what came to main since the line left it, with the how manieth step of main's own history it came.
    steps: HashMap<CommitId, usize>,
}

impl Back {
    fn of(git: &Git, asked: &Stretch<'_>, main: CommitId, commits: HashSet<CommitId>) -> Result<Self> {
        if commits.is_empty() {
            return Ok(Self::default());
        }
        let outlined = git.outlined_between(&[git.left_at(main, asked.to)?], main, |_, _| false)?;
        let nodes: Vec<Node<'_>> = outlined.iter().map(|one| (one.id, one.parents.as_slice())).collect();
        let (mut merges, mut steps) = (HashSet::new(), HashMap::new());
        for (step, group) in groups(&nodes, main).into_iter().enumerate() {
            let ids = || group.members.iter().chain([&group.at]).map(|at| outlined[*at].id);
            merges.extend(ids().any(|id| commits.contains(&id)).then_some(outlined[group.at].id));
            steps.extend(ids().map(|id| (id, step)));
        }
        Ok(Self { commits, merges, steps })
    }

    /// Says whether a pick can come of that commit of main: what main has by merging the line is a pick only of what main had before.
    fn may_be_origin(&self, found: &Match) -> bool {
        let step = |id: &CommitId| self.steps.get(id);
        !self.commits.contains(&found.pick) || step(&found.origin) < step(&found.pick)
    }
}

/// Returns the picks that nothing else tells the origin of, and the commits of main that change all the files of one of them.
fn alike<'p>(
    git: &Git,
    picks: &'p [Commit],
    found: &[Match],
    outlined: &[Outlined],
) -> Result<(Vec<&'p Commit>, Vec<Commit>)> {
    let sure: HashSet<CommitId> =
        found.iter().filter(|found| found.certainty == Certainty::Yes).map(|found| found.pick).collect();
    let open: Vec<&Commit> = picks.iter().filter(|commit| !commit.is_merge() && !sure.contains(&commit.id)).collect();
    let others = git.changing_paths_of(&open, outlined)?;
    let others = others.into_iter().map(|id| git.commit(id)).collect::<Result<Vec<Commit>>>()?;
    Ok((open, others))
}

/// Main since the stretch left it.
struct Main<'s> {
    git: &'s Git,
    outlined: &'s [Outlined],
    groups: Vec<Group>,
    places: HashMap<CommitId, usize>,
    /// The places of the commits that are looked at.
    kept: BTreeSet<usize>,
}

impl<'s> Main<'s> {
    fn new(git: &'s Git, outlined: &'s [Outlined], tip: CommitId) -> Self {
        let nodes: Vec<Node<'_>> = outlined.iter().map(|one| (one.id, one.parents.as_slice())).collect();
        Self {
            git,
            outlined,
            groups: groups(&nodes, tip),
            places: outlined.iter().enumerate().map(|(at, one)| (one.id, at)).collect(),
            kept: (0..outlined.len()).filter(|at| outlined[*at].wanted).in_order(),
        }
    }

    /// Says whether a commit is a change of main itself, and not only a part of one.
    fn is_landed(&self, id: CommitId) -> bool {
        self.places.get(&id).is_some_and(|place| self.groups.iter().any(|group| group.at == *place))
    }

    fn keep(&mut self, ids: impl Iterator<Item = CommitId>) {
        self.kept.extend(ids.filter_map(|id| self.places.get(&id)));
    }

    /// Keeps what came to main with a pull request that is asked for: only the commit that brought it names it.
    fn keep_brought(&mut self, sieve: &Sieve) -> Result<()> {
        for group in self.groups.iter().filter(|group| group.members != [group.at]) {
            if self.kept.contains(&group.at) {
                let number = own_pull_request(&self.git.commit(self.outlined[group.at].id)?.message);
                if number.is_some_and(|number| sieve.asks_for_request(number)) {
                    self.kept.extend(&group.members);
                }
            }
        }
        Ok(())
    }

    /// Reads the commits that are kept, and the changes that they belong to.
    fn read(&self) -> Result<(Vec<Commit>, Vec<Change>)> {
        let read = |at: usize| self.git.commit(self.outlined[at].id);
        let commits = self.kept.iter().map(|at| read(*at)).collect::<Result<Vec<Commit>>>()?;
        let is_kept = |group: &&Group| {
            let mut places = group.members.iter().chain([&group.at]);
            places.any(|at| self.kept.contains(at))
        };
        let change = |group: &Group| {
            let members = group.members.iter().map(|at| self.outlined[*at].id);
            Ok(Change::of(&read(group.at)?, members.collect()))
        };
        let changes = self.groups.iter().filter(is_kept).map(change).collect::<Result<Vec<Change>>>()?;
        Ok((commits, changes))
    }
}
