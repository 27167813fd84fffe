//! How long verdicts take, offline.

use std::process::Command;

use anyhow::{Context, Result};

use crate::programs::{Peak, built, conditions, load, median, peak, time};
use crate::speed::millis;
use crate::truth::World;
use crate::{CheckArgs, say};

/// Measures one commit and a range of main, cold and warm, and prints medians.
pub fn run(asked: &CheckArgs) -> Result<()> {
    let program = built("patch-check", asked.program.as_deref())?;
    let world = World::open(&asked.repo, None, None)?;
    say(conditions(&world.git)?);
    let main = world.git.branch_commit(&world.settings.main)?;
    let listed =
        world.git.program().text(&["rev-list", &format!("--max-count={}", asked.commits), &main.to_string()])?;
    let oldest = listed.lines().last().context("main has no commits")?.to_owned();
    let fix = listed.lines().nth(5).context("main has too few commits")?.to_owned();
    let check = |arguments: &[&str]| {
        let mut command = Command::new(&program);
        command.args(["--quiet", "--repo"]).arg(&asked.repo).args(arguments).args(["--offline", "--format", "json"]);
        command.args(["--line", &asked.line]).env("GIT_NO_LAZY_FETCH", "1");
        command
    };
    let range = format!("{oldest}..{main}");
    let (mut one, mut cold, mut warm) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..asked.rounds.max(1) {
        let kept = world.git.common_directory().join("backstitch").join("touched.json");
        match std::fs::remove_file(kept) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            Ok(()) | Err(_) => {}
        }
        cold.push(time(check(&["range", &range]))?);
        warm.push(time(check(&["range", &range]))?);
        one.push(time(check(&["commit", &fix]))?);
    }
    say(format!("line {}, medians of {} rounds, load {}", asked.line, asked.rounds, load()));
    say(format!("  one commit: {}", millis(median(&one))));
    say(format!(
        "  a range of {} commits: cold {}, warm {}",
        listed.lines().count(),
        millis(median(&cold)),
        millis(median(&warm))
    ));
    match peak(check(&["range", &range]))? {
        Some(Peak { own, with_children }) => {
            say(format!("  peak memory {} MiB, with the git processes {} MiB", own / 1024, with_children / 1024));
        }
        None => say("  peak memory: this system does not tell"),
    }
    Ok(())
}
