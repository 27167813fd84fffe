//! What was told when an advisory was last published, by which it is seen that it has to be revised.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::model::advisory::lines::{LineFinding, LineVerdict};
use crate::model::advisory::upgrade::{is_unfixed, way_out};
use crate::model::advisory::{Advisory, Credit, Reference};
use crate::model::error::{Error, Result};
use crate::model::sums::Sha256Sum;

/// What was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Told {
    /// The number of the last revision; 0: there was none.
    pub revision: u32,
    /// The SHA-256 of what was said of the lines with the flaw: which releases have it, and which repair it.
    pub lines: Sha256Sum,
    /// The SHA-256 of what else was said: title, identifiers that others gave, severity, weaknesses, packages, credits, references and text.
    /// A record that has none is of a run that kept none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rest: Option<Sha256Sum>,
}

/// What an advisory says otherwise than when it was published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Otherwise {
    /// Which releases of lines have the flaw, or repair it.
    Lines,
    /// Anything else that documents tell.
    Rest,
}

impl Otherwise {
    /// Says it of an advisory, which is called before.
    pub const fn told(self) -> &'static str {
        match self {
            Self::Lines => "says other things of its lines than when it was published",
            Self::Rest => "says other things of the flaw than when it was published",
        }
    }
}

impl Told {
    /// Returns what an advisory tells now.
    pub fn of(advisory: &Advisory) -> Self {
        let revision = advisory.revisions.last().map_or(0, |last| last.number);
        let sum = |said: Value| Sha256Sum::of(said.to_string());
        Self { revision, lines: sum(of_lines(advisory)), rest: Some(sum(of_rest(advisory))) }
    }

    /// Says what an advisory tells otherwise now without a revision that says so, as far as it was kept what it told.
    pub fn lacks_revision(&self, advisory: &Advisory) -> Option<Otherwise> {
        let now = Self::of(advisory);
        let is_other = self.rest.is_some() && self.rest != now.rest;
        match (now.revision == self.revision, now.lines == self.lines) {
            (false, _) => None,
            (true, false) => Some(Otherwise::Lines),
            (true, true) => is_other.then_some(Otherwise::Rest),
        }
    }
}

fn of_lines(advisory: &Advisory) -> Value {
    let one = |line: &LineFinding| {
        let way_out = way_out(&advisory.lines, line);
        let is_waiting = is_unfixed(line) && line.support.gets_security_fixes();
        let LineFinding { name, verdict, affected, unknown, fixed_in, .. } = line;
        (*verdict != LineVerdict::NotAffected || way_out.is_some())
            .then(|| json!([name, verdict, affected, unknown, fixed_in, way_out, is_waiting]))
    };
    advisory.lines.iter().filter_map(one).collect()
}

/// What the source gives, and not what the forge gives or what history says.
fn of_rest(advisory: &Advisory) -> Value {
    let Advisory { title, cve, aliases, severity, cwes, packages, credits, references, body, .. } = advisory;
    let credit = |Credit { name, kind, github, contact }: &Credit| json!([name, kind, github, contact]);
    let reference = |Reference { kind, url }: &Reference| json!([kind, url]);
    let credits: Vec<Value> = credits.iter().map(credit).collect();
    let references: Vec<Value> = references.iter().map(reference).collect();
    json!([title, cve, aliases, severity, cwes, packages, credits, references, body])
}

/// Requires that what changed since the publication is a revision: readers tell documents apart by their numbers and dates.
///
/// # Errors
/// When it is none.
pub fn require_revised(advisory: &Advisory, told: Option<&Told>) -> Result<()> {
    let id = &advisory.id;
    match told.and_then(|told| told.lacks_revision(advisory)) {
        None => Ok(()),
        Some(otherwise) => Err(Error::no(format!("'{id}' {}", otherwise.told())).hint(format!(
            "say what changed: patch-advisory revise {id} --summary SUMMARY; then run the same command again"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = include_str!("../example.md");

    fn of(text: &str) -> Advisory {
        Advisory::parse(text).expect("an advisory")
    }

    #[test]
    fn whatever_documents_tell_otherwise_needs_a_revision() {
        let told = Told::of(&of(SOURCE));
        let (lines, rest) = (Some(Otherwise::Lines), Some(Otherwise::Rest));
        for (from, to, expected) in [
            ("", "", None),
            ("# until the date below", "", None),
            ("state = \"embargoed\"", "state = \"public\"\npublished = 2026-12-10T14:00:00Z", None),
            ("ghsa = \"GHSA-2345-6789-cfgh\"", "ghsa = \"GHSA-2345-6789-cfgj\"", None),
            ("words = [\"upload parser\"]", "words = [\"parser\"]", None),
            ("fixed-in = \"2.0.2\"", "", lines),
            ("upload parser\"\nstate", "parser of uploads\"\nstate", rest),
            ("CVE-2026-1234", "CVE-2026-1235", rest),
            ("RUSTSEC-2026-0001", "RUSTSEC-2026-0002", rest),
            ("VC:H/VI:H/VA:H", "VC:H/VI:H/VA:N", rest),
            ("CWE-125 Out-of-bounds Read", "CWE-787 Out-of-bounds Write", rest),
            ("name = \"godel\"", "name = \"godel-core\"", rest),
            ("github = \"ada\"", "github = \"eve\"", rest),
            ("kind = \"fix\"", "kind = \"web\"", rest),
            ("Everybody who takes uploads.", "Everybody.", rest),
        ] {
            assert!(SOURCE.contains(from), "{from}");
            let changed = of(&SOURCE.replacen(from, to, 1));
            assert_eq!(told.lacks_revision(&changed), expected, "{to}");
        }
    }

    #[test]
    fn a_record_that_kept_lines_alone_is_read_and_compares_these() {
        let told = Told::of(&of(SOURCE));
        let kept = json!({ "revision": 0, "lines": told.lines });
        let kept: Told = serde_json::from_value(kept).expect("an earlier form");
        assert_eq!(kept.lacks_revision(&of(&SOURCE.replacen("uploads.", "files.", 1))), None);
        let unfixed = SOURCE.replacen("fixed-in = \"2.0.2\"", "", 1);
        assert_eq!(kept.lacks_revision(&of(&unfixed)), Some(Otherwise::Lines));
    }
}
