//! Carries out one step, and takes over what the answer tells.

use std::path::Path;

use crate::model::advisory::Advisory;
use crate::model::advisory::edit::Source;
use crate::model::advisory::export::outcome::{
    ExportRequest, Exported, ExportedFile, FileState, Formats, Hand, Secrets, Signature,
};
use crate::model::advisory::export::page::page_path;
use crate::model::advisory::publish::{
    Disclosure, DisclosureRequest, ForgeAdvisory, ForgeStage, Freshness, Left, Notice, Part, Progress, ReleasePage,
    Seen, Step, Told, Wanted, left_to_people, notice, notice_path,
};
use crate::model::advisory::state::State;
use crate::model::apply::shell_word;
use crate::model::commit::CommitId;
use crate::model::error::Result;
use crate::model::path::RepoPath;
use crate::model::publish::Goal;
use crate::model::request::Mode;
use crate::model::tag_verify::Containment;
use crate::ports::files;
use crate::ports::folder::read_below;
use crate::ports::forge::Failure;
use crate::steps::advisory::{export, one, settings};

use super::Disclosing;
use super::before::{Begun, Releases, is_pushed, public_tags};

/// Reads the advisories of the forge.
pub(super) fn look(with: &Disclosing<'_>, record: &Disclosure, seen: &mut Seen, wanted: &Wanted) -> Result<()> {
    let known: Vec<_> = wanted.named.iter().chain(&record.ghsa).cloned().collect();
    seen.advisories = with.forge.advisories(&known).map_err(Failure::into_error)?;
    seen.freshness = Freshness::Read;
    Ok(())
}

/// Carries out a step.
pub(super) fn out(
    with: &Disclosing<'_>,
    request: &DisclosureRequest,
    step: &Step,
    begun: &mut Begun,
    record: &mut Disclosure,
) -> Result<()> {
    let tags = begun.tags();
    match step {
        Step::PrepareReleases => {
            (with.releases)(&request.releases(&tags, Goal::Drafts, Mode::Write))?;
            begun.seen.drafts = Progress::There;
        }
        Step::Push => {
            (with.push)(&request.push(&tags, Mode::Write))?;
            (begun.seen.pushed, begun.seen.freshness) = (Progress::There, Freshness::Told);
        }
        Step::PublishReleases => {
            (with.releases)(&request.releases(&tags, Goal::Published, Mode::Write))?;
            (begun.seen.released, begun.seen.freshness) = (Progress::There, Freshness::Told);
        }
        Step::CreateAdvisory
        | Step::CloseSurplus { .. }
        | Step::UpdateAdvisory { .. }
        | Step::Look
        | Step::PublishAdvisory { .. } => on_forge(with, request, step, begun, record)?,
        Step::MarkSource => mark_source(with, request, begun, record)?,
        Step::WriteDocuments => write_documents(with, request, begun, record)?,
        Step::WriteNotice => write_notice(with, request, begun, record)?,
        Step::Done => {}
    }
    Ok(())
}

/// Finds out what a step did that failed: it may have taken effect all the same, or in part.
pub(super) fn look_again(
    with: &Disclosing<'_>,
    request: &DisclosureRequest,
    step: &Step,
    begun: &mut Begun,
    record: &Disclosure,
) {
    let tags = begun.tags();
    let (part, is_known) = match step {
        Step::Push => {
            let found = (with.push)(&request.push(&tags, Mode::DryRun));
            if let Ok(found) = &found {
                begun.seen.public_tags = public_tags(&tags, found);
                begun.seen.pushed = if is_pushed(found) { Progress::There } else { Progress::Waiting };
            }
            (Part::Tags, found.is_ok())
        }
        Step::PublishReleases => {
            let found = Releases::read(with, request, &tags, true);
            let is_known = found.is_ok();
            if let Ok(Releases { released, public_releases, .. }) = found {
                (begun.seen.released, begun.seen.public_releases) = (released, public_releases);
            }
            (Part::Releases, is_known)
        }
        Step::PublishAdvisory { .. } => {
            let wanted = begun.wanted.as_ref().expect("because steps are about what is wanted");
            (Part::Advisory, look(with, record, &mut begun.seen, wanted).is_ok())
        }
        Step::PrepareReleases
        | Step::CreateAdvisory
        | Step::CloseSurplus { .. }
        | Step::UpdateAdvisory { .. }
        | Step::Look
        | Step::MarkSource
        | Step::WriteDocuments
        | Step::WriteNotice
        | Step::Done => return,
    };
    begun.seen.unclear = Some(part).filter(|_| !is_known);
}

/// Carries out a step on the forge's advisory.
fn on_forge(
    with: &Disclosing<'_>,
    request: &DisclosureRequest,
    step: &Step,
    begun: &mut Begun,
    record: &mut Disclosure,
) -> Result<()> {
    let wanted = begun.wanted.as_ref().expect("because steps are about what is wanted");
    let (forge, seen) = (with.forge, &mut begun.seen);
    let told = match step {
        Step::CreateAdvisory => {
            let made = forge.create_advisory(wanted).map_err(Failure::into_error)?;
            // Kept at once: a list need not show it yet.
            record.ghsa = Some(made.ghsa.clone());
            // Another run may have made one at the same moment.
            look(with, record, seen, wanted)?;
            return Ok(());
        }
        Step::UpdateAdvisory { ghsa } => {
            seen.updates += 1;
            let public = |there: &ForgeAdvisory| there.ghsa == *ghsa && there.stage == ForgeStage::Published;
            let is_public = seen.advisories.iter().any(public);
            forge.update_advisory(ghsa, if is_public { wanted.facts() } else { wanted.body.clone() })
        }
        Step::CloseSurplus { ghsa } => forge.bring_advisory(ghsa, ForgeStage::Closed),
        Step::PublishAdvisory { ghsa } => {
            let told = forge.bring_advisory(ghsa, ForgeStage::Published);
            if told.is_ok() {
                record.published.get_or_insert(request.now.moment());
            }
            told
        }
        Step::Look
        | Step::PrepareReleases
        | Step::Push
        | Step::PublishReleases
        | Step::MarkSource
        | Step::WriteDocuments
        | Step::WriteNotice
        | Step::Done => return look(with, record, seen, wanted),
    };
    seen.told(told.map_err(Failure::into_error)?);
    Ok(())
}

/// Writes into the source that the advisory is public, since when, and what the forge calls it.
fn mark_source(
    with: &Disclosing<'_>,
    request: &DisclosureRequest,
    begun: &mut Begun,
    record: &mut Disclosure,
) -> Result<()> {
    let source = &begun.source;
    let mut edited = Source::of(&source.text)?;
    let since = *record.published.get_or_insert(request.now.moment());
    if !source.advisory.state.is_public() {
        edited.set_state(State::Public).set_moment("published", source.advisory.published.unwrap_or(since));
    }
    if let Some(ghsa) = record.ghsa.as_ref().filter(|_| begun.wanted.is_some()) {
        edited.set_text("ghsa", ghsa.as_str());
    }
    source.replace(with.git, &edited, Mode::Write)?;
    begun.source = one(with.git, settings(&with.settings.config)?, &request.id)?;
    begun.seen.source = Progress::There;
    Ok(())
}

/// Sees to the documents, the pages, and what lists them.
fn documents(with: &Disclosing<'_>, request: &DisclosureRequest, hand: Hand) -> Result<[Exported; 2]> {
    let asked = |signature, advisories| ExportRequest {
        secrets: Secrets::LeftOut,
        advisories,
        output: request.output.clone(),
        signature,
        hand,
    };
    let config = &with.settings.config;
    let own = asked(request.signature, vec![request.id.clone()]);
    Ok([
        export::export(with.git, config, with.publication, Formats::All, &own)?,
        export::render(with.git, config, with.publication, &asked(Signature::Missing, Vec::new()))?,
    ])
}

/// Looks which documents are as a run would write them, and whether the notice is there, which a run would leave as it is.
pub(super) fn look_at_files(with: &Disclosing<'_>, request: &DisclosureRequest, begun: &mut Begun) -> Result<()> {
    // What the source does not say yet, no document tells.
    if begun.seen.source == Progress::Waiting {
        return Ok(());
    }
    let all = documents(with, request, Hand::Looks)?;
    let progress = |is_there: bool| if is_there { Progress::There } else { Progress::Waiting };
    begun.seen.documents = progress(all.iter().flat_map(|one| &one.files).all(|one| one.state == FileState::Already));
    begun.seen.notice = progress(read_below(&request.output, &place_of_notice(&begun.source.advisory))?.is_some());
    Ok(())
}

/// Returns where the notice is below the output folder.
fn place_of_notice(advisory: &Advisory) -> RepoPath {
    notice_path(advisory).parse().expect("because an identifier has no sign that a path cannot have")
}

/// Writes the documents. What a format lacks was told before the first write, and stops nothing here.
fn write_documents(
    with: &Disclosing<'_>,
    request: &DisclosureRequest,
    begun: &mut Begun,
    record: &mut Disclosure,
) -> Result<()> {
    let all = documents(with, request, Hand::Writes)?;
    (record.files, record.left_out) = (Vec::new(), Vec::new());
    for Exported { files, lacking, .. } in all {
        for file in files {
            if !record.files.iter().any(|there| there.path == file.path) {
                record.files.push(file);
            }
        }
        record.left_out.extend(lacking);
    }
    record.told = Some(Told::of(&begun.source.advisory));
    begun.seen.documents = Progress::There;
    Ok(())
}

/// Writes the notice, unless there is one: somebody may have edited it.
fn write_notice(
    with: &Disclosing<'_>,
    request: &DisclosureRequest,
    begun: &mut Begun,
    record: &mut Disclosure,
) -> Result<()> {
    let (advisory, publication) = (&begun.source.advisory, with.publication);
    let documents =
        record.files.iter().filter(|file| file.state != FileState::Removed && is_told(&file.path, advisory));
    let pages = begun.tagged.iter().filter_map(|one| Some(ReleasePage::of(publication.repository.as_ref()?, &one.tag)));
    let pages: Vec<ReleasePage> = pages.collect();
    let told = Notice {
        project: &publication.project,
        contact: publication.settings.contact.as_deref(),
        releases: &pages,
        page: record.page.as_deref().filter(|_| begun.wanted.is_some()),
        documents: documents.filter_map(|file| publication.address_of(&file.path)).collect(),
    };
    let (path, text) = (notice_path(advisory), notice(advisory, &told));
    let state = match read_below(&request.output, &place_of_notice(advisory))? {
        Some(there) if there == text.as_bytes() => Some(FileState::Already),
        Some(_) => None,
        None => {
            files::write_whole_in(&request.output.join(&path), text.as_bytes())?;
            Some(FileState::Written)
        }
    };
    let edited = state.is_none().then(|| is_edited(&request.output.join(&path)));
    record.files.extend(state.map(|state| ExportedFile { path, state }));
    let output = request.output.display().to_string();
    let (main, source) = (push_of_main(with, request, advisory), begun.source.shown.as_str());
    let cve =
        advisory.cve.as_ref().filter(|cve| record.files.iter().any(|file| file.path == format!("cve/{cve}.json")));
    let left = Left { source, output: &output, cve, main: main.as_deref(), on_forge: begun.wanted.is_some() };
    record.by_hand = left_to_people(advisory, left).into_iter().chain(edited).collect();
    begun.seen.notice = Progress::There;
    Ok(())
}

/// Says that a notice was left as it is.
fn is_edited(path: &Path) -> String {
    let shown = path.display().to_string();
    format!(
        "'{shown}' is not what would be written now, and was left as it is: see that it is true; or to have it made anew, run: rm {}; \
         and the same command again",
        shell_word(&shown)
    )
}

/// Returns the push that main needs, where the remote lacks a fix that main has. Tags take only their own lines along.
fn push_of_main(with: &Disclosing<'_>, request: &DisclosureRequest, advisory: &Advisory) -> Option<String> {
    let tips = with.git.remote_tips(&request.remote, None);
    let is_there = |commit: CommitId| tips.iter().any(|tip| with.git.containment(commit, *tip) == Containment::Inside);
    let mut fixes = advisory.fixed.iter().filter_map(|name| with.git.resolve(&name.to_string()).ok());
    let (remote, main) = (shell_word(&request.remote), shell_word(with.settings.main.as_str()));
    let push = || format!("git push {remote} {main}");
    fixes.any(|fix| !is_there(fix)).then(push)
}

/// Says whether a document is named in the notice: those of this advisory for people and scanners, without what belongs beside them.
fn is_told(path: &str, advisory: &Advisory) -> bool {
    let is_beside = [".sha256", ".sha512", ".asc"].iter().any(|end| path.ends_with(end));
    let is_document = ["osv/", "csaf/", "openvex/"].iter().any(|folder| path.starts_with(folder));
    (is_document && !is_beside) || path == page_path(advisory)
}
