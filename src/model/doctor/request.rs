//! What `patch-doctor` is asked.

use std::path::PathBuf;

use super::environment::Wanted;
use super::{Job, Rule};
use crate::model::key_text::GivenKey;
use crate::model::line::LineName;
use crate::model::tag_request::{AskRemote, Now, PolicySource, Sealing};
use crate::model::version::ReleaseVersion;

/// What `patch-doctor` is asked.
pub struct DoctorRequest {
    /// The lines; all supported ones if empty.
    pub lines: Vec<LineName>,
    /// The version that is to be released, so that nothing else is pushed to the lines.
    pub release: Option<ReleaseVersion>,
    /// Whether it has files.
    pub files: ReleaseFiles,
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
    /// Which rules are looked at.
    pub choice: Choice,
    /// The environment that is asked about.
    pub environment: Option<Wanted>,
}

/// Whether a release has files, the list of whose sums is signed beside its tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReleaseFiles {
    /// Nobody said.
    Untold,
    /// It has.
    There,
}

/// Which rules are looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The jobs whose rules are looked at; where rules are named, their jobs.
    pub jobs: Vec<Job>,
    /// The rules that were named, so that no other one is looked at; where none is, those of the jobs are.
    pub only: Vec<Rule>,
    /// The rules that are left out.
    pub skipped: Vec<Rule>,
}

impl Choice {
    /// Makes one of what was named. Where no job was, the rules of all jobs are looked at; where rules are, of those jobs the ones that they
    /// are about.
    pub fn new(jobs: &[Job], only: &[Rule], skipped: &[Rule]) -> Self {
        let of_rules = |job: &Job| only.iter().any(|rule| rule.jobs().contains(job));
        let jobs = match (only, jobs) {
            ([], []) => Job::ALL.to_vec(),
            ([], jobs) => jobs.to_vec(),
            (_, []) => Job::ALL.into_iter().filter(of_rules).collect(),
            (_, jobs) => jobs.iter().copied().filter(of_rules).collect(),
        };
        Self { jobs, only: only.to_vec(), skipped: skipped.to_vec() }
    }

    /// Says whether a rule is looked at.
    pub fn takes(&self, rule: Rule) -> bool {
        let of_jobs = || rule.jobs().is_empty() || rule.jobs().iter().any(|job| self.jobs.contains(job));
        let named = if self.only.is_empty() { of_jobs() } else { self.only.contains(&rule) };
        named && !self.skipped.contains(&rule)
    }
}

impl DoctorRequest {
    /// Says whether one of these jobs is asked about.
    pub fn asks(&self, jobs: &[Job]) -> bool {
        jobs.iter().any(|job| self.choice.jobs.contains(job))
    }
}
