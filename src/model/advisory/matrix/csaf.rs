//! What a CSAF document says of versions: by the products of its tree and their status (CSAF 2.0, 3.2.2 and 3.2.3.9).

use std::cmp::Ordering;
use std::collections::HashMap;

use semver::Version;
use serde_json::Value;

use super::{Said, Subject, list, texts};
use crate::model::advisory::order::Bound;
use crate::model::advisory::package::Ecosystem;

/// The lists of `product_status`, and what it means to be in one. What is in `first_fixed` or `recommended` is in another one as well.
const GROUPS: [(&str, Said); 7] = [
    ("known_affected", Said::Affected),
    ("first_affected", Said::Affected),
    ("last_affected", Said::Affected),
    ("fixed", Said::NotAffected),
    ("first_fixed", Said::NotAffected),
    ("known_not_affected", Said::NotAffected),
    ("under_investigation", Said::Unknown),
];

/// The product that is exactly the version counts, else the ranges that have it. Where both have a status and they differ, the document
/// contradicts itself.
pub(super) fn says(document: &Value, subject: &Subject<'_>, versions: &[&Version]) -> Vec<Said> {
    let mut tree = Products::default();
    for branch in list(&document["product_tree"], "branches") {
        tree.read(branch, subject, Place::Outside);
    }
    let mut status: HashMap<&str, Said> = HashMap::new();
    for vulnerability in list(document, "vulnerabilities") {
        for (group, said) in GROUPS {
            for id in texts(&vulnerability["product_status"], group) {
                let known = status.entry(id).or_insert(said);
                if *known != said {
                    *known = Said::Contradicts;
                }
            }
        }
    }
    let ranges: Option<Vec<(Vers, Option<Said>)>> = tree
        .ranges
        .iter()
        .map(|(text, id)| Some((Vers::read(text, subject.ecosystem())?, status.get(id).copied())))
        .collect();
    let Some(ranges) = ranges else { return vec![Said::Unreadable; versions.len()] };
    let one = |version: &&Version| {
        let ids = tree.versions.get(subject.spell(version).as_str()).into_iter().flatten();
        let exact = ids.filter_map(|id| status.get(id)).copied();
        let within = ranges.iter().filter(|(vers, _)| vers.contains(version)).filter_map(|(_, said)| *said);
        let mut all = exact.chain(within);
        let Some(first) = all.next() else { return Said::Nothing };
        if all.all(|other| other == first) { first } else { Said::Contradicts }
    };
    versions.iter().map(one).collect()
}

/// Where a branch of the tree is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Outside,
    Inside,
}

/// The products of one package, by what their branches are called.
#[derive(Default)]
struct Products<'v> {
    versions: HashMap<&'v str, Vec<&'v str>>,
    ranges: Vec<(&'v str, &'v str)>,
}

impl<'v> Products<'v> {
    fn read(&mut self, branch: &'v Value, subject: &Subject<'_>, place: Place) {
        let text = |key: &str| branch.get(key).and_then(Value::as_str).unwrap_or_default();
        let name = text("name");
        let id = branch["product"]["product_id"].as_str();
        let mut inside = place;
        match (text("category"), id) {
            ("product_name", _) => inside = if is_called(subject, name) { Place::Inside } else { Place::Outside },
            ("product_version", Some(id)) if place == Place::Inside => self.versions.entry(name).or_default().push(id),
            ("product_version_range", Some(id)) if place == Place::Inside => self.ranges.push((name, id)),
            _ => {}
        }
        for below in list(branch, "branches") {
            self.read(below, subject, inside);
        }
    }
}

/// Two packages of one name are told apart by their ecosystem in brackets.
fn is_called(subject: &Subject<'_>, name: &str) -> bool {
    let long = subject.ecosystem().map(|ecosystem| format!("{} ({ecosystem})", subject.name));
    name == subject.name || long.is_some_and(|long| name == long)
}

/// A range of versions (`purl-spec`, VERSION-RANGE-SPEC).
struct Vers {
    is_all: bool,
    single: Vec<(bool, Bound)>,
    ranged: Vec<Comparison>,
}

/// A comparison: on which side of a range it stands, the operator, and what with.
type Comparison = (Side, fn(Ordering) -> bool, Bound);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Lower,
    Upper,
}

impl Vers {
    fn read(text: &str, ecosystem: Option<Ecosystem>) -> Option<Self> {
        let (_, constraints) = text.strip_prefix("vers:")?.split_once('/')?;
        let mut found = Self { is_all: false, single: Vec::new(), ranged: Vec::new() };
        for constraint in constraints.split('|') {
            if constraint == "*" {
                found.is_all = true;
                continue;
            }
            let end = constraint.find(|c: char| !"<>=!".contains(c))?;
            let bound = Bound::read(&decoded(&constraint[end..])?, ecosystem)?;
            match &constraint[..end] {
                "" | "=" => found.single.push((true, bound)),
                "!=" => found.single.push((false, bound)),
                "<" => found.ranged.push((Side::Upper, Ordering::is_lt, bound)),
                "<=" => found.ranged.push((Side::Upper, Ordering::is_le, bound)),
                ">" => found.ranged.push((Side::Lower, Ordering::is_gt, bound)),
                ">=" => found.ranged.push((Side::Lower, Ordering::is_ge, bound)),
                _ => return None,
            }
        }
        Some(found)
    }

    /// Says whether a version is in the range, as the section "Checking if a version is contained within a range" has it.
    fn contains(&self, version: &Version) -> bool {
        if self.is_all {
            return true;
        }
        if let Some((is_in, _)) = self.single.iter().find(|(_, bound)| bound.compare(version).is_eq()) {
            return *is_in;
        }
        let holds = |at: usize| {
            let (_, is, bound) = &self.ranged[at];
            is(bound.compare(version))
        };
        let side = |at: usize| self.ranged[at].0;
        let Some(last) = self.ranged.len().checked_sub(1) else { return false };
        if side(0) == Side::Upper && holds(0) || side(last) == Side::Lower && holds(last) {
            return true;
        }
        (0..last).any(|at| side(at) == Side::Lower && side(at + 1) == Side::Upper && holds(at) && holds(at + 1))
    }
}

/// Takes away percent-encoding.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let digits = std::str::from_utf8(rest.get(..2)?).ok()?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = &rest[2..];
    }
    String::from_utf8(bytes).ok()
}
