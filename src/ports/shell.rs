//! Commands that the user wrote, run by a shell.

use std::io;
use std::path::Path;
use std::process::Stdio;

use crate::model::error::{Error, Result};
use crate::model::path::ShellCommand;
use crate::ports::platform;
use crate::ports::process::{REPOSITORY_VARIABLES, cannot_start};

/// Runs a command by `sh -c` in a directory. All it prints goes to standard error.
///
/// # Errors
/// When it cannot be started or ends with anything but zero.
pub fn run(command: &ShellCommand, directory: &Path) -> Result<()> {
    let mut shell = platform::shell();
    shell.arg("-c").arg(command.as_str()).current_dir(directory).env_remove("GIT_DIR");
    for name in REPOSITORY_VARIABLES {
        shell.env_remove(name);
    }
    shell.stdin(Stdio::null()).stdout(Stdio::from(io::stderr())).stderr(Stdio::inherit());
    let status = shell.status().map_err(|error| cannot_start("sh", error))?;
    match status.code() {
        Some(0) => Ok(()),
        Some(code) => {
            Err(Error::no(format!("the command '{}' ended with exit code {code}", command.as_str().escape_debug())))
        }
        None => Err(Error::no(format!("the command '{}' was ended by a signal", command.as_str().escape_debug()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_runs_in_its_directory_and_its_exit_code_counts() {
        let folder = tempfile::tempdir().expect("a directory");
        let run = |text: &str| run(&text.parse().expect("a command"), folder.path());
        assert!(run("echo made > here").is_ok());
        assert!(folder.path().join("here").exists());
        let refused = run("exit 3").expect_err("it failed").to_string();
        assert!(refused.contains("'exit 3'") && refused.ends_with("code 3"), "{refused}");
    }
}
