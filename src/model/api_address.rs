//! Where the forge's API is.

use std::str::FromStr;

use super::name::NotAName;

/// The address of GitHub's API, as `GITHUB_API_URL` gives it: `https://api.github.com`, or `https://HOST/api/v3` of an
/// enterprise server.
///
/// A token goes to this address, so it is `https`, or `http` to the machine itself, and holds no credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiAddress {
    origin: String,
    rest: String,
    graphql: String,
    uploads: String,
}

impl ApiAddress {
    /// Returns the scheme, the host and the port.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Returns the path that those of the REST API begin with; empty, or without a slash at its end.
    pub fn rest(&self) -> &str {
        &self.rest
    }

    /// Returns the path of the GraphQL API ("Forming calls with GraphQL" in GitHub's documentation, for both kinds of
    /// servers).
    pub fn graphql(&self) -> &str {
        &self.graphql
    }

    /// Returns the scheme, the host and the port that files are sent to: `uploads.` for `api.` at the beginning of a host, and that
    /// of the API itself on an enterprise server ("Upload a release asset" in GitHub's documentation, for both kinds of servers).
    pub fn uploads(&self) -> &str {
        &self.uploads
    }
}

impl FromStr for ApiAddress {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = |rule| NotAName::new("the address of an API", text, rule);
        let (scheme, rest) = text.split_once("://").ok_or_else(|| refuse("it begins with 'https://'"))?;
        let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
        if authority.is_empty() || !authority.chars().all(plain) {
            return Err(refuse("its host holds other characters than a name and a port have"));
        }
        let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
        match scheme {
            "https" => {}
            "http" if matches!(host, "127.0.0.1" | "localhost" | "[::1]") => {}
            _ => return Err(refuse("a token goes only over 'https://'")),
        }
        let path = path.trim_end_matches('/');
        if !path.chars().all(|c| c.is_ascii_alphanumeric() || "-._/".contains(c)) {
            return Err(refuse("its path holds other characters than letters, digits, '-', '.', '_' and '/'"));
        }
        let graphql = match path.strip_suffix("/api/v3") {
            Some(before) => format!("{before}/api/graphql"),
            None => format!("{path}/graphql"),
        };
        let uploads = match authority.strip_prefix("api.") {
            Some(after) => format!("{scheme}://uploads.{after}"),
            None => format!("{scheme}://{authority}"),
        };
        Ok(Self { origin: format!("{scheme}://{authority}"), rest: path.to_owned(), graphql, uploads })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_of_servers_are_known() {
        for (text, origin, rest, graphql) in [
            ("https://api.github.com", "https://api.github.com", "", "/graphql"),
            ("https://api.github.com/", "https://api.github.com", "", "/graphql"),
            ("https://api.acme.ghe.com", "https://api.acme.ghe.com", "", "/graphql"),
            ("https://git.acme.com/api/v3", "https://git.acme.com", "/api/v3", "/api/graphql"),
            ("https://git.acme.com:8443/api/v3/", "https://git.acme.com:8443", "/api/v3", "/api/graphql"),
            ("http://127.0.0.1:4101", "http://127.0.0.1:4101", "", "/graphql"),
            ("http://[::1]:4101/x", "http://[::1]:4101", "/x", "/x/graphql"),
        ] {
            let address: ApiAddress = text.parse().unwrap_or_else(|error| panic!("{error}"));
            assert_eq!((address.origin(), address.rest(), address.graphql()), (origin, rest, graphql));
        }
    }

    #[test]
    fn files_go_to_the_host_for_them() {
        for (text, uploads) in [
            ("https://api.github.com", "https://uploads.github.com"),
            ("https://api.acme.ghe.com", "https://uploads.acme.ghe.com"),
            ("https://git.acme.com:8443/api/v3", "https://git.acme.com:8443"),
            ("http://127.0.0.1:4101", "http://127.0.0.1:4101"),
        ] {
            let address: ApiAddress = text.parse().unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(address.uploads(), uploads);
        }
    }

    #[test]
    fn no_token_leaves_the_machine_in_the_open() {
        for bad in [
            "",
            "api.github.com",
            "http://api.github.com",
            "http://127.0.0.1.evil.com",
            "http://127.0.0.1:1@evil.com",
            "http://127.0.0.1:80:443",
            "ftp://127.0.0.1",
            "https://",
            "https:///x",
            "https://user:pw@host",
            "https://host?x",
            "https://host/a?b",
            "https://host/a#b",
            "https://ho st",
            "https://host/\u{1b}",
        ] {
            assert!(bad.parse::<ApiAddress>().is_err(), "{bad:?}");
        }
    }
}
