//! What was told when an advisory was last published, by which it is seen that it has to be revised.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::request::OnForge;
use crate::model::advisory::id::GhsaId;
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
    /// The SHA-256 of all that documents tell of lines: of every release, of support, of commits. A record that has none is of a run that
    /// kept none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub releases: Option<Sha256Sum>,
    /// What the forge calls it, after which documents are named. Kept where `releases` is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ghsa: Option<GhsaId>,
}

/// What an advisory says otherwise than when it was published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Otherwise {
    /// Which releases of lines have the flaw, or repair it.
    Lines,
    /// Anything else that people say of the flaw.
    Rest,
    /// Other releases, or anything else of lines.
    Releases,
    /// What the forge calls it.
    Identifier,
}

impl Otherwise {
    /// Says it of an advisory, which is called before.
    pub const fn told(self) -> &'static str {
        match self {
            Self::Lines => "says other things of its lines than when it was published",
            Self::Rest => "says other things of the flaw than when it was published",
            Self::Releases => "tells of other releases than when it was published",
            Self::Identifier => "has another identifier on GitHub than when it was published",
        }
    }
}

impl Told {
    /// Returns what an advisory tells now.
    pub fn of(advisory: &Advisory) -> Self {
        let revision = advisory.revisions.last().map_or(0, |last| last.number);
        let sum = |said: Value| Sha256Sum::of(said.to_string());
        let (lines, rest) = (sum(of_lines(advisory)), Some(sum(of_rest(advisory))));
        Self { revision, lines, rest, releases: Some(sum(of_releases(advisory))), ghsa: advisory.ghsa.clone() }
    }

    /// Says what an advisory tells otherwise now without a revision that says so, as far as it was kept what it told.
    pub fn lacks_revision(&self, advisory: &Advisory) -> Option<Otherwise> {
        let now = Self::of(advisory);
        let is_other = |before: &Option<Sha256Sum>, now: &Option<Sha256Sum>| before.is_some() && before != now;
        let differs = [
            (now.lines != self.lines, Otherwise::Lines),
            (is_other(&self.rest, &now.rest), Otherwise::Rest),
            (is_other(&self.releases, &now.releases), Otherwise::Releases),
            (self.releases.is_some() && self.ghsa != now.ghsa, Otherwise::Identifier),
        ];
        let is_revised = now.revision != self.revision;
        differs.into_iter().find(|(differs, _)| *differs && !is_revised).map(|(_, otherwise)| otherwise)
    }

    /// Says whether documents would get a first identifier on the forge without a revision that says so.
    fn lacks_identifier(&self, advisory: &Advisory, on_forge: OnForge) -> bool {
        let is_new = on_forge == OnForge::Made && advisory.ghsa.is_none();
        is_new && self.releases.is_some() && self.revision == Self::of(advisory).revision
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

/// What documents are made of, which is all of a line but what shows that it is so.
fn of_releases(advisory: &Advisory) -> Value {
    let one = |line: &LineFinding| json!(LineFinding { evidence: Vec::new(), ..line.clone() });
    json!([advisory.lines.iter().map(one).collect::<Vec<_>>(), advisory.range])
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
pub fn require_revised(advisory: &Advisory, told: Option<&Told>, on_forge: OnForge) -> Result<()> {
    let (id, Some(told)) = (&advisory.id, told) else { return Ok(()) };
    let differs = match told.lacks_revision(advisory) {
        Some(otherwise) => otherwise.told(),
        None if told.lacks_identifier(advisory, on_forge) => {
            "was published without an advisory on GitHub, whose identifier its documents would tell now"
        }
        None => return Ok(()),
    };
    Err(Error::no(format!("'{id}' {differs}")).hint(format!(
        "say what changed: patch-advisory revise {id} --summary SUMMARY; then run the same command again"
    )))
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
        let (lines, rest, releases) = (Some(Otherwise::Lines), Some(Otherwise::Rest), Some(Otherwise::Releases));
        for (from, to, expected) in [
            ("", "", None),
            ("# until the date below", "", None),
            ("state = \"embargoed\"", "state = \"public\"\npublished = 2026-12-10T14:00:00Z", None),
            ("ghsa = \"GHSA-2345-6789-cfgh\"", "ghsa = \"GHSA-2345-6789-cfgj\"", Some(Otherwise::Identifier)),
            ("unaffected = [\"2.0.2\"]", "unaffected = [\"2.0.2\", \"2.0.3\"]", releases),
            ("support = \"end-of-life\"", "support = \"unlisted\"", releases),
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
        for (from, to) in [("uploads.", "files."), ("cfgh\"", "cfgj\""), ("[\"2.0.2\"]", "[\"2.0.2\", \"2.0.3\"]")] {
            assert_eq!(kept.lacks_revision(&of(&SOURCE.replacen(from, to, 1))), None, "{to}");
        }
        let unfixed = SOURCE.replacen("fixed-in = \"2.0.2\"", "", 1);
        assert_eq!(kept.lacks_revision(&of(&unfixed)), Some(Otherwise::Lines));
    }
}
