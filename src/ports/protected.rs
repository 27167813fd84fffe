//! The configuration, the decisions and the waivers that count for what is judged: those of the protected branch, and never
//! those of what is judged.

use std::path::Path;

use crate::model::branch::{BranchName, BranchSpec};
use crate::model::commit::CommitId;
use crate::model::config::Config;
use crate::model::decision::Decisions;
use crate::model::detect::detect;
use crate::model::eligibility::waiver::{self, WAIVERS_PATH, Waiver};
use crate::model::error::{Error, Result};

use super::decisions::decisions_at;
use super::git::Git;
use super::settings::{self, Settings};
use super::trouble::cannot_read;

/// What counts, as the protected branch has it.
#[derive(Debug, Clone)]
pub struct Protected {
    /// The configuration, completed.
    pub settings: Settings,
    /// Where it was read from, for people.
    pub source: String,
    /// The commit of main that everything was read from.
    pub commit: CommitId,
    /// What maintainers decided.
    pub decisions: Decisions,
    /// What maintainers waived.
    pub waivers: Vec<Waiver>,
}

/// Reads what counts. `file` takes the place of `patch.toml`.
///
/// # Errors
/// When main cannot be told or is not here, or a file is wrong.
pub fn read(git: &Git, file: Option<&Path>) -> Result<Protected> {
    let (main, name, commit) = protected_main(git)?;
    let (text, source) = match file {
        Some(file) => {
            let text = std::fs::read_to_string(file).map_err(|error| cannot_read(file, error))?;
            (Some(text), file.display().to_string())
        }
        None => (text_of(git, commit, "patch.toml")?, format!("patch.toml of '{name}' at {}", commit.short())),
    };
    let source = if text.is_some() { source } else { format!("the default policy, for '{name}' has no patch.toml") };
    let config = match &text {
        Some(text) => Config::parse(text).map_err(|error| error.in_file(&source))?,
        None => Config::default(),
    };
    let tags: Vec<String> = git.tag_names()?.into_iter().map(String::from).collect();
    let mut config = detect(&git.branch_tips()?, &tags, git.default_branch().as_deref()).complete(config);
    let main = config.project.main.clone().unwrap_or(main);
    config.lines.retain(|line| line.branch != BranchSpec::Standing(main.clone()));
    let tag = config.project.tag.clone().unwrap_or_default();
    let waivers = text_of(git, commit, WAIVERS_PATH)?.map(|text| waiver::parse(&text)).transpose()?.unwrap_or_default();
    Ok(Protected {
        settings: Settings { config, main, tag, notes: Vec::new() },
        source,
        commit,
        decisions: decisions_at(git, commit)?,
        waivers,
    })
}

/// Finds main: the remote says which of its branches it is, or else its usual name does. Only a repository without a remote asks
/// its own files, with `config` in place of its `patch.toml`, for those of the worktree may be what is judged. `otherwise` is
/// added to what a person is told to do where it cannot be found.
///
/// # Errors
/// When it cannot be told.
pub fn main_branch(git: &Git, config: Option<&Path>, otherwise: &str) -> Result<BranchName> {
    if let Some(name) = git.default_branch().and_then(|name| name.parse().ok()) {
        return Ok(name);
    }
    if !git.has_remotes() {
        let told = settings::load(git, config).map(|settings| settings.main);
        return told.map_err(|error| match error.hint_text().map(|hint| format!("{hint}{otherwise}")) {
            Some(hint) => error.hint(hint),
            None => error,
        });
    }
    detect(&git.branch_tips()?, &[], None).main.ok_or_else(|| {
        Error::usage("it cannot be told which branch of the remote is main, where the policy is")
            .hint(format!("ask the remote with 'git remote set-head origin --auto'{otherwise}"))
    })
}

/// Finds main and its tip.
fn protected_main(git: &Git) -> Result<(BranchName, String, CommitId)> {
    let main = main_branch(git, None, "")?;
    let (name, commit) = git.protected_tip(&main).ok_or_else(|| {
        Error::undecided(format!("there is no branch '{main}' to read the policy from"))
            .hint(format!("fetch it with 'git fetch origin {main}', in a workflow with 'fetch-depth: 0'"))
    })?;
    Ok((main, name, commit))
}

fn text_of(git: &Git, commit: CommitId, path: &str) -> Result<Option<String>> {
    let Some(bytes) = git.file_of(commit, path)? else { return Ok(None) };
    let text = String::from_utf8(bytes);
    text.map(Some).map_err(|error| {
        let shown = format!("'{path}' of '{}' is not UTF-8", commit.short());
        Error::usage(shown).because(error).hint(format!("write it as UTF-8; to see it: git show {commit}:{path}"))
    })
}
