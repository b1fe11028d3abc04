//! `name(argument, name = argument)`: the one shape that texts have.

use std::collections::VecDeque;

use super::TextError;

/// A parsed text: a name and its arguments, not yet given a meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    name: String,
    arguments: Vec<(Option<String>, String)>,
}

/// The arguments of a [`Call`], taken one by one by whoever knows what they mean.
#[derive(Clone, Debug)]
pub struct Arguments {
    call: String,
    positional: VecDeque<String>,
    named: Vec<(String, String)>,
    declared: Vec<&'static str>,
}

impl Call {
    /// Reads a text by the grammar.
    ///
    /// # Errors
    /// [`TextError::Syntax`], which shows where.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let mut cursor = Cursor { text, rest: text.trim_start() };
        let name = cursor.word("a name")?;
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return Err(TextError::Syntax { text: text.to_owned(), expected: "a name", rest: text.trim().to_owned() });
        }
        let mut arguments = Vec::new();
        if cursor.eat('(') {
            while !cursor.eat(')') {
                let first = cursor.word("an argument or ')'")?;
                let argument = if cursor.eat('=') {
                    (Some(first), cursor.word("a value")?)
                } else {
                    if arguments.iter().any(|(name, _): &(Option<String>, String)| name.is_some()) {
                        return Err(cursor.expected("'=' (an argument without a name comes before those with one)"));
                    }
                    (None, first)
                };
                arguments.push(argument);
                if !cursor.eat(',') && !cursor.rest.starts_with(')') {
                    return Err(cursor.expected("',' or ')'"));
                }
            }
        }
        if cursor.rest.is_empty() { Ok(Self { name, arguments }) } else { Err(cursor.expected("the end")) }
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The arguments, to be taken.
    #[must_use]
    pub fn arguments(&self) -> Arguments {
        let named = |(name, value): &(Option<String>, String)| name.clone().map(|name| (name, value.clone()));
        let positional = |(name, value): &(Option<String>, String)| name.is_none().then(|| value.clone());
        Arguments {
            call: self.name.clone(),
            positional: self.arguments.iter().filter_map(positional).collect(),
            named: self.arguments.iter().filter_map(named).collect(),
            declared: Vec::new(),
        }
    }
}

/// What is left of a text.
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

    /// A name or a number.
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
}

impl Arguments {
    /// Takes an argument as written. The order of these calls is the order in which arguments are declared.
    fn take(&mut self, name: &'static str) -> Result<Option<String>, TextError> {
        self.declared.push(name);
        let position = self.named.iter().position(|(given, _)| given == name);
        let named = position.map(|at| self.named.remove(at).1);
        let positional = self.positional.pop_front();
        let again = self.named.iter().any(|(given, _)| given == name);
        if again || (named.is_some() && positional.is_some()) {
            return Err(TextError::Twice { call: self.call.clone(), argument: name.to_owned() });
        }
        Ok(named.or(positional))
    }

    fn wrong(&self, argument: &'static str, value: String, wanted: impl Into<String>) -> TextError {
        TextError::Kind { call: self.call.clone(), argument, value, wanted: wanted.into() }
    }

    /// Takes a number. NaN and the infinities pass: the initialiser names them better.
    ///
    /// # Errors
    /// [`TextError::Kind`] if it is no number, [`TextError::Twice`].
    pub fn number(&mut self, name: &'static str, default: f64) -> Result<f64, TextError> {
        match self.take(name)? {
            None => Ok(default),
            Some(value) => value.parse().map_err(|_| self.wrong(name, value, "a number")),
        }
    }

    /// Takes a number that has no default.
    ///
    /// # Errors
    /// [`TextError::Missing`], and as [`Arguments::number`].
    pub fn required(&mut self, name: &'static str) -> Result<f64, TextError> {
        match self.take(name)? {
            None => Err(TextError::Missing { call: self.call.clone(), argument: name }),
            Some(value) => value.parse().map_err(|_| self.wrong(name, value, "a number")),
        }
    }

    /// Takes `true` or `false`.
    ///
    /// # Errors
    /// [`TextError::Kind`] if it is neither, [`TextError::Twice`].
    pub fn flag(&mut self, name: &'static str, default: bool) -> Result<bool, TextError> {
        match self.take(name)? {
            None => Ok(default),
            Some(value) => value.parse().map_err(|_| self.wrong(name, value, "true or false")),
        }
    }

    /// Takes one of several words.
    ///
    /// # Errors
    /// [`TextError::Kind`] if it is none of them, [`TextError::Twice`].
    pub fn choice<T: Copy>(
        &mut self,
        name: &'static str,
        default: T,
        choices: &[(&'static str, T)],
    ) -> Result<T, TextError> {
        let Some(value) = self.take(name)? else { return Ok(default) };
        match choices.iter().find(|(word, _)| *word == value) {
            Some((_, choice)) => Ok(*choice),
            None => {
                let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
                Err(self.wrong(name, value, format!("one of {}", words.join(", "))))
            }
        }
    }

    /// Refuses what nobody took.
    ///
    /// # Errors
    /// [`TextError::UnknownArgument`].
    pub fn finish(self) -> Result<(), TextError> {
        let named = self.named.into_iter().map(|(name, _)| format!("'{name}'"));
        let mut left = named.chain(self.positional.into_iter().map(|value| format!("for the value {value}")));
        match left.next() {
            None => Ok(()),
            Some(argument) => Err(TextError::UnknownArgument { call: self.call, argument, declared: self.declared }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar() {
        for good in ["a", "a()", " a ( ) ", "a(1)", "a(1,)", "a( 1 , b = -2e-3 )", "a(b=c)", "a_1(x = inf)"] {
            assert!(Call::parse(good).is_ok(), "{good}");
        }
        for bad in
            ["", " ", "1", "a(", "a)", "a(1", "a(1 2)", "a(b=)", "a(=1)", "a(,)", "a(b=1, 2)", "a b", "a(1))", "ä"]
        {
            assert!(matches!(Call::parse(bad), Err(TextError::Syntax { .. })), "{bad}");
        }
    }

    #[test]
    fn arguments_by_place_and_by_name() {
        let take = |text: &str| {
            let mut arguments = Call::parse(text)?.arguments();
            let pair = (arguments.number("x", 1.0)?, arguments.number("y", 2.0)?);
            arguments.finish().map(|()| pair)
        };
        assert_eq!(take("f"), Ok((1.0, 2.0)));
        assert_eq!(take("f(5)"), Ok((5.0, 2.0)));
        assert_eq!(take("f(5, y = 6)"), Ok((5.0, 6.0)));
        assert_eq!(take("f(y = 6, x = 5)"), Ok((5.0, 6.0)));
        assert!(matches!(take("f(5, x = 6)"), Err(TextError::Twice { .. })));
        assert!(matches!(take("f(x = 5, x = 6)"), Err(TextError::Twice { .. })));
        assert!(matches!(take("f(1, 2, 3)"), Err(TextError::UnknownArgument { .. })));
        assert!(matches!(take("f(z = 3)"), Err(TextError::UnknownArgument { .. })));
        assert!(matches!(take("f(one)"), Err(TextError::Kind { .. })));
    }
}
