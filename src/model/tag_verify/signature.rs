//! What is decided about a signature: whether it fits, who made it, and whether they may.
//!
//! The moment of a signature is what the signer says, so it proves nothing. A key that is out of date now therefore fails,
//! whatever the moment of the tag; only a date in the policy, which a maintainer sets, lets older tags keep such a key.

mod gpg;
mod policy;

use crate::model::allowed_signers::{AllowedSigner, KeyRole};
use crate::model::config::{SignerName, Signing, SigningFormat};
use crate::model::ssh_certificate::{CertificateKind, SshCertificate};
use crate::model::tag::TagName;

use super::{Finding, Rule, SignatureFacts, SignedBy, Soundness, SshFacts, moment};

pub use policy::{Lists, judge_policy};

impl SignatureFacts {
    /// Says who signed, as far as the signature tells.
    pub fn signed_by(&self) -> SignedBy {
        match self {
            Self::Ssh(ssh) => SignedBy {
                format: SigningFormat::Ssh,
                key: Some(ssh.key.fingerprint()),
                name: known(ssh, ssh.key.certificate().as_ref()).into_iter().next().map(|known| known.who),
            },
            Self::Gpg(gpg) => SignedBy {
                format: gpg.format,
                key: gpg.report.primary.clone().map(String::from).or(gpg.report.key_id.clone()),
                name: gpg.report.user.clone(),
            },
            Self::Unreadable(format) => SignedBy { format: *format, key: None, name: None },
        }
    }
}

/// Decides about a signature that was made for `namespace`. `then` is when the signed thing says that it was made, where
/// it says so; both moments are in seconds since 1970-01-01 UTC.
pub fn judge_signature(
    facts: &SignatureFacts,
    namespace: &str,
    signing: &Signing,
    tag: Option<&TagName>,
    then: Option<i64>,
    now: i64,
) -> Vec<Finding> {
    let asked = Asked { namespace, signing, tag, then, now };
    match facts {
        SignatureFacts::Ssh(ssh) => asked.ssh(ssh),
        SignatureFacts::Gpg(gpg) => asked.gpg(gpg),
        SignatureFacts::Unreadable(format) => {
            let detail = format!("what stands in its place is no {} signature", format.as_str());
            vec![Finding::failed(Rule::Signature, detail)]
        }
    }
}

struct Asked<'a> {
    namespace: &'a str,
    signing: &'a Signing,
    tag: Option<&'a TagName>,
    then: Option<i64>,
    now: i64,
}

/// Who of those that a policy knows may sign a tag.
enum Permitted<'a> {
    Everybody,
    These(&'a [SignerName]),
    Nobody,
}

impl Asked<'_> {
    fn permitted(&self) -> Permitted<'_> {
        match self.tag.and_then(|tag| self.signing.rule_for(tag)) {
            None => Permitted::Everybody,
            Some(None) => Permitted::Nobody,
            Some(Some(rule)) => Permitted::These(&rule.signers),
        }
    }

    /// Says whether the policy lets a key be out of date by now.
    fn accepts_expired(&self) -> bool {
        let limit = self.signing.accept_expired_before.and_then(|day| day.and_hms_opt(0, 0, 0));
        limit.zip(self.then).is_some_and(|(limit, then)| then < limit.and_utc().timestamp())
    }

    /// Decides about a key that is out of date now. `was_valid`: whether it was not, when the signed thing says that it was made.
    fn expired(&self, since: String, was_valid: bool) -> Finding {
        if self.accepts_expired() {
            return Finding::passed(Rule::KeyNow, format!("{since}, and the policy accepts that for tags this old"));
        }
        let finding = Finding::failed(Rule::KeyNow, since);
        if !was_valid || self.then.is_none() {
            return finding;
        }
        finding.hint(
            "the moment of a signature is what its signer says; if you looked at the tags of that time, set 'accept-expired-before' in [signing]",
        )
    }

    fn ssh(&self, ssh: &SshFacts) -> Vec<Finding> {
        let key = ssh.key.fingerprint();
        let mut findings = Vec::new();
        match ssh.soundness {
            Soundness::NotAsked => {
                let detail =
                    format!("it was made for '{}', not for '{}'", ssh.namespace.escape_debug(), self.namespace);
                return vec![Finding::failed(Rule::Purpose, detail)];
            }
            Soundness::Broken => findings.push(Finding::failed(
                Rule::Signature,
                "the signature does not fit: something was changed after signing",
            )),
            Soundness::Revoked | Soundness::Sound => {
                findings.push(Finding::passed(Rule::Signature, format!("it was made by {key}")));
            }
        }
        findings.push(Finding::passed(Rule::Purpose, format!("it was made for '{}'", self.namespace)));
        let certificate = ssh.key.certificate();
        if ssh.key.is_certificate() && certificate.is_none() {
            let detail = "it was made with an SSH certificate of an unknown form";
            findings.push(Finding::undecided(Rule::Signer, detail).hint("check it with 'git verify-tag'"));
            return findings;
        }
        let candidates = match self.ssh_signer(ssh, certificate.as_ref(), &key) {
            Ok((finding, candidates)) => {
                findings.push(finding);
                candidates
            }
            Err(finding) => {
                findings.push(finding);
                Vec::new()
            }
        };
        findings.push(match ssh.soundness {
            Soundness::Revoked => Finding::failed(Rule::Revocation, format!("{key} was revoked")),
            Soundness::Sound | Soundness::Broken | Soundness::NotAsked => {
                Finding::passed(Rule::Revocation, "the key was not revoked")
            }
        });
        findings.extend(self.ssh_times(&candidates, certificate.as_ref()));
        findings
    }

    /// Returns the lines of the list that let the signer sign this.
    fn ssh_signer<'s>(
        &self,
        ssh: &'s SshFacts,
        certificate: Option<&SshCertificate>,
        key: &str,
    ) -> Result<(Finding, Vec<&'s AllowedSigner>), Finding> {
        let Some((list, _)) = &ssh.allowed else {
            return Err(Finding::undecided(Rule::Signer, "there is no list of allowed signers")
                .hint("set 'allowed-signers' in [signing], or tell git: git config gpg.ssh.allowedSignersFile PATH"));
        };
        if certificate.is_some_and(|certificate| certificate.kind == CertificateKind::Host) {
            return Err(Finding::failed(Rule::Signer, format!("the certificate of {key} is that of a machine")));
        }
        let known = known(ssh, certificate);
        if known.is_empty() {
            return Err(Finding::failed(
                Rule::Signer,
                match certificate {
                    None => format!("{key} is not in '{list}'"),
                    Some(certificate) => format!(
                        "'{list}' lets no authority {} say that {key} is '{}'",
                        certificate.authority.fingerprint(),
                        certificate.principals.join(",").escape_debug()
                    ),
                },
            ));
        }
        let who = known.iter().map(|known| known.who.as_str()).collect::<Vec<_>>().join(",");
        let covered: Vec<Known<'_>> = known.into_iter().filter(|known| known.line.covers(self.namespace)).collect();
        if covered.is_empty() {
            let detail = format!("'{list}' lets '{who}' sign, but not for '{}'", self.namespace);
            return Err(Finding::failed(Rule::Signer, detail).hint(not_for(self.namespace)));
        }
        match self.permitted() {
            Permitted::Everybody => {
                Ok((Finding::passed(Rule::Signer, format!("'{who}' is in '{list}'")), lines(covered)))
            }
            Permitted::Nobody => Err(no_rule()),
            Permitted::These(names) => {
                let may = |known: &Known<'_>| names.iter().any(|name| known.is_for(name.as_str()));
                let allowed: Vec<Known<'_>> = covered.into_iter().filter(may).collect();
                if allowed.is_empty() { Err(not_this_tag(&who)) } else { Ok((this_tag(&who), lines(allowed))) }
            }
        }
    }

    fn ssh_times(&self, lines: &[&AllowedSigner], certificate: Option<&SshCertificate>) -> Vec<Finding> {
        let mut findings = Vec::new();
        if lines.is_empty() {
            return findings;
        }
        let valid = |at| {
            certificate.is_none_or(|certificate| certificate.is_valid_at(at))
                && lines.iter().any(|line| line.is_valid_at(at))
        };
        let span = |after: Option<i64>, before: Option<i64>| {
            let ends = [("from", after), ("until", before)];
            let ends = ends.iter().filter_map(|(word, end)| end.map(|end| format!("{word} {}", moment(end))));
            ends.collect::<Vec<_>>().join(" ")
        };
        let mut spans: Vec<String> = lines.iter().map(|line| span(line.valid_after, line.valid_before)).collect();
        spans.extend(certificate.map(|certificate| {
            // Neither the beginning nor the end of all time is told.
            let after = i64::try_from(certificate.valid_after).ok().filter(|after| *after > 0);
            format!("its certificate {}", span(after, i64::try_from(certificate.valid_before).ok()))
        }));
        spans.retain(|span| !span.is_empty());
        let spans = spans.join(", ");
        if let Some(then) = self.then {
            findings.push(if valid(then) {
                Finding::passed(Rule::KeyThen, "the key was valid at the moment of the tag")
            } else {
                Finding::failed(Rule::KeyThen, format!("the key is valid {spans}, and the tag is of {}", moment(then)))
            });
        }
        findings.push(if valid(self.now) {
            Finding::passed(Rule::KeyNow, "the key is valid")
        } else if self.is_early(lines, certificate) {
            Finding::failed(Rule::KeyNow, format!("the key is valid {spans}, and not yet"))
        } else {
            self.expired(format!("the key is valid {spans}, and not any more"), self.then.is_some_and(valid))
        });
        findings
    }

    /// Says whether the time of a key is yet to come by every line, or by its certificate.
    fn is_early(&self, lines: &[&AllowedSigner], certificate: Option<&SshCertificate>) -> bool {
        let is_to_come = |certificate: &SshCertificate| {
            i64::try_from(certificate.valid_after).map_or(true, |after| after > self.now)
        };
        certificate.is_some_and(is_to_come)
            || lines.iter().all(|line| line.valid_after.is_some_and(|after| after > self.now))
    }
}

/// A line that knows the signer.
struct Known<'s> {
    line: &'s AllowedSigner,
    /// Who that is.
    who: String,
    /// Those of a certificate's principals that the line lets its authority speak for. `None`: the line names the key itself.
    vouched: Option<Vec<String>>,
}

impl Known<'_> {
    fn is_for(&self, name: &str) -> bool {
        match &self.vouched {
            None => self.line.is_for(name),
            Some(names) => names.iter().any(|vouched| vouched == name),
        }
    }
}

/// Returns the lines that know the signer: those of the key, or those of the authority of its certificate that are for one of
/// the principals in it (`check_allowed_keys_line` in OpenSSH's `sshsig.c`).
fn known<'s>(ssh: &'s SshFacts, certificate: Option<&SshCertificate>) -> Vec<Known<'s>> {
    let lines = ssh.allowed.iter().flat_map(|(_, lines)| lines);
    let knows = |line: &'s AllowedSigner| match (line.role, certificate) {
        (KeyRole::Signer, None) => Some(Known { line, who: line.principals.clone(), vouched: None }),
        (KeyRole::Authority, Some(certificate)) => {
            let names = certificate.principals.iter().filter(|name| line.is_for(name));
            let names: Vec<String> = names.cloned().collect();
            (!names.is_empty()).then(|| Known { line, who: names.join(","), vouched: Some(names) })
        }
        (KeyRole::Signer, Some(_)) | (KeyRole::Authority, None) => None,
    };
    lines.filter_map(knows).collect()
}

fn lines(known: Vec<Known<'_>>) -> Vec<&AllowedSigner> {
    known.into_iter().map(|known| known.line).collect()
}

/// Says what to do where a list lets nobody sign for a namespace. A release needs both of ours.
fn not_for(namespace: &str) -> String {
    format!(
        "let the key sign for '{namespace}' too, in that list: namespaces=\"git,file\", where 'git' is for tags and 'file' for lists of sums; and commit it to main"
    )
}

fn no_rule() -> Finding {
    Finding::failed(Rule::Signer, "no [[signing.tags]] is for a tag of this name, so nobody may sign it")
}

fn not_this_tag(who: &str) -> Finding {
    Finding::failed(Rule::Signer, format!("'{who}' may not sign tags of this name by [[signing.tags]]"))
}

fn this_tag(who: &str) -> Finding {
    Finding::passed(Rule::Signer, format!("'{who}' may sign tags of this name by [[signing.tags]]"))
}
