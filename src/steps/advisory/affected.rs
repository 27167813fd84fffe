//! Which releases have the flaw, worked out from the commits that brought and repaired it on main.

mod asked;
mod kept;
mod places;
mod remade;

use std::collections::{HashMap, HashSet};

use semver::Version;

use super::Sourced;
use crate::model::advisory::Advisory;
use crate::model::advisory::affected::{
    AFFECTED_SCHEMA, AffectedReport, AffectedRequest, LineFacts, SourceIs, Which, Written, end_before,
};
use crate::model::advisory::contain::Judged;
use crate::model::advisory::edit::Source;
use crate::model::advisory::lines::{Introduced, Known, LineFinding, LineVerdict, Stated};
use crate::model::advisory::range::{CommitRange, Held};
use crate::model::advisory::runs::{Has, rows};
use crate::model::advisory::state::State;
use crate::model::commit::CommitId;
use crate::model::error::{Error, Result};
use crate::model::request::Mode;
use crate::ports::git::Git;
use crate::ports::settings::Settings;
use crate::ports::survey::code::{Code, Looks};
use crate::ports::survey::flaw::{Answers, Named, Seen, Traced};

use asked::Asked;
use places::Place;
pub use places::{Releases, TagNames};
use remade::MadeAgain;

const UNSHALLOW: &str = "this clone is shallow: run 'git fetch --unshallow --tags'";

/// Works out what holds for each line, and writes it into the source where that is asked for.
///
/// # Errors
/// When the advisory names a commit that is not on main, or does not say since when the flaw is there; when what is here tells nothing of
/// any line; when the source cannot be read or written.
pub fn affected(git: &Git, settings: &Settings, request: &AffectedRequest) -> Result<AffectedReport> {
    let source = source(git, settings, &request.advisory)?;
    let mut found = found(git, settings, &source.advisory)?;
    end_before(&mut found.lines, request.today);
    let written = match request.source {
        SourceIs::Left => None,
        SourceIs::Written => Some(write(git, &source, &found)?),
    };
    Ok(AffectedReport {
        schema: AFFECTED_SCHEMA.to_owned(),
        id: source.advisory.id.clone(),
        path: source.shown,
        introduced: found.introduced,
        fixed: found.fixed,
        lines: found.lines,
        commits: found.range,
        odd_tags: places::odd_tags(git, settings)?,
        source: written,
    })
}

/// What was worked out for an advisory.
pub struct Found {
    /// The commits that brought the flaw, in full, or `0`.
    pub introduced: Vec<String>,
    /// The commits that repair it, in full.
    pub fixed: Vec<String>,
    /// What holds for each line, the newest first.
    pub lines: Vec<LineFinding>,
    /// The commits between which the flaw is there, where a range tells it.
    pub range: Option<CommitRange>,
    /// Which of the commits of the range that the source has each version has.
    pub held: Held,
    /// Those of them that are in no history.
    pub lost: Vec<CommitId>,
}

/// Reads a source.
pub(super) fn source(git: &Git, settings: &Settings, which: &Which) -> Result<Sourced> {
    match which {
        Which::Id(id) => super::one(git, super::settings(&settings.config)?, id),
        Which::File(path) => Sourced::read(path.clone(), path.display().to_string()),
    }
}

/// Works out what holds for each line, and keeps it for [`known`].
///
/// # Errors
/// As [`affected`], those of files left out.
fn found(git: &Git, settings: &Settings, advisory: &Advisory) -> Result<Found> {
    let asked = Asked::of(git, settings, advisory)?;
    let found = worked_out(git, settings, &asked)?;
    kept::keep(git, &asked, &found)?;
    Ok(found)
}

/// Returns what holds for each line: where that was worked out already of the same commits, tags and branches, without a look at history.
///
/// # Errors
/// As [`affected`], those of files left out.
pub fn known(git: &Git, settings: &Settings, advisory: &Advisory) -> Result<Found> {
    let asked = Asked::of(git, settings, advisory)?;
    match kept::kept(git, &asked)? {
        Some(found) => Ok(found),
        None => worked_out(git, settings, &asked),
    }
}

fn worked_out(git: &Git, settings: &Settings, asked: &Asked<'_>) -> Result<Found> {
    let Asked { advisory, introduced, fixed, lines, main } = asked;
    let stated =
        |of: fn(&Stated) -> &Vec<CommitId>| -> Vec<CommitId> { advisory.stated.iter().flat_map(of).copied().collect() };
    let named = Named {
        introduced: introduced.clone(),
        fixed: fixed.clone(),
        stated_introduced: stated(|one| &one.introduced_by),
        stated_fixed: stated(|one| &one.fixed_by),
        unrelated: stated(|one| &one.unrelated),
        ids: advisory.ids(),
    };
    let tips: Vec<CommitId> = lines.iter().flat_map(Place::commits).collect();
    let traced = Traced::of(git, *main, &tips, named)?;
    require_on_main(settings, &traced)?;
    let answers = traced.answers();
    let unrelated = stated(|one| &one.unrelated);
    let mut files = Files { bug: answers.looks(git)?, fix: MadeAgain::new(git, &answers, unrelated) };
    let seen: Vec<Seen> = lines.iter().map(|place| answers.of(&place.commits().collect::<Vec<_>>())).collect();
    let without = lines.iter().zip(&seen).flat_map(|(place, seen)| place.commits().zip(&seen.judged));
    let without: Vec<CommitId> = without.filter(|(_, judged)| never_had_it(judged)).map(|(id, _)| id).collect();
    files.bug.have_ready(&without);
    let mut decided = Vec::new();
    for (place, seen) in lines.iter().zip(seen) {
        decided.push(facts(&answers, &mut files, place, seen, advisory)?.decide());
    }
    require_some_answer(git, settings, &traced, &decided)?;
    let texts = |all: &[CommitId]| all.iter().map(ToString::to_string).collect::<Vec<_>>();
    let introduced = introduced.as_deref().map_or_else(|| vec!["0".to_owned()], texts);
    let named: Vec<(&Version, CommitId)> = asked.named().collect();
    let range = range(&answers, &decided, &named);
    let written: Vec<CommitId> = advisory.range.iter().chain(&range).flat_map(CommitRange::commits).collect();
    let holdings = answers.holdings(&written);
    let held = named.iter().map(|(version, id)| ((*version).clone(), holdings.held_by(*id))).collect();
    let lost = written.into_iter().filter(|id| holdings.graph().place(*id).is_none()).collect();
    Ok(Found { introduced, fixed: texts(fixed), lines: decided, range, held, lost })
}

/// Requires that the history and the tags that are here tell something at all.
fn require_some_answer(git: &Git, settings: &Settings, traced: &Traced, lines: &[LineFinding]) -> Result<()> {
    let is_open = |line: &LineFinding| line.verdict == LineVerdict::NotEvaluated;
    if traced.is_cut() && !lines.is_empty() && lines.iter().all(is_open) {
        return Err(Error::undecided("the history that is here tells nothing of any line").hint(UNSHALLOW));
    }
    let is_bare = |line: &LineFinding| {
        [&line.affected, &line.unaffected, &line.unknown].iter().all(|all| all.is_empty()) && line.tags.is_empty()
    };
    // Every format would tell that nothing is affected.
    if lines.iter().all(is_bare) {
        return Err(Error::undecided(format!("there is no tag of a release of the form '{}' here", settings.tag))
            .hint(format!(
                "get the tags: {}; their form is 'tag' in [project] of 'patch.toml'",
                git.fetch_from().tags()
            )));
    }
    Ok(())
}

/// What to do about a commit that is not on main.
const NOT_ON_MAIN: &str = "name the commit of main; those of a line belong into [[stated]], and of a fix that is on a private branch yet, the \
    name of the branch into 'branches' of [embargo]";

/// Requires that all commits that the advisory names are on main.
fn require_on_main(settings: &Settings, traced: &Traced) -> Result<()> {
    if let Some(stray) = traced.not_on_main().first() {
        let told = format!("commit '{stray}', which the advisory names, is not on main ('{}')", settings.main);
        return Err(match traced.is_cut() {
            true => Error::undecided(told).hint(UNSHALLOW),
            false => Error::usage(told).hint(NOT_ON_MAIN),
        });
    }
    Ok(())
}

/// Works out the range of commits. `None` where people say of a version something else than history does, which no range tells.
fn range(answers: &Answers<'_>, lines: &[LineFinding], named: &[(&Version, CommitId)]) -> Option<CommitRange> {
    let asked: Vec<CommitId> = named.iter().map(|(_, id)| *id).collect();
    let range = answers.range(&asked)?;
    let holdings = answers.holdings(&range.introduced.iter().chain(&range.fixed).copied().collect::<Vec<_>>());
    let rows = rows(lines);
    let has: HashMap<&Version, Has> = rows.iter().map(|row| (row.version, row.has)).collect();
    let is_told = |(version, id): &(&Version, CommitId)| {
        let any = |ids: &[CommitId]| ids.iter().any(|one| holdings.holds(*id, *one));
        let is_in = (range.introduced.is_empty() || any(&range.introduced)) && !any(&range.fixed);
        has.get(version).is_none_or(|has| is_in == (*has != Has::NoFlaw))
    };
    named.iter().all(is_told).then_some(range)
}

/// Looks into files of versions: for the flaw where history lacks it, and for the fix where history has the flaw without it.
struct Files<'g, 'a> {
    bug: Looks<'g>,
    fix: MadeAgain<'g, 'a>,
}

/// Gathers what is known of a line.
fn facts(
    answers: &Answers<'_>,
    files: &mut Files<'_, '_>,
    place: &Place,
    mut seen: Seen,
    advisory: &Advisory,
) -> Result<LineFacts> {
    let commits: Vec<CommitId> = place.commits().collect();
    let stated: Vec<&Stated> = advisory.stated.iter().filter(|one| one.line == place.name).collect();
    for id in stated.iter().flat_map(|one| one.fixed_by.iter().chain(&one.introduced_by)) {
        if !seen.is_cut && !answers.holds(&commits, *id) {
            let told = format!("commit '{id}', which [[stated]] gives for line '{}', is not on it", place.name);
            return Err(Error::usage(told).hint("name a commit of the branch or of a release of the line"));
        }
    }
    let mut doubts = doubts(place, &seen);
    let made_again = files.fix.of_line(&commits, &mut seen.judged)?;
    doubts.extend(remade::doubts(&made_again));
    seen.evidence.extend(made_again);
    let (judged, lacks_code, has_code) = looked_into(&mut files.bug, &commits, seen.judged)?;
    if let Some(commit) = has_code {
        doubts.push(format!("{} has lines that are the flaw, and nothing shows how they came there", commit.short()));
    }
    let mut judged = judged.into_iter();
    let open = Judged { has: Has::Unknown, repaired: false };
    let mut next = |commit: &Option<CommitId>| commit.and_then(|_| judged.next()).unwrap_or(open);
    let tags = place.odd.iter().map(|(tag, commit)| (tag.clone(), next(commit))).collect();
    let versions = place.versions.iter().map(|(version, commit)| (version.clone(), next(commit))).collect();
    let newest = place.tip.and_then(|_| judged.next());
    let said: Vec<String> = stated.iter().map(|one| format!("{} ({})", one.reason, one.by)).collect();
    Ok(LineFacts {
        name: place.name.clone(),
        support: place.support,
        until: place.until,
        versions,
        tags,
        names: place.names.clone(),
        lacks_code,
        newest,
        evidence: seen.evidence,
        stated: stated.iter().find_map(|one| one.verdict),
        said: (!said.is_empty()).then(|| said.join("; ")),
        doubts,
    })
}

/// Says whether nothing in the history of what was judged brought the flaw.
fn never_had_it(judged: &Judged) -> bool {
    *judged == Judged { has: Has::NoFlaw, repaired: false }
}

/// Looks into the files of commits in whose history nothing brought the flaw: what has its code nevertheless is not known. Says also
/// whether none of them has any of it, and names one that has.
fn looked_into(
    looks: &mut Looks<'_>,
    commits: &[CommitId],
    judged: Vec<Judged>,
) -> Result<(Vec<Judged>, bool, Option<CommitId>)> {
    let (mut found, mut codes, mut has_code) = (Vec::new(), Vec::new(), None);
    for (commit, judged) in commits.iter().zip(judged) {
        let never_had_it = never_had_it(&judged);
        let code = if never_had_it { looks.at(*commit)? } else { Code::NotTold };
        codes.extend(never_had_it.then_some(code));
        found.push(match code {
            Code::Present => {
                has_code = has_code.or(Some(*commit));
                Judged { has: Has::Unknown, repaired: false }
            }
            Code::Absent | Code::NotTold => judged,
        });
    }
    let lacks_code = !codes.is_empty() && codes.iter().all(|code| *code == Code::Absent);
    Ok((found, lacks_code, has_code))
}

fn doubts(place: &Place, seen: &Seen) -> Vec<String> {
    let mut doubts = Vec::new();
    if place.commits().next().is_none() && place.versions.is_empty() && place.odd.is_empty() {
        doubts.push("there is neither its branch nor a release of it here".to_owned());
    }
    let versions = place.versions.iter().map(|(version, commit)| (version.to_string(), commit));
    let all = versions.chain(place.odd.iter().map(|(tag, commit)| (tag.name.clone(), commit)));
    let missing: Vec<String> = all.filter(|(_, commit)| commit.is_none()).map(|(name, _)| name).collect();
    if !missing.is_empty() {
        doubts.push(format!("the tags of {} lead to no commit that is here", missing.join(", ")));
    }
    if seen.is_cut {
        doubts.push("the clone is shallow and lacks history that matters".to_owned());
    }
    let mut told = HashSet::new();
    for pick in seen.perhaps.iter().filter(|pick| told.insert((pick.commit, pick.origin))) {
        // In full: [[stated]] takes nothing shorter.
        let (commit, origin) = (pick.commit, pick.origin.short());
        if pick.known == Known::FixLike {
            doubts.push(format!(
                "{commit} reads as if it made {origin} again ('{}'), and what it changes does not show it: say in [[stated]] that it \
                 repairs the line ('fixed-by'), or that it is 'unrelated'",
                pick.detail
            ));
            continue;
        }
        let seems = match pick.known {
            Known::Likeness => format!("{commit} looks like a pick of {origin}"),
            Known::Trailer | Known::PullRequest => format!("{commit} says that it is a pick of {origin}"),
            Known::Ancestor
            | Known::PatchId
            | Known::Stated
            | Known::Reverts
            | Known::Lines
            | Known::Inverse
            | Known::FixLike
            | Known::Unproven => format!("{commit} may stand for {origin}"),
        };
        doubts.push(format!("{seems}, and what it changes does not show it: say in [[stated]] what holds"));
    }
    for one in &seen.doubtful {
        doubts.push(format!(
            "{} may take back {}, and what it changes does not show it: say in [[stated]] what holds",
            one.by,
            one.commit.short()
        ));
    }
    doubts
}

/// Writes what was found into a source, which is replaced in one step.
fn write(git: &Git, source: &Sourced, found: &Found) -> Result<Written> {
    let advisory = &source.advisory;
    let introduced = match &advisory.introduced {
        Introduced::By(names) => names.iter().map(ToString::to_string).collect(),
        Introduced::Always => vec!["0".to_owned()],
        Introduced::Unknown => Vec::new(),
    };
    let fixed: Vec<String> = advisory.fixed.iter().map(ToString::to_string).collect();
    let is_same = advisory.lines == found.lines && advisory.range == found.range;
    let says = (introduced == found.introduced, fixed == found.fixed, is_same);
    if says == (true, true, true) {
        return Ok(Written::Already);
    }
    if advisory.state == State::Withdrawn {
        let told = format!("advisory '{}' is withdrawn, and what it says of its lines stays as it is", advisory.id);
        return Err(Error::no(told).hint(format!("see what holds now: patch-advisory affected {}", advisory.id)));
    }
    let mut changed = Source::of(&source.text)?;
    if !says.0 {
        changed.set_list("introduced", found.introduced.iter().cloned());
    }
    if !says.1 {
        changed.set_list("fixed", found.fixed.iter().cloned());
    }
    if !says.2 {
        changed.set_lines(&found.lines).set_range(found.range.as_ref());
    }
    source.replace(git, &changed, Mode::Write)?;
    Ok(Written::Written)
}
