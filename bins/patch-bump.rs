//! Move every version in the tree to the next patch or pre-release, and nothing else.

use std::process::ExitCode;

use backstitch::cli::bump::{BumpArgs, BumpCommand};
use backstitch::cli::env::Env;
use backstitch::cli::exit::Exit;
use backstitch::cli::report;
use backstitch::steps::bump;
use clap::Parser;

fn main() -> ExitCode {
    report::main(|env| run(BumpArgs::try_parse()?, env))
}

fn run(args: BumpArgs, env: &Env) -> anyhow::Result<Exit> {
    let common = &args.common;
    let git = common.open()?;
    let settings = common.settings(git, env)?;
    let checks = matches!(args.command, BumpCommand::Check);
    let tell = |text: &str| common.note(env, text);
    match args.command.wanted() {
        None => {
            let found = bump::show::run(git, &settings, &tell)?;
            common.show(&found, env).map(|()| if checks { found.exit() } else { Exit::Yes })
        }
        Some((wanted, how)) => {
            let found = bump::set::run(git, &settings, &how.request(wanted, common), &tell)?;
            common.show(&found, env).map(|()| Exit::Yes)
        }
    }
}
