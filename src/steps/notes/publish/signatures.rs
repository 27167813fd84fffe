//! Signatures that a release has already. With many keys each one is another, and what counts of a list is what it says and who signed it.

use tempfile::TempDir;

use crate::model::error::Result;
use crate::model::publish::{Publication, PublishRequest, WantedAsset};
use crate::model::sums::Sha256Sum;
use crate::model::sums_report::VerifySumsRequest;
use crate::model::tag_request::Sealing;
use crate::model::verify::Answer;
use crate::ports::trouble::cannot_keep;

use super::Publishing;

/// Takes the signature that a published release has of the same list for the wanted one, where it verifies. Another one stays what it is: a
/// file that is not what is wanted. The folder holds what was taken.
///
/// # Errors
/// When the forge refuses or fails, or a program cannot be started.
pub(super) fn keep(
    with: &Publishing<'_>,
    request: &PublishRequest,
    publication: &mut Publication,
) -> Result<Option<TempDir>> {
    let others = with.forge.other_signatures(publication)?;
    if others.is_empty() {
        return Ok(None);
    }
    let keep = |error| cannot_keep("a temporary folder", error);
    let folder = tempfile::Builder::new().prefix("backstitch-").tempdir().map_err(keep)?;
    for (at, (tag, bytes)) in others.into_iter().enumerate() {
        let Some((_, wanted)) = publication.release(&tag) else { continue };
        let list = wanted.checksums.as_ref().and_then(|sums| wanted.assets.iter().find(|file| file.name == sums.list));
        let Some((list, signature)) = list.zip(wanted.signature()) else { continue };
        let path = folder.path().join(at.to_string());
        std::fs::write(&path, &bytes).map_err(keep)?;
        let asked = VerifySumsRequest {
            list: list.path.clone(),
            signature: Some(path.clone()),
            sealing: Sealing::Signed,
            policy: request.policy.clone(),
            now: request.now,
        };
        if (with.verify_sums)(&asked)?.answer != Answer::Yes {
            continue;
        }
        let size = bytes.len() as u64;
        let taken = WantedAsset { name: signature.name.clone(), size, sha256: Sha256Sum::of(&bytes), path };
        publication.replace(&tag, taken);
    }
    Ok(Some(folder))
}
