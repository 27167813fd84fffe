//! Messages, authors and signatures of picks, judged by git.

use backstitch::model::commit::CommitId;

use super::apply;
use super::plans::Planner;
use crate::support::Repo;

/// Messages without a sign-off block, where git's own `-x` puts its line at the right place.
const MESSAGES: &[&str] = &[
    "Fix",
    "Fix\n\nBody.\n",
    "Fix\n\nBody\nof two lines.\n\nRefs: #1\n",
    "Fix\n\nRefs: #1\nReviewed-by: R <r@example.com>\n",
    "Fix\n\nRefs: #1\nbut prose\n",
    "Fix\n\n(cherry picked from commit 1111111111111111111111111111111111111111)\n",
    "Fix\n\nprose\n(cherry picked from commit 1111111111111111111111111111111111111111)\n",
    "Refs: no body\n",
    "Fix\n\nRefs: #1\n  continued\n",
    "Fix\n\n  indented\nRefs: #1\n",
    "Fix  \n\n\n\nBody with spaces   \n\n\n",
    "Fix\n\nKey with space: value\n",
    "Fix\n\nhttp://example.com/\n",
    "Fix\n\nBody.\n\n# comment\n",
    "Fix\n\nBody.\n\nConflicts:\n\ta.c\n",
    "Fix\n\nRefs: #1\n\nConflicts:\n\ta.c\n",
    "Fix\nin two lines\n\nÜber: Käse\nRefs: 2\n",
];

struct Made {
    repo: Repo,
    fixes: Vec<CommitId>,
}

fn land(messages: &[&str]) -> Made {
    let repo = Repo::new();
    repo.cut_line("2.0");
    let fixes = messages.iter().enumerate().map(|(at, message)| {
        let path = format!("file-{at}");
        repo.commit_with(message, "Ann Author <ann@example.com>", [(path.as_str(), "x\n")])
    });
    let fixes = fixes.collect();
    Made { repo, fixes }
}

fn bodies(repo: &Repo, range: &str) -> Vec<String> {
    let said = repo.git(["log", "--reverse", "--format=%B%x00", range]);
    said.split('\0').map(|body| body.trim_start_matches('\n').to_owned()).collect()
}

#[test]
fn messages_without_sign_offs_are_those_of_git() {
    for flags in [&["-x"][..], &["-x", "-s"]] {
        let Made { repo, fixes } = land(MESSAGES);
        let planner = Planner::new(&repo).line("2.0", &fixes);
        let planner = if flags.len() > 1 { planner.signed_off() } else { planner };
        let start = repo.commit_id("release/2.0");
        let _applied = apply(&repo, &planner.write("plan.json")).run().success();
        let place = repo.home().join("judge");
        let place = place.to_str().expect("because the path is UTF-8");
        repo.git(["worktree", "add", "-q", "-b", "judge", place, &start.to_string()]);
        let fixes: Vec<String> = fixes.iter().map(ToString::to_string).collect();
        repo.git(
            [&["-C", place, "cherry-pick"], flags, &fixes.iter().map(String::as_str).collect::<Vec<_>>()].concat(),
        );
        let (ours, gits) = (bodies(&repo, &format!("{start}..release/2.0")), bodies(&repo, &format!("{start}..judge")));
        assert_eq!(ours.len(), MESSAGES.len() + 1);
        for ((ours, gits), message) in ours.iter().zip(&gits).zip(MESSAGES.iter().chain(&[""])) {
            assert_eq!(ours, gits, "{flags:?} {message:?}");
        }
    }
}

#[test]
fn the_origin_is_a_trailer_above_the_sign_offs_to_git_as_well() {
    let message = "Fix\n\nBody.\n\nRefs: #1\nSigned-off-by: Ann Author <ann@example.com>\n";
    let Made { repo, fixes } = land(&[message]);
    let plan = Planner::new(&repo).line("2.0", &fixes).signed_off().write("plan.json");
    let _applied = apply(&repo, &plan).run().success();
    let origin = format!("(cherry picked from commit {})", fixes[0]);
    assert_eq!(
        repo.git(["log", "-1", "--format=%(trailers)", "release/2.0"]).trim_end(),
        format!(
            "Refs: #1\n{origin}\nSigned-off-by: Ann Author <ann@example.com>\n\
             Signed-off-by: Mia Maintainer <mia@example.com>"
        )
    );
}

#[test]
fn the_author_is_kept_byte_for_byte() {
    let repo = Repo::new();
    repo.cut_line("2.0");
    let tree = repo.land_fix("Fix", [("a", "x\n")]);
    // Git itself would tidy this name, and takes no such date from its user.
    let author = b"author  Odd, \"Name\". <odd@example.com> 1700000000 -0330\n";
    let parent = repo.commit_id("main~1");
    let head = format!("tree {}\nparent {parent}\n", repo.git(["rev-parse", &format!("{tree}^{{tree}}")]));
    let rest = b"committer M <m@b> 1700000000 +0000\nencoding ISO-8859-1\n\nFix caf\xe9\n";
    let odd = raw_commit(&repo, &[head.as_bytes(), author, rest].concat());
    repo.git(["reset", "-q", "--hard", &odd.to_string()]);
    let plan = Planner::new(&repo).line("2.0", &[odd]).write("plan.json");
    let _applied = apply(&repo, &plan).run().success();
    let mut command = repo.git_command();
    let made = command.args(["cat-file", "commit", "release/2.0"]).output().expect("because git is installed").stdout;
    let has = |part: &[u8]| made.windows(part.len()).any(|window| window == part);
    assert!(has(author), "{}", String::from_utf8_lossy(&made));
    assert!(has(b"\nencoding ISO-8859-1\n") && has(b"\n\nFix caf\xe9\n\n(cherry picked from commit "));
    repo.git(["fsck", "--strict", "--no-dangling", "release/2.0"]);
}

fn raw_commit(repo: &Repo, bytes: &[u8]) -> CommitId {
    let mut command = repo.git_command();
    command.args(["hash-object", "-t", "commit", "-w", "--literally", "--stdin"]);
    let output = crate::support::run_with_input(&mut command, bytes.to_vec());
    String::from_utf8_lossy(&output.stdout).trim().parse().expect("a commit")
}

#[test]
fn commits_are_signed_as_git_is_configured() {
    let Made { repo, fixes } = land(&["Fix", "Fix more"]);
    let key = repo.home().join("key");
    let made = crate::support::command("ssh-keygen", &repo.home())
        .args(["-q", "-t", "ed25519", "-N", "", "-C", "mia@example.com", "-f"])
        .arg(&key)
        .status();
    assert!(made.expect("because OpenSSH is installed").success());
    let public = std::fs::read_to_string(key.with_extension("pub")).expect("because the key was made");
    let allowed = repo.home().join("allowed");
    std::fs::write(&allowed, format!("mia@example.com {public}")).expect("because it can be written");
    let settings = [
        ("gpg.format", "ssh".to_owned()),
        ("user.signingKey", key.display().to_string()),
        ("gpg.ssh.allowedSignersFile", allowed.display().to_string()),
        ("commit.gpgSign", "true".to_owned()),
    ];
    settings.iter().for_each(|(key, value)| drop(repo.git(["config", key, value])));
    let plan = Planner::new(&repo).new_branch("signed", "2.0", &fixes).write("plan.json");
    let _signed = apply(&repo, &plan).run().success();
    repo.git(["verify-commit", "signed", "signed~1"]);
    assert_eq!(
        repo.git(["log", "-1", "--format=%an %ad", "signed"]),
        repo.git(["log", "-1", "--format=%an %ad", "main"])
    );
    let plan = Planner::new(&repo).line("2.0", &fixes).write("plan.json");
    let _unsigned = apply(&repo, &plan).args(["--no-sign"]).run().success();
    repo.git_fails(["verify-commit", "release/2.0"]);
}
