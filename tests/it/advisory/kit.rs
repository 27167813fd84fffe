//! `patch-advisory kit`: a bundle of signed tags that git takes, never too early.

use std::os::unix::fs::PermissionsExt as _;

use chrono::{DateTime, TimeDelta, Utc};

use crate::support::signing::{SshKey, ssh_story, tag};
use crate::support::{Bin, Repo};

/// The story of signed tags with a remote that lacks the fix, and an advisory whose embargo ends so many days after now.
fn embargoed(days: i64) -> Repo {
    let (repo, _) = ssh_story();
    let up = repo.home().join("up.git");
    let up = up.to_str().expect("because the folder has a plain name");
    repo.git(["init", "-q", "--bare", "-b", "main", up]);
    repo.git(["remote", "add", "origin", up]);
    repo.git(["push", "-q", "origin", "main", "v2.0.0"]);
    assert_eq!(tag(&repo, &["create", "v2.0.1", "--offline"]).run().success().exit, 0);
    let config = repo.path().join("patch.toml");
    let text = std::fs::read_to_string(&config).expect("it is there");
    std::fs::write(config, format!("{text}[advisory]\nprefix = \"GSA\"\ncontact = \"security@godel.example\"\n"))
        .expect("it is written");
    let now: DateTime<Utc> = repo.now().parse().expect("a moment");
    let until = (now + TimeDelta::days(days)).format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let source = include_str!("../../../src/model/advisory/example.md");
    let source = source
        .replace("2026-12-10T14:00:00Z", &until)
        .replace("2.0.2", "2.0.1")
        .replace(", \"2.0.1\"]\nunaff", "]\nunaff");
    std::fs::create_dir(repo.path().join("advisories")).expect("it is made");
    std::fs::write(repo.path().join("advisories/GSA-2026-001.md"), source).expect("it is written");
    repo
}

fn kit(repo: &Repo, more: &[&str]) -> Bin {
    let output = repo.home().join("private");
    let output = output.to_str().expect("because the folder has a plain name").to_owned();
    Bin::advisory().at(repo).args(["kit", "GSA-2026-001", "--output", &output, "--now", &repo.now()]).args(more)
}

#[test]
fn distributors_get_a_bundle_that_git_takes_and_a_mail() {
    let repo = embargoed(10);
    let said = kit(&repo, &["--format", "json"]).run().success().stdout;
    let document: serde_json::Value = serde_json::from_str(&said).expect("because it is JSON");
    assert_eq!((document["outcome"].as_str(), document["tags"][0]["tag"].as_str()), (Some("done"), Some("v2.0.1")));
    let folder = repo.home().join("private/GSA-2026-001-kit");
    let clone = repo.home().join("distributor");
    let clone = clone.to_str().expect("because the folder has a plain name");
    repo.git(["clone", "-q", repo.home().join("up.git").to_str().expect("a plain name"), clone]);
    let bundle = folder.join("GSA-2026-001.bundle");
    repo.git(["-C", clone, "fetch", "-q", bundle.to_str().expect("a plain name"), "refs/tags/*:refs/tags/*"]);
    let object = repo.git(["-C", clone, "rev-parse", "v2.0.1"]);
    assert_eq!(document["tags"][0]["object"].as_str(), Some(object.trim()));
    let mail = std::fs::read_to_string(folder.join("mail.txt")).expect("it is there");
    for part in [
        "Subject: [EMBARGOED until ",
        "Critical (CVSS 9.3)",
        "2.0: repaired in 2.0.1",
        "1.9: affected, no fix",
        "security@",
    ] {
        assert!(mail.contains(part), "{part}: {mail}");
    }
    for (name, expected) in [("", 0o700), ("mail.txt", 0o600), ("GSA-2026-001.bundle", 0o600)] {
        let mode = folder.join(name).metadata().expect("it is there").permissions().mode() & 0o777;
        assert_eq!(mode, expected, "{name}: {mode:o}");
    }
    let sum = document["sha256"].as_str().expect("a text");
    let list = std::fs::read_to_string(folder.join("GSA-2026-001.bundle.sha256")).expect("it is there");
    assert!(mail.contains(sum) && list == format!("{sum}  GSA-2026-001.bundle\n"), "{list}");
    let again = kit(&repo, &[]).run().success().stdout;
    assert!(again.contains("already there"), "{again}");
    repo.git(["tag", "-a", "-m", "2.0.2", "v2.0.2", "release/2.0"]);
    let source = repo.path().join("advisories/GSA-2026-001.md");
    let text = std::fs::read_to_string(&source).expect("it is there");
    let unsure = kit(&repo, &["--tag", "v2.0.2", "--unsigned"]).run().code(3);
    assert!(unsure.stderr.contains("does not say"), "{}", unsure.stderr);
    std::fs::write(&source, text.replace("unaffected = [\"2.0.1\"]", "unaffected = [\"2.0.1\", \"2.0.2\"]"))
        .expect("it is written");
    let other = kit(&repo, &["--tag", "v2.0.2", "--unsigned"]).run();
    assert_eq!((other.exit, other.stderr.contains("other tags")), (1, true), "{}", other.stderr);
    std::fs::remove_dir_all(&folder).expect("it is ours");
    let _unsigned = kit(&repo, &["--tag", "v2.0.2", "--unsigned"]).run().success();
    let mail = std::fs::read_to_string(folder.join("mail.txt")).expect("it is there");
    assert!(mail.contains("The tags v2.0.2") && !mail.contains("signed"), "{mail}");
}

/// Requires that a file of the kit is told to be another one, and stays.
#[track_caller]
fn refused(repo: &Repo, file: &std::path::Path) {
    let before = std::fs::read(file).expect("it is there");
    let said = kit(repo, &[]).run().code(1).stderr;
    let shown = file.display().to_string();
    assert!(said.contains(&format!("'{shown}'")) && said.contains(&format!("rm {shown}")), "{said}");
    assert_eq!(std::fs::read(file).expect("it stays"), before);
}

#[test]
fn a_kit_that_is_out_of_date_or_was_edited_is_never_said_to_be_there() {
    let repo = embargoed(10);
    let _made = kit(&repo, &[]).run().success();
    let folder = repo.home().join("private/GSA-2026-001-kit");
    let (mail, sum, bundle) = ("mail.txt", "GSA-2026-001.bundle.sha256", "GSA-2026-001.bundle");
    let text = |name: &str| std::fs::read_to_string(folder.join(name)).expect("it is there");
    let first = [text(mail), text(sum)];
    // What lacks is written again, and says the same.
    for gone in [&[mail][..], &[sum], &[bundle], &[bundle, mail]] {
        gone.iter().for_each(|name| std::fs::remove_file(folder.join(name)).expect("it is there"));
        let again = kit(&repo, &[]).run().success().stdout;
        assert_eq!([text(mail), text(sum)], first, "{gone:?}");
        for (name, shown) in [(mail, "mail.txt: read it"), (bundle, "GSA-2026-001.bundle with")] {
            let word = if gone.contains(&name) { "wrote" } else { "already there:" };
            let found = again.lines().find(|line| line.contains(shown)).expect("it is told");
            assert!(found.starts_with(word), "{gone:?}: {found}");
        }
    }
    let whole = std::fs::read(folder.join(bundle)).expect("it is there");
    for (name, junk) in [(sum, &b"junk"[..]), (bundle, b"junk"), (bundle, &whole[..whole.len() - 40])] {
        let whole = std::fs::read(folder.join(name)).expect("it is there");
        std::fs::write(folder.join(name), junk).expect("it is written");
        refused(&repo, &folder.join(name));
        std::fs::write(folder.join(name), whole).expect("it is written");
    }
    std::fs::write(folder.join(mail), format!("Dear all,\n\n{}", first[0])).expect("it is written");
    refused(&repo, &folder.join(mail));
    std::fs::write(folder.join(mail), &first[0]).expect("it is written");
    let until: DateTime<Utc> = repo.now().parse().expect("a moment");
    let until = (until + TimeDelta::days(12)).format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let set = ["embargo", "set", "GSA-2026-001", "--until", &until, "--now", &repo.now()];
    let _moved = Bin::advisory().at(&repo).args(set).run().success();
    refused(&repo, &folder.join(mail));
    std::fs::remove_file(folder.join(mail)).expect("it is there");
    let _made = kit(&repo, &[]).run().success();
    assert!(text(mail).contains(&until.replace('T', " ")[..16]), "{}", text(mail));
}

#[test]
fn what_only_a_private_fork_has_is_in_the_bundle() {
    let repo = embargoed(10);
    let plain = |name: &str| repo.home().join(name).display().to_string();
    let (up, fork) = (plain("up.git"), plain("fork.git"));
    repo.git(["init", "-q", "--bare", "-b", "main", &fork]);
    repo.git(["push", "-q", &fork, "main", "release/2.0"]);
    let takes = |name: &str| {
        let folder = repo.home().join("private");
        let _made = kit(&repo, &[]).run().success();
        let clone = plain(name);
        repo.git(["clone", "-q", &up, &clone]);
        let bundle = folder.join("GSA-2026-001-kit/GSA-2026-001.bundle").display().to_string();
        repo.git(["-C", &clone, "fetch", "-q", &bundle, "refs/tags/*:refs/tags/*"]);
        assert_eq!(repo.git(["-C", &clone, "rev-parse", "v2.0.1"]), repo.git(["rev-parse", "v2.0.1"]), "{name}");
        std::fs::remove_dir_all(folder).expect("it is ours");
    };
    // A remote whose branches lie below those of the public one.
    repo.git(["remote", "add", "origin/private", &fork]);
    repo.git(["fetch", "-q", "origin/private"]);
    takes("one");
    // A remote that is fetched from the fork, and pushed to what is public.
    repo.git(["remote", "set-url", "origin", &fork]);
    repo.git(["remote", "set-url", "--push", "origin", &up]);
    repo.git(["fetch", "-q", "origin"]);
    takes("two");
    // One that was made so before is not said to be good.
    let folder = repo.home().join("private/GSA-2026-001-kit");
    std::fs::create_dir_all(&folder).expect("it is made");
    let bundle = folder.join("GSA-2026-001.bundle").display().to_string();
    for (without, words) in [("--remotes=origin", "did not send all necessary objects"), ("v2.0.1^", "is not public")] {
        repo.git(["bundle", "create", "-q", &bundle, "v2.0.1", "--not", without]);
        let said = kit(&repo, &[]).run().code(1).stderr;
        assert!(said.contains("git does not take '") && said.contains(words), "{words}: {said}");
    }
}

#[test]
fn nobody_is_told_too_early_or_by_a_tag_that_nobody_signed() {
    let early = kit(&embargoed(15), &[]).run();
    assert_eq!((early.exit, early.stderr.contains("more than 14 days")), (1, true), "{}", early.stderr);
    let late = kit(&embargoed(0), &[]).run();
    assert_eq!((late.exit, late.stderr.contains("is over")), (1, true), "{}", late.stderr);
    let repo = embargoed(10);
    let unsigned = kit(&repo, &["--tag", "v2.0.0"]).run();
    assert_eq!(unsigned.exit, 1, "{}", unsigned.stderr);
    assert!(!repo.home().join("private").exists(), "nothing is left behind");
    let flawed = kit(&repo, &["--tag", "v2.0.0", "--unsigned"]).run().code(1);
    assert!(flawed.stderr.contains("has the flaw"), "{}", flawed.stderr);
    let within = Bin::advisory().at(&repo).args(["kit", "GSA-2026-001", "--output", "private", "--now", &repo.now()]);
    let within = within.run().code(2);
    assert!(within.stderr.contains("is in a worktree"), "{}", within.stderr);
    assert!(!repo.path().join("private").exists(), "nothing is left behind");
}

#[test]
fn a_tag_that_does_not_verify_is_not_sent_to_anybody() {
    let repo = embargoed(10);
    let stranger = SshKey::new(&repo, "eve", "");
    let key = format!("user.signingKey={}", stranger.path.display());
    for (how, words) in [(&["-a"][..], "not signed"), (&["-c", "gpg.format=ssh", "-c", &key, "-s"], "eve")] {
        let (settings, kind) = how.split_at(how.len() - 1);
        repo.git([settings, &["tag", "-f"], kind, &["-m", "2.0.1", "v2.0.1", "release/2.0"]].concat());
        let refused = kit(&repo, &[]).run().code(1);
        assert!(refused.stderr.contains("tag 'v2.0.1' does not verify"), "{words}: {}", refused.stderr);
        assert!(refused.stderr.contains("hint: "), "{words}: {}", refused.stderr);
        assert!(refused.stderr.contains("patch-tag verify v2.0.1"), "{words}: {}", refused.stderr);
        assert!(!repo.home().join("private").exists(), "{words}: nothing is left behind");
    }
}
