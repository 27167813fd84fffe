//! Evaluates the tree of an expression.

use std::cmp::Ordering;
use std::rc::Rc;

use super::functions;
use super::parser::Expression;
use super::value::Value;
use crate::executor::{Result, Trouble};

/// What `success()` and its like answer.
#[derive(Clone, Copy, Debug)]
pub struct Status {
    pub success: bool,
    pub failure: bool,
    pub cancelled: bool,
}

/// What an expression sees at its place. A context that is not there is unknown, for GitHub has a list for each key of a workflow
/// ("Contexts reference", "Context availability").
#[derive(Clone, Debug, Default)]
pub struct Scope {
    contexts: Vec<(&'static str, Value)>,
    /// `None` where GitHub knows no status functions.
    pub status: Option<Status>,
}

impl Scope {
    /// Adds a context, or replaces it.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: Value) -> Self {
        self.contexts.retain(|(have, _)| *have != name);
        self.contexts.push((name, value));
        self
    }

    /// The same, with these contexts only.
    #[must_use]
    pub fn only(&self, names: &[&str]) -> Self {
        let contexts = self.contexts.iter().filter(|(name, _)| names.contains(name)).cloned().collect();
        Self { contexts, status: self.status }
    }

    /// The same with the answers of the status functions.
    #[must_use]
    pub fn with_status(&self, status: Status) -> Self {
        Self { contexts: self.contexts.clone(), status: Some(status) }
    }

    /// A context, or null where it is not known here.
    pub fn context(&self, name: &str) -> Value {
        let found = self.contexts.iter().find(|(have, _)| *have == name);
        found.map_or(Value::Null, |(_, value)| value.clone())
    }
}

pub(super) fn evaluate(expression: &Expression, scope: &Scope) -> Result<Value> {
    Ok(walk(expression, scope)?.0)
}

/// The value, and whether it is a list that `.*` made: indexing such a list indexes each of its items.
fn walk(expression: &Expression, scope: &Scope) -> Result<(Value, bool)> {
    let value = match expression {
        Expression::Literal(value) => value.clone(),
        Expression::Context(name) => {
            let known = scope.contexts.iter().find(|(have, _)| have.eq_ignore_ascii_case(name));
            known.ok_or_else(|| Trouble::new(format!("Unrecognized named-value: '{name}'")))?.1.clone()
        }
        Expression::Index(base, key) => {
            let (base, filtered) = walk(base, scope)?;
            let key = evaluate(key, scope)?;
            if filtered {
                let items = list(&base).iter().filter_map(|item| member(item, &key)).collect();
                return Ok((Value::List(Rc::new(items)), true));
            }
            member(&base, &key).unwrap_or(Value::Null)
        }
        Expression::Every(base) => {
            let (base, filtered) = walk(base, scope)?;
            let items = if filtered { list(&base).iter().flat_map(items).collect() } else { items(&base) };
            return Ok((Value::List(Rc::new(items)), true));
        }
        Expression::Not(inner) => Value::Bool(!evaluate(inner, scope)?.is_true()),
        Expression::Binary(operator, left, right) => binary(operator, left, right, scope)?,
        Expression::Call(name, arguments) => functions::call(name, arguments, scope)?,
    };
    Ok((value, false))
}

fn binary(operator: &str, left: &Expression, right: &Expression, scope: &Scope) -> Result<Value> {
    let left = evaluate(left, scope)?;
    match operator {
        "&&" => return if left.is_true() { evaluate(right, scope) } else { Ok(left) },
        "||" => return if left.is_true() { Ok(left) } else { evaluate(right, scope) },
        _ => {}
    }
    let right = evaluate(right, scope)?;
    let order = left.loose_order(&right);
    Ok(Value::Bool(match operator {
        "==" => left.loosely_equals(&right),
        "!=" => !left.loosely_equals(&right),
        "<" => order == Some(Ordering::Less),
        "<=" => order == Some(Ordering::Less) || left.loosely_equals(&right),
        ">" => order == Some(Ordering::Greater),
        _ => order == Some(Ordering::Greater) || left.loosely_equals(&right),
    }))
}

fn list(value: &Value) -> &[Value] {
    match value {
        Value::List(items) => items,
        _ => &[],
    }
}

fn items(value: &Value) -> Vec<Value> {
    match value {
        Value::List(items) => items.to_vec(),
        Value::Map(pairs) => pairs.iter().map(|(_, value)| value.clone()).collect(),
        _ => Vec::new(),
    }
}

/// The member of a list or a map by a key of any kind.
fn member(value: &Value, key: &Value) -> Option<Value> {
    match value {
        Value::Map(_) if key.is_primitive() => value.get(&key.spelled()).cloned(),
        Value::List(items) => {
            let at = key.number().floor();
            // Rust's cast saturates, so that a negative index has to be told apart first.
            (at >= 0.0).then(|| items.get(at as usize).cloned()).flatten()
        }
        _ => None,
    }
}
