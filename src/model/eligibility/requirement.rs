//! What versions a requirement lets in, as far as major versions go.
//!
//! A major version is what semantic versioning lets break: the first number that is not zero, so `0.3` to `0.4` counts too. The
//! operators are those of npm, Cargo, Composer, Bundler and PEP 440, whose differences stay within a major version.

/// The three numbers of a version; what is not said is zero.
type Numbers = (u64, u64, u64);

/// From which major version on, and up to which one, a requirement lets versions in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Bounds {
    /// The lowest major version; `None`: any.
    floor: Option<Numbers>,
    /// The first major version that is kept out; `None`: none is.
    ceiling: Option<Numbers>,
}

/// What a change of a requirement means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It stays within the major versions that were let in before.
    Within,
    /// A major version that was let in before is no longer, and a higher one is.
    Raised,
    /// It cannot be told: a higher major version is let in as well, or the requirement is in no form that is known.
    Unsure,
}

/// Compares a requirement with what it becomes.
pub fn step(from: &str, to: &str) -> Step {
    let ([from, to], aliases) = unaliased(from, to);
    if from == to && aliases {
        return Step::Within;
    }
    // What lies in the same repository is no version of others.
    if [from, to].iter().all(|one| is_local(one)) {
        return Step::Within;
    }
    let (true, Some(from), Some(to)) = (aliases, bounds(from), bounds(to)) else { return Step::Unsure };
    match (from.floor, to.floor) {
        (Some(before), Some(after)) if after > before => return Step::Raised,
        (None, Some(_)) => return Step::Unsure,
        (Some(_) | None, Some(_) | None) => {}
    }
    match (from.ceiling, to.ceiling) {
        (Some(before), Some(after)) if after > before => Step::Unsure,
        (Some(_), None) => Step::Unsure,
        (Some(_) | None, Some(_) | None) => Step::Within,
    }
}

/// Takes the other name off: `npm:other@^1.0.0`. Says whether it is the same one in both.
fn unaliased<'t>(from: &'t str, to: &'t str) -> ([&'t str; 2], bool) {
    let split = |text: &'t str| match text.trim().strip_prefix("npm:").and_then(|rest| rest.rsplit_once('@')) {
        Some((name, wanted)) if !name.is_empty() => (Some(name), wanted),
        Some(_) | None => (None, text.trim()),
    };
    let (from, to) = (split(from), split(to));
    ([from.1, to.1], from.0 == to.0)
}

fn is_local(requirement: &str) -> bool {
    let fronts = ["workspace:", "file:", "link:", "portal:", "path:", "catalog:"];
    fronts.iter().any(|front| requirement.starts_with(front))
}

/// Reads a requirement. `None`: it is in no form that is known, such as an address, a branch or the name of a release.
fn bounds(requirement: &str) -> Option<Bounds> {
    let each = requirement.split('|').filter(|one| !one.trim().is_empty()).map(all_of).collect::<Option<Vec<_>>>()?;
    let Some(first) = each.first().copied() else { return Some(Bounds { floor: None, ceiling: None }) };
    Some(each.iter().fold(first, |known, one| Bounds {
        floor: known.floor.zip(one.floor).map(|(a, b)| a.min(b)),
        ceiling: known.ceiling.zip(one.ceiling).map(|(a, b)| a.max(b)),
    }))
}

/// Reads comparators that must all hold: `>=1.2 <3`, `>=1.2, <3`, `1.2 - 3.4`.
fn all_of(alternative: &str) -> Option<Bounds> {
    if let Some((low, high)) = alternative.split_once(" - ") {
        let (low, high) = (numbers(low.trim())?, numbers(high.trim())?);
        return Some(Bounds { floor: low.map(major), ceiling: high.map(next) });
    }
    let mut bounds = Bounds { floor: None, ceiling: None };
    let operator = |c: char| "^~<>=!".contains(c);
    let mut rest = alternative.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')'));
    while !rest.is_empty() {
        let (sign, behind) = rest.split_at(rest.find(|c| !operator(c)).unwrap_or(rest.len()));
        let behind = behind.trim_start();
        let end =
            behind.find(|c: char| c.is_whitespace() || c == ',' || c == ')' || operator(c)).unwrap_or(behind.len());
        let (version, behind) = behind.split_at(end);
        let wanted = numbers(version)?;
        let (low, high) = match (sign, wanted) {
            ("!=", _) | (_, None) => (None, None),
            (">" | ">=", Some(version)) => (Some(major(version)), None),
            ("<", Some(version)) if version == major(version) && version != (0, 0, 0) => (None, Some(version)),
            ("<" | "<=", Some(version)) => (None, Some(next(version))),
            ("" | "=" | "==" | "===" | "^" | "~" | "~=" | "~>" | "^=", Some(version)) => {
                (Some(major(version)), Some(next(version)))
            }
            (_, Some(_)) => return None,
        };
        bounds.floor = bounds.floor.max(low);
        bounds.ceiling = match (bounds.ceiling, high) {
            (Some(known), Some(high)) => Some(known.min(high)),
            (known, high) => known.or(high),
        };
        rest = behind.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')'));
    }
    Some(bounds)
}

/// Reads a version such as `v1.2`, `1.x`, `1.2.*` or `1.2.3-rc.1`. The inner `None`: any version. The outer one: it is none.
fn numbers(version: &str) -> Option<Option<Numbers>> {
    let version = version.trim_start_matches(['v', 'V']);
    if matches!(version, "*" | "x" | "X") {
        return Some(None);
    }
    let end =
        version.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '*' | 'x' | 'X'))).unwrap_or(version.len());
    let (plain, tail) = version.split_at(end);
    // A pre-release or a build; an epoch and an address are none.
    let tail_fits = tail.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+' | '_'));
    let mut parts = plain.split('.');
    let first = parts.next()?.parse().ok()?;
    let mut next = || parts.next().and_then(|part| part.parse().ok()).unwrap_or(0);
    tail_fits.then(|| Some((first, next(), next())))
}

fn major(version: Numbers) -> Numbers {
    match version {
        (0, 0, patch) => (0, 0, patch),
        (0, minor, _) => (0, minor, 0),
        (major, ..) => (major, 0, 0),
    }
}

fn next(version: Numbers) -> Numbers {
    match version {
        (0, 0, patch) => (0, 0, patch.saturating_add(1)),
        (0, minor, _) => (0, minor.saturating_add(1), 0),
        (major, ..) => (major.saturating_add(1), 0, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_over_a_major_version_is_told_from_one_that_only_may_be() {
        use Step::{Raised, Unsure, Within};
        let table = [
            ("^1.2.3", "^2.0.0", Raised),
            ("1.2.3", "1.9.0", Within),
            ("~0.3.1", "~0.4.0", Raised),
            ("0.3.1", "0.3.9", Within),
            ("0.0.3", "0.0.4", Raised),
            ("0.9", "1.0", Raised),
            ("2.0.0", "1.0.0", Within),
            (">=1.0,<3", ">=2.0,<3", Raised),
            (">= 1.0, < 3", ">= 1.4, < 3", Within),
            ("v1.2.3", "v2.0.0", Raised),
            ("1.x", "2.x", Raised),
            ("1.2.*", "1.4.*", Within),
            ("^1.0 || ^2.0", "^2.0", Raised),
            ("1.2 - 1.9", "1.3 - 1.9", Within),
            ("~> 5.0", "~> 7.0", Raised),
            ("==1.0", "==2.0", Raised),
            ("==1.0rc1", "==1.0", Within),
            ("^1", "*", Unsure),
            ("^1", "", Unsure),
            (">=1 <2", ">=1 <99", Unsure),
            (">=1,<2", ">=1", Unsure),
            (">=1", ">=1.5", Within),
            (">=1", "^1", Within),
            ("^1 || ^2", "^1 || ^2 || ^3", Unsure),
            ("*", "^2", Unsure),
            ("<3", ">=2,<3", Unsure),
            ("<1.5", "<1.9", Within),
            ("<2", "<2.1", Unsure),
            ("<=1.9", "<2", Within),
            ("latest", "2.0.0", Unsure),
            ("1!2.0", "1!3.0", Unsure),
            ("workspace:1.0.0", "workspace:2.0.0", Within),
            ("npm:x@^1.0.0", "npm:x@^2.0.0", Raised),
            ("npm:x@^1.0.0", "npm:x@^1.1.0", Within),
            ("npm:x@^1.0.0", "npm:y@^1.0.0", Unsure),
            ("^1.0.0", "npm:y@^1.0.0", Unsure),
            ("git+https://x.example/a#v1", "git+https://x.example/a#v2", Unsure),
            ("github:a/b#1", "github:a/b#2", Unsure),
        ];
        for (from, to, expected) in table {
            assert_eq!(step(from, to), expected, "{from} -> {to}");
            assert_eq!(step(from, from), Within, "{from}");
        }
    }
}
