//! `patch-tag create`: makes a tag, verifies it, and only then lets its ref appear.
//!
//! The object is made in a place beside the repository and verified there. Then it is written into the repository, and last
//! its ref, which must not exist at that moment. So a run that is killed leaves the refs as they were, or finished.

use semver::Version;
use serde::Serialize;

use crate::model::apply::shell_word;
use crate::model::branch::BranchName;
use crate::model::commit::{CommitId, ObjectId};
use crate::model::error::{Error, Result};
use crate::model::line::{Line, LineName};
use crate::model::request::Mode;
use crate::model::tag::TagName;
use crate::model::tag_create::{CREATE_SCHEMA, CreateOutcome, CreateRequest, TagCreated, tidy_message};
use crate::model::tag_request::{AskRemote, Sealing};
use crate::model::tag_verify::{Found, Held, Known, SignatureFacts, TagFacts, Tagged, require};
use crate::model::version::{ReleaseVersion, next_patch};
use crate::ports::git::{Git, NewTag, RemoteRef, SignTag};
use crate::ports::render::{Template, Templates};
use crate::ports::settings::Settings;
use crate::ports::signing::{KeySession, Policy};
use crate::ports::tag_facts::{self, Elsewhere};

/// What is to be made.
struct Plan<'s> {
    tag: TagName,
    version: Version,
    line: &'s Line,
    branch: BranchName,
    commit: CommitId,
    previous: Option<(Version, TagName)>,
    remote: Option<String>,
}

/// Makes a tag. `note` is told what a person should know.
///
/// # Errors
/// When the tag must not be made, cannot be signed, or does not verify; nothing is left of it then.
pub fn run(git: &Git, settings: &Settings, request: &CreateRequest, note: &dyn Fn(&str)) -> Result<TagCreated> {
    let plan = plan(git, settings, request, note)?;
    let elsewhere = remote_tags(git, settings, &plan)?;
    let there = elsewhere.iter().find(|found| found.name == plan.tag.full()).map(|found| found.object);
    if let Some(object) = git.tag_ref(&plan.tag)? {
        return already(git, request, &plan, object, there);
    }
    if let (Some(there), Some(remote)) = (there, &plan.remote) {
        return Err(Error::no(format!("'{remote}' has a tag '{}' already, {}", plan.tag, there.short()))
            .hint(format!("fetch and verify it: git fetch {remote} tag {0} && patch-tag verify {0}", plan.tag)));
    }
    check_place(git, settings, &plan)?;
    check_remote(settings, &plan, &elsewhere, note)?;
    check_tree(git, settings, &plan, note)?;
    let message = message(git, settings, request, &plan)?;
    let policy = Policy::read(Some(git), &request.policy, request.now)?;
    let mut report = report(&plan, message, &policy);
    if request.mode == Mode::DryRun {
        return Ok(report);
    }
    let session = match request.sealing {
        Sealing::Signed => request.key.as_ref().map(KeySession::start).transpose()?,
        Sealing::Unsigned => None,
    };
    let sign = match request.sealing {
        Sealing::Unsigned => SignTag::Leave,
        Sealing::Signed => {
            SignTag::Sign(policy.format(settings.config.signing.as_ref(), session.as_ref())?, session.as_ref())
        }
    };
    let at = request.now.given();
    let new = NewTag { name: &plan.tag, commit: plan.commit, message: &report.message, at, sign };
    let made = git.make_tag(&new, &policy.git)?;
    let object = git.tag_object_id(&made)?;
    let mut facts = tag_facts::facts(git, &policy, &plan.tag, object, Found::Tag(made.clone()))?;
    facts.expected = Some(plan.commit);
    report.findings = tag_facts::findings(&facts, &policy, request.sealing);
    require(&format!("the new tag '{}' was not kept, for it", plan.tag), &report.findings, &policy.refused_key())?;
    report.signed_by = facts.signature.as_ref().map(SignatureFacts::signed_by);
    report.object = Some(git.create_tag(&plan.tag, &made)?);
    report.outcome = CreateOutcome::Created;
    Ok(report)
}

fn report(plan: &Plan<'_>, message: String, policy: &Policy) -> TagCreated {
    TagCreated {
        schema: CREATE_SCHEMA.to_owned(),
        outcome: CreateOutcome::WouldCreate,
        tag: plan.tag.clone(),
        version: plan.version.to_string(),
        line: plan.line.name.clone(),
        branch: plan.branch.clone(),
        commit: plan.commit,
        previous: plan.previous.as_ref().map(|(_, tag)| tag.clone()),
        object: None,
        signed_by: None,
        remote: plan.remote.clone(),
        message,
        policy: policy.source.clone(),
        findings: Vec::new(),
    }
}

fn plan<'s>(git: &Git, settings: &'s Settings, request: &CreateRequest, note: &dyn Fn(&str)) -> Result<Plan<'s>> {
    let asked = request.version.as_deref().map(|text| version_of(settings, text)).transpose()?;
    let line = line_of(settings, request.line.as_ref(), asked.as_ref())?;
    let known = tag_facts::versions(git, &settings.tag, line)?;
    let at = |branch: &BranchName| match &request.commit {
        Some(revision) => git.resolve(revision),
        None => git.branch_commit(branch),
    };
    let version = match asked {
        Some(version) => version,
        None => {
            let branch = settings.branch_of(git, line)?;
            let commit = at(&branch)?;
            // The commit may have its tag already: then it is that one which is asked for again.
            match known.last() {
                Some((version, tag)) if git.tag_commit(tag) == Some(commit) => version.clone(),
                highest => highest.and_then(|(version, _)| next_patch(version)).ok_or_else(|| {
                    Error::usage(format!("line '{}' has no tag yet, so its next version cannot be told", line.name))
                        .hint("give the version: patch-tag create VERSION")
                })?,
            }
        }
    };
    let branch = tag_facts::branch_of(line, &version);
    let tag = name_of(settings, &version)?;
    let commit = match (&request.commit, git.tag_ref(&tag)?.and_then(|_| git.tag_commit(&tag))) {
        // Where a tag exists and no commit was asked for, the branch may have gone on since.
        (None, Some(commit)) => commit,
        (Some(_), _) | (None, None) => at(&branch)?,
    };
    if request.remote == AskRemote::Offline {
        note("no remote was asked whether it has the tag already");
    }
    let remote = git.remote_to_ask(&request.remote).map(str::to_owned);
    let previous = tag_facts::neighbours(git, &settings.tag, line, &version)?.previous;
    Ok(Plan { tag, version, line, branch, commit, previous, remote })
}

/// Requires that the files of the commit hold the version of the tag.
///
/// Files that nobody configured count only where they all hold one version of a release line: a manifest that is never
/// published may hold anything.
fn check_tree(git: &Git, settings: &Settings, plan: &Plan<'_>, note: &dyn Fn(&str)) -> Result<()> {
    let Plan { version, commit, .. } = plan;
    let config = &settings.config;
    let found = tag_facts::files(git, (config.project.versions, &config.versions), *commit, version);
    match (found.known, found.held) {
        (_, Held::Same) | (Known::ByName, Held::Nothing) => Ok(()),
        (_, Held::Other(held)) => {
            Err(Error::no(format!("the files at {} hold version {held}, not {version}", commit.short())).hint(format!(
                "write it and commit: patch-bump set {version} --commit; or name in [[version]] of patch.toml where it stands"
            )))
        }
        (Known::ByName, Held::Mixed(error) | Held::Untold(error)) => {
            note(&format!("no version in the files was compared with the tag: {error}"));
            Ok(())
        }
        (Known::Configured, Held::Mixed(error) | Held::Untold(error)) => Err(error),
        (Known::Configured, Held::Nothing) => {
            Err(Error::undecided(format!("no version was found in the files at {}", commit.short()))
                .hint("name the files in [[version]] of patch.toml, and see 'patch-bump show'"))
        }
    }
}

/// Returns the name of the tag of a version.
pub(super) fn name_of(settings: &Settings, version: &Version) -> Result<TagName> {
    settings.tag.render(version).parse().map_err(|error| {
        Error::usage("cannot name the tag").because(error).hint("correct 'tag' in [project] of patch.toml")
    })
}

/// Reads the version, or the name of its tag. Only what a line may hold becomes a tag.
pub(super) fn version_of(settings: &Settings, text: &str) -> Result<Version> {
    let version = match settings.tag.version_of(text) {
        Some(version) => version,
        None => Version::parse(text).map_err(|error| {
            Error::usage(format!("'{}' is not a version", text.escape_debug()))
                .because(error)
                .hint("write it whole, such as 2.0.1")
        })?,
    };
    match ReleaseVersion::try_from(&version) {
        Ok(_) => Ok(version),
        Err(not) => {
            let release = Version::new(version.major, version.minor, version.patch);
            Err(Error::usage(not.to_string())
                .hint(format!("patch-tag create {release}, or a pre-release of it such as {release}-rc.1")))
        }
    }
}

/// Returns the line that was named, else that of the version, else the only one.
pub(super) fn line_of<'s>(
    settings: &'s Settings,
    named: Option<&LineName>,
    version: Option<&Version>,
) -> Result<&'s Line> {
    let named = named.map(|name| settings.lines(std::slice::from_ref(name))).transpose()?;
    let named = named.and_then(|lines| lines.first().copied());
    match (named, version) {
        (Some(line), Some(version)) if !line.contains(version) => Err(Error::usage(format!(
            "version {version} does not belong to line '{}'",
            line.name
        ))
        .hint(format!("leave '--line' out, or take the next version of it: patch-tag create --line {}", line.name))),
        (Some(line), _) => Ok(line),
        (None, Some(version)) => settings.config.lines.iter().find(|line| line.contains(version)).ok_or_else(|| {
            let names: Vec<&str> = settings.config.lines.iter().map(|line| line.name.as_str()).collect();
            Error::usage(format!("version {version} belongs to no line"))
                .hint(format!("the lines are: {}; describe another one in patch.toml", names.join(", ")))
        }),
        (None, None) => match settings.lines(&[])?.as_slice() {
            [line] => Ok(line),
            lines => {
                let names: Vec<&str> = lines.iter().map(|line| line.name.as_str()).collect();
                Err(Error::usage("there are several lines, so the version cannot be told")
                    .hint(format!("give a version, or a line with '--line': {}", names.join(", "))))
            }
        },
    }
}

/// Returns the tags of the project's form that the remote has; none where no remote is asked.
fn remote_tags(git: &Git, settings: &Settings, plan: &Plan<'_>) -> Result<Vec<RemoteRef>> {
    let Some(remote) = &plan.remote else { return Ok(Vec::new()) };
    git.remote_refs_like(remote, &[settings.tag.refs()]).map_err(|error| {
        let hint = error.hint_text().map(|hint| format!("{hint}; or ask no remote with '--offline'"));
        error.hint(hint.unwrap_or_else(|| "ask no remote with '--offline'".to_owned()))
    })
}

/// Requires that the order of versions holds with those that only the remote has.
fn check_remote(settings: &Settings, plan: &Plan<'_>, there: &[RemoteRef], note: &dyn Fn(&str)) -> Result<()> {
    let Some(remote) = &plan.remote else { return Ok(()) };
    let elsewhere = Elsewhere::read(there, &settings.tag, plan.line, &plan.version);
    elsewhere.require_none_above(remote, &plan.tag, plan.line)?;
    let previous = plan.previous.as_ref().map(|(version, _)| version);
    if let Some((_, tag)) = elsewhere.lower.filter(|(version, _)| previous.is_none_or(|here| here < version)) {
        note(&format!(
            "'{}' has a tag '{tag}' that is not here, so nothing was compared with it: git fetch {} tag {}",
            remote.escape_debug(),
            shell_word(remote),
            shell_word(tag.as_str())
        ));
    }
    Ok(())
}

/// What exists already is as good as made, if it is the tag that was asked for and verifies.
fn already(
    git: &Git,
    request: &CreateRequest,
    plan: &Plan<'_>,
    object: ObjectId,
    there: Option<ObjectId>,
) -> Result<TagCreated> {
    let tag = &plan.tag;
    if let (Some(there), Some(remote)) = (there.filter(|there| *there != object), &plan.remote) {
        return Err(Error::no(format!("tag '{tag}' is {object} here and {there} on '{remote}'"))
            .hint("a published tag is never moved: find out who made which, and take the next version"));
    }
    let policy = Policy::read(Some(git), &request.policy, request.now)?;
    let found = git.tag_found(object)?;
    let facts: TagFacts = tag_facts::facts(git, &policy, tag, object, found)?;
    let at = match facts.tagged {
        Tagged::Commit(commit, _) => Some(commit),
        Tagged::Other(_) | Tagged::Missing => None,
    };
    if at != Some(plan.commit) {
        let at = at.map_or_else(|| "no commit".to_owned(), |commit| commit.to_string());
        return Err(Error::no(format!("tag '{tag}' exists and is at {at}, not at {}", plan.commit))
            .hint("a tag is never moved: take the next version"));
    }
    let findings = tag_facts::findings(&facts, &policy, request.sealing);
    require(&format!("tag '{tag}' exists, and it"), &findings, &tag_facts::see_all(tag))?;
    let message = match &facts.found {
        Found::Tag(object) => String::from_utf8_lossy(object.message()).into_owned(),
        Found::Lightweight(_) | Found::Malformed(_) => String::new(),
    };
    let signed_by = facts.signature.as_ref().map(SignatureFacts::signed_by);
    let report = report(plan, message, &policy);
    Ok(TagCreated { outcome: CreateOutcome::Already, object: Some(object), signed_by, findings, ..report })
}

/// Requires that the commit is where the next release of the line has to be.
fn check_place(git: &Git, settings: &Settings, plan: &Plan<'_>) -> Result<()> {
    let Plan { tag, version, branch, commit, .. } = plan;
    let tip = git.branch_commit(branch)?;
    if !git.is_ancestor(*commit, tip) {
        return Err(Error::no(format!("'{commit}' is not on '{branch}', the branch of line '{}'", plan.line.name))
            .hint("release what was picked onto the line; 'git branch --contains COMMIT' tells where it is"));
    }
    let neighbours = tag_facts::neighbours(git, &settings.tag, plan.line, version)?;
    if let Some((_, next)) = neighbours.next {
        return Err(Error::no(format!("'{next}' exists, so '{tag}' would come after a higher version"))
            .hint(format!("patch-tag create --line {} takes the next version", plan.line.name)));
    }
    let Some((before, previous)) = neighbours.previous else { return Ok(()) };
    let Some(there) = git.tag_commit(&previous) else { return Ok(()) };
    if there == *commit && before.pre.is_empty() {
        return Err(Error::no(format!("'{commit}' is released as '{previous}' already"))
            .hint(format!("pick something onto '{branch}' first: patch-pick status --line {}", plan.line.name)));
    }
    if !git.is_ancestor(there, *commit) {
        return Err(Error::no(format!("'{commit}' does not descend from '{previous}', the last release of the line"))
            .hint(format!("see what happened to the branch: git log --graph {previous} {branch}")));
    }
    Ok(())
}

/// What the template of a message is given. `docs/patch-tag.md` documents the names of the fields.
#[derive(Serialize)]
struct View<'p> {
    project: Option<&'p str>,
    tag: &'p str,
    version: String,
    line: &'p str,
    branch: &'p str,
    commit: String,
    previous: Option<&'p str>,
}

fn message(git: &Git, settings: &Settings, request: &CreateRequest, plan: &Plan<'_>) -> Result<String> {
    let text = match &request.message {
        Some(text) => text.clone(),
        None => {
            let view = View {
                project: settings.config.project.name.as_deref(),
                tag: plan.tag.as_str(),
                version: plan.version.to_string(),
                line: plan.line.name.as_str(),
                branch: plan.branch.as_str(),
                commit: plan.commit.to_string(),
                previous: plan.previous.as_ref().map(|(_, tag)| tag.as_str()),
            };
            Templates::of(git.worktree()).render_text(Template::TagMessage, &view)?
        }
    };
    tidy_message(&text).ok_or_else(|| {
        Error::usage("the message of the tag is empty, or holds a line that begins a signature")
            .hint("change the message, or its template in '.patch/templates/tag/message.txt.j2'")
    })
}
