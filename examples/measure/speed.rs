//! How long the answers take, next to git in the same run.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use backstitch::model::line::LineName;
use backstitch::ports::git::Git;

use crate::peer::{Pair, Scratch, questions};
use crate::programs::{Peak, Took, built, conditions, load, median, peak, reading, time};
use crate::truth::{World, truths};
use crate::{SpeedArgs, forecasts, say, synthetic};

/// Measures everything and prints medians and ratios.
pub fn run(asked: &SpeedArgs) -> Result<()> {
    let program = built("patch-pick", asked.patch_pick.as_deref())?;
    let made = asked.repo.is_none().then(synthetic::make).transpose()?;
    let repo = match (&asked.repo, &made) {
        (Some(repo), _) => repo.canonicalize().with_context(|| format!("'{}'", repo.display()))?,
        (None, made) => made.as_ref().map(|made| made.path().to_owned()).unwrap_or_default(),
    };
    let world = World::open(&repo, None, asked.lines.as_deref())?;
    say(conditions(&world.git)?);
    let bench = Bench { program: &program, repo: &repo, rounds: asked.rounds.max(1), git: &world.git };
    bench.start_up()?;
    let pairs = match &asked.pairs {
        Some(file) => read_pairs(&world.git, file)?,
        None => derived(&world)?,
    };
    bench.forecasts(&pairs)?;
    bench.status(&world, asked.single)
}

/// Returns the pairs of the picks of all lines, those with a trailer before those without.
fn derived(world: &World) -> Result<Vec<Pair>> {
    let survey = world.survey()?;
    let mut pairs = forecasts::of_trailers(&truths(&world.git, &survey)?);
    let alike = forecasts::of_likeness(&survey, &pairs.iter().copied().collect());
    pairs.extend(alike);
    Ok(pairs)
}

/// Reads `FIX ONTO` pairs, one a line; what follows on the line is ignored.
fn read_pairs(git: &Git, file: &Path) -> Result<Vec<Pair>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("'{}'", file.display()))?;
    let mut pairs = Vec::new();
    for line in text.lines() {
        let mut words = line.split_whitespace();
        let (fix, onto) = words.next().zip(words.next()).with_context(|| format!("no pair: '{line}'"))?;
        pairs.push(Pair { fix: git.resolve(fix)?, onto: git.resolve(onto)? });
    }
    Ok(pairs)
}

struct Bench<'b> {
    program: &'b Path,
    repo: &'b Path,
    rounds: usize,
    git: &'b Git,
}

impl Bench<'_> {
    fn pick(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.program);
        command.args(["--quiet", "--repo"]).arg(self.repo).args(arguments).env("GIT_NO_LAZY_FETCH", "1");
        command
    }

    fn start_up(&self) -> Result<()> {
        let start = || {
            let mut command = Command::new(self.program);
            command.arg("--version");
            time(command)
        };
        let times = (0..20).map(|_| start()).collect::<Result<Vec<_>>>()?;
        say(format!("start-up: {}, the median of 20", millis(median(&times))));
        Ok(())
    }

    /// Compares `patch-pick forecast --stdin` with one `git merge-tree --stdin`, in turns.
    fn forecasts(&self, pairs: &[Pair]) -> Result<()> {
        let input = tempfile::NamedTempFile::new()?;
        let text: String = pairs.iter().map(|pair| format!("{} {}\n", pair.fix, pair.onto)).collect();
        std::fs::write(input.path(), text)?;
        let asked = tempfile::NamedTempFile::new()?;
        std::fs::write(asked.path(), questions(self.git, pairs)?)?;
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..self.rounds {
            // Git keeps the trees it writes: each round begins without those of the round before.
            let scratch = Scratch::beside(self.git)?;
            theirs.push(time(reading(scratch.merge_tree(), asked.path())?)?);
            ours.push(time(reading(self.pick(&["forecast", "--stdin"]), input.path())?)?);
        }
        let (ours, theirs) = (median(&ours), median(&theirs));
        say(format!("forecasts: {} pairs, medians of {} rounds in turns, load {}", pairs.len(), self.rounds, load()));
        say(format!("  one git merge-tree --stdin {}, patch-pick {}", millis(theirs), millis(ours)));
        say(format!("  patch-pick takes {} of git's time", ratio(ours, theirs)));
        tell_peak(peak(reading(self.pick(&["forecast", "--stdin"]), input.path())?)?);
        Ok(())
    }

    /// Compares `patch-pick status` with `git cherry`, for single lines and for all supported ones together.
    fn status(&self, world: &World, single: usize) -> Result<()> {
        let mut supported = Vec::new();
        for line in world.settings.lines(&[])?.into_iter().filter(|line| world.lines.contains(&line.name)) {
            supported.push((line.name.clone(), world.settings.branch_of(self.git, line)?.to_string()));
        }
        let main = world.settings.main.to_string();
        for (line, branch) in supported.iter().take(single) {
            self.one_line(line, branch, &main)?;
        }
        let names: Vec<String> = supported.iter().map(|(line, _)| line.to_string()).collect();
        self.all_lines(&names, &supported, &main)
    }

    fn one_line(&self, line: &LineName, branch: &str, main: &str) -> Result<()> {
        let name = line.to_string();
        let arguments = ["status", "--line", &name, "--since", "branch-points"];
        let (mut cold, mut warm, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..self.rounds {
            theirs.push(time(self.cherry(branch, main))?);
            self.forget_all()?;
            cold.push(time(self.pick(&arguments))?);
            warm.push(time(self.pick(&arguments))?);
        }
        let (cold, warm, theirs) = (median(&cold), median(&warm), median(&theirs));
        say(format!("status of line {name}: load {}", load()));
        say(format!("  git cherry {}, cold {}, warm {}", millis(theirs), millis(cold), millis(warm)));
        say(format!("  of git's time: cold {}, warm {}", ratio(cold, theirs), ratio(warm, theirs)));
        tell_peak(peak(self.pick(&arguments))?);
        Ok(())
    }

    fn all_lines(&self, names: &[String], lines: &[(LineName, String)], main: &str) -> Result<()> {
        let mut arguments = vec!["status", "--since", "branch-points"];
        arguments.extend(names.iter().flat_map(|name| ["--line", name]));
        let (mut cold, mut warm, mut longest, mut sum) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for _ in 0..self.rounds {
            let each = lines.iter().map(|(_, branch)| time(self.cherry(branch, main))).collect::<Result<Vec<_>>>()?;
            longest.extend(each.iter().max_by_key(|took| took.wall));
            let sum_of = |of: fn(&Took) -> Duration| each.iter().map(of).sum();
            sum.push(Took { wall: sum_of(|took| took.wall), cpu: sum_of(|took| took.cpu) });
            self.forget_all()?;
            cold.push(time(self.pick(&arguments))?);
            warm.push(time(self.pick(&arguments))?);
        }
        let (cold, warm) = (median(&cold), median(&warm));
        let (longest, sum) = (median(&longest), median(&sum));
        say(format!("status of {} supported lines together ({}): load {}", names.len(), names.join(", "), load()));
        say(format!("  cold {}, warm {}", millis(cold), millis(warm)));
        for (what, theirs) in [("the slowest git cherry of one of them", longest), ("one git cherry each", sum)] {
            let (cold, warm) = (ratio(cold, theirs), ratio(warm, theirs));
            say(format!("  {what}: {}; of that: cold {cold}, warm {warm}", millis(theirs)));
        }
        tell_peak(peak(self.pick(&arguments))?);
        Ok(())
    }

    /// `git cherry` lists what main has and the line has not, and looks for each on the line, as a status does.
    fn cherry(&self, branch: &str, main: &str) -> Command {
        let mut command = self.git.program().command();
        command.args(["cherry", &format!("refs/heads/{branch}"), main]);
        command
    }

    fn forget_all(&self) -> Result<()> {
        for name in ["patch-ids", "descendants", "changes"] {
            match std::fs::remove_file(self.git.common_directory().join("backstitch").join(name)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }
}

fn tell_peak(peak: Option<Peak>) {
    match peak {
        Some(Peak { own, with_children }) => {
            say(format!("  peak memory {} MiB, with the git processes {} MiB", own / 1024, with_children / 1024));
        }
        None => say("  peak memory: this system does not tell"),
    }
}

/// Shows the clock's time, and behind it that on all cores.
pub fn millis(took: Took) -> String {
    format!("{:.0} ms ({:.0} ms of cpu)", took.wall.as_secs_f64() * 1000.0, took.cpu.as_secs_f64() * 1000.0)
}

/// Shows how many times the other's time that is.
pub fn ratio(ours: Took, theirs: Took) -> String {
    let of = |ours: Duration, theirs: Duration| ours.as_secs_f64() / theirs.as_secs_f64().max(0.001);
    format!("{:.2} ({:.2} of its cpu)", of(ours.wall, theirs.wall), of(ours.cpu, theirs.cpu))
}
