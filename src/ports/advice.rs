//! What to do about the usual reasons for which a file cannot be written or read.

use std::io::{Error as IoError, ErrorKind};

use crate::model::error::Error;

/// Makes the error of something that could not be written, with its cause and what to do about it.
pub fn unwritten(message: String, error: IoError) -> Error {
    let hint = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            Some("make room there, see 'df -h' and 'quota', and run the same command again")
        }
        ErrorKind::FileTooLarge => Some("raise the limit for the size of a file, see 'ulimit -f', or make room"),
        ErrorKind::ReadOnlyFilesystem => Some("that file system may only be read; work in a clone on another one"),
        ErrorKind::PermissionDenied => {
            Some("see with 'ls -ld' whose the file and its folder are; run this as a user who may write there")
        }
        _ => None,
    };
    let made = Error::unfinished(message).because(error);
    match hint {
        Some(hint) => made.hint(hint),
        None => made,
    }
}

/// Makes the error of a file that could not be read, with its cause and what to do about it.
pub fn unread(message: String, error: IoError) -> Error {
    let forbidden = error.kind() == ErrorKind::PermissionDenied;
    let made = Error::usage(message).because(error);
    match forbidden {
        true => made.hint("see with 'ls -l' whose it is; run this as a user who may read it"),
        false => made,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_reasons_have_a_hint() {
        for (kind, expected) in [
            (ErrorKind::StorageFull, "make room"),
            (ErrorKind::QuotaExceeded, "make room"),
            (ErrorKind::FileTooLarge, "ulimit"),
            (ErrorKind::ReadOnlyFilesystem, "another one"),
            (ErrorKind::PermissionDenied, "ls -ld"),
        ] {
            let error = unwritten("cannot write 'a'".to_owned(), kind.into());
            assert!(error.hint_text().is_some_and(|hint| hint.contains(expected)), "{kind:?}: {error:?}");
        }
        assert_eq!(unwritten("cannot write 'a'".to_owned(), ErrorKind::Interrupted.into()).hint_text(), None);
        assert!(unread("cannot read 'a'".to_owned(), ErrorKind::PermissionDenied.into()).hint_text().is_some());
        assert_eq!(unread("cannot read 'a'".to_owned(), ErrorKind::NotFound.into()).hint_text(), None);
    }
}
