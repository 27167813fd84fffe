//! Which fixes each release line misses, what picking them would do, and doing it.

use std::process::ExitCode;

use backstitch::cli::env::Env;
use backstitch::cli::exit::Exit;
use backstitch::cli::pick::{ApplyTask, PickArgs, PickCommand};
use backstitch::cli::{out, report};
use backstitch::steps::pick;
use clap::Parser;

fn main() -> ExitCode {
    report::main(|env| run(PickArgs::try_parse()?, env))
}

fn run(args: PickArgs, env: &Env) -> anyhow::Result<Exit> {
    let common = &args.common;
    let git = common.open()?;
    let (tell, settings, now) = (|text: &str| common.note(env, text), || common.settings(git, env), common.moment());
    match args.command {
        PickCommand::Status(asked) => {
            let (settings, progress) = (settings()?, common.progress_of(env, "changes"));
            let forge = asked.forge(&settings, env)?;
            let found = pick::status::run(git, &settings, &(&asked).into(), &progress)?;
            asked.keep_issue(&found, (git, &settings, forge.as_ref()), common, env)?;
            common.end(&found, |found| found.exit(), env)
        }
        PickCommand::Forecast(asked) if asked.stdin => {
            Ok(pick::forecast::stream(git, &mut std::io::stdin().lock(), &mut out::stream()).map(|()| Exit::Yes)?)
        }
        PickCommand::Apply(asked) => match asked.task(common, now)? {
            ApplyTask::Abort(plan, mode) => {
                common.end(&pick::apply::abort(git, plan.as_ref(), &asked.line, mode, now, &tell)?, |_| Exit::Yes, env)
            }
            ApplyTask::Apply(request) => {
                common.end(&pick::apply::run(git, &settings()?.config, &request, &tell)?, |found| found.exit(), env)
            }
        },
        PickCommand::Forecast(asked) => {
            common.end(&pick::forecast::run(git, settings, &asked.into())?, |found| found.exit(), env)
        }
        PickCommand::Plan(asked) => {
            let (settings, request) = (settings()?, asked.request()?);
            let forge = asked.forge(&settings, env)?;
            let found = asked.keep(pick::plan::run(git, &settings, forge.as_ref(), &request, &tell)?)?;
            common.end(&found, |found| found.exit(), env)
        }
        PickCommand::Propose(asked) => {
            let (settings, request) = (settings()?, asked.request(common, env)?);
            let forge = asked.forge(&settings, env)?;
            common.end(&pick::propose::run(git, &settings, &forge, &request)?, |found| found.exit(), env)
        }
        PickCommand::Verify(asked) => {
            common.end(&pick::verify::run(git, &settings()?, &asked.into())?, |found| found.exit(), env)
        }
        PickCommand::Decide(asked) => {
            common.end(&pick::decide::run(git, &settings()?, asked.request(now))?, |_| Exit::Yes, env)
        }
    }
}
