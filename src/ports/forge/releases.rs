//! Releases and their files on the forge, one request at a time. What must not happen twice is looked for before it is tried again.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::model::commit::{CommitId, ObjectId};
use crate::model::error::Error;
use crate::model::percent::encode;
use crate::model::publish::{Asset, AssetId, AssetState, Owner, Release, ReleaseId, Stage, WantedAsset};
use crate::model::tag::{TagName, TagPattern};
use crate::ports::trouble::cannot_read;

use super::failure::Trouble;
use super::parcel::Parcel;
use super::release_body::{self, Found};
use super::wire::{Method, Request, Sent};
use super::{Failure, Forge};

/// What a look at the files of a release found after a file was sent.
enum Looked {
    /// It is there.
    There(Asset),
    /// A half of it was there, and is deleted.
    Cleared,
    /// Nothing is there.
    Nothing,
}

impl Forge {
    /// As [`Self::may_write_contents`]. An outage of this one question is no answer; the first write then tells.
    ///
    /// # Errors
    /// When it may not, with the permission that lacks.
    pub(super) fn may_write_releases(&self, tag: &TagName, commit: CommitId) -> Result<(), Failure> {
        match self.may_write_contents(tag, commit) {
            Err(failure) if failure.trouble == Trouble::Unavailable => Ok(()),
            answer => answer,
        }
    }

    /// Returns the tags on the forge that name a version in this form, with the objects that they name.
    pub(super) fn tag_objects(&self, pattern: &TagPattern) -> Result<BTreeMap<TagName, ObjectId>, Failure> {
        let asked = format!("read the tags of '{}'", self.repository);
        let path = format!("/git/matching-refs/{}", encode(&format!("tags/{}", pattern.prefix())));
        let mut tags = self.wire.pages(&asked, self.path(&path), release_body::tags)?;
        tags.retain(|(tag, _)| pattern.version_of(tag.as_str()).is_some());
        Ok(tags.into_iter().collect())
    }

    /// Returns all releases, drafts with them, which are found in no other way.
    pub(super) fn releases(&self) -> Result<Vec<Found>, Failure> {
        let asked = format!("read the releases of '{}'", self.repository);
        let own = self.own_login()?;
        let raw = self.wire.pages(&asked, self.path("/releases?per_page=100"), release_body::releases)?;
        let found = raw.into_iter().filter_map(|raw| raw.found(own).transpose());
        found.collect::<Result<_, _>>().map_err(|why| self.wire.unreadable(&asked, &why))
    }

    /// Returns the release of this number.
    pub(super) fn release(&self, id: ReleaseId) -> Result<Option<Found>, Failure> {
        let asked = format!("read release {id} of '{}'", self.repository);
        let own = self.own_login()?;
        let Some(body) = there(self.get(&asked, &format!("/releases/{id}")))? else { return Ok(None) };
        release_body::release(&body, own).map(Some).map_err(|why| self.wire.unreadable(&asked, &why))
    }

    /// Returns the number of the release with the badge.
    pub(super) fn latest_release(&self) -> Result<Option<ReleaseId>, Failure> {
        let asked = format!("read the latest release of '{}'", self.repository);
        let Some(body) = there(self.get(&asked, "/releases/latest"))? else { return Ok(None) };
        release_body::release_id(&body).map(Some).map_err(|why| self.wire.unreadable(&asked, &why))
    }

    /// Returns the files of a release.
    pub(super) fn release_assets(&self, id: ReleaseId) -> Result<Vec<Asset>, Failure> {
        let asked = format!("read release {id} of '{}'", self.repository);
        self.list(&asked, "its files", &format!("/releases/{id}/assets?per_page=100"), release_body::assets)
    }

    /// Returns the bytes of a file of a release.
    pub(super) fn asset_bytes(&self, asset: &Asset) -> Result<Vec<u8>, Failure> {
        let asked = format!("read '{}' of a release of '{}'", asset.name.escape_debug(), self.repository);
        let path = self.path(&format!("/releases/assets/{}", asset.id));
        Ok(self.wire.send(&Request { method: Method::Download, path, asked })?.body)
    }

    /// Makes a draft. Where no answer came, one that is there for the tag is taken for it, for before there was none.
    pub(super) fn create_release(&self, tag: &TagName, body: Value) -> Result<Found, Failure> {
        let asked = format!("make the draft for '{tag}' of '{}'", self.repository);
        let own = self.own_login()?;
        let look = || {
            let made = |there: &Release| there.stage == Stage::Draft && there.owner == Owner::Ours && there.tag == *tag;
            Ok(self.releases()?.into_iter().find(|found| made(&found.release)))
        };
        let request = Request { method: Method::Post(body), path: self.path("/releases"), asked: asked.clone() };
        match self.wire.send_unless(&request, &look)? {
            Sent::Found(found) => Ok(found),
            Sent::Answer(answer) => {
                release_body::release(&answer.body, own).map_err(|why| self.wire.unreadable(&asked, &why))
            }
        }
    }

    /// Changes a release. `took_effect` tells of the release as it is whether that was done already.
    pub(super) fn change_release(
        &self,
        asked: &str,
        id: ReleaseId,
        body: Value,
        took_effect: fn(&Found) -> bool,
    ) -> Result<Found, Failure> {
        let asked = format!("{asked} of '{}'", self.repository);
        let own = self.own_login()?;
        let look = || Ok(self.release(id)?.filter(took_effect));
        let path = self.path(&format!("/releases/{id}"));
        let request = Request { method: Method::Patch(body), path, asked: asked.clone() };
        match self.wire.send_unless(&request, &look)? {
            Sent::Found(found) => Ok(found),
            Sent::Answer(answer) => {
                release_body::release(&answer.body, own).map_err(|why| self.wire.unreadable(&asked, &why))
            }
        }
    }

    /// Deletes a draft. One that is gone is deleted.
    pub(super) fn delete_release(&self, id: ReleaseId) -> Result<(), Failure> {
        let asked = format!("delete the draft {id} of '{}'", self.repository);
        self.delete(asked, &format!("/releases/{id}"))
    }

    /// Deletes a file of a draft. One that is gone is deleted.
    pub(super) fn delete_asset(&self, id: AssetId) -> Result<(), Failure> {
        let asked = format!("delete the file {id} of a draft of '{}'", self.repository);
        self.delete(asked, &format!("/releases/assets/{id}"))
    }

    fn delete(&self, asked: String, below: &str) -> Result<(), Failure> {
        let request = Request { method: Method::Delete, path: self.path(below), asked };
        there(self.wire.send(&request)).map(drop)
    }

    /// Sends a file to a draft, and returns it as it is there; `None` when the draft is gone.
    pub(super) fn upload_asset(
        &self,
        to: ReleaseId,
        uploads: &str,
        file: &WantedAsset,
    ) -> Result<Option<Asset>, Error> {
        let asked = format!("send '{}' to a draft of '{}'", file.name, self.repository);
        let size = std::fs::metadata(&file.path).map_err(|error| cannot_read(&file.path, error))?.len();
        if size != file.size {
            return Err(changed(file));
        }
        let address = self.upload_address(&asked, uploads, file).map_err(Failure::into_error)?;
        let parcel = Parcel::new(&file.path, file.size);
        let request = Request { method: Method::Upload(parcel), path: address, asked: asked.clone() };
        let Some(asset) = there(self.deliver(&request, to, file)).map_err(Failure::into_error)? else {
            return Ok(None);
        };
        let sent = if let Method::Upload(parcel) = &request.method { parcel.sum() } else { None };
        match sent {
            Some(sum) if sum != file.sha256 => Err(changed(file)),
            // A server that knows no sums is taken at its word for what was sent whole.
            sum => Ok(Some(Asset { sha256: asset.sha256.or(sum), ..asset })),
        }
    }

    /// Sends a file until it is there. A half of it that an outage left takes the name, and is deleted first.
    fn deliver(&self, request: &Request, to: ReleaseId, file: &WantedAsset) -> Result<Asset, Failure> {
        let look = || match self.look_for(to, file)? {
            Looked::There(asset) => Ok(Some(asset)),
            Looked::Cleared | Looked::Nothing => Ok(None),
        };
        let once = || match self.wire.send_unless(request, &look)? {
            Sent::Found(asset) => Ok(asset),
            Sent::Answer(answer) => {
                release_body::asset(&answer.body).map_err(|why| self.wire.unreadable(&request.asked, &why))
            }
        };
        match once() {
            // The name may be taken by what another run sent, whole or half.
            Err(failure) if failure.trouble == Trouble::Invalid => match self.look_for(to, file)? {
                Looked::There(asset) => Ok(asset),
                Looked::Cleared => once(),
                Looked::Nothing => Err(failure),
            },
            result => result,
        }
    }

    fn look_for(&self, to: ReleaseId, file: &WantedAsset) -> Result<Looked, Failure> {
        let assets = self.release_assets(to)?;
        let Some(there) = assets.into_iter().find(|asset| asset.name == file.name.as_str()) else {
            return Ok(Looked::Nothing);
        };
        let same = there.size == file.size && there.sha256.as_ref().is_some_and(|sum| *sum == file.sha256);
        if there.state == AssetState::Uploaded && same {
            return Ok(Looked::There(there));
        }
        self.delete_asset(there.id)?;
        Ok(Looked::Cleared)
    }

    /// Returns the address to send a file to. A token goes to no other server than the forge.
    fn upload_address(&self, asked: &str, uploads: &str, file: &WantedAsset) -> Result<String, Failure> {
        let bare = uploads.split_once('{').map_or(uploads, |(bare, _)| bare);
        let plain = |path: &&str| {
            path.starts_with('/') && path.bytes().all(|byte| byte.is_ascii_graphic() && !b"?#\\\"<>".contains(&byte))
        };
        match bare.strip_prefix(self.wire.address.uploads()).filter(plain) {
            Some(_) => Ok(format!("{bare}?name={}", encode(file.name.as_str()))),
            None => Err(self.wire.unreadable(asked, "files go to another server")),
        }
    }
}

/// Takes what is missing for no failure.
fn there<T>(answer: Result<T, Failure>) -> Result<Option<T>, Failure> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(failure) if failure.trouble == Trouble::Missing => Ok(None),
        Err(failure) => Err(failure),
    }
}

fn changed(file: &WantedAsset) -> Error {
    Error::unfinished(format!("'{}' changed since its sum was made", file.path.display()))
        .hint("make the list of sums and its signature anew, and run the same command again")
}
