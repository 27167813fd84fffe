//! Where one release stands, and what cannot go on without a person.

use std::fmt;

use crate::model::arrange::Arrange as _;
use crate::model::error::Error;
use crate::model::tag::TagName;

use super::there::{Asset, AssetState, Maturity, Owner, Release, ReleaseId, Seen, Stage};
use super::wanted::{Adopt, AssetName, Goal, NotesText, Publication, Wanted, WantedAsset};

/// In what a published release differs from what is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// In its title.
    Title,
    /// In its notes.
    Notes,
    /// In being a pre-release.
    Maturity,
    /// A file is missing.
    Missing(AssetName),
    /// A file has other bytes, or none.
    Content(AssetName),
    /// A file is there that is not wanted. Its name may come from a stranger.
    Unknown(String),
}

impl Difference {
    /// Says whether it is one in words. A person may improve those once a release is published, so that they are left as they are.
    pub fn is_in_words(&self) -> bool {
        match self {
            Self::Title | Self::Notes => true,
            Self::Maturity | Self::Missing(_) | Self::Content(_) | Self::Unknown(_) => false,
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Title => f.write_str("its title is another"),
            Self::Notes => f.write_str("its notes are others"),
            Self::Maturity => f.write_str("it is a pre-release and should not be, or the other way round"),
            Self::Missing(name) => write!(f, "it lacks '{name}'"),
            Self::Content(name) => write!(f, "its '{name}' has another content"),
            Self::Unknown(name) => write!(f, "it has '{}', which is not wanted", name.escape_debug()),
        }
    }
}

/// Why it cannot go on without a person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Stop {
    /// The tag is not on the forge, which would make one itself.
    #[error("the tag '{0}' is not on the forge")]
    NoTag(TagName),
    /// The tag on the forge is another.
    #[error("the tag '{0}' on the forge is another object than the one that was verified")]
    OtherTag(TagName),
    /// A published release is not what is wanted.
    #[error("'{tag}' is published already and is not what is wanted")]
    Published {
        /// Its tag.
        tag: TagName,
        /// In what it differs.
        differences: Vec<Difference>,
    },
    /// Somebody else made a draft.
    #[error("'{}' has made a draft for '{tag}'", author.escape_debug())]
    AnothersDraft {
        /// Its tag.
        tag: TagName,
        /// Their login. May come from a stranger.
        author: String,
    },
    /// There is a draft of our account that this tool did not write.
    #[error("there is a draft for '{0}' that patch-notes did not write")]
    UnmarkedDraft(TagName),
    /// There are several drafts, and more than one holds something of its own.
    #[error("there are {count} drafts for '{tag}' that differ")]
    Drafts {
        /// The tag.
        tag: TagName,
        /// How many.
        count: usize,
    },
    /// A draft holds a file that is not wanted.
    #[error("the draft for '{tag}' has the file '{}', which is not wanted", name.escape_debug())]
    UnknownFile {
        /// The tag.
        tag: TagName,
        /// The file. May come from a stranger.
        name: String,
    },
    /// The badge does not go where it was asked to.
    #[error("the badge 'Latest' does not go to '{0}'")]
    Badge(TagName),
}

impl Stop {
    /// Returns the error that ends the run, with what to do next.
    pub fn into_error(self) -> Error {
        let text = self.to_string();
        match self {
            Self::NoTag(tag) => Error::undecided(text).hint(format!("push it first: 'patch-tag push {tag}'")),
            Self::OtherTag(tag) => {
                Error::no(text).hint(format!("look at both with 'git ls-remote --tags' and 'patch-tag verify {tag}'"))
            }
            Self::Published { differences, .. } => {
                let told: Vec<String> = differences.iter().map(ToString::to_string).collect();
                Error::no(text).because(told.join("; ")).hint("publish the next patch release instead")
            }
            Self::AnothersDraft { .. } | Self::UnmarkedDraft(_) => Error::undecided(text).hint(
                "delete it on the forge, or take it over with '--adopt-drafts', which replaces what stands in it",
            ),
            Self::Drafts { .. } => Error::undecided(text).hint("delete all but one of them on the forge"),
            Self::UnknownFile { .. } => {
                Error::undecided(text).hint("delete it on the forge, or name it among the files")
            }
            Self::Badge(_) => Error::unfinished(text).hint("run the same command again"),
        }
    }
}

/// Where one release stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing<'s> {
    /// Nothing of it is there.
    Absent,
    /// There is a draft for it.
    Draft(&'s Release),
    /// There is another draft of ours that holds nothing of its own.
    Surplus(&'s Release),
    /// It is published as wanted.
    Published(&'s Release),
}

/// Says whether a file on the forge is known to be the wanted one.
pub(super) fn is_same(wanted: &WantedAsset, there: &Asset) -> bool {
    may_be_same(wanted, there) && there.sha256.is_some()
}

/// Says whether nothing tells a file on the forge from the wanted one. An enterprise server need not know sums; what is published
/// there cannot be sent again, so its size has to do.
pub(super) fn may_be_same(wanted: &WantedAsset, there: &Asset) -> bool {
    let sum = there.sha256.as_ref().is_none_or(|sum| *sum == wanted.sha256);
    there.state == AssetState::Uploaded && there.size == wanted.size && sum
}

/// Returns in what a published release differs from what is wanted.
pub fn differences(wanted: &Wanted, maturity: Maturity, there: &Release) -> Vec<Difference> {
    let mut found = Vec::new();
    found.extend((there.title != wanted.title.as_str()).then_some(Difference::Title));
    found.extend((!wanted.notes.says(&there.notes)).then_some(Difference::Notes));
    found.extend((there.maturity != maturity).then_some(Difference::Maturity));
    for asset in &wanted.assets {
        match there.assets.iter().find(|there| there.name == asset.name.as_str()) {
            None => found.push(Difference::Missing(asset.name.clone())),
            Some(there) if !may_be_same(asset, there) => found.push(Difference::Content(asset.name.clone())),
            Some(_) => {}
        }
    }
    let known = |name: &str| wanted.assets.iter().any(|asset| asset.name.as_str() == name);
    found.extend(there.assets.iter().filter(|a| !known(&a.name)).map(|a| Difference::Unknown(a.name.clone())));
    found
}

/// Requires that the drafts among the releases of a tag may be written to: those that this tool made for the account of the token, of
/// which `known` is one that a record names, or anybody's where they are taken over.
///
/// # Errors
/// When somebody or something else made one.
pub fn require_own_drafts<'r>(
    tag: &TagName,
    releases: impl IntoIterator<Item = &'r Release>,
    known: Option<ReleaseId>,
    adopt: Adopt,
) -> Result<(), Stop> {
    for draft in releases.into_iter().filter(|release| release.stage == Stage::Draft) {
        let is_made = Some(draft.id) == known || NotesText::is_ours(&draft.notes);
        match (&draft.owner, adopt) {
            (Owner::Another(author), Adopt::Own) => {
                return Err(Stop::AnothersDraft { tag: tag.clone(), author: author.clone() });
            }
            (Owner::Ours, Adopt::Own) if !is_made => return Err(Stop::UnmarkedDraft(tag.clone())),
            (Owner::Ours, _) | (Owner::Another(_), Adopt::Any) => {}
        }
    }
    Ok(())
}

/// Finds out where a release stands.
pub(super) fn stand<'s>(
    publication: &Publication,
    (version, wanted): (&semver::Version, &Wanted),
    seen: &'s Seen,
    known: Option<ReleaseId>,
) -> Result<Standing<'s>, Stop> {
    let tag = || wanted.tag.clone();
    match seen.tags.get(&wanted.tag) {
        None if publication.goal() == Goal::Drafts => {}
        None => return Err(Stop::NoTag(tag())),
        Some(object) if *object != wanted.object => return Err(Stop::OtherTag(tag())),
        Some(_) => {}
    }
    let of_tag = || seen.releases.iter().filter(|release| release.tag == wanted.tag);
    let published = of_tag().find(|release| release.stage == Stage::Published);
    let mut drafts: Vec<&Release> = of_tag().filter(|release| release.stage == Stage::Draft).collect();
    if let Some(published) = published {
        let mut differences = differences(wanted, Maturity::of(version), published);
        differences.retain(|difference| !difference.is_in_words());
        if !differences.is_empty() {
            return Err(Stop::Published { tag: tag(), differences });
        }
        let surplus = drafts.into_iter().find(|draft| draft.owner == Owner::Ours && is_twin(wanted, draft));
        return Ok(surplus.map_or(Standing::Published(published), Standing::Surplus));
    }
    require_own_drafts(&wanted.tag, of_tag(), known, publication.adopt())?;
    // One that holds something of its own stays, else the older one: so two runs at the same time keep the same one.
    drafts.arrange_by_key(|draft| (is_twin(wanted, draft), draft.id));
    let Some((first, others)) = drafts.split_first() else { return Ok(Standing::Absent) };
    match others.first() {
        None => unknown_file(wanted, first).map_or(Ok(Standing::Draft(first)), Err),
        Some(surplus) if surplus.owner == Owner::Ours && is_twin(wanted, surplus) => Ok(Standing::Surplus(surplus)),
        Some(_) => Err(Stop::Drafts { tag: tag(), count: drafts.len() }),
    }
}

fn is_wanted(wanted: &Wanted, there: &Asset) -> bool {
    wanted.assets.iter().any(|asset| asset.name.as_str() == there.name && is_same(asset, there))
}

/// Says whether a draft holds nothing but what is wanted, so that nothing is lost with it.
fn is_twin(wanted: &Wanted, draft: &Release) -> bool {
    let nothing_else = |there: &Asset| there.state == AssetState::Broken || is_wanted(wanted, there);
    draft.title == wanted.title.as_str() && wanted.notes.says(&draft.notes) && draft.assets.iter().all(nothing_else)
}

/// Finds a whole file that is not wanted.
fn unknown_file(wanted: &Wanted, draft: &Release) -> Option<Stop> {
    let known = |there: &Asset| wanted.assets.iter().any(|asset| asset.name.as_str() == there.name);
    let unknown = draft.assets.iter().find(|there| there.state == AssetState::Uploaded && !known(there))?;
    Some(Stop::UnknownFile { tag: wanted.tag.clone(), name: unknown.name.clone() })
}
