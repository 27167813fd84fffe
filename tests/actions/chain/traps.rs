//! What a command can leave behind for the steps after it: variables, programs, hooks and settings, each of which notes where it ran.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::Project;

/// Traps of one project.
pub struct Traps {
    folder: PathBuf,
}

/// Programs that steps of ours run, and that a trap stands in for.
const PROGRAMS: [&str; 9] =
    ["git", "sha256sum", "find", "sort", "mkdir", "ssh-keygen", "patch-bump", "patch-tag", "patch-notes"];
/// Hooks that a git runs by itself.
const HOOKS: [&str; 5] = ["post-checkout", "post-commit", "reference-transaction", "pre-push", "prepare-commit-msg"];

impl Traps {
    /// Makes them, in a folder that every job can reach.
    pub fn lay(project: &Project) -> Self {
        let folder = project.repo.home().join("traps");
        let traps = Self { folder };
        let notes = traps.folder.join("notes").display().to_string();
        let note = format!("echo \"${{GITHUB_JOB-}} $0 ${{GITHUB_TOKEN-}} ${{SIGNING_KEY-}}\" >>'{notes}'");
        write(&traps.folder.join("variables"), &note);
        for hook in HOOKS {
            write(&traps.folder.join("hooks").join(hook), &format!("#!/bin/sh\n{note}\n"));
        }
        for program in PROGRAMS {
            let mine = traps.folder.join("programs").display().to_string();
            let text =
                format!("#!/bin/sh\n{note}\nPATH=$(echo \"$PATH\" | sed 's|{mine}:||g')\nexec {program} \"$@\"\n");
            write(&traps.folder.join("programs").join(program), &text);
        }
        traps
    }

    /// The command that leaves them behind.
    pub fn command(&self) -> String {
        let (folder, hooks) = (self.folder.display(), HOOKS.join(" "));
        format!(
            "echo 'BASH_ENV={folder}/variables' >>\"$GITHUB_ENV\"\n\
             echo 'ENV={folder}/variables' >>\"$GITHUB_ENV\"\n\
             printf 'GIT_CONFIG_COUNT=1\\nGIT_CONFIG_KEY_0=core.hooksPath\\nGIT_CONFIG_VALUE_0={folder}/hooks\\n' >>\"$GITHUB_ENV\"\n\
             echo 'LD_PRELOAD={folder}/none.so' >>\"$GITHUB_ENV\"\n\
             echo '{folder}/programs' >>\"$GITHUB_PATH\"\n\
             place=$(git rev-parse --git-common-dir)/hooks; mkdir -p \"$place\"\n\
             for hook in {hooks}; do cp {folder}/hooks/$hook \"$place/$hook\"; done\n\
             git config core.hooksPath {folder}/hooks\n\
             git config --global core.hooksPath {folder}/hooks\n\
             git config --global gpg.ssh.program {folder}/programs/ssh-keygen\n\
             echo '. {folder}/variables' >>\"$HOME/.bashrc\"\n\
             cp \"$HOME/.bashrc\" \"$HOME/.bash_profile\""
        )
    }

    /// Requires that traps went off, in this job and in no other.
    #[track_caller]
    pub fn require_only_in(&self, job: &str) {
        let notes = std::fs::read_to_string(self.folder.join("notes")).unwrap_or_default();
        let (own, others): (Vec<&str>, Vec<&str>) = notes
            .lines()
            .filter(|line| line.contains(&*self.folder.to_string_lossy()))
            .partition(|line| line.starts_with(&format!("{job} ")));
        assert!(own.len() > 2, "none of them works: {notes}");
        assert!(others.is_empty(), "{others:#?}");
        assert!(!notes.contains("PRIVATE KEY"), "{notes}");
    }
}

fn write(path: &Path, text: &str) {
    let folder = path.parent().expect("because it is in one");
    std::fs::create_dir_all(folder).expect("because the folder is ours");
    std::fs::write(path, text).expect("because the folder is ours");
    std::fs::set_permissions(path, Permissions::from_mode(0o755)).expect("because the file is ours");
}
