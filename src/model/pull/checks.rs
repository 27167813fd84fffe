//! What the checks of a commit came to: check runs and commit statuses together.

use crate::model::arrange::Arrange as _;

/// What the checks of a commit came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checks {
    /// All ended well.
    Green,
    /// Some failed, whatever the others do. Names are text from a stranger, each once, in order.
    Red(Vec<String>),
    /// None failed, and some are not done. Where a commit has none yet, those that are required are not.
    Pending(Vec<String>),
    /// None failed and all are done, and some that are required have not succeeded: nothing is left to wait for.
    Lacking(Lacking),
    /// There are none, or none of them had anything to do.
    None,
}

/// What lacks of the required checks of a commit whose checks are all done. Each name stands once, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lacking {
    /// The required names that no check of the commit has.
    pub absent: Vec<String>,
    /// Those whose checks had nothing to do.
    pub idle: Vec<String>,
    /// The names of the checks that it has: text from a stranger.
    pub there: Vec<String>,
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
    /// The run of a workflow that it is a job of, where that was told.
    pub workflow: Option<WorkflowRun>,
    /// What it came to.
    pub state: CheckState,
}

impl NamedCheck {
    /// Makes that of a commit status.
    pub fn of_status(name: String, state: CheckState) -> Self {
        Self { name, app: None, run: None, workflow: None, state }
    }

    fn is(&self, name: &str) -> bool {
        self.name.strip_suffix(name).is_some_and(|callers| callers.is_empty() || callers.ends_with(" / "))
    }

    /// Whether another one is newer, of its name and app. One that had nothing to do is none.
    fn precedes(&self, other: &Self) -> bool {
        (&other.name, &other.app) == (&self.name, &self.app) && other.run > self.run && other.state != CheckState::Idle
    }
}

/// A run of a workflow of GitHub Actions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkflowRun {
    /// The number of the workflow.
    pub workflow: u64,
    /// The event that started the run.
    pub event: String,
    /// How many runs of the workflow there were with this one.
    pub number: u64,
}

impl WorkflowRun {
    /// Whether another one judged the same thing later. Another event may look at something else of the same commit: what a push brought,
    /// and what a merge of it would come to.
    fn precedes(&self, other: &Self) -> bool {
        (other.workflow, &other.event) == (self.workflow, &self.event) && other.number > self.number
    }
}

/// The name of the job of `patch-gate.yml`, which is that of its check run.
pub const GATE_JOB: &str = "May it go into a patch release?";

/// The name of the job of the example `reviewed.yml`, by which the gate is told of a review. It ends well, and proves nothing.
pub const REVIEW_JOB: &str = "Tell the gate of a review";

/// Which checks of a commit count. Some do not, such as that of who judges them: it would wait for itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckRules {
    /// The names of those that do not, whoever made them. A job of a workflow that is called has those of its callers in front, as in
    /// `Gate / NAME`.
    pub ignored: Vec<String>,
    /// The check run of the job that judges, which does not count.
    pub job: Option<JobCheck>,
    /// The names of those that must have succeeded, whoever made them, but for those that do not count. One that is not there is not done.
    pub required: Vec<String>,
}

/// The check run of a job. The job's earlier runs have others of the same name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobCheck {
    /// Its name: text from a stranger.
    pub name: String,
    /// The app that made it.
    pub app: Option<String>,
}

impl CheckRules {
    fn ignores(&self, check: &NamedCheck) -> bool {
        let is_of_job = |job: &JobCheck| job.name == check.name && job.app == check.app;
        self.ignored.iter().any(|name| check.is(name)) || self.job.as_ref().is_some_and(is_of_job)
    }

    /// Whether one does not count for a newer one of its name: GitHub keeps both of them.
    ///
    /// One that was cancelled does not, as by a concurrency group for a newer run of its workflow. Jobs of two workflows may have one name, and
    /// so may two of one; so one that failed gives way only where a later run of the same workflow by the same event is known to have had it
    /// again, and where it is required, so that the newer one has to succeed.
    fn is_superseded(&self, check: &NamedCheck, all: &[NamedCheck]) -> bool {
        let workflow = |check: &NamedCheck| check.workflow.as_ref().map(|run| run.workflow);
        let is_later = |other: &NamedCheck| {
            let runs = check.workflow.as_ref().zip(other.workflow.as_ref());
            runs.is_some_and(|(run, later)| run.precedes(later))
        };
        let gives_way = |other: &NamedCheck| match check.state {
            CheckState::Cancelled => workflow(check) == workflow(other),
            CheckState::Bad => self.required.iter().any(|name| check.is(name)) && is_later(other),
            CheckState::Good | CheckState::Idle | CheckState::Pending => false,
        };
        all.iter().any(|other| check.precedes(other) && gives_way(other))
    }

    /// Returns the names of required ones of which none succeeded.
    fn lacking<'a>(&'a self, all: &'a [NamedCheck]) -> impl Iterator<Item = String> + 'a {
        let succeeded = |name: &str| all.iter().any(|check| check.state == CheckState::Good && check.is(name));
        // Who judges would wait for itself, where the list is that of the repository's own rule.
        let waits = move |name: &&String| !self.ignored.contains(name) && !succeeded(name);
        self.required.iter().filter(waits).cloned()
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
    /// Brings all checks of a commit that count into one.
    pub fn of(all: impl IntoIterator<Item = NamedCheck>, rules: &CheckRules) -> Self {
        let all: Vec<NamedCheck> = all.into_iter().filter(|check| !rules.ignores(check)).collect();
        let (mut bad, mut pending, mut any) = (Vec::new(), Vec::new(), false);
        let lacking: Vec<String> = rules.lacking(&all).collect();
        let (idle, absent) = lacking.into_iter().partition(|name| all.iter().any(|check| check.is(name)));
        let there: Vec<String> = all.iter().map(|check| check.name.clone()).collect();
        let counts: Vec<bool> = all.iter().map(|check| !rules.is_superseded(check, &all)).collect();
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
        let lacking = Lacking { absent: once(absent), idle: once(idle), there: once(there) };
        let is_whole = lacking.absent.is_empty() && lacking.idle.is_empty();
        if !bad.is_empty() {
            return Self::Red(once(bad));
        }
        match (pending.is_empty(), is_whole) {
            (false, _) => Self::Pending(once([pending, lacking.absent, lacking.idle].concat())),
            // They may be about to begin.
            (true, false) if lacking.there.is_empty() => Self::Pending(lacking.absent),
            (true, false) => Self::Lacking(lacking),
            (true, true) if any => Self::Green,
            (true, true) => Self::None,
        }
    }
}
