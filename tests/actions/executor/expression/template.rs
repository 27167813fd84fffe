//! Text and YAML with `${{ … }}` in it.

use std::rc::Rc;

use super::evaluate::{Scope, Status, evaluate};
use super::functions::STATUS;
use super::parser::{Expression, parse};
use super::value::Value;
use crate::executor::yaml::{Node, What};
use crate::executor::{Result, Trouble};

/// A part of a text.
#[derive(Debug)]
pub enum Segment<'t> {
    Literal(&'t str),
    /// What stands between the braces.
    Expression(&'t str),
}

/// Cuts a text at its expressions. Braces within quotes of an expression do not end it.
pub fn segments(text: &str) -> Result<Vec<Segment<'_>>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${{") {
        let end = end_of(after).ok_or_else(|| Trouble::new(format!("an expression does not end in '{text}'")))?;
        if !before.is_empty() {
            found.push(Segment::Literal(before));
        }
        found.push(Segment::Expression(&after[..end]));
        rest = &after[end + 2..];
    }
    if !rest.is_empty() {
        found.push(Segment::Literal(rest));
    }
    Ok(found)
}

fn end_of(text: &str) -> Option<usize> {
    let mut quoted = false;
    text.char_indices().find_map(|(at, c)| {
        quoted ^= c == '\'';
        (!quoted && text[at..].starts_with("}}")).then_some(at)
    })
}

/// Every expression in a text.
pub fn expressions(text: &str) -> Result<Vec<Expression>> {
    let texts = segments(text)?.into_iter().filter_map(|segment| match segment {
        Segment::Expression(text) => Some(parse(text)),
        Segment::Literal(_) => None,
    });
    texts.collect()
}

/// Evaluates a text: one expression alone keeps its kind.
fn resolve_scalar(text: &str, scope: &Scope) -> Result<Value> {
    let segments = segments(text)?;
    if let [Segment::Expression(text)] = segments[..] {
        return super::evaluate(text, scope);
    }
    let mut whole = String::new();
    for segment in segments {
        match segment {
            Segment::Literal(text) => whole.push_str(text),
            Segment::Expression(text) => whole.push_str(&super::evaluate(text, scope)?.spelled()),
        }
    }
    Ok(Value::text(whole))
}

/// Evaluates everything in a piece of YAML.
pub fn resolve(node: &Node, scope: &Scope) -> Result<Value> {
    Ok(match &node.what {
        What::Null => Value::Null,
        What::Bool(value) => Value::Bool(*value),
        What::Number(value) => Value::Number(*value),
        What::Text(text) => {
            resolve_scalar(text, scope).map_err(|trouble| trouble.of(&format!("line {}", node.line)))?
        }
        What::List(items) => {
            Value::List(Rc::new(items.iter().map(|item| resolve(item, scope)).collect::<Result<Vec<_>>>()?))
        }
        What::Map(entries) => {
            let pairs = entries.iter().map(|entry| Ok((entry.key.clone(), resolve(&entry.value, scope)?)));
            Value::Map(Rc::new(pairs.collect::<Result<_>>()?))
        }
    })
}

/// Spells a value where GitHub takes nothing but text.
pub fn spell(value: &Value) -> Result<String> {
    match value {
        Value::List(_) => Err(Trouble::new("A sequence was not expected".to_owned())),
        Value::Map(_) => Err(Trouble::new("A mapping was not expected".to_owned())),
        value => Ok(value.spelled()),
    }
}

/// Evaluates YAML that must become text.
pub fn resolve_text(node: &Node, scope: &Scope) -> Result<String> {
    spell(&resolve(node, scope)?).map_err(|trouble| trouble.of(&format!("line {}", node.line)))
}

/// Evaluates an `if:`, whose braces may be left out, and to which `success()` is added where it asks for no status.
pub fn condition(node: Option<&Node>, scope: &Scope, status: Status) -> Result<bool> {
    let scope = scope.with_status(status);
    let text = match node.map(|node| &node.what) {
        None | Some(What::Null) => return Ok(status.success),
        Some(What::Bool(value)) => return Ok(status.success && *value),
        Some(What::Number(value)) => return Ok(status.success && *value != 0.0),
        Some(What::Text(text)) => text.trim(),
        Some(What::List(_) | What::Map(_)) => return Err(Trouble::new("an 'if' is a text".to_owned())),
    };
    let parts = segments(text)?;
    let text = match parts[..] {
        [Segment::Expression(text) | Segment::Literal(text)] => text,
        [] => return Ok(status.success),
        // Text around an expression makes a text, and one that is not empty is true.
        _ => return Ok(asks_for_status(&expressions(text)?) || status.success),
    };
    let parsed = parse(text)?;
    let holds = evaluate(&parsed, &scope)?.is_true();
    Ok(holds && (status.success || asks_for_status(&[parsed])))
}

fn asks_for_status(all: &[Expression]) -> bool {
    let mut found = false;
    for expression in all {
        expression
            .visit(&mut |part| found |= matches!(part, Expression::Call(name, _) if STATUS.contains(&name.as_str())));
    }
    found
}
