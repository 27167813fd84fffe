//! Actions of other repositories, played by functions.

mod app;
mod artifacts;
mod checkout;

pub use app::{App, create_github_app_token};
pub use artifacts::{download_artifact, upload_artifact};
pub use checkout::checkout;

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::expression::Value;
use super::job::Job;
use super::model::Uses;
use super::{Result, Texts, Trouble};

/// Plays an action: does what it does, and returns its outputs.
pub type Player<'p> = Box<dyn Fn(&mut Call<'_>) -> Result<Texts> + 'p>;

/// One use of an action.
pub struct Call<'c> {
    /// Its name with the version.
    pub uses: String,
    /// The inputs that are given.
    pub with: Texts,
    /// The variables that its process would have.
    pub env: Texts,
    pub github: Value,
    pub workspace: PathBuf,
    pub temp: PathBuf,
    /// Where the artifacts of this run are kept.
    pub artifacts: PathBuf,
    pub log: String,
    /// Warnings.
    pub complaints: Vec<String>,
    job: &'c Job<'c>,
}

impl<'c> Call<'c> {
    pub(super) fn new(uses: &Uses, with: Texts, job: &'c Job<'c>, github: Value, env: Texts) -> Self {
        let mut all = job.machine();
        all.extend(env);
        Self {
            uses: uses.to_string(),
            with,
            env: all,
            github,
            workspace: job.workspace.clone(),
            temp: job.temp.clone(),
            artifacts: job.session.path("artifacts"),
            log: String::new(),
            complaints: Vec::new(),
            job,
        }
    }

    /// The token of the job.
    pub fn token(&self) -> &str {
        &self.job.token
    }

    /// Hides a text from now on, as an action does that makes a secret.
    pub fn hide(&self, text: &str) {
        self.job.session.hide(text);
    }

    /// A text of the `github` context.
    pub fn github(&self, name: &str) -> String {
        self.github.get(name).map(Value::spelled).unwrap_or_default()
    }

    /// The value of an input, with its default.
    pub fn input(&self, name: &str, default: &str) -> String {
        self.with.get(name).filter(|value| !value.is_empty()).cloned().unwrap_or_else(|| default.to_owned())
    }

    /// Refuses inputs other than these, so that none is silently left out.
    pub fn only(&self, known: &[&str]) -> Result<()> {
        match self.with.keys().find(|name| !known.contains(&name.as_str())) {
            Some(name) => Err(Trouble::new(format!("the input '{name}' of '{}' is not played", self.uses))),
            None => Ok(()),
        }
    }
}

/// Outputs from pairs.
fn outputs<const N: usize>(pairs: [(&str, String); N]) -> Texts {
    BTreeMap::from(pairs.map(|(name, value)| (name.to_owned(), value)))
}
