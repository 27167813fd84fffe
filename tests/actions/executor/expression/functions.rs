//! The functions of the language. `hashFiles` is not among them: nothing here needs it.

use std::rc::Rc;

use super::evaluate::{Scope, evaluate};
use super::parser::Expression;
use super::value::{Value, fold};
use crate::executor::{Result, Trouble};

/// The functions that answer by the status of what ran before.
pub(super) const STATUS: [&str; 4] = ["success", "failure", "always", "cancelled"];

/// Calls a function by its name in lower case.
pub(super) fn call(name: &str, arguments: &[Expression], scope: &Scope) -> Result<Value> {
    let unknown = || Trouble::new(format!("Unrecognized function: '{name}'"));
    let (least, most) = match name {
        "contains" | "startswith" | "endswith" => (2, 2),
        "format" => (1, 255),
        "join" => (1, 2),
        "tojson" | "fromjson" => (1, 1),
        "case" => (3, 255),
        _ if STATUS.contains(&name) => (0, 0),
        _ => return Err(unknown()),
    };
    if arguments.len() < least || arguments.len() > most {
        let wrong = if arguments.len() < least { "Too few" } else { "Too many" };
        return Err(Trouble::new(format!("{wrong} parameters supplied: '{name}'")));
    }
    if let Some(at) = STATUS.iter().position(|status| *status == name) {
        let status = scope.status.ok_or_else(unknown)?;
        return Ok(Value::Bool([status.success, status.failure, true, status.cancelled][at]));
    }
    if name == "case" {
        return case(arguments, scope);
    }
    let values = arguments.iter().map(|argument| evaluate(argument, scope)).collect::<Result<Vec<_>>>()?;
    let texts =
        || values.iter().all(Value::is_primitive).then(|| (fold(&values[0].spelled()), fold(&values[1].spelled())));
    Ok(match name {
        "contains" => Value::Bool(match &values[0] {
            Value::List(items) => items.iter().any(|item| item.loosely_equals(&values[1])),
            _ => texts().is_some_and(|(text, part)| text.contains(&part)),
        }),
        "startswith" => Value::Bool(texts().is_some_and(|(text, part)| text.starts_with(&part))),
        "endswith" => Value::Bool(texts().is_some_and(|(text, part)| text.ends_with(&part))),
        "format" => Value::text(format(&values[0].spelled(), &values[1..])?),
        "join" => join(&values),
        "tojson" => Value::text(values[0].to_json()),
        _ => Value::from_json(&values[0].spelled())
            .map_err(|error| Trouble::new(format!("Error parsing fromJson: {error}")))?,
    })
}

/// Pairs of a condition and a value, then the value for none of them. What is not chosen is not evaluated.
fn case(arguments: &[Expression], scope: &Scope) -> Result<Value> {
    if arguments.len().is_multiple_of(2) {
        return Err(Trouble::new("case() takes pairs of a condition and a value, then a default".to_owned()));
    }
    let (default, pairs) = arguments.split_last().expect("because there are at least three");
    for pair in pairs.chunks(2) {
        match evaluate(&pair[0], scope)? {
            Value::Bool(true) => return evaluate(&pair[1], scope),
            Value::Bool(false) => {}
            other => {
                return Err(Trouble::new(format!("a condition of case() must be a boolean, not {}", other.to_json())));
            }
        }
    }
    evaluate(default, scope)
}

fn join(values: &[Value]) -> Value {
    let given = values.get(1).filter(|separator| separator.is_primitive());
    let separator = given.map_or_else(|| ",".to_owned(), Value::spelled);
    match &values[0] {
        Value::List(items) => Value::text(items.iter().map(Value::spelled).collect::<Vec<_>>().join(&separator)),
        Value::Map(_) => Value::Text(Rc::from("")),
        value => Value::text(value.spelled()),
    }
}

/// Puts values into the places `{0}`, `{1}`, …; doubled braces stand for themselves.
fn format(pattern: &str, values: &[Value]) -> Result<String> {
    let broken = || Trouble::new(format!("The following format string is invalid: {pattern}"));
    let mut text = String::new();
    let mut rest = pattern;
    while let Some(at) = rest.find(['{', '}']) {
        text.push_str(&rest[..at]);
        let brace = &rest[at..=at];
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(brace) {
            text.push_str(brace);
            rest = after;
            continue;
        }
        let (place, after) = rest.split_once('}').filter(|_| brace == "{").ok_or_else(broken)?;
        let place: usize = place.parse().map_err(|_| broken())?;
        let value = values.get(place).ok_or_else(|| {
            Trouble::new(format!("The following format string references more arguments than were supplied: {pattern}"))
        })?;
        text.push_str(&value.spelled());
        rest = after;
    }
    Ok(text + rest)
}
