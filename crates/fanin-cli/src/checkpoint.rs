//! Opening a checkpoint named on the command line.

use std::path::Path;

use fanin_checkpoint::reading::Checkpoint;

use crate::failure::Failure;
use crate::input;

/// Opens a checkpoint. Standard input cannot be one, because its values are not read in order.
pub(crate) fn open(path: &Path) -> Result<Checkpoint, Failure> {
    if input::is_standard(path) && !path.exists() {
        let reason = "a checkpoint cannot be read from standard input (-); give a file or a folder";
        return Err(Failure::usage(reason));
    }
    Checkpoint::open(path).map_err(Failure::usage)
}
