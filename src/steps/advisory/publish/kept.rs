//! The record of a run on the disk.

use std::path::{Path, PathBuf};

use crate::model::advisory::id::AdvisoryId;
use crate::model::advisory::publish::Disclosure;
use crate::model::error::{Error, Result};
use crate::model::tag_request::Now;
use crate::ports::folder;
use crate::ports::git::Git;
use crate::ports::lock::Lock;

/// Where a record is kept.
pub(super) struct Kept(PathBuf);

impl Kept {
    /// Returns where: in the file that the user names, or else below the git directory.
    pub(super) fn at(file: Option<&Path>, git: &Git, id: &AdvisoryId) -> Self {
        let usual = || git.directory().join("backstitch/advisories").join(format!("{id}.json"));
        Self(file.map_or_else(usual, Path::to_owned))
    }

    /// Keeps others from publishing the same at the same time from here.
    pub(super) fn lock(&self, now: Now) -> Result<Lock> {
        let mut path = self.0.clone().into_os_string();
        path.push(".lock");
        Lock::take(Path::new(&path), "publish", now.moment())
    }

    /// Goes on with the record of an earlier run, where there is one.
    pub(super) fn read(&self, begun: Disclosure) -> Result<Disclosure> {
        if !self.0.exists() {
            return Ok(begun);
        }
        let shown = self.0.display();
        let other = |why: String| {
            Error::usage(format!("'{shown}' is not the record of this run")).because(why).hint(
                "if it is of no use, remove it: what is public is found without it; or name another file: --record FILE",
            )
        };
        let earlier = serde_json::from_str(&folder::read_text(&self.0)?).map_err(|error| other(error.to_string()))?;
        begun.resume(earlier).map_err(|not| other(not.to_string()))
    }

    /// Writes the record as it is now.
    pub(super) fn write(&self, record: &Disclosure) -> Result<()> {
        let text = serde_json::to_string_pretty(record).expect("a record holds nothing that JSON cannot") + "\n";
        folder::write(&self.0, text.as_bytes())
    }
}
