//! What a message or a description says about a break of what users rely on.
//!
//! The forms are those of Conventional Commits 1.0.0 (<https://www.conventionalcommits.org/en/v1.0.0/>), and what people and
//! forms of pull requests make of them: in a list that a squash made, indented, bold, as a heading.

use super::prose::{denies_a_break, says_none, spoken};

/// What a text says about a break, each as the line that says it: text from a stranger.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Breaks {
    /// The lines in a form that means one.
    pub stated: Vec<String>,
    /// The lines that may mean one: a section about breaking changes that is not empty, or the words in small letters.
    pub suspected: Vec<String>,
}

/// Reads a text, its title included. Quotations and HTML comments are not read.
pub fn breaks(text: &str) -> Breaks {
    let mut found = Breaks::default();
    let mut section = None;
    for line in spoken(text).lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('>')) {
        let (plain, ticked) = unmarked(line);
        if ticked == Some(false) {
            continue;
        }
        let heading = line.starts_with('#');
        if let Some(words) = said_to_break(plain, ticked.is_some()) {
            let loud = plain.starts_with("BREAKING") || ticked.is_some();
            let open = words.is_empty() && (heading || !loud);
            if !open && (words.is_empty() || !says_none(words)) {
                let found = if loud { &mut found.stated } else { &mut found.suspected };
                found.push(line.to_owned());
            }
            section = open.then(|| line.to_owned());
        } else if marked_front(line) {
            found.stated.push(line.to_owned());
        } else if heading || matches!(plain, "BREAKING CHANGE" | "BREAKING CHANGES") {
            let words = plain.to_lowercase();
            section = (words.contains("breaking change") && !words.contains("non-breaking")).then(|| line.to_owned());
        } else if let Some(heading) = section.take().filter(|_| !denies_a_break(plain)) {
            found.suspected.push(format!("{heading}: {plain}"));
        }
    }
    found
}

/// Returns the words behind `BREAKING CHANGE:`, in any case, in the singular or the plural, with or without a hyphen (rules 12
/// and 16), or behind the ticked box of a form. `None`: the line does not begin so.
fn said_to_break(line: &str, ticked: bool) -> Option<&str> {
    let front = line.get(.."breaking".len()).filter(|front| front.eq_ignore_ascii_case("breaking"))?;
    let rest = line[front.len()..].strip_prefix([' ', '-', '_'])?;
    let word = rest.get(.."change".len()).filter(|word| word.eq_ignore_ascii_case("change"))?;
    let rest = &rest[word.len()..];
    let rest = rest.strip_prefix(['s', 'S']).unwrap_or(rest);
    let behind = rest.trim_start_matches(['*', '_', ' ', '\t']);
    let words = match behind.strip_prefix(':') {
        Some(words) => words,
        // A footer may have ` #` in place of the colon (rule 8).
        None if front == "BREAKING" && behind.starts_with('#') => behind,
        None if ticked && (behind.is_empty() || behind.starts_with('(')) => behind,
        None => return None,
    };
    Some(words.trim_matches(['*', '_', ' ', '\t']))
}

/// Returns a line without the marks of lists, headings and emphasis in front, and whether a box in front of it is ticked.
fn unmarked(line: &str) -> (&str, Option<bool>) {
    let marks = |c: char| c.is_whitespace() || matches!(c, '*' | '-' | '+' | '#' | '_');
    let plain = line.trim_start_matches(marks);
    let boxed = plain.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let (plain, ticked) = match boxed {
        Some((" " | "", rest)) => (rest, Some(false)),
        Some(("x" | "X", rest)) => (rest, Some(true)),
        Some(_) | None => (plain, None),
    };
    // A picture, as in `⚠ BREAKING CHANGES`.
    let picture = |c: char| marks(c) || (!c.is_ascii() && !c.is_alphanumeric());
    (plain.trim_start_matches(picture), ticked)
}

/// Says whether a line begins as a title with an `!` (rule 13), behind whatever projects put in front of it: `[core] fix!: …`,
/// `:boom: fix!: …`, and with more or less white space than the specification asks for.
fn marked_front(line: &str) -> bool {
    let (mut rest, _) = unmarked(line);
    loop {
        let closed = |open: char, close: char| rest.strip_prefix(open)?.split_once(close).map(|(_, rest)| rest);
        let Some(next) = closed('[', ']').or_else(|| closed(':', ':')) else { break };
        rest = unmarked(next).0;
    }
    let word = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).count();
    if word == 0 || word > 20 {
        return false;
    }
    let rest = rest[word..].trim_start();
    let rest = match rest.strip_prefix('(') {
        Some(scoped) => match scoped.split_once(')') {
            Some((_, rest)) => rest.trim_start(),
            None => return false,
        },
        None => rest,
    };
    rest.strip_prefix('!').is_some_and(|rest| rest.trim_start().starts_with(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_break_is_read() {
        let stated = [
            "BREAKING CHANGE: drop x",
            "BREAKING-CHANGE: drop x",
            "a\n\nBREAKING CHANGE: drop the non-breaking space",
            "a\n\nBREAKING CHANGE: None of the old files can be read",
            "a\n\nBREAKING CHANGE #x",
            "a\n\nBREAKING CHANGES: y",
            "a\n\nBREAKING CHANGE:y",
            "a\n\n  BREAKING CHANGE: y",
            "a\n\n**BREAKING CHANGE:** y",
            "a\n\n**BREAKING CHANGE**: y",
            "a\n\n## BREAKING CHANGE: y",
            "a\n\n* BREAKING CHANGE: y",
            "a\n\nBREAKING CHANGE:\n\nthe file moves",
            "a\n\n- [x] Breaking change (a fix that makes users change something)",
            "fix(a: b)!: x",
            "fix!:x",
            "fix! : x",
            "fix (a)! : x",
            "[core] fix!: x",
            "[2.0][core] fix!: x",
            ":boom: fix!: x",
            "💥 fix!: x",
            "Drop x (#12)\n\n* fix!: drop the API",
            "Squashed commit of the following:\n\n    fix!: drop the API",
        ];
        for text in stated {
            let found = breaks(text);
            assert_eq!((found.stated.len(), found.suspected.len()), (1, 0), "{text}: {found:?}");
        }
        let suspected = [
            "a\n\nbreaking change: the file moves",
            "## Breaking changes\nThe file moves",
            "### ⚠ BREAKING CHANGES\n\n* the file moves",
            "## Does this introduce a breaking change?\n- [ ] No\n- [x] Yes",
        ];
        for text in suspected {
            let found = breaks(text);
            assert_eq!((found.stated.len(), found.suspected.len()), (0, 1), "{text}: {found:?}");
        }
    }

    #[test]
    fn what_denies_a_break_or_only_speaks_of_one_is_none() {
        let none = [
            "fix: x",
            "Oh no! It breaks: again",
            "Revert \"fix!: drop the API\"",
            "fix: stop the breaking change check",
            "a\n\n> BREAKING CHANGE: y",
            "a\n\nBREAKING CHANGE: none",
            "a\n\nBreaking changes: n/a",
            "<!-- BREAKING CHANGE: say what breaks -->",
            "## Breaking changes\n\n## Tests\nmany",
            "## Breaking changes\n\nNone.\n\n## Tests\nmany",
            "## Breaking changes\nThis has no breaking changes\n",
            "## Does this introduce a breaking change?\n- [ ] Yes\n- [x] No",
            "- [x] Bug fix (non-breaking change)\n- [ ] Breaking change (it makes users change something)",
            "the BREAKING CHANGE was taken back",
            "",
        ];
        for text in none {
            assert_eq!(breaks(text), Breaks::default(), "{text}");
        }
    }
}
