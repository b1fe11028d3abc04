//! What the benchmarks share: the work, the code by hand that stands beside fanin's, and the checks that come before the clock.
//!
//! | module | what it holds |
//! |---|---|
//! | [`task`] | the networks and the batch of the training steps |
//! | [`by_hand`] | the same networks as plain ndarray and candle code |
//! | [`by_trait`] | fanin's, through its `Network` trait |
//! | [`agreement`] | both make the same steps, or nothing is timed |
//! | [`orthonormal`] | a matrix has orthonormal rows, or nothing is timed |
//! | [`moments`] | a filled buffer has the mean, std and bounds of its distribution, or nothing is timed |
//! | [`peers`] | loops over `rand_distr`, and the plain `memset` |
//! | [`paired`] | ratios of times, measured in turns |
//! | [`table`] | the ratios as a table, beside the floors promised for them |
//! | [`conditions`] | the environment under which a program measures |
//! | [`asked`] | what was asked for on the command line |

pub mod agreement;
pub mod asked;
pub mod by_hand;
pub mod by_trait;
pub mod conditions;
pub mod moments;
pub mod orthonormal;
pub mod paired;
pub mod peers;
pub mod table;
pub mod task;

/// A check that came out wrong: what would have been timed does not do its work.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{subject} is not timed, for its result is wrong: {reason}")]
pub struct WrongResult {
    /// What was checked.
    pub subject: String,
    /// What was seen, and what should have been.
    pub reason: String,
}
