//! Where the commits of a branch come from, and how far each is its origin.

mod landed;

use std::cell::RefCell;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use crate::model::arrange::Arrange as _;
use crate::model::change::changes;
use crate::model::commit::{Commit, CommitId};
use crate::model::config::Config;
use crate::model::error::Result;
use crate::model::forecast::Outcome;
use crate::model::patch::FilePatch;
use crate::model::path::PathPolicy;
use crate::model::presence::{Certainty, Evidence, Key, Match};
use crate::model::request::Differences;
use crate::model::trailer::{Marker, Relation, markers};
use crate::model::verify::{Claim, Counts, LineVerification, Origin, Patches, Verified, judge, line_only_reason};
use crate::ports::git::{Forecaster, Git, History, Pick, Treeish};
use crate::ports::survey::{LineSurvey, Seen};

use landed::Landed;

/// At most this many differing lines of one file are shown.
const SHOWN_LINES: usize = 40;
/// At most this many paths are named in a reason.
const NAMED_PATHS: usize = 3;

/// Commits of one branch that main lacks.
pub struct Asked<'s> {
    /// The branch, with everything on it that main lacks.
    pub line: &'s LineSurvey,
    /// Those of its own commits that are asked about, parents before children.
    pub commits: Vec<&'s Commit>,
}

/// Finds out where commits come from, and how far each is its origin.
///
/// # Errors
/// When history or objects are missing, or git fails.
pub fn provenance(
    git: &Git,
    config: &Config,
    seen: Seen<'_>,
    asked: Vec<Asked<'_>>,
    differences: Differences,
) -> Result<Vec<LineVerification>> {
    let main = Main::new(git, seen);
    let gathered = asked.into_iter().map(|asked| gather(&main, asked)).collect::<Result<Vec<Gathered<'_>>>>()?;
    let patches = read_patches(git, &gathered)?;
    Ok(gathered.into_iter().map(|line| verify(line, &patches, config, differences)).collect())
}

/// A line, and where its commits may come from.
struct Gathered<'s> {
    line: &'s LineSurvey,
    older: usize,
    plain_merges: usize,
    claims: Vec<Claim<'s>>,
}

fn gather<'s>(main: &Main<'s>, Asked { line, commits: asked }: Asked<'s>) -> Result<Gathered<'s>> {
    let plain = plain_merges(main.git, asked.iter().copied().filter(|commit| commit.is_merge()))?;
    let mut matches: HashMap<CommitId, Vec<&Match>> = HashMap::new();
    line.matches.iter().for_each(|found| matches.entry(found.pick).or_default().push(found));
    let brought = brought_by(line, &matches);
    let mut claims = Vec::new();
    for commit in asked.iter().filter(|commit| !plain.contains(&commit.id)) {
        let mut claim = main.claim(line, commit, matches.get(&commit.id).map(Vec::as_slice).unwrap_or_default())?;
        main.confirm(&mut claim, brought.get(&commit.id).map(Vec::as_slice).unwrap_or_default());
        main.complete(&mut claim)?;
        claims.push(claim);
    }
    Ok(Gathered { line, older: line.own.len() - asked.len(), plain_merges: plain.len(), claims })
}

/// Says for each commit that a merge brought onto the line which changes of main that merge is the pick of.
fn brought_by<'s>(
    line: &'s LineSurvey,
    matches: &HashMap<CommitId, Vec<&'s Match>>,
) -> HashMap<CommitId, Vec<&'s Match>> {
    let mut brought: HashMap<CommitId, Vec<&Match>> = HashMap::new();
    for change in changes(&line.own, line.tip) {
        let found = matches.get(&change.id).into_iter().flatten();
        let sure: Vec<&Match> = found.filter(|found| found.certainty == Certainty::Yes).copied().collect();
        for member in change.members.iter().filter(|member| **member != change.id && !sure.is_empty()) {
            brought.insert(*member, sure.clone());
        }
    }
    brought
}

/// Returns the merges of two parents that changed something themselves: their tree is neither what merging the parents gives, nor that of
/// a parent.
///
/// # Errors
/// When objects are missing.
pub fn merges_with_edits<'c>(git: &Git, merges: impl Iterator<Item = &'c Commit>) -> Result<HashSet<CommitId>> {
    let mut changed = Vec::new();
    for commit in merges {
        let trees = commit.parents.iter().map(|parent| git.tree_of(*parent)).collect::<Result<Vec<_>>>()?;
        if trees.len() == 2
            && !trees.contains(&commit.tree)
            && git.merge_base(commit.parents[0], commit.parents[1]).is_ok()
        {
            changed.push(commit);
        }
    }
    let plain = plain_merges(git, changed.iter().copied())?;
    Ok(changed.into_iter().map(|commit| commit.id).filter(|id| !plain.contains(id)).collect())
}

/// Returns the merges whose tree is what merging their two parents gives.
fn plain_merges<'c>(git: &Git, merges: impl Iterator<Item = &'c Commit>) -> Result<HashSet<CommitId>> {
    let treeish = |id| Ok(Treeish { tree: git.tree_of(id)?, commit: Some(id) });
    let (mut asked, mut picks) = (Vec::new(), Vec::new());
    for commit in merges {
        if let [first, second] = commit.parents[..]
            && let Ok(base) = git.merge_base(first, second)
        {
            picks.push(Pick { base: treeish(base)?, ours: treeish(first)?, theirs: treeish(second)? });
            asked.push(commit);
        }
    }
    if picks.is_empty() {
        return Ok(HashSet::new());
    }
    let results = Forecaster::new(git)?.all(&picks)?;
    let plain = asked.iter().zip(results).filter(|(commit, result)| {
        // An empty result is the first parent's tree.
        result.outcome != Outcome::Conflict && result.tree == commit.tree
    });
    Ok(plain.map(|(commit, _)| commit.id).collect())
}

/// Main, for questions about single commits.
struct Main<'s> {
    git: &'s Git,
    tip: CommitId,
    commits: HashMap<CommitId, &'s Commit>,
    landed: Landed<'s>,
    older: RefCell<Option<History<'s>>>,
}

impl<'s> Main<'s> {
    fn new(git: &'s Git, seen: Seen<'s>) -> Self {
        Self {
            git,
            tip: seen.tip,
            commits: seen.commits.iter().map(|commit| (commit.id, commit)).collect(),
            landed: Landed::new(seen.changes),
            older: RefCell::new(None),
        }
    }

    fn has(&self, id: CommitId) -> Result<bool> {
        if self.commits.contains_key(&id) {
            return Ok(true);
        }
        let mut older = self.older.borrow_mut();
        if older.is_none() {
            *older = Some(History::of(self.git, self.tip)?);
        }
        older.as_mut().map_or(Ok(false), |older| older.contains(id))
    }

    fn commit(&self, id: CommitId) -> Result<Commit> {
        self.commits.get(&id).map_or_else(|| self.git.commit(id), |commit| Ok((*commit).clone()))
    }

    fn origin(&self, id: CommitId, certainty: Certainty, evidence: Vec<Evidence>) -> Result<Origin> {
        Ok(Origin { commit: id, subject: self.commit(id)?.subject().to_owned(), certainty, evidence })
    }

    fn claim(&self, line: &LineSurvey, commit: &'s Commit, matches: &[&Match]) -> Result<Claim<'s>> {
        let mut claim = Claim {
            commit,
            stated: Vec::new(),
            recognised: Vec::new(),
            requests: Vec::new(),
            wholes: Vec::new(),
            dangling: Vec::new(),
            takes_back: None,
            owned: None,
            remarks: Vec::new(),
        };
        for found in matches {
            claim.recognised.push(self.origin(found.origin, found.certainty, found.evidence.clone())?);
        }
        for marker in markers(&commit.message) {
            self.hear(line, &marker, &mut claim)?;
        }
        claim.stated = self.without_repetition(claim.stated)?;
        if commit.is_merge() {
            claim.remarks.push("is a merge whose result is not what merging its parents gives".to_owned());
        }
        Ok(claim)
    }

    /// Makes a probable origin a sure one where the merge that brought the pick is the pick of the merge that brought the
    /// origin: a backport of the whole pull request.
    fn confirm(&self, claim: &mut Claim<'_>, merges: &[&Match]) {
        for merge in merges {
            let members = self.landed.brought_by(merge.origin);
            for origin in claim.recognised.iter_mut().filter(|origin| members.contains(&origin.commit)) {
                let is_weak = origin.certainty == Certainty::Probably;
                let stated = merge.evidence.iter().find(|piece| piece.key == Key::PullRequest);
                if let Some(stated) = stated.filter(|_| is_weak) {
                    origin.certainty = Certainty::Yes;
                    origin.evidence.insert(0, stated.clone());
                }
            }
        }
    }

    /// Takes in one statement of a message.
    fn hear(&self, line: &LineSurvey, marker: &Marker, claim: &mut Claim<'_>) -> Result<()> {
        match &marker.relation {
            Relation::OriginCommit(prefix) => match self.git.named(prefix) {
                Some(id) if self.has(id)? => {
                    let known = claim.recognised.iter().find(|origin| origin.commit == id).cloned();
                    let evidence = || vec![Evidence { key: Key::Trailer, detail: marker.text.clone() }];
                    claim.stated.push(match known {
                        Some(origin) => origin,
                        None => self.origin(id, Certainty::Yes, evidence())?,
                    });
                }
                Some(id) => claim.dangling.push(format!("names {}, which is not on main", id.short())),
                None => claim.dangling.push(format!("names {prefix}, which is no commit here")),
            },
            Relation::OriginPullRequest(request) => {
                let by_request = |origin: &Origin| {
                    origin.certainty == Certainty::Yes
                        && origin.evidence.iter().any(|piece| piece.key == Key::PullRequest)
                };
                if !claim.recognised.iter().any(by_request) {
                    let number = request.number;
                    claim.dangling.push(format!(
                        "names pull request #{number}, which no commit of main since the line left it names"
                    ));
                }
            }
            Relation::Reverts(prefix) => {
                let named = prefix.full().or_else(|| self.git.expand(prefix.as_str()));
                claim.takes_back = claim.takes_back.or(named.filter(|id| self.git.is_ancestor(*id, line.tip)));
            }
            Relation::OwnPullRequest(_)
            | Relation::KeptPullRequest(_)
            | Relation::Fixes(_)
            | Relation::Requires { .. }
            | Relation::StableFrom(_)
            | Relation::RevertsPullRequest(_)
            | Relation::RevertsSubject(_)
            | Relation::Reapplies(_) => {}
        }
        Ok(())
    }

    /// Leaves out what stands for the same change twice: the commits of a merge that is named too, and what a named commit
    /// was itself picked from, as the trailers of a pick of a pick have it.
    fn without_repetition(&self, stated: Vec<Origin>) -> Result<Vec<Origin>> {
        if stated.len() < 2 {
            return Ok(stated);
        }
        let mut covered: HashSet<CommitId> = HashSet::new();
        for origin in &stated {
            let members = self.landed.brought_by(origin.commit);
            covered.extend(members.iter().filter(|member| **member != origin.commit));
            for marker in markers(&self.commit(origin.commit)?.message) {
                if let Relation::OriginCommit(prefix) = marker.relation {
                    covered.extend(stated.iter().map(|other| other.commit).filter(|id| prefix.matches(*id)));
                }
            }
        }
        let mut seen = HashSet::new();
        let kept = stated.into_iter().filter(|origin| !covered.contains(&origin.commit) && seen.insert(origin.commit));
        Ok(kept.collect())
    }
}

/// Reads the patches of all commits that are compared, each once.
fn read_patches(git: &Git, lines: &[Gathered<'_>]) -> Result<Patches> {
    let mut wanted: HashMap<CommitId, Commit> = HashMap::new();
    for claim in lines.iter().flat_map(|line| &line.claims) {
        wanted.entry(claim.commit.id).or_insert_with(|| claim.commit.clone());
        let sure = claim.recognised.iter().filter(|origin| origin.certainty == Certainty::Yes);
        let compared = if claim.stated.is_empty() { sure.collect() } else { claim.stated.iter().collect::<Vec<_>>() };
        let more = claim.requests.iter().flatten().chain(&claim.wholes).flatten();
        for id in compared.into_iter().chain(more).map(|origin| origin.commit).chain(claim.takes_back) {
            if let Entry::Vacant(place) = wanted.entry(id) {
                place.insert(git.commit(id)?);
            }
        }
    }
    let mut wanted: Vec<&Commit> = wanted.values().collect();
    // Neighbours in history share most of their trees.
    wanted.arrange_by_key(|commit| (commit.committer.seconds, commit.id));
    git.patches(&wanted)
}

fn verify(gathered: Gathered<'_>, patches: &Patches, config: &Config, differences: Differences) -> LineVerification {
    let line = gathered.line;
    let mut empty = 0;
    let mut commits: Vec<Verified> = Vec::new();
    for mut claim in gathered.claims {
        let own = patches.get(&claim.commit.id).map(Vec::as_slice).unwrap_or_default();
        let silent = claim.stated.is_empty() && claim.dangling.is_empty();
        if own.is_empty() && silent && !claim.commit.is_merge() && line_only_reason(&claim.commit.message).is_none() {
            empty += 1;
            continue;
        }
        claim.owned = owned(config, own);
        let mut verified = judge(claim, patches);
        let kept = match differences {
            Differences::Counted => 0,
            Differences::Shown => SHOWN_LINES,
        };
        verified.differences.iter_mut().for_each(|file| file.lines.truncate(kept));
        commits.push(verified);
    }
    LineVerification {
        line: line.line.name.clone(),
        branch: line.branch.clone(),
        tip: line.tip,
        branch_point: line.branch_point,
        older: gathered.older,
        plain_merges: gathered.plain_merges,
        empty,
        counts: Counts::of(&commits),
        commits,
    }
}

/// Says why a patch belongs to the line alone, where it touches only files that `patch.toml` gives to each line.
fn owned(config: &Config, files: &[FilePatch]) -> Option<String> {
    let paths: Vec<&[u8]> = files.iter().flat_map(FilePatch::paths).collect();
    let version = |path: &[u8]| config.versions.iter().any(|file| file.path.as_str().as_bytes() == path);
    let kept = |path: &[u8]| match config.pick.paths.policy_of(path) {
        PathPolicy::KeepLine | PathPolicy::Regenerate(_) => true,
        PathPolicy::ThreeWay => false,
    };
    if paths.is_empty() || !paths.iter().all(|path| version(path) || kept(path)) {
        return None;
    }
    let mut names: Vec<String> = paths.iter().map(|path| format!("'{}'", String::from_utf8_lossy(path))).collect();
    names.arrange();
    names.dedup();
    let more = names.len().saturating_sub(NAMED_PATHS);
    names.truncate(NAMED_PATHS);
    let and = if more > 0 { format!(" and {more} more") } else { String::new() };
    Some(format!("touches only what patch.toml gives to each line: {}{and}", names.join(", ")))
}
