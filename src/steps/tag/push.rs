//! `patch-tag push`: tags with their branches, all or nothing, and exactly these refs.

use std::collections::BTreeMap;

use crate::model::apply::shell_word;
use crate::model::arrange::InOrder as _;
use crate::model::branch::BranchName;
use crate::model::commit::{CommitId, ObjectId};
use crate::model::error::{Error, Result};
use crate::model::fetch::REFETCH_FIRST;
use crate::model::guard::PushedRef as Outgoing;
use crate::model::propose::{PushRefusal, push_kind_and_hint};
use crate::model::request::Mode;
use crate::model::tag::TagName;
use crate::model::tag_push::{PUSH_SCHEMA, PushOutcome, PushRequest, PushedRef, TagsPushed};
use crate::model::tag_verify::{Containment, Tagged};
use crate::model::version::ReleaseVersion;
use crate::ports::git::{Git, RemoteRef};
use crate::ports::guard::Watch;
use crate::ports::settings;
use crate::ports::signing::Policy;
use crate::ports::tag_facts::{self, Elsewhere};

/// A branch that goes along, and the newest of the commits that the remote has to have on it.
type Branches = BTreeMap<BranchName, Vec<CommitId>>;

/// Pushes tags that verify, each with the branch of its line.
///
/// # Errors
/// When a tag does not verify, something tells of what is under embargo, the remote has another object under one of the names, or it cannot be reached.
pub fn run(git: &Git, request: &PushRequest) -> Result<TagsPushed> {
    let policy = Policy::read(Some(git), &request.policy, request.now)?;
    let (mut wanted, mut branches) = (BTreeMap::new(), Branches::new());
    for tag in &request.tags {
        let (object, branch, commit) = look_at(git, &policy, request, tag)?;
        wanted.insert(tag.clone(), object);
        branches.entry(branch).or_default().push(commit);
    }
    let names: Vec<String> = wanted.keys().map(TagName::full).chain(branches.keys().map(BranchName::full)).collect();
    let target = git.push_target(&request.remote)?;
    let found = git.remote_refs_like(&target, &[&names[..], &[policy.tag.refs()]].concat())?;
    let there = named(&found, &names);
    let mut refs = Vec::new();
    for (branch, commits) in &branches {
        refs.push(branch_ref(git, request, branch, commits, there.get(&branch.full()).copied())?);
    }
    for (tag, object) in wanted {
        let before = there.get(&tag.full()).copied();
        refs.push(tag_ref(request, tag.full(), object, before)?);
        if before.is_none() {
            check_order(&policy, request, &tag, &found)?;
        }
    }
    let pushed: Vec<String> =
        refs.iter().filter(|found| found.outcome != PushOutcome::Already).map(|found| found.name.clone()).collect();
    if !pushed.is_empty() {
        guard(git, request, &refs, &found)?;
    }
    if request.mode == Mode::Write && !pushed.is_empty() {
        git.push(&request.remote, &pushed).map_err(|error| {
            let moved = git.remote_refs(&target, &names).is_ok_and(|now| named(&now, &names) != there);
            let said = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
            error.hint(refused(git, request, moved, PushRefusal::of(&said)))
        })?;
    }
    Ok(TagsPushed { schema: PUSH_SCHEMA.to_owned(), remote: request.remote.clone(), refs })
}

/// Requires that a push tells of nothing that is under embargo.
fn guard(git: &Git, request: &PushRequest, refs: &[PushedRef], there: &[RemoteRef]) -> Result<()> {
    let config = settings::config(Some(git), request.policy.config.as_deref())?;
    let watch = Watch::open(Some(git), &config, &request.advisories, request.now.moment())?;
    let new = refs.iter().filter(|found| found.outcome != PushOutcome::Already);
    let new = new.map(|found| Outgoing { name: found.name.clone(), object: Some(found.object), before: found.before });
    let public: Vec<CommitId> = there.iter().filter_map(|found| git.peeled(found.object)).collect();
    watch.require_push(&request.remote, &new.collect::<Vec<_>>(), &public)
}

/// Returns the objects of those refs that have one of these names.
fn named(refs: &[RemoteRef], names: &[String]) -> BTreeMap<String, ObjectId> {
    let found = refs.iter().filter(|found| names.contains(&found.name));
    found.map(|found| (found.name.clone(), found.object)).in_order()
}

/// Requires that a tag which the remote lacks is above all that it has of the line.
fn check_order(policy: &Policy, request: &PushRequest, tag: &TagName, there: &[RemoteRef]) -> Result<()> {
    let version = policy.tag.version_of(tag.as_str());
    let line = version.as_ref().and_then(|version| policy.lines.iter().find(|line| line.contains(version)));
    let Some((line, version)) = line.zip(version.as_ref()) else { return Ok(()) };
    Elsewhere::read(there, &policy.tag, line, version).require_none_above(&request.remote, tag, line)
}

/// Says what to do about a push that came to nothing, by the state of both sides.
fn refused(git: &Git, request: &PushRequest, moved: bool, why: PushRefusal) -> String {
    let remote = shell_word(&request.remote);
    if moved {
        return format!("the remote changed meanwhile: git fetch {remote}, look at it, and run the same command again");
    }
    match why {
        PushRefusal::WorkflowFile | PushRefusal::Unknown | PushRefusal::Denied => {
            return push_kind_and_hint(why).1.to_owned();
        }
        PushRefusal::Rule => {
            return "put right what the cause names: a rule or a hook of the remote protects the branch or the tag; let the account pass it by, \
                and run the same command again"
                .to_owned();
        }
        PushRefusal::Moved | PushRefusal::Other => {}
    }
    if git.is_shallow() {
        return format!("this clone is shallow, and the remote may need what it lacks: git fetch --unshallow {remote}");
    }
    if git.is_partial() {
        return format!("this is a partial clone, and the remote may need what it lacks: {REFETCH_FIRST}");
    }
    "put right what the cause names, such as the way to the remote, and run the same command again".to_owned()
}

fn look_at(
    git: &Git,
    policy: &Policy,
    request: &PushRequest,
    tag: &TagName,
) -> Result<(ObjectId, BranchName, CommitId)> {
    let get = || {
        let version = policy.tag.version_of(tag.as_str()).filter(|version| ReleaseVersion::try_from(version).is_ok());
        let see = "see which there are: git tag --list";
        version.map_or_else(|| see.to_owned(), |version| format!("make it: patch-tag create {version}; or {see}"))
    };
    let (object, facts) = tag_facts::verified(git, policy, tag, request.sealing, &get)?;
    let line = facts.line.as_ref().map(|line| line.branch.name());
    match (line, facts.tagged) {
        (Some(branch), Tagged::Commit(commit, _)) => Ok((object, branch.clone(), commit)),
        _ => {
            let cannot = format!("the branch of tag '{tag}' cannot be told");
            Err(Error::undecided(cannot).hint("describe its line with [[line]] in patch.toml of main"))
        }
    }
}

fn outcome(mode: Mode) -> PushOutcome {
    match mode {
        Mode::Write => PushOutcome::Pushed,
        Mode::DryRun => PushOutcome::WouldPush,
    }
}

fn tag_ref(request: &PushRequest, name: String, object: ObjectId, before: Option<ObjectId>) -> Result<PushedRef> {
    let outcome = match before {
        None => outcome(request.mode),
        Some(there) if there == object => PushOutcome::Already,
        Some(there) => {
            let remote = request.remote.escape_debug();
            return Err(Error::no(format!("'{name}' is {object} here and {there} on '{remote}'"))
                .hint("a published tag is never moved: find out who made the other one, and take the next version"));
        }
    };
    Ok(PushedRef { name, object, before, outcome })
}

fn branch_ref(
    git: &Git,
    request: &PushRequest,
    branch: &BranchName,
    commits: &[CommitId],
    before: Option<ObjectId>,
) -> Result<PushedRef> {
    let remote = request.remote.escape_debug();
    let there = before.map(|object| CommitId::from_bytes(*object.as_bytes()));
    let found = |commit: CommitId, outcome| PushedRef {
        name: branch.full(),
        object: ObjectId::from_bytes(*commit.as_bytes()),
        before,
        outcome,
    };
    let holds = |tip: CommitId| commits.iter().all(|commit| git.containment(*commit, tip) == Containment::Inside);
    if let Some(there) = there.filter(|there| holds(*there)) {
        return Ok(found(there, PushOutcome::Already));
    }
    let local = git.branch_tip(branch)?.filter(|tip| holds(*tip)).ok_or_else(|| {
        Error::no(format!("the local branch '{branch}' does not hold the tagged commits"))
            .hint(format!("bring it up to date: git fetch {remote} {branch}:{branch}"))
    })?;
    match there {
        Some(there) if git.containment(there, local) != Containment::Inside => {
            Err(Error::no(format!("'{branch}' on '{remote}' has commits that are not on the branch here"))
                .hint(format!("look at them first: git fetch {remote} {branch}")))
        }
        Some(_) | None => Ok(found(local, outcome(request.mode))),
    }
}
