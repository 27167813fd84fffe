//! A program in the place of git that says another version, and merges what that version could.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use tempfile::TempDir;

/// Before 2.45 `git merge-tree` took commits only; this refuses everything else, whatever version it says.
///
/// All else is done by the git of this machine.
const SCRIPT: &str = r#"#!/bin/sh
[ "$*" = version ] && { echo "git version VERSION"; exit; }
input=
case " $* " in
*" merge-tree "*)
    input=$(mktemp)
    case " $* " in *" --stdin "*) cat >"$input" ;; esac
    names() { { cat "$input"; echo "$*"; } | tr ' ' '\n' | sed 's/^--merge-base=//' | grep -xE '[0-9a-f]{40}'; }
    names "$@" >>"$0.names"
    if names "$@" | REAL cat-file --batch-check='%(objecttype) %(objectname)' | grep -v '^commit ' >&2; then
        echo 'fatal: could not lookup commit' >&2
        rm "$input"
        exit 128
    fi
    ;;
esac
if [ -n "$input" ]; then exec <"$input"; rm "$input"; fi
exec REAL "$@"
"#;

/// The folder that the program is in.
pub struct OtherGit(TempDir);

impl OtherGit {
    /// Makes one that says this version.
    pub fn new(version: &str) -> Self {
        let folder = tempfile::tempdir().expect("because tests can write to the temporary folder");
        let mut find = super::command("sh", folder.path());
        let found = find.args(["-c", "command -v git"]).output().expect("because there is a shell");
        let real = String::from_utf8(found.stdout).expect("because the path is UTF-8");
        let program = folder.path().join("git");
        let text = SCRIPT.replace("VERSION", version).replace("REAL", real.trim());
        fs::write(&program, text).expect("because the folder is ours");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("because it is ours");
        Self(folder)
    }

    /// A `PATH` on which it comes first.
    pub fn path(&self) -> String {
        format!("{}:{}", self.0.path().display(), super::search_path().to_string_lossy())
    }

    /// How often it was asked to merge something by name.
    pub fn merged(&self) -> usize {
        fs::read_to_string(self.0.path().join("git.names")).map_or(0, |names| names.lines().count())
    }
}
