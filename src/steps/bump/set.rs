//! `patch-bump set`, `next`, `pre` and `release`: the next version of a line, in every place and nowhere else.

use std::rc::Rc;

use semver::Version;

use super::keep::{Committed, Content, changes, commit, message};
use super::{exchange, home, unfinished};
use crate::model::apply::shell_word;
use crate::model::bump::{
    BUMP_SCHEMA, BumpOutcome, BumpRequest, Bumped, FileBump, Keep, Wanted, missing_digests, sentence, wrong_digest,
};
use crate::model::config::VersionsIn;
use crate::model::edit::{Change, Rewritten, Survey, rewrite, survey};
use crate::model::error::{Error, Result};
use crate::model::line::Line;
use crate::model::request::Mode;
use crate::model::tag_request::AskRemote;
use crate::model::version::{Refusal, ReleaseVersion, permit, permit_tag};
use crate::ports::exchange::Replacement;
use crate::ports::git::Git;
use crate::ports::lock::Lock;
use crate::ports::settings::Settings;
use crate::ports::tree::WorktreeFiles;

/// Changes the version. `note` is told what a person should know.
///
/// # Errors
/// When the version may not follow the one that is there, a place cannot be edited exactly, or the files cannot be written;
/// then every file is as it was.
pub fn run(git: &Git, settings: &Settings, request: &BumpRequest, note: &dyn Fn(&str)) -> Result<Bumped> {
    match settings.config.project.versions {
        VersionsIn::Files => in_files(git, settings, request, note),
        VersionsIn::Tags => in_tags(git, settings, request, note),
    }
}

fn in_files(git: &Git, settings: &Settings, request: &BumpRequest, note: &dyn Fn(&str)) -> Result<Bumped> {
    let exchange = exchange(git)?;
    let _lock = match request.mode {
        Mode::DryRun => {
            unfinished(&exchange, note)?;
            None
        }
        Mode::Write => Some(Lock::take(&home(git).join("bump.lock"), "bump", request.now.moment())?),
    };
    if request.mode == Mode::Write && !exchange.finish()?.is_empty() {
        note("an earlier run was killed between two files; they were finished first");
    }
    let files = WorktreeFiles::of(git);
    let found = survey(&settings.config.versions, &files)?;
    let from = found.version()?;
    let tagged = tagged(git, settings, &from, request, note)?;
    let to = request.wanted.version(&from, &tagged)?;
    let committed = committed(git, settings, request)?;
    let done = already_wanted(request, committed.as_ref(), &from, &tagged);
    if let Some(done) = done.or_else(|| (to == from).then(|| from.clone())) {
        let line = line(settings, request, &done)?;
        return already(git, settings, request, &found, committed.as_ref(), done, line);
    }
    let line = line(settings, request, &to)?;
    permitted(settings, request, &found, (&from, &to), line, &tagged)?;
    let change = Change { from: from.clone(), to: to.clone(), digests: request.digests.clone() };
    let (mut replacements, mut diffs) = (Vec::new(), Vec::new());
    for file in &found.files {
        let Rewritten { text, diff } = rewrite(file, &change)?;
        replacements.push(Replacement { path: file.path.clone(), old: Rc::clone(&file.bytes), new: text.into_bytes() });
        diffs.push(diff);
    }
    if request.keep == Keep::Committed {
        // A template that cannot be rendered is found before anything is written.
        message(git, &from, &to, line.map(|line| line.name.as_str()))?;
        let new = replacements.iter().map(|file| (&file.path, file.new.as_slice()));
        changes(git, committed.as_ref(), &new.collect::<Vec<Content<'_>>>(), request, &to)?;
    }
    let outcome = match request.mode {
        Mode::DryRun => BumpOutcome::WouldChange,
        Mode::Write => {
            exchange.replace(&replacements)?;
            BumpOutcome::Changed
        }
    };
    let mut bumped = report(&found, outcome, from, to, line);
    for (file, diff) in bumped.files.iter_mut().zip(diffs) {
        file.diff = diff;
    }
    bumped.commit = commit(git, settings, request, &bumped, committed.as_ref())?;
    Ok(bumped)
}

/// Answers where no file holds a version: the tag alone gives a release its version, so there is nothing to write, and the order of
/// versions is that of the tags. A version that has its tag is there already, as after an earlier run.
fn in_tags(git: &Git, settings: &Settings, request: &BumpRequest, note: &dyn Fn(&str)) -> Result<Bumped> {
    let name = request.line.as_ref().map_or("NAME", |line| line.as_str());
    let next = format!("the next release of a line is its next tag: patch-tag create --line {}", shell_word(name));
    let Wanted::Exactly(to) = &request.wanted else {
        return Err(Error::no("versions are in tags only, so no file holds one to count from").hint(next));
    };
    let line = line(settings, request, to)?;
    require_line(settings, to, line)?;
    match permit_tag(to, line, &tagged(git, settings, to, request, note)?) {
        Ok(()) | Err(Refusal::Tagged { .. }) => {}
        Err(refusal) => return Err(Error::no(refusal.to_string()).hint(next)),
    }
    Ok(report(&Survey::default(), BumpOutcome::InTags, to.clone(), to.clone(), line))
}

/// Requires a line that holds the version.
fn require_line(settings: &Settings, to: &ReleaseVersion, line: Option<&Line>) -> Result<()> {
    match line {
        Some(line) if !line.contains(&to.to_semver()) => {
            let refusal = Refusal::OutsideLine { to: to.clone(), line: line.name.clone() };
            Err(Error::no(refusal.to_string()).hint(next_command(&refusal)))
        }
        None if !settings.config.lines.is_empty() => {
            let names: Vec<String> = settings.config.lines.iter().map(|line| line.name.to_string()).collect();
            Err(Error::no(format!("'{to}' is a version of no line; the lines are: {}", names.join(", ")))
                .hint("add its line to patch.toml as [[line]], or correct the version in the files"))
        }
        Some(_) | None => Ok(()),
    }
}

/// Refuses a version that may not follow, that no line holds, or whose images lack a digest.
fn permitted(
    settings: &Settings,
    request: &BumpRequest,
    found: &Survey,
    (from, to): (&ReleaseVersion, &ReleaseVersion),
    line: Option<&Line>,
    tagged: &[ReleaseVersion],
) -> Result<()> {
    permit(from, to, line, tagged).map_err(|refusal| Error::no(refusal.to_string()).hint(next_command(&refusal)))?;
    require_line(settings, to, line)?;
    if let Some(wrong) = wrong_digest(found, &request.digests) {
        return Err(Error::usage(wrong).hint("give the digest of each image that is pinned: --digest IMAGE=sha256:…"));
    }
    if let Some(image) = missing_digests(found, &request.digests).first() {
        return Err(Error::no(format!("image '{image}' is pinned by a digest, which wins over its tag"))
            .hint(format!("give the digest of the new image: --digest {image}=sha256:…")));
    }
    Ok(())
}

/// Returns what to do instead of what was refused.
fn next_command(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::OutsideLine { .. } => "see where the version stands with 'patch-bump show', or leave --line out",
        Refusal::SkipsPreRelease { .. } => "the next free one: patch-bump pre PHASE",
        Refusal::Same { .. }
        | Refusal::Lower { .. }
        | Refusal::NotAPatch { .. }
        | Refusal::Tagged { .. }
        | Refusal::BehindTag { .. }
        | Refusal::SkipsPatch { .. } => "the next free one: patch-bump next",
    }
}

fn report(
    found: &Survey,
    outcome: BumpOutcome,
    from: ReleaseVersion,
    to: ReleaseVersion,
    line: Option<&Line>,
) -> Bumped {
    let file = |file: &crate::model::edit::FileSpots| FileBump {
        path: file.path.clone(),
        places: file.spots.len(),
        diff: String::new(),
    };
    Bumped {
        schema: BUMP_SCHEMA.to_owned(),
        outcome,
        notes: found.notes_at(&to).map(|note| sentence(&note)).collect(),
        from,
        to,
        line: line.map(|line| line.name.clone()),
        files: found.files.iter().map(file).collect(),
        commit: None,
    }
}

/// Looks into the commit that is checked out, where what it holds is asked for.
fn committed(git: &Git, settings: &Settings, request: &BumpRequest) -> Result<Option<Committed>> {
    match (&request.wanted, request.keep) {
        (Wanted::Exactly(_), Keep::InWorktree) => Ok(None),
        (Wanted::Exactly(_) | Wanted::Next | Wanted::Pre(_) | Wanted::Release, _) => {
            Committed::of(git, &settings.config.versions)
        }
    }
}

/// Returns the version that the files hold, if an earlier run of the same command wrote it: what the commit that is checked out
/// holds leads to it. A step that is counted from where the files are would be made twice.
fn already_wanted(
    request: &BumpRequest,
    committed: Option<&Committed>,
    from: &ReleaseVersion,
    tagged: &[ReleaseVersion],
) -> Option<ReleaseVersion> {
    if matches!(request.wanted, Wanted::Exactly(_)) {
        return None;
    }
    // Before the first commit, and where it holds no version, nothing can have been counted from it.
    let committed = &committed?.version;
    let wanted = request.wanted.version(committed, tagged).ok();
    wanted.filter(|wanted| committed != from && wanted == from)
}

/// The files hold the version already; an earlier run may have been killed before it committed them.
fn already(
    git: &Git,
    settings: &Settings,
    request: &BumpRequest,
    found: &Survey,
    committed: Option<&Committed>,
    version: ReleaseVersion,
    line: Option<&Line>,
) -> Result<Bumped> {
    let mut bumped = report(found, BumpOutcome::Already, version.clone(), version, line);
    let contents: Vec<Content<'_>> = found.files.iter().map(|file| (&file.path, file.bytes.as_slice())).collect();
    if request.keep == Keep::Committed && changes(git, committed, &contents, request, &bumped.to)? {
        bumped.commit = commit(git, settings, request, &bumped, committed)?;
    }
    Ok(bumped)
}

/// Returns the versions that have a tag here, and the wanted one if the remote has its tag.
fn tagged(
    git: &Git,
    settings: &Settings,
    from: &ReleaseVersion,
    request: &BumpRequest,
    note: &dyn Fn(&str),
) -> Result<Vec<ReleaseVersion>> {
    let version = |tag: &str| settings.tag.version_of(tag).and_then(|version| ReleaseVersion::try_from(&version).ok());
    let mut tagged: Vec<ReleaseVersion> = git.tags()?.iter().filter_map(|tag| version(&tag.name)).collect();
    if request.remote == AskRemote::Offline {
        note("no remote was asked which versions it has tagged");
    }
    let Some(remote) = git.remote_to_ask(&request.remote) else { return Ok(tagged) };
    // A line's tags are asked for by pattern: which one is free depends on all of them.
    let core = from.to_semver();
    let series = settings.tag.render(&Version::new(core.major, core.minor, 0));
    let stem = series.strip_suffix('0').unwrap_or(&series);
    let there = git.remote_tags(remote, &format!("{stem}*")).map_err(|error| {
        let hint = error.hint_text().map(|hint| format!("{hint}; or ask no remote with '--offline'"));
        error.hint(hint.unwrap_or_else(|| "ask no remote with '--offline'".to_owned()))
    })?;
    for tag in there {
        tagged.extend(version(&tag).filter(|version| !tagged.contains(version)));
    }
    Ok(tagged)
}

/// Returns the line that was named, or the one that holds the version.
fn line<'s>(settings: &'s Settings, request: &BumpRequest, to: &ReleaseVersion) -> Result<Option<&'s Line>> {
    if let Some(name) = &request.line {
        return settings.lines(std::slice::from_ref(name)).map(|lines| lines.first().copied());
    }
    Ok(settings.config.lines.iter().find(|line| line.contains(&to.to_semver())))
}
