//! What is found before anything is written, and what is said of it.

use super::Story;
use crate::support::github::state::{Issue, TOKEN, sha};

#[test]
fn a_dry_run_says_all_steps_and_takes_none() {
    let story = Story::new();
    let said = story.one(&["--dry-run"]).run().success().stdout;
    assert_eq!(
        said,
        "would make the draft for 'v2.0.1'\n\
         would send 'widget-v2.0.1+linux.tar.gz' to the draft for 'v2.0.1'\n\
         would send 'SHA256SUMS' to the draft for 'v2.0.1'\n\
         would send 'SHA256SUMS.sig' to the draft for 'v2.0.1'\n\
         would publish 'v2.0.1' (make_latest: true)\n"
    );
    assert_eq!(story.writes(), Vec::<String>::new());
    assert!(!story.repo.path().join(".git/backstitch/publish").exists());
}

#[test]
fn a_token_that_may_not_write_is_found_before_the_first_write() {
    let story = Story::new();
    story.github.state().tokens.get_mut(TOKEN).expect("because it is known").may.remove("contents=write");
    let said = story.one(&[]).run().code(3).stderr;
    assert!(said.contains("give the token 'contents=write'"), "{said}");
    assert_eq!(story.writes(), Vec::<String>::new());
    let dry = story.one(&["--dry-run"]).run().code(3).stderr;
    assert_eq!(dry, said);
    assert_eq!(story.writes(), Vec::<String>::new());
    let said = story.one(&[]).env("GITHUB_TOKEN", "").run().code(2).stderr;
    assert!(said.contains("there is no token to publish with") && said.contains("set GITHUB_TOKEN"), "{said}");
}

/// In a private repository, a description that nobody could read may name what attackers look for.
#[test]
fn what_notes_cannot_be_told_is_found_before_the_first_write() {
    let story = Story::new();
    let fix = story.repo.git(["rev-parse", "main"]);
    {
        let mut state = story.github.state();
        let pull = state.open(12);
        (pull.merge, pull.brought, pull.body) =
            (Some(fix.clone()), vec![fix.clone()], Some("Fixes: CVE-2026-1234".into()));
        let issue = Issue { number: 9, repository: "acme/widget", title: "It crashes", labels: Vec::new() };
        pull.closes = vec![issue];
        state.check(&sha(12), "build", "completed", Some("success"));
    }
    let may = |change: &dyn Fn(&mut std::collections::BTreeSet<&'static str>)| {
        change(&mut story.github.state().tokens.get_mut(TOKEN).expect("because it is known").may);
    };
    // What checks came to is in no notes, and so no permission for it is needed.
    may(&|may| may.retain(|one| !one.starts_with("checks") && !one.starts_with("statuses")));
    for lacks in ["issues=read", "pull_requests=read"] {
        may(&|may| {
            may.remove(lacks);
        });
        for arguments in [&["--dry-run"][..], &[]] {
            let said = story.one(arguments).run().code(3).stderr;
            assert!(said.contains("is not known, so that the notes could lack what it says"), "{lacks}: {said}");
            assert!(said.contains("give the token 'pull-requests: read' and 'issues: read'"), "{lacks}: {said}");
        }
        assert_eq!(story.writes(), Vec::<String>::new(), "{lacks}");
        may(&|may| {
            may.insert(lacks);
        });
    }
    // Notes of one's own need nothing of it.
    may(&|may| {
        may.remove("issues=read");
    });
    let own = story.repo.home().join("own.md");
    std::fs::write(&own, "Our words").expect("because the folder is ours");
    let _shown = story.one(&["--dry-run", "--notes", &own.display().to_string()]).run().success();
    may(&|may| {
        may.insert("issues=read");
    });
    let _published = story.one(&[]).run().success();
    let state = story.github.state();
    let body = &state.releases.all.last().expect("because it was published").body;
    assert!(body.contains("CVE-2026-1234"), "{body}");
}

#[test]
fn where_nothing_is_left_to_do_a_dry_run_needs_no_permission() {
    let story = Story::new();
    let _published = story.one(&[]).run().success();
    story.github.state().tokens.get_mut(TOKEN).expect("because it is known").may.remove("contents=write");
    for arguments in [&["--dry-run"][..], &[]] {
        let said = story.one(arguments).run().success();
        assert!(!said.stderr.contains("contents=write"), "{}", said.stderr);
    }
}

#[test]
fn a_hint_names_no_flag_that_another_verb_has() {
    let story = Story::new();
    let config = super::CONFIG.replace("repository = \"acme/widget\"\n", "");
    story.repo.write_config(&config);
    let said = story.one(&[]).run().code(2).stderr;
    assert!(said.contains("it cannot be told which repository on GitHub to ask about"), "{said}");
    assert!(said.contains("GITHUB_REPOSITORY") && !said.contains("--offline"), "{said}");
    story.repo.write_config(super::CONFIG);
    story.repo.git(["tag", "-d", "v2.0.0"]);
    let said = story.one(&[]).run().code(1).stderr;
    assert!(said.contains("no lower release of line '2.0'"), "{said}");
    assert!(said.contains("patch-notes render --from REV; or give notes of your own with '--notes'"), "{said}");
}
