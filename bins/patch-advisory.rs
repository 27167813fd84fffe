//! Keep one source of each security advisory, make every format of it, and say nothing too early.

use std::process::ExitCode;

use backstitch::cli::advisory::{AdvisoryArgs, AdvisoryCommand, EmbargoTask};
use backstitch::cli::env::Env;
use backstitch::cli::exit::Exit;
use backstitch::cli::report;
use backstitch::steps::advisory;
use clap::Parser;

fn main() -> ExitCode {
    report::main(|env| run(AdvisoryArgs::try_parse()?, env))
}

fn run(args: AdvisoryArgs, env: &Env) -> anyhow::Result<Exit> {
    let common = &args.common;
    match args.command {
        AdvisoryCommand::New(asked) => {
            let git = common.open()?;
            let settings = common.settings(git, env)?;
            let advisories = advisory::settings(&settings.config)?;
            let created = advisory::new::create(git, advisories, &asked.request(common))?;
            common.show(&created, env).map(|()| Exit::Yes)
        }
        AdvisoryCommand::Check(asked) => {
            let git = common.open()?;
            let settings = common.settings(git, env)?;
            let advisories = advisory::settings(&settings.config)?;
            let checked = advisory::checked(git, advisories, &asked.advisories, common.moment())?;
            common.show(&checked, env).map(|()| Exit::from(checked.answer))
        }
        AdvisoryCommand::Guard(asked) => {
            let guarded = asked.guarded(common.open_if_any()?, common, env)?;
            common.show(&guarded, env).map(|()| Exit::from(guarded.answer))
        }
        AdvisoryCommand::Embargo(asked) => {
            let git = common.open()?;
            let settings = common.settings(git, env)?;
            let advisories = advisory::settings(&settings.config)?;
            let found = match asked.task(common) {
                EmbargoTask::Status(wanted) => advisory::embargo::status(git, advisories, &wanted, common.moment())?,
                EmbargoTask::Change(request) => advisory::embargo::change(git, advisories, &request)?,
            };
            common.show(&found, env).map(|()| Exit::Yes)
        }
        AdvisoryCommand::Score(asked) => common.show(&asked.scores()?, env).map(|()| Exit::Yes),
    }
}
