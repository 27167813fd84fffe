//! Find what would fail later, before anything is written.

use std::process::ExitCode;

use backstitch::cli::doctor::{DoctorArgs, DoctorCommand};
use backstitch::cli::env::Env;
use backstitch::cli::exit::Exit;
use backstitch::cli::report;
use backstitch::steps::doctor;

fn main() -> ExitCode {
    report::main(|env| run(DoctorArgs::of(std::env::args_os())?, env))
}

fn run(args: DoctorArgs, env: &Env) -> anyhow::Result<Exit> {
    let DoctorArgs { command: DoctorCommand::Check(asked), common } = args;
    let found = doctor::run(common.open()?, &asked.request(&common, env)?, &|project| asked.reach(project, env))?;
    common.show(&found, env).map(|()| Exit::from(found.answer))
}
