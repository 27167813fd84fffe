//! What a token is, as far as its first letters tell, and what GitHub tells of it.

use std::collections::BTreeSet;
use std::fmt;

use crate::model::arrange::InOrder as _;

/// The kind of a token, by the letters it begins with ("GitHub's token formats" in GitHub's documentation).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A classic personal access token, `ghp_`.
    Classic,
    /// A fine-grained personal access token, `github_pat_`.
    FineGrained,
    /// The `GITHUB_TOKEN` of a workflow: an installation token of the app `github-actions`.
    Workflow,
    /// The installation token of another app, `ghs_`.
    App,
    /// An installation token of which it is not known whose it is, `ghs_`.
    Installation,
    /// The token of an OAuth app, `gho_`: that of the `gh` program is one.
    OAuth,
    /// The token of a person who uses a GitHub App, `ghu_`.
    UserOfApp,
    /// Another one, such as one from before there were these letters.
    Unknown,
}

/// The account that workflows act as.
pub const WORKFLOW_ACCOUNT: &str = "github-actions[bot]";

impl TokenKind {
    /// Tells the kind by the first letters. Nothing else of the token is looked at, and nothing is kept.
    pub fn of(token: &str) -> Self {
        let kinds = [
            ("ghp_", Self::Classic),
            ("github_pat_", Self::FineGrained),
            ("ghs_", Self::Installation),
            ("gho_", Self::OAuth),
            ("ghu_", Self::UserOfApp),
        ];
        kinds.into_iter().find(|(letters, _)| token.starts_with(letters)).map_or(Self::Unknown, |(_, kind)| kind)
    }

    /// Tells installation tokens apart by the account that the token acts as.
    #[must_use]
    pub fn acting_as(self, account: Option<&str>) -> Self {
        match (self, account) {
            (Self::Installation, Some(WORKFLOW_ACCOUNT)) => Self::Workflow,
            (Self::Installation, Some(_)) => Self::App,
            (kind, _) => kind,
        }
    }

    /// Says whether what it may do is told by scopes and the role of its account.
    pub const fn has_scopes(self) -> bool {
        matches!(self, Self::Classic | Self::OAuth)
    }

    /// Says how to give such a token a permission: `workflow` as it is written below `permissions:`, `settings` as the settings of
    /// tokens and apps name it.
    pub fn grant(self, workflow: &str, settings: &str) -> String {
        match self {
            Self::Workflow => format!("write into the job of the workflow: permissions: {{ {workflow} }}"),
            Self::App => format!(
                "give the app {settings}, accept that in its installation, and ask for it when the token is made"
            ),
            Self::FineGrained => {
                format!("give the token {settings}, in the settings of the account under 'Developer settings'")
            }
            Self::Classic | Self::OAuth => {
                "give the token the scope 'repo', and its account the role 'write' in the repository".to_owned()
            }
            Self::Installation => {
                format!("in a workflow: permissions: {{ {workflow} }}; of an app: give it {settings}")
            }
            Self::UserOfApp | Self::Unknown => {
                format!("give the token {settings}, and its account the role 'write' in the repository")
            }
        }
    }
}

impl fmt::Display for TokenKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Classic => "a classic personal access token",
            Self::FineGrained => "a fine-grained personal access token",
            Self::Workflow => "the GITHUB_TOKEN of a workflow",
            Self::App => "the installation token of an app",
            Self::Installation => "an installation token, of an app or of a workflow",
            Self::OAuth => "the token of an OAuth app",
            Self::UserOfApp => "the token of a person through an app",
            Self::Unknown => "a token of a kind that its first letters do not tell",
        })
    }
}

/// What a classic token or that of an OAuth app may do, as `x-oauth-scopes` lists it ("Scopes for OAuth apps" in GitHub's
/// documentation).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scopes(BTreeSet<String>);

impl Scopes {
    /// Reads the header.
    pub fn parse(header: &str) -> Self {
        Self(header.split(',').map(str::trim).filter(|scope| !scope.is_empty()).map(str::to_owned).in_order())
    }

    /// Says whether it may write to a repository.
    pub fn may_write(&self, is_private: bool) -> bool {
        self.0.contains("repo") || (!is_private && self.0.contains("public_repo"))
    }

    /// Says whether it may push changes of workflow files.
    pub fn may_change_workflows(&self) -> bool {
        self.0.contains("workflow")
    }

    /// Names them for people.
    pub fn names(&self) -> String {
        if self.0.is_empty() { "none".to_owned() } else { self.0.iter().cloned().collect::<Vec<_>>().join(", ") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_letters_tell_the_kind() {
        for (token, kind) in [
            ("ghp_x", TokenKind::Classic),
            ("github_pat_x", TokenKind::FineGrained),
            ("ghs_x", TokenKind::Installation),
            ("gho_x", TokenKind::OAuth),
            ("ghu_x", TokenKind::UserOfApp),
            ("0123456789abcdef", TokenKind::Unknown),
            ("xghp_", TokenKind::Unknown),
        ] {
            assert_eq!(TokenKind::of(token), kind, "{token}");
        }
        let acting = |account| TokenKind::Installation.acting_as(account);
        assert_eq!(acting(Some("github-actions[bot]")), TokenKind::Workflow);
        assert_eq!(acting(Some("backport[bot]")), TokenKind::App);
        assert_eq!(acting(None), TokenKind::Installation);
        assert_eq!(TokenKind::Classic.acting_as(Some("github-actions[bot]")), TokenKind::Classic);
    }

    #[test]
    fn scopes_are_read_from_their_header() {
        let scopes = Scopes::parse("repo, workflow ,read:org");
        assert!(scopes.may_write(true) && scopes.may_change_workflows());
        assert_eq!(scopes.names(), "read:org, repo, workflow");
        let public = Scopes::parse("public_repo");
        assert!(public.may_write(false) && !public.may_write(true) && !public.may_change_workflows());
        assert!(!Scopes::parse("").may_write(false) && !Scopes::parse("repo:status").may_write(false));
    }
}
