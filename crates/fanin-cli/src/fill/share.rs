//! Which of several processes this one is.

use std::env;

use fanin_checkpoint::fill::{Detected, Share};

use crate::arguments::FillArguments;
use crate::failure::Failure;

/// What was typed, else what the environment says; the latter is told on stderr, for nobody has asked for it.
pub(super) fn of(arguments: &FillArguments) -> Result<Share, Failure> {
    if let Some(share) = arguments.shard {
        return Ok(share);
    }
    match Share::detect(&|name| env::var(name).ok()).map_err(Failure::usage)? {
        None => Ok(Share::ALL),
        Some(Detected { share, source }) => {
            eprintln!("fanin: shard {share}, by {source}; --shard 0/1 writes everything");
            Ok(share)
        }
    }
}
