//! Tells the kind of a fix from everything that speaks for one.
//!
//! Each piece of evidence has a weight. The heaviest decides, if all that is firm agrees with it. Words in a subject, advisories
//! that a sentence mentions and labels of unknown meaning are shown and never decide.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::advisory::{Form, Named, advisories, is_marked};
use super::conventional::{trailers, typed};
use super::facts::{Facts, Touched};
use super::given::{Given, given};
use super::labels::usual_kind;
use super::paths::is_documentation;
use crate::model::arrange::Arrange as _;
use crate::model::config::{ClassifyRule, Eligibility, Evidence, LabelName};
use crate::model::kind::FixKind;
use crate::model::path::PathGlob;
use crate::model::trailer::{Relation, markers, plain_subject};

/// How much a piece of evidence weighs, the lightest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// Words that may mean anything: in the title, in a label behind an unknown prefix, the mention of an advisory, a form such as
    /// `test:` that only some of several commits have. They never decide.
    Hint,
    /// A form of the title that goes with every kind, such as `chore:`. It decides where nothing else does.
    Faint,
    /// The form of the title, or what kind of files change.
    Form,
    /// Somebody said so: a label, a trailer, a line that names the advisory that is fixed.
    Stated,
    /// A maintainer recorded it.
    Recorded,
}

/// One piece of evidence for a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Piece {
    /// How much it weighs.
    pub weight: Weight,
    /// The kind that it speaks for.
    pub kind: FixKind,
    /// What says so. May quote a stranger.
    pub says: String,
}

impl Piece {
    /// Says whether it excludes other kinds. That something is a bug says little of what else it is.
    fn is_firm(&self) -> bool {
        self.weight >= Weight::Form && self.kind != FixKind::Bug
    }
}

/// What the evidence comes to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Classified {
    /// All evidence, the heaviest first.
    pub pieces: Vec<Piece>,
    /// The kind; `None`: nothing but hints, or a contradiction.
    pub kind: Option<FixKind>,
    /// What contradicts what.
    pub contradiction: Option<String>,
    /// What would speak for a kind if it were known who said it, one phrase each. May quote strangers.
    pub open: Vec<String>,
}

/// Tells the kind of a fix.
pub fn classify(facts: &Facts, rules: &[ClassifyRule], policy: &Eligibility) -> Classified {
    let mut pieces = Vec::new();
    recorded(facts, &mut pieces);
    let open = labels(facts, rules, policy, &mut pieces);
    messages(facts, rules, policy, &mut pieces);
    if let Some(changed) = facts.changed.value() {
        files(changed, rules, &policy.paths.tests, &mut pieces);
    }
    pieces.arrange_by_key(|piece| std::cmp::Reverse(piece.weight));
    let mut once: Vec<Piece> = Vec::new();
    for piece in pieces {
        if !once.contains(&piece) {
            once.push(piece);
        }
    }
    Classified { open, ..decide(once) }
}

fn decide(pieces: Vec<Piece>) -> Classified {
    let heaviest = pieces.iter().map(|piece| piece.weight).max().filter(|weight| *weight > Weight::Hint);
    let Some(heaviest) = heaviest else { return Classified { pieces, ..Classified::default() } };
    let top = || pieces.iter().filter(|piece| piece.weight == heaviest);
    // Among firm pieces of one weight that are all about faults, the most urgent counts; a bare "bug" yields to any of them.
    let firm = top().filter(|piece| piece.is_firm()).min_by_key(|piece| piece.kind);
    let light = pieces
        .iter()
        .filter(|piece| piece.weight > Weight::Hint && piece.is_firm())
        .min_by_key(|piece| (std::cmp::Reverse(piece.weight), piece.kind));
    // A bug that is stated is refined by what a lighter piece says firmly, if that is about a fault too.
    let refined = light.filter(|piece| mends(piece.kind) && top().all(|piece| mends(piece.kind)));
    let chosen = firm.or(refined).or_else(|| top().min_by_key(|piece| piece.kind));
    let Some(chosen) = chosen.cloned() else { return Classified { pieces, ..Classified::default() } };
    let against = pieces.iter().find(|piece| {
        let told = piece.is_firm() || (piece.weight >= Weight::Stated && piece.kind == FixKind::Bug);
        // What a maintainer recorded was decided in knowledge of the rest.
        told && chosen.weight < Weight::Recorded && mends(piece.kind) != mends(chosen.kind)
    });
    match against {
        Some(against) => {
            let text = format!("{} ({}), but {} ({})", chosen.says, chosen.kind, against.says, against.kind);
            Classified { pieces, contradiction: Some(text), ..Classified::default() }
        }
        None => Classified { kind: Some(chosen.kind), pieces, ..Classified::default() },
    }
}

/// Says whether a kind mends a fault, and so goes with every other that does.
fn mends(kind: FixKind) -> bool {
    match kind {
        FixKind::Security
        | FixKind::DataLoss
        | FixKind::Crash
        | FixKind::Regression
        | FixKind::Performance
        | FixKind::Bug => true,
        FixKind::Documentation | FixKind::Feature | FixKind::Refactor => false,
    }
}

fn recorded(facts: &Facts, pieces: &mut Vec<Piece>) {
    if let Some(decision) = &facts.decision
        && let Some(kind) = decision.kind
    {
        let says = format!("{} recorded it: {}", decision.by, decision.reason);
        pieces.push(Piece { weight: Weight::Recorded, kind, says });
    }
}

/// Adds what labels say, and returns those of which it is not known whether they count.
fn labels(facts: &Facts, rules: &[ClassifyRule], policy: &Eligibility, pieces: &mut Vec<Piece>) -> Vec<String> {
    let mut open = Vec::new();
    let pull = facts.pull.value().and_then(Option::as_ref);
    for Given { name, issue, giver } in pull.into_iter().flat_map(|pull| given(pull, &policy.labels)) {
        let ruled = by_rule(rules, name).map(|kind| (kind, Weight::Stated));
        let Some((kind, weight)) = ruled.or_else(|| usual_kind(name)) else { continue };
        let whose = issue.map_or_else(|| "label".to_owned(), |number| format!("issue #{number} has label"));
        let says = format!("{whose} '{name}'");
        if giver.counts() {
            pieces.push(Piece { weight, kind, says });
        } else if giver.is_open() && weight != Weight::Hint {
            open.push(says);
        }
    }
    open
}

fn by_rule(rules: &[ClassifyRule], label: &str) -> Option<FixKind> {
    let named = |name: &LabelName| name.as_str().to_lowercase() == label.to_lowercase();
    let rule = rules.iter().find(|rule| matches!(&rule.evidence, Evidence::Label(name) if named(name)))?;
    Some(rule.kind)
}

fn messages(facts: &Facts, rules: &[ClassifyRule], policy: &Eligibility, pieces: &mut Vec<Piece>) {
    let pull = facts.pull.value().and_then(Option::as_ref);
    let texts = facts.known_messages().iter().map(|message| message.text.as_str());
    for text in texts.clone() {
        for value in trailers(text, "Kind") {
            if let Ok(kind) = value.parse() {
                pieces.push(Piece { weight: Weight::Stated, kind, says: format!("trailer 'Kind: {value}'") });
            }
        }
        let repairs = markers(text)
            .into_iter()
            .find(|marker| matches!(marker.relation, Relation::Fixes(_) | Relation::StableFrom(_)));
        if let Some(marker) = repairs {
            pieces.push(Piece { weight: Weight::Form, kind: FixKind::Bug, says: format!("'{}'", marker.text) });
        }
    }
    // Where only some people may say by a label what kind a fix is, its author cannot say it in a description.
    let author_may = policy.labels.is_empty();
    let described = pull.map(|pull| [pull.title.as_str(), pull.body.as_str()]).into_iter().flatten();
    let described = described.map(|text| (text, author_may));
    for (text, counts) in texts.clone().map(|text| (text, true)).chain(described) {
        for Named { id, form } in advisories(text) {
            let (weight, says) = match form {
                Form::Stated if !counts => (Weight::Hint, format!("its description says that it is about {id}")),
                Form::Stated => (Weight::Stated, format!("it is said to be about {id}")),
                Form::Mentioned => (Weight::Hint, format!("it mentions {id}")),
            };
            pieces.push(Piece { weight, kind: FixKind::Security, says });
        }
    }
    let titles: Vec<&str> = facts.known_messages().iter().map(|message| plain_subject(message.title())).collect();
    let typed: Vec<Option<Piece>> = titles.iter().map(|title| by_type(title, rules)).collect();
    // A fix that brings along a commit about its tests is a fix.
    let is_refactor = |piece: &Piece| piece.kind == FixKind::Refactor && piece.weight < Weight::Stated;
    let brings = |(title, piece): (&&str, &Option<Piece>)| piece.is_none() && !title.starts_with("Merge ");
    let more = titles.iter().zip(&typed).any(brings);
    let weighed = typed.into_iter().flatten().map(|piece| match more && is_refactor(&piece) {
        true => Piece { weight: Weight::Hint, ..piece },
        false => piece,
    });
    pieces.extend(weighed);
    let title = pull.map(|pull| plain_subject(&pull.title));
    pieces.extend(title.and_then(|title| by_type(title, rules)));
    pieces.extend(titles.iter().copied().chain(title).filter(|title| is_marked(title)).map(|_| Piece {
        weight: Weight::Form,
        kind: FixKind::Security,
        says: "the title is marked as one of security".to_owned(),
    }));
    pieces.extend(titles.into_iter().chain(title).flat_map(hints));
}

fn by_type(title: &str, rules: &[ClassifyRule]) -> Option<Piece> {
    let typed = typed(title)?;
    let own = rules.iter().find(|rule| matches!(&rule.evidence, Evidence::Type(name) if name.as_str() == typed.kind));
    let says = format!("the title has the type '{}'", typed.kind);
    let form = |kind, says| Some(Piece { weight: Weight::Form, kind, says });
    if let Some(rule) = own {
        return Some(Piece { weight: Weight::Stated, kind: rule.kind, says });
    }
    match typed.kind.as_str() {
        "fix" | "bugfix" | "hotfix" => form(FixKind::Bug, says),
        "security" | "sec" => form(FixKind::Security, says),
        "perf" => form(FixKind::Performance, says),
        "feat" | "feature" => form(FixKind::Feature, says),
        "docs" | "doc" => form(FixKind::Documentation, says),
        "refactor" | "style" => form(FixKind::Refactor, says),
        "chore" | "build" | "ci" | "test" | "tests" | "deps" => {
            Some(Piece { weight: Weight::Faint, kind: FixKind::Refactor, says })
        }
        _ => None,
    }
}

/// Words in a title that often go with a kind, and often do not.
fn hints(title: &str) -> Vec<Piece> {
    const WORDS: &[(&str, FixKind)] = &[
        ("security", FixKind::Security),
        ("vulnerability", FixKind::Security),
        ("overflow", FixKind::Security),
        ("injection", FixKind::Security),
        ("corrupt", FixKind::DataLoss),
        ("corruption", FixKind::DataLoss),
        ("data loss", FixKind::DataLoss),
        ("crash", FixKind::Crash),
        ("crashes", FixKind::Crash),
        ("segfault", FixKind::Crash),
        ("panic", FixKind::Crash),
        ("deadlock", FixKind::Crash),
        ("hang", FixKind::Crash),
        ("regression", FixKind::Regression),
        ("slow", FixKind::Performance),
        ("performance", FixKind::Performance),
        ("fix", FixKind::Bug),
        ("fixes", FixKind::Bug),
    ];
    let words: String = title.to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    let padded = format!(" {} ", words.split_whitespace().collect::<Vec<_>>().join(" "));
    let found = WORDS.iter().filter(|(word, _)| padded.contains(&format!(" {word} ")));
    found
        .map(|(word, kind)| Piece { weight: Weight::Hint, kind: *kind, says: format!("the title says '{word}'") })
        .collect()
}

fn files(changed: &[Touched], rules: &[ClassifyRule], tests: &[PathGlob], pieces: &mut Vec<Piece>) {
    if changed.is_empty() {
        return;
    }
    for rule in rules {
        if let Evidence::Path(glob) = &rule.evidence
            && changed.iter().all(|file| file.stays_in(std::slice::from_ref(glob)))
        {
            let says = "a rule of [[classify]] chooses all files that it changes".to_owned();
            pieces.push(Piece { weight: Weight::Stated, kind: rule.kind, says });
        }
    }
    if changed.iter().all(|file| file.paths().all(is_documentation)) {
        let says = "it changes nothing but documentation".to_owned();
        pieces.push(Piece { weight: Weight::Form, kind: FixKind::Documentation, says });
    } else if changed.iter().all(|file| file.stays_in(tests)) {
        let says = "it changes nothing but tests".to_owned();
        pieces.push(Piece { weight: Weight::Form, kind: FixKind::Refactor, says });
    }
}
