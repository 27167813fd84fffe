//! Files on their way to a release.

use super::*;
use crate::support::github::state::Asset;

#[test]
fn an_upload_that_breaks_off_is_cleared_and_sent_again() {
    let github = github();
    let scene = Scene::new().want(&github, "2.0.1");
    github.state().releases.breaks = 2;
    let (forge, waits) = forge(&github);
    scene.publish(&forge).expect("a release");
    require_whole(&github, &scene);
    assert_eq!(waits.seconds(), [1, 2]);
}

#[test]
fn what_an_earlier_run_left_in_a_draft_is_kept_or_sent_again() {
    let github = github();
    let scene = Scene::new().want(&github, "2.0.1");
    let id = github.state().draft("v2.0.1", &format!("{APP}[bot]"));
    {
        let mut state = github.state();
        NotesText::new("Earlier").expect("notes").as_str().clone_into(&mut state.releases.all[3].body);
        let ids: Vec<u64> = (0..3).map(|_| state.next_id()).collect();
        let contents = [b"the bytes of 2.0.1".to_vec(), Vec::new(), b"other!".to_vec()];
        let draft = state.releases.all.iter_mut().find(|release| release.id == id).expect("the draft");
        for (((id, content), file), state) in
            ids.into_iter().zip(contents).zip(&scene.wanted[0].assets).zip(["uploaded", "starter", "uploaded"])
        {
            draft.assets.push(Asset { id, name: file.name.to_string(), state, content });
        }
    }
    let record = scene.publish(&forge(&github).0).expect("a release");
    require_whole(&github, &scene);
    let outcomes: Vec<_> = record.releases[0].assets.iter().map(|asset| asset.outcome).collect();
    let (already, uploaded) = (Some(AssetOutcome::Already), Some(AssetOutcome::Uploaded));
    assert_eq!(outcomes, [already, uploaded, uploaded]);
}

#[test]
fn a_large_file_is_sent_whole() {
    let github = github();
    let mut scene = Scene::new().want(&github, "2.0.1");
    let content: Vec<u8> = (0..5_000_003u32).map(|n| n.to_le_bytes()[(n % 3) as usize]).collect();
    let large = scene.write("v2.0.1", "large.bin", &content);
    let mut files = vec![large, scene.wanted[0].assets[0].clone()];
    let sum = |asset: &WantedAsset| Sum { name: asset.name.to_string(), sha256: asset.sha256.clone() };
    let sums = Sums::new(files.iter().map(sum).collect()).expect("a list");
    files.push(scene.write("v2.0.1", "SHA256SUMS", sums.to_string().as_bytes()));
    files.push(scene.wanted[0].assets[2].clone());
    scene.wanted[0].checksums.as_mut().expect("a list").sums = sums;
    scene.wanted[0].assets = files;
    scene.publish(&forge(&github).0).expect("a release");
    require_whole(&github, &scene);
}

#[test]
fn a_file_that_changed_since_it_was_summed_is_not_published() {
    let github = github();
    let scene = Scene::new().want(&github, "2.0.1");
    let path = &scene.wanted[0].assets[0].path;
    let before = std::fs::read(path).expect("the file");
    for changed in [b"the bytes of 9.9.9".as_slice(), b"short"] {
        std::fs::write(path, changed).expect("because there is room");
        let error = scene.publish(&forge(&github).0).expect_err("a changed file");
        assert!(error.to_string().ends_with("changed since its sum was made"), "{error}");
        assert!(of_tag(&github, "v2.0.1")[0].draft);
    }
    std::fs::write(path, before).expect("because there is room");
    scene.publish(&forge(&github).0).expect("a release");
    require_whole(&github, &scene);
    std::fs::remove_file(path).expect("because it is there");
    scene.publish(&forge(&github).0).expect("what is published needs no file");
}

#[test]
fn an_enterprise_server_takes_files_elsewhere_and_may_know_no_sums() {
    let github = Github::start_enterprise();
    github.state().releases.tells_no_sums = true;
    let scene = Scene::new().want(&github, "2.0.1");
    let (forge, _) = forge(&github);
    let mut record = scene.record();
    scene.go_on(&forge, &mut record).expect("a release");
    require_whole(&github, &scene);
    let uploads =
        github.requests().into_iter().filter(|line| line.contains("/api/uploads/repos/acme/widget/releases/"));
    assert_eq!(uploads.count(), 3);
    scene.go_on(&forge, &mut record).expect("a release");
    scene.publish(&forge).expect("a release");
    assert_eq!(writes(&github).len(), 6);
}

#[test]
fn neither_token_nor_file_goes_to_another_server() {
    for address in ["http://127.0.0.1:1/x/assets{?name,label}", "http://127.0.0.1", "https://evil.example/assets"] {
        let github = github();
        let scene = Scene::new().want(&github, "2.0.1");
        let id = github.state().draft("v2.0.1", &format!("{APP}[bot]"));
        NotesText::new("x").expect("notes").as_str().clone_into(&mut github.state().releases.all[3].body);
        let release = serde_json::json!({ "id": id, "tag_name": "v2.0.1", "target_commitish": "main", "name": "x",
            "body": NotesText::new("x").expect("notes").as_str(), "draft": true, "prerelease": false, "author": { "login": format!("{APP}[bot]") },
            "html_url": "https://example.com", "upload_url": address });
        github.fail("PATCH", "/releases/", When::After, Fault::Answer(200, Vec::new(), described(release, &scene)));
        let error = scene.publish(&forge(&github).0).expect_err("a stranger");
        assert!(told_error(&error).contains("files go to another server"), "{}", told_error(&error));
    }
}

/// The release with all that is wanted of its description.
fn described(mut release: serde_json::Value, scene: &Scene) -> serde_json::Value {
    let wanted = &scene.wanted[0];
    release["target_commitish"] = serde_json::json!(wanted.commit.to_string());
    release["name"] = serde_json::json!(wanted.title.as_str());
    release["body"] = serde_json::json!(wanted.notes.as_str());
    release
}
