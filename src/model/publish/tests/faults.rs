//! From every state that faults lead to, one more run gives the one right release.

use proptest::prelude::*;

use super::*;
use crate::model::tag::TagName;

/// A forge that does what it is told and sees that nothing is done twice.
struct There {
    releases: Vec<Release>,
    latest: Option<ReleaseId>,
    /// A draft that lists do not show yet.
    hidden: Option<ReleaseId>,
    published: Vec<TagName>,
    steps: Vec<Step>,
    ids: u64,
}

/// What happens to a run at one step.
#[derive(Debug, Clone, Copy)]
enum Fate {
    Good,
    /// It is killed before the step has an effect.
    KilledBefore,
    /// It is killed after, and its record is lost.
    KilledAfter,
    /// It is killed after, and its record is there as it was before the step.
    KilledWithRecord,
    /// An upload breaks off. What else there is goes well.
    Broken,
    /// The forge gives the badge to somebody else.
    Badge,
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        12 => Just(Fate::Good),
        2 => Just(Fate::KilledBefore),
        2 => Just(Fate::KilledAfter),
        2 => Just(Fate::KilledWithRecord),
        2 => Just(Fate::Broken),
        1 => Just(Fate::Badge),
    ]
}

impl There {
    fn id(&mut self) -> u64 {
        self.ids += 1;
        self.ids
    }

    fn read(&mut self, publication: &Publication) -> Seen {
        let hidden = self.hidden.take();
        let releases = self.releases.iter().filter(|release| Some(release.id) != hidden).cloned().collect();
        seen(publication, releases, self.latest.map(|id| id.0))
    }

    fn draft(&mut self, id: ReleaseId) -> &mut Release {
        let release = self.releases.iter_mut().find(|release| release.id == id).expect("because it is there");
        assert_eq!(release.stage, Stage::Draft, "what is published does not change");
        release
    }

    /// Carries a step out, and returns what its answer tells.
    fn carry_out(&mut self, publication: &Publication, step: &Step, fate: Fate, seen: &mut Seen) {
        if *step != Step::Read {
            self.steps.push(step.clone());
        }
        let wanted = |tag: &TagName| publication.release(tag).expect("because it is wanted").1;
        let describe = |wanted: &Wanted, release: &mut Release| {
            release.title = wanted.title.to_string();
            release.notes = wanted.notes.as_str().to_owned();
            release.target = wanted.commit.to_string();
            release.maturity = Maturity::Stable;
        };
        match step {
            Step::CreateDraft { tag } => {
                let mut draft = Release { stage: Stage::Draft, ..there(self.id(), tag.as_str()) };
                describe(wanted(tag), &mut draft);
                seen.told(draft.clone());
                self.releases.push(draft);
            }
            Step::DeleteDraft { release, .. } => {
                self.draft(*release);
                self.releases.retain(|there| there.id != *release);
                seen.deleted(*release);
            }
            Step::UpdateDraft { tag, release } => {
                let draft = self.draft(*release);
                describe(wanted(tag), draft);
                seen.told(draft.clone());
            }
            Step::DeleteAsset { release, asset, .. } => {
                self.draft(*release).assets.retain(|there| there.id != *asset);
                seen.deleted_asset(*release, *asset);
            }
            Step::Upload { tag, release, name } => self.upload(wanted(tag), *release, name, fate, seen),
            Step::Publish { tag, release, make_latest } => self.publish(publication, tag, *release, *make_latest, seen),
            Step::MoveBadge { release, .. } => {
                self.latest = Some(*release);
                seen.moved_badge();
            }
            Step::Read => *seen = self.read(publication),
            Step::Done => {}
        }
        // What is read is so at that moment.
        if matches!(fate, Fate::Badge) && *step != Step::Read {
            self.latest = self.releases.iter().find(|release| release.stage == Stage::Published).map(|r| r.id);
        }
    }

    fn upload(&mut self, wanted: &Wanted, to: ReleaseId, name: &AssetName, fate: Fate, seen: &mut Seen) {
        let file = wanted.assets.iter().find(|asset| asset.name == *name).expect("because it is wanted");
        let id = AssetId(self.id());
        let draft = self.draft(to);
        assert!(draft.assets.iter().all(|there| there.name != name.as_str()), "'{name}' is sent twice");
        let state = if matches!(fate, Fate::Broken) { AssetState::Broken } else { AssetState::Uploaded };
        let (name, sha256) = (name.to_string(), Some(file.sha256.clone()));
        let asset = Asset { id, name, size: file.size, state, sha256 };
        draft.assets.push(asset.clone());
        seen.uploaded(to, asset);
    }

    fn publish(
        &mut self,
        publication: &Publication,
        tag: &TagName,
        id: ReleaseId,
        latest: MakeLatest,
        seen: &mut Seen,
    ) {
        for (version, wanted) in publication.releases() {
            let of_tag: Vec<&Release> = self.releases.iter().filter(|release| release.tag == wanted.tag).collect();
            assert_eq!(of_tag.len(), 1, "'{}' is there once when something is published", wanted.tag);
            assert_eq!(differences(wanted, Maturity::of(version), of_tag[0]), [], "all are ready");
        }
        self.published.push(tag.clone());
        if latest == MakeLatest::Yes {
            self.latest = Some(id);
        }
        let draft = self.draft(id);
        draft.stage = Stage::Published;
        seen.told(draft.clone());
    }
}

/// Runs until it is done or killed. Says whether it was done.
fn run(there: &mut There, publication: &Publication, record: &mut PublishRecord, fates: &mut Vec<Fate>) -> bool {
    let mut seen = there.read(publication);
    for _ in 0..200 {
        record.vouch(&mut seen);
        record.look(publication, &seen);
        let step = match next(publication, &seen, record) {
            Ok(step) => step,
            Err(Stop::Badge(_)) => return false,
            Err(stop) => panic!("{stop}"),
        };
        if step == Step::Done {
            return true;
        }
        match fates.pop().unwrap_or(Fate::Good) {
            Fate::KilledBefore => return false,
            fate @ (Fate::KilledAfter | Fate::KilledWithRecord) => {
                there.carry_out(publication, &step, fate, &mut seen);
                if matches!(step, Step::CreateDraft { .. }) {
                    there.hidden = there.releases.last().map(|release| release.id);
                }
                if matches!(fate, Fate::KilledAfter) {
                    *record = PublishRecord::begin(record.repository.clone(), publication);
                }
                return false;
            }
            fate @ (Fate::Good | Fate::Broken | Fate::Badge) => {
                there.carry_out(publication, &step, fate, &mut seen);
                record.did(&step);
            }
        }
    }
    panic!("it does not end");
}

proptest! {
    #[test]
    fn one_right_release_comes_of_any_faults(
        mut fates in prop::collection::vec(fate(), 0..60),
        lines in prop::sample::subsequence(vec!["1.8.9", "1.9.8", "2.0.1"], 1..=3),
        published in prop::sample::subsequence(vec!["v1.9.7", "v2.0.0", "v2.1.0-rc.1", "app-9.0.0", "v2.1.0"], 0..=5),
        latest in prop::option::of(0usize..5),
    ) {
        let wanted: Vec<Wanted> = lines.iter().map(|v| wanted(v, &[("a.tgz", v), ("b+1.tgz", "b")])).collect();
        let publication = publication(wanted);
        let releases: Vec<Release> = published.iter().zip(1..).map(|(tag, id)| there(id, tag)).collect();
        let latest = latest.and_then(|at| releases.get(at)).map(|release| release.id);
        let mut there = There { releases, latest, hidden: None, published: Vec::new(), steps: Vec::new(), ids: 100 };
        let mut record = PublishRecord::begin("acme/widget".parse().expect("a repository"), &publication);
        // What is shown before is what is done when nothing goes wrong.
        let mut copy = There { releases: there.releases.clone(), published: Vec::new(), steps: Vec::new(), ..there };
        let planned = plan(&publication, &copy.read(&publication), &record).expect("a plan");
        let done = run(&mut copy, &publication, &mut record.clone(), &mut Vec::new());
        prop_assert!(done);
        let told = |steps: &[Step]| steps.iter().map(ToString::to_string).collect::<Vec<_>>();
        prop_assert_eq!(told(&planned), told(&copy.steps));
        while !run(&mut there, &publication, &mut record, &mut fates) {
            record.badge.repairs = 0;
        }
        prop_assert_eq!(there.releases.len(), published.len() + lines.len());
        let order: Vec<&TagName> = publication.releases().map(|(_, wanted)| &wanted.tag).collect();
        prop_assert_eq!(there.published.iter().collect::<Vec<_>>(), order);
        prop_assert_eq!(there.latest, highest(publication.product(), &there.releases).map(|release| release.id));
        prop_assert!(record.releases.iter().all(|release| release.stage == ReleaseStage::Published));
        prop_assert_eq!(&record.badge.wanted, &record.badge.holder);
        // Once more: nothing is left to do.
        let read = there.read(&publication);
        prop_assert_eq!(next(&publication, &read, &record), Ok(Step::Done));
    }
}
