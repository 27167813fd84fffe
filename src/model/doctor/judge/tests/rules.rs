use super::*;
use crate::model::doctor::ruling::{RefPatterns, TagRuleset};

fn on_branch(facts: &mut Facts, bypass: Bypass, ruling: Ruling) {
    let rules = vec![Ruled { source: "x".to_owned(), bypass, ruling }];
    asked_of(facts).branches[0].1 = Told::Told(BranchRulings { rules, untold: None });
}

#[test]
fn what_only_this_clone_has_is_held_against_the_rules_of_the_branch() {
    let merge = "1".repeat(40).parse().expect("a commit");
    for (ruling, step, unpushed_merge, expected) in [
        (Ruling::Creation, Step::OnlyHere, None, &["line-branch undecided", "branch-rules failed"][..]),
        (Ruling::Creation, Step::Same, None, &[]),
        (Ruling::LinearHistory, Step::Ahead, Some(merge), &["branch-rules failed"]),
        (Ruling::LinearHistory, Step::Ahead, None, &[]),
        (Ruling::Deletion, Step::Ahead, Some(merge), &[]),
        (Ruling::Checks(Vec::new()), Step::Same, None, &[]),
    ] {
        let change = |bypass| {
            let ruling = ruling.clone();
            move |facts: &mut Facts| {
                let branch = facts.lines[0].branch.as_mut().expect("there is one");
                (branch.step, branch.unpushed_merge) = (step, unpushed_merge);
                on_branch(facts, bypass, ruling);
            }
        };
        after(change(Bypass::Never), expected);
        let without: Vec<&str> = expected.iter().copied().filter(|said| *said != "branch-rules failed").collect();
        after(change(Bypass::Always), &without);
    }
}

#[test]
fn a_rule_of_tags_that_may_ask_for_signed_commits_leaves_it_open() {
    let set = |refs: Option<&[&str]>, bypass| {
        let named = |refs: &[&str]| RefPatterns {
            include: refs.iter().map(|one| (*one).to_owned()).collect(),
            exclude: Vec::new(),
        };
        TagRuleset { name: "tags".to_owned(), refs: refs.map(named), bypass, rulings: vec![Ruling::Signatures] }
    };
    for (refs, bypass, expected) in [
        (Some(&["refs/tags/v*"][..]), Bypass::Never, &["commit-signatures failed"][..]),
        (Some(&["refs/tags/v[0-9]*"]), Bypass::Never, &["commit-signatures undecided"]),
        (None, Bypass::Untold, &["commit-signatures undecided"]),
        (Some(&["refs/tags/v[0-9]*"]), Bypass::Always, &[]),
        (Some(&["refs/tags/w*"]), Bypass::Never, &[]),
    ] {
        after(|facts| asked_of(facts).tags = Told::Told(vec![set(refs, bypass)]), expected);
    }
    // Of a line without a tag, any set may be about the next one.
    let untold = |facts: &mut Facts| {
        let asked = asked_of(facts);
        asked.tags = Told::Told(vec![set(Some(&["refs/tags/w*"]), Bypass::Never)]);
        (asked.next_tags, asked.untold_tags) = (Vec::new(), vec!["2.0".parse().expect("a line")]);
    };
    after(untold, &["commit-signatures undecided"]);
    let unread = |facts: &mut Facts| asked_of(facts).tags = Told::Denied(Why::new("so"));
    after(unread, &["tag-rules undecided"]);
    let mut facts = well();
    unread(&mut facts);
    assert!(
        judge(&facts).iter().all(|finding| finding.rule != Rule::CommitSignatures),
        "nobody can say that no rule asks"
    );
}
