//! The OpenPGP keys that signatures can be checked with or made with, as gpg lists them.

use crate::model::gpg_status::Fingerprint;

/// An OpenPGP key that a keyring has the public or the secret half of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldKey {
    /// The fingerprint of the primary key, by which a signer is known.
    pub primary: Fingerprint,
    /// Whether it can sign at the moment that was asked about.
    pub signs: Signs,
}

/// Whether an OpenPGP key can make a signature that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signs {
    /// It or one of its subkeys can.
    Now,
    /// It is out of date.
    NoMore,
    /// It is not, and none of its subkeys can sign; this one could, and is out of date.
    SubkeyNoMore(Fingerprint),
    /// It was made later.
    NotYet,
    /// It was revoked.
    Revoked,
    /// It was disabled, so that what it signs does not count.
    Disabled,
    /// Of what could sign, the keyring has no secret half.
    NoSecret,
    /// None of its parts signs.
    Never,
}

impl Signs {
    /// Says in a sentence what keeps a key of this name from signing. `None`: nothing does.
    pub fn lack(&self, key: &str) -> Option<String> {
        Some(match self {
            Self::Now => return None,
            Self::NoMore => format!("{key} is out of date"),
            Self::SubkeyNoMore(subkey) => {
                format!("of {key} the subkey that signs is out of date, {}", subkey.as_str())
            }
            Self::NotYet => format!("{key} was not made yet at this moment"),
            Self::Revoked => format!("{key} was revoked"),
            Self::Disabled => format!("{key} is disabled"),
            Self::NoSecret => format!("of {key} the secret half that signs is not here"),
            Self::Never => format!("no part of {key} can sign"),
        })
    }
}

impl HeldKey {
    /// Returns the command that gives a key, or its subkey that signs, more time. `None`: it is not out of date.
    pub fn more_time(&self) -> Option<String> {
        let subkey = match &self.signs {
            Signs::NoMore => String::new(),
            Signs::SubkeyNoMore(subkey) => format!(" {}", subkey.as_str()),
            Signs::Now | Signs::NotYet | Signs::Revoked | Signs::Disabled | Signs::NoSecret | Signs::Never => {
                return None;
            }
        };
        Some(format!("gpg --quick-set-expire {} 1y{subkey}", self.primary.as_str()))
    }
}

/// A key or a subkey, as a record with colons and the fingerprint behind it tell of it.
struct Part<'a> {
    fields: Vec<&'a str>,
    print: Fingerprint,
}

impl Part<'_> {
    fn field(&self, at: usize) -> &str {
        self.fields.get(at).copied().unwrap_or_default()
    }

    fn is_primary(&self) -> bool {
        matches!(self.field(0), "pub" | "sec")
    }

    fn is_secret(&self) -> bool {
        matches!(self.field(0), "sec" | "ssb")
    }

    fn signs(&self) -> bool {
        self.field(11).contains('s')
    }

    /// What a primary key comes to with nothing but its own record.
    fn of_primary(&self, moment: i64) -> Signs {
        let is_later = self.field(5).parse().is_ok_and(|made: i64| made > moment);
        match (self.field(1), self.field(11)) {
            (_, can) if can.contains('D') && !self.is_secret() => Signs::Disabled,
            ("e", _) => Signs::NoMore,
            ("r", _) => Signs::Revoked,
            ("i", _) if is_later => Signs::NotYet,
            ("i" | "n", _) => Signs::Never,
            // Of a secret key that does not tell which of its secret halves are there.
            (_, can) if can.contains('S') && !self.is_secret() => Signs::Now,
            _ if self.is_secret() => self.alone().unwrap_or(Signs::Never),
            _ => Signs::Never,
        }
    }

    /// What a key or subkey that is valid or out of date can do alone. `None`: it is of no use for signatures.
    fn alone(&self) -> Option<Signs> {
        match (self.field(1), self.field(14)) {
            _ if !self.signs() => None,
            ("e", _) => Some(Signs::SubkeyNoMore(self.print.clone())),
            ("r" | "i" | "n" | "d", _) => None,
            _ if !self.is_secret() => None,
            (_, "#") => Some(Signs::NoSecret),
            _ => Some(Signs::Now),
        }
    }
}

/// Reads the keys from what `gpg --with-colons --list-keys` prints, asked about a moment in seconds since 1970-01-01 UTC: of each record `pub` or
/// `sub` the second field, which says `e` of a key that is out of date, `r` of one that was revoked, and `i` also of one that was not made yet;
/// the sixth, when it was made; and the twelfth, which has an `s` where it is one that signs, and of `pub` an `S` where the whole key can, and a
/// `D` where it is disabled; and the tenth of the record `fpr` behind it (`doc/DETAILS` of GnuPG).
pub fn held_keys(listing: &str, moment: i64) -> Vec<HeldKey> {
    keys(listing, moment, None)
}

/// Reads the keys from what `gpg --with-colons --list-secret-keys` prints, as [`held_keys`] does. The records are `sec` and `ssb`, whose fifteenth
/// field is `#` where the secret half is not there; and gpg signs with one that is disabled all the same. `name`: what gpg is told to sign with;
/// of the id of a key or subkey with a `!` behind it, it takes exactly that one (`gpg(1)`, "HOW TO SPECIFY A USER ID").
pub fn secret_keys(listing: &str, moment: i64, name: Option<&str>) -> Vec<HeldKey> {
    let pinned = name.and_then(|name| name.strip_suffix('!')).map(|id| id.strip_prefix("0x").unwrap_or(id));
    let pinned = pinned.map(|id| id.replace(' ', "").to_ascii_uppercase());
    keys(listing, moment, pinned.as_deref())
}

fn keys(listing: &str, moment: i64, pinned: Option<&str>) -> Vec<HeldKey> {
    let mut found: Vec<HeldKey> = Vec::new();
    // Whether a subkey that signs is all that the primary key lacks.
    let mut lacks_subkey = false;
    for part in parts(listing) {
        let counts = pinned.is_none_or(|id| part.print.as_str().ends_with(id));
        if part.is_primary() {
            let signs = match part.of_primary(moment) {
                Signs::Now | Signs::NoSecret if !counts => Signs::Never,
                signs => signs,
            };
            lacks_subkey = match signs {
                Signs::Never => !matches!(part.field(1), "i" | "n"),
                Signs::NoSecret => true,
                Signs::Now
                | Signs::NoMore
                | Signs::SubkeyNoMore(_)
                | Signs::NotYet
                | Signs::Revoked
                | Signs::Disabled => false,
            };
            found.push(HeldKey { primary: part.print, signs });
        } else if let (Some(key), Some(signs), true) = (found.last_mut(), part.alone(), lacks_subkey && counts) {
            // One that can sign is enough, and one that only lacks its secret half is nearer to that than one that is out of date.
            if signs == Signs::Now || !matches!(key.signs, Signs::Now | Signs::NoSecret) {
                key.signs = signs;
            }
        }
    }
    found
}

/// Reads the records of keys and subkeys.
fn parts(listing: &str) -> Vec<Part<'_>> {
    let mut record = None;
    let mut found = Vec::new();
    for line in listing.lines() {
        let fields: Vec<&str> = line.split(':').collect();
        match fields[0] {
            "pub" | "sub" | "sec" | "ssb" => record = Some(fields),
            "fpr" => {
                let print = fields.get(9).and_then(|print| print.parse().ok());
                found.extend(record.take().zip(print).map(|(fields, print)| Part { fields, print }));
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subkey_that_is_out_of_date_is_told_from_a_key_that_cannot_sign() {
        let sub = |validity: &str, can: &str| {
            format!(
                "sub:{validity}:255:22:D5E6F708192A3B4C:1704067200:1735689600:::::{can}:::::ed25519::\nfpr:::::::::{}:\n",
                "F".repeat(40)
            )
        };
        let subkey = || Signs::SubkeyNoMore("F".repeat(40).parse().expect("a fingerprint"));
        let (old, cipher) = (sub("e", "s"), sub("u", "e"));
        for (validity, can, subkeys, expected) in [
            ("u", "cC", [old.as_str(), &cipher], subkey()),
            ("-", "cC", [&cipher, &old], subkey()),
            ("u", "cC", [&cipher, ""], Signs::Never),
            ("u", "cC", [&sub("r", "s"), &cipher], Signs::Never),
            ("u", "cC", [&sub("e", "e"), ""], Signs::Never),
            ("u", "cSC", [&old, &sub("u", "s")], Signs::Now),
            ("e", "c", [&old, ""], Signs::NoMore),
            ("r", "c", [&old, ""], Signs::Revoked),
            ("u", "cDC", [&old, ""], Signs::Disabled),
            ("i", "sc", ["", ""], Signs::Never),
        ] {
            let primary = format!("pub:{validity}:255:22:D5E6F708192A3B4C:1704067200:::u:::{can}:::::ed25519:::0:\n");
            let listing = format!("{primary}fpr:::::::::{}:\n{}", "A".repeat(40), subkeys.concat());
            let held = held_keys(&listing, 1_767_225_600);
            assert_eq!(held.iter().map(|key| &key.signs).collect::<Vec<_>>(), [&expected], "{listing}");
            let before = held_keys(&listing, 1_704_067_199);
            assert_eq!(validity == "i", before[0].signs == Signs::NotYet, "{listing}");
        }
    }

    #[test]
    fn a_listing_says_which_keys_can_sign() {
        // As gpg 2.4 prints them: a key, one that is out of date with its user, one whose subkey signs, and one that was revoked.
        let record = |kind: &str, validity: &str, can: &str| {
            format!("{kind}:{validity}:255:22:D5E6F708192A3B4C:1704067200:::u:::{can}:::::ed25519:::0:\n")
        };
        let named = |digit: &str| format!("fpr:::::::::{}:\n", digit.repeat(40));
        let listing = [
            "tru:ot:1:1704067200:1:3:1:5\n".to_owned(),
            record("pub", "u", "scSC"),
            named("A"),
            record("pub", "e", "sc"),
            named("B"),
            record("sub", "e", "s"),
            named("F"),
            record("pub", "u", "cSC"),
            named("C"),
            record("pub", "r", "sc"),
            named("D"),
            record("pub", "u", "scDSC"),
            named("E"),
        ];
        let found: Vec<_> = held_keys(&listing.concat(), 1_767_225_600)
            .into_iter()
            .map(|key| (key.primary.as_str()[..1].to_owned(), key.signs))
            .collect();
        let expected =
            [("A", Signs::Now), ("B", Signs::NoMore), ("C", Signs::Now), ("D", Signs::Revoked), ("E", Signs::Disabled)];
        assert_eq!(found, expected.map(|(key, signs)| (key.to_owned(), signs)));
    }

    #[test]
    fn a_secret_key_signs_with_the_halves_that_are_there() {
        // As gpg 2.2 and 2.4 print them: `+` where the secret half is there, a serial number where a card has it, `#` where nothing does.
        let record = |kind: &str, validity: &str, can: &str, secret: &str| {
            format!("{kind}:{validity}:255:22:D5E6F708192A3B4C:1704067200::::::{can}:::{secret}::ed25519:::0:\n")
        };
        let named = |digit: &str| format!("fpr:::::::::{}:\n", digit.repeat(40));
        let old = |digit: &str| Signs::SubkeyNoMore(digit.repeat(40).parse().expect("a fingerprint"));
        let (none, whole, first, second) = (None, Some("AAAAAAAA!"), Some("0xbbbbbbbbbbbbbbbb!"), Some("CCCCCCCC!"));
        for (primary, subkeys, name, expected) in [
            (("u", "scSC", "+"), &[][..], none, Signs::Now),
            (("u", "scSC", "D2760001240102000005"), &[], none, Signs::Now),
            (("u", "scSC", "#"), &[], none, Signs::NoSecret),
            (("u", "scSCD", "+"), &[], none, Signs::Now),
            (("e", "sc", "+"), &[("e", "s", "+")], none, Signs::NoMore),
            (("r", "sc", "+"), &[], none, Signs::Revoked),
            (("i", "sc", "+"), &[("u", "s", "+")], none, Signs::Never),
            (("u", "cC", "+"), &[], none, Signs::Never),
            (("u", "cC", "+"), &[("e", "s", "+")], none, old("B")),
            (("u", "cC", "+"), &[("r", "s", "+")], none, Signs::Never),
            (("u", "cSC", "#"), &[("e", "s", "+"), ("u", "s", "+")], none, Signs::Now),
            (("u", "cSC", "+"), &[("u", "s", "+"), ("e", "s", "+")], none, Signs::Now),
            (("u", "cSC", "+"), &[("u", "s", "#")], none, Signs::NoSecret),
            (("u", "cSC", "+"), &[("u", "s", "#"), ("e", "s", "+")], none, Signs::NoSecret),
            (("u", "cSC", "+"), &[("e", "s", "+"), ("u", "s", "#"), ("u", "e", "+")], none, Signs::NoSecret),
            // What is named exactly counts alone.
            (("u", "cSC", "+"), &[("e", "s", "+"), ("u", "s", "+")], first, old("B")),
            (("u", "cSC", "+"), &[("e", "s", "+"), ("u", "s", "+")], second, Signs::Now),
            (("u", "scSC", "+"), &[("e", "s", "+")], first, old("B")),
            (("u", "scSC", "+"), &[("e", "s", "+")], whole, Signs::Now),
            (("u", "cSC", "+"), &[("u", "s", "+")], whole, Signs::Never),
        ] {
            let (validity, can, secret) = primary;
            let subkeys = subkeys
                .iter()
                .zip(["B", "C", "D"])
                .map(|((validity, can, secret), digit)| record("ssb", validity, can, secret) + &named(digit));
            let listing = record("sec", validity, can, secret) + &named("A") + &subkeys.collect::<String>();
            let found = secret_keys(&listing, 1_767_225_600, name);
            assert_eq!(found.iter().map(|key| &key.signs).collect::<Vec<_>>(), [&expected], "{name:?} {listing}");
            assert_eq!(expected == Signs::Now, expected.lack("it").is_none());
        }
    }
}
