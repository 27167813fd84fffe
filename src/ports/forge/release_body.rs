//! Releases and their files in bodies of GitHub's REST API, by the schemas `release` and `release-asset` of its OpenAPI description.

use serde::Deserialize;

use crate::model::commit::{NotAnObjectName, ObjectId};
use crate::model::login::Login;
use crate::model::publish::{
    Asset, AssetId, AssetState, MOST_NOTES_CHARS, Maturity, Owner, Release, ReleaseId, Seal, Stage,
};
use crate::model::pull::rest::{MOST_NAME_BYTES, NotAPull, RawUser, bounded};
use crate::model::tag::TagName;

use super::rest::json;

/// A release, and where its files are sent.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) release: Release,
    /// The address for files, as the forge wrote it: it ends in `{?name,label}`.
    pub(super) uploads: String,
}

#[derive(Deserialize)]
pub(super) struct RawRelease {
    id: u64,
    tag_name: String,
    target_commitish: String,
    name: Option<String>,
    body: Option<String>,
    draft: bool,
    prerelease: bool,
    #[serde(default)]
    immutable: bool,
    author: Option<RawUser>,
    html_url: String,
    upload_url: String,
}

impl RawRelease {
    /// Reads it as somebody sees it whose login this is. `None`: its tag has a name that no tag can have, so it is none of ours.
    pub(super) fn found(self, own: &Login) -> Result<Option<Found>, String> {
        self.read(own).map_err(|error| error.to_string())
    }

    fn read(self, own: &Login) -> Result<Option<Found>, NotAPull> {
        let Ok(tag) = self.tag_name.parse() else { return Ok(None) };
        let author = RawUser::login(self.author.as_ref(), "author.login")?;
        let owner = match author {
            Some(author) if author == *own => Owner::Ours,
            Some(author) => Owner::Another(author.to_string()),
            None => Owner::Another("ghost".to_owned()),
        };
        let release = Release {
            id: ReleaseId(self.id),
            tag,
            stage: if self.draft { Stage::Draft } else { Stage::Published },
            maturity: if self.prerelease { Maturity::PreRelease } else { Maturity::Stable },
            seal: if self.immutable { Seal::Immutable } else { Seal::Open },
            title: bounded("name", self.name.unwrap_or_default(), MOST_NAME_BYTES * 4)?,
            notes: bounded("body", self.body.unwrap_or_default(), MOST_NOTES_CHARS * 4)?,
            target: bounded("target_commitish", self.target_commitish, MOST_NAME_BYTES)?,
            owner,
            page: bounded("html_url", self.html_url, MOST_NAME_BYTES * 4)?,
            assets: Vec::new(),
        };
        let uploads = bounded("upload_url", self.upload_url, MOST_NAME_BYTES * 4)?;
        Ok(Some(Found { release, uploads }))
    }
}

/// Reads a page of releases.
pub(super) fn releases(body: &[u8]) -> Result<Vec<RawRelease>, String> {
    json(body)
}

/// Reads one release.
pub(super) fn release(body: &[u8], own: &Login) -> Result<Found, String> {
    json::<RawRelease>(body)?.found(own)?.ok_or_else(|| "'tag_name' is not the name of a tag".to_owned())
}

/// Reads the number of a release.
pub(super) fn release_id(body: &[u8]) -> Result<ReleaseId, String> {
    #[derive(Deserialize)]
    struct Raw {
        id: u64,
    }
    Ok(ReleaseId(json::<Raw>(body)?.id))
}

#[derive(Deserialize)]
struct RawAsset {
    id: u64,
    name: String,
    size: u64,
    state: String,
    digest: Option<String>,
}

impl RawAsset {
    fn read(self) -> Result<Asset, String> {
        let sha256 = self.digest.as_deref().and_then(|digest| digest.strip_prefix("sha256:"));
        Ok(Asset {
            id: AssetId(self.id),
            name: bounded("name", self.name, MOST_NAME_BYTES).map_err(|error| error.to_string())?,
            size: self.size,
            // Any other word is of an upload that has not ended: 'starter', 'open', 'new'.
            state: if self.state == "uploaded" { AssetState::Uploaded } else { AssetState::Broken },
            sha256: sha256.and_then(|sum| sum.parse().ok()),
        })
    }
}

/// Reads a page of the files of a release.
pub(super) fn assets(body: &[u8]) -> Result<Vec<Asset>, String> {
    json::<Vec<RawAsset>>(body)?.into_iter().map(RawAsset::read).collect()
}

/// Reads one file of a release.
pub(super) fn asset(body: &[u8]) -> Result<Asset, String> {
    json::<RawAsset>(body)?.read()
}

/// Reads a page of refs: the tags among them, with the objects that they name. A name that we take for none is no release's.
pub(super) fn tags(body: &[u8]) -> Result<Vec<(TagName, ObjectId)>, String> {
    #[derive(Deserialize)]
    struct Raw {
        r#ref: String,
        object: RawObject,
    }
    #[derive(Deserialize)]
    struct RawObject {
        sha: String,
    }
    let tag = |raw: Raw| {
        let name = raw.r#ref.strip_prefix("refs/tags/")?.parse().ok()?;
        let object = raw.object.sha.parse();
        Some(object.map(|object| (name, object)).map_err(|error: NotAnObjectName| error.to_string()))
    };
    json::<Vec<Raw>>(body)?.into_iter().filter_map(tag).collect()
}
