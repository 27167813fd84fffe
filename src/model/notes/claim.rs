//! Whether a pick brings what the commit that it names as its origin changed.
//!
//! A trailer can name a wrong commit, and a message may only speak of a pull request. What was picked under other words and changes other
//! lines is told to users in its own words: those of another fix would say something that is not so, and hide what is.

use std::collections::HashSet;

use crate::model::patch::common::{ChangedLine, Counts, counts, has_most, lines, telling_lines};
use crate::model::patch::{FilePatch, Likeness, Mark, compare};
use crate::model::trailer::{REVERT, is_revert};

use super::title::{plain, without_parts};
use super::unmade::bare;

/// Titles with fewer characters say too little to know a change by.
const SHORTEST: usize = 10;

/// A title as far as it matters for the comparison: without numbers and marks of lines, also within what a revert quotes, and without
/// case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TitleKey {
    /// How many reverts it is of what is left.
    reverts: usize,
    plain: String,
}

impl TitleKey {
    /// Brings a title into its comparable form.
    pub fn of(title: &str) -> Self {
        let (mut rest, mut reverts) = (plain(title), 0);
        while let Some(quoted) = rest.strip_prefix(REVERT).and_then(|quoted| quoted.strip_suffix('"')) {
            (rest, reverts) = (plain(quoted), reverts + 1);
        }
        Self { reverts, plain: rest.to_lowercase() }
    }

    /// As [`Self::of`], also without what names a part of the project in front: `server/auth: `, `fix(auth): `, `[auth] `.
    pub fn without_parts(title: &str) -> Self {
        let (mut rest, mut reverts) = (without_parts(title), 0);
        while let Some(quoted) = rest.strip_prefix(REVERT).and_then(|quoted| quoted.strip_suffix('"')) {
            (rest, reverts) = (without_parts(quoted), reverts + 1);
        }
        Self { reverts, plain: rest.to_lowercase() }
    }

    /// Returns its last word, as [`last_word`].
    pub fn ending(&self) -> String {
        last_word(&self.plain)
    }

    /// Says whether it has words enough to know a change by.
    pub fn tells(&self) -> bool {
        self.plain.chars().count() >= SHORTEST && self.plain.contains(char::is_whitespace)
    }

    /// Returns that of the revert of what has this title.
    pub fn reverted(self) -> Self {
        Self { reverts: self.reverts + 1, ..self }
    }
}

/// Returns the last word of a title, in small letters, that is none of what [`TitleKey`] takes from the end: numbers of pull requests, and
/// the words around them. So a title has the same as its key, unless it has no other word.
pub fn last_word(title: &str) -> String {
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let is_number = |word: &str| word.contains('#') || word.contains("/pull/") || bare(word).starts_with("gh-");
    let is_joint = |word: &String| matches!(word.as_str(), "" | "and" | "backport");
    let words = title.rsplit(char::is_whitespace).filter(|word| !is_number(word));
    words.map(bare).find(|word| !is_joint(word)).unwrap_or_default()
}

/// Says whether a title is one of those that its origin is known by, numbers and marks of lines aside.
pub fn has_title_of<'t>(title: &str, origins: impl IntoIterator<Item = &'t str>) -> bool {
    let own = TitleKey::of(title);
    origins.into_iter().any(|origin| TitleKey::of(origin) == own)
}

/// As [`has_title_of`], also without what names a part of the project in front, where enough is left to know a change by.
pub fn reads_as<'t>(title: &str, origins: impl IntoIterator<Item = &'t str>) -> bool {
    let key = TitleKey::without_parts;
    let own = key(title);
    origins.into_iter().any(|origin| has_title_of(title, [origin]) || (own.tells() && key(origin) == own))
}

/// Says whether a title is that of a revert, and none of those of its origin is: that takes a fix back, and is no pick of it.
pub fn takes_back_what_has_title<'t>(title: &str, origins: impl IntoIterator<Item = &'t str>) -> bool {
    is_revert(title) && !origins.into_iter().any(is_revert)
}

/// Says how much of its origin a pick brings that names it under another title. `product` has those files of the origin that matter to
/// users and that the line has; `is_squashed` says that it stands for several commits of one change.
///
/// Three of four of the lines are the change, as for [`shortfall`](super::brings::shortfall): so much has who adapted it. Less is a part of
/// it where nothing else is there.
pub fn brought_under_another_title(
    origin: &[FilePatch],
    product: &[FilePatch],
    pick: &[FilePatch],
    is_squashed: bool,
) -> Brought {
    let mut wanted = telling_lines(product);
    if is_squashed {
        // What a later commit takes away again cannot be there.
        let all = lines(origin);
        wanted.retain(|(mark, text)| !all.contains(&(mark.inverse(), *text)));
    }
    let is_most = !wanted.is_disjoint(&lines(pick)) && has_most(&wanted, &counts(product), &counts(pick));
    if is_most || compare(origin, pick).likeness != Likeness::Changed {
        return Brought::Most;
    }
    // What puts several commits together may bring more than these.
    match is_part(origin, pick) || (is_squashed && have_changes_in_common(origin, pick)) {
        true => Brought::Some,
        false => Brought::Nothing,
    }
}

/// Says how much of its origin a pick brings that is called as it, or only says what is picked. Whoever changes a line as the origin does, in
/// a file of it, and others, adapted it; where no file is the same, that takes a quarter of the lines. Less than three of four and nothing else
/// is a part. `product` is as for [`brought_under_another_title`].
pub fn brought_under_its_title(
    origin: &[FilePatch],
    product: &[FilePatch],
    pick: &[FilePatch],
    has_a_file: bool,
) -> Brought {
    let inverse: Vec<FilePatch> = origin.iter().map(FilePatch::inverse).collect();
    if compare(origin, pick).likeness != Likeness::Changed {
        return Brought::Most;
    }
    if compare(&inverse, pick).likeness != Likeness::Changed {
        return Brought::Nothing;
    }
    let wanted = telling_lines(product);
    let here = wanted.intersection(&lines(pick)).count();
    let is_adapted = match wanted.is_empty() {
        true => have_changes_in_common(origin, pick),
        false => here > 0 && (has_a_file || here * 4 >= wanted.len()),
    };
    let is_most = has_most(&wanted, &counts(product), &counts(pick));
    let is_less = !is_most && is_part(origin, pick) || (is_blank(pick) && !is_blank(origin));
    match (is_adapted && !is_less, has_a_file || is_adapted) {
        (true, _) => Brought::Most,
        (false, true) => Brought::Some,
        (false, false) => Brought::Nothing,
    }
}

/// How much of a change that it names a pick brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Brought {
    /// As much as makes it a pick of that change.
    Most,
    /// Less.
    Some,
    /// Nothing that speaks for it.
    Nothing,
}

/// Says how much of one of several origins a pick brings; `product` is as for [`brought_under_another_title`], and `others` has the patches of
/// the others, of which the pick has the lines that they share.
pub fn brought(origin: &[FilePatch], product: &[FilePatch], others: &[FilePatch], pick: &[FilePatch]) -> Brought {
    let likeness = compare(origin, pick).likeness;
    if likeness == Likeness::Same || compare(&[origin, others].concat(), pick).likeness != Likeness::Changed {
        return Brought::Most;
    }
    let (here, of_others) = (left_for(origin, others, pick), lines(others));
    // What another one of them takes away again cannot be there.
    let mut wanted = telling_lines(product);
    wanted.retain(|(mark, text)| !of_others.contains(&(mark.inverse(), *text)));
    let own: HashSet<ChangedLine<'_>> = wanted.difference(&of_others).copied().collect();
    let speaking = if own.is_empty() { &wanted } else { &own };
    let is_here = speaking.is_empty() || speaking.iter().any(|line| here.contains_key(line));
    if !is_here || !have_changes_in_common(origin, pick) {
        return Brought::Nothing;
    }
    if likeness == Likeness::Context {
        return Brought::Most;
    }
    match has_most(&wanted, &counts(product), &here) {
        true => Brought::Most,
        false => Brought::Some,
    }
}

/// Counts the lines of a pick that are left for one of several origins: those beyond what the others change as well, or those in its files
/// beyond what the others change there.
fn left_for<'p>(origin: &[FilePatch], others: &[FilePatch], pick: &'p [FilePatch]) -> Counts<'p> {
    let paths: HashSet<&[u8]> = origin.iter().flat_map(FilePatch::paths).collect();
    let in_its_files = |files: &[FilePatch]| -> Vec<FilePatch> {
        files.iter().filter(|file| file.paths().any(|path| paths.contains(path))).cloned().collect()
    };
    let (pick_there, others_there) = (in_its_files(pick), in_its_files(others));
    let (there, theirs_there) = (counts(&pick_there), counts(&others_there));
    let (theirs, own) = (counts(others), counts(origin));
    let count = |all: &Counts<'_>, line: ChangedLine<'_>| all.get(&line).copied().unwrap_or_default();
    let left = counts(pick).into_iter().map(|(line, all)| {
        // What it takes away of the others itself is no more theirs.
        let taken = count(&own, (line.0.inverse(), line.1));
        let beyond = |all: usize, theirs: usize| all.saturating_sub(theirs.saturating_sub(taken));
        let of_all = beyond(all, count(&theirs, line));
        (line, of_all.max(beyond(count(&there, line), count(&theirs_there, line))))
    });
    left.filter(|(_, left)| *left > 0).collect()
}

/// Says whether a pick brings three of four of the lines of a commit, not counted what its origins change as well. One line alone is no sign.
pub fn brings_most_beside(commit: &[FilePatch], origins: &[FilePatch], pick: &[FilePatch]) -> bool {
    let known = lines(origins);
    let mut wanted = telling_lines(commit);
    wanted.retain(|line| !known.contains(line));
    wanted.len() > 1 && has_most(&wanted, &counts(commit), &counts(pick))
}

/// Returns how many lines two patches have in common where each has three of four of those of the other: of all files, and of those that
/// `is_of_product` tells, if any. One line alone is no sign.
pub fn alike(origin: &[FilePatch], pick: &[FilePatch], is_of_product: impl Fn(&FilePatch) -> bool) -> Option<usize> {
    let of_product = |files: &[FilePatch]| files.iter().filter(|file| is_of_product(file)).cloned().collect::<Vec<_>>();
    let in_common = |one: &[FilePatch], other: &[FilePatch]| {
        let (one, other) = (telling_lines(one), telling_lines(other));
        let common = one.intersection(&other).count();
        (common * 4 >= one.len().max(other.len()) * 3).then_some(common)
    };
    let (ours, theirs) = (of_product(origin), of_product(pick));
    let _product = in_common(&ours, &theirs)?;
    in_common(origin, pick).filter(|common| *common > 1)
}

/// Says whether a patch changes nothing but white space, marks around lines, as those of a comment are, and the order of lines.
pub(super) fn is_blank(files: &[FilePatch]) -> bool {
    let of = |mark| -> HashSet<Vec<u8>> {
        let texts = lines(files).into_iter().filter(|line| line.0 == mark).map(|(_, text)| text);
        let words = texts.map(bare).filter(|text| !text.is_empty());
        words.map(|text| text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect()).collect()
    };
    of(Mark::Added) == of(Mark::Removed)
}

/// Says whether a pick changes nothing but lines of its origin.
pub fn is_part(origin: &[FilePatch], pick: &[FilePatch]) -> bool {
    // What has no lines can be compared by its content alone.
    let has_lines = pick.iter().all(|file| file.opaque.is_none());
    let own = lines(pick);
    has_lines && !own.is_empty() && own.is_subset(&lines(origin))
}

/// Says whether two patches have a changed line in common, or change content that is not shown as lines, or the mode, of one file. A line
/// without words counts only where one of them has no others.
pub fn have_changes_in_common(one: &[FilePatch], other: &[FilePatch]) -> bool {
    let has_more = |file: &FilePatch| file.opaque.is_some() || file.old_mode != file.new_mode || file.hunks.is_empty();
    let same_file = |file: &FilePatch| {
        let paths: Vec<&[u8]> = file.paths().collect();
        let of_both = |other: &&FilePatch| other.paths().any(|path| paths.contains(&path));
        other.iter().filter(of_both).any(|other| has_more(file) && has_more(other))
    };
    let (telling, others) = (telling_lines(one), telling_lines(other));
    let has_lines = match telling.is_empty() || others.is_empty() {
        true => !lines(one).is_disjoint(&lines(other)),
        false => !telling.is_disjoint(&others),
    };
    has_lines || one.iter().any(same_file)
}

#[cfg(test)]
mod tests;
