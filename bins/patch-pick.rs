//! Which fixes each release line misses, what picking them would do, and doing it.

use std::process::ExitCode;

use backstitch::cli::env::Env;
use backstitch::cli::exit::Exit;
use backstitch::cli::pick::apply::ApplyTask;
use backstitch::cli::pick::{PickArgs, PickCommand};
use backstitch::cli::{out, report};
use backstitch::steps::pick;
use clap::Parser;

fn main() -> ExitCode {
    report::main(|env| run(PickArgs::try_parse()?, env))
}

fn run(args: PickArgs, env: &Env) -> anyhow::Result<Exit> {
    let common = &args.common;
    let git = common.open()?;
    let tell = |text: &str| common.note(env, text);
    match args.command {
        PickCommand::Status(asked) => {
            let settings = common.settings(git, env)?;
            let progress = common.progress_of(env, "changes");
            let found = pick::status::run(git, &settings, &asked.into(), &progress)?;
            common.show(&found, env).map(|()| found.exit())
        }
        PickCommand::Forecast(asked) if asked.stdin => {
            Ok(pick::forecast::stream(git, &mut std::io::stdin().lock(), &mut out::stream()).map(|()| Exit::Yes)?)
        }
        PickCommand::Apply(asked) => match asked.task(common, common.moment())? {
            ApplyTask::Abort(plan, mode) => {
                let found = pick::apply::abort(git, plan.as_ref(), &asked.line, mode, common.moment(), &tell)?;
                common.show(&found, env).map(|()| Exit::Yes)
            }
            ApplyTask::Apply(request) => {
                let found = pick::apply::run(git, &common.settings(git, env)?.config, &request, &tell)?;
                common.show(&found, env).map(|()| found.exit())
            }
        },
        PickCommand::Forecast(asked) => {
            let found = pick::forecast::run(git, || common.settings(git, env), &asked.into())?;
            common.show(&found, env).map(|()| found.exit())
        }
        PickCommand::Plan(asked) => {
            let found = pick::plan::run(git, &common.settings(git, env)?, &asked.request()?, &tell)?;
            asked.keep(&found)?;
            common.show(&found, env).map(|()| found.exit())
        }
        PickCommand::Verify(asked) => {
            let found = pick::verify::run(git, &common.settings(git, env)?, &asked.into())?;
            common.show(&found, env).map(|()| found.exit())
        }
        PickCommand::Decide(asked) => {
            let request = asked.request(common.moment());
            let found = pick::decide::run(git, &common.settings(git, env)?, request)?;
            common.show(&found, env).map(|()| Exit::Yes)
        }
    }
}
