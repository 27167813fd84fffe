//! What is decided about a policy before there is any signature: whether one can count at all.

use crate::model::allowed_signers::Standing;
use crate::model::config::{SignerName, Signing, SigningFormat};
use crate::model::gpg_status::Fingerprint;
use crate::model::tag::TagName;

use super::gpg::with_keys;
use super::no_rule;
use crate::model::tag_verify::{Finding, Rule};

/// What signers are told by, besides what stands in `[signing]` itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lists {
    /// What the list of allowed signers comes to.
    pub signers: Standing,
    /// Whether a file of OpenPGP keys is named.
    pub keys: bool,
    /// Whether a keyring of the user's may trust the key. One that a variable holds is in none.
    pub keyring: bool,
}

/// Decides whether a signature of one of these formats for `namespace` can count, whoever makes it.
pub fn judge_policy(
    signing: &Signing,
    formats: &[SigningFormat],
    lists: Lists,
    tag: Option<&TagName>,
    namespace: &str,
) -> Finding {
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
        SigningFormat::Ssh => lists.signers == Standing::Somebody,
        // Such a signature holds no key to check it with, as those of SSH and X.509 do.
        SigningFormat::Openpgp => by_key(lists.keys) && (lists.keys || lists.keyring),
        SigningFormat::X509 => by_key(false),
    };
    if formats.iter().any(counts) {
        return Finding::passed(Rule::Signer, "it is said whose signatures count");
    }
    if formats.contains(&SigningFormat::Ssh)
        && let Some(finding) = unfit(lists.signers, namespace)
    {
        return finding;
    }
    match formats {
        [SigningFormat::Openpgp] if by_key(lists.keys) => uncheckable(signing),
        [SigningFormat::Ssh] => Finding::failed(
            Rule::Signer,
            "nothing says whose signatures count: no SSH key is in a list of allowed signers",
        )
        .hint("set 'allowed-signers' in [signing], and commit the list to main"),
        [SigningFormat::Openpgp | SigningFormat::X509] => {
            Finding::failed(Rule::Signer, "nothing says whose signatures count: no key is listed")
                .hint("list the maintainers' keys in 'fingerprints' of [signing]")
        }
        _ => Finding::failed(Rule::Signer, "nothing says whose signatures count: no key of any kind is listed")
            .hint("set 'allowed-signers' in [signing] for SSH keys, and 'fingerprints' for those of OpenPGP and X.509"),
    }
}

/// Says of OpenPGP keys which are listed that there is nothing to check a signature of theirs with.
fn uncheckable(signing: &Signing) -> Finding {
    let listed: Vec<&str> = signing.fingerprints.iter().map(Fingerprint::as_str).collect();
    let keys = if listed.is_empty() { "FINGERPRINT".to_owned() } else { listed.join(" ") };
    let detail =
        "no OpenPGP signature can be checked where no keyring has the key: [signing] names no file of public keys";
    Finding::failed(Rule::Signer, detail).hint(with_keys(&keys))
}

/// What is wrong with a list of allowed signers that names keys, of which none can sign. `None`: it names none, or one that can.
fn unfit(signers: Standing, namespace: &str) -> Option<Finding> {
    let (detail, hint) = match signers {
        Standing::Nobody | Standing::Somebody => return None,
        Standing::OtherPurpose => (
            format!("no key in the list of allowed signers may sign for '{namespace}': each has other 'namespaces' there"),
            format!("add '{namespace}' to the 'namespaces' of a key in that list, and commit it to main"),
        ),
        Standing::OtherMoment => (
            "no key in the list of allowed signers may sign now: by 'valid-after' and 'valid-before' there, the time of each is over or to come"
                .to_owned(),
            "add a key to that list, or give one there another time, and commit it to main".to_owned(),
        ),
    };
    Some(Finding::failed(Rule::Signer, detail).hint(hint))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::config::Config;
    use crate::model::tag_verify::Verdict;

    const NONE: Lists = Lists { signers: Standing::Nobody, keys: false, keyring: false };

    fn judged(signing: &str, formats: &[SigningFormat], lists: Lists) -> Finding {
        let config = Config::parse(&format!("[signing]\n{signing}\n")).expect("it is right");
        let tag = "v2.0.1".parse().expect("a tag");
        let signing = config.signing.expect("it is there");
        judge_policy(&signing, formats, lists, Some(&tag), "git")
    }

    fn counts(signing: &str, formats: &[SigningFormat], lists: Lists) -> bool {
        judged(signing, formats, lists).verdict == Verdict::Passed
    }

    #[test]
    fn a_signature_counts_where_its_kind_is_listed() {
        use SigningFormat::{Openpgp, Ssh, X509};
        let listed = format!("fingerprints = [\"{}\"]", "A".repeat(40));
        let rule = |signer: &str| format!("[[signing.tags]]\npattern = \"v*\"\nsigners = [\"{signer}\"]");
        let (keys, signers, keyring) = (
            Lists { keys: true, ..NONE },
            Lists { signers: Standing::Somebody, ..NONE },
            Lists { keyring: true, ..NONE },
        );
        for (signing, formats, lists, expected) in [
            ("", &[Ssh][..], NONE, false),
            ("", &[Ssh], signers, true),
            ("", &[Ssh], keyring, false),
            (listed.as_str(), &[Ssh], NONE, false),
            ("", &[Openpgp], NONE, false),
            ("", &[Openpgp], signers, false),
            ("", &[Openpgp], keys, true),
            ("", &[Openpgp], keyring, true),
            (&listed, &[Openpgp], NONE, false),
            (&listed, &[Openpgp], keyring, true),
            (&listed, &[Openpgp], keys, true),
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

    #[test]
    fn an_openpgp_key_that_is_listed_is_asked_for_itself() {
        let listed = format!("fingerprints = [\"{}\"]", "A".repeat(40));
        let finding = judged(&listed, &[SigningFormat::Openpgp], NONE);
        let hint = finding.hint.unwrap_or_default();
        let command = format!("'keys' in [signing]: gpg --export --armor {} > release-keys.asc", "A".repeat(40));
        assert!(hint.contains(&command), "{} {hint}", finding.detail);
    }

    #[test]
    fn a_list_whose_keys_cannot_sign_is_not_said_to_be_missing() {
        let all = &SigningFormat::ALL[..];
        for (signers, formats, said) in [
            (Standing::Nobody, &[SigningFormat::Ssh][..], "no SSH key is in a list"),
            (Standing::OtherPurpose, &[SigningFormat::Ssh], "may sign for 'git'"),
            (Standing::OtherMoment, &[SigningFormat::Ssh], "may sign now"),
            (Standing::OtherMoment, all, "may sign now"),
            (Standing::OtherMoment, &[SigningFormat::Openpgp], "no key is listed"),
        ] {
            let finding = judged("", formats, Lists { signers, ..NONE });
            assert!(finding.verdict == Verdict::Failed && finding.detail.contains(said), "{finding:?}");
        }
        let listed = format!("fingerprints = [\"{}\"]", "A".repeat(40));
        assert!(counts(&listed, all, Lists { signers: Standing::OtherMoment, ..NONE }));
    }
}
