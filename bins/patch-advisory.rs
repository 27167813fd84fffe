//! Keep one source of each security advisory, make every format of it, and say nothing too early.

use std::process::ExitCode;

use backstitch::cli::advisory::{AdvisoryArgs, AdvisoryCommand};
use backstitch::cli::env::Env;
use backstitch::cli::exit::Exit;
use backstitch::cli::report;
use backstitch::steps::advisory::{self, Place};
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
        AdvisoryCommand::Export(asked) => {
            let git = common.open()?;
            let settings = common.settings(git, env)?;
            let place = Place { server: env.server(), repository: env.repository.as_deref() };
            let publication = advisory::publication(git, &settings, &place, common.moment())?;
            let exported = advisory::export::export(git, &publication, asked.formats, &asked.request(git)?)?;
            common.show(&exported, env).map(|()| Exit::from(exported.answer))
        }
        AdvisoryCommand::Render(asked) => {
            let git = common.open()?;
            let settings = common.settings(git, env)?;
            let place = Place { server: env.server(), repository: env.repository.as_deref() };
            let publication = advisory::publication(git, &settings, &place, common.moment())?;
            let rendered = advisory::export::render(git, &publication, &asked.request(git)?)?;
            common.show(&rendered, env).map(|()| Exit::from(rendered.answer))
        }
        AdvisoryCommand::Score(asked) => common.show(&asked.scores()?, env).map(|()| Exit::Yes),
    }
}
