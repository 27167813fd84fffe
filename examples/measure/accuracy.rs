//! How right the answers are.

use std::collections::HashSet;

use anyhow::Result;

use crate::peer::Pair;
use crate::truth::{World, truths};
use crate::{AccuracyArgs, forecasts, patch_ids, presence, programs, say};

/// Measures everything that has a right answer, and prints it.
pub fn run(asked: &AccuracyArgs) -> Result<()> {
    let world = World::open(&asked.repo, asked.main.as_deref(), asked.lines.as_deref())?;
    let survey = world.survey()?;
    let truths = truths(&world.git, &survey)?;
    say(programs::conditions(&world.git)?);
    say(format!("{} lines, {} commits of main looked at", survey.lines.len(), survey.commits.len()));
    presence::judge(&world.git, &survey, &truths, asked.show)?;
    let stated = forecasts::of_trailers(&truths);
    forecasts::compare(&world.git, "picks with one trailer, each onto what the line was at", &stated, asked.show)?;
    forecasts::against_maintainers(&world.git, &truths)?;
    let known: HashSet<Pair> = stated.into_iter().collect();
    let alike = forecasts::of_likeness(&survey, &known);
    forecasts::compare(&world.git, "picks without one, found by author and subject or branch", &alike, asked.show)?;
    let recent = forecasts::of_recent(&world, &survey, asked.recent)?;
    let what = format!("the newest {} commits of main onto every supported line", asked.recent);
    forecasts::compare(&world.git, &what, &recent, asked.show)?;
    patch_ids::compare(&world.git, &survey.commits, asked.sample, asked.show)
}
