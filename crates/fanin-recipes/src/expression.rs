//! Arithmetic expressions in recipes: `0.02 / sqrt(2 * layers)`.
//!
//! An expression consists of numbers, names, `+ - * /`, comparisons (1 or 0), `sqrt(x)`, `min(x, y)`, `max(x, y)` and
//! `if(condition, then, otherwise)`, which evaluates only the branch it needs. IEEE 754 rounds all of these operations
//! correctly, so a recipe produces the same bits on every machine. Write higher roots as nested square roots.

use thiserror::Error;

/// The maximum nesting depth.
const DEEPEST: usize = 50;
/// The maximum length in bytes; evaluating a longer text could need a deep stack.
const LONGEST: usize = 1000;

/// An error from parsing or evaluating an expression.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ExpressionError {
    /// The text does not match the grammar.
    #[error("'{text}': expected {expected} {}", position(.rest))]
    Syntax {
        /// The whole text.
        text: String,
        /// The text that the grammar expects.
        expected: &'static str,
        /// The text at that position; empty at the end.
        rest: String,
    },
    /// An unknown function, or a wrong number of arguments.
    #[error(
        "'{text}': unknown function {name} with {arguments} arguments; the functions are sqrt(x), min(x, y), max(x, \
         y) and if(condition, then, otherwise)"
    )]
    UnknownFunction {
        /// The whole text.
        text: String,
        /// The name.
        name: String,
        /// The number of arguments given.
        arguments: usize,
    },
    /// A name without a value in this context.
    #[error("{name} has no value: {reason}")]
    NoValue {
        /// The name.
        name: String,
        /// The reason, and what to do.
        reason: String,
    },
}

/// Returns the position of a syntax error in words.
fn position(rest: &str) -> String {
    if rest.is_empty() { "at the end".to_owned() } else { format!("at '{rest}'") }
}

/// A parsed expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    text: String,
    root: Node,
}

#[derive(Clone, Debug, PartialEq)]
enum Node {
    Number(f64),
    Name(String),
    Minus(Box<Node>),
    Binary(Operator, Box<Node>, Box<Node>),
    Sqrt(Box<Node>),
    If(Box<[Node; 3]>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
    Min,
    Max,
}

impl Expression {
    /// Parses an expression.
    ///
    /// # Errors
    /// [`ExpressionError::Syntax`] and [`ExpressionError::UnknownFunction`].
    pub fn parse(text: &str) -> Result<Self, ExpressionError> {
        let mut reader = Reader { text, rest: text.trim_start(), depth: 0 };
        if text.len() > LONGEST {
            return Err(reader.expected("an expression of at most 1000 bytes"));
        }
        let root = reader.comparison()?;
        if reader.rest.is_empty() {
            Ok(Self { text: text.trim().to_owned(), root })
        } else {
            Err(reader.expected("an operator or the end"))
        }
    }

    /// Returns the original text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Evaluates the expression; `value` returns the values of names.
    ///
    /// # Errors
    /// The errors of `value`.
    pub fn value(&self, value: &dyn Fn(&str) -> Result<f64, ExpressionError>) -> Result<f64, ExpressionError> {
        self.root.value(value)
    }
}

impl Node {
    fn value(&self, named: &dyn Fn(&str) -> Result<f64, ExpressionError>) -> Result<f64, ExpressionError> {
        Ok(match self {
            Self::Number(number) => *number,
            Self::Name(name) => named(name)?,
            Self::Minus(inner) => -inner.value(named)?,
            Self::Sqrt(inner) => inner.value(named)?.sqrt(),
            Self::If(parts) => {
                let [condition, then, otherwise] = &**parts;
                if condition.value(named)? == 0.0 { otherwise.value(named)? } else { then.value(named)? }
            }
            Self::Binary(operator, left, right) => operator.apply(left.value(named)?, right.value(named)?),
        })
    }
}

impl Operator {
    fn apply(self, a: f64, b: f64) -> f64 {
        match self {
            Self::Add => a + b,
            Self::Subtract => a - b,
            Self::Multiply => a * b,
            Self::Divide => a / b,
            Self::Equal => f64::from(u8::from(a == b)),
            Self::NotEqual => f64::from(u8::from(a != b)),
            Self::Less => f64::from(u8::from(a < b)),
            Self::AtMost => f64::from(u8::from(a <= b)),
            Self::Greater => f64::from(u8::from(a > b)),
            Self::AtLeast => f64::from(u8::from(a >= b)),
            Self::Min => a.min(b),
            Self::Max => a.max(b),
        }
    }
}

/// The unparsed rest of a text.
struct Reader<'a> {
    text: &'a str,
    rest: &'a str,
    depth: usize,
}

impl Reader<'_> {
    fn expected(&self, expected: &'static str) -> ExpressionError {
        ExpressionError::Syntax { text: self.text.trim().to_owned(), expected, rest: self.rest.to_owned() }
    }

    fn eat(&mut self, token: &str) -> bool {
        let rest = self.rest.strip_prefix(token);
        if let Some(rest) = rest {
            self.rest = rest.trim_start();
        }
        rest.is_some()
    }

    fn one_of(&mut self, operators: &[(&str, Operator)]) -> Option<Operator> {
        operators.iter().find(|(token, _)| self.eat(token)).map(|(_, operator)| *operator)
    }

    fn comparison(&mut self) -> Result<Node, ExpressionError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.expected("less nesting"));
        }
        let left = self.sum()?;
        let operators = [
            ("==", Operator::Equal),
            ("!=", Operator::NotEqual),
            ("<=", Operator::AtMost),
            (">=", Operator::AtLeast),
            ("<", Operator::Less),
            (">", Operator::Greater),
        ];
        let node = match self.one_of(&operators) {
            Some(operator) => Node::Binary(operator, Box::new(left), Box::new(self.sum()?)),
            None => left,
        };
        self.depth -= 1;
        Ok(node)
    }

    fn sum(&mut self) -> Result<Node, ExpressionError> {
        let mut node = self.product()?;
        while let Some(operator) = self.one_of(&[("+", Operator::Add), ("-", Operator::Subtract)]) {
            node = Node::Binary(operator, Box::new(node), Box::new(self.product()?));
        }
        Ok(node)
    }

    fn product(&mut self) -> Result<Node, ExpressionError> {
        let mut node = self.factor()?;
        while let Some(operator) = self.one_of(&[("*", Operator::Multiply), ("/", Operator::Divide)]) {
            node = Node::Binary(operator, Box::new(node), Box::new(self.factor()?));
        }
        Ok(node)
    }

    fn factor(&mut self) -> Result<Node, ExpressionError> {
        if self.eat("-") {
            self.depth += 1;
            let inner = if self.depth > DEEPEST { Err(self.expected("less nesting")) } else { self.factor() };
            self.depth -= 1;
            return Ok(Node::Minus(Box::new(inner?)));
        }
        if self.eat("(") {
            let inner = self.comparison()?;
            return if self.eat(")") { Ok(inner) } else { Err(self.expected("')'")) };
        }
        if self.rest.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
            return self.number();
        }
        let end =
            self.rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.')).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return Err(self.expected("a number, a name or '('"));
        }
        let name = name.to_owned();
        self.rest = rest.trim_start();
        if self.eat("(") { self.function(&name) } else { Ok(Node::Name(name)) }
    }

    fn number(&mut self) -> Result<Node, ExpressionError> {
        let mut exponent = false;
        let end = self.rest.char_indices().find(|(at, c)| {
            let sign_of_exponent = (*c == '+' || *c == '-') && self.rest[..*at].ends_with(['e', 'E']);
            let begins_exponent = (*c == 'e' || *c == 'E') && !exponent;
            exponent |= begins_exponent;
            !(c.is_ascii_digit() || *c == '.' || begins_exponent || sign_of_exponent)
        });
        let (digits, rest) = self.rest.split_at(end.map_or(self.rest.len(), |(at, _)| at));
        let number = digits.parse().map_err(|_| self.expected("a number"))?;
        self.rest = rest.trim_start();
        Ok(Node::Number(number))
    }

    fn function(&mut self, name: &str) -> Result<Node, ExpressionError> {
        let mut arguments = vec![self.comparison()?];
        while self.eat(",") {
            arguments.push(self.comparison()?);
        }
        if !self.eat(")") {
            return Err(self.expected("',' or ')'"));
        }
        let count = arguments.len();
        let unknown = || ExpressionError::UnknownFunction {
            text: self.text.trim().to_owned(),
            name: name.to_owned(),
            arguments: count,
        };
        let mut arguments = arguments.into_iter();
        let mut next = || arguments.next().map(Box::new).ok_or_else(unknown);
        match (name, count) {
            ("sqrt", 1) => Ok(Node::Sqrt(next()?)),
            ("min", 2) => Ok(Node::Binary(Operator::Min, next()?, next()?)),
            ("max", 2) => Ok(Node::Binary(Operator::Max, next()?, next()?)),
            ("if", 3) => Ok(Node::If(Box::new([*next()?, *next()?, *next()?]))),
            _ => Err(unknown()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Result<f64, String> {
        let names = |name: &str| match name {
            "layers" => Ok(12.0),
            "weight.dim0" => Ok(3.0),
            _ => Err(ExpressionError::NoValue { name: name.to_owned(), reason: "it is not stated".to_owned() }),
        };
        Expression::parse(text).and_then(|expression| expression.value(&names)).map_err(|error| error.to_string())
    }

    #[test]
    fn arithmetic_has_its_usual_order() {
        for (text, expected) in [
            ("1 + 2 * 3", 7.0),
            ("(1 + 2) * 3", 9.0),
            ("8 / 2 / 2", 2.0),
            ("1 - 2 - 3", -4.0),
            ("-2 * -3", 6.0),
            ("0.02 / sqrt(2 * layers)", 0.02 / 24.0_f64.sqrt()),
            ("1e-4 + 2E+1", 1e-4 + 20.0),
            ("1e-1-1", -0.9),
            (" weight.dim0*2 ", 6.0),
            ("if(layers == 12, 1, 1 / nothing)", 1.0),
            ("if(layers < 12, nothing, 2)", 2.0),
            ("min(3, 2) + max(3, 2)", 5.0),
            ("(1 >= 1) + (1 > 1) + (1 <= 1) + (1 != 1)", 2.0),
        ] {
            assert_eq!(value(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn errors_state_the_problem() {
        for (text, part) in [
            ("", "expected a number, a name or '(' at the end"),
            ("1 +", "at the end"),
            ("2 * (3", "expected ')'"),
            ("1 2", "expected an operator or the end at '2'"),
            ("1.2.3", "expected a number"),
            ("cbrt(8)", "unknown function cbrt with 1 argument"),
            ("sqrt(1, 2)", "unknown function sqrt with 2 arguments"),
            ("heads", "heads has no value"),
            ("1 # 2", "at '# 2'"),
        ] {
            let error = value(text).expect_err(text);
            assert!(error.contains(part), "{text}: {error}");
        }
        assert!(value(&"(".repeat(100_000)).is_err());
        assert!(value(&"-".repeat(100_000)).is_err());
        assert!(value(&"sqrt(".repeat(190)).is_err_and(|error| error.contains("less nesting")));
        assert!(value(&format!("1{}", "+1".repeat(499))).is_ok());
        assert!(value(&format!("1{}", "+1".repeat(100_000))).is_err());
    }
}
