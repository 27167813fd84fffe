//! The environment, read once: everything a binary takes from it is a field here.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::PathBuf;

use crate::ports::login::{GivenLogin, log_git_in};
use crate::ports::process::keep_from_programs;

/// What a binary takes from its environment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Env {
    /// Set when the run is a step of a GitHub Actions job.
    pub actions: Option<ActionsFiles>,
    /// Whether `NO_COLOR` is set to anything, or the terminal knows no colours.
    pub no_color: bool,
    /// The width of the terminal in columns, where `COLUMNS` tells it.
    pub columns: Option<usize>,
    /// `GITHUB_API_URL`: where the API of GitHub is.
    pub api_address: Option<String>,
    /// `GITHUB_SERVER_URL`: where the repositories of GitHub are.
    pub server: Option<String>,
    /// `GITHUB_REPOSITORY`: the repository that a workflow runs in, as `owner/name`.
    pub repository: Option<String>,
    /// `GITHUB_REF`: the full name of the ref that a workflow runs for.
    pub run_of: Option<String>,
    /// `JOB_CHECK_RUN_ID`: the number of the check run of the job, as the actions take it from `job.check_run_id`.
    pub check_run: Option<u64>,
    /// `GITHUB_EVENT_PATH`: the payload of the event that started the workflow.
    pub event: Option<PathBuf>,
    /// What the standard streams are.
    pub streams: Streams,
}

/// The files that the runner reads after a step.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ActionsFiles {
    /// `GITHUB_OUTPUT`: the outputs of the step.
    pub output: Option<PathBuf>,
    /// `GITHUB_STEP_SUMMARY`: what the step adds to the page of the run.
    pub summary: Option<PathBuf>,
}

/// Where a standard stream goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stream {
    /// A person watches it.
    Terminal,
    /// A file or another program gets it.
    #[default]
    Other,
}

/// The two streams a binary writes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Streams {
    /// Standard output.
    pub out: Stream,
    /// Standard error.
    pub err: Stream,
}

impl Env {
    /// Reads the environment of this process.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
    pub fn from_process() -> Self {
        let of = |is_terminal| if is_terminal { Stream::Terminal } else { Stream::Other };
        let streams = Streams { out: of(std::io::stdout().is_terminal()), err: of(std::io::stderr().is_terminal()) };
        Self::read(|name| std::env::var_os(name), streams)
    }

    /// Returns the value of a variable that the user named as holding a secret. It is not kept here, for this type can be
    /// printed, and kept from all programs that are run. `None` when it is not set, empty, or not UTF-8.
    #[expect(clippy::disallowed_methods, reason = "a secret is read when it is needed, and not kept with the rest")]
    pub fn secret(name: &str) -> Option<String> {
        keep_from_programs(name);
        std::env::var(name).ok().filter(|value| !value.is_empty())
    }

    /// Returns the address of the server with the repositories, without a slash at its end.
    pub fn server(&self) -> &str {
        self.server.as_deref().unwrap_or("https://github.com").trim_end_matches('/')
    }

    /// Lets git log in at the server of the workflow with its token, where there is one. Outside of workflows git asks whom the user
    /// told it to ask.
    #[expect(clippy::disallowed_methods, reason = "how many settings git has already matters nowhere else")]
    pub fn log_git_in(&self) {
        if self.actions.is_none() {
            return;
        }
        let Some(token) = Self::secret("GITHUB_TOKEN") else { return };
        let settings = std::env::var("GIT_CONFIG_COUNT").ok().filter(|count| !count.is_empty());
        log_git_in(GivenLogin { server: self.server().to_owned(), token, settings });
    }

    /// Reads an environment given as a function. An empty variable counts as one that is not set.
    pub fn read(variable: impl Fn(&str) -> Option<OsString>, streams: Streams) -> Self {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let is = |name: &str, value: &str| set(name).is_some_and(|found| found == *value);
        let files = || ActionsFiles {
            output: set("GITHUB_OUTPUT").map(PathBuf::from),
            summary: set("GITHUB_STEP_SUMMARY").map(PathBuf::from),
        };
        Self {
            actions: is("GITHUB_ACTIONS", "true").then(files),
            no_color: set("NO_COLOR").is_some() || is("TERM", "dumb"),
            columns: set("COLUMNS").and_then(|columns| columns.to_str()?.parse().ok()).filter(|columns| *columns > 0),
            api_address: set("GITHUB_API_URL").and_then(|address| address.into_string().ok()),
            server: set("GITHUB_SERVER_URL").and_then(|server| server.into_string().ok()),
            repository: set("GITHUB_REPOSITORY").and_then(|repository| repository.into_string().ok()),
            run_of: set("GITHUB_REF").and_then(|name| name.into_string().ok()),
            check_run: set("JOB_CHECK_RUN_ID").and_then(|id| id.to_str()?.parse().ok()),
            event: set("GITHUB_EVENT_PATH").map(PathBuf::from),
            streams,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Env {
        let find = |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value));
        Env::read(find, Streams::default())
    }

    #[test]
    fn actions_is_what_the_runner_says() {
        let all = [("GITHUB_ACTIONS", "true"), ("GITHUB_OUTPUT", "/o"), ("GITHUB_STEP_SUMMARY", "")];
        assert_eq!(read(&all).actions, Some(ActionsFiles { output: Some("/o".into()), summary: None }));
        assert_eq!(read(&all[1..]).actions, None);
        assert_eq!(read(&[("GITHUB_ACTIONS", "false")]).actions, None);
    }

    #[test]
    fn colour_and_width_are_read() {
        assert!(read(&[("NO_COLOR", "1")]).no_color);
        assert!(read(&[("TERM", "dumb")]).no_color);
        assert!(!read(&[("NO_COLOR", ""), ("TERM", "xterm")]).no_color);
        assert_eq!(read(&[("COLUMNS", "80")]).columns, Some(80));
        for bad in ["0", "-1", "x", ""] {
            assert_eq!(read(&[("COLUMNS", bad)]).columns, None);
        }
    }
}
