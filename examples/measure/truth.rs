//! The truth that answers are judged by: the picks of the lines that say with a `-x` trailer where they are from.

use std::collections::HashSet;
use std::path::Path;

use anyhow::{Context, Result};
use backstitch::model::commit::{Commit, CommitId};
use backstitch::model::line::LineName;
use backstitch::model::request::Since;
use backstitch::ports::git::Git;
use backstitch::ports::settings::{self, Settings};
use backstitch::ports::survey::{Survey, survey};

/// A repository with its lines.
pub struct World {
    pub git: Git,
    pub settings: Settings,
    /// The lines that were asked for, also those at the end of their life.
    pub lines: Vec<LineName>,
}

impl World {
    /// Opens a repository and finds its lines.
    pub fn open(repo: &Path, main: Option<&str>, glob: Option<&str>) -> Result<Self> {
        let git = Git::open(repo)?;
        let mut settings = settings::load(&git, None)?;
        if let Some(main) = main {
            settings.main = main.parse().context("--main")?;
        }
        let wanted: Option<HashSet<String>> = match glob {
            Some(glob) => {
                let pattern = format!("refs/heads/{glob}");
                let found = git.program().text(&["for-each-ref", "--format=%(refname:lstrip=2)", &pattern])?;
                Some(found.lines().map(str::to_owned).collect())
            }
            None => None,
        };
        let mut lines = Vec::new();
        for line in &settings.config.lines {
            let branch = settings.branch_of(&git, line)?;
            if branch != settings.main && wanted.as_ref().is_none_or(|wanted| wanted.contains(&branch.to_string())) {
                lines.push(line.name.clone());
            }
        }
        Ok(Self { git, settings, lines })
    }

    /// Looks at all of main since the oldest of the lines left it.
    pub fn survey(&self) -> Result<Survey> {
        Ok(survey(&self.git, &self.settings, &self.lines, &Since::BranchPoints)?)
    }
}

/// A commit of a line with at least one trailer that names a commit of main.
pub struct Truth {
    /// The line, by its place in the survey.
    pub line: usize,
    pub pick: CommitId,
    /// What the line was at when the pick was made.
    pub onto: CommitId,
    /// The commits of main that the trailers name.
    pub origins: Vec<CommitId>,
}

/// Finds the truth: every pick once, merges left out.
pub fn truths(git: &Git, survey: &Survey) -> Result<Vec<Truth>> {
    let on_main = history_of(git, survey.main_tip)?;
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for (line, surveyed) in survey.lines.iter().enumerate() {
        for commit in &surveyed.own {
            if let Some(truth) = truth(&on_main, line, commit).filter(|truth| seen.insert(truth.pick)) {
                found.push(truth);
            }
        }
    }
    Ok(found)
}

/// Returns a commit and all its ancestors, as git lists them.
pub fn history_of(git: &Git, tip: CommitId) -> Result<HashSet<CommitId>> {
    let listed = git.program().text(&["rev-list", &tip.to_string()])?;
    Ok(listed.lines().map(str::parse).collect::<std::result::Result<_, _>>()?)
}

fn truth(on_main: &HashSet<CommitId>, line: usize, commit: &Commit) -> Option<Truth> {
    let [onto] = commit.parents[..] else { return None };
    let mut origins = trailers(&commit.message);
    origins.retain(|origin| on_main.contains(origin));
    (!origins.is_empty()).then_some(Truth { line, pick: commit.id, onto, origins })
}

/// Returns what a message names with `-x` trailers. It is read here without the library's parser, which is judged by it.
pub fn trailers(message: &str) -> Vec<CommitId> {
    let named = message.split("cherry picked from commit ").skip(1);
    let mut found: Vec<CommitId> =
        named.filter_map(|rest| rest.get(..40)).filter_map(|digits| digits.parse().ok()).collect();
    let mut seen = HashSet::new();
    found.retain(|id| seen.insert(*id));
    found
}
