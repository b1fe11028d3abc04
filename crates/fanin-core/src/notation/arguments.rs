//! The argument reader, which takes the arguments of a call one by one.

use std::collections::VecDeque;
use std::fmt::Debug;

use super::argument_type::ArgumentType;
use super::call::{Call, Value};
use super::error::TextError;
use crate::initializer::Initializer;

/// The arguments of a [`Call`], taken one by one in declared order.
#[derive(Clone, Debug)]
pub struct Arguments {
    call: String,
    positional: VecDeque<Value>,
    named: Vec<(String, Value)>,
    declared: Vec<&'static str>,
    /// Builds arguments that are initializers.
    builder: Option<&'static dyn Builder>,
}

/// Builds initializers from calls.
pub(super) trait Builder: Debug + Sync {
    /// Builds the initializer of `call`.
    ///
    /// # Errors
    /// [`TextError`] if the name is unknown or an argument is invalid.
    fn build(&'static self, call: &Call) -> Result<Box<dyn Initializer>, TextError>;
}

impl Call {
    /// Returns a reader of the arguments.
    #[must_use]
    pub fn arguments(&self) -> Arguments {
        self.arguments_with(None)
    }

    /// Returns a reader of the arguments; `builder` builds those that are initializers.
    pub(super) fn arguments_with(&self, builder: Option<&'static dyn Builder>) -> Arguments {
        let named = |(name, value): &(Option<String>, Value)| name.clone().map(|name| (name, value.clone()));
        let positional = |(name, value): &(Option<String>, Value)| name.is_none().then(|| value.clone());
        Arguments {
            call: self.name().to_owned(),
            positional: self.arguments.iter().filter_map(positional).collect(),
            named: self.arguments.iter().filter_map(named).collect(),
            declared: Vec::new(),
            builder,
        }
    }
}

impl Arguments {
    /// Takes an argument as written. Positional arguments are assigned in the order of these calls.
    fn take(&mut self, name: &'static str) -> Result<Option<Value>, TextError> {
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

    /// Takes a required argument.
    fn take_required(&mut self, name: &'static str) -> Result<Value, TextError> {
        self.take(name)?.ok_or_else(|| TextError::Missing { call: self.call.clone(), argument: name })
    }

    fn wrong(&self, argument: &'static str, value: &Value, wanted: impl Into<String>) -> TextError {
        TextError::Kind { call: self.call.clone(), argument, value: value.to_string(), wanted: wanted.into() }
    }

    fn read<T: ArgumentType>(&self, name: &'static str, value: &Value) -> Result<T, TextError> {
        T::read(value).ok_or_else(|| self.wrong(name, value, T::wanted()))
    }

    /// Takes an argument of type `T`, or returns the default.
    pub(super) fn typed<T: ArgumentType>(&mut self, name: &'static str, default: T) -> Result<T, TextError> {
        let value = self.take(name)?;
        value.map_or(Ok(default), |value| self.read(name, &value))
    }

    /// Takes a required argument of type `T`.
    pub(super) fn required<T: ArgumentType>(&mut self, name: &'static str) -> Result<T, TextError> {
        let value = self.take_required(name)?;
        self.read(name, &value)
    }

    /// Takes a number. Accepts NaN and infinities; the caller can report them better.
    ///
    /// # Errors
    /// [`TextError::Kind`] if it is not a number, [`TextError::Twice`] if it is given twice.
    pub fn number(&mut self, name: &'static str, default: f64) -> Result<f64, TextError> {
        self.typed(name, default)
    }

    /// Takes a count, a whole number of at least 0.
    ///
    /// # Errors
    /// [`TextError::Kind`] if it is not a count, [`TextError::Twice`] if it is given twice.
    pub fn count(&mut self, name: &'static str, default: usize) -> Result<usize, TextError> {
        self.typed(name, default)
    }

    /// Takes a list of counts.
    pub(super) fn counts(&mut self, name: &'static str, default: &[usize]) -> Result<Vec<usize>, TextError> {
        const WANTED: &str = "a list of whole numbers, such as [2, 1, 1]";
        match self.take(name)? {
            None => Ok(default.to_vec()),
            Some(Value::List(values)) => {
                values.iter().map(|value| usize::read(value).ok_or_else(|| self.wrong(name, value, WANTED))).collect()
            }
            Some(value) => Err(self.wrong(name, &value, WANTED)),
        }
    }

    /// Takes one of several words.
    ///
    /// # Errors
    /// [`TextError::Kind`] if it is not one of `choices`, [`TextError::Twice`] if it is given twice.
    pub fn choice<T: Copy>(
        &mut self,
        name: &'static str,
        default: T,
        choices: &[(&'static str, T)],
    ) -> Result<T, TextError> {
        let Some(value) = self.take(name)? else { return Ok(default) };
        let chosen = value.word().and_then(|given| choices.iter().find(|(word, _)| *word == given));
        chosen.map(|(_, choice)| *choice).ok_or_else(|| {
            let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            self.wrong(name, &value, format!("one of {}", words.join(", ")))
        })
    }

    /// Takes an initializer, or builds the default from its text.
    pub(super) fn initializer(
        &mut self,
        name: &'static str,
        default: Option<&'static str>,
    ) -> Result<Box<dyn Initializer>, TextError> {
        let value = match (self.take(name)?, default) {
            (Some(value), _) => value,
            (None, Some(default)) => Value::Call(Call::parse(default)?),
            (None, None) => return Err(TextError::Missing { call: self.call.clone(), argument: name }),
        };
        self.built(name, value)
    }

    /// Takes all positional arguments as initializers.
    pub(super) fn initializers(&mut self, name: &'static str) -> Result<Vec<Box<dyn Initializer>>, TextError> {
        self.declared.push(name);
        let values = std::mem::take(&mut self.positional);
        values.into_iter().map(|value| self.built(name, value)).collect()
    }

    fn built(&self, name: &'static str, value: Value) -> Result<Box<dyn Initializer>, TextError> {
        let call = match value {
            Value::Word(word) if word.starts_with(|c: char| c.is_ascii_alphabetic()) => Call::of_word(word),
            Value::Call(call) => call,
            other => return Err(self.wrong(name, &other, "an initializer")),
        };
        match self.builder {
            Some(builder) => builder.build(&call),
            None => {
                Err(TextError::UnknownName { name: call.name().to_owned(), suggestions: Vec::new(), known: Vec::new() })
            }
        }
    }

    /// Returns an error if arguments are left.
    ///
    /// # Errors
    /// [`TextError::UnknownArgument`] for the first argument left.
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
