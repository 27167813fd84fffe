//! What maintainers waive for single fixes, as `.patch/waivers.toml` records it.

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toml_edit::Datetime;

use super::Rule;
use super::facts::{Origin, PickedFrom};
use crate::model::commit::CommitId;
use crate::model::config::WaiverRight;
use crate::model::decision::{Person, Reason};
use crate::model::error::{self, Error};
use crate::model::line::LineName;
use crate::model::mail::Mail;
use crate::model::record::{Field, Records};
use crate::model::sums::Sha256Sum;

/// Where the waivers are in the user's repository.
pub const WAIVERS_PATH: &str = ".patch/waivers.toml";

const WAIVERS: Records = Records { path: WAIVERS_PATH, table: "waiver", many: "waivers" };

/// A rule waived for one fix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Waiver {
    /// The fix: a commit on main.
    pub fix: CommitId,
    /// The line; absent: every line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<LineName>,
    /// The rule.
    pub rule: Rule,
    /// The commit of a pull request to a line that was looked at, of the rule `origin` alone; absent: the fix itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pick: Option<CommitId>,
    /// What that commit says and changes, as a SHA-256: any commit that says and changes the same counts as that one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<Sha256Sum>,
    /// Why.
    pub reason: Reason,
    /// Who waived it.
    pub by: Person,
    /// The last day on which it counts, in UTC.
    #[schemars(with = "String")]
    pub until: NaiveDate,
}

/// Whether a waiver counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It does.
    InForce,
    /// Its last day is over.
    Expired,
    /// Who gave it may not waive the rule.
    NotAllowed,
}

impl Waiver {
    /// Says whether the waiver is for a line.
    pub fn is_for(&self, line: &LineName) -> bool {
        self.line.as_ref().is_none_or(|own| own == line)
    }

    /// Says whether it is about what a commit holds, by the rule `origin`: what else is picked from the fix may hold anything.
    pub fn covers(&self, pick: &PickedFrom) -> bool {
        // What a merge brings is no change of its own: only its full name says what that is.
        let brings_others = matches!(pick.origin, Origin::MergesMain { .. } | Origin::OddMerge);
        let is_same = !brings_others && self.change.as_ref().is_some_and(|change| *change == pick.change);
        self.rule == Rule::Origin && (is_same || self.pick.unwrap_or(self.fix) == pick.commit)
    }

    /// Says whether it counts at a moment, by who may waive what.
    pub fn standing(&self, rights: &[WaiverRight], now: DateTime<Utc>) -> Standing {
        let mail: Option<Mail> = self.by.mail().parse().ok();
        let covers = |right: &&WaiverRight| right.rules.as_ref().is_none_or(|rules| rules.contains(&self.rule));
        let gives = |right: &WaiverRight| mail.as_ref().is_some_and(|mail| right.by.contains(mail));
        if !rights.iter().filter(covers).any(gives) {
            return Standing::NotAllowed;
        }
        if now.date_naive() > self.until { Standing::Expired } else { Standing::InForce }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWaivers {
    #[serde(default)]
    waiver: Vec<RawWaiver>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWaiver {
    fix: CommitId,
    line: Option<LineName>,
    rule: Rule,
    pick: Option<CommitId>,
    change: Option<Sha256Sum>,
    reason: Reason,
    by: Person,
    until: Datetime,
}

/// Reads the text of the file.
///
/// # Errors
/// When it is not TOML of this form; the message has the line.
pub fn parse(text: &str) -> error::Result<Vec<Waiver>> {
    let raw: RawWaivers = WAIVERS.parse(text)?;
    raw.waiver.into_iter().map(waiver).collect()
}

fn waiver(raw: RawWaiver) -> error::Result<Waiver> {
    let RawWaiver { fix, line, rule, pick, change, reason, by, until } = raw;
    if change.is_some() && pick.is_none() {
        return Err(Error::usage(format!(
            "'{WAIVERS_PATH}': the waiver of '{rule}' for '{fix}' names a 'change' and no 'pick'"
        ))
        .hint("have 'patch-check waive --rule origin --pick COMMIT' write both"));
    }
    if pick.is_some() && rule != Rule::Origin {
        return Err(Error::usage(format!("'{WAIVERS_PATH}': the waiver of '{rule}' for '{fix}' names a 'pick'"))
            .hint("leave 'pick' out: no rule but 'origin' is about single picks"));
    }
    let date = until.date.filter(|_| until.time.is_none() && until.offset.is_none());
    let until = date.and_then(|d| NaiveDate::from_ymd_opt(d.year.into(), d.month.into(), d.day.into()));
    let until = until.ok_or_else(|| {
        Error::usage(format!("'{WAIVERS_PATH}': the waiver of '{rule}' for '{fix}' has no day as 'until'"))
            .hint("write it as until = 2027-03-31, without quotes and without a time")
    })?;
    Ok(Waiver { fix, line, rule, pick, change, reason, by, until })
}

/// Adds a waiver to the text of the file, which stays as it is otherwise. `None`: it is there already.
///
/// # Errors
/// When the text is no file of waivers.
pub fn record(text: &str, new: &Waiver) -> error::Result<Option<String>> {
    if parse(text)?.contains(new) {
        return Ok(None);
    }
    let mut fields = vec![("fix", Field::text(new.fix))];
    fields.extend(new.line.as_ref().map(|line| ("line", Field::text(line))));
    fields.push(("rule", Field::text(new.rule)));
    fields.extend(new.pick.map(|pick| ("pick", Field::text(pick))));
    fields.extend(new.change.as_ref().map(|change| ("change", Field::text(change))));
    fields.extend([("reason", Field::text(&new.reason)), ("by", Field::text(&new.by))]);
    fields.push(("until", Field::Time(new.until.to_string())));
    WAIVERS.add(text, &fields, parse).map(Some)
}

/// The value of the `schema` field of [`Waived`].
pub const WAIVE_SCHEMA: &str = "patch-check/waive@1";

/// The result of `patch-check waive`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Waived {
    /// Always `patch-check/waive@1`.
    pub schema: &'static str,
    /// What became of it.
    pub outcome: crate::model::decision::Outcome,
    /// The waiver.
    pub waiver: Waiver,
    /// The moment at which it was recorded, to the second.
    pub at: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# ours\n[[waiver]]\nfix = \"1111111111111111111111111111111111111111\"\nrule = \"size\"\n\
        reason = \"a table of test data\"\nby = \"Mia <mia@example.com>\"\nuntil = 2026-12-31\n";

    fn right(by: &str, rules: Option<Vec<Rule>>) -> WaiverRight {
        WaiverRight { by: vec![by.parse().expect("a mail address")], rules }
    }

    #[test]
    fn a_waiver_counts_when_who_gave_it_may_and_its_last_day_is_not_over() {
        let waiver = &parse(TEXT).expect("waivers")[0];
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("a moment");
        let (before, last, after) =
            (at("2026-01-01T00:00:00Z"), at("2026-12-31T23:59:59Z"), at("2027-01-01T00:00:00Z"));
        let mia = || right("MIA@example.com", None);
        let table = [
            (vec![], before, Standing::NotAllowed),
            (vec![mia()], before, Standing::InForce),
            (vec![mia()], last, Standing::InForce),
            (vec![mia()], after, Standing::Expired),
            (vec![right("ann@example.com", None)], before, Standing::NotAllowed),
            (vec![right("mia@example.com", Some(vec![Rule::Tests]))], before, Standing::NotAllowed),
            (vec![right("mia@example.com", Some(vec![Rule::Tests, Rule::Size]))], before, Standing::InForce),
            (vec![right("ann@example.com", None), mia()], before, Standing::InForce),
        ];
        for (rights, now, expected) in table {
            assert_eq!(waiver.standing(&rights, now), expected, "{rights:?} at {now}");
        }
    }

    #[test]
    fn recording_keeps_the_text_and_happens_once() {
        let mut waiver = parse(TEXT).expect("waivers")[0].clone();
        assert_eq!(record(TEXT, &waiver).expect("it is there"), None);
        waiver.line = Some("2.0".parse().expect("a line"));
        let text = record(TEXT, &waiver).expect("it is added").expect("it is new");
        assert!(text.starts_with(TEXT));
        assert_eq!(parse(&text).expect("waivers")[1], waiver);
        assert!(waiver.is_for(&"2.0".parse().expect("a line")));
        assert!(!waiver.is_for(&"2.1".parse().expect("a line")));
        let (pick, change) = (Some(CommitId::from_bytes([2; 20])), Some(Sha256Sum::of("what was looked at")));
        let of_pick = Waiver { rule: Rule::Origin, pick, change, ..waiver };
        let text = record(&text, &of_pick).expect("it is added").expect("it is new");
        assert_eq!(parse(&text).expect("waivers")[2], of_pick);
    }

    #[test]
    fn what_is_no_waiver_is_refused_with_its_line() {
        for (from, to, part) in [
            ("rule = \"size\"", "rule = \"sise\"", "line"),
            ("until = 2026-12-31", "until = 2026-12-31T00:00:00Z", "no day"),
            ("until = 2026-12-31", "until = \"soon\"", "line"),
            ("reason = \"a table of test data\"", "reason = \" \"", "line"),
            ("by = \"Mia <mia@example.com>\"", "by = \"Mia\"", "line"),
            ("by =", "pick = \"2222222222222222222222222222222222222222\"\nby =", "names a 'pick'"),
            ("by =", &format!("change = \"{}\"\nby =", Sha256Sum::of("")), "a 'change' and no 'pick'"),
        ] {
            let refused = parse(&TEXT.replace(from, to)).expect_err("it is wrong").to_string();
            assert!(refused.contains(part), "{refused}");
        }
    }
}
