//! Each situation has one next step.

use super::*;

fn record(publication: &Publication) -> PublishRecord {
    PublishRecord::begin("acme/widget".parse().expect("a repository"), publication)
}

/// The wanted release, as it would be read back.
fn whole(id: u64, wanted: &Wanted, stage: Stage) -> Release {
    let asset = |(at, asset): (usize, &WantedAsset)| Asset {
        id: AssetId(id * 100 + at as u64),
        name: asset.name.to_string(),
        size: asset.size,
        state: AssetState::Uploaded,
        sha256: Some(asset.sha256.clone()),
    };
    Release {
        stage,
        notes: wanted.notes.as_str().to_owned(),
        target: wanted.commit.to_string(),
        assets: wanted.assets.iter().enumerate().map(asset).collect(),
        ..there(id, wanted.tag.as_str())
    }
}

fn one() -> Wanted {
    wanted("2.0.1", &[("a.tgz", "one")])
}

fn tag() -> crate::model::tag::TagName {
    "v2.0.1".parse().expect("a tag")
}

/// The next step where these releases are there.
fn after(releases: Vec<Release>, latest: Option<u64>) -> Result<Step, Stop> {
    let publication = publication(vec![one()]);
    next(&publication, &seen(&publication, releases, latest), &record(&publication))
}

/// Other words that this tool wrote.
fn ours(text: &str) -> String {
    NotesText::new(text).expect("notes").as_str().to_owned()
}

fn draft(change: impl FnOnce(&mut Release)) -> Release {
    let mut draft = whole(5, &one(), Stage::Draft);
    change(&mut draft);
    draft
}

#[test]
fn a_draft_is_made_ready_and_then_published() {
    let release = ReleaseId(5);
    let update = Step::UpdateDraft { tag: tag(), release };
    let upload = |name: &str| Step::Upload { tag: tag(), release, name: name.parse().expect("a name") };
    let delete =
        |asset, name: &str| Step::DeleteAsset { tag: tag(), release, asset: AssetId(asset), name: name.to_owned() };
    let publish = Step::Publish { tag: tag(), release, make_latest: MakeLatest::Yes };
    let cases: [(&str, Vec<Release>, Step); 12] = [
        ("nothing", Vec::new(), Step::CreateDraft { tag: tag() }),
        ("others", vec![there(1, "v2.0.0"), there(2, "api/v2.0.1")], Step::CreateDraft { tag: tag() }),
        ("notes", vec![draft(|d| d.notes = ours("x"))], update.clone()),
        ("title", vec![draft(|d| d.title = "x".to_owned())], update.clone()),
        ("target", vec![draft(|d| d.target = "main".to_owned())], update.clone()),
        ("maturity", vec![draft(|d| d.maturity = Maturity::PreRelease)], update),
        ("no files", vec![draft(|d| d.assets.clear())], upload("a.tgz")),
        ("some files", vec![draft(|d| drop(d.assets.pop()))], upload("SHA256SUMS.sig")),
        ("broken", vec![draft(|d| d.assets[1].state = AssetState::Broken)], delete(501, "SHA256SUMS")),
        ("other bytes", vec![draft(|d| d.assets[0].sha256 = Some(Sha256Sum::of("x")))], delete(500, "a.tgz")),
        ("no sum", vec![draft(|d| d.assets[0].sha256 = None)], delete(500, "a.tgz")),
        ("ready", vec![draft(|_| {})], publish),
    ];
    for (name, releases, expected) in cases {
        assert_eq!(after(releases, None), Ok(expected), "{name}");
    }
}

#[test]
fn nothing_is_published_that_was_not_read_back() {
    let publication = publication(vec![one()]);
    let mut seen = seen(&publication, vec![draft(|_| {})], None);
    seen.freshness = Freshness::Told;
    assert_eq!(next(&publication, &seen, &record(&publication)), Ok(Step::Read));
    seen.releases = vec![whole(5, &one(), Stage::Published)];
    assert_eq!(next(&publication, &seen, &record(&publication)), Ok(Step::Read));
}

#[test]
fn drafts_are_made_ready_before_their_tags_are_public() {
    let drafts = publication(vec![one()]).up_to(Goal::Drafts);
    let step = |releases: Vec<Release>| {
        let mut seen = seen(&drafts, releases, None);
        seen.tags.clear();
        next(&drafts, &seen, &record(&drafts))
    };
    assert_eq!(step(Vec::new()), Ok(Step::CreateDraft { tag: one().tag }));
    assert!(matches!(step(vec![draft(|d| drop(d.assets.pop()))]), Ok(Step::Upload { .. })));
    // The forge fills in a branch where no target is named.
    assert_eq!(step(vec![draft(|d| d.target = "main".to_owned())]), Ok(Step::Done));
    assert_eq!(step(vec![whole(5, &one(), Stage::Published)]), Ok(Step::Done));
    let mut other = seen(&drafts, Vec::new(), None);
    other.tags.insert(one().tag, "a".repeat(40).parse().expect("an object"));
    assert_eq!(next(&drafts, &other, &record(&drafts)), Err(Stop::OtherTag(one().tag)));
}

#[test]
fn a_published_release_is_left_alone() {
    let published = |change: &dyn Fn(&mut Release)| {
        let mut release = whole(5, &one(), Stage::Published);
        change(&mut release);
        after(vec![release], Some(5))
    };
    assert_eq!(published(&|_| {}), Ok(Step::Done));
    assert_eq!(published(&|r| r.target = "main".to_owned()), Ok(Step::Done));
    assert_eq!(published(&|r| r.assets[0].sha256 = None), Ok(Step::Done));
    // A person may have improved the words.
    assert_eq!(published(&|r| r.title = "x".to_owned()), Ok(Step::Done));
    assert_eq!(published(&|r| r.notes = "x".to_owned()), Ok(Step::Done));
    let name = || "a.tgz".parse().expect("a name");
    type Case<'c> = (&'c dyn Fn(&mut Release), Difference);
    let cases: [Case<'_>; 4] = [
        (&|r| r.maturity = Maturity::PreRelease, Difference::Maturity),
        (&|r| drop(r.assets.remove(0)), Difference::Missing(name())),
        (&|r| r.assets[0].size += 1, Difference::Content(name())),
        (
            &|r| r.assets.push(Asset { name: "x".to_owned(), ..r.assets[0].clone() }),
            Difference::Unknown("x".to_owned()),
        ),
    ];
    for (change, difference) in cases {
        assert_eq!(published(change), Err(Stop::Published { tag: tag(), differences: vec![difference] }));
    }
}

#[test]
fn what_needs_a_person_stops() {
    let publication = publication(vec![one()]);
    let mut none = seen(&publication, Vec::new(), None);
    none.tags.clear();
    assert_eq!(next(&publication, &none, &record(&publication)), Err(Stop::NoTag(tag())));
    none.tags.insert(tag(), "a".repeat(40).parse().expect("an object"));
    assert_eq!(next(&publication, &none, &record(&publication)), Err(Stop::OtherTag(tag())));
    let others = draft(|d| d.owner = Owner::Another("eve".to_owned()));
    let stop = Stop::AnothersDraft { tag: tag(), author: "eve".to_owned() };
    assert_eq!(after(vec![others.clone()], None), Err(stop));
    // What else runs in workflows has the same account.
    let written = draft(|d| d.notes = "By hand".to_owned());
    assert_eq!(after(vec![written.clone()], None), Err(Stop::UnmarkedDraft(tag())));
    let mut known = record(&publication);
    known.releases[0].id = Some(written.id);
    let again = next(&publication, &seen(&publication, vec![written], None), &known);
    assert!(matches!(again, Ok(Step::UpdateDraft { .. })), "{again:?}");
    let any = Publication::new(product(Badge::Highest), Adopt::Any, vec![one()]).expect("a publication");
    let adopted = next(&any, &seen(&any, vec![others], None), &record(&any));
    assert!(matches!(adopted, Ok(Step::Publish { .. })), "{adopted:?}");
    let extra = draft(|d| d.assets.push(Asset { name: "x".to_owned(), ..d.assets[0].clone() }));
    assert_eq!(after(vec![extra], None), Err(Stop::UnknownFile { tag: tag(), name: "x".to_owned() }));
}

#[test]
fn of_two_drafts_the_one_that_holds_nothing_of_its_own_goes() {
    let second = |change: &dyn Fn(&mut Release)| {
        let mut second = whole(6, &one(), Stage::Draft);
        change(&mut second);
        second
    };
    let delete = |id| Ok(Step::DeleteDraft { tag: tag(), release: ReleaseId(id) });
    assert_eq!(after(vec![draft(|_| {}), second(&|_| {})], None), delete(6));
    assert_eq!(after(vec![draft(|_| {}), second(&|d| d.assets.clear())], None), delete(6));
    // Whichever has more files, so that two runs at the same time keep the same one.
    assert_eq!(after(vec![draft(|d| d.assets.clear()), second(&|_| {})], None), delete(6));
    let own = second(&|d| d.notes = ours("mine"));
    assert_eq!(after(vec![draft(|_| {}), own.clone()], None), delete(5));
    let bytes = second(&|d| d.assets[0].sha256 = Some(Sha256Sum::of("mine")));
    assert_eq!(after(vec![draft(|_| {}), bytes], None), delete(5));
    let stop = Stop::Drafts { tag: tag(), count: 2 };
    assert_eq!(after(vec![draft(|d| d.title = "x".to_owned()), own], None), Err(stop));
    // Neither does it matter which one a record knows; what is published stays.
    let publication = publication(vec![one()]);
    let mut known = record(&publication);
    known.releases[0].id = Some(ReleaseId(6));
    let both = seen(&publication, vec![draft(|_| {}), second(&|_| {})], None);
    assert_eq!(next(&publication, &both, &known), delete(6));
    assert_eq!(after(vec![draft(|_| {}), whole(6, &one(), Stage::Published)], Some(6)), delete(5));
}

#[test]
fn all_are_ready_before_the_first_is_published() {
    let lines = ["1.8.9", "1.9.8", "2.0.1"].map(|version| wanted(version, &[("a.tgz", version)]));
    let publication = publication(lines.to_vec());
    let ready: Vec<Release> = lines.iter().zip(5..).map(|(wanted, id)| whole(id, wanted, Stage::Draft)).collect();
    let step = |releases: Vec<Release>| {
        next(&publication, &seen(&publication, releases, Some(7)), &record(&publication)).expect("a step")
    };
    let mut last_lacks_a_file = ready.clone();
    last_lacks_a_file[2].assets.pop();
    assert!(matches!(step(last_lacks_a_file), Step::Upload { release: ReleaseId(7), .. }));
    let mut releases = ready;
    for (at, id) in [(0, 5), (1, 6), (2, 7)] {
        // Nothing higher is published, but will be by this run.
        let make_latest = if at == 2 { MakeLatest::Yes } else { MakeLatest::No };
        let publish = Step::Publish { tag: lines[at].tag.clone(), release: ReleaseId(id), make_latest };
        assert_eq!(step(releases.clone()), publish);
        releases[at].stage = Stage::Published;
    }
    assert_eq!(step(releases), Step::Done);
}

#[test]
fn the_badge_is_repaired_and_not_forever() {
    let publication = publication(vec![wanted("1.9.8", &[])]);
    let releases = vec![whole(5, &wanted("1.9.8", &[]), Stage::Published), there(1, "v2.0.0"), there(2, "nightly")];
    let mut record = record(&publication);
    let newest: crate::model::tag::TagName = "v2.0.0".parse().expect("a tag");
    let repair = Step::MoveBadge { tag: newest.clone(), release: ReleaseId(1) };
    for latest in [Some(5), Some(2), None] {
        let seen = seen(&publication, releases.clone(), latest);
        assert_eq!(next(&publication, &seen, &record), Ok(repair.clone()), "{latest:?}");
    }
    assert_eq!(next(&publication, &seen(&publication, releases.clone(), Some(1)), &record), Ok(Step::Done));
    let seen = seen(&publication, releases, Some(5));
    (0..MOST_REPAIRS).for_each(|_| record.did(&repair));
    assert_eq!(next(&publication, &seen, &record), Err(Stop::Badge(newest)));
}

#[test]
fn a_badge_of_another_product_is_given_back() {
    let chart = wanted("2.0.1", &[]);
    let publication = Publication::new(product(Badge::Keep), Adopt::Own, vec![chart.clone()]).expect("a publication");
    let mut record = record(&publication);
    let before = seen(&publication, vec![there(1, "app-7.0.0")], Some(1));
    record.look(&publication, &before);
    let releases = vec![there(1, "app-7.0.0"), whole(5, &chart, Stage::Published)];
    let after = seen(&publication, releases, Some(5));
    record.look(&publication, &after);
    let back = Step::MoveBadge { tag: "app-7.0.0".parse().expect("a tag"), release: ReleaseId(1) };
    assert_eq!(next(&publication, &after, &record), Ok(back));
}

#[test]
fn a_badge_that_another_product_moves_stays_where_it_is() {
    let chart = wanted("2.0.1", &[]);
    let publication = Publication::new(product(Badge::Keep), Adopt::Own, vec![chart.clone()]).expect("a publication");
    let mut record = record(&publication);
    record.look(&publication, &seen(&publication, vec![there(1, "app-7.0.0")], Some(1)));
    let releases = || vec![there(1, "app-7.0.0"), there(7, "app-7.0.1"), whole(5, &chart, Stage::Published)];
    let moved = seen(&publication, releases(), Some(7));
    record.look(&publication, &moved);
    assert_eq!(next(&publication, &moved, &record), Ok(Step::Done));
    let stolen = seen(&publication, releases(), Some(5));
    record.look(&publication, &stolen);
    let back = Step::MoveBadge { tag: "app-7.0.1".parse().expect("a tag"), release: ReleaseId(7) };
    assert_eq!(next(&publication, &stolen, &record), Ok(back), "it goes back to whom it was taken from");
}

#[test]
fn what_was_sent_is_vouched_for_where_the_forge_knows_no_sums() {
    let publication = publication(vec![one()]);
    let mut record = record(&publication);
    let without = draft(|d| d.assets.iter_mut().for_each(|asset| asset.sha256 = None));
    let mut there = seen(&publication, vec![without], None);
    record.look(&publication, &there);
    record.vouch(&mut there);
    assert!(there.releases[0].assets.iter().all(|asset| asset.sha256.is_none()), "nobody sent them");
    for asset in &one().assets {
        record.did(&Step::Upload { tag: tag(), release: ReleaseId(5), name: asset.name.clone() });
    }
    record.vouch(&mut there);
    assert!(matches!(next(&publication, &there, &record), Ok(Step::Publish { .. })));
}
