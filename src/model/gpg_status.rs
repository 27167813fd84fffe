//! What gpg and gpgsm say about a signature on their status stream, as `doc/DETAILS` of GnuPG describes it.

use std::str::FromStr;

use chrono::NaiveDateTime;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::name::{NotAName, text_type};

/// The fingerprint of an OpenPGP key or of a certificate: 40 or 64 hexadecimal digits, kept in capitals.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Fingerprint(String);

text_type!(Fingerprint);

impl FromStr for Fingerprint {
    type Err = NotAName;

    /// Spaces and colons between digits are ignored, so that what programs print can be pasted.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits: String = text.chars().filter(|c| !matches!(c, ' ' | ':')).collect();
        let plain = digits.chars().all(|c| c.is_ascii_hexdigit());
        if !plain || !matches!(digits.len(), 40 | 64) {
            let rule = "write all 40 or 64 hexadecimal digits; a key id is too short to tell keys apart";
            return Err(NotAName::new("a fingerprint", text, rule));
        }
        Ok(Self(digits.to_ascii_uppercase()))
    }
}

/// What became of the check of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is intact (`GOODSIG`).
    Good,
    /// It is intact, and says of itself that it is out of date by now (`EXPSIG`).
    ExpiredSignature,
    /// It is intact, and its key is out of date by now (`EXPKEYSIG`).
    ExpiredKey,
    /// It is intact, and its key was revoked (`REVKEYSIG`).
    RevokedKey,
    /// It does not fit what it should sign (`BADSIG`).
    Bad,
    /// The key that it was made with is not here (`NO_PUBKEY`, or `ERRSIG` with the reason 9).
    NoKey,
    /// It could not be checked (`ERRSIG` with another reason).
    Error,
    /// There is more than one; it is not told which of them counts.
    Several,
    /// Nothing was said about any.
    Nothing,
    /// There was no status stream at all: the program is none that speaks as gpg does, or failed before it looked.
    Silent,
}

/// How far the keyring trusts the key to be that of its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Trust {
    /// It must not be trusted.
    Never,
    /// Nothing is known.
    Undefined,
    /// Somewhat.
    Marginal,
    /// Fully.
    Full,
    /// It is the user's own.
    Ultimate,
}

/// What gpgsm may find wrong with a chain of certificates that matters although nobody trusts its root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BrokenChain {
    /// One of them was revoked.
    Revoked,
    /// One of them is not valid yet.
    TooYoung,
}

impl BrokenChain {
    /// Reads the code behind `TRUST_NEVER` or `TRUST_UNDEFINED` of gpgsm (`gpgsm_verify` in GnuPG's `sm/verify.c`; the numbers are
    /// those of `err-codes.h` in libgpg-error: `CERT_REVOKED` and `CERT_TOO_YOUNG`).
    fn of_code(word: &str) -> Option<Self> {
        match word {
            "94" => Some(Self::Revoked),
            "102" => Some(Self::TooYoung),
            _ => None,
        }
    }
}

/// What was said about a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GpgReport {
    /// What became of the check.
    pub outcome: Outcome,
    /// The key or certificate by which the signer is known: the primary one.
    pub primary: Option<Fingerprint>,
    /// The id of the key, where its fingerprint is not known.
    pub key_id: Option<String>,
    /// The user id of the signer. Text from a stranger.
    pub user: Option<String>,
    /// When the signer says that it was made, in seconds since 1970-01-01 UTC.
    pub made: Option<i64>,
    /// When the key expired, in seconds since 1970-01-01 UTC, where that was said.
    pub expired: Option<i64>,
    /// The fourth field of `VALIDSIG`, in seconds since 1970-01-01 UTC, where it says a moment: of gpgsm, until when all certificates of
    /// the chain are valid that it looked at; of gpg, until when the signature is.
    pub until: Option<i64>,
    /// How far the key is trusted.
    pub trust: Option<Trust>,
    /// What is wrong with the chain of certificates, where that was said.
    pub chain: Option<BrokenChain>,
}

impl GpgReport {
    /// Reads the status stream. Lines that are no status lines, and keywords that say nothing about these questions, are
    /// skipped.
    pub fn parse(stream: &str) -> Self {
        let mut report = Self {
            outcome: Outcome::Silent,
            primary: None,
            key_id: None,
            user: None,
            made: None,
            expired: None,
            until: None,
            trust: None,
            chain: None,
        };
        for line in stream.lines() {
            if let Some(status) = line.strip_prefix("[GNUPG:] ") {
                if report.outcome == Outcome::Silent {
                    report.outcome = Outcome::Nothing;
                }
                report.read(status);
            }
        }
        report
    }

    fn read(&mut self, status: &str) {
        let (keyword, rest) = status.split_once(' ').unwrap_or((status, ""));
        let words: Vec<&str> = rest.split(' ').collect();
        match keyword {
            "GOODSIG" => self.signature(Outcome::Good, rest),
            "EXPSIG" => self.signature(Outcome::ExpiredSignature, rest),
            "EXPKEYSIG" => self.signature(Outcome::ExpiredKey, rest),
            "REVKEYSIG" => self.signature(Outcome::RevokedKey, rest),
            "BADSIG" => self.signature(Outcome::Bad, rest),
            "ERRSIG" => {
                // ERRSIG <keyid> <pkalgo> <hashalgo> <sig_class> <time> <rc> <fpr>: 9 is a missing public key.
                let outcome = if words.get(5) == Some(&"9") { Outcome::NoKey } else { Outcome::Error };
                self.signature(outcome, words.first().copied().unwrap_or_default());
                self.made = words.get(4).and_then(|word| moment(word));
            }
            // Gpgsm has no certificate of the signer: none of its own, and no signature holds one that signed itself (`gpgsm_verify` in
            // GnuPG's `sm/verify.c`).
            "ERROR" if words.first() == Some(&"verify.findkey") => self.signature(Outcome::NoKey, ""),
            "VALIDSIG" => {
                // VALIDSIG <fpr> <date> <timestamp> <expires> <version> <reserved> <pkalgo> <hash> <class> [<primary>]
                let primary = words.get(9).filter(|word| !word.is_empty()).or(words.first());
                self.primary = primary.and_then(|word| word.parse().ok());
                self.made = words.get(2).and_then(|word| moment(word));
                self.until = words.get(3).and_then(|word| moment(word)).filter(|until| *until > 0);
            }
            "KEYEXPIRED" => self.expired = words.first().and_then(|word| moment(word)).or(self.expired),
            "TRUST_NEVER" => self.distrusted(Trust::Never, &words),
            "TRUST_UNDEFINED" => self.distrusted(Trust::Undefined, &words),
            "TRUST_MARGINAL" => self.trust = Some(Trust::Marginal),
            "TRUST_FULLY" => self.trust = Some(Trust::Full),
            "TRUST_ULTIMATE" => self.trust = Some(Trust::Ultimate),
            _ => {}
        }
    }

    fn distrusted(&mut self, trust: Trust, words: &[&str]) {
        self.trust = Some(trust);
        self.chain = words.first().and_then(|word| BrokenChain::of_code(word));
    }

    /// A second signature would let one that counts hide behind one that does not.
    fn signature(&mut self, outcome: Outcome, about: &str) {
        if self.outcome != Outcome::Nothing {
            self.outcome = Outcome::Several;
            return;
        }
        self.outcome = outcome;
        let (key, user) = about.split_once(' ').unwrap_or((about, ""));
        self.key_id = (!key.is_empty()).then(|| key.to_owned());
        self.user = (!user.is_empty()).then(|| user.to_owned());
    }
}

/// Says whether a certificate was refused as signer because it was made for something else (`doc/DETAILS`, "INV_RECP", "INV_SGNR": the
/// reason 3).
pub fn is_for_other_use(stream: &str) -> bool {
    stream.lines().any(|line| line.starts_with("[GNUPG:] INV_SGNR 3 "))
}

/// Reads a timestamp: seconds since 1970-01-01 UTC, or `20260105T090000` as gpgsm writes it (`doc/DETAILS`, "VALIDSIG").
fn moment(word: &str) -> Option<i64> {
    let iso = || NaiveDateTime::parse_from_str(word, "%Y%m%dT%H%M%S").ok().map(|at| at.and_utc().timestamp());
    word.parse().ok().or_else(iso)
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALID: &str = "[GNUPG:] VALIDSIG A9A6A1A3D3B1F4C1D1E2B3C4D5E6F708192A3B4C 2026-01-05 1767603600 0 4 0 22 10 00 B9A6A1A3D3B1F4C1D1E2B3C4D5E6F708192A3B4C\n";

    #[test]
    fn status_lines_say_what_became_of_a_signature() {
        let table = [
            ("GOODSIG D5E6F708192A3B4C Mia <mia@example.com>", Outcome::Good),
            ("NEWSIG\n[GNUPG:] ERROR verify.findkey 50331657", Outcome::NoKey),
            ("EXPSIG D5E6F708192A3B4C Mia", Outcome::ExpiredSignature),
            ("EXPKEYSIG D5E6F708192A3B4C Mia", Outcome::ExpiredKey),
            ("REVKEYSIG D5E6F708192A3B4C Mia", Outcome::RevokedKey),
            ("BADSIG D5E6F708192A3B4C Mia", Outcome::Bad),
            ("ERRSIG D5E6F708192A3B4C 22 10 00 1767603600 9 -", Outcome::NoKey),
            ("ERRSIG D5E6F708192A3B4C 22 10 00 1767603600 4 -", Outcome::Error),
            ("NEWSIG", Outcome::Nothing),
            ("GOODSIG A x\n[GNUPG:] GOODSIG B y", Outcome::Several),
            ("BADSIG A x\n[GNUPG:] GOODSIG B y", Outcome::Several),
        ];
        for (line, outcome) in table {
            assert_eq!(GpgReport::parse(&format!("[GNUPG:] {line}\n")).outcome, outcome, "{line}");
        }
        assert_eq!(GpgReport::parse("GOODSIG A x\ngpg: [GNUPG:] GOODSIG A x\n").outcome, Outcome::Silent);
        assert_eq!(GpgReport::parse("").outcome, Outcome::Silent);
    }

    #[test]
    fn the_signer_is_the_primary_key() {
        let stream = format!(
            "[GNUPG:] NEWSIG\n[GNUPG:] KEYEXPIRED 1767603700\n[GNUPG:] EXPKEYSIG D5E6 Mia M <m@x>\n{VALID}[GNUPG:] TRUST_UNDEFINED 0 pgp\n"
        );
        let report = GpgReport::parse(&stream);
        assert_eq!(report.primary.map(String::from).as_deref(), Some("B9A6A1A3D3B1F4C1D1E2B3C4D5E6F708192A3B4C"));
        assert_eq!(
            (report.user.as_deref(), report.made, report.expired),
            (Some("Mia M <m@x>"), Some(1_767_603_600), Some(1_767_603_700))
        );
        assert_eq!(report.trust, Some(Trust::Undefined));
        // gpgsm names no primary key: the certificate is the signer. And it writes moments in another form.
        let shown =
            "[GNUPG:] VALIDSIG 821F5ADB39C3A15C2ACD425FDF4CEA79802657EA 2026-01-05 20260105T090000 0 0 0 1 8 00";
        assert_eq!(GpgReport::parse(shown).made, Some(1_767_603_600));
        assert_eq!(GpgReport::parse(shown).until, None);
        let ends = shown.replace("T090000 0", "T090000 20260301T000000");
        assert_eq!(GpgReport::parse(&ends).until, Some(1_772_323_200));
        let alone = GpgReport::parse(VALID.rsplit_once(' ').map_or("", |(start, _)| start));
        assert_eq!(alone.primary.map(String::from).as_deref(), Some("A9A6A1A3D3B1F4C1D1E2B3C4D5E6F708192A3B4C"));
    }

    #[test]
    fn what_is_wrong_with_a_chain_is_told_by_a_code() {
        let chain = |line: &str| {
            let report = GpgReport::parse(&format!("[GNUPG:] {line}\n"));
            (report.trust, report.chain)
        };
        for (line, expected) in [
            ("TRUST_UNDEFINED 102", (Some(Trust::Undefined), Some(BrokenChain::TooYoung))),
            ("TRUST_NEVER 94", (Some(Trust::Never), Some(BrokenChain::Revoked))),
            ("TRUST_UNDEFINED 185", (Some(Trust::Undefined), None)),
            ("TRUST_UNDEFINED 0 pgp", (Some(Trust::Undefined), None)),
            ("TRUST_UNDEFINED", (Some(Trust::Undefined), None)),
            ("TRUST_FULLY 0 shell", (Some(Trust::Full), None)),
        ] {
            assert_eq!(chain(line), expected, "{line}");
        }
    }

    #[test]
    fn a_certificate_for_another_use_is_told_by_its_reason() {
        for (line, expected) in
            [("[GNUPG:] INV_SGNR 3 B9A6", true), ("[GNUPG:] INV_SGNR 12 B9A6", false), ("INV_SGNR 3 B9A6", false)]
        {
            assert_eq!(is_for_other_use(&format!("[GNUPG:] NEWSIG\n{line}\n")), expected, "{line}");
        }
    }

    #[test]
    fn a_fingerprint_is_whole() {
        let pasted = "b9a6 a1a3 d3b1 f4c1 d1e2  b3c4 d5e6 f708 192a 3b4c";
        assert_eq!(
            pasted.parse::<Fingerprint>().map(String::from),
            Ok("B9A6A1A3D3B1F4C1D1E2B3C4D5E6F708192A3B4C".to_owned())
        );
        for bad in ["", "D5E6F708192A3B4C", "xyz", "0xB9A6A1A3D3B1F4C1D1E2B3C4D5E6F708192A3B4C"] {
            assert!(bad.parse::<Fingerprint>().is_err(), "{bad}");
        }
    }
}
