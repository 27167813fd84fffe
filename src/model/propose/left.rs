//! Fixes that a pull request had, and that the plan has no longer.

use serde::{Deserialize, Serialize};

use schemars::JsonSchema;

use crate::model::branch::BranchName;
use crate::model::commit::CommitId;
use crate::model::line::LineName;
use crate::model::markdown;

use super::body::{CLOSE, MOST_NAMED, MOST_TITLE};
use super::{Marked, ProposedPick};

/// A fix that was taken out of a pull request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct LeftFix {
    /// The fix.
    pub fix: CommitId,
    /// What the fix is called: text from a stranger.
    pub title: String,
}

/// Returns the part of a body that lists the fixes which left; nothing where none did.
pub fn part(left: &[LeftFix]) -> String {
    if left.is_empty() {
        return String::new();
    }
    let mut part = "\n### No longer in here\n\nThese were here, and the plan has them no longer:\n\n".to_owned();
    for LeftFix { fix, title } in left.iter().take(MOST_NAMED) {
        let title: String = title.chars().take(MOST_TITLE).collect();
        part.push_str(&format!("- {fix} {}\n", markdown::inline(&title)));
    }
    if let more @ 1.. = left.len().saturating_sub(MOST_NAMED) {
        part.push_str(&format!("- and {more} more\n"));
    }
    part
}

/// Returns the body of a pull request that nothing is needed of any more. `foreign`: the first commit of somebody else on its branch,
/// for which it stays open.
pub fn over(
    line: &LineName,
    head: &BranchName,
    left: &[LeftFix],
    foreign: Option<CommitId>,
    marked: &Marked,
) -> String {
    let end = match foreign {
        None => "It was closed for that. Should a fix be needed again, another one is opened.".to_owned(),
        Some(foreign) => format!(
            "It stays open, for {} has commits of somebody else, such as {foreign}: look at them, and merge or close it.",
            markdown::code(head.as_str())
        ),
    };
    let mut body = marked.line();
    body.push_str(&format!(
        "**Nothing of this is needed any more:** the plan for line {} has no pick that the line lacks. {end}\n",
        markdown::escape_within(line.as_str())
    ));
    body.push_str(&part(left));
    body.push_str(&format!("\n{CLOSE}\n"));
    if !marked.kept.is_empty() {
        body.push_str(&format!("\n{}\n", marked.kept));
    }
    body
}

impl Marked {
    /// Returns the fixes that are in the pull request by its mark, and not in a plan.
    pub fn lost(&self, picks: &[ProposedPick]) -> Vec<CommitId> {
        let planned = |fix: &&CommitId| picks.iter().any(|pick| pick.fix == **fix);
        self.fixes.iter().filter(|fix| !planned(fix)).copied().collect()
    }
}
