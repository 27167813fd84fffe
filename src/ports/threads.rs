//! Work on many things on every core.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};

use crate::model::error::Result;

/// So many results of each thread wait to be taken at most: what is made must not fill the memory where taking it is slower.
const AHEAD: usize = 16;

/// Works on things on every core, and hands over what comes of each, here and in the order of the things: as if they were worked on one
/// after the other, where `work` changes nothing.
///
/// # Errors
/// The first one of `take`, after which nothing is taken.
pub fn in_order<T: Sync, R: Send>(
    things: &[T],
    work: impl Fn(&T) -> R + Sync,
    mut take: impl FnMut(R) -> Result<()>,
) -> Result<()> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(things.len());
    if threads < 2 {
        return things.iter().try_for_each(|thing| take(work(thing)));
    }
    let next = AtomicUsize::new(0);
    let (made, waiting) = sync_channel(AHEAD * threads);
    std::thread::scope(|scope| {
        let (work, next) = (&work, &next);
        let one = move |made: std::sync::mpsc::SyncSender<(usize, R)>| {
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(thing) = things.get(at) else { return };
                // Nobody takes it any more.
                if made.send((at, work(thing))).is_err() {
                    return;
                }
            }
        };
        let workers: Vec<_> = (0..threads).map(|_| made.clone()).map(|made| scope.spawn(move || one(made))).collect();
        drop(made);
        let taken = take_in_order(waiting, take);
        for worker in workers {
            worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        }
        taken
    })
}

/// Takes what comes in any order in the order of its numbers, which begin with zero.
fn take_in_order<R>(made: Receiver<(usize, R)>, mut take: impl FnMut(R) -> Result<()>) -> Result<()> {
    let (mut early, mut next) = (BTreeMap::new(), 0);
    for (at, result) in made {
        early.insert(at, result);
        while let Some(result) = early.remove(&next) {
            take(result)?;
            next += 1;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::model::error::Error;

    fn slow_at_first(number: &usize) -> usize {
        if number.is_multiple_of(50) {
            std::thread::sleep(Duration::from_millis(5));
        }
        number * 2
    }

    #[test]
    fn what_is_made_is_taken_in_the_order_of_the_things() {
        let things: Vec<usize> = (0..500).collect();
        let mut taken = Vec::new();
        let all = in_order(&things, slow_at_first, |made| {
            taken.push(made);
            Ok(())
        });
        assert!(all.is_ok());
        assert_eq!(taken, things.iter().map(|number| number * 2).collect::<Vec<_>>());
        assert!(in_order(&[], slow_at_first, |_| Err(Error::no("there is none"))).is_ok());
    }

    #[test]
    fn behind_the_first_error_nothing_is_taken() {
        let things: Vec<usize> = (0..500).collect();
        let mut taken = 0;
        let refused = in_order(&things, slow_at_first, |made| {
            taken = made;
            if made < 200 { Ok(()) } else { Err(Error::no("enough")) }
        });
        assert_eq!((refused.map_err(|error| error.to_string()), taken), (Err("enough".to_owned()), 200));
    }

    #[test]
    #[should_panic(expected = "a bug")]
    fn a_bug_in_a_thread_is_one_here() {
        let things: Vec<usize> = (0..500).collect();
        drop(in_order(&things, |number| assert!(*number != 250, "a bug"), |()| Ok(())));
    }
}
