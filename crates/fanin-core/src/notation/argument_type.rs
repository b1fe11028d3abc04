//! Argument types: reading and writing their values.

use std::fmt::Debug;

use super::call::Value;
use crate::param::Axis;

/// A type that arguments can have.
pub(crate) trait ArgumentType: Debug + PartialEq + Clone {
    /// `true` for numbers.
    const IS_NUMBER: bool = false;

    /// Reads a parsed value.
    fn read(value: &Value) -> Option<Self>;

    /// Describes the expected value, for errors.
    fn wanted() -> String;

    /// Writes the value so that it reads back unchanged.
    fn write(&self) -> String;

    /// Returns `true` if the value equals the default.
    fn is(&self, default: &Self) -> bool {
        self == default
    }
}

/// Reads a word with the `FromStr` of `T`.
fn word<T: std::str::FromStr>(value: &Value) -> Option<T> {
    match value {
        Value::Word(word) => word.parse().ok(),
        _ => None,
    }
}

impl ArgumentType for f64 {
    const IS_NUMBER: bool = true;

    /// Accepts NaN and infinities; the initializer can report them better.
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
        "out, in or an axis number".to_owned()
    }

    fn write(&self) -> String {
        self.to_string()
    }
}

/// Implements `Display` and [`ArgumentType`] for an enum, from a word for each variant.
macro_rules! words {
    ($type:ty { $($variant:ident $word:literal),* $(,)? }) => {
        impl $type {
            /// Returns the word in the text form.
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

/// Returns the shorter of the plain and the scientific form; both read back to the same bits.
pub(super) fn number_text(value: f64) -> String {
    let (plain, scientific) = (format!("{value}"), format!("{value:e}"));
    if scientific.len() < plain.len() { scientific } else { plain }
}

#[cfg(test)]
mod tests {
    use super::number_text;

    #[test]
    fn numbers_read_back_to_the_same_bits() {
        for value in [0.0, -0.0, 0.1, 1e-300, 5e-324, f64::MAX, 1.0 / 3.0, f64::INFINITY, f64::NEG_INFINITY, 1e21] {
            let text = number_text(value);
            assert_eq!(text.parse::<f64>().map(f64::to_bits), Ok(value.to_bits()), "{text}");
        }
        assert_eq!(number_text(1e-300), "1e-300");
        assert_eq!(number_text(0.01), "0.01");
    }
}
