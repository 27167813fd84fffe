//! Lists that are signed anew before the release is published again.

use super::Story;
use crate::support::signing::{SshKey, run};

/// A story whose lists are signed with a key whose signatures are others each time.
fn story() -> Story {
    let story = Story::new();
    let repo = &story.repo;
    run("ssh-keygen", &repo.home(), &[], &["-q", "-t", "ecdsa", "-N", "", "-C", "mia", "-f", "ecdsa"], "");
    let path = repo.home().join("ecdsa");
    let public = std::fs::read_to_string(path.with_extension("pub")).expect("because it was made");
    let key = SshKey { path, public: public.trim().to_owned() };
    let known = std::fs::read_to_string(repo.path().join("allowed")).expect("because it is there");
    let all = format!("{known}\n{}", key.line("mia@example.com", ""));
    repo.land_fix("Let a key of another kind sign", [("allowed", all.as_str())]);
    repo.git(["config", "user.signingKey", key.path.to_str().expect("because the folder has a plain name")]);
    story.files("v2.0.1");
    story
}

fn signature(story: &Story) -> Vec<u8> {
    std::fs::read(story.folder("v2.0.1").join("SHA256SUMS.sig")).expect("because it was written")
}

/// Puts other bytes in the place of the signature that was published.
fn put(story: &Story, bytes: &[u8]) {
    let mut state = story.github.state();
    let mut assets = state.releases.all.iter_mut().flat_map(|release| &mut release.assets);
    let there = assets.find(|asset| asset.name == "SHA256SUMS.sig").expect("because it was published");
    there.content = bytes.to_vec();
}

#[test]
fn a_list_that_was_signed_anew_is_published_already() {
    let story = story();
    let _published = story.one(&[]).run().success();
    let (first, writes) = (signature(&story), story.writes());
    std::fs::remove_dir_all(story.repo.path().join(".git/backstitch/publish")).expect("because it was kept there");
    story.files("v2.0.1");
    assert_ne!(signature(&story), first, "each signature of this key is another");
    for more in [&["--dry-run"][..], &[], &[]] {
        let again = story.one(&[&["--format", "json"], more].concat()).run().success();
        assert_eq!(story.writes(), writes, "{}", again.stdout);
    }
    let there = story.github.state().releases.all.iter().flat_map(|release| release.assets.clone()).collect::<Vec<_>>();
    assert!(there.iter().any(|asset| asset.content == first), "what was published stays");
}

#[test]
fn a_signature_that_does_not_verify_is_another_content() {
    let story = story();
    let list = story.folder("v2.0.1").join("SHA256SUMS").display().to_string();
    let _published = story.one(&[]).run().success();
    std::fs::write(&list, "another list\n").expect("because the folder is ours");
    std::fs::remove_file(format!("{list}.sig")).expect("because it was written");
    let key = story.repo.home().join("ecdsa").display().to_string();
    run("ssh-keygen", &story.repo.home(), &[], &["-q", "-Y", "sign", "-n", "file", "-f", &key, &list], "");
    let of_another_list = signature(&story);
    story.files("v2.0.1");
    let huge = vec![b'-'; 1 << 17];
    for bytes in [&b"no signature"[..], &of_another_list, &huge] {
        put(&story, bytes);
        let refused = story.one(&[]).run().code(1);
        assert!(refused.stderr.contains("its 'SHA256SUMS.sig' has another content"), "{}", refused.stderr);
    }
    // Of another list none counts, whoever signed it.
    put(&story, &signature(&story));
    let mut state = story.github.state();
    let mut assets = state.releases.all.iter_mut().flat_map(|release| &mut release.assets);
    let there = assets.find(|asset| asset.name == "SHA256SUMS").expect("because it was published");
    there.content = b"another list\n".to_vec();
    drop(state);
    let refused = story.one(&[]).run().code(1);
    assert!(refused.stderr.contains("its 'SHA256SUMS' has another content"), "{}", refused.stderr);
}
