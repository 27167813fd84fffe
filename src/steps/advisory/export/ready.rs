//! The files of an advisory as they are to be written: made by whichever thread has time, for nothing here looks at the disk.

use crate::model::advisory::Advisory;
use crate::model::advisory::export::{Document, Format, Publication};
use crate::model::error::Result;
use crate::model::guard::{Place, Surface};
use crate::model::sums::{Sha256Sum, sha512};
use crate::ports::guard::TextWatch;

/// A file to be written.
pub(super) struct Ready {
    /// Its path below the folder of published files, with `/`.
    pub path: String,
    /// What it holds.
    pub text: String,
    /// Whether others may get to see it.
    pub allowed: Result<()>,
}

impl Ready {
    /// Has a file looked at, where others may get to see it.
    pub fn of(path: String, text: String, watch: Option<TextWatch<'_>>) -> Self {
        let look = |watch: TextWatch<'_>| {
            let surfaces = [
                Surface::new(Place::Path, path.as_str()),
                Surface::new(Place::Document, text.as_str()).at(path.as_str()).from_line(1),
            ];
            watch.require(&format!("'{path}' was not written"), surfaces)
        };
        let allowed = watch.map_or(Ok(()), look);
        Self { path, text, allowed }
    }
}

/// A document, with the files that stand beside it.
pub(super) struct Bundle {
    pub document: Ready,
    /// Its sums with SHA-256 and SHA-512, where its format has some.
    pub sums: Option<[Ready; 2]>,
}

impl Bundle {
    fn of(format: Format, Document { path, text }: Document, watch: Option<TextWatch<'_>>) -> Self {
        let sums = match format {
            Format::Csaf => {
                let name = path.rsplit('/').next().unwrap_or(&path);
                let sums = [("sha256", Sha256Sum::of(&text).to_string()), ("sha512", sha512(&text))];
                let beside = |(end, sum)| Ready::of(format!("{path}.{end}"), format!("{sum}  {name}\n"), watch);
                Some(sums.map(beside))
            }
            Format::Osv | Format::Cve | Format::Openvex | Format::Ghsa => None,
        };
        Self { document: Ready::of(path, text, watch), sums }
    }
}

/// Makes the documents of an advisory in some formats, or says of each what is missing for it.
pub(super) fn made(
    advisory: &Advisory,
    publication: &Publication,
    formats: &[Format],
    watch: Option<TextWatch<'_>>,
) -> Vec<Result<Vec<Bundle>>> {
    let bundles = |format: Format| {
        let documents = format.documents(advisory, publication)?;
        Ok(documents.into_iter().map(|document| Bundle::of(format, document, watch)).collect())
    };
    formats.iter().copied().map(bundles).collect()
}
