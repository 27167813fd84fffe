//! The expression language, by the rules of "Evaluate expressions in workflows and actions" and the runner's own.

use crate::executor::expression::{Scope, Status, Value, condition, evaluate, resolve, segments};
use crate::executor::yaml::{Node, What};

const EVENT: &str = r#"{
    "action": "Labeled", "number": 7, "draft": false, "body": null,
    "labels": [{"name": "bug", "id": 1}, {"name": "Help Wanted"}, {"other": [{"name": "deep"}]}],
    "teams": {"a": {"size": 2}, "b": {"size": 3}}
}"#;

fn scope() -> Scope {
    let event = Value::from_json(EVENT).expect("because it is JSON");
    let github = Value::map([("event", event), ("ref", Value::text("refs/heads/main")), ("empty", Value::text(""))]);
    let status = Status { success: true, failure: false, cancelled: false };
    Scope::default().with("github", github).with_status(status)
}

/// The value in the spelling of `toJSON`, without its line ends.
fn value(text: &str) -> String {
    let value = evaluate(text, &scope()).unwrap_or_else(|trouble| panic!("{text}: {trouble}"));
    value.to_json().replace("\n", "").replace("  ", "")
}

#[track_caller]
fn table(rows: &[(&str, &str)]) {
    for (text, expected) in rows {
        assert_eq!(value(text), *expected, "{text}");
    }
}

#[test]
fn literals() {
    table(&[
        ("null", "null"),
        ("true", "true"),
        ("711", "711"),
        ("-9.2", "-9.2"),
        ("0xff", "255"),
        ("0o17", "15"),
        ("-2.99e-2", "-0.0299"),
        ("1e20", "1E+20"),
        ("'It''s open source!'", "\"It's open source!\""),
        ("''", "\"\""),
        (" ( 'a' ) ", "\"a\""),
    ]);
}

#[test]
fn contexts_are_indexed_whatever_the_case() {
    table(&[
        ("github.event.action", "\"Labeled\""),
        ("GitHub.EVENT['Action']", "\"Labeled\""),
        ("github.event.labels[0].name", "\"bug\""),
        ("github.event.labels['1'].name", "\"Help Wanted\""),
        ("github.event.labels[1.9].name", "\"Help Wanted\""),
        ("github.event.labels[-1].name", "null"),
        ("github.event.labels[7].name", "null"),
        ("github.event.labels.name", "null"),
        ("github.event.nothing.at.all", "null"),
        ("github.event.number.more", "null"),
        ("github.event.labels.*.name", "[\"bug\",\"Help Wanted\"]"),
        ("github.event.labels[*].name", "[\"bug\",\"Help Wanted\"]"),
        ("github.event.teams.*.size", "[2,3]"),
        ("github.event.labels.*.other.*.name", "[\"deep\"]"),
        ("github.event.number.*", "[]"),
        ("fromJSON('[1,2,3]')[1]", "2"),
    ]);
}

#[test]
fn comparison_is_loose() {
    table(&[
        ("null == 0", "true"),
        ("null == ''", "true"),
        ("false == ''", "true"),
        ("true == 1", "true"),
        ("true == '1'", "true"),
        ("true == 'true'", "false"),
        ("1 == '1.0'", "true"),
        ("255 == '0xff'", "true"),
        ("0 == 'x'", "false"),
        ("NaN == NaN", "false"),
        ("NaN != NaN", "true"),
        ("'abc' == 'ABC'", "true"),
        ("'ärger' == 'ÄRGER'", "true"),
        ("'2' < '10'", "false"),
        ("2 < '10'", "true"),
        ("'a' < 'B'", "true"),
        ("'a' <= 'A'", "true"),
        ("'x' > 1", "false"),
        ("'x' <= 1", "false"),
        ("null >= false", "true"),
        ("true > false", "true"),
        ("github.event == github.event", "true"),
        ("fromJSON('{}') == fromJSON('{}')", "false"),
        ("fromJSON('[]') == null", "false"),
        ("fromJSON('[]') >= 0", "false"),
    ]);
}

#[test]
fn operators_bind_as_documented_and_return_a_side() {
    table(&[
        ("!true || true", "true"),
        ("!(true || true)", "false"),
        ("!!'a'", "true"),
        ("true || false && false", "true"),
        ("1 < 2 == true", "true"),
        ("1 == 1 && 'yes' || 'no'", "\"yes\""),
        ("github.event.draft && 'yes' || 'no'", "\"no\""),
        ("0 || ''", "\"\""),
        ("'' && fromJSON('broken')", "\"\""),
        ("'a' || fromJSON('broken')", "\"a\""),
        ("fromJSON('[]') && 'a list is true'", "\"a list is true\""),
        ("NaN && 'x' || 'y'", "\"y\""),
    ]);
}

#[test]
fn functions() {
    table(&[
        ("contains('Hello world', 'LLO')", "true"),
        ("contains(github.event.labels.*.name, 'help wanted')", "true"),
        ("contains(github.event.labels.*.name, 'help')", "false"),
        ("contains(fromJSON('[0, null]'), '')", "true"),
        ("contains(github.event.teams, 'a')", "false"),
        ("contains(null, '')", "true"),
        ("startsWith(github.ref, 'REFS/heads/')", "true"),
        ("endsWith(117, 7)", "true"),
        ("endsWith(github.event, 't')", "false"),
        ("format('Hello {0} {1} {0}', 'Mona', 2)", "\"Hello Mona 2 Mona\""),
        ("format('{{Hello {0}}}', null)", "\"{Hello }\""),
        ("format('none')", "\"none\""),
        ("format('{0}', github.event)", "\"Object\""),
        ("join(github.event.labels.*.name, ', ')", "\"bug, Help Wanted\""),
        ("join(fromJSON('[1,true,null,\"a\"]'))", "\"1,true,,a\""),
        ("join('single', '-')", "\"single\""),
        ("join(fromJSON('[1,2]'), github.event)", "\"1,2\""),
        ("toJSON(github.event.teams)", r#""{\n\"a\": {\n\"size\": 2\n},\n\"b\": {\n\"size\": 3\n}\n}""#),
        ("fromJSON('{\"z\":1,\"a\":[]}')", r#"{"z": 1,"a": []}"#),
        ("fromJSON('true') == true", "true"),
        ("case(github.event.number == 7, 'seven', fromJSON('broken'), 'x', 'default')", "\"seven\""),
        ("case(false, 'x', 'default')", "\"default\""),
        ("SUCCESS() && always() && !failure() && !cancelled()", "true"),
    ]);
}

#[test]
fn what_github_refuses_is_refused() {
    let rows = [
        ("\"double\"", "unexpected symbol '\"'"),
        ("'open", "does not end"),
        ("1 +", "is no number"),
        ("github.", "a name belongs after '.'"),
        ("contains('a')", "Too few parameters supplied: 'contains'"),
        ("contains('a', 'b', 'c')", "Too many parameters supplied"),
        ("format('{1}', 'a')", "more arguments than were supplied"),
        ("format('{a}', 'a')", "format string is invalid"),
        ("format('}', 'a')", "format string is invalid"),
        ("fromJSON('')", "Error parsing fromJson"),
        ("case('a', 'b', 'c')", "must be a boolean"),
        ("case(true, 'b')", "Too few"),
        ("secrets.TOKEN", "Unrecognized named-value: 'secrets'"),
        ("hashFiles('*')", "Unrecognized function: 'hashfiles'"),
        ("(true", "')' is missing"),
        ("true false", "unexpected"),
        ("", "a value belongs here"),
    ];
    for (text, expected) in rows {
        let trouble = evaluate(text, &scope()).expect_err(text).to_string();
        assert!(trouble.contains(expected), "{text}: {trouble}");
    }
}

#[test]
fn status_functions_are_known_in_conditions_only() {
    let trouble = evaluate("always()", &Scope::default()).expect_err("because there is no status").to_string();
    assert!(trouble.contains("Unrecognized function: 'always'"), "{trouble}");
}

fn node(text: &str) -> Node {
    Node { what: What::Text(text.to_owned()), line: 3 }
}

#[test]
fn text_around_expressions_makes_text() {
    let rows = [
        ("plain", "\"plain\""),
        ("${{ 1 }}", "1"),
        ("${{ 1 }} ", "\"1 \""),
        ("${{ github.event.draft }}", "false"),
        ("a ${{ null }} b ${{ github.event.labels }}", "\"a  b Array\""),
        ("${{ '}}' }}", "\"}}\""),
        ("${{ 'it''s }} fine' }}!", "\"it's }} fine!\""),
        ("$${{ 1 }}", "\"$1\""),
        ("$(id) `id` {{ x }}", "\"$(id) `id` {{ x }}\""),
    ];
    for (text, expected) in rows {
        assert_eq!(resolve(&node(text), &scope()).expect(text).to_json(), expected, "{text}");
    }
    let trouble = resolve(&node("${{ github.ref"), &scope()).expect_err("because it does not end").to_string();
    assert_eq!(trouble, "line 3: an expression does not end in '${{ github.ref'");
    assert_eq!(segments("").expect("because it is empty").len(), 0);
}

#[test]
fn what_an_expression_returns_is_not_evaluated_again() {
    let scope = Scope::default().with("inputs", Value::map([("title", Value::text("${{ 1 }}$(id)"))]));
    let value = resolve(&node("x ${{ inputs.title }}"), &scope).expect("because it is right").spelled();
    assert_eq!(value, "x ${{ 1 }}$(id)");
}

#[test]
fn conditions_ask_for_success_unless_they_ask_for_a_status() {
    let good = Status { success: true, failure: false, cancelled: false };
    let bad = Status { success: false, failure: true, cancelled: false };
    let stopped = Status { success: false, failure: false, cancelled: true };
    let rows = [
        (None, true, false, false),
        (Some(""), true, false, false),
        (Some("true"), true, false, false),
        (Some("github.event.number == 7"), true, false, false),
        (Some("${{ github.event.number == 8 }}"), false, false, false),
        (Some("always()"), true, true, true),
        (Some("${{ always() && github.event.number == 7 }}"), true, true, true),
        (Some("failure()"), false, true, false),
        (Some("!cancelled()"), true, true, false),
        (Some("cancelled()"), false, false, true),
        (Some("success() || github.event.draft"), true, false, false),
        (Some("github.event.draft"), false, false, false),
        (Some("'false'"), true, false, false),
        // Text around the braces makes a text that is not empty.
        (Some("${{ github.event.draft }} == true"), true, false, false),
        (Some("${{ failure() }} or so"), true, true, true),
    ];
    for (text, on_success, on_failure, on_cancel) in rows {
        let node = text.map(node);
        for (status, expected) in [(good, on_success), (bad, on_failure), (stopped, on_cancel)] {
            let holds =
                condition(node.as_ref(), &scope(), status).unwrap_or_else(|trouble| panic!("{text:?}: {trouble}"));
            assert_eq!(holds, expected, "{text:?} with {status:?}");
        }
    }
}
