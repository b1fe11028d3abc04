//! Arguments that are themselves initializers.

use super::argument::Declared;
use super::arguments::Arguments;
use super::error::TextError;
use crate::initializer::Initializer;

/// An initializer argument, with the text of its default if it has one.
#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) name: &'static str,
    default: Option<&'static str>,
}

/// All positional arguments, each an initializer.
#[derive(Debug)]
pub(crate) struct Inners {
    names: &'static str,
}

impl Inner {
    pub(crate) const fn required(name: &'static str) -> Self {
        Self { name, default: None }
    }

    pub(crate) const fn or(name: &'static str, default: &'static str) -> Self {
        Self { name, default: Some(default) }
    }

    /// Takes the initializer from a call, or builds the default.
    pub(crate) fn of(&self, arguments: &mut Arguments) -> Result<Box<dyn Initializer>, TextError> {
        arguments.initializer(self.name, self.default)
    }
}

impl Inners {
    /// Creates the declaration. `names` is shown in signatures: `first, second, ...`.
    pub(crate) const fn new(names: &'static str) -> Self {
        Self { names }
    }

    /// Takes the initializers from a call.
    pub(crate) fn of(&self, arguments: &mut Arguments) -> Result<Vec<Box<dyn Initializer>>, TextError> {
        arguments.initializers(self.names)
    }
}

impl Declared for Inner {
    fn name(&self) -> &'static str {
        self.name
    }

    fn default(&self) -> Option<String> {
        self.default.map(str::to_owned)
    }
}

impl Declared for Inners {
    fn name(&self) -> &'static str {
        self.names
    }

    fn default(&self) -> Option<String> {
        None
    }
}
