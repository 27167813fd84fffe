//! The rules, by a table of cases: each row says how a fix is unlike one that passes every rule, and what is then found.

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
    Association, Base, Checks, Head, Issue, IssueState, Label, Opinion, PullRequest, PullState, Readiness, Review, Size,
};
use crate::model::status::State;

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

fn listed(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty())
}

/// Reads labels, each with `@` and who gave it where that is known.
fn labels(text: &str) -> Vec<Label> {
    let one = |word: &str| {
        let (name, by) = word
            .split_once('@')
            .map_or((word, unknown()), |(name, by)| (name, Known::Known(by.parse().expect("a login"))));
        Label { name: name.to_owned(), applied_by: by }
    };
    listed(text).map(one).collect()
}

/// Reads `name+`, `name-` or `name0`: an approval, a request for changes, or a dismissed review by somebody who may write. Behind a
/// slash stands otherwise: `none`, `member`, `owner` for an association where it is not told whether they may write, `read` for
/// somebody who may not, `old` for a review of an older commit.
fn reviews(text: &str) -> Vec<Review> {
    let one = |word: &str| {
        let (word, how) = word.split_once('/').unwrap_or((word, "write"));
        let (name, sign) = word.split_at(word.len() - 1);
        let opinion = match sign {
            "+" => Opinion::Approved,
            "-" => Opinion::ChangesRequested,
            "0" => Opinion::Dismissed,
            other => panic!("{other}"),
        };
        let (association, may_write) = match how {
            "write" | "old" => (Association::Member, Known::Known(true)),
            "read" => (Association::Member, Known::Known(false)),
            "none" => (Association::None, unknown()),
            "member" => (Association::Member, unknown()),
            "owner" => (Association::Owner, unknown()),
            other => panic!("{other}"),
        };
        let author = (name != "?").then(|| name.parse().expect("a login"));
        let commit = Some(if how == "old" { id(6) } else { id(9) });
        Review { author, opinion, association, may_write, commit }
    };
    listed(text).map(one).collect()
}

/// Reads `path:added:removed`, or `old>path:added:removed`, with `:binary` or `:gone` behind.
fn files(text: &str) -> Vec<Touched> {
    let one = |file: &str| {
        let mut parts = file.split(':');
        let mut next = || parts.next().expect("path:added:removed");
        let path = next();
        let (was, path) = path.split_once('>').map_or((None, path), |(was, path)| (Some(was.to_owned()), path));
        let [added, removed] = [next(), next()].map(|count| count.parse().expect("a count"));
        let content = match parts.next() {
            None => Content::Text,
            Some("binary") => Content::Binary,
            Some("gone") => Content::Gone,
            Some(other) => panic!("{other}"),
        };
        Touched { path: path.to_owned(), was, added, removed, content, marked: false }
    };
    listed(text).map(one).collect()
}

fn state(word: &str) -> State {
    match word {
        "on-line" => State::OnLine,
        "released" => State::Released,
        "needed" => State::Needed,
        "not-affected" => State::NotAffected,
        "declined" => State::Declined,
        "unknown" => State::Unknown,
        other => panic!("{other}"),
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

fn waiver(text: &str) -> Waiver {
    let parts: Vec<&str> = text.split(':').collect();
    let [rule, who, until] = parts[..] else { panic!("rule:who:until") };
    Waiver {
        fix: id(1),
        line: None,
        rule: rule.parse().expect("a rule"),
        reason: "it is known".parse().expect("a reason"),
        by: format!("Somebody <{who}@example.com>").parse().expect("a person"),
        until: until.parse().expect("a date"),
    }
}

fn line_status(word: &str) -> LineStatus {
    match word {
        "current" => LineStatus::Current,
        "security-only" => LineStatus::SecurityOnly,
        "eol" => LineStatus::EndOfLife,
        other => panic!("{other}"),
    }
}

fn decision(text: &str) -> Decision {
    let (answer, kind) = text.split_once(':').unwrap_or((text, ""));
    Decision {
        fix: id(1),
        line: "2.0".parse().expect("a line"),
        answer: if answer == "accept" { Answer::Accept } else { Answer::Decline },
        kind: (!kind.is_empty()).then(|| kind.parse().expect("a kind")),
        reason: "customers wait".parse().expect("a reason"),
        by: "Mia <mia@example.com>".parse().expect("a person"),
        at: day("2026-06-01"),
    }
}

fn picks(word: &str) -> Known<Vec<PickedFrom>> {
    let origin = match word {
        "unknown" => return unknown(),
        "none" => return Known::Known(Vec::new()),
        "main" => Origin::Main(id(2)),
        "elsewhere" => Origin::Elsewhere("0303030303".to_owned()),
        "nowhere" => Origin::Nowhere,
        "probably" => Origin::Probably(id(2)),
        "resolved" => Origin::Resolved(id(2), vec!["src/a.rs".to_owned()]),
        "altered" => Origin::Altered(id(2), vec!["src/a.rs".to_owned()]),
        "of-line" => Origin::OfLine("it moves the version".to_owned()),
        "says-of-line" => Origin::SaysOfLine("main has no such file".to_owned()),
        "merges-main" => Origin::MergesMain { commits: 3, newest: id(2) },
        other => panic!("{other}"),
    };
    Known::Known(vec![PickedFrom { commit: id(1), subject: "Stop it".to_owned(), origin }])
}

fn newer(text: &str) -> Vec<NewerLine> {
    let one = |word: &str| {
        let (line, word) = word.split_once(':').expect("line:state");
        let state = match word.strip_prefix("probably-") {
            _ if word == "incomparable" => NewerState::NotKnown("it cannot be compared with main".to_owned()),
            Some(word) => NewerState::Probably(state(word)),
            None => NewerState::Sure(state(word)),
        };
        NewerLine { line: line.parse().expect("a line"), state }
    };
    listed(text).map(one).collect()
}

fn raised(name: &str) -> Raised {
    Raised { path: "package.json".to_owned(), name: name.to_owned(), from: "^1".to_owned(), to: "^2".to_owned() }
}

fn issue(text: &str) -> Issue {
    Issue {
        number: 7,
        repository: "godel/godel".parse().expect("a repository"),
        title: "It crashes".to_owned(),
        state: IssueState::Open,
        labels: listed(text).map(str::to_owned).collect(),
        milestone: None,
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
