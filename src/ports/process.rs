//! Running other programs: always with an argument list, never through a shell unless the user wrote the command.

use std::ffi::OsStr;
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::model::apply::shell_word;
use crate::model::error::{Error, Result};
use crate::ports::login;

/// Variables that point git at another repository than the one asked about; hooks set them.
pub(crate) const REPOSITORY_VARIABLES: [&str; 11] = [
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_CEILING_DIRECTORIES",
    "GIT_ATTR_SOURCE",
    "GIT_GRAFT_FILE",
    "GIT_SHALLOW_FILE",
];

/// The names of variables that hold secrets.
static SECRETS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Keeps an environment variable that holds a secret from every program that [`finish`] runs from now on, and so from the
/// hooks that git runs.
pub fn keep_from_programs(name: &str) {
    SECRETS.lock().unwrap_or_else(PoisonError::into_inner).push(name.to_owned());
}

/// What a program printed, and whether it succeeded.
#[derive(Debug)]
pub struct Finished {
    /// Its exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// Its standard output.
    pub stdout: Vec<u8>,
    /// Its standard error, decoded leniently.
    pub stderr: String,
}

impl Finished {
    /// Says whether the program exited with zero.
    pub fn success(&self) -> bool {
        self.code == Some(0)
    }
}

/// The `git` program, run in one directory with the user's own configuration.
///
/// Messages are in English, nothing prompts, and objects that a partial clone lacks are never fetched.
#[derive(Debug, Clone)]
pub struct GitProgram {
    git_directory: PathBuf,
    directory: PathBuf,
}

impl GitProgram {
    /// Makes one for the repository in `git_directory` that runs in `directory`, its worktree if it has one.
    pub fn new(git_directory: &Path, directory: &Path) -> Self {
        Self { git_directory: git_directory.to_owned(), directory: directory.to_owned() }
    }

    /// Returns a command to which arguments can be added.
    pub fn command(&self) -> Command {
        let mut command = Command::new("git");
        command.current_dir(&self.directory);
        for name in REPOSITORY_VARIABLES {
            command.env_remove(name);
        }
        command
            .env("GIT_DIR", &self.git_directory)
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("LC_ALL", "C")
            .stdin(Stdio::null());
        command
    }

    /// Runs git to its end and returns what it said, whatever its exit code.
    ///
    /// # Errors
    /// When the program cannot be started.
    pub fn run<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Result<Finished> {
        let mut command = self.command();
        command.args(arguments);
        finish(command, None)
    }

    /// Returns a command that talks to a remote: as [`command`](Self::command), and logged in where
    /// [`log_git_in`](crate::ports::login::log_git_in) was told how.
    ///
    /// # Errors
    /// When what it is to be logged in with cannot be used.
    pub fn remote_command(&self) -> Result<Command> {
        let mut command = self.command();
        command.envs(login::variables()?);
        Ok(command)
    }

    /// Runs a [`remote_command`](Self::remote_command) to its end and returns what it said, whatever its exit code.
    ///
    /// # Errors
    /// When the program cannot be started, or what it is to be logged in with cannot be used.
    pub fn run_remote<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Result<Finished> {
        let mut command = self.remote_command()?;
        command.args(arguments);
        finish(command, None)
    }

    /// Runs git with `input` on its standard input.
    ///
    /// # Errors
    /// When the program cannot be started.
    pub fn run_with_input<A: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
        input: Vec<u8>,
    ) -> Result<Finished> {
        let mut command = self.command();
        command.args(arguments);
        finish(command, Some(input))
    }

    /// Runs git and returns its standard output without the final newline.
    ///
    /// # Errors
    /// When it cannot be started or exits with anything but zero; the message holds what it said.
    pub fn text(&self, arguments: &[&str]) -> Result<String> {
        let finished = self.run(arguments)?;
        if !finished.success() {
            return Err(failed(&format!("git {}", arguments.first().unwrap_or(&"")), &finished));
        }
        Ok(String::from_utf8_lossy(&finished.stdout).trim_end_matches('\n').to_owned())
    }
}

/// Makes the error for a program that ended badly.
pub fn failed(what: &str, finished: &Finished) -> Error {
    let ended = match finished.code {
        Some(code) => format!("with exit code {code}"),
        None => "by a signal".to_owned(),
    };
    let said = finished.stderr.trim();
    let error = Error::unfinished(format!("'{what}' ended {ended}"));
    if said.is_empty() { error } else { error.because(said.to_owned()) }
}

/// Runs a command to its end, feeding `input` from a thread so that neither side can block the other.
///
/// # Errors
/// When the program cannot be started or its output cannot be read.
pub fn finish(command: Command, input: Option<Vec<u8>>) -> Result<Finished> {
    let Started { name, child, feeder } = start(command, input)?;
    let output = child.wait_with_output().map_err(|error| cannot_hear(&name, error))?;
    if let Some(thread) = feeder {
        drop(thread.join());
    }
    Ok(Finished {
        code: output.status.code(),
        stdout: output.stdout,
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

/// A program that runs, and is fed by a thread.
struct Started {
    name: String,
    child: Child,
    feeder: Option<JoinHandle<()>>,
}

/// Starts a program without the secrets of this one.
fn start(mut command: Command, input: Option<Vec<u8>>) -> Result<Started> {
    let name = command.get_program().to_string_lossy().into_owned();
    for secret in SECRETS.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        command.env_remove(secret);
    }
    if input.is_some() {
        command.stdin(Stdio::piped());
    }
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = child.map_err(|error| too_much(&command, &error).unwrap_or_else(|| cannot_start(&name, error)))?;
    let feeder = input.zip(child.stdin.take()).map(|(bytes, mut stdin)| {
        // A program that stops reading early says why with its exit code, so a broken pipe here is not the news.
        std::thread::spawn(move || drop(stdin.write_all(&bytes)))
    });
    Ok(Started { name, child, feeder })
}

fn cannot_hear(name: &str, error: std::io::Error) -> Error {
    Error::unfinished(format!("cannot read what '{name}' prints")).because(error)
}

/// How often it is looked whether a program has ended.
const LOOK: Duration = Duration::from_millis(20);

/// As [`finish()`], for a program that may wait for a person: it is ended after `limit`. `None`: it was.
///
/// # Errors
/// As [`finish()`].
pub fn finish_within(command: Command, input: Vec<u8>, limit: Duration) -> Result<Option<Finished>> {
    let Started { name, mut child, .. } = start(command, Some(input))?;
    let cannot = |error| cannot_hear(&name, error);
    let (out, err) = (child.stdout.take().map(gather), child.stderr.take().map(gather));
    let mut waited = Duration::ZERO;
    let status = loop {
        if let Some(status) = child.try_wait().map_err(cannot)? {
            break status;
        }
        if waited >= limit {
            // One that ended at this moment needs no signal.
            drop(child.kill());
            child.wait().map_err(cannot)?;
            return Ok(None);
        }
        std::thread::sleep(LOOK);
        waited += LOOK;
    };
    let text = |reader: Option<JoinHandle<Vec<u8>>>| reader.and_then(|reader| reader.join().ok()).unwrap_or_default();
    let (stdout, stderr) = (text(out), text(err));
    Ok(Some(Finished { code: status.code(), stdout, stderr: String::from_utf8_lossy(&stderr).into_owned() }))
}

/// Reads a stream to its end in a thread.
fn gather(mut stream: impl Read + Send + 'static) -> JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        // What was read before a stream broke is still what the program said.
        drop(stream.read_to_end(&mut bytes));
        bytes
    })
}

/// Makes the error for a program that the system starts with no such argument or variable: one with a NUL or, with all others, too
/// long (execve(2), "Limits on size of arguments and environment").
fn too_much(command: &Command, error: &std::io::Error) -> Option<Error> {
    let name = command.get_program().display();
    let arguments = command.get_args().map(|argument| ("an argument".to_owned(), argument));
    let variables = command.get_envs().filter_map(|(name, value)| Some((format!("'{}'", name.display()), value?)));
    let given = arguments.chain(variables);
    match error.kind() {
        std::io::ErrorKind::ArgumentListTooLong => {
            let longest = given.max_by_key(|(_, value)| value.len());
            let of = longest.map(|(what, value)| format!("; the longest is {what} with {} bytes", value.len()));
            let said = "the system takes no arguments and variables as long as these";
            Some(Error::unfinished(format!("cannot start '{name}': {said}{}", of.unwrap_or_default())))
        }
        // The standard library has replaced the text by then.
        std::io::ErrorKind::InvalidInput => {
            Some(Error::unfinished(format!("cannot start '{name}': an argument or a variable would hold a NUL")))
        }
        _ => None,
    }
}

/// Makes the error for a program that cannot be started.
pub fn cannot_start(name: &str, error: std::io::Error) -> Error {
    let kind = error.kind();
    let base = Error::unfinished(format!("cannot start '{name}'")).because(error);
    match kind {
        std::io::ErrorKind::NotFound => base.hint(format!("install {name} and see that it is on PATH")),
        std::io::ErrorKind::PermissionDenied => {
            let word = shell_word(name);
            base.hint(format!("see that it may be run: ls -l \"$(command -v {word} || echo {word})\""))
        }
        _ => base,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn what_no_program_can_be_given_is_told_by_name() {
        let told = |build: &dyn Fn(&mut Command)| {
            let mut command = Command::new("true");
            build(&mut command);
            finish(command, None).expect_err("it does not start").to_string()
        };
        let long = "x".repeat(1 << 20);
        let said = told(&|command| {
            command.env("GIT_AUTHOR_NAME", &long);
        });
        assert!(said.starts_with("cannot start 'true': ") && said.contains("'GIT_AUTHOR_NAME' with 1048576"), "{said}");
        let said = told(&|command| {
            command.arg(&long);
        });
        assert!(said.ends_with("the longest is an argument with 1048576 bytes"), "{said}");
        let said = told(&|command| {
            command.arg("a\0b");
        });
        assert_eq!(said, "cannot start 'true': an argument or a variable would hold a NUL");
    }
}
