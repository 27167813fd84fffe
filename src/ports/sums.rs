//! The sums of files.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::model::config::SigningFormat;
use crate::model::sums::Sha256Sum;

/// So many bytes are read at once.
const PIECE: usize = 1 << 16;

/// Returns the SHA-256 sum of a file, read piece by piece.
///
/// # Errors
/// What the system says when it cannot be read.
pub fn sha256(path: &Path) -> std::io::Result<Sha256Sum> {
    let mut file = File::open(path)?;
    let (mut digest, mut piece) = (Sha256::new(), vec![0; PIECE]);
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            break;
        }
        digest.update(&piece[..read]);
    }
    Ok(Sha256Sum::finish(digest))
}

/// Returns where the signature of a list of sums stands: beside it, with the ending of its kind behind the whole name.
pub fn signature_of(list: &Path, format: SigningFormat) -> PathBuf {
    let mut name = list.as_os_str().to_owned();
    name.push(".");
    name.push(format.extension());
    name.into()
}

/// Returns the first signature that stands beside a list of sums.
pub fn signature_beside(list: &Path) -> Option<PathBuf> {
    let all = SigningFormat::ALL.map(|format| signature_of(list, format));
    all.into_iter().find(|path| path.symlink_metadata().is_ok())
}
