//! What is wrong with notes, before anybody reads them.

mod advisories;
mod blocks;
mod body;
mod leaks;
mod origin;

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Entry, Notes, Section, Traced};
use crate::model::arrange::Arrange as _;
use crate::model::commit::CommitId;
use crate::model::embargo::{Embargo, WITHHELD};
use crate::model::guard::Guarded;
use crate::model::line::LineName;
use crate::model::verify::Answer;

use origin::{origin, unnamed, untold};

/// The value of the `schema` field of what is found about notes.
pub const CHECK_SCHEMA: &str = "patch-notes/check@1";

/// GitHub takes so many characters for the body of a release, and answers 422 to more ("body is too long (maximum is 125000
/// characters)").
pub const LONGEST_BODY: usize = 125_000;

/// What is asked of notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NotesRule {
    /// Every entry has its origin on main, or says that it belongs to the line alone.
    Origin,
    /// Every security fix has words for users.
    Words,
    /// Nobody has to ask of an advisory that an entry names whether the release fixes it.
    Advisories,
    /// Nothing under embargo is named.
    Embargo,
    /// The body is not too long for GitHub.
    Length,
}

impl NotesRule {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 5] = [Self::Origin, Self::Words, Self::Advisories, Self::Embargo, Self::Length];

    /// Those without which nothing is published: readers would take for fixed what may not be, or GitHub would refuse the body. What is secret
    /// is asked of all that is published, not of the notes alone.
    pub const OF_PUBLISHING: [Self; 2] = [Self::Advisories, Self::Length];

    /// Returns the word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Origin => "origin",
            Self::Words => "words",
            Self::Advisories => "advisories",
            Self::Embargo => "embargo",
            Self::Length => "length",
        }
    }
}

impl fmt::Display for NotesRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What was found about a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Found {
    /// It holds.
    Passed,
    /// It does not.
    Failed,
    /// Nobody can tell yet.
    Undecided,
}

impl Found {
    /// Returns the word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Undecided => "undecided",
        }
    }
}

/// One finding. Titles and words are not repeated in it, for they may name what is under embargo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct NotesFinding {
    /// The rule.
    pub rule: NotesRule,
    /// What was found.
    pub found: Found,
    /// The commit of the line that it is about; absent where it is about the notes as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<CommitId>,
    /// Why, one sentence without a full stop.
    pub reason: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// What `patch-notes check` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct NotesCheck {
    /// Always `patch-notes/check@1`.
    pub schema: String,
    /// The version.
    pub version: String,
    /// The line.
    pub line: LineName,
    /// What it amounts to.
    pub answer: Answer,
    /// What was found, rule by rule.
    pub findings: Vec<NotesFinding>,
}

/// Whether pull requests were asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PullsAsked {
    /// They were.
    Asked,
    /// They were not: words in their descriptions are not known.
    NotAsked,
}

/// What tells of embargoes.
#[derive(Debug, Clone, Copy)]
pub struct Embargoes<'a> {
    /// The list that somebody gave.
    pub list: Option<&'a Embargo>,
    /// What the body tells of advisories that are secret, where that was looked for.
    pub guarded: Option<&'a Guarded>,
}

/// What would be published.
#[derive(Debug, Clone, Copy)]
pub enum Body<'b> {
    /// What was made of the notes.
    Made(&'b str),
    /// What somebody wrote instead.
    Own(&'b str),
}

impl<'b> Body<'b> {
    fn text(self) -> &'b str {
        match self {
            Self::Made(text) | Self::Own(text) => text,
        }
    }
}

/// Judges notes, and what would be published.
pub fn check(notes: &Notes, body: Body<'_>, embargoes: Embargoes<'_>, asked: PullsAsked) -> NotesCheck {
    let mut findings: Vec<NotesFinding> = notes.entries.iter().filter_map(|entry| origin(entry, &notes.line)).collect();
    findings.extend(notes.entries.iter().filter_map(|entry| unnamed(entry, &notes.line)));
    findings.extend(notes.entries.iter().filter_map(|entry| untold(entry, &notes.line)));
    findings.extend(notes.entries.iter().filter_map(|entry| words(entry, asked)));
    findings.extend(advisories::of(notes, body));
    let body = body.text();
    findings.extend(embargo(notes, body, embargoes.list));
    findings.extend(embargoes.guarded.into_iter().flat_map(leaks::of));
    findings.extend(length(body));
    for rule in NotesRule::ALL {
        if !findings.iter().any(|finding| finding.rule == rule) {
            let reason = passed(rule, embargoes).to_owned();
            findings.push(NotesFinding { rule, found: Found::Passed, commit: None, reason, hint: None });
        }
    }
    findings.arrange_by_key(|finding| finding.rule);
    NotesCheck {
        schema: CHECK_SCHEMA.to_owned(),
        version: notes.version.clone(),
        line: notes.line.clone(),
        answer: amounts_to(&findings),
        findings,
    }
}

fn amounts_to(findings: &[NotesFinding]) -> Answer {
    let has = |found| findings.iter().any(|finding| finding.found == found);
    match (has(Found::Failed), has(Found::Undecided)) {
        (true, _) => Answer::No,
        (false, true) => Answer::Undecided,
        (false, false) => Answer::Yes,
    }
}

impl NotesFinding {
    /// Says it in one sentence, with what to do about it.
    pub fn sentence(&self) -> String {
        let about = self.commit.map(|commit| format!("{}: ", commit.short())).unwrap_or_default();
        let hint = self.hint.as_ref().map(|hint| format!("; to mend it: {hint}")).unwrap_or_default();
        format!("{about}{} {}: {}{hint}", self.rule, self.found.as_str(), self.reason)
    }
}

impl NotesCheck {
    /// Returns what does not hold, or nobody can tell.
    pub fn open(&self) -> impl Iterator<Item = &NotesFinding> {
        self.findings.iter().filter(|finding| finding.found != Found::Passed)
    }

    /// Keeps only what was found about rules, and what that amounts to; without any, keeps all.
    pub fn about(mut self, rules: &[NotesRule]) -> Self {
        if !rules.is_empty() {
            self.findings.retain(|finding| rules.contains(&finding.rule));
            self.answer = amounts_to(&self.findings);
        }
        self
    }

    /// Keeps only what notes of one's own say of advisories, and what that amounts to.
    pub fn of_body(mut self) -> Self {
        self.findings.retain(|finding| {
            finding.rule == NotesRule::Advisories || finding.rule == NotesRule::Origin && finding.commit.is_none()
        });
        self.answer = amounts_to(&self.findings);
        self
    }

    /// Leaves out of the findings what gives something away: their words, and the commits that they are about.
    pub fn without(mut self, leaks: impl Fn(&str) -> bool) -> Self {
        for finding in &mut self.findings {
            if leaks(&finding.reason) {
                finding.reason = WITHHELD.to_owned();
            }
            finding.hint = finding.hint.take().filter(|hint| !leaks(hint));
            finding.commit = finding.commit.take_if(|commit| !leaks(&commit.to_string()));
        }
        self
    }
}

fn passed(rule: NotesRule, embargoes: Embargoes<'_>) -> &'static str {
    let watched = embargoes.list.is_some() || embargoes.guarded.is_some_and(|guarded| guarded.secret > 0);
    match rule {
        NotesRule::Origin => "every entry has its origin, or belongs to the line alone",
        NotesRule::Words => "every security fix has words for users",
        NotesRule::Advisories => "no entry leaves open whether the release fixes an advisory that it names",
        NotesRule::Embargo if watched => "nothing under embargo is named",
        NotesRule::Embargo => "no advisory is secret, and no list of identifiers was given",
        NotesRule::Length => "it is not too long for GitHub",
    }
}

fn about(entry: &Entry, rule: NotesRule, found: Found, reason: String, hint: String) -> NotesFinding {
    NotesFinding { rule, found, commit: entry.picks.first().copied(), reason, hint: Some(hint) }
}

/// Returns the commits that words for users, or a decision, would be about: of several changes of main, those of the security fix.
fn concerned(entry: &Entry) -> Vec<CommitId> {
    match entry.security.as_slice() {
        [] => {
            let claimed: &[CommitId] =
                if let Traced::Main { commits: _, claimed } = &entry.origin { claimed } else { &[] };
            let mut sure = entry.origin.commits().iter().filter(|commit| !claimed.contains(commit));
            sure.next().or(entry.picks.first()).copied().into_iter().collect()
        }
        those => those.to_vec(),
    }
}

fn files(commits: &[CommitId]) -> String {
    let files: Vec<String> = commits.iter().map(|commit| format!("'{}/{commit}.md'", super::words::FOLDER)).collect();
    format!("{} of main", files.join(" and "))
}

fn words(entry: &Entry, asked: PullsAsked) -> Option<NotesFinding> {
    if entry.section != Section::Security || entry.words.is_some() {
        return None;
    }
    let hint = format!("write them into {}", files(&concerned(entry)));
    // The description of a pull request may hold them.
    match (asked, entry.pull_request) {
        (PullsAsked::NotAsked, Some(number)) => {
            let asked = match entry.pull_requests.as_slice() {
                [_, _, ..] => "its pull requests were not asked for".to_owned(),
                _ => format!("pull request {number} was not asked for"),
            };
            let reason = format!("neither main nor a trailer has words for this security fix, and {asked}");
            let hint = format!("set GITHUB_TOKEN, or {hint}");
            Some(about(entry, NotesRule::Words, Found::Undecided, reason, hint))
        }
        (PullsAsked::Asked, _) | (PullsAsked::NotAsked, None) => {
            let reason = "this security fix has no words for users".to_owned();
            Some(about(entry, NotesRule::Words, Found::Failed, reason, hint))
        }
    }
}

fn embargo(notes: &Notes, body: &str, list: Option<&Embargo>) -> Vec<NotesFinding> {
    let names = |text: &str| list.is_some_and(|list| list.is_named_in(text));
    let leaks = |entry: &&Entry| names(&entry.said()) || entry.advisories.iter().any(|id| names(id));
    let told = |entry: &Entry| {
        let reason = "what it says to users names an identifier under embargo".to_owned();
        let hint = "give it other words, or wait with the release until the embargo ends".to_owned();
        about(entry, NotesRule::Embargo, Found::Failed, reason, hint)
    };
    let found: Vec<NotesFinding> =
        notes.entries.iter().filter(|entry| entry.section != Section::Internal).filter(leaks).map(told).collect();
    if !found.is_empty() || !names(body) {
        return found;
    }
    vec![NotesFinding {
        rule: NotesRule::Embargo,
        found: Found::Failed,
        commit: None,
        reason: "the body names an identifier under embargo, outside the entries".to_owned(),
        hint: Some(
            "look at the known issues, the upgrade notes, the names of people and of files, and the template"
                .to_owned(),
        ),
    }]
}

fn length(body: &str) -> Option<NotesFinding> {
    let characters = body.chars().count();
    (characters > LONGEST_BODY).then(|| NotesFinding {
        rule: NotesRule::Length,
        found: Found::Failed,
        commit: None,
        reason: format!("the body has {characters} characters, and GitHub takes {LONGEST_BODY}"),
        hint: Some("say less with a template of your own, and link to the changelog for the rest".to_owned()),
    })
}

#[cfg(test)]
mod tests;
