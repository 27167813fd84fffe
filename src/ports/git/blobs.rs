//! The contents of many blobs, read on every core.

use crate::model::commit::BlobId;
use crate::model::error::Result;

use super::forecaster::in_parallel;
use super::objects::Objects;
use super::{Git, reopen_apart};

/// Fewer blobs than this are read faster than the repository is opened once more.
const WORTH_A_THREAD: usize = 64;

impl Git {
    /// Returns what comes of the content of each of some blobs. Of two threads each takes what stands next to each other: it is often of one
    /// file, of which one version is made from the other.
    ///
    /// # Errors
    /// When an object is missing or is no blob, and when the repository cannot be opened once more.
    pub fn of_blobs<R: Send>(&self, blobs: &[BlobId], work: impl Fn(&[u8]) -> R + Sync) -> Result<Vec<R>> {
        let path = self.repository().path();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let shares = (blobs.len() / WORTH_A_THREAD).clamp(1, cores);
        let shares: Vec<&[BlobId]> = blobs.chunks(blobs.len().div_ceil(shares).max(1)).collect();
        let made = in_parallel(shares.len(), |share| {
            let objects = Objects::new(reopen_apart(path, share)?);
            shares[share].iter().map(|blob| Ok(work(&objects.blob(*blob)?))).collect::<Result<Vec<R>>>()
        })?;
        Ok(made.into_iter().flatten().collect())
    }
}
