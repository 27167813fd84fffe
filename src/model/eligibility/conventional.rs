//! What a message says in the form of Conventional Commits 1.0.0 (<https://www.conventionalcommits.org/en/v1.0.0/>).

/// The front of a title: `fix(parser)!: …`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed<'t> {
    /// The type in lower case: types are compared without regard to case (rule 15).
    pub kind: String,
    /// What it says changes.
    pub scope: Option<&'t str>,
}

/// Reads the front of a title. `None`: it has no type, or the type is not a word.
pub fn typed(title: &str) -> Option<Typed<'_>> {
    // A scope may hold a colon itself.
    let from =
        title.find(": ").filter(|colon| title[..*colon].contains('(')).and_then(|_| title.find(')')).unwrap_or(0);
    let (_, rest) = title.split_at(from);
    let (inside, _) = rest.split_once(": ").or_else(|| rest.split_once(":").filter(|(_, rest)| rest.is_empty()))?;
    let front = &title[..from + inside.len()];
    let front = front.strip_suffix('!').unwrap_or(front);
    let (kind, scope) = match front.split_once('(') {
        Some((kind, rest)) => (kind, Some(rest.strip_suffix(')')?)),
        None => (front, None),
    };
    let word = !kind.is_empty() && kind.len() <= 20 && kind.chars().all(|c| c.is_ascii_alphabetic() || c == '-');
    word.then(|| Typed { kind: kind.to_ascii_lowercase(), scope })
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
        let read = |title| typed(title).map(|typed| (typed.kind, typed.scope.map(str::to_owned)));
        let some = |kind: &str, scope: Option<&str>| Some((kind.to_owned(), scope.map(str::to_owned)));
        let table = [
            ("fix: crash", some("fix", None)),
            ("FIX(lexer): x", some("fix", Some("lexer"))),
            ("feat(api)!: x", some("feat", Some("api"))),
            ("refactor!: drop it", some("refactor", None)),
            ("fix:", some("fix", None)),
            ("Merge pull request #1 from a/b", None),
            ("http: the server crashes: why", some("http", None)),
            ("fix the parser: again", None),
            ("fix : x", None),
            ("fix(a: x", None),
            ("fix(a: b)!: x", some("fix", Some("a: b"))),
            ("fix(a): x (b: c)", some("fix", Some("a"))),
            ("", None),
            (": x", None),
        ];
        for (title, expected) in table {
            assert_eq!(read(title), expected, "{title}");
        }
    }

    #[test]
    fn trailers_count_below_the_title_only() {
        assert_eq!(trailers("Kind: bug\n\nkind: crash\nKind:\n> Kind: bug\nRisk: low", "Kind"), ["crash"]);
    }
}
