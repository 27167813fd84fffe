//! What is decided about a policy before there is any signature: whether one can count at all.

use crate::model::config::{SignerName, Signing, SigningFormat};
use crate::model::gpg_status::Fingerprint;
use crate::model::tag::TagName;

use super::no_rule;
use crate::model::tag_verify::{Finding, Rule};

/// What signers are told by, besides what stands in `[signing]` itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lists {
    /// Whether a list of allowed signers lets anybody sign.
    pub signers: bool,
    /// Whether a file of OpenPGP keys is named.
    pub keys: bool,
    /// Whether a keyring of the user's may trust the key. One that a variable holds is in none.
    pub keyring: bool,
}

/// Decides whether a signature of one of these formats can count, whoever makes it.
pub fn judge_policy(signing: &Signing, formats: &[SigningFormat], lists: Lists, tag: Option<&TagName>) -> Finding {
    let named = match tag.and_then(|tag| signing.rule_for(tag)) {
        Some(None) => return no_rule(),
        Some(Some(rule)) => Some(&rule.signers),
        None => None,
    };
    let is_fingerprint = |name: &SignerName| name.as_str().parse::<Fingerprint>().is_ok();
    let by_key = |otherwise: bool| match named {
        Some(names) => names.iter().any(is_fingerprint),
        None => !signing.fingerprints.is_empty() || otherwise || lists.keyring,
    };
    let counts = |format: &SigningFormat| match format {
        SigningFormat::Ssh => lists.signers,
        SigningFormat::Openpgp => by_key(lists.keys),
        SigningFormat::X509 => by_key(false),
    };
    match (formats.iter().any(counts), formats) {
        (true, _) => Finding::passed(Rule::Signer, "it is said whose signatures count"),
        (false, [SigningFormat::Ssh]) => Finding::failed(
            Rule::Signer,
            "nothing says whose signatures count: no SSH key is in a list of allowed signers",
        )
        .hint("set 'allowed-signers' in [signing], and commit the list to main"),
        (false, [SigningFormat::Openpgp | SigningFormat::X509]) => {
            Finding::failed(Rule::Signer, "nothing says whose signatures count: no key is listed")
                .hint("list the maintainers' keys in 'fingerprints' of [signing]")
        }
        (false, _) => {
            Finding::failed(Rule::Signer, "nothing says whose signatures count: no key of any kind is listed").hint(
                "set 'allowed-signers' in [signing] for SSH keys, and 'fingerprints' for those of OpenPGP and X.509",
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::config::Config;
    use crate::model::tag_verify::Verdict;

    const NONE: Lists = Lists { signers: false, keys: false, keyring: false };

    fn counts(signing: &str, formats: &[SigningFormat], lists: Lists) -> bool {
        let config = Config::parse(&format!("[signing]\n{signing}\n")).expect("it is right");
        let tag = "v2.0.1".parse().expect("a tag");
        let signing = config.signing.expect("it is there");
        judge_policy(&signing, formats, lists, Some(&tag)).verdict == Verdict::Passed
    }

    #[test]
    fn a_signature_counts_where_its_kind_is_listed() {
        use SigningFormat::{Openpgp, Ssh, X509};
        let listed = format!("fingerprints = [\"{}\"]", "A".repeat(40));
        let rule = |signer: &str| format!("[[signing.tags]]\npattern = \"v*\"\nsigners = [\"{signer}\"]");
        let (keys, signers, keyring) =
            (Lists { keys: true, ..NONE }, Lists { signers: true, ..NONE }, Lists { keyring: true, ..NONE });
        for (signing, formats, lists, expected) in [
            ("", &[Ssh][..], NONE, false),
            ("", &[Ssh], signers, true),
            ("", &[Ssh], keyring, false),
            (listed.as_str(), &[Ssh], NONE, false),
            ("", &[Openpgp], NONE, false),
            ("", &[Openpgp], signers, false),
            ("", &[Openpgp], keys, true),
            ("", &[Openpgp], keyring, true),
            (&listed, &[Openpgp], NONE, true),
            ("", &[X509], keys, false),
            ("", &[X509], keyring, true),
            (&listed, &[X509], NONE, true),
            ("", &SigningFormat::ALL, NONE, false),
            ("", &SigningFormat::ALL, signers, true),
            (&listed, &SigningFormat::ALL, NONE, true),
            (&rule("mia@example.com"), &[Openpgp], keys, false),
            (&rule(&"A".repeat(40)), &[Openpgp], keys, true),
            (&rule("mia@example.com"), &[Ssh], signers, true),
            (&rule("mia@example.com").replace("v*", "w*"), &[Ssh], signers, false),
        ] {
            assert_eq!(counts(signing, formats, lists), expected, "{signing:?} {formats:?} {lists:?}");
        }
    }
}
