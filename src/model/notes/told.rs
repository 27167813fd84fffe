//! What notes make of the kind of a change, and of the advisories that it names.
//!
//! A gate takes for a security fix only what states that it is one. Users lose more where a security fix stands among the others than
//! where another one stands among the security fixes, so that in notes it is enough that a title names an advisory.

use crate::model::eligibility::advisory::{Form, Named, titled};
use crate::model::eligibility::classify::{Classified, Weight};
use crate::model::kind::FixKind;

/// What is told of a change.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Told {
    /// What it is; `None`: nothing tells it, or several things contradict one another.
    pub kind: Option<FixKind>,
    /// The identifiers of advisories that it is the fix of, sorted.
    pub advisories: Vec<String>,
    /// Those that it names while nobody said whether it is a security fix, sorted.
    pub open: Vec<String>,
    /// Whether something says that it is a security fix, and something else contradicts it.
    pub contradicted: bool,
}

impl Told {
    /// Puts together what the evidence for a kind, the titles of a change and all its texts tell.
    pub fn of<'t>(found: &Classified, titles: impl IntoIterator<Item = &'t str>, named: &[Named]) -> Self {
        let weight = found.pieces.first().map_or(Weight::Hint, |piece| piece.weight);
        let is_settled = found.contradiction.is_none() && weight >= Weight::Stated;
        let may_be = found.contradiction.is_none() && !is_settled && goes_with_security(found.kind, weight);
        let kind = match may_be && titles.into_iter().any(|title| !titled(title).is_empty()) {
            true => Some(FixKind::Security),
            false => found.kind,
        };
        let is_security = kind == Some(FixKind::Security);
        let is_closed = is_security || is_settled || (found.contradiction.is_none() && is_written_only(kind, weight));
        let of = |counts: &dyn Fn(&Named) -> bool| {
            let mut ids: Vec<String> =
                named.iter().filter(|named| counts(named)).map(|named| named.id.clone()).collect();
            ids.sort();
            ids.dedup();
            ids
        };
        let says = found.pieces.iter().any(|piece| piece.kind == FixKind::Security && piece.weight > Weight::Hint);
        Self {
            kind,
            advisories: of(&|named| named.form == Form::Stated || is_security),
            open: of(&|_| !is_closed),
            contradicted: found.contradiction.is_some() && says,
        }
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
    use crate::model::eligibility::advisory::advisories;
    use crate::model::eligibility::classify::Piece;

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
            (Some((Form, Documentation)), "Tell of ID", Some(Documentation), 0, 0),
            (Some((Form, Feature)), "feat: look for ID", Some(Feature), 0, 1),
            (Some((Stated, Crash)), "overflow, ID", Some(Crash), 0, 0),
            (Some((Recorded, Bug)), "overflow, ID", Some(Bug), 0, 0),
            (Some((Form, Bug)), "fix: x\n\nThis closes ID.", Some(Bug), 0, 1),
            (None, "Add test for ID", None, 0, 1),
            (None, "Revert \"Fix ID\"", None, 0, 1),
            (None, "Stop it", None, 0, 0),
        ];
        for (evidence, message, kind, shown, open) in table {
            let message = message.replace("ID", id);
            let piece = |(weight, kind)| Piece { weight, kind, says: String::new() };
            let pieces: Vec<Piece> = evidence.map(piece).into_iter().collect();
            let found = Classified { kind: pieces.first().map(|piece| piece.kind), pieces, ..Classified::default() };
            let told = Told::of(&found, message.lines().next(), &advisories(&message));
            assert_eq!((told.kind, told.advisories.len(), told.open.len()), (kind, shown, open), "{message}");
        }
    }

    #[test]
    fn what_contradicts_itself_stays_open() {
        let piece = |weight, kind| Piece { weight, kind, says: String::new() };
        let pieces = vec![piece(Weight::Stated, FixKind::Security), piece(Weight::Form, FixKind::Documentation)];
        let found = Classified { pieces, contradiction: Some(String::new()), ..Classified::default() };
        let told = Told::of(&found, ["Fix CVE-2026-12345"], &advisories("Fix CVE-2026-12345"));
        assert_eq!((told.kind, told.advisories.len(), told.open.len()), (None, 1, 1));
        assert!(told.contradicted && told.may_be_security());
    }
}
