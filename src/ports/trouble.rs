//! What can be done about a file that the system would not let us read or write, by the kind of the failure.

use std::io::{self, ErrorKind};
use std::path::Path;

use crate::model::apply::shell_word;
use crate::model::error::Error;

/// Makes the error for a file that cannot be read, which somebody named.
pub fn cannot_read(path: &Path, error: io::Error) -> Error {
    let told = Error::usage(format!("cannot read '{}'", path.display()));
    explained(told, path, error)
}

/// Makes the error for a file that cannot be written, which messages call `name`.
pub fn cannot_write(name: &str, path: &Path, error: io::Error) -> Error {
    explained(Error::unfinished(format!("cannot write '{name}'")), path, error)
}

/// Makes the error for a temporary file or folder that cannot be made in the place for them.
pub fn cannot_keep(what: &str, error: io::Error) -> Error {
    let place = std::env::temp_dir();
    let told = explained(Error::unfinished(format!("cannot make {what}")), &place, error);
    match told.hint_text().map(|hint| format!("{hint}; or set TMPDIR to another place")) {
        Some(hint) => told.hint(hint),
        None => told,
    }
}

/// Adds the cause to an error about a path, and what to do where that can be told.
pub fn explained(told: Error, path: &Path, error: io::Error) -> Error {
    let hint = hint(error.kind(), path);
    let told = told.because(error);
    match hint {
        Some(hint) => told.hint(hint),
        None => told,
    }
}

fn hint(kind: ErrorKind, path: &Path) -> Option<String> {
    let word = |path: &Path| shell_word(&path.to_string_lossy());
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match kind {
        ErrorKind::NotFound => Some(format!("see what is there: ls -l {}", word(folder))),
        ErrorKind::PermissionDenied => {
            Some(format!("see who may do that: ls -ld {} {}; and who you are: id", word(folder), word(path)))
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            Some(format!("make room, and run the same command again: df -h {}", word(folder)))
        }
        ErrorKind::FileTooLarge => Some("raise the limit for the size of a file: ulimit -f".to_owned()),
        ErrorKind::ReadOnlyFilesystem => {
            Some(format!("choose another place, or see how this one is mounted: findmnt --target {}", word(folder)))
        }
        ErrorKind::IsADirectory => Some(format!("name a file in it: ls -l {}", word(path))),
        ErrorKind::NotADirectory => Some(format!("a part of the path is a file: namei -l {}", word(path))),
        ErrorKind::InvalidData => Some(format!("it has to be UTF-8; see what it is: file {}", word(path))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usual_failure_has_a_command_to_type() {
        let path = Path::new("/dist/it's/SHA256SUMS");
        for (kind, command) in [
            (ErrorKind::NotFound, "ls -l '/dist/it'\\''s'"),
            (ErrorKind::PermissionDenied, "ls -ld '/dist/it'\\''s' '/dist/it'\\''s/SHA256SUMS'"),
            (ErrorKind::StorageFull, "df -h "),
            (ErrorKind::QuotaExceeded, "df -h "),
            (ErrorKind::ReadOnlyFilesystem, "findmnt --target "),
            (ErrorKind::FileTooLarge, "ulimit"),
            (ErrorKind::IsADirectory, "ls -l "),
            (ErrorKind::InvalidData, "file "),
        ] {
            let error = cannot_write("the list", path, kind.into());
            let hint = error.hint_text().unwrap_or_default();
            assert!(hint.contains(command), "{kind}: {hint}");
        }
        assert_eq!(hint(ErrorKind::NotFound, Path::new("x")).as_deref(), Some("see what is there: ls -l ."));
        assert!(
            cannot_keep("a folder", ErrorKind::StorageFull.into())
                .hint_text()
                .is_some_and(|hint| hint.contains("TMPDIR"))
        );
        assert_eq!(cannot_read(path, ErrorKind::TimedOut.into()).hint_text(), None);
    }
}
