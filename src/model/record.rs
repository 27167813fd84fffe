//! Files of records in the user's repository, such as that of decisions: TOML tables of one name, to which others are added and in
//! which nothing else changes.

use serde::de::DeserializeOwned;
use toml_edit::Value;

use super::error::{Error, Result};

/// A kind of file of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Records {
    /// Where the file is, from the root of the repository.
    pub path: &'static str,
    /// The name of its tables: `decision`.
    pub table: &'static str,
    /// What the tables are, for people: `decisions`.
    pub many: &'static str,
}

/// The value of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    /// A text, which TOML quotes.
    Text(String),
    /// A date or a moment in the form of TOML, which stands without quotes.
    Time(String),
}

impl Field {
    /// Makes a text of something that prints.
    pub fn text(value: impl ToString) -> Self {
        Self::Text(value.to_string())
    }
}

impl Records {
    /// Reads the text of the file.
    ///
    /// # Errors
    /// When it is not TOML of this form; the message has the line.
    pub fn parse<T: DeserializeOwned>(self, text: &str) -> Result<T> {
        toml_edit::de::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or("");
            let line = before.matches('\n').count() + 1;
            Error::usage(format!("cannot read '{}', line {line}", self.path))
                .because(error.message().trim().to_owned())
                .hint(format!("correct the {} in that line, on main", self.many))
        })
    }

    /// Adds a table with these keys at the end of the text of the file, which stays as it is otherwise. `read` reads what comes of it.
    ///
    /// # Errors
    /// When `read` refuses what comes of it, as where the file has its records in another form.
    pub fn add<T>(self, text: &str, fields: &[(&str, Field)], read: impl Fn(&str) -> Result<T>) -> Result<String> {
        let gap = match text {
            "" => "",
            text if text.ends_with('\n') => "\n",
            _ => "\n\n",
        };
        let mut added = format!("{text}{gap}[[{}]]\n", self.table);
        for (key, field) in fields {
            let value = match field {
                Field::Text(text) => Value::from(text.as_str()).to_string(),
                Field::Time(time) => time.clone(),
            };
            added.push_str(&format!("{key} = {value}\n"));
        }
        read(&added).map_err(|error| {
            Error::usage(format!("'{}' has a form that nothing can be added to", self.path))
                .because(error)
                .hint(format!("write its {} as [[{}]] tables", self.many, self.table))
        })?;
        Ok(added)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    const NOTES: Records = Records { path: "notes.toml", table: "note", many: "notes" };

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Notes {
        #[serde(default)]
        note: Vec<Note>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Note {
        says: String,
        on: toml_edit::Datetime,
    }

    fn add(text: &str, says: &str, on: &str) -> Result<String> {
        let fields = [("says", Field::text(says)), ("on", Field::Time(on.to_owned()))];
        NOTES.add(text, &fields, |text| NOTES.parse::<Notes>(text))
    }

    #[test]
    fn what_is_added_is_read_again_and_the_rest_stays_byte_for_byte() {
        for before in ["", "# ours", "# ours\n", "[[note]]\nsays = 'x' # why\non = 2026-01-01\n"] {
            for says in ["plain", "\"quoted\" \\ [[note]]", "two\nlines\n", "'''\u{1b} ü"] {
                let text = add(before, says, "2026-12-31").expect("it is added");
                let notes = NOTES.parse::<Notes>(&text).expect("notes").note;
                assert!(text.starts_with(before), "{text}");
                assert_eq!(notes.last().map(|note| note.says.as_str()), Some(says), "{text}");
                assert_eq!(notes.last().map(|note| note.on.to_string()).as_deref(), Some("2026-12-31"));
            }
        }
    }

    #[test]
    fn nothing_is_added_to_a_file_of_another_form() {
        for (before, on) in [("note = []\n", "2026-12-31"), ("", "+12026-12-31"), ("[other]\n", "2026-12-31")] {
            let error = add(before, "x", on).expect_err("nothing can be added").to_string();
            assert_eq!(error, "'notes.toml' has a form that nothing can be added to");
        }
    }
}
