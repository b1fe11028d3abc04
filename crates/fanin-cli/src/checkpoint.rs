//! Opening a checkpoint named on the command line.

use std::path::Path;

use fanin_checkpoint::reading::{Checkpoint, ReadError};

use crate::failure::Failure;
use crate::input;

/// Opens a checkpoint. Standard input cannot be one, because its values are not read in order.
pub(crate) fn open(path: &Path) -> Result<Checkpoint, Failure> {
    refuse_standard(path)?;
    Checkpoint::open(path).map_err(Failure::usage)
}

/// Opens the readable files of a checkpoint, and returns the errors of the others.
pub(crate) fn open_readable(path: &Path) -> Result<(Checkpoint, Vec<ReadError>), Failure> {
    refuse_standard(path)?;
    Checkpoint::open_readable(path).map_err(Failure::usage)
}

/// Refuses standard input.
pub(crate) fn refuse_standard(path: &Path) -> Result<(), Failure> {
    if input::is_standard(path) && !path.exists() {
        let reason = "a checkpoint cannot be read from standard input (-); use a file or a folder";
        return Err(Failure::usage(reason));
    }
    Ok(())
}
