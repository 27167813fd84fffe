//! The contract of a release line: its next version is the next free patch, and nothing else.

use super::{Phase, ReleaseVersion};
use crate::model::line::{Line, LineName};

/// Why a version may not be the next one of its line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The line holds other versions.
    #[error("'{to}' is not a version of line '{line}'")]
    OutsideLine {
        /// The version that was asked for.
        to: ReleaseVersion,
        /// The line.
        line: LineName,
    },
    /// It is the version that is there.
    #[error("'{to}' is the version already")]
    Same {
        /// The version that was asked for.
        to: ReleaseVersion,
    },
    /// It comes before the version that is there.
    #[error("'{to}' comes before '{from}', the version that is there")]
    Lower {
        /// The version that was asked for.
        to: ReleaseVersion,
        /// The version that is there.
        from: ReleaseVersion,
    },
    /// It changes the first or the second number.
    #[error("'{to}' is not a patch release of '{from}': only the third number may change on a line")]
    NotAPatch {
        /// The version that was asked for.
        to: ReleaseVersion,
        /// The version that is there.
        from: ReleaseVersion,
    },
    /// There is a tag of it.
    #[error("'{to}' is tagged already; the next free patch release is '{next}'")]
    Tagged {
        /// The version that was asked for.
        to: ReleaseVersion,
        /// The next free one.
        next: ReleaseVersion,
    },
    /// There is a tag of a later version.
    #[error("'{to}' comes before '{tagged}', which is tagged; the next free patch release is '{next}'")]
    BehindTag {
        /// The version that was asked for.
        to: ReleaseVersion,
        /// The highest tagged version beside it.
        tagged: ReleaseVersion,
        /// The next free one.
        next: ReleaseVersion,
    },
    /// It leaves out a patch number that no tag has taken.
    #[error("'{to}' leaves a patch number out: the next free patch release is '{next}'")]
    SkipsPatch {
        /// The version that was asked for.
        to: ReleaseVersion,
        /// The next free one.
        next: ReleaseVersion,
    },
    /// It leaves out a number of its phase that no tag has taken.
    #[error("'{to}' leaves a number out: the next free {phase} is '{next}'")]
    SkipsPreRelease {
        /// The version that was asked for.
        to: ReleaseVersion,
        /// Its phase.
        phase: Phase,
        /// The next free one.
        next: ReleaseVersion,
    },
}

/// Returns the next free patch release: the one that follows the highest of the version that is there and the tagged versions
/// with the same first two numbers.
///
/// A number that was tagged is taken for good, so after `2.0.1` comes `2.0.3` when `2.0.2` was tagged and withdrawn.
pub fn next_free_patch(from: &ReleaseVersion, tagged: &[ReleaseVersion]) -> ReleaseVersion {
    tagged.iter().filter(|tag| tag.same_minor(from)).chain([from]).max().unwrap_or(from).next_patch()
}

/// Says whether `to` may follow `from`: a version of the line, one patch release further, and not taken by a tag.
///
/// A patch number may be left out only when a tag has taken it, and the same holds for the number of a phase: a reader who
/// sees `2.0.1` and `2.0.3` looks for what `2.0.2` was. `tagged` are the versions that have a tag anywhere, of any line.
///
/// # Errors
/// The first rule that is broken.
pub fn permit(
    from: &ReleaseVersion,
    to: &ReleaseVersion,
    line: Option<&Line>,
    tagged: &[ReleaseVersion],
) -> Result<(), Refusal> {
    let (from, to) = (from.clone(), to.clone());
    if let Some(line) = line.filter(|line| !line.contains(&to.to_semver())) {
        return Err(Refusal::OutsideLine { to, line: line.name.clone() });
    }
    if to == from {
        return Err(Refusal::Same { to });
    }
    if to < from {
        return Err(Refusal::Lower { to, from });
    }
    if !to.same_minor(&from) {
        return Err(Refusal::NotAPatch { to, from });
    }
    let next = next_free_patch(&from, tagged);
    let highest = tagged.iter().filter(|tag| tag.same_minor(&to)).max();
    match highest {
        _ if tagged.contains(&to) => return Err(Refusal::Tagged { to, next }),
        Some(tagged) if *tagged > to => return Err(Refusal::BehindTag { to, tagged: tagged.clone(), next }),
        Some(_) | None => {}
    }
    if to.release() != next {
        return Err(Refusal::SkipsPatch { to, next });
    }
    permit_pre_release(&from, to, tagged)
}

/// Says whether a tag of `to` may be made where no file holds a version that moves: it is a version of the line, and no tag of it or of
/// a later one is there. Without a line, the versions with the same first two numbers count.
///
/// # Errors
/// The first rule that is broken.
pub fn permit_tag(to: &ReleaseVersion, line: Option<&Line>, tagged: &[ReleaseVersion]) -> Result<(), Refusal> {
    if let Some(line) = line.filter(|line| !line.contains(&to.to_semver())) {
        return Err(Refusal::OutsideLine { to: to.clone(), line: line.name.clone() });
    }
    let beside =
        |tag: &&ReleaseVersion| line.map_or_else(|| tag.same_minor(to), |line| line.contains(&tag.to_semver()));
    let Some(highest) = tagged.iter().filter(beside).max() else { return Ok(()) };
    let (to, next) = (to.clone(), next_free_patch(highest, tagged));
    if tagged.contains(&to) {
        return Err(Refusal::Tagged { to, next });
    }
    if *highest > to {
        return Err(Refusal::BehindTag { to, tagged: highest.clone(), next });
    }
    Ok(())
}

fn permit_pre_release(from: &ReleaseVersion, to: ReleaseVersion, tagged: &[ReleaseVersion]) -> Result<(), Refusal> {
    let Some((phase, number)) = to.phase() else { return Ok(()) };
    let of_phase = |version: &ReleaseVersion| {
        let (its_phase, number) = version.phase().filter(|_| version.release() == to.release())?;
        (its_phase == phase).then_some(number)
    };
    let last = tagged.iter().chain([from]).filter_map(of_phase).max().unwrap_or(0);
    if number == last + 1 {
        return Ok(());
    }
    let next = ReleaseVersion { pre: Some((phase, last + 1)), ..to.clone() };
    Err(Refusal::SkipsPreRelease { to, phase, next })
}
