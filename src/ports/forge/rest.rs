//! Bodies of GitHub's REST API, by the schemas of its OpenAPI description, brought into our own form.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::model::check_run::{Annotation, Said, pulls_of};
use crate::model::known::{Known, Missing};
use crate::model::login::Login;
use crate::model::permission::Permission;
use crate::model::pull::rest::{MOST_NAME_BYTES, RawLabel, RawPull, RawUser, bounded};
use crate::model::pull::{
    Association, ChangedFile, CheckState, FileStatus, GivenReview, NamedCheck, Opinion, PullRequest,
};

/// The longest path of a file that is taken, which is that of Linux.
const MOST_PATH_BYTES: usize = 4096;

pub(super) fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| error.to_string())
}

/// Reads a pull request.
pub(super) fn pull_request(body: &[u8]) -> Result<PullRequest, String> {
    PullRequest::try_from(json::<RawPull>(body)?).map_err(|error| error.to_string())
}

/// Reads a page of the files of a pull request.
pub(super) fn files(body: &[u8]) -> Result<Vec<ChangedFile>, String> {
    #[derive(Deserialize)]
    struct Raw {
        filename: String,
        previous_filename: Option<String>,
        status: String,
        additions: u64,
        deletions: u64,
    }
    let path = |field, path| bounded(field, path, MOST_PATH_BYTES).map_err(|error| error.to_string());
    let file = |raw: Raw| {
        Ok(ChangedFile {
            path: path("filename", raw.filename)?,
            previous: raw.previous_filename.map(|previous| path("previous_filename", previous)).transpose()?,
            status: FileStatus::of(&raw.status),
            additions: raw.additions,
            deletions: raw.deletions,
        })
    };
    json::<Vec<Raw>>(body)?.into_iter().map(file).collect()
}

/// Reads a page of the reviews of a pull request, which come from the oldest to the newest.
pub(super) fn reviews(body: &[u8]) -> Result<Vec<GivenReview>, String> {
    #[derive(Deserialize)]
    struct Raw {
        user: Option<RawUser>,
        state: String,
        author_association: Option<String>,
        commit_id: Option<String>,
    }
    let review = |raw: Raw| {
        Ok(GivenReview {
            author: RawUser::login(raw.user.as_ref(), "user.login").map_err(|error| error.to_string())?,
            opinion: opinion(&raw.state),
            association: Association::of(raw.author_association.as_deref().unwrap_or_default()),
            may_write: Known::Unknown(Missing::NotAsked),
            commit: raw.commit_id.and_then(|commit| commit.parse().ok()),
        })
    };
    json::<Vec<Raw>>(body)?.into_iter().map(review).collect()
}

/// Reads the state of a review. A comment and a review that is not handed in are no opinions.
pub(super) fn opinion(state: &str) -> Option<Opinion> {
    match state {
        "APPROVED" => Some(Opinion::Approved),
        "CHANGES_REQUESTED" => Some(Opinion::ChangesRequested),
        "DISMISSED" => Some(Opinion::Dismissed),
        _ => None,
    }
}

/// Reads how many check runs a commit has in all.
pub(super) fn total(body: &[u8]) -> Result<usize, String> {
    #[derive(Deserialize)]
    struct Total {
        total_count: usize,
    }
    json::<Total>(body).map(|total| total.total_count)
}

/// Reads a page of the check runs of a commit.
pub(super) fn checks(body: &[u8]) -> Result<Vec<NamedCheck>, String> {
    let named = |run: RawRun| {
        let name = bounded("name", run.name, MOST_NAME_BYTES).map_err(|error| error.to_string())?;
        let app = run.app.and_then(|app| app.slug);
        Ok(NamedCheck {
            name,
            app,
            run: Some(run.id),
            workflow: None,
            state: CheckState::of_run(&run.status, run.conclusion.as_deref()),
        })
    };
    json::<RawRuns>(body)?.check_runs.into_iter().map(named).collect()
}

/// Reads a page of the statuses of a commit, one for each context. What GitHub makes of all of them together is left out, for
/// it says `pending` where there are none.
pub(super) fn statuses(body: &[u8]) -> Result<Vec<NamedCheck>, String> {
    #[derive(Deserialize)]
    struct All {
        statuses: Vec<Raw>,
    }
    #[derive(Deserialize)]
    struct Raw {
        context: String,
        state: String,
    }
    let named = |raw: Raw| {
        let name = bounded("context", raw.context, MOST_NAME_BYTES).map_err(|error| error.to_string())?;
        Ok(NamedCheck::of_status(name, CheckState::of_status(&raw.state)))
    };
    json::<All>(body)?.statuses.into_iter().map(named).collect()
}

/// That somebody gave a pull request a label.
pub(super) struct Labeled {
    pub(super) label: String,
    /// `None` when the account was deleted.
    pub(super) by: Option<Login>,
}

/// Reads a page of the events of an issue, from the oldest to the newest, as far as they are about labels that were given.
pub(super) fn labeled(body: &[u8]) -> Result<Vec<Labeled>, String> {
    #[derive(Deserialize)]
    struct Raw {
        event: Option<String>,
        actor: Option<RawUser>,
        label: Option<RawLabel>,
    }
    let labeled = |raw: Raw| {
        let label = raw.label.filter(|_| raw.event.as_deref() == Some("labeled"))?;
        let read =
            || Ok(Labeled { label: label.name("label.name")?, by: RawUser::login(raw.actor.as_ref(), "actor")? });
        Some(read().map_err(|error: crate::model::pull::rest::NotAPull| error.to_string()))
    };
    json::<Vec<Raw>>(body)?.into_iter().filter_map(labeled).collect()
}

/// Reads what an account may do.
pub(super) fn permission(body: &[u8]) -> Result<Permission, String> {
    #[derive(Deserialize)]
    struct Raw {
        permission: String,
        role_name: Option<String>,
    }
    let raw: Raw = json(body)?;
    let role = raw.role_name.as_deref().and_then(Permission::of).or_else(|| Permission::of(&raw.permission));
    role.ok_or_else(|| format!("'{}' is not a permission", raw.permission))
}

#[derive(Deserialize)]
struct RawRuns {
    check_runs: Vec<RawRun>,
}

#[derive(Deserialize)]
struct RawRun {
    id: u64,
    name: String,
    status: String,
    conclusion: Option<String>,
    app: Option<RawApp>,
    output: Option<RawOutput>,
    external_id: Option<String>,
}

#[derive(Deserialize)]
struct RawApp {
    slug: Option<String>,
}

#[derive(Deserialize, Default)]
struct RawOutput {
    title: Option<String>,
    summary: Option<String>,
    #[serde(default)]
    annotations_count: u64,
}

/// A check run as it is on the forge.
pub(super) struct Run {
    pub(super) id: u64,
    pub(super) name: String,
    /// The name of the app that made it.
    pub(super) app: Option<String>,
    /// What it came to, if it is done.
    pub(super) conclusion: Option<String>,
    pub(super) title: String,
    pub(super) summary: String,
    pub(super) annotations: u64,
    /// The pull requests that it speaks of, where it is ours.
    pub(super) pulls: Option<BTreeSet<u64>>,
}

impl From<RawRun> for Run {
    fn from(raw: RawRun) -> Self {
        let output = raw.output.unwrap_or_default();
        Self {
            id: raw.id,
            name: raw.name,
            app: raw.app.and_then(|app| app.slug),
            conclusion: raw.conclusion.filter(|_| raw.status == "completed"),
            title: output.title.unwrap_or_default(),
            summary: output.summary.unwrap_or_default(),
            annotations: output.annotations_count,
            pulls: pulls_of(raw.external_id.as_deref().unwrap_or_default()),
        }
    }
}

impl Run {
    /// Returns what it says, where it is ours.
    pub(super) fn said(&self) -> Option<Said> {
        let (conclusion, title, summary) = (self.conclusion.clone(), self.title.clone(), self.summary.clone());
        Some(Said { id: self.id, conclusion, title, summary, pulls: self.pulls.clone()? })
    }
}

/// Reads a page of check runs with what they say.
pub(super) fn runs(body: &[u8]) -> Result<Vec<Run>, String> {
    Ok(json::<RawRuns>(body)?.check_runs.into_iter().map(Run::from).collect())
}

/// Reads one check run.
pub(super) fn run(body: &[u8]) -> Result<Run, String> {
    json::<RawRun>(body).map(Run::from)
}

/// Reads a page of annotations.
pub(super) fn annotations(body: &[u8]) -> Result<Vec<Annotation>, String> {
    use crate::model::check_run::Level;

    #[derive(Deserialize)]
    struct Raw {
        path: String,
        start_line: u64,
        end_line: u64,
        annotation_level: Option<String>,
        title: Option<String>,
        message: Option<String>,
    }
    let level = |word: Option<&str>| match word {
        Some("notice") => Level::Notice,
        Some("warning") => Level::Warning,
        Some(_) | None => Level::Failure,
    };
    let annotation = |raw: Raw| Annotation {
        path: raw.path,
        first_line: raw.start_line,
        last_line: raw.end_line,
        level: level(raw.annotation_level.as_deref()),
        title: raw.title.unwrap_or_default(),
        message: raw.message.unwrap_or_default(),
    };
    Ok(json::<Vec<Raw>>(body)?.into_iter().map(annotation).collect())
}

/// A comment as it is on the forge.
#[derive(Debug, Deserialize)]
pub(super) struct Comment {
    pub(super) id: u64,
    #[serde(default)]
    pub(super) body: String,
    user: Option<RawUser>,
}

impl Comment {
    /// Says whether an account wrote it. A name that cannot be one is nobody's.
    pub(super) fn is_by(&self, login: &Login) -> bool {
        RawUser::login(self.user.as_ref(), "user.login").is_ok_and(|user| user.as_ref() == Some(login))
    }
}

/// Reads a page of comments.
pub(super) fn comments(body: &[u8]) -> Result<Vec<Comment>, String> {
    json(body)
}

/// Reads one comment.
pub(super) fn comment(body: &[u8]) -> Result<Comment, String> {
    json(body)
}
