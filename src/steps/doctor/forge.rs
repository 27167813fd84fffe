//! What the forge tells.

use std::collections::BTreeMap;

use crate::model::branch::BranchName;
use crate::model::commit::CommitId;
use crate::model::doctor::environment::EnvironmentFacts;
use crate::model::doctor::facts::{Asked, ForgeFacts, HeadFacts, RepositoryFacts, Told, Why};
use crate::model::doctor::token::TokenKind;
use crate::model::doctor::{Job, Rule};
use crate::model::line::LineName;
use crate::model::propose::HeadPattern;
use crate::model::publish::Release;
use crate::model::tag::TagName;
use crate::ports::forge::{Forge, Reach, told};

use super::lines::Gathered;
use super::{World, why};

pub(super) fn facts(world: &World<'_>, main: Option<CommitId>, lines: &[Gathered], reach: Reach) -> ForgeFacts {
    match reach {
        Reach::Offline => ForgeFacts::Offline,
        Reach::NoToken => ForgeFacts::NoToken,
        Reach::Impossible(error) => ForgeFacts::Impossible(why(&error)),
        Reach::Open(forge) => ForgeFacts::Asked(Box::new(ask(world, main, lines, &forge))),
    }
}

fn ask(world: &World<'_>, main: Option<CommitId>, lines: &[Gathered], forge: &Forge) -> Asked {
    let request = world.request;
    let repository = told(forge.repository_facts());
    let mut asked = Asked {
        name: forge.repository().clone(),
        token: forge.token_kind(),
        account: not_asked(),
        repository: repository.clone(),
        reads: Vec::new(),
        writes_contents: None,
        actions: not_asked(),
        branches: Vec::new(),
        heads: Vec::new(),
        tags: not_asked(),
        next_tags: lines.iter().filter(|line| !line.is_pushed).filter_map(|line| line.next.clone()).collect(),
        pushed_tags: lines.iter().filter(|line| line.is_pushed).filter_map(|line| line.next.clone()).collect(),
        untold_tags: lines.iter().filter(|line| line.next.is_none()).map(|line| line.facts.name.clone()).collect(),
        release: None,
        immutable: not_asked(),
        environment: None,
    };
    let Told::Told(repository) = &repository else { return asked };
    asked.account = told(forge.account());
    asked.token = asked.token.acting_as(asked.account.told().map(String::as_str));
    for what in request.choice.jobs.iter().flat_map(|job| job.reads()) {
        if asked.reads.iter().all(|(known, _)| known != what) {
            asked.reads.push((*what, told(forge.may_read(*what))));
        }
    }
    if request.asks(&[Job::Push, Job::Releases]) && !asked.token.has_scopes() {
        let tag = asked.next_tags.first().or(asked.pushed_tags.first());
        asked.writes_contents = main.zip(tag).map(|(at, tag)| told(forge.may_write_contents(tag, at)));
    }
    if request.asks(&[Job::PullRequests]) && asked.token == TokenKind::Workflow {
        asked.actions = told(forge.actions_facts());
    }
    if request.asks(&[Job::Releases]) {
        asked.immutable = told(forge.immutable_releases());
    }
    asked.release = release(world, lines, forge);
    asked.environment = request.environment.as_ref().map(|wanted| {
        let default = || format!("refs/heads/{}", repository.default_branch);
        let run_of = wanted.run_of.clone().unwrap_or_else(default);
        let told = told(forge.environment(&wanted.name, &run_of));
        EnvironmentFacts { name: wanted.name.clone(), run_of, told }
    });
    if request.asks(&[Job::Push, Job::PullRequests]) {
        asked.tags = told(forge.tag_rulesets());
        ask_about_branches(world, forge, lines, repository, &mut asked);
    }
    asked
}

/// Asks what is there of the release that was asked about.
fn release(world: &World<'_>, lines: &[Gathered], forge: &Forge) -> Option<(TagName, Told<Vec<Release>>)> {
    let depends = [Rule::ReleaseDraft, Rule::ReleaseNotes];
    let is_asked = world.request.release.is_some() && depends.iter().any(|rule| world.request.choice.takes(*rule));
    let tag = lines.iter().filter(|_| is_asked).find_map(|line| line.next.clone())?;
    let there = told(forge.releases_of(&tag));
    Some((tag, there))
}

/// Returns the branch that picks of a line wait on, as 'patch-pick propose' calls it where nobody says otherwise.
pub(super) fn head_of(line: &LineName) -> Option<BranchName> {
    HeadPattern::default().branch_for(line).ok()
}

fn ask_about_branches(
    world: &World<'_>,
    forge: &Forge,
    lines: &[Gathered],
    repository: &RepositoryFacts,
    asked: &mut Asked,
) {
    let mut known = BTreeMap::new();
    for branch in lines.iter().filter_map(|line| line.facts.branch.as_ref().ok()) {
        let rulings = told(forge.branch_rulings(&branch.name, repository.role, &mut known));
        asked.branches.push((branch.name.clone(), rulings));
    }
    // Picks that wait in a fork are under the rules of the fork.
    let is_fork = world.repository.as_ref().is_some_and(|remote| !remote.is_same(forge.repository()));
    if is_fork || !world.request.asks(Rule::HeadRules.jobs()) {
        return;
    }
    for name in lines.iter().filter_map(|line| head_of(&line.facts.name)) {
        let rulings = told(forge.branch_rulings(&name, repository.role, &mut known));
        let is_there = world.there(&name.full()).map(|there| there.is_some());
        asked.heads.push(HeadFacts { name, is_there, rulings });
    }
}

fn not_asked<T>() -> Told<T> {
    Told::Failed(Why::new("it was not asked"))
}
