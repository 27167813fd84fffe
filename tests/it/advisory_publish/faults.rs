//! The process is killed at every request, before and after its effect, or something else breaks, and then one more run finishes.

use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, Instant};

use super::story::{Story, text};
use crate::support::Bin;
use crate::support::github::{Fault, When};

/// Kills the process at every request, and requires that the next one finishes and that nothing was told too early.
fn killed_at_every_request(when: When, publish: fn(&Story) -> Bin, files: usize) {
    let mut story = Story::new();
    let _published = publish(&story).run().success();
    let usual = story.github.requests().len();
    assert!(usual > 25, "{usual} requests");
    for number in 0..usual {
        let name = format!("killed at request {number}, {when:?}");
        story = story.begun_anew();
        story.github.fail_at(number, when, Fault::Silence);
        let mut run = publish(&story).start();
        let begun = Instant::now();
        while story.github.requests().len() <= number {
            assert!(begun.elapsed() < Duration::from_secs(120), "{name}: the request did not come");
            std::thread::sleep(Duration::from_millis(1));
        }
        run.kill().expect("because it waits for the answer");
        run.wait().expect("because it was killed");
        story.require_order(&name);
        let _finished = publish(&story).run().success();
        story.require_whole(&name);
        story.require_sent(&name, files);
        assert_eq!(story.github.state().advisories.all.len(), 1, "{name}: never two");
    }
}

#[test]
fn a_process_that_is_killed_before_a_request_takes_effect_is_finished_by_the_next() {
    killed_at_every_request(When::Before, |story| story.publish(&[]), 0);
}

#[test]
fn a_process_that_is_killed_after_a_request_took_effect_is_finished_by_the_next() {
    killed_at_every_request(When::After, |story| story.with_files(&[]), 3);
}

#[test]
fn of_releases_that_are_public_in_part_each_half_is_told() {
    let story = Story::new();
    let _published = story.publish(&[]).run().success();
    let last = story.github.requests().iter().rposition(|line| line.starts_with("PATCH /releases/"));
    let story = story.begun_anew();
    story.github.fail_at(last.expect("because releases were published"), When::Before, Fault::refuse(422, "No"));
    let said = story.publish(&[]).run().code(4).stderr;
    let told =
        "public already: tags v2.0.1, v1.9.1; releases v1.9.1; not yet: releases v2.0.1 (draft); GitHub advisory GHSA-";
    assert!(said.contains(told), "{said}");
    let _finished = story.publish(&[]).run().success();
    story.require_whole("in part");
}

#[test]
fn a_run_that_is_refused_after_one_that_stopped_says_what_is_public() {
    let story = Story::new();
    story.github.fail("PATCH", "/releases/", When::Before, Fault::refuse(422, "No"));
    let _stopped = story.publish(&[]).run().code(4);
    assert_eq!(story.pushed().len(), 2);
    let told =
        "by the record of the last run, public already: tags v2.0.1, v1.9.1; not yet: releases v2.0.1, v1.9.1 (draft)";
    let refused = |bin: Bin, words: &str| {
        let said = bin.run();
        assert_ne!(said.exit, 0, "{}", said.stdout);
        assert!(said.stderr.contains(words) && said.stderr.contains(told), "{words}: {}", said.stderr);
    };
    refused(story.publish(&[]).env("GITHUB_TOKEN", ""), "there is no token to publish with");
    refused(story.publish(&["--dry-run"]).env("GITHUB_TOKEN", "ghp_nobody"), "");
    story.change("Show no lists.", "To be written.");
    refused(story.publish(&[]), "of the checklist of 'GSA-2026-001' is open");
    story.change("To be written.", "Show no lists.");
    story.repo.git(["tag", "-a", "-m", "2.0.2", "v2.0.2", "release/2.0"]);
    refused(story.publish(&[]), "cannot be published as it is");
    story.repo.git(["tag", "-d", "v2.0.2"]);
    story.change("until = 2026-01-05T09:00:00Z", "until = 2999-01-05T09:00:00Z");
    refused(story.publish(&[]), "is under embargo until 2999-01-05T09:00:00Z");
    story.change("until = 2999-01-05T09:00:00Z", "until = 2026-01-05T09:00:00Z");
    // What is public in part does not become secret again.
    let before = text(story.place());
    let set = story.bin(&["embargo", "set", "GSA-2026-001", "--until", "2999-01-05T09:00:00Z"]).run().code(1).stderr;
    assert!(set.contains("what was public never becomes secret again, and public already: tags v2.0.1"), "{set}");
    assert!(set.contains("patch-advisory publish GSA-2026-001"), "{set}");
    assert_eq!(text(story.place()), before);
    let _finished = story.publish(&[]).run().success();
    story.require_whole("after all");
}

#[test]
fn when_it_was_published_is_read_from_github_where_a_run_could_not_record_it() {
    let story = Story::new();
    let published = "2026-01-05T08:59:01Z";
    story.github.state().advisories.publishes_at = published.to_owned();
    let number = {
        let _published = story.publish(&[]).run().success();
        let requests = story.github.requests();
        let is = |line: &String| line.starts_with("PATCH /security-advisories/");
        requests.iter().rposition(is).expect("because it was published")
    };
    let story = story.begun_anew();
    story.github.state().advisories.publishes_at = published.to_owned();
    story.github.fail_at(number, When::After, Fault::Silence);
    let mut run = story.publish(&[]).start();
    let begun = Instant::now();
    while story.github.requests().len() <= number {
        assert!(begun.elapsed() < Duration::from_secs(120), "the request did not come");
        std::thread::sleep(Duration::from_millis(1));
    }
    run.kill().expect("because it waits for the answer");
    run.wait().expect("because it was killed");
    let found = story.publish(&["--format", "json"]).run().success().json();
    assert_eq!(found["published"], published);
    assert!(text(story.place()).contains(&format!("published = {published}\n")), "{}", text(story.place()));
}

#[test]
fn an_answer_that_breaks_off_is_asked_for_again() {
    let story = Story::new();
    let broken = || Fault::refuse(502, "Bad Gateway");
    story.github.fail("POST", "/security-advisories", When::Before, broken());
    story.github.fail("POST", "/security-advisories", When::After, broken());
    story.github.fail("PATCH", "/security-advisories/", When::After, broken());
    story.github.fail("GET", "/security-advisories", When::Before, broken());
    let _published = story.publish(&[]).run().success();
    story.require_whole("broken answers");
    assert_eq!(story.github.state().advisories.all.len(), 1);
}

#[test]
fn a_list_of_several_pages_shows_the_draft_that_is_there() {
    let story = Story::new();
    for number in 0..5 {
        story.github.state().advisory("zoe", &format!("Another one, {number}"));
    }
    story.github.state().most_per_page = 2;
    story.github.fail("PATCH", "/security-advisories/", When::Before, Fault::refuse(422, "No"));
    let said = story.publish(&[]).run().code(4).stderr;
    assert!(said.contains("not yet: GitHub advisory GHSA-") && said.contains(" (draft); documents"), "{said}");
    std::fs::remove_dir_all(story.repo.path().join(".git/backstitch/advisories")).expect("because it was kept there");
    let _finished = story.publish(&[]).run().success();
    let state = story.github.state();
    assert_eq!((state.advisories.all.len(), state.advisories.published.len()), (6, 1));
}

#[test]
fn what_is_public_already_is_told_where_a_push_or_the_disk_fails() {
    let story = Story::new();
    let hook = story.up().join("hooks/pre-receive");
    std::fs::create_dir_all(hook.parent().expect("a folder")).expect("it is made");
    std::fs::write(&hook, "#!/bin/sh\necho 'tags are frozen' >&2\nexit 1\n").expect("it is written");
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).expect("it is ours");
    let said = story.publish(&[]).run().code(4).stderr;
    assert!(said.contains("tags are frozen"), "{said}");
    assert!(
        said.contains("public already: nothing; not yet: tags v2.0.1, v1.9.1; releases v2.0.1, v1.9.1 (draft)"),
        "{said}"
    );
    story.require_order("a push that is refused");
    assert_eq!(story.pushed().len(), 0);
    std::fs::remove_file(hook).expect("because it was made");

    std::fs::create_dir(story.output()).expect("it is made");
    std::fs::write(story.output().join("osv"), "a file where the folder goes").expect("it is written");
    let said = story.publish(&["--format", "json"]).run();
    assert_ne!(said.exit, 0, "{}", said.stdout);
    let told = |at: usize| said.json()["parts"][at]["stage"].clone();
    assert_eq!((told(2), told(3)), ("public".into(), "waiting".into()), "the document says so, too");
    let public = "public already: tags v2.0.1, v1.9.1; releases v2.0.1, v1.9.1; GitHub advisory GHSA-";
    assert!(said.stderr.contains(public) && said.stderr.contains("not yet: documents"), "{}", said.stderr);
    assert!(said.stderr.contains("run the same command again"), "{}", said.stderr);
    let kept = text(story.repo.path().join(".git/backstitch/advisories/GSA-2026-001.json"));
    assert!(kept.contains("\"stage\": \"public\"") && kept.contains("\"stage\": \"waiting\""), "{kept}");
    std::fs::remove_file(story.output().join("osv")).expect("because it was made");
    let _finished = story.publish(&[]).run().success();
    story.require_whole("after both");
}

#[test]
fn two_runs_at_the_same_time_come_to_one_advisory() {
    for _ in 0..2 {
        let story = Story::new();
        let record = story.repo.home().join("other.json").display().to_string();
        let mut other = story.publish(&["--record", &record]).start();
        let first = story.publish(&[]).run();
        other.wait().expect("because it ends");
        // Either may have met the other's half, and says so; one more run has nothing left to do but that.
        let _again = story.publish(&[]).run().success();
        story.require_whole(&format!("{first:?}"));
    }
}
