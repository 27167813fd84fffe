//! Where picks are pushed to: the names of head branches, and the repository behind a remote.

use std::str::FromStr;

use crate::model::branch::BranchName;
use crate::model::config::RepositoryName;
use crate::model::line::LineName;
use crate::model::name::{NotAName, text_type};

const SLOT: &str = "{line}";

/// How head branches are called: a text with `{line}` in it exactly once, such as `backstitch/{line}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadPattern(String);

text_type!(HeadPattern);

impl HeadPattern {
    /// Returns the head branch of a line.
    ///
    /// # Errors
    /// When the name of the line cannot stand in the name of a branch.
    pub fn branch_for(&self, line: &LineName) -> Result<BranchName, NotAName> {
        self.0.replace(SLOT, line.as_str()).parse()
    }

    /// Returns the head branch of a line for the fixes of one pull request, such as `backstitch/2.0-pr-7`: beside that of the line, so
    /// that neither takes the picks of the other away.
    ///
    /// # Errors
    /// When the name of the line cannot stand in the name of a branch.
    pub fn branch_for_pull(&self, line: &LineName, number: u64) -> Result<BranchName, NotAName> {
        self.0.replace(SLOT, &format!("{line}-pr-{number}")).parse()
    }
}

impl Default for HeadPattern {
    fn default() -> Self {
        Self("backstitch/{line}".to_owned())
    }
}

impl FromStr for HeadPattern {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.matches(SLOT).count() != 1 {
            return Err(NotAName::new("a pattern of head branches", text, "it holds '{line}' exactly once"));
        }
        text.replace(SLOT, "1").parse::<BranchName>()?;
        Ok(Self(text.to_owned()))
    }
}

/// Returns the repository that the address of a remote names: `https://HOST/OWNER/NAME.git`, `ssh://git@HOST/OWNER/NAME` or
/// `git@HOST:OWNER/NAME.git`. `None`: the address names none, such as a path.
pub fn repository_of_url(url: &str) -> Option<RepositoryName> {
    let path = match url.split_once("://") {
        Some(("https" | "http" | "ssh" | "git+ssh" | "git", rest)) => rest.split_once('/')?.1,
        Some(_) => return None,
        // `git-clone(1)`, "GIT URLS": the form of scp has no slash before its first colon.
        None => url.split_once(':').filter(|(host, _)| !host.contains('/'))?.1,
    };
    let path = path.trim_matches('/');
    path.strip_suffix(".git").unwrap_or(path).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_branch_has_the_name_of_its_line() {
        let branch = |pattern: &str, line: &str| {
            let pattern: HeadPattern = pattern.parse().expect("a pattern");
            pattern.branch_for(&line.parse().expect("a line")).map(|branch| branch.to_string())
        };
        assert_eq!(branch("backstitch/{line}", "2.0").as_deref(), Ok("backstitch/2.0"));
        assert!(branch("backstitch/{line}", "2.0~LTS").is_err());
        let of_pull = HeadPattern::default().branch_for_pull(&"2.0".parse().expect("a line"), 7);
        assert_eq!(of_pull.map(|branch| branch.to_string()).as_deref(), Ok("backstitch/2.0-pr-7"));
        for bad in ["backstitch", "{line}/{line}", "-{line}", "a b{line}", "refs/heads/{line}"] {
            assert!(bad.parse::<HeadPattern>().is_err(), "{bad}");
        }
    }

    #[test]
    fn the_repository_is_told_from_the_address() {
        for (url, expected) in [
            ("https://github.com/acme/widget.git", Some("acme/widget")),
            ("https://mia@github.com/acme/widget", Some("acme/widget")),
            ("http://127.0.0.1:4201/acme/widget.git/", Some("acme/widget")),
            ("ssh://git@github.com:22/acme/widget.git", Some("acme/widget")),
            ("git@github.com:acme/widget.git", Some("acme/widget")),
            ("work:acme/widget", Some("acme/widget")),
            ("/srv/git/acme/widget.git", None),
            ("./a:b/c", None),
            ("file:///srv/acme/widget.git", None),
            ("https://git.acme.com/team/acme/widget.git", None),
            ("https://github.com", None),
        ] {
            let found = repository_of_url(url).map(|found| found.to_string());
            assert_eq!(found.as_deref(), expected, "{url}");
        }
    }
}
