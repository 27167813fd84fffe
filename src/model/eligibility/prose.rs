//! What a message or a description says to its readers: without what only its source shows.

/// Returns a text without its HTML comments, which forms use for instructions and which nobody sees. One that nothing closes
/// stays, and so does what stands between backticks, for it is shown.
pub fn spoken(text: &str) -> String {
    let mut said = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("<!--") {
        let (before, comment) = rest.split_at(at);
        said.push_str(before);
        let line = said.rsplit('\n').next().unwrap_or_default();
        let is_code = line.matches('`').count() % 2 == 1;
        match comment.find("-->").filter(|_| !is_code) {
            Some(end) => rest = &comment[end + "-->".len()..],
            None => {
                let (mark, behind) = comment.split_at("<!--".len());
                said.push_str(mark);
                rest = behind;
            }
        }
    }
    said.push_str(rest);
    said
}

/// Says whether words stand for "there is nothing to say", as people answer a question of a form.
pub fn says_none(words: &str) -> bool {
    let plain = words.to_lowercase();
    let plain = plain.trim_matches(|c: char| !c.is_alphanumeric());
    let short = plain.split_whitespace().count() <= 3;
    let first = plain.split(|c: char| !c.is_alphanumeric() && c != '/').next().unwrap_or_default();
    matches!(plain, "" | "no" | "nope" | "not applicable" | "tbd" | "todo" | "false")
        || (short && matches!(first, "none" | "n/a" | "na" | "nothing"))
        || (short && plain.starts_with("no breaking change"))
}

/// Says whether a sentence below a heading about breaking changes denies that there are any.
pub fn denies_a_break(sentence: &str) -> bool {
    const MOST_WORDS: usize = 12;
    let plain = sentence.to_lowercase();
    let denials =
        ["no breaking change", "not a breaking change", "any breaking change", "non-breaking change", "not breaking"];
    says_none(sentence)
        || (plain.split_whitespace().count() <= MOST_WORDS && denials.iter().any(|denial| plain.contains(denial)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_not_spoken() {
        let table = [
            ("a <!-- b --> c", "a  c"),
            ("a\n<!--\nb\n-->\nc", "a\n\nc"),
            ("a <!-- b", "a <!-- b"),
            ("<!-- a --><!-- b -->c", "c"),
            ("read `<!--` as text\nb\n-->", "read `<!--` as text\nb\n-->"),
            ("`x` <!-- b -->", "`x` "),
        ];
        for (text, expected) in table {
            assert_eq!(spoken(text), expected, "{text}");
        }
    }

    #[test]
    fn an_answer_of_a_form_may_be_none() {
        for words in ["", "-", "None.", "N/A", "no", "**None**", "No breaking changes", "Nothing breaks"] {
            assert!(says_none(words), "{words}");
        }
        let said = [
            "No longer reads 1.0 files",
            "None of the old files can be read",
            "drop the non-breaking space",
            "yes",
            "the file moves",
            "note that x moves",
            "nonempty",
        ];
        for words in said {
            assert!(!says_none(words) && !denies_a_break(words), "{words}");
        }
        assert!(denies_a_break("This does not introduce any breaking changes.") && denies_a_break("None"));
    }
}
