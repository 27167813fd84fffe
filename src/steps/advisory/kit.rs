//! Prepares what distributors are told: a bundle of the signed tags, its sum, and a mail.

use std::path::{Path, PathBuf};

use crate::model::advisory::Advisory;
use crate::model::advisory::kit::{KIT_SCHEMA, Kit, KitRequest, Tagged, mail, notice, require_repaired};
use crate::model::advisory::outcome::Outcome;
use crate::model::apply::shell_word;
use crate::model::arrange::Arrange as _;
use crate::model::commit::{CommitId, ObjectId};
use crate::model::config::AdvisorySettings;
use crate::model::error::{Error, Kind, Result};
use crate::model::sums::Sha256Sum;
use crate::model::tag::TagName;
use crate::ports::clock::reached;
use crate::ports::folder::{self, read_below};
use crate::ports::git::{BundleHeader, Git};
use crate::ports::platform::{canonical, close_to_others, make_private_folder};
use crate::ports::private::is_within_a_worktree;
use crate::ports::scratch::Scratch;
use crate::ports::settings::Settings;
use crate::ports::sums;
use crate::ports::trouble::{cannot_read, cannot_write};

use super::{first_tags, one};

/// What verifies tags, as `patch-tag` does, and returns their objects and commits.
pub type VerifyTags<'a> = &'a dyn Fn(&[TagName]) -> Result<Vec<(ObjectId, CommitId)>>;

/// Writes what the kit of an advisory lacks, and requires of what is there that it is what would be written now.
///
/// # Errors
/// When nobody may be told yet, a tag does not verify, a file of the kit is another one, git does not take the bundle, or something cannot
/// be written.
pub fn prepare(
    git: &Git,
    settings: &Settings,
    advisories: &AdvisorySettings,
    verify: VerifyTags<'_>,
    asked: &KitRequest,
) -> Result<Kit> {
    let source = one(git, advisories, &asked.id)?;
    let until = notice(&source.advisory, reached(asked.now.moment()))?;
    let tags = if asked.tags.is_empty() { first_tags(git, settings, &source.advisory)? } else { asked.tags.clone() };
    require_repaired(&source.advisory, &tags, &settings.tag)?;
    require_outside(git, &asked.output)?;
    let (objects, commits): (Vec<_>, Vec<_>) = verify(&tags)?.into_iter().unzip();
    let tagged: Vec<Tagged> = tags.into_iter().zip(objects).map(|(tag, object)| Tagged { tag, object }).collect();
    let bundle = format!("{}.bundle", asked.id);
    let place = asked.output.join(format!("{}-kit", asked.id));
    let mut kit = Kit {
        schema: KIT_SCHEMA.to_owned(),
        advisory: asked.id.clone(),
        outcome: Outcome::Already,
        until,
        tags: tagged,
        sha256: Sha256Sum::of(b""),
        mail: MAIL.to_owned(),
        bundle,
        written: Vec::new(),
    };
    let fresh = Bench::new(&asked.output)?.bundle(git, &place, &commits, &asked.remote, &mut kit)?;
    let project = settings.config.project.name.as_deref().or(advisories.publisher.as_deref()).unwrap_or("the project");
    fill(&place, &source.advisory, (project, advisories.contact.as_deref()), fresh, asked, &mut kit)?;
    if !kit.written.is_empty() {
        kit.outcome = Outcome::Done;
    }
    (kit.bundle, kit.mail) = (place.join(&kit.bundle).display().to_string(), place.join(MAIL).display().to_string());
    Ok(kit)
}

/// The file of the mail.
const MAIL: &str = "mail.txt";

/// A kit in a worktree is one `git add` away from everybody.
fn require_outside(git: &Git, output: &Path) -> Result<()> {
    match is_within_a_worktree(git, output) {
        false => Ok(()),
        true => Err(Error::usage(format!("'{}' is in a worktree, where a kit is soon committed", output.display()))
            .hint("name a folder outside of the repository: --output ../private")),
    }
}

/// Where a bundle is made and tried, beside the kit, where nobody else looks.
struct Bench {
    /// Removes the folder when it goes.
    _scratch: Scratch,
    folder: PathBuf,
}

/// A bundle that was made, and is to go into the kit.
struct Fresh {
    path: PathBuf,
    /// Keeps the folder of the bundle.
    _bench: Bench,
}

impl Bench {
    fn new(output: &Path) -> Result<Self> {
        let cannot = |error| cannot_write(&output.display().to_string(), output, error);
        std::fs::create_dir_all(output).map_err(cannot)?;
        // Git runs in another folder, so that the path has to be whole.
        let scratch = Scratch::new("kit", &canonical(output).map_err(cannot)?).map_err(cannot)?;
        let folder = scratch.path().join("private");
        make_private_folder(&folder).map_err(cannot)?;
        Ok(Self { _scratch: scratch, folder })
    }

    /// Makes the bundle, unless it is there, and requires that it holds these tags and that git takes it. Returns one that was made.
    fn bundle(
        self,
        git: &Git,
        place: &Path,
        commits: &[CommitId],
        remote: &str,
        kit: &mut Kit,
    ) -> Result<Option<Fresh>> {
        let (there, made) = (place.join(&kit.bundle), self.folder.join(&kit.bundle));
        let is_there = there.symlink_metadata().is_ok();
        // What is public is what the guard takes for that: a remote may be fetched from a private fork.
        let public = git.remote_tips(remote, None);
        if !is_there {
            let names: Vec<String> = kit.tags.iter().map(|tagged| tagged.tag.full()).collect();
            git.write_bundle(&made, &names, &git.border(&public, commits)?).map_err(|error| {
                let tags: Vec<&str> = kit.tags.iter().map(|tagged| tagged.tag.as_str()).collect();
                error.hint(format!("see that the tags hold commits that '{remote}' has not: {}", tags.join(", ")))
            })?;
        }
        let bundle = if is_there { &there } else { &made };
        self.require_good(git, bundle, &public, kit)?;
        kit.sha256 = sums::sha256(bundle).map_err(|error| cannot_read(bundle, error))?;
        Ok((!is_there).then_some(Fresh { path: made, _bench: self }))
    }

    /// Requires that a bundle holds the tags of the kit and nothing else, and that whoever has what is public can take it.
    fn require_good(&self, git: &Git, bundle: &Path, public: &[CommitId], kit: &Kit) -> Result<()> {
        let (shown, word) = (bundle.display(), shell_word(&bundle.display().to_string()));
        let again = format!("remove it, and run this again: rm {word}");
        let Some(header) = BundleHeader::read(bundle)? else {
            return Err(Error::no(format!("'{shown}' is no bundle")).hint(again));
        };
        let mut wanted: Vec<String> = kit.tags.iter().map(|one| format!("{} {}", one.object, one.tag.full())).collect();
        let mut found = header.refs;
        wanted.arrange();
        found.arrange();
        if found != wanted {
            return Err(Error::no(format!("'{shown}' holds other tags than asked for")).hint(format!(
                "see what it holds: git bundle list-heads {word}; remove its folder, and run this again"
            )));
        }
        let not_taken = |error: Error| {
            Error::no(format!("git does not take '{shown}' into a clone that has what is public"))
                .because(error)
                .hint(again.clone())
        };
        if let Some(secret) = git.outgoing(public, &header.needs)?.first() {
            return Err(not_taken(Error::no(format!("it needs the commit {}, which is not public", secret.short()))));
        }
        let whole = std::path::absolute(bundle).map_err(|error| cannot_read(bundle, error))?;
        let tried = git.require_taken(&whole, &header.needs, &self.folder.join("taken.git"));
        // Where it cannot be tried, nothing is said against the bundle.
        tried.map_err(|error| if error.kind() == Kind::Undecided { error } else { not_taken(error) })
    }
}

/// Writes what the kit lacks, once all that is there is what would be written.
fn fill(
    place: &Path,
    advisory: &Advisory,
    (project, contact): (&str, Option<&str>),
    fresh: Option<Fresh>,
    asked: &KitRequest,
    kit: &mut Kit,
) -> Result<()> {
    let sum = (format!("{}.sha256", kit.bundle), format!("{}  {}\n", kit.sha256, kit.bundle));
    let mail = (MAIL.to_owned(), mail(advisory, project, contact, kit, asked.sealing));
    let mut lacking = Vec::new();
    for (name, text) in [sum, mail] {
        let below = name.parse().expect("because an identifier has no sign that a path cannot have");
        match read_below(place, &below)? {
            None => lacking.push((name, text)),
            Some(there) if there == text.as_bytes() => {}
            Some(_) => return Err(is_another(&place.join(&name))),
        }
    }
    if let Some(fresh) = fresh {
        let path = place.join(&kit.bundle);
        let cannot = |error| cannot_write(&kit.bundle, &path, error);
        if !place.is_dir() {
            make_private_folder(place).map_err(cannot)?;
        }
        close_to_others(&fresh.path).and_then(|()| std::fs::rename(&fresh.path, &path)).map_err(cannot)?;
        kit.written.push(kit.bundle.clone());
    }
    for (name, text) in lacking {
        folder::write(&place.join(&name), text.as_bytes())?;
        kit.written.push(name);
    }
    Ok(())
}

/// Nothing that a person may have written is overwritten, and nothing that is out of date is said to be good.
fn is_another(path: &Path) -> Error {
    Error::no(format!("'{}' is not what would be written now", path.display()))
        .because("the advisory was changed since it was written, or somebody edited it")
        .hint(format!(
            "take over what was added to it, remove it, and run this again: rm {}; tell whoever has it already what changed",
            shell_word(&path.display().to_string())
        ))
}
