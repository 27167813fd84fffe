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
}
