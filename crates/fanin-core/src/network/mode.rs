//! Training, or use.

use std::fmt;

/// Whether a network is being trained or used. Only batch normalization tells the two apart; see
/// [`Network`](super::Network#contract).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Batch normalization takes the statistics of the batch, and a step updates the running ones.
    #[default]
    Train,
    /// Batch normalization takes the running statistics, and nothing changes them.
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
