//! The token: its kind, what it may do for each job, and that nothing of it is printed.

use super::{asking, doctor, found, give, healthy, said};
use crate::support::Bin;
use crate::support::github::state::{ALL_PERMISSIONS, TOKEN};
use crate::support::github::{Fault, Github, When};

const WRITES: &[&str] = &["metadata=read", "contents=read", "contents=write", "pull_requests=read"];
const READS: &[&str] =
    &["metadata=read", "contents=read", "pull_requests=read", "issues=read", "checks=read", "statuses=read"];
const PARTS: [&str; 4] = ["passed pull requests", "passed issues", "passed checks", "passed commit statuses"];

#[test]
fn without_a_token_it_is_undecided() {
    let repo = healthy();
    let document = doctor(&repo, &[]).run().code(3).json();
    assert_eq!(found(&document, "token"), ["undecided"]);
    assert!(said(&document, "token", "mend").contains("GITHUB_TOKEN"), "{document:#}");
    let unnamed = doctor(&repo, &[]).env("GITHUB_TOKEN", TOKEN).run().code(3).json();
    assert!(said(&unnamed, "token", "mend").contains("'repository' in [project]"), "{unnamed:#}");
}

#[test]
fn the_token_of_an_app_is_asked_without_a_write() {
    let (repo, github) = (healthy(), Github::start());
    let output = asking(&repo, &github, TOKEN, &[]).run();
    let document = output.json();
    assert_eq!(found(&document, "token"), ["passed"], "{document:#}");
    assert!(said(&document, "token", "detail").contains("of an app of 'backstitch[bot]'"), "{document:#}");
    assert_eq!(found(&document, "read"), PARTS);
    assert_eq!(found(&document, "push"), ["passed origin", "passed token"]);
    assert_eq!(found(&document, "releases"), ["passed token"]);
    assert_eq!(found(&document, "pull-requests"), ["undecided token"]);
    assert_eq!(found(&document, "checks"), ["undecided"]);
    assert_eq!(found(&document, "ci-starts"), ["passed"]);
    assert_eq!(found(&document, "actions-may-open"), ["passed"]);
    let writes = github.requests().into_iter().filter(|asked| !asked.starts_with("GET "));
    // A question of GraphQL, and one for notes that are not kept.
    assert_eq!(writes.collect::<Vec<_>>(), ["POST /graphql", "POST /releases/generate-notes"]);
    assert!(github.state().releases.all.is_empty());
}

#[test]
fn what_an_app_lacks_is_named_as_workflows_and_settings_do() {
    let (repo, github) = (healthy(), Github::start());
    give(&github, "ghs_other", "github-actions[bot]", &["metadata=read", "contents=read"]);
    let document = asking(&repo, &github, "ghs_other", &[]).run().code(1).json();
    assert_eq!(found(&document, "read"), PARTS.map(|part| part.replace("passed", "failed")), "{document:#}");
    for lacks in ["pull-requests", "issues", "checks", "statuses"] {
        assert!(said(&document, "read", "mend").contains(&format!("permissions: {{ {lacks}: read }}")), "{document:#}");
    }
    assert_eq!(found(&document, "push"), ["passed origin", "failed token"]);
    assert!(said(&document, "push", "mend").contains("permissions: { contents: write }"), "{document:#}");
    assert_eq!(found(&document, "releases"), ["failed token"]);
    give(&github, "ghs_app", "backport[bot]", READS);
    let document = asking(&repo, &github, "ghs_app", &[]).run().code(1).json();
    assert!(said(&document, "releases", "mend").contains("give the app 'Contents': read and write"), "{document:#}");
}

#[test]
fn a_classic_token_is_judged_by_its_scopes_and_its_role() {
    let (repo, github) = (healthy(), Github::start());
    give(&github, "ghp_classic", "mia", &ALL_PERMISSIONS);
    let ask = || asking(&repo, &github, "ghp_classic", &[]).run().json();
    github.state().settings.scopes.insert("ghp_classic", "repo, workflow");
    let document = ask();
    for rule in ["pull-requests", "releases"] {
        assert_eq!(found(&document, rule), ["passed token"], "{document:#}");
    }
    assert!(said(&document, "token", "detail").contains("with the scopes: repo, workflow"), "{document:#}");
    // People do not write check runs.
    assert_eq!(found(&document, "checks"), ["failed"]);
    github.state().settings.scopes.insert("ghp_classic", "public_repo");
    assert_eq!(found(&ask(), "releases"), ["passed token"]);
    github.state().settings.private = true;
    let document = ask();
    assert_eq!(found(&document, "releases"), ["failed token"]);
    assert!(said(&document, "releases", "mend").contains("scope 'repo'"), "{document:#}");
    github.state().settings.scopes.insert("ghp_classic", "repo");
    github.state().settings.role = Some("read");
    assert_eq!(found(&ask(), "pull-requests"), ["failed token"]);
    github.state().settings.role = None;
    assert_eq!(found(&ask(), "pull-requests"), ["undecided token"]);
}

#[test]
fn a_fine_grained_token_is_judged_by_what_it_is_answered() {
    let (repo, github) = (healthy(), Github::start());
    give(&github, "github_pat_own", "mia", WRITES);
    let document = asking(&repo, &github, "github_pat_own", &[]).run().json();
    assert!(said(&document, "token", "detail").contains("fine-grained"), "{document:#}");
    assert_eq!(found(&document, "releases"), ["passed token"]);
    assert_eq!(found(&document, "pull-requests"), ["undecided token"]);
    assert_eq!(found(&document, "checks"), ["failed"]);
    give(&github, "github_pat_own", "mia", READS);
    let document = asking(&repo, &github, "github_pat_own", &[]).run().json();
    assert_eq!(found(&document, "releases"), ["failed token"]);
    assert!(said(&document, "releases", "mend").contains("'Contents': read and write"), "{document:#}");
}

#[test]
fn a_token_that_is_not_known_and_a_repository_that_is_not_shown_fail() {
    let (repo, github) = (healthy(), Github::start());
    let document = asking(&repo, &github, "ghs_expired", &[]).run().code(1).json();
    assert_eq!(found(&document, "token"), ["failed"], "{document:#}");
    assert!(found(&document, "branch-rules").is_empty() && found(&document, "releases").is_empty());
    let other = asking(&repo, &github, TOKEN, &[]).env("GITHUB_REPOSITORY", "acme/gadget").run().code(1).json();
    assert!(said(&other, "token", "detail").contains("no repository 'acme/gadget'"), "{other:#}");
}

#[test]
fn an_archived_repository_takes_nothing() {
    let (repo, github) = (healthy(), Github::start());
    github.state().settings.archived = true;
    let document = asking(&repo, &github, TOKEN, &[]).run().code(1).json();
    for rule in ["pull-requests", "releases"] {
        assert_eq!(found(&document, rule), ["failed token"], "{document:#}");
    }
}

#[test]
fn only_the_jobs_that_are_asked_about_count() {
    let (repo, github) = (healthy(), Github::start());
    give(&github, "ghs_reader", "github-actions[bot]", READS);
    let document = asking(&repo, &github, "ghs_reader", &["--job", "read"]).run().success().json();
    assert_eq!(found(&document, "read"), PARTS);
    assert!(found(&document, "push").is_empty() && found(&document, "ci-starts").is_empty());
    let asked = github.requests();
    assert!(!asked.iter().any(|asked| asked.contains("rules") || asked.contains("generate-notes")), "{asked:?}");
    let skipped = asking(&repo, &github, "ghs_reader", &["--job", "push", "--skip", "ci-starts"]).run().code(1).json();
    assert!(found(&skipped, "ci-starts").is_empty());
    assert_eq!(skipped["skipped"], serde_json::json!(["ci-starts"]));
}

/// In a private repository, GitHub shows a token nothing but what its job may read.
#[test]
fn what_notes_tell_of_is_asked_for_before_a_release() {
    let (repo, github) = (healthy(), Github::start());
    give(&github, "ghs_writer", "github-actions[bot]", WRITES);
    let ask = || asking(&repo, &github, "ghs_writer", &["--job", "releases"]).run();
    let document = ask().code(1).json();
    assert_eq!(found(&document, "read"), ["passed pull requests", "failed issues"], "{document:#}");
    assert!(said(&document, "read", "would-fail").contains("'patch-notes publish'"), "{document:#}");
    assert!(said(&document, "read", "mend").contains("permissions: { issues: read }"), "{document:#}");
    give(&github, "ghs_writer", "github-actions[bot]", &[WRITES, &["issues=read"]].concat());
    assert_eq!(found(&ask().json(), "read"), ["passed pull requests", "passed issues"]);
    // Its settings have no such permission to give.
    give(&github, "github_pat_own", "mia", WRITES);
    let document = asking(&repo, &github, "github_pat_own", &["--job", "read"]).run().code(1).json();
    assert!(said(&document, "read", "mend").contains("no fine-grained token can be given 'Checks'"), "{document:#}");
}

/// Nothing must not pass for an answer.
#[test]
fn a_rule_that_was_named_and_not_looked_at_is_open() {
    let (repo, github) = (healthy(), Github::start());
    let ask = |token: &'static str, more: &[&str]| asking(&repo, &github, token, more).run();
    let open = |document: &serde_json::Value, words: &str| {
        assert_eq!(found(document, "releases"), ["undecided"], "{document:#}");
        assert!(said(document, "releases", "detail").contains(words), "{document:#}");
    };
    let only = ["--only", "releases"];
    assert_eq!(found(&ask(TOKEN, &only).success().json(), "releases"), ["passed token"]);
    open(&ask("ghs_expired", &only).code(3).json(), "for cannot read the repository 'acme/widget'");
    open(&doctor(&repo, &only).run().code(3).json(), "for there is no token");
    open(&doctor(&repo, &["--only", "releases", "--offline"]).run().code(3).json(), "it was not asked");
    let skipped = ask(TOKEN, &["--only", "releases", "--only", "token", "--skip", "releases"]);
    assert!(found(&skipped.json(), "releases").is_empty());
}

#[test]
fn the_default_branch_is_compared_with_main() {
    let (repo, github) = (healthy(), Github::start());
    assert_eq!(found(&asking(&repo, &github, TOKEN, &[]).run().json(), "default-branch"), ["passed"]);
    github.state().settings.default_branch = "develop";
    assert_eq!(found(&asking(&repo, &github, TOKEN, &[]).run().json(), "default-branch"), ["undecided"]);
}

#[test]
fn immutable_releases_are_told_to_those_who_may_know() {
    let (repo, github) = (healthy(), Github::start());
    let ask = || asking(&repo, &github, TOKEN, &[]).run().json();
    assert_eq!(found(&ask(), "immutable-releases"), ["undecided"]);
    let all = [&ALL_PERMISSIONS[..], &["administration=read"]].concat();
    give(&github, TOKEN, "backstitch[bot]", &all);
    assert_eq!(found(&ask(), "immutable-releases"), ["undecided"]);
    github.state().settings.role = Some("admin");
    assert_eq!(found(&ask(), "immutable-releases"), ["passed"]);
    github.state().releases.immutable = true;
    github.state().settings.role = Some("write");
    let document = ask();
    assert_eq!(found(&document, "immutable-releases"), ["passed"]);
    assert!(said(&document, "immutable-releases", "detail").contains("never change"), "{document:#}");
}

#[test]
fn nothing_of_a_token_is_printed() {
    let (repo, github) = (healthy(), Github::start());
    for format in ["text", "json", "markdown"] {
        // A forge that sends it back must not bring it into the result either.
        github.fail("GET", "/rulesets", When::Before, Fault::refuse(403, "Bad ghs_ThisIsTheSecret"));
        let bin = Bin::doctor().at(&repo).args(["check", "--now", &repo.now(), "--format", format]);
        let bin = bin.env("GITHUB_TOKEN", TOKEN).env("GITHUB_API_URL", &github.url());
        let output = bin.env("GITHUB_REPOSITORY", "acme/widget").run().code(3);
        for part in ["ThisIsTheSecret", "ghs_This"] {
            assert!(!output.stdout.contains(part) && !output.stderr.contains(part), "{output:?}");
        }
    }
}
