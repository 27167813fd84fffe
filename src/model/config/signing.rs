//! `[signing]`: how tags are signed, and whose signatures count.

use std::str::FromStr;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::ConfigError;
use super::read::{Section, Word};
use crate::model::branch::BranchName;
use crate::model::gpg_status::Fingerprint;
use crate::model::name::{NotAName, is_unprintable, text_type};
use crate::model::path::RepoPath;
use crate::model::tag::{TagGlob, TagName};

pub(super) const SIGNING: &[&str] =
    &["format", "allowed-signers", "revoked", "keys", "fingerprints", "from", "accept-expired-before", "tags"];
pub(super) const SIGNING_TAGS: &[&str] = &["pattern", "signers"];

/// How tags are signed and checked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Signing {
    /// The kind of signature. `None`: as the user's git is configured.
    pub format: Option<SigningFormat>,
    /// The file that lists whose SSH keys count, in the form of OpenSSH.
    pub allowed_signers: Option<RepoPath>,
    /// The file of SSH keys that count no more: a key revocation list of OpenSSH, or public keys, one a line.
    pub revoked: Option<RepoPath>,
    /// The file with the OpenPGP keys that signatures are checked with. `None`: the user's keyring.
    pub keys: Option<RepoPath>,
    /// The OpenPGP keys and certificates that count. Empty: those that the keyring trusts.
    pub fingerprints: Vec<Fingerprint>,
    /// The branch that the files are read from. `None`: main.
    pub from: Option<BranchName>,
    /// Tags dated before this day may have a key that is out of date by now.
    pub accept_expired_before: Option<NaiveDate>,
    /// Who may sign which tags; the first pattern that matches counts. Empty: everybody whose signature counts.
    pub tags: Vec<TagRule>,
}

/// Who may sign certain tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagRule {
    /// Which tags.
    pub pattern: TagGlob,
    /// Who may.
    pub signers: Vec<SignerName>,
}

impl Signing {
    /// Returns the rule for a tag. `None`: there are no rules. `Some(None)`: there are, and none is for this tag.
    pub fn rule_for(&self, tag: &TagName) -> Option<Option<&TagRule>> {
        (!self.tags.is_empty()).then(|| self.tags.iter().find(|rule| rule.pattern.matches(tag)))
    }
}

/// By what a signer is known: a principal of a list of allowed signers, or a fingerprint.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SignerName(String);

text_type!(SignerName);

impl SignerName {
    /// Says whether it is this fingerprint.
    pub fn is_fingerprint(&self, fingerprint: &Fingerprint) -> bool {
        self.0.parse::<Fingerprint>().is_ok_and(|own| own == *fingerprint)
    }
}

impl FromStr for SignerName {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.is_empty() || text.contains(['*', '?', ',', '!']) || text.chars().any(is_unprintable) {
            true => Err(NotAName::new("a signer", text, "write one principal or fingerprint, without patterns")),
            false => Ok(Self(text.to_owned())),
        }
    }
}

/// A kind of signature that git knows, by the name of `gpg.format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SigningFormat {
    /// An OpenSSH key.
    Ssh,
    /// An OpenPGP key.
    Openpgp,
    /// An X.509 certificate.
    X509,
}

impl SigningFormat {
    /// All of them, in the order in which a signature is looked for.
    pub const ALL: [Self; 3] = [Self::Ssh, Self::Openpgp, Self::X509];

    /// Returns the word for it, as git spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ssh => "ssh",
            Self::Openpgp => "openpgp",
            Self::X509 => "x509",
        }
    }
}

impl Word for SigningFormat {
    const ALL: &'static [Self] = &[Self::Ssh, Self::Openpgp, Self::X509];

    fn word(self) -> &'static str {
        self.as_str()
    }
}

pub(super) fn signing(root: &Section<'_>) -> Result<Option<Signing>, ConfigError> {
    let Some(section) = root.section("signing", "[signing]", SIGNING)? else { return Ok(None) };
    let mut tags: Vec<TagRule> = Vec::new();
    for rule in section.sections("tags", "[[signing.tags]]", SIGNING_TAGS)? {
        let pattern: TagGlob = rule.require("pattern", rule.parsed("pattern")?)?;
        if tags.iter().any(|earlier| earlier.pattern == pattern) {
            return Err(rule.error_at("pattern", format!("'{pattern}' has an earlier rule, which counts")));
        }
        tags.push(TagRule { pattern, signers: rule.require("signers", rule.list("signers")?)? });
    }
    Ok(Some(Signing {
        format: section.word("format")?,
        allowed_signers: section.parsed("allowed-signers")?,
        revoked: section.parsed("revoked")?,
        keys: section.parsed("keys")?,
        fingerprints: section.list("fingerprints")?.unwrap_or_default(),
        from: section.parsed("from")?,
        accept_expired_before: section.date("accept-expired-before")?,
        tags,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::config::Config;

    fn read(text: &str) -> Result<Signing, String> {
        let config = Config::parse(text).map_err(|error| error.to_string())?;
        config.signing.ok_or_else(|| "nothing".to_owned())
    }

    #[test]
    fn the_first_rule_that_matches_a_tag_counts() {
        let signing = read(
            "[signing]\n[[signing.tags]]\npattern='v2.*'\nsigners=['a@x']\n[[signing.tags]]\npattern='v*'\nsigners=['b@x', 'c@x']",
        )
        .expect("it is right");
        let signers =
            |tag: &str| signing.rule_for(&tag.parse().expect("a tag")).expect("rules").map(|rule| rule.signers.len());
        assert_eq!([signers("v2.0.1"), signers("v3.0.0"), signers("nightly")], [Some(1), Some(2), None]);
        assert!(Signing::default().rule_for(&"v1".parse().expect("a tag")).is_none());
    }

    #[test]
    fn wrong_values_are_refused_where_they_stand() {
        for (text, expected) in [
            ("[signing]\nfrmat='ssh'", "line 2, column 1: unknown key 'frmat' in [signing]; nearest: 'format'"),
            ("[signing]\nallowed-signers='../x'", "line 2, column 17: '../x' is not a path in the repository"),
            ("[signing]\nfingerprints=['ABCD']", "line 2, column 15: 'ABCD' is not a fingerprint"),
            (
                "[signing]\naccept-expired-before='2026-01-01'",
                "line 2, column 23: 'accept-expired-before' in [signing] must be a date",
            ),
            ("[[signing.tags]]\npattern='v1'", "line 1, column 1: missing key 'signers' in [[signing.tags]]"),
            ("[[signing.tags]]\npattern='v 1'\nsigners=['a']", "line 2, column 9: 'v 1' is not a pattern for tags"),
            ("[[signing.tags]]\npattern='v1'\nsigners=['*@x']", "line 3, column 10: '*@x' is not a signer"),
        ] {
            let refused = read(text).expect_err(text);
            assert!(refused.starts_with(expected), "{refused}");
        }
    }
}
