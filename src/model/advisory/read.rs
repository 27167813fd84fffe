//! Reads the source of an advisory.

mod line;

use chrono::{DateTime, Utc};

use super::body::Body;
use super::lines::{CommitName, Introduced, Known, LineVerdict, Role, Stated, StatedVerdict, Support};
use super::package::Package;
use super::runs::Has;
use super::severity::{Severity, Vector};
use super::state::{EmbargoTerms, Lifted, State};
use super::{Advisory, Credit, CreditKind, Done, Item, Reference, ReferenceKind, Revision, Unfixed};
use crate::model::config::ConfigError;
use crate::model::config::read::{Section, Word};
use crate::model::name::is_unprintable;

type Read<T> = Result<T, ConfigError>;

/// The line in front of the TOML of a source and behind it.
pub const FENCE: &str = "+++";

const ROOT: &[&str] = &[
    "id",
    "title",
    "state",
    "cve",
    "ghsa",
    "aliases",
    "severity",
    "cwe",
    "introduced",
    "fixed",
    "published",
    "modified",
    "withdrawn",
    "no-flaw",
    "package",
    "embargo",
    "credit",
    "reference",
    "revision",
    "stated",
    "unfixed",
    "done",
    "line",
    "commits",
];
const PACKAGE: &[&str] = &["ecosystem", "name"];
const EMBARGO: &[&str] = &["until", "notified", "words", "branches", "lifted"];
const LIFTED: &[&str] = &["at", "by", "reason"];
const CREDIT: &[&str] = &["name", "kind", "github", "contact"];
const REFERENCE: &[&str] = &["kind", "url"];
const REVISION: &[&str] = &["number", "date", "summary"];
const STATED: &[&str] = &["line", "fixed-by", "introduced-by", "unrelated", "left-out", "verdict", "reason", "by"];
const UNFIXED: &[&str] = &["line", "reason", "by", "on"];
const DONE: &[&str] = &["item", "by", "on"];

impl Advisory {
    /// Parses a source.
    ///
    /// # Errors
    /// The first thing that is wrong, with its line and column.
    pub fn parse(source: &str) -> Result<Self, ConfigError> {
        let (front, from) = front(source)?;
        let document = toml_edit::Document::parse(front.as_str())
            .map_err(|broken| ConfigError::at(source, broken.span(), one_line(broken.message())))?;
        let root = Section::root(source, document.as_table(), ROOT)?;
        let body = Body::parse(&source[from..])
            .map_err(|broken| ConfigError::at(source, Some(from + broken.at..from + broken.at), broken.message))?;
        let advisory = Self {
            id: root.require("id", root.parsed("id")?)?,
            title: root.require("title", root.parsed("title")?)?,
            state: root.require("state", root.word("state")?)?,
            cve: root.parsed("cve")?,
            ghsa: root.parsed("ghsa")?,
            aliases: root.list("aliases")?.unwrap_or_default(),
            severity: severity(&root)?,
            cwes: root.list("cwe")?.unwrap_or_default(),
            packages: packages(&root)?,
            introduced: introduced(&root)?,
            fixed: root.list_or_nothing("fixed")?.unwrap_or_default(),
            published: root.moment("published")?,
            modified: root.moment("modified")?,
            withdrawn: root.moment("withdrawn")?,
            no_flaw: root.flag("no-flaw")?.unwrap_or(false),
            embargo: embargo(&root)?,
            credits: credits(&root)?,
            references: references(&root)?,
            revisions: revisions(&root)?,
            stated: stated(&root)?,
            unfixed: unfixed(&root)?,
            done: done(&root)?,
            lines: line::lines(&root)?,
            range: line::range(&root)?,
            body,
        };
        consistent(&root, &advisory)?;
        Ok(advisory)
    }
}

/// Returns the TOML of a source with comments in place of the fences, so that each byte stands where it stands in the source, and where
/// the body begins.
fn front(source: &str) -> Read<(String, usize)> {
    let refused = |at: usize, message: &str| ConfigError::at(source, Some(at..at), message);
    let mut at = 0;
    let mut closed = None;
    for (number, line) in source.split_inclusive('\n').enumerate() {
        let is_fence = line.trim_end() == FENCE;
        if number == 0 && !is_fence {
            return Err(refused(0, "an advisory begins with a line '+++', TOML, and another line '+++'"));
        }
        if number > 0 && is_fence {
            closed = Some((at, at + line.len()));
            break;
        }
        at += line.len();
    }
    let (end, body) = closed.ok_or_else(|| refused(source.len(), "the line '+++' behind the TOML is missing"))?;
    let front = source[..end].replacen(FENCE, "###", 1);
    Ok((front, body))
}

fn one_line(message: &str) -> String {
    message.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("; ")
}

/// Reads a text of one line that people read.
fn line_of_text(section: &Section<'_>, key: &str) -> Read<Option<String>> {
    let Some(text) = section.text(key)? else { return Ok(None) };
    match text.trim().is_empty() || text.chars().any(is_unprintable) {
        true => Err(section.error_at(key, format!("'{key}' must be one line of text"))),
        false => Ok(Some(text.to_owned())),
    }
}

fn required_text(section: &Section<'_>, key: &str) -> Read<String> {
    let text = line_of_text(section, key)?;
    section.require(key, text)
}

fn severity(root: &Section<'_>) -> Read<Severity> {
    let vectors: Vec<Vector> = root.list("severity")?.unwrap_or_default();
    Severity::new(vectors).ok_or_else(|| root.error_at("severity", "'severity' has two vectors of one version of CVSS"))
}

fn packages(root: &Section<'_>) -> Read<Vec<Package>> {
    let mut packages: Vec<Package> = Vec::new();
    for section in root.sections("package", "[[package]]", PACKAGE)? {
        let ecosystem = section.require("ecosystem", section.parsed("ecosystem")?)?;
        let package = Package { ecosystem, name: section.require("name", section.parsed("name")?)? };
        if let Some(rule) = package.misnamed() {
            return Err(section.error_at("name", format!("'{}' is no package of {ecosystem}: {rule}", package.name)));
        }
        if packages.contains(&package) {
            return Err(section.error_at("name", format!("the package '{}' stands here twice", package.name)));
        }
        packages.push(package);
    }
    Ok(packages)
}

fn introduced(root: &Section<'_>) -> Read<Introduced> {
    let texts: Vec<String> = root.list_or_nothing("introduced")?.unwrap_or_default();
    if texts.iter().any(|text| text == "0") {
        return match texts.len() {
            1 => Ok(Introduced::Always),
            _ => Err(root.error_at("introduced", "\"0\", from the first commit on, stands alone in 'introduced'")),
        };
    }
    let names: Vec<CommitName> = root.list_or_nothing("introduced")?.unwrap_or_default();
    Ok(if names.is_empty() { Introduced::Unknown } else { Introduced::By(names) })
}

fn embargo(root: &Section<'_>) -> Read<Option<EmbargoTerms>> {
    let Some(section) = root.section("embargo", "[embargo]", EMBARGO)? else { return Ok(None) };
    let lifted = match section.section("lifted", "[embargo.lifted]", LIFTED)? {
        None => None,
        Some(lifted) => Some(Lifted {
            at: lifted.require("at", lifted.moment("at")?)?,
            by: required_text(&lifted, "by")?,
            reason: required_text(&lifted, "reason")?,
        }),
    };
    Ok(Some(EmbargoTerms {
        until: section.require("until", section.moment("until")?)?,
        notified: section.moment("notified")?,
        words: section.list("words")?.unwrap_or_default(),
        branches: section.list("branches")?.unwrap_or_default(),
        lifted,
    }))
}

fn credits(root: &Section<'_>) -> Read<Vec<Credit>> {
    let credit = |section: Section<'_>| {
        let github = line_of_text(&section, "github")?;
        let is_login = |login: &String| login.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if github.as_ref().is_some_and(|login| !is_login(login)) {
            return Err(section.error_at("github", "'github' must be a login: letters, digits and '-'"));
        }
        Ok(Credit {
            name: required_text(&section, "name")?,
            kind: section.require("kind", section.word("kind")?)?,
            github,
            contact: section.list("contact")?.unwrap_or_default(),
        })
    };
    root.sections("credit", "[[credit]]", CREDIT)?.into_iter().map(credit).collect()
}

fn references(root: &Section<'_>) -> Read<Vec<Reference>> {
    let reference = |section: Section<'_>| {
        let kind = section.require("kind", section.word("kind")?)?;
        Ok(Reference { kind, url: section.require("url", section.parsed("url")?)? })
    };
    root.sections("reference", "[[reference]]", REFERENCE)?.into_iter().map(reference).collect()
}

fn revisions(root: &Section<'_>) -> Read<Vec<Revision>> {
    let mut revisions: Vec<Revision> = Vec::new();
    for section in root.sections("revision", "[[revision]]", REVISION)? {
        let number = section.require("number", section.count("number")?)?.get();
        let date: DateTime<Utc> = section.require("date", section.moment("date")?)?;
        if number as usize != revisions.len() + 1 {
            return Err(section.error_at("number", format!("the number of this revision is {}", revisions.len() + 1)));
        }
        if revisions.last().is_some_and(|earlier| date < earlier.date) {
            return Err(section.error_at("date", "this revision is older than the one before it"));
        }
        revisions.push(Revision { number, date, summary: required_text(&section, "summary")? });
    }
    Ok(revisions)
}

/// Says in what two statements, or one alone, contradict each other.
fn contradiction(one: &Stated, other: &Stated) -> Option<String> {
    if one.line != other.line {
        return None;
    }
    if one.verdict.zip(other.verdict).is_some_and(|(one, other)| one != other) {
        return Some("it has two verdicts".to_owned());
    }
    let lists = |of: &Stated| {
        let Stated { fixed_by, introduced_by, unrelated, .. } = of.clone();
        [("fixed-by", fixed_by), ("introduced-by", introduced_by), ("unrelated", unrelated)]
    };
    let theirs = lists(other);
    let all = lists(one).into_iter().flat_map(|(key, ids)| ids.into_iter().map(move |id| (key, id)));
    all.into_iter().find_map(|(key, id)| {
        let (against, _) = theirs.iter().find(|(other, ids)| *other != key && ids.contains(&id))?;
        Some(format!("commit {id} is in '{key}' and in '{against}'"))
    })
}

fn stated(root: &Section<'_>) -> Read<Vec<Stated>> {
    let one = |section: &Section<'_>| {
        let found = Stated {
            line: section.require("line", section.parsed("line")?)?,
            fixed_by: section.list("fixed-by")?.unwrap_or_default(),
            introduced_by: section.list("introduced-by")?.unwrap_or_default(),
            unrelated: section.list("unrelated")?.unwrap_or_default(),
            left_out: section.list("left-out")?.unwrap_or_default(),
            verdict: section.word("verdict")?,
            reason: required_text(section, "reason")?,
            by: required_text(section, "by")?,
        };
        let has_commits = [&found.fixed_by, &found.introduced_by, &found.unrelated].iter().any(|all| !all.is_empty());
        match (has_commits || !found.left_out.is_empty(), found.verdict) {
            (true, None) | (false, Some(_)) => Ok(found),
            (true, Some(_)) => {
                Err(section.error_at("verdict", "'verdict' and commits or 'left-out' in [[stated]] exclude each other"))
            }
            (false, None) => {
                Err(section.error("[[stated]] needs 'fixed-by', 'introduced-by', 'unrelated', 'left-out' or 'verdict'"))
            }
        }
    };
    let mut all: Vec<Stated> = Vec::new();
    for section in root.sections("stated", "[[stated]]", STATED)? {
        let found = one(&section)?;
        if let Some(against) = all.iter().chain([&found]).find_map(|one| contradiction(one, &found)) {
            return Err(section.error(format!("[[stated]] contradicts itself about line '{}': {against}", found.line)));
        }
        all.push(found);
    }
    Ok(all)
}

fn unfixed(root: &Section<'_>) -> Read<Vec<Unfixed>> {
    let one = |section: Section<'_>| {
        Ok(Unfixed {
            line: section.require("line", section.parsed("line")?)?,
            reason: required_text(&section, "reason")?,
            by: required_text(&section, "by")?,
            on: section.require("on", section.date("on")?)?,
        })
    };
    root.sections("unfixed", "[[unfixed]]", UNFIXED)?.into_iter().map(one).collect()
}

fn done(root: &Section<'_>) -> Read<Vec<Done>> {
    let one = |section: Section<'_>| {
        Ok(Done {
            item: section.require("item", section.word("item")?)?,
            by: required_text(&section, "by")?,
            on: section.require("on", section.date("on")?)?,
        })
    };
    root.sections("done", "[[done]]", DONE)?.into_iter().map(one).collect()
}

/// What no key says alone.
fn consistent(root: &Section<'_>, advisory: &Advisory) -> Read<()> {
    if let Introduced::By(brought) = &advisory.introduced
        && let Some(both) = advisory.fixed.iter().find(|fix| brought.iter().any(|one| one.may_be(fix)))
    {
        let told = format!("commit '{both}' stands in 'introduced' as well: none brings a flaw and repairs it");
        return Err(root.error_at("fixed", told));
    }
    let missing =
        |key: &str, state: State| root.error_at("state", format!("missing key '{key}': the advisory is {state}"));
    match advisory.state {
        State::Embargoed if advisory.embargo.is_none() => {
            Err(root.error_at("state", "an embargoed advisory needs [embargo] with 'until'"))
        }
        State::Public | State::Revised | State::Withdrawn if advisory.published.is_none() => {
            Err(missing("published", advisory.state))
        }
        State::Withdrawn if advisory.withdrawn.is_none() => Err(missing("withdrawn", advisory.state)),
        State::Draft | State::Embargoed | State::Ready if advisory.published.is_some() => {
            Err(root.error_at("published", format!("'published' is set, and the advisory is {}", advisory.state)))
        }
        State::Draft | State::Embargoed | State::Ready | State::Public | State::Revised
            if advisory.withdrawn.is_some() =>
        {
            Err(root.error_at("withdrawn", format!("'withdrawn' is set, and the advisory is {}", advisory.state)))
        }
        State::Draft | State::Embargoed | State::Ready | State::Public | State::Revised if advisory.no_flaw => {
            Err(root.error_at("no-flaw", format!("'no-flaw' is set, and the advisory is {}", advisory.state)))
        }
        State::Revised if advisory.revisions.is_empty() => {
            Err(root.error_at("state", "a revised advisory needs a [[revision]]"))
        }
        State::Draft | State::Embargoed | State::Ready | State::Public | State::Revised | State::Withdrawn => Ok(()),
    }
}

/// Implements the words of a key for types that list theirs.
macro_rules! word {
    ($($name:ty),+) => {
        $(impl Word for $name {
            const ALL: &'static [Self] = &<$name>::ALL;

            fn word(self) -> &'static str {
                self.as_str()
            }
        })+
    };
}

word!(State, Has, LineVerdict, Role, Known, StatedVerdict, Support);

impl Word for CreditKind {
    const ALL: &'static [Self] = Self::ALL;

    fn word(self) -> &'static str {
        self.as_str()
    }
}

impl Word for ReferenceKind {
    const ALL: &'static [Self] = Self::ALL;

    fn word(self) -> &'static str {
        self.as_str()
    }
}

impl Word for Item {
    const ALL: &'static [Self] = Self::ALL;

    fn word(self) -> &'static str {
        self.as_str()
    }
}
