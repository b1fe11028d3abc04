//! Train and eval mode.

use std::fmt;

/// The mode of a network. It affects only batch normalization; see [`Network`](super::Network#contract).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Batch normalization uses the batch statistics, and a step updates the running statistics.
    #[default]
    Train,
    /// Batch normalization uses the running statistics, and nothing changes them.
    Eval,
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Train => "train",
            Self::Eval => "eval",
        })
    }
}
