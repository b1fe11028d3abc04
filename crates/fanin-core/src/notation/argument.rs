//! Declared arguments: the name, the type and the default of each, written once. The parser, the printer, the constructors and the
//! pages all read them here.

use std::fmt::Debug;
use std::marker::PhantomData;

use super::argument_type::ArgumentType;
use super::arguments::Arguments;
use super::error::TextError;

/// An argument that has a default.
#[derive(Debug)]
pub(crate) struct Argument<T> {
    pub(crate) name: &'static str,
    pub(crate) default: T,
}

/// An argument that has no default.
#[derive(Debug)]
pub(crate) struct Required<T> {
    pub(crate) name: &'static str,
    value: PhantomData<fn() -> T>,
}

/// A list of counts with a default; an empty default stands for as many ones as there are parts.
#[derive(Debug)]
pub(crate) struct Counts {
    pub(crate) name: &'static str,
    pub(crate) default: &'static [usize],
}

/// What pages, lists and errors say of an argument, whatever its type.
pub(crate) trait Declared: Debug + Sync {
    /// The name.
    fn name(&self) -> &'static str;

    /// The default as it is written; `None` if the argument is required.
    fn default(&self) -> Option<String>;

    /// Whether it is a number with a default: a lone number without a name may mean any of those.
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
    /// The argument of a call, or its default.
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
    /// The argument of a call.
    pub(crate) fn of(&self, arguments: &mut Arguments) -> Result<T, TextError> {
        arguments.required(self.name)
    }
}

impl Counts {
    pub(crate) const fn new(name: &'static str, default: &'static [usize]) -> Self {
        Self { name, default }
    }

    /// The argument of a call whose default is the declared one.
    pub(crate) fn of(&self, arguments: &mut Arguments) -> Result<Vec<usize>, TextError> {
        self.of_parts(arguments, self.default)
    }

    /// The argument of a call, or these counts.
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
