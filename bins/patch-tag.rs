//! Sign the tag of a release, prove who signed what, and hand both over.

use std::process::ExitCode;

use backstitch::cli::env::Env;
use backstitch::cli::exit::Exit;
use backstitch::cli::report;
use backstitch::cli::tag::{TagArgs, TagCommand};
use backstitch::steps::tag;
use clap::Parser;

fn main() -> ExitCode {
    report::main(|env| run(TagArgs::try_parse()?, env))
}

fn run(args: TagArgs, env: &Env) -> anyhow::Result<Exit> {
    let common = &args.common;
    let tell = |text: &str| common.note(env, text);
    let open = || common.open_if_any();
    match args.command {
        TagCommand::Create(asked) => {
            let git = common.open()?;
            let request = asked.request(common)?;
            let found = tag::create::run(git, &common.settings(git, env)?, &request, &tell)?;
            common.show(&found, env).map(|()| Exit::Yes)
        }
        TagCommand::Show(asked) => {
            let git = common.open()?;
            let found = tag::show::run(git, &common.settings(git, env)?, &asked.request())?;
            common.show(&found, env).map(|()| Exit::Yes)
        }
        TagCommand::Verify(asked) => {
            let found = tag::verify::run(common.open()?, &asked.request(common))?;
            common.show(&found, env).map(|()| Exit::from(found.answer))
        }
        TagCommand::Push(asked) => {
            let found = tag::push::run(common.open()?, &asked.request(common))?;
            common.show(&found, env).map(|()| Exit::Yes)
        }
        TagCommand::Sums(asked) => {
            let found = tag::sums::write(&open, &asked.request(common)?)?;
            common.show(&found, env).map(|()| Exit::Yes)
        }
        TagCommand::VerifySums(asked) => {
            let found = tag::sums::verify(&open, &asked.request(common))?;
            common.show(&found, env).map(|()| Exit::from(found.answer))
        }
    }
}
