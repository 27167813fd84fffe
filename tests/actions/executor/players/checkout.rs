//! `actions/checkout`, as far as its documentation goes: the same fetch, the same state of the work tree, the same credentials.

use std::path::Path;
use std::process::Command;

use super::{Call, outputs};
use crate::executor::{Result, Texts, Trouble};

/// Plays it with a remote: an address that git can fetch from. Without `ref`, it takes the commit of the event.
pub fn checkout(remote: impl Into<String>) -> impl Fn(&mut Call<'_>) -> Result<Texts> {
    let remote = remote.into();
    move |call| {
        call.only(&[
            "repository",
            "ref",
            "token",
            "path",
            "fetch-depth",
            "fetch-tags",
            "persist-credentials",
            "clean",
        ])?;
        if call.input("repository", &call.github("repository")) != call.github("repository") {
            return Err(Trouble::new("only the repository of the workflow is here"));
        }
        let folder = call.workspace.join(call.input("path", ""));
        std::fs::create_dir_all(&folder)
            .map_err(|error| Trouble::new(format!("cannot make '{}': {error}", folder.display())))?;
        let token = call.input("token", call.token());
        let header = format!("AUTHORIZATION: basic {}", base64(format!("x-access-token:{token}").as_bytes()));
        let key = format!("http.{}/.extraheader", call.github("server_url"));
        let mut git = Git { call, folder: &folder };
        if !folder.join(".git").is_dir() {
            git.run(&["init", "-q"])?;
            git.run(&["remote", "add", "origin", &remote])?;
        }
        git.run(&["config", "--local", &key, &header])?;
        let depth = git.call.input("fetch-depth", "1");
        let reference = git.call.input("ref", &git.call.github("sha"));
        let (what, branch) = git.target(&reference)?;
        let mut fetch =
            vec!["fetch".to_owned(), "-q".to_owned(), "--prune".to_owned(), "--no-recurse-submodules".to_owned()];
        match depth.as_str() {
            "0" => fetch.extend(
                ["origin", "+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"].map(str::to_owned),
            ),
            depth => fetch.extend([
                "--no-tags".to_owned(),
                format!("--depth={depth}"),
                "origin".to_owned(),
                format!("+{what}"),
            ]),
        }
        git.run(&fetch.iter().map(String::as_str).collect::<Vec<_>>())?;
        let commit = if depth == "0" { git.found(&what)? } else { git.run(&["rev-parse", "FETCH_HEAD^{commit}"])? };
        match branch {
            Some(branch) => {
                git.run(&["update-ref", &format!("refs/remotes/origin/{branch}"), &commit])?;
                git.run(&["checkout", "-q", "--force", "-B", &branch, &format!("refs/remotes/origin/{branch}")])?;
            }
            None => drop(git.run(&["checkout", "-q", "--force", "--detach", &commit])?),
        }
        if git.call.input("persist-credentials", "true") != "true" {
            git.run(&["config", "--local", "--unset-all", &key])?;
        }
        Ok(outputs([("ref", reference), ("commit", commit)]))
    }
}

struct Git<'g, 'c> {
    call: &'g mut Call<'c>,
    folder: &'g Path,
}

impl Git<'_, '_> {
    fn run(&mut self, arguments: &[&str]) -> Result<String> {
        let mut command = Command::new("git");
        command
            .args(arguments)
            .current_dir(self.folder)
            .env_clear()
            .envs(&self.call.env)
            .env("GIT_TERMINAL_PROMPT", "0");
        let output = command.output().map_err(|error| Trouble::new(format!("cannot start git: {error}")))?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        self.call.log.push_str(&said);
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
        }
        Err(Trouble::new(format!("The process '/usr/bin/git' failed with {}: {said}", output.status)))
    }

    /// The full name of a ref or commit on the remote, and the local branch that is made of it.
    fn target(&mut self, reference: &str) -> Result<(String, Option<String>)> {
        if reference.len() == 40 && reference.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            // The commit of the event is checked out as the branch that it was pushed to.
            let branch = self.call.github("ref").strip_prefix("refs/heads/").map(str::to_owned);
            return Ok((reference.to_owned(), branch.filter(|_| reference == self.call.github("sha"))));
        }
        let names = if reference.starts_with("refs/") {
            vec![reference.to_owned()]
        } else {
            vec![format!("refs/heads/{reference}"), format!("refs/tags/{reference}")]
        };
        for name in names {
            if !self.run(&["ls-remote", "origin", &name])?.is_empty() {
                let branch = name.strip_prefix("refs/heads/").map(str::to_owned);
                return Ok((name, branch));
            }
        }
        Err(Trouble::new(format!("A branch or tag with the name '{reference}' could not be found")))
    }

    /// The commit of a ref of the remote after everything was fetched.
    fn found(&mut self, what: &str) -> Result<String> {
        let local = what
            .strip_prefix("refs/heads/")
            .map_or_else(|| what.to_owned(), |branch| format!("refs/remotes/origin/{branch}"));
        if local.starts_with("refs/pull/") {
            self.run(&["fetch", "-q", "origin", what])?;
            return self.run(&["rev-parse", "FETCH_HEAD^{commit}"]);
        }
        self.run(&["rev-parse", "--verify", &format!("{local}^{{commit}}")])
    }
}

/// Base64 as RFC 4648 has it.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().chain([0, 0].iter()).take(3).fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        for at in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * at) & 63) as usize];
            text.push(if at <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    text
}
