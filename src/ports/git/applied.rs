//! What picks come to, kept under the git directory by what it follows from, so that a fix that was looked at is not worked
//! out again before its line moves.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use sha1::Digest as _;

use crate::model::commit::ObjectId;
use crate::model::error::Result;
use crate::model::forecast::{Forecast, Outcome};

use super::Git;
use super::attributes::configured_outside;
use super::cache::{keep_document, kept_document};
use super::forecaster::{Basis, Forecaster, Pick};
use super::renames::renames_configured;
use super::version::GitVersion;

/// What a pick comes to, without the tree that it gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    /// The verdict.
    pub outcome: Outcome,
    /// The paths that conflict, sorted; empty unless the outcome is a conflict.
    pub files: Vec<String>,
}

impl From<Forecast> for Applied {
    fn from(forecast: Forecast) -> Self {
        Self { outcome: forecast.outcome, files: forecast.files }
    }
}

/// The name of what an answer follows from.
type Basics = ObjectId;

/// What is kept from run to run.
#[derive(Default, Serialize, Deserialize)]
struct Kept {
    /// The version of this form.
    form: u32,
    known: Vec<(Basics, Applied)>,
}

/// The name of the file of kept answers.
const FILE: &str = "applied.json";
/// Its form.
const FORM: u32 = 1;
/// So many answers are kept at most.
const MOST_KEPT: usize = 5_000;

impl Git {
    /// Works out what picks come to, in order, on every core. Answers are kept under the git directory, in a file that may be
    /// deleted at any time, unless the user configured how texts merge or renames are found.
    ///
    /// # Errors
    /// When an object is missing or git fails.
    pub fn applied(&self, picks: &[Pick]) -> Result<Vec<Applied>> {
        if picks.is_empty() {
            return Ok(Vec::new());
        }
        if configured_outside(self.repository()) || renames_configured(self.repository()) {
            return Ok(Forecaster::new(self)?.all(picks)?.into_iter().map(Applied::from).collect());
        }
        let version = self.version()?;
        let basics: Vec<Basics> = picks.iter().map(|pick| basics(version, pick)).collect();
        let mut known = self.kept_applied();
        let mut found: Vec<Option<Applied>> = basics.iter().map(|basics| known.get(basics).cloned()).collect();
        let open: Vec<usize> = (0..picks.len()).filter(|at| found[*at].is_none()).collect();
        if !open.is_empty() {
            let asked: Vec<Pick> = open.iter().map(|at| picks[*at]).collect();
            for (at, (forecast, basis)) in open.into_iter().zip(Forecaster::new(self)?.all_with_basis(&asked)?) {
                let applied = Applied::from(forecast);
                match basis {
                    Basis::Trees => drop(known.insert(basics[at], applied.clone())),
                    Basis::Drivers => {}
                }
                found[at] = Some(applied);
            }
            self.keep_applied(known, &basics);
        }
        Ok(found.into_iter().flatten().collect())
    }

    fn kept_applied(&self) -> HashMap<Basics, Applied> {
        let kept: Kept = kept_document(self, FILE);
        kept.known.into_iter().filter(|_| kept.form == FORM).collect()
    }

    /// Keeps what was asked for now, and of the rest what there is room for.
    fn keep_applied(&self, mut known: HashMap<Basics, Applied>, asked: &[Basics]) {
        let now: Vec<(Basics, Applied)> = asked.iter().filter_map(|basics| known.remove_entry(basics)).collect();
        let known = now.into_iter().chain(known).take(MOST_KEPT).collect();
        keep_document(self, FILE, &Kept { form: FORM, known });
    }
}

/// Names what the answer about a pick follows from. Commits are none of it: their names only go into conflict markers.
fn basics(version: GitVersion, pick: &Pick) -> Basics {
    let mut digest = sha1::Sha1::new();
    digest.update(format!("{version}\0"));
    for side in [pick.base, pick.ours, pick.theirs] {
        digest.update(side.tree.as_bytes());
    }
    Basics::from_bytes(digest.finalize().into())
}
