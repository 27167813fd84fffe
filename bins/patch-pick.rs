//! Which fixes each release line misses, what picking them would do, and doing it.

use std::process::ExitCode;

use backstitch::cli::env::Env;
use backstitch::cli::exit::Exit;
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
    match args.command {
        PickCommand::Forecast(asked) if asked.stdin => {
            pick::forecast::stream(&git, &mut std::io::stdin().lock(), &mut out::stream())?;
            Ok(Exit::Yes)
        }
        PickCommand::Forecast(asked) => {
            let request =
                pick::forecast::Request { fix: asked.fix.unwrap_or_default(), lines: asked.line, onto: asked.onto };
            let found = pick::forecast::run(&git, || common.settings(&git, env), &request)?;
            out::write(&found, common.format, &common.page(env), env)?;
            Ok(found.exit())
        }
    }
}
