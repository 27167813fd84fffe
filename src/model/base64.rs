//! Base64 (RFC 4648, section 4), as OpenSSH writes it and as headers of HTTP hold it.

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Decodes a text without white space; padding may be missing. `None` when it is malformed.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    if text.len() - digits.len() > 2 || digits.len() % 4 == 1 {
        return None;
    }
    let mut bytes = Vec::with_capacity(digits.len() * 3 / 4);
    let (mut bits, mut held) = (0u32, 0u32);
    for digit in digits.bytes() {
        let value = DIGITS.iter().position(|known| *known == digit)?;
        bits = bits << 6 | u32::try_from(value).ok()?;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xff) as u8);
        }
    }
    let rest_is_zero = bits & ((1 << held) - 1) == 0;
    rest_is_zero.then_some(bytes)
}

/// Encodes without padding, as OpenSSH does in fingerprints.
pub fn encode_unpadded(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for at in 0..=chunk.len() {
            text.push(DIGITS[(word >> (18 - 6 * at) & 0x3f) as usize].into());
        }
    }
    text
}

/// Encodes with padding, as headers of HTTP have it (RFC 7617).
pub fn encode(bytes: &[u8]) -> String {
    let text = encode_unpadded(bytes);
    let padding = "=".repeat((4 - text.len() % 4) % 4);
    text + &padding
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_vectors_of_the_standard_hold() {
        for (plain, coded) in [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg")] {
            assert_eq!(encode_unpadded(plain.as_bytes()), coded);
            assert_eq!(decode(coded), Some(plain.as_bytes().to_vec()));
        }
        for (plain, coded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")] {
            assert_eq!(encode(plain.as_bytes()), coded);
        }
        assert_eq!(decode("Zg=="), Some(b"f".to_vec()));
        for bad in ["Z", "Zg===", "Zh==", "Z-==", "Zg==Zg", "Zm 8"] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(bytes: Vec<u8>) {
            prop_assert_eq!(decode(&encode_unpadded(&bytes)), Some(bytes));
        }
    }
}
