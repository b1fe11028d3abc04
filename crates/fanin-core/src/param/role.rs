//! Parameter roles.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::message::did_you_mean;

/// The role of a parameter, as stated by its owner.
///
/// Recipes, shape lists and reports write roles as `weight`, `norm_gain`, ...
///
/// ```
/// use fanin_core::Role;
///
/// assert_eq!("norm_gain".parse(), Ok(Role::NormGain));
/// assert_eq!(Role::Scale.to_string(), "scale");
/// assert!("king".parse::<Role>().is_err());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// A matrix or kernel that multiplies its input.
    #[default]
    Weight,
    /// An additive term. It has no symmetry to break and may start at zero.
    Bias,
    /// The gain of a normalization layer; starts at one.
    NormGain,
    /// The bias of a normalization layer; starts at zero.
    NormBias,
    /// The scale of a whole branch: one in Fixup, zero in `SkipInit` and `ReZero`.
    Scale,
    /// A table of vectors, one row per token or position.
    Embedding,
    /// A running statistic: stored with the model, never trained. A plan skips it unless the last part of a rule's
    /// pattern names it: `*.running_var` does, `*` and `layers.0.*` do not.
    Buffer,
}

/// The error returned when parsing an unknown role.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "unknown role '{text}'; {}the roles are {}",
    did_you_mean(text, Role::ALL.map(Role::name)),
    Role::ALL.map(Role::name).join(", ")
)]
pub struct ParseRoleError {
    /// The text that was parsed.
    pub text: String,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 7] =
        [Self::Weight, Self::Bias, Self::NormGain, Self::NormBias, Self::Scale, Self::Embedding, Self::Buffer];

    /// Returns the name used for printing and parsing.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Weight => "weight",
            Self::Bias => "bias",
            Self::NormGain => "norm_gain",
            Self::NormBias => "norm_bias",
            Self::Scale => "scale",
            Self::Embedding => "embedding",
            Self::Buffer => "buffer",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Role {
    type Err = ParseRoleError;

    fn from_str(text: &str) -> Result<Self, ParseRoleError> {
        let found = Self::ALL.into_iter().find(|role| role.name() == text);
        found.ok_or_else(|| ParseRoleError { text: text.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_is_parsed_from_its_name() {
        for role in Role::ALL {
            assert_eq!(role.to_string().parse(), Ok(role));
        }
        let error = "king".parse::<Role>().unwrap_err().to_string();
        assert!(
            error.starts_with("unknown role 'king'; the roles are weight, ") && error.ends_with("buffer"),
            "{error}"
        );
    }
}
