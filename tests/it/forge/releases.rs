//! Releases on the forge: each once, whole, and with the badge where it belongs.

mod faults;
mod files;

use std::collections::BTreeMap;

use backstitch::model::error::{Error, Kind};
use backstitch::model::publish::{
    Adopt, AssetOutcome, Badge, Checksums, MakeLatest, NotesText, Product, Publication, PublishRecord, ReleaseOutcome,
    ReleaseStage, Wanted, WantedAsset,
};
use backstitch::model::sums::{Sha256Sum, Sum, Sums};
use backstitch::ports::forge::Forge;

use super::{forge, told_error};
use crate::support::github::state::{APP, REPOSITORY, Release, sha};
use crate::support::github::{Fault, Github, When};

/// The files of releases, on the disk, and what is wanted of them.
struct Scene {
    folder: tempfile::TempDir,
    wanted: Vec<Wanted>,
    badge: Badge,
    adopt: Adopt,
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("because there is room");
        Self { folder, wanted: Vec::new(), badge: Badge::Highest, adopt: Adopt::Own }
    }

    /// Wants a release with a file whose name has to be escaped, a list of sums, and a signature. Its tag is on the forge.
    fn want(mut self, github: &Github, version: &str) -> Self {
        let tag = format!("v{version}");
        let number = self.wanted.len() as u64 + 0x100;
        github.state().releases.tags.insert(tag.clone(), sha(number));
        let files = [(format!("widget-{version}+linux.tar.gz"), format!("the bytes of {version}"))];
        let mut assets = vec![self.write(&tag, &files[0].0, files[0].1.as_bytes())];
        let sum = |asset: &WantedAsset| Sum { name: asset.name.to_string(), sha256: asset.sha256.clone() };
        let sums = Sums::new(assets.iter().map(sum).collect()).expect("a list");
        assets.push(self.write(&tag, "SHA256SUMS", sums.to_string().as_bytes()));
        assets.push(self.write(&tag, "SHA256SUMS.sig", b"signed"));
        let name = |name: &str| name.parse().expect("a name");
        let checksums = Checksums { list: name("SHA256SUMS"), sums, signature: Some(name("SHA256SUMS.sig")) };
        self.wanted.push(Wanted {
            object: sha(number).parse().expect("an object"),
            commit: sha(number + 1).parse().expect("a commit"),
            title: tag.parse().expect("a title"),
            notes: NotesText::new(format!("# {tag}\n\n- a fix\n")).expect("notes"),
            tag: tag.parse().expect("a tag"),
            assets,
            checksums: Some(checksums),
        });
        self
    }

    fn write(&self, tag: &str, name: &str, content: &[u8]) -> WantedAsset {
        let path = self.folder.path().join(format!("{tag}-{name}"));
        std::fs::write(&path, content).expect("because there is room");
        let (size, sha256) = (content.len() as u64, Sha256Sum::of(content));
        WantedAsset { name: name.parse().expect("a name"), size, sha256, path }
    }

    fn publication(&self) -> Publication {
        let product = Product { pattern: "v{version}".parse().expect("a pattern"), badge: self.badge };
        Publication::new(product, self.adopt, self.wanted.clone()).expect("a publication")
    }

    fn record(&self) -> PublishRecord {
        PublishRecord::begin(REPOSITORY.parse().expect("a repository"), &self.publication())
    }

    /// Publishes, and returns the record as it was kept last.
    fn publish(&self, forge: &Forge) -> Result<PublishRecord, Error> {
        self.go_on(forge, &mut self.record())
    }

    fn go_on(&self, forge: &Forge, record: &mut PublishRecord) -> Result<PublishRecord, Error> {
        let mut kept = None;
        let mut keep = |record: &PublishRecord| {
            kept = Some(record.clone());
            Ok(())
        };
        forge.put_releases(&self.publication(), record, &mut keep)?;
        Ok(kept.expect("because the record is kept"))
    }

    fn refused(&self, github: &Github) -> String {
        let before = writes(github).len();
        let error = self.publish(&forge(github).0).expect_err("a refusal");
        let new = writes(github).split_off(before);
        assert!(new.iter().all(|line| line == "POST /releases/generate-notes"), "{new:?}");
        format!("{:?}: {}", error.kind(), told_error(&error))
    }
}

/// The stand-in with releases of two lines.
fn github() -> Github {
    let github = Github::start();
    {
        let mut state = github.state();
        state.release("v1.9.7");
        state.release("chart-9.0.0");
        state.release("v2.0.0");
    }
    github
}

fn writes(github: &Github) -> Vec<String> {
    let requests = github.requests();
    requests.into_iter().filter(|line| !line.starts_with("GET") && !line.contains("/graphql")).collect()
}

fn of_tag(github: &Github, tag: &str) -> Vec<Release> {
    github.state().releases.all.iter().filter(|release| release.tag == tag).cloned().collect()
}

/// The tag with the badge.
fn latest(github: &Github) -> Option<String> {
    let state = github.state();
    let latest = state.releases.latest?;
    state.releases.all.iter().find(|release| release.id == latest).map(|release| release.tag.clone())
}

/// Requires that each wanted release is there once and whole.
fn require_whole(github: &Github, scene: &Scene) {
    for wanted in &scene.wanted {
        let [release] = of_tag(github, wanted.tag.as_str()).try_into().unwrap_or_else(|all: Vec<Release>| {
            panic!("there are {} releases of '{}': {all:#?}", all.len(), wanted.tag)
        });
        assert!(!release.draft);
        assert_eq!((release.name.as_str(), release.body.as_str()), (wanted.title.as_str(), wanted.notes.as_str()));
        assert_eq!(release.target, wanted.commit.to_string());
        let there: BTreeMap<_, _> =
            release.assets.iter().map(|a| (a.name.as_str(), Sha256Sum::of(&a.content))).collect();
        let files: BTreeMap<_, _> = wanted.assets.iter().map(|a| (a.name.as_str(), a.sha256.clone())).collect();
        assert_eq!(release.assets.len(), files.len());
        assert_eq!(there, files);
        assert!(release.assets.iter().all(|asset| asset.state == "uploaded"));
    }
}

#[test]
fn a_release_is_published_whole_and_once() {
    let github = github();
    let scene = Scene::new().want(&github, "2.0.1");
    let (forge, _) = forge(&github);
    let plan = forge.plan_releases(&scene.publication(), &mut scene.record()).expect("a plan");
    // It is asked whether the token may write, which keeps nothing.
    let asked = "POST /releases/generate-notes".to_owned();
    assert_eq!((plan.len(), writes(&github)), (5, vec![asked.clone()]));
    let record = scene.publish(&forge).expect("a release");
    require_whole(&github, &scene);
    assert_eq!(latest(&github).as_deref(), Some("v2.0.1"));
    let id = record.releases[0].id.expect("a number");
    let upload = |name: &str| format!("POST /releases/{id}/assets?name={name}");
    let expected = [
        asked.clone(),
        asked,
        "POST /releases".to_owned(),
        upload("widget-2.0.1%2Blinux.tar.gz"),
        upload("SHA256SUMS"),
        upload("SHA256SUMS.sig"),
        format!("PATCH /releases/{id}"),
    ];
    assert_eq!(writes(&github), expected);
    let [release] = record.releases.try_into().expect("one release");
    assert_eq!((release.stage, release.outcome), (ReleaseStage::Published, Some(ReleaseOutcome::Published)));
    assert_eq!(release.make_latest, Some(MakeLatest::Yes));
    assert!(release.assets.iter().all(|asset| asset.outcome == Some(AssetOutcome::Uploaded) && asset.id.is_some()));
    let channels = release.channels.expect("names that move");
    assert_eq!((channels.npm_dist_tag.as_str(), channels.moving_tag.as_deref()), ("latest", Some("v2")));
    // Once more: nothing is written.
    let again = scene.publish(&forge).expect("a release");
    assert_eq!(writes(&github).len(), expected.len());
    assert_eq!(again.releases[0].outcome, Some(ReleaseOutcome::Already));
    assert!(again.releases[0].assets.iter().all(|asset| asset.outcome == Some(AssetOutcome::Already)));
}

#[test]
fn an_old_line_leaves_the_badge_where_it_is() {
    let github = github();
    let scene = Scene::new().want(&github, "1.9.8");
    let (forge, _) = forge(&github);
    let record = scene.publish(&forge).expect("a release");
    assert_eq!(latest(&github).as_deref(), Some("v2.0.0"));
    assert_eq!(record.releases[0].make_latest, Some(MakeLatest::No));
    assert_eq!(record.releases[0].channels.as_ref().map(|c| c.npm_dist_tag.as_str()), Some("release-1.9.x"));
    assert_eq!((record.badge.repairs, record.badge.holder), (0, Some("v2.0.0".parse().expect("a tag"))));
}

#[test]
fn a_badge_that_strays_is_given_back() {
    let github = github();
    let chart = github.state().releases.all[1].id;
    github.state().releases.strays_to = Some(chart);
    let scene = Scene::new().want(&github, "1.9.8");
    let (forge, _) = forge(&github);
    let record = scene.publish(&forge).expect("a release");
    assert_eq!((latest(&github).as_deref(), record.badge.repairs), (Some("v2.0.0"), 1));
    // And a product that has no claim to it leaves it alone.
    github.state().releases.latest = Some(chart);
    let scene = Scene { badge: Badge::Keep, ..Scene::new().want(&github, "2.0.1") };
    scene.publish(&forge).expect("a release");
    assert_eq!(latest(&github).as_deref(), Some("chart-9.0.0"));
}

#[test]
fn several_lines_are_ready_before_the_oldest_is_published() {
    let github = github();
    github.state().releases.immutable = true;
    let scene = Scene::new().want(&github, "2.0.1").want(&github, "1.8.4").want(&github, "1.9.8");
    let (forge, _) = forge(&github);
    scene.publish(&forge).expect("releases");
    require_whole(&github, &scene);
    assert_eq!(github.state().releases.published, ["v1.8.4", "v1.9.8", "v2.0.1"]);
    assert_eq!(latest(&github).as_deref(), Some("v2.0.1"));
    let writes = writes(&github);
    let first_patch = writes.iter().position(|line| line.starts_with("PATCH")).expect("a publication");
    assert!(writes[first_patch..].iter().all(|line| line.starts_with("PATCH")), "{writes:#?}");
}

#[test]
fn a_pre_release_never_takes_the_badge() {
    let github = github();
    let scene = Scene::new().want(&github, "2.1.0-rc.1");
    let (forge, _) = forge(&github);
    scene.publish(&forge).expect("a release");
    assert!(of_tag(&github, "v2.1.0-rc.1")[0].prerelease);
    assert_eq!(latest(&github).as_deref(), Some("v2.0.0"));
}

#[test]
fn a_tag_has_to_be_there_and_the_same() {
    let github = github();
    let scene = Scene::new().want(&github, "2.0.1");
    github.state().releases.tags.insert("v2.0.1".to_owned(), sha(9));
    insta::assert_snapshot!(scene.refused(&github), @"No: the tag 'v2.0.1' on the forge is another object than the one that was verified (look at both with 'git ls-remote --tags' and 'patch-tag verify v2.0.1')");
    github.state().releases.tags.clear();
    insta::assert_snapshot!(scene.refused(&github), @"Undecided: the tag 'v2.0.1' is not on the forge (push it first: 'patch-tag push v2.0.1')");
}

#[test]
fn a_token_that_may_only_read_is_found_before_the_first_write() {
    let github = github();
    let scene = Scene::new().want(&github, "2.0.1");
    github.state().tokens.values_mut().for_each(|account| {
        account.may.remove("contents=write");
    });
    insta::assert_snapshot!(scene.refused(&github), @"Undecided: cannot write releases of 'acme/widget': GitHub answered 403: Resource not accessible by integration (give the token 'contents=write', in a workflow under 'permissions:')");
    // A token that may read and not write is told elsewhere that there is no such thing.
    github.state().tokens.values_mut().for_each(|account| {
        account.may.insert("contents=write");
    });
    github.fail("POST", "/releases/generate-notes", When::Before, Fault::refuse(404, "Not Found"));
    assert!(scene.refused(&github).contains("give the token 'contents=write'"));
    assert!(of_tag(&github, "v2.0.1").is_empty());
}

#[test]
fn a_draft_of_somebody_else_is_theirs() {
    let github = github();
    let scene = Scene::new().want(&github, "2.0.1");
    github.state().draft("v2.0.1", "eve");
    insta::assert_snapshot!(scene.refused(&github), @"Undecided: 'eve' has made a draft for 'v2.0.1' (delete it on the forge, or take it over with '--adopt-drafts', which replaces what stands in it)");
    let scene = Scene { adopt: Adopt::Any, ..scene };
    scene.publish(&forge(&github).0).expect("a release");
    require_whole(&github, &scene);
}

#[test]
fn what_is_published_otherwise_is_not_changed() {
    let github = github();
    let scene = Scene::new().want(&github, "2.0.1");
    github.state().release("v2.0.1");
    insta::assert_snapshot!(scene.refused(&github), @"No: 'v2.0.1' is published already and is not what is wanted: it lacks 'widget-2.0.1+linux.tar.gz'; it lacks 'SHA256SUMS'; it lacks 'SHA256SUMS.sig' (publish the next patch release instead)");
}

#[test]
fn a_name_that_a_sealed_release_had_is_told() {
    let github = github();
    let scene = Scene::new().want(&github, "2.0.1");
    github.state().releases.burned.insert("v2.0.1".to_owned());
    let error = scene.publish(&forge(&github).0).expect_err("a refusal");
    assert_eq!(error.kind(), Kind::Unfinished);
    let text = told_error(&error);
    assert!(text.contains("cannot publish 'v2.0.1' of 'acme/widget'"), "{text}");
    assert!(text.contains("tag_name was used by an immutable release"), "{text}");
}

#[test]
fn a_record_that_cannot_be_kept_ends_the_run_before_anything_is_written() {
    let github = github();
    let scene = Scene::new().want(&github, "2.0.1");
    let mut keep = |_: &PublishRecord| Err(Error::unfinished("cannot write 'record.json'"));
    let (forge, _) = forge(&github);
    let error = forge.put_releases(&scene.publication(), &mut scene.record(), &mut keep).expect_err("no room");
    assert_eq!((error.to_string().as_str(), writes(&github).len()), ("cannot write 'record.json'", 0));
}
