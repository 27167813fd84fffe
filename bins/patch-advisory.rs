//! Keep one source of each security advisory, make every format of it, and say nothing too early.

use std::process::ExitCode;

use backstitch::cli::advisory::{AdvisoryArgs, AdvisoryCommand};
use backstitch::cli::args::CommonArgs;
use backstitch::cli::env::Env;
use backstitch::cli::exit::Exit;
use backstitch::cli::report;
use backstitch::model::advisory::export::Publication;
use backstitch::model::advisory::export::outcome::Signature;
use backstitch::ports::git::Git;
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
            let publication = publication(common, git, env)?;
            let request = asked.place.request(git, asked.signature())?;
            let exported = advisory::export::export(git, &publication, asked.format, &request)?;
            common.show(&exported, env).map(|()| Exit::from(exported.answer))
        }
        AdvisoryCommand::Render(asked) => {
            let git = common.open()?;
            let publication = publication(common, git, env)?;
            let request = asked.place.request(git, Signature::Missing)?;
            let rendered = advisory::export::render(git, &publication, &request)?;
            common.show(&rendered, env).map(|()| Exit::from(rendered.answer))
        }
        AdvisoryCommand::Score(asked) => common.show(&asked.scores()?, env).map(|()| Exit::Yes),
    }
}

/// Reads who publishes.
fn publication(common: &CommonArgs, git: &Git, env: &Env) -> anyhow::Result<Publication> {
    let settings = common.settings(git, env)?;
    let place = Place { server: env.server(), repository: env.repository.as_deref() };
    Ok(advisory::publication(git, &settings, &place, common.moment())?)
}
