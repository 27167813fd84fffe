//! Builds the tree of an expression.

use super::lexer::{Token, tokens};
use super::value::Value;
use crate::executor::{Result, Trouble};

/// An expression.
#[derive(Clone, Debug)]
pub enum Expression {
    Literal(Value),
    /// A context, such as `github`.
    Context(String),
    /// `a.b` and `a[b]`.
    Index(Box<Expression>, Box<Expression>),
    /// `a.*` and `a[*]`.
    Every(Box<Expression>),
    Not(Box<Expression>),
    Binary(&'static str, Box<Expression>, Box<Expression>),
    /// A function by its name in lower case.
    Call(String, Vec<Expression>),
}

impl Expression {
    /// Calls a function for this expression and all within it.
    pub fn visit(&self, with: &mut impl FnMut(&Self)) {
        with(self);
        match self {
            Self::Literal(_) | Self::Context(_) => {}
            Self::Every(inner) | Self::Not(inner) => inner.visit(with),
            Self::Index(left, right) | Self::Binary(_, left, right) => {
                left.visit(with);
                right.visit(with);
            }
            Self::Call(_, arguments) => arguments.iter().for_each(|argument| argument.visit(with)),
        }
    }

    /// The path that it is, such as `["steps", "pick", "outputs", "count"]`, if it is a context with literal names.
    pub fn path(&self) -> Option<Vec<String>> {
        match self {
            Self::Context(name) => Some(vec![name.clone()]),
            Self::Index(base, key) => {
                let Self::Literal(Value::Text(key)) = &**key else { return None };
                let mut path = base.path()?;
                path.push(key.to_string());
                Some(path)
            }
            _ => None,
        }
    }
}

/// Parses an expression without its braces.
pub fn parse(text: &str) -> Result<Expression> {
    let mut tokens = tokens(text)?;
    tokens.reverse();
    let mut parser = Parser { tokens };
    let parsed = parser.binary(0).and_then(|parsed| match parser.tokens.last() {
        None => Ok(parsed),
        Some(token) => Err(Trouble::new(format!("unexpected {token:?}"))),
    });
    parsed.map_err(|trouble| trouble.of(&format!("the expression '{}'", text.trim())))
}

/// Binary operators, from those that bind least.
const LEVELS: [&[&str]; 4] = [&["||"], &["&&"], &["==", "!="], &["<", "<=", ">", ">="]];

struct Parser {
    /// The last one is next.
    tokens: Vec<Token>,
}

impl Parser {
    fn next_sign(&self) -> Option<&'static str> {
        match self.tokens.last() {
            Some(Token::Sign(sign)) => Some(sign),
            _ => None,
        }
    }

    fn skip(&mut self, sign: &str) -> bool {
        let found = self.next_sign() == Some(sign);
        if found {
            self.tokens.pop();
        }
        found
    }

    fn require(&mut self, sign: &str) -> Result<()> {
        if self.skip(sign) { Ok(()) } else { Err(Trouble::new(format!("'{sign}' is missing"))) }
    }

    fn binary(&mut self, level: usize) -> Result<Expression> {
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.binary(level + 1)?;
        while let Some(operator) = self.next_sign().filter(|sign| operators.contains(sign)) {
            self.tokens.pop();
            left = Expression::Binary(operator, Box::new(left), Box::new(self.binary(level + 1)?));
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Expression> {
        if self.skip("!") { Ok(Expression::Not(Box::new(self.unary()?))) } else { self.postfix() }
    }

    fn postfix(&mut self) -> Result<Expression> {
        let mut value = self.primary()?;
        loop {
            value = if self.skip(".") {
                match self.tokens.pop() {
                    Some(Token::Sign("*")) => Expression::Every(Box::new(value)),
                    Some(Token::Name(name)) => {
                        Expression::Index(Box::new(value), Box::new(Expression::Literal(Value::text(name))))
                    }
                    other => return Err(Trouble::new(format!("a name belongs after '.', not {other:?}"))),
                }
            } else if self.skip("[") {
                let inner = if self.skip("*") {
                    Expression::Every(Box::new(value))
                } else {
                    Expression::Index(Box::new(value), Box::new(self.binary(0)?))
                };
                self.require("]")?;
                inner
            } else {
                return Ok(value);
            };
        }
    }

    fn primary(&mut self) -> Result<Expression> {
        match self.tokens.pop() {
            Some(Token::Literal(value)) => Ok(Expression::Literal(value)),
            Some(Token::Name(name)) if self.skip("(") => {
                let mut arguments = Vec::new();
                while !self.skip(")") {
                    if !arguments.is_empty() {
                        self.require(",")?;
                    }
                    arguments.push(self.binary(0)?);
                }
                Ok(Expression::Call(name.to_ascii_lowercase(), arguments))
            }
            Some(Token::Name(name)) => Ok(Expression::Context(name)),
            Some(Token::Sign("(")) => {
                let inner = self.binary(0)?;
                self.require(")")?;
                Ok(inner)
            }
            other => Err(Trouble::new(format!("a value belongs here, not {other:?}"))),
        }
    }
}
