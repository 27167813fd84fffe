//! Files: read with the path in every error, written beside and renamed, so that nobody sees half of one.

use std::io::{Read as _, Write as _};
use std::path::Path;

use crate::model::error::{Error, Result};

/// Reads a text file, or standard input where the path is `-`.
///
/// # Errors
/// When it cannot be read or is not UTF-8.
pub fn read_text_or_stdin(path: &Path) -> Result<String> {
    if path == Path::new("-") {
        let mut text = String::new();
        let read = std::io::stdin().lock().read_to_string(&mut text);
        return read.map(|_| text).map_err(|error| Error::usage("cannot read standard input").because(error));
    }
    std::fs::read_to_string(path)
        .map_err(|error| Error::usage(format!("cannot read '{}'", path.display())).because(error))
}

/// Replaces a file, or makes it, in one step.
///
/// # Errors
/// When it cannot be written; the old content then stands.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let cannot = |error| Error::unfinished(format!("cannot write '{}'", path.display())).because(error);
    let mut beside = tempfile::NamedTempFile::new_in(directory).map_err(cannot)?;
    beside.write_all(bytes).and_then(|()| beside.as_file().sync_all()).map_err(cannot)?;
    beside.persist(path).map(drop).map_err(|error| cannot(error.error))
}
