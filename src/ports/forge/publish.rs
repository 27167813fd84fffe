//! Seeing to it that releases are on the forge as they are wanted: read, take the next step, and again, until there is none.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::model::error::{Error, Result};
use crate::model::publish::{
    Freshness, Goal, MakeLatest, Maturity, Publication, PublishRecord, ReleaseId, Seen, Stage, Step, Stop, Wanted,
    next, plan,
};
use crate::model::tag::TagName;

use super::release_body::Found;
use super::{Failure, Forge};

/// Keeps the record after each step, before the next one is taken.
pub type Keep<'k> = &'k mut dyn FnMut(&PublishRecord) -> Result<()>;

/// So often the same step is taken. A second time is needed where something broke, and no more than a few times something does.
const MOST_TIMES: usize = 3;

impl Forge {
    /// Returns the steps that [`put_releases`](Self::put_releases) would take, and takes none. Where there are any, it is asked
    /// whether the token may take them.
    ///
    /// # Errors
    /// When the forge refuses or fails, when the token may not write, or when it cannot go on without a person.
    pub fn plan_releases(&self, publication: &Publication, record: &mut PublishRecord) -> Result<Vec<Step>> {
        let mut run = Run { forge: self, publication, uploads: BTreeMap::new() };
        let mut seen = run.read(record).map_err(Failure::into_error)?;
        record.vouch(&mut seen);
        record.look(publication, &seen);
        let steps = plan(publication, &seen, record).map_err(Stop::into_error)?;
        if !steps.is_empty() {
            run.require_permission().map_err(Failure::into_error)?;
        }
        Ok(steps)
    }

    /// Sees to it that these releases are published, with their notes and files, once each, and that the badge "Latest" is where it
    /// belongs. What is there already is left as it is, so that a run after any fault finishes the work.
    ///
    /// The record is handed to `keep` whenever something changed.
    ///
    /// # Errors
    /// When the forge refuses or fails, when it cannot go on without a person, when a file changed, or when `keep` fails. Nothing is
    /// published before everything is ready.
    pub fn put_releases(&self, publication: &Publication, record: &mut PublishRecord, keep: Keep<'_>) -> Result<()> {
        let mut run = Run { forge: self, publication, uploads: BTreeMap::new() };
        let mut seen = run.read(record).map_err(Failure::into_error)?;
        let (mut taken, mut may_write) = (Vec::new(), false);
        loop {
            record.vouch(&mut seen);
            record.look(publication, &seen);
            keep(record)?;
            let step = next(publication, &seen, record).map_err(Stop::into_error)?;
            match step {
                Step::Done => return Ok(()),
                Step::Read => {
                    seen = run.read(record).map_err(Failure::into_error)?;
                    continue;
                }
                Step::CreateDraft { .. }
                | Step::DeleteDraft { .. }
                | Step::UpdateDraft { .. }
                | Step::DeleteAsset { .. }
                | Step::Upload { .. }
                | Step::Publish { .. }
                | Step::MoveBadge { .. } => {}
            }
            if !may_write {
                run.require_permission().map_err(Failure::into_error)?;
                may_write = true;
            }
            if taken.iter().filter(|taken| **taken == step).count() >= MOST_TIMES {
                return Err(Error::unfinished(format!("cannot {step}: the forge does not keep it"))
                    .hint("look at the release on the forge, and run the same command again"));
            }
            match run.carry_out(&step, &mut seen)? {
                Done::Done => record.did(&step),
                // Another run, or a person, was at it too.
                Done::Gone => seen = run.read(record).map_err(Failure::into_error)?,
            }
            taken.push(step);
        }
    }
}

/// What came of a step.
enum Done {
    /// It was carried out.
    Done,
    /// What it is about is not there any more.
    Gone,
}

struct Run<'a> {
    forge: &'a Forge,
    publication: &'a Publication,
    /// Where the files of each release go.
    uploads: BTreeMap<ReleaseId, String>,
}

impl Run<'_> {
    /// Reads all that matters. Drafts that the record knows are read one by one where a list does not show them yet.
    fn read(&mut self, record: &PublishRecord) -> std::result::Result<Seen, Failure> {
        let tags = self.forge.tag_objects(&self.publication.product().pattern)?;
        let mut found = self.forge.releases()?;
        let known = record.releases.iter().filter_map(|release| release.id);
        for id in known {
            if !found.iter().any(|found| found.release.id == id) {
                found.extend(self.forge.release(id)?);
            }
        }
        let mut releases = Vec::new();
        for Found { mut release, uploads } in found {
            if self.publication.release(&release.tag).is_some() {
                match self.forge.release_assets(release.id) {
                    Ok(assets) => release.assets = assets,
                    // It was deleted since the list was made.
                    Err(failure) if failure.is_missing() => continue,
                    Err(failure) => return Err(failure),
                }
                self.uploads.insert(release.id, uploads);
            } else {
                // Of others only their version and their number matter.
                release.notes = String::new();
            }
            releases.push(release);
        }
        Ok(Seen { releases, latest: self.forge.latest_release()?, tags, freshness: Freshness::Read })
    }

    fn require_permission(&self) -> std::result::Result<(), Failure> {
        let newest = self.publication.releases().next_back();
        let (_, newest) = newest.expect("because there is at least one release");
        self.forge.may_write_releases(&newest.tag, newest.commit)
    }

    fn told(&mut self, seen: &mut Seen, found: Found) {
        self.uploads.insert(found.release.id, found.uploads);
        seen.told(found.release);
    }

    /// Carries out one step, and takes over what the answer tells.
    fn carry_out(&mut self, step: &Step, seen: &mut Seen) -> Result<Done> {
        let forge = self.forge;
        let found = match step {
            Step::CreateDraft { tag } => {
                let body = self.description(tag, &json!({ "draft": true, "make_latest": MakeLatest::No }));
                // Without the draft there is nothing that could have gone.
                Ok(forge.create_release(tag, body).map_err(Failure::into_error)?)
            }
            Step::UpdateDraft { tag, release } => {
                // Sent twice, it says the same.
                let body = self.description(tag, &json!({ "draft": true, "make_latest": MakeLatest::No }));
                forge.change_release(&step.to_string(), *release, body, |_| false)
            }
            Step::Publish { tag, release, make_latest } => {
                let body = self.description(tag, &json!({ "draft": false, "make_latest": make_latest }));
                let published = |found: &Found| found.release.stage == Stage::Published;
                forge.change_release(&step.to_string(), *release, body, published)
            }
            Step::MoveBadge { release, .. } => {
                seen.moved_badge();
                let body = json!({ "make_latest": MakeLatest::Yes });
                forge.change_release(&step.to_string(), *release, body, |_| false)
            }
            Step::Upload { tag, release, name } => return self.upload(tag, *release, name, seen),
            Step::DeleteDraft { release, .. } => {
                forge.delete_release(*release).map_err(Failure::into_error)?;
                seen.deleted(*release);
                return Ok(Done::Done);
            }
            Step::DeleteAsset { release, asset, .. } => {
                forge.delete_asset(*asset).map_err(Failure::into_error)?;
                seen.deleted_asset(*release, *asset);
                return Ok(Done::Done);
            }
            Step::Read | Step::Done => return Ok(Done::Done),
        };
        match found {
            Ok(found) => self.told(seen, found),
            Err(failure) if failure.is_missing() => return Ok(Done::Gone),
            Err(failure) => return Err(failure.into_error()),
        }
        Ok(Done::Done)
    }

    fn wanted(&self, tag: &TagName) -> (&semver::Version, &Wanted) {
        self.publication.release(tag).expect("because steps are about what is wanted")
    }

    /// Returns all that is said of a release, whichever part is new: what is left out, the forge may take for something else.
    fn description(&self, tag: &TagName, state: &Value) -> Value {
        let (version, wanted) = self.wanted(tag);
        let mut body = json!({
            "tag_name": tag.as_str(),
            "name": wanted.title.as_str(),
            "body": wanted.notes.as_str(),
            "prerelease": Maturity::of(version) == Maturity::PreRelease,
        });
        if self.publication.goal() == Goal::Published {
            body["target_commitish"] = json!(wanted.commit.to_string());
        }
        for (key, value) in state.as_object().into_iter().flatten() {
            body[key] = value.clone();
        }
        body
    }

    fn upload(
        &self,
        tag: &TagName,
        release: ReleaseId,
        name: &crate::model::publish::AssetName,
        seen: &mut Seen,
    ) -> Result<Done> {
        let (_, wanted) = self.wanted(tag);
        let file = wanted.assets.iter().find(|asset| asset.name == *name);
        let file = file.expect("because steps are about files that are wanted");
        let uploads = self.uploads.get(&release).expect("because a draft was read or made before a file is sent to it");
        let Some(asset) = self.forge.upload_asset(release, uploads, file)? else { return Ok(Done::Gone) };
        seen.uploaded(release, asset);
        Ok(Done::Done)
    }
}
