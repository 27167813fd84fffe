//! What changes after the publication: it is a revision, and everything that is public is brought up to date by it.

use serde_json::{Value, json};

use super::story::{Story, text};
use crate::support::signing::tag;

/// An advisory that was published while 1.9 had ended with the flaw, and got its fix late.
fn late() -> Story {
    let story = Story::new();
    let repo = &story.repo;
    let config = repo.path().join("patch.toml");
    let ended = text(&config).replace("\"release/1.9\"", "\"release/1.9\"\nstatus = \"end-of-life\"");
    std::fs::write(&config, ended).expect("it is written");
    let fixed = repo.git(["rev-parse", "release/1.9"]);
    repo.git(["tag", "-d", "v1.9.1"]);
    repo.git(["branch", "-q", "-f", "release/1.9", "v1.9.0"]);
    let _written = story.bin(&["affected", "GSA-2026-001", "--write"]).run().success();
    let _published = story.publish(&[]).run().success();
    repo.git(["branch", "-q", "-f", "release/1.9", fixed.trim()]);
    let _made = tag(repo, &["create", "1.9.1"]).run().success();
    repo.tick(3600);
    let _written = story.bin(&["affected", "GSA-2026-001", "--write"]).run().success();
    story
}

fn document(story: &Story, path: &str) -> Value {
    serde_json::from_str(&text(story.output().join(path))).expect("JSON")
}

/// What GitHub's advisory says of the versions of 1.9.
fn on_github(story: &Story) -> Value {
    let entries = story.github.state().advisories.all[0].said["vulnerabilities"].clone();
    let all = entries.as_array().cloned().unwrap_or_default();
    let of = |entry: &&Value| entry["vulnerable_version_range"].as_str().is_some_and(|range| range.contains("1.9.0"));
    all.iter().find(of).map_or(Value::Null, |entry| entry["patched_versions"].clone())
}

#[test]
fn a_revision_brings_everything_up_to_date_that_is_public() {
    let story = late();
    let writes = story.writes();
    let check = || story.bin(&["check"]).run();
    let told = check().code(3).stdout;
    assert!(
        told.contains("it says other things of its lines than when it was published: patch-advisory revise"),
        "{told}"
    );
    let said = story.publish(&[]).run().code(1).stderr;
    assert!(said.contains("says other things of its lines than") && said.contains("patch-advisory revise"), "{said}");
    assert_eq!((story.writes(), on_github(&story)), (writes, Value::Null));

    let revise = ["revise", "GSA-2026-001", "--summary", "Line 1.9 has a fix"];
    let revised = story.bin(&revise).run().success().stdout;
    assert!(revised.contains("patch-advisory publish GSA-2026-001"), "{revised}");
    let told = check().success().stdout;
    assert!(told.contains("it was revised since it was published: patch-advisory publish"), "{told}");
    let planned = story.publish(&["--dry-run"]).run().success().stdout;
    assert!(planned.contains("public already: tags v2.0.1; releases v2.0.1; GitHub advisory GHSA-"), "{planned}");
    assert!(planned.contains("; not yet: tags v1.9.1; releases v1.9.1; documents "), "{planned}");
    let first = text(story.output().join("notices/GSA-2026-001.txt"));
    let published = story.publish(&["--format", "json"]).run().success().json();
    assert_eq!(on_github(&story), json!("1.9.1"));
    assert!(story.remote("refs/tags/v1.9.1").is_some());
    assert_eq!(text(story.output().join("notices/GSA-2026-001.txt")), first, "it was sent");
    let notice = text(story.output().join("notices/GSA-2026-001-revision-1.txt"));
    for part in ["(GSA-2026-001, revision 1)\n", ": Line 1.9 has a fix\n", "1.9: affected 1.9.0; repaired in 1.9.1\n"] {
        assert!(notice.contains(part), "{part}: {notice}");
    }
    assert!(published["by-hand"].to_string().contains("GSA-2026-001-revision-1.txt"), "{published}");
    let osv = document(&story, &format!("osv/{}.json", published["ghsa"].as_str().expect("a text")));
    assert_eq!(osv["modified"], story.repo.now());
    assert_eq!(document(&story, "csaf/white/2026/gsa-2026-001.json")["document"]["tracking"]["version"], "2");
    assert!(!check().success().stdout.contains("publish"), "nothing is left");
    let writes = story.writes();
    let again = story.publish(&["--format", "json"]).run().success().json();
    assert_eq!((again["parts"].clone(), story.writes()), (published["parts"].clone(), writes));
}

#[test]
fn documents_that_need_a_revision_are_made_and_told() {
    let story = late();
    let output = story.output().display().to_string();
    let made = |asked: &[&str]| story.bin(&[asked, &["--output", &output]].concat()).run().success().stdout;
    for asked in [&["export", "osv"][..], &["render"]] {
        let told = made(asked);
        let expected = "'GSA-2026-001' says other things of its lines than when it was published, and its documents";
        assert!(told.contains(expected) && told.contains("patch-advisory revise GSA-2026-001"), "{told}");
    }
    let _revised = story.bin(&["revise", "GSA-2026-001", "--summary", "Line 1.9 has a fix"]).run().success();
    for asked in [&["export", "osv"][..], &["render"]] {
        assert!(!made(asked).contains("revise"), "it was");
    }
}

#[test]
fn a_severity_or_text_that_changed_is_a_revision_as_well() {
    let story = Story::new();
    let _published = story.publish(&[]).run().success();
    let writes = story.writes();
    story.change("VC:H/VI:H/VA:H", "VC:H/VI:H/VA:N");
    let told = story.bin(&["check"]).run().code(3).stdout;
    assert!(
        told.contains("it says other things of the flaw than when it was published: patch-advisory revise"),
        "{told}"
    );
    let said = story.publish(&[]).run().code(1).stderr;
    assert!(said.contains("says other things of the flaw than") && said.contains("patch-advisory revise"), "{said}");
    assert_eq!(story.writes(), writes);
    let _revised = story.bin(&["revise", "GSA-2026-001", "--summary", "It stays available"]).run().success();
    let _published = story.publish(&[]).run().success();
    let said = story.github.state().advisories.all[0].said["cvss_vector_string"].clone();
    assert!(said.as_str().is_some_and(|vector| vector.contains("VA:N")), "{said}");
    assert!(!story.bin(&["check"]).run().success().stdout.contains("publish"), "nothing is left");
}

/// Readers tell documents apart by their numbers and dates, and a release that came since is one of those that they list.
#[test]
fn an_ordinary_release_is_a_revision_once_the_source_tells_of_it() {
    let story = Story::new();
    let _published = story.publish(&[]).run().success();
    let vex = "csaf/white/2026/gsa-2026-001-vex.json";
    let before = text(story.output().join(vex));
    story.repo.tick(3600);
    story.repo.tag_release("v2.0.2", "2.0");
    let _written = story.bin(&["affected", "GSA-2026-001", "--write"]).run().success();
    let told = story.bin(&["check"]).run().code(3).stdout;
    assert!(
        told.contains("it tells of other releases than when it was published: patch-advisory revise GSA-2026-001"),
        "{told}"
    );
    let said = story.publish(&[]).run().code(1).stderr;
    assert!(said.contains("tells of other releases than") && said.contains("patch-advisory revise"), "{said}");
    assert_eq!(text(story.output().join(vex)), before);
    let _revised = story.bin(&["revise", "GSA-2026-001", "--summary", "2.0.2 has the fix as well"]).run().success();
    let _published = story.publish(&[]).run().success();
    let after = document(&story, vex);
    assert_eq!(after["document"]["tracking"]["version"], "2");
    assert!(after["vulnerabilities"][0]["product_status"]["fixed"].to_string().contains("2.0.2"), "{after:#}");
    assert!(!story.bin(&["check"]).run().success().stdout.contains("publish"), "nothing is left");
}

#[test]
fn an_identifier_that_comes_later_is_a_revision_and_no_document_stays_under_its_old_name() {
    let story = Story::new();
    let output = story.output().display().to_string();
    let _drafts = story.bin(&["export", "all", "--output", &output]).run().success();
    let below = |path: &str| story.output().join(path);
    let others = [("osv/x_GSA-2026-002.json", "x_GSA-2026-002"), ("osv/x_GSA-2026-001.json.orig", "x_GSA-2026-001")];
    for (path, id) in others {
        std::fs::write(below(path), json!({ "id": id }).to_string()).expect("it is written");
    }
    let secret = ["", "-vex"].map(|end| format!("csaf/amber/2026/gsa-2026-001{end}.json"));
    let plan = story.publish(&["--without-forge-advisory", "--dry-run"]).run().success().stdout;
    let would = |path: &str| format!("would remove '{path}', for it is of an earlier state\n");
    assert!(secret.iter().all(|path| plan.contains(&would(path)) && below(path).exists()), "{plan}");
    let said = story.publish(&["--without-forge-advisory"]).run().success().stdout;
    for path in secret.iter().flat_map(|path| [path.clone(), format!("{path}.sha512")]) {
        assert!(said.contains(&format!("removed, for it is of an earlier state: {path}")) && !below(&path).exists());
    }
    let notice = text(below("notices/GSA-2026-001.txt"));
    assert!(notice.contains("osv/x_GSA-2026-001.json") && !notice.contains("amber"), "{notice}");

    let refused = story.publish(&[]).run().code(1).stderr;
    assert!(
        refused.contains("without an advisory on GitHub") && refused.contains("patch-advisory revise"),
        "{refused}"
    );
    assert!(story.github.state().advisories.all.is_empty());
    story.repo.tick(3600);
    let _revised = story.bin(&["revise", "GSA-2026-001", "--summary", "GitHub has it as well"]).run().success();
    let plan = story.publish(&["--dry-run"]).run().success().stdout;
    assert!(plan.contains(&would("osv/x_GSA-2026-001.json")), "{plan}");
    let found = story.publish(&["--format", "json"]).run().success().json();
    let ghsa = found["ghsa"].as_str().expect("a text");
    assert!(below(&format!("osv/{ghsa}.json")).exists() && !below("osv/x_GSA-2026-001.json").exists(), "{found}");
    assert!(others.iter().all(|(path, _)| below(path).exists()), "what others wrote stays");
    assert_eq!(document(&story, "csaf/white/2026/gsa-2026-001.json")["document"]["tracking"]["version"], "2");
}

#[test]
fn a_notice_that_somebody_edited_stays_and_is_told() {
    let story = Story::new();
    let _published = story.publish(&[]).run().success();
    let place = story.output().join("notices/GSA-2026-001.txt");
    std::fs::write(&place, "In better words.\n").expect("it is written");
    let said = story.publish(&[]).run().success().stdout;
    assert!(said.contains("is not what would be written now, and was left as it is"), "{said}");
    assert_eq!(text(&place), "In better words.\n");
}

#[test]
fn what_was_withdrawn_is_not_published_again_and_what_is_left_to_people_is_told() {
    let story = Story::new();
    let _published = story.publish(&[]).run().success();
    let writes = story.writes();
    let withdrawn = story.bin(&["withdraw", "GSA-2026-001", "--reason", "It is no flaw"]).run().success().stdout;
    let said = story.publish(&[]).run().code(1).stderr;
    assert!(said.contains("is withdrawn, and is not published again"), "{said}");
    for told in [&withdrawn, &said] {
        for part in ["patch-advisory export all GSA-2026-001", "'ghsa/GSA-2026-001.json'", "'cve reject'"] {
            assert!(told.contains(part), "{part}: {told}");
        }
    }
    assert_eq!(story.writes(), writes);
}
