//! Argument declarations: name, type and default. The parser, the printer, the constructors and the documentation pages
//! all read them.

use std::fmt::Debug;
use std::marker::PhantomData;

use super::argument_type::ArgumentType;
use super::arguments::Arguments;
use super::error::TextError;

/// An argument with a default.
#[derive(Debug)]
pub(crate) struct Argument<T> {
    pub(crate) name: &'static str,
    pub(crate) default: T,
}

/// A required argument.
#[derive(Debug)]
pub(crate) struct Required<T> {
    pub(crate) name: &'static str,
    value: PhantomData<fn() -> T>,
}

/// A list of counts with a default. An empty default means a 1 for each part.
#[derive(Debug)]
pub(crate) struct Counts {
    pub(crate) name: &'static str,
    pub(crate) default: &'static [usize],
}

/// The type-independent part of an argument declaration, used by pages, lists and errors.
pub(crate) trait Declared: Debug + Sync {
    /// Returns the name.
    fn name(&self) -> &'static str;

    /// Returns the default as text; `None` if the argument is required.
    fn default(&self) -> Option<String>;

    /// Returns `true` for a number with a default. A lone positional number may stand for any of these.
    fn is_optional_number(&self) -> bool {
        false
    }
}

impl<T> Argument<T> {
    pub(crate) const fn new(name: &'static str, default: T) -> Self {
        Self { name, default }
    }
}

impl<T: ArgumentType> Argument<T> {
    /// Takes the argument from a call, or returns its default.
    pub(crate) fn of(&self, arguments: &mut Arguments) -> Result<T, TextError> {
        arguments.typed(self.name, self.default.clone())
    }
}

impl<T> Required<T> {
    pub(crate) const fn new(name: &'static str) -> Self {
        Self { name, value: PhantomData }
    }
}

impl<T: ArgumentType> Required<T> {
    /// Takes the argument from a call.
    pub(crate) fn of(&self, arguments: &mut Arguments) -> Result<T, TextError> {
        arguments.required(self.name)
    }
}

impl Counts {
    pub(crate) const fn new(name: &'static str, default: &'static [usize]) -> Self {
        Self { name, default }
    }

    /// Takes the argument from a call, or returns the declared default.
    pub(crate) fn of(&self, arguments: &mut Arguments) -> Result<Vec<usize>, TextError> {
        self.of_parts(arguments, self.default)
    }

    /// Takes the argument from a call, or returns `default`.
    pub(crate) fn of_parts(&self, arguments: &mut Arguments, default: &[usize]) -> Result<Vec<usize>, TextError> {
        arguments.counts(self.name, default)
    }
}

impl<T: ArgumentType + Sync> Declared for Argument<T> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn default(&self) -> Option<String> {
        Some(self.default.write())
    }

    fn is_optional_number(&self) -> bool {
        T::IS_NUMBER
    }
}

impl<T: Debug> Declared for Required<T> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn default(&self) -> Option<String> {
        None
    }
}

impl Declared for Counts {
    fn name(&self) -> &'static str {
        self.name
    }

    fn default(&self) -> Option<String> {
        Some(if self.default.is_empty() { "[1, 1, ...]".to_owned() } else { format!("{:?}", self.default) })
    }
}
