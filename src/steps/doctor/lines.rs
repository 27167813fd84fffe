//! The lines: their branches, their tags, their versions and their workflow files.

use std::collections::HashSet;

use crate::model::branch::BranchName;
use crate::model::commit::{Commit, CommitId};
use crate::model::config::{Config, VersionsIn};
use crate::model::doctor::facts::{
    BranchFacts, HeldVersion, LineConfig, LineFacts, ReleaseFacts, Step, Unsound, VersionsSaid, Why, WorkflowFiles,
};
use crate::model::edit::survey;
use crate::model::error::{Kind, Result};
use crate::model::line::{Line, LineName, LineStatus};
use crate::model::tag::TagName;
use crate::model::tag_verify::Containment;
use crate::model::version::{ReleaseVersion, next_patch, permit, permit_tag};
use crate::ports::git::{Git, Tag};
use crate::ports::protected;
use crate::ports::settings::{Settings, lacking, own};
use crate::ports::signing::Policy;
use crate::ports::tag_facts;
use crate::ports::tree::CommitFiles;

use super::{World, tags, tip_of, why};

/// What was found out about a line, with what only other questions need.
pub(super) struct Gathered {
    pub(super) facts: LineFacts,
    /// The tag of the release that was asked about, or else the one that its next release would have.
    pub(super) next: Option<TagName>,
    /// Whether that tag is there already, here and on the remote, so that nothing pushes it.
    pub(super) is_pushed: bool,
}

impl Gathered {
    /// Returns the tag that is signed next. `None`: nothing tells its name, or it is there already.
    pub(super) fn signs(&self) -> Option<TagName> {
        let is_there = self.facts.release.as_ref().is_some_and(|release| release.tag.is_some());
        self.next.clone().filter(|_| !is_there)
    }
}

pub(super) fn facts(world: &World<'_>, settings: &Settings, lines: &[Line]) -> Result<Vec<Gathered>> {
    let tags = world.git.tags_named(|name| settings.tag.version_of(name).is_some())?;
    lines.iter().map(|line| of_line(world, settings, lines, line, &tags)).collect()
}

fn of_line(world: &World<'_>, settings: &Settings, lines: &[Line], line: &Line, tags: &[Tag]) -> Result<Gathered> {
    let git = world.git;
    let named = settings.branch_of(git, line);
    let tip = named.as_ref().ok().and_then(|branch| git.branch_commit(branch).ok());
    let branch = named.and_then(|name| {
        let step = match step(world, &name) {
            Some(step) => step,
            None => match git.branch_commit(&name) {
                Ok(_) => Step::NotCompared,
                Err(_) if world.refs.is_none() && lacking(git).is_some() => Step::Unseen,
                Err(error) => return Err(error),
            },
        };
        let worktree = git.worktree_with(&name)?.map(|path| path.display().to_string());
        let unpushed_merge = unpushed_merge(world, &name, step)?;
        Ok(BranchFacts { name, step, worktree, unpushed_merge })
    });
    let line_tags = tags::of_line(world, settings, line, tip, tags)?;
    let held = tip.map(|tip| held(git, settings, tip));
    let release = world.request.release.as_ref().map(|version| {
        let known = Known { held: held.as_ref(), tagged: &tags::versions(world, settings, tags), tags };
        release(world, settings, (line, version), tip, &known)
    });
    let release = release.transpose()?;
    let next = match (&release, &line_tags.highest) {
        (Some(release), _) => Some(release.version.clone()),
        (None, Some(highest)) => next_patch(&highest.version),
        (None, None) => line.first_release(),
    };
    let next: Option<TagName> = next.and_then(|version| settings.tag.render(&version).parse().ok());
    // One that only this clone has is pushed.
    let there = release.as_ref().and_then(|release| world.there(&release.tag.as_ref()?.full()));
    Ok(Gathered {
        facts: LineFacts {
            name: line.name.clone(),
            branch: branch.map_err(|error| why(&error)),
            config: tip.map(|tip| config(world, settings, line, tip)).transpose()?.flatten(),
            tags: line_tags,
            version: held,
            workflows: tip.and_then(|tip| workflows(world, settings, lines, tip)),
            release,
        },
        next,
        is_pushed: there.flatten().is_some(),
    })
}

/// Returns where the remote has a branch, as it said or as it is remembered. `None`: that is not known.
fn there(world: &World<'_>, branch: &BranchName) -> Option<Option<CommitId>> {
    let remembered = || world.remote.and_then(|remote| world.git.remembered(remote, branch));
    match world.there(&branch.full()) {
        Some(there) => Some(there.map(|object| CommitId::from_bytes(*object.as_bytes()))),
        None => remembered().map(Some),
    }
}

/// Returns a merge among the commits of a branch that a push takes along.
fn unpushed_merge(world: &World<'_>, branch: &BranchName, step: Step) -> Result<Option<CommitId>> {
    let (git, there) = (world.git, there(world, branch).flatten());
    let (Step::Ahead, Some(local), Some(there)) = (step, git.local_branch_commit(branch), there) else {
        return Ok(None);
    };
    let mut pushed = git.commits_between(&[there], local, None)?.into_iter();
    Ok(pushed.find(Commit::is_merge).map(|merge| merge.id))
}

/// Compares the branch here with that of the remote. `None`: there is none anywhere.
fn step(world: &World<'_>, branch: &BranchName) -> Option<Step> {
    let git = world.git;
    let local = git.local_branch_commit(branch);
    let remembered = world.remote.and_then(|remote| git.remembered(remote, branch));
    let Some(there) = there(world, branch) else { return local.map(|_| Step::NotCompared) };
    Some(match (local, there) {
        (None, None) => return None,
        (Some(_), None) => Step::OnlyHere,
        (_, Some(there)) if !git.has_commit(there) => Step::Unfetched,
        // Only what was fetched can be worked with.
        (None, Some(_)) if remembered.is_none() => Step::Unfetched,
        (None, Some(_)) => Step::OnlyThere,
        (Some(local), Some(there)) if local == there => Step::Same,
        (Some(local), Some(there)) if git.is_ancestor(local, there) => Step::Behind,
        (Some(local), Some(there)) if git.is_ancestor(there, local) => Step::Ahead,
        // Where history is cut off, the ancestor that they share may be missing.
        (Some(_), Some(_)) if git.is_shallow() => Step::NotCompared,
        (Some(_), Some(_)) => Step::Apart,
    })
}

/// Compares the `patch.toml` of the branch of a line with main's. Where another file is gone by, or none, nothing depends on it.
///
/// # Errors
/// When the one that is gone by here, branches or tags cannot be read.
fn config(world: &World<'_>, settings: &Settings, line: &Line, tip: CommitId) -> Result<Option<LineConfig>> {
    let git = world.git;
    if world.request.config.is_some() || own(git)?.is_none() {
        return Ok(None);
    }
    let Some(there) = git.file_of(tip, "patch.toml").transpose() else { return Ok(Some(LineConfig::Absent)) };
    let parsed = there
        .and_then(|there| Config::parse(&String::from_utf8_lossy(&there)).map_err(|error| error.in_file("patch.toml")));
    let there = match parsed {
        Ok(there) => there,
        Err(error) => return Ok(Some(LineConfig::Broken(why(&error)))),
    };
    let knows = |known: &Line| known.name == line.name && known.branch == line.branch;
    if !there.lines.is_empty() && !there.lines.iter().any(knows) {
        return Ok(Some(LineConfig::Lacks));
    }
    // The one here may be that of the branch itself. What is wrong with main's is a finding of its own.
    let main = protected::config(git, &settings.main, None, "").ok().filter(|main| main.source.is_some());
    let main = main.map_or_else(|| settings.config.clone(), |main| main.config);
    let there = protected::completed(git, there, Some(&settings.main))?;
    let [tag, of_main] = [&there, &main].map(|config| config.project.tag.clone().unwrap_or_default());
    if tag != of_main {
        return Ok(Some(LineConfig::OtherTags { here: tag, main: of_main }));
    }
    let is_unknown =
        |known: &&Line| known.status != LineStatus::EndOfLife && there.lines.iter().all(|own| own.name != known.name);
    let unknown: Vec<LineName> = main.lines.iter().filter(is_unknown).map(|line| line.name.clone()).collect();
    Ok(Some(if unknown.is_empty() { LineConfig::Knows } else { LineConfig::LacksOthers(unknown) }))
}

fn held(git: &Git, settings: &Settings, tip: CommitId) -> HeldVersion {
    let configured = &settings.config.versions;
    let said = match (settings.config.project.versions, configured.is_empty()) {
        (VersionsIn::Tags, _) => return HeldVersion { said: VersionsSaid::InTags, held: Ok(None) },
        (VersionsIn::Files, true) => VersionsSaid::Nothing,
        (VersionsIn::Files, false) => VersionsSaid::Named,
    };
    let found = CommitFiles::of(git, tip).and_then(|files| survey(configured, &files));
    let version = found.and_then(|found| match found.files.is_empty() {
        true => Ok(None),
        false => found.version().map(|version| Some(version.to_semver())),
    });
    HeldVersion { said, held: version.map_err(|error| why(&error)) }
}

/// What decides whether a line can have a version.
struct Known<'k> {
    /// What its files say; `None`: it has no branch.
    held: Option<&'k HeldVersion>,
    /// The versions that have a tag.
    tagged: &'k [ReleaseVersion],
    /// The tags here that have the form of the project's.
    tags: &'k [Tag],
}

/// Finds out whether a release is tagged on the branch of a line, whose newest commit is `tip`, and whether the line can have it.
///
/// # Errors
/// When tags cannot be read.
fn release(
    world: &World<'_>,
    settings: &Settings,
    (line, version): (&Line, &ReleaseVersion),
    tip: Option<CommitId>,
    known: &Known<'_>,
) -> Result<ReleaseFacts> {
    let git = world.git;
    let is_held = |tag: &TagName| {
        let place = git.tag_commit(tag).zip(tip);
        place.is_some_and(|(commit, tip)| git.containment(commit, tip) == Containment::Inside)
    };
    let tag = settings.tag.render(&version.to_semver()).parse().ok().filter(is_held);
    let held = known.held.filter(|held| held.said != VersionsSaid::InTags);
    let held = held.and_then(|held| ReleaseVersion::try_from(held.held.as_ref().ok()?.as_ref()?).ok());
    let permitted = match (&tag, held.as_ref().filter(|held| *held != version)) {
        // What an earlier run has tagged is finished, whatever was tagged since.
        (Some(_), _) => permit_tag(version, Some(line), &[]),
        (None, Some(held)) => permit(held, version, Some(line), known.tagged),
        (None, None) => permit_tag(version, Some(line), known.tagged),
    };
    let left_out = held.clone().filter(|held| {
        let is_below = held.to_semver().cmp_precedence(&version.to_semver()).is_lt();
        is_below && held.to_semver().pre.is_empty() && !known.tagged.contains(held)
    });
    let commit = tag.as_ref().and_then(|tag| git.tag_commit(tag)).or(tip);
    let begins =
        commit.map(|commit| tags::beginning(world, settings, (line, &version.to_semver()), commit, known.tags));
    let unsound = tag.as_ref().map(|tag| unsound(world, tag)).transpose()?.flatten();
    let before = tag_facts::neighbours(git, &settings.tag, line, &version.to_semver())?.previous;
    let before =
        before.filter(|(before, tag)| before.pre.is_empty() && git.tag_commit(tag).is_some_and(|at| Some(at) == tip));
    let released_as = before.map(|(_, tag)| tag);
    Ok(ReleaseFacts {
        tag,
        version: version.to_semver(),
        refusal: permitted.err(),
        unsound,
        released_as,
        left_out: left_out.map(|held| held.to_semver()),
        begins,
    })
}

/// Says why a tag that is there already is not as good as made, as `patch-tag create` decides it.
fn unsound(world: &World<'_>, tag: &TagName) -> Result<Option<Unsound>> {
    let (git, request) = (world.git, world.request);
    let Some(object) = git.tag_ref(tag)? else { return Ok(None) };
    if let Some(there) = world.there(&tag.full()).flatten().filter(|there| *there != object) {
        let sentence = format!("tag '{tag}' is {object} here and {there} on the remote");
        let hint = "a published tag is never moved: find out who made which, and take the next version";
        return Ok(Some(Unsound::No(Why { sentence, hint: Some(hint.to_owned()) })));
    }
    let get = || git.fetch_from().tags();
    let verified = Policy::read(Some(git), &request.policy, request.now)
        .and_then(|policy| tag_facts::verified(git, &policy, tag, request.sealing, &get));
    match verified {
        Ok(_) => Ok(None),
        Err(error) if error.kind() == Kind::No => {
            let Why { sentence, hint } = why(&error);
            let otherwise = "take the next version; or, where the tag was pushed nowhere, delete it and sign with a key that the policy lets sign";
            let hint = hint.map_or_else(|| otherwise.to_owned(), |see| format!("{otherwise}; {see}"));
            Ok(Some(Unsound::No(Why { sentence, hint: Some(hint) })))
        }
        Err(error) => Ok(Some(Unsound::Untold(why(&error)))),
    }
}

/// Compares the workflow files of a line with those of main, and with all that the remote has on main and on the lines.
fn workflows(world: &World<'_>, settings: &Settings, lines: &[Line], tip: CommitId) -> Option<WorkflowFiles> {
    let git = world.git;
    let files = git.workflow_files(tip);
    let main: HashSet<_> = git.workflow_files(tip_of(git, &settings.main)?).into_iter().collect();
    let differing: Vec<_> = files.iter().filter(|file| !main.contains(*file)).collect();
    let branches = lines.iter().filter_map(|line| settings.branch_of(git, line).ok()).chain([settings.main.clone()]);
    let tips = |remote: &str| branches.filter_map(|branch| git.remembered(remote, &branch)).collect::<Vec<_>>();
    let tips = world.remote.map(tips).filter(|tips| !tips.is_empty());
    let path = |(path, _): &&(String, [u8; 20])| path.clone();
    let new = |tips: Vec<CommitId>| {
        let known: HashSet<_> = tips.into_iter().flat_map(|tip| git.workflow_files(tip)).collect();
        differing.iter().filter(|file| !known.contains(**file)).map(path).collect()
    };
    Some(WorkflowFiles {
        number: files.len(),
        new: if differing.is_empty() { Some(Vec::new()) } else { tips.map(new) },
        differing: differing.iter().map(path).collect(),
    })
}
