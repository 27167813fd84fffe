//! The rules that GitHub has for the branches of lines and for tags.

use serde_json::{Value, json};

use super::{asking, found, give, healthy, said};
use crate::support::Repo;
use crate::support::github::state::{ALL_PERMISSIONS, Protection, Ruleset, TOKEN};
use crate::support::github::{Fault, Github, When};

const LINE: &str = "refs/heads/release/2.0";

fn rule(kind: &str) -> Value {
    json!({ "type": kind })
}

fn checks(names: &[&str]) -> Value {
    let contexts: Vec<Value> = names.iter().map(|name| json!({ "context": name })).collect();
    json!({ "type": "required_status_checks", "parameters": { "required_status_checks": contexts,
        "strict_required_status_checks_policy": false } })
}

fn pull_request() -> Value {
    json!({ "type": "pull_request", "parameters": { "dismiss_stale_reviews_on_push": false,
        "require_code_owner_review": false, "require_last_push_approval": false,
        "required_approving_review_count": 1, "required_review_thread_resolution": false } })
}

fn pattern(kind: &str, operator: &str, text: &str) -> Value {
    json!({ "type": kind, "parameters": { "operator": operator, "pattern": text } })
}

/// What is found with one set of rules.
fn with(repo: &Repo, set: Ruleset) -> Value {
    let github = Github::start();
    github.state().settings.rulesets.push(set);
    asking(repo, &github, TOKEN, &[]).run().json()
}

#[test]
fn what_stands_in_the_way_of_a_push_is_told() {
    let repo = healthy();
    let github = Github::start();
    let document = asking(&repo, &github, TOKEN, &[]).run().json();
    assert_eq!(found(&document, "branch-rules"), ["passed release/2.0"], "{document:#}");
    for (rules, expected) in [
        (vec![pull_request()], "failed release/2.0"),
        (vec![checks(&["test"])], "failed release/2.0"),
        (vec![rule("update")], "failed release/2.0"),
        (vec![rule("deletion"), rule("non_fast_forward"), rule("creation")], "passed release/2.0"),
        (vec![rule("required_linear_history")], "passed release/2.0"),
        (vec![pattern("commit_message_pattern", "regex", "^fix")], "undecided release/2.0"),
        (vec![pattern("branch_name_pattern", "starts_with", "release/")], "passed release/2.0"),
        (vec![pattern("branch_name_pattern", "starts_with", "feature/")], "failed release/2.0"),
    ] {
        let set = Ruleset::new("lines", "branch", &[LINE], rules.clone());
        assert_eq!(found(&with(&repo, set), "branch-rules"), [expected], "{rules:?}");
    }
    let elsewhere = Ruleset::new("other", "branch", &["refs/heads/main"], vec![pull_request()]);
    assert_eq!(found(&with(&repo, elsewhere), "branch-rules"), ["passed release/2.0"]);
}

#[test]
fn what_only_this_clone_has_is_held_against_the_rules() {
    let linear = || Ruleset::new("lines", "branch", &[LINE], vec![rule("required_linear_history")]);
    let repo = healthy();
    repo.land_on_line("2.0", "Go on", [("more.txt", "x\n")]);
    assert_eq!(found(&with(&repo, linear()), "branch-rules"), ["passed release/2.0"]);
    repo.git(["checkout", "-q", "release/2.0"]);
    repo.git(["merge", "-q", "--no-ff", "-m", "Take main", "main"]);
    repo.git(["checkout", "-q", "main"]);
    let document = with(&repo, linear());
    assert_eq!(found(&document, "branch-rules"), ["failed release/2.0"], "{document:#}");
    assert!(said(&document, "branch-rules", "mend").contains("git switch release/2.0"), "{document:#}");
    repo.git(["push", "-q", "origin", ":release/2.0"]);
    let creation = Ruleset::new("lines", "branch", &[LINE], vec![rule("creation")]);
    assert_eq!(found(&with(&repo, creation), "branch-rules"), ["failed release/2.0"]);
}

#[test]
fn a_pattern_of_tags_that_cannot_be_compared_leaves_signed_commits_open() {
    let repo = healthy();
    for (pattern, expected) in
        [("refs/tags/v[0-9]*", "undecided"), ("refs/tags/v*", "failed"), ("refs/tags/w*", "passed")]
    {
        let document = with(&repo, Ruleset::new("tags", "tag", &[pattern], vec![rule("required_signatures")]));
        assert_eq!(found(&document, "commit-signatures"), [expected], "{pattern}");
    }
}

#[test]
fn who_may_pass_over_rules_is_asked() {
    let repo = healthy();
    for (bypass, expected) in [
        (Some("always"), "passed release/2.0"),
        (Some("exempt"), "passed release/2.0"),
        (Some("pull_requests_only"), "failed release/2.0"),
        (Some("never"), "failed release/2.0"),
        (None, "failed release/2.0"),
    ] {
        let set = Ruleset { bypass, ..Ruleset::new("lines", "branch", &[LINE], vec![pull_request()]) };
        let document = with(&repo, set);
        assert_eq!(found(&document, "branch-rules"), [expected], "{bypass:?}");
        assert!(said(&document, "branch-rules", "detail").contains("ruleset 'lines'"), "{document:#}");
    }
}

#[test]
fn the_older_protection_is_told_to_administrators_only() {
    let repo = healthy();
    let github = Github::start();
    let body = json!({ "required_pull_request_reviews": { "dismiss_stale_reviews": false,
        "require_code_owner_reviews": false }, "required_signatures": { "url": "https://example.com", "enabled": true },
        "enforce_admins": { "url": "https://example.com", "enabled": false } });
    github.state().settings.protected.insert("release/2.0", Protection { checks: vec!["test"], body });
    let ask = || asking(&repo, &github, TOKEN, &[]).run().json();
    // Which checks it asks for everybody is told.
    let document = ask();
    assert_eq!(found(&document, "branch-rules"), ["failed release/2.0", "undecided release/2.0"], "{document:#}");
    let all = [&ALL_PERMISSIONS[..], &["administration=read"]].concat();
    give(&github, TOKEN, "backstitch[bot]", &all);
    let document = ask();
    assert_eq!(found(&document, "branch-rules"), ["failed release/2.0"], "{document:#}");
    assert!(said(&document, "branch-rules", "detail").contains("by pull requests only"));
    assert_eq!(found(&document, "commit-signatures"), ["failed"]);
    github.state().settings.role = Some("admin");
    let document = ask();
    assert_eq!(found(&document, "branch-rules"), ["passed release/2.0"], "{document:#}");
}

#[test]
fn what_stands_in_the_way_of_a_tag_is_told() {
    let repo = healthy();
    let tags = |include: &[&'static str], rules: Vec<Value>| Ruleset::new("tags", "tag", include, rules);
    for (set, expected) in [
        (tags(&["refs/tags/v*"], vec![rule("creation")]), "failed ruleset 'tags'"),
        (tags(&["~ALL"], vec![rule("creation")]), "failed ruleset 'tags'"),
        (tags(&["refs/tags/nightly*"], vec![rule("creation")]), "passed"),
        (tags(&["refs/tags/v[0-9]*"], vec![rule("creation")]), "undecided ruleset 'tags'"),
        (tags(&["~ALL"], vec![rule("update"), rule("deletion")]), "passed"),
        (tags(&["~ALL"], vec![pattern("tag_name_pattern", "starts_with", "v")]), "passed"),
        (tags(&["~ALL"], vec![pattern("tag_name_pattern", "starts_with", "release-")]), "failed ruleset 'tags'"),
        (tags(&["~ALL"], vec![pattern("tag_name_pattern", "regex", "^v")]), "undecided ruleset 'tags'"),
        (Ruleset { bypass: Some("always"), ..tags(&["~ALL"], vec![rule("creation")]) }, "passed ruleset 'tags'"),
        (Ruleset { enforcement: "disabled", ..tags(&["~ALL"], vec![rule("creation")]) }, "passed"),
        (Ruleset { exclude: vec!["refs/tags/v2*"], ..tags(&["~ALL"], vec![rule("creation")]) }, "passed"),
    ] {
        let shown = format!("{:?} {:?} {:?}", set.include, set.rules, set.bypass);
        let document = with(&repo, set);
        assert_eq!(found(&document, "tag-rules"), [expected], "{shown}");
    }
}

#[test]
fn the_tag_of_the_release_that_is_asked_about_is_held_against_the_rules() {
    let repo = healthy();
    let tags = |include: &'static str| Ruleset::new("tags", "tag", &[include], vec![rule("creation")]);
    let ask = |release: &str, set: Ruleset| {
        let github = Github::start();
        github.state().settings.rulesets.push(set);
        let document = asking(&repo, &github, TOKEN, &["--line", "2.0", "--release", release]).run().json();
        assert_eq!(found(&document, "push"), ["passed origin", "passed token"], "{document:#}");
        (found(&document, "tag-rules").concat(), said(&document, "tag-rules", "detail"))
    };
    let refused = |release: &str, set: Ruleset| {
        let (verdict, detail) = ask(release, set);
        assert_eq!(verdict, "failed ruleset 'tags'", "{detail}");
        assert!(detail.contains(&format!("'v{release}'")), "{detail}");
    };
    refused("2.0.1-rc.1", tags("refs/tags/*-rc.*"));
    assert_eq!(ask("2.0.1", tags("refs/tags/*-rc.*")).0, "passed");
    refused("2.0.7", tags("refs/tags/v2.0.7"));
    // An earlier run made the tag, and then pushed it.
    repo.git(["tag", "-a", "-m", "v2.0.1", "v2.0.1", "release/2.0"]);
    refused("2.0.1", tags("~ALL"));
    super::publish(&repo);
    let (verdict, detail) = ask("2.0.1", tags("~ALL"));
    assert_eq!(verdict, "passed", "{detail}");
    assert!(detail.contains("'v2.0.1' is there already"), "{detail}");
    refused("2.0.2", tags("~ALL"));
}

#[test]
fn rules_that_are_not_told_are_undecided() {
    let repo = healthy();
    let github = Github::start();
    give(&github, "ghs_blind", "backport[bot]", &["contents=read", "metadata=read", "pull_requests=read"]);
    github.fail("GET", "/rulesets", When::Before, Fault::refuse(404, "Not Found"));
    let document = asking(&repo, &github, "ghs_blind", &[]).run().json();
    assert_eq!(found(&document, "tag-rules"), ["undecided"], "{document:#}");
}

#[test]
fn required_signatures_are_held_against_what_git_is_set_to() {
    let repo = healthy();
    let set = || Ruleset::new("lines", "branch", &[LINE], vec![rule("required_signatures")]);
    let document = with(&repo, set());
    assert_eq!(found(&document, "commit-signatures"), ["failed"], "{document:#}");
    assert_eq!(found(&document, "branch-rules"), ["passed release/2.0"]);
    let spared = Ruleset { bypass: Some("always"), ..set() };
    assert_eq!(found(&with(&repo, spared), "commit-signatures"), ["passed"]);
    let tags = Ruleset::new("tags", "tag", &["refs/tags/v2*"], vec![rule("required_signatures")]);
    assert_eq!(found(&with(&repo, tags), "commit-signatures"), ["failed"]);
    repo.git(["config", "commit.gpgSign", "true"]);
    repo.git(["config", "gpg.format", "ssh"]);
    assert_eq!(found(&with(&repo, set()), "commit-signatures"), ["passed"]);
    repo.git(["config", "user.signingKey", "/nowhere/key"]);
    assert_eq!(found(&with(&repo, set()), "commit-signatures"), ["failed"]);
}

/// As where versions are in tags, or the version came by a pull request: the tag is pushed alone.
#[test]
fn rules_for_a_branch_do_not_concern_a_release_that_commits_nothing() {
    let repo = healthy();
    let about = ["branch-rules", "commit-signatures", "sign-off"];
    // What stands in the way of the release of 2.0.1.
    let ask = || -> Vec<&str> {
        let github = Github::start();
        let rules = vec![pull_request(), rule("required_signatures"), checks(&["DCO"])];
        github.state().settings.rulesets.push(Ruleset::new("lines", "branch", &[LINE], rules));
        let document = asking(&repo, &github, TOKEN, &["--line", "2.0", "--release", "2.0.1"]).run().json();
        assert!(found(&document, "head-rules").is_empty(), "{document:#}");
        let is_open = |rule: &&str| found(&document, rule).iter().any(|verdict| !verdict.starts_with("passed"));
        about.into_iter().filter(is_open).collect()
    };
    let hold = |version: &str| {
        repo.land_on_line("2.0", "Move the version", [("VERSION", format!("{version}\n").as_str())]);
        super::publish(&repo);
    };
    assert!(ask().is_empty(), "{:?}", ask());
    let own = std::fs::read_to_string(repo.path().join("patch.toml")).expect("because it is there");
    let own = own.replace("versions = \"tags\"\n", "");
    repo.write_config(&format!("{own}[[version]]\npath = \"VERSION\"\npattern = \"{{version}}\"\n"));
    hold("2.0.0");
    assert_eq!(ask(), about);
    hold("2.0.1");
    assert!(ask().is_empty(), "{:?}", ask());
    // An earlier run pushed the tag, and the line has gone on since.
    hold("2.0.2");
    assert_eq!(ask(), about);
    repo.git(["tag", "-a", "-m", "v2.0.1", "v2.0.1", "release/2.0~1"]);
    super::publish(&repo);
    assert!(ask().is_empty(), "{:?}", ask());
}

#[test]
fn a_required_check_of_sign_offs_is_held_against_the_configuration() {
    let repo = healthy();
    let set = |name: &str| Ruleset::new("lines", "branch", &[LINE], vec![checks(&[name])]);
    assert_eq!(found(&with(&repo, set("test")), "sign-off"), ["passed"]);
    let document = with(&repo, set("DCO"));
    assert_eq!(found(&document, "sign-off"), ["failed"], "{document:#}");
    assert!(said(&document, "sign-off", "mend").contains("signoff = true"));
    let own = std::fs::read_to_string(repo.path().join("patch.toml")).expect("because it is there");
    repo.write_config(&format!("{own}\n[pick]\nsignoff = true\n"));
    assert_eq!(found(&with(&repo, set("DCO")), "sign-off"), ["passed"]);
    let github = Github::start();
    github.state().settings.wants_sign_off = true;
    assert_eq!(found(&asking(&healthy(), &github, TOKEN, &[]).run().json(), "sign-off"), ["undecided"]);
}

#[test]
fn the_first_tag_of_a_line_is_held_against_the_rules_too() {
    let repo = healthy();
    let own = std::fs::read_to_string(repo.path().join("patch.toml")).expect("because it is there");
    let line = |name: &str| format!("[[line]]\nname = \"{name}\"\nbranch = \"release/{name}\"\n");
    repo.write_config(&format!("{}{}{own}", line("3.0"), line("lts")));
    for name in ["3.0", "lts"] {
        repo.git(["branch", &format!("release/{name}"), "main"]);
    }
    super::publish(&repo);
    let ask = |line: &str, set: Ruleset| {
        let github = Github::start();
        github.state().settings.rulesets.push(set);
        let document = asking(&repo, &github, TOKEN, &["--line", line]).run().json();
        (found(&document, "tag-rules").concat(), said(&document, "tag-rules", "detail"))
    };
    let tags = |include: &[&'static str], rules: Vec<Value>| Ruleset::new("tags", "tag", include, rules);
    let (verdict, detail) = ask("3.0", tags(&["refs/tags/v3*"], vec![rule("creation")]));
    assert_eq!(verdict, "failed ruleset 'tags'", "{detail}");
    assert!(detail.contains("'v3.0.0'"), "{detail}");
    assert_eq!(ask("3.0", tags(&["refs/tags/v2*"], vec![rule("creation")])).0, "passed");
    // Which tags a line has whose name tells no version, nothing says.
    let (verdict, detail) = ask("lts", tags(&["~ALL"], vec![rule("creation")]));
    assert_eq!(verdict, "undecided ruleset 'tags'", "{detail}");
    assert_eq!(ask("lts", tags(&["~ALL"], vec![rule("deletion")])).0, "passed");
}

#[test]
fn the_branches_that_picks_wait_on_are_held_against_the_rules_too() {
    let repo = healthy();
    let about = |verdict: &str| format!("{verdict} backstitch/2.0");
    let all = |rules: Vec<Value>| Ruleset::new("all", "branch", &["~ALL"], rules);
    let ask = |set: Ruleset| found(&with(&repo, set), "head-rules").concat();
    let replace = || vec![rule("non_fast_forward")];
    for (rules, expected) in [
        (vec![rule("creation")], "failed"),
        (vec![rule("update")], "undecided"),
        (vec![pull_request()], "failed"),
        (vec![checks(&["test"])], "failed"),
        (replace(), "undecided"),
        (vec![rule("deletion"), rule("required_linear_history")], "passed"),
        (vec![pattern("branch_name_pattern", "starts_with", "release/")], "failed"),
        (vec![pattern("branch_name_pattern", "starts_with", "backstitch/")], "passed"),
    ] {
        assert_eq!(ask(all(rules.clone())), about(expected), "{rules:?}");
    }
    assert_eq!(ask(Ruleset { bypass: Some("always"), ..all(vec![rule("creation")]) }), about("passed"));
    assert_eq!(ask(Ruleset::new("lines", "branch", &[LINE], vec![rule("creation")])), about("passed"));
    let head = Ruleset::new("heads", "branch", &["refs/heads/backstitch/2.0"], vec![rule("required_signatures")]);
    let document = with(&repo, head);
    assert_eq!(found(&document, "commit-signatures"), ["failed"], "{document:#}");
    // Once the branch is there, it is changed and not made.
    repo.git(["push", "-q", "origin", "main:refs/heads/backstitch/2.0"]);
    assert_eq!(ask(all(vec![rule("creation")])), about("passed"));
    assert_eq!(ask(all(vec![rule("update")])), about("failed"));
    // Only proposals need them.
    let github = Github::start();
    github.state().settings.rulesets.push(all(vec![rule("creation")]));
    let pushes = asking(&repo, &github, TOKEN, &["--job", "push"]).run().json();
    assert!(found(&pushes, "head-rules").is_empty(), "{pushes:#}");
    assert!(!github.requests().iter().any(|asked| asked.contains("backstitch")), "{:?}", github.requests());
    let proposes = asking(&repo, &github, TOKEN, &["--job", "pull-requests"]).run().json();
    assert_eq!(found(&proposes, "head-rules"), [about("passed")], "{proposes:#}");
}
