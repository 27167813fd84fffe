//! The tags: those of each line, and whether they have the form of the project's.

use std::collections::HashSet;

use semver::Version;

use crate::model::arrange::Arrange as _;
use crate::model::branch::BranchSpec;
use crate::model::commit::CommitId;
use crate::model::doctor::facts::{Beginning, HighestTag, LineTags, Narrow, Sight, TagForm};
use crate::model::error::Result;
use crate::model::line::Line;
use crate::model::notes::range::{Before, before, none_before};
use crate::model::tag::TagName;
use crate::model::tag_verify::Containment;
use crate::model::version::ReleaseVersion;
use crate::ports::git::Tag;
use crate::ports::settings::Settings;

use super::World;

/// So many of the newest releases of a line are compared with one another.
const MOST_RELEASES: usize = 12;
/// So many tags of another form are named.
const MOST_OTHERS: usize = 3;

/// Finds out whether the tags here and on the remote have the form of the project's.
///
/// # Errors
/// When the tags cannot be listed.
pub(super) fn form(world: &World<'_>, settings: &Settings) -> Result<TagForm> {
    let here = world.git.tag_names()?;
    let there = world.refs.iter().flatten().filter_map(|found| found.name.strip_prefix("refs/tags/"));
    let names: HashSet<&str> = here.iter().map(TagName::as_str).chain(there).collect();
    let (matching, mut others): (Vec<&str>, Vec<&str>) =
        names.into_iter().partition(|name| settings.tag.version_of(name).is_some());
    others.arrange();
    let look_like_releases = others.iter().any(|name| TagForm::looks_like_a_release(name));
    others.arrange_by_key(|name| !TagForm::looks_like_a_release(name));
    Ok(TagForm {
        form: settings.tag.to_string(),
        matching: matching.len(),
        others: others.into_iter().take(MOST_OTHERS).map(str::to_owned).collect(),
        look_like_releases,
    })
}

/// Finds out about the releases of a line. `all` are the tags here that have the form of the project's.
pub(super) fn of_line(
    world: &World<'_>,
    settings: &Settings,
    line: &Line,
    tip: Option<CommitId>,
    all: &[Tag],
) -> Result<LineTags> {
    let git = world.git;
    let version = |tag: &Tag| settings.tag.version_of(&tag.name);
    let own = settings.release_tags(all, line);
    let Some((last, highest)) = own.last().and_then(|last| Some((*last, version(last)?))) else {
        let sight = sight(world, settings, line, all);
        return Ok(LineTags { above: above(world, settings, line, None), sight, ..LineTags::default() });
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
    let order: Vec<_> = newest.windows(2).map(|pair| (pair, git.containment(pair[0].commit, pair[1].commit))).collect();
    let apart = order.iter().filter(|(_, how)| *how == Containment::Outside);
    let unordered = apart.filter_map(|(pair, _)| name(pair[0]).zip(name(pair[1]))).collect();
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
        is_cut: git.is_shallow() || order.iter().any(|(_, how)| *how == Containment::Unknown),
        unordered,
        outside,
        sight: sight(world, settings, line, all),
    })
}

/// Returns the versions that have a tag, here or on the remote.
pub(super) fn versions(world: &World<'_>, settings: &Settings, all: &[Tag]) -> Vec<ReleaseVersion> {
    let there = world.refs.iter().flatten().filter_map(|found| found.name.strip_prefix("refs/tags/"));
    let names = all.iter().map(|tag| tag.name.as_str()).chain(there);
    names.filter_map(|name| ReleaseVersion::try_from(&settings.tag.version_of(name)?).ok()).collect()
}

/// Finds what the notes of a release whose commit this is begin behind, as `patch-notes` does where it is told nothing.
pub(super) fn beginning(
    world: &World<'_>,
    settings: &Settings,
    (line, version): (&Line, &Version),
    commit: CommitId,
    all: &[Tag],
) -> Beginning {
    let released = settings.releases(all, line);
    match before(version, line, &released, |other| world.git.containment(other, commit)) {
        Ok(Before { release: Some(release), .. }) => Beginning::Behind(release.tag),
        Ok(Before { release: None, .. }) => Beginning::Nowhere(none_before(version, line, &released)),
        Err(open) => Beginning::Untold(open.tag.clone()),
    }
}

/// Returns the highest tag of a line that the remote has above all here.
fn above(world: &World<'_>, settings: &Settings, line: &Line, highest: Option<&Version>) -> Option<TagName> {
    let above = there(world, settings, line)
        .filter(|(version, _)| highest.is_none_or(|highest| version.cmp_precedence(highest).is_gt()));
    above.max_by(|(a, _), (b, _)| a.cmp_precedence(b)).map(|(_, tag)| tag)
}

/// Says whether all tags of a line can be seen here.
fn sight(world: &World<'_>, settings: &Settings, line: &Line, all: &[Tag]) -> Sight {
    if world.refs.is_some() {
        let is_here = |tag: &TagName| all.iter().any(|known| known.name == tag.as_str());
        let lacking: Vec<TagName> =
            there(world, settings, line).map(|(_, tag)| tag).filter(|tag| !is_here(tag)).collect();
        return if lacking.is_empty() { Sight::Whole } else { Sight::Lacking(lacking) };
    }
    let Some(remote) = world.remote else { return Sight::Whole };
    match world.git.narrow(remote) {
        Some(narrow) => Sight::Narrow(narrow),
        None if all.is_empty() => Sight::Narrow(Narrow::Unasked),
        None => Sight::Whole,
    }
}

/// Returns the tags of a line that the remote has.
fn there<'w>(
    world: &'w World<'_>,
    settings: &'w Settings,
    line: &'w Line,
) -> impl Iterator<Item = (Version, TagName)> + 'w {
    let tag = |name: &str| {
        let tag: TagName = name.strip_prefix("refs/tags/")?.parse().ok()?;
        let version = settings.tag.version_of(tag.as_str()).filter(|version| line.contains(version))?;
        Some((version, tag))
    };
    world.refs.iter().flatten().filter_map(move |found| tag(&found.name))
}
