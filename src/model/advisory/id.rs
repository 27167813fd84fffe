//! The names of an advisory: its own, and those that others gave to the same flaw.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::name::{NotAName, is_unprintable, text_type};

/// The prefix of a project's own identifiers: `GSA`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Prefix(String);

text_type!(Prefix);

impl FromStr for Prefix {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        let taken = matches!(text, "CVE" | "GHSA");
        match plain && (2..=16).contains(&text.len()) && text.starts_with(|c: char| c.is_ascii_uppercase()) && !taken {
            true => Ok(Self(text.to_owned())),
            false => Err(NotAName::new(
                "a prefix of advisories",
                text,
                "write two to sixteen capital letters and digits, a letter first, and neither 'CVE' nor 'GHSA'",
            )),
        }
    }
}

/// The identifier of an advisory: `GSA-2026-001`. They are ordered by prefix, year and number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AdvisoryId {
    prefix: Prefix,
    year: u16,
    number: u32,
}

impl AdvisoryId {
    /// Returns the first identifier of a year. `None`: the year has not four digits.
    pub fn first(prefix: Prefix, year: i32) -> Option<Self> {
        let year = u16::try_from(year).ok().filter(|year| (1000..=9999).contains(year))?;
        Some(Self { prefix, year, number: 1 })
    }

    /// Returns the one that follows in its year. `None`: there is no number after its own.
    pub fn next(&self) -> Option<Self> {
        Some(Self { number: self.number.checked_add(1)?, ..self.clone() })
    }

    /// Returns its prefix.
    pub fn prefix(&self) -> &Prefix {
        &self.prefix
    }

    /// Returns its year.
    pub fn year(&self) -> u16 {
        self.year
    }

    /// Returns its number within the year.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Returns the name of its source, below the folder of advisories.
    pub fn file_name(&self) -> String {
        format!("{self}.md")
    }
}

impl fmt::Display for AdvisoryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}-{}-{:03}", self.prefix, self.year, self.number))
    }
}

impl FromStr for AdvisoryId {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const RULE: &str = "write 'PREFIX-YEAR-NUMBER', the number with three digits or more, such as 'GSA-2026-001'";
        let refused = || NotAName::new("an advisory", text, RULE);
        let mut parts = text.split('-');
        let (Some(prefix), Some(year), Some(number), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(refused());
        };
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let is_plain = year.len() == 4 && !year.starts_with('0') && digits(year) && number.len() >= 3 && digits(number);
        let is_padded = number.len() > 3 && number.starts_with('0');
        if !is_plain || is_padded {
            return Err(refused());
        }
        let (Ok(prefix), Ok(year), Ok(number)) = (prefix.parse(), year.parse(), number.parse()) else {
            return Err(refused());
        };
        if number == 0 { Err(refused()) } else { Ok(Self { prefix, year, number }) }
    }
}

impl TryFrom<String> for AdvisoryId {
    type Error = NotAName;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<AdvisoryId> for String {
    fn from(id: AdvisoryId) -> Self {
        id.to_string()
    }
}

impl JsonSchema for AdvisoryId {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "AdvisoryId".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[A-Z][A-Z0-9]{1,15}-[1-9][0-9]{3}-[0-9]{3,}$" })
    }
}

/// An identifier of the CVE list (CVE record format 5.1.1, `cveId`): `CVE-2026-1234`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CveId(String);

text_type!(CveId);

impl FromStr for CveId {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let parts = text.strip_prefix("CVE-").and_then(|rest| rest.split_once('-'));
        match parts {
            Some((year, number))
                if year.len() == 4 && (4..=19).contains(&number.len()) && digits(year) && digits(number) =>
            {
                Ok(Self(text.to_owned()))
            }
            Some(_) | None => Err(NotAName::new("a CVE identifier", text, "write it as 'CVE-2026-1234'")),
        }
    }
}

/// An identifier of GitHub's advisory database: `GHSA-` and three groups of four signs of `23456789cfghjmpqrvwx`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct GhsaId(String);

text_type!(GhsaId);

impl FromStr for GhsaId {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let group = |part: &str| part.len() == 4 && part.bytes().all(|byte| b"23456789cfghjmpqrvwx".contains(&byte));
        let groups: Vec<&str> = text.strip_prefix("GHSA-").map(|rest| rest.split('-').collect()).unwrap_or_default();
        match groups.len() == 3 && groups.iter().all(|part| group(part)) {
            true => Ok(Self(text.to_owned())),
            false => Err(NotAName::new("a GHSA identifier", text, "copy it from GitHub: 'GHSA-xxxx-xxxx-xxxx'")),
        }
    }
}

/// A name that a third list has for the same flaw, such as `RUSTSEC-2026-0001`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Alias(String);

text_type!(Alias);

impl FromStr for Alias {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte));
        match plain && (4..=64).contains(&text.len()) && text.contains('-') && !text.starts_with('-') {
            true if text.starts_with("CVE-") || text.starts_with("GHSA-") => Err(NotAName::new(
                "another name of the flaw",
                text,
                "CVE and GHSA identifiers have keys of their own: 'cve' and 'ghsa'",
            )),
            true => Ok(Self(text.to_owned())),
            false => {
                Err(NotAName::new("another name of the flaw", text, "write it as its list has it: 'RUSTSEC-2026-0001'"))
            }
        }
    }
}

/// A weakness of the Common Weakness Enumeration, with its name where the source gives one: `CWE-79`, or `CWE-79 NAME`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cwe {
    number: u32,
    name: Option<String>,
}

impl Cwe {
    /// Returns its identifier: `CWE-79`.
    pub fn id(&self) -> String {
        format!("CWE-{}", self.number)
    }

    /// Returns its name as the enumeration has it: the known one, or else the one that was given. `None`: it has none, or a wrong one.
    pub fn name(&self) -> Option<&str> {
        match self.misnamed() {
            Some(_) => None,
            None => self.known().or(self.name.as_deref()),
        }
    }

    /// Returns its name in the enumeration, where another one was given.
    pub fn misnamed(&self) -> Option<&'static str> {
        self.known().filter(|known| self.name.as_ref().is_some_and(|name| name != known))
    }

    fn known(&self) -> Option<&'static str> {
        KNOWN_CWES.iter().find(|(number, _)| *number == self.number).map(|(_, name)| *name)
    }
}

/// The names of weaknesses that are seen often (Common Weakness Enumeration 4.16). The name of another one is taken as it is given.
const KNOWN_CWES: &[(u32, &str)] = &[
    (20, "Improper Input Validation"),
    (22, "Improper Limitation of a Pathname to a Restricted Directory ('Path Traversal')"),
    (59, "Improper Link Resolution Before File Access ('Link Following')"),
    (77, "Improper Neutralization of Special Elements used in a Command ('Command Injection')"),
    (78, "Improper Neutralization of Special Elements used in an OS Command ('OS Command Injection')"),
    (79, "Improper Neutralization of Input During Web Page Generation ('Cross-site Scripting')"),
    (89, "Improper Neutralization of Special Elements used in an SQL Command ('SQL Injection')"),
    (94, "Improper Control of Generation of Code ('Code Injection')"),
    (119, "Improper Restriction of Operations within the Bounds of a Memory Buffer"),
    (120, "Buffer Copy without Checking Size of Input ('Classic Buffer Overflow')"),
    (121, "Stack-based Buffer Overflow"),
    (122, "Heap-based Buffer Overflow"),
    (125, "Out-of-bounds Read"),
    (190, "Integer Overflow or Wraparound"),
    (200, "Exposure of Sensitive Information to an Unauthorized Actor"),
    (269, "Improper Privilege Management"),
    (276, "Incorrect Default Permissions"),
    (287, "Improper Authentication"),
    (306, "Missing Authentication for Critical Function"),
    (352, "Cross-Site Request Forgery (CSRF)"),
    (400, "Uncontrolled Resource Consumption"),
    (415, "Double Free"),
    (416, "Use After Free"),
    (434, "Unrestricted Upload of File with Dangerous Type"),
    (476, "NULL Pointer Dereference"),
    (502, "Deserialization of Untrusted Data"),
    (601, "URL Redirection to Untrusted Site ('Open Redirect')"),
    (611, "Improper Restriction of XML External Entity Reference"),
    (787, "Out-of-bounds Write"),
    (798, "Use of Hard-coded Credentials"),
    (862, "Missing Authorization"),
    (863, "Incorrect Authorization"),
    (918, "Server-Side Request Forgery (SSRF)"),
];

impl fmt::Display for Cwe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => f.pad(&format!("CWE-{} {name}", self.number)),
            None => f.pad(&self.id()),
        }
    }
}

impl FromStr for Cwe {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || {
            let rule =
                "write 'CWE-79', or with its name as the enumeration has it: 'CWE-79 Improper Neutralization of …'";
            NotAName::new("a weakness", text, rule)
        };
        let rest = text.strip_prefix("CWE-").ok_or_else(refused)?;
        let (number, name) = match rest.split_once(' ') {
            Some((number, name)) => (number.trim_end_matches(':'), Some(name.trim())),
            None => (rest, None),
        };
        let is_number = !number.starts_with('0') && number.bytes().all(|byte| byte.is_ascii_digit());
        let is_name = name.is_none_or(|name| !name.is_empty() && !name.chars().any(is_unprintable));
        if !is_number || !is_name {
            return Err(refused());
        }
        let number = number.parse().map_err(|_| refused())?;
        Ok(Self { number, name: name.map(str::to_owned) })
    }
}

impl TryFrom<String> for Cwe {
    type Error = NotAName;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Cwe> for String {
    fn from(cwe: Cwe) -> Self {
        cwe.to_string()
    }
}

impl JsonSchema for Cwe {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Cwe".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^CWE-[1-9][0-9]*( .+)?$" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_what_their_lists_say() {
        for text in ["GSA-2026-001", "GSA-2026-1000", "A1-1999-999"] {
            assert_eq!(text.parse::<AdvisoryId>().expect(text).to_string(), text);
        }
        for text in [
            "GSA-2026-01",
            "GSA-2026-000",
            "GSA-2026-0100",
            "gsa-2026-001",
            "GSA-26-001",
            "GSA-2026-001-1",
            "CVE-2026-001",
        ] {
            assert!(text.parse::<AdvisoryId>().is_err(), "{text}");
        }
        for (text, fits) in [
            ("CVE-2026-1234", true),
            ("CVE-2026-1234567", true),
            ("CVE-2026-123", false),
            ("cve-2026-1234", false),
            ("CVE-2026-12a4", false),
        ] {
            assert_eq!(text.parse::<CveId>().is_ok(), fits, "{text}");
        }
        for (text, fits) in
            [("GHSA-2345-6789-cfgh", true), ("GHSA-2345-6789", false), ("GHSA-1234-6789-cfgh", false), ("GHSA-", false)]
        {
            assert_eq!(text.parse::<GhsaId>().is_ok(), fits, "{text}");
        }
        for (text, fits) in [("RUSTSEC-2026-0001", true), ("CVE-2026-1234", false), ("a b-c", false), ("-abcd", false)]
        {
            assert_eq!(text.parse::<Alias>().is_ok(), fits, "{text}");
        }
        let named: Cwe = "CWE-79: Cross-site Scripting".parse().expect("a weakness");
        assert_eq!((named.id(), named.name()), ("CWE-79".to_owned(), None));
        assert!(named.misnamed().is_some_and(|name| name.contains("Web Page Generation")));
        let bare: Cwe = "CWE-125".parse().expect("a weakness");
        assert_eq!((bare.name(), bare.to_string().as_str()), (Some("Out-of-bounds Read"), "CWE-125"));
        let other: Cwe = "CWE-4321 Something".parse().expect("a weakness");
        assert_eq!((other.name(), other.misnamed()), (Some("Something"), None));
        for text in ["79", "CWE-", "CWE-0", "CWE-7x", "CWE-7 ", "CWE-7 a\nb"] {
            assert!(text.parse::<Cwe>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_next_identifier_counts_within_its_year() {
        let prefix: Prefix = "GSA".parse().expect("a prefix");
        let first = AdvisoryId::first(prefix.clone(), 2026).expect("a year");
        assert_eq!(first.to_string(), "GSA-2026-001");
        let last: AdvisoryId = "GSA-2026-999".parse().expect("an identifier");
        assert_eq!(last.next().expect("a number").to_string(), "GSA-2026-1000");
        assert!(first < last && last < last.next().expect("a number"));
        assert_eq!(AdvisoryId::first(prefix, 26), None);
    }
}
