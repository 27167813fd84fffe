//! Say with evidence whether a fix may go into a patch release of a line.

use std::process::ExitCode;

use backstitch::cli::check::{CheckArgs, CheckCommand, HowArgs};
use backstitch::cli::env::Env;
use backstitch::cli::exit::Exit;
use backstitch::cli::{out, report};
use backstitch::steps::check;
use clap::Parser;

fn main() -> ExitCode {
    report::main(|env| run(CheckArgs::try_parse()?, env))
}

fn run(args: CheckArgs, env: &Env) -> anyhow::Result<Exit> {
    let common = &args.common;
    let asked = args.request()?;
    let git = common.open()?;
    let protected = args.protected(git, env)?;
    if let Some((request, how)) = asked {
        let forge = how.forge(&protected, env)?;
        let progress = common.progress_of(env, "judging");
        let found = check::run(git, &protected, forge.as_ref(), &request, &progress)?;
        how.keep(&found, &protected, common)?;
        match how.list {
            true => out::write_list(&found.list(), env)?,
            false => common.show(&found, env)?,
        }
        if let Some(forge) = &forge {
            if request.say.is_asked() {
                let watch = common.watch(git, &protected.settings.config, &how.guarded)?;
                let again = |before: &_| check::once_more(git, &protected, forge, &request, before);
                let (say, markdown) = (request.say, &HowArgs::markdown);
                let told = check::say::Speaker { forge, watch: &watch, markdown, say, again: &again }.say(&found)?;
                told.iter().for_each(|told| common.note(env, told));
            }
            how.tell_requests(forge, env);
        }
        return Ok(found.exit(request.say));
    }
    match args.command {
        CheckCommand::Waive(asked) => {
            common.show(&check::waive::run(git, &protected, asked.request(&args.common))?, env)?;
        }
        CheckCommand::Explain { rule } => common.show(&check::explain::rule(rule, &protected), env)?,
        CheckCommand::Policy
        | CheckCommand::Commit { .. }
        | CheckCommand::Range { .. }
        | CheckCommand::Pr { .. }
        | CheckCommand::Event { .. } => common.show(&check::explain::policy(&protected), env)?,
    }
    Ok(Exit::Yes)
}
