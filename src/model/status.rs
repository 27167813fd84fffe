//! The fix × line table: for each change of main and each line, where it stands and why.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::branch::BranchName;
use super::commit::CommitId;
use super::decision::{Answer, Decision};
use super::forecast::Forecast;
use super::line::{LineName, LineStatus};
use super::presence::{Certainty, Evidence, Key};
use super::undecided::UndecidedLine;

/// The value of the `schema` field of a status.
pub const STATUS_SCHEMA: &str = "patch-pick/status@1";

/// Where a change stands on a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// The line has it, and no release of the line does.
    OnLine,
    /// A release of the line has it.
    Released,
    /// The line lacks it, and something says that it needs it.
    Needed,
    /// The line lacks it, and what it repairs is not on the line either.
    NotAffected,
    /// The line lacks it because somebody decided so.
    Declined,
    /// The line lacks it, and main took it back.
    RevertedOnMain,
    /// The line lacks it, and nothing tells whether it needs it.
    Unknown,
}

impl State {
    /// Returns the words for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OnLine => "on line",
            Self::Released => "released",
            Self::Needed => "needed",
            Self::NotAffected => "not affected",
            Self::Declined => "declined",
            Self::RevertedOnMain => "reverted on main",
            Self::Unknown => "unknown",
        }
    }
}

/// Where one change stands on one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Cell {
    /// The line.
    pub line: LineName,
    /// Where the change stands.
    pub state: State,
    /// How sure it is that the line has the change, where it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certainty: Option<Certainty>,
    /// The first release of the line that has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<String>,
    /// The commits of the line that carry it, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub picks: Vec<CommitId>,
    /// What says that the line has it, the strongest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
    /// Why the state is what it is, one sentence without a full stop each. May quote strangers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
    /// For a change that is needed: what picking it would do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forecast: Option<Forecast>,
}

/// A change and where it stands on each line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Row {
    /// The commit on main.
    pub change: CommitId,
    /// The commits that it brought.
    pub commits: Vec<CommitId>,
    /// Its pull request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pull_request: Option<u64>,
    /// What it is called: text from a stranger.
    pub title: String,
    /// Who wrote it: text from a stranger.
    pub author: String,
    /// When it landed, RFC 3339 in UTC.
    pub landed: String,
    /// One cell a line, in the order of the lines of the status.
    pub cells: Vec<Cell>,
}

/// A line as the status found it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct LineAt {
    /// Its name.
    pub line: LineName,
    /// Its branch.
    pub branch: BranchName,
    /// How far it is supported.
    pub status: LineStatus,
    /// The newest commit.
    pub tip: CommitId,
    /// Where it left main.
    pub branch_point: CommitId,
    /// How many commits it has that main has not.
    pub own_commits: usize,
}

/// How far back the status looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct LookBack {
    /// Why so far: one phrase for people.
    pub because: String,
    /// Nothing that landed before this moment (RFC 3339, UTC) is looked at; absent if the bound is the branch points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}

/// What `patch-pick status` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Status {
    /// Always `patch-pick/status@1`.
    pub schema: String,
    /// The branch that changes land on first.
    pub main: BranchName,
    /// Its newest commit.
    pub main_tip: CommitId,
    /// How far back it was looked.
    pub look_back: LookBack,
    /// The lines, the newest first.
    pub lines: Vec<LineAt>,
    /// The changes, the newest first.
    pub rows: Vec<Row>,
    /// How many changes were left out of the rows because no line picked, needs or declined them.
    pub hidden: usize,
    /// Lines that could not be compared with main.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub undecided: Vec<UndecidedLine>,
    /// What a person should know of the branches, one sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// What is known of one change on one line, from which its state follows.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// It is part of the line's own history.
    pub ancestor: bool,
    /// The picks of its commits on the line, those taken back again left out.
    pub picks: Vec<CommitId>,
    /// What says so.
    pub evidence: Vec<Evidence>,
    /// How sure that is for the least sure of its commits; `None` if some commit was not found.
    pub certainty: Option<Certainty>,
    /// How many of its commits were found, and how many it has.
    pub found: (usize, usize),
    /// The release that has all of it.
    pub release: Option<String>,
    /// A pick of it, and what took that pick back on the line.
    pub taken_back: Option<(CommitId, CommitId)>,
    /// The latest decision: whether it was accepted, and the reason.
    pub decision: Option<(bool, String)>,
    /// What took it back on main.
    pub reverted_by: Option<CommitId>,
    /// An older line that has it.
    pub on_older: Option<LineName>,
    /// Whether its bug is on the line: yes or no, and why.
    pub affected: Option<(bool, String)>,
}

impl Known {
    /// What is known of a change that is part of the line's own history, as that tells, with the release that has it.
    pub fn in_history(detail: String, release: Option<String>) -> Self {
        let evidence = vec![Evidence { key: Key::Ancestor, detail }];
        Self { ancestor: true, evidence, release, ..Self::default() }
    }
}

/// Decides where a change stands on a line.
pub fn decide(line: &LineName, known: Known) -> Cell {
    let cell = |state, reasons| Cell {
        line: line.clone(),
        state,
        certainty: None,
        release: None,
        picks: known.picks.clone(),
        evidence: known.evidence.clone(),
        reasons,
        forecast: None,
    };
    if known.ancestor || known.certainty.is_some() {
        let state = if known.release.is_some() { State::Released } else { State::OnLine };
        let mut reasons = Vec::new();
        if let Some(revert) = known.reverted_by {
            reasons.push(format!("main took it back in {}", revert.short()));
        }
        let certainty = if known.ancestor { Some(Certainty::Yes) } else { known.certainty };
        return Cell { certainty, release: known.release.clone(), ..cell(state, reasons) };
    }
    if let (Some((pick, _)), Some(revert)) = (known.taken_back, known.reverted_by) {
        let reason = format!("it was picked as {}, and main took it back in {}", pick.short(), revert.short());
        return cell(State::RevertedOnMain, vec![reason]);
    }
    if let Some((pick, revert)) = known.taken_back {
        return cell(
            State::Declined,
            vec![format!("it was picked as {} and taken back on the line in {}", pick.short(), revert.short())],
        );
    }
    if let Some((false, reason)) = &known.decision {
        return cell(State::Declined, vec![reason.clone()]);
    }
    if let Some(revert) = known.reverted_by {
        return cell(State::RevertedOnMain, vec![format!("main took it back in {}", revert.short())]);
    }
    let needed = needs(&known);
    if !needed.is_empty() {
        return cell(State::Needed, needed);
    }
    match &known.affected {
        Some((_, reason)) => cell(State::NotAffected, vec![reason.clone()]),
        None => cell(State::Unknown, Vec::new()),
    }
}

/// Returns what says that the line needs a change that it lacks.
fn needs(known: &Known) -> Vec<String> {
    let mut needed = Vec::new();
    if let Some((true, reason)) = &known.decision {
        needed.push(format!("accepted: {reason}"));
    }
    if known.found.0 > 0 {
        needed.push(format!("only {} of its {} commits are on the line", known.found.0, known.found.1));
    }
    if let Some(older) = &known.on_older {
        needed.push(format!("a hole: the older line {older} has it, and so has main"));
    }
    if let Some((true, reason)) = &known.affected {
        needed.push(reason.clone());
    }
    needed
}

/// Says why a change that somebody decided about is not picked: one sentence without a full stop. May quote strangers.
pub fn why_not(cell: &Cell, decision: &Decision) -> String {
    let picks: Vec<String> = cell.picks.iter().map(CommitId::short).collect();
    let by = if picks.is_empty() { "in its history".to_owned() } else { format!("as {}", picks.join(", ")) };
    let reasons = cell.reasons.join("; ");
    match (cell.state, decision.answer) {
        (State::OnLine | State::Released, _) if cell.certainty == Some(Certainty::Probably) => {
            format!("the line probably has it already, {by}; name it to have it picked all the same")
        }
        (State::OnLine | State::Released, _) => format!("the line has it already, {by}"),
        (State::Declined, _) => format!("declined: {reasons}"),
        (State::RevertedOnMain, Answer::Accept) => format!("accepted: {}; but {reasons}", decision.reason),
        (State::RevertedOnMain, Answer::Decline) => reasons,
        (State::Needed | State::NotAffected | State::Unknown, _) => "nothing of it is left to pick".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_decided_is_told_why_it_is_not_picked() {
        let id = |number| CommitId::from_bytes([number; 20]);
        let line: LineName = "2.0".parse().expect("a line name");
        let cell = |known| decide(&line, known);
        let decision = |answer| Decision {
            fix: id(1),
            line: line.clone(),
            answer,
            kind: None,
            reason: "customers wait".parse().expect("a reason"),
            by: "Mia <mia@example.com>".parse().expect("a person"),
            at: chrono::DateTime::UNIX_EPOCH,
        };
        let none = Known::default;
        let (accepted, declined) = (Some((true, "customers wait".into())), Some((false, "too risky".into())));
        let reverted = Known { reverted_by: Some(id(2)), ..none() };
        let picked = Known { certainty: Some(Certainty::Yes), picks: vec![id(3)], ..none() };
        let table = [
            (
                Known { decision: accepted, ..reverted },
                Answer::Accept,
                "accepted: customers wait; but main took it back in 0202020202",
            ),
            (Known { decision: declined, ..none() }, Answer::Decline, "declined: too risky"),
            (picked.clone(), Answer::Accept, "the line has it already, as 0303030303"),
            (
                Known { certainty: Some(Certainty::Probably), ..picked },
                Answer::Accept,
                "the line probably has it already, as 0303030303; name it to have it picked all the same",
            ),
            (Known { ancestor: true, ..none() }, Answer::Accept, "the line has it already, in its history"),
            (
                Known { taken_back: Some((id(3), id(4))), ..none() },
                Answer::Accept,
                "declined: it was picked as 0303030303 and taken back on the line in 0404040404",
            ),
        ];
        for (known, answer, expected) in table {
            assert_eq!(why_not(&cell(known), &decision(answer)), expected);
        }
    }

    #[test]
    fn the_strongest_fact_decides() {
        let id = |number| CommitId::from_bytes([number; 20]);
        let line: LineName = "2.0".parse().expect("a line name");
        let none = Known::default;
        let sure = Some(Certainty::Yes);
        let table: [(&str, Known, State); 11] = [
            ("nothing is known", none(), State::Unknown),
            ("in its history", Known { ancestor: true, ..none() }, State::OnLine),
            ("picked", Known { certainty: sure, ..none() }, State::OnLine),
            ("in a release", Known { certainty: sure, release: Some("v2.0.1".into()), ..none() }, State::Released),
            (
                "picked and declined",
                Known { certainty: sure, decision: Some((false, "no".into())), ..none() },
                State::OnLine,
            ),
            ("taken back on the line", Known { taken_back: Some((id(1), id(2))), ..none() }, State::Declined),
            (
                "declined, though a hole",
                Known { decision: Some((false, "no".into())), on_older: Some(line.clone()), ..none() },
                State::Declined,
            ),
            (
                "reverted on main",
                Known { reverted_by: Some(id(2)), affected: Some((true, "x".into())), ..none() },
                State::RevertedOnMain,
            ),
            ("half picked", Known { found: (1, 2), ..none() }, State::Needed),
            (
                "a hole, though said not affected",
                Known { on_older: Some(line.clone()), affected: Some((false, "x".into())), ..none() },
                State::Needed,
            ),
            ("not affected", Known { affected: Some((false, "x".into())), ..none() }, State::NotAffected),
        ];
        for (why, known, state) in table {
            assert_eq!(decide(&line, known).state, state, "{why}");
        }
    }
}
