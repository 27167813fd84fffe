//! Running a binary of this package as a user would.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Child, Stdio};

use super::Repo;

/// A run of one binary, in a cleared environment.
pub struct Bin {
    program: &'static str,
    args: Vec<OsString>,
    env: Vec<(String, String)>,
    stdin: Vec<u8>,
    /// The program and its arguments that this one is run by, if any.
    around: &'static [&'static str],
    place: Option<(PathBuf, PathBuf)>,
}

/// What a binary said.
#[must_use = "a run that nobody looks at proves nothing"]
#[derive(Debug)]
pub struct Output {
    /// The exit code; -1 when a signal ended the process.
    pub exit: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Bin {
    /// Where `patch-pick` is.
    pub const PICK: &str = env!("CARGO_BIN_EXE_patch-pick");

    /// `patch-pick`.
    pub fn pick() -> Self {
        Self::at_path(Self::PICK)
    }

    /// `patch-advisory`.
    pub fn advisory() -> Self {
        Self::at_path(env!("CARGO_BIN_EXE_patch-advisory"))
    }

    /// `patch-bump`.
    pub fn bump() -> Self {
        Self::at_path(env!("CARGO_BIN_EXE_patch-bump"))
    }

    /// `patch-check`.
    pub fn check() -> Self {
        Self::at_path(env!("CARGO_BIN_EXE_patch-check"))
    }

    /// `patch-doctor`.
    pub fn doctor() -> Self {
        Self::at_path(env!("CARGO_BIN_EXE_patch-doctor"))
    }

    /// `patch-notes`.
    pub fn notes() -> Self {
        Self::at_path(env!("CARGO_BIN_EXE_patch-notes"))
    }

    /// `patch-tag`.
    pub fn tag() -> Self {
        Self::at_path(env!("CARGO_BIN_EXE_patch-tag"))
    }

    fn at_path(program: &'static str) -> Self {
        Self { program, args: Vec::new(), env: Vec::new(), stdin: Vec::new(), around: &[], place: None }
    }

    /// Runs in the work tree of a repository, with its home. Without this, runs in an empty folder.
    pub fn at(mut self, repo: &Repo) -> Self {
        self.place = Some((repo.path().to_owned(), repo.home().to_owned()));
        self
    }

    /// Runs in this folder instead, with the home that [`Self::at`] gave.
    pub fn within(mut self, folder: &std::path::Path) -> Self {
        let (_, home) = self.place.take().expect("because its home is known");
        self.place = Some((folder.to_owned(), home));
        self
    }

    /// Adds arguments: anything that prints, so that commit ids need no conversion.
    pub fn args<I>(mut self, args: I) -> Self
    where
        I: IntoIterator,
        I::Item: ToString,
    {
        self.args.extend(args.into_iter().map(|arg| OsString::from(arg.to_string())));
        self
    }

    /// Gives the text for standard input, which is empty otherwise.
    pub fn stdin(mut self, text: impl Into<Vec<u8>>) -> Self {
        self.stdin = text.into();
        self
    }

    /// Sets one environment variable.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Runs without a terminal to ask at, by `setsid` of util-linux.
    pub fn without_terminal(mut self) -> Self {
        self.around = &["setsid", "--wait"];
        self
    }

    /// Runs where no file may grow: whatever is written to one fails as it does on a full disk.
    pub fn without_room(mut self) -> Self {
        self.around = &["sh", "-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\""];
        self
    }

    /// Runs where no file may grow beyond a few kilobytes: short files are written, long ones are not.
    pub fn with_little_room(mut self) -> Self {
        self.around = &["sh", "-c", "trap '' XFSZ; ulimit -f 4; exec \"$0\" \"$@\""];
        self
    }

    /// Starts it, for a test that ends it before it ends itself. Nobody hears what it says.
    pub fn start(self) -> Child {
        let (folder, home) = self.place.expect("because a run that is started has a place");
        let mut command = super::command(self.program, &home);
        command.current_dir(folder).args(self.args).envs(self.env);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"))
    }

    /// Runs to the end.
    pub fn run(self) -> Output {
        let empty = tempfile::tempdir().expect("because tests can write to the temporary folder");
        let (folder, home) = self.place.unwrap_or_else(|| (empty.path().to_owned(), empty.path().to_owned()));
        let mut command = match self.around {
            [] => super::command(self.program, &home),
            [first, rest @ ..] => {
                let mut command = super::command(first, &home);
                command.args(rest).arg(self.program);
                command
            }
        };
        command.current_dir(folder).args(self.args).envs(self.env);
        let output = super::run_with_input(&mut command, self.stdin);
        Output {
            exit: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).expect("because our output is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("because our output is UTF-8"),
        }
    }
}

impl Output {
    /// Requires exit code 0.
    #[track_caller]
    pub fn success(self) -> Self {
        self.code(0)
    }

    /// Requires this exit code.
    #[track_caller]
    pub fn code(self, code: i32) -> Self {
        assert_eq!(self.exit, code, "exit code\n--- stdout\n{}\n--- stderr\n{}", self.stdout, self.stderr);
        self
    }

    /// Reads standard output as one JSON document.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("not one JSON document: {error}\n{}\n{}", self.stdout, self.stderr))
    }

    /// Reads standard output as one JSON document a line.
    #[track_caller]
    pub fn json_lines(&self) -> Vec<serde_json::Value> {
        let parse = |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("not JSON: {error}\n{line}"));
        self.stdout.lines().map(parse).collect()
    }
}
