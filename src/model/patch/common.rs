//! The lines that patches change, to tell what two of them have in common.

use std::collections::HashSet;

use super::{FilePatch, Mark};

/// A line that a patch removes or adds.
pub type ChangedLine<'p> = (Mark, &'p [u8]);

/// Returns the lines that patches remove and add.
pub fn lines(files: &[FilePatch]) -> HashSet<ChangedLine<'_>> {
    let all = files.iter().flat_map(|file| file.hunks.iter().flatten());
    all.filter(|line| line.mark != Mark::Context).map(|line| (line.mark, line.text.as_slice())).collect()
}

/// As [`lines`], those that tell something: a line without words stands in many patches.
pub fn telling_lines(files: &[FilePatch]) -> HashSet<ChangedLine<'_>> {
    let mut found = lines(files);
    found.retain(|(_, text)| text.iter().any(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii()));
    found
}
