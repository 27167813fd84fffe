//! Keep one source of each security advisory, make every format of it, and say nothing too early.

use std::process::ExitCode;

use backstitch::cli::advisory::{AdvisoryArgs, AdvisoryCommand, SourceCommand};
use backstitch::cli::env::Env;
use backstitch::cli::exit::Exit;
use backstitch::cli::report;
use backstitch::steps::advisory::{self, Place, change};
use clap::Parser;

fn main() -> ExitCode {
    report::main(|env| run(&AdvisoryArgs::try_parse()?, env))
}

fn run(AdvisoryArgs { command, common }: &AdvisoryArgs, env: &Env) -> anyhow::Result<Exit> {
    let command = match command {
        AdvisoryCommand::Score(asked) => return common.show(&asked.scores()?, env).map(|()| Exit::Yes),
        AdvisoryCommand::OfSources(command) => command,
    };
    let git = common.open()?;
    let settings = common.settings(git, env)?;
    let advisories = advisory::settings(&settings.config)?;
    let place = Place { server: env.server(), repository: env.repository.as_deref() };
    let publication = || advisory::publication(git, &settings, &place, common.moment());
    match command {
        SourceCommand::New(asked) => {
            let created = advisory::new::create(git, advisories, &asked.request(common))?;
            common.show(&created, env).map(|()| Exit::Yes)
        }
        SourceCommand::Check(asked) => {
            let checked = advisory::checked(git, advisories, &asked.advisories, common.moment())?;
            common.show(&checked, env).map(|()| Exit::from(checked.answer))
        }
        SourceCommand::Export(asked) => {
            let publication = publication()?;
            let exported = advisory::export::export(git, &publication, asked.formats, &asked.request(git)?)?;
            common.show(&exported, env).map(|()| Exit::from(exported.answer))
        }
        SourceCommand::Render(asked) => {
            let publication = publication()?;
            let rendered = advisory::export::render(git, &publication, &asked.request(git)?)?;
            common.show(&rendered, env).map(|()| Exit::from(rendered.answer))
        }
        SourceCommand::Checklist(asked) => {
            let list = advisory::checklist_of(git, advisories, &asked.advisory, common.moment())?;
            common.show(&list, env).map(|()| Exit::from(list.answer))
        }
        SourceCommand::Change(asked) => {
            let asked = asked.request(git, common)?;
            common.show(&change::change(git, advisories, &asked)?, env).map(|()| Exit::Yes)
        }
    }
}
