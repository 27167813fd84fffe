//! The signatures that published releases have of the lists that are wanted.

use crate::model::error::Result;
use crate::model::publish::{Publication, Stage};
use crate::model::tag::TagName;

use super::{Failure, Forge};

/// The longest signature that is read. Those of certificates with their chains have some kilobytes.
const MOST_SIGNATURE_BYTES: u64 = 64 << 10;

impl Forge {
    /// Returns the signatures that published releases have of the very list that is wanted, where they are others than those that are
    /// wanted. Keys other than those of Ed25519 in the form of SSH make another one each time, of the same list.
    ///
    /// # Errors
    /// When the forge refuses or fails.
    pub fn other_signatures(&self, publication: &Publication) -> Result<Vec<(TagName, Vec<u8>)>> {
        if publication.releases().all(|(_, wanted)| wanted.signature().is_none()) {
            return Ok(Vec::new());
        }
        self.read_signatures(publication).map_err(Failure::into_error)
    }

    fn read_signatures(&self, publication: &Publication) -> std::result::Result<Vec<(TagName, Vec<u8>)>, Failure> {
        let mut found = Vec::new();
        for there in self.releases()?.into_iter().map(|found| found.release) {
            let Some((_, wanted)) = publication.release(&there.tag).filter(|_| there.stage == Stage::Published) else {
                continue;
            };
            let assets = self.release_assets(there.id)?;
            if let Some(other) = wanted.other_signature(&assets).filter(|other| other.size <= MOST_SIGNATURE_BYTES) {
                found.push((there.tag, self.asset_bytes(other)?));
            }
        }
        Ok(found)
    }
}
