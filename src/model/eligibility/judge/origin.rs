//! Where the commits of a pull request to a line come from.

use super::history::{first, missing};
use super::{Answer, Case, count, listed};
use crate::model::commit::CommitId;
use crate::model::eligibility::Rule;
use crate::model::eligibility::facts::{Origin, PickedFrom};
use crate::model::eligibility::waiver::{WAIVERS_PATH, Waiver};

/// What the origin of one commit comes to.
enum Standing {
    Fine,
    Open,
    Broken,
}

impl Case<'_> {
    pub(super) fn origin(&self) -> Answer {
        let Some(picks) = &self.facts.picks else { return Answer::NotAsked };
        let Some(picks) = picks.value() else { return missing("what its commits are", picks.missing()) };
        if picks.is_empty() {
            return Answer::failed("it brings no commit");
        }
        let (mut broken, mut open, mut fine) = (Vec::new(), Vec::new(), Vec::new());
        for pick in picks {
            let (standing, told) = told(pick);
            match standing {
                Standing::Fine => fine.push(told),
                Standing::Open if self.waiver_of(pick).is_some() => open.push(told),
                Standing::Open => open.push(format!("{told}; {}", self.how(Some(pick.commit)))),
                Standing::Broken => broken.push(told),
            }
        }
        match (broken.is_empty(), open.is_empty()) {
            (false, _) => Answer::Failed("a commit has no origin on main".to_owned(), broken),
            (true, false) => Answer::Undecided("the origin of a commit is not sure".to_owned(), open),
            (true, true) if self.facts.is_of_line_only() => {
                Answer::Passed("every commit belongs to the line alone".to_owned(), fine)
            }
            (true, true) => Answer::Passed("every commit is a pick from main".to_owned(), fine),
        }
    }

    /// Returns for each commit that is not fine the waiver that was given for what that very commit holds; none at all where one lacks
    /// it. By its fix alone a waiver would let in whatever is pushed under the name of the fix until its last day.
    pub(super) fn looked_at(&self) -> Vec<&Waiver> {
        let mut found: Vec<&Waiver> = Vec::new();
        for pick in self.open() {
            let Some(waiver) = self.waiver_of(pick) else { return Vec::new() };
            if !found.contains(&waiver) {
                found.push(waiver);
            }
        }
        found
    }

    /// Says of a waiver of this rule that it names no commit that was looked at, and how to give one that does.
    pub(super) fn unbound(&self, waiver: &Waiver) -> Option<String> {
        let names_itself = self.picks().iter().any(|pick| waiver.covers(pick));
        if waiver.rule != Rule::Origin || waiver.pick.is_some() || names_itself {
            return None;
        }
        let unbound = format!("'origin' by {} does not name the commit that was looked at", waiver.by);
        let left = self.open().find(|pick| self.waiver_of(pick).is_none()).map(|pick| pick.commit);
        Some(match (left, self.picks().is_empty()) {
            (None, false) => format!("{unbound}, and nothing is left to look at: remove it from {WAIVERS_PATH}"),
            (left, _) => format!("{unbound}; {}", self.how(left)),
        })
    }

    /// Returns the waiver that was given for what a commit holds.
    fn waiver_of(&self, pick: &PickedFrom) -> Option<&Waiver> {
        self.in_force(Rule::Origin).into_iter().find(|waiver| waiver.covers(pick))
    }

    pub(super) fn picks(&self) -> &[PickedFrom] {
        self.facts.picks.as_ref().and_then(|picks| picks.value()).map_or(&[], Vec::as_slice)
    }

    /// Returns the commits that are not fine.
    fn open(&self) -> impl Iterator<Item = &PickedFrom> {
        self.picks().iter().filter(|pick| !matches!(told(pick).0, Standing::Fine))
    }

    /// Says how a waiver is recorded for what one commit holds.
    fn how(&self, pick: Option<CommitId>) -> String {
        let fix = self.commits.first().map_or_else(|| "FIX".to_owned(), |fix| fix.short().to_string());
        let pick = pick.map_or_else(|| "COMMIT".to_owned(), |pick| pick.to_string());
        format!("record what was seen: patch-check waive {fix} --rule origin --pick {pick} --reason WHY --until DAY")
    }
}

/// Returns what the origin of a commit comes to, in words.
fn told(pick: &PickedFrom) -> (Standing, String) {
    let id = pick.commit.short();
    let named = format!("{id} ('{}')", pick.subject);
    match &pick.origin {
        Origin::Main(from) => (Standing::Fine, format!("{id} is a pick of {}", from.short())),
        Origin::Resolved(from, files) => {
            let files = listed(&first(files.clone()));
            let how = format!("with conflicts resolved by hand in {files}");
            (Standing::Fine, format!("{id} is a pick of {}, {how}", from.short()))
        }
        Origin::OfLine(why) => (Standing::Fine, format!("{id} belongs to the line alone: {why}")),
        Origin::Altered(from, files) => {
            let files = listed(&first(files.clone()));
            let how = format!("changes {files} in another way than a pick of {} would", from.short());
            (Standing::Open, format!("{named} {how}"))
        }
        Origin::MadeAnew(from, files) => {
            let files = listed(&first(files.clone()));
            let how = format!("and whether 'regenerate' made {files} cannot be told: make it anew to compare");
            (Standing::Open, format!("{named} is a pick of {}, {how}", from.short()))
        }
        Origin::SaysOfLine(why) => (Standing::Open, format!("{named} says that it belongs to the line alone: {why}")),
        Origin::Probably(from) => (Standing::Open, format!("{named} is probably a pick of {}", from.short())),
        Origin::OddMerge => {
            (Standing::Open, format!("{named} is a merge whose result is not what merging its parents gives"))
        }
        Origin::MergesMain { commits, newest } => {
            let commits = count(*commits as u64, "commit", "commits");
            (Standing::Broken, format!("{named} merges main, up to {}: {commits}", newest.short()))
        }
        Origin::Elsewhere(what) => (Standing::Broken, format!("{named} names what main has not: {what}")),
        Origin::Nowhere => (Standing::Broken, format!("{named} is a pick of nothing on main")),
    }
}
