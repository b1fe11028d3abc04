//! Declared arguments: the name, the type and the default of each, written once. The parser, the printer, the constructors and the
//! pages all read them here.

use std::fmt::Debug;
use std::marker::PhantomData;

use super::arguments::Arguments;
use super::call::Value;
use super::error::TextError;
use super::printer::number_text;
use crate::param::Axis;

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

/// What an argument may be: how it is read and written.
pub(crate) trait ArgumentType: Debug + PartialEq + Clone {
    /// Whether it is a number.
    const IS_NUMBER: bool = false;

    /// Reads a value of the notation.
    fn read(value: &Value) -> Option<Self>;

    /// What it should be, for an error.
    fn wanted() -> String;

    /// Writes it so that it reads back unchanged.
    fn write(&self) -> String;

    /// Whether it is the default.
    fn is(&self, default: &Self) -> bool {
        self == default
    }
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

/// Reads a word by its own grammar.
fn word<T: std::str::FromStr>(value: &Value) -> Option<T> {
    match value {
        Value::Word(word) => word.parse().ok(),
        _ => None,
    }
}

impl ArgumentType for f64 {
    const IS_NUMBER: bool = true;

    /// NaN and the infinities pass; the initializer can name them better.
    fn read(value: &Value) -> Option<Self> {
        word(value)
    }

    fn wanted() -> String {
        "a number".to_owned()
    }

    fn write(&self) -> String {
        number_text(*self)
    }

    fn is(&self, default: &Self) -> bool {
        self.to_bits() == default.to_bits()
    }
}

impl ArgumentType for usize {
    fn read(value: &Value) -> Option<Self> {
        word(value)
    }

    fn wanted() -> String {
        "a whole number, 0 or more".to_owned()
    }

    fn write(&self) -> String {
        self.to_string()
    }
}

impl ArgumentType for bool {
    fn read(value: &Value) -> Option<Self> {
        word(value)
    }

    fn wanted() -> String {
        "true or false".to_owned()
    }

    fn write(&self) -> String {
        self.to_string()
    }
}

impl ArgumentType for Axis {
    fn read(value: &Value) -> Option<Self> {
        word(value)
    }

    fn wanted() -> String {
        "out, in or the number of an axis".to_owned()
    }

    fn write(&self) -> String {
        self.to_string()
    }
}

/// Gives each variant of an enum its word: `Display`, and [`ArgumentType`].
macro_rules! words {
    ($type:ty { $($variant:ident $word:literal),* $(,)? }) => {
        impl $type {
            /// The word in the text form.
            const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.word())
            }
        }

        impl $crate::notation::ArgumentType for $type {
            fn read(value: &$crate::notation::Value) -> Option<Self> {
                match value.word()? {
                    $($word => Some(Self::$variant),)*
                    _ => None,
                }
            }

            fn wanted() -> String {
                format!("one of {}", [$($word),*].join(", "))
            }

            fn write(&self) -> String {
                self.word().to_owned()
            }
        }
    };
}
pub(crate) use words;
