//! What is wanted, where it stands, and what follows.

mod faults;
mod steps;
mod tagged;

use semver::Version;

use super::wanted::BadNotes;
use super::*;
use crate::model::sums::{Sha256Sum, Sum, Sums};

/// A release of the product `v{version}` with these files, a list of their sums and its signature.
fn wanted(version: &str, files: &[(&str, &str)]) -> Wanted {
    let tag = format!("v{version}");
    let digit = |n: usize| Sha256Sum::of(&tag).as_str()[n..n + 40].to_owned();
    let asset = |name: &str, content: &str| WantedAsset {
        name: name.parse().expect("a name"),
        size: content.len() as u64,
        sha256: Sha256Sum::of(content),
        path: name.into(),
    };
    let mut assets: Vec<WantedAsset> = files.iter().map(|(name, content)| asset(name, content)).collect();
    let sums = assets.iter().map(|a| Sum { name: a.name.to_string(), sha256: a.sha256.clone() }).collect();
    let checksums = Sums::new(sums).ok().map(|sums| Checksums {
        list: "SHA256SUMS".parse().expect("a name"),
        sums,
        signature: Some("SHA256SUMS.sig".parse().expect("a name")),
    });
    if let Some(checksums) = &checksums {
        assets.extend([asset("SHA256SUMS", &checksums.sums.to_string()), asset("SHA256SUMS.sig", "signed")]);
    }
    Wanted {
        object: digit(0).parse().expect("an object"),
        commit: digit(20).parse().expect("a commit"),
        title: tag.parse().expect("a title"),
        notes: NotesText::new(format!("# {tag}\n")).expect("notes"),
        tag: tag.parse().expect("a tag"),
        assets,
        checksums,
    }
}

fn product(badge: Badge) -> Product {
    Product { pattern: "v{version}".parse().expect("a pattern"), badge }
}

fn publication(wanted: Vec<Wanted>) -> Publication {
    Publication::new(product(Badge::Highest), Adopt::Own, wanted).expect("a publication")
}

/// A release that is there, published, with nothing in it.
fn there(id: u64, tag: &str) -> Release {
    let version = Version::parse(tag.trim_start_matches(|c: char| !c.is_ascii_digit()));
    Release {
        id: ReleaseId(id),
        tag: tag.parse().expect("a tag"),
        stage: Stage::Published,
        maturity: version.as_ref().map_or(Maturity::Stable, Maturity::of),
        seal: Seal::Open,
        title: tag.to_owned(),
        notes: String::new(),
        target: String::new(),
        owner: Owner::Ours,
        page: format!("https://example.com/{tag}"),
        assets: Vec::new(),
    }
}

/// What is there, where the tags of what is wanted are.
fn seen(publication: &Publication, releases: Vec<Release>, latest: Option<u64>) -> Seen {
    let tags = publication.releases().map(|(_, wanted)| (wanted.tag.clone(), wanted.object)).collect();
    Seen { releases, latest: latest.map(ReleaseId), tags, freshness: Freshness::Read }
}

fn versions(texts: &[&str]) -> Vec<Version> {
    texts.iter().map(|text| Version::parse(text).expect("a version")).collect()
}

#[test]
fn names_that_github_changes_are_refused() {
    for good in ["widget-1.2.3+b1_linux.tar.gz", "SHA256SUMS", "a"] {
        assert!(good.parse::<AssetName>().is_ok(), "{good}");
    }
    for bad in ["", ".a", "a.", "a b", "a~1", "a/b", "ü", "a\n", &"a".repeat(256)] {
        assert!(bad.parse::<AssetName>().is_err(), "{bad:?}");
    }
    for bad in ["", " a", "a ", "a\nb", "\u{202e}a", &"a".repeat(256)] {
        assert!(bad.parse::<ReleaseTitle>().is_err(), "{bad:?}");
    }
}

#[test]
fn notes_are_as_long_as_github_takes() {
    // The hidden mark at the end takes some of them.
    let mark = NotesText::new("a").expect("notes").as_str().len() - 1;
    assert!(NotesText::new("ü".repeat(125_000 - mark)).is_ok());
    assert_eq!(NotesText::new("ü".repeat(125_001 - mark)), Err(BadNotes::Long(125_001)));
    assert_eq!(NotesText::new("a\0"), Err(BadNotes::Zero));
    assert_eq!(NotesText::new(" \n"), Err(BadNotes::Empty));
    let notes = NotesText::new("a\n\nb\n").expect("notes");
    let there = notes.as_str().replace('\n', "\r\n");
    assert!(notes.says(there.trim_end()) && !notes.says("a\n\nb\n") && NotesText::is_ours(&there));
    assert!(!NotesText::is_ours("a") && !NotesText::is_ours(&format!("{there}more")));
}

#[test]
fn what_does_not_go_together_is_refused() {
    let new = |wanted: Vec<Wanted>| Publication::new(product(Badge::Highest), Adopt::Own, wanted);
    let files = [("a.tgz", "one"), ("b.tgz", "two")];
    let changed = |change: &dyn Fn(&mut Wanted)| {
        let mut release = wanted("2.0.1", &files);
        change(&mut release);
        new(vec![release]).map(|_| ()).map_err(|bad| bad.to_string())
    };
    assert_eq!(changed(&|_| {}), Ok(()));
    let none = |release: &mut Wanted| (release.assets, release.checksums) = (Vec::new(), None);
    assert_eq!(changed(&none), Ok(()));
    type Case<'c> = (&'c dyn Fn(&mut Wanted), &'static str);
    let cases: [Case<'_>; 10] = [
        (&|r| r.tag = "api/v2.0.1".parse().expect("a tag"), "the tag 'api/v2.0.1' does not have the form 'v{version}'"),
        (&|r| r.checksums = None, "'v2.0.1' has files and no list of their sums"),
        (&|r| r.assets.push(r.assets[0].clone()), "the file 'a.tgz' of 'v2.0.1' stands twice"),
        (&|r| r.assets[0].size = 0, "the file 'a.tgz' of 'v2.0.1' is empty, which GitHub does not take"),
        (&|r| r.assets[0].size = 2 << 30, "the file 'a.tgz' of 'v2.0.1' has 2 GiB or more, which GitHub does not take"),
        (&|r| drop(r.assets.remove(0)), "the file 'a.tgz' of 'v2.0.1' is in the list of sums and not among the files"),
        (&|r| drop(r.assets.remove(2)), "the file 'SHA256SUMS' of 'v2.0.1' is not among the files"),
        (&|r| drop(r.assets.remove(3)), "the file 'SHA256SUMS.sig' of 'v2.0.1' is not among the files"),
        (
            &|r| r.assets[0].sha256 = Sha256Sum::of("x"),
            "the file 'a.tgz' of 'v2.0.1' has another sum than the list says",
        ),
        (
            &|r| r.assets[0].name = "c.tgz".parse().expect("a name"),
            "the file 'a.tgz' of 'v2.0.1' is in the list of sums and not among the files",
        ),
    ];
    for (change, expected) in cases {
        assert_eq!(changed(change), Err(expected.to_owned()));
    }
    assert_eq!(new(Vec::new()), Err(BadPublication::Empty));
    let twice = new(vec![wanted("2.0.1", &[]), wanted("2.0.1+b2", &[])]).expect_err("the same version");
    assert_eq!(twice.to_string(), "'v2.0.1' and 'v2.0.1+b2' are the same version");
}

#[test]
fn the_oldest_version_comes_first() {
    let publication = publication(["2.0.1", "1.10.2", "1.9.8", "2.0.1-rc.1"].map(|v| wanted(v, &[])).into());
    let order: Vec<String> = publication.releases().map(|(version, _)| version.to_string()).collect();
    assert_eq!(order, ["1.9.8", "1.10.2", "2.0.1-rc.1", "2.0.1"]);
}

#[test]
fn the_badge_follows_the_version() {
    // What is there beside it, what is published, and whether it takes the badge.
    let cases: [(&[&str], &str, MakeLatest); 11] = [
        (&[], "2.0.1", MakeLatest::Yes),
        (&["v2.0.0", "v1.9.9"], "2.0.1", MakeLatest::Yes),
        (&["v2.0.0", "v1.9.7"], "1.9.8", MakeLatest::No),
        // Published later, and higher by digits only.
        (&["v1.10.0"], "1.9.9", MakeLatest::No),
        // A line is the latest until the next one has a stable release.
        (&["v1.9.7", "v2.0.0-rc.1"], "1.9.8", MakeLatest::Yes),
        (&["v1.9.7"], "2.0.0-rc.1", MakeLatest::No),
        // Other products, and what names no version.
        (&["api/v9.0.0", "chart-3.0.0", "nightly", "v3"], "2.0.1", MakeLatest::Yes),
        (&["9.0.0"], "2.0.1", MakeLatest::Yes),
        // Build metadata has no precedence.
        (&["v2.0.1+b1"], "2.0.1+b0", MakeLatest::Yes),
        (&["v0.9.0"], "1.0.0", MakeLatest::Yes),
        (&["v2.0.1"], "2.0.0", MakeLatest::No),
    ];
    for (tags, version, expected) in cases {
        let publication = publication(vec![wanted(version, &[])]);
        let releases: Vec<Release> = tags.iter().zip(1..).map(|(tag, id)| there(id, tag)).collect();
        let seen = seen(&publication, releases, None);
        let version = Version::parse(version).expect("a version");
        assert_eq!(publication.product().make_latest(&version, [], &seen), expected, "{tags:?} {version}");
        assert_eq!(product(Badge::Keep).make_latest(&version, [], &seen), MakeLatest::No);
    }
}

#[test]
fn drafts_and_pre_releases_never_count_as_the_highest() {
    let mut releases = vec![there(1, "v1.0.0"), there(2, "v2.0.0"), there(3, "v3.0.0"), there(4, "v1.0.0+b2")];
    releases[1].stage = Stage::Draft;
    releases[2].maturity = Maturity::PreRelease;
    assert_eq!(highest(&product(Badge::Highest), &releases).map(|release| release.id), Some(ReleaseId(4)));
}

#[test]
fn the_names_that_move_follow_the_version_too() {
    type Case = (&'static [&'static str], &'static str, &'static str, &'static [&'static str], Option<&'static str>);
    let cases: [Case; 9] = [
        (&["1.9.7", "2.0.0"], "2.0.1", "latest", &["2.0.1", "2.0", "2", "latest"], Some("v2")),
        (&["1.9.7", "2.0.0"], "1.9.8", "release-1.9.x", &["1.9.8", "1.9", "1"], Some("v1")),
        (&["1.8.3", "1.9.7"], "1.8.4", "release-1.8.x", &["1.8.4", "1.8"], None),
        (&["1.9.7"], "1.9.6", "superseded", &["1.9.6"], None),
        (&["1.9.7"], "2.0.0-rc.1", "next", &["2.0.0-rc.1"], None),
        (&["1.9.7", "2.0.0"], "1.9.8-rc.1", "release-1.9.x-next", &["1.9.8-rc.1"], None),
        (&["1.9.8"], "1.9.8-rc.1", "superseded", &["1.9.8-rc.1"], None),
        (&["0.3.0"], "0.3.1", "latest", &["0.3.1", "0.3", "latest"], None),
        (&["2.0.0"], "2.0.1+b.1", "latest", &["2.0.1_b.1", "2.0", "2", "latest"], Some("v2")),
    ];
    for (published, version, npm, image, moving) in cases {
        let version = Version::parse(version).expect("a version");
        let channels = Channels::of(&product(Badge::Highest), &version, &versions(published));
        let got = (channels.npm_dist_tag.as_str(), channels.moving_tag.as_deref());
        assert_eq!(got, (npm, moving), "{version}");
        assert_eq!(channels.image_tags, image, "{version}");
    }
}

#[test]
fn a_record_goes_on_with_its_own_run_only() {
    let repository: crate::model::config::RepositoryName = "acme/widget".parse().expect("a repository");
    let publication = publication(vec![wanted("2.0.1", &[("a.tgz", "one")])]);
    let mut record = PublishRecord::begin(repository.clone(), &publication);
    record.releases[0].id = Some(ReleaseId(5));
    record.badge = BadgeRecord { looked: true, before: Some(ReleaseId(1)), repairs: 3, ..BadgeRecord::default() };
    let text = serde_json::to_string(&record).expect("JSON");
    let resume = |change: &dyn Fn(&mut PublishRecord)| {
        let mut earlier: PublishRecord = serde_json::from_str(&text).expect("a record");
        change(&mut earlier);
        PublishRecord::resume(earlier, &repository, &publication)
    };
    let resumed = resume(&|_| {}).expect("the same run");
    assert_eq!(resumed.draft(&"v2.0.1".parse().expect("a tag")), Some(ReleaseId(5)));
    assert_eq!((resumed.badge.before, resumed.badge.repairs), (Some(ReleaseId(1)), 0));
    let tag = || "v2.0.1".parse().expect("a tag");
    assert_eq!(resume(&|r| r.schema = "x".to_owned()), Err(NotOfThisRun::Schema("x".to_owned())));
    let other: crate::model::config::RepositoryName = "acme/gadget".parse().expect("a repository");
    assert_eq!(resume(&|r| r.repository = other.clone()), Err(NotOfThisRun::Repository(other.clone())));
    let moved = resume(&|r| r.releases[0].object = "a".repeat(40).parse().expect("an object"));
    assert_eq!(moved, Err(NotOfThisRun::Release(tag())));
    assert_eq!(resume(&|r| r.releases.clear()), Err(NotOfThisRun::Release(tag())));
}
