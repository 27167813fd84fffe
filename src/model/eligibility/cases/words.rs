//! What the words of a row stand for.

use super::*;

pub(super) fn listed(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty())
}

/// Reads labels, each with `@` and who gave it where that is known.
pub(super) fn labels(text: &str) -> Vec<Label> {
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
pub(super) fn reviews(text: &str) -> Vec<Review> {
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
pub(super) fn files(text: &str) -> Vec<Touched> {
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

pub(super) fn state(word: &str) -> State {
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

pub(super) fn waiver(text: &str) -> Waiver {
    let (parts, pick) = text.split_once('@').map_or((text, None), |(parts, pick)| (parts, Some(pick)));
    let parts: Vec<&str> = parts.split(':').collect();
    let [rule, who, until] = parts[..] else { panic!("rule:who:until@pick=change") };
    let (pick, change) = match pick.map(|pick| pick.split_once('=').unwrap_or((pick, ""))) {
        Some((pick, change)) => (Some(pick), Some(change).filter(|change| !change.is_empty())),
        None => (None, None),
    };
    Waiver {
        fix: id(1),
        line: None,
        rule: rule.parse().expect("a rule"),
        pick: pick.map(|pick| id(pick.parse().expect("a number"))),
        change: change.map(Sha256Sum::of),
        reason: "it is known".parse().expect("a reason"),
        by: format!("Somebody <{who}@example.com>").parse().expect("a person"),
        until: until.parse().expect("a date"),
    }
}

pub(super) fn line_status(word: &str) -> LineStatus {
    match word {
        "current" => LineStatus::Current,
        "security-only" => LineStatus::SecurityOnly,
        "eol" => LineStatus::EndOfLife,
        other => panic!("{other}"),
    }
}

pub(super) fn decision(text: &str) -> Decision {
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

pub(super) fn picks(word: &str) -> Known<Vec<PickedFrom>> {
    let origin = match word {
        "unknown" => return unknown(),
        "none" => return Known::Known(Vec::new()),
        "main" => Origin::Main(id(2)),
        "elsewhere" => Origin::Elsewhere("0303030303".to_owned()),
        "nowhere" | "itself" => Origin::Nowhere,
        "probably" => Origin::Probably(id(2)),
        "resolved" => Origin::Resolved(id(2), vec!["src/a.rs".to_owned()]),
        "altered" => Origin::Altered(id(2), vec!["src/a.rs".to_owned()]),
        "made-anew" | "twice-made-anew" => Origin::MadeAnew(id(2), vec!["package-lock.json".to_owned()]),
        "of-line" => Origin::OfLine("it moves the version".to_owned()),
        "says-of-line" => Origin::SaysOfLine("main has no such file".to_owned()),
        "odd-merge" => Origin::OddMerge,
        "merges-main" => Origin::MergesMain { commits: 3, newest: id(2) },
        other => panic!("{other}"),
    };
    let ids: &[u8] = match word {
        "twice-made-anew" => &[4, 5],
        "itself" => &[1],
        _ => &[4],
    };
    let pick = |number: &u8| PickedFrom {
        commit: id(*number),
        subject: "Stop it".to_owned(),
        change: Sha256Sum::of(number.to_string()),
        origin: origin.clone(),
    };
    Known::Known(ids.iter().map(pick).collect())
}

pub(super) fn newer(text: &str) -> Vec<NewerLine> {
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

pub(super) fn raised(name: &str) -> Raised {
    Raised { path: "package.json".to_owned(), name: name.to_owned(), from: "^1".to_owned(), to: "^2".to_owned() }
}

pub(super) fn issue(text: &str) -> Issue {
    Issue {
        number: 7,
        repository: "godel/godel".parse().expect("a repository"),
        title: "It crashes".to_owned(),
        state: IssueState::Open,
        labels: listed(text).map(str::to_owned).collect(),
        milestone: None,
    }
}
