//! Lists of SHA-256 sums, in the form of coreutils.
//!
//! A line is the sum, a space, a space or `*`, and the name. A line whose name holds a backslash, a line feed or a carriage
//! return begins with a backslash, and writes them as `\\`, `\n` and `\r` (coreutils manual, "md5sum invocation").

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256, Sha512};

use crate::model::arrange::Arrange as _;
use crate::model::name::{NotAName, text_type};

/// A SHA-256 sum: 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sha256Sum(String);

text_type!(Sha256Sum);

impl Sha256Sum {
    /// Returns the sum of these bytes.
    pub fn of(bytes: impl AsRef<[u8]>) -> Self {
        Self::finish(Sha256::new_with_prefix(bytes))
    }

    /// Returns the sum of what was fed to a digest piece by piece.
    pub fn finish(digest: Sha256) -> Self {
        Self(hexadecimal(&digest.finalize()))
    }
}

/// Returns the SHA-512 sum of bytes: 128 lower-case hexadecimal digits.
pub fn sha512(bytes: impl AsRef<[u8]>) -> String {
    hexadecimal(&Sha512::digest(bytes))
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

impl FromStr for Sha256Sum {
    type Err = NotAName;

    /// Capital digits are read, too, as coreutils does.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            true => Ok(Self(text.to_ascii_lowercase())),
            false => Err(NotAName::new("a SHA-256 sum", text, "it must have 64 hexadecimal digits")),
        }
    }
}

/// One file and its sum.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Sum {
    /// The name of the file. May come from a stranger.
    pub name: String,
    /// Its sum.
    pub sha256: Sha256Sum,
}

/// What is wrong with a list of sums.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadSums {
    /// A line is not of the form.
    #[error("line {0} is not '<64 digits>  <name>'")]
    Line(usize),
    /// A name stands twice.
    #[error("'{}' stands twice", .0.escape_debug())]
    Twice(String),
    /// It is empty.
    #[error("it lists no file")]
    Empty,
}

/// A list of sums, sorted by name, each name once. Never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sums(Vec<Sum>);

impl Sums {
    /// Makes a list.
    ///
    /// # Errors
    /// When there is no file in it, or one twice.
    pub fn new(mut sums: Vec<Sum>) -> Result<Self, BadSums> {
        sums.arrange();
        if let Some(pair) = sums.windows(2).find(|pair| pair[0].name == pair[1].name) {
            return Err(BadSums::Twice(pair[0].name.clone()));
        }
        if sums.is_empty() { Err(BadSums::Empty) } else { Ok(Self(sums)) }
    }

    /// The files, sorted by name.
    pub fn files(&self) -> &[Sum] {
        &self.0
    }
}

impl FromStr for Sums {
    type Err = BadSums;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let lines = text.lines().enumerate().filter(|(_, line)| !line.is_empty());
        Self::new(lines.map(|(at, line)| read(line).ok_or(BadSums::Line(at + 1))).collect::<Result<_, _>>()?)
    }
}

fn read(line: &str) -> Option<Sum> {
    let (escaped, line) = line.strip_prefix('\\').map_or((false, line), |line| (true, line));
    let (sum, name) = line.split_at_checked(64)?;
    let name = name.strip_prefix("  ").or_else(|| name.strip_prefix(" *")).filter(|name| !name.is_empty())?;
    let name = if escaped { unescape(name)? } else { name.to_owned() };
    Some(Sum { name, sha256: sum.parse().ok()? })
}

fn unescape(name: &str) -> Option<String> {
    let (mut plain, mut chars) = (String::new(), name.chars());
    while let Some(c) = chars.next() {
        plain.push(match c {
            '\\' => match chars.next()? {
                '\\' => '\\',
                'n' => '\n',
                'r' => '\r',
                _ => return None,
            },
            c => c,
        });
    }
    Some(plain)
}

impl fmt::Display for Sums {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Sum { name, sha256 } in &self.0 {
            if name.contains(['\\', '\n', '\r']) {
                let name = name.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r");
                writeln!(f, "\\{sha256}  {name}")?;
            } else {
                writeln!(f, "{sha256}  {name}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sum(name: &str, digit: char) -> Sum {
        let sha256 = digit.to_string().repeat(64).parse().expect("a sum");
        Sum { name: name.to_owned(), sha256 }
    }

    #[test]
    fn a_list_is_sorted_and_names_each_file_once() {
        let sums = Sums::new(vec![sum("b", '1'), sum("a\\n\n", '2')]).expect("a list");
        assert_eq!(sums.to_string(), format!("\\{}  a\\\\n\\n\n{}  b\n", "2".repeat(64), "1".repeat(64)));
        assert_eq!(Sums::new(vec![sum("a", '1'), sum("a", '2')]), Err(BadSums::Twice("a".to_owned())));
        assert_eq!(Sums::new(Vec::new()), Err(BadSums::Empty));
    }

    #[test]
    fn what_is_not_of_the_form_is_refused() {
        let digits = "a".repeat(64);
        assert!(format!("{digits} *a\n").parse::<Sums>().is_ok());
        for bad in [
            "x".to_owned(),
            format!("{digits} a"),
            format!("{digits}  "),
            format!("{}  a", "g".repeat(64)),
            format!("\\{digits}  a\\t"),
            format!("{}é  a", "a".repeat(63)),
        ] {
            assert_eq!(format!("\n{bad}\n").parse::<Sums>(), Err(BadSums::Line(2)), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_list_reads_back_what_it_writes(names in prop::collection::btree_set("[a-z\\\\\n\r *]{1,8}", 1..6)) {
            let sums = Sums::new(names.iter().map(|name| sum(name, 'c')).collect()).expect("a list");
            prop_assert_eq!(sums.to_string().parse::<Sums>(), Ok(sums));
        }
    }
}
