//! How long verdicts take, offline.

use std::process::Command;

use anyhow::{Context, Result, ensure};

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
    // Another one in every round, so that none finds what the round before kept of it.
    let fixes: Vec<&str> = listed.lines().skip(5).take(asked.rounds.max(1)).collect();
    let check = |arguments: &[&str]| {
        let mut command = Command::new(&program);
        command.args(["--quiet", "--repo"]).arg(&asked.repo).args(arguments).args(["--offline", "--format", "json"]);
        command.args(["--line", &asked.line]).env("GIT_NO_LAZY_FETCH", "1");
        command
    };
    ensure!(!fixes.is_empty(), "main has too few commits");
    let range = format!("{oldest}..{main}");
    let (mut one, mut cold, mut warm) = (Vec::new(), Vec::new(), Vec::new());
    for fix in fixes {
        for kept in ["touched.json", "applied.json"] {
            match std::fs::remove_file(world.git.common_directory().join("backstitch").join(kept)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
                Ok(()) | Err(_) => {}
            }
        }
        one.push(time(check(&["commit", fix]))?);
        cold.push(time(check(&["range", &range]))?);
        warm.push(time(check(&["range", &range]))?);
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
