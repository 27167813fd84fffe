//! What notes make of the kind of a change, and of the advisories that it names.
//!
//! A gate takes for a security fix only what states that it is one. Users lose more where a security fix stands among the others than
//! where another one stands among the security fixes, so that in notes it is enough that a title names an advisory. Which advisories are
//! fixed is another question: what a text only speaks of is not.

use crate::model::arrange::Arrange as _;
use crate::model::eligibility::advisory::{Form, Named, fixed_in_title};
use crate::model::eligibility::classify::{Classified, Weight};
use crate::model::kind::FixKind;

/// The identifiers of advisories that something says a change is the fix of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fixed {
    /// In its texts, or in an advisory that is not public: they count where its texts name them, and it is a security fix.
    pub said: Vec<String>,
    /// In its texts, behind a verb of fixing or as a statement: what looks as if it changed nothing for users leaves these open.
    pub stated: Vec<String>,
    /// In its words for users, in an advisory that is public, or in a sentence of its own: it is a security fix, unless somebody said
    /// otherwise.
    pub told: Vec<String>,
    /// Those that its own message says it does not fix, whatever the one says that it was picked from, and those that its words for users
    /// name and do not say to be fixed.
    pub denied: Vec<String>,
    /// Whether the merge of the private fork of an advisory brought it: it is a security fix, though no identifier is known.
    pub by_fork: bool,
    /// Whether a person wrote those words where others review them, so that what else its texts name is not open.
    pub is_reviewed: bool,
}

/// What is told of a change.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Told {
    /// What it is; `None`: nothing tells it, or several things contradict one another.
    pub kind: Option<FixKind>,
    /// The identifiers of advisories that it is the fix of, sorted; none of them is open.
    pub advisories: Vec<String>,
    /// Those that it names while nobody said whether it fixes them, sorted.
    pub open: Vec<String>,
    /// Whether something says that it is a security fix, and something else contradicts it.
    pub contradicted: bool,
}

impl Told {
    /// Puts together what the evidence for a kind, the titles of a change and all its texts tell.
    pub fn of<'t>(
        found: &Classified,
        titles: impl IntoIterator<Item = &'t str>,
        named: &[Named],
        fixed: &Fixed,
    ) -> Self {
        let weight = found.pieces.first().map_or(Weight::Hint, |piece| piece.weight);
        let is_settled = found.contradiction.is_none() && weight >= Weight::Stated;
        let is_open = found.contradiction.is_none() && !is_settled;
        let is_of_fork = fixed.by_fork && found.kind == Some(FixKind::Feature);
        let may_be = is_open && (is_of_fork || goes_with_security(found.kind, weight));
        let names = fixed.by_fork
            || !fixed.told.is_empty()
            || titles.into_iter().any(|title| !fixed_in_title(title).is_empty());
        let kind = match may_be && names {
            true => Some(FixKind::Security),
            false => found.kind,
        };
        let is_security = kind == Some(FixKind::Security);
        let is_written = found.contradiction.is_none() && is_written_only(kind, weight);
        let is_said = |named: &Named| kind == Some(FixKind::Refactor) && fixed.stated.contains(&named.id);
        let is_closed = |named: &Named| match is_security {
            true => fixed.is_reviewed && !fixed.denied.contains(&named.id),
            false => is_settled || (is_written && !is_said(named)),
        };
        let is_fixed = |named: &Named| {
            let by_words = is_security && (fixed.said.contains(&named.id) || fixed.told.contains(&named.id));
            !fixed.denied.contains(&named.id) && (named.form == Form::Stated || by_words)
        };
        let of = |counts: &dyn Fn(&Named) -> bool| {
            named.iter().filter(|named| counts(named)).map(|named| named.id.clone()).collect::<Vec<String>>()
        };
        let mut advisories = of(&is_fixed);
        if is_security {
            advisories.extend(fixed.told.iter().filter(|id| !fixed.denied.contains(id)).cloned());
        }
        advisories.arrange();
        advisories.dedup();
        let mut open = of(&|named| !(is_closed(named) || is_security && advisories.contains(&named.id)));
        open.arrange();
        open.dedup();
        // Users take each identifier that they read for fixed.
        advisories.retain(|id| !open.contains(id));
        let says = found.pieces.iter().any(|piece| piece.kind == FixKind::Security && piece.weight > Weight::Hint);
        Self { kind, advisories, open, contradicted: found.contradiction.is_some() && says }
    }

    /// Says whether the change may close a way to attack, which is never kept from users.
    pub fn may_be_security(&self) -> bool {
        self.kind == Some(FixKind::Security) || self.contradicted || !self.open.is_empty()
    }
}

/// Says whether a kind that nobody stated leaves room for a security fix.
fn goes_with_security(kind: Option<FixKind>, weight: Weight) -> bool {
    match kind {
        None
        | Some(
            FixKind::Security
            | FixKind::DataLoss
            | FixKind::Crash
            | FixKind::Regression
            | FixKind::Performance
            | FixKind::Bug,
        ) => true,
        Some(FixKind::Refactor) => weight <= Weight::Faint,
        Some(FixKind::Documentation | FixKind::Feature) => false,
    }
}

/// Says whether files or a type tell that only what is written, or tests, change: these name advisories and fix none.
fn is_written_only(kind: Option<FixKind>, weight: Weight) -> bool {
    weight >= Weight::Form && matches!(kind, Some(FixKind::Documentation | FixKind::Refactor))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::eligibility::advisory::{advisories, fixed, fixed_by_this, said_to_be_fixed};
    use crate::model::eligibility::classify::Piece;

    fn said(message: &str) -> Fixed {
        let (title, body) = message.split_once('\n').unwrap_or((message, ""));
        Fixed {
            said: fixed(title, body),
            stated: said_to_be_fixed(title, body),
            told: fixed_by_this(title, body),
            ..Fixed::default()
        }
    }

    #[test]
    fn a_title_that_names_an_advisory_is_of_a_security_fix() {
        use FixKind::{Bug, Crash, Documentation, Feature, Performance, Refactor, Security};
        use Weight::{Faint, Form, Recorded, Stated};
        let id = "CVE-2026-12345";
        // The evidence, the message, the kind, how many identifiers are shown, how many are open.
        let table = [
            (None, "overflow (ID)", Some(Security), 1, 0),
            (Some((Form, Bug)), "fix: overflow, ID", Some(Security), 1, 0),
            (Some((Form, Performance)), "perf: walk once, ID", Some(Security), 1, 0),
            (Some((Faint, Refactor)), "chore: move the parser (ID)", Some(Security), 1, 0),
            (Some((Form, Refactor)), "Try the parser (ID)", Some(Refactor), 0, 0),
            (Some((Form, Refactor)), "refactor: x\n\nThis fixes ID, an overflow.", Some(Refactor), 0, 1),
            (Some((Form, Refactor)), "style: fix ID", Some(Refactor), 0, 1),
            (Some((Form, Refactor)), "refactor: x\n\nSee the fix for ID.", Some(Refactor), 0, 0),
            (Some((Form, Documentation)), "Tell of ID", Some(Documentation), 0, 0),
            (Some((Form, Feature)), "feat: look for ID", Some(Feature), 0, 1),
            (Some((Stated, Crash)), "overflow, ID", Some(Crash), 0, 0),
            (Some((Recorded, Bug)), "overflow, ID", Some(Bug), 0, 0),
            (Some((Form, Bug)), "fix: x\n\nThis closes ID.", Some(Security), 1, 0),
            (None, "Check it\n\nNames were cut. This fixes ID.", Some(Security), 1, 0),
            (Some((Form, Bug)), "fix: x\n\nNames are cut, which closes ID.", Some(Bug), 0, 1),
            (Some((Form, Bug)), "fix: x\n\nThis closes ID on some systems.", Some(Bug), 0, 1),
            (Some((Form, Refactor)), "refactor: x\n\nThis fixes ID.", Some(Refactor), 0, 1),
            (Some((Recorded, Bug)), "x\n\nThis fixes ID.", Some(Bug), 0, 0),
            (None, "Add test for ID", None, 0, 1),
            (None, "Revert \"Fix ID\"", None, 0, 1),
            (None, "Stop it", None, 0, 0),
        ];
        for (evidence, message, kind, shown, open) in table {
            let message = message.replace("ID", id);
            let piece = |(weight, kind)| Piece { weight, kind, says: String::new() };
            let pieces: Vec<Piece> = evidence.map(piece).into_iter().collect();
            let found = Classified { kind: pieces.first().map(|piece| piece.kind), pieces, ..Classified::default() };
            let told = Told::of(&found, message.lines().next(), &advisories(&message), &said(&message));
            assert_eq!((told.kind, told.advisories.len(), told.open.len()), (kind, shown, open), "{message}");
        }
    }

    #[test]
    fn what_comes_from_a_private_fork_is_a_security_fix_without_an_identifier() {
        use FixKind::{Bug, Crash, Documentation, Feature, Refactor, Security};
        use Weight::{Faint, Form, Stated};
        for (evidence, expected) in [
            (None, Some(Security)),
            (Some((Form, Bug)), Some(Security)),
            (Some((Form, Feature)), Some(Security)),
            (Some((Faint, Refactor)), Some(Security)),
            (Some((Form, Refactor)), Some(Refactor)),
            (Some((Form, Documentation)), Some(Documentation)),
            (Some((Stated, Crash)), Some(Crash)),
        ] {
            let piece = |(weight, kind)| Piece { weight, kind, says: String::new() };
            let pieces: Vec<Piece> = evidence.map(piece).into_iter().collect();
            let found = Classified { kind: pieces.first().map(|piece| piece.kind), pieces, ..Classified::default() };
            let fixed = Fixed { by_fork: true, ..Fixed::default() };
            let told = Told::of(&found, ["Check it"], &[], &fixed);
            assert_eq!((told.kind, told.advisories, told.open), (expected, vec![], vec![]), "{evidence:?}");
        }
    }

    #[test]
    fn what_contradicts_itself_stays_open() {
        let piece = |weight, kind| Piece { weight, kind, says: String::new() };
        let pieces = vec![piece(Weight::Stated, FixKind::Security), piece(Weight::Form, FixKind::Documentation)];
        let found = Classified { pieces, contradiction: Some(String::new()), ..Classified::default() };
        let told = Told::of(&found, ["Fix CVE-2026-12345"], &advisories("Fix CVE-2026-12345"), &Fixed::default());
        assert_eq!((told.kind, told.advisories.len(), told.open.len()), (None, 0, 1));
        assert!(told.contradicted && told.may_be_security());
    }

    #[test]
    fn what_is_open_is_not_told_as_fixed() {
        use FixKind::{Bug, Documentation, Feature, Refactor, Security};
        let kinds = [None, Some(Bug), Some(Documentation), Some(Feature), Some(Refactor), Some(Security)];
        let weights = [Weight::Faint, Weight::Form, Weight::Stated, Weight::Recorded];
        let id = || "CVE-2026-12345".to_owned();
        let lists = [vec![], vec![id()]];
        for (kind, weight, contradiction) in kinds.iter().flat_map(|kind| {
            let contradictions = [None, Some(String::new())];
            weights.iter().flat_map(move |weight| contradictions.clone().map(|why| (*kind, *weight, why)))
        }) {
            let pieces: Vec<Piece> = kind.map(|kind| Piece { weight, kind, says: String::new() }).into_iter().collect();
            let kind = kind.filter(|_| contradiction.is_none());
            let found = Classified { pieces, kind, contradiction, open: Vec::new() };
            for message in ["Fix CVE-2026-12345", "Check it\n\nFixes: CVE-2026-12345", "Check it\n\nSee CVE-2026-12345"]
            {
                for (told, said) in lists.iter().flat_map(|told| lists.iter().map(move |said| (told, said))) {
                    let fixed = Fixed { told: told.clone(), said: said.clone(), ..Fixed::default() };
                    let told = Told::of(&found, message.lines().next(), &advisories(message), &fixed);
                    let both = told.advisories.iter().find(|id| told.open.contains(id));
                    assert_eq!(both, None, "{found:?} {message} {fixed:?}");
                }
            }
        }
    }

    #[test]
    fn a_security_fix_names_what_it_fixes_and_leaves_the_rest_open() {
        let security = Piece { weight: Weight::Stated, kind: FixKind::Security, says: String::new() };
        let found = Classified { kind: Some(FixKind::Security), pieces: vec![security], ..Classified::default() };
        let told = |message: &str, fixed: Fixed| {
            let told = Told::of(&found, message.lines().next(), &advisories(message), &fixed);
            (told.advisories, told.open)
        };
        let (one, other) = ("CVE-2026-12345".to_owned(), "CVE-2026-99999".to_owned());
        let message = format!("Check the length ({one})\n\nUnlike {other}, it needs no account.\n");
        assert_eq!(told(&message, said(&message)), (vec![one.clone()], vec![other.clone()]));
        let reviewed = Fixed { told: vec![one.clone()], is_reviewed: true, ..Fixed::default() };
        assert_eq!(told(&message, reviewed), (vec![one.clone()], vec![]));
        // An advisory of the repository names the change.
        let message = format!("Check the length\n\nIt is like {one}.\n");
        assert_eq!(told(&message, said(&message)), (vec![], vec![one.clone()]));
        let confirmed = Fixed { said: vec![one.clone(), other.clone()], ..Fixed::default() };
        assert_eq!(told(&message, confirmed), (vec![one.clone()], vec![]));
        let public = Fixed { told: vec![one.clone(), other.clone()], ..Fixed::default() };
        assert_eq!(told(&message, public), (vec![one.clone(), other.clone()], vec![]));
        // What the message of the line denies is open.
        let message = format!("Check the length\n\nFixes: {one}\nFixes: {other}\n");
        let denied = Fixed { told: vec![one.clone()], denied: vec![one.clone()], is_reviewed: true, ..said(&message) };
        assert_eq!(told(&message, denied), (vec![other], vec![one]));
    }
}
