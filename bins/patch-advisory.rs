//! Keep one source of each security advisory, make every format of it, and say nothing too early.

use std::process::ExitCode;

use backstitch::cli::advisory::{AdvisoryArgs, AdvisoryCommand, SourceCommand};
use backstitch::cli::{env::Env, exit::Exit, report};
use backstitch::steps::advisory::{self, Place, affected, change, embargo, export, kit, matrix, new};
use backstitch::steps::tag;
use clap::Parser;

fn main() -> ExitCode {
    report::main(|env| run(&AdvisoryArgs::try_parse()?, env))
}

fn run(AdvisoryArgs { command, common }: &AdvisoryArgs, env: &Env) -> anyhow::Result<Exit> {
    let command = match command {
        AdvisoryCommand::Score(asked) => return common.done(&asked.scores()?, env),
        AdvisoryCommand::Guard(asked) => {
            return common.end(&asked.guarded(common.open_if_any()?, common, env)?, |found| found.answer.into(), env);
        }
        AdvisoryCommand::OfSources(command) => command,
    };
    let (git, now) = (common.open()?, common.moment());
    let settings = common.settings(git, env)?;
    let sources = advisory::settings(&settings.config)?;
    let place = Place { server: env.server(), repository: env.repository.as_deref() };
    let publication = || advisory::publication(git, &settings, &place, now);
    match command {
        SourceCommand::New(asked) => common.done(&new::create(git, sources, &asked.request(common))?, env),
        SourceCommand::Check(asked) => {
            common.end(&advisory::checked(git, &settings, &asked.advisories, now)?, |found| found.answer.into(), env)
        }
        SourceCommand::Affected(asked) => common.done(&affected::affected(git, &settings, &asked.request())?, env),
        SourceCommand::Matrix(asked) => {
            let found = matrix::compare(git, &settings, &publication()?, &asked.advisory)?;
            common.end(&found, |found| found.answer.into(), env)
        }
        SourceCommand::Checklist(asked) => {
            common.end(&advisory::checklist_of(git, sources, &asked.advisory, now)?, |list| list.answer.into(), env)
        }
        SourceCommand::Export(asked) => {
            let exported = export::export(git, &settings.config, &publication()?, asked.formats, &asked.request(git)?)?;
            common.end(&exported, |exported| exported.answer.into(), env)
        }
        SourceCommand::Render(asked) => {
            let rendered = export::render(git, &settings.config, &publication()?, &asked.request(git)?)?;
            common.end(&rendered, |rendered| rendered.answer.into(), env)
        }
        SourceCommand::Embargo(asked) => common.done(&embargo::run(git, sources, &asked.task(common), now)?, env),
        SourceCommand::Kit(asked) => {
            let asked = asked.request(common);
            let verify = |tags: &[_]| tag::verified(git, tags, &asked.policy, asked.sealing, asked.now);
            common.done(&kit::prepare(git, &settings, sources, &verify, &asked)?, env)
        }
        SourceCommand::Change(asked) => common.done(&change::change(git, sources, &asked.request(git, common)?)?, env),
    }
}
