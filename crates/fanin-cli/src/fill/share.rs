//! The shard of this process.

use std::env;

use fanin_checkpoint::fill::{Detected, Rank};

use crate::arguments::FillArguments;
use crate::console::Console;
use crate::failure::Failure;

/// Returns the shard from `--shard`, or else the one detected from the environment, which is also printed in a note.
pub(super) fn of(arguments: &FillArguments, console: Console) -> Result<Rank, Failure> {
    if let Some(share) = arguments.shard {
        return Ok(share);
    }
    match Rank::detect(&|name| env::var(name).ok()).map_err(Failure::usage)? {
        None => Ok(Rank::ALL),
        Some(Detected { share, source }) => {
            console.note(format!("shard {share}, detected from {source}; --shard 0/1 writes everything"));
            Ok(share)
        }
    }
}
