//! Generated documents: whatever stands around a version, only its bytes change.

use proptest::prelude::*;

use super::{bump, change};
use crate::model::edit::source::Source;
use crate::model::edit::syntax::Syntax;
use crate::model::edit::tape::What;
use crate::model::path::RepoPath;

fn value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        Just("2.0.0".into()),
        "\\PC{0,12}".prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
            proptest::collection::btree_map("[a-zé\"\\\\ .]{1,6}", inner, 0..5)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Checks that a file with the version between two texts changes there and nowhere else.
fn only_there(path: &str, fields: &str, before: &str, after: &str) -> Result<(), TestCaseError> {
    let patch_toml = format!("[[version]]\npath = '{path}'\n{fields}");
    // The marks of the corpus may be generated too.
    let (before, after) = (super::unmarked(before), super::unmarked(after));
    let text = format!("{before}2.0.0{after}");
    let written = bump(&patch_toml, &[(path, &text)], &change("2.0.0", "2.0.1-rc.1"));
    let written = written.map_err(|error| TestCaseError::fail(format!("{}\n{text}", super::told(&error))))?;
    prop_assert_eq!(&written[path], &format!("{before}2.0.1-rc.1{after}"));
    Ok(())
}

const PATHS: [&str; 9] = [
    "package.json",
    "a.yaml",
    "a.toml",
    "pom.xml",
    "build.gradle",
    "VERSION",
    "gradle.properties",
    "Chart.yaml",
    "a.csproj",
];

fn fields_of(path: &str) -> &'static str {
    if matches!(path, "a.yaml" | "a.toml") { "fields = ['v']" } else { "" }
}

/// Pieces of every syntax, which reach deeper than arbitrary texts.
const PIECES: &[&str] = &[
    "v: ",
    "version",
    "version: ",
    "appVersion: ",
    "2.0.0",
    "'",
    "\"",
    "&a ",
    "*a",
    "!!str ",
    "!",
    "|",
    ">-",
    "\n",
    "\r\n",
    "  ",
    "\t",
    "- ",
    "? ",
    ": ",
    "---\n",
    "...\n",
    "# c",
    "{",
    "}",
    "[",
    "]",
    ",",
    "ü",
    "日",
    "\u{feff}",
    "\\",
    "\\u00e9",
    "${",
    "<project>",
    "</project>",
    "<version>",
    "</version>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "&amp;",
    "=",
    "v = ",
    "\"\"\"",
    "'''",
    "(",
    ")",
    "//",
    "/*",
    "*/",
    "allprojects",
    "%YAML 1.2\n",
    "<<: ",
    "dependencies:\n- name: a\n  version: 2.0.0\n",
    "\"v\":",
    "\u{85}",
    "\u{2028}",
];

proptest! {
    #[test]
    fn in_json(head in value(), tail in value(), wide in any::<bool>(), bom in any::<bool>()) {
        let write = |value: &serde_json::Value| match wide {
            true => serde_json::to_string_pretty(value).expect("JSON").replace('\n', "\r\n"),
            false => value.to_string(),
        };
        let before = format!("{}{{\"a\": {}, \"v\" : \"", if bom { "\u{feff}" } else { "" }, write(&head));
        only_there("a.json", "fields = ['v']", &before, &format!("\", \"z\": {}}}", write(&tail)))?;
    }

    #[test]
    fn in_yaml(head in value(), tail in value(), quote in prop_oneof![Just("'"), Just("\""), Just("")], end in prop_oneof![Just("\n"), Just("\r\n")]) {
        let before = format!("a: {head} # 2.0.0{end}v:  {quote}");
        only_there("a.yaml", "fields = ['v']", &before, &format!("{quote} # c{end}z: {tail}"))?;
    }

    #[test]
    fn in_toml(words in proptest::collection::vec("[^\\p{C}'\"]{0,9}", 0..6), quote in prop_oneof![Just("'"), Just("\"")]) {
        let lines: String = words.iter().enumerate().map(|(at, word)| format!("k{at} = '{word}' # 2.0.0\r\n")).collect();
        let before = format!("{lines}[t]\nx = 1\nv = {quote}");
        only_there("a.toml", "fields = ['t.v']", &before, &format!("{quote}\n[u]\n{lines}"))?;
    }

    #[test]
    fn in_xml(words in proptest::collection::vec("[^\\p{C}<&>]{0,9}", 0..6)) {
        let elements: String = words.iter().map(|word| format!("<e b='2.0.0'>{word}</e>\r\n<!-- 2.0.0 -->")).collect();
        only_there("a.xml", "fields = ['p.v']", &format!("<p>{elements}<v>"), &format!("</v>{elements}</p>\n"))?;
    }

    #[test]
    fn in_text(head in "[^@]{0,40}", tail in "[^@]{0,40}") {
        only_there("a.txt", "pattern = '@V={version}'", &format!("{head}@V="), &format!("\r\n{tail}"))?;
    }

    #[test]
    fn the_json_reader_takes_what_serde_json_takes(text in "[\\[\\]{}:,\"\\\\ntrue0-9.eE+\\- a\u{e9}\n]{0,24}") {
        let path: RepoPath = "a.json".parse().expect("a path");
        let source = Source::new(&path, text.as_bytes()).expect("UTF-8");
        let theirs = serde_json::from_str::<serde::de::IgnoredAny>(&text);
        prop_assert_eq!(Syntax::Json.read(&source).is_ok(), theirs.is_ok(), "{:?}", theirs.err());
    }

    #[test]
    fn the_json_reader_means_what_serde_json_means(tree in value()) {
        let text = tree.to_string();
        let path: RepoPath = "a.json".parse().expect("a path");
        let source = Source::new(&path, text.as_bytes()).expect("UTF-8");
        let tape = Syntax::Json.read(&source).expect("JSON");
        let texts: Vec<&str> = tape.nodes().filter(|n| n.what() == What::Text).map(|n| n.value()).collect();
        let mut expected = Vec::new();
        collect(&tree, &mut expected);
        prop_assert_eq!(texts, expected);
    }

    #[test]
    fn no_mixture_of_pieces_makes_a_reader_panic(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..24), at in 0..9usize) {
        let path = PATHS[at];
        let _ = bump(&format!("[[version]]\npath = '{path}'\n{}", fields_of(path)), &[(path, &pieces.concat())], &change("2.0.0", "2.0.1"));
    }

    #[test]
    fn no_text_makes_a_reader_panic(text in any::<String>(), at in 0..9usize) {
        let path = PATHS[at];
        let _ = bump(&format!("[[version]]\npath = '{path}'\n{}", fields_of(path)), &[(path, &text)], &change("2.0.0", "2.0.1"));
    }
}

fn collect<'v>(value: &'v serde_json::Value, texts: &mut Vec<&'v str>) {
    match value {
        serde_json::Value::String(text) => texts.push(text),
        serde_json::Value::Array(items) => items.iter().for_each(|item| collect(item, texts)),
        serde_json::Value::Object(map) => map.values().for_each(|item| collect(item, texts)),
        serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Number(_) => {}
    }
}
