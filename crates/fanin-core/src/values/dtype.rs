//! The element type of a parameter as a runtime value.

use std::fmt;
use std::str::FromStr;

use half::{bf16, f16};

use crate::message::did_you_mean;

/// The type of a parameter's elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dtype {
    /// IEEE 754 binary32.
    F32,
    /// IEEE 754 binary64.
    F64,
    /// IEEE 754 binary16.
    F16,
    /// bfloat16, the upper half of a binary32: 8 exponent bits, 7 fraction bits.
    BF16,
}

impl Dtype {
    /// All types, in declaration order.
    pub const ALL: [Self; 4] = [Self::F32, Self::F64, Self::F16, Self::BF16];

    /// Returns the size of one element in bytes.
    #[must_use]
    pub const fn bytes(self) -> usize {
        match self {
            Self::F64 => 8,
            Self::F32 => 4,
            Self::F16 | Self::BF16 => 2,
        }
    }

    /// Returns the largest finite value.
    #[must_use]
    pub const fn largest(self) -> f64 {
        match self {
            Self::F32 => f32::MAX as f64,
            Self::F64 => f64::MAX,
            Self::F16 => f16::MAX.to_f64_const(),
            Self::BF16 => bf16::MAX.to_f64_const(),
        }
    }

    /// Returns `true` if `value` is finite after rounding to this type as the fills do.
    #[must_use]
    pub fn holds(self, value: f64) -> bool {
        #[expect(clippy::cast_possible_truncation, reason = "rounds by design")]
        let single = value as f32;
        match self {
            Self::F32 => single.is_finite(),
            Self::F64 => value.is_finite(),
            Self::F16 => f16::from_f32(single).is_finite(),
            Self::BF16 => bf16::from_f32(single).is_finite(),
        }
    }

    /// Returns the lowercase name used in recipes: `f32`, `f64`, `f16` or `bf16`.
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

/// The error returned when a string does not name a [`Dtype`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown dtype {given:?}; {}the types are f32, f64, f16 and bf16", meant(given))]
pub struct ParseDtypeError {
    /// The string that was given.
    pub given: String,
}

/// A suggestion: the dtype that has this name in another library, else the one with the most similar name.
fn meant(given: &str) -> String {
    let dtype = match given.to_lowercase().as_str() {
        "float16" | "half" | "fp16" => Dtype::F16,
        "bfloat16" => Dtype::BF16,
        "float32" | "float" | "single" | "fp32" => Dtype::F32,
        "float64" | "double" | "fp64" => Dtype::F64,
        _ => return did_you_mean(given, Dtype::ALL.map(Dtype::name)),
    };
    format!("did you mean '{dtype}'? ")
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
    fn unknown_names_get_a_suggestion() {
        for (given, hint) in [("float16", "'f16'"), ("BFloat16", "'bf16'"), ("double", "'f64'"), ("F32", "'f32'")] {
            let error = given.parse::<Dtype>().unwrap_err().to_string();
            assert!(error.contains(&format!("did you mean {hint}? the types are")), "{error}");
        }
        assert!(!"int8x".parse::<Dtype>().unwrap_err().to_string().contains("mean"));
    }

    #[test]
    fn values_fit_if_they_round_to_finite_ones() {
        for (dtype, held, beyond) in [
            (Dtype::F16, 65_519.99, 65_520.0),
            (Dtype::BF16, 3.389e38, 3.4e38),
            (Dtype::F32, 3.402_823_5e38, 3.402_824e38),
            (Dtype::F64, f64::MAX, f64::INFINITY),
        ] {
            assert!(dtype.holds(held) && dtype.holds(-held) && dtype.holds(dtype.largest()), "{dtype}");
            assert!(!dtype.holds(beyond) && !dtype.holds(-beyond) && !dtype.holds(f64::NAN), "{dtype}");
        }
        assert_eq!(Dtype::F16.largest(), 65_504.0);
    }

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
