//! What `patch-doctor` is asked.

use std::path::PathBuf;

use super::environment::Wanted;
use super::{Job, Rule};
use crate::model::key_text::GivenKey;
use crate::model::line::LineName;
use crate::model::tag_request::{AskRemote, Now, PolicySource, Sealing};

/// What `patch-doctor` is asked.
pub struct DoctorRequest {
    /// The lines; all supported ones if empty.
    pub lines: Vec<LineName>,
    /// Which remote is asked.
    pub remote: AskRemote,
    /// A file to read instead of `patch.toml`.
    pub config: Option<PathBuf>,
    /// Whether tags are to be signed.
    pub sealing: Sealing,
    /// A key that was given to this run.
    pub key: Option<GivenKey>,
    /// Where the policy is read from.
    pub policy: PolicySource,
    /// What counts as now.
    pub now: Now,
    /// The jobs that are asked about.
    pub jobs: Vec<Job>,
    /// The environment that is asked about.
    pub environment: Option<Wanted>,
    /// The rules that are left out.
    pub skipped: Vec<Rule>,
}

impl DoctorRequest {
    /// Says whether one of these jobs is asked about.
    pub fn asks(&self, jobs: &[Job]) -> bool {
        jobs.iter().any(|job| self.jobs.contains(job))
    }
}
