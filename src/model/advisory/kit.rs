//! What distributors are told before an advisory is public: the signed tags as a bundle, and a mail. Never more than 14 days ahead.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Advisory;
use super::body::plain;
use super::id::AdvisoryId;
use super::lines::{LineFinding, LineVerdict};
use super::outcome::Outcome;
use super::spelling::own;
use super::state::State;
use super::terms::LONGEST_NOTICE;
use super::upgrade::{told, way_out};
use crate::model::commit::ObjectId;
use crate::model::error::{Error, Result};
use crate::model::name::NotAName;
use crate::model::sums::Sha256Sum;
use crate::model::tag::{TagName, TagPattern};
use crate::model::tag_request::{Now, PolicySource, Sealing};

/// What stands in `schema`.
pub const KIT_SCHEMA: &str = "patch-advisory/kit@1";

/// What `patch-advisory kit` is asked.
#[derive(Debug)]
pub struct KitRequest {
    /// The advisory.
    pub id: AdvisoryId,
    /// The tags; those of the first releases that repair it, if empty.
    pub tags: Vec<TagName>,
    /// The remote whose history distributors have already.
    pub remote: String,
    /// The folder below which the kit is written.
    pub output: PathBuf,
    /// Whether tags need a signature.
    pub sealing: Sealing,
    /// Whose signatures count.
    pub policy: PolicySource,
    /// What counts as now.
    pub now: Now,
}

/// What was prepared for distributors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Kit {
    /// [`KIT_SCHEMA`].
    pub schema: String,
    /// The advisory.
    pub advisory: AdvisoryId,
    /// Whether it was written.
    pub outcome: Outcome,
    /// When the embargo ends.
    pub until: DateTime<Utc>,
    /// The tags in the bundle, with the objects that they are.
    pub tags: Vec<Tagged>,
    /// The file of the bundle.
    pub bundle: String,
    /// The SHA-256 of the bundle, in hexadecimal digits.
    pub sha256: Sha256Sum,
    /// The file of the mail.
    pub mail: String,
    /// The names of the files that this run wrote. Those that are not among them were there, as they would have been written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub written: Vec<String>,
}

impl Kit {
    /// Says whether this run wrote a file.
    pub fn has_written(&self, file: &str) -> bool {
        self.written.iter().any(|name| file.ends_with(name.as_str()))
    }
}

/// A tag with its object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tagged {
    /// Its name.
    pub tag: TagName,
    /// The tag object.
    pub object: ObjectId,
}

/// Returns when the embargo of an advisory ends, if distributors may be told at this moment.
///
/// # Errors
/// When it is published, has no date, the date has passed, or is more than 14 days ahead (linux-distros list policy).
pub fn notice(advisory: &Advisory, now: DateTime<Utc>) -> Result<DateTime<Utc>> {
    let id = &advisory.id;
    let terms = match (advisory.state, &advisory.embargo) {
        (State::Embargoed | State::Ready, Some(terms)) => terms,
        (State::Draft | State::Embargoed | State::Ready, _) => {
            return Err(Error::no(format!("advisory '{id}' is {}, and has no date to tell anybody", advisory.state))
                .hint("put it under embargo first, with its date in [embargo]"));
        }
        (State::Public | State::Revised | State::Withdrawn, _) => {
            return Err(Error::no(format!("advisory '{id}' is {}: there is nothing to tell ahead", advisory.state))
                .hint("send people to the published advisory"));
        }
    };
    if !terms.holds_at(now) {
        return Err(Error::no(format!("the embargo of '{id}' is over")).hint("publish it, or set a later date"));
    }
    if terms.until - now > LONGEST_NOTICE {
        let first = terms.until - LONGEST_NOTICE;
        return Err(Error::no(format!(
            "the embargo of '{id}' ends in more than {} days, which linux-distros does not take",
            LONGEST_NOTICE.num_days()
        ))
        .hint(format!("run this from {} on", first.format("%Y-%m-%dT%H:%M:%SZ"))));
    }
    Ok(terms.until)
}

/// Returns the first release of a line that repairs the flaw, or where users of another line have to go.
fn first_fix(advisory: &Advisory, line: &LineFinding) -> Option<semver::Version> {
    match line.verdict {
        LineVerdict::Fixed => line.fixed_in.clone(),
        LineVerdict::Affected | LineVerdict::NotAffected | LineVerdict::NotEvaluated => {
            way_out(&advisory.lines, line).cloned()
        }
    }
}

/// Says whether people decided to tell of it before any line has a release that repairs it.
pub fn has_no_release_yet(advisory: &Advisory) -> bool {
    !advisory.unfixed.is_empty() && advisory.lines.iter().all(|line| first_fix(advisory, line).is_none())
}

/// What the repository calls the tag of a release, in place of `{version}`, where it has one.
pub type Called<'a> = &'a dyn Fn(&semver::Version) -> Option<String>;

/// Returns the first releases that repair the flaw with their tags, the newest line first; of a line that began behind the fix, where users
/// of another one have to go there.
fn fixes(
    advisory: &Advisory,
    pattern: &TagPattern,
    called: Called<'_>,
) -> std::result::Result<Vec<(semver::Version, TagName)>, NotAName> {
    let tag = |version: semver::Version| {
        let name = called(&version).or_else(|| own(&advisory.lines, &version).map(str::to_owned));
        let tag = name.map_or_else(|| pattern.render(&version), |name| pattern.named(&name)).parse()?;
        Ok((version, tag))
    };
    advisory.lines.iter().filter_map(|line| first_fix(advisory, line)).map(tag).collect()
}

/// Says of each first release that repairs the flaw and whose tag does not verify for its name alone, why that is so: what verifies tags
/// reads their names by Semantic Versioning, whatever the ecosystem is.
pub fn not_taken(advisory: &Advisory, pattern: &TagPattern, called: Called<'_>) -> Vec<String> {
    let why = |(version, tag): &(semver::Version, TagName)| {
        let read = pattern.version_of(tag.as_str());
        let why = match &read {
            Some(read) if read == version => return None,
            Some(read) if read.pre.is_empty() => {
                "its name is that of another version by Semantic Versioning".to_owned()
            }
            Some(read) => {
                format!("by Semantic Versioning it comes before {}.{}.{}", read.major, read.minor, read.patch)
            }
            None => format!("it is not named '{pattern}' with a version of Semantic Versioning"),
        };
        Some(format!(
            "'{tag}' repairs it first, and `publish` and `kit` do not take that tag: {why}; tag a later release that is, and name it with --tag"
        ))
    };
    fixes(advisory, pattern, called).unwrap_or_default().iter().filter_map(why).collect()
}

/// Returns the tags of the first releases that repair the flaw, the newest line first; of a line that began behind the fix, where users of
/// another one have to go there.
///
/// # Errors
/// When no line has one, or its tag would have no valid name.
pub fn fixed_tags(advisory: &Advisory, pattern: &TagPattern, called: Called<'_>) -> Result<Vec<TagName>> {
    let found = fixes(advisory, pattern, called).map_err(|bad| Error::usage("no tag").because(bad))?;
    if found.is_empty() {
        return Err(Error::undecided(format!("no line of '{}' has a release that repairs it", advisory.id)).hint(
            format!(
                "tag the releases, and run: patch-advisory affected {} --write; or name the tags: --tag",
                advisory.id
            ),
        ));
    }
    Ok(found.into_iter().map(|(_, tag)| tag).collect())
}

/// Requires that tags are of releases that have not the flaw.
///
/// # Errors
/// When one has it, or may have it, or the source does not say.
pub fn require_repaired(advisory: &Advisory, tags: &[TagName], pattern: &TagPattern) -> Result<()> {
    for tag in tags {
        let name = pattern.name_in(tag.as_str());
        let told = advisory.lines.iter().flat_map(|line| &line.tags).find(|one| Some(one.name.as_str()) == name);
        let version = told.and_then(|one| one.version.clone()).or_else(|| pattern.version_of(tag.as_str()));
        let is_in = |list: fn(&LineFinding) -> &Vec<semver::Version>| {
            version.as_ref().is_some_and(|version| advisory.lines.iter().any(|line| list(line).contains(version)))
        };
        if is_in(|line| &line.affected) {
            return Err(Error::no(format!("'{tag}' has the flaw of '{}'", advisory.id))
                .hint("name the tags of releases that repair it, or none for the first ones of each line"));
        }
        if !is_in(|line| &line.unaffected) {
            return Err(Error::undecided(format!("'{}' does not say whether '{tag}' has the flaw", advisory.id))
                .hint(format!("patch-advisory affected {} --write", advisory.id)));
        }
    }
    Ok(())
}

/// Writes the mail to distributors, as plain text with its subject on top.
pub fn mail(advisory: &Advisory, project: &str, contact: Option<&str>, kit: &Kit, sealing: Sealing) -> String {
    let until = kit.until.format("%Y-%m-%d %H:%M UTC");
    let mut text = format!("Subject: [EMBARGOED until {until}] {project}: {}\n\n", advisory.title);
    text.push_str(&format!(
        "This is under embargo until {until}.\nPlease tell nobody, and publish nothing, before that moment.\n\n"
    ));
    let names: Vec<String> = advisory.ids();
    text.push_str(&format!("Advisory: {}\nSeverity: {}\n", names.join(", "), advisory.severity.headline()));
    for vector in advisory.severity.vectors() {
        text.push_str(&format!("          {vector}\n"));
    }
    text.push_str("\nLines:\n");
    for line in &advisory.lines {
        let affected = if line.verdict == LineVerdict::Affected { "affected, " } else { "" };
        text.push_str(&format!("  {}: {affected}{}\n", line.name, told(advisory, line)));
    }
    for (name, section) in advisory.body.sections() {
        text.push_str(&format!("\n{name}\n\n{}\n", plain(section)));
    }
    let tags: Vec<&str> = kit.tags.iter().map(|tagged| tagged.tag.as_str()).collect();
    text.push_str(&format!(
        "\nThe {}tags {} are attached as a bundle of git, SHA-256\n{}. To take them into a clone:\n\n  \
         git bundle verify {3}\n  git fetch {3} 'refs/tags/*:refs/tags/*'\n",
        match sealing {
            Sealing::Signed => "signed ",
            Sealing::Unsigned => "",
        },
        tags.join(", "),
        kit.sha256,
        kit.bundle
    ));
    if let Some(contact) = contact {
        text.push_str(&format!("\nQuestions go to {contact}.\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = include_str!("example.md");

    fn at(moment: &str) -> Result<DateTime<Utc>> {
        notice(&Advisory::parse(SOURCE).expect("an advisory"), moment.parse().expect("a moment"))
    }

    #[test]
    fn distributors_are_told_within_the_fourteen_days_before_the_date() {
        assert!(at("2026-11-26T13:59:59Z").is_err());
        assert_eq!(
            at("2026-11-26T14:00:00Z").expect("a date"),
            "2026-12-10T14:00:00Z".parse::<DateTime<Utc>>().expect("a moment")
        );
        assert!(at("2026-12-10T13:59:59Z").is_ok());
        assert!(at("2026-12-10T14:00:00Z").is_err());
        for (from, to) in [
            ("state = \"embargoed\"", "state = \"draft\""),
            ("state = \"embargoed\"", "state = \"public\"\npublished = 2026-12-01T00:00:00Z"),
        ] {
            let advisory = Advisory::parse(&SOURCE.replacen(from, to, 1)).expect("an advisory");
            assert!(notice(&advisory, "2026-12-01T00:00:00Z".parse().expect("a moment")).is_err(), "{to}");
        }
    }

    #[test]
    fn the_tags_are_those_of_the_first_releases_with_the_fix() {
        let advisory = Advisory::parse(SOURCE).expect("an advisory");
        let pattern = TagPattern::default();
        let tags = fixed_tags(&advisory, &pattern, &|_| None).expect("tags");
        assert_eq!(tags.iter().map(TagName::as_str).collect::<Vec<_>>(), ["v2.0.2"]);
        let tag = "\n[[line.tag]]\nname = \"2.0.2.Final\"\nhas = \"no-flaw\"\nversion = \"2.0.2\"\n";
        let own = format!("fixed-in = \"2.0.2\"\n{tag}");
        let own = Advisory::parse(&SOURCE.replacen("fixed-in = \"2.0.2\"\n", &own, 1)).expect("an advisory");
        let tags = fixed_tags(&own, &pattern, &|_| None).expect("tags");
        assert_eq!(tags.iter().map(TagName::as_str).collect::<Vec<_>>(), ["v2.0.2.Final"]);
        assert!(require_repaired(&own, &tags, &pattern).is_ok());
        let none = Advisory::parse(&SOURCE.replacen("fixed-in", "# fixed-in", 1)).expect("an advisory");
        assert!(fixed_tags(&none, &pattern, &|_| None).is_err());
        for (name, why) in [
            ("2.0.2", None),
            ("2.0.2.post1", Some("not named 'v{version}' with a version")),
            ("2.0.2-p1", Some("comes before 2.0.2;")),
            ("2.0.3", Some("another version")),
        ] {
            let called = |_: &semver::Version| Some(name.to_owned());
            let tags = fixed_tags(&advisory, &pattern, &called).expect("tags");
            assert_eq!(tags.iter().map(TagName::as_str).collect::<Vec<_>>(), [format!("v{name}")]);
            let found = not_taken(&advisory, &pattern, &called);
            assert_eq!(found.len(), why.iter().count(), "{found:?}");
            assert!(
                found.iter().all(|said| said.contains(&format!("'v{name}'")) && said.contains(why.unwrap_or_default()))
            );
        }
    }
}
