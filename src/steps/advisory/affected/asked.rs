//! What is asked about an advisory: names of commits made full, and where lines and releases are.

use semver::Version;

use super::UNSHALLOW;
use super::places::{Place, places};
use crate::model::advisory::Advisory;
use crate::model::advisory::lines::{CommitName, Introduced, Stated};
use crate::model::arrange::Arrange as _;
use crate::model::commit::CommitId;
use crate::model::error::{Error, Result};
use crate::ports::git::Git;
use crate::ports::settings::Settings;
use crate::ports::survey::affected::suspects;

/// What is asked about an advisory: it follows from this, and from what the commits hold, what is found.
pub struct Asked<'a> {
    /// The advisory.
    pub advisory: &'a Advisory,
    /// The commits that brought the flaw. `None`: it is there from the first commit on.
    pub introduced: Option<Vec<CommitId>>,
    /// The commits that repair it.
    pub fixed: Vec<CommitId>,
    /// The lines, the newest first.
    pub lines: Vec<Place>,
    /// The newest commit of main.
    pub main: CommitId,
}

impl<'a> Asked<'a> {
    /// Finds out where the commits, the lines and their releases are.
    ///
    /// # Errors
    /// As [`super::affected`], those of files left out.
    pub fn of(git: &Git, settings: &Settings, advisory: &'a Advisory) -> Result<Self> {
        let fixed = resolve_all(git, &advisory.fixed)?;
        let introduced = match &advisory.introduced {
            Introduced::Always => None,
            Introduced::By(names) => Some(resolve_all(git, names)?),
            // What people name on lines is all that brought it.
            Introduced::Unknown if advisory.is_of_lines_only() => Some(Vec::new()),
            Introduced::Unknown => return Err(not_known(git, advisory, &fixed)?),
        };
        let lines = places(git, settings, &advisory.packages, &advisory.stated)?;
        for stated in &advisory.stated {
            check_stated(git, &lines, stated)?;
            require_beginning(&advisory.introduced, stated)?;
        }
        Ok(Self { advisory, introduced, fixed, lines, main: git.branch_commit(&settings.main)? })
    }

    /// Returns the versions whose commits are here.
    pub fn named(&self) -> impl Iterator<Item = (&Version, CommitId)> {
        self.lines.iter().flat_map(|place| &place.versions).filter_map(|(version, id)| Some((version, (*id)?)))
    }
}

fn resolve_all(git: &Git, names: &[CommitName]) -> Result<Vec<CommitId>> {
    let mut found: Vec<CommitId> = Vec::new();
    for name in names {
        let id = resolve(git, name)?;
        if !found.contains(&id) {
            found.push(id);
        }
    }
    Ok(found)
}

fn resolve(git: &Git, name: &CommitName) -> Result<CommitId> {
    let full = name.full().filter(|id| git.commit(*id).is_ok());
    full.or_else(|| name.full().is_none().then(|| git.expand(name.as_str())).flatten()).ok_or_else(|| {
        let told = format!("no commit, or more than one, has the name '{name}', which the advisory gives");
        match git.is_shallow() {
            true => Error::undecided(told).hint(UNSHALLOW),
            false => Error::usage(told).hint("give all forty digits, and fetch the commit if it is not here"),
        }
    })
}

/// The error for an advisory that does not say since when the flaw is there, with what its fixes show.
fn not_known(git: &Git, advisory: &Advisory, fixed: &[CommitId]) -> Result<Error> {
    let told = Error::undecided(format!("{} does not say which commits brought the flaw", advisory.id));
    let mut names: Vec<String> = Vec::new();
    for fix in fixed {
        let found = suspects(git, &git.commit(*fix)?)?;
        names.extend(found.commits().iter().map(|id| format!("\"{id}\"")));
    }
    names.arrange();
    names.dedup();
    Ok(told.hint(match (names.is_empty(), fixed.is_empty()) {
        (false, _) => format!(
            "the fix changes what these wrote; if they brought it, write: introduced = [{}]; if it was there from the beginning: introduced = [\"0\"]",
            names.join(", ")
        ),
        (true, true) => "name the commits of main in 'introduced' and 'fixed'; \"0\" in 'introduced' stands for the beginning; where the flaw came on a line only, name its commits in [[stated]]: 'introduced-by', 'fixed-by'".to_owned(),
        (true, false) => "the fix does not show it: find out with 'git bisect' or 'git log -S', and name them in 'introduced'; \"0\" stands for the beginning".to_owned(),
    }))
}

/// Requires that nothing brought a flaw later that was always there.
fn require_beginning(introduced: &Introduced, stated: &Stated) -> Result<()> {
    match introduced {
        Introduced::Always if !stated.introduced_by.is_empty() => Err(Error::usage(format!(
            "[[stated]] says what brought the flaw to line '{}', and 'introduced' that it was there from the first commit on",
            stated.line
        ))
        .hint("where it came on lines only, write introduced = [] and no 'fixed'; else take 'introduced-by' out")),
        Introduced::Always | Introduced::By(_) | Introduced::Unknown => Ok(()),
    }
}

fn check_stated(git: &Git, lines: &[Place], stated: &Stated) -> Result<()> {
    if lines.iter().all(|place| place.name != stated.line) {
        let names: Vec<String> = lines.iter().map(|place| place.name.to_string()).collect();
        return Err(Error::usage(format!("[[stated]] speaks of line '{}', and there is none", stated.line))
            .hint(format!("the lines are: {}", names.join(", "))));
    }
    let is_there = |name: &&String| {
        let own = lines.iter().filter(|place| place.name == stated.line);
        own.flat_map(|place| &place.odd).any(|(tag, _)| tag.name == **name)
    };
    if let Some(stray) = stated.left_out.iter().find(|name| !is_there(name)) {
        return Err(Error::usage(format!(
            "[[stated]] leaves out '{stray}', and line '{}' has no such release whose place is uncertain",
            stated.line
        ))
        .hint("write what stands in its tag in place of '{version}'; one that has a place among versions stays"));
    }
    for id in stated.fixed_by.iter().chain(&stated.introduced_by).chain(&stated.unrelated) {
        git.commit(*id).map_err(|missing| {
            let told = format!("commit '{id}', which [[stated]] gives for line '{}', is not here", stated.line);
            match git.is_shallow() {
                true => Error::undecided(told).hint(UNSHALLOW),
                false => Error::usage(told).because(missing).hint("correct it, or fetch the commit"),
            }
        })?;
    }
    Ok(())
}
