//! The path of a value in a structured file.

use std::fmt;
use std::str::FromStr;

use crate::model::name::NotAName;

/// The path of one value in a JSON, YAML, TOML or XML file: keys between dots, positions in brackets, counted from zero.
///
/// A key that holds a dot, a bracket, a quote or a space stands in double quotes, in which `\"` and `\\` are escapes:
/// `spec.containers[0].image`, `metadata.annotations."example.org/version"`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FieldPath(Vec<FieldStep>);

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum FieldStep {
    /// The value of a key.
    Key(String),
    /// The item at this position, counted from zero.
    Item(usize),
}

impl FieldPath {
    /// Returns the steps from the top of the document. Never empty, and the first is a key.
    pub fn steps(&self) -> &[FieldStep] {
        &self.0
    }
}

impl FromStr for FieldPath {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = |rule| NotAName::new("the path of a field", text, rule);
        if text.chars().any(char::is_control) {
            return Err(refuse("it holds a control character"));
        }
        let mut steps = Vec::new();
        let mut rest = text;
        loop {
            let (key, after) = key(rest).ok_or_else(|| refuse("a key of it is empty or its quotes are not closed"))?;
            steps.push(FieldStep::Key(key));
            rest = after;
            while let Some(inner) = rest.strip_prefix('[') {
                let (position, after) = inner.split_once(']').ok_or_else(|| refuse("a bracket is not closed"))?;
                let plain = position.bytes().all(|b| b.is_ascii_digit());
                let position = position.parse().ok().filter(|_| plain);
                steps.push(FieldStep::Item(position.ok_or_else(|| refuse("a position in brackets is not a number"))?));
                rest = after;
            }
            match rest.strip_prefix('.') {
                Some(after) => rest = after,
                None if rest.is_empty() => return Ok(Self(steps)),
                None => return Err(refuse("write a key with such characters in double quotes")),
            }
        }
    }
}

/// Takes one key off the front of a path.
fn key(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(['.', '[', ']', '"', ' ']).unwrap_or(text.len());
        return (end > 0).then(|| (text[..end].to_owned(), &text[end..]));
    };
    let mut key = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((key, &quoted[at + 1..])),
            '\\' => key.push(chars.next().map(|(_, c)| c).filter(|c| matches!(c, '"' | '\\'))?),
            c => key.push(c),
        }
    }
    None
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        for step in &self.0 {
            match step {
                FieldStep::Item(position) => text.push_str(&format!("[{position}]")),
                FieldStep::Key(key) => {
                    if !text.is_empty() {
                        text.push('.');
                    }
                    match key.is_empty() || key.contains(['.', '[', ']', '"', '\\', ' ']) {
                        true => text.push_str(&format!("\"{}\"", key.replace('\\', "\\\\").replace('"', "\\\""))),
                        false => text.push_str(key),
                    }
                }
            }
        }
        f.pad(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_reads_back() {
        for good in
            ["version", "a.b[0].c", "a[0][12]", "a.\"b.c/d\".e", "\"x y\"", "project.version", "a.\"q\\\"\\\\\""]
        {
            assert_eq!(good.parse::<FieldPath>().map(|path| path.to_string()).as_deref(), Ok(good));
        }
        let path: FieldPath = "a.\"b.c\"[3]".parse().expect("a path");
        let key = |key: &str| FieldStep::Key(key.to_owned());
        assert_eq!(path.steps(), [key("a"), key("b.c"), FieldStep::Item(3)]);
    }

    #[test]
    fn a_bad_path_is_refused() {
        for bad in [
            "", ".", "a.", ".a", "a..b", "a[", "a[x]", "a[-1]", "a[+1]", "a[]", "[0]", "a b", "\"a", "a\"b\"", "a\n",
            "a]",
        ] {
            assert!(bad.parse::<FieldPath>().is_err(), "{bad:?}");
        }
    }
}
