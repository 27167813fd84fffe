//! The record of a run on the disk: one document that is written after each step, by one run at a time.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::model::error::{Error, Result};
use crate::ports::lock::Lock;
use crate::ports::{files, folder};

/// Where a record is kept.
pub struct Kept {
    path: PathBuf,
    /// What is found without the record, as the start of a sentence.
    found_without: &'static str,
}

impl Kept {
    /// Makes one. `found_without` begins the sentence "… is found without it".
    pub const fn at(path: PathBuf, found_without: &'static str) -> Self {
        Self { path, found_without }
    }

    /// Keeps others from publishing the same at the same time from here.
    ///
    /// # Errors
    /// When another run holds it, or the file cannot be written.
    pub fn lock(&self, now: DateTime<Utc>) -> Result<Lock> {
        let mut path = self.path.clone().into_os_string();
        path.push(".lock");
        Lock::take(Path::new(&path), "publish", now)
    }

    /// Returns the record of an earlier run, where there is one.
    ///
    /// # Errors
    /// When it cannot be read, or is something else.
    pub fn read<T: DeserializeOwned>(&self) -> Result<Option<T>> {
        if !self.path.exists() {
            return Ok(None);
        }
        let text = files::read_text(&self.path)?;
        serde_json::from_str(&text).map(Some).map_err(|error| self.is_of_another_run(error.to_string()))
    }

    /// Writes the record as it is now.
    ///
    /// # Errors
    /// When it cannot be written; what was there stays.
    pub fn write<T: Serialize>(&self, record: &T) -> Result<()> {
        let text = serde_json::to_string_pretty(record).expect("a record holds nothing that JSON cannot") + "\n";
        folder::write(&self.path, text.as_bytes())
    }

    /// Returns the error that the record is not about this run, with the reason.
    pub fn is_of_another_run(&self, why: String) -> Error {
        Error::usage(format!("'{}' is not the record of this run", self.path.display())).because(why).hint(format!(
            "if it is of no use, remove it: {} is found without it; or name another file: --record FILE",
            self.found_without
        ))
    }
}
