//! What is still wrong with an advisory, or missing from it, beyond what its parser refuses.

mod released;

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Advisory;
use super::id::AdvisoryId;
use super::lines::Introduced;
use super::odd::twins;
use super::publish::Told;
use super::severity::{Band, Severity};
use super::state::State;
use super::terms::LONGEST_NOTICE;
use crate::model::arrange::Arrange as _;
use crate::model::guard::{is_bare, is_of_no_sort};
use crate::model::line::LineName;
use crate::model::verify::Answer;

use released::{released, superfluous, told_by_cve};

/// What stands in `schema`.
pub const CHECK_SCHEMA: &str = "patch-advisory/check@1";

/// What is wrong with an advisory by which nothing is affected. Formats take it, and it tells nobody to do anything.
pub const NOTHING_AFFECTED: &str =
    "no version is affected, on any line: see whether 'introduced' and 'fixed' are the right way round";

/// What is said of a title that names a kind of flaw, or that is found only as it stands.
const BARE: &str = "the guard knows the title only as it stands: say in 'title' where the flaw is, in words with spaces between, or give \
                    'words' in [embargo]";
/// Of a flaw that the guard does not know by name.
const UNNAMED: &str = "the guard does not know the usual name of this flaw: give its names as 'words' in [embargo]";

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// The file is named as the advisory.
    Name,
    /// No two advisories share an identifier.
    Unique,
    /// It has a severity, and its vectors agree on the band.
    Severity,
    /// It is known which commits brought the flaw.
    Introduced,
    /// It is known which commits repair it.
    Fixed,
    /// The lines were worked out.
    Lines,
    /// Every supported line that had the flaw has a release without it.
    Released,
    /// The embargo has a date that is to come, nobody is told too early, and the title says enough to be guarded.
    Embargo,
    /// Each weakness has its name, which CSAF needs.
    Weakness,
    /// It has an identifier in the CVE list.
    Cve,
    /// Somebody is thanked.
    Credits,
    /// What was published is what it says, or a revision says that something changed, which is published, too.
    Revised,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// It is wrong.
    Failed,
    /// It must be there before the advisory is published.
    Missing,
    /// A person should look at it.
    Note,
}

/// One thing that is wrong or missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Finding {
    /// Which advisory.
    pub advisory: AdvisoryId,
    /// What it is about.
    pub rule: Rule,
    /// How bad it is.
    pub weight: Weight,
    /// What is so, and what to do.
    pub detail: String,
}

/// What is wrong with advisories, or missing from them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Checked {
    /// [`CHECK_SCHEMA`].
    pub schema: String,
    /// `yes`: nothing; `no`: something is wrong; `undecided`: something is missing.
    pub answer: Answer,
    /// The advisories that were looked at, sorted.
    pub advisories: Vec<AdvisoryId>,
    /// What is wrong or missing, by advisory.
    pub findings: Vec<Finding>,
}

/// An advisory with the name of its file.
pub struct Named<'a> {
    /// The name of its file, without folders.
    pub file: &'a str,
    /// What it holds.
    pub advisory: &'a Advisory,
    /// What the repository says against it.
    pub found: Repository,
}

/// What a repository says of an advisory.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Repository {
    /// Commits of `fixed` that are not there.
    pub lost: Vec<String>,
    /// Branches of the embargo that are not there.
    pub absent: Vec<String>,
    /// Branches of the embargo that are there with no commit that main and the lines lack, where nothing names the fix.
    pub bare: Vec<String>,
    /// Releases that none of its lines names.
    pub new: Vec<String>,
    /// Why verbs that hand out tags take those of releases that repair it first from nobody, one sentence for each.
    pub not_taken: Vec<String>,
    /// What was told when it was last published.
    pub told: Option<Told>,
}

/// Judges advisories, each by itself and next to the others; of `wanted` only, where it names some.
pub fn check(all: &[Named<'_>], wanted: &[AdvisoryId], now: DateTime<Utc>) -> Checked {
    let mut findings = Vec::new();
    let chosen = || all.iter().filter(|one| wanted.is_empty() || wanted.contains(&one.advisory.id));
    for named in chosen() {
        let advisory = named.advisory;
        // Nothing brings up to date what was withdrawn: it has said its last word, and lacks no more.
        let is_over = |weight| advisory.state == State::Withdrawn && weight == Weight::Missing;
        let mut add = |rule, weight, detail: String| {
            if !is_over(weight) {
                findings.push(Finding { advisory: advisory.id.clone(), rule, weight, detail });
            }
        };
        if named.file != advisory.id.file_name() {
            let detail = format!("the file is '{}': rename it to '{}'", named.file, advisory.id.file_name());
            add(Rule::Name, Weight::Failed, detail);
        }
        for other in all.iter().filter(|other| other.file != named.file) {
            for id in other.advisory.ids().iter().filter(|id| advisory.ids().contains(id)) {
                add(Rule::Unique, Weight::Failed, format!("'{id}' stands in '{}' as well", other.file));
            }
        }
        repository(&named.found, advisory, &mut add);
        severity(&advisory.severity, &mut add);
        history(advisory, now, &mut add);
        embargo(advisory, now, &mut add);
        title(advisory, now, &mut add);
        weaknesses(advisory, &mut add);
        if advisory.cve.is_none() {
            add(Rule::Cve, Weight::Note, "there is no CVE identifier: set 'cve' once it is registered".to_owned());
        }
        if advisory.credits.is_empty() {
            add(Rule::Credits, Weight::Note, "nobody is thanked: add [[credit]]".to_owned());
        }
    }
    let has = |weight| findings.iter().any(|finding: &Finding| finding.weight == weight);
    let answer = match (has(Weight::Failed), has(Weight::Missing)) {
        (true, _) => Answer::No,
        (false, true) => Answer::Undecided,
        (false, false) => Answer::Yes,
    };
    let mut advisories: Vec<AdvisoryId> = chosen().map(|one| one.advisory.id.clone()).collect();
    advisories.arrange();
    Checked { schema: CHECK_SCHEMA.to_owned(), answer, advisories, findings }
}

type Add<'a> = dyn FnMut(Rule, Weight, String) + 'a;

fn repository(found: &Repository, advisory: &Advisory, add: &mut Add<'_>) {
    let id = &advisory.id;
    for name in &found.lost {
        let detail = format!("commit '{name}', which 'fixed' gives, is not here: correct it, or fetch it");
        add(Rule::Fixed, Weight::Missing, detail);
    }
    for name in found.absent.iter().filter(|_| !advisory.state.is_public()) {
        let detail = format!(
            "there is no branch '{name}' here, which 'branches' names, so that the guard does not know what lies on it: correct it, or fetch it"
        );
        // Where the commits are named, the branch may have done its work.
        let weight = if advisory.fixed.is_empty() { Weight::Missing } else { Weight::Note };
        add(Rule::Fixed, weight, detail);
    }
    for name in found.bare.iter().filter(|_| !advisory.state.is_public()) {
        let detail = format!(
            "branch '{name}', which 'branches' names, has no commit that main and the lines lack, so that the guard does not know the fix: set 'fixed'"
        );
        add(Rule::Fixed, Weight::Missing, detail);
    }
    if !found.new.is_empty() {
        let all = found.new.join(", ");
        let detail = format!("no line names {all}: patch-advisory affected {} --write", id);
        add(Rule::Lines, Weight::Missing, detail);
    }
    for why in found.not_taken.iter().filter(|_| !advisory.state.is_public()) {
        add(Rule::Released, Weight::Note, why.clone());
    }
    if let Some(told) = found.told.as_ref().filter(|_| matches!(advisory.state, State::Public | State::Revised)) {
        revised(told, advisory, add);
    }
}

/// Compares with what was published.
fn revised(told: &Told, advisory: &Advisory, add: &mut Add<'_>) {
    let id = &advisory.id;
    if let Some(otherwise) = told.lacks_revision(advisory) {
        let told = otherwise.told();
        let next = format!("patch-advisory revise {id} --summary SUMMARY, then patch-advisory publish {id}");
        add(Rule::Revised, Weight::Missing, format!("it {told}: {next}"));
    } else if advisory.state == State::Revised && told.revision != Told::of(advisory).revision {
        let detail = format!("it was revised since it was published: patch-advisory publish {id}");
        add(Rule::Revised, Weight::Note, detail);
    }
}

fn title(advisory: &Advisory, now: DateTime<Utc>, add: &mut Add<'_>) {
    let has_words = advisory.embargo.as_ref().is_some_and(|terms| !terms.words.is_empty());
    if !advisory.is_secret_at(now) || has_words {
        return;
    }
    for why in [(is_bare(advisory), BARE), (is_of_no_sort(advisory), UNNAMED)].into_iter().filter(|(is, _)| *is) {
        add(Rule::Embargo, Weight::Note, why.1.to_owned());
    }
}

fn weaknesses(advisory: &Advisory, add: &mut Add<'_>) {
    for (cwe, is) in advisory.cwes.iter().filter_map(|cwe| Some((cwe, cwe.misnamed()?))) {
        let detail = format!("{} is called '{is}' in the enumeration: correct it, or leave the name out", cwe.id());
        add(Rule::Weakness, Weight::Failed, detail);
    }
    for cwe in advisory.cwes.iter().filter(|cwe| cwe.name().is_none() && cwe.misnamed().is_none()) {
        let detail =
            format!("{0} has no name, so CSAF leaves it out: write '{0} NAME' as the enumeration has it", cwe.id());
        add(Rule::Weakness, Weight::Note, detail);
    }
}

fn severity(severity: &Severity, add: &mut Add<'_>) {
    if severity.vectors().is_empty() {
        add(Rule::Severity, Weight::Missing, "there is no CVSS vector: set 'severity'".to_owned());
    }
    let bands: Vec<Band> = severity.vectors().iter().map(super::severity::Vector::band).collect();
    if bands.windows(2).any(|pair| pair[0] != pair[1]) {
        let told: Vec<String> =
            severity.vectors().iter().map(|one| format!("{} in CVSS {}", one.band(), one.version().as_str())).collect();
        add(
            Rule::Severity,
            Weight::Note,
            format!("the vectors differ: {}; the newest version counts", told.join(", ")),
        );
    }
}

fn history(advisory: &Advisory, now: DateTime<Utc>, add: &mut Add<'_>) {
    let of_lines_only = advisory.is_of_lines_only();
    if of_lines_only {
        let detail = "no commit of main brought it, as [[stated]] says: see that the flaw is on these lines only";
        add(Rule::Introduced, Weight::Note, detail.to_owned());
    } else if advisory.introduced == Introduced::Unknown {
        let detail =
            "it is not known which commits brought the flaw: set 'introduced', or [\"0\"] where it was always there";
        add(Rule::Introduced, Weight::Missing, detail.to_owned());
    }
    if advisory.fixed.is_empty() && !(of_lines_only && advisory.stated.iter().any(|one| !one.fixed_by.is_empty())) {
        // Where it is told without a fix, the lines that lack one say so.
        let weight = if advisory.unfixed.is_empty() { Weight::Missing } else { Weight::Note };
        let what =
            if of_lines_only { "line repair it: set 'fixed-by' in [[stated]]" } else { "main repair it: set 'fixed'" };
        let detail =
            format!("it is not known which commits of {what}; until then the guard knows the fix only by 'branches'");
        add(Rule::Fixed, weight, detail);
    }
    if advisory.lines.is_empty() {
        let detail = format!("the lines are not worked out: patch-advisory affected {} --write", advisory.id);
        add(Rule::Lines, Weight::Missing, detail);
    }
    if advisory.affects_nothing() {
        add(Rule::Lines, Weight::Failed, NOTHING_AFFECTED.to_owned());
    }
    if let Some(told) = twins(&advisory.lines) {
        add(Rule::Lines, Weight::Failed, told);
    }
    let is_line = |line: &LineName| advisory.lines.is_empty() || advisory.lines.iter().any(|one| one.name == *line);
    let stated = advisory.stated.iter().map(|one| ("stated", &one.line));
    let unfixed = advisory.unfixed.iter().map(|one| ("unfixed", &one.line));
    for (key, line) in stated.chain(unfixed).filter(|(_, line)| !is_line(line)) {
        let detail = format!("[[{key}]] speaks of line '{line}', and there is none: correct it");
        add(Rule::Lines, Weight::Failed, detail);
    }
    released(advisory, now, add);
    superfluous(advisory, add);
    told_by_cve(advisory, add);
}

fn embargo(advisory: &Advisory, now: DateTime<Utc>, add: &mut Add<'_>) {
    let Some(terms) = &advisory.embargo else { return };
    let day = |at: DateTime<Utc>| at.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    if advisory.state.is_public() && terms.holds_at(now) {
        let detail = format!(
            "it is {}, and its embargo would hold until {}: set 'state' back, or record who lifted it in [embargo.lifted]",
            advisory.state,
            day(terms.until)
        );
        add(Rule::Embargo, Weight::Failed, detail);
    }
    if advisory.state == State::Embargoed && terms.until <= now {
        let detail = format!("the embargo ended at {}: publish it, or set a later date", day(terms.until));
        add(Rule::Embargo, Weight::Failed, detail);
    }
    if let Some(notified) = terms.notified
        && terms.until - notified > LONGEST_NOTICE
    {
        let detail = format!(
            "distributors were told at {}, more than {} days before {}: linux-distros takes no longer embargo",
            day(notified),
            LONGEST_NOTICE.num_days(),
            day(terms.until)
        );
        add(Rule::Embargo, Weight::Failed, detail);
    }
}

#[cfg(test)]
mod tests;
