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
    let plain = plain.trim_matches(|c: char| !c.is_alphanumeric() && c != '/');
    let first = plain.split(|c: char| !c.is_alphanumeric() && c != '/').next().unwrap_or_default();
    let denies = ["no breaking", "not breaking", "not a breaking", "any breaking", "non-breaking"];
    matches!(plain, "" | "no" | "nope" | "not applicable" | "tbd" | "todo" | "none given" | "false")
        || matches!(first, "none" | "n/a" | "na" | "nothing")
        || denies.iter().any(|words| plain.contains(words))
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
        for words in
            ["", "-", "None.", "N/A", "no", "**None**", "No breaking changes", "It has not any breaking change"]
        {
            assert!(says_none(words), "{words}");
        }
        for words in ["No longer reads 1.0 files", "yes", "the file moves", "note that x moves", "nonempty"] {
            assert!(!says_none(words), "{words}");
        }
    }
}
