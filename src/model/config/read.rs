//! Reads one table of a document key by key. The known keys are compared when the table is opened, so that a misspelt key
//! is reported before the required one it was meant to be.

use std::fmt::Display;
use std::num::NonZeroU32;
use std::ops::Range;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use toml_edit::{Item, TableLike, Value};

use super::error::{ConfigError, Place, nearest};

type Read<T> = Result<T, ConfigError>;
type Spanned<'d> = (&'d dyn TableLike, Option<Range<usize>>);

/// A closed set of words, such as the statuses of a line.
pub(in crate::model) trait Word: Copy + 'static {
    const ALL: &'static [Self];
    fn word(self) -> &'static str;
}

/// One table of the document, with the name people know it by, such as `[[line]]`.
pub(in crate::model) struct Section<'d> {
    source: &'d str,
    title: String,
    table: &'d dyn TableLike,
    span: Option<Range<usize>>,
}

impl<'d> Section<'d> {
    /// Opens the whole document.
    pub(in crate::model) fn root(source: &'d str, table: &'d dyn TableLike, known: &[&'static str]) -> Read<Self> {
        Self { source, title: "the file".to_owned(), table, span: None }.with_known(known)
    }

    fn with_known(self, known: &[&'static str]) -> Read<Self> {
        for (key, _) in self.table.iter() {
            if !known.contains(&key) {
                return Err(self.unknown_key(key, known));
            }
        }
        Ok(self)
    }

    fn unknown_key(&self, key: &str, known: &[&'static str]) -> ConfigError {
        let message = format!("unknown key '{key}' in {}", self.title);
        match nearest(key, known) {
            Some(word) => self.error_at_key(key, message).nearest(Some(word)),
            None => self.error_at_key(key, format!("{message}; known: {}", known.join(", "))),
        }
    }

    /// Makes an error about the section as a whole.
    pub(in crate::model) fn error(&self, message: impl Into<String>) -> ConfigError {
        ConfigError::at(self.source, self.span.clone(), message)
    }

    fn error_at_key(&self, key: &str, message: impl Into<String>) -> ConfigError {
        let span = self.table.key(key).and_then(|key| key.span()).or_else(|| self.span.clone());
        ConfigError::at(self.source, span, message)
    }

    /// Returns where each key stands that the section sets itself.
    pub(in crate::model) fn places(&self) -> impl Iterator<Item = (&'d str, Place)> {
        let place = |key: &'d str| Some((key, Place::at(self.source, self.table.key(key)?.span()?.start)));
        self.table.iter().filter_map(move |(key, _)| place(key))
    }

    /// Makes an error about the value of a key.
    pub(in crate::model) fn error_at(&self, key: &str, message: impl Into<String>) -> ConfigError {
        match self.table.get(key).and_then(Item::span) {
            Some(span) => ConfigError::at(self.source, Some(span), message),
            None => self.error_at_key(key, message),
        }
    }

    fn wrong_type(&self, key: &str, item: &Item, expected: &str) -> ConfigError {
        self.error_at(key, format!("'{key}' in {} must be {expected}, not {}", self.title, a(item.type_name())))
    }

    fn value<T>(&self, key: &str, expected: &str, get: impl Fn(&'d Item) -> Option<T>) -> Read<Option<T>> {
        let Some(item) = self.table.get(key) else { return Ok(None) };
        get(item).map(Some).ok_or_else(|| self.wrong_type(key, item, expected))
    }

    /// Names the keys of a section whose keys are the user's own words.
    pub(in crate::model) fn own_keys(&self) -> impl Iterator<Item = &'d str> {
        self.table.iter().map(|(key, _)| key)
    }

    /// Says whether the section sets a key.
    pub(in crate::model) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// Insists on a value.
    pub(in crate::model) fn require<T>(&self, key: &str, value: Option<T>) -> Read<T> {
        value.ok_or_else(|| self.error(format!("missing key '{key}' in {}", self.title)))
    }

    pub(in crate::model) fn flag(&self, key: &str) -> Read<Option<bool>> {
        self.value(key, "true or false", Item::as_bool)
    }

    /// Reads a count of one or more.
    pub(in crate::model) fn count(&self, key: &str) -> Read<Option<NonZeroU32>> {
        match self.whole(key)? {
            None => Ok(None),
            Some(number) => NonZeroU32::new(number)
                .map(Some)
                .ok_or_else(|| self.error_at(key, format!("'{key}' in {} must be 1 or more", self.title))),
        }
    }

    /// Reads a count of zero or more.
    pub(in crate::model) fn whole(&self, key: &str) -> Read<Option<u32>> {
        match self.value(key, "a whole number", Item::as_integer)? {
            None => Ok(None),
            Some(number) => u32::try_from(number).map(Some).map_err(|_| {
                self.error_at(key, format!("'{key}' in {} must be between 0 and {}", self.title, u32::MAX))
            }),
        }
    }

    pub(in crate::model) fn date(&self, key: &str) -> Read<Option<NaiveDate>> {
        let expected = "a date such as 2027-03-31, without quotes and without a time";
        self.value(key, expected, |item| {
            let value = item.as_datetime().filter(|value| value.time.is_none() && value.offset.is_none())?;
            let date = value.date?;
            NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())
        })
    }

    /// Reads a moment with its distance from UTC, such as `2026-12-10T14:00:00Z`.
    pub(in crate::model) fn moment(&self, key: &str) -> Read<Option<DateTime<Utc>>> {
        let expected = "a moment such as 2026-12-10T14:00:00Z, without quotes";
        self.value(key, expected, |item| {
            let value = item.as_datetime().filter(|value| value.offset.is_some() && value.time.is_some())?;
            DateTime::parse_from_rfc3339(&value.to_string()).ok().map(|moment| moment.to_utc())
        })
    }

    pub(in crate::model) fn text(&self, key: &str) -> Read<Option<&'d str>> {
        self.value(key, "a text in quotes", Item::as_str)
    }

    /// Reads a text that a parser turns into its type.
    pub(in crate::model) fn parsed<T: FromStr<Err: Display>>(&self, key: &str) -> Read<Option<T>> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        text.parse().map(Some).map_err(|broken: T::Err| self.error_at(key, broken.to_string()))
    }

    /// Reads a list of texts, each turned into its type. An empty list is refused: leaving the key out says that.
    pub(in crate::model) fn list<T: FromStr<Err: Display>>(&self, key: &str) -> Read<Option<Vec<T>>> {
        match self.list_or_nothing(key)? {
            Some(values) if values.is_empty() => Err(self.error_at(key, format!("'{key}' in {} is empty", self.title))),
            values => Ok(values),
        }
    }

    /// Reads a list of texts, where an empty one says something else than no list.
    pub(in crate::model) fn list_or_nothing<T: FromStr<Err: Display>>(&self, key: &str) -> Read<Option<Vec<T>>> {
        let Some(values) = self.value(key, "a list of texts", Item::as_array)? else { return Ok(None) };
        let one = |value: &Value| {
            let fail = |message: String| ConfigError::at(self.source, value.span(), message);
            let text = value.as_str().ok_or_else(|| {
                fail(format!("'{key}' in {} must hold texts in quotes, not {}", self.title, a(value.type_name())))
            })?;
            text.parse().map_err(|broken: T::Err| fail(broken.to_string()))
        };
        values.iter().map(one).collect::<Read<Vec<T>>>().map(Some)
    }

    /// Reads one of a closed set of words.
    pub(in crate::model) fn word<W: Word>(&self, key: &str) -> Read<Option<W>> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        if let Some(word) = W::ALL.iter().copied().find(|word| word.word() == text) {
            return Ok(Some(word));
        }
        let words: Vec<&'static str> = W::ALL.iter().map(|word| word.word()).collect();
        let message = format!("unknown {key} '{text}' in {}; known: {}", self.title, words.join(", "));
        Err(self.error_at(key, message).nearest(nearest(text, &words)))
    }

    /// Opens a table below this one.
    pub(in crate::model) fn section(
        &self,
        key: &str,
        title: &str,
        known: &[&'static str],
    ) -> Read<Option<Section<'d>>> {
        match self.own_section(key, title)? {
            Some(section) => section.with_known(known).map(Some),
            None => Ok(None),
        }
    }

    /// Opens a table below this one whose keys are the user's own words.
    pub(in crate::model) fn own_section(&self, key: &str, title: &str) -> Read<Option<Section<'d>>> {
        let Some(table) = self.value(key, "a table", Item::as_table_like)? else { return Ok(None) };
        let item_span = self.table.get(key).and_then(Item::span);
        let span = item_span.or_else(|| self.table.key(key).and_then(|key| key.span()));
        Ok(Some(Section { source: self.source, title: title.to_owned(), table, span }))
    }

    /// Opens every table of a list of tables.
    pub(in crate::model) fn sections(&self, key: &str, title: &str, known: &[&'static str]) -> Read<Vec<Section<'d>>> {
        let Some(item) = self.table.get(key) else { return Ok(Vec::new()) };
        let tables: Option<Vec<Spanned<'d>>> = match item {
            Item::ArrayOfTables(tables) => Some(tables.iter().map(|t| (t as &dyn TableLike, t.span())).collect()),
            Item::Value(Value::Array(values)) => {
                values.iter().map(|v| v.as_inline_table().map(|t| (t as &dyn TableLike, v.span()))).collect()
            }
            Item::None | Item::Table(_) | Item::Value(_) => None,
        };
        let tables = tables.ok_or_else(|| {
            self.error_at(key, format!("'{key}' must be a list of tables: write {title} above each of them"))
        })?;
        let open =
            |(table, span)| Section { source: self.source, title: title.to_owned(), table, span }.with_known(known);
        tables.into_iter().map(open).collect()
    }
}

fn a(type_name: &str) -> String {
    match type_name.starts_with(['a', 'e', 'i', 'o', 'u']) {
        true => format!("an {type_name}"),
        false => format!("a {type_name}"),
    }
}
