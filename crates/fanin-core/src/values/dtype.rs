//! The four kinds of number that a parameter can hold.

use std::fmt;
use std::str::FromStr;

/// The type of a parameter's elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dtype {
    /// IEEE 754 binary32.
    F32,
    /// IEEE 754 binary64.
    F64,
    /// IEEE 754 binary16.
    F16,
    /// The upper half of a binary32: 8 bits of exponent, 7 of fraction.
    BF16,
}

impl Dtype {
    /// Every type, in the order of the enumeration.
    pub const ALL: [Self; 4] = [Self::F32, Self::F64, Self::F16, Self::BF16];

    /// The bytes of one element.
    #[must_use]
    pub const fn bytes(self) -> usize {
        match self {
            Self::F64 => 8,
            Self::F32 => 4,
            Self::F16 | Self::BF16 => 2,
        }
    }

    /// The lower-case name, as in recipes: `f32`, `f64`, `f16`, `bf16`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::F32 => "f32",
            Self::F64 => "f64",
            Self::F16 => "f16",
            Self::BF16 => "bf16",
        }
    }
}

impl fmt::Display for Dtype {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A word that names no [`Dtype`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown dtype {given:?}: write one of f32, f64, f16, bf16")]
pub struct ParseDtypeError {
    /// The word that was given.
    pub given: String,
}

impl FromStr for Dtype {
    type Err = ParseDtypeError;

    fn from_str(given: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|dtype| dtype.name() == given)
            .ok_or_else(|| ParseDtypeError { given: given.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::Dtype;

    #[test]
    fn names_round_trip() {
        for dtype in Dtype::ALL {
            assert_eq!(dtype.to_string().parse(), Ok(dtype));
        }
    }

    #[test]
    fn an_unknown_name_lists_the_choices() {
        let error = "float32".parse::<Dtype>().unwrap_err().to_string();
        for dtype in Dtype::ALL {
            assert!(error.contains(dtype.name()), "{error}");
        }
        assert!(error.contains("float32"), "{error}");
    }
}
