//! The clock of the machine, where what a user says of the time must not count alone.

use chrono::{DateTime, Utc};

/// Returns the moment by which an embargo is judged: that of the run, but none that the clock has not reached. So `--now` can hold
/// something back, and never lets anything out before its date.
pub fn reached(now: DateTime<Utc>) -> DateTime<Utc> {
    now.min(clock())
}

/// Returns what the clock of the machine says.
#[expect(clippy::disallowed_methods, reason = "an embargo ends by the clock, whatever moment a run takes as now")]
pub fn clock() -> DateTime<Utc> {
    Utc::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_to_come_is_not_reached() {
        let past: DateTime<Utc> = "2026-01-05T09:00:00Z".parse().expect("a moment");
        assert_eq!(reached(past), past);
        assert!(reached(DateTime::<Utc>::MAX_UTC) < DateTime::<Utc>::MAX_UTC);
    }
}
