//! The rules that the forge has for the branches of lines and for tags.

use semver::Version;

use super::clone::with_hint;
use crate::model::apply::shell_word;
use crate::model::arrange::Arrange as _;
use crate::model::branch::BranchName;
use crate::model::doctor::facts::{Asked, BranchFacts, BranchRulings, LineFacts, Step, Told};
use crate::model::doctor::ruling::{Bypass, Pattern, PatternOf, Ruled, Ruling, TagRuleset};
use crate::model::doctor::{Finding, Rule};
use crate::model::line::LineName;
use crate::model::tag::TagName;

pub(super) fn judge(asked: &Asked, lines: &[LineFacts]) -> Vec<Finding> {
    let is_of = |line: &&LineFacts, name: &BranchName| line.branch.as_ref().is_ok_and(|branch| branch.name == *name);
    let branches = asked.branches.iter();
    let of = |(name, told): &(BranchName, _)| of_branch(name, told, lines.iter().find(|line| is_of(line, name)));
    let mut findings: Vec<Finding> = branches.flat_map(of).collect();
    findings.extend(of_tags(asked));
    findings
}

fn of_branch(branch: &BranchName, told: &Told<BranchRulings>, line: Option<&LineFacts>) -> Vec<Finding> {
    if let Some(why) = line.and_then(LineFacts::commits_nothing) {
        let detail = format!("the release pushes nothing to it, whatever its rules are: {why}");
        return vec![Finding::passed(Rule::BranchRules, detail).about(branch)];
    }
    let release = line.and_then(LineFacts::moves_to);
    let push = match release {
        Some(version) => {
            format!(
                "'patch-tag push', which takes '{branch}' along with the commit that moves the version to {version}"
            )
        }
        None => format!("a push of picks to '{branch}', and 'patch-tag push', which takes the branch along"),
    };
    let rulings = match told {
        Told::Told(rulings) => rulings,
        Told::Missing(why) | Told::Denied(why) | Told::Failed(why) => {
            return vec![with_hint(Finding::undecided(Rule::BranchRules, &why.sentence, push).about(branch), why)];
        }
    };
    let facts = line.and_then(|line| line.branch.as_ref().ok());
    let on = |ruled| on_pushed(facts, ruled, &push).or_else(|| on_branch(branch, ruled, release, &push));
    let mut findings: Vec<Finding> = rulings.rules.iter().filter_map(on).collect();
    if let Some(why) = &rulings.untold {
        findings.push(with_hint(Finding::undecided(Rule::BranchRules, &why.sentence, push), why));
    }
    if findings.is_empty() {
        findings.push(Finding::passed(Rule::BranchRules, "no rule stands in the way of a push"));
    }
    findings.into_iter().map(|finding| finding.about(branch)).collect()
}

/// What a rule does to what a push takes along that only this clone has: the branch itself, or merges. `None`: nothing.
fn on_pushed(branch: Option<&BranchFacts>, Ruled { source, bypass, ruling }: &Ruled, push: &str) -> Option<Finding> {
    let branch = branch?;
    let (detail, mend) = match (ruling, branch.step, branch.unpushed_merge) {
        (Ruling::Creation, Step::OnlyHere, _) => (
            format!("{source} lets nobody make '{}', which the remote does not have", branch.name),
            "have the branch made by somebody who may, or let the account or the app of the token pass over the rule, in its 'Bypass list'".to_owned(),
        ),
        (Ruling::LinearHistory, _, Some(merge)) => (
            format!("{source} takes no merge, and {} is one, which only this clone has", merge.short()),
            format!(
                "push what it brings without a merge: git switch {}, and then git rebase {}",
                shell_word(branch.name.as_str()),
                shell_word(&format!("{merge}^"))
            ),
        ),
        _ => return None,
    };
    Some(passing(*bypass, Rule::BranchRules, detail, true, push, &mend))
}

/// What a rule does to pushes of picks, or of a release: commits on top of what is there, none of them a merge. `None`: nothing.
fn on_branch(branch: &BranchName, ruled: &Ruled, release: Option<&Version>, push: &str) -> Option<Finding> {
    let Ruled { source, bypass, ruling } = ruled;
    let (detail, sure) = match ruling {
        // It is never moved back or deleted, and a pick of a merge is no merge.
        Ruling::Creation | Ruling::Deletion | Ruling::NonFastForward | Ruling::LinearHistory => return None,
        // That is a rule of its own here.
        Ruling::Signatures => return None,
        Ruling::Update => (format!("{source} lets nobody change it"), true),
        Ruling::PullRequest => (format!("{source} takes changes by pull requests only"), true),
        Ruling::MergeQueue => (format!("{source} takes changes through the merge queue only"), true),
        Ruling::Checks(names) if names.is_empty() => return None,
        Ruling::Checks(names) => {
            let names: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
            (format!("{source} asks that these checks have passed on what is pushed: {}", names.join(", ")), true)
        }
        Ruling::Pattern(pattern) => match (pattern.of, pattern.allows(branch.as_str())) {
            (PatternOf::Branch, Some(true)) => return None,
            (PatternOf::Branch, Some(false)) => (format!("{source} asks that {}", pattern.sentence()), true),
            (_, _) => (format!("{source} asks that {}", pattern.sentence()), false),
        },
        Ruling::Other(word) => (format!("{source} has the rule '{word}'"), false),
    };
    Some(passing(*bypass, Rule::BranchRules, detail, sure, push, &by_pull_request(*bypass, release)))
}

fn by_pull_request(bypass: Bypass, release: Option<&Version>) -> String {
    let otherwise = release.map_or_else(
        || "push picks to a branch of their own and open a pull request: patch-pick propose".to_owned(),
        moved_beforehand,
    );
    let skip = match bypass {
        Bypass::Untold => "; or, if it may already, leave this out: --skip branch-rules",
        Bypass::Always | Bypass::InPullRequests | Bypass::Never => "",
    };
    format!("{otherwise}; or let the account or the app of the token pass over the rules, in their 'Bypass list'{skip}")
}

/// How a release comes to commit nothing.
pub(super) fn moved_beforehand(version: &Version) -> String {
    format!(
        "bring the version to the branch by a pull request beforehand, and the release pushes its tag alone: \
         patch-bump set {version} --commit, on a branch of its own"
    )
}

/// Makes a finding of what a rule refuses, unless the account may pass over it.
pub(super) fn passing(bypass: Bypass, rule: Rule, detail: String, sure: bool, would_fail: &str, mend: &str) -> Finding {
    match (bypass, sure) {
        (Bypass::Always, _) => {
            Finding::passed(rule, format!("{detail}, and the account of the token may pass over it"))
        }
        (Bypass::InPullRequests | Bypass::Never, true) => Finding::failed(rule, detail, would_fail).mend(mend),
        (Bypass::Untold, true) => {
            let detail = format!("{detail}; whether the account may pass over it was not told");
            Finding::failed(rule, detail, would_fail).mend(mend)
        }
        (Bypass::InPullRequests | Bypass::Never | Bypass::Untold, false) => {
            Finding::undecided(rule, detail, would_fail)
                .mend("see what it asks, in the settings of the repository under 'Rules'")
        }
    }
}

fn of_tags(asked: &Asked) -> Vec<Finding> {
    if let ([], [], [first, ..]) = (&asked.next_tags[..], &asked.untold_tags[..], &asked.pushed_tags[..]) {
        return vec![Finding::passed(Rule::TagRules, format!("'{first}' is there already: the release pushes no tag"))];
    }
    let would_fail = "'patch-tag push' of the next release";
    let sets = match &asked.tags {
        Told::Told(sets) => sets,
        Told::Missing(why) | Told::Denied(why) | Told::Failed(why) => {
            return vec![with_hint(Finding::undecided(Rule::TagRules, &why.sentence, would_fail), why)];
        }
    };
    let mut findings: Vec<Finding> = sets.iter().flat_map(|set| of_set(set, &asked.next_tags, would_fail)).collect();
    let untold = |line: &LineName| sets.iter().filter_map(|set| on_untold(set, line, would_fail)).collect::<Vec<_>>();
    findings.extend(asked.untold_tags.iter().flat_map(untold));
    if findings.is_empty() {
        let names: Vec<String> = asked.next_tags.iter().take(5).map(|tag| format!("'{tag}'")).collect();
        let detail = match names.is_empty() {
            true => "no rule stands in the way of a tag".to_owned(),
            false => format!("no rule stands in the way of {}", names.join(", ")),
        };
        findings.push(Finding::passed(Rule::TagRules, detail));
    }
    findings
}

/// What a set of rules does to the next tags.
fn of_set(set: &TagRuleset, tags: &[TagName], would_fail: &str) -> Vec<Finding> {
    let hit = |tag: &&TagName| set.refs.as_ref().and_then(|refs| refs.match_ref(&tag.full()));
    let sure: Vec<&TagName> = tags.iter().filter(|tag| hit(tag) == Some(true)).collect();
    let open: Vec<&TagName> = tags.iter().filter(|tag| hit(tag).is_none()).collect();
    let source = format!("ruleset '{}'", set.name);
    let one = |ruling: &Ruling| {
        let of = |tag: &&TagName, sure: bool| on_tag(tag, ruling, &source, sure, set.bypass, would_fail);
        let found = sure.iter().map(|tag| of(tag, true)).chain(open.iter().map(|tag| of(tag, false)));
        found.flatten().min_by_key(|finding| finding.found)
    };
    let mut found: Vec<Finding> = set.rulings.iter().filter_map(one).collect();
    found.arrange_by_key(|finding| finding.found);
    found.into_iter().map(|finding| finding.about(&source)).collect()
}

/// What a set of rules may do to the next tag of a line of which nothing tells how it is called. `None`: nothing.
fn on_untold(set: &TagRuleset, line: &LineName, would_fail: &str) -> Option<Finding> {
    let is_about_new = |ruling: &Ruling| match ruling {
        Ruling::Update | Ruling::Deletion | Ruling::NonFastForward | Ruling::LinearHistory | Ruling::Signatures => {
            false
        }
        Ruling::Creation
        | Ruling::PullRequest
        | Ruling::MergeQueue
        | Ruling::Checks(_)
        | Ruling::Pattern(_)
        | Ruling::Other(_) => true,
    };
    let hits_some = set.refs.as_ref().is_none_or(|refs| !refs.include.is_empty());
    if set.bypass == Bypass::Always || !hits_some || !set.rulings.iter().any(is_about_new) {
        return None;
    }
    let source = format!("ruleset '{}'", set.name);
    let detail = format!("{source} is about new tags, and nothing tells how the next one of line '{line}' is called");
    let mend = "see what it asks, in the settings of the repository under 'Rules'";
    Some(Finding::undecided(Rule::TagRules, detail, would_fail).mend(mend).about(source))
}

/// What a rule does to a new tag. `hits`: whether it is sure that the rule is about the tag. `None`: nothing.
fn on_tag(
    tag: &TagName,
    ruling: &Ruling,
    source: &str,
    hits: bool,
    bypass: Bypass,
    would_fail: &str,
) -> Option<Finding> {
    let (detail, sure) = match ruling {
        // Tags are made once, and never moved or deleted.
        Ruling::Update | Ruling::Deletion | Ruling::NonFastForward | Ruling::LinearHistory => return None,
        // That is a rule of its own here.
        Ruling::Signatures => return None,
        Ruling::Creation => (format!("{source} lets nobody make '{tag}'"), true),
        Ruling::Pattern(pattern @ Pattern { of: PatternOf::Tag, .. }) => match pattern.allows(tag.as_str()) {
            Some(true) => return None,
            Some(false) => (format!("{source} asks that {}, which '{tag}' does not", pattern.sentence()), true),
            None => (format!("{source} asks that {}", pattern.sentence()), false),
        },
        Ruling::Pattern(pattern) => (format!("{source} asks that {}", pattern.sentence()), false),
        Ruling::Checks(names) if names.is_empty() => return None,
        Ruling::Checks(names) => {
            let names: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
            (format!("{source} asks that these checks have passed on what is tagged: {}", names.join(", ")), false)
        }
        Ruling::PullRequest => (format!("{source} asks for a pull request"), false),
        Ruling::MergeQueue => (format!("{source} asks for the merge queue"), false),
        Ruling::Other(word) => (format!("{source} has the rule '{word}'"), false),
    };
    let mend = "let the account or the app of the token pass over the ruleset, in its 'Bypass list', or name tags otherwise: 'tag' in [project] of patch.toml";
    let detail = match hits {
        true => detail,
        false => format!("{detail}; whether it is about '{tag}' cannot be told"),
    };
    Some(passing(bypass, Rule::TagRules, detail, sure && hits, would_fail, mend))
}

/// Who asks for signed commits.
pub(super) struct RequiredSignatures {
    /// The sets of rules, and the branches that they ask it for.
    pub(super) on_branches: Vec<String>,
    /// The same of tags.
    pub(super) on_tags: Vec<String>,
    /// The sets of rules of which it cannot be told whether they ask it for the next tags.
    pub(super) perhaps_on_tags: Vec<String>,
    /// Whether all rules were told.
    pub(super) all_told: bool,
}

pub(super) fn required_signatures(asked: &Asked) -> RequiredSignatures {
    let strict = |bypass: Bypass| bypass != Bypass::Always;
    let heads = asked.heads.iter().map(|head| (&head.name, &head.rulings));
    let all = || asked.branches.iter().map(|(branch, told)| (branch, told)).chain(heads.clone());
    let branches = all().filter_map(|(branch, told)| {
        let rules = &told.told()?.rules;
        let found = rules.iter().find(|ruled| ruled.ruling == Ruling::Signatures && strict(ruled.bypass))?;
        Some(format!("{} for '{branch}'", found.source))
    });
    let sets = asked.tags.told().into_iter().flatten();
    let (mut on_tags, mut perhaps_on_tags) = (Vec::new(), Vec::new());
    for set in sets.filter(|set| set.rulings.contains(&Ruling::Signatures) && strict(set.bypass)) {
        let hits = |tag: &TagName| set.refs.as_ref().and_then(|refs| refs.match_ref(&tag.full()));
        let first = |wanted: Option<bool>| asked.next_tags.iter().find(|tag| hits(tag) == wanted);
        // Of a line of which nothing tells how its next tag is called, any set that names some tags may be about it.
        let names_some = set.refs.as_ref().is_none_or(|refs| !refs.include.is_empty());
        match (first(Some(true)), first(None)) {
            (Some(tag), _) => on_tags.push(format!("ruleset '{}' for '{tag}'", set.name)),
            (None, Some(tag)) => perhaps_on_tags.push(format!("ruleset '{}' for '{tag}'", set.name)),
            (None, None) => {
                let untold = asked.untold_tags.first().filter(|_| names_some);
                perhaps_on_tags.extend(untold.map(|line| format!("ruleset '{}' for line '{line}'", set.name)));
            }
        }
    }
    let no_tags = asked.next_tags.is_empty() && asked.untold_tags.is_empty();
    let all_told = (no_tags || asked.tags.told().is_some())
        && all().all(|(_, told)| told.told().is_some_and(|rulings| rulings.untold.is_none()));
    RequiredSignatures { on_branches: branches.collect(), on_tags, perhaps_on_tags, all_told }
}

/// Returns the names of the checks that rules ask for on the branches of lines.
pub(super) fn required_checks(asked: &Asked) -> Vec<&str> {
    let rules = asked.branches.iter().filter_map(|(_, told)| told.told()).flat_map(|told| &told.rules);
    let names = rules.filter_map(|ruled| match &ruled.ruling {
        Ruling::Checks(names) => Some(names),
        Ruling::Creation
        | Ruling::Update
        | Ruling::Deletion
        | Ruling::NonFastForward
        | Ruling::LinearHistory
        | Ruling::PullRequest
        | Ruling::MergeQueue
        | Ruling::Signatures
        | Ruling::Pattern(_)
        | Ruling::Other(_) => None,
    });
    names.flatten().map(String::as_str).collect()
}
