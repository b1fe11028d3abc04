//! The grammar: `name(argument, name = argument)`.

use std::fmt;

use super::TextError;

/// A parsed call: a name and its arguments, not yet resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    name: String,
    pub(super) arguments: Vec<(Option<String>, Value)>,
}

/// The value of an argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// Parses a name or a number.
    Word(String),
    /// A nested call.
    Call(Call),
    /// Several values.
    List(Vec<Value>),
}

/// The maximum nesting depth of calls and lists.
const DEPTH: usize = 32;

impl Call {
    /// Parses a text.
    ///
    /// # Errors
    /// [`TextError::Syntax`], which shows the position.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let mut cursor = Cursor { text, rest: text.trim_start() };
        let name = cursor.word("a name")?;
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return Err(TextError::Syntax { text: text.to_owned(), expected: "a name", rest: text.trim().to_owned() });
        }
        let arguments = cursor.arguments(DEPTH)?;
        if cursor.rest.is_empty() { Ok(Self { name, arguments }) } else { Err(cursor.expected("the end")) }
    }

    /// Returns `true` if an argument with this name is given.
    pub(super) fn gives(&self, name: &str) -> bool {
        self.arguments.iter().any(|(given, _)| given.as_deref() == Some(name))
    }

    /// Returns the only positional argument, if it is a number.
    pub(super) fn lone_number(&self) -> Option<String> {
        let mut without = self.arguments.iter().filter(|(name, _)| name.is_none()).map(|(_, value)| value);
        match (without.next(), without.next()) {
            (Some(Value::Word(word)), None) if word.parse::<f64>().is_ok() => Some(word.clone()),
            _ => None,
        }
    }

    /// Creates a call without arguments, for a word where a call is expected.
    pub(super) fn of_word(name: String) -> Self {
        Self { name, arguments: Vec::new() }
    }

    /// Returns the name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Value {
    /// Returns the word, if the value is one.
    pub(crate) fn word(&self) -> Option<&str> {
        match self {
            Self::Word(word) => Some(word),
            _ => None,
        }
    }
}

/// Writes the items separated by commas: `a, b`.
fn joined<T: fmt::Display>(f: &mut fmt::Formatter<'_>, items: &[T]) -> fmt::Result {
    for (place, item) in items.iter().enumerate() {
        write!(f, "{}{item}", if place > 0 { ", " } else { "" })?;
    }
    Ok(())
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.name)?;
        let written = |(name, value): &(Option<String>, Value)| match name {
            Some(name) => format!("{name} = {value}"),
            None => value.to_string(),
        };
        joined(f, &self.arguments.iter().map(written).collect::<Vec<_>>())?;
        f.write_str(")")
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) => f.write_str(word),
            Self::Call(call) => call.fmt(f),
            Self::List(values) => {
                f.write_str("[")?;
                joined(f, values)?;
                f.write_str("]")
            }
        }
    }
}

/// A parser position: the text and the unparsed rest.
struct Cursor<'a> {
    text: &'a str,
    rest: &'a str,
}

impl Cursor<'_> {
    fn expected(&self, expected: &'static str) -> TextError {
        TextError::Syntax { text: self.text.to_owned(), expected, rest: self.rest.to_owned() }
    }

    fn eat(&mut self, token: char) -> bool {
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest.trim_start();
                true
            }
            None => false,
        }
    }

    /// Parses a name or a number.
    fn word(&mut self, expected: &'static str) -> Result<String, TextError> {
        let inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '+' | '-');
        let end = self.rest.find(|c| !inside(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        let word = word.to_owned();
        if word.is_empty() {
            return Err(self.expected(expected));
        }
        self.rest = rest.trim_start();
        Ok(word)
    }

    /// Parses the arguments in parentheses, if there are any.
    fn arguments(&mut self, depth: usize) -> Result<Vec<(Option<String>, Value)>, TextError> {
        let mut arguments = Vec::new();
        if !self.eat('(') {
            return Ok(arguments);
        }
        while !self.eat(')') {
            let argument = match self.value("an argument or ')'", depth)? {
                Value::Word(name) if self.eat('=') => (Some(name), self.value("a value", depth)?),
                _ if arguments.iter().any(|(name, _): &(Option<String>, Value)| name.is_some()) => {
                    return Err(self.expected("'=' (positional arguments come before named ones)"));
                }
                value => (None, value),
            };
            arguments.push(argument);
            if !self.eat(',') && !self.rest.starts_with(')') {
                return Err(self.expected("',' or ')'"));
            }
        }
        Ok(arguments)
    }

    /// Parses a word, a call with parentheses or a list.
    fn value(&mut self, expected: &'static str, depth: usize) -> Result<Value, TextError> {
        if depth == 0 {
            return Err(self.expected("at most 32 nested calls and lists"));
        }
        if self.eat('[') {
            let mut values = Vec::new();
            while !self.eat(']') {
                values.push(self.value("a value or ']'", depth - 1)?);
                if !self.eat(',') && !self.rest.starts_with(']') {
                    return Err(self.expected("',' or ']'"));
                }
            }
            return Ok(Value::List(values));
        }
        let name = self.word(expected)?;
        if self.rest.starts_with('(') && name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return Ok(Value::Call(Call { name, arguments: self.arguments(depth - 1)? }));
        }
        Ok(Value::Word(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar() {
        for good in [
            "a",
            "a()",
            " a ( ) ",
            "a(1)",
            "a(1,)",
            "a( 1 , b = -2e-3 )",
            "a(b=c)",
            "a_1(x = inf)",
            "a(b())",
            "a(b(1), c = d(e = [1, x,]))",
            "a([])",
        ] {
            assert!(Call::parse(good).is_ok(), "{good}");
        }
        for bad in
            ["", " ", "1", "a(", "a)", "a(1", "a(1 2)", "a(b=)", "a(=1)", "a(,)", "a(b=1, 2)", "a b", "a(1))", "ä"]
                .into_iter()
                .chain(["a(b(", "a([1)", "a([1 2])", "a(1(2))", "a(b()=1)", "[1]", "a([,])"])
        {
            assert!(matches!(Call::parse(bad), Err(TextError::Syntax { .. })), "{bad}");
        }
    }

    #[test]
    fn depth_has_an_end() {
        let nested = |depth: usize| format!("{}x{}", "a(".repeat(depth), ")".repeat(depth));
        assert!(Call::parse(&nested(DEPTH)).is_ok());
        for text in [nested(DEPTH + 1), nested(100_000), "a(".to_owned() + &"[".repeat(100_000)] {
            assert!(matches!(Call::parse(&text), Err(TextError::Syntax { .. })));
        }
    }
}
