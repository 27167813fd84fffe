//! Progress of long work, on standard error and only while a person watches.

use std::io::{self, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::cli::env::{Env, Stream};

/// The least time between two updates, and before the first: short work shows none.
const PACE: Duration = Duration::from_millis(150);

/// A line on standard error that tells how far the work is. It disappears when this is dropped. Threads may share it.
#[derive(Debug)]
pub struct Progress {
    shown: Option<Shown>,
}

#[derive(Debug)]
struct Shown {
    label: &'static str,
    total: usize,
    done: AtomicUsize,
    pace: Mutex<Pace>,
}

/// When the line may change again, and whether it is there.
#[derive(Debug, Clone, Copy)]
struct Pace {
    last: Instant,
    visible: bool,
}

impl Progress {
    /// Shows nothing.
    pub fn silent() -> Self {
        Self { shown: None }
    }

    /// Starts to count towards a total, if a person watches standard error.
    pub fn start(env: &Env, label: &'static str, total: usize) -> Self {
        let watched = env.streams.err == Stream::Terminal && env.actions.is_none();
        let pace = Mutex::new(Pace { last: Instant::now(), visible: false });
        Self { shown: watched.then(|| Shown { label, total, done: AtomicUsize::new(0), pace }) }
    }

    /// Counts one more piece of work as done.
    pub fn advance(&self) {
        let Some(shown) = &self.shown else { return };
        let done = shown.done.fetch_add(1, Ordering::Relaxed) + 1;
        // Whoever finds another thread writing has nothing newer to say.
        let Ok(mut pace) = shown.pace.try_lock() else { return };
        if pace.due(Instant::now()) {
            draw(&format!("\r{}\u{1b}[K", shown.line(done)));
        }
    }
}

impl Pace {
    fn due(&mut self, now: Instant) -> bool {
        let due = now.duration_since(self.last) >= PACE;
        if due {
            *self = Self { last: now, visible: true };
        }
        due
    }
}

impl Shown {
    fn line(&self, done: usize) -> String {
        let percent = done.min(self.total) * 100 / self.total.max(1);
        format!("{} {done}/{} ({percent} %)", self.label, self.total)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        let Some(shown) = &self.shown else { return };
        if shown.pace.lock().is_ok_and(|pace| pace.visible) {
            draw("\r\u{1b}[K");
        }
    }
}

fn draw(text: &str) {
    let mut to = io::stderr().lock();
    // Progress is a courtesy: a terminal that is gone must not stop the work.
    let _ = to.write_all(text.as_bytes()).and_then(|()| to.flush());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::env::{ActionsFiles, Streams};

    #[test]
    fn it_is_shown_to_people_only() {
        let streams = Streams { out: Stream::Other, err: Stream::Terminal };
        let terminal = Env { streams, ..Env::default() };
        assert!(Progress::start(&terminal, "reading", 3).shown.is_some());
        assert!(Progress::start(&Env::default(), "reading", 3).shown.is_none());
        let job = Env { actions: Some(ActionsFiles::default()), ..terminal };
        assert!(Progress::start(&job, "reading", 3).shown.is_none());
    }

    #[test]
    fn updates_keep_their_distance() {
        let start = Instant::now();
        let mut pace = Pace { last: start, visible: false };
        assert!(!pace.due(start + PACE / 2));
        assert!(pace.due(start + PACE));
        assert!(!pace.due(start + PACE + PACE / 2));
        assert!(pace.visible);
    }

    #[test]
    fn the_line_tells_the_share() {
        let pace = Mutex::new(Pace { last: Instant::now(), visible: false });
        let shown = Shown { label: "reading", total: 8, done: AtomicUsize::new(0), pace };
        assert_eq!(shown.line(2), "reading 2/8 (25 %)");
        let empty = Shown { total: 0, ..shown };
        assert_eq!(empty.line(0), "reading 0/0 (0 %)");
    }
}
