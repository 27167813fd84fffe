//! The release that was asked about: its version, and what is there of it on the forge.

use super::clone::with_hint;
use super::lines::unseen;
use crate::model::doctor::facts::{Asked, Beginning, LineFacts, Told, Unsound};
use crate::model::doctor::{Finding, Rule};
use crate::model::fetch::FetchFrom;
use crate::model::publish::{Adopt, Stage, require_own_drafts};
use crate::model::tag::TagName;
use crate::model::version::Refusal;

/// Whether the line can have the version. `None`: no release was asked about.
pub(super) fn version(line: &LineFacts) -> Option<Finding> {
    let release = line.release.as_ref()?;
    let creates = "'patch-tag create', which refuses it once all was validated";
    let finding = match (&release.refusal, &release.tag) {
        (Some(refusal), _) => {
            let refuses = "'patch-bump set' or 'patch-tag create', which refuse it";
            Finding::failed(Rule::ReleaseVersion, refusal.to_string(), refuses).mend(match refusal {
                Refusal::OutsideLine { .. } => "name the line that the version is of, or correct the version",
                Refusal::Same { .. }
                | Refusal::Lower { .. }
                | Refusal::NotAPatch { .. }
                | Refusal::Tagged { .. }
                | Refusal::BehindTag { .. }
                | Refusal::SkipsPatch { .. }
                | Refusal::SkipsPreRelease { .. } => "release the version that is free next",
            })
        }
        (None, Some(tag)) => match &release.unsound {
            None => Finding::passed(
                Rule::ReleaseVersion,
                format!("'{tag}' is there already, and the release goes on from it"),
            ),
            Some(Unsound::No(why)) => {
                with_hint(Finding::failed(Rule::ReleaseVersion, why.sentence.as_str(), creates), why)
            }
            Some(Unsound::Untold(why)) => {
                with_hint(Finding::undecided(Rule::ReleaseVersion, why.sentence.as_str(), creates), why)
            }
        },
        // Where the version moves, that is a commit of its own.
        (None, None) if let (Some(before), Some(_)) = (&release.released_as, line.needs_no_move()) => Finding::failed(
            Rule::ReleaseVersion,
            format!("the newest commit of the line is released as '{before}' already"),
            creates,
        )
        .mend(format!("pick something onto the line first: patch-pick status --line {}", line.name)),
        (None, None) => match &release.left_out {
            None => Finding::passed(Rule::ReleaseVersion, format!("the line can have {}", release.version)),
            Some(held) => Finding::undecided(
                Rule::ReleaseVersion,
                format!("the files hold {held}, which was never tagged, and {} leaves it out", release.version),
                format!("whoever looks for {held}, for no later release of the line can be it"),
            )
            .mend(format!("release {held}; or go on with {}, where nobody is to have {held}", release.version)),
        },
    };
    Some(finding.about(&line.name))
}

const SAY_FROM: &str = "say what it comes after, as a tag or a revision: the input 'notes-from' of patch-publish; or 'patch-notes publish --notes-from REV', and 'patch-notes render --from REV' or 'patch-notes check --from REV'";

/// Whether it is known what the notes of the release begin behind; `kept`: its tag, where it is out and keeps them. `None`: no release was
/// asked about, it is of another line, or there is no branch.
pub(super) fn notes(line: &LineFacts, kept: Option<&TagName>, fetch: &FetchFrom) -> Option<Finding> {
    let release = line.release.as_ref()?;
    if let Some(Refusal::OutsideLine { .. }) = release.refusal {
        return None;
    }
    if let Some(tag) = kept {
        let detail = format!("'{tag}' is published already, and keeps its notes");
        return Some(Finding::passed(Rule::ReleaseNotes, detail).about(&line.name));
    }
    let version = &release.version;
    let would_fail = "'patch-notes check' and 'publish', which do not guess what is new";
    let finding = match release.begins.as_ref()? {
        Beginning::Behind(tag) => {
            Finding::passed(Rule::ReleaseNotes, format!("the notes of {version} begin behind '{tag}'"))
        }
        Beginning::Nowhere(why) => match unseen(&line.tags, fetch) {
            Some((unseen, mend)) => {
                Finding::undecided(Rule::ReleaseNotes, format!("{why}; {unseen}"), would_fail).mend(mend)
            }
            None => Finding::failed(Rule::ReleaseNotes, format!("{why}, so its notes begin nowhere"), would_fail)
                .mend(SAY_FROM),
        },
        Beginning::Untold(tag) => Finding::undecided(
            Rule::ReleaseNotes,
            format!("it cannot be told whether '{tag}' is in the history of {version}"),
            would_fail,
        )
        .mend(fetch.tags()),
    };
    Some(finding.about(&line.name))
}

/// Whether drafts keep the release from being published, as `patch-notes publish` decides it. `None`: that was not asked.
pub(super) fn draft(asked: &Asked) -> Option<Finding> {
    let (tag, told) = asked.release.as_ref()?;
    let publish = "'patch-notes publish', once the tag is pushed";
    let there = match told {
        Told::Told(there) => there,
        Told::Missing(why) | Told::Denied(why) | Told::Failed(why) => {
            return Some(with_hint(Finding::undecided(Rule::ReleaseDraft, &why.sentence, publish), why));
        }
    };
    if there.iter().any(|release| release.stage == Stage::Published) {
        return Some(Finding::passed(Rule::ReleaseDraft, format!("'{tag}' is published already")));
    }
    // Drafts are listed for those who may write ("List releases" in GitHub's documentation).
    if let Some(Told::Missing(why) | Told::Denied(why) | Told::Failed(why)) = &asked.writes_contents {
        let detail = format!("drafts are shown to those who may write releases alone, and {}", why.sentence);
        return Some(with_hint(Finding::undecided(Rule::ReleaseDraft, detail, publish), why));
    }
    Some(match require_own_drafts(tag, there, None, Adopt::Own) {
        Ok(()) => Finding::passed(Rule::ReleaseDraft, format!("nobody else has made a draft for '{tag}'")),
        Err(stop) => Finding::failed(Rule::ReleaseDraft, stop.to_string(), publish).mend(
            "delete it on the forge, or take it over, which replaces what stands in it: 'patch-notes publish --adopt-drafts', or 'adopt-drafts: true' in patch-publish",
        ),
    })
}
