//! What is under embargo is not published before its date.

use super::publish::{Story, TAGS};
use super::{notes, story};
use crate::support::embargo::{AFTER, BEFORE, embargo, embargo_aside, require_silent};
use crate::support::github::state::TOKEN;
use crate::support::{Bin, Repo};

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

#[test]
fn notes_that_do_not_name_a_secret_fix_are_not_published_either() {
    let story = Story::new();
    let fix = story.repo.git(["log", "-1", "--format=%H", "--grep=Fix the list", "main"]);
    embargo(&story.repo, &fix);
    let folder = story.repo.path().join(".patch/templates/notes");
    std::fs::create_dir_all(&folder).expect("it is made");
    std::fs::write(folder.join("notes.md.j2"), "What is new in {{ version }}.\n").expect("it is written");
    let dist = story.repo.home().join("dist").display().to_string();
    let bin = Bin::notes().at(&story.repo).args(["publish"]).args(TAGS).args(["--assets", &dist, "--now", BEFORE]);
    let refused = bin.env("GITHUB_TOKEN", TOKEN).env("GITHUB_API_URL", &story.github.url()).run().code(1);
    assert!(refused.stderr.contains("a commit that belongs to it"), "{}", refused.stderr);
    require_silent(&refused, &fix);
    assert_eq!(story.writes(), Vec::<String>::new());
}

#[test]
fn nothing_that_another_folder_keeps_back_is_published() {
    let story = Story::new();
    let fix = story.repo.git(["log", "-1", "--format=%H", "--grep=Fix the list", "main"]);
    let aside = embargo_aside(&story.repo, &fix);
    let dist = story.repo.home().join("dist").display().to_string();
    let bin = Bin::notes().at(&story.repo).args(["publish"]).args(TAGS).args(["--assets", &dist, "--now", BEFORE]);
    let bin = bin.args(["--advisories", &aside]);
    let refused = bin.env("GITHUB_TOKEN", TOKEN).env("GITHUB_API_URL", &story.github.url()).run().code(1);
    assert!(refused.stderr.contains("nothing was published: it would tell"), "{}", refused.stderr);
    require_silent(&refused, &fix);
    assert_eq!(story.writes(), Vec::<String>::new());
}

#[test]
fn notes_that_name_an_advisory_of_main_under_embargo_fail_and_tell_nothing() {
    let repo = story();
    let fix = repo.commit_with(
        "Check the list (CVE-2026-1234) (#16)\n\nRelease-note: Long lists are safe.\n",
        "Ann <ann@old.example>",
        [("flaw.c", "x\n")],
    );
    embargo(&repo, &fix.to_string());
    repo.git(["add", "-A"]);
    repo.git(["commit", "-q", "-m", "Prepare"]);
    repo.pick("2.0", fix);
    repo.git(["tag", "-f", "v2.0.1", "release/2.0"]);
    // The worktree has the files of the line, and no advisory.
    repo.git(["checkout", "-q", "release/2.0"]);
    assert!(!repo.path().join("advisories").exists());
    let run = |verb: &str, now: &str, format: &str| {
        notes(&repo, &[verb, "--target", "2.0.1", "--now", now, "--format", format]).run()
    };
    for format in ["text", "json", "markdown"] {
        let refused = run("check", BEFORE, format).code(1);
        assert!(refused.stdout.contains("one of its identifiers (advisory 1 of 1"), "{}", refused.stdout);
        require_silent(&refused, &fix.to_string());
    }
    let _passed = run("check", AFTER, "text").success();
    // Where nobody can tell what is secret, nothing is said to be free of it.
    repo.git(["checkout", "-q", "main"]);
    repo.land_fix("Break it", [("advisories/GSA-2026-012.md", "no advisory\n")]);
    let refused = run("check", AFTER, "text").code(2);
    assert!(refused.stderr.contains("nothing can be guarded"), "{}", refused.stderr);
    let refused = run("render", AFTER, "markdown").code(2);
    assert!(refused.stderr.contains("nothing can be guarded"), "{}", refused.stderr);
    let rendered = notes(&repo, &["render", "--target", "2.0.1", "--now", AFTER, "--private"]).run().success();
    assert!(rendered.stderr.contains("nobody can tell whether the notes of 2.0.1"), "{}", rendered.stderr);
}

/// A release whose notes name what is under embargo.
fn named() -> (Repo, String) {
    let repo = story();
    let fix = repo.commit_with(
        "Check the list (CVE-2026-1234) (#16)\n\nRelease-note: Long lists are safe.\n",
        "Ann <ann@old.example>",
        [("flaw.c", "x\n")],
    );
    repo.pick("2.0", fix);
    repo.git(["tag", "-f", "v2.0.1", "release/2.0"]);
    (repo, fix.to_string())
}

#[test]
fn notes_under_embargo_are_rendered_where_nobody_else_sees_them() {
    let (repo, fix) = named();
    embargo(&repo, &fix);
    let render =
        |now: &str, more: &[&str]| notes(&repo, &[&["render", "--target", "2.0.1", "--now", now], more].concat()).run();
    let kept = repo.home().join("kept").display().to_string();
    let changelog = repo.home().join("CHANGELOG.md").display().to_string();
    let section = ["--format", "changelog", "--write"];
    let public = [
        &["--format", "text"][..],
        &["--format", "json"],
        &["--format", "markdown"],
        &["--format", "html"],
        &["--format", "changelog"],
        &["--output", "here", "--repo", "."],
        &section,
        &[&section[..], &["--output", &kept]].concat(),
        &[&section[..], &["--file", &changelog]].concat(),
    ];
    for more in public {
        let refused = render(BEFORE, more).code(1);
        assert!(refused.stderr.contains("no notes were written: it would tell"), "{more:?}: {}", refused.stderr);
        assert!(refused.stderr.contains("--private"), "{more:?}: {}", refused.stderr);
        assert_eq!(refused.stdout, "", "{more:?}");
        require_silent(&refused, &fix);
    }
    assert!(!repo.home().join("kept").exists() && !repo.home().join("CHANGELOG.md").exists());
    assert!(!repo.path().join("CHANGELOG.md").exists() && !repo.path().join("here").exists());
    // A step of a workflow hands on what it has rendered.
    let step = ["render", "--target", "2.0.1", "--now", BEFORE, "--output", &kept];
    let refused = notes(&repo, &step).env("GITHUB_ACTIONS", "true").run().code(1);
    require_silent(&refused, &fix);
    for more in [&["--output", &kept][..], &[&section[..], &["--file", &changelog, "--output", &kept]].concat()] {
        let rendered = render(BEFORE, more).success();
        assert!(
            rendered.stderr.contains("the notes of 2.0.1 tell of an advisory that is under embargo"),
            "{rendered:?}"
        );
        assert!(!rendered.stderr.contains("1234"), "{rendered:?}");
    }
    let text = std::fs::read_to_string(repo.home().join("kept/v2.0.1.txt")).expect("it is written");
    assert!(text.contains("CVE-2026-1234"), "{text}");
    let rendered = render(BEFORE, &["--private"]).success();
    assert!(rendered.stdout.contains("CVE-2026-1234"), "{rendered:?}");
    let rendered = render(AFTER, &["--format", "markdown"]).success();
    assert!(rendered.stdout.contains("CVE-2026-1234") && !rendered.stderr.contains("embargo"), "{rendered:?}");
}

/// A release with a secret fix, whose notes name neither a commit nor an identifier.
fn told_by_its_origin() -> (Repo, String) {
    let repo = story();
    let fix = repo.squash_merge(31, "Refuse entries outside of the target directory", "", [("tar.c", "refused\n")]);
    repo.pick("2.0", fix);
    repo.git(["tag", "-f", "v2.0.1", "release/2.0"]);
    embargo(&repo, &fix.to_string());
    (repo, fix.to_string())
}

#[test]
fn notes_tell_by_where_an_entry_comes_from_whatever_their_form() {
    let (repo, fix) = told_by_its_origin();
    let run = |verb: &str, more: &[&str]| notes(&repo, &[&[verb, "--target", "2.0.1"], more].concat()).run();
    let kept = repo.home().join("kept").display().to_string();
    for format in ["text", "json", "markdown", "html", "changelog"] {
        for more in [&[][..], &["--output", "here"], &["--write", "--output", &kept]] {
            if more.contains(&"--write") && format != "changelog" {
                continue;
            }
            let refused = run("render", &[&["--format", format, "--now", BEFORE], more].concat()).code(1);
            assert!(refused.stderr.contains("no notes were written: it would tell"), "{format} {more:?}: {refused:?}");
            assert_eq!(refused.stdout, "", "{format} {more:?}");
            require_silent(&refused, &fix);
        }
        let rendered = run("render", &["--format", format, "--now", BEFORE, "--private"]).success();
        assert!(rendered.stdout.contains("Refuse entries"), "{format}: {rendered:?}");
        let rendered = run("render", &["--format", format, "--now", AFTER]).success();
        assert!(rendered.stdout.contains("Refuse entries"), "{format}: {rendered:?}");
    }
    assert!(!repo.path().join("here").exists() && !repo.path().join("CHANGELOG.md").exists());
    for format in ["text", "json", "markdown"] {
        let refused = run("check", &["--format", format, "--now", BEFORE]).code(1);
        assert!(refused.stdout.contains("a commit that belongs to it (advisory 1 of 1"), "{format}: {refused:?}");
        require_silent(&refused, &fix);
    }
    // Words of one's own are judged by what they say.
    let own = repo.home().join("own.md");
    for (text, told) in [("- More speed\n", false), ("- refuse entries outside of the target directory\n", true)] {
        std::fs::write(&own, text).expect("it is written");
        let judged = run("check", &["--body", own.to_str().expect("because it is text"), "--now", BEFORE]);
        assert_eq!(judged.stdout.contains("a commit that belongs to it"), told, "{text}: {judged:?}");
    }
}

#[test]
fn a_workflow_is_handed_no_notes_that_stay_private() {
    let (repo, fix) = named();
    embargo(&repo, &fix);
    let kept = repo.home().join("kept").display().to_string();
    let (summary, outputs) = (repo.home().join("summary"), repo.home().join("outputs"));
    let run = |now: &str| {
        std::fs::write(&summary, "").and_then(|()| std::fs::write(&outputs, "")).expect("they are written");
        let step = ["render", "--target", "2.0.1", "--now", now, "--output", &kept, "--private"];
        let bin = notes(&repo, &step).env("GITHUB_ACTIONS", "true");
        let bin = bin.env("GITHUB_STEP_SUMMARY", &summary.display().to_string());
        let _rendered = bin.env("GITHUB_OUTPUT", &outputs.display().to_string()).run().success();
        [&summary, &outputs].map(|file| std::fs::read_to_string(file).expect("it is there"))
    };
    assert_eq!(run(BEFORE), ["", ""]);
    assert!(run(AFTER).iter().all(|text| text.contains("CVE-2026-1234")));
}

#[test]
fn advisories_of_another_folder_are_kept_back_too() {
    let (repo, fix) = named();
    let aside = embargo_aside(&repo, &fix);
    let run =
        |verb: &str, more: &[&str]| notes(&repo, &[&[verb, "--target", "2.0.1", "--now", BEFORE], more].concat()).run();
    let _unknown = run("render", &[]).success();
    for verb in ["render", "check"] {
        let refused = run(verb, &["--advisories", &aside]).code(1);
        require_silent(&refused, &fix);
        let missing = run(verb, &["--advisories", "nowhere"]).code(2);
        assert!(missing.stderr.contains("there is no folder 'nowhere'"), "{}", missing.stderr);
    }
}
