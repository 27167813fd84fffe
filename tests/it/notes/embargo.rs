//! What is under embargo is not published before its date.

use super::publish::{Story, TAGS};
use crate::support::Bin;
use crate::support::embargo::{AFTER, BEFORE, embargo, require_silent};
use crate::support::github::state::TOKEN;

#[test]
fn nothing_under_embargo_is_published_before_its_date() {
    let story = Story::new();
    let fix = story.repo.git(["log", "-1", "--format=%H", "--grep=Fix the list", "main"]);
    embargo(&story.repo, &fix);
    let dist = story.repo.home().join("dist").display().to_string();
    let at = |now: &str| {
        let bin = Bin::notes().at(&story.repo).args(["publish"]).args(TAGS).args(["--assets", &dist, "--now", now]);
        bin.env("GITHUB_TOKEN", TOKEN).env("GITHUB_API_URL", &story.github.url()).run()
    };
    let refused = at(BEFORE).code(1);
    assert!(refused.stderr.contains("nothing was published: it would tell"), "{}", refused.stderr);
    require_silent(&refused, &fix);
    assert_eq!(story.writes(), Vec::<String>::new());
    let _published = at(AFTER).success();
    story.require_whole("after the date");
}
