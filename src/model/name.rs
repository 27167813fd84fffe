//! What the parsers of names share: one error that says which rule a text broke, and the serde and schema forms.

/// A text that a parser refused, with the rule it broke.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is not {what}: {rule}")]
pub struct NotAName {
    /// What was expected, with its article: `a branch name`.
    pub what: &'static str,
    /// The text as it was given. It may come from a stranger.
    pub text: String,
    /// The rule it broke.
    pub rule: &'static str,
}

impl NotAName {
    pub(crate) fn new(what: &'static str, text: &str, rule: &'static str) -> Self {
        Self { what, text: text.to_owned(), rule }
    }
}

/// Implements what every parsed text newtype has, on top of its `FromStr` and its private `String` field `0`.
macro_rules! text_type {
    ($name:ident) => {
        impl $name {
            /// Returns the name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl TryFrom<String> for $name {
            type Error = crate::model::name::NotAName;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "minLength": 1 })
            }
        }
    };
}

pub(crate) use text_type;

/// Says whether a character would change how a terminal or an editor shows the text around it, or shows nothing itself. The
/// two that join and part letters (`U+200C`, `U+200D`) are not among them: scripts and pictures need them.
pub(crate) fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
        || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
}
