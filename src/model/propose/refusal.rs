//! Why a remote took no push, and what to do about it. Git and GitHub say this in words only.

use crate::model::error::Kind;

/// Why a remote took no push.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PushRefusal {
    /// The commits bring a file below `.github/workflows` that the default branch does not have like that.
    WorkflowFile,
    /// A rule or a hook of the remote protects the branch.
    Rule,
    /// The branch moved meanwhile.
    Moved,
    /// The remote does not know who pushes.
    Unknown,
    /// Who pushes may not.
    Denied,
    /// Something else.
    Other,
}

impl PushRefusal {
    /// Reads what git printed.
    pub fn of(said: &str) -> Self {
        let any = |words: &[&str]| words.iter().any(|word| said.contains(word));
        if said.contains("refusing to allow") && said.contains("workflow") {
            Self::WorkflowFile
        } else if any(&["GH006", "GH013", "protected branch", "hook declined", "rule violations"]) {
            Self::Rule
        } else if any(&["stale info", "non-fast-forward", "fetch first", "cannot lock ref"]) {
            Self::Moved
        } else if any(&["could not read Username", "could not read Password", "Authentication failed", "error: 401"]) {
            Self::Unknown
        } else if any(&["Permission to ", "Permission denied", "error: 403", "Write access to repository not granted"])
        {
            Self::Denied
        } else {
            Self::Other
        }
    }
}

/// Returns the kind of the error that a refused push is, and what to do next.
pub fn push_kind_and_hint(refusal: PushRefusal) -> (Kind, &'static str) {
    match refusal {
        PushRefusal::WorkflowFile => (
            Kind::Undecided,
            "GitHub lets only tokens with the permission 'workflows' push files below '.github/workflows' that the default branch does not \
             have like that, and the token of a workflow never has it: push with the token of an app that has, or by hand",
        ),
        PushRefusal::Rule => (
            Kind::Undecided,
            "a rule or a hook of the remote protects the branch: let the account pass it by, or give another name with --head",
        ),
        PushRefusal::Moved => (Kind::Unfinished, "the branch moved meanwhile: run the same command again"),
        PushRefusal::Unknown => (
            Kind::Undecided,
            "in a workflow set GITHUB_TOKEN: env: { GITHUB_TOKEN: ${{ github.token }} }; elsewhere let git log in, such as with 'gh auth setup-git'",
        ),
        PushRefusal::Denied => (
            Kind::Undecided,
            "give the token 'contents: write'; that of a workflow on a pull request of a fork can only read",
        ),
        PushRefusal::Other => {
            (Kind::Unfinished, "put right what the cause names and run the same command again; nothing was pushed")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_github_says_is_understood() {
        for (said, expected) in [
            (
                "! [remote rejected] x -> y (refusing to allow a GitHub App to create or update workflow `.github/workflows/ci.yml` without \
                 `workflows` permission)",
                PushRefusal::WorkflowFile,
            ),
            ("remote: error: GH006: Protected branch update failed for refs/heads/x.", PushRefusal::Rule),
            ("! [remote rejected] x -> x (pre-receive hook declined)", PushRefusal::Rule),
            ("!\tx:x\t[rejected] (stale info)", PushRefusal::Moved),
            (
                "fatal: could not read Username for 'https://github.com': terminal prompts disabled",
                PushRefusal::Unknown,
            ),
            ("fatal: Authentication failed for 'https://github.com/acme/widget/'", PushRefusal::Unknown),
            ("remote: Permission to acme/widget.git denied to github-actions[bot].", PushRefusal::Denied),
            ("fatal: unable to access 'https://x/': The requested URL returned error: 403", PushRefusal::Denied),
            ("fatal: unable to access 'https://x/': Could not resolve host: x", PushRefusal::Other),
        ] {
            assert_eq!(PushRefusal::of(said), expected, "{said}");
        }
    }
}
