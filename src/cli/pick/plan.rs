//! How a plan is shown.

use serde::Serialize;

use crate::cli::exit::Exit;
use crate::cli::out::Present;
use crate::cli::table::{Cell, Fit, Table};
use crate::cli::terminal::{Page, Tone, escape};
use crate::model::error::Result;
use crate::model::forecast::Outcome;
use crate::model::plan::{LeftOut, LinePlan, Plan, PlannedPick, PolicyName, Role};
use crate::model::prerequisite::{Prerequisites, Proof};
use crate::model::undecided::UndecidedLine;
use crate::ports::render::{Template, Templates};

use super::forecast::{detail, paths, tone};
use super::special::phrases;

impl Present for Plan {
    fn text(&self, page: &Page) -> String {
        let mut text = String::new();
        for line in &self.lines {
            text.push_str(&format!("{}\n", escape(&heading(line))));
            if !line.picks.is_empty() {
                let columns =
                    [("fix", Fit::Keeps), ("title", Fit::Shrinks), ("outcome", Fit::Keeps), ("detail", Fit::Shrinks)];
                let mut table = Table::new(columns);
                for pick in &line.picks {
                    let (word, tone) = outcome(pick);
                    let start = [Cell::new(pick.fix.short()), Cell::new(&pick.subject), Cell::new(word).tone(tone)];
                    table.row(start.into_iter().chain([Cell::new(remark(pick))]));
                }
                text.push_str(&format!("\n{}", table.render(page)));
            }
            for note in special_notes(line) {
                text.push_str(&format!("note {} {}\n", note.fix, escape(&note.said)));
            }
            for left in &line.left_out {
                text.push_str(&format!(
                    "left out {} {}: {}\n",
                    left.fix.short(),
                    escape(&left.subject),
                    escape(&left.reason)
                ));
            }
            text.push('\n');
        }
        for line in &self.undecided {
            text.push_str(&format!("{}\n\n", escape(&line.sentence())));
        }
        text.push_str(&format!("plan {}\n", &self.digest[..12]));
        text
    }

    fn markdown(&self, templates: &Templates) -> Result<String> {
        templates.render(Template::PickPlan, &View::of(self))
    }

    fn complaints(&self) -> Vec<String> {
        let conflict =
            |pick: &&PlannedPick| pick.forecast.as_ref().is_some_and(|forecast| forecast.outcome == Outcome::Conflict);
        let of_line = |line: &LinePlan| {
            let found: Vec<String> = line.picks.iter().filter(conflict).map(|pick| pick.fix.short()).collect();
            (!found.is_empty()).then(|| {
                let name = &line.line;
                format!(
                    "{name}: {} conflicts; 'patch-pick apply' writes out what a person has to resolve",
                    found.join(", ")
                )
            })
        };
        let undecided = self.undecided.iter().map(UndecidedLine::sentence);
        self.lines.iter().filter_map(of_line).chain(undecided).collect()
    }
}

/// What the template of a plan is given. The names of the fields are those that `docs/patch-pick.md` documents.
#[derive(Serialize)]
struct View<'p> {
    lines: Vec<LineView<'p>>,
    undecided: Vec<String>,
    digest: &'p str,
    document: &'p Plan,
}

#[derive(Serialize)]
struct LineView<'p> {
    line: &'p str,
    branch: &'p str,
    heading: String,
    picks: Vec<PickView<'p>>,
    notes: Vec<NoteView>,
    left_out: Vec<LeftOutView<'p>>,
}

#[derive(Serialize)]
struct PickView<'p> {
    fix: String,
    title: &'p str,
    outcome: &'static str,
    detail: String,
}

#[derive(Serialize)]
struct NoteView {
    fix: String,
    said: String,
}

#[derive(Serialize)]
struct LeftOutView<'p> {
    fix: String,
    title: &'p str,
    reason: &'p str,
}

impl<'p> View<'p> {
    fn of(plan: &'p Plan) -> Self {
        let pick = |pick: &'p PlannedPick| PickView {
            fix: pick.fix.short(),
            title: &pick.subject,
            outcome: outcome(pick).0,
            detail: remark(pick),
        };
        let left =
            |left: &'p LeftOut| LeftOutView { fix: left.fix.short(), title: &left.subject, reason: &left.reason };
        let line = |line: &'p LinePlan| LineView {
            line: line.line.as_str(),
            branch: line.branch.as_str(),
            heading: heading(line),
            picks: line.picks.iter().map(pick).collect(),
            notes: special_notes(line).collect(),
            left_out: line.left_out.iter().map(left).collect(),
        };
        Self {
            lines: plan.lines.iter().map(line).collect(),
            undecided: plan.undecided.iter().map(UndecidedLine::sentence).collect(),
            digest: &plan.digest[..12],
            document: plan,
        }
    }
}

impl Plan {
    /// Returns the exit code: undecided if a line could not be planned, no if a person has to resolve something.
    pub fn exit(&self) -> Exit {
        let conflict = |pick: &PlannedPick| pick.forecast.as_ref().is_none_or(|f| f.outcome == Outcome::Conflict);
        let undecided = if self.undecided.is_empty() { Exit::Yes } else { Exit::Undecided };
        let conflicts = self.lines.iter().any(|line| line.picks.iter().any(conflict));
        Exit::worst([undecided, if conflicts { Exit::No } else { Exit::Yes }])
    }
}

fn heading(line: &LinePlan) -> String {
    let picks = match line.picks.len() {
        0 => return format!("{}: nothing to pick", line.line),
        1 => "1 pick".to_owned(),
        many => format!("{many} picks"),
    };
    let branch = match line.expected {
        Some(_) => format!("'{}' advances from {}", line.branch, line.onto.short()),
        None => format!("'{}' is created at {}", line.branch, line.onto.short()),
    };
    format!("{}: {picks}; {branch}", line.line)
}

/// Says for each submodule and Git LFS pointer of a line's picks what the pick does to it.
fn special_notes(line: &LinePlan) -> impl Iterator<Item = NoteView> {
    line.picks.iter().flat_map(|pick| {
        pick.special.iter().map(|special| {
            let conflicts = pick.forecast.as_ref().is_some_and(|forecast| special.is_among(paths(forecast)));
            let names: Vec<String> = conflicts.then(|| line.line.to_string()).into_iter().collect();
            NoteView { fix: pick.fix.short(), said: phrases(special, &names).join("; ") }
        })
    })
}

fn outcome(pick: &PlannedPick) -> (&'static str, Tone) {
    match &pick.forecast {
        Some(forecast) => (forecast.outcome.as_str(), tone(forecast.outcome)),
        None => ("open", Tone::Dim),
    }
}

fn remark(pick: &PlannedPick) -> String {
    let mut remarks = Vec::new();
    let of = pick.belongs_to.map(|fix| format!(" of {}", fix.short())).unwrap_or_default();
    match pick.role {
        Role::Asked => {}
        Role::Prerequisite => remarks.push(format!("prerequisite{of}")),
        Role::FollowUp => remarks.push(format!("follow-up{of}")),
    }
    remarks.extend(pick.prerequisites.as_ref().map(needs));
    match &pick.forecast {
        Some(forecast) if forecast.outcome == Outcome::Conflict => remarks.push(detail(forecast)),
        Some(_) => {}
        None => remarks.push("known once the conflict before it is resolved".to_owned()),
    }
    for decided in &pick.by_policy {
        let policy = match decided.policy {
            PolicyName::KeepLine => "keeps the line's content",
            PolicyName::Regenerate => "is made anew",
        };
        remarks.push(format!("{} {policy}", decided.path));
    }
    remarks.join("; ")
}

/// Says what the search for prerequisites came to.
fn needs(found: &Prerequisites) -> String {
    match &found.proof {
        Proof::Proven { picks, cost } if picks.is_empty() => {
            debug_assert_eq!(cost.commits, 0);
            "needs nothing first".to_owned()
        }
        Proof::Proven { picks: _, cost } => format!(
            "needs {} first, {} in {}; proven by picking",
            count(cost.commits, "commit"),
            count(usize::try_from(cost.lines).unwrap_or(usize::MAX), "line"),
            count(cost.files, "file")
        ),
        Proof::OverBudget { needed } => {
            format!("the search for what it needs first stopped at {}", count(*needed, "commit"))
        }
        Proof::DeadEnd { at, files } => {
            format!("nothing that the line lacks explains the conflict of {} in {}", at.short(), files.join(", "))
        }
    }
}

fn count(number: usize, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}
