//! Keep one source of each security advisory, make every format of it, and say nothing too early.

use std::process::ExitCode;

use backstitch::cli::advisory::{AdvisoryArgs, AdvisoryCommand, SourceCommand as Verb};
use backstitch::cli::{env::Env, exit::Exit, report};
use backstitch::steps::advisory::publish::{self, Disclosing};
use backstitch::steps::advisory::{self, Place, affected, change, embargo, export, kit, matrix, new};
use backstitch::steps::notes::{self, publish::Publishing};
use backstitch::steps::tag;
use clap::Parser;

fn main() -> ExitCode {
    report::main(|env| run(&AdvisoryArgs::try_parse()?, env))
}

fn run(AdvisoryArgs { command, common }: &AdvisoryArgs, env: &Env) -> anyhow::Result<Exit> {
    let command = match command {
        AdvisoryCommand::Score(asked) => return common.done(&asked.scores()?, env),
        AdvisoryCommand::Guard(asked) => {
            return common.answer(&asked.look(common.open_if_any()?, common, env)?, env);
        }
        AdvisoryCommand::OfSources(command) => command,
    };
    let (git, now) = (common.open()?, common.moment());
    let settings = common.settings(git, env)?;
    let config = &settings.config;
    let sources = advisory::settings(config)?;
    let place = Place { server: env.server(), repository: env.repository.as_deref() };
    let publication = || advisory::publication(git, &settings, &place, now);
    match command {
        Verb::New(asked) => common.done(&new::create(git, sources, &asked.request(common))?, env),
        Verb::Check(asked) => common.answer(&advisory::checked(git, &settings, &asked.advisories, now)?, env),
        Verb::Affected(asked) => common.answer(&affected::affected(git, &settings, &asked.request(common))?, env),
        Verb::Matrix(asked) => common.answer(&matrix::compare(git, &settings, &publication()?, &asked.advisory)?, env),
        Verb::Checklist(asked) => common.answer(&advisory::checklist_of(git, sources, &asked.advisory, now)?, env),
        Verb::Export(asked) => {
            common.answer(&export::export(git, config, &publication()?, asked.formats, &asked.request(git)?)?, env)
        }
        Verb::Render(asked) => common.answer(&export::render(git, config, &publication()?, &asked.request(git)?)?, env),
        Verb::Embargo(asked) => common.done(&embargo::run(git, sources, &asked.task(common), now)?, env),
        Verb::Kit(asked) => {
            let asked = asked.request(common);
            let verify = |tags: &[_]| tag::verified(git, tags, &asked.policy, asked.sealing, asked.now);
            common.done(&kit::prepare(git, &settings, sources, &verify, &asked)?, env)
        }
        Verb::Publish(asked) => {
            let told = |error| publish::with_record(git, asked.release.record.as_deref(), &asked.advisory, error);
            let (forge, tell) = (&asked.forge(&settings, env).map_err(told)?, &|text: &str| common.note(env, text));
            let (publication, settings, render) = (&publication()?, &settings, &asked.body(git));
            let (verify_tags, verify_sums) = (&tag::verifier(git), &tag::sums::verifier(git));
            let with = Publishing { git, settings, forge, verify_tags, verify_sums, render, tell };
            let (push, releases) =
                (&|asked: &_| tag::push::run(git, asked), &|asked: &_| notes::publish::run(&with, asked));
            let with = Disclosing { git, settings, publication, forge, push, releases, tell };
            asked.show(publish::run(&with, &asked.request(git, common)?)?, common, env)
        }
        Verb::Change(asked) => common.done(&change::change(git, sources, &asked.request(git, common)?)?, env),
    }
}
