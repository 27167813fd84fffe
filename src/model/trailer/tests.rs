use proptest::prelude::*;

use super::*;

mod lists;
mod reverts;

const FULL: &str = "0123456789abcdef0123456789abcdef01234567";
const OTHER: &str = "fedcba9876543210fedcba9876543210fedcba98";

/// The short forms of relations that the tables are written in.
fn shown(message: &str) -> Vec<String> {
    let pull_request = |pr: &PullRequest| match &pr.repository {
        Some(repository) => format!("{repository}#{}", pr.number),
        None => format!("#{}", pr.number),
    };
    markers(message)
        .iter()
        .map(|marker| match &marker.relation {
            Relation::OriginCommit(name) => format!("origin {name}"),
            Relation::OriginPullRequest(pr) => format!("origin {}", pull_request(pr)),
            Relation::OwnPullRequest(pr) => format!("own {}", pull_request(pr)),
            Relation::KeptPullRequest(pr) => format!("kept {}", pull_request(pr)),
            Relation::Fixes(name) => format!("fixes {name}"),
            Relation::Requires { commit, on: None } => format!("requires {commit}"),
            Relation::Requires { commit, on: Some(line) } => format!("requires {commit} on {line}"),
            Relation::StableFrom(line) => format!("from {line}"),
            Relation::Reverts(name) => format!("reverts {name}"),
            Relation::RevertsPullRequest(pr) => format!("reverts {}", pull_request(pr)),
            Relation::RevertsSubject(subject) => format!("reverts {subject}"),
            Relation::Reapplies(subject) => format!("reapplies {subject}"),
        })
        .collect()
}

#[track_caller]
fn require(table: &[(String, &[String])]) {
    for (message, expected) in table {
        assert_eq!(&shown(message), expected, "{message}");
    }
}

#[test]
fn origin_commits_are_found_wherever_they_stand() {
    let one = [format!("origin {FULL}")];
    let both = [format!("origin {FULL}"), format!("origin {OTHER}")];
    require(&[
        (format!("Fix\n\n(cherry picked from commit {FULL})\n"), &one),
        (
            format!(
                "Fix\n\n* Fix\n\n  (cherry picked from commit {FULL})\n\n* More\n\n  (cherry picked from commit {OTHER})\n\nSigned-off-by: A <a@b>\n"
            ),
            &both,
        ),
        (format!("Document it\n\nWrite this:\n\n  (cherry picked from commit {FULL})\n"), &[]),
        (format!("Answer\n\n> (cherry picked from commit {FULL})\n"), &[]),
        (format!("Squashed commit of the following:\n\n    Fix\n\n    (cherry picked from commit {FULL})\n"), &one),
        (format!("Fix (cherry-picked from commits {FULL} and {OTHER})"), &both),
        (format!("Fix\n\n(backported from commit {FULL})"), &one),
        (format!("Fix\n\ncommit {FULL} upstream.\n\nBody"), &one),
        (format!("Fix\n\n[ Upstream commit {FULL} ]\n"), &one),
        (format!("[2.2.x] Fixed #1 -- Fix.\n\nBackport of {FULL} from main."), &one),
        (format!("Fix\n\nBackported-From: {FULL}"), &one),
        ("Fix\n\n(cherry picked from commit ABCDEF0)".to_owned(), &["origin abcdef0".to_owned()]),
        ("Fix\n\n(cherry picked from commit abcdef)".to_owned(), &[]),
        (format!("Fix\n\n(cherry picked from commit {FULL}0)"), &[]),
        (format!("Fix\n\nSince commit {FULL} upstream has been slow"), &[]),
    ]);
}

#[test]
fn pull_requests_of_the_origin_and_the_own_are_told_apart() {
    let text = str::to_owned;
    let (own, kept, origin) = (text("own #5678"), text("kept #1234"), text("origin #1234"));
    require(&[
        (text("Fix it (#5678)"), &[text("own #5678")]),
        (text("[2.0] Fix it (#5678)"), &[text("own #5678")]),
        (text("Fix it (#1234) (#5678)"), &[kept.clone(), own.clone()]),
        (text("[3.12] gh-99: Fix it (GH-1234) (#5678)"), &[origin.clone(), own.clone()]),
        (text("[Backport release-3.4] Fix it (#1234) (#5678)"), &[origin.clone(), own.clone()]),
        (text("Automated cherry pick of #1234: Fix it (#5678)"), &[own.clone(), origin.clone()]),
        (text("Backport PR #1234 on branch 4.0.x (Fix it) (#5678)"), &[own.clone(), origin.clone()]),
        (text("Backport of #1234 to 2.0"), std::slice::from_ref(&origin)),
        (text("Fix\n\n(cherry picked from PR #1234)"), std::slice::from_ref(&origin)),
        (
            text("Fix\n\nThis backports https://github.com/rust-lang/cargo/pull/1234."),
            &[text("origin rust-lang/cargo#1234")],
        ),
        (text("fix\n\nPR-URL: https://github.com/nodejs/node/pull/12"), &[text("own nodejs/node#12")]),
        (
            text(
                "fix\n\nPR-URL: https://github.com/nodejs/node/pull/12\nBackport-PR-URL: https://github.com/nodejs/node/pull/34",
            ),
            &[text("own nodejs/node#34"), text("origin nodejs/node#12")],
        ),
        (text("Squash\n\n* Fix it (#12)\n* Fix that (#34)\n"), &[text("kept #12"), text("kept #34")]),
        (text("Fix crash, see (#12) for more"), &[]),
        (text("Fix crash (issue #12)"), &[]),
    ]);
}

#[test]
fn several_pull_requests_are_read_however_they_are_joined() {
    for subject in [
        "Backport #12/#13: Fix it",
        "Backport #12 (and #13)",
        "Backport #12 (and #13): Fix it",
        "[2.0] Backport #12 as well as #13 to 2.0",
        "Backport PR #12 and PR #13: Fix it",
        "Backport PRs 12, 13: Fix it",
        "Backport pull request 12 and 13 to 2.0",
        "backport 2.0: #12 & #13 Fix it",
        "Backport #12, also #13",
        "Backport #12 & #13 onto 2.0",
        "[2.0] Backport #12 + #13: Fix it",
        "Backport #12 #13",
        "Fix it (backport #12, #13)",
        "[2.0] Fix it (#12, #13)",
    ] {
        assert_eq!(shown(subject), ["origin #12", "origin #13"], "{subject}");
        let is_mark = !subject.contains("Fix");
        assert_eq!((is_only_a_mark(subject), plain_subject(subject) == "Fix it"), (is_mark, !is_mark), "{subject}");
    }
    assert_eq!(shown("Backport #12 (#13)"), ["own #13", "origin #12"]);
    assert_eq!(shown("Backport PR 12 to 2.0 for 13"), ["origin #12"]);
    assert_eq!(shown("Backport PR 12, 2.0"), ["origin #12"]);
    assert_eq!(shown("Fix it (#12, #13)"), ["kept #12", "kept #13"]);
    assert_eq!(shown("Fix it (see #12, #13)"), Vec::<String>::new());
}

#[test]
fn the_origin_is_read_behind_and_within_the_marks_of_a_line() {
    for subject in [
        "[2.0] Backport #12: Fix it",
        "[2.0] backport #12 Fix it",
        "[2.0] Backport #12",
        "[backport #12] Fix it",
        "backport 2.0: #12 Fix it",
        "backport 2.0: #12",
        "backport from #12 Fix it",
        "backports from #12",
        "[release-2.0] cherry-pick #12: Fix it",
        "2.0: backport #12: Fix it",
        "release-2.0: backport #12 Fix it",
        "[2.0] Backport cherry-pick of #12: Fix it",
        "[2.0] backport godel-db#12 Fix it",
        "Backport PR#12: Fix it",
        "Backport of pull/12 to 2.0.1",
    ] {
        assert_eq!(shown(subject), ["origin #12"], "{subject}");
        let merged = shown(&format!("Merge pull request #9 from a/x\n\n{subject}"));
        assert_eq!(merged, ["own #9", "origin #12"], "{subject}");
    }
    assert_eq!(
        shown("[2.0] Backport #12, #13 and #14: Fix it (#20)"),
        ["own #20", "origin #12", "origin #13", "origin #14"]
    );
    for subject in [
        "Revert \"Backport #12: Fix it\"",
        "[2.0] Revert \"Backport #12: Fix it\"",
        "Undo backport of #12",
        "[2.0] Undo backport of #12",
        "Prepare for backport #12",
        "[2.0] Prepare for backport #12",
        "[2.0] gh-12: Fix it",
        "backport 2.0: gh-12: Fix it",
        "[backport 2.0] #12 is fixed",
        "docs: tell of backport #12",
        "Backport bug#12",
        "2.0: #12 is fixed",
    ] {
        assert!(shown(subject).iter().all(|said| !said.starts_with("origin")), "{subject}");
    }
}

#[test]
fn the_act_of_picking_is_read_in_whatever_form() {
    for text in [
        "Backported PR #123",
        "Backporting #123 to 2.0",
        "Cherry-picked from #123",
        "Cherry picked from PR #123",
        "Manual cherry-pick of #123",
        "This is a manual backport of #123.",
        "(cherry-pick #123)",
        "Backport-of: #123",
        "Upstream-commit: https://github.com/godel/godel/pull/123",
    ] {
        let body = shown(&format!("Fix it\n\n{text}\n"));
        assert!(
            matches!(body.as_slice(), [one] if one.starts_with("origin ") && one.ends_with("#123")),
            "{text}: {body:?}"
        );
    }
    for text in ["Backporting commit", "Cherry-picked from commit", "Upstream-commit:", "Backport-of:"] {
        assert_eq!(shown(&format!("Fix it\n\n{text} {FULL}\n")), [format!("origin {FULL}")], "{text}");
    }
    for subject in [
        "cherry-pick 123: Fix it",
        "Manual cherry-pick of #123: Fix it",
        "Backported PR #123: Fix it",
        "[2.0] cherry-pick 123: Fix it",
        "[2.0] Fix it (cherry-pick #123)",
    ] {
        assert_eq!((shown(subject), plain_subject(subject)), (vec!["origin #123".to_owned()], "Fix it"), "{subject}");
    }
    for subject in
        ["backport 20: Fix it", "cherry-pick 2.0: Fix it", "Backporting 1234567 lines", "vendor: cherry-pick 12 fixes"]
    {
        assert_eq!(shown(subject), Vec::<String>::new(), "{subject}");
    }
}

#[test]
fn a_port_to_main_names_its_origin_as_a_backport_does() {
    for subject in [
        "Forward port of #123",
        "Forward-port of #123 to main",
        "Forward port #123: Fix it",
        "Forwardport #123 Fix it",
        "Forward-ported from #123",
        "Port of #123 from release/2.0",
        "Port #123: Fix it",
        "Ported from #123",
        "[forward-port #123] Fix it",
        "Fix it (forward port #123)",
    ] {
        assert_eq!(shown(subject), ["origin #123"], "{subject}");
    }
    for subject in
        ["Forward port #123: Fix it", "Forward-port: Fix it", "Port #123: Fix it", "Fix it (forward-port #123)"]
    {
        assert_eq!(plain_subject(subject), "Fix it", "{subject}");
    }
    for text in
        ["Port 8080: listen", "Ports: #12", "port: see #12", "Port to Rust", "Port of call", "forward: #12 is fixed"]
    {
        assert_eq!((shown(&format!("Fix it\n\n{text}")), plain_subject(text)), (vec![], text), "{text}");
    }
}

#[test]
fn a_merge_tells_its_pull_request_its_branch_and_its_title() {
    let text = str::to_owned;
    require(&[
        (
            text("Merge pull request #22140 from ahrtr/cherry-pick-22129-to-release-3.5\n\n[release-3.5] Fix it"),
            &[text("own #22140"), text("origin #22129")],
        ),
        (
            text("Merge pull request #7 from a/automated-cherry-pick-of-#5-#6-upstream-release-1.20\n"),
            &[text("own #7"), text("origin #5"), text("origin #6")],
        ),
        (
            format!(
                "Merge pull request #8 from pytest-dev/patchback/backports/8.2.x/{FULL}/pr-6\n\n[PR #6/0123456 backport][8.2.x] Fix"
            ),
            &[text("own #8"), format!("origin {FULL}"), text("origin #6")],
        ),
        (text("Merge pull request #9 from a/x\n\n[1.x] Fix it (#3)"), &[text("own #9"), text("origin #3")]),
        (text("Merge pull request #9 from a/x\n\nFix it (#3)"), &[text("own #9"), text("kept #3")]),
        (text("Merge pull request #9 from a/cherry-pick-3"), &[text("own #9")]),
        (text("[4.6] Merge pull request #9 from a/x"), &[text("origin #9")]),
        (text("[4.6] Merge pull request #9 from a/x (#12)\n\nFix it"), &[text("origin #9"), text("own #12")]),
        (text("Auto merge of #10 - ann:fix, r=bob"), &[text("own #10")]),
        (text("Merge branch 'release/2.0' into main"), &[]),
    ]);
}

#[test]
fn branches_of_tools_name_their_origin() {
    let here = |number| vec![Relation::OriginPullRequest(PullRequest::here(number))];
    for branch in [
        "cherry-pick-12-to-release-3.5",
        "backport-12-to-2.0",
        "backport/2.x/pr-12",
        "mergify/bp/2.0/pr-12",
        "auto-backport-of-pr-12-on-2.0",
    ] {
        assert_eq!(branch_origins(branch), here(12), "{branch}");
    }
    for branch in ["main", "fix-12", "backport-the-fix", "backport-12", "pr-12", "x/pr-12"] {
        assert_eq!(branch_origins(branch), [], "{branch}");
    }
}

#[test]
fn repairs_and_needs_name_commits() {
    let text = str::to_owned;
    require(&[
        (text("x\n\nFixes: 0123456789ab (\"net: subject\")"), &[text("fixes 0123456789ab")]),
        (format!("x\n\nFixes: {FULL}"), &[format!("fixes {FULL}")]),
        (text("x\n\nFixes: #12\nFixes: https://example.com/1\nFixes #13\nFixes: abcdef"), &[]),
        (text("x\n\nRequires: abcdef0, abcdef1 (\"two\")"), &[text("requires abcdef0"), text("requires abcdef1")]),
        (
            text(
                "x\n\nCc: <stable@vger.kernel.org> # 3.3.x: a1f84a3: sched: Check for idle\nCc: <stable@vger.kernel.org> # 3.3.x-",
            ),
            &[text("requires a1f84a3 on 3.3"), text("from 3.3")],
        ),
        (text("x\n\nCc: stable@vger.kernel.org # v5.10+"), &[text("from 5.10")]),
        (text("x\n\nCc: <stable@vger.kernel.org>\nCc: Ann <ann@example.com> # 3.3.x"), &[]),
    ]);
}

#[test]
fn a_marker_keeps_its_words() {
    let found = markers(&format!("x\n\nSee (cherry picked from commit {FULL}) and more\nFixes: abcdef0 (\"a\")  "));
    let words: Vec<_> = found.iter().map(|marker| marker.text.as_str()).collect();
    assert_eq!(words, [&format!("(cherry picked from commit {FULL})"), "Fixes: abcdef0 (\"a\")"]);
}

#[test]
fn a_plain_subject_has_no_mark_of_a_line() {
    for (subject, plain) in [
        ("Fix it", "Fix it"),
        ("[2.0] Fix it (#12)", "Fix it"),
        ("[8.2.x] Fix it", "Fix it"),
        ("[Backport 2.0] Fix it", "Fix it"),
        ("[Backport release-3.4] Fix it", "Fix it"),
        ("[2.0 backport] Fix it", "Fix it"),
        ("[stable 1.96 backport] Fix it", "Fix it"),
        ("[PR #6/0123456 backport][8.2.x] Fix it", "Fix it"),
        ("[3.12] gh-99: Fix it (GH-1234) (#5678)", "gh-99: Fix it"),
        ("Backport 2.0: Fix it", "Fix it"),
        ("Fix it (backport #12) (#13)", "Fix it"),
        ("Fix it (#12) (Backport GH-12)", "Fix it"),
        ("Fix the (backport)", "Fix the (backport)"),
        ("Backport of #12 to 2.0: Fix it", "Fix it"),
        ("Automated cherry pick of #12: Fix it", "Fix it"),
        ("Backport PR #12 on branch 4.0.x (Fix it) (#13)", "Fix it"),
        ("[parser] Fix it", "[parser] Fix it"),
        ("Backport the parser: fix it", "Backport the parser: fix it"),
        ("Backport server: fix it (#12)", "server: fix it"),
        ("Backport #12 parser fix (#12)", "parser fix"),
        ("Backport PR #12: fix it", "fix it"),
        ("Backport #12 to 2.0", "Backport #12 to 2.0"),
        ("[backport #12] Fix it", "Fix it"),
        ("backport 2.0: #12 Fix it", "Fix it"),
        ("backport from #12 Fix it", "Fix it"),
        ("[2.0] cherry-pick #12: Fix it", "Fix it"),
        ("cherry-pick #12 Fix it", "Fix it"),
        ("2.0: backport #12: Fix it", "Fix it"),
        ("[2.0] backport godel-db#12 Fix it", "Fix it"),
        ("Undo backport of #12", "Undo backport of #12"),
        ("[2.0.1] Fix it", "[2.0.1] Fix it"),
        ("Backport #12, #13", "Backport #12, #13"),
        ("Backport: fix it", "fix it"),
        ("2.0: Fix it", "2.0: Fix it"),
        ("Fix it (for 2.0)", "Fix it (for 2.0)"),
        ("[2.0]", "[2.0]"),
        ("(#12)", "(#12)"),
        ("", ""),
    ] {
        assert_eq!(plain_subject(subject), plain, "{subject}");
    }
}

#[test]
fn a_subject_that_only_says_what_is_picked_has_no_title() {
    for subject in [
        "Backport #12",
        "Backport #12 to v3.5",
        "[2.0] Backport #12 (#13)",
        "Cherry-pick of #12 on 2.0",
        "backport 2.0: #12",
        "Backport of pull/12 to 2.0.1",
    ] {
        assert!(is_only_a_mark(subject), "{subject}");
    }
    for subject in ["Backport #12: fix it", "Fix it (#12)", "Backport the parser", "Merge pull request", ""] {
        assert!(!is_only_a_mark(subject), "{subject}");
    }
}

proptest! {
    #[test]
    fn no_message_is_too_strange(message in "(\\PC|[ \\n#()\"\\[\\]:,./é]|cherry picked from commit |Fixes: |Revert \"|Backport |a1b2c3d4|Cc: stable@|#1|/pull/){0,60}") {
        for marker in markers(&message) {
            prop_assert!(message.contains(&marker.text), "{marker:?}");
        }
        let plain = plain_subject(message.lines().next().unwrap_or(""));
        prop_assert!(message.contains(plain));
        // Nothing more can be taken away from it.
        prop_assert_eq!(plain_subject(plain), plain);
        branch_origins(&message);
    }
}
