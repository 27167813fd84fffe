//! Versions that are written in another way than Semantic Versioning has it, and whose order is known nevertheless.

use semver::{BuildMetadata, Prerelease, Version};

/// The name of a release, taken apart: numbers, and one word behind them with or without a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts<'t> {
    /// Two or more numbers.
    pub numbers: Vec<u64>,
    /// The word; empty: there is none.
    pub word: &'t str,
    /// Its number.
    pub number: Option<u64>,
    /// Whether its number stands right behind it.
    pub is_tight: bool,
}

/// Takes the name of a release apart. `None`: it has another form.
pub fn parts(text: &str) -> Option<Parts<'_>> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let core = text[..end].trim_end_matches('.');
    let rest = text[core.len()..].trim_start_matches(['.', '-', '_']);
    if text.len() - core.len() > rest.len() + 1 || (rest.is_empty() && core.len() != text.len()) {
        return None;
    }
    let numbers: Vec<u64> = core.split('.').map(number).collect::<Option<_>>()?;
    let digits = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
    let behind = if digits == rest.len() { None } else { Some(number(&rest[digits..])?) };
    let word = rest[..digits].trim_end_matches(['.', '-', '_']);
    let is_word = rest.is_empty() || !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    let parts = Parts { numbers, word, number: behind, is_tight: behind.is_some() && word.len() == digits };
    (is_word && parts.numbers.len() > 1).then_some(parts)
}

/// Reads the name of a release. Besides Semantic Versioning 2.0.0, it takes two numbers (`2.3` is `2.3.0`), and what PEP 440 puts behind
/// two or three: one of `a1`, `b1`, `rc1`, `.dev1` and `.post1`, with other words for them that its section "Normalization" lists; of those,
/// `pre` and `preview` stay what they are, for only Python takes them for `rc`.
///
/// What comes of it is ordered as PEP 440 orders it: `.dev1` becomes `-0.dev.1`, before all pre-releases; `a1`, `b1` and `rc1` become
/// `-alpha.1`, `-beta.1` and `-rc.1`; `.post1` becomes `+post.1`, behind the release.
///
/// `None`: it is anything else. Its order is then not known.
pub fn read(text: &str) -> Option<Version> {
    if let Ok(version) = Version::parse(text) {
        return Some(version);
    }
    let parts = parts(text).filter(|parts| parts.numbers.len() < 4)?;
    let word = match parts.word.to_ascii_lowercase().as_str() {
        "" => "",
        "dev" => "0.dev",
        "a" | "alpha" => "alpha",
        "b" | "beta" => "beta",
        "rc" | "c" => "rc",
        "pre" => "pre",
        "preview" => "preview",
        "post" | "rev" | "r" => "+post",
        _ => return None,
    };
    parts.version(word, Some(parts.number.unwrap_or(0)))
}

impl Parts<'_> {
    /// Makes a version of the numbers with a word behind them, as Semantic Versioning orders it: that of a pre-release, that of a release
    /// behind the release where it begins with `+`, or none. A fourth number becomes `+sub`. `None`: it cannot have both.
    pub fn version(&self, word: &str, number: Option<u64>) -> Option<Version> {
        let [major, minor, rest @ ..] = self.numbers.as_slice() else { return None };
        let mut version = Version::new(*major, *minor, rest.first().copied().unwrap_or(0));
        let text = number.map_or_else(|| word.to_owned(), |number| format!("{word}.{number}"));
        match (rest, word.strip_prefix('+')) {
            ([] | [_] | [_, 0], _) if word.is_empty() => {}
            ([_, fourth], _) if word.is_empty() => version.build = BuildMetadata::new(&format!("sub.{fourth}")).ok()?,
            ([] | [_], Some(_)) => version.build = BuildMetadata::new(&text[1..]).ok()?,
            ([] | [_], None) => version.pre = Prerelease::new(&text).ok()?,
            _ => return None,
        }
        Some(version)
    }
}

/// Returns what puts a version behind the release of its numbers, as [`read`] and [`Parts::version`] have it, in the order in which the
/// words stand: a patch of it (`+patch.1`), a release behind it (PEP 440, "Post-releases": `+post.1`), a fourth number (`+sub.1`).
pub fn behind(version: &Version) -> Option<(&str, u64)> {
    let (word, digits) = version.build.as_str().split_once('.')?;
    ["patch", "post", "sub"].contains(&word).then(|| number(digits).map(|number| (word, number))).flatten()
}

/// Returns the number of a release before all pre-releases of a version (PEP 440, "Developmental releases"), as [`read`] has it.
pub fn dev(version: &Version) -> Option<u64> {
    version.pre.as_str().strip_prefix("0.dev.").and_then(number)
}

/// Returns the first three numbers in a name that begins with them, whatever stands behind: `2.1.0` of `2.1.0.Final`.
pub fn three(text: &str) -> Option<[u64; 3]> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let mut numbers = text[..end].split('.').map(number);
    Some([numbers.next()??, numbers.next()??, numbers.next()??])
}

/// Returns the first two numbers in a name that begins with them: `2.1` of `2.1-final`.
pub fn series(text: &str) -> Option<(u64, u64)> {
    let (major, rest) = text.split_once('.')?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten();
    Some((digits(major)?, digits(&rest[..end])?))
}

fn number(digits: &str) -> Option<u64> {
    super::number(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_in_the_order_of_pep_440() {
        let names = [
            "2.3.dev1",
            "2.3.0.dev2",
            "2.3a1",
            "2.3.0b2",
            "2.3rc1",
            "2.3-rc.2",
            "2.3",
            "2.3.post1",
            "2.3.0.post10",
            "2.3.1",
        ];
        let read: Vec<Version> = names.iter().map(|name| read(name).unwrap_or_else(|| panic!("{name}"))).collect();
        assert!(read.is_sorted_by(|a, b| a < b), "{read:?}");
        let shown: Vec<String> = read.iter().map(ToString::to_string).collect();
        assert_eq!(shown[..3], ["2.3.0-0.dev.1", "2.3.0-0.dev.2", "2.3.0-alpha.1"]);
        assert_eq!(shown[5..], ["2.3.0-rc.2", "2.3.0", "2.3.0+post.1", "2.3.0+post.10", "2.3.1"]);
        let of = |at: usize| (behind(&read[at]), dev(&read[at]));
        assert_eq!([of(8), of(1), of(6)], [(Some(("post", 10)), None), (None, Some(2)), (None, None)]);
        let shown = |name: &str| super::read(name).map(|version| version.to_string());
        assert_eq!(shown("2.0.1.pre1").as_deref(), Some("2.0.1-pre.1"), "only Python takes it for 'rc'");
    }

    #[test]
    fn what_has_no_known_order_is_not_read() {
        for name in [
            "",
            "2",
            "2.3.4.5",
            "2.3-final",
            "2.3a1.dev2",
            "2.03",
            "2..3",
            "2.3.",
            "2.3--rc1",
            "2.3rc01",
            "x2.3",
            "2.3.x",
        ] {
            assert_eq!(read(name), None, "{name}");
        }
        for (name, numbers) in
            [("2.1-final", Some((2, 1))), ("2.1.0.4", Some((2, 1))), ("2", None), ("x.1", None), ("2.x", None)]
        {
            assert_eq!(series(name), numbers, "{name}");
        }
    }
}
