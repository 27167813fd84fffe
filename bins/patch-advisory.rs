//! Keep one source of each security advisory, make every format of it, and say nothing too early.

use std::process::ExitCode;

use backstitch::cli::advisory::{AdvisoryArgs, AdvisoryCommand, EmbargoTask, SourceCommand};
use backstitch::cli::env::Env;
use backstitch::cli::exit::Exit;
use backstitch::cli::report;
use backstitch::steps::advisory::{self, change};
use clap::Parser;

fn main() -> ExitCode {
    report::main(|env| run(&AdvisoryArgs::try_parse()?, env))
}

fn run(AdvisoryArgs { command, common }: &AdvisoryArgs, env: &Env) -> anyhow::Result<Exit> {
    let command = match command {
        AdvisoryCommand::Score(asked) => return common.show(&asked.scores()?, env).map(|()| Exit::Yes),
        AdvisoryCommand::Guard(asked) => {
            let guarded = asked.guarded(common.open_if_any()?, common, env)?;
            return common.show(&guarded, env).map(|()| Exit::from(guarded.answer));
        }
        AdvisoryCommand::OfSources(command) => command,
    };
    let git = common.open()?;
    let settings = common.settings(git, env)?;
    let advisories = advisory::settings(&settings.config)?;
    match command {
        SourceCommand::New(asked) => {
            let created = advisory::new::create(git, advisories, &asked.request(common))?;
            common.show(&created, env).map(|()| Exit::Yes)
        }
        SourceCommand::Check(asked) => {
            let checked = advisory::checked(git, advisories, &asked.advisories, common.moment())?;
            common.show(&checked, env).map(|()| Exit::from(checked.answer))
        }
        SourceCommand::Checklist(asked) => {
            let list = advisory::checklist_of(git, advisories, &asked.advisory, common.moment())?;
            common.show(&list, env).map(|()| Exit::from(list.answer))
        }
        SourceCommand::Embargo(asked) => {
            let found = match asked.task(common) {
                EmbargoTask::Status(wanted) => advisory::embargo::status(git, advisories, &wanted, common.moment())?,
                EmbargoTask::Change(request) => advisory::embargo::change(git, advisories, &request)?,
            };
            common.show(&found, env).map(|()| Exit::Yes)
        }
        SourceCommand::Change(asked) => {
            let asked = asked.request(git, common)?;
            common.show(&change::change(git, advisories, &asked)?, env).map(|()| Exit::Yes)
        }
    }
}
