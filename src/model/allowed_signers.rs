//! The list of those whose SSH signatures count, in the form that `ssh-keygen(1)` describes under "ALLOWED SIGNERS".

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use crate::model::config::SignerName;
use crate::model::path::wildcard;
use crate::model::ssh_signature::SshKey;

/// A line that cannot be read, with its number counted from one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {rule}")]
pub struct BadLine {
    /// The line.
    pub line: usize,
    /// What is wrong with it.
    pub rule: &'static str,
}

/// One key, and who may sign with it, for what, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedSigner {
    /// Who may: patterns with `*` and `?`, separated by commas, `!` before those that may not.
    pub principals: String,
    /// The key, or that of the authority whose certificates count.
    pub key: SshKey,
    /// Whether the key is that of an authority.
    pub role: KeyRole,
    /// For what, as patterns; for anything where it is absent.
    pub namespaces: Option<String>,
    /// From this moment on, in seconds since 1970-01-01 UTC.
    pub valid_after: Option<i64>,
    /// Until this moment, in seconds since 1970-01-01 UTC.
    pub valid_before: Option<i64>,
}

/// What a list comes to for one purpose, at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// There is no list, or nobody is in it.
    Nobody,
    /// Whoever is in it may sign for other purposes only.
    OtherPurpose,
    /// None of those who may sign is named by the rule that was asked about.
    OtherSigner,
    /// Whoever may sign for it may not do so at that moment.
    OtherMoment,
    /// Whoever may sign for it has no key that may sign for the other purpose, too.
    OtherKey,
    /// Somebody may.
    Somebody,
}

/// Says what a list comes to for a namespace, at a moment in seconds since 1970-01-01 UTC. `names`: who alone may sign, where a rule says it.
pub fn standing(list: &[AllowedSigner], namespace: &str, names: Option<&[SignerName]>, moment: i64) -> Standing {
    let is_named = |signer: &AllowedSigner| names.is_none_or(|names| names.iter().any(|n| signer.is_for(n.as_str())));
    let for_it: Vec<&AllowedSigner> = list.iter().filter(|signer| signer.covers(namespace)).collect();
    let named: Vec<&AllowedSigner> = for_it.iter().copied().filter(|signer| is_named(signer)).collect();
    match (list, for_it.as_slice(), named.as_slice()) {
        ([], ..) => Standing::Nobody,
        (_, [], _) => Standing::OtherPurpose,
        (_, _, []) => Standing::OtherSigner,
        (_, _, named) if named.iter().any(|signer| signer.is_valid_at(moment)) => Standing::Somebody,
        (..) => Standing::OtherMoment,
    }
}

/// Says what a list comes to for a purpose, at a moment, where one key has to sign for another purpose, too. `names`: who alone may sign for that.
pub fn standing_beside(
    list: &[AllowedSigner],
    (other, names): (&str, Option<&[SignerName]>),
    namespace: &str,
    moment: i64,
) -> Standing {
    let may = |line: &AllowedSigner, namespace: &str, names| {
        standing(std::slice::from_ref(line), namespace, names, moment) == Standing::Somebody
    };
    let is_same = |a: &AllowedSigner, b: &AllowedSigner| (&a.key, a.role) == (&b.key, b.role);
    let both = |line: &&AllowedSigner| list.iter().any(|twin| is_same(line, twin) && may(twin, other, names));
    match standing(list, namespace, None, moment) {
        Standing::Somebody if !list.iter().filter(both).any(|line| may(line, namespace, None)) => Standing::OtherKey,
        found => found,
    }
}

/// What a key in the list is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyRole {
    /// It signs.
    Signer,
    /// It signs certificates of keys that sign.
    Authority,
}

impl AllowedSigner {
    /// Says whether the line is for a signer, as `ssh-keygen -Y verify -I` asks.
    pub fn is_for(&self, principal: &str) -> bool {
        in_list(&self.principals, principal)
    }

    /// Says whether the line is for signatures made for a purpose.
    pub fn covers(&self, namespace: &str) -> bool {
        self.namespaces.as_deref().is_none_or(|list| in_list(list, namespace))
    }

    /// Says whether the line counts at a moment. Both ends belong to the time (`check_allowed_keys_line` in OpenSSH's
    /// `sshsig.c`).
    pub fn is_valid_at(&self, moment: i64) -> bool {
        self.valid_after.is_none_or(|from| moment >= from) && self.valid_before.is_none_or(|to| moment <= to)
    }
}

/// Matches a text against a list of patterns; one with `!` that matches decides (`match_pattern_list` in OpenSSH's `match.c`).
fn in_list(list: &str, text: &str) -> bool {
    let matches = |pattern: &str| {
        wildcard(pattern.as_bytes(), text.as_bytes(), |&byte| byte == b'*', |p, t| *p == b'?' || p == t)
    };
    let mut found = false;
    for pattern in list.split(',') {
        match pattern.strip_prefix('!') {
            Some(pattern) if matches(pattern) => return false,
            Some(_) => {}
            None => found |= matches(pattern),
        }
    }
    found
}

/// Reads a list. Empty lines and those that begin with `#` are skipped.
///
/// A moment without `Z` at its end is taken as UTC, so that a list means the same everywhere; OpenSSH takes it in the time
/// zone of the machine.
///
/// # Errors
/// The first line that cannot be read.
pub fn parse(text: &str) -> Result<Vec<AllowedSigner>, BadLine> {
    let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line.trim()));
    let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    lines.map(|(line, text)| entry(text).map_err(|rule| BadLine { line, rule })).collect()
}

fn entry(line: &str) -> Result<AllowedSigner, &'static str> {
    let (principals, rest) = word(line).ok_or("a quote is not closed")?;
    if principals.is_empty() {
        return Err("it names nobody");
    }
    let mut signer = AllowedSigner {
        principals,
        key: match SshKey::parse(rest) {
            Some(key) => key,
            None => {
                let options = options_end(rest).ok_or("a quote is not closed")?;
                SshKey::parse(&rest[options..]).ok_or("it holds no public key")?
            }
        },
        role: KeyRole::Signer,
        namespaces: None,
        valid_after: None,
        valid_before: None,
    };
    if SshKey::parse(rest).is_none() {
        let end = options_end(rest).ok_or("a quote is not closed")?;
        split_options(&rest[..end]).into_iter().try_for_each(|option| apply(&mut signer, &option))?;
    }
    Ok(signer)
}

fn apply(signer: &mut AllowedSigner, option: &str) -> Result<(), &'static str> {
    let (name, value) = option.split_once('=').map_or((option, None), |(name, value)| (name, Some(value)));
    let value = value.map(|value| value.trim_matches('"').to_owned());
    let moment = |value: Option<String>| value.and_then(|value| moment(&value)).ok_or("it holds a date that is none");
    match name.to_ascii_lowercase().as_str() {
        "cert-authority" => signer.role = KeyRole::Authority,
        "namespaces" => signer.namespaces = Some(value.ok_or("'namespaces' has no value")?),
        "valid-after" => signer.valid_after = Some(moment(value)?),
        "valid-before" => signer.valid_before = Some(moment(value)?),
        _ => return Err("it holds an unknown option"),
    }
    Ok(())
}

/// Splits off the first word, which may stand in quotes.
fn word(line: &str) -> Option<(String, &str)> {
    if let Some(rest) = line.strip_prefix('"') {
        let (word, rest) = rest.split_once('"')?;
        return Some((word.to_owned(), rest.trim_start()));
    }
    let end = line.find([' ', '\t']).unwrap_or(line.len());
    Some((line[..end].to_owned(), line[end..].trim_start()))
}

/// Returns where the options end: at the first space outside of quotes.
fn options_end(text: &str) -> Option<usize> {
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            ' ' | '\t' if !quoted => return Some(at),
            _ => {}
        }
    }
    (!quoted).then_some(text.len())
}

fn split_options(text: &str) -> Vec<String> {
    let (mut options, mut quoted) = (vec![String::new()], false);
    for c in text.chars() {
        quoted ^= c == '"';
        match options.last_mut() {
            Some(_) if c == ',' && !quoted => options.push(String::new()),
            Some(option) => option.push(c),
            None => {}
        }
    }
    options
}

/// Reads `YYYYMMDD[HHMM[SS]][Z]` as seconds since 1970-01-01 UTC.
fn moment(text: &str) -> Option<i64> {
    let digits = text.strip_suffix(['Z', 'z']).unwrap_or(text);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) || !matches!(digits.len(), 8 | 12 | 14) {
        return None;
    }
    let number = |from: usize| digits.get(from..from + 2).map_or(Some(0), |part| part.parse::<u32>().ok());
    let date = NaiveDate::from_ymd_opt(digits[..4].parse().ok()?, number(4)?, number(6)?)?;
    let time = NaiveTime::from_hms_opt(number(8)?, number(10)?, number(12)?)?;
    Some(NaiveDateTime::new(date, time).and_utc().timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHX94dxwB/WAIiYNIuDXAYf4/4DyuyLpyQMB3Jm3nxhX";

    fn one(line: &str) -> AllowedSigner {
        parse(line).expect("a list").remove(0)
    }

    #[test]
    fn a_line_says_who_may_sign_what_and_when() {
        let plain = one(&format!("mia@example.com {KEY} a comment"));
        assert_eq!(
            (plain.principals.as_str(), plain.role, plain.valid_after),
            ("mia@example.com", KeyRole::Signer, None)
        );
        assert!(plain.covers("git") && plain.covers("file") && plain.is_valid_at(0));
        let full = one(&format!(
            "\"a@x,b@x\" cert-authority,namespaces=\"git,f*\",valid-after=\"20260105Z\",valid-before=20260106090000 {KEY}"
        ));
        assert_eq!((full.principals.as_str(), full.role), ("a@x,b@x", KeyRole::Authority));
        assert!(full.covers("git") && full.covers("file") && !full.covers("mail"));
        assert_eq!((full.valid_after, full.valid_before), (Some(1_767_571_200), Some(1_767_690_000)));
        assert!(
            full.is_valid_at(1_767_690_000) && !full.is_valid_at(1_767_690_001) && !full.is_valid_at(1_767_571_199)
        );
        assert_eq!(parse("# nobody\n\n").map(|list| list.len()), Ok(0));
    }

    #[test]
    fn a_list_lets_somebody_sign_where_one_line_does() {
        let list = |lines: &[&str]| -> Vec<AllowedSigner> {
            lines.iter().map(|options| one(&format!("mia@x {options} {KEY}"))).collect()
        };
        let [old, new] = ["valid-before=\"20200101Z\"", "valid-after=\"20300101Z\""];
        for (lines, expected) in [
            (&[][..], Standing::Nobody),
            (&["namespaces=\"file\""], Standing::OtherPurpose),
            (&[old], Standing::OtherMoment),
            (&[old, new], Standing::OtherMoment),
            (&[old, "namespaces=\"file\""], Standing::OtherMoment),
            (&[old, ""], Standing::Somebody),
            (&["namespaces=\"file,git\""], Standing::Somebody),
        ] {
            assert_eq!(standing(&list(lines), "git", None, 1_767_571_200), expected, "{lines:?}");
        }
        let [mia, ann] = ["mia@x", "ann@x"].map(|name| [name.parse::<SignerName>().expect("a name")]);
        for (lines, names, expected) in [
            (&[""][..], &mia, Standing::Somebody),
            (&[""], &ann, Standing::OtherSigner),
            (&[old], &ann, Standing::OtherSigner),
            (&[old], &mia, Standing::OtherMoment),
            (&["namespaces=\"file\""], &ann, Standing::OtherPurpose),
            (&[], &ann, Standing::Nobody),
        ] {
            assert_eq!(standing(&list(lines), "git", Some(names), 1_767_571_200), expected, "{lines:?} {names:?}");
        }
    }

    #[test]
    fn one_key_has_to_sign_for_both_purposes() {
        let other = KEY.replacen("AAAAC3NzaC1lZDI1NTE5AAAAI", "AAAAC3NzaC1lZDI1NTE5AAAAIA", 1);
        let other = &other[..KEY.len()];
        let line = |name: &str, purposes: &str, key: &str| one(&format!("{name}@x namespaces=\"{purposes}\" {key}"));
        let mia = ["mia@x".parse::<SignerName>().expect("a name")];
        for (lines, expected) in [
            (vec![line("mia", "git,file", KEY)], Standing::Somebody),
            (vec![line("mia", "git", KEY), line("mia", "file", KEY)], Standing::Somebody),
            (vec![line("mia", "git", KEY), line("ann", "file", KEY)], Standing::Somebody),
            (vec![line("mia", "git", KEY), line("mia", "file", other)], Standing::OtherKey),
            (vec![line("ann", "git,file", KEY), line("mia", "git", other)], Standing::OtherKey),
            (vec![line("mia", "git", KEY)], Standing::OtherPurpose),
            (Vec::new(), Standing::Nobody),
        ] {
            assert_eq!(standing_beside(&lines, ("git", Some(&mia)), "file", 0), expected, "{lines:?}");
        }
    }

    #[test]
    fn patterns_choose_signers_and_a_no_decides() {
        let table = [
            ("mia@example.com", "mia@example.com", true),
            ("mia@example.com", "Mia@example.com", false),
            ("*@example.com", "mia@example.com", true),
            ("*@example.com,!mia@*", "mia@example.com", false),
            ("!mia@*,*", "ann@x", true),
            ("!mia@*", "ann@x", false),
            ("m?a", "mia", true),
            ("m?a", "ma", false),
        ];
        for (list, name, expected) in table {
            assert_eq!(one(&format!("{list} {KEY}")).is_for(name), expected, "{list} {name}");
        }
    }

    #[test]
    fn a_bad_line_is_named() {
        for (line, rule) in [
            ("mia@x".to_owned(), "it holds no public key"),
            (format!("mia@x namespace=git {KEY}"), "it holds an unknown option"),
            (format!("mia@x valid-after=2026 {KEY}"), "it holds a date that is none"),
            (format!("mia@x valid-after=20261301 {KEY}"), "it holds a date that is none"),
            (format!("\"mia@x {KEY}"), "a quote is not closed"),
            (format!("mia@x namespaces=\"git {KEY}"), "a quote is not closed"),
            (format!("mia@x namespaces {KEY}"), "'namespaces' has no value"),
            ("mia@x ssh-ed25519 AAAA".to_owned(), "it holds no public key"),
        ] {
            assert_eq!(parse(&format!("# list\n{line}\n")), Err(BadLine { line: 2, rule }), "{line}");
        }
    }
}
