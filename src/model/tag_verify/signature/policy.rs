//! What is decided about a policy before there is any signature: whether one can count at all.

use crate::model::allowed_signers::Standing;
use crate::model::apply::shell_word;
use crate::model::config::{SignerName, Signing, SigningFormat};
use crate::model::gpg_status::Fingerprint;
use crate::model::held_key::{HeldKey, Signs};
use crate::model::path::RepoPath;
use crate::model::tag::TagName;

use super::gpg::with_keys;
use super::{no_rule, not_for};
use crate::model::tag_verify::{Finding, Rule};

/// What signers are told by, besides what stands in `[signing]` itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lists<'a> {
    /// What the list of allowed signers comes to.
    pub signers: Standing,
    /// The name of the file of OpenPGP keys, where there is one.
    pub keys: Option<&'a str>,
    /// The OpenPGP keys that a signature can be checked with here: those in that file, or else in the user's keyring.
    pub held: &'a [HeldKey],
    /// Whether a keyring of the user's may trust the key. One that a variable holds is in none.
    pub keyring: bool,
}

/// The file of OpenPGP keys.
#[derive(Clone, Copy)]
struct KeyFile<'a> {
    /// Where it was read, for people.
    name: &'a str,
    /// Its path in the tree.
    path: &'a str,
}

/// Decides whether a signature of one of these formats for `namespace` can count, whoever makes it.
pub fn judge_policy(
    signing: &Signing,
    formats: &[SigningFormat],
    lists: Lists<'_>,
    tag: Option<&TagName>,
    namespace: &str,
) -> Finding {
    let Ok(listed) = listed(signing, tag) else { return no_rule() };
    let is_held = |key: &Fingerprint| lists.held.iter().any(|held| held.primary == *key);
    let fit: Vec<&Fingerprint> =
        lists.held.iter().filter(|held| held.signs == Signs::Now).map(|held| &held.primary).collect();
    let counts = |format: &SigningFormat| match (format, &listed, lists.keys) {
        (SigningFormat::Ssh, ..) => lists.signers == Standing::Somebody,
        // Such a signature holds no key to check it with, as those of SSH and X.509 do.
        (SigningFormat::Openpgp, None, Some(_)) => !fit.is_empty(),
        (SigningFormat::Openpgp, Some(listed), file) => {
            let is_elsewhere = !listed.is_empty() && !listed.iter().any(is_held);
            listed.iter().any(|key| fit.contains(&key)) || (file.is_none() && lists.keyring && is_elsewhere)
        }
        (SigningFormat::Openpgp, None, None) => lists.keyring && (lists.held.is_empty() || !fit.is_empty()),
        // The fingerprint of an OpenPGP key that is at hand is none of a certificate.
        (SigningFormat::X509, Some(listed), _) => !listed.iter().all(is_held),
        (SigningFormat::X509, None, _) => lists.keyring,
    };
    let counting: Vec<SigningFormat> = formats.iter().copied().filter(counts).collect();
    let unheld: Vec<&str> = listed.iter().flatten().filter(|key| !is_held(key)).map(|key| key.as_str()).collect();
    let file = lists.keys.map(|name| KeyFile { name, path: signing.keys.as_ref().map_or(name, RepoPath::as_str) });
    match (formats, &counting[..], file) {
        ([SigningFormat::Openpgp], [_], Some(file)) if !unheld.is_empty() => return lacking(file, &unheld),
        // Nobody said that the fingerprints are those of certificates, and they seldom are.
        ([_, _, ..], [SigningFormat::X509], file) if !unheld.is_empty() => return of_which(file, &unheld),
        (_, [], _) => {}
        (_, [_, ..], _) => return Finding::passed(Rule::Signer, "it is said whose signatures count"),
    }
    if formats.contains(&SigningFormat::Ssh)
        && let Some(finding) = unfit(lists.signers, namespace)
    {
        return finding;
    }
    let is_named =
        |key: &Fingerprint| listed.as_ref().map_or(file.is_some() || lists.keyring, |listed| listed.contains(key));
    let unable = lists.held.iter().filter(|held| held.signs != Signs::Now && is_named(&held.primary));
    let unable: Vec<&HeldKey> = unable.filter(|_| formats.contains(&SigningFormat::Openpgp)).collect();
    if unable.is_empty() { unsaid(formats, file, &unheld) } else { spent(file, &unable) }
}

/// Says that nothing says whose signatures count, or by what they could be checked.
fn unsaid(formats: &[SigningFormat], file: Option<KeyFile<'_>>, unheld: &[&str]) -> Finding {
    match formats {
        [SigningFormat::Openpgp] if !unheld.is_empty() || file.is_some() => uncheckable(file, unheld),
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

/// Returns the fingerprints of which one has to have signed. `None`: the policy names none. An error: nobody may sign the tag.
fn listed(signing: &Signing, tag: Option<&TagName>) -> Result<Option<Vec<Fingerprint>>, ()> {
    let all = &signing.fingerprints;
    let named = match tag.and_then(|tag| signing.rule_for(tag)) {
        Some(None) => return Err(()),
        Some(Some(rule)) => rule.signers.iter().filter_map(|name: &SignerName| name.as_str().parse().ok()),
        None => return Ok((!all.is_empty()).then(|| all.clone())),
    };
    Ok(Some(named.filter(|key| all.is_empty() || all.contains(key)).collect()))
}

/// Says of OpenPGP keys which are listed that there is nothing to check a signature of theirs with.
fn uncheckable(file: Option<KeyFile<'_>>, keys: &[&str]) -> Finding {
    match file {
        Some(file) => Finding::failed(Rule::Signer, format!("'{}' holds no OpenPGP key that may sign", file.name))
            .hint(again(file, keys)),
        None => Finding::failed(
            Rule::Signer,
            "no OpenPGP signature can be checked here: [signing] names no file of public keys, and the keyring of this machine has no key that may sign",
        )
        .hint(with_keys(&keys.join(" "))),
    }
}

/// Says of OpenPGP keys that may sign and are at hand that none of them can.
fn spent(file: Option<KeyFile<'_>>, keys: &[&HeldKey]) -> Finding {
    let why: Vec<String> = keys.iter().filter_map(|key| key.signs.lack(key.primary.as_str())).collect();
    let give = match file {
        Some(file) => format!("replace its public half in '{}', and commit that to main", file.path),
        None => "publish its public half anew, and import it where signatures are checked".to_owned(),
    };
    let is_early = keys.iter().any(|key| key.signs == Signs::NotYet);
    let detail = format!("no OpenPGP key that may sign can: {}", why.join("; "));
    Finding::failed(Rule::Signer, detail).hint(match keys.iter().find_map(|key| key.more_time()) {
        Some(command) => format!("give it more time: {command}; then {give}"),
        None if is_early => "see that the clock is right, or ask about a later moment with '--now'".to_owned(),
        None => "let another key sign".to_owned(),
    })
}

/// Says of some of the OpenPGP keys which are listed that the file of keys lacks them. The others can sign.
fn lacking(file: KeyFile<'_>, keys: &[&str]) -> Finding {
    let detail = format!("'{}' lacks {}, so that a signature by that key does not count", file.name, keys.join(", "));
    Finding::undecided(Rule::Signer, detail).hint(again(file, keys))
}

/// Says of listed fingerprints that they count as those of certificates only.
fn of_which(file: Option<KeyFile<'_>>, keys: &[&str]) -> Finding {
    let lacks = match file {
        Some(file) => format!("'{}' has none of them", file.name),
        None => "[signing] names no file of public keys, and the keyring of this machine has none of them".to_owned(),
    };
    let detail = format!(
        "a signature counts where the 'fingerprints' are those of X.509 certificates; of OpenPGP keys none can be checked here, for {lacks}"
    );
    let hint = match file {
        Some(file) => again(file, keys),
        None => with_keys(&keys.join(" ")),
    };
    Finding::undecided(Rule::Signer, detail).hint(format!("set 'format' in [signing]; for \"openpgp\": {hint}"))
}

fn again(KeyFile { path, .. }: KeyFile<'_>, keys: &[&str]) -> String {
    let keys = if keys.is_empty() { "FINGERPRINT".to_owned() } else { keys.join(" ") };
    let word = shell_word(path);
    format!(
        "add the public keys of all who may sign to '{path}', and commit it to main: gpg --export --armor {keys} >> {word}"
    )
}

/// What is wrong with a list of allowed signers that names keys, of which none can sign. `None`: it names none, or one that can.
fn unfit(signers: Standing, namespace: &str) -> Option<Finding> {
    let (detail, hint) = match signers {
        Standing::Nobody | Standing::Somebody => return None,
        Standing::OtherPurpose => (
            format!("no key in the list of allowed signers may sign for '{namespace}': each has other 'namespaces' there"),
            not_for(namespace),
        ),
        Standing::OtherSigner => (
            "nobody whom [[signing.tags]] lets sign tags of this name is in the list of allowed signers".to_owned(),
            "name a principal of that list in 'signers' of [[signing.tags]], or add a key of theirs to the list, and commit it to main"
                .to_owned(),
        ),
        Standing::OtherKey => (
            format!("no key in the list of allowed signers may sign tags and for '{namespace}' as well: one does this and another that"),
            not_for(namespace),
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

    const NONE: Lists<'_> = Lists { signers: Standing::Nobody, keys: None, held: &[], keyring: false };

    fn judged(signing: &str, formats: &[SigningFormat], lists: Lists<'_>) -> Finding {
        let config = Config::parse(&format!("[signing]\n{signing}\n")).expect("it is right");
        let tag = "v2.0.1".parse().expect("a tag");
        let signing = config.signing.expect("it is there");
        judge_policy(&signing, formats, lists, Some(&tag), "git")
    }

    fn key(digit: &str, signs: Signs) -> HeldKey {
        HeldKey { primary: digit.repeat(40).parse().expect("a fingerprint"), signs }
    }

    fn counts(signing: &str, formats: &[SigningFormat], lists: Lists<'_>) -> bool {
        judged(signing, formats, lists).verdict == Verdict::Passed
    }

    #[test]
    fn a_signature_counts_where_its_kind_is_listed() {
        use SigningFormat::{Openpgp, Ssh, X509};
        let listed = format!("fingerprints = [\"{}\"]", "A".repeat(40));
        let rule = |signer: &str| format!("[[signing.tags]]\npattern = \"v*\"\nsigners = [\"{signer}\"]");
        let held = ["A", "B"].map(|digit| key(digit, Signs::Now));
        let (keys, found, other) = (
            Lists { keys: Some("keys.asc"), held: &held[..1], ..NONE },
            Lists { held: &held, ..NONE },
            Lists { keys: Some("keys.asc"), held: &held[1..], ..NONE },
        );
        let (signers, keyring) = (Lists { signers: Standing::Somebody, ..NONE }, Lists { keyring: true, ..NONE });
        let both = format!("fingerprints = [\"{}\", \"{}\"]", "A".repeat(40), "C".repeat(40));
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
            // The key is in the keyring that is here, or in the file, or not.
            (&listed, &[Openpgp], found, true),
            (&both, &[Openpgp], found, true),
            (&listed, &[Openpgp], other, false),
            (&both, &[Openpgp], keys, false),
            ("", &[Openpgp], found, false),
            ("", &[Openpgp], Lists { held: &[], ..keys }, false),
            ("", &[X509], keys, false),
            ("", &[X509], keyring, true),
            (&listed, &[X509], NONE, true),
            ("", &SigningFormat::ALL, NONE, false),
            ("", &SigningFormat::ALL, signers, true),
            // They may be the fingerprints of certificates, or of OpenPGP keys that nothing can be checked with.
            (&listed, &SigningFormat::ALL, NONE, false),
            (&listed, &SigningFormat::ALL, other, false),
            (&listed, &SigningFormat::ALL, found, true),
            (&listed, &SigningFormat::ALL, keys, true),
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

    /// They stay where old tags are verified by them.
    #[test]
    fn of_keys_that_are_out_of_date_or_were_revoked_another_one_has_to_sign() {
        let openpgp = &[SigningFormat::Openpgp][..];
        let listed = format!("fingerprints = [\"{}\"]", "A".repeat(40));
        let both = format!("fingerprints = [\"{}\", \"{}\"]", "A".repeat(40), "B".repeat(40));
        let spent = [key("A", Signs::NoMore), key("B", Signs::Never)];
        let beside = [key("A", Signs::NoMore), key("B", Signs::Now)];
        let file = |held| Lists { keys: Some("keys.asc"), held, ..NONE };
        let own = |held| Lists { keyring: true, held, ..NONE };
        for (signing, formats, lists, expected) in [
            ("", openpgp, file(&spent), false),
            ("", openpgp, file(&beside), true),
            (listed.as_str(), openpgp, file(&spent), false),
            (&listed, openpgp, Lists { held: &spent, ..NONE }, false),
            (&listed, &SigningFormat::ALL[..], file(&spent), false),
            (&both, openpgp, file(&beside), true),
            // What the user's own keyring holds is known, too. Of a key that it lacks nothing is.
            ("", openpgp, own(&spent), false),
            ("", openpgp, own(&beside), true),
            (&listed, openpgp, own(&spent), false),
            (&listed, openpgp, own(&beside), false),
            (&both, openpgp, own(&beside), true),
            (&listed, openpgp, own(&spent[1..]), true),
        ] {
            assert_eq!(counts(signing, formats, lists), expected, "{signing:?} {formats:?} {lists:?}");
        }
    }

    #[test]
    fn keys_that_can_sign_no_more_are_told_from_those_that_are_missing() {
        let listed = format!("fingerprints = [\"{}\"]\nkeys = \"keys.asc\"", "A".repeat(40));
        let judged = |signs| {
            let held = [key("A", signs), key("B", Signs::NoMore)];
            judged(&listed, &[SigningFormat::Openpgp], Lists { keys: Some("main:keys.asc"), held: &held, ..NONE })
        };
        let told = judged(Signs::NoMore);
        assert!(told.detail.contains("is out of date") && !told.detail.contains('B'), "{}", told.detail);
        let hint = told.hint.unwrap_or_default();
        assert!(hint.contains("gpg --quick-set-expire AAAA") && hint.contains("'keys.asc'"), "{hint}");
        assert!(judged(Signs::Never).detail.contains("no part of "));
        let told = judged(Signs::SubkeyNoMore("C".repeat(40).parse().expect("a fingerprint")));
        let (key, subkey) = ("A".repeat(40), "C".repeat(40));
        assert!(told.detail.contains(&format!("of {key} the subkey that signs is out of date, {subkey}")), "{told:?}");
        let hint = told.hint.unwrap_or_default();
        assert!(hint.contains(&format!("gpg --quick-set-expire {key} 1y {subkey}; then")), "{hint}");
        let told = judged(Signs::NotYet);
        assert!(told.detail.contains("was not made yet"), "{told:?}");
        assert!(told.hint.is_some_and(|hint| hint.contains("'--now'")));
    }

    #[test]
    fn a_list_whose_keys_cannot_sign_is_not_said_to_be_missing() {
        let all = &SigningFormat::ALL[..];
        for (signers, formats, said) in [
            (Standing::Nobody, &[SigningFormat::Ssh][..], "no SSH key is in a list"),
            (Standing::OtherPurpose, &[SigningFormat::Ssh], "may sign for 'git'"),
            (Standing::OtherSigner, &[SigningFormat::Ssh], "[[signing.tags]]"),
            (Standing::OtherMoment, &[SigningFormat::Ssh], "may sign now"),
            (Standing::OtherKey, &[SigningFormat::Ssh], "may sign tags and for 'git' as well"),
            (Standing::OtherMoment, all, "may sign now"),
            (Standing::OtherMoment, &[SigningFormat::Openpgp], "no key is listed"),
        ] {
            let finding = judged("", formats, Lists { signers, ..NONE });
            assert!(finding.verdict == Verdict::Failed && finding.detail.contains(said), "{finding:?}");
        }
        let listed = format!("fingerprints = [\"{}\"]", "A".repeat(40));
        let held = [key("A", Signs::Now)];
        assert!(counts(&listed, all, Lists { signers: Standing::OtherMoment, held: &held, ..NONE }));
    }
}
