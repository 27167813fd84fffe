//! What a squash of picks brings of the line's own.

use serde_json::{Value, json};

use super::check::broken_of;
use super::grouping::line;
use super::{entry, json as ask, markdown, notes, titles};
use crate::support::{Bin, Repo};

const FIX: &str = "1\n2, fixed\n3\n";

/// Main has a fix of the list, and one of the map.
fn fixed() -> Repo {
    let repo = line();
    repo.squash_merge(113, "Fix encoding of attachments", "", [("list", FIX)]);
    repo.squash_merge(114, "search: fix off-by-one", "Fixes: CVE-2026-4444\nKind: security\n", [("map", FIX)]);
    repo
}

fn found(repo: &Repo) -> Value {
    ask(repo, &["--target", "2.0.1"])
}

const OWN: &str = "tls: compare names of certificates on 2.0";

#[test]
fn a_point_of_a_squash_that_tells_of_no_origin_is_told_as_a_fix_of_the_line() {
    let squash = "* Fix encoding of attachments (#113)\n\n* search: fix off-by-one (#114)";
    for (title, message) in [
        ("Several fixes for users", format!("{squash}\n\n* {OWN}\n")),
        ("Fix encoding of attachments; search: fix off-by-one", format!("* {OWN}\n\nNobody did.\n\n{squash}\n")),
        ("Fix encoding of attachments; search: fix off-by-one", format!("Picks:\n\n- #113\n- {OWN}\n- #114\n")),
    ] {
        let repo = fixed();
        let subject = if title.starts_with("Several") { title } else { "Backport fixes to 2.0" };
        let all = [("list", FIX), ("map", FIX), ("tls", "compare\nnames\n")];
        let pick = repo.land_on_line("2.0", &format!("{subject} (#213)\n\n{message}"), all);
        let found = found(&repo);
        assert_eq!(titles(&found).len(), 2, "{message}: {found:#}");
        let (picked, own) = (&found["entries"][0], entry(&found, OWN));
        assert_eq!((&picked["pull-requests"], &picked["origin"]["from"]), (&json!([113, 114]), &json!("main")));
        assert_eq!(picked["advisories"], json!(["CVE-2026-4444"]), "{message}: {found:#}");
        assert_eq!((&own["origin"]["from"], &own["picks"]), (&json!("claimed"), &json!([pick.to_string()])));
        assert_eq!((own.get("advisories"), &own["section"]), (None, &json!("fixes")), "{message}: {found:#}");
        assert!(markdown(&repo, &["--target", "2.0.1"]).contains(&format!("- {OWN} (#213)\n")));
        let check = notes(&repo, &["check", "--target", "2.0.1"]).run().code(3).stdout;
        assert!(check.contains("as its origin, but changes something else"), "{check}");
    }
}

#[test]
fn an_advisory_of_a_point_is_that_of_the_point_alone_and_open_until_somebody_settles_it() {
    let repo = fixed();
    let message =
        format!("Backport fixes to 2.0 (#213)\n\n* Fix encoding of attachments (#113)\n\n* CVE-2026-5555: {OWN}\n");
    let pick = repo.land_on_line("2.0", &message, [("list", FIX), ("tls", "compare\nnames\n")]);
    let now = found(&repo);
    let own = entry(&now, "CVE-2026-5555");
    assert_eq!((own.get("advisories"), &own["open-advisories"]), (None, &json!(["CVE-2026-5555"])), "{now:#}");
    assert_eq!(entry(&now, "Fix encoding").get("advisories"), None, "{now:#}");
    assert_eq!(entry(&now, "Fix encoding").get("open-advisories"), None, "{now:#}");
    let file = format!(".patch/notes/{pick}.md");
    repo.land_fix("Say it", [(file.as_str(), "Fixes CVE-2026-5555: names of certificates are compared.\n")]);
    let settled = found(&repo);
    assert_eq!(entry(&settled, "CVE-2026-5555")["advisories"], json!(["CVE-2026-5555"]), "{settled:#}");
}

#[test]
fn words_for_a_squash_are_told_once_and_points_about_lint_or_tests_never() {
    let repo = fixed();
    let message = format!(
        "Backport fixes to 2.0 (#213)\n\n* Fix encoding of attachments (#113)\n* fix lint\n* {OWN}\n* tls: log it\n* tests for lists\n"
    );
    let pick = repo.land_on_line("2.0", &message, [("list", FIX), ("tls", "compare\nnames\n")]);
    let now = found(&repo);
    assert_eq!(titles(&now).len(), 3, "{now:#}");
    let file = format!(".patch/notes/{pick}.md");
    repo.land_fix("Say it", [(file.as_str(), "Names of certificates are compared.\n")]);
    let text = markdown(&repo, &["--target", "2.0.1"]);
    assert_eq!(text.matches("Names of certificates are compared.").count(), 1, "{text}");
    // Where no point is left that tells of it, a person is told.
    let repo = fixed();
    let message =
        "Fix encoding and names (#213)\n\nBackport of #113.\n\n* Fix encoding of attachments (#113)\n* fix lint\n";
    repo.land_on_line("2.0", message, [("list", FIX), ("tls", "compare\nnames\n")]);
    assert_eq!(broken_of(&repo), ["origin undecided"]);
}

#[test]
fn a_squash_that_is_called_as_its_own_point_tells_of_the_pick_too() {
    let repo = fixed();
    let message = format!("{OWN} (#213)\n\n* {OWN}\n\n* Fix encoding of attachments (#113)\n");
    repo.land_on_line("2.0", &message, [("list", FIX), ("tls", "compare\nnames\n")]);
    let text = markdown(&repo, &["--target", "2.0.1"]);
    assert!(text.contains("- Fix encoding of attachments (#113)\n"), "{text}");
    assert!(text.contains(&format!("- {OWN} (#213)\n")), "{text}");
}

#[test]
fn what_no_point_tells_of_is_undecided_and_warned_of() {
    for (title, files) in [
        ("Fix encoding and names", [("list", FIX), ("tls", "compare\nnames\n")]),
        ("Fix encoding and names", [("list", "0, own\n1\n2, fixed\n3\n"), ("map", "1\n2\n3\n")]),
    ] {
        let repo = fixed();
        let pick = repo.land_on_line("2.0", &format!("{title} (#213)\n\nBackport of #113.\n"), files);
        let found = found(&repo);
        let one = entry(&found, title);
        assert_eq!((titles(&found).len(), &one["pull-request"]), (1, &json!(113)), "{found:#}");
        assert_eq!(one["untold"], json!([pick.to_string()]), "{found:#}");
        let check = notes(&repo, &["check", "--target", "2.0.1"]).run().code(3);
        assert!(
            check.stderr.contains(&format!("{} changes something of the product", pick.short())),
            "{}",
            check.stderr
        );
        assert!(check.stdout.contains("that none of its origins does"), "{}", check.stdout);
    }
}

#[test]
fn what_no_point_tells_of_can_be_told_later_or_settled() {
    let repo = fixed();
    let files = [("list", FIX), ("tls", "compare\nnames\n")];
    let pick = repo.land_on_line("2.0", "Fix encoding and names (#213)\n\nBackport of #113.\n", files);
    let file = format!(".patch/notes/{pick}.md");
    repo.land_fix("Say it", [(file.as_str(), "Names of certificates are compared.\n")]);
    let text = markdown(&repo, &["--target", "2.0.1"]);
    assert!(text.contains("- Fix encoding of attachments (#113)\n"), "{text}");
    assert!(text.contains("- Names of certificates are compared. (#213)\n"), "{text}");
    assert_eq!(broken_of(&repo), Vec::<String>::new());
    repo.git(["rm", "-q", &file]);
    repo.git(["commit", "-q", "-m", "Say nothing"]);
    assert_eq!(broken_of(&repo), ["origin undecided"]);
    let commit = pick.to_string();
    let accept = ["decide", &commit, "--line", "2.0", "--accept", "--reason", "2.0 compares elsewhere"];
    assert!(Bin::pick().at(&repo).args(accept).run().success().stdout.starts_with("recorded in "));
    repo.git(["add", "-A"]);
    repo.git(["commit", "-q", "-m", "Decide"]);
    assert_eq!(broken_of(&repo), Vec::<String>::new());
    assert_eq!(titles(&found(&repo)).len(), 1);
}

#[test]
fn who_adapts_picks_or_brings_what_is_no_part_of_the_product_alarms_nobody() {
    let both = "* Fix encoding of attachments (#113)\n\n* search: fix off-by-one (#114)";
    for (message, more) in [
        (format!("Several fixes (#213)\n\n{both}\n\n* Add tests\n"), ("tests/tls", "a\nb\nc\n")),
        (format!("Several fixes (#213)\n\n{both}\n\n* Tell of it\n"), ("docs/tls.md", "a\nb\nc\n")),
        (format!("Several fixes (#213)\n\n{both}\n\n* Update the changelog\n"), ("CHANGES", "a\nb\nc\n")),
        (format!("Several fixes (#213)\n\n{both}\n\n* Bump\n"), ("package.json", "a\nb\nc\n")),
        (format!("Several fixes (#213)\n\n{both}\n\n* Resolve conflicts\n"), ("list", "1\n2, fixed\n3, here\n")),
        (format!("Several fixes (#213)\n\n{both}\n\n* Adapt to 2.0\n"), ("list", "1\n2, fixed\n2, more\n3\n")),
        ("Several fixes (#213)\n\nBackport of #113 and #114.\n".to_owned(), ("CHANGES", "a\nb\nc\n")),
        ("Fix encoding of attachments (backport #113)\n".to_owned(), ("tls", "a\nb\nc\n")),
    ] {
        let repo = fixed();
        let is_one = !message.contains("#114");
        let mut files = vec![("list", FIX), ("map", if is_one { "1\n2\n3\n" } else { FIX })];
        files.push(more);
        repo.land_on_line("2.0", &message, files);
        let found = found(&repo);
        assert_eq!((titles(&found).len(), found["entries"][0].get("untold")), (1, None), "{message}: {found:#}");
        let broken = if is_one { vec![] } else { vec!["words undecided"] };
        assert_eq!(broken_of(&repo), broken, "{message}: {found:#}");
    }
}

#[test]
fn a_point_that_fixes_an_advisory_in_the_manifest_alone_is_told() {
    for (point, is_told) in
        [("Bump lodash from 4.17.20 to 4.17.21, fixes CVE-2026-5555", true), ("Go on with 2.0.1", false)]
    {
        let repo = fixed();
        let version = "\n[[version]]\npath = \"package.json\"\npattern = \"\\\"version\\\": \\\"{version}\\\"\"\n";
        repo.write_config(&format!("{}{version}", super::grouping::LINE));
        let message = format!("Backport fixes to 2.0 (#213)\n\n* Fix encoding of attachments (#113)\n\n* {point}\n");
        let manifest = ("package.json", "{\n  \"version\": \"2.0.0\",\n  \"lodash\": \"4.17.21\"\n}\n");
        repo.land_on_line("2.0", &message, [("list", FIX), manifest]);
        let found = found(&repo);
        let told: Vec<&Value> = found["entries"].as_array().into_iter().flatten().collect();
        assert_eq!(told.len(), if is_told { 2 } else { 1 }, "{found:#}");
        let open = told.iter().any(|one| one["open-advisories"] == json!(["CVE-2026-5555"]));
        assert_eq!(open, is_told, "{found:#}");
    }
}
