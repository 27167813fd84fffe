//! What is wanted on the forge.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::str::FromStr;

use semver::Version;
use serde::{Deserialize, Serialize};

use crate::model::arrange::{Arrange as _, InOrder as _};
use crate::model::commit::{CommitId, ObjectId};
use crate::model::name::{NotAName, is_unprintable, text_type};
use crate::model::sums::{Sha256Sum, Sums};
use crate::model::tag::TagName;

use super::latest::{Product, by_precedence};
use super::stand::{is_same, may_be_same};
use super::there::Asset;

/// The most characters of the notes of a release that GitHub takes; of more it says "body is too long (maximum is 125000
/// characters)".
pub const MOST_NOTES_CHARS: usize = 125_000;
/// The most files of one release, and the size that each stays below ("Storage and bandwidth quotas" of "About releases" in GitHub's
/// documentation).
pub const MOST_ASSETS: usize = 1_000;
const TOO_LARGE: u64 = 2 << 30;

/// The title of a release: one visible line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ReleaseTitle(String);

text_type!(ReleaseTitle);

impl FromStr for ReleaseTitle {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = |rule| Err(NotAName::new("the title of a release", text, rule));
        match text {
            "" => refuse("it is empty"),
            _ if text.chars().any(is_unprintable) => refuse("it holds a line end or a control character"),
            _ if text.trim() != text => refuse("it begins or ends with a space"),
            _ if text.chars().count() > 255 => refuse("it has at most 255 characters"),
            _ => Ok(Self(text.to_owned())),
        }
    }
}

/// The name of a file of a release. GitHub puts a dot for every other character and takes dots off both ends ("Upload a release asset" in its
/// documentation), so that a list of sums would name files that are not there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AssetName(String);

text_type!(AssetName);

impl FromStr for AssetName {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = |rule| Err(NotAName::new("the name of a file of a release", text, rule));
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._+".contains(c);
        match text {
            "" => refuse("it is empty"),
            _ if text.len() > 255 => refuse("it has at most 255 characters"),
            _ if !text.chars().all(plain) => {
                refuse("GitHub renames it: use letters, digits, '-', '.', '_' and '+' only")
            }
            _ if text.starts_with('.') || text.ends_with('.') => {
                refuse("GitHub renames it: it begins or ends with a dot")
            }
            _ => Ok(Self(text.to_owned())),
        }
    }
}

/// Says why a file of this size can be none of a release, if it cannot.
pub const fn refused_size(size: u64) -> Option<&'static str> {
    match size {
        // GitHub answers 422 to it: "size must be greater than or equal to 1".
        0 => Some("is empty, which GitHub does not take"),
        TOO_LARGE.. => Some("has 2 GiB or more, which GitHub does not take"),
        _ => None,
    }
}

/// The last line of notes that this tool wrote, which nobody sees on the page. A draft of the same account without it was written by
/// somebody or something else: everything that runs in workflows has the same account.
const MARK: &str = "<!-- published by patch-notes -->";

/// The notes of a release in Markdown, no longer than GitHub takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotesText(String);

/// Notes that GitHub would not take.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadNotes {
    /// They are too long.
    #[error("the notes have {0} characters, and GitHub takes {MOST_NOTES_CHARS}")]
    Long(usize),
    /// They hold what no text holds.
    #[error("the notes hold a zero byte")]
    Zero,
    /// They say nothing.
    #[error("the notes are empty")]
    Empty,
}

impl BadNotes {
    /// Returns what to do about it.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Long(_) => "shorten them in a file, and give it with '--notes'",
            Self::Zero => "save them as plain text, without zero bytes",
            Self::Empty => "write something into the file that '--notes' names, or leave it out",
        }
    }
}

impl NotesText {
    /// Takes notes, and marks them as ours, where they are not marked already.
    ///
    /// # Errors
    /// When GitHub would not take them, or they are empty.
    pub fn new(text: impl AsRef<str>) -> Result<Self, BadNotes> {
        let text = text.as_ref().trim_end();
        let text = text.strip_suffix(MARK).unwrap_or(text).trim_end();
        if text.is_empty() {
            return Err(BadNotes::Empty);
        }
        let text = format!("{text}\n\n{MARK}\n");
        match text.chars().count() {
            count if count > MOST_NOTES_CHARS => Err(BadNotes::Long(count)),
            _ if text.contains('\0') => Err(BadNotes::Zero),
            _ => Ok(Self(text)),
        }
    }

    /// Returns them.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Says whether notes that are there were written by this tool.
    pub fn is_ours(there: &str) -> bool {
        there.trim_end().ends_with(MARK)
    }

    /// Says whether what is there says the same. Line ends and empty lines at the end do not count.
    pub fn says(&self, there: &str) -> bool {
        let plain = |text: &str| text.replace("\r\n", "\n").trim_end().to_owned();
        plain(&self.0) == plain(there)
    }
}

/// A file that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedAsset {
    /// Its name on the forge.
    pub name: AssetName,
    /// How many bytes it has.
    pub size: u64,
    /// Its sum.
    pub sha256: Sha256Sum,
    /// Where it is here.
    pub path: PathBuf,
}

/// The list of the sums of the other files, and its signature. Both are files of the release as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checksums {
    /// The list: `SHA256SUMS`.
    pub list: AssetName,
    /// What it says.
    pub sums: Sums,
    /// Its signature, unless the user said that there need not be one.
    pub signature: Option<AssetName>,
}

/// A release that is wanted. Its tag was verified before, as a git object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Its tag, which is on the forge already.
    pub tag: TagName,
    /// The object that the tag names: the signed one.
    pub object: ObjectId,
    /// The commit that it names.
    pub commit: CommitId,
    /// Its title.
    pub title: ReleaseTitle,
    /// Its notes.
    pub notes: NotesText,
    /// Its files.
    pub assets: Vec<WantedAsset>,
    /// The list of their sums. Not there only where there are no files.
    pub checksums: Option<Checksums>,
}

impl Wanted {
    /// Returns the signature of the list.
    pub fn signature(&self) -> Option<&WantedAsset> {
        let name = self.checksums.as_ref()?.signature.as_ref()?;
        self.assets.iter().find(|asset| asset.name == *name)
    }

    /// Returns the signature among the files that are there, where it is known to be another one, and beside it the list to be the very
    /// one that is wanted.
    pub fn other_signature<'a>(&self, there: &'a [Asset]) -> Option<&'a Asset> {
        let (list, signature) = (&self.checksums.as_ref()?.list, self.signature()?);
        let list = self.assets.iter().find(|asset| asset.name == *list)?;
        let named = |name: &AssetName| there.iter().find(|there| there.name == name.as_str());
        let is_listed = named(&list.name).is_some_and(|there| is_same(list, there));
        named(&signature.name).filter(|there| is_listed && !may_be_same(signature, there))
    }
}

/// Whose drafts are taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Adopt {
    /// Those that the account of the token made.
    #[default]
    Own,
    /// Anybody's. What a person wrote there is replaced.
    Any,
}

/// How far releases are brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Goal {
    /// They are published.
    #[default]
    Published,
    /// There are drafts of them with all that belongs to them. Their tags need not be on the forge yet, so that the drafts can be ready before
    /// anything is public. They name no target: the forge need not know the commit.
    Drafts,
}

/// Releases that are wanted together, of one product: none is published before all are ready, and the oldest comes first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    product: Product,
    adopt: Adopt,
    goal: Goal,
    releases: Vec<(Version, Wanted)>,
}

/// What is wrong with what is wanted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadPublication {
    /// Nothing is wanted.
    #[error("no release is named")]
    Empty,
    /// A tag has another form.
    #[error("the tag '{tag}' does not have the form '{form}'")]
    Form {
        /// The tag.
        tag: TagName,
        /// The form.
        form: String,
    },
    /// Two of them differ in nothing that orders versions.
    #[error("'{0}' and '{1}' are the same version")]
    Twice(TagName, TagName),
    /// There are too many files.
    #[error("'{tag}' has {count} files, and GitHub takes {MOST_ASSETS}")]
    Many {
        /// The tag.
        tag: TagName,
        /// How many.
        count: usize,
    },
    /// Something is wrong with one file.
    #[error("the file '{name}' of '{tag}' {why}")]
    File {
        /// The tag.
        tag: TagName,
        /// Its name. May come from a stranger.
        name: String,
        /// What is wrong.
        why: &'static str,
    },
    /// Files without a list of their sums.
    #[error("'{0}' has files and no list of their sums")]
    NoSums(TagName),
}

impl Publication {
    /// Puts together what is wanted, the oldest version first.
    ///
    /// # Errors
    /// When a tag has another form or stands twice, or the files and the list of their sums do not go together.
    pub fn new(product: Product, adopt: Adopt, wanted: Vec<Wanted>) -> Result<Self, BadPublication> {
        let version = |wanted: Wanted| match product.pattern.version_of(wanted.tag.as_str()) {
            Some(version) => Ok((version, wanted)),
            None => Err(BadPublication::Form { tag: wanted.tag, form: product.pattern.to_string() }),
        };
        let mut releases = wanted.into_iter().map(version).collect::<Result<Vec<_>, _>>()?;
        releases.arrange_by(|(a, _), (b, _)| by_precedence(a, b));
        if let Some([(_, a), (_, b)]) = releases.windows(2).find_map(|pair| match pair {
            [a, b] if by_precedence(&a.0, &b.0).is_eq() => Some([a, b]),
            _ => None,
        }) {
            return Err(BadPublication::Twice(a.tag.clone(), b.tag.clone()));
        }
        releases.iter().try_for_each(|(_, wanted)| check_files(wanted))?;
        match releases.is_empty() {
            true => Err(BadPublication::Empty),
            false => Ok(Self { product, adopt, goal: Goal::Published, releases }),
        }
    }

    /// The product.
    pub fn product(&self) -> &Product {
        &self.product
    }

    /// Returns the same, brought as far as this.
    #[must_use]
    pub fn up_to(self, goal: Goal) -> Self {
        Self { goal, ..self }
    }

    /// Takes a file of a release for wanted in the place of that of the same name.
    pub fn replace(&mut self, tag: &TagName, file: WantedAsset) {
        let mut assets = self
            .releases
            .iter_mut()
            .filter(|(_, wanted)| wanted.tag == *tag)
            .flat_map(|(_, wanted)| &mut wanted.assets);
        if let Some(there) = assets.find(|asset| asset.name == file.name) {
            *there = file;
        }
    }

    /// How far the releases are brought.
    pub fn goal(&self) -> Goal {
        self.goal
    }

    /// Whose drafts are taken over.
    pub fn adopt(&self) -> Adopt {
        self.adopt
    }

    /// The releases with their versions, the oldest first.
    pub fn releases(&self) -> impl DoubleEndedIterator<Item = (&Version, &Wanted)> {
        self.releases.iter().map(|(version, wanted)| (version, wanted))
    }

    /// Returns the release with this tag.
    pub fn release(&self, tag: &TagName) -> Option<(&Version, &Wanted)> {
        self.releases().find(|(_, wanted)| wanted.tag == *tag)
    }
}

/// Requires that each file stands there once, and that the list names all others with their sums.
fn check_files(wanted: &Wanted) -> Result<(), BadPublication> {
    let tag = || wanted.tag.clone();
    let bad = |name: &str, why| Err(BadPublication::File { tag: tag(), name: name.to_owned(), why });
    if wanted.assets.len() > MOST_ASSETS {
        return Err(BadPublication::Many { tag: tag(), count: wanted.assets.len() });
    }
    let mut names = BTreeSet::new();
    for asset in &wanted.assets {
        if !names.insert(&asset.name) {
            return bad(asset.name.as_str(), "stands twice");
        }
        if let Some(why) = refused_size(asset.size) {
            return bad(asset.name.as_str(), why);
        }
    }
    let Some(Checksums { list, sums, signature }) = &wanted.checksums else {
        return if wanted.assets.is_empty() { Ok(()) } else { Err(BadPublication::NoSums(tag())) };
    };
    for name in std::iter::once(list).chain(signature) {
        if !names.remove(name) {
            return bad(name.as_str(), "is not among the files");
        }
    }
    let listed: BTreeMap<&str, &Sha256Sum> = sums.files().iter().map(|sum| (sum.name.as_str(), &sum.sha256)).in_order();
    if let Some(name) = listed.keys().find(|name| !names.iter().any(|there| there.as_str() == **name)) {
        return bad(name, "is in the list of sums and not among the files");
    }
    for asset in wanted.assets.iter().filter(|asset| names.contains(&asset.name)) {
        match listed.get(asset.name.as_str()) {
            Some(sum) if **sum == asset.sha256 => {}
            Some(_) => return bad(asset.name.as_str(), "has another sum than the list says"),
            None => return bad(asset.name.as_str(), "is not in the list of sums"),
        }
    }
    Ok(())
}
