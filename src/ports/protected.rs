//! The configuration, the decisions and the waivers that count for what is judged: those of the protected branch, and never
//! those of what is judged.

use std::path::Path;

use crate::model::apply::shell_word;
use crate::model::branch::{BranchName, BranchSpec};
use crate::model::commit::CommitId;
use crate::model::config::Config;
use crate::model::decision::Decisions;
use crate::model::detect::{USUAL_MAIN, detect};
use crate::model::eligibility::waiver::{self, WAIVERS_PATH, Waiver};
use crate::model::error::{Error, Result};

use super::decisions::decisions_at;
use super::git::Git;
use super::settings::{self, Settings, lacking};
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

/// A `patch.toml` that counts, completed by what the names of branches and tags show.
#[derive(Debug, Clone)]
pub struct ProtectedConfig {
    /// What it says.
    pub config: Config,
    /// The protected branch: its ref and its commit.
    pub place: (String, CommitId),
    /// Where it was read from, for people; `None` when the branch has none.
    pub source: Option<String>,
}

/// Reads what counts. `file` takes the place of `patch.toml`; `told` is main where a forge told it.
///
/// # Errors
/// When main cannot be told or is not here, or a file is wrong.
pub fn read(git: &Git, file: Option<&Path>, told: Option<BranchName>) -> Result<Protected> {
    let main = told.map_or_else(|| main_branch(git, None, ""), Ok)?;
    let ProtectedConfig { config, place: (name, commit), source } = config(git, &main, file, "")?;
    let lacking = if source.is_none() { lacking(git) } else { None };
    let source = source.unwrap_or_else(|| format!("the default policy, for '{name}' has no patch.toml"));
    let main = config.project.main.clone().unwrap_or(main);
    let tag = config.project.tag.clone().unwrap_or_default();
    let waivers = text_of(git, commit, WAIVERS_PATH)?.map(|text| waiver::parse(&text)).transpose()?.unwrap_or_default();
    Ok(Protected {
        settings: Settings { config, main, tag, notes: Vec::new(), lacking },
        source,
        commit,
        decisions: decisions_at(git, commit)?,
        waivers,
    })
}

/// Reads the `patch.toml` of a protected branch, or `file` in its place. `otherwise` is as for [`main_branch`].
///
/// # Errors
/// When the branch is not here, or a file is wrong.
pub fn config(git: &Git, branch: &BranchName, file: Option<&Path>, otherwise: &str) -> Result<ProtectedConfig> {
    let (name, commit) = tip(git, branch, otherwise)?;
    let (text, source) = match file {
        Some(file) => {
            let text = std::fs::read_to_string(file).map_err(|error| cannot_read(file, error))?;
            (Some(text), file.display().to_string())
        }
        None => (text_of(git, commit, "patch.toml")?, format!("patch.toml of '{name}' at {}", commit.short())),
    };
    let config = match &text {
        Some(text) => Config::parse(text).map_err(|error| error.in_file(&source))?,
        None => Config::default(),
    };
    let config = completed(git, config, Some(branch))?;
    Ok(ProtectedConfig { config, place: (name, commit), source: text.map(|_| source) })
}

/// Adds to a configuration what the names of branches and tags show: main, the lines and the form of the tags, where it is
/// silent. `main` is the branch to take where neither tells it. A line never has main for its branch.
///
/// # Errors
/// When branches or tags cannot be listed.
pub fn completed(git: &Git, config: Config, main: Option<&BranchName>) -> Result<Config> {
    let is_complete = !config.lines.is_empty() && config.project.main.is_some() && config.project.tag.is_some();
    let mut config = if is_complete {
        config
    } else {
        let tags: Vec<String> = git.tag_names()?.into_iter().map(String::from).collect();
        detect(&git.branch_tips()?, &tags, git.default_branch().as_deref()).complete(config)
    };
    let main = config.project.main.as_ref().or(main).cloned().map(BranchSpec::Standing);
    config.lines.retain(|line| Some(&line.branch) != main.as_ref());
    Ok(config)
}

/// Finds where a protected branch is, with the name of its ref. `otherwise` is as for [`main_branch`].
///
/// # Errors
/// When it is not here.
pub fn tip(git: &Git, branch: &BranchName, otherwise: &str) -> Result<(String, CommitId)> {
    git.protected_tip(branch).ok_or_else(|| {
        Error::undecided(format!("there is no branch '{branch}' to read the policy from")).hint(format!(
            "fetch it: {}; in a workflow with 'fetch-depth: 0'{otherwise}",
            git.fetch_from().branch(branch)
        ))
    })
}

/// Finds main: the remote says which of its branches it is, or else the only one of a usual name does; of several, one may be
/// there only to be taken for it. Only a repository without a remote asks its own files, with `config` in place of its
/// `patch.toml`, for those of the worktree may be what is judged. `otherwise` is added to what a person is told to do where it
/// cannot be found.
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
    let tips = git.branch_tips()?;
    let mut usual = USUAL_MAIN.into_iter().filter(|name| tips.iter().any(|tip| tip.name == *name));
    if let (Some(only), None) = (usual.next(), usual.next()) {
        return only.parse().map_err(|error| Error::usage(format!("'{only}' cannot be main")).because(error));
    }
    // Git sets no head to a branch that was not fetched.
    let fetch = git.fetch_from();
    let ask = format!("{} && git remote set-head {} --auto", fetch.branches(), shell_word(&fetch.remote));
    Err(Error::undecided("it cannot be told which branch of the remote is main, where the policy is")
        .hint(format!("ask the remote: {ask}; in a workflow with 'fetch-depth: 0'{otherwise}")))
}

fn text_of(git: &Git, commit: CommitId, path: &str) -> Result<Option<String>> {
    let Some(bytes) = git.file_of(commit, path)? else { return Ok(None) };
    let text = String::from_utf8(bytes);
    text.map(Some).map_err(|error| {
        let shown = format!("'{path}' of '{}' is not UTF-8", commit.short());
        Error::usage(shown).because(error).hint(format!("write it as UTF-8; to see it: git show {commit}:{path}"))
    })
}
