//! GitHub's expression language: what stands between `${{` and `}}`, and in `if:`.
//!
//! The rules are those of "Evaluate expressions in workflows and actions" in GitHub's documentation, and where it is silent those of
//! the runner (`src/Sdk/DTExpressions2` of actions/runner).

mod evaluate;
mod functions;
mod lexer;
mod parser;
mod template;
mod value;

pub use evaluate::{Scope, Status};
pub use parser::{Expression, parse};
pub use template::{Segment, condition, expressions, resolve, resolve_text, segments, spell};
pub use value::{Pairs, Value};

/// Evaluates the text of one expression, without its braces.
pub fn evaluate(text: &str, scope: &Scope) -> super::Result<Value> {
    evaluate::evaluate(&parse(text)?, scope)
}
