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
    /// There are none.
    None,
}

/// A check run or commit status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedCheck {
    /// Its name: text from a stranger.
    pub name: String,
    /// What it came to.
    pub state: CheckState,
}

/// What one check came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckState {
    /// It ended well, or had nothing to do.
    Good,
    /// It failed, was cancelled, or asks somebody to act.
    Bad,
    /// It is not done.
    Pending,
}

impl CheckState {
    /// Reads the `status` and `conclusion` of a check run, in either case of letters.
    ///
    /// Neutral and skipped count as good, as they do for required checks ("Check statuses and conclusions" in GitHub's
    /// documentation). A word that is not known is bad.
    pub fn of_run(status: &str, conclusion: Option<&str>) -> Self {
        if !status.eq_ignore_ascii_case("completed") {
            return Self::Pending;
        }
        match conclusion.map(str::to_ascii_lowercase).as_deref() {
            Some("success" | "neutral" | "skipped") => Self::Good,
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
    /// Brings all checks of a commit into one, without those named `own`.
    pub fn of(all: impl IntoIterator<Item = NamedCheck>, own: Option<&str>) -> Self {
        let (mut bad, mut pending, mut any) = (Vec::new(), Vec::new(), false);
        for check in all.into_iter().filter(|check| own != Some(check.name.as_str())) {
            any = true;
            match check.state {
                CheckState::Good => {}
                CheckState::Bad => bad.push(check.name),
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
