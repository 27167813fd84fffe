use crate::ports::process::GitProgram;

use super::*;

/// What the old and the new commit hold: a file changes, one goes, one comes, and a file becomes a folder.
const OLD: [(&str, &str); 4] = [("changed", "old\n"), ("gone", "old\n"), ("kept", "same\n"), ("way", "a file\n")];
const NEW: [(&str, &str); 4] = [("changed", "new\n"), ("come", "new\n"), ("kept", "same\n"), ("way/in", "a folder\n")];

/// A repository with a branch at the old commit, checked out, and a file of the user's that git does not track.
struct Story {
    _folder: tempfile::TempDir,
    root: PathBuf,
    git: Git,
    moving: Moving,
}

fn story() -> Story {
    let folder = tempfile::tempdir().expect("a directory");
    let root = folder.path().canonicalize().expect("it exists");
    git2::Repository::init(&root).expect("a repository");
    let program = GitProgram::new(&root.join(".git"), &root);
    let run = |arguments: &[&str]| program.text(arguments).expect("git does it");
    for pair in [["user.name", "Mia"], ["user.email", "mia@example.com"], ["commit.gpgSign", "false"]] {
        run(&["config", pair[0], pair[1]]);
    }
    run(&["checkout", "-q", "-b", "release/2.0"]);
    let commit = |files: &[(&str, &str)]| -> CommitId {
        run(&["rm", "-r", "-q", "--ignore-unmatch", "--", "."]);
        files.iter().for_each(|(path, text)| folder::write(&root.join(path), text.as_bytes()).expect("it is written"));
        run(&["add", "."]);
        run(&["commit", "-q", "-m", "A commit"]);
        run(&["rev-parse", "HEAD"]).parse().expect("a name")
    };
    let (from, to) = (commit(&OLD), commit(&NEW));
    run(&["reset", "-q", "--hard", &from.to_string()]);
    fs::write(root.join("mine"), "mine\n").expect("it is written");
    let moving = Moving { branch: "release/2.0".parse().expect("a branch"), from, to };
    Story { _folder: folder, git: Git::open(&root).expect("a repository"), root, moving }
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).expect("a moment")
}

impl Story {
    fn git(&self, arguments: &[&str]) -> String {
        self.git.program().text(arguments).expect("git does it")
    }

    fn write(&self, path: &str, text: &str) {
        folder::write(&self.root.join(path), text.as_bytes()).expect("it is written");
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).expect("it is read")
    }

    /// Does the first steps and dies: nothing is tidied up, and the lock is that of a process that does not exist.
    fn killed_after(&self, steps: usize) {
        let mover = Mover::begin(&self.git, self.moving.clone(), now()).expect("it is free");
        Mover::STEPS[..steps].iter().for_each(|step| step(&mover).expect("it is done"));
        let lock = self.root.join(".git/index.lock");
        let text = fs::read_to_string(&lock).expect("it is locked");
        let dead = text.replace(&format!("\"pid\":{}", std::process::id()), "\"pid\":4294967290");
        assert_ne!(text, dead);
        // The lock that is dropped here leaves one of another process alone, as a kill leaves all.
        fs::write(&lock, dead).expect("it is written");
    }

    /// Does what running the same command again does.
    fn run_again(&self) -> Result<()> {
        self.git.resume_here(now())?;
        match self.git.branch_tip(&self.moving.branch)? {
            Some(tip) if tip == self.moving.from => self.git.move_here(self.moving.clone(), now()),
            Some(_) | None => Ok(()),
        }
    }

    #[track_caller]
    fn require_done(&self, why: &str) {
        assert_eq!(self.git(&["rev-parse", "release/2.0"]), self.moving.to.to_string(), "{why}");
        assert_eq!(self.git(&["status", "--porcelain"]), "?? mine", "{why}");
        assert_eq!(NEW.map(|(path, _)| self.read(path)), NEW.map(|(_, text)| text.to_owned()), "{why}");
        for left in [".git/index.lock", ".git/index.takeover", ".git/backstitch/moving", "gone"] {
            assert!(!self.root.join(left).exists(), "{why}: {left}");
        }
    }
}

#[test]
fn whatever_step_a_kill_comes_after_running_again_finishes_the_work() {
    for steps in 0..=Mover::STEPS.len() {
        let story = story();
        story.killed_after(steps);
        story.run_again().expect("it is finished");
        story.require_done(&format!("{steps} steps"));
    }
}

#[test]
fn whichever_files_have_followed_running_again_finishes_the_work() {
    type Write<'w> = &'w dyn Fn(&Story);
    let go = |story: &Story, path: &str| fs::remove_file(story.root.join(path)).expect("it is there");
    let writes: [(&str, Write<'_>); 6] = [
        ("one is written", &|story| story.write("changed", "new\n")),
        ("one is taken away to be written", &|story| go(story, "changed")),
        ("one is gone", &|story| go(story, "gone")),
        ("one has come", &|story| story.write("come", "new\n")),
        ("a file made way", &|story| go(story, "way")),
        ("a folder took its place", &|story| {
            go(story, "way");
            story.write("way/in", "a folder\n");
        }),
    ];
    for (why, write) in writes {
        let story = story();
        story.killed_after(Mover::FILES);
        write(&story);
        // A git that was killed leaves its own lock of the copy.
        story.write(".git/backstitch/moving/index.lock", "");
        story.run_again().expect("it is finished");
        story.require_done(why);
    }
}

#[test]
fn what_is_neither_old_nor_new_is_named_and_kept() {
    for (path, text) in
        [("changed", "ne"), ("changed", "edited by the user\n"), ("come", "of the user\n"), ("gone", "x")]
    {
        let story = story();
        story.killed_after(Mover::FILES);
        story.write(path, text);
        let refused = story.run_again().expect_err("it is in the way");
        assert!(refused.to_string().contains(&format!("'{path}' is neither")), "{refused}");
        assert_eq!(story.read(path), text);
        assert!(!story.root.join(".git/index.lock").exists(), "the hint can be followed");
        let hint = refused.hint_text().expect("a hint").to_owned();
        let restore = format!("git restore --source={} --staged --worktree -- {path}", story.moving.to);
        assert!(hint.contains(&restore), "{hint}");
        if path == "come" {
            fs::remove_file(story.root.join(path)).expect("it is there");
        } else {
            story.git(&restore.split(' ').skip(1).collect::<Vec<_>>());
        }
        story.run_again().expect("it is finished");
        story.require_done(path);
    }
}

#[test]
fn what_the_user_staged_meanwhile_is_not_lost() {
    let story = story();
    story.killed_after(Mover::FILES);
    fs::remove_file(story.root.join(".git/index.lock")).expect("the user removes it");
    story.write("changed", "staged\n");
    story.git(&["add", "changed"]);
    story.write("changed", "new\n");
    assert!(story.run_again().expect_err("it is staged").to_string().contains("'changed' is neither"));
    assert_eq!(story.git(&["show", ":changed"]), "staged");
    story.git(&["add", "changed"]);
    story.write("kept", "staged elsewhere\n");
    story.git(&["add", "kept"]);
    story.run_again().expect("it is finished");
    assert_eq!(story.git(&["status", "--porcelain"]), "M  kept\n?? mine");
}

#[test]
fn who_went_on_without_is_left_alone() {
    for arguments in [
        vec!["reset", "-q", "--hard"],
        vec!["reset", "-q", "--hard", "HEAD~1"],
        vec!["checkout", "-q", "-f", "-b", "x"],
    ] {
        let story = story();
        story.killed_after(Mover::FILES);
        fs::remove_file(story.root.join(".git/index.lock")).expect("the user removes it");
        story.git(&arguments);
        story.write("changed", "further\n");
        assert_eq!(story.git.resume_here(now()).expect("there is nothing to do"), None, "{arguments:?}");
        assert_eq!(story.read("changed"), "further\n");
        assert!(!story.root.join(".git/backstitch/moving").exists());
    }
}

#[test]
fn nothing_is_moved_while_another_git_holds_the_index() {
    let story = story();
    let lock = story.root.join(".git/index.lock");
    fs::write(&lock, "").expect("it is written");
    let refused = story.run_again().expect_err("it is locked").to_string();
    assert!(refused.contains("another git command holds") && refused.contains("index.lock"), "{refused}");
    assert_eq!(story.git(&["rev-parse", "release/2.0"]), story.moving.from.to_string());
    fs::remove_file(&lock).expect("it is there");
    story.run_again().expect("it is free");
    story.require_done("free again");
}

#[test]
fn a_branch_that_moved_at_that_moment_leaves_all_as_it_was() {
    let story = story();
    let mover = Mover::begin(&story.git, story.moving.clone(), now()).expect("it is free");
    mover.write_down().expect("it is written");
    let other = story.git(&["commit-tree", "-p", "HEAD", "-m", "Meanwhile", "HEAD^{tree}"]);
    story.git(&["update-ref", "refs/heads/release/2.0", &other]);
    assert!(mover.move_branch().is_err());
    drop(mover);
    assert!(!Path::new(&story.root).join(".git/backstitch/moving").exists());
    assert_eq!(story.git(&["status", "--porcelain"]), "?? mine");
}
