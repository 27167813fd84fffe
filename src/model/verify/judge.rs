//! What follows from where a commit of a line says that it comes from, and from its patch.

use std::collections::HashMap;

use super::{Origin, Verdict, Verified};
use crate::model::commit::{Commit, CommitId};
use crate::model::patch::common::{lines, telling_lines};
use crate::model::patch::{Difference, FilePatch, Likeness, compare};
use crate::model::presence::{Certainty, Key};

/// The reason where nothing speaks for anything.
pub const NOTHING_KNOWN: &str = "names no origin, is like no commit of main, and is not marked line-only";

/// The patches of commits.
pub type Patches = HashMap<CommitId, Vec<FilePatch>>;

/// Where a commit of a line may come from.
#[derive(Debug, Clone)]
pub struct Claim<'c> {
    /// The commit.
    pub commit: &'c Commit,
    /// The commits of main that it names; together they are what was picked.
    pub stated: Vec<Origin>,
    /// The commits of main that it was recognised as a pick of; they may be alternatives.
    pub recognised: Vec<Origin>,
    /// The pull requests that it names and that none of the stated ones belongs to, where it names several things: they belong together.
    /// Each has the ways in which a pick can bring it, all of it last.
    pub requests: Vec<Vec<Way>>,
    /// What the recognised ones are only a part of, as a whole.
    pub wholes: Vec<Way>,
    /// What it names that is not on main, as phrases.
    pub dangling: Vec<String>,
    /// The commit in the line's own history that it says it takes back.
    pub takes_back: Option<CommitId>,
    /// Why it belongs to the line alone, as `patch.toml` tells from the paths.
    pub owned: Option<String>,
    /// What else a person should know where it is not explained, as phrases.
    pub remarks: Vec<String>,
}

/// Commits of main that were picked together.
pub type Way = Vec<Origin>;

/// Returns the reason that a message gives for a commit that belongs to one line alone: the value of a `Line-only:`
/// trailer. One without a reason marks nothing.
pub fn line_only_reason(message: &str) -> Option<&str> {
    let (_, body) = message.trim_start_matches('\n').split_once('\n')?;
    body.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        let value = value.trim();
        (key.eq_ignore_ascii_case("line-only") && !value.is_empty()).then_some(value)
    })
}

/// Decides what is to be said about a commit that changes something.
pub fn judge(claim: Claim<'_>, patches: &Patches) -> Verified {
    let own = patch(patches, claim.commit.id);
    let verdict = |verdict, origins, reasons| Verified {
        commit: claim.commit.id,
        subject: claim.commit.subject().to_owned(),
        verdict,
        origins,
        differences: Vec::new(),
        reasons,
    };
    if !claim.stated.is_empty() {
        let (origins, difference) = joined(claim.stated, claim.requests, own, patches);
        return compared(verdict(Verdict::Same, origins, Vec::new()), difference);
    }
    if let Some(reason) = line_only_reason(&claim.commit.message) {
        return verdict(Verdict::LineOnly, Vec::new(), vec![format!("marked: {reason}")]);
    }
    let (sure, probable): (Vec<Origin>, Vec<Origin>) =
        claim.recognised.into_iter().partition(|origin| origin.certainty == Certainty::Yes);
    let found = match claim.requests.is_empty() {
        true => nearest(ways(sure, claim.wholes), &[], own, patches),
        false => Some(joined(Vec::new(), claim.requests, own, patches)),
    };
    if let Some((origins, difference)) = found {
        return compared(verdict(Verdict::Same, origins, claim.dangling), difference);
    }
    let mut reasons = claim.remarks;
    if let Some(taken) = claim.takes_back {
        let inverse: Vec<FilePatch> = patch(patches, taken).iter().map(FilePatch::inverse).collect();
        if compare(&inverse, own).likeness < Likeness::Changed {
            let reason = format!("takes back {}, which is in the line's history, and nothing else", taken.short());
            return verdict(Verdict::LineOnly, Vec::new(), vec![reason]);
        }
        reasons.push(format!("says that it takes back {}, but changes something else as well", taken.short()));
    }
    if let Some(reason) = claim.owned {
        return verdict(Verdict::LineOnly, Vec::new(), vec![reason]);
    }
    reasons.extend(claim.dangling.iter().cloned());
    reasons.extend(probable.iter().map(|origin| {
        format!("probably a pick of {} ({}), but only by {}", origin.commit.short(), origin.subject, keys(origin))
    }));
    if !claim.dangling.is_empty() {
        return verdict(Verdict::Unresolved, probable, reasons);
    }
    if reasons.is_empty() {
        reasons.push(NOTHING_KNOWN.to_owned());
    }
    verdict(Verdict::Unexplained, probable, reasons)
}

fn patch(patches: &Patches, id: CommitId) -> &[FilePatch] {
    patches.get(&id).map(Vec::as_slice).unwrap_or_default()
}

fn together(origins: &[Origin], patches: &Patches) -> Vec<FilePatch> {
    origins.iter().flat_map(|origin| patch(patches, origin.commit)).cloned().collect()
}

/// Returns the ways in which a pick can have come of origins: of each alone, of all of them, of what they are a part of.
pub fn ways(origins: Vec<Origin>, wholes: Vec<Way>) -> Vec<Way> {
    let mut ways: Vec<Way> = origins.iter().map(|origin| vec![origin.clone()]).collect();
    if origins.len() > 1 {
        ways.push(origins);
    }
    ways.extend(wholes);
    ways
}

/// Finds which way a pick is nearest to, that of other origins `beside` it. A small commit is like everything: none counts that has much
/// less in common with the pick than another one.
fn nearest(
    mut ways: Vec<Way>,
    beside: &[FilePatch],
    own: &[FilePatch],
    patches: &Patches,
) -> Option<(Vec<Origin>, Difference)> {
    if ways.len() > 1 {
        let brought = lines(own);
        let common = |way: &Way| telling_lines(&together(way, patches)).intersection(&brought).count();
        let common: Vec<usize> = ways.iter().map(common).collect();
        let most = common.iter().copied().max().unwrap_or(0);
        let mut common = common.into_iter();
        ways.retain(|_| common.next().is_none_or(|count| count * 4 >= most * 3));
    }
    let compared = ways.into_iter().map(|way| {
        let difference = compare(&[beside, &together(&way, patches)].concat(), own);
        (way, difference)
    });
    compared.min_by_key(|(_, difference)| difference.size())
}

/// Finds what a pick has of each of several pull requests, and compares it with that and what else it names. What it has nothing of is
/// still what it names.
fn joined(
    stated: Vec<Origin>,
    requests: Vec<Vec<Way>>,
    own: &[FilePatch],
    patches: &Patches,
) -> (Vec<Origin>, Difference) {
    let mut chosen: Vec<Way> = requests.iter().filter_map(|ways| ways.last().cloned()).collect();
    for (at, ways) in requests.into_iter().enumerate() {
        let others = chosen.iter().enumerate().filter(|(other, _)| *other != at).flat_map(|(_, way)| way);
        let beside: Vec<Origin> = stated.iter().chain(others).cloned().collect();
        if let Some((way, _)) = nearest(ways, &together(&beside, patches), own, patches) {
            chosen[at] = way;
        }
    }
    let origins: Vec<Origin> = stated.into_iter().chain(chosen.into_iter().flatten()).collect();
    let difference = compare(&together(&origins, patches), own);
    (origins, difference)
}

fn compared(mut verified: Verified, difference: Difference) -> Verified {
    verified.verdict = match difference.likeness {
        Likeness::Same => Verdict::Same,
        Likeness::Context => Verdict::Context,
        Likeness::Changed => Verdict::Changed,
    };
    verified.differences = difference.files;
    verified
}

fn keys(origin: &Origin) -> String {
    let word = |key| match key {
        Key::Ancestor => "history",
        Key::Trailer => "what it names",
        Key::PullRequest => "pull request",
        Key::PatchId => "patch",
        Key::AuthorDate => "author and date",
        Key::Subject => "subject",
    };
    let words: Vec<&str> = origin.evidence.iter().map(|piece| word(piece.key)).collect();
    words.join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_reason_in_the_body_marks_a_commit() {
        let table = [
            ("Title\n\nLine-only: main has no such file\n", Some("main has no such file")),
            ("Title\n\nText\n\nline-ONLY:  x \nSigned-off-by: A\n", Some("x")),
            ("Title\n\nLine-only:\n", None),
            ("Line-only: a title\n", None),
            ("Title\n\nnot Line-only: x\n", None),
        ];
        for (message, reason) in table {
            assert_eq!(line_only_reason(message), reason, "{message:?}");
        }
    }
}
