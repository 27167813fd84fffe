//! What the name of a label says. Labels are compared without regard to case, and to how their words are joined.

use super::classify::Weight;
use crate::model::kind::FixKind;

/// The words that projects put in front of a kind: `kind/bug`, `type: bug`. Behind others, such as `area/` and `wontfix/`, the
/// same word is about something else.
const FRONTS: &[&str] = &["kind", "type", "t", "category", "c", "issue-type", "issue", "bug", "impact", "nature"];

/// Returns the kind that a label speaks for, by the names that many projects use, and how much that weighs.
pub fn usual_kind(label: &str) -> Option<(FixKind, Weight)> {
    let (fronts, word) = parts(label);
    let kind = match word.as_str() {
        "security" | "vulnerability" => FixKind::Security,
        "data-loss" | "dataloss" | "corruption" | "data-corruption" => FixKind::DataLoss,
        "crash" | "panic" => FixKind::Crash,
        "regression" => FixKind::Regression,
        "performance" | "perf" => FixKind::Performance,
        "bug" | "bugfix" | "defect" => FixKind::Bug,
        "documentation" | "docs" => FixKind::Documentation,
        "feature" | "enhancement" | "feature-request" => FixKind::Feature,
        "refactor" | "refactoring" | "cleanup" | "clean-up" => FixKind::Refactor,
        _ => return None,
    };
    Some((kind, if are_known(&fronts) { Weight::Stated } else { Weight::Hint }))
}

/// Says whether a label is the named one, with its words joined in any way, or the named one behind a word such as `kind/`:
/// `semver: major` and `kind/Semver Major` both are `semver-major`.
pub fn is_named(label: &str, name: &str) -> bool {
    let (fronts, word) = parts(label);
    let name = joined(name);
    joined(label) == name || (word == name && are_known(&fronts))
}

fn are_known(fronts: &[String]) -> bool {
    fronts.iter().all(|front| FRONTS.contains(&front.as_str()))
}

/// Splits a label into what stands in front, and its last part.
fn parts(label: &str) -> (Vec<String>, String) {
    let mut parts: Vec<String> = label.split(['/', ':']).map(joined).collect();
    let word = parts.pop().unwrap_or_default();
    // `:bug:` is a picture, and so is what has no letter.
    parts.retain(|part| !part.is_empty());
    (parts, word)
}

/// Writes words in small letters with a hyphen between them.
fn joined(words: &str) -> String {
    let words = words.to_lowercase();
    let words: Vec<&str> = words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_stated_behind_a_front_that_is_known() {
        let table = [
            ("crash", Some((FixKind::Crash, Weight::Stated))),
            ("kind/crash", Some((FixKind::Crash, Weight::Stated))),
            ("Type: Data Loss", Some((FixKind::DataLoss, Weight::Stated))),
            ("kind/bug/regression", Some((FixKind::Regression, Weight::Stated))),
            ("🐛 Bug", Some((FixKind::Bug, Weight::Stated))),
            ("area/security", Some((FixKind::Security, Weight::Hint))),
            ("invalid: regression", Some((FixKind::Regression, Weight::Hint))),
            ("wontfix/crash", Some((FixKind::Crash, Weight::Hint))),
            ("not a/crash", Some((FixKind::Crash, Weight::Hint))),
            ("not/kind/crash", Some((FixKind::Crash, Weight::Hint))),
            ("crash/parser", None),
            ("no crash", None),
            ("", None),
        ];
        for (label, expected) in table {
            assert_eq!(usual_kind(label), expected, "{label}");
        }
    }

    #[test]
    fn a_label_is_named_however_its_words_are_joined() {
        for label in
            ["breaking-change", "Breaking Change", "BREAKING_CHANGE", "kind/breaking change", "💥 breaking-change"]
        {
            assert!(is_named(label, "breaking-change"), "{label}");
        }
        assert!(is_named("semver: major", "semver-major") && is_named("semver/major", "semver-major"));
        assert!(is_named("kind/breaking", "breaking") && is_named("Area/API break", "area/api-break"));
        for label in ["non-breaking change", "breaking", "area/breaking-change", "wontfix: breaking change", ""] {
            assert!(!is_named(label, "breaking-change"), "{label}");
        }
    }
}
