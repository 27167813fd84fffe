//! What cannot be read holds back whatever would become public, and what is not in the worktree is looked for elsewhere.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use crate::support::embargo::{BEFORE, embargo, put, require_silent, source};
use crate::support::signing::{ssh_story, tag};
use crate::support::{Bin, Output, Repo};

const LEAK: &str = "Stop reading out of bounds in the upload parser";
const FIX: &str = "4be07f1c2a9d8365e0f14b7c93d5a86210fe7b3d";

/// A signed tag `v2.0.1` of a line, which is checked out, that `origin` lacks.
fn tagged() -> Repo {
    let (repo, _) = ssh_story();
    let up = repo.home().join("up.git").display().to_string();
    repo.git(["init", "-q", "--bare", &up]);
    repo.git(["remote", "add", "origin", &up]);
    repo.git(["push", "-q", "origin", "main", "v2.0.0"]);
    let _made = tag(&repo, &["create", "2.0.1"]).run().success();
    repo.git(["checkout", "-q", "main"]);
    repo
}

/// The same, where the newest commit of the line is the fix of an advisory that main tracks, and `origin` lacks that.
fn tracked() -> (Repo, String) {
    let repo = tagged();
    let fix = repo.git(["rev-parse", "release/2.0"]);
    embargo(&repo, &fix);
    repo.git(["add", "-A"]);
    repo.git(["commit", "-q", "-m", "Prepare"]);
    repo.git(["checkout", "-q", "release/2.0"]);
    (repo, fix)
}

fn push(repo: &Repo, more: &[&str]) -> Output {
    Bin::tag().at(repo).args(["push", "v2.0.1", "--now", BEFORE]).args(more).run()
}

fn look(repo: &Repo, more: &[&str]) -> Output {
    let bin = Bin::advisory().at(repo).args(["guard", "--text", "-", "--as", "title", "--now", BEFORE]).args(more);
    bin.stdin(LEAK).run()
}

#[track_caller]
fn told(repo: &Repo, fix: &str) {
    let refused = push(repo, &[]).code(1);
    assert!(refused.stderr.contains("nothing was pushed: it would tell"), "{}", refused.stderr);
    require_silent(&refused, fix);
    require_silent(&look(repo, &[]).code(1), fix);
    assert_eq!(repo.git(["ls-remote", "origin", "v2.0.1"]), "");
}

#[test]
fn advisories_that_no_worktree_has_are_read_from_branches() {
    let (repo, fix) = tracked();
    told(&repo, &fix);
    repo.git(["checkout", "-q", "main"]);
    repo.git(["sparse-checkout", "set", "--no-cone", "/*", "!/advisories/"]);
    assert!(!repo.path().join("advisories").exists());
    told(&repo, &fix);
    repo.git(["sparse-checkout", "disable"]);
    repo.git(["checkout", "-q", "release/2.0"]);
    repo.git(["branch", "-q", "-m", "main", "kept"]);
    repo.git(["branch", "-q", "main", "origin/main"]);
    told(&repo, &fix);
    repo.git(["update-ref", "refs/remotes/origin/main", "kept"]);
    repo.git(["branch", "-q", "-D", "kept"]);
    require_silent(&look(&repo, &[]).code(1), &fix);
    repo.git(["checkout", "-q", "--detach", "origin/main"]);
    repo.git(["update-ref", "refs/remotes/origin/main", "main"]);
    std::fs::remove_dir_all(repo.path().join("advisories")).expect("it is removed");
    told(&repo, &fix);
}

#[test]
fn what_a_worktree_lifts_or_publishes_is_newer_than_main() {
    let (repo, _) = tracked();
    repo.git(["checkout", "-q", "main"]);
    let text = std::fs::read_to_string(repo.path().join("advisories/GSA-2026-011.md")).expect("it is read");
    let lifted = "[embargo.lifted]\nat = 2026-01-20T00:00:00Z\nby = \"Ada\"\nreason = \"It is known.\"\n\n[[line]]";
    put(&repo, &text.replacen("[[line]]", lifted, 1));
    assert_eq!(look(&repo, &[]).success().stdout, "no advisory is secret\n");
    // A date that went by before it was moved on main is no such word.
    put(&repo, &text.replace("until = 2026-02-10", "until = 2026-01-10"));
    assert_eq!(look(&repo, &[]).exit, 1);
}

#[test]
fn a_folder_without_an_advisory_that_was_named_is_refused() {
    let repo = tagged();
    let empty = repo.home().join("empty");
    std::fs::create_dir(&empty).expect("it is made");
    let empty = empty.display().to_string();
    for refused in [look(&repo, &["--advisories", &empty]), push(&repo, &["--advisories", &empty])] {
        assert!(refused.stderr.contains("there is no advisory in"), "{}", refused.stderr);
        let _open = refused.code(3);
    }
    assert_eq!(repo.git(["ls-remote", "origin", "v2.0.1"]), "");
}

#[test]
fn a_project_without_advisories_publishes_freely() {
    for section in ["", "\n[advisory]\nprefix = \"GSA\"\n"] {
        let repo = tagged();
        let config = std::fs::read_to_string(repo.path().join("patch.toml")).expect("it is read");
        repo.write_config(&format!("{config}{section}\n# Written anew.\n"));
        repo.git(["worktree", "add", "-q", "--lock", &repo.home().join("gone").display().to_string(), "-b", "gone"]);
        if section.is_empty() {
            std::fs::remove_dir_all(repo.home().join("gone")).expect("it is removed");
        }
        let pushed = push(&repo, &[]).success();
        assert!(!pushed.stderr.contains("guarded"), "{}", pushed.stderr);
    }
}

#[test]
fn where_main_is_not_here_nobody_knows_what_is_secret() {
    let repo = tagged();
    repo.git(["checkout", "-q", "release/2.0"]);
    let config = std::fs::read_to_string(repo.path().join("patch.toml")).expect("it is read");
    std::fs::write(repo.path().join("patch.toml"), format!("{config}\n[advisory]\nprefix = \"GSA\"\n"))
        .expect("written");
    let _free = push(&repo, &["--dry-run"]).success();
    repo.git(["branch", "-q", "-D", "main"]);
    repo.git(["update-ref", "-d", "refs/remotes/origin/main"]);
    let open = look(&repo, &[]).code(3);
    assert!(open.stderr.contains("main is not here"), "{}", open.stderr);
}

#[test]
fn a_folder_that_leads_nowhere_holds_everything_back() {
    let repo = tagged();
    embargo(&repo, FIX);
    let folder = repo.path().join("advisories");
    std::fs::rename(&folder, repo.home().join("kept")).expect("it is moved");
    std::os::unix::fs::symlink("/gone/advisories", &folder).expect("it is made");
    let kept = repo.home().join("other");
    std::fs::create_dir(&kept).expect("it is made");
    let other =
        source(FIX).replace("GSA-2026-011", "GSA-2026-012").replace("state = \"embargoed\"", "state = \"draft\"");
    std::fs::write(kept.join("GSA-2026-012.md"), other).expect("it is written");
    let kept = kept.display().to_string();
    for more in [&[][..], &["--advisories", &kept]] {
        for refused in [look(&repo, more), push(&repo, more)] {
            assert!(refused.stderr.contains("nothing can be guarded"), "{}", refused.stderr);
            require_silent(&refused.code(3), FIX);
        }
    }
    // A link to what is there is followed.
    std::fs::remove_file(&folder).expect("it is removed");
    std::os::unix::fs::symlink(repo.home().join("kept"), &folder).expect("it is made");
    assert_eq!(look(&repo, &[]).exit, 1);
}

/// Puts another advisory into the worktree of the repository, and the one that is looked for into another folder.
fn two(repo: &Repo, place: &Path) {
    embargo(repo, FIX);
    let own = repo.path().join("advisories");
    std::fs::create_dir_all(place).expect("it is made");
    std::fs::rename(&own, place.join("advisories")).expect("it is moved");
    let other = "+++\nid = \"GSA-2026-012\"\ntitle = \"Nothing\"\nstate = \"draft\"\nintroduced = []\n+++\n";
    let body = ["Summary", "Impact", "Mitigation", "Patch", "Credits"].map(|name| format!("\n## {name}\n\nx\n"));
    std::fs::create_dir(&own).expect("it is made");
    std::fs::write(own.join("GSA-2026-012.md"), format!("{other}{}", body.concat())).expect("it is written");
}

#[test]
fn a_worktree_is_known_whatever_it_is_called() {
    let repo = tagged();
    let other = repo.home().join(OsStr::from_bytes(b"geh\xe4im"));
    let args = ["worktree", "add", "-q", "-b", "other"].map(OsStr::new);
    repo.git(args.into_iter().chain([other.as_os_str()]));
    two(&repo, &other);
    require_silent(&look(&repo, &[]).code(1), FIX);
}

#[test]
fn a_locked_worktree_that_is_away_holds_everything_back() {
    let repo = tagged();
    let (there, away) = (repo.home().join("CVE-2026-1234"), repo.home().join("away"));
    repo.git(["worktree", "add", "-q", "--lock", "-b", "other", &there.display().to_string()]);
    two(&repo, &there);
    assert_eq!(look(&repo, &[]).exit, 1);
    std::fs::rename(&there, &away).expect("it is moved");
    for refused in [look(&repo, &[]), push(&repo, &[])] {
        assert!(refused.stderr.contains("git worktree unlock"), "{}", refused.stderr);
        require_silent(&refused.code(3), FIX);
    }
    repo.git(["worktree", "unlock", "CVE-2026-1234"]);
    // It is as if somebody had removed it.
    let _free = look(&repo, &[]).success();
}

#[test]
fn what_begins_as_a_source_and_is_not_called_as_one_is_refused() {
    for name in ["README.md", "index.md", "GSA-2026-011.txt", "GSA-2026-011/README.md", "GSA-2026-011.md~"] {
        let repo = tagged();
        let aside = repo.home().join("aside");
        two(&repo, &aside);
        let stray = repo.path().join("advisories").join(name);
        std::fs::create_dir_all(stray.parent().expect("a folder")).expect("it is made");
        std::fs::rename(aside.join("advisories/GSA-2026-011.md"), &stray).expect("it is moved");
        let refused = look(&repo, &[]).code(2);
        assert!(refused.stderr.contains("not called as one"), "{name}: {}", refused.stderr);
        require_silent(&refused, FIX);
        let status = Bin::advisory().at(&repo).args(["embargo", "status"]).run().code(2);
        assert!(status.stderr.contains("not called as one"), "{name}: {}", status.stderr);
        // A page or a picture is none.
        std::fs::write(&stray, b"\x89PNG").expect("it is written");
        let _free = look(&repo, &[]).success();
    }
}

#[test]
fn a_source_in_a_folder_below_is_one_for_every_verb() {
    let repo = tagged();
    embargo(&repo, FIX);
    let folder = repo.path().join("advisories");
    std::fs::create_dir(folder.join("2026")).expect("it is made");
    std::fs::rename(folder.join("GSA-2026-011.md"), folder.join("2026/GSA-2026-011.md")).expect("it is moved");
    assert_eq!(look(&repo, &[]).exit, 1);
    let status = Bin::advisory().at(&repo).args(["embargo", "status"]).run().success();
    assert!(status.stdout.contains("GSA-2026-011"), "{}", status.stdout);
}

#[test]
fn a_shallow_history_that_the_base_does_not_cover_is_not_called_free() {
    let repo = tagged();
    embargo(&repo, FIX);
    let kept = repo.home().join("kept");
    std::fs::rename(repo.path().join("advisories"), &kept).expect("it is moved");
    // What repairs it is not known, so that nothing else is missing.
    let text = source(FIX).lines().filter(|line| !line.starts_with("fixed = ")).collect::<Vec<_>>().join("\n");
    std::fs::write(kept.join("GSA-2026-011.md"), text.replace(FIX, &"9".repeat(40))).expect("it is written");
    repo.git(["checkout", "-q", "--", "patch.toml"]);
    repo.git(["switch", "-q", "-c", "topic", "main"]);
    repo.land_fix("Fix CVE-2026-1234", [("other", "x\n")]);
    repo.land_fix("More", [("other", "y\n")]);
    repo.git(["push", "-q", "origin", "main", "topic"]);
    let url = format!("file://{}", repo.home().join("up.git").display());
    let (clone, kept) = (repo.home().join("clone"), kept.display().to_string());
    let (clone, zero) = (clone.display().to_string(), "0".repeat(40));
    let depth = |depth: &str| {
        drop(std::fs::remove_dir_all(&clone));
        repo.git(["clone", "-q", "--depth", depth, "--no-single-branch", &url, &clone]);
    };
    let ask = |args: &[&str], input: &str| {
        let bin = Bin::advisory().args(["guard", "--repo", &clone, "--now", BEFORE, "--advisories", &kept]).args(args);
        bin.stdin(input).run()
    };
    let range = || ask(&["--range", "origin/main..origin/topic"], "");
    depth("1");
    let tip = repo.git(["rev-parse", "topic"]);
    let open = range().code(3);
    assert!(open.stderr.contains("git fetch --unshallow"), "{}", open.stderr);
    let pushed = format!("topic {tip} refs/heads/x {zero}\n");
    let _elsewhere = ask(&["--push", &url], &pushed).code(3);
    // Here the remote has it, as far as the clone knows.
    let _known = ask(&["--push", "origin"], &pushed).success();
    depth("2");
    assert_eq!(range().exit, 1, "all that the base lacks is here");
    depth("3");
    assert_eq!(range().exit, 1);
}

#[test]
fn a_worktree_is_not_called_by_its_name() {
    for broken in ["[advisory", "[advisory]\nprefix = \"GSA\"\nfolder = \"kept\"\n"] {
        let repo = tagged();
        embargo(&repo, FIX);
        let other = repo.home().join("CVE-2026-1234");
        repo.git(["worktree", "add", "-q", "-b", "other", &other.display().to_string()]);
        std::fs::write(other.join("patch.toml"), broken).expect("it is written");
        std::fs::create_dir(other.join("kept")).expect("it is made");
        std::fs::write(other.join("kept/GSA-2026-011.md"), "no advisory\n").expect("it is written");
        let refused = look(&repo, &[]).code(2);
        assert!(refused.stderr.contains("nothing can be guarded"), "{}", refused.stderr);
        require_silent(&refused, FIX);
    }
}
