//! What a job's token may do.

use std::collections::BTreeMap;
use std::fmt;

use super::yaml::{Node, What};
use super::{Result, Trouble};

/// How far one permission goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    None,
    Read,
    Write,
}

/// The names that `permissions:` may have, as "Workflow syntax" of GitHub's documentation lists them, with the most that each may be.
const NAMES: [(&str, Access); 16] = [
    ("actions", Access::Write),
    ("artifact-metadata", Access::Write),
    ("attestations", Access::Write),
    ("checks", Access::Write),
    ("contents", Access::Write),
    ("deployments", Access::Write),
    ("discussions", Access::Write),
    ("id-token", Access::Write),
    ("issues", Access::Write),
    ("models", Access::Read),
    ("packages", Access::Write),
    ("pages", Access::Write),
    ("pull-requests", Access::Write),
    ("repository-projects", Access::Write),
    ("security-events", Access::Write),
    ("statuses", Access::Write),
];

/// The permissions of a token by their names in YAML. What is not named is not allowed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Permissions(BTreeMap<&'static str, Access>);

impl Permissions {
    /// What a repository gives where a workflow says nothing: to read contents and packages, the default of new repositories.
    pub fn restricted() -> Self {
        Self(BTreeMap::from([("contents", Access::Read), ("packages", Access::Read)]))
    }

    /// Reads the value of `permissions:`.
    pub fn read(node: &Node) -> Result<Self> {
        let all = |access: Access| Self(NAMES.iter().map(|(name, most)| (*name, access.min(*most))).collect());
        match &node.what {
            What::Text(text) if text == "read-all" => return Ok(all(Access::Read)),
            What::Text(text) if text == "write-all" => return Ok(all(Access::Write)),
            _ => {}
        }
        let mut permissions = BTreeMap::new();
        for entry in node.entries()? {
            let wrong = |what: &str| Trouble::new(format!("line {}: {what} '{}'", entry.line, entry.key));
            let (name, most) =
                NAMES.iter().find(|(name, _)| *name == entry.key).ok_or_else(|| wrong("unknown permission"))?;
            let access = match entry.value.text()? {
                "none" => Access::None,
                "read" if entry.key != "id-token" => Access::Read,
                "write" if *most == Access::Write => Access::Write,
                _ => return Err(wrong("unexpected value of the permission")),
            };
            permissions.insert(*name, access);
        }
        Ok(Self(permissions))
    }

    /// How far a permission goes.
    pub fn get(&self, name: &str) -> Access {
        self.0.get(name).copied().unwrap_or(Access::None)
    }

    /// The first permission that goes further than these.
    pub fn beyond(&self, allowed: &Self) -> Option<(&'static str, Access, Access)> {
        let all = self.0.iter().map(|(name, access)| (*name, *access, allowed.get(name)));
        all.into_iter().find(|(_, wanted, allowed)| wanted > allowed)
    }

    /// What is allowed, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, Access)> {
        self.0.iter().map(|(name, access)| (*name, *access)).filter(|(_, access)| *access != Access::None)
    }
}

impl fmt::Display for Access {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::None => "none",
            Self::Read => "read",
            Self::Write => "write",
        })
    }
}
