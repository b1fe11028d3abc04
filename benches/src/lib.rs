//! Shared code of the benchmarks: the tasks, the handwritten code that fanin is compared with, and the checks before
//! timing.
//!
//! | module | contents |
//! |---|---|
//! | [`task`] | the networks and the batch of the training steps |
//! | [`by_hand`] | the same networks as plain ndarray and candle code |
//! | [`by_trait`] | fanin's networks, through the `Network` trait |
//! | [`agreement`] | checks that both take the same steps |
//! | [`orthonormal`] | checks that a matrix has orthonormal rows |
//! | [`moments`] | checks the mean, std and bounds of a filled buffer |
//! | [`peers`] | loops over `rand_distr`, and a plain `memset` |
//! | [`paired`] | ratios of times, measured in turns |
//! | [`table`] | tables of ratios, with their targets |
//! | [`conditions`] | the environment of a measurement |
//! | [`asked`] | command-line arguments |

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

/// A failed check: the code to be timed gives wrong results.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{subject} is not timed because its result is wrong: {reason}")]
pub struct WrongResult {
    /// The subject of the check.
    pub subject: String,
    /// The observed and the expected value.
    pub reason: String,
}
