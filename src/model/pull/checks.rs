//! What the checks of a commit came to: check runs and commit statuses together.

use crate::model::arrange::Arrange as _;

/// What the checks of a commit came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checks {
    /// All ended well.
    Green,
    /// Some failed, whatever the others do. Names are text from a stranger, each once, in order.
    Red(Vec<String>),
    /// None failed, and some are not done.
    Pending(Vec<String>),
    /// There are none, or none of them had anything to do.
    None,
}

/// A check run or commit status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedCheck {
    /// Its name: text from a stranger.
    pub name: String,
    /// The app that made it, where it is a check run.
    pub app: Option<String>,
    /// Its number, where it is a check run: a later one has a greater number.
    pub run: Option<u64>,
    /// What it came to.
    pub state: CheckState,
}

impl NamedCheck {
    /// Whether it was cancelled and begun again, as where a concurrency group cancels a run of a workflow for a newer one: GitHub keeps
    /// both of them. One that failed counts beside a newer one, for jobs of two workflows may have one name.
    fn is_superseded(&self, all: &[Self]) -> bool {
        let is_newer = |other: &Self| other.name == self.name && other.app == self.app && other.run > self.run;
        self.state == CheckState::Cancelled && all.iter().any(is_newer)
    }
}

/// The name of the job of `patch-gate.yml`, which is that of its check run.
pub const GATE_JOB: &str = "May it go into a patch release?";

/// The name of the job of the example `reviewed.yml`, by which the gate is told of a review. It ends well, and proves nothing.
pub const REVIEW_JOB: &str = "Tell the gate of a review";

/// The checks of a commit that do not count among its checks, such as that of who judges them: it would wait for itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnChecks {
    /// Their names, whoever made them. A job of a workflow that is called has those of its callers in front, as in `Gate / NAME`.
    pub names: Vec<String>,
    /// The check run of the job that judges.
    pub job: Option<JobCheck>,
}

/// The check run of a job. The job's earlier runs have others of the same name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobCheck {
    /// Its name: text from a stranger.
    pub name: String,
    /// The app that made it.
    pub app: Option<String>,
}

impl OwnChecks {
    fn has(&self, check: &NamedCheck) -> bool {
        let is = |own: &String| {
            check.name.strip_suffix(own.as_str()).is_some_and(|callers| callers.is_empty() || callers.ends_with(" / "))
        };
        let is_of_job = |job: &JobCheck| job.name == check.name && job.app == check.app;
        self.names.iter().any(is) || self.job.as_ref().is_some_and(is_of_job)
    }
}

/// What one check came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckState {
    /// It ended well.
    Good,
    /// It had nothing to do. It keeps nothing back, and proves nothing: a job of another event of the same workflow is skipped, too.
    Idle,
    /// It failed, or asks somebody to act.
    Bad,
    /// It was cancelled, which is bad where it was not begun again.
    Cancelled,
    /// It is not done.
    Pending,
}

impl CheckState {
    /// Reads the `status` and `conclusion` of a check run, in either case of letters.
    ///
    /// Neutral and skipped keep nothing back, as with required checks ("Check statuses and conclusions" in GitHub's documentation).
    /// A word that is not known is bad.
    pub fn of_run(status: &str, conclusion: Option<&str>) -> Self {
        if !status.eq_ignore_ascii_case("completed") {
            return Self::Pending;
        }
        match conclusion.map(str::to_ascii_lowercase).as_deref() {
            Some("success") => Self::Good,
            Some("neutral" | "skipped") => Self::Idle,
            Some("cancelled") => Self::Cancelled,
            Some(_) | None => Self::Bad,
        }
    }

    /// Reads the `state` of a commit status, in either case of letters. A word that is not known is bad.
    pub fn of_status(state: &str) -> Self {
        match state.to_ascii_lowercase().as_str() {
            "success" => Self::Good,
            "pending" | "expected" => Self::Pending,
            _ => Self::Bad,
        }
    }
}

impl Checks {
    /// Brings all checks of a commit into one, without our own.
    pub fn of(all: impl IntoIterator<Item = NamedCheck>, own: &OwnChecks) -> Self {
        let (mut bad, mut pending, mut any) = (Vec::new(), Vec::new(), false);
        let all: Vec<NamedCheck> = all.into_iter().filter(|check| !own.has(check)).collect();
        let counts: Vec<bool> = all.iter().map(|check| !check.is_superseded(&all)).collect();
        for (check, _) in all.into_iter().zip(counts).filter(|(_, counts)| *counts) {
            match check.state {
                CheckState::Good => any = true,
                CheckState::Idle => {}
                CheckState::Bad | CheckState::Cancelled => bad.push(check.name),
                CheckState::Pending => pending.push(check.name),
            }
        }
        let once = |mut names: Vec<String>| {
            names.arrange();
            names.dedup();
            names
        };
        match (bad.is_empty(), pending.is_empty()) {
            (false, _) => Self::Red(once(bad)),
            (true, false) => Self::Pending(once(pending)),
            (true, true) if any => Self::Green,
            (true, true) => Self::None,
        }
    }
}
