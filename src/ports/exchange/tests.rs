//! Kills and failures at every step.

use super::*;

const PATHS: [&str; 3] = ["a", "dir/b", "c"];

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        let place = Self(tempfile::tempdir().expect("a directory"));
        for path in PATHS {
            folder::write(&place.0.path().join("tree").join(path), b"old").expect("it is written");
        }
        place
    }

    fn exchange(&self) -> Exchange {
        Exchange::new(&self.0.path().join("tree"), self.0.path().join("journal"))
    }

    fn contents(&self) -> Vec<String> {
        let read = |path| fs::read_to_string(self.0.path().join("tree").join(path)).expect("a file");
        PATHS.into_iter().map(read).collect()
    }
}

fn all() -> Vec<Replacement> {
    let one = |path: &str| Replacement {
        path: path.parse().expect("a path"),
        old: Rc::new(b"old".to_vec()),
        new: b"new".to_vec(),
    };
    PATHS.into_iter().map(one).collect()
}

#[test]
fn after_a_kill_at_any_step_the_files_are_as_before_or_the_next_run_finishes() {
    let steps =
        [Step::Staged(0), Step::Staged(2), Step::Journalled, Step::Replaced(0), Step::Replaced(1), Step::Replaced(2)];
    for killed_after in steps {
        let place = Place::new();
        let killed = place.exchange().replace_until(&all(), &mut |step| match step == killed_after {
            true => Err(Error::unfinished("killed")),
            false => Ok(()),
        });
        assert!(killed.is_err());
        let finished = place.exchange().finish().expect("it can go on");
        let expected = if matches!(killed_after, Step::Staged(_)) { "old" } else { "new" };
        assert_eq!(place.contents(), vec![expected; 3], "{killed_after:?}");
        assert_eq!(finished.is_empty(), expected == "old", "{killed_after:?}");
        let left = fs::read_dir(place.0.path().join("journal")).expect("a folder").count();
        assert_eq!(left, 0, "{killed_after:?}");
    }
}

/// As if the journal were on another file system.
fn elsewhere(place: &Place) -> Exchange {
    Exchange { rename: |_, _| Err(ErrorKind::CrossesDevices.into()), ..place.exchange() }
}

#[test]
fn a_journal_on_another_file_system_does_the_same() {
    let place = Place::new();
    elsewhere(&place).replace(&all()).expect("they are replaced");
    assert_eq!(place.contents(), ["new"; 3]);

    let killed = |step| if step == Step::Replaced(0) { Err(Error::unfinished("killed")) } else { Ok(()) };
    let place = Place::new();
    assert!(elsewhere(&place).replace_until(&all(), &mut { killed }).is_err());
    let beside = |path: &str| place.exchange().beside(&path.parse().expect("a path"), b"new");
    fs::write(beside("dir/b"), "ne").expect("it is written");
    assert_eq!(elsewhere(&place).finish().expect("it can go on").len(), 3);
    assert!(!beside("dir/b").exists(), "what a kill left half goes");
    assert_eq!(place.contents(), ["new"; 3]);

    let place = Place::new();
    let beside = place.exchange().beside(&"a".parse().expect("a path"), b"new");
    fs::write(&beside, "mine").expect("it is written");
    assert!(elsewhere(&place).replace(&all()).is_err());
    let kept = fs::read(&beside).expect("a file");
    assert_eq!((place.contents(), kept), (vec!["old".to_owned(); 3], b"mine".to_vec()));
}

#[test]
fn after_a_kill_while_files_are_taken_back_the_next_run_finishes() {
    for killed_after in [Step::StagedAgain(0), Step::TakenBack(0), Step::StagedAgain(1), Step::TakenBack(1)] {
        let place = Place::new();
        let last = place.0.path().join("tree/c");
        let failed = place.exchange().replace_until(&all(), &mut |step| {
            if step == Step::Replaced(1) {
                fs::remove_file(&last).and_then(|()| fs::create_dir_all(last.join("x"))).expect("a folder");
            }
            if step == killed_after { Err(Error::unfinished("killed")) } else { Ok(()) }
        });
        assert!(failed.is_err());
        fs::remove_dir_all(&last).and_then(|()| fs::write(&last, "old")).expect("it is put back");
        assert_eq!(place.exchange().finish().expect("it can go on").len(), 3, "{killed_after:?}");
        assert_eq!(place.contents(), ["new"; 3], "{killed_after:?}");
    }
}

#[test]
fn a_file_that_changed_meanwhile_is_kept() {
    let place = Place::new();
    let killed = |step| if step == Step::Replaced(0) { Err(Error::unfinished("killed")) } else { Ok(()) };
    assert!(place.exchange().replace_until(&all(), &mut |step| killed(step)).is_err());
    fs::write(place.0.path().join("tree/c"), "mine").expect("it is written");
    let refused = place.exchange().finish().expect_err("somebody changed it");
    assert!(refused.to_string().contains("'c'"), "{refused}");
    assert_eq!(place.contents()[2], "mine");
}

#[test]
fn a_failure_leaves_every_file_as_it_was() {
    let place = Place::new();
    let mut files = all();
    files[2].old = Rc::new(b"something else".to_vec());
    assert!(place.exchange().replace(&files).is_err());
    assert_eq!(place.contents(), ["old"; 3]);
    // A folder in the place of the last file cannot be replaced by a file.
    let last = place.0.path().join("tree/c");
    let in_the_way = |step| {
        if step == Step::Replaced(1) {
            fs::remove_file(&last).and_then(|()| fs::create_dir_all(last.join("x"))).expect("a folder");
        }
        Ok(())
    };
    assert!(place.exchange().replace_until(&all(), &mut { in_the_way }).is_err());
    fs::remove_dir_all(&last).and_then(|()| fs::write(&last, "old")).expect("it is put back");
    assert_eq!(place.contents(), ["old"; 3]);
    assert!(place.exchange().finish().expect("nothing is open").is_empty());
    place.exchange().replace(&all()).expect("now it can be done");
    assert_eq!(place.contents(), ["new"; 3]);
}
