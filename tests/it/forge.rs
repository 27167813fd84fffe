//! The forge port, against the stand-in for GitHub.

mod commits;
mod failures;
mod pull;
mod releases;
mod stand_in;
mod writes;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use backstitch::model::error::Error;
use backstitch::model::permission::Permission;
use backstitch::ports::forge::{ChecksAsked, Clock, Failure, Forge, Part, Settings, Token, Trouble};

use crate::support::github::Github;
use crate::support::github::state::{REPOSITORY, TOKEN};

/// The moment that every test begins at, in seconds since 1970-01-01 UTC.
const NOW: i64 = 1_800_000_000;

/// A clock that waits for nobody and remembers what it was asked.
#[derive(Clone, Default)]
struct Waits(Rc<RefCell<Vec<u64>>>);

impl Waits {
    /// The seconds of each wait.
    fn seconds(&self) -> Vec<u64> {
        self.0.borrow().clone()
    }
}

impl Clock for Waits {
    fn now(&self) -> i64 {
        NOW + i64::try_from(self.0.borrow().iter().sum::<u64>()).expect("because waits are short")
    }

    fn wait(&self, time: Duration) {
        self.0.borrow_mut().push(time.as_secs());
    }
}

fn settings(github: &Github) -> Settings {
    Settings {
        address: github.url().parse().expect("because the loopback is allowed"),
        repository: REPOSITORY.parse().expect("a repository"),
        token: Token::new(TOKEN).expect("a token"),
        timeout: Duration::from_secs(20),
        patience: Duration::from_secs(300),
        check_rules: ChecksAsked { ignored: vec!["patch-check".to_owned()], ..ChecksAsked::default() },
    }
}

/// The port, and what it waited.
fn forge(github: &Github) -> (Forge, Waits) {
    open(settings(github))
}

fn open(settings: Settings) -> (Forge, Waits) {
    let waits = Waits::default();
    let forge = Forge::open(settings, Box::new(waits.clone())).expect("because the system has certificates");
    (forge, waits)
}

/// The whole text of a failure: the error, its causes and its hint.
fn told(failure: Failure) -> String {
    told_error(&failure.into_error())
}

fn told_error(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    format!("{text} ({})", error.hint_text().unwrap_or_default())
}

#[test]
fn a_permission_is_the_role() {
    let github = Github::start();
    github.state().permissions.extend([
        ("ann".to_owned(), ("admin", "admin")),
        ("mia".to_owned(), ("write", "maintain")),
        ("tim".to_owned(), ("read", "triage")),
        ("eve".to_owned(), ("none", "none")),
        ("own".to_owned(), ("write", "release-crew")),
        ("backstitch[bot]".to_owned(), ("write", "write")),
    ]);
    let (forge, _) = forge(&github);
    let of = |login: &str| forge.permission(&login.parse().expect("a login"));
    use Permission::{Admin, Maintain, None, Triage, Write};
    let logins = ["ann", "mia", "tim", "eve", "own", "backstitch[bot]"];
    assert_eq!(logins.map(|login| of(login).ok()), [Admin, Maintain, Triage, None, Write, Write].map(Some));
    assert_eq!(of("nobody").map_err(|failure| failure.trouble), Err(Trouble::Missing));
    assert_eq!(forge.requests(), 7);
    assert_eq!(forge.rate_limit().map(|limit| limit.remaining), Some(4999));
}

#[test]
fn an_enterprise_server_has_other_addresses() {
    let github = Github::start_enterprise();
    github.state().open(12).closes = Vec::new();
    let (forge, _) = forge(&github);
    assert_eq!(forge.pull_request(12).map(|pull| pull.number), Ok(12));
    assert_eq!(
        forge.of_commits(&["a".repeat(40).parse().expect("a commit")], &Part::ALL).map(|found| found.len()),
        Ok(1)
    );
}
