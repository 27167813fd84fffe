//! Prepares what distributors are told: a bundle of the signed tags, its sum, and a mail.

use std::path::Path;

use crate::model::advisory::kit::{KIT_SCHEMA, Kit, KitRequest, Tagged, fixed_tags, mail, notice, require_repaired};
use crate::model::advisory::outcome::Outcome;
use crate::model::apply::shell_word;
use crate::model::arrange::Arrange as _;
use crate::model::commit::{CommitId, ObjectId};
use crate::model::config::AdvisorySettings;
use crate::model::error::{Error, Result};
use crate::model::tag::TagName;
use crate::model::tag_request::Now;
use crate::ports::clock::reached;
use crate::ports::git::Git;
use crate::ports::private::is_within_a_worktree;
use crate::ports::process::failed;
use crate::ports::settings::Settings;
use crate::ports::trouble::{cannot_read, cannot_write};
use crate::ports::{folder, sums};

use super::one;

/// What verifies tags, as `patch-tag` does, and returns their objects and commits.
pub type VerifyTags<'a> = &'a dyn Fn(&[TagName]) -> Result<Vec<(ObjectId, CommitId)>>;

/// Writes the kit of an advisory, unless it is there.
///
/// # Errors
/// When nobody may be told yet, a tag does not verify, another kit is in its place, or something cannot be written.
pub fn prepare(
    git: &Git,
    settings: &Settings,
    advisories: &AdvisorySettings,
    verify: VerifyTags<'_>,
    asked: &KitRequest,
) -> Result<Kit> {
    let source = one(git, advisories, &asked.id)?;
    let now = match asked.now {
        Now::Clock(now) | Now::Given(now) => now,
    };
    let until = notice(&source.advisory, reached(now))?;
    let tags = if asked.tags.is_empty() { fixed_tags(&source.advisory, &settings.tag)? } else { asked.tags.clone() };
    require_repaired(&source.advisory, &tags, &settings.tag)?;
    require_outside(git, &asked.output)?;
    let objects = verify(&tags)?;
    let tagged: Vec<Tagged> = tags.into_iter().zip(objects).map(|(tag, (object, _))| Tagged { tag, object }).collect();
    let place = asked.output.join(format!("{}-kit", asked.id));
    let bundle = format!("{}.bundle", asked.id);
    let mut kit = Kit {
        schema: KIT_SCHEMA.to_owned(),
        advisory: asked.id.clone(),
        outcome: Outcome::Already,
        until,
        tags: tagged,
        sha256: crate::model::sums::Sha256Sum::of(b""),
        mail: place.join("mail.txt").display().to_string(),
        bundle: bundle.clone(),
    };
    if !place.exists() {
        kit.outcome = Outcome::Done;
        folder::make_folder(&place, |new| fill(git, settings, advisories, &source.advisory, asked, new, &mut kit))?;
    }
    let there = place.join(&bundle);
    require_same(git, &there, &kit)?;
    kit.sha256 = sums::sha256(&there).map_err(|error| cannot_read(&there, error))?;
    kit.bundle = there.display().to_string();
    Ok(kit)
}

/// A kit in a worktree is one `git add` away from everybody.
fn require_outside(git: &Git, output: &Path) -> Result<()> {
    match is_within_a_worktree(git, output) {
        false => Ok(()),
        true => Err(Error::usage(format!("'{}' is in a worktree, where a kit is soon committed", output.display()))
            .hint("name a folder outside of the repository: --output ../private")),
    }
}

fn fill(
    git: &Git,
    settings: &Settings,
    advisories: &AdvisorySettings,
    advisory: &crate::model::advisory::Advisory,
    asked: &KitRequest,
    place: &Path,
    kit: &mut Kit,
) -> Result<()> {
    let bundle = place.join(&kit.bundle);
    let names: Vec<String> = kit.tags.iter().map(|tagged| tagged.tag.full()).collect();
    let file = bundle.to_string_lossy().into_owned();
    let public = format!("--remotes={}", asked.remote);
    let mut arguments = vec!["bundle", "create", "--quiet", &file];
    arguments.extend(names.iter().map(String::as_str));
    arguments.extend(["--not", &public]);
    let finished = git.program().run(&arguments)?;
    if !finished.success() {
        return Err(failed("git bundle create", &finished).hint(format!(
            "see that the tags hold commits that '{}' has not: git log TAG --not {public}",
            asked.remote
        )));
    }
    kit.sha256 = sums::sha256(&bundle).map_err(|error| cannot_read(&bundle, error))?;
    let write = |name: &str, text: &str| {
        let path = place.join(name);
        std::fs::write(&path, text).map_err(|error| cannot_write(name, &path, error))
    };
    write(&format!("{}.sha256", kit.bundle), &format!("{}  {}\n", kit.sha256, kit.bundle))?;
    let project = settings.config.project.name.as_deref().or(advisories.publisher.as_deref()).unwrap_or("the project");
    write("mail.txt", &mail(advisory, project, advisories.contact.as_deref(), kit, asked.sealing))
}

/// Requires that a bundle holds these tags and nothing else.
fn require_same(git: &Git, bundle: &Path, kit: &Kit) -> Result<()> {
    let file = bundle.to_string_lossy().into_owned();
    let finished = git.program().run(["bundle", "list-heads", &file])?;
    let text = String::from_utf8_lossy(&finished.stdout).into_owned();
    let mut found: Vec<&str> = text.lines().collect();
    let wanted: Vec<String> = kit.tags.iter().map(|one| format!("{} {}", one.object, one.tag.full())).collect();
    let mut wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    found.arrange();
    wanted.arrange();
    match finished.success() && found == wanted {
        true => Ok(()),
        false => Err(Error::no(format!("'{file}' holds other tags than asked for")).hint(format!(
            "see what it holds: git bundle list-heads {}; remove its folder, and run this again",
            shell_word(&file)
        ))),
    }
}
