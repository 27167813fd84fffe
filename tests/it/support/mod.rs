//! What the behaviour tests stand on: repositories built by script, the binaries, and git as the judge.

mod bin;
pub mod embargo;
pub mod git_http;
pub mod github;
pub mod oracle;
mod other_git;
mod repo;
pub mod signing;
pub mod stream;

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::Command;

pub use bin::{Bin, Output};
pub use other_git::OtherGit;
pub use repo::{Change, Repo};

/// A command that sees nothing of the machine but `PATH`, so that its answer is the same everywhere.
pub fn command(program: impl AsRef<OsStr>, home: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear();
    command.env("PATH", search_path());
    command.env("HOME", home).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    command.env("LC_ALL", "C").env("TZ", "UTC").env("COLUMNS", "100");
    command
}

/// Where programs are looked for.
fn search_path() -> OsString {
    #[expect(clippy::disallowed_methods, reason = "programs are found where the test runner finds them")]
    let path = std::env::var_os("PATH");
    path.expect("because a test runner has a PATH")
}

/// Runs a command to its end with the given standard input, fed while the output is read, so that neither side blocks.
pub fn run_with_input(command: &mut Command, input: Vec<u8>) -> std::process::Output {
    use std::io::Write;
    use std::process::Stdio;

    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
    let mut pipe = child.stdin.take().expect("because standard input is piped");
    // A program may stop reading early, so a broken pipe here is its business.
    let feeder = std::thread::spawn(move || drop(pipe.write_all(&input)));
    let output = child.wait_with_output().unwrap_or_else(|error| panic!("cannot wait for {command:?}: {error}"));
    feeder.join().expect("because feeding a pipe does not panic");
    output
}
