//! What the gate would have said about each change of main before a past release, against what its maintainers picked.

use std::collections::{BTreeMap, HashSet};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use backstitch::model::commit::CommitId;
use backstitch::model::eligibility::verdict::{Found, Outcome, Report, Verdict};
use backstitch::ports::process::finish;

use crate::programs::{built, conditions};
use crate::release::Past;
use crate::truth::World;
use crate::{GateArgs, ReleaseArgs, say, share};

/// Judges every change that landed between the two releases, as main and the line were then, and compares.
pub fn run(asked: &GateArgs) -> Result<()> {
    let program = built("patch-check", asked.program.as_deref())?;
    let world = World::open(&asked.repo, None, None)?;
    let release = ReleaseArgs {
        repo: asked.repo.clone(),
        line: asked.line.clone(),
        from: asked.from.clone(),
        to: asked.to.clone(),
        patch_pick: None,
    };
    let past = Past::read(&world, &release)?;
    say(conditions(&world.git)?);
    let scratch = past.scratch(&world.git)?;
    let moment = world.git.commit(world.git.resolve(&asked.from)?)?.committer.seconds;
    let before = format!("--before={moment}");
    let start =
        world.git.program().text(&["rev-list", "-1", "--first-parent", &before, &past.main_then().to_string()])?;
    let mut command = Command::new(&program);
    command.args(["--quiet", "--format", "json", "--repo"]);
    command.arg(scratch.path()).args(["range", &format!("{}..{}", start.trim(), past.main_then()), "--offline"]);
    command.args(["--line", &asked.line]).env("GIT_NO_LAZY_FETCH", "1");
    if let Some(config) = &asked.config {
        command.arg("--config").arg(config.canonicalize()?);
    }
    let finished = finish(command, None)?;
    ensure!(finished.code.is_some_and(|code| code < 4), "patch-check failed: {}", finished.stderr.trim());
    let report: Report = serde_json::from_slice(&finished.stdout).context("patch-check's answer")?;
    compare(asked, &past, &world, &report)
}

fn compare(asked: &GateArgs, past: &Past, world: &World, report: &Report) -> Result<()> {
    let origins: HashSet<CommitId> = past.origins().into_iter().collect();
    let mut members = HashSet::new();
    let (mut picked, mut left): (Vec<&Verdict>, Vec<&Verdict>) = (Vec::new(), Vec::new());
    for verdict in &report.verdicts {
        let commit = world.git.commit(verdict.fix)?;
        // A merge brings what its second parent has.
        let brought: Vec<CommitId> = match commit.parents.as_slice() {
            [first, others @ ..] if !others.is_empty() => {
                let all = others.iter().map(|tip| world.git.commits_between(&[*first], *tip, None));
                all.collect::<std::result::Result<Vec<_>, _>>()?.into_iter().flatten().map(|commit| commit.id).collect()
            }
            _ => Vec::new(),
        };
        let is_picked = origins.contains(&verdict.fix) || brought.iter().any(|id| origins.contains(id));
        members.extend(brought.into_iter().chain([verdict.fix]));
        if is_picked { picked.push(verdict) } else { left.push(verdict) }
    }
    say(format!(
        "line {}, from {} to {}: {} changes of main, policy: {}",
        asked.line,
        asked.from,
        asked.to,
        report.verdicts.len(),
        report.policy
    ));
    let outside = origins.iter().filter(|id| !members.contains(*id)).count();
    say(format!("  picked by the maintainers: {}; {outside} more commits landed before {}", picked.len(), asked.from));
    for (what, all) in [("picked", &picked), ("left out", &left)] {
        let count = |outcome: Outcome| all.iter().filter(|verdict| verdict.outcome == outcome).count();
        let [eligible, undecided, refused] = [Outcome::Eligible, Outcome::Undecided, Outcome::Refused].map(count);
        say(format!("  {what}: {eligible} eligible, {undecided} undecided, {refused} refused"));
    }
    let eligible = |all: &[&Verdict]| all.iter().filter(|verdict| verdict.outcome == Outcome::Eligible).count();
    let yes = eligible(&picked) + eligible(&left);
    say(format!("  precision, picked of the eligible: {}", share(eligible(&picked), yes)));
    say(format!("  recall, eligible of the picked: {}", share(eligible(&picked), picked.len())));
    let refused = picked.iter().filter(|verdict| verdict.outcome == Outcome::Refused).count();
    say(format!("  not refused of the picked: {}", share(picked.len() - refused, picked.len())));
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    for finding in picked.iter().flat_map(|verdict| verdict.obstacles()) {
        let word = if finding.found == Found::Failed { "failed" } else { "undecided" };
        *reasons.entry(format!("{} {word}", finding.rule)).or_default() += 1;
    }
    let mut reasons: Vec<(String, usize)> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let reasons: Vec<String> = reasons.iter().map(|(reason, count)| format!("{reason} {count}")).collect();
    say(format!(
        "  what stood against the picked: {}",
        if reasons.is_empty() { "nothing".to_owned() } else { reasons.join(", ") }
    ));
    Ok(())
}
