//! Cuts an expression into words.

use super::value::{Value, parse_number};
use crate::executor::{Result, Trouble};

#[derive(Clone, Debug)]
pub(super) enum Token {
    Literal(Value),
    Name(String),
    /// One of `( ) [ ] . , * ! < <= > >= == != && ||`.
    Sign(&'static str),
}

/// The longer ones first, so that none is taken for two.
const SIGNS: [&str; 16] = ["<=", ">=", "==", "!=", "&&", "||", "(", ")", "[", "]", ".", ",", "*", "!", "<", ">"];

pub(super) fn tokens(text: &str) -> Result<Vec<Token>> {
    let mut found: Vec<Token> = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let after_dot = matches!(found.last(), Some(Token::Sign(".")));
        let after_value =
            matches!(found.last(), Some(Token::Literal(_) | Token::Name(_) | Token::Sign(")" | "]" | "*")));
        let (token, length) = if first == '\'' {
            quoted(rest)?
        } else if first.is_ascii_alphabetic() || first == '_' {
            name(rest, after_dot)
        } else if first.is_ascii_digit() || "+-".contains(first) || (first == '.' && !after_value) {
            number(rest)?
        } else {
            let sign = SIGNS.into_iter().find(|sign| rest.starts_with(sign));
            let sign = sign.ok_or_else(|| Trouble::new(format!("unexpected symbol '{first}' in '{text}'")))?;
            (Token::Sign(sign), sign.len())
        };
        found.push(token);
        rest = rest[length..].trim_start();
    }
    Ok(found)
}

/// A text in single quotes, in which a quote is doubled.
fn quoted(text: &str) -> Result<(Token, usize)> {
    let mut value = String::new();
    let mut rest = &text[1..];
    loop {
        let Some((before, after)) = rest.split_once('\'') else {
            return Err(Trouble::new(format!("the text {text} does not end")));
        };
        value.push_str(before);
        match after.strip_prefix('\'') {
            Some(after) => {
                value.push('\'');
                rest = after;
            }
            None => return Ok((Token::Literal(Value::text(value)), text.len() - after.len())),
        }
    }
}

fn name(text: &str, after_dot: bool) -> (Token, usize) {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-').unwrap_or(text.len());
    let token = match &text[..end] {
        name if after_dot => Token::Name(name.to_owned()),
        "null" => Token::Literal(Value::Null),
        "true" => Token::Literal(Value::Bool(true)),
        "false" => Token::Literal(Value::Bool(false)),
        "NaN" => Token::Literal(Value::Number(f64::NAN)),
        "Infinity" => Token::Literal(Value::Number(f64::INFINITY)),
        name => Token::Name(name.to_owned()),
    };
    (token, end)
}

fn number(text: &str) -> Result<(Token, usize)> {
    let end = text.find(|c: char| c.is_whitespace() || "()[],!<>=&|*'".contains(c)).unwrap_or(text.len());
    let value = parse_number(&text[..end]);
    if value.is_nan() {
        return Err(Trouble::new(format!("'{}' is no number", &text[..end])));
    }
    Ok((Token::Literal(Value::Number(value)), end))
}
