//! Main and one stretch of a line: what a release of the line has and the one before has not.

use std::collections::{HashMap, HashSet};

use crate::model::branch::BranchName;
use crate::model::change::changes;
use crate::model::commit::CommitId;
use crate::model::error::Result;
use crate::model::follow_up::Fates;
use crate::model::line::Line;
use crate::model::presence::Origins;
use crate::model::status::LookBack;
use crate::ports::git::Git;
use crate::ports::settings::Settings;

use super::{LineSurvey, Survey, match_all, requests_of_members, stated_origins, taken_back};

/// A stretch of a line.
pub struct Stretch<'s> {
    /// The line.
    pub line: &'s Line,
    /// Its branch.
    pub branch: &'s BranchName,
    /// The commit that is left out, with its history.
    pub from: CommitId,
    /// The newest commit.
    pub to: CommitId,
}

/// Surveys main, from where the stretch left it, and the stretch as if it were a line of its own. What main has as well is not among
/// its own commits.
///
/// # Errors
/// When main has no branch, has nothing in common with the stretch, history is missing, or git fails.
pub fn stretch(git: &Git, settings: &Settings, asked: &Stretch<'_>) -> Result<Survey> {
    let main_tip = git.branch_commit(&settings.main)?;
    let own = git.commits_between(&[asked.from, main_tip], asked.to, None)?;
    let branch_point = git.merge_base(main_tip, asked.to)?;
    let commits = git.commits_between(&[branch_point], main_tip, None)?;
    let changes = changes(&commits, main_tip);
    let origins = Origins::new(&commits, &requests_of_members(&changes));
    let taken_back = taken_back(&own);
    let mut lines = [LineSurvey {
        line: asked.line.clone(),
        branch: asked.branch.clone(),
        tip: asked.to,
        branch_point,
        stated: stated_origins(git, own.iter().filter(|commit| !taken_back.contains_key(&commit.id))),
        own,
        matches: Vec::new(),
        ancestors: HashSet::new(),
        releases: HashMap::new(),
        first_release: None,
        taken_back,
    }];
    match_all(git, &origins, &commits, &mut lines)?;
    let because = "where the release left main".to_owned();
    Ok(Survey {
        main: settings.main.clone(),
        main_tip,
        look_back: LookBack { because, from: None },
        fates: Fates::new(&commits),
        commits,
        changes,
        lines: lines.into(),
        undecided: Vec::new(),
        notes: Vec::new(),
        shared: branch_point,
        complete: true,
    })
}
