//! Values, and the loose rules by which they are compared and spelled.

use std::cmp::Ordering;
use std::fmt;
use std::rc::Rc;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// Names with their values, in the order in which they were given.
pub type Pairs = Vec<(String, Value)>;

/// A value. Lists and maps are shared, for two of them are equal only where they are one.
#[derive(Clone, Debug)]
pub enum Value {
    Null,
    Bool(bool),
    Number(f64),
    Text(Rc<str>),
    List(Rc<Vec<Value>>),
    Map(Rc<Pairs>),
}

impl Value {
    /// A text.
    pub fn text(text: impl AsRef<str>) -> Self {
        Self::Text(Rc::from(text.as_ref()))
    }

    /// A map.
    pub fn map<K: Into<String>>(pairs: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::Map(Rc::new(pairs.into_iter().map(|(key, value)| (key.into(), value)).collect()))
    }

    /// A map of texts.
    pub fn texts<'a>(pairs: impl IntoIterator<Item = (&'a String, &'a String)>) -> Self {
        Self::map(pairs.into_iter().map(|(key, value)| (key.clone(), Self::text(value))))
    }

    /// Reads JSON, and keeps the order of its keys.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// Whether a condition holds of it: everything but false, zero, NaN, the empty text and null.
    pub fn is_true(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Bool(value) => *value,
            Self::Number(value) => *value != 0.0 && !value.is_nan(),
            Self::Text(value) => !value.is_empty(),
            Self::List(_) | Self::Map(_) => true,
        }
    }

    /// The number that it is taken for beside another kind: NaN where it is none.
    pub fn number(&self) -> f64 {
        match self {
            Self::Null => 0.0,
            Self::Bool(value) => f64::from(u8::from(*value)),
            Self::Number(value) => *value,
            Self::Text(value) => parse_number(value),
            Self::List(_) | Self::Map(_) => f64::NAN,
        }
    }

    /// The text that it becomes between other text. Lists and maps become a word that names their kind, as on the runner.
    pub fn spelled(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Bool(value) => value.to_string(),
            Self::Number(value) => spell_number(*value),
            Self::Text(value) => value.to_string(),
            Self::List(_) => "Array".to_owned(),
            Self::Map(_) => "Object".to_owned(),
        }
    }

    /// Whether it is neither a list nor a map.
    pub fn is_primitive(&self) -> bool {
        !matches!(self, Self::List(_) | Self::Map(_))
    }

    /// The member of a map, whatever the case of its name.
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Self::Map(pairs) = self else { return None };
        let key = fold(key);
        pairs.iter().find(|(name, _)| fold(name) == key).map(|(_, value)| value)
    }

    /// `==`: texts whatever their case, other kinds by their numbers, lists and maps only with themselves.
    pub fn loosely_equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Text(left), Self::Text(right)) => fold(left) == fold(right),
            (Self::List(left), Self::List(right)) => Rc::ptr_eq(left, right),
            (Self::Map(left), Self::Map(right)) => Rc::ptr_eq(left, right),
            // A list or a map is no number, and NaN equals nothing.
            (left, right) => left.number() == right.number(),
        }
    }

    /// The order for `<` and its like: none where one side is no number or a list or a map.
    pub fn loose_order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Text(left), Self::Text(right)) => Some(fold(left).cmp(&fold(right))),
            (left, right) => left.number().partial_cmp(&right.number()),
        }
    }

    /// JSON with two spaces a level, as `toJSON` spells it.
    pub fn to_json(&self) -> String {
        let mut text = String::new();
        self.write_json(&mut text, 0);
        text
    }

    fn write_json(&self, text: &mut String, depth: usize) {
        let quoted = |value: &str| serde_json::Value::from(value).to_string();
        let newline = |depth: usize| format!("\n{}", "  ".repeat(depth));
        match self {
            Self::Null => text.push_str("null"),
            Self::Bool(_) | Self::Number(_) => text.push_str(&self.spelled()),
            Self::Text(value) => text.push_str(&quoted(value)),
            Self::List(items) if items.is_empty() => text.push_str("[]"),
            Self::Map(pairs) if pairs.is_empty() => text.push_str("{}"),
            Self::List(items) => {
                for (at, item) in items.iter().enumerate() {
                    text.push_str(if at == 0 { "[" } else { "," });
                    text.push_str(&newline(depth + 1));
                    item.write_json(text, depth + 1);
                }
                text.push_str(&format!("{}]", newline(depth)));
            }
            Self::Map(pairs) => {
                for (at, (key, value)) in pairs.iter().enumerate() {
                    text.push_str(if at == 0 { "{" } else { "," });
                    text.push_str(&format!("{}{}: ", newline(depth + 1), quoted(key)));
                    value.write_json(text, depth + 1);
                }
                text.push_str(&format!("{}}}", newline(depth)));
            }
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value as f64))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Number(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Value::List(Rc::new(items)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut pairs = Pairs::new();
        while let Some(pair) = access.next_entry()? {
            pairs.push(pair);
        }
        Ok(Value::Map(Rc::new(pairs)))
    }
}

/// The form of a text that is the same whatever its case, by the simple upper case of each character.
pub(super) fn fold(text: &str) -> String {
    let upper = |c: char| {
        let mut all = c.to_uppercase();
        match (all.next(), all.next()) {
            (Some(one), None) => one,
            _ => c,
        }
    };
    text.chars().map(upper).collect()
}

/// Reads a number as the language spells it; NaN where it is none, zero for nothing.
pub(super) fn parse_number(text: &str) -> f64 {
    let text = text.trim();
    let whole =
        |digits: &str, radix| u32::from_str_radix(digits, radix).map_or(f64::NAN, |n| f64::from(n.cast_signed()));
    match text {
        "" => 0.0,
        "Infinity" => f64::INFINITY,
        "-Infinity" => f64::NEG_INFINITY,
        _ => match (text.strip_prefix("0x"), text.strip_prefix("0o")) {
            (Some(digits), _) => whole(digits, 16),
            (_, Some(digits)) => whole(digits, 8),
            // Rust takes words such as 'inf' for numbers, which the language does not.
            _ if text.chars().all(|c| c.is_ascii_digit() || "+-.eE".contains(c)) => text.parse().unwrap_or(f64::NAN),
            _ => f64::NAN,
        },
    }
}

/// Spells a number with at most 15 digits, as .NET's `G15` does.
fn spell_number(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    let rounded = format!("{number:.14e}");
    let (mantissa, exponent) = rounded.split_once('e').expect("because that is the form");
    let exponent: i32 = exponent.parse().expect("because that is the form");
    if (-5..15).contains(&exponent) {
        let places = usize::try_from(14 - exponent).expect("because the exponent is below 15");
        let text = format!("{number:.places$}");
        let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
        return if text == "-0" { "0".to_owned() } else { text.to_owned() };
    }
    let mantissa = mantissa.trim_end_matches('0').trim_end_matches('.');
    format!("{mantissa}E{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
}
