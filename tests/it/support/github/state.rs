//! What the fake knows: one repository, `acme/widget`, in the words of the domain.

use std::collections::{BTreeMap, BTreeSet, HashMap};

pub use super::advisories::Advisories;
pub use super::environments::{Environment, Takes};
pub use super::proposals::Proposals;
pub use super::releases::{Asset, Release, Releases};
pub use super::settings::{Protection, Ruleset, Settings};

/// The repository's name.
pub const REPOSITORY: &str = "acme/widget";
/// Its number, by which the addresses of further pages name it.
pub const REPOSITORY_ID: u64 = 7;
/// The token that may do everything, and the account it belongs to.
pub const TOKEN: &str = "ghs_ThisIsTheSecret";
pub const APP: &str = "backstitch";

/// Returns a commit id that is easy to tell from others.
pub fn sha(number: u64) -> String {
    format!("{number:040x}")
}

pub struct State {
    pub pulls: BTreeMap<u64, Pull>,
    pub runs: Vec<Run>,
    /// Commit, context and state.
    pub statuses: Vec<(String, String, String)>,
    pub comments: Vec<Comment>,
    /// What accounts may do: the permission, and the role.
    pub permissions: HashMap<String, (&'static str, &'static str)>,
    pub tokens: HashMap<&'static str, Account>,
    /// No page of a list holds more, whatever is asked for.
    pub most_per_page: usize,
    /// Commits that GraphQL answers an error for: its type and message.
    pub graph_errors: HashMap<String, (&'static str, &'static str)>,
    pub releases: Releases,
    pub settings: Settings,
    pub proposals: Proposals,
    pub advisories: Advisories,
    /// The address that answers name, where somebody stands in front of it.
    pub address: Option<String>,
    next_id: u64,
}

/// Whose a token is, and what it may do there.
pub struct Account {
    pub login: String,
    pub may: BTreeSet<&'static str>,
}

/// Everything that our requests need.
pub const ALL_PERMISSIONS: [&str; 13] = [
    "actions=read",
    "checks=read",
    "checks=write",
    "contents=read",
    "contents=write",
    "issues=read",
    "issues=write",
    "metadata=read",
    "pull_requests=read",
    "pull_requests=write",
    "repository_advisories=read",
    "repository_advisories=write",
    "statuses=read",
];

#[derive(Clone)]
pub struct Pull {
    pub number: u64,
    pub title: String,
    pub body: Option<String>,
    pub author: Option<&'static str>,
    pub draft: bool,
    pub closed: bool,
    pub merge: Option<String>,
    pub base: &'static str,
    pub head: String,
    pub head_commit: String,
    pub head_repository: Option<&'static str>,
    pub labels: Vec<String>,
    /// Who gave it which label; `None` when the account was deleted.
    pub labeled: Vec<(String, Option<&'static str>)>,
    pub files: Vec<File>,
    /// How many files it says that it changes, where that is not how many are listed.
    pub says_files: Option<u64>,
    pub reviews: Vec<Review>,
    pub closes: Vec<Issue>,
    /// The commits that it brought.
    pub brought: Vec<String>,
    /// Its commits and their messages. Empty: the newest alone, with the title as its message.
    pub commits: Vec<(String, String)>,
}

#[derive(Clone)]
pub struct File {
    pub path: String,
    pub previous: Option<&'static str>,
    pub status: &'static str,
}

#[derive(Clone)]
pub struct Review {
    pub by: &'static str,
    pub state: &'static str,
    pub association: &'static str,
    pub may_write: bool,
    /// The commit that they looked at; `None`: the newest.
    pub commit: Option<String>,
}

#[derive(Clone)]
pub struct Issue {
    pub number: u64,
    pub repository: &'static str,
    pub title: &'static str,
    pub labels: Vec<&'static str>,
}

#[derive(Clone)]
pub struct Run {
    pub id: u64,
    pub commit: String,
    pub name: String,
    pub app: String,
    /// The workflow that it is a job of, the event, and the number of the run.
    pub workflow: Option<(u64, &'static str, u64)>,
    pub status: String,
    pub conclusion: Option<String>,
    pub title: Option<String>,
    pub summary: Option<String>,
    pub annotations: Vec<serde_json::Value>,
    pub external_id: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    pub id: u64,
    pub on: u64,
    pub by: String,
    pub body: String,
}

impl State {
    pub fn new() -> Self {
        let login = format!("{APP}[bot]");
        let account = Account { login, may: ALL_PERMISSIONS.into_iter().collect() };
        Self {
            pulls: BTreeMap::new(),
            runs: Vec::new(),
            statuses: Vec::new(),
            comments: Vec::new(),
            permissions: HashMap::new(),
            tokens: HashMap::from([(TOKEN, account)]),
            most_per_page: 100,
            graph_errors: HashMap::new(),
            releases: Releases::default(),
            settings: Settings::default(),
            proposals: Proposals::default(),
            advisories: Advisories::default(),
            address: None,
            next_id: 1000,
        }
    }

    pub fn next_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    /// Opens a pull request of the repository itself onto `main`, and returns it to be changed.
    pub fn open(&mut self, number: u64) -> &mut Pull {
        let pull = Pull {
            number,
            title: format!("Fix {number}"),
            body: None,
            author: Some("con"),
            draft: false,
            closed: false,
            merge: None,
            base: "main",
            head: format!("fix-{number}"),
            head_commit: sha(number),
            head_repository: Some(REPOSITORY),
            labels: Vec::new(),
            labeled: Vec::new(),
            files: Vec::new(),
            says_files: None,
            reviews: Vec::new(),
            closes: Vec::new(),
            brought: Vec::new(),
            commits: Vec::new(),
        };
        self.pulls.entry(number).or_insert(pull)
    }

    /// A pull request that is there already.
    pub fn open_again(&mut self, number: u64) -> &mut Pull {
        self.pulls.get_mut(&number).expect("because it was opened")
    }

    /// Adds a finished check run of some other app.
    pub fn check(&mut self, commit: &str, name: &str, status: &str, conclusion: Option<&str>) {
        let id = self.next_id();
        self.runs.push(Run {
            id,
            commit: commit.to_owned(),
            name: name.to_owned(),
            app: "github-actions".to_owned(),
            workflow: None,
            status: status.to_owned(),
            conclusion: conclusion.map(str::to_owned),
            title: None,
            summary: None,
            annotations: Vec::new(),
            external_id: None,
        });
    }

    /// Adds a finished check run of a job: the workflow, the event, and the number of the run.
    pub fn job_check(&mut self, commit: &str, name: &str, of: (u64, &'static str, u64), conclusion: &str) {
        self.check(commit, name, "completed", Some(conclusion));
        self.runs.last_mut().expect("it was added").workflow = Some(of);
    }

    /// Whether a check run is that of a job, or was not made by a request.
    pub fn is_of_job(&self, id: u64) -> bool {
        self.runs.iter().any(|run| run.id == id && run.external_id.is_none())
    }

    /// Adds a comment on a pull request.
    pub fn comment(&mut self, on: u64, by: &str, body: &str) {
        let id = self.next_id();
        self.comments.push(Comment { id, on, by: by.to_owned(), body: body.to_owned() });
    }
}

impl Pull {
    /// Gives it a label.
    pub fn label(&mut self, name: &str, by: Option<&'static str>) -> &mut Self {
        self.labels.push(name.to_owned());
        self.labeled.push((name.to_owned(), by));
        self
    }

    /// Makes it change so many files.
    pub fn change_files(&mut self, number: usize) -> &mut Self {
        let file = |at| File { path: format!("src/{at:04}.c"), previous: None, status: "modified" };
        self.files = (0..number).map(file).collect();
        self
    }

    /// Adds a review.
    pub fn review(&mut self, by: &'static str, state: &'static str) -> &mut Self {
        self.reviews.push(Review { by, state, association: "MEMBER", may_write: true, commit: None });
        self
    }

    /// Adds a review by somebody who may not write to the repository, for all that they are a member.
    pub fn review_by_reader(&mut self, by: &'static str, state: &'static str) -> &mut Self {
        self.reviews.push(Review { by, state, association: "MEMBER", may_write: false, commit: None });
        self
    }
}
