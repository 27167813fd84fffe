//! Changes the source of an advisory, and leaves what it does not change as it was, byte for byte.

use chrono::{DateTime, NaiveDate, Utc};
use toml_edit::{Array, ArrayOfTables, Datetime, DocumentMut, Item, Table, Value, value};

use super::lines::{LineEvidence, LineFinding};
use super::odd::OddRelease;
use super::range::CommitRange;
use super::read::FENCE;
use super::state::{Lifted, State};
use super::{Advisory, Done, Revision};
use crate::model::commit::CommitId;
use crate::model::error::{Error, Result};

/// The source of an advisory, being changed.
pub struct Source {
    front: DocumentMut,
    body: String,
    /// How its lines end, told by the first one. The parser of the front matter keeps no carriage returns.
    end: &'static str,
}

impl Source {
    /// Takes a source that [`Advisory::parse`] reads.
    ///
    /// # Errors
    /// When it is none.
    pub fn of(source: &str) -> Result<Self> {
        let broken = |why: String| Error::usage("cannot change the advisory").because(why);
        Advisory::parse(source).map_err(|error| broken(error.to_string()))?;
        let (first, rest) = source.split_once('\n').ok_or_else(|| broken("it has no front matter".to_owned()))?;
        let end = fence_of(rest).ok_or_else(|| broken("it has no front matter".to_owned()))?;
        let front = rest[..end].parse::<DocumentMut>().map_err(|error| broken(error.message().to_owned()))?;
        let body = rest[end..].to_owned();
        Ok(Self { front, body, end: if first.ends_with('\r') { "\r\n" } else { "\n" } })
    }

    /// Returns the text of the changed source.
    ///
    /// # Errors
    /// When the change made it wrong.
    pub fn text(&self) -> Result<String> {
        self.made().map(|(text, _)| text)
    }

    /// Returns the text of the changed source, and what it holds.
    ///
    /// # Errors
    /// When the change made it wrong.
    pub fn made(&self) -> Result<(String, Advisory)> {
        let front = format!("{FENCE}\n{}", self.front).replace("\r\n", "\n").replace('\n', self.end);
        let text = format!("{front}{}", self.body);
        let advisory = Advisory::parse(&text).map_err(|error| {
            // The place is one of a text that nobody sees.
            let why = error.message().to_owned();
            Error::usage("the change would make the advisory wrong, and was not written")
                .because(why)
                .hint("give something else, or correct the source by hand")
        })?;
        Ok((text, advisory))
    }

    /// Sets the state.
    pub fn set_state(&mut self, state: State) -> &mut Self {
        self.set("state", Value::from(state.as_str()))
    }

    /// Sets when it was published, changed or withdrawn, by the name of the key.
    pub fn set_moment(&mut self, key: &str, at: DateTime<Utc>) -> &mut Self {
        self.set(key, Value::from(moment(at)))
    }

    /// Says that it is withdrawn because there is no flaw.
    pub fn set_no_flaw(&mut self) -> &mut Self {
        self.set("no-flaw", Value::from(true))
    }

    /// Sets a text, such as an identifier.
    pub fn set_text(&mut self, key: &str, text: &str) -> &mut Self {
        self.set(key, Value::from(text))
    }

    /// Sets a list of texts.
    pub fn set_list(&mut self, key: &str, texts: impl IntoIterator<Item = String>) -> &mut Self {
        self.set(key, Value::from(texts.into_iter().collect::<Array>()))
    }

    /// Sets the moment until which an embargo holds, or when distributors were told, by the name of the key.
    pub fn set_embargo(&mut self, key: &str, at: DateTime<Utc>) -> &mut Self {
        self.embargo()[key] = value(moment(at));
        self
    }

    /// Records that the embargo was lifted before its date.
    pub fn lift(&mut self, lifted: &Lifted) -> &mut Self {
        let mut table = Table::new();
        table["at"] = value(moment(lifted.at));
        table["by"] = value(&lifted.by);
        table["reason"] = value(&lifted.reason);
        self.embargo()["lifted"] = Item::Table(table);
        self
    }

    /// Adds a revision behind the others.
    pub fn add_revision(&mut self, revision: &Revision) -> &mut Self {
        let mut table = Table::new();
        table["number"] = value(i64::from(revision.number));
        table["date"] = value(moment(revision.date));
        table["summary"] = value(&revision.summary);
        self.push("revision", table)
    }

    /// Adds that a person has done something, behind the others.
    pub fn add_done(&mut self, done: &Done) -> &mut Self {
        let mut table = Table::new();
        table["item"] = value(done.item.as_str());
        table["by"] = value(&done.by);
        table["on"] = value(date(done.on));
        self.push("done", table)
    }

    /// Replaces what holds for the lines.
    pub fn set_lines(&mut self, lines: &[LineFinding]) -> &mut Self {
        let mut tables = ArrayOfTables::new();
        lines.iter().for_each(|line| tables.push(line_table(line)));
        self.front.remove("line");
        if !tables.is_empty() {
            self.front.insert("line", Item::ArrayOfTables(tables));
        }
        self
    }

    /// Replaces the range of commits.
    pub fn set_range(&mut self, range: Option<&CommitRange>) -> &mut Self {
        self.front.remove("commits");
        if let Some(range) = range {
            let mut table = Table::new();
            let list = |ids: &[CommitId]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
            let introduced = if range.introduced.is_empty() { vec!["0".to_owned()] } else { list(&range.introduced) };
            table["introduced"] = value(introduced.into_iter().collect::<Array>());
            table["fixed"] = value(list(&range.fixed).into_iter().collect::<Array>());
            self.front.insert("commits", Item::Table(table));
        }
        self
    }

    /// Adds a table to a list of them, which may stand on one line so far.
    fn push(&mut self, key: &str, table: Table) -> &mut Self {
        let item = self.front.entry(key).or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
        let whole = std::mem::take(item).into_array_of_tables();
        let mut tables = whole.expect("because the parser takes nothing else for a list of tables");
        tables.push(table);
        *item = Item::ArrayOfTables(tables);
        self
    }

    fn set(&mut self, key: &str, new: Value) -> &mut Self {
        match self.front.get_mut(key).and_then(Item::as_value_mut) {
            Some(old) => {
                let decor = old.decor().clone();
                *old = new;
                *old.decor_mut() = decor;
            }
            None => {
                self.front.insert(key, Item::Value(new));
            }
        }
        self
    }

    fn embargo(&mut self) -> &mut Item {
        self.front.entry("embargo").or_insert(Item::Table(Table::new()))
    }
}

/// Returns where the line of the second fence begins.
fn fence_of(rest: &str) -> Option<usize> {
    let mut at = 0;
    for line in rest.split_inclusive('\n') {
        if line.trim_end() == FENCE {
            return Some(at);
        }
        at += line.len();
    }
    None
}

fn moment(at: DateTime<Utc>) -> Datetime {
    let text = at.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    text.parse().expect("because a moment in UTC is one of TOML")
}

fn date(on: NaiveDate) -> Datetime {
    on.format("%Y-%m-%d").to_string().parse().expect("because a date is one of TOML")
}

fn tag_table(tag: &OddRelease) -> Table {
    let mut one = Table::new();
    one["name"] = value(&tag.name);
    one["has"] = value(tag.has.as_str());
    if let Some(version) = &tag.version {
        one["version"] = value(version.to_string());
    }
    if let Some(other) = &tag.same_as {
        one["same-as"] = value(other);
    }
    if tag.left_out {
        one["left-out"] = value(true);
    }
    one
}

fn evidence_table(piece: &LineEvidence) -> Table {
    let mut one = Table::new();
    one["role"] = value(piece.role.as_str());
    one["commit"] = value(piece.commit.to_string());
    one["origin"] = value(piece.origin.to_string());
    one["known"] = value(piece.known.as_str());
    if !piece.detail.is_empty() {
        one["detail"] = value(&piece.detail);
    }
    one
}

fn line_table(line: &LineFinding) -> Table {
    let mut table = Table::new();
    let list = |texts: Vec<String>| value(texts.into_iter().collect::<Array>());
    let versions = |all: &[semver::Version]| list(all.iter().map(ToString::to_string).collect());
    table["name"] = value(line.name.as_str());
    table["support"] = value(line.support.as_str());
    if let Some(until) = line.until {
        table["until"] = value(date(until));
    }
    table["verdict"] = value(line.verdict.as_str());
    table["affected"] = versions(&line.affected);
    table["unaffected"] = versions(&line.unaffected);
    if !line.unknown.is_empty() {
        table["unknown"] = versions(&line.unknown);
    }
    if !line.repaired.is_empty() {
        table["repaired"] = versions(&line.repaired);
    }
    if line.lacks_code {
        table["lacks-code"] = value(true);
    }
    if let Some(fixed) = &line.fixed_in {
        table["fixed-in"] = value(fixed.to_string());
    }
    if let Some(reason) = &line.reason {
        table["reason"] = value(reason);
    }
    let some = |key: &str, all: ArrayOfTables, table: &mut Table| {
        if !all.is_empty() {
            table[key] = Item::ArrayOfTables(all);
        }
    };
    some("tag", line.tags.iter().map(tag_table).collect(), &mut table);
    some("evidence", line.evidence.iter().map(evidence_table).collect(), &mut table);
    table
}
