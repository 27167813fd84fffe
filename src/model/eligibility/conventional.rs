//! What a message says in the form of Conventional Commits 1.0.0 (<https://www.conventionalcommits.org/en/v1.0.0/>).

/// The front of a title: `fix(parser)!: …`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed<'t> {
    /// The type in lower case: types are compared without regard to case (rule 15).
    pub kind: String,
    /// What it says changes.
    pub scope: Option<&'t str>,
    /// Whether an `!` marks a break (rule 13).
    pub breaks: bool,
}

/// Reads the front of a title. `None`: it has no type, or the type is not a word.
pub fn typed(title: &str) -> Option<Typed<'_>> {
    let (front, _) = title.split_once(": ").or_else(|| title.split_once(":").filter(|(_, rest)| rest.is_empty()))?;
    let (front, breaks) = match front.strip_suffix('!') {
        Some(front) => (front, true),
        None => (front, false),
    };
    let (kind, scope) = match front.split_once('(') {
        Some((kind, rest)) => (kind, Some(rest.strip_suffix(')')?)),
        None => (front, None),
    };
    let word = !kind.is_empty() && kind.len() <= 20 && kind.chars().all(|c| c.is_ascii_alphabetic() || c == '-');
    word.then(|| Typed { kind: kind.to_ascii_lowercase(), scope, breaks })
}

/// Returns the line of a message that says what breaks: a footer `BREAKING CHANGE:` or `BREAKING-CHANGE:` in capitals
/// (rules 12 and 16), at the front of a line anywhere below the title.
pub fn breaking_footer(message: &str) -> Option<&str> {
    let mut lines = message.lines().skip(1);
    lines.find(|line| {
        let behind = line.strip_prefix("BREAKING CHANGE").or_else(|| line.strip_prefix("BREAKING-CHANGE"));
        behind.is_some_and(|rest| rest.starts_with(": ") || rest.starts_with(" #") || rest == ":")
    })
}

/// Returns the values of a trailer, by its key without regard to case, each with white space cut off. Only lines below the
/// title that begin with the key count, and not those that are quoted.
pub fn trailers<'m>(message: &'m str, key: &str) -> Vec<&'m str> {
    let value = |line: &'m str| {
        let (found, value) = line.split_once(':')?;
        (found.eq_ignore_ascii_case(key) && !value.trim().is_empty()).then(|| value.trim())
    };
    message.lines().skip(1).filter_map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_read_as_the_specification_has_them() {
        let read = |title| typed(title).map(|typed| (typed.kind, typed.scope.map(str::to_owned), typed.breaks));
        let some = |kind: &str, scope: Option<&str>, breaks| Some((kind.to_owned(), scope.map(str::to_owned), breaks));
        let table = [
            ("fix: crash", some("fix", None, false)),
            ("FIX(lexer): x", some("fix", Some("lexer"), false)),
            ("feat(api)!: x", some("feat", Some("api"), true)),
            ("refactor!: drop it", some("refactor", None, true)),
            ("fix:", some("fix", None, false)),
            ("Merge pull request #1 from a/b", None),
            ("http: the server crashes: why", some("http", None, false)),
            ("fix the parser: again", None),
            ("fix : x", None),
            ("fix(a: x", None),
            ("", None),
            (": x", None),
        ];
        for (title, expected) in table {
            assert_eq!(read(title), expected, "{title}");
        }
    }

    #[test]
    fn footers_count_below_the_title_only() {
        assert_eq!(breaking_footer("BREAKING CHANGE: x"), None);
        assert_eq!(breaking_footer("a\n\nBREAKING CHANGE: x"), Some("BREAKING CHANGE: x"));
        assert_eq!(breaking_footer("a\n\nBREAKING-CHANGE #x"), Some("BREAKING-CHANGE #x"));
        assert_eq!(breaking_footer("a\n\nbreaking change: x\n > BREAKING CHANGE: y"), None);
        assert_eq!(trailers("Kind: bug\n\nkind: crash\nKind:\n> Kind: bug\nRisk: low", "Kind"), ["crash"]);
    }
}
