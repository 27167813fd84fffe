//! Whatever would be refused later is refused before the first write, with what to do.

use super::OWN;
use super::story::{Story, text};
use crate::support::Bin;
use crate::support::github::state::TOKEN;

/// Requires that a run is refused, says so, and has written nothing.
#[track_caller]
fn refused(story: &Story, bin: Bin, code: i32, words: &str) {
    let said = bin.run().code(code).stderr;
    assert!(said.contains(words) && said.contains("hint: "), "{words:?}: {said}");
    assert!(!said.contains("public already"), "nothing is public: {said}");
    story.require_untouched(words);
    assert!(!story.repo.path().join(".git/backstitch/advisories/GSA-2026-001.json").exists(), "{words}");
}

/// Changes the source for one run that is refused.
#[track_caller]
fn refused_with(story: &Story, (from, to): (&str, &str), code: i32, words: &str) {
    story.change(from, to);
    refused(story, story.publish(&[]), code, words);
    std::fs::write(story.place(), &story.source).expect("it is written");
}

#[test]
fn an_advisory_that_is_not_ready_or_not_whole_is_not_published() {
    let story = Story::new();
    let ready = "state = \"ready\"";
    refused_with(&story, (ready, "state = \"draft\""), 1, "is draft, and is not ready to be published");
    refused_with(&story, (ready, "state = \"embargoed\""), 1, "is embargoed, and is not ready to be published");
    let until = "until = 2026-01-05T09:00:00Z";
    refused_with(&story, (until, "until = 2026-03-05T09:00:00Z"), 1, "is under embargo until 2026-03-05T09:00:00Z");
    refused_with(&story, ("[embargo]\nuntil = 2026-01-05T09:00:00Z\n", ""), 1, "no date is set");
    let severity = "severity = [";
    refused_with(&story, (severity, "# severity = ["), 3, "cannot be published as it is");
    refused_with(
        &story,
        ("item = \"fix-reviewed\"", "item = \"cve-registered\""),
        3,
        "'fix-reviewed' of the checklist",
    );
    let repaired =
        "\"fixed\"\naffected = [\"2.0.0\"]\nunaffected = [\"2.0.1\"]\nrepaired = [\"2.0.1\"]\nfixed-in = \"2.0.1\"\n";
    let without = "\"not-affected\"\nunaffected = [\"2.0.0\", \"2.0.1\"]\n";
    refused_with(&story, (repaired, without), 1, "do not say what git says");
    refused_with(&story, ("Show no lists.", "To be written."), 3, "of the checklist of 'GSA-2026-001' is open");
}

/// Requires that a run is refused and has written nothing, whatever the source says.
#[track_caller]
fn held_back(story: &Story, code: i32, words: &str) {
    let said = story.publish(&[]).run().code(code).stderr;
    assert!(said.contains(words) && said.contains("hint: "), "{words:?}: {said}");
    assert_eq!((story.pushed(), story.writes()), (Vec::new(), Vec::new()), "{words:?}");
}

#[test]
fn a_source_that_says_too_early_that_it_is_public_lets_nothing_out() {
    let story = Story::new();
    let (over, to_come) = ("until = 2026-01-05T09:00:00Z", "until = 2999-03-05T09:00:00Z");
    story.change("state = \"ready\"", "state = \"public\"\npublished = 2026-01-02T00:00:00Z");
    story.change(over, to_come);
    held_back(&story, 1, "says that it is public, and is under embargo until 2999-03-05T09:00:00Z");
    // Once the date is over it is held to what a source is that is ready, unless its own record says that it is public.
    story.change(to_come, over);
    story.change("Show no lists.", "To be written.");
    held_back(&story, 3, "of the checklist of 'GSA-2026-001' is open");
    story.change("To be written.", "Show no lists.");
    let _published = story.publish(&[]).run().success();
    story.change("Show no lists.", "To be written.");
    // The record says that it is public: the checklist is not asked again, but the other words want a revision.
    let said = story.publish(&[]).run().code(1).stderr;
    assert!(said.contains("patch-advisory revise GSA-2026-001"), "{said}");
    std::fs::remove_dir_all(story.repo.path().join(".git/backstitch")).expect("because it was kept there");
    let _unknown = story.publish(&[]).run().code(3);
}

#[test]
fn an_embargo_that_was_lifted_holds_nothing_back() {
    let story = Story::new();
    story.change("until = 2026-01-05T09:00:00Z", "until = 2999-03-05T09:00:00Z");
    let lift = ["embargo", "lift", "GSA-2026-001", "--reason", "told elsewhere", "--by", "Mia <mia@example.com>"];
    let _lifted = story.bin(&lift).run().success();
    // It was lifted by the clock, which '--now' does not turn back.
    refused(&story, story.publish(&[]), 1, "is under embargo until 2999-03-05T09:00:00Z");
    let output = story.output().display().to_string();
    let publish = Bin::advisory().at(&story.repo).args(["publish", "GSA-2026-001", "--output", &output]);
    let _published = publish.env("GITHUB_TOKEN", TOKEN).env("GITHUB_API_URL", &story.github.url()).run().success();
    assert_eq!(story.github.state().advisories.published.len(), 1);
}

#[test]
fn a_moment_to_come_and_a_place_that_is_no_folder_are_found_before_the_first_write() {
    let story = Story::new();
    let output = story.output().display().to_string();
    let later = ["publish", "GSA-2026-001", "--output", &output, "--now", "2999-01-01T00:00:00Z"];
    let publish = Bin::advisory().at(&story.repo).args(later);
    let publish = publish.env("GITHUB_TOKEN", TOKEN).env("GITHUB_API_URL", &story.github.url());
    refused(&story, publish, 2, "'--now' is a moment to come");
    let file = story.repo.home().join("file");
    std::fs::write(&file, "no folder").expect("it is written");
    for place in [file.clone(), file.join("below")] {
        let publish = story.bin(&["publish", "GSA-2026-001", "--output", &place.display().to_string()]);
        refused(&story, publish, 2, &format!("'{}' is no folder", file.display()));
    }
}

#[test]
fn the_token_of_a_workflow_is_refused_and_told_which_one_may() {
    let story = Story::new();
    story.workflow_token();
    let bin = || story.publish(&[]).env("GITHUB_TOKEN", "ghs_workflow");
    refused(&story, bin(), 3, "the GITHUB_TOKEN of a workflow cannot make security advisories");
    let said = bin().run().code(3).stderr;
    for part in
        ["fine-grained personal access token", "'Repository security advisories: write'", "--without-forge-advisory"]
    {
        assert!(said.contains(part), "{part}: {said}");
    }
    let may = |story: &Story, permission: &'static str, is: bool| {
        let mut state = story.github.state();
        let account = state.tokens.get_mut(TOKEN).expect("because it is known");
        if is {
            account.may.insert(permission)
        } else {
            account.may.remove(permission)
        };
    };
    may(&story, "repository_advisories=write", false);
    refused(&story, story.publish(&[]), 3, "the installation token of an app cannot make security advisories");
    refused(&story, story.publish(&["--dry-run"]), 3, "cannot make security advisories");
    may(&story, "repository_advisories=write", true);
    may(&story, "contents=write", false);
    refused(&story, story.publish(&[]), 3, "cannot write releases of 'acme/widget'");
    refused(&story, story.publish(&[]).env("GITHUB_TOKEN", ""), 2, "there is no token to publish with");
}

#[test]
fn without_a_repository_on_github_the_hint_says_where_it_is_named() {
    let story = Story::new();
    let config = story.repo.path().join("patch.toml");
    let nameless = text(&config).replace("repository = \"acme/widget\"\n", "");
    std::fs::write(&config, nameless).expect("it is written");
    refused(&story, story.publish(&[]), 2, "it cannot be told which repository on GitHub to ask about");
    let said = story.publish(&["--dry-run"]).run().code(2).stderr;
    let hint = "hint: set 'repository' in [project] of patch.toml, or the variable GITHUB_REPOSITORY\n";
    assert!(said.contains(hint) && !said.contains("--offline"), "{said}");
    let _named_by_the_variable = story.publish(&["--dry-run"]).env("GITHUB_REPOSITORY", "acme/widget").run().success();
}

#[test]
fn tags_and_files_that_do_not_verify_are_not_published() {
    let story = Story::new();
    refused(&story, story.publish(&["--tag", "v2.0.0"]), 1, "does not verify");
    refused(&story, story.publish(&["--tag", "v9.9.9"]), 2, "there is no tag 'v9.9.9'");
    // The documents would send users of one line to a release that nobody can get.
    refused(&story, story.publish(&["--tag", "v2.0.1"]), 1, "which is neither named nor on 'origin'");
    let folder = story.repo.home().join("dist/v2.0.1");
    std::fs::write(folder.join("extra"), "x").expect("because the folder is ours");
    refused(&story, story.with_files(&[]), 1, "'extra' in '");
    std::fs::remove_file(folder.join("extra")).expect("because it was made");
    std::fs::write(folder.join("widget-v2.0.1.tar.gz"), "other bytes").expect("because the folder is ours");
    refused(&story, story.with_files(&[]), 1, "is changed");
    story.repo.git(["remote", "add", "fork", "git@github.com:acme/widget-ghsa-2345-6789-cfgh.git"]);
    refused(&story, story.publish(&["--remote", "fork"]), 2, "and the releases go to 'acme/widget'");
}

#[test]
fn another_advisory_that_is_secret_is_not_told_of() {
    let story = Story::new();
    let other = text(story.place())
        .replacen("GSA-2026-001", "GSA-2026-002", 1)
        .replacen("state = \"ready\"", "state = \"draft\"", 1)
        .replacen("CVE-2026-1234", "CVE-2026-1235", 1)
        .replacen("Overflow in the list of widgets", "Forged sessions in the login of widgets", 1);
    let (front, rest) = other.split_once("[[package]]").expect("a package");
    let kept = front.lines().filter(|line| !line.starts_with("fixed = ") && !line.starts_with("introduced = "));
    let front: String = kept.map(|line| format!("{line}\n")).collect();
    let (middle, lines) = rest.split_once("[[line]]").expect("a line");
    let (_, body) = lines.split_once("+++\n").expect("a body");
    let (middle, _) = middle.split_once("[embargo]").expect("an embargo");
    let source = format!("{front}introduced = []\n\n[[package]]{middle}+++\n{body}");
    std::fs::write(story.repo.path().join("advisories/GSA-2026-002.md"), source).expect("it is written");
    let own = text(story.place());
    for (from, to) in [
        ("Everybody who shows lists.", "Everybody who shows lists; see GSA-2026-002."),
        ("name = \"Ada Example\"", "name = \"Ada (GSA-2026-002)\""),
        ("url = \"", "url = \"https://github.com/acme/widget/issues?q=CVE-2026-1235\" # \""),
    ] {
        std::fs::write(story.place(), own.replacen(from, to, 1)).expect("it is written");
        refused(&story, story.publish(&[]), 1, "it would tell of what is under embargo");
    }
}

#[test]
fn advisories_on_github_that_need_a_person_stop_before_anything_is_public() {
    let mark = "By hand\n\n<!-- GSA-2026-001, published by patch-advisory -->\n";
    let story = Story::new();
    story.change("cve = ", "ghsa = \"GHSA-2345-6789-cfgh\"\ncve = ");
    refused(&story, story.publish(&[]), 3, "there is no advisory 'GHSA-2345-6789-cfgh' in the repository");
    let ghsa = story.github.state().advisory(OWN, "By hand");
    story.change("GHSA-2345-6789-cfgh", &ghsa);
    for (state, code, words) in [("closed", 1, "is closed"), ("triage", 3, "is triage")] {
        story.github.state().advisories.all[0].state = state;
        refused(&story, story.publish(&[]), code, words);
    }
    let story = Story::new();
    story.github.state().advisory("zoe", mark);
    refused(&story, story.publish(&[]), 3, "'zoe' has made the draft");
    // What the forge does not keep is found while everything is private.
    let story = Story::new();
    story.github.state().advisories.forgets_severity = true;
    let said = story.publish(&[]).run().code(4).stderr;
    assert!(said.contains("does not become what is wanted") && said.contains("public already: nothing"), "{said}");
    assert_eq!((story.pushed().len(), story.github.state().releases.published.len()), (0, 0));
}

#[test]
fn a_record_of_something_else_is_not_gone_on_with() {
    let story = Story::new();
    let _published = story.publish(&[]).run().success();
    let record = story.repo.path().join(".git/backstitch/advisories/GSA-2026-001.json");
    std::fs::write(&record, "{}").expect("it is written");
    let said = story.publish(&[]).run().code(2).stderr;
    assert!(said.contains("is not the record of this run") && said.contains("--record FILE"), "{said}");
}
