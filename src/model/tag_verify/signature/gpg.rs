//! What is decided about signatures that gpg and gpgsm checked.

use crate::model::config::SigningFormat;
use crate::model::gpg_status::{BrokenChain, Outcome, Trust};

use super::{Asked, Permitted, no_rule, not_this_tag, this_tag};
use crate::model::tag_verify::{Finding, GpgFacts, Keys, Rule, moment};

impl Asked<'_> {
    pub(super) fn gpg(&self, gpg: &GpgFacts) -> Vec<Finding> {
        let report = &gpg.report;
        let key = report.primary.as_ref().map(|key| key.as_str()).or(report.key_id.as_deref()).unwrap_or("its key");
        let made = Finding::passed(Rule::Signature, format!("it was made by {key}"));
        let revoked =
            |verdict: fn(Rule, String) -> Finding, word: &str| verdict(Rule::Revocation, format!("{key} {word}"));
        let not_revoked = revoked(Finding::passed, "was not revoked");
        let mut findings = match report.outcome {
            Outcome::Good if report.chain == Some(BrokenChain::Revoked) => {
                vec![made, revoked(Finding::failed, "or an authority of it was revoked")]
            }
            Outcome::Good => [vec![made, not_revoked], self.gpg_in_date(gpg, key)].concat(),
            Outcome::ExpiredSignature => {
                vec![
                    made,
                    not_revoked,
                    Finding::failed(Rule::KeyNow, "the signature says that it is out of date by now"),
                ]
            }
            Outcome::ExpiredKey => [vec![made, not_revoked], self.gpg_expired(gpg, key)].concat(),
            Outcome::RevokedKey => vec![made, revoked(Finding::failed, "was revoked")],
            Outcome::Bad => {
                return vec![Finding::failed(
                    Rule::Signature,
                    "the signature does not fit: something was changed after signing",
                )];
            }
            Outcome::NoKey => return no_key(gpg, key),
            Outcome::Error => return vec![self.gpg_error(gpg, key)],
            Outcome::Several => {
                return vec![Finding::failed(
                    Rule::Signature,
                    "it holds more than one signature, so none of them counts",
                )];
            }
            Outcome::Silent => return vec![unheard(&gpg.program)],
            Outcome::Nothing => {
                return vec![Finding::failed(Rule::Signature, "it holds no signature that can be read")];
            }
        };
        findings.push(self.gpg_signer(gpg, key));
        findings
    }

    /// Says why gpg checked nothing. It takes no key that is younger than the moment it takes for now.
    fn gpg_error(&self, gpg: &GpgFacts, key: &str) -> Finding {
        let cannot = format!("the signature by {key} cannot be checked");
        match gpg.report.made.filter(|made| *made > self.now) {
            Some(made) => {
                let detail = format!("{cannot} at {}: it was made at {}", moment(self.now), moment(made));
                Finding::undecided(Rule::Signature, detail).hint("leave '--now' out, or give a later moment")
            }
            None => Finding::undecided(Rule::Signature, format!("{cannot} here"))
                .hint("see what 'git verify-tag' says; a newer gpg may know the algorithm"),
        }
    }

    /// Says whether a key with which nothing else is wrong is in date. That gpg says itself; gpgsm does only where it comes to the end of
    /// the chain, so that the dates it tells decide (`gpgsm_validate_chain` in GnuPG's `sm/certchain.c`).
    fn gpg_in_date(&self, gpg: &GpgFacts, key: &str) -> Vec<Finding> {
        let report = &gpg.report;
        let valid = || vec![Finding::passed(Rule::KeyNow, "the key is valid")];
        match (gpg.format, report.until) {
            (SigningFormat::Ssh | SigningFormat::Openpgp, _) => valid(),
            (SigningFormat::X509, _) if report.chain == Some(BrokenChain::TooYoung) => {
                let detail = format!("{key} or an authority of it is not valid yet at {}", moment(self.now));
                vec![Finding::failed(Rule::KeyNow, detail)]
            }
            (SigningFormat::X509, Some(until)) if until < self.now => self.gpg_expired(gpg, key),
            (SigningFormat::X509, Some(_)) => valid(),
            // A program that does not even name the certificate is told of elsewhere.
            (SigningFormat::X509, None) if report.primary.is_none() => Vec::new(),
            (SigningFormat::X509, None) => {
                let detail =
                    format!("'{}' does not say until when the certificate is valid", gpg.program.escape_debug());
                vec![Finding::undecided(Rule::KeyNow, detail).hint(OTHER_PROGRAM)]
            }
        }
    }

    fn gpg_expired(&self, gpg: &GpgFacts, key: &str) -> Vec<Finding> {
        let report = &gpg.report;
        let (who, expired) = match gpg.format {
            SigningFormat::X509 => (format!("{key} or an authority of it"), report.until),
            SigningFormat::Openpgp | SigningFormat::Ssh => (key.to_owned(), report.expired),
        };
        let since = expired.map_or_else(String::new, |at| format!(" since {}", moment(at)));
        let mut findings = Vec::new();
        let mut was_valid = true;
        if let Some((made, expired)) = report.made.zip(expired) {
            was_valid = made <= expired;
            findings.push(if was_valid {
                Finding::passed(Rule::KeyThen, "the key was valid when the signature says that it was made")
            } else {
                Finding::failed(Rule::KeyThen, format!("{who} was out of date when it signed, at {}", moment(made)))
            });
        }
        findings.push(self.expired(format!("{who} is out of date{since}"), was_valid));
        findings
    }

    fn gpg_signer(&self, gpg: &GpgFacts, key: &str) -> Finding {
        let (report, listed) = (&gpg.report, &self.signing.fingerprints);
        let Some(primary) = &report.primary else {
            let detail = format!("'{}' says that it fits, and does not name the key", gpg.program.escape_debug());
            return Finding::undecided(Rule::Signer, detail).hint(OTHER_PROGRAM);
        };
        let who = report.user.as_deref().unwrap_or(key);
        match self.permitted() {
            Permitted::Nobody => return no_rule(),
            Permitted::These(names) if !names.iter().any(|name| name.is_fingerprint(primary)) => {
                return not_this_tag(&format!("{who} {key}"));
            }
            Permitted::These(_) if listed.is_empty() || listed.contains(primary) => return this_tag(who),
            Permitted::These(_) | Permitted::Everybody => {}
        }
        if !listed.is_empty() {
            return if listed.contains(primary) {
                Finding::passed(Rule::Signer, format!("{key} is among the 'fingerprints' of [signing]"))
            } else {
                Finding::failed(Rule::Signer, format!("{key} is not among the 'fingerprints' of [signing]"))
            };
        }
        if let Keys::Pinned(file) = &gpg.keys {
            return Finding::passed(Rule::Signer, format!("{key} is in '{file}'"));
        }
        match report.trust {
            Some(Trust::Ultimate | Trust::Full | Trust::Marginal) => {
                Finding::passed(Rule::Signer, format!("your keyring trusts {key} to be that of '{who}'"))
            }
            Some(Trust::Never) => Finding::failed(Rule::Signer, format!("your keyring says never to trust {key}")),
            Some(Trust::Undefined) | None => Finding::undecided(
                Rule::Signer,
                format!("nothing says that {key} may sign; your keyring does not trust it"),
            )
            .hint("list the maintainers' keys in 'fingerprints' of [signing]"),
        }
    }
}

/// What to do where a program that is configured says less than gpg and gpgsm do, such as gitsign.
const OTHER_PROGRAM: &str = "see what it says: git verify-tag TAG; the programs are 'gpg.program' and 'gpg.x509.program' of git, and signatures without a long-lived key, such as those of gitsign, are verified by their own program: gitsign verify-tag";

fn unheard(program: &str) -> Finding {
    let detail = format!("'{}' does not tell what became of the signature in the form of gpg", program.escape_debug());
    Finding::undecided(Rule::Signature, detail).hint(OTHER_PROGRAM)
}

/// What to do so that a signature by an OpenPGP key can be checked wherever it is.
pub(super) fn with_keys(key: &str) -> String {
    format!(
        "commit the public key to main, and name the file with 'keys' in [signing]: gpg --export --armor {key} > release-keys.asc; where the keyring stays, as on a machine of your own, 'gpg --import' is enough"
    )
}

fn no_key(gpg: &GpgFacts, key: &str) -> Vec<Finding> {
    match &gpg.keys {
        Keys::Keyring if gpg.format == SigningFormat::X509 => vec![
            Finding::undecided(Rule::Signature, "the certificate that made it is neither in it nor in your keyring")
                .hint("sign with one that an authority made, which the signature holds; or get it: gpgsm --import"),
        ],
        Keys::Pinned(file) => vec![Finding::failed(Rule::Signer, format!("{key} is not in '{file}'"))],
        Keys::Keyring => vec![
            Finding::undecided(Rule::Signature, format!("{key}, which made it, is not in your keyring"))
                .hint(with_keys(key)),
        ],
    }
}
