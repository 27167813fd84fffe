//! What a title says of advisories, and of security.

use crate::model::eligibility::conventional::typed;
use crate::model::trailer::plain_subject;

use super::fixed::says_to_fix;
use super::{RENEWALS, are_identifiers, falls_short, identifiers};

/// The verbs of a title that mends something, each as the word that its forms begin with: `Fixed`, `Patches`, `Prevented`.
const MENDING: &[&str] =
    &["fix", "patch", "address", "resolv", "mitigat", "remediat", "clos", "prevent", "hotfix", "bugfix"];

/// Words that are about a test, what is written, or a revert, whatever else a text says.
pub(super) const ASIDE: &[&str] = &[
    "test",
    "tests",
    "testing",
    "testcase",
    "doc",
    "docs",
    "document",
    "documents",
    "documentation",
    "changelog",
    "revert",
    "reverts",
    "reverted",
    "typo",
];

/// Words of titles that are, besides, about something else than mending: about what is written, or what is not so.
const VETOES: &[&str] = &[
    "documented",
    "mention",
    "mentions",
    "mentioned",
    "affected",
    "unaffected",
    "safe",
    "how",
    "ignore",
    "suppress",
    "allowlist",
    "positive",
];

/// The types that a fix, and what brings one along, may have.
const TYPES: &[&str] =
    &["fix", "bugfix", "hotfix", "security", "sec", "perf", "chore", "build", "deps", "backport", "revendor"];

/// The types and scopes, and marks in brackets, that mean security.
const SECURITY: &[&str] = &["security", "sec"];

/// Returns the identifiers that a title names as what it may be the fix of, whatever its form. One that speaks of tests, of what is
/// written, of a revert, or of what is not affected names none.
pub fn titled(title: &str) -> Vec<String> {
    let read = Title::read(title);
    if read.is_about_something_else() {
        return Vec::new();
    }
    identifiers(title).collect()
}

/// Says whether a title is marked as one of security: `fix(security): …`, `[Security] …`, and `… [security]` as Renovate has it. The type alone
/// is not looked at.
pub fn is_marked(title: &str) -> bool {
    let read = Title::read(title);
    let by_scope = read.mends_by_type() && read.scope.is_some_and(means_security);
    (read.bracket || by_scope) && !read.is_about_something_else()
}

/// Returns a title without the mark in brackets at its end that says that it is one of security. Never empty unless the title is.
pub fn without_mark(title: &str) -> &str {
    before_mark(title).filter(|plain| !plain.is_empty()).unwrap_or(title)
}

/// Says whether a title is of a fix, by its type, its first word, also behind a part of the project or an identifier, or of several, so that an identifier on a line of its own
/// below is what it fixes.
pub(super) fn is_of_fix(title: &str) -> bool {
    let read = Title::read(title);
    let first = |text: &str| words(text).next().is_some_and(|word| mends(&word));
    let is_part = |part: &str| !part.contains(char::is_whitespace);
    let begins =
        first(read.rest) || read.rest.split_once(": ").is_some_and(|(part, behind)| is_part(part) && first(behind));
    let of_several = || words(read.rest).any(|word| word == "fixes") && !falls_short(read.rest);
    let is_fix = read.mends_by_type() || read.bracket || begins || of_several() || states(title);
    is_fix && !read.is_about_something_else()
}

/// Returns the front of a title, as far as it names the advisories that the whole is about: `CVE-…: check the length`, `[CVE-…] Check`,
/// `fix(CVE-…): check`, `fix: CVE-… in the parser`. Else it is empty.
pub(super) fn in_front(title: &str) -> &str {
    let read = Title::read(title);
    if let Some(scope) = read.scope.filter(|scope| read.mends_by_type() && are_identifiers(scope)) {
        return scope;
    }
    let mark = title.strip_prefix('[').and_then(|inside| inside.split_once(']')).map(|(mark, _)| mark);
    if let Some(mark) = mark.filter(|mark| are_identifiers(mark)) {
        return mark;
    }
    let is_fix = read.mends_by_type() || read.bracket;
    let Some((front, behind)) = leading(read.rest) else { return "" };
    let tells =
        ["is", "was", "are", "does", "has", "cannot"].iter().any(|verb| words(behind).next().as_deref() == Some(verb));
    if !tells && begins_with_identifiers(read.rest, is_fix) { front } else { "" }
}

/// Says whether a title states what it is the fix of, in one of the forms that people give it.
pub(super) fn states(title: &str) -> bool {
    let read = Title::read(title);
    if read.is_about_something_else() {
        return false;
    }
    let is_fix = read.mends_by_type() || read.bracket;
    let is_mark = begins_with_identifiers(read.rest, is_fix) || ends_with_identifiers(read.rest, is_fix);
    says_to_fix(title) || (is_mark && !falls_short(title))
}

/// Returns what a title says behind a type or a mark that means security.
pub(super) fn behind_security(title: &str) -> Option<&str> {
    let read = Title::read(title);
    let by_type = read.kind.as_deref().is_some_and(means_security);
    (by_type || is_marked(title)).then_some(read.rest)
}

/// A title, read from its front.
struct Title<'t> {
    /// Whether a mark such as `[Security]` stands in front, or at the end.
    bracket: bool,
    kind: Option<String>,
    scope: Option<&'t str>,
    rest: &'t str,
}

impl<'t> Title<'t> {
    fn read(title: &'t str) -> Self {
        let (rest, bracket) = unmarked(title);
        let read = typed(rest);
        match read.filter(|read| read.scope.is_some() || is_known(&read.kind)) {
            Some(read) => {
                let scope = read.scope;
                // A scope may hold a colon itself.
                let from = scope.map_or(0, |scope| scope.as_ptr() as usize - rest.as_ptr() as usize + scope.len());
                let behind = rest[from..].split_once(':').map_or("", |(_, behind)| behind.trim_start());
                Self { bracket, kind: Some(read.kind), scope, rest: behind }
            }
            None => Self { bracket, kind: None, scope: None, rest },
        }
    }

    fn mends_by_type(&self) -> bool {
        self.kind.as_deref().is_some_and(|kind| matches!(kind, "fix" | "bugfix" | "hotfix" | "security" | "sec"))
    }

    fn is_about_something_else(&self) -> bool {
        let vetoes = |word: &str| ASIDE.contains(&word) || VETOES.contains(&word);
        // The name of a dependency may have such a word in it.
        let renews = words(self.rest).next().is_some_and(|word| RENEWALS.contains(&word.as_str()));
        let is_veto = match renews {
            true => self.rest.split_whitespace().any(|word| vetoes(&word.trim_matches([',', ':', '.']).to_lowercase())),
            false => words(self.rest).any(|word| vetoes(&word)),
        };
        self.kind.as_deref().is_some_and(is_of_no_fix) || is_veto
    }
}

/// Returns a title without its marks of lines and numbers and those in brackets that mean security, and whether it has one of these.
fn unmarked(title: &str) -> (&str, bool) {
    let mut rest = plain_subject(title);
    let mut is_marked = false;
    loop {
        let in_front = rest.strip_prefix('[').and_then(|inside| inside.split_once(']'));
        let in_front = in_front.filter(|(mark, _)| means_security(mark));
        let next = in_front.map(|(_, behind)| behind.trim_start_matches([':', ' '])).or_else(|| before_mark(rest));
        let Some(next) = next else { return (rest, is_marked) };
        is_marked = true;
        rest = plain_subject(next);
    }
}

/// Returns what stands before a mark such as `[security]` at the end; `None`: there is none.
fn before_mark(title: &str) -> Option<&str> {
    // Renovate puts the branch behind it, where it keeps several.
    let branch = title.strip_suffix(')').and_then(|inside| inside.rsplit_once(" ("));
    let title = branch.filter(|(_, branch)| !branch.contains(char::is_whitespace)).map_or(title, |(before, _)| before);
    let (before, mark) = title.strip_suffix(']')?.rsplit_once(" [")?;
    means_security(mark).then(|| before.trim_end())
}

/// Says whether a type is one that titles have.
pub(super) fn is_known(kind: &str) -> bool {
    TYPES.contains(&kind) || is_of_no_fix(kind)
}

fn is_of_no_fix(kind: &str) -> bool {
    matches!(kind, "docs" | "doc" | "test" | "tests" | "ci" | "style" | "refactor" | "feat" | "feature" | "revert")
}

fn means_security(word: &str) -> bool {
    SECURITY.iter().any(|known| known.eq_ignore_ascii_case(word.trim()))
}

pub(super) fn mends(word: &str) -> bool {
    MENDING.iter().any(|stem| word.starts_with(stem))
}

pub(super) fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// `CVE-…: check the length`, `CVE-… - check the length`, and for a fix by its type also `fix: CVE-… in the parser`.
fn begins_with_identifiers(text: &str, is_fix: bool) -> bool {
    if are_identifiers(text) || text.split_once(": ").is_some_and(|(before, _)| are_identifiers(before)) {
        return true;
    }
    let Some((_, behind)) = leading(text) else { return false };
    is_fix || is_dash(behind)
}

/// `Fix an overflow (CVE-…)`, `[Security] overflow (CVE-…)`.
fn ends_with_identifiers(text: &str, is_fix: bool) -> bool {
    let inner = text.strip_suffix(')').and_then(|title| title.rsplit_once('('));
    inner.is_some_and(|(before, inner)| {
        (is_fix || words(before).any(|word| word.starts_with("fix"))) && are_identifiers(inner)
    })
}

/// Splits off the identifiers at the front; `None`: there are none.
fn leading(text: &str) -> Option<(&str, &str)> {
    let marks = [' ', ':', ',', ';', '.'];
    let (mut end, mut from) = (0, 0);
    for word in text.split_inclusive(' ') {
        let plain = word.trim_end_matches(marks);
        if are_identifiers(plain) {
            end = from + plain.len();
        } else if !matches!(plain, "and" | "&") {
            break;
        }
        from += word.len();
        if word.trim_end().ends_with([':', ';']) {
            break;
        }
    }
    (end > 0).then(|| text.split_at(end))
}

fn is_dash(text: &str) -> bool {
    let text = text.trim_start();
    ["-- ", "- ", "– ", "— ", ": "].iter().any(|dash| text.starts_with(dash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_states_its_advisory_in_the_forms_that_people_use() {
        for title in [
            "[1.0.x] Fixed CVE-2024-27356 -- Prevented ReDoS in a regular expression",
            "Fix for CVE-2024-3333: overflow",
            "fix: patch CVE-2024-3333 in parser",
            "fix: CVE-2024-3333 overflow",
            "fix(parser)!: CVE-2024-3333 and CVE-2024-3334 overflow (#3)",
            "CVE-2024-3333 - dash",
            "CVE-2024-3333 — dash",
            "CVE-2024-3333",
            "CVE-2024-3333, GHSA-2345-6789-cfgh: dash",
            "[SECURITY] overflow (CVE-2024-3333) (#53)",
            "fix: overflow (CVE-2024-3333)",
            "Fixes the security issue CVE-2024-3333.",
            "Backport fix for CVE-2024-3333 by checking the length",
            "Mitigated CVE-2024-3333, a loop",
        ] {
            assert!(states(title), "{title}");
            assert!(!titled(title).is_empty(), "{title}");
        }
        for title in [
            "Add test for CVE-2024-3333",
            "Revert \"Fix CVE-2024-3333\"",
            "Revert \"fix: overflow (CVE-2024-3333)\"",
            "Mention CVE-2024-3333 in docs",
            "docs: fix CVE-2024-3333",
            "test: fix CVE-2024-3333",
            "Fix CVE-2024-3333 test",
            "fix: typo in CVE-2024-3333",
            "fix: we are not affected by CVE-2024-3333",
            "fix: overflow",
            "",
        ] {
            assert!(!states(title) && titled(title).is_empty(), "{title}");
        }
        // They name one and leave open what for.
        for title in [
            "overflow (CVE-2024-3333)",
            "CVE-2024-3333 overflow",
            "Update the parser, CVE-2024-3333",
            "CVE-2024-3333: partially fix the overflow (#3)",
            "CVE-2024-3333: add logging (#3)",
        ] {
            assert!(!states(title), "{title}");
            assert_eq!(titled(title), ["CVE-2024-3333"], "{title}");
        }
    }

    #[test]
    fn a_title_is_marked_by_its_scope_or_in_brackets() {
        for title in [
            "fix(security): x",
            "[Security] Fix overflow",
            "[2.0] [SECURITY]: x (#3)",
            "FIX(Security)!: x",
            "chore(deps): update dependency lodash to v4.17.21 [security] (#109)",
            "fix(deps): update dependency minimist to v1.2.6 [security] (#110)",
            "Update dependency ws to v7.0.1 [SECURITY] (main) (#111)",
            "Update dependency ws to v7.0.1 (#111) [SECURITY]",
            "chore(deps): update dependency @testing-library/test-utils to v2 [security]",
        ] {
            assert!(is_marked(title), "{title}");
        }
        for title in [
            "docs(security): x",
            "chore(security): x",
            "[security] Add tests",
            "[Security] docs: x",
            "fix: security",
            "fix(insecurity): x",
            "[insecure] x",
            "Revert \"[Security] x\"",
            "docs: x [security]",
            "Update the tests [security]",
            "Add tests [security]",
            "Fix the parser [skip security]",
            "Fix list[security]",
        ] {
            assert!(!is_marked(title), "{title}");
        }
        for (title, expected) in [
            ("chore(deps): update lodash [SECURITY]", "chore(deps): update lodash"),
            ("[Security] Fix it", "[Security] Fix it"),
            ("Update lodash [security] (release/2.0)", "Update lodash"),
            ("Fix it (main)", "Fix it (main)"),
            ("Fix [security] of it", "Fix [security] of it"),
            (" [security]", " [security]"),
            ("[security]", "[security]"),
        ] {
            assert_eq!(without_mark(title), expected, "{title}");
        }
    }
}
