//! What is wrong with notes, before anybody reads them.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Entry, Notes, Section, Traced};
use crate::model::commit::CommitId;
use crate::model::embargo::Embargo;
use crate::model::line::LineName;
use crate::model::verify::Answer;

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
    /// Nothing under embargo is named.
    Embargo,
    /// The body is not too long for GitHub.
    Length,
}

impl NotesRule {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Origin, Self::Words, Self::Embargo, Self::Length];

    /// Returns the word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Origin => "origin",
            Self::Words => "words",
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

/// Judges notes. `body` is what would be published; `embargoed` is `None` where nobody gave a list.
pub fn check(notes: &Notes, body: &str, embargoed: Option<&Embargo>, asked: PullsAsked) -> NotesCheck {
    let mut findings: Vec<NotesFinding> = notes.entries.iter().filter_map(origin).collect();
    findings.extend(notes.entries.iter().filter_map(|entry| words(entry, &notes.line, asked)));
    findings.extend(embargo(notes, body, embargoed));
    findings.extend(length(body));
    for rule in NotesRule::ALL {
        if !findings.iter().any(|finding| finding.rule == rule) {
            let reason = passed(rule, embargoed.is_some()).to_owned();
            findings.push(NotesFinding { rule, found: Found::Passed, commit: None, reason, hint: None });
        }
    }
    findings.sort_by_key(|finding| finding.rule);
    let has = |found| findings.iter().any(|finding| finding.found == found);
    let answer = match (has(Found::Failed), has(Found::Undecided)) {
        (true, _) => Answer::No,
        (false, true) => Answer::Undecided,
        (false, false) => Answer::Yes,
    };
    NotesCheck {
        schema: CHECK_SCHEMA.to_owned(),
        version: notes.version.clone(),
        line: notes.line.clone(),
        answer,
        findings,
    }
}

fn passed(rule: NotesRule, listed: bool) -> &'static str {
    match rule {
        NotesRule::Origin => "every entry has its origin, or belongs to the line alone",
        NotesRule::Words => "every security fix has words for users",
        NotesRule::Embargo if listed => "nothing under embargo is named",
        NotesRule::Embargo => "no list of identifiers was given",
        NotesRule::Length => "it is not too long for GitHub",
    }
}

fn about(entry: &Entry, rule: NotesRule, found: Found, reason: String, hint: String) -> NotesFinding {
    NotesFinding { rule, found, commit: entry.picks.first().copied(), reason, hint: Some(hint) }
}

fn origin(entry: &Entry) -> Option<NotesFinding> {
    let hint = |commit: CommitId| {
        format!(
            "see what it is like: git show {commit}; mark it with a 'Line-only: REASON' trailer, or name its origin when it is picked anew"
        )
    };
    let commit = *entry.picks.first()?;
    match &entry.origin {
        Traced::Main { .. } | Traced::Line { .. } => None,
        Traced::Probably { commits, .. } => {
            let named: Vec<String> = commits.iter().map(CommitId::short).collect();
            let reason = format!("only weak signs speak for its origin, {}", named.join(" or "));
            Some(about(entry, NotesRule::Origin, Found::Undecided, reason, hint(commit)))
        }
        Traced::Claimed { commits } => {
            let named: Vec<String> = commits.iter().map(CommitId::short).collect();
            let reason = format!(
                "it names {} as its origin, but has another title and changes something else",
                named.join(" and ")
            );
            let hint = format!(
                "compare them: git show {commit} {}; name the right origin when it is picked anew",
                named.join(" ")
            );
            Some(about(entry, NotesRule::Origin, Found::Undecided, reason, hint))
        }
        Traced::Nowhere { .. } => {
            let reason = "it has no origin on main, and nothing says that it belongs to the line alone".to_owned();
            Some(about(entry, NotesRule::Origin, Found::Failed, reason, hint(commit)))
        }
    }
}

fn words(entry: &Entry, line: &LineName, asked: PullsAsked) -> Option<NotesFinding> {
    if entry.section != Section::Security && !entry.open_advisories.is_empty() {
        let reason = "it names an advisory, and nothing tells whether it is a security fix".to_owned();
        let hint = match entry.origin.commits().first() {
            Some(fix) => {
                format!("record what it is: patch-pick decide {fix} --line {line} --accept --kind KIND --reason TEXT")
            }
            None => "say what it is with a 'Kind:' trailer".to_owned(),
        };
        return Some(about(entry, NotesRule::Words, Found::Undecided, reason, hint));
    }
    if entry.section != Section::Security || entry.words.is_some() {
        return None;
    }
    let name = entry.origin.commits().first().or(entry.picks.first())?;
    let hint = format!("write them into '{}/{name}.md' of main", super::words::FOLDER);
    // The description of a pull request may hold them.
    match (asked, entry.pull_request) {
        (PullsAsked::NotAsked, Some(number)) => {
            let reason = format!(
                "neither main nor a trailer has words for this security fix, and pull request {number} was not asked for"
            );
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
    let leaks = |entry: &&Entry| names(entry.said()) || entry.advisories.iter().any(|id| names(id));
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
mod tests {
    use super::*;
    use crate::model::kind::FixKind;
    use crate::model::notes::words::{Words, WordsFrom};
    use crate::model::notes::{NOTES_SCHEMA, Previous, State};

    fn entry(kind: FixKind, origin: Traced, words: Option<&str>) -> Entry {
        let words = words.and_then(|text| Words::new(text, WordsFrom::Trailer));
        Entry {
            section: Section::of(Some(kind), words.as_ref()),
            kind: Some(kind),
            title: "Fix the map".to_owned(),
            words,
            picks: vec![CommitId::from_bytes([1; 20])],
            origin,
            pull_requests: Vec::new(),
            pull_request: None,
            own_pull_requests: Vec::new(),
            account: None,
            authors: Vec::new(),
            reviewers: Vec::new(),
            issues: Vec::new(),
            advisories: Vec::new(),
            open_advisories: Vec::new(),
            also_in: Vec::new(),
            not_needed: Vec::new(),
        }
    }

    fn notes(entries: Vec<Entry>) -> Notes {
        Notes {
            schema: NOTES_SCHEMA.to_owned(),
            project: "Godel".to_owned(),
            version: "2.0.1".to_owned(),
            tag: "v2.0.1".parse().expect("a tag"),
            state: State::Tagged,
            line: "2.0".parse().expect("a line"),
            branch: "release/2.0".parse().expect("a branch"),
            commit: CommitId::from_bytes([2; 20]),
            date: None,
            previous: Previous {
                name: "v2.0.0".to_owned(),
                version: None,
                commit: CommitId::from_bytes([3; 20]),
                orphaned: Vec::new(),
            },
            entries,
            taken_back: Vec::new(),
            left_out: Vec::new(),
            known_issues: Vec::new(),
            upgrade_notes: Vec::new(),
            contributors: Vec::new(),
            checksums: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// The rules that do not hold; `?` behind one that is undecided.
    fn found(entry: Entry, body: &str, list: &str, asked: PullsAsked) -> String {
        let checked = check(&notes(vec![entry]), body, Some(&Embargo::parse(list).expect("a list")), asked);
        assert!(NotesRule::ALL.iter().all(|rule| checked.findings.iter().any(|finding| finding.rule == *rule)));
        let broken = checked.findings.iter().filter(|finding| finding.found != Found::Passed);
        let mark = |finding: &NotesFinding| match finding.found {
            Found::Undecided => format!("{}?", finding.rule),
            Found::Passed | Found::Failed => finding.rule.to_string(),
        };
        format!("{:?}: {}", checked.answer, broken.map(mark).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn each_rule_can_fail() {
        use PullsAsked::{Asked, NotAsked};
        let main = || Traced::Main { commits: vec![CommitId::from_bytes([9; 20])] };
        let reasons = Vec::new;
        let bug = |origin| entry(FixKind::Bug, origin, None);
        let asks = |mut entry: Entry| {
            entry.pull_request = Some(7);
            entry
        };
        let long = "ä".repeat(LONGEST_BODY);
        let table = [
            (bug(main()), "", Asked, "Yes: "),
            (bug(Traced::Line { reasons: reasons() }), "", Asked, "Yes: "),
            (bug(Traced::Nowhere { reasons: reasons() }), "", Asked, "No: origin"),
            (bug(Traced::Claimed { commits: Vec::new() }), "", Asked, "Undecided: origin?"),
            (bug(Traced::Probably { commits: Vec::new(), reasons: reasons() }), "", Asked, "Undecided: origin?"),
            (entry(FixKind::Security, main(), Some("It is safe.")), "", NotAsked, "Yes: "),
            (entry(FixKind::Security, main(), None), "", NotAsked, "No: words"),
            (asks(entry(FixKind::Security, main(), None)), "", NotAsked, "Undecided: words?"),
            (asks(entry(FixKind::Security, main(), None)), "", Asked, "No: words"),
            (entry(FixKind::Security, main(), Some("Closes cve-2026-4242")), "", Asked, "No: embargo"),
            (bug(main()), "about CVE-2026-4242", Asked, "No: embargo"),
            (bug(main()), &long, Asked, "Yes: "),
            (bug(main()), &format!("{long}x"), Asked, "No: length"),
        ];
        for (entry, body, asked, expected) in table {
            let shown = format!("{:?} {:?}", entry.kind, entry.origin);
            assert_eq!(found(entry, body, "CVE-2026-4242\n", asked), expected, "{shown}");
        }
    }

    #[test]
    fn an_advisory_outside_of_the_security_fixes_is_undecided() {
        let mut entry = entry(FixKind::Bug, Traced::Line { reasons: Vec::new() }, None);
        entry.open_advisories = vec!["CVE-2026-4242".to_owned()];
        assert_eq!(found(entry, "", "CVE-2026-1111\n", PullsAsked::Asked), "Undecided: words?");
    }

    #[test]
    fn what_is_under_embargo_is_not_repeated() {
        let mut entry = entry(FixKind::Bug, Traced::Nowhere { reasons: Vec::new() }, None);
        entry.title = "Close CVE-2026-4242".to_owned();
        entry.advisories = vec!["CVE-2026-4242".to_owned()];
        let checked =
            check(&notes(vec![entry]), "", Some(&Embargo::parse("CVE-2026-4242").expect("a list")), PullsAsked::Asked);
        let told = serde_json::to_string(&checked).expect("it is JSON");
        assert!(told.contains("under embargo") && !told.contains("4242"), "{told}");
    }
}
