//! What `patch-pick verify` is asked, and how its answer is shown.

use clap::Args;

use crate::cli::exit::Exit;
use crate::cli::out::Present;
use crate::cli::table::{Cell, Fit, Table};
use crate::cli::terminal::{Page, Tone, escape};
use crate::model::error::Result;
use crate::model::line::LineName;
use crate::model::markdown;
use crate::model::patch::{FileDifference, Mark, Side};
use crate::model::request::{Differences, Since, VerifyRequest};
use crate::model::undecided::UndecidedLine;
use crate::model::verify::{LineVerification, NOTHING_KNOWN, Strictness, Verdict, Verification, Verified};
use crate::ports::render::Templates;

/// What `patch-pick verify` is asked.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// Look at this line; may be repeated; without it, at every line that is not at the end of its life
    #[arg(long)]
    pub line: Vec<LineName>,

    /// Leave out what the line had at this revision, such as its last tag, or before this date or moment; without it, look
    /// at all that the line has and main has not
    #[arg(long, value_name = "REV|DATE")]
    pub since: Option<Since>,

    /// Show the lines in which a changed pick differs from its origin
    #[arg(long)]
    pub show: bool,

    /// Count picks that were changed against the line
    #[arg(long)]
    pub strict: bool,
}

impl From<VerifyArgs> for VerifyRequest {
    fn from(args: VerifyArgs) -> Self {
        Self {
            lines: args.line,
            since: args.since,
            differences: if args.show { Differences::Shown } else { Differences::Counted },
            changed_picks: if args.strict { Strictness::Fails } else { Strictness::Listed },
        }
    }
}

/// At most this many files of one commit are named.
const NAMED_FILES: usize = 10;

impl Verification {
    /// Returns the exit code.
    pub fn exit(&self) -> Exit {
        let answer = self.answer.into();
        if self.undecided.is_empty() { answer } else { Exit::worst([answer, Exit::Undecided]) }
    }
}

impl Present for Verification {
    fn text(&self, page: &Page) -> String {
        let mut text = String::new();
        for line in &self.lines {
            text.push_str(&format!("{}\n\n", escape(&heading(line))));
            if !line.commits.is_empty() {
                let columns = [
                    ("commit", Fit::Keeps),
                    ("verdict", Fit::Keeps),
                    ("origin", Fit::Keeps),
                    ("subject", Fit::Shrinks),
                ];
                let mut table = Table::new(columns);
                for commit in &line.commits {
                    let verdict = Cell::new(word(commit)).tone(tone(commit.verdict));
                    let origin = Cell::new(origin(commit));
                    table.row([Cell::new(commit.commit.short()), verdict, origin, Cell::new(&commit.subject)]);
                }
                text.push_str(&table.render(page));
                text.push('\n');
            }
            for commit in line.commits.iter().filter(|commit| wants_a_look(commit)) {
                text.push_str(&format!("{}\n", escape(&opening(commit))));
                commit.reasons.iter().for_each(|reason| text.push_str(&format!("  {}\n", escape(reason))));
                for file in commit.differences.iter().take(NAMED_FILES) {
                    text.push_str(&format!("  {}\n", escape(&file_sentence(file))));
                    shown_lines(file).iter().for_each(|shown| text.push_str(&format!("    {}\n", escape(shown))));
                }
                not_named(commit).iter().for_each(|said| text.push_str(&format!("  {said}\n")));
            }
        }
        self.summary().iter().for_each(|said| text.push_str(&format!("{}\n", escape(said))));
        text
    }

    fn markdown(&self, _: &Templates) -> Result<String> {
        let mut text = String::new();
        for line in &self.lines {
            text.push_str(&format!("{}\n\n", markdown::escape(&heading(line))));
            let rows: Vec<Vec<String>> = line.commits.iter().map(row).collect();
            if !rows.is_empty() {
                text.push_str(&markdown::table(&["commit", "verdict", "origin", "subject"], &rows));
                text.push('\n');
            }
            for commit in line.commits.iter().filter(|commit| wants_a_look(commit)) {
                text.push_str(&format!("- {}\n", markdown::escape(&opening(commit))));
                let sentences = commit.reasons.iter().cloned();
                let files = commit.differences.iter().take(NAMED_FILES);
                let sentences = sentences.chain(files.clone().map(file_sentence)).chain(not_named(commit));
                sentences.for_each(|said| text.push_str(&format!("  - {}\n", markdown::escape(&said))));
                let shown: Vec<String> = files.flat_map(shown_lines).map(|line| escape(&line).into_owned()).collect();
                if !shown.is_empty() {
                    text.push_str(&format!("\n{}", markdown::code_block(&shown.join("\n"))));
                }
            }
            text.push('\n');
        }
        self.summary().iter().for_each(|said| text.push_str(&format!("- {}\n", markdown::escape(said))));
        Ok(text)
    }

    fn complaints(&self) -> Vec<String> {
        let of_line = |line: &LineVerification| {
            let open = line.counts.unresolved + line.counts.unexplained;
            let name = &line.line;
            (open > 0).then(|| format!("{name}: {open} of its commits have no origin on main that is sure; see 'patch-pick verify --line {name}'"))
        };
        let undecided = self.undecided.iter().map(UndecidedLine::sentence);
        self.lines.iter().filter_map(of_line).chain(undecided).chain(self.notes.iter().cloned()).collect()
    }
}

impl Verification {
    /// Returns the sentences at the end: what the lines amount to, and what can be done about it.
    fn summary(&self) -> Vec<String> {
        let mut said: Vec<String> = self.lines.iter().map(sum).collect();
        said.extend(self.undecided.iter().map(UndecidedLine::sentence));
        said.extend(self.notes.iter().map(|note| format!("note: {note}")));
        let sum = |of: fn(&LineVerification) -> usize| self.lines.iter().map(of).sum::<usize>();
        let changed = sum(|line| line.counts.changed);
        if changed > 0 {
            let judged = match self.changed_picks {
                Strictness::Listed => "",
                Strictness::Fails => ", and --strict does not allow that",
            };
            let show = "--show prints the lines";
            said.push(format!("real change in {}: look at them{judged}; {show}", count(changed, "pick", "picks")));
        }
        if sum(|line| line.counts.probable) > 0 {
            said.push(
                "a probable origin is no proof: compare the two with 'git range-diff ORIGIN^! COMMIT^!'".to_owned(),
            );
        }
        if sum(|line| line.counts.unexplained + line.counts.unresolved) > 0 {
            said.push(
                "unexplained commits name no origin that is on main, are like no commit of main for sure, and are not marked line-only; a published commit keeps its message: record the origin of the next pick with 'patch-pick apply' or 'git cherry-pick -x', mark what belongs to the line alone with a trailer 'Line-only: <reason>', and leave out what was settled with --since TAG".to_owned(),
            );
        }
        said
    }
}

fn heading(line: &LineVerification) -> String {
    format!(
        "{} ({} at {}), since it left main at {}",
        line.line,
        line.branch,
        line.tip.short(),
        line.branch_point.short()
    )
}

fn sum(line: &LineVerification) -> String {
    let judged = Verdict::ALL.iter().map(|verdict| (*verdict, line.counts.with(*verdict)));
    let mut parts: Vec<String> = judged
        .filter(|(_, number)| *number > 0)
        .map(|(verdict, number)| format!("{number} {}", verdict.as_str()))
        .collect();
    if line.counts.probable > 0 {
        parts.push(format!("{} of the unexplained with a probable origin", line.counts.probable));
    }
    for (number, one, many) in [
        (line.plain_merges, "merge without a change of its own", "merges without a change of their own"),
        (line.empty, "empty commit", "empty commits"),
        (line.older, "older commit left out", "older commits left out"),
    ] {
        parts.extend((number > 0).then(|| count(number, one, many)));
    }
    if parts.is_empty() {
        parts.push("nothing that main has not".to_owned());
    }
    format!("{}: {}", line.line, parts.join(", "))
}

fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

fn row(commit: &Verified) -> Vec<String> {
    vec![
        markdown::code_cell(&commit.commit.short()),
        markdown::escape(word(commit)),
        markdown::escape(&origin(commit)),
        markdown::escape(&commit.subject),
    ]
}

fn word(commit: &Verified) -> &'static str {
    if commit.is_probable() { "probably a pick" } else { commit.verdict.as_str() }
}

fn origin(commit: &Verified) -> String {
    let names: Vec<String> = commit.origins.iter().map(|origin| origin.commit.short()).collect();
    match names.len() {
        0 => "-".to_owned(),
        1..=3 => names.join(" "),
        _ => format!("{} and {} more", names[..2].join(" "), names.len() - 2),
    }
}

fn tone(verdict: Verdict) -> Tone {
    match verdict {
        Verdict::Same | Verdict::Context => Tone::Good,
        Verdict::Changed => Tone::Warn,
        Verdict::LineOnly => Tone::Dim,
        Verdict::Unresolved | Verdict::Unexplained => Tone::Bad,
    }
}

/// Says whether there is more to tell than the table has.
fn wants_a_look(commit: &Verified) -> bool {
    !commit.differences.is_empty() || commit.reasons.iter().any(|reason| reason != NOTHING_KNOWN)
}

fn opening(commit: &Verified) -> String {
    format!("{} {}: {}", commit.commit.short(), commit.subject, word(commit))
}

fn file_sentence(file: &FileDifference) -> String {
    let only = |number: usize, side: &str| {
        (number > 0).then(|| format!("{} only in the {side}", count(number, "line", "lines")))
    };
    let mut parts = vec![file.differing.as_str().to_owned()];
    parts.extend(only(file.only_in_origin, "origin"));
    parts.extend(only(file.only_in_pick, "pick"));
    format!("{}: {}", file.path, parts.join(", "))
}

/// Writes the differing lines as `git range-diff` does: first which patch has the line, then what that patch does.
fn shown_lines(file: &FileDifference) -> Vec<String> {
    let sign = |side, mark| match (side, mark) {
        (Side::Origin, Mark::Removed) => "--",
        (Side::Origin, Mark::Added) => "-+",
        (Side::Pick, Mark::Removed) => "+-",
        (Side::Pick, Mark::Added) => "++",
        (Side::Origin, Mark::Context) => "- ",
        (Side::Pick, Mark::Context) => "+ ",
    };
    let mut shown: Vec<String> =
        file.lines.iter().map(|line| format!("{}{}", sign(line.side, line.mark), line.text)).collect();
    let more = file.only_in_origin + file.only_in_pick - file.lines.len();
    if !shown.is_empty() && more > 0 {
        shown.push(format!("… and {}", count(more, "line more", "lines more")));
    }
    shown
}

fn not_named(commit: &Verified) -> Option<String> {
    let more = commit.differences.len().saturating_sub(NAMED_FILES);
    (more > 0).then(|| format!("and {}", count(more, "file more", "files more")))
}
