//! The lines that patches change, to tell what two of them have in common.

use std::collections::{HashMap, HashSet};

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

/// How often patches change each of their lines.
pub type Counts<'p> = HashMap<ChangedLine<'p>, usize>;

/// Counts the lines that patches remove and add. What one of them changes back, or only moves, counts as often as is left of it, and once at
/// least.
pub fn counts(files: &[FilePatch]) -> Counts<'_> {
    counts_by(files, |text| text)
}

/// As [`counts`], of lines without the space around them, and of those with something else alone.
pub fn trimmed_counts<'p>(files: impl IntoIterator<Item = &'p FilePatch>) -> Counts<'p> {
    let mut found = counts_by(files, |text| text.trim_ascii());
    found.retain(|(_, text), _| !text.is_empty());
    found
}

fn counts_by<'p>(files: impl IntoIterator<Item = &'p FilePatch>, form: impl Fn(&'p [u8]) -> &'p [u8]) -> Counts<'p> {
    let mut all = Counts::new();
    let lines = files.into_iter().flat_map(|file| file.hunks.iter().flatten());
    for line in lines.filter(|line| line.mark != Mark::Context) {
        *all.entry((line.mark, form(&line.text))).or_default() += 1;
    }
    let back = |(mark, text): &ChangedLine<'p>| all.get(&(mark.inverse(), *text)).copied().unwrap_or_default();
    all.iter().map(|(line, count)| (*line, count.saturating_sub(back(line)).max(1))).collect()
}

/// Says whether three of four of the lines that are wanted are here: of those that differ, and of all, for a fix may need the same line in
/// several places. `of` counts how often each is wanted, once where it does not know it.
pub fn has_most(wanted: &HashSet<ChangedLine<'_>>, of: &Counts<'_>, here: &Counts<'_>) -> bool {
    let (mut kinds, mut found, mut all) = (0, 0, 0);
    for line in wanted {
        let often = of.get(line).copied().unwrap_or(1);
        let there = here.get(line).copied().unwrap_or_default().min(often);
        (kinds, found, all) = (kinds + usize::from(there > 0), found + there, all + often);
    }
    kinds * 4 >= wanted.len() * 3 && found * 4 >= all * 3
}

impl Mark {
    /// Returns what taking a change back does with the line.
    pub const fn inverse(self) -> Self {
        match self {
            Self::Context => Self::Context,
            Self::Removed => Self::Added,
            Self::Added => Self::Removed,
        }
    }
}
