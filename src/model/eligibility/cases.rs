//! The rules, by a table of cases: each row says how a fix is unlike one that passes every rule, and what is then found.

mod words;

use chrono::{DateTime, Utc};

use super::Rule;
use super::dependencies::Raised;
use super::facts::{
    Applies, Content, EmbargoFacts, Facts, LineFacts, Message, NewerLine, NewerState, OnMain, Origin, PickedFrom,
    Touched,
};
use super::judge::{Judged, Policy, judge};
use super::waiver::Waiver;
use crate::model::commit::CommitId;
use crate::model::config::Config;
use crate::model::decision::{Answer, Decision};
use crate::model::known::{Known, Missing};
use crate::model::line::LineStatus;
use crate::model::pull::{
    Association, Base, Checks, Head, Issue, IssueState, Label, Lacking, Opinion, PullRequest, PullState, Readiness,
    Review, Size,
};
use crate::model::status::State;
use crate::model::sums::Sha256Sum;
use words::{decision, files, issue, labels, line_status, newer, picks, raised, reviews, waiver};

const CASES: &str = include_str!("cases.txt");
const RIGHTS: &str = "[[eligibility.waivers]]\nby = ['mia@example.com']\n";

fn id(number: u8) -> CommitId {
    CommitId::from_bytes([number; 20])
}

fn unknown<T>() -> Known<T> {
    Known::Unknown(Missing::NotAsked)
}

fn day(text: &str) -> DateTime<Utc> {
    format!("{text}T12:00:00Z").parse().expect("a day")
}

/// A fix that passes every rule.
fn good() -> Facts {
    let login = |name: &str| name.parse().expect("a login");
    let repository = || "godel/godel".parse().expect("a repository");
    let pull = PullRequest {
        number: 12,
        title: "Stop it".to_owned(),
        body: "## Risk\nlow".to_owned(),
        author: Some(login("author")),
        base: Base { branch: "main".parse().expect("a branch"), commit: id(8), repository: repository() },
        head: Head { branch: "stop-it".to_owned(), commit: id(9), repository: Some(repository()) },
        readiness: Readiness::Ready,
        state: PullState::Open,
        labels: labels("kind/crash,P1"),
        milestone: None,
        size: unknown(),
        reviews: Known::Known(reviews("ann+")),
        files: unknown(),
        checks: Known::Known(Checks::Green),
        issues: Known::Known(Vec::new()),
        commits: unknown(),
    };
    Facts {
        line: LineFacts { name: "2.0".parse().expect("a line"), status: LineStatus::Maintained, until: None },
        messages: Known::Known(vec![Message { commit: id(1), text: "Stop it\n".to_owned(), people: String::new() }]),
        main: Known::Known(OnMain::Stands),
        state: Known::Known(State::Unknown),
        newer: Known::Known(vec![NewerLine {
            line: "2.1".parse().expect("a line"),
            state: NewerState::Sure(State::OnLine),
        }]),
        out_since: Known::Known(None),
        changed: Known::Known(files("src/a.rs:5:2,tests/a.rs:10:0")),
        applies: Known::Known(Applies::Clean),
        raised: Known::Known(Vec::new()),
        pull: Known::Known(Some(pull)),
        decision: None,
        picks: None,
        embargo: EmbargoFacts::default(),
    }
}

/// What a row says: facts, the text of a `patch.toml`, and waivers.
struct Given {
    facts: Facts,
    toml: String,
    waivers: Vec<Waiver>,
}

impl Given {
    fn read(text: &str) -> Self {
        let mut given = Self { facts: good(), toml: String::new(), waivers: Vec::new() };
        for setting in text.split("; ").map(str::trim).filter(|setting| setting.contains('=')) {
            let (key, value) = setting.split_once('=').expect("because it holds one");
            given.set(key, &value.replace("\\n", "\n"));
        }
        given
    }

    fn pull(&mut self) -> &mut PullRequest {
        match &mut self.facts.pull {
            Known::Known(Some(pull)) => pull,
            Known::Known(None) | Known::Unknown(_) => panic!("set 'pull' last"),
        }
    }

    fn message(&mut self) -> &mut Message {
        match &mut self.facts.messages {
            Known::Known(messages) => &mut messages[0],
            Known::Unknown(_) => panic!("set 'msg=unknown' last"),
        }
    }

    fn set(&mut self, key: &str, value: &str) {
        match (key, value) {
            ("toml", _) => self.toml = value.to_owned(),
            ("waive", _) => self.waivers.push(waiver(value)),
            ("title", _) => {
                self.message().text = format!("{value}\n");
                self.pull().title = value.to_owned();
            }
            ("msg", "unknown") => self.facts.messages = unknown(),
            ("msg", _) => self.message().text.push_str(&format!("\n{value}\n")),
            ("line", _) => self.facts.line.status = line_status(value),
            ("until", _) => self.facts.line.until = Some(value.parse().expect("a date")),
            ("decision", _) => self.facts.decision = Some(decision(value)),
            ("embargo", _) => {
                let leaks = if value == "leak" { vec!["the title".to_owned()] } else { Vec::new() };
                self.facts.embargo = EmbargoFacts { listed: true, leaks };
            }
            ("picks", _) => self.facts.picks = Some(picks(value)),
            ("marked", _) => {
                let Known::Known(files) = &mut self.facts.changed else { panic!("set 'files' first") };
                files.iter_mut().filter(|file| file.path == value).for_each(|file| file.marked = true);
            }
            _ => self.set_known(key, value),
        }
    }

    fn set_known(&mut self, key: &str, value: &str) {
        let facts = &mut self.facts;
        match (key, value) {
            ("main", "unknown") => facts.main = unknown(),
            ("main", "not-yet") => facts.main = Known::Known(OnMain::NotYet),
            ("main", "reverted") => facts.main = Known::Known(OnMain::TakenBack(id(7))),
            ("newer", "unknown") => facts.newer = unknown(),
            ("newer", "none") => facts.newer = Known::Known(Vec::new()),
            ("newer", _) => facts.newer = Known::Known(newer(value)),
            ("out", "unknown") => facts.out_since = unknown(),
            ("out", "never") => facts.out_since = Known::Known(None),
            ("out", _) => facts.out_since = Known::Known(Some(day(value))),
            ("files", "unknown") => facts.changed = unknown(),
            ("files", _) => facts.changed = Known::Known(files(value)),
            ("applies", "unknown") => facts.applies = unknown(),
            ("applies", "empty") => facts.applies = Known::Known(Applies::Empty),
            ("applies", _) => {
                let path = value.strip_prefix("conflict:").expect("a word that is known");
                facts.applies = Known::Known(Applies::Conflict(vec![path.to_owned()]));
            }
            ("raised", "unknown") => facts.raised = unknown(),
            ("raised", _) => facts.raised = Known::Known(vec![raised(value)]),
            ("pull", "unknown") => facts.pull = unknown(),
            ("pull", "none") => facts.pull = Known::Known(None),
            _ => self.set_pull(key, value),
        }
    }

    fn set_pull(&mut self, key: &str, value: &str) {
        let pull = self.pull();
        match (key, value) {
            ("labels", _) => pull.labels = labels(value),
            ("body", _) => pull.body = value.to_owned(),
            ("reviews", "unknown") => pull.reviews = unknown(),
            ("reviews", _) => pull.reviews = Known::Known(reviews(value)),
            ("issues", "unknown") => pull.issues = unknown(),
            ("lines", _) => {
                let lines = value.parse().expect("a count");
                pull.size = Known::Known(Size { files: 1, additions: lines, deletions: 0 });
            }
            ("issue", _) => pull.issues = Known::Known(vec![issue(value)]),
            ("checks", "unknown") => pull.checks = unknown(),
            ("checks", "lacking") => {
                let (absent, there) = (vec!["unit".to_owned()], vec!["build".to_owned()]);
                pull.checks = Known::Known(Checks::Lacking(Lacking { absent, idle: Vec::new(), there }));
            }
            ("checks", "none") => pull.checks = Known::Known(Checks::None),
            ("checks", _) => {
                let (word, name) = value.split_once(':').expect("word:name");
                let names = vec![name.to_owned()];
                pull.checks = Known::Known(if word == "red" { Checks::Red(names) } else { Checks::Pending(names) });
            }
            _ => panic!("'{key}' is not known"),
        }
    }

    fn judged(&self) -> Judged {
        let config = Config::parse(&format!("{}\n{RIGHTS}", self.toml)).expect("a configuration");
        let policy = Policy {
            eligibility: &config.eligibility,
            classify: &config.classify,
            waivers: &self.waivers,
            now: day("2026-06-15"),
        };
        judge(&self.facts, &policy, &[id(1)])
    }
}

fn rows() -> impl Iterator<Item = (&'static str, &'static str)> {
    let rows = CASES.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    rows.map(|row| row.split_once(" | ").expect("given | expected"))
}

#[test]
fn every_case_is_judged_as_the_table_says() {
    let mut wrong = Vec::new();
    for (given, expected) in rows() {
        let judged = Given::read(given).judged();
        let found = |rule: &str| {
            let finding = judged.findings.iter().find(|finding| finding.rule.as_str() == rule);
            finding.map_or("absent", |finding| finding.found.as_str())
        };
        for part in expected.split([';', ',']).map(str::trim) {
            let told = match part.split_once(['=', ':']) {
                Some(("", _)) => format!("=> {}", judged.outcome.as_str()),
                Some(("kind", _)) if part.starts_with("kind=") => {
                    format!("kind={}", judged.classified.kind.map_or("none", |kind| kind.as_str()))
                }
                Some((rule, _)) => format!("{rule}:{}", found(rule)),
                None => "?".to_owned(),
            };
            if told != part {
                wrong.push(format!("{given}\n  expected {part}, found {told}\n  {:?}", judged.findings));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_has_a_yes_a_no_an_undecided_and_a_waived_of_each_rule_that_can_be() {
    let expected: Vec<&str> = rows().flat_map(|(_, expected)| expected.split([';', ',']).map(str::trim)).collect();
    assert!(rows().count() >= 80);
    for rule in Rule::ALL {
        let (waivable, undecided) = match rule {
            Rule::Embargo => (false, true),
            Rule::Waivers => (false, false),
            Rule::Decision => (true, false),
            _ => (true, true),
        };
        for (found, can) in [("passed", true), ("failed", true), ("waived", waivable), ("undecided", undecided)] {
            assert_eq!(expected.contains(&format!("{rule}:{found}").as_str()), can, "{rule}: {found}");
        }
    }
}
