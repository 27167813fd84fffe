//! The public OpenPGP keys that signatures can be checked with, as gpg lists them.

use crate::model::gpg_status::Fingerprint;

/// An OpenPGP key that a signature can be checked with.
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
    /// It was revoked, it was disabled, or it has no subkey that signs.
    Never,
}

/// Reads the keys from what `gpg --with-colons --list-keys` prints, asked about a moment in seconds since 1970-01-01 UTC: of each record `pub` or
/// `sub` the second field, which says `e` of a key that is out of date, `r` of one that was revoked, and `i` also of one that was not made yet;
/// the sixth, when it was made; and the twelfth, which has an `s` where it is one that signs, and of `pub` an `S` where the whole key can, and a
/// `D` where it is disabled; and the tenth of the record `fpr` behind it (`doc/DETAILS` of GnuPG).
pub fn held_keys(listing: &str, moment: i64) -> Vec<HeldKey> {
    let mut found: Vec<HeldKey> = Vec::new();
    // What is known of the key whose fingerprint follows; and whether a subkey is all that the primary one lacks.
    let (mut primary, mut is_old_subkey, mut lacks_subkey) = (None, false, false);
    for line in listing.lines() {
        let fields: Vec<&str> = line.split(':').collect();
        let field = |at: usize| fields.get(at).copied().unwrap_or_default();
        match fields[0] {
            "pub" => {
                let is_later = field(5).parse().is_ok_and(|made: i64| made > moment);
                let signs = match (field(1), field(11)) {
                    (_, can) if can.contains('D') => Signs::Never,
                    ("e", _) => Signs::NoMore,
                    ("i", _) if is_later => Signs::NotYet,
                    (_, can) if can.contains('S') => Signs::Now,
                    _ => Signs::Never,
                };
                let is_sound = !matches!(field(1), "r" | "i" | "n") && !field(11).contains('D');
                lacks_subkey = is_sound && signs == Signs::Never;
                primary = Some(signs);
            }
            "sub" => is_old_subkey = lacks_subkey && field(1) == "e" && field(11).contains('s'),
            "fpr" => match (primary.take(), field(9).parse(), found.last_mut()) {
                (Some(signs), Ok(primary), _) => found.push(HeldKey { primary, signs }),
                (None, Ok(subkey), Some(key)) if is_old_subkey => key.signs = Signs::SubkeyNoMore(subkey),
                _ => {}
            },
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
            ("r", "c", [&old, ""], Signs::Never),
            ("u", "cDC", [&old, ""], Signs::Never),
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
            [("A", Signs::Now), ("B", Signs::NoMore), ("C", Signs::Now), ("D", Signs::Never), ("E", Signs::Never)];
        assert_eq!(found, expected.map(|(key, signs)| (key.to_owned(), signs)));
    }
}
