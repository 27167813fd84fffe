//! Opens the forge from what the environment and `patch.toml` tell.

use std::time::Duration;

use crate::cli::env::Env;
use crate::model::config::Project;
use crate::model::error::{Error, Result};
use crate::model::name::NotAName;
use crate::ports::forge::{ChecksAsked, Forge, MachineClock, Settings, Token};

/// How long one answer of GitHub is waited for.
const TIMEOUT: Duration = Duration::from_secs(30);
/// How long is waited in all before requests are sent again.
const PATIENCE: Duration = Duration::from_secs(120);

/// What to do where no repository is named, for a command that has no `--offline`.
pub const NAMELESS: &str = "set 'repository' in [project] of patch.toml, or the variable GITHUB_REPOSITORY";

/// Opens the forge for a command that takes `--offline`; `None`: there is no token for it. `own` does not count among the
/// checks of a commit.
///
/// # Errors
/// When the token or the address is wrong, or it cannot be told which repository to ask about.
pub fn open(project: &Project, own: ChecksAsked, env: &Env) -> Result<Option<Forge>> {
    opened(project, own, env, "set 'repository' in [project] of patch.toml, or give --offline")
}

/// As [`open`], for a command that has no `--offline`. `nameless`: what to do where no repository is named.
///
/// # Errors
/// As [`open`].
pub fn opened(project: &Project, check_rules: ChecksAsked, env: &Env, nameless: &str) -> Result<Option<Forge>> {
    let Some(token) = Env::secret("GITHUB_TOKEN") else { return Ok(None) };
    let named =
        || env.repository.as_deref().map(|name| name.parse().map_err(|e| usage(e, "GITHUB_REPOSITORY"))).transpose();
    let Some(repository) = project.repository.clone().map_or_else(named, |own| Ok(Some(own)))? else {
        return Err(Error::usage("it cannot be told which repository on GitHub to ask about").hint(nameless));
    };
    let address = env.api_address.as_deref().unwrap_or("https://api.github.com");
    let address = address.parse().map_err(|broken| usage(broken, "GITHUB_API_URL"))?;
    let settings =
        Settings { address, repository, token: Token::new(&token)?, timeout: TIMEOUT, patience: PATIENCE, check_rules };
    Forge::open(settings, Box::new(MachineClock)).map(Some)
}

/// As [`open`], for what cannot do without. `to` says what the token is for, and `permissions` what it needs in a workflow.
///
/// # Errors
/// As [`open`], and when there is no token.
pub fn require(project: &Project, to: &str, permissions: &str, env: &Env) -> Result<Forge> {
    opened(project, ChecksAsked::default(), env, NAMELESS)?.ok_or_else(|| {
        Error::usage(format!("there is no token to {to} with")).hint(format!(
            "set GITHUB_TOKEN; in a workflow: permissions: {{ {permissions} }}, and env: {{ GITHUB_TOKEN: ${{{{ github.token }}}} }}"
        ))
    })
}

fn usage(broken: NotAName, variable: &str) -> Error {
    Error::usage(broken.to_string()).hint(format!("correct the variable {variable}, or unset it"))
}
