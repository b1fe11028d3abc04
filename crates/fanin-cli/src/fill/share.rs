//! Which of several processes this one is.

use std::env;

use fanin_checkpoint::fill::{Detected, Rank};

use crate::arguments::FillArguments;
use crate::failure::Failure;

/// What was typed, else what the environment says; the latter is told on stderr, for nobody has asked for it.
pub(super) fn of(arguments: &FillArguments) -> Result<Rank, Failure> {
    if let Some(share) = arguments.shard {
        return Ok(share);
    }
    match Rank::detect(&|name| env::var(name).ok()).map_err(Failure::usage)? {
        None => Ok(Rank::ALL),
        Some(Detected { share, source }) => {
            eprintln!("fanin: shard {share}, by {source}; --shard 0/1 writes everything");
            Ok(share)
        }
    }
}
