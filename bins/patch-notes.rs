//! Write the notes of a release, each entry traced to its origin, and publish it.

use std::process::ExitCode;

use backstitch::cli::env::Env;
use backstitch::cli::exit::Exit;
use backstitch::cli::notes::{NotesArgs, NotesCommand};
use backstitch::cli::report;
use backstitch::steps::notes;
use backstitch::steps::notes::publish::{self, Publishing};
use backstitch::steps::tag;
use clap::Parser;

fn main() -> ExitCode {
    report::main(|env| run(NotesArgs::try_parse()?, env))
}

fn run(args: NotesArgs, env: &Env) -> anyhow::Result<Exit> {
    let common = &args.common;
    match args.command {
        NotesCommand::Render(asked) => {
            let git = common.open()?;
            let settings = common.settings(git, env)?;
            let forge = asked.how.forge(&settings, env)?;
            let found = notes::run_each(git, &settings, forge.as_ref(), &asked.requests(common)?)?;
            let watch = notes::watch(git, &settings, &asked.how.guarded.advisories, common.moment());
            asked.show(found, (git, watch), common, env).map(|()| Exit::Yes)
        }
        NotesCommand::Check(asked) => {
            let git = common.open()?;
            let settings = common.settings(git, env)?;
            let forge = asked.which.how.forge(&settings, env)?;
            let found = notes::run(git, &settings, forge.as_ref(), &asked.which.request(common)?)?;
            let watch = notes::watch(git, &settings, &asked.which.how.guarded.advisories, common.moment())?;
            asked.judge(&found, (&watch, forge.as_ref()), common, env).map(|found| Exit::from(found.answer))
        }
        NotesCommand::Publish(asked) => {
            let git = common.open()?;
            let settings = common.settings(git, env)?;
            let request = asked.request(common)?;
            let forge = asked.forge(&settings, env)?;
            let with = Publishing {
                git,
                settings: &settings,
                forge: &forge,
                verify_tags: &tag::verifier(git),
                verify_sums: &tag::sums::verifier(git),
                render: &asked.body(git),
                tell: &|text: &str| common.note(env, text),
            };
            asked.show(&publish::run(&with, &request)?, common, env).map(|()| Exit::Yes)
        }
        NotesCommand::Template => common.print_template(env).map(|()| Exit::Yes),
    }
}
