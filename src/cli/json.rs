//! JSON as people read it.

/// Returns a compact JSON text with each value on a line of its own, as `serde_json::to_string_pretty` writes it. Whoever writes a document
/// twice with that library has the code for it twice, and documents are what binaries are full of.
pub fn indented(compact: &str) -> String {
    let mut text = String::with_capacity(compact.len() * 2);
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    let mut marks = compact.chars().peekable();
    while let Some(mark) = marks.next() {
        if in_string {
            text.push(mark);
            in_string = escaped || mark != '"';
            escaped = !escaped && mark == '\\';
            continue;
        }
        match (mark, marks.peek()) {
            ('{' | '[', Some('}' | ']')) => text.extend([mark].into_iter().chain(marks.next())),
            ('{' | '[', _) => {
                depth += 1;
                text.push(mark);
                new_line(&mut text, depth);
            }
            ('}' | ']', _) => {
                depth = depth.saturating_sub(1);
                new_line(&mut text, depth);
                text.push(mark);
            }
            (',', _) => {
                text.push(mark);
                new_line(&mut text, depth);
            }
            (':', _) => text.push_str(": "),
            _ => {
                in_string = mark == '"';
                text.push(mark);
            }
        }
    }
    text
}

fn new_line(text: &mut String, depth: usize) {
    text.push('\n');
    text.extend(std::iter::repeat_n("  ", depth));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_what_the_library_writes() {
        for compact in [
            "null",
            "[]",
            "{}",
            "[[],{},[{}]]",
            r#"{"a":[1,2.5,-3e2],"b":{"c":{},"d":[[1],[]]},"e":true}"#,
            r#"{"marks, [in] {texts}: \" and \\":"\\","\\\"":["\\\\\"",",:{}[]"],"ä\u0007":"🦀"}"#,
        ] {
            let value: serde_json::Value = serde_json::from_str(compact).expect("it is JSON");
            let compact = serde_json::to_string(&value).expect("it is JSON");
            assert_eq!(indented(&compact), serde_json::to_string_pretty(&value).expect("it is JSON"));
        }
    }
}
