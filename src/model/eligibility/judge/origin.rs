//! Where the commits of a pull request to a line come from.

use super::history::{first, missing};
use super::{Answer, Case, count, listed};
use crate::model::commit::CommitId;
use crate::model::eligibility::Rule;
use crate::model::eligibility::facts::{Origin, PickedFrom};
use crate::model::eligibility::waiver::Waiver;

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
            let (standing, told) = self.told(pick);
            match standing {
                Standing::Fine => fine.push(told),
                Standing::Open => open.push(told),
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
    pub(super) fn looked_at<'w>(&self, waivers: &[&'w Waiver]) -> Vec<&'w Waiver> {
        let waiver = |commit: CommitId| waivers.iter().copied().find(|waiver| waiver.looked_at() == commit);
        let mut found: Vec<&Waiver> = Vec::new();
        for commit in self.open() {
            let Some(waiver) = waiver(commit) else { return Vec::new() };
            if !found.contains(&waiver) {
                found.push(waiver);
            }
        }
        found
    }

    /// Says of a waiver of this rule that it names no commit that was looked at, and how to give one that does.
    pub(super) fn unbound(&self, waiver: &Waiver) -> Option<String> {
        let names_itself = self.picks().iter().any(|pick| pick.commit == waiver.fix);
        if waiver.rule != Rule::Origin || waiver.pick.is_some() || names_itself {
            return None;
        }
        let commit = self.open().next();
        let pick = commit.map_or_else(|| "COMMIT".to_owned(), |commit| commit.to_string());
        Some(format!(
            "'origin' by {} does not name the commit that was looked at; {}",
            waiver.by,
            how(&waiver.fix.short(), &pick)
        ))
    }

    fn picks(&self) -> &[PickedFrom] {
        self.facts.picks.as_ref().and_then(|picks| picks.value()).map_or(&[], Vec::as_slice)
    }

    /// Returns the commits that are not fine.
    fn open(&self) -> impl Iterator<Item = CommitId> {
        let is_open = |pick: &&PickedFrom| !matches!(self.told(pick).0, Standing::Fine);
        self.picks().iter().filter(is_open).map(|pick| pick.commit)
    }

    fn told(&self, pick: &PickedFrom) -> (Standing, String) {
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
                let how = format!(
                    "and whether 'regenerate' made {files} cannot be told: make it anew to compare, then {}",
                    how(&self.commits.first().unwrap_or(from).short(), &pick.commit.to_string())
                );
                (Standing::Open, format!("{named} is a pick of {}, {how}", from.short()))
            }
            Origin::SaysOfLine(why) => {
                (Standing::Open, format!("{named} says that it belongs to the line alone: {why}"))
            }
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
}

/// Says how a waiver is recorded for what one commit holds.
fn how(fix: &str, pick: &str) -> String {
    format!("record what was seen: patch-check waive {fix} --rule origin --pick {pick} --reason WHY --until DAY")
}
