//! Reads the list of identifiers under embargo that a flag names.

use std::path::Path;

use crate::model::embargo::Embargo;
use crate::model::error::{Error, Result};
use crate::ports::files;

/// Reads the list; `-`: from standard input.
///
/// # Errors
/// When it cannot be read, or is none.
pub fn read(file: &Path) -> Result<Embargo> {
    const HINT: &str = "write one identifier a line, each of four letters and digits or more, or leave --embargoed out";
    let text = files::read_text_or_stdin(file).map_err(|error| error.hint(HINT))?;
    Embargo::parse(&text).map_err(|broken| {
        Error::usage(format!("'{}' is no list of identifiers under embargo", file.display())).because(broken).hint(HINT)
    })
}
