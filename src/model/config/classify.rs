//! `[[classify]]`: how the kind of a fix is told.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::error::ConfigError;
use super::read::Section;
use crate::model::kind::FixKind;
use crate::model::name::{NotAName, is_unprintable, text_type};
use crate::model::path::PathGlob;

pub(super) const CLASSIFY: &[&str] = &["label", "type", "path", "kind"];

/// One rule that tells the kind of a fix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassifyRule {
    /// What the fix must show.
    pub evidence: Evidence,
    /// The kind it then is.
    pub kind: FixKind,
}

/// What a fix can show for its kind.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Evidence {
    /// A label of its pull request, or of an issue that it solves.
    Label(LabelName),
    /// The type in its title, in lower case: `fix` of `fix(parser): …`.
    Type(TitleType),
    /// All files that it changes are ones that this pattern chooses.
    Path(PathGlob),
}

/// The type in a title, as Conventional Commits has it, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TitleType(String);

text_type!(TitleType);

impl FromStr for TitleType {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c == '-') {
            true => Ok(Self(text.to_owned())),
            false => Err(NotAName::new("the type of a title", text, "write it in lower-case letters, such as 'fix'")),
        }
    }
}

/// The name of a label on a pull request or an issue.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LabelName(String);

text_type!(LabelName);

impl FromStr for LabelName {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.trim() != text || text.is_empty() {
            return Err(NotAName::new("a label", text, "it is empty, or begins or ends with a space"));
        }
        if text.chars().any(is_unprintable) {
            return Err(NotAName::new("a label", text, "it holds a control character"));
        }
        Ok(Self(text.to_owned()))
    }
}

pub(super) fn classify(root: &Section<'_>) -> Result<Vec<ClassifyRule>, ConfigError> {
    let mut rules: Vec<ClassifyRule> = Vec::new();
    for section in root.sections("classify", "[[classify]]", CLASSIFY)? {
        let (key, evidence) = match (section.parsed("label")?, section.parsed("type")?, section.parsed("path")?) {
            (Some(label), None, None) => ("label", Evidence::Label(label)),
            (None, Some(name), None) => ("type", Evidence::Type(name)),
            (None, None, Some(path)) => ("path", Evidence::Path(path)),
            (None, None, None) => return Err(section.error("missing key 'label', 'type' or 'path' in [[classify]]")),
            _ => return Err(section.error("'label', 'type' and 'path' in [[classify]] exclude each other")),
        };
        if rules.iter().any(|rule| rule.evidence == evidence) {
            return Err(section.error_at(key, format!("this {key} has a kind already")));
        }
        let kind = section.require("kind", section.word("kind")?)?;
        rules.push(ClassifyRule { evidence, kind });
    }
    Ok(rules)
}
