//! The lines: their branches, their tags, their versions and their workflow files.

use std::collections::HashSet;

use semver::Version;

use crate::model::branch::{BranchName, BranchSpec};
use crate::model::commit::CommitId;
use crate::model::doctor::facts::{BranchFacts, HeldVersion, HighestTag, LineFacts, LineTags, Step, WorkflowFiles};
use crate::model::edit::survey;
use crate::model::error::Result;
use crate::model::line::Line;
use crate::model::tag::TagName;
use crate::model::tag_verify::Containment;
use crate::model::version::next_patch;
use crate::ports::git::{Git, Tag};
use crate::ports::settings::Settings;
use crate::ports::tree::CommitFiles;

use super::{World, tip_of, why};

/// So many of the newest releases of a line are compared with one another.
const MOST_RELEASES: usize = 12;

/// What was found out about a line, with what only other questions need.
pub(super) struct Gathered {
    pub(super) facts: LineFacts,
    /// The tag that its next release would have.
    pub(super) next: Option<TagName>,
}

pub(super) fn facts(world: &World<'_>, settings: &Settings, lines: &[Line]) -> Result<Vec<Gathered>> {
    let tags = world.git.tags_named(|name| settings.tag.version_of(name).is_some())?;
    lines.iter().map(|line| of_line(world, settings, lines, line, &tags)).collect()
}

fn of_line(world: &World<'_>, settings: &Settings, lines: &[Line], line: &Line, tags: &[Tag]) -> Result<Gathered> {
    let git = world.git;
    let named = settings.branch_of(git, line);
    let tip = named.as_ref().ok().and_then(|branch| git.branch_commit(branch).ok());
    let branch = named.and_then(|name| match step(world, &name) {
        Some(step) => Ok(BranchFacts { name, step }),
        None => git.branch_commit(&name).map(|_| BranchFacts { name, step: Step::NotCompared }),
    });
    let line_tags = self::tags(world, settings, line, tip, tags)?;
    let next = line_tags.highest.as_ref().and_then(|highest| next_patch(&highest.version));
    let next = next.and_then(|version| settings.tag.render(&version).parse().ok());
    Ok(Gathered {
        facts: LineFacts {
            name: line.name.clone(),
            branch: branch.map_err(|error| why(&error)),
            tags: line_tags,
            version: tip.map(|tip| held(git, settings, tip)),
            workflows: tip.and_then(|tip| workflows(world, settings, lines, tip)),
        },
        next,
    })
}

/// Compares the branch here with that of the remote. `None`: there is none anywhere.
fn step(world: &World<'_>, branch: &BranchName) -> Option<Step> {
    let git = world.git;
    let local = git.local_branch_commit(branch);
    let remembered = world.remote.and_then(|remote| git.remembered(remote, branch));
    let there = match world.there(&branch.full()) {
        Some(there) => there.map(|object| CommitId::from_bytes(*object.as_bytes())),
        None if remembered.is_some() => remembered,
        None => return local.map(|_| Step::NotCompared),
    };
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

fn tags(world: &World<'_>, settings: &Settings, line: &Line, tip: Option<CommitId>, all: &[Tag]) -> Result<LineTags> {
    let git = world.git;
    let version = |tag: &Tag| settings.tag.version_of(&tag.name);
    let own = settings.release_tags(all, line);
    let Some((last, highest)) = own.last().and_then(|last| Some((*last, version(last)?))) else {
        return Ok(LineTags { above: above(world, settings, line, None), ..LineTags::default() });
    };
    let name = |tag: &Tag| tag.name.parse::<TagName>().ok();
    let Some(tag) = name(last) else { return Ok(LineTags::default()) };
    let is_standing = matches!(line.branch, BranchSpec::Standing(_));
    let on_branch = tip.and_then(|tip| match git.containment(last.commit, tip) {
        Containment::Inside => Some(true),
        // The branch of another release of the line need not have it.
        Containment::Outside => is_standing.then_some(false),
        Containment::Unknown => None,
    });
    let stable: Vec<&Tag> =
        own.iter().copied().filter(|tag| version(tag).is_some_and(|version| version.pre.is_empty())).collect();
    let newest = &stable[stable.len().saturating_sub(MOST_RELEASES)..];
    let apart = |pair: &&[&Tag]| git.containment(pair[0].commit, pair[1].commit) == Containment::Outside;
    let pairs = newest.windows(2).filter(apart);
    let unordered = pairs.filter_map(|pair| name(pair[0]).zip(name(pair[1]))).collect();
    let outside = match tip.filter(|_| is_standing && !git.is_shallow()) {
        Some(tip) => {
            let names: HashSet<String> = git.tags_outside(tip, &settings.tag)?.into_iter().collect();
            let others = stable.iter().filter(|tag| names.contains(&tag.name) && tag.name != last.name);
            others.filter_map(|tag| name(tag)).collect()
        }
        None => Vec::new(),
    };
    Ok(LineTags {
        above: above(world, settings, line, Some(&highest)),
        highest: Some(HighestTag { tag, version: highest, on_branch }),
        unordered,
        outside,
    })
}

/// Returns the highest tag of a line that the remote has above all here.
fn above(world: &World<'_>, settings: &Settings, line: &Line, highest: Option<&Version>) -> Option<TagName> {
    let tag = |name: &str| {
        let tag: TagName = name.strip_prefix("refs/tags/")?.parse().ok()?;
        let version = settings.tag.version_of(tag.as_str()).filter(|version| line.contains(version))?;
        Some((version, tag))
    };
    let there = world.refs.iter().flatten().filter_map(|found| tag(&found.name));
    let above = there.filter(|(version, _)| highest.is_none_or(|highest| version.cmp_precedence(highest).is_gt()));
    above.max_by(|(a, _), (b, _)| a.cmp_precedence(b)).map(|(_, tag)| tag)
}

fn held(git: &Git, settings: &Settings, tip: CommitId) -> HeldVersion {
    let configured = &settings.config.versions;
    let found = CommitFiles::of(git, tip).and_then(|files| survey(configured, &files));
    let version = found.and_then(|found| match found.files.is_empty() {
        true => Ok(None),
        false => found.version().map(|version| Some(version.to_semver())),
    });
    HeldVersion { is_configured: !configured.is_empty(), held: version.map_err(|error| why(&error)) }
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
