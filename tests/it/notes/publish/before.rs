//! What is found before anything is written, and what is said of it.

use super::Story;
use crate::support::Bin;
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
    assert!(said.contains("patch-notes publish --notes-from REV; in patch-publish by the input 'notes-from'; or give notes of your own with '--notes'"), "{said}");
}

#[test]
fn the_first_release_of_a_line_keeps_its_notes_once_it_is_out() {
    let story = Story::new();
    let first = story.repo.git(["rev-parse", "v2.0.0^{commit}"]);
    story.repo.git(["tag", "-d", "v2.0.0"]);
    // Nothing is out, so that the notes have to be told where they begin.
    let said = story.one(&[]).run().code(1).stderr;
    assert!(said.contains("no lower release of line '2.0'"), "{said}");
    let _published = story.one(&["--notes-from", &first]).run().success();
    let writes = story.writes();
    for kept in [true, false] {
        if !kept {
            std::fs::remove_dir_all(story.repo.path().join(".git/backstitch/publish"))
                .expect("because it is kept there");
        }
        let again = story.one(&[]).run().success();
        assert!(again.stdout.contains("nothing was left to do"), "{}", again.stdout);
        assert!(
            again.stderr.contains("keeps its notes, which cannot be made again: no lower release"),
            "{}",
            again.stderr
        );
        assert_eq!(story.writes(), writes);
    }
    // Only that it is not known where they begin is no trouble.
    let said = story.one(&["--notes-from", "nowhere"]).run().code(2).stderr;
    assert!(said.contains("cannot begin behind 'nowhere'"), "{said}");
    // What somebody else wrote on its page is none of it.
    story.github.state().releases.all.last_mut().expect("because it was published").body = "Other words".to_owned();
    let said = story.one(&[]).run().code(1).stderr;
    assert!(said.contains("no lower release of line '2.0'"), "{said}");
}

/// Says on main that the fix of the story is one of security, which needs words for users.
fn make_security(story: &Story) -> String {
    let fix = story.repo.git(["log", "--format=%H", "--grep=^Fix the list$", "-1", "main"]);
    for line in ["2.0", "1.9"] {
        let decide = ["decide", &fix, "--line", line, "--accept", "--kind", "security", "--reason", "so"];
        let _decided = Bin::pick().at(&story.repo).args(decide).run().success();
    }
    story.repo.git(["add", "-A"]);
    story.repo.git(["commit", "-q", "-m", "Say what the fix is"]);
    fix
}

/// Lands what goes on with the fix of the story, and is on no line.
fn leave_open(story: &Story) -> String {
    let fix = make_security(story);
    let repair = format!("Fix the list, really\n\nFixes: {fix}");
    let repair = story.repo.land_fix(&repair, [("list", "one, really fixed\n")]);
    repair.to_string()
}

#[test]
fn what_a_release_of_any_line_leaves_open_is_told_before_the_first_write() {
    let story = Story::new();
    let repair = leave_open(&story);
    let dry = story.both(&["--dry-run"]).run().code(3).stderr;
    let said = story.both(&["--quiet"]).run().code(3).stderr;
    assert!(
        said.starts_with("error: nothing was published: the notes of 'v2.0.1' and 'v1.9.1' are not ready\n"),
        "{said}"
    );
    assert!(dry.ends_with(&said), "{dry}");
    for tag in super::TAGS {
        let pick = story.repo.commit_id(tag).short();
        let cause = format!("caused by: {tag}: {pick}: advisories undecided: {} of main ", &repair[..10]);
        assert!(said.contains(&cause), "{tag}: {said}");
    }
    assert!(said.contains("patch-pick decide") && said.contains("patch-notes check --target v2.0.1"), "{said}");
    assert_eq!(story.writes(), Vec::<String>::new());
    for line in ["2.0", "1.9"] {
        let decide = ["decide", &repair, "--line", line, "--decline", "--reason", "only main needs it"];
        let _decided = Bin::pick().at(&story.repo).args(decide).run().success();
    }
    story.repo.git(["add", "-A"]);
    story.repo.git(["commit", "-q", "-m", "Settle it"]);
    let _published = story.both(&[]).run().success();
    assert_eq!(story.github.state().releases.published, ["v1.9.1", "v2.0.1"]);
}

#[test]
fn what_misleads_nobody_about_what_is_fixed_is_told_and_published() {
    let story = Story::new();
    make_security(&story);
    let said = story.one(&[]).run().success().stderr;
    assert!(
        said.contains("the notes of v2.0.1 have 1 finding that stops nothing: patch-notes check --target v2.0.1\n"),
        "{said}"
    );
    assert_eq!(story.github.state().releases.published, ["v2.0.1"]);
    let found = Bin::notes().at(&story.repo).args(["check", "--target", "v2.0.1", "--offline"]).run().code(1).stdout;
    assert!(found.contains("words       failed"), "{found}");
}

/// They may be what the repository tells, put into a file.
#[test]
fn notes_of_ones_own_are_asked_for_the_advisories_that_they_name() {
    let story = Story::new();
    leave_open(&story);
    let fix = story.repo.git(["log", "--format=%H", "--grep=^Fix the list$", "-1", "main"]);
    {
        let mut state = story.github.state();
        let pull = state.open(12);
        (pull.merge, pull.brought, pull.body) = (Some(fix.clone()), vec![fix], Some("Fixes: CVE-2026-1234".into()));
        state.check(&sha(12), "build", "completed", Some("success"));
    }
    let own = story.repo.home().join("own.md");
    let publish = |text: &str, more: &[&str]| {
        std::fs::write(&own, text).expect("because the folder is ours");
        story.one(&[&["--notes", &own.display().to_string()], more].concat()).run()
    };
    let said = publish("- CVE-2026-1234: the list is checked\n", &[]).code(3).stderr;
    assert!(said.contains("the notes of 'v2.0.1' are not ready") && said.contains("advisories undecided"), "{said}");
    assert!(said.contains("or name no such advisory in notes of your own"), "{said}");
    assert_eq!(story.writes(), Vec::<String>::new());
    // A compiler may fix one, of which no commit tells.
    let said = publish("- CVE-2026-9999: the map is checked\n", &["--dry-run"]).success().stderr;
    assert!(said.contains("v2.0.1: the notes say that CVE-2026-9999 is fixed, and nothing in the release"), "{said}");
    for other in [
        "- The list is checked\n",
        "- The list is checked. CVE-2026-1234 is fixed in part only: maps are still open.\n",
        "- CVE-2026-9999 does not affect this release\n",
    ] {
        assert_eq!(publish(other, &["--dry-run", "--quiet"]).success().stderr, "", "{other}");
    }
    // Where nobody can tell, they are the way out.
    story.repo.git(["tag", "-d", "v2.0.0"]);
    let said = publish("- CVE-2026-1234: the list is checked\n", &[]).success().stderr;
    assert!(said.contains("whether v2.0.1 fixes the advisories that its notes name was not asked: "), "{said}");
    assert_eq!(story.github.state().releases.published, ["v2.0.1"]);
}

#[test]
fn what_is_out_is_not_refused_afterwards() {
    let story = Story::new();
    let _published = story.one(&[]).run().success();
    leave_open(&story);
    let writes = story.writes();
    let again = story.one(&[]).run().success();
    assert!(again.stdout.contains("nothing was left to do\n"), "{}", again.stdout);
    assert_eq!(story.writes(), writes);
    // What is not out yet is.
    let said = story.both(&[]).run().code(3).stderr;
    assert!(said.contains("error: nothing more was published: the notes of 'v1.9.1' are not ready\n"), "{said}");
    assert!(said.contains("v1.9.1: ") && !said.contains("caused by: v2.0.1: "), "{said}");
    assert_eq!(story.writes(), writes);
}

#[test]
fn a_run_says_what_it_did_itself() {
    let story = Story::new();
    let first = story.one(&[]).run().success().stdout;
    assert!(first.contains("published") && first.contains("3 sent") && !first.contains("nothing"), "{first}");
    let again = story.one(&[]).run().success().stdout;
    assert!(again.contains("already") && again.contains("3, there"), "{again}");
    assert!(!again.contains("sent") && again.contains("\nnothing was left to do\nlatest: v2.0.1\n"), "{again}");
}
