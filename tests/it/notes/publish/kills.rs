//! The process is killed at every request, before and after its effect, and then run once more.

use std::time::{Duration, Instant};

use super::Story;
use crate::support::github::{Fault, When};

#[test]
fn a_killed_process_is_finished_by_the_next() {
    let mut story = Story::new();
    let _published = story.both(&[]).run().success();
    let usual = story.github.requests().len();
    assert!(usual > 20, "{usual} requests");
    for number in 0..usual {
        for when in [When::Before, When::After] {
            let name = format!("killed at request {number}, {when:?}");
            story = story.begun_anew();
            story.github.fail_at(number, when, Fault::Silence);
            let mut run = story.both(&[]).start();
            let begun = Instant::now();
            while story.github.requests().len() <= number {
                assert!(begun.elapsed() < Duration::from_secs(60), "{name}: the request did not come");
                std::thread::sleep(Duration::from_millis(1));
            }
            run.kill().expect("because it waits for the answer");
            run.wait().expect("because it was killed");
            let _finished = story.both(&[]).run().success();
            story.require_whole(&name);
            let sent = story.writes().iter().filter(|line| line.contains("/assets?name=")).count();
            assert!((6..=7).contains(&sent), "{name}: {sent} files were sent");
        }
    }
}
