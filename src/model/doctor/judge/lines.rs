//! The lines: their branches, their releases and their versions.

use super::clone::with_hint;
use crate::model::apply::shell_word;
use crate::model::branch::BranchName;
use crate::model::doctor::facts::{
    BranchFacts, ConfigFacts, HeldVersion, HighestTag, LineConfig, LineFacts, LineTags, Narrow, Sight, Step, TagForm,
    VersionsSaid,
};
use crate::model::doctor::{Finding, Rule};
use crate::model::fetch::FetchFrom;
use crate::model::tag::TagName;

/// So many tags are named.
const MOST_NAMED: usize = 5;

pub(super) fn judge(line: &LineFacts, fetch: &FetchFrom, config: &ConfigFacts) -> Vec<Finding> {
    let mut findings = vec![match &line.branch {
        Ok(branch) => step(branch, fetch),
        Err(why) => with_hint(
            Finding::failed(
                Rule::LineBranch,
                &why.sentence,
                format!("every verb, as soon as it is asked about line {}", line.name),
            ),
            why,
        ),
    }];
    if let (Some(said), Ok(branch), ConfigFacts::Right { main, .. }) = (&line.config, &line.branch, config) {
        findings.push(configuration(said, &branch.name, main));
    }
    findings.push(highest(&line.tags, line, fetch));
    findings.push(order(&line.tags, fetch));
    findings.extend(line.version.as_ref().map(|version| held(version, line.tags.highest.as_ref())));
    let about = |finding: Finding| match &finding.about {
        Some(_) => finding,
        None => finding.about(&line.name),
    };
    findings.into_iter().map(about).collect()
}

fn step(branch: &BranchFacts, fetch: &FetchFrom) -> Finding {
    let BranchFacts { name, step, worktree, unpushed_merge: _ } = branch;
    let (word, remote) = (shell_word(name.as_str()), shell_word(&fetch.remote));
    let passed = |detail: String| Finding::passed(Rule::LineBranch, detail);
    match step {
        Step::Same => passed(format!("'{name}' is here and on the remote, and the same")),
        Step::NotCompared => passed(format!("'{name}' is here")),
        Step::Ahead => passed(format!("'{name}' has commits here that the remote lacks, and they can be pushed")),
        Step::OnlyThere => passed(format!("'{name}' is on the remote, and is taken from there")),
        Step::Behind => Finding::undecided(
            Rule::LineBranch,
            format!("'{name}' is behind that of the remote here"),
            "a push of the one here is refused; the binaries take the newer one",
        )
        .mend(match worktree {
            // A fetch moves no branch that is checked out.
            Some(path) => format!("git -C {} pull --ff-only {remote} {word}", shell_word(path)),
            None => format!("git fetch {remote} {word}:{word}"),
        }),
        Step::Unfetched => Finding::failed(
            Rule::LineBranch,
            format!("the remote has commits on '{name}' that are not here"),
            "plans are made from an old state, and pushes are refused",
        )
        .mend(fetch.branch(name)),
        Step::Unseen => Finding::undecided(
            Rule::LineBranch,
            format!("'{name}' is not here, and this clone may lack branches that the remote has"),
            "every verb that is asked about the line, if the remote has none either",
        )
        .mend(format!("fetch it: {}; or ask the remote: without --offline", fetch.branch(name))),
        Step::Apart => Finding::failed(
            Rule::LineBranch,
            format!("'{name}' is at one commit here and at another on the remote, and neither has the other"),
            "a push is refused, for it would need force",
        )
        .mend(format!("look, and decide which one counts: git log --oneline --left-right {word}...{remote}/{word}")),
        Step::OnlyHere => Finding::undecided(
            Rule::LineBranch,
            format!("'{name}' is here, and the remote has no such branch"),
            "pull requests to the line have no base; a push makes the branch, where rules let it",
        )
        .mend(format!("git push {remote} {word}")),
    }
}

/// Whether what is run on the branch of a line knows the line: it goes by the `patch.toml` of that branch.
fn configuration(said: &LineConfig, branch: &BranchName, main: &BranchName) -> Finding {
    let take = |finding: Finding| {
        finding.mend(format!(
            "commit that of main there: git switch {}, and then git restore --source {} -- patch.toml",
            shell_word(branch.as_str()),
            shell_word(main.as_str())
        ))
    };
    let differs = |detail: String| {
        let would_fail = "'patch-publish', and whatever else is run on that branch: it goes by the patch.toml there";
        take(Finding::undecided(Rule::LineConfiguration, detail, would_fail))
    };
    match said {
        LineConfig::Knows => {
            Finding::passed(Rule::LineConfiguration, format!("the patch.toml of '{branch}' knows the line"))
        }
        LineConfig::Lacks => differs(format!("the patch.toml of '{branch}' does not have the line with this branch")),
        LineConfig::Absent => differs(format!("'{branch}' has no patch.toml")),
        LineConfig::Broken(why) => differs(format!("the patch.toml of '{branch}' is of no use: {}", why.sentence)),
        LineConfig::OtherTags { here, main: of_main } => take(Finding::failed(
            Rule::LineConfiguration,
            format!("the patch.toml of '{branch}' gives tags the form '{here}', and that of '{main}' '{of_main}'"),
            "'patch-publish' on that branch makes a tag that nothing run on main takes for a release",
        )),
        LineConfig::LacksOthers(lines) => {
            let names: Vec<String> = lines.iter().map(|line| format!("'{line}'")).collect();
            take(Finding::undecided(
                Rule::LineConfiguration,
                format!("the patch.toml of '{branch}' does not have these lines of main's: {}", names.join(", ")),
                "the notes that 'patch-publish' writes on that branch do not say what was also fixed in them",
            ))
        }
    }
}

fn highest(tags: &LineTags, line: &LineFacts, fetch: &FetchFrom) -> Finding {
    let create = "'patch-tag create' refuses the next tag of the line";
    if let Some(above) = &tags.above {
        return Finding::failed(
            Rule::LineTag,
            format!("the remote has '{above}', which is above every tag here"),
            create,
        )
        .mend(fetch.tags());
    }
    if let Sight::Narrow(narrow) = tags.sight {
        let newest = match &tags.highest {
            Some(HighestTag { tag, .. }) => format!("'{tag}' is the newest release here"),
            None => "no release of the line is here".to_owned(),
        };
        let detail = format!("{newest}, and there may be others: {}", narrow.sentence());
        return Finding::undecided(Rule::LineTag, detail, create).mend(narrow.mend(fetch));
    }
    let Some(HighestTag { tag, on_branch, .. }) = &tags.highest else {
        return Finding::passed(
            Rule::LineTag,
            "the line has no release yet; its first tag needs a version: patch-tag create VERSION",
        );
    };
    match (on_branch, &line.branch) {
        (Some(true), _) => Finding::passed(Rule::LineTag, format!("'{tag}' is the newest release, and the branch holds it")),
        (Some(false), Ok(branch)) => Finding::failed(
            Rule::LineTag,
            format!("'{tag}' is the newest release, and '{}' does not hold its commit", branch.name),
            create,
        )
        .mend(format!(
            "see where it is: git branch --all --contains {0}; merge that into the branch, or correct 'branch' of the line in patch.toml",
            shell_word(tag.as_str())
        )),
        (Some(false) | None, _) => {
            Finding::undecided(Rule::LineTag, format!("'{tag}' is the newest release, and it cannot be told whether the branch holds it"), create)
                .mend(format!("fetch the history, and the branch where it is missing: {}", fetch.tags()))
        }
    }
}

fn order(tags: &LineTags, fetch: &FetchFrom) -> Finding {
    let would_fail = "'patch-tag verify' of such a tag, and the notes of the release behind it";
    if let Some((earlier, later)) = tags.unordered.first() {
        let more = tags.unordered.len() - 1;
        let more = if more == 0 { String::new() } else { format!(", and {more} more pairs are alike") };
        return Finding::undecided(
            Rule::TagOrder,
            format!("'{later}' does not descend from '{earlier}'{more}"),
            would_fail,
        )
        .mend(format!("look: patch-tag verify {}; a tag that was published stays", shell_word(later.as_str())));
    }
    if let Some((detail, mend)) = unseen(tags, fetch) {
        return Finding::undecided(Rule::TagOrder, detail, would_fail).mend(mend);
    }
    if !tags.outside.is_empty() {
        let names = named(&tags.outside);
        return Finding::undecided(
            Rule::TagOrder,
            format!("the branch does not hold the commits of {names}"),
            would_fail,
        )
        .mend("look at each: patch-tag verify TAG; a tag that was published stays");
    }
    Finding::passed(Rule::TagOrder, "the releases follow one another, and the branch holds them all")
}

/// What of the order cannot be seen here, and how to get it.
pub(super) fn unseen(tags: &LineTags, fetch: &FetchFrom) -> Option<(String, String)> {
    match &tags.sight {
        Sight::Narrow(narrow) => {
            Some((format!("releases may be missing here: {}", narrow.sentence()), narrow.mend(fetch)))
        }
        Sight::Lacking(lacking) => {
            Some((format!("the remote has {}, which are not here", named(lacking)), fetch.tags()))
        }
        Sight::Whole if tags.is_cut => Some((
            "history is missing that tells whether the releases follow one another".to_owned(),
            Narrow::Shallow.mend(fetch),
        )),
        Sight::Whole => None,
    }
}

/// Whether the tags have the form of the project's. `None`: there are none at all.
pub(super) fn form(tags: &TagForm) -> Option<Finding> {
    let TagForm { form, matching, others, look_like_releases } = tags;
    if *matching > 0 {
        return Some(Finding::passed(Rule::TagForm, format!("{} of the form '{form}'", counted(*matching))));
    }
    let first = others.first()?;
    let detail = format!(
        "tags have the form '{form}', and none of those that there are has it, such as '{}'",
        first.escape_debug()
    );
    let would_fail =
        "no release is found: every line looks as if it had none, and the next tag has another form than those before";
    let finding = match look_like_releases {
        true => Finding::failed(Rule::TagForm, detail, would_fail),
        false => Finding::undecided(Rule::TagForm, detail, would_fail),
    };
    Some(finding.mend("say in patch.toml how the tags of releases are named: 'tag' in [project], such as tag = \"release-{version}\"; see them: git tag --list"))
}

fn counted(tags: usize) -> String {
    if tags == 1 { "a tag is".to_owned() } else { format!("{tags} tags are") }
}

fn named(tags: &[TagName]) -> String {
    let names: Vec<String> = tags.iter().take(MOST_NAMED).map(|tag| format!("'{tag}'")).collect();
    match tags.len().saturating_sub(MOST_NAMED) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

fn held(version: &HeldVersion, highest: Option<&HighestTag>) -> Finding {
    let bump = "'patch-bump next' and 'patch-tag create' refuse";
    // What nobody named may be something else than what is released.
    let wrong = |detail: String, named: String, found: String| match version.said {
        VersionsSaid::Named => Finding::failed(Rule::LineVersion, detail, named),
        VersionsSaid::Nothing | VersionsSaid::InTags => Finding::undecided(Rule::LineVersion, detail, found),
    };
    let held = match &version.held {
        Ok(held) => held,
        Err(why) => {
            let found = "'patch-bump next' refuses where it finds no one version";
            return with_hint(wrong(why.sentence.clone(), bump.to_owned(), found.to_owned()), why);
        }
    };
    match (held, highest) {
        (None, _) => without(version.said, bump),
        (Some(held), Some(HighestTag { tag, version: tagged, .. })) if held.cmp_precedence(tagged).is_lt() => {
            let detail = format!("the files hold {held}, and '{tag}' is above that");
            let would_fail = format!("'patch-tag verify {tag}', and whoever reads the version of what is built");
            wrong(detail, would_fail.clone(), would_fail).mend(
                "write the next version: patch-bump next --commit; or name in [[version]] of patch.toml where it stands",
            )
        }
        (Some(held), Some(HighestTag { tag, .. })) => {
            Finding::passed(Rule::LineVersion, format!("the files hold {held}, and the newest tag is '{tag}'"))
        }
        (Some(held), None) => Finding::passed(Rule::LineVersion, format!("the files hold {held}")),
    }
}

/// What it means that no file holds a version.
fn without(said: VersionsSaid, bump: &str) -> Finding {
    match said {
        VersionsSaid::Named => {
            Finding::failed(Rule::LineVersion, "[[version]] names files, and none holds a version", bump)
                .mend("see what there is: patch-bump show; and correct [[version]] in patch.toml")
        }
        VersionsSaid::InTags => {
            Finding::passed(Rule::LineVersion, "versions are in tags only, as patch.toml says, so no file is looked into")
        }
        VersionsSaid::Nothing => Finding::failed(
            Rule::LineVersion,
            "no file is known to hold a version, and patch.toml does not say that versions are in tags only",
            "'patch-bump set' ends with exit code 3, and 'patch-publish' with it",
        )
        .mend("name the files in [[version]] of patch.toml; or, where there are none, say so in [project]: versions = \"tags\""),
    }
}
