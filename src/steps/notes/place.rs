//! What notes are about: a version of a line, its commit, and the release before.

use chrono::{DateTime, NaiveDate};
use semver::Version;

use crate::model::branch::{BranchName, BranchSpec};
use crate::model::commit::CommitId;
use crate::model::error::{Error, Result};
use crate::model::line::Line;
use crate::model::notes::range::{Before, Released, before, none_before};
use crate::model::notes::request::{AskedBy, NotesRequest};
use crate::model::notes::{Previous, State};
use crate::model::tag::TagName;
use crate::model::tag_verify::{Containment, Found, Tagged};
use crate::model::version::next_patch;
use crate::ports::git::{Git, TagList};
use crate::ports::settings::Settings;
use crate::ports::survey::stretch::Stretch;

/// Why it is not known what notes are about.
pub(super) enum Unplaced {
    /// No release of the line comes before, and nobody said what does.
    BeginsNowhere(Error),
    /// Something else.
    Other(Error),
}

impl From<Error> for Unplaced {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

impl Unplaced {
    /// Returns what is said of it.
    pub(super) fn error(self) -> Error {
        match self {
            Self::BeginsNowhere(error) | Self::Other(error) => error,
        }
    }
}

/// What notes are about.
pub(super) struct Place<'s> {
    pub(super) line: &'s Line,
    pub(super) branch: BranchName,
    pub(super) version: Version,
    pub(super) tag: TagName,
    pub(super) state: State,
    pub(super) commit: CommitId,
    pub(super) date: Option<NaiveDate>,
    pub(super) previous: Previous,
    pub(super) warnings: Vec<String>,
}

impl<'s> Place<'s> {
    /// Finds it; `tags` are all of the repository.
    ///
    /// # Errors
    /// When the version, the line or the release before cannot be told, or history is missing.
    pub(super) fn find(
        (git, tags): (&Git, &TagList),
        settings: &'s Settings,
        request: &NotesRequest,
    ) -> Result<Self, Unplaced> {
        let asked = request.target.as_deref().map(|text| version(settings, text)).transpose()?;
        let line = line(settings, request, asked.as_ref())?;
        let released = settings.releases(&tags.named(git, |name| settings.is_release(name, line)), line);
        let version = match asked {
            Some(version) => version,
            None => next(git, settings, request, line, &released)?,
        };
        let name = settings.tag.render(&version);
        let tag: TagName = name.parse().map_err(|error| {
            Error::usage("cannot name the tag").because(error).hint("correct 'tag' in [project] of patch.toml")
        })?;
        let branch = match &line.branch {
            BranchSpec::Standing(branch) => branch.clone(),
            BranchSpec::PerRelease(pattern) => pattern.branch_for(&version),
        };
        let (state, commit, date) = match released.iter().find(|release| release.version == version) {
            Some(release) => {
                require_same(git, request, release)?;
                (State::Tagged, release.commit, tagged_on(git, &tag, release.commit)?)
            }
            None => {
                let commit = match &request.commit {
                    Some(revision) => git.resolve(revision)?,
                    None => git.branch_commit(&branch)?,
                };
                (State::NotTagged, commit, request.now.map(|moment| moment.date_naive()))
            }
        };
        let mut warnings = Vec::new();
        let previous = previous(git, settings, request, (line, &version, commit), &released, &mut warnings)?;
        Ok(Self { line, branch, version, tag, state, commit, date, previous, warnings })
    }

    /// Returns the stretch of the line that is the release.
    pub(super) fn stretch(&self) -> Stretch<'_> {
        Stretch { line: self.line, branch: &self.branch, from: self.previous.commit, to: self.commit }
    }
}

/// Requires that a release which has its tag already is not asked for of another commit.
fn require_same(git: &Git, request: &NotesRequest, release: &Released) -> Result<()> {
    let Some(revision) = &request.commit else { return Ok(()) };
    let asked = git.resolve(revision)?;
    if asked == release.commit {
        return Ok(());
    }
    let shown =
        if *revision == asked.to_string() { String::new() } else { format!(" ('{}')", revision.escape_debug()) };
    Err(Error::usage(format!("the tag '{}' is of {}, and not of {asked}{shown}", release.tag, release.commit))
        .hint("leave '--commit' out, or give another version with '--target'"))
}

/// Reads a version, or the name of its tag.
fn version(settings: &Settings, text: &str) -> Result<Version> {
    let named = text.strip_prefix("refs/tags/").unwrap_or(text);
    settings.tag.version_of(named).or_else(|| Version::parse(named).ok()).ok_or_else(|| {
        Error::usage(format!("'{}' is neither a version nor the tag of one", text.escape_debug()))
            .hint(format!("write it as 'MAJOR.MINOR.PATCH', or as a tag of the form '{}'", settings.tag))
    })
}

fn line<'s>(settings: &'s Settings, request: &NotesRequest, version: Option<&Version>) -> Result<&'s Line> {
    let named = request.line.as_ref().map(|name| settings.lines(std::slice::from_ref(name))).transpose()?;
    let named = named.and_then(|lines| lines.first().copied());
    let names = |lines: &[&Line]| lines.iter().map(|line| line.name.to_string()).collect::<Vec<_>>().join(", ");
    match (named, version) {
        (Some(line), Some(version)) if !line.contains(version) => {
            Err(Error::usage(format!("version {version} does not belong to line '{}'", line.name))
                .hint("leave '--line' out"))
        }
        (Some(line), _) => Ok(line),
        (None, Some(version)) => settings.config.lines.iter().find(|line| line.contains(version)).ok_or_else(|| {
            Error::usage(format!("version {version} belongs to no line"))
                .hint(format!("{}; describe another one in patch.toml", settings.known_lines()))
        }),
        (None, None) => match settings.lines(&[])?.as_slice() {
            [line] => Ok(line),
            lines => Err(Error::usage("there are several lines, so the version cannot be told")
                .hint(format!("give a version with '--target', or a line with '--line': {}", names(lines)))),
        },
    }
}

/// Returns the version that comes next on a line; where its newest commit has its tag already, that one.
fn next(git: &Git, settings: &Settings, request: &NotesRequest, line: &Line, released: &[Released]) -> Result<Version> {
    let tip = match &request.commit {
        Some(revision) => git.resolve(revision)?,
        None => git.branch_commit(&settings.branch_of(git, line)?)?,
    };
    match released.last() {
        Some(highest) if highest.commit == tip => Ok(highest.version.clone()),
        highest => highest.and_then(|highest| next_patch(&highest.version)).ok_or_else(|| {
            Error::usage(format!("line '{}' has no tag yet, so its next version cannot be told", line.name))
                .hint(format!("give the version: patch-notes render --target VERSION{}", or_tags(git)))
        }),
    }
}

/// Returns the day that a tag says it was made on, or, where it says none, that of its commit.
fn tagged_on(git: &Git, tag: &TagName, commit: CommitId) -> Result<Option<NaiveDate>> {
    let found = git.tag_ref(tag)?.map(|object| git.tag_found(object).map(|found| (object, found))).transpose()?;
    let seconds = match found {
        Some((_, Found::Tag(object))) => object.tagger().seconds,
        Some((object, Found::Lightweight(_) | Found::Malformed(_))) => match git.tagged(object) {
            Tagged::Commit(_, seconds) => seconds,
            Tagged::Other(_) | Tagged::Missing => git.commit(commit)?.committer.seconds,
        },
        None => git.commit(commit)?.committer.seconds,
    };
    Ok(DateTime::from_timestamp(seconds, 0).map(|moment| moment.date_naive()))
}

/// Says how tags come that this clone may lack. A clone of one branch has only those that lead to its commits.
fn or_tags(git: &Git) -> String {
    match git.has_remotes() {
        true => format!("; or get the tags that are missing here: {}", git.fetch_from().tags()),
        false => String::new(),
    }
}

fn previous(
    git: &Git,
    settings: &Settings,
    request: &NotesRequest,
    (line, version, commit): (&Line, &Version, CommitId),
    released: &[Released],
    warnings: &mut Vec<String>,
) -> Result<Previous, Unplaced> {
    if let Some(from) = &request.from {
        return Ok(asked_for((git, settings, request.asked_by), from, (version, commit), released, warnings)?);
    }
    let found = before(version, line, released, |other| git.containment(other, commit));
    let Before { release, orphaned } = found.map_err(|open| {
        Error::undecided(format!("it cannot be told whether '{}' is in the history of {version}", open.tag)).hint(
            format!(
                "get the history: {}; or say what comes before: {}",
                git.fetch_from().tags(),
                request.asked_by.from_command("REV")
            ),
        )
    })?;
    let told = |tag: &TagName| format!("'{tag}' is not in the history of {version}, so the notes do not begin there");
    warnings.extend(orphaned.iter().map(told));
    let nowhere = || nothing_before(git, request, (line, version, commit), released, &orphaned);
    let release = release.ok_or_else(|| Unplaced::BeginsNowhere(nowhere()))?;
    Ok(Previous {
        name: release.tag.to_string(),
        version: Some(release.version.to_string()),
        commit: release.commit,
        orphaned,
    })
}

/// Says that no release of the line comes before another one.
fn nothing_before(
    git: &Git,
    request: &NotesRequest,
    (line, version, commit): (&Line, &Version, CommitId),
    released: &[Released],
    orphaned: &[TagName],
) -> Error {
    let is_first = released.first().is_some_and(|first| first.version == *version && first.commit == commit);
    if request.target.is_none() && is_first {
        return Error::no(format!(
            "the newest commit of line '{}' is that of its first release, {version}: there is nothing to tell yet",
            line.name
        ))
        .hint(format!(
            "land picks on the line; or for the notes of that release: {}",
            request.asked_by.from_command("REV")
        ));
    }
    let missing = Error::no(none_before(version, line, released));
    match orphaned.first() {
        Some(tag) => missing.hint(format!(
            "'{tag}' is not; if the notes shall begin there: {}",
            request.asked_by.from_command(tag.as_str())
        )),
        None => missing.hint(format!(
            "say what it comes after, as a tag or a revision: {}{}",
            request.asked_by.from_command("REV"),
            or_tags(git)
        )),
    }
}

/// Takes what the user says that a release comes after.
fn asked_for(
    (git, settings, asked_by): (&Git, &Settings, AskedBy),
    from: &str,
    (version, commit): (&Version, CommitId),
    released: &[Released],
    warnings: &mut Vec<String>,
) -> Result<Previous> {
    let named = |release: &&Released| release.tag.as_str() == from || release.version.to_string() == from;
    let release = released.iter().find(named);
    let asked_with = asked_by.from_named();
    let resolved = || {
        git.resolve(from).map_err(|error| {
            let asked = format!("the notes cannot begin behind '{}', as {asked_with} asks for", from.escape_debug());
            let hint = error.hint_text().unwrap_or("name a commit, a branch or a tag").to_owned();
            Error::new(error.kind(), asked).because(error).hint(hint)
        })
    };
    let before = release.map_or_else(resolved, |release| Ok(release.commit))?;
    let is_itself = release.is_some_and(|release| release.version == *version);
    if is_itself || (before != commit && git.containment(commit, before) == Containment::Inside) {
        let from = from.escape_debug();
        let why = match is_itself {
            true => format!("'{from}' is the release itself, so that nothing would be new"),
            false => format!("'{from}' comes after the release: it has all of it in its history"),
        };
        return Err(
            Error::usage(why).hint(format!("give with {asked_with} what the release comes after, or leave it out"))
        );
    }
    if before == commit {
        // A release that is made anew of the same commit, or one whose bump is still to come.
        warnings.push(format!("'{}' is the newest commit itself, so that nothing is new", from.escape_debug()));
    }
    if git.containment(before, commit) == Containment::Outside {
        warnings
            .push(format!("'{}' is not in the history of the release, as {asked_with} asks for", from.escape_debug()));
    }
    // The first release of a line comes after one of another line.
    let is_tag = || from.parse().is_ok_and(|tag| git.tag_commit(&tag) == Some(before));
    let elsewhere = || settings.tag.version_of(from).filter(|_| is_tag());
    let version = release.map(|release| release.version.clone()).or_else(elsewhere);
    Ok(Previous {
        name: release.map_or_else(|| from.to_owned(), |release| release.tag.to_string()),
        version: version.map(|version| version.to_string()),
        commit: before,
        orphaned: Vec::new(),
    })
}
