//! The issue that `patch-pick status` keeps up to date.

use crate::cli::args::CommonArgs;
use crate::cli::env::Env;
use crate::cli::forge;
use crate::cli::out::Present as _;
use crate::model::check_run::Marker;
use crate::model::error::Result;
use crate::model::guard::{Place, Surface};
use crate::model::status::Status;
use crate::ports::forge::{Failure, Forge, Written};
use crate::ports::git::Git;
use crate::ports::settings::Settings;

use super::StatusArgs;

/// The mark of the issue.
const MARK: &str = "backstitch/patch-pick status";

impl StatusArgs {
    /// Opens the forge, where an issue is to be kept up to date.
    ///
    /// # Errors
    /// When there is no token for it, or it or the address is wrong.
    pub fn forge(&self, settings: &Settings, env: &Env) -> Result<Option<Forge>> {
        let open = |_| forge::require(&settings.config.project, "write the issue", "issues: write", env);
        self.issue.as_ref().map(open).transpose()
    }

    /// Brings the issue up to date, if one is asked for, and tells people what came of it.
    ///
    /// # Errors
    /// When a template is wrong, the issue would tell of what is under embargo, or the forge refuses or fails.
    pub fn keep_issue(
        &self,
        found: &Status,
        (git, settings, forge): (&'static Git, &Settings, Option<&Forge>),
        common: &CommonArgs,
        env: &Env,
    ) -> Result<()> {
        let Some((title, forge)) = self.issue.as_ref().zip(forge) else { return Ok(()) };
        let marker: Marker = MARK.parse().expect("because the mark is a plain text");
        let body = found.markdown(&common.templates()?)?;
        let watch = common.watch(git, &settings.config, &self.guarded)?;
        let told = [Surface::new(Place::Title, title.as_str()), Surface::new(Place::PullBody, body.as_str())];
        watch.require_texts("no issue was written", told)?;
        let (number, written) = forge.put_issue(&marker, title.as_str(), &body).map_err(Failure::into_error)?;
        let came = match written {
            Written::Created => "was created",
            Written::Updated => "was brought up to date",
            Written::Already => "says the same already",
        };
        common.note(env, &format!("issue {number} '{title}' {came}"));
        Ok(())
    }
}
