//! All steps of a run in which nothing goes wrong, worked out before any is taken.

use crate::model::tag::TagName;

use super::latest::MakeLatest;
use super::next::{Step, next};
use super::record::PublishRecord;
use super::stand::Stop;
use super::there::{Asset, AssetId, AssetState, Freshness, Maturity, Owner, Release, ReleaseId, Seal, Seen, Stage};
use super::wanted::{Publication, Wanted};

/// Returns the steps that a run takes, without those that only read. What is made on the way has numbers that count down from the
/// largest there is, for the forge gives the true ones.
///
/// # Errors
/// When it cannot go on without a person.
pub fn plan(publication: &Publication, seen: &Seen, record: &PublishRecord) -> Result<Vec<Step>, Stop> {
    let mut pretended = Pretended { publication, seen: seen.clone(), number: u64::MAX };
    let (mut record, mut steps) = (record.clone(), Vec::new());
    loop {
        record.vouch(&mut pretended.seen);
        record.look(publication, &pretended.seen);
        let step = next(publication, &pretended.seen, &record)?;
        match step {
            Step::Done => return Ok(steps),
            Step::Read => pretended.seen.freshness = Freshness::Read,
            step => {
                pretended.take(&step);
                record.did(&step);
                steps.push(step);
            }
        }
    }
}

/// A forge that does at once what it is told.
struct Pretended<'p> {
    publication: &'p Publication,
    seen: Seen,
    number: u64,
}

impl Pretended<'_> {
    fn number(&mut self) -> u64 {
        self.number -= 1;
        self.number
    }

    fn take(&mut self, step: &Step) {
        match step {
            Step::CreateDraft { tag } => {
                let id = ReleaseId(self.number());
                let draft = Release { id, ..self.described(tag) };
                self.seen.told(draft);
            }
            Step::UpdateDraft { tag, release } => {
                let there = self.seen.release(*release).map(|there| (there.owner.clone(), there.page.clone()));
                let (owner, page) = there.unwrap_or((Owner::Ours, String::new()));
                let draft = Release { id: *release, owner, page, ..self.described(tag) };
                self.seen.told(draft);
            }
            Step::DeleteDraft { release, .. } => self.seen.deleted(*release),
            Step::DeleteAsset { release, asset, .. } => self.seen.deleted_asset(*release, *asset),
            Step::Upload { tag, release, name } => {
                let file = self.wanted(tag).assets.iter().find(|asset| asset.name == *name);
                let file = file.expect("because steps are about files that are wanted").clone();
                let (id, state) = (AssetId(self.number()), AssetState::Uploaded);
                let (name, size, sha256) = (file.name.to_string(), file.size, Some(file.sha256));
                self.seen.uploaded(*release, Asset { id, name, size, state, sha256 });
            }
            Step::Publish { release, make_latest, .. } => {
                let there = self.seen.releases.iter_mut().find(|there| there.id == *release);
                there.into_iter().for_each(|there| there.stage = Stage::Published);
                if *make_latest == MakeLatest::Yes {
                    self.seen.latest = Some(*release);
                }
                self.seen.freshness = Freshness::Told;
            }
            Step::MoveBadge { release, .. } => {
                self.seen.latest = Some(*release);
                self.seen.moved_badge();
            }
            Step::Read | Step::Done => {}
        }
    }

    fn wanted(&self, tag: &TagName) -> &Wanted {
        self.publication.release(tag).expect("because steps are about what is wanted").1
    }

    fn described(&self, tag: &TagName) -> Release {
        let (version, wanted) = self.publication.release(tag).expect("because steps are about what is wanted");
        Release {
            id: ReleaseId(0),
            tag: tag.clone(),
            stage: Stage::Draft,
            maturity: Maturity::of(version),
            seal: Seal::Open,
            title: wanted.title.to_string(),
            notes: wanted.notes.as_str().to_owned(),
            target: wanted.commit.to_string(),
            owner: Owner::Ours,
            page: String::new(),
            assets: Vec::new(),
        }
    }
}
