//! The time, as waiting needs it.

use std::time::Duration;

/// Tells the time and waits.
pub trait Clock {
    /// Returns the seconds since 1970-01-01 UTC.
    fn now(&self) -> i64;

    /// Returns when so much time has passed.
    fn wait(&self, time: Duration);
}

/// The clock of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct MachineClock;

impl Clock for MachineClock {
    fn now(&self) -> i64 {
        #[expect(clippy::disallowed_methods, reason = "how long to wait depends on what the clock really says")]
        let now = std::time::SystemTime::now();
        now.duration_since(std::time::UNIX_EPOCH).map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
    }

    fn wait(&self, time: Duration) {
        std::thread::sleep(time);
    }
}
