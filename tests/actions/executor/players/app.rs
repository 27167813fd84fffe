//! `actions/create-github-app-token`, as its documentation and its source have it: a token of an app for this repository, which may do what is
//! asked for, or all that the app may where nothing is. That it is taken back at the end of the job is not played.

use super::{Call, outputs};
use crate::executor::{Result, Texts, Trouble};

/// An app that is installed in the repository.
pub struct App {
    pub client_id: &'static str,
    pub private_key: &'static str,
    /// What its installation may do: names as in `permissions:`, and how far.
    pub may: &'static [(&'static str, &'static str)],
}

/// Plays it with an app; `mint` makes the token of what it is to be allowed, as names and how far.
pub fn create_github_app_token<'a>(
    app: &'a App,
    mint: impl Fn(&Texts) -> String + 'a,
) -> impl Fn(&mut Call<'_>) -> Result<Texts> + 'a {
    move |call| {
        let asked: Texts = call
            .with
            .iter()
            .filter_map(|(name, value)| Some((name.strip_prefix("permission-")?.to_owned(), value.clone())))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        let names: Vec<String> = call.with.keys().filter(|name| name.starts_with("permission-")).cloned().collect();
        let known = ["client-id", "private-key"].into_iter().chain(names.iter().map(String::as_str));
        call.only(&known.collect::<Vec<_>>())?;
        let said = |what: &str| Err(Trouble::new(what));
        match call.input("client-id", "").as_str() {
            "" => return said("The 'client-id' (or deprecated 'app-id') input must be set to a non-empty string."),
            id if id != app.client_id => return said("Integration not found"),
            _ => {}
        }
        match call.input("private-key", "").as_str() {
            "" => return said("[@octokit/auth-app] privateKey option is required"),
            key if key != app.private_key => return said("A JSON web token could not be decoded"),
            _ => {}
        }
        let most = |name: &str| app.may.iter().find(|(have, _)| *have == name).map(|(_, access)| *access);
        let granted = |(name, access): (&String, &String)| match most(name) {
            Some(most) => most == "write" || access == "read",
            None => false,
        };
        if !asked.iter().all(granted) {
            return said("The permissions requested are not granted to this installation.");
        }
        let all = || app.may.iter().map(|(name, access)| ((*name).to_owned(), (*access).to_owned())).collect();
        let token = mint(&if asked.is_empty() { all() } else { asked });
        call.hide(&token);
        Ok(outputs([("token", token), ("installation-id", "100".to_owned()), ("app-slug", "release-app".to_owned())]))
    }
}
