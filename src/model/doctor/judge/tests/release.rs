//! What a release that commits nothing leaves unasked.

use super::*;
use crate::model::doctor::facts::Beginning;
use crate::model::doctor::ruling::{RefPatterns, TagRuleset};

/// A line whose rules ask for pull requests, signed commits and a check of sign-offs, and the release of 2.0.1 on it.
fn protected(bypass: Bypass) -> Facts {
    let mut facts = well();
    let checks = Ruling::Checks(vec!["DCO".to_owned()]);
    let ruled = |ruling| Ruled { source: "ruleset 'lines'".to_owned(), bypass, ruling };
    let rules = [Ruling::PullRequest, Ruling::Signatures, checks].map(ruled).to_vec();
    asked_of(&mut facts).branches[0].1 = Told::Told(BranchRulings { rules, untold: None });
    facts.lines[0].release = Some(ReleaseFacts {
        version: semver::Version::new(2, 0, 1),
        tag: None,
        refusal: None,
        unsound: None,
        released_as: None,
        left_out: None,
        begins: Some(Beginning::Behind("v2.0.0".parse().expect("a tag"))),
    });
    facts
}

/// What fails or passes of the rules that are about commits.
fn judged(facts: &Facts) -> Vec<Finding> {
    let rules = [Rule::BranchRules, Rule::CommitSignatures, Rule::SignOff];
    judge(facts).into_iter().filter(|finding| rules.contains(&finding.rule)).collect()
}

#[test]
fn rules_about_commits_do_not_concern_a_release_that_commits_nothing() {
    let held = |said, version| Some(HeldVersion { said, held: Ok(version) });
    let in_tags = || held(VersionsSaid::InTags, None);
    let holds = |patch| held(VersionsSaid::Named, Some(semver::Version::new(2, 0, patch)));
    let found = |step, version: Option<HeldVersion>, tag: Option<&str>, release: bool| {
        let mut facts = protected(Bypass::Never);
        let line = &mut facts.lines[0];
        line.branch.as_mut().expect("there is one").step = step;
        line.version = version;
        line.release.as_mut().expect("it is asked about").tag = tag.map(|tag| tag.parse().expect("a tag"));
        line.release = line.release.take().filter(|_| release);
        judged(&facts).iter().all(|finding| finding.found == Found::Passed)
    };
    for (step, version, tag, release, expected) in [
        (Step::Same, in_tags(), None, true, true),
        (Step::Behind, in_tags(), None, true, true),
        (Step::OnlyThere, in_tags(), None, true, true),
        (Step::Same, holds(1), None, true, true),
        // An earlier run pushed the tag, and the line has gone on since.
        (Step::Same, holds(2), Some("v2.0.1"), true, true),
        (Step::Same, holds(0), None, true, false),
        (Step::Same, holds(2), None, true, false),
        (Step::Same, held(VersionsSaid::Nothing, None), None, true, false),
        // Commits that only this clone has are pushed, too.
        (Step::Ahead, in_tags(), None, true, false),
        (Step::OnlyHere, holds(1), None, true, false),
        // Picks are committed.
        (Step::Same, in_tags(), None, false, false),
        (Step::Same, holds(1), None, false, false),
    ] {
        let said = format!("{step:?} {version:?} {tag:?} {release}");
        assert_eq!(found(step, version, tag, release), expected, "{said}");
    }
}

#[test]
fn workflow_files_do_not_concern_a_release_whose_commit_the_remote_has() {
    let found = |step, said, version| {
        let mut facts = protected(Bypass::Never);
        facts.forge = ForgeFacts::Asked(Box::new(asked(TokenKind::Workflow)));
        let line = &mut facts.lines[0];
        line.branch.as_mut().expect("there is one").step = step;
        line.version = Some(HeldVersion { said, held: Ok(version) });
        let named = vec!["ci.yml".to_owned()];
        line.workflows = Some(WorkflowFiles { number: 1, differing: named.clone(), new: Some(named) });
        judge(&facts).into_iter().find(|finding| finding.rule == Rule::WorkflowFiles).map(|finding| finding.found)
    };
    assert_eq!(found(Step::Same, VersionsSaid::InTags, None), Some(Found::Passed));
    assert_eq!(found(Step::Ahead, VersionsSaid::InTags, None), Some(Found::Failed));
    assert_eq!(found(Step::Same, VersionsSaid::Named, Some(semver::Version::new(2, 0, 0))), Some(Found::Failed));
}

#[test]
fn what_lets_a_release_pass_by_a_rule_is_told() {
    let mends = |facts: &Facts, rule| -> Vec<String> {
        judged(facts).into_iter().filter(|finding| finding.rule == rule).filter_map(|finding| finding.mend).collect()
    };
    let beforehand = "by a pull request beforehand";
    for bypass in [Bypass::Never, Bypass::InPullRequests, Bypass::Untold] {
        let mut facts = protected(bypass);
        for rule in [Rule::BranchRules, Rule::CommitSignatures] {
            let said = mends(&facts, rule);
            let helps = |mend: &String| mend.contains("'Bypass list'") && mend.contains(beforehand);
            assert!(!said.is_empty() && said.iter().all(helps), "{said:?}");
            // 'patch-publish' would refuse its own commit.
            assert!(!said.concat().contains("gpgSign"), "{said:?}");
        }
        facts.lines[0].release = None;
        for (rule, own) in [(Rule::BranchRules, "patch-pick propose"), (Rule::CommitSignatures, "commit.gpgSign")] {
            let said = mends(&facts, rule).concat();
            assert!(said.contains("'Bypass list'") && said.contains(own) && !said.contains(beforehand), "{said}");
        }
    }
}

#[test]
fn whether_the_commits_of_a_tag_are_signed_only_the_forge_can_tell() {
    let mut facts = protected(Bypass::Never);
    facts.lines[0].version = Some(HeldVersion { said: VersionsSaid::InTags, held: Ok(None) });
    let refs = Some(RefPatterns { include: vec!["~ALL".to_owned()], exclude: Vec::new() });
    let (name, bypass) = ("tags".to_owned(), Bypass::Never);
    asked_of(&mut facts).tags = Told::Told(vec![TagRuleset { name, bypass, refs, rulings: vec![Ruling::Signatures] }]);
    let found = judged(&facts).into_iter().find(|finding| finding.rule == Rule::CommitSignatures);
    assert_eq!(found.map(|finding| finding.found), Some(Found::Undecided));
}
