//! Percent-encoding of texts in addresses (RFC 3986, section 2.1).

/// Escapes a text for one part of a path or for the value of a query: only unreserved characters (section 2.3) stay.
pub fn encode(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(escape).collect()
}

/// The same for a path, whose slashes stay.
pub fn encode_path(path: &str) -> String {
    path.split('/').map(encode).collect::<Vec<_>>().join("/")
}

/// Takes escapes back. What is no escape stays as it is.
pub fn decode(text: &str) -> String {
    let hex = |digits: &[u8]| std::str::from_utf8(digits).ok().and_then(|digits| u8::from_str_radix(digits, 16).ok());
    let (bytes, mut decoded, mut at) = (text.as_bytes(), Vec::new(), 0);
    while let Some(&byte) = bytes.get(at) {
        let escaped = (byte == b'%').then(|| bytes.get(at + 1..at + 3)).flatten();
        match escaped.filter(|digits| digits.iter().all(u8::is_ascii_hexdigit)).and_then(hex) {
            Some(value) => {
                decoded.push(value);
                at += 3;
            }
            None => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_characters_stay_in_an_address() {
        assert_eq!(encode("a-b_c.d~9"), "a-b_c.d~9");
        assert_eq!(encode("dependabot[bot]"), "dependabot%5Bbot%5D");
        assert_eq!(encode("a/b?c#d&e ü"), "a%2Fb%3Fc%23d%26e%20%C3%BC");
        assert_eq!(encode_path("a/b c"), "a/b%20c");
    }

    #[test]
    fn escapes_are_taken_back() {
        for (text, expected) in [
            ("/home/a%3ab%25c", "/home/a:b%c"),
            ("%C3%BC", "\u{fc}"),
            ("100%", "100%"),
            ("%4", "%4"),
            ("%+1%zz", "%+1%zz"),
            ("", ""),
        ] {
            assert_eq!(decode(text), expected, "{text}");
        }
        assert_eq!(decode(&encode("a/b?c#d&e \u{fc}")), "a/b?c#d&e \u{fc}");
    }
}
