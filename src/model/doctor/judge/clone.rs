//! The clone and the configuration.

use crate::model::apply::shell_word;
use crate::model::branch::BranchName;
use crate::model::doctor::facts::{CloneFacts, ConfigFacts, MainPlace, OfMain, RemoteFacts, Way, Why};
use crate::model::doctor::{Finding, Rule};
use crate::model::fetch::FetchFrom;

/// Adds what can be done, where it is known.
pub(super) fn with_hint(finding: Finding, why: &Why) -> Finding {
    match &why.hint {
        Some(hint) => finding.mend(hint),
        None => finding,
    }
}

pub(super) fn judge(clone: &CloneFacts, config: &ConfigFacts) -> Vec<Finding> {
    let mut findings = vec![
        match &clone.git {
            Ok(version) => Finding::passed(Rule::GitVersion, format!("git is {version} or newer")),
            Err(why) => with_hint(Finding::failed(Rule::GitVersion, &why.sentence, "every forecast and every pick"), why),
        },
        match clone.fetch.is_shallow {
            false => Finding::passed(Rule::History, "the clone has all of its history"),
            true => Finding::failed(
                Rule::History,
                "the clone is shallow: its history is cut off",
                "'patch-pick status', 'plan' and 'verify' and 'patch-tag verify' end undecided, for they cannot tell what a line has",
            )
            .mend(format!("{}; in a workflow give actions/checkout 'fetch-depth: 0'", clone.fetch.tags())),
        },
        match clone.lacks_objects {
            false => Finding::passed(Rule::Objects, "the clone has all objects of its history"),
            true => Finding::undecided(
                Rule::Objects,
                "the clone is partial: objects were left out, and none is fetched while a forecast is made",
                "a forecast, a pick or a bump that needs one of them ends undecided",
            )
            .mend(format!("fetch them: {}; in a workflow give actions/checkout no 'filter'", clone.fetch.objects())),
        },
        match &clone.identity {
            Ok(who) => Finding::passed(Rule::Identity, format!("git commits as {who}")),
            Err(why) => Finding::failed(
                Rule::Identity,
                &why.sentence,
                "'patch-pick apply', 'patch-bump --commit' and 'patch-tag create', which commit or tag",
            )
            .mend("git config user.name NAME && git config user.email ADDRESS"),
        },
    ];
    findings.extend(configuration(config, &clone.fetch));
    findings.extend(remote(&clone.remote));
    findings
}

fn configuration(config: &ConfigFacts, fetch: &FetchFrom) -> Vec<Finding> {
    let (source, main, place, of_main) = match config {
        ConfigFacts::Broken(why) => {
            let finding = Finding::failed(Rule::Configuration, &why.sentence, "every binary, before it does anything");
            return vec![with_hint(finding, why)];
        }
        ConfigFacts::Right { source, main, place, of_main } => (source, main, *place, of_main),
    };
    let differs = |detail: String| {
        let would_fail =
            "'patch-check' and whose signatures count go by main's, all else goes by the one here: they may disagree";
        Finding::undecided(Rule::ConfigurationOfMain, detail, would_fail)
    };
    let take = |place: &str| format!("git restore --source {} -- patch.toml", shell_word(place));
    let bring = "bring it to main first, for what main has counts";
    let mut findings = vec![match main_place(main, place, fetch) {
        Some(finding) => finding,
        None => Finding::passed(Rule::Configuration, format!("{source} is right")),
    }];
    findings.push(match of_main {
        OfMain::Same(place) => Finding::passed(Rule::ConfigurationOfMain, format!("'{place}' has the same patch.toml")),
        OfMain::Neither => {
            Finding::passed(Rule::ConfigurationOfMain, "there is no patch.toml, neither here nor on main")
        }
        OfMain::Other(place) => differs(format!("'{place}' has another patch.toml")).mend(format!(
            "see how they differ: git diff {} -- patch.toml; bring the change to main first, or take main's: {}",
            shell_word(place),
            take(place)
        )),
        OfMain::OnlyHere(place) => differs(format!("'{place}' has no patch.toml")).mend(bring),
        OfMain::OnlyThere(place) => differs(format!("'{place}' has a patch.toml, and here is none"))
            .mend(format!("take main's: {}; or name it: --config FILE", take(place))),
        OfMain::Unreadable(why) => with_hint(differs(why.sentence.clone()), why),
        OfMain::NotCompared => return findings,
    });
    findings
}

/// What is wrong with main, without which nothing can be told of any line.
fn main_place(main: &BranchName, place: MainPlace, fetch: &FetchFrom) -> Option<Finding> {
    let (detail, mend) = match place {
        MainPlace::Here => return None,
        MainPlace::OnlyThere => (
            format!("'{main}' is main, and only the remote has that branch"),
            format!("{}; in a workflow give actions/checkout 'fetch-depth: 0'", fetch.branch(main)),
        ),
        MainPlace::Nowhere => (
            format!("'{main}' is main, and there is no such branch, neither here nor on the remote"),
            format!(
                "correct 'main' in [project] of patch.toml; see which branches there are: git ls-remote --heads {}",
                shell_word(&fetch.remote)
            ),
        ),
        MainPlace::NotHere => (
            format!("'{main}' is main, and there is no such branch here"),
            format!("fetch it: {}; or correct 'main' in [project] of patch.toml", fetch.branch(main)),
        ),
    };
    Some(
        Finding::failed(
            Rule::Configuration,
            detail,
            "'patch-pick', 'patch-check' and whatever compares a line with main",
        )
        .mend(mend),
    )
}

fn remote(remote: &RemoteFacts) -> Option<Finding> {
    let needed = "'patch-tag push', every 'git push', and comparing with what others have";
    Some(match remote {
        RemoteFacts::Offline => return None,
        RemoteFacts::None(name) => Finding::failed(Rule::Remote, format!("there is no remote '{name}'"), needed)
            .mend("git remote add origin ADDRESS, or name another one: --remote NAME; or leave it out with --offline"),
        RemoteFacts::Several(_, why) => {
            with_hint(Finding::failed(Rule::Remote, &why.sentence, "'patch-tag push', which is all or nothing"), why)
        }
        RemoteFacts::Silent(_, why) => with_hint(Finding::failed(Rule::Remote, &why.sentence, needed), why),
        RemoteFacts::Answers { name, way, .. } => {
            let way = match way {
                Way::Ssh => "by SSH",
                Way::Http => "by HTTP",
                Way::Other => "by its path",
            };
            Finding::passed(Rule::Remote, format!("'{name}' answers {way}"))
        }
    })
}
