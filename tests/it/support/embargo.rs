//! An advisory under embargo until the tenth of February 2026, which every clock has passed, in the worktree of a repository.

use super::{Output, Repo};

/// A repository whose main is on a remote, `origin`.
pub fn public() -> Repo {
    let repo = Repo::new();
    repo.write_config("[project]\nname = \"Godel\"\nmain = \"main\"\n");
    repo.land_fix("Add the list", [("list", "one\n")]);
    let up = repo.home().join("up.git");
    let up = up.to_str().expect("because the folder has a plain name");
    repo.git(["init", "-q", "--bare", up]);
    repo.git(["remote", "add", "origin", up]);
    repo.git(["push", "-q", "origin", "main"]);
    repo
}

/// A moment at which it is secret.
pub const BEFORE: &str = "2026-02-01T00:00:00Z";
/// A moment at which it is not any more.
pub const AFTER: &str = "2026-02-10T14:00:00Z";

const SOURCE: &str = include_str!("../../../src/model/guard/corpus/memory.md");
const FIX: &str = "4be07f1c2a9d8365e0f14b7c93d5a86210fe7b3d";

/// Puts it there, untracked, with the commit that repairs it, and the section of advisories into `patch.toml`.
pub fn embargo(repo: &Repo, fix: &str) {
    let config = repo.path().join("patch.toml");
    let text = std::fs::read_to_string(&config).expect("because the story has one");
    std::fs::write(&config, format!("{text}\n[advisory]\nprefix = \"GSA\"\n")).expect("it is written");
    put(repo, &source(fix));
}

/// Its source, with the commit that repairs it.
pub fn source(fix: &str) -> String {
    SOURCE.replace(FIX, fix).replace("2026-12-10T14:00:00Z", AFTER)
}

/// Puts it into a folder outside of the repository, of which `patch.toml` says nothing. Returns the folder.
pub fn embargo_aside(repo: &Repo, fix: &str) -> String {
    let folder = repo.home().join("kept-aside");
    std::fs::create_dir_all(&folder).expect("it is made");
    std::fs::write(folder.join("GSA-2026-011.md"), source(fix)).expect("it is written");
    folder.to_str().expect("because the folder has a plain name").to_owned()
}

/// Writes its source.
pub fn put(repo: &Repo, source: &str) {
    let folder = repo.path().join("advisories");
    std::fs::create_dir_all(&folder).expect("it is made");
    std::fs::write(folder.join("GSA-2026-011.md"), source).expect("it is written");
}

/// Requires that a run said nothing of it.
#[track_caller]
pub fn require_silent(output: &Output, fix: &str) {
    let said = format!("{}{}", output.stdout, output.stderr).to_lowercase();
    for secret in ["gsa-2026-011", "2026-1234", "2345-6789", "rustsec", "upload", "boundary", &fix[..7]] {
        assert!(!said.contains(secret), "it tells of '{secret}': {said}");
    }
}
