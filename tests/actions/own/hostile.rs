//! Texts of strangers as inputs: nothing runs, and nothing sets an output that is not its own.

use super::{step, story};
use crate::executor::Outcome;

/// Texts that other tools have run, or taken for something else than text.
pub const TEXTS: [&str; 12] = [
    "$(touch owned)",
    "`touch owned`",
    "; touch owned #",
    "\"; touch owned; \"",
    "'; touch owned; '",
    "${{ github.token }}",
    "x\nEOF\nowned=1",
    "::set-output name=owned::1",
    "::add-mask::a",
    "--output=owned",
    "\u{202e}dewno",
    "%0Aowned=1",
];

/// How long the long ones of [`heavy`] are, in bytes: what GitHub takes for a body, and half of what Linux takes for one variable.
const LONG: usize = 64 * 1024;

/// Texts that are very long or hold a NUL, with what others have run in them, and what each of them is.
pub fn heavy() -> Vec<(&'static str, String)> {
    let one_line = TEXTS.map(|text| text.replace('\n', " ")).join(" ");
    let lines = TEXTS.join("\n") + "\n##[set-output name=owned]1\nowned<<EOF\n1\nEOF\n";
    let long = |text: &str| {
        let text = text.repeat(LONG / text.len() + 1);
        text[..text.floor_char_boundary(LONG)].to_owned()
    };
    vec![
        ("a NUL in the midst", "a\0$(touch owned)\0::set-output name=owned::1\nowned=1\0".to_owned()),
        ("a NUL alone", "\0".to_owned()),
        ("one long line", long(&one_line)),
        ("many lines", long(&lines)),
        ("letters of three bytes", long("\u{20ac}")),
        ("many NULs", long("\0;touch owned\n")),
    ]
}

#[test]
fn nothing_of_an_input_runs() {
    let repo = story();
    let before = std::fs::read_dir(repo.path()).expect("because it is there").count();
    for text in TEXTS {
        for (action, command) in [("actions/pick", "forecast"), ("actions/tag", "verify"), ("actions/bump", "set")] {
            for input in ["args", "line", "config"] {
                if action == "actions/tag" && input == "line" {
                    continue;
                }
                let found = step(&repo, action, &[("command", command), (input, text)]);
                assert_eq!(found.outcome, Outcome::Failure, "{action} {input} {text:?}: {found}");
                assert!(!found.outputs.contains_key("owned"), "{action} {input} {text:?}: {found}");
                let masked = found.messages("add-mask");
                assert!(masked.is_empty(), "{action} {input} {text:?}: {masked:?}");
            }
        }
        let found = step(&repo, "actions/pick", &[("command", text)]);
        assert_eq!(found.outcome, Outcome::Failure, "{text:?}");
        let found = step(&repo, ".", &[("run", text)]);
        assert_eq!(found.outcome, Outcome::Failure, "{text:?}");
        let found = step(&repo, ".", &[("run", &format!("patch-pick forecast {text}"))]);
        assert_eq!(found.outcome, Outcome::Failure, "{text:?}");
    }
    assert_eq!(std::fs::read_dir(repo.path()).expect("because it is there").count(), before);
}

#[test]
fn only_our_binaries_are_run() {
    let repo = story();
    for line in [
        "sh -c 'touch owned'",
        "touch owned",
        "patch-check; touch owned",
        "patch-pick/../sh",
        "patch-",
        "patch-none",
        "./patch-pick",
        "-n",
        "''",
    ] {
        let found = step(&repo, ".", &[("run", line)]);
        assert_eq!(found.outcome, Outcome::Failure, "{line}: {found}");
        assert_eq!(found.messages("error").len(), 1, "{line}: {found}");
    }
    assert!(!repo.path().join("owned").exists());
}
