//! Lines that would be called affected, and whose files have most of the lines that the fix adds: a person has to decide.

use crate::model::advisory::contain::Judged;
use crate::model::advisory::lines::{Known, LineEvidence, Role};
use crate::model::advisory::runs::Has;
use crate::model::commit::CommitId;
use crate::model::error::Result;
use crate::ports::git::Git;
use crate::ports::survey::flaw::Answers;
use crate::ports::survey::remade::Remade;

/// Looks into files for the fix, where that is asked at all.
pub struct MadeAgain<'g, 'a> {
    git: &'g Git,
    answers: &'a Answers<'a>,
    unrelated: Vec<CommitId>,
    looks: Option<Remade<'g>>,
}

impl<'g, 'a> MadeAgain<'g, 'a> {
    /// Looks nowhere yet. Commits that people call unrelated are no fix, whatever their files have.
    pub fn new(git: &'g Git, answers: &'a Answers<'a>, unrelated: Vec<CommitId>) -> Self {
        Self { git, answers, unrelated, looks: None }
    }

    /// Looks into the newest state of a line, and, where that has the lines of the fix, into what is older, as far as it has them too. What
    /// has them is not known any more. `judged` has what is known of `commits`, the newest state last, where the line has one.
    ///
    /// # Errors
    /// When an object is missing or git fails.
    pub fn of_line(&mut self, commits: &[CommitId], judged: &mut [Judged]) -> Result<Vec<LineEvidence>> {
        let is_affected = |at: &usize| judged[*at].has == Has::Flaw;
        let newest_first: Vec<usize> = (0..commits.len().min(judged.len())).rev().collect();
        let mut found = None;
        for at in newest_first.iter().take_while(|at| is_affected(at)) {
            let looks = match &mut self.looks {
                Some(looks) => looks,
                none => none.insert(self.answers.remade(self.git)?),
            };
            let likes = looks.at(commits[*at])?;
            if likes.is_empty() {
                break;
            }
            found = Some((*at, likes));
        }
        let Some((oldest, likes)) = found.filter(|(at, _)| !self.unrelated.contains(&commits[*at])) else {
            return Ok(Vec::new());
        };
        let open = Judged { has: Has::Unknown, repaired: false };
        judged[oldest..].iter_mut().for_each(|judged| *judged = open);
        let piece = |like: crate::ports::survey::remade::Like| LineEvidence {
            role: Role::Fixed,
            commit: commits[oldest],
            origin: like.fix,
            known: Known::FixLike,
            detail: String::from_utf8_lossy(&like.path).into_owned(),
        };
        Ok(likes.into_iter().map(piece).collect())
    }
}

/// Says why it is not known whether a line has the fix.
pub fn doubts(evidence: &[LineEvidence]) -> impl Iterator<Item = String> {
    let told = |piece: &LineEvidence| {
        format!(
            "'{}' at {} has most of the lines that {} adds, and nothing shows how they came there: say in [[stated]] which commit of the \
             line repairs it ('fixed-by'), or that {} is 'unrelated'",
            piece.detail,
            piece.commit.short(),
            piece.origin.short(),
            piece.commit
        )
    };
    evidence.iter().map(told)
}
