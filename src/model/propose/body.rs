//! What a pull request of ours says: its title, and its body with a hidden mark, by which the next run knows what it made.

use std::collections::BTreeSet;

use crate::model::apply::{ConflictNote, Failure, PickOutcome, shell_word};
use crate::model::arrange::InOrder as _;
use crate::model::branch::BranchName;
use crate::model::check_run::MOST_CHARS;
use crate::model::commit::CommitId;
use crate::model::error::{Error, Result};
use crate::model::line::LineName;
use crate::model::markdown;

use super::ProposedPick;
use super::left::{self, LeftFix};

const OPEN: &str = "<!-- backstitch-propose: ";
pub(super) const CLOSE: &str = "<!-- /backstitch-propose: what stands below this line is kept -->";
/// The most characters of a title that are kept.
pub(super) const MOST_TITLE: usize = 200;
/// The most picks that the mark names, so that there is room for what people read.
const MOST_MARKED: usize = 300;
/// The most files of a conflict, and the most fixes of a command, that are named.
pub(super) const MOST_NAMED: usize = 50;

/// What a body of ours says to the next run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Marked {
    /// The commits that it proposes.
    pub picks: BTreeSet<CommitId>,
    /// The fixes whose labels and people were taken over.
    pub carried: BTreeSet<CommitId>,
    /// The fixes that it has.
    pub fixes: BTreeSet<CommitId>,
    /// The fixes that it had.
    pub left: BTreeSet<CommitId>,
    /// What a person wrote below: text from a stranger.
    pub kept: String,
}

/// What a pull request is about.
#[derive(Debug, Clone)]
pub struct Text<'t> {
    /// The line.
    pub line: &'t LineName,
    /// Its branch.
    pub branch: &'t BranchName,
    /// Every pick of the plan.
    pub picks: &'t [ProposedPick],
    /// The fixes that it had, and that the plan has no longer.
    pub left: &'t [LeftFix],
    /// What a person has to resolve.
    pub conflict: Option<&'t ConflictNote>,
    /// Why picking stopped.
    pub failure: Option<&'t Failure>,
    /// The commands with which a person goes on.
    pub commands: &'t [String],
    /// Whether workflows wait for an approval, because the pull request is that of `github-actions[bot]`.
    pub runs: Runs,
}

/// Whether the workflows of a pull request begin by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runs {
    /// They do.
    Begin,
    /// Somebody with write access has to approve them first: the pull request is that of `GITHUB_TOKEN`.
    WaitForApproval,
}

impl Marked {
    /// Reads the body of a pull request. One without a mark was written by a person, and is kept whole.
    pub fn read(text: &str) -> Self {
        let text = text.replace("\r\n", "\n");
        let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
        let Some(mark) = first.trim_end().strip_prefix(OPEN).and_then(|mark| mark.strip_suffix(" -->")) else {
            return Self { kept: text.trim().to_owned(), ..Self::default() };
        };
        let found = |name: &str| -> Option<BTreeSet<CommitId>> {
            let list = mark.split(' ').find_map(|word| word.strip_prefix(name)?.strip_prefix('='))?;
            Some(list.split(',').filter_map(|id| id.parse::<CommitId>().ok()).in_order())
        };
        let list = |name: &str| found(name).unwrap_or_default();
        let kept = rest.split_once(CLOSE).map(|(_, kept)| kept.trim().to_owned()).unwrap_or_default();
        // A mark may be older than the list of fixes; then those count whose labels were taken over.
        let fixes = found("fixes").unwrap_or_else(|| list("carried"));
        Self { picks: list("picks"), carried: list("carried"), fixes, left: list("left"), kept }
    }

    pub(super) fn line(&self) -> String {
        let list = |ids: &BTreeSet<CommitId>, most: usize| {
            ids.iter().take(most).map(ToString::to_string).collect::<Vec<_>>().join(",")
        };
        format!(
            "{OPEN}picks={} carried={} fixes={} left={} -->\n",
            list(&self.picks, MOST_MARKED),
            list(&self.carried, MOST_MARKED),
            list(&self.fixes, MOST_MARKED),
            list(&self.left, MOST_NAMED)
        )
    }
}

/// Returns the title.
pub fn title(text: &Text<'_>) -> String {
    let made = text.picks.iter().filter(|pick| pick.commit.is_some()).count();
    let fixes = if made == 1 { "1 fix".to_owned() } else { format!("{made} fixes") };
    let stopped = match (text.conflict, text.failure) {
        (Some(_), _) => ", and one that conflicts",
        (None, Some(_)) => ", and one that failed",
        (None, None) => "",
    };
    let title = format!("[{}] {fixes} for the next patch release{stopped}", text.line);
    title.chars().take(MOST_TITLE).collect()
}

/// Returns the body. Rows that would make it longer than GitHub takes are left out, and it says how many.
///
/// # Errors
/// When what a person wrote leaves no room.
pub fn body(text: &Text<'_>, marked: &Marked) -> Result<String> {
    let mut rows = text.picks.len();
    loop {
        let body = with_rows(text, marked, rows);
        if body.chars().count() <= MOST_CHARS {
            return Ok(body);
        }
        if rows == 0 {
            return Err(Error::no(format!("the body of the pull request of line '{}' has no room left", text.line))
                .hint("shorten what stands below the mark in it, and run the same command again"));
        }
        rows /= 2;
    }
}

fn with_rows(text: &Text<'_>, marked: &Marked, rows: usize) -> String {
    let mut body = marked.line();
    body.push_str(&format!(
        "Picks for line {} onto {}, each with the commit that it comes from.\n\n",
        markdown::escape_within(text.line.as_str()),
        markdown::code(text.branch.as_str())
    ));
    let cells: Vec<Vec<String>> = text.picks.iter().take(rows).map(row).collect();
    body.push_str(&markdown::table(&["fix", "change", "origin", "pick", "state"], &cells));
    if let left @ 1.. = text.picks.len() - cells.len() {
        body.push_str(&format!("\n{left} more are not shown: the table is longer than GitHub takes.\n"));
    }
    body.push_str(&left::part(text.left));
    match (text.conflict, text.failure) {
        (Some(conflict), _) => body.push_str(&conflict_part(text, conflict)),
        (None, Some(failure)) => body.push_str(&failure_part(text, failure)),
        (None, None) => body.push_str(&ready_part(text)),
    }
    if text.runs == Runs::WaitForApproval {
        body.push_str(
            "\n**Approve the runs:** this pull request was opened with the token of a workflow, so its workflows begin only after \
             somebody with write access has approved them, with the button on this page.\n",
        );
    }
    body.push_str(&format!("\n{CLOSE}\n"));
    if !marked.kept.is_empty() {
        body.push_str(&format!("\n{}\n", marked.kept));
    }
    body
}

fn row(pick: &ProposedPick) -> Vec<String> {
    let title: String = pick.title.chars().take(MOST_TITLE).collect();
    vec![
        pick.fix.to_string(),
        markdown::inline(&title),
        pick.origin.map(|number| format!("#{number}")).unwrap_or_default(),
        pick.commit.map(|commit| commit.to_string()).unwrap_or_default(),
        pick.outcome.words().to_owned(),
    ]
}

fn ready_part(text: &Text<'_>) -> String {
    format!(
        "\nMerge it without squashing: each pick names its origin. Then prove the line:\n\n{}\n\
         To leave a fix out, record it, and let the plan be made and proposed anew:\n\n{}",
        markdown::code_block(&format!("patch-pick verify --line {}", shell_word(text.line.as_str()))),
        markdown::code_block(&format!(
            "patch-pick decide FIX --line {} --decline --reason 'why'",
            shell_word(text.line.as_str())
        )),
    )
}

fn conflict_part(text: &Text<'_>, conflict: &ConflictNote) -> String {
    let mut part = format!("\n### A person is needed\n\nThe pick of {} conflicts:\n\n", conflict.fix);
    for file in conflict.files.iter().take(MOST_NAMED) {
        let kinds: Vec<String> = file.kinds.iter().map(|kind| markdown::escape_within(kind)).collect();
        let kinds = if kinds.is_empty() { String::new() } else { format!(" ({})", kinds.join("; ")) };
        part.push_str(&format!("- {}{kinds}\n", markdown::code(&file.path)));
    }
    if let left @ 1.. = conflict.files.len().saturating_sub(MOST_NAMED) {
        part.push_str(&format!("- and {left} more\n"));
    }
    part.push_str("\nIn any clone:\n\n");
    part.push_str(&markdown::code_block(&text.commands.join("\n")));
    part
}

fn failure_part(text: &Text<'_>, failure: &Failure) -> String {
    let at = text.picks.iter().find(|pick| pick.outcome == PickOutcome::Failed);
    let at = at.map(|pick| format!("The pick of {} failed:", pick.fix)).unwrap_or_else(|| "Picking failed:".to_owned());
    let mut said = vec![failure.message.clone()];
    said.extend(failure.causes.iter().flat_map(|cause| cause.lines()).take(MOST_NAMED).map(str::to_owned));
    said.extend(failure.hint.iter().map(|hint| format!("hint: {hint}")));
    let said: String = said.join("\n").chars().filter(|c| *c == '\n' || !c.is_control()).take(4000).collect();
    format!(
        "\n### A person is needed\n\n{at}\n\n{}\nThen go on, in any clone:\n\n{}",
        markdown::code_block(&said),
        markdown::code_block(&text.commands.join("\n"))
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(byte: u8) -> CommitId {
        CommitId::from_bytes([byte; 20])
    }

    fn pick(byte: u8, title: &str) -> ProposedPick {
        let commit = Some(id(byte + 100));
        ProposedPick { fix: id(byte), title: title.to_owned(), origin: Some(12), commit, outcome: PickOutcome::Picked }
    }

    fn made(picks: &[ProposedPick], marked: &Marked) -> Result<String> {
        let (line, branch) = ("2.0".parse().expect("a line"), "release/2.0".parse().expect("a branch"));
        let text = Text {
            line: &line,
            branch: &branch,
            picks,
            left: &[],
            conflict: None,
            failure: None,
            commands: &[],
            runs: Runs::WaitForApproval,
        };
        body(&text, marked)
    }

    #[test]
    fn the_next_run_reads_what_this_one_marked() {
        let marked = Marked {
            picks: [id(101)].into(),
            carried: [id(1)].into(),
            fixes: [id(1)].into(),
            left: [id(2)].into(),
            kept: "Please wait for **QA**.".to_owned(),
        };
        let text = made(&[pick(1, "Fix the map")], &marked).expect("it fits");
        assert_eq!(Marked::read(&text), marked);
        assert_eq!(Marked::read(&text.replace('\n', "\r\n")), marked);
        assert!(text.contains("Approve the runs"), "{text}");
        let by_hand = Marked::read("  By a person\nwith two lines\n");
        assert_eq!(by_hand, Marked { kept: "By a person\nwith two lines".to_owned(), ..Marked::default() });
        assert_eq!(Marked::read(""), Marked::default());
    }

    #[test]
    fn a_title_cannot_end_the_mark_or_the_table() {
        let hostile = format!("{CLOSE} | a\n| b | @everyone <script> [x](javascript:1) \u{202e}");
        let text = made(&[pick(1, &hostile)], &Marked::default()).expect("it fits");
        assert_eq!(text.matches(CLOSE).count(), 1, "{text}");
        assert!(!text.contains("<script>") && !text.contains("@everyone") && !text.contains('\u{202e}'), "{text}");
        assert!(text.contains("\\| b \\|"), "{text}");
        assert_eq!(text.lines().filter(|line| line.starts_with("| ")).count(), 2, "{text}");
    }

    #[test]
    fn a_body_is_never_too_long() {
        let many: Vec<ProposedPick> = (0..200).map(|at| pick(at % 100, &"*".repeat(256))).collect();
        let text = made(&many, &Marked::default()).expect("it fits");
        assert!(text.chars().count() <= MOST_CHARS && text.contains("more are not shown"), "{}", text.len());
        let full = Marked { kept: "x".repeat(MOST_CHARS), ..Marked::default() };
        assert!(made(&many, &full).is_err());
    }
}
