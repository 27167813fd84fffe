//! Logging git in at the server that a workflow runs on, through the environment of that one program and nothing else: no argument that a
//! list of processes shows, no file, no address.

use std::sync::{Mutex, PoisonError};

use crate::model::api_address::ApiAddress;
use crate::model::base64;
use crate::model::error::{Error, Result};
use crate::model::name::NotAName;
use crate::ports::forge::Token;

/// What git is logged in with, as the environment tells it.
#[derive(Clone)]
pub struct GivenLogin {
    /// `GITHUB_SERVER_URL`: where repositories are.
    pub server: String,
    /// `GITHUB_TOKEN`.
    pub token: String,
    /// `GIT_CONFIG_COUNT`: how many settings the environment has for git already.
    pub settings: Option<String>,
}

/// What every `git` that talks to a remote is given from now on.
static LOGIN: Mutex<Option<GivenLogin>> = Mutex::new(None);

/// Lets every `git` that talks to a remote log in from now on. Other programs get nothing of it, apart from the hooks and helpers that such
/// a `git` starts itself.
pub fn log_git_in(given: GivenLogin) {
    *LOGIN.lock().unwrap_or_else(PoisonError::into_inner) = Some(given);
}

/// Returns the variables that log git in; none when it was given nothing.
///
/// # Errors
/// When what was given cannot be used.
pub(super) fn variables() -> Result<Vec<(String, String)>> {
    let given = LOGIN.lock().unwrap_or_else(PoisonError::into_inner).clone();
    given.map_or_else(|| Ok(Vec::new()), |given| given.variables())
}

/// Says whether git is logged in at an address: at the server that it was told of, and nowhere else.
pub(super) fn reaches(address: &str) -> bool {
    let given = LOGIN.lock().unwrap_or_else(PoisonError::into_inner).clone();
    given.is_some_and(|given| given.reaches(address))
}

impl GivenLogin {
    fn reaches(&self, address: &str) -> bool {
        let Ok(server) = self.server.parse::<ApiAddress>() else { return false };
        let Some((scheme, rest)) = address.split_once("://") else { return false };
        // A name before the host makes no other address of it (`git-config(1)`, `http.<url>.*`).
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
        let at = format!("{}{}/", server.origin(), server.rest());
        format!("{scheme}://{host}/{path}").starts_with(&at)
    }

    /// The settings are those that `actions/checkout` writes into a file: `http.<url>.extraHeader` (`git-config(1)`). The first one is
    /// empty, which takes back what a file says, so that two headers are never sent. They stand behind those that the environment has
    /// (`git(1)`, `GIT_CONFIG_COUNT`).
    fn variables(&self) -> Result<Vec<(String, String)>> {
        let usage = |broken: NotAName| {
            Error::usage(broken.to_string()).hint("correct the variable GITHUB_SERVER_URL, or unset it")
        };
        let server: ApiAddress = self.server.parse().map_err(usage)?;
        let token = Token::new(&self.token)?;
        let bad_count = || {
            Error::usage("the variable GIT_CONFIG_COUNT is no number")
                .hint("set it to the number of pairs GIT_CONFIG_KEY_<n>, GIT_CONFIG_VALUE_<n>, or unset it")
        };
        let first: usize = match self.settings.as_deref() {
            Some(count) => count.parse().map_err(|_| bad_count())?,
            None => 0,
        };
        let key = format!("http.{}{}/.extraheader", server.origin(), server.rest());
        let secret = base64::encode(format!("x-access-token:{}", token.expose()).as_bytes());
        let values = [String::new(), format!("AUTHORIZATION: basic {secret}")];
        let mut variables = vec![("GIT_CONFIG_COUNT".to_owned(), (first + values.len()).to_string())];
        for (at, value) in values.into_iter().enumerate() {
            variables.push((format!("GIT_CONFIG_KEY_{}", first + at), key.clone()));
            variables.push((format!("GIT_CONFIG_VALUE_{}", first + at), value));
        }
        Ok(variables)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(server: &str, token: &str, settings: Option<&str>) -> Result<Vec<(String, String)>> {
        let given = GivenLogin { server: server.into(), token: token.into(), settings: settings.map(str::to_owned) };
        given.variables()
    }

    #[test]
    fn what_a_file_says_is_taken_back_first() {
        let found = given("https://github.com", "ghs_x\n", Some("2")).expect("it is given");
        let found: Vec<_> = found.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(
            found,
            [
                ("GIT_CONFIG_COUNT", "4"),
                ("GIT_CONFIG_KEY_2", "http.https://github.com/.extraheader"),
                ("GIT_CONFIG_VALUE_2", ""),
                ("GIT_CONFIG_KEY_3", "http.https://github.com/.extraheader"),
                ("GIT_CONFIG_VALUE_3", "AUTHORIZATION: basic eC1hY2Nlc3MtdG9rZW46Z2hzX3g="),
            ]
        );
        assert_eq!(given("https://git.acme.com/", "x", None).expect("it is given")[0].1, "2");
    }

    #[test]
    fn it_is_of_use_at_its_server_only() {
        let reaches = |server: &str, address: &str| {
            GivenLogin { server: server.into(), token: "x".into(), settings: None }.reaches(address)
        };
        for (address, expected) in [
            ("https://github.com/acme/widget.git", true),
            ("https://mia@github.com/acme/widget", true),
            ("https://github.com.example/acme/widget", false),
            ("http://github.com/acme/widget", false),
            ("git@github.com:acme/widget.git", false),
            ("ssh://git@github.com/acme/widget.git", false),
            ("/srv/acme/widget.git", false),
        ] {
            assert_eq!(reaches("https://github.com", address), expected, "{address}");
        }
        assert!(!reaches("nowhere", "https://github.com/acme/widget"));
    }

    #[test]
    fn what_cannot_be_used_is_refused() {
        for (server, token, settings) in [
            ("http://github.com", "x", None),
            ("https://a@github.com", "x", None),
            ("github.com", "x", None),
            ("https://github.com", "a b", None),
            ("https://github.com", "x", Some("many")),
        ] {
            assert!(given(server, token, settings).is_err(), "{server} {token:?} {settings:?}");
        }
    }
}
