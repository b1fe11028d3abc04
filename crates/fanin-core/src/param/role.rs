//! What a parameter is for.

use std::fmt;

/// What a parameter is for, as its owner states it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// A matrix or kernel that multiplies its input.
    #[default]
    Weight,
    /// A term that is added; it has no symmetry to break and may start at zero.
    Bias,
    /// The factor of a normalization layer; it starts at one.
    NormGain,
    /// The added term of a normalization layer; it starts at zero.
    NormBias,
    /// The factor of a whole branch: one in Fixup, zero in `SkipInit` and `ReZero`.
    Scale,
    /// A table of vectors, one row a token or position.
    Embedding,
    /// A running statistic: stored with the model, never trained. A plan leaves it alone unless the last part of a rule's
    /// pattern names it: `*.running_var` does, `*` and `layers.0.*` do not.
    Buffer,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Weight => "weight",
            Self::Bias => "bias",
            Self::NormGain => "norm gain",
            Self::NormBias => "norm bias",
            Self::Scale => "scale",
            Self::Embedding => "embedding",
            Self::Buffer => "buffer",
        })
    }
}
